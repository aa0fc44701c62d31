/* Uncertainty on small tapes: both approaches against closed forms, slopes against differences, and draws
 * that are the same however they are parted.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/draws.h"
#include "core/uncertainty/propagate.h"
#include "test/core/uncertainty/formula.h"

#include <math.h>

enum { BLOCKS = 800, DRAWS = BLOCKS * HENG_DRAWS_BLOCK };

static heng_arena arena;

static void near(const char *what, double found, double expected, double tolerance)
{
    if (fabs(found - expected) > tolerance)
        fail_msg("%s is %.10g, expected %.10g", what, found, expected);
}

static bool is_open(heng_str field)
{
    return heng_str_is(field, "-");
}

static heng_propagation propagated(const formula *f, uint32_t figure)
{
    heng_propagation result;
    heng_error err;
    if (heng_propagate(&f->tape, figure, &arena, &result, &err)) fail_msg("%s", err.message);
    return result;
}

static heng_draws_summary drawn(const formula *f, uint32_t figure, size_t *turned)
{
    const heng_draws *plan;
    heng_draws_summary summary;
    heng_error err;
    double *values = HENG_ARRAY(&arena, DRAWS, double);
    if (heng_draws_plan(&f->tape, figure, 1996, &arena, &plan, &err) ||
        heng_draws_run(plan, 0, BLOCKS * HENG_DRAWS_BLOCK, &arena, values, turned, &err))
        fail_msg("%s", err.message);
    heng_draws_summarise(values, DRAWS, &summary);
    return summary;
}

/* ---- the table of cases --------------------------------------------------------------------------- */

static void check_shares(const formula *f, const heng_propagation *found, heng_str expected)
{
    heng_str rest = expected, item;
    size_t at = 0;
    double sum = 0;
    for (size_t i = 0; i < found->ranked_count; i++) sum += found->ranked[i].share;
    if (found->deviation > 0) near("the sum of shares", sum, 1, 1e-12);
    while (expected.length && heng_str_cut(&rest, ';', &item)) {
        heng_str name, share = heng_str_trim(item);
        heng_str_cut(&share, ' ', &name);
        assert_true(at < found->ranked_count);
        const heng_contribution *c = &found->ranked[at++];
        heng_str ranked = f->names[f->tape.inputs[c->input].line];
        near("a share", c->share, formula_number(share), 1e-7);
        bool tie = at < found->ranked_count && fabs(c[1].share - c->share) < 1e-9;
        bool before = at > 1 && fabs(c[-1].share - c->share) < 1e-9;
        if (!tie && !before && !heng_str_equal(ranked, name))
            fail_msg("%.*s ranks where %.*s should", HENG_PRINT(ranked), HENG_PRINT(name));
    }
}

static void check_row(const case_row *row)
{
    formula f;
    heng_arena_mark mark = heng_arena_here(&arena);
    uint32_t figure = formula_read(&f, &arena, row->fields[1], row->fields[2]);
    double value = formula_number(row->fields[3]);
    heng_propagation first = propagated(&f, figure);
    near("the value", first.value, value, 1e-9 * fabs(value));
    assert_int_equal(first.has_interval, !is_open(row->fields[4]));
    if (first.has_interval) {
        double half = formula_number(row->fields[4]) / 100 * fabs(value);
        near("half the range", (first.high - first.low) / 2, half, 1e-8 * (1 + half));
        assert_int_equal(first.is_rough, half / 1.96 > 0.3 * fabs(value));
        check_shares(&f, &first, row->count > 7 ? row->fields[7] : HENG_STR(""));
    }
    if (!is_open(row->fields[5])) {
        size_t turned;
        heng_draws_summary second = drawn(&f, figure, &turned);
        double low = formula_number(row->fields[5]), high = formula_number(row->fields[6]);
        near("the low end", second.low, low, 0.015 * (high - low) + 1e-9 * fabs(value));
        near("the high end", second.high, high, 0.015 * (high - low) + 1e-9 * fabs(value));
        assert_int_equal(turned + second.unknown, 0);
    }
    heng_arena_rewind(&arena, mark);
}

static void both_approaches_agree_with_closed_forms(void **state)
{
    (void)state;
    heng_arena_init(&arena, (size_t)64 << 20);
    assert_true(case_run(&arena, "uncertainty", "propagate.case", check_row) >= 30);
    heng_arena_deinit(&arena);
}

/* ---- what there is not ---------------------------------------------------------------------------- */

