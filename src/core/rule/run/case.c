/* Worked examples run: each case becomes a small world, and what is expected is compared.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "core/rule/case_file.h"
#include "core/rule/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

typedef enum column_role { COLUMN_MEMBER, COLUMN_PERIOD, COLUMN_FIGURE } column_role;

typedef struct row_place {
    heng_word member;
    rule_scope scope;
    heng_word when;
    heng_period period;
} row_place;

typedef struct runner {
    const heng_program *program;
    heng_unit_system *units;
    heng_arena *arena;
    heng_diagnostics *diagnostics;
    heng_case_report *report;
    heng_error *err;
    heng_status status;
    const heng_case *current;
    heng_entity *entities;
    heng_link *links;
    heng_fact *facts;
    size_t entity_count, link_count, fact_count, entity_room, link_room, fact_room;
    heng_span window;
    heng_str *refused; /* entities of which a refusal is expected, with their periods */
    heng_period *refused_periods;
    size_t refused_count, refused_room, refused_period_room;
    heng_evaluation *evaluation;
    heng_case_visit *visit; /* may be NULL */
    void *visit_context;
} runner;

static bool room(runner *r, void *items, size_t count, size_t *capacity, size_t size)
{
    if (heng_rule__grow(r->arena, items, count, capacity, size)) return true;
    r->status = heng_fail(r->err, HENG_NO_MEMORY, 0, "no memory for a worked example");
    return false;
}

/* ---- the world of a case ---------------------------------------------------------------------------- */

static column_role role_of(const runner *r, const heng_case_column *column, rule_scope *scope)
{
    heng_grain grain;
    *scope = (rule_scope){-1, -1};
    if (column->name.count != 1 || column->key_count || column->expected) return COLUMN_FIGURE;
    if (heng_grain_find(column->name.parts[0].text, &grain)) return COLUMN_PERIOD;
    return heng_rule__scope_find(r->program, column->name.parts[0].text, scope) ? COLUMN_MEMBER
                                                                                : COLUMN_FIGURE;
}

static bool add_entity(runner *r, heng_str code, rule_scope scope)
{
    for (size_t i = 0; i < r->entity_count; i++)
        if (heng_str_equal(r->entities[i].code, code)) return true;
    if (!room(r, &r->entities, r->entity_count, &r->entity_room, sizeof *r->entities)) return false;
    r->entities[r->entity_count++] =
        (heng_entity){.code = code,
                      .kind = r->program->kinds[scope.kind].name,
                      .level = heng_rule__scope_name(r->program, scope),
                      .valid = HENG_SPAN_ALWAYS};
    return true;
}

/* A link holds always, unless the member has another parent in another period. */
static bool add_link(runner *r, heng_str member, heng_str parent, heng_str hierarchy,
                     heng_span span)
{
    for (size_t i = 0; i < r->link_count; i++) {
        const heng_link *link = &r->links[i];
        if (!heng_str_equal(link->member, member) || !heng_str_equal(link->hierarchy, hierarchy))
            continue;
        bool same_span = link->valid.first_month == span.first_month &&
                         link->valid.last_month == span.last_month;
        if (heng_str_equal(link->parent, parent) && same_span) return true;
    }
    if (!room(r, &r->links, r->link_count, &r->link_room, sizeof *r->links)) return false;
    r->links[r->link_count++] = (heng_link){member, parent, hierarchy, span, 0};
    return true;
}

static void widen_single_links(runner *r)
{
    for (size_t i = 0; i < r->link_count; i++) {
        heng_link *link = &r->links[i];
        bool other = false;
        for (size_t j = 0; j < r->link_count && !other; j++)
            other = heng_str_equal(r->links[j].member, link->member) &&
                    heng_str_equal(r->links[j].hierarchy, link->hierarchy) &&
                    !heng_str_equal(r->links[j].parent, link->parent);
        if (!other) link->valid = HENG_SPAN_ALWAYS;
    }
}

