/* host/files/files.h: whole files and folders, read and written.
 *
 * Reading gives the bytes in an arena. Writing is all or nothing: a new file beside the old one, made
 * durable, then renamed over it. Limits: HENG_FILE_BYTES_MAX a file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

typedef struct heng_file {
    heng_str name; /* path below the folder asked for, with / */
    heng_str bytes;
} heng_file;

/* Statuses: HENG_NOT_FOUND, HENG_TOO_LARGE, HENG_IO, HENG_NO_MEMORY. */
heng_status heng_file_read(const char *path, heng_arena *arena, heng_str *out, heng_error *err);
heng_status heng_file_write(const char *path, heng_str bytes, heng_error *err);

/* Every regular file below a folder, by name in byte order; names that begin with a point are left out.
 * Statuses as for reading. */
heng_status heng_folder_read(const char *path, heng_arena *arena, heng_file **out, size_t *count,
                             heng_error *err);
