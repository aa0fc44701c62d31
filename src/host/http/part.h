/* host/http/part.h: what the files of host/http share. Internal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "host/http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum { HENG_HTTP_BUCKETS = 8 };

/* Counted without a lock; read by /metrics. */
typedef struct heng_http_counts {
    atomic_ullong replies[6]; /* by the first digit of the status */
    atomic_ullong body_bytes;
    atomic_ullong duration_us;
    atomic_ullong within[HENG_HTTP_BUCKETS + 1]; /* by upper bound, the last is beyond all */
    atomic_ullong refused_host, refused_origin, refused_size;
} heng_http_counts;

typedef struct heng_http_exchange heng_http_exchange;

/* Requests that wait for the one thread that calls the handler; see queue.c. */
typedef struct heng_http_queue {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    heng_http_exchange *first, *last;
    bool stopping; /* nothing more is taken; what waits is still answered */
} heng_http_queue;

struct heng_http {
    heng_http_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    heng_http_queue queue;
    pthread_mutex_t log_lock;
    heng_http_counts counts;
    atomic_uint in_flight; /* requests begun and not yet ended */
};

/* One request from its first line to its last byte. */
struct heng_http_exchange {
    struct MHD_Connection *connection;
    heng_http_exchange *next; /* in the queue */
    heng_request request;
    heng_response response;
    bool is_metrics; /* answered here, on the thread of the handler */
    bool handled;    /* `response` is set */
    struct timespec since;
    heng_arena arena;
    char *target;
    char *body;
    size_t body_length, body_capacity;
    bool begun;
    bool answered;
    unsigned status;
    size_t sent;
};

/* queue.c: the thread that calls the handler. */
heng_status heng_http__queue_start(heng_http *http, heng_error *err);
/* Suspends the connection until the exchange is handled; false when the server is stopping. */
bool heng_http__queue_put(heng_http *http, heng_http_exchange *exchange);
/* Answers what waits, then ends the thread. */
void heng_http__queue_stop(heng_http *http);

/* guard.c: names under which this server answers, and origins that may post. `host` and `origin` are
 * headers, "" when absent. */
bool heng_http__host_allowed(const heng_http_options *options, const char *host);
bool heng_http__origin_allowed(const char *host, const char *origin, const char *fetch_site);

/* reply.c */
heng_str heng_http__header(struct MHD_Connection *connection, const char *name);
bool heng_http__takes_gzip(heng_str accept_encoding);
/* Sends; false when memory ran out. `response` is borrowed until the end of the request. */
bool heng_http__send(struct MHD_Connection *connection, heng_http_exchange *exchange,
                     const heng_response *response);
/* A file of the web client, the start page for a path without a dot, or 404. */
bool heng_http__send_asset(heng_http *http, struct MHD_Connection *connection,
                           heng_http_exchange *exchange, heng_str path);

/* metrics.c */
void heng_http__count(heng_http_counts *counts, unsigned status, size_t sent, uint64_t took_us);
void heng_http__write_metrics(heng_http *http, heng_text *out);
