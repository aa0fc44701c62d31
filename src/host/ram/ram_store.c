/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_store.h"

#include "core/store_backend.h"
#include "host/ram/ram_table.h"

#include <assert.h>
#include <stdlib.h>

typedef enum kind {
    STEPS,
    SOURCES,
    ENTITIES,
    LINKS,
    FACTS,
    ROWS,
    IMPORTS,
    RUNS,
    RESULTS,
    SETTINGS,
    KIND_COUNT
} kind;

typedef struct run_result {
    uint64_t run;
    heng_result result;
} run_result;

typedef struct ram_store {
    heng_store base;
    heng_arena arena; /* holds everything, this struct too */
    ram_table tables[KIND_COUNT];
    heng_step step;         /* the open one */
    heng_arena_mark mark;   /* before the open step */
    ram_table before[KIND_COUNT];
} ram_store;

static ram_store *of(heng_store *store)
{
    return (ram_store *)store;
}

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0,
                     "the store in memory has no more room; raise its limit or use a file");
}

/* ---- cells --------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t next)
{
    hash = (hash ^ next) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

static uint64_t hash_keys(uint64_t hash, const heng_str *keys, unsigned count)
{
    for (unsigned i = 0; i < count; i++) hash = mix(hash, heng_str_hash(keys[i]));
    return hash;
}

static uint64_t hash_period(uint64_t hash, heng_period period)
{
    return mix(mix(hash, (uint64_t)period.grain), (uint64_t)period.number);
}

static uint64_t source_hash(const void *record)
{
    return mix(0, heng_str_hash(((const heng_source *)record)->code));
}

static bool source_same(const void *a, const void *b)
{
    return heng_str_equal(((const heng_source *)a)->code, ((const heng_source *)b)->code);
}

static uint64_t entity_hash(const void *record)
{
    return mix(0, heng_str_hash(((const heng_entity *)record)->code));
}

static bool entity_same(const void *a, const void *b)
{
    return heng_str_equal(((const heng_entity *)a)->code, ((const heng_entity *)b)->code);
}

static uint64_t link_hash(const void *record)
{
    const heng_link *link = record;
    return mix(mix(heng_str_hash(link->member), heng_str_hash(link->hierarchy)),
               (uint64_t)link->valid.first_month);
}

static bool link_same(const void *a, const void *b)
{
    return heng_store__same_link_cell(a, b);
}

static uint64_t fact_hash(const void *record)
{
    const heng_fact *fact = record;
    uint64_t hash = mix(heng_str_hash(fact->entity), heng_str_hash(fact->name));
    return hash_period(hash_keys(hash, fact->keys, fact->key_count), fact->period);
}

static bool fact_same(const void *a, const void *b)
{
    return heng_fact_same_cell(a, b);
}

static uint64_t row_hash(const void *record)
{
    const heng_table_row *row = record;
    uint64_t hash = mix(heng_str_hash(row->qualified), heng_str_hash(row->member));
    return mix(hash_keys(hash, row->keys, row->key_count), (uint64_t)row->valid.first_month);
}

static bool row_same(const void *a, const void *b)
{
    return heng_store__same_row_cell(a, b);
}

static uint64_t import_hash(const void *record)
{
    const heng_hash *content = &((const heng_import *)record)->content;
    return mix(0, heng_str_hash((heng_str){(const char *)content->bytes, HENG_HASH_BYTES}));
}

static bool import_same(const void *a, const void *b)
{
    return memcmp(((const heng_import *)a)->content.bytes,
                  ((const heng_import *)b)->content.bytes, HENG_HASH_BYTES) == 0;
}

static uint64_t run_hash(const void *record)
{
    return mix(0, ((const heng_run *)record)->number);
}

static bool run_same(const void *a, const void *b)
{
    return ((const heng_run *)a)->number == ((const heng_run *)b)->number;
}

static uint64_t result_hash(const void *record)
{
    const run_result *row = record;
    const heng_result *result = &row->result;
    uint64_t hash = mix(mix(row->run, heng_str_hash(result->quantity)),
                        heng_str_hash(result->entity));
    return hash_period(hash_keys(hash, result->keys, result->key_count), result->period);
}

static bool result_same(const void *a, const void *b)
{
    const run_result *one = a, *other = b;
    return one->run == other->run && heng_result_compare(&one->result, &other->result) == 0;
}

static uint64_t setting_hash(const void *record)
{
    return mix(0, heng_str_hash(((const heng_setting *)record)->key));
}

static bool setting_same(const void *a, const void *b)
{
    return heng_str_equal(((const heng_setting *)a)->key, ((const heng_setting *)b)->key);
}

static uint64_t step_hash(const void *record)
{
    return mix(0, ((const heng_step *)record)->number);
}

static bool step_same(const void *a, const void *b)
{
    return ((const heng_step *)a)->number == ((const heng_step *)b)->number;
}

static const ram_table empty_tables[KIND_COUNT] = {
    [STEPS] = {sizeof(heng_step), step_hash, step_same, 0},
    [SOURCES] = {sizeof(heng_source), source_hash, source_same, 0},
    [ENTITIES] = {sizeof(heng_entity), entity_hash, entity_same, 0},
    [LINKS] = {sizeof(heng_link), link_hash, link_same, 0},
    [FACTS] = {sizeof(heng_fact), fact_hash, fact_same, 0},
    [ROWS] = {sizeof(heng_table_row), row_hash, row_same, 0},
    [IMPORTS] = {sizeof(heng_import), import_hash, import_same, 0},
    [RUNS] = {sizeof(heng_run), run_hash, run_same, 0},
    [RESULTS] = {sizeof(run_result), result_hash, result_same, 0},
    [SETTINGS] = {sizeof(heng_setting), setting_hash, setting_same, 0},
};

/* ---- copies -------------------------------------------------------------------------------------- */

