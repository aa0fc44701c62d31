/* Formulas: operators, literals, choices, and the walk over all rules.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/formula.h"

#include <assert.h>
#include <stdio.h>
#include <math.h>

static const struct {
    int pops, pushes;
} effects[OP_COUNT] = {
#define OP(name, pops, pushes, units, meaning, sql) [OP_##name] = {pops, pushes},
#include "core/rule/opcode.h"
};

rule_type heng_rule__number_type(void)
{
    return (rule_type){.kind = RULE_NUMBER, .unit = heng_unit_one(), .list = -1, .scope = {-1, -1}};
}

rule_type heng_rule__yes_no_type(void)
{
    return (rule_type){.kind = RULE_YES_NO, .unit = heng_unit_one(), .list = -1, .scope = {-1, -1}};
}

heng_str heng_rule__plain_name(const heng_expr *e)
{
    if (e->kind != HENG_EXPR_PATH || e->path.count != 1) return (heng_str){0};
    return e->path.parts[0].text;
}

/* ---- writing steps -------------------------------------------------------------------------------- */

static bool push_step(rule_formula *f, rule_step step, unsigned pops, unsigned pushes)
{
    rule_code *code = f->code;
    if (!heng_rule__push_room(f->c, &code->steps, code->step_count, &code->step_room, sizeof step))
        return false;
    code->steps[code->step_count++] = step;
    assert(code->depth >= pops);
    code->depth += pushes - pops;
    if (code->depth > code->depth_max) code->depth_max = code->depth;
    if (code->depth_max < RULE_STACK_MAX) return true;
    heng_diagnose(f->c->diagnostics, "R309", step.at, "too deep",
                  "give a part of it a name of its own", "the formula is nested too deeply");
    return false;
}

bool heng_rule__emit(rule_formula *f, rule_opcode op, int a, int b, double x, double y,
                     heng_locus at)
{
    assert(effects[op].pops >= 0);
    return push_step(f, (rule_step){op, a, b, x, y, at}, (unsigned)effects[op].pops,
                     (unsigned)effects[op].pushes);
}

bool heng_rule__emit_popping(rule_formula *f, rule_opcode op, unsigned pops, int a, heng_locus at)
{
    return push_step(f, (rule_step){.op = op, .a = a, .at = at}, pops, 1);
}

static bool chains_equal(const rule_chain *a, const rule_chain *b)
{
    if (a->count != b->count) return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->moves[i].kind != b->moves[i].kind || a->moves[i].value != b->moves[i].value ||
            !heng_rule__scope_equal(a->moves[i].scope, b->moves[i].scope))
            return false;
    return true;
}

int heng_rule__chain(rule_formula *f, const rule_chain *chain)
{
    rule_code *code = f->code;
    for (size_t i = 0; i < code->chain_count; i++)
        if (chains_equal(&code->chains[i], chain)) return (int)i;
    if (!heng_rule__push_room(f->c, &code->chains, code->chain_count, &code->chain_room,
                              sizeof *code->chains))
        return -1;
    code->chains[code->chain_count] = *chain;
    return (int)code->chain_count++;
}

/* ---- units meeting -------------------------------------------------------------------------------- */

static bool emit_ratio(rule_formula *f, heng_ratio ratio, heng_locus at)
{
    if (ratio.numerator == ratio.denominator) return true;
    return heng_rule__emit(f, OP_CONVERT, 0, 0, (double)ratio.numerator, (double)ratio.denominator,
                           at);
}

static bool unit_failed(rule_formula *f, const heng_error *why, heng_locus at)
{
    if (why->status == HENG_NO_MEMORY) {
        *f->c->err = *why;
        f->c->status = why->status;
        return false;
    }
    heng_rule__unit_fault(f->c, "R310", at, "too large", why, "use a unit of a more usual size");
    return false;
}

