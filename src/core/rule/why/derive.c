/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/derive.h"
#include "base/hexfloat.h"
#include "core/rule/why/derive_trace.h"

#include <assert.h>

enum { NONE = 0 };

typedef struct known_line { /* of what was derived before */
    rule_spot spot;
    uint32_t origin; /* of a row of a table, plus one */
    uint32_t line;   /* 0: free */
} known_line;

typedef struct heng_deriver {
    const heng_evaluation *e;
    heng_arena *arena; /* of texts, inputs and acts: what heng_deriver_forget gives back */
    heng_arena *kept;  /* of lines and what was derived before */
    rule_run *run;
    heng_line *lines;
    size_t count, room, forgotten;
    known_line *known; /* hash table */
    size_t known_count, known_size;
    unsigned depth, deepest;
    rule_scribe *scribes[HENG_DERIVATION_DEPTH_MAX + 1]; /* by depth; each serves again and again */
    heng_error failure;
    heng_error *err;    /* that failure */
    heng_status status; /* sticks */
} deriver;

static uint32_t derive_spot(deriver *d, const rule_spot *s);

static void *take(deriver *d, void *memory)
{
    if (!memory && !d->status)
        d->status = heng_fail(d->err, HENG_NO_MEMORY, 0, "no memory for a derivation");
    return memory;
}

/* ---- what was derived before ---------------------------------------------------------------------- */

static known_line *slot_of(deriver *d, const rule_spot *s, uint32_t origin)
{
    uint64_t hash =
        heng_str_hash((heng_str){(const char *)s, sizeof *s}) + origin * 0x9e3779b97f4aull;
    for (size_t at = (size_t)hash;; at++) {
        known_line *known = &d->known[at & (d->known_size - 1)];
        bool same = known->origin == origin && memcmp(&known->spot, s, sizeof *s) == 0;
        if (!known->line || same) return known;
    }
}

static bool widen(deriver *d)
{
    known_line *old = d->known;
    size_t size = d->known_size;
    known_line *wider = take(d, HENG_ARRAY(d->kept, size ? size * 2 : 256, known_line));
    if (!wider) return false;
    d->known = wider;
    d->known_size = size ? size * 2 : 256;
    for (size_t i = 0; i < size; i++)
        if (old[i].line) *slot_of(d, &old[i].spot, old[i].origin) = old[i];
    return true;
}

static uint32_t recall(deriver *d, const rule_spot *s, uint32_t origin)
{
    return d->known_size ? slot_of(d, s, origin)->line : NONE;
}