/* Texts are copied in place; false when memory ran out. */
static bool copy_texts(heng_str *const *texts, size_t count, heng_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        *texts[i] = heng_str_copy(arena, *texts[i]);
        if (!texts[i]->at) return false;
    }
    return true;
}

#define COPY_TEXTS(arena, ...)                                                                     \
    copy_texts((heng_str *const[]){__VA_ARGS__},                                                   \
               sizeof((heng_str *const[]){__VA_ARGS__}) / sizeof(heng_str *), (arena))

static bool copy_keys(heng_str *keys, unsigned count, heng_arena *arena)
{
    for (unsigned i = 0; i < count; i++)
        if (!COPY_TEXTS(arena, &keys[i])) return false;
    return true;
}

static bool copy_source(void *record, heng_arena *arena)
{
    heng_source *row = record;
    return COPY_TEXTS(arena, &row->code, &row->title, &row->publisher, &row->published,
                      &row->where, &row->licence);
}

static bool copy_entity(void *record, heng_arena *arena)
{
    heng_entity *row = record;
    return COPY_TEXTS(arena, &row->code, &row->kind, &row->level, &row->name_en, &row->name_zh,
                      &row->standard_code);
}

static bool copy_link(void *record, heng_arena *arena)
{
    heng_link *row = record;
    return COPY_TEXTS(arena, &row->member, &row->parent, &row->hierarchy);
}

static bool copy_fact(void *record, heng_arena *arena)
{
    heng_fact *row = record;
    return copy_keys(row->keys, row->key_count, arena) &&
           COPY_TEXTS(arena, &row->entity, &row->name, &row->text, &row->unit, &row->source,
                      &row->note);
}

static bool copy_row(void *record, heng_arena *arena)
{
    heng_table_row *row = record;
    if (!copy_keys(row->keys, row->key_count, arena) ||
        !COPY_TEXTS(arena, &row->qualified, &row->member, &row->text, &row->unit, &row->source,
                    &row->file))
        return false;
    row->table = heng_store__bare_name(row->qualified);
    return true;
}

static bool copy_step(void *record, heng_arena *arena)
{
    return COPY_TEXTS(arena, &((heng_step *)record)->what);
}

static bool copy_import(void *record, heng_arena *arena)
{
    heng_import *row = record;
    return COPY_TEXTS(arena, &row->name, &row->format, &row->kind, &row->step.what);
}

static bool copy_run(void *record, heng_arena *arena)
{
    heng_run *row = record;
    return COPY_TEXTS(arena, &row->pack, &row->note, &row->step.what);
}

static bool copy_result(void *record, heng_arena *arena)
{
    heng_result *row = record;
    return copy_keys(row->keys, row->key_count, arena) &&
           COPY_TEXTS(arena, &row->quantity, &row->entity, &row->unit, &row->word);
}

