/* Aggregates: the members of each point as an inner work table, grouped by the point's id.
 *
 * Members come from a cross join with the periods inside, a join with the links of a period, and a cross
 * join with each list, one statement each. What is three-valued in the engine is counts here: how many
 * members are kept, how many of them are known.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>

enum { SELECT_MAX = 1 << 16 };

/* Ids are 63 bits. */
static const double IDS_MAX = 9.0e18;

static heng_str integer(sql_writer *w, int64_t value)
{
    return heng_rule__sql_integer(w, value);
}

static heng_str view(sql_writer *w, const heng_text *text)
{
    if (text->failed && !w->status)
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
    return text->failed ? HENG_STR("") : heng_text_view(text);
}

/* ---- members -------------------------------------------------------------------------------------- */

/* The inner points under way: columns pid, id, e, t and slots, the slots so far written out. */
typedef struct sql_members {
    sql_writer *w;
    heng_str table;
    bool owned;
    double ids;
    heng_text slots;
} sql_members;

/* The next table of members: what was there (bid, be, bt and slots), joined with `right`. */
static void next_members(sql_members *m, const char *id_form, heng_str id_a, heng_str id_b,
                         heng_str e, heng_str t, const char *join, heng_str right, heng_str where)
{
    sql_writer *w = m->w;
    heng_str id = heng_rule__sql(w, id_form, id_a, id_b);
    heng_str table = heng_rule__sql_fresh(w, "m");
    heng_str slots = view(w, &m->slots);
    heng_str left =
        heng_rule__sql(w, "(SELECT pid, id AS bid, e AS be, t AS bt$1 FROM $2)", slots, m->table);
    heng_str select =
        heng_rule__sql(w, "SELECT pid, $1 AS id, $2 AS e, $3 AS t$4", id, e, t, slots);
    heng_rule__sql_put_table(w, table,
                             heng_rule__sql(w, "$1\nFROM $2 AS l\n  $3 $4 AS r$5", select, left,
                                            heng_str_from(join), right, where));
    if (m->owned) heng_rule__sql_drop(w, m->table);
    m->table = table;
    m->owned = true;
}

static void over_periods(sql_members *m, const rule_dim *dim, heng_grain here)
{
    sql_writer *w = m->w;
    heng_grain around = dim->of > here ? dim->of : here;
    int ratio = heng_grain_ratio(dim->grain, around);
    heng_str first = heng_rule__sql_first(w, heng_rule__sql_within(w, HENG_STR("bt"), here, around),
                                          around, dim->grain);
    heng_str period = heng_rule__sql(w, "$1 + n", first);
    heng_str right =
        heng_rule__sql(w, "(SELECT n FROM heng_number WHERE n < $1)", integer(w, ratio));
    heng_str where = dim->so_far ? heng_rule__sql(w, "\nWHERE $1 <= bt", period) : HENG_STR("");
    m->ids *= ratio;
    next_members(m, "bid * $1 + n", integer(w, ratio), w->null, HENG_STR("be"), period,
                 "CROSS JOIN", right, where);
}

static void over_members(sql_members *m, const rule_dim *dim, heng_grain grain)
{
    sql_writer *w = m->w;
    const heng_program *p = w->program;
    size_t scope =
        dim->scope.level < 0 ? (size_t)dim->scope.kind : p->kind_count + (size_t)dim->scope.level;
    double radix = 2.0 * (double)w->shape->entity_count + 2;
    heng_str right =
        heng_rule__sql(w,
                       "(SELECT entity AS re, period AS rt, member AS rm FROM heng_down "
                       "WHERE scope = $1 AND grain = $2)",
                       integer(w, (int64_t)scope), integer(w, grain));
    /* The clamped period is a column of its own, so that the join is an equality. */
    heng_str slots = view(w, &m->slots);
    heng_str clamped =
        heng_rule__sql_to_integer(w, heng_rule__sql_clamped(w, HENG_STR("t"), grain));
    heng_str table = heng_rule__sql_fresh(w, "m");
    heng_str left =
        heng_rule__sql(w, "(SELECT pid, id AS bid, e AS be, t AS bt, $1 AS jt$2 FROM $3)", clamped,
                       slots, m->table);
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(w,
                       "SELECT pid, bid * $1 + rm AS id, rm AS e, bt AS t$2\nFROM $3 AS l\n"
                       "  @join $4 AS r\n  ON be = re AND jt = rt",
                       integer(w, (int64_t)radix), slots, left, right));
    if (m->owned) heng_rule__sql_drop(w, m->table);
    m->table = table;
    m->owned = true;
    m->ids *= radix;
}

