/* flow/serve/figure.c: finding figures in the view of a call.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"

#include <assert.h>

const heng_entity *heng_serve__entity(const heng_call *call, heng_str code)
{
    const heng_world *world = call->view.world;
    for (size_t i = 0; i < world->entity_count; i++)
        if (heng_str_equal(world->entities[i].code, code)) return &world->entities[i];
    return NULL;
}

heng_str heng_serve__parent(const heng_call *call, const heng_entity *entity)
{
    const heng_world *world = call->view.world;
    const heng_link *latest = NULL;
    for (size_t i = 0; i < world->link_count; i++) {
        const heng_link *link = &world->links[i];
        if (!heng_str_equal(link->member, entity->code)) continue;
        if (!heng_str_equal(link->hierarchy, entity->kind)) continue;
        if (!latest || link->valid.last_month > latest->valid.last_month) latest = link;
    }
    return latest ? latest->parent : (heng_str){"", 0};
}

heng_quantity heng_serve__quantity(const heng_call *call, heng_str name, const heng_entity *entity,
                                   heng_grain grain)
{
    heng_quantity quantity = {0};
    const heng_program *program = call->context->program;
    size_t index = heng_program_find(program, name, entity->level, grain);
    if (index == SIZE_MAX) index = heng_program_find(program, name, entity->kind, grain);
    if (index == SIZE_MAX) return quantity;
    quantity.index = index;
    quantity.found = true;
    heng_program_quantity(program, index, &quantity.info);
    return quantity;
}

heng_figure heng_serve__figure(const heng_call *call, const heng_quantity *quantity,
                               heng_str entity, heng_period period, heng_str key)
{
    heng_figure figure = {.info = &quantity->info, .quantity = quantity->index};
    if (!quantity->found) return figure;
    figure.point = (heng_point){.quantity = quantity->index, .entity = entity, .period = period};
    if (key.length) figure.point.keys[figure.point.key_count++] = key;
    heng_error ignored;
    figure.found = heng_evaluation_value(call->view.evaluation, &figure.point, &figure.value,
                                         &ignored) == HENG_OK;
    return figure;
}

/* A page asks for some thirty names in some thirty years, and finding a name walks the whole program. */
enum { FOUND_MAX = 64 };

struct heng_found_quantities {
    size_t count;
    struct {
        const char *name;
        const char *level;
        const heng_quantity *quantity;
    } items[FOUND_MAX];
};

/* NULL when memory ran out: the body then fails for the same reason, and says so. */
static const heng_quantity *find_once(heng_call *call, const char *name, const heng_entity *entity)
{
    if (!call->found) call->found = HENG_NEW(call->arena, heng_found_quantities);
    heng_found_quantities *found = call->found;
    for (size_t i = 0; found && i < found->count; i++)
        if (found->items[i].name == name && found->items[i].level == entity->level.at)
            return found->items[i].quantity;
    heng_quantity *quantity = HENG_NEW(call->arena, heng_quantity);
    if (!quantity) return NULL;
    *quantity = heng_serve__quantity(call, heng_str_from(name), entity, HENG_YEAR);
    if (!found || found->count == FOUND_MAX) return quantity;
    found->items[found->count].name = name;
    found->items[found->count].level = entity->level.at;
    found->items[found->count++].quantity = quantity;
    return quantity;
}

heng_figure heng_serve__by_name(heng_call *call, const char *name, const heng_entity *entity,
                                int year, const char *key)
{
    heng_figure none = {0};
    const heng_quantity *quantity = name ? find_once(call, name, entity) : NULL;
    if (!quantity) return none;
    return heng_serve__figure(call, quantity, entity->code, heng_year(year), heng_str_from(key));
}

bool heng_serve__is_known(const heng_figure *figure)
{
    return figure->found && figure->value.state == HENG_STATE_KNOWN;
}

bool heng_serve__is_incomplete(const heng_value *value)
{
    return value->state == HENG_STATE_UNKNOWN && value->has_at_least;
}

bool heng_serve__years(const heng_call *call, heng_str entity, int *first, int *last)
{
    const heng_world *world = call->view.world;
    bool any = false;
    for (size_t i = 0; i < world->fact_count; i++) {
        const heng_fact *fact = &world->facts[i];
        if (!heng_str_equal(fact->entity, entity)) continue;
        heng_span span = heng_period_span(fact->period);
        int from = span.first_month / 12, to = span.last_month / 12;
        if (!any || from < *first) *first = from;
        if (!any || to > *last) *last = to;
        any = true;
    }
    return any;
}

const heng_source *heng_serve__source(const heng_call *call, heng_str code)
{
    size_t low = 0, high = call->view.source_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = heng_str_compare(call->view.sources[middle].code, code);
        if (order == 0) return &call->view.sources[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool heng_serve__word(const heng_quantity_info *info, double number, heng_str *word, heng_str *en,
                      heng_str *zh)
{
    if (info->yes_no) {
        *word = *en = number != 0 ? HENG_STR("yes") : HENG_STR("no");
        *zh = number != 0 ? HENG_STR("是") : HENG_STR("否");
        return true;
    }
    if (!info->list) return false;
    size_t index = (size_t)number;
    assert(number >= 0 && index < info->list->member_count);
    *word = info->list->members[index];
    *en = info->list->member_labels_en[index];
    *zh = info->list->member_labels_zh[index];
    if (!en->length) *en = *word;
    if (!zh->length) *zh = *en;
    return true;
}