static void report_meeting(rule_formula *f, const rule_type *from, const rule_type *to,
                           heng_locus at, const char *verb, heng_str from_name)
{
    rule_advice advice = heng_rule__advise(f->c, from, to, from_name);
    heng_str found = heng_rule__unit_text(f->c, from), wanted = heng_rule__unit_text(f->c, to);
    char caret[120], remedy[300];
    snprintf(caret, sizeof caret, "%.*s", HENG_PRINT(advice.caret));
    snprintf(remedy, sizeof remedy, "%.*s", HENG_PRINT(advice.remedy));
    if (heng_rule__coal_and_power(f->c, &from->unit, &to->unit)) {
        heng_unit tce = heng_unit_one();
        heng_error why;
        (void)heng_unit_parse(f->c->program->units, HENG_STR("tce"), &tce, &why);
        bool coal = heng_unit_converts(&from->unit, &tce);
        heng_diagnose(f->c->diagnostics, "R303", at, caret, remedy,
                      "%.*s is %s, what it meets is %s",
                      HENG_PRINT(from_name.length ? from_name : found),
                      coal ? "coal equivalent" : "electricity or heat",
                      coal ? "electricity or heat" : "coal equivalent");
        return;
    }
    heng_diagnose(f->c->diagnostics, "R303", at, caret, remedy, "cannot %s %.*s and %.*s", verb,
                  HENG_PRINT(wanted), HENG_PRINT(found));
}

bool heng_rule__meet(rule_formula *f, const rule_type *from, const rule_type *to, heng_locus at,
                     const char *verb, heng_str from_name)
{
    if (from->kind != RULE_NUMBER || to->kind != RULE_NUMBER) return true;
    heng_ratio ratio;
    heng_error why = {0};
    heng_status status = heng_unit_factor_between(&from->unit, &to->unit, &ratio, &why);
    if (status == HENG_OK) return emit_ratio(f, ratio, at);
    if (status != HENG_REFUSED) return unit_failed(f, &why, at);
    report_meeting(f, from, to, at, verb, from_name);
    return false;
}

bool heng_rule__to_plain(rule_formula *f, const rule_type *from, heng_locus at, const char *what)
{
    if (from->kind == RULE_ANY) return true;
    if (!heng_rule__expect(f, from, RULE_NUMBER, at, what)) return false;
    if (heng_unit_is_number(&from->unit)) return emit_ratio(f, from->unit.scale, at);
    heng_diagnose(f->c->diagnostics, "R304", at, "has a unit",
                  "divide it by a quantity of the same unit first",
                  "%s must be a plain number, but this is %.*s", what,
                  HENG_PRINT(heng_rule__unit_text(f->c, from)));
    return false;
}

static const char *const kind_names[] = {[RULE_ANY] = "unknown",
                                         [RULE_NUMBER] = "a number",
                                         [RULE_WORD] = "a word of a list",
                                         [RULE_YES_NO] = "yes or no",
                                         [RULE_ENTITY] = "a member of a kind"};

bool heng_rule__expect(rule_formula *f, const rule_type *found, rule_type_kind wanted,
                       heng_locus at, const char *what)
{
    if (found->kind == wanted || found->kind == RULE_ANY) return true;
    heng_diagnose(f->c->diagnostics, "R305", at, kind_names[found->kind],
                  wanted == RULE_YES_NO ? "write a condition, such as x > 0"
                                        : "check what this name stands for",
                  "%s must be %s, but this is %s", what, kind_names[wanted],
                  kind_names[found->kind]);
    return false;
}

/* ---- literals ------------------------------------------------------------------------------------- */

static bool walk_number(rule_formula *f, const heng_expr *e, rule_type *out)
{
    *out = heng_rule__number_type();
    out->text = e->unit.text;
    if (e->unit.text.length && !heng_rule__resolve_unit(f->c, e->unit, &out->unit)) return false;
    return heng_rule__emit(f, OP_NUMBER, 0, 0, e->number, 0, e->at);
}

