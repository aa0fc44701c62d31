/* Blocks of facts into the columns of inputs: read where they lie, or laid out once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"

#include <assert.h>
#include <math.h>

/* How the axes of a block meet those of a column. */
typedef struct placing {
    heng_evaluation *e;
    const heng_block *block;
    size_t number; /* of the block */
    int quantity;
    int32_t *keys[HENG_KEYS_MAX]; /* by name of the block: member of the list; -1 */
    heng_ratio ratio;
    heng_error *err;
} placing;

size_t heng_block_count(const heng_block *block)
{
    size_t count = block->member_count * block->period_count;
    for (unsigned k = 0; k < block->key_count; k++) count *= block->key_sizes[k];
    return count;
}

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to lay out a block of facts");
}

static heng_status report(placing *p, heng_str entity, const char *format, heng_str what,
                          heng_str where)
{
    heng_str message = heng_str_format(p->e->arena, format, HENG_PRINT(what), HENG_PRINT(where));
    heng_finding finding = {
        .check = p->block->name, .entity = entity, .period = p->block->first, .message = message};
    if (message.at && heng_rule__find(p->e, finding, p->err)) return HENG_OK;
    return no_memory(p->err);
}

static heng_status place_keys(placing *p)
{
    const rule_quantity *q = &p->e->program->quantities[p->quantity];
    heng_status status = HENG_OK;
    for (unsigned k = 0; k < q->key_count && !status; k++) {
        p->keys[k] = HENG_ARRAY(p->e->arena, p->block->key_sizes[k], int32_t);
        if (!p->keys[k]) return no_memory(p->err);
        for (size_t i = 0; i < p->block->key_sizes[k] && !status; i++) {
            heng_str name = p->block->keys[k][i];
            p->keys[k][i] = heng_rule__key_find(p->e, q->keys[k].list, name);
            if (p->keys[k][i] < 0)
                status = report(p, (heng_str){0},
                                "%.*s is not in the list %.*s. Correct the key of the block, or "
                                "add it to the list.",
                                name, p->e->program->lists[q->keys[k].list].info.name);
        }
    }
    return status;
}

/* Whether the unit is the same for all keys and fits; a ratio other than 1 lays the block out. */
static heng_status place_unit(placing *p, bool *fits)
{
    const rule_quantity *q = &p->e->program->quantities[p->quantity];
    int32_t first[HENG_KEYS_MAX] = {0};
    heng_unit from, to;
    heng_error why = {0};
    *fits = true;
    p->ratio = (heng_ratio){1, 1};
    if (!p->block->unit.length || heng_str_equal(p->block->unit, q->type.text)) return HENG_OK;
    heng_status status = heng_unit_parse(p->e->units, p->block->unit, &from, &why);
    if (!status) status = heng_rule__unit_of_cell(p->e->program, q, first, &to, &why);
    if (!status && !heng_unit_equal(&to, &q->type.unit)) status = HENG_INVALID;
    if (!status) status = heng_unit_factor_between(&from, &to, &p->ratio, &why);
    if (status == HENG_NO_MEMORY) {
        *p->err = why;
        return status;
    }
    *fits = !status;
    return status ? report(p, (heng_str){0},
                           "%.*s does not fit: the rules ask for %.*s. Correct the unit of the "
                           "block.",
                           p->block->unit, q->type.text)
                  : HENG_OK;
}

/* ---- where it lies -------------------------------------------------------------------------------- */

static bool keys_in_order(const placing *p)
{
    const rule_quantity *q = &p->e->program->quantities[p->quantity];
    for (unsigned k = 0; k < q->key_count; k++) {
        if (p->block->key_sizes[k] != heng_rule__list_size(p->e, q->keys[k].list)) return false;
        for (size_t i = 0; i < p->block->key_sizes[k]; i++)
            if (p->keys[k][i] != (int32_t)i) return false;
    }
    return true;
}

static bool members_in_order(const placing *p, const rule_members *all)
{
    const int32_t *entities = p->e->block_entities[p->number];
    for (size_t i = 0; i < p->block->member_count; i++)
        if (entities[i] < 0 || all->position[entities[i]] < 0 ||
            (i && entities[i] <= entities[i - 1]))
            return false;
    return true;
}

