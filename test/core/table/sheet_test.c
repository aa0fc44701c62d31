/* SPDX-License-Identifier: Apache-2.0 */
#include "core/table/finding.h"
#include "test/check.h"

static void addresses_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        uint32_t row, column;
        const char *text;
    } rows[] = {{1, 1, "A1"},
                {7, 2, "B7"},
                {10, 26, "Z10"},
                {3, 27, "AA3"},
                {3, 702, "ZZ3"},
                {3, 703, "AAA3"},
                {1048576, 16384, "XFD1048576"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[HENG_ADDRESS_TEXT];
        uint32_t row = 0, column = 0;
        heng_address_write(rows[i].row, rows[i].column, text);
        assert_string_equal(text, rows[i].text);
        assert_true(heng_address_parse(heng_str_from(text), &row, &column));
        assert_int_equal(row, rows[i].row);
        assert_int_equal(column, rows[i].column);
    }
    static const char *const wrong[] = {"",
                                        "A",
                                        "7",
                                        "A0",
                                        "A01",
                                        "XFE1",
                                        "A1048577",
                                        "B7x",
                                        "B 7",
                                        "AAAAAAAAAAAAA1",
                                        "A99999999999",
                                        "A-1",
                                        "$B$7"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint32_t row = 5, column = 5;
        assert_false(heng_address_parse(heng_str_from(wrong[i]), &row, &column));
        assert_int_equal(row + column, 10);
    }
    heng_sheet_range range;
    assert_true(heng_range_parse(HENG_STR("B2:D3"), &range));
    assert_int_equal(range.last_column, 4);
    assert_true(heng_range_parse(HENG_STR("b2"), &range));
    assert_int_equal(range.last_row, 2);
    assert_false(heng_range_parse(HENG_STR("D3:B2"), &range));
    assert_false(heng_range_parse(HENG_STR("B2:"), &range));
    assert_false(heng_range_parse(HENG_STR("B2:C3:D4"), &range));
}

static heng_sheet_cell text_cell(uint32_t row, uint16_t column, const char *text)
{
    return (heng_sheet_cell){
        .row = row, .column = column, .kind = HENG_CELL_TEXT, .text = heng_str_from(text)};
}

static void cells_are_found_by_their_place(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_sheet_builder builder;
    heng_sheet_build(&builder, &arena);
    assert_true(heng_sheet_add(&builder, text_cell(1, 2, "b1")));
    assert_true(heng_sheet_add(&builder, text_cell(1, 4, "d1")));
    assert_true(heng_sheet_add(&builder, text_cell(9, 1, "a9")));
    assert_false(heng_sheet_add(&builder, text_cell(9, 1, "again")));
    assert_false(heng_sheet_add(&builder, text_cell(8, 3, "back")));
    heng_sheet sheet;
    heng_error err;
    assert_int_equal(heng_sheet_seal(&builder, HENG_STR("s"), false, &sheet, &err), HENG_OK);
    assert_int_equal(sheet.cell_count, 3);
    assert_int_equal(sheet.row_count, 2);
    check_str(heng_sheet_cell_at(&sheet, 1, 4)->text, "d1");
    check_str(heng_sheet_cell_at(&sheet, 9, 1)->text, "a9");
    assert_null(heng_sheet_cell_at(&sheet, 1, 3));
    assert_null(heng_sheet_cell_at(&sheet, 5, 1));
    assert_null(heng_sheet_row_at(&sheet, 10));
    heng_arena_deinit(&arena);
}

static const heng_finding_rule rule = {"C999", "\"{1}\" is {2}", "“{1}”是{2}", "Write {3}",
                                       "请写{3}"};

