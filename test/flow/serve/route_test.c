/* The table of routes and api/openapi.yaml say the same: paths, methods, parameters, types and bounds.
 *
 * The file is read line by line, as api/README.md says it is laid out: a path stands two blanks in, a
 * method four, a parameter on one line of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "flow/serve/call.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 2000, LINES_MAX = 4000 };

static heng_arena arena;
static heng_str lines[LINES_MAX];
static size_t line_count;

static int read_file(void **state)
{
    (void)state;
    char path[1000], line[LINE_BYTES];
    heng_arena_init(&arena, 8 << 20);
    snprintf(path, sizeof path, "%s/api/openapi.yaml", getenv("HENG_ROOT"));
    FILE *file = fopen(path, "r");
    if (!file) return -1;
    while (fgets(line, sizeof line, file)) {
        assert_true(line_count < LINES_MAX);
        line[strcspn(line, "\n")] = '\0';
        lines[line_count++] = heng_str_copy(&arena, heng_str_from(line));
    }
    fclose(file);
    return 0;
}

static int close_file(void **state)
{
    (void)state;
    heng_arena_deinit(&arena);
    return 0;
}

static size_t indent_of(heng_str line)
{
    size_t indent = 0;
    while (indent < line.length && line.at[indent] == ' ') indent++;
    return indent;
}

/* ---- a parameter's line ---------------------------------------------------------------------- */

/* The text after "name: " up to a comma or brace outside of brackets; empty when it is not there. */
static heng_str member(heng_str line, const char *name)
{
    heng_str key = heng_str_format(&arena, "%s: ", name);
    for (size_t at = 0; (at = heng_str_find(line, key, at)) != SIZE_MAX; at++) {
        if (at > 0 && line.at[at - 1] != ' ' && line.at[at - 1] != '{') continue;
        size_t from = at + key.length, to = from;
        if (from < line.length && line.at[from] == '[') {
            to = heng_str_find(line, HENG_STR("]"), from);
            return heng_str_slice(line, from + 1, to);
        }
        while (to < line.length && line.at[to] != ',' && line.at[to] != '}') to++;
        return heng_str_slice(line, from, to);
    }
    return (heng_str){"", 0};
}

static int64_t number(heng_str line, const char *name, int64_t otherwise)
{
    heng_str text = member(line, name);
    heng_error err;
    int64_t value = otherwise;
    if (text.length) assert_int_equal(heng_integer_parse(text, &value, &err), HENG_OK);
    return value;
}

/* The line that says what a parameter is: itself, or that of the shared one it refers to. */
static heng_str resolve(heng_str line)
{
    heng_str prefix = HENG_STR("#/components/parameters/");
    size_t at = heng_str_find(line, prefix, 0);
    if (at == SIZE_MAX) return line;
    size_t from = at + prefix.length, to = heng_str_find(line, HENG_STR("'"), from);
    heng_str key = heng_str_format(&arena, "    %.*s: {", (int)(to - from), line.at + from);
    for (size_t i = 0; i < line_count; i++)
        if (heng_str_starts(lines[i], key))
            return heng_str_slice(lines[i], key.length - 1, lines[i].length);
    fail_msg("no shared parameter %.*s", HENG_PRINT(key));
    return line;
}

static void check_choices(const heng_parameter *parameter, heng_str list)
{
    heng_text joined;
    heng_str piece;
    heng_text_init(&joined, &arena, 4096);
    while (heng_str_cut(&list, ',', &piece)) {
        if (joined.length) heng_text_add_char(&joined, '|');
        heng_text_add(&joined, heng_str_trim(piece));
    }
    check_str(heng_text_view(&joined), parameter->choices);
}

static void check_parameter(const heng_parameter *parameter, heng_str line)
{
    static const char *const types[] = {"string", "integer", "boolean",
                                        "string", "string",  "string"};
    check_str(member(line, "name"), parameter->name);
    check_str(member(line, "in"), parameter->in_path ? "path" : "query");
    assert_int_equal(heng_str_is(member(line, "required"), "true"), parameter->required);
    check_str(member(line, "type"), types[parameter->kind]);
    check_str(member(line, "format"), parameter->kind == HENG_PARAMETER_DAY ? "date" : "");
    check_str(member(line, "default"), parameter->preset ? parameter->preset : "");
    if (parameter->kind == HENG_PARAMETER_INTEGER) {
        assert_int_equal(number(line, "minimum", -1), parameter->minimum);
        assert_int_equal(number(line, "maximum", -1), parameter->maximum);
    }
    if (parameter->kind == HENG_PARAMETER_TEXT) {
        assert_int_equal(number(line, "minLength", 0), parameter->minimum);
        assert_int_equal(number(line, "maxLength", parameter->maximum), parameter->maximum);
    }
    if (parameter->kind == HENG_PARAMETER_CHOICE) check_choices(parameter, member(line, "enum"));
}

