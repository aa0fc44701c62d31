/* Kernels: what each step does to a block of values and their gauges.
 *
 * The loops are plain so that the compiler can use vectors. Lanes of which all is known, or is plainly known
 * or unknown, have shorter ones, which give the same bits: a value that is not known is 0 there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/replay.h"
#include "base/vector.h"
#include "core/rule/run/run.h"

#include <assert.h>
#include <math.h>

enum { KNOWN = HENG_STATE_KNOWN };

static bool is_known(const rule_lane *lane, unsigned i)
{
    return (lane->state[i] & STATE_MASK) == KNOWN;
}

static void constant(rule_run *run, double value, uint8_t state)
{
    rule_lane *p = &run->stack[run->top++];
    p->gauges = GAUGES_NONE;
    p->states = state;
    p->all_known = state == KNOWN;
    memset(p->evidence, 0, run->count);
    memset(p->state, state, run->count);
    for (unsigned i = 0; i < run->count; i++) p->value[i] = value;
}

/* Both wide. */
static void copy_point(rule_lane *p, const rule_lane *q, unsigned i)
{
    p->value[i] = q->value[i];
    p->state[i] = q->state[i];
    p->evidence[i] = q->evidence[i];
    p->have[i] = q->have[i];
    p->want[i] = q->want[i];
    for (int c = 0; c < 3; c++) p->quality[c][i] = q->quality[c][i];
}

static void set_unknown(rule_lane *p, unsigned i)
{
    p->value[i] = 0;
    p->state[i] = HENG_STATE_UNKNOWN;
}

/* ---- arithmetic ----------------------------------------------------------------------------------- */

static bool both_known(const rule_lane *p, const rule_lane *q)
{
    return p->all_known && q->all_known;
}

static bool both_plain(const rule_lane *p, const rule_lane *q)
{
    return heng_rule__is_plain(p) && heng_rule__is_plain(q);
}

