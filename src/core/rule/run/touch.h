/* core/rule/run/touch.h: which points stand on what changed.
 *
 * For each quantity a touch says at which members and periods, and at which keys, something may be
 * different. It is the product of the two, so it may name points that did not change, and never leaves
 * one out that did. A rule is touched where what it reads is; touches are found stage by stage, in the
 * order of evaluation.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/run/frame.h"

typedef struct rule_touch {
    bool any;
    uint8_t *cells; /* by member, then period, of the column; NULL as long as there is none */
    uint8_t *rows;  /* by member: some cell is touched */
    bool *keys[HENG_KEYS_MAX]; /* by key of the column, by member of its list */
} rule_touch;

typedef struct rule_touches {
    const heng_evaluation *e;
    heng_arena *arena;   /* scratch */
    rule_touch *columns; /* by quantity */
    rule_touch *tables;  /* by quantity and grain, as the columns */
} rule_touches;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_rule__open_touches(const heng_evaluation *e, heng_arena *arena, rule_touches *out,
                                    heng_error *err);
/* One point of a column, or all. Statuses: HENG_NO_MEMORY. */
heng_status heng_rule__touch_point(rule_touches *t, rule_touch *touch, const rule_column *column,
                                   size_t at, heng_error *err);
heng_status heng_rule__touch_all(rule_touches *t, rule_touch *touch, const rule_column *column,
                                 heng_error *err);
/* The points that a formula of a quantity touches in some of its periods. Statuses: HENG_NO_MEMORY. */
heng_status heng_rule__touch_code(rule_touches *t, int quantity, const rule_code *code, int32_t t0,
                                  int32_t t1, heng_error *err);
/* What is touched in `from` is touched in a quantity that takes its value over, point by point. */
heng_status heng_rule__touch_over(rule_touches *t, int quantity, const rule_touch *touch,
                                  const rule_column *from, int32_t t0, int32_t t1, heng_error *err);
/* Keys that are touched, as points of one member and period. */
size_t heng_rule__touched_keys(const rule_touch *touch, const rule_column *column);
