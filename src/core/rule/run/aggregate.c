/* Aggregates: for each point of a block its members, in order, gathered in blocks of an inner run.
 *
 * Members are taken period by period, then by code, then by the order of lists, so that a sum has one
 * order whatever the blocks are. A member whose `where` is unknown is an unknown member.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/vector.h"
#include "core/rule/run/run.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct gatherer {
    rule_run *outer, *inner;
    const rule_over *over;
    unsigned outer_row;      /* of the point under way */
    const rule_place *place; /* from where the members are counted */
    heng_grain grain;
    int lists[HENG_KEYS_MAX]; /* dims that are lists */
    unsigned list_count;
    int32_t sizes[HENG_KEYS_MAX]; /* of those lists */
    int along;                    /* the slot of the last list, where rows may run along it */
    const rule_dim *scope, *periods;
} gatherer;

rule_tally heng_rule__no_tally(void)
{
    return (rule_tally){
        .product = 1, .least = INFINITY, .most = -INFINITY, .quality_least = {1, 1, 1}};
}

static bool known(const rule_lane *lane, unsigned i)
{
    return (lane->state[i] & STATE_MASK) == HENG_STATE_KNOWN;
}

static void lower(float least[3], const rule_lane *lane, unsigned i)
{
    for (int c = 0; c < 3; c++)
        if (lane->quality[c][i] < least[c]) least[c] = lane->quality[c][i];
}

static void add_gauges(rule_tally *t, const rule_lane *lane, unsigned i)
{
    t->have += lane->have[i];
    t->want += lane->want[i];
    if (lane->evidence[i] > t->evidence) t->evidence = lane->evidence[i];
}

static void add_sample(rule_run *inner, rule_tally *t, double value, double weight)
{
    if (t->known == 1) t->sample_first = inner->sample_count;
    if (!heng_rule__grow(inner->arena, &inner->samples, inner->sample_count, &inner->sample_room,
                         sizeof *inner->samples)) {
        inner->status = heng_fail(inner->err, HENG_NO_MEMORY, 0, "no memory for a quantile");
        return;
    }
    inner->samples[inner->sample_count++] = (rule_sample){value, weight};
}

static void add_known(rule_run *inner, const rule_over *over, rule_tally *t, double value,
                      double weight, const float quality[3])
{
    t->known++;
    if (over->aggregate == AGG_QUANTILE) add_sample(inner, t, value, weight);
    t->sum += over->aggregate == AGG_MEAN ? value * weight : value;
    t->weight += weight;
    t->product *= value;
    if (value < t->least) t->least = value;
    if (value > t->most) t->most = value;
    t->yes += value != 0;
    t->no += value == 0;
    t->magnitude += fabs(value);
    for (int c = 0; c < 3; c++) {
        t->quality_sum[c] += fabs(value) * (double)quality[c];
        if (quality[c] < t->quality_least[c]) t->quality_least[c] = quality[c];
    }
}

/* The member of `list` that a member of a sub-list, at any depth, or of the list itself is. */
static int32_t member_above(const heng_program *p, int sub, int list, int32_t member)
{
    for (; sub != list; sub = p->lists[sub].parent) member = p->lists[sub].in_parent[member];
    return member;
}

/* What is included elsewhere is zero here if that member is inside the same sum. */
static bool included_here(const gatherer *g, const rule_lane *body, unsigned row, unsigned i)
{
    if (!(body->state[i] & STATE_ELSEWHERE) || g->over->aggregate != AGG_SUM || g->over->has_where)
        return false;
    const heng_program *p = g->inner->e->program;
    int list = (int)(body->value[i] / ELSEWHERE_LIST);
    int32_t member = (int32_t)(body->value[i] - list * ELSEWHERE_LIST);
    for (unsigned l = 0; l < g->list_count; l++) {
        const rule_dim *dim = &g->over->dims[g->lists[l]];
        if (!heng_rule__list_within(p, dim->list, list)) continue;
        int32_t here = g->inner->slots[dim->slot][row];
        if (dim->slot == g->along) here += (int32_t)(i - g->inner->row_first[row]);
        int32_t size = (int32_t)heng_rule__list_size(g->inner->e, dim->list);
        for (int32_t m = 0; m < size; m++)
            if (m != here && member_above(p, dim->list, list, m) == member) return true;
    }
    return false;
}

