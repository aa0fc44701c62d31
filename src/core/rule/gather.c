/* Reading quantities: from the coordinates of each point to values and gauges.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run.h"

#include <assert.h>

/* ---- moves ---------------------------------------------------------------------------------------- */

static void move_periods(rule_place *place, const rule_move *move, heng_grain grain, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        heng_period period = {grain, place->period[i]};
        switch (move->kind) {
        case MOVE_PREVIOUS: period = heng_period_add(period, -1); break;
        case MOVE_LAST_YEAR: period = heng_period_last_year(period); break;
        case MOVE_BASE: period = heng_period_base(period); break;
        case MOVE_FIXED: period = heng_year(move->value); break;
        default: period = heng_period_within(period, (heng_grain)move->value); break;
        }
        place->period[i] = period.number;
    }
}

static void move_members(rule_run *run, rule_place *place, const rule_move *move, heng_grain grain)
{
    const heng_evaluation *e = run->e;
    size_t id = heng_rule__scope_id(e->program, move->scope);
    for (unsigned i = 0; i < run->count; i++) {
        if (move->kind == MOVE_KEY) {
            int32_t key = run->slots[move->value][i];
            place->entity[i] = key < 0 ? -1 : e->members[id].entities[key];
        } else if (place->entity[i] >= 0) {
            place->entity[i] =
                heng_rule__tree(e, grain, place->period[i])->up[id][place->entity[i]];
        }
    }
}

