/* Entities that a kind derives: their addresses, explanations, derivations, time, and want of memory.
 * Values are in test/cases/rule/engine/crossing.case.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/derive.h"
#include "test/core/rule/world.h"

static const char rules[] = "kind place \"Place\" levels country > province\n"
                            "kind sector \"Sector\"\n"
                            "kind firm \"Firm\" in place, sector\n"
                            "kind cell \"Cell\" of firm over province, sector\n"
                            "method f \"F\" for cell by year status seen\n"
                            "input made : t \"Made\" for firm by year\n"
                            "output total : t \"Total\" = sum(made over firm)\n"
                            "method p \"P\" for province by year status seen\n"
                            "input total : t \"Total\" for cell by year\n"
                            "output whole : t \"All\" = sum(total over cell)\n"
                            "method n \"N\" for firm by year status seen\n"
                            "input total : t \"Total\" for cell by year\n"
                            "input made : t \"Made\"\n"
                            "output share : % \"Share\" = made / total@cell\n";

static void belongs(test_world *w, const char *member, const char *hierarchy, const char *parent,
                    heng_span valid)
{
    w->links[w->world.link_count++] = (heng_link){.member = heng_str_from(member),
                                                  .parent = heng_str_from(parent),
                                                  .hierarchy = heng_str_from(hierarchy),
                                                  .valid = valid};
}

static void fill(test_world *w)
{
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "AH", "place", "province", "CN");
    test_entity(w, "C30", "sector", "sector", NULL);
    test_entity(w, "C31", "sector", "sector", NULL);
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_entity(w, "F2", "firm", "firm", "ZJ");
    test_entity(w, "F3", "firm", "firm", NULL);
    belongs(w, "F1", "sector", "C31", HENG_SPAN_ALWAYS);
    belongs(w, "F2", "sector", "C31", HENG_SPAN_ALWAYS);
    /* F3 goes from AH to ZJ at the turn of the year 2021. */
    belongs(w, "F3", "sector", "C31", HENG_SPAN_ALWAYS);
    belongs(w, "F3", "place", "AH", (heng_span){INT32_MIN, 2020 * 12 + 11});
    belongs(w, "F3", "place", "ZJ", (heng_span){2021 * 12, INT32_MAX});
    test_fact(w, "F1/2020/made", "1");
    test_fact(w, "F2/2020/made", "2");
    test_fact(w, "F3/2020/made", "4");
    test_fact(w, "F1/2021/made", "10");
    test_fact(w, "F2/2021/made", "20");
    test_fact(w, "F3/2021/made", "40");
}

static void open(test_world *w)
{
    test_open(w, rules);
    fill(w);
    test_evaluate(w);
    w->world = *heng_evaluation_world(w->evaluation);
}

static void pairs_with_a_unit_are_members(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    assert_int_equal(w.world.entity_count, 8 + 2); /* ZJ:C31 and AH:C31, and none of C30 */
    check_str(w.world.entities[8].code, "AH:C31");
    check_str(w.world.entities[9].code, "ZJ:C31");
    check_number(test_value(&w, "ZJ:C31/2020/total").number, 3, 0);
    check_number(test_value(&w, "AH:C31/2020/total").number, 4, 0);
    check_number(test_value(&w, "ZJ:C31/2021/total").number, 70, 0);
    check_number(test_value(&w, "ZJ/2021/whole").number, 70, 0);
    check_number(test_value(&w, "F3/2021/share").number, 400.0 / 7, 1e-9);
    check_number(test_value(&w, "F3/2020/share").number, 100, 0);
    /* From 2021 on no firm of C31 is in AH: the pair is in nothing, and AH has no cell. */
    assert_int_equal(test_value(&w, "AH:C31/2021/total").state, HENG_STATE_UNKNOWN);
    assert_int_equal(test_value(&w, "AH/2021/whole").state, HENG_STATE_UNKNOWN);
    check_number(test_value(&w, "AH/2020/whole").number, 4, 0);
    test_close(&w);
}

static void a_derived_figure_is_explained(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    heng_point point = test_point(&w, "ZJ:C31/2020/total");
    const heng_node *node;
    heng_derivation derivation;
    heng_error err;
    assert_int_equal(heng_explain(w.evaluation, &point, 9, &w.arena, &node, &err), HENG_OK);
    check_str(node->figure, "ZJ:C31/2020/total");
    assert_int_equal(node->child_count, 2);
    check_str(node->children[0]->figure, "F1/2020/made");
    check_str(node->children[1]->figure, "F2/2020/made");
    assert_int_equal(heng_derive(w.evaluation, &point, &w.arena, &derivation, &err), HENG_OK);
    assert_true(derivation.line_count >= 4);
    test_close(&w);
}

static void what_the_book_holds_stands(void **state)
{
    (void)state;
    test_world w;
    test_open(&w, rules);
    fill(&w);
    test_entity(&w, "ZJ:C31", "cell", "cell", NULL);
    w.entities[8].name_en = HENG_STR("Named by hand");
    test_evaluate(&w);
    const heng_world *world = heng_evaluation_world(w.evaluation);
    assert_int_equal(world->entity_count, 9 + 1);
    check_str(world->entities[8].name_en, "Named by hand");
    check_number(test_value(&w, "ZJ:C31/2020/total").number, 3, 0);
    test_close(&w);
}

static void without_periods_nothing_follows(void **state)
{
    (void)state;
    test_world w;
    test_open(&w, rules);
    fill(&w);
    w.world.fact_count = 0;
    test_evaluate(&w);
    assert_int_equal(heng_evaluation_world(w.evaluation)->entity_count, 8);
    test_close(&w);
}

static void deriving_survives_want_of_memory(void **state)
{
    (void)state;
    heng_status status = HENG_NO_MEMORY;
    size_t n = 1;
    for (; status; n++) {
        test_world w;
        heng_error err = {0};
        test_open(&w, rules);
        fill(&w);
        heng_arena_fail_after(n);
        status = heng_evaluate(w.program, &w.world, (heng_period){0}, NULL, NULL, &w.arena,
                               &w.evaluation, &err);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(status, HENG_NO_MEMORY);
        if (status) assert_int_equal(err.status, HENG_NO_MEMORY);
        test_close(&w);
    }
    assert_true(n > 60);
}

static void compiling_survives_want_of_memory(void **state)
{
    (void)state;
    heng_status status = HENG_NO_MEMORY;
    for (size_t n = 1; status; n++) {
        heng_arena arena;
        heng_compiled compiled;
        heng_error err = {0};
        heng_str name = HENG_STR("x");
        heng_arena_init(&arena, (size_t)64 << 20);
        heng_arena_fail_after(n);
        status = heng_rule_compile(&name, 1, test_load_text, (void *)(uintptr_t)rules, &arena,
                                   &compiled, &err);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(err.status, HENG_NO_MEMORY);
        heng_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_with_a_unit_are_members),
        cmocka_unit_test(a_derived_figure_is_explained),
        cmocka_unit_test(what_the_book_holds_stands),
        cmocka_unit_test(without_periods_nothing_follows),
        cmocka_unit_test(deriving_survives_want_of_memory),
        cmocka_unit_test(compiling_survives_want_of_memory),
    };
    return cmocka_run_group_tests_name("core/rule/cross", tests, NULL, NULL);
}
