/* host/ram/ram_table.h: the records of one kind, in the order of putting, found by their cell.
 *
 * Records are only added. Those of one cell hang from each other, the last put first. Memory comes
 * from the arena of the store.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "host/ram/ram_record.h"

typedef struct ram_table {
    const ram_record_kind *kind;
    unsigned char *records;
    uint64_t *steps;  /* by which each record entered */
    size_t *previous; /* 1 + the record of the same cell put before; 0: none */
    size_t count;
    size_t capacity;
    size_t *slots; /* open addressing; 1 + the last record of a cell; 0: free */
    size_t slot_count;
} ram_table;

/* 1 + the last record of the cell of `record`; 0 if there is none. Earlier ones by ->previous. */
size_t heng_ram__table_find(const ram_table *table, const void *record);
const void *heng_ram__table_at(const ram_table *table, size_t index);
/* Adds a copy, texts included. False when memory ran out; then the table is as it was. */
bool heng_ram__table_add(ram_table *table, const void *record, uint64_t step, heng_arena *arena);
/* Takes back what was added since `table` was `before`, whose arrays must still be there. */
void heng_ram__table_return(ram_table *table, const ram_table *before);