/* ---- arithmetic ----------------------------------------------------------------------------------- */

static bool walk_sum(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type right;
    const char *verb = e->kind == HENG_EXPR_ADD ? "add" : "subtract";
    if (!heng_rule__walk(f, e->left, NULL, out) ||
        !heng_rule__expect(f, out, RULE_NUMBER, e->left->at, "what is added"))
        return false;
    if (!heng_rule__walk(f, e->right, NULL, &right) ||
        !heng_rule__expect(f, &right, RULE_NUMBER, e->right->at, "what is added"))
        return false;
    heng_locus at = e->operator_at.length ? e->operator_at : e->at;
    if (!heng_rule__meet(f, &right, out, at, verb, heng_rule__plain_name(e->right))) return false;
    if (out->kind == RULE_ANY) *out = right;
    if (e->kind == HENG_EXPR_ADD && !heng_rule__check_added_sums(f, e->left, e->right))
        return false;
    return heng_rule__emit(f, e->kind == HENG_EXPR_ADD ? OP_ADD : OP_SUBTRACT, 0, 0, 0, 0, e->at);
}

static bool walk_product(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type left, right;
    bool divide = e->kind == HENG_EXPR_DIVIDE;
    if (!heng_rule__walk(f, e->left, NULL, &left) ||
        !heng_rule__expect(f, &left, RULE_NUMBER, e->left->at, "a factor") ||
        !heng_rule__walk(f, e->right, NULL, &right) ||
        !heng_rule__expect(f, &right, RULE_NUMBER, e->right->at, "a factor"))
        return false;
    *out = heng_rule__number_type();
    heng_error why = {0};
    heng_status status = divide ? heng_unit_divide(&left.unit, &right.unit, &out->unit, &why)
                                : heng_unit_multiply(&left.unit, &right.unit, &out->unit, &why);
    if (status) return unit_failed(f, &why, e->at);
    heng_unit one = heng_unit_one();
    if (heng_unit_equal(&right.unit, &one)) out->text = left.text;
    return heng_rule__emit(f, divide ? OP_DIVIDE : OP_MULTIPLY, 0, 0, 0, 0, e->at);
}

/* A whole number written as such; for powers of units. */
static bool whole_number(const heng_expr *e, int *out)
{
    bool negative = e->kind == HENG_EXPR_NEGATE;
    if (negative) e = e->left;
    if (e->kind != HENG_EXPR_NUMBER || e->unit.text.length || e->number != floor(e->number) ||
        e->number > 12)
        return false;
    *out = negative ? -(int)e->number : (int)e->number;
    return true;
}

static bool walk_power(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type left, right;
    int power;
    heng_error why = {0};
    if (!heng_rule__walk(f, e->left, NULL, &left) ||
        !heng_rule__expect(f, &left, RULE_NUMBER, e->left->at, "the base of a power"))
        return false;
    *out = heng_rule__number_type();
    bool whole = whole_number(e->right, &power);
    if (whole) {
        heng_status status = heng_unit_power(&left.unit, power, &out->unit, &why);
        if (status) return unit_failed(f, &why, e->at);
    } else if (!heng_rule__to_plain(f, &left, e->left->at, "the base of a power")) {
        return false;
    }
    if (!heng_rule__walk(f, e->right, NULL, &right) ||
        !heng_rule__to_plain(f, &right, e->right->at, "an exponent"))
        return false;
    return heng_rule__emit(f, OP_POWER, 0, 0, 0, 0, e->at);
}

static bool walk_negate(rule_formula *f, const heng_expr *e, rule_type *out)
{
    return heng_rule__walk(f, e->left, NULL, out) &&
           heng_rule__expect(f, out, RULE_NUMBER, e->left->at, "what is negated") &&
           heng_rule__emit(f, OP_NEGATE, 0, 0, 0, 0, e->at);
}

