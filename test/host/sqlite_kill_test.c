/* A writer that is killed at any moment loses nothing that it acknowledged.
 *
 * A child commits numbered steps and writes each number to a pipe once the commit has returned; it is
 * killed after a time that a fixed seed decides. Then the file must open, be free of locks, and hold
 * every acknowledged step, at most one more, and each whole. 25 kills; with HENG_TORTURE=full, 300.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_store.h"
#include "test/core/store_fixture.h"
#include "test/host/store_folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { FACTS = 40, ROUNDS_A_FILE = 25 };

static char path[STORE_PATH];

static heng_status write_step(heng_store *store, int n, heng_error *err)
{
    heng_status status = heng_store_begin(store, n, HENG_STR("numbered"), err);
    for (int i = 0; !status && i < FACTS; i++) {
        char entity[16], text[16];
        snprintf(entity, sizeof entity, "e%d", i * 17 % FACTS);
        snprintf(text, sizeof text, "%d", n);
        heng_fact fact = fact_of(entity, "co2", 2020, text, n);
        status = heng_store_put_fact(store, &fact, NULL, err);
    }
    return status ? status : heng_store_commit(store, err);
}

/* Never returns. Any failure ends the child by itself, which the parent takes for a fault. */
static void write_until_killed(int first, int out)
{
    heng_store *store;
    heng_error err;
    heng_status status =
        heng_sqlite_open(heng_str_from(path), HENG_SQLITE_READ_WRITE, &store, &err);
    for (int n = first; !status; n++) {
        status = write_step(store, n, &err);
        if (!status && write(out, &n, sizeof n) != sizeof n) break;
    }
    if (status) dprintf(STDERR_FILENO, "# child: %s\n", err.message);
    _exit(1);
}

static void sleep_us(long us)
{
    struct timespec left = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (nanosleep(&left, &left) && errno == EINTR) continue;
}

/* Returns the last number that the child acknowledged, `first` - 1 if none. */
static int run_child(int first, long life_us)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(first, ends[1]);
    }
    close(ends[1]);
    sleep_us(life_us);
    assert_int_equal(kill(child, SIGKILL), 0);
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    int last = first - 1, n;
    while (read(ends[0], &n, sizeof n) == sizeof n) {
        assert_int_equal(n, last + 1);
        last = n;
    }
    close(ends[0]);
    return last;
}

/* The number of steps in the file, each of which must be whole. */
static int check_file(void)
{
    fixture f = {.store = NULL};
    heng_arena_init(&f.arena, HENG_JOB_BYTES_MAX);
    check_ok(&f, heng_sqlite_open(heng_str_from(path), HENG_SQLITE_READ_WRITE, &f.store, &f.err));
    check_ok(&f, heng_sqlite_check(f.store, &f.err));
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_fact *facts;
    size_t count;
    check_ok(&f, heng_store_facts(f.store, &filter, &f.arena, &facts, &count, &f.err));
    assert_int_equal(count % FACTS, 0);
    int steps = (int)(count / FACTS);
    /* By entity, then by time of recording: of each entity every step in turn. */
    for (size_t i = 0; i < count; i++) {
        int n = (int)(i % (size_t)steps) + 1;
        assert_int_equal(facts[i].recorded, n);
        assert_true(facts[i].value == n);
    }
    begin(&f); /* no lock was left behind */
    heng_store_close(f.store);
    heng_arena_deinit(&f.arena);
    return steps;
}

static void what_was_acknowledged_survives_every_kill(void **state)
{
    (void)state;
    const char *wanted = getenv("HENG_TORTURE");
    int rounds = wanted && strcmp(wanted, "full") == 0 ? 300 : 25;
    uint64_t seed = 20260228;
    int steps = 0, written = 0;
    for (int round = 0; round < rounds; round++) {
        if (round % ROUNDS_A_FILE == 0) {
            heng_store *store;
            heng_error err;
            store_remove(path);
            assert_int_equal(
                heng_sqlite_open(heng_str_from(path), HENG_SQLITE_CREATE, &store, &err), HENG_OK);
            heng_store_close(store);
            steps = 0;
        }
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int acknowledged = run_child(steps + 1, (long)(seed >> 33) % 40000);
        int found = check_file();
        if (found < acknowledged || found > acknowledged + 1)
            fail_msg("round %d: %d steps in the file, %d acknowledged", round, found, acknowledged);
        written += found - steps;
        steps = found;
    }
    assert_true(written > rounds / 2); /* the kills came while there was work */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_survives_every_kill),
    };
    if (!store_folder_make()) return 1;
    store_path(path, "book.heng");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    store_remove(path);
    store_folder_remove();
    return failed;
}
