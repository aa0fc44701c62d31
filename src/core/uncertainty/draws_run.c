/* Steps of a plan over a block of draws.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/draws_plan.h"
#include "core/uncertainty/random.h"
#include "core/uncertainty/step.h"
#include "base/vector.h"

#include <assert.h>
#include <math.h>

enum { BLOCK = HENG_DRAWS_BLOCK };
static_assert((int)HENG_DRAWS_BLOCK == (int)HENG_RANDOM_BLOCK,
              "draws are made by blocks of numbers");

/* ---- loops that become vectors -------------------------------------------------------------------- */

HENG_VECTOR static void fill(double *restrict into, double value)
{
    for (int i = 0; i < BLOCK; i++) into[i] = value;
}

HENG_VECTOR static void add(double *into, const double *p, const double *q)
{
    for (int i = 0; i < BLOCK; i++) into[i] = p[i] + q[i];
}

HENG_VECTOR static void subtract(double *into, const double *p, const double *q)
{
    for (int i = 0; i < BLOCK; i++) into[i] = p[i] - q[i];
}

HENG_VECTOR static void multiply(double *into, const double *p, const double *q)
{
    for (int i = 0; i < BLOCK; i++) into[i] = p[i] * q[i];
}

HENG_VECTOR static void multiply_into(double *restrict into, const double *p, const double *q)
{
    for (int i = 0; i < BLOCK; i++) into[i] += p[i] * q[i];
}

HENG_VECTOR static void divide(double *into, const double *p, const double *q)
{
    for (int i = 0; i < BLOCK; i++) into[i] = q[i] != 0 ? p[i] / q[i] : NAN;
}

HENG_VECTOR static void scale(double *into, const double *p, double times, double over)
{
    for (int i = 0; i < BLOCK; i++) into[i] = p[i] * times;
    for (int i = 0; over != 1 && i < BLOCK; i++) into[i] = into[i] / over;
}

HENG_VECTOR static void shift(double *restrict into, double from, double times)
{
    for (int i = 0; i < BLOCK; i++) into[i] = from + times * into[i];
}

HENG_VECTOR static void mix(double *restrict into, double times, const double *other, double by)
{
    for (int i = 0; i < BLOCK; i++) into[i] = times * into[i] + by * other[i];
}

/* e^x: a power of two, and the series of the exponential function for what is left. Within 1e-15. */
static inline double exponential(double x)
{
    const double shifter = 0x1.8p52, ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
    x = x < -700 ? -700 : x > 700 ? 700 : x;
    double turns = x * 0x1.71547652b82fep+0 + shifter, k = turns - shifter;
    double r = (x - k * ln2_high) - k * ln2_low, series = 1.0 / 6227020800;
    uint64_t bits;
    double power;
    series = series * r + 1.0 / 479001600;
    series = series * r + 1.0 / 39916800;
    series = series * r + 1.0 / 3628800;
    series = series * r + 1.0 / 362880;
    series = series * r + 1.0 / 40320;
    series = series * r + 1.0 / 5040;
    series = series * r + 1.0 / 720;
    series = series * r + 1.0 / 120;
    series = series * r + 1.0 / 24;
    series = series * r + 1.0 / 6;
    series = series * r + 0.5;
    series = series * r * r + r + 1;
    memcpy(&bits, &turns, sizeof bits);
    bits = (bits + 1023) << 52;
    memcpy(&power, &bits, sizeof power);
    return series * power;
}

HENG_VECTOR static void raise_all(double *into)
{
    for (int i = 0; i < BLOCK; i++) into[i] = exponential(into[i]);
}

HENG_VECTOR static void spread_triangle(double *into, double low, double likeliest, double high)
{
    double width = high - low, split = width > 0 ? (likeliest - low) / width : 0;
    for (int i = 0; i < BLOCK; i++) {
        double u = into[i], left = u * width * (likeliest - low);
        double right = (1 - u) * width * (high - likeliest);
        into[i] = u < split ? low + sqrt(left) : high - sqrt(right);
    }
}

/* ---- inputs --------------------------------------------------------------------------------------- */

typedef struct runner {
    const heng_draws *plan;
    uint64_t block;
    double *slots;
    double constants[3][BLOCK];
    heng_tape__sample *samples;
    bool turned[BLOCK];
} runner;

/* Standard normal, together with the group of the input. */
static void draw_score(runner *r, const heng_tape_input *input, double *into)
{
    double share = input->group ? fabs(input->correlation) : 0;
    uint64_t seed = r->plan->seed;
    heng_random_normal(seed, share < 1 ? input->stream : input->group, r->block, into);
    if (share == 0) return;
    double by = copysign(sqrt(share), input->correlation);
    if (share < 1) {
        heng_random_normal(seed, input->group, r->block, r->constants[0]);
        mix(into, sqrt(1 - share), r->constants[0], by);
    } else if (by < 0) {
        for (int i = 0; i < BLOCK; i++) into[i] = -into[i];
    }
}

static void draw_even(runner *r, const heng_tape_input *input, double *into)
{
    if (!input->group || input->correlation == 0) {
        heng_random_uniform(r->plan->seed, input->stream, r->block, into);
        return;
    }
    draw_score(r, input, into);
    for (int i = 0; i < BLOCK; i++) into[i] = 0.5 * erfc(-into[i] / sqrt(2));
}

