/* Figures of rules: what facts, rows, inputs and rules state, carried to the figures that stand on them.
 *
 * The expected numbers are worked by hand beside them, after equations 3.1 and 3.2 of the IPCC 2006
 * Guidelines, volume 1, chapter 3.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/draws.h"
#include "core/uncertainty/uncertainty.h"
#include "test/core/rule/world.h"

#include <math.h>

static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list fuel \"Fuels\" = coal, oil\n"
    "method m \"M\"\n"
    "  source \"The source of M\"\n"
    "  status seen\n"
    "  for firm by year\n"
    "input burned[fuel] : t \"Burnt\" uncertain normal 3 %\n"
    "input load : % \"Load\"\n"
    "input limit : t CO2 \"Limit\"\n"
    "table factor[fuel] : t CO2/t \"Factor\"\n"
    "  fuel | value | uncertainty\n"
    "  coal | 2     | ±10 %\n"
    "  oil  | 3     |\n"
    "table loss[at : %] : 1 \"Loss\" linear uncertain uniform -50 % 50 %\n"
    "  at  | value\n"
    "  0   | 0\n"
    "  100 | 0.1\n"
    "output co2_of[fuel] : t CO2 \"CO2 of a fuel\" = burned[fuel] * factor[fuel]\n"
    "output co2 : t CO2 \"CO2\" = sum(co2_of[fuel] over fuel)\n"
    "output grown : t CO2 \"With growth\" = 2 * co2 uncertain normal 4 %\n"
    "output due : t CO2 \"Due\" = co2 - limit when co2 > limit, 0 t CO2 otherwise\n"
    "output lost : 1 \"Lost\" = loss[load]\n"
    "output bought : t CO2 \"Rounded\" = round(co2_of[coal], 100 t CO2, half_up)\n"
    "output half : t CO2 \"Mean\" = mean(co2_of[fuel] over fuel)\n"
    "output most : t CO2 \"Most\" = max(co2_of[fuel] over fuel)\n"
    "output many : t CO2 \"Large\" = sum(co2_of[fuel] over fuel where co2_of[fuel] > 1600 t CO2)\n"
    "output filled : t CO2 \"Filled\" = limit else co2\n"
    "output above : yes/no \"Over\" = co2 > limit\n"
    "method p \"P\"\n"
    "  source \"The source of P\"\n"
    "  status seen\n"
    "  for province by year\n"
    "input co2 : t CO2 \"CO2\" for firm by year\n"
    "output co2_all : t CO2 \"CO2\" = sum(co2 over firm)\n"
    "output per_firm : t CO2 \"Change\" = co2_all - co2_all@previous\n";

static void open(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_entity(w, "F2", "firm", "firm", "ZJ");
    test_fact(w, "F1/2020/burned[coal]", "1000")->uncertainty = HENG_STR("±5 %");
    test_fact(w, "F1/2020/burned[oil]", "500");
    heng_fact *in_kg = test_fact(w, "F2/2020/burned[coal]", "500000");
    in_kg->unit = HENG_STR("kg");
    in_kg->uncertainty = HENG_STR("±50000");
    test_fact(w, "F2/2020/burned[oil]", "NO");
    test_fact(w, "F1/2021/burned[coal]", "1000")->uncertainty = HENG_STR("±0 %");
    test_fact(w, "F1/2021/burned[oil]", "NO");
    test_fact(w, "F2/2021/burned[coal]", "600")->uncertainty = HENG_STR("±0 %");
    test_fact(w, "F2/2021/burned[oil]", "NO");
    test_fact(w, "F1/2020/limit", "3300");
    test_fact(w, "F1/2020/load", "40")->uncertainty = HENG_STR("±10 %");
    test_evaluate(w);
}

static heng_uncertainty of(test_world *w, const char *figure)
{
    heng_uncertainty found;
    heng_error err = {0};
    heng_point point = test_point(w, figure);
    if (heng_uncertainty_of(w->evaluation, &point, &w->arena, &found, &err))
        fail_msg("%s: %s", figure, err.message);
    return found;
}

static heng_draws_summary drawn(test_world *w, const heng_uncertainty *u, size_t *turned)
{
    enum { BLOCKS = 200 };
    const heng_draws *plan;
    heng_draws_summary summary;
    heng_error err;
    double *values = HENG_ARRAY(&w->arena, BLOCKS * HENG_DRAWS_BLOCK, double);
    if (heng_draws_plan(&u->tape.tape, u->tape.figure, 7, &w->arena, &plan, &err) ||
        heng_draws_run(plan, 0, BLOCKS * HENG_DRAWS_BLOCK, &w->arena, values, turned, &err))
        fail_msg("%s", err.message);
    heng_draws_summarise(values, BLOCKS * HENG_DRAWS_BLOCK, &summary);
    return summary;
}

static heng_uncertainty check_half(test_world *w, const char *figure, double value, double half)
{
    heng_uncertainty found = of(w, figure);
    assert_true(found.known && found.first.has_interval);
    check_number(found.first.value, value, 1e-9);
    check_number(found.first.deviation * 1.96, half, 1e-9 * (1 + half));
    return found;
}

static void facts_rows_inputs_and_rules(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    /* coal: 2000 t, off by 5 % and by 10 %: 100 and 200. oil: 1500 t, by 3 % as the input says: 45 */
    double half = sqrt(100 * 100 + 200 * 200 + 45 * 45);
    heng_uncertainty found = check_half(&w, "F1/2020/co2", 3500, half);
    assert_int_equal(found.first.input_count, 4);
    assert_int_equal(found.first.stated_count, 3);
    /* of 2000 + 2000 + 1500 + 1500, all but the factor of oil */
    check_number(found.first.covered, 5500.0 / 7000, 1e-12);
    const heng_contribution *top = &found.first.ranked[0];
    check_number(top->share, 40000 / (half * half), 1e-12);
    const heng_line *line = &found.derivation.lines[found.tape.tape.inputs[top->input].line - 1];
    assert_int_equal(line->op, HENG_REPLAY_CELL);
    check_str(line->fields[2], "coal");
    check_half(&w, "F1/2020/half", 1750, half / 2);
    check_half(&w, "F1/2020/most", 2000, sqrt(100 * 100 + 200 * 200));
    /* 7000 t, twice the half, and 4 % that the rule leaves open */
    found = check_half(&w, "F1/2020/grown", 7000, sqrt(4 * half * half + 280 * 280));
    assert_int_equal(found.first.input_count, 4);
    assert_int_equal(found.first.ranked_count, 4);
    test_close(&w);
}

