/* What changed between two sides, and which of it a figure looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/derive.h"
#include "flow/compute/restate_part.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room for what changed");
}

static int text_order(const void *a, const void *b)
{
    return heng_str_compare(*(const heng_str *)a, *(const heng_str *)b);
}

/* ---- what a derivation looked at ------------------------------------------------------------------ */

/* Keys begin with a letter: F a cell of facts, R a row, E an entity, N a name, M a file of rules. */
typedef struct gatherer {
    heng_arena *arena;
    heng_str *keys;
    size_t count, room;
    heng_text formulas;
    bool failed;
} gatherer;

static void gather(gatherer *g, heng_str key)
{
    if (!key.at || g->count >= g->room) {
        g->failed = true;
        return;
    }
    g->keys[g->count++] = key;
}

/* CN/2020/three_fuel.co2_of[coal] -> CN/2020/ and co2_of and [coal]. */
static void split(heng_str figure, heng_str *before, heng_str *name, heng_str *keys)
{
    size_t first = heng_str_find(figure, HENG_STR("/"), 0);
    size_t second = first == SIZE_MAX ? SIZE_MAX : heng_str_find(figure, HENG_STR("/"), first + 1);
    size_t from = second == SIZE_MAX ? 0 : second + 1;
    size_t open = heng_str_find(figure, HENG_STR("["), from);
    size_t to = open == SIZE_MAX ? figure.length : open;
    size_t bare = to;
    while (bare > from && figure.at[bare - 1] != '.') bare--;
    *before = heng_str_slice(figure, 0, from);
    *name = heng_str_slice(figure, bare, to);
    *keys = heng_str_slice(figure, to, figure.length);
}

static heng_str bare_of(heng_str qualified)
{
    size_t from = qualified.length;
    while (from && qualified.at[from - 1] != '.') from--;
    return heng_str_slice(qualified, from, qualified.length);
}

static void gather_figure(gatherer *g, heng_str figure)
{
    heng_str before, name, keys;
    split(figure, &before, &name, &keys);
    gather(g, heng_str_format(g->arena, "F%.*s%.*s%.*s", HENG_PRINT(before), HENG_PRINT(name),
                              HENG_PRINT(keys)));
    gather(g, heng_str_format(g->arena, "N%.*s", HENG_PRINT(name)));
    size_t slash = heng_str_find(figure, HENG_STR("/"), 0);
    gather(g,
           heng_str_format(g->arena, "E%.*s",
                           HENG_PRINT(heng_str_slice(figure, 0, slash == SIZE_MAX ? 0 : slash))));
}

static heng_str row_key(heng_arena *arena, heng_str table, heng_str member, heng_str keys,
                        heng_str from)
{
    return heng_str_format(arena, "R%.*s|%.*s|%.*s|%.*s", HENG_PRINT(table), HENG_PRINT(member),
                           HENG_PRINT(keys), HENG_PRINT(from));
}

static void gather_line(gatherer *g, const heng_line *line)
{
    const heng_str *f = line->fields;
    switch (line->op) {
    case HENG_REPLAY_RULE:
        gather_figure(g, f[0]);
        gather(g, heng_str_format(g->arena, "M%.*s", HENG_PRINT(f[3])));
        heng_text_add(&g->formulas, f[2]);
        heng_text_add_char(&g->formulas, '\n');
        break;
    case HENG_REPLAY_FACT:
    case HENG_REPLAY_ABSENT:
    case HENG_REPLAY_GIVEN:
    case HENG_REPLAY_STANDS: gather_figure(g, f[0]); break;
    case HENG_REPLAY_CELL:
        gather(g, row_key(g->arena, f[0], f[1], f[2], f[3]));
        gather(g, heng_str_format(g->arena, "N%.*s", HENG_PRINT(bare_of(f[0]))));
        gather(g, heng_str_format(g->arena, "E%.*s", HENG_PRINT(f[1])));
        break;
    default: break;
    }
}

