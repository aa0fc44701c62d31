/* test/core/rule/support.h: what the tests of the rule language share: files of the case folder, and
 * diagnostics as text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/check.h"

#include "test/core/rule/tree.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static inline heng_str test_read(heng_arena *arena, const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s", getenv("HENG_CASES"), folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *bytes = heng_arena_alloc(arena, length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, length, file), length);
    fclose(file);
    return (heng_str){bytes, length};
}

/* Calls `each` for every file of `folder` with this ending, in the order of names; returns how many. */
static inline size_t test_each_file(const char *folder, const char *ending,
                                    void (*each)(const char *folder, const char *name))
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("HENG_CASES"), folder);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) fail_msg("cannot list %s", path);
    size_t found = 0;
    for (int i = 0; i < count; i++) {
        if (heng_str_ends(heng_str_from(entries[i]->d_name), heng_str_from(ending))) {
            each(folder, entries[i]->d_name);
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    return found;
}

static inline heng_str show_diagnostics(heng_arena *arena, const heng_diagnostics *list,
                                        const heng_rule_file *files)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 26);
    for (size_t i = 0; i < list->count; i++) heng_diagnostic_print(&list->items[i], files, &out);
    assert_false(out.failed);
    return heng_text_view(&out);
}