HENG_VECTOR static void add(rule_lane *p, rule_lane *q, unsigned n)
{
    if (both_plain(p, q)) {
        for (unsigned i = 0; i < n; i++) p->value[i] += q->value[i];
        for (unsigned i = 0; i < n && !both_known(p, q); i++) {
            uint8_t a = p->state[i], b = q->state[i];
            p->state[i] = (uint8_t)((a & b) | (a ^ b) * STATE_PART);
        }
    } else {
        for (unsigned i = 0; i < n; i++) {
            uint8_t a = p->state[i], b = q->state[i], has = KNOWN | STATE_PART;
            double known_a = a & has ? p->value[i] : 0, known_b = b & has ? q->value[i] : 0;
            p->value[i] = known_a + known_b;
            p->state[i] = (a & b & KNOWN) ? KNOWN : ((a | b) & has) ? STATE_PART : 0;
        }
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

HENG_VECTOR static void subtract(rule_lane *p, rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n && both_known(p, q); i++) p->value[i] -= q->value[i];
    if (!both_known(p, q)) {
        for (unsigned i = 0; i < n; i++) p->state[i] &= q->state[i] & KNOWN;
        for (unsigned i = 0; i < n; i++)
            p->value[i] = heng_rule__only(p->value[i] - q->value[i], p->state[i]);
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

static void multiply_any(rule_lane *p, const rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint8_t a = p->state[i], b = q->state[i];
        if (a & b & KNOWN) {
            p->value[i] *= q->value[i];
        } else if ((a | b) & KNOWN && (a | b) & STATE_PART) { /* the known part is scaled too */
            p->value[i] *= q->value[i];
            p->state[i] = STATE_PART;
        } else if ((a | b) & KNOWN && (a | b) & STATE_ELSEWHERE) {
            if (b & STATE_ELSEWHERE) p->value[i] = q->value[i];
            p->state[i] = STATE_ELSEWHERE;
        } else {
            set_unknown(p, i);
        }
    }
}

HENG_VECTOR static void multiply(rule_lane *p, rule_lane *q, unsigned n)
{
    if (both_known(p, q)) {
        for (unsigned i = 0; i < n; i++) p->value[i] *= q->value[i];
    } else if (both_plain(p, q)) {
        for (unsigned i = 0; i < n; i++) p->state[i] &= q->state[i];
        for (unsigned i = 0; i < n; i++)
            p->value[i] = heng_rule__only(p->value[i] * q->value[i], p->state[i]);
    } else {
        multiply_any(p, q, n);
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

static void divide(rule_lane *p, rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        bool divisor = q->state[i] & KNOWN && q->value[i] != 0;
        if (divisor && p->state[i] & (KNOWN | STATE_PART))
            p->value[i] /= q->value[i];
        else if (!(divisor && p->state[i] & STATE_ELSEWHERE))
            set_unknown(p, i);
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

static void power(rule_lane *p, rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        double value = 0;
        bool known = p->state[i] & q->state[i] & KNOWN;
        if (known) value = pow(p->value[i], q->value[i]);
        p->state[i] = known && isfinite(value) ? KNOWN : 0;
        p->value[i] = p->state[i] ? value : 0;
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

HENG_VECTOR static void convert(rule_lane *p, double by, double over, unsigned n)
{
    if (p->all_known && over == 1) {
        for (unsigned i = 0; i < n; i++) p->value[i] *= by;
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        bool number = p->state[i] & (KNOWN | STATE_PART);
        double value = over == 1 ? p->value[i] * by
                       : by == 1 ? p->value[i] / over
                                 : p->value[i] * by / over;
        p->value[i] = number ? value : p->value[i];
    }
}

static void one_argument(rule_lane *p, rule_opcode op, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        double x = p->value[i], value = 0;
        bool known = p->state[i] & KNOWN;
        if (op == OP_NEGATE)
            value = -x;
        else if (op == OP_ABS)
            value = fabs(x);
        else if (op == OP_EXP)
            value = exp(x);
        else
            known = known && x > 0, value = known ? log(x) : 0;
        p->state[i] = known && isfinite(value) ? KNOWN : 0;
        p->value[i] = p->state[i] ? value : 0;
    }
    heng_rule__survey(p, n);
}

/* To 12 significant digits, so that 0.1 + 0.2 rounds as 0.3 does. */
static double snapped(double x)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    enum { TENS = sizeof tens / sizeof *tens };
    double size = fabs(x);
    if (size >= 1e12 || size == 0) return x;
    int digits = 0;
    while (digits + 1 < TENS && size * tens[digits + 1] < 1e12) digits++;
    return rint(x * tens[digits]) / tens[digits];
}

static double rounded(double steps, int policy)
{
    double floored = floor(steps), rest = steps - floored;
    switch (policy) {
    case 0: return rest >= 0.5 ? floored + 1 : floored;
    case 1: return rint(steps); /* to even, in the default mode */
    case 2: return ceil(steps);
    default: return floored;
    }
}

double heng_replay_round(double value, double step, int policy)
{
    return rounded(snapped(value / step), policy) * step;
}

static void round_to(rule_lane *p, rule_lane *q, int policy, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        bool both = p->state[i] & q->state[i] & KNOWN && q->value[i] != 0;
        p->value[i] = both ? heng_replay_round(p->value[i], q->value[i], policy) : 0;
        p->state[i] = both ? KNOWN : 0;
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

static void least_or_most(rule_lane *p, rule_lane *q, bool most, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint8_t both = p->state[i] & q->state[i] & KNOWN;
        bool other = most ? q->value[i] > p->value[i] : q->value[i] < p->value[i];
        double value = other ? q->value[i] : p->value[i];
        p->value[i] = both ? value : 0;
        p->state[i] = both;
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

/* ---- conditions ----------------------------------------------------------------------------------- */

bool heng_rule__equal(double a, double b, double tolerance)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    double near = 1e-9 * larger > tolerance ? 1e-9 * larger : tolerance;
    return fabs(a - b) <= near;
}

bool heng_replay_compare(double a, double b, int how, double tolerance)
{
    bool equal = heng_rule__equal(a, b, tolerance);
    switch ((heng_compare)how) {
    case HENG_EQ: return equal;
    case HENG_NE_SIGN: return !equal;
    case HENG_LT: return !equal && a < b;
    case HENG_LE: return equal || a < b;
    case HENG_GT: return !equal && a > b;
    case HENG_GE: return equal || a > b;
    }
    return false;
}

static void compare(rule_lane *p, rule_lane *q, const rule_step *step, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint8_t both = p->state[i] & q->state[i] & KNOWN;
        bool yes = step->op == OP_COMPARE
                       ? heng_replay_compare(p->value[i], q->value[i], step->a, step->x)
                       : (p->value[i] == q->value[i]) != (step->a == 1);
        p->value[i] = both && yes;
        p->state[i] = both;
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

/* An unknown stays what it was, but for its slot. */
static void negate_condition(rule_lane *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) p->value[i] = is_known(p, i) && p->value[i] == 0;
}

/* `deciding` is the value of one side that settles the answer whatever the other is. */
static void both_or_either(rule_lane *p, rule_lane *q, double deciding, unsigned n)
{
    heng_rule__widen(p, n);
    heng_rule__widen(q, n);
    for (unsigned i = 0; i < n; i++) {
        bool a = is_known(p, i), b = is_known(q, i);
        bool by_a = a && p->value[i] == deciding, by_b = b && q->value[i] == deciding;
        p->have[i] += q->have[i];
        p->want[i] += q->want[i];
        if (q->evidence[i] > p->evidence[i]) p->evidence[i] = q->evidence[i];
        for (int c = 0; c < 3; c++) {
            float mine = p->quality[c][i], other = q->quality[c][i];
            bool lower = a && b ? other < mine : b;
            p->quality[c][i] = lower ? other : mine;
        }
        p->state[i] = by_a || by_b || (a && b) ? KNOWN : 0;
        p->value[i] = by_a || by_b ? deciding : p->state[i] ? 1 - deciding : 0;
    }
    heng_rule__survey(p, n);
}

static void use_else_any(rule_lane *p, const rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (is_known(p, i)) continue;
        if (is_known(q, i)) {
            copy_point(p, q, i);
            p->quality[HENG_MEASURED][i] = p->quality[HENG_REPORTED][i] = 0;
            continue;
        }
        p->have[i] += q->have[i];
        p->want[i] += q->want[i];
        if (q->evidence[i] > p->evidence[i]) p->evidence[i] = q->evidence[i];
        if (p->state[i] & STATE_PART) continue;
        p->state[i] = q->state[i];
        p->value[i] = q->value[i];
    }
}

/* Plain states and narrow gauges; the same as above, byte by byte without branches. */
HENG_VECTOR static void use_else_plain(rule_lane *p, const rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint8_t mine = (uint8_t)-p->state[i], other = (uint8_t)-q->state[i];
        uint8_t taken = (uint8_t)(other & ~mine), keeps = (uint8_t)~taken;
        uint8_t worse = p->evidence[i] > q->evidence[i] ? p->evidence[i] : q->evidence[i];
        p->had[i] = (uint8_t)((p->had[i] & keeps) + (q->had[i] & ~mine));
        p->wanted[i] = (uint8_t)((p->wanted[i] & keeps) + (q->wanted[i] & ~mine));
        p->shares[i] =
            (uint8_t)((p->shares[i] & keeps) | (q->shares[i] & taken & SHARES_DEFAULTED));
        p->evidence[i] = (uint8_t)((p->evidence[i] & mine) | (q->evidence[i] & taken) |
                                   (worse & ~(mine | other)));
    }
    for (unsigned i = 0; i < n; i++) { /* of the two one is +0, or both are */
        double other = heng_rule__only(q->value[i], (uint8_t)(p->state[i] ^ KNOWN));
        p->value[i] = heng_rule__either(p->value[i], other);
    }
    for (unsigned i = 0; i < n; i++) p->state[i] |= q->state[i];
    p->most += q->most;
}

static void use_else(rule_lane *p, rule_lane *q, unsigned n)
{
    if (p->all_known && heng_rule__is_plain(p)) return;
    if (heng_rule__both_narrow(p, q, n) && both_plain(p, q)) {
        use_else_plain(p, q, n);
    } else {
        heng_rule__widen(p, n);
        heng_rule__widen(q, n);
        use_else_any(p, q, n);
    }
    heng_rule__survey(p, n);
}

static void choose(rule_lane *p, rule_lane *q, rule_lane *r, unsigned n)
{
    heng_rule__widen(p, n);
    heng_rule__widen(q, n);
    heng_rule__widen(r, n);
    for (unsigned i = 0; i < n; i++) {
        if (!is_known(p, i)) {
            set_unknown(p, i);
            continue;
        }
        const rule_lane *taken = p->value[i] != 0 ? q : r;
        p->value[i] = taken->value[i];
        p->state[i] = taken->state[i];
        p->have[i] += taken->have[i];
        p->want[i] += taken->want[i];
        if (taken->evidence[i] > p->evidence[i]) p->evidence[i] = taken->evidence[i];
        for (int c = 0; c < 3; c++)
            if (taken->quality[c][i] < p->quality[c][i]) p->quality[c][i] = taken->quality[c][i];
    }
    heng_rule__survey(p, n);
}

static void guard(rule_lane *p, rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (is_known(q, i) && q->value[i] != 0) continue;
        p->value[i] = 0;
        p->state[i] = is_known(q, i) ? HENG_STATE_NOT_IN_FORCE : HENG_STATE_UNKNOWN;
    }
    heng_rule__survey(p, n);
    heng_rule__merge(p, q, n);
}

static void known(rule_lane *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++) p->value[i] = is_known(p, i);
    memset(p->state, KNOWN, n);
    p->states = KNOWN;
    p->all_known = true;
    p->gauges = GAUGES_NONE;
}

/* ---- here ----------------------------------------------------------------------------------------- */

static void slot(rule_run *run, int at)
{
    constant(run, 0, KNOWN);
    rule_lane *p = &run->stack[run->top - 1];
    for (unsigned row = 0; row < run->row_count; row++) {
        int32_t key = run->slots[at][row];
        for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++) {
            p->value[i] = key;
            key += at == run->along;
        }
    }
}

