/* Reading quantities: from the coordinates of each point to values and gauges.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/vector.h"
#include "core/rule/run/run.h"

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
    assert(move->kind != MOVE_KEY || move->value != run->along);
    for (unsigned i = 0; i < run->row_count; i++) {
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
    memcpy(place->entity, run->places[0].entity, run->row_count * sizeof *place->entity);
    memcpy(place->period, run->places[0].period, run->row_count * sizeof *place->period);
    for (unsigned i = 0; i < c->count; i++) {
        const rule_move *move = &c->moves[i];
        if (move->kind >= MOVE_SCOPE)
            move_members(run, place, move, grain);
        else
            move_periods(place, move, grain, run->row_count);
        if (move->kind == MOVE_FIXED) grain = HENG_YEAR;
        if (move->kind == MOVE_GRAIN) grain = (heng_grain)move->value;
    }
    run->placed[chain] = true;
    return place;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

/* Where a read finds its points. By row, if nothing but the key that the rows run along changes inside them;
 * then the points of a row lie `step` apart. Else by point. */
typedef struct reach {
    const rule_column *column;
    const rule_place *place;
    bool by_row;
    ptrdiff_t step;
    ptrdiff_t at[RULE_BLOCK];          /* by row or by point; -1: the column has none */
    int32_t first_keys[HENG_KEYS_MAX]; /* of the first point, for the trace */
    unsigned key_count;
    const rule_lane *number; /* the key of a step or linear table */
} reach;

/* A computed key that is not known makes the point unknown. */
static int32_t key_of(const rule_run *run, const rule_arg *arg, const rule_lane *computed,
                      unsigned row, unsigned i)
{
    int32_t key = arg->value;
    if (arg->kind == ARG_SLOT) key = run->slots[arg->value][row];
    if (arg->kind == ARG_SLOT && arg->value == run->along)
        key += (int32_t)(i - run->row_first[row]);
    if (arg->kind == ARG_STACK)
        key = computed->state[i] & HENG_STATE_KNOWN ? (int32_t)computed->value[i] : -1;
    return arg->map && key >= 0 ? arg->map[key] : key;
}

static int32_t entity_key(const heng_evaluation *e, const rule_arg *arg)
{
    int32_t entity = e->texts[arg->value];
    if (entity < 0) return -1;
    return e->members[heng_rule__scope_id(e->program, e->program->lists[arg->list].scope)]
        .position[entity];
}

static bool is_steady(const rule_run *run, const rule_read *read)
{
    if (read->stack_count) return false;
    for (unsigned k = 0; k < read->arg_count; k++)
        if (read->args[k].kind == ARG_SLOT && read->args[k].value == run->along &&
            read->args[k].map)
            return false;
    return true;
}

/* Member and period of each row. */
static void reach_rows(const rule_run *run, reach *r)
{
    const rule_column *column = r->column;
    unsigned n = run->row_count;
    const int32_t *position = column->members ? column->members->position : NULL;
    for (unsigned i = 0; i < n; i++)
        r->at[i] = !position ? 0 : r->place->entity[i] < 0 ? -1 : position[r->place->entity[i]];
    if (!column->period_count) return;
    for (unsigned i = 0; i < n; i++) {
        int32_t t = r->place->period[i] - column->first_period;
        bool inside = r->at[i] >= 0 && t >= 0 && t < column->period_count;
        r->at[i] = inside ? r->at[i] * column->period_count + t : -1;
    }
}

/* From rows to their points. */
static void spread(const rule_run *run, reach *r)
{
    for (unsigned row = run->row_count; row-- > 0;)
        for (unsigned i = run->row_first[row + 1]; i-- > run->row_first[row];)
            r->at[i] = r->at[row];
}

static void reach_key(const rule_run *run, reach *r, const rule_arg *arg, const rule_lane *computed)
{
    int32_t size = r->column->key_sizes[r->key_count];
    int32_t fixed = arg->kind == ARG_ENTITY ? entity_key(run->e, arg) : -1;
    bool along = r->by_row && arg->kind == ARG_SLOT && arg->value == run->along;
    r->step = r->step * size + along;
    for (unsigned row = 0; row < run->row_count; row++) {
        unsigned first = run->row_first[row];
        unsigned end = r->by_row ? first + 1 : run->row_first[row + 1];
        for (unsigned i = first; i < end; i++) {
            ptrdiff_t *at = &r->at[r->by_row ? row : i];
            int32_t key = arg->kind == ARG_ENTITY ? fixed : key_of(run, arg, computed, row, i);
            if (i == 0) r->first_keys[r->key_count] = key;
            *at = *at >= 0 && key >= 0 && key < size ? *at * size + key : -1;
        }
    }
    r->key_count++;
}

