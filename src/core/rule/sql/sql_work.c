/* Work tables: the stack of a formula as columns.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>
#include <ctype.h>

/* A text longer than this becomes a column before it is used again. */
enum { EXPRESSION_MAX = 100, SELECT_MAX = 1 << 20 };

/* The first letter of a column says which part it holds. */
static const char part_letters[PART_COUNT + 1] = "vpohwxabcn";

/* ---- entries -------------------------------------------------------------------------------------- */

static bool is_plain(const sql_writer *w, heng_str text)
{
    return heng_str_equal(text, w->null) || heng_str_equal(text, w->zero) ||
           heng_str_equal(text, w->one);
}

sql_lane heng_rule__sql_constant(sql_writer *w, heng_str value)
{
    sql_lane lane = {
        {value, w->null, w->null, w->zero, w->zero, w->zero, w->one, w->one, w->one, w->zero}};
    return lane;
}

void heng_rule__sql_push(sql_work *k, sql_lane lane)
{
    assert(k->top < RULE_STACK_MAX);
    k->stack[k->top++] = lane;
}

heng_str heng_rule__sql_add(sql_writer *w, heng_str a, heng_str b)
{
    if (heng_str_equal(a, w->zero)) return b;
    if (heng_str_equal(b, w->zero)) return a;
    return heng_rule__sql(w, "($1 + $2)", a, b);
}

/* Of shares, which are never above one. */
heng_str heng_rule__sql_least(sql_writer *w, heng_str a, heng_str b)
{
    if (heng_str_equal(a, w->one) || heng_str_equal(a, b)) return b;
    if (heng_str_equal(b, w->one)) return a;
    if (heng_str_equal(a, w->zero) || heng_str_equal(b, w->zero)) return w->zero;
    return heng_rule__sql(w, "@least($1, $2)", a, b);
}

/* Of kinds of evidence, which are never below zero. */
heng_str heng_rule__sql_most(sql_writer *w, heng_str a, heng_str b)
{
    if (heng_str_equal(a, w->zero) || heng_str_equal(a, b)) return b;
    if (heng_str_equal(b, w->zero)) return a;
    return heng_rule__sql(w, "@most($1, $2)", a, b);
}

void heng_rule__sql_merge(sql_writer *w, sql_lane *p, const sql_lane *q)
{
    p->part[PART_HAVE] = heng_rule__sql_add(w, p->part[PART_HAVE], q->part[PART_HAVE]);
    p->part[PART_WANT] = heng_rule__sql_add(w, p->part[PART_WANT], q->part[PART_WANT]);
    p->part[PART_EVIDENCE] = heng_rule__sql_most(w, p->part[PART_EVIDENCE], q->part[PART_EVIDENCE]);
    for (int i = PART_MEASURED; i <= PART_DEFAULTED; i++)
        p->part[i] = heng_rule__sql_least(w, p->part[i], q->part[i]);
}

/* ---- tables --------------------------------------------------------------------------------------- */

void heng_rule__sql_open_work(sql_writer *w, const rule_code *code, heng_str table, bool inner,
                              unsigned slots, double ids, sql_work *out)
{
    *out = (sql_work){
        .w = w, .code = code, .table = table, .inner = inner, .slots = slots, .ids = ids};
    out->places = HENG_ARRAY(w->arena, code ? code->chain_count : 1, sql_place);
    if (!out->places) {
        if (!w->status)
            w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    out->places[0] = (sql_place){true, HENG_STR("e"), HENG_STR("t")};
}

/* One part into the list of columns, under a new name unless it is the same for every point. */
static void spill_part(sql_work *k, heng_text *columns, sql_lane *lane, int part)
{
    char prefix[2] = {part_letters[part], 0};
    if (is_plain(k->w, lane->part[part])) return;
    heng_str name = heng_rule__sql_fresh(k->w, prefix);
    heng_text_add(columns, HENG_STR(",\n  "));
    heng_text_add(columns, lane->part[part]);
    heng_text_add(columns, HENG_STR(" AS "));
    heng_text_add(columns, name);
    lane->part[part] = name;
}

void heng_rule__sql_spill_from(sql_work *k, heng_str from)
{
    sql_writer *w = k->w;
    heng_text columns;
    heng_text_init(&columns, w->arena, SELECT_MAX);
    heng_text_print(&columns, "SELECT id, %se, t", k->inner ? "pid, " : "");
    for (unsigned i = 0; i < k->slots; i++) heng_text_print(&columns, ", s%u", i);
    for (unsigned i = 0; i < k->carried_count; i++)
        heng_text_print(&columns, ", %.*s", HENG_PRINT(k->carried[i]));
    for (unsigned i = 0; i < k->top; i++)
        for (int part = 0; part < PART_COUNT; part++) spill_part(k, &columns, &k->stack[i], part);
    if (columns.failed && !w->status)
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
    if (w->status) return;
    heng_str table = heng_rule__sql_fresh(w, "w");
    heng_rule__sql_put_table(w, table,
                             heng_rule__sql(w, "$1\nFROM $2", heng_text_view(&columns), from));
    if (k->owned) heng_rule__sql_drop(w, k->table);
    k->table = table;
    k->owned = true;
}

static bool is_column(heng_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isalnum((unsigned char)text.at[i])) return false;
    return text.length > 0;
}

