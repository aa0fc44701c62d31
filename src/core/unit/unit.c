/* core/unit/unit.c: the algebra of units.
 *
 * Ratios stay in lowest terms: common factors are taken out crosswise before multiplying, so a product
 * overflows only if its result cannot be held.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include <assert.h>
#include <math.h>

/* No table of figures needs more, and sums of two stay far inside int16_t. */
enum { POWER_MAX = 99 };

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool ratio_multiply(heng_ratio a, heng_ratio b, heng_ratio *out)
{
    int64_t left = common_divisor(a.numerator, b.denominator);
    int64_t right = common_divisor(b.numerator, a.denominator);
    heng_ratio product;
    bool overflow =
        __builtin_mul_overflow(a.numerator / left, b.numerator / right, &product.numerator);
    overflow |=
        __builtin_mul_overflow(a.denominator / right, b.denominator / left, &product.denominator);
    if (!overflow) *out = product;
    return !overflow;
}

static heng_ratio ratio_invert(heng_ratio a)
{
    return (heng_ratio){a.denominator, a.numerator};
}

double heng_ratio_value(heng_ratio ratio)
{
    assert(ratio.denominator > 0);
    if (ratio.numerator == 0) return 0;
    bool negative = ratio.numerator < 0;
    uint64_t numerator = negative ? 0 - (uint64_t)ratio.numerator : (uint64_t)ratio.numerator;
    /* 127 bits over at most 63 leave at least 64 bits of quotient; what is cut off is kept as one
     * sticky bit, so that the only rounding is the last conversion. */
    int shift = __builtin_clzll(numerator) + 63;
    unsigned __int128 wide = (unsigned __int128)numerator << shift;
    unsigned __int128 quotient = wide / (uint64_t)ratio.denominator;
    bool sticky = wide % (uint64_t)ratio.denominator != 0;
    int exponent = -shift;
    while (quotient >> 64) {
        sticky |= quotient & 1;
        quotient >>= 1;
        exponent++;
    }
    double value = ldexp((double)((uint64_t)quotient | sticky), exponent);
    return negative ? -value : value;
}

heng_unit heng_unit_one(void)
{
    return (heng_unit){.scale = {1, 1}};
}

heng_unit heng_unit_of_base(uint16_t base)
{
    return (heng_unit){.scale = {1, 1}, .factor_count = 1, .factors = {{base, 1}}};
}

heng_unit heng_unit__of_factors(heng_ratio scale,
                                const heng_unit_factor factors[HENG_UNIT__SYMBOL_FACTORS])
{
    int64_t divisor = common_divisor(scale.numerator, scale.denominator);
    heng_unit unit = {.scale = {scale.numerator / divisor, scale.denominator / divisor}};
    for (size_t i = 0; i < HENG_UNIT__SYMBOL_FACTORS && factors[i].power; i++)
        unit.factors[unit.factor_count++] = factors[i];
    return unit;
}

heng_unit heng_unit__ten_to(int exponent)
{
    assert(exponent >= 0 && exponent <= 18);
    heng_unit unit = heng_unit_one();
    for (int i = 0; i < exponent; i++) unit.scale.numerator *= 10;
    return unit;
}

bool heng_unit_entry_at(size_t index, heng_unit_entry *out)
{
    if (index >= heng_unit__symbol_count) return false;
    const heng_unit__symbol *row = &heng_unit__symbols[index];
    *out = (heng_unit_entry){row->text, row->description, row->source,
                             heng_unit__of_factors(row->scale, row->factors)};
    return true;
}

bool heng_unit_converts(const heng_unit *from, const heng_unit *to)
{
    if (from->factor_count != to->factor_count) return false;
    for (size_t i = 0; i < from->factor_count; i++)
        if (from->factors[i].base != to->factors[i].base ||
            from->factors[i].power != to->factors[i].power)
            return false;
    return true;
}

bool heng_unit_equal(const heng_unit *a, const heng_unit *b)
{
    return a->scale.numerator == b->scale.numerator &&
           a->scale.denominator == b->scale.denominator && heng_unit_converts(a, b);
}

bool heng_unit_is_number(const heng_unit *unit)
{
    return unit->factor_count == 0;
}

int heng_unit__power_of(const heng_unit *unit, uint16_t base)
{
    for (size_t i = 0; i < unit->factor_count; i++)
        if (unit->factors[i].base == base) return unit->factors[i].power;
    return 0;
}

bool heng_unit__is_mass(const heng_unit *unit)
{
    return unit->factor_count == 1 && heng_unit__power_of(unit, HENG_UNIT__KG) == 1;
}

bool heng_unit__is_volume(const heng_unit *unit)
{
    return unit->factor_count == 1 && (heng_unit__power_of(unit, HENG_UNIT__M) == 3 ||
                                       heng_unit__power_of(unit, HENG_UNIT__NM3) == 1);
}

static heng_status too_large(heng_error *err)
{
    return heng_fail(err, HENG_TOO_LARGE, 0,
                     "the unit is too large or too small to be held exactly. Remedy: use larger or "
                     "smaller units, such as TJ for J or Mt for kg");
}

