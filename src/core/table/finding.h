/* core/table/finding.h: what is wrong with a file that was handed in, so that its author can mend it.
 *
 * A finding names the file, the sheet, the cell and what stands there; the rule that it breaks, by a
 * code that the manual documents; and the remedy. It says so in English and in Chinese, side by side.
 * Findings are data, not failures: all are collected, and the import as a whole is refused while there
 * is one. The rules are tables of the stages that apply them (flow/accept: A codes; flow/check: C codes).
 *
 * The texts of a rule hold {1} to {4}, which are replaced by the details of the finding.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "core/table/sheet.h"

enum { HENG_FINDING_DETAILS_MAX = 4 };

typedef struct heng_finding_rule {
    const char *code; /* "C201" */
    const char *message_en, *message_zh;
    const char *remedy_en, *remedy_zh;
} heng_finding_rule;

typedef struct heng_sheet_finding {
    const char *code; /* static */
    heng_str file;
    heng_str sheet;        /* empty: the whole file */
    uint32_t sheet_number; /* from 1; 0: the whole file */
    uint32_t row, column;  /* from 1; 0: the whole sheet, row or column */
    heng_str cell;         /* what stands there; cut at a character where it is long */
    heng_str message_en, message_zh;
    heng_str remedy_en, remedy_zh;
} heng_sheet_finding;

typedef struct heng_sheet_findings {
    heng_arena *arena; /* owns the texts */
    heng_sheet_finding *items;
    size_t count; /* kept, at most HENG_FINDINGS_MAX */
    size_t capacity;
    size_t found; /* all, kept or not */
    bool failed;  /* memory ran out: the list is not whole */
} heng_sheet_findings;

/* Where the finding is. */
typedef struct heng_finding_place {
    heng_str file, sheet;
    uint32_t sheet_number, row, column;
    heng_str cell;
} heng_finding_place;

/* The details of one finding; one that differs by language has its Chinese form in `zh`. */
typedef struct heng_finding_details {
    heng_str en[HENG_FINDING_DETAILS_MAX];
    heng_str zh[HENG_FINDING_DETAILS_MAX]; /* .at NULL: as in English */
} heng_finding_details;

void heng_sheet_findings_init(heng_sheet_findings *list, heng_arena *arena);
/* Adds one; all texts are copied. `details` may be NULL. */
void heng_sheet_found(heng_sheet_findings *list, const heng_finding_rule *rule,
                      heng_finding_place place, const heng_finding_details *details);
/* By sheet, row, column, code; stable; what is said twice of one cell is kept once. Statuses:
 * HENG_NO_MEMORY, also when the list is not whole. */
heng_status heng_sheet_findings_sort(heng_sheet_findings *list, heng_error *err);

/* book.xlsx, sheet "facts", C7 "12,5": ... [C203] / Remedy: ..., in English (`zh` false) or Chinese. */
void heng_sheet_finding_print(const heng_sheet_finding *finding, bool zh, heng_text *out);
/* {code, file, sheet, row, column, address, cell, message: {en, zh}, remedy: {en, zh}} */
void heng_sheet_finding_write_json(const heng_sheet_finding *finding, heng_json *json);
