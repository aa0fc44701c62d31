/* Feeds any bytes to the door of imports, workbooks above all: archive, parts and sheets.
 *
 *   build-fuzz/test/xlsx_fuzz CORPUS      (seeds: any .xlsx files)
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "test/fuzz/demand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_sheet_findings findings;
    heng_accepted accepted = {0};
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    heng_status status = heng_accept((heng_str){(const char *)data, size}, HENG_STR("a.xlsx"),
                                     &arena, &findings, &accepted, &err);
    demand(status == HENG_OK || status == HENG_NO_MEMORY, "status");
    if (!status && !findings.found)
        for (size_t i = 0; i < accepted.workbook.sheet_count; i++)
            demand_sheet(&accepted.workbook.sheets[i]);
    heng_arena_deinit(&arena);
    return 0;
}
