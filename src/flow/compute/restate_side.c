/* The sides of a restatement: a run, a day, now; and which version of the pack.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/compute.h"
#include "flow/compute/restate.h"

#include <assert.h>

static bool is_number(heng_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    return text.length > 0 && text.length < 10;
}

static heng_status compile(heng_side *side, heng_arena *arena, heng_error *err)
{
    heng_status status = heng_pack_compile(&side->version->pack, arena, &side->compiled, err);
    if (!status && !side->compiled.program)
        status = heng_fail(err, HENG_REFUSED, 0, "the rules of version %.*s do not compile: %.*s",
                           HENG_PRINT(side->version->pack.version),
                           HENG_PRINT(side->compiled.diagnostics.items[0].message));
    return status;
}

static bool runs_program(const heng_side *side, const heng_run *run)
{
    heng_hash hash = heng_program_hash(side->compiled.program);
    return memcmp(&hash, &run->program, sizeof hash) == 0;
}

/* The version whose rules the run was made with: the one of its time, or else any. */
static heng_status version_of_run(const heng_packs *packs, const heng_run *run, heng_arena *arena,
                                  heng_side *side, heng_error *err)
{
    const heng_pack_version *likely = heng_packs_at_step(packs, run->step.number);
    side->version = likely;
    heng_status status = compile(side, arena, err);
    if (!status && runs_program(side, run)) return HENG_OK;
    for (size_t i = 0; i < packs->count; i++) {
        side->version = &packs->versions[i];
        if (side->version == likely) continue;
        status = compile(side, arena, err);
        if (status && status != HENG_REFUSED) return status;
        if (!status && runs_program(side, run)) return HENG_OK;
    }
    return heng_fail(err, HENG_REFUSED, 0,
                     "run %llu was made with rules (%.*s) that this database does not keep. "
                     "Remedy: heng pack add them, or compare with a day",
                     (unsigned long long)run->number, HENG_PRINT(run->pack));
}

static heng_status take_run(heng_store *store, const heng_packs *packs, heng_str text,
                            heng_arena *arena, heng_side *side, heng_error *err)
{
    const heng_run *runs;
    size_t count;
    int64_t number;
    heng_status status = heng_integer_parse(text, &number, err);
    if (!status) status = heng_store_runs(store, arena, &runs, &count, err);
    if (status) return status;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].number != (uint64_t)number) continue;
        if (heng_run_is_scenario(&runs[i]))
            return heng_fail(err, HENG_REFUSED, 0,
                             "run %.*s is of a scenario and was never reported. Remedy: heng "
                             "export runs lists the others",
                             HENG_PRINT(text));
        side->run = runs[i].number;
        side->step = runs[i].step;
        side->known = (heng_known){.as_of = runs[i].as_of, .step = runs[i].step.number};
        return side->version ? HENG_OK : version_of_run(packs, &runs[i], arena, side, err);
    }
    return heng_fail(err, HENG_NOT_FOUND, 0,
                     "there is no run %.*s; this database has %zu. Remedy: heng export runs lists "
                     "them",
                     HENG_PRINT(text), count);
}

static heng_status take_day(const heng_packs *packs, heng_str text, heng_side *side,
                            heng_error *err)
{
    side->known = HENG_KNOWN_NOW;
    if (text.length && !heng_str_is(text, "now")) {
        heng_status status = heng_instant_parse(text, true, &side->known.as_of, err);
        if (status) return status;
    }
    if (!side->version) side->version = heng_packs_at(packs, side->known.as_of);
    return HENG_OK;
}

heng_status heng_side_open(heng_store *store, const heng_packs *packs, heng_str text,
                           heng_arena *arena, heng_side *out, heng_error *err)
{
    assert(store && packs && arena && out && err);
    heng_side side = {0};
    heng_status status = HENG_OK;
    heng_str when = heng_str_trim(text);
    size_t slash = heng_str_find(when, HENG_STR("/"), 0);
    if (slash != SIZE_MAX) {
        heng_str version = heng_str_slice(when, slash + 1, when.length);
        when = heng_str_slice(when, 0, slash);
        status = heng_packs_find(packs, version, arena, &side.version, err);
    }
    if (!status)
        status = is_number(when) ? take_run(store, packs, when, arena, &side, err)
                                 : take_day(packs, when, &side, err);
    if (!status && !side.compiled.program) status = compile(&side, arena, err);
    if (!status) status = heng_compute_world_at(store, side.known, arena, &side.world, err);
    if (status) return status;
    heng_str version = heng_pack_version_name(packs, side.version, arena);
    side.pack_name = heng_str_format(arena, "%.*s %.*s", HENG_PRINT(side.version->pack.name),
                                     HENG_PRINT(version));
    if (!side.pack_name.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a side");
    *out = side;
    return HENG_OK;
}

/* "CN/2020/co2_of[census_4,coal]" as the filter of results wants it. */
static bool split_figure(heng_str figure, heng_str *entity, heng_period *period, heng_str *name,
                         heng_str *keys)
{
    heng_str rest = figure, when;
    heng_error ignored;
    if (!heng_str_cut(&rest, '/', entity) || !heng_str_cut(&rest, '/', &when) ||
        heng_period_parse(when, period, &ignored))
        return false;
    size_t open = heng_str_find(rest, HENG_STR("["), 0);
    *name = heng_str_slice(rest, 0, open == SIZE_MAX ? rest.length : open);
    *keys = open == SIZE_MAX ? HENG_STR("") : heng_str_slice(rest, open + 1, rest.length - 1);
    return name->length > 0;
}

static bool has_keys(const heng_result *result, heng_str keys)
{
    heng_str key;
    unsigned i = 0;
    for (; keys.length && heng_str_cut(&keys, ',', &key); i++)
        if (i >= result->key_count || !heng_str_equal(heng_str_trim(key), result->keys[i]))
            return false;
    return i == result->key_count;
}

heng_status heng_side_first_reported(heng_store *store, heng_str figure, heng_arena *arena,
                                     heng_str *out, heng_error *err)
{
    heng_str entity, name, keys;
    heng_period period;
    const heng_run *runs;
    size_t count;
    if (!split_figure(figure, &entity, &period, &name, &keys))
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is not the address of a figure. Write CN/2020/cut",
                         HENG_PRINT(figure));
    heng_result_filter filter = HENG_RESULTS_LATEST;
    filter.quantities = &name;
    filter.quantity_count = 1;
    filter.entities = &entity;
    filter.entity_count = 1;
    filter.span = heng_period_span(period);
    heng_status status = heng_store_runs(store, arena, &runs, &count, err);
    for (size_t r = 0; r < count && !status; r++) {
        const heng_result *results;
        size_t found;
        if (heng_run_is_scenario(&runs[r])) continue;
        filter.run = runs[r].number;
        status = heng_store_results(store, &filter, arena, &results, &found, err);
        for (size_t i = 0; i < found && !status; i++) {
            if (results[i].value.state != HENG_STATE_KNOWN || !has_keys(&results[i], keys) ||
                !heng_period_equal(results[i].period, period))
                continue;
            *out = heng_str_format(arena, "%llu", (unsigned long long)runs[r].number);
            return out->at ? HENG_OK : heng_fail(err, HENG_NO_MEMORY, 0, "no room for a side");
        }
    }
    if (status) return status;
    return heng_fail(err, HENG_NOT_FOUND, 0,
                     "none of the %zu runs of this database reports %.*s. Remedy: heng compute "
                     "makes one; or say from what day: --from 2021-03-01",
                     count, HENG_PRINT(figure));
}
