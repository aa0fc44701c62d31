/* flow/check/ceads.h: the provincial CO2 inventories of CEADs, as their workbook is published.
 *
 * One sheet a province and year ("Shandong2017"): 47 sectors down, fuels across, in Mt CO2, with a row
 * and a column of totals. The totals are no facts: they are controls, held to 1e-6 Mt against the sums
 * of their row and column, so that a workbook in which one cell was altered is refused by the two names
 * that cross there. The figures become facts `ceads_co2`, keyed by the members of the lists
 * `ceads_sector` and `ceads_fuel` below, zeros included: a printed zero is a figure. The columns of
 * scope 2 must be 0, for the inventory by sectors holds none.
 *
 * Layout: Shan et al., Scientific Data 5 (2018) 170201 and 7 (2020) 54; workbooks "Emission Inventories
 * for 30 Provinces". Rows and columns are known by their names, underscores or blanks, not by place.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/check/check.h"

#define HENG_CEADS_QUANTITY "ceads_co2"
#define HENG_CEADS_UNIT     "Mt CO2"
/* The source code of facts where the options name none. */
#define HENG_CEADS_SOURCE "CEADS_2020"

enum { HENG_CEADS_SECTORS = 47, HENG_CEADS_FUELS = 19 };

typedef struct heng_ceads_member {
    const char *name;     /* of the list in the rules: coal_mining */
    const char *label_en; /* as published: Coal Mining and Dressing */
    const char *label_zh;
} heng_ceads_member;

/* In the order of publication. */
extern const heng_ceads_member heng_ceads_sectors[HENG_CEADS_SECTORS];
extern const heng_ceads_member heng_ceads_fuels[HENG_CEADS_FUELS];

/* A sheet of this workbook has the headers of the inventory. */
bool heng_ceads_is(const heng_workbook *workbook);

/* As heng_check, for such a workbook. Places are found in the vocabulary by their code of GB/T 2260.
 * Quality and status are those of the options, else estimated and seen. Statuses: HENG_NO_MEMORY. */
heng_status heng_ceads_check(const heng_workbook *workbook, const heng_check_vocabulary *vocabulary,
                             const heng_check_options *options, heng_arena *arena,
                             heng_sheet_findings *findings, heng_checked *out, heng_error *err);
