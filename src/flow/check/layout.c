/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/layout.h"
#include "flow/check/checker.h"

#include <assert.h>

/* clang-format off */
static const heng_check__schema schemas[] = {
    {HENG_CHECK_FACTS, "facts", "数据", "facts|data|数据|数据表|指标数据", 12, {
        [FACT_ENTITY] = {"entity", "地区/单位", "地区|核算主体|主体|place|region", NEED_OR_DEFAULT},
        [FACT_NAME] = {"name", "指标", "指标名称|indicator|quantity", NEED_ALWAYS},
        [FACT_KEYS] = {"keys", "分项", "分类|key", NEED_NEVER},
        [FACT_PERIOD] = {"period", "时期", "时间|年份|年度|year", NEED_BUT_WIDE},
        [FACT_VALUE] = {"value", "数值", "值|figure", NEED_BUT_WIDE},
        [FACT_UNIT] = {"unit", "计量单位", "单位", NEED_ALWAYS},
        [FACT_QUALITY] = {"quality", "数据质量", "质量", NEED_OR_DEFAULT},
        [FACT_STATUS] = {"status", "状态", "核验状态", NEED_OR_DEFAULT},
        [FACT_SOURCE] = {"source", "来源", "数据来源", NEED_OR_DEFAULT},
        [FACT_NOTE] = {"note", "备注", "说明|remark", NEED_NEVER},
        [FACT_RECORDED] = {"recorded", "公布日期", "登记日期|发布日期", NEED_NEVER},
        [FACT_UNCERTAINTY] = {"uncertainty", "不确定度", "不确定性", NEED_NEVER},
    }, FACT_NAME, FACT_VALUE},
    {HENG_CHECK_ENTITIES, "entities", "主体", "entities|主体|主体表|地区表", 10, {
        [ENTITY_CODE] = {"code", "代码", "编码", NEED_ALWAYS},
        [ENTITY_KIND] = {"kind", "类别", "类型", NEED_ALWAYS},
        [ENTITY_LEVEL] = {"level", "层级", "级别", NEED_NEVER},
        [ENTITY_NAME_EN] = {"name_en", "英文名称", "英文名", NEED_NEVER},
        [ENTITY_NAME_ZH] = {"name_zh", "中文名称", "中文名|名称", NEED_NEVER},
        [ENTITY_STANDARD_CODE] = {"standard_code", "标准代码", "国标代码", NEED_NEVER},
        [ENTITY_VALID] = {"valid", "有效期", "有效时间", NEED_NEVER},
        [ENTITY_PARENT] = {"parent", "上级", "上级代码", NEED_NEVER},
        [ENTITY_HIERARCHY] = {"hierarchy", "隶属体系", "体系", NEED_NEVER},
        [ENTITY_RECORDED] = {"recorded", "公布日期", "登记日期", NEED_NEVER},
    }, ENTITY_CODE, ENTITY_KIND},
    {HENG_CHECK_LINKS, "links", "隶属关系", "links|隶属关系|隶属", 5, {
        [LINK_MEMBER] = {"member", "成员", "下级", NEED_ALWAYS},
        [LINK_PARENT] = {"parent", "上级", "上级代码", NEED_ALWAYS},
        [LINK_HIERARCHY] = {"hierarchy", "隶属体系", "体系", NEED_ALWAYS},
        [LINK_VALID] = {"valid", "有效期", "有效时间", NEED_NEVER},
        [LINK_RECORDED] = {"recorded", "公布日期", "登记日期", NEED_NEVER},
    }, LINK_MEMBER, LINK_PARENT},
    {HENG_CHECK_SOURCES, "sources", "来源", "sources|来源|来源表", 6, {
        [SOURCE_CODE] = {"code", "代码", "编码", NEED_ALWAYS},
        [SOURCE_TITLE] = {"title", "标题", "文件名称|名称", NEED_ALWAYS},
        [SOURCE_PUBLISHER] = {"publisher", "发布机构", "发布单位", NEED_ALWAYS},
        [SOURCE_PUBLISHED] = {"published", "发布日期", "发布时间", NEED_NEVER},
        [SOURCE_WHERE] = {"where", "出处", "网址|页码", NEED_NEVER},
        [SOURCE_LICENCE] = {"licence", "许可", "使用许可|license", NEED_NEVER},
    }, SOURCE_CODE, SOURCE_TITLE},
    {HENG_CHECK_FACTORS, "factors", "系数", "factors|系数|系数表|因子", 11, {
        [FACTOR_TABLE] = {"table", "系数表", "因子表", NEED_ALWAYS},
        [FACTOR_MEMBER] = {"member", "成员", "地区|地区/单位", NEED_NEVER},
        [FACTOR_KEYS] = {"keys", "分项", "分类|key", NEED_NEVER},
        [FACTOR_VALID] = {"valid", "有效期", "适用期", NEED_ALWAYS},
        [FACTOR_VALUE] = {"value", "数值", "值", NEED_ALWAYS},
        [FACTOR_UNIT] = {"unit", "计量单位", "单位", NEED_ALWAYS},
        [FACTOR_STATUS] = {"status", "状态", "核验状态", NEED_OR_DEFAULT},
        [FACTOR_SOURCE] = {"source", "来源", "数据来源", NEED_OR_DEFAULT},
        [FACTOR_NOTE] = {"note", "备注", "说明|remark", NEED_NEVER},
        [FACTOR_RECORDED] = {"recorded", "公布日期", "登记日期", NEED_NEVER},
        [FACTOR_UNCERTAINTY] = {"uncertainty", "不确定度", "不确定性", NEED_NEVER},
    }, FACTOR_TABLE, FACTOR_VALUE},
};
/* clang-format on */
enum {
    SCHEMA_COUNT = sizeof schemas / sizeof *schemas,
    NO_COLUMN = HENG_TABLE_COLUMNS_MAX,
    SCORED_CELLS = 256, /* of a row, when a header is looked for */
};

