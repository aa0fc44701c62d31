/* core/receipt/scan.h: the layout of receipts and proofs, written and read byte for byte.
 *
 * It is JSON for others; here each blank has its place, so that a changed byte is either in something that
 * is hashed, or makes it no receipt.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/receipt.h"

typedef struct heng_receipt__scan {
    heng_str bytes;
    size_t at;
    heng_arena *arena;
    const char *what; /* "receipt", for messages */
    heng_error *err;
} heng_receipt__scan;

/* HENG_INVALID, and what should stand here; err->where is the line of the file. */
heng_status heng_receipt__not_one(const heng_receipt__scan *s, const char *wanted);
/* Passes `text` if it stands here. */
bool heng_receipt__meets(heng_receipt__scan *s, const char *text);
heng_status heng_receipt__expect(heng_receipt__scan *s, const char *text);
/* Up to the next quotation mark, which is passed. */
heng_status heng_receipt__read_text(heng_receipt__scan *s, heng_str *out);
heng_status heng_receipt__read_hash(heng_receipt__scan *s, heng_hash *out);
/* `count` is a multiple of 32. */
heng_status heng_receipt__read_bytes(heng_receipt__scan *s, unsigned char *out, size_t count);
heng_status heng_receipt__read_count(heng_receipt__scan *s, uint64_t *out);
/* Hashes in quotation marks, parted by commas, up to ] which is passed. */
heng_status heng_receipt__read_path(heng_receipt__scan *s, const heng_hash **out, size_t *length);
/* The object of a seal. */
heng_status heng_receipt__read_seal(heng_receipt__scan *s, heng_sealed *out);
void heng_receipt__write_seal(const heng_sealed *seal, heng_text *out);
void heng_receipt__write_path(const heng_hash *path, size_t length, heng_text *out);
/* What of the seal does not hold for a figure of that head and id; empty if all does. Statuses:
 * HENG_NO_MEMORY. */
heng_status heng_receipt__check_seal(const heng_sealed *sealed, const heng_receipt_head *head,
                                     heng_hash id, heng_arena *arena, heng_seal *out,
                                     heng_str *fault, heng_error *err);