/* The value of a row for all its points. */
static void set_row(const rule_run *run, rule_lane *p, unsigned row, double value)
{
    for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++) p->value[i] = value;
}

static void elapsed(rule_run *run, const rule_step *step)
{
    const rule_place *place = heng_rule__place(run, step->a);
    heng_grain grain = run->code->chains[step->a].to;
    constant(run, 0, KNOWN);
    rule_lane *p = &run->stack[run->top - 1];
    for (unsigned row = 0; row < run->row_count; row++) {
        heng_period period = {grain, place->period[row]};
        heng_period first =
            heng_period_first(heng_period_within(period, (heng_grain)step->b), grain);
        set_row(run, p, row, period.number - first.number + 1);
    }
}

static bool period_is(heng_span here, double first, double last, int how)
{
    switch ((heng_compare)how) {
    case HENG_EQ: return here.first_month >= first && here.last_month <= last;
    case HENG_NE_SIGN: return !(here.first_month >= first && here.last_month <= last);
    case HENG_LT: return here.last_month < first;
    case HENG_LE: return here.last_month <= last;
    case HENG_GT: return here.first_month > last;
    case HENG_GE: return here.first_month >= first;
    }
    return false;
}

static void compare_period(rule_run *run, const rule_step *step)
{
    const rule_place *place = heng_rule__place(run, step->a);
    heng_grain grain = run->code->chains[step->a].to;
    constant(run, 0, KNOWN);
    rule_lane *p = &run->stack[run->top - 1];
    for (unsigned row = 0; row < run->row_count; row++) {
        heng_span span = heng_period_span((heng_period){grain, place->period[row]});
        set_row(run, p, row, period_is(span, step->x, step->y, step->b));
    }
}

