/* core/unit/parse.c: text to unit.
 *
 *   unit  = group {("*"|"/") group}
 *   group = ["10^" digits] word ["^" ["-"] digits] [substance]  |  "(" unit ")" ["^" ["-"] digits]
 *
 * Evaluated from the left: kg/t*d is (kg/t)*d. Parentheses do not occur in rules; imported tables write
 * kgce/(kW·h). A parenthesis directly behind a word belongs to the word: unit(fuel).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include "base/limits.h"

#include <assert.h>

/* Parentheses inside each other; no printed unit has more than two. */
enum { DEPTH_MAX = 8, TEN_EXPONENT_MAX = 18, SHOWN_BYTES = 48 };

typedef struct parser {
    heng_unit_system *system;
    heng_str text;
    size_t at;
    int depth;
    heng_error *err;
} parser;

/* The bytes of a mark of the grammar, in ASCII or full width; 0 if another character is here. */
static size_t mark_here(const parser *p, size_t at, char mark, const char *wide)
{
    if (at < p->text.length && p->text.at[at] == mark) return 1;
    heng_str rest = heng_str_slice(p->text, at, p->text.length);
    return heng_str_starts(rest, heng_str_from(wide)) ? strlen(wide) : 0;
}

static size_t slash_here(const parser *p, size_t at)
{
    return mark_here(p, at, '/', "／");
}

static size_t opening_here(const parser *p, size_t at)
{
    return mark_here(p, at, '(', "（");
}

