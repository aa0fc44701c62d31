/* The importer of CEADs inventories, on a small workbook made by hand and, where the data folder is at
 * hand, on the published workbooks of 2015 and 2017.
 *
 * The folder is $HENG_DATA, else ../shared/data beside the project; without it those tests are skipped.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/flow/check/ceads_book.h"
#include "test/flow/check/trial.h"

#include <math.h>

/* Codes of ISO 3166-2:CN with those of GB/T 2260, and the names in which the totals are published. */
static const struct {
    const char *code, *standard, *name;
} provinces[] = {
    {"BJ", "110000", "Beijing"},   {"TJ", "120000", "Tianjin"},       {"HE", "130000", "Hebei"},
    {"SX", "140000", "Shanxi"},    {"NM", "150000", "InnerMongolia"}, {"LN", "210000", "Liaoning"},
    {"JL", "220000", "Jilin"},     {"HL", "230000", "Heilongjiang"},  {"SH", "310000", "Shanghai"},
    {"JS", "320000", "Jiangsu"},   {"ZJ", "330000", "Zhejiang"},      {"AH", "340000", "Anhui"},
    {"FJ", "350000", "Fujian"},    {"JX", "360000", "Jiangxi"},       {"SD", "370000", "Shandong"},
    {"HA", "410000", "Henan"},     {"HB", "420000", "Hubei"},         {"HN", "430000", "Hunan"},
    {"GD", "440000", "Guangdong"}, {"GX", "450000", "Guangxi"},       {"HI", "460000", "Hainan"},
    {"CQ", "500000", "Chongqing"}, {"SC", "510000", "Sichuan"},       {"GZ", "520000", "Guizhou"},
    {"YN", "530000", "Yunnan"},    {"SN", "610000", "Shaanxi"},       {"GS", "620000", "Gansu"},
    {"QH", "630000", "Qinghai"},   {"NX", "640000", "Ningxia"},       {"XJ", "650000", "Xinjiang"},
};
enum { PROVINCES = sizeof provinces / sizeof *provinces };

static heng_check_vocabulary vocabulary_of_provinces(heng_arena *arena)
{
    static const heng_source source = {
        TEXT(HENG_CEADS_SOURCE), TEXT("Inventories"), TEXT("CEADs"), {0}, {0}, {0}};
    heng_entity *entities = HENG_ARRAY(arena, PROVINCES, heng_entity);
    assert_non_null(entities);
    for (size_t i = 0; i < PROVINCES; i++)
        entities[i] = (heng_entity){.code = heng_str_from(provinces[i].code),
                                    .kind = HENG_STR("place"),
                                    .level = HENG_STR("province"),
                                    .standard_code = heng_str_from(provinces[i].standard),
                                    .valid = HENG_SPAN_ALWAYS};
    return (heng_check_vocabulary){
        .entities = entities, .entity_count = PROVINCES, .sources = &source, .source_count = 1};
}

static const heng_check_options ceads_options = {.now = TEST_NOW, .recorded = TEST_NOW};

static void check_workbook(import_trial *trial, const heng_workbook *workbook)
{
    heng_error err;
    heng_check_vocabulary vocabulary = vocabulary_of_provinces(&trial->arena);
    assert_int_equal(heng_check(workbook, &vocabulary, &ceads_options, &trial->arena,
                                &trial->findings, &trial->checked, &err),
                     HENG_OK);
}

