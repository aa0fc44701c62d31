/* bench/lines_heng.c: a hundred million lines, all of them once, then what a change asks for.
 *
 * 173,612 plants x 24 months x 24 carriers, each line kept with its state, coverage, quality and evidence;
 * sums by plant and by region and industry. Then one tested factor of one plant changes, then the
 * factor of one carrier. After each change what was brought up to date is compared with a full evaluation,
 * by a digest of the sums.
 *
 * lines_heng RULES [PLANTS]
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "core/rule/rule.h"
#include "host/crew/crew.h"
#include "host/files/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { CARRIERS = 24, MONTHS = 24, CELLS = 1240, HANDS = 2 };

static const char *rules;
static size_t plants = 173612;

static void fail(const char *what)
{
    fprintf(stderr, "lines_heng: %s\n", what);
    exit(1);
}

static void *take(void *memory)
{
    if (!memory) fail("no memory");
    return memory;
}

static uint64_t splitmix64(uint64_t seed, uint64_t at)
{
    uint64_t z = seed + (at + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* As in bench/README.md, by line in the order plant, month, carrier. */
static void make_columns(double *amount, double *tested)
{
    for (size_t i = 0; i < plants * MONTHS * CARRIERS; i++) {
        uint64_t z = splitmix64(20210716, i), kind = z & 1023;
        double share = (double)((z >> 40) & 65535) / 65536;
        bool own = kind >= 92 && ((z >> 10) & 1023) < 51;
        amount[i] = kind < 20   ? (double)NAN
                    : kind < 92 ? 0
                                : (double)(((z >> 20) & 0xFFFFF) + 1) / 64;
        tested[i] =
            own ? (0.30 + 0.03 * (double)(i % CARRIERS)) * (0.8 + 0.4 * share) : (double)NAN;
    }
}

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)context;
    (void)name;
    return heng_file_read(rules, arena, text, err);
}

static void make_world(heng_arena *arena, heng_block *blocks, heng_world *w)
{
    heng_entity *entities = take(HENG_ARRAY(arena, CELLS + plants, heng_entity));
    heng_link *links = take(HENG_ARRAY(arena, plants, heng_link));
    heng_str *codes = take(HENG_ARRAY(arena, plants, heng_str));
    heng_str *carriers = take(HENG_ARRAY(arena, CARRIERS, heng_str));
    for (size_t i = 0; i < CELLS + plants; i++) {
        bool cell = i < CELLS;
        heng_str kind = cell ? HENG_STR("cell") : HENG_STR("plant");
        heng_str code = heng_str_format(arena, cell ? "g%04zu" : "u%06zu", i);
        entities[i] =
            (heng_entity){.code = code, .kind = kind, .level = kind, .valid = HENG_SPAN_ALWAYS};
        take((void *)(uintptr_t)code.at);
        if (cell) continue;
        codes[i - CELLS] = code;
        links[i - CELLS] = (heng_link){.member = code,
                                       .parent = entities[splitmix64(20240802, i) % CELLS].code,
                                       .hierarchy = HENG_STR("cell"),
                                       .valid = HENG_SPAN_ALWAYS};
    }
    for (int c = 0; c < CARRIERS; c++) carriers[c] = heng_str_format(arena, "c%02d", c);
    double *values[2];
    for (int b = 0; b < 2; b++) {
        values[b] = take(malloc(plants * MONTHS * CARRIERS * sizeof(double)));
        blocks[b] = (heng_block){.name = b ? HENG_STR("tested") : HENG_STR("amount"),
                                 .members = codes,
                                 .member_count = plants,
                                 .first = {HENG_MONTH, 2023 * 12},
                                 .period_count = MONTHS,
                                 .keys = {carriers},
                                 .key_sizes = {CARRIERS},
                                 .key_count = 1,
                                 .values = values[b],
                                 .quality = b ? HENG_MEASURED : HENG_REPORTED,
                                 .evidence = HENG_EXAMPLE};
    }
    make_columns(values[0], values[1]);
    *w = (heng_world){.entities = entities,
                      .entity_count = CELLS + plants,
                      .links = links,
                      .link_count = plants,
                      .blocks = blocks,
                      .block_count = 2};
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct watch {
    double wall, cpu;
} watch;

static watch begin(void)
{
    return (watch){now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID)};
}

