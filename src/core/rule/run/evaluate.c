/* Evaluation: stage by stage, block by block.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/run.h"
#include "core/rule/run/touch.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>

enum { PART_POINTS = 4096 }; /* a part of a job for the crew */

/* One hand's own. */
typedef struct worker {
    rule_run *run;
    size_t at[RULE_BLOCK]; /* where the first point of each row is stored */
    heng_arena arena;      /* of hands other than the caller's: for what a quantile sorts */
    heng_error err;
} worker;

typedef struct evaluator {
    heng_evaluation *e;
    heng_arena *arena; /* for what lives as long as the evaluating */
    heng_crew *crew;
    rule_touches *touches;  /* NULL: everything is evaluated */
    const rule_touch *only; /* of the points under way; NULL: all */
    atomic_size_t reckoned; /* points of formulas */
    worker *workers; /* by hand; those beyond the first are opened when there is work for them */
    unsigned open;   /* workers */
    int quantity;
    int ratio_from; /* the giver that `ratio` converts from; -1 */
    heng_ratio ratio;
    heng_progress *progress;
    void *context;
    atomic_size_t done;
    size_t total, told;
    atomic_bool stopped;
    heng_error *err;
    heng_status status;
} evaluator;

static const rule_quantity *quantity_of(const evaluator *v, int quantity)
{
    return &v->e->program->quantities[quantity];
}

/* ---- storing -------------------------------------------------------------------------------------- */

/* `n` points that lie together, there and here. */
static void store_run(rule_column *column, size_t at, const rule_lane *lane, unsigned first,
                      unsigned n, heng_evidence evidence)
{
    memcpy(column->have + at, lane->have + first, n * sizeof *lane->have);
    memcpy(column->want + at, lane->want + first, n * sizeof *lane->want);
    for (unsigned i = 0; i < n; i++) {
        double value = lane->value[first + i];
        uint8_t state = lane->state[first + i], worst = lane->evidence[first + i];
        bool finite = isfinite(value);
        column->value[at + i] = finite ? value : 0;
        column->state[at + i] = finite ? state : HENG_STATE_UNKNOWN;
        column->evidence[at + i] = worst > evidence ? worst : (uint8_t)evidence;
    }
    for (int c = 0; c < 3; c++)
        for (unsigned i = 0; i < n; i++) {
            bool known = (column->state[at + i] & STATE_MASK) == HENG_STATE_KNOWN;
            column->quality[c][at + i] = known ? lane->quality[c][first + i] : 0;
        }
}

static void store(const worker *w, rule_column *column, rule_lane *lane, heng_evidence evidence)
{
    const rule_run *run = w->run;
    heng_rule__widen(lane, run->count);
    for (unsigned row = 0; row < run->row_count;) {
        unsigned first = run->row_first[row];
        size_t at = w->at[row];
        for (row++; row < run->row_count && w->at[row] == at + run->row_first[row] - first;) row++;
        store_run(column, at, lane, first, run->row_first[row] - first, evidence);
    }
}

static void copy_fact(rule_column *to, size_t at, const rule_column *facts, ptrdiff_t from)
{
    rule_cell cell = {0};
    if (from >= 0) cell = heng_rule__cell(facts, (size_t)from);
    bool known = cell.state & HENG_STATE_KNOWN;
    to->value[at] = cell.value;
    to->state[at] = cell.state;
    to->evidence[at] = cell.evidence;
    to->have[at] = known;
    to->want[at] = 1;
    for (int c = 0; c < 3; c++) to->quality[c][at] = known && cell.quality <= c;
}

static void copy_full(rule_column *to, size_t at, const rule_column *from, size_t i,
                      heng_ratio ratio)
{
    bool number = from->state[i] & (HENG_STATE_KNOWN | STATE_PART);
    to->value[at] = number ? heng_rule__convert(ratio, from->value[i]) : from->value[i];
    to->state[at] = from->state[i];
    to->evidence[at] = from->evidence[i];
    to->have[at] = from->have[i];
    to->want[at] = from->want[i];
    for (int c = 0; c < 3; c++) to->quality[c][at] = from->quality[c][i];
}

