/* flow/serve/problem.c: refusals and failures as problem details (RFC 9457), in both languages.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"

/* A problem is short; its lists have maxima of their own. */
enum { PROBLEM_BYTES_MAX = 8 << 20 };

static const char out_of_memory[] =
    "{\"type\":\"/problems/out-of-memory\",\"title\":\"Out of memory\",\"title_zh\":\"内存不足\","
    "\"status\":503,\"detail\":\"The reply did not fit into the memory of a request.\","
    "\"detail_zh\":\"应答超出单次请求的内存上限。\","
    "\"remedy\":\"Ask for less, for example with a smaller limit.\","
    "\"remedy_zh\":\"请缩小查询范围，例如减小 limit。\"}";

void heng_serve__problem_open(const heng_problem *problem, heng_json *json)
{
    heng_json_open_object(json);
    heng_json_put_string(json, "type", heng_str_from(problem->type));
    heng_json_put_string(json, "title", heng_str_from(problem->title));
    heng_json_put_string(json, "title_zh", heng_str_from(problem->title_zh));
    heng_json_put_integer(json, "status", problem->status);
    heng_json_put_string(json, "detail", problem->detail);
    heng_json_put_string(json, "detail_zh", problem->detail_zh);
    heng_json_put_string(json, "remedy", problem->remedy);
    heng_json_put_string(json, "remedy_zh", problem->remedy_zh);
}

void heng_serve__problem_close(const heng_problem *problem, const heng_text *body,
                               heng_response *response)
{
    *response = (heng_response){.status = problem->status,
                                .content_type = HENG_STR("application/problem+json"),
                                .cache_control = HENG_STR("no-store"),
                                .allow = response->allow,
                                .body = heng_text_view(body)};
    if (!body->failed) return;
    response->status = 503;
    response->body = heng_str_from(out_of_memory);
}

void heng_serve_problem(const heng_problem *problem, heng_arena *arena, heng_response *response)
{
    heng_text body;
    heng_json json;
    heng_text_init(&body, arena, PROBLEM_BYTES_MAX);
    heng_json_init(&json, &body);
    heng_serve__problem_open(problem, &json);
    heng_json_close_object(&json);
    heng_serve__problem_close(problem, &body, response);
}

void heng_serve__faults(const heng_faults *faults, heng_arena *arena, heng_response *response)
{
    bool one = faults->count == 1;
    heng_problem problem = {.status = 400,
                            .type = "/problems/bad-parameters",
                            .title = "Bad parameters",
                            .title_zh = "参数有误",
                            .detail = heng_str_format(arena, "%zu parameter%s cannot be used.",
                                                      faults->count, one ? "" : "s"),
                            .detail_zh =
                                heng_str_format(arena, "有 %zu 个参数无法使用。", faults->count),
                            .remedy = HENG_STR("Correct the parameters listed under \"faults\"."),
                            .remedy_zh = HENG_STR("请更正 faults 中列出的参数。")};
    heng_text body;
    heng_json json;
    heng_text_init(&body, arena, PROBLEM_BYTES_MAX);
    heng_json_init(&json, &body);
    heng_serve__problem_open(&problem, &json);
    heng_json_key(&json, "faults");
    heng_json_open_array(&json);
    for (size_t i = 0; i < faults->count; i++) {
        const heng_fault *fault = &faults->items[i];
        heng_json_open_object(&json);
        heng_json_put_string(&json, "parameter", fault->parameter);
        heng_json_key(&json, "value");
        if (fault->has_value)
            heng_json_string(&json, fault->value);
        else
            heng_json_null(&json);
        heng_json_put_string(&json, "message_en", fault->message_en);
        heng_json_put_string(&json, "message_zh", fault->message_zh);
        heng_json_put_string(&json, "remedy_en", fault->remedy_en);
        heng_json_put_string(&json, "remedy_zh", fault->remedy_zh);
        heng_json_close_object(&json);
    }
    heng_json_close_array(&json);
    heng_json_close_object(&json);
    heng_serve__problem_close(&problem, &body, response);
}

void heng_serve__not_found(heng_call *call, const char *what, const char *what_zh, heng_str name,
                           const char *remedy, const char *remedy_zh)
{
    heng_problem problem = {
        .status = 404,
        .type = "/problems/not-found",
        .title = "Not found",
        .title_zh = "未找到",
        .detail = heng_str_format(call->arena, "There is no %s \"%.*s\".", what, HENG_PRINT(name)),
        .detail_zh = heng_str_format(call->arena, "没有%s“%.*s”。", what_zh, HENG_PRINT(name)),
        .remedy = heng_str_from(remedy),
        .remedy_zh = heng_str_from(remedy_zh)};
    heng_serve_problem(&problem, call->arena, call->response);
}