static void over_list(sql_members *m, const rule_dim *dim)
{
    sql_writer *w = m->w;
    double radix = heng_rule__sql_radix(w, dim->list);
    heng_str right = heng_rule__sql(w, "(SELECT member AS rm FROM heng_key WHERE list = $1)",
                                    integer(w, dim->list));
    heng_str slots = view(w, &m->slots);
    heng_str table = heng_rule__sql_fresh(w, "m");
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(w,
                       "SELECT pid, bid * $1 + rm AS id, be AS e, bt AS t$2, rm AS s$3\n"
                       "FROM (SELECT pid, id AS bid, e AS be, t AS bt$2 FROM $4) AS l\n"
                       "  CROSS JOIN $5 AS r",
                       integer(w, (int64_t)radix), slots, integer(w, dim->slot), m->table, right));
    heng_text_print(&m->slots, ", s%d", dim->slot);
    (void)view(w, &m->slots);
    if (m->owned) heng_rule__sql_drop(w, m->table);
    m->table = table;
    m->owned = true;
    m->ids *= radix;
}

static void gather(sql_work *k, const rule_over *over, sql_members *m)
{
    sql_writer *w = k->w;
    const sql_place *place = heng_rule__sql_place(k, over->chain);
    heng_grain grain = k->code->chains[over->chain].to;
    *m = (sql_members){.w = w, .ids = k->ids};
    heng_text_init(&m->slots, w->arena, SELECT_MAX);
    for (unsigned i = 0; i < over->outer_slots; i++) heng_text_print(&m->slots, ", s%u", i);
    heng_str slots = view(w, &m->slots);
    heng_str source = heng_rule__sql(w, "SELECT id AS pid, id AS bid, $1 AS be, $2 AS bt$3 FROM $4",
                                     place->entity, place->period, slots, k->table);
    m->table = heng_rule__sql_fresh(w, "m");
    m->owned = true;
    heng_rule__sql_put_table(
        w, m->table,
        heng_rule__sql(w, "SELECT pid, bid AS id, be AS e, bt AS t$1\nFROM ($2) AS l", slots,
                       source));
    for (unsigned d = 0; d < over->dim_count; d++)
        if (over->dims[d].kind == DIM_GRAIN) {
            over_periods(m, &over->dims[d], grain);
            grain = over->dims[d].grain;
        }
    for (unsigned d = 0; d < over->dim_count; d++)
        if (over->dims[d].kind == DIM_SCOPE) over_members(m, &over->dims[d], grain);
    for (unsigned d = 0; d < over->dim_count; d++)
        if (over->dims[d].kind == DIM_LIST) over_list(m, &over->dims[d]);
    if (m->ids > IDS_MAX && !w->status)
        w->status = heng_fail(w->err, HENG_TOO_LARGE, 0,
                              "%.*s: the members inside each other cannot be numbered in 63 bits: "
                              "give a part of the formula a name of its own",
                              HENG_PRINT(w->comment));
}

/* ---- what is known of each member ------------------------------------------------------------------- */

/* What is included elsewhere is zero here if that member is inside the same sum. A member is written with
 * its list; a sum over a sub-list includes those that it names. */
static heng_str included(sql_writer *w, const rule_over *over, heng_str elsewhere)
{
    const heng_program *p = w->program;
    heng_text text;
    heng_text_init(&text, w->arena, SELECT_MAX);
    const char * or = "";
    for (unsigned d = 0; d < over->dim_count; d++) {
        if (over->dims[d].kind != DIM_LIST) continue;
        int sub = over->dims[d].list, slot = over->dims[d].slot;
        if (p->lists[sub].scope.kind >= 0) {
            heng_str first = heng_rule__sql_number(w, sub * HENG_SQL_LIST);
            heng_str behind = heng_rule__sql_number(w, (sub + 1) * HENG_SQL_LIST);
            heng_str own = heng_rule__sql(w, "$1 >= $2 AND $1 < $3 AND $1 <> $2 + s$4", elsewhere,
                                          first, behind, integer(w, slot));
            heng_text_print(&text, "%s(%.*s)", or, HENG_PRINT(own));
            or = " OR ";
            continue;
        }
        for (int list = sub; list >= 0; list = p->lists[list].parent)
            for (size_t m = 0; m < p->lists[sub].info.member_count; m++) {
                int32_t above = (int32_t)m;
                for (int at = sub; at != list; at = p->lists[at].parent)
                    above = p->lists[at].in_parent[above];
                heng_str named = heng_rule__sql_number(w, list * HENG_SQL_LIST + above);
                heng_text_print(&text, "%s(%.*s = %.*s AND s%d <> %zu)", or, HENG_PRINT(elsewhere),
                                HENG_PRINT(named), slot, m);
                or = " OR ";
            }
    }
    return view(w, &text);
}

