/* SPDX-License-Identifier: Apache-2.0 */
#include "base/period.h"
#include "test/check.h"

static heng_period read_period(const char *text)
{
    heng_period period;
    heng_error err;
    if (heng_period_parse(heng_str_from(text), &period, &err) != HENG_OK)
        fail_msg("%s", err.message);
    return period;
}

static void check_period(heng_period period, const char *expected)
{
    char text[HENG_PERIOD_TEXT];
    heng_period_write(period, text);
    assert_string_equal(text, expected);
}

static void periods_move_as_the_plans_do(void **state)
{
    (void)state;
    static const struct {
        const char *period, *previous, *last_year, *base;
    } rows[] = {
        {"2016", "2015", "2015", "2015"},
        {"2020", "2019", "2019", "2015"},
        {"2021", "2020", "2020", "2020"},
        {"2021-Q1", "2020-Q4", "2020-Q1", "2020-Q4"},
        {"2021-H2", "2021-H1", "2020-H2", "2020-H2"},
        {"2016-01", "2015-12", "2015-01", "2015-12"},
        {"plan-13", "plan-12", "plan-12", "plan-12"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_period period = read_period(rows[i].period);
        check_period(period, rows[i].period);
        check_period(heng_period_add(period, -1), rows[i].previous);
        check_period(heng_period_last_year(period), rows[i].last_year);
        check_period(heng_period_base(period), rows[i].base);
    }
    check_period(heng_period_within(read_period("2020-12"), HENG_PLAN), "plan-13");
    check_period(heng_period_first(read_period("plan-15"), HENG_YEAR), "2026");
    check_period(heng_period_first(read_period("2021"), HENG_QUARTER), "2021-Q1");
}

static void what_is_not_a_period_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"",      "20",   "2021-13", "2021-0", "2021-Q5", "2021-H3",
                                       "plan-", "1899", "2201",    "2021Q1", "2021-1",  "plan-123"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_period period;
        heng_error err;
        assert_int_equal(heng_period_parse(heng_str_from(rows[i]), &period, &err), HENG_INVALID);
    }
}

static void instants_round_trip(void **state)
{
    (void)state;
    static const char *const rows[] = {"1970-01-01",
                                       "2026-02-28",
                                       "1952-02-29",
                                       "2026-02-28T09:30:00Z",
                                       "2026-02-28T09:30:00.000001Z",
                                       "1969-12-31T23:59:59Z"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_instant instant;
        heng_error err;
        char text[HENG_INSTANT_TEXT];
        assert_int_equal(heng_instant_parse(heng_str_from(rows[i]), false, &instant, &err),
                         HENG_OK);
        heng_instant_write(instant, text);
        assert_string_equal(text, rows[i]);
    }
    static const char *const wrong[] = {
        "2026-02-29",  "2026-13-01",           "2026-2-1",
        "2026-02-28T", "2026-02-28T24:00:00Z", "2026-02-28T09:30:00"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        heng_instant instant;
        heng_error err;
        assert_int_equal(heng_instant_parse(heng_str_from(wrong[i]), false, &instant, &err),
                         HENG_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_move_as_the_plans_do),
        cmocka_unit_test(what_is_not_a_period_is_refused),
        cmocka_unit_test(instants_round_trip),
    };
    return cmocka_run_group_tests_name("base/period", tests, NULL, NULL);
}
