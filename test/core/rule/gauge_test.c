/* The gauges that travel with each value: known part, coverage, quality, evidence; and which fact counts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/world.h"

static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list part \"Parts\" = first, second, third\n"
    "method m \"M\"\n"
    "  source \"The source of M\"\n"
    "  status recalled medium\n"
    "  valid 2019 ..\n"
    "  for firm by year\n"
    "input parts[part] : t \"Parts\"\n"
    "input other : t \"Other\"\n"
    "table factor : kg/t \"Factor\"\n"
    "  valid | value | status\n"
    "  2019 .. 2020 | 2 | seen S\n"
    "  2021 .. | 3 | draft D\n"
    "output total : t \"Total\" = sum(parts[part] over part)\n"
    "output total_kg : kg \"Total\" = total\n"
    "output more : t \"More\" = total + other\n"
    "output product : 1 \"Product\" = parts[first] * parts[second] / (1 t * 1 t)\n"
    "output fallback : t \"Fallback\" = other else 7 t\n"
    "output taken : t \"Taken\" = other when other > 1 t, parts[first] otherwise\n"
    "output scaled : kg \"Scaled\" = other * factor\n"
    "output mean_part : t \"Mean\" = mean(parts[part] over part)\n"
    "method nation \"Nation\"\n"
    "  source \"The source of N\"\n"
    "  status seen\n"
    "  for province by year\n"
    "input total : t \"Total\" for firm by year\n"
    "output all : t \"All\" = sum(total over firm)\n";

static void open(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_entity(w, "F2", "firm", "firm", "ZJ");
}

static void check_value(heng_value value, heng_value_state state, double number)
{
    assert_int_equal(value.state, state);
    check_number(value.number, number, 1e-12);
}

/* 3 facts wanted, 2 found: at least 5 t; the part is converted and added with the value. */
static void a_sum_keeps_what_is_known(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/parts[first]", "2");
    test_fact(&w, "F1/2020/parts[second]", "3");
    test_fact(&w, "F1/2020/parts[third]", "NE");
    test_fact(&w, "F1/2020/other", "10");
    test_evaluate(&w);
    heng_value total = test_value(&w, "F1/2020/total");
    check_value(total, HENG_STATE_UNKNOWN, 0);
    assert_true(total.has_at_least);
    check_number(total.at_least, 5, 0);
    check_number(total.have, 2, 0);
    check_number(total.want, 3, 0);
    check_number(test_value(&w, "F1/2020/total_kg").at_least, 5000, 0);
    check_number(test_value(&w, "F1/2020/more").at_least, 15, 0);
    heng_value all = test_value(&w, "ZJ/2020/all"); /* F2 has not reported at all */
    check_number(all.at_least, 5, 0);
    check_number(all.have, 2, 0);
    check_number(all.want, 6, 0);
    heng_value product = test_value(&w, "F1/2020/product");
    check_value(product, HENG_STATE_KNOWN, 6);
    assert_false(product.has_at_least);
    assert_false(test_value(&w, "F2/2020/total").has_at_least);
    test_close(&w);
}

static void check_quality(heng_value value, float measured, float reported, float defaulted)
{
    assert_float_equal(value.quality[HENG_MEASURED], measured, 1e-6);
    assert_float_equal(value.quality[HENG_REPORTED], reported, 1e-6);
    assert_float_equal(value.quality[HENG_DEFAULTED], defaulted, 1e-6);
    assert_float_equal(value.quality[HENG_ESTIMATED], 1, 0);
}

/* A sum of 1 t measured, 2 t reported and 5 t estimated mixes by amount; a product takes the lowest. */
static void quality_mixes_in_sums_and_falls_elsewhere(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/parts[first]", "1")->quality = HENG_MEASURED;
    test_fact(&w, "F1/2020/parts[second]", "2")->quality = HENG_REPORTED;
    test_fact(&w, "F1/2020/parts[third]", "-5")->quality = HENG_ESTIMATED;
    test_fact(&w, "F1/2021/other", "4")->quality = HENG_MEASURED;
    test_evaluate(&w);
    check_quality(test_value(&w, "F1/2020/total"), 1.0f / 8, 3.0f / 8, 3.0f / 8);
    check_quality(test_value(&w, "F1/2020/product"), 0, 1, 1);
    check_quality(test_value(&w, "F1/2020/mean_part"), 0, 0, 0);
    check_quality(test_value(&w, "F1/2020/fallback"), 0, 0, 1); /* else: a default at best */
    check_quality(test_value(&w, "F1/2021/fallback"), 1, 1, 1);
    test_close(&w);
}

