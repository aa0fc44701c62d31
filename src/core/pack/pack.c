/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"

#include <assert.h>

static const heng_str rules_folder = {"rules/", 6};
static const heng_str rule_ending = {".heng", 5};

heng_str heng_pack_file(const heng_pack *pack, heng_str name)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (heng_str_equal(pack->files[i].name, name)) return pack->files[i].text;
    return (heng_str){NULL, 0};
}

static bool is_rule_file(heng_str name)
{
    return heng_str_starts(name, rules_folder) && heng_str_ends(name, rule_ending);
}

heng_status heng_pack_rule_names(const heng_pack *pack, heng_arena *arena, heng_str **out,
                                 size_t *count, heng_error *err)
{
    heng_str *names = HENG_ARRAY(arena, pack->file_count, heng_str);
    if (!names) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the names of the rules");
    size_t found = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str name = pack->files[i].name;
        if (is_rule_file(name))
            names[found++] =
                heng_str_slice(name, rules_folder.length, name.length - rule_ending.length);
    }
    *out = names;
    *count = found;
    return HENG_OK;
}

heng_status heng_pack_load(void *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err)
{
    bool is_table = heng_str_ends(name, HENG_STR(".csv"));
    heng_str path =
        heng_str_format(arena, is_table ? "data/%.*s" : "rules/%.*s.heng", HENG_PRINT(name));
    if (!path.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a file name");
    heng_str found = heng_pack_file(pack, path);
    if (!found.at)
        return heng_fail(err, HENG_NOT_FOUND, 0, "the pack has no file %.*s", HENG_PRINT(path));
    *text = found;
    return HENG_OK;
}

heng_status heng_pack_compile(const heng_pack *pack, heng_arena *arena, heng_compiled *out,
                              heng_error *err)
{
    heng_str *names;
    size_t count;
    heng_status status = heng_pack_rule_names(pack, arena, &names, &count, err);
    if (status) return status;
    /* The callback takes a context that it may change; a pack is only read. */
    heng_pack borrowed = *pack;
    return heng_rule_compile(names, count, heng_pack_load, &borrowed, arena, out, err);
}

heng_status heng_pack_hash(const heng_pack *pack, heng_arena *scratch, heng_hash *out,
                           heng_error *err)
{
    heng_arena_mark mark = heng_arena_here(scratch);
    heng_text text;
    heng_text_init(&text, scratch, (size_t)1 << 30);
    for (size_t i = 0; i < pack->file_count; i++) {
        char hash[HENG_HASH_TEXT];
        heng_hash_write(heng_hash_of(pack->files[i].text), hash);
        heng_text_print(&text, "%s %.*s\n", hash, HENG_PRINT(pack->files[i].name));
    }
    bool failed = text.failed;
    if (!failed) *out = heng_hash_of(heng_text_view(&text));
    heng_arena_rewind(scratch, mark);
    if (failed) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the contents of the pack");
    return HENG_OK;
}
