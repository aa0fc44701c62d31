/* core/rule/why/derive_trace.h: the steps of one formula at one point, with their results, in order.
 *
 * What derive.c makes lines of. Steps that nothing looked at stay unwanted.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/replay.h"
#include "core/rule/run/run.h"
#include "core/rule/why/spot.h"

typedef struct rule_act {
    bool is_read; /* of `read` at `spot`; its inputs are the computed keys */
    heng_replay_op op;
    const rule_step *step;
    const rule_read *read;
    const rule_over *over;
    rule_spot spot;
    double x;         /* the key of a step or linear table */
    uint32_t *inputs; /* acts by number from 1; 0 for one not looked at */
    uint32_t input_count;
    heng_outcome result;
    bool wanted;
    uint32_t line; /* for derive.c */
} rule_act;

typedef struct rule_refs {
    uint32_t *at;
    size_t count, room;
} rule_refs;

typedef struct rule_scribe {
    rule_trace trace; /* first, so that a trace is its scribe */
    heng_arena *arena;
    rule_act *acts;
    size_t count, room;
    uint32_t stack[RULE_NEST_MAX + 2][RULE_STACK_MAX + 2];
    uint32_t limit[RULE_NEST_MAX + 2];
    rule_refs members[RULE_NEST_MAX + 2]; /* of the aggregate under way in that nest */
    bool failed;                          /* memory ran out */
} rule_scribe;

/* Sets up a zeroed scribe, or one that has served, for one run; the acts of the last run are over. */
void heng_rule__scribe(rule_scribe *scribe, heng_arena *arena);
/* Marks what the last value stands on. */
void heng_rule__mark_wanted(rule_scribe *scribe);
