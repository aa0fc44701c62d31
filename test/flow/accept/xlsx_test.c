/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "flow/accept/xlsx.h"
#include "test/flow/accept/xlsx_build.h"
#include "test/flow/case_table.h"

static const char shared_strings[] =
    "<si><t>plain</t></si>"
    "<si><r><rPr><b/></rPr><t xml:space=\"preserve\">rich </t></r><r><t>text</t></r>"
    "<rPh sb=\"0\" eb=\"1\"><t>reading aid</t></rPh></si>"
    "<si><t/></si><si><t>a_x000A_b</t></si>";
static const char styles[] =
    "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"0.00\\ &quot;days&quot;\"/>"
    "<numFmt numFmtId=\"166\" formatCode=\"[h]\"/></numFmts>"
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
    "<xf numFmtId=\"31\"/><xf numFmtId=\"166\"/><xf numFmtId=\"22\"/></cellXfs>";

static void list_sheet(const heng_sheet *sheet, heng_text *text)
{
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const heng_sheet_cell *cell = &sheet->cells[i];
        char address[HENG_ADDRESS_TEXT];
        heng_address_write(cell->row, cell->column, address);
        heng_text_print(text, "%s%s %s[", text->length ? " " : "", address,
                        heng_cell_kind_name((heng_cell_kind)cell->kind));
        if (cell->kind == HENG_CELL_NUMBER)
            heng_text_add_number(text, cell->number);
        else
            heng_text_add(text, cell->text);
        heng_text_print(text, "]%s", cell->formula ? " computed" : "");
    }
    for (size_t i = 0; i < sheet->merged_count; i++)
        heng_text_print(text, "%smerged %u,%u-%u,%u", text->length ? " " : "",
                        sheet->merged[i].first_row, sheet->merged[i].first_column,
                        sheet->merged[i].last_row, sheet->merged[i].last_column);
}

static void list_findings(const heng_sheet_findings *findings, heng_text *text)
{
    for (size_t i = 0; i < findings->count; i++) {
        const heng_sheet_finding *finding = &findings->items[i];
        char address[HENG_ADDRESS_TEXT];
        heng_text_print(text, "%s%s", text->length ? " " : "", finding->code);
        if (finding->row && finding->column) {
            heng_address_write(finding->row, finding->column, address);
            heng_text_print(text, " %s", address);
        } else if (finding->row) {
            heng_text_print(text, " row %u", finding->row);
        }
    }
}

static void check_text(heng_text *text, heng_str expected)
{
    char literal[4096];
    snprintf(literal, sizeof literal, "%.*s", HENG_PRINT(expected));
    check_str(text->length ? heng_text_view(text) : HENG_STR(" "), literal);
}

static void run_case(const case_row *row)
{
    assert_int_equal(row->count, 3);
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &arena);
    xlsx_sheet sheet = {"Sheet 1", NULL, row->fields[1]};
    xlsx_book book = {&sheet, 1, shared_strings, styles, NULL};
    heng_accepted accepted = {0};
    heng_error err;
    assert_int_equal(heng_accept(xlsx_make(&arena, &book), HENG_STR("book.xlsx"), &arena, &findings,
                                 &accepted, &err),
                     HENG_OK);
    heng_text text;
    heng_text_init(&text, &arena, 1 << 20);
    list_findings(&findings, &text);
    if (!findings.found) {
        assert_int_equal(accepted.format, HENG_FORMAT_XLSX);
        check_str(accepted.workbook.sheets[0].name, "Sheet 1");
        list_sheet(&accepted.workbook.sheets[0], &text);
    } else {
        assert_null(accepted.workbook.sheets);
    }
    check_text(&text, row->fields[2]);
    heng_arena_deinit(&arena);
}

static void sheets_are_read_cell_by_cell(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    assert_true(case_run(&arena, "accept", "xlsx.case", run_case) > 20);
    heng_arena_deinit(&arena);
}

static void sheets_keep_their_order_names_and_state(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &arena);
    heng_str data = HENG_STR("<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>44619</v></c></row>"
                             "</sheetData>");
    xlsx_sheet sheets[] = {
        {"二", NULL, data}, {"One &amp; all", "hidden", data}, {"3", "veryHidden", data}};
    xlsx_book book = {sheets, 3, NULL, styles, "date1904=\"1\""};
    heng_accepted accepted;
    heng_error err;
    assert_int_equal(heng_accept(xlsx_make(&arena, &book), HENG_STR("b.xlsx"), &arena, &findings,
                                 &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.found, 0);
    assert_int_equal(accepted.workbook.sheet_count, 3);
    check_str(accepted.workbook.sheets[0].name, "二");
    check_str(accepted.workbook.sheets[1].name, "One & all");
    assert_false(accepted.workbook.sheets[0].hidden);
    assert_true(accepted.workbook.sheets[1].hidden && accepted.workbook.sheets[2].hidden);
    assert_true(accepted.dates_from_1904);
    /* 44619 days after 1904-01-01 is 2026-02-28; by the 1900 base it would be 2022-02-27. */
    check_str(accepted.workbook.sheets[0].cells[0].text, "2026-02-28");
    check_str(accepted.said_en, "workbook of 3 sheets, 2 hidden, dates counted from 1904");
    check_str(accepted.said_zh, "工作簿，共 3 个工作表，其中隐藏 2 个，日期自 1904 年起算");
    heng_arena_deinit(&arena);
}

