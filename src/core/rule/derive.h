/* core/rule/derive.h: all that a figure stands on, as numbered lines that can be reckoned again.
 *
 * An explanation (rule.h) is a tree for people, cut where it grows too long. A derivation is for a
 * machine and whole: each fact, row, step and rule once, in an order in which inputs come first, each
 * with its result. It is recorded while the flat steps of the evaluation run once more, so it is never
 * another reckoning. What a step did not look at (the arm not taken, the fallback not needed, the value
 * of an excluded member) is not in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/replay.h"
#include "core/rule/rule.h"

typedef struct heng_derivation {
    const heng_line *lines; /* line n is lines[n - 1] */
    size_t line_count;
} heng_derivation;

/* The last line is the figure. Texts live as long as the arena and the evaluation. Statuses:
 * HENG_NOT_FOUND (no such point, or it is the cell of a table), HENG_TOO_LARGE (a chain of rules is
 * deeper than HENG_DERIVATION_DEPTH_MAX), HENG_NO_MEMORY. */
heng_status heng_derive(const heng_evaluation *evaluation, const heng_point *point,
                        heng_arena *arena, heng_derivation *out, heng_error *err);

/* Many figures, each line once: what two figures stand on is derived for the first of them only. */
typedef struct heng_deriver heng_deriver;
/* Texts and inputs of lines lie in `texts`, which may be the same arena. Statuses: HENG_NO_MEMORY. */
heng_status heng_deriver_open(const heng_evaluation *evaluation, heng_arena *arena,
                              heng_arena *texts, heng_deriver **out, heng_error *err);
/* *line is the number of the figure's line. Statuses: those of heng_derive; all but HENG_NOT_FOUND stay
 * with the deriver. */
heng_status heng_deriver_figure(heng_deriver *deriver, const heng_point *point, uint32_t *line,
                                heng_error *err);
/* Empties `texts`, an arena of its own: of all lines so far only their results are kept, which is all that
 * further figures need. */
void heng_deriver_forget(heng_deriver *deriver);
/* All lines so far; `lines` may move with the next figure. */
heng_derivation heng_deriver_lines(const heng_deriver *deriver);
