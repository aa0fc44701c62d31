/* Entities that a kind `of UNIT over A, B` derives: for each pair of an A and a B in which at least one
 * unit lies, one member, with that unit below it while it lies in both.
 *
 * The world is laid out once as it was given, so that membership is decided by the same code as ever;
 * what follows from it is added, and the evaluation sees a world in which the pairs are entities like
 * others. Codes are those of the two, with a colon between them: ZJ:C31. An entity of that code that the
 * book holds stands as it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"

#include <assert.h>
#include <stdlib.h>

typedef struct stay { /* of a unit in a pair */
    int32_t a, b, unit;
    heng_span span;
} stay;

typedef struct crossing {
    heng_evaluation *plain;
    const rule_kind *kind;
    stay *stays;
    size_t count, room;
} crossing;

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to derive entities");
}

static bool add_stay(crossing *x, stay one)
{
    if (!heng_rule__grow(x->plain->arena, &x->stays, x->count, &x->room, sizeof *x->stays))
        return false;
    x->stays[x->count++] = one;
    return true;
}

/* What holds in the first month of the window held before, and in the last goes on. */
static heng_span widened(const heng_evaluation *e, heng_span span)
{
    if (span.first_month <= e->first_month) span.first_month = INT32_MIN;
    if (span.last_month >= e->last_month) span.last_month = INT32_MAX;
    return span;
}

static bool follow_unit(crossing *x, int32_t unit)
{
    const heng_evaluation *e = x->plain;
    size_t a_id = heng_rule__scope_id(e->program, x->kind->crossed[0]);
    size_t b_id = heng_rule__scope_id(e->program, x->kind->crossed[1]);
    stay one = {-1, -1, unit, {0, 0}};
    for (int32_t t = 0; t <= e->period_count[HENG_MONTH]; t++) {
        bool end = t == e->period_count[HENG_MONTH];
        int32_t month = e->first_period[HENG_MONTH] + t;
        const rule_tree *tree = end ? NULL : heng_rule__tree(e, HENG_MONTH, month);
        int32_t a = end ? -1 : tree->up[a_id][unit], b = end ? -1 : tree->up[b_id][unit];
        if (a == one.a && b == one.b) continue;
        one.span.last_month = month - 1;
        if (one.a >= 0 && one.b >= 0 &&
            !add_stay(x, (stay){one.a, one.b, unit, widened(e, one.span)}))
            return false;
        one = (stay){a, b, unit, {month, 0}};
    }
    return true;
}

static int compare_stays(const void *left, const void *right)
{
    const stay *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    if (x->b != y->b) return x->b < y->b ? -1 : 1;
    if (x->unit != y->unit) return x->unit < y->unit ? -1 : 1;
    return (x->span.first_month > y->span.first_month) -
           (x->span.first_month < y->span.first_month);
}

static heng_status find_stays(crossing *x, heng_error *err)
{
    heng_evaluation *e = x->plain;
    size_t unit_id = heng_rule__scope_id(e->program, x->kind->unit);
    for (int i = 0; i < 2; i++) {
        heng_status status = heng_rule__need_up(e, x->kind->crossed[i], err);
        if (status) return status;
    }
    for (size_t m = 0; m < e->members[unit_id].count; m++)
        if (!follow_unit(x, e->members[unit_id].entities[m])) return no_memory(err);
    if (x->count) qsort(x->stays, x->count, sizeof *x->stays, compare_stays);
    return HENG_OK;
}

static heng_str joined(heng_arena *arena, heng_str a, const char *between, heng_str b)
{
    return heng_str_format(arena, "%.*s%s%.*s", HENG_PRINT(a), between, HENG_PRINT(b));
}

static int compare_spans(const void *left, const void *right)
{
    const heng_span *a = left, *b = right;
    return (a->first_month > b->first_month) - (a->first_month < b->first_month);
}

/* When some unit lies in the pair: the spans of `count` stays, joined where they meet. */
static size_t join_spans(const stay *stays, size_t count, heng_span *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) out[i] = stays[i].span;
    qsort(out, count, sizeof *out, compare_spans);
    for (size_t i = 0; i < count; i++) {
        heng_span *last = kept ? &out[kept - 1] : NULL;
        bool meets =
            last && (last->last_month == INT32_MAX || out[i].first_month <= last->last_month + 1);
        if (!meets)
            out[kept++] = out[i];
        else if (out[i].last_month > last->last_month)
            last->last_month = out[i].last_month;
    }
    return kept;
}

