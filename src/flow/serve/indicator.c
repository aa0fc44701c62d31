/* flow/serve/indicator.c: which indicators there are for the places of a level, and how places rank.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/region.h"
#include "flow/serve/view.h"

#include <stdlib.h>

enum { YEAR_SPAN = HENG_YEAR_MAX - HENG_YEAR_MIN + 1 };

static int compare_members(const void *left, const void *right)
{
    const heng_entity *const *a = left, *const *b = right;
    int order = heng_str_compare((*a)->standard_code, (*b)->standard_code);
    return order ? order : heng_str_compare((*a)->code, (*b)->code);
}

/* The last record of each entity of the level: entities come by code, then by record. */
static heng_status list_members(heng_call *call, heng_str level, heng_indicators *out,
                                heng_error *err)
{
    const heng_world *world = call->view.world;
    out->members = HENG_ARRAY(call->arena, world->entity_count, const heng_entity *);
    if (!out->members) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the places");
    for (size_t i = 0; i < world->entity_count; i++) {
        const heng_entity *entity = &world->entities[i];
        if (!heng_str_equal(entity->level, level)) continue;
        if (i + 1 < world->entity_count &&
            heng_str_equal(entity->code, world->entities[i + 1].code))
            continue;
        out->members[out->member_count++] = entity;
    }
    qsort(out->members, out->member_count, sizeof *out->members, compare_members);
    return HENG_OK;
}

/* ---- the years of an indicator --------------------------------------------------------------- */

typedef struct scan {
    const heng_indicators *all;
    bool needs_facts; /* what follows from targets alone is no account of a place */
    bool years[YEAR_SPAN];
    bool any;
} scan;

static bool is_member(const heng_indicators *all, heng_str code)
{
    for (size_t i = 0; i < all->member_count; i++)
        if (heng_str_equal(all->members[i]->code, code)) return true;
    return false;
}

static bool note_year(void *context, const heng_point *point, const heng_value *value)
{
    scan *of = context;
    if (value->state != HENG_STATE_KNOWN || point->period.grain != HENG_YEAR) return true;
    if (of->needs_facts && value->want <= 0) return true;
    if (!is_member(of->all, point->entity)) return true;
    of->years[point->period.number - HENG_YEAR_MIN] = true;
    of->any = true;
    return true;
}

static void note_facts(const heng_call *call, heng_str name, scan *of)
{
    const heng_world *world = call->view.world;
    for (size_t i = 0; i < world->fact_count; i++) {
        const heng_fact *fact = &world->facts[i];
        if (fact->period.grain != HENG_YEAR || fact->notation != HENG_VALUE || fact->key_count)
            continue;
        if (!heng_str_equal(fact->name, name) || !is_member(of->all, fact->entity)) continue;
        of->years[fact->period.number - HENG_YEAR_MIN] = true;
        of->any = true;
    }
}

static size_t place_in(const char *const *names, heng_str name)
{
    for (size_t i = 0; names[i]; i++)
        if (heng_str_is(name, names[i])) return i;
    return SIZE_MAX;
}

/* A number by year without keys, for places of the level; of two of a name the one that is found. */
static bool is_indicator(const heng_call *call, size_t index, const heng_quantity_info *info,
                         const heng_entity *member)
{
    if (info->kind != HENG_QUANTITY_OUTPUT && info->kind != HENG_QUANTITY_INPUT) return false;
    if (info->grain != HENG_YEAR || info->key_count || info->list || info->yes_no) return false;
    if (place_in(heng_serve__region_hidden, info->name) != SIZE_MAX) return false;
    heng_quantity found = heng_serve__quantity(call, info->name, member, HENG_YEAR);
    return found.found && found.index == index;
}

static heng_status keep(heng_call *call, size_t index, const heng_quantity_info *info,
                        const scan *years, heng_indicators *out, heng_error *err)
{
    heng_indicator *indicator = &out->items[out->count];
    *indicator = (heng_indicator){.quantity = {true, index, *info}, .last_year = -1};
    for (int i = 0; i < YEAR_SPAN; i++) {
        if (!years->years[i]) continue;
        if (indicator->last_year < 0) indicator->first_year = HENG_YEAR_MIN + i;
        indicator->last_year = HENG_YEAR_MIN + i;
    }
    size_t count = (size_t)(indicator->last_year - indicator->first_year + 1);
    indicator->has_year = HENG_ARRAY(call->arena, count, bool);
    if (!indicator->has_year) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the years");
    memcpy(indicator->has_year, years->years + (indicator->first_year - HENG_YEAR_MIN),
           count * sizeof(bool));
    out->count++;
    return HENG_OK;
}

