/* Feeds any text, read as CSV, to the check of tables, and holds it to its word: rows or findings, never
 * both; every finding has its code, place and texts; every fact is one that a store would take.
 *
 *   build-fuzz/test/check_fuzz -dict=test/fuzz/csv.dict CORPUS
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "test/flow/check/vocabulary.h"
#include "test/fuzz/demand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand_findings(const heng_sheet_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const heng_sheet_finding *finding = &findings->items[i];
        demand(finding->message_en.length && finding->message_zh.length, "messages");
        demand(finding->remedy_en.length && finding->remedy_zh.length, "remedies");
        demand(heng_utf8_valid(finding->cell) == finding->cell.length, "the cell is UTF-8");
    }
}

static void demand_facts(const heng_checked *checked)
{
    for (size_t i = 0; i < checked->fact_count; i++) {
        const heng_fact *fact = &checked->facts[i];
        demand(fact->entity.length && fact->name.length && fact->text.length, "a whole fact");
        demand(fact->key_count <= HENG_KEYS_MAX && isfinite(fact->value), "a sound fact");
        for (unsigned k = 0; k < fact->key_count; k++) demand(fact->keys[k].length, "keys");
        demand(fact->source.length && fact->recorded <= TEST_NOW, "whence and since when");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heng_arena arena;
    heng_arena_init(&arena, 512 << 20);
    heng_sheet_findings findings;
    heng_accepted accepted = {0};
    heng_checked checked = {0};
    heng_error err;
    heng_sheet_findings_init(&findings, &arena);
    demand(heng_accept_csv((heng_str){(const char *)data, size}, HENG_STR("facts.csv"), &arena,
                           &findings, &accepted, &err) == HENG_OK,
           "accept");
    if (!findings.found) {
        demand(heng_check(&accepted.workbook, &test_vocabulary, &test_options, &arena, &findings,
                          &checked, &err) == HENG_OK,
               "check");
        bool any = checked.fact_count || checked.entity_count || checked.link_count ||
                   checked.source_count || checked.factor_count;
        demand(!any || !findings.found, "all or nothing");
        demand_findings(&findings);
        demand_facts(&checked);
    }
    heng_arena_deinit(&arena);
    return 0;
}
