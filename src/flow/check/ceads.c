/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/ceads.h"
#include "flow/check/checker.h"

#include <assert.h>
#include <math.h>

/* Sums may differ from the printed totals by so much, in Mt; published ones agree to 1e-11. */
#define TOLERANCE 1e-6

enum {
    TOTAL_ROW = HENG_CEADS_SECTORS,
    ROWS,
    TOTAL_COLUMN = HENG_CEADS_FUELS,
    COLUMNS,
    HEADER_ROW = 1,
    UNIT_ROW = 2,
    SCOPE_2 = 2
};

/* One sheet: where each row and column of the inventory stands, and its figures. */
typedef struct inventory_sheet {
    const heng_entity *place;
    heng_period year;
    uint32_t rows[ROWS]; /* of the sheet; 0: not there */
    uint32_t columns[COLUMNS];
    uint32_t scope_2[SCOPE_2];
    double values[ROWS][COLUMNS];
    heng_str texts[ROWS][COLUMNS];
    bool sound;
} inventory_sheet;

/* The provinces by the names of the sheets, with their codes of GB/T 2260. */
static const struct {
    const char *name, *code;
} provinces[] = {
    {"Beijing", "110000"},   {"Tianjin", "120000"},       {"Hebei", "130000"},
    {"Shanxi", "140000"},    {"InnerMongolia", "150000"}, {"Liaoning", "210000"},
    {"Jilin", "220000"},     {"Heilongjiang", "230000"},  {"Shanghai", "310000"},
    {"Jiangsu", "320000"},   {"Zhejiang", "330000"},      {"Anhui", "340000"},
    {"Fujian", "350000"},    {"Jiangxi", "360000"},       {"Shandong", "370000"},
    {"Henan", "410000"},     {"Hubei", "420000"},         {"Hunan", "430000"},
    {"Guangdong", "440000"}, {"Guangxi", "450000"},       {"Hainan", "460000"},
    {"Chongqing", "500000"}, {"Sichuan", "510000"},       {"Guizhou", "520000"},
    {"Yunnan", "530000"},    {"Tibet", "540000"},         {"Shaanxi", "610000"},
    {"Gansu", "620000"},     {"Qinghai", "630000"},       {"Ningxia", "640000"},
    {"Xinjiang", "650000"},
};

