/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/run.h"

#include <assert.h>

heng_status heng_rule__open_run(const heng_evaluation *e, heng_arena *arena, rule_run **out,
                                heng_error *err)
{
    const heng_program *p = e->program;
    rule_run *outer = NULL;
    for (unsigned nest = p->nest_max + 2; nest-- > 0;) { /* the deepest first */
        rule_run *run = HENG_NEW(arena, rule_run);
        if (!run) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to evaluate");
        *run = (rule_run){.e = e, .arena = arena, .inner = outer, .nest = nest, .err = err};
        run->stack = HENG_ARRAY(arena, p->depth_max + 2, rule_lane);
        run->places = HENG_ARRAY(arena, p->chain_max + 1, rule_place);
        run->placed = HENG_ARRAY(arena, p->chain_max + 1, bool);
        run->slots = heng_arena_array(arena, RULE_SLOTS_MAX, sizeof *run->slots);
        run->row_first = HENG_ARRAY(arena, RULE_BLOCK + 1, uint16_t);
        run->owner = HENG_ARRAY(arena, RULE_BLOCK, uint16_t);
        run->tallies = HENG_ARRAY(arena, RULE_BLOCK, rule_tally);
        if (!run->stack || !run->places || !run->placed || !run->slots || !run->row_first ||
            !run->owner || !run->tallies)
            return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to evaluate");
        outer = run;
    }
    *out = outer;
    return HENG_OK;
}

void heng_rule__clear_block(rule_run *run, int along)
{
    run->count = 0;
    run->row_count = 0;
    run->row_first[0] = 0;
    run->along = along;
}

void heng_rule__at_point(rule_run *run, int32_t entity, int32_t period, const int32_t *keys,
                         unsigned key_count)
{
    heng_rule__clear_block(run, -1);
    heng_rule__add_row(run, entity, period, 1);
    for (unsigned k = 0; k < key_count; k++) run->slots[k][0] = keys[k];
}

bool heng_rule__may_run_along(const rule_code *code, int slot)
{
    for (size_t c = 0; c < code->chain_count; c++)
        for (unsigned m = 0; m < code->chains[c].count; m++) {
            const rule_move *move = &code->chains[c].moves[m];
            if (move->kind == MOVE_KEY && move->value == slot) return false;
        }
    return true;
}

void heng_rule__run(rule_run *run, const rule_code *code)
{
    run->code = code;
    run->top = 0;
    memset(run->placed, 0, code->chain_count * sizeof *run->placed);
    run->placed[0] = true;
    for (size_t i = 0; i < code->step_count; i++) {
        const rule_step *step = &code->steps[i];
        if (run->trace) run->trace->before(run->trace, run, step);
        if (step->op == OP_READ)
            heng_rule__read(run, step);
        else if (step->op == OP_OVER)
            heng_rule__over(run, step);
        else
            heng_rule__kernel(run, step);
        if (run->trace) run->trace->after(run->trace, run, step);
    }
}