static void a_finding_says_where_what_and_how_to_mend_it(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_sheet_findings list;
    heng_sheet_findings_init(&list, &arena);
    heng_finding_place place = {HENG_STR("a.xlsx"), HENG_STR("facts"), 1, 7, 3, HENG_STR("12,5")};
    heng_finding_details details = {
        .en = {HENG_STR("12,5"), HENG_STR("no number"), HENG_STR("12.5")},
        .zh = {[1] = HENG_STR("非数字")},
    };
    heng_sheet_found(&list, &rule, place, &details);
    place.row = 2;
    heng_sheet_found(&list, &rule, place, &details);
    heng_error err;
    assert_int_equal(heng_sheet_findings_sort(&list, &err), HENG_OK);
    assert_int_equal(list.items[0].row, 2);
    heng_text text;
    heng_text_init(&text, &arena, 10000);
    heng_sheet_finding_print(&list.items[1], false, &text);
    heng_sheet_finding_print(&list.items[1], true, &text);
    check_str(heng_text_view(&text),
              "a.xlsx, sheet \"facts\", C7 \"12,5\": \"12,5\" is no number [C999]\n"
              "    Remedy: Write 12.5\n"
              "a.xlsx，工作表“facts”，C7“12,5”：“12,5”是非数字 [C999]\n"
              "    改法：请写12.5\n");
    heng_text_init(&text, &arena, 10000);
    heng_json json;
    heng_json_init(&json, &text);
    heng_sheet_finding_write_json(&list.items[1], &json);
    check_str(heng_text_view(&text),
              "{\"code\":\"C999\",\"file\":\"a.xlsx\",\"sheet\":\"facts\",\"row\":7,\"column\":3,"
              "\"address\":\"C7\",\"cell\":\"12,5\","
              "\"message\":{\"en\":\"\\\"12,5\\\" is no number\",\"zh\":\"“12,5”是非数字\"},"
              "\"remedy\":{\"en\":\"Write 12.5\",\"zh\":\"请写12.5\"}}");
    heng_arena_deinit(&arena);
}

static void the_list_stops_but_the_count_goes_on(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_sheet_findings list;
    heng_sheet_findings_init(&list, &arena);
    heng_finding_details details = {.en = {HENG_STR("x"), HENG_STR("y"), HENG_STR("z")}};
    for (size_t i = 0; i < HENG_FINDINGS_MAX + 5; i++)
        heng_sheet_found(&list, &rule, (heng_finding_place){.row = 1}, &details);
    assert_int_equal(list.count, HENG_FINDINGS_MAX);
    assert_int_equal(list.found, HENG_FINDINGS_MAX + 5);
    heng_arena_deinit(&arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    size_t needed = SIZE_MAX;
    for (size_t n = 1; n <= needed; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 1 << 20);
        heng_sheet_builder builder;
        heng_sheet_findings list;
        heng_sheet sheet;
        heng_error err;
        heng_arena_fail_after(n);
        heng_sheet_build(&builder, &arena);
        heng_sheet_findings_init(&list, &arena);
        heng_sheet_add(&builder, text_cell(1, 1, "x"));
        heng_sheet_merge(&builder, (heng_sheet_range){1, 1, 1, 2});
        heng_sheet_found(&list, &rule, (heng_finding_place){.row = 1},
                         &(heng_finding_details){.en = {HENG_STR("x")}});
        heng_status sealed = heng_sheet_seal(&builder, HENG_STR("s"), false, &sheet, &err);
        heng_status sorted = heng_sheet_findings_sort(&list, &err);
        if (heng_arena_asked() < n) needed = heng_arena_asked();
        heng_arena_fail_after(0);
        assert_true(n > needed || sealed == HENG_NO_MEMORY || sorted == HENG_NO_MEMORY);
        heng_arena_deinit(&arena);
    }
    assert_true(needed > 10 && needed < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_read_as_people_write_them),
        cmocka_unit_test(cells_are_found_by_their_place),
        cmocka_unit_test(a_finding_says_where_what_and_how_to_mend_it),
        cmocka_unit_test(the_list_stops_but_the_count_goes_on),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("core/table/sheet", tests, NULL, NULL);
}