static bool same_name(heng_str text, const char *name)
{
    char a[HENG_PLAIN_MAX], b[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(heng_check__trim(text), a);
    return plain.length && heng_str_equal(plain, heng_check__plain(heng_str_from(name), b));
}

static heng_str text_at(const heng_sheet *sheet, uint32_t row, uint32_t column)
{
    const heng_sheet_cell *cell = heng_sheet_cell_at(sheet, row, column);
    return cell ? heng_check__trim(cell->text) : (heng_str){"", 0};
}

static bool is_inventory_sheet(const heng_sheet *sheet)
{
    const heng_sheet_row *header = heng_sheet_row_at(sheet, HEADER_ROW);
    bool coal = false, total = false;
    for (uint32_t i = 0; header && i < header->cell_count; i++) {
        coal |= same_name(header->cells[i].text, heng_ceads_fuels[0].label_en);
        total |= same_name(header->cells[i].text, "Scope 1 Total");
    }
    return coal && total;
}

bool heng_ceads_is(const heng_workbook *workbook)
{
    for (size_t i = 0; i < workbook->sheet_count; i++)
        if (is_inventory_sheet(&workbook->sheets[i])) return true;
    return false;
}

/* ---- where everything stands ---- */

static const heng_entity *place_of(const heng_checker *checker, heng_str name)
{
    for (size_t i = 0; i < sizeof provinces / sizeof *provinces; i++) {
        if (!same_name(name, provinces[i].name)) continue;
        const heng_entity *place =
            heng_check__find_entity(checker, heng_str_from(provinces[i].code), (heng_str){0});
        return place ? place : heng_check__find_entity(checker, name, HENG_STR("province"));
    }
    return NULL;
}

/* "Shandong2017" is Shandong in 2017. */
static bool read_name(heng_checker *checker, inventory_sheet *inventory)
{
    heng_str name = heng_check__trim(checker->sheet->name);
    heng_error err;
    bool dated =
        name.length > 4 && heng_period_parse(heng_str_slice(name, name.length - 4, name.length),
                                             &inventory->year, &err) == HENG_OK;
    if (dated) inventory->place = place_of(checker, heng_str_slice(name, 0, name.length - 4));
    if (!inventory->place)
        heng_check__report_at(checker, CHECK_CEADS_SHEET, 0, 0, (heng_str){0}, NULL);
    return inventory->place != NULL;
}

static void report_layout(heng_checker *checker, uint32_t row, uint32_t column, heng_str cell,
                          const char *en, const char *zh, heng_str name)
{
    heng_str english =
        heng_check__kept(checker, heng_str_format(checker->arena, en, HENG_PRINT(name)));
    heng_str chinese =
        heng_check__kept(checker, heng_str_format(checker->arena, zh, HENG_PRINT(name)));
    heng_check__report_at(checker, CHECK_CEADS_LAYOUT, row, column, cell,
                          HENG_DETAILS(english, chinese));
}

/* The index of a fuel by its header; TOTAL_COLUMN for the total; COLUMNS when it is none. */
static size_t column_named(heng_str header)
{
    for (size_t i = 0; i < HENG_CEADS_FUELS; i++)
        if (same_name(header, heng_ceads_fuels[i].label_en)) return i;
    return same_name(header, "Scope 1 Total") ? (size_t)TOTAL_COLUMN : (size_t)COLUMNS;
}

static size_t row_named(heng_str label)
{
    for (size_t i = 0; i < HENG_CEADS_SECTORS; i++)
        if (same_name(label, heng_ceads_sectors[i].label_en)) return i;
    bool total = same_name(label, "Total Consumption") || same_name(label, "Total Emissions");
    return total ? (size_t)TOTAL_ROW : (size_t)ROWS;
}

static void find_columns(heng_checker *checker, inventory_sheet *inventory)
{
    static const char *const scope_2[SCOPE_2] = {"Scope 2 Heat", "Scope 2 Electricity"};
    const heng_sheet_row *header = heng_sheet_row_at(checker->sheet, HEADER_ROW);
    for (uint32_t i = 0; header && i < header->cell_count; i++) {
        const heng_sheet_cell *cell = &header->cells[i];
        size_t column = column_named(cell->text);
        uint32_t *place = column < COLUMNS ? &inventory->columns[column] : NULL;
        for (size_t k = 0; k < SCOPE_2; k++)
            if (same_name(cell->text, scope_2[k])) place = &inventory->scope_2[k];
        if (cell->column == 1 || !heng_check__trim(cell->text).length) continue;
        if (place && !*place)
            *place = cell->column;
        else
            heng_check__report_at(checker, CHECK_CEADS_FUEL, cell->row, cell->column, cell->text,
                                  HENG_DETAILS(cell->text));
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *name = i < TOTAL_COLUMN ? heng_ceads_fuels[i].label_en : "Scope 1 Total";
        if (!inventory->columns[i])
            report_layout(checker, HEADER_ROW, 0, (heng_str){0}, "the column \"%.*s\" is missing",
                          "缺少“%.*s”列", heng_str_from(name));
        else if (!same_name(text_at(checker->sheet, UNIT_ROW, inventory->columns[i]),
                            HENG_CEADS_UNIT))
            report_layout(checker, UNIT_ROW, inventory->columns[i],
                          text_at(checker->sheet, UNIT_ROW, inventory->columns[i]),
                          "the unit below \"%.*s\" is not " HENG_CEADS_UNIT,
                          "“%.*s”下方的单位不是 " HENG_CEADS_UNIT, heng_str_from(name));
    }
}

static void find_rows(heng_checker *checker, inventory_sheet *inventory)
{
    const heng_sheet *sheet = checker->sheet;
    for (size_t r = 0; r < sheet->row_count; r++) {
        const heng_sheet_row *row = &sheet->rows[r];
        const heng_sheet_cell *label = heng_sheet_row_cell(row, 1);
        if (row->number <= UNIT_ROW || heng_check__is_blank(row)) continue;
        heng_str text = label ? heng_check__trim(label->text) : (heng_str){"", 0};
        size_t index = row_named(text);
        if (index < ROWS && !inventory->rows[index])
            inventory->rows[index] = row->number;
        else
            heng_check__report_at(checker, CHECK_CEADS_SECTOR, row->number, 1, text,
                                  HENG_DETAILS(text));
    }
    for (size_t i = 0; i < ROWS; i++) {
        const char *name = i < TOTAL_ROW ? heng_ceads_sectors[i].label_en : "Total Consumption";
        if (!inventory->rows[i])
            report_layout(checker, 0, 0, (heng_str){0}, "the row \"%.*s\" is missing",
                          "缺少“%.*s”行", heng_str_from(name));
    }
}

/* ---- figures ---- */

static bool read_figure(heng_checker *checker, uint32_t column, double *value, heng_str *text)
{
    heng_check__field field = heng_check__field_at(checker, column);
    if (field.bad) return false;
    if (!field.text.length) {
        heng_finding_details details = {.en = {HENG_STR("value")}, .zh = {HENG_STR("数值")}};
        heng_check__report(checker, CHECK_REQUIRED, &field, &details);
        return false;
    }
    return heng_check__read_number(checker, &field, value, text);
}

static void read_figures(heng_checker *checker, inventory_sheet *inventory)
{
    for (size_t r = 0; r < ROWS; r++) {
        checker->row = heng_sheet_row_at(checker->sheet, inventory->rows[r]);
        assert(checker->row);
        for (size_t c = 0; c < COLUMNS; c++)
            inventory->sound &= read_figure(checker, inventory->columns[c],
                                            &inventory->values[r][c], &inventory->texts[r][c]);
        for (size_t k = 0; k < SCOPE_2; k++) {
            const heng_sheet_cell *cell = heng_sheet_row_cell(checker->row, inventory->scope_2[k]);
            bool zero = !cell || !heng_check__trim(cell->text).length ||
                        (cell->kind == HENG_CELL_NUMBER && cell->number == 0);
            if (!zero)
                heng_check__report_at(checker, CHECK_CEADS_SCOPE_2, cell->row, cell->column,
                                      cell->text, HENG_DETAILS(cell->text));
        }
    }
}

static void report_sum(heng_checker *checker, heng_check_rule rule, uint32_t row, uint32_t column,
                       heng_str name, double sum, double printed)
{
    char a[HENG_NUMBER_TEXT], b[HENG_NUMBER_TEXT];
    heng_str added = {a, heng_number_write(sum, a)}, total = {b, heng_number_write(printed, b)};
    heng_check__report_at(checker, rule, row, column, text_at(checker->sheet, row, column),
                          HENG_DETAILS(name, added, total));
}

/* Also false for what is no number at all. */
static bool agrees(double sum, double printed)
{
    return fabs(sum - printed) <= TOLERANCE;
}

static void control_rows(heng_checker *checker, const inventory_sheet *inventory)
{
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0, printed = inventory->values[r][TOTAL_COLUMN];
        for (size_t c = 0; c < TOTAL_COLUMN; c++) sum += inventory->values[r][c];
        if (!agrees(sum, printed) && isfinite(sum))
            report_sum(checker, CHECK_CEADS_ROW_SUM, inventory->rows[r],
                       inventory->columns[TOTAL_COLUMN],
                       text_at(checker->sheet, inventory->rows[r], 1), sum, printed);
    }
}

