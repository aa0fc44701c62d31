/* Opening, upgrading and closing the file; steps; checking and backup.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    /* How long a step waits for another writer to finish before it gives up. */
    WAIT_MS = 1000,
    /* Pages kept in memory, in KiB: a step of a million facts is some 100 MB. */
    CACHE_KIB = 256 << 10,
};

static const char *const kind_names[SQLITE_KIND_COUNT] = {
    [SQLITE_KIND_SOURCE] = "source", [SQLITE_KIND_ENTITY] = "entity",
    [SQLITE_KIND_LINK] = "link",     [SQLITE_KIND_FACT] = "fact",
    [SQLITE_KIND_ROW] = "factor",    [SQLITE_KIND_IMPORT] = "import",
    [SQLITE_KIND_RUN] = "run",       [SQLITE_KIND_RESULT] = "result",
    [SQLITE_KIND_SEAL] = "seal",     [SQLITE_KIND_SETTING] = "setting",
};

/* ---- steps
 * --------------------------------------------------------------------------------------- */

static heng_status begin(heng_store *base, heng_instant now, heng_str what, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    if (store->read_only)
        return heng_fail(err, HENG_REFUSED, 0, "%.*s was opened to read only",
                         HENG_PRINT(store->path));
    /* Prepared before anything is at stake, so that rolling back needs no memory. */
    if (!heng_sqlite__use(store, SQL_ROLLBACK, err)) return err->status;
    heng_status status = heng_sqlite__do(store, SQL_BEGIN_WRITING, err);
    if (status) return status;
    assert(what.length < sizeof store->step_what);
    if (what.length) memcpy(store->step_what, what.at, what.length);
    store->step_what_length = what.length;
    store->step_at = now;
    store->step = store->run = 0;
    memset(store->added, 0, sizeof store->added);
    return HENG_OK;
}

static heng_status put_tallies(sqlite_store *store, heng_error *err)
{
    sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_TALLY, err);
    heng_status status = insert ? HENG_OK : err->status;
    for (int kind = 0; !status && kind < SQLITE_KIND_COUNT; kind++) {
        if (!store->added[kind]) continue;
        SQLITE_BIND(insert, BIND_INTEGER(store->step), BIND_TEXT(heng_str_from(kind_names[kind])),
                    BIND_INTEGER(store->added[kind]));
        status = heng_sqlite__run(store, insert, err);
    }
    return status;
}

static heng_status commit(heng_store *base, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    heng_status status = heng_sqlite__end_run(store, err);
    if (!status) status = put_tallies(store, err);
    if (!status) status = heng_sqlite__do(store, SQL_COMMIT, err);
    if (!status) store->step = store->run = 0;
    return status;
}

static void rollback(heng_store *base)
{
    sqlite_store *store = heng_sqlite__of(base);
    for (int i = 0; i < SQL_COUNT; i++) sqlite3_reset(store->statements[i]);
    heng_error ignored; /* after some failures SQLite has rolled back by itself */
    if (!sqlite3_get_autocommit(store->db)) heng_sqlite__do(store, SQL_ROLLBACK, &ignored);
    store->step = store->run = 0;
    heng_sqlite__words_forget(&store->words);
}

static heng_status hold(heng_store *base, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    heng_status status = heng_sqlite__do(store, SQL_BEGIN, err);
    if (status) return status;
    sqlite3_stmt *query =
        heng_sqlite__use(store, SQL_LAST_STEP, err); /* the first read takes the snapshot */
    bool row;
    status = query ? heng_sqlite__next(store, query, &row, err) : err->status;
    if (query) sqlite3_reset(query);
    if (status) heng_sqlite__do(store, SQL_ROLLBACK, &(heng_error){.status = HENG_OK});
    return status;
}

static void release(heng_store *base)
{
    heng_error ignored;
    sqlite_store *store = heng_sqlite__of(base);
    if (!sqlite3_get_autocommit(store->db)) heng_sqlite__do(store, SQL_COMMIT, &ignored);
}

