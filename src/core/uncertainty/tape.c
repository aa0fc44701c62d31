/* SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/tape.h"
#include "core/rule/replay.h"
#include "core/uncertainty/step.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void heng_tape_init(heng_tape *tape, heng_arena *arena)
{
    *tape = (heng_tape){.arena = arena};
}

heng_status heng_tape_status(const heng_tape *tape, heng_error *err)
{
    if (tape->status == HENG_NO_MEMORY)
        return heng_fail(err, tape->status, 0, "no memory for the spread of a figure");
    if (tape->status)
        return heng_fail(err, tape->status, tape->count, "a figure of more than %d steps",
                         HENG_TAPE_NODES_MAX);
    return HENG_OK;
}

/* Room for `more` behind `count`; arrays double, so that copying stays cheap. */
static bool grow(heng_tape *tape, void *array, size_t count, size_t more, size_t *room, size_t size)
{
    void *old; /* pointers are of other types, so their bytes are copied */
    if (tape->status) return false;
    if (count + more <= *room) return true;
    size_t wider = *room ? *room * 2 : 64;
    while (wider < count + more) wider *= 2;
    void *copy = heng_arena_array(tape->arena, wider, size);
    if (!copy) {
        tape->status = HENG_NO_MEMORY;
        return false;
    }
    memcpy(&old, array, sizeof old);
    if (count) memcpy(copy, old, count * size);
    memcpy(array, &copy, sizeof copy);
    *room = wider;
    return true;
}

static uint32_t add_node(heng_tape *tape, heng_tape_node node, double value)
{
    if (!tape->status && tape->count >= HENG_TAPE_NODES_MAX) tape->status = HENG_TOO_LARGE;
    if (!grow(tape, &tape->nodes, tape->count, 1, &tape->room, sizeof *tape->nodes) ||
        !grow(tape, &tape->values, tape->count, 1, &tape->value_room, sizeof *tape->values))
        return 0;
    tape->nodes[tape->count] = node;
    tape->values[tape->count++] = value;
    return (uint32_t)tape->count;
}

uint32_t heng_tape_constant(heng_tape *tape, double value)
{
    return add_node(tape, (heng_tape_node){.op = HENG_TAPE_CONSTANT}, value);
}

uint32_t heng_tape_input_add(heng_tape *tape, double value, const heng_tape_input *input)
{
    uint32_t node = add_node(tape, (heng_tape_node){.op = HENG_TAPE_INPUT}, value);
    if (!node ||
        !grow(tape, &tape->inputs, tape->input_count, 1, &tape->input_room, sizeof *tape->inputs))
        return 0;
    tape->inputs[tape->input_count] = *input;
    tape->inputs[tape->input_count++].node = node;
    return node;
}

uint32_t heng_tape_step(heng_tape *tape, heng_tape_op op, const uint32_t *inputs, size_t count,
                        double x, double y)
{
    if (!grow(tape, &tape->links, tape->link_count, count, &tape->link_room, sizeof *tape->links))
        return 0;
    if (op == HENG_TAPE_QUANTILE &&
        !grow(tape, &tape->samples, 0, count / 2, &tape->sample_room, sizeof *tape->samples))
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (!inputs[i]) return 0; /* an earlier step failed */
        assert(inputs[i] <= tape->count);
    }
    heng_tape_node node = {op, (uint32_t)tape->link_count, (uint32_t)count, x, y};
    if (count) memcpy(tape->links + tape->link_count, inputs, count * sizeof *inputs);
    tape->link_count += count;
    double value = heng_tape__value(tape, &node, tape->values);
    return add_node(tape, node, value);
}

uint64_t heng_tape_stream(heng_str name)
{
    return heng_str_hash(name);
}

/* ---- forwards ------------------------------------------------------------------------------------- */

