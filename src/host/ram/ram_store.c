/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_internal.h"

#include <assert.h>

/* ---- steps
 * --------------------------------------------------------------------------------------- */

static void close_store(heng_store *store)
{
    heng_arena arena = heng_ram__of(store)->arena; /* the struct goes with its arena */
    heng_arena_deinit(&arena);
}

static heng_status begin(heng_store *store, heng_instant now, heng_str what, heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    ram->mark = heng_arena_here(&ram->arena);
    memcpy(ram->before, ram->tables, sizeof ram->before);
    heng_str copy = heng_str_copy(&ram->arena, what);
    if (!copy.at) {
        heng_arena_rewind(&ram->arena, ram->mark);
        return heng_ram__no_memory(err);
    }
    ram->step = (heng_step){.number = ram->tables[RAM_STEP].count + 1, .at = now, .what = copy};
    return HENG_OK;
}

static void rollback(heng_store *store)
{
    ram_store *ram = heng_ram__of(store);
    for (int kind = 0; kind < RAM_KIND_COUNT; kind++)
        heng_ram__table_return(&ram->tables[kind], &ram->before[kind]);
    heng_arena_rewind(&ram->arena, ram->mark);
}

static heng_status commit(heng_store *store, heng_error *err)
{
    (void)store;
    (void)err;
    return HENG_OK;
}

static heng_status hold(heng_store *store, heng_error *err)
{
    (void)store; /* the only handle, and no step while it holds */
    (void)err;
    return HENG_OK;
}

static void release(heng_store *store)
{
    (void)store;
}

/* ---- putting
 * ------------------------------------------------------------------------------------- */

/* Adds a copy of `record`; the first of a step also adds the step. */
static heng_status add(ram_store *ram, ram_kind kind, const void *record, heng_error *err)
{
    ram_table *steps = &ram->tables[RAM_STEP];
    bool first = steps->count < ram->step.number;
    if ((first && !heng_ram__table_add(steps, &ram->step, ram->step.number, &ram->arena)) ||
        !heng_ram__table_add(&ram->tables[kind], record, ram->step.number, &ram->arena))
        return heng_ram__no_memory(err);
    return HENG_OK;
}

static heng_status put_source(heng_store *store, const heng_source *source, heng_put *done,
                              heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    const ram_table *table = &ram->tables[RAM_SOURCE];
    size_t last = heng_ram__table_find(table, source);
    if (last && (table->steps[last - 1] == ram->step.number ||
                 heng_store__same_source(heng_ram__table_at(table, last - 1), source))) {
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_source(heng_ram__table_at(table, last - 1), source, err);
    }
    *done = last ? HENG_PUT_REVISION : HENG_PUT_NEW;
    return add(ram, RAM_SOURCE, source, err);
}

static heng_status put_setting(heng_store *store, const heng_setting *setting, heng_put *done,
                               heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    const ram_table *table = &ram->tables[RAM_SETTING];
    size_t last = heng_ram__table_find(table, setting);
    const heng_setting *there = last ? heng_ram__table_at(table, last - 1) : NULL;
    if (there && (table->steps[last - 1] == ram->step.number ||
                  heng_str_equal(there->value, setting->value))) {
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_setting(there, setting, err);
    }
    *done = last ? HENG_PUT_REVISION : HENG_PUT_NEW;
    heng_setting kept = {setting->key, setting->value, ram->step.number};
    return add(ram, RAM_SETTING, &kept, err);
}

static heng_status put_entity(heng_store *store, const heng_entity *entity, heng_put *done,
                              heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_ENTITY];
    *done = HENG_PUT_NEW;
    for (size_t at = heng_ram__table_find(table, entity); at; at = table->previous[at - 1]) {
        const heng_entity *there = heng_ram__table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != entity->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_entity(there, entity, err);
    }
    return add(heng_ram__of(store), RAM_ENTITY, entity, err);
}

static heng_status put_link(heng_store *store, const heng_link *link, heng_put *done,
                            heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_LINK];
    *done = HENG_PUT_NEW;
    for (size_t at = heng_ram__table_find(table, link); at; at = table->previous[at - 1]) {
        const heng_link *there = heng_ram__table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != link->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_link(there, link, err);
    }
    return add(heng_ram__of(store), RAM_LINK, link, err);
}

static heng_status put_fact(heng_store *store, const heng_fact *fact, heng_put *done,
                            heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_FACT];
    *done = HENG_PUT_NEW;
    for (size_t at = heng_ram__table_find(table, fact); at; at = table->previous[at - 1]) {
        const heng_fact *there = heng_ram__table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != fact->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_fact(there, fact, err);
    }
    return add(heng_ram__of(store), RAM_FACT, fact, err);
}

