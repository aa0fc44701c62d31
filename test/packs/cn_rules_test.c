/* The rules of the China pack: they compile, their worked examples hold, and the pack's own facts give
 * the figures of an independent computation, today and as known after past communiques.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "core/rule/case.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"
#include "flow/accept/accept.h"
#include "flow/check/ceads.h"
#include "flow/check/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static pack_fixture fixture;
static heng_pack pack;
static heng_compiled compiled;

static void print_diagnostics(const heng_diagnostics *list, const heng_rule_file *files)
{
    heng_text text;
    heng_text_init(&text, &fixture.arena, 1 << 22);
    for (size_t i = 0; i < list->count && i < 50; i++)
        heng_diagnostic_print(&list->items[i], files, &text);
    heng_str view = heng_text_view(&text);
    fprintf(stderr, "%.*s", HENG_PRINT(view));
}

static int set_up(void **state)
{
    (void)state;
    pack_open(&fixture);
    pack = pack_of_rules(&fixture);
    heng_error err = {0};
    if (heng_pack_compile(&pack, &fixture.arena, &compiled, &err)) fail_msg("%s", err.message);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pack_close(&fixture);
    return 0;
}

static void every_file_compiles_with_all_others(void **state)
{
    (void)state;
    print_diagnostics(&compiled.diagnostics, compiled.files);
    assert_int_equal(compiled.diagnostics.found, 0);
    assert_non_null(compiled.program);
}

static void every_worked_example_holds(void **state)
{
    (void)state;
    size_t files = 0, cases = 0, expected = 0, wrong = 0;
    for (size_t i = 0; i < pack.file_count; i++) {
        heng_str name = pack.files[i].name;
        if (!heng_str_ends(name, HENG_STR(".case"))) continue;
        heng_case_report report;
        heng_error err = {0};
        heng_arena_mark mark = heng_arena_here(&fixture.arena);
        heng_status status = heng_case_run(name, pack.files[i].text, heng_pack_load, &pack,
                                           &fixture.arena, &report, &err);
        if (status) fail_msg("%.*s: %s", HENG_PRINT(name), err.message);
        print_diagnostics(&report.diagnostics, report.files);
        files++;
        cases += report.case_count;
        expected += report.expected_count;
        wrong += report.diagnostics.found;
        heng_arena_rewind(&fixture.arena, mark);
    }
    printf("# %zu files, %zu cases, %zu values\n", files, cases, expected);
    assert_int_equal(wrong, 0);
    assert_true(files >= 12 && expected > 400);
}

/* ---- the pack's own facts -------------------------------------------------------------------------- */

static heng_evaluation *evaluate(const char *as_of)
{
    heng_world *world = HENG_NEW(&fixture.arena, heng_world);
    assert_non_null(world);
    *world = pack_world(&fixture, as_of);
    heng_evaluation *evaluation;
    heng_error err = {0};
    heng_status status = heng_evaluate(compiled.program, world, heng_year(2026), NULL, NULL,
                                       &fixture.arena, &evaluation, &err);
    if (status) fail_msg("%s", err.message);
    return evaluation;
}

static heng_value value_of(const heng_evaluation *evaluation, const char *name, const char *entity,
                           const char *level, int year, const char *key)
{
    heng_point point = {.quantity = heng_program_find(compiled.program, heng_str_from(name),
                                                      heng_str_from(level), HENG_YEAR),
                        .entity = heng_str_from(entity),
                        .period = heng_year(year)};
    if (point.quantity == SIZE_MAX) fail_msg("there is no %s of a %s", name, level);
    if (key) point.keys[point.key_count++] = heng_str_from(key);
    heng_value value;
    heng_error err = {0};
    if (heng_evaluation_value(evaluation, &point, &value, &err))
        fail_msg("%s: %s", name, err.message);
    return value;
}

