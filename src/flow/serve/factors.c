/* flow/serve/factors.c: rows of tables as factors: searched, gathered by cell, with all versions.
 *
 * Rows come from the rules and, later records of the same cells, from the store; both are shown, each
 * with its origin. A cell is a table, a member and keys; its versions differ in validity and record.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/list.h"

#include <stdlib.h>

typedef struct rows {
    heng_table_row *items;
    size_t count;
} rows;

/* By cell; within a cell the newest validity, then the newest record first. */
static int compare_rows(const void *left, const void *right)
{
    const heng_table_row *a = left, *b = right;
    int order = heng_str_compare(a->qualified, b->qualified);
    if (!order) order = heng_str_compare(a->member, b->member);
    for (unsigned i = 0; !order && i < HENG_KEYS_MAX; i++)
        order = heng_str_compare(a->keys[i], b->keys[i]);
    if (!order && a->valid.first_month != b->valid.first_month)
        order = a->valid.first_month > b->valid.first_month ? -1 : 1;
    if (!order && a->recorded != b->recorded) order = a->recorded > b->recorded ? -1 : 1;
    return order ? order : heng_str_compare(a->text, b->text);
}

static bool same_cell(const heng_table_row *a, const heng_table_row *b)
{
    if (!heng_str_equal(a->qualified, b->qualified) || !heng_str_equal(a->member, b->member))
        return false;
    for (unsigned i = 0; i < HENG_KEYS_MAX; i++)
        if (!heng_str_equal(a->keys[i], b->keys[i])) return false;
    return true;
}

static heng_status gather(heng_call *call, rows *out, heng_error *err)
{
    const heng_program *program = call->context->program;
    const heng_world *world = call->view.world;
    size_t own = heng_program_row_count(program);
    out->count = own + world->row_count;
    out->items = HENG_ARRAY(call->arena, out->count, heng_table_row);
    if (!out->items) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for %zu rows", out->count);
    for (size_t i = 0; i < own; i++) heng_program_row(program, i, &out->items[i]);
    if (world->row_count)
        memcpy(out->items + own, world->rows, world->row_count * sizeof *world->rows);
    qsort(out->items, out->count, sizeof *out->items, compare_rows);
    return HENG_OK;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static bool has_status(heng_str asked, heng_evidence evidence)
{
    heng_str name = heng_str_from(heng_evidence_name(evidence));
    return heng_str_equal(asked, name) ||
           (heng_str_is(asked, "recalled") && heng_str_starts(name, asked));
}

static bool wants(heng_call *call, const heng_table_row *row, const heng_quantity_info *info)
{
    const heng_argument *table = heng_serve__argument(call, "table");
    const heng_argument *status = heng_serve__argument(call, "status");
    const heng_argument *member = heng_serve__argument(call, "member");
    const heng_argument *year = heng_serve__argument(call, "year");
    if (table->given && !heng_str_equal(table->text, row->table) &&
        !heng_str_equal(table->text, row->qualified))
        return false;
    if (status->given && !has_status(status->text, row->evidence)) return false;
    if (member->given && !heng_str_equal(member->text, row->member)) return false;
    if (year->given &&
        !heng_span_overlap(row->valid, heng_period_span(heng_year((int)year->integer))))
        return false;
    const heng_source *source = heng_serve__source(call, row->source);
    const heng_entity *entity = row->member.length ? heng_serve__entity(call, row->member) : NULL;
    heng_str fields[10 + HENG_KEYS_MAX] = {row->qualified,
                                           info->label_en,
                                           info->label_zh,
                                           row->member,
                                           entity ? entity->name_en : (heng_str){"", 0},
                                           entity ? entity->name_zh : (heng_str){"", 0},
                                           row->source,
                                           source ? source->title : (heng_str){"", 0},
                                           row->unit,
                                           row->text};
    for (unsigned i = 0; i < row->key_count; i++) fields[10 + i] = row->keys[i];
    return heng_serve__matches(heng_serve__argument(call, "q")->text, fields, 10 + row->key_count);
}

static bool find_table(const heng_program *program, heng_str qualified, heng_quantity_info *out)
{
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_program_quantity(program, i, out);
        if (out->kind == HENG_QUANTITY_TABLE && heng_str_equal(out->qualified, qualified))
            return true;
    }
    *out = (heng_quantity_info){0};
    return false;
}

