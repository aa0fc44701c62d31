/* The server over the China pack: replies as a client reads them.
 *
 * Expected numbers are those of packs/cn/rules/national.case (an independent computation) and of the
 * pack's own data files, read as text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "core/pack/pack.h"
#include "core/receipt/receipt.h"
#include "flow/serve/serve.h"
#include "packs/pack_fixture.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    pack_fixture pack;
    heng_compiled compiled;
    heng_world world, past;
    heng_evaluation *evaluation, *past_evaluation;
    heng_source *sources;
    size_t source_count;
    heng_serve_context context;
    heng_arena arena; /* of one request */
    heng_response response;
    json_t *body;
} fixture;

/* ---- the books ------------------------------------------------------------------------------- */

static int compare_sources(const void *left, const void *right)
{
    const heng_source *a = left, *b = right;
    return heng_str_compare(a->code, b->code);
}

static void read_sources(void)
{
    pack_table table = pack_read(&fixture.pack, "data/sources.csv");
    fixture.source_count = table.row_count;
    fixture.sources = HENG_ARRAY(&fixture.pack.arena, table.row_count, heng_source);
    for (size_t i = 0; i < table.row_count; i++)
        fixture.sources[i] = (heng_source){.code = pack_cell(&table, i, "code"),
                                           .title = pack_cell(&table, i, "title"),
                                           .publisher = pack_cell(&table, i, "publisher"),
                                           .published = pack_cell(&table, i, "published"),
                                           .where = pack_cell(&table, i, "where"),
                                           .licence = pack_cell(&table, i, "licence")};
    qsort(fixture.sources, fixture.source_count, sizeof *fixture.sources, compare_sources);
}

static heng_evaluation *evaluate(const heng_world *world)
{
    heng_evaluation *evaluation = NULL;
    heng_error err = {0};
    if (heng_evaluate(fixture.compiled.program, world, heng_year(2025), NULL, NULL,
                      &fixture.pack.arena, &evaluation, &err))
        fail_msg("%s", err.message);
    return evaluation;
}

/* The books of one other day are kept: the end of 2021. */
static heng_status view_at(void *context, heng_instant as_of, const heng_scenario *scenario,
                           heng_view *out, heng_error *err)
{
    (void)context;
    heng_instant day;
    if (scenario) {
        heng_arena *arena = &fixture.pack.arena;
        heng_world *world = HENG_NEW(arena, heng_world);
        heng_status status = heng_scenario_world(scenario, &fixture.world, arena, world, err);
        assert_int_equal(status, HENG_OK);
        *out = fixture.context.now;
        out->world = world;
        out->evaluation = evaluate(world);
        out->scenario = heng_str_copy(arena, scenario->text);
        return HENG_OK;
    }
    assert_int_equal(heng_instant_parse(HENG_STR("2021-12-31"), true, &day, err), HENG_OK);
    if (as_of != day) return heng_fail(err, HENG_IO, 0, "the disk is gone");
    *out = (heng_view){.as_of = as_of,
                       .world = &fixture.past,
                       .evaluation = fixture.past_evaluation,
                       .sources = fixture.sources,
                       .source_count = fixture.source_count};
    return HENG_OK;
}

