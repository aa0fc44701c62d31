/* The checks that every put passes, and the state of the step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/store_backend.h"

#include <assert.h>
#include <math.h>

/* ---- checks ------------------------------------------------------------------------------ */

static heng_status check_length(heng_str text, size_t most, const char *what, heng_error *err)
{
    if (text.length <= most) return HENG_OK;
    return heng_fail(err, HENG_INVALID, 0, "the %s has %zu bytes; at most %zu are kept", what,
                     text.length, most);
}

static heng_status check_bytes(heng_str text, const char *what, heng_error *err)
{
    size_t valid = heng_utf8_valid(text);
    if (valid < text.length)
        return heng_fail(err, HENG_INVALID, 0,
                         "the %s is not UTF-8 at byte %zu; save the file as UTF-8", what, valid);
    if (text.length && memchr(text.at, '\0', text.length))
        return heng_fail(err, HENG_INVALID, 0, "the %s holds a zero byte; remove it", what);
    return HENG_OK;
}

static heng_status check_text(heng_str text, const char *what, heng_error *err)
{
    heng_status status = check_length(text, HENG_CELL_TEXT_MAX, what, err);
    return status ? status : check_bytes(text, what, err);
}

/* A setting may hold a whole file of rules. */
static heng_status check_setting(heng_str value, heng_error *err)
{
    heng_status status = check_length(value, HENG_RULE_TEXT_MAX, "value of the setting", err);
    return status ? status : check_bytes(value, "value of the setting", err);
}