/* In percent: an output in % is given as declared. */
static void check_near(const heng_evaluation *evaluation, const char *name, int year,
                       double expected, double within)
{
    heng_value value = value_of(evaluation, name, "CN", "country", year, NULL);
    if (value.state != HENG_STATE_KNOWN || fabs(value.number - expected) > within)
        fail_msg("%s of %d is %s%.5f, not %.5f", name, year,
                 value.state == HENG_STATE_KNOWN ? "" : "unknown, at ", value.number, expected);
}

typedef struct expectation {
    const char *as_of;
    int year;
    double annual_cut;
} expectation;

/* Computed by another program from the same CSV files, see doc/decisions/0002-vintages.md. */
static const expectation cuts[] = {
    {"9999-12-31", 2015, 6.96313}, {"9999-12-31", 2016, 6.66519}, {"9999-12-31", 2017, 4.79733},
    {"9999-12-31", 2018, 4.05063}, {"9999-12-31", 2019, 3.98492}, {"9999-12-31", 2020, 0.91030},
    {"9999-12-31", 2021, 3.74312}, {"9999-12-31", 2022, 0.73602}, {"9999-12-31", 2023, 0.29881},
    {"9999-12-31", 2024, 3.48409}, {"9999-12-31", 2025, 4.03280}, {"2018-03-01", 2016, 6.86259},
    {"2018-03-01", 2017, 4.81037}, {"2019-03-01", 2017, 4.73692}, {"2019-03-01", 2018, 4.15128},
    {"2020-03-01", 2018, 4.05063}, {"2020-03-01", 2019, 4.08066}, {"2021-03-01", 2019, 4.02589},
    {"2021-03-01", 2020, 1.07404}, {"2022-03-01", 2020, 1.01949}, {"2022-03-01", 2021, 3.67190},
    {"2025-03-01", 2023, 0.29881}, {"2025-03-01", 2024, 3.50028}, {"2026-03-01", 2024, 3.48409},
    {"2026-03-01", 2025, 4.03280},
};

static void the_nation_year_by_year(void **state)
{
    (void)state;
    const char *as_of = "";
    heng_evaluation *evaluation = NULL;
    heng_arena_mark mark = heng_arena_here(&fixture.arena);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        if (strcmp(as_of, cuts[i].as_of) != 0) {
            heng_arena_rewind(&fixture.arena, mark);
            evaluation = evaluate(as_of = cuts[i].as_of);
        }
        check_near(evaluation, "annual_cut", cuts[i].year, cuts[i].annual_cut, 0.00001);
    }
}

static void the_plan_and_what_was_officially_stated(void **state)
{
    (void)state;
    heng_evaluation *evaluation = evaluate("9999-12-31");
    /* 2016 to 2020: official 18.8 %; the pack promises a figure between 18.7 and 18.9. */
    check_near(evaluation, "cut", 2020, 18.8, 0.1);
    check_near(evaluation, "plan_gap", 2020, -0.08468, 0.0001);
    check_near(evaluation, "annual_gap", 2025, 0.96720, 0.0001);
    check_near(evaluation, "due", 2020, 18, 1e-9);
    check_near(evaluation, "plain_cut", 2025, 1.42267, 0.0001);
    heng_value assessed = value_of(evaluation, "assessed_cut", "CN", "country", 2025, NULL);
    assert_int_equal(assessed.state, HENG_STATE_UNKNOWN);
    /* Three recalled coefficients stand behind every one of these figures. */
    heng_value cut = value_of(evaluation, "cut", "CN", "country", 2020, NULL);
    assert_true(cut.evidence >= HENG_RECALLED_HIGH);
    heng_value light = value_of(evaluation, "verdict_light", "CN", "country", 2021, NULL);
    assert_int_equal(light.state, HENG_STATE_KNOWN);
    assert_int_equal((int)light.number, 1); /* orange */
}