static heng_status one_integer(sqlite_store *store, sqlite_statement which, uint64_t *out,
                               heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, which, err);
    if (!query) return err->status;
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    *out = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_reset(query);
    return HENG_OK;
}

static heng_status read_tallies(sqlite_store *store, uint64_t counts[SQLITE_KIND_COUNT],
                                heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_TALLIES, err);
    if (!query) return err->status;
    heng_status status = HENG_OK;
    bool row = true;
    for (int kind = 0; kind < SQLITE_KIND_COUNT; kind++)
        counts[kind] = store->base.in_step ? store->added[kind] : 0;
    while (!status && row) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        const char *name = (const char *)sqlite3_column_text(query, 0);
        for (int kind = 0; name && kind < SQLITE_KIND_COUNT; kind++)
            if (strcmp(name, kind_names[kind]) == 0)
                counts[kind] += (uint64_t)sqlite3_column_int64(query, 1);
        if (!name) status = heng_sqlite__no_memory(err);
    }
    sqlite3_reset(query);
    return status;
}

static heng_status count_all(heng_store *base, heng_store_counts *out, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    uint64_t counts[SQLITE_KIND_COUNT], steps = 0, bytes = 0;
    bool own;
    heng_status status = heng_sqlite__begin_look(store, &own, err);
    if (status) return status;
    status = read_tallies(store, counts, err);
    if (!status) status = one_integer(store, SQL_LAST_STEP, &steps, err);
    if (!status) status = one_integer(store, SQL_PAGES, &bytes, err);
    heng_sqlite__end_look(store, own);
    if (status) return status;
    *out = (heng_store_counts){.steps = steps,
                               .sources = counts[SQLITE_KIND_SOURCE],
                               .entities = counts[SQLITE_KIND_ENTITY],
                               .links = counts[SQLITE_KIND_LINK],
                               .facts = counts[SQLITE_KIND_FACT],
                               .rows = counts[SQLITE_KIND_ROW],
                               .imports = counts[SQLITE_KIND_IMPORT],
                               .runs = counts[SQLITE_KIND_RUN],
                               .results = counts[SQLITE_KIND_RESULT],
                               .seals = counts[SQLITE_KIND_SEAL],
                               .settings = counts[SQLITE_KIND_SETTING],
                               .bytes = bytes};
    return HENG_OK;
}

static void close_store(heng_store *base)
{
    sqlite_store *store = heng_sqlite__of(base);
    for (int i = 0; i < SQL_COUNT; i++) sqlite3_finalize(store->statements[i]);
    int code = sqlite3_close(store->db);
    assert(code == SQLITE_OK); /* every statement was finalized */
    (void)code;
    heng_sqlite__words_forget(&store->words);
    heng_arena arena = store->arena; /* the struct goes with its arena */
    heng_arena_deinit(&arena);
}

static const heng_store_operations operations = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .hold = hold,
    .release = release,
    .put_source = heng_sqlite__put_source,
    .put_entity = heng_sqlite__put_entity,
    .put_link = heng_sqlite__put_link,
    .put_fact = heng_sqlite__put_fact,
    .put_row = heng_sqlite__put_row,
    .put_import = heng_sqlite__put_import,
    .put_run = heng_sqlite__put_run,
    .put_result = heng_sqlite__put_result,
    .put_seal = heng_sqlite__put_seal,
    .put_setting = heng_sqlite__put_setting,
    .sources = heng_sqlite__sources,
    .entities = heng_sqlite__entities,
    .links = heng_sqlite__links,
    .facts = heng_sqlite__facts,
    .fact_step = heng_sqlite__fact_step,
    .rows = heng_sqlite__rows,
    .steps = heng_sqlite__steps,
    .imports = heng_sqlite__imports,
    .find_import = heng_sqlite__find_import,
    .runs = heng_sqlite__runs,
    .results = heng_sqlite__results,
    .seals = heng_sqlite__seals,
    .seal_list = heng_sqlite__seal_list,
    .setting = heng_sqlite__setting,
    .settings = heng_sqlite__settings,
    .count = count_all,
};

