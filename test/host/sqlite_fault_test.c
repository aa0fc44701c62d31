/* What happens to the file when the disk, the memory or the power fails at any moment.
 *
 * After each failure the file is opened again on a sound disk and must hold all or nothing of each
 * step, and every step that was acknowledged. HENG_TORTURE=full tries more seeds and every single
 * allocation.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"
#include "test/core/store_fixture.h"
#include "test/host/faulty_disk.h"
#include "test/host/store_folder.h"

enum { STEPS = 3, FACTS = 120 };

static char path[STORE_PATH];
static heng_hash after[STEPS + 1]; /* the digest when n steps were committed */

static bool full_torture(void)
{
    const char *wanted = getenv("HENG_TORTURE");
    return wanted && strcmp(wanted, "full") == 0;
}

/* Step n puts facts of many entities, so that pages of the whole tree change. */
static heng_status write_step(heng_store *store, int n, heng_error *err)
{
    heng_status status = heng_store_begin(store, NOW, HENG_STR("step"), err);
    if (status) return status;
    for (int i = 0; !status && i < FACTS; i++) {
        char entity[16], text[16];
        snprintf(entity, sizeof entity, "e%d", i * 37 % FACTS);
        snprintf(text, sizeof text, "%d", n * 1000 + i);
        heng_fact fact = fact_of(entity, "co2", 2000 + n, text, 0);
        fact.note = heng_str_from(text); /* a word of its own: the other tree changes too */
        status = heng_store_put_fact(store, &fact, NULL, err);
    }
    if (!status) return heng_store_commit(store, err);
    heng_store_rollback(store);
    return status;
}

static heng_status open_store(heng_sqlite_mode mode, heng_store **store, heng_error *err)
{
    heng_status status = heng_sqlite_open(heng_str_from(path), mode, store, err);
    /* Checkpoints at every step, so that they are struck as well. */
    if (!status) sqlite3_wal_autocheckpoint(heng_sqlite__of(*store)->db, 8);
    return status;
}

static void must_open(heng_sqlite_mode mode, heng_store **store)
{
    heng_error err;
    if (open_store(mode, store, &err)) fail_msg("%s", err.message);
}

static heng_hash digest_of(heng_store *store)
{
    heng_arena arena;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_hash hash = {{0}};
    heng_error err;
    if (heng_store_digest(store, &arena, &hash, &err)) fail_msg("%s", err.message);
    heng_arena_deinit(&arena);
    return hash;
}

static int set_up_digests(void **state)
{
    (void)state;
    heng_store *store;
    heng_error err;
    must_open(HENG_SQLITE_CREATE, &store);
    after[0] = digest_of(store);
    for (int n = 1; n <= STEPS; n++) {
        assert_int_equal(write_step(store, n, &err), HENG_OK);
        after[n] = digest_of(store);
    }
    heng_store_close(store);
    store_remove(path);
    return 0;
}

/* A file with the first `count` steps, closed. */
static void make_file(int count)
{
    heng_store *store;
    heng_error err;
    disk_set(DISK_SOUND, 0);
    store_remove(path);
    must_open(HENG_SQLITE_CREATE, &store);
    for (int n = 1; n <= count; n++) assert_int_equal(write_step(store, n, &err), HENG_OK);
    heng_store_close(store);
}

/* How many steps the file holds; fails unless it holds each whole. */
static int steps_in_file(void)
{
    heng_store *store;
    heng_error err;
    disk_set(DISK_SOUND, 0);
    must_open(HENG_SQLITE_READ_WRITE, &store);
    if (heng_sqlite_check(store, &err)) fail_msg("%s", err.message);
    heng_hash found = digest_of(store);
    heng_store_close(store);
    for (int n = 0; n <= STEPS; n++)
        if (same_hash(found, after[n])) return n;
    fail_msg("the file holds a part of a step");
    return -1;
}

/* Opens and writes the steps from `first` on, until one fails. Returns how many were
 * acknowledged. */
