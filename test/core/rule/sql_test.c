/* test/core/rule/sql_test.c: the statements themselves: their shape, what is refused, memory that runs out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql.h"
#include "test/core/rule/support.h"

static const char rules[] =
    "kind place \"Place\" levels country > province > county\n"
    "list fuel \"Fuel\" = coal, oil\n"
    "table rate[x : 1] : 1 \"Rate\" linear\n"
    "  x | value\n"
    "  0 | 1\n"
    "  5 | 2\n"
    "method totals \"Totals\"\n"
    "  source \"Test\"\n"
    "  status example\n"
    "  for country by year\n"
    "input x[fuel] : 1 \"X\" for county by month\n"
    "output total : 1 \"Total\" = round(sum(sum(x[fuel] over fuel) over county, month), 0.1, half_even)\n"
    "output grown : 1 \"Grown\" = total else grown@previous * rate[total@previous]\n"
    "output middle : 1 \"Middle\" =\n"
    "  sum(quantile(50 %, sum(x[fuel] over fuel) over county, month) over province)\n";

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

static const heng_program *compile(heng_arena *arena)
{
    heng_error err = {0};
    heng_str name = HENG_STR("totals");
    heng_compiled compiled;
    assert_int_equal(heng_rule_compile(&name, 1, load, NULL, arena, &compiled, &err), HENG_OK);
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(arena, &compiled.diagnostics, compiled.files)));
    return compiled.program;
}

static const heng_sql_shape two_years = {.window = {2020 * 12, 2021 * 12 + 11}, .entity_count = 50};

static size_t count_of(heng_str text, const char *word)
{
    size_t count = 0;
    heng_str wanted = heng_str_from(word);
    for (size_t at = 0; (at = heng_str_find(text, wanted, at)) != SIZE_MAX; at++) count++;
    return count;
}

static void a_statement_has_one_join_and_one_grouping(void **state)
{
    (void)state;
    heng_arena arena;
    heng_error err;
    heng_arena_init(&arena, (size_t)256 << 20);
    const heng_program *program = compile(&arena);
    for (int d = 0; d < HENG_SQL_DIALECT_COUNT; d++) {
        heng_sql sql;
        assert_int_equal(
            heng_rule_sql(program, (heng_sql_dialect)d, &two_years, &arena, &sql, &err), HENG_OK);
        assert_true(sql.count > 50);
        for (size_t i = 0; i < sql.count; i++) {
            heng_str text = sql.statements[i].text;
            assert_true(count_of(text, " JOIN ") <= 1);
            assert_true(count_of(text, "GROUP BY") <= 1);
            assert_int_equal(count_of(text, "OVER ("), 0);
            assert_int_equal(count_of(text, "WITH "), 0);
            assert_true(i == 0 || sql.statements[i - 1].phase <= sql.statements[i].phase);
        }
    }
    heng_arena_deinit(&arena);
}

static void dialects_have_names(void **state)
{
    (void)state;
    heng_sql_dialect found;
    for (int d = 0; d < HENG_SQL_DIALECT_COUNT; d++) {
        heng_str name = heng_str_from(heng_sql_dialect_name((heng_sql_dialect)d));
        assert_true(heng_sql_dialect_find(name, &found));
        assert_int_equal(found, d);
    }
    assert_false(heng_sql_dialect_find(HENG_STR("oracle"), &found));
}

static void what_cannot_be_written_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_error err;
    heng_sql sql;
    heng_arena_init(&arena, (size_t)256 << 20);
    const heng_program *program = compile(&arena);
    heng_sql_shape shape = {.entity_count = 50};
    assert_int_equal(heng_rule_sql(program, HENG_SQL_SQLITE, &shape, &arena, &sql, &err),
                     HENG_INVALID);
    shape = two_years;
    shape.entity_count = 1000000000; /* three of them inside each other */
    assert_int_equal(heng_rule_sql(program, HENG_SQL_SQLITE, &shape, &arena, &sql, &err),
                     HENG_TOO_LARGE);
    assert_non_null(strstr(err.message, "totals.total"));
    heng_arena_deinit(&arena);
}