static bool copy_run_result(void *record, heng_arena *arena)
{
    return copy_result(&((run_result *)record)->result, arena);
}

static bool copy_setting(void *record, heng_arena *arena)
{
    heng_setting *row = record;
    return COPY_TEXTS(arena, &row->key, &row->value);
}

/* ---- steps --------------------------------------------------------------------------------------- */

static void ram_close(heng_store *store)
{
    heng_arena arena = of(store)->arena; /* the struct goes with its arena */
    heng_arena_deinit(&arena);
}

static heng_status ram_begin(heng_store *store, heng_instant now, heng_str what, heng_error *err)
{
    ram_store *ram = of(store);
    ram->mark = heng_arena_here(&ram->arena);
    memcpy(ram->before, ram->tables, sizeof ram->before);
    heng_str copy = heng_str_copy(&ram->arena, what);
    if (!copy.at) {
        heng_arena_rewind(&ram->arena, ram->mark);
        return no_memory(err);
    }
    ram->step = (heng_step){.number = ram->tables[STEPS].count + 1, .at = now, .what = copy};
    return HENG_OK;
}

static void ram_rollback(heng_store *store)
{
    ram_store *ram = of(store);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        ram_table_return(&ram->tables[kind], &ram->before[kind]);
    heng_arena_rewind(&ram->arena, ram->mark);
}

static heng_status ram_commit(heng_store *store, heng_error *err)
{
    (void)store;
    (void)err;
    return HENG_OK;
}

static heng_status ram_hold(heng_store *store, heng_error *err)
{
    (void)store; /* the only handle, and no step while it holds */
    (void)err;
    return HENG_OK;
}

static void ram_release(heng_store *store)
{
    (void)store;
}

/* ---- putting ------------------------------------------------------------------------------------- */

/* Adds a copy of `record`; the first of a step also adds the step. */
static heng_status add(ram_store *ram, kind kind, void *record,
                       bool (*copy)(void *, heng_arena *), heng_error *err)
{
    ram_table *steps = &ram->tables[STEPS];
    if (steps->count < ram->step.number &&
        !ram_table_add(steps, &ram->step, ram->step.number, &ram->arena))
        return no_memory(err);
    if (!copy(record, &ram->arena) ||
        !ram_table_add(&ram->tables[kind], record, ram->step.number, &ram->arena))
        return no_memory(err);
    return HENG_OK;
}

static heng_status put_source(heng_store *store, const heng_source *source, heng_put *done,
                              heng_error *err)
{
    ram_store *ram = of(store);
    const ram_table *table = &ram->tables[SOURCES];
    size_t last = ram_table_find(table, source);
    if (last && (table->steps[last - 1] == ram->step.number ||
                 heng_store__same_source(ram_table_at(table, last - 1), source))) {
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_source(ram_table_at(table, last - 1), source, err);
    }
    *done = last ? HENG_PUT_REVISION : HENG_PUT_NEW;
    heng_source record = *source;
    return add(ram, SOURCES, &record, copy_source, err);
}

static heng_status put_setting(heng_store *store, const heng_setting *setting, heng_put *done,
                               heng_error *err)
{
    ram_store *ram = of(store);
    const ram_table *table = &ram->tables[SETTINGS];
    size_t last = ram_table_find(table, setting);
    const heng_setting *there = last ? ram_table_at(table, last - 1) : NULL;
    if (there && (table->steps[last - 1] == ram->step.number ||
                  heng_str_equal(there->value, setting->value))) {
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_setting(there, setting, err);
    }
    *done = last ? HENG_PUT_REVISION : HENG_PUT_NEW;
    heng_setting record = *setting;
    return add(ram, SETTINGS, &record, copy_setting, err);
}

static heng_status put_entity(heng_store *store, const heng_entity *entity, heng_put *done,
                              heng_error *err)
{
    const ram_table *table = &of(store)->tables[ENTITIES];
    *done = HENG_PUT_NEW;
    for (size_t at = ram_table_find(table, entity); at; at = table->previous[at - 1]) {
        const heng_entity *there = ram_table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != entity->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_entity(there, entity, err);
    }
    heng_entity record = *entity;
    return add(of(store), ENTITIES, &record, copy_entity, err);
}

