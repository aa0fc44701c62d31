/* SPDX-License-Identifier: Apache-2.0 */
#include "base/period.h"
#include "base/limits.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>

enum { PLAN_ZERO = 1951, PLAN_YEARS = 5 };

static const int months_in[HENG_GRAIN_COUNT] = {1, 3, 6, 12, 12 * PLAN_YEARS};
static const char *const grain_names[HENG_GRAIN_COUNT] = {"month", "quarter", "half", "year",
                                                          "plan"};

const char *heng_grain_name(heng_grain grain)
{
    assert((unsigned)grain < HENG_GRAIN_COUNT);
    return grain_names[grain];
}

bool heng_grain_find(heng_str name, heng_grain *out)
{
    for (int i = 0; i < HENG_GRAIN_COUNT; i++) {
        if (!heng_str_is(name, grain_names[i])) continue;
        *out = (heng_grain)i;
        return true;
    }
    return false;
}

int heng_grain_ratio(heng_grain fine, heng_grain coarse)
{
    assert(fine <= coarse);
    return months_in[coarse] / months_in[fine];
}

heng_period heng_year(int year)
{
    return (heng_period){HENG_YEAR, year};
}

static int32_t first_month(heng_period period)
{
    if (period.grain == HENG_PLAN) return 12 * (PLAN_ZERO + PLAN_YEARS * period.number);
    return period.number * months_in[period.grain];
}

/* Rounds towards minus infinity, so that years before 0 would still work. */
static int32_t divide_down(int32_t a, int32_t b)
{
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static heng_period containing(int32_t month, heng_grain grain)
{
    if (grain == HENG_PLAN)
        return (heng_period){grain, divide_down(divide_down(month, 12) - PLAN_ZERO, PLAN_YEARS)};
    return (heng_period){grain, divide_down(month, months_in[grain])};
}

static bool digits_only(heng_str text, size_t least, size_t most, int *out)
{
    if (text.length < least || text.length > most) return false;
    int value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (!isdigit((unsigned char)text.at[i])) return false;
        value = value * 10 + (text.at[i] - '0');
    }
    *out = value;
    return true;
}

/* What follows the year and the hyphen: H1, Q3 or 07. */
static bool parse_within_year(heng_str part, int year, heng_period *out)
{
    int number;
    if (part.length == 2 && (part.at[0] == 'Q' || part.at[0] == 'H')) {
        int most = part.at[0] == 'Q' ? 4 : 2;
        if (!digits_only(heng_str_slice(part, 1, 2), 1, 1, &number)) return false;
        if (number < 1 || number > most) return false;
        heng_grain grain = most == 4 ? HENG_QUARTER : HENG_HALF;
        *out = (heng_period){grain, year * most + number - 1};
        return true;
    }
    if (!digits_only(part, 2, 2, &number) || number < 1 || number > 12) return false;
    *out = (heng_period){HENG_MONTH, year * 12 + number - 1};
    return true;
}

static bool parse_period(heng_str text, heng_period *out)
{
    int number;
    if (heng_str_starts(text, HENG_STR("plan-"))) {
        if (!digits_only(heng_str_slice(text, 5, text.length), 1, 2, &number)) return false;
        *out = (heng_period){HENG_PLAN, number};
        return true;
    }
    if (text.length < 4 || !digits_only(heng_str_slice(text, 0, 4), 4, 4, &number)) return false;
    if (number < HENG_YEAR_MIN || number > HENG_YEAR_MAX) return false;
    *out = heng_year(number);
    if (text.length == 4) return true;
    return text.at[4] == '-' &&
           parse_within_year(heng_str_slice(text, 5, text.length), number, out);
}

heng_status heng_period_parse(heng_str text, heng_period *out, heng_error *err)
{
    heng_period period;
    if (!parse_period(text, &period))
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is not a period. Write 2025, 2025-H1, 2025-Q3, 2025-07 or "
                         "plan-13, with a year from %d to %d",
                         HENG_PRINT(text), HENG_YEAR_MIN, HENG_YEAR_MAX);
    *out = period;
    return HENG_OK;
}

size_t heng_period_write(heng_period period, char out[HENG_PERIOD_TEXT])
{
    int year = divide_down(first_month(period), 12);
    int within =
        period.number - year * (12 / months_in[period.grain < HENG_YEAR ? period.grain : 3]);
    int length = 0;
    switch (period.grain) {
    case HENG_MONTH: length = snprintf(out, HENG_PERIOD_TEXT, "%04d-%02d", year, within + 1); break;
    case HENG_QUARTER:
        length = snprintf(out, HENG_PERIOD_TEXT, "%04d-Q%d", year, within + 1);
        break;
    case HENG_HALF: length = snprintf(out, HENG_PERIOD_TEXT, "%04d-H%d", year, within + 1); break;
    case HENG_YEAR: length = snprintf(out, HENG_PERIOD_TEXT, "%04d", year); break;
    case HENG_PLAN: length = snprintf(out, HENG_PERIOD_TEXT, "plan-%d", period.number); break;
    case HENG_GRAIN_COUNT: assert(0);
    }
    assert(length > 0 && length < HENG_PERIOD_TEXT);
    return (size_t)length;
}

bool heng_period_equal(heng_period a, heng_period b)
{
    return a.grain == b.grain && a.number == b.number;
}