static int open_books(void **state)
{
    (void)state;
    pack_open(&fixture.pack);
    heng_arena *arena = &fixture.pack.arena;
    arena->limit = HENG_JOB_BYTES_MAX;
    heng_rule_file *files = HENG_ARRAY(arena, fixture.pack.file_count, heng_rule_file);
    for (size_t i = 0; i < fixture.pack.file_count; i++)
        files[i] = (heng_rule_file){fixture.pack.files[i].name, fixture.pack.files[i].bytes};
    heng_pack pack = {HENG_STR("cn"), HENG_STR("test"), files, fixture.pack.file_count};
    heng_error err = {0};
    if (heng_pack_compile(&pack, arena, &fixture.compiled, &err)) fail_msg("%s", err.message);
    assert_non_null(fixture.compiled.program);
    fixture.world = pack_world(&fixture.pack, "9999-12-31");
    fixture.past = pack_world(&fixture.pack, "2021-12-31");
    fixture.evaluation = evaluate(&fixture.world);
    fixture.past_evaluation = evaluate(&fixture.past);
    read_sources();
    fixture.context = (heng_serve_context){.program = fixture.compiled.program,
                                           .files = fixture.compiled.files,
                                           .file_count = fixture.compiled.file_count,
                                           .now = {.as_of = HENG_INSTANT_MAX,
                                                   .world = &fixture.world,
                                                   .evaluation = fixture.evaluation,
                                                   .sources = fixture.sources,
                                                   .source_count = fixture.source_count},
                                           .view_at = view_at,
                                           .version = HENG_STR("0.1.0"),
                                           .pack_name = HENG_STR("cn"),
                                           .pack_version = HENG_STR("test")};
    return 0;
}

static int close_books(void **state)
{
    (void)state;
    pack_close(&fixture.pack);
    return 0;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int begin(void **state)
{
    (void)state;
    heng_arena_init(&fixture.arena, (size_t)1 << 30);
    return 0;
}

static int end(void **state)
{
    (void)state;
    json_decref(fixture.body);
    fixture.body = NULL;
    heng_arena_deinit(&fixture.arena);
    return 0;
}

static unsigned ask_with(const heng_request *request)
{
    heng_serve(&fixture.context, request, &fixture.arena, &fixture.response);
    return fixture.response.status;
}

/* Reads a body as JSON; the members of an object are unique. */
static void read_body(void)
{
    json_error_t why;
    json_decref(fixture.body);
    fixture.body = json_loadb(fixture.response.body.at, fixture.response.body.length,
                              JSON_REJECT_DUPLICATES, &why);
    if (!fixture.body) fail_msg("not JSON: %s at %d", why.text, why.position);
}

static unsigned ask(const char *target)
{
    heng_request request = {.method = HENG_STR("GET"), .target = heng_str_from(target)};
    ask_with(&request);
    if (heng_str_find(fixture.response.content_type, HENG_STR("json"), 0) != SIZE_MAX) read_body();
    return fixture.response.status;
}

/* A place in the body: "rows.3.figure.value". */
static json_t *at(const char *path)
{
    json_t *value = fixture.body;
    heng_str rest = heng_str_from(path), piece;
    while (heng_str_cut(&rest, '.', &piece)) {
        char name[100];
        snprintf(name, sizeof name, "%.*s", HENG_PRINT(piece));
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(name))
                                     : json_object_get(value, name);
        if (!value) fail_msg("no %s in the reply", path);
    }
    return value;
}

static const char *text(const char *path)
{
    const char *value = json_string_value(at(path));
    if (!value) fail_msg("%s is not a text", path);
    return value;
}

static double number(const char *path)
{
    if (!json_is_number(at(path))) fail_msg("%s is not a number", path);
    return json_number_value(at(path));
}

/* As national.case has it: four decimals. */
static void check_near(double found, double expected)
{
    if (found < expected - 0.00006 || found > expected + 0.00006)
        fail_msg("%.6f, expected %.4f", found, expected);
}

/* The item of an array whose member is this text or number; fails when there is none. */
static json_t *item(const char *path, const char *member, const char *value)
{
    json_t *array = at(path), *element;
    size_t index;
    json_array_foreach(array, index, element)
    {
        json_t *found = json_object_get(element, member);
        const char *word = json_string_value(found);
        if (word && strcmp(word, value) == 0) return element;
        if (json_is_integer(found) && json_integer_value(found) == atoi(value)) return element;
    }
    fail_msg("nothing in %s has %s %s", path, member, value);
    return NULL;
}

static double value_in(json_t *object, const char *figure)
{
    json_t *value = json_object_get(json_object_get(object, figure), "value");
    if (!json_is_number(value)) fail_msg("%s has no value", figure);
    return json_number_value(value);
}