static bool walk_as(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type left;
    heng_ratio ratio;
    heng_error why = {0};
    if (!heng_rule__walk(f, e->left, NULL, &left) ||
        !heng_rule__expect(f, &left, RULE_NUMBER, e->left->at, "what stands before `as`"))
        return false;
    *out = heng_rule__number_type();
    out->text = e->unit.text;
    if (!heng_rule__resolve_unit(f->c, e->unit, &out->unit)) return false;
    heng_status status =
        heng_unit_recast(f->c->program->units, &left.unit, &out->unit, &ratio, &why);
    if (status == HENG_OK) return emit_ratio(f, ratio, e->at);
    if (status != HENG_REFUSED) return unit_failed(f, &why, e->at);
    rule_advice advice = heng_rule__advise(f->c, &left, out, heng_rule__plain_name(e->left));
    char caret[120], remedy[300];
    snprintf(caret, sizeof caret, "%.*s", HENG_PRINT(advice.caret));
    snprintf(remedy, sizeof remedy, "%.*s", HENG_PRINT(advice.remedy));
    heng_diagnose(f->c->diagnostics, "R306", e->unit.at, caret, remedy,
                  "%.*s is not %.*s by definition", HENG_PRINT(heng_rule__unit_text(f->c, &left)),
                  HENG_PRINT(e->unit.text));
    return false;
}

/* ---- conditions ----------------------------------------------------------------------------------- */

/* period >= 2016 */
static bool walk_period(rule_formula *f, const heng_expr *e, rule_type *out)
{
    heng_error why;
    heng_period period;
    if (e->right->kind != HENG_EXPR_DATE) {
        heng_diagnose(f->c->diagnostics, "R402", e->right->at, "no date",
                      "write a date, for example period >= 2016",
                      "a period can only be compared with a date");
        return false;
    }
    heng_status parsed = heng_period_parse(e->right->word.text, &period, &why);
    assert(parsed == HENG_OK);
    *out = heng_rule__yes_no_type();
    heng_span span = heng_period_span(period);
    int chain = heng_rule__chain(f, &f->outer);
    return chain >= 0 && heng_rule__emit(f, OP_PERIOD_IS, chain, (int)e->compare, span.first_month,
                                         span.last_month, e->at);
}

static int add_text(rule_formula *f, heng_str text)
{
    heng_program *p = f->c->program;
    for (size_t i = 0; i < p->text_count; i++)
        if (heng_str_equal(p->texts[i], text)) return (int)i;
    if (!heng_rule__push_room(f->c, &p->texts, p->text_count, &p->text_room, sizeof *p->texts))
        return -1;
    p->texts[p->text_count] = text;
    return (int)p->text_count++;
}

static bool only_same(rule_formula *f, const heng_expr *e)
{
    if (e->compare == HENG_EQ || e->compare == HENG_NE_SIGN) return true;
    heng_diagnose(f->c->diagnostics, "R307", e->operator_at, "words have no order",
                  "use = or !=", "words are the same or not; neither is greater");
    return false;
}

/* province = ZJ */
static bool walk_entity_is(rule_formula *f, const heng_expr *e, rule_scope scope, rule_type *out)
{
    heng_str code = heng_rule__plain_name(e->right);
    if (!code.length || !only_same(f, e)) {
        if (!code.length)
            heng_diagnose(f->c->diagnostics, "R307", e->right->at, "not a code",
                          "write the code of a member, such as ZJ",
                          "%.*s can only be compared with the code of a member",
                          HENG_PRINT(heng_rule__scope_name(f->c->program, scope)));
        return false;
    }
    rule_chain chain = f->outer;
    if (chain.count >= RULE_MOVES_MAX) return false;
    chain.moves[chain.count++] = (rule_move){MOVE_SCOPE, 0, scope};
    int at = heng_rule__chain(f, &chain), text = add_text(f, code);
    if (at < 0 || text < 0) return false;
    *out = heng_rule__yes_no_type();
    if (!heng_rule__emit(f, OP_ENTITY_IS, at, text, 0, 0, e->at)) return false;
    return e->compare == HENG_EQ || heng_rule__emit(f, OP_NOT, 0, 0, 0, 0, e->at);
}

