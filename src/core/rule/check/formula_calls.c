/* Functions, and aggregates over keys, members below and finer periods.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/formula.h"

#include <assert.h>
#include <stdio.h>

static unsigned count_items(const heng_expr *e)
{
    unsigned count = 0;
    for (const heng_expr *item = e->items; item; item = item->next) count++;
    return count;
}

static bool wrong_count(rule_formula *f, const heng_expr *e, const char *wanted)
{
    heng_diagnose(f->c->diagnostics, "R313", e->at, "arguments",
                  "compare with the manual, section Functions", "%.*s takes %s",
                  HENG_PRINT(e->word.text), wanted);
    return false;
}

/* ---- functions ------------------------------------------------------------------------------------ */

static bool walk_least(rule_formula *f, const heng_expr *e, rule_opcode op, rule_type *out)
{
    rule_type next;
    if (count_items(e) < 2) return wrong_count(f, e, "two values or more, or `over` a list");
    if (!heng_rule__walk(f, e->items, NULL, out) ||
        !heng_rule__expect(f, out, RULE_NUMBER, e->items->at, "what is compared"))
        return false;
    for (const heng_expr *item = e->items->next; item; item = item->next)
        if (!heng_rule__walk(f, item, NULL, &next) ||
            !heng_rule__expect(f, &next, RULE_NUMBER, item->at, "what is compared") ||
            !heng_rule__meet(f, &next, out, item->at, "compare", heng_rule__plain_name(item)) ||
            !heng_rule__emit(f, op, 0, 0, 0, 0, e->at))
            return false;
    return true;
}

static bool walk_one(rule_formula *f, const heng_expr *e, rule_opcode op, bool plain,
                     rule_type *out)
{
    if (count_items(e) != 1) return wrong_count(f, e, "one value");
    if (!heng_rule__walk(f, e->items, NULL, out)) return false;
    if (plain) {
        if (!heng_rule__to_plain(f, out, e->items->at, "what stands in exp or ln")) return false;
        *out = heng_rule__number_type();
    } else if (!heng_rule__expect(f, out, RULE_NUMBER, e->items->at, "what stands in abs")) {
        return false;
    }
    return heng_rule__emit(f, op, 0, 0, 0, 0, e->at);
}

static const char *const policies[] = {"half_up", "half_even", "up", "down"};

static bool walk_round(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type step;
    if (count_items(e) != 3)
        return wrong_count(f, e, "a value, a step and a policy: round(x, 1 t CO2, down)");
    const heng_expr *by = e->items->next, *how = by->next;
    int policy = -1;
    for (int i = 0; i < 4; i++)
        if (heng_str_is(heng_rule__plain_name(how), policies[i])) policy = i;
    if (policy < 0) {
        heng_diagnose(f->c->diagnostics, "R314", how->at, "not a policy",
                      "write half_up, half_even, up or down", "%.*s does not say how to round",
                      HENG_PRINT(heng_rule__text_at(f->c, how->at)));
        return false;
    }
    return heng_rule__walk(f, e->items, NULL, out) &&
           heng_rule__expect(f, out, RULE_NUMBER, e->items->at, "what is rounded") &&
           heng_rule__walk(f, by, NULL, &step) &&
           heng_rule__expect(f, &step, RULE_NUMBER, by->at, "the step of rounding") &&
           heng_rule__meet(f, &step, out, by->at, "round to", (heng_str){0}) &&
           heng_rule__emit(f, OP_ROUND, policy, 0, 0, 0, e->at);
}

static bool walk_known(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type found;
    if (count_items(e) != 1) return wrong_count(f, e, "one value");
    *out = heng_rule__yes_no_type();
    return heng_rule__walk(f, e->items, NULL, &found) &&
           heng_rule__emit(f, OP_KNOWN, 0, 0, 0, 0, e->at);
}

