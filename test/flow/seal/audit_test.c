/* Whatever is changed in a file behind the back of the program, an audit names it.
 *
 * A small book is sealed; then every column of every row of the file is changed in turn, by a program
 * that knows how to put the triggers back, and audited.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "flow/compute/compute.h"
#include "flow/seal/audit.h"
#include "host/ram/ram_store.h"
#include "host/sqlite/sqlite_store.h"
#include "test/core/rule/support.h"
#include "test/host/store_folder.h"

#include <sqlite3.h>

static const char rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "table factor : t CO2/t \"Factor\"\n  source \"G\"\n  status seen\n"
    "  valid | value\n  2019 .. | 1.9\n"
    "method m \"M\"\n  source \"S\"\n  status seen\n  for firm by year\n"
    "input coal : t \"Coal\"\n"
    "output co2 : t CO2 \"CO2\" = coal * factor\n"
    "output high : yes/no \"High\" = coal > 200 t\n"
    "method n \"N\"\n  source \"S\"\n  status seen\n  for province by year\n"
    "input co2 : t CO2 \"CO2\" for firm by year\n"
    "output all : t CO2 \"All\" = sum(co2 over firm)\n";

#define DAY ((heng_instant)86400 * 1000000)
#define NOW ((heng_instant)20000 * DAY)

typedef struct audited {
    heng_arena arena;
    const heng_program *program;
    heng_store *store;
    heng_error err;
} audited;

static heng_status load_rules(void *context, heng_str name, heng_arena *arena, heng_str *text,
                              heng_error *err)
{
    (void)context;
    if (!heng_str_is(name, "x")) return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
    *text = heng_str_copy(arena, heng_str_from(rules));
    return text->at ? HENG_OK : heng_fail(err, HENG_NO_MEMORY, 0, "no memory");
}

static void ok(const audited *a, heng_status status)
{
    if (status) fail_msg("%s", a->err.message);
}

static void put_place(audited *a, const char *code, const char *kind, const char *level,
                      const char *parent)
{
    heng_entity entity = {.code = heng_str_from(code),
                          .kind = heng_str_from(kind),
                          .level = heng_str_from(level),
                          .name_en = heng_str_from(code),
                          .name_zh = HENG_STR("名"),
                          .standard_code = HENG_STR("330000"),
                          .valid = HENG_SPAN_ALWAYS};
    heng_link link = {.member = heng_str_from(code),
                      .parent = heng_str_from(parent),
                      .hierarchy = HENG_STR("place"),
                      .valid = HENG_SPAN_ALWAYS};
    ok(a, heng_store_put_entity(a->store, &entity, NULL, &a->err));
    if (*parent) ok(a, heng_store_put_link(a->store, &link, NULL, &a->err));
}

static void put_coal(audited *a, const char *firm, const char *text, heng_instant recorded)
{
    heng_fact fact = {.entity = heng_str_from(firm),
                      .name = HENG_STR("coal"),
                      .period = heng_year(2020),
                      .text = heng_str_from(text),
                      .unit = HENG_STR("t"),
                      .quality = HENG_REPORTED,
                      .evidence = HENG_SEEN,
                      .source = HENG_STR("REPORT"),
                      .note = HENG_STR("note"),
                      .recorded = recorded};
    ok(a, heng_number_parse(fact.text, &fact.value, &a->err));
    ok(a, heng_store_put_fact(a->store, &fact, NULL, &a->err));
}

static void put_books(audited *a)
{
    heng_quantity_info table;
    heng_source source = {.code = HENG_STR("REPORT"),
                          .title = HENG_STR("Title"),
                          .publisher = HENG_STR("Publisher"),
                          .published = HENG_STR("2021"),
                          .where = HENG_STR("page 3"),
                          .licence = HENG_STR("open")};
    heng_import import = {.content = heng_hash_of(HENG_STR("a")),
                          .name = HENG_STR("coal.csv"),
                          .format = HENG_STR("csv"),
                          .kind = HENG_STR("facts"),
                          .byte_count = 10,
                          .row_count = 3,
                          .put_count = {2, 1, 0}};
    size_t index = heng_program_find(a->program, HENG_STR("factor"), HENG_STR(""), HENG_YEAR);
    assert_true(index != SIZE_MAX);
    heng_program_quantity(a->program, index, &table);
    heng_table_row row = {.table = table.name,
                          .qualified = table.qualified,
                          .valid = {12 * 2019, 12 * 2022 + 11},
                          .notation = HENG_VALUE,
                          .value = 1.9003,
                          .text = HENG_STR("1.9003"),
                          .unit = HENG_STR("t CO2/t"),
                          .evidence = HENG_SEEN,
                          .source = HENG_STR("G"),
                          .recorded = DAY,
                          .file = HENG_STR("factors.csv"),
                          .line = 2};
    ok(a, heng_store_begin(a->store, NOW, HENG_STR("import coal.csv"), &a->err));
    ok(a, heng_store_put_source(a->store, &source, NULL, &a->err));
    put_place(a, "CN", "place", "country", "");
    put_place(a, "ZJ", "place", "province", "CN");
    put_place(a, "F1", "firm", "firm", "ZJ");
    put_place(a, "F2", "firm", "firm", "ZJ");
    put_coal(a, "F1", "90", DAY);
    put_coal(a, "F1", "100", 2 * DAY); /* a correction */
    put_coal(a, "F2", "250.5", DAY);
    ok(a, heng_store_put_row(a->store, &row, NULL, &a->err));
    ok(a, heng_store_put_import(a->store, &import, NULL, &a->err));
    ok(a, heng_store_put_setting(a->store, HENG_STR("pack.name"), HENG_STR("test"), NULL, &a->err));
    ok(a, heng_store_commit(a->store, &a->err));
}

