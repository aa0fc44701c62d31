/* core/receipt/seal.h: what is signed, as text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"

typedef struct heng_receipt__message {
    char bytes[HENG_HASH_TEXT + 32];
} heng_receipt__message;

/* What the signature of a receipt is over: its format, a blank, its id. */
heng_str heng_receipt__signed_text(heng_hash id, heng_receipt__message *out);
void heng_receipt__write_hex(const unsigned char *bytes, size_t count, heng_text *out);
