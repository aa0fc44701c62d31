/* core/unit/word.c: what one word of a unit means, and which known word an unknown one is nearest to.
 *
 * A word is a symbol or an alias (MWh, 千瓦时), a multiple in Chinese before one (万吨, 亿kWh), or a mass
 * with its substance written as one (tCO2, 万吨二氧化碳). The symbols are chosen so that no word can be
 * read in two ways: a whole symbol comes first (tce is never t of "ce").
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include "base/limits.h"

#include <assert.h>

static const char *alias_of(const heng_unit__alias *rows, size_t count, heng_str text)
{
    for (size_t i = 0; i < count; i++)
        if (heng_str_is(text, rows[i].text)) return rows[i].means;
    return NULL;
}

bool heng_unit__symbol_find(heng_str text, heng_unit *out)
{
    const char *means = alias_of(heng_unit__symbol_aliases, heng_unit__symbol_alias_count, text);
    if (means) text = heng_str_from(means);
    for (size_t i = 0; i < heng_unit__symbol_count; i++) {
        const heng_unit__symbol *symbol = &heng_unit__symbols[i];
        if (!heng_str_is(text, symbol->text)) continue;
        *out = heng_unit__of_factors(symbol->scale, symbol->factors);
        return true;
    }
    return false;
}

bool heng_unit__is_substance(heng_unit__kind kind)
{
    return kind == HENG_UNIT__SUBSTANCE || kind == HENG_UNIT__EQUIVALENT ||
           kind == HENG_UNIT__ADDED;
}

/* Only the built-in substances may be glued to a mass. */
static bool builtin_substance_find(heng_str text, uint16_t *base)
{
    const char *means =
        alias_of(heng_unit__substance_aliases, heng_unit__substance_alias_count, text);
    if (means) text = heng_str_from(means);
    for (size_t i = 0; i < heng_unit__base_count; i++) {
        if (!heng_unit__is_substance(heng_unit__bases[i].kind)) continue;
        if (!heng_str_is(text, heng_unit__bases[i].name)) continue;
        *base = (uint16_t)i;
        return true;
    }
    return false;
}

bool heng_unit__substance_find(const heng_unit_system *system, heng_str text, uint16_t *base)
{
    if (builtin_substance_find(text, base)) return true;
    return heng_unit__base_find(system, text, base) &&
           heng_unit__is_substance(heng_unit__base_kind(system, *base));
}

bool heng_unit__starts_with_money(heng_str text)
{
    for (uint16_t base = HENG_UNIT__CNY; base <= HENG_UNIT__EUR; base++)
        if (heng_str_starts(text, heng_str_from(heng_unit__bases[base].name))) return true;
    return false;
}

bool heng_unit__is_money_of_year(heng_str text)
{
    if (text.length != strlen("CNY_2015") || !heng_unit__starts_with_money(text)) return false;
    int year = 0;
    for (size_t i = strlen("CNY_"); i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        year = year * 10 + (text.at[i] - '0');
    }
    return text.at[strlen("CNY")] == '_' && year >= HENG_YEAR_MIN && year <= HENG_YEAR_MAX;
}

static void times(heng_unit *unit, const heng_unit *by)
{
    heng_error err;
    heng_status status = heng_unit_multiply(unit, by, unit, &err);
    assert(status == HENG_OK);
}

/* Symbol, or mass and substance as one, without a multiple. */
static bool glued_find(heng_str text, heng_unit *out)
{
    if (heng_unit__symbol_find(text, out)) return true;
    for (size_t cut = 1; cut < text.length; cut++) {
        uint16_t base;
        if (!heng_unit__symbol_find(heng_str_slice(text, 0, cut), out)) continue;
        if (!heng_unit__is_mass(out)) continue;
        if (!builtin_substance_find(heng_str_slice(text, cut, text.length), &base)) continue;
        heng_unit substance = heng_unit_of_base(base);
        times(out, &substance);
        return true;
    }
    return false;
}

bool heng_unit__word_find(heng_str text, heng_unit *out)
{
    if (text.length > HENG_NAME_MAX) return false;
    if (glued_find(text, out)) return true;
    for (size_t i = 0; i < heng_unit__multiple_count; i++) {
        heng_str multiple = heng_str_from(heng_unit__multiples[i].text);
        if (!heng_str_starts(text, multiple)) continue;
        if (!glued_find(heng_str_slice(text, multiple.length, text.length), out)) continue;
        heng_unit ten = heng_unit__ten_to(heng_unit__multiples[i].exponent);
        heng_error err;
        /* 万亿EJ names no quantity on Earth; it is as unknown as any other word. */
        if (heng_unit_multiply(out, &ten, out, &err) == HENG_OK) return true;
    }
    return false;
}

enum { NEAREST_LENGTH = 24, COST_OTHER_CASE = 1, COST_EDIT = 3 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (Damerau 1964), with a cheap step for another case. */
static int distance(heng_str a, heng_str b)
{
    int cost[NEAREST_LENGTH + 1][NEAREST_LENGTH + 1];
    for (size_t i = 0; i <= a.length; i++)
        for (size_t j = 0; j <= b.length; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = (int)(i + j) * COST_EDIT;
                continue;
            }
            char x = a.at[i - 1], y = b.at[j - 1];
            int change = x == y ? 0 : lower(x) == lower(y) ? COST_OTHER_CASE : COST_EDIT;
            int best = cost[i - 1][j - 1] + change;
            best = smaller(best, cost[i - 1][j] + COST_EDIT);
            best = smaller(best, cost[i][j - 1] + COST_EDIT);
            if (i > 1 && j > 1 && x == b.at[j - 2] && y == a.at[i - 2])
                best = smaller(best, cost[i - 2][j - 2] + COST_EDIT);
            cost[i][j] = best;
        }
    return cost[a.length][b.length];
}

static void keep_nearer(heng_str text, heng_str known, int *limit, heng_str *best)
{
    if (known.length > NEAREST_LENGTH) return;
    int far = distance(text, known);
    if (far >= *limit) return;
    *limit = far;
    *best = known;
}

heng_str heng_unit__nearest(const heng_unit_system *system, heng_str text, bool substance)
{
    heng_str best = {"", 0};
    if (text.length > NEAREST_LENGTH) return best;
    if (!substance) best = heng_str_from(alias_of(heng_unit__hints, heng_unit__hint_count, text));
    if (best.length) return best;
    /* One wrong case for a letter, at most two edits for a long word. */
    int limit = 1 + smaller((int)text.length, 2 * COST_EDIT);
    for (size_t i = 0; !substance && i < heng_unit__symbol_count; i++)
        keep_nearer(text, heng_str_from(heng_unit__symbols[i].text), &limit, &best);
    for (size_t i = 0; i < heng_unit__base_total(system); i++) {
        heng_unit__kind kind = heng_unit__base_kind(system, (uint16_t)i);
        if (substance ? !heng_unit__is_substance(kind) : kind < HENG_UNIT__ADDED) continue;
        keep_nearer(text, heng_unit__base_name(system, (uint16_t)i), &limit, &best);
    }
    return best;
}
