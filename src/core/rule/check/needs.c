/* Which quantities are surely unknown for a member of whom nothing is recorded.
 *
 * Such a quantity needs no room in its column for those members: see world.c. The steps of each formula
 * run once over one bit, "surely unknown", instead of a value; rules that need each other settle from
 * above, so that a rule that looks back at itself is counted as its other needs are.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>

static bool code_needs(const heng_program *p, const rule_code *code, bool stack[]);

/* Looked at here, and not at another member. */
static bool is_of_here(const rule_code *code, int chain)
{
    for (unsigned i = 0; i < code->chains[chain].count; i++)
        if (code->chains[chain].moves[i].kind >= MOVE_SCOPE) return false;
    return true;
}

static bool read_needs(const heng_program *p, const rule_code *code, const rule_read *read,
                       const bool *keys)
{
    const rule_quantity *q = &p->quantities[read->quantity];
    for (unsigned i = 0; i < read->stack_count; i++)
        if (keys[i]) return true; /* a key that is not known */
    if (!is_of_here(code, read->chain)) return false;
    return q->role == ROLE_TABLE ? q->scope.kind >= 0 : q->needs_facts;
}

/* With members of which none is known, or without members, only a coverage is known. */
static bool over_needs(const heng_program *p, const rule_code *code, const rule_over *over,
                       bool limit)
{
    bool inner[RULE_STACK_MAX + 1];
    code_needs(p, over->body, inner);
    bool of_here = is_of_here(code, over->chain);
    if (over->aggregate == AGG_COVERAGE || !of_here) return false;
    if (over->outer_count && limit) return true;
    return over->has_where ? inner[1] : inner[0];
}

static bool code_needs(const heng_program *p, const rule_code *code, bool stack[])
{
    unsigned top = 0;
    for (size_t i = 0; i < code->step_count; i++) {
        const rule_step *step = &code->steps[i];
        bool *t = stack + top;
        switch (step->op) {
        case OP_MISSING: stack[top++] = true; break;
        case OP_NUMBER:
        case OP_WORD:
        case OP_ENTITY:
        case OP_SLOT:
        case OP_ELAPSED:
        case OP_PERIOD_IS:
        case OP_ENTITY_IS: stack[top++] = false; break;
        case OP_READ: {
            const rule_read *read = &code->reads[step->a];
            top -= read->stack_count;
            stack[top] = read_needs(p, code, read, stack + top);
            top++;
            break;
        }
        case OP_OVER: {
            const rule_over *over = &code->overs[step->a];
            top -= over->outer_count;
            stack[top] = over_needs(p, code, over, over->outer_count && stack[top]);
            top++;
            break;
        }
        case OP_KNOWN: t[-1] = false; break;
        case OP_CONVERT:
        case OP_NEGATE:
        case OP_ABS:
        case OP_EXP:
        case OP_LN:
        case OP_NOT: break;
        case OP_AND:
        case OP_OR:
        case OP_ELSE: t[-2] = t[-2] && t[-1], top--; break;
        case OP_CHOOSE: t[-3] = t[-3] || (t[-2] && t[-1]), top -= 2; break;
        default: t[-2] = t[-2] || t[-1], top--; break;
        }
    }
    return stack[0];
}

static bool quantity_needs(const heng_program *p, const rule_quantity *q)
{
    bool stack[RULE_STACK_MAX + 1];
    if (q->role == ROLE_TABLE) return q->scope.kind >= 0;
    if (q->role == ROLE_INPUT) {
        for (size_t i = 0; i < q->provider_count; i++)
            if (!p->quantities[q->providers[i]].needs_facts) return false;
        return true;
    }
    if (q->general >= 0) {
        for (size_t i = 0; i < q->exception_count; i++)
            if (!p->quantities[q->exceptions[i]].needs_facts) return false;
        return p->quantities[q->general].needs_facts;
    }
    for (size_t i = 0; i < q->version_count; i++)
        if (q->versions[i].code && !code_needs(p, q->versions[i].code, stack)) return false;
    return true;
}

void heng_rule__find_needs(rule_compiler *c)
{
    heng_program *p = c->program;
    for (size_t i = 0; i < p->quantity_count; i++) p->quantities[i].needs_facts = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < p->quantity_count; i++) {
            rule_quantity *q = &p->quantities[i];
            if (!q->needs_facts || quantity_needs(p, q)) continue;
            q->needs_facts = false;
            more = true;
        }
    }
}