/* In worked examples a given figure of a rule is taken as it stands. */
static void apply_override(evaluator *v, rule_column *column, size_t at, int32_t member, int32_t t,
                           const int32_t *keys)
{
    const rule_column *given = &v->e->overrides[v->quantity];
    if (quantity_of(v, v->quantity)->role == ROLE_INPUT || !heng_rule__holds_facts(given)) return;
    ptrdiff_t from =
        heng_rule__index(given, column->members->entities[member], column->first_period + t, keys);
    if (from >= 0 && heng_rule__cell(given, (size_t)from).recorded)
        copy_fact(column, at, given, from);
}

static bool ask(evaluator *v)
{
    if (!v->progress || v->progress(v->context, v->done, v->total)) return true;
    v->status = heng_fail(v->err, HENG_CANCELLED, 0, "the evaluation was stopped");
    v->stopped = true;
    return false;
}

/* In the caller's hand. */
static bool tell(evaluator *v, size_t points)
{
    size_t done = atomic_fetch_add(&v->done, points) + points;
    if (done - v->told < 65536) return true;
    v->told = done;
    return ask(v);
}

/* ---- points --------------------------------------------------------------------------------------- */

/* Calls `each` for all points of a column in some of its periods. */
typedef bool each_point(evaluator *v, rule_column *column, int32_t row, int32_t t,
                        const int32_t *keys, size_t at);

static bool for_points(evaluator *v, rule_column *column, int32_t t0, int32_t t1, each_point *each)
{
    size_t rows = column->members ? column->members->count : 1;
    for (size_t row = 0; row < rows; row++)
        for (int32_t t = t0; t <= t1; t++) {
            int32_t keys[HENG_KEYS_MAX] = {0};
            size_t cell = row * (size_t)column->period_count + (size_t)t;
            size_t at = cell * column->key_points;
            if (v->only && !v->only->cells[cell]) continue;
            for (size_t k = 0; k < column->key_points; k++, at++) {
                if (!each(v, column, (int32_t)row, t, keys, at)) return false;
                for (unsigned d = column->key_count; d-- > 0;) {
                    if (++keys[d] < column->key_sizes[d]) break;
                    keys[d] = 0;
                }
            }
        }
    return true;
}

static const rule_version *version_at(const rule_quantity *q, heng_period period)
{
    for (size_t i = 0; i < q->version_count; i++)
        if (heng_span_holds(q->versions[i].valid, period)) return &q->versions[i];
    return NULL;
}

static bool not_in_force(evaluator *v, rule_column *column, int32_t row, int32_t t,
                         const int32_t *keys, size_t at)
{
    column->state[at] = HENG_STATE_NOT_IN_FORCE;
    apply_override(v, column, at, row, t, keys);
    return tell(v, 1);
}

static bool set_not_in_force(evaluator *v, rule_column *column, int32_t t0, int32_t t1)
{
    if (v->e->world->facts_override_rules) return for_points(v, column, t0, t1, not_in_force);
    size_t width = (size_t)(t1 - t0 + 1) * column->key_points;
    size_t all = (size_t)column->period_count * column->key_points;
    size_t at = (size_t)t0 * column->key_points;
    for (size_t member = 0; member < column->members->count; member++, at += all)
        memset(column->state + at, HENG_STATE_NOT_IN_FORCE, width);
    return tell(v, width * column->members->count);
}

/* ---- formulas --------------------------------------------------------------------------------------- */

/* A run of periods in which one version holds, for all members. */
typedef struct stretch {
    evaluator *v;
    rule_column *column;
    const rule_version *version;
    int32_t first, periods;
    int along;
    const rule_touch *touch;  /* NULL: all points */
    size_t cells, part_cells; /* members x periods, and of them in a part */
    size_t keys;              /* asked for, of each of them */
} stretch;

static void override_block(const stretch *s, const worker *w)
{
    const rule_run *run = w->run;
    const rule_column *column = s->column;
    for (unsigned row = 0; row < run->row_count; row++)
        for (unsigned i = run->row_first[row]; i < run->row_first[row + 1]; i++) {
            size_t at = w->at[row] + i - run->row_first[row], rest = at;
            int32_t keys[HENG_KEYS_MAX] = {0};
            for (unsigned d = column->key_count; d-- > 0; rest /= (size_t)column->key_sizes[d])
                keys[d] = (int32_t)(rest % (size_t)column->key_sizes[d]);
            size_t periods = (size_t)column->period_count;
            apply_override(s->v, s->column, at, (int32_t)(rest / periods),
                           (int32_t)(rest % periods), keys);
        }
}

