/* base/period.h: the months, quarters, halves, years and five-year plans that figures belong to.
 *
 * A period is a grain and a number that counts periods of that grain without gaps, so that the period
 * before is the number less one. Spans are closed ranges of months and may be open at either end.
 * Five-year plans are numbered as in China: the 13th is 2016 to 2020, so plan n starts in 1951 + 5 n.
 * Instants are microseconds of UTC since 1970; this file reads no clock.
 *
 * Text: 2025, 2025-H1, 2025-Q3, 2025-07, plan-13. Instants as RFC 3339: 2026-02-28 or
 * 2026-02-28T09:30:00Z.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum heng_grain {
    HENG_MONTH,
    HENG_QUARTER,
    HENG_HALF,
    HENG_YEAR,
    HENG_PLAN,
    HENG_GRAIN_COUNT
} heng_grain;

typedef struct heng_period {
    heng_grain grain;
    int32_t number; /* month: 12 x year + month - 1; quarter: 4 x year + quarter - 1; year: the year */
} heng_period;

/* Closed range of month numbers; INT32_MIN and INT32_MAX mean open. */
typedef struct heng_span {
    int32_t first_month;
    int32_t last_month;
} heng_span;

#define HENG_SPAN_ALWAYS ((heng_span){INT32_MIN, INT32_MAX})

const char *heng_grain_name(heng_grain grain); /* "month" ... "plan" */
bool heng_grain_find(heng_str name, heng_grain *out);
/* How many periods of `fine` make one of `coarse`: 12 months a year. Asserts fine <= coarse. */
int heng_grain_ratio(heng_grain fine, heng_grain coarse);

heng_period heng_year(int year);
heng_status heng_period_parse(heng_str text, heng_period *out, heng_error *err);
enum { HENG_PERIOD_TEXT = 24 };
size_t heng_period_write(heng_period period, char out[HENG_PERIOD_TEXT]);
bool heng_period_equal(heng_period a, heng_period b);
/* By first month, then by grain. */
int heng_period_compare(heng_period a, heng_period b);
heng_span heng_period_span(heng_period period);
/* The period of a coarser (or the same) grain that contains this one. */
heng_period heng_period_within(heng_period period, heng_grain coarse);
/* The first period of a finer (or the same) grain inside this one. */
heng_period heng_period_first(heng_period period, heng_grain fine);
heng_period heng_period_add(heng_period period, int count);
/* The same place in the year before: 2025-Q3 -> 2024-Q3; a plan -> the plan before. */
heng_period heng_period_last_year(heng_period period);
/* The last period of the same grain before the five-year plan that contains this one. */
heng_period heng_period_base(heng_period period);

/* The whole period lies inside the span. */
bool heng_span_holds(heng_span span, heng_period period);
bool heng_span_overlap(heng_span a, heng_span b);

typedef int64_t heng_instant; /* microseconds since 1970-01-01T00:00:00Z */
#define HENG_INSTANT_MIN INT64_MIN
#define HENG_INSTANT_MAX INT64_MAX
/* A date alone is its first instant. With `end_of_day` a date alone is its last instant, which is what
 * "as known on that day" asks for. */
heng_status heng_instant_parse(heng_str text, bool end_of_day, heng_instant *out, heng_error *err);
enum { HENG_INSTANT_TEXT = 32 };
/* The date alone when the instant is the first of a day, otherwise to the second or microsecond. */
size_t heng_instant_write(heng_instant instant, char out[HENG_INSTANT_TEXT]);
