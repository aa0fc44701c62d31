/* Lines of a derivation reckoned one by one: what each gives, worked out by hand from the table of lines
 * (core/rule/replay_op.h), and what a line is refused for. A receipt comes from elsewhere, so its lines
 * may say anything.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/replay.h"
#include "test/check.h"

#include <math.h>

/* Earlier lines, by number. */
enum { SIX = 1, FOUR, UNKNOWN, ELSEWHERE, NOT_IN_FORCE, NO, SURPLUS, PART, HALF, BEFORE_COUNT };

static heng_outcome before[BEFORE_COUNT];

static int lay_out(void **state)
{
    (void)state;
    static const heng_outcome known = {
        .have = 1, .want = 1, .quality = {1, 1, 1}, .state = HENG_STATE_KNOWN};
    for (int i = 0; i < BEFORE_COUNT; i++) before[i] = known;
    before[SIX - 1].value = 6;
    before[FOUR - 1].value = 4;
    before[NO - 1].value = 0;
    before[HALF - 1].value = 0.5;
    before[SURPLUS - 1].value = INFINITY;
    before[UNKNOWN - 1] = (heng_outcome){.want = 1};
    before[ELSEWHERE - 1] = (heng_outcome){.value = 5, .want = 1, .state = HENG_OUTCOME_ELSEWHERE};
    before[NOT_IN_FORCE - 1] = (heng_outcome){.state = HENG_STATE_NOT_IN_FORCE};
    before[PART - 1] = (heng_outcome){.value = 3, .have = 1, .want = 2, .state = HENG_OUTCOME_PART};
    return 0;
}

/* One line; fields are parted by |. */
static heng_status replay(const char *op, const char *fields, const uint32_t *inputs,
                          uint32_t count, double said, heng_outcome *out, heng_error *err)
{
    heng_arena arena;
    heng_replayer *replayer;
    heng_str texts[HENG_REPLAY_FIELDS_MAX], rest = heng_str_from(fields);
    heng_line line = {.input_count = count, .inputs = inputs, .fields = texts};
    heng_arena_init(&arena, (size_t)1 << 20);
    if (!heng_replay_find(heng_str_from(op), &line.op)) fail_msg("no line %s", op);
    while (fields[0] && heng_str_cut(&rest, '|', &texts[line.field_count])) line.field_count++;
    line.result = (heng_outcome){.value = said, .state = HENG_STATE_KNOWN};
    assert_int_equal(heng_replayer_open(&arena, &replayer, err), HENG_OK);
    heng_status status = heng_replay(replayer, &line, before, out, err);
    size_t near;
    assert_true(heng_replayer_library_lines(replayer, &near) <= 1 && near <= 1);
    heng_arena_deinit(&arena);
    return status;
}

#define FACT(type, notation, number, over, under, quality, evidence)                               \
    "f|t|" type "|" notation "|" number "|" over "|" under "|" quality "|" evidence                \
    "|text|t|source|r|note|salt"
#define CELL(notation, number, evidence)                                                           \
    "table|m|k|from|to|t|" notation "|" number "|" evidence "|t|t|s|r|f|1|x|salt"
#define RULE(evidence) "f|t|formula|file|1|source|" evidence "|from|to"

