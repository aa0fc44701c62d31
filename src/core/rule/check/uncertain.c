/* What rules say of how far values may be off: the attribute of inputs, tables and rules, and the cells of
 * a column of that name. Each becomes a statement of core/book/spread.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"
#include "core/book/spread.h"

static void fault(rule_compiler *c, heng_locus at, heng_str text, const heng_error *why)
{
    heng_diagnose(c->diagnostics, "R709", at, "how far off?",
                  why->status == HENG_INVALID
                      ? "write ±5 %, 0.9..1.1 uniform, -20 %..+30 % lognormal or ±5 % with GROUP"
                      : "correct the range, the distribution or the value",
                  "%.*s: %s", HENG_PRINT(text), why->message);
}

void heng_rule__check_uncertainty(rule_compiler *c, heng_locus at, heng_str text,
                                  const double *value)
{
    heng_spread spread;
    heng_distribution ignored;
    heng_error why = {0};
    heng_status status = heng_spread_parse(text, &spread, &why);
    if (!status && value) status = heng_spread_at(&spread, *value, &ignored, &why);
    if (status) fault(c, at, text, &why);
}

/* "normal 5 %" is ±5 % normal; "uniform -5 % 10 %" is -5 %..10 % uniform. */
static heng_str statement(rule_compiler *c, const heng_attributes *a)
{
    heng_text text;
    heng_text_init(&text, c->arena, HENG_CELL_TEXT_MAX);
    const heng_expr *number = a->uncertain_numbers;
    if (!number->next) heng_text_add(&text, HENG_STR("±"));
    for (; number; number = number->next) {
        heng_text_add(&text, heng_rule__text_at(c, number->at));
        if (number->next) heng_text_add(&text, HENG_STR(".."));
    }
    heng_text_print(&text, " %.*s", HENG_PRINT(a->uncertain_shape.text));
    if (text.failed) c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory for rules");
    return heng_text_view(&text);
}

heng_str heng_rule__uncertainty(rule_compiler *c, const heng_item *item, bool number)
{
    const heng_attributes *a = &item->attributes;
    if (!a->at_uncertain.length || !a->uncertain_numbers) return HENG_STR("");
    heng_str text = statement(c, a);
    heng_error why = {.status = HENG_REFUSED};
    heng_spread spread;
    if (c->status) return HENG_STR("");
    if (!number) {
        heng_fail(&why, HENG_REFUSED, 0, "only a number can be off by so much");
        fault(c, a->at_uncertain, text, &why);
        return HENG_STR("");
    }
    heng_distribution ignored;
    bool shares = !heng_spread_parse(text, &spread, &why) && spread.relative;
    if (why.status == HENG_INVALID || (shares && heng_spread_at(&spread, 1, &ignored, &why))) {
        fault(c, a->uncertain_shape.at, text, &why);
        return HENG_STR("");
    }
    if (item->kind == HENG_ITEM_RULE && !spread.relative) {
        heng_fail(&why, HENG_REFUSED, 0, "what a rule leaves open is stated in per cent");
        fault(c, a->at_uncertain, text, &why);
    }
    return text;
}

/* ---- which quantities stand on it ----------------------------------------------------------------- */

static bool states(const rule_quantity *q)
{
    bool stated = q->uncertainty.length > 0;
    for (size_t v = 0; v < q->version_count; v++)
        stated = stated || q->versions[v].uncertainty.length > 0;
    return stated;
}

static void mark_named(const heng_program *p, heng_str name, bool *reached)
{
    for (size_t i = 0; i < p->quantity_count; i++)
        if (heng_str_equal(p->quantities[i].name, name) ||
            heng_str_equal(p->quantities[i].qualified, name))
            reached[i] = true;
}

static bool stands_on(const rule_quantity *q, const bool *reached)
{
    for (size_t i = 0; i < q->edge_count; i++)
        if (reached[q->edges[i].to]) return true;
    for (size_t i = 0; i < q->provider_count; i++)
        if (reached[q->providers[i]]) return true;
    for (size_t i = 0; i < q->exception_count; i++)
        if (reached[q->exceptions[i]]) return true;
    return q->general >= 0 && reached[q->general];
}

const bool *heng_program_uncertain_reach(const heng_program *program, const heng_world *world,
                                         heng_arena *arena)
{
    bool *reached = HENG_ARRAY(arena, program->quantity_count, bool);
    if (!reached) return NULL;
    for (size_t i = 0; i < program->quantity_count; i++)
        reached[i] = states(&program->quantities[i]);
    for (size_t i = 0; i < program->row_count; i++)
        if (program->rows[i].row.uncertainty.length) reached[program->rows[i].quantity] = true;
    for (size_t i = 0; i < world->fact_count; i++)
        if (world->facts[i].uncertainty.length) mark_named(program, world->facts[i].name, reached);
    for (size_t i = 0; i < world->row_count; i++)
        if (world->rows[i].uncertainty.length)
            mark_named(program, world->rows[i].qualified, reached);
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t i = 0; i < program->quantity_count; i++)
            if (!reached[i] && stands_on(&program->quantities[i], reached))
                reached[i] = grown = true;
    }
    return reached;
}
