/* SPDX-License-Identifier: Apache-2.0 */
#include "main/session.h"
#include "flow/compute/compute.h"
#include "flow/compute/packs.h"
#include "host/clock/clock.h"
#include "host/crew/crew.h"
#include "host/files/files.h"
#include "host/sqlite/sqlite_store.h"
#include "main/output.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

bool heng_wants_chinese(const heng_arguments *arguments)
{
    const char *lang = heng_argument(arguments, "lang");
    if (!lang) lang = getenv("LC_ALL");
    if (!lang || !*lang) lang = getenv("LC_MESSAGES");
    if (!lang || !*lang) lang = getenv("LANG");
    return lang && heng_str_starts(heng_str_from(lang), HENG_STR("zh"));
}

bool heng_show_progress(void *context, size_t done, size_t total)
{
    const heng_arguments *arguments = context;
    static const char full[] = "########################################";
    if (isatty(fileno(arguments->err)) && total) {
        int width = (int)(done * 40 / total);
        fprintf(arguments->err, "\r[%-40.*s] %3d %%", width, full, (int)(done * 100 / total));
        fflush(arguments->err);
    }
    return !heng_stop_asked();
}

void heng_end_progress(const heng_arguments *arguments)
{
    if (isatty(fileno(arguments->err))) fprintf(arguments->err, "\r%50s\r", "");
}

void heng_print_diagnostics(const heng_arguments *arguments, const heng_compiled *compiled)
{
    heng_text text;
    heng_text_init(&text, arguments->arena, (size_t)64 << 20);
    for (size_t i = 0; i < compiled->diagnostics.count; i++)
        heng_diagnostic_print(&compiled->diagnostics.items[i], compiled->files, &text);
    heng_str printed = heng_text_view(&text);
    fwrite(printed.at, 1, printed.length, arguments->err);
    if (compiled->diagnostics.found)
        fprintf(arguments->err, "%zu fault%s found in the rules\n", compiled->diagnostics.found,
                compiled->diagnostics.found == 1 ? "" : "s");
}

static heng_status parse_as_of(const heng_arguments *arguments, heng_session *session,
                               heng_error *err)
{
    const char *text = heng_argument(arguments, "as-of");
    session->as_of = HENG_INSTANT_MAX;
    if (!text || heng_str_is(heng_str_from(text), "now")) return HENG_OK;
    session->as_of_given = true;
    return heng_instant_parse(heng_str_from(text), true, &session->as_of, err);
}

static heng_status choose_version(heng_session *session, heng_error *err)
{
    const heng_arguments *arguments = session->arguments;
    heng_status status = heng_packs_kept(session->store, arguments->arena, &session->packs, err);
    if (status) return status;
    const char *wanted = heng_declares(arguments, "pack") ? heng_argument(arguments, "pack") : NULL;
    session->version = heng_packs_at(&session->packs, session->as_of);
    if (wanted)
        status = heng_packs_find(&session->packs, heng_str_from(wanted), arguments->arena,
                                 &session->version, err);
    if (!status) session->pack = session->version->pack;
    return status;
}

heng_str heng_session_pack_name(const heng_session *session)
{
    heng_arena *arena = session->arguments->arena;
    heng_str version = heng_pack_version_name(&session->packs, session->version, arena);
    return heng_str_format(arena, "%.*s %.*s", HENG_PRINT(session->pack.name), HENG_PRINT(version));
}

void heng_session_print_basis(const heng_session *session)
{
    char program[HENG_HASH_TEXT];
    const char *as_of = session->as_of_given ? heng_argument(session->arguments, "as-of") : "now";
    bool chinese = heng_wants_chinese(session->arguments);
    heng_hash_write(heng_program_hash(session->compiled.program), program);
    heng_str pack = heng_session_pack_name(session);
    fprintf(session->arguments->out,
            chinese ? "规则：%.*s（程序 %.8s）；数据：截至 %s 已知\n"
                    : "Rules: %.*s (program %.8s); books as known %s\n",
            HENG_PRINT(pack), program, chinese && !session->as_of_given ? "现在" : as_of);
}

