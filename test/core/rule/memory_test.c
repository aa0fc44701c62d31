/* Every allocation of compiling, evaluating, explaining and running a case fails in turn: each time the
 * status says so, and nothing is left half done.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "test/core/rule/world.h"

static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list fuel \"Fuels\"\n"
    "  fuel | unit\n"
    "  coal | t\n"
    "  gas  | 10^4 Nm3\n"
    "list partner of province \"Partner\"\n"
    "list ghg of substance \"Gases\" = CO2, CF4\n"
    "list pfc of ghg \"PFC\" = CF4\n"
    "method m \"M\"\n"
    "  source \"S\"\n"
    "  status seen\n"
    "  for province by year\n"
    "input burned[fuel] : unit(fuel) \"Burnt\" absent NO\n"
    "input sent[partner] : MWh \"Sent\" absent NO\n"
    "input gas_out[pfc] : kg pfc \"Gas\"\n"
    "input made : t \"Made\" for firm by year\n"
    "table heat[fuel] : GJ/unit(fuel) \"Heat\"\n"
    "  fuel | value\n"
    "  coal | 20\n"
    "  gas  | 389.31\n"
    "table gwp[ghg] : t CO2e_AR5/t ghg \"GWP\"\n"
    "  ghg | value\n"
    "  CO2 | 1\n"
    "  CF4 | 6630\n"
    "table grid : t CO2/MWh \"Grid\" for province\n"
    "  valid | ZJ  | AH\n"
    "  2020  | 0.5 | missing\n"
    "table rate[score : t] : 1 \"Rate\" linear flat\n"
    "  score | value\n"
    "  0     | 0\n"
    "  10    | 1\n"
    "check sent[AH] >= 0 MWh \"Negative\"\n"
    "output all_heat : GJ \"Heat\" = sum(burned[fuel] * heat[fuel] over fuel)\n"
    "output warm : t CO2e_AR5 \"Warm\" = sum(gas_out[pfc] * gwp[pfc] over pfc)\n"
    "output sold : t CO2 \"Sold\" = sum(sent[partner] * grid@partner over partner)\n"
    "output median : t \"Median\" = quantile(50 %, made over firm)\n"
    "output rated : 1 \"Rated\" = rate[median] when median > 1 t, 0 otherwise\n"
    "output back : t \"Back\" = median else back@previous\n"
    "method n \"N\"\n"
    "  source \"S\"\n"
    "  status example\n"
    "  for province by year\n"
    "  when province = ZJ\n"
    "input all_heat : MWh \"Heat\"\n"
    "output back : t \"Back\" = m.back + round(all_heat, 1 MWh, up) * 1 t/MWh\n"
    "  instead of m.back\n";

static void fill(test_world *w)
{
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "AH", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_fact(w, "ZJ/2020/burned[coal]", "3");
    test_fact(w, "ZJ/2020/burned[gas]", "1")->unit = HENG_STR("Nm3");
    test_fact(w, "ZJ/2020/sent[AH]", "-5");
    test_fact(w, "ZJ/2020/sent[nowhere]", "5");
    test_fact(w, "F1/2020/made", "3");
    test_fact(w, "ZJ/2020/gas_out[CF4]", "3");
    w->world.entities = w->entities;
    w->world.links = w->links;
    w->world.facts = w->facts;
}

/* Compiling with the n-th allocation failing. */
static heng_status compile(heng_arena *arena, const heng_program **program, size_t fail_at)
{
    heng_str name = HENG_STR("x");
    heng_compiled compiled = {0};
    heng_error err = {0};
    heng_arena_fail_after(fail_at);
    heng_status status = heng_rule_compile(&name, 1, test_load_text, (void *)(uintptr_t)rules,
                                           arena, &compiled, &err);
    heng_arena_fail_after(0);
    if (status) {
        assert_int_equal(status, HENG_NO_MEMORY);
        assert_int_equal(err.status, HENG_NO_MEMORY);
        return status;
    }
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(arena, &compiled.diagnostics, compiled.files)));
    *program = compiled.program;
    return HENG_OK;
}

static void compiling_survives_want_of_memory(void **state)
{
    (void)state;
    heng_status status = HENG_NO_MEMORY;
    size_t n = 1;
    for (; status; n++) {
        heng_arena arena;
        const heng_program *program;
        heng_arena_init(&arena, (size_t)64 << 20);
        status = compile(&arena, &program, n);
        heng_arena_deinit(&arena);
    }
    assert_true(n > 200);
}

static heng_status evaluate_and_explain(test_world *w, size_t fail_at)
{
    heng_error err = {0};
    heng_point point = {0};
    const heng_node *node;
    heng_str text;
    heng_arena_fail_after(fail_at);
    heng_status status = heng_evaluate(w->program, &w->world, (heng_period){0}, NULL, NULL,
                                       &w->arena, &w->evaluation, &err);
    if (!status)
        status = heng_figure_parse(w->program, &w->world, HENG_STR("ZJ/2020/back"), &w->arena,
                                   &point, &err);
    if (!status) status = heng_explain(w->evaluation, &point, 9, &w->arena, &node, &err);
    if (!status) status = heng_figure_write(w->program, &point, &w->arena, &text, &err);
    heng_arena_fail_after(0);
    if (status) assert_int_equal(status, HENG_NO_MEMORY);
    assert_int_equal(err.status, status);
    return status;
}

static void evaluating_and_explaining_survive_want_of_memory(void **state)
{
    (void)state;
    heng_arena rules_arena;
    const heng_program *program = NULL;
    heng_arena_init(&rules_arena, (size_t)64 << 20);
    assert_int_equal(compile(&rules_arena, &program, 0), HENG_OK);
    heng_status status = HENG_NO_MEMORY;
    size_t n = 1;
    for (; status; n++) {
        test_world w = {.program = program};
        heng_arena_init(&w.arena, (size_t)256 << 20);
        fill(&w);
        status = evaluate_and_explain(&w, n);
        if (!status) assert_int_equal(heng_evaluation_finding_count(w.evaluation), 2);
        heng_arena_deinit(&w.arena);
    }
    assert_true(n > 200);
    heng_arena_deinit(&rules_arena);
}

static const char example[] =
    "use x\n"
    "\n"
    "case \"An example\"\n"
    "province | country | year | burned[coal] | burned[gas] || all_heat | back\n"
    "         |         |      | t            | 10^4 Nm3    || GJ       |\n"
    "ZJ       | CN      | 2020 | 1            | NO          || 20       | ?\n"
    "AH       | CN      | 2020 | 1            | NE          || 21       | ?\n";

static void running_a_case_survives_want_of_memory(void **state)
{
    (void)state;
    heng_status status = HENG_NO_MEMORY;
    size_t n = 1;
    for (; status; n++) {
        heng_arena arena;
        heng_case_report report;
        heng_error err = {0};
        heng_arena_init(&arena, (size_t)256 << 20);
        heng_arena_fail_after(n);
        status = heng_case_run(HENG_STR("x.case"), heng_str_from(example), test_load_text,
                               (void *)(uintptr_t)rules, &arena, &report, &err);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(status, HENG_NO_MEMORY);
        if (!status) assert_int_equal(report.failed_count, 1);
        heng_arena_deinit(&arena);
    }
    assert_true(n > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiling_survives_want_of_memory),
        cmocka_unit_test(evaluating_and_explaining_survive_want_of_memory),
        cmocka_unit_test(running_a_case_survives_want_of_memory),
    };
    return cmocka_run_group_tests_name("core/rule/memory", tests, NULL, NULL);
}
