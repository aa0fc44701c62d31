/* test/core/rule/sql_clickhouse_test.c: ClickHouse gives what the engine gives, facts over two instances.
 *
 * The servers are started by sql_clickhouse.sh on loopback; HENG_SQL_PORTS names their HTTP ports, and
 * without it the tests are skipped. Facts lie in a Distributed table over both; rows are loaded as TSV.
 * Quick by default; HENG_SQL_FULL=1 tries all examples.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct clickhouse_host {
    int ports[2];
    size_t sent;    /* rows of facts under way */
    size_t held[2]; /* by each instance, of all worlds */
    heng_arena arena, answers;
    heng_text rows;
} clickhouse_host;

static clickhouse_host clickhouse;

static void send_all(int wire, heng_str text)
{
    while (text.length) {
        ssize_t sent = write(wire, text.at, text.length);
        assert_true(sent > 0);
        text = heng_str_slice(text, (size_t)sent, text.length);
    }
}

static int open_wire(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int wire = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(wire >= 0);
    assert_int_equal(connect(wire, (struct sockaddr *)&address, sizeof address), 0);
    return wire;
}

/* HTTP 1.0: the answer ends where the server hangs up. */
static heng_str post(int port, const char *settings, heng_str body, heng_arena *arena)
{
    char head[400];
    int length = snprintf(
        head, sizeof head,
        "POST /?join_use_nulls=1&insert_distributed_sync=1&fsync_metadata=0&%s HTTP/1.0\r\n"
        "Content-Length: %zu\r\n\r\n",
        settings, body.length);
    int wire = open_wire(port);
    send_all(wire, (heng_str){head, (size_t)length});
    send_all(wire, body);
    heng_text answer;
    heng_text_init(&answer, arena, (size_t)1 << 30);
    char piece[65536];
    ssize_t got;
    while ((got = read(wire, piece, sizeof piece)) > 0)
        heng_text_add(&answer, (heng_str){piece, (size_t)got});
    close(wire);
    heng_str text = heng_text_view(&answer);
    size_t parted = heng_str_find(text, HENG_STR("\r\n\r\n"), 0);
    if (parted == SIZE_MAX)
        fail_msg("the server hung up\n%.*s", (int)(body.length < 8000 ? body.length : 8000),
                 body.at);
    heng_str first;
    heng_str_cut(&text, '\n', &first);
    heng_str whole = heng_text_view(&answer);
    heng_str content = heng_str_slice(whole, parted + 4, whole.length);
    if (heng_str_find(first, HENG_STR(" 200 "), 0) == SIZE_MAX)
        fail_msg("%.*s\n%.*s", HENG_PRINT(content), (int)(body.length < 8000 ? body.length : 8000),
                 body.at);
    return content;
}

static void tell(int server, const char *settings, heng_str statement)
{
    heng_arena arena;
    heng_arena_init(&arena, (size_t)1 << 30);
    post(clickhouse.ports[server], settings, statement, &arena);
    heng_arena_deinit(&arena);
}

/* In a trial HENG_SQL_MEMORY keeps all tables in memory: most of the time would go into small files. */
static heng_str in_memory(heng_str statement, heng_arena *arena)
{
    const heng_str on_disk = HENG_STR(" ENGINE = MergeTree()");
    size_t at = heng_str_find(statement, on_disk, 0);
    if (!getenv("HENG_SQL_MEMORY") || at == SIZE_MAX) return statement;
    return heng_str_format(arena, "%.*s ENGINE = Memory", (int)at, statement.at);
}

/* The table that holds a shard's facts is needed on every instance. */
static void run(void *self, heng_str statement)
{
    clickhouse_host *h = self;
    heng_arena_init(&h->arena, 1 << 22);
    statement = in_memory(statement, &h->arena);
    if (heng_str_starts(statement, HENG_STR("CREATE TABLE heng_fact_local")))
        tell(1, "database=heng", statement);
    tell(0, "database=heng", statement);
    heng_arena_deinit(&h->arena);
}

