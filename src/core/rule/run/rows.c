/* Rows of tables into columns, at each grain at which formulas read them.
 *
 * A row holds in the periods that lie wholly inside its validity; an open end gives way to the next
 * start of the same cell. Of rows that hold together, the one recorded last counts. Dated tables reach
 * some years before the first fact, because rules look back.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/touch.h"

#include <assert.h>
#include <stdlib.h>

enum { LOOK_BACK_MONTHS = 72 /* a plan and a year */ };

typedef struct placed_row {
    const rule_row *row;
    uint32_t index;  /* into e->rows */
    size_t cell;     /* member and keys, without the period */
    heng_span valid; /* as it holds */
} placed_row;

static int compare_placed(const void *left, const void *right)
{
    const placed_row *a = left, *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    if (a->row->number != b->row->number) return a->row->number < b->row->number ? -1 : 1;
    if (a->valid.first_month != b->valid.first_month)
        return a->valid.first_month < b->valid.first_month ? -1 : 1;
    if (a->row->row.recorded != b->row->row.recorded)
        return a->row->row.recorded < b->row->row.recorded ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the rows of tables");
}

/* ---- rows of the world ----------------------------------------------------------------------------- */

static int table_of(const heng_program *p, const heng_table_row *row)
{
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->role != ROLE_TABLE) continue;
        bool same = row->qualified.length ? heng_str_equal(q->qualified, row->qualified)
                                          : heng_str_equal(q->name, row->table);
        if (same) return (int)i;
    }
    return -1;
}

/* Statuses: HENG_NO_MEMORY. Rows of tables that the program does not know are left aside. */
static heng_status collect_rows(heng_evaluation *e, heng_error *err)
{
    const heng_program *p = e->program;
    const heng_world *w = e->world;
    e->rows = HENG_ARRAY(e->arena, p->row_count + w->row_count, const rule_row *);
    rule_row *added = HENG_ARRAY(e->arena, w->row_count, rule_row);
    if (!e->rows || !added) return no_memory(err);
    for (size_t i = 0; i < p->row_count; i++) e->rows[e->row_count++] = &p->rows[i];
    for (size_t i = 0; i < w->row_count; i++) {
        rule_row *row = &added[i];
        row->row = w->rows[i];
        row->quantity = table_of(p, &row->row);
        if (row->quantity < 0) continue;
        const rule_quantity *q = &p->quantities[row->quantity];
        if (q->key_count != row->row.key_count) continue;
        for (unsigned k = 0; k < q->key_count; k++) {
            heng_error why;
            if (q->keys[k].list >= 0)
                row->keys[k] = heng_rule__key_find(e, q->keys[k].list, row->row.keys[k]);
            else
                (void)heng_number_parse(row->row.keys[k], &row->number, &why);
        }
        e->rows[e->row_count++] = row;
    }
    return HENG_OK;
}

/* ---- one table ------------------------------------------------------------------------------------ */

/* The cell of a row among members and keys; SIZE_MAX where this world has no such cell. */
static size_t cell_of(const heng_evaluation *e, const rule_quantity *q, const rule_column *shape,
                      const rule_row *row)
{
    size_t at = 0;
    unsigned key = 0;
    if (shape->members) {
        int entity = heng_rule__entity_find(e, row->row.member);
        if (entity < 0 || shape->members->position[entity] < 0) return SIZE_MAX;
        at = (size_t)shape->members->position[entity];
    }
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0) continue;
        int member = row->keys[i] >= 0 ? row->keys[i]
                                       : heng_rule__key_find(e, q->keys[i].list, row->row.keys[i]);
        if (member < 0) return SIZE_MAX;
        at = at * (size_t)shape->key_sizes[key++] + (size_t)member;
    }
    return at;
}

