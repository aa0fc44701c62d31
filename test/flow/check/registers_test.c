/* SPDX-License-Identifier: Apache-2.0 */
#include "test/flow/check/trial.h"

static void registers_are_taken_or_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    assert_true(case_run(&arena, "check", "registers.case", run_case) > 30);
    heng_arena_deinit(&arena);
}

static void a_factor_carries_its_place_and_note(void **state)
{
    (void)state;
    import_trial trial;
    open_trial(&trial,
               HENG_STR("table;member;valid;value;unit;status;source;note;recorded\n"
                        "grid;ZJ;2021;542.20;kg CO2/MWh;verified;KC;各省;2023-05-01\n"),
               &test_options);
    assert_int_equal(trial.checked.factor_count, 1);
    const heng_factor_row *factor = &trial.checked.factors[0];
    check_str(factor->row.table, "grid");
    check_str(factor->row.text, "542.20");
    check_str(factor->row.unit, "kg CO2/MWh");
    check_str(factor->row.file, "book.csv");
    assert_int_equal(factor->row.line, 2);
    assert_int_equal(factor->row.evidence, HENG_VERIFIED);
    check_str(factor->row.source, "KC");
    check_str(factor->note, "各省");
    assert_true(factor->row.value == 542.2 * 0.001);
    heng_arena_deinit(&trial.arena);
}

static void kinds_are_open_where_none_are_given(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &arena);
    heng_check_vocabulary vocabulary = test_vocabulary;
    vocabulary.kind_count = 0;
    heng_accepted accepted;
    heng_checked checked;
    heng_error err;
    assert_int_equal(heng_accept_csv(HENG_STR("code,kind,level,name_en\nV1,place,village,One\n"
                                              "B1,boat,,Two\n"),
                                     HENG_STR("entities.csv"), &arena, &findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(heng_check(&accepted.workbook, &vocabulary, &test_options, &arena, &findings,
                                &checked, &err),
                     HENG_OK);
    assert_int_equal(checked.entity_count, 2);
    check_str(checked.entities[0].level, "village");
    check_str(checked.entities[1].level, "boat");
    heng_arena_deinit(&arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "code;title;publisher\nA1;a;b\nA1;a;b\n",
        "code;kind;level;name_en;parent;hierarchy\nX1;place;city;One;X2;place\n"
        "X2;place;village;Two;X1;place\nX3;boat;;Three;ZZ;tree\n",
        "member;parent;hierarchy\nZJ;SX;place\nSX;ZJ;place\nSX;SN;place\nXX;SN;tree\n",
        "table;member;keys;valid;value;unit\ngrid;ZJ;;2021;1;t CO2/MWh\ngrid;ZJ;;2021;1;t CO2/MWh\n"
        "ncv;;natural_gas;;1;GJ/10^4 Nm3\nload;ZJ;;2021;1;%\n",
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
            heng_arena_deinit(&arena);
        }
        heng_arena_deinit(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_are_taken_or_refused),
        cmocka_unit_test(a_factor_carries_its_place_and_note),
        cmocka_unit_test(kinds_are_open_where_none_are_given),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("flow/check/registers", tests, NULL, NULL);
}