static bool inside(const runner *r, rule_scope member, rule_scope parent)
{
    if (member.kind == parent.kind) return true;
    const rule_kind *kind = &r->program->kinds[member.kind];
    for (unsigned i = 0; i < kind->inside_count; i++) {
        rule_scope scope;
        if (heng_rule__scope_find(r->program, kind->inside[i].text, &scope) &&
            scope.kind == parent.kind)
            return true;
    }
    return false;
}

/* Whom and when a row is about. */
static bool place_of_row(const runner *r, const heng_case_table *table, const heng_word *cells,
                         row_place *out)
{
    *out = (row_place){.scope = {-1, -1}};
    for (unsigned i = 0; i < table->given_count; i++) {
        rule_scope scope;
        column_role role = role_of(r, &table->columns[i], &scope);
        if (role == COLUMN_PERIOD) out->when = cells[i];
        if (role != COLUMN_MEMBER || !cells[i].text.length || out->member.text.length) continue;
        out->member = cells[i];
        out->scope = scope;
    }
    heng_error why;
    return out->member.text.length &&
           heng_period_parse(out->when.text, &out->period, &why) == HENG_OK;
}

static void report_nowhere(runner *r, heng_locus at, const row_place *place)
{
    heng_diagnose(r->diagnostics, "R923", at, "whom and when?",
                  "give the row the code of a member and a period", "this row does not say %s",
                  place->member.text.length ? "when" : "whom it is about");
    r->report->failed_count++;
}

static bool link_row(runner *r, const heng_case_table *table, const heng_word *cells,
                     const row_place *place)
{
    heng_word before = place->member;
    rule_scope before_scope = place->scope;
    for (unsigned i = 0; i < table->given_count; i++) {
        rule_scope scope;
        if (role_of(r, &table->columns[i], &scope) != COLUMN_MEMBER || !cells[i].text.length)
            continue;
        if (!add_entity(r, cells[i].text, scope)) return false;
        if (heng_str_equal(cells[i].text, place->member.text)) continue;
        bool chained = inside(r, before_scope, scope);
        heng_str member = chained ? before.text : place->member.text;
        if (!add_link(r, member, cells[i].text, r->program->kinds[scope.kind].name,
                      heng_period_span(place->period)))
            return false;
        before = cells[i];
        before_scope = scope;
    }
    return true;
}

static heng_str figure_name(const heng_case_column *column)
{
    return column->name.parts[column->name.count - 1].text;
}

/* Some quantity has this name and so many keys; its key lists of members make entities. */
static bool known_figure(runner *r, const heng_case_column *column)
{
    bool found = false;
    for (size_t i = 0; i < r->program->public_count; i++) {
        const rule_quantity *q = &r->program->quantities[i];
        if (!heng_str_equal(q->name, figure_name(column)) || q->key_count != column->key_count)
            continue;
        found = true;
        for (unsigned k = 0; k < q->key_count; k++) {
            if (q->keys[k].list < 0) continue;
            const rule_list *list = &r->program->lists[q->keys[k].list];
            if (list->scope.kind >= 0 && !add_entity(r, column->keys[k].text, list->scope))
                return false;
        }
    }
    if (found) return true;
    heng_diagnose(r->diagnostics, "R921", column->head.at, "unknown",
                  "correct the name or its keys",
                  "%.*s is neither a kind, nor a period, nor a quantity of these rules",
                  HENG_PRINT(column->head.text));
    r->report->failed_count++;
    return false;
}

/* False where a number is wanted and the cell holds none. */
static bool read_cell(heng_fact *fact, heng_str text, bool number)
{
    heng_error why;
    fact->text = text;
    heng_str first = text;
    size_t colon = heng_str_find(text, HENG_STR(":"), 0);
    if (colon != SIZE_MAX) first = heng_str_trim(heng_str_slice(text, 0, colon));
    if (heng_notation_find(first, &fact->notation)) return true;
    fact->notation = HENG_VALUE;
    return heng_number_parse(text, &fact->value, &why) == HENG_OK || !number;
}

