/* Facts into the columns of inputs.
 *
 * Of several facts of one cell the one recorded last counts; facts recorded at one instant are ordered
 * by heng_fact_compare, so that the order of the book never matters. A fact that a column cannot take
 * becomes a finding. Workload: millions of facts under a few dozen names, mostly in runs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/touch.h"

#include <assert.h>

typedef struct taker { /* a column that takes facts of one name */
    int quantity;
    rule_column *column;
    int next;      /* another of the same name */
    heng_str unit; /* the last one met, and how it converts, where it is the same for all keys */
    heng_ratio ratio;
    bool has_unit;
    size_t fact_count, block_count; /* under its name; kept by the first of the name */
} taker;

typedef struct loader {
    heng_evaluation *e;
    heng_error *err;
    taker *takers;
    size_t taker_count;
    uint32_t *slots; /* hash table of names: first taker plus one */
    size_t slot_count;
    const heng_fact *last; /* the last fact, and the first taker of its name */
    int last_taker;
    rule_touches *touches; /* of facts that come later; else NULL */
} loader;

static heng_str taker_name(const loader *l, size_t t)
{
    return l->e->program->quantities[l->takers[t].quantity].name;
}

static void add_taker(loader *l, int quantity, rule_column *column)
{
    int added = (int)l->taker_count++;
    l->takers[added] = (taker){.quantity = quantity, .column = column, .next = -1};
    for (uint64_t at = heng_str_hash(taker_name(l, (size_t)added));; at++) {
        uint32_t *slot = &l->slots[at & (l->slot_count - 1)];
        if (*slot && !heng_str_equal(taker_name(l, *slot - 1), taker_name(l, (size_t)added)))
            continue;
        l->takers[added].next = (int)*slot - 1;
        *slot = (uint32_t)added + 1;
        return;
    }
}

/* The first of those that take facts of a name; -1. */
static int taker_of(const loader *l, heng_str name)
{
    for (uint64_t at = heng_str_hash(name);; at++) {
        uint32_t slot = l->slots[at & (l->slot_count - 1)];
        if (!slot) return -1;
        if (heng_str_equal(taker_name(l, slot - 1), name)) return (int)slot - 1;
    }
}

static int first_taker(loader *l, const heng_fact *fact)
{
    if (l->last && heng_str_equal(l->last->name, fact->name)) return l->last_taker;
    l->last = fact;
    l->last_taker = taker_of(l, fact->name);
    return l->last_taker;
}

static bool add_finding(loader *l, heng_finding finding, const char *format, heng_str a, heng_str b)
{
    heng_text text;
    heng_text_init(&text, l->e->arena, 600 + 2 * (a.length + b.length));
    for (const char *at = format; *at; at++) {
        if (*at == '{')
            heng_text_add(&text, a);
        else if (*at == '}')
            heng_text_add(&text, b);
        else
            heng_text_add_char(&text, *at);
    }
    if (text.failed) {
        (void)heng_fail(l->err, HENG_NO_MEMORY, 0, "no memory for the findings");
        return false;
    }
    finding.message = heng_text_view(&text);
    return heng_rule__find(l->e, finding, l->err);
}

static bool report(loader *l, const heng_fact *fact, const char *format, heng_str a, heng_str b)
{
    heng_finding finding = {.fact = fact, .entity = fact->entity, .period = fact->period};
    return add_finding(l, finding, format, a, b);
}

/* ---- values --------------------------------------------------------------------------------------- */

static bool convert(loader *l, taker *t, const heng_fact *fact, const int32_t *keys, double *value,
                    bool *taken)
{
    const rule_quantity *q = &l->e->program->quantities[t->quantity];
    *value = fact->value;
    *taken = true;
    if (!fact->unit.length || heng_str_equal(fact->unit, q->type.text)) return true;
    if (t->has_unit && heng_str_equal(t->unit, fact->unit)) {
        *value = heng_rule__convert(t->ratio, fact->value);
        return true;
    }
    heng_unit from, to;
    heng_error why = {0};
    heng_ratio ratio;
    heng_status status = heng_unit_parse(l->e->units, fact->unit, &from, &why);
    if (!status) status = heng_rule__unit_of_cell(l->e->program, q, keys, &to, &why);
    if (!status) status = heng_unit_factor_between(&from, &to, &ratio, &why);
    if (status == HENG_NO_MEMORY) {
        *l->err = why;
        return false;
    }
    if (status) {
        *taken = false;
        return report(l, fact, "{ does not fit: the rules ask for }. Correct the unit of the fact.",
                      fact->unit, q->type.text);
    }
    *value = heng_rule__convert(ratio, fact->value);
    t->has_unit = heng_unit_equal(&to, &q->type.unit);
    t->unit = fact->unit;
    t->ratio = ratio;
    return true;
}