static void date_formats_are_told_from_number_formats(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool date;
    } rows[] = {{"General", false},     {"0.00", false},       {"#,##0;[Red]-#,##0", false},
                {"yyyy-mm-dd", true},   {"m/d/yy h:mm", true}, {"[$-804]yyyy\"年\"m\"月\"", true},
                {"0.0E+00", false},     {"0\"years\"", false}, {"0\\d", false},
                {"_(* #,##0_)", false}, {"[h]", false},        {"mm:ss", true},
                {"@", false},           {"\"day \"0", false},  {"", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(heng_accept__is_date_format(heng_str_from(rows[i].code)), rows[i].date);
}

/* What a file is, is told by its bytes. */
static void what_is_no_workbook_is_refused_by_name(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    const heng_str word_relations =
        HENG_STR("<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                 "Target=\"word/document.xml\"/></Relationships>");
    const heng_str binary_relations =
        HENG_STR("<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                 "Target=\"xl/workbook.bin\"/></Relationships>");
    const xlsx_part ods[] = {
        {"mimetype", HENG_STR("application/vnd.oasis.opendocument.spreadsheet")}};
    const xlsx_part docx[] = {{"_rels/.rels", word_relations},
                              {"word/document.xml", HENG_STR("<document/>")}};
    const xlsx_part xlsb[] = {{"_rels/.rels", binary_relations}};
    const xlsx_part no_book[] = {{"_rels/.rels", heng_str_from(xlsx_root_relations())}};
    const xlsx_part bomb[] = {
        {"_rels/.rels", HENG_STR("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
                                 "<r>&b;</r>")}};
    const struct {
        heng_str bytes;
        const char *code;
    } rows[] = {
        {HENG_STR(""), "A101"},
        {HENG_STR("%PDF-1.7\n"), "A103"},
        {HENG_STR("\x7F"
                  "ELF\0\0\0\0\0\0\0\0"),
         "A103"},
        {HENG_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
                  "W\0o\0r\0k\0b\0o\0o\0k\0"),
         "A104"},
        {HENG_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
                  "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
         "A105"},
        {HENG_STR("  <html><table><tr><td>1</td></tr></table></html>"), "A106"},
        {HENG_STR("\xEF\xBB\xBF<?xml version=\"1.0\"?><Workbook/>"), "A106"},
        {xlsx_pack(&arena, ods, 1), "A107"},
        {xlsx_pack(&arena, docx, 2), "A107"},
        {xlsx_pack(&arena, xlsb, 1), "A108"},
        {HENG_STR("PK\x03\x04 and then nothing"), "A109"},
        {xlsx_pack(&arena, no_book, 1), "A111"},
        {xlsx_pack(&arena, bomb, 1), "A113"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_sheet_findings findings;
        heng_accepted accepted;
        heng_error err;
        heng_sheet_findings_init(&findings, &arena);
        assert_int_equal(heng_accept(rows[i].bytes, HENG_STR("statistics.xls"), &arena, &findings,
                                     &accepted, &err),
                         HENG_OK);
        assert_int_equal(findings.count, 1);
        assert_string_equal(findings.items[0].code, rows[i].code);
        check_str(findings.items[0].file, "statistics.xls");
    }
    heng_arena_deinit(&arena);
}

static heng_str make_plain(heng_arena *arena)
{
    xlsx_sheet sheet = {"s", NULL,
                        HENG_STR("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
                                 "<c r=\"B1\"><v>1</v></c></row></sheetData>"
                                 "<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>")};
    xlsx_book book = {&sheet, 1, shared_strings, styles, NULL};
    return xlsx_make(arena, &book);
}

/* Whatever is cut off or altered, the file is read or refused, and never half of it. */
static void a_damaged_workbook_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_str whole = make_plain(&arena);
    size_t refused = 0;
    for (size_t cut = 4; cut < whole.length; cut += 7) {
        heng_arena job;
        heng_arena_init(&job, 64 << 20);
        heng_sheet_findings findings;
        heng_accepted accepted = {0};
        heng_error err;
        heng_sheet_findings_init(&findings, &job);
        assert_int_equal(heng_accept((heng_str){whole.at, cut}, HENG_STR("b.xlsx"), &job, &findings,
                                     &accepted, &err),
                         HENG_OK);
        assert_true(findings.found > 0);
        char *altered = heng_arena_alloc(&job, whole.length);
        memcpy(altered, whole.at, whole.length);
        altered[cut] = (char)(altered[cut] ^ 0x41);
        heng_sheet_findings_init(&findings, &job);
        assert_int_equal(heng_accept((heng_str){altered, whole.length}, HENG_STR("b.xlsx"), &job,
                                     &findings, &accepted, &err),
                         HENG_OK);
        refused += findings.found > 0;
        heng_arena_deinit(&job);
    }
    assert_true(refused > 50);
    heng_arena_deinit(&arena);
}