/* ---- /factors -------------------------------------------------------------------------------- */

static heng_str cell_name(heng_call *call, const heng_table_row *row)
{
    heng_text name;
    heng_text_init(&name, call->arena, 4096);
    heng_text_add(&name, row->qualified);
    if (row->member.length) heng_text_print(&name, "/%.*s", HENG_PRINT(row->member));
    for (unsigned i = 0; i < row->key_count; i++)
        heng_text_print(&name, "%c%.*s", i ? ',' : '[', HENG_PRINT(row->keys[i]));
    if (row->key_count) heng_text_add_char(&name, ']');
    return heng_text_view(&name);
}

static void write_keys(heng_json *json, const heng_table_row *row, const heng_quantity_info *info)
{
    heng_json_key(json, "keys");
    heng_json_open_array(json);
    for (unsigned i = 0; i < row->key_count; i++)
        heng_serve__write_key(json, i < info->key_count ? info->keys[i] : NULL, row->keys[i]);
    heng_json_close_array(json);
}

static void write_cell(heng_call *call, const heng_table_row *row, size_t count,
                       const heng_quantity_info *info)
{
    heng_json *json = &call->json;
    const heng_entity *entity = row->member.length ? heng_serve__entity(call, row->member) : NULL;
    heng_json_open_object(json);
    heng_json_put_string(json, "cell", cell_name(call, row));
    heng_json_put_string(json, "table", row->table);
    heng_json_put_string(json, "qualified", row->qualified);
    heng_json_put_string(json, "label_en", info->label_en);
    heng_json_put_string(json, "label_zh", info->label_zh);
    heng_serve__put_text_or_null(json, "member", row->member);
    heng_json_put_string(json, "member_en", entity ? entity->name_en : row->member);
    heng_json_put_string(json, "member_zh", entity ? entity->name_zh : row->member);
    write_keys(json, row, info);
    heng_json_put_string(json, "unit", row->unit);
    heng_json_key(json, "versions");
    heng_json_open_array(json);
    for (size_t i = 0; i < count; i++) heng_serve__write_factor(call, &row[i]);
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static void write_month(heng_csv *csv, int32_t month)
{
    char text[HENG_PERIOD_TEXT];
    if (month == INT32_MIN || month == INT32_MAX)
        heng_serve__csv_empty(csv);
    else
        heng_serve__csv_text(
            csv, (heng_str){text, heng_period_write((heng_period){HENG_MONTH, month}, text)});
}

static void write_row(heng_call *call, heng_csv *csv, const heng_table_row *row,
                      const heng_quantity_info *info)
{
    const heng_source *source = heng_serve__source(call, row->source);
    char recorded[HENG_INSTANT_TEXT];
    heng_serve__csv_text(csv, cell_name(call, row));
    heng_serve__csv_text(csv, row->qualified);
    heng_serve__csv_text(csv, info->label_en);
    heng_serve__csv_text(csv, info->label_zh);
    heng_serve__csv_text(csv, row->member);
    heng_serve__csv_text(csv, row->text);
    heng_serve__csv_text(csv, row->unit);
    heng_serve__csv_literal(csv, heng_notation_name(row->notation));
    write_month(csv, row->valid.first_month);
    write_month(csv, row->valid.last_month);
    heng_serve__csv_literal(csv, heng_evidence_name(row->evidence));
    heng_serve__csv_text(csv, row->source);
    heng_serve__csv_text(csv, source ? source->title : (heng_str){"", 0});
    if (row->recorded == HENG_INSTANT_MIN)
        heng_serve__csv_empty(csv);
    else
        heng_serve__csv_text(csv,
                             (heng_str){recorded, heng_instant_write(row->recorded, recorded)});
    heng_serve__csv_text(csv, row->file);
    heng_serve__csv_integer(csv, row->line);
    heng_serve__csv_end_row(csv);
}

/* A cell is shown whole when one of its versions is wanted. */
static void list_cells(heng_call *call, const rows *all, heng_page_of *page, heng_csv *csv)
{
    heng_quantity_info info = {0};
    size_t end;
    for (size_t from = 0; from < all->count; from = end) {
        const heng_table_row *row = &all->items[from];
        if (from == 0 || !heng_str_equal(info.qualified, row->qualified))
            find_table(call->context->program, row->qualified, &info);
        bool wanted = false;
        for (end = from; end < all->count && same_cell(row, &all->items[end]); end++)
            wanted = wanted || wants(call, &all->items[end], &info);
        if (!wanted || !heng_serve__page_takes(page)) continue;
        if (!call->csv) write_cell(call, row, end - from, &info);
        for (size_t i = from; i < end && call->csv; i++)
            write_row(call, csv, &all->items[i], &info);
    }
}

heng_status heng_serve__factors(heng_call *call, heng_error *err)
{
    heng_page_of page;
    heng_csv csv = {0};
    rows all;
    if (!heng_serve__page(call, &page)) return HENG_OK;
    heng_status status = gather(call, &all, err);
    if (status != HENG_OK) return status;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv, "cell table label_en label_zh member value unit notation "
                                       "valid_from valid_to status source source_title recorded "
                                       "file line");
        list_cells(call, &all, &page, &csv);
        return HENG_OK;
    }
    heng_json_open_object(&call->json);
    heng_json_key(&call->json, "items");
    heng_json_open_array(&call->json);
    list_cells(call, &all, &page, &csv);
    heng_json_close_array(&call->json);
    heng_serve__put_page(call, &page);
    heng_json_close_object(&call->json);
    return HENG_OK;
}

