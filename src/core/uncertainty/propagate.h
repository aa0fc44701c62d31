/* core/uncertainty/propagate.h: Approach 1, the propagation of error, and who causes how much of it.
 *
 * The variance of a figure is the sum, over its inputs, of the square of slope times standard deviation:
 * IPCC 2006 Guidelines, volume 1, chapter 3, 3.2.3.1, of whose equations 3.1 (products) and 3.2 (sums)
 * it is the common form. One pass backwards gives all slopes at once. Inputs of a correlation group are
 * added before squaring, as far as they correlate. The interval is the value and 1.96 standard deviations
 * to either side.
 *
 * The share of an input is its covariance with the figure over the variance of the figure; shares add up
 * to 1. One that works against others of its group has a share below 0.
 *
 * Inputs that state nothing count as exact, and are counted: an interval speaks for `covered` of the
 * figure only. Without any stated input there is no interval; that is not an interval of width 0. Nor is
 * there one where a slope has no bound, as that of a root at 0: the figure is rough.
 *
 * To first order: good where the deviation is below 0.3 of the value (3.2.3.1); beyond it `is_rough` is
 * set, and Approach 2 (core/uncertainty/draws.h) should be asked. An asymmetric distribution counts with
 * its standard deviation. Not a statement on bias: what is forgotten or wrong has no distribution.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/tape.h"

/* Beyond this deviation, as a share of the value, first order is rough. */
#define HENG_PROPAGATE_ROUGH 0.3

typedef struct heng_contribution {
    uint32_t input;   /* index in the tape's inputs */
    double slope;     /* of the figure by this input */
    double deviation; /* of the input */
    double share;     /* of the variance of the figure */
} heng_contribution;

typedef struct heng_propagation {
    double value;
    bool has_interval; /* at least one input states how far it may be off */
    double deviation, low, high;
    bool is_rough;
    size_t input_count, stated_count; /* facts and rows that move the figure */
    double covered; /* of the sum of |slope * value| over these, the share of the stated ones */
    const heng_contribution *ranked; /* the stated ones, by size of share, then as on the tape */
    size_t ranked_count;
} heng_propagation;

/* The figure is known. Statuses: HENG_NO_MEMORY. */
heng_status heng_propagate(const heng_tape *tape, uint32_t figure, heng_arena *arena,
                           heng_propagation *out, heng_error *err);