static void finish_block(const stretch *s, worker *w)
{
    rule_run *run = w->run;
    if (!run->count) return;
    heng_rule__run(run, s->version->code);
    store(w, s->column, &run->stack[0], s->version->evidence);
    if (s->v->e->world->facts_override_rules) override_block(s, w);
    heng_rule__clear_block(run, s->along);
}

/* How many of the keys from `keys` on along the last one are asked for; 0 if this one is not. */
static unsigned asked(const stretch *s, const int32_t *keys)
{
    const rule_column *column = s->column;
    unsigned last = column->key_count - 1, width = 0;
    int32_t left = s->along < 0 ? 1 : column->key_sizes[last] - keys[last];
    if (!s->touch) return (unsigned)left;
    for (unsigned d = 0; d + 1 < column->key_count; d++)
        if (!s->touch->keys[d][keys[d]]) return 0;
    if (!column->key_count) return 1;
    while ((int32_t)width < left && s->touch->keys[last][keys[last] + (int32_t)width]) width++;
    return width;
}

/* All keys of one member and period that are asked for, in rows along the last key. */
static void add_points(const stretch *s, worker *w, int32_t member, int32_t t)
{
    rule_run *run = w->run;
    const rule_column *column = s->column;
    unsigned last = column->key_count - 1; /* if there is one */
    size_t at = ((size_t)member * (size_t)column->period_count + (size_t)t) * column->key_points;
    int32_t keys[HENG_KEYS_MAX] = {0};
    for (size_t k = 0; k < column->key_points;) {
        unsigned width = asked(s, keys), room = RULE_BLOCK - run->count;
        if (width > room && width <= RULE_BLOCK) { /* rows stay whole where they can */
            finish_block(s, w);
            room = RULE_BLOCK;
        }
        if (width > room) width = room;
        if (width) {
            unsigned row = heng_rule__add_row(run, column->members->entities[member],
                                              column->first_period + t, width);
            for (unsigned d = 0; d < column->key_count; d++) run->slots[d][row] = keys[d];
            w->at[row] = at + k;
        } else {
            width = 1; /* passed over */
        }
        k += width;
        if (column->key_count) keys[last] += (int32_t)width;
        for (unsigned d = column->key_count; d-- > 1 && keys[d] == column->key_sizes[d];) {
            keys[d] = 0;
            keys[d - 1]++;
        }
        if (run->count == RULE_BLOCK) finish_block(s, w);
    }
}

static void do_part(void *context, unsigned hand, size_t part)
{
    const stretch *s = context;
    worker *w = &s->v->workers[hand];
    size_t from = part * s->part_cells, to = from + s->part_cells;
    if (to > s->cells) to = s->cells;
    heng_rule__clear_block(w->run, s->along);
    size_t cells = 0, periods = (size_t)s->column->period_count;
    for (size_t cell = from; cell < to && !s->v->stopped; cell++) {
        size_t member = cell / (size_t)s->periods;
        int32_t t = s->first + (int32_t)(cell % (size_t)s->periods);
        if (s->touch && !s->touch->cells[member * periods + (size_t)t]) continue;
        add_points(s, w, (int32_t)member, t);
        cells++;
    }
    finish_block(s, w);
    size_t points = cells * s->keys;
    atomic_fetch_add(&s->v->reckoned, points);
    if (w->run->status) s->v->stopped = true;
    if (hand)
        atomic_fetch_add(&s->v->done, points);
    else
        tell(s->v, points);
}

/* Memory for all hands. */
static bool open_workers(evaluator *v)
{
    for (; v->open < v->crew->hands; v->open++) {
        worker *w = &v->workers[v->open];
        heng_arena_init(&w->arena, v->e->arena->limit);
        v->status = heng_rule__open_run(v->e, v->arena, &w->run, v->err);
        if (v->status) return false;
        for (rule_run *run = w->run; run; run = run->inner) {
            run->arena = &w->arena;
            run->err = &w->err;
        }
    }
    return true;
}

