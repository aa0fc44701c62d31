/* A program as statements: stages in their order, versions in their periods, exceptions and givers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>

enum { COLUMNS_TEXT_MAX = 1 << 16 };

static const rule_quantity *quantity_of(const sql_writer *w, int quantity)
{
    return &w->program->quantities[quantity];
}

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

static bool has_result(const rule_quantity *q)
{
    return q->role != ROLE_TABLE && (q->role != ROLE_INPUT || q->provider_count);
}

static bool may_be_given(const sql_writer *w, const rule_quantity *q)
{
    return w->shape->facts_override_rules && (q->role == ROLE_RULE || q->role == ROLE_OUTPUT) &&
           q->exception_of < 0;
}

/* ---- frames --------------------------------------------------------------------------------------- */

static size_t scope_id(const sql_writer *w, rule_scope scope)
{
    return scope.level < 0 ? (size_t)scope.kind : w->program->kind_count + (size_t)scope.level;
}

static double entity_radix(const sql_writer *w)
{
    return 2.0 * (double)w->shape->entity_count + 2;
}

static double frame_ids(sql_writer *w, const rule_quantity *q)
{
    double ids = entity_radix(w) * (w->last_period[q->grain] - w->first_period[q->grain] + 1.0);
    for (unsigned i = 0; i < q->key_count; i++) ids *= heng_rule__sql_radix(w, q->keys[i].list);
    return ids;
}

static bool same_frame(const sql_frame *frame, const rule_quantity *q)
{
    bool same = heng_rule__scope_equal(frame->scope, q->scope) && frame->grain == q->grain &&
                frame->needs_facts == q->needs_facts && frame->key_count == q->key_count;
    for (unsigned i = 0; same && i < q->key_count; i++) same = frame->keys[i] == q->keys[i].list;
    return same;
}

static heng_str write_frame(sql_writer *w, const rule_quantity *q)
{
    heng_text slots;
    heng_text_init(&slots, w->arena, COLUMNS_TEXT_MAX);
    heng_str periods = integer(w, w->last_period[q->grain] - w->first_period[q->grain] + 1);
    heng_str members = heng_rule__sql(w, "(SELECT entity FROM heng_member WHERE scope = $1$2) AS m",
                                      integer(w, (int64_t)scope_id(w, q->scope)),
                                      q->needs_facts ? HENG_STR(" AND held = 1") : HENG_STR(""));
    heng_str times = heng_rule__sql(w, "(SELECT period FROM heng_period WHERE grain = $1) AS p",
                                    integer(w, q->grain));
    heng_str table = heng_rule__sql_fresh(w, "f");
    heng_rule__sql_put_table(
        w, table,
        heng_rule__sql(w,
                       "SELECT entity * $1 + period - $2 AS id, entity AS e, period AS t\n"
                       "FROM $3\n  CROSS JOIN $4",
                       periods, integer(w, w->first_period[q->grain]), members, times));
    for (unsigned i = 0; i < q->key_count; i++) {
        heng_str before = table, so_far = view(w, &slots);
        heng_str right = heng_rule__sql(w, "(SELECT member FROM heng_key WHERE list = $1) AS m",
                                        integer(w, q->keys[i].list));
        table = heng_rule__sql_fresh(w, "f");
        heng_rule__sql_put_table(
            w, table,
            heng_rule__sql(w,
                           "SELECT bid * $1 + member AS id, e, t$2, member AS s$3\n"
                           "FROM (SELECT id AS bid, e, t$2 FROM $4) AS l\n  CROSS JOIN $5",
                           integer(w, (int64_t)heng_rule__sql_radix(w, q->keys[i].list)), so_far,
                           integer(w, i), before, right));
        heng_rule__sql_drop(w, before);
        heng_text_print(&slots, ", s%u", i);
        (void)view(w, &slots);
    }
    return table;
}

