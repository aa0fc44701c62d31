/* flow/serve/csv.c: tables as comma-separated text (RFC 4180).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"

void heng_serve__csv_init(heng_csv *csv, heng_text *out)
{
    *csv = (heng_csv){.out = out};
    heng_text_add(out, HENG_STR("\xEF\xBB\xBF"));
}

static void begin_cell(heng_csv *csv)
{
    if (csv->in_row) heng_text_add_char(csv->out, ',');
    csv->in_row = true;
}

/* Spreadsheets run what begins so, unless it reads as a number. */
static bool looks_like_formula(heng_str value)
{
    if (!value.length || !memchr("=+-@\t\r", value.at[0], 6)) return false;
    double number;
    heng_error err;
    return heng_number_parse(value, &number, &err) != HENG_OK;
}

void heng_serve__csv_text(heng_csv *csv, heng_str value)
{
    begin_cell(csv);
    bool quoted = looks_like_formula(value);
    for (size_t i = 0; i < value.length && !quoted; i++)
        quoted = memchr(",\"\r\n", value.at[i], 4) != NULL;
    if (!quoted) {
        heng_text_add(csv->out, value);
        return;
    }
    heng_text_add_char(csv->out, '"');
    if (looks_like_formula(value)) heng_text_add_char(csv->out, '\'');
    for (size_t i = 0; i < value.length; i++) {
        if (value.at[i] == '"') heng_text_add_char(csv->out, '"');
        heng_text_add_char(csv->out, value.at[i]);
    }
    heng_text_add_char(csv->out, '"');
}

void heng_serve__csv_literal(heng_csv *csv, const char *value)
{
    heng_serve__csv_text(csv, heng_str_from(value));
}

void heng_serve__csv_number(heng_csv *csv, double value)
{
    begin_cell(csv);
    heng_text_add_number(csv->out, value);
}

void heng_serve__csv_integer(heng_csv *csv, int64_t value)
{
    begin_cell(csv);
    heng_text_print(csv->out, "%lld", (long long)value);
}

void heng_serve__csv_empty(heng_csv *csv)
{
    begin_cell(csv);
}

void heng_serve__csv_end_row(heng_csv *csv)
{
    heng_text_add(csv->out, HENG_STR("\r\n"));
    csv->in_row = false;
}

void heng_serve__csv_headings(heng_csv *csv, const char *headings)
{
    heng_str rest = heng_str_from(headings), piece;
    while (heng_str_cut(&rest, ' ', &piece)) heng_serve__csv_text(csv, piece);
    heng_serve__csv_end_row(csv);
}