/* 64 MB of equal bytes pack to some 64 kB, a thousandth: more than a sheet ever does. */
static void what_unpacks_to_too_much_is_refused_unread(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    size_t length = 64 << 20;
    char *zeros = heng_arena_alloc(&arena, length);
    memset(zeros, ' ', length);
    xlsx_sheet sheet = {"s", NULL, {zeros, length}};
    xlsx_book book = {&sheet, 1, NULL, NULL, NULL};
    heng_sheet_findings findings;
    heng_accepted accepted;
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    heng_str bytes = xlsx_make(&arena, &book);
    assert_true(bytes.length < (1 << 18));
    assert_int_equal(heng_accept(bytes, HENG_STR("b.xlsx"), &arena, &findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].code, "A110");
    check_str(findings.items[0].sheet, "s");
    heng_arena_deinit(&arena);
}

/* Text that got shorter by unescaping is not followed by what stood there before. */
static void items_inside_each_other_leave_no_rest(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    xlsx_sheet sheet = {"s", NULL,
                        HENG_STR("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
                                 "<c r=\"B1\" t=\"s\"><v>1</v></c></row></sheetData>")};
    xlsx_book book = {&sheet, 1, "<si><si><t>_x0041_bc</t></si><t>d</t></si>", NULL, NULL};
    heng_sheet_findings findings;
    heng_accepted accepted;
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    assert_int_equal(heng_accept(xlsx_make(&arena, &book), HENG_STR("b.xlsx"), &arena, &findings,
                                 &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.found, 0);
    check_str(accepted.workbook.sheets[0].cells[0].text, "Abc");
    check_str(accepted.workbook.sheets[0].cells[1].text, "Abcd");
    heng_arena_deinit(&arena);
}

static void text_longer_than_a_cell_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    char *text = heng_arena_alloc(&arena, HENG_CELL_TEXT_MAX + 100);
    memset(text, 'x', HENG_CELL_TEXT_MAX + 1);
    xlsx_sheet sheet = {"s", NULL,
                        heng_str_format(&arena,
                                        "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
                                        "<c r=\"B1\" t=\"inlineStr\"><is><t>%s</t></is></c></row>"
                                        "</sheetData>",
                                        text)};
    xlsx_book book = {&sheet, 1, heng_str_format(&arena, "<si><t>%s</t></si>", text).at, NULL,
                      NULL};
    heng_sheet_findings findings;
    heng_accepted accepted;
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    assert_int_equal(heng_accept(xlsx_make(&arena, &book), HENG_STR("b.xlsx"), &arena, &findings,
                                 &accepted, &err),
                     HENG_OK);
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].code, "A127");
    assert_string_equal(findings.items[1].code, "A127");
    heng_arena_deinit(&arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    heng_arena file;
    heng_arena_init(&file, 64 << 20);
    heng_str bytes = make_plain(&file);
    size_t needed = SIZE_MAX;
    for (size_t n = 1; n <= needed; n++) {
        heng_arena arena;
        heng_arena_init(&arena, 64 << 20);
        heng_sheet_findings findings;
        heng_accepted accepted = {0};
        heng_error err;
        heng_sheet_findings_init(&findings, &arena);
        heng_arena_fail_after(n);
        heng_status status =
            heng_accept(bytes, HENG_STR("b.xlsx"), &arena, &findings, &accepted, &err);
        if (heng_arena_asked() < n) needed = heng_arena_asked();
        heng_arena_fail_after(0);
        assert_int_equal(status, n <= needed ? HENG_NO_MEMORY : HENG_OK);
        assert_int_equal(findings.found, 0);
        if (status) assert_null(accepted.workbook.sheets);
        heng_arena_deinit(&arena);
    }
    assert_true(needed > 20);
    heng_arena_deinit(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheets_are_read_cell_by_cell),
        cmocka_unit_test(sheets_keep_their_order_names_and_state),
        cmocka_unit_test(date_formats_are_told_from_number_formats),
        cmocka_unit_test(what_is_no_workbook_is_refused_by_name),
        cmocka_unit_test(a_damaged_workbook_is_refused),
        cmocka_unit_test(what_unpacks_to_too_much_is_refused_unread),
        cmocka_unit_test(items_inside_each_other_leave_no_rest),
        cmocka_unit_test(text_longer_than_a_cell_is_refused),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("flow/accept/xlsx", tests, NULL, NULL);
}
