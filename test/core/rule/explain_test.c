/* Explanations: the tree below a figure, and the addresses of figures.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/world.h"

static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list part \"Parts\" = first, second\n"
    "method m \"M\" / \"方法\"\n"
    "  source \"The source of M\"\n"
    "  status seen S1\n"
    "  valid 2019 ..\n"
    "  for province by year\n"
    "input parts[part] : t \"Parts\" / \"部分\"\n"
    "input limit : t \"Limit\" for country by year\n"
    "input made : t \"Made\" for firm by year\n"
    "table factor[part] : kg/t \"Factor\"\n"
    "  part   | valid        | value   | status  | source\n"
    "  first  | 2019 .. 2020 | 2       | seen S2 | \"A table\"\n"
    "  second | 2019 ..      | missing | example |\n"
    "table rate[score : t] : 1 \"Rate\" linear\n"
    "  score | value\n"
    "  0     | 0\n"
    "  10    | 1\n"
    "output total : t \"Total\" / \"合计\" = sum(parts[part] over part)\n"
    "output mass[part] : kg \"Weight\" = parts[part] * factor[part]\n"
    "output state : t \"State\" = total when total > limit@country, 5 t otherwise\n"
    "output filled : t \"Filled\" = parts[second] else parts[first]\n"
    "output grown : t \"Grown\" = parts[first] else grown@previous + 1 t\n"
    "output all_made : t \"All made\" = sum(made over firm)\n"
    "output rated : 1 \"Rated\" = rate[parts[first]]\n"
    "method special \"Special\"\n"
    "  source \"A notice\"\n"
    "  status example\n"
    "  valid 2020 ..\n"
    "  for province by year\n"
    "  when province = ZJ\n"
    "output total : t \"Special total\" = 2 * m.total\n"
    "  instead of m.total\n";

static void open(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "AH", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "AH");
    test_entity(w, "F2", "firm", "firm", "AH");
    test_fact(w, "AH/2019/parts[first]", "4");
    test_fact(w, "AH/2020/parts[first]", "4");
    test_fact(w, "AH/2020/parts[second]", "6");
    test_fact(w, "ZJ/2020/parts[first]", "1");
    test_fact(w, "ZJ/2020/parts[second]", "2");
    test_fact(w, "CN/2020/limit", "7");
    test_fact(w, "AH/2022/parts[second]", "NE");
    test_evaluate(w);
}

static const heng_node *explain(test_world *w, const char *figure, unsigned depth)
{
    const heng_node *node = NULL;
    heng_error err = {0};
    heng_point point = test_point(w, figure);
    if (heng_explain(w->evaluation, &point, depth, &w->arena, &node, &err) != HENG_OK)
        fail_msg("%s: %s", figure, err.message);
    return node;
}

static const heng_node *check_node(const heng_node *node, heng_node_kind kind, const char *figure,
                                   size_t children)
{
    assert_int_equal(node->kind, kind);
    check_str(node->figure, figure);
    assert_int_equal(node->child_count, children);
    return node;
}

static void a_rule_stands_on_facts_and_cells(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    const heng_node *root = explain(&w, "AH/2020/mass[first]", 9);
    check_node(root, HENG_NODE_RULE, "AH/2020/mass[first]", 2);
    check_number(root->value.number, 8, 0);
    check_str(root->unit, "kg");
    check_str(root->operation, "product");
    check_str(root->formula, "parts[part] * factor[part]");
    check_str(root->rule.source, "The source of M");
    check_str(root->rule.method_label_zh, "方法");
    assert_int_equal(root->rule.line, 21);
    assert_int_equal(root->valid.first_month, 2019 * 12);
    const heng_node *fact = root->children[0], *cell = root->children[1];
    check_node(fact, HENG_NODE_FACT, "AH/2020/parts[first]", 0);
    check_str(fact->label_zh, "部分");
    assert_ptr_equal(fact->fact, &w.facts[1]);
    check_node(cell, HENG_NODE_CELL, "AH/2020/factor[first]", 0);
    check_number(cell->value.number, 2, 0);
    check_str(cell->row.source, "A table");
    assert_int_equal(cell->row.line, 14);
    assert_int_equal(cell->valid.last_month, 2020 * 12 + 11);
    const heng_node *no_row = explain(&w, "AH/2022/mass[first]", 9);
    check_node(no_row->children[0], HENG_NODE_ABSENT, "AH/2022/parts[first]", 0);
    check_str(no_row->children[0]->note, "no fact was recorded");
    check_node(no_row->children[1], HENG_NODE_ABSENT, "AH/2022/factor[first]", 0);
    check_str(no_row->children[1]->note,
              "the table has no row for this; no average was put in its place");
    const heng_node *missing = explain(&w, "AH/2022/mass[second]", 9);
    check_node(missing->children[0], HENG_NODE_FACT, "AH/2022/parts[second]", 0);
    check_node(missing->children[1], HENG_NODE_CELL, "AH/2022/factor[second]", 0);
    assert_int_equal(missing->children[1]->value.evidence, HENG_EXAMPLE);
    test_close(&w);
}

static void a_choice_shows_the_arm_that_it_took(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    const heng_node *above = explain(&w, "AH/2020/state", 9);
    check_node(above, HENG_NODE_RULE, "AH/2020/state", 3); /* total, limit, total */
    check_str(above->note, "taken: total when total > limit@country");
    check_node(above->children[1], HENG_NODE_FACT, "CN/2020/limit", 0);
    const heng_node *below = explain(&w, "ZJ/2020/state", 9);
    check_number(below->value.number, 5, 0);
    check_node(below->children[2], HENG_NODE_LITERAL, "", 0);
    check_str(below->children[2]->formula, "5 t");
    const heng_node *unknown = explain(&w, "AH/2019/state", 9);
    check_str(unknown->note, "condition unknown: total when total > limit@country");
    const heng_node *filled = explain(&w, "AH/2019/filled", 9);
    check_node(filled, HENG_NODE_RULE, "AH/2019/filled", 2);
    check_str(filled->note, "else was used: parts[second] else parts[first]");
    check_node(explain(&w, "AH/2020/filled", 9), HENG_NODE_RULE, "AH/2020/filled", 1);
    test_close(&w);
}

