/* host/http/http.h: HTTP/1.1 on a socket, by libmicrohttpd. Carries requests to a handler and replies back.
 *
 * It knows headers, not routes: everything under /api/ goes to the handler (flow/serve), /metrics is
 * answered here, the rest are files of the web client. It refuses what is too large, comes under
 * another name than its own (DNS rebinding) or is posted by a page of another origin; it packs long
 * replies with gzip and puts security headers on all of them. There is no CORS and no TLS: whoever
 * serves more than this machine puts a proxy before it.
 *
 * Threads: a small pool reads and writes; one thread of its own calls the handler, a request after the
 * other, so what the handler uses needs no lock. A slow client holds its own connection, and a slow
 * handler holds other requests for the handler, and nothing else. The log callback is called from any of
 * the pool, one at a time; a line is key=value, holds no query and no body.
 *
 * Sources: RFC 9110, RFC 9112, Fetch Metadata (W3C), libmicrohttpd 0.9.75.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/serve.h"
#include "host/assets/assets.h"

typedef struct heng_http heng_http;

/* Answers one request. What it gives lives in the arena, which is the request's. */
typedef void heng_http_handler(void *context, const heng_request *request, heng_arena *arena,
                               heng_response *response);
typedef void heng_http_log(void *context, heng_str line);
/* More lines for /metrics; called on the thread of the handler. */
typedef void heng_http_metrics(void *context, heng_text *out);

typedef struct heng_http_options {
    const char *address;      /* numeric; NULL: 127.0.0.1 */
    uint16_t port;            /* 0: any that is free */
    const char *const *hosts; /* names that Host may have beside localhost and the address */
    size_t host_count;
    unsigned threads;         /* 0: 2 */
    unsigned connections_max; /* 0: 512 */
    unsigned idle_s;          /* silence after which a connection ends; 0: 30 */
    size_t body_max;          /* 0: 64 MB */
    heng_http_handler *handle;
    heng_http_log *log;         /* may be NULL */
    heng_http_metrics *metrics; /* may be NULL */
    void *context;              /* of the three */
    const heng_assets *assets;  /* NULL: none */
} heng_http_options;

/* Binds and serves. Options are copied but what they point to must outlive the server. Statuses:
 * HENG_INVALID (address), HENG_CONFLICT (the port is taken), HENG_IO, HENG_NO_MEMORY. */
heng_status heng_http_start(const heng_http_options *options, heng_http **out, heng_error *err);
uint16_t heng_http_port(const heng_http *http);
/* Takes no more connections, lets requests in flight end for at most `grace_s`, then closes. */
void heng_http_stop(heng_http *http, unsigned grace_s);
