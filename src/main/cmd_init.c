/* main/cmd_init.c: heng init. A database from a pack, in one step.
 *
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"
#include "host/sqlite/sqlite_store.h"
#include "main/command.h"
#include "main/pack_take.h"
#include "main/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static heng_status fill_store(heng_pack_taking *job, heng_error *err)
{
    heng_str what = heng_str_format(job->arguments->arena, "init %.*s %.*s",
                                    HENG_PRINT(job->pack.name), HENG_PRINT(job->pack.version));
    heng_status status = heng_store_begin(job->store, job->now, what, err);
    if (!status) status = heng_pack_taking_put(job, err);
    if (!status) status = heng_store_commit(job->store, err);
    if (status) heng_store_rollback(job->store);
    return status;
}

/* The database is made under another name and renamed when it is whole, so that a killed init leaves
 * nothing that looks like one. */
static heng_status make(heng_pack_taking *job, const char *path, heng_error *err)
{
    heng_status status = heng_pack_taking_load(job, heng_argument(job->arguments, "pack"), err);
    if (status) return status;
    if (access(path, F_OK) == 0)
        return heng_fail(
            err, HENG_REFUSED, 0,
            "%s exists. Remedy: give another --db, or move that file away; heng pack add gives it a "
            "newer pack",
            path);
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
    heng_pack_taking job = {.arguments = arguments, .now = heng_clock_now()};
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
        "The pack is the one built into the program unless --pack names a folder. A province's pack "
        "stands on the country's: give both, as in --pack built-in --pack zj. Tables are checked "
        "like any import; with a fault no database is made.",
    .options = {HENG_OPTION_DB,
                {"pack", "FOLDER ...", "built-in", "the pack to make it from; again for another"},
                HENG_OPTION_JSON,
                HENG_OPTION_LANG},
    .run = run,
};
