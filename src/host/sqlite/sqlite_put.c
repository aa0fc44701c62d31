/* Putting what is not counted in millions: sources, entities, links, rows of factors, imports,
 * settings.
 *
 * Each looks up the records of the cell, has them judged, and inserts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>

/* Texts of records looked up only to be judged; the longest is a setting. */
enum { SCRATCH_BYTES = 2 * HENG_RULE_TEXT_MAX };

heng_status heng_sqlite__step(sqlite_store *store, int64_t *number, heng_error *err)
{
    assert(!sqlite3_get_autocommit(store->db));
    if (!store->step) {
        sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_STEP, err);
        sqlite3_stmt *insert = query ? heng_sqlite__use(store, SQL_PUT_STEP, err) : NULL;
        if (!insert) return err->status;
        bool row;
        heng_status status = heng_sqlite__next(store, query, &row, err);
        if (status) return status;
        int64_t next = sqlite3_column_int64(query, 0) + 1;
        sqlite3_reset(query);
        SQLITE_BIND(insert, BIND_INTEGER(next), BIND_INTEGER(store->step_at),
                    BIND_TEXT(((heng_str){store->step_what, store->step_what_length})));
        status = heng_sqlite__run(store, insert, err);
        if (status) return status;
        store->step = next;
    }
    *number = store->step;
    return HENG_OK;
}

/* The step, and the statement that inserts a record. */
static heng_status to_insert(sqlite_store *store, sqlite_statement which, int64_t *step,
                             sqlite3_stmt **insert, heng_error *err)
{
    heng_status status = heng_sqlite__step(store, step, err);
    if (status) return status;
    *insert = heng_sqlite__use(store, which, err);
    return *insert ? HENG_OK : err->status;
}

static heng_status insert(sqlite_store *store, sqlite3_stmt *statement, sqlite_kind kind,
                          heng_error *err)
{
    heng_status status = heng_sqlite__run(store, statement, err);
    if (!status) store->added[kind]++;
    return status;
}

/* ---- sources and settings: the one put last counts
 * ----------------------------------------------- */

/* *outcome is HENG_PUT_KNOWN when nothing is to be added. */
static heng_status judge_source(sqlite_store *store, const heng_source *source, heng_put *outcome,
                                heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_SOURCE, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(source->code));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    *outcome = row ? HENG_PUT_REVISION : HENG_PUT_NEW;
    if (status || !row) return status;
    heng_arena scratch;
    heng_arena_init(&scratch, SCRATCH_BYTES);
    sqlite_reader reader = {.statement = query, .arena = &scratch};
    heng_source there = {.code = heng_sqlite__read_text(&reader)};
    there.title = heng_sqlite__read_text(&reader);
    there.publisher = heng_sqlite__read_text(&reader);
    there.published = heng_sqlite__read_text(&reader);
    there.where = heng_sqlite__read_text(&reader);
    there.licence = heng_sqlite__read_text(&reader);
    bool this_step = store->step && heng_sqlite__read_integer(&reader) == store->step;
    if (reader.failed) {
        status = heng_sqlite__no_memory(err);
    } else if (this_step || heng_store__same_source(&there, source)) {
        *outcome = HENG_PUT_KNOWN;
        status = heng_store__judge_source(&there, source, err);
    }
    sqlite3_reset(query);
    heng_arena_deinit(&scratch);
    return status;
}

heng_status heng_sqlite__put_source(heng_store *base, const heng_source *source, heng_put *done,
                                    heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    heng_status status = judge_source(store, source, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_SOURCE, &step, &statement, err);
    if (status) return status;
    SQLITE_BIND(statement, BIND_TEXT(source->code), BIND_TEXT(source->title),
                BIND_TEXT(source->publisher), BIND_TEXT(source->published),
                BIND_TEXT(source->where), BIND_TEXT(source->licence), BIND_INTEGER(step));
    return insert(store, statement, SQLITE_KIND_SOURCE, err);
}

