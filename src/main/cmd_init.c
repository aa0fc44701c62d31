/* main/cmd_init.c: heng init. A database from a pack, in one step.
 *
 * The pack's tables go through the very checks that a user's file goes through.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"
#include "host/sqlite/sqlite_store.h"
#include "main/command.h"
#include "main/session.h"
#include "main/take_in.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

typedef struct init_job {
    const heng_arguments *arguments;
    heng_pack pack;
    heng_compiled compiled;
    heng_store *store;
    heng_instant now;
    uint64_t put_count[HENG_PUT_COUNT];
    size_t found;
} init_job;

/* The pack's own tables come first to last in this order: facts may name what stands before them. */
static const char *const data_order[] = {"data/sources", "data/entities", "data/links",
                                         "data/factors", "data/facts"};

static heng_status take_file(init_job *job, const heng_rule_file *file, heng_error *err)
{
    heng_arena *arena = job->arguments->arena;
    heng_check_vocabulary vocabulary;
    heng_recording recording = {0};
    heng_check_options options = {.now = job->now, .recorded = job->now};
    heng_status status =
        heng_take_in_vocabulary(job->store, job->compiled.program, arena, &vocabulary, err);
    if (!status)
        status = heng_record_check(file->text, file->name, &vocabulary, &options, arena, &recording,
                                   err);
    if (!status && recording.findings.found == 0)
        status = heng_record_put(job->store, file->text, file->name, &recording, err);
    if (recording.findings.found) heng_print_findings(job->arguments, &recording.findings);
    job->found += recording.findings.found;
    for (int i = 0; i < HENG_PUT_COUNT; i++) job->put_count[i] += recording.put_count[i];
    return status == HENG_REFUSED ? HENG_OK : status;
}

static heng_status take_all(init_job *job, heng_error *err)
{
    size_t orders = sizeof data_order / sizeof *data_order, done = 0;
    for (size_t o = 0; o < orders; o++) {
        heng_str prefix = heng_str_from(data_order[o]);
        for (size_t i = 0; i < job->pack.file_count; i++) {
            const heng_rule_file *file = &job->pack.files[i];
            if (!heng_str_starts(file->name, prefix) ||
                !heng_str_ends(file->name, HENG_STR(".csv")))
                continue;
            bool go_on =
                heng_show_progress((void *)(uintptr_t)job->arguments, done++, job->pack.file_count);
            if (!go_on) return heng_fail(err, HENG_CANCELLED, 0, "stopped; no database was made");
            heng_status status = take_file(job, file, err);
            if (status) return status;
        }
    }
    if (job->found)
        return heng_fail(err, HENG_REFUSED, 0, "%zu fault%s in the pack; no database was made",
                         job->found, job->found == 1 ? "" : "s");
    return HENG_OK;
}

static heng_status fill_store(init_job *job, heng_error *err)
{
    heng_str what = heng_str_format(job->arguments->arena, "init %.*s %.*s",
                                    HENG_PRINT(job->pack.name), HENG_PRINT(job->pack.version));
    heng_status status = heng_store_begin(job->store, job->now, what, err);
    if (!status) status = heng_pack_to_store(&job->pack, job->store, job->arguments->arena, err);
    if (!status) status = take_all(job, err);
    heng_end_progress(job->arguments);
    if (!status) status = heng_store_commit(job->store, err);
    if (status) heng_store_rollback(job->store);
    return status;
}

static heng_status load_pack(init_job *job, heng_error *err)
{
    heng_arena *arena = job->arguments->arena;
    const char *folder = heng_argument(job->arguments, "pack");
    heng_status status = folder ? heng_pack_from_folder(folder, arena, &job->pack, err)
                                : heng_pack_built_in(arena, &job->pack, err);
    if (!status) status = heng_pack_compile(&job->pack, arena, &job->compiled, err);
    if (status || job->compiled.program) return status;
    heng_print_diagnostics(job->arguments, &job->compiled);
    return heng_fail(err, HENG_REFUSED, 0, "the rules of the pack do not compile");
}

/* The database is made under another name and renamed when it is whole, so that a killed init leaves
 * nothing that looks like one. */
static heng_status make(init_job *job, const char *path, heng_error *err)
{
    heng_status status = load_pack(job, err);
    if (status) return status;
    if (access(path, F_OK) == 0)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%s exists. Remedy: give another --db, or move that file away", path);
    heng_str making = heng_str_format(job->arguments->arena, "%s.making", path);
    if (!making.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a file name");
    unlink(making.at);
    status = heng_sqlite_open(making, HENG_SQLITE_CREATE, &job->store, err);
    if (status) return status;
    status = fill_store(job, err);
    heng_store_close(job->store);
    if (!status && rename(making.at, path) != 0)
        status = heng_fail(err, HENG_IO, 0, "%s could not be given its name", path);
    if (status) unlink(making.at);
    return status;
}

static heng_exit run(const heng_arguments *arguments)
{
    double start = heng_clock_seconds();
    const char *path = heng_argument(arguments, "db");
    if (!path) path = "heng.db";
    if (!*path) return heng_report_usage(arguments, "--db needs the name of a file");
    init_job job = {.arguments = arguments, .now = heng_clock_now()};
    heng_error err;
    heng_status status = make(&job, path, &err);
    if (status) return heng_report_failure(arguments, &err);
    fprintf(arguments->out, "%s: pack %.*s %.*s, %" PRIu64 " records, %.2f s\n", path,
            HENG_PRINT(job.pack.name), HENG_PRINT(job.pack.version),
            job.put_count[HENG_PUT_NEW] + job.put_count[HENG_PUT_REVISION],
            heng_clock_seconds() - start);
    return HENG_EXIT_OK;
}

const heng_command heng_command_init = {
    .name = "init",
    .summary = "make a database from a pack",
    .details =
        "The pack is the one built into the program unless --pack names a folder. Its tables are "
        "checked like any import; with a fault no database is made.",
    .options = {HENG_OPTION_DB,
                {"pack", "FOLDER", "built in", "the pack to make it from"},
                HENG_OPTION_JSON,
                HENG_OPTION_LANG},
    .run = run,
};
