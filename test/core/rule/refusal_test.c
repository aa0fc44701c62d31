/* What the engine refuses, and in what words: test/cases/rule/refusal.txt holds rule files with faults
 * and the diagnostics as they are printed. Each code of the engine has a row there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/diagnostic_catalogue.h"
#include "core/rule/rule.h"
#include "test/core/rule/support.h"

static bool provoked[256];

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    const test_record *record = context;
    if (heng_str_is(name, "x"))
        *text = record->input;
    else if (heng_str_is(name, "words"))
        *text = test_read(arena, "rule", "words.heng");
    else if (heng_str_is(name, "nowhere@2026.1"))
        return heng_fail(err, HENG_NOT_FOUND, 0, "the pack nowhere 2026.1 is not here");
    else if (heng_str_is(name, "land@2026.2"))
        return heng_fail(err, HENG_REFUSED, 0, "the pack land is here as 2026.1, not as 2026.2");
    else if (heng_str_is(name, "land@2026.1"))
        *text = HENG_STR("use a\n");
    else if (heng_str_is(name, "land/a"))
        *text = HENG_STR("list stuff \"Stuff\" = wood, peat\n"
                         "table grid[stuff] : t \"Grid\"\n"
                         "  stuff | value\n"
                         "  wood  | 1\n"
                         "  peat  | 2\n"
                         "parameter limit : t \"Limit\" = 5 t in 0 t .. 9 t\n");
    else if (heng_str_is(name, "round@1"))
        *text = HENG_STR("use b\n");
    else if (heng_str_is(name, "round/b"))
        *text = HENG_STR("use ring 1\n");
    else if (heng_str_is(name, "ring@1"))
        *text = HENG_STR("use c\n");
    else if (heng_str_is(name, "ring/c"))
        *text = HENG_STR("use round 1\n");
    else
        return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
    return HENG_OK;
}

static void is_refused(const test_record *record, heng_arena *arena)
{
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_error err;
    test_record copy = *record;
    assert_int_equal(heng_rule_compile(&name, 1, load, &copy, arena, &compiled, &err), HENG_OK);
    assert_null(compiled.program);
    for (size_t i = 0; i < compiled.diagnostics.count; i++) {
        const heng_diagnostic_entry *entry =
            heng_diagnostic_find(compiled.diagnostics.items[i].code);
        assert_true((size_t)(entry - heng_diagnostic_catalogue) < sizeof provoked);
        provoked[entry - heng_diagnostic_catalogue] = true;
        assert_true(compiled.diagnostics.items[i].remedy.length > 0);
    }
    test_compare(record, show_diagnostics(arena, &compiled.diagnostics, compiled.files));
}

static void faults_are_refused_in_these_words(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "refusal.txt", is_refused) > 40);
}

static void every_code_of_the_engine_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const char *code = heng_diagnostic_catalogue[i].code;
        if (code[1] < '2' || code[1] > '8' || provoked[i]) continue;
        fail_msg("no row of refusal.txt provokes %s", code);
    }
}

/* Checking recurses from rule to rule only where units are not written, and only so far. */
static void a_long_chain_without_units_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)256 << 20);
    heng_text text;
    heng_text_init(&text, &arena, 1 << 20);
    heng_text_add(&text, HENG_STR("use words\nmethod m \"M\" for firm by year status seen\n"
                                  "output r0 : t \"R\" = r1\n"));
    for (int i = 1; i < 400; i++) heng_text_print(&text, "r%d = r%d\n", i, i + 1);
    heng_text_add(&text, HENG_STR("r400 : t = 1 t\n"));
    assert_false(text.failed);
    test_record record = {.input = heng_text_view(&text)};
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_error err;
    assert_int_equal(heng_rule_compile(&name, 1, load, &record, &arena, &compiled, &err), HENG_OK);
    assert_null(compiled.program);
    assert_string_equal(compiled.diagnostics.items[0].code, "R312");
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_refused_in_these_words),
        cmocka_unit_test(every_code_of_the_engine_has_a_row),
        cmocka_unit_test(a_long_chain_without_units_is_refused),
    };
    return cmocka_run_group_tests_name("core/rule/refusal", tests, NULL, NULL);
}