static uint32_t keep(deriver *d, const rule_spot *s, uint32_t origin, uint32_t line)
{
    if (!line || d->status) return NONE;
    if (d->known_count * 2 >= d->known_size && !widen(d)) return NONE;
    *slot_of(d, s, origin) = (known_line){*s, origin, line};
    d->known_count++;
    return line;
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static uint32_t add_line(deriver *d, heng_replay_op op, const uint32_t *inputs, size_t input_count,
                         const heng_str *fields, unsigned field_count, heng_outcome result)
{
    if (d->status) return NONE;
    if (d->count >= UINT32_MAX - 1 || input_count > UINT32_MAX) {
        d->status = heng_fail(d->err, HENG_TOO_LARGE, 0, "more than 4,294,967,294 lines");
        return NONE;
    }
    uint32_t *numbers = take(d, HENG_ARRAY(d->arena, input_count, uint32_t));
    heng_str *texts = take(d, HENG_ARRAY(d->arena, field_count, heng_str));
    if (!numbers || !texts ||
        !take(d,
              heng_rule__grow(d->kept, &d->lines, d->count, &d->room, sizeof *d->lines) ? d : NULL))
        return NONE;
    if (input_count) memcpy(numbers, inputs, input_count * sizeof *numbers);
    for (unsigned i = 0; i < field_count; i++) {
        texts[i] = fields[i];
        if (!texts[i].at) texts[i] = HENG_STR("");
    }
    d->lines[d->count++] = (heng_line){.op = op,
                                       .input_count = (uint32_t)input_count,
                                       .inputs = numbers,
                                       .field_count = field_count,
                                       .fields = texts,
                                       .result = result};
    return (uint32_t)d->count;
}

static const heng_outcome *result_of(const deriver *d, uint32_t line)
{
    return &d->lines[line - 1].result;
}

/* ---- texts ---------------------------------------------------------------------------------------- */

static heng_str copied(deriver *d, const char *text, size_t length)
{
    heng_str copy = heng_str_copy(d->arena, (heng_str){text, length});
    return take(d, (void *)(uintptr_t)copy.at) ? copy : HENG_STR("");
}

static heng_str hex(deriver *d, double value)
{
    char text[HENG_HEXFLOAT_TEXT];
    size_t length = heng_hexfloat_write(value, text);
    return copied(d, text, length);
}

static heng_str decimal(deriver *d, double value)
{
    char text[HENG_NUMBER_TEXT];
    size_t length = heng_number_write(value, text);
    return copied(d, text, length);
}

static heng_str whole(deriver *d, int64_t value)
{
    heng_str text = heng_str_format(d->arena, "%lld", (long long)value);
    return take(d, (void *)(uintptr_t)text.at) ? text : HENG_STR("");
}

static heng_str month(deriver *d, int32_t number)
{
    char text[HENG_PERIOD_TEXT];
    if (number == INT32_MIN || number == INT32_MAX) return HENG_STR("");
    size_t length = heng_period_write((heng_period){HENG_MONTH, number}, text);
    return copied(d, text, length);
}

static heng_str instant(deriver *d, heng_instant at)
{
    char text[HENG_INSTANT_TEXT];
    if (at == HENG_INSTANT_MIN || at == HENG_INSTANT_MAX) return HENG_STR("");
    size_t length = heng_instant_write(at, text);
    return copied(d, text, length);
}

static heng_str evidence(int value)
{
    return heng_str_from(heng_evidence_name((heng_evidence)value));
}

static heng_str figure(deriver *d, const rule_spot *s)
{
    heng_point point;
    heng_str text = HENG_STR("");
    heng_rule__point_of(d->e, s, &point);
    heng_status status = heng_figure_write(d->e->program, &point, d->arena, &text, d->err);
    if (status && !d->status) d->status = status;
    return text;
}

static heng_str unit(deriver *d, const rule_spot *s)
{
    const heng_program *p = d->e->program;
    heng_str text = heng_rule__spot_unit(p, &p->quantities[s->quantity], s->keys, d->arena);
    return take(d, (void *)(uintptr_t)text.at) ? text : HENG_STR("");
}

/* ---- facts ---------------------------------------------------------------------------------------- */

static uint32_t absent_line(deriver *d, const rule_spot *s, heng_str why, heng_outcome result)
{
    bool filed = heng_str_is(why, "return");
    heng_str fields[] = {figure(d, s), why, filed ? evidence(result.evidence) : HENG_STR(""),
                         HENG_STR("")};
    return add_line(d, HENG_REPLAY_ABSENT, NULL, 0, fields, 4, result);
}

/* By what the fact was multiplied; the unit was checked when it was loaded. */
static heng_ratio ratio_of(deriver *d, const rule_quantity *q, const heng_fact *fact,
                           const rule_spot *s)
{
    heng_ratio ratio = {1, 1};
    heng_unit from, to;
    heng_error why = {0};
    if (q->type.kind != RULE_NUMBER || fact->notation != HENG_VALUE) return ratio;
    if (!fact->unit.length || heng_str_equal(fact->unit, q->type.text)) return ratio;
    heng_status status = heng_unit_parse(d->e->units, fact->unit, &from, &why);
    if (!status) status = heng_rule__unit_of_cell(d->e->program, q, s->keys, &to, &why);
    if (!status) status = heng_unit_factor_between(&from, &to, &ratio, &why);
    if (status && !d->status) {
        *d->err = why;
        d->status = status;
    }
    return ratio;
}

/* The number from which the column's value follows. */
static heng_str number_of_fact(deriver *d, const rule_quantity *q, const heng_fact *fact,
                               const heng_outcome *result)
{
    if (fact->notation == HENG_VALUE)
        return decimal(d, q->type.kind == RULE_NUMBER ? fact->value : result->value);
    if (result->state & HENG_OUTCOME_ELSEWHERE) return decimal(d, result->value);
    return HENG_STR("");
}

static uint32_t fact_line(deriver *d, const rule_spot *s, const heng_fact *fact,
                          heng_outcome result)
{
    const rule_quantity *q = &d->e->program->quantities[s->quantity];
    heng_ratio ratio = ratio_of(d, q, fact, s);
    heng_str type = q->type.kind == RULE_NUMBER   ? HENG_STR("number")
                    : q->type.kind == RULE_YES_NO ? HENG_STR("yes_no")
                                                  : HENG_STR("word");
    heng_str fields[] = {figure(d, s),
                         unit(d, s),
                         type,
                         heng_str_from(heng_notation_name(fact->notation)),
                         number_of_fact(d, q, fact, &result),
                         whole(d, ratio.numerator),
                         whole(d, ratio.denominator),
                         heng_str_from(heng_quality_name(fact->quality)),
                         evidence((int)fact->evidence),
                         fact->text,
                         fact->unit,
                         fact->source,
                         instant(d, fact->recorded),
                         fact->note,
                         HENG_STR("")};
    uint32_t line = add_line(d, HENG_REPLAY_FACT, NULL, 0, fields, 15, result);
    if (line && fact->notation == HENG_VALUE)
        d->lines[line - 1].uncertainty =
            fact->uncertainty.length ? fact->uncertainty : q->uncertainty;
    return line;
}

/* A column of facts as it is read. */
static uint32_t from_facts(deriver *d, const rule_spot *s, const rule_column *column, ptrdiff_t at)
{
    heng_outcome result = {.want = 1};
    if (at < 0) return absent_line(d, s, HENG_STR("fact"), result);
    rule_cell cell = heng_rule__cell(column, (size_t)at);
    bool known = cell.state & HENG_STATE_KNOWN;
    result.value = cell.value;
    result.state = cell.state;
    result.evidence = cell.evidence;
    result.have = known;
    for (int c = cell.quality; known && c < 3; c++) result.quality[c] = 1;
    if (cell.recorded) {
        const heng_fact *fact = heng_rule__fact_at(d->e, column, (size_t)at, d->arena);
        if (!take(d, (void *)(uintptr_t)fact)) return NONE;
        return fact_line(d, s, fact, result);
    }
    return absent_line(d, s, known ? HENG_STR("return") : HENG_STR("fact"), result);
}

/* ---- rows ----------------------------------------------------------------------------------------- */

static heng_str keys_of(deriver *d, const heng_table_row *row)
{
    heng_text text;
    heng_text_init(&text, d->arena, (size_t)HENG_NAME_MAX * (HENG_KEYS_MAX + 1));
    for (unsigned i = 0; i < row->key_count; i++) {
        if (i) heng_text_add_char(&text, ',');
        heng_text_add(&text, row->keys[i]);
    }
    take(d, text.failed ? NULL : d);
    return heng_text_view(&text);
}

static uint32_t row_line(deriver *d, const rule_spot *s, uint32_t origin, bool has_x, double x)
{
    const heng_table_row *row = &d->e->rows[origin - 1]->row;
    const rule_quantity *q = &d->e->program->quantities[s->quantity];
    rule_spot table = {.quantity = s->quantity};
    uint32_t line = recall(d, &table, origin);
    if (line) return line;
    bool known =
        row->notation == HENG_VALUE || row->notation == HENG_NO || row->notation == HENG_NA;
    heng_outcome result = {.quality = {1, 1, 1},
                           .state = known ? HENG_STATE_KNOWN : HENG_STATE_UNKNOWN,
                           .value = known ? row->value : 0,
                           .evidence = (uint8_t)row->evidence};
    heng_str source = row->source;
    if (row->note.length) {
        source =
            heng_str_format(d->arena, "%.*s (%.*s)", HENG_PRINT(source), HENG_PRINT(row->note));
        if (!take(d, (void *)(uintptr_t)source.at)) return NONE;
    }
    heng_str fields[] = {q->qualified,
                         row->member,
                         keys_of(d, row),
                         month(d, row->valid.first_month),
                         month(d, row->valid.last_month),
                         unit(d, s),
                         heng_str_from(heng_notation_name(row->notation)),
                         decimal(d, row->value),
                         evidence((int)row->evidence),
                         row->text,
                         row->unit,
                         source,
                         instant(d, row->recorded),
                         row->file,
                         whole(d, row->line),
                         has_x ? hex(d, x) : HENG_STR(""),
                         HENG_STR("")};
    line = add_line(d, HENG_REPLAY_CELL, NULL, 0, fields, 17, result);
    if (line && row->notation == HENG_VALUE) d->lines[line - 1].uncertainty = row->uncertainty;
    return keep(d, &table, origin, line);
}

static uint32_t no_row(deriver *d, const rule_spot *s)
{
    return absent_line(d, s, HENG_STR("cell"), (heng_outcome){.quality = {1, 1, 1}});
}

/* A step or linear table at x, the value of line x_line. */
static uint32_t from_curve(deriver *d, const rule_spot *s, const rule_column *column, ptrdiff_t at,
                           double x, uint32_t x_line)
{
    const rule_quantity *q = &d->e->program->quantities[s->quantity];
    if (at < 0 || !(result_of(d, x_line)->state & HENG_STATE_KNOWN)) return no_row(d, s);
    const rule_curve_point *high;
    const rule_curve_point *low = heng_rule__curve_around(column, (size_t)at, s->period, x, &high);
    bool on_row = low && heng_rule__equal(low->x, x, 1e-12);
    if (low && high && !q->step && !on_row) {
        uint32_t inputs[] = {row_line(d, s, low->origin, true, low->x),
                             row_line(d, s, high->origin, true, high->x), x_line};
        heng_str fields[] = {hex(d, low->x), hex(d, high->x)};
        if (d->status) return NONE;
        const heng_outcome *a = result_of(d, inputs[0]), *b = result_of(d, inputs[1]);
        heng_outcome result = {.quality = {1, 1, 1},
                               .evidence = a->evidence > b->evidence ? a->evidence : b->evidence};
        if (a->state & b->state & HENG_STATE_KNOWN) {
            result.state = HENG_STATE_KNOWN;
            result.value = heng_rule__between(low->x, a->value, high->x, b->value, x);
        }
        return add_line(d, HENG_REPLAY_BETWEEN, inputs, 3, fields, 2, result);
    }
    if (low && (q->step || on_row || q->flat)) return row_line(d, s, low->origin, true, low->x);
    if (!low && high && q->flat) return row_line(d, s, high->origin, true, high->x);
    return no_row(d, s);
}

/* ---- formulas ------------------------------------------------------------------------------------- */

/* Which of the computed keys is the number of a step or linear table. */
static uint32_t number_key(const rule_act *act, const rule_act *acts)
{
    uint32_t computed = 0;
    for (unsigned k = 0; k < act->read->arg_count; k++) {
        const rule_arg *arg = &act->read->args[k];
        if (arg->kind != ARG_STACK) continue;
        if (arg->list < 0) return acts[act->inputs[computed] - 1].line;
        computed++;
    }
    return NONE;
}

static uint32_t derive_read(deriver *d, const rule_act *act, const rule_act *acts)
{
    const rule_spot *s = &act->spot;
    const rule_column *column = heng_rule__column(d->e, s->quantity, s->period.grain);
    uint32_t line;
    if (d->e->program->quantities[s->quantity].role == ROLE_TABLE) {
        ptrdiff_t at = heng_rule__index(column, s->entity, s->period.number, s->keys);
        if (column->form == FORM_CURVE)
            line = from_curve(d, s, column, at, act->x, number_key(act, acts));
        else if (at >= 0 && column->origin[at])
            line = row_line(d, s, column->origin[at], false, 0);
        else
            line = no_row(d, s);
    } else {
        line = derive_spot(d, s);
    }
    if (d->status) return NONE;
    heng_outcome found = *result_of(d, line);
    if ((found.state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE) {
        found.state = HENG_STATE_UNKNOWN;
        line = add_line(d, HENG_REPLAY_READ, &line, 1, NULL, 0, found);
    }
    if (!act->input_count || d->status) return line;
    uint32_t inputs[HENG_KEYS_MAX + 1] = {line};
    for (uint32_t k = 0; k < act->input_count; k++) inputs[k + 1] = acts[act->inputs[k] - 1].line;
    return add_line(d, HENG_REPLAY_KEYED, inputs, act->input_count + 1, NULL, 0, act->result);
}

/* The fields of a step that reads nothing; gives their number. */
static unsigned fields_of(deriver *d, const rule_act *act, heng_str fields[3])
{
    const rule_step *step = act->step;
    if (act->op <= HENG_REPLAY_ENTITY_IS) {
        heng_str text = d->e->program->files[step->at.file].text;
        fields[0] =
            heng_str_slice(text, step->at.offset, (size_t)step->at.offset + step->at.length);
        fields[1] = hex(d, act->result.value);
        return 2;
    }
    if (act->over) {
        bool limit = act->over->outer_count > 0;
        fields[0] = act->over->has_where ? HENG_STR("1") : HENG_STR("0");
        fields[1] = act->over->has_weight ? HENG_STR("1") : HENG_STR("0");
        fields[2] = limit ? HENG_STR("1") : HENG_STR("0");
        return 3;
    }
    switch (act->op) {
    case HENG_REPLAY_CONVERT:
        fields[0] = hex(d, step->x);
        fields[1] = hex(d, step->y);
        return 2;
    case HENG_REPLAY_ROUND:
    case HENG_REPLAY_SAME_WORD: fields[0] = whole(d, step->a); return 1;
    case HENG_REPLAY_COMPARE:
        fields[0] = whole(d, step->a);
        fields[1] = hex(d, step->x);
        return 2;
    default: return 0;
    }
}

static void derive_act(deriver *d, rule_act *act, const rule_act *acts)
{
    if (act->is_read) {
        act->line = derive_read(d, act, acts);
        return;
    }
    heng_str fields[3];
    unsigned field_count = fields_of(d, act, fields);
    uint32_t *inputs = take(d, HENG_ARRAY(d->arena, act->input_count, uint32_t));
    if (!inputs) return;
    for (uint32_t k = 0; k < act->input_count; k++)
        inputs[k] = act->inputs[k] ? acts[act->inputs[k] - 1].line : NONE;
    act->line = add_line(d, act->op, inputs, act->input_count, fields, field_count, act->result);
}

/* Runs the version once more with the scribe listening, then derives what it looked at. */
static uint32_t derive_formula(deriver *d, const rule_quantity *q, const rule_version *version,
                               const rule_spot *s)
{
    rule_run *run = d->run;
    rule_scribe *scribe = d->scribes[d->depth];
    if (!scribe) scribe = d->scribes[d->depth] = take(d, HENG_NEW(d->kept, rule_scribe));
    if (!scribe) return NONE;
    heng_rule__scribe(scribe, d->arena);
    heng_rule__at_point(run, s->entity, s->period.number, s->keys, q->key_count);
    for (rule_run *each = run; each; each = each->inner) each->trace = &scribe->trace;
    heng_rule__run(run, version->code);
    if (run->status && !d->status) d->status = run->status;
    take(d, scribe->failed ? NULL : scribe);
    if (d->status) return NONE;
    heng_rule__mark_wanted(scribe);
    for (size_t i = 0; i < scribe->count && !d->status; i++)
        if (scribe->acts[i].wanted) derive_act(d, &scribe->acts[i], scribe->acts);
    return d->status ? NONE : scribe->acts[scribe->stack[0][0] - 1].line;
}

/* ---- points --------------------------------------------------------------------------------------- */

static heng_outcome stored(const rule_column *column, ptrdiff_t at)
{
    return (heng_outcome){
        .value = column->value[at],
        .have = column->have[at],
        .want = column->want[at],
        .quality = {column->quality[0][at], column->quality[1][at], column->quality[2][at]},
        .state = column->state[at],
        .evidence = column->evidence[at]};
}

static uint32_t derive_version(deriver *d, const rule_spot *s, const rule_column *column,
                               ptrdiff_t at)
{
    const rule_quantity *q = &d->e->program->quantities[s->quantity];
    const rule_version *version = NULL;
    uint32_t input = NONE;
    for (size_t i = 0; i < q->version_count && !version; i++)
        if (heng_span_holds(q->versions[i].valid, s->period)) version = &q->versions[i];
    if (version && version->code) input = derive_formula(d, q, version, s);
    if (d->status) return NONE;
    heng_str file = version ? d->e->program->files[version->item->at.file].name : HENG_STR("");
    heng_str fields[] = {figure(d, s),
                         unit(d, s),
                         version ? version->formula : HENG_STR(""),
                         file,
                         version ? whole(d, version->item->at.line) : HENG_STR(""),
                         version ? version->source : HENG_STR(""),
                         evidence(version ? (int)version->evidence : 0),
                         version ? month(d, version->valid.first_month) : HENG_STR(""),
                         version ? month(d, version->valid.last_month) : HENG_STR("")};
    uint32_t line =
        add_line(d, HENG_REPLAY_RULE, &input, input ? 1 : 0, fields, 9, stored(column, at));
    if (line && version) d->lines[line - 1].uncertainty = version->uncertainty;
    return line;
}

/* Fields that a line of which value stands has in common. */
static uint32_t standing_line(deriver *d, heng_replay_op op, const rule_spot *s,
                              const uint32_t *inputs, size_t count, const heng_ratio *ratio,
                              heng_outcome result)
{
    heng_str fields[] = {figure(d, s), unit(d, s),
                         ratio ? whole(d, ratio->numerator) : HENG_STR(""),
                         ratio ? whole(d, ratio->denominator) : HENG_STR("")};
    return add_line(d, op, inputs, count, fields, ratio ? 4 : 2, result);
}

/* An input that a rule gives. */
static uint32_t derive_given(deriver *d, const rule_spot *s, int giver, const rule_column *column,
                             ptrdiff_t at)
{
    const heng_program *p = d->e->program;
    const rule_quantity *from = &p->quantities[giver], *to = &p->quantities[s->quantity];
    heng_ratio ratio = {1, 1};
    heng_error why;
    rule_spot there = *s;
    there.quantity = giver;
    uint32_t input = derive_spot(d, &there);
    if (from->type.kind == RULE_NUMBER)
        (void)heng_unit_factor_between(&from->type.unit, &to->type.unit, &ratio, &why);
    return standing_line(d, HENG_REPLAY_GIVEN, s, &input, 1, &ratio, stored(column, at));
}

static bool in_force(const rule_column *column, const rule_spot *s)
{
    ptrdiff_t at = heng_rule__index(column, s->entity, s->period.number, s->keys);
    return at >= 0 && (column->state[at] & STATE_MASK) != HENG_STATE_NOT_IN_FORCE;
}

/* A rule and the exceptions to it that apply. Where the rule has no room for this one nothing is known,
 * and exceptions may stand. */
static uint32_t derive_standing(deriver *d, const rule_spot *s, const rule_column *column,
                                ptrdiff_t at)
{
    const rule_quantity *q = &d->e->program->quantities[s->quantity];
    const rule_column *general = &d->e->columns[q->general];
    uint32_t *inputs = take(d, HENG_ARRAY(d->arena, q->exception_count + 1, uint32_t));
    size_t count = 0;
    if (!inputs) return NONE;
    rule_spot there = *s;
    there.quantity = q->general;
    bool room = heng_rule__index(general, s->entity, s->period.number, s->keys) >= 0;
    bool displaced = !room || in_force(general, s);
    inputs[count++] = room ? derive_spot(d, &there)
                           : absent_line(d, &there, HENG_STR("outside"), (heng_outcome){0});
    for (size_t i = 0; displaced && i < q->exception_count && !d->status; i++) {
        if (!in_force(&d->e->columns[q->exceptions[i]], s)) continue;
        there.quantity = q->exceptions[i];
        inputs[count++] = derive_spot(d, &there);
    }
    return standing_line(d, HENG_REPLAY_STANDS, s, inputs, count, NULL, stored(column, at));
}

/* What a column of results has no room for. */
static uint32_t outside(deriver *d, const rule_spot *s, const rule_column *column)
{
    bool unheld = column->members && s->entity >= 0 && column->members->position[s->entity] < 0;
    return absent_line(d, s, unheld ? HENG_STR("member") : HENG_STR("outside"),
                       (heng_outcome){.want = unheld});
}

static uint32_t derive_new(deriver *d, const rule_spot *s)
{
    const heng_evaluation *e = d->e;
    const rule_quantity *q = &e->program->quantities[s->quantity];
    const rule_column *column = &e->columns[s->quantity];
    ptrdiff_t at = heng_rule__index(column, s->entity, s->period.number, s->keys);
    if (q->role == ROLE_INPUT && !q->provider_count) return from_facts(d, s, column, at);
    if (at < 0) return outside(d, s, column);
    const rule_column *given = &e->overrides[s->quantity];
    ptrdiff_t given_at = -1;
    if (heng_rule__holds_facts(given))
        given_at = heng_rule__index(given, s->entity, s->period.number, s->keys);
    if (q->role == ROLE_INPUT) {
        int giver = heng_rule__giver_at(e, q, s);
        return giver >= 0 ? derive_given(d, s, giver, column, at)
                          : from_facts(d, s, given, given_at);
    }
    if (given_at >= 0 && heng_rule__cell(given, (size_t)given_at).recorded)
        return from_facts(d, s, given, given_at);
    if (q->general >= 0) return derive_standing(d, s, column, at);
    return derive_version(d, s, column, at);
}

static uint32_t derive_spot(deriver *d, const rule_spot *s)
{
    if (d->status) return NONE;
    uint32_t line = recall(d, s, 0);
    if (line) return line;
    if (d->depth >= HENG_DERIVATION_DEPTH_MAX) {
        d->status = heng_fail(d->err, HENG_TOO_LARGE, d->depth,
                              "rules need each other more than %d deep; ask for a figure below",
                              HENG_DERIVATION_DEPTH_MAX);
        return NONE;
    }
    d->depth++;
    if (d->depth > d->deepest) d->deepest = d->depth;
    line = derive_new(d, s);
    d->depth--;
    return keep(d, s, 0, line);
}

heng_status heng_deriver_open(const heng_evaluation *evaluation, heng_arena *arena,
                              heng_arena *texts, heng_deriver **out, heng_error *err)
{
    assert(evaluation && arena && texts && out && err);
    heng_deriver *d = HENG_NEW(arena, heng_deriver);
    if (!d) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a derivation");
    *d = (heng_deriver){.e = evaluation, .arena = texts, .kept = arena};
    d->err = &d->failure;
    heng_status status = heng_rule__open_run(evaluation, arena, &d->run, d->err); /* as long as d */
    if (status) {
        *err = d->failure;
        return status;
    }
    *out = d;
    return HENG_OK;
}

heng_status heng_deriver_figure(heng_deriver *d, const heng_point *point, uint32_t *line,
                                heng_error *err)
{
    assert(d && point && line && err);
    const heng_evaluation *e = d->e;
    const rule_column *column;
    size_t at;
    bool unheld = heng_rule__is_unheld(e, point);
    heng_status status = unheld ? HENG_OK : heng_rule__locate(e, point, &column, &at, err);
    if (status) return status;
    const rule_quantity *q = &e->program->quantities[point->quantity];
    if (q->role == ROLE_TABLE)
        return heng_fail(err, HENG_NOT_FOUND, 0, "%.*s is a table; ask for a figure that uses it",
                         HENG_PRINT(q->name));
    rule_spot s = {.quantity = (int)point->quantity, .period = point->period};
    s.entity = heng_rule__entity_find(e, point->entity);
    for (unsigned i = 0; i < q->key_count; i++)
        s.keys[i] = heng_rule__key_find(e, q->keys[i].list, point->keys[i]);
    uint32_t number = derive_spot(d, &s);
    if (d->status) {
        *err = d->failure;
        return d->status;
    }
    *line = number;
    return HENG_OK;
}

void heng_deriver_forget(heng_deriver *d)
{
    assert(d->arena != d->kept);
    for (unsigned i = 0; i <= d->deepest; i++)
        if (d->scribes[i]) *d->scribes[i] = (rule_scribe){.failed = false};
    heng_arena_deinit(d->arena);
    for (; d->forgotten < d->count; d->forgotten++) {
        d->lines[d->forgotten].inputs = NULL;
        d->lines[d->forgotten].fields = NULL;
    }
}

heng_derivation heng_deriver_lines(const heng_deriver *d)
{
    return (heng_derivation){.lines = d->lines, .line_count = d->count};
}

heng_status heng_derive(const heng_evaluation *evaluation, const heng_point *point,
                        heng_arena *arena, heng_derivation *out, heng_error *err)
{
    assert(evaluation && point && arena && out && err);
    heng_deriver *d;
    uint32_t line;
    heng_status status = heng_deriver_open(evaluation, arena, arena, &d, err);
    if (!status) status = heng_deriver_figure(d, point, &line, err);
    if (status) return status;
    *out = heng_deriver_lines(d);
    return HENG_OK;
}
