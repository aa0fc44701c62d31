/* core/receipt/line.h: one line of a receipt as text, and its hash.
 *
 * op|inputs|result|field|field...: inputs are numbers of lines parted by commas; a result is a letter of
 * its state and seven numbers parted by blanks; in fields the bytes % | " \ and those that are not
 * printable are written %XX.
 *
 * The hash of a line is made of three: the root of its inputs' hashes, the hash of its result, and what
 * else it says. So a proof can show what a line does without showing its result. A result could be
 * guessed and tried; therefore it is hashed with a blind, which only those know who know all salts below.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/field.h"
#include "core/receipt/merkle.h"
#include "core/receipt/receipt.h"
#include "core/rule/replay.h"

/* Statuses of text: `failed` of the text. */
void heng_receipt__write_line(const heng_line *line, heng_text *out);
void heng_receipt__write_result(const heng_outcome *result, heng_text *out);
/* False for any other spelling than that of writing. */
bool heng_receipt__read_result(heng_str text, heng_outcome *out);

/* The text of a line, cut. rest: from the bar before the first field; empty without fields. */
typedef struct heng_receipt__parts {
    heng_str op, inputs, result, rest;
} heng_receipt__parts;

bool heng_receipt__cut(heng_str text, heng_receipt__parts *out);
/* Whether the last field of such a line is a salt. */
bool heng_receipt__has_salt(heng_replay_op op);
/* Lines that are a figure: the address is their first field, the unit their second. */
bool heng_receipt__is_figure(heng_replay_op op);

/* `marks` are those of all earlier lines. */
heng_line_mark heng_receipt__mark(const heng_receipt__parts *parts, const uint32_t *inputs,
                                  size_t input_count, const heng_line_mark *marks);
/* The parts of a mark, for proofs. */
heng_hash heng_receipt__input_leaf(const heng_line_mark *input); /* NULL: one not looked at */
heng_hash heng_receipt__result_hash(heng_hash blind, heng_str result);
/* `count` of inputs is part of it: the root of a tree does not say how many leaves it has. */
heng_hash heng_receipt__line_hash(heng_hash root, heng_hash result, heng_str op, uint64_t count,
                                  heng_str rest);

/* The line with its salt, if it has one, as text; both may lie in `arena`. Statuses: HENG_NO_MEMORY. */
heng_status heng_receipt__salted_text(heng_line *line, const heng_seed *secret, heng_arena *arena,
                                      heng_str *text, heng_error *err);
/* The line `receipt` over line number `input`. */
heng_status heng_receipt__head_line(const heng_receipt_head *head, size_t input,
                                    const heng_outcome *result, heng_arena *arena, heng_line *out,
                                    heng_error *err);
/* Unit and word of a figure as its head says them. */
void heng_receipt__name_figure(const heng_program *program, const heng_point *point,
                               const heng_outcome *result, heng_receipt_head *head);
