/* core/receipt/key.h: the file of a key that seals runs.
 *
 *     heng-key-1
 *     secret HEX
 *     public HEX
 *
 * each line ended by a line feed, HEX 64 lower-case digits: the seed and the public key of Ed25519 (RFC
 * 8032, section 5.1.5). The public key follows from the seed; it is there so that a damaged file is
 * noticed. The id of a key is the hash of its public key. How the file is kept is for host/keys.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "base/sign.h"

enum { HENG_KEY_TEXT = 160 };

/* Terminated; the length of a key file is always the same. */
void heng_key_write(const heng_seed *seed, char out[HENG_KEY_TEXT]);
/* Statuses: HENG_INVALID. The message never holds what the file says. */
heng_status heng_key_read(heng_str text, heng_seed *out, heng_error *err);
heng_hash heng_key_id(const heng_public *key);
/* 64 digits: of a public key, or of the id of one. */
bool heng_key_is(const heng_public *key, const heng_hash *named);
