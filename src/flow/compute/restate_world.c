/* The worlds between two sides: each cause taken from one of them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/compute.h"
#include "flow/compute/restate_part.h"

#include <assert.h>
#include <stdlib.h>

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a restatement");
}

static bool takes(unsigned taken, heng_cause cause)
{
    return taken & HENG_CAUSE_BIT(cause);
}

/* ---- facts ---------------------------------------------------------------------------------------- */

/* By cell alone. */
static int cell_order(const heng_fact *a, const heng_fact *b)
{
    return heng_fact_same_cell(a, b) ? 0 : heng_fact_compare(a, b);
}

/* The next cell of two lists in the order of cells; false behind the last. */
static bool next_cell(const heng_world *a, size_t *i, const heng_world *b, size_t *j,
                      const heng_fact **from, const heng_fact **to)
{
    *from = *i < a->fact_count ? &a->facts[*i] : NULL;
    *to = *j < b->fact_count ? &b->facts[*j] : NULL;
    if (!*from && !*to) return false;
    int order = !*from ? 1 : !*to ? -1 : cell_order(*from, *to);
    if (order > 0) *from = NULL;
    if (order < 0) *to = NULL;
    *i += *from != NULL;
    *j += *to != NULL;
    return true;
}

static bool same_record(const heng_fact *a, const heng_fact *b)
{
    return a && b && a->recorded == b->recorded && heng_str_equal(a->text, b->text);
}

/* The last record of the cell before the correction that is none itself. */
static const heng_fact *last_plain(const heng_fact *records, size_t count,
                                   const heng_cell_pair *cell)
{
    const heng_fact *found = cell->from;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heng_fact_compare(&records[middle], cell->from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && heng_fact_same_cell(&records[low], cell->from); low++)
        if (records[low].recorded > cell->from->recorded &&
            records[low].recorded < cell->to->recorded && !heng_fact_is_correction(&records[low]))
            found = &records[low];
    return found;
}

static void classify(heng_cell_pair *cell)
{
    cell->middle = cell->to;
    if (!cell->from || !cell->to) return;
    bool forward = cell->to->recorded > cell->from->recorded;
    cell->correction = heng_fact_is_correction(forward ? cell->to : cell->from);
    if (cell->correction) cell->middle = cell->from;
}

static heng_status find_middles(heng_restating *job, heng_error *err)
{
    bool wanted = false;
    for (size_t i = 0; i < job->cell_count; i++) wanted |= job->cells[i].correction;
    if (!wanted) return HENG_OK;
    heng_fact_filter filter = HENG_FACTS_NOW;
    const heng_fact *records;
    size_t count;
    filter.known = job->to->known;
    filter.known.all_records = true;
    heng_status status = heng_store_facts(job->store, &filter, job->arena, &records, &count, err);
    for (size_t i = 0; i < job->cell_count && !status; i++)
        if (job->cells[i].correction)
            job->cells[i].middle = last_plain(records, count, &job->cells[i]);
    return status;
}

heng_status heng_compute__compare(heng_restating *job, heng_error *err)
{
    const heng_world *a = &job->from->world, *b = &job->to->world;
    const heng_fact *from, *to;
    size_t room = 0;
    for (size_t i = 0, j = 0; next_cell(a, &i, b, &j, &from, &to);) room += !same_record(from, to);
    job->cells = HENG_ARRAY(job->arena, room, heng_cell_pair);
    if (!job->cells) return no_room(err);
    for (size_t i = 0, j = 0; next_cell(a, &i, b, &j, &from, &to);) {
        if (same_record(from, to)) continue;
        heng_cell_pair *cell = &job->cells[job->cell_count++];
        *cell = (heng_cell_pair){.from = from, .to = to};
        classify(cell);
    }
    return find_middles(job, err);
}

static const heng_fact *fact_of(const heng_cell_pair *cell, unsigned taken)
{
    bool activity = takes(taken, HENG_CAUSE_ACTIVITY);
    bool correction = takes(taken, HENG_CAUSE_CORRECTION);
    if (activity && correction) return cell->to;
    if (activity) return cell->middle;
    return correction && cell->correction ? cell->to : cell->from;
}

