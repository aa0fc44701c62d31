/* Plans: depth first, so that a block of draws is used soon after it is made; sums take their members in as
 * they come.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/draws_plan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { UNMADE = UINT32_MAX };

typedef struct frame {
    uint32_t node; /* by index */
    uint32_t next; /* which of its inputs comes next */
} frame;

typedef struct planner {
    const heng_tape *tape;
    heng_arena *arena;
    uint32_t *uses;   /* by node: how often its block is still wanted; 0 for what does not vary */
    uint32_t *slots;  /* by node: where its block is, or UNMADE */
    uint32_t *inputs; /* by node: index of a stated input */
    uint32_t *spare;
    uint32_t spare_count, slot_count;
    frame *frames;
    size_t depth;
    draw_step *steps;
    size_t step_count, step_room;
    draw_operand *operands;
    size_t operand_count, operand_room, operand_most;
    bool failed;
} planner;

static const uint32_t *links_of(const planner *p, uint32_t node)
{
    return p->tape->links + p->tape->nodes[node].first;
}

static void *room_for(planner *p, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room) return array;
    size_t wider = *room ? *room * 2 : 256;
    void *copy = heng_arena_array(p->arena, wider, size);
    if (!copy) {
        p->failed = true;
        return NULL;
    }
    if (count) memcpy(copy, array, count * size);
    *room = wider;
    return copy;
}

static void add_step(planner *p, draw_step step)
{
    draw_step *steps = room_for(p, p->steps, p->step_count, &p->step_room, sizeof *steps);
    if (!steps) return;
    p->steps = steps;
    p->steps[p->step_count++] = step;
}

static void add_operand(planner *p, draw_operand operand)
{
    draw_operand *all = room_for(p, p->operands, p->operand_count, &p->operand_room, sizeof *all);
    if (!all) return;
    p->operands = all;
    p->operands[p->operand_count++] = operand;
}

/* ---- what varies ---------------------------------------------------------------------------------- */

/* From the figure down: how often each varying node is used by varying ones. */
static void count_uses(planner *p, const bool *varies, uint32_t figure)
{
    p->uses[figure] = varies[figure];
    for (uint32_t n = figure + 1; n-- > 0;) {
        const heng_tape_node *node = &p->tape->nodes[n];
        p->slots[n] = UNMADE;
        for (uint32_t k = 0; p->uses[n] && k < node->count; k++) {
            uint32_t below = links_of(p, n)[k] - 1;
            p->uses[below] += varies[below];
        }
    }
}

/* A stated input varies, and all that stands on it. */
static bool mark(planner *p, uint32_t figure)
{
    bool *varies = HENG_ARRAY(p->arena, p->tape->count, bool);
    if (!varies) return false;
    for (size_t i = 0; i < p->tape->input_count; i++) {
        const heng_tape_input *input = &p->tape->inputs[i];
        varies[input->node - 1] = input->stated;
        p->inputs[input->node - 1] = (uint32_t)i;
    }
    for (uint32_t n = 0; n <= figure; n++)
        for (uint32_t k = 0; !varies[n] && k < p->tape->nodes[n].count; k++)
            varies[n] = varies[links_of(p, n)[k] - 1];
    count_uses(p, varies, figure);
    return true;
}

/* ---- slots ---------------------------------------------------------------------------------------- */

static uint32_t take_slot(planner *p)
{
    return p->spare_count ? p->spare[--p->spare_count] : p->slot_count++;
}

static void release(planner *p, uint32_t node)
{
    if (p->slots[node] == UNMADE) return;
    if (--p->uses[node] == 0) p->spare[p->spare_count++] = p->slots[node];
}

