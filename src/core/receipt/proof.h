/* core/receipt/proof.h: one figure is inside another, shown without the rest.
 *
 * A firm asks whether its line is in the province's total. The proof is a path through the derivation of
 * the total: the firm's own line in full; of each line above it what it does (sum, convert, the formula of
 * a rule) and hashes for its result and its other inputs; the total with its value; and the seal that the
 * total is under. Who reads it learns the firm's line and the total, how many inputs stand beside, and
 * nothing of them: results are blinded by salts that he does not have (line.h).
 *
 * What it is not: it does not show that the total is reckoned rightly, for that the other lines would have
 * to be seen; an audit of the sealed run does. Nor what weight the line has in it beyond what the steps
 * say.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/receipt.h"

/* A line between the two: what it does, and which of its inputs the path comes from. */
typedef struct heng_proof_step {
    heng_str said;    /* op|field|field ... */
    heng_hash result; /* blinded */
    uint64_t index, count;
    const heng_hash *path;
    size_t path_length;
} heng_proof_step;

typedef struct heng_proof {
    heng_str line; /* of the figure, with how many inputs it has instead of their numbers */
    heng_hash root, blind;
    const heng_proof_step *steps; /* from the figure upwards */
    size_t step_count;
    heng_str total; /* the line `receipt` */
    heng_hash total_blind;
} heng_proof;

/* From the receipt of the total, made with the secret of its seal. Statuses: HENG_NOT_FOUND (the total
 * does not stand on that figure), HENG_REFUSED (it is the total itself), HENG_NO_MEMORY. */
heng_status heng_proof_make(const heng_receipt *total, heng_str figure, heng_arena *arena,
                            heng_proof *out, heng_error *err);
/* Statuses: HENG_NO_MEMORY. */
heng_status heng_proof_write(const heng_proof *proof, const heng_sealed *seal, heng_text *out,
                             heng_error *err);

typedef struct heng_proof_verdict {
    bool holds;
    heng_str what; /* what does not; empty when it holds */
    heng_str figure, figure_unit;
    heng_outcome figure_result;
    const heng_proof_step *steps;
    size_t step_count;
    heng_receipt_head total;
    heng_outcome total_result;
    heng_hash id; /* of the total's receipt */
    heng_seal seal;
    uint64_t leaf;
} heng_proof_verdict;

/* Whether the bytes begin as a proof does. */
bool heng_proof_is(heng_str bytes);
/* Statuses: HENG_INVALID (not a proof: err->where is the line of the file), HENG_NO_MEMORY. A proof that
 * does not hold is HENG_OK and a verdict that says why. */
heng_status heng_proof_verify(heng_str bytes, heng_arena *arena, heng_proof_verdict *out,
                              heng_error *err);
