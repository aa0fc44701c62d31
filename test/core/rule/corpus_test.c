/* test/core/rule/corpus_test.c: every worked example of the corpus agrees.
 *
 * The expected figures were computed apart from the engine; where they come from is said in each case.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "test/core/rule/support.h"

static size_t expected_in_all, failed_in_all, cases_in_all;

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
    heng_status status = heng_case_run(heng_str_from(name), text, load, (void *)(uintptr_t)folder,
                                       &arena, &report, &err);
    if (status != HENG_OK) fail_msg("%s: %s", name, err.message);
    heng_str shown = show_diagnostics(&arena, &report.diagnostics, report.files);
    if (shown.length) print_error("%.*s", HENG_PRINT(shown));
    print_message("# %s: %zu cases, %zu expected values, %zu failed\n", name, report.case_count,
                  report.expected_count, report.failed_count);
    expected_in_all += report.expected_count;
    failed_in_all += report.failed_count + report.diagnostics.found;
    cases_in_all += report.case_count;
    heng_arena_deinit(&arena);
}

static void the_corpus_agrees(void **state)
{
    (void)state;
    size_t files = test_each_file("rule/corpus", ".case", run_file);
    print_message("# %zu files, %zu cases, %zu expected values, %zu failed\n", files, cases_in_all,
                  expected_in_all, failed_in_all);
    assert_int_equal(failed_in_all, 0);
    assert_int_equal(files, 18);
    assert_int_equal(expected_in_all, 643);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_agrees),
    };
    return cmocka_run_group_tests_name("core/rule/corpus", tests, NULL, NULL);
}