static heng_accepted accept_bytes(import_trial *trial, heng_str bytes)
{
    heng_error err;
    heng_accepted accepted = {0};
    heng_arena_init(&trial->arena, 512 << 20);
    heng_sheet_findings_init(&trial->findings, &trial->arena);
    trial->checked = (heng_checked){0};
    assert_int_equal(heng_accept(bytes, HENG_STR("inventories.xlsx"), &trial->arena,
                                 &trial->findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(trial->findings.found, 0);
    return accepted;
}

static void run_change(const case_row *row)
{
    assert_int_equal(row->count, 4);
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    ceads_change change = {heng_str_format(&arena, "%.*s", HENG_PRINT(row->fields[1])).at,
                           heng_str_format(&arena, " %.*s", HENG_PRINT(row->fields[2])).at};
    import_trial trial;
    heng_accepted accepted = accept_bytes(&trial, ceads_book(&arena, "Shandong2017", &change));
    assert_true(heng_ceads_is(&accepted.workbook));
    check_workbook(&trial, &accepted.workbook);
    heng_text text;
    heng_text_init(&text, &arena, 1 << 20);
    list_findings(&trial, &text);
    char expected[1000];
    snprintf(expected, sizeof expected, "%.*s", HENG_PRINT(row->fields[3]));
    check_str(text.length ? heng_text_view(&text) : HENG_STR(" "), expected);
    assert_int_equal(trial.checked.fact_count,
                     trial.findings.found ? 0 : HENG_CEADS_SECTORS * HENG_CEADS_FUELS);
    heng_arena_deinit(&trial.arena);
    heng_arena_deinit(&arena);
}

static void one_altered_cell_is_found_by_its_sums(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 22);
    assert_true(case_run(&arena, "check", "ceads.case", run_change) > 15);
    heng_arena_deinit(&arena);
}

static void figures_become_facts_zeros_included(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    import_trial trial;
    heng_accepted accepted = accept_bytes(&trial, ceads_book(&arena, "InnerMongolia2015", NULL));
    check_workbook(&trial, &accepted.workbook);
    assert_int_equal(trial.checked.fact_count, 47 * 19);
    assert_int_equal(trial.checked.skipped_count, 1);
    for (size_t i = 0; i < trial.checked.fact_count; i++) {
        const heng_fact *fact = &trial.checked.facts[i];
        assert_true(fact->value == ceads_figure(i / 19 + 1, i % 19 + 1));
        assert_int_equal(fact->quality, HENG_ESTIMATED);
        assert_int_equal(fact->evidence, HENG_SEEN);
    }
    const heng_fact *fact = &trial.checked.facts[19 * 38 + 16];
    check_str(fact->entity, "NM");
    check_str(fact->name, "ceads_co2");
    check_str(fact->keys[0], "power_heat");
    check_str(fact->keys[1], "natural_gas");
    check_str(fact->unit, "Mt CO2");
    check_str(fact->source, "CEADS_2020");
    assert_true(heng_period_equal(fact->period, heng_year(2015)));
    heng_arena_deinit(&trial.arena);
    heng_arena_deinit(&arena);
}

static void a_sheet_that_names_no_place_and_year_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"Shandong", "2017", "Atlantis2017", "Shandong17",
                                        "Tibet2017"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        heng_arena arena;
        heng_arena_init(&arena, 64 << 20);
        import_trial trial;
        heng_accepted accepted = accept_bytes(&trial, ceads_book(&arena, names[i], NULL));
        check_workbook(&trial, &accepted.workbook);
        assert_int_equal(trial.findings.count, 1);
        assert_string_equal(trial.findings.items[0].code, "C501");
        assert_null(trial.checked.facts);
        heng_arena_deinit(&trial.arena);
        heng_arena_deinit(&arena);
    }
}

