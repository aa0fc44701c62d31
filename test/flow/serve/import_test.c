/* Files posted to /imports: whole, refused with every fault, repeated, in conflict with the books.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "core/pack/pack.h"
#include "flow/serve/serve.h"
#include "host/ram/ram_store.h"
#include "packs/pack_fixture.h"

#include <jansson.h>

static struct {
    pack_fixture pack;
    heng_compiled compiled;
    heng_world world;
    heng_serve_context context;
    heng_arena arena; /* of one test */
    heng_response response;
    json_t *body;
} fixture;

static const heng_entity places[] = {
    {.code = {"CN", 2}, .kind = {"place", 5}, .level = {"country", 7}, .name_en = {"China", 5}},
    {.code = {"ZJ", 2}, .kind = {"place", 5}, .level = {"province", 8}, .name_en = {"Zhejiang", 8}},
};
static const heng_source sources[] = {{.code = {"BOOK", 4}, .title = {"A yearbook", 10}}};

static int open_books(void **state)
{
    (void)state;
    pack_open(&fixture.pack);
    heng_arena *arena = &fixture.pack.arena;
    heng_rule_file *files = HENG_ARRAY(arena, fixture.pack.file_count, heng_rule_file);
    for (size_t i = 0; i < fixture.pack.file_count; i++)
        files[i] = (heng_rule_file){fixture.pack.files[i].name, fixture.pack.files[i].bytes};
    heng_pack pack = {HENG_STR("cn"), HENG_STR("test"), files, fixture.pack.file_count};
    heng_evaluation *evaluation = NULL;
    heng_error err = {0};
    if (heng_pack_compile(&pack, arena, &fixture.compiled, &err)) fail_msg("%s", err.message);
    fixture.world = (heng_world){.entities = places, .entity_count = 2};
    if (heng_evaluate(fixture.compiled.program, &fixture.world, heng_year(2025), NULL, NULL, arena,
                      &evaluation, &err))
        fail_msg("%s", err.message);
    fixture.context = (heng_serve_context){.program = fixture.compiled.program,
                                           .now = {.as_of = HENG_INSTANT_MAX,
                                                   .world = &fixture.world,
                                                   .evaluation = evaluation,
                                                   .sources = sources,
                                                   .source_count = 1},
                                           .version = HENG_STR("0.1.0")};
    heng_instant now;
    assert_int_equal(heng_instant_parse(HENG_STR("2026-03-01T08:00:00Z"), false, &now, &err),
                     HENG_OK);
    fixture.context.clock = now;
    return 0;
}

static int close_books(void **state)
{
    (void)state;
    pack_close(&fixture.pack);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    heng_error err;
    heng_arena_init(&fixture.arena, (size_t)1 << 30);
    return heng_ram_open((size_t)1 << 26, &fixture.context.store, &err) == HENG_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    json_decref(fixture.body);
    fixture.body = NULL;
    heng_store_close(fixture.context.store);
    heng_arena_deinit(&fixture.arena);
    return 0;
}

static unsigned ask(const heng_request *request)
{
    json_error_t why;
    heng_serve(&fixture.context, request, &fixture.arena, &fixture.response);
    json_decref(fixture.body);
    fixture.body = json_loadb(fixture.response.body.at, fixture.response.body.length,
                              JSON_REJECT_DUPLICATES, &why);
    if (!fixture.body) fail_msg("not JSON: %s", why.text);
    return fixture.response.status;
}

static unsigned post(const char *target, const char *type, const char *body)
{
    heng_request request = {.method = HENG_STR("POST"),
                            .target = heng_str_from(target),
                            .content_type = heng_str_from(type),
                            .body = heng_str_from(body)};
    return ask(&request);
}

static unsigned get(const char *target)
{
    heng_request request = {.method = HENG_STR("GET"), .target = heng_str_from(target)};
    return ask(&request);
}

static json_t *member(const char *key)
{
    json_t *value = json_object_get(fixture.body, key);
    if (!value) fail_msg("no %s", key);
    return value;
}

static int64_t record_count(const char *key)
{
    return json_integer_value(json_object_get(member("records"), key));
}

static uint64_t facts_kept(void)
{
    heng_store_counts counts;
    heng_error err;
    assert_int_equal(heng_store_count(fixture.context.store, &counts, &err), HENG_OK);
    return counts.facts;
}

#define HEAD            "entity,name,keys,period,value,unit,quality,status,source,note,recorded\r\n"
#define ROW(value, day) "ZJ,gdp_nominal,,2019," value ",10^8 CNY,reported,seen,BOOK,," day "\r\n"

static const char good[] = HEAD ROW("62352", "2020-10-31") ROW("62462", "2021-10-31");
static const char bad[] =
    HEAD "ZJ,gdp_nominal,,2019,many,10^8 CNY,reported,seen,BOOK,,2020-10-31\r\n"
         "XX,gdp_nominal,,2019,1,10^8 CNY,reported,seen,BOOK,,2020-10-31\r\n"
         "ZJ,gdp_nominal,,2019,1,t CO2,reported,seen,NOBOOK,,2020-10-31\r\n";

