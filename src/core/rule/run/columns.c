/* Shapes of columns, and the names of their keys.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"

#include <assert.h>

size_t heng_rule__list_size(const heng_evaluation *e, int list)
{
    const rule_list *l = &e->program->lists[list];
    if (l->scope.kind < 0) return l->info.member_count;
    return e->members[heng_rule__scope_id(e->program, l->scope)].count;
}

int heng_rule__key_find(const heng_evaluation *e, int list, heng_str name)
{
    const rule_list *l = &e->program->lists[list];
    if (l->scope.kind < 0) return heng_rule__member(l, name);
    int entity = heng_rule__entity_find(e, name);
    return entity < 0 ? -1 : e->members[heng_rule__scope_id(e->program, l->scope)].position[entity];
}

heng_str heng_rule__key_name(const heng_evaluation *e, int list, int32_t key)
{
    const rule_list *l = &e->program->lists[list];
    if (l->scope.kind < 0) return l->info.members[key];
    return e->entities[e->members[heng_rule__scope_id(e->program, l->scope)].entities[key]]->code;
}

void heng_rule__shape(const heng_evaluation *e, int quantity, heng_grain grain, rule_column *out)
{
    const rule_quantity *q = &e->program->quantities[quantity];
    *out = (rule_column){.quantity = quantity, .grain = grain, .key_points = 1};
    size_t rows = 1;
    if (q->scope.kind >= 0) {
        size_t scope = heng_rule__scope_id(e->program, q->scope);
        out->members = q->needs_facts ? &e->held[scope] : &e->members[scope];
        rows = out->members->count;
    }
    if (q->role != ROLE_TABLE || q->dated) {
        out->first_period = e->first_period[grain];
        out->period_count = e->period_count[grain];
        rows *= (size_t)out->period_count;
    }
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0) continue;
        size_t size = heng_rule__list_size(e, q->keys[i].list);
        out->key_sizes[out->key_count++] = (int32_t)size;
        out->key_points *= size;
    }
    out->count = rows * out->key_points;
}

heng_status heng_rule__allocate(heng_evaluation *e, rule_column *column, rule_form form,
                                heng_error *err)
{
    column->form = form;
    size_t n = column->count;
    if (n > UINT32_MAX - 1)
        return heng_fail(err, HENG_TOO_LARGE, 0, "more than 4,294,967,294 points of one name");
    column->value = HENG_ARRAY(e->arena, n, double);
    column->state = HENG_ARRAY(e->arena, n, uint8_t);
    column->evidence = HENG_ARRAY(e->arena, n, uint8_t);
    bool good = column->value && column->state && column->evidence;
    if (form == FORM_FULL) {
        column->have = HENG_ARRAY(e->arena, n, double);
        column->want = HENG_ARRAY(e->arena, n, double);
        good = good && column->have && column->want;
        for (int i = 0; i < 3; i++)
            good = good && (column->quality[i] = HENG_ARRAY(e->arena, n, float));
    } else {
        column->origin = HENG_ARRAY(e->arena, n, uint32_t);
        good = good && column->origin;
        if (form == FORM_FACTS)
            good = good && (column->quality_class = HENG_ARRAY(e->arena, n, uint8_t));
    }
    return good ? HENG_OK : heng_fail(err, HENG_NO_MEMORY, 0, "no memory for %zu values", n);
}

bool heng_rule__find(heng_evaluation *e, heng_finding finding, heng_error *err)
{
    if (e->finding_count >= HENG_FINDINGS_MAX) return true;
    if (!heng_rule__grow(e->arena, &e->findings, e->finding_count, &e->finding_room,
                         sizeof *e->findings)) {
        (void)heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the findings");
        return false;
    }
    e->findings[e->finding_count++] = finding;
    return true;
}
