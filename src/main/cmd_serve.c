/* main/cmd_serve.c: heng serve. Pages and API, on this machine unless told otherwise.
 *
 * The books are evaluated once at the start and again after each import; evaluations as of other days
 * are kept in a small ring, each in its own arena. The handler runs on one thread at a time. The port
 * answers before the books are evaluated: pages are there at once, and what asks for figures waits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "flow/compute/compute.h"
#include "host/assets/assets.h"
#include "host/clock/clock.h"
#include "host/http/http.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/session.h"

#include <inttypes.h>
#include <pthread.h>
#include <time.h>

enum { VIEWS_KEPT = 4 };

/* The books as known at one time, evaluated, with the memory that holds all of it. */
typedef struct kept_view {
    heng_arena arena;
    heng_scenario scenario;
    heng_world world;
    heng_view view;
    bool open;
} kept_view;

typedef struct heng_server {
    heng_session *session;
    /* Held by whoever evaluates or answers: first the start, then the handler. */
    pthread_mutex_t lock;
    kept_view now;
    kept_view past[VIEWS_KEPT];
    size_t next; /* the slot to use again */
    uint64_t evaluations;
    double evaluation_seconds;
} heng_server;

static void close_view(kept_view *kept)
{
    if (kept->open) heng_arena_deinit(&kept->arena);
    *kept = (kept_view){0};
}

/* The version of the pack that held then, compiled where it is not the one of now. */
static heng_status take_rules(heng_server *server, kept_view *kept, heng_error *err)
{
    heng_session *session = server->session;
    const heng_pack_version *version = heng_packs_at(&session->packs, kept->view.as_of);
    heng_compiled compiled;
    if (memcmp(&version->content, &session->version->content, sizeof version->content) == 0)
        return HENG_OK;
    heng_status status = heng_pack_compile(&version->pack, &kept->arena, &compiled, err);
    if (status) return status;
    if (!compiled.program)
        return heng_fail(err, HENG_REFUSED, 0, "the rules of version %.*s do not compile",
                         HENG_PRINT(version->pack.version));
    kept->view.program = compiled.program;
    kept->view.files = compiled.files;
    kept->view.file_count = compiled.file_count;
    kept->view.pack_version = version->pack.version;
    return HENG_OK;
}

/* The world under a scenario, whose texts go with the request: it is read again to be kept, and by the
 * rules of that day. */
