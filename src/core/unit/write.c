/* core/unit/write.c: the canonical text of a unit, in base units.
 *
 * The text parses back to the same unit but for its number in front. A substance is written behind what
 * carries it: kg CO2, m3 CH4; where the unit holds neither mass nor volume for it, kg is taken from
 * both sides: kg CO2/kg.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void heng_unit__add(heng_unit__line *line, const char *format, ...)
{
    va_list arguments;
    size_t room = HENG_UNIT__LINE - line->length;
    va_start(arguments, format);
    int length = vsnprintf(line->bytes + line->length, room, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    line->full |= (size_t)length >= room;
    line->length += line->full ? strlen(line->bytes + line->length) : (size_t)length;
}

heng_status heng_unit__line_out(const heng_unit__line *line, heng_arena *arena, heng_str *out,
                                heng_error *err)
{
    if (line->full)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a unit of more than %d characters",
                         HENG_UNIT__LINE);
    heng_str copy = heng_str_copy(arena, (heng_str){line->bytes, line->length});
    if (!copy.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the text of a unit");
    *out = copy;
    return HENG_OK;
}

/* The sign before the next piece of a product. */
static const char *joint(const heng_unit__line *line, int side)
{
    if (side < 0) return "/";
    return line->length == 0 || line->bytes[line->length - 1] == ' ' ? "" : "*";
}

static void write_factors(const heng_unit_system *system, const heng_unit *unit, int side,
                          heng_unit__line *line)
{
    for (size_t i = 0; i < unit->factor_count; i++) {
        int power = side * unit->factors[i].power;
        if (power < 0) continue;
        heng_str name = heng_unit__base_name(system, unit->factors[i].base);
        heng_unit__add(line, "%s%.*s", joint(line, side), HENG_UNIT__PRINT(name));
        if (power > 1) heng_unit__add(line, "^%d", power);
    }
}

typedef struct carrier {
    const char *text;
    heng_unit_factor factors[HENG_UNIT__SYMBOL_FACTORS];
} carrier;

/* What a substance is measured by on this side of `rest`; kg when nothing is there. */
static const carrier *carrier_in(const heng_unit *rest, int side, bool *present)
{
    static const carrier rows[] = {
        {"kg", {{HENG_UNIT__KG, 1}}}, {"Nm3", {{HENG_UNIT__NM3, 1}}}, {"m3", {{HENG_UNIT__M, 3}}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_unit_factor factor = rows[i].factors[0];
        *present = side * heng_unit__power_of(rest, factor.base) >= factor.power;
        if (*present) return &rows[i];
    }
    return &rows[0];
}

/* Writes one power of the substance with its carrier and takes both out of `rest`. False where an
 * added base stands alone, or where the rest would hold more bases than a unit can. */
static bool write_substance(const heng_unit_system *system, uint16_t base, heng_unit *rest,
                            int side, heng_unit__line *line)
{
    bool present;
    const carrier *with = carrier_in(rest, side, &present);
    if (!present && heng_unit__base_kind(system, base) == HENG_UNIT__ADDED) return false;
    heng_unit pair = heng_unit__of_factors((heng_ratio){1, 1}, with->factors);
    heng_unit substance = heng_unit_of_base(base);
    heng_error err;
    heng_status status = heng_unit_multiply(&pair, &substance, &pair, &err);
    assert(status == HENG_OK);
    status = side > 0 ? heng_unit_divide(rest, &pair, rest, &err)
                      : heng_unit_multiply(rest, &pair, rest, &err);
    if (status) return false;
    heng_str name = heng_unit__base_name(system, base);
    heng_unit__add(line, "%s%s %.*s", joint(line, side), with->text, HENG_UNIT__PRINT(name));
    return true;
}

static void write_substances(const heng_unit_system *system, heng_unit *rest, int side,
                             heng_unit__line *line)
{
    heng_unit whole = *rest;
    for (size_t i = 0; i < whole.factor_count; i++) {
        uint16_t base = whole.factors[i].base;
        if (!heng_unit__is_substance(heng_unit__base_kind(system, base))) continue;
        for (int n = side * whole.factors[i].power; n > 0; n--)
            if (!write_substance(system, base, rest, side, line)) break;
    }
}

void heng_unit__write_bases(const heng_unit_system *system, const heng_unit *unit,
                            heng_unit__line *line)
{
    size_t start = line->length;
    heng_unit rest = *unit;
    rest.scale = (heng_ratio){1, 1};
    heng_unit__line below = {.length = 0};
    write_substances(system, &rest, 1, line);
    write_substances(system, &rest, -1, &below);
    write_factors(system, &rest, 1, line);
    if (line->length == start) heng_unit__add(line, "1");
    heng_unit__add(line, "%s", below.bytes);
    write_factors(system, &rest, -1, line);
}

/* As a decimal where that is exact, otherwise as a fraction: 1000, 0.001, 2000/3. */
static void write_ratio(heng_ratio ratio, heng_unit__line *line)
{
    int64_t rest = ratio.denominator;
    int twos = 0, fives = 0;
    for (; rest % 2 == 0; rest /= 2) twos++;
    for (; rest % 5 == 0; rest /= 5) fives++;
    int decimals = twos > fives ? twos : fives;
    heng_unit__add(line, "%" PRId64,
                   rest == 1 ? ratio.numerator / ratio.denominator : ratio.numerator);
    if (rest != 1) heng_unit__add(line, "/%" PRId64, ratio.denominator);
    if (rest != 1 || decimals == 0) return;
    heng_unit__add(line, ".");
    unsigned __int128 remainder = (uint64_t)(ratio.numerator % ratio.denominator);
    for (int i = 0; i < decimals; i++) {
        remainder *= 10;
        heng_unit__add(line, "%d", (int)(remainder / (uint64_t)ratio.denominator));
        remainder %= (uint64_t)ratio.denominator;
    }
}

heng_status heng_unit_write(const heng_unit_system *system, const heng_unit *unit,
                            heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_unit__line line = {.length = 0};
    bool one = unit->scale.numerator == unit->scale.denominator;
    bool number = heng_unit_is_number(unit);
    if (!one || number) write_ratio(unit->scale, &line);
    if (!one && !number) heng_unit__add(&line, " ");
    if (!number) heng_unit__write_bases(system, unit, &line);
    return heng_unit__line_out(&line, arena, out, err);
}
