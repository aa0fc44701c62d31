/* core/rule/run/run.h: running the flat steps of a formula over blocks of points.
 *
 * A run holds one code, the points of one block and a stack of lanes. The points lie in rows: along a row
 * only one key changes, member by member of its list, so that what is read for a row mostly lies together.
 * Member, period and the other keys are kept by row. Each aggregate inside a formula has a run of its own,
 * one nest deeper. All memory is taken once for an evaluation; nothing is allocated while steps run, but
 * for the values that a quantile sorts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/run/frame.h"

typedef struct rule_place { /* by row */
    int32_t entity[RULE_BLOCK];
    int32_t period[RULE_BLOCK];
} rule_place;

typedef struct rule_run rule_run;

/* What an explanation listens to; see explain.c. With a trace every block is a single point. */
typedef struct rule_trace {
    /* Before and after each step; before, the operands still lie on the stack. */
    void (*before)(struct rule_trace *trace, rule_run *run, const rule_step *step);
    void (*after)(struct rule_trace *trace, rule_run *run, const rule_step *step);
    /* Behind each member of an aggregate; `included` when it is zero here, being in another member. */
    void (*member)(struct rule_trace *trace, rule_run *inner, const rule_over *over, bool included);
} rule_trace;

/* What an aggregate has gathered for one of its outer points. */
typedef struct rule_tally {
    double sum, part, weight, product, least, most, first, last;
    double have, want;
    double quality_sum[3], magnitude;
    float quality_least[3];
    uint32_t members, known, unknown, excluded, yes, no;
    uint8_t evidence;
    bool has_part;
    size_t sample_first; /* of quantile */
} rule_tally;

typedef struct rule_sample {
    double value, weight;
} rule_sample;

struct rule_run {
    const heng_evaluation *e;
    heng_arena *arena;
    unsigned nest; /* 0 for the formula itself */
    const rule_code *code;
    unsigned count; /* points in this block */
    unsigned row_count;
    uint16_t *row_first; /* by row, and one behind: its first point */
    int along;           /* the slot that counts up along a row; -1: each row is one point */
    unsigned top;        /* entries on the stack */
    rule_lane *stack;
    rule_place *places; /* by chain; places[0] is where the rows are */
    bool *placed;
    int32_t (*slots)[RULE_BLOCK]; /* by row; of `along` the first */
    uint16_t *owner;              /* of each row of an inner run: its outer point */
    rule_tally *tallies;          /* of the aggregate that this run gathers, by outer point */
    rule_run *inner;
    rule_trace *trace;
    int32_t read_keys[HENG_KEYS_MAX]; /* of the last read's first point, for the trace */
    double read_number;
    rule_sample *samples; /* of a quantile under way */
    size_t sample_count, sample_room;
    heng_status status; /* sticks */
    heng_error *err;
};

/* Runs with memory for the deepest formula of the program. Statuses: HENG_NO_MEMORY. */
heng_status heng_rule__open_run(const heng_evaluation *e, heng_arena *arena, rule_run **out,
                                heng_error *err);
/* Runs `code` over the block; the results are then stack[0], and [1], [2] for bodies of aggregates. */
void heng_rule__run(rule_run *run, const rule_code *code);
/* Where the rows of the block lie by a chain. */
const rule_place *heng_rule__place(rule_run *run, int chain);
/* Empties the block. `along` is a slot, or -1. */
void heng_rule__clear_block(rule_run *run, int along);
/* Adds a row of `width` points, for which there is room; its keys are then the caller's to set. */
static inline unsigned heng_rule__add_row(rule_run *run, int32_t entity, int32_t period,
                                          unsigned width)
{
    unsigned row = run->row_count++;
    run->places[0].entity[row] = entity;
    run->places[0].period[row] = period;
    run->count += width;
    run->row_first[row + 1] = (uint16_t)run->count;
    return row;
}
/* One point alone, with its keys in the slots from the first. */
void heng_rule__at_point(rule_run *run, int32_t entity, int32_t period, const int32_t *keys,
                         unsigned key_count);
/* Whether rows may run along a slot: no read moves to the member that it names. */
bool heng_rule__may_run_along(const rule_code *code, int slot);

/* kernel.c: one step on the top of the stack. */
void heng_rule__kernel(rule_run *run, const rule_step *step);
bool heng_rule__equal(double a, double b, double tolerance);
/* gather.c: OP_READ. */
void heng_rule__read(rule_run *run, const rule_step *step);
/* The row of a step or linear table that a key meets first; NULL where none holds. */
const rule_curve_point *heng_rule__curve_row(const rule_column *column, size_t at,
                                             heng_period period, double x);
/* The rows that hold in the period at or below x, and above; NULL for none. */
const rule_curve_point *heng_rule__curve_around(const rule_column *column, size_t at,
                                                heng_period period, double x,
                                                const rule_curve_point **above);
/* The value at x of a linear table between two of its rows. */
double heng_rule__between(double low_x, double low, double high_x, double high, double x);
/* aggregate.c: OP_OVER. */
void heng_rule__over(rule_run *run, const rule_step *step);
/* Its parts, for a replay: nothing gathered yet; the member at point i of the inner run, whose results are
 * stack[0] and on; what an outer point has gathered. `limit` is NULL where the aggregate has none. Lanes
 * are wide. */
rule_tally heng_rule__no_tally(void);
void heng_rule__fold(rule_run *inner, const rule_over *over, rule_tally *t, unsigned i,
                     bool included);
void heng_rule__put_tally(rule_run *run, const rule_over *over, rule_lane *out,
                          const rule_lane *limit, unsigned i);