static bool takes_numbers(const runner *r, const heng_case_column *column)
{
    for (size_t i = 0; i < r->program->public_count; i++) {
        const rule_quantity *q = &r->program->quantities[i];
        if (heng_str_equal(q->name, figure_name(column))) return q->type.kind == RULE_NUMBER;
    }
    return false;
}

static bool add_fact(runner *r, const heng_case_column *column, heng_word cell,
                     const row_place *place)
{
    if (!room(r, &r->facts, r->fact_count, &r->fact_room, sizeof *r->facts)) return false;
    heng_fact *fact = &r->facts[r->fact_count++];
    *fact = (heng_fact){.entity = place->member.text,
                        .name = figure_name(column),
                        .key_count = column->key_count,
                        .period = place->period,
                        .unit = column->unit.text,
                        .quality = HENG_REPORTED,
                        .evidence = HENG_SEEN};
    for (unsigned k = 0; k < column->key_count; k++) fact->keys[k] = column->keys[k].text;
    if (read_cell(fact, cell.text, takes_numbers(r, column))) return true;
    r->fact_count--;
    r->report->failed_count++;
    heng_diagnose(r->diagnostics, "R922", cell.at, "not a number",
                  "write a number, or NE, NO, NA, IE or C", "%.*s is not a figure of %.*s",
                  HENG_PRINT(cell.text), HENG_PRINT(column->head.text));
    return true;
}

static void widen(runner *r, heng_span span, bool first)
{
    if (first || span.first_month < r->window.first_month) r->window.first_month = span.first_month;
    if (first || span.last_month > r->window.last_month) r->window.last_month = span.last_month;
}

static bool add_table(runner *r, const heng_case_table *table)
{
    for (unsigned i = 0; i < table->column_count; i++) {
        rule_scope scope;
        if (role_of(r, &table->columns[i], &scope) == COLUMN_FIGURE &&
            !known_figure(r, &table->columns[i]))
            if (r->status) return false;
    }
    for (unsigned row = 0; row < table->row_count; row++) {
        const heng_word *cells = table->cells + (size_t)row * table->column_count;
        row_place place;
        if (!place_of_row(r, table, cells, &place)) {
            report_nowhere(r, cells[0].at, &place);
            continue;
        }
        widen(r, heng_period_span(place.period), r->window.last_month == 0);
        if (!link_row(r, table, cells, &place)) return false;
        for (unsigned i = 0; i < table->given_count; i++) {
            rule_scope scope;
            if (role_of(r, &table->columns[i], &scope) != COLUMN_FIGURE || !cells[i].text.length)
                continue;
            if (!add_fact(r, &table->columns[i], cells[i], &place)) return false;
        }
    }
    return true;
}

/* ---- comparing ------------------------------------------------------------------------------------- */

static bool find_point(runner *r, const heng_case_column *column, const row_place *place,
                       heng_point *out)
{
    heng_str name = figure_name(column);
    heng_str level = heng_rule__scope_name(r->program, place->scope);
    if (column->name.count > 1) {
        name = heng_str_format(r->arena, "%.*s.%.*s", HENG_PRINT(column->name.parts[0].text),
                               HENG_PRINT(name));
        if (!name.at) {
            r->status = heng_fail(r->err, HENG_NO_MEMORY, 0, "no memory for a worked example");
            return false;
        }
    }
    *out = (heng_point){
        .entity = place->member.text, .period = place->period, .key_count = column->key_count};
    for (unsigned k = 0; k < column->key_count; k++) out->keys[k] = column->keys[k].text;
    out->quantity = heng_rule__find_at(r->program, name, level, place->period);
    if (out->quantity != SIZE_MAX) return true;
    heng_diagnose(r->diagnostics, "R921", column->head.at, "not for these",
                  "correct the name, or the kind and period of the rows",
                  "no rule gives %.*s for each %.*s by %s", HENG_PRINT(column->head.text),
                  HENG_PRINT(level), heng_grain_name(place->period.grain));
    return false;
}

static int decimals_of(heng_str text)
{
    size_t dot = heng_str_find(text, HENG_STR("."), 0);
    return dot == SIZE_MAX ? 0 : (int)(text.length - dot - 1);
}

