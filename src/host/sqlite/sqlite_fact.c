/* Facts, which may be millions: put, and scanned.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

/* ---- putting
 * ------------------------------------------------------------------------------------- */

enum { ENTITY, NAME, KEYS, UNIT, SOURCE, NOTE, WORD_COUNT };

static heng_status put_words(sqlite_store *store, const heng_fact *fact, int64_t ids[WORD_COUNT],
                             heng_error *err)
{
    char bytes[SQLITE_KEYS_TEXT];
    const heng_str texts[WORD_COUNT] = {
        [ENTITY] = fact->entity,
        [NAME] = fact->name,
        [KEYS] = heng_sqlite__join_keys(fact->keys, fact->key_count, bytes),
        [UNIT] = fact->unit,
        [SOURCE] = fact->source,
        [NOTE] = fact->note,
    };
    heng_status status = HENG_OK;
    for (int i = 0; !status && i < WORD_COUNT; i++)
        status = heng_sqlite__word_put(store, texts[i], &ids[i], err);
    return status;
}

/* `query` stands on a record of the cell and of the same `recorded`. */
static heng_status judge_same(sqlite_store *store, sqlite3_stmt *query, const heng_fact *put,
                              heng_error *err)
{
    heng_arena scratch;
    heng_arena_init(&scratch, 1 << 20);
    heng_fact there = *put;
    sqlite_reader reader = {.statement = query, .arena = &scratch, .column = 6};
    there.notation = (heng_notation)heng_sqlite__read_integer(&reader);
    there.value = heng_sqlite__read_real(&reader);
    there.text = heng_sqlite__read_text(&reader);
    int64_t unit = heng_sqlite__read_integer(&reader);
    there.quality = (heng_quality)heng_sqlite__read_integer(&reader);
    there.evidence = (heng_evidence)heng_sqlite__read_integer(&reader);
    int64_t source = heng_sqlite__read_integer(&reader);
    reader.column++; /* the note may differ */
    there.uncertainty = heng_sqlite__read_text(&reader);
    heng_status status = reader.failed ? heng_sqlite__no_memory(err) : HENG_OK;
    if (!status) status = heng_sqlite__word_text(store, unit, &scratch, &there.unit, err);
    if (!status) status = heng_sqlite__word_text(store, source, &scratch, &there.source, err);
    if (!status) status = heng_store__judge_fact(&there, put, err);
    heng_arena_deinit(&scratch);
    return status;
}

static heng_status judge(sqlite_store *store, const heng_fact *fact, const int64_t *ids,
                         heng_put *outcome, heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_FACT_RECORDS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(ids[ENTITY]), BIND_INTEGER(ids[NAME]), BIND_INTEGER(ids[KEYS]),
                BIND_INTEGER(heng_sqlite__first_month(fact->period)),
                BIND_INTEGER(fact->period.grain));
    *outcome = HENG_PUT_NEW;
    bool row = true;
    heng_status status = HENG_OK;
    while (!status && row) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        *outcome = HENG_PUT_REVISION;
        if (sqlite3_column_int64(query, 5) != fact->recorded) continue;
        *outcome = HENG_PUT_KNOWN;
        status = judge_same(store, query, fact, err);
        break;
    }
    sqlite3_reset(query);
    return status;
}

heng_status heng_sqlite__put_fact(heng_store *base, const heng_fact *fact, heng_put *done,
                                  heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    int64_t ids[WORD_COUNT];
    heng_status status = put_words(store, fact, ids, err);
    if (!status) status = judge(store, fact, ids, done, err);
    if (status || *done == HENG_PUT_KNOWN) return status;
    int64_t step;
    status = heng_sqlite__step(store, &step, err);
    if (status) return status;
    sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_FACT, err);
    if (!insert) return err->status;
    SQLITE_BIND(insert, BIND_INTEGER(ids[ENTITY]), BIND_INTEGER(ids[NAME]), BIND_INTEGER(ids[KEYS]),
                BIND_INTEGER(heng_sqlite__first_month(fact->period)),
                BIND_INTEGER(fact->period.grain), BIND_INTEGER(fact->recorded),
                BIND_INTEGER(fact->notation), BIND_REAL(fact->value), BIND_TEXT(fact->text),
                BIND_INTEGER(ids[UNIT]), BIND_INTEGER(fact->quality), BIND_INTEGER(fact->evidence),
                BIND_INTEGER(ids[SOURCE]), BIND_INTEGER(ids[NOTE]), BIND_TEXT(fact->uncertainty),
                BIND_INTEGER(step));
    status = heng_sqlite__run(store, insert, err);
    if (!status) store->added[SQLITE_KIND_FACT]++;
    return status;
}

