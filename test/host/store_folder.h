/* test/host/store_folder.h: a folder of its own for the files of a test, removed at the end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STORE_PATH = 96 };

static char store_folder[] = "heng-store-XXXXXX";

static inline void store_path(char out[STORE_PATH], const char *name)
{
    snprintf(out, STORE_PATH, "%s/%s", store_folder, name);
}

/* The file and what SQLite keeps beside it. */
static inline void store_remove(const char *path)
{
    char name[STORE_PATH + 4];
    const char *const endings[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

static inline bool store_folder_make(void)
{
    return mkdtemp(store_folder) != NULL;
}

static inline void store_folder_remove(void)
{
    rmdir(store_folder);
}
