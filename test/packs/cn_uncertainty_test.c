/* Figures of the China pack as tapes: where every fact and row states that it is exact, each draw gives the
 * figure itself, and turns nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "core/uncertainty/draws.h"
#include "core/uncertainty/uncertainty.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"

#include <math.h>
#include <stdio.h>

enum { OF_EACH_OUTPUT = 3 };

typedef struct sampler {
    const heng_evaluation *evaluation;
    size_t points, figures, every;
} sampler;

static void state_all(heng_derivation *derivation, heng_arena *arena)
{
    heng_line *lines = HENG_ARRAY(arena, derivation->line_count, heng_line);
    assert_non_null(lines);
    memcpy(lines, derivation->lines, derivation->line_count * sizeof *lines);
    for (size_t i = 0; i < derivation->line_count; i++)
        if (lines[i].op == HENG_REPLAY_FACT || lines[i].op == HENG_REPLAY_CELL)
            lines[i].uncertainty = HENG_STR("±0 %");
    derivation->lines = lines;
}

static void near(const heng_line *figure, double found, double expected)
{
    if (fabs(found - expected) > 1e-9 * fabs(expected))
        fail_msg("%.*s: %.17g, not %.17g", HENG_PRINT(figure->fields[0]), found, expected);
}

static void check_figure(sampler *s, const heng_point *point, double value)
{
    heng_arena arena;
    heng_derivation derivation;
    heng_figure_tape tape;
    heng_propagation first;
    const heng_draws *plan;
    double draws[HENG_DRAWS_BLOCK];
    size_t turned = 0;
    heng_error err = {0};
    heng_arena_init(&arena, (size_t)1 << 30);
    heng_status status = heng_derive(s->evaluation, point, &arena, &derivation, &err);
    if (!status) {
        state_all(&derivation, &arena);
        status = heng_figure_tape_make(&derivation, &arena, &tape, &err);
    }
    if (!status) status = heng_propagate(&tape.tape, tape.figure, &arena, &first, &err);
    if (!status) status = heng_draws_plan(&tape.tape, tape.figure, 1, &arena, &plan, &err);
    if (!status) status = heng_draws_run(plan, 0, HENG_DRAWS_BLOCK, &arena, draws, &turned, &err);
    if (status) fail_msg("%s", err.message);
    const heng_line *figure = &derivation.lines[derivation.line_count - 1];
    near(figure, first.value, value);
    assert_true(first.deviation == 0);
    assert_int_equal(first.stated_count, first.input_count);
    assert_int_equal(turned, 0);
    for (int i = 0; i < HENG_DRAWS_BLOCK; i++) near(figure, draws[i], value);
    s->figures++;
    heng_arena_deinit(&arena);
}

static bool count(void *context, const heng_point *point, const heng_value *value)
{
    (void)point;
    (void)value;
    return ++((sampler *)context)->points;
}

static bool sample(void *context, const heng_point *point, const heng_value *value)
{
    sampler *s = context;
    if (s->points++ % s->every == s->every / 2 && value->state == HENG_STATE_KNOWN)
        check_figure(s, point, value->number);
    return true;
}

static void draws_of_what_is_exact(void **state)
{
    (void)state;
    pack_fixture fixture;
    pack_open(&fixture);
    const heng_program *program;
    const heng_evaluation *evaluation = pack_evaluate(&fixture, &program);
    sampler s = {.evaluation = evaluation};
    for (size_t q = 0; q < heng_program_quantity_count(program); q++) {
        heng_quantity_info info;
        heng_program_quantity(program, q, &info);
        if (info.kind != HENG_QUANTITY_OUTPUT) continue;
        s.points = 0;
        heng_evaluation_each(evaluation, q, count, &s);
        s.every = s.points / OF_EACH_OUTPUT + 1;
        s.points = 0;
        heng_evaluation_each(evaluation, q, sample, &s);
    }
    printf("# %zu figures\n", s.figures);
    assert_true(s.figures > 100);
    pack_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(draws_of_what_is_exact)};
    return cmocka_run_group_tests_name("packs/cn_uncertainty", tests, NULL, NULL);
}
