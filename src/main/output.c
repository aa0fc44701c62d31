/* SPDX-License-Identifier: Apache-2.0 */
#include "main/output.h"
#include "base/json.h"

#include <assert.h>
#include <math.h>

heng_cell_out heng_cell_text(heng_str text)
{
    return (heng_cell_out){.shown = text};
}

heng_cell_out heng_cell_missing(heng_str shown)
{
    return (heng_cell_out){.shown = shown, .missing = true};
}

heng_cell_out heng_cell_number(heng_arena *arena, double value, int decimals, bool sign)
{
    char plain[HENG_NUMBER_TEXT];
    size_t plain_length = heng_number_write(value, plain);
    heng_cell_out cell = {.number = true};
    cell.plain = heng_str_copy(arena, (heng_str){plain, plain_length});
    heng_str digits = cell.plain;
    if (decimals >= 0) digits = heng_str_format(arena, "%.*f", decimals, value);
    bool negative = digits.length && digits.at[0] == '-';
    if (negative) digits = heng_str_slice(digits, 1, digits.length);
    bool zero = true;
    for (size_t i = 0; i < digits.length; i++) zero &= digits.at[i] == '0' || digits.at[i] == '.';
    const char *mark = zero ? "" : negative ? "\u2212" : sign ? "+" : "";
    cell.shown = heng_str_format(arena, "%s%.*s", mark, HENG_PRINT(digits));
    return cell;
}

static heng_str plain_text(const heng_cell_out *cell)
{
    if (cell->missing) return (heng_str){"", 0};
    return cell->plain.at ? cell->plain : cell->shown;
}

static void write_csv_cell(heng_text *text, heng_str cell)
{
    bool quote = heng_str_find(cell, HENG_STR("\""), 0) != SIZE_MAX ||
                 heng_str_find(cell, HENG_STR(","), 0) != SIZE_MAX ||
                 heng_str_find(cell, HENG_STR("\n"), 0) != SIZE_MAX;
    if (!quote) {
        heng_text_add(text, cell);
        return;
    }
    heng_text_add_char(text, '"');
    for (size_t i = 0; i < cell.length; i++) {
        if (cell.at[i] == '"') heng_text_add_char(text, '"');
        heng_text_add_char(text, cell.at[i]);
    }
    heng_text_add_char(text, '"');
}

static void write_csv(const heng_output *output, heng_text *text)
{
    for (size_t c = 0; c < output->column_count; c++) {
        if (c) heng_text_add_char(text, ',');
        write_csv_cell(text, heng_str_from(output->columns[c].key));
    }
    heng_text_add(text, HENG_STR("\r\n"));
    for (size_t i = 0; i < output->row_count * output->column_count; i++) {
        size_t c = i % output->column_count;
        if (c) heng_text_add_char(text, ',');
        write_csv_cell(text, plain_text(&output->cells[i]));
        if (c + 1 == output->column_count) heng_text_add(text, HENG_STR("\r\n"));
    }
}

static void write_json(const heng_output *output, heng_text *text)
{
    heng_json json;
    heng_json_init(&json, text);
    heng_json_open_array(&json);
    for (size_t r = 0; r < output->row_count; r++) {
        heng_json_open_object(&json);
        for (size_t c = 0; c < output->column_count; c++) {
            const heng_cell_out *cell = &output->cells[r * output->column_count + c];
            heng_json_key(&json, output->columns[c].key);
            double value = 0;
            heng_error ignored;
            if (cell->missing)
                heng_json_null(&json);
            else if (cell->number &&
                     heng_number_parse(plain_text(cell), &value, &ignored) == HENG_OK)
                heng_json_number(&json, value);
            else
                heng_json_string(&json, plain_text(cell));
        }
        heng_json_close_object(&json);
    }
    heng_json_close_array(&json);
    heng_text_add_char(text, '\n');
}

static void write_table_row(const heng_output *output, const size_t *widths, const heng_str *cells,
                            heng_text *text)
{
    bool first = true;
    for (size_t c = 0; c < output->column_count; c++) {
        if (output->columns[c].quiet) continue;
        if (!first) heng_text_add(text, HENG_STR("  "));
        first = false;
        size_t pad = widths[c] - heng_utf8_columns(cells[c]);
        for (size_t i = 0; output->columns[c].right && i < pad; i++) heng_text_add_char(text, ' ');
        heng_text_add(text, cells[c]);
        for (size_t i = 0; !output->columns[c].right && c + 1 < output->column_count && i < pad;
             i++)
            heng_text_add_char(text, ' ');
    }
    heng_text_add_char(text, '\n');
}

static heng_status write_table(const heng_output *output, heng_arena *arena, heng_text *text,
                               heng_error *err)
{
    size_t *widths = HENG_ARRAY(arena, output->column_count, size_t);
    heng_str *cells = HENG_ARRAY(arena, output->column_count, heng_str);
    if (!widths || !cells) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a table");
    for (size_t c = 0; c < output->column_count; c++) {
        cells[c] = heng_str_from(output->columns[c].title);
        widths[c] = heng_utf8_columns(cells[c]);
    }
    for (size_t i = 0; i < output->row_count * output->column_count; i++) {
        size_t columns = heng_utf8_columns(output->cells[i].shown);
        if (columns > widths[i % output->column_count]) widths[i % output->column_count] = columns;
    }
    write_table_row(output, widths, cells, text);
    for (size_t r = 0; r < output->row_count; r++) {
        for (size_t c = 0; c < output->column_count; c++)
            cells[c] = output->cells[r * output->column_count + c].shown;
        write_table_row(output, widths, cells, text);
    }
    return HENG_OK;
}

heng_status heng_output_write(const heng_output *output, heng_output_form form, heng_arena *arena,
                              FILE *out, heng_error *err)
{
    assert(output && output->column_count > 0);
    heng_text text;
    heng_text_init(&text, arena, (size_t)1 << 31);
    if (form == HENG_OUTPUT_CSV) write_csv(output, &text);
    if (form == HENG_OUTPUT_JSON) write_json(output, &text);
    if (form == HENG_OUTPUT_TABLE) {
        heng_status status = write_table(output, arena, &text, err);
        if (status) return status;
    }
    if (text.failed) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the output");
    if (fwrite(text.bytes, 1, text.length, out) != text.length)
        return heng_fail(err, HENG_IO, 0, "the output could not be written");
    return HENG_OK;
}
