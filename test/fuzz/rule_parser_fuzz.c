/* Feeds any bytes to the parser, the formatter and the reader of cases, and holds the formatter to its
 * word: the tree does not change, and formatting twice changes nothing.
 *
 *   CC=clang meson setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false
 *   build-fuzz/test/rule_parser_fuzz -dict=test/fuzz/rule.dict CORPUS test/cases/rule/corpus
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case_file.h"
#include "test/core/rule/tree.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

/* The first few are enough: printing all of them would take most of the time. */
static void print_some(heng_diagnostics diagnostics, heng_str text, heng_arena *arena)
{
    heng_rule_file file = {HENG_STR("input"), text};
    heng_text out;
    heng_text_init(&out, arena, 1 << 26);
    if (diagnostics.count > 2) diagnostics.count = 2;
    for (size_t i = 0; i < diagnostics.count; i++)
        heng_diagnostic_print(&diagnostics.items[i], &file, &out);
    heng_diagnostics_write_json(&diagnostics, &file, &out);
}

/* Formats a whole file; `tree` is the tree that the text must have. */
static heng_str format(heng_str text, heng_arena *arena, heng_str *tree)
{
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, arena);
    heng_ast ast;
    heng_error err;
    heng_str out;
    demand(heng_rule_parse(0, text, arena, &diagnostics, &ast, &err) == HENG_OK, "parse");
    heng_diagnostics_sort(&diagnostics);
    demand(ast.whole == (diagnostics.found == 0), "whole");
    print_some(diagnostics, text, arena);
    *tree = show_tree(arena, &ast);
    heng_status status = heng_rule_format(text, &ast, arena, &out, &err);
    demand(status == (ast.whole ? HENG_OK : HENG_REFUSED), "format");
    return ast.whole ? out : (heng_str){NULL, 0};
}

static void read_case(heng_str text, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, arena);
    heng_case_file file;
    heng_error err;
    demand(heng_case_read(0, text, arena, &diagnostics, &file, &err) == HENG_OK, "case");
    print_some(diagnostics, text, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_str text = {(const char *)data, size}, first, second;
    heng_str once = format(text, &arena, &first);
    if (once.at) {
        heng_str twice = format(once, &arena, &second);
        demand(heng_str_equal(first, second), "formatting keeps the tree");
        demand(heng_str_equal(once, twice), "formatting twice changes nothing");
    }
    read_case(text, &arena);
    heng_arena_deinit(&arena);
    return 0;
}
