/* A world as rows of the input tables.
 *
 * An entity's number is twice its place among the codes, and one more when no column holds it, so that
 * numbers sort as codes do and a query sees without a join of whom nothing is known. Keys that are
 * entities are those numbers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/frame.h"
#include "core/rule/sql.h"

#include <assert.h>

struct heng_sql_world {
    heng_evaluation *e;
    bool *up, *down; /* by scope and grain: which links the formulas follow */
};

enum { NUMBERS = 60 /* months of a plan, the most periods inside another */ };

/* ---- tables --------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    heng_sql_column columns[HENG_SQL_COLUMNS_MAX];
} tables[HENG_SQL_TABLE_COUNT] = {
#define KEYS                                                                                       \
    {"k0", HENG_SQL_INTEGER, false}, {"k1", HENG_SQL_INTEGER, false},                              \
        {"k2", HENG_SQL_INTEGER, false}, {"k3", HENG_SQL_INTEGER, false},                          \
        {"k4", HENG_SQL_INTEGER, false},                                                           \
    {                                                                                              \
        "k5", HENG_SQL_INTEGER, false                                                              \
    }
    [HENG_SQL_ENTITY] = {"heng_entity",
                         {{"number", HENG_SQL_INTEGER, false}, {"code", HENG_SQL_TEXT, false}}},
    [HENG_SQL_MEMBER] = {"heng_member",
                         {{"scope", HENG_SQL_INTEGER, false},
                          {"entity", HENG_SQL_INTEGER, false},
                          {"code", HENG_SQL_TEXT, false},
                          {"held", HENG_SQL_INTEGER, false}}},
    [HENG_SQL_KEY] = {"heng_key",
                      {{"list", HENG_SQL_INTEGER, false},
                       {"member", HENG_SQL_INTEGER, false},
                       {"name", HENG_SQL_TEXT, false}}},
    [HENG_SQL_PERIOD] = {"heng_period",
                         {{"grain", HENG_SQL_INTEGER, false},
                          {"period", HENG_SQL_INTEGER, false},
                          {"text", HENG_SQL_TEXT, false}}},
    [HENG_SQL_NUMBER] = {"heng_number", {{"n", HENG_SQL_INTEGER, false}}},
    [HENG_SQL_UP] = {"heng_up",
                     {{"scope", HENG_SQL_INTEGER, false},
                      {"grain", HENG_SQL_INTEGER, false},
                      {"period", HENG_SQL_INTEGER, false},
                      {"entity", HENG_SQL_INTEGER, false},
                      {"target", HENG_SQL_INTEGER, false}}},
    [HENG_SQL_DOWN] = {"heng_down",
                       {{"scope", HENG_SQL_INTEGER, false},
                        {"grain", HENG_SQL_INTEGER, false},
                        {"period", HENG_SQL_INTEGER, false},
                        {"entity", HENG_SQL_INTEGER, false},
                        {"member", HENG_SQL_INTEGER, false}}},
    [HENG_SQL_FACT] = {"heng_fact",
                       {{"quantity", HENG_SQL_INTEGER, false},
                        {"entity", HENG_SQL_INTEGER, false},
                        {"period", HENG_SQL_INTEGER, false},
                        KEYS,
                        {"value", HENG_SQL_REAL, true},
                        {"elsewhere", HENG_SQL_REAL, true},
                        {"evidence", HENG_SQL_REAL, false},
                        {"measured", HENG_SQL_REAL, false},
                        {"reported", HENG_SQL_REAL, false},
                        {"defaulted", HENG_SQL_REAL, false}}},
    [HENG_SQL_CELL] = {"heng_cell",
                       {{"quantity", HENG_SQL_INTEGER, false},
                        {"grain", HENG_SQL_INTEGER, false},
                        {"entity", HENG_SQL_INTEGER, false},
                        {"period", HENG_SQL_INTEGER, false},
                        KEYS,
                        {"value", HENG_SQL_REAL, true},
                        {"evidence", HENG_SQL_REAL, false}}},
    [HENG_SQL_CURVE] = {"heng_curve",
                        {{"quantity", HENG_SQL_INTEGER, false},
                         {"entity", HENG_SQL_INTEGER, false},
                         KEYS,
                         {"ordinal", HENG_SQL_INTEGER, false},
                         {"first_month", HENG_SQL_INTEGER, false},
                         {"last_month", HENG_SQL_INTEGER, false},
                         {"x", HENG_SQL_REAL, false},
                         {"value", HENG_SQL_REAL, true},
                         {"evidence", HENG_SQL_REAL, false}}},
#undef KEYS
};

const char *heng_sql_table_name(heng_sql_table table)
{
    assert((unsigned)table < HENG_SQL_TABLE_COUNT);
    return tables[table].name;
}

const heng_sql_column *heng_sql_columns(heng_sql_table table, size_t *count)
{
    assert((unsigned)table < HENG_SQL_TABLE_COUNT);
    *count = 0;
    while (*count < HENG_SQL_COLUMNS_MAX && tables[table].columns[*count].name) ++*count;
    return tables[table].columns;
}

/* ---- numbers -------------------------------------------------------------------------------------- */