static heng_status judge_setting(sqlite_store *store, const heng_setting *setting,
                                 heng_put *outcome, heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_SETTING, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(setting->key), BIND_UNTIL(store));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    *outcome = row ? HENG_PUT_REVISION : HENG_PUT_NEW;
    if (status || !row) return status;
    heng_arena scratch;
    heng_arena_init(&scratch, SCRATCH_BYTES);
    sqlite_reader reader = {.statement = query, .arena = &scratch};
    heng_setting there = {.key = setting->key, .value = heng_sqlite__read_text(&reader)};
    bool this_step = store->step && heng_sqlite__read_integer(&reader) == store->step;
    if (reader.failed) {
        status = heng_sqlite__no_memory(err);
    } else if (this_step || heng_str_equal(there.value, setting->value)) {
        *outcome = HENG_PUT_KNOWN;
        status = heng_store__judge_setting(&there, setting, err);
    }
    sqlite3_reset(query);
    heng_arena_deinit(&scratch);
    return status;
}

heng_status heng_sqlite__put_setting(heng_store *base, const heng_setting *setting, heng_put *done,
                                     heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    heng_status status = judge_setting(store, setting, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_SETTING, &step, &statement, err);
    if (status) return status;
    SQLITE_BIND(statement, BIND_TEXT(setting->key), BIND_INTEGER(step), BIND_TEXT(setting->value));
    return insert(store, statement, SQLITE_KIND_SETTING, err);
}

/* ---- entities, links, rows: by `recorded`
 * -------------------------------------------------------- */

/* Goes over the records of a cell (the bound `query`). `judge` compares the one that the query
 * stands on with what is put, if it is of the same `recorded`, and then sets *same. */
static heng_status judge_records(sqlite_store *store, sqlite3_stmt *query, const void *put,
                                 heng_status (*judge)(sqlite_reader *reader, const void *put,
                                                      bool *same, heng_error *err),
                                 heng_put *outcome, heng_error *err)
{
    heng_arena scratch;
    heng_arena_init(&scratch, SCRATCH_BYTES);
    *outcome = HENG_PUT_NEW;
    bool row = true, same = false;
    heng_status status = HENG_OK;
    while (!status && row && !same) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        *outcome = HENG_PUT_REVISION;
        sqlite_reader reader = {.statement = query, .arena = &scratch};
        status = judge(&reader, put, &same, err);
        if (!status && reader.failed) status = heng_sqlite__no_memory(err);
        heng_arena_deinit(&scratch);
    }
    sqlite3_reset(query);
    heng_arena_deinit(&scratch);
    if (same) *outcome = HENG_PUT_KNOWN;
    return status;
}

static heng_status judge_entity(sqlite_reader *reader, const void *put, bool *same, heng_error *err)
{
    const heng_entity *entity = put;
    heng_entity there = heng_sqlite__read_entity(reader);
    *same = there.recorded == entity->recorded;
    if (!*same || reader->failed) return HENG_OK;
    return heng_store__judge_entity(&there, entity, err);
}

heng_status heng_sqlite__put_entity(heng_store *base, const heng_entity *entity, heng_put *done,
                                    heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_ENTITY_RECORDS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(entity->code));
    heng_status status = judge_records(store, query, entity, judge_entity, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_ENTITY, &step, &statement, err);
    if (status) return status;
    SQLITE_BIND(statement, BIND_TEXT(entity->code), BIND_TEXT(entity->kind),
                BIND_TEXT(entity->level), BIND_TEXT(entity->name_en), BIND_TEXT(entity->name_zh),
                BIND_TEXT(entity->standard_code), BIND_INTEGER(entity->valid.first_month),
                BIND_INTEGER(entity->valid.last_month), BIND_INTEGER(entity->recorded),
                BIND_INTEGER(step));
    return insert(store, statement, SQLITE_KIND_ENTITY, err);
}

