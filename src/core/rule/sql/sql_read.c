/* Reads: a join on who, when and keys; and the two joins behind a step or linear table.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>

enum { KEYS_TEXT_MAX = 1 << 16 };

static heng_str view(sql_writer *w, const heng_text *text)
{
    if (text->failed && !w->status)
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
    return text->failed ? HENG_STR("") : heng_text_view(text);
}

/* Keys of a column are those that are no number. */
static unsigned column_keys(const rule_quantity *q)
{
    return q->key_count - (q->number_key >= 0);
}

heng_str heng_rule__sql_result_table(sql_writer *w, int quantity)
{
    const rule_quantity *q = &w->program->quantities[quantity];
    heng_str number = heng_rule__sql_integer(w, quantity);
    if (!q->name.length) return heng_rule__sql(w, "q$1", number);
    return heng_rule__sql(w, q->role == ROLE_GENERAL ? "q$1_$2_in_general" : "q$1_$2", number,
                          q->name);
}

static bool is_fact(const rule_quantity *q)
{
    return q->role == ROLE_INPUT && !q->provider_count;
}

heng_str heng_rule__sql_source(sql_writer *w, int quantity, heng_grain grain, sql_source_kind *kind)
{
    const rule_quantity *q = &w->program->quantities[quantity];
    heng_text keys;
    heng_text_init(&keys, w->arena, KEYS_TEXT_MAX);
    for (unsigned i = 0; i < column_keys(q); i++) heng_text_print(&keys, ", k%u AS r%u", i, i);
    heng_str number = heng_rule__sql_integer(w, quantity);
    if (q->role == ROLE_TABLE) {
        *kind = SOURCE_CELLS;
        return heng_rule__sql(w,
                              "(SELECT quantity AS qq, entity AS re, period AS rt$1, value AS rv, "
                              "evidence AS rx FROM heng_cell WHERE quantity = $2 AND grain = $3)",
                              view(w, &keys), number, heng_rule__sql_integer(w, grain));
    }
    *kind = is_fact(q) ? SOURCE_FACTS : SOURCE_RESULTS;
    if (*kind == SOURCE_FACTS)
        return heng_rule__sql(w,
                              "(SELECT quantity AS qq, entity AS re, period AS rt$1, value AS rv, "
                              "elsewhere AS ro, evidence AS rx, measured AS ra, reported AS rb, "
                              "defaulted AS rc FROM heng_fact WHERE quantity = $2)",
                              view(w, &keys), number);
    return heng_rule__sql(w,
                          "(SELECT entity AS re, period AS rt$1, value AS rv, at_least AS rp, "
                          "elsewhere AS ro, state AS rn, have AS rh, want AS rw, evidence AS rx, "
                          "measured AS ra, reported AS rb, defaulted AS rc FROM $2)",
                          view(w, &keys), heng_rule__sql_result_table(w, quantity));
}

static heng_str or_zero(sql_writer *w, const char *column)
{
    return heng_rule__sql(w, "COALESCE($1, @0)", heng_str_from(column));
}

/* What a left join leaves: of a point that is not there, what the engine reads in its place. */
sql_lane heng_rule__sql_joined_lane(sql_writer *w, sql_source_kind kind, bool unheld,
                                    heng_str entity)
{
    sql_lane lane = heng_rule__sql_constant(w, HENG_STR("rv"));
    lane.part[PART_EVIDENCE] = or_zero(w, "rx");
    if (kind == SOURCE_CELLS) return lane;
    lane.part[PART_ELSEWHERE] = HENG_STR("ro");
    lane.part[PART_MEASURED] = or_zero(w, "ra");
    lane.part[PART_REPORTED] = or_zero(w, "rb");
    lane.part[PART_DEFAULTED] = or_zero(w, "rc");
    if (kind == SOURCE_FACTS) {
        lane.part[PART_HAVE] = heng_rule__sql(w, "CASE WHEN rv IS NULL THEN @0 ELSE @1 END");
        lane.part[PART_WANT] = w->one;
        return lane;
    }
    lane.part[PART_KNOWN] = HENG_STR("rp");
    lane.part[PART_HAVE] = or_zero(w, "rh");
    /* Of whom nothing is recorded, at least one fact is wanted: their numbers are odd. */
    lane.part[PART_WANT] =
        unheld ? heng_rule__sql(w,
                                "CASE WHEN rw IS NOT NULL THEN rw WHEN $1 > 0 AND $1 % 2 = 1 "
                                "THEN @1 ELSE @0 END",
                                entity)
               : or_zero(w, "rw");
    return lane;
}

