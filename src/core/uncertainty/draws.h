/* core/uncertainty/draws.h: Approach 2, Monte Carlo: the figure drawn many times over.
 *
 * IPCC 2006 Guidelines, volume 1, chapter 3, 3.2.3.2. Each draw gives every stated input a value from its
 * distribution and reckons the tape again; the interval reaches from the 2.5 to the 97.5 percentile of the
 * draws. A plan orders the steps once, so that few blocks of draws are alive at a time; then any part of
 * the draws can be run by itself, in any thread, for random numbers are asked for by place
 * (core/uncertainty/random.h): the same seed gives the same bytes however draws are parted. Draws of two
 * figures of one seed belong together, number by number: a datum has the same draws below both.
 *
 * Steps with corners (min, max, rounding, comparisons, `else`) are reckoned anew in each draw. What a
 * derivation does not hold, because nothing looked at it, cannot be: where a draw would take another arm
 * of a choice, count other members, or look up beyond its two rows, the arm of the central values stands
 * and the draw is counted as `turned`. A draw in which the figure is unknown (a divisor of 0) is counted
 * as `unknown` and left out of the interval.
 *
 * Inputs that correlate are drawn with normal scores that do (a Gaussian copula with one factor a group).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/tape.h"

enum {
    HENG_DRAWS_BLOCK = 256, /* draws are run by whole blocks */
    HENG_DRAWS_MAX = 10000000
};

typedef struct heng_draws heng_draws;

/* A plan, which threads may share. It lives as long as the arena and the tape. Statuses: HENG_NO_MEMORY. */
heng_status heng_draws_plan(const heng_tape *tape, uint32_t figure, uint64_t seed,
                            heng_arena *arena, const heng_draws **out, heng_error *err);
/* `draws` of them from block `first` on, into `values`, which has room for whole blocks: the last may be
 * wanted in part, and `turned` counts only draws that are. The arena is scratch of the calling thread.
 * Statuses: HENG_NO_MEMORY. */
heng_status heng_draws_run(const heng_draws *plan, size_t first, size_t draws, heng_arena *scratch,
                           double *values, size_t *turned, heng_error *err);

typedef struct heng_draws_summary {
    size_t count, unknown;
    double mean, deviation;   /* of the known ones */
    double low, median, high; /* percentiles 2.5, 50 and 97.5, between the two nearest draws */
} heng_draws_summary;

/* Sorts the values. Where fewer than two are known, or their squares pass all numbers, all but the counts is
 * NaN. */
void heng_draws_summarise(double *values, size_t count, heng_draws_summary *out);