int heng_tape__compare_samples(const void *left, const void *right)
{
    const heng_tape__sample *a = left, *b = right;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

double heng_tape__quantile(heng_tape__sample *samples, size_t count, double share, uint32_t *which)
{
    enum { EQUAL = 0 };
    double total = 0, held = 0;
    qsort(samples, count, sizeof *samples, heng_tape__compare_samples);
    for (size_t i = 0; i < count; i++) total += samples[i].weight;
    for (size_t i = 0; i < count && total > 0; i++) {
        held += samples[i].weight;
        *which = samples[i].node;
        if (held > share * total || heng_replay_compare(held, share * total, EQUAL, 0))
            return samples[i].value;
    }
    *which = 0;
    return NAN;
}

/* Node `which` is the member that it is. */
static double quantile(const heng_tape *tape, const heng_tape_node *node, const double *values,
                       uint32_t *which)
{
    const uint32_t *links = tape->links + node->first;
    size_t count = node->count / 2;
    double share = values[links[2 * count] - 1];
    *which = 0;
    if (isnan(share)) return NAN;
    for (size_t i = 0; i < count; i++) {
        double value = values[links[2 * i] - 1], weight = values[links[2 * i + 1] - 1];
        if (isnan(value) || isnan(weight)) return NAN;
        tape->samples[i] = (heng_tape__sample){value, weight, links[2 * i]};
    }
    return heng_tape__quantile(tape->samples, count, share, which);
}

double heng_tape__value(const heng_tape *tape, const heng_tape_node *node, const double *values)
{
    const uint32_t *links = tape->links + node->first;
    if (node->op == HENG_TAPE_SUM) {
        double sum = 0;
        for (uint32_t i = 0; i < node->count; i++) sum += values[links[i] - 1];
        return sum;
    }
    uint32_t which;
    if (node->op == HENG_TAPE_QUANTILE) return quantile(tape, node, values, &which);
    double p = values[links[0] - 1], q = node->count > 1 ? values[links[1] - 1] : 0;
    double r = node->count > 2 ? values[links[2] - 1] : 0;
    return heng_tape__step(node->op, p, q, r, node->x, node->y);
}

void heng_tape_run(const heng_tape *tape, double *values)
{
    for (size_t i = 0; i < tape->count; i++) {
        const heng_tape_node *node = &tape->nodes[i];
        if (node->op == HENG_TAPE_CONSTANT)
            values[i] = tape->values[i];
        else if (node->op != HENG_TAPE_INPUT)
            values[i] = heng_tape__value(tape, node, values);
    }
}

/* ---- backwards ------------------------------------------------------------------------------------ */

typedef struct slope3 {
    double p, q, r;
} slope3;

static slope3 of_power(double p, double q, double v)
{
    return (slope3){.p = q == 0 ? 0 : q * pow(p, q - 1), .q = p > 0 ? v * log(p) : 0};
}

static slope3 of_between(double p, double q, double r, const heng_tape_node *node)
{
    double width = node->y - node->x, along = (r - node->x) / width;
    return (slope3){1 - along, along, (q - p) / width};
}

/* How the value v of a step of at most three inputs moves with each. */
static slope3 slope_of(const heng_tape_node *node, double p, double q, double r, double v)
{
    switch (node->op) {
    case HENG_TAPE_SCALE: return (slope3){.p = node->x / node->y};
    case HENG_TAPE_NEGATE: return (slope3){.p = -1};
    case HENG_TAPE_ABS: return (slope3){.p = p < 0 ? -1 : 1};
    case HENG_TAPE_EXP: return (slope3){.p = v};
    case HENG_TAPE_LN: return (slope3){.p = 1 / p};
    case HENG_TAPE_ADD: return (slope3){.p = 1, .q = 1};
    case HENG_TAPE_SUBTRACT: return (slope3){.p = 1, .q = -1};
    case HENG_TAPE_MULTIPLY: return (slope3){.p = q, .q = p};
    case HENG_TAPE_DIVIDE: return (slope3){.p = 1 / q, .q = -v / q};
    case HENG_TAPE_POWER: return of_power(p, q, v);
    case HENG_TAPE_MIN: return q < p ? (slope3){.q = 1} : (slope3){.p = 1};
    case HENG_TAPE_MAX: return q > p ? (slope3){.q = 1} : (slope3){.p = 1};
    case HENG_TAPE_ELSE: return isnan(p) ? (slope3){.q = 1} : (slope3){.p = 1};
    case HENG_TAPE_HOLD: return (slope3){.p = 1};
    case HENG_TAPE_BETWEEN: return of_between(p, q, r, node);
    default: return (slope3){0};
    }
}

void heng_tape_slopes(const heng_tape *tape, uint32_t figure, double *slopes)
{
    assert(figure && figure <= tape->count);
    const double *values = tape->values;
    memset(slopes, 0, tape->count * sizeof *slopes);
    slopes[figure - 1] = 1;
    for (size_t i = figure; i-- > 0;) {
        const heng_tape_node *node = &tape->nodes[i];
        const uint32_t *links = tape->links + node->first;
        double above = slopes[i];
        uint32_t which = 0;
        if (above == 0 || !node->count) continue;
        if (node->op == HENG_TAPE_SUM) {
            for (uint32_t k = 0; k < node->count; k++) slopes[links[k] - 1] += above;
            continue;
        }
        if (node->op == HENG_TAPE_QUANTILE) {
            (void)quantile(tape, node, values, &which);
            if (which) slopes[which - 1] += above;
            continue;
        }
        double p = values[links[0] - 1], q = node->count > 1 ? values[links[1] - 1] : 0;
        double r = node->count > 2 ? values[links[2] - 1] : 0;
        slope3 s = slope_of(node, p, q, r, values[i]);
        slopes[links[0] - 1] += above * s.p;
        if (node->count > 1) slopes[links[1] - 1] += above * s.q;
        if (node->count > 2) slopes[links[2] - 1] += above * s.r;
    }
}
