/* core/store_backend.h: what a kind of store provides. For host/ram and host/sqlite, not for users.
 *
 * core/store.c checks what is given (texts, numbers, ranges) and keeps the state of the step; a
 * backend may rely on that. Both backends judge known, revision and conflict with the
 * heng_store__same_* functions below, so that they cannot differ.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

/* As the functions of the same name in core/store.h, `done` never NULL. */
typedef struct heng_store_operations {
    void (*close)(heng_store *store);
    heng_status (*begin)(heng_store *store, heng_instant now, heng_str what, heng_error *err);
    heng_status (*commit)(heng_store *store, heng_error *err);
    void (*rollback)(heng_store *store);
    heng_status (*hold)(heng_store *store, heng_error *err);
    void (*release)(heng_store *store);

    heng_status (*put_source)(heng_store *, const heng_source *, heng_put *done, heng_error *);
    heng_status (*put_entity)(heng_store *, const heng_entity *, heng_put *done, heng_error *);
    heng_status (*put_link)(heng_store *, const heng_link *, heng_put *done, heng_error *);
    heng_status (*put_fact)(heng_store *, const heng_fact *, heng_put *done, heng_error *);
    heng_status (*put_row)(heng_store *, const heng_table_row *, heng_put *done, heng_error *);
    heng_status (*put_import)(heng_store *, const heng_import *, heng_put *done, heng_error *);
    heng_status (*put_run)(heng_store *, const heng_run *, uint64_t *number, heng_error *);
    heng_status (*put_result)(heng_store *, uint64_t run, const heng_result *, heng_error *);
    heng_status (*put_setting)(heng_store *, const heng_setting *, heng_put *done, heng_error *);

    heng_status (*sources)(heng_store *, heng_arena *, const heng_source **, size_t *,
                           heng_error *);
    heng_status (*entities)(heng_store *, heng_known, heng_arena *, const heng_entity **, size_t *,
                            heng_error *);
    heng_status (*links)(heng_store *, heng_known, heng_arena *, const heng_link **, size_t *,
                         heng_error *);
    heng_status (*facts)(heng_store *, const heng_fact_filter *, heng_arena *, const heng_fact **,
                         size_t *, heng_error *);
    heng_status (*fact_step)(heng_store *, const heng_fact *, heng_arena *, heng_step *,
                             heng_error *);
    heng_status (*rows)(heng_store *, const heng_row_filter *, heng_arena *,
                        const heng_table_row **, size_t *, heng_error *);
    heng_status (*steps)(heng_store *, heng_arena *, const heng_step **, size_t *, heng_error *);
    heng_status (*imports)(heng_store *, heng_arena *, const heng_import **, size_t *,
                           heng_error *);
    heng_status (*find_import)(heng_store *, heng_hash, heng_arena *, heng_import *, heng_error *);
    heng_status (*runs)(heng_store *, heng_arena *, const heng_run **, size_t *, heng_error *);
    heng_status (*results)(heng_store *, const heng_result_filter *, heng_arena *,
                           const heng_result **, size_t *, heng_error *);
    heng_status (*settings)(heng_store *, heng_arena *, const heng_setting **, size_t *,
                            heng_error *);
    heng_status (*count)(heng_store *, heng_store_counts *, heng_error *);
} heng_store_operations;

/* The first member of every backend's own struct. */
struct heng_store {
    const heng_store_operations *operations;
    bool in_step;
    bool held;
    uint64_t run_in_step; /* the run that the open step put; 0 if none */
    heng_error failure;   /* of the first put that failed in the open step; HENG_OK if none */
};