heng_status heng_compute__look(const heng_evaluation *evaluation, const heng_point *point,
                               heng_arena *scratch, heng_arena *arena, heng_looked_at *out,
                               heng_error *err)
{
    heng_derivation derivation;
    heng_status status = heng_derive(evaluation, point, scratch, &derivation, err);
    if (status == HENG_NOT_FOUND) return HENG_OK; /* the cell of a table derives from nothing */
    if (status) return status;
    gatherer g = {.arena = arena, .room = derivation.line_count * 4};
    g.keys = HENG_ARRAY(arena, g.room, heng_str);
    if (!g.keys) return no_room(err);
    heng_text_init(&g.formulas, arena, (size_t)256 << 20);
    for (size_t i = 0; i < derivation.line_count; i++) gather_line(&g, &derivation.lines[i]);
    if (g.failed || g.formulas.failed) return no_room(err);
    if (g.count > 1) qsort(g.keys, g.count, sizeof *g.keys, text_order);
    *out = (heng_looked_at){g.keys, g.count, heng_text_view(&g.formulas)};
    return HENG_OK;
}

static bool looked(const heng_reading *reading, heng_str key)
{
    const heng_looked_at *seen = &reading->looked_at;
    return seen->count && bsearch(&key, seen->keys, seen->count, sizeof key, text_order);
}

/* The word stands in a formula, and not as a part of another. */
static bool formula_says(const heng_reading *reading, heng_str word)
{
    heng_str text = reading->looked_at.formulas;
    if (!word.length) return false;
    for (size_t at = 0; (at = heng_str_find(text, word, at)) != SIZE_MAX; at++) {
        size_t end = at + word.length;
        bool before = at && (isalnum((unsigned char)text.at[at - 1]) || text.at[at - 1] == '_');
        bool after =
            end < text.length && (isalnum((unsigned char)text.at[end]) || text.at[end] == '_');
        if (!before && !after) return true;
    }
    return false;
}

/* ---- listing changes ------------------------------------------------------------------------------ */

static bool add_change(heng_restating *job, heng_record_change change)
{
    if (job->change_count == job->change_room) {
        size_t room = job->change_room ? job->change_room * 2 : 64;
        heng_record_change *wider = HENG_ARRAY(job->arena, room, heng_record_change);
        if (!wider) return false;
        if (job->change_count)
            memcpy(wider, job->changes, job->change_count * sizeof *job->changes);
        job->changes = wider;
        job->change_room = room;
    }
    job->changed |= HENG_CAUSE_BIT(change.cause);
    job->changes[job->change_count++] = change;
    return change.where.at != NULL;
}

static heng_change_side fact_side(const heng_fact *fact)
{
    if (!fact) return (heng_change_side){0};
    return (heng_change_side){true,       fact->text,     fact->unit,    fact->source,
                              fact->note, fact->evidence, fact->recorded};
}

static heng_str keys_text(heng_arena *arena, const heng_str *keys, unsigned count)
{
    heng_text text;
    heng_text_init(&text, arena, (size_t)HENG_NAME_MAX * (HENG_KEYS_MAX + 1));
    for (unsigned i = 0; i < count; i++)
        heng_text_print(&text, "%s%.*s", i ? "," : "", HENG_PRINT(keys[i]));
    return heng_text_view(&text);
}

/* Until it is chosen, `where` of a change is the key by which a derivation is asked for it. */
static heng_str cell_key(heng_arena *arena, const heng_fact *fact)
{
    char when[HENG_PERIOD_TEXT];
    heng_period_write(fact->period, when);
    heng_str keys = keys_text(arena, fact->keys, fact->key_count);
    return heng_str_format(arena, fact->key_count ? "F%.*s/%s/%.*s[%.*s]" : "F%.*s/%s/%.*s%.*s",
                           HENG_PRINT(fact->entity), when, HENG_PRINT(fact->name),
                           HENG_PRINT(keys));
}

/* A record that says the same value anew, from another source, makes no difference. */
static bool same_value(const heng_fact *a, const heng_fact *b)
{
    return a == b || (a && b && a->notation == b->notation && heng_str_equal(a->text, b->text) &&
                      heng_str_equal(a->unit, b->unit));
}

static bool list_cell(heng_restating *job, const heng_cell_pair *cell)
{
    const heng_fact *any = cell->to ? cell->to : cell->from;
    heng_record_change change = {.kind = HENG_CHANGE_FACT, .where = cell_key(job->arena, any)};
    bool whole = true;
    if (!same_value(cell->middle, cell->from)) {
        change.cause = HENG_CAUSE_ACTIVITY;
        change.before = fact_side(cell->from);
        change.after = fact_side(cell->middle);
        whole = add_change(job, change);
    }
    if (same_value(cell->to, cell->middle)) return whole;
    change.cause = HENG_CAUSE_CORRECTION;
    change.before = fact_side(cell->middle);
    change.after = fact_side(cell->to);
    return add_change(job, change) && whole;
}

