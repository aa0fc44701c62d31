/* SPDX-License-Identifier: Apache-2.0 */
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

static void format_one(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_str text = test_read(&arena, folder, name), tree, tree_after, tree_again;
    heng_str once = format(&arena, text, &tree);
    if (getenv("HENG_SHOW")) printf("%.*s", HENG_PRINT(once));
    heng_str twice = format(&arena, once, &tree_after);
    if (!heng_str_equal(tree, tree_after)) fail_msg("formatting changed the tree of %s", name);
    if (!heng_str_equal(once, twice)) fail_msg("formatting %s twice changed it", name);
    (void)tree_again;
    heng_arena_deinit(&arena);
}

static void the_corpus_keeps_its_tree(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/corpus", ".heng", format_one), 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_keeps_its_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
