/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/text/diagnostic_catalogue.h"

#include <jansson.h>

static const heng_rule_file files[] = {
    {{"a.heng", 6}, {"one\ntwo \"二\"\n", 14}},
    {{"b.heng", 6}, {"three\n", 6}},
};

static heng_locus place(uint32_t file, uint32_t line, uint32_t column, uint32_t offset)
{
    return (heng_locus){file, line, column, offset, 1};
}

static void the_catalogue_is_sorted_and_complete(void **state)
{
    (void)state;
    assert_true(heng_diagnostic_catalogue_count > 50);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const heng_diagnostic_entry *entry = &heng_diagnostic_catalogue[i];
        assert_int_equal(strlen(entry->code), 4);
        assert_true(entry->title[0] && entry->meaning[0] && entry->mending[0]);
        assert_true(heng_str_ends(heng_str_from(entry->meaning), HENG_STR(".")));
        assert_true(heng_str_ends(heng_str_from(entry->mending), HENG_STR(".")));
        if (i) assert_true(strcmp(heng_diagnostic_catalogue[i - 1].code, entry->code) < 0);
        assert_ptr_equal(heng_diagnostic_find(entry->code), entry);
    }
    assert_null(heng_diagnostic_find("R000"));
    assert_null(heng_diagnostic_find("R999"));
}

static void diagnostics_are_sorted_by_place_and_stay_in_order(void **state)
{
    (void)state;
    static const struct {
        uint32_t file, line, column;
        const char *message;
    } rows[] = {{1, 1, 1, "6"}, {0, 2, 1, "3"}, {0, 1, 9, "2"}, {0, 2, 1, "4"},
                {0, 1, 1, "1"}, {0, 2, 1, "5"}, {1, 2, 1, "7"}};
    enum { COUNT = sizeof rows / sizeof *rows };
    for (size_t count = 0; count <= COUNT; count++) {
        heng_arena arena;
        heng_arena_init(&arena, 1 << 20);
        heng_diagnostics list;
        heng_diagnostics_init(&list, &arena);
        for (size_t i = 0; i < count; i++)
            heng_diagnose(&list, "R101", place(rows[i].file, rows[i].line, rows[i].column, 0), NULL,
                          NULL, "%s", rows[i].message);
        heng_diagnostics_sort(&list);
        assert_int_equal(list.count, count);
        for (size_t i = 1; i < count; i++)
            assert_true(list.items[i - 1].message.at[0] < list.items[i].message.at[0]);
        heng_arena_deinit(&arena);
    }
}

static void a_second_place_is_shown(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_diagnostics list;
    heng_diagnostics_init(&list, &arena);
    heng_diagnose(&list, "R101", place(0, 2, 1, 4), "here", "Mend it.", "wrong");
    list.items[0].also = place(1, 1, 1, 0);
    check_str(show_diagnostics(&arena, &list, files), "a.heng:2:1: wrong  [R101]\n"
                                                      "    two \"二\"\n"
                                                      "    ^ here\n"
                                                      "    See also b.heng:1:\n"
                                                      "    three\n"
                                                      "    Remedy: Mend it.\n");
    heng_arena_deinit(&arena);
}

static void a_diagnostic_without_a_place_has_no_line(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_diagnostics list;
    heng_diagnostics_init(&list, &arena);
    heng_diagnose(&list, "R101", (heng_locus){.file = 1}, NULL, NULL, "wrong");
    heng_diagnose(&list, "R101", place(0, 9, 1, 99), NULL, NULL, "beyond the text");
    check_str(show_diagnostics(&arena, &list, files), "b.heng: wrong  [R101]\n"
                                                      "a.heng:9:1: beyond the text  [R101]\n");
    heng_arena_deinit(&arena);
}