static int64_t number_of(const heng_evaluation *e, int32_t entity)
{
    if (entity < 0) return -1;
    rule_scope scope = e->entity_scopes[entity];
    bool held =
        scope.kind >= 0 && e->held[heng_rule__scope_id(e->program, scope)].position[entity] >= 0;
    return 2 * (int64_t)entity + !held;
}

/* A key of a list: the place of a word, the number of an entity. */
static int64_t key_number(const heng_evaluation *e, int list, int32_t key)
{
    const rule_list *l = &e->program->lists[list];
    if (l->scope.kind < 0 || key < 0) return key;
    return number_of(e, e->members[heng_rule__scope_id(e->program, l->scope)].entities[key]);
}

/* ---- opening -------------------------------------------------------------------------------------- */

static heng_status need_links(heng_sql_world *w, const rule_code *code, heng_error *err)
{
    heng_evaluation *e = w->e;
    heng_status status = HENG_OK;
    for (size_t c = 0; c < code->chain_count && !status; c++) {
        const rule_chain *chain = &code->chains[c];
        heng_grain grain = chain->from;
        for (unsigned m = 0; m < chain->count && !status; m++) {
            const rule_move *move = &chain->moves[m];
            if (move->kind == MOVE_SCOPE) {
                size_t id = heng_rule__scope_id(e->program, move->scope);
                w->up[id * HENG_GRAIN_COUNT + grain] = true;
                status = heng_rule__need_up(e, move->scope, err);
            }
            if (move->kind == MOVE_FIXED) grain = HENG_YEAR;
            if (move->kind == MOVE_GRAIN) grain = (heng_grain)move->value;
        }
    }
    for (size_t o = 0; o < code->over_count && !status; o++) {
        const rule_over *over = &code->overs[o];
        heng_grain grain = code->chains[over->chain].to;
        for (unsigned d = 0; d < over->dim_count; d++)
            if (over->dims[d].kind == DIM_GRAIN) grain = over->dims[d].grain;
        for (unsigned d = 0; d < over->dim_count && !status; d++) {
            if (over->dims[d].kind != DIM_SCOPE) continue;
            size_t id = heng_rule__scope_id(e->program, over->dims[d].scope);
            w->down[id * HENG_GRAIN_COUNT + grain] = true;
            status = heng_rule__need_down(e, over->dims[d].scope, err);
        }
        if (!status) status = need_links(w, over->body, err);
    }
    return status;
}

heng_status heng_sql_world_open(const heng_program *program, const heng_world *world,
                                heng_period to, heng_arena *arena, heng_sql_world **out,
                                heng_error *err)
{
    assert(program && world && arena && out && err);
    heng_evaluation *e = HENG_NEW(arena, heng_evaluation);
    heng_sql_world *w = HENG_NEW(arena, heng_sql_world);
    if (!e || !w) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to lay out the accounts");
    *e = (heng_evaluation){.program = program, .world = world, .arena = arena};
    w->e = e;
    heng_status status = heng_unit_system_copy(program->units, arena, &e->units, err);
    if (!status) status = heng_rule__frame_world(e, to, err);
    if (!status) status = heng_rule__load_facts(e, err);
    if (!status) status = heng_rule__load_tables(e, err);
    if (status) return status;
    w->up = HENG_ARRAY(arena, e->scope_count * HENG_GRAIN_COUNT, bool);
    w->down = HENG_ARRAY(arena, e->scope_count * HENG_GRAIN_COUNT, bool);
    if (!w->up || !w->down)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to lay out the accounts");
    for (size_t i = 0; i < program->quantity_count && !status; i++)
        for (size_t v = 0; v < program->quantities[i].version_count && !status; v++)
            if (program->quantities[i].versions[v].code)
                status = need_links(w, program->quantities[i].versions[v].code, err);
    if (!status) *out = w;
    return status;
}