/* A code or name: short, on one line. */
static heng_status check_name(heng_str text, const char *what, heng_error *err)
{
    if (text.length > HENG_NAME_MAX)
        return heng_fail(err, HENG_INVALID, 0, "the %s \"%.*s...\" has %zu bytes; at most %d", what,
                         30, text.at, text.length, HENG_NAME_MAX);
    heng_status status = check_text(text, what, err);
    for (size_t i = 0; !status && i < text.length; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
            return heng_fail(err, HENG_INVALID, 0,
                             "the %s holds the control character 0x%02x; remove it", what,
                             (unsigned)(unsigned char)text.at[i]);
    return status;
}

static heng_status check_code(heng_str text, const char *what, heng_error *err)
{
    if (text.length == 0) return heng_fail(err, HENG_INVALID, 0, "the %s is empty; give one", what);
    return check_name(text, what, err);
}

static heng_status check_keys(const heng_str *keys, unsigned count, heng_error *err)
{
    if (count > HENG_KEYS_MAX)
        return heng_fail(err, HENG_INVALID, 0, "%u keys; at most %d", count, HENG_KEYS_MAX);
    heng_status status = HENG_OK;
    for (unsigned i = 0; !status && i < count; i++) status = check_code(keys[i], "key", err);
    return status;
}

static heng_status check_period(heng_period period, heng_error *err)
{
    enum { NUMBER_MAX = 12 * HENG_YEAR_MAX + 11 };
    bool fits = (unsigned)period.grain < HENG_GRAIN_COUNT && period.number >= 0 &&
                period.number <= NUMBER_MAX;
    if (fits) {
        heng_span span = heng_period_span(period);
        fits = span.first_month >= 12 * HENG_YEAR_MIN && span.last_month <= NUMBER_MAX;
    }
    if (fits) return HENG_OK;
    return heng_fail(err, HENG_INVALID, 0, "the period is not within the years %d to %d",
                     HENG_YEAR_MIN, HENG_YEAR_MAX);
}

static heng_status check_span(heng_span span, heng_error *err)
{
    if (span.first_month <= span.last_month) return HENG_OK;
    return heng_fail(err, HENG_INVALID, 0,
                     "the validity ends before it begins; exchange the two months");
}

static heng_status check_number(double number, const char *what, heng_error *err)
{
    if (isfinite(number)) return HENG_OK;
    return heng_fail(err, HENG_INVALID, 0, "the %s is not a finite number", what);
}

static heng_status check_range(unsigned value, unsigned count, const char *what, heng_error *err)
{
    if (value < count) return HENG_OK;
    return heng_fail(err, HENG_INVALID, 0, "%u is no %s", value, what);
}

/* Runs one check after the other; the first that fails ends it. */
#define CHECK(expression)                                                                          \
    do {                                                                                           \
        heng_status check_status = (expression);                                                   \
        if (check_status) return check_status;                                                     \
    } while (0)

static heng_status check_source(const heng_source *source, heng_error *err)
{
    CHECK(check_code(source->code, "code of the source", err));
    CHECK(check_text(source->title, "title of the source", err));
    CHECK(check_text(source->publisher, "publisher of the source", err));
    CHECK(check_text(source->published, "date of the source", err));
    CHECK(check_text(source->where, "place of the source", err));
    return check_text(source->licence, "licence of the source", err);
}

static heng_status check_entity(const heng_entity *entity, heng_error *err)
{
    CHECK(check_code(entity->code, "code of the entity", err));
    CHECK(check_code(entity->kind, "kind of the entity", err));
    CHECK(check_name(entity->level, "level of the entity", err));
    CHECK(check_text(entity->name_en, "English name of the entity", err));
    CHECK(check_text(entity->name_zh, "Chinese name of the entity", err));
    CHECK(check_name(entity->standard_code, "standard code of the entity", err));
    return check_span(entity->valid, err);
}

static heng_status check_link(const heng_link *link, heng_error *err)
{
    CHECK(check_code(link->member, "member of the link", err));
    CHECK(check_name(link->parent, "parent of the link", err));
    CHECK(check_code(link->hierarchy, "hierarchy of the link", err));
    return check_span(link->valid, err);
}

static heng_status check_fact(const heng_fact *fact, heng_error *err)
{
    CHECK(check_code(fact->entity, "entity of the fact", err));
    CHECK(check_code(fact->name, "name of the fact", err));
    CHECK(check_keys(fact->keys, fact->key_count, err));
    CHECK(check_period(fact->period, err));
    CHECK(check_range(fact->notation, HENG_NOTATION_COUNT, "notation", err));
    CHECK(check_range(fact->quality, HENG_QUALITY_COUNT, "quality", err));
    CHECK(check_range(fact->evidence, HENG_EVIDENCE_COUNT, "evidence", err));
    CHECK(check_number(fact->value, "value of the fact", err));
    if (fact->text.length == 0)
        return heng_fail(err, HENG_INVALID, 0,
                         "the text of the fact is empty; give the value as it was written");
    CHECK(check_text(fact->text, "text of the fact", err));
    CHECK(check_name(fact->unit, "unit of the fact", err));
    CHECK(check_text(fact->source, "source of the fact", err));
    CHECK(check_text(fact->uncertainty, "uncertainty of the fact", err));
    return check_text(fact->note, "note of the fact", err);
}

static heng_status check_row(const heng_table_row *row, heng_error *err)
{
    CHECK(check_code(row->table, "table of the row", err));
    CHECK(check_code(row->qualified, "table of the row", err));
    if (!heng_str_equal(row->table, heng_store__bare_name(row->qualified)))
        return heng_fail(err, HENG_INVALID, 0,
                         "the table \"%.*s\" is not the last part of \"%.*s\"",
                         HENG_PRINT(row->table), HENG_PRINT(row->qualified));
    CHECK(check_name(row->member, "member of the row", err));
    CHECK(check_keys(row->keys, row->key_count, err));
    CHECK(check_span(row->valid, err));
    CHECK(check_range(row->notation, HENG_NOTATION_COUNT, "notation", err));
    CHECK(check_range(row->evidence, HENG_EVIDENCE_COUNT, "evidence", err));
    CHECK(check_number(row->value, "value of the row", err));
    if (row->text.length == 0)
        return heng_fail(err, HENG_INVALID, 0,
                         "the text of the row is empty; give the value as it was written");
    CHECK(check_text(row->text, "text of the row", err));
    CHECK(check_name(row->unit, "unit of the row", err));
    CHECK(check_text(row->source, "source of the row", err));
    CHECK(check_text(row->uncertainty, "uncertainty of the row", err));
    return check_text(row->file, "file of the row", err);
}

static heng_status check_import(const heng_import *import, heng_error *err)
{
    CHECK(check_text(import->name, "name of the file", err));
    CHECK(check_code(import->format, "format of the file", err));
    CHECK(check_code(import->kind, "kind of the file", err));
    bool fits = import->byte_count <= INT64_MAX && import->row_count <= INT64_MAX;
    for (int i = 0; i < HENG_PUT_COUNT; i++) fits = fits && import->put_count[i] <= INT64_MAX;
    return fits ? HENG_OK : heng_fail(err, HENG_INVALID, 0, "a count of the import is negative");
}

static heng_status check_run(const heng_run *run, heng_error *err)
{
    CHECK(check_name(run->pack, "pack of the run", err));
    CHECK(check_text(run->note, "note of the run", err));
    return run->finding_count <= INT64_MAX
               ? HENG_OK
               : heng_fail(err, HENG_INVALID, 0, "the count of findings is negative");
}

static heng_status check_result(const heng_result *result, heng_error *err)
{
    CHECK(check_code(result->quantity, "quantity of the result", err));
    CHECK(check_name(result->entity, "entity of the result", err));
    CHECK(check_keys(result->keys, result->key_count, err));
    CHECK(check_period(result->period, err));
    CHECK(check_range(result->value.state, HENG_STATE_NOT_IN_FORCE + 1, "state", err));
    CHECK(check_range(result->value.evidence, HENG_EVIDENCE_COUNT, "evidence", err));
    CHECK(check_number(result->value.number, "number of the result", err));
    CHECK(check_number(result->value.at_least, "known part of the result", err));
    CHECK(check_number(result->value.have, "count of facts of the result", err));
    CHECK(check_number(result->value.want, "count of facts of the result", err));
    for (int i = 0; i < HENG_QUALITY_COUNT; i++)
        CHECK(check_number((double)result->value.quality[i], "quality of the result", err));
    CHECK(check_number(result->low, "interval of the result", err));
    CHECK(check_number(result->high, "interval of the result", err));
    CHECK(check_number(result->covered, "interval of the result", err));
    CHECK(check_name(result->unit, "unit of the result", err));
    return check_name(result->word, "word of the result", err);
}

/* ---- steps
 * --------------------------------------------------------------------------------------- */

void heng_store_close(heng_store *store)
{
    if (!store) return;
    heng_store_rollback(store);
    heng_store_release(store);
    store->operations->close(store);
}

heng_status heng_store_begin(heng_store *store, heng_instant now, heng_str what, heng_error *err)
{
    assert(store && err);
    assert(!store->in_step);
    assert(!store->held);
    assert(store->until == UINT64_MAX); /* who looks back must not judge what to put by it */
    CHECK(check_name(what, "name of the step", err));
    CHECK(store->operations->begin(store, now, what, err));
    store->in_step = true;
    store->run_in_step = 0;
    store->failure.status = HENG_OK;
    return HENG_OK;
}

heng_status heng_store_commit(heng_store *store, heng_error *err)
{
    assert(store && err);
    assert(store->in_step);
    if (store->failure.status) {
        heng_store_rollback(store);
        return heng_fail(err, HENG_REFUSED, store->failure.where,
                         "nothing of this step was kept: %.400s", store->failure.message);
    }
    heng_status status = store->operations->commit(store, err);
    if (status) store->operations->rollback(store);
    store->in_step = false;
    return status;
}

void heng_store_rollback(heng_store *store)
{
    assert(store);
    if (!store->in_step) return;
    store->operations->rollback(store);
    store->in_step = false;
}

bool heng_store_in_step(const heng_store *store)
{
    return store->in_step;
}

heng_status heng_store_hold(heng_store *store, heng_error *err)
{
    assert(store && err);
    assert(!store->in_step && !store->held);
    CHECK(store->operations->hold(store, err));
    store->held = true;
    return HENG_OK;
}

void heng_store_release(heng_store *store)
{
    assert(store);
    if (!store->held) return;
    store->operations->release(store);
    store->held = false;
}

/* ---- putting
 * ------------------------------------------------------------------------------------- */

/* The store itself failed, not what was put. */
static bool is_of_store(heng_status status)
{
    return status != HENG_OK && status != HENG_INVALID && status != HENG_CONFLICT &&
           status != HENG_NOT_FOUND;
}

/* Remembers the first failure, or the one of the store, which bars the commit. */
static heng_status put_ended(heng_store *store, heng_status status, heng_put outcome,
                             heng_put *done, const heng_error *err)
{
    if (status && (!store->failure.status || is_of_store(status))) store->failure = *err;
    if (!status && done) *done = outcome;
    return status;
}

/* After a failure of the store nothing more is tried in the step: it may have ended it already. */
static heng_status step_failure(const heng_store *store, heng_error *err)
{
    if (!is_of_store(store->failure.status)) return HENG_OK;
    *err = store->failure;
    return err->status;
}

/* No negative zero: not every medium keeps it. */
static double plain_zero(double number)
{
    return number == 0 ? 0 : number;
}

heng_status heng_store_put_source(heng_store *store, const heng_source *source, heng_put *done,
                                  heng_error *err)
{
    assert(store && source && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_source(source, err);
    if (!status) status = store->operations->put_source(store, source, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_entity(heng_store *store, const heng_entity *entity, heng_put *done,
                                  heng_error *err)
{
    assert(store && entity && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_entity(entity, err);
    if (!status) status = store->operations->put_entity(store, entity, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_link(heng_store *store, const heng_link *link, heng_put *done,
                                heng_error *err)
{
    assert(store && link && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_link(link, err);
    if (!status) status = store->operations->put_link(store, link, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_fact(heng_store *store, const heng_fact *fact, heng_put *done,
                                heng_error *err)
{
    assert(store && fact && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_fact(fact, err);
    if (!status) {
        heng_fact canonical = *fact;
        canonical.value = plain_zero(fact->value);
        status = store->operations->put_fact(store, &canonical, &outcome, err);
    }
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_row(heng_store *store, const heng_table_row *row, heng_put *done,
                               heng_error *err)
{
    assert(store && row && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_row(row, err);
    if (!status) {
        heng_table_row canonical = *row;
        canonical.value = plain_zero(row->value);
        status = store->operations->put_row(store, &canonical, &outcome, err);
    }
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_import(heng_store *store, const heng_import *import, heng_put *done,
                                  heng_error *err)
{
    assert(store && import && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_import(import, err);
    if (!status) status = store->operations->put_import(store, import, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_run(heng_store *store, const heng_run *run, uint64_t *number,
                               heng_error *err)
{
    assert(store && run && number && err);
    assert(store->in_step);
    heng_status status = step_failure(store, err);
    if (!status) status = check_run(run, err);
    uint64_t given = 0;
    if (!status) status = store->operations->put_run(store, run, &given, err);
    if (!status) *number = store->run_in_step = given;
    return put_ended(store, status, HENG_PUT_NEW, NULL, err);
}

heng_status heng_store_put_result(heng_store *store, uint64_t run, const heng_result *result,
                                  heng_error *err)
{
    assert(store && result && err);
    assert(store->in_step);
    heng_status status = step_failure(store, err);
    if (!status) status = check_result(result, err);
    if (!status && (run == 0 || run != store->run_in_step))
        status = heng_fail(err, HENG_NOT_FOUND, 0,
                           "run %llu is not the one that this step put last; put the results of "
                           "a run right behind it",
                           (unsigned long long)run);
    if (!status) {
        heng_result canonical = *result;
        heng_value *value = &canonical.value;
        value->number = value->state == HENG_STATE_KNOWN ? plain_zero(value->number) : 0;
        value->at_least = value->has_at_least ? plain_zero(value->at_least) : 0;
        value->have = plain_zero(value->have);
        value->want = plain_zero(value->want);
        for (int i = 0; i < HENG_QUALITY_COUNT; i++)
            value->quality[i] = value->quality[i] == 0 ? 0 : value->quality[i];
        status = store->operations->put_result(store, run, &canonical, err);
    }
    return put_ended(store, status, HENG_PUT_NEW, NULL, err);
}

static heng_status check_seal(const heng_seal_record *seal, heng_error *err)
{
    CHECK(check_text(seal->text, "text of the seal", err));
    CHECK(check_length(seal->list, HENG_SEAL_LIST_MAX, "list of the seal", err));
    return check_bytes(seal->list, "list of the seal", err);
}

heng_status heng_store_put_seal(heng_store *store, const heng_seal_record *seal, heng_put *done,
                                heng_error *err)
{
    assert(store && seal && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_status status = step_failure(store, err);
    if (!status) status = check_seal(seal, err);
    if (!status) status = store->operations->put_seal(store, seal, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

heng_status heng_store_put_setting(heng_store *store, heng_str key, heng_str value, heng_put *done,
                                   heng_error *err)
{
    assert(store && err);
    assert(store->in_step);
    heng_put outcome = HENG_PUT_NEW;
    heng_setting setting = {.key = key, .value = value};
    heng_status status = step_failure(store, err);
    if (!status) status = check_code(key, "key of the setting", err);
    if (!status) status = check_setting(value, err);
    if (!status) status = store->operations->put_setting(store, &setting, &outcome, err);
    return put_ended(store, status, outcome, done, err);
}

void heng_store_look_back(heng_store *store, uint64_t step)
{
    assert(store && !store->in_step);
    store->until = step ? step : UINT64_MAX;
}

/* ---- scanning
 * ------------------------------------------------------------------------------------ */

heng_status heng_store_sources(heng_store *store, heng_arena *arena, const heng_source **out,
                               size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->sources(store, arena, out, count, err);
}

/* What is asked for, no later than what may be seen. */
static heng_known bounded(const heng_store *store, heng_known known)
{
    if (store->until != UINT64_MAX && (!known.step || known.step > store->until))
        known.step = store->until;
    return known;
}

heng_status heng_store_entities(heng_store *store, heng_known known, heng_arena *arena,
                                const heng_entity **out, size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    known = bounded(store, known);
    return store->operations->entities(store, known, arena, out, count, err);
}

heng_status heng_store_links(heng_store *store, heng_known known, heng_arena *arena,
                             const heng_link **out, size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    known = bounded(store, known);
    return store->operations->links(store, known, arena, out, count, err);
}

heng_status heng_store_facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                             const heng_fact **out, size_t *count, heng_error *err)
{
    assert(store && filter && arena && out && count && err);
    heng_fact_filter within = *filter;
    within.known = bounded(store, filter->known);
    return store->operations->facts(store, &within, arena, out, count, err);
}

heng_status heng_store_fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                                 heng_step *out, heng_error *err)
{
    assert(store && fact && arena && out && err);
    return store->operations->fact_step(store, fact, arena, out, err);
}

heng_status heng_store_rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                            const heng_table_row **out, size_t *count, heng_error *err)
{
    assert(store && filter && arena && out && count && err);
    heng_row_filter within = *filter;
    within.known = bounded(store, filter->known);
    return store->operations->rows(store, &within, arena, out, count, err);
}

heng_status heng_store_steps(heng_store *store, heng_arena *arena, const heng_step **out,
                             size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->steps(store, arena, out, count, err);
}

heng_status heng_store_imports(heng_store *store, heng_arena *arena, const heng_import **out,
                               size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->imports(store, arena, out, count, err);
}

heng_status heng_store_find_import(heng_store *store, heng_hash content, heng_arena *arena,
                                   heng_import *out, heng_error *err)
{
    assert(store && arena && out && err);
    return store->operations->find_import(store, content, arena, out, err);
}

heng_status heng_store_runs(heng_store *store, heng_arena *arena, const heng_run **out,
                            size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->runs(store, arena, out, count, err);
}

heng_status heng_store_results(heng_store *store, const heng_result_filter *filter,
                               heng_arena *arena, const heng_result **out, size_t *count,
                               heng_error *err)
{
    assert(store && filter && arena && out && count && err);
    return store->operations->results(store, filter, arena, out, count, err);
}

heng_status heng_store_seals(heng_store *store, heng_arena *arena, const heng_seal_record **out,
                             size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->seals(store, arena, out, count, err);
}

heng_status heng_store_seal_list(heng_store *store, uint64_t run, heng_arena *arena, heng_str *list,
                                 heng_error *err)
{
    assert(store && arena && list && err);
    return store->operations->seal_list(store, run, arena, list, err);
}

heng_status heng_store_setting(heng_store *store, heng_str key, heng_arena *arena, heng_str *value,
                               heng_error *err)
{
    assert(store && arena && value && err);
    return store->operations->setting(store, key, arena, value, err);
}

heng_status heng_store_settings(heng_store *store, heng_arena *arena, const heng_setting **out,
                                size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->settings(store, false, arena, out, count, err);
}

heng_status heng_store_setting_records(heng_store *store, heng_arena *arena,
                                       const heng_setting **out, size_t *count, heng_error *err)
{
    assert(store && arena && out && count && err);
    return store->operations->settings(store, true, arena, out, count, err);
}

heng_status heng_store_count(heng_store *store, heng_store_counts *out, heng_error *err)
{
    assert(store && out && err);
    return store->operations->count(store, out, err);
}