/* ---- opening
 * ------------------------------------------------------------------------------------- */

static heng_status run_script(sqlite_store *store, const char *script, heng_error *err)
{
    return sqlite3_exec(store->db, script, NULL, NULL, NULL) == SQLITE_OK
               ? HENG_OK
               : heng_sqlite__failed(store, err);
}

static heng_status read_pragma(sqlite_store *store, const char *pragma, int64_t *out,
                               heng_error *err)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(store->db, pragma, -1, &query, NULL) != SQLITE_OK)
        return heng_sqlite__failed(store, err);
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (!status) *out = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return status;
}

/* Foreign keys and the settings of the connection; nothing here touches the file. */
static heng_status configure(sqlite_store *store, heng_error *err)
{
    sqlite3_extended_result_codes(store->db, 0);
    sqlite3_busy_timeout(store->db, WAIT_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    char script[256];
    snprintf(script, sizeof script,
             "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; "
             "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
             "PRAGMA cell_size_check = ON; PRAGMA cache_size = -%d;",
             (int)CACHE_KIB);
    return run_script(store, script, err);
}

/* In a step. Migrations from `version` to the present one. */
static heng_status migrate(sqlite_store *store, int64_t version, heng_error *err)
{
    char script[128];
    heng_status status = HENG_OK;
    for (int64_t i = version; !status && i < heng_sqlite__version; i++)
        status = run_script(store, heng_sqlite__migrations[i], err);
    snprintf(script, sizeof script, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             (int)SQLITE_STORE_APPLICATION_ID, heng_sqlite__version);
    return status ? status : run_script(store, script, err);
}

/* The file is an empty one that this process has just made. */
static heng_status make_tables(sqlite_store *store, heng_error *err)
{
    heng_status status =
        run_script(store, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;", err);
    if (!status) status = run_script(store, "BEGIN IMMEDIATE", err);
    if (!status) status = migrate(store, 0, err);
    return status ? status : run_script(store, "COMMIT", err);
}

static heng_status upgrade(sqlite_store *store, heng_error *err)
{
    int64_t version = 0;
    heng_status status = run_script(store, "BEGIN IMMEDIATE", err);
    if (!status) status = read_pragma(store, "PRAGMA user_version", &version, err);
    if (!status && version < heng_sqlite__version) status = migrate(store, version, err);
    return status ? status : run_script(store, "COMMIT", err);
}

/* What cannot be read when it is opened is perhaps no store at all. */
static heng_status refuse_unreadable(const sqlite_store *store, heng_status status, heng_error *err)
{
    int code = sqlite3_errcode(store->db);
    if (status != HENG_IO || (code != SQLITE_NOTADB && code != SQLITE_CORRUPT)) return status;
    return heng_fail(err, HENG_REFUSED, 0,
                     "%.*s is not a store of Heng, or is damaged (%s); give another file or "
                     "restore it from a backup",
                     HENG_PRINT(store->path), sqlite3_errmsg(store->db));
}

/* Whether the file is a store of ours, of a version that we can read. */
static heng_status recognise(sqlite_store *store, heng_error *err)
{
    int64_t application = 0, version = 0;
    heng_status status = read_pragma(store, "PRAGMA application_id", &application, err);
    if (!status) status = read_pragma(store, "PRAGMA user_version", &version, err);
    if (status) return status;
    if (application != SQLITE_STORE_APPLICATION_ID || version < 1)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%.*s is not a store of Heng%s; give another file, or make one with "
                         "heng init",
                         HENG_PRINT(store->path),
                         application == 0 && version == 0 ? " (or its making was interrupted)"
                                                          : "");
    if (version > heng_sqlite__version)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%.*s has format version %lld, and this program knows up to %d; use a "
                         "newer heng",
                         HENG_PRINT(store->path), (long long)version, heng_sqlite__version);
    if (version == heng_sqlite__version) return HENG_OK;
    if (store->read_only)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%.*s has format version %lld and must be upgraded to %d before it is "
                         "read; open it once with a command that writes",
                         HENG_PRINT(store->path), (long long)version, heng_sqlite__version);
    return upgrade(store, err);
}