bool heng_sql_world_shape(const heng_sql_world *world, heng_sql_shape *out)
{
    const heng_evaluation *e = world->e;
    if (!e->period_count[HENG_YEAR]) return false;
    *out = (heng_sql_shape){.window = {e->first_month, e->last_month},
                            .entity_count = e->entity_count,
                            .facts_override_rules = e->world->facts_override_rules};
    return true;
}

/* ---- rows ----------------------------------------------------------------------------------------- */

typedef struct sender {
    const heng_sql_world *world;
    const heng_evaluation *e;
    heng_sql_row *each;
    void *context;
} sender;

static heng_sql_cell whole(int64_t value)
{
    return (heng_sql_cell){.integer = value, .real = (double)value};
}

static heng_sql_cell real(double value)
{
    return (heng_sql_cell){.real = value};
}

static heng_sql_cell known(bool is, double value)
{
    return (heng_sql_cell){.null = !is, .real = is ? value : 0};
}

static heng_sql_cell text(heng_str value)
{
    return (heng_sql_cell){.text = value};
}

static bool send_entities(sender *s)
{
    const heng_evaluation *e = s->e;
    for (size_t i = 0; i < e->entity_count; i++) {
        heng_sql_cell row[] = {whole(number_of(e, (int32_t)i)), text(e->entities[i]->code)};
        if (!s->each(s->context, HENG_SQL_ENTITY, row)) return false;
    }
    for (size_t scope = 0; scope < e->scope_count; scope++)
        for (size_t m = 0; m < e->members[scope].count; m++) {
            int32_t entity = e->members[scope].entities[m];
            heng_sql_cell row[] = {whole((int64_t)scope), whole(number_of(e, entity)),
                                   text(e->entities[entity]->code),
                                   whole(e->held[scope].position[entity] >= 0)};
            if (!s->each(s->context, HENG_SQL_MEMBER, row)) return false;
        }
    return true;
}

static bool send_keys(sender *s)
{
    const heng_evaluation *e = s->e;
    for (size_t list = 0; list < e->program->list_count; list++)
        for (size_t m = 0; m < heng_rule__list_size(e, (int)list); m++) {
            heng_sql_cell row[] = {whole((int64_t)list),
                                   whole(key_number(e, (int)list, (int32_t)m)),
                                   text(heng_rule__key_name(e, (int)list, (int32_t)m))};
            if (!s->each(s->context, HENG_SQL_KEY, row)) return false;
        }
    return true;
}

static bool send_periods(sender *s)
{
    const heng_evaluation *e = s->e;
    for (int g = 0; g < HENG_GRAIN_COUNT; g++)
        for (int32_t t = 0; t < e->period_count[g]; t++) {
            char name[HENG_PERIOD_TEXT];
            heng_period period = {(heng_grain)g, e->first_period[g] + t};
            size_t length = heng_period_write(period, name);
            heng_sql_cell row[] = {whole(g), whole(period.number), text((heng_str){name, length})};
            if (!s->each(s->context, HENG_SQL_PERIOD, row)) return false;
        }
    for (int n = 0; n < NUMBERS; n++) {
        heng_sql_cell row[] = {whole(n)};
        if (!s->each(s->context, HENG_SQL_NUMBER, row)) return false;
    }
    return true;
}

