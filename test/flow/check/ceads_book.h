/* test/flow/check/ceads_book.h: a small workbook in the layout of the CEADs inventories, made by hand.
 *
 * Figures are whole numbers of 1/64 Mt, so that sums are exact: sector r (from 1) under fuel c (from 1)
 * emits (r * 20 + c) / 64 where (r + c) is a multiple of 3, else 0.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/check/ceads.h"
#include "test/flow/accept/xlsx_build.h"

typedef struct ceads_change {
    const char *cell;  /* F9 of every sheet */
    const char *inner; /* what stands there instead */
} ceads_change;

enum { CEADS_SHEET_COLUMNS = 23, CEADS_FIRST_ROW = 5, CEADS_TOTAL_ROW = 4 };

static inline double ceads_figure(size_t row, size_t fuel)
{
    return (row + fuel) % 3 ? 0 : (double)(row * 20 + fuel) / 64;
}

/* The fuel, from 1, that stands in column 2 to 23 of the sheet; 0 for scope 2; 20 for the total. */
static inline size_t ceads_fuel_in(size_t column)
{
    if (column <= 18) return column - 1;
    if (column <= 20) return 0;
    return column - 3;
}

static inline double ceads_cell(size_t row, size_t column)
{
    size_t fuel = ceads_fuel_in(column);
    double sum = 0;
    if (!fuel) return 0;
    size_t first_row = row ? row : 1, last_row = row ? row : HENG_CEADS_SECTORS;
    size_t first = fuel <= HENG_CEADS_FUELS ? fuel : 1;
    size_t last = fuel <= HENG_CEADS_FUELS ? fuel : HENG_CEADS_FUELS;
    for (size_t r = first_row; r <= last_row; r++)
        for (size_t f = first; f <= last; f++) sum += ceads_figure(r, f);
    return sum;
}

static inline void ceads_text(heng_text *text, const char *address, const char *value)
{
    heng_text_print(text, "<c r=\"%s\" t=\"inlineStr\"><is><t>", address);
    for (; *value; value++) heng_text_print(text, *value == '&' ? "&amp;" : "%c", *value);
    heng_text_print(text, "</t></is></c>");
}

static inline void ceads_put(heng_text *text, size_t row, size_t column, const char *value,
                             bool number, const ceads_change *change)
{
    char address[16];
    snprintf(address, sizeof address, "%c%zu", (char)('A' + column - 1), row);
    if (change && strcmp(change->cell, address) == 0)
        heng_text_print(text, "<c r=\"%s\"%s</c>", address, change->inner);
    else if (number)
        heng_text_print(text, "<c r=\"%s\"><v>%s</v></c>", address, value);
    else
        ceads_text(text, address, value);
}

static inline heng_str ceads_sheet(heng_arena *arena, const ceads_change *change)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 22);
    heng_text_print(&text, "<sheetData><row r=\"1\">");
    for (size_t column = 2; column <= CEADS_SHEET_COLUMNS; column++) {
        size_t fuel = ceads_fuel_in(column);
        const char *name = column == 19              ? "Scope_2_Heat"
                           : column == 20            ? "Scope 2 Electricity"
                           : fuel > HENG_CEADS_FUELS ? "Scope_1_Total"
                                                     : heng_ceads_fuels[fuel - 1].label_en;
        ceads_put(&text, 1, column, name, false, change);
    }
    heng_text_print(&text, "</row><row r=\"2\">");
    for (size_t column = 2; column <= CEADS_SHEET_COLUMNS; column++)
        ceads_put(&text, 2, column, "Mt CO2", false, change);
    heng_text_print(&text, "</row>");
    for (size_t row = 0; row <= HENG_CEADS_SECTORS; row++) {
        size_t number = row + CEADS_TOTAL_ROW;
        heng_text_print(&text, "<row r=\"%zu\">", number);
        ceads_put(&text, number, 1,
                  row ? heng_ceads_sectors[row - 1].label_en : "Total Consumption  ", false,
                  change);
        for (size_t column = 2; column <= CEADS_SHEET_COLUMNS; column++) {
            char value[HENG_NUMBER_TEXT];
            heng_number_write(ceads_cell(row, column), value);
            ceads_put(&text, number, column, value, true, change);
        }
        heng_text_print(&text, "</row>");
    }
    heng_text_print(&text, "</sheetData>");
    assert_false(text.failed);
    return heng_text_view(&text);
}

static inline heng_str ceads_book(heng_arena *arena, const char *sheet_name,
                                  const ceads_change *change)
{
    xlsx_sheet sheets[] = {
        {"NOTE", NULL,
         HENG_STR("<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Notes</t>"
                  "</is></c></row></sheetData>")},
        {sheet_name, NULL, ceads_sheet(arena, change)},
    };
    xlsx_book book = {sheets, 2, NULL, NULL, NULL};
    return xlsx_make(arena, &book);
}
