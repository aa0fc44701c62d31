/* core/rule/why/spot.h: a point by numbers, as explanations and derivations walk them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/run/frame.h"

typedef struct rule_spot {
    int quantity;
    int32_t entity;
    heng_period period;
    int32_t keys[HENG_KEYS_MAX]; /* without a key that is a number */
} rule_spot;

/* The declared unit; where a key has a unit of its own, with that. .at is NULL when memory ran out. */
heng_str heng_rule__spot_unit(const heng_program *program, const rule_quantity *q,
                              const int32_t *keys, heng_arena *arena);
void heng_rule__point_of(const heng_evaluation *e, const rule_spot *s, heng_point *out);
/* The rule that gives an input there; -1 where the fact stands. */
int heng_rule__giver_at(const heng_evaluation *e, const rule_quantity *q, const rule_spot *s);
