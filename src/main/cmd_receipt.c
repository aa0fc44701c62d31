/* main/cmd_receipt.c: heng receipt. A figure with all that it stands on, for others to reckon again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/proof.h"
#include "core/receipt/receipt.h"
#include "flow/seal/seal.h"
#include "main/command.h"
#include "main/session.h"

#include <inttypes.h>

/* What is about to leave the house is reckoned again first. */
static heng_status check(heng_str bytes, heng_arena *arena, heng_error *err)
{
    heng_verdict verdict;
    heng_status status = heng_receipt_verify(bytes, arena, &verdict, err);
    if (!status && !verdict.verified)
        status = heng_fail(err, HENG_REFUSED, verdict.line,
                           "the receipt does not replay at line %zu: %.*s", verdict.line,
                           HENG_PRINT(verdict.what));
    return status;
}

typedef struct receipt_job {
    heng_session session;
    heng_seal_book book;
    bool has_book;
    bool of_run; /* --run */
} receipt_job;

static heng_status make(receipt_job *job, heng_str figure, heng_text *out, heng_error *err)
{
    const heng_session *session = &job->session;
    const heng_arguments *arguments = session->arguments;
    heng_arena *arena = arguments->arena;
    const char *as_of = heng_argument(arguments, "as-of");
    heng_str scenario = session->scenario.text;
    heng_receipt_head head = {
        .pack = heng_str_format(arena, "%.*s %.*s%s%.*s", HENG_PRINT(session->pack.name),
                                HENG_PRINT(session->pack.version),
                                scenario.length ? "; scenario: " : "", HENG_PRINT(scenario)),
        .as_of = session->as_of_given ? heng_str_from(as_of) : HENG_STR("now"),
        .engine = HENG_STR(HENG_VERSION)};
    heng_point point;
    bool sealed;
    heng_status status =
        heng_figure_parse(session->compiled.program, &session->world, figure, arena, &point, err);
    if (!status)
        status = heng_seal_receipt(job->has_book ? &job->book : NULL, session->compiled.program,
                                   session->evaluation, &point, &head, arena, out, &sealed, err);
    if (!status && job->of_run && !sealed)
        status =
            heng_fail(err, HENG_REFUSED, 0,
                      "%.*s is not under the seal of run %" PRIu64 ". Remedy: heng audit says why",
                      HENG_PRINT(figure), job->book.record.run);
    if (!status && job->has_book && !sealed && !scenario.length)
        fprintf(arguments->err,
                "heng receipt: not sealed: run %" PRIu64
                " was sealed from other books. Remedy: --run %" PRIu64
                " for the figure as it was, or heng compute --seal\n",
                job->book.record.run, job->book.record.run);
    return status ? status : check(heng_text_view(out), arena, err);
}

/* --proof-of: the figure inside a total, under the seal. */
static heng_status prove(receipt_job *job, heng_str figure, heng_str total, heng_text *out,
                         heng_error *err)
{
    const heng_session *session = &job->session;
    heng_arena *arena = session->arguments->arena;
    const heng_program *program = session->compiled.program;
    heng_point part, whole;
    heng_proof_verdict verdict;
    if (!job->has_book)
        return heng_fail(
            err, HENG_NOT_FOUND, 0,
            "a proof is under a seal, and no run is sealed. Remedy: heng compute --seal");
    heng_status status = heng_figure_parse(program, &session->world, figure, arena, &part, err);
    if (!status) status = heng_figure_parse(program, &session->world, total, arena, &whole, err);
    if (!status)
        status = heng_seal_proof(&job->book, program, session->evaluation, &part, &whole, arena,
                                 out, err);
    if (!status) status = heng_proof_verify(heng_text_view(out), arena, &verdict, err);
    if (!status && !verdict.holds)
        status = heng_fail(err, HENG_REFUSED, 0, "the proof does not hold: %.*s",
                           HENG_PRINT(verdict.what));
    return status;
}

/* The books as of the run that is asked for; else as they are, and the newest seal if there is one. */
static heng_exit open_job(const heng_arguments *arguments, receipt_job *job)
{
    heng_error err;
    heng_session *session = &job->session;
    const char *run = heng_argument(arguments, "run");
    int64_t number = 0;
    if (run && (heng_integer_parse(heng_str_from(run), &number, &err) || number < 1))
        return heng_report_usage(arguments, "--run is the number of a run, from 1");
    if (run && (heng_given(arguments, "as-of") || heng_given(arguments, "set") ||
                heng_given(arguments, "scenario")))
        return heng_report_usage(arguments, "--run is the official run of its own day; leave out "
                                            "--as-of, --set and --scenario");
    if (heng_given(arguments, "proof-of") &&
        (heng_given(arguments, "set") || heng_given(arguments, "scenario")))
        return heng_report_usage(arguments, "--proof-of speaks of a sealed run, and no scenario is "
                                            "sealed; leave out --set and --scenario");
    heng_exit code = heng_session_open(arguments, run ? HENG_SESSION_STORE : HENG_SESSION_EVALUATED,
                                       false, session);
    if (code) return code;
    heng_status status =
        heng_seal_open(session->store, (uint64_t)number, arguments->arena, &job->book, &err);
    job->has_book = !status;
    job->of_run = run != NULL;
    if (!run && status == HENG_NOT_FOUND) status = HENG_OK;
    if (!status && run) status = heng_session_look_back(session, &job->book.run, &err);
    if (!status) return HENG_EXIT_OK;
    heng_session_close(session);
    return heng_report_failure(arguments, &err);
}

static heng_exit run(const heng_arguments *arguments)
{
    receipt_job job = {.has_book = false};
    heng_error err;
    heng_exit code = open_job(arguments, &job);
    if (code) return code;
    heng_text text;
    heng_text_init(&text, arguments->arena, HENG_RECEIPT_BYTES_MAX);
    heng_str figure = heng_str_from(arguments->operands[0]);
    const char *total = heng_argument(arguments, "proof-of");
    heng_status status = total ? prove(&job, figure, heng_str_from(total), &text, &err)
                               : make(&job, figure, &text, &err);
    if (!status) fwrite(text.bytes, 1, text.length, arguments->out);
    heng_session_close(&job.session);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

const heng_command heng_command_receipt = {
    .name = "receipt",
    .operands = "FIGURE",
    .summary = "write all that a figure stands on, for heng-verify to reckon again",
    .details =
        "A receipt holds each fact, row of a table, rule and step below the figure, each with its "
        "result and a hash, and the seal of the run that the figure belongs to, if it was sealed. "
        "heng-verify replays it without a database, bit for bit, and names the first line that "
        "differs. With --proof-of the file shows that the figure is inside a total under a seal, and "
        "nothing of what else the total stands on. The formats are in doc/manual/receipts.md.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                HENG_OPTION_AS_OF,
                {"run", "N", "the books as they are", "the figure as sealed run N made it"},
                {"proof-of", "TOTAL", NULL,
                 "write a proof that the figure is inside TOTAL instead"},
                HENG_OPTION_SET,
                HENG_OPTION_SCENARIO,
                HENG_OPTION_LANG},
    .run = run,
};
