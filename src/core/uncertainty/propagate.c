/* SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/propagate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct part { /* of the deviation of the figure, by one input */
    uint32_t input;
    uint64_t group;
    double shared, own; /* with its group, and by itself */
    double slope, deviation, variance;
} part;

static part part_of(const heng_tape_input *input, uint32_t index, double slope)
{
    double deviation = heng_distribution_deviation(&input->distribution), all = slope * deviation;
    double share = input->group ? fabs(input->correlation) : 0;
    double shared = copysign(sqrt(share), input->correlation) * all;
    return (part){.input = index,
                  .group = input->group,
                  .shared = shared,
                  .own = (1 - share) * all * all,
                  .slope = slope,
                  .deviation = deviation};
}

static int by_group(const void *left, const void *right)
{
    const part *a = left, *b = right;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    return (a->input > b->input) - (a->input < b->input);
}

static int by_share(const void *left, const void *right)
{
    const heng_contribution *a = left, *b = right;
    if (fabs(a->share) != fabs(b->share)) return fabs(a->share) > fabs(b->share) ? -1 : 1;
    return (a->input > b->input) - (a->input < b->input);
}

/* Gives the variance, and to each part what of it is its own doing. NaN or infinite where a slope is. */
static double add_up(part *parts, size_t count)
{
    double variance = 0;
    qsort(parts, count, sizeof *parts, by_group);
    for (size_t from = 0, to; from < count; from = to) {
        double together = 0;
        for (to = from; to < count && parts[to].group == parts[from].group; to++)
            together += parts[to].shared;
        for (size_t i = from; i < to; i++) {
            parts[i].variance = parts[i].shared * together + parts[i].own;
            variance += parts[i].variance;
        }
    }
    return variance < 0 ? 0 : variance;
}

static void rank(const part *parts, size_t count, double variance, heng_contribution *ranked)
{
    for (size_t i = 0; i < count; i++)
        ranked[i] = (heng_contribution){parts[i].input, parts[i].slope, parts[i].deviation,
                                        variance > 0 ? parts[i].variance / variance : 0};
    qsort(ranked, count, sizeof *ranked, by_share);
}

/* The stated inputs that move the figure; counts all that do. */
static size_t gather(const heng_tape *tape, const double *slopes, part *parts,
                     heng_propagation *result)
{
    double weight = 0, stated = 0;
    size_t count = 0;
    for (size_t i = 0; i < tape->input_count; i++) {
        const heng_tape_input *input = &tape->inputs[i];
        double slope = slopes[input->node - 1];
        if (slope == 0) continue;
        double size = fabs(slope * tape->values[input->node - 1]);
        if (input->stated) parts[count++] = part_of(input, (uint32_t)i, slope);
        if (input->model) continue;
        weight += size;
        result->input_count++;
        if (!input->stated) continue;
        stated += size;
        result->stated_count++;
    }
    result->covered = weight > 0 && isfinite(weight) ? stated / weight : 0;
    return count;
}

heng_status heng_propagate(const heng_tape *tape, uint32_t figure, heng_arena *arena,
                           heng_propagation *out, heng_error *err)
{
    assert(tape && !tape->status && figure && figure <= tape->count && arena && out && err);
    heng_propagation result = {.value = tape->values[figure - 1]};
    heng_contribution *ranked = HENG_ARRAY(arena, tape->input_count, heng_contribution);
    heng_arena_mark mark = heng_arena_here(arena);
    double *slopes = HENG_ARRAY(arena, tape->count, double);
    part *parts = HENG_ARRAY(arena, tape->input_count, part);
    if (!ranked || !slopes || !parts)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to propagate uncertainty");
    heng_tape_slopes(tape, figure, slopes);
    size_t count = gather(tape, slopes, parts, &result);
    double variance = add_up(parts, count);
    result.is_rough = !(sqrt(variance) <= HENG_PROPAGATE_ROUGH * fabs(result.value));
    result.has_interval = count > 0 && isfinite(variance);
    if (result.has_interval) {
        rank(parts, count, variance, ranked);
        result.deviation = sqrt(variance);
        result.low = result.value - HENG_NORMAL_95 * result.deviation;
        result.high = result.value + HENG_NORMAL_95 * result.deviation;
        result.ranked = ranked;
        result.ranked_count = count;
    }
    heng_arena_rewind(arena, mark);
    *out = result;
    return HENG_OK;
}
