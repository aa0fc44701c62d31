/* What one cell holds: a number, a period, a date, a word. What it does not hold is told apart as finely
 * as it can be mended: a separator, a full-width digit and a dash have each their own remedy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>

enum { LIST_AT_FIRST = 32, NUMBER_CHARACTERS_MAX = 64 };

void *heng_check__push(heng_checker *checker, heng_check__list *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : LIST_AT_FIRST;
        void *items = heng_arena_array(checker->arena, capacity, list->item_size);
        if (!items) {
            checker->no_memory = true;
            return NULL;
        }
        if (list->count) memcpy(items, list->items, list->count * list->item_size);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->item_size * list->count++;
}

heng_str heng_check__kept(heng_checker *checker, heng_str text)
{
    if (text.at) return text;
    checker->no_memory = true;
    return (heng_str){"", 0};
}

void heng_check__report_at(heng_checker *checker, heng_check_rule rule, uint32_t row,
                           uint32_t column, heng_str cell, const heng_finding_details *details)
{
    heng_finding_place place = {
        .file = checker->workbook->file,
        .sheet = checker->sheet->name,
        .sheet_number = checker->sheet_number,
        .row = row,
        .column = column,
        .cell = cell,
    };
    heng_sheet_found(checker->findings, heng_check__rule(rule), place, details);
}

void heng_check__report(heng_checker *checker, heng_check_rule rule, const heng_check__field *field,
                        const heng_finding_details *details)
{
    heng_check__report_at(checker, rule, field->row, field->column,
                          field->cell ? field->cell->text : (heng_str){0}, details);
}

void heng_check__report_required(heng_checker *checker, unsigned column,
                                 const heng_check__field *field)
{
    const heng_check__column *header = &checker->layout->schema->columns[column];
    heng_finding_details details = {.en = {heng_str_from(header->name)},
                                    .zh = {heng_str_from(header->name_zh)}};
    heng_check__report(checker, CHECK_REQUIRED, field, &details);
}

heng_check__field heng_check__field_at(heng_checker *checker, uint32_t sheet_column)
{
    heng_check__field field = {.row = checker->row->number, .column = sheet_column};
    if (!sheet_column) return field;
    field.cell = heng_sheet_row_cell(checker->row, sheet_column);
    if (!field.cell) return field;
    if (field.cell->kind == HENG_CELL_ERROR) {
        heng_check__report(checker, CHECK_ERROR_VALUE, &field, HENG_DETAILS(field.cell->text));
        field.bad = true;
    } else if (field.cell->kind == HENG_CELL_EMPTY && field.cell->formula) {
        heng_check__report(checker, CHECK_NO_RESULT, &field, NULL);
        field.bad = true;
    } else if (field.cell->kind == HENG_CELL_NUMBER) {
        char bytes[HENG_NUMBER_TEXT];
        size_t length = heng_number_write(field.cell->number, bytes);
        field.text =
            heng_check__kept(checker, heng_str_copy(checker->arena, (heng_str){bytes, length}));
    } else {
        field.text = heng_check__trim(field.cell->text);
    }
    return field;
}

heng_check__field heng_check__field_of(heng_checker *checker, unsigned column)
{
    return heng_check__field_at(checker, checker->layout->columns[column]);
}

/* ---- numbers ---- */

/* Full-width forms, the typographic minus and wide blanks as ASCII; empty when too long to be one. */
static heng_str narrowed(heng_str text, char out[NUMBER_CHARACTERS_MAX])
{
    size_t length = 0;
    for (size_t at = 0; at < text.length;) {
        uint32_t c = heng_utf8_next(text, &at);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
        if (c == 0x2212 || c == 0x2013 || c == 0xFE63) c = '-';
        if (c == 0xA0 || c == 0x3000 || c == 0x2009 || c == 0x202F) c = ' ';
        if (c >= 0x80 || length == NUMBER_CHARACTERS_MAX) return (heng_str){0};
        out[length++] = (char)c;
    }
    return (heng_str){out, length};
}