/* "a number", "a word of the list light" */
static heng_str kind_in_words(rule_formula *f, const rule_type *type)
{
    if (type->kind != RULE_WORD) return heng_str_from(kind_names[type->kind]);
    return heng_rule__join(f->c, HENG_STR("a word of the list "), "",
                           f->c->program->lists[type->list].info.name);
}

static bool compare_words(rule_formula *f, const heng_expr *e, const rule_type *a,
                          const rule_type *b)
{
    if (!only_same(f, e)) return false;
    bool same = a->kind == b->kind && (a->kind != RULE_WORD || a->list == b->list);
    if (!same && a->kind != RULE_ANY && b->kind != RULE_ANY) {
        heng_diagnose(f->c->diagnostics, "R307", e->operator_at, "not of one list",
                      "compare a word with a word of the same list", "%.*s is compared with %.*s",
                      HENG_PRINT(kind_in_words(f, a)), HENG_PRINT(kind_in_words(f, b)));
        return false;
    }
    return heng_rule__emit(f, OP_SAME_WORD, e->compare == HENG_NE_SIGN, 0, 0, 0, e->at);
}

static bool compare_numbers(rule_formula *f, const heng_expr *e, const rule_type *a,
                            const rule_type *b)
{
    if (!heng_rule__meet(f, b, a, e->operator_at, "compare", heng_rule__plain_name(e->right)))
        return false;
    double tolerance = 1e-12 / heng_ratio_value(a->unit.scale);
    return heng_rule__emit(f, OP_COMPARE, (int)e->compare, 0, tolerance, 0, e->at);
}

static bool walk_compare(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type left, right;
    rule_scope scope;
    heng_str name = heng_rule__plain_name(e->left);
    if (e->left->kind == HENG_EXPR_PERIOD) return walk_period(f, e, out);
    bool bare = name.length && !heng_rule__means_something(f, e->left);
    if (bare && heng_rule__scope_find(f->c->program, name, &scope))
        return walk_entity_is(f, e, scope, out);
    if (bare) { /* a word of the list that the other side is of */
        if (!heng_rule__walk(f, e->right, NULL, &right) ||
            !heng_rule__walk(f, e->left, &right, &left))
            return false;
    } else if (!heng_rule__walk(f, e->left, NULL, &left) ||
               !heng_rule__walk(f, e->right, &left, &right)) {
        return false;
    }
    *out = heng_rule__yes_no_type();
    bool numbers = (left.kind == RULE_NUMBER || left.kind == RULE_ANY) &&
                   (right.kind == RULE_NUMBER || right.kind == RULE_ANY);
    return numbers ? compare_numbers(f, e, &left, &right) : compare_words(f, e, &left, &right);
}

static bool walk_logic(rule_formula *f, const heng_expr *e, rule_type *out)
{
    rule_type side;
    *out = heng_rule__yes_no_type();
    if (!heng_rule__walk(f, e->left, NULL, &side) ||
        !heng_rule__expect(f, &side, RULE_YES_NO, e->left->at, "a condition"))
        return false;
    if (e->kind == HENG_EXPR_NOT) return heng_rule__emit(f, OP_NOT, 0, 0, 0, 0, e->at);
    if (!heng_rule__walk(f, e->right, NULL, &side) ||
        !heng_rule__expect(f, &side, RULE_YES_NO, e->right->at, "a condition"))
        return false;
    return heng_rule__emit(f, e->kind == HENG_EXPR_AND ? OP_AND : OP_OR, 0, 0, 0, 0, e->at);
}

/* ---- else and choice ------------------------------------------------------------------------------ */

