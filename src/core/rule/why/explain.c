/* Explanations: the flat steps of a rule run once more for one point, and what they read becomes the
 * children of its node; so the tree is never another reckoning than the evaluation itself.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/why/spot.h"
#include "core/rule/why/trace.h"

#include <assert.h>
#include <stdio.h>

enum {
    CHILDREN_MAX = 100, /* more are counted: nobody reads a list of 2,800 counties in a tree */
    NODES_MAX = 20000   /* in one tree; deeper parts are named, to be asked for */
};

typedef struct explainer {
    const heng_evaluation *e;
    heng_arena *arena;
    rule_run *run;
    rule_recorder *recorder;
    size_t node_count;
    heng_error *err;
    heng_status status;
} explainer;

static heng_node *explain_spot(explainer *x, const rule_spot *s, unsigned depth);

static void *take(explainer *x, void *memory)
{
    if (!memory && !x->status)
        x->status = heng_fail(x->err, HENG_NO_MEMORY, 0, "no memory for an explanation");
    return memory;
}

static heng_node *new_node(explainer *x, heng_node_kind kind)
{
    heng_node *node = take(x, HENG_NEW(x->arena, heng_node));
    if (!node) return NULL;
    node->kind = kind;
    x->node_count++;
    return node;
}

/* ---- words ------------------------------------------------------------------------------------------ */

static heng_str word_of(const explainer *x, const rule_quantity *q, const heng_value *value)
{
    if (value->state != HENG_STATE_KNOWN) return HENG_STR("");
    if (q->type.kind == RULE_YES_NO) return value->number != 0 ? HENG_STR("yes") : HENG_STR("no");
    if (q->type.kind != RULE_WORD || value->number < 0 ||
        value->number >= (double)heng_rule__list_size(x->e, q->type.list))
        return HENG_STR("");
    return heng_rule__key_name(x->e, q->type.list, (int32_t)value->number);
}

static void describe(explainer *x, heng_node *node, const rule_spot *s)
{
    const rule_quantity *q = &x->e->program->quantities[s->quantity];
    heng_point point;
    heng_rule__point_of(x->e, s, &point);
    if (x->status ||
        heng_figure_write(x->e->program, &point, x->arena, &node->figure, x->err) != HENG_OK) {
        if (!x->status) x->status = x->err->status;
        return;
    }
    heng_program_quantity(x->e->program, (size_t)s->quantity, &node->rule);
    node->label_en = q->label.en;
    node->label_zh = q->label.zh;
    node->unit = heng_rule__spot_unit(x->e->program, q, s->keys, x->arena);
    take(x, (void *)(uintptr_t)node->unit.at);
    node->word = word_of(x, q, &node->value);
}

/* ---- notes ------------------------------------------------------------------------------------------ */

static void add_note(explainer *x, heng_node *node, heng_str note)
{
    if (!note.length) return;
    if (!node->note.length) {
        node->note = note;
        return;
    }
    heng_str both =
        heng_str_format(x->arena, "%.*s; %.*s", HENG_PRINT(node->note), HENG_PRINT(note));
    if (take(x, (void *)(uintptr_t)both.at)) node->note = both;
}

static heng_node *note_node(explainer *x, const char *format, size_t count, heng_str figure)
{
    heng_node *node = new_node(x, HENG_NODE_NOTE);
    if (!node) return NULL;
    node->figure = figure;
    node->note = heng_str_format(x->arena, format, count);
    take(x, (void *)(uintptr_t)node->note.at);
    return node;
}

/* ---- leaves ----------------------------------------------------------------------------------------- */

static heng_node *fact_node(explainer *x, const rule_spot *s, const rule_column *column,
                            ptrdiff_t at)
{
    rule_cell cell = {0};
    if (at >= 0) cell = heng_rule__cell(column, (size_t)at);
    bool recorded = cell.recorded;
    heng_node *node = new_node(x, recorded ? HENG_NODE_FACT : HENG_NODE_ABSENT);
    if (!node) return NULL;
    if (at >= 0)
        heng_rule__value_at(column, (size_t)at, &node->value);
    else
        node->value.want = 1;
    if (recorded)
        node->fact =
            take(x, (void *)(uintptr_t)heng_rule__fact_at(x->e, column, (size_t)at, x->arena));
    else if (node->value.state == HENG_STATE_KNOWN)
        node->note = HENG_STR("not in the return that was filed: does not occur");
    else
        node->note = HENG_STR("no fact was recorded");
    if (cell.state & STATE_ELSEWHERE) add_note(x, node, HENG_STR("included elsewhere"));
    describe(x, node, s);
    return node;
}

