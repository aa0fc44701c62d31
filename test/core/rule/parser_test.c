/* The parser against three tables of text: what the tree must be (tree.txt), what is said of faults
 * (fault.txt), and the corpus, which must parse.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/case_file.h"
#include "core/rule/text/diagnostic_catalogue.h"

static heng_status parse(heng_str text, heng_arena *arena, heng_diagnostics *diagnostics,
                         heng_ast *ast)
{
    heng_error err;
    heng_diagnostics_init(diagnostics, arena);
    heng_status status = heng_rule_parse(0, text, arena, diagnostics, ast, &err);
    heng_diagnostics_sort(diagnostics);
    return status;
}

static void tree_is_as_written(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_ast ast;
    heng_rule_file file = {record->title, record->input};
    assert_int_equal(parse(record->input, arena, &diagnostics, &ast), HENG_OK);
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(arena, &diagnostics, &file)));
    assert_true(ast.whole);
    test_compare(record, show_tree(arena, &ast));
}

static void texts_have_their_trees(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "tree.txt", tree_is_as_written) > 40);
}

/* "line:column CODE message", one a line. */
static void faults_are_as_written(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_ast ast;
    assert_int_equal(parse(record->input, arena, &diagnostics, &ast), HENG_OK);
    assert_false(ast.whole);
    test_compare(record, show_faults(arena, &diagnostics));
}

static void faults_are_said_with_their_place(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "fault.txt", faults_are_as_written) > 60);
}

static void pages_are_as_written(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_ast ast;
    heng_rule_file file = {HENG_STR("x.heng"), record->input};
    assert_int_equal(parse(record->input, arena, &diagnostics, &ast), HENG_OK);
    test_compare(record, show_diagnostics(arena, &diagnostics, &file));
}

static void diagnostics_are_printed_with_line_and_caret(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "printed.txt", pages_are_as_written) > 5);
}

static bool provoked[64];

static void note_codes(const test_record *record, heng_arena *arena)
{
    heng_diagnostics diagnostics;
    heng_ast ast;
    parse(record->input, arena, &diagnostics, &ast);
    for (size_t i = 0; i < diagnostics.count; i++) {
        const heng_diagnostic_entry *entry = heng_diagnostic_find(diagnostics.items[i].code);
        assert_non_null(entry);
        assert_true(diagnostics.items[i].remedy.length > 0);
        provoked[entry - heng_diagnostic_catalogue] = true;
    }
}

static void every_syntax_diagnostic_is_provoked(void **state)
{
    (void)state;
    test_each_record("rule", "fault.txt", note_codes);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const char *code = heng_diagnostic_catalogue[i].code;
        if (code[1] == '1' && !provoked[i]) fail_msg("no row of fault.txt provokes %s", code);
    }
}

static void parse_one(const char *folder, const char *name)
{
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_str text = test_read(&arena, folder, name);
    heng_rule_file file = {heng_str_from(name), text};
    heng_ast ast;
    assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
    if (diagnostics.found)
        fail_msg("%.*s", HENG_PRINT(show_diagnostics(&arena, &diagnostics, &file)));
    assert_non_null(ast.items);
    heng_arena_deinit(&arena);
}

static void every_file_of_the_corpus_parses(void **state)
{
    (void)state;
    assert_int_equal(test_each_file("rule/corpus", ".heng", parse_one), 19);
}

static heng_str repeat(heng_arena *arena, const char *before, const char *piece, size_t count,
                       const char *after)
{
    heng_text text;
    heng_text_init(&text, arena, 4 << 20);
    heng_text_add(&text, heng_str_from(before));
    for (size_t i = 0; i < count; i++) heng_text_add(&text, heng_str_from(piece));
    heng_text_add(&text, heng_str_from(after));
    assert_false(text.failed);
    return heng_text_view(&text);
}