/* Brings a second value to the type of the first. */
static bool unify(rule_formula *f, rule_type *first, const rule_type *second, const heng_expr *e)
{
    if (first->kind == RULE_ANY) {
        *first = *second;
        return true;
    }
    if (second->kind == RULE_ANY) return true;
    bool same =
        first->kind == second->kind && (first->kind != RULE_WORD || first->list == second->list);
    if (same)
        return heng_rule__meet(f, second, first, e->at, "give both", heng_rule__plain_name(e));
    heng_diagnose(f->c->diagnostics, "R305", e->at, kind_names[second->kind],
                  "let all arms give the same kind of answer", "one arm gives %s, this one %s",
                  kind_names[first->kind], kind_names[second->kind]);
    return false;
}

static bool walk_else(rule_formula *f, const heng_expr *e, const rule_type *want, rule_type *out)
{
    rule_type right;
    return heng_rule__walk(f, e->left, want, out) && heng_rule__walk(f, e->right, want, &right) &&
           unify(f, out, &right, e->right) && heng_rule__emit(f, OP_ELSE, 0, 0, 0, 0, e->at);
}

static bool walk_arms(rule_formula *f, const heng_expr *arm, const rule_type *want, rule_type *out)
{
    rule_type condition, rest;
    assert(arm); /* the parser refuses a choice without otherwise */
    if (!arm->right) return heng_rule__walk(f, arm->left, want, out);
    if (!heng_rule__walk(f, arm->right, NULL, &condition) ||
        !heng_rule__expect(f, &condition, RULE_YES_NO, arm->right->at, "what follows `when`") ||
        !heng_rule__walk(f, arm->left, want, out) || !walk_arms(f, arm->next, want, &rest))
        return false;
    /* The rest lies on top, so that it is converted to the unit of this arm. */
    return unify(f, out, &rest, arm->next ? arm->next : arm) &&
           heng_rule__emit(f, OP_CHOOSE, 0, 0, 0, 0, arm->at);
}

bool heng_rule__walk(rule_formula *f, const heng_expr *e, const rule_type *want, rule_type *out)
{
    *out = (rule_type){.kind = RULE_ANY, .unit = heng_unit_one(), .list = -1, .scope = {-1, -1}};
    if (f->c->status != HENG_OK) return false;
    switch (e->kind) {
    case HENG_EXPR_NUMBER: return walk_number(f, e, out);
    case HENG_EXPR_YES:
    case HENG_EXPR_NO:
        *out = heng_rule__yes_no_type();
        return heng_rule__emit(f, OP_WORD, e->kind == HENG_EXPR_YES, 0, 0, 0, e->at);
    case HENG_EXPR_MISSING: return heng_rule__emit(f, OP_MISSING, 0, 0, 0, 0, e->at);
    case HENG_EXPR_PATH:
    case HENG_EXPR_INDEX:
    case HENG_EXPR_AT: return heng_rule__walk_point(f, e, want, out);
    case HENG_EXPR_CALL: return heng_rule__walk_call(f, e, out);
    case HENG_EXPR_NEGATE: return walk_negate(f, e, out);
    case HENG_EXPR_POWER: return walk_power(f, e, out);
    case HENG_EXPR_MULTIPLY:
    case HENG_EXPR_DIVIDE: return walk_product(f, e, out);
    case HENG_EXPR_ADD:
    case HENG_EXPR_SUBTRACT: return walk_sum(f, e, out);
    case HENG_EXPR_AS: return walk_as(f, e, out);
    case HENG_EXPR_COMPARE: return walk_compare(f, e, out);
    case HENG_EXPR_NOT:
    case HENG_EXPR_AND:
    case HENG_EXPR_OR: return walk_logic(f, e, out);
    case HENG_EXPR_ELSE: return walk_else(f, e, want, out);
    case HENG_EXPR_CHOICE: return walk_arms(f, e->items, want, out);
    case HENG_EXPR_PERIOD:
    case HENG_EXPR_DATE:
        heng_diagnose(f->c->diagnostics, "R402", e->at, "only in a comparison",
                      "write, for example, period >= 2016", "a period is not a value");
        return false;
    case HENG_EXPR_ARM:
    case HENG_EXPR_KIND_COUNT: break;
    }
    assert(0 && "the parser gives no other expression");
    return false;
}