static const struct {
    const char *op, *fields;
    uint32_t inputs[4], count;
    const char *message;
} refused[] = {
    {"add", "", {SIX}, 1, "1 inputs"},
    {"add", "", {SIX, SIX, SIX}, 3, "3 inputs"},
    {"add", "more", {SIX, SIX}, 2, "1 fields, not 0"},
    {"add", "", {SIX, 0}, 2, "an input that it needs is left out"},
    {"read", "", {0}, 1, "an input that it needs is left out"},
    {"fact",
     FACT("colour", "NE", "", "1", "1", "measured", "seen"),
     {0},
     0,
     "type cannot be \"colour\""},
    {"fact",
     FACT("number", "XX", "", "1", "1", "measured", "seen"),
     {0},
     0,
     "notation cannot be \"XX\""},
    {"fact",
     FACT("number", "IE", "many", "1", "1", "measured", "seen"),
     {0},
     0,
     "number cannot be \"many\""},
    {"fact",
     FACT("number", "NE", "", "0", "1", "measured", "seen"),
     {0},
     0,
     "numerator cannot be \"0\""},
    {"fact",
     FACT("number", "NE", "", "x", "1", "measured", "seen"),
     {0},
     0,
     "numerator cannot be \"x\""},
    {"fact",
     FACT("number", "NE", "", "1", "0", "measured", "seen"),
     {0},
     0,
     "denominator cannot be \"0\""},
    {"fact",
     FACT("number", "NE", "", "1", "x", "measured", "seen"),
     {0},
     0,
     "denominator cannot be \"x\""},
    {"fact",
     FACT("number", "NE", "", "1", "1", "guessed", "seen"),
     {0},
     0,
     "quality cannot be \"guessed\""},
    {"fact",
     FACT("number", "NE", "", "1", "1", "measured", "dreamt"),
     {0},
     0,
     "evidence cannot be \"dreamt\""},
    {"absent", "f|lost|seen|salt", {0}, 0, "why cannot be \"lost\""},
    {"absent", "f|return|dreamt|salt", {0}, 0, "evidence cannot be \"dreamt\""},
    {"cell", CELL("XX", "1", "seen"), {0}, 0, "notation cannot be \"XX\""},
    {"cell", CELL("NE", "many", "seen"), {0}, 0, "number cannot be \"many\""},
    {"cell", CELL("NE", "1", "dreamt"), {0}, 0, "evidence cannot be \"dreamt\""},
    {"number", "text|6", {0}, 0, "number cannot be \"6\""},
    {"rule", RULE("dreamt"), {SIX}, 1, "evidence cannot be \"dreamt\""},
    {"given", "f|t|0|1", {SIX}, 1, "numerator cannot be \"0\""},
    {"between", "0|0x1p+0", {SIX, FOUR, HALF}, 3, "low cannot be \"0\""},
    {"between", "0x1p+0|0", {SIX, FOUR, HALF}, 3, "high cannot be \"0\""},
    {"included", "", {SIX}, 1, "what it includes is not elsewhere"},
    {"convert", "2|0x1p+0", {SIX}, 1, "times cannot be \"2\""},
    {"convert", "0x1p+0|2", {SIX}, 1, "over cannot be \"2\""},
    {"round", "4", {SIX, FOUR}, 2, "policy cannot be \"4\""},
    {"round", "-1", {SIX, FOUR}, 2, "policy cannot be \"-1\""},
    {"round", "up", {SIX, FOUR}, 2, "policy cannot be \"up\""},
    {"compare", "6|0x1p+0", {SIX, FOUR}, 2, "how cannot be \"6\""},
    {"compare", "5|1", {SIX, FOUR}, 2, "tolerance cannot be \"1\""},
    {"same_word", "2", {SIX, FOUR}, 2, "differ cannot be \"2\""},
    {"choose", "", {0, SIX, FOUR}, 3, "an input that it needs is left out"},
    {"choose", "", {SIX, 0, FOUR}, 3, "an input that it needs is left out"},
    {"choose", "", {NO, SIX, 0}, 3, "an input that it needs is left out"},
    {"else", "", {0, SIX}, 2, "an input that it needs is left out"},
    {"else", "", {UNKNOWN, 0}, 2, "an input that it needs is left out"},
    {"sum_of", "2|0|0", {SIX}, 1, "where cannot be \"2\""},
    {"sum_of", "0|2|0", {SIX}, 1, "weight cannot be \"2\""},
    {"sum_of", "0|0|2", {SIX}, 1, "limit cannot be \"2\""},
    {"sum_of", "0|0|1", {SIX}, 1, "1 inputs do not make whole members"},
    {"quantile", "0|0|0", {SIX}, 1, "1 inputs do not make whole members"},
    {"quantile", "0|0|1", {0}, 0, "0 inputs do not make whole members"},
    {"quantile", "0|0|1", {SIX, 0}, 2, "an input that it needs is left out"},
    {"sum_of", "1|0|0", {SIX}, 1, "1 inputs do not make whole members"},
    {"sum_of", "0|0|0", {0}, 1, "an input that it needs is left out"},
    {"sum_of", "1|0|0", {SIX, 0}, 2, "an input that it needs is left out"},
    {"sum_of", "1|0|0", {0, SIX}, 2, "an input that it needs is left out"},
    {"sum_of", "1|0|0", {0, UNKNOWN}, 2, "an input that it needs is left out"},
    {"mean_of", "0|1|0", {SIX, 0}, 2, "an input that it needs is left out"},
};

