/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ask.h"
#include "host/clock/clock.h"

#include <ctype.h>
#include <jansson.h>

heng_status heng_session_context(const heng_session *session, heng_serve_context *out,
                                 heng_error *err)
{
    heng_serve_context context = {
        .program = session->compiled.program,
        .files = session->compiled.files,
        .file_count = session->compiled.file_count,
        .now = {.as_of = session->as_of,
                .scenario = session->scenario.text,
                .world = &session->world,
                .evaluation = session->evaluation},
        .store = session->store,
        .clock = heng_clock_now(),
        .version = heng_str_from(HENG_VERSION),
        .pack_name = session->pack.name,
        .pack_version = session->pack.version,
    };
    heng_status status = heng_store_sources(session->store, session->arguments->arena,
                                            &context.now.sources, &context.now.source_count, err);
    if (status) return status;
    *out = context;
    return HENG_OK;
}

heng_str heng_query_text(heng_arena *arena, heng_str text)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 16);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            heng_text_add_char(&out, (char)c);
        else
            heng_text_print(&out, "%%%02X", c);
    }
    return heng_text_view(&out);
}

static const char *said(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* A problem of the API, in words: what is wrong with each parameter, else with the whole. */
static void print_problem(const heng_arguments *arguments, heng_str body)
{
    bool chinese = heng_wants_chinese(arguments);
    json_t *problem = json_loadb(body.at, body.length, 0, NULL);
    const json_t *faults = json_object_get(problem, "faults");
    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *fault = json_array_get(faults, i);
        fprintf(arguments->err, chinese ? "heng %s：%s %s：%s%s\n" : "heng %s: %s %s: %s %s\n",
                arguments->command->name, said(fault, "parameter"), said(fault, "value"),
                said(fault, chinese ? "message_zh" : "message_en"),
                said(fault, chinese ? "remedy_zh" : "remedy_en"));
    }
    if (!json_array_size(faults))
        fprintf(arguments->err, chinese ? "heng %s：%s%s\n" : "heng %s: %s %s\n",
                arguments->command->name, said(problem, chinese ? "detail_zh" : "detail"),
                said(problem, chinese ? "remedy_zh" : "remedy"));
    json_decref(problem);
}

heng_exit heng_ask(const heng_session *session, heng_str target)
{
    const heng_arguments *arguments = session->arguments;
    heng_error err;
    heng_serve_context context;
    heng_status status = heng_session_context(session, &context, &err);
    if (status) return heng_report_failure(arguments, &err);
    heng_request request = {.method = HENG_STR("GET"), .target = target, .whole = true};
    heng_response response;
    heng_serve(&context, &request, arguments->arena, &response);
    if (response.status != 200) {
        print_problem(arguments, response.body);
        return HENG_EXIT_REFUSED;
    }
    fwrite(response.body.at, 1, response.body.length, arguments->out);
    if (response.body.length && response.body.at[response.body.length - 1] != '\n')
        fputc('\n', arguments->out);
    return HENG_EXIT_OK;
}
