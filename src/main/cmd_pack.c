/* main/cmd_pack.c: heng pack. The versions of the pack that a database holds, and a newer one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"
#include "main/command.h"
#include "main/output.h"
#include "main/pack_take.h"

#include <inttypes.h>

enum { VERSION_COLUMNS = 6 };

static void fill_version(const heng_session *session, size_t index, heng_cell_out *cells)
{
    heng_arena *arena = session->arguments->arena;
    const heng_pack_version *version = &session->packs.versions[index];
    char since[HENG_INSTANT_TEXT], hash[HENG_HASH_TEXT];
    size_t length = heng_instant_write(version->since, since);
    heng_hash_write(version->content, hash);
    cells[0] = heng_cell_text(version->pack.name);
    cells[1] = heng_cell_text(heng_pack_version_name(&session->packs, version, arena));
    cells[2] = heng_cell_text(heng_str_copy(arena, (heng_str){since, length}));
    cells[3] = heng_cell_number(arena, (double)version->step, 0, false);
    cells[4] = heng_cell_number(arena, (double)version->pack.file_count, 0, false);
    cells[5] = heng_cell_text(heng_str_copy(arena, heng_str_from(hash)));
}

static heng_exit list(const heng_arguments *arguments)
{
    if (arguments->operand_count > 1) return heng_report_usage(arguments, "list takes no folder");
    heng_session session;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_RULES, false, &session);
    if (code) return code;
    bool chinese = heng_wants_chinese(arguments);
    const heng_column columns[VERSION_COLUMNS] = {
        {"name", chinese ? "规则包" : "pack", false, false},
        {"version", chinese ? "版本" : "version", false, false},
        {"since", chinese ? "入库时间" : "since", false, false},
        {"step", chinese ? "步骤" : "step", true, false},
        {"files", chinese ? "文件数" : "files", true, false},
        {"content", chinese ? "内容" : "content", false, false}};
    size_t count = session.packs.count;
    heng_cell_out *cells = HENG_ARRAY(arguments->arena, count * VERSION_COLUMNS, heng_cell_out);
    heng_error err;
    heng_status status = HENG_OK;
    if (!cells) status = heng_fail(&err, HENG_NO_MEMORY, 0, "no room for the versions");
    for (size_t i = 0; i < count && !status; i++)
        fill_version(&session, i, cells + i * VERSION_COLUMNS);
    heng_output output = {columns, VERSION_COLUMNS, cells, count};
    heng_output_form form = heng_given(arguments, "json")  ? HENG_OUTPUT_JSON
                            : heng_given(arguments, "csv") ? HENG_OUTPUT_CSV
                                                           : HENG_OUTPUT_TABLE;
    if (!status) status = heng_output_write(&output, form, arguments->arena, arguments->out, &err);
    heng_session_close(&session);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

static heng_status put(heng_pack_taking *taking, heng_error *err)
{
    heng_str what =
        heng_str_format(taking->arguments->arena, "pack %.*s %.*s", HENG_PRINT(taking->pack.name),
                        HENG_PRINT(taking->pack.version));
    heng_status status = heng_store_begin(taking->store, taking->now, what, err);
    if (!status) status = heng_pack_taking_put(taking, err);
    if (!status) status = heng_store_commit(taking->store, err);
    if (status) heng_store_rollback(taking->store);
    return status;
}

static heng_status read_versions(heng_pack_taking *taking, heng_packs *out, heng_error *err)
{
    return heng_packs_kept(taking->store, taking->arguments->arena, out, err);
}

static void say_added(const heng_pack_taking *taking, const heng_packs *before,
                      const heng_packs *after)
{
    const heng_arguments *arguments = taking->arguments;
    const heng_pack_version *last = &after->versions[after->count - 1];
    if (after->count == before->count)
        fprintf(arguments->out, "pack %.*s %.*s: these rules are here already; ",
                HENG_PRINT(taking->pack.name), HENG_PRINT(taking->pack.version));
    else
        fprintf(arguments->out, "pack %.*s %.*s added; ", HENG_PRINT(taking->pack.name),
                HENG_PRINT(taking->pack.version));
    fprintf(arguments->out, "%" PRIu64 " new records, %" PRIu64 " revisions\n",
            taking->put_count[HENG_PUT_NEW], taking->put_count[HENG_PUT_REVISION]);
    if (after->count > before->count && heng_packs_share_name(after, last))
        fprintf(arguments->err,
                "heng pack: version %.*s was here with another content. Both are kept; this one "
                "is now %.*s. Remedy: raise the version in datapackage.json\n",
                HENG_PRINT(taking->pack.version),
                HENG_PRINT(heng_pack_version_name(after, last, arguments->arena)));
}

static heng_exit add(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    heng_packs before, after;
    heng_pack_taking taking = {.arguments = arguments, .now = heng_clock_now()};
    heng_exit code = heng_session_open(arguments, HENG_SESSION_STORE, true, &session);
    if (code) return code;
    taking.store = session.store;
    heng_str folders = {"", 0};
    for (int i = 1; i < arguments->operand_count; i++)
        folders = heng_str_format(arguments->arena, "%.*s%s%s", HENG_PRINT(folders),
                                  i > 1 ? "\n" : "", arguments->operands[i]);
    heng_status status =
        heng_pack_taking_load(&taking, arguments->operand_count > 1 ? folders.at : NULL, &err);
    if (!status) status = read_versions(&taking, &before, &err);
    const heng_pack *last = status ? NULL : &before.versions[before.count - 1].pack;
    if (last && !heng_str_equal(last->name, taking.pack.name))
        status = heng_fail(&err, HENG_REFUSED, 0,
                           "this database is of the pack %.*s, not %.*s. Remedy: heng init "
                           "another --db",
                           HENG_PRINT(last->name), HENG_PRINT(taking.pack.name));
    if (!status) status = put(&taking, &err);
    if (!status) status = read_versions(&taking, &after, &err);
    if (!status) say_added(&taking, &before, &after);
    heng_session_close(&session);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_str verb = heng_str_from(arguments->operands[0]);
    if (heng_str_is(verb, "list")) return list(arguments);
    if (heng_str_is(verb, "add")) return add(arguments);
    return heng_report_usage(arguments, "\"%s\" is not list or add", arguments->operands[0]);
}

const heng_command heng_command_pack = {
    .name = "pack",
    .operands = "list | add [FOLDER ...]",
    .summary = "list the versions of the pack in a database, or add a newer one",
    .details =
        "Every version that a database was given is kept, with its rules and tables, and other "
        "commands take one by --pack VERSION. add takes the pack of a folder, or the one built "
        "into the program; it holds from then on, and its figures enter the books. A rule changed "
        "under the same version is another content: VERSION@DIGITS says which.",
    .operands_min = 1,
    .operands_max = 9,
    .options = {HENG_OPTION_DB, HENG_OPTION_JSON, HENG_OPTION_CSV, HENG_OPTION_LANG},
    .run = run,
};