static void lines_that_cannot_be_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        heng_outcome out;
        heng_error err = {0};
        heng_status status = replay(refused[i].op, refused[i].fields, refused[i].inputs,
                                    refused[i].count, 0, &out, &err);
        if (status != HENG_INVALID) fail_msg("row %zu, %s: %d", i, refused[i].op, (int)status);
        assert_string_equal(err.message, refused[i].message);
    }
}

enum { U = HENG_STATE_UNKNOWN, K = HENG_STATE_KNOWN, N = HENG_STATE_NOT_IN_FORCE };
static const struct {
    const char *op, *fields;
    uint32_t inputs[4], count;
    uint8_t result;
    double value;
} given[] = {
    {"fact", FACT("number", "NO", "", "1", "1", "measured", "seen"), {0}, 0, K, 0},
    {"fact", FACT("word", "NO", "", "1", "1", "measured", "seen"), {0}, 0, U, 0},
    {"fact", FACT("yes_no", "NA", "", "1", "1", "measured", "seen"), {0}, 0, K, 0},
    {"fact", FACT("number", "NE", "", "1", "1", "measured", "seen"), {0}, 0, U, 0},
    {"fact", FACT("number", "IE", "", "1", "1", "measured", "seen"), {0}, 0, U, 0},
    {"fact",
     FACT("number", "IE", "7", "1", "1", "measured", "seen"),
     {0},
     0,
     U | HENG_OUTCOME_ELSEWHERE,
     7},
    {"absent", "f|outside|seen|salt", {0}, 0, U, 0},
    {"absent", "f|cell|seen|salt", {0}, 0, U, 0},
    {"absent", "f|fact|seen|salt", {0}, 0, U, 0},
    {"absent", "f|member|seen|salt", {0}, 0, U, 0},
    {"absent", "f|return|seen|salt", {0}, 0, K, 0},
    {"cell", CELL("NE", "0", "seen"), {0}, 0, U, 0},
    {"cell", CELL("NO", "0", "seen"), {0}, 0, K, 0},
    {"cell", CELL("NA", "0", "seen"), {0}, 0, K, 0},
    {"missing", "text|0x0p+0", {0}, 0, U, 0},
    {"number", "text|0x1.8p+2", {0}, 0, K, 6},
    {"rule", RULE("seen"), {0}, 0, N, 0},
    {"rule", RULE("seen"), {SIX}, 1, K, 6},
    {"rule", RULE("seen"), {UNKNOWN}, 1, U, 0},
    {"rule", RULE("seen"), {SURPLUS}, 1, U, 0},
    {"given", "f|t|1|2", {SIX}, 1, K, 3},
    {"given", "f|t|2|1", {PART}, 1, U | HENG_OUTCOME_PART, 6},
    {"given", "f|t|2|1", {UNKNOWN}, 1, U, 0},
    {"stands", "f|t", {SIX}, 1, K, 6},
    {"stands", "f|t", {SIX, FOUR}, 2, K, 4},
    {"stands", "f|t", {SIX, FOUR, FOUR}, 3, K, 4},
    {"stands", "f|t", {SIX, FOUR, SIX}, 3, U, 0},
    {"stands", "f|t", {SIX, FOUR, UNKNOWN}, 3, U, 0},
    {"read", "", {NOT_IN_FORCE}, 1, U, 0},
    {"read", "", {SIX}, 1, K, 6},
    {"keyed", "", {SIX, FOUR}, 2, K, 6},
    {"keyed", "", {SIX, UNKNOWN}, 2, K, 6},
    {"between", "0x0p+0|0x1p+0", {FOUR, SIX, HALF}, 3, K, 5},
    {"between", "0x0p+0|0x1p+0", {FOUR, UNKNOWN, HALF}, 3, U, 0},
    {"included", "", {ELSEWHERE}, 1, K, 0},
    {"convert", "0x1p+1|0x1p+2", {SIX}, 1, K, 3},
    {"divide", "", {SIX, NO}, 2, U, 0},
    {"choose", "", {SIX, FOUR, 0}, 3, K, 4},
    {"choose", "", {NO, 0, FOUR}, 3, K, 4},
    {"choose", "", {UNKNOWN, 0, 0}, 3, U, 0},
    {"else", "", {SIX, 0}, 2, K, 6},
    {"else", "", {UNKNOWN, FOUR}, 2, K, 4},
    {"guard", "", {SIX, NO}, 2, N, 0},
    {"round", "0", {SIX, FOUR}, 2, K, 8},
    {"round", "3", {SIX, FOUR}, 2, K, 4},
    {"compare", "4|0x0p+0", {SIX, FOUR}, 2, K, 1},
    {"same_word", "1", {SIX, SIX}, 2, K, 0},
    {"sum_of", "0|0|0", {SIX, FOUR}, 2, K, 10},
    {"sum_of", "1|0|0", {SIX, FOUR, 0, NO}, 4, K, 6},
    {"mean_of", "0|1|0", {SIX, FOUR, FOUR, SIX}, 4, K, 4.8},
    {"product_of", "0|0|0", {SIX, FOUR}, 2, K, 24},
    {"min_of", "0|0|0", {SIX, FOUR}, 2, K, 4},
    {"max_of", "0|0|0", {SIX, FOUR}, 2, K, 6},
    {"quantile", "0|0|1", {SIX, FOUR, HALF}, 3, K, 4},
    {"any_of", "0|0|0", {NO, SIX}, 2, K, 1},
    {"all_of", "0|0|0", {NO, SIX}, 2, K, 0},
    {"first_of", "0|0|0", {UNKNOWN, SIX}, 2, K, 6},
    {"last_of", "0|0|0", {SIX, FOUR}, 2, K, 4},
};