/* ---- rules ---------------------------------------------------------------------------------------- */

static bool assign(rule_formula *f, const rule_quantity *q, const rule_type *found,
                   const heng_expr *e)
{
    heng_ratio ratio;
    heng_error why = {0};
    if (found->kind == RULE_ANY) return true;
    if (found->kind != q->type.kind || (found->kind == RULE_WORD && found->list != q->type.list)) {
        heng_diagnose(f->c->diagnostics, "R305", e->at, kind_names[found->kind],
                      "correct the formula or what is declared",
                      "the formula gives %s, but %.*s is declared as %s", kind_names[found->kind],
                      HENG_PRINT(q->name), kind_names[q->type.kind]);
        return false;
    }
    if (found->kind != RULE_NUMBER) return true;
    heng_status status = heng_unit_factor_between(&found->unit, &q->type.unit, &ratio, &why);
    if (status == HENG_OK) return emit_ratio(f, ratio, e->at);
    if (status != HENG_REFUSED) return unit_failed(f, &why, e->at);
    rule_advice advice = heng_rule__advise(f->c, found, &q->type, heng_rule__plain_name(e));
    char caret[120], remedy[300];
    snprintf(caret, sizeof caret, "%.*s", HENG_PRINT(advice.caret));
    snprintf(remedy, sizeof remedy, "%.*s", HENG_PRINT(advice.remedy));
    heng_diagnose(f->c->diagnostics, "R302", e->at, caret, remedy,
                  "the formula gives %.*s, but %.*s is declared in %.*s",
                  HENG_PRINT(heng_rule__unit_text(f->c, found)), HENG_PRINT(q->name),
                  HENG_PRINT(heng_rule__unit_text(f->c, &q->type)));
    return false;
}

/* Behind a formula with a condition of its own, and in a method that applies only sometimes. */
static bool guard(rule_formula *f, const rule_quantity *q, const heng_item *item, heng_locus at)
{
    rule_type condition;
    const heng_expr *own = item->kind == HENG_ITEM_RULE ? item->attributes.when : NULL;
    if (own && (!heng_rule__walk(f, own, NULL, &condition) ||
                !heng_rule__expect(f, &condition, RULE_YES_NO, own->at, "what follows `when`") ||
                !heng_rule__emit(f, OP_GUARD, 0, 0, 0, 0, own->at)))
        return false;
    int when = q->method < 0 ? -1 : f->c->program->methods[q->method].when;
    if (when < 0 || q->role == ROLE_WHEN) return true;
    rule_code *code = f->code;
    if (!heng_rule__push_room(f->c, &code->reads, code->read_count, &code->read_room,
                              sizeof *code->reads))
        return false;
    code->reads[code->read_count] = (rule_read){.quantity = when};
    rule_quantity *reader = &f->c->program->quantities[f->quantity];
    if (!heng_rule__push_room(f->c, &reader->edges, reader->edge_count, &reader->edge_room,
                              sizeof *reader->edges))
        return false;
    reader->edges[reader->edge_count++] = (rule_edge){when, EDGE_SAME, at};
    return heng_rule__emit_popping(f, OP_READ, 0, (int)code->read_count++, at) &&
           heng_rule__emit(f, OP_GUARD, 0, 0, 0, 0, at);
}

