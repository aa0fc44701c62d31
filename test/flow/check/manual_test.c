/* The manual and the catalogues say the same: every code of a finding is explained, and no other is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "flow/check/layout.h"
#include "test/flow/check/trial.h"

static heng_str manual(heng_arena *arena)
{
    char path[1024];
    const char *root = getenv("HENG_ROOT");
    assert_non_null(root);
    snprintf(path, sizeof path, "%s/doc/manual/import.md", root);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = heng_arena_alloc(arena, 1 << 20);
    size_t length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return (heng_str){bytes, length};
}

/* Rows of tables that begin with a code: "| C201 | ... | ... |". */
static bool is_explained(heng_str text, const char *code)
{
    char row[16];
    snprintf(row, sizeof row, "\n| %s | ", code);
    return heng_str_find(text, heng_str_from(row), 0) != SIZE_MAX;
}

static void check_rules(heng_str text, const heng_finding_rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_explained(text, rules[i].code)) fail_msg("%s is not explained", rules[i].code);
        assert_true(rules[i].message_en && rules[i].message_zh);
        assert_true(rules[i].remedy_en && rules[i].remedy_zh);
        assert_true(i == 0 || strcmp(rules[i - 1].code, rules[i].code) < 0);
    }
}

static bool is_known(heng_str code, const heng_finding_rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (heng_str_is(code, rules[i].code)) return true;
    return false;
}

static void every_finding_is_explained_and_nothing_else(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 4 << 20);
    heng_str text = manual(&arena), rest = text, line;
    size_t accept_count, check_count, rows = 0;
    const heng_finding_rule *accept_rules = heng_accept_rules(&accept_count);
    const heng_finding_rule *check_rules_list = heng_check_rules(&check_count);
    check_rules(text, accept_rules, accept_count);
    check_rules(text, check_rules_list, check_count);
    while (heng_str_cut(&rest, '\n', &line)) {
        bool row = line.length > 8 && heng_str_starts(line, HENG_STR("| ")) &&
                   (line.at[2] == 'A' || line.at[2] == 'C') && line.at[3] >= '1' &&
                   line.at[3] <= '9';
        if (!row) continue;
        rows++;
        heng_str code = heng_str_slice(line, 2, 6);
        assert_true(is_known(code, accept_rules, accept_count) ||
                    is_known(code, check_rules_list, check_count));
    }
    assert_int_equal(rows, accept_count + check_count);
    heng_arena_deinit(&arena);
}

/* Every header that is understood stands in the manual, in both languages. */
static void every_column_is_explained(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 4 << 20);
    heng_str text = manual(&arena);
    for (int table = HENG_CHECK_FACTS; table < HENG_CHECK_TABLE_COUNT; table++) {
        const heng_check__schema *schema = heng_check__schema_of((heng_check_table)table);
        assert_non_null(schema);
        for (unsigned i = 0; i < schema->column_count; i++) {
            heng_str en = heng_str_format(&arena, "`%s`", schema->columns[i].name);
            if (heng_str_find(text, en, 0) == SIZE_MAX)
                fail_msg("%s of %s is not explained", schema->columns[i].name, schema->name);
            if (heng_str_find(text, heng_str_from(schema->columns[i].name_zh), 0) == SIZE_MAX)
                fail_msg("%s of %s is not explained", schema->columns[i].name_zh, schema->name);
        }
    }
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_is_explained_and_nothing_else),
        cmocka_unit_test(every_column_is_explained),
    };
    return cmocka_run_group_tests_name("flow/check/manual", tests, NULL, NULL);
}
