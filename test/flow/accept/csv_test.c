/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "test/flow/case_table.h"

static heng_str written(heng_arena *arena, const heng_accepted *accepted)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 20);
    const heng_sheet *sheet = accepted->workbook.sheets;
    for (size_t i = 0; i < sheet->cell_count; i++) {
        char address[HENG_ADDRESS_TEXT];
        heng_address_write(sheet->cells[i].row, sheet->cells[i].column, address);
        heng_text_print(&text, "%s%s[%.*s]", i ? " " : "", address,
                        HENG_PRINT(sheet->cells[i].text));
    }
    return heng_text_view(&text);
}

static heng_str listed(heng_arena *arena, const heng_sheet_findings *findings)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 20);
    for (size_t i = 0; i < findings->count; i++) {
        const heng_sheet_finding *finding = &findings->items[i];
        heng_text_print(&text, "%s%s", i ? " " : "", finding->code);
        if (!finding->column) continue;
        char address[HENG_ADDRESS_TEXT];
        heng_address_write(finding->row, finding->column, address);
        heng_text_print(&text, " %s", address);
    }
    return heng_text_view(&text);
}

static void same(heng_str found, heng_str expected)
{
    char literal[4096];
    snprintf(literal, sizeof literal, "%.*s", HENG_PRINT(expected));
    check_str(found, literal);
}

static void run_case(const case_row *row)
{
    assert_int_equal(row->count, 4);
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &arena);
    heng_accepted accepted = {0};
    heng_error err;
    assert_int_equal(heng_accept_csv(row->fields[1], HENG_STR("data/facts.csv"), &arena, &findings,
                                     &accepted, &err),
                     HENG_OK);
    if (heng_str_is(row->fields[2], "refused")) {
        assert_null(accepted.workbook.sheets);
        assert_true(findings.found > 0);
        same(listed(&arena, &findings), row->fields[3]);
    } else {
        assert_int_equal(findings.found, 0);
        char mark[4] = {accepted.separator};
        heng_str how = heng_str_format(&arena, "%.*s %s", HENG_PRINT(accepted.encoding),
                                       accepted.separator == '\t' ? "tab" : mark);
        same(how, row->fields[2]);
        same(written(&arena, &accepted), row->fields[3]);
        check_str(accepted.workbook.sheets[0].name, "facts");
    }
    heng_arena_deinit(&arena);
}

static void text_with_separators_is_read(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    assert_true(case_run(&arena, "accept", "csv.case", run_case) > 30);
    heng_arena_deinit(&arena);
}

static void what_was_read_is_said_in_both_languages(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &arena);
    heng_accepted accepted;
    heng_error err;
    assert_int_equal(heng_accept_csv(HENG_STR("\xB5\xD8;1\n"), HENG_STR("a.csv"), &arena, &findings,
                                     &accepted, &err),
                     HENG_OK);
    check_str(accepted.said_en,
              "1 rows of text with semicolons between the cells, read as GB18030");
    check_str(accepted.said_zh, "文本共 1 行，以分号分隔，按 GB18030 编码读取");
    heng_arena_deinit(&arena);
}

/* Limits of a sheet: a cell of 32,767 bytes, 16,384 columns. */
static void limits_are_kept_to_the_byte(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_error err;
    for (size_t over = 0; over < 2; over++) {
        heng_sheet_findings findings;
        heng_accepted accepted;
        size_t length = HENG_CELL_TEXT_MAX + over;
        char *bytes = heng_arena_alloc(&arena, length);
        memset(bytes, 'x', length);
        heng_sheet_findings_init(&findings, &arena);
        assert_int_equal(heng_accept_csv((heng_str){bytes, length}, HENG_STR("a.csv"), &arena,
                                         &findings, &accepted, &err),
                         HENG_OK);
        assert_int_equal(findings.found, over);
        if (over) assert_string_equal(findings.items[0].code, "A127");

        length = HENG_SHEET_COLUMNS_MAX - 1 + over;
        memset(bytes, ',', length);
        heng_sheet_findings_init(&findings, &arena);
        assert_int_equal(heng_accept_csv((heng_str){bytes, length}, HENG_STR("a.csv"), &arena,
                                         &findings, &accepted, &err),
                         HENG_OK);
        assert_int_equal(findings.found, over);
        if (over) assert_string_equal(findings.items[0].code, "A128");
    }
    size_t length = (size_t)HENG_SHEET_ROWS_MAX + 1;
    char *lines = heng_arena_alloc(&arena, length);
    memset(lines, '\n', length);
    heng_sheet_findings findings;
    heng_accepted accepted;
    heng_sheet_findings_init(&findings, &arena);
    assert_int_equal(heng_accept_csv((heng_str){lines, length - 1}, HENG_STR("a.csv"), &arena,
                                     &findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.found, 0);
    assert_int_equal(heng_accept_csv((heng_str){lines, length}, HENG_STR("a.csv"), &arena,
                                     &findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.found, 1);
    assert_string_equal(findings.items[0].code, "A129");
    heng_arena_deinit(&arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    static const char *const texts[] = {"a,\"b\"\"c\"\n1,2\n", "\xB5\xD8,1\n", "\xFF\xFE\x61",
                                        "\"x"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        size_t needed = SIZE_MAX;
        for (size_t n = 1; n <= needed; n++) {
            heng_arena arena;
            heng_arena_init(&arena, 1 << 20);
            heng_sheet_findings findings;
            heng_sheet_findings_init(&findings, &arena);
            heng_accepted accepted = {0};
            heng_error err = {0};
            heng_arena_fail_after(n);
            heng_status status = heng_accept_csv(heng_str_from(texts[t]), HENG_STR("a.csv"), &arena,
                                                 &findings, &accepted, &err);
            if (heng_arena_asked() < n) needed = heng_arena_asked();
            heng_arena_fail_after(0);
            assert_true(n > needed || status == HENG_NO_MEMORY || findings.failed);
            if (status) assert_null(accepted.workbook.sheets);
            heng_arena_deinit(&arena);
        }
        assert_true(needed >= 3 && needed < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_with_separators_is_read),
        cmocka_unit_test(what_was_read_is_said_in_both_languages),
        cmocka_unit_test(limits_are_kept_to_the_byte),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("flow/accept/csv", tests, NULL, NULL);
}