/* ---- /factors/tables ------------------------------------------------------------------------- */

static void count_rows(const rows *all, heng_str qualified, int64_t *row_count, int64_t *cell_count)
{
    *row_count = *cell_count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (!heng_str_equal(all->items[i].qualified, qualified)) continue;
        (*row_count)++;
        if (i == 0 || !same_cell(&all->items[i], &all->items[i - 1])) (*cell_count)++;
    }
}

static void write_table(heng_json *json, const heng_quantity_info *info, int64_t row_count,
                        int64_t cell_count)
{
    heng_json_open_object(json);
    heng_json_put_string(json, "table", info->name);
    heng_json_put_string(json, "qualified", info->qualified);
    heng_json_put_string(json, "label_en", info->label_en);
    heng_json_put_string(json, "label_zh", info->label_zh);
    heng_json_put_string(json, "unit", info->unit);
    heng_json_key(json, "keys");
    heng_json_open_array(json);
    for (size_t i = 0; i < info->key_count; i++)
        heng_json_string(json, info->keys[i] ? info->keys[i]->name : HENG_STR("number"));
    heng_json_close_array(json);
    heng_json_put_string(json, "level", info->kind_or_level);
    heng_json_put_string(json, "method", info->method);
    heng_json_put_string(json, "source", info->source);
    heng_json_put_integer(json, "rows", row_count);
    heng_json_put_integer(json, "cells", cell_count);
    heng_json_close_object(json);
}

static void write_table_row(heng_csv *csv, const heng_quantity_info *info, int64_t row_count,
                            int64_t cell_count)
{
    heng_serve__csv_text(csv, info->qualified);
    heng_serve__csv_text(csv, info->label_en);
    heng_serve__csv_text(csv, info->label_zh);
    heng_serve__csv_text(csv, info->unit);
    heng_serve__csv_text(csv, info->kind_or_level);
    heng_serve__csv_text(csv, info->method);
    heng_serve__csv_text(csv, info->source);
    heng_serve__csv_integer(csv, row_count);
    heng_serve__csv_integer(csv, cell_count);
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__factor_tables(heng_call *call, heng_error *err)
{
    const heng_program *program = call->context->program;
    heng_csv csv;
    rows all;
    heng_status status = gather(call, &all, err);
    if (status != HENG_OK) return status;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv,
                                 "table label_en label_zh unit level method source rows cells");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "tables");
        heng_json_open_array(&call->json);
    }
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity_info info;
        int64_t row_count, cell_count;
        heng_program_quantity(program, i, &info);
        if (info.kind != HENG_QUANTITY_TABLE) continue;
        count_rows(&all, info.qualified, &row_count, &cell_count);
        if (call->csv)
            write_table_row(&csv, &info, row_count, cell_count);
        else
            write_table(&call->json, &info, row_count, cell_count);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
