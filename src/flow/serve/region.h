/* flow/serve/region.h: indicators of the places of one level. Internal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/figure.h"

/* A quantity by year without keys that at least one place of the level has a figure of. */
typedef struct heng_indicator {
    heng_quantity quantity;
    int first_year, last_year; /* of known figures */
    bool *has_year;            /* from first_year; in the arena */
} heng_indicator;

typedef struct heng_indicators {
    heng_indicator *items;
    size_t count;
    const heng_entity **members; /* of the level, by standard code, then code */
    size_t member_count;
} heng_indicators;

heng_status heng_serve__indicators(heng_call *call, heng_str level, heng_indicators *out,
                                   heng_error *err);
void heng_serve__write_indicator(heng_call *call, const heng_indicator *indicator);
/* The figures of one place from the first to the last year that any place has, as a sparkline. */
void heng_serve__write_series(heng_call *call, const heng_indicator *indicator, heng_str entity);

/* Places by value, the largest first; unknown ones are left out. */
typedef struct heng_rank {
    const heng_entity *entity;
    double value;
} heng_rank;

heng_status heng_serve__ranks(heng_call *call, const heng_indicators *all,
                              const heng_indicator *indicator, int year, heng_rank **out,
                              size_t *count, heng_error *err);
/* 1 for the largest; equal values share a rank; 0 when the place is not among them. */
size_t heng_serve__rank_of(const heng_rank *ranks, size_t count, heng_str entity);
