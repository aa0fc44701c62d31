/* The reader of case files against two tables of texts (case_tree.txt, case_fault.txt) and the corpus.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/case_file.h"
#include "core/rule/text/diagnostic_catalogue.h"

static heng_status read_text(heng_str text, heng_arena *arena, heng_diagnostics *diagnostics,
                             heng_case_file *file)
{
    heng_error err;
    heng_diagnostics_init(diagnostics, arena);
    heng_status status = heng_case_read(0, text, arena, diagnostics, file, &err);
    heng_diagnostics_sort(diagnostics);
    return status;
}

static void show_columns(heng_text *out, const heng_case_table *table)
{
    for (unsigned i = 0; i < table->column_count; i++) {
        const heng_case_column *column = &table->columns[i];
        assert_true(column->expected == (i >= table->given_count));
        if (i == table->given_count) heng_text_add(out, HENG_STR(" ||"));
        heng_text_add_char(out, ' ');
        show_path(out, &column->name);
        for (unsigned k = 0; k < column->key_count; k++)
            heng_text_print(out, "[%.*s]", HENG_PRINT(column->keys[k].text));
        show_word(out, " ", column->unit);
    }
    heng_text_add_char(out, '\n');
}

static void show_table(heng_text *out, const heng_case_table *table)
{
    heng_text_print(out, "  table %u+%u:", table->given_count,
                    table->column_count - table->given_count);
    show_columns(out, table);
    for (unsigned i = 0; i < table->row_count * table->column_count; i++) {
        unsigned column = i % table->column_count;
        const char *before = column == 0 ? "    " : column == table->given_count ? "||" : "|";
        heng_text_print(out, "%s%.*s%s", before, HENG_PRINT(table->cells[i].text),
                        column + 1 == table->column_count ? "\n" : "");
    }
}

static heng_str show_cases(heng_arena *arena, const heng_case_file *file)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 20);
    for (unsigned i = 0; i < file->use_count; i++)
        heng_text_print(&out, "use %.*s\n", HENG_PRINT(file->uses[i].text));
    for (const heng_case *one = file->cases; one; one = one->next) {
        heng_text_add(&out, HENG_STR("case"));
        show_label(&out, &one->label);
        if (one->source.at.length) heng_text_add(&out, HENG_STR(" source"));
        show_label(&out, &one->source);
        heng_text_print(&out, " remarks %u\n", one->comment_count);
        for (const heng_case_table *table = one->tables; table; table = table->next)
            show_table(&out, table);
    }
    assert_false(out.failed);
    return heng_text_view(&out);
}

static void cases_are_as_written(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_case_file file;
    assert_int_equal(read_text(record->input, arena, &diagnostics, &file), HENG_OK);
    heng_rule_file source = {record->title, record->input};
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(arena, &diagnostics, &source)));
    test_compare(record, show_cases(arena, &file));
}

static void texts_have_their_cases(void **state)
{
    (void)state;
    assert_int_equal(test_each_record("rule", "case_tree.txt", cases_are_as_written), 3);
}

static bool provoked[128];

static void faults_are_as_written(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_case_file file;
    assert_int_equal(read_text(record->input, arena, &diagnostics, &file), HENG_OK);
    test_compare(record, show_faults(arena, &diagnostics));
    for (size_t i = 0; i < diagnostics.count; i++) {
        const heng_diagnostic_entry *entry = heng_diagnostic_find(diagnostics.items[i].code);
        assert_non_null(entry);
        assert_true(entry - heng_diagnostic_catalogue < (ptrdiff_t)(sizeof provoked));
        provoked[entry - heng_diagnostic_catalogue] = true;
    }
}

static void faults_are_said_with_their_place(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "case_fault.txt", faults_are_as_written) > 10);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const char *code = heng_diagnostic_catalogue[i].code;
        bool ours = strcmp(code, "R900") > 0 && strcmp(code, "R920") < 0;
        if (ours && !provoked[i]) fail_msg("no row of case_fault.txt provokes %s", code);
    }
}

static size_t expected_cells;

static void read_one(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_str text = test_read(&arena, folder, name);
    heng_rule_file source = {heng_str_from(name), text};
    heng_case_file file;
    assert_int_equal(read_text(text, &arena, &diagnostics, &file), HENG_OK);
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

static void a_text_that_is_too_long_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    char *bytes = heng_arena_alloc(&arena, HENG_RULE_TEXT_MAX + 1);
    assert_non_null(bytes);
    memset(bytes, '\n', HENG_RULE_TEXT_MAX + 1);
    heng_diagnostics diagnostics;
    heng_case_file file;
    heng_str text = {bytes, HENG_RULE_TEXT_MAX + 1};
    assert_int_equal(read_text(text, &arena, &diagnostics, &file), HENG_TOO_LARGE);
    text.length--;
    assert_int_equal(read_text(text, &arena, &diagnostics, &file), HENG_OK);
    heng_arena_deinit(&arena);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    static const char text[] =
        "use a\nuse b\nuse c\nuse d\nuse e\ncase \"A\\\"\" / \"B\\\"\"\n# r\n"
        "source \"S\\\"\"\na | b || c\n  |   ||\n"
        "1|2||3\n1|2||3\n1|2||3\n1|2||3\n1|2||3\n1|2||3\n1|2||3\n1|2||3\n"
        "1|2||3\n\nd\n";
    size_t asked = 0;
    for (size_t n = 0; n <= asked; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 1 << 20);
        heng_diagnostics diagnostics;
        heng_diagnostics_init(&diagnostics, &arena);
        heng_case_file file = {.case_count = 7};
        heng_error err;
        heng_arena_fail_after(n);
        heng_status status =
            heng_case_read(0, heng_str_from(text), &arena, &diagnostics, &file, &err);
        if (n == 0) asked = heng_arena_asked();
        heng_arena_fail_after(0);
        if (status != (n ? HENG_NO_MEMORY : HENG_OK))
            fail_msg("allocation %zu of %zu failed: status %d", n, asked, (int)status);
        assert_int_equal(file.case_count, n ? 7 : 1);
        heng_arena_deinit(&arena);
    }
    assert_true(asked > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_their_cases),
        cmocka_unit_test(faults_are_said_with_their_place),
        cmocka_unit_test(every_expected_figure_of_the_corpus_is_read),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
