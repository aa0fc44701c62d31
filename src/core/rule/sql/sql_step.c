/* Steps as expressions: what kernel.c does to blocks, on parts of entries.
 *
 * The value of a step is the SQL form of the opcode table where it has one; what is special to a step
 * is its other parts: which known part survives, whose gauges count.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>
#include <stdio.h>

static const char *const forms[OP_COUNT] = {
#define OP(name, pops, pushes, units, meaning, sql) [OP_##name] = sql,
#include "core/rule/opcode.h"
};

static bool is_null(const sql_writer *w, heng_str text)
{
    return heng_str_equal(text, w->null);
}

static heng_str in_brackets(sql_writer *w, heng_str text)
{
    return heng_rule__sql(w, "($1)", text);
}

/* ---- values with a known part ---------------------------------------------------------------------- */

/* ClickHouse 18.16 makes a malformed column of COALESCE(x, NULL), and falls over it later. */
static heng_str first_known(sql_writer *w, heng_str a, heng_str b)
{
    return is_null(w, a) ? b : is_null(w, b) ? a : heng_rule__sql(w, "COALESCE($1, $2)", a, b);
}

static heng_str known_sum(sql_writer *w, const sql_lane *p, const sql_lane *q)
{
    heng_str v = p->part[PART_VALUE], u = q->part[PART_VALUE];
    heng_str a = p->part[PART_KNOWN], b = q->part[PART_KNOWN];
    heng_str left = first_known(w, v, a), right = first_known(w, u, b);
    if (is_null(w, left)) return right;
    if (is_null(w, right)) return left;
    return heng_rule__sql(w,
                          "CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN NULL "
                          "WHEN $3 IS NULL THEN $4 WHEN $4 IS NULL THEN $3 ELSE $3 + $4 END",
                          v, u, left, right);
}

/* NULL itself where that is certain, so that first_known sees it. */
static heng_str where_known(sql_writer *w, heng_str known, const char *form, heng_str part)
{
    return is_null(w, known) || is_null(w, part) ? w->null : heng_rule__sql(w, form, known, part);
}

static void scale(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    static const char times[] = "($2 * $1)", kept[] = "CASE WHEN $1 IS NOT NULL THEN $2 END";
    heng_str v = p->part[PART_VALUE], u = q->part[PART_VALUE];
    p->part[PART_KNOWN] = first_known(w, where_known(w, u, times, p->part[PART_KNOWN]),
                                      where_known(w, v, times, q->part[PART_KNOWN]));
    p->part[PART_ELSEWHERE] = first_known(w, where_known(w, v, kept, q->part[PART_ELSEWHERE]),
                                          where_known(w, u, kept, p->part[PART_ELSEWHERE]));
}

static void forget(sql_writer *w, sql_lane *p)
{
    p->part[PART_KNOWN] = p->part[PART_ELSEWHERE] = w->null;
}

static void divide_parts(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    heng_str u = q->part[PART_VALUE];
    p->part[PART_KNOWN] =
        where_known(w, u, "($2 / CASE WHEN $1 <> 0 THEN $1 END)", p->part[PART_KNOWN]);
    p->part[PART_ELSEWHERE] =
        where_known(w, u, "CASE WHEN $1 <> 0 THEN $2 END", p->part[PART_ELSEWHERE]);
}

static heng_str converted(sql_writer *w, heng_str value, const rule_step *step)
{
    heng_str x = heng_rule__sql_number(w, step->x), y = heng_rule__sql_number(w, step->y);
    if (is_null(w, value)) return value;
    if (step->y == 1) return heng_rule__sql(w, "($1 * $2)", value, x);
    if (step->x == 1) return heng_rule__sql(w, "($1 / $2)", value, y);
    return heng_rule__sql(w, "($1 * $2 / $3)", value, x, y);
}

/* ---- comparing and rounding ------------------------------------------------------------------------- */

heng_str heng_rule__sql_equal(sql_writer *w, heng_str a, heng_str b, double tolerance)
{
    heng_str near = heng_rule__sql_number(w, HENG_SQL_ROUNDING);
    if (tolerance <= 0)
        return heng_rule__sql(w, "(abs($1 - $2) <= $3 * abs($1) OR abs($1 - $2) <= $3 * abs($2))",
                              a, b, near);
    return heng_rule__sql(
        w, "(abs($1 - $2) <= $4 OR abs($1 - $2) <= $3 * abs($1) OR abs($1 - $2) <= $3 * abs($2))",
        a, b, near, heng_rule__sql_number(w, tolerance));
}

