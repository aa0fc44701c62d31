/* Scenarios: settings read, evaluated, explained and receipted; faults in test/cases/rule/scenario_fault.txt.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/scenario.h"
#include "core/rule/derive.h"
#include "core/rule/text/diagnostic_catalogue.h"
#include "test/core/rule/world.h"

/* 100 t grow by 5 % to 105 t; by 4.5 % to 104.5 t. */
static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "list part \"Parts\" = first, second\n"
    "list course \"Courses\" = slow, fast\n"
    "table factor : 1 \"No parameter\" = 2\n"
    "parameter growth : % \"Growth\" = 5 % in -5 % .. 20 %\n"
    "parameter share[part] : % \"Share\" in 0 % .. 100 %\n"
    "  part   | value\n"
    "  first  | 60\n"
    "  second | 40\n"
    "parameter price : CNY_2020/t CO2 \"Price\" in 0 CNY_2020/t CO2 .. 1000 CNY_2020/t CO2\n"
    "  valid   | value\n"
    "  2025    | 70\n"
    "  2026 .. | 80\n"
    "parameter path : one of course \"Path\" = slow\n"
    "parameter strict : yes/no \"Strict\" = no\n"
    "method a \"A\" for province by year status seen\n"
    "parameter twice : 1 \"Twice\" = 1 in 0 .. 9\n"
    "output single : 1 \"Single\" = twice * factor\n"
    "method m \"M\" for province by year status seen\n"
    "parameter twice : 1 \"Twice\" = 1 in 0 .. 9\n"
    "input mass : t CO2 \"Mass\"\n"
    "output grown : t CO2 \"Grown\" = mass * (1 + growth)\n"
    "output first_share : t CO2 \"First\" = mass * share[first]\n"
    "output cost : CNY_2020 \"Cost\" = mass * price\n"
    "output chosen : 1 \"Chosen\" = 2 when path = fast and strict, twice otherwise\n"
    "output untouched : t CO2 \"Untouched\" = 2 * mass\n";

static void open(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_fact(w, "ZJ/2025/mass", "100");
    test_fact(w, "ZJ/2026/mass", "100");
    test_fact(w, "ZJ/2027/mass", "100");
}

static heng_scenario read_settings(test_world *w, const char *text, heng_diagnostics *faults)
{
    heng_scenario scenario;
    heng_error err = {0};
    heng_diagnostics_init(faults, &w->arena);
    if (heng_scenario_read(w->program, heng_str_from(text), &w->arena, faults, &scenario, &err))
        fail_msg("%s", err.message);
    return scenario;
}

static heng_scenario evaluate_with(test_world *w, const char *text)
{
    heng_diagnostics faults;
    heng_error err;
    heng_scenario scenario = read_settings(w, text, &faults);
    assert_int_equal(faults.found, 0);
    heng_world official = w->world;
    assert_int_equal(heng_scenario_world(&scenario, &official, &w->arena, &w->world, &err),
                     HENG_OK);
    test_evaluate(w);
    return scenario;
}

static void without_a_setting_the_pack_decides(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_scenario scenario = evaluate_with(&w, "# nothing\n\n ; ;\n");
    assert_int_equal(scenario.row_count, 0);
    check_str(scenario.text, "");
    check_number(test_value(&w, "ZJ/2025/grown").number, 105, 1e-12);
    check_number(test_value(&w, "ZJ/2025/first_share").number, 60, 1e-12);
    check_number(test_value(&w, "ZJ/2025/cost").number, 7000, 0);
    check_number(test_value(&w, "ZJ/2026/cost").number, 8000, 0);
    check_number(test_value(&w, "ZJ/2025/chosen").number, 1, 0);
    assert_int_equal(test_value(&w, "ZJ/2025/grown").evidence, HENG_SEEN);
    test_close(&w);
}

static void settings_stand_before_the_pack(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_scenario scenario = evaluate_with(
        &w, "strict=yes\ngrowth = 4.5%  # slower\nshare [ first ]=0.7 1; path = fast\n"
            "price@2026 = 90 CNY_2020/t CO2");
    check_str(scenario.text, "growth = 4.5%; path = fast; price@2026 = 90 CNY_2020/t CO2; "
                             "share[first] = 0.7 1; strict = yes");
    check_number(test_value(&w, "ZJ/2025/grown").number, 104.5, 1e-12);
    check_number(test_value(&w, "ZJ/2027/grown").number, 104.5, 1e-12);
    check_number(test_value(&w, "ZJ/2025/first_share").number, 70, 1e-12);
    check_number(test_value(&w, "ZJ/2025/chosen").number, 2, 0);
    check_number(test_value(&w, "ZJ/2025/cost").number, 7000, 0);
    check_number(test_value(&w, "ZJ/2026/cost").number, 9000, 0);
    check_number(test_value(&w, "ZJ/2027/cost").number, 8000, 0);
    check_number(test_value(&w, "ZJ/2025/untouched").number, 200, 0);
    assert_int_equal(test_value(&w, "ZJ/2025/grown").evidence, HENG_EXAMPLE);
    assert_int_equal(test_value(&w, "ZJ/2025/untouched").evidence, HENG_SEEN);
    test_close(&w);
}

/* A setting without a period holds in all of them, whatever later rows the pack has. */
static void a_setting_does_not_give_way_to_later_rows(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    evaluate_with(&w, "m.twice = 3; price = 50 CNY_2020/t CO2");
    check_number(test_value(&w, "ZJ/2025/cost").number, 5000, 0);
    check_number(test_value(&w, "ZJ/2026/cost").number, 5000, 0);
    check_number(test_value(&w, "ZJ/2027/cost").number, 5000, 0);
    check_number(test_value(&w, "ZJ/2027/chosen").number, 3, 0);
    check_number(test_value(&w, "ZJ/2027/single").number, 2, 0);
    test_close(&w);
}

