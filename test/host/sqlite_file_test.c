/* What concerns the file: who may open it, versions, several handles, checking, copying.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_store.h"
#include "host/sqlite/sqlite_internal.h"
#include "test/core/store_fixture.h"
#include "test/host/store_folder.h"

#include <sys/stat.h>

typedef struct book {
    char path[STORE_PATH];
    fixture f; /* the store may be NULL */
} book;

static int set_up_book(void **state)
{
    book *b = calloc(1, sizeof *b);
    assert_non_null(b);
    store_path(b->path, "book.heng");
    store_remove(b->path);
    heng_arena_init(&b->f.arena, HENG_JOB_BYTES_MAX);
    *state = b;
    return 0;
}

static int tear_down_book(void **state)
{
    book *b = *state;
    heng_store_close(b->f.store);
    store_remove(b->path);
    heng_arena_deinit(&b->f.arena);
    free(b);
    return 0;
}

static heng_status open_book(book *b, heng_sqlite_mode mode)
{
    heng_store_close(b->f.store);
    b->f.store = NULL;
    return heng_sqlite_open(heng_str_from(b->path), mode, &b->f.store, &b->f.err);
}

/* Another handle on the same file. */
static heng_store *open_other(book *b, heng_sqlite_mode mode)
{
    heng_store *other = NULL;
    check_ok(&b->f, heng_sqlite_open(heng_str_from(b->path), mode, &other, &b->f.err));
    return other;
}

static void check_open_fails(book *b, heng_sqlite_mode mode, heng_status expected,
                             const char *words)
{
    check_failed(&b->f, open_book(b, mode), expected, words);
    assert_null(b->f.store);
}

/* A store with one record of every kind. */
static void make_book(book *b)
{
    check_ok(&b->f, open_book(b, HENG_SQLITE_CREATE));
    begin(&b->f);
    put_fact(&b->f, fact_of("CN", "flared", 2020, "100", 0), HENG_PUT_NEW);
    put_fact(&b->f, full_fact(), HENG_PUT_NEW);
    heng_entity entity = entity_of("ZJ", "Zhejiang", 0);
    heng_link link = link_of("ZJ", "CN", 0, 1, 0);
    heng_source source = source_of("S", "Title");
    heng_table_row row = row_of("t.grid", "ZJ", "coal", 2020, "1", 0);
    heng_import import = import_of("a");
    heng_result result = result_of("a.co2", "ZJ", 2020, 1);
    check_ok(&b->f, heng_store_put_entity(b->f.store, &entity, NULL, &b->f.err));
    check_ok(&b->f, heng_store_put_link(b->f.store, &link, NULL, &b->f.err));
    check_ok(&b->f, heng_store_put_source(b->f.store, &source, NULL, &b->f.err));
    check_ok(&b->f, heng_store_put_row(b->f.store, &row, NULL, &b->f.err));
    check_ok(&b->f, heng_store_put_import(b->f.store, &import, NULL, &b->f.err));
    put_run(&b->f, "p", 1, &result, 1);
    heng_seal_record seal = seal_of(1, "seal");
    check_ok(&b->f, heng_store_put_seal(b->f.store, &seal, NULL, &b->f.err));
    check_ok(&b->f,
             heng_store_put_setting(b->f.store, HENG_STR("pack"), HENG_STR("cn"), NULL, &b->f.err));
    commit(&b->f);
}

/* Works on the file behind the back of the store. False: SQLite refused, and said `words`. */
static bool alter(const char *path, const char *script, const char *words)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    int code = sqlite3_exec(db, script, NULL, NULL, &message);
    if (code != SQLITE_OK && (!words || !message || !strstr(message, words)))
        fail_msg("%s: %s", script, message ? message : "?");
    sqlite3_free(message);
    sqlite3_close(db);
    return code == SQLITE_OK;
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static size_t file_size(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? (size_t)file.st_size : 0;
}

/* ---- who may open it ----------------------------------------------------------------------------- */

