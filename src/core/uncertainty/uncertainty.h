/* core/uncertainty/uncertainty.h: how far a figure of an evaluation may be off, by Approach 1.
 *
 * The one call for who has a figure: its derivation, its tape, and the interval with the ranked inputs.
 * Draws follow from the tape (draws.h), by whoever has threads and a seed. A figure that is not known has
 * no interval, and neither has a word.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/draws.h"
#include "core/uncertainty/figure.h"
#include "core/uncertainty/propagate.h"

typedef struct heng_uncertainty {
    heng_derivation derivation;
    heng_figure_tape tape;
    heng_propagation first; /* all 0 unless the figure is a known number */
    bool known;
} heng_uncertainty;

/* Statuses: those of heng_derive and heng_figure_tape_make. */
heng_status heng_uncertainty_of(const heng_evaluation *evaluation, const heng_point *point,
                                heng_arena *arena, heng_uncertainty *out, heng_error *err);
/* What a figure keeps of it; all 0 where there is none. */
typedef struct heng_interval {
    bool known;
    double low, high, covered;
} heng_interval;

/* The 95 % range by Approach 1. None, too, where a statement does not hold for its value, such as a
 * lognormal one for a fact of 0. The arena is scratch and rewound. Statuses: HENG_TOO_LARGE,
 * HENG_NO_MEMORY. */
heng_status heng_uncertainty_interval(const heng_evaluation *evaluation, const heng_point *point,
                                      heng_arena *scratch, heng_interval *out, heng_error *err);

/* What an input is, for people. Texts live as long as the arena and the derivation. */
typedef struct heng_uncertain_input {
    heng_replay_op
        op; /* HENG_REPLAY_FACT, HENG_REPLAY_CELL, or HENG_REPLAY_RULE for what a rule leaves open */
    heng_str address;            /* a figure, or table[member,keys] */
    heng_str text, unit, source; /* as written; text and unit are empty for a rule */
    heng_str stated;
} heng_uncertain_input;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_uncertainty_input(const heng_uncertainty *uncertainty, uint32_t input,
                                   heng_arena *arena, heng_uncertain_input *out, heng_error *err);
/* Whether any input below the figure states something: else there is nothing to draw. */
bool heng_uncertainty_is_stated(const heng_uncertainty *uncertainty);
/* `draws` of them from `seed`; `turned` counts those that would have left an arm. Statuses: HENG_TOO_LARGE
 * (more than HENG_DRAWS_MAX), HENG_NO_MEMORY. */
heng_status heng_uncertainty_draw(const heng_uncertainty *uncertainty, size_t draws, uint64_t seed,
                                  heng_arena *arena, heng_draws_summary *out, size_t *turned,
                                  heng_error *err);
/* Whether any fact, row, input or rule states how far it may be off: without one no figure has an
 * interval, and none needs to be derived. */
bool heng_uncertainty_stated(const heng_program *program, const heng_world *world);