/* The row of coal is one datum for both firms; in kg the half-range is 50 t. */
static void a_factor_of_all_is_one_input(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    check_half(&w, "F2/2020/co2", 1000, sqrt(100 * 100 + 100 * 100));
    /* factor: 10 % of 3000; activity: 100, 100 and 45 */
    check_half(&w, "ZJ/2020/co2_all", 4500, sqrt(300 * 300 + 100 * 100 + 100 * 100 + 45 * 45));
    /* in 2021 3200 t, all by the factor of coal: of the difference, 3200 - 3000 t feel it */
    check_half(&w, "ZJ/2021/per_firm", -1300, sqrt(20 * 20 + 100 * 100 + 100 * 100 + 45 * 45));
    test_close(&w);
}

static void words_and_the_unknown_have_no_interval(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_uncertainty found = of(&w, "F2/2020/due");
    assert_false(found.known);
    assert_false(found.first.has_interval);
    found = of(&w, "F1/2020/filled"); /* the limit is known, and states nothing */
    assert_true(found.known);
    assert_false(found.first.has_interval);
    assert_int_equal(found.first.input_count, 1);
    test_close(&w);
}

/* 3500 t, deviation 116.4, against a limit of 3300: below it in 4.29 % of the draws, and then nothing is
 * due, but the arm stands. */
static void draws_that_leave_an_arm_are_counted(void **state)
{
    (void)state;
    test_world w;
    size_t turned;
    open(&w);
    double half = sqrt(100 * 100 + 200 * 200 + 45 * 45);
    heng_uncertainty found = check_half(&w, "F1/2020/due", 200, half);
    heng_draws_summary all = drawn(&w, &found, &turned);
    double beyond = 0.5 * erfc(200 / (half / 1.96) / sqrt(2));
    check_number((double)turned / (double)all.count, beyond, 0.004);
    check_number(all.mean, 200, 3);
    found = of(&w, "F1/2020/above"); /* flat, but drawn: yes in all others */
    assert_false(found.first.has_interval);
    all = drawn(&w, &found, &turned);
    check_number(all.mean, 1 - beyond, 0.004);
    /* coal counts, oil does not; either turns in some draws */
    found = check_half(&w, "F1/2020/many", 2000, sqrt(100 * 100 + 200 * 200));
    (void)drawn(&w, &found, &turned);
    assert_true(turned > 0);
    /* rounded to hundreds: flat for slopes, a spread for draws */
    found = of(&w, "F1/2020/bought");
    assert_false(found.first.has_interval);
    all = drawn(&w, &found, &turned);
    assert_true(all.low <= 1800 && all.high >= 2200 && fmod(all.low, 100) == 0);
    test_close(&w);
}

