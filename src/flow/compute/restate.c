/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/restate.h"
#include "flow/compute/restate_part.h"

#include <assert.h>
#include <math.h>

static const heng_cause forward[HENG_CAUSE_COUNT] = {HENG_CAUSE_ACTIVITY, HENG_CAUSE_CORRECTION,
                                                     HENG_CAUSE_FACTOR,   HENG_CAUSE_GWP,
                                                     HENG_CAUSE_RULE,     HENG_CAUSE_BOUNDARY};
static const heng_cause backward[HENG_CAUSE_COUNT] = {HENG_CAUSE_BOUNDARY,   HENG_CAUSE_RULE,
                                                      HENG_CAUSE_GWP,        HENG_CAUSE_FACTOR,
                                                      HENG_CAUSE_CORRECTION, HENG_CAUSE_ACTIVITY};

static bool is_number(const heng_restating *job, const heng_level *level)
{
    return level->found && level->value.state == HENG_STATE_KNOWN && !job->is_word &&
           !level->word.length;
}

/* ---- walking -------------------------------------------------------------------------------------- */

typedef struct walk {
    heng_restating *job;
    heng_bar bars[HENG_CAUSE_COUNT];
    size_t count;
} walk;

static heng_status add_bar(walk *w, unsigned causes, heng_str note, const heng_reading *before,
                           const heng_reading *after, heng_error *err)
{
    heng_bar bar = {.causes = causes,
                    .before = before->level,
                    .after = after->level,
                    .known = is_number(w->job, &before->level) && is_number(w->job, &after->level)};
    if (bar.known) bar.difference = after->level.value.number - before->level.value.number;
    if (causes & (causes - 1)) bar.note = note;
    heng_status status = heng_compute__choose_changes(w->job, causes, before, after, &bar.changes,
                                                      &bar.change_count, err);
    bool idle = bar.change_count == 0 &&
                ((bar.known && bar.difference == 0) || (!bar.before.found && !bar.after.found));
    idle |= bar.change_count == 0 && !bar.known && bar.before.found && bar.after.found &&
            bar.before.value.state == bar.after.value.state &&
            heng_str_equal(bar.before.word, bar.after.word);
    if (!status && !idle) w->bars[w->count++] = bar;
    return status;
}

/* Takes one cause after the other. What does not compile waits for the next cause, and is one bar with it. */
static heng_status walk_on(walk *w, const heng_cause order[HENG_CAUSE_COUNT],
                           const heng_reading *first, const heng_reading *last, heng_error *err)
{
    unsigned changed = w->job->changed, taken = (unsigned)HENG_CAUSES_ALL & ~changed, waiting = 0;
    heng_reading before = *first;
    heng_str why = {"", 0};
    heng_status status = HENG_OK;
    for (int i = 0; i < HENG_CAUSE_COUNT && !status; i++) {
        heng_reading after = *last;
        unsigned bit = HENG_CAUSE_BIT(order[i]);
        if (!(changed & bit)) continue;
        taken |= bit;
        waiting |= bit;
        if (taken != HENG_CAUSES_ALL) status = heng_compute__read(w->job, taken, &after, err);
        if (!status && !after.stands) {
            why = after.why_not;
            continue;
        }
        if (!status) status = add_bar(w, waiting, why, &before, &after, err);
        waiting = 0;
        before = after;
    }
    return status;
}

/* The last bar takes what rounding left, so that the sum is the difference. */
static void close_sum(heng_restatement *out)
{
    double sum = 0;
    bool known = out->known && out->bar_count > 0;
    for (size_t i = 0; i < out->bar_count; i++) known &= out->bars[i].known;
    if (!known) return;
    for (size_t i = 0; i + 1 < out->bar_count; i++) sum += out->bars[i].difference;
    double rest = out->difference - sum;
    for (int i = 0; i < 4 && sum + rest != out->difference; i++)
        rest = nextafter(rest, sum + rest < out->difference ? INFINITY : -INFINITY);
    out->bars[out->bar_count - 1].difference = rest;
}

static void take_reverse(heng_restatement *out, const walk *reverse)
{
    for (size_t i = 0; i < out->bar_count; i++)
        for (size_t j = 0; j < reverse->count; j++) {
            if (reverse->bars[j].causes != out->bars[i].causes || !reverse->bars[j].known) continue;
            out->bars[i].has_reverse = true;
            out->bars[i].reverse = reverse->bars[j].difference;
        }
}

/* ---- the figure ----------------------------------------------------------------------------------- */

