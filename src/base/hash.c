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

heng_hash heng_hash_of_parts(const heng_str *parts, size_t count)
{
    heng_hash hash;
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, sizeof hash.bytes);
    for (size_t i = 0; i < count; i++)
        crypto_generichash_blake2b_update(&state, (const unsigned char *)parts[i].at,
                                          parts[i].length);
    crypto_generichash_blake2b_final(&state, hash.bytes, sizeof hash.bytes);
    return hash;
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