static void a_dry_run_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(post("/api/v1/imports?dry_run=1&name=gdp.csv", "text/csv", good), 200);
    assert_true(json_is_true(member("dry_run")));
    assert_true(json_is_null(member("recorded")));
    assert_int_equal(json_integer_value(member("rows")), 2);
    assert_int_equal(record_count("new"), 1);
    assert_int_equal(record_count("revisions"), 1);
    assert_false(fixture.response.recorded);
    assert_int_equal(facts_kept(), 0);
    get("/api/v1/imports");
    assert_int_equal(json_array_size(member("rows")), 0);
}

static void a_file_is_recorded_once(void **state)
{
    (void)state;
    assert_int_equal(post("/api/v1/imports?name=gdp.csv", "text/csv; charset=utf-8", good), 201);
    assert_true(fixture.response.recorded);
    assert_int_equal(fixture.response.etag.length, 0);
    assert_int_equal(facts_kept(), 2);
    assert_string_equal(json_string_value(member("name")), "gdp.csv");
    assert_string_equal(json_string_value(member("recorded")), "2026-03-01T08:00:00Z");
    assert_int_equal(strlen(json_string_value(member("hash"))), 64);
    assert_int_equal(post("/api/v1/imports?name=again.csv", "text/csv", good), 200);
    assert_true(json_is_true(member("known_before")));
    assert_string_equal(json_string_value(member("name")), "gdp.csv");
    assert_false(fixture.response.recorded);
    assert_int_equal(facts_kept(), 2);
    get("/api/v1/imports");
    assert_int_equal(json_array_size(member("rows")), 1);
}

static void a_bad_file_is_refused_whole(void **state)
{
    (void)state;
    assert_int_equal(post("/api/v1/imports", "text/csv", bad), 422);
    check_str(fixture.response.content_type, "application/problem+json");
    json_t *findings = member("findings"), *finding;
    assert_true(json_array_size(findings) >= 4);
    assert_int_equal(json_integer_value(member("found")), json_array_size(findings));
    assert_int_equal(json_integer_value(json_object_get(json_array_get(findings, 0), "row")), 2);
    size_t index;
    json_array_foreach(findings, index, finding)
    {
        assert_true(json_string_length(json_object_get(finding, "message_en")) > 0);
        assert_true(json_string_length(json_object_get(finding, "message_zh")) > 0);
        assert_true(json_string_length(json_object_get(finding, "remedy_en")) > 0);
    }
    assert_int_equal(facts_kept(), 0);
}

static void the_books_are_not_contradicted(void **state)
{
    (void)state;
    static const char other[] = HEAD ROW("70000", "2020-10-31");
    assert_int_equal(post("/api/v1/imports", "text/csv", good), 201);
    assert_int_equal(post("/api/v1/imports?dry_run=true", "text/csv", other), 422);
    assert_int_equal(post("/api/v1/imports", "text/csv", other), 422);
    json_t *finding = json_array_get(member("findings"), 0);
    assert_string_equal(json_string_value(json_object_get(finding, "code")), "R101");
    assert_int_equal(facts_kept(), 2);
    assert_false(heng_store_in_step(fixture.context.store));
}

static void a_form_is_taken(void **state)
{
    (void)state;
    heng_str body = heng_str_format(&fixture.arena,
                                    "--b\r\nContent-Disposition: form-data; name=\"file\"; "
                                    "filename=\"form.csv\"\r\n\r\n%s\r\n--b--\r\n",
                                    good);
    assert_int_equal(post("/api/v1/imports", "multipart/form-data; boundary=b", body.at), 201);
    assert_string_equal(json_string_value(member("name")), "form.csv");
}

static void other_types_are_refused(void **state)
{
    (void)state;
    assert_int_equal(post("/api/v1/imports", "application/json", "{}"), 415);
    assert_int_equal(post("/api/v1/imports", "", good), 415);
    assert_int_equal(post("/api/v1/imports", "multipart/form-data; boundary=b", good), 415);
    assert_int_equal(post("/api/v1/imports?dry_run=perhaps", "text/csv", good), 400);
}

/* Whatever allocation fails, the books hold all of the file or nothing, and no step stays open. */
static void every_allocation_may_fail(void **state)
{
    for (size_t n = 1;; n++) {
        end(state);
        begin(state);
        heng_request request = {.method = HENG_STR("POST"),
                                .target = HENG_STR("/api/v1/imports"),
                                .content_type = HENG_STR("text/csv"),
                                .body = HENG_STR(HEAD ROW("1", "2020-10-31"))};
        heng_arena_fail_after(n);
        heng_serve(&fixture.context, &request, &fixture.arena, &fixture.response);
        bool failed = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        assert_false(heng_store_in_step(fixture.context.store));
        assert_int_equal(facts_kept(), fixture.response.status == 201 ? 1 : 0);
        if (!failed) {
            assert_int_equal(fixture.response.status, 201);
            break;
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dry_run_leaves_nothing),
        TEST(a_file_is_recorded_once),
        TEST(a_bad_file_is_refused_whole),
        TEST(the_books_are_not_contradicted),
        TEST(a_form_is_taken),
        TEST(other_types_are_refused),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, open_books, close_books);
}
