/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

static void parse_one(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &arena);
    heng_str text = test_read(&arena, folder, name);
    heng_rule_file file = {heng_str_from(name), text};
    heng_ast ast;
    heng_error err;
    assert_int_equal(heng_rule_parse(0, text, &arena, &diagnostics, &ast, &err), HENG_OK);
    heng_diagnostics_sort(&diagnostics);
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(&arena, &diagnostics, &file)));
    assert_non_null(ast.items);
    if (getenv("HENG_SHOW")) printf("%.*s\n", HENG_PRINT(show_tree(&arena, &ast)));
    heng_arena_deinit(&arena);
}

static void every_file_of_the_corpus_parses(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/corpus", ".heng", parse_one), 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_of_the_corpus_parses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