/* The expected points of a quantity: who may report, when, under which keys. */
static heng_str frame_of(sql_writer *w, const rule_quantity *q)
{
    for (size_t i = 0; i < w->frame_count; i++)
        if (same_frame(&w->frames[i], q)) return w->frames[i].table;
    if (!heng_rule__grow(w->arena, &w->frames, w->frame_count, &w->frame_room, sizeof *w->frames)) {
        if (!w->status)
            w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return HENG_STR("");
    }
    sql_frame frame = {.scope = q->scope,
                       .grain = q->grain,
                       .needs_facts = q->needs_facts,
                       .key_count = q->key_count};
    for (unsigned i = 0; i < q->key_count; i++) frame.keys[i] = q->keys[i].list;
    heng_str comment = w->comment;
    w->comment = HENG_STR("expected points");
    frame.table = write_frame(w, q);
    w->comment = comment;
    w->frames[w->frame_count++] = frame;
    return frame.table;
}

/* A work table of the points of these periods. */
static void open_points(sql_writer *w, const rule_quantity *q, const rule_code *code, int32_t t0,
                        int32_t t1, sql_work *out)
{
    heng_str frame = frame_of(w, q);
    bool all = t0 == w->first_period[q->grain] && t1 == w->last_period[q->grain];
    if (!all)
        frame = heng_rule__sql(w, "(SELECT * FROM $1 WHERE t >= $2 AND t <= $3) AS f", frame,
                               integer(w, t0), integer(w, t1));
    heng_rule__sql_open_work(w, code, frame, false, q->key_count, frame_ids(w, q), out);
    if (frame_ids(w, q) > 9.0e18 && !w->status)
        w->status = heng_fail(w->err, HENG_TOO_LARGE, 0,
                              "%.*s has too many points to be numbered in 63 bits",
                              HENG_PRINT(q->qualified));
    if (!all && !w->status) heng_rule__sql_spill_from(out, frame);
}

/* ---- storing -------------------------------------------------------------------------------------- */

static heng_str key_columns(sql_writer *w, const rule_quantity *q, const char *prefix)
{
    heng_text text;
    heng_text_init(&text, w->arena, COLUMNS_TEXT_MAX);
    for (unsigned i = 0; i < q->key_count; i++) heng_text_print(&text, ", %s%u", prefix, i);
    return view(w, &text);
}

static heng_str insert_into(sql_writer *w, int quantity)
{
    return heng_rule__sql(w,
                          "INSERT INTO $1 (entity, period$2, value, at_least, elsewhere, state, "
                          "have, want, evidence, measured, reported, defaulted)",
                          heng_rule__sql_result_table(w, quantity),
                          key_columns(w, quantity_of(w, quantity), "k"));
}

/* The points where no fact stands in the place of the rule. */
static heng_str not_given(sql_writer *w, int quantity, heng_str table)
{
    const rule_quantity *q = quantity_of(w, quantity);
    heng_text right, on;
    heng_text_init(&right, w->arena, COLUMNS_TEXT_MAX);
    heng_text_init(&on, w->arena, COLUMNS_TEXT_MAX);
    for (unsigned i = 0; i < q->key_count; i++) {
        heng_text_print(&right, ", k%u AS r%u", i, i);
        heng_text_print(&on, " AND s%u = r%u", i, i);
    }
    return heng_rule__sql(w,
                          "$1 AS l\n  @left (SELECT quantity AS qq, entity AS re, period AS rt$2 "
                          "FROM heng_fact WHERE quantity = $3) AS r\n  ON e = re AND t = rt$4\n"
                          "WHERE qq IS NULL",
                          table, view(w, &right), integer(w, quantity), view(w, &on));
}

/* Facts under the name of a rule, taken as they stand. */
static void store_given(sql_writer *w, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    heng_str state = heng_rule__sql(w, "CASE WHEN value IS NULL THEN @0 ELSE @1 END");
    heng_rule__sql_put(
        w, HENG_SQL_STEP,
        heng_rule__sql(w,
                       "$1\nSELECT entity, period$2, value, $3, elsewhere, $4, $4, @1, evidence, "
                       "measured, reported, defaulted\nFROM heng_fact\n"
                       "WHERE quantity = $5 AND period >= $6 AND period <= $7",
                       insert_into(w, quantity), key_columns(w, q, "k"), w->null, state,
                       integer(w, quantity), integer(w, t0), integer(w, t1)));
}