static bool run_version(evaluator *v, rule_column *column, const rule_version *version, int32_t t0,
                        int32_t t1)
{
    if (!version) return v->touches || set_not_in_force(v, column, t0, t1);
    int along = (int)column->key_count - 1;
    stretch s = {.v = v, .column = column, .version = version, .first = t0, .periods = t1 - t0 + 1};
    s.along = heng_rule__may_run_along(version->code, along) ? along : -1;
    s.keys = column->key_points;
    if (v->touches) {
        s.touch = &v->touches->columns[v->quantity];
        v->status = heng_rule__touch_code(v->touches, v->quantity, version->code, t0, t1, v->err);
        if (v->status || !s.touch->any) return !v->status;
        s.keys = heng_rule__touched_keys(s.touch, column);
    }
    s.cells = column->members->count * (size_t)s.periods;
    s.part_cells = PART_POINTS / (column->key_points ? column->key_points : 1);
    if (!s.part_cells) s.part_cells = 1;
    size_t parts = (s.cells + s.part_cells - 1) / s.part_cells;
    bool together = v->crew && v->crew->hands > 1 && parts > 1;
    if (together && !open_workers(v)) return false;
    if (together)
        v->crew->work(v->crew, do_part, &s, parts);
    else
        for (size_t part = 0; part < parts && !v->stopped; part++) do_part(&s, 0, part);
    for (unsigned i = 0; i < v->open && !v->status; i++) {
        v->status = v->workers[i].run->status;
        if (v->status) *v->err = v->workers[i].err;
    }
    return !v->status;
}

static bool evaluate_rule(evaluator *v, rule_column *column, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(v, v->quantity);
    for (int32_t t = t0; t <= t1;) {
        const rule_version *version =
            version_at(q, (heng_period){q->grain, column->first_period + t});
        int32_t until = t;
        while (until < t1 &&
               version_at(q, (heng_period){q->grain, column->first_period + until + 1}) == version)
            until++;
        if (!run_version(v, column, version, t, until)) return false;
        t = until + 1;
    }
    return true;
}

/* ---- inputs that rules give ------------------------------------------------------------------------ */

/* Between the unit of a giver and that of the input under way; the last one is kept. */
static heng_ratio ratio_from(evaluator *v, int giver)
{
    const rule_quantity *from = quantity_of(v, giver), *to = quantity_of(v, v->quantity);
    heng_error why;
    if (v->ratio_from == giver) return v->ratio;
    v->ratio = (heng_ratio){1, 1};
    v->ratio_from = giver;
    if (from->type.kind == RULE_NUMBER)
        (void)heng_unit_factor_between(&from->type.unit, &to->type.unit, &v->ratio, &why);
    return v->ratio;
}

/* The narrowest giver that is in force; where none is, the fact. */
static bool take_from_giver(evaluator *v, rule_column *column, int32_t row, int32_t t,
                            const int32_t *keys, size_t at)
{
    const rule_quantity *q = quantity_of(v, v->quantity);
    for (size_t i = 0; i < q->provider_count; i++) {
        const rule_column *giver = &v->e->columns[q->providers[i]];
        ptrdiff_t from =
            heng_rule__index(giver, column->members->entities[row], column->first_period + t, keys);
        if (from < 0 || (giver->state[from] & STATE_MASK) == HENG_STATE_NOT_IN_FORCE) continue;
        copy_full(column, at, giver, (size_t)from, ratio_from(v, q->providers[i]));
        return tell(v, 1);
    }
    const rule_column *facts = &v->e->overrides[v->quantity];
    copy_fact(
        column, at, facts,
        heng_rule__index(facts, column->members->entities[row], column->first_period + t, keys));
    return tell(v, 1);
}

/* ---- exceptions ----------------------------------------------------------------------------------- */

static bool report_rivals(evaluator *v, rule_column *column, size_t at, int32_t entity,
                          heng_period period, int first, int second)
{
    column->state[at] = HENG_STATE_UNKNOWN;
    column->value[at] = 0;
    const rule_quantity *a = quantity_of(v, first), *b = quantity_of(v, second);
    heng_str text = heng_str_format(
        v->e->arena,
        "%.*s and %.*s both stand instead of %.*s and disagree. End one of them, or "
        "let one stand instead of the other.",
        HENG_PRINT(a->qualified), HENG_PRINT(b->qualified),
        HENG_PRINT(quantity_of(v, v->quantity)->qualified));
    heng_finding finding = {.check = quantity_of(v, v->quantity)->label.en,
                            .entity = v->e->entities[entity]->code,
                            .period = period,
                            .message = text};
    if (text.at && heng_rule__find(v->e, finding, v->err)) return true;
    v->status = heng_fail(v->err, HENG_NO_MEMORY, 0, "no memory for the findings");
    return false;
}