static void the_source_must_be_known(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    import_trial trial;
    heng_accepted accepted = accept_bytes(&trial, ceads_book(&arena, "Shandong2017", NULL));
    heng_check_vocabulary vocabulary = vocabulary_of_provinces(&arena);
    heng_check_options options = ceads_options;
    heng_error err;
    options.source = HENG_STR("OTHER");
    assert_int_equal(heng_ceads_check(&accepted.workbook, &vocabulary, &options, &arena,
                                      &trial.findings, &trial.checked, &err),
                     HENG_OK);
    assert_int_equal(trial.findings.count, 1);
    assert_string_equal(trial.findings.items[0].code, "C311");
    heng_arena_deinit(&trial.arena);
    heng_arena_deinit(&arena);
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    const ceads_change change = {"B6", "><v>999</v>"};
    for (int altered = 0; altered < 2; altered++) {
        import_trial trial;
        heng_accepted accepted =
            accept_bytes(&trial, ceads_book(&arena, "Shandong2017", altered ? &change : NULL));
        heng_check_vocabulary vocabulary = vocabulary_of_provinces(&arena);
        /* Each figure asks for its text: every seventh failure stands for those between. */
        for (size_t n = 1, needed = SIZE_MAX; n <= needed; n += n < 100 ? 1 : 7) {
            heng_arena job;
            heng_arena_init(&job, 64 << 20);
            heng_sheet_findings findings;
            heng_sheet_findings_init(&findings, &job);
            heng_checked checked = {0};
            heng_error err;
            heng_arena_fail_after(n);
            heng_status status = heng_check(&accepted.workbook, &vocabulary, &ceads_options, &job,
                                            &findings, &checked, &err);
            if (heng_arena_asked() < n) needed = heng_arena_asked();
            heng_arena_fail_after(0);
            assert_int_equal(status, n <= needed ? HENG_NO_MEMORY : HENG_OK);
            if (status) assert_null(checked.facts);
            heng_arena_deinit(&job);
        }
        heng_arena_deinit(&trial.arena);
    }
    heng_arena_deinit(&arena);
}

/* ---- the published workbooks ---- */

/* The bytes of a file of the data folder; empty, with a word why, when it is not at hand. */
static heng_str data_file(heng_arena *arena, const char *name)
{
    char path[2048];
    const char *data = getenv("HENG_DATA"), *root = getenv("HENG_ROOT");
    if (data)
        snprintf(path, sizeof path, "%s/%s", data, name);
    else
        snprintf(path, sizeof path, "%s/../shared/data/%s", root ? root : ".", name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("# skipped: %s is not in $HENG_DATA nor in ../shared/data\n", name);
        return (heng_str){0};
    }
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *bytes = heng_arena_alloc(arena, length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, length, file), length);
    fclose(file);
    return (heng_str){bytes, length};
}

/* Columns of provinces-total-by-year.csv: all, coal, oil, gas, process. */
typedef struct totals {
    double mt[5];
} totals;

/* As SOURCE.md of the data groups the fuels. */
static size_t group_of(heng_str fuel)
{
    static const char *const coal[] = {
        "raw_coal", "cleaned_coal",  "other_washed_coal", "briquettes",
        "coke",     "coke_oven_gas", "other_gas",         "other_coking_products"};
    if (heng_str_is(fuel, "process")) return 4;
    if (heng_str_is(fuel, "natural_gas")) return 3;
    for (size_t i = 0; i < COUNT_OF(coal); i++)
        if (heng_str_is(fuel, coal[i])) return 1;
    return heng_str_is(fuel, "other_energy") ? 5 : 2;
}

static totals totals_of(const heng_checked *checked, const char *code)
{
    totals sums = {{0}};
    for (size_t i = 0; i < checked->fact_count; i++) {
        const heng_fact *fact = &checked->facts[i];
        if (!heng_str_is(fact->entity, code)) continue;
        size_t group = group_of(fact->keys[1]);
        sums.mt[0] += fact->value;
        if (group < 5) sums.mt[group] += fact->value;
    }
    return sums;
}

static size_t compare_with_published(const heng_checked *checked, heng_str csv, const char *year)
{
    size_t compared = 0;
    heng_str line, field, rest = csv;
    while (heng_str_cut(&rest, '\n', &line)) {
        heng_str fields[7] = {{0}};
        for (size_t i = 0; i < 7 && heng_str_cut(&line, ',', &field); i++)
            fields[i] = heng_str_trim(field);
        if (!heng_str_is(fields[0], year)) continue;
        for (size_t p = 0; p < PROVINCES; p++) {
            if (!heng_str_is(fields[1], provinces[p].name)) continue;
            totals sums = totals_of(checked, provinces[p].code);
            for (size_t i = 0; i < 5; i++) {
                double published;
                heng_error err;
                assert_int_equal(heng_number_parse(fields[i + 2], &published, &err), HENG_OK);
                assert_true(fabs(sums.mt[i] - published) <= 1e-6);
            }
            compared++;
        }
    }
    return compared;
}