/* The value and state of a fact in its column; not taken where it does not fit. */
static bool read_value(loader *l, taker *t, const heng_fact *fact, const int32_t *keys,
                       double *value, uint8_t *state, bool *taken)
{
    const rule_quantity *q = &l->e->program->quantities[t->quantity];
    *value = 0;
    *taken = true;
    *state = HENG_STATE_UNKNOWN;
    switch (fact->notation) {
    case HENG_NO:
    case HENG_NA:
        *state = q->type.kind == RULE_WORD ? HENG_STATE_UNKNOWN : HENG_STATE_KNOWN;
        return true;
    case HENG_IE: {
        heng_str name = heng_str_starts(fact->text, HENG_STR("IE"))
                            ? heng_str_trim(heng_str_slice(fact->text, 2, fact->text.length))
                            : fact->text;
        if (heng_str_starts(name, HENG_STR(":")))
            name = heng_str_trim(heng_str_slice(name, 1, name.length));
        for (unsigned i = 0; i < q->key_count; i++) {
            int member = heng_rule__key_find(l->e, q->keys[i].list, name);
            if (member < 0) continue;
            *state = HENG_STATE_UNKNOWN | STATE_ELSEWHERE;
            *value = q->keys[i].list * ELSEWHERE_LIST + member;
        }
        return true;
    }
    case HENG_VALUE: break;
    default: return true;
    }
    *state = HENG_STATE_KNOWN;
    if (q->type.kind == RULE_NUMBER) return convert(l, t, fact, keys, value, taken);
    if (q->type.kind == RULE_YES_NO) {
        bool yes = heng_str_is(fact->text, "yes");
        *value = yes;
        *taken = yes || heng_str_is(fact->text, "no");
        return *taken || report(l, fact, "{ is neither yes nor no, as } asks. Correct the fact.",
                                fact->text, q->name);
    }
    int member = heng_rule__key_find(l->e, q->type.list, fact->text);
    *value = member;
    *taken = member >= 0;
    return *taken ||
           report(l, fact, "{ is not in the list }. Correct the fact, or add the word to the list.",
                  fact->text, l->e->program->lists[q->type.list].info.name);
}

static bool offer(loader *l, int taker_index, const heng_fact *fact, int entity)
{
    taker *t = &l->takers[taker_index];
    const rule_quantity *q = &l->e->program->quantities[t->quantity];
    if (q->grain != fact->period.grain || t->column->members->position[entity] < 0) return true;
    if (q->key_count != fact->key_count) return true;
    int32_t keys[HENG_KEYS_MAX] = {0};
    for (unsigned i = 0; i < q->key_count; i++) {
        keys[i] = heng_rule__key_find(l->e, q->keys[i].list, fact->keys[i]);
        if (keys[i] < 0)
            return report(
                l, fact,
                "{ is not in the list }. Correct the key of the fact, or add it to the list.",
                fact->keys[i], l->e->program->lists[q->keys[i].list].info.name);
    }
    ptrdiff_t at = heng_rule__index(t->column, entity, fact->period.number, keys);
    if (at < 0) return true;
    size_t before = t->column->origin[at], blocks = l->e->world->block_count;
    if (before > blocks) {
        const heng_fact *other = &l->e->world->facts[before - 1 - blocks];
        if (other->recorded > fact->recorded) return true;
        if (other->recorded == fact->recorded && heng_fact_compare(other, fact) >= 0) return true;
    } else if (before && l->e->world->blocks[before - 1].recorded > fact->recorded) {
        return true;
    }
    double value;
    uint8_t state;
    bool taken;
    if (!read_value(l, t, fact, keys, &value, &state, &taken)) return false;
    if (!taken) return true;
    t->column->filled = true;
    t->column->value[at] = value;
    t->column->state[at] = state;
    t->column->evidence[at] = (uint8_t)fact->evidence;
    t->column->quality_class[at] = (uint8_t)fact->quality;
    t->column->origin[at] = (uint32_t)(blocks + (size_t)(fact - l->e->world->facts)) + 1;
    if (!l->touches) return true;
    return !heng_rule__touch_point(l->touches, &l->touches->columns[t->quantity], t->column,
                                   (size_t)at, l->err);
}

/* ---- absent NO ------------------------------------------------------------------------------------ */

