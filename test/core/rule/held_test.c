/* Members of a large level of whom nothing is known: no room in columns, yet they count as missing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/rule.h"
#include "test/check.h"

#include <stdio.h>

enum { COUNTIES = 300 };

static const char rules[] = "kind place \"Place\" levels country > county\n"
                            "method totals \"Totals\"\n"
                            "  source \"Test\"\n"
                            "  status example\n"
                            "  for country by year\n"
                            "input x : t \"X\" for county by year\n"
                            "input twice : t \"Twice x\" for county by year\n"
                            "output total : t \"Total\" = sum(x over county)\n"
                            "input fixed : t \"Fixed\" for county by year\n"
                            "input filled : t \"Filled\" for county by year\n"
                            "output total_fixed : t \"Total\" = sum(fixed over county)\n"
                            "output total_filled : t \"Total\" = sum(filled over county)\n"
                            "output reported : 1 \"Reported\" = count(known(x) over county)\n"
                            "output total_twice : t \"Total\" = sum(twice over county)\n"
                            "method doubled \"Doubled\"\n"
                            "  source \"Test\"\n"
                            "  status example\n"
                            "  for county by year\n"
                            "input x : t \"X\"\n"
                            "output twice : t \"Twice x\" = 2 * x\n"
                            "output fixed : t \"The same for all\" = 5 t\n"
                            "output filled : t \"Filled\" = x else 1 t\n"
                            "output chain : t \"Looks back\" = x + chain@previous\n";

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)context;
    (void)name;
    (void)arena;
    (void)err;
    *text = heng_str_from(rules);
    return HENG_OK;
}

typedef struct fixture {
    heng_arena arena;
    const heng_program *program;
    heng_entity entities[COUNTIES + 1];
    heng_link links[COUNTIES];
    heng_fact facts[COUNTIES];
    heng_evaluation *evaluation;
} fixture;

/* A country with 300 counties, of which the first `known` report one tonne each. */
static void evaluate(fixture *f, size_t known)
{
    heng_error err = {0};
    heng_str name = HENG_STR("totals");
    heng_compiled compiled;
    heng_arena_init(&f->arena, (size_t)64 << 20);
    assert_int_equal(heng_rule_compile(&name, 1, load, NULL, &f->arena, &compiled, &err), HENG_OK);
    assert_int_equal(compiled.diagnostics.found, 0);
    f->program = compiled.program;
    f->entities[COUNTIES] = (heng_entity){.code = HENG_STR("CN"),
                                          .kind = HENG_STR("place"),
                                          .level = HENG_STR("country"),
                                          .valid = HENG_SPAN_ALWAYS};
    for (size_t i = 0; i < COUNTIES; i++) {
        heng_str code = heng_str_format(&f->arena, "%06zu", 110000 + i);
        f->entities[i] = (heng_entity){.code = code,
                                       .kind = HENG_STR("place"),
                                       .level = HENG_STR("county"),
                                       .valid = HENG_SPAN_ALWAYS};
        f->links[i] = (heng_link){.member = code,
                                  .parent = HENG_STR("CN"),
                                  .hierarchy = HENG_STR("place"),
                                  .valid = HENG_SPAN_ALWAYS};
        f->facts[i] = (heng_fact){.entity = code,
                                  .name = HENG_STR("x"),
                                  .period = heng_year(2020),
                                  .value = 1,
                                  .text = HENG_STR("1"),
                                  .unit = HENG_STR("t"),
                                  .quality = HENG_REPORTED,
                                  .evidence = HENG_SEEN};
    }
    heng_world world = {.entities = f->entities,
                        .entity_count = COUNTIES + 1,
                        .links = f->links,
                        .link_count = COUNTIES,
                        .facts = f->facts,
                        .fact_count = known};
    assert_int_equal(heng_evaluate(f->program, &world, heng_year(2020), NULL, NULL, &f->arena,
                                   &f->evaluation, &err),
                     HENG_OK);
}

