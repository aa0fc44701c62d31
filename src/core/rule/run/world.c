/* Entities, periods and membership of a world.
 *
 * Membership follows the period: of the links of one member in one hierarchy, that which holds last in
 * the period counts. Periods in which no link begins or ends share one tree.
 *
 * A country has thousands of counties, and most books know something of few. Of a large level only those
 * are held in columns of whom a fact or a row of a table speaks, and all above them. The columns of
 * quantities that are surely unknown for the others (needs.c) leave them out: a read finds nothing there,
 * which counts as one wanted fact. Columns of facts hold fewer still: those of whom something is recorded
 * under their name (facts.c). Quantities that may be known without facts hold everybody.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"

#include <assert.h>
#include <stdlib.h>

enum {
    ANCESTORS_MAX = 64,
    MONTHS_YEAR = 12,
    HELD_ALWAYS_MAX = 256, /* members of a level that are held without being asked for */
};

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to lay out the accounts");
}

/* ---- entities ------------------------------------------------------------------------------------- */

static int compare_entities(const void *left, const void *right)
{
    const heng_entity *a = *(const heng_entity *const *)left,
                      *b = *(const heng_entity *const *)right;
    int order = heng_str_compare(a->code, b->code);
    if (order) return order;
    if (a->recorded != b->recorded) return a->recorded < b->recorded ? -1 : 1;
    order = heng_str_compare(a->kind, b->kind);
    return order ? order : heng_str_compare(a->level, b->level);
}

static rule_scope scope_of(const heng_program *p, const heng_entity *entity)
{
    rule_scope scope = {-1, -1}, level;
    if (!heng_rule__scope_find(p, entity->kind, &scope)) return (rule_scope){-1, -1};
    if (!p->kinds[scope.kind].level_count) return (rule_scope){scope.kind, -1};
    if (heng_rule__scope_find(p, entity->level, &level) && level.kind == scope.kind) return level;
    return (rule_scope){-1, -1};
}

int heng_rule__entity_find(const heng_evaluation *e, heng_str code)
{
    if (!e->entity_slot_count) return -1;
    for (uint64_t at = heng_str_hash(code);; at++) {
        uint32_t slot = e->entity_slots[at & (e->entity_slot_count - 1)];
        if (!slot) return -1;
        if (heng_str_equal(e->entities[slot - 1]->code, code)) return (int)slot - 1;
    }
}

static heng_status frame_entities(heng_evaluation *e, heng_error *err)
{
    const heng_world *w = e->world;
    if (w->entity_count >= INT32_MAX / 2)
        return heng_fail(err, HENG_TOO_LARGE, 0, "too many entities for one evaluation");
    e->entities = HENG_ARRAY(e->arena, w->entity_count, const heng_entity *);
    e->entity_scopes = HENG_ARRAY(e->arena, w->entity_count, rule_scope);
    e->entity_slot_count = 8;
    while (e->entity_slot_count < 2 * w->entity_count) e->entity_slot_count *= 2;
    e->entity_slots = HENG_ARRAY(e->arena, e->entity_slot_count, uint32_t);
    if (!e->entities || !e->entity_scopes || !e->entity_slots) return no_memory(err);
    for (size_t i = 0; i < w->entity_count; i++) e->entities[i] = &w->entities[i];
    if (w->entity_count) qsort(e->entities, w->entity_count, sizeof *e->entities, compare_entities);
    for (size_t i = 0; i < w->entity_count; i++) { /* the one recorded last counts */
        bool again = i + 1 < w->entity_count &&
                     heng_str_equal(e->entities[i]->code, e->entities[i + 1]->code);
        if (!again) e->entities[e->entity_count++] = e->entities[i];
    }
    for (size_t i = 0; i < e->entity_count; i++) {
        e->entity_scopes[i] = scope_of(e->program, e->entities[i]);
        uint64_t at = heng_str_hash(e->entities[i]->code);
        while (e->entity_slots[at & (e->entity_slot_count - 1)]) at++;
        e->entity_slots[at & (e->entity_slot_count - 1)] = (uint32_t)i + 1;
    }
    return HENG_OK;
}