static heng_evaluation *evaluate(audited *a, heng_world *world)
{
    heng_evaluation *evaluation;
    ok(a, heng_compute_world(a->store, HENG_INSTANT_MAX, &a->arena, world, &a->err));
    ok(a,
       heng_compute_evaluate(NULL, a->program, world, NULL, NULL, &a->arena, &evaluation, &a->err));
    return evaluation;
}

static heng_status seal_now(audited *a, heng_instant now, uint64_t *run, heng_seal *out)
{
    heng_world world;
    heng_evaluation *evaluation = evaluate(a, &world);
    heng_seed key = {{7}};
    heng_compute_record record = {
        .now = now, .as_of = HENG_INSTANT_MAX, .pack = HENG_STR("test 1")};
    ok(a, heng_compute_seal(a->store, a->program, evaluation, &record, NULL, NULL, &a->arena, run,
                            &a->err));
    heng_seal_order order = {.run = *run, .now = now + DAY, .engine = HENG_STR("0"), .key = &key};
    return heng_seal_run(a->store, a->program, evaluation, &order, NULL, NULL, &a->arena, out,
                         &a->err);
}

static void open_audited(audited *a, heng_store *store)
{
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_arena_init(&a->arena, (size_t)1 << 30);
    a->store = store;
    ok(a, heng_rule_compile(&name, 1, load_rules, NULL, &a->arena, &compiled, &a->err));
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(&a->arena, &compiled.diagnostics, compiled.files)));
    a->program = compiled.program;
}

static void close_audited(audited *a)
{
    heng_store_close(a->store);
    heng_arena_deinit(&a->arena);
}

/* All that `heng audit` does. */
static heng_status audit(audited *a, uint64_t run, heng_arena *arena, heng_audit *out)
{
    heng_world world;
    heng_evaluation *evaluation;
    heng_status status = heng_audit_records(a->store, run, arena, out, &a->err);
    if (!status) status = heng_compute_world(a->store, out->book.run.as_of, arena, &world, &a->err);
    if (!status)
        status = heng_compute_evaluate(NULL, a->program, &world, NULL, NULL, arena, &evaluation,
                                       &a->err);
    if (!status)
        status = heng_audit_figures(out, a->store, a->program, evaluation, NULL, NULL, &a->err);
    heng_store_look_back(a->store, 0);
    return status;
}