/* The uppermost entry into the table of results. A value that is no finite number is unknown. */
static void store(sql_work *k, int quantity, heng_evidence evidence, int32_t t0, int32_t t1)
{
    sql_writer *w = k->w;
    const rule_quantity *q = quantity_of(w, quantity);
    sql_lane *lane = &k->stack[k->top - 1];
    bool given = may_be_given(w, q);
    if (w->status) return;
    heng_rule__sql_spill(k);
    heng_str finite = heng_rule__sql(w, "CASE WHEN abs($1) <= 1.7976931348623157e308 THEN $1 END",
                                     lane->part[PART_VALUE]);
    heng_str state =
        heng_rule__sql(w, "CASE WHEN $1 > 0 THEN $1 * 2 WHEN $2 IS NULL THEN @0 ELSE @1 END",
                       lane->part[PART_REPEALED], finite);
    heng_str worst =
        heng_rule__sql_most(w, lane->part[PART_EVIDENCE], heng_rule__sql_number(w, evidence));
    heng_str start =
        heng_rule__sql(w, "SELECT e, t$1, $2, $3, $4, $5, $6, $7, $8", key_columns(w, q, "s"),
                       finite, lane->part[PART_KNOWN], lane->part[PART_ELSEWHERE], state,
                       lane->part[PART_HAVE], lane->part[PART_WANT], worst);
    const char *share = "CASE WHEN $1 IS NULL THEN @0 ELSE $2 END";
    heng_str rest =
        heng_rule__sql(w, "$1, $2, $3", heng_rule__sql(w, share, finite, lane->part[PART_MEASURED]),
                       heng_rule__sql(w, share, finite, lane->part[PART_REPORTED]),
                       heng_rule__sql(w, share, finite, lane->part[PART_DEFAULTED]));
    heng_str from = given ? not_given(w, quantity, k->table) : k->table;
    heng_rule__sql_put(
        w, HENG_SQL_STEP,
        heng_rule__sql(w, "$1\n$2,\n  $3\nFROM $4", insert_into(w, quantity), start, rest, from));
    if (k->owned) heng_rule__sql_drop(w, k->table);
    if (given) store_given(w, quantity, t0, t1);
}

/* ---- rules ---------------------------------------------------------------------------------------- */

static const rule_version *version_at(const rule_quantity *q, heng_period period)
{
    for (size_t i = 0; i < q->version_count; i++)
        if (heng_span_holds(q->versions[i].valid, period)) return &q->versions[i];
    return NULL;
}

