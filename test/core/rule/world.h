/* test/core/rule/world.h: a small world in one arena, for tests of the engine: rules from a text,
 * entities, links and facts one by one, figures by their address.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"
#include "test/core/rule/support.h"

enum { TEST_FACTS_MAX = 400 };

typedef struct test_world {
    heng_arena arena;
    const heng_program *program;
    heng_entity entities[40];
    heng_link links[40];
    heng_fact facts[TEST_FACTS_MAX];
    heng_world world;
    heng_evaluation *evaluation;
} test_world;

static inline heng_status test_load_text(void *context, heng_str name, heng_arena *arena,
                                         heng_str *text, heng_error *err)
{
    if (!heng_str_is(name, "x") && !heng_str_is(name, "x.csv"))
        return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
    *text = heng_str_copy(arena, heng_str_from(context));
    return text->at ? HENG_OK : heng_fail(err, HENG_NO_MEMORY, 0, "no memory");
}

/* heng_world borrows the arrays, so they point into *w. */
static inline void test_open(test_world *w, const char *rules)
{
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_error err;
    *w = (test_world){0};
    heng_arena_init(&w->arena, (size_t)256 << 20);
    assert_int_equal(heng_rule_compile(&name, 1, test_load_text, (void *)(uintptr_t)rules,
                                       &w->arena, &compiled, &err),
                     HENG_OK);
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(&w->arena, &compiled.diagnostics, compiled.files)));
    w->program = compiled.program;
    w->world.entities = w->entities;
    w->world.links = w->links;
    w->world.facts = w->facts;
}

static inline void test_close(test_world *w)
{
    heng_arena_deinit(&w->arena);
}

static inline void test_entity(test_world *w, const char *code, const char *kind, const char *level,
                               const char *parent)
{
    w->entities[w->world.entity_count++] = (heng_entity){.code = heng_str_from(code),
                                                         .kind = heng_str_from(kind),
                                                         .level = heng_str_from(level),
                                                         .valid = HENG_SPAN_ALWAYS};
    if (!parent) return;
    w->links[w->world.link_count++] = (heng_link){.member = heng_str_from(code),
                                                  .parent = heng_str_from(parent),
                                                  .hierarchy = HENG_STR("place"),
                                                  .valid = HENG_SPAN_ALWAYS};
}

/* "F1/2020/parts[first]" = "5", "NE", "yes"; in the unit of the rules. */
static inline heng_fact *test_fact(test_world *w, const char *figure, const char *value)
{
    heng_fact *fact = &w->facts[w->world.fact_count++];
    heng_str rest = heng_str_from(figure), when = {0}, name = {0}, key;
    heng_error err;
    *fact =
        (heng_fact){.quality = HENG_REPORTED, .evidence = HENG_SEEN, .text = heng_str_from(value)};
    assert_true(heng_str_cut(&rest, '/', &fact->entity) && heng_str_cut(&rest, '/', &when));
    assert_int_equal(heng_period_parse(when, &fact->period, &err), HENG_OK);
    heng_str_cut(&rest, '[', &name);
    fact->name = name;
    if (rest.length) rest.length--;
    while (heng_str_cut(&rest, ',', &key)) fact->keys[fact->key_count++] = key;
    if (!heng_notation_find(fact->text, &fact->notation))
        (void)heng_number_parse(fact->text, &fact->value, &err);
    return fact;
}

static inline void test_evaluate(test_world *w)
{
    heng_error err = {0};
    heng_status status = heng_evaluate(w->program, &w->world, (heng_period){0}, NULL, NULL,
                                       &w->arena, &w->evaluation, &err);
    if (status != HENG_OK) fail_msg("%s", err.message);
}

static inline void check_number(double found, double expected, double near)
{
    double off = found > expected ? found - expected : expected - found;
    if (!(off <= near)) fail_msg("%.17g, not %.17g", found, expected);
}

static inline heng_point test_point(test_world *w, const char *figure)
{
    heng_point point;
    heng_error err = {0};
    if (heng_figure_parse(w->program, &w->world, heng_str_from(figure), &w->arena, &point, &err))
        fail_msg("%s: %s", figure, err.message);
    return point;
}

static inline heng_value test_value(test_world *w, const char *figure)
{
    heng_value value;
    heng_error err = {0};
    heng_point point = test_point(w, figure);
    if (heng_evaluation_value(w->evaluation, &point, &value, &err))
        fail_msg("%s: %s", figure, err.message);
    return value;
}
