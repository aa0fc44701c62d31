/* host/sqlite/sqlite_store.h: a store in one SQLite file. The embedded default.
 *
 * The file is in WAL mode with synchronous=FULL: an acknowledged step has been forced to the
 * medium. Beside it stand <file>-wal and <file>-shm while it is open. One writer at a time over all
 * processes, any number of readers; locks belong to the processes, so a crash leaves none behind.
 * The tables are described in README.md; triggers forbid every change and removal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

typedef enum heng_sqlite_mode {
    HENG_SQLITE_READ_ONLY,  /* the file must exist */
    HENG_SQLITE_READ_WRITE, /* the file must exist; an older version of the tables is upgraded */
    HENG_SQLITE_CREATE      /* the file must not exist */
} heng_sqlite_mode;

/* Statuses: HENG_NOT_FOUND (no such file), HENG_CONFLICT (to be created, but exists; or another
 * process is upgrading it), HENG_REFUSED (not a store of Heng, damaged, of a newer version than
 * this program knows; to read only, of an older one that needs an upgrade), HENG_IO,
 * HENG_NO_MEMORY. */
heng_status heng_sqlite_open(heng_str path, heng_sqlite_mode mode, heng_store **out,
                             heng_error *err);

/* Reads the whole file: the pages, the keys between tables, and the counts kept by steps.
 * HENG_REFUSED with the first fault found. */
heng_status heng_sqlite_check(heng_store *store, heng_error *err);

/* Copies a consistent state to a new file, while others may read and write. HENG_CONFLICT: `path`
 * exists. */
heng_status heng_sqlite_backup(heng_store *store, heng_str path, heng_error *err);