static heng_node *cell_node(explainer *x, const rule_event *event, const rule_spot *s)
{
    const heng_evaluation *e = x->e;
    const rule_quantity *q = &e->program->quantities[event->quantity];
    const rule_column *column = heng_rule__column(e, event->quantity, event->period.grain);
    ptrdiff_t at = heng_rule__index(column, event->entity, event->period.number, event->keys);
    uint32_t origin = 0;
    if (at >= 0 && column->form == FORM_TABLE) origin = column->origin[at];
    const rule_curve_point *row = NULL;
    if (at >= 0 && column->form == FORM_CURVE)
        row = heng_rule__curve_row(column, (size_t)at, event->period, event->x);
    if (row) origin = row->origin;
    heng_node *node = new_node(x, origin ? HENG_NODE_CELL : HENG_NODE_ABSENT);
    if (!node) return NULL;
    bool known = (event->state & STATE_MASK) == HENG_STATE_KNOWN;
    node->value = (heng_value){.state = known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN,
                               .number = known ? event->value : 0,
                               .evidence = (heng_evidence)event->evidence};
    for (int c = 0; known && c < HENG_QUALITY_COUNT; c++) node->value.quality[c] = 1;
    node->note = origin
                     ? HENG_STR("")
                     : HENG_STR("the table has no row for this; no average was put in its place");
    if (row && q->linear) node->note = HENG_STR("by interpolation between rows");
    describe(x, node, s);
    if (!origin) return node;
    node->row = e->rows[origin - 1]->row;
    add_note(x, node, node->row.note);
    node->valid = node->row.valid;
    return node;
}

static heng_node *literal_node(explainer *x, const rule_event *event)
{
    heng_node *node = new_node(x, HENG_NODE_LITERAL);
    if (!node) return NULL;
    bool known = event->state == HENG_STATE_KNOWN;
    node->formula = heng_rule__source_at(x->e->program, event->at);
    node->value = (heng_value){.state = known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN,
                               .number = known ? event->value : 0};
    for (int c = 0; known && c < HENG_QUALITY_COUNT; c++) node->value.quality[c] = 1;
    return node;
}

/* ---- rules ------------------------------------------------------------------------------------------ */

static heng_str operation_of(const heng_expr *e)
{
    static const char *const named[HENG_EXPR_KIND_COUNT] = {
        [HENG_EXPR_MULTIPLY] = "product", [HENG_EXPR_DIVIDE] = "divide",
        [HENG_EXPR_ADD] = "add",          [HENG_EXPR_SUBTRACT] = "subtract",
        [HENG_EXPR_POWER] = "power",      [HENG_EXPR_CHOICE] = "choice",
        [HENG_EXPR_ELSE] = "else",        [HENG_EXPR_NUMBER] = "same",
        [HENG_EXPR_PATH] = "same",        [HENG_EXPR_INDEX] = "same",
        [HENG_EXPR_AT] = "same",          [HENG_EXPR_YES] = "same",
        [HENG_EXPR_NO] = "same",          [HENG_EXPR_MISSING] = "same"};
    static const char *const calls[] = {"sum", "multiply", "min", "max", "mean"};
    if (e->kind == HENG_EXPR_AS) return operation_of(e->left);
    if (e->kind == HENG_EXPR_CALL)
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            if (heng_str_is(e->word.text, calls[i])) return heng_str_from(calls[i]);
    return heng_str_from(named[e->kind] ? named[e->kind] : "call");
}

static heng_node *event_node(explainer *x, const rule_event *event, unsigned depth)
{
    if (event->quantity < 0) return literal_node(x, event);
    rule_spot s = {.quantity = event->quantity, .entity = event->entity, .period = event->period};
    memcpy(s.keys, event->keys, sizeof s.keys);
    if (x->e->program->quantities[event->quantity].role == ROLE_TABLE)
        return cell_node(x, event, &s);
    return explain_spot(x, &s, depth);
}