static bool in_force(const rule_column *column, ptrdiff_t at)
{
    return at >= 0 && (column->state[at] & STATE_MASK) != HENG_STATE_NOT_IN_FORCE;
}

/* A second exception that applies: the two agree, or disagree, or it cannot be known. */
static bool meet_rival(evaluator *v, rule_column *column, size_t at, const rule_column *rival,
                       size_t from, const int exceptions[2], int32_t entity, heng_period period)
{
    bool known = (column->state[at] & rival->state[from] & STATE_MASK) == HENG_STATE_KNOWN;
    if (known && heng_rule__equal(column->value[at], rival->value[from], 0)) return true;
    if (known) return report_rivals(v, column, at, entity, period, exceptions[0], exceptions[1]);
    column->state[at] = HENG_STATE_UNKNOWN;
    column->value[at] = 0;
    return true;
}

/* Where the displaced rule is not in force there is nothing to stand instead of. */
static bool take_exception(evaluator *v, rule_column *column, int32_t row, int32_t t,
                           const int32_t *keys, size_t at)
{
    const rule_quantity *q = quantity_of(v, v->quantity);
    int32_t entity = column->members->entities[row];
    heng_period period = {q->grain, column->first_period + t};
    const rule_column *general = &v->e->columns[q->general];
    ptrdiff_t base = heng_rule__index(general, entity, period.number, keys);
    if (base >= 0) copy_full(column, at, general, (size_t)base, (heng_ratio){1, 1});
    bool displaced = in_force(column, (ptrdiff_t)at);
    int applied[2] = {-1, -1};
    for (size_t i = 0; displaced && i < q->exception_count && !v->status; i++) {
        const rule_column *exception = &v->e->columns[q->exceptions[i]];
        ptrdiff_t from = heng_rule__index(exception, entity, period.number, keys);
        if (!in_force(exception, from)) continue;
        applied[applied[0] >= 0] = q->exceptions[i];
        if (applied[1] < 0)
            copy_full(column, at, exception, (size_t)from, (heng_ratio){1, 1});
        else
            meet_rival(v, column, at, exception, (size_t)from, applied, entity, period);
    }
    apply_override(v, column, at, row, t, keys);
    return !v->status && tell(v, 1);
}

/* ---- checks --------------------------------------------------------------------------------------- */

static bool look_at_check(evaluator *v, rule_column *column, int32_t row, int32_t t,
                          const int32_t *keys, size_t at)
{
    (void)keys;
    const rule_quantity *q = quantity_of(v, v->quantity);
    if ((column->state[at] & STATE_MASK) != HENG_STATE_KNOWN || column->value[at] != 0) return true;
    heng_finding finding = {.check = q->label.en,
                            .message = q->label.en,
                            .entity = v->e->entities[column->members->entities[row]]->code,
                            .period = {q->grain, column->first_period + t}};
    if (heng_rule__find(v->e, finding, v->err)) return true;
    v->status = HENG_NO_MEMORY;
    return false;
}

/* ---- stages --------------------------------------------------------------------------------------- */

/* What is taken over from givers, or from the rule and its exceptions. Exceptions are looked at again at
 * all points, for their findings are written anew. */
static bool touch_taken(evaluator *v, const rule_quantity *q, int32_t t0, int32_t t1)
{
    rule_touch *touches = v->touches->columns;
    const rule_column *columns = v->e->columns;
    for (size_t i = 0; i < q->provider_count && !v->status; i++)
        v->status = heng_rule__touch_over(v->touches, v->quantity, &touches[q->providers[i]],
                                          &columns[q->providers[i]], t0, t1, v->err);
    if (q->general >= 0)
        v->status = heng_rule__touch_over(v->touches, v->quantity, &touches[q->general],
                                          &columns[q->general], t0, t1, v->err);
    for (size_t i = 0; q->general >= 0 && i < q->exception_count && !v->status; i++)
        v->status = heng_rule__touch_over(v->touches, v->quantity, &touches[q->exceptions[i]],
                                          &columns[q->exceptions[i]], t0, t1, v->err);
    return !v->status;
}

