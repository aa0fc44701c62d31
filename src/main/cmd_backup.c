/* main/cmd_backup.c: heng backup and heng check. A copy of the file while it is in use, and its soundness.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"
#include "host/sqlite/sqlite_store.h"
#include "main/command.h"
#include "main/session.h"

#include <inttypes.h>

/* The copy is read whole before it is called a backup. */
static heng_status check_copy(heng_str path, heng_store_counts *counts, heng_error *err)
{
    heng_store *copy;
    heng_status status = heng_sqlite_open(path, HENG_SQLITE_READ_ONLY, &copy, err);
    if (status) return status;
    status = heng_sqlite_check(copy, err);
    if (!status) status = heng_store_count(copy, counts, err);
    heng_store_close(copy);
    return status;
}

static void print_counts(const heng_arguments *arguments, const char *path, const char *what,
                         const heng_store_counts *counts, double seconds)
{
    fprintf(arguments->out,
            "%s: %s; %" PRIu64 " facts, %" PRIu64 " factors, %" PRIu64 " runs, %" PRIu64
            " of them sealed, %.1f MB, %.2f s\n",
            path, what, counts->facts, counts->rows, counts->runs, counts->seals,
            (double)counts->bytes / 1e6, seconds);
}

static heng_exit run_backup(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    heng_store_counts counts;
    double start = heng_clock_seconds();
    const char *path = arguments->operands[0];
    heng_exit code = heng_session_open(arguments, HENG_SESSION_STORE, false, &session);
    if (code) return code;
    heng_status status = heng_sqlite_backup(session.store, heng_str_from(path), &err);
    heng_session_close(&session);
    if (status == HENG_CONFLICT) err.status = HENG_REFUSED;
    if (!status) status = check_copy(heng_str_from(path), &counts, &err);
    if (status) return heng_report_failure(arguments, &err);
    print_counts(arguments, path, "copied and read back", &counts, heng_clock_seconds() - start);
    return HENG_EXIT_OK;
}

static heng_exit run_check(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    heng_store_counts counts;
    const char *path = heng_argument(arguments, "db");
    double start = heng_clock_seconds();
    heng_exit code = heng_session_open(arguments, HENG_SESSION_STORE, false, &session);
    if (code) return code;
    heng_status status = heng_sqlite_check(session.store, &err);
    if (!status) status = heng_store_count(session.store, &counts, &err);
    heng_session_close(&session);
    if (status) return heng_report_failure(arguments, &err);
    print_counts(arguments, path ? path : "heng.db", "sound", &counts,
                 heng_clock_seconds() - start);
    return HENG_EXIT_OK;
}

const heng_command heng_command_backup = {
    .name = "backup",
    .operands = "FILE",
    .summary = "copy the database to a new file while it is in use, and read the copy back",
    .details =
        "Others may read and write meanwhile; the copy is of one moment. FILE must not exist.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB},
    .run = run_backup,
};

const heng_command heng_command_check = {
    .name = "check",
    .summary = "read the whole database and say whether it is sound",
    .details =
        "Pages, references between tables, the counts that each step kept, the results of "
        "each run, and the tables themselves. What the records say is not judged: heng audit "
        "does that for sealed runs.",
    .options = {HENG_OPTION_DB},
    .run = run_check,
};
