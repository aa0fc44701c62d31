/* core/uncertainty/step.h: the steps of a tape on plain numbers; for the files of this folder.
 *
 * They follow the kernels of core/rule/run/kernel.c, with NaN for unknown.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/tape.h"

/* A step of at most three inputs. */
double heng_tape__step(heng_tape_op op, double p, double q, double r, double x, double y);
/* Any node but constants and inputs. */
double heng_tape__value(const heng_tape *tape, const heng_tape_node *node, const double *values);

struct heng_tape__sample {
    double value, weight;
    uint32_t node;
};
typedef struct heng_tape__sample heng_tape__sample;

int heng_tape__compare_samples(const void *left, const void *right);
/* The least value whose samples hold the share of the weight, and which it is; sorts them. NaN for none. */
double heng_tape__quantile(heng_tape__sample *samples, size_t count, double share, uint32_t *which);