static size_t closing_here(const parser *p, size_t at)
{
    return mark_here(p, at, ')', "）");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(parser *p)
{
    while (p->at < p->text.length && is_blank(p->text.at[p->at])) p->at++;
}

/* For messages: the beginning of a word, cut between characters. */
static heng_str shown(heng_str word)
{
    if (word.length > SHOWN_BYTES) word.length = SHOWN_BYTES;
    word.length = heng_utf8_valid(word);
    return word;
}

/* Reads up to a blank or operator; empty at the end of a group. */
static heng_str read_word(parser *p)
{
    skip_blanks(p);
    size_t start = p->at;
    bool inside = false, closed = false; /* the one parenthesis of unit(fuel) */
    for (; p->at < p->text.length; p->at++) {
        char c = p->text.at[p->at];
        if (is_blank(c) || c == '*' || slash_here(p, p->at)) break;
        if (c == '(' && p->at > start && !inside && !closed) {
            inside = true;
        } else if (c == ')' && inside) {
            inside = false;
            closed = true;
        } else if (opening_here(p, p->at) || closing_here(p, p->at)) {
            break;
        }
    }
    return heng_str_slice(p->text, start, p->at);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At most two digits are needed; more say "too large" by returning 100. */
static size_t read_digits(heng_str text, int *out)
{
    size_t count = 0;
    int value = 0;
    for (; count < text.length && is_digit(text.at[count]); count++)
        value = value > 9 ? 100 : value * 10 + (text.at[count] - '0');
    *out = value;
    return count;
}

/* Takes "10^n" off the front of the word. */
static heng_status take_multiple(parser *p, heng_str *word, heng_unit *multiple)
{
    *multiple = heng_unit_one();
    if (!heng_str_starts(*word, HENG_STR("10^"))) return HENG_OK;
    size_t start = p->at - word->length;
    int exponent;
    size_t digits = read_digits(heng_str_slice(*word, 3, word->length), &exponent);
    if (digits == 0)
        return heng_fail(p->err, HENG_INVALID, start, "10^ needs digits behind it, such as 10^4 t");
    if (exponent > TEN_EXPONENT_MAX)
        return heng_fail(p->err, HENG_TOO_LARGE, start, "10^%d is the largest multiple of a unit",
                         TEN_EXPONENT_MAX);
    *multiple = heng_unit__ten_to(exponent);
    *word = heng_str_slice(*word, 3 + digits, word->length);
    if (word->length == 0) *word = read_word(p);
    if (word->length == 0)
        return heng_fail(p->err, HENG_INVALID, start,
                         "a multiple alone is not a unit. Remedy: name the unit behind it, such as "
                         "10^4 t, or 10^4 1 for a plain number");
    return HENG_OK;
}

/* The text behind ^. */
static heng_status read_power(parser *p, heng_str text, size_t where, int *power)
{
    size_t sign = heng_str_starts(text, HENG_STR("-"));
    heng_str digits = heng_str_slice(text, sign, text.length);
    size_t count = read_digits(digits, power);
    if (count == 0 || count != digits.length || *power == 0)
        return heng_fail(p->err, HENG_INVALID, where,
                         "a power is written ^ and a whole number that is not 0, such as m^2");
    if (sign) *power = -*power;
    return HENG_OK;
}

static heng_status raise(parser *p, heng_unit *unit, int power, size_t where)
{
    heng_status status = heng_unit_power(unit, power, unit, p->err);
    if (status) p->err->where = where;
    return status;
}

static heng_status unknown_word(parser *p, heng_str word, size_t where)
{
    uint16_t base;
    heng_str part = shown(word);
    if (word.length == 0) return heng_fail(p->err, HENG_INVALID, where, "a unit is missing here");
    if (heng_unit__substance_find(p->system, word, &base))
        return heng_fail(p->err, HENG_INVALID, where,
                         "%.*s is a substance, not a unit. Remedy: say how it is measured, such as "
                         "t %.*s",
                         HENG_UNIT__PRINT(part), HENG_UNIT__PRINT(part));
    if (is_digit(word.at[0]))
        return heng_fail(p->err, HENG_INVALID, where,
                         "\"%.*s\" is a number inside a unit. Remedy: write powers of ten as 10^n, "
                         "such as 10^2 km; other numbers belong to the formula",
                         HENG_UNIT__PRINT(part));
    if (heng_unit__starts_with_money(word))
        return heng_fail(
            p->err, HENG_INVALID, where,
            "\"%.*s\" is not a known unit. Remedy: money names the year of its prices, "
            "%d to %d, such as CNY_2015; CNY alone is money of the day",
            HENG_UNIT__PRINT(part), HENG_YEAR_MIN, HENG_YEAR_MAX);
    heng_str nearest = heng_unit__nearest(p->system, word, false);
    if (nearest.length)
        return heng_fail(p->err, HENG_INVALID, where,
                         "\"%.*s\" is not a known unit. Did you mean %.*s?", HENG_UNIT__PRINT(part),
                         HENG_UNIT__PRINT(nearest));
    return heng_fail(p->err, HENG_INVALID, where,
                     "\"%.*s\" is not a known unit. Remedy: see doc/manual/units.md, or add it to "
                     "the rules as a list of its own",
                     HENG_UNIT__PRINT(part));
}

static heng_status resolve(parser *p, heng_str word, size_t where, heng_unit *out)
{
    uint16_t base;
    heng_status status = HENG_OK;
    if (heng_unit__word_find(word, out)) return HENG_OK;
    if (heng_unit__is_money_of_year(word)) {
        status = heng_unit__base_intern(p->system, word, HENG_UNIT__MONEY, &base, p->err);
        if (!status) *out = heng_unit_of_base(base);
        return status;
    }
    if (heng_unit__base_find(p->system, word, &base) &&
        heng_unit__base_kind(p->system, base) >= HENG_UNIT__ADDED) {
        *out = heng_unit_of_base(base);
        return HENG_OK;
    }
    return unknown_word(p, word, where);
}

static heng_status take_substance(parser *p, heng_unit *unit)
{
    heng_str word = read_word(p);
    if (word.length == 0) return HENG_OK;
    size_t where = p->at - word.length;
    heng_str part = shown(word);
    uint16_t base;
    if (!heng_unit__substance_find(p->system, word, &base)) {
        heng_str nearest = heng_unit__nearest(p->system, word, true);
        heng_unit known;
        if (heng_unit__word_find(word, &known))
            return heng_fail(p->err, HENG_INVALID, where,
                             "\"%.*s\" follows another unit. Remedy: put * or / between them",
                             HENG_UNIT__PRINT(part));
        return heng_fail(p->err, HENG_INVALID, where,
                         "\"%.*s\" is not a known substance.%s%.*s%s Remedy: a rule file adds one "
                         "by a list of substances",
                         HENG_UNIT__PRINT(part), nearest.length ? " Did you mean " : "",
                         HENG_UNIT__PRINT(nearest), nearest.length ? "?" : "");
    }
    if (!heng_unit__is_mass(unit) && !heng_unit__is_volume(unit))
        return heng_fail(p->err, HENG_INVALID, where,
                         "a substance stands behind a mass or a volume only, such as t %.*s",
                         HENG_UNIT__PRINT(part));
    heng_unit substance = heng_unit_of_base(base);
    heng_status status = heng_unit_multiply(unit, &substance, unit, p->err);
    assert(status == HENG_OK);
    return status;
}

static heng_status parse_word_group(parser *p, heng_unit *out)
{
    heng_unit multiple;
    heng_str word = read_word(p);
    heng_status status = take_multiple(p, &word, &multiple);
    if (status) return status;
    size_t where = p->at - word.length;
    size_t caret = heng_str_find(word, HENG_STR("^"), 0);
    heng_str name = heng_str_slice(word, 0, caret == SIZE_MAX ? word.length : caret);
    status = resolve(p, name, where, out);
    if (!status && caret != SIZE_MAX) {
        int power;
        status = read_power(p, heng_str_slice(word, caret + 1, word.length), where + caret, &power);
        if (!status) status = raise(p, out, power, where + caret);
    }
    if (!status) status = take_substance(p, out);
    if (status) return status;
    status = heng_unit_multiply(out, &multiple, out, p->err);
    if (status) p->err->where = where;
    return status;
}

static heng_status parse_unit(parser *p, heng_unit *out);

static heng_status parse_parentheses(parser *p, heng_unit *out)
{
    size_t where = p->at;
    if (p->depth == DEPTH_MAX)
        return heng_fail(p->err, HENG_TOO_LARGE, where,
                         "more than %d parentheses inside each other", DEPTH_MAX);
    p->at += opening_here(p, where);
    p->depth++;
    heng_status status = parse_unit(p, out);
    if (status) return status;
    p->depth--;
    size_t closing = closing_here(p, p->at);
    if (closing == 0)
        return heng_fail(p->err, HENG_INVALID, where, "this parenthesis is not closed");
    p->at += closing;
    where = p->at;
    heng_str word = read_word(p);
    if (word.length == 0) return HENG_OK;
    int power;
    if (word.at[0] != '^')
        return heng_fail(p->err, HENG_INVALID, p->at - word.length,
                         "put * or / behind the parenthesis");
    status = read_power(p, heng_str_slice(word, 1, word.length), where, &power);
    return status ? status : raise(p, out, power, where);
}

static heng_status parse_unit(parser *p, heng_unit *out)
{
    bool divide = false;
    *out = heng_unit_one();
    for (;;) {
        heng_unit group;
        skip_blanks(p);
        size_t where = p->at;
        heng_status status =
            opening_here(p, where) ? parse_parentheses(p, &group) : parse_word_group(p, &group);
        if (status) return status;
        status = divide ? heng_unit_divide(out, &group, out, p->err)
                        : heng_unit_multiply(out, &group, out, p->err);
        if (status) {
            p->err->where = where;
            return status;
        }
        skip_blanks(p);
        size_t slash = slash_here(p, p->at);
        divide = slash != 0;
        if (!divide && !(p->at < p->text.length && p->text.at[p->at] == '*')) return HENG_OK;
        p->at += divide ? slash : 1;
    }
}

heng_status heng_unit_parse(heng_unit_system *system, heng_str text, heng_unit *out,
                            heng_error *err)
{
    assert(system && out && err);
    parser p = {.system = system, .text = text, .err = err};
    heng_unit unit;
    heng_status status = parse_unit(&p, &unit);
    if (status) return status;
    if (p.at != text.length)
        return heng_fail(err, HENG_INVALID, p.at,
                         closing_here(&p, p.at) ? "this parenthesis was never opened"
                                                : "put * or / here, between two units");
    *out = unit;
    return HENG_OK;
}
