/* flow/serve/figures.c: /figures, a long table of any figures.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/list.h"

typedef struct table {
    heng_call *call;
    heng_page_of page;
    heng_csv csv;
    heng_quantity quantity; /* the one that is being listed */
    heng_str entities;      /* as asked; empty: all */
    heng_span span;
} table;

static bool in_list(heng_str list, heng_str item)
{
    heng_str piece;
    while (heng_str_cut(&list, ',', &piece))
        if (heng_str_equal(heng_str_trim(piece), item)) return true;
    return false;
}

static bool wants(const table *of, heng_str entity, heng_period period)
{
    if (of->entities.length && !in_list(of->entities, entity)) return false;
    return heng_span_overlap(of->span, heng_period_span(period));
}

static bool take(void *context, const heng_point *point, const heng_value *value)
{
    table *of = context;
    if (!wants(of, point->entity, point->period) || !heng_serve__page_takes(&of->page)) return true;
    heng_figure figure = {.found = true,
                          .quantity = of->quantity.index,
                          .info = &of->quantity.info,
                          .point = *point,
                          .value = *value};
    if (of->call->csv)
        heng_serve__write_figure_row(of->call, &of->csv, &figure);
    else
        heng_serve__write_figure(of->call, &figure);
    return !of->call->body.failed;
}

/* The recorded facts of an input, the last record of each cell. */
static void list_facts(table *of)
{
    const heng_world *world = of->call->view.world;
    for (size_t i = 0; i < world->fact_count; i++) {
        const heng_fact *fact = &world->facts[i];
        if (!heng_str_equal(fact->name, of->quantity.info.name)) continue;
        if (fact->period.grain != of->quantity.info.grain) continue;
        if (i + 1 < world->fact_count && heng_fact_same_cell(fact, &world->facts[i + 1])) continue;
        heng_point point = {.quantity = of->quantity.index,
                            .entity = fact->entity,
                            .period = fact->period,
                            .key_count = fact->key_count};
        memcpy(point.keys, fact->keys, sizeof point.keys);
        heng_value value;
        heng_error ignored;
        if (heng_evaluation_value(of->call->view.evaluation, &point, &value, &ignored) == HENG_OK)
            take(of, &point, &value);
    }
}

/* An input that a rule of the same name gives at the same level and grain is that rule. */
static bool is_given_by_rule(const heng_call *call, const heng_quantity *quantity)
{
    size_t found = heng_program_find(call->context->program, quantity->info.name,
                                     quantity->info.kind_or_level, quantity->info.grain);
    return found != quantity->index;
}

/* False when no quantity has this name. */
static bool list_name(table *of, heng_str name)
{
    const heng_program *program = of->call->context->program;
    bool found = false;
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        of->quantity = (heng_quantity){.found = true, .index = i};
        heng_program_quantity(program, i, &of->quantity.info);
        const heng_quantity_info *info = &of->quantity.info;
        if (!heng_str_equal(info->name, name) && !heng_str_equal(info->qualified, name)) continue;
        if (info->kind == HENG_QUANTITY_TABLE) continue;
        found = true;
        if (info->kind != HENG_QUANTITY_INPUT)
            heng_evaluation_each(of->call->view.evaluation, i, take, of);
        else if (!is_given_by_rule(of->call, &of->quantity))
            list_facts(of);
    }
    return found;
}

static bool is_name(const heng_program *program, heng_str name)
{
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        if (info.kind != HENG_QUANTITY_TABLE &&
            (heng_str_equal(info.name, name) || heng_str_equal(info.qualified, name)))
            return true;
    }
    return false;
}

/* Every name and entity that does not exist, at once. */
static bool refuse_unknown(heng_call *call)
{
    heng_faults faults = {0};
    heng_str names = heng_serve__argument(call, "names")->text, piece;
    heng_str entities = heng_serve__argument(call, "entity")->text;
    while (heng_str_cut(&names, ',', &piece)) {
        piece = heng_str_trim(piece);
        if (is_name(call->context->program, piece) || faults.count == HENG_FAULTS_MAX) continue;
        faults.items[faults.count++] =
            (heng_fault){.parameter = HENG_STR("names"),
                         .value = piece,
                         .has_value = true,
                         .message_en = HENG_STR("No rule or input has this name."),
                         .message_zh = HENG_STR("没有此名称的指标或输入。"),
                         .remedy_en = HENG_STR("See /api/v1/quantities for the names."),
                         .remedy_zh = HENG_STR("名称见 /api/v1/quantities。")};
    }
    while (heng_str_cut(&entities, ',', &piece)) {
        piece = heng_str_trim(piece);
        if (heng_serve__entity(call, piece) || faults.count == HENG_FAULTS_MAX) continue;
        faults.items[faults.count++] =
            (heng_fault){.parameter = HENG_STR("entity"),
                         .value = piece,
                         .has_value = true,
                         .message_en = HENG_STR("No place or unit has this code."),
                         .message_zh = HENG_STR("没有此代码的地区或单位。"),
                         .remedy_en = HENG_STR("See /api/v1/entities for the codes."),
                         .remedy_zh = HENG_STR("代码见 /api/v1/entities。")};
    }
    if (!faults.count) return false;
    heng_serve__faults(&faults, call->arena, call->response);
    return true;
}

heng_status heng_serve__figures(heng_call *call, heng_error *err)
{
    (void)err;
    table of = {.call = call, .span = HENG_SPAN_ALWAYS};
    const heng_argument *from = heng_serve__argument(call, "from");
    const heng_argument *to = heng_serve__argument(call, "to");
    if (!heng_serve__page(call, &of.page) || refuse_unknown(call)) return HENG_OK;
    call->intervals = true;
    of.entities = heng_serve__argument(call, "entity")->text;
    if (from->given) of.span.first_month = heng_period_span(from->period).first_month;
    if (to->given) of.span.last_month = heng_period_span(to->period).last_month;
    if (call->csv) {
        heng_serve__csv_init(&of.csv, &call->body);
        heng_serve__csv_headings(&of.csv, heng_serve__figure_headings);
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    heng_str names = heng_serve__argument(call, "names")->text, name;
    while (heng_str_cut(&names, ',', &name)) list_name(&of, heng_str_trim(name));
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_serve__put_page(call, &of.page);
    heng_serve__put_as_of(call);
    heng_serve__put_scenario(call);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
