/* host/ram/ram_internal.h: the store in memory, for the files of this folder.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store_backend.h"
#include "host/ram/ram_store.h"
#include "host/ram/ram_table.h"

typedef struct ram_store {
    heng_store base;
    heng_arena arena; /* holds everything, this struct too */
    ram_table tables[RAM_KIND_COUNT];
    heng_step step;       /* the open one */
    heng_arena_mark mark; /* before the open step */
    ram_table before[RAM_KIND_COUNT];
} ram_store;

static inline ram_store *heng_ram__of(heng_store *store)
{
    return (ram_store *)store;
}

static inline heng_status heng_ram__no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0,
                     "the store in memory has no more room; raise its limit or use a file");
}

/* ram_scan.c */
heng_status heng_ram__sources(heng_store *store, heng_arena *arena, const heng_source **out,
                              size_t *count, heng_error *err);
heng_status heng_ram__entities(heng_store *store, heng_known known, heng_arena *arena,
                               const heng_entity **out, size_t *count, heng_error *err);
heng_status heng_ram__links(heng_store *store, heng_known known, heng_arena *arena,
                            const heng_link **out, size_t *count, heng_error *err);
heng_status heng_ram__facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                            const heng_fact **out, size_t *count, heng_error *err);
heng_status heng_ram__fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                                heng_step *out, heng_error *err);
heng_status heng_ram__rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                           const heng_table_row **out, size_t *count, heng_error *err);
heng_status heng_ram__steps(heng_store *store, heng_arena *arena, const heng_step **out,
                            size_t *count, heng_error *err);
heng_status heng_ram__imports(heng_store *store, heng_arena *arena, const heng_import **out,
                              size_t *count, heng_error *err);
heng_status heng_ram__find_import(heng_store *store, heng_hash content, heng_arena *arena,
                                  heng_import *out, heng_error *err);
heng_status heng_ram__runs(heng_store *store, heng_arena *arena, const heng_run **out,
                           size_t *count, heng_error *err);
heng_status heng_ram__results(heng_store *store, const heng_result_filter *filter,
                              heng_arena *arena, const heng_result **out, size_t *count,
                              heng_error *err);
heng_status heng_ram__seals(heng_store *store, heng_arena *arena, const heng_seal_record **out,
                            size_t *count, heng_error *err);
heng_status heng_ram__seal_list(heng_store *store, uint64_t run, heng_arena *arena, heng_str *list,
                                heng_error *err);
heng_status heng_ram__setting(heng_store *store, heng_str key, heng_arena *arena, heng_str *value,
                              heng_error *err);
heng_status heng_ram__settings(heng_store *store, bool all_records, heng_arena *arena,
                               const heng_setting **out, size_t *count, heng_error *err);
