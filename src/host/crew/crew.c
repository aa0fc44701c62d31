/* SPDX-License-Identifier: Apache-2.0 */
#include "host/crew/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct hand {
    struct threads *threads;
    unsigned number;
    pthread_t thread;
} hand;

typedef struct threads {
    heng_crew crew; /* the first member: a crew is its threads */
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    unsigned long job; /* how many there have been */
    unsigned busy;     /* threads that have not finished the job under way */
    bool ended;
    heng_part *each;
    void *context;
    size_t part_count;
    atomic_size_t next;
    hand hands[HENG_HANDS_MAX]; /* from 1 on */
} threads;

static void do_parts(threads *t, unsigned number)
{
    for (;;) {
        size_t part = atomic_fetch_add(&t->next, 1);
        if (part >= t->part_count) return;
        t->each(t->context, number, part);
    }
}

static void *live(void *at)
{
    hand *h = at;
    threads *t = h->threads;
    unsigned long seen = 0;
    pthread_mutex_lock(&t->lock);
    for (;;) {
        while (t->job == seen && !t->ended) pthread_cond_wait(&t->wake, &t->lock);
        if (t->ended) break;
        seen = t->job;
        pthread_mutex_unlock(&t->lock);
        do_parts(t, h->number);
        pthread_mutex_lock(&t->lock);
        if (--t->busy == 0) pthread_cond_signal(&t->done);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void work(heng_crew *crew, heng_part *each, void *context, size_t part_count)
{
    threads *t = (threads *)(void *)crew;
    pthread_mutex_lock(&t->lock);
    t->each = each;
    t->context = context;
    t->part_count = part_count;
    atomic_store(&t->next, 0);
    t->busy = crew->hands - 1;
    t->job++;
    pthread_cond_broadcast(&t->wake);
    pthread_mutex_unlock(&t->lock);
    do_parts(t, 0);
    pthread_mutex_lock(&t->lock);
    while (t->busy) pthread_cond_wait(&t->done, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

heng_status heng_crew_open(unsigned hands, heng_crew **out, heng_error *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!hands) hands = cores > 0 ? (unsigned)cores : 1;
    if (hands > HENG_HANDS_MAX) hands = HENG_HANDS_MAX;
    threads *t = calloc(1, sizeof *t);
    if (!t) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for %u threads", hands);
    t->crew = (heng_crew){.hands = 1, .work = work};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->wake, NULL);
    pthread_cond_init(&t->done, NULL);
    for (unsigned i = 1; i < hands; i++) {
        hand *h = &t->hands[i];
        *h = (hand){.threads = t, .number = i};
        if (pthread_create(&h->thread, NULL, live, h)) break;
        t->crew.hands++;
    }
    *out = &t->crew;
    return HENG_OK;
}

void heng_crew_close(heng_crew *crew)
{
    threads *t = (threads *)(void *)crew;
    if (!t) return;
    pthread_mutex_lock(&t->lock);
    t->ended = true;
    pthread_cond_broadcast(&t->wake);
    pthread_mutex_unlock(&t->lock);
    for (unsigned i = 1; i < crew->hands; i++) pthread_join(t->hands[i].thread, NULL);
    pthread_cond_destroy(&t->done);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