/* a * b^sign. Both lists are sorted by base: one merge. */
static heng_status combine(const heng_unit *a, const heng_unit *b, int sign, heng_unit *out,
                           heng_error *err)
{
    heng_unit product = {.scale = {1, 1}};
    if (!ratio_multiply(a->scale, sign < 0 ? ratio_invert(b->scale) : b->scale, &product.scale))
        return too_large(err);
    size_t i = 0, j = 0;
    while (i < a->factor_count || j < b->factor_count) {
        uint32_t left = i < a->factor_count ? a->factors[i].base : UINT32_MAX;
        uint32_t right = j < b->factor_count ? b->factors[j].base : UINT32_MAX;
        int power = 0;
        if (left <= right) power += a->factors[i++].power;
        if (right <= left) power += sign * b->factors[j++].power;
        if (power == 0) continue;
        if (power < -POWER_MAX || power > POWER_MAX) return too_large(err);
        if (product.factor_count == HENG_UNIT_FACTORS_MAX)
            return heng_fail(
                err, HENG_TOO_LARGE, 0,
                "a unit of more than %d different base units. Remedy: compute in steps",
                HENG_UNIT_FACTORS_MAX);
        product.factors[product.factor_count++] = (heng_unit_factor){
            .base = (uint16_t)(left < right ? left : right), .power = (int16_t)power};
    }
    *out = product;
    return HENG_OK;
}

heng_status heng_unit_multiply(const heng_unit *a, const heng_unit *b, heng_unit *out,
                               heng_error *err)
{
    return combine(a, b, 1, out, err);
}

heng_status heng_unit_divide(const heng_unit *a, const heng_unit *b, heng_unit *out,
                             heng_error *err)
{
    return combine(a, b, -1, out, err);
}

heng_status heng_unit_power(const heng_unit *a, int power, heng_unit *out, heng_error *err)
{
    if (power < -POWER_MAX || power > POWER_MAX) return too_large(err);
    heng_unit product = heng_unit_one();
    int count = power < 0 ? -power : power;
    for (int i = 0; i < count; i++) {
        heng_status status = combine(&product, a, power < 0 ? -1 : 1, &product, err);
        if (status) return status;
    }
    *out = product;
    return HENG_OK;
}

static heng_status factor_between(const heng_unit_system *system, const heng_unit *from,
                                  const heng_unit *to, heng_ratio *out, heng_error *err)
{
    if (!heng_unit_converts(from, to)) {
        heng_unit__line one, other;
        heng_unit__describe(system, from, &one);
        heng_unit__describe(system, to, &other);
        return heng_fail(err, HENG_REFUSED, 0, "%.200s does not convert into %.200s%s", one.bytes,
                         other.bytes, heng_unit__remedy(system, from, to));
    }
    return ratio_multiply(from->scale, ratio_invert(to->scale), out) ? HENG_OK : too_large(err);
}

heng_status heng_unit_factor_between(const heng_unit *from, const heng_unit *to, heng_ratio *out,
                                     heng_error *err)
{
    return factor_between(NULL, from, to, out, err);
}

heng_status heng_unit_refuse(const heng_unit_system *system, heng_str from_text,
                             const heng_unit *from, heng_str to_text, const heng_unit *to,
                             size_t where, heng_error *err)
{
    heng_unit__line one, other;
    heng_unit__describe(system, from, &one);
    heng_unit__describe(system, to, &other);
    return heng_fail(err, HENG_REFUSED, where, "%.*s is %.120s; %.*s is %.120s%s",
                     HENG_PRINT(from_text), one.bytes, HENG_PRINT(to_text), other.bytes,
                     heng_unit__remedy(system, from, to));
}

/* The CO2 of `from`, taken as the CO2 equivalent that `to` has in its place: the warming potential of
 * CO2 is 1 in every set. Not the other way round: an equivalent may hold other gases. */
static void recast_co2(const heng_unit_system *system, heng_unit *from, const heng_unit *to)
{
    int power = heng_unit__power_of(from, HENG_UNIT__CO2);
    if (power == 0 || heng_unit__power_of(to, HENG_UNIT__CO2) != 0) return;
    for (size_t i = 0; i < to->factor_count; i++) {
        uint16_t base = to->factors[i].base;
        if (heng_unit__base_kind(system, base) != HENG_UNIT__EQUIVALENT) continue;
        if (to->factors[i].power != power || heng_unit__power_of(from, base) != 0) continue;
        heng_unit change = {.scale = {1, 1},
                            .factor_count = 2,
                            .factors = {{HENG_UNIT__CO2, (int16_t)-power}, {base, (int16_t)power}}};
        heng_error err;
        heng_status status = heng_unit_multiply(from, &change, from, &err);
        assert(status == HENG_OK);
        return;
    }
}

/* As many coal equivalents as `to` has more than `from`, each for 29.3076 GJ. */
static heng_status recast_coal(heng_unit *from, const heng_unit *to, heng_error *err)
{
    static const heng_unit_factor energy[HENG_UNIT__SYMBOL_FACTORS] = {
        {HENG_UNIT__KG, 1}, {HENG_UNIT__M, 2}, {HENG_UNIT__S, -2}};
    int power = heng_unit__power_of(to, HENG_UNIT__TCE) - heng_unit__power_of(from, HENG_UNIT__TCE);
    heng_unit coal = heng_unit_of_base(HENG_UNIT__TCE);
    heng_unit heat = heng_unit__of_factors((heng_ratio){29307600000, 1}, energy);
    heng_unit change;
    heng_status status = heng_unit_divide(&coal, &heat, &change, err);
    assert(status == HENG_OK);
    status = heng_unit_power(&change, power, &change, err);
    if (!status) status = heng_unit_multiply(from, &change, from, err);
    return status;
}

heng_status heng_unit_recast(const heng_unit_system *system, const heng_unit *from,
                             const heng_unit *to, heng_ratio *out, heng_error *err)
{
    heng_unit changed = *from;
    recast_co2(system, &changed, to);
    heng_status status = recast_coal(&changed, to, err);
    if (status) return status;
    if (heng_unit_converts(&changed, to)) from = &changed;
    return factor_between(system, from, to, out, err);
}