static void what_is_not_stated_is_counted(void **state)
{
    (void)state;
    formula f;
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure =
        formula_read(&f, &arena, HENG_STR("a = 3 ±10 %; b = 1; c = 12"), HENG_STR("a + b + 0 * c"));
    heng_propagation found = propagated(&f, figure);
    assert_int_equal(found.input_count, 2); /* c does not move it */
    assert_int_equal(found.stated_count, 1);
    near("what is covered", found.covered, 0.75, 1e-15);
    figure = formula_read(&f, &arena, HENG_STR("a = 100; b = 94.6"), HENG_STR("a * b"));
    found = propagated(&f, figure);
    assert_false(found.has_interval);
    assert_int_equal(found.input_count, 2);
    assert_int_equal(found.stated_count, 0);
    assert_true(found.covered == 0);
    size_t turned;
    heng_draws_summary all = drawn(&f, figure, &turned);
    assert_true(all.low == 9460 && all.high == 9460 && all.deviation == 0);
    heng_arena_deinit(&arena);
}

/* x is normal, 100 with deviation 10; it is above 110 in 15.87 % of the draws. */
static void draws_that_turn_a_choice_are_counted(void **state)
{
    (void)state;
    formula f;
    size_t turned;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str input = HENG_STR("x = 100 ±19.6");
    uint32_t figure = formula_read(&f, &arena, input, HENG_STR("hold(x * 2, more(x, 110), 0)"));
    heng_draws_summary all = drawn(&f, figure, &turned);
    near("draws that turn", (double)turned / DRAWS, 0.158655, 0.004);
    near("the mean of the arm that stands", all.mean, 200, 0.2);
    near("its slope", propagated(&f, figure).ranked[0].slope, 2, 0);
    /* on the line from 10 at 90 to 30 at 110; a third of the draws lie beyond */
    figure = formula_read(&f, &arena, input, HENG_STR("between(10, 30, x, 90, 110)"));
    all = drawn(&f, figure, &turned);
    near("draws beyond the rows", (double)turned / DRAWS, 0.317311, 0.005);
    near("the mean on the line", all.mean, 20, 0.1);
    near("its slope", propagated(&f, figure).ranked[0].slope, 1, 1e-15);
    heng_arena_deinit(&arena);
}

/* Of a block that is wanted in part only the draws that are wanted count. */
static void draws_beyond_those_wanted_do_not_turn(void **state)
{
    (void)state;
    enum { WANTED = 300 };
    formula f;
    const heng_draws *plan;
    heng_error err;
    size_t turned;
    double values[2 * HENG_DRAWS_BLOCK];
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure = formula_read(&f, &arena, HENG_STR("x = 100 ±19.6"),
                                   HENG_STR("hold(x * 2, more(x, 1000), 1)"));
    assert_int_equal(heng_draws_plan(&f.tape, figure, 1, &arena, &plan, &err), HENG_OK);
    assert_int_equal(heng_draws_run(plan, 0, WANTED, &arena, values, &turned, &err), HENG_OK);
    assert_int_equal(turned, WANTED);
    heng_arena_deinit(&arena);
}

/* The root of 0 rises without bound, and the squares of 1e300 pass all numbers: neither gives a range. */
static void what_has_no_bound_has_no_interval(void **state)
{
    (void)state;
    formula f;
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure =
        formula_read(&f, &arena, HENG_STR("x = 0 ±1 normal"), HENG_STR("x ^ 0.5 + 1"));
    heng_propagation found = propagated(&f, figure);
    assert_false(found.has_interval);
    assert_true(found.is_rough && found.deviation == 0 && !found.ranked_count);
    double values[] = {1e300, -1e300, 1};
    heng_draws_summary all;
    heng_draws_summarise(values, 3, &all);
    assert_int_equal(all.count, 3);
    assert_true(isnan(all.mean) && isnan(all.low) && isnan(all.high));
    heng_arena_deinit(&arena);
}

