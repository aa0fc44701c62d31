/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/why/trace.h"

#include <assert.h>

static const struct {
    int pops, pushes;
} effects[OP_COUNT] = {
#define OP(name, pops, pushes, units, meaning, sql) [OP_##name] = {pops, pushes},
#include "core/rule/opcode.h"
};

heng_str heng_rule__source_at(const heng_program *program, heng_locus at)
{
    heng_str text = program->files[at.file].text;
    return heng_str_slice(text, at.offset, (size_t)at.offset + at.length);
}

static void join_note(rule_recorder *r, rule_events *events, heng_str note)
{
    if (!note.length) return;
    if (!events->note.length) {
        events->note = note;
        return;
    }
    heng_str both =
        heng_str_format(r->arena, "%.*s; %.*s", HENG_PRINT(events->note), HENG_PRINT(note));
    r->failed |= !both.at;
    if (both.at) events->note = both;
}

static void append(rule_recorder *r, rule_events *to, const rule_events *more)
{
    join_note(r, to, more->note);
    if (!more->first) return;
    if (to->last)
        to->last->next = more->first;
    else
        to->first = more->first;
    to->last = more->last;
}

static void say(rule_recorder *r, rule_events *events, const char *what, heng_locus at)
{
    heng_str note =
        heng_str_format(r->arena, "%s%.*s", what, HENG_PRINT(heng_rule__source_at(r->program, at)));
    r->failed |= !note.at;
    if (note.at) join_note(r, events, note);
}

static bool known(const rule_lane *lane)
{
    return (lane->state[0] & STATE_MASK) == HENG_STATE_KNOWN;
}

/* Of a choice: the condition and the arm that it takes. */
static void choose(rule_recorder *r, const rule_run *run, const rule_step *step, rule_events *p)
{
    const rule_lane *condition = &run->stack[run->top - 3];
    rule_events taken = {0};
    if (known(condition)) taken = condition->value[0] != 0 ? p[1] : p[2];
    append(r, &p[0], &taken);
    if (!known(condition))
        say(r, &p[0], "condition unknown: ", step->at);
    else if (condition->value[0] != 0)
        say(r, &p[0], "taken: ", step->at);
}

static void use_else(rule_recorder *r, const rule_run *run, const rule_step *step, rule_events *p)
{
    if (known(&run->stack[run->top - 2])) return;
    append(r, &p[0], &p[1]);
    if (known(&run->stack[run->top - 1])) say(r, &p[0], "else was used: ", step->at);
}

static rule_event *add_event(rule_recorder *r, rule_events *to, const rule_event *event)
{
    rule_event *added = HENG_NEW(r->arena, rule_event);
    if (!added) {
        r->failed = true;
        return NULL;
    }
    *added = *event;
    if (to->last)
        to->last->next = added;
    else
        to->first = added;
    to->last = added;
    r->event_count++;
    return added;
}

static void before(rule_trace *trace, rule_run *run, const rule_step *step)
{
    rule_recorder *r = (rule_recorder *)(void *)trace;
    rule_events *stack = r->stack[run->nest];
    if (step->op == OP_OVER) r->members[run->nest + 1] = (rule_events){0};
    if (step->op == OP_READ || step->op == OP_OVER) return;
    int pops = effects[step->op].pops;
    rule_events *p = &stack[run->top - (unsigned)pops];
    if (pops == 0)
        *p = (rule_events){0};
    else if (step->op == OP_CHOOSE)
        choose(r, run, step, p);
    else if (step->op == OP_ELSE)
        use_else(r, run, step, p);
    else if (pops == 2)
        append(r, &p[0], &p[1]);
    if (step->op == OP_LESS) say(r, &p[0], "less the overlap ", step->at);
    if (step->op == OP_ROUND) join_note(r, &p[0], HENG_STR("rounded"));
}

static void note_read(rule_recorder *r, rule_run *run, const rule_step *step, rule_events *to)
{
    const rule_read *read = &run->code->reads[step->a];
    const rule_place *place = heng_rule__place(run, read->chain);
    const rule_lane *lane = &run->stack[run->top - 1];
    rule_event event = {.quantity = read->quantity,
                        .entity = place->entity[0],
                        .period = {run->code->chains[read->chain].to, place->period[0]},
                        .value = lane->value[0],
                        .state = lane->state[0],
                        .evidence = lane->evidence[0],
                        .at = step->at,
                        .x = run->read_number};
    memcpy(event.keys, run->read_keys, sizeof event.keys);
    add_event(r, to, &event);
}

static bool is_literal(rule_opcode op)
{
    return op == OP_NUMBER || op == OP_ELAPSED || op == OP_MISSING;
}

static void after(rule_trace *trace, rule_run *run, const rule_step *step)
{
    rule_recorder *r = (rule_recorder *)(void *)trace;
    rule_events *top = &r->stack[run->nest][run->top - 1];
    const rule_lane *lane = &run->stack[run->top - 1];
    if (is_literal(step->op)) {
        rule_event event = {
            .quantity = -1, .value = lane->value[0], .state = lane->state[0], .at = step->at};
        add_event(r, top, &event);
    } else if (step->op == OP_READ) {
        const rule_read *read = &run->code->reads[step->a];
        if (!read->stack_count) *top = (rule_events){0};
        for (unsigned i = 1; i < read->stack_count; i++) append(r, top, &top[i]);
        note_read(r, run, step, top);
    } else if (step->op == OP_OVER) {
        if (!run->code->overs[step->a].outer_count) *top = (rule_events){0};
        append(r, top, &r->members[run->nest + 1]);
    }
}

static void member(rule_trace *trace, rule_run *inner, const rule_over *over, bool included)
{
    (void)included;
    rule_recorder *r = (rule_recorder *)(void *)trace;
    rule_events *made = r->stack[inner->nest], *all = &r->members[inner->nest];
    bool out = over->has_where && known(&inner->stack[1]) && inner->stack[1].value[0] == 0;
    for (unsigned i = 0; !out && i < 1u + over->has_where + over->has_weight; i++)
        append(r, all, &made[i]);
}

void heng_rule__record(rule_recorder *recorder, const heng_program *program, heng_arena *arena)
{
    *recorder =
        (rule_recorder){.trace = {before, after, member}, .arena = arena, .program = program};
}