/* The columns that are grouped: kept, kv (known value), kp (known part), kw (weight) and gauges. */
static heng_str judge(sql_work *inner, const rule_over *over)
{
    sql_writer *w = inner->w;
    sql_lane body = inner->stack[0], all = body, asked = heng_rule__sql_constant(w, w->null);
    heng_str counted = HENG_STR("1 = 1"), kept = HENG_STR("1"), value = body.part[PART_VALUE];
    heng_str weight = w->one;
    if (over->has_where) {
        asked = inner->stack[1];
        kept = heng_rule__sql(w, "CASE WHEN $1 = 0 THEN 0 ELSE 1 END", asked.part[PART_VALUE]);
        counted = heng_rule__sql(w, "$1 <> 0", asked.part[PART_VALUE]);
    }
    if (over->has_weight) {
        sql_lane *lane = &inner->stack[1 + over->has_where];
        weight = lane->part[PART_VALUE];
        heng_rule__sql_merge(w, &all, lane);
        counted = heng_rule__sql(w, "$1 AND $2 IS NOT NULL", counted, weight);
    }
    heng_str elsewhere = body.part[PART_ELSEWHERE];
    if (!heng_rule__sql_is(elsewhere, w->null) && over->aggregate == AGG_SUM && !over->has_where) {
        heng_str in = included(w, over, elsewhere);
        if (in.length)
            value =
                heng_rule__sql(w, "CASE WHEN $1 IS NULL AND ($2) THEN @0 ELSE $1 END", value, in);
    }
    heng_str have = all.part[PART_HAVE], want = all.part[PART_WANT],
             evidence = all.part[PART_EVIDENCE];
    if (over->has_where) {
        have = heng_rule__sql(w, "CASE WHEN $1 = 0 THEN $2 ELSE $2 + $3 END",
                              asked.part[PART_VALUE], asked.part[PART_HAVE], have);
        want = heng_rule__sql(w, "CASE WHEN $1 = 0 THEN $2 ELSE $2 + $3 END",
                              asked.part[PART_VALUE], asked.part[PART_WANT], want);
        evidence = heng_rule__sql(w, "CASE WHEN $1 = 0 THEN $2 ELSE @most($2, $3) END",
                                  asked.part[PART_VALUE], asked.part[PART_EVIDENCE], evidence);
    }
    heng_str first =
        heng_rule__sql(w,
                       "SELECT pid, id, $1 AS kept, CASE WHEN $2 THEN $3 END AS kv, "
                       "CASE WHEN $2 THEN $4 END AS kp, $5 AS kw,\n  $6 AS kh, $7 AS kn, $8 AS kx",
                       kept, counted, value, body.part[PART_KNOWN], weight, have, want, evidence);
    for (int i = PART_MEASURED; i <= PART_DEFAULTED; i++)
        all.part[i] = heng_rule__sql_least(w, all.part[i], asked.part[i]);
    heng_str select = heng_rule__sql(w, "$1,\n  $2 AS ka, $3 AS kb, $4 AS kc\nFROM $5", first,
                                     all.part[PART_MEASURED], all.part[PART_REPORTED],
                                     all.part[PART_DEFAULTED], inner->table);
    heng_str table = heng_rule__sql_fresh(w, "k");
    heng_rule__sql_put_table(w, table, select);
    return table;
}

/* ---- groups --------------------------------------------------------------------------------------- */

