/* main/output.h: one result, written as a table for people, or as JSON or CSV for programs.
 *
 * Cells are text, already formatted for people; a cell may carry the plain value for programs. A column
 * is left or right aligned. Wide characters count two columns of the terminal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>

typedef enum heng_output_form {
    HENG_OUTPUT_TABLE,
    HENG_OUTPUT_JSON,
    HENG_OUTPUT_CSV
} heng_output_form;

typedef struct heng_column {
    const char *key;   /* for JSON and CSV: annual_change */
    const char *title; /* for people; in the chosen language */
    bool right;
    bool quiet; /* left out of the table for people */
} heng_column;

typedef struct heng_cell_out {
    heng_str shown; /* for people */
    heng_str plain; /* for programs; `shown` when .at is NULL */
    bool number;    /* plain is a number: written bare in JSON */
    bool missing;   /* null in JSON, empty in CSV */
} heng_cell_out;

typedef struct heng_output {
    const heng_column *columns;
    size_t column_count;
    const heng_cell_out *cells; /* row_count x column_count */
    size_t row_count;
} heng_output;

heng_status heng_output_write(const heng_output *output, heng_output_form form, heng_arena *arena,
                              FILE *out, heng_error *err);

heng_cell_out heng_cell_text(heng_str text);
heng_cell_out heng_cell_missing(heng_str shown);
/* Shown with `decimals` decimals, or as short as it reads back when `decimals` < 0; always with a sign
 * where `sign`. The minus sign is U+2212 for people and a hyphen for programs. */
heng_cell_out heng_cell_number(heng_arena *arena, double value, int decimals, bool sign);
