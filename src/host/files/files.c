/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "host/files/files.h"
#include "base/limits.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static heng_status system_failure(heng_error *err, const char *what, const char *path)
{
    heng_status status = errno == ENOENT ? HENG_NOT_FOUND : HENG_IO;
    return heng_fail(err, status, 0, "%s could not be %s: %s", path, what, strerror(errno));
}

static heng_status read_open(int file, const char *path, heng_arena *arena, heng_str *out,
                             heng_error *err)
{
    struct stat info;
    if (fstat(file, &info) != 0) return system_failure(err, "read", path);
    if (S_ISDIR(info.st_mode))
        return heng_fail(err, HENG_IO, 0, "%s is a folder, not a file", path);
    if ((unsigned long long)info.st_size > HENG_FILE_BYTES_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "%s has more than %llu MiB", path,
                         HENG_FILE_BYTES_MAX >> 20);
    size_t size = (size_t)info.st_size;
    char *bytes = heng_arena_alloc(arena, size + 1);
    if (!bytes) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for %s", path);
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(file, bytes + length, size - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure(err, "read", path);
        if (got == 0) break;
        length += (size_t)got;
    }
    *out = (heng_str){bytes, length};
    return HENG_OK;
}

heng_status heng_file_read(const char *path, heng_arena *arena, heng_str *out, heng_error *err)
{
    assert(path && arena && out && err);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return system_failure(err, "opened", path);
    heng_status status = read_open(file, path, arena, out, err);
    close(file);
    return status;
}

static bool write_all(int file, heng_str bytes)
{
    while (bytes.length) {
        ssize_t done = write(file, bytes.at, bytes.length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes = heng_str_slice(bytes, (size_t)done, bytes.length);
    }
    return fsync(file) == 0;
}

heng_status heng_file_write(const char *path, heng_str bytes, heng_error *err)
{
    assert(path && err);
    char beside[4096];
    int length = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof beside)
        return heng_fail(err, HENG_TOO_LARGE, 0, "the path %s is too long", path);
    int file = mkostemp(beside, O_CLOEXEC);
    if (file < 0) return system_failure(err, "written", path);
    bool done = fchmod(file, 0644) == 0 && write_all(file, bytes);
    done = close(file) == 0 && done;
    if (done) done = rename(beside, path) == 0;
    if (done) return HENG_OK;
    heng_status status = system_failure(err, "written", path);
    unlink(beside);
    return status;
}

typedef struct file_list {
    heng_arena *arena;
    heng_file *items;
    size_t count, capacity;
} file_list;

static bool list_add(file_list *list, heng_file file)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        heng_file *items = HENG_ARRAY(list->arena, capacity, heng_file);
        if (!items) return false;
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = file;
    return true;
}

static heng_status folder_walk(const char *path, const char *below, int depth, file_list *list,
                               heng_error *err);

static heng_status folder_entry(const char *path, const char *below, const char *name, int depth,
                                file_list *list, heng_error *err)
{
    heng_str full = heng_str_format(list->arena, "%s/%s", path, name);
    heng_str inner = heng_str_format(list->arena, "%s%s%s", below, *below ? "/" : "", name);
    if (!full.at || !inner.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for %s", path);
    struct stat info;
    if (stat(full.at, &info) != 0) return system_failure(err, "read", full.at);
    if (S_ISDIR(info.st_mode)) return folder_walk(full.at, inner.at, depth + 1, list, err);
    if (!S_ISREG(info.st_mode)) return HENG_OK;
    heng_file file = {.name = inner};
    heng_status status = heng_file_read(full.at, list->arena, &file.bytes, err);
    if (status) return status;
    if (!list_add(list, file)) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for %s", full.at);
    return HENG_OK;
}

static heng_status folder_walk(const char *path, const char *below, int depth, file_list *list,
                               heng_error *err)
{
    if (depth > 8) return heng_fail(err, HENG_TOO_LARGE, 0, "%s is nested too deeply", path);
    DIR *folder = opendir(path);
    if (!folder) return system_failure(err, "opened", path);
    heng_status status = HENG_OK;
    for (struct dirent *entry; !status && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            status = folder_entry(path, below, entry->d_name, depth, list, err);
    closedir(folder);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return heng_str_compare(((const heng_file *)a)->name, ((const heng_file *)b)->name);
}

heng_status heng_folder_read(const char *path, heng_arena *arena, heng_file **out, size_t *count,
                             heng_error *err)
{
    assert(path && arena && out && count && err);
    file_list list = {.arena = arena};
    heng_status status = folder_walk(path, "", 0, &list, err);
    if (status) return status;
    if (list.count) qsort(list.items, list.count, sizeof *list.items, by_name);
    *out = list.items;
    *count = list.count;
    return HENG_OK;
}
