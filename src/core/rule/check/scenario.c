/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/scenario.h"
#include "core/rule/model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct setting {
    heng_locus at; /* of its name */
    int quantity;
    int32_t keys[HENG_KEYS_MAX];
    heng_table_row row;
    heng_str text; /* "growth = 4.5 %" */
} setting;

typedef struct reader {
    const heng_program *program;
    heng_str text;
    heng_arena *arena;
    heng_unit_system *units;
    heng_diagnostics *faults;
    setting *items;
    size_t count, room;
    heng_status status;
    heng_error *err;
} reader;

static heng_locus locus_of(const reader *r, heng_str part)
{
    heng_locus at = {.line = 1, .column = 1, .length = (uint32_t)part.length};
    at.offset = part.length ? (uint32_t)(part.at - r->text.at) : 0;
    for (size_t i = 0; i < at.offset;) {
        bool line_end = r->text.at[i] == '\n';
        heng_utf8_next(r->text, &i);
        at.line += line_end;
        at.column = line_end ? 1 : at.column + 1;
    }
    return at;
}

/* ---- which parameter -------------------------------------------------------------------------------- */

static bool is_named(const rule_quantity *q, heng_str name)
{
    return q->parameter && (heng_str_equal(q->name, name) || heng_str_equal(q->qualified, name));
}

static bool is_alone(const heng_program *p, const rule_quantity *one)
{
    size_t count = 0;
    for (size_t i = 0; i < p->quantity_count; i++)
        count += p->quantities[i].parameter && heng_str_equal(p->quantities[i].name, one->name);
    return count == 1;
}

/* "write one of growth, progress_rule", as many as fit. */
static void name_parameters(const heng_program *p, char *out, size_t size)
{
    size_t length = (size_t)snprintf(out, size, "write one of");
    bool some = false;
    for (size_t i = 0; i < p->quantity_count && length < size; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (!q->parameter) continue;
        length += (size_t)snprintf(out + length, size - length, "%s %.*s", some ? "," : "",
                                   HENG_PRINT(is_alone(p, q) ? q->name : q->qualified));
        some = true;
    }
    if (!some) snprintf(out, size, "leave it out; this pack has no parameters");
}

/* "write one of straight, compound", as many as fit. */
static void name_members(const rule_list *list, char *out, size_t size)
{
    size_t length = (size_t)snprintf(out, size, "write one of");
    for (size_t i = 0; i < list->info.member_count && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, "%s %.*s", i ? "," : "",
                                   HENG_PRINT(list->info.members[i]));
}

static int find_parameter(reader *r, heng_str name)
{
    const heng_program *p = r->program;
    heng_str near = {0};
    size_t count = 0;
    int found = -1;
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (heng_str_equal(q->name, name) && !q->parameter) near = q->qualified;
        if (!is_named(q, name)) continue;
        count++;
        found = (int)i;
    }
    if (count == 1) return found;
    heng_locus at = locus_of(r, name);
    if (count > 1)
        heng_diagnose(r->faults, "R952", at, "which?", "write METHOD.NAME",
                      "more than one parameter is named %.*s", HENG_PRINT(name));
    else if (near.length)
        heng_diagnose(r->faults, "R952", at, "no parameter",
                      "only what a pack declares as a parameter can be set; a rule is displaced by "
                      "an exception",
                      "%.*s is no parameter", HENG_PRINT(name));
    else {
        char remedy[200];
        name_parameters(p, remedy, sizeof remedy);
        heng_diagnose(r->faults, "R952", at, "unknown", remedy, "there is no parameter %.*s",
                      HENG_PRINT(name));
    }
    return -1;
}

/* ---- its keys and its period ------------------------------------------------------------------------ */

static bool bad_form(reader *r, heng_str part)
{
    heng_diagnose(r->faults, "R951", locus_of(r, part), "not a setting",
                  "write NAME = VALUE, NAME[KEY] = VALUE or NAME@2026 = VALUE",
                  "\"%.*s\" does not set a parameter", (int)(part.length < 60 ? part.length : 60),
                  part.at);
    return false;
}

static bool read_keys(reader *r, heng_str written, heng_str name, setting *out)
{
    const rule_quantity *q = &r->program->quantities[out->quantity];
    heng_str key;
    unsigned count = 0;
    bool good = true;
    while (heng_str_cut(&written, ',', &key)) {
        key = heng_str_trim(key);
        if (count >= q->key_count) {
            count++;
            break;
        }
        const rule_list *list = &r->program->lists[q->keys[count].list];
        out->row.keys[count] = key;
        out->keys[count] = heng_rule__member(list, key);
        if (out->keys[count] < 0 && list->scope.kind < 0) {
            heng_diagnose(r->faults, "R953", locus_of(r, key), "not in the list",
                          "write a word of the list", "%.*s is not in the list %.*s",
                          HENG_PRINT(key), HENG_PRINT(list->info.name));
            good = false;
        }
        count++;
    }
    if (count == q->key_count) return good;
    heng_diagnose(r->faults, "R951", locus_of(r, name), "keys",
                  "give one key in brackets for each list in its declaration",
                  "%.*s has %u keys; another number is given", HENG_PRINT(name), q->key_count);
    return false;
}

