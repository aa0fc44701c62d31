/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/why/derive_trace.h"

#include <assert.h>

static const int pops_of[OP_COUNT] = {
#define OP(name, pops, pushes, units, meaning, sql) [OP_##name] = pops,
#include "core/rule/opcode.h"
};

static heng_outcome outcome_of(rule_lane *lane)
{
    heng_rule__widen(lane, 1);
    return (heng_outcome){
        .value = lane->value[0],
        .have = lane->have[0],
        .want = lane->want[0],
        .quality = {lane->quality[0][0], lane->quality[1][0], lane->quality[2][0]},
        .state = lane->state[0],
        .evidence = lane->evidence[0]};
}

static bool is_known(const rule_lane *lane)
{
    return (lane->state[0] & STATE_MASK) == HENG_STATE_KNOWN;
}

/* The number of the new act; 0 when memory ran out. */
static uint32_t add_act(rule_scribe *s, const rule_act *act, const uint32_t *inputs)
{
    rule_act added = *act;
    added.inputs = HENG_ARRAY(s->arena, act->input_count, uint32_t);
    if (!added.inputs ||
        !heng_rule__grow(s->arena, &s->acts, s->count, &s->room, sizeof *s->acts)) {
        s->failed = true;
        return 0;
    }
    if (act->input_count) memcpy(added.inputs, inputs, act->input_count * sizeof *inputs);
    s->acts[s->count++] = added;
    return (uint32_t)s->count;
}

static heng_replay_op replay_of(rule_opcode op)
{
    if (op <= OP_ENTITY_IS) return (heng_replay_op)(HENG_REPLAY_NUMBER + (op - OP_NUMBER));
    return (heng_replay_op)(HENG_REPLAY_CONVERT + (op - OP_CONVERT));
}

static_assert((int)HENG_REPLAY_ENTITY_IS - (int)HENG_REPLAY_NUMBER == (int)OP_ENTITY_IS,
              "core/rule/replay_op.h and core/rule/opcode.h name the same literals");

/* What the step will not look at is left out. */
static void before(rule_trace *trace, rule_run *run, const rule_step *step)
{
    rule_scribe *s = (rule_scribe *)(void *)trace;
    uint32_t *stack = s->stack[run->nest];
    if (step->op == OP_OVER) {
        s->members[run->nest + 1].count = 0;
        s->limit[run->nest] = run->code->overs[step->a].outer_count ? stack[run->top - 1] : 0;
    }
    if (step->op == OP_READ || step->op == OP_OVER) return;
    unsigned pops = (unsigned)pops_of[step->op];
    uint32_t *p = &stack[run->top - pops];
    const rule_lane *lane = &run->stack[run->top - pops];
    if (step->op == OP_CHOOSE) {
        bool known = is_known(lane), yes = lane->value[0] != 0;
        if (!known || !yes) p[1] = 0;
        if (!known || yes) p[2] = 0;
    }
    if (step->op == OP_ELSE && is_known(lane)) p[1] = 0;
    rule_act act = {.op = replay_of(step->op), .step = step, .input_count = pops};
    p[0] = add_act(s, &act, p);
}

static uint32_t read_act(rule_scribe *s, rule_run *run, const rule_step *step, const uint32_t *keys)
{
    const rule_read *read = &run->code->reads[step->a];
    const rule_place *place = heng_rule__place(run, read->chain);
    rule_act act = {.is_read = true,
                    .step = step,
                    .read = read,
                    .input_count = read->stack_count,
                    .x = run->read_number,
                    .spot = {.quantity = read->quantity,
                             .entity = place->entity[0],
                             .period = {run->code->chains[read->chain].to, place->period[0]}}};
    unsigned key_count = 0;
    for (unsigned k = 0; k < read->arg_count; k++)
        if (read->args[k].list >= 0) key_count++;
    memcpy(act.spot.keys, run->read_keys, key_count * sizeof *act.spot.keys);
    return add_act(s, &act, keys);
}

static bool push(rule_scribe *s, rule_refs *refs, uint32_t number)
{
    if (!heng_rule__grow(s->arena, &refs->at, refs->count, &refs->room, sizeof *refs->at)) {
        s->failed = true;
        return false;
    }
    refs->at[refs->count++] = number;
    return true;
}

static uint32_t over_act(rule_scribe *s, rule_run *run, const rule_step *step)
{
    rule_refs *members = &s->members[run->nest + 1];
    const rule_over *over = &run->code->overs[step->a];
    if (over->outer_count && !push(s, members, s->limit[run->nest])) return 0;
    rule_act act = {.op = (heng_replay_op)(HENG_REPLAY_SUM + (int)over->aggregate),
                    .step = step,
                    .over = over,
                    .input_count = (uint32_t)members->count};
    return add_act(s, &act, members->at);
}

static void after(rule_trace *trace, rule_run *run, const rule_step *step)
{
    rule_scribe *s = (rule_scribe *)(void *)trace;
    uint32_t *top = &s->stack[run->nest][run->top - 1];
    if (step->op == OP_READ) *top = read_act(s, run, step, top);
    if (step->op == OP_OVER) *top = over_act(s, run, step);
    if (*top && !s->failed) s->acts[*top - 1].result = outcome_of(&run->stack[run->top - 1]);
}

static void member(rule_trace *trace, rule_run *inner, const rule_over *over, bool included)
{
    rule_scribe *s = (rule_scribe *)(void *)trace;
    uint32_t *made = s->stack[inner->nest];
    rule_refs *members = &s->members[inner->nest];
    uint32_t value = made[0];
    bool out = over->has_where && is_known(&inner->stack[1]) && inner->stack[1].value[0] == 0;
    if (included && !out) {
        rule_act act = {.op = HENG_REPLAY_INCLUDED, .input_count = 1};
        act.result = outcome_of(&inner->stack[0]);
        act.result.value = 0;
        act.result.state = HENG_STATE_KNOWN;
        value = add_act(s, &act, &value);
    }
    bool good = push(s, members, out ? 0 : value);
    if (good && over->has_where) good = push(s, members, made[1]);
    if (good && over->has_weight) push(s, members, out ? 0 : made[1 + over->has_where]);
}

void heng_rule__scribe(rule_scribe *scribe, heng_arena *arena)
{
    scribe->trace = (rule_trace){before, after, member};
    scribe->arena = arena;
    scribe->count = 0;
    memset(scribe->stack, 0, sizeof scribe->stack);
    memset(scribe->limit, 0, sizeof scribe->limit);
}

void heng_rule__mark_wanted(rule_scribe *scribe)
{
    uint32_t last = scribe->stack[0][0];
    if (last) scribe->acts[last - 1].wanted = true;
    for (size_t i = scribe->count; i-- > 0;) {
        const rule_act *act = &scribe->acts[i];
        for (uint32_t k = 0; act->wanted && k < act->input_count; k++)
            if (act->inputs[k]) scribe->acts[act->inputs[k] - 1].wanted = true;
    }
}
