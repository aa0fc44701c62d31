/* host/http/http.c: the daemon, and the way of a request through it.
 *
 * libmicrohttpd calls on_target with the request line, then on_request once for the headers, once for
 * each piece of a body, and once more at its end; on_completed frees what was taken.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/http/part.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    THREADS = 2,
    CONNECTIONS_MAX = 512,
    IDLE_S = 30,
    HEADER_BYTES_MAX = 32 << 10, /* request line and headers together */
    BODY_FIRST_BYTES = 64 << 10,
    LOG_PATH_MAX = 120
};
#define BODY_MAX ((size_t)64 << 20)
/* An answer of 64 MB, packed, with what was needed to write it; and the sheets of a large workbook. */
#define REQUEST_BYTES_MAX ((size_t)1024 << 20)

/* ---- one exchange ---------------------------------------------------------------------------- */

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    heng_http *http = context;
    heng_http_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) return NULL;
    exchange->connection = connection;
    clock_gettime(CLOCK_MONOTONIC, &exchange->since);
    heng_arena_init(&exchange->arena, REQUEST_BYTES_MAX);
    exchange->target = heng_arena_alloc(&exchange->arena, strlen(target) + 1);
    if (!exchange->target) {
        free(exchange);
        return NULL;
    }
    memcpy(exchange->target, target, strlen(target) + 1);
    atomic_fetch_add(&http->in_flight, 1);
    return exchange;
}

static uint64_t microseconds_since(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)((now.tv_sec - since->tv_sec) * 1000000 +
                      (now.tv_nsec - since->tv_nsec) / 1000);
}

/* The path without its query, which may hold what is not for a log; odd bytes become "?". */
static void write_path(const char *target, char out[LOG_PATH_MAX + 1])
{
    size_t i = 0;
    for (; i < LOG_PATH_MAX && target[i] && target[i] != '?'; i++) {
        char c = target[i];
        out[i] = c > 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?';
    }
    out[i] = '\0';
}

static void write_log(heng_http *http, const heng_http_exchange *exchange, const char *method,
                      uint64_t took_us)
{
    if (!http->options.log) return;
    char path[LOG_PATH_MAX + 1], line[LOG_PATH_MAX + 200];
    write_path(exchange->target, path);
    int length = snprintf(line, sizeof line,
                          "event=request method=%.16s path=%s status=%u bytes=%zu us=%" PRIu64,
                          method, path, exchange->status, exchange->sent, took_us);
    pthread_mutex_lock(&http->log_lock);
    http->options.log(http->options.context, (heng_str){line, (size_t)length});
    pthread_mutex_unlock(&http->log_lock);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    heng_http *http = context;
    heng_http_exchange *exchange = *state;
    if (!exchange) return;
    if (exchange->answered)
        heng_http__count(&http->counts, exchange->status, exchange->sent,
                         microseconds_since(&exchange->since));
    heng_arena_deinit(&exchange->arena);
    free(exchange->body);
    free(exchange);
    *state = NULL;
    atomic_fetch_sub(&http->in_flight, 1);
}

/* ---- refusals at the door -------------------------------------------------------------------- */

static bool refuse(struct MHD_Connection *connection, heng_http_exchange *exchange,
                   const heng_problem *problem, const char *allow)
{
    heng_response response = {.allow = heng_str_from(allow)};
    heng_serve_problem(problem, &exchange->arena, &response);
    return heng_http__send(connection, exchange, &response);
}

static bool refuse_host(struct MHD_Connection *connection, heng_http_exchange *exchange, bool named)
{
    heng_problem problem = {
        .status = named ? 421 : 400, /* RFC 9110, 15.5.20; RFC 9112, 3.2 */
        .type = "/problems/misdirected",
        .title = "Not the name of this server",
        .title_zh = "主机名不符",
        .detail = HENG_STR("The header Host is missing or names another server."),
        .detail_zh = HENG_STR("缺少 Host 头，或所写的不是本服务。"),
        .remedy = HENG_STR("Use localhost, or start the server with this name among its hosts."),
        .remedy_zh = HENG_STR("请使用 localhost，或在启动时把该名称列为本服务的主机名。")};
    return refuse(connection, exchange, &problem, NULL);
}

static bool refuse_origin(struct MHD_Connection *connection, heng_http_exchange *exchange)
{
    heng_problem problem = {
        .status = 403,
        .type = "/problems/other-origin",
        .title = "Sent by a page of another origin",
        .title_zh = "请求来自其他来源的页面",
        .detail = HENG_STR("Only pages of this server may change anything here."),
        .detail_zh = HENG_STR("只有本服务的页面可以修改数据。"),
        .remedy = HENG_STR("Open the page of this server and send it from there."),
        .remedy_zh = HENG_STR("请在本服务的页面中操作。")};
    return refuse(connection, exchange, &problem, NULL);
}

