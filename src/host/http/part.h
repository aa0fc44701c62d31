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

struct heng_http {
    heng_http_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    pthread_mutex_t handler_lock;
    pthread_mutex_t log_lock;
    heng_http_counts counts;
    char address[64];
};

/* One request from its first line to its last byte. */
typedef struct heng_http_exchange {
    struct timespec since;
    heng_arena arena;
    char *target;
    char *body;
    size_t body_length, body_capacity;
    bool begun;
    bool answered;
    unsigned status;
    size_t sent;
} heng_http_exchange;

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