static heng_status find_figure(heng_restating *job, heng_restatement *out, heng_error *err)
{
    heng_point point;
    heng_quantity_info info;
    const heng_program *program = job->to->compiled.program;
    heng_status status =
        heng_figure_parse(program, &job->to->world, job->figure, job->arena, &point, err);
    if (status) return status;
    heng_program_quantity(program, point.quantity, &info);
    out->figure = job->figure;
    out->label_en = info.label_en;
    out->label_zh = info.label_zh;
    out->unit = info.unit;
    job->unit = info.unit;
    job->is_word = info.yes_no || info.list;
    return HENG_OK;
}

/* What the run of the side `from` recorded for the figure. */
static heng_status find_reported(heng_restating *job, heng_restatement *out, heng_error *err)
{
    heng_point point;
    heng_quantity_info info;
    heng_error why;
    const heng_program *program = job->from->compiled.program;
    if (!job->from->run || heng_figure_parse(program, &job->from->world, job->figure, job->arena,
                                             &point, &why) != HENG_OK)
        return HENG_OK;
    heng_program_quantity(program, point.quantity, &info);
    heng_result_filter filter = HENG_RESULTS_LATEST;
    filter.run = job->from->run;
    filter.quantities = &info.qualified;
    filter.quantity_count = 1;
    filter.entities = &point.entity;
    filter.entity_count = 1;
    const heng_result *results;
    size_t count;
    heng_status status = heng_store_results(job->store, &filter, job->arena, &results, &count, err);
    for (size_t i = 0; i < count && !status; i++) {
        bool same = heng_period_equal(results[i].period, point.period) &&
                    results[i].key_count == point.key_count &&
                    results[i].value.state == HENG_STATE_KNOWN;
        for (unsigned k = 0; same && k < point.key_count; k++)
            same = heng_str_equal(results[i].keys[k], point.keys[k]);
        if (!same) continue;
        out->has_reported = true;
        out->reported = results[i].value.number;
    }
    return status;
}

static bool same_rules(const heng_side *a, const heng_side *b)
{
    return memcmp(&a->version->content, &b->version->content, sizeof a->version->content) == 0;
}

static heng_status compare_sides(heng_restating *job, heng_error *err)
{
    heng_status status = HENG_OK;
    if (!same_rules(job->from, job->to))
        status = heng_blend_open(&job->from->version->pack, job->from->compiled.program,
                                 &job->to->version->pack, job->to->compiled.program, job->arena,
                                 &job->blend, err);
    if (!status) status = heng_compute__compare(job, err);
    if (!status) status = heng_compute__list_changes(job, err);
    return status;
}

static unsigned count_bits(unsigned bits)
{
    unsigned count = 0;
    for (; bits; bits &= bits - 1) count++;
    return count;
}

heng_status heng_restate(heng_crew *crew, heng_store *store, const heng_side *from,
                         const heng_side *to, heng_str figure, heng_progress *progress,
                         void *context, heng_arena *arena, heng_restatement *out, heng_error *err)
{
    assert(store && from && to && arena && out && err);
    heng_restating job = {.crew = crew,
                          .store = store,
                          .from = from,
                          .to = to,
                          .figure = figure,
                          .progress = progress,
                          .context = context,
                          .arena = arena};
    heng_restatement result = {0};
    heng_reading first, last;
    walk ahead = {.job = &job}, back = {.job = &job};
    heng_status status = find_figure(&job, &result, err);
    if (!status) status = find_reported(&job, &result, err);
    if (!status) status = compare_sides(&job, err);
    unsigned unchanged = (unsigned)HENG_CAUSES_ALL & ~job.changed;
    if (!status) status = heng_compute__read(&job, unchanged, &first, err);
    if (!status) status = heng_compute__read(&job, HENG_CAUSES_ALL, &last, err);
    if (!status) status = walk_on(&ahead, forward, &first, &last, err);
    if (!status && count_bits(job.changed) > 1)
        status = walk_on(&back, backward, &first, &last, err);
    if (status) return status;
    result.from = first.level;
    result.to = last.level;
    result.known = is_number(&job, &first.level) && is_number(&job, &last.level);
    if (result.known) result.difference = last.level.value.number - first.level.value.number;
    result.bar_count = ahead.count;
    memcpy(result.bars, ahead.bars, sizeof result.bars);
    close_sum(&result);
    take_reverse(&result, &back);
    result.evaluations = job.evaluations;
    *out = result;
    return HENG_OK;
}