static void reach_points(rule_run *run, const rule_read *read, const rule_lane *first, reach *r)
{
    r->by_row = is_steady(run, read);
    r->step = 0;
    r->key_count = 0;
    r->number = NULL;
    reach_rows(run, r);
    if (!r->by_row) spread(run, r);
    for (unsigned k = 0; k < read->arg_count; k++) {
        const rule_arg *arg = &read->args[k];
        const rule_lane *computed = arg->kind == ARG_STACK ? first++ : NULL;
        if (arg->list < 0)
            r->number = computed;
        else
            reach_key(run, r, arg, computed);
    }
}

/* ---- values --------------------------------------------------------------------------------------- */

/* What lies together in a column, from `at` on, to `n` points from `i` on. */

static void copy_facts(rule_lane *p, unsigned i, const rule_column *column, size_t at, unsigned n)
{
    const uint8_t *class = column->quality_class + at;
    memcpy(p->value + i, column->value + at, n * sizeof *p->value);
    memcpy(p->state + i, column->state + at, n);
    memcpy(p->evidence + i, column->evidence + at, n);
    for (unsigned k = 0; k < n; k++) p->had[i + k] = p->state[i + k] & HENG_STATE_KNOWN;
    memset(p->wanted + i, 1, n);
    for (unsigned k = 0; k < n; k++)
        p->shares[i + k] = (uint8_t)(-p->had[i + k] & ((class[k] <= 0) | (class[k] <= 1) << 1 |
                                                       (class[k] <= 2) << 2));
}

/* Numbers of one quality and evidence, from `i` to `end`. */
HENG_VECTOR static void copy_numbers(rule_lane *restrict p, unsigned i, unsigned end,
                                     const double *restrict from, uint8_t shares, uint8_t evidence)
{
    uint64_t known[RULE_BLOCK]; /* as wide as the values, for vectors */
    for (unsigned k = i; k < end; k++) known[k] = heng_rule__is_number(from[k - i]);
    for (unsigned k = i; k < end; k++) p->state[k] = (uint8_t)known[k];
    for (unsigned k = i; k < end; k++)
        p->value[k] = heng_rule__only(from[k - i], (uint8_t)known[k]);
    for (unsigned k = i; k < end; k++) {
        p->had[k] = p->state[k];
        p->evidence[k] = (uint8_t)(-p->state[k] & evidence);
        p->shares[k] = (uint8_t)(-p->state[k] & shares);
    }
}

static void copy_block(rule_lane *p, unsigned i, const rule_column *column, size_t at, unsigned n)
{
    const heng_block *b = column->block;
    const double *from = b->values + at;
    uint8_t shares = heng_rule__shares(b->quality), evidence = (uint8_t)b->evidence;
    memset(p->wanted + i, 1, n);
    if (b->notations || b->qualities || b->evidences) {
        for (unsigned k = 0; k < n; k++) {
            rule_cell cell = heng_rule__cell(column, at + k);
            p->value[i + k] = cell.value;
            p->state[i + k] = p->had[i + k] = cell.state;
            p->evidence[i + k] = cell.evidence;
            p->shares[i + k] = cell.state ? heng_rule__shares(cell.quality) : 0;
        }
        return;
    }
    copy_numbers(p, i, i + n, from, shares, evidence);
}

static void copy_table(rule_lane *p, unsigned i, const rule_column *column, size_t at, unsigned n)
{
    memcpy(p->value + i, column->value + at, n * sizeof *p->value);
    memcpy(p->state + i, column->state + at, n);
    memcpy(p->evidence + i, column->evidence + at, n);
}

/* A fact that is wanted and not there, in a wide lane. */
static void set_missing(rule_lane *p, unsigned i, double want)
{
    p->value[i] = 0;
    p->state[i] = HENG_STATE_UNKNOWN;
    p->evidence[i] = 0;
    p->have[i] = 0;
    p->want[i] = want;
    for (int c = 0; c < 3; c++) p->quality[c][i] = 0;
}