/* The status of the rule, of facts and of table rows: the worst wins. */
static void the_worst_evidence_wins(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/other", "4")->evidence = HENG_VERIFIED;
    test_fact(&w, "F1/2021/other", "4")->evidence = HENG_EXAMPLE;
    test_fact(&w, "F1/2022/other", "4")->evidence = HENG_VERIFIED;
    test_fact(&w, "F2/2022/parts[first]", "4")->evidence = HENG_RECALLED_LOW;
    test_evaluate(&w);
    assert_int_equal(test_value(&w, "F1/2020/scaled").evidence,
                     HENG_RECALLED_MEDIUM);                                    /* the rule's */
    assert_int_equal(test_value(&w, "F1/2021/scaled").evidence, HENG_EXAMPLE); /* the fact's */
    assert_int_equal(test_value(&w, "F2/2022/total").evidence, HENG_RECALLED_LOW);
    check_value(test_value(&w, "F1/2022/scaled"), HENG_STATE_KNOWN, 12);
    test_close(&w);
}

/* Coverage counts the cells of the arm that was taken and of the conditions before it. */
static void coverage_follows_the_arm_taken(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/other", "4");
    test_fact(&w, "F1/2021/other", "1");
    test_fact(&w, "F2/2021/parts[first]", "1");
    test_evaluate(&w);
    heng_value first = test_value(&w, "F1/2020/taken"), second = test_value(&w, "F1/2021/taken");
    check_value(first, HENG_STATE_KNOWN, 4);
    check_number(first.have, 2, 0);
    check_number(first.want, 2, 0);
    check_value(second, HENG_STATE_UNKNOWN, 0);
    check_number(second.have, 1, 0);
    check_number(second.want, 2, 0);
    test_close(&w);
}

static void before_its_first_version_a_rule_is_not_in_force(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2018/parts[first]", "1");
    test_fact(&w, "F1/2019/parts[first]", "1");
    test_evaluate(&w);
    check_value(test_value(&w, "F1/2018/total"), HENG_STATE_NOT_IN_FORCE, 0);
    check_value(test_value(&w, "F1/2019/total"), HENG_STATE_UNKNOWN, 0);
    check_value(test_value(&w, "ZJ/2018/all"), HENG_STATE_UNKNOWN, 0);
    test_close(&w);
}

/* The later record; at one instant the order of heng_fact_compare, whatever the order of the book. */
static void the_fact_recorded_last_counts(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        test_world w;
        open(&w);
        test_fact(&w, "F1/2020/other", "1")->recorded = turned ? 200 : 100;
        test_fact(&w, "F1/2020/other", "2")->recorded = turned ? 100 : 200;
        test_fact(&w, "F2/2020/other", turned ? "3" : "4");
        test_fact(&w, "F2/2020/other", turned ? "4" : "3");
        test_evaluate(&w);
        check_value(test_value(&w, "F1/2020/other"), HENG_STATE_KNOWN, turned ? 1 : 2);
        check_value(test_value(&w, "F2/2020/other"), HENG_STATE_KNOWN, 4); /* "4" comes after "3" */
        test_close(&w);
    }
}

static void check_finding(test_world *w, size_t index, const char *entity, const char *message)
{
    const heng_finding *finding = heng_evaluation_finding(w->evaluation, index);
    check_str(finding->entity, entity);
    check_str(finding->message, message);
    assert_non_null(finding->fact);
}

