/* How a store in memory is read: by going over all records of a kind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_internal.h"

#include <stdlib.h>

typedef struct ram_choice {
    ram_kind kind;
    bool (*wanted)(const void *filter, const void *record); /* NULL: all */
    const void *filter;
    int (*compare)(const void *a, const void *b); /* NULL: in the order of putting */
    uint64_t step_max;                            /* what entered later is left out; 0: no bound */
    bool last_put;                                /* of each cell, before `wanted` */
    bool last_in_order;                           /* of each cell, among the wanted */
    bool (*dropped)(const void *record);          /* after the choice by cell; NULL: none */
    heng_page page;
} ram_choice;

static size_t keep_last_in_order(const ram_table *table, const ram_choice *choice,
                                 unsigned char *rows, size_t count)
{
    size_t size = table->kind->size;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *row = rows + i * size;
        bool more = i + 1 < count && table->kind->same_cell(row, row + size);
        if (choice->last_in_order && more) continue;
        if (choice->dropped && choice->dropped(row)) continue;
        memmove(rows + kept++ * size, row, size);
    }
    return kept;
}

/* 1 + the last record of the cell of `record` that may be seen; 0 if there is none. */
static size_t last_until(const ram_store *ram, const ram_table *table, const void *record)
{
    size_t at = heng_ram__table_find(table, record);
    while (at && table->steps[at - 1] > ram->base.until) at = table->previous[at - 1];
    return at;
}

/* Fills an array in the arena with the chosen records and copies of their texts. */
static heng_status choose(ram_store *ram, const ram_choice *choice, heng_arena *arena, void **out,
                          size_t *count, heng_error *err)
{
    const ram_table *table = &ram->tables[choice->kind];
    size_t size = table->kind->size;
    unsigned char *rows = heng_arena_array(arena, table->count, size);
    if (!rows) return heng_ram__no_memory(err);
    size_t found = 0;
    for (size_t i = 0; i < table->count; i++) {
        const void *record = heng_ram__table_at(table, i);
        if (table->steps[i] > ram->base.until) break; /* they stand in the order of steps */
        if (choice->step_max && table->steps[i] > choice->step_max) continue;
        if (choice->last_put && last_until(ram, table, record) != i + 1) continue;
        if (choice->wanted && !choice->wanted(choice->filter, record)) continue;
        memcpy(rows + found++ * size, record, size);
    }
    if (choice->compare && found > 1) qsort(rows, found, size, choice->compare);
    found = keep_last_in_order(table, choice, rows, found);
    size_t first;
    heng_store__page(choice->page, &first, &found);
    rows += first * size;
    for (size_t i = 0; i < found; i++)
        if (!table->kind->copy_texts(rows + i * size, arena)) return heng_ram__no_memory(err);
    *out = rows;
    *count = found;
    return HENG_OK;
}

static int source_compare(const void *a, const void *b)
{
    return heng_str_compare(((const heng_source *)a)->code, ((const heng_source *)b)->code);
}

heng_status heng_ram__sources(heng_store *store, heng_arena *arena, const heng_source **out,
                              size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_SOURCE, .compare = source_compare, .last_put = true};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

static int seal_compare(const void *a, const void *b)
{
    const heng_seal_record *one = a, *other = b;
    return (one->run > other->run) - (one->run < other->run);
}

static int setting_compare(const void *a, const void *b)
{
    const heng_setting *one = a, *other = b;
    int order = heng_str_compare(one->key, other->key);
    return order ? order : (one->step > other->step) - (one->step < other->step);
}

heng_status heng_ram__settings(heng_store *store, bool all_records, heng_arena *arena,
                               const heng_setting **out, size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_SETTING, .compare = setting_compare, .last_put = !all_records};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

heng_status heng_ram__setting(heng_store *store, heng_str key, heng_arena *arena, heng_str *value,
                              heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_SETTING];
    size_t last = last_until(heng_ram__of(store), table, &(heng_setting){.key = key});
    if (!last)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no setting %.*s", HENG_PRINT(key));
    const heng_setting *there = heng_ram__table_at(table, last - 1);
    heng_str copy = heng_str_copy(arena, there->value);
    if (!copy.at) return heng_ram__no_memory(err);
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
    return order ? order : (one->recorded > other->recorded) - (one->recorded < other->recorded);
}

heng_status heng_ram__entities(heng_store *store, heng_known known, heng_arena *arena,
                               const heng_entity **out, size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_ENTITY,
                         .wanted = entity_wanted,
                         .filter = &known,
                         .step_max = known.step,
                         .compare = entity_compare,
                         .last_in_order = !known.all_records};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
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

heng_status heng_ram__links(heng_store *store, heng_known known, heng_arena *arena,
                            const heng_link **out, size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_LINK,
                         .wanted = link_wanted,
                         .filter = &known,
                         .step_max = known.step,
                         .compare = link_compare,
                         .last_in_order = !known.all_records,
                         .dropped = known.all_records ? NULL : link_taken_back};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
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

heng_status heng_ram__facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                            const heng_fact **out, size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_FACT,
                         .wanted = fact_wanted,
                         .filter = filter,
                         .step_max = filter->known.step,
                         .compare = fact_compare,
                         .last_in_order = !filter->known.all_records,
                         .page = filter->page};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

