/* test/flow/check/fault_book.h: a workbook of an energy bureau in which up to twenty faults are planted.
 *
 * Every fault is one entry: what stands in the cell when the fault is planted, what stands there when it
 * is not, and the finding that it must give. A sheet of notes and a hidden list come with it, as they do.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/flow/accept/xlsx_build.h"

typedef struct planted {
    const char *sheet, *cell, *code;
    const char *sound, *fault; /* inner XML of the cell, with its attributes before the > */
} planted;

#define TEXT_CELL(text)   " t=\"inlineStr\"><is><t>" text "</t></is>"
#define NUMBER_CELL(text) "><v>" text "</v>"

static const planted fault_plan[] = {
    {"数据", "E5", "C205", NUMBER_CELL("12345.6"), TEXT_CELL("12,345.6")},
    {"数据", "F6", "C306", TEXT_CELL("10^4 tce"), TEXT_CELL("tonnes of coal")},
    {"数据", "F7", "C307", TEXT_CELL("10^4 tce"), TEXT_CELL("t")},
    {"数据", "A8", "C301", TEXT_CELL("浙江"), TEXT_CELL("浙工")},
    {"数据", "B9", "C303", TEXT_CELL("energy"), TEXT_CELL("enrgy")},
    {"数据", "C10", "C304", TEXT_CELL("census_4;coal"), TEXT_CELL("coal")},
    {"数据", "C11", "C305", TEXT_CELL("census_3;coal"), TEXT_CELL("census_9;coal")},
    {"数据", "E12", "C401", NULL, NULL}, /* see the period of row 12 */
    {"数据", "D13", "C213", NUMBER_CELL("2013"), NUMBER_CELL("1850")},
    {"数据", "D14", "C314", NUMBER_CELL("2014"), TEXT_CELL("2014-Q1")},
    {"数据", "E15", "C402", NUMBER_CELL("5"), NUMBER_CELL("-5")},
    {"数据", "E16", "C403", NUMBER_CELL("18.9"), NUMBER_CELL("189")},
    {"数据", "E17", "C201", NUMBER_CELL("7"), "/"},
    {"数据", "E18", "C202", NUMBER_CELL("7"), " t=\"e\"><f>LN(-1)</f><v>#NUM!</v>"},
    {"数据", "H19", "C310", TEXT_CELL("见源"), TEXT_CELL("true")},
    {"数据", "K20", "C215", " s=\"1\"><v>46081</v>", " s=\"1\"><v>46083</v>"},
    {"数据", "E21", "C209", NUMBER_CELL("7"), TEXT_CELL("—")},
    {"数据", "E22", "C203", NUMBER_CELL("7"), "><f>E21*2</f>"},
    {"分年", "F1", "C103", NUMBER_CELL("2024"), TEXT_CELL("指标名称")},
    {"分年", "A3", "C106", NULL, NULL}, /* the cells A3:A4 */
};
enum { FAULT_COUNT = sizeof fault_plan / sizeof *fault_plan, FAULT_ROWS = 22 };
#define ALL_FAULTS ((1u << FAULT_COUNT) - 1)

/* The inner XML of a cell of the plan, or NULL when the plan does not speak of it. */
static inline const char *planted_cell(const char *sheet, const char *address, unsigned faults)
{
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (fault_plan[i].sound && strcmp(fault_plan[i].sheet, sheet) == 0 &&
            strcmp(fault_plan[i].cell, address) == 0)
            return faults >> i & 1 ? fault_plan[i].fault : fault_plan[i].sound;
    return NULL;
}

static inline bool is_planted(unsigned faults, const char *cell)
{
    for (size_t i = 0; i < FAULT_COUNT; i++)
        if (strcmp(fault_plan[i].cell, cell) == 0) return faults >> i & 1;
    return false;
}

static inline void add_cell(heng_text *text, const char *address, const char *inner)
{
    assert_non_null(inner);
    heng_text_print(text, "<c r=\"%s\"%s", address, inner);
    heng_text_print(text, inner[0] == '/' ? ">" : "</c>");
}

/* Row 4 and up: one figure a row. Rows 10 and 11 take keys, row 16 is a share. */
static inline void add_fact_row(heng_text *text, unsigned row, unsigned faults)
{
    char address[8], year[40];
    bool keyed = row == 10 || row == 11, share = row == 16;
    bool twice = row == 12 && is_planted(faults, "E12");
    /* The fault of row 12 is that it says 2004, as row 4 does. */
    snprintf(year, sizeof year, NUMBER_CELL("%u"), twice ? 2004u : 2000 + row);
    const char *usual[] = {
        TEXT_CELL("ZJ"),
        keyed   ? TEXT_CELL("energy_by")
        : share ? TEXT_CELL("share_coal")
                : TEXT_CELL("能源消费总量"),
        keyed ? TEXT_CELL("census_4;oil") : "/",
        year,
        NUMBER_CELL("25800.5"),
        share ? TEXT_CELL("%") : TEXT_CELL("万吨标准煤"),
        TEXT_CELL("填报"),
        TEXT_CELL("见源"),
        TEXT_CELL("GB25"),
        "/",
        " s=\"1\"><v>46081</v>",
    };
    heng_text_print(text, "<row r=\"%u\">", row);
    for (size_t column = 0; column < sizeof usual / sizeof *usual; column++) {
        snprintf(address, sizeof address, "%c%u", (char)('A' + column), row);
        const char *planned = planted_cell("数据", address, faults);
        add_cell(text, address, planned ? planned : usual[column]);
    }
    heng_text_print(text, "</row>");
}

