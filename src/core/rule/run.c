/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run.h"

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
        run->owner = HENG_ARRAY(arena, RULE_BLOCK, uint16_t);
        run->tallies = HENG_ARRAY(arena, RULE_BLOCK, rule_tally);
        if (!run->stack || !run->places || !run->placed || !run->slots || !run->owner ||
            !run->tallies)
            return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to evaluate");
        outer = run;
    }
    *out = outer;
    return HENG_OK;
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
