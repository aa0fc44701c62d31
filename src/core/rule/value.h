/* core/rule/value.h: what a rule gives at one point: a value, and how far it may be trusted.
 *
 * Unknown is a state, not a number. A sum with an unknown member is unknown, but keeps the part that
 * is known, and how many of the wanted facts it has ("incomplete: 2 of 3 fuels, at least 1,942").
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/book/fact.h"

typedef enum heng_value_state {
    HENG_STATE_UNKNOWN,
    HENG_STATE_KNOWN,
    HENG_STATE_NOT_IN_FORCE /* unknown because no version of the rule holds in that period */
} heng_value_state;

typedef struct heng_value {
    heng_value_state state;
    double number;   /* in the declared unit of the quantity; list member index; 1 for yes */
    double at_least; /* of an incomplete sum: the part that is known; else 0 */
    bool has_at_least;
    double have, want; /* fact cells found and asked for; completeness is have / want */
    float quality[HENG_QUALITY_COUNT]; /* shares, cumulative from the best: measured, or better than
                                          reported, ... ; the last is 1 when known */
    heng_evidence evidence; /* the worst of everything below */
} heng_value;
