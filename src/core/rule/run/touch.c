/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/touch.h"

#include <assert.h>

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to follow what changed");
}

static size_t row_count(const rule_column *column)
{
    return column->members ? column->members->count : 1;
}

static size_t periods_of(const rule_column *column)
{
    return column->period_count ? (size_t)column->period_count : 1;
}

heng_status heng_rule__open_touches(const heng_evaluation *e, heng_arena *arena, rule_touches *out,
                                    heng_error *err)
{
    size_t n = e->program->quantity_count;
    *out = (rule_touches){.e = e, .arena = arena};
    out->columns = HENG_ARRAY(arena, n, rule_touch);
    out->tables = HENG_ARRAY(arena, n * HENG_GRAIN_COUNT, rule_touch);
    return out->columns && out->tables ? HENG_OK : no_memory(err);
}

static heng_status open_touch(rule_touches *t, rule_touch *touch, const rule_column *column,
                              heng_error *err)
{
    if (touch->cells) return HENG_OK;
    touch->cells = HENG_ARRAY(t->arena, row_count(column) * periods_of(column), uint8_t);
    touch->rows = HENG_ARRAY(t->arena, row_count(column), uint8_t);
    bool good = touch->cells && touch->rows;
    for (unsigned k = 0; k < column->key_count; k++) {
        touch->keys[k] = HENG_ARRAY(t->arena, (size_t)column->key_sizes[k], bool);
        good = good && touch->keys[k];
    }
    return good ? HENG_OK : no_memory(err);
}

heng_status heng_rule__touch_point(rule_touches *t, rule_touch *touch, const rule_column *column,
                                   size_t at, heng_error *err)
{
    heng_status status = open_touch(t, touch, column, err);
    if (status) return status;
    for (unsigned k = column->key_count; k-- > 0; at /= (size_t)column->key_sizes[k])
        touch->keys[k][at % (size_t)column->key_sizes[k]] = true;
    touch->any = true;
    touch->cells[at] = 1;
    touch->rows[at / periods_of(column)] = 1;
    return HENG_OK;
}

heng_status heng_rule__touch_all(rule_touches *t, rule_touch *touch, const rule_column *column,
                                 heng_error *err)
{
    heng_status status = open_touch(t, touch, column, err);
    if (status) return status;
    touch->any = true;
    memset(touch->cells, 1, row_count(column) * periods_of(column));
    memset(touch->rows, 1, row_count(column));
    for (unsigned k = 0; k < column->key_count; k++)
        memset(touch->keys[k], true, (size_t)column->key_sizes[k] * sizeof(bool));
    return HENG_OK;
}

size_t heng_rule__touched_keys(const rule_touch *touch, const rule_column *column)
{
    size_t points = 1;
    for (unsigned k = 0; k < column->key_count; k++) {
        size_t count = 0;
        for (int32_t i = 0; i < column->key_sizes[k]; i++) count += touch->keys[k][i];
        points *= count;
    }
    return points;
}

/* ---- reads ---------------------------------------------------------------------------------------- */

static const rule_touch *touch_of(const rule_touches *t, int quantity, heng_grain grain)
{
    if (t->e->program->quantities[quantity].role == ROLE_TABLE)
        return &t->tables[(size_t)quantity * HENG_GRAIN_COUNT + grain];
    return &t->columns[quantity];
}

/* The member that an argument always is; -1 where that is not so. */
static int32_t fixed_key(const heng_evaluation *e, const rule_arg *arg)
{
    if (arg->kind == ARG_MEMBER) return arg->map ? arg->map[arg->value] : arg->value;
    if (arg->kind != ARG_ENTITY || e->texts[arg->value] < 0) return -1;
    return e->members[heng_rule__scope_id(e->program, e->program->lists[arg->list].scope)]
        .position[e->texts[arg->value]];
}

/* Whether the read may meet a touched point. */
static bool is_live(const rule_touches *t, const rule_code *code, const rule_read *read)
{
    const rule_touch *touch = touch_of(t, read->quantity, code->chains[read->chain].to);
    unsigned k = 0;
    if (!touch->any) return false;
    for (unsigned a = 0; a < read->arg_count; a++) {
        if (read->args[a].list < 0) continue;
        int32_t fixed = fixed_key(t->e, &read->args[a]);
        if (fixed >= 0 && !touch->keys[k][fixed]) return false;
        k++;
    }
    return true;
}

static bool code_is_live(const rule_touches *t, const rule_code *code)
{
    for (size_t i = 0; i < code->read_count; i++)
        if (is_live(t, code, &code->reads[i])) return true;
    for (size_t i = 0; i < code->over_count; i++)
        if (code_is_live(t, code->overs[i].body)) return true;
    return false;
}

