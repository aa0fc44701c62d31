/* A crew of threads does every part once, and no more than one job at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/crew/crew.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PARTS = 5000, JOBS = 20 };

typedef struct tally {
    atomic_uint done[PARTS];
    atomic_uint by_hand[HENG_HANDS_MAX];
    atomic_uint busy[HENG_HANDS_MAX];
    atomic_bool twice;
} tally;

static void count_part(void *context, unsigned hand, size_t part)
{
    tally *t = context;
    if (atomic_fetch_add(&t->busy[hand], 1)) t->twice = true;
    atomic_fetch_add(&t->done[part], 1);
    atomic_fetch_add(&t->by_hand[hand], 1);
    atomic_fetch_sub(&t->busy[hand], 1);
}

static void every_part_is_done_once(void **state)
{
    (void)state;
    for (unsigned hands = 1; hands <= 8; hands *= 2) {
        static tally t;
        heng_crew *crew;
        heng_error err;
        memset(&t, 0, sizeof t);
        assert_int_equal(heng_crew_open(hands, &crew, &err), HENG_OK);
        assert_true(crew->hands >= 1 && crew->hands <= hands);
        for (unsigned job = 1; job <= JOBS; job++) {
            crew->work(crew, count_part, &t, PARTS);
            for (size_t i = 0; i < PARTS; i++) assert_int_equal(t.done[i], job);
        }
        unsigned all = 0;
        for (unsigned i = 0; i < crew->hands; i++) all += t.by_hand[i];
        assert_int_equal(all, PARTS * JOBS);
        assert_false(t.twice);
        crew->work(crew, count_part, &t, 0); /* no work is done at once */
        heng_crew_close(crew);
    }
}

static void a_crew_has_a_hand_for_each_core(void **state)
{
    (void)state;
    heng_crew *crew;
    heng_error err;
    assert_int_equal(heng_crew_open(0, &crew, &err), HENG_OK);
    assert_true(crew->hands >= 1 && crew->hands <= HENG_HANDS_MAX);
    heng_crew_close(crew);
    assert_int_equal(heng_crew_open(100000, &crew, &err), HENG_OK);
    assert_true(crew->hands <= HENG_HANDS_MAX);
    heng_crew_close(crew);
    heng_crew_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_done_once),
        cmocka_unit_test(a_crew_has_a_hand_for_each_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