static void run_version(sql_writer *w, int quantity, const rule_version *version, int32_t t0,
                        int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    if (!version) { /* no row: not in force */
        if (may_be_given(w, q)) store_given(w, quantity, t0, t1);
        return;
    }
    sql_work *k = HENG_NEW(w->arena, sql_work);
    if (!k) {
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    open_points(w, q, version->code, t0, t1, k);
    if (!w->status) heng_rule__sql_run(k);
    if (!w->status) store(k, quantity, version->evidence, t0, t1);
}

static void write_rule(sql_writer *w, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    for (int32_t t = t0; t <= t1 && !w->status;) {
        const rule_version *version = version_at(q, (heng_period){q->grain, t});
        int32_t until = t;
        while (until < t1 && version_at(q, (heng_period){q->grain, until + 1}) == version) until++;
        run_version(w, quantity, version, t, until);
        t = until + 1;
    }
}

/* ---- one of several --------------------------------------------------------------------------------- */

/* Puts beside the points what another quantity says of them: columns rv ... rc. */
static heng_str join_other(sql_work *k, int other, sql_source_kind *kind)
{
    sql_writer *w = k->w;
    const rule_quantity *q = quantity_of(w, other);
    heng_text on;
    heng_text_init(&on, w->arena, COLUMNS_TEXT_MAX);
    heng_text_add(&on, HENG_STR("e = re AND t = rt"));
    for (unsigned i = 0; i < q->key_count; i++) heng_text_print(&on, " AND s%u = r%u", i, i);
    heng_str right = heng_rule__sql_source(w, other, q->grain, kind);
    return heng_rule__sql(w, "$1 AS l\n  @left $2 AS r\n  ON $3", k->table, right, view(w, &on));
}

static heng_ratio ratio_between(const rule_quantity *from, const rule_quantity *to)
{
    heng_ratio ratio = {1, 1};
    heng_error why;
    if (from->type.kind == RULE_NUMBER)
        (void)heng_unit_factor_between(&from->type.unit, &to->type.unit, &ratio, &why);
    return ratio;
}

static heng_str converted(sql_writer *w, heng_str value, heng_ratio ratio)
{
    heng_str by = heng_rule__sql_number(w, (double)ratio.numerator);
    heng_str over = heng_rule__sql_number(w, (double)ratio.denominator);
    if (ratio.numerator == ratio.denominator) return value;
    if (ratio.denominator == 1) return heng_rule__sql(w, "($1 * $2)", value, by);
    if (ratio.numerator == 1) return heng_rule__sql(w, "($1 / $2)", value, over);
    return heng_rule__sql(w, "($1 * $2 / $3)", value, by, over);
}

/* What stood before, or what is joined where the condition holds. */
static void replace_where(sql_writer *w, sql_lane *lane, const sql_lane *by, heng_str condition)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (!heng_str_equal(lane->part[i], by->part[i]))
            lane->part[i] = heng_rule__sql(w, "CASE WHEN $1 THEN $2 ELSE $3 END", condition,
                                           by->part[i], lane->part[i]);
}

/* The lane of a joined table of results as it stands, for a copy. */
static sql_lane copied_lane(sql_writer *w, heng_ratio ratio)
{
    sql_lane lane = heng_rule__sql_joined_lane(w, SOURCE_RESULTS, false, HENG_STR("e"));
    lane.part[PART_VALUE] = converted(w, HENG_STR("rv"), ratio);
    lane.part[PART_KNOWN] = converted(w, HENG_STR("rp"), ratio);
    lane.part[PART_REPEALED] =
        heng_rule__sql(w, "CASE WHEN COALESCE(rn, 2) = 2 THEN @1 ELSE @0 END");
    return lane;
}