static int write_until_failure(int first, heng_status *status)
{
    heng_store *store = NULL;
    heng_error err = {.status = HENG_OK};
    int done = first - 1;
    *status = open_store(HENG_SQLITE_READ_WRITE, &store, &err);
    for (int n = first; !*status && n <= STEPS; n++) {
        *status = write_step(store, n, &err);
        if (!*status) done = n;
    }
    heng_store_close(store);
    return done;
}

/* ---- the disk
 * ------------------------------------------------------------------------------------ */

static void every_failing_operation(disk_fault fault)
{
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        make_file(1);
        disk_set(fault, n);
        heng_status status;
        int acknowledged = write_until_failure(2, &status);
        size_t operations = disk_operations();
        int found = steps_in_file();
        if (found < acknowledged) fail_msg("operation %zu: step %d is lost", n, acknowledged);
        if (found > acknowledged + 1)
            fail_msg("operation %zu: %d steps of %d", n, found, acknowledged);
        if (operations < n) {
            assert_int_equal(status, HENG_OK);
            break;
        }
        if (status) assert_int_equal(status, HENG_IO);
        failures += status != HENG_OK;
    }
    assert_true(failures > 10); /* a failing checkpoint is no failure of the step */
}

static void a_disk_that_fails_once_leaves_whole_steps(void **state)
{
    (void)state;
    every_failing_operation(DISK_FAILS_ONCE);
}

static void a_disk_that_dies_leaves_whole_steps(void **state)
{
    (void)state;
    every_failing_operation(DISK_DIES);
}

static void a_full_disk_leaves_whole_steps(void **state)
{
    (void)state;
    every_failing_operation(DISK_FULL);
}

/* The handle that met the failure goes on when the disk is sound again. */
static void the_handle_outlives_a_failure(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        heng_store *store;
        heng_error err;
        make_file(1);
        must_open(HENG_SQLITE_READ_WRITE, &store);
        disk_set(DISK_FAILS_ONCE, n);
        heng_status status = write_step(store, 2, &err);
        bool struck = disk_operations() >= n;
        disk_set(DISK_SOUND, 0);
        assert_true(same_hash(digest_of(store), after[status ? 1 : 2]));
        for (int next = status ? 2 : 3; next <= STEPS; next++)
            if (write_step(store, next, &err)) fail_msg("operation %zu: %s", n, err.message);
        heng_store_close(store);
        assert_int_equal(steps_in_file(), STEPS);
        if (!struck) break;
    }
}

static void making_a_store_leaves_no_half_of_it(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        heng_store *store = NULL;
        heng_error err;
        store_remove(path);
        disk_set(DISK_DIES, n);
        heng_status status = open_store(HENG_SQLITE_CREATE, &store, &err);
        bool struck = disk_operations() >= n;
        heng_store_close(store);
        if (status) {
            assert_int_equal(access(path, F_OK), -1);
            failures++;
            continue;
        }
        assert_int_equal(steps_in_file(), 0);
        if (!struck) break;
    }
    assert_true(failures > 3);
}

/* An upgrade is one step as well. */
static void an_upgrade_is_whole_or_not_at_all(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        heng_store *store = NULL;
        heng_error err;
        sqlite3 *db;
        make_file(1);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db,
                                      "DROP VIEW fact_in_words; DROP VIEW result_in_words;"
                                      "DROP TABLE seal;"
                                      "ALTER TABLE fact DROP COLUMN uncertainty;"
                                      "ALTER TABLE factor DROP COLUMN uncertainty;"
                                      "ALTER TABLE result DROP COLUMN low;"
                                      "ALTER TABLE result DROP COLUMN high;"
                                      "ALTER TABLE result DROP COLUMN covered;"
                                      "PRAGMA user_version = 1",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_close(db);
        disk_set(DISK_DIES, n);
        open_store(HENG_SQLITE_READ_WRITE, &store, &err);
        bool struck = disk_operations() >= n;
        heng_store_close(store);
        assert_int_equal(steps_in_file(), 1);
        if (!struck) break;
    }
}

/* ---- the power
 * ----------------------------------------------------------------------------------- */