const rule_place *heng_rule__place(rule_run *run, int chain)
{
    rule_place *place = &run->places[chain];
    if (run->placed[chain]) return place;
    const rule_chain *c = &run->code->chains[chain];
    heng_grain grain = c->from;
    memcpy(place->entity, run->places[0].entity, run->count * sizeof *place->entity);
    memcpy(place->period, run->places[0].period, run->count * sizeof *place->period);
    for (unsigned i = 0; i < c->count; i++) {
        const rule_move *move = &c->moves[i];
        if (move->kind >= MOVE_SCOPE)
            move_members(run, place, move, grain);
        else
            move_periods(place, move, grain, run->count);
        if (move->kind == MOVE_FIXED) grain = HENG_YEAR;
        if (move->kind == MOVE_GRAIN) grain = (heng_grain)move->value;
    }
    run->placed[chain] = true;
    return place;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

/* Keys of a block; a computed key that is not known makes the point unknown. */
typedef struct block_keys {
    int32_t key[HENG_KEYS_MAX][RULE_BLOCK];
    const rule_lane *number; /* the key of a step or linear table */
    unsigned count;
} block_keys;

static void read_key(const rule_run *run, const rule_arg *arg, const rule_lane *computed,
                     int32_t *out)
{
    for (unsigned i = 0; i < run->count; i++) {
        int32_t key = arg->value;
        if (arg->kind == ARG_SLOT) key = run->slots[arg->value][i];
        if (arg->kind == ARG_STACK)
            key = computed->state[i] & HENG_STATE_KNOWN ? (int32_t)computed->value[i] : -1;
        out[i] = arg->map && key >= 0 ? arg->map[key] : key;
    }
}

static int32_t entity_key(const heng_evaluation *e, const rule_arg *arg)
{
    int32_t entity = e->texts[arg->value];
    if (entity < 0) return -1;
    return e->members[heng_rule__scope_id(e->program, e->program->lists[arg->list].scope)]
        .position[entity];
}

static void read_keys(rule_run *run, const rule_read *read, const rule_lane *first, block_keys *out)
{
    out->count = 0;
    out->number = NULL;
    for (unsigned k = 0; k < read->arg_count; k++) {
        const rule_arg *arg = &read->args[k];
        const rule_lane *computed = arg->kind == ARG_STACK ? first++ : NULL;
        if (arg->list < 0) {
            out->number = computed;
            continue;
        }
        if (arg->kind == ARG_ENTITY) {
            int32_t key = entity_key(run->e, arg);
            for (unsigned i = 0; i < run->count; i++) out->key[out->count][i] = key;
        } else {
            read_key(run, arg, computed, out->key[out->count]);
        }
        out->count++;
    }
}

static ptrdiff_t index_of(const rule_column *column, const rule_place *place,
                          const block_keys *keys, unsigned i)
{
    int32_t key[HENG_KEYS_MAX];
    for (unsigned k = 0; k < keys->count; k++) key[k] = keys->key[k][i];
    return heng_rule__index(column, place->entity[i], place->period[i], key);
}

/* ---- values --------------------------------------------------------------------------------------- */

static void set_gauges(rule_lane *p, unsigned i, double have, double want, float share,
                       uint8_t evidence)
{
    p->have[i] = have;
    p->want[i] = want;
    p->evidence[i] = evidence;
    for (int c = 0; c < 3; c++) p->quality[c][i] = share;
}

static void from_facts(rule_lane *p, const rule_column *column, ptrdiff_t at, unsigned i)
{
    if (at < 0) {
        p->value[i] = 0;
        p->state[i] = HENG_STATE_UNKNOWN;
        set_gauges(p, i, 0, 1, 0, 0);
        return;
    }
    bool known = column->state[at] & HENG_STATE_KNOWN;
    p->value[i] = column->value[at];
    p->state[i] = column->state[at];
    set_gauges(p, i, known, 1, 0, column->evidence[at]);
    for (int c = column->quality_class[at]; known && c < 3; c++) p->quality[c][i] = 1;
}

/* Of one that no column holds nothing is known, and at least one fact is wanted. */
static bool is_unheld(const rule_column *column, int32_t entity)
{
    return column->members && entity >= 0 && column->members->position[entity] < 0;
}

static void from_full(rule_lane *p, const rule_column *column, ptrdiff_t at, int32_t entity,
                      unsigned i)
{
    if (at < 0) {
        p->value[i] = 0;
        p->state[i] = HENG_STATE_UNKNOWN;
        set_gauges(p, i, 0, is_unheld(column, entity), 0, 0);
        return;
    }
    uint8_t state = column->state[at];
    p->value[i] = column->value[at];
    p->state[i] = (state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE ? HENG_STATE_UNKNOWN : state;
    p->have[i] = column->have[at];
    p->want[i] = column->want[at];
    p->evidence[i] = column->evidence[at];
    for (int c = 0; c < 3; c++) p->quality[c][i] = column->quality[c][at];
}

static void from_table(rule_lane *p, const rule_column *column, ptrdiff_t at, unsigned i)
{
    bool there = at >= 0;
    p->value[i] = there ? column->value[at] : 0;
    p->state[i] = there ? column->state[at] : HENG_STATE_UNKNOWN;
    set_gauges(p, i, 0, 0, 1, there ? column->evidence[at] : 0);
}

const rule_curve_point *heng_rule__curve_around(const rule_column *column, size_t at,
                                                heng_period period, double x,
                                                const rule_curve_point **above)
{
    const rule_curve_point *low = NULL;
    *above = NULL;
    for (uint32_t c = column->curve_first[at]; c < column->curve_first[at + 1]; c++) {
        const rule_curve_point *point = &column->curve[c];
        if (!heng_span_holds(point->valid, period)) continue;
        if (point->x <= x || heng_rule__equal(point->x, x, 1e-12))
            low = point;
        else if (!*above)
            *above = point;
    }
    return low;
}

const rule_curve_point *heng_rule__curve_row(const rule_column *column, size_t at,
                                             heng_period period, double x)
{
    const rule_curve_point *high;
    const rule_curve_point *low = heng_rule__curve_around(column, at, period, x, &high);
    return low ? low : high;
}

double heng_rule__between(double low_x, double low, double high_x, double high, double x)
{
    double share = (x - low_x) / (high_x - low_x);
    return low + (high - low) * share;
}

static void set_curve(rule_lane *p, unsigned i, bool known, double value, uint8_t evidence)
{
    p->state[i] = known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN;
    p->value[i] = known ? value : 0;
    p->evidence[i] = evidence;
}

/* A step holds from its key upwards; between two keys of a linear table the value is interpolated. */
static void from_curve(rule_lane *p, const rule_quantity *q, const rule_column *column,
                       ptrdiff_t at, heng_period period, const rule_lane *x, unsigned i)
{
    double here = x->value[i];
    set_gauges(p, i, 0, 0, 1, 0);
    set_curve(p, i, false, 0, 0);
    if (at < 0 || !(x->state[i] & HENG_STATE_KNOWN)) return;
    const rule_curve_point *high;
    const rule_curve_point *low = heng_rule__curve_around(column, (size_t)at, period, here, &high);
    bool on_row = low && heng_rule__equal(low->x, here, 1e-12);
    bool between = low && high && !q->step && !on_row;
    if (between) {
        set_curve(p, i, low->state & high->state & HENG_STATE_KNOWN,
                  heng_rule__between(low->x, low->value, high->x, high->value, here),
                  low->evidence > high->evidence ? low->evidence : high->evidence);
        return;
    }
    bool before = !low && high && q->flat;
    bool behind = low && (q->step || on_row || q->flat);
    const rule_curve_point *end = before ? high : behind ? low : NULL;
    if (end) set_curve(p, i, end->state & HENG_STATE_KNOWN, end->value, end->evidence);
}

/* The gauges of computed keys count as those of the value. */
static void merge_keys(rule_run *run, const rule_read *read, rule_lane *result,
                       const rule_lane *first)
{
    for (unsigned s = 0; s < read->stack_count; s++) {
        const rule_lane *key = first + s;
        for (unsigned i = 0; i < run->count; i++) {
            result->have[i] += key->have[i];
            result->want[i] += key->want[i];
            if (key->evidence[i] > result->evidence[i]) result->evidence[i] = key->evidence[i];
            for (int c = 0; c < 3; c++)
                if (key->quality[c][i] < result->quality[c][i])
                    result->quality[c][i] = key->quality[c][i];
        }
    }
}

void heng_rule__read(rule_run *run, const rule_step *step)
{
    const rule_read *read = &run->code->reads[step->a];
    const rule_place *place = heng_rule__place(run, read->chain);
    heng_grain grain = run->code->chains[read->chain].to;
    const rule_column *column = heng_rule__column(run->e, read->quantity, grain);
    const rule_quantity *q = &run->e->program->quantities[read->quantity];
    rule_lane *first = run->stack + run->top - read->stack_count;
    rule_lane *result = run->stack + run->top; /* beyond the keys, then moved down over them */
    block_keys keys;
    read_keys(run, read, first, &keys);
    for (unsigned i = 0; i < run->count; i++) {
        ptrdiff_t at = index_of(column, place, &keys, i);
        switch (column->form) {
        case FORM_FACTS: from_facts(result, column, at, i); break;
        case FORM_FULL: from_full(result, column, at, place->entity[i], i); break;
        case FORM_CURVE:
            from_curve(result, q, column, at, (heng_period){grain, place->period[i]}, keys.number,
                       i);
            break;
        case FORM_TABLE: from_table(result, column, at, i); break;
        case FORM_NONE: assert(0 && "columns are laid out before they are read");
        }
    }
    for (unsigned k = 0; run->trace && k < keys.count; k++) run->read_keys[k] = keys.key[k][0];
    if (run->trace && keys.number) run->read_number = keys.number->value[0];
    if (read->stack_count) {
        merge_keys(run, read, result, first);
        *first = *result;
    }
    run->top = run->top - read->stack_count + 1;
}