static void compare_entity(rule_run *run, const rule_step *step)
{
    const rule_place *place = heng_rule__place(run, step->a);
    int32_t wanted = run->e->texts[step->b];
    constant(run, 0, KNOWN);
    rule_lane *p = &run->stack[run->top - 1];
    for (unsigned row = 0; row < run->row_count; row++)
        set_row(run, p, row, wanted >= 0 && place->entity[row] == wanted);
}

static void entity_word(rule_run *run, const rule_step *step)
{
    int32_t entity = run->e->texts[step->a];
    const rule_list *list = &run->e->program->lists[step->b];
    int32_t position =
        entity < 0
            ? -1
            : run->e->members[heng_rule__scope_id(run->e->program, list->scope)].position[entity];
    constant(run, position, KNOWN);
}

void heng_rule__kernel(rule_run *run, const rule_step *step)
{
    unsigned n = run->count;
    rule_lane *top = run->stack + run->top; /* one behind the top */
    switch (step->op) {
    case OP_NUMBER: constant(run, step->x, KNOWN); return;
    case OP_WORD: constant(run, step->a, KNOWN); return;
    case OP_ENTITY: entity_word(run, step); return;
    case OP_MISSING: constant(run, 0, 0); return;
    case OP_SLOT: slot(run, step->a); return;
    case OP_ELAPSED: elapsed(run, step); return;
    case OP_PERIOD_IS: compare_period(run, step); return;
    case OP_ENTITY_IS: compare_entity(run, step); return;
    case OP_CONVERT: convert(top - 1, step->x, step->y, n); return;
    case OP_NEGATE:
    case OP_ABS:
    case OP_EXP:
    case OP_LN: one_argument(top - 1, step->op, n); return;
    case OP_KNOWN: known(top - 1, n); return;
    case OP_NOT: negate_condition(top - 1, n); return;
    case OP_ADD: add(top - 2, top - 1, n); break;
    case OP_SUBTRACT:
    case OP_LESS: subtract(top - 2, top - 1, n); break;
    case OP_MULTIPLY: multiply(top - 2, top - 1, n); break;
    case OP_DIVIDE: divide(top - 2, top - 1, n); break;
    case OP_POWER: power(top - 2, top - 1, n); break;
    case OP_ROUND: round_to(top - 2, top - 1, step->a, n); break;
    case OP_MIN:
    case OP_MAX: least_or_most(top - 2, top - 1, step->op == OP_MAX, n); break;
    case OP_COMPARE:
    case OP_SAME_WORD: compare(top - 2, top - 1, step, n); break;
    case OP_AND: both_or_either(top - 2, top - 1, 0, n); break;
    case OP_OR: both_or_either(top - 2, top - 1, 1, n); break;
    case OP_ELSE: use_else(top - 2, top - 1, n); break;
    case OP_GUARD: guard(top - 2, top - 1, n); break;
    case OP_CHOOSE:
        choose(top - 3, top - 2, top - 1, n);
        run->top--;
        break;
    case OP_READ:
    case OP_OVER:
    case OP_COUNT: assert(0 && "read and over have files of their own");
    }
    run->top--;
}
