/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sign.h"

#include <sodium/crypto_sign_ed25519.h>
#include <sodium/utils.h>

heng_public heng_public_of(const heng_seed *seed)
{
    heng_public key;
    unsigned char secret[crypto_sign_ed25519_SECRETKEYBYTES];
    crypto_sign_ed25519_seed_keypair(key.bytes, secret, seed->bytes);
    sodium_memzero(secret, sizeof secret);
    return key;
}

heng_signature heng_sign(const heng_seed *seed, heng_str message)
{
    heng_signature signature;
    unsigned char secret[crypto_sign_ed25519_SECRETKEYBYTES], key[HENG_PUBLIC_BYTES];
    crypto_sign_ed25519_seed_keypair(key, secret, seed->bytes);
    crypto_sign_ed25519_detached(signature.bytes, NULL, (const unsigned char *)message.at,
                                 message.length, secret);
    sodium_memzero(secret, sizeof secret);
    return signature;
}

bool heng_signature_holds(const heng_public *key, heng_str message, const heng_signature *signature)
{
    return crypto_sign_ed25519_verify_detached(signature->bytes, (const unsigned char *)message.at,
                                               message.length, key->bytes) == 0;
}
