/* flow/seal/seal.h: the stage that puts a run under a signature, hands out receipts of it, and audits it.
 *
 * Sealing derives every figure of a run once (core/receipt/sealing.h), puts the ids of their receipts in
 * one tree, lists every record of the books as they were at that step, and signs root and list. Receipts
 * of such a run carry the seal. An audit lists and derives again what the books held then, and names each
 * record and figure that is not what was sealed.
 *
 * The evaluation passed must be of the books as of the run: of all that they hold when the run is the
 * newest, else made while heng_store_look_back shows the run's step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/receipt.h"
#include "core/store.h"

typedef struct heng_seal_order {
    uint64_t run;
    heng_instant now;
    heng_str engine; /* version of the program */
    const heng_seed *key;
} heng_seal_order;

/* Seals the run in a step of its own. A run that is sealed by this key already is left as it is. *out
 * is what its seal says. Statuses: those of the store; HENG_NOT_FOUND (no such run), HENG_REFUSED (a
 * later run is sealed; or another key has sealed it; or its results are not those of the evaluation),
 * HENG_TOO_LARGE, HENG_CANCELLED (nothing was put). */
heng_status heng_seal_run(heng_store *store, const heng_program *program,
                          const heng_evaluation *evaluation, const heng_seal_order *order,
                          heng_progress *progress, void *context, heng_arena *arena, heng_seal *out,
                          heng_error *err);

/* A seal as it is kept, opened. */
typedef struct heng_seal_book {
    heng_run run;
    heng_seal_record record;
    heng_seal seal;
    heng_str list;
    const heng_str *figures; /* by leaf */
    const heng_hash *leaves;
    size_t leaf_count;
} heng_seal_book;

/* Of a run; of the newest sealed one with 0. Statuses: HENG_NOT_FOUND, HENG_INVALID (what is kept
 * cannot be read), those of the store. */
heng_status heng_seal_open(heng_store *store, uint64_t run, heng_arena *arena, heng_seal_book *out,
                           heng_error *err);

/* That a figure is inside a total which is under the seal: core/receipt/proof.h, as a file. Statuses:
 * HENG_REFUSED (the total is not under the seal), those of heng_receipt_of and heng_proof_make. */
heng_status heng_seal_proof(const heng_seal_book *book, const heng_program *program,
                            const heng_evaluation *evaluation, const heng_point *figure,
                            const heng_point *total, heng_arena *arena, heng_text *out,
                            heng_error *err);

/* The receipt of a figure, as a file. With a book it is made as that run made it and carries its seal;
 * *sealed is false when the figure that the evaluation gives now is not under the seal, and then the
 * receipt is of `head` and without one. `book` may be NULL. Statuses: those of heng_receipt_of. */
heng_status heng_seal_receipt(const heng_seal_book *book, const heng_program *program,
                              const heng_evaluation *evaluation, const heng_point *point,
                              const heng_receipt_head *head, heng_arena *arena, heng_text *out,
                              bool *sealed, heng_error *err);
