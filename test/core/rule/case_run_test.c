/* What the runner of worked examples says: test/cases/rule/case_refusal.txt holds case files over the
 * rules of rule/engine, and the diagnostics as they are printed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "core/rule/text/diagnostic_catalogue.h"
#include "test/core/rule/support.h"

static bool provoked[256];

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    char file[200];
    (void)context;
    if (heng_str_is(name, "broken")) {
        *text = HENG_STR("output x\n");
        return HENG_OK;
    }
    if (heng_str_is(name, "unreadable")) return heng_fail(err, HENG_IO, 0, "the disk has gone");
    bool csv = heng_str_ends(name, HENG_STR(".csv"));
    snprintf(file, sizeof file, csv ? "%.*s" : "%.*s.heng", HENG_PRINT(name));
    *text = test_read(arena, "rule/engine", file);
    return HENG_OK;
}

static heng_status run(heng_str text, heng_arena *arena, heng_case_report *report, heng_error *err)
{
    return heng_case_run(HENG_STR("x.case"), text, load, NULL, arena, report, err);
}

static void is_said(const test_record *record, heng_arena *arena)
{
    heng_case_report report;
    heng_error err;
    assert_int_equal(run(record->input, arena, &report, &err), HENG_OK);
    assert_true(report.failed_count > 0);
    for (size_t i = 0; i < report.diagnostics.count; i++) {
        const heng_diagnostic_entry *entry = heng_diagnostic_find(report.diagnostics.items[i].code);
        assert_true((size_t)(entry - heng_diagnostic_catalogue) < sizeof provoked);
        provoked[entry - heng_diagnostic_catalogue] = true;
    }
    test_compare(record, show_diagnostics(arena, &report.diagnostics, report.files));
}

static void differences_are_said_with_their_place(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "case_refusal.txt", is_said) > 5);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const char *code = heng_diagnostic_catalogue[i].code;
        if (strcmp(code, "R920") < 0 || strcmp(code, "R950") > 0 || provoked[i]) continue;
        fail_msg("no row of case_refusal.txt provokes %s", code);
    }
}

static void a_file_that_cannot_be_read_is_a_failure(void **state)
{
    (void)state;
    heng_arena arena;
    heng_case_report report;
    heng_error err;
    heng_arena_init(&arena, (size_t)64 << 20);
    assert_int_equal(run(HENG_STR("use unreadable\n"), &arena, &report, &err), HENG_IO);
    assert_string_equal(err.message, "the disk has gone");
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_said_with_their_place),
        cmocka_unit_test(a_file_that_cannot_be_read_is_a_failure),
    };
    return cmocka_run_group_tests_name("core/rule/case_run", tests, NULL, NULL);
}
