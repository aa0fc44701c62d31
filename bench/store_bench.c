/* bench/store_bench.c: a million facts put in one step, loaded again, and the room they take.
 *
 * The peer is bare SQLite in the same run: the same rows as texts into one plain table with a unique
 * index over the cell, one transaction, the same page size, journal and sync. It judges nothing, names
 * no conflict and keeps no step; so the ratio is the price of the books.
 *
 * store_bench FOLDER [FACTS]: writes two files there and removes them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { YEARS = 20, SERIES = 25 }; /* a firm reports some 25 series for 20 years */

typedef struct row_text {
    char entity[24], name[32], key[32], value[32], unit[32], source[32];
} row_text;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "store_bench: %s\n", what);
    exit(1);
}

/* The n-th fact: by firm, series and year, or, shuffled, in an order that visits each once. */
static heng_fact make_fact(size_t n, size_t count, bool shuffled, row_text *text)
{
    size_t at = shuffled ? (size_t)((unsigned long long)n * 7368787 % count) : n;
    size_t year = at % YEARS, series = at / YEARS % SERIES, firm = at / (YEARS * SERIES);
    snprintf(text->entity, sizeof text->entity, "F%07zu", firm);
    snprintf(text->name, sizeof text->name, "quantity_%zu", series / 5);
    snprintf(text->key, sizeof text->key, "fuel_%zu", series % 5);
    snprintf(text->value, sizeof text->value, "%zu.%02zu", at * 7919 % 100000, at * 31 % 100);
    snprintf(text->unit, sizeof text->unit, "unit_%zu", series / 5);
    snprintf(text->source, sizeof text->source, "report_%zu", 2004 + year);
    heng_fact fact = {.entity = heng_str_from(text->entity),
                      .name = heng_str_from(text->name),
                      .keys = {heng_str_from(text->key)},
                      .key_count = 1,
                      .period = heng_year(2004 + (int)year),
                      .value = strtod(text->value, NULL),
                      .text = heng_str_from(text->value),
                      .unit = heng_str_from(text->unit),
                      .quality = HENG_REPORTED,
                      .evidence = HENG_SEEN,
                      .source = heng_str_from(text->source),
                      .recorded = (heng_instant)1767225600000000};
    return fact;
}

static double file_mb(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? (double)file.st_size / 1e6 : 0;
}

static void remove_files(const char *path)
{
    char name[4200];
    const char *const endings[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

/* Seconds for one step with all facts. */
static double put_all(heng_store *store, size_t count, bool shuffled, heng_put expected)
{
    heng_error err;
    row_text text;
    double start = now();
    if (heng_store_begin(store, 0, HENG_STR("bench"), &err)) fail(err.message);
    for (size_t i = 0; i < count; i++) {
        heng_fact fact = make_fact(i, count, shuffled, &text);
        heng_put done = HENG_PUT_COUNT;
        if (heng_store_put_fact(store, &fact, &done, &err)) fail(err.message);
        if (done != expected) fail("a fact was not what it should be");
    }
    if (heng_store_commit(store, &err)) fail(err.message);
    return now() - start;
}

static double load(heng_store *store, const heng_fact_filter *filter, size_t expected)
{
    heng_arena arena;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_error err;
    const heng_fact *facts;
    size_t count;
    double start = now();
    if (heng_store_facts(store, filter, &arena, &facts, &count, &err)) fail(err.message);
    double seconds = now() - start;
    if (count != expected) fail("facts were lost");
    heng_arena_deinit(&arena);
    return seconds;
}

static void bind_text(sqlite3_stmt *insert, int at, heng_str text)
{
    sqlite3_bind_text(insert, at, text.at, (int)text.length, SQLITE_STATIC);
}

/* Seconds for the same rows in bare SQLite. */
static double put_bare(const char *path, size_t count, bool shuffled)
{
    sqlite3 *db;
    sqlite3_stmt *insert;
    row_text text;
    remove_files(path);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                     "PRAGMA synchronous = FULL; PRAGMA cache_size = -262144;"
                     "CREATE TABLE fact (entity TEXT, name TEXT, keys TEXT, period TEXT,"
                     " recorded INT, value REAL, text TEXT, unit TEXT, quality INT, evidence INT,"
                     " source TEXT, UNIQUE (entity, name, keys, period, recorded)); BEGIN",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1,
                           &insert, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(db));
    double start = now();
    for (size_t i = 0; i < count; i++) {
        heng_fact fact = make_fact(i, count, shuffled, &text);
        char period[HENG_PERIOD_TEXT];
        size_t length = heng_period_write(fact.period, period);
        bind_text(insert, 1, fact.entity);
        bind_text(insert, 2, fact.name);
        bind_text(insert, 3, fact.keys[0]);
        bind_text(insert, 4, (heng_str){period, length});
        sqlite3_bind_int64(insert, 5, fact.recorded);
        sqlite3_bind_double(insert, 6, fact.value);
        bind_text(insert, 7, fact.text);
        bind_text(insert, 8, fact.unit);
        sqlite3_bind_int(insert, 9, (int)fact.quality);
        sqlite3_bind_int(insert, 10, (int)fact.evidence);
        bind_text(insert, 11, fact.source);
        if (sqlite3_step(insert) != SQLITE_DONE) fail(sqlite3_errmsg(db));
        sqlite3_reset(insert);
    }
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) fail(sqlite3_errmsg(db));
    double seconds = now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return seconds;
}