static void add_link(heng_world *world, heng_link *links, heng_str member, heng_str parent,
                     heng_str hierarchy, heng_span span)
{
    links[world->link_count++] = (heng_link){.member = member,
                                             .parent = parent,
                                             .hierarchy = hierarchy,
                                             .valid = span,
                                             .recorded = HENG_INSTANT_MIN};
}

/* One pair, its links to both while it has units, and theirs to it. */
static heng_status add_pair(const crossing *x, const stay *stays, size_t count, heng_world *world,
                            heng_entity *entities, heng_link *links, heng_error *err)
{
    const heng_evaluation *e = x->plain;
    const rule_kind *kinds = e->program->kinds;
    const heng_entity *a = e->entities[stays->a], *b = e->entities[stays->b];
    heng_str code = joined(e->arena, a->code, ":", b->code);
    heng_entity pair = {.code = code,
                        .kind = x->kind->name,
                        .level = x->kind->name,
                        .name_en = joined(e->arena, a->name_en, ", ", b->name_en),
                        .name_zh = joined(e->arena, a->name_zh, "·", b->name_zh),
                        .valid = HENG_SPAN_ALWAYS,
                        .recorded = HENG_INSTANT_MIN};
    heng_span *spans = HENG_ARRAY(e->arena, count, heng_span);
    if (!code.at || !pair.name_en.at || !pair.name_zh.at || !spans) return no_memory(err);
    if (heng_rule__entity_find(e, code) < 0) entities[world->entity_count++] = pair;
    size_t span_count = join_spans(stays, count, spans);
    for (size_t i = 0; i < span_count; i++) {
        add_link(world, links, code, a->code, kinds[x->kind->crossed[0].kind].name, spans[i]);
        add_link(world, links, code, b->code, kinds[x->kind->crossed[1].kind].name, spans[i]);
    }
    for (size_t i = 0; i < count; i++)
        add_link(world, links, e->entities[stays[i].unit]->code, code, x->kind->name,
                 stays[i].span);
    return HENG_OK;
}

static heng_status add_pairs(const crossing *x, heng_world *world, heng_entity *entities,
                             heng_link *links, heng_error *err)
{
    for (size_t i = 0, next; i < x->count; i = next) {
        for (next = i + 1; next < x->count && x->stays[next].a == x->stays[i].a &&
                           x->stays[next].b == x->stays[i].b;)
            next++;
        heng_status status = add_pair(x, x->stays + i, next - i, world, entities, links, err);
        if (status) return status;
    }
    return HENG_OK;
}

static heng_status cross_kind(heng_evaluation *plain, const rule_kind *kind, heng_world *world,
                              heng_error *err)
{
    crossing x = {.plain = plain, .kind = kind};
    heng_status status = find_stays(&x, err);
    if (status) return status;
    heng_entity *entities = HENG_ARRAY(plain->arena, world->entity_count + x.count, heng_entity);
    heng_link *links = HENG_ARRAY(plain->arena, world->link_count + 3 * x.count, heng_link);
    if (!entities || !links) return no_memory(err);
    if (world->entity_count)
        memcpy(entities, world->entities, world->entity_count * sizeof *entities);
    if (world->link_count) memcpy(links, world->links, world->link_count * sizeof *links);
    world->entities = entities;
    world->links = links;
    return add_pairs(&x, world, entities, links, err);
}

heng_status heng_rule__cross(heng_evaluation *e, heng_period to, heng_error *err)
{
    const heng_program *p = e->program;
    bool any = false;
    for (size_t i = 0; i < p->kind_count; i++) any |= p->kinds[i].crossing;
    if (!any) return HENG_OK;
    heng_evaluation plain = {.program = p, .world = e->world, .arena = e->arena};
    heng_world *world = HENG_NEW(e->arena, heng_world);
    if (!world) return no_memory(err);
    *world = *e->world;
    heng_status status = heng_rule__frame_given(&plain, to, err);
    for (size_t i = 0; i < p->kind_count && !status; i++)
        if (p->kinds[i].crossing) status = cross_kind(&plain, &p->kinds[i], world, err);
    if (!status) e->world = world;
    return status;
}
