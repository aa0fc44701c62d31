/* main/pack_take.h: a pack into a database: its files kept as a version, its tables into the books.
 *
 * For heng init and heng pack add. The pack's tables go through the very checks that a user's file goes
 * through. All of it belongs to one step, which the caller opens and commits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "main/session.h"

typedef struct heng_pack_taking {
    const heng_arguments *arguments;
    heng_pack pack;
    heng_compiled compiled;
    heng_store *store;
    heng_instant now;
    uint64_t put_count[HENG_PUT_COUNT];
    size_t found; /* findings, which are printed */
} heng_pack_taking;

/* The packs of the folders, a line each, joined; `built-in`, or NULL, is the one in the program. They are
 * compiled. Diagnostics are printed: HENG_REFUSED. */
heng_status heng_pack_taking_load(heng_pack_taking *taking, const char *folders, heng_error *err);
/* Into the open step. A row of entities or links that says what the books say already puts nothing, so
 * that a list that is taken again is no revision of itself. HENG_REFUSED: there were findings. */
heng_status heng_pack_taking_put(heng_pack_taking *taking, heng_error *err);
