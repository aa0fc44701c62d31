/* base/sign.h: signatures that anyone can check. Ed25519 (RFC 8032), by libsodium.
 *
 * A seed of 32 random bytes is the whole of a key; who holds it can sign. Where it is kept is not the
 * business of this module, nor where the randomness comes from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

enum { HENG_SEED_BYTES = 32, HENG_PUBLIC_BYTES = 32, HENG_SIGNATURE_BYTES = 64 };

typedef struct heng_seed {
    unsigned char bytes[HENG_SEED_BYTES];
} heng_seed;

typedef struct heng_public {
    unsigned char bytes[HENG_PUBLIC_BYTES];
} heng_public;

typedef struct heng_signature {
    unsigned char bytes[HENG_SIGNATURE_BYTES];
} heng_signature;

heng_public heng_public_of(const heng_seed *seed);
heng_signature heng_sign(const heng_seed *seed, heng_str message);
bool heng_signature_holds(const heng_public *key, heng_str message,
                          const heng_signature *signature);
