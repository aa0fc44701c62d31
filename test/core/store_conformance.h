/* test/core/store_conformance.h: what every kind of store must do. One suite, run over each.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

typedef struct store_kind {
    const char *name;
    /* A new, empty store. NULL with `err` filled when it failed. */
    heng_store *(*open)(heng_error *err);
    /* Closes and opens again what was kept; NULL where nothing outlives the handle. */
    heng_store *(*reopen)(heng_store *store, heng_error *err);
} store_kind;

/* Runs all tests of the suite; returns how many failed. */
int store_conformance(const store_kind *kind);

/* Puts the same mixture of records, chosen by `seed`, in some steps: for comparing stores. The
 * outcomes of all puts, in order, are hashed into the result. */
uint64_t store_random_history(heng_store *store, uint64_t seed, unsigned step_count);
