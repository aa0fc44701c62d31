/* host/http/metrics.c: counters in the text format of Prometheus (version 0.0.4).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/http/part.h"

static const uint64_t bounds_us[HENG_HTTP_BUCKETS] = {1000,   5000,   10000,   50000,
                                                      100000, 500000, 1000000, 5000000};

void heng_http__count(heng_http_counts *counts, unsigned status, size_t sent, uint64_t took_us)
{
    size_t bucket = 0;
    while (bucket < HENG_HTTP_BUCKETS && took_us > bounds_us[bucket]) bucket++;
    atomic_fetch_add(&counts->replies[status / 100 < 6 ? status / 100 : 0], 1);
    atomic_fetch_add(&counts->body_bytes, sent);
    atomic_fetch_add(&counts->duration_us, took_us);
    atomic_fetch_add(&counts->within[bucket], 1);
}

static void write_family(heng_text *out, const char *name, const char *type, const char *help)
{
    heng_text_print(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_durations(const heng_http_counts *counts, heng_text *out)
{
    unsigned long long sum = 0;
    write_family(out, "heng_http_request_seconds", "histogram",
                 "Time from the first line of a request to the end of its reply");
    for (size_t i = 0; i < HENG_HTTP_BUCKETS; i++) {
        sum += atomic_load(&counts->within[i]);
        heng_text_print(out, "heng_http_request_seconds_bucket{le=\"%g\"} %llu\n",
                        (double)bounds_us[i] / 1e6, sum);
    }
    sum += atomic_load(&counts->within[HENG_HTTP_BUCKETS]);
    heng_text_print(out, "heng_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", sum);
    heng_text_print(out, "heng_http_request_seconds_sum %.6f\n",
                    (double)atomic_load(&counts->duration_us) / 1e6);
    heng_text_print(out, "heng_http_request_seconds_count %llu\n", sum);
}

void heng_http__write_metrics(heng_http *http, heng_text *out)
{
    const heng_http_counts *counts = &http->counts;
    write_family(out, "heng_http_replies_total", "counter", "Replies by class of status");
    for (int class = 1; class < 6; class ++)
        heng_text_print(out, "heng_http_replies_total{class=\"%dxx\"} %llu\n", class,
                        (unsigned long long)atomic_load(&counts->replies[class]));
    write_family(out, "heng_http_body_bytes_total", "counter", "Bytes of bodies sent");
    heng_text_print(out, "heng_http_body_bytes_total %llu\n",
                    (unsigned long long)atomic_load(&counts->body_bytes));
    write_family(out, "heng_http_refused_total", "counter", "Requests refused at the door");
    heng_text_print(out, "heng_http_refused_total{why=\"host\"} %llu\n",
                    (unsigned long long)atomic_load(&counts->refused_host));
    heng_text_print(out, "heng_http_refused_total{why=\"origin\"} %llu\n",
                    (unsigned long long)atomic_load(&counts->refused_origin));
    heng_text_print(out, "heng_http_refused_total{why=\"size\"} %llu\n",
                    (unsigned long long)atomic_load(&counts->refused_size));
    write_durations(counts, out);
    if (http->options.metrics) http->options.metrics(http->options.context, out);
}