static const char *const group_columns =
    "SELECT pid AS gid, COUNT(kv) AS g_known, SUM(kept) - COUNT(kv) AS g_unknown,\n"
    "  COUNT(kp) AS g_parts, COALESCE(SUM(CASE WHEN kv IS NULL THEN kp END), @0) AS g_part,\n"
    "  COALESCE(SUM(kv), @0) AS g_sum, COALESCE(SUM(abs(kv)), @0) AS g_size,\n"
    "  SUM(CASE WHEN kv <> 0 THEN 1 ELSE 0 END) AS g_yes,\n"
    "  SUM(CASE WHEN kv = 0 THEN 1 ELSE 0 END) AS g_no,\n"
    "  SUM(kh) AS g_have, SUM(kn) AS g_want, MAX(kx) AS g_evidence,\n"
    "  MIN(CASE WHEN kv IS NOT NULL THEN ka ELSE @1 END) AS g_measured,\n"
    "  MIN(CASE WHEN kv IS NOT NULL THEN kb ELSE @1 END) AS g_reported,\n"
    "  MIN(CASE WHEN kv IS NOT NULL THEN kc ELSE @1 END) AS g_defaulted";

/* What this aggregate needs besides. */
static const char *const special_columns[AGG_KIND_COUNT] = {
    [AGG_SUM] = ",\n  COALESCE(SUM(abs(kv) * ka), @0) AS g_a, "
                "COALESCE(SUM(abs(kv) * kb), @0) AS g_b, COALESCE(SUM(abs(kv) * kc), @0) AS g_c",
    [AGG_MEAN] = ",\n  COALESCE(SUM(kv * kw), @0) AS g_weighed, "
                 "COALESCE(SUM(CASE WHEN kv IS NOT NULL THEN kw END), @0) AS g_weight",
    [AGG_MIN] = ",\n  MIN(kv) AS g_least",
    [AGG_MAX] = ",\n  MAX(kv) AS g_most",
    [AGG_MULTIPLY] =
        ",\n  SUM(CASE WHEN kv < 0 THEN 1 ELSE 0 END) % 2 AS g_minus,\n  COALESCE(SUM(@ln("
        "CASE WHEN kv = 0 THEN NULL ELSE abs(kv) END)), @0) AS g_log",
    [AGG_FIRST] = ",\n  MIN(CASE WHEN kv IS NOT NULL THEN id END) AS g_id",
    [AGG_LAST] = ",\n  MAX(CASE WHEN kv IS NOT NULL THEN id END) AS g_id",
};

static heng_str group(sql_writer *w, const rule_over *over, heng_str members)
{
    const char *special = special_columns[over->aggregate];
    heng_str table = heng_rule__sql_fresh(w, "g");
    heng_str columns = heng_rule__sql(w, group_columns);
    heng_str more = special ? heng_rule__sql(w, special) : HENG_STR("");
    heng_rule__sql_put_table(
        w, table, heng_rule__sql(w, "$1$2\nFROM $3\nGROUP BY pid", columns, more, members));
    return table;
}

/* Held up to each member, the equal ones before it by weight, then by id; and the total. */
static heng_str shares_held(sql_writer *w, heng_str members)
{
    heng_str table = heng_rule__sql_fresh(w, "h");
    heng_str one = heng_rule__sql(
        w, "(SELECT pid AS ap, id AS ai, kv AS av, kw AS aw FROM $1 WHERE kv IS NOT NULL)",
        members);
    heng_str other = heng_rule__sql(
        w, "(SELECT pid AS bp, id AS bi, kv AS bv, kw AS bw FROM $1 WHERE kv IS NOT NULL)",
        members);
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(
            w,
            "SELECT ap AS hp, ai, av AS hv,\n"
            "  SUM(CASE WHEN bv < av OR (bv = av AND (bw < aw OR (bw = aw AND bi <= ai)))"
            " THEN bw ELSE @0 END) AS held, SUM(bw) AS total\n"
            "FROM $1 AS a\n  @join $2 AS b\n  ON ap = bp\nGROUP BY ap, ai, av",
            one, other));
    return table;
}

/* The least value at which the share is held; the share lies on the outer stack. */
static heng_str quantile(sql_work *k, heng_str members, heng_str share)
{
    sql_writer *w = k->w;
    heng_str held = shares_held(w, members);
    heng_str table = heng_rule__sql_fresh(w, "h");
    heng_str wanted = HENG_STR("share * total");
    heng_str outer = heng_rule__sql(w, "(SELECT id AS oid, $1 AS share FROM $2)", share, k->table);
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(
            w,
            "SELECT oid AS qid, MIN(CASE WHEN total > 0 AND (held > $1 OR $2) THEN hv END)"
            " AS g_value\nFROM $3 AS l\n  @join $4 AS r\n  ON oid = hp\nGROUP BY oid",
            wanted, heng_rule__sql_equal(w, HENG_STR("held"), wanted, 0), outer, held));
    heng_rule__sql_drop(w, held);
    return table;
}