double heng_rule__sql_radix(sql_writer *w, int list)
{
    const rule_list *l = &w->program->lists[list];
    if (l->scope.kind >= 0) return 2.0 * (double)w->shape->entity_count + 2;
    return (double)l->info.member_count;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static heng_str mapped(sql_writer *w, const rule_arg *arg, heng_str key)
{
    if (!arg->map) return key;
    int from_count = (int)w->program->lists[arg->from].info.member_count;
    heng_text text;
    heng_text_init(&text, w->arena, KEYS_TEXT_MAX);
    heng_text_print(&text, "CASE %.*s", HENG_PRINT(key));
    for (int i = 0; i < from_count; i++)
        heng_text_print(&text, " WHEN %d THEN %d", i, (int)arg->map[i]);
    heng_text_add(&text, HENG_STR(" ELSE -1 END"));
    return view(w, &text);
}

static heng_str key_of(sql_work *k, const rule_arg *arg, const sql_lane *computed)
{
    sql_writer *w = k->w;
    const heng_program *p = w->program;
    switch (arg->kind) {
    case ARG_MEMBER: return heng_rule__sql_integer(w, arg->value);
    case ARG_ENTITY: {
        rule_scope scope = p->lists[arg->list].scope;
        size_t id = scope.level < 0 ? (size_t)scope.kind : p->kind_count + (size_t)scope.level;
        return heng_rule__sql(w,
                              "(SELECT COALESCE(MAX(entity), -1) FROM heng_member "
                              "WHERE scope = $1 AND code = $2)",
                              heng_rule__sql_integer(w, (int64_t)id),
                              heng_rule__sql_quoted(w, p->texts[arg->value]));
    }
    case ARG_SLOT:
        return mapped(w, arg, heng_rule__sql(w, "s$1", heng_rule__sql_integer(w, arg->value)));
    case ARG_STACK: break;
    }
    heng_str key = heng_rule__sql_to_integer(
        w, heng_rule__sql(w, "COALESCE($1, -1)", computed->part[PART_VALUE]));
    return mapped(w, arg, key);
}

/* Columns je, jt, j0 ... of the point, and the pairs that meet; `number` is the lane of a number key. */
static void join_keys(sql_work *k, const rule_read *read, const sql_place *place,
                      const sql_lane *first, bool dated, heng_text *columns, heng_text *on,
                      const sql_lane **number)
{
    sql_writer *w = k->w;
    const rule_quantity *q = &w->program->quantities[read->quantity];
    const char *and = "";
    *number = NULL;
    if (q->role == ROLE_TABLE) { /* so that there is always something to join on */
        heng_str id = heng_rule__sql_to_integer(w, heng_rule__sql_integer(w, read->quantity));
        heng_text_print(columns, "%.*s AS jq", HENG_PRINT(id));
        heng_text_print(on, "jq = qq");
        and = " AND ";
    }
    if (q->scope.kind >= 0) {
        heng_str entity = heng_rule__sql_to_integer(w, place->entity);
        heng_text_print(columns, "%s%.*s AS je", *and? ", " : "", HENG_PRINT(entity));
        heng_text_print(on, "%sje = re", and);
        and = " AND ";
    }
    if (dated) {
        heng_str period = heng_rule__sql_to_integer(w, place->period);
        heng_text_print(columns, "%s%.*s AS jt", *and? ", " : "", HENG_PRINT(period));
        heng_text_print(on, "%sjt = rt", and);
        and = " AND ";
    }
    unsigned key = 0;
    for (unsigned i = 0; i < read->arg_count; i++) {
        const rule_arg *arg = &read->args[i];
        const sql_lane *computed = arg->kind == ARG_STACK ? first++ : NULL;
        if (arg->list < 0) {
            *number = computed;
            continue;
        }
        heng_str text = heng_rule__sql_to_integer(w, key_of(k, arg, computed));
        heng_text_print(columns, ", %.*s AS j%u", HENG_PRINT(text), key);
        heng_text_print(on, " AND j%u = r%u", key, key);
        key++;
    }
}

/* ---- step and linear tables ------------------------------------------------------------------------- */

static heng_str curve_keys(sql_writer *w, const rule_quantity *q)
{
    heng_text keys;
    heng_text_init(&keys, w->arena, KEYS_TEXT_MAX);
    for (unsigned i = 0; i < column_keys(q); i++) heng_text_print(&keys, ", k%u AS r%u", i, i);
    return view(w, &keys);
}

/* One row of the curve, found by its ordinal, joined to the points. */
static void join_row(sql_work *k, int quantity, unsigned ordinal)
{
    sql_writer *w = k->w;
    heng_str right = heng_rule__sql(
        w,
        "(SELECT ordinal AS ro, x AS rx, value AS rv, evidence AS re FROM heng_curve "
        "WHERE quantity = $1)",
        heng_rule__sql_integer(w, quantity));
    heng_str none = heng_rule__sql(w, "COALESCE($1, -1)", k->stack[ordinal].part[PART_VALUE]);
    heng_str columns = heng_rule__sql(w, "$1 AS jo", heng_rule__sql_to_integer(w, none));
    heng_str from = heng_rule__sql_left_join(k, columns, right, HENG_STR("jo = ro"));
    sql_lane row = heng_rule__sql_constant(w, HENG_STR("rv"));
    row.part[PART_KNOWN] = HENG_STR("rx");
    row.part[PART_EVIDENCE] = or_zero(w, "re");
    heng_rule__sql_push(k, row);
    heng_rule__sql_spill_from(k, from);
}

/* Of the rows that hold, the last at or below the key, and the first above it. */
static void find_rows(sql_work *k, const rule_read *read, const sql_place *place,
                      heng_text *columns, heng_text *on, heng_str here)
{
    sql_writer *w = k->w;
    const rule_quantity *q = &w->program->quantities[read->quantity];
    heng_grain grain = k->code->chains[read->chain].to;
    heng_str number = heng_rule__sql_integer(w, read->quantity);
    heng_str month = heng_rule__sql_month(w, place->period, grain);
    heng_str left = heng_rule__sql(w, "(SELECT id AS gid, $1 AS jx, $2 AS jm, $3 FROM $4)", here,
                                   heng_rule__sql_to_integer(w, month), view(w, columns), k->table);
    heng_str right = heng_rule__sql(
        w,
        "(SELECT quantity AS qq, entity AS re, ordinal AS ro, x AS rx, first_month AS r_first, "
        "last_month AS r_last$1 FROM heng_curve WHERE quantity = $2)",
        curve_keys(w, q), number);
    heng_str holds =
        heng_rule__sql(w, "r_first <= jm AND jm + $1 <= r_last",
                       heng_rule__sql_integer(w, heng_grain_ratio(HENG_MONTH, grain) - 1));
    heng_str low = heng_rule__sql(w, "(rx <= jx OR $1)",
                                  heng_rule__sql_equal(w, HENG_STR("rx"), HENG_STR("jx"), 1e-12));
    heng_str table = heng_rule__sql_fresh(w, "c");
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(w,
                       "SELECT gid,\n  MAX(CASE WHEN $1 AND $2 THEN ro END) AS g_low,\n"
                       "  MIN(CASE WHEN $1 AND NOT $2 THEN ro END) AS g_high\n"
                       "FROM $3 AS l\n  @join $4 AS r\n  ON $5\nGROUP BY gid",
                       holds, low, left, right, view(w, on)));
    heng_str joined = heng_rule__sql(w, "$1 AS l\n  @left $2 AS r\n  ON id = gid", k->table, table);
    heng_rule__sql_push(k, heng_rule__sql_constant(w, HENG_STR("g_low")));
    heng_rule__sql_push(k, heng_rule__sql_constant(w, HENG_STR("g_high")));
    heng_rule__sql_spill_from(k, joined);
    heng_rule__sql_drop(w, table);
}