static heng_status place_rows(heng_evaluation *e, int quantity, const rule_column *shape,
                              placed_row **out, size_t *count, heng_error *err)
{
    const rule_quantity *q = &e->program->quantities[quantity];
    size_t total = 0;
    for (size_t i = 0; i < e->row_count; i++) total += e->rows[i]->quantity == quantity;
    placed_row *placed = HENG_ARRAY(e->arena, total, placed_row);
    if (!placed) return no_memory(err);
    *count = 0;
    for (size_t i = 0; i < e->row_count; i++) {
        const rule_row *row = e->rows[i];
        if (row->quantity != quantity) continue;
        size_t cell = cell_of(e, q, shape, row);
        if (cell == SIZE_MAX) continue;
        placed[(*count)++] = (placed_row){row, (uint32_t)i, cell, row->row.valid};
    }
    qsort(placed, *count, sizeof *placed, compare_placed);
    for (size_t i = 0; i < *count; i++) { /* an open end gives way to the next start */
        if (placed[i].valid.last_month != INT32_MAX) continue;
        for (size_t j = i + 1; j < *count && placed[j].cell == placed[i].cell &&
                               placed[j].row->number == placed[i].row->number;
             j++) {
            if (placed[j].valid.first_month == placed[i].valid.first_month) continue;
            placed[i].valid.last_month = placed[j].valid.first_month - 1;
            break;
        }
    }
    *out = placed;
    return HENG_OK;
}

static uint8_t state_of(const rule_row *row)
{
    bool known = row->row.notation == HENG_VALUE || row->row.notation == HENG_NO ||
                 row->row.notation == HENG_NA;
    return known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN;
}

static void put_row(rule_column *column, size_t at, const heng_evaluation *e,
                    const placed_row *placed)
{
    if (column->origin[at]) {
        const rule_row *before = e->rows[column->origin[at] - 1];
        if (before->row.recorded > placed->row->row.recorded) return;
    }
    column->state[at] = state_of(placed->row);
    column->value[at] = column->state[at] == HENG_STATE_KNOWN ? placed->row->row.value : 0;
    column->evidence[at] = (uint8_t)placed->row->row.evidence;
    column->origin[at] = placed->index + 1;
}

static void fill_column(rule_column *column, const heng_evaluation *e, const placed_row *placed,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!column->period_count) {
            put_row(column, placed[i].cell, e, &placed[i]);
            continue;
        }
        size_t row = placed[i].cell / column->key_points, key = placed[i].cell % column->key_points;
        for (int32_t t = 0; t < column->period_count; t++) {
            heng_period period = {column->grain, column->first_period + t};
            if (!heng_span_holds(placed[i].valid, period)) continue;
            put_row(column,
                    (row * (size_t)column->period_count + (size_t)t) * column->key_points + key, e,
                    &placed[i]);
        }
    }
}

static heng_status fill_curve(heng_evaluation *e, rule_column *column, const placed_row *placed,
                              size_t count, heng_error *err)
{
    column->form = FORM_CURVE;
    column->curve_first = HENG_ARRAY(e->arena, column->count + 1, uint32_t);
    column->curve = HENG_ARRAY(e->arena, count, rule_curve_point);
    if (!column->curve_first || !column->curve) return no_memory(err);
    size_t at = 0;
    for (size_t cell = 0; cell < column->count; cell++) {
        column->curve_first[cell] = (uint32_t)at;
        for (; at < count && placed[at].cell == cell; at++)
            column->curve[at] =
                (rule_curve_point){.x = placed[at].row->number,
                                   .value = placed[at].row->row.value,
                                   .valid = placed[at].valid,
                                   .origin = placed[at].index + 1,
                                   .state = state_of(placed[at].row),
                                   .evidence = (uint8_t)placed[at].row->row.evidence};
    }
    column->curve_first[column->count] = (uint32_t)at;
    return HENG_OK;
}

static heng_status load_table(heng_evaluation *e, int quantity, heng_grain grain, heng_error *err)
{
    const rule_quantity *q = &e->program->quantities[quantity];
    rule_column *column = &e->tables[(size_t)quantity * HENG_GRAIN_COUNT + grain];
    bool curve = q->number_key >= 0;
    if (column->form != FORM_NONE) return HENG_OK;
    heng_rule__shape(e, quantity, grain, column);
    if (curve) {
        column->count =
            column->period_count ? column->count / (size_t)column->period_count : column->count;
        column->period_count = 0;
    } else if (column->period_count) {
        heng_period early = {HENG_MONTH, e->first_month - LOOK_BACK_MONTHS};
        int32_t first = heng_period_within(early, grain).number;
        size_t rows = column->count / (size_t)column->period_count;
        column->period_count += column->first_period - first;
        column->first_period = first;
        column->count = rows * (size_t)column->period_count;
    }
    placed_row *placed = NULL;
    size_t count = 0;
    heng_status status = place_rows(e, quantity, column, &placed, &count, err);
    if (status) return status;
    if (curve) return fill_curve(e, column, placed, count, err);
    status = heng_rule__allocate(e, column, FORM_TABLE, err);
    if (!status) fill_column(column, e, placed, count);
    return status;
}