static void add_children(explainer *x, heng_node *node, const rule_events *events, unsigned depth)
{
    size_t count = 0;
    for (const rule_event *event = events->first; event; event = event->next) count++;
    size_t shown = count > CHILDREN_MAX ? CHILDREN_MAX : count;
    const heng_node **children = take(x, HENG_ARRAY(x->arena, shown + 1, const heng_node *));
    if (!children) return;
    node->children = children;
    const rule_event *event = events->first;
    for (size_t i = 0; i < shown && !x->status; i++, event = event->next) {
        const heng_node *child = event_node(x, event, depth);
        if (child) children[node->child_count++] = child;
    }
    if (count == shown || x->status) return;
    const heng_node *more = note_node(x, "%zu more", count - shown, (heng_str){0});
    if (more) children[node->child_count++] = more;
}

/* Runs the version once more, with the recorder listening. */
static rule_events run_again(explainer *x, const rule_quantity *q, const rule_version *version,
                             const rule_spot *s)
{
    rule_run *run = x->run;
    heng_rule__at_point(run, s->entity, s->period.number, s->keys, q->key_count);
    heng_rule__record(x->recorder, x->e->program, x->arena);
    for (rule_run *each = run; each; each = each->inner) each->trace = &x->recorder->trace;
    heng_rule__run(run, version->code);
    if (run->status) x->status = run->status;
    take(x, x->recorder->failed ? NULL : x->recorder);
    return x->recorder->stack[0][0];
}

static void explain_version(explainer *x, heng_node *node, const rule_quantity *q,
                            const rule_spot *s, unsigned depth)
{
    const rule_version *version = NULL;
    for (size_t i = 0; i < q->version_count && !version; i++)
        if (heng_span_holds(q->versions[i].valid, s->period)) version = &q->versions[i];
    if (!version || !version->code) {
        add_note(x, node, HENG_STR("no version is in force in this period"));
        return;
    }
    node->formula = version->formula;
    node->operation = operation_of(q->role == ROLE_WHEN ? version->item->attributes.when
                                                        : version->item->formula);
    node->valid = version->valid;
    node->rule.line = version->item->at.line;
    node->rule.source = version->source;
    node->rule.evidence = version->evidence;
    rule_events events = run_again(x, q, version, s);
    if (x->status) return;
    add_note(x, node, events.note);
    if (events.first && (depth == 0 || x->node_count >= NODES_MAX)) {
        const heng_node **only = take(x, HENG_ARRAY(x->arena, 1, const heng_node *));
        if (!only) return;
        only[0] = note_node(x, "cut short here; ask for this figure", 0, node->figure);
        node->children = only;
        node->child_count = only[0] ? 1 : 0;
        return;
    }
    add_children(x, node, &events, depth ? depth - 1 : 0);
}

/* Which of the exceptions to a rule applies; -1 for none. */
static int exception_at(const heng_evaluation *e, const rule_quantity *q, const rule_spot *s)
{
    const rule_column *displaced = &e->columns[q->general];
    ptrdiff_t base = heng_rule__index(displaced, s->entity, s->period.number, s->keys);
    if (base < 0 || (displaced->state[base] & STATE_MASK) == HENG_STATE_NOT_IN_FORCE) return -1;
    for (size_t i = 0; i < q->exception_count; i++) {
        const rule_column *column = &e->columns[q->exceptions[i]];
        ptrdiff_t at = heng_rule__index(column, s->entity, s->period.number, s->keys);
        if (at >= 0 && (column->state[at] & STATE_MASK) != HENG_STATE_NOT_IN_FORCE)
            return q->exceptions[i];
    }
    return -1;
}

