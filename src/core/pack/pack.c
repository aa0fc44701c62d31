/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"

#include <assert.h>

/* Rules that policy makes, and accounting methods of enterprises; a name stands in one of them only. */
static const heng_str rule_folders[] = {{"rules/", 6}, {"methods/", 8}};
static const heng_str rule_ending = {".heng", 5};

heng_str heng_pack_file(const heng_pack *pack, heng_str name)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (heng_str_equal(pack->files[i].name, name)) return pack->files[i].text;
    return (heng_str){NULL, 0};
}

heng_str heng_pack_rule_name(heng_str file)
{
    if (heng_str_ends(file, rule_ending))
        for (size_t i = 0; i < sizeof rule_folders / sizeof *rule_folders; i++)
            if (heng_str_starts(file, rule_folders[i]))
                return heng_str_slice(file, rule_folders[i].length,
                                      file.length - rule_ending.length);
    return (heng_str){NULL, 0};
}

/* The text of the table or the rule file that `use` or `from` calls so. */
static heng_str find_named(const heng_pack *pack, heng_str name)
{
    bool is_table = heng_str_ends(name, HENG_STR(".csv"));
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str file = pack->files[i].name;
        if (is_table && !heng_str_starts(file, HENG_STR("data/"))) continue;
        heng_str called =
            is_table ? heng_str_slice(file, 5, file.length) : heng_pack_rule_name(file);
        if (called.at && heng_str_equal(called, name)) return pack->files[i].text;
    }
    return (heng_str){NULL, 0};
}

heng_status heng_pack_rule_names(const heng_pack *pack, heng_arena *arena, heng_str **out,
                                 size_t *count, heng_error *err)
{
    heng_str *names = HENG_ARRAY(arena, pack->file_count, heng_str);
    if (!names) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the names of the rules");
    size_t found = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        heng_str name = heng_pack_rule_name(pack->files[i].name);
        if (name.at) names[found++] = name;
    }
    *out = names;
    *count = found;
    return HENG_OK;
}

heng_status heng_pack_load(void *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err)
{
    (void)arena; /* texts are borrowed from the pack */
    heng_str found = find_named(pack, name);
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