static bool read_period(reader *r, heng_str written, setting *out)
{
    const rule_quantity *q = &r->program->quantities[out->quantity];
    heng_period period;
    heng_error why;
    /* Closed in the last month there is, for an open row would give way to the pack's later ones. */
    out->row.valid = (heng_span){INT32_MIN, INT32_MAX - 1};
    if (!written.length) return true;
    if (!q->dated) {
        heng_diagnose(r->faults, "R951", locus_of(r, written), "not dated",
                      "leave out @ and the period", "%.*s is the same in all periods",
                      HENG_PRINT(q->name));
        return false;
    }
    if (heng_period_parse(written, &period, &why) != HENG_OK) {
        heng_diagnose(r->faults, "R951", locus_of(r, written), "not a period",
                      "write 2026, 2026-H1, 2026-Q1 or 2026-07", "%.*s is not a period",
                      HENG_PRINT(written));
        return false;
    }
    out->row.valid = heng_period_span(period);
    return true;
}

/* NAME [keys] [@period] */
static bool read_name(reader *r, heng_str written, setting *out)
{
    heng_str name = written, keys = {0}, period = {0};
    size_t at = heng_str_find(name, HENG_STR("@"), 0);
    if (at != SIZE_MAX) {
        period = heng_str_trim(heng_str_slice(name, at + 1, name.length));
        name = heng_str_trim(heng_str_slice(name, 0, at));
        if (!period.length) return bad_form(r, written);
    }
    size_t open = heng_str_find(name, HENG_STR("["), 0);
    if (open != SIZE_MAX) {
        if (!heng_str_ends(name, HENG_STR("]"))) return bad_form(r, written);
        keys = heng_str_slice(name, open + 1, name.length - 1);
        name = heng_str_trim(heng_str_slice(name, 0, open));
    }
    if (!name.length) return bad_form(r, written);
    out->at = locus_of(r, name);
    out->quantity = find_parameter(r, name);
    if (out->quantity < 0) return false;
    const rule_quantity *q = &r->program->quantities[out->quantity];
    out->row.table = q->name;
    out->row.qualified = q->qualified;
    out->row.key_count = q->key_count;
    return read_keys(r, keys, name, out) && read_period(r, period, out);
}

/* ---- its value -------------------------------------------------------------------------------------- */

static bool bad_value(reader *r, heng_str written, const rule_quantity *q, const char *remedy)
{
    const char *what = q->type.kind == RULE_NUMBER   ? "a number and its unit"
                       : q->type.kind == RULE_YES_NO ? "yes or no"
                                                     : "a word of its list";
    heng_diagnose(r->faults, "R953", locus_of(r, written), "not such a value", remedy,
                  "%.*s takes %s, not \"%.*s\"", HENG_PRINT(q->name), what,
                  (int)(written.length < 60 ? written.length : 60), written.at);
    return false;
}

/* How much of the text is a number: sign, digits, point, exponent. */
static size_t number_length(heng_str text)
{
    heng_error why;
    double ignored;
    for (size_t length = text.length; length > 0; length--) {
        char last = text.at[length - 1];
        if ((last >= '0' && last <= '9') &&
            heng_number_parse(heng_str_slice(text, 0, length), &ignored, &why) == HENG_OK)
            return length;
    }
    return 0;
}

static bool read_number(reader *r, heng_str written, setting *out)
{
    const rule_quantity *q = &r->program->quantities[out->quantity];
    size_t length = number_length(written);
    heng_str unit_text = heng_str_trim(heng_str_slice(written, length, written.length));
    heng_unit from = heng_unit_one(), to;
    heng_ratio ratio;
    heng_error why;
    char remedy[200];
    snprintf(remedy, sizeof remedy, "write, for example, %.*s = 5 %.*s", HENG_PRINT(q->name),
             HENG_PRINT(q->type.text));
    if (!length || heng_number_parse(heng_str_slice(written, 0, length), &out->row.value, &why))
        return bad_value(r, written, q, remedy);
    heng_status status = HENG_OK;
    if (unit_text.length) status = heng_unit_parse(r->units, unit_text, &from, &why);
    if (!status) status = heng_rule__unit_of_cell(r->program, q, out->keys, &to, &why);
    /* Without a unit a number is plain; 5 is then 500 %, which is not what anybody means. */
    bool bare = !unit_text.length && !heng_unit_equal(&from, &to);
    if (!status && !bare) status = heng_unit_factor_between(&from, &to, &ratio, &why);
    if (status == HENG_NO_MEMORY) {
        *r->err = why;
        r->status = status;
        return false;
    }
    if (status || bare) return bad_value(r, written, q, remedy);
    out->row.value = heng_rule__convert(ratio, out->row.value);
    return true;
}