static bool send_up(sender *s, size_t scope, heng_grain grain, int32_t period)
{
    const heng_evaluation *e = s->e;
    const int32_t *up = heng_rule__tree(e, grain, period)->up[scope];
    for (size_t i = 0; i < e->entity_count; i++) {
        if (up[i] < 0) continue;
        heng_sql_cell row[] = {whole((int64_t)scope), whole(grain), whole(period),
                               whole(number_of(e, (int32_t)i)), whole(number_of(e, up[i]))};
        if (!s->each(s->context, HENG_SQL_UP, row)) return false;
    }
    return true;
}

static bool send_down(sender *s, size_t scope, heng_grain grain, int32_t period)
{
    const heng_evaluation *e = s->e;
    const rule_tree *tree = heng_rule__tree(e, grain, period);
    const uint32_t *first = tree->down_first[scope];
    for (size_t i = 0; i < e->entity_count; i++)
        for (uint32_t m = first[i]; m < first[i + 1]; m++) {
            heng_sql_cell row[] = {whole((int64_t)scope), whole(grain), whole(period),
                                   whole(number_of(e, (int32_t)i)),
                                   whole(number_of(e, tree->down[scope][m]))};
            if (!s->each(s->context, HENG_SQL_DOWN, row)) return false;
        }
    return true;
}

static bool send_links(sender *s)
{
    const heng_evaluation *e = s->e;
    for (size_t scope = 0; scope < e->scope_count; scope++)
        for (int g = 0; g < HENG_GRAIN_COUNT; g++)
            for (int32_t t = 0; t < e->period_count[g]; t++) {
                size_t at = scope * HENG_GRAIN_COUNT + (size_t)g;
                int32_t period = e->first_period[g] + t;
                if (s->world->up[at] && !send_up(s, scope, (heng_grain)g, period)) return false;
                if (s->world->down[at] && !send_down(s, scope, (heng_grain)g, period)) return false;
            }
    return true;
}

/* Who, when and keys of a point of a column, as numbers. */
static void point_of(const heng_evaluation *e, int quantity, const rule_column *column, size_t at,
                     int64_t *entity, int64_t *period, int64_t keys[HENG_KEYS_MAX])
{
    const rule_quantity *q = &e->program->quantities[quantity];
    int lists[HENG_KEYS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < q->key_count; i++)
        if (q->keys[i].list >= 0) lists[count++] = q->keys[i].list;
    for (unsigned i = 0; i < HENG_KEYS_MAX; i++) keys[i] = 0;
    for (unsigned i = column->key_count; i-- > 0;) {
        size_t size = (size_t)column->key_sizes[i];
        keys[i] = key_number(e, lists[i], (int32_t)(at % size));
        at /= size;
    }
    *period = 0;
    if (column->period_count) {
        *period = column->first_period + (int32_t)(at % (size_t)column->period_count);
        at /= (size_t)column->period_count;
    }
    *entity = column->members ? number_of(e, column->members->entities[at]) : -1;
}

/* The list whose members a value is; -1 for numbers and yes/no. */
static int word_list(const rule_quantity *q)
{
    return q->type.kind == RULE_WORD ? q->type.list : -1;
}

/* The member that includes a figure, which the column keeps with its list. */
static double elsewhere_number(const heng_evaluation *e, double value)
{
    int list = (int)(value / ELSEWHERE_LIST);
    int32_t member = (int32_t)(value - list * ELSEWHERE_LIST);
    return list * ELSEWHERE_LIST + (double)key_number(e, list, member);
}

static bool send_fact(sender *s, int quantity, const rule_column *column, size_t at)
{
    const heng_evaluation *e = s->e;
    const rule_quantity *q = &e->program->quantities[quantity];
    rule_cell cell = heng_rule__cell(column, at);
    bool is_known = cell.state & HENG_STATE_KNOWN, elsewhere = cell.state & STATE_ELSEWHERE;
    int64_t entity, period, keys[HENG_KEYS_MAX];
    double value = cell.value;
    point_of(e, quantity, column, at, &entity, &period, keys);
    if (is_known && word_list(q) >= 0) value = (double)key_number(e, word_list(q), (int32_t)value);
    if (elsewhere) value = elsewhere_number(e, value);
    heng_sql_cell row[HENG_SQL_COLUMNS_MAX] = {whole(quantity), whole(entity), whole(period)};
    unsigned n = 3;
    for (unsigned i = 0; i < HENG_KEYS_MAX; i++) row[n++] = whole(keys[i]);
    row[n++] = known(is_known, value);
    row[n++] = known(elsewhere, value);
    row[n++] = real(cell.evidence);
    for (int c = 0; c < 3; c++) row[n++] = real(is_known && cell.quality <= c);
    return s->each(s->context, HENG_SQL_FACT, row);
}

