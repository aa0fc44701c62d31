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

void heng_hash_write(heng_hash hash, char out[HENG_HASH_TEXT])
{
    sodium_bin2hex(out, HENG_HASH_TEXT, hash.bytes, sizeof hash.bytes);
}
