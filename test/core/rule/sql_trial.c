/* Trials of thousands of generated programs, which test/sql_trials begins and goes on with.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

/* What a trial has reached, in a file, so that another run goes on from there. */
typedef struct trial {
    const char *path;
    unsigned long long seed; /* of the next program */
    size_t programs, refused;
    sql_tally tally;
} trial;

static bool read_trial(trial *t)
{
    FILE *file = fopen(t->path, "r");
    if (!file) return false;
    int got = fscanf(file, "%llu %zu %zu %zu %zu %lg", &t->seed, &t->programs, &t->refused,
                     &t->tally.statements, &t->tally.points, &t->tally.worst);
    fclose(file);
    return got == 6;
}

static void write_trial(const trial *t)
{
    FILE *file = fopen(t->path, "w");
    assert_non_null(file);
    fprintf(file, "%llu %zu %zu %zu %zu %.17g\n", t->seed, t->programs, t->refused,
            t->tally.statements, t->tally.points, t->tally.worst);
    assert_int_equal(fclose(file), 0);
}

bool sql_go_on_with_trial(const sql_host *host, size_t count)
{
    trial t = {.path = getenv("HENG_SQL_TRIAL")};
    if (!t.path) return false;
    if (!read_trial(&t)) fail_msg("%s does not say where to begin", t.path);
    while (t.programs < count) {
        bool accepted = sql_try_seed(host, t.seed, &t.tally);
        t.programs += accepted;
        t.refused += !accepted;
        t.seed++;
        write_trial(&t);
    }
    return true;
}

void sql_only_trial(void)
{
    if (getenv("HENG_SQL_TRIAL")) cmocka_set_test_filter("generated_programs_agree");
}
