/* Runs and their results: put, and scanned.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

/* ---- putting
 * ------------------------------------------------------------------------------------- */

heng_status heng_sqlite__end_run(sqlite_store *store, heng_error *err)
{
    if (!store->run) return HENG_OK;
    sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_RUN_SIZE, err);
    if (!insert) return err->status;
    SQLITE_BIND(insert, BIND_INTEGER(store->run), BIND_INTEGER(store->run_size));
    heng_status status = heng_sqlite__run(store, insert, err);
    if (!status) store->run = 0;
    return status;
}

heng_status heng_sqlite__put_run(heng_store *base, const heng_run *run, uint64_t *number,
                                 heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    int64_t step;
    heng_status status = heng_sqlite__end_run(store, err);
    if (!status) status = heng_sqlite__step(store, &step, err);
    if (status) return status;
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_RUN, err);
    sqlite3_stmt *insert = query ? heng_sqlite__use(store, SQL_PUT_RUN, err) : NULL;
    if (!insert) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    bool row;
    status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    int64_t next = sqlite3_column_int64(query, 0) + 1;
    sqlite3_reset(query);
    SQLITE_BIND(insert, BIND_INTEGER(next), BIND_HASH(run->program), BIND_INTEGER(run->as_of),
                BIND_TEXT(run->pack), BIND_TEXT(run->note), BIND_INTEGER(run->finding_count),
                BIND_INTEGER(step));
    status = heng_sqlite__run(store, insert, err);
    if (status) return status;
    store->added[SQLITE_KIND_RUN]++;
    store->run = next;
    store->run_size = 0;
    *number = (uint64_t)next;
    return HENG_OK;
}

heng_status heng_sqlite__put_result(heng_store *base, uint64_t run, const heng_result *result,
                                    heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    enum { QUANTITY, ENTITY, KEYS, UNIT, WORD, WORD_COUNT };
    char bytes[SQLITE_KEYS_TEXT];
    const heng_str texts[WORD_COUNT] = {
        [QUANTITY] = result->quantity,
        [ENTITY] = result->entity,
        [KEYS] = heng_sqlite__join_keys(result->keys, result->key_count, bytes),
        [UNIT] = result->unit,
        [WORD] = result->word,
    };
    int64_t ids[WORD_COUNT];
    heng_status status = HENG_OK;
    for (int i = 0; !status && i < WORD_COUNT; i++)
        status = heng_sqlite__word_put(store, texts[i], &ids[i], err);
    if (status) return status;
    sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_RESULT, err);
    if (!insert) return err->status;
    const heng_value *value = &result->value;
    const float *quality = value->quality;
    SQLITE_BIND(
        insert, BIND_INTEGER(run), BIND_INTEGER(ids[QUANTITY]), BIND_INTEGER(ids[ENTITY]),
        BIND_INTEGER(ids[KEYS]), BIND_INTEGER(heng_sqlite__first_month(result->period)),
        BIND_INTEGER(result->period.grain), BIND_INTEGER(value->state), BIND_REAL(value->number),
        value->has_at_least ? BIND_REAL(value->at_least) : BIND_NULL, BIND_REAL(value->have),
        BIND_REAL(value->want), BIND_REAL((double)quality[HENG_MEASURED]),
        BIND_REAL((double)quality[HENG_REPORTED]), BIND_REAL((double)quality[HENG_DEFAULTED]),
        BIND_REAL((double)quality[HENG_ESTIMATED]), BIND_INTEGER(value->evidence),
        result->has_interval ? BIND_REAL(result->low) : BIND_NULL,
        result->has_interval ? BIND_REAL(result->high) : BIND_NULL,
        result->has_interval ? BIND_REAL(result->covered) : BIND_NULL, BIND_INTEGER(ids[UNIT]),
        BIND_INTEGER(ids[WORD]));
    status = heng_sqlite__run(store, insert, err);
    if (status && sqlite3_extended_errcode(store->db) == SQLITE_CONSTRAINT_PRIMARYKEY)
        return heng_store__result_twice(run, result, err);
    if (status) return status;
    store->added[SQLITE_KIND_RESULT]++;
    store->run_size++;
    return HENG_OK;
}

/* ---- scanning runs
 * ------------------------------------------------------------------------------- */

heng_status heng_sqlite__runs(heng_store *base, heng_arena *arena, const heng_run **out,
                              size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_run)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_RUNS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = HENG_OK;
    bool row = true;
    while (!status && row) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        sqlite_reader reader = {.statement = query, .arena = arena};
        heng_run run = {.number = (uint64_t)heng_sqlite__read_integer(&reader)};
        run.program = heng_sqlite__read_hash(&reader);
        run.as_of = heng_sqlite__read_integer(&reader);
        run.pack = heng_sqlite__read_text(&reader);
        run.note = heng_sqlite__read_text(&reader);
        run.finding_count = (uint64_t)heng_sqlite__read_integer(&reader);
        run.result_count = (uint64_t)heng_sqlite__read_integer(&reader);
        run.step = heng_sqlite__read_step(&reader);
        if ((int64_t)run.number == store->run) run.result_count = store->run_size;
        heng_run *next = reader.failed ? NULL : heng_sqlite__list_add(&list);
        if (next)
            *next = run;
        else
            status = heng_sqlite__no_memory(err);
    }
    sqlite3_reset(query);
    if (status) return status;
    *out = (const heng_run *)list.items;
    *count = list.count;
    return HENG_OK;
}

