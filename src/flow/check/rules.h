/* flow/check/rules.h: the names by which this room refers to its catalogue of findings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/finding.h"

typedef enum heng_check_rule {
    /* the shape of a sheet */
    CHECK_NO_TABLE,
    CHECK_MISSING_COLUMN,
    CHECK_DOUBLE_COLUMN,
    CHECK_EXTRA_COLUMN,
    CHECK_NO_HEADER,
    CHECK_MERGED,
    CHECK_NO_ROWS,
    CHECK_OTHER_TABLE,
    /* the form of a cell */
    CHECK_REQUIRED,
    CHECK_ERROR_VALUE,
    CHECK_NO_RESULT,
    CHECK_NOT_NUMBER,
    CHECK_THOUSANDS,
    CHECK_FULL_WIDTH,
    CHECK_PERCENT_SIGN,
    CHECK_UNIT_IN_VALUE,
    CHECK_DASH,
    CHECK_DATE_AS_NUMBER,
    CHECK_YES_NO_AS_NUMBER,
    CHECK_PERIOD,
    CHECK_YEAR_RANGE,
    CHECK_DATE,
    CHECK_FUTURE,
    CHECK_LONG_NAME,
    CHECK_SPAN,
    CHECK_CODE_FORM,
    CHECK_LINE_BREAK,
    CHECK_UNCERTAINTY,
    /* names that must be known */
    CHECK_ENTITY,
    CHECK_ENTITY_AMBIGUOUS,
    CHECK_QUANTITY,
    CHECK_KEY_COUNT,
    CHECK_KEY,
    CHECK_UNIT,
    CHECK_DIMENSION,
    CHECK_UNIT_OF_WORD,
    CHECK_QUALITY,
    CHECK_STATUS,
    CHECK_SOURCE,
    CHECK_WORD,
    CHECK_LEVEL_OF,
    CHECK_GRAIN_OF,
    CHECK_TABLE,
    CHECK_KIND,
    CHECK_LEVEL,
    CHECK_HIERARCHY,
    CHECK_FACT_IN_TABLE,
    /* values and rows against each other */
    CHECK_DUPLICATE,
    CHECK_NEGATIVE,
    CHECK_SHARE,
    CHECK_BOUNDS,
    CHECK_DOUBLE_CODE,
    CHECK_CIRCLE,
    CHECK_TWO_PARENTS,
    /* the CEADs workbook */
    CHECK_CEADS_SHEET,
    CHECK_CEADS_LAYOUT,
    CHECK_CEADS_SECTOR,
    CHECK_CEADS_FUEL,
    CHECK_CEADS_ROW_SUM,
    CHECK_CEADS_COLUMN_SUM,
    CHECK_CEADS_SCOPE_2,
    CHECK_RULE_COUNT
} heng_check_rule;

const heng_finding_rule *heng_check__rule(heng_check_rule rule);
