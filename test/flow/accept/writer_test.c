/* A workbook made by another hand (libxlsxwriter) reads as it was meant. Skipped without that library.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "test/check.h"

#ifdef HENG_HAVE_XLSXWRITER
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

static heng_str written(heng_arena *arena)
{
    char path[] = "heng_writer_XXXXXX";
    int made = mkstemp(path);
    assert_true(made >= 0);
    close(made);
    lxw_workbook *workbook = workbook_new(path);
    lxw_worksheet *facts = workbook_add_worksheet(workbook, "数据");
    lxw_worksheet *hidden = workbook_add_worksheet(workbook, "选项");
    lxw_format *date = workbook_add_format(workbook), *bold = workbook_add_format(workbook);
    format_set_num_format(date, "yyyy\"年\"m\"月\"d\"日\"");
    format_set_bold(bold);
    worksheet_write_string(facts, 0, 0, "地区", bold);
    worksheet_write_number(facts, 0, 1, 0.5306, NULL);
    worksheet_write_boolean(facts, 0, 2, 1, NULL);
    lxw_datetime day = {2026, 2, 28, 0, 0, 0};
    worksheet_write_datetime(facts, 1, 0, &day, date);
    worksheet_write_formula_num(facts, 1, 1, "=1+1", NULL, 2);
    lxw_rich_string_tuple plain = {.format = NULL, .string = "二氧化"};
    lxw_rich_string_tuple strong = {.format = bold, .string = "碳"};
    lxw_rich_string_tuple *runs[] = {&plain, &strong, NULL};
    worksheet_write_rich_string(facts, 1, 2, runs, NULL);
    worksheet_merge_range(facts, 3, 0, 3, 2, "注：合并", NULL);
    worksheet_hide(hidden);
    assert_int_equal(workbook_close(workbook), LXW_NO_ERROR);
    enum { ROOM = 1 << 20 };
    char *bytes = heng_arena_alloc(arena, ROOM);
    FILE *file = fopen(path, "rb");
    assert_true(bytes && file);
    size_t length = fread(bytes, 1, ROOM, file);
    fclose(file);
    unlink(path);
    return (heng_str){bytes, length};
}

static const heng_sheet_cell *cell(const heng_sheet *sheet, uint32_t row, uint32_t column,
                                   heng_cell_kind kind)
{
    const heng_sheet_cell *found = heng_sheet_cell_at(sheet, row, column);
    assert_non_null(found);
    assert_int_equal(found->kind, kind);
    return found;
}

static void what_another_hand_wrote_is_read(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_sheet_findings findings;
    heng_accepted accepted;
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    assert_int_equal(
        heng_accept(written(&arena), HENG_STR("a.xlsx"), &arena, &findings, &accepted, &err),
        HENG_OK);
    assert_int_equal(findings.found, 0);
    assert_int_equal(accepted.workbook.sheet_count, 2);
    const heng_sheet *facts = &accepted.workbook.sheets[0];
    check_str(facts->name, "数据");
    assert_true(accepted.workbook.sheets[1].hidden);
    check_str(cell(facts, 1, 1, HENG_CELL_TEXT)->text, "地区");
    assert_true(cell(facts, 1, 2, HENG_CELL_NUMBER)->number == 0.5306);
    check_str(cell(facts, 1, 3, HENG_CELL_YES_NO)->text, "TRUE");
    check_str(cell(facts, 2, 1, HENG_CELL_DATE)->text, "2026-02-28");
    assert_true(cell(facts, 2, 2, HENG_CELL_NUMBER)->number == 2);
    assert_true(cell(facts, 2, 2, HENG_CELL_NUMBER)->formula);
    check_str(cell(facts, 2, 3, HENG_CELL_TEXT)->text, "二氧化碳");
    check_str(cell(facts, 4, 1, HENG_CELL_TEXT)->text, "注：合并");
    assert_int_equal(facts->merged_count, 1);
    assert_int_equal(facts->merged[0].last_column, 3);
    heng_arena_deinit(&arena);
}
#else
static void what_another_hand_wrote_is_read(void **state)
{
    (void)state;
    print_message("# skipped: built without libxlsxwriter\n");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_another_hand_wrote_is_read)};
    return cmocka_run_group_tests_name("flow/accept/writer", tests, NULL, NULL);
}
