/* Checking the whole file, and copying it while it is in use.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>
#include <unistd.h>

/* Each must give no row; what it gives is the fault. */
static const struct {
    const char *fault;
    const char *query;
} checks[] = {
    {"the pages do not fit together",
     "SELECT integrity_check FROM pragma_integrity_check(1) WHERE integrity_check <> 'ok'"},
    {"a record refers to what is not there",
     "SELECT \"table\" || ' refers to a missing ' || parent FROM pragma_foreign_key_check LIMIT 1"},
    {"steps are not numbered without gaps",
     "SELECT 'the last is ' || max(number) || ' of ' || count(*) FROM step"
     " HAVING max(number) <> count(*)"},
    {"records are more or fewer than their steps counted",
     "WITH counted(kind, records) AS ("
     " SELECT 'source', count(*) FROM source UNION ALL SELECT 'entity', count(*) FROM entity"
     " UNION ALL SELECT 'link', count(*) FROM link UNION ALL SELECT 'fact', count(*) FROM fact"
     " UNION ALL SELECT 'factor', count(*) FROM factor"
     " UNION ALL SELECT 'import', count(*) FROM import UNION ALL SELECT 'run', count(*) FROM run"
     " UNION ALL SELECT 'result', count(*) FROM result"
     " UNION ALL SELECT 'seal', count(*) FROM seal"
     " UNION ALL SELECT 'setting', count(*) FROM setting)"
     " SELECT kind || ': ' || records || ', not '"
     " || coalesce((SELECT sum(added) FROM tally t WHERE t.kind = c.kind), 0) FROM counted c"
     " WHERE records <> coalesce((SELECT sum(added) FROM tally t WHERE t.kind = c.kind), 0)"},
    {"a run has more or fewer results than it had",
     "SELECT 'run ' || number FROM run r"
     " WHERE (SELECT count(*) FROM result WHERE run = r.number)"
     " IS NOT (SELECT results FROM run_size WHERE run = r.number) LIMIT 1"},
    {"records are not of the steps that counted them",
     "WITH counted(kind, step, records) AS ("
     " SELECT 'source', step, count(*) FROM source GROUP BY step"
     " UNION ALL SELECT 'entity', step, count(*) FROM entity GROUP BY step"
     " UNION ALL SELECT 'link', step, count(*) FROM link GROUP BY step"
     " UNION ALL SELECT 'fact', step, count(*) FROM fact GROUP BY step"
     " UNION ALL SELECT 'factor', step, count(*) FROM factor GROUP BY step"
     " UNION ALL SELECT 'import', step, count(*) FROM import GROUP BY step"
     " UNION ALL SELECT 'run', step, count(*) FROM run GROUP BY step"
     " UNION ALL SELECT 'result', r.step, sum(z.results) FROM run r"
     " JOIN run_size z ON z.run = r.number WHERE z.results > 0 GROUP BY r.step"
     " UNION ALL SELECT 'seal', step, count(*) FROM seal GROUP BY step"
     " UNION ALL SELECT 'setting', step, count(*) FROM setting GROUP BY step)"
     " SELECT kind || ' of step ' || step FROM ("
     " SELECT kind, step FROM (SELECT * FROM counted EXCEPT SELECT kind, step, added FROM tally)"
     " UNION ALL SELECT kind, step FROM"
     " (SELECT kind, step, added FROM tally EXCEPT SELECT * FROM counted)) LIMIT 1"},
};

static heng_status run_check(sqlite_store *store, size_t which, heng_error *err)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(store->db, checks[which].query, -1, &query, NULL) != SQLITE_OK)
        return heng_sqlite__failed(store, err);
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (!status && row) {
        const char *detail = (const char *)sqlite3_column_text(query, 0);
        status = heng_fail(err, HENG_REFUSED, which,
                           "%.*s is damaged: %s (%s); restore it from a "
                           "backup",
                           HENG_PRINT(store->path), checks[which].fault, detail ? detail : "?");
    }
    sqlite3_finalize(query);
    return status;
}

/* The tables, triggers and views are those of this version, made anew in memory for comparing. */
static heng_status check_schema(sqlite_store *store, heng_error *err)
{
    static const char query_text[] =
        "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
    sqlite3 *fresh = NULL;
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    heng_status status = HENG_OK;
    bool made = sqlite3_open(":memory:", &fresh) == SQLITE_OK;
    for (int i = 0; made && i < heng_sqlite__version; i++)
        made = sqlite3_exec(fresh, heng_sqlite__migrations[i], NULL, NULL, NULL) == SQLITE_OK;
    made = made && sqlite3_prepare_v2(fresh, query_text, -1, &ours, NULL) == SQLITE_OK;
    if (!made)
        status = heng_sqlite__no_memory(err);
    else if (sqlite3_prepare_v2(store->db, query_text, -1, &theirs, NULL) != SQLITE_OK)
        status = heng_sqlite__failed(store, err);
    bool more = true;
    while (!status && more) {
        int code = sqlite3_step(ours);
        bool row;
        status = heng_sqlite__next(store, theirs, &row, err);
        if (status) break;
        const char *a = code == SQLITE_ROW ? (const char *)sqlite3_column_text(ours, 0) : "";
        const char *b = row ? (const char *)sqlite3_column_text(theirs, 0) : "";
        more = code == SQLITE_ROW || row;
        if ((code != SQLITE_ROW && code != SQLITE_DONE) || !a || !b)
            status = heng_sqlite__no_memory(err);
        else if (strcmp(a, b) != 0)
            status = heng_fail(err, HENG_REFUSED, 0,
                               "%.*s was altered by another program: found \"%.60s\" where "
                               "\"%.60s\" should be; restore it from a backup",
                               HENG_PRINT(store->path), b, a);
    }
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    sqlite3_close(fresh);
    return status;
}

heng_status heng_sqlite_check(heng_store *base, heng_error *err)
{
    assert(base && err);
    sqlite_store *store = heng_sqlite__of(base);
    assert(!base->in_step);
    bool own;
    heng_status status = heng_sqlite__begin_look(store, &own, err);
    if (status) return status;
    for (size_t i = 0; !status && i < sizeof checks / sizeof *checks; i++)
        status = run_check(store, i, err);
    if (!status) status = check_schema(store, err);
    heng_sqlite__end_look(store, own);
    return status;
}

heng_status heng_sqlite_backup(heng_store *base, heng_str path, heng_error *err)
{
    assert(base && err);
    sqlite_store *store = heng_sqlite__of(base);
    assert(!base->in_step && !base->held);
    heng_arena scratch;
    heng_arena_init(&scratch, 1 << 16);
    heng_str copy = heng_str_copy(&scratch, path);
    heng_store *target = NULL;
    heng_status status = copy.at ? HENG_OK : heng_sqlite__no_memory(err);
    /* A store of our own making keeps the same page size and journal, so that the copy is page
     * by page. */
    if (!status) status = heng_sqlite_open(path, HENG_SQLITE_CREATE, &target, err);
    if (!status) {
        sqlite_store *to = heng_sqlite__of(target);
        sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", store->db, "main");
        if (backup) {
            sqlite3_backup_step(backup, -1);
            sqlite3_backup_finish(backup);
        }
        if (sqlite3_errcode(to->db) != SQLITE_OK) status = heng_sqlite__failed(to, err);
        heng_store_close(target);
        if (status) unlink(copy.at);
    }
    heng_arena_deinit(&scratch);
    return status;
}
