/* The rules of the China pack: they compile, their worked examples hold, and the pack's own facts give
 * the figures of an independent computation, today and as known after past communiques.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "core/rule/case.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"

#include <math.h>
#include <stdio.h>

static pack_fixture fixture;
static heng_pack pack;
static heng_compiled compiled;

static void print_diagnostics(const heng_diagnostics *list, const heng_rule_file *files)
{
    heng_text text;
    heng_text_init(&text, &fixture.arena, 1 << 22);
    for (size_t i = 0; i < list->count && i < 50; i++)
        heng_diagnostic_print(&list->items[i], files, &text);
    heng_str view = heng_text_view(&text);
    fprintf(stderr, "%.*s", HENG_PRINT(view));
}

static int set_up(void **state)
{
    (void)state;
    pack_open(&fixture);
    heng_rule_file *files = HENG_ARRAY(&fixture.arena, fixture.file_count, heng_rule_file);
    assert_non_null(files);
    for (size_t i = 0; i < fixture.file_count; i++)
        files[i] = (heng_rule_file){fixture.files[i].name, fixture.files[i].bytes};
    pack = (heng_pack){HENG_STR("cn"), HENG_STR("test"), files, fixture.file_count};
    heng_error err = {0};
    if (heng_pack_compile(&pack, &fixture.arena, &compiled, &err)) fail_msg("%s", err.message);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pack_close(&fixture);
    return 0;
}

static void every_file_compiles_with_all_others(void **state)
{
    (void)state;
    print_diagnostics(&compiled.diagnostics, compiled.files);
    assert_int_equal(compiled.diagnostics.found, 0);
    assert_non_null(compiled.program);
}

static void every_worked_example_holds(void **state)
{
    (void)state;
    size_t files = 0, cases = 0, expected = 0, wrong = 0;
    for (size_t i = 0; i < pack.file_count; i++) {
        heng_str name = pack.files[i].name;
        if (!heng_str_ends(name, HENG_STR(".case"))) continue;
        heng_case_report report;
        heng_error err = {0};
        heng_arena_mark mark = heng_arena_here(&fixture.arena);
        heng_status status = heng_case_run(name, pack.files[i].text, heng_pack_load, &pack,
                                           &fixture.arena, &report, &err);
        if (status) fail_msg("%.*s: %s", HENG_PRINT(name), err.message);
        print_diagnostics(&report.diagnostics, report.files);
        files++;
        cases += report.case_count;
        expected += report.expected_count;
        wrong += report.diagnostics.found;
        heng_arena_rewind(&fixture.arena, mark);
    }
    printf("# %zu files, %zu cases, %zu values\n", files, cases, expected);
    assert_int_equal(wrong, 0);
    assert_true(files >= 12 && expected > 400);
}

/* ---- the pack's own facts -------------------------------------------------------------------------- */

static heng_evaluation *evaluate(const char *as_of)
{
    heng_world *world = HENG_NEW(&fixture.arena, heng_world);
    assert_non_null(world);
    *world = pack_world(&fixture, as_of);
    heng_evaluation *evaluation;
    heng_error err = {0};
    heng_status status = heng_evaluate(compiled.program, world, heng_year(2026), NULL, NULL,
                                       &fixture.arena, &evaluation, &err);
    if (status) fail_msg("%s", err.message);
    return evaluation;
}

static heng_value value_of(const heng_evaluation *evaluation, const char *name, const char *entity,
                           const char *level, int year, const char *key)
{
    heng_point point = {.quantity = heng_program_find(compiled.program, heng_str_from(name),
                                                      heng_str_from(level), HENG_YEAR),
                        .entity = heng_str_from(entity),
                        .period = heng_year(year)};
    if (point.quantity == SIZE_MAX) fail_msg("there is no %s of a %s", name, level);
    if (key) point.keys[point.key_count++] = heng_str_from(key);
    heng_value value;
    heng_error err = {0};
    if (heng_evaluation_value(evaluation, &point, &value, &err))
        fail_msg("%s: %s", name, err.message);
    return value;
}

/* In percent: an output in % is given as declared. */
static void check_near(const heng_evaluation *evaluation, const char *name, int year,
                       double expected, double within)
{
    heng_value value = value_of(evaluation, name, "CN", "country", year, NULL);
    if (value.state != HENG_STATE_KNOWN || fabs(value.number - expected) > within)
        fail_msg("%s of %d is %s%.5f, not %.5f", name, year,
                 value.state == HENG_STATE_KNOWN ? "" : "unknown, at ", value.number, expected);
}

typedef struct expectation {
    const char *as_of;
    int year;
    double annual_cut;
} expectation;