static heng_status put_row(heng_store *store, const heng_table_row *row, heng_put *done,
                           heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_ROW];
    *done = HENG_PUT_NEW;
    for (size_t at = heng_ram__table_find(table, row); at; at = table->previous[at - 1]) {
        const heng_table_row *there = heng_ram__table_at(table, at - 1);
        *done = HENG_PUT_REVISION;
        if (there->recorded != row->recorded) continue;
        *done = HENG_PUT_KNOWN;
        return heng_store__judge_row(there, row, err);
    }
    return add(heng_ram__of(store), RAM_ROW, row, err);
}

static heng_status put_import(heng_store *store, const heng_import *import, heng_put *done,
                              heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    *done = HENG_PUT_KNOWN;
    if (heng_ram__table_find(&ram->tables[RAM_IMPORT], import)) return HENG_OK;
    *done = HENG_PUT_NEW;
    heng_import record = *import;
    record.step = ram->step;
    return add(ram, RAM_IMPORT, &record, err);
}

static heng_status put_run(heng_store *store, const heng_run *run, uint64_t *number,
                           heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    heng_run record = *run;
    record.number = *number = ram->tables[RAM_RUN].count + 1;
    record.result_count = 0;
    record.step = ram->step;
    return add(ram, RAM_RUN, &record, err);
}

static heng_status put_result(heng_store *store, uint64_t run, const heng_result *result,
                              heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    ram_result record = {.run = run, .result = *result};
    if (heng_ram__table_find(&ram->tables[RAM_RESULT], &record))
        return heng_store__result_twice(run, result, err);
    return add(ram, RAM_RESULT, &record, err);
}

static heng_status put_seal(heng_store *store, const heng_seal_record *seal, heng_put *done,
                            heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    const ram_table *table = &ram->tables[RAM_SEAL];
    *done = HENG_PUT_KNOWN;
    if (seal->run == 0 || seal->run > ram->tables[RAM_RUN].count)
        return heng_store__no_such_run(seal->run, err);
    size_t there = heng_ram__table_find(table, seal);
    if (there) return heng_store__judge_seal(heng_ram__table_at(table, there - 1), seal, err);
    *done = HENG_PUT_NEW;
    heng_seal_record record = *seal;
    record.step = ram->step;
    return add(ram, RAM_SEAL, &record, err);
}

/* ---- opening
 * ------------------------------------------------------------------------------------- */

static heng_status count_all(heng_store *store, heng_store_counts *out, heng_error *err)
{
    (void)err;
    const ram_store *ram = heng_ram__of(store);
    const ram_table *tables = ram->tables;
    *out = (heng_store_counts){.steps = tables[RAM_STEP].count,
                               .sources = tables[RAM_SOURCE].count,
                               .entities = tables[RAM_ENTITY].count,
                               .links = tables[RAM_LINK].count,
                               .facts = tables[RAM_FACT].count,
                               .rows = tables[RAM_ROW].count,
                               .imports = tables[RAM_IMPORT].count,
                               .runs = tables[RAM_RUN].count,
                               .results = tables[RAM_RESULT].count,
                               .seals = tables[RAM_SEAL].count,
                               .settings = tables[RAM_SETTING].count,
                               .bytes = ram->arena.used};
    return HENG_OK;
}

static const heng_store_operations operations = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .hold = hold,
    .release = release,
    .put_source = put_source,
    .put_entity = put_entity,
    .put_link = put_link,
    .put_fact = put_fact,
    .put_row = put_row,
    .put_import = put_import,
    .put_run = put_run,
    .put_result = put_result,
    .put_seal = put_seal,
    .put_setting = put_setting,
    .sources = heng_ram__sources,
    .entities = heng_ram__entities,
    .links = heng_ram__links,
    .facts = heng_ram__facts,
    .fact_step = heng_ram__fact_step,
    .rows = heng_ram__rows,
    .steps = heng_ram__steps,
    .imports = heng_ram__imports,
    .find_import = heng_ram__find_import,
    .runs = heng_ram__runs,
    .results = heng_ram__results,
    .seals = heng_ram__seals,
    .seal_list = heng_ram__seal_list,
    .setting = heng_ram__setting,
    .settings = heng_ram__settings,
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
        return heng_ram__no_memory(err);
    }
    ram->base.operations = &operations;
    ram->base.until = UINT64_MAX;
    ram->arena = arena;
    for (int kind = 0; kind < RAM_KIND_COUNT; kind++)
        ram->tables[kind].kind = &heng_ram__record_kinds[kind];
    *out = &ram->base;
    return HENG_OK;
}
