/* The statements, and how they are prepared, bound, stepped and read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>

#define STEP_COLUMNS   "s.number, s.at, s.what"
#define SOURCE_COLUMNS "code, title, publisher, published, place, licence, step"
#define ENTITY_COLUMNS                                                                             \
    "code, kind, level, name_en, name_zh, standard_code, first_month, last_month, recorded"
#define LINK_COLUMNS "hierarchy, member, parent, first_month, last_month, recorded"
#define ROW_COLUMNS                                                                                \
    "qualified, member, keys, first_month, last_month, notation, value, text, unit, evidence,"     \
    " source, recorded, file, line, uncertainty"
#define IMPORT_COLUMNS                                                                             \
    "i.content, i.name, i.format, i.kind, i.bytes, i.rows, i.new, i.revised, i.known, " STEP_COLUMNS
#define FACT_COLUMNS                                                                               \
    "entity, name, keys, first_month, grain, recorded, notation, value, text, unit, quality,"      \
    " evidence, source, note, uncertainty"
#define RESULT_COLUMNS                                                                             \
    "quantity, entity, keys, first_month, grain, state, number, at_least IS NOT NULL, at_least,"   \
    " have, want, measured, reported, defaulted, estimated, evidence, low IS NOT NULL, low, high," \
    " covered, unit, word"
#define CELL_OF_FACT "entity = ?1 AND name = ?2 AND keys = ?3 AND first_month = ?4 AND grain = ?5"

static const char *const texts[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN",
    [SQL_BEGIN_WRITING] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_LAST_STEP] = "SELECT coalesce(max(number), 0) FROM step",
    [SQL_PUT_STEP] = "INSERT INTO step (number, at, what) VALUES (?, ?, ?)",
    [SQL_PUT_TALLY] = "INSERT INTO tally (step, kind, added) VALUES (?, ?, ?)",
    [SQL_TALLIES] = "SELECT kind, sum(added) FROM tally GROUP BY kind",
    [SQL_PAGES] = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    [SQL_STEPS] = "SELECT " STEP_COLUMNS " FROM step s WHERE s.number <= ? ORDER BY s.number",
    [SQL_WORD_ID] = "SELECT id FROM word WHERE text = ?",
    [SQL_WORD_TEXT] = "SELECT text FROM word WHERE id = ?",
    [SQL_PUT_WORD] = "INSERT INTO word (text) VALUES (?)",
    [SQL_LAST_WORD] = "SELECT coalesce(max(id), 0) FROM word",
    [SQL_LAST_SOURCE] = "SELECT " SOURCE_COLUMNS " FROM source WHERE code = ?"
                        " ORDER BY step DESC LIMIT 1",
    [SQL_PUT_SOURCE] = "INSERT INTO source (" SOURCE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SQL_SOURCES] = "SELECT " SOURCE_COLUMNS " FROM source WHERE step <= ? ORDER BY code, step",
    [SQL_LAST_SETTING] = "SELECT value, step FROM setting WHERE key = ? AND step <= ?"
                         " ORDER BY step DESC LIMIT 1",
    [SQL_PUT_SETTING] = "INSERT INTO setting (key, step, value) VALUES (?, ?, ?)",
    [SQL_SETTINGS] = "SELECT key, value, step FROM setting WHERE step <= ? ORDER BY key, step",
    [SQL_ENTITY_RECORDS] = "SELECT " ENTITY_COLUMNS " FROM entity WHERE code = ?",
    [SQL_PUT_ENTITY] = "INSERT INTO entity (" ENTITY_COLUMNS ", step)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_ENTITIES] = "SELECT " ENTITY_COLUMNS " FROM entity WHERE recorded <= ? AND step <= ?"
                     " ORDER BY code, recorded",
    [SQL_LINK_RECORDS] = "SELECT " LINK_COLUMNS " FROM link"
                         " WHERE hierarchy = ? AND member = ? AND first_month = ?",
    [SQL_PUT_LINK] = "INSERT INTO link (" LINK_COLUMNS ", step) VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SQL_LINKS] = "SELECT " LINK_COLUMNS " FROM link WHERE recorded <= ? AND step <= ?"
                  " ORDER BY hierarchy, member, first_month, recorded",
    [SQL_ROW_RECORDS] = "SELECT " ROW_COLUMNS " FROM factor"
                        " WHERE qualified = ? AND member = ? AND keys = ? AND first_month = ?",
    [SQL_PUT_ROW] = "INSERT INTO factor (" ROW_COLUMNS ", step)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_ROWS] = "SELECT " ROW_COLUMNS " FROM factor WHERE recorded <= ? AND step <= ?"
                 " ORDER BY qualified, member, keys, first_month, recorded",
    [SQL_PUT_IMPORT] = "INSERT INTO import (content, name, format, kind, bytes, rows, new,"
                       " revised, known, step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_IMPORTS] = "SELECT " IMPORT_COLUMNS " FROM import i JOIN step s ON s.number = i.step"
                    " WHERE i.step <= ? ORDER BY i.id",
    [SQL_FIND_IMPORT] = "SELECT " IMPORT_COLUMNS " FROM import i JOIN step s"
                        " ON s.number = i.step WHERE i.content = ?",
    [SQL_FACT_RECORDS] = "SELECT " FACT_COLUMNS " FROM fact WHERE " CELL_OF_FACT,
    [SQL_PUT_FACT] = "INSERT INTO fact (" FACT_COLUMNS ", step)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_FACTS] = "SELECT " FACT_COLUMNS ", step FROM fact"
                  " ORDER BY entity, name, keys, first_month, grain, recorded",
    [SQL_FACTS_OF_ENTITY] = "SELECT " FACT_COLUMNS ", step FROM fact WHERE entity = ?"
                            " ORDER BY name, keys, first_month, grain, recorded",
    [SQL_FACTS_OF_ENTITY_NAME] =
        "SELECT " FACT_COLUMNS ", step FROM fact WHERE entity = ? AND name = ?"
        " ORDER BY keys, first_month, grain, recorded",
    [SQL_NEXT_FACT_ENTITY] = "SELECT min(entity) FROM fact WHERE entity > ?",
    [SQL_FACT_STEP] = "SELECT " STEP_COLUMNS " FROM fact f JOIN step s ON s.number = f.step"
                      " WHERE " CELL_OF_FACT " AND recorded = ?6",
    [SQL_LAST_RUN] = "SELECT coalesce(max(number), 0) FROM run WHERE step <= ?",
    [SQL_LAST_OFFICIAL_RUN] = "SELECT coalesce(max(number), 0) FROM run"
                              " WHERE step <= ? AND substr(note, 1, 10) <> '" HENG_RUN_SCENARIO "'",
    [SQL_PUT_RUN] = "INSERT INTO run (number, program, as_of, pack, note, findings, step)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [SQL_PUT_RUN_SIZE] = "INSERT INTO run_size (run, results) VALUES (?, ?)",
    [SQL_RUNS] = "SELECT r.number, r.program, r.as_of, r.pack, r.note, r.findings,"
                 " coalesce(z.results, 0), " STEP_COLUMNS " FROM run r"
                 " JOIN step s ON s.number = r.step LEFT JOIN run_size z ON z.run = r.number"
                 " WHERE r.step <= ?"
                 " ORDER BY r.number",
    [SQL_PUT_RESULT] = "INSERT INTO result (run, quantity, entity, keys, first_month, grain,"
                       " state, number, at_least, have, want, measured, reported, defaulted,"
                       " estimated, evidence, low, high, covered, unit, word)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_RESULTS_OF_QUANTITY] = "SELECT " RESULT_COLUMNS " FROM result"
                                " WHERE run = ? AND quantity = ?"
                                " ORDER BY entity, keys, first_month, grain",
    [SQL_RESULTS_OF_QUANTITY_ENTITY] = "SELECT " RESULT_COLUMNS " FROM result"
                                       " WHERE run = ? AND quantity = ? AND entity = ?"
                                       " ORDER BY keys, first_month, grain",
    [SQL_FIND_RUN] = "SELECT number FROM run WHERE number = ?",
    [SQL_SEAL_TEXT] = "SELECT text FROM seal WHERE run = ?",
    [SQL_PUT_SEAL] = "INSERT INTO seal (run, text, signature, secret, list, step)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
    [SQL_SEALS] = "SELECT l.run, l.text, l.signature, l.secret, " STEP_COLUMNS " FROM seal l"
                  " JOIN step s ON s.number = l.step WHERE l.step <= ? ORDER BY l.run",
    [SQL_SEAL_LIST] = "SELECT list FROM seal WHERE run = ?",
    [SQL_NEXT_RESULT_QUANTITY] = "SELECT min(quantity) FROM result WHERE run = ? AND quantity > ?",
};

heng_status heng_sqlite__no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the store; give the job more");
}

heng_status heng_sqlite__damaged(const sqlite_store *store, const char *what, heng_error *err)
{
    return heng_fail(err, HENG_IO, 0, "%.*s is damaged (%s); restore it from a backup",
                     HENG_PRINT(store->path), what);
}

heng_status heng_sqlite__failed(const sqlite_store *store, heng_error *err)
{
    const char *message = sqlite3_errmsg(store->db);
    switch (sqlite3_errcode(store->db)) {
    case SQLITE_NOMEM: return heng_sqlite__no_memory(err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return heng_fail(err, HENG_CONFLICT, 0,
                         "another program is writing to %.*s; wait until its import or "
                         "computation has ended, then run this again",
                         HENG_PRINT(store->path));
    case SQLITE_FULL:
        return heng_fail(err, HENG_IO, 0,
                         "no room on the disk for %.*s; nothing of the step was kept; free some "
                         "and run this again",
                         HENG_PRINT(store->path));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return heng_sqlite__damaged(store, message, err);
    default: return heng_fail(err, HENG_IO, 0, "%.*s: %s", HENG_PRINT(store->path), message);
    }
}

sqlite3_stmt *heng_sqlite__use(sqlite_store *store, sqlite_statement which, heng_error *err)
{
    sqlite3_stmt **statement = &store->statements[which];
    if (!*statement && sqlite3_prepare_v3(store->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                          statement, NULL) != SQLITE_OK) {
        heng_sqlite__failed(store, err);
        return NULL;
    }
    return *statement;
}

heng_status heng_sqlite__next(const sqlite_store *store, sqlite3_stmt *statement, bool *row,
                              heng_error *err)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (*row) return HENG_OK;
    heng_status status = code == SQLITE_DONE ? HENG_OK : heng_sqlite__failed(store, err);
    sqlite3_reset(statement);
    return status;
}

heng_status heng_sqlite__run(const sqlite_store *store, sqlite3_stmt *statement, heng_error *err)
{
    bool row;
    heng_status status = heng_sqlite__next(store, statement, &row, err);
    assert(status || !row);
    return status;
}

heng_status heng_sqlite__do(sqlite_store *store, sqlite_statement which, heng_error *err)
{
    sqlite3_stmt *statement = heng_sqlite__use(store, which, err);
    return statement ? heng_sqlite__run(store, statement, err) : err->status;
}

void heng_sqlite__bind(sqlite3_stmt *statement, const sqlite_value *values, int count)
{
    assert(count == sqlite3_bind_parameter_count(statement));
    for (int i = 0; i < count; i++) {
        const sqlite_value *value = &values[i];
        const char *at = value->text.at ? value->text.at : ""; /* NULL would bind NULL */
        int code = SQLITE_OK;
        switch (value->kind) {
        case SQLITE_VALUE_TEXT:
            code = sqlite3_bind_text(statement, i + 1, at, (int)value->text.length, SQLITE_STATIC);
            break;
        case SQLITE_VALUE_BLOB:
            code = sqlite3_bind_blob(statement, i + 1, at, (int)value->text.length, SQLITE_STATIC);
            break;
        case SQLITE_VALUE_INTEGER:
            code = sqlite3_bind_int64(statement, i + 1, value->integer);
            break;
        case SQLITE_VALUE_REAL: code = sqlite3_bind_double(statement, i + 1, value->real); break;
        case SQLITE_VALUE_NULL: code = sqlite3_bind_null(statement, i + 1); break;
        }
        assert(code == SQLITE_OK); /* nothing is copied, so nothing can fail */
        (void)code;
    }
}

