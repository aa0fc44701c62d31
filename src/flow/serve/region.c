/* flow/serve/region.c: /regions/{code}, one place in every indicator, its parts, peers and targets.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/region.h"
#include "flow/serve/view.h"

/* ---- one indicator of the place -------------------------------------------------------------- */

static double median(const heng_rank *ranks, size_t count)
{
    size_t middle = count / 2;
    if (count % 2) return ranks[middle].value;
    return (ranks[middle - 1].value + ranks[middle].value) / 2;
}

static void write_peers(heng_call *call, int year, const heng_rank *ranks, size_t count,
                        heng_str code)
{
    heng_json *json = &call->json;
    size_t rank = heng_serve__rank_of(ranks, count, code);
    heng_json_open_object(json);
    heng_json_put_integer(json, "year", year);
    heng_serve__put_number_or_null(json, "rank", rank > 0, (double)rank);
    heng_json_put_integer(json, "of", (int64_t)count);
    heng_json_put_number(json, "median", median(ranks, count));
    heng_json_key(json, "members");
    heng_json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        heng_json_open_object(json);
        heng_json_put_string(json, "entity", ranks[i].entity->code);
        heng_json_put_number(json, "value", ranks[i].value);
        heng_json_close_object(json);
    }
    heng_json_close_array(json);
    heng_json_close_object(json);
}

/* Left out when the place has no figure of it in any year. */
static heng_status write_one(heng_call *call, const heng_indicators *all,
                             const heng_indicator *indicator, heng_str code, heng_error *err)
{
    heng_json *json = &call->json;
    heng_figure latest = {0};
    for (int year = indicator->last_year; year >= indicator->first_year && !latest.found; year--) {
        heng_figure figure = heng_serve__figure(call, &indicator->quantity, code, heng_year(year),
                                                (heng_str){"", 0});
        if (heng_serve__is_known(&figure)) latest = figure;
    }
    if (!latest.found) return HENG_OK;
    int year = latest.point.period.number;
    heng_rank *ranks;
    size_t rank_count;
    heng_status status = heng_serve__ranks(call, all, indicator, year, &ranks, &rank_count, err);
    if (status != HENG_OK) return status;
    heng_json_open_object(json);
    heng_json_key(json, "indicator");
    heng_serve__write_indicator(call, indicator);
    heng_json_key(json, "series");
    heng_json_open_array(json);
    for (int y = indicator->first_year; y <= indicator->last_year; y++) {
        heng_figure figure =
            heng_serve__figure(call, &indicator->quantity, code, heng_year(y), (heng_str){"", 0});
        if (figure.found) heng_serve__write_figure(call, &figure);
    }
    heng_json_close_array(json);
    heng_serve__put_figure(call, "latest", &latest);
    heng_json_key(json, "peers");
    if (rank_count)
        write_peers(call, year, ranks, rank_count, code);
    else
        heng_json_null(json);
    heng_json_close_object(json);
    return HENG_OK;
}

/* ---- quantities by one key: fuels, sectors --------------------------------------------------- */

typedef struct latest {
    heng_str entity;
    int year;
    bool any;
} latest;

static bool note_latest(void *context, const heng_point *point, const heng_value *value)
{
    latest *of = context;
    if (value->state != HENG_STATE_KNOWN || !heng_str_equal(point->entity, of->entity)) return true;
    if (!of->any || point->period.number > of->year) of->year = point->period.number;
    of->any = true;
    return true;
}

static void write_parts(heng_call *call, const heng_quantity *quantity, heng_str code, int year)
{
    heng_json *json = &call->json;
    const heng_list_info *list = quantity->info.keys[0];
    heng_json_open_object(json);
    heng_json_put_string(json, "name", quantity->info.name);
    heng_json_put_string(json, "label_en", quantity->info.label_en);
    heng_json_put_string(json, "label_zh", quantity->info.label_zh);
    heng_json_put_string(json, "unit", quantity->info.unit);
    heng_json_put_integer(json, "year", year);
    heng_json_key(json, "rows");
    heng_json_open_array(json);
    for (size_t i = 0; i < list->member_count; i++) {
        heng_figure figure =
            heng_serve__figure(call, quantity, code, heng_year(year), list->members[i]);
        if (!figure.found) continue;
        heng_json_open_object(json);
        heng_serve__put_key(json, list, list->members[i]);
        heng_serve__put_figure(call, "figure", &figure);
        heng_json_close_object(json);
    }
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static void write_all_parts(heng_call *call, const heng_entity *place)
{
    const heng_program *program = call->context->program;
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity quantity = {.found = true, .index = i};
        heng_program_quantity(program, i, &quantity.info);
        if (quantity.info.kind != HENG_QUANTITY_OUTPUT || quantity.info.grain != HENG_YEAR)
            continue;
        if (quantity.info.key_count != 1 || !quantity.info.keys[0] || quantity.info.list) continue;
        latest of = {.entity = place->code};
        heng_evaluation_each(call->view.evaluation, i, note_latest, &of);
        if (of.any) write_parts(call, &quantity, place->code, of.year);
    }
}

/* ---- targets --------------------------------------------------------------------------------- */

static bool is_target(const heng_table_row *row, heng_str code)
{
    return heng_str_equal(row->member, code) &&
           heng_str_starts(row->table, heng_str_from(heng_serve__target_tables));
}

static void write_targets(heng_call *call, heng_str code)
{
    const heng_program *program = call->context->program;
    const heng_world *world = call->view.world;
    for (size_t i = 0; i < heng_program_row_count(program); i++) {
        heng_table_row row;
        heng_program_row(program, i, &row);
        if (is_target(&row, code)) heng_serve__write_factor(call, &row);
    }
    for (size_t i = 0; i < world->row_count; i++)
        if (is_target(&world->rows[i], code)) heng_serve__write_factor(call, &world->rows[i]);
}

/* ---- the page -------------------------------------------------------------------------------- */

heng_status heng_serve__region(heng_call *call, heng_error *err)
{
    heng_json *json = &call->json;
    heng_str code = heng_serve__argument(call, "code")->text;
    const heng_entity *place = heng_serve__entity(call, code);
    if (!place) {
        heng_serve__not_found(call, "place", "地区", code, "See /api/v1/entities for the codes.",
                              "代码见 /api/v1/entities。");
        return HENG_OK;
    }
    heng_indicators all;
    heng_status status = heng_serve__indicators(call, place->level, &all, err);
    if (status != HENG_OK) return status;
    heng_str parent_code = heng_serve__parent(call, place);
    const heng_entity *parent = parent_code.length ? heng_serve__entity(call, parent_code) : NULL;
    heng_json_open_object(json);
    heng_json_key(json, "entity");
    heng_serve__write_entity(call, place);
    heng_json_key(json, "parent");
    if (parent)
        heng_serve__write_entity(call, parent);
    else
        heng_json_null(json);
    heng_serve__put_as_of(call);
    heng_json_key(json, "indicators");
    heng_json_open_array(json);
    for (size_t i = 0; i < all.count && status == HENG_OK; i++)
        status = write_one(call, &all, &all.items[i], code, err);
    if (status != HENG_OK) return status;
    heng_json_close_array(json);
    heng_json_key(json, "fuels");
    heng_json_open_array(json);
    write_all_parts(call, place);
    heng_json_close_array(json);
    heng_json_key(json, "targets");
    heng_json_open_array(json);
    write_targets(call, code);
    heng_json_close_array(json);
    heng_json_close_object(json);
    return HENG_OK;
}