static void a_gap_in_the_inventory_is_never_a_low_figure(void **state)
{
    (void)state;
    heng_evaluation *evaluation = evaluate("9999-12-31");
    heng_value shandong = value_of(evaluation, "co2_region", "SD", "province", 2017, NULL);
    assert_int_equal(shandong.state, HENG_STATE_KNOWN);
    assert_true(fabs(shandong.number - 83581.9047) < 0.001);
    heng_value ningxia = value_of(evaluation, "co2_region", "NX", "province", 2001, NULL);
    assert_int_equal(ningxia.state, HENG_STATE_UNKNOWN);
    /* One region missing leaves the sum of regions unknown, with what is known of it. */
    heng_value sum = value_of(evaluation, "regions_sum", "CN", "country", 2001, NULL);
    assert_int_equal(sum.state, HENG_STATE_UNKNOWN);
    assert_true(sum.has_at_least);
    sum = value_of(evaluation, "regions_sum", "CN", "country", 2017, NULL);
    assert_int_equal(sum.state, HENG_STATE_KNOWN);
    assert_true(fabs(sum.number - 1017121.77) < 0.01);
    heng_value gap = value_of(evaluation, "regions_gap", "CN", "country", 2017, NULL);
    assert_true(fabs(gap.number - 100 * (10171.2177 / 9408.1708 - 1)) < 0.001);
}

/* ---- the pack through the door that every file takes ------------------------------------------------ */

static heng_checked checked_file(const char *name, heng_check_table expect,
                                 const heng_check_vocabulary *vocabulary)
{
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &fixture.arena);
    heng_accepted accepted;
    heng_checked checked = {0};
    heng_error err = {0};
    heng_check_options options = {.expect = expect};
    assert_int_equal(heng_instant_parse(HENG_STR("2026-11-01"), false, &options.now, &err),
                     HENG_OK);
    options.recorded = options.now;
    heng_status status = heng_accept_csv(pack_file(&fixture, name), heng_str_from(name),
                                         &fixture.arena, &findings, &accepted, &err);
    if (!status)
        status = heng_check(&accepted.workbook, vocabulary, &options, &fixture.arena, &findings,
                            &checked, &err);
    if (status) fail_msg("%s: %s", name, err.message);
    if (findings.found)
        fail_msg("%s, row %u: %.*s", name, findings.items[0].row,
                 HENG_PRINT(findings.items[0].message_en));
    return checked;
}

static heng_check_vocabulary vocabulary_of(const heng_checked *entities,
                                           const heng_checked *sources)
{
    heng_check_vocabulary vocabulary;
    heng_error err = {0};
    heng_status status = heng_check_vocabulary_of(
        compiled.program, entities->entities, entities->entity_count, sources->sources,
        sources->source_count, &fixture.arena, &vocabulary, &err);
    if (status) fail_msg("%s", err.message);
    return vocabulary;
}

static void every_fact_passes_the_check_of_imports(void **state)
{
    (void)state;
    heng_checked nobody = {0};
    heng_check_vocabulary vocabulary = vocabulary_of(&nobody, &nobody);
    heng_checked sources = checked_file("data/sources.csv", HENG_CHECK_SOURCES, &vocabulary);
    heng_checked entities = checked_file("data/entities.csv", HENG_CHECK_ENTITIES, &vocabulary);
    vocabulary = vocabulary_of(&entities, &sources);
    size_t count = 0;
    for (size_t i = 0; i < fixture.file_count; i++)
        if (pack_is(fixture.files[i].name, "data/facts_"))
            count +=
                checked_file(fixture.files[i].name.at, HENG_CHECK_FACTS, &vocabulary).fact_count;
    assert_true(count > 4000);
}

static void check_members(const heng_list_info *list, const heng_ceads_member *members,
                          size_t count)
{
    assert_non_null(list);
    assert_int_equal(list->member_count, count);
    for (size_t i = 0; i < count; i++) {
        check_str(list->members[i], members[i].name);
        check_str(list->member_labels_en[i], members[i].label_en);
    }
}

