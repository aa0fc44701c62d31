/* One worksheet: its cells in order, and which of them are merged.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/rules.h"
#include "flow/accept/xlsx.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* Days from 1899-12-30 and from 1904-01-01 to 1970-01-01; the last day that a serial may name. */
enum {
    DAYS_1900 = 25569,
    DAYS_1904 = 24107,
    LAST_SERIAL = 2958465,
    NO_DAY = 60,
    DAY_SECONDS = 86400
};

static bool is(const char *name, const char *word)
{
    return strcmp(name, word) == 0;
}

size_t heng_accept__date_write(double serial, bool from_1904, char out[HENG_INSTANT_TEXT])
{
    if (!(serial >= 1 && serial <= LAST_SERIAL)) return 0;
    double day = floor(serial);
    double seconds = round((serial - day) * DAY_SECONDS);
    if (!from_1904 && day == NO_DAY) return 0;
    int64_t days = (int64_t)day - (from_1904 ? DAYS_1904 : DAYS_1900);
    if (!from_1904 && day < NO_DAY) days++;
    return heng_instant_write((days * DAY_SECONDS + (int64_t)seconds) * INT64_C(1000000), out);
}

static void found(heng_accept__sheet *sheet, heng_accept_rule rule, heng_str text, heng_str detail,
                  heng_str second)
{
    heng_finding_place place = sheet->place;
    place.row = sheet->row;
    place.column = sheet->column;
    place.cell = text;
    heng_accept__found(sheet->findings, rule, place, detail, second);
}

static void keep(heng_accept__sheet *sheet, heng_cell_kind kind, double number, heng_str text)
{
    heng_sheet_cell cell = {
        .row = sheet->row,
        .column = (uint16_t)sheet->column,
        .kind = (uint8_t)kind,
        .formula = sheet->has_formula,
        .number = number,
        .text = text,
    };
    if (!heng_sheet_add(&sheet->builder, cell))
        found(sheet, ACCEPT_CELL_PLACE, text, heng_str_from(sheet->address), (heng_str){0});
}

static heng_str copy(heng_accept__sheet *sheet, heng_str text)
{
    heng_str kept = heng_str_copy(sheet->arena, text);
    if (!kept.at) sheet->no_memory = true;
    return kept;
}

/* ---- values by type ---- */

static void keep_text(heng_accept__sheet *sheet, heng_str text)
{
    if (text.length) keep(sheet, HENG_CELL_TEXT, 0, copy(sheet, text));
}

static void keep_shared(heng_accept__sheet *sheet, heng_str value)
{
    char limit[HENG_NUMBER_TEXT];
    int64_t index;
    heng_error err;
    bool known = heng_integer_parse(value, &index, &err) == HENG_OK && index >= 0 &&
                 (uint64_t)index < sheet->strings->count;
    if (!known) {
        found(sheet, ACCEPT_SHARED_TEXT, value, value, (heng_str){0});
        return;
    }
    heng_str text = sheet->strings->items[index];
    heng_str most = {limit, heng_number_write(HENG_CELL_TEXT_MAX, limit)};
    if (!text.at)
        found(sheet, ACCEPT_LONG_CELL, text, most, (heng_str){0});
    else if (text.length)
        keep(sheet, HENG_CELL_TEXT, 0, text);
}

static void keep_number(heng_accept__sheet *sheet, heng_str value)
{
    double number;
    heng_error err;
    char date[HENG_INSTANT_TEXT];
    if (heng_number_parse(value, &number, &err)) {
        found(sheet, ACCEPT_CELL_VALUE, value, value, HENG_STR("number"));
        return;
    }
    bool dated = sheet->style < sheet->styles->count && sheet->styles->dates[sheet->style];
    size_t length = dated ? heng_accept__date_write(number, sheet->from_1904, date) : 0;
    if (length)
        keep(sheet, HENG_CELL_DATE, number, copy(sheet, (heng_str){date, length}));
    else
        keep(sheet, HENG_CELL_NUMBER, number, copy(sheet, value));
}

/* 18.18.11: t="d" holds ISO 8601; the hour may come without a zone. */
static void keep_date(heng_accept__sheet *sheet, heng_str value)
{
    char zoned[HENG_INSTANT_TEXT], text[HENG_INSTANT_TEXT];
    heng_instant instant;
    heng_error err;
    heng_str whole = value;
    if (value.length > 10 && value.length < sizeof zoned - 1 && value.at[value.length - 1] != 'Z') {
        memcpy(zoned, value.at, value.length);
        zoned[value.length] = 'Z';
        whole = (heng_str){zoned, value.length + 1};
    }
    if (heng_instant_parse(whole, false, &instant, &err)) {
        found(sheet, ACCEPT_CELL_VALUE, value, value, HENG_STR("date"));
        return;
    }
    size_t length = heng_instant_write(instant, text);
    keep(sheet, HENG_CELL_DATE, 0, copy(sheet, (heng_str){text, length}));
}

static void keep_yes_no(heng_accept__sheet *sheet, heng_str value)
{
    bool yes = heng_str_is(value, "1") || heng_str_is(value, "true");
    if (!yes && !heng_str_is(value, "0") && !heng_str_is(value, "false")) {
        found(sheet, ACCEPT_CELL_VALUE, value, value, HENG_STR("yes/no"));
        return;
    }
    keep(sheet, HENG_CELL_YES_NO, yes, yes ? HENG_STR("TRUE") : HENG_STR("FALSE"));
}