/* ---- scanning results
 * ---------------------------------------------------------------------------- */

typedef struct raw_result {
    heng_period period;
    heng_value value;
    bool has_interval;
    double low, high, covered;
    uint32_t unit, word;
} raw_result;

typedef struct result_scan {
    sqlite_store *store;
    const heng_result_filter *filter;
    int64_t run;
    int64_t *entities;
    size_t entity_count; /* of the filter's entities, those that the store knows */
    sqlite_batch batch;
} result_scan;

static bool read_value(sqlite_reader *reader, heng_value *value)
{
    int64_t state = heng_sqlite__read_integer(reader);
    value->state = (heng_value_state)state;
    value->number = heng_sqlite__read_real(reader);
    value->has_at_least = heng_sqlite__read_integer(reader) != 0;
    value->at_least = heng_sqlite__read_real(reader); /* 0 for NULL */
    value->have = heng_sqlite__read_real(reader);
    value->want = heng_sqlite__read_real(reader);
    bool shares = true; /* that were written as floats */
    for (int i = 0; i < HENG_QUALITY_COUNT; i++) {
        double share = heng_sqlite__read_real(reader);
        value->quality[i] = (float)share;
        shares = shares && (double)value->quality[i] == share;
    }
    int64_t evidence = heng_sqlite__read_integer(reader);
    value->evidence = (heng_evidence)evidence;
    return shares && state >= 0 && state <= HENG_STATE_NOT_IN_FORCE && evidence >= 0 &&
           evidence < HENG_EVIDENCE_COUNT;
}

/* Takes all rows of the bound `query` that lie in the span of the filter. */
static heng_status take_all(result_scan *scan, sqlite3_stmt *query, heng_error *err)
{
    heng_status status = HENG_OK;
    bool row = true;
    while (!status && row) {
        status = heng_sqlite__next(scan->store, query, &row, err);
        if (status || !row) break;
        sqlite_reader reader = {.statement = query, .arena = scan->batch.arena};
        uint32_t words[3];
        for (int i = 0; i < 3; i++) words[i] = (uint32_t)heng_sqlite__read_integer(&reader);
        raw_result raw = {.unit = 0};
        if (!heng_sqlite__read_period(&reader, &raw.period) || !read_value(&reader, &raw.value)) {
            status = heng_sqlite__damaged(scan->store, "a result is out of range", err);
            break;
        }
        if (!heng_span_overlap(scan->filter->span, heng_period_span(raw.period))) continue;
        raw.has_interval = heng_sqlite__read_integer(&reader) != 0;
        raw.low = heng_sqlite__read_real(&reader); /* 0 for NULL */
        raw.high = heng_sqlite__read_real(&reader);
        raw.covered = heng_sqlite__read_real(&reader);
        raw.unit = (uint32_t)heng_sqlite__read_integer(&reader);
        raw.word = (uint32_t)heng_sqlite__read_integer(&reader);
        raw_result *place = heng_sqlite__batch_add(&scan->batch, words, false);
        if (place)
            *place = raw;
        else
            status = heng_sqlite__no_memory(err);
    }
    sqlite3_reset(query);
    return status;
}

static heng_status take_quantity(result_scan *scan, int64_t quantity, heng_error *err)
{
    heng_arena_mark mark = heng_arena_here(scan->batch.arena);
    heng_str name;
    heng_status status =
        heng_sqlite__word_text(scan->store, quantity, scan->batch.arena, &name, err);
    if (status) return status;
    bool wanted = scan->filter->quantity_count == 0;
    for (size_t i = 0; !wanted && i < scan->filter->quantity_count; i++)
        wanted = heng_store__name_matches(scan->filter->quantities[i], name);
    heng_arena_rewind(scan->batch.arena, mark);
    if (!wanted) return HENG_OK;
    bool by_entity = scan->filter->entity_count > 0;
    sqlite3_stmt *query = heng_sqlite__use(
        scan->store, by_entity ? SQL_RESULTS_OF_QUANTITY_ENTITY : SQL_RESULTS_OF_QUANTITY, err);
    if (!query) return err->status;
    if (!by_entity) {
        SQLITE_BIND(query, BIND_INTEGER(scan->run), BIND_INTEGER(quantity));
        return take_all(scan, query, err);
    }
    for (size_t i = 0; !status && i < scan->entity_count; i++) {
        SQLITE_BIND(query, BIND_INTEGER(scan->run), BIND_INTEGER(quantity),
                    BIND_INTEGER(scan->entities[i]));
        status = take_all(scan, query, err);
    }
    return status;
}

