/* base/hash.h: content addresses. BLAKE2b with 256 bits (RFC 7693), by libsodium.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

enum { HENG_HASH_BYTES = 32, HENG_HASH_TEXT = 2 * HENG_HASH_BYTES + 1 };

typedef struct heng_hash {
    unsigned char bytes[HENG_HASH_BYTES];
} heng_hash;

heng_hash heng_hash_of(heng_str bytes);
/* Of several texts as if they were one. */
heng_hash heng_hash_of_parts(const heng_str *parts, size_t count);
/* Of more than fits an array: begin, add ..., end. */
typedef struct heng_hasher {
    _Alignas(64) unsigned char state[384]; /* of the library */
} heng_hasher;
void heng_hasher_begin(heng_hasher *hasher);
void heng_hasher_add(heng_hasher *hasher, heng_str bytes);
heng_hash heng_hasher_end(heng_hasher *hasher);
bool heng_hash_equal(heng_hash a, heng_hash b);
/* 64 digits of lower-case hexadecimal, nothing else. */
bool heng_hash_parse(heng_str text, heng_hash *out);
void heng_hash_write(heng_hash hash, char out[HENG_HASH_TEXT]); /* lower-case hexadecimal */