/* ---- scanning
 * ------------------------------------------------------------------------------------ */

typedef struct raw_fact {
    heng_period period;
    uint32_t unit, source, note;
    uint8_t notation, quality, evidence;
    double value;
    heng_str text, uncertainty; /* in scratch */
    heng_instant recorded;
} raw_fact;

typedef struct fact_scan {
    sqlite_store *store;
    const heng_fact_filter *filter;
    const int64_t *names;
    size_t name_count; /* of the filter's names, those that the store knows */
    sqlite_batch batch;
} fact_scan;

static bool holds(const int64_t *ids, size_t count, int64_t id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ids[low] == id;
}

static bool in_range(const raw_fact *raw)
{
    return raw->notation < HENG_NOTATION_COUNT && raw->quality < HENG_QUALITY_COUNT &&
           raw->evidence < HENG_EVIDENCE_COUNT;
}

/* A later record of the cell of the row before. */
static bool replaces_last(const fact_scan *scan, const uint32_t words[3], const raw_fact *raw)
{
    if (scan->filter->known.all_records || !heng_sqlite__batch_in_series(&scan->batch, words))
        return false;
    const raw_fact *last = heng_sqlite__batch_row(&scan->batch, scan->batch.row_count - 1);
    return heng_period_equal(last->period, raw->period);
}

/* Takes the row that `query` stands on, if the filter wants it. */
static heng_status take(fact_scan *scan, sqlite3_stmt *query, heng_error *err)
{
    const heng_fact_filter *filter = scan->filter;
    sqlite_reader reader = {.statement = query, .arena = scan->batch.arena};
    uint32_t words[3];
    for (int i = 0; i < 3; i++) words[i] = (uint32_t)heng_sqlite__read_integer(&reader);
    raw_fact raw = {.notation = 0};
    if (!heng_sqlite__read_period(&reader, &raw.period))
        return heng_sqlite__damaged(scan->store, "a fact has no period", err);
    raw.recorded = heng_sqlite__read_integer(&reader);
    if (raw.recorded > filter->known.as_of ||
        !heng_span_overlap(filter->span, heng_period_span(raw.period)) ||
        (filter->name_count && !holds(scan->names, scan->name_count, words[1])))
        return HENG_OK;
    raw.notation = (uint8_t)heng_sqlite__read_integer(&reader);
    raw.value = heng_sqlite__read_real(&reader);
    raw.text = heng_sqlite__read_text(&reader);
    raw.unit = (uint32_t)heng_sqlite__read_integer(&reader);
    raw.quality = (uint8_t)heng_sqlite__read_integer(&reader);
    raw.evidence = (uint8_t)heng_sqlite__read_integer(&reader);
    raw.source = (uint32_t)heng_sqlite__read_integer(&reader);
    raw.note = (uint32_t)heng_sqlite__read_integer(&reader);
    raw.uncertainty = HENG_STR("");
    if (sqlite3_column_bytes(query, reader.column))
        raw.uncertainty = heng_sqlite__read_text(&reader);
    else
        reader.column++;
    uint64_t step = (uint64_t)heng_sqlite__read_integer(&reader);
    if (filter->known.step && step > filter->known.step) return HENG_OK;
    if (reader.failed) return heng_sqlite__no_memory(err);
    if (!in_range(&raw)) return heng_sqlite__damaged(scan->store, "a fact is out of range", err);
    raw_fact *place = heng_sqlite__batch_add(&scan->batch, words, replaces_last(scan, words, &raw));
    if (!place) return heng_sqlite__no_memory(err);
    *place = raw;
    return HENG_OK;
}

