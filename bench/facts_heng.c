/* bench/facts_heng.c: Heng reckons the facts of bench/facts.
 *
 * The columns lie in memory in the order of the rules (unit, month, carrier) before the clock starts; the
 * clock stops when every figure of both levels stands in memory with its state, coverage, quality and
 * evidence. Reading the rules is not counted, laying out the world is. What comes out is compared with
 * the reference of facts_make.py.
 *
 * facts_heng FOLDER RULES [RUNS]
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/rule.h"
#include "host/crew/crew.h"
#include "host/files/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { UNITS = 17000, CARRIERS = 24, MONTHS = 25, REGIONS = 31, INDUSTRIES = 40, NAME = 16 };
enum { GROUPS = REGIONS * INDUSTRIES, RUNS_MAX = 99 };

static void fail(const char *what)
{
    fprintf(stderr, "facts_heng: %s\n", what);
    exit(1);
}

static void *take(void *memory)
{
    if (!memory) fail("no memory");
    return memory;
}

static void *read_column(const char *folder, const char *name, size_t count, size_t size)
{
    char path[500];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    void *all = take(malloc(count * size));
    if (!file || fread(all, size, count, file) != count) fail(path);
    fclose(file);
    return all;
}

/* From (unit, carrier, month) to (unit, month, carrier). */
static double *turned(double *from)
{
    double *to = take(malloc(sizeof *to * UNITS * MONTHS * CARRIERS));
    for (size_t u = 0; u < UNITS; u++)
        for (size_t c = 0; c < CARRIERS; c++)
            for (size_t m = 0; m < MONTHS; m++)
                to[(u * MONTHS + m) * CARRIERS + c] = from[(u * CARRIERS + c) * MONTHS + m];
    free(from);
    return to;
}

static heng_str name_of(heng_arena *arena, const char *format, int number)
{
    char text[NAME];
    snprintf(text, sizeof text, format, number);
    heng_str name = heng_str_copy(arena, heng_str_from(text));
    if (!name.at) fail("no memory");
    return name;
}

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)name;
    return heng_file_read(context, arena, text, err);
}

static void make_world(const char *folder, heng_arena *arena, heng_world *w)
{
    uint8_t *region = read_column(folder, "region.u8", UNITS, 1);
    uint8_t *industry = read_column(folder, "industry.u8", UNITS, 1);
    heng_entity *entities = take(HENG_ARRAY(arena, GROUPS + UNITS, heng_entity));
    heng_link *links = take(HENG_ARRAY(arena, UNITS, heng_link));
    heng_str *units = take(HENG_ARRAY(arena, UNITS, heng_str));
    heng_str *carriers = take(HENG_ARRAY(arena, CARRIERS, heng_str));
    heng_block *blocks = take(HENG_ARRAY(arena, 2, heng_block));
    for (int g = 0; g < GROUPS; g++)
        entities[g] = (heng_entity){.code = name_of(arena, "g%04d", g),
                                    .kind = HENG_STR("cell"),
                                    .level = HENG_STR("cell"),
                                    .valid = HENG_SPAN_ALWAYS};
    for (int u = 0; u < UNITS; u++) {
        units[u] = name_of(arena, "u%05d", u);
        entities[GROUPS + u] = (heng_entity){.code = units[u],
                                             .kind = HENG_STR("plant"),
                                             .level = HENG_STR("plant"),
                                             .valid = HENG_SPAN_ALWAYS};
        links[u] = (heng_link){.member = units[u],
                               .parent = entities[region[u] * INDUSTRIES + industry[u]].code,
                               .hierarchy = HENG_STR("cell"),
                               .valid = HENG_SPAN_ALWAYS};
    }
    for (int c = 0; c < CARRIERS; c++) carriers[c] = name_of(arena, "c%02d", c);
    for (int b = 0; b < 2; b++)
        blocks[b] = (heng_block){
            .name = b ? HENG_STR("tested") : HENG_STR("amount"),
            .members = units,
            .member_count = UNITS,
            .first = {HENG_MONTH, 2023 * 12},
            .period_count = MONTHS,
            .keys = {carriers},
            .key_sizes = {CARRIERS},
            .key_count = 1,
            .values = turned(read_column(folder, b ? "tested.f64" : "amount.f64",
                                         (size_t)UNITS * CARRIERS * MONTHS, sizeof(double))),
            .quality = b ? HENG_MEASURED : HENG_REPORTED,
            .evidence = HENG_EXAMPLE};
    *w = (heng_world){.entities = entities,
                      .entity_count = GROUPS + UNITS,
                      .links = links,
                      .link_count = UNITS,
                      .blocks = blocks,
                      .block_count = 2};
}

