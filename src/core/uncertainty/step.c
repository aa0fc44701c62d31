/* SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/step.h"
#include "core/rule/replay.h"

#include <assert.h>
#include <math.h>

static double finite(double value)
{
    return isfinite(value) ? value : NAN;
}

static double scaled(double p, double times, double over)
{
    return over == 1 ? p * times : times == 1 ? p / over : p * times / over;
}

/* `deciding` is the value of one side that settles the answer whatever the other is. */
static double both_or_either(double p, double q, double deciding)
{
    if (p == deciding || q == deciding) return deciding;
    return isnan(p) || isnan(q) ? NAN : 1 - deciding;
}

static double unary(heng_tape_op op, double p)
{
    switch (op) {
    case HENG_TAPE_NEGATE: return -p;
    case HENG_TAPE_ABS: return fabs(p);
    case HENG_TAPE_EXP: return finite(exp(p));
    case HENG_TAPE_LN: return p > 0 ? log(p) : NAN;
    case HENG_TAPE_KNOWN: return !isnan(p);
    case HENG_TAPE_NONZERO: return isnan(p) ? NAN : p != 0;
    case HENG_TAPE_NOT: return isnan(p) ? NAN : p == 0;
    default: assert(0 && "a step of one input"); return NAN;
    }
}

static double known_binary(heng_tape_op op, double p, double q, double x, double y)
{
    if (isnan(p) || isnan(q)) return NAN;
    switch (op) {
    case HENG_TAPE_DIVIDE: return q != 0 ? p / q : NAN;
    case HENG_TAPE_POWER: return finite(pow(p, q));
    case HENG_TAPE_MIN: return q < p ? q : p;
    case HENG_TAPE_MAX: return q > p ? q : p;
    case HENG_TAPE_ROUND: return q != 0 ? heng_replay_round(p, q, (int)x) : NAN;
    case HENG_TAPE_COMPARE: return heng_replay_compare(p, q, (int)x, y);
    case HENG_TAPE_SAME: return p == q;
    default: assert(0 && "a step of two inputs"); return NAN;
    }
}

double heng_tape__step(heng_tape_op op, double p, double q, double r, double x, double y)
{
    switch (op) {
    case HENG_TAPE_SCALE: return scaled(p, x, y);
    case HENG_TAPE_ADD: return p + q;
    case HENG_TAPE_SUBTRACT: return p - q;
    case HENG_TAPE_MULTIPLY: return p * q;
    case HENG_TAPE_AND: return both_or_either(p, q, 0);
    case HENG_TAPE_OR: return both_or_either(p, q, 1);
    case HENG_TAPE_ELSE: return isnan(p) ? q : p;
    case HENG_TAPE_HOLD: return p;
    case HENG_TAPE_BETWEEN: return p + (q - p) * (r - x) / (y - x);
    case HENG_TAPE_DIVIDE:
    case HENG_TAPE_POWER:
    case HENG_TAPE_MIN:
    case HENG_TAPE_MAX:
    case HENG_TAPE_ROUND:
    case HENG_TAPE_COMPARE:
    case HENG_TAPE_SAME: return known_binary(op, p, q, x, y);
    default: return unary(op, p);
    }
}