/* The value in the unit that the example is written in. */
static bool in_unit(runner *r, const rule_quantity *q, const heng_case_column *column,
                    const heng_point *point, double number, double *out)
{
    heng_unit from, to;
    heng_error why = {0};
    heng_ratio ratio = {1, 1};
    int32_t keys[HENG_KEYS_MAX];
    *out = number;
    if (!column->unit.text.length) return true;
    for (unsigned k = 0; k < q->key_count; k++) {
        const rule_list *list = q->keys[k].list < 0 ? NULL : &r->program->lists[q->keys[k].list];
        keys[k] = list && list->scope.kind < 0 ? heng_rule__member(list, point->keys[k]) : -1;
    }
    heng_status status = heng_unit_parse(r->units, column->unit.text, &to, &why);
    if (!status) status = heng_rule__unit_of_cell(r->program, q, keys, &from, &why);
    if (!status) status = heng_unit_factor_between(&from, &to, &ratio, &why);
    if (status == HENG_NO_MEMORY) {
        *r->err = why;
        r->status = status;
    }
    if (status) return false;
    *out = heng_rule__convert(ratio, number);
    return true;
}

static void differs(runner *r, const heng_case_column *column, const row_place *place,
                    heng_word cell, heng_str found)
{
    char when[HENG_PERIOD_TEXT];
    heng_period_write(place->period, when);
    r->report->failed_count++;
    heng_diagnose(r->diagnostics, "R930", cell.at, "expected",
                  "correct the rule or the example, whichever is wrong",
                  "%.*s of %.*s in %s is %.*s, not %.*s", HENG_PRINT(column->head.text),
                  HENG_PRINT(place->member.text), when, HENG_PRINT(found), HENG_PRINT(cell.text));
}

static void compare_number(runner *r, const heng_case_column *column, const row_place *place,
                           heng_word cell, const heng_point *point, double number)
{
    const rule_quantity *q = &r->program->quantities[point->quantity];
    double value, expected;
    heng_error why;
    char text[64];
    if (!in_unit(r, q, column, point, number, &value)) {
        if (!r->status) differs(r, column, place, cell, HENG_STR("of another unit"));
        return;
    }
    int decimals = decimals_of(cell.text);
    snprintf(text, sizeof text, "%.*f", decimals + 3, value);
    bool near =
        heng_number_parse(cell.text, &expected, &why) == HENG_OK &&
        fabs(value - expected) <= 0.5 * pow(10, -decimals) * (1 + 1e-6) + 1e-12 * fabs(expected);
    if (!near) differs(r, column, place, cell, heng_str_from(text));
}

static void compare_known(runner *r, const heng_case_column *column, const row_place *place,
                          heng_word cell, const heng_point *point, const heng_value *value)
{
    const rule_quantity *q = &r->program->quantities[point->quantity];
    heng_str found = HENG_STR("no");
    if (q->type.kind == RULE_NUMBER) {
        compare_number(r, column, place, cell, point, value->number);
        return;
    }
    if (q->type.kind == RULE_YES_NO) {
        if (value->number != 0) found = HENG_STR("yes");
    } else {
        const rule_list *list = &r->program->lists[q->type.list];
        bool member = value->number >= 0 && value->number < (double)list->info.member_count;
        found = member ? list->info.members[(size_t)value->number] : HENG_STR("not in its list");
    }
    if (!heng_str_equal(found, cell.text)) differs(r, column, place, cell, found);
}

static bool expect_refusal(runner *r, const row_place *place)
{
    if (!room(r, &r->refused, r->refused_count, &r->refused_room, sizeof *r->refused) ||
        !room(r, &r->refused_periods, r->refused_count, &r->refused_period_room,
              sizeof *r->refused_periods))
        return false;
    r->refused[r->refused_count] = place->member.text;
    r->refused_periods[r->refused_count++] = place->period;
    return true;
}

