/* Links between statements: versions in order, exceptions and what they displace, inputs and who gives
 * them, and what nobody uses.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>
#include <stdio.h>

/* ---- versions ------------------------------------------------------------------------------------- */

static void sort_versions(rule_quantity *q)
{
    for (size_t i = 1; i < q->version_count; i++) {
        rule_version moved = q->versions[i];
        size_t at = i;
        for (; at > 0 && q->versions[at - 1].written.first_month > moved.written.first_month; at--)
            q->versions[at] = q->versions[at - 1];
        q->versions[at] = moved;
    }
}

static void month_text(int32_t month, heng_grain grain, char out[HENG_PERIOD_TEXT])
{
    heng_period_write(heng_period_within((heng_period){HENG_MONTH, month}, grain), out);
}

static void order_versions_of(rule_compiler *c, rule_quantity *q)
{
    const rule_method *m = &c->program->methods[q->method];
    sort_versions(q);
    for (size_t i = 0; i < q->version_count; i++) {
        rule_version *v = &q->versions[i];
        v->valid = v->written;
        if (i + 1 < q->version_count) {
            const rule_version *next = &q->versions[i + 1];
            bool starts_later = next->written.first_month > v->written.first_month;
            char when[HENG_PERIOD_TEXT] = "all periods",
                 remedy[80] = "give each version a `valid` of its own";
            if (starts_later && v->valid.last_month == INT32_MAX) {
                v->valid.last_month = next->written.first_month - 1;
            } else if (v->valid.last_month >= next->written.first_month) {
                char before[HENG_PERIOD_TEXT];
                if (next->written.first_month > 12 * HENG_YEAR_MIN) {
                    month_text(next->written.first_month, q->grain, when);
                    month_text(next->written.first_month - 1, q->grain, before);
                    if (starts_later)
                        snprintf(remedy, sizeof remedy, "end the first in %s", before);
                }
                heng_diagnose(c->diagnostics, "R503", next->item->name.at, "holds at the same time",
                              remedy, "two versions of %.*s hold in %s (lines %u and %u)",
                              HENG_PRINT(q->name), when, v->item->name.at.line,
                              next->item->name.at.line);
                heng_rule__see_also(c, v->item->name.at);
            }
        }
        if (!heng_span_overlap(v->valid, m->valid)) {
            heng_diagnose(c->diagnostics, "R504", v->item->attributes.valid.at, "outside",
                          "correct one of the two dates",
                          "this version of %.*s holds only when the method %.*s does not",
                          HENG_PRINT(q->name), HENG_PRINT(m->name));
            continue;
        }
        if (v->valid.first_month < m->valid.first_month)
            v->valid.first_month = m->valid.first_month;
        if (v->valid.last_month > m->valid.last_month) v->valid.last_month = m->valid.last_month;
    }
}

bool heng_rule__order_versions(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->quantity_count; i++) {
        rule_quantity *q = &c->program->quantities[i];
        if (q->role == ROLE_RULE || q->role == ROLE_OUTPUT) order_versions_of(c, q);
    }
    return true;
}

/* ---- exceptions ----------------------------------------------------------------------------------- */

static bool exceptional(const rule_quantity *q)
{
    return (q->role == ROLE_RULE || q->role == ROLE_OUTPUT) && q->version_count &&
           q->versions[0].item->attributes.instead_of.count;
}

static int find_displaced(rule_compiler *c, const rule_quantity *q, const heng_path *path)
{
    const heng_program *p = c->program;
    heng_str name = path->parts[path->count - 1].text;
    rule_nearest near = {.wanted = name};
    heng_str nearest = {0};
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *other = &p->quantities[i];
        if (other == q || (other->role != ROLE_RULE && other->role != ROLE_OUTPUT)) continue;
        heng_str method = p->methods[other->method].name;
        bool method_fits = path->count < 2
                               ? other->method == q->method
                               : heng_str_equal(method, path->parts[path->count - 2].text);
        bool place_fits = other->scope.kind == q->scope.kind && other->grain == q->grain &&
                          (other->scope.level < 0 || other->scope.level == q->scope.level);
        if (method_fits && place_fits && heng_str_equal(other->name, name)) return (int)i;
        heng_str before = near.best;
        if (place_fits) heng_rule__nearest_offer(&near, other->name);
        if (near.best.at != before.at) nearest = other->qualified;
    }
    char remedy[300] = "name a rule as METHOD.RULE; it must be for the same kind and period";
    if (nearest.length) snprintf(remedy, sizeof remedy, "did you mean %.*s?", HENG_PRINT(nearest));
    heng_diagnose(c->diagnostics, "R505", path->parts[0].at, "instead of nothing", remedy,
                  "%.*s stands instead of a rule that does not exist", HENG_PRINT(q->name));
    return -1;
}