static draw_operand operand_of(const planner *p, uint32_t node)
{
    if (p->slots[node] == UNMADE) return (draw_operand){DRAW_CONSTANT, p->tape->values[node]};
    return (draw_operand){p->slots[node], 0};
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static void enter(planner *p, uint32_t node)
{
    p->frames[p->depth++] = (frame){node, 0};
    const heng_tape_node *made = &p->tape->nodes[node];
    if (made->op != HENG_TAPE_SUM) return;
    double fixed = 0; /* members that do not vary */
    for (uint32_t k = 0; k < made->count; k++) {
        uint32_t below = links_of(p, node)[k] - 1;
        if (!p->uses[below] && p->slots[below] == UNMADE) fixed += p->tape->values[below];
    }
    p->slots[node] = take_slot(p);
    add_step(p, (draw_step){.op = DRAW_FILL,
                            .into = p->slots[node],
                            .p = {.slot = DRAW_CONSTANT, .value = fixed}});
}

/* The sum above takes this member in. */
static void give(planner *p, uint32_t sum, uint32_t member)
{
    add_step(p,
             (draw_step){.op = DRAW_ADD_INTO, .into = p->slots[sum], .p = operand_of(p, member)});
    release(p, member);
}

static void release_inputs(planner *p, uint32_t node)
{
    for (uint32_t k = 0; k < p->tape->nodes[node].count; k++) release(p, links_of(p, node)[k] - 1);
}

static void make_quantile(planner *p, uint32_t node)
{
    const heng_tape_node *made = &p->tape->nodes[node];
    draw_step step = {
        .op = HENG_TAPE_QUANTILE, .index = (uint32_t)p->operand_count, .count = made->count};
    for (uint32_t k = 0; k < made->count; k++)
        add_operand(p, operand_of(p, links_of(p, node)[k] - 1));
    if (made->count > p->operand_most) p->operand_most = made->count;
    release_inputs(p, node);
    step.into = p->slots[node] = take_slot(p);
    add_step(p, step);
}

static draw_step step_of(const planner *p, uint32_t node)
{
    const heng_tape_node *made = &p->tape->nodes[node];
    const uint32_t *links = links_of(p, node);
    draw_step step = {.op = made->op, .x = made->x, .y = made->y};
    draw_operand none = {.slot = DRAW_CONSTANT};
    step.p = operand_of(p, links[0] - 1);
    step.q = made->count > 1 ? operand_of(p, links[1] - 1) : none;
    step.r = made->count > 2 ? operand_of(p, links[2] - 1) : none;
    if (step.op != HENG_TAPE_MULTIPLY) return step;
    bool first = step.p.slot == DRAW_CONSTANT;
    if (!first && step.q.slot != DRAW_CONSTANT) return step;
    return (draw_step){.op = HENG_TAPE_SCALE,
                       .p = first ? step.q : step.p,
                       .q = none,
                       .r = none,
                       .x = first ? step.p.value : step.q.value,
                       .y = 1};
}

/* All inputs of the node on top are made. */
static void leave(planner *p)
{
    uint32_t node = p->frames[--p->depth].node;
    const heng_tape_node *made = &p->tape->nodes[node];
    uint32_t above = p->depth ? p->frames[p->depth - 1].node : node;
    bool into_sum = p->depth && p->tape->nodes[above].op == HENG_TAPE_SUM;
    if (made->op == HENG_TAPE_INPUT) {
        p->slots[node] = take_slot(p);
        add_step(p,
                 (draw_step){.op = DRAW_INPUT, .into = p->slots[node], .index = p->inputs[node]});
    } else if (made->op == HENG_TAPE_QUANTILE) {
        make_quantile(p, node);
    } else if (made->op != HENG_TAPE_SUM) {
        draw_step step = step_of(p, node);
        release_inputs(p, node);
        if (into_sum && p->uses[node] == 1 && step.op == HENG_TAPE_MULTIPLY) {
            step.op = DRAW_MULTIPLY_INTO;
            step.into = p->slots[above];
            p->uses[node] = 0;
            add_step(p, step);
            return;
        }
        step.into = p->slots[node] = take_slot(p);
        add_step(p, step);
    }
    if (into_sum) give(p, above, node);
}

static void plan(planner *p, uint32_t figure)
{
    if (!p->uses[figure]) return;
    enter(p, figure);
    while (p->depth && !p->failed) {
        frame *top = &p->frames[p->depth - 1];
        const heng_tape_node *made = &p->tape->nodes[top->node];
        if (top->next == made->count) {
            leave(p);
            continue;
        }
        uint32_t below = links_of(p, top->node)[top->next++] - 1;
        if (!p->uses[below]) continue;
        if (p->slots[below] == UNMADE)
            enter(p, below);
        else if (made->op == HENG_TAPE_SUM)
            give(p, top->node, below);
    }
}

heng_status heng_draws_plan(const heng_tape *tape, uint32_t figure, uint64_t seed,
                            heng_arena *arena, const heng_draws **out, heng_error *err)
{
    assert(tape && !tape->status && figure && figure <= tape->count && arena && out && err);
    planner p = {.tape = tape, .arena = arena};
    heng_draws *draws = HENG_NEW(arena, heng_draws);
    p.uses = HENG_ARRAY(arena, tape->count, uint32_t);
    p.slots = HENG_ARRAY(arena, tape->count, uint32_t);
    p.inputs = HENG_ARRAY(arena, tape->count, uint32_t);
    p.spare = HENG_ARRAY(arena, tape->count, uint32_t);
    p.frames = HENG_ARRAY(arena, tape->count + 1, frame);
    bool room = draws && p.uses && p.slots && p.inputs && p.spare && p.frames;
    if (room && mark(&p, figure - 1))
        plan(&p, figure - 1);
    else
        room = false;
    if (!room || p.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to plan the draws of a figure");
    *draws = (heng_draws){.tape = tape,
                          .seed = seed,
                          .steps = p.steps,
                          .step_count = p.step_count,
                          .operands = p.operands,
                          .operand_most = p.operand_most,
                          .slot_count = p.slot_count,
                          .figure = operand_of(&p, figure - 1)};
    *out = draws;
    return HENG_OK;
}

/* ---- afterwards ----------------------------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double percentile(const double *sorted, size_t count, double share)
{
    double at = share * (double)(count - 1);
    size_t below = (size_t)at;
    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

void heng_draws_summarise(double *values, size_t count, heng_draws_summary *out)
{
    size_t known = 0;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) values[known++] = values[i];
    for (size_t i = known; i < count; i++) values[i] = NAN;
    *out = (heng_draws_summary){count, count - known, NAN, NAN, NAN, NAN, NAN};
    if (known < 2) return;
    for (size_t i = 0; i < known; i++) sum += values[i];
    double mean = sum / (double)known;
    for (size_t i = 0; i < known; i++) squares += (values[i] - mean) * (values[i] - mean);
    if (!isfinite(squares)) return;
    out->mean = mean;
    out->deviation = sqrt(squares / (double)(known - 1));
    qsort(values, known, sizeof *values, by_value);
    out->low = percentile(values, known, 0.025);
    out->median = percentile(values, known, 0.5);
    out->high = percentile(values, known, 0.975);
}