/* ---- all that formulas read ------------------------------------------------------------------------ */

static heng_status load_for_code(heng_evaluation *e, const rule_code *code, heng_error *err)
{
    for (size_t i = 0; i < code->read_count; i++) {
        const rule_read *read = &code->reads[i];
        if (e->program->quantities[read->quantity].role != ROLE_TABLE) continue;
        heng_status status = load_table(e, read->quantity, code->chains[read->chain].to, err);
        if (status) return status;
    }
    for (size_t i = 0; i < code->over_count; i++) {
        heng_status status = load_for_code(e, code->overs[i].body, err);
        if (status) return status;
    }
    return HENG_OK;
}

heng_status heng_rule__load_tables(heng_evaluation *e, heng_error *err)
{
    const heng_program *p = e->program;
    e->tables = HENG_ARRAY(e->arena, p->quantity_count * HENG_GRAIN_COUNT, rule_column);
    e->texts = HENG_ARRAY(e->arena, p->text_count, int32_t);
    if (!e->tables || !e->texts) return no_memory(err);
    for (size_t i = 0; i < p->text_count; i++) e->texts[i] = heng_rule__entity_find(e, p->texts[i]);
    heng_status status = e->period_count[HENG_YEAR] ? collect_rows(e, err) : HENG_OK;
    for (size_t i = 0; i < p->quantity_count && !status && e->period_count[HENG_YEAR]; i++)
        for (size_t v = 0; v < p->quantities[i].version_count && !status; v++)
            if (p->quantities[i].versions[v].code)
                status = load_for_code(e, p->quantities[i].versions[v].code, err);
    return status;
}

/* ---- later rows ------------------------------------------------------------------------------------ */

static heng_status touch_changes(rule_touches *touches, rule_touch *touch, const rule_column *old,
                                 const rule_column *column, heng_error *err)
{
    heng_status status = HENG_OK;
    if (column->form == FORM_CURVE) return heng_rule__touch_all(touches, touch, column, err);
    assert(old->count == column->count);
    for (size_t at = 0; at < column->count && !status; at++) {
        bool same = memcmp(&old->value[at], &column->value[at], sizeof *old->value) == 0 &&
                    old->state[at] == column->state[at] &&
                    old->evidence[at] == column->evidence[at];
        if (!same) status = heng_rule__touch_point(touches, touch, column, at, err);
    }
    return status;
}

static bool can_hold(const heng_evaluation *e, heng_str member)
{
    int entity = member.length ? heng_rule__entity_find(e, member) : -1;
    if (entity < 0 || e->entity_scopes[entity].kind < 0)
        return true; /* it is in no column at all */
    size_t scope = heng_rule__scope_id(e->program, e->entity_scopes[entity]);
    return e->held[scope].position[entity] >= 0;
}

heng_status heng_rule__offer_rows(heng_evaluation *e, size_t from, rule_touches *touches,
                                  bool *taken, heng_error *err)
{
    const heng_world *w = e->world;
    heng_status status = HENG_OK;
    if (from == w->row_count) return HENG_OK;
    for (size_t i = from; i < w->row_count && *taken; i++) *taken = can_hold(e, w->rows[i].member);
    if (!*taken) return HENG_OK;
    e->row_count = 0;
    status = collect_rows(e, err);
    for (size_t i = from; i < w->row_count && !status; i++) {
        int quantity = table_of(e->program, &w->rows[i]);
        for (int g = 0; g < HENG_GRAIN_COUNT && quantity >= 0 && !status; g++) {
            size_t at = (size_t)quantity * HENG_GRAIN_COUNT + (size_t)g;
            rule_column old = e->tables[at];
            if (old.form == FORM_NONE) continue;
            e->tables[at].form = FORM_NONE;
            status = load_table(e, quantity, (heng_grain)g, err);
            if (!status)
                status = touch_changes(touches, &touches->tables[at], &old, &e->tables[at], err);
        }
    }
    return status;
}
