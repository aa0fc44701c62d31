/* SPDX-License-Identifier: Apache-2.0 */
#include "core/table/finding.h"

#include <assert.h>
#include <stdlib.h>

enum { CELL_SHOWN_MAX = 120, FINDING_TEXT_MAX = 4096 };

void heng_sheet_findings_init(heng_sheet_findings *list, heng_arena *arena)
{
    assert(list && arena);
    *list = (heng_sheet_findings){.arena = arena};
}

static heng_str shown(heng_arena *arena, heng_str text)
{
    if (text.length <= CELL_SHOWN_MAX) return heng_str_copy(arena, text);
    heng_str head = heng_str_slice(text, 0, CELL_SHOWN_MAX);
    head.length = heng_utf8_valid(head);
    return heng_str_format(arena, "%.*s...", HENG_PRINT(head));
}

static heng_str filled(heng_arena *arena, const char *pattern, const heng_finding_details *details,
                       bool zh)
{
    heng_text text;
    heng_str rest = heng_str_from(pattern);
    heng_text_init(&text, arena, FINDING_TEXT_MAX);
    for (size_t at; (at = heng_str_find(rest, HENG_STR("{"), 0)) != SIZE_MAX;) {
        assert(details && at + 2 < rest.length && rest.at[at + 2] == '}');
        int index = rest.at[at + 1] - '1';
        assert(index >= 0 && index < HENG_FINDING_DETAILS_MAX);
        bool own = zh && details->zh[index].at;
        heng_str piece = own ? details->zh[index] : details->en[index];
        if (piece.length > FINDING_TEXT_MAX / 8) {
            piece = shown(arena, piece);
            if (!piece.at) return (heng_str){0};
        }
        heng_text_add(&text, heng_str_slice(rest, 0, at));
        heng_text_add(&text, piece);
        rest = heng_str_slice(rest, at + 3, rest.length);
    }
    heng_text_add(&text, rest);
    return text.failed ? (heng_str){0} : heng_text_view(&text);
}

static bool has_room(heng_sheet_findings *list)
{
    if (list->count < list->capacity) return true;
    size_t capacity = list->capacity ? list->capacity * 2 : 16;
    heng_sheet_finding *items = HENG_ARRAY(list->arena, capacity, heng_sheet_finding);
    if (!items) return false;
    if (list->count) memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->capacity = capacity;
    return true;
}

void heng_sheet_found(heng_sheet_findings *list, const heng_finding_rule *rule,
                      heng_finding_place place, const heng_finding_details *details)
{
    assert(list && rule);
    list->found++;
    if (list->failed || list->count == HENG_FINDINGS_MAX) return;
    heng_arena *arena = list->arena;
    heng_sheet_finding finding = {
        .code = rule->code,
        .file = heng_str_copy(arena, place.file),
        .sheet = heng_str_copy(arena, place.sheet),
        .sheet_number = place.sheet_number,
        .row = place.row,
        .column = place.column,
        .cell = shown(arena, place.cell),
        .message_en = filled(arena, rule->message_en, details, false),
        .message_zh = filled(arena, rule->message_zh, details, true),
        .remedy_en = filled(arena, rule->remedy_en, details, false),
        .remedy_zh = filled(arena, rule->remedy_zh, details, true),
    };
    bool whole = finding.file.at && finding.sheet.at && finding.cell.at && finding.message_en.at &&
                 finding.message_zh.at && finding.remedy_en.at && finding.remedy_zh.at;
    if (!whole || !has_room(list)) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = finding;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int compare(const void *left, const void *right)
{
    const heng_sheet_finding *a = *(const heng_sheet_finding *const *)left;
    const heng_sheet_finding *b = *(const heng_sheet_finding *const *)right;
    int order = compare_numbers(a->sheet_number, b->sheet_number);
    if (!order) order = compare_numbers(a->row, b->row);
    if (!order) order = compare_numbers(a->column, b->column);
    if (!order) order = strcmp(a->code, b->code);
    return order ? order : (a < b ? -1 : a > b);
}

static bool same(const heng_sheet_finding *a, const heng_sheet_finding *b)
{
    return a->sheet_number == b->sheet_number && a->row == b->row && a->column == b->column &&
           a->code == b->code && heng_str_equal(a->file, b->file) &&
           heng_str_equal(a->message_en, b->message_en);
}

heng_status heng_sheet_findings_sort(heng_sheet_findings *list, heng_error *err)
{
    const heng_sheet_finding **order = NULL;
    heng_sheet_finding *sorted = NULL;
    if (!list->failed && !list->count) return HENG_OK;
    if (!list->failed) {
        order = HENG_ARRAY(list->arena, list->count, const heng_sheet_finding *);
        sorted = HENG_ARRAY(list->arena, list->count, heng_sheet_finding);
    }
    if (!order || !sorted)
        return heng_fail(err, HENG_NO_MEMORY, list->count, "no memory for the list of %zu findings",
                         list->found);
    for (size_t i = 0; i < list->count; i++) order[i] = &list->items[i];
    qsort(order, list->count, sizeof *order, compare);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!kept || !same(&sorted[kept - 1], order[i])) sorted[kept++] = *order[i];
    list->found -= list->count - kept;
    list->capacity = list->count;
    list->count = kept;
    list->items = sorted;
    return HENG_OK;
}

