/* Statements of uncertainty: what they mean, and what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/book/spread.h"
#include "test/flow/case_table.h"

#include <math.h>

static double number(heng_str text)
{
    double value;
    heng_error err;
    if (heng_number_parse(text, &value, &err)) fail_msg("%s", err.message);
    return value;
}

static void near(double found, double expected)
{
    if (fabs(found - expected) > 1e-9 * fmax(1, fabs(expected)))
        fail_msg("%.12g, expected %.12g", found, expected);
}

static void check_row(const case_row *row)
{
    heng_spread spread;
    heng_distribution d;
    heng_error err = {0};
    double value = number(row->fields[0]);
    heng_status status = heng_spread_parse(row->fields[1], &spread, &err);
    if (!status) status = heng_spread_at(&spread, value, &d, &err);
    if (heng_str_is(row->fields[2], "refused")) {
        assert_true(status == HENG_INVALID || status == HENG_REFUSED);
        if (heng_str_find(heng_str_from(err.message), row->fields[3], 0) == SIZE_MAX)
            fail_msg("\"%s\" does not say \"%.*s\"", err.message, HENG_PRINT(row->fields[3]));
        return;
    }
    if (status) fail_msg("%s", err.message);
    check_str(row->fields[2], heng_spread_kind_name(d.kind));
    near(heng_distribution_mean(&d), number(row->fields[3]));
    near(heng_distribution_deviation(&d), number(row->fields[4]));
    heng_distribution larger = heng_distribution_scaled(d, 29307.6);
    near(heng_distribution_mean(&larger), 29307.6 * number(row->fields[3]));
    near(heng_distribution_deviation(&larger), 29307.6 * number(row->fields[4]));
}

static void statements_and_their_distributions(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    assert_true(case_run(&arena, "uncertainty", "spread.case", check_row) >= 45);
    heng_arena_deinit(&arena);
}

static void groups_are_read(void **state)
{
    (void)state;
    heng_spread spread;
    heng_error err;
    assert_int_equal(heng_spread_parse(HENG_STR("±5 %"), &spread, &err), HENG_OK);
    check_str(spread.group, "");
    assert_int_equal(heng_spread_parse(HENG_STR("±5 % with meter-7"), &spread, &err), HENG_OK);
    check_str(spread.group, "meter-7");
    assert_true(spread.correlation == 1);
    assert_int_equal(
        heng_spread_parse(HENG_STR("0.9..1.1 uniform with scales -0.5"), &spread, &err), HENG_OK);
    check_str(spread.group, "scales");
    assert_true(spread.correlation == -0.5 && spread.kind == HENG_UNIFORM);
}

/* The limits of a lopsided triangle whose ends hold 95 %: 2.5 % lie outside either end. */
static void a_triangle_from_its_95_percent_range(void **state)
{
    (void)state;
    heng_spread spread;
    heng_distribution d;
    heng_error err;
    assert_int_equal(heng_spread_parse(HENG_STR("0.8..1.0..1.3 triangular 95 %"), &spread, &err),
                     HENG_OK);
    assert_int_equal(heng_spread_at(&spread, 1, &d, &err), HENG_OK);
    near((0.8 - d.a) * (0.8 - d.a) / ((d.c - d.a) * (d.b - d.a)), 0.025);
    near((d.c - 1.3) * (d.c - 1.3) / ((d.c - d.a) * (d.c - d.b)), 0.025);
    assert_true(d.b == 1);
}

static void what_fails_leaves_the_output_alone(void **state)
{
    (void)state;
    heng_spread spread = {.low = 7};
    heng_distribution d = {.a = 7};
    heng_error err;
    assert_int_equal(heng_spread_parse(HENG_STR("±5 % often"), &spread, &err), HENG_INVALID);
    assert_true(spread.low == 7);
    assert_int_equal(err.where, strlen("±5 % "));
    assert_int_equal(heng_spread_parse(HENG_STR("1..3"), &spread, &err), HENG_OK);
    assert_int_equal(heng_spread_at(&spread, 1.5, &d, &err), HENG_REFUSED);
    assert_true(d.a == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_and_their_distributions),
        cmocka_unit_test(groups_are_read),
        cmocka_unit_test(a_triangle_from_its_95_percent_range),
        cmocka_unit_test(what_fails_leaves_the_output_alone),
    };
    return cmocka_run_group_tests_name("core/uncertainty/spread", tests, NULL, NULL);
}