static bool refuse_size(heng_http *http, struct MHD_Connection *connection,
                        heng_http_exchange *exchange)
{
    size_t megabytes = http->options.body_max >> 20;
    heng_problem problem = {
        .status = 413,
        .type = "/problems/body-too-large",
        .title = "The body is too large",
        .title_zh = "请求内容过大",
        .detail = heng_str_format(&exchange->arena, "At most %zu bytes (%zu MB) are taken.",
                                  http->options.body_max, megabytes),
        .detail_zh = heng_str_format(&exchange->arena, "最多接收 %zu 字节（%zu MB）。",
                                     http->options.body_max, megabytes),
        .remedy = HENG_STR("Split the file, or import it with the command line on the server."),
        .remedy_zh = HENG_STR("请拆分文件，或在服务器上用命令行导入。")};
    return refuse(connection, exchange, &problem, NULL);
}

static bool refuse_method(struct MHD_Connection *connection, heng_http_exchange *exchange)
{
    heng_problem problem = {.status = 405,
                            .type = "/problems/method-not-allowed",
                            .title = "Method not allowed",
                            .title_zh = "不支持的方法",
                            .detail = HENG_STR("This path takes GET, HEAD."),
                            .detail_zh = HENG_STR("此路径支持 GET、HEAD。"),
                            .remedy = HENG_STR("Use one of the methods of the header Allow."),
                            .remedy_zh = HENG_STR("请使用 Allow 头中的方法。")};
    return refuse(connection, exchange, &problem, "GET, HEAD");
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value ? value : "";
}

static bool is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* What can be refused before the body; true when it was, *sent then says whether that worked. */
static bool refuse_early(heng_http *http, struct MHD_Connection *connection,
                         heng_http_exchange *exchange, const char *method, bool *sent)
{
    const char *host = header(connection, "Host");
    if (!heng_http__host_allowed(&http->options, host)) {
        atomic_fetch_add(&http->counts.refused_host, 1);
        *sent = refuse_host(connection, exchange, *host != '\0');
        return true;
    }
    if (is_read(method)) return false;
    if (!heng_http__origin_allowed(host, header(connection, "Origin"),
                                   header(connection, "Sec-Fetch-Site"))) {
        atomic_fetch_add(&http->counts.refused_origin, 1);
        *sent = refuse_origin(connection, exchange);
        return true;
    }
    int64_t length;
    heng_error err;
    if (heng_integer_parse(heng_http__header(connection, "Content-Length"), &length, &err) ==
            HENG_OK &&
        (length < 0 || (uint64_t)length > http->options.body_max)) {
        atomic_fetch_add(&http->counts.refused_size, 1);
        *sent = refuse_size(http, connection, exchange);
        return true;
    }
    return false;
}

/* ---- answering ------------------------------------------------------------------------------- */

/* False when the body would exceed its maximum or memory ran out: the connection is then closed,
 * because a reply cannot be sent into a body that is still coming. */
static bool take_body(heng_http *http, heng_http_exchange *exchange, const char *bytes,
                      size_t length)
{
    if (length > http->options.body_max - exchange->body_length) {
        atomic_fetch_add(&http->counts.refused_size, 1);
        return false;
    }
    size_t needed = exchange->body_length + length;
    if (needed > exchange->body_capacity) {
        size_t capacity = exchange->body_capacity ? exchange->body_capacity : BODY_FIRST_BYTES;
        while (capacity < needed) capacity *= 2;
        char *grown = realloc(exchange->body, capacity);
        if (!grown) return false;
        exchange->body = grown;
        exchange->body_capacity = capacity;
    }
    memcpy(exchange->body + exchange->body_length, bytes, length);
    exchange->body_length = needed;
    return true;
}

/* Hands the request to the thread of the handler; false when the server is stopping. */
static bool put_in_queue(heng_http *http, heng_http_exchange *exchange, const char *method,
                         bool is_metrics)
{
    struct MHD_Connection *connection = exchange->connection;
    exchange->is_metrics = is_metrics;
    exchange->request =
        (heng_request){.method = heng_str_from(method),
                       .target = heng_str_from(exchange->target),
                       .accept = heng_http__header(connection, "Accept"),
                       .if_none_match = heng_http__header(connection, "If-None-Match"),
                       .content_type = heng_http__header(connection, "Content-Type"),
                       .body = {exchange->body, exchange->body_length}};
    return heng_http__queue_put(http, exchange);
}

