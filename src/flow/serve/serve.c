/* flow/serve/serve.c: the way of a request: match, negotiate, look, answer, tag.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"

#include <assert.h>

/* The longest reply: every figure of a national book as JSON is some 20 MB. */
enum { BODY_BYTES_MAX = 64 << 20 };

static const char json_type[] = "application/json";
static const char csv_type[] = "text/csv; charset=utf-8; header=present";

/* ---- refusals before a handler is asked ------------------------------------------------------ */

static void answer_no_path(heng_call *call)
{
    heng_problem problem = {
        .status = 404,
        .type = "/problems/no-such-route",
        .title = "No such route",
        .title_zh = "没有此接口",
        .detail = HENG_STR("Nothing is served at this path."),
        .detail_zh = HENG_STR("此路径下没有内容。"),
        .remedy = HENG_STR("The routes are listed in api/openapi.yaml; they begin with /api/v1/."),
        .remedy_zh = HENG_STR("接口清单见 api/openapi.yaml，均以 /api/v1/ 开头。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

static void answer_no_method(heng_call *call, heng_str allow)
{
    heng_problem problem = {
        .status = 405,
        .type = "/problems/method-not-allowed",
        .title = "Method not allowed",
        .title_zh = "不支持的方法",
        .detail = heng_str_format(call->arena, "This path takes %.*s.", HENG_PRINT(allow)),
        .detail_zh = heng_str_format(call->arena, "此路径支持 %.*s。", HENG_PRINT(allow)),
        .remedy = HENG_STR("Use one of the methods of the header Allow."),
        .remedy_zh = HENG_STR("请使用 Allow 头中的方法。")};
    call->response->allow = allow;
    heng_serve_problem(&problem, call->arena, call->response);
}

static void answer_not_acceptable(heng_call *call)
{
    heng_problem problem = {
        .status = 406,
        .type = "/problems/not-acceptable",
        .title = "Not acceptable",
        .title_zh = "无法提供所要的格式",
        .detail = call->route->tabular ? HENG_STR("This route gives application/json and text/csv.")
                                       : HENG_STR("This route gives application/json."),
        .detail_zh = call->route->tabular ? HENG_STR("此接口提供 application/json 与 text/csv。")
                                          : HENG_STR("此接口提供 application/json。"),
        .remedy = HENG_STR("Change the header Accept, or leave it out."),
        .remedy_zh = HENG_STR("请修改或去掉 Accept 头。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

/* Of a day, or of a scenario, where the books are evaluated once only. */
static void answer_no_other_view(heng_call *call, const char *parameter)
{
    heng_faults faults = {.count = 1,
                          .items = {{.parameter = heng_str_from(parameter),
                                     .value = heng_serve__argument(call, parameter)->text,
                                     .has_value = true,
                                     .message_en = HENG_STR("This server shows one state only."),
                                     .message_zh = HENG_STR("此服务只提供一种状态。"),
                                     .remedy_en = HENG_STR("Leave it out."),
                                     .remedy_zh = HENG_STR("请去掉该参数。")}}};
    heng_serve__faults(&faults, call->arena, call->response);
}

static void answer_failure(heng_call *call, const heng_error *err)
{
    bool memory = err->status == HENG_NO_MEMORY || err->status == HENG_TOO_LARGE;
    heng_problem problem = {
        .status = memory ? 503 : 500,
        .type = memory ? "/problems/too-large" : "/problems/failure",
        .title = memory ? "The reply is too large" : "The server failed",
        .title_zh = memory ? "应答过大" : "服务出错",
        .detail = heng_str_from(err->message),
        .detail_zh = heng_str_from(err->message),
        .remedy = memory ? HENG_STR("Ask for less, for example with a smaller limit.")
                         : HENG_STR("Nothing was changed. Ask again; the log of the server has "
                                    "the reason."),
        .remedy_zh = memory ? HENG_STR("请缩小查询范围，例如减小 limit。")
                            : HENG_STR("数据未被改动。请重试，原因见服务日志。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

/* ---- the reply ------------------------------------------------------------------------------- */

/* Takes `format` or else the header Accept; false when neither can be met. */
static bool choose_format(heng_call *call)
{
    static const char *const offers[] = {"application/json", "text/csv"};
    if (call->route->tabular) {
        const heng_argument *format = heng_serve__argument(call, "format");
        if (format->given) {
            call->csv = heng_str_is(format->text, "csv");
            return true;
        }
    }
    size_t offer_count = call->route->tabular ? 2 : 1;
    size_t choice = heng_serve__negotiate(call->request->accept, offers, offer_count);
    call->csv = choice == 1;
    return choice != SIZE_MAX;
}

/* The argument of that name, or NULL where the route has none or none was given. */
static const heng_argument *given(const heng_call *call, const char *name)
{
    for (unsigned i = 0; i < call->route->parameter_count; i++)
        if (strcmp(call->route->parameters[i].name, name) == 0)
            return call->arguments[i].given ? &call->arguments[i] : NULL;
    return NULL;
}

/* Each fault of the settings is a fault of the parameter `set`. */
static void answer_bad_scenario(heng_call *call, const heng_diagnostics *found)
{
    heng_faults faults = {0};
    heng_arena *arena = call->arena;
    for (size_t i = 0; i < found->count && faults.count < HENG_FAULTS_MAX; i++) {
        const heng_diagnostic *one = &found->items[i];
        faults.items[faults.count++] = (heng_fault){
            .parameter = HENG_STR("set"),
            .value = heng_serve__argument(call, "set")->text,
            .has_value = true,
            .message_en = heng_str_format(arena, "%.*s [%s].", HENG_PRINT(one->message), one->code),
            .message_zh = heng_str_format(arena, "情景参数有误（%s）：%.*s。", one->code,
                                          HENG_PRINT(one->message)),
            .remedy_en = heng_str_format(arena, "%.*s.", HENG_PRINT(one->remedy)),
            .remedy_zh = HENG_STR("请按规则包中该参数的声明填写。")};
    }
    heng_serve__faults(&faults, arena, call->response);
}

/* Takes the books of the day asked for, under the scenario asked for. */
static heng_status choose_view(heng_call *call, bool *refused, heng_error *err)
{
    const heng_argument *day = given(call, "as_of"), *set = given(call, "set");
    heng_scenario scenario = {0};
    *refused = false;
    call->view = call->context->now;
    if (!day && !set) return HENG_OK;
    if (!call->context->view_at) {
        *refused = true;
        answer_no_other_view(call, day ? "as_of" : "set");
        return HENG_OK;
    }
    if (set) {
        heng_diagnostics faults;
        heng_diagnostics_init(&faults, call->arena);
        heng_status status = heng_scenario_read(call->context->program, set->text, call->arena,
                                                &faults, &scenario, err);
        if (status != HENG_OK) return status;
        *refused = faults.found > 0;
        if (*refused) answer_bad_scenario(call, &faults);
        if (*refused) return HENG_OK;
    }
    return call->context->view_at(call->context->view_context,
                                  day ? day->instant : call->context->now.as_of,
                                  scenario.row_count ? &scenario : NULL, &call->view, err);
}

static heng_str tag_of(heng_arena *arena, heng_str body)
{
    char hash[HENG_HASH_TEXT];
    heng_hash_write(heng_hash_of(body), hash);
    return heng_str_format(arena, "\"%.32s\"", hash);
}

/* What a handler wrote becomes a tagged reply, or 304. */
static void finish(heng_call *call)
{
    heng_response *response = call->response;
    response->status = response->status ? response->status : 200;
    response->content_type = heng_str_from(call->csv ? csv_type : json_type);
    response->body = heng_text_view(&call->body);
    response->cache_control = HENG_STR("no-cache");
    if (call->csv) {
        const char *path = call->route->path;
        const char *name = strrchr(path, '/') + 1;
        response->disposition =
            heng_str_format(call->arena, "attachment; filename=\"heng-%s.csv\"", name);
    }
    if (strcmp(call->route->method, "GET") != 0) return;
    response->etag = tag_of(call->arena, response->body);
    if (!response->etag.at) {
        heng_error err;
        heng_fail(&err, HENG_NO_MEMORY, 0, "no room for the tag of the reply");
        answer_failure(call, &err);
        return;
    }
    if (!heng_serve__tag_matches(call->request->if_none_match, response->etag)) return;
    response->status = 304;
    response->body = (heng_str){NULL, 0};
}

static heng_status handle(heng_call *call, heng_error *err)
{
    bool refused;
    heng_status status = choose_view(call, &refused, err);
    if (status != HENG_OK) return status;
    if (refused) return HENG_OK;
    heng_serve_context then = *call->context;
    if (call->view.program) {
        then.program = call->view.program;
        then.files = call->view.files;
        then.file_count = call->view.file_count;
        then.pack_version = call->view.pack_version;
        call->context = &then;
    }
    heng_text_init(&call->body, call->arena, BODY_BYTES_MAX);
    heng_json_init(&call->json, &call->body);
    status = call->handle(call, err);
    if (status != HENG_OK) return status;
    if (call->response->status >= 400) return HENG_OK;
    if (call->body.failed)
        return heng_fail(err, HENG_TOO_LARGE, call->body.length,
                         "the reply does not fit into the memory of a request");
    finish(call);
    return HENG_OK;
}

void heng_serve(const heng_serve_context *context, const heng_request *request, heng_arena *arena,
                heng_response *response)
{
    assert(context && request && arena && response);
    heng_call call = {.context = context, .request = request, .arena = arena, .response = response};
    heng_faults faults = {0};
    heng_match match;
    heng_str allow;
    heng_error err;
    *response = (heng_response){0};
    heng_status status = heng_serve__match(&call, &match, &allow, &faults, &err);
    if (status == HENG_OK && match == HENG_MATCH_NO_PATH) {
        answer_no_path(&call);
    } else if (status == HENG_OK && match == HENG_MATCH_NO_METHOD) {
        answer_no_method(&call, allow);
    } else if (status == HENG_OK && match == HENG_MATCH_FAULTS) {
        heng_serve__faults(&faults, arena, response);
    } else if (status == HENG_OK && !choose_format(&call)) {
        answer_not_acceptable(&call);
    } else {
        if (status == HENG_OK) status = handle(&call, &err);
        if (status != HENG_OK) answer_failure(&call, &err);
    }
}
