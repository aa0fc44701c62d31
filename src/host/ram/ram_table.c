/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_table.h"

#include <assert.h>
#include <string.h>

enum { CAPACITY_MIN = 16 };

const void *heng_ram__table_at(const ram_table *table, size_t index)
{
    assert(index < table->count);
    return table->records + index * table->kind->size;
}

/* The slot of the cell, or the free one where it belongs. At most half of the slots are taken. */
static size_t slot_of(const ram_table *table, const void *record)
{
    size_t slot = (size_t)table->kind->cell_hash(record) & (table->slot_count - 1);
    while (table->slots[slot] &&
           !table->kind->same_cell(heng_ram__table_at(table, table->slots[slot] - 1), record))
        slot = (slot + 1) & (table->slot_count - 1);
    return slot;
}

size_t heng_ram__table_find(const ram_table *table, const void *record)
{
    return table->slot_count ? table->slots[slot_of(table, record)] : 0;
}

static void fill_slots(ram_table *table)
{
    if (table->slot_count) memset(table->slots, 0, table->slot_count * sizeof *table->slots);
    for (size_t i = 0; i < table->count; i++)
        table->slots[slot_of(table, heng_ram__table_at(table, i))] = i + 1;
}

static bool grow(ram_table *table, heng_arena *arena)
{
    ram_table larger = *table;
    larger.capacity = table->capacity ? 2 * table->capacity : CAPACITY_MIN;
    larger.slot_count = 2 * larger.capacity;
    larger.records = heng_arena_array(arena, larger.capacity, table->kind->size);
    larger.steps = HENG_ARRAY(arena, larger.capacity, uint64_t);
    larger.previous = HENG_ARRAY(arena, larger.capacity, size_t);
    larger.slots = HENG_ARRAY(arena, larger.slot_count, size_t);
    if (!larger.records || !larger.steps || !larger.previous || !larger.slots) return false;
    if (table->count) {
        memcpy(larger.records, table->records, table->count * table->kind->size);
        memcpy(larger.steps, table->steps, table->count * sizeof *table->steps);
        memcpy(larger.previous, table->previous, table->count * sizeof *table->previous);
    }
    *table = larger;
    fill_slots(table);
    return true;
}

bool heng_ram__table_add(ram_table *table, const void *record, uint64_t step, heng_arena *arena)
{
    if (table->count == table->capacity && !grow(table, arena)) return false;
    size_t slot = slot_of(table, record);
    size_t index = table->count;
    unsigned char *place = table->records + index * table->kind->size;
    memcpy(place, record, table->kind->size);
    if (!table->kind->copy_texts(place, arena)) return false;
    table->count++;
    table->steps[index] = step;
    table->previous[index] = table->slots[slot];
    table->slots[slot] = index + 1;
    return true;
}

void heng_ram__table_return(ram_table *table, const ram_table *before)
{
    assert(before->count <= table->count);
    *table = *before;
    fill_slots(table);
}