static void say(const char *what, watch from, size_t reckoned)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-44s %10zu points reckoned, %8.3f s, CPU %8.3f s; at most %.2f GiB\n", what, reckoned,
           now(CLOCK_MONOTONIC) - from.wall, now(CLOCK_PROCESS_CPUTIME_ID) - from.cpu,
           (double)usage.ru_maxrss / 1048576);
    fflush(stdout);
}

static bool add_value(void *context, const heng_point *point, const heng_value *value)
{
    double figures[6] = {value->number, value->at_least,           value->have,
                         value->want,   (double)value->quality[0], (double)value->quality[1]};
    (void)point;
    heng_hasher_add(context, (heng_str){(const char *)figures, sizeof figures});
    return true;
}

static heng_hash digest(const heng_program *p, const heng_evaluation *e)
{
    heng_hasher hasher;
    heng_hasher_begin(&hasher);
    for (size_t q = 0; q < heng_program_quantity_count(p); q++) {
        heng_quantity_info info;
        heng_program_quantity(p, q, &info);
        if (info.kind == HENG_QUANTITY_OUTPUT) heng_evaluation_each(e, q, add_value, &hasher);
    }
    return heng_hasher_end(&hasher);
}

static heng_evaluation *evaluate_all(heng_crew *crew, const heng_program *p, const heng_world *w,
                                     heng_arena *arena, const char *what)
{
    heng_evaluation *e;
    heng_error err;
    heng_arena_init(arena, (size_t)8 << 30);
    watch from = begin();
    if (heng_evaluate_by(crew, p, w, (heng_period){0}, NULL, NULL, arena, &e, &err))
        fail(err.message);
    say(what, from, (plants * (CARRIERS + 1) + CELLS) * MONTHS);
    return e;
}

int main(int count, char **arguments)
{
    if (count < 2) fail("usage: lines_heng RULES [PLANTS]");
    rules = arguments[1];
    if (count > 2) plants = (size_t)atol(arguments[2]);
    heng_arena arena, first, second;
    heng_compiled compiled;
    heng_error err;
    heng_world world;
    heng_block blocks[2];
    heng_crew *crew;
    heng_str name = HENG_STR("lines");
    size_t reckoned;
    heng_arena_init(&arena, (size_t)4 << 30);
    if (heng_rule_compile(&name, 1, load, NULL, &arena, &compiled, &err)) fail(err.message);
    if (!compiled.program) fail("the rules have faults: heng rules check says which");
    if (heng_crew_open(HANDS, &crew, &err)) fail(err.message);
    make_world(&arena, blocks, &world);
    printf("%zu lines\n", heng_block_count(&blocks[0]));
    const heng_program *p = compiled.program;
    heng_evaluation *e = evaluate_all(crew, p, &world, &first, "everything");

    size_t cell = (plants / 2 * MONTHS + 5) * CARRIERS + 7;
    double *tested = (double *)(uintptr_t)blocks[1].values;
    tested[cell] = 0.7;
    heng_change change = {1, cell};
    watch from = begin();
    if (heng_reevaluate(crew, e, &world, &change, 1, &e, &reckoned, &err)) fail(err.message);
    say("a tested factor of one line is another", from, reckoned);

    heng_table_row row = {.table = HENG_STR("factor"),
                          .keys = {HENG_STR("c07")},
                          .key_count = 1,
                          .valid = HENG_SPAN_ALWAYS,
                          .value = 0.52,
                          .evidence = HENG_EXAMPLE,
                          .recorded = 1};
    world.rows = &row;
    world.row_count = 1;
    from = begin();
    if (heng_reevaluate(crew, e, &world, NULL, 0, &e, &reckoned, &err)) fail(err.message);
    say("the factor of one carrier is another", from, reckoned);
    heng_hash brought = digest(p, e);
    heng_arena_deinit(&first);
    e = evaluate_all(crew, p, &world, &second, "everything again, with both");
    heng_hash full = digest(p, e);
    if (!heng_hash_equal(brought, full)) fail("what was brought up to date differs");
    printf("the sums brought up to date and those of the full evaluation have the same bits\n");
    heng_arena_deinit(&second);
    heng_crew_close(crew);
    free(tested);
    free((void *)(uintptr_t)blocks[0].values);
    heng_arena_deinit(&arena);
    return 0;
}