static void control_columns(heng_checker *checker, const inventory_sheet *inventory)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        double sum = 0, printed = inventory->values[TOTAL_ROW][c];
        for (size_t r = 0; r < TOTAL_ROW; r++) sum += inventory->values[r][c];
        if (!agrees(sum, printed) && isfinite(sum))
            report_sum(checker, CHECK_CEADS_COLUMN_SUM, inventory->rows[TOTAL_ROW],
                       inventory->columns[c],
                       text_at(checker->sheet, HEADER_ROW, inventory->columns[c]), sum, printed);
    }
}

static void keep_facts(heng_checker *checker, const inventory_sheet *inventory, heng_str source)
{
    const heng_check_options *options = checker->options;
    for (size_t r = 0; r < HENG_CEADS_SECTORS; r++) {
        checker->row_count++;
        for (size_t c = 0; c < HENG_CEADS_FUELS; c++) {
            heng_check__fact *fact = heng_check__push(checker, &checker->facts);
            if (!fact) return;
            fact->fact = (heng_fact){
                .entity = inventory->place->code,
                .name = HENG_STR(HENG_CEADS_QUANTITY),
                .keys = {heng_str_from(heng_ceads_sectors[r].name),
                         heng_str_from(heng_ceads_fuels[c].name)},
                .key_count = 2,
                .period = inventory->year,
                .value = inventory->values[r][c],
                .text = inventory->texts[r][c],
                .unit = HENG_STR(HENG_CEADS_UNIT),
                .quality = options->has_quality ? options->quality : HENG_ESTIMATED,
                .evidence = options->has_evidence ? options->evidence : HENG_SEEN,
                .source = source,
                .note = {"", 0},
                .recorded = options->recorded,
            };
            fact->origin = (heng_check__origin){checker->sheet, checker->sheet_number,
                                                inventory->rows[r], inventory->columns[c]};
        }
    }
}

