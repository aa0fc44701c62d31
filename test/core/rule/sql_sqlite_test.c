/* test/core/rule/sql_sqlite_test.c: SQLite, inside this process, gives what the engine gives.
 *
 * HENG_SQL_PROGRAMS says how many generated programs to try, HENG_SQL_SEED where to begin.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct sqlite_host {
    sqlite3 *db;
    sqlite3_stmt *insert;
} sqlite_host;

static void refuse(sqlite_host *h, heng_str statement)
{
    fail_msg("%s\n%.*s", sqlite3_errmsg(h->db), HENG_PRINT(statement));
}

static void run(void *self, heng_str statement)
{
    sqlite_host *h = self;
    if (getenv("HENG_SQL_SHOW")) fprintf(stderr, "%.*s;\n", HENG_PRINT(statement));
    if (sqlite3_exec(h->db, statement.at, NULL, NULL, NULL)) refuse(h, statement);
}

static void reset(void *self)
{
    sqlite_host *h = self;
    if (h->db) sqlite3_close(h->db);
    assert_int_equal(sqlite3_open(":memory:", &h->db), SQLITE_OK);
}

static void begin_rows(void *self, heng_sql_table table)
{
    sqlite_host *h = self;
    char text[400];
    size_t count;
    heng_sql_columns(table, &count);
    int length =
        snprintf(text, sizeof text, "INSERT INTO %s VALUES (?", heng_sql_table_name(table));
    for (size_t i = 1; i < count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, ", ?");
    snprintf(text + length, sizeof text - (size_t)length, ")");
    run(h, HENG_STR("BEGIN"));
    if (sqlite3_prepare_v2(h->db, text, -1, &h->insert, NULL)) refuse(h, heng_str_from(text));
}

static void row(void *self, heng_sql_table table, const heng_sql_cell *cells, size_t count)
{
    sqlite_host *h = self;
    const heng_sql_column *columns = heng_sql_columns(table, &count);
    for (size_t i = 0; i < count; i++) {
        int at = (int)i + 1;
        if (cells[i].null)
            sqlite3_bind_null(h->insert, at);
        else if (columns[i].type == HENG_SQL_INTEGER)
            sqlite3_bind_int64(h->insert, at, cells[i].integer);
        else if (columns[i].type == HENG_SQL_REAL)
            sqlite3_bind_double(h->insert, at, cells[i].real);
        else
            sqlite3_bind_text(h->insert, at, cells[i].text.at, (int)cells[i].text.length,
                              SQLITE_TRANSIENT);
    }
    if (sqlite3_step(h->insert) != SQLITE_DONE) refuse(h, HENG_STR("INSERT"));
    sqlite3_reset(h->insert);
}

static void end_rows(void *self, heng_sql_table table)
{
    sqlite_host *h = self;
    (void)table;
    sqlite3_finalize(h->insert);
    run(h, HENG_STR("COMMIT"));
}

static void ask(void *self, heng_str query, sql_answer *answer, void *context)
{
    sqlite_host *h = self;
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(h->db, query.at, -1, &statement, NULL)) refuse(h, query);
    int state;
    while ((state = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *fields[SQL_FIELDS_MAX];
        char numbers[SQL_FIELDS_MAX][40];
        int count = sqlite3_column_count(statement);
        for (int i = 0; i < count; i++) {
            int type = sqlite3_column_type(statement, i);
            fields[i] =
                type == SQLITE_NULL ? NULL : (const char *)sqlite3_column_text(statement, i);
            if (type != SQLITE_FLOAT) continue;
            snprintf(numbers[i], sizeof numbers[i], "%.17g", sqlite3_column_double(statement, i));
            fields[i] = numbers[i];
        }
        answer(context, fields, (size_t)count);
    }
    if (state != SQLITE_DONE) refuse(h, query);
    sqlite3_finalize(statement);
}

static sqlite_host sqlite;
static const sql_host host = {.dialect = HENG_SQL_SQLITE,
                              .self = &sqlite,
                              .reset = reset,
                              .run = run,
                              .begin_rows = begin_rows,
                              .row = row,
                              .end_rows = end_rows,
                              .ask = ask};

static void the_corpus_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    sql_try_cases(&host, "HENG_CASES", "rule/corpus", "rule/corpus", NULL, &tally);
    sql_report("corpus", &tally);
}

static void the_pack_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    sql_try_cases(&host, "HENG_ROOT", "packs/cn/rules", "packs/cn/data", NULL, &tally);
    sql_report("packs/cn", &tally);
}

static void generated_programs_agree(void **state)
{
    (void)state;
    sql_tally tally = {0};
    sql_try_generated(&host, sql_number_of("HENG_SQL_SEED", 1),
                      sql_number_of("HENG_SQL_PROGRAMS", 100), &tally);
    sql_report("generated", &tally);
    if (tally.worlds >= 100) assert_int_equal(sql_uncovered(&tally.coverage), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_agrees),
        cmocka_unit_test(the_pack_agrees),
        cmocka_unit_test(generated_programs_agree),
    };
    sql_only_trial();
    int failed = cmocka_run_group_tests_name("core/rule/sql_sqlite", tests, NULL, NULL);
    sqlite3_close(sqlite.db);
    return failed;
}