static bool evaluate_quantity(evaluator *v, int quantity, int32_t t0, int32_t t1)
{
    const rule_quantity *q = quantity_of(v, quantity);
    rule_column *column = &v->e->columns[quantity];
    v->quantity = quantity;
    v->ratio_from = -1;
    v->only = NULL;
    if (q->role == ROLE_TABLE || t1 < t0) return true;
    if (v->touches && !touch_taken(v, q, t0, t1)) return false;
    if (q->role == ROLE_INPUT && (!q->provider_count || column->given)) return true;
    if (q->role == ROLE_INPUT) {
        if (v->touches) v->only = &v->touches->columns[quantity];
        if (v->only && !v->only->any) return true;
        return for_points(v, column, t0, t1, take_from_giver);
    }
    if (q->general >= 0) return for_points(v, column, t0, t1, take_exception);
    if (!evaluate_rule(v, column, t0, t1)) return false;
    return q->role != ROLE_CHECK || for_points(v, column, t0, t1, look_at_check);
}

static bool needs_itself(const rule_quantity *q, int index)
{
    for (size_t i = 0; i < q->edge_count; i++)
        if (q->edges[i].to == index) return true;
    return false;
}

/* The periods of a finer grain inside one of the stage's. */
static bool evaluate_within(evaluator *v, int quantity, heng_period around)
{
    const rule_quantity *q = quantity_of(v, quantity);
    const rule_column *column = &v->e->columns[quantity];
    int32_t first = heng_period_first(around, q->grain).number - column->first_period;
    int32_t last = first + heng_grain_ratio(q->grain, around.grain) - 1;
    if (first < 0) first = 0;
    if (last >= column->period_count) last = column->period_count - 1;
    if (!needs_itself(q, quantity)) return evaluate_quantity(v, quantity, first, last);
    for (int32_t t = first; t <= last; t++)
        if (!evaluate_quantity(v, quantity, t, t)) return false;
    return true;
}

static bool evaluate_stage(evaluator *v, const rule_stage *stage)
{
    const heng_evaluation *e = v->e;
    const int *order = e->program->order + stage->first;
    if (!stage->by_period)
        return evaluate_quantity(v, order[0], 0, e->columns[order[0]].period_count - 1);
    for (int32_t t = 0; t < e->period_count[stage->grain]; t++)
        for (size_t i = 0; i < stage->count; i++) {
            heng_period around = {stage->grain, e->first_period[stage->grain] + t};
            if (!evaluate_within(v, order[i], around)) return false;
        }
    return true;
}

/* ---- preparing ------------------------------------------------------------------------------------ */

static heng_status need_trees(heng_evaluation *e, const rule_code *code, heng_error *err)
{
    heng_status status = HENG_OK;
    for (size_t c = 0; c < code->chain_count && !status; c++)
        for (unsigned m = 0; m < code->chains[c].count && !status; m++)
            if (code->chains[c].moves[m].kind == MOVE_SCOPE)
                status = heng_rule__need_up(e, code->chains[c].moves[m].scope, err);
    for (size_t o = 0; o < code->over_count && !status; o++) {
        const rule_over *over = &code->overs[o];
        for (unsigned d = 0; d < over->dim_count && !status; d++)
            if (over->dims[d].kind == DIM_SCOPE)
                status = heng_rule__need_down(e, over->dims[d].scope, err);
        if (!status) status = need_trees(e, over->body, err);
    }
    return status;
}

/* An input that one rule gives, in its unit, and of which no fact is recorded, is that rule's column. */
static bool is_given(const heng_evaluation *e, size_t input)
{
    const rule_quantity *q = &e->program->quantities[input];
    const rule_column *facts = &e->overrides[input];
    heng_ratio ratio = {1, 1};
    heng_error why;
    if (q->role != ROLE_INPUT || q->provider_count != 1) return false;
    if (facts->form == FORM_BLOCK || facts->filled) return false;
    const rule_quantity *giver = &e->program->quantities[q->providers[0]];
    if (giver->type.kind == RULE_NUMBER)
        (void)heng_unit_factor_between(&giver->type.unit, &q->type.unit, &ratio, &why);
    return ratio.numerator == ratio.denominator && heng_rule__scope_equal(giver->scope, q->scope) &&
           giver->needs_facts == q->needs_facts;
}