static heng_status frame_members(heng_evaluation *e, heng_error *err)
{
    const heng_program *p = e->program;
    e->scope_count = p->kind_count + p->level_count;
    e->members = HENG_ARRAY(e->arena, e->scope_count, rule_members);
    if (!e->members) return no_memory(err);
    for (size_t s = 0; s < e->scope_count; s++) {
        rule_members *m = &e->members[s];
        m->scope = s < p->kind_count
                       ? (rule_scope){(int)s, -1}
                       : (rule_scope){p->levels[s - p->kind_count].kind, (int)(s - p->kind_count)};
        m->entities = HENG_ARRAY(e->arena, e->entity_count, int32_t);
        m->position = HENG_ARRAY(e->arena, e->entity_count, int32_t);
        if (!m->entities || !m->position) return no_memory(err);
        for (size_t i = 0; i < e->entity_count; i++) {
            bool inside = e->entity_scopes[i].kind >= 0 &&
                          heng_rule__scope_covers(m->scope, e->entity_scopes[i]);
            m->position[i] = inside ? (int32_t)m->count : -1;
            if (inside) m->entities[m->count++] = (int32_t)i;
        }
    }
    return HENG_OK;
}

/* Facts come in runs of one entity, whose code is then mostly the same bytes. */
static heng_status frame_facts(heng_evaluation *e, heng_error *err)
{
    const heng_world *w = e->world;
    heng_str last = {0};
    int32_t entity = -1;
    e->fact_entities = HENG_ARRAY(e->arena, w->fact_count, int32_t);
    if (!e->fact_entities) return no_memory(err);
    for (size_t i = 0; i < w->fact_count; i++) {
        heng_str code = w->facts[i].entity;
        bool same = last.at && code.at == last.at && code.length == last.length;
        if (!same) entity = heng_rule__entity_find(e, code);
        last = code;
        e->fact_entities[i] = entity;
    }
    e->block_entities = HENG_ARRAY(e->arena, w->block_count, int32_t *);
    if (!e->block_entities) return no_memory(err);
    for (size_t b = 0; b < w->block_count; b++) {
        const heng_block *block = &w->blocks[b];
        e->block_entities[b] = HENG_ARRAY(e->arena, block->member_count, int32_t);
        if (!e->block_entities[b]) return no_memory(err);
        for (size_t i = 0; i < block->member_count; i++)
            e->block_entities[b][i] = heng_rule__entity_find(e, block->members[i]);
    }
    return HENG_OK;
}

/* ---- whom the columns hold ------------------------------------------------------------------------ */

static void speak_of(const heng_evaluation *e, bool *spoken, heng_str code)
{
    int entity = code.length ? heng_rule__entity_find(e, code) : -1;
    if (entity >= 0) spoken[entity] = true;
}

/* Those of small levels, those of whom a fact or a row speaks, and all above. */
static void find_spoken(const heng_evaluation *e, const size_t *level_sizes, bool *spoken)
{
    const heng_world *w = e->world;
    for (size_t i = 0; i < e->entity_count; i++) {
        rule_scope scope = e->entity_scopes[i];
        spoken[i] = scope.kind >= 0 &&
                    level_sizes[heng_rule__scope_id(e->program, scope)] <= HELD_ALWAYS_MAX;
    }
    for (size_t i = 0; i < w->fact_count; i++)
        if (e->fact_entities[i] >= 0) spoken[e->fact_entities[i]] = true;
    for (size_t b = 0; b < w->block_count; b++)
        for (size_t i = 0; i < w->blocks[b].member_count; i++)
            if (e->block_entities[b][i] >= 0) spoken[e->block_entities[b][i]] = true;
    for (size_t i = 0; i < w->row_count; i++) speak_of(e, spoken, w->rows[i].member);
    for (size_t i = 0; i < e->program->row_count; i++)
        speak_of(e, spoken, e->program->rows[i].row.member);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < w->link_count; i++) {
            int member = heng_rule__entity_find(e, w->links[i].member);
            int parent = heng_rule__entity_find(e, w->links[i].parent);
            if (member < 0 || parent < 0 || !spoken[member] || spoken[parent]) continue;
            spoken[parent] = more = true;
        }
    }
}

