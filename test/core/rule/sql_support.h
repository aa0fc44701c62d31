/* test/core/rule/sql_support.h: the same world evaluated twice, by the engine and by a database.
 *
 * A test of one dialect gives a host: how to run a statement, load rows and ask. The suites then take
 * worked examples and generated programs through both ways and compare every point of every rule: state,
 * value, known part, have, want, evidence and quality.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/case.h"
#include "core/rule/model.h"
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

/* What programs are made of besides steps, aggregates, moves and keys. */
typedef enum sql_form {
    SQL_WHERE,
    SQL_WEIGHT,
    SQL_SO_FAR,
    SQL_NESTED,
    SQL_OVER_LIST, /* in the order of rule_dim_kind */
    SQL_OVER_MEMBERS,
    SQL_OVER_PERIODS,
    SQL_OVER_TWO,
    SQL_SUB_LIST,
    SQL_TWO_KEYS,
    SQL_CHECK,
    SQL_METHOD_WHEN,
    SQL_EXCEPTION,
    SQL_TWO_EXCEPTIONS,
    SQL_GIVEN,
    SQL_TWO_GIVERS,
    SQL_VERSIONS,
    SQL_STEP_TABLE,
    SQL_LINEAR_TABLE,
    SQL_MEMBER_TABLE,
    SQL_WORD_TABLE,
    SQL_KEYED_CURVE,
    SQL_ABSENT_NO,
    SQL_ABSENT_NO_UNKEYED,
    SQL_FORM_COUNT
} sql_form;

typedef struct sql_coverage { /* how often */
    size_t steps[OP_COUNT], aggregates[AGG_KIND_COUNT], moves[MOVE_KEY + 1];
    size_t arguments[ARG_STACK + 1], forms[SQL_FORM_COUNT];
} sql_coverage;

typedef struct sql_tally {
    size_t worlds, statements, points;
    double worst; /* relative difference that was met */
    sql_coverage coverage;
} sql_tally;

void sql_cover(sql_coverage *c, const heng_program *program);
/* How many of all these no program had; says which. */
size_t sql_uncovered(const sql_coverage *c);

/* Fails the test with the first point that differs. */
void sql_compare(const sql_host *host, heng_str title, const heng_program *program,
                 const heng_world *world, heng_period to, const heng_evaluation *evaluation,
                 sql_tally *tally);

/* All .case files of a folder below `root` (an environment variable); with `quick`, unless HENG_SQL_FULL
 * is set, only those whose name holds it. */
void sql_try_cases(const sql_host *host, const char *root, const char *folder,
                   const char *data_folder, const char *quick, sql_tally *tally);

/* `count` programs of the generator, from this seed on; or, when HENG_SQL_TRIAL names a file, as many as
 * are left of a trial (test/sql_trials), which goes on where that file says. */
void sql_try_generated(const sql_host *host, uint64_t seed, size_t count, sql_tally *tally);

/* The program of one seed; false when the compiler refuses it. */
bool sql_try_seed(const sql_host *host, uint64_t seed, sql_tally *tally);
/* False when there is no such trial. */
bool sql_go_on_with_trial(const sql_host *host, size_t count);
/* Leaves out all tests but that of generated programs when this run is a part of a trial. */
void sql_only_trial(void);

/* One row as text: columns parted by tabs, \\N for none, as COPY and ClickHouse take it. */
void sql_add_row(heng_text *rows, heng_sql_table table, const heng_sql_cell *cells, size_t count);

/* The number in an environment variable, or another. */
size_t sql_number_of(const char *variable, size_t otherwise);
void sql_report(const char *what, const sql_tally *tally);