/* elapsed(plan), length(plan) */
static bool walk_count_of_periods(rule_formula *f, const heng_expr *e, rule_type *out)
{
    heng_grain of;
    if (count_items(e) != 1 || !heng_grain_find(heng_rule__plain_name(e->items), &of) ||
        of < f->at_grain)
        return wrong_count(f, e, "a longer period, such as plan");
    *out = heng_rule__number_type();
    if (heng_str_is(e->word.text, "length"))
        return heng_rule__emit(f, OP_NUMBER, 0, 0, heng_grain_ratio(f->at_grain, of), 0, e->at);
    int chain = heng_rule__chain(f, &f->outer);
    return chain >= 0 && heng_rule__emit(f, OP_ELAPSED, chain, (int)of, 0, 0, e->at);
}

/* ---- aggregates ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    rule_aggregate aggregate;
    bool conditions; /* of yes/no; else of numbers */
} aggregates[] = {{"sum", AGG_SUM, false},
                  {"mean", AGG_MEAN, false},
                  {"min", AGG_MIN, false},
                  {"max", AGG_MAX, false},
                  {"count", AGG_COUNT, true},
                  {"any", AGG_ANY, true},
                  {"all", AGG_ALL, true},
                  {"at_least", AGG_AT_LEAST, true},
                  {"multiply", AGG_MULTIPLY, false},
                  {"quantile", AGG_QUANTILE, false},
                  {"coverage", AGG_COVERAGE, false},
                  {"first", AGG_FIRST, false},
                  {"last", AGG_LAST, false}};

static bool below(const heng_program *p, rule_scope here, rule_scope target, unsigned depth)
{
    if (here.kind == target.kind)
        return target.level >= 0 &&
               (here.level < 0 || p->levels[target.level].rank > p->levels[here.level].rank);
    const rule_kind *kind = &p->kinds[target.kind];
    for (unsigned i = 0; i < kind->inside_count && depth < 8; i++) {
        rule_scope scope;
        if (!heng_rule__scope_find(p, kind->inside[i].text, &scope)) continue;
        if (scope.kind == here.kind || below(p, here, (rule_scope){scope.kind, -1}, depth + 1))
            return true;
    }
    return false;
}

static bool dim_of_periods(rule_formula *f, const heng_expr *e, heng_word word, heng_grain grain,
                           rule_dim *dim)
{
    heng_grain of = f->at_grain;
    if (e->over.of.text.length && !heng_grain_find(e->over.of.text, &of)) {
        heng_diagnose(f->c->diagnostics, "R202", e->over.of.at, "not a period",
                      "write year or plan", "%.*s is not a period of time",
                      HENG_PRINT(e->over.of.text));
        return false;
    }
    bool inside = grain < of && of >= f->at_grain;
    if (!inside || (e->over.so_far && grain != f->at_grain)) {
        heng_diagnose(f->c->diagnostics, "R409", word.at, "not finer",
                      "write the finer period, or say of what: `over quarter of year so far`",
                      "a %s here cannot be taken over each %s%s", heng_grain_name(of),
                      heng_grain_name(grain), e->over.so_far ? " so far" : "");
        return false;
    }
    *dim = (rule_dim){.kind = DIM_GRAIN, .grain = grain, .of = of, .so_far = e->over.so_far};
    return true;
}

static bool dim_of_list(rule_formula *f, rule_formula *inner, heng_word word, int list,
                        rule_dim *dim)
{
    if (inner->slot_count >= RULE_SLOTS_MAX) {
        heng_diagnose(f->c->diagnostics, "R309", word.at, "too many keys",
                      "give a part of it a name of its own", "more than %d keys in one formula",
                      RULE_SLOTS_MAX);
        return false;
    }
    f->c->program->lists[list].used = true;
    *dim = (rule_dim){.kind = DIM_LIST, .list = list, .slot = (int)inner->slot_count};
    inner->slots[inner->slot_count++] = (rule_binding){word.text, list};
    return true;
}

