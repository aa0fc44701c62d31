/* SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/uncertainty.h"

#include <assert.h>

heng_status heng_uncertainty_of(const heng_evaluation *evaluation, const heng_point *point,
                                heng_arena *arena, heng_uncertainty *out, heng_error *err)
{
    assert(evaluation && point && arena && out && err);
    heng_uncertainty result = {.known = false};
    heng_value value;
    heng_status status = heng_derive(evaluation, point, arena, &result.derivation, err);
    if (!status) status = heng_evaluation_value(evaluation, point, &value, err);
    if (!status) status = heng_figure_tape_make(&result.derivation, arena, &result.tape, err);
    result.known = !status && value.state == HENG_STATE_KNOWN;
    if (result.known)
        status = heng_propagate(&result.tape.tape, result.tape.figure, arena, &result.first, err);
    if (!status) *out = result;
    return status;
}

heng_status heng_uncertainty_interval(const heng_evaluation *evaluation, const heng_point *point,
                                      heng_arena *scratch, heng_interval *out, heng_error *err)
{
    heng_uncertainty found;
    heng_arena_mark mark = heng_arena_here(scratch);
    heng_status status = heng_uncertainty_of(evaluation, point, scratch, &found, err);
    heng_arena_rewind(scratch, mark);
    *out = (heng_interval){.known = false};
    if (status) return status == HENG_INVALID ? HENG_OK : status;
    if (found.first.has_interval)
        *out = (heng_interval){true, found.first.low, found.first.high, found.first.covered};
    return HENG_OK;
}

heng_status heng_uncertainty_input(const heng_uncertainty *uncertainty, uint32_t input,
                                   heng_arena *arena, heng_uncertain_input *out, heng_error *err)
{
    enum { TABLE, MEMBER, KEYS, TEXT = 9, UNIT, SOURCE, RULE_SOURCE = 5 };
    const heng_tape *tape = &uncertainty->tape.tape;
    assert(input < tape->input_count);
    const heng_line *line = &uncertainty->derivation.lines[tape->inputs[input].line - 1];
    const heng_str *fields = line->fields;
    heng_uncertain_input found = {.op = line->op, .stated = line->uncertainty};
    bool rule = line->op == HENG_REPLAY_RULE;
    found.address = fields[0];
    found.source = fields[rule ? RULE_SOURCE : SOURCE];
    if (!rule) {
        found.text = fields[TEXT];
        found.unit = fields[UNIT];
    }
    if (line->op == HENG_REPLAY_CELL && fields[MEMBER].length + fields[KEYS].length) {
        bool both = fields[MEMBER].length && fields[KEYS].length;
        found.address =
            heng_str_format(arena, "%.*s[%.*s%s%.*s]", HENG_PRINT(fields[TABLE]),
                            HENG_PRINT(fields[MEMBER]), both ? "," : "", HENG_PRINT(fields[KEYS]));
        if (!found.address.at)
            return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the name of an input");
    }
    *out = found;
    return HENG_OK;
}

bool heng_uncertainty_is_stated(const heng_uncertainty *uncertainty)
{
    const heng_tape *tape = &uncertainty->tape.tape;
    for (size_t i = 0; i < tape->input_count; i++)
        if (tape->inputs[i].stated) return true;
    return false;
}

heng_status heng_uncertainty_draw(const heng_uncertainty *uncertainty, size_t draws, uint64_t seed,
                                  heng_arena *arena, heng_draws_summary *out, size_t *turned,
                                  heng_error *err)
{
    const heng_draws *plan;
    const heng_figure_tape *figure = &uncertainty->tape;
    if (draws > HENG_DRAWS_MAX)
        return heng_fail(err, HENG_TOO_LARGE, draws, "more than %d draws", HENG_DRAWS_MAX);
    size_t blocks = (draws + HENG_DRAWS_BLOCK - 1) / HENG_DRAWS_BLOCK;
    double *values = HENG_ARRAY(arena, blocks * HENG_DRAWS_BLOCK, double);
    if (!values) return heng_fail(err, HENG_NO_MEMORY, draws, "no memory for %zu draws", draws);
    heng_status status = heng_draws_plan(&figure->tape, figure->figure, seed, arena, &plan, err);
    if (!status) status = heng_draws_run(plan, 0, draws, arena, values, turned, err);
    if (!status) heng_draws_summarise(values, draws, out);
    return status;
}

bool heng_uncertainty_stated(const heng_program *program, const heng_world *world)
{
    for (size_t i = 0; i < world->fact_count; i++)
        if (world->facts[i].uncertainty.length) return true;
    for (size_t i = 0; i < world->row_count; i++)
        if (world->rows[i].uncertainty.length) return true;
    return heng_program_uncertain(program);
}
