/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <assert.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/utils.h>

heng_hash heng_hash_of(heng_str bytes)
{
    heng_hash hash;
    int failed = crypto_generichash_blake2b(hash.bytes, sizeof hash.bytes,
                                            (const unsigned char *)bytes.at, bytes.length, NULL, 0);
    assert(!failed);
    (void)failed;
    return hash;
}

_Static_assert(sizeof(crypto_generichash_blake2b_state) <= sizeof(heng_hasher),
               "the state of the library has its room");

static crypto_generichash_blake2b_state *state_of(heng_hasher *hasher)
{
    return (crypto_generichash_blake2b_state *)(void *)hasher->state;
}

void heng_hasher_begin(heng_hasher *hasher)
{
    crypto_generichash_blake2b_init(state_of(hasher), NULL, 0, HENG_HASH_BYTES);
}

void heng_hasher_add(heng_hasher *hasher, heng_str bytes)
{
    crypto_generichash_blake2b_update(state_of(hasher), (const unsigned char *)bytes.at,
                                      bytes.length);
}

heng_hash heng_hasher_end(heng_hasher *hasher)
{
    heng_hash hash;
    crypto_generichash_blake2b_final(state_of(hasher), hash.bytes, sizeof hash.bytes);
    return hash;
}

heng_hash heng_hash_of_parts(const heng_str *parts, size_t count)
{
    heng_hasher hasher;
    heng_hasher_begin(&hasher);
    for (size_t i = 0; i < count; i++) heng_hasher_add(&hasher, parts[i]);
    return heng_hasher_end(&hasher);
}

bool heng_hash_equal(heng_hash a, heng_hash b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

bool heng_hash_parse(heng_str text, heng_hash *out)
{
    if (text.length != HENG_HASH_TEXT - 1) return false;
    for (size_t i = 0; i < HENG_HASH_BYTES; i++) {
        unsigned byte = 0;
        for (size_t k = 2 * i; k < 2 * i + 2; k++) {
            char c = text.at[k];
            bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
            if (!digit && !letter) return false;
            byte = byte << 4 | (unsigned)(digit ? c - '0' : c - 'a' + 10);
        }
        out->bytes[i] = (unsigned char)byte;
    }
    return true;
}

void heng_hash_write(heng_hash hash, char out[HENG_HASH_TEXT])
{
    sodium_bin2hex(out, HENG_HASH_TEXT, hash.bytes, sizeof hash.bytes);
}