static heng_str compared(sql_writer *w, const rule_step *step, heng_str a, heng_str b)
{
    heng_str equal = heng_rule__sql_equal(w, a, b, step->x);
    const char *form = NULL;
    switch ((heng_compare)step->a) {
    case HENG_EQ: form = "$3"; break;
    case HENG_NE_SIGN: form = "NOT $3"; break;
    case HENG_LT: form = "$1 < $2 AND NOT $3"; break;
    case HENG_LE: form = "$1 < $2 OR $3"; break;
    case HENG_GT: form = "$1 > $2 AND NOT $3"; break;
    case HENG_GE: form = "$1 > $2 OR $3"; break;
    }
    assert(form);
    heng_str yes = heng_rule__sql(w, form, a, b, equal);
    return heng_rule__sql(
        w, "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $3 THEN @1 ELSE @0 END", a, b, yes);
}

static void replace_value(sql_work *k, heng_str value)
{
    k->stack[k->top - 1].part[PART_VALUE] = value;
    heng_rule__sql_spill(k);
}

/* To even from the half, without a function, because databases differ in theirs. */
static heng_str to_even(sql_writer *w, heng_str x)
{
    return heng_rule__sql(w,
                          "CASE WHEN $1 - floor($1) > 0.5 THEN floor($1) + 1 "
                          "WHEN $1 - floor($1) < 0.5 THEN floor($1) "
                          "WHEN floor($1) = 2 * floor($1 / 2) THEN floor($1) "
                          "ELSE floor($1) + 1 END",
                          x);
}

