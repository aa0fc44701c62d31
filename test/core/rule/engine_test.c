/* What the engine does, in worked examples: test/cases/rule/engine. The figures were worked out by hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "test/core/rule/support.h"

static size_t expected_in_all;

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    char file[200];
    bool csv = heng_str_ends(name, HENG_STR(".csv"));
    snprintf(file, sizeof file, csv ? "%.*s" : "%.*s.heng", HENG_PRINT(name));
    (void)err;
    *text = test_read(arena, context, file);
    return HENG_OK;
}

static void run_file(const char *folder, const char *name)
{
    heng_arena arena;
    heng_case_report report;
    heng_error err;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_str text = test_read(&arena, folder, name);
    if (heng_case_run(heng_str_from(name), text, load, (void *)(uintptr_t)folder, &arena, &report,
                      &err) != HENG_OK)
        fail_msg("%s: %s", name, err.message);
    if (report.failed_count || report.diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(&arena, &report.diagnostics, report.files)));
    expected_in_all += report.expected_count;
    heng_arena_deinit(&arena);
}

static void worked_examples_agree(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/engine", ".case", run_file), 11);
    assert_true(expected_in_all > 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples_agree),
    };
    return cmocka_run_group_tests_name("core/rule/engine", tests, NULL, NULL);
}