static heng_status frame_held(heng_evaluation *e, heng_error *err)
{
    bool *spoken = HENG_ARRAY(e->arena, e->entity_count, bool);
    size_t *sizes = HENG_ARRAY(e->arena, e->scope_count, size_t);
    e->held = HENG_ARRAY(e->arena, e->scope_count, rule_members);
    if (!spoken || !sizes || !e->held) return no_memory(err);
    for (size_t s = 0; s < e->scope_count; s++) sizes[s] = e->members[s].count;
    find_spoken(e, sizes, spoken);
    for (size_t s = 0; s < e->scope_count; s++) {
        const rule_members *all = &e->members[s];
        rule_members *held = &e->held[s];
        held->scope = all->scope;
        held->entities = HENG_ARRAY(e->arena, all->count, int32_t);
        held->position = HENG_ARRAY(e->arena, e->entity_count, int32_t);
        if (!held->entities || !held->position) return no_memory(err);
        for (size_t i = 0; i < e->entity_count; i++) held->position[i] = -1;
        for (size_t m = 0; m < all->count; m++) {
            if (!spoken[all->entities[m]]) continue;
            held->position[all->entities[m]] = (int32_t)held->count;
            held->entities[held->count++] = all->entities[m];
        }
    }
    return HENG_OK;
}

/* ---- periods -------------------------------------------------------------------------------------- */

static void widen(heng_evaluation *e, bool *any, heng_span span)
{
    if (!*any || span.first_month < e->first_month) e->first_month = span.first_month;
    if (!*any || span.last_month > e->last_month) e->last_month = span.last_month;
    *any = true;
}

static heng_status frame_periods(heng_evaluation *e, heng_period to, heng_error *err)
{
    const heng_world *w = e->world;
    bool any = false;
    for (size_t i = 0; i < w->fact_count; i++) {
        const heng_fact *fact = &w->facts[i];
        widen(e, &any, heng_period_span(fact->period));
    }
    for (size_t b = 0; b < w->block_count; b++) {
        heng_period first = w->blocks[b].first;
        if (!w->blocks[b].period_count) continue;
        widen(e, &any, heng_period_span(first));
        widen(e, &any,
              heng_period_span(heng_period_add(first, (int)w->blocks[b].period_count - 1)));
    }
    if (to.number) {
        heng_span span = heng_period_span(to);
        if (!any || span.last_month > e->last_month) widen(e, &any, span);
    }
    if (w->window.first_month || w->window.last_month) widen(e, &any, w->window);
    if (any && e->program->first_fixed_year) {
        widen(e, &any, heng_period_span(heng_year(e->program->first_fixed_year)));
        widen(e, &any, heng_period_span(heng_year(e->program->last_fixed_year)));
    }
    if (!any) return HENG_OK;
    if (e->first_month < 0 ||
        e->last_month - e->first_month > MONTHS_YEAR * (HENG_YEAR_MAX - HENG_YEAR_MIN + 1))
        return heng_fail(err, HENG_TOO_LARGE, 0, "the periods of the facts lie too far apart");
    heng_period first = {HENG_MONTH, e->first_month}, last = {HENG_MONTH, e->last_month};
    e->first_month = heng_period_within(first, HENG_YEAR).number * MONTHS_YEAR;
    e->last_month = heng_period_within(last, HENG_YEAR).number * MONTHS_YEAR + MONTHS_YEAR - 1;
    for (int g = 0; g < HENG_GRAIN_COUNT; g++) {
        first.number = e->first_month;
        last.number = e->last_month;
        e->first_period[g] = heng_period_within(first, (heng_grain)g).number;
        e->period_count[g] =
            heng_period_within(last, (heng_grain)g).number - e->first_period[g] + 1;
    }
    return HENG_OK;
}

/* ---- membership ----------------------------------------------------------------------------------- */

static int hierarchy_find(const heng_evaluation *e, heng_str name)
{
    for (size_t i = 0; i < e->hierarchy_count; i++)
        if (heng_str_equal(e->hierarchies[i], name)) return (int)i;
    return -1;
}

static int compare_names(const void *left, const void *right)
{
    heng_str a = *(const heng_str *)left, b = *(const heng_str *)right;
    int place = heng_str_is(b, "place") - heng_str_is(a, "place");
    return place ? place : heng_str_compare(a, b);
}