static bool found(const heng_audit *audit, const char *kind, const char *name, const char *what)
{
    for (size_t i = 0; i < audit->count; i++)
        if (heng_str_is(audit->findings[i].kind, kind) &&
            heng_str_starts(audit->findings[i].name, heng_str_from(name)) &&
            heng_str_find(audit->findings[i].what, heng_str_from(what), 0) != SIZE_MAX)
            return true;
    for (size_t i = 0; i < audit->count; i++)
        print_message("# %.*s %.*s: %.*s\n", HENG_PRINT(audit->findings[i].kind),
                      HENG_PRINT(audit->findings[i].name), HENG_PRINT(audit->findings[i].what));
    return false;
}

/* ---- what was sealed stays sealed ----------------------------------------------------------------- */

static void later_records_do_not_matter(void **state)
{
    (void)state;
    audited a = {.store = NULL};
    heng_store *store;
    heng_seal first, second, again;
    heng_audit found_now;
    uint64_t run;
    assert_int_equal(heng_ram_open((size_t)1 << 28, &store, &a.err), HENG_OK);
    open_audited(&a, store);
    put_books(&a);
    ok(&a, seal_now(&a, NOW + DAY, &run, &first));
    assert_int_equal(run, 1);
    assert_int_equal(first.count, 5); /* two firms with two figures, and the province's */
    ok(&a, seal_now(&a, NOW + 5 * DAY, &run, &again)); /* the same books: the same run and seal */
    assert_int_equal(run, 1);
    assert_true(heng_str_equal(first.made, again.made));
    ok(&a, heng_store_begin(a.store, NOW + 2 * DAY, HENG_STR("import"), &a.err));
    put_place(&a, "F3", "firm", "firm", "ZJ");
    put_coal(&a, "F3", "7", DAY); /* dated before what was sealed */
    put_coal(&a, "F1", "101", 3 * DAY);
    ok(&a, heng_store_commit(a.store, &a.err));
    ok(&a, seal_now(&a, NOW + 3 * DAY, &run, &second));
    assert_int_equal(run, 2);
    assert_int_equal(second.count, 7);
    assert_false(heng_hash_equal(first.root, second.root));
    for (uint64_t n = 0; n <= 2; n++) {
        ok(&a, audit(&a, n, &a.arena, &found_now));
        if (found_now.count) found(&found_now, "", "", "");
        assert_int_equal(found_now.count, 0);
        assert_int_equal(found_now.book.record.run, n ? n : 2);
    }
    assert_int_equal(audit(&a, 3, &a.arena, &found_now), HENG_NOT_FOUND);
    close_audited(&a);
}

static void a_run_is_sealed_once_and_in_order(void **state)
{
    (void)state;
    audited a = {.store = NULL};
    heng_store *store;
    heng_seal seal;
    uint64_t run;
    heng_world world;
    heng_seed other = {{8}};
    assert_int_equal(heng_ram_open((size_t)1 << 28, &store, &a.err), HENG_OK);
    open_audited(&a, store);
    put_books(&a);
    heng_evaluation *evaluation = evaluate(&a, &world);
    heng_seal_order order = {.run = 1, .now = NOW, .engine = HENG_STR("0"), .key = &other};
    assert_int_equal(
        heng_seal_run(a.store, a.program, evaluation, &order, NULL, NULL, &a.arena, &seal, &a.err),
        HENG_NOT_FOUND);
    ok(&a, seal_now(&a, NOW + DAY, &run, &seal));
    assert_int_equal(
        heng_seal_run(a.store, a.program, evaluation, &order, NULL, NULL, &a.arena, &seal, &a.err),
        HENG_REFUSED);
    assert_non_null(strstr(a.err.message, "sealed by another key"));
    ok(&a, heng_store_begin(a.store, NOW + 2 * DAY, HENG_STR("import"), &a.err));
    put_coal(&a, "F1", "101", 3 * DAY);
    ok(&a, heng_store_commit(a.store, &a.err));
    ok(&a, seal_now(&a, NOW + 3 * DAY, &run, &seal));
    assert_int_equal(
        heng_seal_run(a.store, a.program, evaluation, &order, NULL, NULL, &a.arena, &seal, &a.err),
        HENG_REFUSED);
    assert_non_null(strstr(a.err.message, "seals follow each other"));
    close_audited(&a);
}

