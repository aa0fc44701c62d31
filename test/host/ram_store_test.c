/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_store.h"
#include "test/core/store_conformance.h"

#include "test/check.h"

static heng_store *open_ram(heng_error *err)
{
    heng_store *store = NULL;
    return heng_ram_open(HENG_JOB_BYTES_MAX, &store, err) ? NULL : store;
}

int main(void)
{
    return store_conformance(&(store_kind){.name = "ram", .open = open_ram});
}