static heng_status put_link(heng_store *store, const heng_link *link, heng_put *done,
                            heng_error *err)
{
    const ram_table *table = &of(store)->tables[LINKS];
    *done = HENG_PUT_NEW;
    for (size_t at = ram_table_find(table, link); at; at = table->previous[at - 1]) {
        const heng_link *there = ram_table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != link->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_link(there, link, err);
    }
    heng_link record = *link;
    return add(of(store), LINKS, &record, copy_link, err);
}

static heng_status put_fact(heng_store *store, const heng_fact *fact, heng_put *done,
                            heng_error *err)
{
    const ram_table *table = &of(store)->tables[FACTS];
    *done = HENG_PUT_NEW;
    for (size_t at = ram_table_find(table, fact); at; at = table->previous[at - 1]) {
        const heng_fact *there = ram_table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != fact->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_fact(there, fact, err);
    }
    heng_fact record = *fact;
    return add(of(store), FACTS, &record, copy_fact, err);
}

static heng_status put_row(heng_store *store, const heng_table_row *row, heng_put *done,
                           heng_error *err)
{
    const ram_table *table = &of(store)->tables[ROWS];
    *done = HENG_PUT_NEW;
    for (size_t at = ram_table_find(table, row); at; at = table->previous[at - 1]) {
        const heng_table_row *there = ram_table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != row->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_row(there, row, err);
    }
    heng_table_row record = *row;
    return add(of(store), ROWS, &record, copy_row, err);
}

static heng_status put_import(heng_store *store, const heng_import *import, heng_put *done,
                              heng_error *err)
{
    ram_store *ram = of(store);
    *done = HENG_PUT_KNOWN;
    if (ram_table_find(&ram->tables[IMPORTS], import)) return HENG_OK;
    *done = HENG_PUT_NEW;
    heng_import record = *import;
    record.step = ram->step;
    return add(ram, IMPORTS, &record, copy_import, err);
}

static heng_status put_run(heng_store *store, const heng_run *run, uint64_t *number,
                           heng_error *err)
{
    ram_store *ram = of(store);
    heng_run record = *run;
    record.number = *number = ram->tables[RUNS].count + 1;
    record.result_count = 0;
    record.step = ram->step;
    return add(ram, RUNS, &record, copy_run, err);
}

static heng_status put_result(heng_store *store, uint64_t run, const heng_result *result,
                              heng_error *err)
{
    ram_store *ram = of(store);
    run_result record = {.run = run, .result = *result};
    if (ram_table_find(&ram->tables[RESULTS], &record))
        return heng_store__result_twice(run, result, err);
    return add(ram, RESULTS, &record, copy_run_result, err);
}

/* ---- scanning ------------------------------------------------------------------------------------ */

/* How one kind of record is chosen. NULL: `wanted` all, `copy` as it is, `same_cell` keeps all. */
typedef struct choice {
    kind kind;
    bool (*wanted)(const void *filter, const void *record);
    const void *filter;
    int (*compare)(const void *a, const void *b); /* NULL: in the order of putting */
    bool (*same_cell)(const void *a, const void *b); /* of each cell the last in order */
    bool (*dropped)(const void *record);             /* after the choice by cell */
    heng_page page;
    bool (*copy)(void *record, heng_arena *arena);
} choice;

static size_t keep_last_of_cells(const choice *choice, unsigned char *rows, size_t count,
                                 size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *row = rows + i * size;
        if (choice->same_cell && i + 1 < count && choice->same_cell(row, row + size)) continue;
        if (choice->dropped && choice->dropped(row)) continue;
        memmove(rows + kept++ * size, row, size);
    }
    return kept;
}

/* Fills an array in the arena with the chosen records and copies of their texts. */
static heng_status choose(ram_store *ram, const choice *choice, heng_arena *arena, void **out,
                          size_t *count, heng_error *err)
{
    const ram_table *table = &ram->tables[choice->kind];
    size_t size = table->record_size;
    unsigned char *rows = heng_arena_array(arena, table->count, size);
    if (!rows) return no_memory(err);
    size_t found = 0;
    for (size_t i = 0; i < table->count; i++) {
        const void *record = ram_table_at(table, i);
        if (choice->wanted && !choice->wanted(choice->filter, record)) continue;
        memcpy(rows + found++ * size, record, size);
    }
    if (choice->compare && found > 1) qsort(rows, found, size, choice->compare);
    found = keep_last_of_cells(choice, rows, found, size);
    size_t first;
    heng_store__page(choice->page, &first, &found);
    rows += first * size;
    for (size_t i = 0; i < found; i++)
        if (!choice->copy(rows + i * size, arena)) return no_memory(err);
    *out = rows;
    *count = found;
    return HENG_OK;
}

