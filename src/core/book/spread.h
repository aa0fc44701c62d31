/* core/book/spread.h: how far a value may be off, as its author states it, and the distribution that means.
 *
 * A statement is text beside a value: "±5 %", "-20 %..+30 % lognormal", "0.9..1.1 uniform", "±5 % with
 * meter-7". It says a range and a distribution; nothing is guessed. What it means follows the IPCC 2006
 * Guidelines, volume 1, chapter 3:
 *
 *   normal      the ends are the 95 % range, that is 1.96 standard deviations from the value; symmetric
 *               (3.1.3, 3.2.2.4). It is what a plain "±" means, up to 60 % of the value: beyond, where the
 *               standard deviation passes 0.3 of the mean, the choice matters (3.2.3.1) and must be stated.
 *   lognormal   "±x %" states the mean, which is the value, and the standard deviation, x / 1.96 of it
 *               (3.7.3, equations 3.5 to 3.7, with 1.96 in the place of 2). Two ends are the 2.5 and the
 *               97.5 percentile, and fix the distribution; the value must lie between them.
 *   uniform     the ends are limits; all values within are as likely (3.2.2.4).
 *   triangular  the ends are limits, the value is the likeliest unless three numbers name another one.
 *
 * With "95 %" behind them the ends of a uniform or triangular range are its 95 % range, and the limits lie
 * outside. "with NAME" puts the value into a group: two values of a group have normal scores that correlate
 * by the number behind the name, 1 where there is none; where numbers differ, by the square root of their
 * product. A negative number turns the direction. Values of no group are independent.
 *
 * Not the spread of a result: that is core/uncertainty. Pure plain data; texts are borrowed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

/* Standard deviations from the mean to either end of a 95 % range, as the Guidelines round it. */
#define HENG_NORMAL_95 1.96
/* The widest range, as a share of the value, for which a distribution need not be named. */
#define HENG_SPREAD_PLAIN_MAX 0.6

typedef enum heng_spread_kind {
    HENG_NORMAL,
    HENG_LOGNORMAL,
    HENG_UNIFORM,
    HENG_TRIANGULAR,
    HENG_SPREAD_KIND_COUNT
} heng_spread_kind;

/* "normal", "lognormal", "uniform", "triangular"; also found by 正态 对数正态 均匀 三角. */
const char *heng_spread_kind_name(heng_spread_kind kind);

typedef struct heng_spread {
    heng_spread_kind kind;
    bool kind_stated; /* else it is plain, and the kind is HENG_NORMAL */
    bool relative;    /* ends are shares of the value's size, counted from the value */
    bool half;        /* "±": low is -high, counted from the value */
    bool has_mode;    /* three numbers */
    bool central;     /* the ends of a uniform or triangular range hold 95 % */
    double low, mode, high;
    heng_str group;     /* empty for none */
    double correlation; /* within the group, from -1 to 1 */
} heng_spread;

/* Statuses: HENG_INVALID, with the byte in err->where and what was expected there. */
heng_status heng_spread_parse(heng_str text, heng_spread *out, heng_error *err);

/* What a value is drawn from. */
typedef struct heng_distribution {
    heng_spread_kind kind;
    /* normal: mean, standard deviation. lognormal: the same of the logarithm. uniform: the limits.
     * triangular: low limit, likeliest, high limit. */
    double a, b, c;
} heng_distribution;

/* Statuses: HENG_REFUSED: the value cannot be so uncertain; the message says why and the remedy. */
heng_status heng_spread_at(const heng_spread *spread, double value, heng_distribution *out,
                           heng_error *err);
/* In another unit; `factor` is positive. */
heng_distribution heng_distribution_scaled(heng_distribution distribution, double factor);
double heng_distribution_mean(const heng_distribution *distribution);
double heng_distribution_deviation(const heng_distribution *distribution);