void heng_rule__fold(rule_run *inner, const rule_over *over, rule_tally *t, unsigned i,
                     bool included)
{
    const rule_lane *body = &inner->stack[0], *where = over->has_where ? &inner->stack[1] : NULL;
    const rule_lane *weight = over->has_weight ? &inner->stack[1 + over->has_where] : NULL;
    float quality[3] = {1, 1, 1};
    t->members++;
    if (where) add_gauges(t, where, i);
    if (where && known(where, i) && where->value[i] == 0) {
        t->excluded++;
        return;
    }
    add_gauges(t, body, i);
    if (weight) add_gauges(t, weight, i);
    lower(quality, body, i);
    if (where) lower(quality, where, i);
    if (weight) lower(quality, weight, i);
    bool counted = (!where || known(where, i)) && (!weight || known(weight, i));
    bool is_known = counted && known(body, i);
    double value = body->value[i];
    if (counted && included) is_known = true, value = 0;
    if (is_known) {
        if (!t->known) t->first = value;
        t->last = value;
        add_known(inner, over, t, value, weight ? weight->value[i] : 1, quality);
        return;
    }
    t->unknown++;
    if (!counted || !(body->state[i] & STATE_PART)) return;
    t->part += value;
    t->has_part = true;
}

/* ---- sums ----------------------------------------------------------------------------------------- */

/* Counts and evidence of `n` members of a narrow lane. */
HENG_VECTOR static void tally_narrow(rule_tally *t, const rule_lane *body, unsigned first,
                                     unsigned n)
{
    unsigned known = 0, had = 0, wanted = 0;
    uint8_t least = SHARES_ALL, evidence = t->evidence;
    for (unsigned i = first; i < first + n; i++) {
        uint8_t is = body->state[i] & HENG_STATE_KNOWN;
        known += is;
        had += body->had[i];
        wanted += body->wanted[i];
        least &= (uint8_t)(body->shares[i] | (is - 1));
        evidence = body->evidence[i] > evidence ? body->evidence[i] : evidence;
    }
    t->members += n;
    t->known += known;
    t->unknown += n - known;
    t->have += had;
    t->want += wanted;
    t->evidence = evidence;
    for (int c = 0; c < 3; c++)
        if (!(least >> c & 1)) t->quality_least[c] = 0;
}

/* What a sum gathers: the magnitude, then of each share what of it has that quality. */
typedef struct mass {
    double sum, of[4];
} mass;

static mass mass_of(const rule_tally *t)
{
    return (mass){t->sum, {t->magnitude, t->quality_sum[0], t->quality_sum[1], t->quality_sum[2]}};
}

static void put_mass(rule_tally *t, const mass *m)
{
    t->sum = m->sum;
    t->magnitude = m->of[0];
    for (int c = 0; c < 3; c++) t->quality_sum[c] = m->of[c + 1];
}

/* Sums of plain values, `n` from each of two rows at once, for each addition waits for the one before: an
 * unknown value adds its 0, which changes no bit. */
HENG_VECTOR static void sum_narrow(mass *p, mass *q, const rule_lane *body, unsigned first,
                                   unsigned second, unsigned n)
{
    static const double shares[SHARES_ALL + 1][4] = {{1, 0, 0, 0}, {1, 1, 0, 0}, {1, 0, 1, 0},
                                                     {1, 1, 1, 0}, {1, 0, 0, 1}, {1, 1, 0, 1},
                                                     {1, 0, 1, 1}, {1, 1, 1, 1}};
    mass a = *p, b = *q;
    for (unsigned i = 0; i < n; i++) {
        double x = body->value[first + i], y = body->value[second + i];
        const double *of_x = shares[body->shares[first + i]];
        const double *of_y = shares[body->shares[second + i]];
        a.sum += x;
        b.sum += y;
        for (int c = 0; c < 4; c++) a.of[c] += fabs(x) * of_x[c];
        for (int c = 0; c < 4; c++) b.of[c] += fabs(y) * of_y[c];
    }
    *p = a;
    *q = b;
}

/* Rows two by two, as long as they are alike and of two points. */
static void sum_rows(const rule_run *inner, const rule_lane *body)
{
    for (unsigned row = 0; row < inner->row_count; row++) {
        unsigned first = inner->row_first[row], end = inner->row_first[row + 1], n = end - first;
        bool two = row + 1 < inner->row_count && inner->row_first[row + 2] == end + n &&
                   inner->owner[row] != inner->owner[row + 1];
        rule_tally *t = &inner->tallies[inner->owner[row]];
        rule_tally *u = two ? &inner->tallies[inner->owner[row + 1]] : t;
        mass p = mass_of(t), q = mass_of(u);
        sum_narrow(&p, &q, body, first, two ? end : first, n);
        put_mass(t, &p);
        tally_narrow(t, body, first, n);
        if (!two) continue;
        put_mass(u, &q);
        tally_narrow(u, body, end, n);
        row++;
    }
}

