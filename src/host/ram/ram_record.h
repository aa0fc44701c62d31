/* host/ram/ram_record.h: the kinds of record, what makes the cell of each, and how it is copied.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

typedef enum ram_kind {
    RAM_STEP,
    RAM_SOURCE,
    RAM_ENTITY,
    RAM_LINK,
    RAM_FACT,
    RAM_ROW,
    RAM_IMPORT,
    RAM_RUN,
    RAM_RESULT,
    RAM_SEAL,
    RAM_SETTING,
    RAM_KIND_COUNT
} ram_kind;

typedef struct ram_result {
    uint64_t run;
    heng_result result;
} ram_result;

typedef struct ram_record_kind {
    size_t size;
    uint64_t (*cell_hash)(const void *record);
    bool (*same_cell)(const void *a, const void *b);
    /* Replaces the texts by copies in the arena; false when memory ran out. */
    bool (*copy_texts)(void *record, heng_arena *arena);
} ram_record_kind;

extern const ram_record_kind heng_ram__record_kinds[RAM_KIND_COUNT];
