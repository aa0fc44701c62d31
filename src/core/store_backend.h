/* core/store_backend.h: what a kind of store provides. For host/ram and host/sqlite, not for users.
 *
 * core/store.c checks what is given (texts, numbers, ranges), makes it canonical and keeps the
 * state of the step; a backend may rely on that. What is known, a revision or a conflict is judged
 * here for all kinds of store, and so are the orders, so that stores cannot differ.
 *
 * A backend need not undo a failed put: after one, core/store.c only ever rolls back.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

/* As the functions of the same name in core/store.h; `done` is never NULL and may be set on
 * failure. */
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
    heng_status (*put_seal)(heng_store *, const heng_seal_record *, heng_put *done, heng_error *);
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
    heng_status (*seals)(heng_store *, heng_arena *, const heng_seal_record **, size_t *,
                         heng_error *);
    heng_status (*seal_list)(heng_store *, uint64_t run, heng_arena *, heng_str *, heng_error *);
    heng_status (*setting)(heng_store *, heng_str key, heng_arena *, heng_str *, heng_error *);
    heng_status (*settings)(heng_store *, bool all_records, heng_arena *, const heng_setting **,
                            size_t *, heng_error *);
    heng_status (*count)(heng_store *, heng_store_counts *, heng_error *);
} heng_store_operations;

/* The first member of every backend's own struct. */
struct heng_store {
    const heng_store_operations *operations;
    bool in_step;
    bool held;
    uint64_t until;       /* scans show no later step; UINT64_MAX, all */
    uint64_t run_in_step; /* the run that the open step put last; 0 if none */
    heng_error failure;   /* of a put of the open step; HENG_OK if none failed */
};

/* ---- judging
 * ------------------------------------------------------------------------------------- */

/* `there` and `put` are of one cell and one `recorded` (or one step). HENG_OK: they say the same.
 * HENG_CONFLICT: they do not, with a message that names the cell, both values and the remedy. */
heng_status heng_store__judge_source(const heng_source *there, const heng_source *put,
                                     heng_error *err);
heng_status heng_store__judge_entity(const heng_entity *there, const heng_entity *put,
                                     heng_error *err);
heng_status heng_store__judge_link(const heng_link *there, const heng_link *put, heng_error *err);
heng_status heng_store__judge_fact(const heng_fact *there, const heng_fact *put, heng_error *err);
heng_status heng_store__judge_row(const heng_table_row *there, const heng_table_row *put,
                                  heng_error *err);
heng_status heng_store__judge_setting(const heng_setting *there, const heng_setting *put,
                                      heng_error *err);
heng_status heng_store__judge_seal(const heng_seal_record *there, const heng_seal_record *put,
                                   heng_error *err);
/* HENG_NOT_FOUND for both. */
heng_status heng_store__no_such_run(uint64_t run, heng_error *err);
heng_status heng_store__no_seal(uint64_t run, heng_error *err);
/* Always HENG_CONFLICT. */
heng_status heng_store__result_twice(uint64_t run, const heng_result *result, heng_error *err);
bool heng_store__same_source(const heng_source *a, const heng_source *b);

/* ---- choosing
 * ------------------------------------------------------------------------------------ */

bool heng_store__same_link_cell(const heng_link *a, const heng_link *b);
bool heng_store__same_row_cell(const heng_table_row *a, const heng_table_row *b);
int heng_store__link_compare(const heng_link *a, const heng_link *b);
int heng_store__keys_compare(const heng_str *a, unsigned a_count, const heng_str *b,
                             unsigned b_count);

/* Whether `text` is one of `list`; an empty list holds everything. */
bool heng_store__listed(const heng_str *list, size_t count, heng_str text);
/* "co2" matches three_fuel.co2 and co2; "three_fuel.co2" only itself. */
bool heng_store__name_matches(heng_str wanted, heng_str qualified);
bool heng_store__row_matches(const heng_row_filter *filter, const heng_table_row *row);
/* The part of `count` rows that the page asks for: starts at *first, *count rows. */
void heng_store__page(heng_page page, size_t *first, size_t *count);
/* The part of a qualified name behind the last point. */
heng_str heng_store__bare_name(heng_str qualified);
