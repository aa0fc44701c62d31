/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ram/ram_record.h"

#include "core/store_backend.h"

/* ---- cells
 * --------------------------------------------------------------------------------------- */

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
    return memcmp(((const heng_import *)a)->content.bytes, ((const heng_import *)b)->content.bytes,
                  HENG_HASH_BYTES) == 0;
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
    const ram_result *row = record;
    const heng_result *result = &row->result;
    uint64_t hash =
        mix(mix(row->run, heng_str_hash(result->quantity)), heng_str_hash(result->entity));
    return hash_period(hash_keys(hash, result->keys, result->key_count), result->period);
}

static bool result_same(const void *a, const void *b)
{
    const ram_result *one = a, *other = b;
    return one->run == other->run && heng_result_compare(&one->result, &other->result) == 0;
}

static uint64_t seal_hash(const void *record)
{
    return mix(0, ((const heng_seal_record *)record)->run);
}

static bool seal_same(const void *a, const void *b)
{
    return ((const heng_seal_record *)a)->run == ((const heng_seal_record *)b)->run;
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

/* ---- copies
 * -------------------------------------------------------------------------------------- */

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
    return COPY_TEXTS(arena, &row->code, &row->title, &row->publisher, &row->published, &row->where,
                      &row->licence);
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
                      &row->note, &row->uncertainty);
}

static bool copy_row(void *record, heng_arena *arena)
{
    heng_table_row *row = record;
    if (!copy_keys(row->keys, row->key_count, arena) ||
        !COPY_TEXTS(arena, &row->qualified, &row->member, &row->text, &row->unit, &row->source,
                    &row->file, &row->uncertainty))
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
    heng_result *row = &((ram_result *)record)->result;
    return copy_keys(row->keys, row->key_count, arena) &&
           COPY_TEXTS(arena, &row->quantity, &row->entity, &row->unit, &row->word);
}

static bool copy_seal(void *record, heng_arena *arena)
{
    heng_seal_record *row = record;
    return COPY_TEXTS(arena, &row->text, &row->list, &row->step.what);
}

static bool copy_setting(void *record, heng_arena *arena)
{
    heng_setting *row = record;
    return COPY_TEXTS(arena, &row->key, &row->value);
}

const ram_record_kind heng_ram__record_kinds[RAM_KIND_COUNT] = {
    [RAM_STEP] = {sizeof(heng_step), step_hash, step_same, copy_step},
    [RAM_SOURCE] = {sizeof(heng_source), source_hash, source_same, copy_source},
    [RAM_ENTITY] = {sizeof(heng_entity), entity_hash, entity_same, copy_entity},
    [RAM_LINK] = {sizeof(heng_link), link_hash, link_same, copy_link},
    [RAM_FACT] = {sizeof(heng_fact), fact_hash, fact_same, copy_fact},
    [RAM_ROW] = {sizeof(heng_table_row), row_hash, row_same, copy_row},
    [RAM_IMPORT] = {sizeof(heng_import), import_hash, import_same, copy_import},
    [RAM_RUN] = {sizeof(heng_run), run_hash, run_same, copy_run},
    [RAM_RESULT] = {sizeof(ram_result), result_hash, result_same, copy_result},
    [RAM_SEAL] = {sizeof(heng_seal_record), seal_hash, seal_same, copy_seal},
    [RAM_SETTING] = {sizeof(heng_setting), setting_hash, setting_same, copy_setting},
};
