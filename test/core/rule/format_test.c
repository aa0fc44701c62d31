/* The formatter against a table of texts, and its two promises: the tree does not change, and formatting
 * twice changes nothing. The promises are held over the corpus and over every text of tree.txt.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

static heng_str format(heng_arena *arena, heng_str text, heng_str *tree)
{
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, arena);
    heng_rule_file file = {HENG_STR("text"), text};
    heng_ast ast;
    heng_error err;
    heng_str out;
    assert_int_equal(heng_rule_parse(0, text, arena, &diagnostics, &ast, &err), HENG_OK);
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(arena, &diagnostics, &file)));
    *tree = show_tree(arena, &ast);
    assert_int_equal(heng_rule_format(text, &ast, arena, &out, &err), HENG_OK);
    return out;
}

/* The text as formatted, once the promises hold. */
static heng_str format_twice(heng_str name, heng_str text, heng_arena *arena)
{
    heng_str tree, tree_after;
    heng_str once = format(arena, text, &tree), twice = format(arena, once, &tree_after);
    if (!heng_str_equal(tree, tree_after))
        fail_msg("formatting changed the tree of %.*s", HENG_PRINT(name));
    if (!heng_str_equal(once, twice))
        fail_msg("%.*s: formatting twice changed\n%.*sinto\n%.*s", HENG_PRINT(name),
                 HENG_PRINT(once), HENG_PRINT(twice));
    return once;
}

static void format_file(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    format_twice(heng_str_from(name), test_read(&arena, folder, name), &arena);
    heng_arena_deinit(&arena);
}

static void the_corpus_keeps_its_tree(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/corpus", ".heng", format_file), 19);
}

static void keep_tree(const test_record *record, heng_arena *arena)
{
    format_twice(record->title, record->input, arena);
}

static void every_form_keeps_its_tree(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "tree.txt", keep_tree) > 40);
}

static void layout_is_as_written(const test_record *record, heng_arena *arena)
{
    test_compare(record, format_twice(record->title, record->input, arena));
}

static void texts_have_their_layout(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "format.txt", layout_is_as_written) > 15);
}

static void many_comments_are_kept(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    heng_text text;
    heng_text_init(&text, &arena, 1 << 16);
    for (unsigned i = 0; i < 300; i++) heng_text_print(&text, "x%u = a  # %u\n# alone\n", i, i);
    heng_str name = HENG_STR("many comments");
    assert_true(
        heng_str_equal(format_twice(name, heng_text_view(&text), &arena), heng_text_view(&text)));
    heng_arena_deinit(&arena);
}

static void a_file_with_faults_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &arena);
    heng_ast ast;
    heng_error err;
    heng_str text = HENG_STR("x = a +\ny = b\n"), out = HENG_STR("untouched");
    assert_int_equal(heng_rule_parse(0, text, &arena, &diagnostics, &ast, &err), HENG_OK);
    assert_int_equal(heng_rule_format(text, &ast, &arena, &out, &err), HENG_REFUSED);
    check_str(out, "untouched");
    heng_arena_deinit(&arena);
}

static void fail_in_turn(heng_str text, heng_arena *texts)
{
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, texts);
    heng_ast ast;
    heng_error err;
    assert_int_equal(heng_rule_parse(0, text, texts, &diagnostics, &ast, &err), HENG_OK);
    size_t asked = 0;
    for (size_t n = 0; n <= asked; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 16 << 20);
        heng_str out = HENG_STR("untouched");
        heng_arena_fail_after(n);
        heng_status status = heng_rule_format(text, &ast, &arena, &out, &err);
        if (n == 0) asked = heng_arena_asked();
        heng_arena_fail_after(0);
        if (status != (n ? HENG_NO_MEMORY : HENG_OK))
            fail_msg("allocation %zu of %zu failed: status %d", n, asked, (int)status);
        if (n) check_str(out, "untouched");
        heng_arena_deinit(&arena);
    }
    assert_true(asked > 0);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    heng_arena texts;
    heng_arena_init(&texts, 16 << 20);
    fail_in_turn(test_read(&texts, "rule", "memory.heng"), &texts);
    fail_in_turn(HENG_STR("x = a\n"), &texts);
    heng_arena_deinit(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_keeps_its_tree),
        cmocka_unit_test(every_form_keeps_its_tree),
        cmocka_unit_test(texts_have_their_layout),
        cmocka_unit_test(many_comments_are_kept),
        cmocka_unit_test(a_file_with_faults_is_refused),
        cmocka_unit_test(memory_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