/* A sum of values with all gauges, and no condition or weight. */
static void sum_wide(rule_tally *t, const rule_lane *body, unsigned i)
{
    t->members++;
    add_gauges(t, body, i);
    if (!known(body, i)) {
        t->unknown++;
        if (!(body->state[i] & STATE_PART)) return;
        t->part += body->value[i];
        t->has_part = true;
        return;
    }
    double value = body->value[i], size = fabs(value);
    t->known++;
    t->sum += value;
    t->magnitude += size;
    for (int c = 0; c < 3; c++) t->quality_sum[c] += size * (double)body->quality[c][i];
    lower(t->quality_least, body, i);
}

static void sum_block(gatherer *g, rule_lane *body)
{
    rule_run *inner = g->inner;
    bool plain = heng_rule__is_plain(body) && body->gauges != GAUGES_WIDE;
    if (plain)
        heng_rule__narrow(body, inner->count);
    else
        heng_rule__widen(body, inner->count);
    if (plain) {
        sum_rows(inner, body);
        return;
    }
    for (unsigned row = 0; row < inner->row_count; row++)
        for (unsigned i = inner->row_first[row]; i < inner->row_first[row + 1]; i++)
            sum_wide(&inner->tallies[inner->owner[row]], body, i);
}

/* ---- members -------------------------------------------------------------------------------------- */

static void fold_block(gatherer *g)
{
    rule_run *inner = g->inner;
    unsigned lanes = 1u + g->over->has_where + g->over->has_weight;
    for (unsigned l = 0; l < lanes; l++) heng_rule__widen(&inner->stack[l], inner->count);
    for (unsigned row = 0; row < inner->row_count; row++)
        for (unsigned i = inner->row_first[row]; i < inner->row_first[row + 1]; i++) {
            bool included = included_here(g, &inner->stack[0], row, i);
            heng_rule__fold(inner, g->over, &inner->tallies[inner->owner[row]], i, included);
            if (inner->trace) inner->trace->member(inner->trace, inner, g->over, included);
        }
}

static void flush(gatherer *g)
{
    rule_run *inner = g->inner;
    if (!inner->count) return;
    heng_rule__run(inner, g->over->body);
    rule_lane *body = &inner->stack[0];
    bool sum = g->over->aggregate == AGG_SUM && !g->over->has_where && !g->over->has_weight;
    if (sum && !inner->trace && !(body->states & STATE_ELSEWHERE))
        sum_block(g, body);
    else
        fold_block(g);
    heng_rule__clear_block(inner, g->along);
}

/* As many points of a row as there is room for. */
static unsigned add_row(gatherer *g, unsigned i, int32_t entity, int32_t period,
                        const int32_t *keys, int32_t width)
{
    rule_run *inner = g->inner, *outer = g->outer;
    if ((unsigned)width > RULE_BLOCK - inner->count && width <= RULE_BLOCK) flush(g);
    unsigned room = inner->trace ? 1 : RULE_BLOCK - inner->count;
    unsigned taken = (unsigned)width < room ? (unsigned)width : room;
    unsigned row = heng_rule__add_row(inner, entity, period, taken);
    inner->owner[row] = (uint16_t)i;
    for (unsigned s = 0; s < g->over->outer_slots; s++) {
        inner->slots[s][row] = outer->slots[s][g->outer_row];
        if ((int)s == outer->along)
            inner->slots[s][row] += (int32_t)(i - outer->row_first[g->outer_row]);
    }
    for (unsigned l = 0; l < g->list_count; l++)
        inner->slots[g->over->dims[g->lists[l]].slot][row] = keys[l];
    if (inner->count == RULE_BLOCK || inner->trace) flush(g);
    return taken;
}

/* All combinations of keys, the last list fastest. */
static void each_key(gatherer *g, unsigned i, int32_t entity, int32_t period)
{
    int32_t keys[HENG_KEYS_MAX] = {0};
    for (unsigned l = 0; l < g->list_count; l++)
        if (!g->sizes[l]) return;
    for (;;) {
        unsigned l = g->list_count;
        int32_t width = g->along < 0 ? 1 : g->sizes[l - 1] - keys[l - 1];
        unsigned taken = add_row(g, i, entity, period, keys, width);
        if (l > 0) keys[l - 1] += (int32_t)taken - 1;
        while (l > 0 && ++keys[l - 1] == g->sizes[l - 1]) keys[--l] = 0;
        if (l == 0) return;
    }
}