/* ---- the frame ------------------------------------------------------------------------------- */

static void says_what_it_is(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/about"), 200);
    assert_string_equal(text("name"), "Heng");
    assert_string_equal(text("pack.name"), "cn");
    assert_int_equal(strlen(text("pack.hash")), 64);
    assert_int_equal(number("counts.facts"), fixture.world.fact_count);
    assert_int_equal(number("counts.sources"), fixture.source_count);
    assert_int_equal(ask("/api/v1/health"), 200);
    assert_string_equal(text("status"), "ok");
}

static void unchanged_replies_are_not_sent_again(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/overview"), 200);
    heng_str tag = heng_str_copy(&fixture.arena, fixture.response.etag);
    heng_str first = fixture.response.body;
    assert_int_equal(tag.length, 34);
    assert_int_equal(ask("/api/v1/overview"), 200);
    assert_true(heng_str_equal(first, fixture.response.body));
    heng_request request = {
        .method = HENG_STR("GET"), .target = HENG_STR("/api/v1/overview"), .if_none_match = tag};
    assert_int_equal(ask_with(&request), 304);
    assert_int_equal(fixture.response.body.length, 0);
    assert_true(heng_str_equal(fixture.response.etag, tag));
    request.target = HENG_STR("/api/v1/overview?year=2020");
    assert_int_equal(ask_with(&request), 200);
}

static void refusals_are_problems(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *accept;
        unsigned status;
    } table[] = {
        {"GET", "/api/v1/nothing", "", 404},
        {"PUT", "/api/v1/about", "", 405},
        {"POST", "/api/v1/overview", "", 405},
        {"GET", "/api/v1/about", "text/html", 406},
        {"GET", "/api/v1/about", "text/csv", 406},
        {"GET", "/api/v1/factors", "application/pdf", 406},
        {"GET", "/api/v1/explain", "", 400},
        {"GET", "/api/v1/explain?figure=x&depth=99", "", 400},
        {"GET", "/api/v1/explain?figure=CN", "", 404},
        {"GET", "/api/v1/explain?figure=XX/2020/cut", "", 404},
        {"GET", "/api/v1/explain?figure=CN/2020/no_such_name", "", 404},
        {"GET", "/api/v1/explain?figure=CN/2020/mix_share[peat]", "", 404},
        {"GET", "/api/v1/explain?figure=CN/1850/cut", "", 404},
        {"GET", "/api/v1/overview?entity=XX", "", 404},
        {"GET", "/api/v1/overview?year=2025&year=2024", "", 400},
        {"GET", "/api/v1/regions?indicator=happiness", "", 404},
        {"GET", "/api/v1/regions/XX", "", 404},
        {"GET", "/api/v1/rules/none", "", 404},
        {"GET", "/api/v1/figures?names=none,co2&entity=CN,XX", "", 400},
        {"GET", "/api/v1/factors?cursor=-1", "", 400},
        {"GET", "/api/v1/entities?cursor=x", "", 400},
        {"GET", "/api/v1/overview?as_of=1999-01-01", "", 500}, /* view_at above fails */
        {"POST", "/api/v1/imports", "", 403},                  /* no store */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        heng_request request = {.method = heng_str_from(table[i].method),
                                .target = heng_str_from(table[i].target),
                                .accept = heng_str_from(table[i].accept)};
        if (ask_with(&request) != table[i].status)
            fail_msg("%s %s: %u", table[i].method, table[i].target, fixture.response.status);
        check_str(fixture.response.content_type, "application/problem+json");
        assert_int_equal(fixture.response.etag.length, 0);
        read_body();
        assert_int_equal(number("status"), table[i].status);
        static const char *const members[] = {"type",   "title",     "title_zh", "detail",
                                              "remedy", "detail_zh", "remedy_zh"};
        for (size_t m = 0; m < sizeof members / sizeof *members; m++)
            assert_true(strlen(text(members[m])) > 0);
        if (table[i].status == 405) assert_true(fixture.response.allow.length > 0);
    }
    ask("/api/v1/figures?names=none,co2&entity=CN,XX");
    assert_int_equal(json_array_size(at("faults")), 2);
}

