/* test/core/rule/sql_support.h: the same world evaluated twice, by the engine and by a database.
 *
 * A test of one dialect gives a host: how to run a statement, load rows and ask. The suites then take
 * worked examples and generated programs through both ways and compare every point of every rule: state,
 * value, known part, have, want, evidence and quality.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/case.h"
#include "core/rule/sql.h"

enum { SQL_FIELDS_MAX = 24 };

/* One row of an answer; NULL for no value. */
typedef void sql_answer(void *context, const char *const *fields, size_t count);

typedef struct sql_host {
    heng_sql_dialect dialect;
    heng_str cluster;
    void *self;
    /* An empty database, in the place of the one before. */
    void (*reset)(void *self);
    /* Fail the test with the statement when the database refuses it. */
    void (*run)(void *self, heng_str statement);
    void (*begin_rows)(void *self, heng_sql_table table);
    void (*row)(void *self, heng_sql_table table, const heng_sql_cell *cells, size_t count);
    void (*end_rows)(void *self, heng_sql_table table);
    void (*ask)(void *self, heng_str query, sql_answer *answer, void *context);
} sql_host;

typedef struct sql_tally {
    size_t worlds, statements, points;
    double worst; /* relative difference that was met */
} sql_tally;

/* Fails the test with the first point that differs. */
void sql_compare(const sql_host *host, heng_str title, const heng_program *program,
                 const heng_world *world, heng_period to, const heng_evaluation *evaluation,
                 sql_tally *tally);

/* All .case files of a folder below `root` (an environment variable); with `quick`, unless HENG_SQL_FULL
 * is set, only those whose name holds it. */
void sql_try_cases(const sql_host *host, const char *root, const char *folder,
                   const char *data_folder, const char *quick, sql_tally *tally);

/* `count` programs of the generator, from this seed on. */
void sql_try_generated(const sql_host *host, uint64_t seed, size_t count, sql_tally *tally);

/* One row as text: columns parted by tabs, \\N for none, as COPY and ClickHouse take it. */
void sql_add_row(heng_text *rows, heng_sql_table table, const heng_sql_cell *cells, size_t count);

/* The number in an environment variable, or another. */
size_t sql_number_of(const char *variable, size_t otherwise);
void sql_report(const char *what, const sql_tally *tally);