/* Every allocation of writing fails in turn, the later ones in growing steps. */
static void memory_runs_out(void **state)
{
    (void)state;
    heng_arena program_arena;
    heng_arena_init(&program_arena, (size_t)256 << 20);
    const heng_program *program = compile(&program_arena);
    size_t failed = 0;
    for (size_t n = 1;; n += 1 + n / 200) {
        heng_arena arena;
        heng_error err = {0};
        heng_sql sql;
        heng_arena_init(&arena, (size_t)256 << 20);
        heng_arena_fail_after(n);
        heng_status status =
            heng_rule_sql(program, HENG_SQL_POSTGRES, &two_years, &arena, &sql, &err);
        bool reached = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        if (!reached) break;
        if (status != HENG_NO_MEMORY) fail_msg("allocation %zu: status %d", n, (int)status);
        failed++;
    }
    assert_true(failed > 200);
    heng_arena_deinit(&program_arena);
}

typedef struct counter {
    size_t rows[HENG_SQL_TABLE_COUNT];
    size_t left;
} counter;

static bool count_row(void *context, heng_sql_table table, const heng_sql_cell *cells)
{
    counter *c = context;
    (void)cells;
    c->rows[table]++;
    return --c->left > 0;
}

static void a_world_becomes_rows(void **state)
{
    (void)state;
    heng_arena arena;
    heng_error err = {0};
    heng_arena_init(&arena, (size_t)256 << 20);
    const heng_program *program = compile(&arena);
    heng_entity entities[] = {
        {.code = HENG_STR("CN"), .kind = HENG_STR("place"), .level = HENG_STR("country")},
        {.code = HENG_STR("A1"), .kind = HENG_STR("place"), .level = HENG_STR("county")}};
    heng_link link = {HENG_STR("A1"), HENG_STR("CN"), HENG_STR("place"), HENG_SPAN_ALWAYS, 0};
    heng_fact fact = {.entity = HENG_STR("A1"),
                      .name = HENG_STR("x"),
                      .keys = {HENG_STR("oil")},
                      .key_count = 1,
                      .period = {HENG_MONTH, 2020 * 12},
                      .value = 2,
                      .unit = HENG_STR("1")};
    heng_world world = {.entities = entities,
                        .entity_count = 2,
                        .links = &link,
                        .link_count = 1,
                        .facts = &fact,
                        .fact_count = 1};
    heng_sql_world *rows;
    heng_sql_shape shape;
    assert_int_equal(heng_sql_world_open(program, &world, (heng_period){0}, &arena, &rows, &err),
                     HENG_OK);
    assert_true(heng_sql_world_shape(rows, &shape));
    assert_int_equal(shape.window.first_month, 2020 * 12);
    assert_int_equal(shape.window.last_month, 2020 * 12 + 11);
    counter c = {.left = SIZE_MAX};
    assert_true(heng_sql_world_rows(rows, count_row, &c));
    assert_int_equal(c.rows[HENG_SQL_ENTITY], 2);
    assert_int_equal(c.rows[HENG_SQL_FACT], 1);
    assert_int_equal(c.rows[HENG_SQL_CURVE], 2);
    assert_int_equal(c.rows[HENG_SQL_KEY], 2);
    /* The county belongs to the country in each of twelve months. */
    assert_int_equal(c.rows[HENG_SQL_DOWN], 12);
    c = (counter){.left = 3};
    assert_false(heng_sql_world_rows(rows, count_row, &c));
    world = (heng_world){0};
    assert_int_equal(heng_sql_world_open(program, &world, (heng_period){0}, &arena, &rows, &err),
                     HENG_OK);
    assert_false(heng_sql_world_shape(rows, &shape));
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_has_one_join_and_one_grouping),
        cmocka_unit_test(dialects_have_names),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(a_world_becomes_rows),
    };
    return cmocka_run_group_tests_name("core/rule/sql", tests, NULL, NULL);
}