static bool is_number(heng_str text)
{
    double value;
    heng_error err;
    return heng_number_parse(text, &value, &err) == HENG_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1,234,567.8 or 1 234 567.8: groups of three behind the first. Writes the number without them. */
static bool without_separators(heng_str text, char out[NUMBER_CHARACTERS_MAX], heng_str *plain)
{
    size_t length = 0, group = 0;
    bool separated = false, fraction = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == ',' || c == ' ' || c == '\'') {
            bool first = !separated && group >= 1 && group <= 3;
            if (fraction || !(first || (separated && group == 3))) return false;
            separated = true;
            group = 0;
            continue;
        }
        if (c == '.') {
            if (separated && group != 3) return false;
            fraction = true;
        }
        if (is_digit(c)) group++;
        out[length++] = c;
    }
    if (!separated || (!fraction && group != 3)) return false;
    *plain = (heng_str){out, length};
    return is_number(*plain);
}

/* The number that the text begins with; its length, 0 if there is none. */
static size_t leading_number(heng_str text)
{
    size_t best = 0;
    for (size_t length = 1; length <= text.length && length < NUMBER_CHARACTERS_MAX; length++)
        if (is_number(heng_str_slice(text, 0, length))) best = length;
    return best;
}

static bool is_dash(heng_str text)
{
    static const char *const words[] = {
        "-",   "--", "---",    "–",    "—",   "——",   "―",    "…",    "...",  "……",   "/",
        "\\",  "*",  "**",     ".",    "n/a", "N/A",  "n.a.", "null", "NULL", "none", "None",
        "nil", "无", "无数据", "暂无", "缺",  "缺失", "未知", "?",    "？",   "x"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (heng_str_is(text, words[i])) return true;
    return false;
}

/* What kind of writing stands in the way of a number, and what should be written. */
static void explain_number(heng_checker *checker, const heng_check__field *field)
{
    heng_str text = field->text, plain;
    char bytes[NUMBER_CHARACTERS_MAX], digits[NUMBER_CHARACTERS_MAX];
    if (is_dash(text)) {
        heng_check__report(checker, CHECK_DASH, field, HENG_DETAILS(text));
        return;
    }
    heng_str ascii = narrowed(text, bytes);
    if (ascii.length && is_number(ascii)) {
        heng_check__report(checker, CHECK_FULL_WIDTH, field, HENG_DETAILS(text, ascii));
        return;
    }
    if (without_separators(ascii, digits, &plain)) {
        heng_check__report(checker, CHECK_THOUSANDS, field, HENG_DETAILS(text, plain));
        return;
    }
    size_t length = leading_number(ascii.length ? ascii : text);
    heng_str number = heng_str_slice(ascii.length ? ascii : text, 0, length);
    heng_str rest = heng_str_trim(
        heng_str_slice(ascii.length ? ascii : text, length, (ascii.length ? ascii : text).length));
    bool list = rest.length && (rest.at[0] == ',' || rest.at[0] == '.' || is_digit(rest.at[0]));
    if (length && heng_str_is(rest, "%"))
        heng_check__report(checker, CHECK_PERCENT_SIGN, field, HENG_DETAILS(text, number));
    else if (length && !list)
        heng_check__report(checker, CHECK_UNIT_IN_VALUE, field, HENG_DETAILS(text, number));
    else
        heng_check__report(checker, CHECK_NOT_NUMBER, field, HENG_DETAILS(text));
}

bool heng_check__read_number(heng_checker *checker, const heng_check__field *field, double *value,
                             heng_str *as_written)
{
    assert(field->cell && !field->bad);
    heng_error err;
    switch ((heng_cell_kind)field->cell->kind) {
    case HENG_CELL_NUMBER:
        *value = field->cell->number;
        *as_written = field->text;
        return true;
    case HENG_CELL_DATE:
        heng_check__report(checker, CHECK_DATE_AS_NUMBER, field, HENG_DETAILS(field->text));
        return false;
    case HENG_CELL_YES_NO:
        heng_check__report(checker, CHECK_YES_NO_AS_NUMBER, field, HENG_DETAILS(field->text));
        return false;
    default: break;
    }
    if (heng_number_parse(field->text, value, &err) == HENG_OK) {
        *as_written = field->text;
        return true;
    }
    explain_number(checker, field);
    return false;
}

/* ---- periods and dates ---- */

/* 2015年 and 2015年3月 as 2015 and 2015-03; other text as it is. */
static heng_str period_text(heng_str text, char out[HENG_PERIOD_TEXT])
{
    heng_str year = HENG_STR("年"), month = HENG_STR("月");
    size_t at = heng_str_find(text, year, 0);
    if (at != 4) return text;
    heng_str rest = heng_str_slice(text, at + year.length, text.length);
    if (!rest.length) return heng_str_slice(text, 0, 4);
    if (!heng_str_ends(rest, month)) return text;
    heng_str number = heng_str_slice(rest, 0, rest.length - month.length);
    if (number.length < 1 || number.length > 2) return text;
    memcpy(out, text.at, 4);
    out[4] = '-';
    out[5] = number.length == 2 ? number.at[0] : '0';
    out[6] = number.at[number.length - 1];
    return (heng_str){out, 7};
}

static bool parse_period(heng_str text, heng_period *out)
{
    char bytes[HENG_PERIOD_TEXT];
    heng_error err;
    return heng_period_parse(period_text(text, bytes), out, &err) == HENG_OK;
}

bool heng_check__header_period(const heng_sheet_cell *cell, heng_period *out)
{
    if (cell->kind == HENG_CELL_NUMBER) {
        char bytes[HENG_NUMBER_TEXT];
        size_t length = heng_number_write(cell->number, bytes);
        return parse_period((heng_str){bytes, length}, out);
    }
    return cell->kind == HENG_CELL_TEXT && parse_period(heng_check__trim(cell->text), out);
}

/* Four digits that are no year of ours, alone or before a hyphen. */
static bool looks_like_year(heng_str text)
{
    if (text.length < 4) return false;
    for (size_t i = 0; i < 4; i++)
        if (!is_digit(text.at[i])) return false;
    return text.length == 4 || text.at[4] == '-' ||
           heng_str_starts(heng_str_slice(text, 4, text.length), HENG_STR("年"));
}

static void report_year(heng_checker *checker, const heng_check__field *field, int first, int last)
{
    char low[HENG_NUMBER_TEXT], high[HENG_NUMBER_TEXT];
    heng_str from = {low, heng_number_write(first, low)};
    heng_str to = {high, heng_number_write(last, high)};
    heng_check__report(checker, CHECK_YEAR_RANGE, field, HENG_DETAILS(field->text, from, to));
}

static bool year_is_allowed(const heng_checker *checker, heng_period period)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    heng_span span = heng_period_span(period);
    if (vocabulary->first_year && span.first_month < 12 * vocabulary->first_year) return false;
    return !vocabulary->last_year || span.last_month < 12 * (vocabulary->last_year + 1);
}