static heng_status set_scenario(const heng_program *program, heng_str text, kept_view *kept,
                                heng_error *err)
{
    heng_diagnostics faults;
    heng_diagnostics_init(&faults, &kept->arena);
    heng_str own = heng_str_copy(&kept->arena, text);
    if (!own.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a scenario");
    heng_status status =
        heng_scenario_read(program, own, &kept->arena, &faults, &kept->scenario, err);
    heng_world official = kept->world;
    if (status) return status;
    if (faults.found)
        return heng_fail(err, HENG_REFUSED, 0,
                         "the rules of that day do not know the scenario: %.*s",
                         HENG_PRINT(faults.items[0].message));
    return heng_scenario_world(&kept->scenario, &official, &kept->arena, &kept->world, err);
}

static heng_status open_view(heng_server *server, heng_instant as_of, heng_str scenario,
                             kept_view *kept, heng_error *err)
{
    double start = heng_clock_seconds();
    close_view(kept);
    heng_arena_init(&kept->arena, HENG_JOB_BYTES_MAX);
    kept->open = true;
    heng_evaluation *evaluation = NULL;
    heng_store *store = server->session->store;
    kept->view = (heng_view){.as_of = as_of, .world = &kept->world};
    heng_status status = take_rules(server, kept, err);
    const heng_program *program =
        kept->view.program ? kept->view.program : server->session->compiled.program;
    if (!status) status = heng_compute_world(store, as_of, &kept->arena, &kept->world, err);
    if (!status && scenario.length) status = set_scenario(program, scenario, kept, err);
    if (!status)
        status = heng_compute_evaluate(server->session->crew, program, &kept->world, NULL, NULL,
                                       &kept->arena, &evaluation, err);
    kept->view.evaluation = evaluation;
    if (!status) kept->view.world = heng_evaluation_world(evaluation);
    kept->view.scenario = kept->scenario.text;
    if (!status)
        status = heng_store_sources(store, &kept->arena, &kept->view.sources,
                                    &kept->view.source_count, err);
    if (status) close_view(kept);
    server->evaluations++;
    server->evaluation_seconds += heng_clock_seconds() - start;
    return status;
}

static heng_status view_at(void *context, heng_instant as_of, const heng_scenario *scenario,
                           heng_view *out, heng_error *err)
{
    heng_str set = scenario ? scenario->text : (heng_str){"", 0};
    heng_server *server = context;
    kept_view *kept = NULL;
    for (size_t i = 0; i < VIEWS_KEPT; i++)
        if (server->past[i].open && server->past[i].view.as_of == as_of &&
            heng_str_equal(server->past[i].view.scenario, set))
            kept = &server->past[i];
    if (!kept) {
        kept = &server->past[server->next];
        server->next = (server->next + 1) % VIEWS_KEPT;
        heng_status status = open_view(server, as_of, set, kept, err);
        if (status) return status;
    }
    *out = kept->view;
    return HENG_OK;
}

/* After an import what was known has changed, for every day. */
static void forget(heng_server *server)
{
    heng_error err;
    for (size_t i = 0; i < VIEWS_KEPT; i++) close_view(&server->past[i]);
    if (open_view(server, HENG_INSTANT_MAX, (heng_str){"", 0}, &server->now, &err))
        fprintf(server->session->arguments->err, "level=error event=evaluate message=\"%s\"\n",
                err.message);
}

static const heng_problem not_evaluated = {
    .status = 503,
    .type = "/problems/not-evaluated",
    .title = "Books not evaluated",
    .title_zh = "账簿尚未测算",
    .detail = HENG_STR("The books could not be evaluated; the log of the server says why."),
    .detail_zh = HENG_STR("账簿测算失败，原因见服务器日志。"),
    .remedy = HENG_STR("Mend what the log names, then start the server again."),
    .remedy_zh = HENG_STR("请按日志排除原因后重新启动服务器。")};

static void answer(void *context, const heng_request *request, heng_arena *arena,
                   heng_response *response)
{
    heng_server *server = context;
    heng_session *session = server->session;
    pthread_mutex_lock(&server->lock);
    heng_serve_context serve = {
        .program = session->compiled.program,
        .files = session->compiled.files,
        .file_count = session->compiled.file_count,
        .now = server->now.view,
        .view_at = view_at,
        .view_context = server,
        .store = session->store,
        .clock = heng_clock_now(),
        .version = heng_str_from(HENG_VERSION),
        .pack_name = session->pack.name,
        .pack_version = session->pack.version,
    };
    if (server->now.open)
        heng_serve(&serve, request, arena, response);
    else
        heng_serve_problem(&not_evaluated, arena, response);
    if (response->recorded) forget(server);
    pthread_mutex_unlock(&server->lock);
}

static void write_log(void *context, heng_str line)
{
    heng_server *server = context;
    if (!heng_given(server->session->arguments, "quiet"))
        fprintf(server->session->arguments->err, "%.*s\n", HENG_PRINT(line));
}

static void write_metrics(void *context, heng_text *out)
{
    heng_server *server = context;
    heng_store_counts counts;
    heng_error ignored;
    pthread_mutex_lock(&server->lock);
    bool counted = !heng_store_count(server->session->store, &counts, &ignored);
    uint64_t evaluations = server->evaluations;
    double seconds = server->evaluation_seconds;
    pthread_mutex_unlock(&server->lock);
    heng_text_print(out,
                    "# HELP heng_evaluations_total Evaluations of the books.\n"
                    "# TYPE heng_evaluations_total counter\nheng_evaluations_total %" PRIu64 "\n"
                    "# HELP heng_evaluation_seconds_total Time spent evaluating.\n"
                    "# TYPE heng_evaluation_seconds_total counter\n"
                    "heng_evaluation_seconds_total %.6f\n",
                    evaluations, seconds);
    if (!counted) return;
    heng_text_print(
        out,
        "# HELP heng_facts Facts recorded, revisions included.\n# TYPE heng_facts gauge\n"
        "heng_facts %" PRIu64 "\n# HELP heng_store_bytes Size of the database.\n"
        "# TYPE heng_store_bytes gauge\nheng_store_bytes %" PRIu64 "\n",
        counts.facts, counts.bytes);
}

static heng_exit serve(heng_server *server, const heng_http_options *options)
{
    const heng_arguments *arguments = server->session->arguments;
    heng_error err;
    heng_http *http = NULL;
    pthread_mutex_lock(&server->lock);
    heng_status status = heng_http_start(options, &http, &err);
    if (!status)
        status = open_view(server, HENG_INSTANT_MAX, (heng_str){"", 0}, &server->now, &err);
    pthread_mutex_unlock(&server->lock);
    if (status && http) heng_http_stop(http, 0);
    if (status) return heng_report_failure(arguments, &err);
    fprintf(arguments->out, "Heng is at http://%s:%u (Ctrl-C stops it)\n",
            options->address ? options->address : "127.0.0.1", heng_http_port(http));
    fflush(arguments->out);
    while (!heng_stop_asked()) nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    heng_http_stop(http, 5);
    return HENG_EXIT_OK;
}

static heng_exit run(const heng_arguments *arguments)
{
    const char *port_text = heng_argument(arguments, "port");
    int64_t port = 8080;
    heng_error err;
    if (port_text &&
        (heng_integer_parse(heng_str_from(port_text), &port, &err) || port < 0 || port > 65535))
        return heng_report_usage(arguments, "--port is a number from 0 to 65535, not \"%s\"",
                                 port_text);
    heng_session session;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_RULES, true, &session);
    if (code) return code;
    heng_server server = {.session = &session, .lock = PTHREAD_MUTEX_INITIALIZER};
    const char *host = heng_argument(arguments, "host");
    heng_http_options options = {
        .address = heng_argument(arguments, "address"),
        .port = (uint16_t)port,
        .hosts = &host,
        .host_count = host ? 1 : 0,
        .handle = answer,
        .log = write_log,
        .metrics = write_metrics,
        .context = &server,
        .assets = &heng_web_assets,
    };
    code = serve(&server, &options);
    close_view(&server.now);
    for (size_t i = 0; i < VIEWS_KEPT; i++) close_view(&server.past[i]);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_serve = {
    .name = "serve",
    .summary = "serve the pages and the API",
    .details =
        "Bound to this machine unless --address says otherwise; then put a proxy with TLS and "
        "access control before it, and name it with --host.",
    .options = {HENG_OPTION_DB,
                {"port", "N", "8080", "the port; 0 takes any that is free"},
                {"address", "IP", "127.0.0.1", "the address to listen on"},
                {"host", "NAME", NULL, "a further name that requests may use"},
                HENG_OPTION_THREADS,
                {"quiet", NULL, NULL, "write no line for each request"}},
    .run = run,
};
