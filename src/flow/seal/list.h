/* flow/seal/list.h: what a seal covers, by name: every record of the books, and every figure.
 *
 * A list is text, one entry a line, KIND|NAME|HASH, with names spelled as fields of receipts are. Its
 * first entries are the figures of the run in the order of the tree, each with its leaf; behind them stand
 * the sources, entities, links, facts, factors, imports, settings (the rules among them) and steps as the
 * store held them, each with a hash over all that its record says. The list stays with the books: its hash
 * is signed, so that an audit can say which record is not what it was.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"
#include "flow/seal/seal.h"

typedef struct heng_seal__entry {
    heng_str kind, name;
    heng_hash hash;
} heng_seal__entry;

typedef struct heng_seal__list {
    heng_arena *arena;
    heng_seal__entry *items;
    size_t count, room;
} heng_seal__list;

/* `name` is not copied. Statuses: HENG_NO_MEMORY. */
heng_status heng_seal__add(heng_seal__list *list, heng_str kind, heng_str name, heng_hash hash,
                           heng_error *err);
/* All records that the store shows (heng_store_look_back). */
heng_status heng_seal__add_records(heng_seal__list *list, heng_store *store, heng_error *err);
heng_status heng_seal__write_list(const heng_seal__list *list, heng_arena *arena, heng_str *out,
                                  heng_error *err);
/* Statuses: HENG_INVALID (err->where is the line), HENG_NO_MEMORY. */
heng_status heng_seal__read_list(heng_str text, heng_seal__list *list, heng_error *err);

/* ---- seal.c, for audit.c and proof.c -------------------------------------------------------------- */

heng_status heng_seal__find_run(heng_store *store, uint64_t number, heng_arena *arena,
                                heng_run *out, heng_error *err);
/* What receipts of that run say of it. */
heng_status heng_seal__head_of(const heng_run *run, heng_str engine, heng_arena *arena,
                               heng_receipt_head *out, heng_error *err);
heng_receipt_head heng_seal__head(const heng_seal_book *book);
/* Every figure of the evaluation with its leaf, in the order of the tree. */
heng_status heng_seal__add_figures(heng_seal__list *list, const heng_program *program,
                                   const heng_evaluation *evaluation, const heng_receipt_head *head,
                                   const heng_seed *secret, heng_progress *progress, void *context,
                                   heng_error *err);
/* The figure of that id under its seal; false if it is not. */
bool heng_seal__attach(const heng_seal_book *book, heng_str figure, heng_hash id,
                       heng_hash path[HENG_MERKLE_PATH_MAX], heng_sealed *out);
