/* bench/uncertainty_bench.c: draws the inventory of bench/uncertainty, and times the pass backwards.
 *
 * The tape is what the rule "sum(activity * factor over line)" gives: 25,000 products in one sum. Ten
 * thousand draws on two hands, beside the least time of peers.txt; one pass backwards beside one plain pass.
 *
 * uncertainty_bench FOLDER [RUNS]
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/draws.h"
#include "core/uncertainty/propagate.h"
#include "host/clock/clock.h"
#include "host/crew/crew.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAWS = 10000, BLOCKS = (DRAWS + HENG_DRAWS_BLOCK - 1) / HENG_DRAWS_BLOCK, HANDS = 2 };

typedef struct shapes {
    double *mean, *loc, *scale;
    unsigned char *lognormal;
    size_t count;
} shapes;

typedef struct job {
    const heng_draws *plan;
    heng_arena scratch[HANDS];
    double values[BLOCKS * HENG_DRAWS_BLOCK];
    size_t turned[BLOCKS];
} job;

static heng_arena arena;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "uncertainty_bench: %s: %s\n", what, why);
    exit(1);
}

static void *column(const char *folder, const char *name, size_t size, size_t *count)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) stop(path, "cannot be read");
    long length = ftell(file);
    rewind(file);
    void *bytes = heng_arena_alloc(&arena, (size_t)length);
    if (!bytes || fread(bytes, 1, (size_t)length, file) != (size_t)length) stop(path, "not whole");
    fclose(file);
    *count = (size_t)length / size;
    return bytes;
}

static shapes read_shapes(const char *folder, const char *what)
{
    char name[64];
    shapes all;
    snprintf(name, sizeof name, "%s_mean.f64", what);
    all.mean = column(folder, name, sizeof(double), &all.count);
    snprintf(name, sizeof name, "%s_loc.f64", what);
    all.loc = column(folder, name, sizeof(double), &all.count);
    snprintf(name, sizeof name, "%s_scale.f64", what);
    all.scale = column(folder, name, sizeof(double), &all.count);
    snprintf(name, sizeof name, "%s_lognormal.u8", what);
    all.lognormal = column(folder, name, 1, &all.count);
    return all;
}

static uint32_t add_input(heng_tape *tape, const shapes *all, size_t i, uint64_t stream)
{
    heng_tape_input input = {.stated = true, .stream = stream};
    heng_spread_kind kind = all->lognormal[i] ? HENG_LOGNORMAL : HENG_NORMAL;
    input.distribution = (heng_distribution){kind, all->loc[i], all->scale[i], 0};
    return heng_tape_input_add(tape, all->mean[i], &input);
}

static uint32_t build(heng_tape *tape, const char *folder)
{
    size_t count;
    shapes lines = read_shapes(folder, "line"), factors = read_shapes(folder, "factor");
    uint16_t *of = column(folder, "line_factor.u16", sizeof *of, &count);
    uint32_t *products = HENG_ARRAY(&arena, lines.count, uint32_t);
    uint32_t *factor = HENG_ARRAY(&arena, factors.count, uint32_t);
    heng_tape_init(tape, &arena);
    for (size_t i = 0; i < factors.count; i++)
        factor[i] = add_input(tape, &factors, i, 1000000 + i);
    for (size_t i = 0; i < lines.count; i++) {
        uint32_t pair[] = {add_input(tape, &lines, i, i + 1), factor[of[i]]};
        products[i] = heng_tape_step(tape, HENG_TAPE_MULTIPLY, pair, 2, 0, 0);
    }
    uint32_t figure = heng_tape_step(tape, HENG_TAPE_SUM, products, lines.count, 0, 0);
    if (!figure) stop("tape", "no memory");
    return figure;
}

static void draw_block(void *context, unsigned hand, size_t part)
{
    job *j = context;
    heng_error err;
    if (heng_draws_run(j->plan, part, 1, &j->scratch[hand], j->values + part * HENG_DRAWS_BLOCK,
                       &j->turned[part], &err))
        stop("draws", err.message);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

static void compare_passes(const heng_tape *tape, uint32_t figure, size_t runs)
{
    double *values = HENG_ARRAY(&arena, tape->count, double), plain[101], backwards[101];
    memcpy(values, tape->values, tape->count * sizeof *values);
    for (size_t i = 0; i < runs; i++) {
        double start = heng_clock_seconds();
        heng_tape_run(tape, values);
        double between = heng_clock_seconds();
        heng_tape_slopes(tape, figure, values);
        plain[i] = between - start;
        backwards[i] = heng_clock_seconds() - between;
        memcpy(values, tape->values, tape->count * sizeof *values);
    }
    double a = median(plain, runs), b = median(backwards, runs);
    printf(
        "heng, slopes           %8.3f ms backwards, %8.3f ms the plain pass, medians of %zu: %.2f "
        "times (at most 2)\n",
        b * 1e3, a * 1e3, runs, b / a);
}

static void compare_peer(const char *folder, double least)
{
    char path[1024], name[64];
    double peer, middle;
    snprintf(path, sizeof path, "%s/peers.txt", folder);
    FILE *file = fopen(path, "r");
    if (!file) return;
    while (fscanf(file, "%63[^\t]\t%lf\t%lf\n", name, &peer, &middle) == 3)
        printf("heng / %-15s %8.2f times as fast (at least 10)\n", name, peer / least);
    fclose(file);
}

int main(int count, char **words)
{
    static job j;
    heng_tape tape;
    heng_error err;
    heng_crew *crew;
    heng_draws_summary all;
    double exact_deviation, least = INFINITY;
    size_t ignored, runs = count > 2 ? strtoul(words[2], NULL, 10) : 5;
    if (count < 2) stop("FOLDER", "not given");
    heng_arena_init(&arena, (size_t)1 << 30);
    for (int i = 0; i < HANDS; i++) heng_arena_init(&j.scratch[i], (size_t)1 << 28);
    uint32_t figure = build(&tape, words[1]);
    double *exact = column(words[1], "exact.f64", sizeof(double), &ignored);
    exact_deviation = exact[1];
    if (heng_crew_open(HANDS, &crew, &err)) stop("crew", err.message);
    for (size_t run = 0; run < runs; run++) {
        double start = heng_clock_seconds();
        if (heng_draws_plan(&tape, figure, run + 1, &arena, &j.plan, &err))
            stop("plan", err.message);
        crew->work(crew, draw_block, &j, BLOCKS);
        heng_draws_summarise(j.values, DRAWS, &all);
        double took = heng_clock_seconds() - start;
        if (took < least) least = took;
    }
    double off = (all.mean - exact[0]) / (exact_deviation / sqrt(DRAWS));
    printf("heng, two hands        %8.1f ms least of %zu; %d draws\n", least * 1e3, runs, DRAWS);
    printf(
        "                       total %.6e, 95 %% from %.6e to %.6e (%+.1f standard errors off), "
        "deviation %.4f of the exact\n",
        all.mean, all.low, all.high, off, all.deviation / exact_deviation);
    compare_peer(words[1], least);
    compare_passes(&tape, figure, 31);
    if (fabs(off) > 5 || fabs(all.deviation / exact_deviation - 1) > 0.05)
        stop("draws", "differ from the exact moments");
    heng_crew_close(crew);
    return 0;
}