heng_status heng_ram__fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                                heng_step *out, heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    const ram_table *table = &ram->tables[RAM_FACT];
    for (size_t at = heng_ram__table_find(table, fact); at; at = table->previous[at - 1]) {
        if (((const heng_fact *)heng_ram__table_at(table, at - 1))->recorded != fact->recorded)
            continue;
        heng_step step = *(const heng_step *)heng_ram__table_at(&ram->tables[RAM_STEP],
                                                                table->steps[at - 1] - 1);
        if (!heng_ram__record_kinds[RAM_STEP].copy_texts(&step, arena))
            return heng_ram__no_memory(err);
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

/* What is searched for stands in one record, but the record that counts may be another of its
 * cell: so first the choice by cell, then the search. */
heng_status heng_ram__rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                           const heng_table_row **out, size_t *count, heng_error *err)
{
    heng_row_filter cells = *filter;
    cells.search = HENG_STR("");
    ram_choice choice = {.kind = RAM_ROW,
                         .wanted = row_wanted,
                         .filter = &cells,
                         .step_max = filter->known.step,
                         .compare = row_compare,
                         .last_in_order = !filter->known.all_records};
    void *chosen;
    size_t found;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &chosen, &found, err);
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

heng_status heng_ram__steps(heng_store *store, heng_arena *arena, const heng_step **out,
                            size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_STEP};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

heng_status heng_ram__imports(heng_store *store, heng_arena *arena, const heng_import **out,
                              size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_IMPORT};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (!status) *out = rows;
    return status;
}

heng_status heng_ram__find_import(heng_store *store, heng_hash content, heng_arena *arena,
                                  heng_import *out, heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_IMPORT];
    size_t at = heng_ram__table_find(table, &(heng_import){.content = content});
    if (!at) return heng_fail(err, HENG_NOT_FOUND, 0, "that content was not imported before");
    heng_import import = *(const heng_import *)heng_ram__table_at(table, at - 1);
    if (!table->kind->copy_texts(&import, arena)) return heng_ram__no_memory(err);
    *out = import;
    return HENG_OK;
}

heng_status heng_ram__runs(heng_store *store, heng_arena *arena, const heng_run **out,
                           size_t *count, heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    ram_choice choice = {.kind = RAM_RUN};
    void *rows;
    heng_status status = choose(ram, &choice, arena, &rows, count, err);
    if (status) return status;
    heng_run *all = rows;
    const ram_table *results_table = &ram->tables[RAM_RESULT];
    for (size_t i = 0; i < results_table->count; i++) {
        uint64_t run = ((const ram_result *)heng_ram__table_at(results_table, i))->run;
        if (run <= *count) all[run - 1].result_count++;
    }
    *out = all;
    return HENG_OK;
}

static bool result_wanted(const void *filter, const void *record)
{
    const heng_result_filter *wanted = filter;
    const ram_result *row = record;
    const heng_result *result = &row->result;
    bool named = wanted->quantity_count == 0;
    for (size_t i = 0; !named && i < wanted->quantity_count; i++)
        named = heng_store__name_matches(wanted->quantities[i], result->quantity);
    return row->run == wanted->run && named &&
           heng_store__listed(wanted->entities, wanted->entity_count, result->entity) &&
           heng_span_overlap(wanted->span, heng_period_span(result->period));
}

static int result_compare(const void *a, const void *b)
{
    return heng_result_compare(&((const ram_result *)a)->result, &((const ram_result *)b)->result);
}

heng_status heng_ram__results(heng_store *store, const heng_result_filter *filter,
                              heng_arena *arena, const heng_result **out, size_t *count,
                              heng_error *err)
{
    ram_store *ram = heng_ram__of(store);
    const ram_table *runs = &ram->tables[RAM_RUN];
    uint64_t last = runs->count;
    while (last && runs->steps[last - 1] > ram->base.until) last--;
    heng_result_filter wanted = *filter;
    for (uint64_t i = last; wanted.run == 0 && i > 0; i--)
        if (!heng_run_is_scenario(heng_ram__table_at(runs, i - 1))) wanted.run = i;
    if (wanted.run == 0 || wanted.run > last)
        return heng_fail(err, HENG_NOT_FOUND, 0, "there is no run %llu; compute first",
                         (unsigned long long)wanted.run);
    ram_choice choice = {.kind = RAM_RESULT,
                         .wanted = result_wanted,
                         .filter = &wanted,
                         .compare = result_compare,
                         .page = filter->page};
    void *chosen;
    size_t found;
    heng_status status = choose(ram, &choice, arena, &chosen, &found, err);
    if (status) return status;
    heng_result *rows = HENG_ARRAY(arena, found, heng_result);
    if (!rows) return heng_ram__no_memory(err);
    for (size_t i = 0; i < found; i++) rows[i] = ((const ram_result *)chosen)[i].result;
    *out = rows;
    *count = found;
    return HENG_OK;
}

heng_status heng_ram__seals(heng_store *store, heng_arena *arena, const heng_seal_record **out,
                            size_t *count, heng_error *err)
{
    ram_choice choice = {.kind = RAM_SEAL, .compare = seal_compare};
    void *rows;
    heng_status status = choose(heng_ram__of(store), &choice, arena, &rows, count, err);
    if (status) return status;
    heng_seal_record *seals = rows;
    for (size_t i = 0; i < *count; i++) seals[i].list = HENG_STR("");
    *out = seals;
    return HENG_OK;
}

heng_status heng_ram__seal_list(heng_store *store, uint64_t run, heng_arena *arena, heng_str *list,
                                heng_error *err)
{
    const ram_table *table = &heng_ram__of(store)->tables[RAM_SEAL];
    size_t at = heng_ram__table_find(table, &(heng_seal_record){.run = run});
    if (!at) return heng_store__no_seal(run, err);
    heng_str copy =
        heng_str_copy(arena, ((const heng_seal_record *)heng_ram__table_at(table, at - 1))->list);
    if (!copy.at) return heng_ram__no_memory(err);
    *list = copy;
    return HENG_OK;
}