void heng_rule__sql_spill(sql_work *k)
{
    bool settled = true;
    for (unsigned i = 0; i < k->top && settled; i++)
        for (int part = 0; part < PART_COUNT && settled; part++)
            settled = is_plain(k->w, k->stack[i].part[part]) || is_column(k->stack[i].part[part]);
    if (!settled) heng_rule__sql_spill_from(k, k->table);
}

void heng_rule__sql_settle(sql_work *k, unsigned entries)
{
    for (unsigned i = k->top - entries; i < k->top; i++)
        for (int part = 0; part < PART_COUNT; part++)
            if (k->stack[i].part[part].length > EXPRESSION_MAX) {
                heng_rule__sql_spill(k);
                return;
            }
}

heng_str heng_rule__sql_left_join(sql_work *k, heng_str columns, heng_str right, heng_str on)
{
    return heng_rule__sql(k->w, "(SELECT *, $1 FROM $2) AS l\n  @left $3 AS r\n  ON $4", columns,
                          k->table, right, on);
}

/* ---- places --------------------------------------------------------------------------------------- */

/* To the member of a level above: a join with the links of that period. */
static heng_str go_up(sql_work *k, const rule_move *move, heng_str entity, heng_str period,
                      heng_grain grain)
{
    sql_writer *w = k->w;
    heng_str columns =
        heng_rule__sql(w, "$1 AS je, $2 AS jt", heng_rule__sql_to_integer(w, entity),
                       heng_rule__sql_to_integer(w, heng_rule__sql_clamped(w, period, grain)));
    size_t scope = move->scope.level < 0 ? (size_t)move->scope.kind
                                         : w->program->kind_count + (size_t)move->scope.level;
    heng_str right =
        heng_rule__sql(w,
                       "(SELECT entity AS re, period AS rt, target AS rv FROM heng_up "
                       "WHERE scope = $1 AND grain = $2)",
                       heng_rule__sql_integer(w, (int64_t)scope), heng_rule__sql_integer(w, grain));
    heng_str from = heng_rule__sql_left_join(k, columns, right, HENG_STR("je = re AND jt = rt"));
    heng_str name = heng_rule__sql_fresh(w, "u");
    if (k->carried_count == SQL_CARRIED_MAX) {
        if (!w->status)
            w->status = heng_fail(w->err, HENG_REFUSED, 0,
                                  "a formula looks up to more than %d members: give parts of it "
                                  "names of their own",
                                  SQL_CARRIED_MAX);
        return name;
    }
    k->carried[k->carried_count++] = heng_rule__sql(w, "COALESCE(rv, -1) AS $1", name);
    heng_rule__sql_spill_from(k, from);
    k->carried[k->carried_count - 1] = name;
    return name;
}

const sql_place *heng_rule__sql_place(sql_work *k, int chain)
{
    sql_writer *w = k->w;
    sql_place *place = &k->places[chain];
    if (place->ready || w->status) return place;
    const rule_chain *c = &k->code->chains[chain];
    heng_grain grain = c->from;
    *place = (sql_place){true, HENG_STR("e"), HENG_STR("t")};
    for (unsigned i = 0; i < c->count; i++) {
        const rule_move *move = &c->moves[i];
        if (move->kind == MOVE_KEY)
            place->entity = heng_rule__sql(w, "s$1", heng_rule__sql_integer(w, move->value));
        else if (move->kind == MOVE_SCOPE)
            place->entity = go_up(k, move, place->entity, place->period, grain);
        else
            place->period = heng_rule__sql_moved(w, place->period, grain, move);
        if (move->kind == MOVE_FIXED) grain = HENG_YEAR;
        if (move->kind == MOVE_GRAIN) grain = (heng_grain)move->value;
    }
    return place;
}

void heng_rule__sql_run(sql_work *k)
{
    for (size_t i = 0; i < k->code->step_count && !k->w->status; i++) {
        const rule_step *step = &k->code->steps[i];
        if (step->op == OP_READ)
            heng_rule__sql_read(k, step);
        else if (step->op == OP_OVER)
            heng_rule__sql_over(k, step);
        else
            heng_rule__sql_step(k, step);
    }
}