/* ---- cells ---- */

static void end_cell(heng_accept__sheet *sheet)
{
    char limit[HENG_NUMBER_TEXT];
    heng_str value = {sheet->buffer.bytes, sheet->buffer.length};
    if (sheet->misplaced) return;
    if (sheet->buffer.overfull) {
        heng_str most = {limit, heng_number_write(HENG_CELL_TEXT_MAX, limit)};
        found(sheet, ACCEPT_LONG_CELL, value, most, (heng_str){0});
        return;
    }
    if (!sheet->has_value || (!value.length && !is(sheet->type, "str"))) {
        if (sheet->has_formula) keep(sheet, HENG_CELL_EMPTY, 0, (heng_str){"", 0});
        return;
    }
    if (is(sheet->type, "inlineStr") || is(sheet->type, "str")) {
        keep_text(sheet, heng_accept__buffer_text(&sheet->buffer));
        return;
    }
    value = heng_str_trim(value);
    if (is(sheet->type, "s"))
        keep_shared(sheet, value);
    else if (is(sheet->type, "b"))
        keep_yes_no(sheet, value);
    else if (is(sheet->type, "e"))
        keep(sheet, HENG_CELL_ERROR, 0, copy(sheet, value));
    else if (is(sheet->type, "d"))
        keep_date(sheet, value);
    else
        keep_number(sheet, value);
}

static uint32_t number_of(const char *text)
{
    int64_t number;
    heng_error err;
    if (!text || heng_integer_parse(heng_str_from(text), &number, &err)) return 0;
    return number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

/* Where a row or cell has no address, it follows the one before. */
static void begin_row(heng_accept__sheet *sheet, const char *const *attributes)
{
    const char *number = heng_accept__xml_attribute(attributes, "r");
    uint32_t row = number ? number_of(number) : sheet->row + 1;
    sheet->column = 0;
    if (row >= 1 && row <= HENG_SHEET_ROWS_MAX) {
        sheet->row = row;
        return;
    }
    sheet->row = 0; /* its cells must say where they stand */
    heng_accept__found(sheet->findings, ACCEPT_CELL_PLACE, sheet->place,
                       heng_str_from(number ? number : ""), (heng_str){0});
}

static void begin_cell(heng_accept__sheet *sheet, const char *const *attributes)
{
    const char *address = heng_accept__xml_attribute(attributes, "r");
    const char *type = heng_accept__xml_attribute(attributes, "t");
    uint32_t row = sheet->row, column = sheet->column + 1;
    snprintf(sheet->address, sizeof sheet->address, "%s", address ? address : "");
    snprintf(sheet->type, sizeof sheet->type, "%s", type ? type : "n");
    sheet->style = number_of(heng_accept__xml_attribute(attributes, "s"));
    sheet->in_cell = true;
    sheet->has_formula = sheet->has_value = false;
    sheet->buffer.length = 0;
    sheet->buffer.overfull = false;
    sheet->misplaced = address ? !heng_address_parse(heng_str_from(address), &row, &column)
                               : !row || column > HENG_SHEET_COLUMNS_MAX;
    if (sheet->misplaced) {
        found(sheet, ACCEPT_CELL_PLACE, (heng_str){0}, heng_str_from(sheet->address),
              (heng_str){0});
        return;
    }
    sheet->row = row;
    sheet->column = column;
}

static void merge(heng_accept__sheet *sheet, const char *const *attributes)
{
    heng_sheet_range range;
    const char *reference = heng_accept__xml_attribute(attributes, "ref");
    if (reference && heng_range_parse(heng_str_from(reference), &range))
        heng_sheet_merge(&sheet->builder, range);
}

static bool on_open(void *context, const char *name, const char *const *attributes)
{
    heng_accept__sheet *sheet = context;
    if (!sheet->in_cell) {
        if (is(name, "row"))
            begin_row(sheet, attributes);
        else if (is(name, "c"))
            begin_cell(sheet, attributes);
        else if (is(name, "mergeCell"))
            merge(sheet, attributes);
        return true;
    }
    if (is(name, "f")) sheet->has_formula = true;
    if (is(name, "v")) sheet->in_value = sheet->has_value = true;
    if (is(name, "is")) sheet->in_inline = sheet->has_value = true;
    if (is(name, "rPh")) sheet->in_phonetic++;
    if (is(name, "t")) sheet->in_text = true;
    return true;
}

static bool on_close(void *context, const char *name)
{
    heng_accept__sheet *sheet = context;
    if (is(name, "c") && sheet->in_cell) {
        sheet->in_cell = false;
        end_cell(sheet);
    }
    if (is(name, "v")) sheet->in_value = false;
    if (is(name, "is")) sheet->in_inline = false;
    if (is(name, "rPh") && sheet->in_phonetic) sheet->in_phonetic--;
    if (is(name, "t")) sheet->in_text = false;
    return !sheet->no_memory && !sheet->builder.failed;
}

static bool on_text(void *context, heng_str piece)
{
    heng_accept__sheet *sheet = context;
    bool inside = sheet->in_inline && sheet->in_text && !sheet->in_phonetic;
    if (sheet->in_cell && (sheet->in_value || inside))
        heng_accept__buffer_add(&sheet->buffer, piece);
    return true;
}

heng_accept__xml heng_accept__sheet_reader(heng_accept__sheet *sheet)
{
    return (heng_accept__xml){sheet, on_open, on_close, on_text};
}
