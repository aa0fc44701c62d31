/* core/receipt/field.h: how texts, bytes and salts are spelled wherever they are hashed.
 *
 * In a field the bytes % | " \ and those that are not printable are written %XX.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "base/sign.h"

void heng_field_write(heng_str field, heng_text *out);
/* The bytes of a field. Statuses: HENG_INVALID, HENG_NO_MEMORY. */
heng_status heng_field_read(heng_str text, heng_arena *arena, heng_str *out, heng_error *err);
/* A whole number without sign, and without a zero in front; false for anything else. */
bool heng_count_read(heng_str text, uint64_t *out);
void heng_hex_write(const unsigned char *bytes, size_t count, heng_text *out);
/* A salt, made from the secret, its use, and from what it is for. */
heng_hash heng_salt_of(const char *use, const heng_seed *secret, heng_str what);