bool heng_check__read_period(heng_checker *checker, const heng_check__field *field,
                             heng_period *out)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    int first = vocabulary->first_year ? vocabulary->first_year : HENG_YEAR_MIN;
    int last = vocabulary->last_year ? vocabulary->last_year : HENG_YEAR_MAX;
    heng_str text = field->text;
    /* A spreadsheet program turns a typed 2025-07 into the first of July. */
    if (field->cell->kind == HENG_CELL_DATE && text.length == 10 &&
        heng_str_ends(text, HENG_STR("-01")))
        text = heng_str_slice(text, 0, 7);
    heng_period period;
    if (parse_period(text, &period)) {
        if (year_is_allowed(checker, period)) {
            *out = period;
            return true;
        }
        report_year(checker, field, first, last);
        return false;
    }
    heng_error err;
    int64_t year;
    bool far = looks_like_year(text) &&
               heng_integer_parse(heng_str_slice(text, 0, 4), &year, &err) == HENG_OK &&
               (year < HENG_YEAR_MIN || year > HENG_YEAR_MAX);
    if (far)
        report_year(checker, field, first, last);
    else
        heng_check__report(checker, CHECK_PERIOD, field, HENG_DETAILS(field->text));
    return false;
}

/* 2026/2/8, 2026.2.8 and 2026年2月8日 as 2026-02-08, to be suggested. */
static bool guess_date(heng_str text, char out[HENG_INSTANT_TEXT], size_t *length)
{
    int parts[3] = {0};
    size_t count = 0, digits = 0;
    for (size_t at = 0; at < text.length && count < 3;) {
        uint32_t c = heng_utf8_next(text, &at);
        if (c >= '0' && c <= '9') {
            if (++digits > 4) return false;
            parts[count] = parts[count] * 10 + (int)(c - '0');
        } else if (digits) {
            count++;
            digits = 0;
        }
    }
    count += digits > 0;
    if (count != 3 || parts[0] < HENG_YEAR_MIN || parts[0] > HENG_YEAR_MAX) return false;
    if (parts[1] > 12 || parts[2] > 31) return false;
    char bytes[] = "0000-00-00";
    for (int i = 3, y = parts[0]; i >= 0; i--, y /= 10) bytes[i] = (char)('0' + y % 10);
    bytes[5] = (char)('0' + parts[1] / 10), bytes[6] = (char)('0' + parts[1] % 10);
    bytes[8] = (char)('0' + parts[2] / 10), bytes[9] = (char)('0' + parts[2] % 10);
    heng_instant instant;
    heng_error err;
    if (heng_instant_parse((heng_str){bytes, 10}, false, &instant, &err)) return false;
    memcpy(out, bytes, 10);
    *length = 10;
    return true;
}

