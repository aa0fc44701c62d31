/* The promise of an import: every fault found at once, each with its cell; nothing half-applied.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "test/flow/check/fault_book.h"
#include "test/flow/check/trial.h"

static void open_book(import_trial *trial, unsigned faults)
{
    heng_error err;
    heng_accepted accepted = {0};
    heng_arena_init(&trial->arena, 64 << 20);
    heng_sheet_findings_init(&trial->findings, &trial->arena);
    trial->checked = (heng_checked){0};
    assert_int_equal(heng_accept(fault_book(&trial->arena, faults), HENG_STR("能源局.xlsx"),
                                 &trial->arena, &trial->findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(trial->findings.found, 0);
    assert_int_equal(heng_check(&accepted.workbook, &test_vocabulary, &test_options, &trial->arena,
                                &trial->findings, &trial->checked, &err),
                     HENG_OK);
}

static void check_finding(const heng_sheet_finding *finding, const planted *expected)
{
    char address[HENG_ADDRESS_TEXT];
    assert_true(finding->row && finding->column);
    heng_address_write(finding->row, finding->column, address);
    check_str(finding->sheet, expected->sheet);
    assert_string_equal(address, expected->cell);
    assert_string_equal(finding->code, expected->code);
    assert_true(finding->message_en.length && finding->message_zh.length);
    assert_true(finding->remedy_en.length && finding->remedy_zh.length);
}

static void twenty_faults_are_twenty_findings(void **state)
{
    (void)state;
    import_trial trial;
    open_book(&trial, ALL_FAULTS);
    assert_int_equal(FAULT_COUNT, 20);
    assert_int_equal(trial.findings.found, 20);
    assert_int_equal(trial.findings.count, 20);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        bool found = false;
        for (size_t k = 0; k < trial.findings.count && !found; k++) {
            const heng_sheet_finding *finding = &trial.findings.items[k];
            char address[HENG_ADDRESS_TEXT];
            heng_address_write(finding->row, finding->column, address);
            found = heng_str_is(finding->sheet, fault_plan[i].sheet) &&
                    strcmp(address, fault_plan[i].cell) == 0;
            if (found) check_finding(finding, &fault_plan[i]);
        }
        if (!found) fail_msg("%s %s was not found", fault_plan[i].sheet, fault_plan[i].cell);
    }
    assert_int_equal(trial.checked.fact_count, 0); /* refused whole: the sound rows too */
    assert_null(trial.checked.facts);
    heng_text page;
    heng_text_init(&page, &trial.arena, 1 << 20);
    heng_sheet_finding_print(&trial.findings.items[0], false, &page);
    heng_sheet_finding_print(&trial.findings.items[3], true, &page);
    check_str(heng_text_view(&page),
              "能源局.xlsx, sheet \"数据\", E5 \"12,345.6\": "
              "the number \"12,345.6\" is written with separators [C205]\n"
              "    Remedy: Write 12345.6; a separator may be read as a decimal mark\n"
              "能源局.xlsx，工作表“数据”，A8“浙工”：没有名为“浙工”的地区或单位 [C301]\n"
              "    改法：请填写已登记的代码或名称，或先在主体表中登记。相近的有：ZJ (浙江省)。\n");
    heng_arena_deinit(&trial.arena);
}

static void each_fault_alone_is_one_finding(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FAULT_COUNT; i++) {
        import_trial trial;
        open_book(&trial, 1u << i);
        if (trial.findings.count != 1) print_message("# %s\n", fault_plan[i].cell);
        assert_int_equal(trial.findings.count, 1);
        check_finding(&trial.findings.items[0], &fault_plan[i]);
        assert_null(trial.checked.facts);
        heng_arena_deinit(&trial.arena);
    }
}

static void the_mended_workbook_is_taken_whole(void **state)
{
    (void)state;
    import_trial trial;
    open_book(&trial, 0);
    assert_int_equal(trial.findings.found, 0);
    /* 19 rows of figures; in the table by years 2 + 1 + 1 cells are filled, 5 are not. */
    assert_int_equal(trial.checked.fact_count, 19 + 4);
    assert_int_equal(trial.checked.row_count, 19 + 3);
    assert_int_equal(trial.checked.blank_count, 5);
    assert_int_equal(trial.checked.skipped_count, 3);
    check_str(trial.checked.skipped[0].sheet, "说明");
    check_str(trial.checked.skipped[1].sheet, "选项");
    check_str(trial.checked.skipped[2].sheet, "Sheet5");
    const heng_fact *last = &trial.checked.facts[22];
    check_str(last->entity, "NM");
    check_str(last->text, "2");
    heng_arena_deinit(&trial.arena);
}