/* 1 / max(x, 0): below 0 in 2.275 % of the draws, x being normal, 2 with deviation 1. */
static void draws_without_a_value_are_counted(void **state)
{
    (void)state;
    formula f;
    size_t turned;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str input = HENG_STR("x = 2 ±1.96 normal");
    uint32_t figure = formula_read(&f, &arena, input, HENG_STR("1 / max(x, 0)"));
    heng_draws_summary all = drawn(&f, figure, &turned);
    near("draws without a value", (double)all.unknown / DRAWS, 0.02275, 0.0015);
    assert_true(isfinite(all.low) && isfinite(all.mean));
    figure = formula_read(&f, &arena, input, HENG_STR("else(1 / max(x, 0), 7)"));
    assert_int_equal(drawn(&f, figure, &turned).unknown, 0);
    figure = formula_read(&f, &arena, input, HENG_STR("ln(0 - abs(x))"));
    all = drawn(&f, figure, &turned);
    assert_int_equal(all.unknown, DRAWS);
    assert_true(isnan(all.low) && isnan(all.mean));
    heng_arena_deinit(&arena);
}

/* The weighted median of three: of 1, 2 and x the middle one is x while it lies between. */
static void quantiles_are_drawn_member_by_member(void **state)
{
    (void)state;
    formula f;
    size_t turned;
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure = formula_read(&f, &arena, HENG_STR("x = 1.5 0..3 uniform"),
                                   HENG_STR("quantile(1, 1, 2, 1, x, 1, 0.5)"));
    near("the median", f.tape.values[figure - 1], 1.5, 0);
    near("its slope", propagated(&f, figure).ranked[0].slope, 1, 0);
    heng_draws_summary all = drawn(&f, figure, &turned);
    assert_true(all.low == 1 && all.high == 2);
    near("the mean", all.mean, 1.5, 0.01);
    heng_arena_deinit(&arena);
}

/* ---- slopes --------------------------------------------------------------------------------------- */

/* Each slope against the difference of two plain passes. */
static void slopes_are_those_of_differences(void **state)
{
    (void)state;
    static const char *const formulas[] = {
        "a * b + c / d",
        "(a + b) ^ 1.7 * exp(c / 10) - ln(d)",
        "sum(a * d, b * d, c * d) / sum(a, b, c)",
        "min(a, b) * max(c, d) + abs(a - b)",
        "hold(a * a, more(b, 1), 1) - -c",
        "between(a, b, c, 1, 9) * else(d, a)",
        "quantile(a, 1, b, 2, c, 1, 0.5) * d",
        "a ^ b / d ^ -c",
    };
    heng_arena_init(&arena, (size_t)64 << 20);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        formula f;
        uint32_t figure = formula_read(&f, &arena, HENG_STR("a = 2.5; b = 4; c = 3.1; d = 1.3"),
                                       heng_str_from(formulas[i]));
        double *slopes = HENG_ARRAY(&arena, f.tape.count, double);
        double *values = HENG_ARRAY(&arena, f.tape.count, double);
        heng_tape_slopes(&f.tape, figure, slopes);
        for (size_t k = 0; k < f.name_count; k++) {
            double moved[2], step = 1e-6;
            for (int side = 0; side < 2; side++) {
                memcpy(values, f.tape.values, f.tape.count * sizeof *values);
                values[f.nodes[k] - 1] += side ? step : -step;
                heng_tape_run(&f.tape, values);
                moved[side] = values[figure - 1];
            }
            near(formulas[i], slopes[f.nodes[k] - 1], (moved[1] - moved[0]) / (2 * step), 1e-6);
        }
    }
    heng_arena_deinit(&arena);
}

/* ---- parts ---------------------------------------------------------------------------------------- */

static const char mixed_inputs[] =
    "a = 10 ±5 %; b = 94.6 ±100 % lognormal with g 0.5; c = 3 2..5 uniform with g; "
    "d = 2 1..2..4 triangular; e = 7 ±3 with g -0.2";
static const char mixed_formula[] =
    "sum(a * b, b * c, max(c, d) * e, a * a, 5) / (d + 1) + exp(d) * 3";

