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

/* ---- records ---------------------------------------------------------------------------------------
 *
 * A file of records reads: lines before the first === are remarks; then, for each record,
 *
 *   === its title
 *   the input, some lines
 *   ---
 *   what is expected, some lines
 *
 * Empty lines at the end of what is expected do not count. In the input <TAB>, <CR>, <NUL> and <FF> (any
 * byte in hexadecimal) stand for the bytes that an editor would not keep; <EOF> ends the input. */

typedef struct test_record {
    heng_str title;
    heng_str input;
    heng_str expected;
} test_record;

static inline int test_hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static inline heng_str test_bytes(heng_arena *arena, heng_str text)
{
    static const struct {
        const char *name;
        char byte;
    } names[] = {{"<TAB>", '\t'}, {"<CR>", '\r'}, {"<NUL>", '\0'}};
    char *bytes = heng_arena_alloc(arena, text.length + 1);
    assert_non_null(bytes);
    size_t length = 0;
    for (size_t i = 0; i < text.length;) {
        heng_str rest = heng_str_slice(text, i, text.length);
        if (heng_str_starts(rest, HENG_STR("<EOF>"))) break;
        size_t before = i;
        for (size_t n = 0; n < sizeof names / sizeof *names && i == before; n++)
            if (heng_str_starts(rest, heng_str_from(names[n].name))) {
                bytes[length++] = names[n].byte;
                i += strlen(names[n].name);
            }
        if (i != before) continue;
        if (rest.length >= 4 && rest.at[0] == '<' && rest.at[3] == '>' &&
            test_hex(rest.at[1]) >= 0 && test_hex(rest.at[2]) >= 0) {
            bytes[length++] = (char)(test_hex(rest.at[1]) * 16 + test_hex(rest.at[2]));
            i += 4;
        } else {
            bytes[length++] = text.at[i++];
        }
    }
    return (heng_str){bytes, length};
}

static inline heng_str test_chomp(heng_str text)
{
    while (text.length && text.at[text.length - 1] == '\n') text.length--;
    return text;
}

static inline size_t test_each_record(const char *folder, const char *name,
                                      void (*each)(const test_record *record, heng_arena *arena))
{
    heng_arena texts;
    heng_arena_init(&texts, 64 << 20);
    heng_str text = test_read(&texts, folder, name);
    size_t count = 0, at = heng_str_find(text, HENG_STR("\n=== "), 0);
    while (at != SIZE_MAX) {
        size_t next = heng_str_find(text, HENG_STR("\n=== "), at + 1);
        heng_str block = heng_str_slice(text, at + 5, next == SIZE_MAX ? text.length : next + 1);
        size_t title = heng_str_find(block, HENG_STR("\n"), 0);
        size_t parted = heng_str_find(block, HENG_STR("\n---\n"), 0);
        if (parted == SIZE_MAX) fail_msg("%s: a record without ---: %.*s", name, HENG_PRINT(block));
        heng_arena arena;
        heng_arena_init(&arena, 64 << 20);
        test_record record = {
            .title = heng_str_slice(block, 0, title),
            .input = test_bytes(&arena, heng_str_slice(block, title + 1, parted + 1)),
            .expected = test_chomp(heng_str_slice(block, parted + 5, block.length)),
        };
        each(&record, &arena);
        heng_arena_deinit(&arena);
        count++;
        at = next;
    }
    heng_arena_deinit(&texts);
    return count;
}

static inline void test_compare(const test_record *record, heng_str found)
{
    found = test_chomp(found);
    if (heng_str_equal(found, record->expected)) return;
    fail_msg("%.*s\n--- expected\n%.*s\n--- found\n%.*s", HENG_PRINT(record->title),
             HENG_PRINT(record->expected), HENG_PRINT(found));
}

/* "line:column CODE message", one a line. */
static inline heng_str show_faults(heng_arena *arena, const heng_diagnostics *list)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 26);
    for (size_t i = 0; i < list->count; i++)
        heng_text_print(&out, "%u:%u %s %.*s\n", list->items[i].at.line, list->items[i].at.column,
                        list->items[i].code, HENG_PRINT(list->items[i].message));
    assert_false(out.failed);
    return heng_text_view(&out);
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
