/* core/receipt/receipt.h: a figure with all that it stands on, so that anyone can reckon it again.
 *
 * A receipt is the derivation of one figure (core/rule/derive.h) written as numbered lines of text, each
 * with a hash over what it says and over the hashes of its inputs. The hash of the last line is the
 * receipt's id: the content address of the whole derivation. With it goes the seal of the run that the
 * figure belongs to (seal.h), if that was sealed. Verifying reads only the receipt: each line is hashed
 * and reckoned again, and the first that differs is named. The format, with its canonical spelling, is
 * described in doc/manual/receipts.md; it is JSON in one fixed layout, so that no byte of it can change
 * unnoticed.
 *
 * What a receipt is not: proof that the facts are true, or that no other fact or row existed. It shows
 * that the figure follows from these lines and no others.
 *
 * Pure: keys are passed in. Everything lives in the arenas passed. Limit: HENG_RECEIPT_BYTES_MAX.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "base/sign.h"
#include "core/receipt/seal.h"
#include "core/rule/derive.h"

/* Under which rules and books the figure was reckoned. */
typedef struct heng_receipt_head {
    heng_str figure; /* CN/2020/cut */
    heng_str unit;
    heng_str word;     /* of a figure that is a word or yes/no; else empty */
    heng_hash program; /* heng_program_hash */
    heng_str pack;     /* "cn 2026.11" */
    heng_str as_of;    /* the books as known then; "now" for all that they hold */
    heng_str engine;   /* version of the program */
} heng_receipt_head;

/* The hash of a line, and its blind (line.h). */
typedef struct heng_line_mark {
    heng_hash hash, blind;
} heng_line_mark;

typedef struct heng_receipt {
    const heng_line *lines; /* of the derivation, and the head as the last */
    const heng_str *texts;
    const heng_line_mark *marks;
    size_t count;
} heng_receipt;

/* Texts and hashes of all lines. With a secret each fact and row carries a salt that is made from it, so
 * that its hash tells nothing to those who do not see the line. Statuses: HENG_NO_MEMORY,
 * HENG_TOO_LARGE. */
heng_status heng_receipt_make(const heng_derivation *derivation, const heng_receipt_head *head,
                              const heng_seed *secret, heng_arena *arena, heng_receipt *out,
                              heng_error *err);
/* Derives the figure and makes its receipt. Of `head` pack, as_of and engine are taken; the program's
 * hash and what the figure itself says are filled in. Statuses: those of heng_derive and
 * heng_receipt_make. */
heng_status heng_receipt_of(const heng_program *program, const heng_evaluation *evaluation,
                            const heng_point *point, const heng_receipt_head *head,
                            const heng_seed *secret, heng_arena *arena, heng_receipt *out,
                            heng_error *err);
heng_hash heng_receipt_id(const heng_receipt *receipt);

/* The file. `seal` may be NULL. Statuses: HENG_NO_MEMORY. */
heng_status heng_receipt_write(const heng_receipt *receipt, const heng_sealed *seal, heng_text *out,
                               heng_error *err);

/* What verifying found. */
typedef struct heng_verdict {
    bool verified;
    size_t line;   /* the first that differs, from 1; 0 when it is none of the lines */
    heng_str what; /* what differs there; empty when verified */
    size_t line_count;
    size_t library_lines; /* power, exp and ln: asked of the C library */
    size_t near_lines; /* of these, equal to one unit in the last place and not to the last bit */
    heng_hash id;
    heng_receipt_head head; /* when verified */
    heng_outcome result;
    bool is_sealed;
    heng_seal seal; /* whether its key is someone to trust is for the reader to say */
    uint64_t leaf;  /* the figure's place in the seal, from 0 */
} heng_verdict;

/* Statuses: HENG_INVALID (not a receipt: err->where is the line of the file), HENG_TOO_LARGE,
 * HENG_NO_MEMORY. A receipt that differs is HENG_OK and a verdict that says where. */
heng_status heng_receipt_verify(heng_str bytes, heng_arena *arena, heng_verdict *out,
                                heng_error *err);
