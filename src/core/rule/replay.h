/* core/rule/replay.h: one line of a derivation, reckoned again from the results of the lines it names.
 *
 * The steps and aggregates run in the very kernels of the engine, on a block of one point, so a replay is
 * not a second opinion on the arithmetic but the same arithmetic without books, rules or a database.
 * What it does not see is whether the right lines were named: which fact of a cell counts, which members
 * a sum has. The three steps that ask the C library (power, exp, ln) may differ by a unit in the last
 * place from one library to another; heng_replay takes the value that the line carries when it is within
 * one such unit, and counts it.
 *
 * Pure; a replayer belongs to one thread. The closed table of lines is core/rule/replay_op.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/value.h"

typedef enum heng_replay_op {
#define REPLAY(NAME, text, least, most, fields, meaning) HENG_REPLAY_##NAME,
#include "core/rule/replay_op.h"
    HENG_REPLAY_OP_COUNT
} heng_replay_op;

typedef struct heng_replay_info {
    heng_str name;
    int least, most; /* inputs; most is -1 for any number */
    unsigned field_count;
    heng_str fields; /* their names, parted by commas */
} heng_replay_info;

void heng_replay_describe(heng_replay_op op, heng_replay_info *out);
/* The line of that name; false if there is none. */
bool heng_replay_find(heng_str name, heng_replay_op *out);

enum { HENG_REPLAY_FIELDS_MAX = 17 };

/* A state with its flags: of those unknown, a part is known, or another member includes it. */
enum {
    HENG_OUTCOME_STATE = 3, /* mask of heng_value_state */
    HENG_OUTCOME_PART = 4,
    HENG_OUTCOME_ELSEWHERE = 8
};

/* A value with all its gauges, as it travels through the steps. */
typedef struct heng_outcome {
    double value; /* the known part, or the member that includes it, as the flags say */
    double have, want;
    float quality[3];
    uint8_t state;
    uint8_t evidence;
} heng_outcome;

/* Bit for bit. */
bool heng_outcome_same(const heng_outcome *a, const heng_outcome *b);

typedef struct heng_line {
    heng_replay_op op;
    uint32_t input_count;
    const uint32_t *inputs; /* numbers of earlier lines, from 1; 0 for one not looked at */
    unsigned field_count;
    const heng_str *fields;
    heng_outcome result;
    /* Of a fact or a row, or of the input or rule that states it for them: how far it may be off. It
     * stands beside the line, not in it: receipts hold no uncertainty. */
    heng_str uncertainty;
} heng_line;

/* Two steps on plain numbers, for whoever runs the lines of a derivation over many draws. `policy` and
 * `how` are as in the table of lines; step is not 0. */
double heng_replay_round(double value, double step, int policy);
bool heng_replay_compare(double a, double b, int how, double tolerance);

typedef struct heng_replayer heng_replayer;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_replayer_open(heng_arena *arena, heng_replayer **out, heng_error *err);
/* What the line gives. `before` are the results of all earlier lines, by number less one. Statuses:
 * HENG_INVALID (a field or input is not as the table says; the message says which), HENG_NO_MEMORY. */
heng_status heng_replay(heng_replayer *replayer, const heng_line *line, const heng_outcome *before,
                        heng_outcome *out, heng_error *err);
/* Lines of power, exp and ln so far, and how many of them were not equal to the last bit. */
size_t heng_replayer_library_lines(const heng_replayer *replayer, size_t *near);
