/* The catalogue of what flow/accept finds. Data: one entry a rule, in the order of the manual.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "flow/accept/rules.h"

#include <assert.h>

static const heng_finding_rule rules[ACCEPT_RULE_COUNT] = {
    [ACCEPT_EMPTY] = {"A101", "the file is empty", "文件是空的",
                      "Hand in the file again; the copy was cut off or never filled",
                      "请重新提交文件，此副本未写入内容或传输中断"},
    [ACCEPT_FILE_LARGE] = {"A102", "the file has {1} MB; at most {2} MB are read",
                           "文件有 {1} MB，最多读取 {2} MB",
                           "Split it by year or by region and import the parts one by one",
                           "请按年份或地区拆分后逐个导入"},
    [ACCEPT_UNKNOWN_FORMAT] = {"A103", "this is neither a text with separators nor a workbook",
                               "既不是分隔文本（CSV），也不是电子表格（XLSX）",
                               "Open it in the program that made it and save as .xlsx or .csv",
                               "请用生成该文件的软件打开，另存为 .xlsx 或 .csv"},
    [ACCEPT_OLD_WORKBOOK] =
        {"A104", "this is a file of an old office format (.xls, .doc, .et), which is not read",
         "这是旧版办公文件格式（.xls、.doc、.et），不予读取",
         "Open it and save as \"Excel workbook (.xlsx)\"", "请打开后另存为“Excel 工作簿（.xlsx）”"},
    [ACCEPT_ENCRYPTED] = {"A105", "the workbook is locked with a password", "工作簿设有打开密码",
                          "Open it with the password, remove the password, save, and import again",
                          "请用密码打开，取消密码后保存，再导入"},
    [ACCEPT_WEB_PAGE] =
        {"A106", "this is a web page or XML text, whatever its name says",
         "无论文件名为何，这是网页或 XML 文本",
         "Open it in a spreadsheet program and save as .xlsx; many portals call web pages .xls",
         "请用电子表格软件打开后另存为 .xlsx；不少系统导出的 .xls 其实是网页"},
    [ACCEPT_NOT_WORKBOOK] =
        {"A107", "this archive holds no workbook (it lacks {1})", "压缩包中没有工作簿（缺少 {1}）",
         "Unpack it and import the .xlsx or .csv inside; save .ods and .docx as .xlsx",
         "请解压后导入其中的 .xlsx 或 .csv；.ods、.docx 请另存为 .xlsx"},
    [ACCEPT_BINARY_WORKBOOK] = {"A108", "this is a binary workbook (.xlsb), which is not read",
                                "这是二进制工作簿（.xlsb），不予读取",
                                "Open it and save as \"Excel workbook (.xlsx)\"",
                                "请打开后另存为“Excel 工作簿（.xlsx）”"},
    [ACCEPT_DAMAGED_ARCHIVE] =
        {"A109", "the workbook is damaged: {1}", "工作簿已损坏：{1}",
         "Copy it again from its origin, or open it, let the program repair it, and save",
         "请从原处重新复制，或打开后让软件修复并保存"},
    [ACCEPT_UNPACKED_LARGE] = {"A110",
                               "part {1} of the workbook unpacks to more than is read ({2})",
                               "工作簿部件 {1} 解压后超过读取上限（{2}）",
                               "Delete unused sheets, rows and pictures, or split the workbook",
                               "请删除无用的工作表、行和图片，或拆分工作簿"},
    [ACCEPT_MISSING_PART] = {"A111", "the workbook names part {1}, which is not in it",
                             "工作簿引用了部件 {1}，但其中没有",
                             "Open it, let the program repair it, and save again",
                             "请打开后让软件修复并重新保存"},
    [ACCEPT_BAD_XML] = {"A112", "part {1} of the workbook is not well-formed: {2}",
                        "工作簿部件 {1} 格式有误：{2}",
                        "Open it, let the program repair it, and save again",
                        "请打开后让软件修复并重新保存"},
    [ACCEPT_DOCUMENT_TYPE] =
        {"A113",
         "part {1} declares a document type, which workbooks never do; it is refused unread",
         "部件 {1} 声明了文档类型，正常工作簿不会这样；拒绝读取",
         "Do not trust this file; ask its author for one saved by a spreadsheet program",
         "此文件不可信，请向提供者索取由电子表格软件保存的文件"},
    [ACCEPT_ENCODING] = {"A121", "line {1} is not valid {2}", "第 {1} 行不是有效的 {2} 文本",
                         "Save the file again as \"CSV UTF-8\"", "请重新另存为“CSV UTF-8”"},
    [ACCEPT_NO_CONVERTER] = {"A122", "this system has no table for the encoding {1}",
                             "本系统没有编码 {1} 的转换表", "Save the file as \"CSV UTF-8\"",
                             "请另存为“CSV UTF-8”"},
    [ACCEPT_ZERO_BYTE] = {"A123", "line {1} holds a zero byte, which no text has",
                          "第 {1} 行含有零字节，文本中不应出现",
                          "Save the file again as \"CSV UTF-8\"", "请重新另存为“CSV UTF-8”"},
    [ACCEPT_OPEN_QUOTE] = {"A124", "the quotation mark that opens this cell is never closed",
                           "此单元格的起始引号没有配对的结束引号",
                           "Close it, or write every quotation mark inside a cell twice",
                           "请补上结束引号；单元格内的引号须写成两个"},
    [ACCEPT_AFTER_QUOTE] = {"A125", "text stands behind the closing quotation mark: {1}",
                            "结束引号之后还有文字：{1}",
                            "Write every quotation mark inside a cell twice",
                            "单元格内的引号须写成两个"},
    [ACCEPT_STRAY_QUOTE] = {"A126", "a quotation mark stands inside a cell that is not quoted",
                            "未加引号的单元格中出现引号",
                            "Put the whole cell in quotation marks and write the inner ones twice",
                            "请将整个单元格加引号，其中的引号写成两个"},
    [ACCEPT_LONG_CELL] = {"A127", "the cell holds more than {1} bytes of text",
                          "单元格文字超过 {1} 字节",
                          "Shorten it, or look for a quotation mark that is not closed before it",
                          "请缩短，或检查之前是否有未配对的引号"},
    [ACCEPT_MANY_COLUMNS] = {"A128", "row {1} has more than {2} columns", "第 {1} 行超过 {2} 列",
                             "Look for a wrong separator, or split the table",
                             "请检查分隔符是否有误，或拆分表格"},
    [ACCEPT_MANY_ROWS] = {"A129", "the table has more than {1} rows", "表格超过 {1} 行",
                          "Split it by year or by region", "请按年份或地区拆分"},
    [ACCEPT_CELL_PLACE] = {"A131",
                           "cell \"{1}\" has no address, or does not follow the cell before it",
                           "单元格“{1}”没有地址，或与前一单元格次序不符",
                           "Open the workbook, let the program repair it, and save again",
                           "请打开工作簿让软件修复并重新保存"},
    [ACCEPT_SHARED_TEXT] = {"A132",
                            "the cell refers to shared text number {1}, which does not exist",
                            "单元格引用的共享文字第 {1} 项不存在",
                            "Open the workbook, let the program repair it, and save again",
                            "请打开工作簿让软件修复并重新保存"},
    [ACCEPT_CELL_VALUE] = {"A133", "the stored value \"{1}\" is not a {2}",
                           "存储的值“{1}”类型不符（{2}）", "Type the value again and save",
                           "请重新输入该值并保存"},
    [ACCEPT_MANY_SHEETS] = {"A134", "the workbook has more than {1} sheets",
                            "工作簿超过 {1} 个工作表", "Split the workbook", "请拆分工作簿"},
};

const heng_finding_rule *heng_accept_rules(size_t *count)
{
    *count = ACCEPT_RULE_COUNT;
    return rules;
}

void heng_accept__found(heng_sheet_findings *findings, heng_accept_rule rule,
                        heng_finding_place place, heng_str detail, heng_str second)
{
    assert((unsigned)rule < ACCEPT_RULE_COUNT);
    heng_finding_details details = {.en = {detail, second}};
    heng_sheet_found(findings, &rules[rule], place, &details);
}