/* ---- rows ----------------------------------------------------------------------------------------- */

static int row_order(const void *a, const void *b)
{
    return heng_row_compare(a, b);
}

/* By cell alone: rows of one first month and recorded. */
static int row_cell_order(const heng_table_row *a, const heng_table_row *b)
{
    heng_table_row one = *a, other = *b;
    one.recorded = other.recorded = 0;
    one.text = other.text = HENG_STR("");
    return heng_row_compare(&one, &other);
}

/* The rows that count on a side: the pack's, and the later records of the books. */
static heng_status rows_of(const heng_side *side, heng_arena *arena, heng_table_row **out,
                           size_t *count, heng_error *err)
{
    const heng_program *program = side->compiled.program;
    size_t of_pack = heng_program_row_count(program), kept = 0;
    size_t all = of_pack + side->world.row_count;
    heng_table_row *rows = HENG_ARRAY(arena, all, heng_table_row);
    if (!rows) return no_room(err);
    for (size_t i = 0; i < of_pack; i++) heng_program_row(program, i, &rows[i]);
    if (side->world.row_count)
        memcpy(rows + of_pack, side->world.rows, side->world.row_count * sizeof *rows);
    if (all > 1) qsort(rows, all, sizeof *rows, row_order);
    for (size_t i = 0; i < all; i++)
        if (i + 1 == all || row_cell_order(&rows[i], &rows[i + 1]) != 0) rows[kept++] = rows[i];
    *out = rows;
    *count = kept;
    return HENG_OK;
}

static bool same_row(const heng_table_row *a, const heng_table_row *b)
{
    return a->notation == b->notation && heng_str_equal(a->text, b->text) &&
           heng_str_equal(a->unit, b->unit) && a->valid.last_month == b->valid.last_month;
}

static heng_change_side row_side(const heng_table_row *row)
{
    if (!row) return (heng_change_side){0};
    return (heng_change_side){true,         row->text,     row->unit,    row->source,
                              HENG_STR(""), row->evidence, row->recorded};
}

/* Where a row stands, for people and for finding it in a derivation. */
static heng_str row_where(heng_arena *arena, const heng_table_row *row)
{
    char from[HENG_PERIOD_TEXT] = "";
    if (row->valid.first_month != INT32_MIN)
        heng_period_write((heng_period){HENG_MONTH, row->valid.first_month}, from);
    return row_key(arena, row->qualified, row->member, keys_text(arena, row->keys, row->key_count),
                   heng_str_from(from));
}

static bool list_row(heng_restating *job, const heng_table_row *from, const heng_table_row *to)
{
    const heng_table_row *any = to ? to : from;
    heng_cause cause = heng_compute__cause_of_table(job, any->qualified);
    /* A table that one of the sides lacks comes with the rules, which name it. */
    if (cause == HENG_CAUSE_RULE) return true;
    return add_change(job, (heng_record_change){.cause = cause,
                                                .kind = HENG_CHANGE_ROW,
                                                .where = row_where(job->arena, any),
                                                .before = row_side(from),
                                                .after = row_side(to)});
}

static heng_status list_rows(heng_restating *job, heng_error *err)
{
    heng_table_row *from, *to;
    size_t from_count, to_count, i = 0, j = 0;
    heng_status status = rows_of(job->from, job->arena, &from, &from_count, err);
    if (!status) status = rows_of(job->to, job->arena, &to, &to_count, err);
    if (status) return status;
    while (i < from_count || j < to_count) {
        const heng_table_row *a = i < from_count ? &from[i] : NULL;
        const heng_table_row *b = j < to_count ? &to[j] : NULL;
        int order = !a ? 1 : !b ? -1 : row_cell_order(a, b);
        if (order > 0) a = NULL;
        if (order < 0) b = NULL;
        i += a != NULL;
        j += b != NULL;
        if (a && b && same_row(a, b)) continue;
        if (!list_row(job, a, b)) return no_room(err);
    }
    return HENG_OK;
}

/* ---- statements, entities, links ------------------------------------------------------------------ */