static void without_other_days_as_of_is_refused(void **state)
{
    (void)state;
    fixture.context.view_at = NULL;
    unsigned status = ask("/api/v1/overview?as_of=2021-12-31");
    fixture.context.view_at = view_at;
    assert_int_equal(status, 400);
    assert_string_equal(text("faults.0.parameter"), "as_of");
}

static void a_scenario_is_asked_for_with_set(void **state)
{
    (void)state;
    /* Of 18 % in five years, after one: 1 - 0.82^(1/5) = 3.891 %; straight, 18 / 5 = 3.6 %. */
    assert_int_equal(ask("/api/v1/explain?figure=CN/2021/due"), 200);
    assert_true(json_is_null(at("scenario")));
    assert_true(fabs(json_number_value(at("answer.value")) - 3.8913) < 1e-3);
    assert_int_equal(ask("/api/v1/explain?figure=CN/2021/due&set=progress_rule%20%3D%20straight"),
                     200);
    assert_string_equal(text("scenario"), "progress_rule = straight");
    assert_true(fabs(json_number_value(at("answer.value")) - 3.6) < 1e-9);
    assert_string_equal(text("answer.evidence"), "example");
    assert_int_equal(ask("/api/v1/figures?names=due&entity=CN&set=progress_rule=straight"), 200);
    assert_string_equal(text("scenario"), "progress_rule = straight");
    assert_int_equal(ask("/api/v1/figures?names=due&set=progress_rule=up;growth=1"), 400);
    assert_int_equal(json_array_size(at("faults")), 2);
    assert_string_equal(text("faults.0.parameter"), "set");
    fixture.context.view_at = NULL;
    unsigned status = ask("/api/v1/figures?names=due&set=progress_rule=straight");
    fixture.context.view_at = view_at;
    assert_int_equal(status, 400);
}

static void what_may_be_set_is_listed(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/quantities?kind=parameter"), 200);
    assert_int_equal(json_array_size(at("rows")), 1);
    assert_string_equal(text("rows.0.name"), "progress_rule");
    assert_string_equal(text("rows.0.kind"), "parameter");
    assert_true(json_is_null(at("rows.0.bounds"))); /* a word */
}

/* ---- the overview ---------------------------------------------------------------------------- */

static void the_nation_in_2025(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/overview"), 200);
    assert_string_equal(text("entity.name_zh"), "中国");
    assert_int_equal(number("year"), 2025);
    assert_int_equal(number("plan.number"), 14);
    assert_int_equal(number("plan.first_year"), 2021);
    assert_string_equal(text("verdict.light"), "orange");
    assert_string_equal(text("verdict.sentence_en"),
                        "The 14th plan ended 6.2 points short: carbon intensity fell 11.8% of the "
                        "18% required.");
    /* .962 x .992 x 1 x .966 x .95 = .8758 */
    assert_non_null(strstr(text("verdict.reason_en"), "compound to −12.4%"));
    assert_true(json_is_false(at("verdict.fit_to_publish.fit")));
    assert_string_equal(text("verdict.fit_to_publish.reasons.0.code"), "recalled");
    check_near(number("pans.intensity.value.value"), 11.7641);
    check_near(number("pans.intensity.required.value"), 18);
    check_near(number("pans.intensity.gap.value"), -6.2359);
    assert_true(json_is_null(at("pans.total.required")));
    assert_string_equal(text("pans.total.light"), "unknown");
    assert_int_equal(json_array_size(at("figures")), 4);
}