/* The worst evidence of what was filed in one run of cells; -1 when nothing was. */
static int filed(const rule_column *column, size_t first, size_t count)
{
    int worst = -1;
    for (size_t i = first; i < first + count; i++) {
        rule_cell cell = heng_rule__cell(column, i);
        if (cell.recorded && cell.evidence > worst) worst = cell.evidence;
    }
    return worst;
}

static void set_absent(rule_column *column, size_t at, int evidence)
{
    column->filled = true;
    column->value[at] = 0;
    column->state[at] = HENG_STATE_KNOWN;
    column->evidence[at] = (uint8_t)evidence;
    column->quality_class[at] = HENG_REPORTED;
}

/* With keys: once one key is filed, the others do not occur. */
static void absent_keys(rule_column *column)
{
    for (size_t first = 0; first < column->count; first += column->key_points) {
        int evidence = filed(column, first, column->key_points);
        for (size_t i = first; evidence >= 0 && i < first + column->key_points; i++)
            if (!column->origin[i]) set_absent(column, i, evidence);
    }
}

/* Without keys: once the method's return is filed at all, what it does not name does not occur. */
static void absent_alone(heng_evaluation *e, int quantity)
{
    const rule_quantity *q = &e->program->quantities[quantity];
    rule_column *column = &e->columns[quantity];
    for (size_t at = 0; at < column->count; at++) {
        if (column->origin[at]) continue;
        int worst = -1;
        for (size_t i = 0; i < e->program->quantity_count; i++) {
            const rule_quantity *other = &e->program->quantities[i];
            if (other->role != ROLE_INPUT || other->method != q->method ||
                other->grain != q->grain || !heng_rule__scope_equal(other->scope, q->scope))
                continue;
            const rule_column *filing = &e->columns[i];
            int32_t t = (int32_t)(at % (size_t)column->period_count), none[HENG_KEYS_MAX] = {0};
            ptrdiff_t there = heng_rule__index(
                filing, column->members->entities[at / (size_t)column->period_count],
                column->first_period + t, none);
            if (there < 0) continue;
            int evidence = filed(filing, (size_t)there, filing->key_points);
            if (evidence > worst) worst = evidence;
        }
        if (worst >= 0) set_absent(column, at, worst);
    }
}

static void fill_absent(heng_evaluation *e)
{
    for (size_t i = 0; i < e->program->quantity_count; i++) {
        const rule_quantity *q = &e->program->quantities[i];
        if (q->role != ROLE_INPUT || !q->absent_no) continue;
        if (q->key_count)
            absent_keys(&e->columns[i]);
        else
            absent_alone(e, (int)i);
    }
}

/* ---- loading -------------------------------------------------------------------------------------- */

static bool takes_facts(const heng_evaluation *e, const rule_quantity *q)
{
    if (q->role == ROLE_INPUT) return true;
    return e->world->facts_override_rules && (q->role == ROLE_RULE || q->role == ROLE_OUTPUT) &&
           q->exception_of < 0;
}

static bool index_names(loader *l, heng_arena *arena)
{
    size_t n = l->e->program->quantity_count;
    for (l->slot_count = 8; l->slot_count < 2 * n;) l->slot_count *= 2;
    l->takers = HENG_ARRAY(arena, n, taker);
    l->slots = HENG_ARRAY(arena, l->slot_count, uint32_t);
    return l->takers && l->slots;
}

static heng_status open_takers(loader *l)
{
    heng_evaluation *e = l->e;
    size_t n = e->program->quantity_count;
    e->columns = HENG_ARRAY(e->arena, n, rule_column);
    e->overrides = HENG_ARRAY(e->arena, n, rule_column);
    if (!index_names(l, e->arena) || !e->columns || !e->overrides)
        return heng_fail(l->err, HENG_NO_MEMORY, 0, "no memory to lay out the accounts");
    for (size_t i = 0; i < n; i++) {
        const rule_quantity *q = &e->program->quantities[i];
        if (!takes_facts(e, q)) continue;
        rule_column *column = q->role == ROLE_INPUT ? &e->columns[i] : &e->overrides[i];
        heng_rule__shape(e, (int)i, q->grain, column);
        add_taker(l, (int)i, column);
    }
    return HENG_OK;
}

static const char not_an_entity[] =
    "{ is not an entity of this book}. Add it, or correct the code.";