static void an_exception_names_what_it_displaced(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    const heng_node *node = explain(&w, "ZJ/2020/total", 9);
    check_number(node->value.number, 6, 0);
    check_str(node->note, "special.total stands instead of m.total, which would give 3");
    check_str(node->formula, "2 * m.total");
    check_str(node->rule.source, "A notice");
    check_str(node->label_zh, "合计");
    check_str(explain(&w, "AH/2020/total", 9)->note, "");
    check_number(explain(&w, "ZJ/2020/special.total", 9)->value.number, 6, 0);
    test_close(&w);
}

static void depth_is_cut_with_a_note(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    const heng_node *node = explain(&w, "AH/2022/grown", 1); /* 2022 > 2021 > 2020 */
    check_number(node->value.number, 6, 0);
    check_node(node, HENG_NODE_RULE, "AH/2022/grown", 3);
    const heng_node *before = check_node(node->children[1], HENG_NODE_RULE, "AH/2021/grown", 1);
    check_node(before->children[0], HENG_NODE_NOTE, "AH/2021/grown", 0);
    check_str(before->children[0]->note, "cut short here; ask for this figure");
    test_close(&w);
}

static void curves_and_versions_are_named(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    const heng_node *rated = explain(&w, "AH/2020/rated", 9);
    check_node(rated, HENG_NODE_RULE, "AH/2020/rated", 2);
    check_node(rated->children[1], HENG_NODE_CELL, "AH/2020/rate[?]", 0);
    check_number(rated->children[1]->value.number, 0.4, 1e-15);
    check_str(rated->children[1]->note, "by interpolation between rows");
    test_fact(&w, "AH/2018/parts[first]", "1");
    test_evaluate(&w);
    const heng_node *early = explain(&w, "AH/2018/mass[first]", 9);
    assert_int_equal(early->value.state, HENG_STATE_NOT_IN_FORCE);
    check_str(early->note, "no version is in force in this period");
    test_close(&w);
}

static void addresses_round_trip(void **state)
{
    (void)state;
    static const char *const rows[] = {"AH/2020/total", "AH/2020/mass[first]",
                                       "CN/2020/limit", "ZJ/2020/special.total",
                                       "F1/2020/made",  "AH/2020/factor[second]"};
    test_world w;
    open(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_str text;
        heng_error err;
        heng_point point = test_point(&w, rows[i]);
        assert_int_equal(heng_figure_write(w.program, &point, &w.arena, &text, &err), HENG_OK);
        check_str(text, rows[i]);
    }
    static const struct {
        const char *text;
        heng_status status;
    } wrong[] = {{"AH", HENG_INVALID},
                 {"AH/2020", HENG_INVALID},
                 {"AH/20/total", HENG_INVALID},
                 {"AH/2020/mass[first", HENG_INVALID},
                 {"XX/2020/total", HENG_NOT_FOUND},
                 {"F1/2020/total", HENG_NOT_FOUND},
                 {"AH/2020-01/total", HENG_NOT_FOUND},
                 {"AH/2020/nothing", HENG_NOT_FOUND}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        heng_error err;
        heng_point point;
        assert_int_equal(heng_figure_parse(w.program, &w.world, heng_str_from(wrong[i].text),
                                           &w.arena, &point, &err),
                         wrong[i].status);
    }
    test_close(&w);
}

static void what_does_not_exist_is_not_explained(void **state)
{
    (void)state;
    static const char *const rows[] = {"AH/1990/total", "AH/2020/mass[third]", "AH/2020/mass"};
    test_world w;
    open(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_error err;
        heng_value value;
        const heng_node *node;
        heng_point point = test_point(&w, rows[i]);
        assert_int_equal(heng_explain(w.evaluation, &point, 9, &w.arena, &node, &err),
                         HENG_NOT_FOUND);
        assert_int_equal(heng_evaluation_value(w.evaluation, &point, &value, &err), HENG_NOT_FOUND);
    }
    test_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_stands_on_facts_and_cells),
        cmocka_unit_test(a_choice_shows_the_arm_that_it_took),
        cmocka_unit_test(an_exception_names_what_it_displaced),
        cmocka_unit_test(depth_is_cut_with_a_note),
        cmocka_unit_test(curves_and_versions_are_named),
        cmocka_unit_test(addresses_round_trip),
        cmocka_unit_test(what_does_not_exist_is_not_explained),
    };
    return cmocka_run_group_tests_name("core/rule/explain", tests, NULL, NULL);
}
