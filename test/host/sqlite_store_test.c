/* SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_store.h"
#include "test/core/store_conformance.h"

#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "heng-store-XXXXXX";
static char path[64];

static void remove_store(void)
{
    char name[80];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, (const char *[]){"", "-wal", "-shm"}[i]);
        unlink(name);
    }
}

static heng_store *open_new(heng_error *err)
{
    heng_store *store = NULL;
    remove_store();
    return heng_sqlite_open(heng_str_from(path), HENG_SQLITE_CREATE, &store, err) ? NULL : store;
}

static heng_store *open_again(heng_store *store, heng_error *err)
{
    heng_store_close(store);
    heng_store *again = NULL;
    return heng_sqlite_open(heng_str_from(path), HENG_SQLITE_READ_WRITE, &again, err) ? NULL
                                                                                      : again;
}

int main(void)
{
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/book.heng", folder);
    int failed =
        store_conformance(&(store_kind){.name = "sqlite", .open = open_new, .reopen = open_again});
    remove_store();
    rmdir(folder);
    return failed;
}