/* Steps, then 12 significant digits, then the policy; each a column of its own, for each is used often. */
static void round_top(sql_work *k, heng_str p, heng_str q, int policy)
{
    sql_writer *w = k->w;
    sql_lane *top = &k->stack[k->top - 1];
    heng_rule__sql_push(k, heng_rule__sql_constant(w, q));
    k->stack[k->top - 2].part[PART_VALUE] =
        heng_rule__sql(w, "($1 / CASE WHEN $2 <> 0 THEN $2 END)", p, q);
    heng_rule__sql_spill(k);
    heng_text scale;
    heng_text_init(&scale, w->arena, 8192);
    heng_text_add(&scale, HENG_STR("CASE WHEN abs($1) >= 1e12 OR $1 = 0 THEN NULL"));
    for (int digits = 22; digits > 0; digits--)
        heng_text_print(&scale, " WHEN abs($1) * 1e%d < 1e12 THEN 1e%d", digits, digits);
    heng_text_add(&scale, HENG_STR(" ELSE 1e0 END"));
    heng_str form = heng_text_view(&scale);
    if (scale.failed) {
        if (!w->status)
            w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    heng_rule__sql_push(
        k, heng_rule__sql_constant(
               w, heng_rule__sql_to_real(w, heng_rule__sql(w, form.at, top->part[PART_VALUE]))));
    heng_rule__sql_spill(k);
    heng_str x = top->part[PART_VALUE], tens = k->stack[k->top - 1].part[PART_VALUE];
    k->top--;
    heng_rule__sql_push(k, heng_rule__sql_constant(w, heng_rule__sql(w, "$1 * $2", x, tens)));
    heng_rule__sql_push(k, heng_rule__sql_constant(w, tens));
    heng_rule__sql_spill(k);
    x = top->part[PART_VALUE];
    heng_str scaled = k->stack[k->top - 2].part[PART_VALUE];
    tens = k->stack[k->top - 1].part[PART_VALUE];
    k->top -= 2;
    top->part[PART_VALUE] = heng_rule__sql(w, "CASE WHEN $1 IS NULL THEN $2 ELSE ($3) / $1 END",
                                           tens, x, to_even(w, scaled));
    heng_rule__sql_spill(k);
    x = top->part[PART_VALUE];
    static const char *const policies[] = {
        "CASE WHEN $1 - floor($1) >= 0.5 THEN floor($1) + 1 ELSE floor($1) END", NULL, "ceil($1)",
        "floor($1)"};
    heng_str whole = policies[policy] ? heng_rule__sql(w, policies[policy], x) : to_even(w, x);
    q = k->stack[k->top - 1].part[PART_VALUE];
    k->top--;
    replace_value(k, heng_rule__sql(w, "($1) * $2", whole, q));
}

static heng_str powered(sql_writer *w, heng_str p, heng_str q)
{
    heng_str size = heng_rule__sql(w, "$2 * @ln(CASE WHEN $1 = 0 THEN @1 ELSE abs($1) END)", p, q);
    return heng_rule__sql(w,
                          "CASE WHEN $1 < 0 AND $2 <> floor($2) THEN NULL "
                          "WHEN $1 = 0 AND $2 < 0 THEN NULL WHEN $3 > 709.78 THEN NULL "
                          "WHEN $3 < -745 THEN @0 ELSE @power($1, $2) END",
                          p, q, size);
}

/* ---- conditions ------------------------------------------------------------------------------------- */

/* The lower share, of those that are known. */
static void merge_condition(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    heng_str v = p->part[PART_VALUE], u = q->part[PART_VALUE];
    p->part[PART_HAVE] = heng_rule__sql_add(w, p->part[PART_HAVE], q->part[PART_HAVE]);
    p->part[PART_WANT] = heng_rule__sql_add(w, p->part[PART_WANT], q->part[PART_WANT]);
    p->part[PART_EVIDENCE] = heng_rule__sql_most(w, p->part[PART_EVIDENCE], q->part[PART_EVIDENCE]);
    for (int i = PART_MEASURED; i <= PART_DEFAULTED; i++) {
        heng_str a = p->part[i], b = q->part[i];
        if (heng_str_equal(a, b)) continue;
        p->part[i] = heng_rule__sql(
            w, "CASE WHEN $1 IS NOT NULL AND ($2 IS NULL OR $3 < $4) THEN $3 ELSE $4 END", u, v, b,
            a);
    }
}

static void use_else(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    heng_str v = p->part[PART_VALUE], u = q->part[PART_VALUE];
    const char *form = "CASE WHEN $1 IS NOT NULL THEN $3 WHEN $2 IS NOT NULL THEN $4 ELSE $5 END";
    heng_str known_q = q->part[PART_KNOWN], else_q = q->part[PART_ELSEWHERE];
    sql_lane both = *p, old = *p;
    heng_rule__sql_merge(w, &both, q);
    for (int i = PART_HAVE; i <= PART_EVIDENCE; i++)
        if (!heng_str_equal(p->part[i], q->part[i]) || !heng_str_equal(both.part[i], p->part[i]))
            p->part[i] = heng_rule__sql(w, form, v, u, p->part[i], q->part[i], both.part[i]);
    for (int i = PART_MEASURED; i <= PART_DEFAULTED; i++) {
        heng_str taken = i == PART_DEFAULTED ? q->part[i] : w->zero;
        p->part[i] = heng_rule__sql(w, form, v, u, p->part[i], taken, p->part[i]);
    }
    if (!is_null(w, known_q)) p->part[PART_KNOWN] = first_known(w, old.part[PART_KNOWN], known_q);
    p->part[PART_ELSEWHERE] = else_q;
    if (!is_null(w, else_q) && !is_null(w, old.part[PART_KNOWN]))
        p->part[PART_ELSEWHERE] =
            heng_rule__sql(w, "CASE WHEN $1 IS NULL THEN $2 END", old.part[PART_KNOWN], else_q);
    for (int i = PART_KNOWN; i <= PART_ELSEWHERE; i++)
        if (!is_null(w, p->part[i]))
            p->part[i] = heng_rule__sql(w, "CASE WHEN $1 IS NULL AND $2 IS NULL THEN $3 END", v, u,
                                        p->part[i]);
    if (is_null(w, v) || is_null(w, u))
        p->part[PART_VALUE] = first_known(w, v, u);
    else
        p->part[PART_VALUE] = in_brackets(w, heng_rule__sql(w, forms[OP_ELSE], v, u));
}

static void choose(sql_writer *w, sql_lane *p, const sql_lane *q, const sql_lane *r)
{
    heng_str c = p->part[PART_VALUE];
    for (int i = PART_KNOWN; i <= PART_ELSEWHERE; i++) {
        bool neither = is_null(w, q->part[i]) && is_null(w, r->part[i]);
        p->part[i] =
            neither ? w->null : heng_rule__sql(w, forms[OP_CHOOSE], c, q->part[i], r->part[i]);
    }
    const char *form = "CASE WHEN $1 IS NULL THEN $2 WHEN $1 <> 0 THEN $3 ELSE $4 END";
    for (int i = PART_HAVE; i <= PART_DEFAULTED; i++) {
        heng_str mine = p->part[i], a = q->part[i], b = r->part[i];
        bool sum = i <= PART_WANT, most = i == PART_EVIDENCE;
        heng_str with_a = sum    ? heng_rule__sql_add(w, mine, a)
                          : most ? heng_rule__sql_most(w, mine, a)
                                 : heng_rule__sql_least(w, mine, a);
        heng_str with_b = sum    ? heng_rule__sql_add(w, mine, b)
                          : most ? heng_rule__sql_most(w, mine, b)
                                 : heng_rule__sql_least(w, mine, b);
        if (heng_str_equal(with_a, mine) && heng_str_equal(with_b, mine)) continue;
        p->part[i] = heng_rule__sql(w, form, c, mine, with_a, with_b);
    }
    p->part[PART_VALUE] =
        heng_rule__sql(w, forms[OP_CHOOSE], c, q->part[PART_VALUE], r->part[PART_VALUE]);
}

static void guard(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    heng_str u = q->part[PART_VALUE];
    for (int i = PART_VALUE; i <= PART_ELSEWHERE; i++)
        if (!is_null(w, p->part[i])) p->part[i] = heng_rule__sql(w, forms[OP_GUARD], p->part[i], u);
    heng_rule__sql_merge(w, p, q);
    /* The rule's own condition stands below that of its method. */
    heng_str own = p->part[PART_REPEALED];
    p->part[PART_REPEALED] =
        heng_str_equal(own, w->zero)
            ? heng_rule__sql(w, "CASE WHEN $1 = 0 THEN @1 ELSE @0 END", u)
            : heng_rule__sql(w, "CASE WHEN $1 = 0 THEN @1 WHEN $1 <> 0 THEN $2 ELSE @0 END", u,
                             own);
}

static void know(sql_writer *w, sql_lane *p)
{
    heng_str evidence = p->part[PART_EVIDENCE];
    *p = heng_rule__sql_constant(w, heng_rule__sql(w, forms[OP_KNOWN], p->part[PART_VALUE]));
    p->part[PART_EVIDENCE] = evidence;
}

/* ---- here ------------------------------------------------------------------------------------------- */

static heng_str period_is(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    const sql_place *place = heng_rule__sql_place(k, step->a);
    heng_grain grain = k->code->chains[step->a].to;
    heng_str first = heng_rule__sql_month(w, place->period, grain);
    heng_str last = heng_rule__sql(
        w, "$1 + $2", first, heng_rule__sql_integer(w, heng_grain_ratio(HENG_MONTH, grain) - 1));
    const char *form = NULL;
    switch ((heng_compare)step->b) {
    case HENG_EQ: form = "CASE WHEN $1 >= $3 AND $2 <= $4 THEN @1 ELSE @0 END"; break;
    case HENG_NE_SIGN: form = "CASE WHEN $1 >= $3 AND $2 <= $4 THEN @0 ELSE @1 END"; break;
    case HENG_LT: form = "CASE WHEN $2 < $3 THEN @1 ELSE @0 END"; break;
    case HENG_LE: form = "CASE WHEN $2 <= $4 THEN @1 ELSE @0 END"; break;
    case HENG_GT: form = "CASE WHEN $1 > $4 THEN @1 ELSE @0 END"; break;
    case HENG_GE: form = "CASE WHEN $1 >= $3 THEN @1 ELSE @0 END"; break;
    }
    assert(form);
    return heng_rule__sql(w, form, first, last, heng_rule__sql_integer(w, (int64_t)step->x),
                          heng_rule__sql_integer(w, (int64_t)step->y));
}

static heng_str entity_is(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    const sql_place *place = heng_rule__sql_place(k, step->a);
    return heng_rule__sql(
        w,
        "CASE WHEN $1 = (SELECT COALESCE(MAX(number), -2) FROM heng_entity WHERE code = $2) "
        "THEN @1 ELSE @0 END",
        place->entity, heng_rule__sql_quoted(w, w->program->texts[step->b]));
}

static heng_str here(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    switch (step->op) {
    case OP_NUMBER: return heng_rule__sql_number(w, step->x);
    case OP_WORD: return heng_rule__sql_number(w, step->a);
    case OP_MISSING: return w->null;
    case OP_SLOT:
        return heng_rule__sql_to_real(w,
                                      heng_rule__sql(w, "s$1", heng_rule__sql_integer(w, step->a)));
    case OP_ELAPSED: {
        const sql_place *place = heng_rule__sql_place(k, step->a);
        heng_grain grain = k->code->chains[step->a].to;
        heng_str since = heng_rule__sql_elapsed(w, place->period, grain, (heng_grain)step->b);
        return heng_rule__sql_to_real(w, heng_rule__sql(w, "$1 + 1", since));
    }
    case OP_PERIOD_IS: return period_is(k, step);
    case OP_ENTITY_IS: return entity_is(k, step);
    default: break;
    }
    rule_scope scope = w->program->lists[step->b].scope; /* OP_ENTITY */
    size_t id = scope.level < 0 ? (size_t)scope.kind : w->program->kind_count + (size_t)scope.level;
    return heng_rule__sql_to_real(
        w, heng_rule__sql(w,
                          "(SELECT COALESCE(MAX(entity), -1) FROM heng_member "
                          "WHERE scope = $1 AND code = $2)",
                          heng_rule__sql_integer(w, (int64_t)id),
                          heng_rule__sql_quoted(w, w->program->texts[step->a])));
}

/* ---- all ------------------------------------------------------------------------------------------ */

static void one_operand(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    sql_lane *p = &k->stack[k->top - 1];
    heng_str v = p->part[PART_VALUE];
    switch (step->op) {
    case OP_CONVERT:
        p->part[PART_VALUE] = converted(w, v, step);
        p->part[PART_KNOWN] = converted(w, p->part[PART_KNOWN], step);
        return;
    case OP_KNOWN: know(w, p); return;
    default: break;
    }
    forget(w, p);
    if (!is_null(w, v)) p->part[PART_VALUE] = in_brackets(w, heng_rule__sql(w, forms[step->op], v));
}

static void two_operands(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    sql_lane *p = &k->stack[k->top - 2];
    const sql_lane *q = &k->stack[k->top - 1];
    heng_str v = p->part[PART_VALUE], u = q->part[PART_VALUE];
    switch (step->op) {
    case OP_ELSE: use_else(w, p, q); return;
    case OP_GUARD: guard(w, p, q); return;
    case OP_AND:
    case OP_OR:
        merge_condition(w, p, q);
        forget(w, p);
        break;
    case OP_ADD:
        p->part[PART_KNOWN] = known_sum(w, p, q);
        p->part[PART_ELSEWHERE] = w->null;
        break;
    case OP_MULTIPLY: scale(w, p, q); break;
    case OP_DIVIDE: divide_parts(w, p, q); break;
    default: forget(w, p); break;
    }
    bool strict = step->op != OP_AND && step->op != OP_OR;
    if (strict) heng_rule__sql_merge(w, p, q);
    if (strict && (is_null(w, v) || is_null(w, u)))
        p->part[PART_VALUE] = w->null;
    else if (step->op == OP_COMPARE)
        p->part[PART_VALUE] = compared(w, step, v, u);
    else if (step->op == OP_SAME_WORD)
        p->part[PART_VALUE] =
            heng_rule__sql(w, "CASE WHEN $1 = $2 THEN $3 WHEN $1 <> $2 THEN $4 END", v, u,
                           step->a ? w->zero : w->one, step->a ? w->one : w->zero);
    else if (step->op == OP_POWER)
        p->part[PART_VALUE] = powered(w, v, u);
    else
        p->part[PART_VALUE] = in_brackets(w, heng_rule__sql(w, forms[step->op], v, u));
}

void heng_rule__sql_step(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    switch (step->op) {
    case OP_NUMBER:
    case OP_WORD:
    case OP_ENTITY:
    case OP_MISSING:
    case OP_SLOT:
    case OP_ELAPSED:
    case OP_PERIOD_IS:
    case OP_ENTITY_IS: heng_rule__sql_push(k, heng_rule__sql_constant(w, here(k, step))); return;
    case OP_CONVERT:
    case OP_NEGATE:
    case OP_ABS:
    case OP_EXP:
    case OP_LN:
    case OP_KNOWN:
    case OP_NOT:
        heng_rule__sql_settle(k, 1);
        one_operand(k, step);
        return;
    case OP_CHOOSE:
        heng_rule__sql_settle(k, 3);
        choose(w, &k->stack[k->top - 3], &k->stack[k->top - 2], &k->stack[k->top - 1]);
        k->top -= 2;
        return;
    case OP_ROUND: {
        heng_rule__sql_settle(k, 2);
        sql_lane *p = &k->stack[k->top - 2];
        heng_str v = p->part[PART_VALUE], u = k->stack[k->top - 1].part[PART_VALUE];
        heng_rule__sql_merge(w, p, &k->stack[k->top - 1]);
        forget(w, p);
        k->top--;
        round_top(k, v, u, step->a);
        return;
    }
    default: break;
    }
    heng_rule__sql_settle(k, 2);
    two_operands(k, step);
    k->top--;
}
