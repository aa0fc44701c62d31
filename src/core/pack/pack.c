/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"

#include <assert.h>
#include <stdlib.h>

/* Rules that policy makes, and accounting methods of enterprises; a name stands in one of them only. */
static const heng_str rule_folders[] = {{"rules/", 6}, {"methods/", 8}};
static const heng_str data_folder = {"data/", 5};
static const heng_str rule_ending = {".heng", 5};

heng_str heng_pack_file(const heng_pack *pack, heng_str name)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (heng_str_equal(pack->files[i].name, name)) return pack->files[i].text;
    return (heng_str){NULL, 0};
}

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a pack");
}

/* ---- joining -------------------------------------------------------------------------------------- */

static bool is_joined(const heng_pack *pack)
{
    return heng_str_find(pack->name, HENG_STR("+"), 0) != SIZE_MAX;
}

heng_str heng_pack_inner_name(heng_str name)
{
    size_t slash = heng_str_find(name, HENG_STR("/"), 0);
    if (slash == SIZE_MAX) return name;
    heng_str rest = heng_str_slice(name, slash + 1, name.length);
    bool inner = heng_str_starts(rest, data_folder);
    for (size_t i = 0; i < sizeof rule_folders / sizeof *rule_folders; i++)
        inner |= heng_str_starts(rest, rule_folders[i]);
    return inner ? rest : name;
}

static bool is_sound_name(heng_str name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.at[i] == '/' || name.at[i] == '+' || name.at[i] == '@') return false;
    return name.length && !heng_str_is(name, "rules") && !heng_str_is(name, "methods") &&
           !heng_str_is(name, "data");
}

static heng_status check_names(const heng_pack *packs, size_t count, heng_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_sound_name(packs[i].name))
            return heng_fail(
                err, HENG_REFUSED, i,
                "a pack cannot be named \"%.*s\" where several are joined. Remedy: name "
                "it in letters and digits",
                HENG_PRINT(packs[i].name));
        if (heng_str_find(packs[i].version, HENG_STR("+"), 0) != SIZE_MAX)
            return heng_fail(err, HENG_REFUSED, i,
                             "the pack %.*s cannot have the version \"%.*s\" where several are "
                             "joined. Remedy: leave out the plus, which stands between versions",
                             HENG_PRINT(packs[i].name), HENG_PRINT(packs[i].version));
        for (size_t j = 0; j < i; j++)
            if (heng_str_equal(packs[i].name, packs[j].name))
                return heng_fail(err, HENG_REFUSED, i,
                                 "the pack %.*s is given twice. Remedy: give each pack once",
                                 HENG_PRINT(packs[i].name));
    }
    return HENG_OK;
}

static int compare_names(const void *left, const void *right)
{
    return heng_str_compare(((const heng_rule_file *)left)->name,
                            ((const heng_rule_file *)right)->name);
}

/* All names, or all versions, with a plus between them. */
static heng_str joined_text(const heng_pack *packs, size_t count, bool versions, heng_arena *arena)
{
    heng_text text;
    heng_text_init(&text, arena, (size_t)1 << 16);
    for (size_t i = 0; i < count; i++) {
        if (i) heng_text_add_char(&text, '+');
        heng_text_add(&text, versions ? packs[i].version : packs[i].name);
    }
    return text.failed ? (heng_str){NULL, 0} : heng_text_view(&text);
}

heng_status heng_pack_join(const heng_pack *packs, size_t count, heng_arena *arena, heng_pack *out,
                           heng_error *err)
{
    assert(packs && count && arena && out && err);
    if (count == 1) {
        *out = packs[0];
        return HENG_OK;
    }
    heng_status status = check_names(packs, count, err);
    if (status) return status;
    size_t total = 0, at = 0;
    for (size_t i = 0; i < count; i++) total += packs[i].file_count;
    heng_rule_file *files = HENG_ARRAY(arena, total, heng_rule_file);
    heng_pack joined = {.name = joined_text(packs, count, false, arena),
                        .version = joined_text(packs, count, true, arena),
                        .files = files,
                        .file_count = total};
    if (!files || !joined.name.at || !joined.version.at) return no_room(err);
    for (size_t i = 0; i < count; i++)
        for (size_t f = 0; f < packs[i].file_count; f++) {
            const heng_rule_file *file = &packs[i].files[f];
            heng_str name = heng_str_format(arena, "%.*s/%.*s", HENG_PRINT(packs[i].name),
                                            HENG_PRINT(file->name));
            if (!name.at) return no_room(err);
            files[at++] = (heng_rule_file){name, file->text};
        }
    if (total) qsort(files, total, sizeof *files, compare_names);
    *out = joined;
    return HENG_OK;
}