/* Those of the view first and in its order, the rest as the rules have them. */
static int compare_indicators(const void *left, const void *right)
{
    const heng_indicator *a = left, *b = right;
    size_t place_a = place_in(heng_serve__region_view, a->quantity.info.name);
    size_t place_b = place_in(heng_serve__region_view, b->quantity.info.name);
    if (place_a != place_b) return place_a < place_b ? -1 : 1;
    return a->quantity.index < b->quantity.index ? -1 : 1;
}

heng_status heng_serve__indicators(heng_call *call, heng_str level, heng_indicators *out,
                                   heng_error *err)
{
    const heng_program *program = call->context->program;
    size_t quantity_count = heng_program_quantity_count(program);
    *out = (heng_indicators){0};
    heng_status status = list_members(call, level, out, err);
    if (status != HENG_OK || !out->member_count) return status;
    out->items = HENG_ARRAY(call->arena, quantity_count, heng_indicator);
    if (!out->items) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the indicators");
    for (size_t i = 0; i < quantity_count; i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        if (!is_indicator(call, i, &info, out->members[0])) continue;
        scan years = {.all = out,
                      .needs_facts = place_in(heng_serve__region_view, info.name) == SIZE_MAX};
        if (info.kind == HENG_QUANTITY_INPUT)
            note_facts(call, info.name, &years);
        else
            heng_evaluation_each(call->view.evaluation, i, note_year, &years);
        if (years.any) status = keep(call, i, &info, &years, out, err);
        if (status != HENG_OK) return status;
    }
    qsort(out->items, out->count, sizeof *out->items, compare_indicators);
    return HENG_OK;
}

/* ---- writing and ranking --------------------------------------------------------------------- */

void heng_serve__write_indicator(heng_call *call, const heng_indicator *indicator)
{
    heng_json *json = &call->json;
    const heng_quantity_info *info = &indicator->quantity.info;
    heng_json_open_object(json);
    heng_json_put_string(json, "name", info->name);
    heng_json_put_string(json, "label_en", info->label_en.length ? info->label_en : info->name);
    heng_json_put_string(json, "label_zh", info->label_zh.length ? info->label_zh : info->name);
    heng_json_put_string(json, "unit", info->unit);
    heng_json_put_string(json, "method", info->method);
    heng_json_key(json, "years");
    heng_json_open_array(json);
    for (int year = indicator->first_year; year <= indicator->last_year; year++)
        if (indicator->has_year[year - indicator->first_year]) heng_json_integer(json, year);
    heng_json_close_array(json);
    heng_json_close_object(json);
}

void heng_serve__write_series(heng_call *call, const heng_indicator *indicator, heng_str entity)
{
    heng_json *json = &call->json;
    heng_json_open_array(json);
    for (int year = indicator->first_year; year <= indicator->last_year; year++) {
        heng_figure figure = heng_serve__figure(call, &indicator->quantity, entity, heng_year(year),
                                                (heng_str){"", 0});
        heng_serve__write_point(call, &figure, heng_year(year));
    }
    heng_json_close_array(json);
}

static int compare_ranks(const void *left, const void *right)
{
    const heng_rank *a = left, *b = right;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return heng_str_compare(a->entity->code, b->entity->code);
}

heng_status heng_serve__ranks(heng_call *call, const heng_indicators *all,
                              const heng_indicator *indicator, int year, heng_rank **out,
                              size_t *count, heng_error *err)
{
    heng_rank *ranks = HENG_ARRAY(call->arena, all->member_count, heng_rank);
    if (!ranks) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the ranks");
    *count = 0;
    for (size_t i = 0; i < all->member_count; i++) {
        heng_figure figure = heng_serve__figure(call, &indicator->quantity, all->members[i]->code,
                                                heng_year(year), (heng_str){"", 0});
        if (heng_serve__is_known(&figure))
            ranks[(*count)++] = (heng_rank){all->members[i], figure.value.number};
    }
    qsort(ranks, *count, sizeof *ranks, compare_ranks);
    *out = ranks;
    return HENG_OK;
}

size_t heng_serve__rank_of(const heng_rank *ranks, size_t count, heng_str entity)
{
    size_t rank = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || ranks[i].value != ranks[i - 1].value) rank = i + 1;
        if (heng_str_equal(ranks[i].entity->code, entity)) return rank;
    }
    return 0;
}
