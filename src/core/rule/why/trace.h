/* core/rule/why/trace.h: what a formula read, recorded while its flat steps run for one point.
 *
 * Each entry of the stack carries the list of what it was made from; a choice keeps its condition and
 * the arm that was taken, `else` drops what was not used. So the list of the last entry is exactly
 * what the value stands on, in the order of the formula.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/run/run.h"

typedef struct rule_event {
    int quantity; /* read; -1 for a literal */
    int32_t entity;
    heng_period period;
    int32_t keys[HENG_KEYS_MAX]; /* without a key that is a number */
    double x;                    /* that key */
    double value;
    uint8_t state, evidence;
    heng_locus at; /* the text in the formula */
    struct rule_event *next;
} rule_event;

typedef struct rule_events {
    rule_event *first, *last;
    heng_str note; /* arm taken, else used, overlap, rounding */
} rule_events;

typedef struct rule_recorder {
    rule_trace trace; /* first, so that a trace is its recorder */
    heng_arena *arena;
    const heng_program *program;
    rule_events stack[RULE_NEST_MAX + 2][RULE_STACK_MAX + 2];
    rule_events members[RULE_NEST_MAX + 2]; /* of the aggregate under way in that nest */
    size_t event_count;
    bool failed; /* memory ran out */
} rule_recorder;

void heng_rule__record(rule_recorder *recorder, const heng_program *program, heng_arena *arena);
/* The text of the rules at a place. */
heng_str heng_rule__source_at(const heng_program *program, heng_locus at);