static void the_same_seed_gives_the_same_bytes_in_any_parts(void **state)
{
    (void)state;
    enum { FEW = 12 };
    formula f;
    const heng_draws *plan;
    heng_error err;
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure =
        formula_read(&f, &arena, heng_str_from(mixed_inputs), heng_str_from(mixed_formula));
    size_t size = (size_t)FEW * HENG_DRAWS_BLOCK * sizeof(double), turned;
    double *whole = heng_arena_alloc(&arena, size), *parts = heng_arena_alloc(&arena, size);
    assert_int_equal(heng_draws_plan(&f.tape, figure, 42, &arena, &plan, &err), HENG_OK);
    assert_int_equal(heng_draws_run(plan, 0, FEW * HENG_DRAWS_BLOCK, &arena, whole, &turned, &err),
                     HENG_OK);
    static const size_t cuts[][2] = {{7, 5}, {0, 1}, {3, 4}, {1, 2}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        assert_int_equal(heng_draws_run(plan, cuts[i][0], cuts[i][1] * HENG_DRAWS_BLOCK, &arena,
                                        parts + cuts[i][0] * HENG_DRAWS_BLOCK, &turned, &err),
                         HENG_OK);
    assert_memory_equal(whole, parts, size);
    assert_int_equal(heng_draws_plan(&f.tape, figure, 43, &arena, &plan, &err), HENG_OK);
    assert_int_equal(heng_draws_run(plan, 0, FEW * HENG_DRAWS_BLOCK, &arena, parts, &turned, &err),
                     HENG_OK);
    assert_true(memcmp(whole, parts, size) != 0);
    heng_arena_deinit(&arena);
}

/* Draw by draw: what the plan gives is what the tape gives for the same inputs. */
static void a_plan_reckons_what_the_tape_says(void **state)
{
    (void)state;
    formula f;
    const heng_draws *plan;
    heng_error err;
    size_t turned;
    double inputs[5][HENG_DRAWS_BLOCK], found[HENG_DRAWS_BLOCK];
    heng_arena_init(&arena, (size_t)64 << 20);
    uint32_t figure =
        formula_read(&f, &arena, heng_str_from(mixed_inputs), heng_str_from(mixed_formula));
    for (int k = 0; k < 5; k++) {
        assert_int_equal(heng_draws_plan(&f.tape, f.nodes[k], 9, &arena, &plan, &err), HENG_OK);
        assert_int_equal(
            heng_draws_run(plan, 3, HENG_DRAWS_BLOCK, &arena, inputs[k], &turned, &err), HENG_OK);
    }
    assert_int_equal(heng_draws_plan(&f.tape, figure, 9, &arena, &plan, &err), HENG_OK);
    assert_int_equal(heng_draws_run(plan, 3, HENG_DRAWS_BLOCK, &arena, found, &turned, &err),
                     HENG_OK);
    double *values = HENG_ARRAY(&arena, f.tape.count, double);
    for (int i = 0; i < HENG_DRAWS_BLOCK; i++) {
        for (int k = 0; k < 5; k++) values[f.nodes[k] - 1] = inputs[k][i];
        heng_tape_run(&f.tape, values);
        near("a draw", found[i], values[figure - 1], 1e-12 * fabs(found[i]));
    }
    heng_arena_deinit(&arena);
}

static heng_status everything(heng_arena *memory, heng_error *err)
{
    enum { FEW = 2 };
    heng_str text = HENG_STR("sum(a, b * 2, quantile(a, 1, b, 1, 0.5)) / max(a, b)");
    formula f;
    heng_propagation first;
    const heng_draws *plan;
    double values[FEW * HENG_DRAWS_BLOCK];
    size_t turned;
    uint32_t figure = formula_read(&f, memory, HENG_STR("a = 1 ±5 %; b = 2 ±5 % with g"), text);
    heng_status status = heng_tape_status(&f.tape, err);
    if (!status) status = heng_propagate(&f.tape, figure, memory, &first, err);
    if (!status) status = heng_draws_plan(&f.tape, figure, 1, memory, &plan, err);
    if (!status)
        status = heng_draws_run(plan, 0, FEW * HENG_DRAWS_BLOCK, memory, values, &turned, err);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    heng_error err;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_arena_fail_after(0);
    assert_int_equal(everything(&arena, &err), HENG_OK);
    size_t asked = heng_arena_asked();
    assert_true(asked > 15);
    for (size_t n = 1; n <= asked; n++) {
        heng_arena_fail_after(n);
        assert_int_equal(everything(&arena, &err), HENG_NO_MEMORY);
    }
    heng_arena_fail_after(0);
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_approaches_agree_with_closed_forms),
        cmocka_unit_test(what_is_not_stated_is_counted),
        cmocka_unit_test(draws_that_turn_a_choice_are_counted),
        cmocka_unit_test(draws_beyond_those_wanted_do_not_turn),
        cmocka_unit_test(what_has_no_bound_has_no_interval),
        cmocka_unit_test(draws_without_a_value_are_counted),
        cmocka_unit_test(quantiles_are_drawn_member_by_member),
        cmocka_unit_test(slopes_are_those_of_differences),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_in_any_parts),
        cmocka_unit_test(a_plan_reckons_what_the_tape_says),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("core/uncertainty/tape", tests, NULL, NULL);
}