heng_str heng_sqlite__read_text(sqlite_reader *reader)
{
    int column = reader->column++;
    const void *bytes = sqlite3_column_text(reader->statement, column);
    heng_str text = {bytes, (size_t)sqlite3_column_bytes(reader->statement, column)};
    heng_str copy = bytes ? heng_str_copy(reader->arena, text) : (heng_str){NULL, 0};
    if (!copy.at) reader->failed = true;
    return copy;
}

int64_t heng_sqlite__read_integer(sqlite_reader *reader)
{
    return sqlite3_column_int64(reader->statement, reader->column++);
}

double heng_sqlite__read_real(sqlite_reader *reader)
{
    return sqlite3_column_double(reader->statement, reader->column++);
}

heng_hash heng_sqlite__read_hash(sqlite_reader *reader)
{
    heng_hash hash = {{0}};
    int column = reader->column++;
    const void *bytes = sqlite3_column_blob(reader->statement, column);
    if (bytes && sqlite3_column_bytes(reader->statement, column) == HENG_HASH_BYTES)
        memcpy(hash.bytes, bytes, HENG_HASH_BYTES);
    else
        reader->failed = true;
    return hash;
}

void heng_sqlite__read_bytes(sqlite_reader *reader, unsigned char *out, size_t count)
{
    int column = reader->column++;
    const void *bytes = sqlite3_column_blob(reader->statement, column);
    if (bytes && (size_t)sqlite3_column_bytes(reader->statement, column) == count)
        memcpy(out, bytes, count);
    else
        reader->failed = true;
}