const heng_check__schema *heng_check__schema_of(heng_check_table table)
{
    for (size_t i = 0; i < SCHEMA_COUNT; i++)
        if (schemas[i].table == table) return &schemas[i];
    return NULL;
}

const char *heng_check_table_name(heng_check_table table)
{
    const heng_check__schema *schema = heng_check__schema_of(table);
    return schema ? schema->name : "any";
}

bool heng_check_table_find(heng_str name, heng_check_table *out)
{
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        if (!heng_str_is(name, schemas[i].name)) continue;
        *out = schemas[i].table;
        return true;
    }
    if (!heng_str_is(name, "any")) return false;
    *out = HENG_CHECK_ANY;
    return true;
}

/* Whether the plain form of a header (small letters, no blanks or underscores) is that of a word of the
 * list above. Every cell that could be a header is asked so, hence no copy is made. */
static bool is_plain_of(heng_str plain, heng_str word)
{
    size_t at = 0;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.at[i];
        if (c == '_') continue;
        if (at == plain.length || plain.at[at++] != c) return false;
    }
    return at == plain.length;
}

/* The plain text is one of the alternatives joined by bars. */
static bool is_one_of(heng_str plain, const char *alternatives)
{
    heng_str rest = heng_str_from(alternatives), one;
    while (heng_str_cut(&rest, '|', &one))
        if (is_plain_of(plain, one)) return true;
    return false;
}

static unsigned column_of(const heng_check__schema *schema, heng_str header)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(heng_check__trim(header), bytes);
    if (!plain.length) return NO_COLUMN;
    for (unsigned i = 0; i < schema->column_count; i++) {
        const heng_check__column *column = &schema->columns[i];
        if (is_one_of(plain, column->name) || is_one_of(plain, column->name_zh) ||
            is_one_of(plain, column->others))
            return i;
    }
    return NO_COLUMN;
}

bool heng_check__is_notes_sheet(heng_str name)
{
    char bytes[HENG_PLAIN_MAX];
    return is_one_of(heng_check__plain(heng_check__trim(name), bytes),
                     "note|notes|readme|说明|填表说明|填报说明|备注");
}

bool heng_check__is_blank(const heng_sheet_row *row)
{
    for (uint32_t i = 0; i < row->cell_count; i++) {
        const heng_sheet_cell *cell = &row->cells[i];
        if (cell->kind != HENG_CELL_TEXT && cell->kind != HENG_CELL_EMPTY) return false;
        if (cell->formula || heng_check__trim(cell->text).length) return false;
    }
    return true;
}