static heng_change_side statement_side(heng_str text)
{
    return (heng_change_side){.there = text.at != NULL, .text = text, .recorded = HENG_INSTANT_MIN};
}

static bool list_statements(heng_restating *job)
{
    size_t count = 0;
    const heng_statement_change *statements =
        job->blend ? heng_blend_statements(job->blend, &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        const heng_statement_change *s = &statements[i];
        bool table = heng_str_is(s->kind, "table") || heng_str_is(s->kind, "parameter");
        bool grid = table && s->before.at && s->after.at;
        job->changed |= HENG_CAUSE_BIT(s->cause);
        if (grid) continue; /* its rows are listed one by one */
        heng_record_change change = {
            .cause = s->cause,
            .kind = HENG_CHANGE_STATEMENT,
            .where = heng_str_format(job->arena, "%.*s %.*s %.*s", HENG_PRINT(s->file),
                                     HENG_PRINT(s->kind), HENG_PRINT(s->name)),
            .before = statement_side(s->before),
            .after = statement_side(s->after)};
        if (!add_change(job, change)) return false;
    }
    if (job->blend) job->changed |= heng_blend_changed(job->blend);
    return true;
}

static heng_change_side entity_side(heng_arena *arena, const heng_entity *entity)
{
    if (!entity) return (heng_change_side){0};
    heng_str text =
        heng_str_format(arena, "%.*s %.*s", HENG_PRINT(entity->kind), HENG_PRINT(entity->level));
    return (heng_change_side){.there = true, .text = text, .recorded = entity->recorded};
}

static bool same_entity(const heng_entity *a, const heng_entity *b)
{
    return heng_str_equal(a->kind, b->kind) && heng_str_equal(a->level, b->level) &&
           a->valid.first_month == b->valid.first_month &&
           a->valid.last_month == b->valid.last_month;
}

static bool list_entities(heng_restating *job)
{
    const heng_world *a = &job->from->world, *b = &job->to->world;
    for (size_t i = 0, j = 0; i < a->entity_count || j < b->entity_count;) {
        const heng_entity *from = i < a->entity_count ? &a->entities[i] : NULL;
        const heng_entity *to = j < b->entity_count ? &b->entities[j] : NULL;
        int order = !from ? 1 : !to ? -1 : heng_str_compare(from->code, to->code);
        if (order > 0) from = NULL;
        if (order < 0) to = NULL;
        i += from != NULL;
        j += to != NULL;
        if (from && to && same_entity(from, to)) continue;
        heng_record_change change = {
            .cause = HENG_CAUSE_BOUNDARY,
            .kind = HENG_CHANGE_ENTITY,
            .where = heng_str_format(job->arena, "E%.*s", HENG_PRINT(to ? to->code : from->code)),
            .before = entity_side(job->arena, from),
            .after = entity_side(job->arena, to)};
        if (!add_change(job, change)) return false;
    }
    return true;
}

static int link_order(const heng_link *a, const heng_link *b)
{
    int order = heng_str_compare(a->hierarchy, b->hierarchy);
    if (!order) order = heng_str_compare(a->member, b->member);
    if (order) return order;
    return (a->valid.first_month > b->valid.first_month) -
           (a->valid.first_month < b->valid.first_month);
}

static heng_change_side link_side(heng_arena *arena, const heng_link *link)
{
    if (!link) return (heng_change_side){0};
    heng_str text = heng_str_format(arena, "%.*s (%.*s)", HENG_PRINT(link->parent),
                                    HENG_PRINT(link->hierarchy));
    return (heng_change_side){.there = true, .text = text, .recorded = link->recorded};
}

static bool list_links(heng_restating *job)
{
    const heng_world *a = &job->from->world, *b = &job->to->world;
    for (size_t i = 0, j = 0; i < a->link_count || j < b->link_count;) {
        const heng_link *from = i < a->link_count ? &a->links[i] : NULL;
        const heng_link *to = j < b->link_count ? &b->links[j] : NULL;
        int order = !from ? 1 : !to ? -1 : link_order(from, to);
        if (order > 0) from = NULL;
        if (order < 0) to = NULL;
        i += from != NULL;
        j += to != NULL;
        if (from && to && heng_str_equal(from->parent, to->parent) &&
            from->valid.last_month == to->valid.last_month)
            continue;
        heng_record_change change = {
            .cause = HENG_CAUSE_BOUNDARY,
            .kind = HENG_CHANGE_LINK,
            .where =
                heng_str_format(job->arena, "E%.*s", HENG_PRINT(to ? to->member : from->member)),
            .before = link_side(job->arena, from),
            .after = link_side(job->arena, to)};
        if (!add_change(job, change)) return false;
    }
    return true;
}

