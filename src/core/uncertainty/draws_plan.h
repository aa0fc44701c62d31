/* core/uncertainty/draws_plan.h: a plan of draws; for the files of this folder.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/draws.h"

/* What steps of a plan do beyond those of a tape. */
enum {
    DRAW_INPUT = HENG_TAPE_OP_COUNT, /* draws input `index` */
    DRAW_FILL,                       /* the constant p */
    DRAW_ADD_INTO,                   /* adds p */
    DRAW_MULTIPLY_INTO               /* adds p * q */
};
#define DRAW_CONSTANT UINT32_MAX

typedef struct draw_operand {
    uint32_t slot; /* a block of draws, or DRAW_CONSTANT */
    double value;  /* of a constant */
} draw_operand;

typedef struct draw_step {
    uint32_t op;
    uint32_t into;
    uint32_t index; /* of an input; of the first operand of a quantile */
    uint32_t count; /* operands of a quantile */
    draw_operand p, q, r;
    double x, y;
} draw_step;

struct heng_draws {
    const heng_tape *tape;
    uint64_t seed;
    const draw_step *steps;
    size_t step_count;
    const draw_operand *operands; /* of quantiles */
    size_t operand_most;          /* of one */
    uint32_t slot_count;
    draw_operand figure;
};
