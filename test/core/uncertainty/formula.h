/* test/core/uncertainty/formula.h: small formulas as tapes, so that a table of cases can be read by people.
 *
 * Sums, products, quotients, powers, parentheses, names of inputs, numbers, and the functions sum, min, max,
 * exp, ln, round, hold(value, condition, expected), between(low, high, x, from, to), quantile(share, value,
 * weight, ...) and else.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/uncertainty/tape.h"
#include "test/flow/case_table.h"

enum { FORMULA_INPUTS_MAX = 16, FORMULA_ARGUMENTS_MAX = 64 };

typedef struct formula {
    heng_arena *arena;
    heng_tape tape;
    heng_str names[FORMULA_INPUTS_MAX];
    uint32_t nodes[FORMULA_INPUTS_MAX];
    size_t name_count;
    heng_str text;
    size_t at;
} formula;

static inline double formula_number(heng_str text)
{
    double value;
    heng_error err;
    if (heng_number_parse(text, &value, &err)) fail_msg("%.*s: %s", HENG_PRINT(text), err.message);
    return value;
}

static inline uint32_t formula_sum(formula *f);

static inline bool formula_take(formula *f, char c)
{
    while (f->at < f->text.length && f->text.at[f->at] == ' ') f->at++;
    if (f->at == f->text.length || f->text.at[f->at] != c) return false;
    f->at++;
    return true;
}

static inline bool formula_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

static inline double formula_value(const formula *f, uint32_t node)
{
    return node ? f->tape.values[node - 1] : 0;
}

static inline uint32_t formula_call(formula *f, heng_str name)
{
    static const struct {
        const char *name;
        heng_tape_op op;
    } functions[] = {
        {"sum", HENG_TAPE_SUM}, {"min", HENG_TAPE_MIN},      {"max", HENG_TAPE_MAX},
        {"exp", HENG_TAPE_EXP}, {"ln", HENG_TAPE_LN},        {"round", HENG_TAPE_ROUND},
        {"abs", HENG_TAPE_ABS}, {"more", HENG_TAPE_COMPARE}, {"else", HENG_TAPE_ELSE}};
    enum { MORE = 4 };
    uint32_t a[FORMULA_ARGUMENTS_MAX];
    size_t count = 0;
    do a[count++] = formula_sum(f);
    while (count < FORMULA_ARGUMENTS_MAX && formula_take(f, ','));
    assert_true(formula_take(f, ')'));
    if (heng_str_is(name, "hold"))
        return heng_tape_step(&f->tape, HENG_TAPE_HOLD, a, 2, formula_value(f, a[2]), 0);
    if (heng_str_is(name, "between"))
        return heng_tape_step(&f->tape, HENG_TAPE_BETWEEN, a, 3, formula_value(f, a[3]),
                              formula_value(f, a[4]));
    if (heng_str_is(name, "quantile"))
        return heng_tape_step(&f->tape, HENG_TAPE_QUANTILE, a, count, 0, 0);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (heng_str_is(name, functions[i].name))
            return heng_tape_step(&f->tape, functions[i].op, a, count,
                                  functions[i].op == HENG_TAPE_COMPARE ? MORE : 0, 0);
    fail_msg("no function %.*s", HENG_PRINT(name));
    return 0;
}

static inline uint32_t formula_primary(formula *f)
{
    if (formula_take(f, '(')) {
        uint32_t inner = formula_sum(f);
        assert_true(formula_take(f, ')'));
        return inner;
    }
    if (formula_take(f, '-')) {
        uint32_t inner = formula_primary(f);
        return heng_tape_step(&f->tape, HENG_TAPE_NEGATE, &inner, 1, 0, 0);
    }
    size_t from = f->at;
    while (f->at < f->text.length && formula_letter(f->text.at[f->at])) f->at++;
    heng_str word = heng_str_slice(f->text, from, f->at);
    assert_true(word.length > 0);
    if (formula_take(f, '(')) return formula_call(f, word);
    for (size_t i = 0; i < f->name_count; i++)
        if (heng_str_equal(f->names[i], word)) return f->nodes[i];
    return heng_tape_constant(&f->tape, formula_number(word));
}

static inline uint32_t formula_binary(formula *f, int level)
{
    static const char signs[3][2] = {{'+', '-'}, {'*', '/'}, {'^', '^'}};
    static const heng_tape_op ops[3][2] = {{HENG_TAPE_ADD, HENG_TAPE_SUBTRACT},
                                           {HENG_TAPE_MULTIPLY, HENG_TAPE_DIVIDE},
                                           {HENG_TAPE_POWER, HENG_TAPE_POWER}};
    if (level == 3) return formula_primary(f);
    uint32_t pair[2] = {formula_binary(f, level + 1), 0};
    for (;;) {
        int which = formula_take(f, signs[level][0]) ? 0 : formula_take(f, signs[level][1]) ? 1 : 2;
        if (which == 2) return pair[0];
        pair[1] = formula_binary(f, level + 1);
        pair[0] = heng_tape_step(&f->tape, ops[level][which], pair, 2, 0, 0);
    }
}

static inline uint32_t formula_sum(formula *f)
{
    return formula_binary(f, 0);
}

/* "ad = 1000 ±5 % with g" */
static inline void formula_input(formula *f, heng_str text)
{
    heng_str name, rest = text, value_text;
    heng_tape_input input = {.line = f->name_count};
    heng_spread spread;
    heng_error err;
    heng_str_cut(&rest, '=', &name);
    rest = heng_str_trim(rest);
    heng_str_cut(&rest, ' ', &value_text);
    double value = formula_number(value_text);
    name = heng_str_trim(name);
    if (rest.length) {
        if (heng_spread_parse(rest, &spread, &err) ||
            heng_spread_at(&spread, value, &input.distribution, &err))
            fail_msg("%.*s: %s", HENG_PRINT(rest), err.message);
        input.stated = true;
        input.stream = heng_tape_stream(name);
        if (spread.group.length) input.group = heng_tape_stream(spread.group);
        input.correlation = spread.correlation;
    }
    assert_true(f->name_count < FORMULA_INPUTS_MAX);
    f->names[f->name_count] = name;
    f->nodes[f->name_count++] = heng_tape_input_add(&f->tape, value, &input);
}

/* The node of the figure; 0 when memory ran out. */
static inline uint32_t formula_read(formula *f, heng_arena *arena, heng_str inputs, heng_str text)
{
    heng_str rest = inputs, input;
    *f = (formula){.arena = arena, .text = text};
    heng_tape_init(&f->tape, arena);
    while (heng_str_cut(&rest, ';', &input)) formula_input(f, heng_str_trim(input));
    uint32_t figure = formula_sum(f);
    assert_int_equal(f->at, text.length);
    return figure;
}
