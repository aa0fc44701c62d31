/* Text with separators, read as RFC 4180 has it. A row is a record: a line break inside quotation marks
 * is text. Faults are noted and reading goes on with the next cell.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "flow/accept/encoding.h"
#include "flow/accept/rules.h"

#include <assert.h>

typedef struct csv_reader {
    heng_str text;
    size_t at;
    char separator;
    uint32_t row, column;
    heng_arena *arena;
    heng_sheet_findings *findings;
    heng_finding_place place;
    heng_sheet_builder builder;
    bool no_memory;
    bool stopped; /* a limit of the sheet was passed: the rest is left unread */
} csv_reader;

static bool ends_cell(const csv_reader *reader, size_t at)
{
    if (at >= reader->text.length) return true;
    char c = reader->text.at[at];
    return c == reader->separator || c == '\n' || c == '\r';
}

static void found(csv_reader *reader, heng_accept_rule rule, heng_str cell, heng_str detail)
{
    heng_finding_place place = reader->place;
    place.row = reader->row;
    place.column = reader->column;
    place.cell = cell;
    heng_accept__found(reader->findings, rule, place, detail, (heng_str){0});
}

static heng_str digits_of(size_t number, char out[HENG_NUMBER_TEXT])
{
    return (heng_str){out, heng_number_write((double)number, out)};
}

/* Drops the second of each two quotation marks. */
static heng_str unescape(csv_reader *reader, heng_str quoted)
{
    char *out = heng_arena_alloc(reader->arena, quoted.length);
    if (!out) {
        reader->no_memory = true;
        return (heng_str){0};
    }
    size_t length = 0;
    for (size_t i = 0; i < quoted.length; i++) {
        out[length++] = quoted.at[i];
        if (quoted.at[i] == '"') i++;
    }
    return (heng_str){out, length};
}

/* From the opening quotation mark to the end of the cell. False when the cell has a fault. */
static bool read_quoted(csv_reader *reader, heng_str *cell)
{
    heng_str text = reader->text;
    size_t from = reader->at + 1, at = from;
    bool escaped = false;
    for (; at < text.length; at++) {
        if (text.at[at] != '"') continue;
        if (at + 1 == text.length || text.at[at + 1] != '"') break;
        escaped = true;
        at++;
    }
    if (at >= text.length) {
        found(reader, ACCEPT_OPEN_QUOTE, heng_str_slice(text, reader->at, text.length),
              (heng_str){0});
        reader->at = text.length;
        return false;
    }
    heng_str inner = heng_str_slice(text, from, at);
    size_t behind = at + 1, end = behind;
    while (!ends_cell(reader, end)) end++;
    if (end > behind) {
        found(reader, ACCEPT_AFTER_QUOTE, heng_str_slice(text, reader->at, end),
              heng_str_slice(text, behind, end));
        reader->at = end;
        return false;
    }
    reader->at = end;
    *cell = escaped ? unescape(reader, inner) : inner;
    return true;
}

static bool read_plain(csv_reader *reader, heng_str *cell)
{
    size_t end = reader->at;
    while (!ends_cell(reader, end)) end++;
    *cell = heng_str_slice(reader->text, reader->at, end);
    reader->at = end;
    if (!cell->length || !memchr(cell->at, '"', cell->length)) return true;
    found(reader, ACCEPT_STRAY_QUOTE, *cell, (heng_str){0});
    return false;
}

static void keep_cell(csv_reader *reader, heng_str cell)
{
    char digits[HENG_NUMBER_TEXT];
    if (cell.length == 0) return;
    if (cell.length > HENG_CELL_TEXT_MAX) {
        found(reader, ACCEPT_LONG_CELL, cell, digits_of(HENG_CELL_TEXT_MAX, digits));
        return;
    }
    bool in_order =
        heng_sheet_add(&reader->builder, (heng_sheet_cell){.row = reader->row,
                                                           .column = (uint16_t)reader->column,
                                                           .kind = HENG_CELL_TEXT,
                                                           .text = cell});
    assert(in_order);
}

static void read_cell(csv_reader *reader)
{
    heng_str cell = {0};
    bool quoted = reader->at < reader->text.length && reader->text.at[reader->at] == '"';
    bool sound = quoted ? read_quoted(reader, &cell) : read_plain(reader, &cell);
    if (sound && !reader->no_memory) keep_cell(reader, cell);
}

static void stop(csv_reader *reader, heng_accept_rule rule)
{
    char row[HENG_NUMBER_TEXT], limit[HENG_NUMBER_TEXT];
    bool columns = rule == ACCEPT_MANY_COLUMNS;
    heng_finding_place place = reader->place;
    place.row = reader->row;
    heng_str most = digits_of(columns ? HENG_SHEET_COLUMNS_MAX : HENG_SHEET_ROWS_MAX, limit);
    heng_accept__found(reader->findings, rule, place, columns ? digits_of(reader->row, row) : most,
                       most);
    reader->stopped = true;
}

