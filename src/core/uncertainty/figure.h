/* core/uncertainty/figure.h: the derivation of a figure as a tape.
 *
 * Lines of facts and rows become inputs, with what they state; a rule that states what it leaves open is
 * multiplied by a factor of 1 that is off by so much. All other lines become steps, and those on which no
 * input stands keep the value that they have. Conditions of choices, members that were left out, and rows
 * that were looked up by a computed key are held as they were; each turn of them is counted by the draws.
 *
 * A datum has one stream of random numbers, from its address, below every figure; groups have theirs from
 * their name.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/derive.h"
#include "core/uncertainty/tape.h"

typedef struct heng_figure_tape {
    heng_tape tape;
    uint32_t figure;         /* the node of the last line */
    const uint32_t *node_of; /* by line less one */
} heng_figure_tape;

/* The `line` of each input is the number of its line in the derivation. Statuses: HENG_INVALID (a
 * statement that cannot be read, or hold for its value; the message names the datum), HENG_TOO_LARGE,
 * HENG_NO_MEMORY. */
heng_status heng_figure_tape_make(const heng_derivation *derivation, heng_arena *arena,
                                  heng_figure_tape *out, heng_error *err);