/* 0.04 at 40 %, on the line from 0 to 0.1: slope 0.001 by the load (half 4), 0.4 by the upper row. */
static void between_two_rows(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    double row = 0.1 / sqrt(12), load = 4 / 1.96;
    check_half(&w, "F1/2020/lost", 0.04, 1.96 * hypot(0.001 * load, 0.4 * row));
    test_close(&w);
}

static void nothing_is_stated(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    assert_true(heng_uncertainty_stated(w.program, &w.world));
    test_close(&w);
    test_open(&w, "kind firm \"Firm\"\n"
                  "method m \"M\" for firm by year source \"S\" status seen\n"
                  "input a : t \"A\"\n"
                  "output b : t \"B\" = a\n");
    test_entity(&w, "F1", "firm", "firm", NULL);
    heng_fact *fact = test_fact(&w, "F1/2020/a", "3");
    assert_false(heng_uncertainty_stated(w.program, &w.world));
    fact->uncertainty = HENG_STR("±1 %");
    assert_true(heng_uncertainty_stated(w.program, &w.world));
    test_close(&w);
}

static void only_what_stands_on_it_is_reached(void **state)
{
    (void)state;
    test_world w;
    test_open(&w, "kind firm \"Firm\"\n"
                  "method m \"M\" for firm by year source \"S\" status seen\n"
                  "input a : t \"A\"\n"
                  "input b : t \"B\"\n"
                  "output c : t \"C\" = a + b\n"
                  "output d : t \"D\" = 2 * b\n"
                  "output e : t \"E\" = c - 1 t\n");
    test_entity(&w, "F1", "firm", "firm", NULL);
    test_fact(&w, "F1/2020/a", "3")->uncertainty = HENG_STR("±1 %");
    test_fact(&w, "F1/2020/b", "4");
    test_evaluate(&w);
    static const struct {
        const char *figure;
        bool reached;
    } rows[] = {{"F1/2020/c", true}, {"F1/2020/d", false}, {"F1/2020/e", true}};
    const bool *reached = heng_program_uncertain_reach(w.program, &w.world, &w.arena);
    assert_non_null(reached);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(reached[test_point(&w, rows[i].figure).quantity], rows[i].reached);
        assert_int_equal(of(&w, rows[i].figure).first.has_interval, rows[i].reached);
    }
    heng_arena_fail_after(1);
    assert_null(heng_program_uncertain_reach(w.program, &w.world, &w.arena));
    heng_arena_fail_after(0);
    test_close(&w);
}

/* A fact may come with a statement that nobody checked. */
static void a_statement_that_does_not_hold_is_named(void **state)
{
    (void)state;
    test_world w;
    heng_uncertainty found;
    heng_error err = {0};
    open(&w);
    w.facts[0].uncertainty = HENG_STR("some");
    heng_point point = test_point(&w, "F1/2020/co2");
    assert_int_equal(heng_uncertainty_of(w.evaluation, &point, &w.arena, &found, &err),
                     HENG_INVALID);
    assert_string_equal(err.message, "F1/2020/burned[coal], uncertainty \"some\": expected a "
                                     "number, found \"some\"");
    test_close(&w);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_world w;
    heng_uncertainty found;
    heng_error err = {0};
    open(&w);
    static const char *const figures[] = {"ZJ/2020/co2_all", "F1/2020/many", "F1/2020/lost"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        heng_point point = test_point(&w, figures[i]);
        heng_arena_fail_after(0);
        assert_int_equal(heng_uncertainty_of(w.evaluation, &point, &w.arena, &found, &err),
                         HENG_OK);
        size_t asked = heng_arena_asked();
        for (size_t n = 1; n <= asked; n++) {
            heng_arena_fail_after(n);
            assert_int_equal(heng_uncertainty_of(w.evaluation, &point, &w.arena, &found, &err),
                             HENG_NO_MEMORY);
        }
        heng_arena_fail_after(0);
    }
    test_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_rows_inputs_and_rules),
        cmocka_unit_test(a_factor_of_all_is_one_input),
        cmocka_unit_test(words_and_the_unknown_have_no_interval),
        cmocka_unit_test(draws_that_leave_an_arm_are_counted),
        cmocka_unit_test(between_two_rows),
        cmocka_unit_test(nothing_is_stated),
        cmocka_unit_test(only_what_stands_on_it_is_reached),
        cmocka_unit_test(a_statement_that_does_not_hold_is_named),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("core/uncertainty/figure", tests, NULL, NULL);
}