/* ---- an operation ---------------------------------------------------------------------------- */

static const heng_route *find_route(heng_str path, const char *method)
{
    for (size_t i = 0; i < heng_serve_route_count(); i++) {
        const heng_route *route = heng_serve_route(i);
        if (heng_str_is(path, route->path) && strcmp(route->method, method) == 0) return route;
    }
    return NULL;
}

/* From the line of the method on, to the next method or path. */
static void check_operation(const heng_route *route, size_t from)
{
    unsigned found = 0;
    bool csv = false;
    for (size_t i = from + 1; i < line_count && indent_of(lines[i]) > 4; i++) {
        heng_str line = heng_str_trim(lines[i]);
        if (heng_str_starts(line, HENG_STR("text/csv: ")) && strcmp(route->method, "GET") == 0)
            csv = true;
        if (!heng_str_starts(line, HENG_STR("- {"))) continue;
        assert_true(found < route->parameter_count);
        check_parameter(&route->parameters[found++], resolve(line));
    }
    assert_int_equal(found, route->parameter_count);
    assert_int_equal(csv, route->tabular);
}

static void table_and_file_agree(void **state)
{
    (void)state;
    heng_str path = {"", 0};
    size_t operations = 0;
    for (size_t i = 0; i < line_count; i++) {
        if (heng_str_is(lines[i], "components:")) break;
        if (heng_str_starts(lines[i], HENG_STR("  /")))
            path = heng_str_slice(lines[i], 2, lines[i].length - 1);
        bool get = heng_str_is(lines[i], "    get:"), post = heng_str_is(lines[i], "    post:");
        if ((!get && !post) || heng_str_is(path, "/metrics")) continue; /* the host's own */
        const heng_route *route = find_route(path, get ? "GET" : "POST");
        if (!route) fail_msg("%.*s is not in the table", HENG_PRINT(path));
        print_message("# %s %.*s\n", route->method, HENG_PRINT(path));
        check_operation(route, i);
        operations++;
    }
    assert_int_equal(operations, heng_serve_route_count());
}

/* ---- refusals -------------------------------------------------------------------------------- */

static heng_match match(const char *method, const char *target, heng_call *call,
                        heng_faults *faults, heng_str *allow)
{
    static heng_request request;
    static heng_response response;
    heng_match result;
    heng_error err;
    request = (heng_request){.method = heng_str_from(method), .target = heng_str_from(target)};
    *call = (heng_call){.request = &request, .response = &response, .arena = &arena};
    *faults = (heng_faults){0};
    assert_int_equal(heng_serve__match(call, &result, allow, faults, &err), HENG_OK);
    return result;
}

