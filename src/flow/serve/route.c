/* flow/serve/route.c: the table of routes, and how a target is matched and its parameters are read.
 *
 * The table mirrors api/openapi.yaml; a test compares them. A request is refused with every parameter
 * that cannot be used, the unknown and the repeated among them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"

#include <assert.h>
#include <inttypes.h>

/* ---- the table ------------------------------------------------------------------------------- */

#define PREFIX "/api/v1"

/* A target longer than this is no honest question. */
enum { TARGET_MAX = 8192 /* refuse_length says it too */, NAMES_MAX = 2000 };

#define AS_OF                                                                                      \
    {                                                                                              \
        .name = "as_of", .kind = HENG_PARAMETER_DAY                                                \
    }
#define SET                                                                                        \
    {                                                                                              \
        .name = "set", .kind = HENG_PARAMETER_TEXT, .minimum = 1, .maximum = NAMES_MAX             \
    }
#define FORMAT                                                                                     \
    {                                                                                              \
        .name = "format", .kind = HENG_PARAMETER_CHOICE, .choices = "json|csv"                     \
    }
#define CURSOR                                                                                     \
    {                                                                                              \
        .name = "cursor", .kind = HENG_PARAMETER_TEXT                                              \
    }
#define LIMIT                                                                                      \
    {                                                                                              \
        .name = "limit", .kind = HENG_PARAMETER_INTEGER, .minimum = 1, .maximum = 10000,           \
        .preset = "100"                                                                            \
    }
#define YEAR                                                                                       \
    {                                                                                              \
        .name = "year", .kind = HENG_PARAMETER_INTEGER, .minimum = HENG_YEAR_MIN,                  \
        .maximum = HENG_YEAR_MAX                                                                   \
    }
#define WORDS(n)                                                                                   \
    {                                                                                              \
        .name = (n), .kind = HENG_PARAMETER_TEXT                                                   \
    }

typedef struct row {
    heng_route route;
    heng_handler *handle;
} row;