static heng_status mix_facts(const heng_restating *job, unsigned taken, heng_arena *arena,
                             heng_world *out, heng_error *err)
{
    const heng_world *a = &job->from->world, *b = &job->to->world;
    heng_fact *facts = HENG_ARRAY(arena, a->fact_count + b->fact_count, heng_fact);
    if (!facts) return no_room(err);
    const heng_fact *from, *to;
    size_t count = 0, at = 0;
    for (size_t i = 0, j = 0; next_cell(a, &i, b, &j, &from, &to);) {
        const heng_fact *chosen = same_record(from, to) ? to : fact_of(&job->cells[at++], taken);
        if (chosen) facts[count++] = *chosen;
    }
    out->facts = facts;
    out->fact_count = count;
    return HENG_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------- */

static bool table_of(const heng_program *program, heng_str qualified, heng_quantity_info *out)
{
    size_t count = heng_program_quantity_count(program);
    for (size_t i = 0; i < count; i++) {
        heng_program_quantity(program, i, out);
        if (heng_str_equal(out->qualified, qualified)) return true;
    }
    return false;
}

heng_cause heng_compute__cause_of_table(const heng_restating *job, heng_str qualified)
{
    heng_quantity_info before, after;
    if (!table_of(job->from->compiled.program, qualified, &before) ||
        !table_of(job->to->compiled.program, qualified, &after))
        return HENG_CAUSE_RULE;
    return heng_table_is_gwp(&after) && heng_table_is_gwp(&before) ? HENG_CAUSE_GWP
                                                                   : HENG_CAUSE_FACTOR;
}

static int row_order(const void *a, const void *b)
{
    return heng_row_compare(a, b);
}

static heng_status mix_rows(const heng_restating *job, unsigned taken, heng_arena *arena,
                            heng_world *out, heng_error *err)
{
    const heng_world *sides[2] = {&job->from->world, &job->to->world};
    heng_table_row *rows =
        HENG_ARRAY(arena, sides[0]->row_count + sides[1]->row_count, heng_table_row);
    if (!rows) return no_room(err);
    size_t count = 0;
    for (int s = 0; s < 2; s++) {
        heng_str last = {"", 0};
        bool wanted = false;
        for (size_t i = 0; i < sides[s]->row_count; i++) {
            const heng_table_row *row = &sides[s]->rows[i];
            if (!i || !heng_str_equal(last, row->qualified))
                wanted =
                    takes(taken, heng_compute__cause_of_table(job, row->qualified)) == (s == 1);
            last = row->qualified;
            if (wanted) rows[count++] = *row;
        }
    }
    if (count > 1) qsort(rows, count, sizeof *rows, row_order);
    out->rows = rows;
    out->row_count = count;
    return HENG_OK;
}

/* ---- rules ---------------------------------------------------------------------------------------- */

/* *out is NULL where that mixture does not compile, and *why says at what. */
static heng_status mix_rules(const heng_restating *job, unsigned taken, heng_arena *arena,
                             const heng_program **out, heng_str *why, heng_error *err)
{
    unsigned of_pack = job->blend ? heng_blend_changed(job->blend) : 0;
    unsigned newer = taken & of_pack;
    *out = newer == of_pack ? job->to->compiled.program : job->from->compiled.program;
    if (newer == of_pack || newer == 0) return HENG_OK;
    heng_pack pack;
    heng_compiled compiled;
    heng_status status = heng_blend_pack(job->blend, newer, arena, &pack, err);
    if (!status) status = heng_pack_compile(&pack, arena, &compiled, err);
    if (status) return status;
    *out = compiled.program;
    if (compiled.program || !compiled.diagnostics.count) return HENG_OK;
    const heng_diagnostic *first = &compiled.diagnostics.items[0];
    heng_str file = compiled.files[first->at.file].name;
    *why = heng_str_format(job->arena, "%.*s: %.*s", HENG_PRINT(file), HENG_PRINT(first->message));
    return why->at ? HENG_OK : no_room(err);
}

/* ---- levels --------------------------------------------------------------------------------------- */

/* Two units that differ in nothing but whose potentials their CO2e is reckoned by. */
static bool same_but_for_gwp(heng_str a, heng_str b)
{
    static const heng_str word = {"CO2e", 4};
    size_t i = heng_str_find(a, word, 0), j = heng_str_find(b, word, 0);
    if (i == SIZE_MAX || i != j || memcmp(a.at, b.at, i) != 0) return false;
    heng_str rest_a = heng_str_slice(a, i, a.length), rest_b = heng_str_slice(b, j, b.length);
    while (rest_a.length && *rest_a.at != '/' && *rest_a.at != ' ')
        rest_a = heng_str_slice(rest_a, 1, rest_a.length);
    while (rest_b.length && *rest_b.at != '/' && *rest_b.at != ' ')
        rest_b = heng_str_slice(rest_b, 1, rest_b.length);
    return heng_str_equal(rest_a, rest_b);
}

/* Into the unit of the side `to`; where that cannot be, the level has no number and says why. */
static heng_status convert(heng_restating *job, const heng_program *program, heng_level *level,
                           heng_arena *scratch, heng_error *err)
{
    if (heng_str_equal(level->unit, job->unit) || same_but_for_gwp(level->unit, job->unit))
        return HENG_OK;
    heng_unit_system *system;
    heng_unit from, to;
    heng_ratio ratio;
    heng_error why;
    heng_status status = heng_unit_system_copy(heng_program_units(program), scratch, &system, err);
    if (status) return status;
    if (!heng_unit_parse(system, level->unit, &from, &why) &&
        !heng_unit_parse(system, job->unit, &to, &why) &&
        !heng_unit_factor_between(&from, &to, &ratio, &why)) {
        level->value.number *= heng_ratio_value(ratio);
        level->value.at_least *= heng_ratio_value(ratio);
        return HENG_OK;
    }
    level->value.state = HENG_STATE_UNKNOWN;
    level->value.has_at_least = false;
    level->note = heng_str_format(job->arena,
                                  "it is in %.*s there, which does not convert into "
                                  "%.*s",
                                  HENG_PRINT(level->unit), HENG_PRINT(job->unit));
    return level->note.at ? HENG_OK : no_room(err);
}

static heng_str word_of(const heng_quantity_info *info, const heng_value *value)
{
    if (value->state != HENG_STATE_KNOWN) return HENG_STR("");
    if (info->yes_no) return value->number != 0 ? HENG_STR("yes") : HENG_STR("no");
    return info->list ? info->list->members[(size_t)value->number] : HENG_STR("");
}

static heng_status read_level(heng_restating *job, const heng_program *program,
                              const heng_world *world, const heng_evaluation *evaluation,
                              heng_arena *scratch, heng_reading *out, heng_error *err)
{
    heng_point point;
    heng_quantity_info info;
    heng_level *level = &out->level;
    heng_status status = heng_figure_parse(program, world, job->figure, scratch, &point, err);
    if (!status) status = heng_evaluation_value(evaluation, &point, &level->value, err);
    if (status == HENG_NO_MEMORY) return status;
    if (status) {
        level->note = heng_str_copy(job->arena, heng_str_from(err->message));
        return level->note.at ? HENG_OK : no_room(err);
    }
    heng_program_quantity(program, point.quantity, &info);
    level->found = true;
    level->unit = heng_str_copy(job->arena, info.unit);
    level->word = heng_str_copy(job->arena, word_of(&info, &level->value));
    if (!level->unit.at || !level->word.at) return no_room(err);
    if (!info.yes_no && !info.list) status = convert(job, program, level, scratch, err);
    if (!status)
        status = heng_compute__look(evaluation, &point, scratch, job->arena, &out->looked_at, err);
    return status;
}

static heng_status read_in(heng_restating *job, unsigned taken, heng_arena *scratch,
                           heng_reading *out, heng_error *err)
{
    const heng_world *place =
        takes(taken, HENG_CAUSE_BOUNDARY) ? &job->to->world : &job->from->world;
    heng_world world = {.entities = place->entities,
                        .entity_count = place->entity_count,
                        .links = place->links,
                        .link_count = place->link_count};
    const heng_program *program;
    heng_evaluation *evaluation;
    *out = (heng_reading){.stands = true};
    heng_status status = mix_rules(job, taken, scratch, &program, &out->why_not, err);
    if (!status && !program) {
        out->stands = false;
        return HENG_OK;
    }
    if (!status) status = mix_facts(job, taken, scratch, &world, err);
    if (!status) status = mix_rows(job, taken, scratch, &world, err);
    if (!status)
        status = heng_compute_evaluate(job->crew, program, &world, job->progress, job->context,
                                       scratch, &evaluation, err);
    if (status) return status;
    job->evaluations++;
    return read_level(job, program, &world, evaluation, scratch, out, err);
}

heng_status heng_compute__read(heng_restating *job, unsigned taken, heng_reading *out,
                               heng_error *err)
{
    heng_arena scratch;
    heng_arena_init(&scratch, HENG_JOB_BYTES_MAX);
    heng_status status = read_in(job, taken, &scratch, out, err);
    heng_arena_deinit(&scratch);
    return status;
}