static bool was_refused(const runner *r, const row_place *place)
{
    for (size_t i = 0; i < heng_evaluation_finding_count(r->evaluation); i++) {
        const heng_finding *finding = heng_evaluation_finding(r->evaluation, i);
        if (heng_str_equal(finding->entity, place->member.text) &&
            heng_period_equal(finding->period, place->period))
            return true;
    }
    return false;
}

static bool compare_cell(runner *r, const heng_case_column *column, const row_place *place,
                         heng_word cell)
{
    heng_point point;
    heng_value value;
    heng_error why;
    r->report->expected_count++;
    if (heng_str_is(cell.text, "refused")) {
        if (!was_refused(r, place))
            differs(r, column, place, cell, HENG_STR("accepted by every check"));
        return expect_refusal(r, place);
    }
    if (!find_point(r, column, place, &point)) {
        r->report->failed_count++;
        return !r->status;
    }
    if (heng_evaluation_value(r->evaluation, &point, &value, &why) != HENG_OK) {
        differs(r, column, place, cell, heng_str_from(why.message));
        return true;
    }
    bool known = value.state == HENG_STATE_KNOWN, unknown_wanted = heng_str_is(cell.text, "?");
    if (!known && !unknown_wanted)
        differs(r, column, place, cell, HENG_STR("unknown"));
    else if (known && unknown_wanted) {
        char text[HENG_NUMBER_TEXT];
        size_t length = heng_number_write(value.number, text);
        differs(r, column, place, cell, (heng_str){text, length});
    } else if (known) {
        compare_known(r, column, place, cell, &point, &value);
    }
    return !r->status;
}

static bool compare_table(runner *r, const heng_case_table *table)
{
    for (unsigned row = 0; row < table->row_count; row++) {
        const heng_word *cells = table->cells + (size_t)row * table->column_count;
        row_place place;
        if (!place_of_row(r, table, cells, &place)) continue; /* was reported */
        for (unsigned i = table->given_count; i < table->column_count; i++)
            if (cells[i].text.length && !compare_cell(r, &table->columns[i], &place, cells[i]))
                return false;
    }
    return true;
}

static void report_findings(runner *r)
{
    for (size_t i = 0; i < heng_evaluation_finding_count(r->evaluation); i++) {
        const heng_finding *finding = heng_evaluation_finding(r->evaluation, i);
        bool expected = false;
        for (size_t j = 0; j < r->refused_count && !expected; j++)
            expected = heng_str_equal(r->refused[j], finding->entity) &&
                       heng_period_equal(r->refused_periods[j], finding->period);
        if (expected) continue;
        char when[HENG_PERIOD_TEXT];
        heng_period_write(finding->period, when);
        r->report->failed_count++;
        heng_diagnose(r->diagnostics, "R931", r->current->at, "refused",
                      "correct the figures, or expect `refused`", "%.*s in %s: %.*s",
                      HENG_PRINT(finding->entity), when, HENG_PRINT(finding->message));
    }
}

static bool run_case(runner *r)
{
    r->entity_count = r->link_count = r->fact_count = r->refused_count = 0;
    r->window = (heng_span){0, 0};
    for (const heng_case_table *table = r->current->tables; table; table = table->next)
        if (!add_table(r, table)) return false;
    widen_single_links(r);
    heng_world *world = HENG_NEW(r->arena, heng_world);
    if (!world) {
        r->status = heng_fail(r->err, HENG_NO_MEMORY, 0, "no memory for a worked example");
        return false;
    }
    *world = (heng_world){.entities = r->entities,
                          .entity_count = r->entity_count,
                          .links = r->links,
                          .link_count = r->link_count,
                          .facts = r->facts,
                          .fact_count = r->fact_count,
                          .window = r->window,
                          .facts_override_rules = true};
    r->status = heng_evaluate(r->program, world, (heng_period){0}, NULL, NULL, r->arena,
                              &r->evaluation, r->err);
    if (!r->status && r->visit)
        r->status = r->visit(r->visit_context, r->current->label.en, r->program, world,
                             r->evaluation, r->err);
    if (r->status) return false;
    for (const heng_case_table *table = r->current->tables; table; table = table->next)
        if (!compare_table(r, table)) return false;
    report_findings(r);
    return true;
}