/* The rows as one text, whose hash names their content and their order. */
static heng_hash content_hash(import_trial *trial)
{
    heng_text text;
    heng_text_init(&text, &trial->arena, 1 << 22);
    for (size_t i = 0; i < trial->checked.fact_count; i++) {
        const heng_fact *fact = &trial->checked.facts[i];
        char period[HENG_PERIOD_TEXT], recorded[HENG_INSTANT_TEXT];
        heng_period_write(fact->period, period);
        heng_instant_write(fact->recorded, recorded);
        heng_text_print(&text, "%.*s|%.*s|%s|%d|%a|%.*s|%.*s|%d|%d|%.*s|%.*s|%s\n",
                        HENG_PRINT(fact->entity), HENG_PRINT(fact->name), period,
                        (int)fact->notation, fact->value, HENG_PRINT(fact->text),
                        HENG_PRINT(fact->unit), (int)fact->quality, (int)fact->evidence,
                        HENG_PRINT(fact->source), HENG_PRINT(fact->note), recorded);
        for (unsigned k = 0; k < fact->key_count; k++)
            heng_text_print(&text, "%.*s;", HENG_PRINT(fact->keys[k]));
    }
    assert_false(text.failed);
    return heng_hash_of(heng_text_view(&text));
}

static void the_same_bytes_give_the_same_facts_in_the_same_order(void **state)
{
    (void)state;
    import_trial first, second;
    open_book(&first, 0);
    open_book(&second, 0);
    heng_hash a = content_hash(&first), b = content_hash(&second);
    assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
    heng_arena_deinit(&first.arena);
    heng_arena_deinit(&second.arena);
}

/* Facts may name what other sheets of the workbook register, whatever their order. */
static void sheets_may_refer_to_one_another(void **state)
{
    (void)state;
    import_trial trial;
    heng_error err;
    heng_accepted accepted = {0};
    heng_arena_init(&trial.arena, 64 << 20);
    heng_sheet_findings_init(&trial.findings, &trial.arena);
#define ROW(n, cells) "<row r=\"" #n "\">" cells "</row>"
#define CELL(text)    "<c t=\"inlineStr\"><is><t>" text "</t></is></c>"
    xlsx_sheet sheets[] = {
        {"facts", NULL,
         HENG_STR("<sheetData>" ROW(1, CELL("entity") CELL("name") CELL("period") CELL("value")
                                           CELL("unit") CELL("source"))
                      ROW(2, CELL("第二工厂") CELL("power") CELL("2025-07") CELL("1") CELL("MWh")
                                 CELL("METERS")) "</sheetData>")},
        {"links", NULL,
         HENG_STR("<sheetData>" ROW(1, CELL("member") CELL("parent") CELL("hierarchy"))
                      ROW(2, CELL("F2") CELL("F1") CELL("ownership")) "</sheetData>")},
        {"entities", NULL,
         HENG_STR("<sheetData>" ROW(1, CELL("code") CELL("kind") CELL("name_zh") CELL("parent")
                                           CELL("hierarchy"))
                      ROW(2, CELL("F2") CELL("firm") CELL("第二工厂") CELL("浙江")
                                 CELL("place")) "</sheetData>")},
        {"sources", NULL,
         HENG_STR("<sheetData>" ROW(1, CELL("code") CELL("title") CELL("publisher"))
                      ROW(2, CELL("METERS") CELL("Meter readings") CELL("F2")) "</sheetData>")},
    };
    xlsx_book book = {sheets, 4, NULL, NULL, NULL};
    assert_int_equal(heng_accept(xlsx_make(&trial.arena, &book), HENG_STR("b.xlsx"), &trial.arena,
                                 &trial.findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(heng_check(&accepted.workbook, &test_vocabulary, &test_options, &trial.arena,
                                &trial.findings, &trial.checked, &err),
                     HENG_OK);
    check_str(listed(&trial), "source METERS (Meter readings) F2 firm/firm .. F2<ZJ place .. "
                              "F2<F1 ownership .. F2/2025-07/power=1 MWh");
    heng_arena_deinit(&trial.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_faults_are_twenty_findings),
        cmocka_unit_test(each_fault_alone_is_one_finding),
        cmocka_unit_test(the_mended_workbook_is_taken_whole),
        cmocka_unit_test(the_same_bytes_give_the_same_facts_in_the_same_order),
        cmocka_unit_test(sheets_may_refer_to_one_another),
    };
    return cmocka_run_group_tests_name("flow/check/faults", tests, NULL, NULL);
}
