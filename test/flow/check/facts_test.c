/* SPDX-License-Identifier: Apache-2.0 */
#include "test/flow/check/trial.h"

static void facts_are_taken_or_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    assert_true(case_run(&arena, "check", "facts.case", run_case) > 70);
    heng_arena_deinit(&arena);
}

static void the_remedy_names_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *row, *remedy_en, *remedy_zh;
    } rows[] = {
        {"ZJ;energy;;2023;1,234.5;tce", "Write 1234.5; a separator may be read as a decimal mark",
         "请写作 1234.5；分隔符可能被误认为小数点"},
        {"浙工;energy;;2023;1;tce",
         "Write a code or name of the list of entities, or add it to the table of entities."
         " Nearest: ZJ (浙江省).",
         "请填写已登记的代码或名称，或先在主体表中登记。相近的有：ZJ (浙江省)。"},
        {"ZJ;enrgy;;2023;1;tce", "Write the name of an input of the rules. Nearest: energy.",
         "请填写规则中的指标名。相近的有：energy。"},
        {"ZJ;energy_by;census_4;2023;1;tce",
         "Write the keys in this order, joined by a semicolon: basis;fuel",
         "请按此顺序用分号连接各分项：basis;fuel"},
        {"ZJ;energy_by;\"census_4;cole\";2023;1;tce",
         "Write a member of the list \"fuel\". Nearest: coal.",
         "请填写“fuel”列表中的成员。相近的有：coal。"},
        {"ZJ;生产总值;;2023;1;亿元", "Write the name of an input of the rules. Nearest: gdp.",
         "请填写规则中的指标名。相近的有：gdp。"},
        {"ZJ;ZZ;;2023;1;亿元", "Write the name of an input of the rules.",
         "请填写规则中的指标名。"},
        {"ZJ;growth;;2023;12.5%;%", "Write 12.5 and the unit %", "请写作 12.5，并在计量单位列写 %"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        import_trial trial;
        char csv[1000];
        snprintf(csv, sizeof csv, "h\n%s", rows[i].row);
        open_trial(&trial, heng_str_from(csv), &test_options);
        assert_int_equal(trial.findings.count, 1);
        check_str(trial.findings.items[0].remedy_en, rows[i].remedy_en);
        check_str(trial.findings.items[0].remedy_zh, rows[i].remedy_zh);
        heng_arena_deinit(&trial.arena);
    }
}

static void a_fact_carries_all_that_its_row_says(void **state)
{
    (void)state;
    import_trial trial;
    open_trial(&trial,
               HENG_STR("entity;name;period;value;unit;quality;status;source;note;recorded\n"
                        "ZJ;energy;2023;1.50;10^4 tce;实测;recalled high;KC;先行数据;2024-02-29\n"
                        "ZJ;energy;2022;C;;;;;;\n"),
               &test_options);
    assert_int_equal(trial.checked.fact_count, 2);
    assert_int_equal(trial.checked.row_count, 2);
    const heng_fact *fact = &trial.checked.facts[0];
    assert_true(fact->value == 1.5);
    check_str(fact->text, "1.50");
    assert_int_equal(fact->quality, HENG_MEASURED);
    assert_int_equal(fact->evidence, HENG_RECALLED_HIGH);
    check_str(fact->source, "KC");
    check_str(fact->note, "先行数据");
    char day[HENG_INSTANT_TEXT];
    heng_instant_write(fact->recorded, day);
    assert_string_equal(day, "2024-02-29");
    fact = &trial.checked.facts[1];
    assert_int_equal(fact->notation, HENG_CONFIDENTIAL);
    assert_true(fact->value == 0);
    assert_int_equal(fact->quality, HENG_REPORTED);
    check_str(fact->source, "GB25");
    assert_true(fact->recorded == TEST_NOW);
    heng_arena_deinit(&trial.arena);
}

static void what_has_no_default_must_be_there(void **state)
{
    (void)state;
    import_trial trial;
    heng_check_options options = {.now = TEST_NOW, .recorded = TEST_NOW};
    open_trial(&trial, HENG_STR("h\nZJ;energy;;2023;1;tce"), &options);
    check_str(listed(&trial), "C102 row 1 C102 row 1 C102 row 1");
    heng_arena_deinit(&trial.arena);
    open_trial(&trial,
               HENG_STR("entity;name;period;value;unit;quality;status;source\n"
                        "ZJ;energy;2023;1;tce;;;\n"),
               &options);
    check_str(listed(&trial), "C201 F2 C201 G2 C201 H2");
    heng_arena_deinit(&trial.arena);
    options = test_options;
    options.entity = HENG_STR("浙江");
    open_trial(&trial, HENG_STR("指标;单位;2022\nenergy;tce;7"), &options);
    check_str(listed(&trial), "ZJ/2022/energy=7 tce");
    heng_arena_deinit(&trial.arena);
    options.expect = HENG_CHECK_FACTORS;
    open_trial(&trial, HENG_STR("指标;单位;2022\nenergy;tce;7"), &options);
    check_str(listed(&trial), "C108 row 1");
    heng_arena_deinit(&trial.arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEADER "\nZJ;energy;;2023;1;tce\nF1;burned;natural_gas;2023;3;10^4 Nm3\n"
               "F1;emitted;CH4;2023;3;kg CH4\n",
        HEADER
        ";x\nXX;energy;coal;1850;1,5;furlong\n浙工;enrgy;;2023;-;tce\n"
        "ZJ;light;;2023;blue;\n吉林;co2;;2023;1;t\nZJ;population;;2023;65900000;10^4 person\n"
        "ZJ;energy_by;\"census_9;peat\";2023;1;tce\nZJ;gdp;;2022;1;CNY\nZJ;gdp;;2022;1;CNY\n",
    };
    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        size_t needed = SIZE_MAX;
        heng_arena file;
        heng_arena_init(&file, 1 << 22);
        heng_sheet_findings none;
        heng_sheet_findings_init(&none, &file);
        heng_accepted accepted;
        heng_error err;
        assert_int_equal(heng_accept_csv(heng_str_from(texts[t]), HENG_STR("book.csv"), &file,
                                         &none, &accepted, &err),
                         HENG_OK);
        for (size_t n = 1; n <= needed; n++) {
            heng_arena arena;
            heng_arena_init(&arena, 64 << 20);
            heng_sheet_findings findings;
            heng_sheet_findings_init(&findings, &arena);
            heng_checked checked = {0};
            heng_arena_fail_after(n);
            heng_status status = heng_check(&accepted.workbook, &test_vocabulary, &test_options,
                                            &arena, &findings, &checked, &err);
            if (heng_arena_asked() < n) needed = heng_arena_asked();
            heng_arena_fail_after(0);
            if (n <= needed && !status) print_message("# text %zu, allocation %zu\n", t, n);
            assert_int_equal(status, n <= needed ? HENG_NO_MEMORY : HENG_OK);
            if (status) assert_null(checked.facts);
            heng_arena_deinit(&arena);
        }
        assert_true(needed > 50);
        heng_arena_deinit(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_taken_or_refused),
        cmocka_unit_test(the_remedy_names_what_was_meant),
        cmocka_unit_test(a_fact_carries_all_that_its_row_says),
        cmocka_unit_test(what_has_no_default_must_be_there),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("flow/check/facts", tests, NULL, NULL);
}
