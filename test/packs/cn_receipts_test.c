/* Receipts of the China pack: figures of every output replay bit for bit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "core/receipt/receipt.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"

#include "base/hexfloat.h"

#include <stdio.h>

/* A total over a whole inventory has thousands of lines: a few such receipts are enough of each output,
 * and a nation's is that of its provinces, thirty times over. */
enum { OF_EACH_OUTPUT = 12, LINES_OF_EACH = 30000, FACTS_MOST = 10000 };

typedef struct sampler {
    const heng_program *program;
    const heng_evaluation *evaluation;
    size_t points, figures, lines, lines_before, every, too_large;
} sampler;

static void check_figure(sampler *s, const heng_point *point, const heng_value *value)
{
    heng_arena arena;
    heng_receipt receipt;
    heng_receipt_head head = {.pack = HENG_STR("cn"), .as_of = HENG_STR("now")};
    heng_error err = {0};
    heng_text text;
    heng_verdict verdict;
    heng_arena_init(&arena, (size_t)1 << 30);
    heng_text_init(&text, &arena, (size_t)1 << 28);
    if (heng_receipt_of(s->program, s->evaluation, point, &head, NULL, &arena, &receipt, &err) ||
        heng_receipt_write(&receipt, NULL, &text, &err) ||
        heng_receipt_verify(heng_text_view(&text), &arena, &verdict, &err))
        fail_msg("%s", err.message);
    if (!verdict.verified)
        fail_msg("%.*s: line %zu: %.*s", HENG_PRINT(receipt.lines[receipt.count - 1].fields[1]),
                 verdict.line, HENG_PRINT(verdict.what));
    bool known = value->state == HENG_STATE_KNOWN;
    assert_int_equal(verdict.result.state & HENG_OUTCOME_STATE, value->state);
    if (known) assert_true(heng_double_same(verdict.result.value, value->number));
    assert_true(verdict.result.have == value->have && verdict.result.want == value->want);
    assert_int_equal(verdict.result.evidence, value->evidence);
    s->figures++;
    s->lines += verdict.line_count;
    heng_arena_deinit(&arena);
}

static bool count(void *context, const heng_point *point, const heng_value *value)
{
    sampler *s = context;
    (void)point;
    (void)value;
    s->points++;
    return true;
}

static bool sample(void *context, const heng_point *point, const heng_value *value)
{
    sampler *s = context;
    if (s->points++ % s->every != s->every / 2) return true;
    if (value->want > FACTS_MOST)
        s->too_large++;
    else
        check_figure(s, point, value);
    return s->lines - s->lines_before < LINES_OF_EACH;
}

static void figures_of_every_output(void **state)
{
    (void)state;
    pack_fixture fixture;
    pack_open(&fixture);
    const heng_program *program;
    const heng_evaluation *evaluation = pack_evaluate(&fixture, &program);
    sampler s = {.program = program, .evaluation = evaluation};
    for (size_t q = 0; q < heng_program_quantity_count(program); q++) {
        heng_quantity_info info;
        heng_program_quantity(program, q, &info);
        if (info.kind != HENG_QUANTITY_OUTPUT) continue;
        s.points = 0;
        heng_evaluation_each(evaluation, q, count, &s);
        s.every = s.points / OF_EACH_OUTPUT + 1;
        s.points = 0;
        s.lines_before = s.lines;
        heng_evaluation_each(evaluation, q, sample, &s);
    }
    printf("# %zu figures, %zu lines; %zu of more than %d facts left out\n", s.figures, s.lines,
           s.too_large, FACTS_MOST);
    assert_true(s.figures > 200);
    pack_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(figures_of_every_output)};
    return cmocka_run_group_tests_name("packs/cn_receipts", tests, NULL, NULL);
}