static void reset(void *self)
{
    (void)self;
    for (int server = 0; server < 2; server++) {
        tell(server, "", HENG_STR("DROP DATABASE IF EXISTS heng"));
        tell(server, "", HENG_STR("CREATE DATABASE heng"));
    }
}

static void begin_rows(void *self, heng_sql_table table)
{
    clickhouse_host *h = self;
    heng_arena_init(&h->arena, (size_t)1 << 30);
    heng_text_init(&h->rows, &h->arena, (size_t)1 << 30);
    heng_text_print(&h->rows, "INSERT INTO %s FORMAT TabSeparated\n", heng_sql_table_name(table));
}

static void row(void *self, heng_sql_table table, const heng_sql_cell *cells, size_t count)
{
    clickhouse_host *h = self;
    h->sent += table == HENG_SQL_FACT;
    sql_add_row(&h->rows, table, cells, count);
}

/* Each fact lies on one instance, once. */
static void count_shards(clickhouse_host *h)
{
    size_t held = 0;
    for (int server = 0; server < 2; server++) {
        const heng_str query = HENG_STR("SELECT count() FROM heng_fact_local");
        heng_str rows = post(h->ports[server], "database=heng", query, &h->arena);
        size_t count = strtoul(rows.at, NULL, 10);
        h->held[server] += count;
        held += count;
    }
    assert_int_equal(held, h->sent);
    h->sent = 0;
}

static void end_rows(void *self, heng_sql_table table)
{
    clickhouse_host *h = self;
    assert_false(h->rows.failed);
    tell(0, "database=heng", heng_text_view(&h->rows));
    if (table == HENG_SQL_FACT) count_shards(h);
    heng_arena_deinit(&h->arena);
}

static void ask(void *self, heng_str query, sql_answer *answer, void *context)
{
    clickhouse_host *h = self;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)1 << 30);
    heng_str rows = post(h->ports[0], "database=heng", query, &arena), line, field;
    while (heng_str_cut(&rows, '\n', &line)) {
        const char *fields[SQL_FIELDS_MAX];
        size_t count = 0;
        if (!line.length) continue;
        while (heng_str_cut(&line, '\t', &field)) {
            heng_str copy = heng_str_copy(&arena, field);
            assert_true(count < SQL_FIELDS_MAX && copy.at);
            fields[count++] = heng_str_is(field, "\\N") ? NULL : copy.at;
        }
        answer(context, fields, count);
    }
    heng_arena_deinit(&arena);
}

static const sql_host host = {.dialect = HENG_SQL_CLICKHOUSE,
                              .cluster = {"heng", 4},
                              .self = &clickhouse,
                              .reset = reset,
                              .run = run,
                              .begin_rows = begin_rows,
                              .row = row,
                              .end_rows = end_rows,
                              .ask = ask};

static int find_servers(void **state)
{
    (void)state;
    const char *ports = getenv("HENG_SQL_PORTS");
    if (ports) sscanf(ports, "%d %d", &clickhouse.ports[0], &clickhouse.ports[1]);
    return 0;
}

static void the_corpus_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!clickhouse.ports[0]) skip();
    sql_try_cases(&host, "HENG_CASES", "rule/corpus", "rule/corpus", "lights", &tally);
    sql_report("corpus", &tally);
}

static void the_pack_agrees(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!clickhouse.ports[0]) skip();
    sql_try_cases(&host, "HENG_ROOT", "packs/cn/rules", "packs/cn/data", "lights", &tally);
    sql_report("packs/cn", &tally);
    print_message("# facts on the two instances: %zu and %zu\n", clickhouse.held[0],
                  clickhouse.held[1]);
    assert_true(clickhouse.held[0] && clickhouse.held[1]);
}

static void generated_programs_agree(void **state)
{
    (void)state;
    sql_tally tally = {0};
    if (!clickhouse.ports[0]) skip();
    sql_try_generated(&host, sql_number_of("HENG_SQL_SEED", 1),
                      sql_number_of("HENG_SQL_PROGRAMS", 3), &tally);
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
    return cmocka_run_group_tests_name("core/rule/sql_clickhouse", tests, find_servers, NULL);
}
