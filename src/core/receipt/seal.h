/* core/receipt/seal.h: all figures of a run under one signature.
 *
 * The figures are the leaves of one Merkle tree (merkle.h). What is signed is a line of text that says the
 * root, which run of which program over which books it is, who signs and when, and the hash of the seal
 * before, so that seals make a chain and none can be left out. A leaf is made of a salt and the id of the
 * figure's receipt; who knows neither learns nothing from it.
 *
 * What a seal is not: a certificate. Whose key it is, and whether the clock was right, others must say.
 *
 * Pure: keys, secrets and clocks are passed in. The format is in doc/manual/receipts.md.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "base/sign.h"
#include "core/receipt/merkle.h"

typedef struct heng_seal {
    uint64_t run;
    uint64_t count; /* figures */
    heng_hash root;
    heng_hash program;
    heng_str pack, as_of, engine; /* as in the receipts below it */
    heng_str made;                /* when, by the clock of who signed: 2026-03-01T09:30:00Z */
    heng_hash list;     /* of all that was sealed, by name: kept with the books, see flow/seal */
    heng_hash secret;   /* heng_seal_secret_mark: the secret itself stays with the books */
    heng_hash previous; /* heng_seal_mark of the seal before; all zero for the first */
    heng_public key;
} heng_seal;

/* What is signed. Statuses: HENG_NO_MEMORY. */
heng_status heng_seal_write(const heng_seal *seal, heng_arena *arena, heng_str *out,
                            heng_error *err);
/* Statuses: HENG_INVALID (the message says what), HENG_NO_MEMORY. */
heng_status heng_seal_read(heng_str text, heng_arena *arena, heng_seal *out, heng_error *err);
heng_hash heng_seal_mark(heng_str text);
heng_hash heng_seal_secret_mark(const heng_seed *secret);
/* A leaf: of a salt and an id. */
heng_hash heng_seal_salt(const heng_seed *secret, heng_hash id);
heng_hash heng_seal_leaf(heng_hash salt, heng_hash id);

/* A figure under a seal. */
typedef struct heng_sealed {
    heng_str text; /* what is signed */
    heng_signature signature;
    heng_hash salt;
    uint64_t index;
    const heng_hash *path;
    size_t path_length;
} heng_sealed;

/* The figure with that id is under the seal: NULL, or in a few words what does not hold. */
const char *heng_sealed_fault(const heng_sealed *sealed, const heng_seal *seal, heng_hash id);
