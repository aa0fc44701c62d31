/* bench/facts_read.c: how long reading the columns of bench/facts once takes.
 *
 * That is the bound of any way to reckon them: each of two threads adds up half of each file's 64-bit
 * words.
 *
 * facts_read FILE...: each file is in memory before the clock starts; ten runs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS = 2, RUNS = 10, FILES_MAX = 8 };

typedef struct column {
    uint64_t *words;
    size_t count;
} column;

typedef struct share {
    const column *columns;
    int count, number;
    uint64_t sum;
} share;

static void fail(const char *what)
{
    fprintf(stderr, "facts_read: %s\n", what);
    exit(1);
}

static column read_column(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) fail(path);
    long size = ftell(file);
    rewind(file);
    column c = {.count = (size_t)size / 8};
    c.words = aligned_alloc(64, (c.count * 8 + 63) / 64 * 64);
    if (!c.words || fread(c.words, 8, c.count, file) != c.count) fail(path);
    fclose(file);
    return c;
}

static void *read_share(void *at)
{
    share *s = at;
    uint64_t sum = 0;
    for (int f = 0; f < s->count; f++) {
        const column *c = &s->columns[f];
        size_t from = c->count * (size_t)s->number / THREADS,
               to = c->count * (size_t)(s->number + 1) / THREADS;
        for (size_t i = from; i < to; i++) sum += c->words[i];
    }
    s->sum = sum;
    return NULL;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argument_count, char **arguments)
{
    int files = argument_count - 1;
    if (files < 1 || files > FILES_MAX) fail("usage: facts_read FILE...");
    column columns[FILES_MAX];
    size_t words = 0;
    for (int f = 0; f < files; f++) {
        columns[f] = read_column(arguments[f + 1]);
        words += columns[f].count;
    }
    double least = 1e9;
    uint64_t sum = 0;
    for (int run = 0; run < RUNS; run++) {
        share shares[THREADS];
        pthread_t threads[THREADS];
        double start = now();
        for (int i = 0; i < THREADS; i++) {
            shares[i] = (share){.columns = columns, .count = files, .number = i};
            if (pthread_create(&threads[i], NULL, read_share, &shares[i])) fail("no thread");
        }
        sum = 0;
        for (int i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            sum += shares[i].sum;
        }
        double seconds = now() - start;
        if (seconds < least) least = seconds;
    }
    printf("reading once           %8.1f ms least of %d; %.0f MB, %.1f GB/s on %d threads;"
           " words %016llx\n",
           least * 1e3, RUNS, (double)words * 8e-6, (double)words * 8e-9 / least, THREADS,
           (unsigned long long)sum);
    for (int f = 0; f < files; f++) free(columns[f].words);
    return 0;
}