static void facts_that_do_not_fit_are_found(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/other", "1")->unit = HENG_STR("kWh");
    test_fact(&w, "F9/2020/other", "1");
    test_fact(&w, "F2/2020/parts[fourth]", "1");
    test_fact(&w, "F2/2020/unheard_of", "1"); /* left aside: a book holds more than one pack uses */
    test_fact(&w, "F2/2020/other", "500")->unit = HENG_STR("kg");
    test_evaluate(&w);
    assert_int_equal(heng_evaluation_finding_count(w.evaluation), 3);
    check_finding(&w, 0, "F1",
                  "kWh does not fit: the rules ask for t. Correct the unit of the fact.");
    check_finding(&w, 1, "F9", "F9 is not an entity of this book. Add it, or correct the code.");
    check_finding(
        &w, 2, "F2",
        "fourth is not in the list part. Correct the key of the fact, or add it to the list.");
    check_value(test_value(&w, "F2/2020/other"), HENG_STATE_KNOWN, 0.5);
    check_value(test_value(&w, "F1/2020/other"), HENG_STATE_UNKNOWN, 0);
    test_close(&w);
}

/* Rows of the world beside those of the rules: the later record of a cell counts. */
static void rows_of_the_store_count_by_their_record(void **state)
{
    (void)state;
    heng_table_row rows[] = {
        {.table = HENG_STR("factor"),
         .qualified = HENG_STR("m.factor"),
         .value = 5,
         .recorded = 100,
         .valid = {12 * 2020, 12 * 2020 + 11},
         .evidence = HENG_SEEN},
        {.table = HENG_STR("factor"),
         .qualified = HENG_STR("m.factor"),
         .value = 9,
         .recorded = 50,
         .valid = {12 * 2020, 12 * 2020 + 11},
         .evidence = HENG_SEEN},
        {.table = HENG_STR("elsewhere"), .value = 1, .valid = HENG_SPAN_ALWAYS}};
    test_world w;
    open(&w);
    w.world.rows = rows;
    w.world.row_count = 3;
    test_fact(&w, "F1/2019/other", "1");
    test_fact(&w, "F1/2020/other", "1");
    test_fact(&w, "F1/2021/other", "1");
    test_evaluate(&w);
    check_value(test_value(&w, "F1/2019/scaled"), HENG_STATE_KNOWN, 2);
    check_value(test_value(&w, "F1/2020/scaled"), HENG_STATE_KNOWN, 5);
    check_value(test_value(&w, "F1/2021/scaled"), HENG_STATE_KNOWN, 3);
    test_close(&w);
}

typedef struct tally {
    size_t count;
    double sum;
} tally;

static bool count_value(void *context, const heng_point *point, const heng_value *value)
{
    tally *t = context;
    t->count++;
    t->sum += value->number;
    assert_int_equal(point->key_count, 0);
    return true;
}

/* Points with a figure, or with some of the facts for one. */
static void each_value_is_visited_once(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/other", "1");
    test_fact(&w, "F2/2021/other", "2");
    test_evaluate(&w);
    tally t = {0};
    size_t scaled = heng_program_find(w.program, HENG_STR("scaled"), HENG_STR("firm"), HENG_YEAR);
    heng_evaluation_each(w.evaluation, scaled, count_value, &t);
    assert_int_equal(t.count, 2);
    check_number(t.sum, 1 * 2 + 2 * 3, 0);
    test_close(&w);
}

static bool stop(void *context, size_t done, size_t total)
{
    (void)context;
    assert_true(done <= total);
    return false;
}

static void an_evaluation_can_be_stopped(void **state)
{
    (void)state;
    test_world w;
    open(&w);
    test_fact(&w, "F1/2020/other", "1");
    heng_error err;
    assert_int_equal(heng_evaluate(w.program, &w.world, (heng_period){0}, stop, NULL, &w.arena,
                                   &w.evaluation, &err),
                     HENG_CANCELLED);
    test_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_keeps_what_is_known),
        cmocka_unit_test(quality_mixes_in_sums_and_falls_elsewhere),
        cmocka_unit_test(the_worst_evidence_wins),
        cmocka_unit_test(coverage_follows_the_arm_taken),
        cmocka_unit_test(before_its_first_version_a_rule_is_not_in_force),
        cmocka_unit_test(the_fact_recorded_last_counts),
        cmocka_unit_test(facts_that_do_not_fit_are_found),
        cmocka_unit_test(rows_of_the_store_count_by_their_record),
        cmocka_unit_test(each_value_is_visited_once),
        cmocka_unit_test(an_evaluation_can_be_stopped),
    };
    return cmocka_run_group_tests_name("core/rule/gauge", tests, NULL, NULL);
}
