/* The language manual as a test: every ```heng block parses, every ```heng wrong block provokes the
 * diagnostic of its section; likewise ```case and ```case wrong. And each diagnostic has its section.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/support.h"

#include "core/rule/case_file.h"
#include "core/rule/diagnostic_catalogue.h"

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

/* The faults of one block. `code` is the section's, or empty where the block must be right. */
static void check_block(heng_str text, bool is_case, heng_str code)
{
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &arena);
    heng_rule_file file = {HENG_STR("manual"), test_bytes(&arena, text)};
    heng_error err;
    heng_ast ast;
    heng_case_file cases;
    heng_status status = is_case ? heng_case_read(0, file.text, &arena, &diagnostics, &cases, &err)
                                 : heng_rule_parse(0, file.text, &arena, &diagnostics, &ast, &err);
    assert_int_equal(status, HENG_OK);
    bool provoked = code.length == 0;
    for (size_t i = 0; i < diagnostics.count; i++)
        provoked |= heng_str_is(code, diagnostics.items[i].code);
    if (!provoked || (code.length == 0 && diagnostics.found))
        fail_msg("%.*s\nsection %.*s; found:\n%.*s", HENG_PRINT(text), HENG_PRINT(code),
                 HENG_PRINT(show_diagnostics(&arena, &diagnostics, &file)));
    heng_arena_deinit(&arena);
}

static void every_example_is_as_it_says(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 16 << 20);
    heng_str rest = read_manual(&arena), line, code = HENG_STR("");
    const char *block = NULL; /* where its text begins */
    bool is_case = false, wrong = false;
    size_t count = 0;
    while (heng_str_cut(&rest, '\n', &line)) {
        if (heng_str_starts(line, HENG_STR("#### "))) code = heng_str_slice(line, 5, 9);
        if (!heng_str_starts(line, HENG_STR("```"))) continue;
        if (block) {
            heng_str text = {block, (size_t)(line.at - block)};
            check_block(text, is_case, wrong ? code : HENG_STR(""));
            block = NULL;
            count++;
            continue;
        }
        is_case = heng_str_starts(line, HENG_STR("```case"));
        wrong = heng_str_ends(line, HENG_STR(" wrong"));
        bool example = is_case || heng_str_starts(line, HENG_STR("```heng"));
        block = example ? line.at + line.length + 1 : NULL;
        while (!example && heng_str_cut(&rest, '\n', &line) &&
               !heng_str_starts(line, HENG_STR("```")))
            continue;
    }
    assert_true(count > 80);
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_diagnostic_has_its_section),
        cmocka_unit_test(every_example_is_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