static inline heng_str fact_sheet(heng_arena *arena, unsigned faults)
{
    static const char *const headers[] = {"地区/单位", "指标",     "分项",     "时期",
                                          "数值",      "计量单位", "数据质量", "状态",
                                          "来源",      "备注",     "公布日期"};
    heng_text text;
    heng_text_init(&text, arena, 1 << 20);
    heng_text_print(
        &text, "<sheetData><row r=\"1\"><c r=\"A1\"" TEXT_CELL("浙江省能源消费") "</c></row>"
                                                                                 "<row r=\"3\">");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        heng_text_print(&text, "<c r=\"%c3\" t=\"inlineStr\"><is><t>%s</t></is></c>",
                        (char)('A' + i), headers[i]);
    heng_text_print(&text, "</row>");
    for (unsigned row = 4; row <= FAULT_ROWS; row++) add_fact_row(&text, row, faults);
    heng_text_print(
        &text, "<row r=\"24\"><c r=\"A24\"" TEXT_CELL(
                   "注：2026 年 2 月提供。") "</c></row>"
                                             "</sheetData><mergeCells><mergeCell ref=\"A1:K1\"/>"
                                             "<mergeCell ref=\"A24:K24\"/></mergeCells>");
    assert_false(text.failed);
    return heng_text_view(&text);
}

static inline heng_str year_sheet(heng_arena *arena, unsigned faults)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 20);
    heng_text_print(&text, "<sheetData><row r=\"1\">");
    add_cell(&text, "A1", TEXT_CELL("地区"));
    add_cell(&text, "B1", TEXT_CELL("指标"));
    add_cell(&text, "C1", TEXT_CELL("单位"));
    add_cell(&text, "D1", NUMBER_CELL("2022"));
    add_cell(&text, "E1", TEXT_CELL("2023年"));
    const char *last = planted_cell("分年", "F1", faults);
    add_cell(&text, "F1", last ? last : "/");
    heng_text_print(&text, "</row><row r=\"2\">");
    add_cell(&text, "A2", TEXT_CELL("陕西"));
    add_cell(&text, "B2", TEXT_CELL("co2"));
    add_cell(&text, "C2", TEXT_CELL("万吨二氧化碳"));
    add_cell(&text, "D2", NUMBER_CELL("1"));
    add_cell(&text, "E2", "/");
    add_cell(&text, "F2", NUMBER_CELL("3"));
    heng_text_print(&text, "</row><row r=\"3\">");
    add_cell(&text, "A3", TEXT_CELL("山西"));
    add_cell(&text, "B3", TEXT_CELL("co2"));
    add_cell(&text, "C3", TEXT_CELL("万吨二氧化碳"));
    add_cell(&text, "D3", NUMBER_CELL("1"));
    heng_text_print(&text, "</row><row r=\"4\">");
    /* Merged with A3, this name is hidden from the reader of the page. */
    add_cell(&text, "A4", TEXT_CELL("内蒙古"));
    add_cell(&text, "B4", TEXT_CELL("co2"));
    add_cell(&text, "C4", TEXT_CELL("万吨二氧化碳"));
    add_cell(&text, "D4", NUMBER_CELL("2"));
    heng_text_print(&text, "</row></sheetData>");
    if (is_planted(faults, "A3"))
        heng_text_print(&text, "<mergeCells><mergeCell ref=\"A3:A4\"/></mergeCells>");
    assert_false(text.failed);
    return heng_text_view(&text);
}

static inline heng_str fault_book(heng_arena *arena, unsigned faults)
{
    static const char styles[] = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    xlsx_sheet sheets[] = {
        {"说明", NULL,
         HENG_STR("<sheetData><row r=\"1\"><c r=\"A1\"" TEXT_CELL("填表说明") "</c></row>"
                                                                              "</sheetData>")},
        {"数据", NULL, fact_sheet(arena, faults)},
        {"分年", NULL, year_sheet(arena, faults)},
        {"选项", "hidden",
         HENG_STR(
             "<sheetData><row r=\"1\"><c r=\"A1\"" TEXT_CELL("填报") "</c></row></sheetData>")},
        {"Sheet5", NULL, HENG_STR("<sheetData/>")},
    };
    xlsx_book book = {sheets, sizeof sheets / sizeof *sheets, NULL, styles, NULL};
    return xlsx_make(arena, &book);
}
