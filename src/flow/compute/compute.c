/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/compute.h"
#include "core/uncertainty/uncertainty.h"

#include <assert.h>

/* Of each code what was known; else its first record. Both lists are by code. */
static heng_status entities_at(heng_store *store, heng_known known, heng_arena *arena,
                               heng_world *world, heng_error *err)
{
    const heng_entity *then, *ever;
    size_t then_count, ever_count, taken = 0;
    heng_status status = heng_store_entities(store, known, arena, &then, &then_count, err);
    if (!status)
        status = heng_store_entities(store, HENG_KNOWN_ALL, arena, &ever, &ever_count, err);
    if (status) return status;
    heng_entity *entities = HENG_ARRAY(arena, ever_count, heng_entity);
    if (!entities) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the entities");
    for (size_t i = 0, k = 0; i < ever_count; i++) {
        if (taken && heng_str_equal(entities[taken - 1].code, ever[i].code)) continue;
        while (k < then_count && heng_str_compare(then[k].code, ever[i].code) < 0) k++;
        bool known_then = k < then_count && heng_str_equal(then[k].code, ever[i].code);
        entities[taken++] = known_then ? then[k] : ever[i];
    }
    world->entities = entities;
    world->entity_count = taken;
    return HENG_OK;
}

static heng_status links_at(heng_store *store, heng_known known, heng_arena *arena,
                            heng_world *world, heng_error *err)
{
    const heng_step *steps;
    size_t count;
    heng_status status = heng_store_steps(store, arena, &steps, &count, err);
    if (!status && count && known.as_of < steps[0].at) known.as_of = steps[0].at;
    if (!status)
        status = heng_store_links(store, known, arena, &world->links, &world->link_count, err);
    return status;
}

heng_status heng_compute_world_at(heng_store *store, heng_known known, heng_arena *arena,
                                  heng_world *out, heng_error *err)
{
    heng_world world = {0};
    heng_fact_filter facts = HENG_FACTS_NOW;
    heng_row_filter rows = HENG_ROWS_NOW;
    known.all_records = false;
    facts.known = known;
    rows.known = known;
    heng_status status = heng_store_hold(store, err);
    if (status) return status;
    status = entities_at(store, known, arena, &world, err);
    if (!status) status = links_at(store, known, arena, &world, err);
    if (!status)
        status = heng_store_facts(store, &facts, arena, &world.facts, &world.fact_count, err);
    if (!status) status = heng_store_rows(store, &rows, arena, &world.rows, &world.row_count, err);
    heng_store_release(store);
    if (status) return status;
    *out = world;
    return HENG_OK;
}

heng_status heng_compute_world(heng_store *store, heng_instant as_of, heng_arena *arena,
                               heng_world *out, heng_error *err)
{
    return heng_compute_world_at(store, (heng_known){as_of, false, 0}, arena, out, err);
}

heng_status heng_compute_evaluate(heng_crew *crew, const heng_program *program,
                                  const heng_world *world, heng_progress *progress, void *context,
                                  heng_arena *arena, heng_evaluation **out, heng_error *err)
{
    int32_t last_month = heng_period_span(heng_year(HENG_YEAR_MIN)).last_month;
    for (size_t i = 0; i < world->fact_count; i++) {
        int32_t month = heng_period_span(world->facts[i].period).last_month;
        if (month > last_month) last_month = month;
    }
    for (size_t i = 0; i < world->block_count; i++) {
        const heng_block *block = &world->blocks[i];
        heng_period end = heng_period_add(block->first, (int)block->period_count - 1);
        int32_t month = heng_period_span(end).last_month;
        if (block->period_count && month > last_month) last_month = month;
    }
    /* What is due is asked to the end of the plan that is under way when the last figure is in. */
    heng_period plan = heng_period_within((heng_period){HENG_MONTH, last_month + 1}, HENG_PLAN);
    heng_period last = heng_period_add(heng_period_first(heng_period_add(plan, 1), HENG_YEAR), -1);
    return heng_evaluate_by(crew, program, world, last, progress, context, arena, out, err);
}

/* Carries the results of an evaluation into the store, one by one. */
typedef struct sealing {
    heng_store *store;
    const heng_evaluation *evaluation;
    heng_arena *scratch;
    const bool *uncertain; /* by quantity: something below it states how far it may be off */
    const heng_quantity_info *quantity;
    uint64_t run;
    heng_status status;
    heng_error *err;
} sealing;

static heng_str word_of(const heng_quantity_info *quantity, const heng_value *value)
{
    if (value->state != HENG_STATE_KNOWN) return (heng_str){"", 0};
    if (quantity->yes_no) return value->number != 0 ? HENG_STR("yes") : HENG_STR("no");
    if (!quantity->list) return (heng_str){"", 0};
    size_t index = (size_t)value->number;
    assert(index < quantity->list->member_count);
    return quantity->list->members[index];
}

/* The 95 % range, for a number whose inputs state how far they may be off. */
static heng_status add_interval(sealing *seal, const heng_point *point, heng_result *result)
{
    heng_interval interval;
    if (result->value.state != HENG_STATE_KNOWN) return HENG_OK;
    heng_status status =
        heng_uncertainty_interval(seal->evaluation, point, seal->scratch, &interval, seal->err);
    if (status || !interval.known) return status;
    result->has_interval = true;
    result->low = interval.low;
    result->high = interval.high;
    result->covered = interval.covered;
    return HENG_OK;
}