static bool send_facts(sender *s)
{
    const heng_evaluation *e = s->e;
    for (size_t i = 0; i < e->program->quantity_count; i++) {
        bool input = e->program->quantities[i].role == ROLE_INPUT;
        const rule_column *column = input ? &e->columns[i] : &e->overrides[i];
        if (!heng_rule__holds_facts(column)) continue;
        for (size_t at = 0; at < column->count; at++) {
            rule_cell cell = heng_rule__cell(column, at);
            if ((cell.recorded || cell.state) && !send_fact(s, (int)i, column, at)) return false;
        }
    }
    return true;
}

static bool send_cells(sender *s, int quantity, heng_grain grain, const rule_column *column)
{
    const rule_quantity *q = &s->e->program->quantities[quantity];
    for (size_t at = 0; at < column->count; at++) {
        if (!column->origin[at]) continue;
        int64_t entity, period, keys[HENG_KEYS_MAX];
        double value = column->value[at];
        bool is_known = column->state[at] & HENG_STATE_KNOWN;
        point_of(s->e, quantity, column, at, &entity, &period, keys);
        if (is_known && word_list(q) >= 0)
            value = (double)key_number(s->e, word_list(q), (int32_t)value);
        heng_sql_cell row[HENG_SQL_COLUMNS_MAX] = {whole(quantity), whole(grain), whole(entity),
                                                   whole(period)};
        unsigned n = 4;
        for (unsigned i = 0; i < HENG_KEYS_MAX; i++) row[n++] = whole(keys[i]);
        row[n++] = known(is_known, value);
        row[n++] = real(column->evidence[at]);
        if (!s->each(s->context, HENG_SQL_CELL, row)) return false;
    }
    return true;
}

static bool send_curve(sender *s, int quantity, const rule_column *column)
{
    for (size_t cell = 0; cell < column->count; cell++)
        for (uint32_t c = column->curve_first[cell]; c < column->curve_first[cell + 1]; c++) {
            const rule_curve_point *point = &column->curve[c];
            int64_t entity, period, keys[HENG_KEYS_MAX];
            point_of(s->e, quantity, column, cell, &entity, &period, keys);
            heng_sql_cell row[HENG_SQL_COLUMNS_MAX] = {whole(quantity), whole(entity)};
            unsigned n = 2;
            for (unsigned i = 0; i < HENG_KEYS_MAX; i++) row[n++] = whole(keys[i]);
            row[n++] = whole(c);
            row[n++] = whole(point->valid.first_month);
            row[n++] = whole(point->valid.last_month);
            row[n++] = real(point->x);
            row[n++] = known(point->state & HENG_STATE_KNOWN, point->value);
            row[n++] = real(point->evidence);
            if (!s->each(s->context, HENG_SQL_CURVE, row)) return false;
        }
    return true;
}

static bool send_tables(sender *s)
{
    const heng_evaluation *e = s->e;
    for (size_t i = 0; i < e->program->quantity_count; i++) {
        bool curve = false; /* the same for all grains */
        for (int g = 0; g < HENG_GRAIN_COUNT; g++) {
            const rule_column *column = &e->tables[i * HENG_GRAIN_COUNT + (size_t)g];
            if (column->form == FORM_TABLE && !send_cells(s, (int)i, (heng_grain)g, column))
                return false;
            if (column->form == FORM_CURVE && !curve && !send_curve(s, (int)i, column))
                return false;
            curve |= column->form == FORM_CURVE;
        }
    }
    return true;
}

bool heng_sql_world_rows(const heng_sql_world *world, heng_sql_row *each, void *context)
{
    sender s = {world, world->e, each, context};
    return send_entities(&s) && send_keys(&s) && send_periods(&s) && send_links(&s) &&
           send_facts(&s) && send_tables(&s);
}