/* ---- results -------------------------------------------------------------------------------------- */

static heng_str real(sql_writer *w, const char *column)
{
    return heng_rule__sql_to_real(w, heng_str_from(column));
}

static heng_str at_least(sql_writer *w, heng_str limit)
{
    heng_str yes = real(w, "g_yes");
    heng_str most = heng_rule__sql_to_real(w, HENG_STR("g_yes + g_unknown"));
    return heng_rule__sql(w,
                          "CASE WHEN $1 IS NULL THEN NULL WHEN $2 > $1 OR $3 THEN @1 "
                          "WHEN $4 < $1 AND NOT $5 THEN @0 END",
                          limit, yes, heng_rule__sql_equal(w, yes, limit, 1e-12), most,
                          heng_rule__sql_equal(w, most, limit, 1e-12));
}

static const char *const results[AGG_KIND_COUNT] = {
    [AGG_SUM] = "CASE WHEN g_unknown = 0 THEN g_sum END",
    [AGG_MEAN] =
        "CASE WHEN g_unknown = 0 AND g_known > 0 THEN g_weighed / CASE WHEN g_weight <> 0 THEN "
        "g_weight END END",
    [AGG_MIN] = "CASE WHEN g_unknown = 0 THEN g_least END",
    [AGG_MAX] = "CASE WHEN g_unknown = 0 THEN g_most END",
    [AGG_ANY] = "CASE WHEN g_yes > 0 THEN @1 WHEN g_unknown = 0 THEN @0 END",
    [AGG_ALL] = "CASE WHEN g_no > 0 THEN @0 WHEN g_unknown = 0 THEN @1 END",
    [AGG_MULTIPLY] = "CASE WHEN g_unknown <> 0 THEN NULL WHEN g_no > 0 THEN @0 "
                     "WHEN g_log > 709.78 THEN NULL WHEN g_log < -745 THEN @0 "
                     "WHEN g_minus = 1 THEN -exp(g_log) WHEN g_minus = 0 THEN exp(g_log) END",
    [AGG_QUANTILE] = "CASE WHEN g_unknown = 0 THEN g_value END",
};

static sql_lane result(sql_work *k, const rule_over *over, const sql_lane *limit)
{
    sql_writer *w = k->w;
    sql_lane lane = heng_rule__sql_constant(w, w->null);
    const char *form = results[over->aggregate];
    if (form) lane.part[PART_VALUE] = heng_rule__sql(w, form);
    heng_str yes = real(w, "g_yes");
    const char *some = "CASE WHEN g_unknown > 0 AND (g_known > 0 OR g_parts > 0) THEN $1 END";
    if (over->aggregate == AGG_SUM)
        lane.part[PART_KNOWN] = heng_rule__sql(w, some, HENG_STR("g_sum + g_part"));
    if (over->aggregate == AGG_COUNT) {
        lane.part[PART_VALUE] = heng_rule__sql(w, "CASE WHEN g_unknown = 0 THEN $1 END", yes);
        lane.part[PART_KNOWN] = heng_rule__sql(w, some, yes);
    }
    if (over->aggregate == AGG_AT_LEAST)
        lane.part[PART_VALUE] = at_least(w, limit->part[PART_VALUE]);
    if (over->aggregate == AGG_COVERAGE)
        lane.part[PART_VALUE] = heng_rule__sql(
            w, "CASE WHEN g_known + g_unknown > 0 THEN $1 / $2 END", real(w, "g_known"),
            heng_rule__sql_to_real(w, HENG_STR("g_known + g_unknown")));
    lane.part[PART_HAVE] = HENG_STR("COALESCE(g_have, 0)");
    lane.part[PART_HAVE] = heng_rule__sql(w, "COALESCE(g_have, @0)");
    lane.part[PART_WANT] = heng_rule__sql(w, "COALESCE(g_want, @0)");
    lane.part[PART_EVIDENCE] = heng_rule__sql(w, "COALESCE(g_evidence, @0)");
    static const char *const least[] = {"g_measured", "g_reported", "g_defaulted"};
    static const char *const mixed[] = {"g_a", "g_b", "g_c"};
    for (int i = 0; i < 3; i++)
        lane.part[PART_MEASURED + i] =
            over->aggregate == AGG_SUM
                ? heng_rule__sql(w,
                                 "CASE WHEN g_size > 0 THEN $1 / g_size ELSE COALESCE($2, @1) END",
                                 heng_str_from(mixed[i]), heng_str_from(least[i]))
                : heng_rule__sql(w, "COALESCE($1, @1)", heng_str_from(least[i]));
    return lane;
}