/* Sources and settings have no `recorded`: the one put last counts, so the choice is by the cell's
 * chain, not by an order. */
static heng_status choose_last_put(ram_store *ram, const choice *choice, heng_arena *arena,
                                   void **out, size_t *count, heng_error *err)
{
    const ram_table *table = &ram->tables[choice->kind];
    size_t size = table->record_size;
    unsigned char *rows = heng_arena_array(arena, table->count, size);
    if (!rows) return no_memory(err);
    size_t found = 0;
    for (size_t i = 0; i < table->count; i++) {
        const void *record = ram_table_at(table, i);
        if (ram_table_find(table, record) == i + 1)
            memcpy(rows + found++ * size, record, size);
    }
    if (found > 1) qsort(rows, found, size, choice->compare);
    for (size_t i = 0; i < found; i++)
        if (!choice->copy(rows + i * size, arena)) return no_memory(err);
    *out = rows;
    *count = found;
    return HENG_OK;
}

static int source_compare(const void *a, const void *b)
{
    return heng_str_compare(((const heng_source *)a)->code, ((const heng_source *)b)->code);
}

static heng_status sources(heng_store *store, heng_arena *arena, const heng_source **out,
                           size_t *count, heng_error *err)
{
    choice choice = {.kind = SOURCES, .compare = source_compare, .copy = copy_source};
    void *rows;
    heng_status status = choose_last_put(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static int setting_compare(const void *a, const void *b)
{
    return heng_str_compare(((const heng_setting *)a)->key, ((const heng_setting *)b)->key);
}

static heng_status settings(heng_store *store, heng_arena *arena, const heng_setting **out,
                            size_t *count, heng_error *err)
{
    choice choice = {.kind = SETTINGS, .compare = setting_compare, .copy = copy_setting};
    void *rows;
    heng_status status = choose_last_put(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static heng_status setting(heng_store *store, heng_str key, heng_arena *arena, heng_str *value,
                           heng_error *err)
{
    const ram_table *table = &of(store)->tables[SETTINGS];
    size_t last = ram_table_find(table, &(heng_setting){.key = key});
    if (!last)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no setting %.*s", HENG_PRINT(key));
    const heng_setting *there = ram_table_at(table, last - 1);
    heng_str copy = heng_str_copy(arena, there->value);
    if (!copy.at) return no_memory(err);
    *value = copy;
    return HENG_OK;
}

static bool entity_wanted(const void *filter, const void *record)
{
    return ((const heng_entity *)record)->recorded <= ((const heng_known *)filter)->as_of;
}

static int entity_compare(const void *a, const void *b)
{
    const heng_entity *one = a, *other = b;
    int order = heng_str_compare(one->code, other->code);
    return order ? order
                 : (one->recorded > other->recorded) - (one->recorded < other->recorded);
}

static heng_status entities(heng_store *store, heng_known known, heng_arena *arena,
                            const heng_entity **out, size_t *count, heng_error *err)
{
    choice choice = {.kind = ENTITIES,
                     .wanted = entity_wanted,
                     .filter = &known,
                     .compare = entity_compare,
                     .same_cell = known.all_records ? NULL : entity_same,
                     .copy = copy_entity};
    void *rows;
    heng_status status = choose(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static bool link_wanted(const void *filter, const void *record)
{
    return ((const heng_link *)record)->recorded <= ((const heng_known *)filter)->as_of;
}

static int link_compare(const void *a, const void *b)
{
    return heng_store__link_compare(a, b);
}

static bool link_taken_back(const void *record)
{
    return ((const heng_link *)record)->parent.length == 0;
}

static heng_status links(heng_store *store, heng_known known, heng_arena *arena,
                         const heng_link **out, size_t *count, heng_error *err)
{
    choice choice = {.kind = LINKS,
                     .wanted = link_wanted,
                     .filter = &known,
                     .compare = link_compare,
                     .same_cell = known.all_records ? NULL : link_same,
                     .dropped = known.all_records ? NULL : link_taken_back,
                     .copy = copy_link};
    void *rows;
    heng_status status = choose(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static bool fact_wanted(const void *filter, const void *record)
{
    const heng_fact_filter *wanted = filter;
    const heng_fact *fact = record;
    return fact->recorded <= wanted->known.as_of &&
           heng_store__listed(wanted->names, wanted->name_count, fact->name) &&
           heng_store__listed(wanted->entities, wanted->entity_count, fact->entity) &&
           heng_span_overlap(wanted->span, heng_period_span(fact->period));
}

static int fact_compare(const void *a, const void *b)
{
    return heng_fact_compare(a, b);
}

static heng_status facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                         const heng_fact **out, size_t *count, heng_error *err)
{
    choice choice = {.kind = FACTS,
                     .wanted = fact_wanted,
                     .filter = filter,
                     .compare = fact_compare,
                     .same_cell = filter->known.all_records ? NULL : fact_same,
                     .page = filter->page,
                     .copy = copy_fact};
    void *rows;
    heng_status status = choose(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static heng_status fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                             heng_step *out, heng_error *err)
{
    ram_store *ram = of(store);
    const ram_table *table = &ram->tables[FACTS];
    for (size_t at = ram_table_find(table, fact); at; at = table->previous[at - 1]) {
        if (((const heng_fact *)ram_table_at(table, at - 1))->recorded != fact->recorded) continue;
        heng_step step =
            *(const heng_step *)ram_table_at(&ram->tables[STEPS], table->steps[at - 1] - 1);
        if (!copy_step(&step, arena)) return no_memory(err);
        *out = step;
        return HENG_OK;
    }
    return heng_fail(err, HENG_NOT_FOUND, 0, "no such fact of %.*s is recorded",
                     HENG_PRINT(fact->entity));
}

static bool row_wanted(const void *filter, const void *record)
{
    const heng_row_filter *wanted = filter;
    const heng_table_row *row = record;
    return row->recorded <= wanted->known.as_of && heng_store__row_matches(wanted, row);
}

static int row_compare(const void *a, const void *b)
{
    return heng_row_compare(a, b);
}

/* What is searched for stands in one record, but the record that counts may be another of its cell: so
 * first the choice by cell, then the search. */
static heng_status rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                        const heng_table_row **out, size_t *count, heng_error *err)
{
    heng_row_filter cells = *filter;
    cells.search = HENG_STR("");
    choice choice = {.kind = ROWS,
                     .wanted = row_wanted,
                     .filter = &cells,
                     .compare = row_compare,
                     .same_cell = filter->known.all_records ? NULL : row_same,
                     .copy = copy_row};
    void *chosen;
    size_t found;
    heng_status status = choose(of(store), &choice, arena, &chosen, &found, err);
    if (status) return status;
    heng_table_row *all = chosen;
    size_t kept = 0;
    for (size_t i = 0; i < found; i++)
        if (heng_store__row_matches(filter, &all[i])) all[kept++] = all[i];
    size_t first;
    heng_store__page(filter->page, &first, &kept);
    *out = all + first;
    *count = kept;
    return HENG_OK;
}

static heng_status steps(heng_store *store, heng_arena *arena, const heng_step **out,
                         size_t *count, heng_error *err)
{
    choice choice = {.kind = STEPS, .copy = copy_step};
    void *rows;
    heng_status status = choose(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static heng_status imports(heng_store *store, heng_arena *arena, const heng_import **out,
                           size_t *count, heng_error *err)
{
    choice choice = {.kind = IMPORTS, .copy = copy_import};
    void *rows;
    heng_status status = choose(of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static heng_status find_import(heng_store *store, heng_hash content, heng_arena *arena,
                               heng_import *out, heng_error *err)
{
    const ram_table *table = &of(store)->tables[IMPORTS];
    size_t at = ram_table_find(table, &(heng_import){.content = content});
    if (!at) return heng_fail(err, HENG_NOT_FOUND, 0, "that content was not imported before");
    heng_import import = *(const heng_import *)ram_table_at(table, at - 1);
    if (!copy_import(&import, arena)) return no_memory(err);
    *out = import;
    return HENG_OK;
}

static heng_status runs(heng_store *store, heng_arena *arena, const heng_run **out, size_t *count,
                        heng_error *err)
{
    ram_store *ram = of(store);
    choice choice = {.kind = RUNS, .copy = copy_run};
    void *rows;
    heng_status status = choose(ram, &choice, arena, &rows, count, err);
    if (status) return status;
    heng_run *all = rows;
    const ram_table *results_table = &ram->tables[RESULTS];
    for (size_t i = 0; i < results_table->count; i++)
        all[((const run_result *)ram_table_at(results_table, i))->run - 1].result_count++;
    *out = all;
    return HENG_OK;
}

static bool result_wanted(const heng_result_filter *filter, const heng_result *result)
{
    bool named = filter->quantity_count == 0;
    for (size_t i = 0; !named && i < filter->quantity_count; i++)
        named = heng_store__name_matches(filter->quantities[i], result->quantity);
    return named && heng_store__listed(filter->entities, filter->entity_count, result->entity) &&
           heng_span_overlap(filter->span, heng_period_span(result->period));
}

static int result_compare(const void *a, const void *b)
{
    return heng_result_compare(a, b);
}

static heng_status results(heng_store *store, const heng_result_filter *filter, heng_arena *arena,
                           const heng_result **out, size_t *count, heng_error *err)
{
    ram_store *ram = of(store);
    const ram_table *table = &ram->tables[RESULTS];
    uint64_t last = ram->tables[RUNS].count;
    uint64_t run = filter->run ? filter->run : last;
    if (run == 0 || run > last)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no run %llu; compute first",
                         (unsigned long long)run);
    heng_result *rows = HENG_ARRAY(arena, table->count, heng_result);
    if (!rows) return no_memory(err);
    size_t found = 0;
    for (size_t i = 0; i < table->count; i++) {
        const run_result *record = ram_table_at(table, i);
        if (record->run == run && result_wanted(filter, &record->result))
            rows[found++] = record->result;
    }
    if (found > 1) qsort(rows, found, sizeof *rows, result_compare);
    size_t first;
    heng_store__page(filter->page, &first, &found);
    rows += first;
    for (size_t i = 0; i < found; i++)
        if (!copy_result(&rows[i], arena)) return no_memory(err);
    *out = rows;
    *count = found;
    return HENG_OK;
}

static heng_status count_all(heng_store *store, heng_store_counts *out, heng_error *err)
{
    (void)err;
    const ram_store *ram = of(store);
    const ram_table *tables = ram->tables;
    *out = (heng_store_counts){.steps = tables[STEPS].count,
                               .sources = tables[SOURCES].count,
                               .entities = tables[ENTITIES].count,
                               .links = tables[LINKS].count,
                               .facts = tables[FACTS].count,
                               .rows = tables[ROWS].count,
                               .imports = tables[IMPORTS].count,
                               .runs = tables[RUNS].count,
                               .results = tables[RESULTS].count,
                               .settings = tables[SETTINGS].count,
                               .bytes = ram->arena.used};
    return HENG_OK;
}

static const heng_store_operations operations = {
    .close = ram_close,
    .begin = ram_begin,
    .commit = ram_commit,
    .rollback = ram_rollback,
    .hold = ram_hold,
    .release = ram_release,
    .put_source = put_source,
    .put_entity = put_entity,
    .put_link = put_link,
    .put_fact = put_fact,
    .put_row = put_row,
    .put_import = put_import,
    .put_run = put_run,
    .put_result = put_result,
    .put_setting = put_setting,
    .sources = sources,
    .entities = entities,
    .links = links,
    .facts = facts,
    .fact_step = fact_step,
    .rows = rows,
    .steps = steps,
    .imports = imports,
    .find_import = find_import,
    .runs = runs,
    .results = results,
    .setting = setting,
    .settings = settings,
    .count = count_all,
};

heng_status heng_ram_open(size_t limit, heng_store **out, heng_error *err)
{
    assert(out && err);
    heng_arena arena;
    heng_arena_init(&arena, limit);
    ram_store *ram = HENG_NEW(&arena, ram_store);
    if (!ram) {
        heng_arena_deinit(&arena);
        return no_memory(err);
    }
    ram->base.operations = &operations;
    ram->arena = arena;
    memcpy(ram->tables, empty_tables, sizeof empty_tables);
    *out = &ram->base;
    return HENG_OK;
}