static heng_status lay_out(heng_evaluation *e, size_t *total, heng_error *err)
{
    const heng_program *p = e->program;
    heng_status status = HENG_OK;
    for (size_t i = 0; i < p->quantity_count && !status; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->role == ROLE_TABLE || (q->role == ROLE_INPUT && !q->provider_count)) continue;
        if (q->role == ROLE_INPUT)
            e->overrides[i] = e->columns[i]; /* its facts, where no rule gives it */
        heng_rule__shape(e, (int)i, q->grain, &e->columns[i]);
        if (is_given(e, i)) continue;
        status = heng_rule__allocate(e, &e->columns[i], FORM_FULL, err);
        *total += e->columns[i].count;
        for (size_t v = 0; v < q->version_count && !status; v++)
            if (q->versions[v].code) status = need_trees(e, q->versions[v].code, err);
    }
    for (size_t i = 0; i < p->quantity_count && !status; i++) {
        if (e->columns[i].form != FORM_NONE || !is_given(e, i)) continue;
        e->columns[i] = e->columns[p->quantities[i].providers[0]];
        e->columns[i].quantity = (int)i;
        e->columns[i].given = true;
    }
    return status;
}

static heng_status evaluate_stages(evaluator *v)
{
    const heng_program *p = v->e->program;
    v->open = 1;
    heng_status status = heng_rule__open_run(v->e, v->arena, &v->workers[0].run, v->err);
    if (status) return status;
    for (rule_run *run = v->workers[0].run; run; run = run->inner) run->err = &v->workers[0].err;
    for (size_t i = 0; i < p->stage_count; i++)
        if (!ask(v) || !evaluate_stage(v, &p->stages[i])) break;
    for (unsigned i = 1; i < v->open; i++) heng_arena_deinit(&v->workers[i].arena);
    return v->status;
}

static heng_status open_workers_of(evaluator *v, heng_crew *crew)
{
    unsigned hands = crew ? crew->hands : 1;
    assert(hands > 0 && hands <= HENG_HANDS_MAX);
    v->crew = crew;
    v->workers = HENG_ARRAY(v->arena, hands, worker);
    return v->workers ? HENG_OK : heng_fail(v->err, HENG_NO_MEMORY, 0, "no memory to evaluate");
}

heng_status heng_rule__evaluate_all(heng_crew *crew, const heng_program *program,
                                    const heng_world *world, heng_period to,
                                    heng_progress *progress, void *context, heng_arena *arena,
                                    heng_evaluation **out, size_t *reckoned, heng_error *err)
{
    heng_evaluation *e = HENG_NEW(arena, heng_evaluation);
    if (!e) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to evaluate");
    *e = (heng_evaluation){
        .program = program, .world = world, .seen = *world, .until = to, .arena = arena};
    evaluator v = {.e = e, .arena = arena, .progress = progress, .context = context, .err = err};
    heng_status status = open_workers_of(&v, crew);
    if (!status) status = heng_unit_system_copy(program->units, arena, &e->units, err);
    if (!status) status = heng_rule__frame_world(e, to, err);
    if (!status) status = heng_rule__load_facts(e, err);
    e->fact_findings = e->finding_count;
    if (!status) status = heng_rule__load_tables(e, err);
    if (!status) status = lay_out(e, &v.total, err);
    if (!status) status = evaluate_stages(&v);
    if (status) return status;
    *reckoned = v.reckoned;
    *out = e;
    return HENG_OK;
}

heng_status heng_rule__evaluate_again(heng_crew *crew, heng_evaluation *e, rule_touches *touches,
                                      size_t *reckoned, heng_error *err)
{
    evaluator v = {.e = e, .arena = touches->arena, .touches = touches, .err = err};
    heng_status status = open_workers_of(&v, crew);
    e->finding_count = e->fact_findings;
    if (!status) status = evaluate_stages(&v);
    *reckoned = v.reckoned;
    return status;
}

heng_status heng_evaluate_by(heng_crew *crew, const heng_program *program, const heng_world *world,
                             heng_period to, heng_progress *progress, void *context,
                             heng_arena *arena, heng_evaluation **out, heng_error *err)
{
    assert(program && world && arena && out && err);
    size_t reckoned;
    return heng_rule__evaluate_all(crew, program, world, to, progress, context, arena, out,
                                   &reckoned, err);
}

heng_status heng_evaluate(const heng_program *program, const heng_world *world, heng_period to,
                          heng_progress *progress, void *context, heng_arena *arena,
                          heng_evaluation **out, heng_error *err)
{
    return heng_evaluate_by(NULL, program, world, to, progress, context, arena, out, err);
}
