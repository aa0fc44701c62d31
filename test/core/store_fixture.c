/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>

const store_kind *store_tested;

int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    heng_arena_init(&f->arena, HENG_JOB_BYTES_MAX);
    f->store = store_tested->open(&f->err);
    if (!f->store) fail_msg("%s", f->err.message);
    *state = f;
    return 0;
}

int tear_down(void **state)
{
    fixture *f = *state;
    heng_store_close(f->store);
    heng_arena_deinit(&f->arena);
    free(f);
    return 0;
}

void check_ok(const fixture *f, heng_status status)
{
    if (status) fail_msg("%s: %s", heng_status_name(status), f->err.message);
}

void check_failed(const fixture *f, heng_status status, heng_status expected, const char *words)
{
    if (status != expected)
        fail_msg("got %s, wanted %s", heng_status_name(status), heng_status_name(expected));
    if (!strstr(f->err.message, words))
        fail_msg("message \"%s\" does not say \"%s\"", f->err.message, words);
}

void begin(fixture *f)
{
    check_ok(f, heng_store_begin(f->store, NOW, HENG_STR("test"), &f->err));
}

void commit(fixture *f)
{
    check_ok(f, heng_store_commit(f->store, &f->err));
}

heng_fact fact_of(const char *entity, const char *name, int year, const char *text,
                  heng_instant recorded)
{
    heng_fact fact = {.entity = heng_str_from(entity),
                      .name = heng_str_from(name),
                      .period = heng_year(year),
                      .text = heng_str_from(text),
                      .unit = HENG_STR("t CO2"),
                      .quality = HENG_REPORTED,
                      .evidence = HENG_SEEN,
                      .source = HENG_STR("S"),
                      .recorded = recorded};
    heng_error err;
    if (heng_number_parse(fact.text, &fact.value, &err)) fact.value = 0;
    return fact;
}

heng_entity entity_of(const char *code, const char *name, heng_instant recorded)
{
    return (heng_entity){.code = heng_str_from(code),
                         .kind = HENG_STR("place"),
                         .level = HENG_STR("province"),
                         .name_en = heng_str_from(name),
                         .name_zh = HENG_STR("浙江省"),
                         .standard_code = HENG_STR("330000"),
                         .valid = HENG_SPAN_ALWAYS,
                         .recorded = recorded};
}

heng_link link_of(const char *member, const char *parent, int32_t first, int32_t last,
                  heng_instant recorded)
{
    return (heng_link){.member = heng_str_from(member),
                       .parent = heng_str_from(parent),
                       .hierarchy = HENG_STR("place"),
                       .valid = {first, last},
                       .recorded = recorded};
}

heng_source source_of(const char *code, const char *title)
{
    return (heng_source){.code = heng_str_from(code),
                         .title = heng_str_from(title),
                         .publisher = HENG_STR("National Bureau of Statistics"),
                         .published = HENG_STR("2021-02-28"),
                         .where = HENG_STR("table 9-2"),
                         .licence = HENG_STR("")};
}

heng_table_row row_of(const char *table, const char *member, const char *key, int year,
                      const char *text, heng_instant recorded)
{
    heng_table_row row = {.qualified = heng_str_from(table),
                          .member = heng_str_from(member),
                          .keys = {heng_str_from(key)},
                          .key_count = key ? 1 : 0,
                          .valid = {12 * year, 12 * year + 11},
                          .text = heng_str_from(text),
                          .unit = HENG_STR("t CO2/MWh"),
                          .evidence = HENG_VERIFIED,
                          .source = HENG_STR("MEE-2024"),
                          .recorded = recorded,
                          .file = HENG_STR("grid.csv"),
                          .line = 7};
    row.table = strchr(table, '.') ? heng_str_from(strchr(table, '.') + 1) : row.qualified;
    heng_error err;
    if (heng_number_parse(row.text, &row.value, &err)) row.value = 0;
    return row;
}

heng_result result_of(const char *quantity, const char *entity, int year, double number)
{
    return (heng_result){.quantity = heng_str_from(quantity),
                         .entity = heng_str_from(entity),
                         .period = heng_year(year),
                         .value = {.state = HENG_STATE_KNOWN,
                                   .number = number,
                                   .have = 3,
                                   .want = 4,
                                   .quality = {0.25f, 0.5f, 0.75f, 1},
                                   .evidence = HENG_SEEN},
                         .unit = HENG_STR("t CO2"),
                         .word = HENG_STR("")};
}

