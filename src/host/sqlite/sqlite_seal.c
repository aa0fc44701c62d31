/* Seals of runs: put, and read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

/* The text of that run's seal; .at is NULL where there is none. */
static heng_status text_there(sqlite_store *store, uint64_t run, heng_arena *scratch, heng_str *out,
                              heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_SEAL_TEXT, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(run));
    bool row;
    *out = (heng_str){NULL, 0};
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status || !row) return status;
    sqlite_reader reader = {.statement = query, .arena = scratch};
    *out = heng_sqlite__read_text(&reader);
    sqlite3_reset(query);
    return reader.failed ? heng_sqlite__no_memory(err) : HENG_OK;
}

static heng_status judge(sqlite_store *store, const heng_seal_record *seal, heng_put *outcome,
                         heng_error *err)
{
    bool row;
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_FIND_RUN, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(seal->run));
    heng_status status = heng_sqlite__next(store, query, &row, err);
    sqlite3_reset(query);
    if (!status && !row) status = heng_store__no_such_run(seal->run, err);
    if (status) return status;
    heng_arena scratch;
    heng_arena_init(&scratch, 1 << 20);
    heng_seal_record there = {.run = seal->run};
    status = text_there(store, seal->run, &scratch, &there.text, err);
    *outcome = !status && there.text.at ? HENG_PUT_KNOWN : HENG_PUT_NEW;
    if (!status && there.text.at) status = heng_store__judge_seal(&there, seal, err);
    heng_arena_deinit(&scratch);
    return status;
}

heng_status heng_sqlite__put_seal(heng_store *base, const heng_seal_record *seal, heng_put *done,
                                  heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    int64_t step;
    heng_status status = judge(store, seal, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    status = heng_sqlite__step(store, &step, err);
    if (status) return status;
    sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_SEAL, err);
    if (!insert) return err->status;
    SQLITE_BIND(insert, BIND_INTEGER(seal->run), BIND_TEXT(seal->text), BIND_BYTES(seal->signature),
                BIND_BYTES(seal->secret), BIND_TEXT(seal->list), BIND_INTEGER(step));
    status = heng_sqlite__run(store, insert, err);
    if (!status) store->added[SQLITE_KIND_SEAL]++;
    return status;
}

heng_status heng_sqlite__seals(heng_store *base, heng_arena *arena, const heng_seal_record **out,
                               size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_seal_record)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_SEALS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = HENG_OK;
    bool row = true;
    while (!status && row) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        sqlite_reader reader = {.statement = query, .arena = arena};
        heng_seal_record seal = {.run = (uint64_t)heng_sqlite__read_integer(&reader)};
        seal.text = heng_sqlite__read_text(&reader);
        heng_sqlite__read_bytes(&reader, seal.signature.bytes, sizeof seal.signature.bytes);
        heng_sqlite__read_bytes(&reader, seal.secret.bytes, sizeof seal.secret.bytes);
        seal.step = heng_sqlite__read_step(&reader);
        heng_seal_record *next = reader.failed ? NULL : heng_sqlite__list_add(&list);
        if (next)
            *next = seal;
        else
            status = heng_sqlite__no_memory(err);
    }
    sqlite3_reset(query);
    if (status) return status;
    *out = (const heng_seal_record *)list.items;
    *count = list.count;
    return HENG_OK;
}

heng_status heng_sqlite__seal_list(heng_store *base, uint64_t run, heng_arena *arena,
                                   heng_str *list, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_SEAL_LIST, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(run));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    if (!row) return heng_store__no_seal(run, err);
    sqlite_reader reader = {.statement = query, .arena = arena};
    heng_str text = heng_sqlite__read_text(&reader);
    sqlite3_reset(query);
    if (reader.failed) return heng_sqlite__no_memory(err);
    *list = text;
    return HENG_OK;
}