/* ---- the file --------------------------------------------------------------------------------------- */

static void copy_diagnostics(heng_diagnostics *to, const heng_diagnostics *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const heng_diagnostic *d = &from->items[i];
        heng_diagnose(to, d->code, d->at, d->caret.length ? d->caret.at : NULL,
                      d->remedy.length ? d->remedy.at : NULL, "%.*s", HENG_PRINT(d->message));
    }
}

/* The rule files of the case, and the case itself behind them. */
static heng_status all_files(const heng_compiled *compiled, heng_str name, heng_str text,
                             heng_arena *arena, heng_case_report *report, heng_error *err)
{
    heng_rule_file *files = HENG_ARRAY(arena, compiled->file_count + 1, heng_rule_file);
    if (!files) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a worked example");
    if (compiled->file_count) memcpy(files, compiled->files, compiled->file_count * sizeof *files);
    files[compiled->file_count] = (heng_rule_file){name, text};
    report->files = files;
    report->file_count = compiled->file_count + 1;
    return HENG_OK;
}

static heng_status compile_uses(heng_str text, heng_rule_load *load, void *context,
                                heng_arena *arena, heng_compiled *out, heng_error *err)
{
    heng_diagnostics unused; /* the file is read once more when its number is known */
    heng_case_file first;
    heng_diagnostics_init(&unused, arena);
    heng_status status = heng_case_read(0, text, arena, &unused, &first, err);
    if (status) return status;
    heng_str *names = HENG_ARRAY(arena, first.use_count, heng_str);
    if (!names) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a worked example");
    for (unsigned i = 0; i < first.use_count; i++) names[i] = first.uses[i].text;
    return heng_rule_compile(names, first.use_count, load, context, arena, out, err);
}

heng_status heng_case_run(heng_str name, heng_str text, heng_rule_load *load, void *context,
                          heng_arena *arena, heng_case_report *out, heng_error *err)
{
    return heng_case_each(name, text, load, context, NULL, NULL, arena, out, err);
}

heng_status heng_case_each(heng_str name, heng_str text, heng_rule_load *load, void *context,
                           heng_case_visit *visit, void *visit_context, heng_arena *arena,
                           heng_case_report *out, heng_error *err)
{
    assert(load && arena && out && err);
    heng_compiled compiled;
    heng_case_report report = {0};
    heng_case_file file;
    heng_status status = compile_uses(text, load, context, arena, &compiled, err);
    if (!status) status = all_files(&compiled, name, text, arena, &report, err);
    if (status) return status;
    heng_diagnostics_init(&report.diagnostics, arena);
    status =
        heng_case_read((uint32_t)compiled.file_count, text, arena, &report.diagnostics, &file, err);
    if (status) return status;
    report.case_count = file.case_count;
    report.failed_count = report.diagnostics.found;
    copy_diagnostics(&report.diagnostics, &compiled.diagnostics);
    runner r = {.program = compiled.program,
                .arena = arena,
                .diagnostics = &report.diagnostics,
                .report = &report,
                .err = err,
                .visit = visit,
                .visit_context = visit_context};
    if (!compiled.program) {
        report.failed_count += compiled.diagnostics.found;
        heng_locus at = {.file = (uint32_t)compiled.file_count, .line = 1, .column = 1};
        heng_diagnose(&report.diagnostics, "R920", file.use_count ? file.uses[0].at : at,
                      "used here", "mend the rule files first",
                      "the rule files of these examples have %zu %s", compiled.diagnostics.found,
                      compiled.diagnostics.found == 1 ? "fault" : "faults");
    } else {
        r.units = compiled.program->units;
        for (r.current = file.cases; r.current; r.current = r.current->next)
            if (!run_case(&r)) return r.status ? r.status : HENG_NO_MEMORY;
    }
    if (report.diagnostics.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the diagnostics");
    *out = report;
    return HENG_OK;
}