static void computed_stands_beside_official(void **state)
{
    (void)state;
    static const struct {
        const char *year;
        double computed, official, gap;
        const char *light, *basis;
    } table[] = {
        {"2016", -6.6652, -6.6, -0.0652, "green", "census_3"},
        {"2019", -3.9849, -4.1, 0.1151, "green", "census_4"},
        {"2020", -0.9103, -1, 0.0897, "green", "census_4"},
        {"2021", -3.7431, -3.8, 0.0569, "orange", "census_4"},
        {"2023", -0.2988, 0, -0.2988, "orange", "census_4"},
        {"2025", -4.0328, -5, 0.9672, "orange", "census_4"},
    };
    assert_int_equal(ask("/api/v1/overview"), 200);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        json_t *row = item("annual", "year", table[i].year);
        check_near(value_in(row, "computed"), table[i].computed);
        check_near(value_in(row, "official"), table[i].official);
        check_near(value_in(row, "gap"), table[i].gap);
        assert_string_equal(json_string_value(json_object_get(row, "light")), table[i].light);
        assert_string_equal(json_string_value(json_object_get(row, "basis")), table[i].basis);
    }
    json_t *last = item("path", "year", "2025");
    check_near(value_in(last, "intensity"), 71.5729);
    check_near(value_in(last, "target"), 66.5146);
}

static void incomplete_stays_incomplete(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/overview?year=2025"), 200);
    check_near(number("energy_intensity.plain.value"), 1.4227);
    assert_true(json_is_null(at("energy_intensity.assessed.value")));
    assert_string_not_equal(text("energy_intensity.assessed.state"), "known");
    check_near(number("energy_intensity.official.value"), -5.1);
    /* A year to come: no figure, no light, and it says so. */
    assert_int_equal(ask("/api/v1/overview?year=2027"), 200);
    assert_string_equal(text("verdict.light"), "unknown");
    assert_string_equal(text("verdict.sentence_en"), "Carbon intensity in 2027 cannot be judged.");
}

static void the_books_of_another_day(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/overview?as_of=2021-12-31"), 200);
    assert_string_equal(text("as_of"), "2021-12-31");
    assert_int_equal(number("year"), 2020);
    assert_int_equal(number("plan.number"), 13);
}

static void a_province_by_published_energy(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/overview?entity=ZJ&year=2020"), 200);
    assert_string_equal(text("entity.parent"), "CN");
    assert_non_null(strstr(text("verdict.sentence_en"), "energy intensity"));
    assert_non_null(strstr(text("verdict.reason_en"), "By the published figures"));
    /* Its published figures were seen, but its target is recalled: the verdict rests on both. */
    assert_true(json_is_false(at("verdict.fit_to_publish.fit")));
    assert_string_equal(text("figures.1.figure.figure"), "ZJ/2017/co2_region");
}

/* ---- explanations ---------------------------------------------------------------------------- */

static void every_node_is_hashed(json_t *node)
{
    assert_int_equal(strlen(json_string_value(json_object_get(node, "hash"))), 64);
    json_t *children = json_object_get(node, "children"), *child;
    size_t index;
    json_array_foreach(children, index, child) every_node_is_hashed(child);
}

/* The first node below (or at) `node` of that kind. */
static json_t *find_kind(json_t *node, const char *kind)
{
    if (strcmp(json_string_value(json_object_get(node, "kind")), kind) == 0) return node;
    json_t *children = json_object_get(node, "children"), *child;
    size_t index;
    json_array_foreach(children, index, child)
    {
        json_t *found = find_kind(child, kind);
        if (found) return found;
    }
    return NULL;
}