/* Puts a grouped table beside the points; its columns become parts of the uppermost entry. */
static void join_group(sql_work *k, heng_str table, const char *on)
{
    heng_rule__sql_spill_from(k, heng_rule__sql(k->w, "$1 AS l\n  @left $2 AS r\n  ON $3", k->table,
                                                table, heng_str_from(on)));
    heng_rule__sql_drop(k->w, table);
}

/* The value of the member whose id was found. */
static void take_member(sql_work *k, heng_str members)
{
    sql_writer *w = k->w;
    sql_lane *top = &k->stack[k->top - 1];
    heng_str right = heng_rule__sql(w, "(SELECT id AS rid, kv AS rv FROM $1)", members);
    heng_str from = heng_rule__sql_left_join(
        k,
        heng_rule__sql(w, "$1 AS jid",
                       heng_rule__sql_to_integer(
                           w, heng_rule__sql(w, "COALESCE($1, -1)", top->part[PART_VALUE]))),
        right, HENG_STR("jid = rid"));
    top->part[PART_VALUE] = HENG_STR("rv");
    heng_rule__sql_spill_from(k, from);
}

void heng_rule__sql_over(sql_work *k, const rule_step *step)
{
    sql_writer *w = k->w;
    const rule_over *over = &k->code->overs[step->a];
    bool find = over->aggregate == AGG_FIRST || over->aggregate == AGG_LAST;
    sql_members m;
    sql_work *inner = HENG_NEW(w->arena, sql_work);
    if (!inner) {
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    (void)heng_rule__sql_place(k, over->chain); /* its joins come before the spill */
    heng_rule__sql_spill(k);
    gather(k, over, &m);
    unsigned slots = over->outer_slots;
    for (unsigned d = 0; d < over->dim_count; d++) slots += over->dims[d].kind == DIM_LIST;
    heng_rule__sql_open_work(w, over->body, m.table, true, slots, m.ids, inner);
    inner->owned = true;
    if (w->status) return;
    heng_rule__sql_run(inner);
    if (w->status) return;
    heng_rule__sql_spill(inner);
    heng_str members = judge(inner, over);
    heng_rule__sql_drop(w, inner->table);
    heng_str groups = group(w, over, members);
    sql_lane limit = heng_rule__sql_constant(w, w->null);
    if (over->outer_count) limit = k->stack[k->top - 1];
    heng_str held = {0};
    if (over->aggregate == AGG_QUANTILE) {
        held = quantile(k, members, limit.part[PART_VALUE]);
        heng_rule__sql_push(k, heng_rule__sql_constant(w, HENG_STR("g_value")));
        join_group(k, held, "id = qid");
    }
    if (over->outer_count) limit = k->stack[k->top - 1 - (held.length > 0)];
    sql_lane lane = result(k, over, &limit);
    if (find) lane.part[PART_VALUE] = HENG_STR("g_id");
    if (held.length)
        lane.part[PART_VALUE] = heng_rule__sql(w, "CASE WHEN g_unknown = 0 THEN $1 END",
                                               k->stack[k->top - 1].part[PART_VALUE]);
    for (int i = PART_HAVE; over->outer_count && i <= PART_WANT; i++)
        lane.part[i] = heng_rule__sql_add(w, lane.part[i], limit.part[i]);
    if (over->outer_count)
        lane.part[PART_EVIDENCE] =
            heng_rule__sql_most(w, lane.part[PART_EVIDENCE], limit.part[PART_EVIDENCE]);
    k->top -= over->outer_count + (held.length > 0);
    heng_rule__sql_push(k, lane);
    join_group(k, groups, "id = gid");
    if (find) take_member(k, members);
    heng_rule__sql_drop(w, members);
}