static void the_importer_and_the_rules_know_the_same_sectors_and_fuels(void **state)
{
    (void)state;
    size_t quantity = heng_program_find(compiled.program, HENG_STR(HENG_CEADS_QUANTITY),
                                        HENG_STR("province"), HENG_YEAR);
    assert_int_not_equal(quantity, SIZE_MAX);
    heng_quantity_info info;
    heng_program_quantity(compiled.program, quantity, &info);
    assert_int_equal(info.key_count, 2);
    check_str(info.unit, HENG_CEADS_UNIT);
    check_members(info.keys[0], heng_ceads_sectors, HENG_CEADS_SECTORS);
    check_members(info.keys[1], heng_ceads_fuels, HENG_CEADS_FUELS);
}

/* ---- a province by sector and carrier: data that are not part of the pack --------------------------- */

enum { EXAMPLE_YEARS = 11, EXAMPLE_FIRST = 2010, EXAMPLE_LABELS = 5, EXAMPLE_CARRIERS = 6 };

static const char *const example_sectors[][2] = {{"agriculture", "农林消费部门"},
                                                 {"industry_use", "工业消费部门"},
                                                 {"transport", "交通消费部门"},
                                                 {"buildings", "建筑消费部门"},
                                                 {"households", "居民生活消费"}};
static const char *const example_carriers[EXAMPLE_CARRIERS] = {"coal", "oil",         "gas",
                                                               "heat", "electricity", "other"};

/* The first row at or after `from` whose labels name the sector, and whose last label is `last`. */
static size_t example_row(const pack_table *table, size_t from, const char *sector,
                          const char *last)
{
    for (size_t row = from; row < table->row_count; row++) {
        const heng_str *cells = table->cells + row * table->column_count;
        bool named = false;
        for (size_t i = 0; i + 1 < EXAMPLE_LABELS; i++) named |= heng_str_is(cells[i], sector);
        if (named && heng_str_is(cells[EXAMPLE_LABELS - 1], last)) return row;
    }
    fail_msg("%s has no row of %s", "the example", sector);
    return 0;
}

static size_t example_start(const pack_table *table, const char *topic)
{
    for (size_t row = 0; row < table->row_count; row++)
        if (heng_str_starts(table->cells[row * table->column_count], heng_str_from(topic)))
            return row;
    fail_msg("the example has no part %s", topic);
    return 0;
}

typedef struct example_facts {
    heng_fact *items;
    size_t count;
} example_facts;

/* A row of eleven years; `-` and an empty cell say that the carrier was not used. */
static void add_example(example_facts *to, const pack_table *table, size_t row, const char *name,
                        const char *unit, const char *sector, const char *carrier)
{
    for (int year = 0; year < EXAMPLE_YEARS; year++) {
        heng_str cell = table->cells[row * table->column_count + EXAMPLE_LABELS + (size_t)year];
        heng_fact fact = {.entity = HENG_STR("EX"),
                          .name = heng_str_from(name),
                          .keys = {heng_str_from(sector), heng_str_from(carrier ? carrier : "")},
                          .key_count = carrier ? 2 : 1,
                          .period = heng_year(EXAMPLE_FIRST + year),
                          .text = cell,
                          .unit = heng_str_from(unit),
                          .quality = HENG_REPORTED,
                          .evidence = HENG_SEEN};
        heng_error err = {0};
        if (!cell.length || heng_str_is(cell, "-"))
            fact.notation = HENG_NO;
        else if (heng_number_parse(cell, &fact.value, &err))
            fail_msg("%s of %s: %s", name, sector, err.message);
        to->items[to->count++] = fact;
    }
}