static heng_value value_of(fixture *f, const char *name, heng_str entity, const char *level)
{
    heng_point point = {.quantity = heng_program_find(f->program, heng_str_from(name),
                                                      heng_str_from(level), HENG_YEAR),
                        .entity = entity,
                        .period = heng_year(2020)};
    heng_value value;
    heng_error err;
    assert_int_equal(heng_evaluation_value(f->evaluation, &point, &value, &err), HENG_OK);
    return value;
}

static void a_total_of_all_is_known(void **state)
{
    (void)state;
    static fixture f;
    evaluate(&f, COUNTIES);
    heng_value total = value_of(&f, "total", HENG_STR("CN"), "country");
    assert_int_equal(total.state, HENG_STATE_KNOWN);
    assert_true(total.number == COUNTIES);
    total = value_of(&f, "total_twice", HENG_STR("CN"), "country");
    assert_true(total.number == 2 * COUNTIES);
    heng_arena_deinit(&f.arena);
}

static void one_silent_member_leaves_the_total_unknown(void **state)
{
    (void)state;
    static fixture f;
    evaluate(&f, COUNTIES - 1);
    static const char *const names[] = {"total", "total_twice"};
    for (size_t i = 0; i < 2; i++) {
        heng_value total = value_of(&f, names[i], HENG_STR("CN"), "country");
        assert_int_equal(total.state, HENG_STATE_UNKNOWN);
        assert_true(total.has_at_least);
        assert_true(total.at_least == (double)(i + 1) * (COUNTIES - 1));
        assert_true(total.have == COUNTIES - 1);
        assert_true(total.want == COUNTIES);
    }
    heng_value silent = value_of(&f, "twice", f.entities[COUNTIES - 1].code, "county");
    assert_int_equal(silent.state, HENG_STATE_UNKNOWN);
    assert_int_equal(value_of(&f, "twice", f.entities[0].code, "county").state, HENG_STATE_KNOWN);
    heng_arena_deinit(&f.arena);
}

/* What is known without facts is known for everybody, however little the book knows of them. */
static void what_needs_no_fact_is_known_for_all(void **state)
{
    (void)state;
    static fixture f;
    evaluate(&f, 2);
    assert_true(value_of(&f, "total_fixed", HENG_STR("CN"), "country").number == 5 * COUNTIES);
    assert_true(value_of(&f, "total_filled", HENG_STR("CN"), "country").number == COUNTIES);
    assert_true(value_of(&f, "reported", HENG_STR("CN"), "country").number == 2);
    heng_str silent = f.entities[COUNTIES - 1].code;
    assert_true(value_of(&f, "fixed", silent, "county").number == 5);
    assert_int_equal(value_of(&f, "chain", silent, "county").state, HENG_STATE_UNKNOWN);
    heng_arena_deinit(&f.arena);
}

static void a_silent_member_is_explained(void **state)
{
    (void)state;
    static fixture f;
    evaluate(&f, 2);
    heng_point point = {
        .quantity = heng_program_find(f.program, HENG_STR("twice"), HENG_STR("county"), HENG_YEAR),
        .entity = f.entities[COUNTIES - 1].code,
        .period = heng_year(2020)};
    const heng_node *node;
    heng_error err;
    assert_int_equal(heng_explain(f.evaluation, &point, 5, &f.arena, &node, &err), HENG_OK);
    assert_int_equal(node->value.state, HENG_STATE_UNKNOWN);
    check_str(node->note, "nothing is recorded from which it could be reckoned");
    heng_arena_deinit(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_total_of_all_is_known),
        cmocka_unit_test(one_silent_member_leaves_the_total_unknown),
        cmocka_unit_test(what_needs_no_fact_is_known_for_all),
        cmocka_unit_test(a_silent_member_is_explained),
    };
    return cmocka_run_group_tests_name("core/rule/held", tests, NULL, NULL);
}