static bool push_index(rule_compiler *c, int **items, size_t *count, int index)
{
    int *wider = heng_rule__alloc(c, *count + 1, sizeof *wider);
    if (!wider) return false;
    if (*count) memcpy(wider, *items, *count * sizeof *wider);
    wider[*count] = index;
    *items = wider;
    ++*count;
    return true;
}

/* The rule as it is without exceptions becomes a quantity of its own, hidden. */
static bool split_general(rule_compiler *c, int target)
{
    heng_program *p = c->program;
    if (p->quantities[target].general >= 0) return true;
    if (!heng_rule__push_room(c, &p->quantities, p->quantity_count, &p->quantity_room,
                              sizeof *p->quantities))
        return false;
    rule_quantity *general = &p->quantities[p->quantity_count];
    *general = p->quantities[target];
    general->role = ROLE_GENERAL;
    general->used = true;
    general->exception_of = -1;
    general->general_of = target;
    p->quantities[target].general = (int)p->quantity_count++;
    return true;
}

static bool link_exception(rule_compiler *c, int exception)
{
    heng_program *p = c->program;
    const rule_quantity *q = &p->quantities[exception];
    const heng_path *path = &q->versions[0].item->attributes.instead_of;
    int target = find_displaced(c, q, path);
    if (target < 0) return c->status == HENG_OK;
    const rule_quantity *t = &p->quantities[target];
    bool keys = t->key_count == q->key_count;
    for (unsigned i = 0; keys && i < q->key_count; i++) keys = t->keys[i].list == q->keys[i].list;
    bool unit = t->type.kind == q->type.kind && t->type.list == q->type.list &&
                (t->type.kind != RULE_NUMBER || heng_unit_equal(&t->type.unit, &q->type.unit));
    if (!keys || !unit) {
        heng_diagnose(c->diagnostics, "R506", q->at, "declared otherwise",
                      "give it the same keys and the same unit",
                      "%.*s is not declared like %.*s, instead of which it stands",
                      HENG_PRINT(q->name), HENG_PRINT(t->qualified));
        return true;
    }
    if (!split_general(c, target)) return false;
    p->quantities[exception].exception_of = target;
    p->quantities[exception].used = true;
    return push_index(c, &p->quantities[target].exceptions, &p->quantities[target].exception_count,
                      exception);
}

static bool edge_to(rule_compiler *c, int from, int to)
{
    rule_quantity *q = &c->program->quantities[from];
    if (!heng_rule__push_room(c, &q->edges, q->edge_count, &q->edge_room, sizeof *q->edges))
        return false;
    q->edges[q->edge_count++] = (rule_edge){to, EDGE_SAME, q->at};
    return true;
}

bool heng_rule__link_exceptions(rule_compiler *c)
{
    heng_program *p = c->program;
    size_t count = p->quantity_count;
    for (size_t i = 0; i < count; i++)
        if (exceptional(&p->quantities[i]) && !link_exception(c, (int)i)) return false;
    for (size_t i = 0; i < count; i++) {
        if (p->quantities[i].general < 0) continue;
        if (!edge_to(c, (int)i, p->quantities[i].general)) return false;
        for (size_t e = 0; e < p->quantities[i].exception_count; e++)
            if (!edge_to(c, (int)i, p->quantities[i].exceptions[e])) return false;
    }
    return true;
}

/* ---- providers ------------------------------------------------------------------------------------ */

static bool meets_scope(rule_scope a, rule_scope b)
{
    return heng_rule__scope_covers(a, b) || heng_rule__scope_covers(b, a);
}

static bool gives(const rule_quantity *giver, const rule_quantity *input)
{
    return giver->role == ROLE_OUTPUT && giver->exception_of < 0 && giver->grain == input->grain &&
           heng_str_equal(giver->name, input->name) && meets_scope(giver->scope, input->scope);
}