static void paths_and_methods(void **state)
{
    (void)state;
    heng_call call;
    heng_faults faults;
    heng_str allow;
    assert_int_equal(match("GET", "/api/v1/regions/ZJ", &call, &faults, &allow), HENG_MATCH_ROUTE);
    check_str(heng_serve__argument(&call, "code")->text, "ZJ");
    assert_int_equal(match("HEAD", "/api/v1/about?", &call, &faults, &allow), HENG_MATCH_ROUTE);
    static const char *const missing[] = {"/",
                                          "/api/v1",
                                          "/api/v1/",
                                          "/api/v2/about",
                                          "/api/v1/about/",
                                          "/api/v1//about",
                                          "/api/v1/regions/",
                                          "/api/v1/regions/ZJ/x"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_int_equal(match("GET", missing[i], &call, &faults, &allow), HENG_MATCH_NO_PATH);
    assert_int_equal(match("DELETE", "/api/v1/imports", &call, &faults, &allow),
                     HENG_MATCH_NO_METHOD);
    check_str(allow, "GET, HEAD, POST");
    assert_int_equal(match("POST", "/api/v1/about", &call, &faults, &allow), HENG_MATCH_NO_METHOD);
    check_str(allow, "GET, HEAD");
}

static void arguments_are_decoded(void **state)
{
    (void)state;
    heng_call call;
    heng_faults faults;
    heng_str allow;
    assert_int_equal(
        match("GET", "/api/v1/search?q=%E6%B5%99+%e6%b1%9f&limit=7", &call, &faults, &allow),
        HENG_MATCH_ROUTE);
    check_str(heng_serve__argument(&call, "q")->text, "浙 江");
    assert_int_equal(heng_serve__argument(&call, "limit")->integer, 7);
    assert_int_equal(match("GET", "/api/v1/search?q=a%2Bb", &call, &faults, &allow),
                     HENG_MATCH_ROUTE);
    check_str(heng_serve__argument(&call, "q")->text, "a+b");
    assert_int_equal(heng_serve__argument(&call, "limit")->integer, 100);
    match("GET", "/api/v1/figures?names=co2&from=2016&as_of=2020-02-28", &call, &faults, &allow);
    assert_int_equal(heng_serve__argument(&call, "from")->period.number, 2016);
    assert_false(heng_serve__argument(&call, "to")->given);
    /* The last microsecond of that day. */
    assert_true(heng_serve__argument(&call, "as_of")->instant == INT64_C(1582934399999999));
}

static void all_faults_at_once(void **state)
{
    (void)state;
    heng_call call;
    heng_faults faults;
    heng_str allow;
    static const struct {
        const char *target;
        size_t faults;
    } table[] = {
        {"/api/v1/figures", 1},                 /* names is required */
        {"/api/v1/figures?names=a&names=b", 1}, /* twice */
        {"/api/v1/figures?names=a&name=b", 1},  /* unknown */
        {"/api/v1/figures?names=a&from=soon&to=2025-13&as_of=x&limit=0&format=xml", 5},
        {"/api/v1/about?x=1", 1},
        {"/api/v1/search?q=", 1},
        {"/api/v1/search?q=%", 1},
        {"/api/v1/search?q=%E6", 1},
        {"/api/v1/search?q=%0", 1},
        {"/api/v1/search?q=a%00b", 1},
        {"/api/v1/search?%zz=1&q=a", 1},
        {"/api/v1/search?q=a&limit=10001", 1},
        {"/api/v1/search?q=a&limit=1e3", 1},
        {"/api/v1/regions/%FF", 1},
        {"/api/v1/factors?status=guessed&year=1899", 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(match("GET", table[i].target, &call, &faults, &allow), HENG_MATCH_FAULTS);
        if (faults.count != table[i].faults)
            fail_msg("%s: %zu faults", table[i].target, faults.count);
        for (size_t f = 0; f < faults.count; f++) {
            assert_true(faults.items[f].message_en.length && faults.items[f].message_zh.length);
            assert_true(faults.items[f].remedy_en.length && faults.items[f].remedy_zh.length);
        }
    }
}

static void many_faults_are_cut(void **state)
{
    (void)state;
    heng_call call;
    heng_faults faults;
    heng_str allow;
    heng_text target;
    heng_text_init(&target, &arena, 8000);
    heng_text_add(&target, HENG_STR("/api/v1/about?a"));
    for (int i = 0; i < 200; i++) heng_text_print(&target, "&p%d", i);
    assert_int_equal(match("GET", target.bytes, &call, &faults, &allow), HENG_MATCH_FAULTS);
    assert_int_equal(faults.count, HENG_FAULTS_MAX);
    while (target.length < 7990) heng_text_add(&target, HENG_STR("&aaaaaa"));
    heng_text longer;
    heng_text_init(&longer, &arena, 20000);
    heng_text_print(&longer, "%s%s", target.bytes, target.bytes);
    assert_int_equal(match("GET", longer.bytes, &call, &faults, &allow), HENG_MATCH_FAULTS);
    assert_int_equal(faults.count, 1);
    assert_true(heng_str_is(faults.items[0].parameter, "?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_and_file_agree),  cmocka_unit_test(paths_and_methods),
        cmocka_unit_test(arguments_are_decoded), cmocka_unit_test(all_faults_at_once),
        cmocka_unit_test(many_faults_are_cut),
    };
    return cmocka_run_group_tests(tests, read_file, close_file);
}