static bool read_word(reader *r, heng_str written, setting *out)
{
    const rule_quantity *q = &r->program->quantities[out->quantity];
    int member = heng_str_is(written, "yes") ? 1 : heng_str_is(written, "no") ? 0 : -1;
    if (q->type.kind == RULE_WORD)
        member = heng_rule__member(&r->program->lists[q->type.list], written);
    if (member < 0) {
        char remedy[200] = "write yes or no";
        if (q->type.kind == RULE_WORD)
            name_members(&r->program->lists[q->type.list], remedy, sizeof remedy);
        return bad_value(r, written, q, remedy);
    }
    out->row.value = member;
    return true;
}

static bool in_bounds(reader *r, heng_str written, const setting *one)
{
    const rule_quantity *q = &r->program->quantities[one->quantity];
    char least[HENG_NUMBER_TEXT], most[HENG_NUMBER_TEXT];
    if (!q->bounded || (one->row.value >= q->least && one->row.value <= q->most)) return true;
    least[heng_number_write(q->least, least)] = '\0';
    most[heng_number_write(q->most, most)] = '\0';
    heng_diagnose(r->faults, "R954", locus_of(r, written), "out of bounds",
                  "choose a value between them", "%.*s lies between %s and %s %.*s, %.*s does not",
                  HENG_PRINT(q->name), least, most, HENG_PRINT(q->type.text), HENG_PRINT(written));
    return false;
}

/* ---- a setting as a row ----------------------------------------------------------------------------- */

static heng_str taken(reader *r, heng_str text)
{
    if (!text.at && !r->status)
        r->status = heng_fail(r->err, HENG_NO_MEMORY, 0, "no memory for a scenario");
    return text;
}

/* "growth = 4.5 %", however it was spaced. */
static heng_str canonical(reader *r, heng_str name, heng_str value)
{
    heng_text text;
    heng_text_init(&text, r->arena, name.length + value.length + 8);
    for (size_t i = 0; i < name.length; i++)
        if (name.at[i] != ' ' && name.at[i] != '\t') heng_text_add_char(&text, name.at[i]);
    heng_text_print(&text, " = ");
    heng_text_add(&text, value);
    return taken(r, text.failed ? (heng_str){0} : heng_text_view(&text));
}

/* What the pack says where one row of it stands there; else empty. */
static heng_str packs_value(const reader *r, const setting *one)
{
    const heng_program *p = r->program;
    heng_str found = {0};
    for (size_t i = 0; i < p->row_count; i++) {
        const rule_row *row = &p->rows[i];
        bool same = row->quantity == one->quantity;
        for (unsigned k = 0; same && k < one->row.key_count; k++)
            same = heng_str_equal(row->row.keys[k], one->row.keys[k]);
        if (!same || !heng_span_overlap(row->row.valid, one->row.valid)) continue;
        if (found.at) return (heng_str){0};
        found = row->row.text;
    }
    return found;
}

static void finish_row(reader *r, heng_str value, setting *one)
{
    const rule_quantity *q = &r->program->quantities[one->quantity];
    heng_str without = packs_value(r, one);
    char number[HENG_NUMBER_TEXT];
    size_t length = heng_number_write(one->row.value, number);
    heng_str shown = q->type.kind == RULE_NUMBER ? (heng_str){number, length} : value;
    one->row.text = taken(r, heng_str_copy(r->arena, shown));
    one->row.unit = q->type.text;
    one->row.notation = HENG_VALUE;
    one->row.evidence = HENG_EXAMPLE;
    one->row.recorded = HENG_INSTANT_MAX;
    one->row.file = HENG_STR("scenario");
    one->row.line = one->at.line;
    one->row.source = taken(r, heng_str_format(r->arena, "scenario: %.*s", HENG_PRINT(one->text)));
    one->row.note =
        without.length
            ? taken(r, heng_str_format(r->arena, "set for a scenario; the pack says %.*s",
                                       HENG_PRINT(without)))
            : HENG_STR("set for a scenario");
}

static bool is_same_cell(const setting *a, const setting *b)
{
    if (a->quantity != b->quantity || !heng_span_overlap(a->row.valid, b->row.valid)) return false;
    for (unsigned k = 0; k < a->row.key_count; k++)
        if (!heng_str_equal(a->row.keys[k], b->row.keys[k])) return false;
    return true;
}

