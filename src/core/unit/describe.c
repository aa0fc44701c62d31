/* core/unit/describe.c: units in words, for people who are not programmers, and what to do when two of
 * them do not convert.
 *
 * A dimension is named by trial: it is a named one (mass, power), a substance by mass or volume, a base
 * of its own, or one of these per unit of another. What fits none of these is written as bases.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include <assert.h>

static void describe_base(const heng_unit_system *system, uint16_t base, heng_unit__line *line)
{
    heng_str name = heng_unit__base_name(system, base);
    if (base < heng_unit__base_count)
        heng_unit__add(line, "%s", heng_unit__bases[base].description);
    else if (heng_unit__base_kind(system, base) != HENG_UNIT__MONEY)
        heng_unit__add(line, "%.*s", HENG_UNIT__PRINT(name));
    else
        heng_unit__add(line, "%s at %.4s prices",
                       name.at[0] == 'C'   ? "money"
                       : name.at[0] == 'U' ? "US dollars"
                                           : "euros",
                       name.at + 4);
}

/* The unit is this base alone, or this substance by mass or volume. */
static bool describe_by_base(const heng_unit_system *system, const heng_unit *unit, uint16_t base,
                             heng_unit__line *line)
{
    heng_unit alone = heng_unit_of_base(base), rest;
    heng_error err;
    heng_status status = heng_unit_divide(unit, &alone, &rest, &err);
    assert(status == HENG_OK);
    heng_unit__kind kind = heng_unit__base_kind(system, base);
    bool bare = kind != HENG_UNIT__SUBSTANCE && kind != HENG_UNIT__EQUIVALENT;
    bool carried =
        heng_unit__is_substance(kind) && (heng_unit__is_mass(&rest) || heng_unit__is_volume(&rest));
    if (!carried && !(bare && heng_unit_is_number(&rest))) return false;
    describe_base(system, base, line);
    if (heng_unit__is_volume(&rest)) heng_unit__add(line, " by volume");
    return true;
}

/* The dimension has a name of its own. */
static bool describe_single(const heng_unit_system *system, const heng_unit *unit,
                            heng_unit__line *line)
{
    if (heng_unit_is_number(unit)) {
        heng_unit__add(line, "number");
        return true;
    }
    for (size_t i = 0; i < heng_unit__dimension_count; i++) {
        const heng_unit__dimension *known = &heng_unit__dimensions[i];
        heng_unit dimension = heng_unit__of_factors((heng_ratio){1, 1}, known->factors);
        if (!heng_unit_converts(unit, &dimension)) continue;
        heng_unit__add(line, "%s", known->name);
        return true;
    }
    for (size_t i = 0; i < unit->factor_count; i++)
        if (unit->factors[i].power == 1 &&
            describe_by_base(system, unit, unit->factors[i].base, line))
            return true;
    return false;
}

/* The unit is a named dimension for each unit of the named dimension `per`. */
static bool describe_ratio(const heng_unit_system *system, const heng_unit *unit,
                           const heng_unit *per, heng_unit__line *line)
{
    heng_unit above;
    heng_error err;
    if (heng_unit_multiply(unit, per, &above, &err)) return false;
    heng_unit__line below = {.length = 0};
    if (!describe_single(system, per, &below)) return false;
    if (!describe_single(system, &above, line)) return false;
    heng_unit__add(line, " per unit of %s", below.bytes);
    return true;
}

/* The same for what stands below: a base of its own, or a substance by mass. */
static bool describe_ratio_to_base(const heng_unit_system *system, const heng_unit *unit,
                                   uint16_t base, heng_unit__line *line)
{
    heng_unit per = heng_unit_of_base(base);
    if (describe_ratio(system, unit, &per, line)) return true;
    heng_unit kg = heng_unit_of_base(HENG_UNIT__KG);
    heng_error err;
    heng_status status = heng_unit_multiply(&per, &kg, &per, &err);
    assert(status == HENG_OK);
    return describe_ratio(system, unit, &per, line);
}

void heng_unit__describe(const heng_unit_system *system, const heng_unit *unit,
                         heng_unit__line *line)
{
    *line = (heng_unit__line){.length = 0};
    heng_unit bare = *unit;
    bare.scale = (heng_ratio){1, 1};
    if (heng_unit_is_number(unit)) {
        heng_unit__add(line, "a plain number");
        return;
    }
    if (describe_single(system, &bare, line)) return;
    for (size_t i = 0; i < heng_unit__dimension_count; i++) {
        heng_unit per = heng_unit__of_factors((heng_ratio){1, 1}, heng_unit__dimensions[i].factors);
        if (describe_ratio(system, &bare, &per, line)) return;
    }
    for (size_t i = 0; i < unit->factor_count; i++)
        if (unit->factors[i].power < 0 &&
            describe_ratio_to_base(system, &bare, unit->factors[i].base, line))
            return;
    heng_unit__write_bases(system, &bare, line);
}

heng_status heng_unit_describe(const heng_unit_system *system, const heng_unit *unit,
                               heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_unit__line line;
    heng_unit__describe(system, unit, &line);
    return heng_unit__line_out(&line, arena, out, err);
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
    heng_unit left = *from, right = *to, rest;
    left.scale = right.scale = (heng_ratio){1, 1};
    heng_error err;
    if (heng_unit_divide(&left, &right, &rest, &err)) return "";
    leftover is = leftover_of(system, &rest);
    if (is.carbon && is.co2)
        return ". Carbon is not carbon dioxide. Remedy: multiply by 44 t CO2 for 12 t C";
    if (is.co2 && is.equivalent)
        return heng_unit__power_of(from, HENG_UNIT__CO2)
                   ? ". Remedy: write `as` and the CO2e behind the carbon dioxide"
                   : ". An equivalent may hold other gases than CO2. Remedy: keep the CO2 apart";
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