bool heng_check__is_remark(const heng_sheet_row *row)
{
    static const char *const words[] = {"注", "说明", "资料来源", "数据来源", "Note", "Source"};
    heng_str only = {0};
    for (uint32_t i = 0; i < row->cell_count; i++) {
        heng_str text = heng_check__trim(row->cells[i].text);
        if (!text.length) continue;
        if (only.length) return false;
        only = text;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        heng_str word = heng_str_from(words[i]);
        if (!heng_str_starts(only, word)) continue;
        heng_str rest = heng_str_slice(only, word.length, only.length);
        if (heng_str_starts(rest, HENG_STR(":")) || heng_str_starts(rest, HENG_STR("：")))
            return true;
    }
    return false;
}

/* What a row names of a table: how many cells are headers, and how many different columns with one of
 * the two that make the table; 0 without. A header that lacks those still says more than other rows. */
typedef struct header_score {
    unsigned sure, weak;
} header_score;

static header_score score(const heng_check__schema *schema, const heng_sheet_row *row)
{
    bool seen[HENG_TABLE_COLUMNS_MAX] = {false};
    unsigned count = 0, periods = 0, weak = 0;
    heng_period period;
    for (uint32_t i = 0; i < row->cell_count && i < SCORED_CELLS; i++) {
        unsigned column = column_of(schema, row->cells[i].text);
        if (column == NO_COLUMN) {
            periods += heng_check__header_period(&row->cells[i], &period);
            continue;
        }
        weak++;
        count += !seen[column];
        seen[column] = true;
    }
    bool facts = schema->table == HENG_CHECK_FACTS;
    bool named = seen[schema->key_a] && (seen[schema->key_b] || (facts && periods));
    return (header_score){named ? count + 1 : 0, weak};
}

static const heng_check__schema *asked_for(const heng_checker *checker)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(heng_check__trim(checker->sheet->name), bytes);
    for (size_t i = 0; i < SCHEMA_COUNT; i++)
        if (plain.length && is_one_of(plain, schemas[i].sheet_names)) return &schemas[i];
    return heng_check__schema_of(checker->options->expect);
}

typedef struct header_place {
    const heng_check__schema *schema;
    const heng_sheet_row *row;
} header_place;

static header_place find_header(const heng_checker *checker)
{
    const heng_check__schema *asked = asked_for(checker);
    header_place best = {0}, weak = {0};
    unsigned best_score = 0, weak_best = 1; /* one matching word alone is chance */
    for (size_t r = 0; r < checker->sheet->row_count; r++) {
        const heng_sheet_row *row = &checker->sheet->rows[r];
        if (row->number > HENG_HEADER_ROWS_MAX) break;
        for (size_t i = 0; i < SCHEMA_COUNT; i++) {
            header_score found = score(&schemas[i], row);
            unsigned count = found.sure, some = found.weak;
            /* Of equal rows the table that the sheet's name says wins, then the first. */
            bool better = count > best_score ||
                          (count && count == best_score && row == best.row && asked == &schemas[i]);
            if (better) {
                best_score = count;
                best = (header_place){&schemas[i], row};
            }
            if (some > weak_best ||
                (some == weak_best && row == weak.row && asked == &schemas[i])) {
                weak_best = some;
                weak = (header_place){&schemas[i], row};
            }
        }
    }
    return best.schema ? best : weak;
}

static void report_table(heng_checker *checker, heng_check_rule rule, uint32_t row,
                         const heng_check__schema *is, const heng_check__schema *wanted)
{
    heng_finding_details details = {
        .en = {heng_str_from(is->name), heng_str_from(wanted ? wanted->name : "")},
        .zh = {heng_str_from(is->name_zh), heng_str_from(wanted ? wanted->name_zh : "")},
    };
    heng_check__report_at(checker, rule, row, 0, (heng_str){0}, &details);
}

static void report_extra(heng_checker *checker, const heng_check__schema *schema,
                         const heng_sheet_cell *cell)
{
    heng_check__names names;
    heng_str near = {0};
    if (!heng_check__names_open(&names, checker->arena, 2 * schema->column_count)) {
        checker->no_memory = true;
        return;
    }
    for (unsigned i = 0; i < schema->column_count; i++) {
        heng_str en = heng_str_from(schema->columns[i].name);
        heng_str zh = heng_str_from(schema->columns[i].name_zh);
        if (!heng_check__names_add(&names, checker->arena, en, en, i) ||
            !heng_check__names_add(&names, checker->arena, zh, zh, i + schema->column_count))
            checker->no_memory = true;
    }
    near = heng_check__names_near(&names, heng_check__trim(cell->text), checker->arena);
    heng_finding_details details = {
        .en = {cell->text, heng_str_from(schema->name), {"", 0}},
        .zh = {[1] = heng_str_from(schema->name_zh)},
    };
    if (near.length) {
        details.en[2] = heng_str_format(checker->arena, " Nearest: %.*s.", HENG_PRINT(near));
        details.zh[2] = heng_str_format(checker->arena, "相近的列名：%.*s。", HENG_PRINT(near));
        if (!details.en[2].at || !details.zh[2].at) checker->no_memory = true;
    }
    heng_check__report_at(checker, CHECK_EXTRA_COLUMN, cell->row, cell->column, cell->text,
                          &details);
}