heng_status heng_compute__list_changes(heng_restating *job, heng_error *err)
{
    for (size_t i = 0; i < job->cell_count; i++)
        if (!list_cell(job, &job->cells[i])) return no_room(err);
    heng_status status = list_rows(job, err);
    if (status) return status;
    return list_statements(job) && list_entities(job) && list_links(job) ? HENG_OK : no_room(err);
}

/* ---- choosing ------------------------------------------------------------------------------------- */

const char *heng_change_kind_name(heng_change_kind kind)
{
    static const char *const names[HENG_CHANGE_KIND_COUNT] = {"fact", "row", "statement", "link",
                                                              "entity"};
    assert((unsigned)kind < HENG_CHANGE_KIND_COUNT);
    return names[kind];
}

/* "rules/co2.heng rule co2": by the name of what it states; a method by its file, a list by its use. */
static bool statement_looked(const heng_restating *job, const heng_record_change *change,
                             const heng_reading *reading)
{
    heng_str rest = change->where, file, kind;
    heng_str_cut(&rest, ' ', &file);
    heng_str_cut(&rest, ' ', &kind);
    if (heng_str_is(kind, "list") || heng_str_is(kind, "kind")) return formula_says(reading, rest);
    if (heng_str_is(kind, "use") || heng_str_is(kind, "check")) return false;
    heng_str stem = heng_pack_rule_name(file);
    if (heng_str_is(kind, "method"))
        return looked(reading, heng_str_format(job->arena, "M%.*s.heng", HENG_PRINT(stem))) ||
               looked(reading, heng_str_format(job->arena, "M%.*s", HENG_PRINT(stem)));
    return looked(reading, heng_str_format(job->arena, "N%.*s", HENG_PRINT(rest)));
}

static bool change_looked(const heng_restating *job, const heng_record_change *change,
                          const heng_reading *reading)
{
    return change->kind == HENG_CHANGE_STATEMENT ? statement_looked(job, change, reading)
                                                 : looked(reading, change->where);
}

/* Rrules.table|ZJ|coal|2020-01 -> rules.table ZJ [coal] 2020-01 .. */
static heng_str shown_where(heng_arena *arena, const heng_record_change *change)
{
    if (change->kind == HENG_CHANGE_STATEMENT) return change->where;
    if (change->kind != HENG_CHANGE_ROW)
        return heng_str_slice(change->where, 1, change->where.length);
    heng_str rest = heng_str_slice(change->where, 1, change->where.length), parts[4] = {{0}};
    for (int i = 0; i < 4 && heng_str_cut(&rest, '|', &parts[i]);) i++;
    heng_text text;
    heng_text_init(&text, arena, 1 << 12);
    heng_text_add(&text, parts[0]);
    if (parts[1].length) heng_text_print(&text, " %.*s", HENG_PRINT(parts[1]));
    if (parts[2].length) heng_text_print(&text, "[%.*s]", HENG_PRINT(parts[2]));
    if (parts[3].length) heng_text_print(&text, " %.*s ..", HENG_PRINT(parts[3]));
    return heng_text_view(&text);
}

heng_status heng_compute__choose_changes(const heng_restating *job, unsigned causes,
                                         const heng_reading *before, const heng_reading *after,
                                         const heng_record_change **out, size_t *count,
                                         heng_error *err)
{
    size_t found = 0;
    heng_record_change *chosen = HENG_ARRAY(job->arena, job->change_count, heng_record_change);
    if (!chosen) return no_room(err);
    for (size_t i = 0; i < job->change_count; i++) {
        const heng_record_change *change = &job->changes[i];
        if (!(causes & HENG_CAUSE_BIT(change->cause))) continue;
        if (!change_looked(job, change, before) && !change_looked(job, change, after)) continue;
        chosen[found] = *change;
        chosen[found].where = shown_where(job->arena, change);
        if (!chosen[found++].where.at) return no_room(err);
    }
    *out = chosen;
    *count = found;
    return HENG_OK;
}