static bool add_dim(rule_formula *f, rule_formula *inner, const heng_expr *e, heng_word word,
                    rule_over *over)
{
    heng_program *p = f->c->program;
    rule_dim *dim = &over->dims[over->dim_count];
    heng_grain grain;
    rule_scope scope;
    int list = heng_rule__list_find(f->c, f->file, word.text);
    over->dim_count++;
    if (list >= 0) return dim_of_list(f, inner, word, list, dim);
    if (heng_grain_find(word.text, &grain)) {
        inner->grain = inner->at_grain = grain;
        return dim_of_periods(f, e, word, grain, dim);
    }
    if (heng_rule__scope_find(p, word.text, &scope) && below(p, f->at_scope, scope, 0)) {
        inner->scope = inner->at_scope = scope;
        *dim = (rule_dim){.kind = DIM_SCOPE, .scope = scope};
        return true;
    }
    heng_diagnose(f->c->diagnostics, "R410", word.at, "over what?",
                  "write a list, a level or kind below this one, or a finer period",
                  "%.*s is neither a list, nor below %.*s, nor a period", HENG_PRINT(word.text),
                  HENG_PRINT(heng_rule__scope_name(p, f->at_scope)));
    return false;
}

static bool goes_back_in(const rule_chain *chain)
{
    bool back = false;
    for (unsigned i = 0; i < chain->count; i++) {
        rule_move_kind kind = chain->moves[i].kind;
        if (kind == MOVE_PREVIOUS || kind == MOVE_LAST_YEAR || kind == MOVE_BASE) back = true;
        if (kind == MOVE_GRAIN || kind == MOVE_FIXED) back = false;
    }
    return back;
}

/* The formula inside, at the members of the aggregate. */
static bool open_inner(rule_formula *f, const heng_expr *e, rule_over *over, rule_formula *inner)
{
    *inner = *f;
    inner->code = heng_rule__alloc(f->c, 1, sizeof *inner->code);
    if (!inner->code) return false;
    inner->scope = f->at_scope;
    inner->grain = f->at_grain;
    inner->nest = f->nest + 1;
    over->outer_slots = f->slot_count;
    if (inner->nest >= RULE_NEST_MAX) {
        heng_diagnose(f->c->diagnostics, "R309", e->at, "too deep",
                      "give a part of it a name of its own",
                      "more than %d aggregates inside each other", RULE_NEST_MAX);
        return false;
    }
    for (unsigned i = 0; i < e->over.name_count; i++)
        if (!add_dim(f, inner, e, e->over.names[i], over)) return false;
    inner->earlier = f->earlier || (goes_back_in(&f->outer) && !f->spreads);
    for (unsigned i = 0; i < over->dim_count; i++) {
        const rule_dim *dim = &over->dims[i];
        if (dim->kind != DIM_GRAIN) continue;
        inner->timeless = true;
        if (!dim->so_far || dim->grain != f->grain) inner->spreads = true;
    }
    if (f->outer.count) inner->timeless = true;
    inner->outer = (rule_chain){.from = inner->grain, .to = inner->grain};
    return heng_rule__chain(inner, &inner->outer) >= 0;
}

static bool unbound_unit(rule_formula *f, const heng_expr *e, const rule_over *over,
                         const rule_type *type)
{
    for (unsigned i = 0; i < over->dim_count; i++) {
        if (over->dims[i].kind != DIM_LIST || type->kind != RULE_NUMBER) continue;
        const rule_list *list = &f->c->program->lists[over->dims[i].list];
        if ((!list->has_units && !list->substance) || !heng_rule__unit_has(&type->unit, list->base))
            continue;
        heng_diagnose(f->c->diagnostics, "R315", e->at, "units differ from key to key",
                      "multiply by a factor with the same key first",
                      "%.*s over %.*s would mix the units of its members", HENG_PRINT(e->word.text),
                      HENG_PRINT(list->info.name));
        return true;
    }
    return false;
}