static void a_file_that_is_not_there_is_not_found(void **state)
{
    book *b = *state;
    check_open_fails(b, HENG_SQLITE_READ_ONLY, HENG_NOT_FOUND, "make a store with heng init");
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_NOT_FOUND, "book.heng");
    assert_int_equal(access(b->path, F_OK), -1);
    snprintf(b->path, sizeof b->path, "%s", "no such folder/book.heng");
    check_open_fails(b, HENG_SQLITE_CREATE, HENG_IO, "cannot make no such folder/book.heng");
}

static void a_file_that_exists_is_not_made_anew(void **state)
{
    book *b = *state;
    make_book(b);
    heng_hash before = digest(&b->f);
    check_open_fails(b, HENG_SQLITE_CREATE, HENG_CONFLICT, "exists already");
    check_ok(&b->f, open_book(b, HENG_SQLITE_READ_ONLY));
    assert_true(same_hash(before, digest(&b->f)));
}

static void what_is_not_a_store_is_refused_and_left_alone(void **state)
{
    book *b = *state;
    const char text[] = "code,name,value\nCN,co2,100\n";
    write_file(b->path, text, sizeof text - 1);
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_REFUSED, "is not a store of Heng, or is");
    assert_int_equal(file_size(b->path), sizeof text - 1);
    write_file(b->path, "", 0);
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_REFUSED, "its making was interrupted");
    assert_int_equal(file_size(b->path), 0);
    store_remove(b->path);
    assert_true(alter(b->path, "CREATE TABLE t (x); PRAGMA user_version = 1;", NULL));
    check_open_fails(b, HENG_SQLITE_READ_ONLY, HENG_REFUSED, "is not a store of Heng");
    snprintf(b->path, sizeof b->path, "%s", store_folder);
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_REFUSED, "is not a file");
}

static void a_damaged_file_is_refused(void **state)
{
    book *b = *state;
    make_book(b);
    heng_store_close(b->f.store);
    b->f.store = NULL;
    size_t size = file_size(b->path);
    assert_int_equal(truncate(b->path, (off_t)size / 2), 0);
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_REFUSED, "restore it from a backup");
}

/* Every page in turn is overwritten: the check must find it, and nothing may crash on the way. */
static void the_check_finds_a_spoilt_page(void **state)
{
    book *b = *state;
    make_book(b);
    check_ok(&b->f, heng_sqlite_check(b->f.store, &b->f.err));
    heng_store_close(b->f.store);
    b->f.store = NULL;
    size_t size = file_size(b->path);
    char *bytes = malloc(size);
    assert_non_null(bytes);
    FILE *file = fopen(b->path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    size_t found = 0;
    for (size_t page = 0; page < size / 8192; page++) {
        char *spoilt = malloc(size);
        assert_non_null(spoilt);
        memcpy(spoilt, bytes, size);
        for (size_t i = 0; i < 8192; i++) spoilt[page * 8192 + i] ^= (char)(i * 31 + 7);
        store_remove(b->path);
        write_file(b->path, spoilt, size);
        free(spoilt);
        heng_status status = open_book(b, HENG_SQLITE_READ_ONLY);
        if (!status) {
            const heng_fact *facts;
            size_t count;
            heng_store_facts(b->f.store, &HENG_FACTS_NOW, &b->f.arena, &facts, &count, &b->f.err);
            status = heng_sqlite_check(b->f.store, &b->f.err);
        }
        found += status == HENG_REFUSED || status == HENG_IO;
    }
    free(bytes);
    assert_int_equal(found, size / 8192);
}

static void the_check_finds_what_was_altered(void **state)
{
    book *b = *state;
    const struct {
        const char *script, *words;
    } alterations[] = {
        {"DROP TRIGGER fact_never_changed", "altered by another program"},
        {"DROP VIEW fact_in_words", "altered by another program"},
        {"CREATE TABLE mine (x)", "altered by another program"},
        {"DROP TRIGGER fact_never_removed; DELETE FROM fact", "fact: 0, not 2"},
        {"INSERT INTO link SELECT hierarchy, 'D2', first_month, recorded, parent, last_month, step"
         " FROM link",
         "link: 2, not 1"},
        {"DROP TRIGGER result_never_removed; DELETE FROM result;"
         "DROP TRIGGER tally_never_removed; DELETE FROM tally WHERE kind = 'result'",
         "run 1"},
        {"PRAGMA foreign_keys = OFF; DROP TRIGGER word_never_removed;"
         "DELETE FROM word WHERE text = 'flared'",
         "refers to a missing word"},
    };
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
        heng_store_close(b->f.store);
        b->f.store = NULL;
        store_remove(b->path);
        make_book(b);
        check_ok(&b->f, heng_sqlite_check(b->f.store, &b->f.err));
        assert_true(alter(b->path, alterations[i].script, NULL));
        check_failed(&b->f, heng_sqlite_check(b->f.store, &b->f.err), HENG_REFUSED,
                     alterations[i].words);
    }
}

