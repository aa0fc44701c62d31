/* base/arena.h: memory that lives and ends together.
 *
 * There are three lifetimes: process, job (one request, import or computation) and scratch. Each is an
 * arena, always a parameter, never ambient. Nothing is freed one by one; heng_arena_deinit ends the
 * lifetime, heng_arena_rewind ends what came after a mark. Memory comes zeroed and aligned for any
 * type. Running out is a failure that the caller sees as NULL, never an exit. Not thread-safe: one
 * arena, one thread at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct heng_arena_block heng_arena_block;

typedef struct heng_arena {
    heng_arena_block *block; /* the newest; older ones hang from it */
    size_t used;             /* bytes given out, over all blocks */
    size_t limit;            /* `used` never exceeds it */
} heng_arena;

typedef struct heng_arena_mark {
    heng_arena_block *block;
    size_t block_used;
    size_t used;
} heng_arena_mark;

/* No memory is taken until the first allocation. */
void heng_arena_init(heng_arena *arena, size_t limit);
void heng_arena_deinit(heng_arena *arena);

/* Zeroed memory for `size` bytes, or NULL. A size of 0 gives a valid pointer. */
void *heng_arena_alloc(heng_arena *arena, size_t size);
/* The same for an array; NULL also when the product overflows. */
void *heng_arena_array(heng_arena *arena, size_t count, size_t size);

/* Room for so many bytes in one piece: what is allocated in it and rewound to here stays reserved, so that
 * the next need not ask the system again. False when memory ran out. */
bool heng_arena_reserve(heng_arena *arena, size_t bytes);

heng_arena_mark heng_arena_here(const heng_arena *arena);
void heng_arena_rewind(heng_arena *arena, heng_arena_mark mark);

/* For tests: the n-th allocation from now fails (1 is the next), once. 0 turns it off. Every
 * allocation of every arena counts, in the calling thread. */
void heng_arena_fail_after(size_t n);
/* Allocations that this thread has asked for since the last call of heng_arena_fail_after. */
size_t heng_arena_asked(void);

#define HENG_NEW(arena, type)          ((type *)heng_arena_alloc((arena), sizeof(type)))
#define HENG_ARRAY(arena, count, type) ((type *)heng_arena_array((arena), (count), sizeof(type)))
