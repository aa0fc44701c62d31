/* Addresses of figures: CN/2020/cut, CN/2020/co2_of[coal], ZJ/2022/province_inventory.grid.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/model.h"

#include <assert.h>

/* The name alone finds this quantity in the period, at every level that it is for. */
static bool name_is_enough(const heng_program *p, const heng_point *point)
{
    const rule_quantity *q = &p->quantities[point->quantity];
    if (q->lone_name) return true;
    const rule_kind *kind = q->scope.kind < 0 ? NULL : &p->kinds[q->scope.kind];
    if (!kind)
        return heng_rule__find_at(p, q->name, HENG_STR(""), point->period) == point->quantity;
    if (!kind->level_count || q->scope.level >= 0)
        return heng_rule__find_at(p, q->name, heng_rule__scope_name(p, q->scope), point->period) ==
               point->quantity;
    for (int level = kind->first_level; level < kind->first_level + kind->level_count; level++)
        if (heng_rule__find_at(p, q->name, p->levels[level].name, point->period) != point->quantity)
            return false;
    return true;
}

heng_status heng_figure_write(const heng_program *program, const heng_point *point,
                              heng_arena *arena, heng_str *out, heng_error *err)
{
    assert(point->quantity < program->quantity_count);
    const rule_quantity *q = &program->quantities[point->quantity];
    char when[HENG_PERIOD_TEXT];
    heng_period_write(point->period, when);
    heng_text text;
    heng_text_init(&text, arena, (size_t)HENG_NAME_MAX * (HENG_KEYS_MAX + 4));
    heng_text_print(&text, "%.*s/%s/", HENG_PRINT(point->entity), when);
    heng_text_add(&text, name_is_enough(program, point) ? q->name : q->qualified);
    for (unsigned i = 0; i < point->key_count; i++) {
        heng_text_add_char(&text, i ? ',' : '[');
        heng_text_add(&text, point->keys[i]);
    }
    if (point->key_count) heng_text_add_char(&text, ']');
    if (text.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the address of a figure");
    *out = heng_text_view(&text);
    return HENG_OK;
}

static heng_status bad_address(heng_error *err, heng_str text, const char *why)
{
    return heng_fail(
        err, HENG_INVALID, 0,
        "\"%.*s\" is not the address of a figure: %s. Write CN/2020/cut or CN/2020/co2_of[coal]",
        HENG_PRINT(text), why);
}

/* What stands between the brackets, parted by commas. */
static bool read_keys(heng_str *name, heng_point *out)
{
    size_t open = heng_str_find(*name, HENG_STR("["), 0);
    if (open == SIZE_MAX) return true;
    if (!heng_str_ends(*name, HENG_STR("]"))) return false;
    heng_str keys = heng_str_slice(*name, open + 1, name->length - 1), key;
    *name = heng_str_slice(*name, 0, open);
    while (heng_str_cut(&keys, ',', &key)) {
        if (out->key_count >= HENG_KEYS_MAX) return false;
        out->keys[out->key_count++] = heng_str_trim(key);
    }
    return true;
}

static const heng_entity *entity_of(const heng_world *world, heng_str code)
{
    const heng_entity *found = NULL;
    for (size_t i = 0; i < world->entity_count; i++) {
        const heng_entity *entity = &world->entities[i];
        if (!heng_str_equal(entity->code, code)) continue;
        if (!found || entity->recorded >= found->recorded) found = entity;
    }
    return found;
}

heng_status heng_figure_parse(const heng_program *program, const heng_world *world, heng_str text,
                              heng_arena *arena, heng_point *out, heng_error *err)
{
    heng_point point = {0};
    heng_str whole = heng_str_copy(arena, text);
    if (!whole.at)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the address of a figure");
    heng_str rest = whole, when, name;
    if (!heng_str_cut(&rest, '/', &point.entity) || !heng_str_cut(&rest, '/', &when) ||
        !rest.length)
        return bad_address(err, whole, "it has three parts, parted by /");
    if (heng_period_parse(when, &point.period, err) != HENG_OK) return err->status;
    name = rest;
    if (!read_keys(&name, &point))
        return bad_address(err, whole, "the keys stand in [ ] at the end");
    const heng_entity *entity = entity_of(world, point.entity);
    if (!entity)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no %.*s in this book",
                         HENG_PRINT(point.entity));
    heng_str level = entity->level.length ? entity->level : entity->kind;
    point.quantity = heng_rule__find_at(program, name, level, point.period);
    if (point.quantity == SIZE_MAX)
        return heng_fail(err, HENG_NOT_FOUND, 0, "no rule gives %.*s for each %.*s by %s",
                         HENG_PRINT(name), HENG_PRINT(level), heng_grain_name(point.period.grain));
    *out = point;
    return HENG_OK;
}