/* Takes all rows of the bound `query`. */
static heng_status take_all(fact_scan *scan, sqlite3_stmt *query, heng_error *err)
{
    heng_status status = HENG_OK;
    bool row = true;
    while (!status && row) {
        status = heng_sqlite__next(scan->store, query, &row, err);
        if (!status && row) status = take(scan, query, err);
    }
    sqlite3_reset(query);
    return status;
}

static heng_status take_entity(fact_scan *scan, int64_t entity, heng_error *err)
{
    bool by_name = scan->filter->name_count > 0;
    sqlite3_stmt *query = heng_sqlite__use(
        scan->store, by_name ? SQL_FACTS_OF_ENTITY_NAME : SQL_FACTS_OF_ENTITY, err);
    if (!query) return err->status;
    if (!by_name) {
        SQLITE_BIND(query, BIND_INTEGER(entity));
        return take_all(scan, query, err);
    }
    heng_status status = HENG_OK;
    for (size_t i = 0; !status && i < scan->name_count; i++) {
        SQLITE_BIND(query, BIND_INTEGER(entity), BIND_INTEGER(scan->names[i]));
        status = take_all(scan, query, err);
    }
    return status;
}

/* Names without entities: from one entity to the next, which skips the facts of other names. */
static heng_status take_every_entity(fact_scan *scan, heng_error *err)
{
    int64_t entity = 0;
    for (;;) {
        sqlite3_stmt *query = heng_sqlite__use(scan->store, SQL_NEXT_FACT_ENTITY, err);
        if (!query) return err->status;
        SQLITE_BIND(query, BIND_INTEGER(entity));
        bool row;
        heng_status status = heng_sqlite__next(scan->store, query, &row, err);
        if (status) return status;
        entity = sqlite3_column_int64(query, 0); /* 0 for NULL: no more */
        sqlite3_reset(query);
        if (entity == 0) return HENG_OK;
        status = take_entity(scan, entity, err);
        if (status) return status;
    }
}

static heng_status take_wanted(fact_scan *scan, heng_error *err)
{
    const heng_fact_filter *filter = scan->filter;
    heng_arena *scratch = scan->batch.arena;
    int64_t *names = NULL, *entities = NULL;
    size_t entity_count = 0;
    heng_status status = heng_sqlite__word_ids(scan->store, filter->names, filter->name_count,
                                               scratch, &names, &scan->name_count, err);
    if (!status)
        status = heng_sqlite__word_ids(scan->store, filter->entities, filter->entity_count, scratch,
                                       &entities, &entity_count, err);
    if (status) return status;
    scan->names = names;
    if (filter->entity_count == 0 && filter->name_count) return take_every_entity(scan, err);
    if (filter->entity_count == 0) {
        sqlite3_stmt *query = heng_sqlite__use(scan->store, SQL_FACTS, err);
        return query ? take_all(scan, query, err) : err->status;
    }
    for (size_t i = 0; !status && i < entity_count; i++)
        status = take_entity(scan, entities[i], err);
    return status;
}

/* ---- from numbers to texts
 * ----------------------------------------------------------------------- */

static heng_status write_fact(sqlite_store *store, sqlite_lexicon *lexicon,
                              const sqlite_series *series, const raw_fact *raw, heng_fact *out,
                              heng_error *err)
{
    heng_str keys;
    heng_status status =
        heng_sqlite__lexicon_get(store, lexicon, series->words[0], &out->entity, err);
    if (!status)
        status = heng_sqlite__lexicon_get(store, lexicon, series->words[1], &out->name, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, series->words[2], &keys, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, raw->unit, &out->unit, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, raw->source, &out->source, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, raw->note, &out->note, err);
    if (status) return status;
    out->text = heng_str_copy(lexicon->arena, raw->text);
    out->uncertainty = HENG_STR("");
    if (raw->uncertainty.length) out->uncertainty = heng_str_copy(lexicon->arena, raw->uncertainty);
    if (!out->text.at || !out->uncertainty.at) return heng_sqlite__no_memory(err);
    out->key_count = heng_sqlite__split_keys(keys, out->keys);
    out->period = raw->period;
    out->notation = (heng_notation)raw->notation;
    out->value = raw->value;
    out->quality = (heng_quality)raw->quality;
    out->evidence = (heng_evidence)raw->evidence;
    out->recorded = raw->recorded;
    return HENG_OK;
}