/* The power fails at the n-th operation. What was acknowledged had been synced. */
static void lose_power_at(size_t n, uint64_t seed)
{
    make_file(1);
    disk_remember();
    disk_set(DISK_DIES, n);
    heng_status status;
    int acknowledged = write_until_failure(2, &status);
    disk_lose_power(seed);
    char name[STORE_PATH + 4];
    snprintf(name, sizeof name, "%s-shm", path);
    unlink(name); /* it was memory */
    int found = steps_in_file();
    if (found < acknowledged)
        fail_msg("operation %zu, seed %llu: step %d is lost", n, (unsigned long long)seed,
                 acknowledged);
    assert_true(found <= acknowledged + 1);
}

static void a_loss_of_power_loses_nothing_acknowledged(void **state)
{
    (void)state;
    make_file(1);
    disk_set(DISK_SOUND, 0);
    heng_status status;
    write_until_failure(2, &status);
    size_t operations = disk_operations();
    assert_true(operations > 30);
    uint64_t seeds = full_torture() ? 40 : 2;
    for (size_t n = 1; n <= operations; n++)
        for (uint64_t seed = 1; seed <= seeds; seed++) lose_power_at(n, n * 1000003 + seed);
}

/* ---- the memory
 * ---------------------------------------------------------------------------------- */

static struct {
    sqlite3_mem_methods real;
    size_t fail_at, asked;
} memory;

static bool memory_strikes(void)
{
    memory.asked++;
    return memory.asked == memory.fail_at;
}

static void *failing_malloc(int size)
{
    return memory_strikes() ? NULL : memory.real.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return memory_strikes() ? NULL : memory.real.xRealloc(old, size);
}

static bool memory_install(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.real) != SQLITE_OK) return false;
    sqlite3_mem_methods failing = memory.real;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK;
}

static heng_status write_and_read(int *acknowledged, heng_error *err)
{
    heng_store *store = NULL;
    heng_arena arena;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_hash hash;
    heng_status status = open_store(HENG_SQLITE_READ_WRITE, &store, err);
    *acknowledged = 1;
    if (!status) status = write_step(store, 2, err);
    if (!status) *acknowledged = 2;
    if (!status) status = heng_store_digest(store, &arena, &hash, err);
    if (!status) status = heng_sqlite_check(store, err);
    heng_store_close(store);
    heng_arena_deinit(&arena);
    return status;
}

/* SQLite's own allocations, of opening, a step, its reading and its checking. It may also do
 * without the memory; then nothing is amiss. */
static void every_failed_allocation_of_sqlite_leaves_whole_steps(void **state)
{
    (void)state;
    size_t failures = 0;
    size_t stride = full_torture() ? 1 : 151;
    for (size_t n = 1;; n += stride) {
        make_file(1);
        memory.asked = 0;
        memory.fail_at = n;
        int acknowledged;
        heng_error err;
        heng_status status = write_and_read(&acknowledged, &err);
        bool struck = memory.asked >= n;
        memory.fail_at = 0;
        if (status && status != HENG_NO_MEMORY) fail_msg("allocation %zu: %s", n, err.message);
        failures += status != HENG_OK;
        assert_int_equal(steps_in_file(), acknowledged);
        if (!struck) break;
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_fails_once_leaves_whole_steps),
        cmocka_unit_test(a_disk_that_dies_leaves_whole_steps),
        cmocka_unit_test(a_full_disk_leaves_whole_steps),
        cmocka_unit_test(the_handle_outlives_a_failure),
        cmocka_unit_test(making_a_store_leaves_no_half_of_it),
        cmocka_unit_test(an_upgrade_is_whole_or_not_at_all),
        cmocka_unit_test(a_loss_of_power_loses_nothing_acknowledged),
        cmocka_unit_test(every_failed_allocation_of_sqlite_leaves_whole_steps),
    };
    if (!memory_install() || !store_folder_make() || !disk_install()) return 1;
    store_path(path, "book.heng");
    int failed = cmocka_run_group_tests(tests, set_up_digests, NULL);
    store_remove(path);
    store_folder_remove();
    return failed;
}