static void skip_line_end(csv_reader *reader)
{
    heng_str text = reader->text;
    bool pair = text.at[reader->at] == '\r' && reader->at + 1 < text.length &&
                text.at[reader->at + 1] == '\n';
    reader->at += pair ? 2 : 1;
}

static void read_rows(csv_reader *reader)
{
    while (reader->at < reader->text.length && !reader->stopped && !reader->no_memory) {
        if (reader->row == HENG_SHEET_ROWS_MAX) {
            stop(reader, ACCEPT_MANY_ROWS);
            return;
        }
        reader->row++;
        reader->column = 1;
        read_cell(reader);
        while (reader->at < reader->text.length &&
               reader->text.at[reader->at] == reader->separator) {
            if (reader->column == HENG_SHEET_COLUMNS_MAX) {
                stop(reader, ACCEPT_MANY_COLUMNS);
                return;
            }
            reader->at++;
            reader->column++;
            read_cell(reader);
        }
        if (reader->at < reader->text.length) skip_line_end(reader);
    }
}

/* The separator that is used most, outside quotation marks, by the first line that uses any; a comma
 * when none does. A title above the header uses none, and the header decides before the cells below it,
 * which may hold "coal;census_4". */
static char separator_of(heng_str text)
{
    static const char marks[] = {',', ';', '\t'};
    size_t counts[sizeof marks] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == '"') quoted = !quoted;
        if ((c == '\n' || c == '\r') && !quoted && counts[best]) break;
        for (size_t m = 0; m < sizeof marks && !quoted; m++) {
            counts[m] += c == marks[m];
            if (counts[m] > counts[best]) best = m;
        }
    }
    return marks[best];
}

/* "data/facts.csv" is sheet "facts". */
static heng_str stem(heng_str name)
{
    for (size_t i = name.length; i > 0; i--)
        if (name.at[i - 1] == '/' || name.at[i - 1] == '\\') {
            name = heng_str_slice(name, i, name.length);
            break;
        }
    for (size_t i = name.length; i > 1; i--)
        if (name.at[i - 1] == '.') return heng_str_slice(name, 0, i - 1);
    return name;
}

static bool describe(heng_accepted *accepted, heng_arena *arena)
{
    bool comma = accepted->separator == ',', semicolon = accepted->separator == ';';
    size_t rows = accepted->workbook.sheets->row_count;
    accepted->said_en =
        heng_str_format(arena, "%zu rows of text with %s between the cells, read as %.*s", rows,
                        comma       ? "commas"
                        : semicolon ? "semicolons"
                                    : "tabs",
                        HENG_PRINT(accepted->encoding));
    accepted->said_zh = heng_str_format(arena, "文本共 %zu 行，以%s分隔，按 %.*s 编码读取", rows,
                                        comma       ? "逗号"
                                        : semicolon ? "分号"
                                                    : "制表符",
                                        HENG_PRINT(accepted->encoding));
    accepted->workbook.file = heng_str_copy(arena, accepted->workbook.file);
    return accepted->said_en.at && accepted->said_zh.at && accepted->workbook.file.at;
}

heng_status heng_accept_csv(heng_str bytes, heng_str name, heng_arena *arena,
                            heng_sheet_findings *findings, heng_accepted *out, heng_error *err)
{
    assert(arena && findings && out && err);
    size_t found_before = findings->found;
    heng_finding_place place = {.file = name};
    heng_accepted accepted = {.format = HENG_FORMAT_CSV};
    heng_str text;
    heng_status status =
        heng_accept__decode(bytes, place, arena, findings, &text, &accepted.encoding, err);
    if (status) return status;
    if (findings->found == found_before && text.length == 0)
        heng_accept__found(findings, ACCEPT_EMPTY, place, (heng_str){0}, (heng_str){0});
    if (findings->found > found_before) return HENG_OK;

    place.sheet = stem(name);
    place.sheet_number = 1;
    csv_reader reader = {.text = text, .arena = arena, .findings = findings, .place = place};
    reader.separator = accepted.separator = separator_of(text);
    heng_sheet_build(&reader.builder, arena);
    read_rows(&reader);
    heng_sheet *sheet = HENG_NEW(arena, heng_sheet);
    if (reader.no_memory || !sheet)
        return heng_fail(err, HENG_NO_MEMORY, reader.row, "no memory at row %u of %.*s", reader.row,
                         HENG_PRINT(name));
    status = heng_sheet_seal(&reader.builder, place.sheet, false, sheet, err);
    if (status || findings->found > found_before) return status;
    accepted.workbook = (heng_workbook){.file = name, .sheets = sheet, .sheet_count = 1};
    if (!describe(&accepted, arena))
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to name what was read");
    *out = accepted;
    return HENG_OK;
}
