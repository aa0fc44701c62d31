/* core/rule/case_file.h: a file of worked examples as a plain structure, just as it was written.
 *
 *   use intensity
 *
 *   case "A missing fuel makes the total unknown"
 *   # a remark
 *   source "Illustrative figures"
 *   province | year | burned[coal] || co2
 *            |      | t            || t CO2
 *   ZJ       | 2022 | NE           || ?
 *
 * A table is lines without a blank line between them: the heads of the columns, their units, and one line
 * a point. Left of || is given, right is expected; a table without || is all given. Nothing is resolved
 * here: heads, units and cells are text with their places; heng_case_run (case.h) gives them meaning.
 * Faults are diagnostics with codes R901 to R910, all at once; a faulty table is left out.
 * Codes R920 and up are those of the runner.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"

/* burned[bituminous], three_fuel.co2, province, year */
typedef struct heng_case_column {
    heng_word head; /* the whole head as written */
    heng_path name;
    heng_word keys[HENG_KEYS_MAX];
    unsigned key_count;
    heng_word unit; /* of the second line; length 0 when empty */
    bool expected;  /* right of || */
} heng_case_column;

typedef struct heng_case_table {
    heng_locus at; /* its first line */
    unsigned column_count;
    unsigned given_count; /* the columns before || come first */
    heng_case_column *columns;
    unsigned row_count;
    heng_word *cells; /* row_count x column_count, by row; length 0 when empty */
    struct heng_case_table *next;
} heng_case_table;

typedef struct heng_case {
    heng_locus at; /* the line with its label */
    heng_label label;
    heng_label source; /* at.length 0 when absent */
    heng_word *comments;
    unsigned comment_count; /* lines from # on, inside the case */
    heng_case_table *tables;
    struct heng_case *next;
} heng_case;

typedef struct heng_case_file {
    heng_word *uses; /* names of rule files */
    unsigned use_count;
    heng_case *cases;
    size_t case_count;
} heng_case_file;

/* Texts are views of `text`, or copies in the arena where something was escaped. Statuses:
 * HENG_TOO_LARGE, HENG_NO_MEMORY. A file with faults is HENG_OK; ask diagnostics->found. */
heng_status heng_case_read(uint32_t file, heng_str text, heng_arena *arena,
                           heng_diagnostics *diagnostics, heng_case_file *out, heng_error *err);