bool heng_check__read_recorded(heng_checker *checker, const heng_check__field *field,
                               heng_instant otherwise, heng_instant *out)
{
    heng_error err;
    heng_instant instant;
    if (field->bad) return false;
    if (!field->text.length) {
        *out = otherwise;
        return true;
    }
    if (heng_instant_parse(field->text, false, &instant, &err)) {
        char bytes[HENG_INSTANT_TEXT] = "2026-02-28";
        size_t length = 10;
        if (field->cell->kind == HENG_CELL_TEXT) guess_date(field->text, bytes, &length);
        heng_check__report(checker, CHECK_DATE, field, HENG_DETAILS(field->text, {bytes, length}));
        return false;
    }
    if (instant > checker->options->now) {
        heng_check__report(checker, CHECK_FUTURE, field, HENG_DETAILS(field->text));
        return false;
    }
    *out = instant;
    return true;
}

/* First month of a period, or its last: the ends of 2021 .. 2023. */
static bool parse_end(heng_str text, bool last, int32_t *month)
{
    heng_period period;
    text = heng_check__trim(text);
    if (!text.length) {
        *month = last ? INT32_MAX : INT32_MIN;
        return true;
    }
    if (!parse_period(text, &period)) return false;
    heng_span span = heng_period_span(period);
    *month = last ? span.last_month : span.first_month;
    return true;
}

bool heng_check__read_span(heng_checker *checker, const heng_check__field *field, heng_span *out)
{
    heng_span span = HENG_SPAN_ALWAYS;
    if (field->bad) return false;
    if (!field->text.length) {
        *out = span;
        return true;
    }
    heng_str text = field->text, dots = HENG_STR("..");
    size_t at = heng_str_find(text, dots, 0);
    heng_str first = text, last = text;
    if (at != SIZE_MAX) {
        first = heng_str_slice(text, 0, at);
        last = heng_str_slice(text, at + dots.length, text.length);
    }
    if (parse_end(first, false, &span.first_month) && parse_end(last, true, &span.last_month) &&
        span.first_month <= span.last_month) {
        *out = span;
        return true;
    }
    heng_check__report(checker, CHECK_SPAN, field, HENG_DETAILS(text));
    return false;
}

/* ---- words ---- */

typedef struct word {
    const char *text;
    int value;
} word;

static bool find_word(const word *words, size_t count, heng_str text, int *value)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(text, bytes);
    for (size_t i = 0; plain.length && i < count; i++) {
        if (!heng_str_is(plain, words[i].text)) continue;
        *value = words[i].value;
        return true;
    }
    return false;
}

