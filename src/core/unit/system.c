/* core/unit/system.c: the base units known so far.
 *
 * Built-in bases keep their numbers for ever; added ones follow in the order in which they came, so
 * the same rules read in the same order give the same numbers. A few hundred are added as a rule: they
 * are searched in a row.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/unit/table.h"

#include "base/limits.h"

#include <assert.h>

typedef struct added_base {
    heng_str name;
    heng_unit__kind kind;
} added_base;

struct heng_unit_system {
    heng_arena *arena;
    added_base *added;
    size_t count;
    size_t capacity;
};

heng_status heng_unit_system_open(heng_arena *arena, heng_unit_system **out, heng_error *err)
{
    assert(arena && out);
    heng_unit_system *system = heng_arena_alloc(arena, sizeof *system);
    if (!system) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the table of units");
    system->arena = arena;
    *out = system;
    return HENG_OK;
}

heng_status heng_unit_system_copy(const heng_unit_system *system, heng_arena *arena,
                                  heng_unit_system **out, heng_error *err)
{
    assert(system && arena && out);
    heng_unit_system *copy = heng_arena_alloc(arena, sizeof *copy);
    added_base *added = heng_arena_array(arena, system->count, sizeof *added);
    if (!copy || !added)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the table of units");
    if (system->count) memcpy(added, system->added, system->count * sizeof *added);
    *copy = (heng_unit_system){
        .arena = arena, .added = added, .count = system->count, .capacity = system->count};
    *out = copy;
    return HENG_OK;
}

size_t heng_unit__base_total(const heng_unit_system *system)
{
    return heng_unit__base_count + system->count;
}

heng_str heng_unit__base_name(const heng_unit_system *system, uint16_t base)
{
    if (base < heng_unit__base_count) return heng_str_from(heng_unit__bases[base].name);
    if (!system) return HENG_STR("a unit or year of prices of the rules");
    assert(base - heng_unit__base_count < system->count);
    return system->added[base - heng_unit__base_count].name;
}

heng_unit__kind heng_unit__base_kind(const heng_unit_system *system, uint16_t base)
{
    if (base < heng_unit__base_count) return heng_unit__bases[base].kind;
    if (!system) return HENG_UNIT__OWN;
    assert(base - heng_unit__base_count < system->count);
    return system->added[base - heng_unit__base_count].kind;
}

bool heng_unit__base_find(const heng_unit_system *system, heng_str name, uint16_t *base)
{
    for (size_t i = 0; i < heng_unit__base_count; i++)
        if (heng_str_is(name, heng_unit__bases[i].name)) {
            *base = (uint16_t)i;
            return true;
        }
    for (size_t i = 0; i < system->count; i++)
        if (heng_str_equal(system->added[i].name, name)) {
            *base = (uint16_t)(heng_unit__base_count + i);
            return true;
        }
    return false;
}

heng_status heng_unit__base_intern(heng_unit_system *system, heng_str name, heng_unit__kind kind,
                                   uint16_t *base, heng_error *err)
{
    if (heng_unit__base_find(system, name, base)) return HENG_OK;
    if (heng_unit__base_total(system) >= HENG_UNIT_BASES_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "more than %d base units and substances",
                         HENG_UNIT_BASES_MAX);
    if (system->count == system->capacity) {
        size_t capacity = system->capacity ? 2 * system->capacity : 16;
        added_base *grown = heng_arena_array(system->arena, capacity, sizeof *grown);
        if (!grown) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for another base unit");
        if (system->count) memcpy(grown, system->added, system->count * sizeof *grown);
        system->added = grown;
        system->capacity = capacity;
    }
    heng_str copy = heng_str_copy(system->arena, name);
    if (!copy.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for another base unit");
    system->added[system->count] = (added_base){copy, kind};
    *base = (uint16_t)(heng_unit__base_count + system->count++);
    return HENG_OK;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(heng_str text)
{
    if (text.length == 0 || !is_letter(text.at[0])) return false;
    for (size_t i = 1; i < text.length; i++) {
        char c = text.at[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_') return false;
    }
    return true;
}

/* "unit(fuel)": a name with one name in parentheses. */
static bool is_name_of_name(heng_str text)
{
    size_t open = heng_str_find(text, HENG_STR("("), 0);
    return open != SIZE_MAX && heng_str_ends(text, HENG_STR(")")) &&
           is_name(heng_str_slice(text, 0, open)) &&
           is_name(heng_str_slice(text, open + 1, text.length - 1));
}

heng_status heng_unit_add_base(heng_unit_system *system, heng_str name, uint16_t *base,
                               heng_error *err)
{
    if (name.length > HENG_NAME_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a base unit's name of more than %d characters",
                         HENG_NAME_MAX);
    bool alone = is_name_of_name(name);
    if (!alone && !is_name(name))
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is not a name for a substance or base unit. Remedy: use ASCII "
                         "letters, digits and _, beginning with a letter",
                         HENG_PRINT(name));
    if (heng_unit__base_find(system, name, base)) return HENG_OK;
    heng_unit known;
    if (heng_unit__word_find(name, &known))
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is the name of a unit already. Remedy: choose another name for "
                         "the substance or list",
                         HENG_UNIT__PRINT(name));
    heng_unit__kind kind = alone                                      ? HENG_UNIT__ADDED_ALONE
                           : heng_unit__is_money_of_year(name)        ? HENG_UNIT__MONEY
                           : heng_str_starts(name, HENG_STR("CO2e_")) ? HENG_UNIT__EQUIVALENT
                                                                      : HENG_UNIT__ADDED;
    return heng_unit__base_intern(system, name, kind, base, err);
}