/* The version of the pack of that name; .at is NULL when it is not among them. */
static heng_str version_of(const heng_pack *pack, heng_str name)
{
    heng_str names = pack->name, versions = pack->version, one, version;
    while (heng_str_cut(&names, '+', &one) && heng_str_cut(&versions, '+', &version))
        if (heng_str_equal(one, name)) return version;
    return (heng_str){NULL, 0};
}

/* ---- rule files ----------------------------------------------------------------------------------- */

heng_str heng_pack_rule_name(heng_str file)
{
    heng_str inner = heng_pack_inner_name(file);
    if (heng_str_ends(inner, rule_ending))
        for (size_t i = 0; i < sizeof rule_folders / sizeof *rule_folders; i++)
            if (heng_str_starts(inner, rule_folders[i]))
                return heng_str_slice(inner, rule_folders[i].length,
                                      inner.length - rule_ending.length);
    return (heng_str){NULL, 0};
}

/* "cn/", what stands before the name of a file of joined packs; else empty. */
static heng_str folder_of(heng_str file)
{
    return heng_str_slice(file, 0, file.length - heng_pack_inner_name(file).length);
}

heng_status heng_pack_rule_names(const heng_pack *pack, heng_arena *arena, heng_str **out,
                                 size_t *count, heng_error *err)
{
    heng_str *names = HENG_ARRAY(arena, pack->file_count, heng_str);
    if (!names) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the names of the rules");
    size_t found = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str folder = folder_of(pack->files[i].name);
        heng_str name = heng_pack_rule_name(pack->files[i].name);
        if (!name.at) continue;
        if (folder.length)
            name = heng_str_format(arena, "%.*s%.*s", HENG_PRINT(folder), HENG_PRINT(name));
        names[found++] = name;
        if (!name.at) return no_room(err);
    }
    *out = names;
    *count = found;
    return HENG_OK;
}

/* "cn@2026.11": a line `use NAME` for each rule file of that pack. */
static heng_status list_pack(const heng_pack *pack, heng_str name, heng_str version,
                             heng_arena *arena, heng_str *text, heng_error *err)
{
    heng_str here = version_of(pack, name);
    if (!here.at || !is_joined(pack))
        return heng_fail(err, HENG_NOT_FOUND, 0, "the pack %.*s %.*s is not here", HENG_PRINT(name),
                         HENG_PRINT(version));
    if (!heng_str_equal(here, version))
        return heng_fail(err, HENG_REFUSED, 0, "the pack %.*s is here as %.*s, not as %.*s",
                         HENG_PRINT(name), HENG_PRINT(here), HENG_PRINT(version));
    return heng_pack_uses(pack, name, arena, text, err);
}

heng_status heng_pack_uses(const heng_pack *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err)
{
    heng_text list;
    heng_text_init(&list, arena, (size_t)1 << 20);
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str folder = folder_of(pack->files[i].name);
        heng_str rule = heng_pack_rule_name(pack->files[i].name);
        heng_str pack_name = heng_str_slice(folder, 0, folder.length ? folder.length - 1 : 0);
        if (rule.at && (!folder.length || heng_str_equal(pack_name, name)))
            heng_text_print(&list, "use %.*s\n", HENG_PRINT(rule));
    }
    if (list.failed) return no_room(err);
    *text = heng_text_view(&list);
    return HENG_OK;
}

/* The text of the table or the rule file that `use` or `from` calls so. */
static heng_str find_named(const heng_pack *pack, heng_str folder, heng_str name)
{
    bool is_table = heng_str_ends(name, HENG_STR(".csv"));
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str file = pack->files[i].name, inner = heng_pack_inner_name(file);
        if (!heng_str_equal(folder_of(file), folder)) continue;
        if (is_table && !heng_str_starts(inner, data_folder)) continue;
        heng_str called = is_table ? heng_str_slice(inner, data_folder.length, inner.length)
                                   : heng_pack_rule_name(file);
        if (called.at && heng_str_equal(called, name)) return pack->files[i].text;
    }
    return (heng_str){NULL, 0};
}

heng_status heng_pack_load(void *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err)
{
    size_t at = heng_str_find(name, HENG_STR("@"), 0);
    if (at != SIZE_MAX)
        return list_pack(pack, heng_str_slice(name, 0, at),
                         heng_str_slice(name, at + 1, name.length), arena, text, err);
    size_t slash = heng_str_find(name, HENG_STR("/"), 0);
    heng_str folder = heng_str_slice(name, 0, slash == SIZE_MAX ? 0 : slash + 1);
    heng_str found = find_named(pack, folder, heng_str_slice(name, folder.length, name.length));
    if (!found.at)
        return heng_fail(
            err, HENG_NOT_FOUND, 0,
            heng_str_ends(name, HENG_STR(".csv"))
                ? "the pack has no table data/%.*s"
                : "the pack has no rule file %.*s.heng, neither in rules nor in methods",
            HENG_PRINT(name));
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
