/* SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_store.h"
#include "test/core/store_conformance.h"
#include "test/host/store_folder.h"

static char path[STORE_PATH];

static heng_store *open_new(heng_error *err)
{
    heng_store *store = NULL;
    store_remove(path);
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
    if (!store_folder_make()) return 1;
    store_path(path, "book.heng");
    int failed =
        store_conformance(&(store_kind){.name = "sqlite", .open = open_new, .reopen = open_again});
    store_remove(path);
    store_folder_remove();
    return failed;
}