/* The column is then the block. */
static heng_status stay(placing *p, rule_column *column, const rule_members *all)
{
    const heng_evaluation *e = p->e;
    rule_members *members = HENG_NEW(e->arena, rule_members);
    if (!members) return no_memory(p->err);
    *members = (rule_members){.scope = all->scope,
                              .entities = e->block_entities[p->number],
                              .position = HENG_ARRAY(e->arena, e->entity_count, int32_t),
                              .count = p->block->member_count};
    if (!members->position) return no_memory(p->err);
    for (size_t i = 0; i < e->entity_count; i++) members->position[i] = -1;
    for (size_t i = 0; i < members->count; i++)
        members->position[members->entities[i]] = (int32_t)i;
    column->form = FORM_BLOCK;
    column->block = p->block;
    column->block_number = p->number;
    column->members = members;
    column->first_period = p->block->first.number;
    column->period_count = (int32_t)p->block->period_count;
    column->count = heng_block_count(p->block);
    return HENG_OK;
}

/* ---- laid out -------------------------------------------------------------------------------------- */

static heng_instant recorded_at(const heng_evaluation *e, uint32_t origin)
{
    size_t i = origin - 1, blocks = e->world->block_count;
    return i < blocks ? e->world->blocks[i].recorded : e->world->facts[i - blocks].recorded;
}

static void put_cell(const placing *p, rule_column *column, size_t to, size_t from)
{
    const heng_evaluation *e = p->e;
    rule_column source = {.form = FORM_BLOCK, .block = p->block};
    rule_cell cell = heng_rule__cell(&source, from);
    if (!cell.recorded) return;
    if (column->origin[to] && recorded_at(e, column->origin[to]) > p->block->recorded) return;
    column->filled = true;
    column->value[to] = heng_rule__convert(p->ratio, cell.value);
    column->state[to] = cell.state;
    column->evidence[to] = cell.evidence;
    column->quality_class[to] = cell.quality;
    column->origin[to] = (uint32_t)p->number + 1;
}

static void lay_out(const placing *p, rule_column *column)
{
    const heng_block *b = p->block;
    const int32_t *entities = p->e->block_entities[p->number];
    size_t points = 1, from = 0;
    for (unsigned k = 0; k < b->key_count; k++) points *= b->key_sizes[k];
    for (size_t m = 0; m < b->member_count; m++)
        for (size_t t = 0; t < b->period_count; t++)
            for (size_t point = 0; point < points; point++, from++) {
                int32_t keys[HENG_KEYS_MAX];
                size_t rest = point;
                for (unsigned k = b->key_count; k-- > 0; rest /= b->key_sizes[k])
                    keys[k] = p->keys[k][rest % b->key_sizes[k]];
                int32_t period = b->first.number + (int32_t)t;
                ptrdiff_t to = heng_rule__index(column, entities[m], period, keys);
                if (to >= 0) put_cell(p, column, (size_t)to, from);
            }
}

heng_status heng_rule__load_block(heng_evaluation *e, size_t number, int quantity, bool alone,
                                  rule_column *column, heng_error *err)
{
    placing p = {.e = e,
                 .block = &e->world->blocks[number],
                 .number = number,
                 .quantity = quantity,
                 .err = err};
    const rule_quantity *q = &e->program->quantities[quantity];
    bool fits;
    heng_status status = place_keys(&p);
    if (!status) status = place_unit(&p, &fits);
    if (status || !fits) return status;
    if (q->type.kind != RULE_NUMBER)
        return report(&p, (heng_str){0},
                      "%.*s asks for %.*s, and a block holds numbers. Record facts.", q->name,
                      HENG_STR("words"));
    const rule_members *all = &e->members[heng_rule__scope_id(e->program, q->scope)];
    bool same = p.ratio.numerator == p.ratio.denominator;
    if (alone && same && keys_in_order(&p) && members_in_order(&p, all))
        return stay(&p, column, all);
    if (column->form == FORM_NONE) status = heng_rule__allocate(e, column, FORM_FACTS, err);
    if (!status) lay_out(&p, column);
    return status;
}