static const char *word(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void a_figure_is_explained(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/explain?figure=CN/2025/annual_change"), 200);
    assert_string_equal(text("figure"), "CN/2025/annual_change");
    check_near(number("answer.value"), -4.0328);
    check_near(number("tree.value"), -4.0328);
    assert_string_equal(text("tree.rule.file"), "intensity.heng");
    every_node_is_hashed(at("tree"));
    assert_string_equal(text("tree.hash"), text("receipt.hash"));
    check_near(number("comparison.official.value"), -5);
    check_near(number("comparison.gap"), 0.9672);
    assert_true(json_is_false(at("fit_to_publish.fit")));
    json_t *fact = find_kind(at("tree"), "fact");
    assert_non_null(fact);
    assert_true(strlen(word(json_object_get(json_object_get(fact, "fact"), "source"), "title")) >
                0);
}

static void the_hash_of_a_leaf_is_as_documented(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/explain?figure=CN/2025/annual_change"), 200);
    json_t *node = find_kind(at("tree"), "fact");
    json_t *fact = json_object_get(node, "fact");
    heng_text canonical;
    heng_text_init(&canonical, &fixture.arena, 1 << 16);
    heng_text_print(&canonical, "kind\tfact\nfigure\t%s\noperation\t%s\nformula\t%s\nnote\t%s\n",
                    word(node, "figure"), word(node, "operation"), word(node, "formula"),
                    word(node, "note"));
    heng_text_print(&canonical, "state\tknown\nvalue\t");
    heng_text_add_number(&canonical, json_number_value(json_object_get(node, "value")));
    heng_text_print(&canonical, "\nword\t\nunit\t%s\n", word(node, "unit"));
    heng_text_print(&canonical, "fact\t%s\nfact_unit\t%s\nfact_notation\tvalue\nfact_quality\t%s\n",
                    word(fact, "text"), word(fact, "unit"), word(fact, "quality"));
    heng_text_print(&canonical, "fact_evidence\t%s\nfact_source\t%s\nfact_recorded\t%s\n",
                    word(node, "evidence"), word(json_object_get(fact, "source"), "code"),
                    word(fact, "recorded"));
    char hash[HENG_HASH_TEXT];
    heng_hash_write(heng_hash_of(heng_text_view(&canonical)), hash);
    assert_string_equal(word(node, "hash"), hash);
}

static void other_books_give_another_hash(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/explain?figure=CN/2020/annual_change"), 200);
    heng_str now = heng_str_copy(&fixture.arena, heng_str_from(text("receipt.hash")));
    assert_int_equal(ask("/api/v1/explain?figure=CN/2020/annual_change"), 200);
    check_str(now, text("receipt.hash"));
    assert_int_equal(ask("/api/v1/explain?figure=CN/2020/annual_change&as_of=2021-12-31"), 200);
    assert_string_not_equal(now.at, text("receipt.hash"));
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void regions_are_listed_whole(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/regions?indicator=co2_region&year=2017"), 200);
    assert_int_equal(number("total"), 34);
    assert_int_equal(json_array_size(at("rows")), 34);
    assert_int_equal(number("known"), 30); /* the inventory has 30 provinces */
    assert_string_equal(text("rows.0.entity.code"), "BJ");
    size_t unranked = 0;
    for (int i = 0; i < 34; i++) {
        char path[40];
        snprintf(path, sizeof path, "rows.%d.rank", i);
        unranked += json_is_null(at(path));
    }
    assert_int_equal(unranked, 4);
    assert_int_equal(ask("/api/v1/regions"), 200);
    assert_string_equal(text("indicator.name"), "co2_region");
    assert_int_equal(number("year"), 2017);
    item("indicators", "name", "grid_factor");
    json_t *indicator;
    size_t index;
    json_array_foreach(at("indicators"), index, indicator)
    {
        const char *name = json_string_value(json_object_get(indicator, "name"));
        assert_string_not_equal(name, "intensity_index"); /* 100 in 2015, and no fact */
        assert_string_not_equal(name, "due");             /* a target is no account */
    }
}

static void a_region_shows_all_it_has(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/regions/ZJ"), 200);
    assert_string_equal(text("parent.code"), "CN");
    assert_true(json_array_size(at("indicators")) >= 4);
    assert_true(json_array_size(at("targets")) >= 2);
    assert_true(json_array_size(at("fuels")) >= 1);
    assert_int_equal(number("indicators.0.peers.of"),
                     json_array_size(at("indicators.0.peers.members")));
}

static void figures_are_tables(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/figures?entity=CN&names=annual_change,annual_change_official"
                         "&from=2016&to=2020"),
                     200);
    assert_int_equal(number("total"), 10);
    assert_string_equal(text("rows.0.figure"), "CN/2016/annual_change");
    check_near(number("rows.0.value"), -6.6652);
    assert_string_equal(text("rows.0.origin"), "computed");
    assert_string_equal(text("rows.9.figure"), "CN/2020/annual_change_official");
    assert_string_equal(text("rows.9.origin"), "recorded");
    assert_int_equal(ask("/api/v1/figures?entity=CN&names=annual_change&from=2016&limit=2"), 200);
    assert_string_equal(text("cursor"), "2");
    assert_int_equal(ask("/api/v1/figures?entity=CN&names=annual_change&from=2016&limit=2"
                         "&cursor=8"),
                     200);
    assert_string_equal(text("rows.1.period"), "2025");
    assert_true(json_is_null(at("cursor")));
    heng_request request = {
        .method = HENG_STR("GET"),
        .target = HENG_STR("/api/v1/figures?entity=CN&names=mix_share&from=2021&to=2021"),
        .accept = HENG_STR("text/csv")};
    assert_int_equal(ask_with(&request), 200);
    check_str(fixture.response.content_type, "text/csv; charset=utf-8; header=present");
    assert_true(heng_str_find(fixture.response.body,
                              HENG_STR("CN/2021/mix_share[coal],CN,2021,mix_share,coal,55.9"),
                              0) != SIZE_MAX);
}

