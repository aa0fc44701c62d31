/* main/cmd_compute.c: heng compute. Books to accounts, sealed as a run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/compute.h"
#include "flow/seal/seal.h"
#include "host/clock/clock.h"
#include "host/keys/keys.h"
#include "main/command.h"
#include "main/session.h"
#include "main/strict.h"

#include <inttypes.h>

static void print_findings(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    size_t count = heng_evaluation_finding_count(session->evaluation);
    for (size_t i = 0; i < count && i < 20; i++) {
        const heng_finding *finding = heng_evaluation_finding(session->evaluation, i);
        char period[HENG_PERIOD_TEXT];
        heng_period_write(finding->period, period);
        fprintf(arguments->err, "%.*s %s: %.*s\n", HENG_PRINT(finding->entity), period,
                HENG_PRINT(finding->message));
    }
    if (count > 20) fprintf(arguments->err, "... and %zu more\n", count - 20);
}

static heng_status seal(const heng_session *session, uint64_t run, const heng_seed *key,
                        heng_error *err)
{
    const heng_arguments *arguments = session->arguments;
    double start = heng_clock_seconds();
    heng_seal made;
    heng_seal_order order = {
        .run = run, .now = heng_clock_now(), .engine = HENG_STR(HENG_VERSION), .key = key};
    heng_status status = heng_seal_run(session->store, session->compiled.program,
                                       session->evaluation, &order, heng_show_progress,
                                       (void *)(uintptr_t)arguments, arguments->arena, &made, err);
    heng_end_progress(arguments);
    if (status) return status;
    char root[HENG_HASH_TEXT];
    heng_hash_write(made.root, root);
    fprintf(arguments->out, "run %" PRIu64 ": sealed %.*s, %" PRIu64 " figures, root %s, %.2f s\n",
            run, HENG_PRINT(made.made), made.count, root, heng_clock_seconds() - start);
    return HENG_OK;
}

/* The key is read first: a run is long, and a key that is refused should be refused before it. */
static heng_exit load_key(const heng_arguments *arguments, heng_seed *key)
{
    heng_error err;
    const char *path = heng_argument(arguments, "seal");
    if (path && (heng_given(arguments, "set") || heng_given(arguments, "scenario")))
        return heng_report_usage(arguments, "--seal is for official runs, and a scenario is none");
    if (path && heng_key_load(path, key, &err)) return heng_report_failure(arguments, &err);
    return HENG_EXIT_OK;
}

/* Of --strict: a run is whole or not at all, so one figure that is refused refuses the run. */
static heng_exit check_publishable(const heng_session *session)
{
    heng_strict_job job;
    heng_error err;
    if (heng_strict_open(&job, session, &err)) return heng_report_failure(session->arguments, &err);
    heng_strict_look_at_all(&job);
    heng_exit code = heng_strict_end(&job);
    if (code == HENG_EXIT_REFUSED) fputs("nothing was kept\n", session->arguments->err);
    return code;
}

static heng_status keep(const heng_session *session, const heng_seed *key, double start,
                        heng_error *err)
{
    const heng_arguments *arguments = session->arguments;
    heng_compute_record record = {
        .now = heng_clock_now(),
        .as_of = session->as_of,
        .pack = heng_session_pack_name(session),
        .scenario = session->scenario.text,
    };
    uint64_t run_number;
    heng_status status = heng_compute_seal(
        session->store, session->compiled.program, session->evaluation, &record, heng_show_progress,
        (void *)(uintptr_t)arguments, arguments->arena, &run_number, err);
    heng_end_progress(arguments);
    print_findings(session);
    if (status) return status;
    heng_print_scenario(session);
    fprintf(arguments->out, "run %" PRIu64 ": %zu facts, %zu findings, %.2f s\n", run_number,
            session->world.fact_count, heng_evaluation_finding_count(session->evaluation),
            heng_clock_seconds() - start);
    if (heng_given(arguments, "seal")) status = seal(session, run_number, key, err);
    if (!status) heng_session_print_basis(session);
    return status;
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    double start = heng_clock_seconds();
    heng_seed key;
    heng_error err;
    heng_exit code = load_key(arguments, &key);
    if (!code) code = heng_session_open(arguments, HENG_SESSION_EVALUATED, true, &session);
    if (code) return code;
    code = check_publishable(&session);
    if (!code && keep(&session, &key, start, &err)) code = heng_report_failure(arguments, &err);
    heng_secret_forget(&key);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_compute = {
    .name = "compute",
    .summary = "evaluate the rules over the books and keep the results",
    .details =
        "The results of one computation are kept as a run, whole or not at all. When nothing "
        "has changed since the last run, nothing is added. With --as-of the run is of what was "
        "known on that day, by the rules of that day unless --pack names others. With --set or "
        "--scenario the run is that of a scenario: kept apart, flagged, never taken for the "
        "official one. --seal signs the run, so that none of its figures, facts and factors can "
        "change unnoticed; heng receipt then carries the seal. --strict keeps a run only where every "
        "known figure stands on verified or seen values, and names what does not.",
    .options = {HENG_OPTION_DB,
                HENG_OPTION_AS_OF,
                HENG_OPTION_PACK,
                HENG_OPTION_SET,
                HENG_OPTION_SCENARIO,
                {"seal", "KEYFILE", NULL, "sign the run with the key of heng key new"},
                HENG_OPTION_STRICT,
                HENG_OPTION_LANG,
                HENG_OPTION_THREADS},
    .run = run,
};