static void published(const char *name, const char *year)
{
    heng_arena arena;
    heng_arena_init(&arena, 512 << 20);
    heng_str bytes = data_file(&arena, name);
    heng_str csv = data_file(&arena, "ceads/provinces-total-by-year.csv");
    if (!bytes.length || !csv.length) {
        heng_arena_deinit(&arena);
        return;
    }
    import_trial trial;
    heng_accepted accepted = accept_bytes(&trial, bytes);
    assert_int_equal(accepted.workbook.sheet_count, 31);
    check_workbook(&trial, &accepted.workbook);
    assert_int_equal(trial.findings.found, 0);
    assert_int_equal(trial.checked.fact_count, 30 * 47 * 19);
    assert_int_equal(compare_with_published(&trial.checked, csv, year), 30);
    heng_arena_deinit(&trial.arena);
    heng_arena_deinit(&arena);
}

static void the_workbook_of_2015_agrees_with_the_published_totals(void **state)
{
    (void)state;
    published("ceads/Emission_Inventories_for_30_Provinces_2015.xlsx", "2015");
}

static void the_workbook_of_2017_agrees_with_the_published_totals(void **state)
{
    (void)state;
    published("ceads/Emission_Inventories_for_30_Provinces_2017.xlsx", "2017");
}

/* Shandong 2017, cell F32 (coke in the smelting of ferrous metals) is raised by 0.001 Mt. */
static void one_altered_cell_of_the_published_workbook_is_found(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 512 << 20);
    heng_str bytes = data_file(&arena, "ceads/Emission_Inventories_for_30_Provinces_2017.xlsx");
    if (!bytes.length) {
        heng_arena_deinit(&arena);
        return;
    }
    import_trial trial;
    heng_accepted accepted = accept_bytes(&trial, bytes);
    bool altered = false;
    for (size_t i = 0; i < accepted.workbook.sheet_count; i++) {
        const heng_sheet *sheet = &accepted.workbook.sheets[i];
        if (!heng_str_is(sheet->name, "Shandong2017")) continue;
        size_t at = (size_t)(heng_sheet_cell_at(sheet, 32, 6) - sheet->cells);
        ((heng_sheet_cell *)(uintptr_t)sheet->cells)[at].number += 0.001;
        altered = true;
    }
    assert_true(altered);
    check_workbook(&trial, &accepted.workbook);
    assert_int_equal(trial.findings.count, 2);
    check_str(trial.findings.items[0].sheet, "Shandong2017");
    check_str(listed(&trial), "C506 F4 C505 W32");
    assert_true(heng_str_find(trial.findings.items[0].message_en, HENG_STR("\"Coke\""), 0) !=
                SIZE_MAX);
    assert_true(heng_str_find(trial.findings.items[1].message_en,
                              HENG_STR("\"Smelting and Pressing of Ferrous Metals\""),
                              0) != SIZE_MAX);
    heng_arena_deinit(&trial.arena);
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_altered_cell_is_found_by_its_sums),
        cmocka_unit_test(figures_become_facts_zeros_included),
        cmocka_unit_test(a_sheet_that_names_no_place_and_year_is_refused),
        cmocka_unit_test(the_source_must_be_known),
        cmocka_unit_test(every_failed_allocation_is_said),
        cmocka_unit_test(the_workbook_of_2015_agrees_with_the_published_totals),
        cmocka_unit_test(the_workbook_of_2017_agrees_with_the_published_totals),
        cmocka_unit_test(one_altered_cell_of_the_published_workbook_is_found),
    };
    return cmocka_run_group_tests_name("flow/check/ceads", tests, NULL, NULL);
}
