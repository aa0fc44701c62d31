/* SPDX-License-Identifier: Apache-2.0 */
#include "test/host/faulty_disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512 };

/* A change of a file that is not synced yet. A truncation has no new bytes. */
typedef struct change {
    char *path;
    sqlite3_int64 offset, size_before, size_after;
    int old_length, new_length;
    unsigned char *old_bytes, *new_bytes;
    struct change *older;
} change;

typedef struct disk_file {
    sqlite3_file base;
    char path[512];
    sqlite3_file *real; /* follows in the same memory */
} disk_file;

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    disk_fault fault;
    size_t fail_at, operations;
    bool remember;
    change *changes;
} disk;

/* ---- failing
 * ------------------------------------------------------------------------------------- */

static bool strikes(bool is_write)
{
    disk.operations++;
    switch (disk.fault) {
    case DISK_FAILS_ONCE: return disk.operations == disk.fail_at;
    case DISK_DIES: return disk.operations >= disk.fail_at;
    case DISK_FULL: return is_write && disk.operations >= disk.fail_at;
    default: return false;
    }
}

void disk_set(disk_fault fault, size_t n)
{
    disk.fault = fault;
    disk.fail_at = n;
    disk.operations = 0;
}

size_t disk_operations(void)
{
    return disk.operations;
}

/* ---- remembering
 * --------------------------------------------------------------------------------- */

static void *must(void *memory)
{
    if (!memory) abort();
    return memory;
}

static void free_change(change *c)
{
    free(c->path);
    free(c->old_bytes);
    free(c->new_bytes);
    free(c);
}

static void note_change(disk_file *file, sqlite3_int64 offset, const void *bytes, int length,
                        sqlite3_int64 new_size)
{
    if (!disk.remember) return;
    change *c = must(calloc(1, sizeof *c));
    sqlite3_file *real = file->real;
    real->pMethods->xFileSize(real, &c->size_before);
    c->path = must(strdup(file->path));
    c->offset = offset;
    c->size_after = new_size < 0 ? c->size_before : new_size;
    if (new_size < 0 && offset + length > c->size_before) c->size_after = offset + length;
    sqlite3_int64 old_end = new_size < 0 ? offset + length : c->size_before;
    if (old_end > c->size_before) old_end = c->size_before;
    c->old_length = old_end > offset ? (int)(old_end - offset) : 0;
    c->old_bytes = must(malloc((size_t)c->old_length + 1));
    if (c->old_length) real->pMethods->xRead(real, c->old_bytes, c->old_length, offset);
    c->new_length = length;
    c->new_bytes = must(malloc((size_t)length + 1));
    if (length) memcpy(c->new_bytes, bytes, (size_t)length);
    c->older = disk.changes;
    disk.changes = c;
}

static void forget_changes(const char *path)
{
    for (change **at = &disk.changes; *at;) {
        change *c = *at;
        if (path && strcmp(c->path, path) != 0) {
            at = &c->older;
            continue;
        }
        *at = c->older;
        free_change(c);
    }
}

void disk_remember(void)
{
    forget_changes(NULL);
    disk.remember = true;
}

static void write_at(const char *path, sqlite3_int64 offset, const unsigned char *bytes, int length,
                     sqlite3_int64 size)
{
    FILE *file = fopen(path, "r+b");
    if (!file) return; /* was removed: nothing to bring back */
    if (length) {
        fseek(file, (long)offset, SEEK_SET);
        fwrite(bytes, 1, (size_t)length, file);
    }
    fflush(file);
    if (size >= 0 && ftruncate(fileno(file), (off_t)size) != 0) abort();
    fclose(file);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void reapply(const change *c, uint64_t *seed)
{
    if (c->new_length == 0) {
        if (next_random(seed) % 2) write_at(c->path, 0, NULL, 0, c->size_after);
        return;
    }
    for (int at = 0; at < c->new_length;) {
        int length = SECTOR - (int)((c->offset + at) % SECTOR);
        if (length > c->new_length - at) length = c->new_length - at;
        if (next_random(seed) % 4 < 3)
            write_at(c->path, c->offset + at, c->new_bytes + at, length, -1);
        at += length;
    }
}

void disk_lose_power(uint64_t seed)
{
    size_t count = 0;
    for (change *c = disk.changes; c; c = c->older) {
        write_at(c->path, c->offset, c->old_bytes, c->old_length, c->size_before);
        count++;
    }
    change **in_order = must(malloc((count + 1) * sizeof *in_order));
    size_t at = count;
    for (change *c = disk.changes; c; c = c->older) in_order[--at] = c;
    /* One in four loses all that was not synced. */
    if (next_random(&seed) % 4)
        for (size_t i = 0; i < count; i++) reapply(in_order[i], &seed);
    free(in_order);
    forget_changes(NULL);
    disk.remember = false;
}

/* ---- the VFS
 * ------------------------------------------------------------------------------------- */

#define REAL(file) (((disk_file *)(file))->real)

static int file_close(sqlite3_file *file)
{
    return REAL(file)->pMethods->xClose(REAL(file));
}

static int file_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    return REAL(file)->pMethods->xRead(REAL(file), bytes, length, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    if (strikes(true)) return disk.fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    note_change((disk_file *)file, offset, bytes, length, -1);
    return REAL(file)->pMethods->xWrite(REAL(file), bytes, length, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (strikes(false)) return SQLITE_IOERR_TRUNCATE;
    note_change((disk_file *)file, size, NULL, 0, size);
    return REAL(file)->pMethods->xTruncate(REAL(file), size);
}

/* The system is not asked to sync: its power stays on, and the tests would take minutes. */
static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (strikes(false)) return SQLITE_IOERR_FSYNC;
    forget_changes(((disk_file *)file)->path);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}

static int file_lock(sqlite3_file *file, int lock)
{
    return REAL(file)->pMethods->xLock(REAL(file), lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
    return REAL(file)->pMethods->xUnlock(REAL(file), lock);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), out);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
    return REAL(file)->pMethods->xSectorSize(REAL(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}

static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}

static void shm_barrier(sqlite3_file *file)
{
    REAL(file)->pMethods->xShmBarrier(REAL(file));
}

static int shm_unmap(sqlite3_file *file, int remove_it)
{
    return REAL(file)->pMethods->xShmUnmap(REAL(file), remove_it);
}

/* Without xFetch: a file mapped into memory would bypass the disk. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    disk_file *opened = (disk_file *)file;
    memset(opened, 0, sizeof *opened);
    opened->real = (sqlite3_file *)(opened + 1);
    snprintf(opened->path, sizeof opened->path, "%s", name ? name : "");
    int code = disk.real->xOpen(disk.real, name, opened->real, flags, out);
    if (opened->real->pMethods) opened->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (strikes(false)) return SQLITE_IOERR_DELETE;
    forget_changes(name);
    return disk.real->xDelete(disk.real, name, sync);
}

bool disk_install(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    if (!disk.real) return false;
    disk.vfs = *disk.real;
    disk.vfs.zName = "faulty disk";
    disk.vfs.szOsFile = (int)sizeof(disk_file) + disk.real->szOsFile;
    disk.vfs.xOpen = vfs_open;
    disk.vfs.xDelete = vfs_delete;
    return sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK;
}
