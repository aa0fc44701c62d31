/* Points by numbers: their address, their unit, and who gives them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/why/spot.h"

#include <stdio.h>

static heng_str replaced(heng_arena *arena, heng_str text, heng_str what, heng_str with)
{
    size_t at = what.length ? heng_str_find(text, what, 0) : SIZE_MAX;
    if (at == SIZE_MAX) return text;
    return heng_str_format(arena, "%.*s%.*s%.*s", (int)at, text.at, HENG_PRINT(with),
                           (int)(text.length - at - what.length), text.at + at + what.length);
}

heng_str heng_rule__spot_unit(const heng_program *program, const rule_quantity *q,
                              const int32_t *keys, heng_arena *arena)
{
    heng_str text = q->type.text;
    unsigned key = 0;
    if (q->type.kind != RULE_NUMBER) return HENG_STR("");
    if (!text.length) text = HENG_STR("1");
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0) continue;
        const rule_list *list = &program->lists[q->keys[i].list];
        int32_t member = keys[key++];
        if ((!list->has_units && !list->substance) || member < 0) continue;
        char name[HENG_NAME_MAX + 8];
        snprintf(name, sizeof name, list->has_units ? "unit(%.*s)" : " %.*s",
                 HENG_PRINT(list->info.name));
        heng_str with = list->unit_texts[member];
        if (list->substance) with = replaced(arena, HENG_STR(" -"), HENG_STR("-"), with);
        text = with.at ? replaced(arena, text, heng_str_from(name), with) : with;
        if (!text.at) return text;
    }
    return text;
}

void heng_rule__point_of(const heng_evaluation *e, const rule_spot *s, heng_point *out)
{
    const rule_quantity *q = &e->program->quantities[s->quantity];
    unsigned key = 0;
    *out = (heng_point){
        .quantity = (size_t)s->quantity, .period = s->period, .key_count = q->key_count};
    if (s->entity >= 0) out->entity = e->entities[s->entity]->code;
    for (unsigned i = 0; i < q->key_count; i++) {
        out->keys[i] = HENG_STR("?");
        if (q->keys[i].list < 0) continue;
        int32_t member = s->keys[key++];
        if (member >= 0) out->keys[i] = heng_rule__key_name(e, q->keys[i].list, member);
    }
}

int heng_rule__giver_at(const heng_evaluation *e, const rule_quantity *q, const rule_spot *s)
{
    for (size_t i = 0; i < q->provider_count; i++) {
        const rule_column *column = &e->columns[q->providers[i]];
        ptrdiff_t at = heng_rule__index(column, s->entity, s->period.number, s->keys);
        if (at >= 0 && (column->state[at] & STATE_MASK) != HENG_STATE_NOT_IN_FORCE)
            return q->providers[i];
    }
    return -1;
}