bool heng_check__read_quality(heng_checker *checker, unsigned column, heng_quality *out)
{
    static const word words[] = {
        {"measured", HENG_MEASURED},   {"reported", HENG_REPORTED}, {"default", HENG_DEFAULTED},
        {"estimated", HENG_ESTIMATED}, {"实测", HENG_MEASURED},     {"报告", HENG_REPORTED},
        {"填报", HENG_REPORTED},       {"上报", HENG_REPORTED},     {"缺省", HENG_DEFAULTED},
        {"估计", HENG_ESTIMATED},      {"估算", HENG_ESTIMATED},
    };
    heng_check__field field = heng_check__field_of(checker, column);
    if (field.bad) return false;
    if (!field.text.length) {
        *out = checker->options->quality;
        if (checker->options->has_quality || !field.column) return true;
        heng_check__report_required(checker, column, &field);
        return false;
    }
    int value;
    if (find_word(words, sizeof words / sizeof *words, field.text, &value)) {
        *out = (heng_quality)value;
        return true;
    }
    heng_check__report(checker, CHECK_QUALITY, &field, HENG_DETAILS(field.text));
    return false;
}

bool heng_check__read_evidence(heng_checker *checker, unsigned column, heng_evidence *out)
{
    static const word words[] = {
        {"verified", HENG_VERIFIED},
        {"seen", HENG_SEEN},
        {"draft", HENG_DRAFT},
        {"recalled", HENG_RECALLED_MEDIUM},
        {"recalledhigh", HENG_RECALLED_HIGH},
        {"recalledmedium", HENG_RECALLED_MEDIUM},
        {"recalledlow", HENG_RECALLED_LOW},
        {"example", HENG_EXAMPLE},
        {"已核", HENG_VERIFIED},
        {"已核验", HENG_VERIFIED},
        {"见源", HENG_SEEN},
        {"征求意见稿", HENG_DRAFT},
        {"草案", HENG_DRAFT},
        {"忆得", HENG_RECALLED_MEDIUM},
        {"忆得(把握较大)", HENG_RECALLED_HIGH},
        {"忆得(把握中等)", HENG_RECALLED_MEDIUM},
        {"忆得(把握较小)", HENG_RECALLED_LOW},
        {"示例", HENG_EXAMPLE},
    };
    heng_check__field field = heng_check__field_of(checker, column);
    if (field.bad) return false;
    if (!field.text.length) {
        *out = checker->options->evidence;
        if (checker->options->has_evidence || !field.column) return true;
        heng_check__report_required(checker, column, &field);
        return false;
    }
    int value;
    if (find_word(words, sizeof words / sizeof *words, field.text, &value)) {
        *out = (heng_evidence)value;
        return true;
    }
    heng_check__report(checker, CHECK_STATUS, &field, HENG_DETAILS(field.text));
    return false;
}

static bool has_control(heng_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F) return true;
    return false;
}

bool heng_check__read_text(heng_checker *checker, unsigned column, bool required, size_t most,
                           heng_str *out)
{
    heng_check__field field = heng_check__field_of(checker, column);
    if (field.bad) return false;
    if (!field.text.length && required && field.column) {
        heng_check__report_required(checker, column, &field);
        return false;
    }
    if (field.text.length > most) {
        const heng_check__column *header = &checker->layout->schema->columns[column];
        char digits[HENG_NUMBER_TEXT];
        heng_str limit = {digits, heng_number_write((double)most, digits)};
        heng_finding_details details = {.en = {limit, heng_str_from(header->name)},
                                        .zh = {[1] = heng_str_from(header->name_zh)}};
        heng_check__report(checker, CHECK_LONG_NAME, &field, &details);
        return false;
    }
    if (most <= HENG_NAME_MAX && has_control(field.text)) {
        heng_check__report(checker, CHECK_LINE_BREAK, &field, NULL);
        return false;
    }
    *out = field.text;
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool heng_check__read_code(heng_checker *checker, unsigned column, heng_str *out)
{
    heng_str code = {0};
    if (!heng_check__read_text(checker, column, true, HENG_NAME_MAX, &code)) return false;
    for (size_t i = 0; i < code.length; i++) {
        char c = code.at[i];
        bool inner = i && (c == '_' || c == '-' || c == '.' || c == ':');
        if (is_letter(c) || is_digit(c) || inner) continue;
        heng_check__field field = heng_check__field_of(checker, column);
        heng_check__report(checker, CHECK_CODE_FORM, &field, HENG_DETAILS(code));
        return false;
    }
    if (!code.length) return false; /* the column is missing, which was said */
    *out = code;
    return true;
}
