/* main/cmd_import.c: heng import FILE ... Figures into the books, whole or not at all.
 *
 * All files are checked before the first is recorded, and are one step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"
#include "host/files/files.h"
#include "main/command.h"
#include "main/session.h"
#include "main/take_in.h"

#include <inttypes.h>

static heng_str base_name(const char *path)
{
    heng_str name = heng_str_from(path);
    size_t from = name.length;
    while (from && name.at[from - 1] != '/') from--;
    return heng_str_slice(name, from, name.length);
}

typedef struct import_job {
    heng_session *session;
    heng_check_vocabulary vocabulary;
    heng_check_options options;
    heng_str bytes[HENG_OPERANDS_MAX];
    heng_recording recordings[HENG_OPERANDS_MAX];
    size_t found; /* findings in all files */
} import_job;

static heng_status check_file(import_job *job, int index, heng_error *err)
{
    const heng_arguments *arguments = job->session->arguments;
    heng_recording *recording = &job->recordings[index];
    heng_str name = base_name(arguments->operands[index]);
    heng_status status =
        heng_file_read(arguments->operands[index], arguments->arena, &job->bytes[index], err);
    if (!status)
        status = heng_record_known(job->session->store, job->bytes[index], arguments->arena,
                                   recording, err);
    if (status || recording->known_file) return status;
    status = heng_record_check(job->bytes[index], name, &job->vocabulary, &job->options,
                               arguments->arena, recording, err);
    if (status) return status;
    if (recording->findings.found) heng_print_findings(arguments, &recording->findings);
    job->found += recording->findings.found;
    return HENG_OK;
}

static heng_status record_all(import_job *job, heng_error *err)
{
    const heng_arguments *arguments = job->session->arguments;
    heng_store *store = job->session->store;
    heng_str what =
        heng_str_format(arguments->arena, "import %.60s", base_name(arguments->operands[0]).at);
    heng_status status = heng_store_begin(store, job->options.now, what, err);
    for (int i = 0; !status && i < arguments->operand_count; i++) {
        if (heng_stop_asked())
            status = heng_fail(err, HENG_CANCELLED, 0, "stopped; nothing was imported");
        else if (!job->recordings[i].known_file)
            status = heng_record_put(store, job->bytes[i], base_name(arguments->operands[i]),
                                     &job->recordings[i], err);
        if (status == HENG_REFUSED) heng_print_findings(arguments, &job->recordings[i].findings);
    }
    if (!status) status = heng_store_commit(store, err);
    if (status) heng_store_rollback(store);
    return status;
}

static void report_file(const heng_arguments *arguments, int index, const heng_recording *recording,
                        bool dry_run)
{
    const char *path = arguments->operands[index];
    if (recording->known_file) {
        fprintf(arguments->out, "%s: imported before, nothing changed\n", path);
        return;
    }
    fprintf(arguments->out, "%s: %.*s\n", path, HENG_PRINT(recording->accepted.said_en));
    const heng_checked *checked = &recording->checked;
    for (size_t i = 0; i < checked->skipped_count; i++)
        fprintf(arguments->out, "%s: sheet \"%.*s\" left unread: %s\n", path,
                HENG_PRINT(checked->skipped[i].sheet), checked->skipped[i].why_en);
    if (dry_run)
        fprintf(arguments->out, "%s: %zu rows, no fault found; nothing was imported\n", path,
                checked->row_count);
    else
        fprintf(arguments->out,
                "%s: imported %zu rows: %" PRIu64 " new, %" PRIu64 " revisions, %" PRIu64
                " known before\n",
                path, checked->row_count, recording->put_count[HENG_PUT_NEW],
                recording->put_count[HENG_PUT_REVISION], recording->put_count[HENG_PUT_KNOWN]);
}

static heng_exit import(import_job *job)
{
    const heng_arguments *arguments = job->session->arguments;
    heng_error err;
    heng_status status =
        heng_take_in_vocabulary(job->session->store, job->session->compiled.program,
                                arguments->arena, &job->vocabulary, &err);
    for (int i = 0; !status && i < arguments->operand_count; i++) {
        heng_show_progress((void *)(uintptr_t)arguments, (size_t)i,
                           (size_t)arguments->operand_count);
        status = check_file(job, i, &err);
    }
    heng_end_progress(arguments);
    if (status) return heng_report_failure(arguments, &err);
    if (job->found) {
        fprintf(arguments->err, "%zu fault%s found; nothing was imported\n", job->found,
                job->found == 1 ? "" : "s");
        return HENG_EXIT_REFUSED;
    }
    bool dry_run = heng_given(arguments, "dry-run");
    if (!dry_run) status = record_all(job, &err);
    if (status) return heng_report_failure(arguments, &err);
    for (int i = 0; i < arguments->operand_count; i++)
        report_file(arguments, i, &job->recordings[i], dry_run);
    return HENG_EXIT_OK;
}

/* What stands for columns that the tables do not have. */
static heng_status read_defaults(const heng_arguments *arguments, heng_check_options *options,
                                 heng_error *err)
{
    const char *entity = heng_argument(arguments, "entity");
    const char *source = heng_argument(arguments, "source");
    const char *quality = heng_argument(arguments, "quality");
    const char *status = heng_argument(arguments, "status");
    if (entity) options->entity = heng_str_from(entity);
    if (source) options->source = heng_str_from(source);
    options->has_quality = quality && heng_quality_find(heng_str_from(quality), &options->quality);
    options->has_evidence = status && heng_evidence_find(heng_str_from(status), &options->evidence);
    if (quality && !options->has_quality)
        return heng_fail(err, HENG_INVALID, 0,
                         "--quality %s: write measured, reported, default or estimated", quality);
    if (status && !options->has_evidence)
        return heng_fail(err, HENG_INVALID, 0,
                         "--status %s: write verified, seen, draft, recalled or example", status);
    return HENG_OK;
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    heng_check_options options = {.now = heng_clock_now(), .recorded = heng_clock_now()};
    if (read_defaults(arguments, &options, &err)) {
        fprintf(arguments->err, "heng import: %s\n", err.message);
        return HENG_EXIT_USAGE;
    }
    heng_exit code = heng_session_open(arguments, HENG_SESSION_RULES,
                                       !heng_given(arguments, "dry-run"), &session);
    if (code) return code;
    import_job *job = HENG_NEW(arguments->arena, import_job);
    if (!job) {
        heng_fail(&err, HENG_NO_MEMORY, 0, "no room for an import");
        heng_session_close(&session);
        return heng_report_failure(arguments, &err);
    }
    job->session = &session;
    job->options = options;
    code = import(job);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_import = {
    .name = "import",
    .operands = "FILE ...",
    .summary = "take CSV and XLSX files into the books",
    .details =
        "Every fault of every file is listed at once, with sheet, cell and remedy, and then "
        "nothing is imported. The same file again changes nothing. doc/manual/import.md says "
        "how files look.",
    .operands_min = 1,
    .operands_max = HENG_OPERANDS_MAX,
    .options = {HENG_OPTION_DB,
                {"dry-run", NULL, NULL, "check only"},
                {"entity", "CODE", NULL, "whose figures these are, where the table does not say"},
                {"source", "CODE", NULL, "their source, where the table does not say"},
                {"quality", "WORD", NULL, "measured, reported, default or estimated, likewise"},
                {"status", "WORD", NULL, "verified, seen, draft, recalled or example, likewise"},
                HENG_OPTION_JSON,
                HENG_OPTION_LANG},
    .run = run,
};