/* The page of the sorted batch. */
static heng_status write_page(fact_scan *scan, heng_arena *arena, const heng_fact **out,
                              size_t *count, heng_error *err)
{
    const sqlite_batch *batch = &scan->batch;
    size_t first, page_count = batch->row_count, passed = 0, written = 0;
    heng_store__page(scan->filter->page, &first, &page_count);
    sqlite_lexicon lexicon;
    heng_status status = heng_sqlite__lexicon_open(scan->store, arena, &lexicon, err);
    if (status) return status;
    heng_fact *facts = HENG_ARRAY(arena, page_count, heng_fact);
    if (!facts) return heng_sqlite__no_memory(err);
    const sqlite_series *all = (const sqlite_series *)batch->series.items;
    for (size_t i = 0; i < batch->series.count && written < page_count; i++) {
        for (size_t j = 0; j < all[i].count && written < page_count; j++) {
            if (passed++ < first) continue;
            status =
                write_fact(scan->store, &lexicon, &all[i],
                           heng_sqlite__batch_row(batch, all[i].first + j), &facts[written], err);
            if (status) return status;
            written++;
        }
    }
    *out = facts;
    *count = written;
    return HENG_OK;
}

heng_status heng_sqlite__facts(heng_store *base, const heng_fact_filter *filter, heng_arena *arena,
                               const heng_fact **out, size_t *count, heng_error *err)
{
    heng_arena scratch;
    heng_arena_init(&scratch, HENG_JOB_BYTES_MAX);
    fact_scan scan = {.store = heng_sqlite__of(base), .filter = filter};
    heng_sqlite__batch_init(&scan.batch, sizeof(raw_fact), &scratch);
    bool own;
    heng_status status = heng_sqlite__begin_look(scan.store, &own, err);
    if (!status) {
        sqlite_lexicon lexicon;
        status = take_wanted(&scan, err);
        if (!status) status = heng_sqlite__lexicon_open(scan.store, &scratch, &lexicon, err);
        if (!status) status = heng_sqlite__batch_sort(scan.store, &lexicon, &scan.batch, err);
        if (!status) status = write_page(&scan, arena, out, count, err);
        heng_sqlite__end_look(scan.store, own);
    }
    heng_arena_deinit(&scratch);
    return status;
}

heng_status heng_sqlite__fact_step(heng_store *base, const heng_fact *fact, heng_arena *arena,
                                   heng_step *out, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    char bytes[SQLITE_KEYS_TEXT];
    const heng_str cell[] = {fact->entity, fact->name,
                             heng_sqlite__join_keys(fact->keys, fact->key_count, bytes)};
    int64_t ids[3];
    heng_status status = HENG_OK;
    for (int i = 0; !status && i < 3; i++)
        status = heng_sqlite__word_find(store, cell[i], &ids[i], err);
    if (status) return status;
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_FACT_STEP, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(ids[0]), BIND_INTEGER(ids[1]), BIND_INTEGER(ids[2]),
                BIND_INTEGER(heng_sqlite__first_month(fact->period)),
                BIND_INTEGER(fact->period.grain), BIND_INTEGER(fact->recorded));
    bool row;
    status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    if (!row)
        return heng_fail(err, HENG_NOT_FOUND, 0, "no such fact of %.*s is recorded",
                         HENG_PRINT(fact->entity));
    sqlite_reader reader = {.statement = query, .arena = arena};
    heng_step step = heng_sqlite__read_step(&reader);
    sqlite3_reset(query);
    if (reader.failed) return heng_sqlite__no_memory(err);
    *out = step;
    return HENG_OK;
}