static bool seal_value(void *context, const heng_point *point, const heng_value *value)
{
    sealing *seal = context;
    heng_result result = {
        .quantity = seal->quantity->qualified,
        .entity = point->entity,
        .key_count = point->key_count,
        .period = point->period,
        .value = *value,
        .unit = seal->quantity->unit,
        .word = word_of(seal->quantity, value),
    };
    memcpy(result.keys, point->keys, sizeof result.keys);
    if (seal->uncertain[point->quantity]) seal->status = add_interval(seal, point, &result);
    if (!seal->status)
        seal->status = heng_store_put_result(seal->store, seal->run, &result, seal->err);
    return seal->status == HENG_OK;
}

static heng_status seal_all(sealing *seal, const heng_program *program,
                            const heng_evaluation *evaluation, heng_progress *progress,
                            void *context)
{
    size_t count = heng_program_quantity_count(program);
    for (size_t i = 0; i < count && !seal->status; i++) {
        if (progress && !progress(context, i, count))
            return heng_fail(seal->err, HENG_CANCELLED, i, "stopped; no result was recorded");
        heng_quantity_info quantity;
        heng_program_quantity(program, i, &quantity);
        if (quantity.kind != HENG_QUANTITY_OUTPUT) continue;
        seal->quantity = &quantity;
        heng_evaluation_each(evaluation, i, seal_value, seal);
    }
    return seal->status;
}

/* A run is a function of the program, the books, the scenario and the instant; nothing else goes into it.
 * So the same program, instant, digest of the books and scenario, which its note says, mean the same
 * results. */
static heng_status latest_equal(heng_store *store, const heng_run *wanted, heng_str books,
                                heng_arena *scratch, uint64_t *number, heng_error *err)
{
    const heng_run *runs;
    size_t count;
    *number = 0;
    heng_status status = heng_store_runs(store, scratch, &runs, &count, err);
    if (status || count == 0) return status;
    for (size_t i = count; i-- > 0;) {
        const heng_run *latest = &runs[i];
        if (heng_run_is_scenario(latest) != heng_run_is_scenario(wanted)) continue;
        if (memcmp(&latest->program, &wanted->program, sizeof latest->program) == 0 &&
            latest->as_of == wanted->as_of && heng_str_equal(latest->note, books))
            *number = latest->number;
        break;
    }
    return HENG_OK;
}

/* The counts of everything recorded: books only grow, so equal counts are equal books. */
static heng_status books_mark(heng_store *store, heng_str scenario, heng_arena *scratch,
                              heng_str *out, heng_error *err)
{
    heng_store_counts counts;
    heng_status status = heng_store_count(store, &counts, err);
    if (status) return status;
    *out = heng_str_format(scratch, "%s%.*s%sfacts %llu, rows %llu, entities %llu, links %llu",
                           scenario.length ? HENG_RUN_SCENARIO : "", HENG_PRINT(scenario),
                           scenario.length ? "; " : "", (unsigned long long)counts.facts,
                           (unsigned long long)counts.rows, (unsigned long long)counts.entities,
                           (unsigned long long)counts.links);
    if (!out->at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a note");
    return HENG_OK;
}

static heng_status seal_step(heng_store *store, const heng_program *program,
                             const heng_evaluation *evaluation, const heng_run *run,
                             heng_progress *progress, void *context, heng_arena *scratch,
                             uint64_t *number, heng_error *err)
{
    sealing seal = {.store = store, .evaluation = evaluation, .scratch = scratch, .err = err};
    seal.uncertain =
        heng_program_uncertain_reach(program, heng_evaluation_world(evaluation), scratch);
    if (!seal.uncertain) {
        heng_store_rollback(store);
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the intervals of a run");
    }
    heng_status status = heng_store_put_run(store, run, &seal.run, err);
    if (!status) status = seal_all(&seal, program, evaluation, progress, context);
    if (!status) status = heng_store_commit(store, err);
    if (status) {
        heng_store_rollback(store);
        return status;
    }
    *number = seal.run;
    return HENG_OK;
}

heng_status heng_compute_seal(heng_store *store, const heng_program *program,
                              const heng_evaluation *evaluation, const heng_compute_record *record,
                              heng_progress *progress, void *context, heng_arena *scratch,
                              uint64_t *number, heng_error *err)
{
    assert(store && program && evaluation && record && number && err);
    heng_run run = {
        .program = heng_program_hash(program),
        .as_of = record->as_of,
        .pack = record->pack,
        .finding_count = heng_evaluation_finding_count(evaluation),
    };
    heng_status status = books_mark(store, record->scenario, scratch, &run.note, err);
    if (status) return status;
    uint64_t same;
    status = latest_equal(store, &run, run.note, scratch, &same, err);
    if (status) return status;
    if (same) {
        *number = same;
        return HENG_OK;
    }
    status = heng_store_begin(store, record->now, HENG_STR("compute"), err);
    if (status) return status;
    return seal_step(store, program, evaluation, &run, progress, context, scratch, number, err);
}