static bool declared_alike(rule_compiler *c, const rule_quantity *input, const rule_quantity *giver)
{
    bool keys = input->key_count == giver->key_count;
    for (unsigned i = 0; keys && i < input->key_count; i++)
        keys = input->keys[i].list == giver->keys[i].list;
    bool type = giver->type.kind == RULE_ANY ||
                (input->type.kind == giver->type.kind && input->type.list == giver->type.list);
    if (type && input->type.kind == RULE_NUMBER && giver->type.kind == RULE_NUMBER)
        type = heng_unit_converts(&giver->type.unit, &input->type.unit);
    if (keys && type) return true;
    heng_diagnose(c->diagnostics, "R411", input->at, "declared otherwise",
                  "declare the input with the keys and unit of the rule that gives it",
                  "the input %.*s is not declared like %.*s, which gives it",
                  HENG_PRINT(input->name), HENG_PRINT(giver->qualified));
    return false;
}

/* Two methods that give the same to the same members at the same time. */
static void check_rivals(rule_compiler *c, const rule_quantity *a, const rule_quantity *b)
{
    const rule_method *ma = &c->program->methods[a->method], *mb = &c->program->methods[b->method];
    if (!heng_rule__scope_equal(a->scope, b->scope) || ma->when >= 0 || mb->when >= 0 ||
        !heng_span_overlap(ma->valid, mb->valid))
        return;
    char remedy[300];
    snprintf(remedy, sizeof remedy,
             "leave one of them out, end one before the other begins, or write `instead of %.*s`",
             HENG_PRINT(a->qualified));
    heng_diagnose(c->diagnostics, "R507", b->at, "given twice", remedy,
                  "%.*s and %.*s both give %.*s for each %.*s", HENG_PRINT(a->qualified),
                  HENG_PRINT(b->qualified), HENG_PRINT(a->name),
                  HENG_PRINT(heng_rule__scope_name(c->program, a->scope)));
    heng_rule__see_also(c, a->at);
}

static bool link_input(rule_compiler *c, int input)
{
    heng_program *p = c->program;
    rule_quantity *q = &p->quantities[input];
    for (int narrow = 1; narrow >= 0; narrow--)
        for (size_t i = 0; i < p->quantity_count; i++) {
            rule_quantity *giver = &p->quantities[i];
            if (!gives(giver, q) || (giver->scope.level >= 0) != (narrow == 1)) continue;
            if (!declared_alike(c, q, giver)) continue;
            if (!push_index(c, &q->providers, &q->provider_count, (int)i) ||
                !edge_to(c, input, (int)i))
                return false;
        }
    return true;
}

bool heng_rule__link_providers(rule_compiler *c)
{
    heng_program *p = c->program;
    for (size_t i = 0; i < p->quantity_count; i++)
        if (p->quantities[i].role == ROLE_INPUT && !link_input(c, (int)i)) return false;
    for (size_t i = 0; i < p->public_count; i++)
        for (size_t j = i + 1; j < p->public_count; j++) {
            const rule_quantity *a = &p->quantities[i], *b = &p->quantities[j];
            if (a->role != ROLE_OUTPUT || b->role != ROLE_OUTPUT || a->grain != b->grain ||
                exceptional(a) || exceptional(b) || !heng_str_equal(a->name, b->name))
                continue;
            check_rivals(c, a, b);
        }
    return true;
}

/* ---- what nobody uses ------------------------------------------------------------------------------ */

bool heng_rule__report_unused(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->public_count; i++) {
        const rule_quantity *q = &c->program->quantities[i];
        bool shared = q->role == ROLE_TABLE && q->method < 0;
        if (q->used || shared || q->role == ROLE_OUTPUT) continue;
        const char *what = q->role == ROLE_INPUT   ? "input"
                           : q->parameter          ? "parameter"
                           : q->role == ROLE_TABLE ? "table"
                                                   : "rule";
        heng_diagnose(c->diagnostics, "R801", q->at, "unused",
                      q->role == ROLE_RULE ? "use it, put `output` before it, or delete it"
                                           : "use it or delete it",
                      "%s %.*s is never used", what, HENG_PRINT(q->name));
    }
    return true;
}
