/* main/pack_files.c: whence a pack comes: a folder, or the program itself. How a database keeps it is
 * said in flow/compute/packs.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/files/files.h"
#include "host/assets/assets.h"
#include "main/session.h"

#include <assert.h>
#include <jansson.h>

/* Name and version from datapackage.json. */
static heng_status read_manifest(heng_pack *pack, heng_arena *arena, heng_error *err)
{
    heng_str text = heng_pack_file(pack, HENG_STR("datapackage.json"));
    if (!text.at) return heng_fail(err, HENG_NOT_FOUND, 0, "the pack has no datapackage.json");
    json_error_t fault;
    json_t *document = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES, &fault);
    if (!document)
        return heng_fail(err, HENG_INVALID, (size_t)fault.line, "datapackage.json, line %d: %s",
                         fault.line, fault.text);
    const char *name = json_string_value(json_object_get(document, "name"));
    const char *version = json_string_value(json_object_get(document, "version"));
    heng_status status = HENG_OK;
    if (!name || !version)
        status = heng_fail(err, HENG_INVALID, 0, "datapackage.json names no name and version");
    if (!status) {
        pack->name = heng_str_copy(arena, heng_str_from(name));
        pack->version = heng_str_copy(arena, heng_str_from(version));
        if (!pack->name.at || !pack->version.at)
            status = heng_fail(err, HENG_NO_MEMORY, 0, "no room for the name of the pack");
    }
    json_decref(document);
    return status;
}

heng_status heng_pack_from_folder(const char *path, heng_arena *arena, heng_pack *out,
                                  heng_error *err)
{
    heng_file *files;
    size_t count;
    heng_status status = heng_folder_read(path, arena, &files, &count, err);
    if (status) return status;
    heng_rule_file *named = HENG_ARRAY(arena, count, heng_rule_file);
    if (!named) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the pack");
    for (size_t i = 0; i < count; i++) named[i] = (heng_rule_file){files[i].name, files[i].bytes};
    heng_pack pack = {.files = named, .file_count = count};
    status = read_manifest(&pack, arena, err);
    if (status) return status;
    *out = pack;
    return HENG_OK;
}

heng_status heng_pack_built_in(heng_arena *arena, heng_pack *out, heng_error *err)
{
    size_t count = heng_pack_assets.count;
    heng_rule_file *named = HENG_ARRAY(arena, count, heng_rule_file);
    if (!named) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the pack");
    for (size_t i = 0; i < count; i++)
        named[i] = (heng_rule_file){
            heng_str_from(heng_pack_assets.items[i].path),
            {(const char *)heng_pack_assets.items[i].bytes, heng_pack_assets.items[i].length}};
    heng_pack pack = {.files = named, .file_count = count};
    heng_status status = read_manifest(&pack, arena, err);
    if (status) return status;
    *out = pack;
    return HENG_OK;
}