static bool report_strangers(loader *l, size_t b)
{
    const heng_block *block = &l->e->world->blocks[b];
    for (size_t i = 0; i < block->member_count; i++) {
        heng_finding finding = {
            .check = block->name, .entity = block->members[i], .period = block->first};
        if (l->e->block_entities[b][i] < 0 &&
            !add_finding(l, finding, not_an_entity, block->members[i], HENG_STR("")))
            return false;
    }
    return true;
}

/* ---- whom a column holds --------------------------------------------------------------------------- */

enum { SPARSE_LEAST = 64 /* members of a column below which leaving some out saves nothing */ };

static bool may_leave_out(const loader *l, const taker *t)
{
    const rule_quantity *q = &l->e->program->quantities[t->quantity];
    return q->role == ROLE_INPUT && !q->provider_count && !q->absent_no &&
           t->column->members->count > SPARSE_LEAST;
}

/* By the first taker of each name, by entity: something under the name speaks of it. NULL where no column
 * of the name may leave anybody out. */
static bool **find_filed(loader *l, heng_arena *scratch)
{
    const heng_evaluation *e = l->e;
    const heng_world *w = e->world;
    bool **filed = HENG_ARRAY(scratch, l->taker_count, bool *);
    if (!filed) return NULL;
    for (size_t i = 0; i < l->taker_count; i++) {
        int first = taker_of(l, taker_name(l, i));
        if (filed[first] || !may_leave_out(l, &l->takers[i])) continue;
        filed[first] = HENG_ARRAY(scratch, e->entity_count, bool);
        if (!filed[first]) return NULL;
    }
    for (size_t i = 0; i < w->fact_count; i++) {
        int first = first_taker(l, &w->facts[i]);
        if (first >= 0 && filed[first] && e->fact_entities[i] >= 0)
            filed[first][e->fact_entities[i]] = true;
    }
    for (size_t b = 0; b < w->block_count; b++) {
        int first = taker_of(l, w->blocks[b].name);
        for (size_t i = 0; first >= 0 && filed[first] && i < w->blocks[b].member_count; i++)
            if (e->block_entities[b][i] >= 0) filed[first][e->block_entities[b][i]] = true;
    }
    return filed;
}

/* A column of facts has room for those of whom some are recorded: what is not there reads as an empty cell
 * does. */
static heng_status leave_out(loader *l, taker *t, const bool *filed)
{
    const heng_evaluation *e = l->e;
    const rule_members *all = t->column->members;
    size_t count = 0;
    for (size_t m = 0; m < all->count; m++) count += filed[all->entities[m]];
    if (2 * count > all->count) return HENG_OK;
    rule_members *held = HENG_NEW(e->arena, rule_members);
    if (!held) return HENG_NO_MEMORY;
    *held = (rule_members){.scope = all->scope,
                           .entities = HENG_ARRAY(e->arena, count, int32_t),
                           .position = HENG_ARRAY(e->arena, e->entity_count, int32_t)};
    if (!held->entities || !held->position) return HENG_NO_MEMORY;
    for (size_t i = 0; i < e->entity_count; i++) held->position[i] = -1;
    for (size_t m = 0; m < all->count; m++) {
        if (!filed[all->entities[m]]) continue;
        held->position[all->entities[m]] = (int32_t)held->count;
        held->entities[held->count++] = all->entities[m];
    }
    t->column->members = held;
    t->column->count = count * (size_t)t->column->period_count * t->column->key_points;
    return HENG_OK;
}

static heng_status leave_out_all(loader *l)
{
    heng_arena scratch;
    heng_status status = HENG_OK;
    heng_arena_init(&scratch, l->e->arena->limit);
    bool **filed = find_filed(l, &scratch);
    if (!filed) status = HENG_NO_MEMORY;
    for (size_t i = 0; i < l->taker_count && !status; i++) {
        const bool *of_name = filed[taker_of(l, taker_name(l, i))];
        if (of_name && may_leave_out(l, &l->takers[i]))
            status = leave_out(l, &l->takers[i], of_name);
    }
    heng_arena_deinit(&scratch);
    return status ? heng_fail(l->err, status, 0, "no memory to lay out the accounts") : HENG_OK;
}

