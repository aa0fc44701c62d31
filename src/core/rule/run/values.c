/* Values out of an evaluation.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"

#include <assert.h>

const heng_world *heng_evaluation_world(const heng_evaluation *evaluation)
{
    return evaluation->world;
}

size_t heng_evaluation_finding_count(const heng_evaluation *evaluation)
{
    return evaluation->finding_count;
}

const heng_finding *heng_evaluation_finding(const heng_evaluation *evaluation, size_t index)
{
    assert(index < evaluation->finding_count);
    return &evaluation->findings[index];
}

void heng_rule__value_at(const rule_column *column, size_t at, heng_value *out)
{
    rule_cell cell = {.quality = HENG_MEASURED};
    if (heng_rule__holds_facts(column))
        cell = heng_rule__cell(column, at);
    else
        cell.value = column->value[at], cell.state = column->state[at],
        cell.evidence = column->evidence[at];
    if (column->given && (cell.state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE) {
        *out = (heng_value){.state = HENG_STATE_UNKNOWN, .want = 1};
        return;
    }
    *out = (heng_value){.state = (heng_value_state)(cell.state & STATE_MASK),
                        .evidence = (heng_evidence)cell.evidence};
    bool known = out->state == HENG_STATE_KNOWN;
    if (known) out->number = cell.value;
    out->has_at_least = cell.state & STATE_PART;
    if (out->has_at_least) out->at_least = cell.value;
    if (known) out->quality[HENG_ESTIMATED] = 1;
    if (column->form == FORM_FULL) {
        out->have = column->have[at];
        out->want = column->want[at];
        for (int c = 0; known && c < HENG_ESTIMATED; c++) out->quality[c] = column->quality[c][at];
        return;
    }
    for (int c = cell.quality; known && c < HENG_ESTIMATED; c++) out->quality[c] = 1;
    if (!heng_rule__holds_facts(column)) return;
    out->want = 1;
    out->have = known;
}

/* The index of a point in its column; a message where it has none. */
heng_status heng_rule__locate(const heng_evaluation *e, const heng_point *point,
                              const rule_column **column, size_t *at, heng_error *err)
{
    if (point->quantity >= e->program->quantity_count)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no quantity number %zu",
                         point->quantity);
    const rule_quantity *q = &e->program->quantities[point->quantity];
    int32_t keys[HENG_KEYS_MAX] = {0};
    if (point->key_count != q->key_count || q->number_key >= 0)
        return heng_fail(err, HENG_NOT_FOUND, 0, "%.*s has %u keys, %u are given",
                         HENG_PRINT(q->name), q->key_count, point->key_count);
    for (unsigned i = 0; i < q->key_count; i++) {
        keys[i] = heng_rule__key_find(e, q->keys[i].list, point->keys[i]);
        if (keys[i] < 0)
            return heng_fail(err, HENG_NOT_FOUND, i, "%.*s is not in the list %.*s",
                             HENG_PRINT(point->keys[i]),
                             HENG_PRINT(e->program->lists[q->keys[i].list].info.name));
    }
    int entity = heng_rule__entity_find(e, point->entity);
    if (entity < 0 && q->scope.kind >= 0)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no %.*s in this book",
                         HENG_PRINT(point->entity));
    if (q->has_grain && q->grain != point->period.grain)
        return heng_fail(err, HENG_NOT_FOUND, 0, "%.*s is given by %s, not by %s",
                         HENG_PRINT(q->name), heng_grain_name(q->grain),
                         heng_grain_name(point->period.grain));
    *column = heng_rule__column(e, (int)point->quantity, point->period.grain);
    ptrdiff_t index = -1;
    if ((*column)->form != FORM_NONE && (*column)->count)
        index = heng_rule__index(*column, entity, point->period.number, keys);
    char when[HENG_PERIOD_TEXT];
    heng_period_write(point->period, when);
    if (index < 0 &&
        heng_rule__holds_facts(*column)) { /* it has no room where nothing is recorded */
        rule_column whole;
        heng_rule__shape(e, (int)point->quantity, point->period.grain, &whole);
        *at = SIZE_MAX;
        if (heng_rule__index(&whole, entity, point->period.number, keys) >= 0) return HENG_OK;
    }
    if (index < 0)
        return heng_fail(err, HENG_NOT_FOUND, 0, "%.*s is not reckoned for %.*s in %s",
                         HENG_PRINT(q->name), HENG_PRINT(point->entity), when);
    *at = (size_t)index;
    return HENG_OK;
}

/* One of a large level of whom nothing is recorded, where that means that nothing is known. */
bool heng_rule__is_unheld(const heng_evaluation *e, const heng_point *point)
{
    if (point->quantity >= e->program->quantity_count) return false;
    const rule_quantity *q = &e->program->quantities[point->quantity];
    if (q->scope.kind < 0 || q->role == ROLE_TABLE || !q->needs_facts) return false;
    int entity = heng_rule__entity_find(e, point->entity);
    size_t scope = heng_rule__scope_id(e->program, q->scope);
    return entity >= 0 && e->members[scope].position[entity] >= 0 &&
           e->held[scope].position[entity] < 0;
}

heng_status heng_evaluation_value(const heng_evaluation *evaluation, const heng_point *point,
                                  heng_value *out, heng_error *err)
{
    const rule_column *column;
    size_t at;
    if (heng_rule__is_unheld(evaluation, point)) {
        *out = (heng_value){.state = HENG_STATE_UNKNOWN};
        return HENG_OK;
    }
    heng_status status = heng_rule__locate(evaluation, point, &column, &at, err);
    if (!status && at == SIZE_MAX)
        *out = (heng_value){.state = HENG_STATE_UNKNOWN, .want = 1};
    else if (!status)
        heng_rule__value_at(column, at, out);
    return status;
}

static bool worth_showing(const heng_value *value)
{
    if (value->state == HENG_STATE_NOT_IN_FORCE) return false;
    return value->state == HENG_STATE_KNOWN || value->have > 0;
}

void heng_evaluation_each(const heng_evaluation *e, size_t quantity, heng_each_value *each,
                          void *context)
{
    const rule_quantity *q = &e->program->quantities[quantity];
    const rule_column *column = &e->columns[quantity];
    if (q->role == ROLE_TABLE || !column->members) return;
    heng_point point = {.quantity = quantity, .key_count = q->key_count};
    for (size_t at = 0; at < column->count; at++) {
        heng_value value;
        heng_rule__value_at(column, at, &value);
        if (!worth_showing(&value)) continue;
        size_t rest = at;
        for (unsigned i = column->key_count; i-- > 0;) {
            int32_t key = (int32_t)(rest % (size_t)column->key_sizes[i]);
            point.keys[i] = heng_rule__key_name(e, q->keys[i].list, key);
            rest /= (size_t)column->key_sizes[i];
        }
        point.period = (heng_period){q->grain, column->first_period +
                                                   (int32_t)(rest % (size_t)column->period_count)};
        point.entity =
            e->entities[column->members->entities[rest / (size_t)column->period_count]]->code;
        if (!each(context, &point, &value)) return;
    }
}