/* ---- changes behind the back of the program ------------------------------------------------------- */

static void run_sql(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

/* Runs `change` with the triggers of the table out of the way. False when SQLite itself refuses it. */
static bool change_table(const char *path, const char *table, const char *change)
{
    sqlite3 *db;
    sqlite3_stmt *query;
    char triggers[4][1024], sql[1200];
    int count = 0;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    run_sql(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF");
    snprintf(sql, sizeof sql,
             "SELECT sql, name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '%s'",
             table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    char names[4][64];
    while (sqlite3_step(query) == SQLITE_ROW) {
        snprintf(triggers[count], sizeof triggers[0], "%s",
                 (const char *)sqlite3_column_text(query, 0));
        snprintf(names[count++], sizeof names[0], "%s",
                 (const char *)sqlite3_column_text(query, 1));
    }
    sqlite3_finalize(query);
    for (int i = 0; i < count; i++) {
        snprintf(sql, sizeof sql, "DROP TRIGGER %s", names[i]);
        run_sql(db, sql);
    }
    bool done = sqlite3_exec(db, change, NULL, NULL, NULL) == SQLITE_OK && sqlite3_changes(db) > 0;
    for (int i = 0; i < count; i++) run_sql(db, triggers[i]);
    sqlite3_close(db);
    return done;
}

static void copy_file(const char *from, const char *to)
{
    char block[1 << 14];
    size_t length;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in && out);
    while ((length = fread(block, 1, sizeof block, in)) > 0) fwrite(block, 1, length, out);
    fclose(in);
    fclose(out);
}

static char sealed_path[STORE_PATH], changed_path[STORE_PATH];

/* A file with one sealed run, closed. */
static void make_sealed_file(audited *a)
{
    heng_store *store;
    heng_seal seal;
    uint64_t run;
    store_path(sealed_path, "sealed.heng");
    store_path(changed_path, "changed.heng");
    assert_int_equal(
        heng_sqlite_open(heng_str_from(sealed_path), HENG_SQLITE_CREATE, &store, &a->err), HENG_OK);
    open_audited(a, store);
    put_books(a);
    ok(a, seal_now(a, NOW + DAY, &run, &seal));
    heng_store_close(a->store);
    a->store = NULL;
}

/* Whether a changed copy passes as what was sealed. */
static bool passes(audited *a, const char *table, const char *change, heng_audit *out, bool *made)
{
    heng_arena_mark mark = heng_arena_here(&a->arena);
    store_remove(changed_path);
    copy_file(sealed_path, changed_path);
    *made = change_table(changed_path, table, change);
    bool same = true;
    if (*made) {
        heng_status status = heng_sqlite_open(heng_str_from(changed_path), HENG_SQLITE_READ_ONLY,
                                              &a->store, &a->err);
        if (!status) status = heng_sqlite_check(a->store, &a->err);
        if (!status) status = audit(a, 0, &a->arena, out);
        same = !status && out->count == 0;
        heng_store_close(a->store);
        a->store = NULL;
    }
    if (!out->room) heng_arena_rewind(&a->arena, mark);
    return same;
}

static void expect(audited *a, const char *table, const char *change, const char *kind,
                   const char *name, const char *what)
{
    heng_audit out = {.arena = NULL};
    bool made;
    assert_false(passes(a, table, change, &out, &made));
    assert_true(made);
    assert_true(found(&out, kind, name, what));
}

static void what_was_changed_is_named(void **state)
{
    (void)state;
    audited a = {.store = NULL};
    make_sealed_file(&a);
    const char *coal = "UPDATE fact SET value = 260.5, text = '260.5' WHERE text = '250.5'";
    expect(&a, "fact", coal, "fact", "F2/2020/coal, recorded 1970-01-02", "not what was sealed");
    expect(&a, "fact", coal, "figure", "F2/2020/co2", "below it differ F2/2020/coal, recorded");
    expect(&a, "fact", coal, "figure", "ZJ/2020/all", "below it differ F2/2020/coal, recorded");
    expect(&a, "fact", coal, "result", "F2/2020/co2", "is kept, and");
    expect(&a, "factor", "UPDATE factor SET value = 1.9004", "factor", "factor", "not what");
    expect(&a, "factor", "UPDATE factor SET value = 1.9004", "figure", "F1/2020/co2",
           "below it differ factor");
    expect(&a, "fact", "UPDATE fact SET value = 91 WHERE text = '90'", "fact",
           "F1/2020/coal, recorded 1970-01-02", "not what was sealed"); /* corrected long ago */
    expect(&a, "result", "UPDATE result SET number = number + 1 WHERE state = 1 AND number > 400",
           "result", "", "is kept, and");
    expect(&a, "word", "UPDATE word SET text = 'F9' WHERE text = 'F2'", "fact", "F2/2020/coal",
           "is not there");
    expect(&a, "word", "UPDATE word SET text = 'F9' WHERE text = 'F2'", "fact", "F9/2020/coal",
           "was not there when it was sealed");
    expect(&a, "setting", "UPDATE setting SET value = 'tesu'", "setting", "pack.name", "not what");
    expect(&a, "seal", "UPDATE seal SET secret = zeroblob(32)", "seal", "of run 1", "its secret");
    expect(&a, "seal", "UPDATE seal SET signature = zeroblob(64)", "seal", "of run 1", "signature");
    expect(&a, "seal", "UPDATE seal SET list = replace(list, 'F2', 'F3')", "seal", "of run 1",
           "its list");
    expect(&a, "seal", "UPDATE seal SET text = replace(text, 'test 1', 'test 2')", "seal",
           "of run 1", "signature");
    expect(&a, "seal", "UPDATE seal SET text = 'heng-seal-1|'", "seal", "of run 1", "no seal");
    store_remove(sealed_path);
    store_remove(changed_path);
    heng_arena_deinit(&a.arena);
}

/* The change of one value to another that is near: of a text one byte, of a number the last bit or one. */
static void near_value(const char *type, const char *column, char out[256])
{
    if (strcmp(type, "INTEGER") == 0)
        snprintf(out, 256, "%s = %s + 1", column, column);
    else if (strcmp(type, "REAL") == 0)
        snprintf(out, 256, "%s = CASE WHEN coalesce(%s, 0) = 0 THEN 1e-9 ELSE %s * (1 + 3e-16) END",
                 column, column, column);
    else if (strcmp(type, "BLOB") == 0)
        snprintf(out, 256,
                 "%s = CAST(substr(%s, 1, length(%s) - 1) || CASE substr(%s, -1) WHEN x'41' THEN "
                 "x'42' ELSE x'41' END AS BLOB)",
                 column, column, column, column);
    else
        snprintf(
            out, 256,
            "%s = substr(%s, 1, length(%s) / 2) || CASE substr(%s, length(%s) / 2 + 1, 1) WHEN "
            "'5' THEN '6' ELSE '5' END || substr(%s, length(%s) / 2 + 2)",
            column, column, column, column, column, column, column);
}

/* Every column of every row that there was when the run was made. The step of sealing itself, its clock
 * and its name, is told by the seal. */
static void no_value_of_the_file_changes_unnoticed(void **state)
{
    (void)state;
    audited a = {.store = NULL};
    sqlite3 *db;
    sqlite3_stmt *columns;
    size_t changes = 0;
    make_sealed_file(&a);
    assert_int_equal(sqlite3_open(sealed_path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT t.name, c.name, c.type, t.wr, (SELECT group_concat(k.name, ', ')"
                           " FROM pragma_table_xinfo(t.name) k WHERE k.pk) FROM pragma_table_list t"
                           " JOIN pragma_table_xinfo(t.name) c WHERE t.schema = 'main'"
                           " AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
                           " AND NOT (t.name = 'import' AND c.name = 'id')" /* an order, no more */,
                           -1, &columns, NULL),
        SQLITE_OK);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(columns, 0);
        const char *column = (const char *)sqlite3_column_text(columns, 1);
        const char *key = (const char *)sqlite3_column_text(columns, 4);
        char set[256], sql[1024];
        near_value((const char *)sqlite3_column_text(columns, 2), column, set);
        for (int row = 0;; row++) {
            heng_audit out = {.arena = NULL};
            bool made, step_of_sealing = strcmp(table, "step") == 0 && row == 2;
            snprintf(sql, sizeof sql,
                     "UPDATE %s SET %s WHERE (%s) IN (SELECT %s FROM %s ORDER BY %s LIMIT 1 OFFSET "
                     "%d)",
                     table, set, key, key, table, key, row);
            char count[256];
            sqlite3_stmt *query;
            snprintf(count, sizeof count, "SELECT count(*) > %d FROM %s", row, table);
            assert_int_equal(sqlite3_prepare_v2(db, count, -1, &query, NULL), SQLITE_OK);
            assert_int_equal(sqlite3_step(query), SQLITE_ROW);
            bool there = sqlite3_column_int(query, 0);
            sqlite3_finalize(query);
            if (!there) break;
            bool same = passes(&a, table, sql, &out, &made);
            if (!made || step_of_sealing) continue;
            if (same) fail_msg("%s.%s of row %d: %s", table, column, row, sql);
            changes++;
        }
    }
    sqlite3_finalize(columns);
    sqlite3_close(db);
    print_message("# %zu changes, each named or refused\n", changes);
    assert_true(changes > 250);
    store_remove(sealed_path);
    store_remove(changed_path);
    heng_arena_deinit(&a.arena);
}

/* ---- memory --------------------------------------------------------------------------------------- */

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    audited a = {.store = NULL};
    heng_store *store;
    heng_seal seal;
    uint64_t run;
    size_t failures = 0;
    assert_int_equal(heng_ram_open((size_t)1 << 28, &store, &a.err), HENG_OK);
    open_audited(&a, store);
    put_books(&a);
    ok(&a, seal_now(&a, NOW + DAY, &run, &seal));
    for (size_t n = 1;; n += 1 + n / 50, failures++) {
        heng_arena arena;
        heng_audit out;
        heng_arena_init(&arena, (size_t)1 << 28);
        heng_arena_fail_after(n);
        heng_status status = audit(&a, 1, &arena, &out);
        bool struck = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        if (!struck) break;
        if (status != HENG_NO_MEMORY) fail_msg("allocation %zu: %s", n, a.err.message);
    }
    assert_true(failures > 50);
    close_audited(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_records_do_not_matter),
        cmocka_unit_test(a_run_is_sealed_once_and_in_order),
        cmocka_unit_test(what_was_changed_is_named),
        cmocka_unit_test(no_value_of_the_file_changes_unnoticed),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    if (!store_folder_make()) return 1;
    int failed = cmocka_run_group_tests_name("flow/seal/audit", tests, NULL, NULL);
    store_folder_remove();
    return failed;
}