/* A check holds where its condition does not: yes otherwise. */
static bool walk_check(rule_formula *f, const heng_item *item, rule_type *out)
{
    rule_type condition;
    const heng_expr *when = item->attributes.when;
    if (when && (!heng_rule__walk(f, when, NULL, &condition) ||
                 !heng_rule__expect(f, &condition, RULE_YES_NO, when->at, "what follows `when`")))
        return false;
    if (!heng_rule__walk(f, item->formula, NULL, out)) return false;
    if (!when) return true;
    return heng_rule__emit(f, OP_WORD, 1, 0, 0, 0, when->at) &&
           heng_rule__emit(f, OP_CHOOSE, 0, 0, 0, 0, when->at);
}

static bool walk_version(rule_formula *f, rule_quantity *q, const heng_item *item, rule_type *out)
{
    const rule_type *want = q->type.kind == RULE_ANY ? NULL : &q->type;
    const heng_expr *formula = item->formula;
    bool walked;
    if (q->role == ROLE_CHECK)
        walked = walk_check(f, item, out);
    else if (q->role == ROLE_WHEN)
        walked = heng_rule__walk(f, formula = item->attributes.when, want, out);
    else
        walked = heng_rule__walk(f, formula, want, out);
    if (!walked) return false;
    q = &f->c->program->quantities[f->quantity];
    if (q->type.kind == RULE_ANY) q->type = *out;
    return assign(f, q, out, formula) && guard(f, q, item, formula->at);
}

static bool compile_version(rule_compiler *c, int quantity, size_t version)
{
    heng_program *p = c->program;
    rule_quantity *q = &p->quantities[quantity];
    rule_code *code = heng_rule__alloc(c, 1, sizeof *code);
    if (!code) return false;
    rule_formula f = {.c = c,
                      .code = code,
                      .quantity = quantity,
                      .method = q->method,
                      .file = q->versions[version].item->at.file,
                      .valid = q->versions[version].valid,
                      .scope = q->scope,
                      .at_scope = q->scope,
                      .grain = q->grain,
                      .at_grain = q->grain,
                      .slot_count = q->key_count,
                      .timeless = q->role == ROLE_CHECK};
    f.outer = (rule_chain){.from = q->grain, .to = q->grain};
    if (heng_rule__chain(&f, &f.outer) < 0) return false;
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0) return true; /* reported where the keys were read */
        f.slots[i] = (rule_binding){p->lists[q->keys[i].list].info.name, q->keys[i].list};
    }
    rule_type type;
    if (walk_version(&f, q, q->versions[version].item, &type))
        p->quantities[quantity].versions[version].code = code;
    return c->status == HENG_OK;
}

bool heng_rule__compile_quantity(rule_compiler *c, int quantity)
{
    heng_program *p = c->program;
    if (p->quantities[quantity].typing) return true;
    p->quantities[quantity].typing = 1;
    bool has_formula =
        p->quantities[quantity].role >= ROLE_RULE && p->quantities[quantity].general < 0;
    for (size_t i = 0; has_formula && i < p->quantities[quantity].version_count; i++)
        if (!compile_version(c, quantity, i)) return false;
    p->quantities[quantity].typing = 2;
    return true;
}

static void note_size(heng_program *p, const rule_code *code, unsigned nest)
{
    if (code->depth_max > p->depth_max) p->depth_max = code->depth_max;
    if (code->chain_count > p->chain_max) p->chain_max = (unsigned)code->chain_count;
    if (nest > p->nest_max) p->nest_max = nest;
    for (size_t i = 0; i < code->over_count; i++) note_size(p, code->overs[i].body, nest + 1);
}

bool heng_rule__compile_formulas(rule_compiler *c)
{
    heng_program *p = c->program;
    for (size_t i = 0; i < p->quantity_count; i++)
        if (!heng_rule__compile_quantity(c, (int)i)) return false;
    for (size_t i = 0; i < p->quantity_count; i++)
        for (size_t v = 0; v < p->quantities[i].version_count; v++)
            if (p->quantities[i].versions[v].code)
                note_size(p, p->quantities[i].versions[v].code, 0);
    return true;
}