/* Each limit is met exactly, and passed by one. */
static void limits_hold(void **state)
{
    (void)state;
    static const struct {
        const char *before, *piece;
        size_t good;
        const char *after, *code;
    } rows[] = {
        {"x = ", "(", HENG_RULE_DEPTH_MAX - 1, "a", NULL},
        {"x = ", "- ", HENG_RULE_DEPTH_MAX - 1, "a", "R130"},
        {"x = ", "not ", HENG_RULE_DEPTH_MAX - 1, "a", "R130"},
        {"x = a", " ^ a", HENG_RULE_DEPTH_MAX - 1, "", "R130"},
        {"x = a", " + a", HENG_RULE_HEIGHT_MAX - 1, "", "R131"},
        {"x = a", "@previous", HENG_RULE_HEIGHT_MAX - 1, "", "R131"},
        {"", "a", HENG_NAME_MAX, " = b", "R111"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t more = 0; more < 2; more++) {
            heng_arena arena;
            heng_arena_init(&arena, 64 << 20);
            heng_diagnostics diagnostics;
            heng_ast ast;
            heng_str text =
                repeat(&arena, rows[i].before, rows[i].piece, rows[i].good + more, rows[i].after);
            if (!rows[i].code) /* close the brackets */
                text = repeat(&arena, text.at, ")", rows[i].good + more, "");
            assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
            assert_int_equal(diagnostics.found, more);
            if (more)
                assert_string_equal(diagnostics.items[0].code,
                                    rows[i].code ? rows[i].code : "R130");
            heng_arena_deinit(&arena);
        }
}

/* 1024 columns and 1024 short lines are a million cells; one line more is refused. */
static void short_lines_cannot_make_a_grid_huge(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        heng_arena arena;
        heng_arena_init(&arena, 512 << 20);
        heng_diagnostics diagnostics;
        heng_ast ast;
        heng_str head = repeat(&arena, "table t : t \"T\"\n  a", "|a", 1023, "\n");
        heng_str text = repeat(&arena, head.at, "  b|\n", 1024 + more, "");
        assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
        assert_int_equal(diagnostics.found, more);
        if (more) assert_string_equal(diagnostics.items[0].code, "R132");
        if (!more) assert_int_equal(ast.items->grid->row_count, 1024);
        heng_arena_deinit(&arena);
    }
}

static void a_text_that_is_too_long_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_ast ast;
    heng_str text = repeat(&arena, "", "\n", HENG_RULE_TEXT_MAX + 1, "");
    assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_TOO_LARGE);
    text.length--;
    assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
    assert_null(ast.items);
    heng_arena_deinit(&arena);
}

/* Lines of a quarter of a megabyte, of what makes a careless reader start again and again; some of the
 * faults are printed as well. Quadratic time would take minutes. */
static void long_lines_are_read_once(void **state)
{
    (void)state;
    static const char *const rows[] = {"\\\"", "$",  "'",     "\"", "\xFF", "\xEF\xBC\x9A",
                                       "|",    "a ", "1,000", "(",  "||",   "\"a\"",
                                       "#",    "[",  ". ",    "\t", "\r"};
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        heng_arena arena;
        heng_arena_init(&arena, 1u << 30);
        heng_diagnostics diagnostics;
        heng_ast ast;
        const char *piece = rows[i / 2], *before = i % 2 ? "x = a\n  " : "";
        heng_str text = repeat(&arena, before, piece, HENG_RULE_TEXT_MAX / 4 / strlen(piece), "");
        heng_rule_file file = {HENG_STR("long"), text};
        assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
        heng_case_file cases;
        heng_error err;
        assert_int_equal(heng_case_read(0, text, &arena, &diagnostics, &cases, &err), HENG_OK);
        heng_str formatted;
        if (ast.whole)
            assert_int_equal(heng_rule_format(text, &ast, &arena, &formatted, &err), HENG_OK);
        if (diagnostics.count > 200) diagnostics.count = 200;
        assert_true(show_diagnostics(&arena, &diagnostics, &file).length < 1 << 20);
        heng_arena_deinit(&arena);
    }
}

/* Many faults: the list stops growing, the count goes on. */
static void findings_are_kept_up_to_their_limit(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_diagnostics diagnostics;
    heng_ast ast;
    heng_str text = repeat(&arena, "", "=\n", HENG_FINDINGS_MAX + 7, "");
    assert_int_equal(parse(text, &arena, &diagnostics, &ast), HENG_OK);
    assert_int_equal(diagnostics.count, HENG_FINDINGS_MAX);
    assert_int_equal(diagnostics.found, HENG_FINDINGS_MAX + 7);
    heng_arena_deinit(&arena);
}