static void draw_input(runner *r, const heng_tape_input *input, double *into)
{
    const heng_distribution *d = &input->distribution;
    switch (d->kind) {
    case HENG_NORMAL:
        draw_score(r, input, into);
        shift(into, d->a, d->b);
        return;
    case HENG_LOGNORMAL:
        draw_score(r, input, into);
        shift(into, d->a, d->b);
        raise_all(into);
        return;
    case HENG_UNIFORM:
        draw_even(r, input, into);
        shift(into, d->a, d->b - d->a);
        return;
    case HENG_TRIANGULAR:
        draw_even(r, input, into);
        spread_triangle(into, d->a, d->b, d->c);
        return;
    case HENG_SPREAD_KIND_COUNT: break;
    }
    assert(0 && "no such kind");
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static const double *operand(runner *r, const draw_operand *from, int which)
{
    if (from->slot != DRAW_CONSTANT) return r->slots + (size_t)from->slot * BLOCK;
    fill(r->constants[which], from->value);
    return r->constants[which];
}

static double lane_of(const runner *r, const draw_operand *from, int lane)
{
    if (from->slot == DRAW_CONSTANT) return from->value;
    return r->slots[(size_t)from->slot * BLOCK + (size_t)lane];
}

static void run_quantile(runner *r, const draw_step *step, double *into)
{
    const draw_operand *from = r->plan->operands + step->index;
    uint32_t pairs = step->count / 2, which;
    for (int i = 0; i < BLOCK; i++) {
        double share = lane_of(r, &from[2 * pairs], i);
        bool unknown = isnan(share);
        for (uint32_t k = 0; k < pairs; k++) {
            double value = lane_of(r, &from[2 * k], i), weight = lane_of(r, &from[2 * k + 1], i);
            unknown = unknown || isnan(value) || isnan(weight);
            r->samples[k] = (heng_tape__sample){value, weight, k};
        }
        into[i] = unknown ? NAN : heng_tape__quantile(r->samples, pairs, share, &which);
    }
}

/* A condition that is not what it was at the central values, or a place beyond its rows. */
static void watch(runner *r, const draw_step *step, const double *q, const double *at)
{
    for (int i = 0; i < BLOCK; i++) {
        bool same =
            step->op == HENG_TAPE_HOLD ? q[i] == step->x : at[i] >= step->x && at[i] <= step->y;
        if (!same) r->turned[i] = true;
    }
}

static void run_any(runner *r, const draw_step *step, double *into, const double *p,
                    const double *q)
{
    const double *at = operand(r, &step->r, 2);
    heng_tape_op op = (heng_tape_op)step->op;
    if (op == HENG_TAPE_HOLD || op == HENG_TAPE_BETWEEN) watch(r, step, q, at);
    for (int i = 0; i < BLOCK; i++)
        into[i] = heng_tape__step(op, p[i], q[i], at[i], step->x, step->y);
}

static void run_step(runner *r, const draw_step *step)
{
    double *into = r->slots + (size_t)step->into * BLOCK;
    if (step->op == DRAW_INPUT) {
        draw_input(r, &r->plan->tape->inputs[step->index], into);
        return;
    }
    if (step->op == HENG_TAPE_QUANTILE) {
        run_quantile(r, step, into);
        return;
    }
    if (step->op == DRAW_FILL) {
        fill(into, step->p.value);
        return;
    }
    const double *p = operand(r, &step->p, 0);
    if (step->op == DRAW_ADD_INTO || step->op == HENG_TAPE_SCALE) {
        if (step->op == DRAW_ADD_INTO)
            add(into, into, p);
        else
            scale(into, p, step->x, step->y);
        return;
    }
    const double *q = operand(r, &step->q, 1);
    switch (step->op) {
    case DRAW_MULTIPLY_INTO: multiply_into(into, p, q); return;
    case HENG_TAPE_ADD: add(into, p, q); return;
    case HENG_TAPE_SUBTRACT: subtract(into, p, q); return;
    case HENG_TAPE_MULTIPLY: multiply(into, p, q); return;
    case HENG_TAPE_DIVIDE: divide(into, p, q); return;
    default: run_any(r, step, into, p, q);
    }
}

static void run_block(runner *r, size_t wanted, double *values, size_t *turned)
{
    const heng_draws *plan = r->plan;
    memset(r->turned, 0, sizeof r->turned);
    for (size_t i = 0; i < plan->step_count; i++) run_step(r, &plan->steps[i]);
    memcpy(values, operand(r, &plan->figure, 0), BLOCK * sizeof *values);
    for (size_t i = 0; i < BLOCK && i < wanted; i++) *turned += r->turned[i];
}

heng_status heng_draws_run(const heng_draws *plan, size_t first, size_t draws, heng_arena *scratch,
                           double *values, size_t *turned, heng_error *err)
{
    assert(plan && scratch && values && turned && err);
    heng_arena_mark mark = heng_arena_here(scratch);
    runner *r = HENG_NEW(scratch, runner);
    double *slots = HENG_ARRAY(scratch, (size_t)plan->slot_count * BLOCK, double);
    heng_tape__sample *samples = HENG_ARRAY(scratch, plan->operand_most, heng_tape__sample);
    if (!r || !slots || !samples)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for %u blocks of draws",
                         plan->slot_count);
    r->plan = plan;
    r->slots = slots;
    r->samples = samples;
    *turned = 0;
    for (size_t done = 0; done < draws; done += BLOCK) {
        r->block = first + done / BLOCK;
        run_block(r, draws - done, values + done, turned);
    }
    heng_arena_rewind(scratch, mark);
    return HENG_OK;
}
