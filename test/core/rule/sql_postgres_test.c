/* test/core/rule/sql_postgres_test.c: PostgreSQL gives what the engine gives.
 *
 * The server is started by sql_postgres.sh on a socket in a temporary folder, which HENG_SQL_SOCKET names;
 * without it the tests are skipped. Rows are loaded through COPY. Quick by default; HENG_SQL_FULL=1 tries
 * the examples of the pack too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct postgres_host {
    PGconn *connection;
    heng_arena arena;
    heng_text rows;
} postgres_host;

static postgres_host postgres;

static void refuse(heng_str statement)
{
    fail_msg("%s\n%.*s", PQerrorMessage(postgres.connection), HENG_PRINT(statement));
}

static void run(void *self, heng_str statement)
{
    postgres_host *h = self;
    PGresult *result = PQexec(h->connection, statement.at);
    ExecStatusType state = PQresultStatus(result);
    PQclear(result);
    if (state != PGRES_COMMAND_OK) refuse(statement);
}

static void reset(void *self)
{
    run(self, HENG_STR("ROLLBACK")); /* a warning at first */
    run(self, HENG_STR("BEGIN"));
    run(self, HENG_STR("CREATE SCHEMA heng"));
    run(self, HENG_STR("SET LOCAL search_path TO heng"));
}

static void begin_rows(void *self, heng_sql_table table)
{
    postgres_host *h = self;
    char text[100];
    snprintf(text, sizeof text, "COPY %s FROM STDIN", heng_sql_table_name(table));
    PGresult *result = PQexec(h->connection, text);
    if (PQresultStatus(result) != PGRES_COPY_IN) refuse(heng_str_from(text));
    PQclear(result);
    heng_arena_init(&h->arena, (size_t)1 << 30);
    heng_text_init(&h->rows, &h->arena, (size_t)1 << 30);
}

static void row(void *self, heng_sql_table table, const heng_sql_cell *cells, size_t count)
{
    postgres_host *h = self;
    sql_add_row(&h->rows, table, cells, count);
}

static void end_rows(void *self, heng_sql_table table)
{
    postgres_host *h = self;
    (void)table;
    assert_false(h->rows.failed);
    assert_int_equal(PQputCopyData(h->connection, h->rows.bytes, (int)h->rows.length), 1);
    assert_int_equal(PQputCopyEnd(h->connection, NULL), 1);
    for (PGresult *result; (result = PQgetResult(h->connection)); PQclear(result))
        if (PQresultStatus(result) != PGRES_COMMAND_OK) refuse(HENG_STR("COPY"));
    heng_arena_deinit(&h->arena);
}

static void ask(void *self, heng_str query, sql_answer *answer, void *context)
{
    postgres_host *h = self;
    PGresult *result = PQexec(h->connection, query.at);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) refuse(query);
    int columns = PQnfields(result);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *fields[SQL_FIELDS_MAX];
        for (int c = 0; c < columns; c++)
            fields[c] = PQgetisnull(result, i, c) ? NULL : PQgetvalue(result, i, c);
        answer(context, fields, (size_t)columns);
    }
    PQclear(result);
}

static const sql_host host = {.dialect = HENG_SQL_POSTGRES,
                              .self = &postgres,
                              .reset = reset,
                              .run = run,
                              .begin_rows = begin_rows,
                              .row = row,
                              .end_rows = end_rows,
                              .ask = ask};

static void silent(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static int connect(void **state)
{
    (void)state;
    const char *socket = getenv("HENG_SQL_SOCKET");
    if (!socket) return 0;
    char text[400];
    snprintf(text, sizeof text, "host=%s dbname=postgres user=heng", socket);
    postgres.connection = PQconnectdb(text);
    if (PQstatus(postgres.connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(postgres.connection));
    PQsetNoticeProcessor(postgres.connection, silent, NULL);
    return 0;
}

static void the_corpus_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!postgres.connection) skip();
    sql_try_cases(&host, "HENG_CASES", "rule/corpus", "rule/corpus", NULL, &tally);
    sql_report("corpus", &tally);
}

static void the_pack_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!postgres.connection) skip();
    sql_try_cases(&host, "HENG_ROOT", "packs/cn/rules", "packs/cn/data", "lights", &tally);
    sql_report("packs/cn", &tally);
}

static void generated_programs_agree(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!postgres.connection) skip();
    sql_try_generated(&host, sql_number_of("HENG_SQL_SEED", 1),
                      sql_number_of("HENG_SQL_PROGRAMS", 10), &tally);
    sql_report("generated", &tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_agrees),
        cmocka_unit_test(the_pack_agrees),
        cmocka_unit_test(generated_programs_agree),
    };
    sql_only_trial();
    int failed = cmocka_run_group_tests_name("core/rule/sql_postgres", tests, connect, NULL);
    PQfinish(postgres.connection);
    return failed;
}
