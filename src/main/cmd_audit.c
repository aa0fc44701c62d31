/* main/cmd_audit.c: heng audit. Is everything still what was sealed?
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "flow/seal/audit.h"
#include "host/clock/clock.h"
#include "host/sqlite/sqlite_store.h"
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"

#include <inttypes.h>

enum { SHOWN_MAX = 50 /* findings on a terminal; --json gives all */ };

typedef struct audit_job {
    heng_session session;
    heng_audit audit;
    uint64_t run;
    const heng_hash *key; /* that was asked for */
    bool evaluated;       /* else the rules of that run could not be used any more */
} audit_job;

static heng_status add_finding(heng_audit *audit, const char *kind, heng_str name, heng_str what,
                               heng_error *err)
{
    heng_audit_finding *wider = HENG_ARRAY(audit->arena, audit->count + 1, heng_audit_finding);
    if (!wider || !name.at || !what.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory");
    if (audit->count) memcpy(wider, audit->findings, audit->count * sizeof *wider);
    wider[audit->count++] = (heng_audit_finding){heng_str_from(kind), name, what};
    audit->findings = wider;
    audit->room = audit->count;
    return HENG_OK;
}

/* The file first: what is not sound there explains what follows. */
static heng_status check_file(audit_job *job, heng_error *err)
{
    heng_error why;
    heng_arena *arena = job->session.arguments->arena;
    heng_status status = heng_sqlite_check(job->session.store, &why);
    if (status == HENG_REFUSED)
        return add_finding(&job->audit, "file", HENG_STR(""),
                           heng_str_format(arena, "%s", why.message), err);
    if (status) *err = why;
    return status;
}

static heng_status check_key(audit_job *job, heng_error *err)
{
    const heng_public *key = &job->audit.book.seal.key;
    if (!job->key || heng_key_is(key, job->key)) return HENG_OK;
    return add_finding(&job->audit, "seal", HENG_STR("of the run"),
                       HENG_STR("is of another key than the one that was asked for"), err);
}

static heng_status audit_all(audit_job *job, heng_error *err)
{
    heng_session *session = &job->session;
    const heng_arguments *arguments = session->arguments;
    heng_audit file = {.arena = arguments->arena};
    job->audit = file;
    heng_status status = check_file(job, err);
    file = job->audit;
    if (!status)
        status = heng_audit_records(session->store, job->run, arguments->arena, &job->audit, err);
    for (size_t i = 0; i < file.count && !status; i++)
        status = add_finding(&job->audit, "file", HENG_STR(""), file.findings[i].what, err);
    if (!status) status = check_key(job, err);
    if (status) return status;
    heng_error why;
    heng_status looked = heng_session_look_back(session, &job->audit.book.run, &why);
    job->evaluated = !looked;
    if (looked == HENG_REFUSED || looked == HENG_INVALID || looked == HENG_NOT_FOUND)
        return add_finding(&job->audit, "rules", HENG_STR("of the run"),
                           heng_str_format(arguments->arena, "%s", why.message), err);
    if (looked) {
        *err = why;
        return looked;
    }
    status = heng_audit_figures(&job->audit, session->store, session->compiled.program,
                                session->evaluation, heng_show_progress,
                                (void *)(uintptr_t)arguments, err);
    heng_end_progress(arguments);
    return status;
}

/* Figures first, then what differs below them. */
static bool is_figure(const heng_audit_finding *finding)
{
    return heng_str_is(finding->kind, "figure") || heng_str_is(finding->kind, "result");
}

static size_t print_part(const audit_job *job, bool figures, size_t room)
{
    size_t shown = 0;
    for (size_t i = 0; i < job->audit.count && shown < room; i++) {
        const heng_audit_finding *f = &job->audit.findings[i];
        if (is_figure(f) != figures) continue;
        fprintf(job->session.arguments->out, "%.*s %.*s: %.*s\n", HENG_PRINT(f->kind),
                HENG_PRINT(f->name), HENG_PRINT(f->what));
        shown++;
    }
    return shown;
}

static heng_exit print_json(const audit_job *job)
{
    static const heng_column columns[] = {{"kind", "kind", false, false},
                                          {"name", "name", false, false},
                                          {"what", "what", false, false}};
    const heng_arguments *arguments = job->session.arguments;
    size_t count = job->audit.count;
    heng_error err;
    heng_cell_out *cells = HENG_ARRAY(arguments->arena, 3 * count, heng_cell_out);
    if (!cells) {
        heng_fail(&err, HENG_NO_MEMORY, 0, "no memory for the findings");
        return heng_report_failure(arguments, &err);
    }
    for (size_t i = 0; i < count; i++) {
        cells[3 * i] = heng_cell_text(job->audit.findings[i].kind);
        cells[3 * i + 1] = heng_cell_text(job->audit.findings[i].name);
        cells[3 * i + 2] = heng_cell_text(job->audit.findings[i].what);
    }
    heng_output output = {columns, 3, cells, count};
    if (heng_output_write(&output, HENG_OUTPUT_JSON, arguments->arena, arguments->out, &err))
        return heng_report_failure(arguments, &err);
    return count ? HENG_EXIT_REFUSED : HENG_EXIT_OK;
}

static heng_exit print(const audit_job *job, double seconds)
{
    const heng_arguments *arguments = job->session.arguments;
    const heng_seal_book *book = &job->audit.book;
    if (heng_given(arguments, "json")) return print_json(job);
    size_t shown = print_part(job, true, SHOWN_MAX / 2);
    shown += print_part(job, false, SHOWN_MAX / 2);
    if (shown < job->audit.count)
        fprintf(arguments->out, "... and %zu more; --json gives all\n", job->audit.count - shown);
    if (job->audit.count) {
        fprintf(arguments->out, "run %" PRIu64 ": %zu findings, %.2f s\n", book->run.number,
                job->audit.count, seconds);
        return HENG_EXIT_REFUSED;
    }
    char id[HENG_HASH_TEXT];
    heng_hash_write(heng_key_id(&book->seal.key), id);
    fprintf(arguments->out,
            "run %" PRIu64 ": %" PRIu64 " figures and every record below them are what was sealed "
            "%.*s, %.2f s\nkey %s%s\n",
            book->run.number, book->seal.count, HENG_PRINT(book->seal.made), seconds, id,
            job->key ? "" : ": compare it with the id that you were given");
    return HENG_EXIT_OK;
}

static heng_exit run(const heng_arguments *arguments)
{
    audit_job job = {.run = 0};
    heng_hash key;
    heng_error err;
    int64_t number = 0;
    const char *wanted = heng_argument(arguments, "key");
    double start = heng_clock_seconds();
    if (arguments->operand_count &&
        (heng_integer_parse(heng_str_from(arguments->operands[0]), &number, &err) || number < 1))
        return heng_report_usage(arguments, "\"%s\" is not the number of a run",
                                 arguments->operands[0]);
    if (wanted && !heng_hash_parse(heng_str_from(wanted), &key))
        return heng_report_usage(arguments,
                                 "--key is a public key or its id, 64 digits of 0-9 a-f");
    if (wanted) job.key = &key;
    job.run = (uint64_t)number;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_STORE, false, &job.session);
    if (code) return code;
    heng_status status = audit_all(&job, &err);
    code =
        status ? heng_report_failure(arguments, &err) : print(&job, heng_clock_seconds() - start);
    heng_session_close(&job.session);
    return code;
}

const heng_command heng_command_audit = {
    .name = "audit",
    .operands = "[RUN]",
    .summary = "compare the books and every figure with what was sealed",
    .details =
        "Of the sealed run, the newest unless one is named: its signature, every record that the "
        "books held then, and every figure, derived again from them. Whatever differs is named, "
        "figures first. What came into the books later does not matter.",
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                {"key", "PUBLIC", NULL, "demand this key, or the key of this id"},
                HENG_OPTION_JSON,
                HENG_OPTION_LANG},
    .run = run,
};