static void each_member(gatherer *g, unsigned i, heng_grain grain, int32_t period)
{
    int32_t here = g->place->entity[g->outer_row];
    if (!g->scope) {
        each_key(g, i, here, period);
        return;
    }
    if (here < 0) return;
    size_t id = heng_rule__scope_id(g->inner->e->program, g->scope->scope);
    const rule_tree *tree = heng_rule__tree(g->inner->e, grain, period);
    for (uint32_t m = tree->down_first[id][here]; m < tree->down_first[id][here + 1]; m++)
        each_key(g, i, tree->down[id][m], period);
}

static void each_period(gatherer *g, unsigned i)
{
    heng_period here = {g->grain, g->place->period[g->outer_row]};
    if (!g->periods) {
        each_member(g, i, g->grain, here.number);
        return;
    }
    heng_grain fine = g->periods->grain;
    heng_period around = heng_period_within(here, g->periods->of);
    int32_t first = heng_period_first(around, fine).number;
    int32_t last = first + heng_grain_ratio(fine, around.grain) - 1;
    if (g->periods->so_far && here.number < last) last = here.number;
    for (int32_t period = first; period <= last; period++) each_member(g, i, fine, period);
}

/* ---- results -------------------------------------------------------------------------------------- */

static int compare_samples(const void *left, const void *right)
{
    const rule_sample *a = left, *b = right;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

/* The least value whose members hold at least the share of the weight. */
static bool quantile(rule_run *inner, const rule_tally *t, double share, double *out)
{
    rule_sample *samples = inner->samples + t->sample_first;
    double total = 0, held = 0;
    qsort(samples, t->known, sizeof *samples, compare_samples);
    for (uint32_t i = 0; i < t->known; i++) total += samples[i].weight;
    for (uint32_t i = 0; i < t->known; i++) {
        held += samples[i].weight;
        *out = samples[i].value;
        if (held > share * total || heng_rule__equal(held, share * total, 0)) return total > 0;
    }
    return false;
}

typedef struct outcome {
    double value;
    uint8_t state;
} outcome;

static outcome known_if(bool is, double value)
{
    return is ? (outcome){value, HENG_STATE_KNOWN} : (outcome){0, HENG_STATE_UNKNOWN};
}

static outcome partial(const rule_tally *t, double value, double part)
{
    if (!t->unknown) return (outcome){value, HENG_STATE_KNOWN};
    bool some = t->known || t->has_part;
    return some ? (outcome){part, STATE_PART} : (outcome){0, HENG_STATE_UNKNOWN};
}

static outcome at_least(const rule_tally *t, const rule_lane *limit, unsigned i)
{
    if (!known(limit, i)) return known_if(false, 0);
    double wanted = limit->value[i], most = (double)t->yes + t->unknown;
    if (t->yes > wanted || heng_rule__equal(t->yes, wanted, 1e-12)) return known_if(true, 1);
    if (most < wanted && !heng_rule__equal(most, wanted, 1e-12)) return known_if(true, 0);
    return known_if(false, 0);
}

static outcome result(rule_run *inner, const rule_over *over, const rule_tally *t,
                      const rule_lane *limit, unsigned i)
{
    bool all = !t->unknown, some = all && t->known;
    double value = 0;
    if (!t->members) return known_if(false, 0);
    switch (over->aggregate) {
    case AGG_SUM: return partial(t, t->sum, t->sum + t->part);
    case AGG_COUNT: return partial(t, t->yes, t->yes);
    case AGG_MEAN: return known_if(some && t->weight != 0, t->weight != 0 ? t->sum / t->weight : 0);
    case AGG_MIN: return known_if(some, t->least);
    case AGG_MAX: return known_if(some, t->most);
    case AGG_ANY: return t->yes ? known_if(true, 1) : known_if(all, 0);
    case AGG_ALL: return t->no ? known_if(true, 0) : known_if(all, 1);
    case AGG_AT_LEAST: return at_least(t, limit, i);
    case AGG_MULTIPLY: return known_if(all && isfinite(t->product), t->product);
    case AGG_QUANTILE:
        if (!some || !known(limit, i) || inner->status) return known_if(false, 0);
        return quantile(inner, t, limit->value[i], &value) ? known_if(true, value)
                                                           : known_if(false, 0);
    case AGG_COVERAGE:
        return known_if(t->known + t->unknown > 0,
                        (double)t->known / ((double)t->known + t->unknown));
    case AGG_FIRST: return known_if(t->known > 0, t->first);
    case AGG_LAST: return known_if(t->known > 0, t->last);
    case AGG_KIND_COUNT: break;
    }
    assert(0 && "every aggregate is above");
    return known_if(false, 0);
}

void heng_rule__put_tally(rule_run *run, const rule_over *over, rule_lane *out,
                          const rule_lane *limit, unsigned i)
{
    const rule_tally *t = &run->inner->tallies[i];
    outcome r = result(run->inner, over, t, limit, i);
    double have = t->have + (limit ? limit->have[i] : 0),
           want = t->want + (limit ? limit->want[i] : 0);
    uint8_t evidence = limit && limit->evidence[i] > t->evidence ? limit->evidence[i] : t->evidence;
    bool mixes = over->aggregate == AGG_SUM && t->magnitude > 0;
    for (int c = 0; c < 3; c++)
        out->quality[c][i] =
            mixes ? (float)(t->quality_sum[c] / t->magnitude) : t->quality_least[c];
    out->value[i] = r.value;
    out->state[i] = r.state;
    out->have[i] = have;
    out->want[i] = want;
    out->evidence[i] = evidence;
}

static void open_gatherer(gatherer *g)
{
    const rule_over *over = g->over;
    for (unsigned d = 0; d < over->dim_count; d++) {
        if (over->dims[d].kind == DIM_LIST) {
            g->sizes[g->list_count] =
                (int32_t)heng_rule__list_size(g->inner->e, over->dims[d].list);
            g->lists[g->list_count++] = (int)d;
        } else if (over->dims[d].kind == DIM_SCOPE) {
            g->scope = &over->dims[d];
        } else {
            g->periods = &over->dims[d];
        }
    }
    g->along = g->list_count ? over->dims[g->lists[g->list_count - 1]].slot : -1;
    if (!heng_rule__may_run_along(over->body, g->along)) g->along = -1;
}

/* Points of one member at some periods, in which the same members are below. */
static unsigned end_of_group(const gatherer *g, unsigned row)
{
    const heng_evaluation *e = g->inner->e;
    const rule_run *outer = g->outer;
    unsigned end = row + 1;
    int32_t entity = g->place->entity[row];
    bool alone = g->inner->trace || g->list_count || g->periods || !g->scope || entity < 0;
    alone = alone || g->over->aggregate == AGG_QUANTILE; /* the samples of a point lie together */
    if (alone || outer->row_count != outer->count) return end;
    const rule_tree *tree = heng_rule__tree(e, g->grain, g->place->period[row]);
    while (end < outer->row_count && g->place->entity[end] == entity &&
           heng_rule__tree(e, g->grain, g->place->period[end]) == tree)
        end++;
    return end;
}

/* Each member at all these periods before the next: what is read then lies together, and each point still
 * meets its members in their order. */
static void each_member_first(gatherer *g, unsigned row, unsigned end)
{
    int32_t here = g->place->entity[row];
    size_t id = heng_rule__scope_id(g->inner->e->program, g->scope->scope);
    const rule_tree *tree = heng_rule__tree(g->inner->e, g->grain, g->place->period[row]);
    for (uint32_t m = tree->down_first[id][here]; m < tree->down_first[id][here + 1]; m++)
        for (unsigned i = row; i < end; i++) {
            g->outer_row = i;
            add_row(g, i, tree->down[id][m], g->place->period[i], NULL, 1);
        }
}

void heng_rule__over(rule_run *run, const rule_step *step)
{
    const rule_over *over = &run->code->overs[step->a];
    gatherer g = {.outer = run,
                  .inner = run->inner,
                  .over = over,
                  .place = heng_rule__place(run, over->chain),
                  .grain = run->code->chains[over->chain].to};
    open_gatherer(&g);
    rule_run *inner = run->inner;
    heng_rule__clear_block(inner, g.along);
    inner->sample_count = 0;
    inner->code = over->body;
    for (unsigned i = 0; i < run->count; i++) inner->tallies[i] = heng_rule__no_tally();
    for (unsigned row = 0; row < run->row_count; row++) {
        unsigned next = end_of_group(&g, row);
        if (next > row + 1) {
            each_member_first(&g, row, next);
            row = next - 1;
            continue;
        }
        g.outer_row = row;
        for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++) each_period(&g, i);
    }
    flush(&g);
    if (inner->status) run->status = inner->status;
    rule_lane *limit = over->outer_count ? &run->stack[run->top - 1] : NULL;
    rule_lane *out = limit ? limit : &run->stack[run->top++];
    if (limit) heng_rule__widen(limit, run->count);
    out->gauges = GAUGES_WIDE;
    for (unsigned i = 0; i < run->count; i++) heng_rule__put_tally(run, over, out, limit, i);
    heng_rule__survey(out, run->count);
}