/* WAL is a property of the file; without it readers and writers would wait for each other. */
static heng_status check_journal(sqlite_store *store, heng_error *err)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(store->db, "PRAGMA journal_mode", -1, &query, NULL) != SQLITE_OK)
        return heng_sqlite__failed(store, err);
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    const char *mode = row ? (const char *)sqlite3_column_text(query, 0) : NULL;
    if (!status && (!mode || strcmp(mode, "wal") != 0))
        status = heng_fail(err, HENG_REFUSED, 0,
                           "%.*s is not in WAL mode; another program has changed it: run PRAGMA "
                           "journal_mode = WAL on it",
                           HENG_PRINT(store->path));
    sqlite3_finalize(query);
    return status;
}

/* The name of the new file is durable once its folder is. */
static void sync_folder(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) + 1 : 1;
    if (length >= sizeof folder) return;
    memcpy(folder, slash ? path : ".", length);
    folder[length] = '\0';
    int descriptor = open(folder, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

/* Makes an empty file, or fails if there is one: no other process can make the same. */
static heng_status make_file(const char *path, heng_error *err)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (descriptor >= 0) {
        close(descriptor);
        return HENG_OK;
    }
    if (errno == EEXIST)
        return heng_fail(err, HENG_CONFLICT, 0,
                         "%s exists already; open it, or give the new store another name", path);
    return heng_fail(err, HENG_IO, 0, "cannot make %s: %s", path, strerror(errno));
}

static heng_status find_file(const char *path, heng_error *err)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return heng_fail(err, errno == ENOENT || errno == ENOTDIR ? HENG_NOT_FOUND : HENG_IO, 0,
                         "cannot open %s: %s; make a store with heng init", path, strerror(errno));
    if (!S_ISREG(file.st_mode)) return heng_fail(err, HENG_REFUSED, 0, "%s is not a file", path);
    return HENG_OK;
}

static heng_status open_file(sqlite_store *store, heng_sqlite_mode mode, heng_error *err)
{
    int flags = mode == HENG_SQLITE_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(store->path.at, &store->db,
                        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL) != SQLITE_OK)
        return store->db ? heng_sqlite__failed(store, err) : heng_sqlite__no_memory(err);
    heng_status status = configure(store, err);
    if (!status && mode == HENG_SQLITE_CREATE) {
        status = make_tables(store, err);
        if (!status) sync_folder(store->path.at);
        return status;
    }
    if (!status) status = recognise(store, err);
    if (!status) status = check_journal(store, err);
    return refuse_unreadable(store, status, err);
}

/* Nothing that was not finished stays behind. */
static void remove_file(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char name[4096 + 8];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int length = snprintf(name, sizeof name, "%s%s", path, endings[i]);
        if (length > 0 && (size_t)length < sizeof name) unlink(name);
    }
}

heng_status heng_sqlite_open(heng_str path, heng_sqlite_mode mode, heng_store **out,
                             heng_error *err)
{
    assert(out && err);
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    sqlite_store *store = HENG_NEW(&arena, sqlite_store);
    heng_str copy = store ? heng_str_copy(&arena, path) : (heng_str){NULL, 0};
    if (!copy.at) {
        heng_arena_deinit(&arena);
        return heng_sqlite__no_memory(err);
    }
    store->base.operations = &operations;
    store->base.until = UINT64_MAX;
    store->path = copy;
    store->read_only = mode == HENG_SQLITE_READ_ONLY;
    store->arena = arena;
    heng_arena_init(&store->words.arena, HENG_JOB_BYTES_MAX);
    bool create = mode == HENG_SQLITE_CREATE;
    heng_status status = create ? make_file(copy.at, err) : find_file(copy.at, err);
    if (!status) {
        status = open_file(store, mode, err);
        if (status && create) {
            sqlite3_close(store->db);
            store->db = NULL;
            remove_file(copy.at);
        }
    }
    if (status) {
        close_store(&store->base);
        return status;
    }
    *out = &store->base;
    return HENG_OK;
}
