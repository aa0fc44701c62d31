/* Feeds any bytes to the reader of text with separators, and holds it to its word: a workbook or
 * findings, never both and never neither; cells ascend and are UTF-8; the same bytes give the same cells.
 *
 *   CC=clang meson setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false
 *   build-fuzz/test/csv_fuzz -dict=test/fuzz/csv.dict CORPUS
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "test/fuzz/demand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static heng_accepted read_once(heng_str bytes, heng_arena *arena)
{
    heng_sheet_findings findings;
    heng_accepted accepted = {0};
    heng_error err;
    heng_sheet_findings_init(&findings, arena);
    demand(heng_accept_csv(bytes, HENG_STR("a.csv"), arena, &findings, &accepted, &err) == HENG_OK,
           "status");
    demand((findings.found == 0) == (accepted.workbook.sheet_count == 1), "all or nothing");
    demand(heng_sheet_findings_sort(&findings, &err) == HENG_OK, "findings");
    for (size_t i = 0; i < accepted.workbook.sheet_count; i++)
        demand_sheet(&accepted.workbook.sheets[i]);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    heng_str bytes = {(const char *)data, size};
    heng_accepted first = read_once(bytes, &arena);
    /* Reading twice takes twice the time: every sixteenth length is enough. */
    if (first.workbook.sheet_count && size % 16 == 0) {
        heng_accepted second = read_once(bytes, &arena);
        demand(sheet_hash(first.workbook.sheets) == sheet_hash(second.workbook.sheets),
               "same cells");
    }
    heng_arena_deinit(&arena);
    return 0;
}