static void measure(const char *path, const char *bare_path, size_t count, bool shuffled)
{
    heng_store *store;
    heng_error err;
    double million = (double)count / 1e6;
    remove_files(path);
    if (heng_sqlite_open(heng_str_from(path), HENG_SQLITE_CREATE, &store, &err)) fail(err.message);
    double put = put_all(store, count, shuffled, HENG_PUT_NEW);
    double again = put_all(store, count, shuffled, HENG_PUT_KNOWN);
    heng_fact_filter all = HENG_FACTS_NOW, one = HENG_FACTS_NOW, named = HENG_FACTS_NOW;
    const heng_str firm = HENG_STR("F0000007"), name = HENG_STR("quantity_3");
    one.entities = &firm;
    one.entity_count = 1;
    named.names = &name;
    named.name_count = 1;
    double loaded = load(store, &all, count);
    double of_firm = load(store, &one, YEARS * SERIES);
    double of_name = load(store, &named, count / 5);
    heng_store_close(store);
    double bare = put_bare(bare_path, count, shuffled);
    printf("%s\n", shuffled ? "in any order" : "in the order of a file");
    printf("  put              %6.0f thousand/s   %.2f x the time of bare SQLite (%.0f)\n",
           million * 1e3 / put, put / bare, million * 1e3 / bare);
    printf("  put again, known %6.0f thousand/s\n", million * 1e3 / again);
    printf("  load all         %6.0f thousand/s\n", million * 1e3 / loaded);
    printf("  load one firm    %6.2f ms for %d facts\n", of_firm * 1e3, YEARS * SERIES);
    printf("  load one name    %6.0f thousand/s\n", million * 1e3 / 5 / of_name);
    printf("  file             %6.1f MB a million   %.2f x bare SQLite (%.1f)\n",
           file_mb(path) / million, file_mb(path) / file_mb(bare_path),
           file_mb(bare_path) / million);
    remove_files(path);
    remove_files(bare_path);
}

int main(int argument_count, char **arguments)
{
    size_t count = argument_count > 2 ? strtoul(arguments[2], NULL, 10) : 1000000;
    if (argument_count < 2 || count < 5000 || count % 500 || count % 7368787 == 0)
        fail("usage: store_bench FOLDER [FACTS, a multiple of 500]");
    char path[4096], bare[4096];
    snprintf(path, sizeof path, "%s/store_bench.db", arguments[1]);
    snprintf(bare, sizeof bare, "%s/store_bench_bare.db", arguments[1]);
    measure(path, bare, count, false);
    measure(path, bare, count, true);
    return 0;
}