static void factors_keep_their_versions(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/factors?table=factor_province&member=ZJ"), 200);
    assert_int_equal(number("total"), 1);
    json_t *cell = json_array_get(at("items"), 0);
    assert_string_equal(word(cell, "member_zh"), "浙江省");
    json_t *versions = json_object_get(cell, "versions");
    assert_int_equal(json_array_size(versions), 3); /* 2021, 2022, 2023, the newest first */
    assert_string_equal(word(json_array_get(versions, 0), "text"), "0.4974");
    assert_string_equal(word(json_array_get(versions, 2), "text"), "0.5422");
    assert_int_equal(ask("/api/v1/factors?q=GRID&status=recalled&limit=1"), 200);
    assert_int_equal(json_array_size(at("items")), 1);
    assert_int_equal(ask("/api/v1/factors/tables"), 200);
    assert_int_equal(
        json_integer_value(json_object_get(item("tables", "table", "factor_province"), "cells")),
        31);
    assert_int_equal(ask("/api/v1/factors?format=csv&limit=5"), 200);
}

static void lists_are_searched(void **state)
{
    (void)state;
    assert_int_equal(ask("/api/v1/entities?q=%E6%B5%99%E6%B1%9F&level=province"), 200);
    assert_int_equal(number("total"), 1);
    assert_string_equal(text("rows.0.code"), "ZJ");
    assert_int_equal(ask("/api/v1/entities?parent=CN&level=province"), 200);
    assert_int_equal(number("total"), 34);
    assert_int_equal(ask("/api/v1/entities?format=csv&limit=10000"), 200);
    assert_int_equal(ask("/api/v1/sources?q=communique%202020"), 200);
    assert_true(number("total") >= 1);
    assert_int_equal(ask("/api/v1/sources?format=csv"), 200);
    assert_int_equal(ask("/api/v1/quantities?kind=output&method=carbon_intensity"), 200);
    item("rows", "name", "cut");
    assert_int_equal(ask("/api/v1/quantities?format=csv"), 200);
    assert_int_equal(ask("/api/v1/rules"), 200);
    item("rows", "method", "carbon_intensity");
    assert_int_equal(ask("/api/v1/rules?format=csv"), 200);
    assert_int_equal(ask("/api/v1/rules/carbon_intensity"), 200);
    assert_non_null(strstr(text("text"), "method carbon_intensity"));
    assert_int_equal(ask("/api/v1/search?q=%E6%B5%99%E6%B1%9F"), 200);
    assert_string_equal(text("hits.0.kind"), "region");
    assert_string_equal(text("hits.0.code"), "ZJ");
    assert_int_equal(ask("/api/v1/search?q=carbon_intensity"), 200);
    item("hits", "kind", "rule");
    assert_int_equal(ask("/api/v1/imports"), 200);
    assert_int_equal(json_array_size(at("rows")), 0);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Whatever allocation fails, the answer is whole or a problem that can be read. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/api/v1/about", "/api/v1/nothing", "/api/v1/explain?figure=CN/2016/annual_change&depth=3",
        "/api/v1/factors?table=factor_province&member=ZJ", "/api/v1/figures?names=cut&format=csv"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        for (size_t n = 1;; n++) {
            heng_arena_deinit(&fixture.arena);
            heng_arena_init(&fixture.arena, (size_t)1 << 30);
            heng_arena_fail_after(n);
            heng_request request = {.method = HENG_STR("GET"), .target = heng_str_from(targets[i])};
            unsigned status = ask_with(&request);
            bool failed = heng_arena_asked() >= n;
            heng_arena_fail_after(0);
            if (!failed) break;
            if (status != 200 && status != 404 && status != 503)
                fail_msg("%s, allocation %zu: %u", targets[i], n, status);
            if (status != 200) read_body();
        }
    }
}