/* An input that rules give: the fact, unless a giver is in force; the narrowest comes first. */
static void write_given(sql_writer *w, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    sql_work *k = HENG_NEW(w->arena, sql_work);
    sql_source_kind kind;
    if (!k) {
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    open_points(w, q, NULL, t0, t1, k);
    heng_text on, right;
    heng_text_init(&on, w->arena, COLUMNS_TEXT_MAX);
    heng_text_init(&right, w->arena, COLUMNS_TEXT_MAX);
    for (unsigned i = 0; i < q->key_count; i++) {
        heng_text_print(&right, ", k%u AS r%u", i, i);
        heng_text_print(&on, " AND s%u = r%u", i, i);
    }
    heng_rule__sql_push(k, heng_rule__sql_joined_lane(w, SOURCE_FACTS, false, HENG_STR("e")));
    heng_rule__sql_spill_from(
        k, heng_rule__sql(w,
                          "$1 AS l\n  @left (SELECT entity AS re, period AS rt$2, value AS rv, "
                          "elsewhere AS ro, evidence AS rx, measured AS ra, reported AS rb, "
                          "defaulted AS rc FROM heng_fact WHERE quantity = $3) AS r\n"
                          "  ON e = re AND t = rt$4",
                          k->table, view(w, &right), integer(w, quantity), view(w, &on)));
    for (size_t i = q->provider_count; i-- > 0 && !w->status;) {
        heng_str from = join_other(k, q->providers[i], &kind);
        sql_lane by = copied_lane(w, ratio_between(quantity_of(w, q->providers[i]), q));
        by.part[PART_REPEALED] = w->zero;
        replace_where(w, &k->stack[0], &by, HENG_STR("COALESCE(rn, 2) <> 2"));
        heng_rule__sql_spill_from(k, from);
    }
    store(k, quantity, HENG_VERIFIED, t0, t1);
}

/* The rule in general, and where it is in force the exception to it. A second exception must be known to
 * agree with the first; else the result is unknown. */
static void write_excepted(sql_writer *w, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    sql_work *k = HENG_NEW(w->arena, sql_work);
    sql_source_kind kind;
    if (!k) {
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    open_points(w, q, NULL, t0, t1, k);
    heng_str from = join_other(k, q->general, &kind), applies = HENG_STR("COALESCE(rn, 2) <> 2");
    sql_lane general = copied_lane(w, (heng_ratio){1, 1});
    heng_str displaced = applies;
    if (!q->needs_facts && quantity_of(w, q->general)->needs_facts) {
        /* The rule has no room for those of whom nothing is recorded; there it is unknown. */
        displaced = HENG_STR("(COALESCE(rn, 2) <> 2 OR (rn IS NULL AND e % 2 = 1))");
        general.part[PART_REPEALED] =
            heng_rule__sql(w, "CASE WHEN $1 THEN @0 ELSE @1 END", displaced);
    }
    heng_rule__sql_push(k, general);
    /* Above lies whether an exception was met: 0, 1, or -1 where there is nothing to stand instead of. */
    heng_rule__sql_push(k,
                        heng_rule__sql_constant(
                            w, heng_rule__sql(w, "CASE WHEN $1 THEN @0 ELSE -@1 END", displaced)));
    heng_rule__sql_spill_from(k, from);
    for (size_t i = 0; i < q->exception_count && !w->status; i++) {
        sql_lane *lane = &k->stack[0], *met = &k->stack[1];
        from = join_other(k, q->exceptions[i], &kind);
        sql_lane by = copied_lane(w, (heng_ratio){1, 1});
        heng_str count = met->part[PART_VALUE], v = lane->part[PART_VALUE], u = by.part[PART_VALUE];
        heng_str first = heng_rule__sql(w, "$1 AND $2 = 0", applies, count);
        heng_str rival = heng_rule__sql(w, "$1 AND $2 = 1 AND ($3 IS NULL OR $4 IS NULL OR NOT $5)",
                                        applies, count, v, u, heng_rule__sql_equal(w, v, u, 0));
        met->part[PART_VALUE] = heng_rule__sql(w, "CASE WHEN $1 THEN @1 ELSE $2 END", first, count);
        for (int part = PART_VALUE; part <= PART_ELSEWHERE; part++)
            lane->part[part] =
                heng_rule__sql(w, "CASE WHEN $1 THEN NULL ELSE $2 END", rival, lane->part[part]);
        replace_where(w, lane, &by, first);
        heng_rule__sql_spill_from(k, from);
    }
    k->top = 1;
    store(k, quantity, HENG_VERIFIED, t0, t1);
}

/* ---- stages --------------------------------------------------------------------------------------- */

static void write_quantity(sql_writer *w, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(w, quantity);
    if (!has_result(q) || t1 < t0 || w->status) return;
    w->comment = q->qualified.length ? q->qualified : q->label.en;
    w->quantity = (size_t)quantity < w->program->public_count ? (size_t)quantity : SIZE_MAX;
    if (q->role == ROLE_INPUT)
        write_given(w, quantity, t0, t1);
    else if (q->general >= 0 && q->role != ROLE_GENERAL)
        write_excepted(w, quantity, t0, t1);
    else
        write_rule(w, quantity, t0, t1);
}

static bool needs_itself(const rule_quantity *q, int index)
{
    for (size_t i = 0; i < q->edge_count; i++)
        if (q->edges[i].to == index) return true;
    return false;
}

static void write_within(sql_writer *w, int quantity, heng_period around)
{
    const rule_quantity *q = quantity_of(w, quantity);
    if (!has_result(q)) return;
    int32_t first = heng_period_first(around, q->grain).number;
    int32_t last = first + heng_grain_ratio(q->grain, around.grain) - 1;
    if (first < w->first_period[q->grain]) first = w->first_period[q->grain];
    if (last > w->last_period[q->grain]) last = w->last_period[q->grain];
    if (!needs_itself(q, quantity)) {
        write_quantity(w, quantity, first, last);
        return;
    }
    for (int32_t t = first; t <= last; t++) write_quantity(w, quantity, t, t);
}

static void write_stage(sql_writer *w, const rule_stage *stage)
{
    const int *order = w->program->order + stage->first;
    heng_grain grain = stage->grain;
    if (!stage->by_period) {
        heng_grain own = quantity_of(w, order[0])->grain;
        write_quantity(w, order[0], w->first_period[own], w->last_period[own]);
        return;
    }
    for (int32_t t = w->first_period[grain]; t <= w->last_period[grain]; t++)
        for (size_t i = 0; i < stage->count; i++)
            write_within(w, order[i], (heng_period){grain, t});
}

/* ---- schema and results ------------------------------------------------------------------------------ */

static heng_str column(sql_writer *w, const char *name, heng_sql_type type, bool nullable)
{
    const sql_names *n = w->names;
    const char *text = type == HENG_SQL_INTEGER ? n->integer
                       : type == HENG_SQL_REAL  ? n->real
                                                : n->text;
    const char *form = w->dialect != HENG_SQL_CLICKHOUSE ? (nullable ? "$1 $2" : "$1 $2 NOT NULL")
                                                         : (nullable ? "$1 Nullable($2)" : "$1 $2");
    return heng_rule__sql(w, form, heng_str_from(name), heng_str_from(text));
}

static void put_schema(sql_writer *w, heng_str table, const heng_text *columns, const char *sort)
{
    heng_str engine = HENG_STR("");
    if (w->dialect == HENG_SQL_CLICKHOUSE)
        engine =
            heng_rule__sql(w, "$1$2", heng_str_from(w->names->schema_engine), heng_str_from(sort));
    heng_rule__sql_put(
        w, HENG_SQL_SCHEMA,
        heng_rule__sql(w, "CREATE TABLE $1 ($2)$3", table, view(w, columns), engine));
}

static void write_input_table(sql_writer *w, heng_sql_table table)
{
    heng_text columns;
    size_t count;
    const heng_sql_column *list = heng_sql_columns(table, &count);
    heng_text_init(&columns, w->arena, COLUMNS_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i) heng_text_add(&columns, HENG_STR(", "));
        heng_text_add(&columns, column(w, list[i].name, list[i].type, list[i].nullable));
    }
    heng_str name = heng_str_from(heng_sql_table_name(table)), sort = heng_str_from(list[0].name);
    bool spread = table == HENG_SQL_FACT && w->shape->cluster.length;
    heng_str local = spread ? heng_rule__sql(w, "$1_local", name) : name;
    put_schema(w, local, &columns, sort.at);
    if (!spread) return;
    /* By a hash, because those of whom something is known have even numbers. */
    heng_rule__sql_put(w, HENG_SQL_SCHEMA,
                       heng_rule__sql(w,
                                      "CREATE TABLE $1 ($2) ENGINE = Distributed($3, "
                                      "currentDatabase(), $4, intHash64(entity))",
                                      name, view(w, &columns), w->shape->cluster, local));
}

static void write_result_table(sql_writer *w, int quantity)
{
    static const char *const gauges[] = {"state",    "have",     "want",     "evidence",
                                         "measured", "reported", "defaulted"};
    const rule_quantity *q = quantity_of(w, quantity);
    heng_text columns;
    heng_text_init(&columns, w->arena, COLUMNS_TEXT_MAX);
    heng_text_add(&columns, column(w, "entity", HENG_SQL_INTEGER, false));
    heng_text_add(&columns, HENG_STR(", "));
    heng_text_add(&columns, column(w, "period", HENG_SQL_INTEGER, false));
    for (unsigned i = 0; i < q->key_count; i++) {
        char name[8] = {'k', (char)('0' + i)};
        heng_text_add(&columns, HENG_STR(", "));
        heng_text_add(&columns, column(w, name, HENG_SQL_INTEGER, false));
    }
    static const char *const values[] = {"value", "at_least", "elsewhere"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        heng_text_add(&columns, HENG_STR(", "));
        heng_text_add(&columns, column(w, values[i], HENG_SQL_REAL, true));
    }
    for (size_t i = 0; i < sizeof gauges / sizeof *gauges; i++) {
        heng_text_add(&columns, HENG_STR(", "));
        heng_text_add(&columns, column(w, gauges[i], HENG_SQL_REAL, false));
    }
    put_schema(w, heng_rule__sql_result_table(w, quantity), &columns, "entity");
}

static void write_schema(sql_writer *w)
{
    w->quantity = SIZE_MAX;
    w->comment = HENG_STR("");
    for (int t = 0; t < HENG_SQL_TABLE_COUNT; t++) write_input_table(w, (heng_sql_table)t);
    for (size_t i = 0; i < w->program->quantity_count; i++) {
        const rule_quantity *q = quantity_of(w, (int)i);
        if (has_result(q)) write_result_table(w, (int)i);
    }
}

static void write_results(sql_writer *w)
{
    for (size_t i = 0; i < w->program->public_count; i++) {
        const rule_quantity *q = quantity_of(w, (int)i);
        if (!has_result(q)) continue;
        w->quantity = i;
        w->comment = q->qualified.length ? q->qualified : q->label.en;
        heng_rule__sql_put(
            w, HENG_SQL_RESULT,
            heng_rule__sql(w,
                           "SELECT code, period$1, value, at_least, state, have, want, evidence, "
                           "measured, reported, defaulted\nFROM $2 AS l\n"
                           "  @join (SELECT number, code FROM heng_entity) AS r\n"
                           "  ON entity = number",
                           key_columns(w, q, "k"), heng_rule__sql_result_table(w, (int)i)));
    }
}

/* ---- all ------------------------------------------------------------------------------------------ */

static void open_window(sql_writer *w)
{
    heng_period first = {HENG_MONTH, w->shape->window.first_month};
    heng_period last = {HENG_MONTH, w->shape->window.last_month};
    for (int g = 0; g < HENG_GRAIN_COUNT; g++) {
        w->first_period[g] = heng_period_within(first, (heng_grain)g).number;
        w->last_period[g] = heng_period_within(last, (heng_grain)g).number;
    }
}

heng_status heng_rule_sql(const heng_program *program, heng_sql_dialect dialect,
                          const heng_sql_shape *shape, heng_arena *arena, heng_sql *out,
                          heng_error *err)
{
    assert(program && shape && arena && out && err && (unsigned)dialect < HENG_SQL_DIALECT_COUNT);
    if (shape->window.first_month < HENG_YEAR_MIN * 12 ||
        shape->window.last_month > HENG_YEAR_MAX * 12 + 11 ||
        shape->window.first_month > shape->window.last_month)
        return heng_fail(err, HENG_INVALID, 0, "there are no periods to write statements for");
    heng_sql sql = {0};
    sql_writer w = {.program = program,
                    .shape = shape,
                    .dialect = dialect,
                    .names = &heng_rule__sql_names[dialect],
                    .arena = arena,
                    .out = &sql,
                    .err = err,
                    .quantity = SIZE_MAX};
    w.null = HENG_STR("NULL");
    if (dialect == HENG_SQL_POSTGRES) w.null = HENG_STR("CAST(NULL AS double precision)");
    if (dialect == HENG_SQL_CLICKHOUSE) w.null = HENG_STR("CAST(NULL AS Nullable(Float64))");
    w.zero = heng_rule__sql_number(&w, 0);
    w.one = heng_rule__sql_number(&w, 1);
    open_window(&w);
    write_schema(&w);
    for (size_t i = 0; i < program->stage_count && !w.status; i++)
        write_stage(&w, &program->stages[i]);
    w.quantity = SIZE_MAX;
    w.comment = HENG_STR("");
    for (size_t i = 0; i < w.frame_count; i++) heng_rule__sql_drop(&w, w.frames[i].table);
    write_results(&w);
    if (w.status) return w.status;
    *out = sql;
    return HENG_OK;
}
