/* core/receipt/sealing.h: the receipt ids of many figures, without writing their receipts.
 *
 * Each line of their derivations is hashed once, whichever figures share it: the cost grows with the
 * books, not with the figures times what they stand on. Texts are forgotten as soon as they are hashed;
 * when HENG_SEALING_LINES_MAX lines are kept, they are forgotten too and derived anew where they are met
 * again. So memory has a bound, and figures should come in an order in which neighbours share: by entity,
 * then period.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/receipt/receipt.h"

/* Some 500 bytes each. */
enum { HENG_SEALING_LINES_MAX = 1 << 20 };

typedef struct heng_sealing heng_sealing;

/* Of `head` pack, as_of and engine are taken; everything passed must live as long. Statuses:
 * HENG_NO_MEMORY. */
heng_status heng_sealing_open(const heng_program *program, const heng_evaluation *evaluation,
                              const heng_receipt_head *head, const heng_seed *secret,
                              heng_arena *arena, heng_sealing **out, heng_error *err);
/* Gives back what `arena` does not hold. NULL is allowed. */
void heng_sealing_close(heng_sealing *sealing);
/* The address of a figure and the id that its receipt has. Statuses: those of heng_derive. */
heng_status heng_sealing_figure(heng_sealing *sealing, const heng_point *point, heng_str *figure,
                                heng_hash *id, heng_error *err);
/* Lines hashed so far, those derived anew included. */
size_t heng_sealing_line_count(const heng_sealing *sealing);
