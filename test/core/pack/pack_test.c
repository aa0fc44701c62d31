/* Packs: joined, loaded, compiled; what does not go together is refused.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/check.h"

#include "core/pack/pack.h"

static heng_rule_file text_file(const char *name, const char *text)
{
    return (heng_rule_file){heng_str_from(name), heng_str_from(text)};
}

typedef struct two_packs {
    heng_arena arena;
    heng_rule_file land[4], shore[2];
    heng_pack packs[2];
    heng_error err;
} two_packs;

static void open(two_packs *t, const char *shore)
{
    *t = (two_packs){0};
    heng_arena_init(&t->arena, (size_t)16 << 20);
    t->land[0] = text_file("data/table_grid.csv", "province,value\nP1,2\nP2,3\n");
    t->land[1] = text_file("datapackage.json", "{}");
    t->land[2] = text_file("rules/grid.heng",
                           "use words\n"
                           "table grid : t \"Grid\" for province from \"table_grid.csv\"\n"
                           "method m \"M\" for province by year status seen\n"
                           "output a : t \"A\" = grid\n");
    t->land[3] = text_file("rules/words.heng", "kind place \"Place\" levels country > province\n");
    t->shore[0] = text_file("data/table_own.csv", "province,value\nP1,5\n");
    t->shore[1] = text_file("rules/own.heng", shore);
    t->packs[0] = (heng_pack){HENG_STR("land"), HENG_STR("1.10"), t->land, 4};
    t->packs[1] = (heng_pack){HENG_STR("shore"), HENG_STR("2"), t->shore, 2};
}

static const char own[] =
    "use land 1.10\n"
    "table own : t \"Own\" for province instead of grid from \"table_own.csv\"\n";

static heng_compiled compile(two_packs *t, size_t count)
{
    heng_pack joined;
    heng_compiled compiled;
    assert_int_equal(heng_pack_join(t->packs, count, &t->arena, &joined, &t->err), HENG_OK);
    assert_int_equal(heng_pack_compile(&joined, &t->arena, &compiled, &t->err), HENG_OK);
    return compiled;
}

static void one_pack_stays_as_it_is(void **state)
{
    (void)state;
    two_packs t;
    heng_pack joined;
    open(&t, own);
    assert_int_equal(heng_pack_join(t.packs, 1, &t.arena, &joined, &t.err), HENG_OK);
    assert_ptr_equal(joined.files, t.land);
    check_str(joined.name, "land");
    check_str(heng_pack_inner_name(HENG_STR("rules/grid.heng")), "rules/grid.heng");
    check_str(heng_pack_inner_name(HENG_STR("datapackage.json")), "datapackage.json");
    check_str(heng_pack_inner_name(HENG_STR("land/rules/grid.heng")), "rules/grid.heng");
    check_str(heng_pack_inner_name(HENG_STR("land/data/x.csv")), "data/x.csv");
    assert_non_null(compile(&t, 1).program);
    heng_arena_deinit(&t.arena);
}

static void joined_packs_stand_under_their_names(void **state)
{
    (void)state;
    two_packs t;
    heng_pack joined;
    heng_str *names, text;
    size_t count;
    open(&t, own);
    assert_int_equal(heng_pack_join(t.packs, 2, &t.arena, &joined, &t.err), HENG_OK);
    check_str(joined.name, "land+shore");
    check_str(joined.version, "1.10+2");
    assert_int_equal(joined.file_count, 6);
    check_str(joined.files[0].name, "land/data/table_grid.csv");
    assert_int_equal(heng_pack_rule_names(&joined, &t.arena, &names, &count, &t.err), HENG_OK);
    assert_int_equal(count, 3);
    check_str(names[0], "land/grid");
    check_str(names[2], "shore/own");
    assert_int_equal(heng_pack_load(&joined, HENG_STR("land@1.10"), &t.arena, &text, &t.err),
                     HENG_OK);
    check_str(text, "use grid\nuse words\n");
    assert_int_equal(
        heng_pack_load(&joined, HENG_STR("shore/table_own.csv"), &t.arena, &text, &t.err), HENG_OK);
    assert_int_equal(heng_pack_load(&joined, HENG_STR("own"), &t.arena, &text, &t.err),
                     HENG_NOT_FOUND);
    heng_arena_deinit(&t.arena);
}

static void a_row_of_the_narrower_pack_stands(void **state)
{
    (void)state;
    two_packs t;
    open(&t, own);
    heng_compiled compiled = compile(&t, 2);
    assert_non_null(compiled.program);
    assert_int_equal(heng_program_row_count(compiled.program), 2);
    heng_table_row row;
    heng_program_row(compiled.program, 1, &row);
    check_str(row.member, "P1");
    check_str(row.qualified, "grid");
    check_str(row.note, "stands instead of 2 in grid of pack land");
    check_str(row.file, "shore/table_own.csv");
    assert_true(row.value == 5);
    heng_arena_deinit(&t.arena);
}

static void check_code(const char *shore, const char *code, const char *words)
{
    two_packs t;
    open(&t, shore);
    heng_compiled compiled = compile(&t, 2);
    assert_null(compiled.program);
    assert_string_equal(compiled.diagnostics.items[0].code, code);
    if (heng_str_find(compiled.diagnostics.items[0].message, heng_str_from(words), 0) == SIZE_MAX)
        fail_msg("%.*s", HENG_PRINT(compiled.diagnostics.items[0].message));
    heng_arena_deinit(&t.arena);
}

static void what_a_pack_stands_on_must_be_there(void **state)
{
    (void)state;
    /* 1.1 and 1.10 are one number, and two versions. */
    check_code("use land 1.1\n", "R210", "the pack land is here as 1.10, not as 1.1");
    check_code("use nation 1\n", "R209", "the pack nation 1 is not here");
    check_code("use shore 2\n", "R211", "shore");
    check_code("use grid\n", "R201", "shore/grid");
    two_packs t;
    open(&t, own);
    t.packs[0] = t.packs[1];
    heng_compiled alone = compile(&t, 1);
    assert_null(alone.program);
    assert_string_equal(alone.diagnostics.items[0].code, "R209");
    heng_arena_deinit(&t.arena);
}