static const row rows[] = {
    {{"GET", "/about", false, 0, {{0}}}, heng_serve__about},
    {{"GET", "/health", false, 0, {{0}}}, heng_serve__health},
    {{"GET",
      "/overview",
      false,
      3,
      {{.name = "entity", .kind = HENG_PARAMETER_TEXT, .preset = "CN"}, YEAR, AS_OF}},
     heng_serve__overview},
    {{"GET",
      "/regions",
      true,
      5,
      {WORDS("indicator"),
       YEAR,
       {.name = "level", .kind = HENG_PARAMETER_TEXT, .preset = "province"},
       AS_OF,
       FORMAT}},
     heng_serve__regions},
    {{"GET",
      "/regions/{code}",
      false,
      2,
      {{.name = "code", .kind = HENG_PARAMETER_TEXT, .in_path = true, .required = true}, AS_OF}},
     heng_serve__region},
    {{"GET",
      "/figures",
      true,
      9,
      {{.name = "entity", .kind = HENG_PARAMETER_TEXT, .maximum = NAMES_MAX},
       {.name = "names", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       {.name = "from", .kind = HENG_PARAMETER_PERIOD},
       {.name = "to", .kind = HENG_PARAMETER_PERIOD},
       LIMIT,
       CURSOR,
       AS_OF,
       SET,
       FORMAT}},
     heng_serve__figures},
    {{"GET",
      "/explain",
      false,
      4,
      {{.name = "figure", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       {.name = "depth",
        .kind = HENG_PARAMETER_INTEGER,
        .minimum = 1,
        .maximum = 24,
        .preset = "12"},
       AS_OF,
       SET}},
     heng_serve__explain},
    {{"GET",
      "/restatement",
      true,
      4,
      {{.name = "figure", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       WORDS("from"),
       WORDS("to"),
       FORMAT}},
     heng_serve__restatement},
    {{"GET", "/runs", true, 1, {FORMAT}}, heng_serve__runs},
    {{"GET",
      "/receipt",
      false,
      2,
      {{.name = "figure", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       AS_OF}},
     heng_serve__receipt},
    {{"GET",
      "/receipt/seal",
      false,
      2,
      {{.name = "figure", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       AS_OF}},
     heng_serve__receipt_seal},
    {{"GET", "/seals", true, 1, {FORMAT}}, heng_serve__seals},
    {{"GET",
      "/uncertainty",
      false,
      6,
      {{.name = "figure", .kind = HENG_PARAMETER_TEXT, .required = true, .maximum = NAMES_MAX},
       {.name = "draws",
        .kind = HENG_PARAMETER_INTEGER,
        .minimum = 100,
        .maximum = 1000000,
        .preset = "10000"},
       {.name = "seed",
        .kind = HENG_PARAMETER_INTEGER,
        .minimum = 0,
        .maximum = 1000000000,
        .preset = "1"},
       {.name = "top",
        .kind = HENG_PARAMETER_INTEGER,
        .minimum = 1,
        .maximum = 1000,
        .preset = "20"},
       AS_OF,
       SET}},
     heng_serve__uncertainty},
    {{"GET",
      "/factors",
      true,
      8,
      {WORDS("q"),
       WORDS("table"),
       {.name = "status",
        .kind = HENG_PARAMETER_CHOICE,
        .choices = "verified|seen|draft|recalled|recalled high|recalled medium|recalled low|"
                   "example"},
       WORDS("member"),
       YEAR,
       LIMIT,
       CURSOR,
       FORMAT}},
     heng_serve__factors},
    {{"GET", "/factors/tables", true, 1, {FORMAT}}, heng_serve__factor_tables},
    {{"GET",
      "/entities",
      true,
      7,
      {WORDS("level"), WORDS("parent"), WORDS("q"), LIMIT, CURSOR, AS_OF, FORMAT}},
     heng_serve__entities},
    {{"GET", "/sources", true, 4, {WORDS("q"), LIMIT, CURSOR, FORMAT}}, heng_serve__sources},
    {{"GET",
      "/quantities",
      true,
      4,
      {{.name = "kind",
        .kind = HENG_PARAMETER_CHOICE,
        .choices = "input|table|parameter|rule|output"},
       WORDS("method"),
       WORDS("q"),
       FORMAT}},
     heng_serve__quantities},
    {{"GET", "/rules", true, 1, {FORMAT}}, heng_serve__rules},
    {{"GET",
      "/rules/{method}",
      false,
      1,
      {{.name = "method", .kind = HENG_PARAMETER_TEXT, .in_path = true, .required = true}}},
     heng_serve__rule},
    {{"GET",
      "/search",
      false,
      2,
      {{.name = "q",
        .kind = HENG_PARAMETER_TEXT,
        .required = true,
        .minimum = 1,
        .maximum = HENG_NAME_MAX},
       LIMIT}},
     heng_serve__search},
    {{"GET", "/imports", true, 1, {FORMAT}}, heng_serve__imports},
    {{"POST",
      "/imports",
      false,
      2,
      {{.name = "dry_run", .kind = HENG_PARAMETER_BOOLEAN, .preset = "false"},
       {.name = "name", .kind = HENG_PARAMETER_TEXT, .maximum = HENG_NAME_MAX}}},
     heng_serve__import},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

size_t heng_serve_route_count(void)
{
    return ROW_COUNT;
}

const heng_route *heng_serve_route(size_t index)
{
    assert(index < ROW_COUNT);
    return &rows[index].route;
}

const heng_argument *heng_serve__argument(const heng_call *call, const char *name)
{
    for (unsigned i = 0; i < call->route->parameter_count; i++)
        if (strcmp(call->route->parameters[i].name, name) == 0) return &call->arguments[i];
    assert(!"a handler asks for a parameter that its route does not have");
    return NULL;
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void add_fault(heng_faults *faults, heng_fault fault)
{
    if (faults->count < HENG_FAULTS_MAX) faults->items[faults->count++] = fault;
}

static void refuse(heng_call *call, heng_faults *faults, const heng_parameter *parameter,
                   heng_str value, const char *is_not, const char *is_not_zh, heng_str remedy,
                   heng_str remedy_zh)
{
    add_fault(faults, (heng_fault){.parameter = heng_str_from(parameter->name),
                                   .value = value,
                                   .has_value = true,
                                   .message_en = heng_str_format(call->arena, "\"%.*s\" %s.",
                                                                 HENG_PRINT(value), is_not),
                                   .message_zh = heng_str_format(call->arena, "“%.*s”%s。",
                                                                 HENG_PRINT(value), is_not_zh),
                                   .remedy_en = remedy,
                                   .remedy_zh = remedy_zh});
}

/* ---- percent-encoding (RFC 3986, 2.1; + for a blank as forms write it) ----------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* False when the text is not well encoded, not UTF-8, or holds a control character. */
static bool decode(heng_arena *arena, heng_str text, bool plus, heng_str *out, bool *memory)
{
    char *bytes = heng_arena_alloc(arena, text.length + 1);
    *memory = bytes != NULL;
    if (!bytes) return false;
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < text.length ? hex_digit(text.at[i + 1]) : -1;
            int low = i + 2 < text.length ? hex_digit(text.at[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F) return false;
        bytes[length++] = c;
    }
    *out = (heng_str){bytes, length};
    return heng_utf8_valid(*out) == length;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_choice(const char *choices, heng_str value)
{
    heng_str rest = heng_str_from(choices), choice;
    while (heng_str_cut(&rest, '|', &choice))
        if (heng_str_equal(choice, value)) return true;
    return false;
}

static void read_text(heng_call *call, const heng_parameter *parameter, heng_argument *argument,
                      heng_faults *faults)
{
    int64_t maximum = parameter->maximum ? parameter->maximum : HENG_NAME_MAX;
    int64_t length = (int64_t)argument->text.length;
    if (length < parameter->minimum)
        refuse(call, faults, parameter, argument->text, "is empty", "为空",
               HENG_STR("Give at least one character."), HENG_STR("请至少输入一个字符。"));
    else if (length > maximum)
        refuse(call, faults, parameter, heng_str_slice(argument->text, 0, 0), "is too long", "过长",
               heng_str_format(call->arena, "Give at most %" PRId64 " bytes.", maximum),
               heng_str_format(call->arena, "请不超过 %" PRId64 " 字节。", maximum));
}

static void read_integer(heng_call *call, const heng_parameter *parameter, heng_argument *argument,
                         heng_faults *faults)
{
    heng_error err;
    if (heng_integer_parse(argument->text, &argument->integer, &err) == HENG_OK &&
        argument->integer >= parameter->minimum && argument->integer <= parameter->maximum)
        return;
    refuse(call, faults, parameter, argument->text, "is not a whole number in range",
           "不是范围内的整数",
           heng_str_format(call->arena, "Write a whole number from %" PRId64 " to %" PRId64 ".",
                           parameter->minimum, parameter->maximum),
           heng_str_format(call->arena, "请输入 %" PRId64 " 至 %" PRId64 " 的整数。",
                           parameter->minimum, parameter->maximum));
}

static void read_value(heng_call *call, const heng_parameter *parameter, heng_argument *argument,
                       heng_faults *faults)
{
    heng_error err;
    heng_str text = argument->text;
    switch (parameter->kind) {
    case HENG_PARAMETER_TEXT: read_text(call, parameter, argument, faults); return;
    case HENG_PARAMETER_INTEGER: read_integer(call, parameter, argument, faults); return;
    case HENG_PARAMETER_BOOLEAN:
        argument->integer = heng_str_is(text, "true") || heng_str_is(text, "1");
        if (argument->integer || heng_str_is(text, "false") || heng_str_is(text, "0")) return;
        refuse(call, faults, parameter, text, "is neither true nor false", "不是 true 或 false",
               HENG_STR("Write true or false."), HENG_STR("请写 true 或 false。"));
        return;
    case HENG_PARAMETER_DAY:
        if (heng_instant_parse(text, true, &argument->instant, &err) == HENG_OK) return;
        refuse(call, faults, parameter, text, "is not a date", "不是日期",
               HENG_STR("Write it as 2026-02-28."), HENG_STR("请写成 2026-02-28。"));
        return;
    case HENG_PARAMETER_PERIOD:
        if (heng_period_parse(text, &argument->period, &err) == HENG_OK) return;
        refuse(call, faults, parameter, text, "is not a period", "不是期间",
               HENG_STR("Write a year (2025), half (2025-H1), quarter (2025-Q3), month (2025-07) "
                        "or plan (plan-14)."),
               HENG_STR("请写年（2025）、半年（2025-H1）、季（2025-Q3）、月（2025-07）或"
                        "规划期（plan-14）。"));
        return;
    case HENG_PARAMETER_CHOICE:
        if (is_choice(parameter->choices, text)) return;
        refuse(call, faults, parameter, text, "is not one of the choices", "不在可选范围",
               heng_str_format(call->arena, "Write one of: %s.", parameter->choices),
               heng_str_format(call->arena, "可选：%s。", parameter->choices));
        return;
    }
}

/* ---- the query ------------------------------------------------------------------------------- */

static const heng_parameter *find_parameter(const heng_route *route, heng_str name, unsigned *index)
{
    for (*index = 0; *index < route->parameter_count; (*index)++)
        if (heng_str_is(name, route->parameters[*index].name) && !route->parameters[*index].in_path)
            return &route->parameters[*index];
    return NULL;
}

static heng_str known_names(heng_call *call)
{
    heng_text text;
    heng_text_init(&text, call->arena, 1024);
    for (unsigned i = 0; i < call->route->parameter_count; i++) {
        if (call->route->parameters[i].in_path) continue;
        if (text.length) heng_text_add(&text, HENG_STR(", "));
        heng_text_add(&text, heng_str_from(call->route->parameters[i].name));
    }
    return heng_text_view(&text);
}

static void refuse_unknown(heng_call *call, heng_str name, heng_str value, heng_faults *faults)
{
    heng_str known = known_names(call);
    heng_fault fault = {.parameter = name,
                        .value = value,
                        .has_value = true,
                        .message_en = HENG_STR("This route has no such parameter."),
                        .message_zh = HENG_STR("此接口没有该参数。"),
                        .remedy_en = HENG_STR("Leave it out: this route takes none."),
                        .remedy_zh = HENG_STR("请去掉：此接口没有参数。")};
    if (known.length) {
        fault.remedy_en = heng_str_format(call->arena, "It takes: %.*s.", HENG_PRINT(known));
        fault.remedy_zh = heng_str_format(call->arena, "可用参数：%.*s。", HENG_PRINT(known));
    }
    add_fault(faults, fault);
}

static void refuse_encoding(heng_str name, heng_faults *faults)
{
    add_fault(faults,
              (heng_fault){.parameter = name,
                           .message_en = HENG_STR("Its value is not percent-encoded UTF-8."),
                           .message_zh = HENG_STR("参数值不是百分号编码的 UTF-8 文本。"),
                           .remedy_en = HENG_STR("Encode it as RFC 3986 says."),
                           .remedy_zh = HENG_STR("请按 RFC 3986 编码。")});
}

static void refuse_length(heng_faults *faults)
{
    add_fault(faults, (heng_fault){.parameter = HENG_STR("?"),
                                   .message_en = HENG_STR("The address is longer than 8192 bytes."),
                                   .message_zh = HENG_STR("请求地址超过 8192 字节。"),
                                   .remedy_en = HENG_STR("Ask for less at a time."),
                                   .remedy_zh = HENG_STR("请分次请求。")});
}

/* One "name=value" of the query. */
static heng_status read_pair(heng_call *call, heng_str pair, heng_faults *faults, heng_error *err)
{
    heng_str raw_name, name, value;
    bool memory = true;
    heng_str rest = pair;
    if (!heng_str_cut(&rest, '=', &raw_name)) return HENG_OK;
    if (!decode(call->arena, raw_name, true, &name, &memory)) {
        if (!memory) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a parameter");
        refuse_encoding(HENG_STR("?"), faults);
        return HENG_OK;
    }
    unsigned index;
    const heng_parameter *parameter = find_parameter(call->route, name, &index);
    if (!decode(call->arena, rest, true, &value, &memory)) {
        if (!memory) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a parameter");
        refuse_encoding(name, faults);
        if (parameter) call->arguments[index].given = true;
        return HENG_OK;
    }
    if (!parameter) {
        refuse_unknown(call, name, value, faults);
        return HENG_OK;
    }
    if (call->arguments[index].given) {
        refuse(call, faults, parameter, value, "is a second value", "是重复的取值",
               HENG_STR("Give it once."), HENG_STR("请只给一次。"));
        return HENG_OK;
    }
    call->arguments[index].given = true;
    call->arguments[index].text = value;
    read_value(call, parameter, &call->arguments[index], faults);
    return HENG_OK;
}

static heng_status read_query(heng_call *call, heng_str query, heng_faults *faults, heng_error *err)
{
    heng_str pair;
    while (heng_str_cut(&query, '&', &pair)) {
        if (!pair.length) continue;
        heng_status status = read_pair(call, pair, faults, err);
        if (status != HENG_OK) return status;
    }
    for (unsigned i = 0; i < call->route->parameter_count; i++) {
        const heng_parameter *parameter = &call->route->parameters[i];
        heng_argument *argument = &call->arguments[i];
        if (argument->given) continue;
        if (parameter->preset) {
            argument->given = true;
            argument->text = heng_str_from(parameter->preset);
            read_value(call, parameter, argument, faults);
        } else if (parameter->required) {
            add_fault(
                faults,
                (heng_fault){
                    .parameter = heng_str_from(parameter->name),
                    .message_en = HENG_STR("It is required and was not given."),
                    .message_zh = HENG_STR("缺少必需的参数。"),
                    .remedy_en = heng_str_format(call->arena, "Add ?%s=...", parameter->name),
                    .remedy_zh = heng_str_format(call->arena, "请加上 ?%s=...", parameter->name)});
        }
    }
    return HENG_OK;
}

/* ---- the path -------------------------------------------------------------------------------- */

/* Compares segment by segment; fills path arguments when `call` has this route. */
static bool match_path(heng_str pattern, heng_str path, heng_str values[], unsigned *value_count)
{
    heng_str expected, found;
    *value_count = 0;
    for (;;) {
        bool more_expected = heng_str_cut(&pattern, '/', &expected);
        bool more_found = heng_str_cut(&path, '/', &found);
        if (more_expected != more_found) return false;
        if (!more_expected) return true;
        if (expected.length && expected.at[0] == '{') {
            if (!found.length) return false;
            values[(*value_count)++] = found;
        } else if (!heng_str_equal(expected, found)) {
            return false;
        }
    }
}

static heng_status read_path_values(heng_call *call, const heng_str values[], unsigned value_count,
                                    heng_faults *faults, heng_error *err)
{
    unsigned next = 0;
    for (unsigned i = 0; i < call->route->parameter_count && next < value_count; i++) {
        const heng_parameter *parameter = &call->route->parameters[i];
        if (!parameter->in_path) continue;
        heng_argument *argument = &call->arguments[i];
        bool memory = true;
        argument->given = true;
        if (decode(call->arena, values[next++], false, &argument->text, &memory))
            read_value(call, parameter, argument, faults);
        else if (!memory)
            return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the path");
        else
            refuse_encoding(heng_str_from(parameter->name), faults);
    }
    return HENG_OK;
}

/* HEAD is a GET whose body the host leaves out. */
static bool same_method(heng_str asked, const char *method)
{
    return heng_str_is(asked, method) || (heng_str_is(asked, "HEAD") && strcmp(method, "GET") == 0);
}

static void add_allowed(heng_text *allow, const char *method)
{
    if (allow->length) heng_text_add(allow, HENG_STR(", "));
    heng_text_add(allow, heng_str_from(method));
    if (strcmp(method, "GET") == 0) heng_text_add(allow, HENG_STR(", HEAD"));
}

heng_status heng_serve__match(heng_call *call, heng_match *out, heng_str *allow,
                              heng_faults *faults, heng_error *err)
{
    heng_str query = call->request->target, path;
    *out = HENG_MATCH_NO_PATH;
    if (query.length > TARGET_MAX) {
        refuse_length(faults);
        *out = HENG_MATCH_FAULTS;
        return HENG_OK;
    }
    if (!heng_str_cut(&query, '?', &path) || !heng_str_starts(path, HENG_STR(PREFIX "/")))
        return HENG_OK;
    path = heng_str_slice(path, sizeof PREFIX - 1, path.length);
    heng_text allowed;
    heng_text_init(&allowed, call->arena, 64);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        heng_str values[HENG_ROUTE_PARAMETERS_MAX];
        unsigned value_count;
        if (!match_path(heng_str_from(rows[i].route.path), path, values, &value_count)) continue;
        add_allowed(&allowed, rows[i].route.method);
        if (!same_method(call->request->method, rows[i].route.method)) continue;
        call->route = &rows[i].route;
        call->handle = rows[i].handle;
        heng_status status = read_path_values(call, values, value_count, faults, err);
        if (status == HENG_OK) status = read_query(call, query, faults, err);
        *out = faults->count ? HENG_MATCH_FAULTS : HENG_MATCH_ROUTE;
        return status;
    }
    if (allowed.failed) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for Allow");
    if (!allowed.length) return HENG_OK;
    *allow = heng_text_view(&allowed);
    *out = HENG_MATCH_NO_METHOD;
    return HENG_OK;
}