int heng_period_compare(heng_period a, heng_period b)
{
    int32_t first_a = first_month(a), first_b = first_month(b);
    if (first_a != first_b) return first_a < first_b ? -1 : 1;
    return (int)a.grain - (int)b.grain;
}

heng_span heng_period_span(heng_period period)
{
    int32_t first = first_month(period);
    return (heng_span){first, first + months_in[period.grain] - 1};
}

heng_period heng_period_within(heng_period period, heng_grain coarse)
{
    assert(coarse >= period.grain);
    return containing(first_month(period), coarse);
}

heng_period heng_period_first(heng_period period, heng_grain fine)
{
    assert(fine <= period.grain);
    return containing(first_month(period), fine);
}

heng_period heng_period_add(heng_period period, int count)
{
    return (heng_period){period.grain, period.number + count};
}

heng_period heng_period_last_year(heng_period period)
{
    if (period.grain == HENG_PLAN) return heng_period_add(period, -1);
    return heng_period_add(period, -12 / months_in[period.grain]);
}

heng_period heng_period_base(heng_period period)
{
    heng_period plan = heng_period_within(period, HENG_PLAN);
    if (period.grain == HENG_PLAN) return heng_period_add(period, -1);
    return heng_period_add(heng_period_first(plan, period.grain), -1);
}

bool heng_span_holds(heng_span span, heng_period period)
{
    heng_span months = heng_period_span(period);
    return span.first_month <= months.first_month && months.last_month <= span.last_month;
}

bool heng_span_overlap(heng_span a, heng_span b)
{
    return a.first_month <= b.last_month && b.first_month <= a.last_month;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil and civil_from_days). */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = y + era * 400 + (*month <= 2);
}

#define SECOND_US INT64_C(1000000)
#define DAY_US    (INT64_C(86400) * SECOND_US)

static bool parse_date(heng_str text, int64_t *days)
{
    int year, month, day;
    if (text.length != 10 || text.at[4] != '-' || text.at[7] != '-') return false;
    if (!digits_only(heng_str_slice(text, 0, 4), 4, 4, &year)) return false;
    if (!digits_only(heng_str_slice(text, 5, 7), 2, 2, &month)) return false;
    if (!digits_only(heng_str_slice(text, 8, 10), 2, 2, &day)) return false;
    if (month < 1 || month > 12 || day < 1) return false;
    *days = days_from_civil(year, month, day);
    int64_t back_year;
    int back_month, back_day;
    civil_from_days(*days, &back_year, &back_month, &back_day);
    return back_month == month && back_day == day;
}

/* hh:mm:ss, with up to six decimals, and Z. */
static bool parse_time(heng_str text, int64_t *microseconds)
{
    int hour, minute, second;
    if (text.length < 9 || text.at[2] != ':' || text.at[5] != ':') return false;
    if (text.at[text.length - 1] != 'Z') return false;
    if (!digits_only(heng_str_slice(text, 0, 2), 2, 2, &hour) || hour > 23) return false;
    if (!digits_only(heng_str_slice(text, 3, 5), 2, 2, &minute) || minute > 59) return false;
    if (!digits_only(heng_str_slice(text, 6, 8), 2, 2, &second) || second > 59) return false;
    *microseconds = ((int64_t)hour * 3600 + minute * 60 + second) * SECOND_US;
    if (text.length == 9) return true;
    heng_str decimals = heng_str_slice(text, 9, text.length - 1);
    int fraction;
    if (text.at[8] != '.' || !digits_only(decimals, 1, 6, &fraction)) return false;
    for (size_t i = decimals.length; i < 6; i++) fraction *= 10;
    *microseconds += fraction;
    return true;
}

heng_status heng_instant_parse(heng_str text, bool end_of_day, heng_instant *out, heng_error *err)
{
    int64_t days = 0, microseconds = 0;
    bool is_date = text.length >= 10 && parse_date(heng_str_slice(text, 0, 10), &days);
    bool is_instant = is_date && text.length > 11 && text.at[10] == 'T' &&
                      parse_time(heng_str_slice(text, 11, text.length), &microseconds);
    if (!is_date || (text.length > 10 && !is_instant))
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is not a date. Write 2026-02-28 or 2026-02-28T09:30:00Z",
                         HENG_PRINT(text));
    *out = days * DAY_US + microseconds;
    if (!is_instant && end_of_day) *out += DAY_US - 1;
    return HENG_OK;
}

size_t heng_instant_write(heng_instant instant, char out[HENG_INSTANT_TEXT])
{
    int64_t days = instant / DAY_US - (instant % DAY_US < 0);
    int64_t rest = instant - days * DAY_US;
    int64_t year;
    int month, day;
    civil_from_days(days, &year, &month, &day);
    int length = snprintf(out, HENG_INSTANT_TEXT, "%04d-%02d-%02d", (int)year, month, day);
    if (rest == 0) return (size_t)length;
    int second = (int)(rest / SECOND_US), fraction = (int)(rest % SECOND_US);
    length += snprintf(out + length, HENG_INSTANT_TEXT - (size_t)length, "T%02d:%02d:%02d",
                       second / 3600, second / 60 % 60, second % 60);
    if (fraction)
        length += snprintf(out + length, HENG_INSTANT_TEXT - (size_t)length, ".%06d", fraction);
    length += snprintf(out + length, HENG_INSTANT_TEXT - (size_t)length, "Z");
    return (size_t)length;
}
