/* test/flow/case_table.h: text tables of test/cases: `name | input | expected`, one case a line.
 *
 * Lines that are empty or start with # are skipped. Fields are trimmed, then unescaped: \n \r \t \\ \p
 * (a bar) \s (a blank) and \xHH. Runs one function a case and says which case failed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASE_FIELDS_MAX = 8 };

typedef struct case_row {
    heng_str fields[CASE_FIELDS_MAX];
    size_t count;
    size_t line;
} case_row;

static inline heng_str case_file(heng_arena *arena, const char *folder, const char *name)
{
    char path[1024];
    const char *cases = getenv("HENG_CASES");
    assert_non_null(cases);
    snprintf(path, sizeof path, "%s/%s/%s", cases, folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *bytes = heng_arena_alloc(arena, (size_t)length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)length, file), length);
    fclose(file);
    return (heng_str){bytes, (size_t)length};
}

static inline char case_hex(char c)
{
    return (char)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

static inline heng_str case_unescape(heng_arena *arena, heng_str field)
{
    char *out = heng_arena_alloc(arena, field.length + 1);
    assert_non_null(out);
    size_t length = 0;
    for (size_t i = 0; i < field.length; i++) {
        char c = field.at[i];
        if (c != '\\' || i + 1 == field.length) {
            out[length++] = c;
            continue;
        }
        c = field.at[++i];
        if (c == 'x' && i + 2 < field.length + 0) {
            out[length++] = (char)(case_hex(field.at[i + 1]) * 16 + case_hex(field.at[i + 2]));
            i += 2;
            continue;
        }
        out[length++] = c == 'n'   ? '\n'
                        : c == 'r' ? '\r'
                        : c == 't' ? '\t'
                        : c == 'p' ? '|'
                        : c == 's' ? ' '
                                   : c;
    }
    return (heng_str){out, length};
}

static inline size_t case_run(heng_arena *arena, const char *folder, const char *name,
                              void (*run)(const case_row *row))
{
    heng_str rest = case_file(arena, folder, name), line;
    size_t number = 0, count = 0;
    while (heng_str_cut(&rest, '\n', &line)) {
        number++;
        line = heng_str_trim(line);
        if (!line.length || line.at[0] == '#') continue;
        case_row row = {.line = number};
        heng_str field;
        while (row.count < CASE_FIELDS_MAX && heng_str_cut(&line, '|', &field))
            row.fields[row.count++] = case_unescape(arena, heng_str_trim(field));
        print_message("# %s:%zu %.*s\n", name, number, HENG_PRINT(row.fields[0]));
        run(&row);
        count++;
    }
    return count;
}
