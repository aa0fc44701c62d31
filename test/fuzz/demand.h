/* test/fuzz/demand.h: what every sheet must be, whatever bytes it came from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static inline void demand(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static inline void demand_sheet(const heng_sheet *sheet)
{
    size_t cells = 0;
    for (size_t r = 0; r < sheet->row_count; r++) {
        const heng_sheet_row *row = &sheet->rows[r];
        demand(row->cell_count > 0 && row->cells == sheet->cells + cells, "rows cover the cells");
        demand(r == 0 || sheet->rows[r - 1].number < row->number, "rows ascend");
        for (uint32_t i = 0; i < row->cell_count; i++) {
            const heng_sheet_cell *cell = &row->cells[i];
            demand(cell->row == row->number, "a cell stands in its row");
            demand(i == 0 || row->cells[i - 1].column < cell->column, "cells ascend");
            demand(heng_utf8_valid(cell->text) == cell->text.length, "text is UTF-8");
            demand(cell->text.length <= HENG_CELL_TEXT_MAX, "text fits a cell");
            demand(isfinite(cell->number), "numbers are finite");
        }
        cells += row->cell_count;
    }
    demand(cells == sheet->cell_count, "all cells stand in rows");
}

static inline uint64_t sheet_hash(const heng_sheet *sheet)
{
    uint64_t hash = sheet->cell_count;
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const heng_sheet_cell *cell = &sheet->cells[i];
        hash = hash * 31 + heng_str_hash(cell->text);
        hash = hash * 31 + cell->row * 16384u + cell->column + cell->kind;
    }
    return hash;
}
