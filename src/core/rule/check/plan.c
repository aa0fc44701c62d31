/* The order of evaluation.
 *
 * Quantities that need each other form one stage (R. Tarjan, "Depth-first search and linear graph
 * algorithms", SIAM J. Comput. 1 (1972)). Inside a stage of several, each need must be either of an
 * earlier period, or in an order without a circle; such a stage proceeds period by period.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>
#include <stdio.h>

typedef struct finder {
    rule_compiler *c;
    int *index, *low, *stack;
    bool *on_stack;
    int next_index;
    size_t stack_count;
    int *stage_of;
    size_t order_count;
} finder;

static const rule_quantity *at(const finder *f, int q)
{
    return &f->c->program->quantities[q];
}

static bool reports_circle(rule_compiler *c, const int *path, size_t count,
                           const rule_edge *closing)
{
    const heng_program *p = c->program;
    heng_text chain;
    heng_text_init(&chain, c->arena, HENG_RULE_TEXT_MAX);
    for (size_t i = 0; i <= count; i++) {
        if (i) heng_text_add(&chain, HENG_STR(" > "));
        heng_text_add(&chain, p->quantities[path[i % count]].name);
    }
    if (chain.failed) {
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory for rules");
        return false;
    }
    const rule_quantity *first = &p->quantities[path[0]];
    char when[40] = "through a fixed year";
    if (closing->kind != EDGE_FIXED)
        snprintf(when, sizeof when, "in the same %s", heng_grain_name(first->grain));
    heng_diagnose(c->diagnostics, "R601", closing->at, "a circle", "look back with @previous",
                  "%.*s needs itself %s (%.*s)", HENG_PRINT(first->name), when,
                  HENG_PRINT(heng_text_view(&chain)));
    return false;
}

/* An edge that must be satisfied before, within one step of the stage. */
static bool binds(const rule_quantity *from, const rule_edge *edge, const rule_stage *stage,
                  int from_index)
{
    if (edge->kind != EDGE_EARLIER) return true;
    bool self = edge->to == from_index;
    return !self && from->grain < stage->grain; /* an earlier month may lie in the same year */
}

/* Depth-first order inside one stage over binding edges; false when there is a circle. */
static bool order_inside(finder *f, rule_stage *stage, int stage_index, int q, uint8_t *colour,
                         int *path, size_t depth)
{
    const rule_quantity *from = at(f, q);
    colour[q] = 1;
    path[depth] = q;
    for (size_t i = 0; i < from->edge_count; i++) {
        const rule_edge *edge = &from->edges[i];
        if (f->stage_of[edge->to] != stage_index || !binds(from, edge, stage, q) ||
            colour[edge->to] == 2)
            continue;
        if (colour[edge->to] == 1) {
            size_t start = depth;
            while (path[start] != edge->to) start--;
            return reports_circle(f->c, path + start, depth + 1 - start, edge);
        }
        if (!order_inside(f, stage, stage_index, edge->to, colour, path, depth + 1)) return false;
    }
    colour[q] = 2;
    f->c->program->order[stage->first + stage->count++] = q;
    return true;
}

static bool close_stage(finder *f, int root)
{
    heng_program *p = f->c->program;
    size_t from = f->stack_count;
    while (f->stack[from - 1] != root) from--;
    from--;
    size_t size = f->stack_count - from;
    int stage_index = (int)p->stage_count;
    rule_stage *stage = &p->stages[p->stage_count++];
    *stage = (rule_stage){.first = f->order_count};
    uint8_t *colour = heng_rule__alloc(f->c, p->quantity_count, sizeof *colour);
    int *path = heng_rule__alloc(f->c, size + 1, sizeof *path);
    int *members = heng_rule__alloc(f->c, size, sizeof *members);
    if (!colour || !path || !members) return false;
    for (size_t i = 0; i < size; i++) {
        members[i] = f->stack[from + i];
        f->stage_of[members[i]] = stage_index;
        f->on_stack[members[i]] = false;
        if (at(f, members[i])->grain > stage->grain) stage->grain = at(f, members[i])->grain;
    }
    f->stack_count = from;
    bool self = false;
    for (size_t i = 0; i < at(f, root)->edge_count; i++) self |= at(f, root)->edges[i].to == root;
    stage->by_period = size > 1 || self;
    for (size_t i = 0; i < size; i++)
        if (!colour[members[i]] &&
            !order_inside(f, stage, stage_index, members[i], colour, path, 0))
            break;
    stage->count = size; /* a circle was reported; the order is not used then */
    f->order_count += size;
    return f->c->status == HENG_OK;
}

static bool visit(finder *f, int q)
{
    f->index[q] = f->low[q] = ++f->next_index;
    f->stack[f->stack_count++] = q;
    f->on_stack[q] = true;
    for (size_t i = 0; i < at(f, q)->edge_count; i++) {
        int to = at(f, q)->edges[i].to;
        if (!f->index[to]) {
            if (!visit(f, to)) return false;
            if (f->low[to] < f->low[q]) f->low[q] = f->low[to];
        } else if (f->on_stack[to] && f->index[to] < f->low[q]) {
            f->low[q] = f->index[to];
        }
    }
    return f->low[q] != f->index[q] || close_stage(f, q);
}

bool heng_rule__plan(rule_compiler *c)
{
    heng_program *p = c->program;
    size_t n = p->quantity_count;
    finder f = {.c = c,
                .index = heng_rule__alloc(c, n, sizeof(int)),
                .low = heng_rule__alloc(c, n, sizeof(int)),
                .stack = heng_rule__alloc(c, n, sizeof(int)),
                .on_stack = heng_rule__alloc(c, n, sizeof(bool)),
                .stage_of = heng_rule__alloc(c, n, sizeof(int))};
    p->order = heng_rule__alloc(c, n, sizeof *p->order);
    p->stages = heng_rule__alloc(c, n, sizeof *p->stages);
    if (c->status != HENG_OK) return false;
    for (size_t i = 0; i < n; i++) f.stage_of[i] = -1;
    for (size_t i = 0; i < n; i++)
        if (!f.index[i] && !visit(&f, (int)i)) return false;
    assert(f.order_count == n);
    return true;
}