static void report_double(heng_checker *checker, const heng_check__column *column, uint32_t first,
                          const heng_sheet_cell *cell)
{
    char letters[HENG_ADDRESS_TEXT];
    size_t length = heng_column_write(first, letters);
    heng_finding_details details = {
        .en = {cell->text, heng_str_from(column->name), {letters, length}},
        .zh = {[1] = heng_str_from(column->name_zh)},
    };
    heng_check__report_at(checker, CHECK_DOUBLE_COLUMN, cell->row, cell->column, cell->text,
                          &details);
}

/* 单位 alone is the unit of measure; beside 计量单位 it is whose figure it is. */
static bool means_entity(const heng_check__schema *schema, const heng_sheet_row *row,
                         heng_str header)
{
    bool measure = false, entity = false;
    if (schema->table != HENG_CHECK_FACTS) return false;
    if (!heng_str_is(heng_check__trim(header), "单位")) return false;
    for (uint32_t i = 0; i < row->cell_count; i++) {
        heng_str text = heng_check__trim(row->cells[i].text);
        measure |= !heng_str_is(text, "单位") && column_of(schema, text) == FACT_UNIT;
        entity |= column_of(schema, text) == FACT_ENTITY;
    }
    return measure && !entity;
}

static void map_columns(heng_checker *checker, const heng_sheet_row *row,
                        heng_check__layout *layout)
{
    const heng_check__schema *schema = layout->schema;
    bool facts = schema->table == HENG_CHECK_FACTS;
    bool has_value = false;
    for (uint32_t i = 0; i < row->cell_count; i++)
        has_value |= facts && column_of(schema, row->cells[i].text) == FACT_VALUE;
    for (uint32_t i = 0; i < row->cell_count; i++) {
        const heng_sheet_cell *cell = &row->cells[i];
        unsigned column = column_of(schema, cell->text);
        if (means_entity(schema, row, cell->text)) column = FACT_ENTITY;
        heng_period period;
        if (column != NO_COLUMN) {
            if (layout->columns[column])
                report_double(checker, &schema->columns[column], layout->columns[column], cell);
            else
                layout->columns[column] = cell->column;
        } else if (facts && !has_value && heng_check__header_period(cell, &period)) {
            layout->periods[layout->period_count] = period;
            layout->period_columns[layout->period_count++] = cell->column;
        } else if (heng_check__trim(cell->text).length) {
            report_extra(checker, schema, cell);
        }
    }
    layout->wide = facts && !has_value && layout->period_count > 0;
}

static bool has_default(const heng_checker *checker, const heng_check__schema *schema,
                        unsigned column, bool wide)
{
    const heng_check_options *options = checker->options;
    if (schema->table == HENG_CHECK_FACTS) {
        if (column == FACT_ENTITY)
            return options->entity.length ||
                   (wide && heng_check__find_entity(checker, checker->sheet->name, (heng_str){0}));
        if (column == FACT_QUALITY) return options->has_quality;
        if (column == FACT_STATUS) return options->has_evidence;
        return options->source.length;
    }
    assert(schema->table == HENG_CHECK_FACTORS);
    return column == FACTOR_STATUS ? options->has_evidence : options->source.length;
}

static void require_columns(heng_checker *checker, const heng_check__layout *layout)
{
    const heng_check__schema *schema = layout->schema;
    for (unsigned i = 0; i < schema->column_count; i++) {
        heng_check__need need = schema->columns[i].need;
        bool fine = layout->columns[i] || need == NEED_NEVER ||
                    (need == NEED_BUT_WIDE && layout->wide) ||
                    (need == NEED_OR_DEFAULT && has_default(checker, schema, i, layout->wide));
        if (fine) continue;
        heng_finding_details details = {
            .en = {heng_str_from(schema->name), heng_str_from(schema->columns[i].name)},
            .zh = {heng_str_from(schema->name_zh), heng_str_from(schema->columns[i].name_zh)},
        };
        heng_check__report_at(checker, CHECK_MISSING_COLUMN, layout->header_row, 0, (heng_str){0},
                              &details);
    }
}