static void reading_only_never_writes(void **state)
{
    book *b = *state;
    make_book(b);
    check_ok(&b->f, open_book(b, HENG_SQLITE_READ_ONLY));
    check_failed(&b->f, heng_store_begin(b->f.store, NOW, HENG_STR("x"), &b->f.err), HENG_REFUSED,
                 "was opened to read only");
}

/* ---- nothing is changed -------------------------------------------------------------------------- */

static void triggers_forbid_every_change_and_removal(void **state)
{
    book *b = *state;
    make_book(b);
    heng_hash before = digest(&b->f);
    static const char *const tables[][2] = {
        {"step", "number"},    {"tally", "kind"},    {"word", "text"},        {"source", "title"},
        {"entity", "name_en"}, {"link", "parent"},   {"fact", "value"},       {"factor", "value"},
        {"import", "name"},    {"run", "note"},      {"run_size", "results"}, {"result", "number"},
        {"seal", "text"},      {"setting", "value"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char script[128];
        snprintf(script, sizeof script, "UPDATE %s SET %s = %s", tables[i][0], tables[i][1],
                 tables[i][1]);
        assert_false(alter(b->path, script, "records are never changed"));
        snprintf(script, sizeof script, "DELETE FROM %s", tables[i][0]);
        assert_false(alter(b->path, script, "records are never removed"));
    }
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(heng_sqlite__of(b->f.store)->db,
                                        "SELECT count(*) FROM sqlite_schema WHERE type = 'table'",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(query, 0), sizeof tables / sizeof *tables);
    sqlite3_finalize(query);
    assert_true(same_hash(before, digest(&b->f)));
}

static void the_file_is_set_up_for_durability(void **state)
{
    book *b = *state;
    make_book(b);
    const struct {
        const char *query, *expected;
    } settings[] = {
        {"PRAGMA journal_mode", "wal"},
        {"PRAGMA synchronous", "2"},
        {"PRAGMA page_size", "8192"},
        {"PRAGMA foreign_keys", "1"},
        {"PRAGMA recursive_triggers", "1"},
        {"PRAGMA application_id", "1212501575"},
        {"PRAGMA user_version", "4"},
        {"SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
         " AND strict = 0 AND name NOT LIKE 'sqlite%'",
         "0"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        sqlite3_stmt *query;
        assert_int_equal(sqlite3_prepare_v2(heng_sqlite__of(b->f.store)->db, settings[i].query, -1,
                                            &query, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(query), SQLITE_ROW);
        assert_string_equal(sqlite3_column_text(query, 0), settings[i].expected);
        sqlite3_finalize(query);
    }
}

static void the_views_say_it_in_words(void **state)
{
    book *b = *state;
    make_book(b);
    static const char *const queries[][2] = {
        {"SELECT entity || '|' || name || '|' || keys || '|' || period || '|' || value || '|' ||"
         " unit || '|' || quality || '|' || evidence || '|' || recorded FROM fact_in_words"
         " WHERE entity = 'CN'",
         "CN|flared||2020|100|t CO2|reported|seen|1970-01-01T00:00:00Z"},
        {"SELECT keys || '|' || period FROM fact_in_words WHERE entity = 'CN-ZJ'",
         "焦炭, b, c, d, e|f, 'g\", %|2020-07"},
        {"SELECT quantity || '|' || entity || '|' || period || '|' || state || '|' || number ||"
         " '|' || evidence FROM result_in_words",
         "a.co2|ZJ|2020|known|1.0|seen"},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        sqlite3_stmt *query;
        assert_int_equal(
            sqlite3_prepare_v2(heng_sqlite__of(b->f.store)->db, queries[i][0], -1, &query, NULL),
            SQLITE_OK);
        assert_int_equal(sqlite3_step(query), SQLITE_ROW);
        assert_string_equal(sqlite3_column_text(query, 0), queries[i][1]);
        sqlite3_finalize(query);
    }
}

/* Periods of every grain, against base/period.h. */
static void the_view_writes_periods_as_we_do(void **state)
{
    book *b = *state;
    static const char *const periods[] = {"2020",    "2020-H1", "2020-H2", "2020-Q1", "2020-Q4",
                                          "2020-01", "2020-12", "plan-13", "1900",    "2200"};
    check_ok(&b->f, open_book(b, HENG_SQLITE_CREATE));
    begin(&b->f);
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        heng_fact fact = fact_of(periods[i], "co2", 2020, "1", 0);
        check_ok(&b->f, heng_period_parse(heng_str_from(periods[i]), &fact.period, &b->f.err));
        put_fact(&b->f, fact, HENG_PUT_NEW);
    }
    commit(&b->f);
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_prepare_v2(heng_sqlite__of(b->f.store)->db,
                                        "SELECT count(*) FROM fact_in_words WHERE entity = period",
                                        -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(query, 0), sizeof periods / sizeof *periods);
    sqlite3_finalize(query);
}

/* ---- versions ------------------------------------------------------------------------------------ */

/* A file as the first version of the program made it, with a fact in it. */
static void make_version_1(book *b)
{
    char script[256];
    assert_true(alter(b->path, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;", NULL));
    assert_true(alter(b->path, heng_sqlite__migrations[0], NULL));
    snprintf(script, sizeof script, "PRAGMA application_id = %d; PRAGMA user_version = 1;",
             (int)SQLITE_STORE_APPLICATION_ID);
    assert_true(alter(b->path, script, NULL));
    assert_true(alter(b->path,
                      "BEGIN; INSERT INTO step VALUES (1, 0, 'import');"
                      "INSERT INTO tally VALUES (1, 'fact', 1);"
                      "INSERT INTO word VALUES (1, 'CN'), (2, 'co2'), (3, ''), (4, 't CO2');"
                      "INSERT INTO fact VALUES (1, 2, 3, 24240, 3, 0, 0, 100.0, '100', 4, 1, 1,"
                      " 3, 3, 1); COMMIT;",
                      NULL));
}

static void an_older_file_is_upgraded_when_it_is_opened_for_writing(void **state)
{
    book *b = *state;
    make_version_1(b);
    check_open_fails(b, HENG_SQLITE_READ_ONLY, HENG_REFUSED,
                     "has format version 1 and must be upgraded to 4");
    check_ok(&b->f, open_book(b, HENG_SQLITE_READ_WRITE));
    check_ok(&b->f, heng_sqlite_check(b->f.store, &b->f.err));
    const heng_fact *facts;
    size_t count;
    check_ok(&b->f,
             heng_store_facts(b->f.store, &HENG_FACTS_NOW, &b->f.arena, &facts, &count, &b->f.err));
    assert_int_equal(count, 1);
    check_str(facts[0].entity, "CN");
    assert_true(heng_period_equal(facts[0].period, heng_year(2020)));
    check_ok(&b->f, open_book(b, HENG_SQLITE_READ_ONLY)); /* now it need not be */
    check_ok(&b->f, open_book(b, HENG_SQLITE_READ_WRITE));
    begin(&b->f);
    put_fact(&b->f, fact_of("CN", "co2", 2020, "101", 1), HENG_PUT_REVISION);
    commit(&b->f);
}

static void a_newer_file_is_refused(void **state)
{
    book *b = *state;
    make_book(b);
    heng_store_close(b->f.store);
    b->f.store = NULL;
    assert_true(alter(b->path, "PRAGMA user_version = 5", NULL));
    for (int mode = HENG_SQLITE_READ_ONLY; mode <= HENG_SQLITE_READ_WRITE; mode++)
        check_open_fails(b, (heng_sqlite_mode)mode, HENG_REFUSED,
                         "has format version 5, and this program knows up to 4; use a newer heng");
}

static void a_file_out_of_wal_mode_is_refused(void **state)
{
    book *b = *state;
    make_book(b);
    heng_store_close(b->f.store);
    b->f.store = NULL;
    assert_true(alter(b->path, "PRAGMA journal_mode = DELETE", NULL));
    check_open_fails(b, HENG_SQLITE_READ_WRITE, HENG_REFUSED, "not in WAL mode");
}

/* ---- several handles ----------------------------------------------------------------------------- */

static void a_second_writer_is_told_to_wait(void **state)
{
    book *b = *state;
    make_book(b);
    heng_store *other = open_other(b, HENG_SQLITE_READ_WRITE);
    begin(&b->f);
    heng_error err;
    assert_int_equal(heng_store_begin(other, NOW, HENG_STR("x"), &err), HENG_CONFLICT);
    assert_non_null(strstr(err.message, "wait until its import or computation has ended"));
    assert_non_null(strstr(err.message, b->path));
    assert_false(heng_store_in_step(other));
    put_fact(&b->f, fact_of("ZJ", "co2", 2020, "1", 0), HENG_PUT_NEW);
    commit(&b->f);
    assert_int_equal(heng_store_begin(other, NOW, HENG_STR("x"), &err), HENG_OK);
    heng_store_close(other);
}

/* Two writers that take turns: each knows what the other recorded, words included. */
static void writers_may_take_turns(void **state)
{
    book *b = *state;
    check_ok(&b->f, open_book(b, HENG_SQLITE_CREATE));
    fixture other = {.store = open_other(b, HENG_SQLITE_READ_WRITE)};
    heng_arena_init(&other.arena, HENG_JOB_BYTES_MAX);
    for (int i = 0; i < 6; i++) {
        fixture *f = i % 2 ? &other : &b->f;
        char name[16];
        snprintf(name, sizeof name, "x%d", i / 3);
        begin(f);
        put_fact(f, fact_of(name, name, 2000, "1", i), i % 3 ? HENG_PUT_REVISION : HENG_PUT_NEW);
        if (i) put_fact(f, fact_of("x0", "x0", 2000, "1", 0), HENG_PUT_KNOWN);
        commit(f);
    }
    assert_true(same_hash(digest(&b->f), digest(&other)));
    check_ok(&b->f, heng_sqlite_check(b->f.store, &b->f.err));
    heng_store_close(other.store);
    heng_arena_deinit(&other.arena);
}

static void readers_see_whole_steps_and_do_not_wait(void **state)
{
    book *b = *state;
    make_book(b);
    fixture reader = {.store = open_other(b, HENG_SQLITE_READ_ONLY)};
    heng_arena_init(&reader.arena, HENG_JOB_BYTES_MAX);
    heng_hash before = digest(&b->f);
    begin(&b->f);
    put_world(&b->f, 1);
    assert_true(same_hash(before, digest(&reader)));
    check_ok(&reader, heng_store_hold(reader.store, &reader.err));
    commit(&b->f);
    assert_true(same_hash(before, digest(&reader)));
    assert_false(same_hash(before, digest(&b->f)));
    heng_store_release(reader.store);
    assert_true(same_hash(digest(&b->f), digest(&reader)));
    heng_store_close(reader.store);
    heng_arena_deinit(&reader.arena);
}

static void a_backup_is_the_same_books(void **state)
{
    book *b = *state;
    make_book(b);
    char copy[STORE_PATH];
    store_path(copy, "copy.heng");
    heng_store *other = open_other(b, HENG_SQLITE_READ_WRITE);
    heng_error err;
    assert_int_equal(heng_store_begin(other, NOW, HENG_STR("x"), &err), HENG_OK);
    check_ok(&b->f, heng_sqlite_backup(b->f.store, heng_str_from(copy), &b->f.err));
    heng_store_close(other);
    check_failed(&b->f, heng_sqlite_backup(b->f.store, heng_str_from(copy), &b->f.err),
                 HENG_CONFLICT, "exists already");
    heng_hash before = digest(&b->f);
    fixture f = {.store = NULL};
    heng_arena_init(&f.arena, HENG_JOB_BYTES_MAX);
    check_ok(&f, heng_sqlite_open(heng_str_from(copy), HENG_SQLITE_READ_WRITE, &f.store, &f.err));
    assert_true(same_hash(before, digest(&f)));
    check_ok(&f, heng_sqlite_check(f.store, &f.err));
    heng_store_close(f.store);
    heng_arena_deinit(&f.arena);
    store_remove(copy);
}

/* ---- agreement ----------------------------------------------------------------------------------- */

static void check_same_known(fixture *a, fixture *b, heng_instant as_of)
{
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.known.as_of = as_of;
    const heng_fact *mine, *theirs;
    size_t mine_count, theirs_count;
    check_ok(a, heng_store_facts(a->store, &filter, &a->arena, &mine, &mine_count, &a->err));
    check_ok(b, heng_store_facts(b->store, &filter, &b->arena, &theirs, &theirs_count, &b->err));
    assert_int_equal(mine_count, theirs_count);
    for (size_t i = 0; i < mine_count; i++)
        assert_int_equal(heng_fact_compare(&mine[i], &theirs[i]), 0);
    heng_row_filter row_filter = {.known = {.as_of = as_of}};
    const heng_table_row *my_rows, *their_rows;
    check_ok(a, heng_store_rows(a->store, &row_filter, &a->arena, &my_rows, &mine_count, &a->err));
    check_ok(
        b, heng_store_rows(b->store, &row_filter, &b->arena, &their_rows, &theirs_count, &b->err));
    assert_int_equal(mine_count, theirs_count);
    for (size_t i = 0; i < mine_count; i++)
        assert_int_equal(heng_row_compare(&my_rows[i], &their_rows[i]), 0);
}

/* The same random history in memory and in the file: every outcome, every day and the digest agree. */
static void the_file_agrees_with_memory(void **state)
{
    book *b = *state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        store_remove(b->path);
        check_ok(&b->f, open_book(b, HENG_SQLITE_CREATE));
        fixture ram = {.store = NULL};
        heng_arena_init(&ram.arena, HENG_JOB_BYTES_MAX);
        check_ok(&ram, heng_ram_open(HENG_JOB_BYTES_MAX, &ram.store, &ram.err));
        uint64_t in_file = store_random_history(b->f.store, seed * 7919, 30);
        uint64_t in_ram = store_random_history(ram.store, seed * 7919, 30);
        assert_true(in_file == in_ram);
        assert_true(same_hash(digest(&b->f), digest(&ram)));
        for (heng_instant day = -1; day <= 4; day++) check_same_known(&b->f, &ram, day);
        heng_store_counts a, c;
        check_ok(&b->f, heng_store_count(b->f.store, &a, &b->f.err));
        check_ok(&ram, heng_store_count(ram.store, &c, &ram.err));
        a.bytes = c.bytes = 0;
        assert_memory_equal(&a, &c, sizeof a);
        check_ok(&b->f, heng_sqlite_check(b->f.store, &b->f.err));
        heng_store_close(ram.store);
        heng_arena_deinit(&ram.arena);
        heng_store_close(b->f.store);
        b->f.store = NULL;
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_book, tear_down_book)
    const struct CMUnitTest tests[] = {
        TEST(a_file_that_is_not_there_is_not_found),
        TEST(a_file_that_exists_is_not_made_anew),
        TEST(what_is_not_a_store_is_refused_and_left_alone),
        TEST(a_damaged_file_is_refused),
        TEST(the_check_finds_a_spoilt_page),
        TEST(the_check_finds_what_was_altered),
        TEST(reading_only_never_writes),
        TEST(triggers_forbid_every_change_and_removal),
        TEST(the_file_is_set_up_for_durability),
        TEST(the_views_say_it_in_words),
        TEST(the_view_writes_periods_as_we_do),
        TEST(an_older_file_is_upgraded_when_it_is_opened_for_writing),
        TEST(a_newer_file_is_refused),
        TEST(a_file_out_of_wal_mode_is_refused),
        TEST(a_second_writer_is_told_to_wait),
        TEST(writers_may_take_turns),
        TEST(readers_see_whole_steps_and_do_not_wait),
        TEST(a_backup_is_the_same_books),
        TEST(the_file_agrees_with_memory),
    };
    if (!store_folder_make()) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_folder_remove();
    return failed;
}
