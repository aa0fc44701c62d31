/* The server on a real socket of this machine: what clients send, honest and not, and what comes back.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "host/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { REPLY_MAX = 1 << 20, BODY_MAX = 4096, LONG_BODY = 20000 };

static struct {
    heng_http *http;
    int handled;
    char target[1000], if_none_match[100], body[BODY_MAX + 1];
    size_t body_length;
    char log[500];
    char reply[REPLY_MAX];
    size_t reply_length;
} fixture;

/* ---- the other side -------------------------------------------------------------------------- */

static void handle(void *context, const heng_request *request, heng_arena *arena,
                   heng_response *response)
{
    (void)context;
    fixture.handled++;
    snprintf(fixture.target, sizeof fixture.target, "%.*s", HENG_PRINT(request->target));
    snprintf(fixture.if_none_match, sizeof fixture.if_none_match, "%.*s",
             HENG_PRINT(request->if_none_match));
    fixture.body_length = request->body.length;
    if (request->body.length) memcpy(fixture.body, request->body.at, request->body.length);
    *response = (heng_response){.status = 200,
                                .content_type = HENG_STR("application/json"),
                                .etag = HENG_STR("\"abc\""),
                                .cache_control = HENG_STR("no-cache"),
                                .body = HENG_STR("{\"answer\":42}")};
    if (heng_str_find(request->target, HENG_STR("long"), 0) != SIZE_MAX) {
        char *bytes = heng_arena_alloc(arena, LONG_BODY);
        memset(bytes, 'x', LONG_BODY);
        response->body = (heng_str){bytes, LONG_BODY};
    }
    if (heng_str_find(request->target, HENG_STR("slow"), 0) != SIZE_MAX)
        nanosleep(&(struct timespec){0, 300000000}, NULL);
    if (heng_str_find(request->target, HENG_STR("unchanged"), 0) != SIZE_MAX) {
        response->status = 304;
        response->body = (heng_str){NULL, 0};
    }
}

static void keep_log(void *context, heng_str line)
{
    (void)context;
    snprintf(fixture.log, sizeof fixture.log, "%.*s", HENG_PRINT(line));
}

static const unsigned char page[] = "<!doctype html><title>Heng</title>";
static const unsigned char script[] = "not really gzip";
static const heng_asset files[] = {
    {"assets/main-1a2b.js", "text/javascript; charset=utf-8", "\"script\"", page, sizeof page - 1,
     script, sizeof script - 1},
    {"index.html", "text/html; charset=utf-8", "\"page\"", page, sizeof page - 1, NULL, 0},
};
static const heng_assets assets = {files, 2};

static heng_http_options options(void)
{
    return (heng_http_options){
        .handle = handle, .log = keep_log, .idle_s = 1, .body_max = BODY_MAX, .assets = &assets};
}

static int start(void **state)
{
    (void)state;
    heng_error err;
    heng_http_options chosen = options();
    fixture.handled = 0;
    return heng_http_start(&chosen, &fixture.http, &err) == HENG_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    heng_http_stop(fixture.http, 0);
    return 0;
}

static int dial(void)
{
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(heng_http_port(fixture.http))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(socket_, (struct sockaddr *)&address, sizeof address), 0);
    return socket_;
}

static void push(int socket_, const char *bytes, size_t length)
{
    while (length) {
        ssize_t sent = send(socket_, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) return; /* the server closed: the reply is what counts */
        bytes += sent;
        length -= (size_t)sent;
    }
}

/* Everything until the server closes. */
static void pull(int socket_)
{
    fixture.reply_length = 0;
    for (;;) {
        ssize_t got = recv(socket_, fixture.reply + fixture.reply_length,
                           REPLY_MAX - 1 - fixture.reply_length, 0);
        if (got <= 0) break;
        fixture.reply_length += (size_t)got;
    }
    fixture.reply[fixture.reply_length] = '\0';
    close(socket_);
}

static void ask(const char *request)
{
    int socket_ = dial();
    push(socket_, request, strlen(request));
    pull(socket_);
}

#define END "Host: localhost\r\nConnection: close\r\n\r\n"

static int status(void)
{
    int code = 0;
    return sscanf(fixture.reply, "HTTP/1.1 %d", &code) == 1 ? code : 0;
}

