/* flow/serve/import.c: POST /imports, a file into the books.
 *
 * A file is checked whole and recorded whole, or refused with every finding. A dry run does all of it,
 * conflicts with the books included, and then leaves nothing. The reply is written before the step is
 * committed, so that what was recorded is always told.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/multipart.h"
#include "flow/serve/record.h"

/* ---- what came ------------------------------------------------------------------------------- */

static void refuse_type(heng_call *call)
{
    heng_problem problem = {
        .status = 415,
        .type = "/problems/unsupported-type",
        .title = "Not a file that can be read",
        .title_zh = "无法读取的类型",
        .detail = HENG_STR("The body is not CSV, XLSX, or a form with a part named \"file\"."),
        .detail_zh = HENG_STR("请求内容不是 CSV、XLSX，也不是含“file”字段的表单。"),
        .remedy = HENG_STR("Send it as text/csv, as the type of XLSX, or as multipart/form-data."),
        .remedy_zh = HENG_STR("请以 text/csv、XLSX 类型或 multipart/form-data 发送。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

static void refuse_no_store(heng_call *call)
{
    heng_problem problem = {.status = 403,
                            .type = "/problems/read-only",
                            .title = "These books are read-only",
                            .title_zh = "数据只读",
                            .detail = HENG_STR("This server was started without a database to "
                                               "record in."),
                            .detail_zh = HENG_STR("此服务启动时未指定可写数据库。"),
                            .remedy = HENG_STR("Start it with a database that may be written."),
                            .remedy_zh = HENG_STR("请用可写的数据库启动。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

static bool is_type(heng_str content_type, const char *type)
{
    heng_str name;
    return heng_str_cut(&content_type, ';', &name) && heng_str_is(heng_str_trim(name), type);
}

/* The bytes of the file and its name; false when the request holds none. */
static bool find_file(const heng_call *call, heng_form_file *out)
{
    heng_str type = call->request->content_type;
    const heng_argument *name = heng_serve__argument(call, "name");
    const char *otherwise = "upload.csv";
    if (is_type(type, "multipart/form-data")) {
        if (!heng_serve__form_file(type, call->request->body, out)) return false;
    } else if (is_type(type, "text/csv")) {
        *out = (heng_form_file){.bytes = call->request->body};
    } else if (is_type(type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")) {
        *out = (heng_form_file){.bytes = call->request->body};
        otherwise = "upload.xlsx";
    } else {
        return false;
    }
    if (name->given && name->text.length) out->name = name->text;
    if (!out->name.length || out->name.length > HENG_NAME_MAX) out->name = heng_str_from(otherwise);
    return true;
}

/* ---- findings -------------------------------------------------------------------------------- */

static void write_finding(heng_json *json, const heng_sheet_finding *finding)
{
    char letters[HENG_ADDRESS_TEXT];
    heng_str column = {"", 0};
    if (finding->column) column = (heng_str){letters, heng_column_write(finding->column, letters)};
    heng_json_open_object(json);
    heng_serve__put_text_or_null(json, "sheet", finding->sheet);
    heng_serve__put_number_or_null(json, "row", finding->row > 0, finding->row);
    heng_serve__put_text_or_null(json, "column", column);
    heng_serve__put_text_or_null(json, "cell", finding->cell);
    heng_json_put_string(json, "code", heng_str_from(finding->code));
    heng_json_put_string(json, "message_en", finding->message_en);
    heng_json_put_string(json, "message_zh", finding->message_zh);
    heng_json_put_string(json, "remedy_en", finding->remedy_en);
    heng_json_put_string(json, "remedy_zh", finding->remedy_zh);
    heng_json_close_object(json);
}

static heng_status refuse_findings(heng_call *call, const heng_sheet_findings *findings,
                                   heng_error *err)
{
    heng_json *json = &call->json;
    heng_problem problem = {
        .status = 422,
        .type = "/problems/refused-file",
        .title = "The file was refused",
        .title_zh = "文件未通过检查",
        .detail = heng_str_format(call->arena, "%zu fault%s found; nothing was recorded.",
                                  findings->found, findings->found == 1 ? " was" : "s were"),
        .detail_zh =
            heng_str_format(call->arena, "发现 %zu 处问题，未录入任何数据。", findings->found),
        .remedy = HENG_STR("Mend what is listed under \"findings\" and send the file again."),
        .remedy_zh = HENG_STR("请按 findings 逐项修改后重新上传。")};
    heng_serve__problem_open(&problem, json);
    heng_json_key(json, "findings");
    heng_json_open_array(json);
    for (size_t i = 0; i < findings->count; i++) write_finding(json, &findings->items[i]);
    heng_json_close_array(json);
    heng_json_put_integer(json, "found", (int64_t)findings->found);
    heng_json_close_object(json);
    if (call->body.failed)
        return heng_fail(err, HENG_TOO_LARGE, 0, "the list of findings is too long");
    heng_serve__problem_close(&problem, &call->body, call->response);
    return HENG_OK;
}

/* ---- recording ------------------------------------------------------------------------------- */

/* Before the commit the step has no number yet; the list of imports shows it. */
static void write_done(heng_call *call, const heng_form_file *file, const heng_recording *recording,
                       bool dry_run)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_key(json, "id");
    heng_json_null(json);
    heng_json_put_string(json, "name", file->name);
    heng_serve__put_hash(json, heng_hash_of(file->bytes));
    heng_serve__put_recorded(json, "recorded", dry_run ? HENG_INSTANT_MIN : call->context->clock);
    heng_json_put_string(json, "said_en", recording->accepted.said_en);
    heng_json_put_string(json, "said_zh", recording->accepted.said_zh);
    heng_json_put_integer(json, "rows", (int64_t)recording->checked.row_count);
    heng_serve__put_counts(json, recording->put_count);
    heng_json_put_bool(json, "dry_run", dry_run);
    heng_json_put_bool(json, "known_before", false);
    heng_json_close_object(json);
}

static heng_status check(heng_call *call, const heng_form_file *file, heng_recording *recording,
                         heng_error *err)
{
    const heng_world *world = call->view.world;
    heng_check_vocabulary vocabulary;
    heng_check_options options = {.now = call->context->clock, .recorded = call->context->clock};
    heng_status status = heng_check_vocabulary_of(
        call->context->program, world->entities, world->entity_count, call->view.sources,
        call->view.source_count, call->arena, &vocabulary, err);
    if (status != HENG_OK) return status;
    return heng_record_check(file->bytes, file->name, &vocabulary, &options, call->arena, recording,
                             err);
}

/* Inside one step: put, tell, and keep it or, in a dry run, leave nothing. */
static heng_status record(heng_call *call, const heng_form_file *file, heng_recording *recording,
                          heng_error *err)
{
    heng_store *store = call->context->store;
    bool dry_run = heng_serve__argument(call, "dry_run")->integer != 0;
    heng_str what = heng_str_format(call->arena, "import %.*s", HENG_PRINT(file->name));
    if (what.length > HENG_NAME_MAX)
        what.length = heng_utf8_valid((heng_str){what.at, HENG_NAME_MAX});
    heng_status status = heng_store_begin(store, call->context->clock, what, err);
    if (status == HENG_OK) status = heng_record_put(store, file->bytes, file->name, recording, err);
    if (status == HENG_OK) {
        write_done(call, file, recording, dry_run);
        if (call->body.failed) status = heng_fail(err, HENG_NO_MEMORY, 0, "no room for the reply");
    }
    if (status == HENG_OK && !dry_run) status = heng_store_commit(store, err);
    heng_store_rollback(store);
    if (status == HENG_REFUSED && recording->findings.found)
        return refuse_findings(call, &recording->findings, err);
    if (status != HENG_OK) return status;
    call->response->status = dry_run ? 200 : 201;
    call->response->recorded = !dry_run;
    return HENG_OK;
}

heng_status heng_serve__import(heng_call *call, heng_error *err)
{
    heng_form_file file;
    heng_recording recording = {0};
    if (!call->context->store) {
        refuse_no_store(call);
        return HENG_OK;
    }
    if (!find_file(call, &file)) {
        refuse_type(call);
        return HENG_OK;
    }
    heng_status status =
        heng_record_known(call->context->store, file.bytes, call->arena, &recording, err);
    if (status != HENG_OK) return status;
    if (recording.known_file) {
        heng_serve__write_import(call, &recording.before, true);
        return HENG_OK;
    }
    status = check(call, &file, &recording, err);
    if (status != HENG_OK) return status;
    if (recording.findings.found) return refuse_findings(call, &recording.findings, err);
    return record(call, &file, &recording, err);
}
