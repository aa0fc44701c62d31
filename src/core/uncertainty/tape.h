/* core/uncertainty/tape.h: a figure as a tape of numbers, from its inputs up, and its slopes.
 *
 * A tape is what is left of a derivation when texts, units and gauges are taken away: numbered nodes,
 * inputs first, each the value of one line. An input that is used in many places is one node, so whatever
 * it does to them it does to all at once: shared factors are perfectly correlated by construction.
 * Unknown is NaN and travels as in the engine (core/rule/opcode.h): a sum of it is unknown, `else` drops
 * it.
 *
 * Slopes are taken backwards in one pass, from the figure to all its inputs. Where a step has a corner the
 * slope is that of the side taken: the smaller of two, the arm chosen; comparisons, rounding and counts
 * are flat. How the figure moves when a draw turns such a step is for core/uncertainty/draws.h to say.
 *
 * A tape belongs to one thread and lives as long as its arena. After a failure all calls give node 0, and
 * heng_tape_status says what it was.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/book/spread.h"

typedef enum heng_tape_op {
    HENG_TAPE_CONSTANT,
    HENG_TAPE_INPUT,
    HENG_TAPE_SCALE,  /* p * x / y */
    HENG_TAPE_NEGATE, /* -p */
    HENG_TAPE_ABS,
    HENG_TAPE_EXP,
    HENG_TAPE_LN,      /* unknown where p is not above 0 */
    HENG_TAPE_KNOWN,   /* 1 where p is known, else 0 */
    HENG_TAPE_NONZERO, /* 1 where p is not 0 */
    HENG_TAPE_NOT,     /* 1 where p is 0 */
    HENG_TAPE_ADD,
    HENG_TAPE_SUBTRACT,
    HENG_TAPE_MULTIPLY,
    HENG_TAPE_DIVIDE, /* unknown where q is 0 */
    HENG_TAPE_POWER,
    HENG_TAPE_MIN,
    HENG_TAPE_MAX,
    HENG_TAPE_ROUND,   /* p to a multiple of q, policy x as in core/rule/replay_op.h */
    HENG_TAPE_COMPARE, /* p with q, relation x, tolerance y */
    HENG_TAPE_SAME,    /* 1 where p and q are the same word */
    HENG_TAPE_AND,     /* 0 if one is 0, else unknown if one is */
    HENG_TAPE_OR,      /* 1 if one is 1, else unknown if one is */
    HENG_TAPE_ELSE,    /* p, or q where p is unknown */
    HENG_TAPE_HOLD, /* p, for as long as q is x: where it is not, another arm would have been taken */
    HENG_TAPE_BETWEEN,  /* on the line from p at x to q at y, at r; held while r lies between */
    HENG_TAPE_SUM,      /* of all, from the first to the last */
    HENG_TAPE_QUANTILE, /* pairs of value and weight, then the share */
    HENG_TAPE_OP_COUNT
} heng_tape_op;

typedef struct heng_tape_node {
    heng_tape_op op;
    uint32_t first, count; /* its inputs, in heng_tape.links */
    double x, y;
} heng_tape_node;

/* One fact or row below a figure. */
typedef struct heng_tape_input {
    uint32_t node;
    bool stated; /* it says how far it may be off */
    bool model;  /* no datum: what a rule leaves open, a factor of 1 or so */
    heng_distribution distribution;
    uint64_t stream; /* whose random numbers: the same datum has the same ones below every figure */
    uint64_t group;  /* and those that it shares with its group; 0 for none */
    double correlation; /* from -1 to 1 */
    uint64_t line;      /* of the caller: what this input is */
} heng_tape_input;

typedef struct heng_tape {
    heng_arena *arena;
    heng_tape_node *nodes; /* node n is nodes[n - 1]; inputs of a node come before it */
    double *values;        /* the central values */
    size_t count, room, value_room;
    uint32_t *links;
    size_t link_count, link_room;
    heng_tape_input *inputs;
    size_t input_count, input_room;
    struct heng_tape__sample *samples; /* scratch of the widest quantile */
    size_t sample_room;
    heng_status status;
} heng_tape;

/* A tape is drawn from at most so many steps: three times the lines of a receipt of 4 GB would fit. */
enum { HENG_TAPE_NODES_MAX = 1 << 28 };

void heng_tape_init(heng_tape *tape, heng_arena *arena);
/* HENG_OK, HENG_NO_MEMORY or HENG_TOO_LARGE. */
heng_status heng_tape_status(const heng_tape *tape, heng_error *err);

uint32_t heng_tape_constant(heng_tape *tape, double value);
/* `input` is copied; its node is set. */
uint32_t heng_tape_input_add(heng_tape *tape, double value, const heng_tape_input *input);
uint32_t heng_tape_step(heng_tape *tape, heng_tape_op op, const uint32_t *inputs, size_t count,
                        double x, double y);

/* The number of a group or datum of that name. */
uint64_t heng_tape_stream(heng_str name);

/* The plain pass: all values once more, into `values` (as many as nodes), where inputs already stand. */
void heng_tape_run(const heng_tape *tape, double *values);
/* How much the figure moves with each node: `slopes` has as many entries as the tape has nodes. */
void heng_tape_slopes(const heng_tape *tape, uint32_t figure, double *slopes);