/* The method or version that stands in force behind the name. */
static void explain_rule(explainer *x, heng_node *node, const rule_quantity *q, const rule_spot *s,
                         unsigned depth)
{
    const heng_program *p = x->e->program;
    if (q->general < 0) {
        explain_version(x, node, q, s, depth);
        return;
    }
    int exception = exception_at(x->e, q, s);
    if (exception < 0) {
        explain_version(x, node, &p->quantities[q->general], s, depth);
        return;
    }
    const rule_quantity *by = &p->quantities[exception];
    const rule_column *displaced = &x->e->columns[q->general];
    ptrdiff_t at = heng_rule__index(displaced, s->entity, s->period.number, s->keys);
    char number[HENG_NUMBER_TEXT];
    heng_value before = {.state = HENG_STATE_UNKNOWN};
    if (at >= 0) heng_rule__value_at(displaced, (size_t)at, &before);
    heng_str gives = HENG_STR("unknown"), word = word_of(x, q, &before);
    if (word.length)
        gives = word;
    else if (before.state == HENG_STATE_KNOWN)
        gives = (heng_str){number, heng_number_write(before.number, number)};
    heng_program_quantity(p, (size_t)exception, &node->rule);
    heng_str pack = heng_rule__pack_of(p->files, q->at.file);
    heng_str note =
        heng_str_format(x->arena, "%.*s stands instead of %.*s%s%.*s, which would give %.*s",
                        HENG_PRINT(by->qualified), HENG_PRINT(q->qualified),
                        pack.length ? " of pack " : "", HENG_PRINT(pack), HENG_PRINT(gives));
    if (take(x, (void *)(uintptr_t)note.at)) add_note(x, node, note);
    explain_version(x, node, by, s, depth);
}

static heng_node *explain_spot(explainer *x, const rule_spot *s, unsigned depth)
{
    const heng_evaluation *e = x->e;
    const rule_quantity *q = &e->program->quantities[s->quantity];
    if (q->role == ROLE_INPUT) {
        int giver = heng_rule__giver_at(e, q, s);
        rule_spot there = *s;
        there.quantity = giver;
        if (giver >= 0) return explain_spot(x, &there, depth);
    }
    const rule_column *given = q->role == ROLE_INPUT && !q->provider_count
                                   ? &e->columns[s->quantity]
                                   : &e->overrides[s->quantity];
    ptrdiff_t at = heng_rule__holds_facts(given)
                       ? heng_rule__index(given, s->entity, s->period.number, s->keys)
                       : -1;
    if (q->role == ROLE_INPUT || (at >= 0 && heng_rule__cell(given, (size_t)at).recorded))
        return fact_node(x, s, given, at);
    const rule_column *column = &e->columns[s->quantity];
    at = heng_rule__index(column, s->entity, s->period.number, s->keys);
    heng_node *node = new_node(x, HENG_NODE_RULE);
    if (!node) return NULL;
    if (at >= 0) heng_rule__value_at(column, (size_t)at, &node->value);
    describe(x, node, s);
    if (x->status) return NULL;
    if (at < 0)
        add_note(x, node, HENG_STR("nothing is recorded from which it could be reckoned"));
    else
        explain_rule(x, node, q, s, depth);
    return x->status ? NULL : node;
}

static heng_node *explain_table(explainer *x, const rule_spot *s, const rule_column *column,
                                size_t at)
{
    rule_event event = {.quantity = s->quantity,
                        .entity = s->entity,
                        .period = s->period,
                        .value = column->value[at],
                        .state = column->state[at],
                        .evidence = column->evidence[at]};
    memcpy(event.keys, s->keys, sizeof event.keys);
    return cell_node(x, &event, s);
}

heng_status heng_explain(const heng_evaluation *evaluation, const heng_point *point,
                         unsigned depth_max, heng_arena *arena, const heng_node **out,
                         heng_error *err)
{
    assert(evaluation && point && arena && out && err);
    const rule_column *column = NULL;
    size_t at = 0;
    bool unheld = heng_rule__is_unheld(evaluation, point);
    heng_status status = unheld ? HENG_OK : heng_rule__locate(evaluation, point, &column, &at, err);
    if (status) return status;
    explainer x = {.e = evaluation, .arena = arena, .err = err};
    x.recorder = HENG_NEW(arena, rule_recorder);
    if (!x.recorder) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for an explanation");
    status = heng_rule__open_run(evaluation, arena, &x.run, err);
    if (status) return status;
    const rule_quantity *q = &evaluation->program->quantities[point->quantity];
    rule_spot s = {.quantity = (int)point->quantity, .period = point->period};
    s.entity = heng_rule__entity_find(evaluation, point->entity);
    for (unsigned i = 0; i < q->key_count; i++)
        s.keys[i] = heng_rule__key_find(evaluation, q->keys[i].list, point->keys[i]);
    const heng_node *node =
        q->role == ROLE_TABLE ? explain_table(&x, &s, column, at) : explain_spot(&x, &s, depth_max);
    if (x.status) return x.status;
    *out = node;
    return HENG_OK;
}