/* Key `key` of a quantity, which is in the slot of that number, may be any member that the read takes to a
 * touched one. */
static void touch_key(const rule_touches *t, const rule_code *code, const rule_read *read, int key,
                      bool *keys, int32_t size)
{
    const rule_touch *touch = touch_of(t, read->quantity, code->chains[read->chain].to);
    for (int32_t m = 0; m < size; m++) {
        bool meets = true;
        unsigned k = 0;
        for (unsigned a = 0; a < read->arg_count; a++) {
            const rule_arg *arg = &read->args[a];
            if (arg->list < 0) continue;
            if (arg->kind == ARG_SLOT && arg->value == key)
                meets = meets && touch->keys[k][arg->map ? arg->map[m] : m];
            k++;
        }
        keys[m] |= meets;
    }
}

static void touch_keys(const rule_touches *t, const rule_code *code, const rule_column *column,
                       rule_touch *touch)
{
    for (size_t i = 0; i < code->read_count; i++)
        for (unsigned k = 0; is_live(t, code, &code->reads[i]) && k < column->key_count; k++)
            touch_key(t, code, &code->reads[i], (int)k, touch->keys[k], column->key_sizes[k]);
    for (size_t i = 0; i < code->over_count; i++) touch_keys(t, code->overs[i].body, column, touch);
}

/* ---- cells ---------------------------------------------------------------------------------------- */

typedef struct spot {
    int32_t entity, period;
} spot;

/* Where a chain leads; false where a key says it. */
static bool follow(const heng_evaluation *e, const rule_chain *chain, spot *s)
{
    heng_grain grain = chain->from;
    for (unsigned i = 0; i < chain->count; i++) {
        const rule_move *move = &chain->moves[i];
        heng_period period = {grain, s->period};
        switch (move->kind) {
        case MOVE_PREVIOUS: period = heng_period_add(period, -1); break;
        case MOVE_LAST_YEAR: period = heng_period_last_year(period); break;
        case MOVE_BASE: period = heng_period_base(period); break;
        case MOVE_FIXED: period = heng_year(move->value); break;
        case MOVE_GRAIN: period = heng_period_within(period, (heng_grain)move->value); break;
        case MOVE_SCOPE:
            if (s->entity >= 0)
                s->entity = heng_rule__tree(e, grain, s->period)
                                ->up[heng_rule__scope_id(e->program, move->scope)][s->entity];
            break;
        case MOVE_KEY: return false;
        }
        grain = period.grain;
        s->period = period.number;
    }
    return true;
}

static bool meets_code(const rule_touches *t, const rule_code *code, spot here);

static bool meets_read(const rule_touches *t, const rule_code *code, const rule_read *read, spot at)
{
    const rule_chain *chain = &code->chains[read->chain];
    const rule_column *column = heng_rule__column(t->e, read->quantity, chain->to);
    if (!is_live(t, code, read)) return false;
    if (!follow(t->e, chain, &at)) return true;
    size_t cell = 0;
    if (column->members) {
        if (at.entity < 0 || column->members->position[at.entity] < 0) return false;
        cell = (size_t)column->members->position[at.entity];
    }
    if (column->period_count) {
        int32_t number = at.period - column->first_period;
        if (number < 0 || number >= column->period_count) return false;
        cell = cell * (size_t)column->period_count + (size_t)number;
    }
    return touch_of(t, read->quantity, chain->to)->cells[cell];
}

static bool meets_members(const rule_touches *t, const rule_over *over, const rule_dim *scope,
                          heng_grain grain, spot at)
{
    if (!scope) return meets_code(t, over->body, at);
    if (at.entity < 0) return false;
    size_t id = heng_rule__scope_id(t->e->program, scope->scope);
    const rule_tree *tree = heng_rule__tree(t->e, grain, at.period);
    for (uint32_t m = tree->down_first[id][at.entity]; m < tree->down_first[id][at.entity + 1]; m++)
        if (meets_code(t, over->body, (spot){tree->down[id][m], at.period})) return true;
    return false;
}

static bool meets_over(const rule_touches *t, const rule_code *code, const rule_over *over, spot at)
{
    const rule_dim *scope = NULL, *periods = NULL;
    heng_grain grain = code->chains[over->chain].to;
    if (!code_is_live(t, over->body)) return false;
    if (!follow(t->e, &code->chains[over->chain], &at)) return true;
    for (unsigned d = 0; d < over->dim_count; d++) {
        if (over->dims[d].kind == DIM_SCOPE) scope = &over->dims[d];
        if (over->dims[d].kind == DIM_GRAIN) periods = &over->dims[d];
    }
    if (!periods) return meets_members(t, over, scope, grain, at);
    heng_period around = heng_period_within((heng_period){grain, at.period}, periods->of);
    int32_t first = heng_period_first(around, periods->grain).number;
    int32_t last = first + heng_grain_ratio(periods->grain, around.grain) - 1;
    if (periods->so_far && at.period < last) last = at.period;
    for (int32_t number = first; number <= last; number++)
        if (meets_members(t, over, scope, periods->grain, (spot){at.entity, number})) return true;
    return false;
}