/* The very bytes that heng-verify takes. Sealed ones are in test/commands and test/flow/seal. */
static void a_figure_has_a_receipt(void **state)
{
    (void)state;
    heng_verdict verdict;
    heng_error err;
    assert_int_equal(ask("/api/v1/receipt?figure=CN/2020/cut"), 200);
    if (heng_receipt_verify(fixture.response.body, &fixture.arena, &verdict, &err))
        fail_msg("%s", err.message);
    assert_true(verdict.verified);
    assert_false(verdict.is_sealed);
    check_str(verdict.head.figure, "CN/2020/cut");
    check_str(verdict.head.as_of, "now");
    assert_true(heng_str_starts(fixture.response.disposition, HENG_STR("attachment")));
    assert_int_equal(ask("/api/v1/receipt/seal?figure=CN/2020/cut"), 200);
    assert_true(json_is_false(json_object_get(fixture.body, "sealed")));
    assert_true(json_is_null(json_object_get(fixture.body, "seal")));
    assert_int_equal(ask("/api/v1/seals"), 200);
    assert_int_equal(json_array_size(json_object_get(fixture.body, "rows")), 0);
    assert_int_equal(ask("/api/v1/receipt?figure=CN/2020/nothing"), 404);
    assert_int_equal(ask("/api/v1/receipt?figure=CN"), 404);
    assert_int_equal(ask("/api/v1/receipt"), 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(says_what_it_is),
        TEST(unchanged_replies_are_not_sent_again),
        TEST(refusals_are_problems),
        TEST(without_other_days_as_of_is_refused),
        TEST(a_scenario_is_asked_for_with_set),
        TEST(what_may_be_set_is_listed),
        TEST(the_nation_in_2025),
        TEST(computed_stands_beside_official),
        TEST(incomplete_stays_incomplete),
        TEST(the_books_of_another_day),
        TEST(a_province_by_published_energy),
        TEST(a_figure_has_a_receipt),
        TEST(a_figure_is_explained),
        TEST(the_hash_of_a_leaf_is_as_documented),
        TEST(other_books_give_another_hash),
        TEST(regions_are_listed_whole),
        TEST(a_region_shows_all_it_has),
        TEST(figures_are_tables),
        TEST(factors_keep_their_versions),
        TEST(lists_are_searched),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, open_books, close_books);
}
