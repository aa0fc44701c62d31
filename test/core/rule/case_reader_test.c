/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/case_file.h"

static size_t expected_cells;

static void read_one(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &arena);
    heng_str text = test_read(&arena, folder, name);
    heng_rule_file source = {heng_str_from(name), text};
    heng_case_file file;
    heng_error err;
    assert_int_equal(heng_case_read(0, text, &arena, &diagnostics, &file, &err), HENG_OK);
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(&arena, &diagnostics, &source)));
    assert_int_equal(file.use_count, 1);
    assert_true(file.case_count > 0);
    for (const heng_case *one = file.cases; one; one = one->next)
        for (const heng_case_table *table = one->tables; table; table = table->next)
            for (unsigned i = 0; i < table->row_count * table->column_count; i++) {
                bool expected = table->columns[i % table->column_count].expected;
                expected_cells += expected && table->cells[i].text.length;
            }
    heng_arena_deinit(&arena);
}

/* 643 is what a separate reader counted in the same files when the corpus was written. */
static void every_expected_figure_of_the_corpus_is_read(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/corpus", ".case", read_one), 18);
    assert_int_equal(expected_cells, 643);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_expected_figure_of_the_corpus_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