static int compare_months(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

static heng_status frame_hierarchies(heng_evaluation *e, heng_error *err)
{
    const heng_world *w = e->world;
    size_t room = 0;
    e->cuts = HENG_ARRAY(e->arena, 2 * w->link_count + 1, int32_t);
    if (!e->cuts) return no_memory(err);
    for (size_t i = 0; i < w->link_count; i++) {
        const heng_link *link = &w->links[i];
        if (hierarchy_find(e, link->hierarchy) < 0) {
            if (!heng_rule__grow(e->arena, &e->hierarchies, e->hierarchy_count, &room,
                                 sizeof(heng_str)))
                return no_memory(err);
            e->hierarchies[e->hierarchy_count++] = link->hierarchy;
        }
        if (link->valid.first_month > e->first_month && link->valid.first_month <= e->last_month)
            e->cuts[e->cut_count++] = link->valid.first_month;
        if (link->valid.last_month >= e->first_month && link->valid.last_month < e->last_month)
            e->cuts[e->cut_count++] = link->valid.last_month + 1;
    }
    if (e->hierarchy_count)
        qsort(e->hierarchies, e->hierarchy_count, sizeof(heng_str), compare_names);
    qsort(e->cuts, e->cut_count, sizeof *e->cuts, compare_months);
    return HENG_OK;
}

/* Of two links of one member that meet a period, the one that holds last counts, then the later record. */
static bool counts_before(const heng_link *a, const heng_link *b)
{
    if (a->valid.last_month != b->valid.last_month)
        return a->valid.last_month > b->valid.last_month;
    if (a->valid.first_month != b->valid.first_month)
        return a->valid.first_month > b->valid.first_month;
    if (a->recorded != b->recorded) return a->recorded > b->recorded;
    return heng_str_compare(a->parent, b->parent) > 0;
}

static heng_status grow_tree(heng_evaluation *e, heng_span span, heng_error *err)
{
    const heng_world *w = e->world;
    if (!heng_rule__grow(e->arena, &e->trees, e->tree_count, &e->tree_room, sizeof *e->trees))
        return no_memory(err);
    rule_tree *tree = &e->trees[e->tree_count];
    *tree = (rule_tree){.first_month = span.first_month, .last_month = span.last_month};
    tree->parents = HENG_ARRAY(e->arena, e->hierarchy_count, int32_t *);
    tree->up = HENG_ARRAY(e->arena, e->scope_count, int32_t *);
    tree->down_first = HENG_ARRAY(e->arena, e->scope_count, uint32_t *);
    tree->down = HENG_ARRAY(e->arena, e->scope_count, int32_t *);
    if (!tree->parents || !tree->up || !tree->down_first || !tree->down) return no_memory(err);
    for (size_t h = 0; h < e->hierarchy_count; h++) {
        tree->parents[h] = HENG_ARRAY(e->arena, e->entity_count, int32_t);
        const heng_link **best = HENG_ARRAY(e->arena, e->entity_count, const heng_link *);
        if (!tree->parents[h] || !best) return no_memory(err);
        for (size_t i = 0; i < w->link_count; i++) {
            const heng_link *link = &w->links[i];
            if (!heng_str_equal(link->hierarchy, e->hierarchies[h]) ||
                !heng_span_overlap(link->valid, span))
                continue;
            int member = heng_rule__entity_find(e, link->member);
            if (member >= 0 && (!best[member] || counts_before(link, best[member])))
                best[member] = link;
        }
        for (size_t i = 0; i < e->entity_count; i++)
            tree->parents[h][i] = best[i] ? heng_rule__entity_find(e, best[i]->parent) : -1;
    }
    e->tree_count++;
    return HENG_OK;
}

static size_t cuts_until(const heng_evaluation *e, int32_t month)
{
    size_t low = 0, high = e->cut_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (e->cuts[middle] <= month)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Periods that no link begins or ends in, with none between them, share a tree. */
static heng_status frame_trees(heng_evaluation *e, heng_error *err)
{
    for (int g = 0; g < HENG_GRAIN_COUNT; g++) {
        e->tree_of[g] = HENG_ARRAY(e->arena, (size_t)e->period_count[g], int32_t);
        if (!e->tree_of[g]) return no_memory(err);
        for (int32_t t = 0; t < e->period_count[g]; t++) {
            heng_span span = heng_period_span((heng_period){(heng_grain)g, e->first_period[g] + t});
            size_t from = cuts_until(e, span.first_month), to = cuts_until(e, span.last_month);
            int32_t found = -1;
            for (size_t i = e->tree_count; i-- > 0 && found < 0;)
                if (cuts_until(e, e->trees[i].first_month) == from &&
                    cuts_until(e, e->trees[i].last_month) == to)
                    found = (int32_t)i;
            if (found < 0) {
                found = (int32_t)e->tree_count;
                heng_status status = grow_tree(e, span, err);
                if (status) return status;
            }
            e->tree_of[g][t] = found;
        }
    }
    return HENG_OK;
}

const rule_tree *heng_rule__tree(const heng_evaluation *e, heng_grain grain, int32_t period)
{
    int32_t t = period - e->first_period[grain];
    if (t < 0) t = 0;
    if (t >= e->period_count[grain]) t = e->period_count[grain] - 1;
    return &e->trees[e->tree_of[grain][t]];
}

/* All above an entity, itself first, each once, nearest first; hierarchies in their order. */
static size_t above(const heng_evaluation *e, const rule_tree *tree, int32_t entity,
                    int32_t out[ANCESTORS_MAX])
{
    size_t count = 0;
    out[count++] = entity;
    for (size_t at = 0; at < count; at++)
        for (size_t h = 0; h < e->hierarchy_count; h++) {
            int32_t parent = tree->parents[h][out[at]];
            bool known = parent < 0 || count >= ANCESTORS_MAX;
            for (size_t i = 0; i < count && !known; i++) known = out[i] == parent;
            if (!known) out[count++] = parent;
        }
    return count;
}

heng_status heng_rule__need_up(heng_evaluation *e, rule_scope scope, heng_error *err)
{
    size_t id = heng_rule__scope_id(e->program, scope);
    for (size_t t = 0; t < e->tree_count; t++) {
        rule_tree *tree = &e->trees[t];
        if (tree->up[id]) continue;
        tree->up[id] = HENG_ARRAY(e->arena, e->entity_count, int32_t);
        if (!tree->up[id]) return no_memory(err);
        for (size_t i = 0; i < e->entity_count; i++) {
            int32_t chain[ANCESTORS_MAX];
            size_t count = above(e, tree, (int32_t)i, chain);
            tree->up[id][i] = -1;
            for (size_t a = 0; a < count && tree->up[id][i] < 0; a++)
                if (e->members[id].position[chain[a]] >= 0) tree->up[id][i] = chain[a];
        }
    }
    return HENG_OK;
}

heng_status heng_rule__need_down(heng_evaluation *e, rule_scope scope, heng_error *err)
{
    size_t id = heng_rule__scope_id(e->program, scope);
    const rule_members *members = &e->members[id];
    for (size_t t = 0; t < e->tree_count; t++) {
        rule_tree *tree = &e->trees[t];
        if (tree->down[id]) continue;
        uint32_t *first = HENG_ARRAY(e->arena, e->entity_count + 2, uint32_t);
        if (!first) return no_memory(err);
        int32_t chain[ANCESTORS_MAX];
        for (size_t m = 0; m < members->count; m++) {
            size_t count = above(e, tree, members->entities[m], chain);
            for (size_t a = 1; a < count; a++) first[chain[a] + 2]++;
        }
        for (size_t i = 2; i < e->entity_count + 2; i++) first[i] += first[i - 1];
        int32_t *down = HENG_ARRAY(e->arena, first[e->entity_count + 1], int32_t);
        if (!down) return no_memory(err);
        for (size_t m = 0; m < members->count; m++) { /* ascending, so each list ascends too */
            size_t count = above(e, tree, members->entities[m], chain);
            for (size_t a = 1; a < count; a++) down[first[chain[a] + 1]++] = members->entities[m];
        }
        tree->down_first[id] = first;
        tree->down[id] = down;
    }
    return HENG_OK;
}

heng_status heng_rule__frame_world(heng_evaluation *e, heng_period to, heng_error *err)
{
    heng_status status = heng_rule__cross(e, to, err);
    return status ? status : heng_rule__frame_given(e, to, err);
}

heng_status heng_rule__frame_given(heng_evaluation *e, heng_period to, heng_error *err)
{
    heng_status status = frame_entities(e, err);
    if (!status) status = frame_members(e, err);
    if (!status) status = frame_facts(e, err);
    if (!status) status = frame_held(e, err);
    if (!status) status = frame_periods(e, to, err);
    if (!status) status = frame_hierarchies(e, err);
    if (!status) status = frame_trees(e, err);
    return status;
}
