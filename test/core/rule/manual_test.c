/* The language manual as a test: every ```heng block parses, every ```heng wrong block provokes the
 * diagnostic of its section, and what mends it is without a fault; likewise ```case and ```settings. From
 * R2 on the blocks are compiled, behind the words that the manual gives. Each diagnostic has its section,
 * with an example and its mending. <FF> stands for that byte, <x 3 times> for xxx.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/case.h"
#include "core/rule/case_file.h"
#include "core/rule/text/diagnostic_catalogue.h"
#include "core/rule/scenario.h"

static heng_str read_manual(heng_arena *arena)
{
    return test_read(arena, "../../doc/manual", "rule-language.md");
}

static void every_diagnostic_has_its_section(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    heng_str manual = read_manual(&arena);
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        const heng_diagnostic_entry *entry = &heng_diagnostic_catalogue[i];
        heng_str head = heng_str_format(&arena, "\n#### %s %s\n", entry->code, entry->title);
        assert_non_null(head.at);
        if (heng_str_find(manual, head, 0) == SIZE_MAX)
            fail_msg("doc/manual/rule-language.md has no section \"#### %s %s\"", entry->code,
                     entry->title);
    }
    heng_arena_deinit(&arena);
}

enum { FILES_MAX = 8, CODES_MAX = 256 };

static heng_rule_file named[FILES_MAX]; /* blocks that begin with "# words.heng" */
static size_t named_count;
static bool wrong_seen[CODES_MAX], right_seen[CODES_MAX];

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    static const struct {
        const char *name, *text;
    } packs[] = {{"land@2026.1", "use a\n"}, {"land/a", "list stuff \"Stuff\" = wood, peat\n"},
                 {"round@1", "use b\n"},     {"round/b", "use ring 1\n"},
                 {"ring@1", "use c\n"},      {"ring/c", "use round 1\n"}};
    if (heng_str_is(name, "x")) {
        *text = *(const heng_str *)context;
        return HENG_OK;
    }
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++)
        if (heng_str_is(name, packs[i].name)) {
            *text = heng_str_from(packs[i].text);
            return HENG_OK;
        }
    for (size_t i = 0; i < named_count; i++)
        if (heng_str_equal(heng_str_format(arena, "%.*s.heng", HENG_PRINT(name)), named[i].name)) {
            *text = named[i].text;
            return HENG_OK;
        }
    bool other = heng_str_starts(name, HENG_STR("land@"));
    return heng_fail(err, other ? HENG_REFUSED : HENG_NOT_FOUND, 0, "no such file");
}

/* "<ab 3 times>" is ababab. */
static heng_str repeated(heng_arena *arena, heng_str text)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 20);
    heng_str end_word = HENG_STR(" times>");
    for (size_t i = 0; i < text.length;) {
        size_t end = text.at[i] == '<' ? heng_str_find(text, end_word, i) : SIZE_MAX;
        heng_str inside = heng_str_slice(text, i + 1, end == SIZE_MAX ? i + 1 : end);
        size_t blank = inside.length;
        while (blank > 0 && inside.at[blank - 1] != ' ') blank--;
        int64_t count;
        heng_error err;
        bool one_line = heng_str_find(inside, HENG_STR("\n"), 0) == SIZE_MAX;
        if (!blank || !one_line ||
            heng_integer_parse(heng_str_slice(inside, blank, inside.length), &count, &err)) {
            heng_text_add_char(&out, text.at[i++]);
            continue;
        }
        for (; count > 0; count--) heng_text_add(&out, heng_str_slice(inside, 0, blank - 1));
        i = end + end_word.length;
    }
    return heng_text_view(&out);
}

typedef struct block {
    heng_str text;
    heng_str code; /* of the section */
    bool is_case, is_settings, wrong;
} block;

static bool is_compiled(heng_str code)
{
    return code.length == 4 && code.at[1] >= '2' && code.at[1] <= '8';
}

static bool has_method(heng_str text)
{
    return heng_str_starts(text, HENG_STR("method ")) ||
           heng_str_find(text, HENG_STR("\nmethod "), 0) != SIZE_MAX;
}

static void compile_block(const block *b, heng_arena *arena, heng_diagnostics *out,
                          const heng_rule_file **files)
{
    static const char method[] = "method m \"M\" for firm by year status seen\n";
    heng_str text = heng_str_format(arena, "use words\n%s%.*s", has_method(b->text) ? "" : method,
                                    HENG_PRINT(b->text));
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_error err;
    assert_int_equal(heng_rule_compile(&name, 1, load, &text, arena, &compiled, &err), HENG_OK);
    *out = compiled.diagnostics;
    *files = compiled.files;
}

static void read_settings(const block *b, heng_arena *arena, heng_diagnostics *out)
{
    heng_str name = HENG_STR("setting");
    heng_compiled compiled;
    heng_scenario scenario;
    heng_error err;
    assert_int_equal(heng_rule_compile(&name, 1, load, NULL, arena, &compiled, &err), HENG_OK);
    assert_non_null(compiled.program);
    assert_int_equal(heng_scenario_read(compiled.program, b->text, arena, out, &scenario, &err),
                     HENG_OK);
}