static void print_place(const heng_sheet_finding *finding, bool zh, heng_text *out)
{
    char address[HENG_ADDRESS_TEXT];
    heng_text_add(out, finding->file);
    if (finding->sheet.length)
        heng_text_print(out, zh ? "，工作表“%.*s”" : ", sheet \"%.*s\"",
                        HENG_PRINT(finding->sheet));
    if (finding->row && finding->column) {
        heng_address_write(finding->row, finding->column, address);
        heng_text_print(out, zh ? "，%s" : ", %s", address);
    } else if (finding->row) {
        heng_text_print(out, zh ? "，第 %u 行" : ", row %u", finding->row);
    } else if (finding->column) {
        heng_column_write(finding->column, address);
        heng_text_print(out, zh ? "，%s 列" : ", column %s", address);
    }
    if (finding->cell.length)
        heng_text_print(out, zh ? "“%.*s”" : " \"%.*s\"", HENG_PRINT(finding->cell));
}

void heng_sheet_finding_print(const heng_sheet_finding *finding, bool zh, heng_text *out)
{
    print_place(finding, zh, out);
    heng_str message = zh ? finding->message_zh : finding->message_en;
    heng_str remedy = zh ? finding->remedy_zh : finding->remedy_en;
    heng_text_print(out, zh ? "：%.*s [%s]\n" : ": %.*s [%s]\n", HENG_PRINT(message),
                    finding->code);
    heng_text_print(out, zh ? "    改法：%.*s\n" : "    Remedy: %.*s\n", HENG_PRINT(remedy));
}

static void write_both(heng_json *json, const char *key, heng_str en, heng_str zh)
{
    heng_json_key(json, key);
    heng_json_open_object(json);
    heng_json_put_string(json, "en", en);
    heng_json_put_string(json, "zh", zh);
    heng_json_close_object(json);
}

void heng_sheet_finding_write_json(const heng_sheet_finding *finding, heng_json *json)
{
    heng_json_open_object(json);
    heng_json_put_string(json, "code", heng_str_from(finding->code));
    heng_json_put_string(json, "file", finding->file);
    heng_json_put_string(json, "sheet", finding->sheet);
    heng_json_put_integer(json, "row", finding->row);
    heng_json_put_integer(json, "column", finding->column);
    if (finding->row && finding->column) {
        char address[HENG_ADDRESS_TEXT];
        size_t length = heng_address_write(finding->row, finding->column, address);
        heng_json_put_string(json, "address", (heng_str){address, length});
    }
    heng_json_put_string(json, "cell", finding->cell);
    write_both(json, "message", finding->message_en, finding->message_zh);
    write_both(json, "remedy", finding->remedy_en, finding->remedy_zh);
    heng_json_close_object(json);
}