/* The settings of --scenario, then those of --set, a line each. */
static heng_status scenario_text(const heng_arguments *arguments, heng_str *out, heng_error *err)
{
    const char *path = heng_argument(arguments, "scenario"), *set = heng_argument(arguments, "set");
    heng_str file = {"", 0};
    if (path) {
        heng_status status = heng_file_read(path, arguments->arena, &file, err);
        if (status) return status;
    }
    /* No empty line before the first --set: faults name their line. */
    *out = heng_str_format(arguments->arena, "%.*s%s%s", HENG_PRINT(file), path ? "\n" : "",
                           set ? set : "");
    if (!out->at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the scenario");
    return HENG_OK;
}

/* What the user sets stands in the world from here on. */
static heng_status apply_scenario(heng_session *session, heng_error *err)
{
    const heng_arguments *arguments = session->arguments;
    heng_rule_file file = {.name = HENG_STR("scenario")};
    heng_compiled read = {.files = &file, .file_count = 1};
    if (!heng_declares(arguments, "set")) return HENG_OK;
    heng_diagnostics_init(&read.diagnostics, arguments->arena);
    heng_status status = scenario_text(arguments, &file.text, err);
    if (!status)
        status = heng_scenario_read(session->compiled.program, file.text, arguments->arena,
                                    &read.diagnostics, &session->scenario, err);
    if (!status && read.diagnostics.found) {
        heng_text text;
        heng_text_init(&text, arguments->arena, (size_t)1 << 20);
        for (size_t i = 0; i < read.diagnostics.count; i++)
            heng_diagnostic_print(&read.diagnostics.items[i], &file, &text);
        fwrite(text.bytes, 1, text.length, arguments->err);
        status = heng_fail(err, HENG_REFUSED, 0, "the scenario cannot be used");
    }
    if (status || !session->scenario.row_count) return status;
    heng_world official = session->world;
    return heng_scenario_world(&session->scenario, &official, arguments->arena, &session->world,
                               err);
}

void heng_print_scenario(const heng_session *session)
{
    if (!session->scenario.row_count) return;
    fprintf(session->arguments->out,
            heng_wants_chinese(session->arguments) ? "情景，非正式结果：%.*s\n"
                                                   : "A scenario, no official result: %.*s\n",
            HENG_PRINT(session->scenario.text));
}

static heng_status compile_version(heng_session *session, heng_error *err)
{
    session->pack = session->version->pack;
    heng_status status =
        heng_pack_compile(&session->pack, session->arguments->arena, &session->compiled, err);
    if (status || session->compiled.program) return status;
    heng_print_diagnostics(session->arguments, &session->compiled);
    return heng_fail(err, HENG_REFUSED, 0, "the rules kept in this database do not compile");
}

static heng_status evaluate(heng_session *session, heng_error *err)
{
    heng_status status =
        heng_compute_evaluate(session->crew, session->compiled.program, &session->world,
                              heng_show_progress, (void *)(uintptr_t)session->arguments,
                              session->arguments->arena, &session->evaluation, err);
    heng_end_progress(session->arguments);
    if (!status) session->world = *heng_evaluation_world(session->evaluation);
    return status;
}

/* As many hands as --threads says, or one for each core. */
static bool parse_threads(const heng_arguments *arguments, unsigned *hands)
{
    int64_t number = 0;
    heng_error err;
    bool declared = heng_declares(arguments, "threads");
    const char *text = declared ? heng_argument(arguments, "threads") : NULL;
    if (text && (heng_integer_parse(heng_str_from(text), &number, &err) || number < 1 ||
                 number > HENG_HANDS_MAX))
        return false;
    *hands = (unsigned)number;
    return true;
}

static heng_status open_depth(heng_session *session, heng_session_depth depth, heng_error *err)
{
    heng_arena *arena = session->arguments->arena;
    if (depth == HENG_SESSION_STORE) return HENG_OK;
    heng_status status = choose_version(session, err);
    if (!status) status = compile_version(session, err);
    if (status || depth == HENG_SESSION_RULES) return status;
    status = heng_compute_world(session->store, session->as_of, arena, &session->world, err);
    if (!status) status = apply_scenario(session, err);
    return status ? status : evaluate(session, err);
}

heng_status heng_session_look_back(heng_session *session, const heng_run *run, heng_error *err)
{
    heng_arena *arena = session->arguments->arena;
    heng_store_look_back(session->store, run->step.number);
    session->as_of = run->as_of;
    session->as_of_given = true;
    heng_status status = heng_packs_kept(session->store, arena, &session->packs, err);
    if (status) return status;
    session->version = heng_packs_at(&session->packs, run->as_of);
    status = compile_version(session, err);
    for (size_t i = session->packs.count; i-- > 0 && !status;) { /* --pack may have named another */
        heng_hash program = heng_program_hash(session->compiled.program);
        if (heng_hash_equal(program, run->program)) break;
        session->version = &session->packs.versions[i];
        status = compile_version(session, err);
    }
    if (!status)
        status = heng_compute_world(session->store, session->as_of, arena, &session->world, err);
    return status ? status : evaluate(session, err);
}

heng_exit heng_session_open(const heng_arguments *arguments, heng_session_depth depth, bool write,
                            heng_session *out)
{
    heng_error err;
    const char *path = heng_argument(arguments, "db");
    *out = (heng_session){.arguments = arguments,
                          .as_of = HENG_INSTANT_MAX}; /* the evaluation will borrow its world */
    if (!path) path = "heng.db";
    if (depth == HENG_SESSION_EVALUATED && parse_as_of(arguments, out, &err))
        return heng_report_usage(arguments, "--as-of: %s", err.message);
    unsigned hands;
    if (!parse_threads(arguments, &hands))
        return heng_report_usage(arguments, "--threads is a number from 1 to %d, not \"%s\"",
                                 HENG_HANDS_MAX, heng_argument(arguments, "threads"));
    heng_sqlite_mode mode = write ? HENG_SQLITE_READ_WRITE : HENG_SQLITE_READ_ONLY;
    heng_status status = heng_sqlite_open(heng_str_from(path), mode, &out->store, &err);
    if (status == HENG_NOT_FOUND) {
        fprintf(arguments->err, "heng %s: there is no database %s. Remedy: heng init --db %s\n",
                arguments->command->name, path, path);
        return HENG_EXIT_REFUSED;
    }
    if (!status && depth != HENG_SESSION_STORE) status = heng_crew_open(hands, &out->crew, &err);
    if (!status) status = open_depth(out, depth, &err);
    if (!status) return HENG_EXIT_OK;
    heng_session_close(out);
    return heng_report_failure(arguments, &err);
}

void heng_session_close(heng_session *session)
{
    heng_store_close(session->store);
    heng_crew_close(session->crew);
    session->store = NULL;
    session->crew = NULL;
}

heng_named_value heng_session_value(const heng_session *session, heng_str entity,
                                    heng_period period, const char *name, heng_str key)
{
    heng_named_value result = {.point = {.entity = entity, .period = period}};
    const heng_program *program = session->compiled.program;
    heng_str level = {"", 0};
    for (size_t i = 0; i < session->world.entity_count; i++)
        if (heng_str_equal(session->world.entities[i].code, entity))
            level = session->world.entities[i].level;
    result.point.quantity = heng_program_find(program, heng_str_from(name), level, period.grain);
    if (result.point.quantity == SIZE_MAX) return result;
    heng_program_quantity(program, result.point.quantity, &result.quantity);
    if (key.length) result.point.keys[result.point.key_count++] = key;
    heng_error ignored;
    result.found = heng_evaluation_value(session->evaluation, &result.point, &result.value,
                                         &ignored) == HENG_OK;
    return result;
}

struct heng_cell_out heng_session_cell(const heng_session *session, const heng_named_value *named,
                                       int decimals, bool sign)
{
    heng_arena *arena = session->arguments->arena;
    const heng_value *value = &named->value;
    if (!named->found || value->state == HENG_STATE_NOT_IN_FORCE)
        return heng_cell_missing(HENG_STR(""));
    if (value->state == HENG_STATE_UNKNOWN && value->has_at_least) {
        heng_cell_out part = heng_cell_number(arena, value->at_least, decimals, false);
        return heng_cell_missing(heng_str_format(arena, "≥ %.*s", HENG_PRINT(part.shown)));
    }
    if (value->state == HENG_STATE_UNKNOWN) {
        bool partial = value->have > 0 && value->have < value->want;
        bool chinese = heng_wants_chinese(session->arguments);
        if (partial)
            return heng_cell_missing(chinese ? HENG_STR("不完整") : HENG_STR("incomplete"));
        return heng_cell_missing(HENG_STR("—"));
    }
    if (named->quantity.yes_no)
        return heng_cell_text(value->number != 0 ? HENG_STR("yes") : HENG_STR("no"));
    if (named->quantity.list) {
        size_t index = (size_t)value->number;
        assert(index < named->quantity.list->member_count);
        return heng_cell_text(named->quantity.list->members[index]);
    }
    return heng_cell_number(arena, value->number, decimals, sign);
}