static void copy_full(rule_lane *p, unsigned i, const rule_column *column, size_t at, unsigned n)
{
    memcpy(p->value + i, column->value + at, n * sizeof *p->value);
    memcpy(p->evidence + i, column->evidence + at, n);
    memcpy(p->have + i, column->have + at, n * sizeof *p->have);
    memcpy(p->want + i, column->want + at, n * sizeof *p->want);
    for (int c = 0; c < 3; c++)
        memcpy(p->quality[c] + i, column->quality[c] + at, n * sizeof *p->quality[c]);
    uint8_t outside = 0;
    for (unsigned k = 0; k < n; k++) {
        uint8_t state = column->state[at + k];
        uint8_t out = (state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE;
        p->state[i + k] = out ? HENG_STATE_UNKNOWN : state;
        outside |= out;
    }
    for (unsigned k = i; outside && column->given && k < i + n; k++)
        if ((column->state[at + k - i] & STATE_MASK) == HENG_STATE_NOT_IN_FORCE)
            set_missing(p, k, 1);
}

static void copy_column(rule_lane *p, unsigned i, const rule_column *column, size_t at, unsigned n)
{
    switch (column->form) {
    case FORM_FACTS: copy_facts(p, i, column, at, n); return;
    case FORM_BLOCK: copy_block(p, i, column, at, n); return;
    case FORM_FULL: copy_full(p, i, column, at, n); return;
    case FORM_TABLE: copy_table(p, i, column, at, n); return;
    case FORM_CURVE:
    case FORM_NONE: assert(0 && "columns are laid out before they are read");
    }
}

/* Of one that no column holds nothing is known, and at least one fact is wanted. */
static bool is_unheld(const rule_column *column, int32_t entity)
{
    return column->members && entity >= 0 && column->members->position[entity] < 0;
}

static void copy_full_point(rule_lane *p, unsigned i, const rule_column *column, size_t at)
{
    uint8_t state = column->state[at];
    bool out = (state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE;
    if (out && column->given) {
        set_missing(p, i, 1);
        return;
    }
    p->value[i] = column->value[at];
    p->state[i] = out ? HENG_STATE_UNKNOWN : state;
    p->evidence[i] = column->evidence[at];
    p->have[i] = column->have[at];
    p->want[i] = column->want[at];
    for (int c = 0; c < 3; c++) p->quality[c][i] = column->quality[c][at];
}

/* The same of one point: columns of rules and tables without calls. */
static void copy_point(rule_lane *p, unsigned i, const rule_column *column, size_t at)
{
    if (column->form == FORM_FULL) {
        copy_full_point(p, i, column, at);
    } else if (column->form == FORM_TABLE) {
        p->value[i] = column->value[at];
        p->state[i] = column->state[at];
        p->evidence[i] = column->evidence[at];
    } else {
        copy_column(p, i, column, at, 1);
    }
}

static void set_absent(rule_lane *p, unsigned i, const rule_column *column, int32_t entity,
                       unsigned n)
{
    bool facts = heng_rule__holds_facts(column);
    double want = is_unheld(column, entity);
    for (unsigned k = i; k < i + n; k++) p->value[k] = 0;
    memset(p->state + i, HENG_STATE_UNKNOWN, n);
    memset(p->evidence + i, 0, n);
    memset(p->had + i, 0, facts ? n : 0);
    memset(p->wanted + i, 1, facts ? n : 0);
    memset(p->shares + i, 0, facts ? n : 0);
    for (unsigned k = i; k < i + n && column->form == FORM_FULL; k++) set_missing(p, k, want);
}

static void double_up(void *base, size_t size, unsigned first, unsigned have, unsigned end)
{
    char *at = (char *)base + size * first;
    for (unsigned n = have, all = end - first; n < all; n *= 2)
        memcpy(at + size * n, at, size * (2 * n <= all ? n : all - n));
}

/* The first `have` points again and again. */
static void repeat(rule_lane *p, unsigned first, unsigned have, unsigned end, rule_form form)
{
    double_up(p->value, sizeof *p->value, first, have, end);
    double_up(p->state, 1, first, have, end);
    double_up(p->evidence, 1, first, have, end);
    if (form == FORM_FACTS || form == FORM_BLOCK) {
        double_up(p->had, 1, first, have, end);
        double_up(p->wanted, 1, first, have, end);
        double_up(p->shares, 1, first, have, end);
    } else if (form == FORM_FULL) {
        double_up(p->have, sizeof *p->have, first, have, end);
        double_up(p->want, sizeof *p->want, first, have, end);
        for (int c = 0; c < 3; c++)
            double_up(p->quality[c], sizeof *p->quality[c], first, have, end);
    }
}

/* Rows whose points lie together, and behind those of the row before, are copied as one; rows that read the
 * same are copied from the first of them. */
static void take_rows(const rule_run *run, const reach *r, rule_lane *p)
{
    for (unsigned row = 0; row < run->row_count;) {
        unsigned first = run->row_first[row], end = run->row_first[row + 1], width = end - first;
        ptrdiff_t at = r->at[row];
        bool together = r->step == 1 || width == 1;
        unsigned next = row + 1;
        if (at < 0) {
            set_absent(p, first, r->column, r->place->entity[row], width);
        } else if (next < run->row_count && r->at[next] == at && (together || r->step == 0)) {
            unsigned have = r->step == 0 ? 1 : width;
            while (next < run->row_count && r->at[next] == at &&
                   (r->step == 0 || run->row_first[next] + width == run->row_first[next + 1]))
                next++;
            copy_column(p, first, r->column, (size_t)at, have);
            repeat(p, first, have, run->row_first[next], r->column->form);
        } else if (together) {
            while (next < run->row_count && r->at[next] == at + (end - first) &&
                   (r->step == 1 || run->row_first[next + 1] - end == 1))
                end = run->row_first[++next];
            if (end - first == 1)
                copy_point(p, first, r->column, (size_t)at);
            else
                copy_column(p, first, r->column, (size_t)at, end - first);
        } else if (r->step == 0) {
            copy_point(p, first, r->column, (size_t)at);
            repeat(p, first, 1, end, r->column->form);
        } else {
            for (unsigned i = first; i < end; i++, at += r->step)
                copy_point(p, i, r->column, (size_t)at);
        }
        row = next;
    }
}

static void take_points(const rule_run *run, const reach *r, rule_lane *p)
{
    for (unsigned row = 0; row < run->row_count; row++)
        for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++)
            if (r->at[i] < 0)
                set_absent(p, i, r->column, r->place->entity[row], 1);
            else
                copy_point(p, i, r->column, (size_t)r->at[i]);
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

static void take_curve(const rule_run *run, const rule_quantity *q, heng_grain grain,
                       const reach *r, rule_lane *p)
{
    for (unsigned row = 0; row < run->row_count; row++)
        for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++)
            from_curve(p, q, r->column, r->at[i], (heng_period){grain, r->place->period[row]},
                       r->number, i);
}

void heng_rule__read(rule_run *run, const rule_step *step)
{
    static const rule_gauges gauges[] = {
        [FORM_FACTS] = GAUGES_NARROW, [FORM_BLOCK] = GAUGES_NARROW, [FORM_FULL] = GAUGES_WIDE};
    const rule_read *read = &run->code->reads[step->a];
    heng_grain grain = run->code->chains[read->chain].to;
    rule_lane *first = run->stack + run->top - read->stack_count;
    rule_lane *result = run->stack + run->top; /* beyond the keys, then moved down over them */
    reach r;                                   /* large, and filled by reach_points */
    r.column = heng_rule__column(run->e, read->quantity, grain);
    r.place = heng_rule__place(run, read->chain);
    rule_form form = r.column->form;
    reach_points(run, read, first, &r);
    result->gauges = form < FORM_TABLE ? gauges[form] : GAUGES_NONE;
    result->most = 1;
    if (form == FORM_CURVE)
        take_curve(run, &run->e->program->quantities[read->quantity], grain, &r, result);
    else if (r.by_row)
        take_rows(run, &r, result);
    else
        take_points(run, &r, result);
    heng_rule__survey(result, run->count);
    if (run->trace) memcpy(run->read_keys, r.first_keys, sizeof run->read_keys);
    if (run->trace && r.number) run->read_number = r.number->value[0];
    for (unsigned s = 0; s < read->stack_count; s++) /* the gauges of keys count as the value's */
        heng_rule__merge(result, first + s, run->count);
    if (read->stack_count) *first = *result;
    run->top = run->top - read->stack_count + 1;
}
