/* The catalogue of what flow/check finds. Data: one entry a rule, in the order of the manual.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/rules.h"
#include "flow/check/check.h"

#include <assert.h>

static const heng_finding_rule rules[CHECK_RULE_COUNT] = {
    [CHECK_NO_TABLE] =
        {"C101", "no header row of a known table is found in the first 20 rows",
         "前 20 行中找不到任何已知表格的表头",
         "Start with a header: entity, name, keys, period, value, unit, ... for facts; see the "
         "manual for entities, links, sources and factors. A sheet of notes is left out if it is "
         "named \"notes\"",
         "请先写表头，数据表为：地区/单位、指标、分项、时期、数值、计量单位……；其他表见手册。"
         "说明性工作表请命名为“说明”，即可跳过"},
    [CHECK_MISSING_COLUMN] = {"C102", "the table of {1} has no column \"{2}\"", "{1}表缺少“{2}”列",
                              "Add the column \"{2}\" and fill it in every row",
                              "请补充“{2}”列并逐行填写"},
    [CHECK_DOUBLE_COLUMN] = {"C103",
                             "the header \"{1}\" means \"{2}\", which column {3} is already",
                             "表头“{1}”即“{2}”，与 {3} 列重复",
                             "Delete or rename one of the two columns", "请删除或改名其中一列"},
    [CHECK_EXTRA_COLUMN] =
        {"C104", "the table of {2} has no place for a column \"{1}\"", "{2}表没有“{1}”这一列",
         "Delete the column, or correct its name.{3} What is for the reader only goes to \"note\"",
         "请删除该列或更正列名。{3}仅供阅读的内容请写入“备注”列"},
    [CHECK_NO_HEADER] = {"C105", "the cell stands in a column without a header",
                         "该单元格所在的列没有表头",
                         "Give the column a header, or delete what stands below",
                         "请为该列补写表头，或删除其内容"},
    [CHECK_MERGED] = {"C106",
                      "the cells {1} are merged, so it is not said which rows the value is for",
                      "单元格 {1} 被合并，无法确定数值属于哪一行",
                      "Unmerge them and fill every cell", "请取消合并并逐格填写"},
    [CHECK_NO_ROWS] = {"C107", "the table has a header and no rows", "表格只有表头，没有数据行",
                       "Fill in rows, or delete the sheet", "请填写数据，或删除该工作表"},
    [CHECK_OTHER_TABLE] = {"C108", "this is a table of {1}; one of {2} was asked for",
                           "这是{1}表，而要求的是{2}表",
                           "Import it as {1}, or choose the other sheet or file",
                           "请按{1}表导入，或选择正确的工作表或文件"},

    [CHECK_REQUIRED] =
        {"C201", "the cell \"{1}\" is empty", "“{1}”单元格为空",
         "Fill it in. Where there is no figure, write NE (not estimated), NO (not occurring), NA, IE "
         "or C as the value, or leave the whole row out; empty is never zero",
         "请填写。没有数值时，“数值”列请写 NE（未估算）、NO（未发生）、NA、IE 或 C，或整行不报；"
         "空白不等于零"},
    [CHECK_ERROR_VALUE] = {"C202", "the cell holds the error {1}", "单元格为错误值 {1}",
                           "Correct the formula, or type the value", "请修正公式，或直接填写数值"},
    [CHECK_NO_RESULT] =
        {"C203", "the cell holds a formula whose result was not stored", "公式的计算结果未保存",
         "Open the workbook in a spreadsheet program, let it calculate, and save; or paste values",
         "请用电子表格软件打开并计算后保存，或粘贴为数值"},
    [CHECK_NOT_NUMBER] = {"C204", "\"{1}\" is not a number", "“{1}”不是数字",
                          "Write digits with a point, such as 1234.5; words go into \"note\"",
                          "请用数字和小数点，如 1234.5；文字说明写入“备注”"},
    [CHECK_THOUSANDS] = {"C205", "the number \"{1}\" is written with separators",
                         "数字“{1}”含有千位分隔符",
                         "Write {2}; a separator may be read as a decimal mark",
                         "请写作 {2}；分隔符可能被误认为小数点"},
    [CHECK_FULL_WIDTH] = {"C206",
                          "the number \"{1}\" is written in full-width or typographic characters",
                          "数字“{1}”使用了全角或排版字符", "Write {2}", "请写作 {2}"},
    [CHECK_PERCENT_SIGN] = {"C207", "the number \"{1}\" carries a percent sign",
                            "数字“{1}”带有百分号", "Write {2} and the unit %",
                            "请写作 {2}，并在计量单位列写 %"},
    [CHECK_UNIT_IN_VALUE] = {"C208", "\"{1}\" is a number and something more",
                             "“{1}”是数字加其他文字",
                             "Write {2} alone, and the unit in its own column",
                             "数值列只写 {2}，单位写入计量单位列"},
    [CHECK_DASH] =
        {"C209", "\"{1}\" does not say why there is no figure", "“{1}”没有说明为何没有数值",
         "Write NE (not estimated), NO (not occurring), NA (not applicable), IE (included elsewhere) "
         "or C (confidential), or 0 if it is zero",
         "请写 NE（未估算）、NO（未发生）、NA（不适用）、IE（计入他处）或 C（保密）；为零则写 0"},
    [CHECK_DATE_AS_NUMBER] = {"C210", "the cell holds a date ({1}), not a number",
                              "单元格是日期（{1}），不是数字",
                              "Set the cell's format to number and type the value again",
                              "请将单元格格式设为数值后重新填写"},
    [CHECK_YES_NO_AS_NUMBER] = {"C211", "the cell holds {1}, not a number",
                                "单元格为 {1}，不是数字", "Type the number", "请填写数字"},
    [CHECK_PERIOD] = {"C212", "\"{1}\" is not a period", "“{1}”不是有效的时期",
                      "Write 2025, 2025-H1, 2025-Q3, 2025-07 or plan-14",
                      "请写 2025、2025-H1、2025-Q3、2025-07 或 plan-14"},
    [CHECK_YEAR_RANGE] = {"C213", "the year of \"{1}\" is not from {2} to {3}",
                          "“{1}”的年份不在 {2} 至 {3} 之间", "Correct the year", "请更正年份"},
    [CHECK_DATE] = {"C214", "\"{1}\" is not a date", "“{1}”不是有效的日期", "Write {2}",
                    "请写作 {2}"},
    [CHECK_FUTURE] = {"C215", "{1} lies in the future; nothing can be known since then",
                      "{1} 尚未到来，不能作为公布日期",
                      "Write the day since which the figure is known", "请填写数值公布的日期"},
    [CHECK_LONG_NAME] = {"C216", "the text has more than {1} bytes, the most that \"{2}\" takes",
                         "文字超过 {1} 字节，“{2}”容纳不下", "Shorten it", "请缩短"},
    [CHECK_SPAN] = {"C217", "\"{1}\" is not a span of time", "“{1}”不是有效的时间区间",
                    "Write 2024, 2021 .. 2023, 2024-07 .. or .. 2020",
                    "请写 2024、2021 .. 2023、2024-07 .. 或 .. 2020"},
    [CHECK_CODE_FORM] = {"C218", "\"{1}\" cannot be a code", "“{1}”不能用作代码",
                         "Use letters, digits, and _ - . : inside, without blanks",
                         "请用字母、数字，中间可用 _ - . :，不含空格"},
    [CHECK_LINE_BREAK] = {"C219", "the text holds a line break or another control character",
                          "文字中含有换行或其他控制字符", "Write it in one line", "请写成一行"},
    [CHECK_UNCERTAINTY] =
        {"C220", "\"{1}\" does not say how far the value may be off: {2}",
         "“{1}”不是该数值的有效不确定度（{2}）",
         "Write ±5 %, 0.9..1.1 uniform, -20 %..+30 % lognormal, or ±5 % with GROUP; see the manual",
         "请写作 ±5 %、0.9..1.1 uniform、-20 %..+30 % lognormal 或 ±5 % with 组名；见手册"},

    [CHECK_ENTITY] =
        {"C301", "no place, firm or other entity is known as \"{1}\"", "没有名为“{1}”的地区或单位",
         "Write a code or name of the list of entities, or add it to the table of entities.{2}",
         "请填写已登记的代码或名称，或先在主体表中登记。{2}"},
    [CHECK_ENTITY_AMBIGUOUS] = {"C302", "\"{1}\" may be any of {2}", "“{1}”可能是 {2}",
                                "Write the code", "请填写代码"},
    [CHECK_QUANTITY] = {"C303", "no rule asks for \"{1}\"", "没有规则使用指标“{1}”",
                        "Write the name of an input of the rules.{2}", "请填写规则中的指标名。{2}"},
    [CHECK_KEY_COUNT] = {"C304", "\"{1}\" takes {2}, and {3} given",
                         "指标“{1}”应有 {2} 个分项，实际给出 {3} 个",
                         "Write the keys in this order, joined by a semicolon: {4}",
                         "请按此顺序用分号连接各分项：{4}"},
    [CHECK_KEY] = {"C305", "\"{1}\" is no {2}", "“{1}”不属于分项“{2}”",
                   "Write a member of the list \"{2}\".{3}", "请填写“{2}”列表中的成员。{3}"},
    [CHECK_UNIT] = {"C306", "\"{1}\" is not a unit", "“{1}”不是有效的计量单位", "{2}",
                    "请写如 t、10^4 tce、t CO2、MWh、万吨标准煤、亿元 的单位，该指标以 {3} 计"},
    [CHECK_DIMENSION] =
        {"C307", "\"{1}\" measures {3}, but {2} is wanted", "单位“{1}”不能换算为“{2}”",
         "Write the unit in which the figure was published, one that converts to {2}",
         "请填写数值公布时的单位，须能换算为 {2}"},
    [CHECK_UNIT_OF_WORD] = {"C308", "\"{1}\" is a word or yes/no and has no unit",
                            "指标“{1}”取文字或是/否，没有单位", "Leave the unit empty",
                            "计量单位请留空"},
    [CHECK_QUALITY] = {"C309", "\"{1}\" is no data quality", "“{1}”不是有效的数据质量",
                       "Write measured, reported, default or estimated",
                       "请写 实测、报告、缺省 或 估计"},
    [CHECK_STATUS] = {"C310", "\"{1}\" is no status", "“{1}”不是有效的状态",
                      "Write verified, seen, draft, recalled (high, medium, low) or example",
                      "请写 已核、见源、征求意见稿、忆得（把握较大、中等或较小）或 示例"},
    [CHECK_SOURCE] = {"C311", "no source has the code \"{1}\"", "没有代码为“{1}”的来源",
                      "Add the document to the table of sources, or correct the code.{2}",
                      "请在来源表中登记该文件，或更正代码。{2}"},
    [CHECK_WORD] = {"C312", "\"{1}\" is none of the answers of \"{2}\"", "“{1}”不是“{2}”的可选项",
                    "Write one of: {3}", "请从中选填：{3}"},
    [CHECK_LEVEL_OF] = {"C313", "\"{1}\" is given for {2}, and \"{3}\" is {4}",
                        "指标“{1}”适用于{2}，而“{3}”是{4}", "Correct the entity or the name",
                        "请更正主体或指标"},
    [CHECK_GRAIN_OF] = {"C314", "\"{1}\" is given by {2}, and \"{3}\" is a {4}",
                        "指标“{1}”按{2}填报，而“{3}”是{4}",
                        "Write the figure of each {2}; grains are never converted by guess",
                        "请按{2}填写，粒度不会自动换算"},
    [CHECK_TABLE] = {"C315", "no rule has a table \"{1}\"", "规则中没有名为“{1}”的系数表",
                     "Write the name of a table of the rules.{2}", "请填写规则中的系数表名。{2}"},
    [CHECK_KIND] = {"C316", "\"{1}\" is no kind", "“{1}”不是有效的类别", "Write one of: {2}",
                    "请从中选填：{2}"},
    [CHECK_LEVEL] = {"C317", "the kind \"{1}\" has no level \"{2}\"", "类别“{1}”没有“{2}”这一层级",
                     "Write one of: {3}", "请从中选填：{3}"},
    [CHECK_HIERARCHY] = {"C318", "\"{1}\" is no hierarchy", "“{1}”不是有效的隶属体系",
                         "Write one of: {2}", "请从中选填：{2}"},
    [CHECK_FACT_IN_TABLE] = {"C319", "\"{1}\" is a table of the rules, not a fact",
                             "“{1}”是规则中的系数表，不是填报指标",
                             "Bring it in as a row of the table of factors", "请改用系数表导入"},

    [CHECK_DUPLICATE] = {"C401", "the same cell stands in {1} already: {2}", "与 {1} 重复：{2}",
                         "Delete one of the two. A revision needs a later date in \"recorded\"",
                         "请删除其中一行；如为修订，“公布日期”须更晚"},
    [CHECK_NEGATIVE] =
        {"C402", "{1} is negative, which \"{2}\" cannot be", "{1} 为负，而“{2}”不可能为负",
         "Correct the sign. Purchases and sales are two quantities, not one with a sign",
         "请更正符号；购入与售出是两个指标，不以正负号区分"},
    [CHECK_SHARE] = {"C403", "{1} is no share: \"{2}\" lies from 0 to 100 %",
                     "{1} 不是比重：“{2}”应在 0 至 100 % 之间",
                     "Correct the figure or its unit: 18.9 with %, or 0.189 with 1",
                     "请更正数值或单位：18.9 配 %，或 0.189 配 1"},
    [CHECK_BOUNDS] = {"C404", "{1} lies outside the bounds of \"{2}\", {3} to {4}",
                      "{1} 超出“{2}”的范围 {3} 至 {4}",
                      "Correct the figure or its unit; a slip of 10^4 is the usual cause",
                      "请更正数值或单位；常见原因是差了万倍"},
    [CHECK_DOUBLE_CODE] = {"C405", "the code \"{1}\" stands in row {2} already",
                           "代码“{1}”已出现在第 {2} 行", "Give every row its own code",
                           "每行须有不同的代码"},
    [CHECK_CIRCLE] = {"C406", "\"{1}\" would belong to itself, through \"{2}\"",
                      "“{1}”经由“{2}”隶属于自身", "Correct the parent", "请更正上级"},
    [CHECK_TWO_PARENTS] =
        {"C407", "\"{1}\" has a parent in \"{2}\" for a part of this time already (row {3})",
         "“{1}”在“{2}”体系中同一时间已有上级（第 {3} 行）",
         "End the first link before the second begins", "请先终止前一隶属关系"},

    [CHECK_CEADS_SHEET] = {"C501", "the sheet's name is no province and year, such as Shandong2017",
                           "工作表名不是“省份＋年份”，如 Shandong2017",
                           "Restore the name under which the sheet was published",
                           "请恢复发布时的工作表名"},
    [CHECK_CEADS_LAYOUT] = {"C502", "the sheet is not laid out as published: {1}",
                            "工作表版式与发布时不同：{2}",
                            "Import the workbook as it was published", "请导入原始发布的工作簿"},
    [CHECK_CEADS_SECTOR] = {"C503", "\"{1}\" is no sector of the inventory, or stands there twice",
                            "“{1}”不是清单中的部门，或重复出现",
                            "Restore the row names as published", "请恢复发布时的行名"},
    [CHECK_CEADS_FUEL] = {"C504", "\"{1}\" is no column of the inventory, or stands there twice",
                          "“{1}”不是清单中的列，或重复出现",
                          "Restore the column names as published", "请恢复发布时的列名"},
    [CHECK_CEADS_ROW_SUM] =
        {"C505", "the fuels of row \"{1}\" add up to {2}, but {3} is printed",
         "“{1}”行各品种之和为 {2}，而表中合计为 {3}",
         "Compare the row with the published workbook; one of its cells was altered",
         "请与发布的工作簿核对该行，其中有单元格被改动"},
    [CHECK_CEADS_COLUMN_SUM] =
        {"C506", "the sectors of column \"{1}\" add up to {2}, but {3} is printed",
         "“{1}”列各部门之和为 {2}，而表中合计为 {3}",
         "Compare the column with the published workbook; one of its cells was altered",
         "请与发布的工作簿核对该列，其中有单元格被改动"},
    [CHECK_CEADS_SCOPE_2] =
        {"C507", "the inventory by sectors holds no scope 2, but {1} stands here",
         "分部门清单不含范围二排放，此处却有 {1}",
         "Leave the scope 2 columns at 0; purchased power is accounted by the rules",
         "范围二各列请保持为 0；外购电力由规则核算"},
};

const heng_finding_rule *heng_check_rules(size_t *count)
{
    *count = CHECK_RULE_COUNT;
    return rules;
}

const heng_finding_rule *heng_check__rule(heng_check_rule rule)
{
    assert((unsigned)rule < CHECK_RULE_COUNT);
    return &rules[rule];
}