static void run_case(const block *b, heng_arena *arena, heng_diagnostics *out,
                     const heng_rule_file **files)
{
    heng_case_report report;
    heng_error err;
    assert_int_equal(heng_case_run(HENG_STR("x.case"), b->text, load, NULL, arena, &report, &err),
                     HENG_OK);
    *out = report.diagnostics;
    *files = report.files;
}

static void note_seen(const block *b)
{
    const heng_diagnostic_entry *entry = NULL;
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++)
        if (heng_str_is(b->code, heng_diagnostic_catalogue[i].code))
            entry = &heng_diagnostic_catalogue[i];
    if (!entry) return;
    size_t at = (size_t)(entry - heng_diagnostic_catalogue);
    assert_true(at < CODES_MAX);
    (b->wrong ? wrong_seen : right_seen)[at] = true;
}

static void check_block(block b)
{
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &arena);
    b.text = repeated(&arena, test_bytes(&arena, b.text));
    heng_rule_file file = {HENG_STR("manual"), b.text};
    const heng_rule_file *files = &file;
    heng_error err;
    heng_ast ast;
    heng_case_file cases;
    bool is_named = heng_str_starts(b.text, HENG_STR("# ")) && !b.is_settings;
    bool ran = heng_str_starts(b.code, HENG_STR("R92")) || heng_str_starts(b.code, HENG_STR("R93"));
    if (b.is_settings)
        read_settings(&b, &arena, &diagnostics);
    else if (b.is_case && ran)
        run_case(&b, &arena, &diagnostics, &files);
    else if (b.is_case)
        assert_int_equal(heng_case_read(0, file.text, &arena, &diagnostics, &cases, &err), HENG_OK);
    else if (is_compiled(b.code) && !(is_named && !b.wrong))
        compile_block(&b, &arena, &diagnostics, &files);
    else
        assert_int_equal(heng_rule_parse(0, file.text, &arena, &diagnostics, &ast, &err), HENG_OK);
    bool provoked = !b.wrong;
    for (size_t i = 0; i < diagnostics.count; i++)
        provoked |= heng_str_is(b.code, diagnostics.items[i].code);
    if (!provoked || (!b.wrong && diagnostics.found))
        fail_msg("%.*s\nsection %.*s; found:\n%.*s", HENG_PRINT(b.text), HENG_PRINT(b.code),
                 HENG_PRINT(show_diagnostics(&arena, &diagnostics, files)));
    note_seen(&b);
    heng_arena_deinit(&arena);
}

/* "# words.heng" on the first line of a block gives it that name. */
static void keep_named(heng_str text)
{
    heng_str rest = text, line;
    heng_str_cut(&rest, '\n', &line);
    if (!heng_str_starts(line, HENG_STR("# ")) || !heng_str_ends(line, HENG_STR(".heng"))) return;
    assert_true(named_count < FILES_MAX);
    named[named_count++] = (heng_rule_file){heng_str_slice(line, 2, line.length), text};
}

static void every_example_is_as_it_says(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    heng_str rest = read_manual(&arena), line, code = HENG_STR("");
    const char *open = NULL; /* where the text of the block begins */
    block b = {0};
    size_t count = 0;
    while (heng_str_cut(&rest, '\n', &line)) {
        if (!open && heng_str_starts(line, HENG_STR("#### "))) code = heng_str_slice(line, 5, 9);
        if (!open && heng_str_starts(line, HENG_STR("### "))) code = HENG_STR("");
        if (!heng_str_starts(line, HENG_STR("```"))) continue;
        if (open) {
            b.text = (heng_str){open, (size_t)(line.at - open)};
            if (!b.wrong && !b.is_case) keep_named(b.text);
            check_block(b);
            open = NULL;
            count++;
            continue;
        }
        b = (block){.code = code,
                    .is_case = heng_str_starts(line, HENG_STR("```case")),
                    .is_settings = heng_str_starts(line, HENG_STR("```settings")),
                    .wrong = heng_str_ends(line, HENG_STR(" wrong"))};
        bool example = b.is_case || b.is_settings || heng_str_starts(line, HENG_STR("```heng"));
        open = example ? line.at + line.length + 1 : NULL;
        while (!example && heng_str_cut(&rest, '\n', &line) &&
               !heng_str_starts(line, HENG_STR("```")))
            continue;
    }
    assert_true(count > 200);
    heng_arena_deinit(&arena);
}

static void every_diagnostic_has_an_example_and_its_mending(void **state)
{
    (void)state;
    for (size_t i = 0; i < heng_diagnostic_catalogue_count; i++) {
        if (!wrong_seen[i])
            fail_msg("%s has no example in the manual", heng_diagnostic_catalogue[i].code);
        if (!right_seen[i])
            fail_msg("%s has no mended example in the manual", heng_diagnostic_catalogue[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_diagnostic_has_its_section),
        cmocka_unit_test(every_example_is_as_it_says),
        cmocka_unit_test(every_diagnostic_has_an_example_and_its_mending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