static void an_explanation_and_a_derivation_say_what_was_set(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    evaluate_with(&w, "growth=4.5 %");
    heng_point point = test_point(&w, "ZJ/2025/grown");
    const heng_node *node;
    heng_error err;
    assert_int_equal(heng_explain(w.evaluation, &point, 9, &w.arena, &node, &err), HENG_OK);
    const heng_node *cell = NULL;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind == HENG_NODE_CELL) cell = node->children[i];
    assert_non_null(cell);
    check_str(cell->row.text, "4.5");
    check_str(cell->unit, "%");
    check_str(cell->row.source, "scenario: growth = 4.5 %");
    check_str(cell->note, "set for a scenario; the pack says 5 %");
    heng_derivation derivation;
    assert_int_equal(heng_derive(w.evaluation, &point, &w.arena, &derivation, &err), HENG_OK);
    bool said = false;
    for (size_t i = 0; i < derivation.line_count; i++)
        for (unsigned f = 0; f < derivation.lines[i].field_count; f++)
            said |= heng_str_find(derivation.lines[i].fields[f],
                                  HENG_STR("scenario: growth = 4.5 %"), 0) != SIZE_MAX;
    assert_true(said);
    test_close(&w);
}

static void a_program_says_what_may_be_set(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_quantity_info info;
    heng_program_quantity(w.program,
                          heng_program_find(w.program, HENG_STR("growth"), HENG_STR(""), HENG_YEAR),
                          &info);
    assert_true(info.parameter);
    assert_int_equal(info.kind, HENG_QUANTITY_TABLE);
    check_number(info.least, -5, 0);
    check_number(info.most, 20, 0);
    test_close(&w);
}

static bool provoked[512];

static void is_refused(const test_record *record, heng_arena *arena)
{
    test_world w;
    open(&w);
    heng_rule_file file = {HENG_STR("scenario"), record->input};
    heng_diagnostics faults;
    heng_str text = heng_str_copy(&w.arena, record->input);
    heng_scenario scenario = read_settings(&w, text.at, &faults);
    assert_int_equal(scenario.row_count, 0);
    for (size_t i = 0; i < faults.count; i++)
        provoked[heng_diagnostic_find(faults.items[i].code) - heng_diagnostic_catalogue] = true;
    test_compare(record, show_diagnostics(arena, &faults, &file));
    test_close(&w);
}

static void faults_are_refused_in_these_words(void **state)
{
    (void)state;
    assert_int_equal(test_each_record("rule", "scenario_fault.txt", is_refused), 5);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++)
        if (heng_str_starts(heng_str_from(heng_diagnostic_catalogue[i].code), HENG_STR("R95")) &&
            !provoked[i])
            fail_msg("nothing provokes %s", heng_diagnostic_catalogue[i].code);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_text text;
    heng_text_init(&text, &w.arena, 1 << 20);
    /* Years from 1900 on, one setting each: the calendar has 301 of them, months ten times more. */
    for (int i = 0; i <= HENG_SETTINGS_MAX; i++)
        heng_text_print(&text, "price@%d-%02d = 5 CNY_2020/t CO2\n", 2000 + i / 12, 1 + i % 12);
    heng_diagnostics faults;
    heng_scenario scenario;
    heng_error err;
    heng_diagnostics_init(&faults, &w.arena);
    assert_int_equal(
        heng_scenario_read(w.program, heng_text_view(&text), &w.arena, &faults, &scenario, &err),
        HENG_TOO_LARGE);
    heng_str huge = {text.bytes, HENG_RULE_TEXT_MAX + 1};
    assert_int_equal(heng_scenario_read(w.program, huge, &w.arena, &faults, &scenario, &err),
                     HENG_TOO_LARGE);
    test_close(&w);
}

static void reading_survives_want_of_memory(void **state)
{
    (void)state;
    static const char text[] = "growth=4.5%; share[first]=70%\npath=fast\nnothing=1\nprice=1 t";
    for (size_t from = 0; from < 2; from++) {
        heng_status status = HENG_NO_MEMORY;
        size_t n = 1;
        for (; status; n++) {
            test_world w;
            heng_diagnostics faults;
            heng_scenario scenario;
            heng_world out;
            heng_error err = {0};
            open(&w);
            heng_diagnostics_init(&faults, &w.arena);
            heng_str some = {text, from ? sizeof text - 1 : 41};
            heng_arena_fail_after(n);
            status = heng_scenario_read(w.program, some, &w.arena, &faults, &scenario, &err);
            if (!status) status = heng_scenario_world(&scenario, &w.world, &w.arena, &out, &err);
            heng_arena_fail_after(0);
            if (status) assert_int_equal(status, HENG_NO_MEMORY);
            if (status) assert_int_equal(err.status, HENG_NO_MEMORY);
            test_close(&w);
        }
        assert_true(n > 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_setting_the_pack_decides),
        cmocka_unit_test(settings_stand_before_the_pack),
        cmocka_unit_test(a_setting_does_not_give_way_to_later_rows),
        cmocka_unit_test(an_explanation_and_a_derivation_say_what_was_set),
        cmocka_unit_test(a_program_says_what_may_be_set),
        cmocka_unit_test(faults_are_refused_in_these_words),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(reading_survives_want_of_memory),
    };
    return cmocka_run_group_tests_name("core/rule/scenario", tests, NULL, NULL);
}