static void read_setting(reader *r, heng_str line)
{
    setting one = {0};
    size_t equals = heng_str_find(line, HENG_STR("="), 0);
    if (equals == SIZE_MAX) {
        bad_form(r, line);
        return;
    }
    heng_str name = heng_str_trim(heng_str_slice(line, 0, equals));
    heng_str value = heng_str_trim(heng_str_slice(line, equals + 1, line.length));
    if (!name.length || !value.length) {
        bad_form(r, line);
        return;
    }
    if (!read_name(r, name, &one)) return;
    bool number = r->program->quantities[one.quantity].type.kind == RULE_NUMBER;
    if (!(number ? read_number : read_word)(r, value, &one) || !in_bounds(r, value, &one)) return;
    for (size_t i = 0; i < r->count; i++) {
        if (!is_same_cell(&r->items[i], &one)) continue;
        heng_diagnose(r->faults, "R955", one.at, "set before", "keep one of the two",
                      "%.*s is set twice", HENG_PRINT(one.row.table));
        return;
    }
    one.text = canonical(r, name, value);
    finish_row(r, value, &one);
    if (r->status) return;
    if (r->count >= HENG_SETTINGS_MAX) {
        r->status = heng_fail(r->err, HENG_TOO_LARGE, r->count,
                              "a scenario has at most %d settings", HENG_SETTINGS_MAX);
        return;
    }
    if (heng_rule__grow(r->arena, &r->items, r->count, &r->room, sizeof *r->items))
        r->items[r->count++] = one;
    else
        taken(r, (heng_str){0});
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static int compare_settings(const void *left, const void *right)
{
    const setting *a = left, *b = right;
    return heng_str_compare(a->text, b->text);
}

static void gather(reader *r, heng_scenario *out)
{
    heng_table_row *rows = HENG_ARRAY(r->arena, r->count, heng_table_row);
    size_t room = 1;
    for (size_t i = 0; i < r->count; i++) room += r->items[i].text.length + 2;
    heng_text text;
    heng_text_init(&text, r->arena, room);
    if (r->count) qsort(r->items, r->count, sizeof *r->items, compare_settings);
    for (size_t i = 0; rows && i < r->count; i++) {
        rows[i] = r->items[i].row;
        if (i) heng_text_add(&text, HENG_STR("; "));
        heng_text_add(&text, r->items[i].text);
    }
    if (!rows || text.failed) {
        taken(r, (heng_str){0});
        return;
    }
    *out = (heng_scenario){.text = r->count ? heng_text_view(&text) : HENG_STR(""),
                           .rows = rows,
                           .row_count = r->count};
}

heng_status heng_scenario_read(const heng_program *program, heng_str text, heng_arena *arena,
                               heng_diagnostics *faults, heng_scenario *out, heng_error *err)
{
    assert(program && arena && faults && out && err);
    reader r = {.program = program, .text = text, .arena = arena, .faults = faults, .err = err};
    size_t before = faults->found;
    if (text.length > HENG_RULE_TEXT_MAX)
        return heng_fail(err, HENG_TOO_LARGE, text.length, "a scenario has at most %d bytes",
                         HENG_RULE_TEXT_MAX);
    heng_status status = heng_unit_system_copy(program->units, arena, &r.units, err);
    if (status) return status;
    heng_str rest = text, line, one;
    while (heng_str_cut(&rest, '\n', &line) && !r.status) {
        size_t comment = heng_str_find(line, HENG_STR("#"), 0);
        if (comment != SIZE_MAX) line = heng_str_slice(line, 0, comment);
        while (heng_str_cut(&line, ';', &one) && !r.status)
            if (heng_str_trim(one).length) read_setting(&r, heng_str_trim(one));
    }
    heng_scenario scenario = {.text = HENG_STR("")};
    if (!r.status && faults->failed) taken(&r, (heng_str){0});
    if (!r.status && faults->found == before) gather(&r, &scenario);
    if (r.status) return r.status;
    *out = scenario;
    return HENG_OK;
}

heng_status heng_scenario_world(const heng_scenario *scenario, const heng_world *world,
                                heng_arena *arena, heng_world *out, heng_error *err)
{
    assert(scenario && world && arena && out && err);
    size_t count = world->row_count + scenario->row_count;
    heng_table_row *rows = HENG_ARRAY(arena, count, heng_table_row);
    if (!rows) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a scenario");
    if (world->row_count) memcpy(rows, world->rows, world->row_count * sizeof *rows);
    if (scenario->row_count)
        memcpy(rows + world->row_count, scenario->rows, scenario->row_count * sizeof *rows);
    *out = *world;
    out->rows = rows;
    out->row_count = count;
    return HENG_OK;
}