static example_facts read_example(const char *folder)
{
    pack_table energy = pack_read_at(&fixture, folder, "economy-energy.csv");
    pack_table emissions = pack_read_at(&fixture, folder, "emissions.csv");
    size_t of_energy = example_start(&energy, "产业能耗结构");
    size_t of_factors = example_start(&emissions, "能源消费部门碳排放因子");
    example_facts facts = {.items = HENG_ARRAY(&fixture.arena, 1024, heng_fact)};
    assert_non_null(facts.items);
    for (size_t s = 0; s < sizeof example_sectors / sizeof *example_sectors; s++) {
        const char *code = example_sectors[s][0], *label = example_sectors[s][1];
        size_t row = example_row(&energy, of_energy, label, "煤炭");
        size_t factor = example_row(&emissions, of_factors, label, "煤炭");
        for (size_t c = 0; c < EXAMPLE_CARRIERS; c++) {
            add_example(&facts, &energy, row + c, "sector_energy", "10^4 tce", code,
                        example_carriers[c]);
            add_example(&facts, &emissions, factor + c, "sector_factor", "t CO2/tce", code,
                        example_carriers[c]);
        }
        add_example(&facts, &emissions, example_row(&emissions, 0, label, "-"),
                    "sector_co2_published", "10^4 t CO2", code, NULL);
    }
    return facts;
}

static void a_province_by_sector_and_carrier(void **state)
{
    (void)state;
    const char *data = getenv("HENG_DATA");
    if (!data) {
        printf("# HENG_DATA is not set: the data of the example are not part of the source\n");
        return;
    }
    heng_str folder = heng_str_format(&fixture.arena, "%s/province-2010-2020", data);
    example_facts facts = read_example(folder.at);
    heng_entity entity = {.code = HENG_STR("EX"),
                          .kind = HENG_STR("place"),
                          .level = HENG_STR("province"),
                          .name_en = HENG_STR("Example"),
                          .valid = HENG_SPAN_ALWAYS,
                          .recorded = HENG_INSTANT_MIN};
    heng_world world = {
        .entities = &entity, .entity_count = 1, .facts = facts.items, .fact_count = facts.count};
    heng_evaluation *evaluation;
    heng_error err = {0};
    if (heng_evaluate(compiled.program, &world, heng_year(2020), NULL, NULL, &fixture.arena,
                      &evaluation, &err))
        fail_msg("%s", err.message);
    for (int year = EXAMPLE_FIRST; year < EXAMPLE_FIRST + EXAMPLE_YEARS; year++)
        for (size_t s = 0; s < sizeof example_sectors / sizeof *example_sectors; s++) {
            const char *code = example_sectors[s][0];
            heng_value made = value_of(evaluation, "sector_co2", "EX", "province", year, code);
            heng_value off =
                value_of(evaluation, "sector_difference", "EX", "province", year, code);
            heng_value same =
                value_of(evaluation, "sector_reproduced", "EX", "province", year, code);
            assert_int_equal(made.state, HENG_STATE_KNOWN);
            assert_int_equal(same.state, HENG_STATE_KNOWN);
            bool is_industry = strcmp(code, "industry_use") == 0;
            /* The product differs from what is printed for industry, and the rule says so. */
            assert_int_equal(same.number != 0, !is_industry);
            if (!is_industry) assert_true(fabs(off.number) <= 1e-9 * made.number);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_compiles_with_all_others),
        cmocka_unit_test(every_worked_example_holds),
        cmocka_unit_test(the_nation_year_by_year),
        cmocka_unit_test(the_plan_and_what_was_officially_stated),
        cmocka_unit_test(every_fact_passes_the_check_of_imports),
        cmocka_unit_test(the_importer_and_the_rules_know_the_same_sectors_and_fuels),
        cmocka_unit_test(a_province_by_sector_and_carrier),
        cmocka_unit_test(a_gap_in_the_inventory_is_never_a_low_figure),
    };
    return cmocka_run_group_tests_name("packs/cn_rules", tests, set_up, tear_down);
}