int32_t heng_sqlite__first_month(heng_period period)
{
    return heng_period_span(period).first_month;
}

bool heng_sqlite__read_period(sqlite_reader *reader, heng_period *out)
{
    int64_t first_month = heng_sqlite__read_integer(reader);
    int64_t grain = heng_sqlite__read_integer(reader);
    if (grain < 0 || grain >= HENG_GRAIN_COUNT || first_month < 12 * HENG_YEAR_MIN ||
        first_month > 12 * HENG_YEAR_MAX + 11)
        return false;
    heng_period month = {HENG_MONTH, (int32_t)first_month};
    *out = heng_period_within(month, (heng_grain)grain);
    return heng_sqlite__first_month(*out) == first_month;
}

heng_status heng_sqlite__begin_look(sqlite_store *store, bool *own, heng_error *err)
{
    *own = !store->base.held && !store->base.in_step;
    return *own ? heng_sqlite__do(store, SQL_BEGIN, err) : HENG_OK;
}

void heng_sqlite__end_look(sqlite_store *store, bool own)
{
    heng_error ignored; /* a reader has nothing to lose */
    if (own && !sqlite3_get_autocommit(store->db)) heng_sqlite__do(store, SQL_COMMIT, &ignored);
}

void *heng_sqlite__list_add(sqlite_list *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        unsigned char *items = heng_arena_array(list->arena, capacity, list->item_size);
        if (!items) return NULL;
        if (list->count) memcpy(items, list->items, list->count * list->item_size);
        list->items = items;
        list->capacity = capacity;
    }
    return list->items + list->count++ * list->item_size;
}