/* From one quantity of the run to the next: there are some hundred, of results there may be
 * millions. */
static heng_status take_wanted(result_scan *scan, heng_error *err)
{
    const heng_result_filter *filter = scan->filter;
    heng_status status =
        heng_sqlite__word_ids(scan->store, filter->entities, filter->entity_count,
                              scan->batch.arena, &scan->entities, &scan->entity_count, err);
    int64_t quantity = 0;
    while (!status) {
        sqlite3_stmt *query = heng_sqlite__use(scan->store, SQL_NEXT_RESULT_QUANTITY, err);
        if (!query) return err->status;
        SQLITE_BIND(query, BIND_INTEGER(scan->run), BIND_INTEGER(quantity));
        bool row;
        status = heng_sqlite__next(scan->store, query, &row, err);
        if (status) break;
        quantity = sqlite3_column_int64(query, 0); /* 0 for NULL: no more */
        sqlite3_reset(query);
        if (quantity == 0) break;
        status = take_quantity(scan, quantity, err);
    }
    return status;
}

static heng_status write_result(sqlite_store *store, sqlite_lexicon *lexicon,
                                const sqlite_series *series, const raw_result *raw,
                                heng_result *out, heng_error *err)
{
    heng_str keys;
    heng_status status =
        heng_sqlite__lexicon_get(store, lexicon, series->words[0], &out->quantity, err);
    if (!status)
        status = heng_sqlite__lexicon_get(store, lexicon, series->words[1], &out->entity, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, series->words[2], &keys, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, raw->unit, &out->unit, err);
    if (!status) status = heng_sqlite__lexicon_get(store, lexicon, raw->word, &out->word, err);
    if (status) return status;
    out->key_count = heng_sqlite__split_keys(keys, out->keys);
    out->period = raw->period;
    out->value = raw->value;
    out->has_interval = raw->has_interval;
    out->low = raw->low;
    out->high = raw->high;
    out->covered = raw->covered;
    return HENG_OK;
}

/* The page of the sorted batch. */
static heng_status write_page(result_scan *scan, heng_arena *arena, const heng_result **out,
                              size_t *count, heng_error *err)
{
    const sqlite_batch *batch = &scan->batch;
    size_t first, page_count = batch->row_count, passed = 0, written = 0;
    heng_store__page(scan->filter->page, &first, &page_count);
    sqlite_lexicon lexicon;
    heng_status status = heng_sqlite__lexicon_open(scan->store, arena, &lexicon, err);
    if (status) return status;
    heng_result *results = HENG_ARRAY(arena, page_count, heng_result);
    if (!results) return heng_sqlite__no_memory(err);
    const sqlite_series *all = (const sqlite_series *)batch->series.items;
    for (size_t i = 0; i < batch->series.count && written < page_count; i++) {
        for (size_t j = 0; j < all[i].count && written < page_count; j++) {
            if (passed++ < first) continue;
            status = write_result(scan->store, &lexicon, &all[i],
                                  heng_sqlite__batch_row(batch, all[i].first + j),
                                  &results[written], err);
            if (status) return status;
            written++;
        }
    }
    *out = results;
    *count = written;
    return HENG_OK;
}

static heng_status find_run(result_scan *scan, heng_error *err)
{
    uint64_t run = scan->filter->run;
    sqlite3_stmt *query =
        heng_sqlite__use(scan->store, run ? SQL_LAST_RUN : SQL_LAST_OFFICIAL_RUN, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(scan->store));
    bool row;
    heng_status status = heng_sqlite__next(scan->store, query, &row, err);
    if (status) return status;
    uint64_t last = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_reset(query);
    if (!run) run = last;
    if (run == 0 || run > last)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no run %llu; compute first",
                         (unsigned long long)run);
    scan->run = (int64_t)run;
    return HENG_OK;
}

heng_status heng_sqlite__results(heng_store *base, const heng_result_filter *filter,
                                 heng_arena *arena, const heng_result **out, size_t *count,
                                 heng_error *err)
{
    heng_arena scratch;
    heng_arena_init(&scratch, HENG_JOB_BYTES_MAX);
    result_scan scan = {.store = heng_sqlite__of(base), .filter = filter};
    heng_sqlite__batch_init(&scan.batch, sizeof(raw_result), &scratch);
    bool own;
    heng_status status = heng_sqlite__begin_look(scan.store, &own, err);
    if (!status) {
        sqlite_lexicon lexicon;
        status = find_run(&scan, err);
        if (!status) status = take_wanted(&scan, err);
        if (!status) status = heng_sqlite__lexicon_open(scan.store, &scratch, &lexicon, err);
        if (!status) status = heng_sqlite__batch_sort(scan.store, &lexicon, &scan.batch, err);
        if (!status) status = write_page(&scan, arena, out, count, err);
        heng_sqlite__end_look(scan.store, own);
    }
    heng_arena_deinit(&scratch);
    return status;
}