/* Merged cells from the header down, but for those of a remark. */
static void report_merged(heng_checker *checker, const heng_check__layout *layout)
{
    const heng_sheet *sheet = checker->sheet;
    for (size_t i = 0; i < sheet->merged_count; i++) {
        const heng_sheet_range *range = &sheet->merged[i];
        bool single =
            range->first_row == range->last_row && range->first_column == range->last_column;
        if (single || range->last_row < layout->header_row) continue;
        const heng_sheet_row *row = heng_sheet_row_at(sheet, range->first_row);
        if (row && heng_check__is_remark(row)) continue;
        char text[2 * HENG_ADDRESS_TEXT];
        size_t length = heng_address_write(range->first_row, range->first_column, text);
        text[length++] = ':';
        length += heng_address_write(range->last_row, range->last_column, text + length);
        const heng_sheet_cell *cell =
            heng_sheet_cell_at(sheet, range->first_row, range->first_column);
        heng_check__report_at(checker, CHECK_MERGED, range->first_row, range->first_column,
                              cell ? cell->text : (heng_str){0}, HENG_DETAILS({text, length}));
    }
}

static int is_headed(const heng_checker *checker, const heng_check__layout *layout, uint32_t column)
{
    const heng_sheet_cell *cell = heng_sheet_cell_at(checker->sheet, layout->header_row, column);
    return cell && heng_check__trim(cell->text).length > 0;
}

/* The first filled cell of every column that has no header. */
static void report_unheaded(heng_checker *checker, const heng_check__layout *layout)
{
    const heng_sheet *sheet = checker->sheet;
    unsigned char *told = heng_arena_alloc(checker->arena, HENG_SHEET_COLUMNS_MAX + 1);
    if (!told) {
        checker->no_memory = true;
        return;
    }
    for (size_t r = 0; r < sheet->row_count; r++) {
        const heng_sheet_row *row = &sheet->rows[r];
        if (row->number <= layout->header_row || heng_check__is_remark(row)) continue;
        for (uint32_t i = 0; i < row->cell_count; i++) {
            const heng_sheet_cell *cell = &row->cells[i];
            if (told[cell->column] || !heng_check__trim(cell->text).length) continue;
            told[cell->column] = 1;
            if (!is_headed(checker, layout, cell->column))
                heng_check__report_at(checker, CHECK_NO_HEADER, cell->row, cell->column, cell->text,
                                      NULL);
        }
    }
}

static bool has_rows(const heng_checker *checker, const heng_check__layout *layout)
{
    for (size_t r = 0; r < checker->sheet->row_count; r++) {
        const heng_sheet_row *row = &checker->sheet->rows[r];
        if (row->number <= layout->header_row) continue;
        if (!heng_check__is_blank(row) && !heng_check__is_remark(row)) return true;
    }
    return false;
}

const heng_check__layout *heng_check__lay_out(heng_checker *checker)
{
    header_place header = find_header(checker);
    if (!header.schema) {
        heng_check__report_at(checker, CHECK_NO_TABLE, 0, 0, (heng_str){0}, NULL);
        return NULL;
    }
    const heng_check__schema *wanted = heng_check__schema_of(checker->options->expect);
    if (wanted && wanted != header.schema) {
        report_table(checker, CHECK_OTHER_TABLE, header.row->number, header.schema, wanted);
        return NULL;
    }
    heng_check__layout *layout = HENG_NEW(checker->arena, heng_check__layout);
    heng_period *periods = HENG_ARRAY(checker->arena, header.row->cell_count, heng_period);
    uint32_t *columns = HENG_ARRAY(checker->arena, header.row->cell_count, uint32_t);
    if (!layout || !periods || !columns) {
        checker->no_memory = true;
        return NULL;
    }
    *layout = (heng_check__layout){.schema = header.schema,
                                   .header_row = header.row->number,
                                   .periods = periods,
                                   .period_columns = columns};
    map_columns(checker, header.row, layout);
    require_columns(checker, layout);
    report_merged(checker, layout);
    report_unheaded(checker, layout);
    if (!has_rows(checker, layout))
        report_table(checker, CHECK_NO_ROWS, layout->header_row, layout->schema, NULL);
    return layout;
}
