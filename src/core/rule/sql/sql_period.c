/* Periods in SQL: the arithmetic of base/period.h on whole numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>

/* Plans are counted from 1851, not from 1951, so that no year from 1900 on gives a negative number, which
 * databases divide differently. */
enum { YEAR_ZERO = 1851, PLAN_SHIFT = 20, PLAN_YEARS = 5, MONTHS_YEAR = 12 };

static int a_year(heng_grain grain)
{
    return heng_grain_ratio(grain, HENG_YEAR);
}

static heng_str number(sql_writer *w, int64_t value)
{
    return heng_rule__sql_integer(w, value);
}

static heng_str divided(sql_writer *w, heng_str a, int b)
{
    const char *form = w->dialect == HENG_SQL_CLICKHOUSE ? "intDiv($1, $2)" : "(($1) / $2)";
    return heng_rule__sql(w, form, a, number(w, b));
}

heng_str heng_rule__sql_within(sql_writer *w, heng_str period, heng_grain from, heng_grain to)
{
    if (from == to) return period;
    if (to != HENG_PLAN) return divided(w, period, heng_grain_ratio(from, to));
    int years = a_year(from);
    heng_str since = heng_rule__sql(w, "$1 - $2", period, number(w, (int64_t)YEAR_ZERO * years));
    return heng_rule__sql(w, "($1 - $2)", divided(w, since, PLAN_YEARS * years),
                          number(w, PLAN_SHIFT));
}

heng_str heng_rule__sql_first(sql_writer *w, heng_str period, heng_grain from, heng_grain to)
{
    if (from == to) return period;
    heng_str ratio = number(w, heng_grain_ratio(to, from));
    if (from != HENG_PLAN) return heng_rule__sql(w, "($1 * $2)", period, ratio);
    return heng_rule__sql(w, "($1 + $2 * $3)",
                          number(w, (int64_t)(YEAR_ZERO + PLAN_SHIFT * PLAN_YEARS) * a_year(to)),
                          period, ratio);
}

heng_str heng_rule__sql_elapsed(sql_writer *w, heng_str period, heng_grain from, heng_grain of)
{
    if (from == of) return number(w, 0);
    int64_t zero = of == HENG_PLAN ? (int64_t)YEAR_ZERO * a_year(from) : 0;
    return heng_rule__sql(w, "(($1 - $2) % $3)", period, number(w, zero),
                          number(w, heng_grain_ratio(from, of)));
}

heng_str heng_rule__sql_month(sql_writer *w, heng_str period, heng_grain grain)
{
    return heng_rule__sql_first(w, period, grain, HENG_MONTH);
}

heng_str heng_rule__sql_moved(sql_writer *w, heng_str period, heng_grain grain,
                              const rule_move *move)
{
    switch (move->kind) {
    case MOVE_PREVIOUS: return heng_rule__sql(w, "($1 - 1)", period);
    case MOVE_LAST_YEAR:
        return heng_rule__sql(w, "($1 - $2)", period,
                              number(w, grain == HENG_PLAN ? 1 : a_year(grain)));
    case MOVE_BASE:
        if (grain == HENG_PLAN) return heng_rule__sql(w, "($1 - 1)", period);
        return heng_rule__sql(w, "($1 - $2 - 1)", period,
                              heng_rule__sql_elapsed(w, period, grain, HENG_PLAN));
    case MOVE_FIXED: return number(w, move->value);
    case MOVE_GRAIN: return heng_rule__sql_within(w, period, grain, (heng_grain)move->value);
    case MOVE_SCOPE:
    case MOVE_KEY: break;
    }
    assert(!"moves among members are joins");
    return period;
}

heng_str heng_rule__sql_clamped(sql_writer *w, heng_str period, heng_grain grain)
{
    return heng_rule__sql(w, "CASE WHEN $1 < $2 THEN $2 WHEN $1 > $3 THEN $3 ELSE $1 END", period,
                          number(w, w->first_period[grain]), number(w, w->last_period[grain]));
}