/* Computed by another program from the same CSV files, see doc/decisions/0002-vintages.md. */
static const expectation cuts[] = {
    {"9999-12-31", 2015, 6.96313}, {"9999-12-31", 2016, 6.66519}, {"9999-12-31", 2017, 4.79733},
    {"9999-12-31", 2018, 4.05063}, {"9999-12-31", 2019, 3.98492}, {"9999-12-31", 2020, 0.91030},
    {"9999-12-31", 2021, 3.74312}, {"9999-12-31", 2022, 0.73602}, {"9999-12-31", 2023, 0.29881},
    {"9999-12-31", 2024, 3.48409}, {"9999-12-31", 2025, 4.03280}, {"2018-03-01", 2016, 6.86259},
    {"2018-03-01", 2017, 4.81037}, {"2019-03-01", 2017, 4.73692}, {"2019-03-01", 2018, 4.15128},
    {"2020-03-01", 2018, 4.05063}, {"2020-03-01", 2019, 4.08066}, {"2021-03-01", 2019, 4.02589},
    {"2021-03-01", 2020, 1.07404}, {"2022-03-01", 2020, 1.01949}, {"2022-03-01", 2021, 3.67190},
    {"2025-03-01", 2023, 0.29881}, {"2025-03-01", 2024, 3.50028}, {"2026-03-01", 2024, 3.48409},
    {"2026-03-01", 2025, 4.03280},
};

static void the_nation_year_by_year(void **state)
{
    (void)state;
    const char *as_of = "";
    heng_evaluation *evaluation = NULL;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        if (strcmp(as_of, cuts[i].as_of) != 0) evaluation = evaluate(as_of = cuts[i].as_of);
        check_near(evaluation, "annual_cut", cuts[i].year, cuts[i].annual_cut, 0.00001);
    }
}

static void the_plan_and_what_was_officially_stated(void **state)
{
    (void)state;
    heng_evaluation *evaluation = evaluate("9999-12-31");
    /* 2016 to 2020: official 18.8 %; the pack promises a figure between 18.7 and 18.9. */
    check_near(evaluation, "cut", 2020, 18.8, 0.1);
    check_near(evaluation, "plan_gap", 2020, -0.08468, 0.0001);
    check_near(evaluation, "annual_gap", 2025, 0.96720, 0.0001);
    check_near(evaluation, "due", 2020, 18, 1e-9);
    check_near(evaluation, "plain_cut", 2025, 1.42267, 0.0001);
    heng_value assessed = value_of(evaluation, "assessed_cut", "CN", "country", 2025, NULL);
    assert_int_equal(assessed.state, HENG_STATE_UNKNOWN);
    /* Three recalled coefficients stand behind every one of these figures. */
    heng_value cut = value_of(evaluation, "cut", "CN", "country", 2020, NULL);
    assert_true(cut.evidence >= HENG_RECALLED_HIGH);
    heng_value light = value_of(evaluation, "verdict_light", "CN", "country", 2021, NULL);
    assert_int_equal(light.state, HENG_STATE_KNOWN);
    assert_int_equal((int)light.number, 1); /* orange */
}

static void a_gap_in_the_inventory_is_never_a_low_figure(void **state)
{
    (void)state;
    heng_evaluation *evaluation = evaluate("9999-12-31");
    heng_value shandong = value_of(evaluation, "co2_region", "SD", "province", 2017, NULL);
    assert_int_equal(shandong.state, HENG_STATE_KNOWN);
    assert_true(fabs(shandong.number - 83581.9047) < 0.001);
    heng_value ningxia = value_of(evaluation, "co2_region", "NX", "province", 2001, NULL);
    assert_int_equal(ningxia.state, HENG_STATE_UNKNOWN);
    /* One region missing leaves the sum of regions unknown, with what is known of it. */
    heng_value sum = value_of(evaluation, "regions_sum", "CN", "country", 2001, NULL);
    assert_int_equal(sum.state, HENG_STATE_UNKNOWN);
    assert_true(sum.has_at_least);
    sum = value_of(evaluation, "regions_sum", "CN", "country", 2017, NULL);
    assert_int_equal(sum.state, HENG_STATE_KNOWN);
    assert_true(fabs(sum.number - 1017121.77) < 0.01);
    heng_value gap = value_of(evaluation, "regions_gap", "CN", "country", 2017, NULL);
    assert_true(fabs(gap.number - 100 * (10171.2177 / 9408.1708 - 1)) < 0.001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_compiles_with_all_others),
        cmocka_unit_test(every_worked_example_holds),
        cmocka_unit_test(the_nation_year_by_year),
        cmocka_unit_test(the_plan_and_what_was_officially_stated),
        cmocka_unit_test(a_gap_in_the_inventory_is_never_a_low_figure),
    };
    return cmocka_run_group_tests_name("packs/cn_rules", tests, set_up, tear_down);
}