/* A long line is shown around the place, whole characters only, and never more than what fits. */
static void a_long_line_is_cut_around_the_place(void **state)
{
    (void)state;
    static const struct {
        size_t columns, place; /* of the line; wide characters, two columns and three bytes each */
    } rows[] = {{20, 5}, {50, 45}, {2000, 10}, {2000, 1000}, {2000, 1990}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_arena arena;
        heng_arena_init(&arena, 4 << 20);
        heng_text text;
        heng_text_init(&text, &arena, 1 << 20);
        heng_text_add(&text, HENG_STR("first\r\n"));
        for (size_t k = 0; k < rows[i].columns; k++)
            heng_text_add(&text, k == rows[i].place ? HENG_STR("\x7F") : HENG_STR("二"));
        heng_text_add(&text, HENG_STR("\r\nlast\r\n"));
        heng_rule_file file = {HENG_STR("long"), heng_text_view(&text)};
        heng_diagnostics list;
        heng_diagnostics_init(&list, &arena);
        uint32_t offset = (uint32_t)(7 + 3 * rows[i].place);
        heng_diagnose(&list, "R101", place(0, 2, (uint32_t)rows[i].place + 1, offset), NULL, NULL,
                      "x");
        heng_str shown = show_diagnostics(&arena, &list, &file);
        heng_str head = {0}, line = {0}, caret = {0};
        bool head_line = heng_str_cut(&shown, '\n', &head);
        bool source_line = heng_str_cut(&shown, '\n', &line);
        assert_true(head_line && source_line);
        assert_true(heng_str_cut(&shown, '\n', &caret));
        assert_int_equal(heng_utf8_valid(line), line.length);
        assert_true(heng_utf8_columns(line) <= 4 + 120 + 2 + 3);
        bool late = rows[i].place > 30 && rows[i].columns > 60;
        assert_int_equal(heng_str_starts(line, HENG_STR("    ...")), late);
        /* The caret is below the blank that stands for the control character. */
        size_t columns = caret.length - 1, at = 0, have = 0;
        assert_int_equal(columns, late ? 4 + 3 + 60 : 4 + 2 * rows[i].place);
        while (have < columns) {
            size_t from = at;
            heng_utf8_next(line, &at);
            have += heng_utf8_columns(heng_str_slice(line, from, at));
        }
        assert_int_equal(line.at[at], ' ');
        heng_arena_deinit(&arena);
    }
}

static void json_is_read_back(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_diagnostics list;
    heng_diagnostics_init(&list, &arena);
    heng_diagnose(&list, "R104", place(0, 2, 5, 8), "\"", "close\n", "二 %d", 2);
    heng_text out;
    heng_text_init(&out, &arena, 1 << 16);
    heng_diagnostics_write_json(&list, files, &out);
    json_t *read = json_loadb(out.bytes, out.length, 0, NULL);
    assert_non_null(read);
    assert_int_equal(json_array_size(read), 1);
    const char *code, *file, *message, *caret, *remedy;
    int line, column, length;
    assert_int_equal(json_unpack(json_array_get(read, 0), "{s:s,s:s,s:i,s:i,s:i,s:s,s:s,s:s}",
                                 "code", &code, "file", &file, "line", &line, "column", &column,
                                 "length", &length, "message", &message, "caret", &caret, "remedy",
                                 &remedy),
                     0);
    assert_string_equal(code, "R104");
    assert_string_equal(file, "a.heng");
    assert_int_equal(line, 2);
    assert_int_equal(column, 5);
    assert_int_equal(length, 1);
    assert_string_equal(message, "二 2");
    assert_string_equal(caret, "\"");
    assert_string_equal(remedy, "close\n");
    json_decref(read);
    heng_arena_deinit(&arena);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 5; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 1 << 20);
        heng_diagnostics list;
        heng_diagnostics_init(&list, &arena);
        heng_arena_fail_after(n);
        heng_diagnose(&list, "R101", place(0, 1, 1, 0), "caret", "remedy", "message");
        heng_diagnostics_sort(&list);
        heng_arena_fail_after(0);
        assert_true(list.failed);
        assert_int_equal(list.found, 1);
        assert_int_equal(list.count, n == 5 ? 1 : 0);
        heng_diagnose(&list, "R101", place(0, 1, 1, 0), NULL, NULL, "later");
        assert_int_equal(list.found, 2);
        heng_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_is_sorted_and_complete),
        cmocka_unit_test(diagnostics_are_sorted_by_place_and_stay_in_order),
        cmocka_unit_test(a_second_place_is_shown),
        cmocka_unit_test(a_diagnostic_without_a_place_has_no_line),
        cmocka_unit_test(a_long_line_is_cut_around_the_place),
        cmocka_unit_test(json_is_read_back),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