static bool has(const char *text)
{
    return strstr(fixture.reply, text) != NULL;
}

static const char *body(void)
{
    const char *end = strstr(fixture.reply, "\r\n\r\n");
    return end ? end + 4 : "";
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void answers_and_guards_its_pages(void **state)
{
    (void)state;
    ask("GET /api/v1/about?x=1 HTTP/1.1\r\n" END);
    assert_int_equal(status(), 200);
    assert_string_equal(body(), "{\"answer\":42}");
    assert_string_equal(fixture.target, "/api/v1/about?x=1");
    assert_true(has("\r\nETag: \"abc\"\r\n"));
    assert_true(has("\r\nCache-Control: no-cache\r\n"));
    assert_true(has("\r\nContent-Security-Policy: default-src 'self';"));
    assert_true(has("frame-ancestors 'none'"));
    assert_true(has("\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_true(has("\r\nX-Frame-Options: DENY\r\n"));
    assert_true(has("\r\nReferrer-Policy: no-referrer\r\n"));
    assert_true(has("\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    assert_false(has("Access-Control"));
}

static void head_has_no_body(void **state)
{
    (void)state;
    ask("HEAD /api/v1/about HTTP/1.1\r\n" END);
    assert_int_equal(status(), 200);
    assert_true(has("\r\nContent-Length: 13\r\n"));
    assert_string_equal(body(), "");
}

static void conditions_reach_the_handler(void **state)
{
    (void)state;
    ask("GET /api/v1/unchanged HTTP/1.1\r\nIf-None-Match: W/\"abc\"\r\n" END);
    assert_int_equal(status(), 304);
    assert_string_equal(fixture.if_none_match, "W/\"abc\"");
    assert_string_equal(body(), "");
}

static void packs_what_is_long_for_who_takes_it(void **state)
{
    (void)state;
    ask("GET /api/v1/long HTTP/1.1\r\nAccept-Encoding: br, gzip;q=0.5\r\n" END);
    assert_true(has("\r\nContent-Encoding: gzip\r\n"));
    assert_true(has("\r\nETag: W/\"abc\"\r\n"));
    static unsigned char plain[LONG_BODY + 1];
    z_stream stream = {0};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    size_t packed = fixture.reply_length - (size_t)(body() - fixture.reply);
    stream.next_in = (Bytef *)(uintptr_t)body();
    stream.avail_in = (uInt)packed;
    stream.next_out = plain;
    stream.avail_out = sizeof plain;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, LONG_BODY);
    inflateEnd(&stream);
    for (size_t i = 0; i < LONG_BODY; i++) assert_int_equal(plain[i], 'x');

    ask("GET /api/v1/long HTTP/1.1\r\nAccept-Encoding: gzip;q=0\r\n" END);
    assert_false(has("Content-Encoding"));
    assert_int_equal(strlen(body()), LONG_BODY);
    ask("GET /api/v1/short HTTP/1.1\r\nAccept-Encoding: gzip\r\n" END);
    assert_false(has("Content-Encoding"));
}

static void takes_a_body(void **state)
{
    (void)state;
    ask("POST /api/v1/imports HTTP/1.1\r\nContent-Type: text/csv\r\nContent-Length: 5\r\n" END
        "a,b\r\n");
    assert_int_equal(status(), 200);
    assert_int_equal(fixture.body_length, 5);
    assert_memory_equal(fixture.body, "a,b\r\n", 5);
    ask("POST /api/v1/imports HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_int_equal(fixture.body_length, 5);
    assert_memory_equal(fixture.body, "abcde", 5);
}

static void refuses_a_body_that_is_too_large(void **state)
{
    (void)state;
    ask("POST /api/v1/imports HTTP/1.1\r\nContent-Length: 4097\r\n" END);
    assert_int_equal(status(), 413);
    assert_true(has("4096 bytes"));
    assert_true(has("application/problem+json"));
    assert_true(has("remedy_zh"));

    /* No length told: the connection ends when the limit is passed. */
    static char chunks[3 * BODY_MAX];
    size_t length = (size_t)snprintf(chunks, sizeof chunks,
                                     "POST /api/v1/imports HTTP/1.1\r\n"
                                     "Transfer-Encoding: chunked\r\n" END "1800\r\n");
    memset(chunks + length, 'y', 0x1800);
    length += 0x1800;
    memcpy(chunks + length, "\r\n0\r\n\r\n", 7);
    int socket_ = dial();
    push(socket_, chunks, length + 7);
    pull(socket_);
    assert_int_equal(fixture.reply_length, 0);
    assert_int_equal(fixture.handled, 0);
    ask("GET /metrics HTTP/1.1\r\n" END);
    assert_true(has("heng_http_refused_total{why=\"size\"} 2\n"));
}

static void answers_only_to_its_own_names(void **state)
{
    (void)state;
    ask("GET /api/v1/about HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_int_equal(status(), 421);
    ask("GET / HTTP/1.1\r\nHost: localhost.evil.example\r\nConnection: close\r\n\r\n");
    assert_int_equal(status(), 421);
    ask("GET /api/v1/about HTTP/1.0\r\n\r\n");
    assert_int_equal(status(), 400);
    assert_int_equal(fixture.handled, 0);
    ask("GET /api/v1/about HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n");
    assert_int_equal(status(), 200);
    ask("GET /api/v1/about HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n");
    assert_int_equal(status(), 200);
}

static void takes_posts_of_its_own_pages_only(void **state)
{
    (void)state;
    ask("POST /api/v1/imports HTTP/1.1\r\n"
        "Origin: http://evil.example\r\nContent-Length: 0\r\n" END);
    assert_int_equal(status(), 403);
    ask("POST /api/v1/imports HTTP/1.1\r\nOrigin: null\r\nContent-Length: 0\r\n" END);
    assert_int_equal(status(), 403);
    ask("POST /api/v1/imports HTTP/1.1\r\n"
        "Sec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n" END);
    assert_int_equal(status(), 403);
    ask("POST /api/v1/imports HTTP/1.1\r\nSec-Fetch-Site: same-site\r\nContent-Length: 0\r\n" END);
    assert_int_equal(status(), 403);
    assert_int_equal(fixture.handled, 0);
    ask("POST /api/v1/imports HTTP/1.1\r\nOrigin: http://localhost\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n" END);
    assert_int_equal(status(), 200);
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    ask("GET\r\n\r\n");
    assert_int_not_equal(status(), 200);
    ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_int_equal(status(), 400);
    static char request[100000];
    size_t length = (size_t)snprintf(request, sizeof request, "GET / HTTP/1.1\r\nX: ");
    memset(request + length, 'a', 60000);
    snprintf(request + length + 60000, sizeof request - length - 60000, "\r\n" END);
    ask(request);
    assert_int_equal(status(), 431);
    assert_int_equal(fixture.handled, 0);
    ask("GET /api/v1/about HTTP/1.1\r\n" END);
    assert_int_equal(status(), 200);
}

static void serves_files(void **state)
{
    (void)state;
    ask("GET / HTTP/1.1\r\n" END);
    assert_int_equal(status(), 200);
    assert_string_equal(body(), "<!doctype html><title>Heng</title>");
    assert_true(has("\r\nCache-Control: no-cache\r\n"));
    ask("GET /regions/ZJ HTTP/1.1\r\n" END); /* a page that the client draws */
    assert_int_equal(status(), 200);
    ask("GET /missing.js HTTP/1.1\r\n" END);
    assert_int_equal(status(), 404);
    ask("GET /assets/main-1a2b.js HTTP/1.1\r\nAccept-Encoding: gzip\r\n" END);
    assert_true(has("immutable"));
    assert_true(has("\r\nContent-Encoding: gzip\r\n"));
    assert_string_equal(body(), "not really gzip");
    ask("GET /assets/main-1a2b.js HTTP/1.1\r\nIf-None-Match: W/\"script\"\r\n" END);
    assert_int_equal(status(), 304);
    ask("DELETE / HTTP/1.1\r\n" END);
    assert_int_equal(status(), 405);
    assert_true(has("\r\nAllow: GET, HEAD\r\n"));
}

static void says_so_without_the_web_client(void **state)
{
    (void)state;
    stop(state);
    heng_http_options chosen = options();
    heng_error err;
    chosen.assets = NULL;
    assert_int_equal(heng_http_start(&chosen, &fixture.http, &err), HENG_OK);
    ask("GET / HTTP/1.1\r\n" END);
    assert_int_equal(status(), 404);
    assert_true(has("without the web client"));
}

static void counts(void **state)
{
    (void)state;
    ask("GET /api/v1/about HTTP/1.1\r\n" END);
    ask("GET /missing.js HTTP/1.1\r\n" END);
    ask("GET /metrics HTTP/1.1\r\n" END);
    assert_true(has("text/plain; version=0.0.4"));
    assert_true(has("heng_http_replies_total{class=\"2xx\"} 1\n"));
    assert_true(has("heng_http_replies_total{class=\"4xx\"} 1\n"));
    assert_true(has("heng_http_request_seconds_bucket{le=\"+Inf\"} 2\n"));
}

static void logs_no_query(void **state)
{
    (void)state;
    ask("GET /api/v1/about?q=secret HTTP/1.1\r\n" END);
    assert_non_null(strstr(fixture.log, "event=request method=GET path=/api/v1/about status=200 "
                                        "bytes=13 us="));
    assert_null(strstr(fixture.log, "secret"));
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void a_slow_client_holds_nobody_up(void **state)
{
    (void)state;
    enum { SLOW = 40 };
    int slow[SLOW];
    for (int i = 0; i < SLOW; i++) {
        slow[i] = dial();
        push(slow[i], "GET /api/v1/ab", 14);
    }
    double from = seconds();
    ask("GET /api/v1/about HTTP/1.1\r\n" END);
    assert_int_equal(status(), 200);
    assert_true(seconds() - from < 0.5);
    for (int i = 0; i < SLOW; i++) pull(slow[i]); /* ended by the server after its idle time */
    assert_true(seconds() - from < 5);
}

static void *ask_slowly(void *unused)
{
    (void)unused;
    ask("GET /api/v1/slow HTTP/1.1\r\n" END);
    return NULL;
}

/* While the handler is busy for 0.3 s, files are served; what needs the handler waits its turn. */
static void a_slow_handler_holds_no_files_up(void **state)
{
    (void)state;
    static const char request[] = "GET /api/v1/slow HTTP/1.1\r\n" END;
    enum { BUSY = 3 };
    int busy[BUSY];
    double from = seconds();
    for (int i = 0; i < BUSY; i++) {
        busy[i] = dial();
        push(busy[i], request, sizeof request - 1);
    }
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    for (int i = 0; i < 10; i++) {
        ask("GET / HTTP/1.1\r\n" END);
        assert_int_equal(status(), 200);
    }
    assert_true(seconds() - from < 0.6);
    for (int i = 0; i < BUSY; i++) {
        pull(busy[i]);
        assert_int_equal(status(), 200);
    }
    assert_true(seconds() - from > 0.85); /* one after the other */
    assert_int_equal(fixture.handled, BUSY);
}

static void ends_what_it_began(void **state)
{
    pthread_t client;
    assert_int_equal(pthread_create(&client, NULL, ask_slowly, NULL), 0);
    nanosleep(&(struct timespec){0, 100000000}, NULL);
    heng_http_stop(fixture.http, 5);
    pthread_join(client, NULL);
    assert_int_equal(status(), 200);
    start(state);
}

static void says_why_it_cannot_start(void **state)
{
    (void)state;
    heng_http *other = NULL;
    heng_error err;
    heng_http_options chosen = options();
    chosen.port = heng_http_port(fixture.http);
    assert_int_equal(heng_http_start(&chosen, &other, &err), HENG_CONFLICT);
    assert_non_null(strstr(err.message, "choose another port"));
    chosen.address = "somewhere";
    assert_int_equal(heng_http_start(&chosen, &other, &err), HENG_INVALID);
    assert_null(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_and_guards_its_pages),
        TEST(head_has_no_body),
        TEST(conditions_reach_the_handler),
        TEST(packs_what_is_long_for_who_takes_it),
        TEST(takes_a_body),
        TEST(refuses_a_body_that_is_too_large),
        TEST(answers_only_to_its_own_names),
        TEST(takes_posts_of_its_own_pages_only),
        TEST(bad_requests_are_refused),
        TEST(serves_files),
        TEST(says_so_without_the_web_client),
        TEST(counts),
        TEST(logs_no_query),
        TEST(a_slow_client_holds_nobody_up),
        TEST(a_slow_handler_holds_no_files_up),
        TEST(ends_what_it_began),
        TEST(says_why_it_cannot_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