static bool walk_body(rule_formula *inner, const heng_expr *e, const heng_expr *body,
                      rule_over *over, bool conditions, rule_type *out)
{
    rule_type type;
    if (!heng_rule__walk(inner, body, NULL, out)) return false;
    bool any_type = over->aggregate == AGG_COVERAGE || over->aggregate == AGG_FIRST ||
                    over->aggregate == AGG_LAST;
    if (!any_type &&
        !heng_rule__expect(inner, out, conditions ? RULE_YES_NO : RULE_NUMBER, body->at,
                           conditions ? "what is counted" : "what is aggregated"))
        return false;
    if (over->aggregate == AGG_MULTIPLY) {
        if (!heng_rule__to_plain(inner, out, body->at, "what is multiplied")) return false;
        *out = heng_rule__number_type();
    }
    if (e->over.where) {
        over->has_where = true;
        if (!heng_rule__walk(inner, e->over.where, NULL, &type) ||
            !heng_rule__expect(inner, &type, RULE_YES_NO, e->over.where->at,
                               "what follows `where`"))
            return false;
    }
    if (e->right) {
        over->has_weight = true;
        if (!heng_rule__walk(inner, e->right, NULL, &type) ||
            !heng_rule__expect(inner, &type, RULE_NUMBER, e->right->at, "a weight"))
            return false;
    }
    return true;
}

static void type_of_aggregate(rule_aggregate aggregate, rule_type *type)
{
    if (aggregate == AGG_COUNT || aggregate == AGG_COVERAGE) *type = heng_rule__number_type();
    if (aggregate == AGG_ANY || aggregate == AGG_ALL || aggregate == AGG_AT_LEAST)
        *type = heng_rule__yes_no_type();
}

/* sum(...) less power_twice */
static bool walk_less(rule_formula *f, const heng_expr *e, const rule_type *total)
{
    for (unsigned i = 0; i < e->over.less_count; i++) {
        rule_type overlap;
        heng_word word = e->over.less[i];
        if (!heng_rule__walk_name(f, word, &overlap) ||
            !heng_rule__expect(f, &overlap, RULE_NUMBER, word.at, "what follows `less`") ||
            !heng_rule__meet(f, &overlap, total, word.at, "subtract", word.text) ||
            !heng_rule__emit(f, OP_LESS, 0, 0, 0, 0, word.at))
            return false;
    }
    return true;
}

/* ---- what would be counted twice --------------------------------------------------------------------- */

/* A sum over all levels of a kind holds the lower ones, and again those in whom they lie. */
static bool check_levels(rule_formula *f, const heng_expr *e, const rule_over *over)
{
    const heng_program *p = f->c->program;
    if (over->aggregate != AGG_SUM || e->over.where || e->over.less_count) return true;
    for (unsigned i = 0; i < over->dim_count; i++) {
        const rule_dim *dim = &over->dims[i];
        if (dim->kind != DIM_SCOPE || dim->scope.level >= 0) continue;
        const rule_kind *kind = &p->kinds[dim->scope.kind];
        if (kind->level_count < 2) continue;
        char remedy[300];
        snprintf(remedy, sizeof remedy,
                 "sum over one level, such as %.*s, or name what they share behind `less`",
                 HENG_PRINT(p->levels[kind->first_level + kind->level_count - 1].name));
        heng_diagnose(f->c->diagnostics, "R412", e->over.names[i].at, "counted twice", remedy,
                      "a sum over every %.*s counts each one again in those above it",
                      HENG_PRINT(kind->name));
        return false;
    }
    return true;
}

/* sum(NAME over SCOPE), and nothing behind it: the name and the members. */
static bool is_plain_sum(const rule_formula *f, const heng_expr *e, heng_str *name,
                         rule_scope *scope)
{
    if (e->kind != HENG_EXPR_CALL || !heng_str_is(e->word.text, "sum") || e->over.name_count != 1 ||
        e->over.where || e->over.less_count || !e->items)
        return false;
    *name = heng_rule__plain_name(e->items);
    return name->length && heng_rule__scope_find(f->c->program, e->over.names[0].text, scope);
}