static heng_status judge_link(sqlite_reader *reader, const void *put, bool *same, heng_error *err)
{
    const heng_link *link = put;
    heng_link there = heng_sqlite__read_link(reader);
    *same = there.recorded == link->recorded;
    if (!*same || reader->failed) return HENG_OK;
    return heng_store__judge_link(&there, link, err);
}

heng_status heng_sqlite__put_link(heng_store *base, const heng_link *link, heng_put *done,
                                  heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LINK_RECORDS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(link->hierarchy), BIND_TEXT(link->member),
                BIND_INTEGER(link->valid.first_month));
    heng_status status = judge_records(store, query, link, judge_link, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_LINK, &step, &statement, err);
    if (status) return status;
    SQLITE_BIND(statement, BIND_TEXT(link->hierarchy), BIND_TEXT(link->member),
                BIND_TEXT(link->parent), BIND_INTEGER(link->valid.first_month),
                BIND_INTEGER(link->valid.last_month), BIND_INTEGER(link->recorded),
                BIND_INTEGER(step));
    return insert(store, statement, SQLITE_KIND_LINK, err);
}

static heng_status judge_row(sqlite_reader *reader, const void *put, bool *same, heng_error *err)
{
    const heng_table_row *row = put;
    heng_table_row there = heng_sqlite__read_row(reader);
    *same = there.recorded == row->recorded;
    if (!*same || reader->failed) return HENG_OK;
    return heng_store__judge_row(&there, row, err);
}

heng_status heng_sqlite__put_row(heng_store *base, const heng_table_row *row, heng_put *done,
                                 heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_ROW_RECORDS, err);
    if (!query) return err->status;
    char bytes[SQLITE_KEYS_TEXT];
    heng_str keys = heng_sqlite__join_keys(row->keys, row->key_count, bytes);
    SQLITE_BIND(query, BIND_TEXT(row->qualified), BIND_TEXT(row->member), BIND_TEXT(keys),
                BIND_INTEGER(row->valid.first_month));
    heng_status status = judge_records(store, query, row, judge_row, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_ROW, &step, &statement, err);
    if (status) return status;
    SQLITE_BIND(statement, BIND_TEXT(row->qualified), BIND_TEXT(row->member), BIND_TEXT(keys),
                BIND_INTEGER(row->valid.first_month), BIND_INTEGER(row->valid.last_month),
                BIND_INTEGER(row->notation), BIND_REAL(row->value), BIND_TEXT(row->text),
                BIND_TEXT(row->unit), BIND_INTEGER(row->evidence), BIND_TEXT(row->source),
                BIND_INTEGER(row->recorded), BIND_TEXT(row->file), BIND_INTEGER(row->line),
                BIND_TEXT(row->uncertainty), BIND_INTEGER(step));
    return insert(store, statement, SQLITE_KIND_ROW, err);
}

/* ---- imports
 * ------------------------------------------------------------------------------------- */

heng_status heng_sqlite__put_import(heng_store *base, const heng_import *import, heng_put *done,
                                    heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_FIND_IMPORT, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_HASH(import->content));
    bool there;
    heng_status status = heng_sqlite__next(store, query, &there, err);
    sqlite3_reset(query);
    *done = there ? HENG_PUT_KNOWN : HENG_PUT_NEW;
    if (status || there) return status;
    int64_t step;
    sqlite3_stmt *statement;
    status = to_insert(store, SQL_PUT_IMPORT, &step, &statement, err);
    if (status) return status;
    const uint64_t *counts = import->put_count;
    SQLITE_BIND(statement, BIND_HASH(import->content), BIND_TEXT(import->name),
                BIND_TEXT(import->format), BIND_TEXT(import->kind),
                BIND_INTEGER(import->byte_count), BIND_INTEGER(import->row_count),
                BIND_INTEGER(counts[HENG_PUT_NEW]), BIND_INTEGER(counts[HENG_PUT_REVISION]),
                BIND_INTEGER(counts[HENG_PUT_KNOWN]), BIND_INTEGER(step));
    return insert(store, statement, SQLITE_KIND_IMPORT, err);
}
