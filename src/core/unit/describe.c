/* core/unit/describe.c: units in words, for people who are not programmers.
 *
 * A dimension is named by trial: it is a named one (mass, power), a substance by mass or volume, a base
 * of its own, or one of these per unit of another. What fits none of these is written as bases.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void add(heng_unit__line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What does not fit is dropped and `full` set; only units with absurd powers come so far. */
static void add(heng_unit__line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(line->bytes + line->length, HENG_UNIT__LINE - line->length, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    line->full |= (size_t)length >= HENG_UNIT__LINE - line->length;
    line->length = line->full ? strlen(line->bytes) : line->length + (size_t)length;
}

static heng_unit quotient(const heng_unit *a, const heng_unit *b, bool *fits)
{
    heng_unit left = *a, right = *b, out = heng_unit_one();
    left.scale = right.scale = (heng_ratio){1, 1};
    heng_error err;
    *fits = heng_unit_divide(&left, &right, &out, &err) == HENG_OK;
    return out;
}

static bool is_substance(heng_unit__kind kind)
{
    return kind == HENG_UNIT__SUBSTANCE || kind == HENG_UNIT__EQUIVALENT ||
           kind == HENG_UNIT__ADDED;
}

static void describe_base(const heng_unit_system *system, uint16_t base, heng_unit__line *line)
{
    heng_str name = heng_unit__base_name(system, base);
    if (base < heng_unit__base_count)
        add(line, "%s", heng_unit__bases[base].description);
    else if (heng_unit__base_kind(system, base) != HENG_UNIT__MONEY)
        add(line, "%.*s", HENG_PRINT(name));
    else
        add(line, "%s at %.4s prices",
            name.at[0] == 'C'   ? "money"
            : name.at[0] == 'U' ? "US dollars"
                                : "euros",
            name.at + 4);
}

/* The dimension has a name of its own. */
static bool describe_single(const heng_unit_system *system, const heng_unit *unit,
                            heng_unit__line *line)
{
    for (size_t i = 0; i < heng_unit__dimension_count; i++) {
        const heng_unit__dimension *known = &heng_unit__dimensions[i];
        heng_unit dimension = heng_unit__of_factors((heng_ratio){1, 1}, known->factors);
        if (!heng_unit_converts(unit, &dimension)) continue;
        add(line, "%s", known->name);
        return true;
    }
    for (size_t i = 0; i < unit->factor_count; i++) {
        uint16_t base = unit->factors[i].base;
        heng_unit alone = heng_unit_of_base(base);
        bool fits;
        heng_unit rest = quotient(unit, &alone, &fits);
        assert(fits);
        bool substance = is_substance(heng_unit__base_kind(system, base));
        bool bare = heng_unit_is_number(&rest) &&
                    heng_unit__base_kind(system, base) != HENG_UNIT__SUBSTANCE &&
                    heng_unit__base_kind(system, base) != HENG_UNIT__EQUIVALENT;
        if (!bare && !(substance && (heng_unit__is_mass(&rest) || heng_unit__is_volume(&rest))))
            continue;
        describe_base(system, base, line);
        if (!bare && heng_unit__is_volume(&rest)) add(line, " by volume");
        return true;
    }
    return false;
}

/* `unit` is a named dimension for each unit of the named dimension `per`. */
static bool describe_ratio(const heng_unit_system *system, const heng_unit *unit,
                           const heng_unit *per, heng_unit__line *line)
{
    heng_unit one = heng_unit_one();
    bool fits;
    heng_unit inverse = quotient(&one, per, &fits);
    heng_unit above = fits ? quotient(unit, &inverse, &fits) : one;
    if (!fits) return false;
    size_t start = line->length;
    if (!describe_single(system, &above, line)) return false;
    add(line, " per unit of ");
    if (describe_single(system, per, line)) return true;
    line->length = start;
    return false;
}

static void write_factors(const heng_unit_system *system, const heng_unit *unit, bool below,
                          heng_unit__line *line)
{
    for (size_t i = 0; i < unit->factor_count; i++) {
        int power = unit->factors[i].power;
        if ((power < 0) != below) continue;
        if (below) power = -power;
        heng_str name = heng_unit__base_name(system, unit->factors[i].base);
        char last = line->length ? line->bytes[line->length - 1] : ' ';
        add(line, "%s%.*s", below ? "/" : last == ' ' ? "" : "*", HENG_PRINT(name));
        if (power > 1) add(line, "^%d", power);
    }
}

/* What carries a substance: kg, or the volume where only that is left to take. */
static heng_unit carrier(const heng_unit *rest, int sign)
{
    static const heng_unit_factor volume[HENG_UNIT__SYMBOL_FACTORS] = {{HENG_UNIT__M, 3}};
    if (sign * heng_unit__power_of(rest, HENG_UNIT__KG) > 0)
        return heng_unit_of_base(HENG_UNIT__KG);
    if (sign * heng_unit__power_of(rest, HENG_UNIT__NM3) > 0)
        return heng_unit_of_base(HENG_UNIT__NM3);
    if (sign * heng_unit__power_of(rest, HENG_UNIT__M) >= 3)
        return heng_unit__of_factors((heng_ratio){1, 1}, volume);
    return heng_unit_of_base(HENG_UNIT__KG);
}

/* Writes the substances of one side with what carries them, and takes both out of `rest`. A substance
 * whose carrier would make the rest too large for a unit stays in it. */
static void write_substances(const heng_unit_system *system, heng_unit *rest, bool below,
                             heng_unit__line *line)
{
    heng_unit whole = *rest;
    for (size_t i = 0; i < whole.factor_count; i++) {
        heng_unit_factor factor = whole.factors[i];
        heng_unit__kind kind = heng_unit__base_kind(system, factor.base);
        if ((factor.power < 0) != below || !is_substance(kind)) continue;
        heng_str name = heng_unit__base_name(system, factor.base);
        for (int n = below ? -factor.power : factor.power; n > 0; n--) {
            heng_unit with = carrier(rest, below ? -1 : 1), substance, one = heng_unit_one();
            if (kind == HENG_UNIT__ADDED && !heng_unit__power_of(rest, with.factors[0].base)) break;
            heng_error err;
            substance = heng_unit_of_base(factor.base);
            heng_status status = heng_unit_multiply(&substance, &with, &substance, &err);
            if (!status && below) status = heng_unit_divide(&one, &substance, &substance, &err);
            if (!status) status = heng_unit_divide(rest, &substance, rest, &err);
            if (status) return;
            const char *mass = heng_unit__is_mass(&with)    ? "kg"
                               : with.factors[0].power == 3 ? "m3"
                                                            : "Nm3";
            char last = line->length ? line->bytes[line->length - 1] : ' ';
            add(line, "%s%s %.*s", below ? "/" : last == ' ' ? "" : "*", mass, HENG_PRINT(name));
        }
    }
}

static void write_bases(const heng_unit_system *system, const heng_unit *unit,
                        heng_unit__line *line)
{
    size_t start = line->length;
    heng_unit rest = *unit;
    rest.scale = (heng_ratio){1, 1};
    heng_unit__line below = {.length = 0};
    write_substances(system, &rest, false, line);
    write_substances(system, &rest, true, &below);
    write_factors(system, &rest, false, line);
    if (line->length == start) add(line, "1");
    add(line, "%s", below.bytes);
    write_factors(system, &rest, true, line);
}

void heng_unit__describe(const heng_unit_system *system, const heng_unit *unit,
                         heng_unit__line *line)
{
    *line = (heng_unit__line){.length = 0};
    if (heng_unit_is_number(unit)) {
        add(line, "a plain number");
        return;
    }
    if (describe_single(system, unit, line)) return;
    for (size_t i = 0; i < heng_unit__dimension_count; i++) {
        heng_unit per = heng_unit__of_factors((heng_ratio){1, 1}, heng_unit__dimensions[i].factors);
        if (describe_ratio(system, unit, &per, line)) return;
    }
    for (size_t i = 0; i < unit->factor_count; i++) {
        if (unit->factors[i].power > 0) continue;
        heng_unit per = heng_unit_of_base(unit->factors[i].base), mass;
        if (describe_ratio(system, unit, &per, line)) return;
        heng_unit kg = heng_unit_of_base(HENG_UNIT__KG);
        heng_error err;
        if (heng_unit_multiply(&per, &kg, &mass, &err)) continue;
        if (describe_ratio(system, unit, &mass, line)) return;
    }
    write_bases(system, unit, line);
}

static heng_status line_out(const heng_unit__line *line, heng_arena *arena, heng_str *out,
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

heng_status heng_unit_describe(const heng_unit_system *system, const heng_unit *unit,
                               heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_unit__line line;
    heng_unit__describe(system, unit, &line);
    return line_out(&line, arena, out, err);
}

/* As a decimal where that is exact, otherwise as a fraction: 1000, 0.001, 2000/3. */
static void write_ratio(heng_ratio ratio, heng_unit__line *line)
{
    int64_t rest = ratio.denominator;
    int twos = 0, fives = 0;
    for (; rest % 2 == 0; rest /= 2) twos++;
    for (; rest % 5 == 0; rest /= 5) fives++;
    int decimals = twos > fives ? twos : fives;
    add(line, "%" PRId64, rest == 1 ? ratio.numerator / ratio.denominator : ratio.numerator);
    if (rest != 1) add(line, "/%" PRId64, ratio.denominator);
    if (rest != 1 || decimals == 0) return;
    add(line, ".");
    unsigned __int128 remainder = (uint64_t)(ratio.numerator % ratio.denominator);
    for (int i = 0; i < decimals; i++) {
        remainder *= 10;
        add(line, "%d", (int)(remainder / (uint64_t)ratio.denominator));
        remainder %= (uint64_t)ratio.denominator;
    }
}

heng_status heng_unit_write(const heng_unit_system *system, const heng_unit *unit,
                            heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_unit__line line = {.length = 0};
    bool one = unit->scale.numerator == unit->scale.denominator;
    if (!one || heng_unit_is_number(unit)) write_ratio(unit->scale, &line);
    if (!heng_unit_is_number(unit)) {
        if (!one) add(&line, " ");
        write_bases(system, unit, &line);
    }
    return line_out(&line, arena, out, err);
}

/* Which kinds of base are left over when one unit is divided by the other. */
typedef struct leftover {
    bool carbon, co2, equivalent, equivalent_other, substance, coal, energy, normal, volume, mass;
    bool year, time, money, money_other;
} leftover;

static bool is_energy(const heng_unit *unit)
{
    return heng_unit__power_of(unit, HENG_UNIT__S) != 0 &&
           heng_unit__power_of(unit, HENG_UNIT__M) == -heng_unit__power_of(unit, HENG_UNIT__S);
}

static leftover leftover_of(const heng_unit_system *system, const heng_unit *rest)
{
    leftover found = {
        .carbon = heng_unit__power_of(rest, HENG_UNIT__C) != 0,
        .co2 = heng_unit__power_of(rest, HENG_UNIT__CO2) != 0,
        .coal = heng_unit__power_of(rest, HENG_UNIT__TCE) != 0,
        .energy = is_energy(rest),
        .normal = heng_unit__power_of(rest, HENG_UNIT__NM3) != 0,
        .volume = heng_unit__power_of(rest, HENG_UNIT__M) % 3 == 0 &&
                  heng_unit__power_of(rest, HENG_UNIT__M) != 0,
        .mass = heng_unit__power_of(rest, HENG_UNIT__KG) != 0,
        .year = heng_unit__power_of(rest, HENG_UNIT__YEAR) != 0,
        .time = heng_unit__power_of(rest, HENG_UNIT__S) != 0,
    };
    for (size_t i = 0; i < rest->factor_count; i++) {
        heng_unit__kind kind = heng_unit__base_kind(system, rest->factors[i].base);
        if (kind == HENG_UNIT__MONEY) *(found.money ? &found.money_other : &found.money) = true;
        if (kind == HENG_UNIT__EQUIVALENT)
            *(found.equivalent ? &found.equivalent_other : &found.equivalent) = true;
        found.substance |= kind == HENG_UNIT__SUBSTANCE || kind == HENG_UNIT__ADDED;
    }
    return found;
}

const char *heng_unit__remedy(const heng_unit_system *system, const heng_unit *from,
                              const heng_unit *to)
{
    bool fits;
    heng_unit rest = quotient(from, to, &fits);
    leftover is = leftover_of(system, &rest);
    if (!fits) return "";
    if (is.carbon && is.co2)
        return ". Carbon is not carbon dioxide. Remedy: multiply by 44 t CO2 for 12 t C";
    if (is.co2 && is.equivalent)
        return ". Remedy: write `as` with the CO2e behind the CO2; other gases than CO2 need their "
               "warming potential";
    if (is.equivalent && is.equivalent_other)
        return ". Remedy: compute both with one set of warming potentials";
    if (is.substance && is.equivalent) return ". Remedy: multiply by its global warming potential";
    if (is.coal && is.energy)
        return ". Remedy: multiply by a coefficient such as kgce/kWh, for electricity has two "
               "valuations; or write `as` for 29.3076 GJ of heat a tonne";
    if (is.money && is.money_other)
        return ". Remedy: bring both to one currency and one year of prices with a table of rates";
    if (is.year && is.time) return ". Remedy: multiply by the days of that year, 365 or 366";
    if (is.normal && is.volume)
        return ". Remedy: bring the measured volume to normal temperature and pressure";
    if ((is.normal || is.volume) && is.mass) return ". Remedy: multiply by a density";
    if (is.substance || is.equivalent)
        return ". Remedy: say the same substance on both sides, such as t CO2";
    return "";
}