static void lines_give_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        heng_outcome out;
        heng_error err = {0};
        if (replay(given[i].op, given[i].fields, given[i].inputs, given[i].count, 0, &out, &err))
            fail_msg("row %zu, %s: %s", i, given[i].op, err.message);
        bool value = out.state != HENG_STATE_KNOWN || fabs(out.value - given[i].value) < 1e-12;
        if (out.state != given[i].result || !value)
            fail_msg("row %zu, %s: state %d, %.17g", i, given[i].op, out.state, out.value);
        if (out.state & (HENG_OUTCOME_PART | HENG_OUTCOME_ELSEWHERE))
            assert_true(out.value == given[i].value);
    }
}

/* Only what a C library may round otherwise is taken from the line: the neighbour of what is reckoned. */
static void one_unit_in_the_last_place_is_taken(void **state)
{
    (void)state;
    uint32_t inputs[] = {SIX, FOUR};
    heng_outcome out;
    heng_error err = {0};
    double exact = 1296; /* 6^4 */
    assert_int_equal(replay("power", "", inputs, 2, exact, &out, &err), HENG_OK);
    assert_true(out.value == exact);
    double near = nextafter(exact, INFINITY);
    assert_int_equal(replay("power", "", inputs, 2, near, &out, &err), HENG_OK);
    assert_true(out.value == near);
    assert_int_equal(replay("power", "", inputs, 2, nextafter(near, INFINITY), &out, &err),
                     HENG_OK);
    assert_true(out.value == exact);
    inputs[0] = UNKNOWN;
    assert_int_equal(replay("power", "", inputs, 2, near, &out, &err), HENG_OK);
    assert_int_equal(out.state, HENG_STATE_UNKNOWN);
}

static void outcomes_differ_in_any_part(void **state)
{
    (void)state;
    for (int part = 0; part < 8; part++) {
        heng_outcome a = before[SIX - 1], b = a;
        assert_true(heng_outcome_same(&a, &b));
        if (part == 0) b.state = HENG_STATE_UNKNOWN;
        if (part == 1) b.evidence++;
        if (part == 2) b.value = 7;
        if (part == 3) b.have = 0;
        if (part == 4) b.want = 2;
        if (part > 4) b.quality[part - 5] = 0;
        assert_false(heng_outcome_same(&a, &b));
    }
    heng_replay_op op;
    assert_false(heng_replay_find(HENG_STR("guess"), &op));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_cannot_be_are_refused),
        cmocka_unit_test(lines_give_what_the_table_says),
        cmocka_unit_test(one_unit_in_the_last_place_is_taken),
        cmocka_unit_test(outcomes_differ_in_any_part),
    };
    return cmocka_run_group_tests_name("core/rule/replay", tests, lay_out, NULL);
}