bool heng_rule__check_added_sums(rule_formula *f, const heng_expr *left, const heng_expr *right)
{
    const heng_program *p = f->c->program;
    heng_str one, other;
    rule_scope a, b;
    if (left->kind == HENG_EXPR_ADD)
        return heng_rule__check_added_sums(f, left->left, right) &&
               heng_rule__check_added_sums(f, left->right, right);
    if (!is_plain_sum(f, left, &one, &a) || !is_plain_sum(f, right, &other, &b) ||
        !heng_str_equal(one, other))
        return true;
    bool nested = below(p, a, b, 0) || below(p, b, a, 0);
    if (!nested) return true;
    heng_diagnose(f->c->diagnostics, "R412", right->at, "counted twice",
                  "leave one out, or name what they share behind `less`",
                  "%.*s of each %.*s lies in that of each %.*s, and both are added",
                  HENG_PRINT(one), HENG_PRINT(heng_rule__scope_name(p, below(p, a, b, 0) ? b : a)),
                  HENG_PRINT(heng_rule__scope_name(p, below(p, a, b, 0) ? a : b)));
    return false;
}

static bool walk_aggregate(rule_formula *f, const heng_expr *e, rule_aggregate aggregate,
                           bool conditions, rule_type *out)
{
    rule_formula inner;
    rule_over over = {.aggregate = aggregate};
    rule_type limit;
    bool outer = aggregate == AGG_AT_LEAST || aggregate == AGG_QUANTILE;
    if (!e->over.name_count)
        return wrong_count(f, e, "`over` a list, a level below, or a finer period");
    if (count_items(e) != (outer ? 2u : 1u))
        return wrong_count(f, e, outer ? "a limit and what it is compared with" : "one value");
    if (outer && (!heng_rule__walk(f, e->items, NULL, &limit) ||
                  !heng_rule__to_plain(f, &limit, e->items->at, "the limit")))
        return false;
    over.outer_count = outer;
    if (!open_inner(f, e, &over, &inner) || !check_levels(f, e, &over) ||
        !walk_body(&inner, e, outer ? e->items->next : e->items, &over, conditions, out))
        return false;
    if (aggregate != AGG_COVERAGE && unbound_unit(f, e, &over, out)) return false;
    over.tolerance = out->kind == RULE_NUMBER ? 1e-12 / heng_ratio_value(out->unit.scale) : 0;
    type_of_aggregate(aggregate, out);
    over.body = inner.code;
    over.chain = heng_rule__chain(f, &f->outer);
    rule_code *code = f->code;
    if (over.chain < 0 ||
        !heng_rule__push_room(f->c, &code->overs, code->over_count, &code->over_room, sizeof over))
        return false;
    code->overs[code->over_count] = over;
    return heng_rule__emit_popping(f, OP_OVER, over.outer_count, (int)code->over_count++, e->at) &&
           walk_less(f, e, out);
}

bool heng_rule__walk_call(rule_formula *f, const heng_expr *e, rule_type *out)
{
    heng_str name = e->word.text;
    bool over = e->over.name_count > 0;
    if (!over && heng_str_is(name, "min")) return walk_least(f, e, OP_MIN, out);
    if (!over && heng_str_is(name, "max")) return walk_least(f, e, OP_MAX, out);
    if (heng_str_is(name, "abs")) return walk_one(f, e, OP_ABS, false, out);
    if (heng_str_is(name, "exp")) return walk_one(f, e, OP_EXP, true, out);
    if (heng_str_is(name, "ln")) return walk_one(f, e, OP_LN, true, out);
    if (heng_str_is(name, "round")) return walk_round(f, e, out);
    if (heng_str_is(name, "known")) return walk_known(f, e, out);
    if (heng_str_is(name, "elapsed") || heng_str_is(name, "length"))
        return walk_count_of_periods(f, e, out);
    rule_nearest near = {.wanted = name};
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++) {
        if (heng_str_is(name, aggregates[i].name))
            return walk_aggregate(f, e, aggregates[i].aggregate, aggregates[i].conditions, out);
        heng_rule__nearest_offer(&near, heng_str_from(aggregates[i].name));
    }
    char remedy[200] = "see the manual, section Functions";
    if (near.best.length)
        snprintf(remedy, sizeof remedy, "did you mean %.*s?", HENG_PRINT(near.best));
    heng_diagnose(f->c->diagnostics, "R313", e->word.at, "unknown", remedy,
                  "there is no function %.*s", HENG_PRINT(name));
    return false;
}
