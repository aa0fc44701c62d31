/* core/receipt/line.h: one line of a receipt as text, and its hash.
 *
 * op|inputs|result|field|field...: inputs are numbers of lines parted by commas; a result is a letter of
 * its state and seven numbers parted by blanks; in fields the bytes % | " \ and those that are not
 * printable are written %XX. The hash of a line is that of its text, with the root of the Merkle tree of
 * its inputs' hashes in the place of their numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/merkle.h"
#include "core/rule/replay.h"

/* Statuses of text: `failed` of the text. */
void heng_receipt__write_line(const heng_line *line, heng_text *out);
void heng_receipt__write_result(const heng_outcome *result, heng_text *out);
/* False for any other spelling than that of writing. */
bool heng_receipt__read_result(heng_str text, heng_outcome *out);
void heng_receipt__write_field(heng_str field, heng_text *out);
/* The bytes of a field; HENG_INVALID, HENG_NO_MEMORY. */
heng_status heng_receipt__read_field(heng_str text, heng_arena *arena, heng_str *out,
                                     heng_error *err);

/* `hashes` are those of all earlier lines. */
heng_hash heng_receipt__hash(heng_str text, const uint32_t *inputs, size_t input_count,
                             const heng_hash *hashes);
