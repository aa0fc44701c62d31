/* core/table/sheet.h: a workbook as it was handed in, before anyone asks what it means.
 *
 * A workbook is sheets in their order; a sheet is its filled cells, by row and then by column. Rows and
 * columns count from 1, as people count them, and 0 means none. What a cell holds is said by its kind;
 * its text is always there, as it stands in the file. Empty cells are not kept, but for those that
 * claim something (a formula without a result). A sheet says nothing about provinces or energy: that is
 * for flow/check.
 *
 * Invariant: cells ascend strictly by (row, column); rows ascend strictly and cover the cells exactly.
 * All text is valid UTF-8 and lives, as the arrays do, in the arena given to the builder. A cell takes
 * 32 bytes; the yearbook sheets of a province have some thousands, a year of meter readings a million.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/limits.h"
#include "base/text.h"

typedef enum heng_cell_kind {
    HENG_CELL_EMPTY,
    HENG_CELL_TEXT,
    HENG_CELL_NUMBER, /* `number` is set; text as in the file, up to 17 digits */
    HENG_CELL_YES_NO, /* number 1 or 0, text TRUE or FALSE */
    HENG_CELL_DATE,   /* text 2026-02-28 or 2026-02-28T09:30:00Z; number as in the file */
    HENG_CELL_ERROR,  /* text #DIV/0!, #NUM!, #N/A ... */
    HENG_CELL_KIND_COUNT
} heng_cell_kind;

const char *heng_cell_kind_name(heng_cell_kind kind); /* "empty", "text", "number" ... */

typedef struct heng_sheet_cell {
    uint32_t row;    /* 1 to HENG_SHEET_ROWS_MAX */
    uint16_t column; /* 1 to HENG_SHEET_COLUMNS_MAX */
    uint8_t kind;    /* heng_cell_kind */
    bool formula;    /* computed in the workbook; EMPTY with this set has no stored result */
    double number;
    heng_str text;
} heng_sheet_cell;

typedef struct heng_sheet_row {
    uint32_t number; /* from 1 */
    uint32_t cell_count;
    const heng_sheet_cell *cells;
} heng_sheet_row;

/* A rectangle of cells, both corners included: B2:D2. */
typedef struct heng_sheet_range {
    uint32_t first_row, last_row;
    uint32_t first_column, last_column;
} heng_sheet_range;

typedef struct heng_sheet {
    heng_str name;
    bool hidden;
    const heng_sheet_cell *cells;
    size_t cell_count;
    const heng_sheet_row *rows; /* those that have cells */
    size_t row_count;
    const heng_sheet_range *merged;
    size_t merged_count;
} heng_sheet;

typedef struct heng_workbook {
    heng_str file; /* its name, for messages */
    const heng_sheet *sheets;
    size_t sheet_count;
} heng_workbook;

/* The row of that number, or NULL when nothing stands in it. */
const heng_sheet_row *heng_sheet_row_at(const heng_sheet *sheet, uint32_t number);
/* The cell, or NULL when it is empty. */
const heng_sheet_cell *heng_sheet_cell_at(const heng_sheet *sheet, uint32_t row, uint32_t column);
const heng_sheet_cell *heng_sheet_row_cell(const heng_sheet_row *row, uint32_t column);

/* Addresses as people write them: B7, XFD1048576. */
enum { HENG_ADDRESS_TEXT = 16 };
size_t heng_address_write(uint32_t row, uint32_t column, char out[HENG_ADDRESS_TEXT]);
size_t heng_column_write(uint32_t column, char out[HENG_ADDRESS_TEXT]); /* 28 is AB */
/* False, with the outputs untouched, unless the whole text is one address within the limits. */
bool heng_address_parse(heng_str text, uint32_t *row, uint32_t *column);
bool heng_range_parse(heng_str text, heng_sheet_range *out); /* B2:D2, or B2 alone */

/* Collects the cells of one sheet, in any arena, in ascending order. After a failure the rest is
 * dropped and heng_sheet_seal says so. */
typedef struct heng_sheet_builder {
    heng_arena *arena;
    heng_sheet_cell *cells;
    size_t count, capacity;
    size_t row_count;
    heng_sheet_range *merged;
    size_t merged_count, merged_capacity;
    bool failed; /* memory ran out */
} heng_sheet_builder;

void heng_sheet_build(heng_sheet_builder *builder, heng_arena *arena);
/* False, and nothing is added, when the cell does not come after the one before it: a fault of the
 * file, not of the program. Asserts the limits of row and column. */
bool heng_sheet_add(heng_sheet_builder *builder, heng_sheet_cell cell);
void heng_sheet_merge(heng_sheet_builder *builder, heng_sheet_range range);
/* Statuses: HENG_NO_MEMORY. */
heng_status heng_sheet_seal(heng_sheet_builder *builder, heng_str name, bool hidden,
                            heng_sheet *out, heng_error *err);