static bool meets_code(const rule_touches *t, const rule_code *code, spot here)
{
    for (size_t i = 0; i < code->read_count; i++)
        if (meets_read(t, code, &code->reads[i], here)) return true;
    for (size_t i = 0; i < code->over_count; i++)
        if (meets_over(t, code, &code->overs[i], here)) return true;
    return false;
}

/* ---- members -------------------------------------------------------------------------------------- */

static bool stays_with_member(const rule_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        if (chain->moves[i].kind >= MOVE_SCOPE) return false;
    return true;
}

/* Whether a formula may meet a touched point at some period; most members are passed over by this. */
static bool may_meet(const rule_touches *t, const rule_code *code, int32_t entity)
{
    for (size_t i = 0; i < code->read_count; i++) {
        const rule_read *read = &code->reads[i];
        const rule_chain *chain = &code->chains[read->chain];
        const rule_column *column = heng_rule__column(t->e, read->quantity, chain->to);
        if (!is_live(t, code, read)) continue;
        if (!column->members || !stays_with_member(chain)) return true;
        int32_t row = column->members->position[entity];
        if (row >= 0 && touch_of(t, read->quantity, chain->to)->rows[row]) return true;
    }
    for (size_t i = 0; i < code->over_count; i++) {
        const rule_over *over = &code->overs[i];
        const rule_dim *scope = NULL;
        if (!code_is_live(t, over->body)) continue;
        if (!stays_with_member(&code->chains[over->chain])) return true;
        for (unsigned d = 0; d < over->dim_count; d++)
            if (over->dims[d].kind == DIM_SCOPE) scope = &over->dims[d];
        if (!scope && may_meet(t, over->body, entity)) return true;
        size_t id = scope ? heng_rule__scope_id(t->e->program, scope->scope) : 0;
        for (size_t k = 0; scope && k < t->e->tree_count; k++) {
            const rule_tree *tree = &t->e->trees[k];
            for (uint32_t m = tree->down_first[id][entity]; m < tree->down_first[id][entity + 1];
                 m++)
                if (may_meet(t, over->body, tree->down[id][m])) return true;
        }
    }
    return false;
}

heng_status heng_rule__touch_code(rule_touches *t, int quantity, const rule_code *code, int32_t t0,
                                  int32_t t1, heng_error *err)
{
    const rule_column *column = &t->e->columns[quantity];
    rule_touch *touch = &t->columns[quantity];
    if (!code_is_live(t, code)) return HENG_OK;
    heng_status status = open_touch(t, touch, column, err);
    if (status) return status;
    bool any = false;
    for (size_t m = 0; m < column->members->count; m++) {
        int32_t entity = column->members->entities[m];
        uint8_t *cells = touch->cells + m * periods_of(column);
        if (!may_meet(t, code, entity)) continue;
        for (int32_t number = t0; number <= t1; number++) {
            if (!meets_code(t, code, (spot){entity, column->first_period + number})) continue;
            cells[number] = touch->rows[m] = 1;
            any = true;
        }
    }
    if (!any) return HENG_OK;
    touch_keys(t, code, column, touch);
    touch->any = true;
    return HENG_OK;
}

heng_status heng_rule__touch_over(rule_touches *t, int quantity, const rule_touch *from_touch,
                                  const rule_column *from, int32_t t0, int32_t t1, heng_error *err)
{
    const rule_column *column = &t->e->columns[quantity];
    rule_touch *touch = &t->columns[quantity];
    if (!from_touch->any) return HENG_OK;
    heng_status status = open_touch(t, touch, column, err);
    for (size_t m = 0; m < column->members->count && !status; m++) {
        int32_t row = from->members->position[column->members->entities[m]];
        for (int32_t number = t0; number <= t1 && row >= 0; number++) {
            int32_t there = column->first_period + number - from->first_period;
            if (there < 0 || there >= from->period_count) continue;
            if (!from_touch->cells[(size_t)row * periods_of(from) + (size_t)there]) continue;
            touch->cells[m * periods_of(column) + (size_t)number] = touch->rows[m] = 1;
            touch->any = true;
        }
    }
    for (unsigned k = 0; k < column->key_count && !status; k++)
        for (int32_t i = 0; i < column->key_sizes[k]; i++)
            touch->keys[k][i] |= from_touch->keys[k][i];
    return status;
}