/* False: the connection is to be closed. *later: the reply comes when the handler is done. */
static bool answer(heng_http *http, heng_http_exchange *exchange, const char *method, bool *later)
{
    struct MHD_Connection *connection = exchange->connection;
    if (exchange->handled) return heng_http__send(connection, exchange, &exchange->response);
    heng_str path, rest = heng_str_from(exchange->target);
    heng_str_cut(&rest, '?', &path);
    bool is_metrics = heng_str_is(path, "/metrics") && is_read(method);
    if (is_metrics || heng_str_starts(path, HENG_STR("/api/"))) {
        *later = true;
        return put_in_queue(http, exchange, method, is_metrics);
    }
    if (!is_read(method)) return refuse_method(connection, exchange);
    return heng_http__send_asset(http, connection, exchange, path);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)url;
    (void)version;
    heng_http *http = context;
    heng_http_exchange *exchange = *state;
    if (!exchange) return MHD_NO;
    bool sent = false, later = false;
    if (!exchange->begun) {
        exchange->begun = true;
        if (!refuse_early(http, connection, exchange, method, &sent)) return MHD_YES;
    } else if (*upload_size) {
        if (!take_body(http, exchange, upload, *upload_size)) return MHD_NO;
        *upload_size = 0;
        return MHD_YES;
    } else {
        sent = answer(http, exchange, method, &later);
    }
    if (!sent) return MHD_NO;
    if (later) return MHD_YES;
    write_log(http, exchange, method, microseconds_since(&exchange->since));
    return MHD_YES;
}

/* ---- the daemon ------------------------------------------------------------------------------ */

static void choose_defaults(heng_http_options *options)
{
    if (!options->address) options->address = "127.0.0.1";
    if (!options->threads) options->threads = THREADS;
    if (!options->connections_max) options->connections_max = CONNECTIONS_MAX;
    if (!options->idle_s) options->idle_s = IDLE_S;
    if (!options->body_max) options->body_max = BODY_MAX;
}

static heng_status read_address(const heng_http_options *options, struct sockaddr_storage *out,
                                heng_error *err)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    *out = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, options->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(options->port);
        return HENG_OK;
    }
    if (inet_pton(AF_INET6, options->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(options->port);
        return HENG_OK;
    }
    return heng_fail(err, HENG_INVALID, 0,
                     "\"%s\" is not a numeric address; write 127.0.0.1, 0.0.0.0 or ::1",
                     options->address);
}

static struct MHD_Daemon *start_daemon(heng_http *http, const struct sockaddr_storage *address)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    if (address->ss_family == AF_INET6) flags |= MHD_USE_IPv6;
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)http->options.threads, NULL},
        {MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        flags, http->options.port, NULL, NULL, on_request, http, /* NULL: any client may connect */
        MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)address, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
        MHD_OPTION_CONNECTION_LIMIT, http->options.connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
        http->options.idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES_MAX,
        MHD_OPTION_ARRAY, http->options.threads > 1 ? pool : pool + 1, MHD_OPTION_END);
}

static void free_http(heng_http *http)
{
    pthread_mutex_destroy(&http->queue.lock);
    pthread_mutex_destroy(&http->log_lock);
    free(http);
}

heng_status heng_http_start(const heng_http_options *options, heng_http **out, heng_error *err)
{
    assert(options && options->handle && out && err);
    heng_http *http = calloc(1, sizeof *http);
    if (!http) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the server");
    http->options = *options;
    choose_defaults(&http->options);
    struct sockaddr_storage address;
    heng_status status = read_address(&http->options, &address, err);
    if (status != HENG_OK) {
        free(http);
        return status;
    }
    status = heng_http__queue_start(http, err);
    if (status != HENG_OK) {
        free(http);
        return status;
    }
    pthread_mutex_init(&http->log_lock, NULL);
    errno = 0;
    http->daemon = start_daemon(http, &address);
    if (!http->daemon) {
        int reason = errno;
        status = reason == EADDRINUSE ? HENG_CONFLICT : HENG_IO;
        heng_fail(err, status, 0, "cannot listen on %s port %u: %s; choose another port",
                  http->options.address, http->options.port,
                  reason ? strerror(reason) : "the system refused");
        heng_http__queue_stop(http);
        free_http(http);
        return status;
    }
    http->port = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *out = http;
    return HENG_OK;
}

uint16_t heng_http_port(const heng_http *http)
{
    return http->port;
}

void heng_http_stop(heng_http *http, unsigned grace_s)
{
    if (!http) return;
    MHD_socket listening = MHD_quiesce_daemon(http->daemon);
    struct timespec since, pause = {0, 10000000};
    clock_gettime(CLOCK_MONOTONIC, &since);
    while (microseconds_since(&since) < (uint64_t)grace_s * 1000000 &&
           atomic_load(&http->in_flight) > 0)
        nanosleep(&pause, NULL);
    heng_http__queue_stop(http);
    MHD_stop_daemon(http->daemon);
    if (listening != MHD_INVALID_SOCKET) close(listening);
    free_http(http);
}