heng_import import_of(const char *bytes)
{
    return (heng_import){.content = heng_hash_of(heng_str_from(bytes)),
                         .name = HENG_STR("能源 2020.csv"),
                         .format = HENG_STR("csv"),
                         .kind = HENG_STR("facts"),
                         .byte_count = 1234,
                         .row_count = 56,
                         .put_count = {50, 4, 2}};
}

heng_run run_of(const char *program)
{
    return (heng_run){.program = heng_hash_of(heng_str_from(program)),
                      .as_of = NOW - 5 * DAY,
                      .pack = HENG_STR("cn 2026.1"),
                      .note = HENG_STR("yearly account"),
                      .finding_count = 2};
}

void put_fact(fixture *f, heng_fact fact, heng_put expected)
{
    heng_put done = HENG_PUT_COUNT;
    check_ok(f, heng_store_put_fact(f->store, &fact, &done, &f->err));
    assert_int_equal(done, expected);
}

heng_hash digest(fixture *f)
{
    heng_hash hash;
    check_ok(f, heng_store_digest(f->store, &f->arena, &hash, &f->err));
    return hash;
}

bool same_hash(heng_hash a, heng_hash b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

heng_fact full_fact(void)
{
    heng_fact fact = fact_of("CN-ZJ", "coke_use", 2020, "-0.30000000000000004", -5 * DAY + 123456);
    fact.keys[0] = HENG_STR("焦炭");
    fact.keys[1] = HENG_STR("b");
    fact.keys[2] = HENG_STR("c, d");
    fact.keys[3] = HENG_STR("e|f");
    fact.keys[4] = HENG_STR("'g\"");
    fact.keys[5] = HENG_STR("%");
    fact.key_count = 6;
    fact.period = (heng_period){HENG_MONTH, 12 * 2020 + 6};
    fact.quality = HENG_ESTIMATED;
    fact.evidence = HENG_EXAMPLE;
    fact.note = HENG_STR("corrects row 3\nof the yearbook; 更正");
    fact.uncertainty = HENG_STR("±5 % with 秤-7 0.5");
    return fact;
}

/* Every entity, name, key and year of a small world, put in an order chosen by `seed`. */
void put_world(fixture *f, unsigned seed)
{
    static const char *const entities[] = {"CN", "CN-ZJ", "ZJ", "Z"};
    static const char *const names[] = {"co2", "co", "energy"};
    static const char *const keys[] = {NULL, "coal", "gas"};
    enum { COUNT = 4 * 3 * 3 * 5 };
    unsigned order[COUNT];
    for (unsigned i = 0; i < COUNT; i++) order[i] = i;
    for (unsigned i = COUNT - 1; i > 0; i--) {
        seed = seed * 1103515245u + 12345u;
        unsigned j = (seed >> 8) % (i + 1);
        unsigned swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned n = order[i];
        char text[16];
        snprintf(text, sizeof text, "%u", n);
        heng_fact fact = fact_of(entities[n % 4], names[n / 4 % 3], 2016 + (int)(n / 36), text, 0);
        if (keys[n / 12 % 3]) fact.keys[fact.key_count++] = heng_str_from(keys[n / 12 % 3]);
        if (n % 7 == 0) fact.period.grain = HENG_MONTH, fact.period.number *= 12;
        put_fact(f, fact, HENG_PUT_NEW);
    }
}

void put_run(fixture *f, const char *program, uint64_t expected_number, const heng_result *results,
             size_t count)
{
    heng_run run = run_of(program);
    uint64_t number = 0;
    check_ok(f, heng_store_put_run(f->store, &run, &number, &f->err));
    assert_int_equal(number, expected_number);
    for (size_t i = 0; i < count; i++)
        check_ok(f, heng_store_put_result(f->store, number, &results[i], &f->err));
}

void check_counts(fixture *f, uint64_t n)
{
    heng_store_counts c;
    check_ok(f, heng_store_count(f->store, &c, &f->err));
    const uint64_t counts[] = {c.steps,   c.sources, c.entities, c.links, c.facts,   c.rows,
                               c.imports, c.runs,    c.results,  c.seals, c.settings};
    for (size_t i = 0; i < 11; i++) assert_int_equal(counts[i], n);
    assert_true(c.bytes > 0);
}