/* Blocks first, then columns for what no block has become the column of. */
static heng_status load_blocks(loader *l)
{
    heng_evaluation *e = l->e;
    heng_status status = leave_out_all(l);
    for (size_t b = 0; b < e->world->block_count; b++) {
        int first = taker_of(l, e->world->blocks[b].name);
        if (first >= 0) l->takers[first].block_count++;
    }
    for (size_t i = 0; i < e->world->fact_count && e->world->block_count; i++) {
        int first = first_taker(l, &e->world->facts[i]);
        if (first >= 0) l->takers[first].fact_count++;
    }
    for (size_t b = 0; b < e->world->block_count && !status; b++) {
        const heng_block *block = &e->world->blocks[b];
        int first = taker_of(l, block->name);
        if (first >= 0 && !report_strangers(l, b)) return HENG_NO_MEMORY;
        for (int t = first; t >= 0 && !status; t = l->takers[t].next) {
            const rule_quantity *q = &e->program->quantities[l->takers[t].quantity];
            bool alone = l->takers[first].block_count == 1 && !l->takers[first].fact_count &&
                         q->role == ROLE_INPUT && !q->absent_no;
            if (q->grain == block->first.grain && q->key_count == block->key_count)
                status = heng_rule__load_block(e, b, l->takers[t].quantity, alone,
                                               l->takers[t].column, l->err);
        }
    }
    for (size_t t = 0; t < l->taker_count && !status; t++)
        if (l->takers[t].column->form == FORM_NONE)
            status = heng_rule__allocate(e, l->takers[t].column, FORM_FACTS, l->err);
    return status;
}

heng_status heng_rule__load_facts(heng_evaluation *e, heng_error *err)
{
    loader l = {.e = e, .err = err};
    heng_status status = open_takers(&l);
    if (!status) status = load_blocks(&l);
    if (status) return status;
    for (size_t i = 0; i < e->world->fact_count; i++) {
        const heng_fact *fact = &e->world->facts[i];
        int first = first_taker(&l, fact);
        if (first < 0) continue;
        int entity = e->fact_entities[i];
        if (entity < 0) {
            if (!report(&l, fact, not_an_entity, fact->entity, HENG_STR(""))) return HENG_NO_MEMORY;
            continue;
        }
        for (int t = first; t >= 0; t = l.takers[t].next)
            if (!offer(&l, t, fact, entity)) return HENG_NO_MEMORY;
    }
    fill_absent(e);
    return HENG_OK;
}

/* ---- later facts ----------------------------------------------------------------------------------- */

/* What is filed under a name decides what does not occur. */
static bool decides_absence(const heng_program *p, const rule_quantity *q)
{
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *other = &p->quantities[i];
        if (other->role == ROLE_INPUT && other->absent_no && other->method == q->method)
            return true;
    }
    return false;
}

static bool can_take(const loader *l, int first, const heng_fact *fact, int entity)
{
    const heng_evaluation *e = l->e;
    heng_span span = heng_period_span(fact->period);
    if (entity < 0 || span.first_month < e->first_month || span.last_month > e->last_month)
        return false;
    rule_scope scope = e->entity_scopes[entity];
    if (scope.kind < 0 || e->held[heng_rule__scope_id(e->program, scope)].position[entity] < 0)
        return false;
    for (int t = first; t >= 0; t = l->takers[t].next) {
        int quantity = l->takers[t].quantity;
        const rule_quantity *q = &e->program->quantities[quantity];
        size_t all = heng_rule__scope_id(e->program, q->scope);
        if (e->members[all].position[entity] >= 0 &&
            l->takers[t].column->members->position[entity] < 0)
            return false; /* there is no room for it */
        if (l->takers[t].column->form != FORM_FACTS || e->columns[quantity].given ||
            decides_absence(e->program, q))
            return false;
    }
    return true;
}

heng_status heng_rule__offer_facts(heng_evaluation *e, size_t from, rule_touches *touches,
                                   bool *taken, heng_error *err)
{
    loader l = {.e = e, .err = err, .touches = touches};
    size_t findings = e->finding_count;
    if (from == e->world->fact_count) return HENG_OK;
    if (!index_names(&l, touches->arena))
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to take in facts");
    for (size_t i = 0; i < e->program->quantity_count; i++) {
        const rule_quantity *q = &e->program->quantities[i];
        bool alone = q->role == ROLE_INPUT && !q->provider_count;
        if (takes_facts(e, q)) add_taker(&l, (int)i, alone ? &e->columns[i] : &e->overrides[i]);
    }
    for (size_t i = from; i < e->world->fact_count && *taken; i++) {
        const heng_fact *fact = &e->world->facts[i];
        int first = first_taker(&l, fact);
        if (first < 0) continue;
        int entity = heng_rule__entity_find(e, fact->entity);
        *taken = can_take(&l, first, fact, entity);
        for (int t = first; t >= 0 && *taken; t = l.takers[t].next) {
            if (!offer(&l, t, fact, entity)) return HENG_NO_MEMORY;
            *taken = e->finding_count == findings;
        }
    }
    return HENG_OK;
}