/* ---- the workbook ---- */

static heng_str known_source(heng_checker *checker)
{
    heng_str code = checker->options->source;
    if (!code.length) code = HENG_STR(HENG_CEADS_SOURCE);
    for (size_t i = 0; i < checker->vocabulary->source_count; i++)
        if (heng_str_equal(checker->vocabulary->sources[i].code, code)) return code;
    heng_finding_place place = {.file = checker->workbook->file};
    heng_sheet_found(checker->findings, heng_check__rule(CHECK_SOURCE), place,
                     HENG_DETAILS(code, {"", 0}));
    return code;
}

static void read_sheet(heng_checker *checker, heng_str source)
{
    size_t found_before = checker->findings->found;
    inventory_sheet *inventory = HENG_NEW(checker->arena, inventory_sheet);
    if (!inventory) {
        checker->no_memory = true;
        return;
    }
    inventory->sound = true;
    bool named = read_name(checker, inventory);
    find_columns(checker, inventory);
    find_rows(checker, inventory);
    if (checker->findings->found > found_before + !named)
        return; /* sums need every row and column */
    read_figures(checker, inventory);
    if (!inventory->sound) return;
    control_rows(checker, inventory);
    control_columns(checker, inventory);
    if (named && checker->findings->found == found_before) keep_facts(checker, inventory, source);
}

static void skip(heng_checker *checker)
{
    heng_check_skipped *skipped = heng_check__push(checker, &checker->skipped);
    if (skipped)
        *skipped = (heng_check_skipped){checker->sheet->name, "its name says that it holds notes",
                                        "工作表名表明其为说明"};
}

void heng_check__read_ceads(heng_checker *checker)
{
    heng_str source = known_source(checker);
    for (size_t i = 0; i < checker->workbook->sheet_count && !checker->no_memory; i++) {
        checker->sheet = &checker->workbook->sheets[i];
        checker->sheet_number = (uint32_t)(i + 1);
        if (heng_check__is_notes_sheet(checker->sheet->name))
            skip(checker);
        else
            read_sheet(checker, source);
    }
    if (!checker->no_memory) heng_check__compare_facts(checker);
}
