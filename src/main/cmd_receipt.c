/* main/cmd_receipt.c: heng receipt. A figure with all that it stands on, for others to reckon again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/receipt.h"
#include "main/command.h"
#include "main/session.h"

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

static heng_status make(const heng_session *session, heng_str figure, heng_text *out,
                        heng_error *err)
{
    heng_arena *arena = session->arguments->arena;
    const char *as_of = heng_argument(session->arguments, "as-of");
    heng_str scenario = session->scenario.text;
    heng_receipt_head head = {
        .pack = heng_str_format(arena, "%.*s %.*s%s%.*s", HENG_PRINT(session->pack.name),
                                HENG_PRINT(session->pack.version),
                                scenario.length ? "; scenario: " : "", HENG_PRINT(scenario)),
        .as_of = session->as_of_given ? heng_str_from(as_of) : HENG_STR("now"),
        .engine = HENG_STR(HENG_VERSION)};
    heng_point point;
    heng_receipt receipt;
    heng_status status =
        heng_figure_parse(session->compiled.program, &session->world, figure, arena, &point, err);
    if (!status)
        status = heng_receipt_of(session->compiled.program, session->evaluation, &point, &head,
                                 NULL, arena, &receipt, err);
    if (!status) status = heng_receipt_write(&receipt, NULL, out, err);
    return status ? status : check(heng_text_view(out), arena, err);
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_EVALUATED, false, &session);
    if (code) return code;
    heng_text text;
    heng_text_init(&text, arguments->arena, HENG_RECEIPT_BYTES_MAX);
    heng_status status = make(&session, heng_str_from(arguments->operands[0]), &text, &err);
    if (!status) fwrite(text.bytes, 1, text.length, arguments->out);
    heng_session_close(&session);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

const heng_command heng_command_receipt = {
    .name = "receipt",
    .operands = "FIGURE",
    .summary = "write all that a figure stands on, for heng-verify to reckon again",
    .details =
        "A receipt holds each fact, row of a table, rule and step below the figure, each with its "
        "result and a hash. heng-verify replays it without a database, bit for bit, and names the "
        "first line that differs. The format is in doc/manual/receipts.md.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB, HENG_OPTION_AS_OF, HENG_OPTION_SET, HENG_OPTION_SCENARIO,
                HENG_OPTION_LANG},
    .run = run,
};
