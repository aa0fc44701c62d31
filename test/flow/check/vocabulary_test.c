/* The vocabulary of a compiled program: what the rules declare is what an import may bring.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/flow/check/trial.h"

static const char rules[] =
    "kind place \"Place\" / \"地区\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list fuel \"Fuels\" / \"燃料\"\n"
    "  fuel | unit     | label\n"
    "  coal | t        | \"Coal\" / \"煤\"\n"
    "  gas  | 10^4 Nm3 | \"Gas\" / \"气\"\n"
    "list species of substance \"Gases\" = CO2, XF9\n"
    "list partner of province \"The other end of a line\"\n"
    "method balance \"A balance\"\n"
    "  source \"A test\"\n"
    "  for province by year\n"
    "input burned[fuel] : unit(fuel) \"Fuel burnt\" / \"燃料消费量\"\n"
    "input let_off[species] : t species \"Gas let off\"\n"
    "input bought[partner] : MWh \"Power bought\"\n"
    "input stock_change : t \"Change of stock\"\n"
    "input share_coal : % \"Share of coal\" / \"煤炭占比\"\n"
    "table heat[fuel] : GJ/unit(fuel) \"Heat\"\n"
    "  fuel | value | status\n"
    "  coal | 20    | example\n"
    "  gas  | 389   | example\n"
    "output power : MWh \"All power bought\" = sum(bought[partner] over partner)\n"
    "output burnt_heat : GJ \"Heat of all fuels\" = sum(burned[fuel] * heat[fuel] over fuel)\n"
    "output rest : t \"Rest\" = stock_change * share_coal\n"
    "output off : t XF9 \"One gas let off\" = let_off[XF9]\n";

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)context, (void)arena;
    if (!heng_str_starts(name, HENG_STR("balance")))
        return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
    *text = heng_str_from(rules);
    return HENG_OK;
}

static const heng_program *compile(heng_arena *arena)
{
    heng_str name = HENG_STR("balance");
    heng_compiled compiled;
    heng_error err;
    assert_int_equal(heng_rule_compile(&name, 1, load, NULL, arena, &compiled, &err), HENG_OK);
    for (size_t i = 0; i < compiled.diagnostics.count; i++)
        print_message("# line %u: %.*s\n", compiled.diagnostics.items[i].at.line,
                      HENG_PRINT(compiled.diagnostics.items[i].message));
    assert_non_null(compiled.program);
    return compiled.program;
}

static heng_check_vocabulary vocabulary_in(heng_arena *arena)
{
    heng_check_vocabulary vocabulary;
    heng_error err;
    assert_int_equal(heng_check_vocabulary_of(compile(arena), test_entities,
                                              COUNT_OF(test_entities), test_sources,
                                              COUNT_OF(test_sources), arena, &vocabulary, &err),
                     HENG_OK);
    return vocabulary;
}

static void what_becomes(const char *csv, const char *expected)
{
    import_trial trial;
    heng_error err;
    heng_accepted accepted;
    heng_arena_init(&trial.arena, 64 << 20);
    heng_sheet_findings_init(&trial.findings, &trial.arena);
    trial.checked = (heng_checked){0};
    heng_check_vocabulary vocabulary = vocabulary_in(&trial.arena);
    assert_int_equal(heng_accept_csv(with_header(&trial.arena, heng_str_from(csv)),
                                     HENG_STR("book.csv"), &trial.arena, &trial.findings, &accepted,
                                     &err),
                     HENG_OK);
    assert_int_equal(heng_check(&accepted.workbook, &vocabulary, &test_options, &trial.arena,
                                &trial.findings, &trial.checked, &err),
                     HENG_OK);
    check_str(listed(&trial), expected);
    heng_arena_deinit(&trial.arena);
}

static void inputs_of_the_rules_may_be_brought(void **state)
{
    (void)state;
    what_becomes("h\nZJ;burned;coal;2023;5;t\nZJ;燃料消费量;气;2023;5;10^4 Nm3",
                 "ZJ/2023/burned[coal]=5 t ZJ/2023/burned[gas]=5 10^4 Nm3");
    what_becomes("h\nZJ;burned;gas;2023;5;t", "C307 F2");
    what_becomes("h\nZJ;let_off;XF9;2023;5;kg XF9", "ZJ/2023/let_off[XF9]=5 kg XF9");
    what_becomes("h\nZJ;let_off;XF9;2023;5;kg CO2", "C307 F2");
    what_becomes("h\nZJ;bought;陕西;2023;5;GWh", "ZJ/2023/bought[SN]=5 GWh");
    what_becomes("h\nZJ;bought;F1;2023;5;GWh", "C305 C2");
    what_becomes("h\nCN;bought;SX;2023;5;GWh", "C313 A2");
}

static void names_tell_what_may_be_negative_and_what_is_a_share(void **state)
{
    (void)state;
    what_becomes("h\nZJ;stock_change;;2023;-5;t", "ZJ/2023/stock_change=-5 t");
    what_becomes("h\nZJ;burned;coal;2023;-5;t", "C402 E2");
    what_becomes("h\nZJ;share_coal;;2023;105;%", "C403 E2");
}

static void tables_and_kinds_come_with_the_rules(void **state)
{
    (void)state;
    what_becomes("table;keys;valid;value;unit\nheat;coal;2023;20908;MJ/t",
                 "balance.heat/[coal] 2023-01..2023-12=20.908");
    what_becomes("table;keys;valid;value;unit\nheat;gas;2023;20908;MJ/t", "C307 E2");
    what_becomes("code;kind;level;name_en\nX1;place;city;One", "C317 C2");
    what_becomes("code;kind;level;name_en\nX1;place;province;One\nX2;firm;;Two",
                 "X1 place/province .. X2 firm/firm ..");
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    const heng_program *program = compile(&arena);
    size_t needed = SIZE_MAX;
    for (size_t n = 1; n <= needed; n++) {
        heng_arena job;
        heng_arena_init(&job, 1 << 20);
        heng_check_vocabulary vocabulary = {0};
        heng_error err;
        heng_arena_fail_after(n);
        heng_status status =
            heng_check_vocabulary_of(program, NULL, 0, NULL, 0, &job, &vocabulary, &err);
        if (heng_arena_asked() < n) needed = heng_arena_asked();
        heng_arena_fail_after(0);
        assert_int_equal(status, n <= needed ? HENG_NO_MEMORY : HENG_OK);
        if (status) assert_null(vocabulary.quantities);
        heng_arena_deinit(&job);
    }
    assert_true(needed >= 4);
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_of_the_rules_may_be_brought),
        cmocka_unit_test(names_tell_what_may_be_negative_and_what_is_a_share),
        cmocka_unit_test(tables_and_kinds_come_with_the_rules),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests_name("flow/check/vocabulary", tests, NULL, NULL);
}
