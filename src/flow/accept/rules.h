/* flow/accept/rules.h: the names by which this room refers to its catalogue of findings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/finding.h"

typedef enum heng_accept_rule {
    ACCEPT_EMPTY,
    ACCEPT_FILE_LARGE,
    ACCEPT_UNKNOWN_FORMAT,
    ACCEPT_OLD_WORKBOOK,
    ACCEPT_ENCRYPTED,
    ACCEPT_WEB_PAGE,
    ACCEPT_NOT_WORKBOOK,
    ACCEPT_BINARY_WORKBOOK,
    ACCEPT_DAMAGED_ARCHIVE,
    ACCEPT_UNPACKED_LARGE,
    ACCEPT_MISSING_PART,
    ACCEPT_BAD_XML,
    ACCEPT_DOCUMENT_TYPE,
    ACCEPT_ENCODING,
    ACCEPT_NO_CONVERTER,
    ACCEPT_ZERO_BYTE,
    ACCEPT_OPEN_QUOTE,
    ACCEPT_AFTER_QUOTE,
    ACCEPT_STRAY_QUOTE,
    ACCEPT_LONG_CELL,
    ACCEPT_MANY_COLUMNS,
    ACCEPT_MANY_ROWS,
    ACCEPT_CELL_PLACE,
    ACCEPT_SHARED_TEXT,
    ACCEPT_CELL_VALUE,
    ACCEPT_MANY_SHEETS,
    ACCEPT_RULE_COUNT
} heng_accept_rule;

/* Adds the finding; `detail` and `second` stand for {1} and {2} and may be empty. */
void heng_accept__found(heng_sheet_findings *findings, heng_accept_rule rule,
                        heng_finding_place place, heng_str detail, heng_str second);