/* ---- one cell -------------------------------------------------------------------------------------- */

static rule_cell cell_of_block(const heng_block *b, size_t at)
{
    heng_notation notation = b->notations ? (heng_notation)b->notations[at] : HENG_VALUE;
    bool number = notation == HENG_VALUE && !isnan(b->values[at]);
    rule_cell cell = {.recorded = number || notation != HENG_VALUE};
    if (!cell.recorded) return cell;
    bool known = number || notation == HENG_NO || notation == HENG_NA;
    cell.state = known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN;
    cell.value = number ? b->values[at] : 0;
    cell.evidence = b->evidences ? b->evidences[at] : (uint8_t)b->evidence;
    cell.quality = b->qualities ? b->qualities[at] : (uint8_t)b->quality;
    return cell;
}

rule_cell heng_rule__cell(const rule_column *column, size_t at)
{
    if (column->form == FORM_BLOCK) return cell_of_block(column->block, at);
    assert(column->form == FORM_FACTS);
    return (rule_cell){.value = column->value[at],
                       .state = column->state[at],
                       .evidence = column->evidence[at],
                       .quality = column->quality_class[at],
                       .recorded = column->origin[at]};
}

/* The cell of a block as a fact. */
static const heng_fact *fact_of_block(const heng_evaluation *e, const heng_block *b,
                                      const rule_column *column, size_t at, heng_arena *arena)
{
    heng_fact *fact = HENG_NEW(arena, heng_fact);
    if (!fact) return NULL;
    *fact = (heng_fact){.name = b->name,
                        .unit = b->unit,
                        .key_count = b->key_count,
                        .quality = b->quality,
                        .evidence = b->evidence,
                        .source = b->source,
                        .recorded = b->recorded};
    size_t rest = at, from = 0;
    int32_t keys[HENG_KEYS_MAX];
    for (unsigned k = column->key_count; k-- > 0; rest /= (size_t)column->key_sizes[k])
        keys[k] = (int32_t)(rest % (size_t)column->key_sizes[k]);
    int32_t t = column->first_period + (int32_t)(rest % (size_t)column->period_count);
    const rule_quantity *q = &e->program->quantities[column->quantity];
    fact->period = (heng_period){column->grain, t};
    fact->entity =
        e->entities[column->members->entities[rest / (size_t)column->period_count]]->code;
    while (from < b->member_count && !heng_str_equal(b->members[from], fact->entity)) from++;
    from = from * b->period_count + (size_t)(t - b->first.number);
    for (unsigned k = 0; k < b->key_count; k++) {
        size_t i = 0;
        fact->keys[k] = heng_rule__key_name(e, q->keys[k].list, keys[k]);
        while (i < b->key_sizes[k] && !heng_str_equal(b->keys[k][i], fact->keys[k])) i++;
        from = from * b->key_sizes[k] + i;
    }
    assert(from < heng_block_count(b));
    if (b->notations) fact->notation = (heng_notation)b->notations[from];
    if (b->qualities) fact->quality = (heng_quality)b->qualities[from];
    if (b->evidences) fact->evidence = (heng_evidence)b->evidences[from];
    fact->text = heng_str_from(heng_notation_name(fact->notation));
    if (fact->notation != HENG_VALUE) return fact;
    char number[HENG_NUMBER_TEXT];
    fact->value = b->values[from];
    fact->text = heng_str_copy(arena, (heng_str){number, heng_number_write(fact->value, number)});
    return fact->text.at ? fact : NULL;
}

const heng_fact *heng_rule__fact_at(const heng_evaluation *e, const rule_column *column, size_t at,
                                    heng_arena *arena)
{
    if (column->form == FORM_BLOCK) return fact_of_block(e, column->block, column, at, arena);
    size_t i = column->origin[at] - 1, blocks = e->world->block_count;
    if (i >= blocks) return &e->world->facts[i - blocks];
    return fact_of_block(e, &e->world->blocks[i], column, at, arena);
}
