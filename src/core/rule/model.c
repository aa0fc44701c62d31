/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/model.h"

#include <assert.h>

bool heng_rule__grow(heng_arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) return true;
    size_t wider = *room ? *room * 2 : 8;
    void *moved = heng_arena_array(arena, wider, size);
    if (!moved) return false;
    void *old;
    memcpy(&old, items, sizeof old);
    if (count) memcpy(moved, old, count * size);
    memcpy(items, &moved, sizeof moved);
    *room = wider;
    return true;
}

heng_str heng_rule__pack_of(const heng_rule_file *files, uint32_t file)
{
    heng_str name = files[file].name;
    size_t end = heng_str_find(name, HENG_STR("/"), 0);
    return heng_str_slice(name, 0, end == SIZE_MAX ? 0 : end);
}

bool heng_rule__scope_covers(rule_scope outer, rule_scope inner)
{
    if (outer.kind < 0) return true;
    return outer.kind == inner.kind && (outer.level < 0 || outer.level == inner.level);
}

bool heng_rule__scope_equal(rule_scope a, rule_scope b)
{
    return a.kind == b.kind && a.level == b.level;
}

heng_str heng_rule__scope_name(const heng_program *program, rule_scope scope)
{
    if (scope.kind < 0) return HENG_STR("everybody");
    if (scope.level >= 0) return program->levels[scope.level].name;
    return program->kinds[scope.kind].name;
}

bool heng_rule__scope_find(const heng_program *program, heng_str name, rule_scope *out)
{
    for (size_t i = 0; i < program->kind_count; i++) {
        if (!heng_str_equal(program->kinds[i].name, name)) continue;
        *out = (rule_scope){(int)i, -1};
        return true;
    }
    for (size_t i = 0; i < program->level_count; i++) {
        if (!heng_str_equal(program->levels[i].name, name)) continue;
        *out = (rule_scope){program->levels[i].kind, (int)i};
        return true;
    }
    return false;
}

int heng_rule__member(const rule_list *list, heng_str name)
{
    for (size_t i = 0; i < list->info.member_count; i++)
        if (heng_str_equal(list->info.members[i], name)) return (int)i;
    return -1;
}

bool heng_rule__list_within(const heng_program *program, int list, int ancestor)
{
    for (; list >= 0; list = program->lists[list].parent)
        if (list == ancestor) return true;
    return false;
}

const int32_t *heng_rule__list_map(const heng_program *program, int list, int ancestor,
                                   heng_arena *arena, bool *failed)
{
    if (list == ancestor) return NULL;
    size_t count = program->lists[list].info.member_count;
    int32_t *map = HENG_ARRAY(arena, count, int32_t);
    if (!map) {
        *failed = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t member = (int32_t)i;
        for (int at = list; at != ancestor; at = program->lists[at].parent) {
            assert(program->lists[at].parent >= 0);
            member = program->lists[at].in_parent[member];
        }
        map[i] = member;
    }
    return map;
}

bool heng_rule__unit_has(const heng_unit *unit, uint16_t base)
{
    for (unsigned i = 0; i < unit->factor_count; i++)
        if (unit->factors[i].base == base) return true;
    return false;
}

heng_status heng_rule__substitute(const heng_unit *unit, uint16_t base, const heng_unit *with,
                                  heng_unit *out, heng_error *err)
{
    *out = *unit;
    for (unsigned i = 0; i < unit->factor_count; i++) {
        if (unit->factors[i].base != base) continue;
        int power = unit->factors[i].power;
        heng_unit old = heng_unit_of_base(base), rest;
        heng_status status = heng_unit_power(&old, power, &old, err);
        heng_unit fresh;
        if (!status) status = heng_unit_power(with, power, &fresh, err);
        if (!status) status = heng_unit_divide(unit, &old, &rest, err);
        if (!status) status = heng_unit_multiply(&rest, &fresh, out, err);
        return status;
    }
    return HENG_OK;
}

heng_status heng_rule__unit_of_cell(const heng_program *program, const rule_quantity *q,
                                    const int32_t *keys, heng_unit *out, heng_error *err)
{
    *out = q->type.unit;
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0 || keys[i] < 0) continue;
        const rule_list *list = &program->lists[q->keys[i].list];
        if (!list->has_units && !list->substance) continue;
        heng_unit before = *out;
        heng_status status =
            heng_rule__substitute(&before, list->base, &list->units[keys[i]], out, err);
        if (status) return status;
    }
    return HENG_OK;
}

double heng_rule__convert(heng_ratio ratio, double value)
{
    if (ratio.denominator == 1) return value * (double)ratio.numerator;
    if (ratio.numerator == 1) return value / (double)ratio.denominator;
    return value * (double)ratio.numerator / (double)ratio.denominator;
}