/* Compares the figures of one name with the reference; they come by member, then month. */
typedef struct comparing {
    const double *part;
    const int32_t *have, *want;
    size_t at;
    double total, off;
    int64_t had, wanted, miscounted;
} comparing;

static bool compare(void *context, const heng_point *point, const heng_value *value)
{
    comparing *c = context;
    (void)point;
    double part = value->has_at_least ? value->at_least : value->number;
    double off = fabs(part - c->part[c->at]) / fmax(c->part[c->at], 1);
    if (off > c->off) c->off = off;
    c->miscounted += value->have != c->have[c->at] || value->want != c->want[c->at];
    c->total += part;
    c->had += (int64_t)value->have;
    c->wanted += (int64_t)value->want;
    c->at++;
    return true;
}

static void check(const char *folder, const heng_evaluation *e, const heng_program *p,
                  const char *name, const char *prefix, size_t count)
{
    char file[3][40];
    static const char *const ends[] = {"part.f64", "have.i32", "want.i32"};
    for (int i = 0; i < 3; i++) snprintf(file[i], sizeof file[i], "%s%s", prefix, ends[i]);
    comparing c = {.part = read_column(folder, file[0], count, sizeof(double)),
                   .have = read_column(folder, file[1], count, sizeof(int32_t)),
                   .want = read_column(folder, file[2], count, sizeof(int32_t))};
    size_t q = heng_program_find(p, heng_str_from(name), (heng_str){0}, HENG_MONTH);
    heng_evaluation_each(e, q, compare, &c);
    printf("  %-22s %zu figures; sum %.3f, have %lld, want %lld; parts off by at most %.0e,"
           " counts by %lld\n",
           name, c.at, c.total, (long long)c.had, (long long)c.wanted, c.off,
           (long long)c.miscounted);
    if (c.at != count || c.off > 1e-12 || c.miscounted) fail("differs from the reference");
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const heng_program *program, const heng_world *world, unsigned hands, int runs,
                    const char *folder)
{
    double seconds[RUNS_MAX], cpu = 1e9;
    heng_crew *crew;
    heng_error err;
    if (heng_crew_open(hands, &crew, &err)) fail(err.message);
    for (int run = 0; run < runs; run++) {
        heng_arena arena;
        heng_evaluation *e;
        heng_arena_init(&arena, (size_t)4 << 30);
        double start = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
        if (heng_evaluate_by(crew, program, world, (heng_period){0}, NULL, NULL, &arena, &e, &err))
            fail(err.message);
        seconds[run] = now(CLOCK_MONOTONIC) - start;
        used = now(CLOCK_PROCESS_CPUTIME_ID) - used;
        if (used < cpu) cpu = used;
        if (run == 0) {
            check(folder, e, program, "co2", "unit_", (size_t)UNITS * MONTHS);
            check(folder, e, program, "co2_of_all", "", (size_t)GROUPS * MONTHS);
        }
        heng_arena_deinit(&arena);
    }
    qsort(seconds, (size_t)runs, sizeof *seconds, by_size);
    printf("heng, %u thread%s         %8.1f ms least, %8.1f median of %d; CPU %.1f ms, %.1f ns a"
           " cell\n",
           crew->hands, crew->hands > 1 ? "s" : " ", seconds[0] * 1e3, seconds[runs / 2] * 1e3,
           runs, cpu * 1e3, cpu * 1e9 / UNITS / CARRIERS / MONTHS);
    heng_crew_close(crew);
}

int main(int count, char **arguments)
{
    if (count < 3) fail("usage: facts_heng FOLDER RULES [RUNS]");
    int runs = count > 3 ? atoi(arguments[3]) : 7;
    heng_arena arena;
    heng_compiled compiled;
    heng_error err;
    heng_world world;
    heng_str name = HENG_STR("facts");
    heng_arena_init(&arena, (size_t)1 << 30);
    if (heng_rule_compile(&name, 1, load, arguments[2], &arena, &compiled, &err)) fail(err.message);
    if (!compiled.program) fail("the rules have faults: heng rules check says which");
    make_world(arguments[1], &arena, &world);
    measure(compiled.program, &world, 1, runs, arguments[1]);
    measure(compiled.program, &world, 2, runs, arguments[1]);
    return 0;
}