/* Every allocation fails in turn: the parser says so, and never half succeeds. */
static void fail_in_turn(heng_str text, bool whole)
{
    size_t asked = 0;
    for (size_t n = 0; n <= asked; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 16 << 20);
        heng_diagnostics diagnostics;
        heng_diagnostics_init(&diagnostics, &arena);
        heng_ast ast = {.file = 7};
        heng_error err;
        heng_arena_fail_after(n);
        heng_status status = heng_rule_parse(0, text, &arena, &diagnostics, &ast, &err);
        if (n == 0) asked = heng_arena_asked();
        heng_arena_fail_after(0);
        if (status != (n ? HENG_NO_MEMORY : HENG_OK))
            fail_msg("allocation %zu of %zu failed: status %d", n, asked, (int)status);
        assert_int_equal(ast.file, n ? 7 : 0);
        if (n == 0) assert_true(ast.whole == whole);
        heng_arena_deinit(&arena);
    }
    assert_true(asked > 20);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    heng_arena texts;
    heng_arena_init(&texts, 16 << 20);
    fail_in_turn(test_read(&texts, "rule", "memory.heng"), true);
    heng_arena_deinit(&texts);
    fail_in_turn(HENG_STR("x = a b\ny = ：c\nlist l \"L\" from \"a\\\"b\" )\nz = 1,000\nw = if\n"),
                 false);
}

static void spans_of_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int first, last; /* months as 12 x year + month - 1; 0 is open */
    } rows[] = {
        {"2021", 12 * 2021, 12 * 2021 + 11},
        {" 2019 .. 2020 ", 12 * 2019, 12 * 2020 + 11},
        {"2022 ..", 12 * 2022, 0},
        {".. 2020-06", 0, 12 * 2020 + 5},
        {"2023-Q2..2023-H2", 12 * 2023 + 3, 12 * 2023 + 11},
    };
    heng_span span;
    heng_error err;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(heng_rule_span_parse(heng_str_from(rows[i].text), &span, &err), HENG_OK);
        assert_int_equal(span.first_month, rows[i].first ? rows[i].first : INT32_MIN);
        assert_int_equal(span.last_month, rows[i].last ? rows[i].last : INT32_MAX);
    }
    static const char *const bad[] = {
        "",
        "..",
        "abc",
        "2021 .. x",
        "x .. 2021",
        "2022 .. 2021",
        "2021 2022",
        "1800",
        "2021 .. 2022 .. 2023",
        "a text that is much longer than any that a span of dates could have",
        "2022                             ..                             2021"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(heng_rule_span_parse(heng_str_from(bad[i]), &span, &err), HENG_INVALID);
}

/* clang-format off */
static const char *const pieces[] = {
    "a", " ", "\n", "\n  ", "x : t = ", "input ", "table ", "list ", "= ", "1 ", "5 GJ/t", "(",
    ")", "[", "]", "| ", "\"", "\"b\" ", ", ", " when ", " otherwise", "..", "2023-06", "@",
    "sum(", " over ", "#c\n", "\xE5\x90\xA8", "\xFF", "：", "“", "^", "10^4 ", "yes/no", " / ",
    "check ", "output ", "valid ", "source ", "use ", "method m \"M\"\n", "-", "not ", "\t",
    "\r", "'",
};
/* clang-format on */

/* Any text, made of the pieces that rules are made of: it is read to its end, and the places of the
 * statements lie inside of it, one behind the other. */
static void random_texts_are_survived(void **state)
{
    (void)state;
    uint64_t seed = 20250901;
    for (unsigned round = 0; round < 20000; round++) {
        heng_arena arena;
        heng_arena_init(&arena, 16 << 20);
        heng_text text;
        heng_text_init(&text, &arena, 1 << 16);
        for (unsigned i = 0; i < 40; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            heng_text_add(&text,
                          heng_str_from(pieces[(seed >> 33) % (sizeof pieces / sizeof *pieces)]));
        }
        heng_diagnostics diagnostics;
        heng_ast ast;
        assert_int_equal(parse(heng_text_view(&text), &arena, &diagnostics, &ast), HENG_OK);
        assert_true(ast.whole == (diagnostics.found == 0));
        size_t from = 0;
        for (const heng_item *item = ast.items; item; item = item->next) {
            assert_true(item->at.offset >= from);
            from = (size_t)item->at.offset + item->at.length;
        }
        assert_true(from <= text.length);
        heng_arena_deinit(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_their_trees),
        cmocka_unit_test(faults_are_said_with_their_place),
        cmocka_unit_test(diagnostics_are_printed_with_line_and_caret),
        cmocka_unit_test(every_syntax_diagnostic_is_provoked),
        cmocka_unit_test(every_file_of_the_corpus_parses),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(short_lines_cannot_make_a_grid_huge),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
        cmocka_unit_test(long_lines_are_read_once),
        cmocka_unit_test(findings_are_kept_up_to_their_limit),
        cmocka_unit_test(memory_may_end_anywhere),
        cmocka_unit_test(spans_of_cells),
        cmocka_unit_test(random_texts_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
