/* core/rule/run/lane.h: one value, and how far it may be trusted, for every point of a block.
 *
 * The gauges of a lane have three forms, because most lanes need little of them: a number or a cell of a
 * table asks for no facts; what is made of a few facts counts them in bytes and is wholly of one quality;
 * only shares of sums need floats. The form is the lane's, the figures are the same in each. `states` and
 * `all_known` say what the kernels need not look for. Evidence is always there.
 *
 * A value that is not known is 0 in its slot, unless flags say that the slot holds the known part or the
 * member that includes it. A lane from elsewhere (a receipt) may break that, and says so by `states`.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/model.h"

/* A state and its flags, in one byte; the low bits are heng_value_state. */
enum {
    STATE_MASK = 3,
    STATE_PART = 4, /* unknown, and `value` is the part that is known */
    STATE_ELSEWHERE =
        8 /* unknown, being included elsewhere: `value` is the member that includes it */
};

typedef enum rule_gauges {
    GAUGES_NONE,   /* no fact had or wanted; quality 1 */
    GAUGES_NARROW, /* had, wanted, shares */
    GAUGES_WIDE    /* have, want, quality */
} rule_gauges;

enum { SHARES_ALL = 7, SHARES_DEFAULTED = 1 << HENG_DEFAULTED };

typedef struct rule_lane {
    rule_gauges gauges;
    unsigned most;  /* NARROW: no count is above */
    uint8_t states; /* all bits that occur, or more */
    bool all_known;
    uint8_t state[RULE_BLOCK];
    uint8_t evidence[RULE_BLOCK];
    uint8_t had[RULE_BLOCK], wanted[RULE_BLOCK];
    uint8_t shares[RULE_BLOCK]; /* bit c: quality[c] is 1; else 0 */
    double value[RULE_BLOCK];
    double have[RULE_BLOCK], want[RULE_BLOCK];
    float quality[3][RULE_BLOCK];
} rule_lane;

/* True where every point is known or plainly unknown: no part, nothing elsewhere, all in force. */
static inline bool heng_rule__is_plain(const rule_lane *lane)
{
    return !(lane->states & ~HENG_STATE_KNOWN);
}
/* The shares of a value of one class of quality. */
static inline uint8_t heng_rule__shares(unsigned class)
{
    return (uint8_t)((SHARES_ALL << class) & SHARES_ALL);
}

/* The value where `yes` is 1, +0 where it is 0: as bits, so that a loop of them needs no branch. */
static inline double heng_rule__only(double value, uint8_t yes)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits &= -(uint64_t)yes;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 1 unless it is NaN, from its bits, for the same end. */
static inline uint64_t heng_rule__is_number(double value)
{
    const uint64_t sign = UINT64_C(1) << 63, infinity = UINT64_C(0x7FF) << 52;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return ((bits & ~sign) - infinity - 1) >> 63;
}

/* Of two values of which one is +0 the other. */
static inline double heng_rule__either(double a, double b)
{
    uint64_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    x |= y;
    memcpy(&a, &x, sizeof a);
    return a;
}

/* To a form that holds at least as much; `n` points. */
void heng_rule__widen(rule_lane *lane, unsigned n);
void heng_rule__narrow(rule_lane *lane, unsigned n); /* from NONE */
/* Brings both to the narrow form if it holds what they come to together; else to the wide one. */
bool heng_rule__both_narrow(rule_lane *p, rule_lane *q, unsigned n);
/* The second's gauges into the first's: counts are added, the lower quality and the worse evidence stay. */
void heng_rule__merge(rule_lane *p, rule_lane *q, unsigned n);
/* Looks at the states. */
void heng_rule__survey(rule_lane *lane, unsigned n);
