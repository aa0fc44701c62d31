/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MIN = 4096, BLOCK_BYTES_GROWN = 1 << 20, ALIGNMENT = 16 };

struct heng_arena_block {
    heng_arena_block *older;
    size_t capacity;
    size_t used;
    size_t reserved; /* keeps `bytes` aligned */
    unsigned char bytes[];
};

_Static_assert(offsetof(heng_arena_block, bytes) % ALIGNMENT == 0, "blocks start aligned");

static _Thread_local size_t fail_after;
static _Thread_local size_t asked;

void heng_arena_fail_after(size_t n)
{
    fail_after = n;
    asked = 0;
}

size_t heng_arena_asked(void)
{
    return asked;
}

void heng_arena_init(heng_arena *arena, size_t limit)
{
    assert(arena);
    *arena = (heng_arena){.limit = limit};
}

void heng_arena_deinit(heng_arena *arena)
{
    assert(arena);
    for (heng_arena_block *block = arena->block; block;) {
        heng_arena_block *older = block->older;
        free(block);
        block = older;
    }
    arena->block = NULL;
    arena->used = 0;
}

static heng_arena_block *block_with_room(heng_arena *arena, size_t size)
{
    heng_arena_block *block = arena->block;
    if (block && block->capacity - block->used >= size) return block;
    size_t capacity = block ? block->capacity * 2 : BLOCK_BYTES_MIN;
    if (capacity > BLOCK_BYTES_GROWN) capacity = BLOCK_BYTES_GROWN;
    if (capacity < size) capacity = size;
    block = malloc(sizeof *block + capacity);
    if (!block) return NULL;
    *block = (heng_arena_block){.older = arena->block, .capacity = capacity};
    arena->block = block;
    return block;
}

void *heng_arena_alloc(heng_arena *arena, size_t size)
{
    assert(arena);
    asked++;
    if (fail_after && asked == fail_after) return NULL;
    if (size > arena->limit || size > SIZE_MAX - ALIGNMENT) return NULL;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size == 0) size = ALIGNMENT;
    if (size > arena->limit - arena->used) return NULL;
    heng_arena_block *block = block_with_room(arena, size);
    if (!block) return NULL;
    void *memory = block->bytes + block->used;
    block->used += size;
    arena->used += size;
    return memset(memory, 0, size);
}

bool heng_arena_reserve(heng_arena *arena, size_t bytes)
{
    assert(arena);
    asked++;
    if (fail_after && asked == fail_after) return false;
    return block_with_room(arena, bytes) != NULL;
}

void *heng_arena_array(heng_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) return NULL;
    return heng_arena_alloc(arena, count * size);
}

heng_arena_mark heng_arena_here(const heng_arena *arena)
{
    assert(arena);
    return (heng_arena_mark){
        .block = arena->block,
        .block_used = arena->block ? arena->block->used : 0,
        .used = arena->used,
    };
}

void heng_arena_rewind(heng_arena *arena, heng_arena_mark mark)
{
    assert(arena);
    assert(mark.used <= arena->used);
    while (arena->block != mark.block) {
        heng_arena_block *older = arena->block->older;
        free(arena->block);
        arena->block = older;
    }
    if (arena->block) arena->block->used = mark.block_used;
    arena->used = mark.used;
}
