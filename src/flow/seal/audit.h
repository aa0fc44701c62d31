/* flow/seal/audit.h: is everything still what was sealed?
 *
 * First the seal itself: its signature, its list, its place in the chain. Then every record that the books
 * held at the step of the run, listed again and compared with the list that was signed. Then every figure,
 * derived again from those books: its leaf against the sealed one, and the result that is kept against the
 * result that follows. Each difference is a finding that names the record or figure; a figure's finding
 * also names the records below it that differ.
 *
 * What it is not: it does not see a file that was replaced whole by one sealed with another key; the reader
 * compares the key. Records that came after the run are not looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/seal/seal.h"

typedef struct heng_audit_finding {
    heng_str kind; /* seal, figure, result, fact, factor, setting ... */
    heng_str name;
    heng_str what; /* how it differs */
} heng_audit_finding;

typedef struct heng_audit {
    heng_arena *arena;
    heng_seal_book book; /* as far as it could be read */
    heng_audit_finding *findings;
    size_t count, room;
    const heng_str *changed; /* names of facts and factors that differ */
    size_t changed_count;
} heng_audit;

/* The seal of a run, 0 for the newest, and the records below it. The store looks back at the run's step
 * afterwards, so that the caller can evaluate. Statuses: HENG_NOT_FOUND (not sealed), those of the store. */
heng_status heng_audit_records(heng_store *store, uint64_t run, heng_arena *arena, heng_audit *out,
                               heng_error *err);
/* The figures, from an evaluation of what the store shows now. Statuses: those of heng_derive and of the
 * store; HENG_CANCELLED. */
heng_status heng_audit_figures(heng_audit *audit, heng_store *store, const heng_program *program,
                               const heng_evaluation *evaluation, heng_progress *progress,
                               void *context, heng_error *err);