static void names_that_clash_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"land", "", "a/b", "a+b", "a@b", "rules", "data"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        two_packs t;
        heng_pack joined;
        open(&t, own);
        t.packs[1].name = heng_str_from(bad[i]);
        assert_int_equal(heng_pack_join(t.packs, 2, &t.arena, &joined, &t.err), HENG_REFUSED);
        heng_arena_deinit(&t.arena);
    }
}

/* "1+2+3" would give the second pack the version 2. */
static void a_version_with_a_plus_is_refused(void **state)
{
    (void)state;
    two_packs t;
    heng_pack joined;
    open(&t, own);
    t.packs[0].version = HENG_STR("2026.11+1");
    assert_int_equal(heng_pack_join(t.packs, 2, &t.arena, &joined, &t.err), HENG_REFUSED);
    assert_non_null(strstr(t.err.message, "2026.11+1"));
    heng_arena_deinit(&t.arena);
}

static heng_status join_and_compile(two_packs *t)
{
    heng_pack joined;
    heng_compiled compiled;
    heng_status status = heng_pack_join(t->packs, 2, &t->arena, &joined, &t->err);
    return status ? status : heng_pack_compile(&joined, &t->arena, &compiled, &t->err);
}

static void joining_survives_want_of_memory(void **state)
{
    (void)state;
    heng_status status = HENG_NO_MEMORY;
    size_t n = 1;
    for (; status; n++) {
        two_packs t;
        open(&t, own);
        heng_arena_fail_after(n);
        status = join_and_compile(&t);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(status, HENG_NO_MEMORY);
        if (status) assert_int_equal(t.err.status, HENG_NO_MEMORY);
        heng_arena_deinit(&t.arena);
    }
    assert_true(n > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_pack_stays_as_it_is),
        cmocka_unit_test(joined_packs_stand_under_their_names),
        cmocka_unit_test(a_row_of_the_narrower_pack_stands),
        cmocka_unit_test(what_a_pack_stands_on_must_be_there),
        cmocka_unit_test(names_that_clash_are_refused),
        cmocka_unit_test(a_version_with_a_plus_is_refused),
        cmocka_unit_test(joining_survives_want_of_memory),
    };
    return cmocka_run_group_tests_name("core/pack/pack", tests, NULL, NULL);
}