static sql_lane curve_lane(sql_writer *w, const rule_quantity *q, heng_str here,
                           const sql_lane *low, const sql_lane *high)
{
    heng_str lo = low->part[PART_VALUE], hi = high->part[PART_VALUE];
    heng_str lx = low->part[PART_KNOWN], hx = high->part[PART_KNOWN];
    heng_str on_row = heng_rule__sql_equal(w, lx, here, 1e-12);
    const char *between = q->step ? "1 = 0" : "$1 IS NOT NULL AND $2 IS NOT NULL AND NOT $3";
    heng_str inside = heng_rule__sql(w, between, lx, hx, on_row);
    heng_str behind = q->step || q->flat ? heng_rule__sql(w, "$1 IS NOT NULL", lx)
                                         : heng_rule__sql(w, "$1 IS NOT NULL AND $2", lx, on_row);
    heng_str before =
        q->flat ? heng_rule__sql(w, "$1 IS NULL AND $2 IS NOT NULL", lx, hx) : HENG_STR("1 = 0");
    heng_str share =
        heng_rule__sql(w, "($1 - $2) / CASE WHEN $3 <> $2 THEN $3 - $2 END", here, lx, hx);
    sql_lane lane = heng_rule__sql_constant(
        w, heng_rule__sql(w,
                          "CASE WHEN $1 IS NULL THEN NULL WHEN $2 THEN $5 + ($6 - $5) * ($7) "
                          "WHEN $3 THEN $6 WHEN $4 THEN $5 END",
                          here, inside, before, behind, lo, hi, share));
    lane.part[PART_EVIDENCE] = heng_rule__sql(
        w,
        "CASE WHEN $1 IS NULL THEN @0 WHEN $2 THEN $7 WHEN $3 THEN $6 WHEN $4 THEN $5 ELSE @0 END",
        here, inside, before, behind, low->part[PART_EVIDENCE], high->part[PART_EVIDENCE],
        heng_rule__sql_most(w, low->part[PART_EVIDENCE], high->part[PART_EVIDENCE]));
    return lane;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static void merge_keys(sql_work *k, unsigned first, unsigned count, sql_lane lane)
{
    for (unsigned i = 0; i < count; i++) heng_rule__sql_merge(k->w, &lane, &k->stack[first + i]);
    k->top = first;
    heng_rule__sql_push(k, lane);
}

static void read_curve(sql_work *k, const rule_read *read, const sql_place *place, unsigned first)
{
    sql_writer *w = k->w;
    const rule_quantity *q = &w->program->quantities[read->quantity];
    heng_text columns, on;
    const sql_lane *number;
    heng_rule__sql_spill(k);
    heng_text_init(&columns, w->arena, KEYS_TEXT_MAX);
    heng_text_init(&on, w->arena, KEYS_TEXT_MAX);
    join_keys(k, read, place, &k->stack[first], false, &columns, &on, &number);
    assert(number);
    unsigned at = (unsigned)(number - k->stack), keys_end = k->top;
    find_rows(k, read, place, &columns, &on, number->part[PART_VALUE]);
    join_row(k, read->quantity, keys_end);
    join_row(k, read->quantity, keys_end + 1);
    if (w->status) return;
    sql_lane lane = curve_lane(w, q, k->stack[at].part[PART_VALUE], &k->stack[keys_end + 2],
                               &k->stack[keys_end + 3]);
    k->top = keys_end;
    merge_keys(k, first, read->stack_count, lane);
    heng_rule__sql_spill(k);
}

void heng_rule__sql_read(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    const rule_read *read = &k->code->reads[step->a];
    const rule_quantity *q = &w->program->quantities[read->quantity];
    heng_rule__sql_settle(k, read->stack_count);
    const sql_place *place = heng_rule__sql_place(k, read->chain);
    heng_grain grain = k->code->chains[read->chain].to;
    unsigned first = k->top - read->stack_count;
    if (w->status) return;
    if (q->number_key >= 0) {
        read_curve(k, read, place, first);
        return;
    }
    heng_text columns, on;
    const sql_lane *number;
    sql_source_kind kind;
    heng_text_init(&columns, w->arena, KEYS_TEXT_MAX);
    heng_text_init(&on, w->arena, KEYS_TEXT_MAX);
    join_keys(k, read, place, &k->stack[first], q->role != ROLE_TABLE || q->dated, &columns, &on,
              &number);
    heng_str right = heng_rule__sql_source(w, read->quantity, grain, &kind);
    heng_str from = heng_rule__sql_left_join(k, view(w, &columns), right, view(w, &on));
    merge_keys(k, first, read->stack_count,
               heng_rule__sql_joined_lane(w, kind, q->needs_facts, place->entity));
    heng_rule__sql_spill_from(k, from);
}
