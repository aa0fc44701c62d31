/* host/http/queue.c: the one thread that calls the handler, and the requests that wait for it.
 *
 * A handler may take long (books of another day are evaluated, a large file is checked). The threads of
 * libmicrohttpd must not: each carries many connections. So a connection is suspended while its request
 * waits here, and resumed with its reply; pages, other clients and slow ones go on meanwhile.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/http/part.h"

/* More text than all counters will ever be. */
enum { METRICS_BYTES_MAX = 1 << 20 };

static void answer_metrics(heng_http *http, heng_http_exchange *exchange)
{
    heng_text text;
    heng_text_init(&text, &exchange->arena, METRICS_BYTES_MAX);
    heng_http__write_metrics(http, &text);
    exchange->response =
        (heng_response){.status = text.failed ? 503 : 200,
                        .content_type = HENG_STR("text/plain; version=0.0.4; charset=utf-8"),
                        .cache_control = HENG_STR("no-store"),
                        .body = heng_text_view(&text)};
}

static void answer(heng_http *http, heng_http_exchange *exchange)
{
    if (exchange->is_metrics)
        answer_metrics(http, exchange);
    else
        http->options.handle(http->options.context, &exchange->request, &exchange->arena,
                             &exchange->response);
    exchange->handled = true;
    MHD_resume_connection(exchange->connection);
}

/* The next that waits; NULL when none does and the server is stopping. */
static heng_http_exchange *take(heng_http_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->first && !queue->stopping) pthread_cond_wait(&queue->filled, &queue->lock);
    heng_http_exchange *exchange = queue->first;
    if (exchange) queue->first = exchange->next;
    if (!queue->first) queue->last = NULL;
    pthread_mutex_unlock(&queue->lock);
    return exchange;
}

static void *run(void *context)
{
    heng_http *http = context;
    heng_http_exchange *exchange;
    while ((exchange = take(&http->queue))) answer(http, exchange);
    return NULL;
}

heng_status heng_http__queue_start(heng_http *http, heng_error *err)
{
    heng_http_queue *queue = &http->queue;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
    if (pthread_create(&queue->thread, NULL, run, http) == 0) return HENG_OK;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    return heng_fail(err, HENG_IO, 0, "the system gives no thread to answer requests");
}

bool heng_http__queue_put(heng_http *http, heng_http_exchange *exchange)
{
    heng_http_queue *queue = &http->queue;
    pthread_mutex_lock(&queue->lock);
    bool taken = !queue->stopping;
    if (taken) {
        MHD_suspend_connection(exchange->connection);
        exchange->next = NULL;
        if (queue->last)
            queue->last->next = exchange;
        else
            queue->first = exchange;
        queue->last = exchange;
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void heng_http__queue_stop(heng_http *http)
{
    heng_http_queue *queue = &http->queue;
    pthread_mutex_lock(&queue->lock);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
    pthread_join(queue->thread, NULL);
    pthread_cond_destroy(&queue->filled);
}
