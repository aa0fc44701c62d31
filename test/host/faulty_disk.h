/* test/host/faulty_disk.h: a disk that fails when it is told to, for SQLite.
 *
 * A VFS between SQLite and the system. Every write, sync, truncation and removal is an operation;
 * from the n-th on, or only at it, operations fail. For a loss of power it also keeps what each
 * file held at its last sync and what was written since, and then gives back any mixture of the
 * two, sector by sector, as a disk may.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum disk_fault {
    DISK_SOUND,
    DISK_FAILS_ONCE, /* the n-th operation does nothing and reports an error */
    DISK_DIES,       /* so do all from the n-th on */
    DISK_FULL        /* as DISK_DIES, but only writes, and they report that there is no room */
} disk_fault;

/* Becomes the default VFS of SQLite. Once a process. */
bool disk_install(void);
/* From now on; operations count from 1 again. */
void disk_set(disk_fault fault, size_t n);
/* Operations since disk_set. */
size_t disk_operations(void);
/* Starts to remember what is not synced yet. Files open already must be synced. */
void disk_remember(void);
/* After all files are closed: each file holds its last synced state, and of every sector written
 * since either the old or the new, as `seed` decides. Forgets the rest. */
void disk_lose_power(uint64_t seed);
