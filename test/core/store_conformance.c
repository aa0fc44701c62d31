/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_conformance.h"

#include "test/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY ((heng_instant)86400 * 1000000)
#define NOW ((heng_instant)20000 * DAY) /* 2024-10-04 */

static const store_kind *kind;

typedef struct fixture {
    heng_store *store;
    heng_arena arena;
    heng_error err;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    heng_arena_init(&f->arena, HENG_JOB_BYTES_MAX);
    f->store = kind->open(&f->err);
    if (!f->store) fail_msg("%s", f->err.message);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    heng_store_close(f->store);
    heng_arena_deinit(&f->arena);
    free(f);
    return 0;
}

static void check_ok(const fixture *f, heng_status status)
{
    if (status) fail_msg("%s: %s", heng_status_name(status), f->err.message);
}

static void check_failed(const fixture *f, heng_status status, heng_status expected,
                         const char *words)
{
    if (status != expected)
        fail_msg("got %s, wanted %s", heng_status_name(status), heng_status_name(expected));
    if (!strstr(f->err.message, words))
        fail_msg("message \"%s\" does not say \"%s\"", f->err.message, words);
}

static void begin(fixture *f)
{
    check_ok(f, heng_store_begin(f->store, NOW, HENG_STR("test"), &f->err));
}

static void commit(fixture *f)
{
    check_ok(f, heng_store_commit(f->store, &f->err));
}

/* ---- records to put ------------------------------------------------------------------------------ */

static heng_fact fact_of(const char *entity, const char *name, int year, const char *text,
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

static heng_entity entity_of(const char *code, const char *name, heng_instant recorded)
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

static heng_link link_of(const char *member, const char *parent, int32_t first, int32_t last,
                         heng_instant recorded)
{
    return (heng_link){.member = heng_str_from(member),
                       .parent = heng_str_from(parent),
                       .hierarchy = HENG_STR("place"),
                       .valid = {first, last},
                       .recorded = recorded};
}

static heng_source source_of(const char *code, const char *title)
{
    return (heng_source){.code = heng_str_from(code),
                         .title = heng_str_from(title),
                         .publisher = HENG_STR("National Bureau of Statistics"),
                         .published = HENG_STR("2021-02-28"),
                         .where = HENG_STR("table 9-2"),
                         .licence = HENG_STR("")};
}

static heng_table_row row_of(const char *table, const char *member, const char *key, int year,
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

static heng_result result_of(const char *quantity, const char *entity, int year, double number)
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

static heng_import import_of(const char *bytes)
{
    return (heng_import){.content = heng_hash_of(heng_str_from(bytes)),
                         .name = HENG_STR("能源 2020.csv"),
                         .format = HENG_STR("csv"),
                         .kind = HENG_STR("facts"),
                         .byte_count = 1234,
                         .row_count = 56,
                         .put_count = {50, 4, 2}};
}

static heng_run run_of(const char *program)
{
    return (heng_run){.program = heng_hash_of(heng_str_from(program)),
                      .as_of = NOW - 5 * DAY,
                      .pack = HENG_STR("cn 2026.1"),
                      .note = HENG_STR("yearly account"),
                      .finding_count = 2};
}

static void put_fact(fixture *f, heng_fact fact, heng_put expected)
{
    heng_put done = HENG_PUT_COUNT;
    check_ok(f, heng_store_put_fact(f->store, &fact, &done, &f->err));
    assert_int_equal(done, expected);
}

static heng_hash digest(fixture *f)
{
    heng_hash hash;
    check_ok(f, heng_store_digest(f->store, &f->arena, &hash, &f->err));
    return hash;
}

static bool same_hash(heng_hash a, heng_hash b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* ---- emptiness ----------------------------------------------------------------------------------- */

static void an_empty_store_has_nothing(void **state)
{
    fixture *f = *state;
    size_t count = 99;
    const heng_source *sources;
    check_ok(f, heng_store_sources(f->store, &f->arena, &sources, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_entity *entities;
    count = 99;
    check_ok(f, heng_store_entities(f->store, HENG_KNOWN_NOW, &f->arena, &entities, &count,
                                    &f->err));
    assert_int_equal(count, 0);
    const heng_link *links;
    count = 99;
    check_ok(f, heng_store_links(f->store, HENG_KNOWN_NOW, &f->arena, &links, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_fact *facts;
    count = 99;
    check_ok(f, heng_store_facts(f->store, &HENG_FACTS_NOW, &f->arena, &facts, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_table_row *rows;
    count = 99;
    check_ok(f, heng_store_rows(f->store, &HENG_ROWS_NOW, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_run *runs;
    count = 99;
    check_ok(f, heng_store_runs(f->store, &f->arena, &runs, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_import *imports;
    count = 99;
    check_ok(f, heng_store_imports(f->store, &f->arena, &imports, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_step *steps;
    count = 99;
    check_ok(f, heng_store_steps(f->store, &f->arena, &steps, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_setting *settings;
    count = 99;
    check_ok(f, heng_store_settings(f->store, &f->arena, &settings, &count, &f->err));
    assert_int_equal(count, 0);
}

static void what_is_not_there_is_not_found(void **state)
{
    fixture *f = *state;
    const heng_result *results = NULL;
    size_t count = 99;
    check_failed(f,
                 heng_store_results(f->store, &HENG_RESULTS_LATEST, &f->arena, &results, &count,
                                    &f->err),
                 HENG_NOT_FOUND, "compute first");
    assert_null(results);
    assert_int_equal(count, 99);
    heng_str value = HENG_STR("untouched");
    check_failed(f, heng_store_setting(f->store, HENG_STR("pack"), &f->arena, &value, &f->err),
                 HENG_NOT_FOUND, "no setting pack");
    check_str(value, "untouched");
    heng_import import;
    check_failed(f,
                 heng_store_find_import(f->store, heng_hash_of(HENG_STR("a")), &f->arena, &import,
                                        &f->err),
                 HENG_NOT_FOUND, "not imported");
    heng_fact fact = fact_of("CN", "co2", 2020, "1", 0);
    heng_step step;
    check_failed(f, heng_store_fact_step(f->store, &fact, &f->arena, &step, &f->err),
                 HENG_NOT_FOUND, "CN");
    heng_store_counts counts;
    check_ok(f, heng_store_count(f->store, &counts, &f->err));
    assert_int_equal(counts.steps + counts.facts + counts.rows + counts.results, 0);
}

/* ---- the text table of facts --------------------------------------------------------------------- */

static void split_keys(heng_str text, heng_fact *fact)
{
    heng_str piece;
    text = heng_str_trim(text);
    while (text.length && heng_str_cut(&text, ',', &piece))
        fact->keys[fact->key_count++] = heng_str_trim(piece);
}

static heng_instant day_of(fixture *f, heng_str text, bool end_of_day)
{
    heng_instant instant = 0;
    check_ok(f, heng_instant_parse(text, end_of_day, &instant, &f->err));
    return instant;
}

static heng_fact fact_of_fields(fixture *f, const heng_str *fields)
{
    heng_fact fact = {.entity = fields[1], .name = fields[2]};
    split_keys(fields[3], &fact);
    check_ok(f, heng_period_parse(fields[4], &fact.period, &f->err));
    return fact;
}

static void run_put(fixture *f, const heng_str *fields, size_t line)
{
    heng_fact fact = fact_of_fields(f, fields);
    fact.text = fields[5];
    fact.unit = fields[6];
    fact.source = fields[7];
    fact.recorded = day_of(f, fields[8], false);
    heng_error ignored;
    if (!heng_notation_find(fact.text, &fact.notation) &&
        heng_number_parse(fact.text, &fact.value, &ignored))
        fact.value = 0;
    static const char *const outcomes[] = {"new", "revision", "known", "conflict"};
    heng_put done = HENG_PUT_COUNT;
    heng_status status = heng_store_put_fact(f->store, &fact, &done, &f->err);
    int outcome = status == HENG_CONFLICT ? 3 : (int)done;
    if ((status && status != HENG_CONFLICT) || !heng_str_is(fields[9], outcomes[outcome]))
        fail_msg("line %zu: %s, not %.*s: %s", line, outcomes[outcome], HENG_PRINT(fields[9]),
                 status ? f->err.message : "");
    if (status) assert_non_null(strstr(f->err.message, "later `recorded`"));
}

static void run_ask(fixture *f, const heng_str *fields, size_t line)
{
    heng_fact wanted = fact_of_fields(f, fields);
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.names = &wanted.name;
    filter.name_count = 1;
    filter.entities = &wanted.entity;
    filter.entity_count = 1;
    filter.known.as_of = day_of(f, fields[5], true);
    const heng_fact *facts;
    size_t count;
    check_ok(f, heng_store_facts(f->store, &filter, &f->arena, &facts, &count, &f->err));
    heng_str found = HENG_STR("-");
    size_t matches = 0;
    for (size_t i = 0; i < count; i++) {
        if (!heng_fact_same_cell(&facts[i], &wanted)) continue;
        found = facts[i].text;
        matches++;
    }
    if (matches > 1 || !heng_str_equal(found, fields[6]))
        fail_msg("line %zu: found %zu, \"%.*s\"", line, matches, HENG_PRINT(found));
}

static heng_str read_case(heng_arena *arena, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/store/%s", getenv("HENG_CASES"), name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = heng_arena_alloc(arena, 1 << 16);
    size_t length = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return (heng_str){bytes, length};
}

static void end_step(fixture *f)
{
    heng_error err;
    heng_status status = heng_store_commit(f->store, &err);
    assert_true(status == HENG_OK || status == HENG_REFUSED);
}

static void facts_follow_the_bitemporal_cases(void **state)
{
    fixture *f = *state;
    heng_str rest = read_case(&f->arena, "bitemporal.case");
    heng_str line;
    size_t case_count = 0;
    for (size_t number = 1; heng_str_cut(&rest, '\n', &line); number++) {
        line = heng_str_trim(line);
        if (!line.length || line.at[0] == '#') continue;
        if (heng_str_starts(line, HENG_STR("case "))) {
            if (heng_store_in_step(f->store)) end_step(f);
            heng_store_close(f->store);
            f->store = kind->open(&f->err);
            assert_non_null(f->store);
            begin(f);
            case_count++;
            continue;
        }
        if (heng_str_is(line, "step")) {
            commit(f);
            begin(f);
            continue;
        }
        heng_str fields[10] = {{"", 0}};
        heng_str field;
        for (size_t i = 0; i < 10 && heng_str_cut(&line, '|', &field); i++)
            fields[i] = heng_str_trim(field);
        if (heng_str_is(fields[0], "put")) run_put(f, fields, number);
        else run_ask(f, fields, number);
    }
    assert_int_equal(case_count, 11);
    end_step(f);
}

/* ---- facts --------------------------------------------------------------------------------------- */

static void check_fact(const heng_fact *found, const heng_fact *expected)
{
    assert_true(heng_fact_compare(found, expected) == 0);
    assert_int_equal(found->notation, expected->notation);
    assert_true(found->value == expected->value);
    assert_false(signbit(found->value) && found->value == 0);
    assert_true(heng_str_equal(found->unit, expected->unit));
    assert_int_equal(found->quality, expected->quality);
    assert_int_equal(found->evidence, expected->evidence);
    assert_true(heng_str_equal(found->note, expected->note));
    assert_int_equal(found->recorded, expected->recorded);
}

static heng_fact full_fact(void)
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
    return fact;
}

static void a_fact_comes_back_whole(void **state)
{
    fixture *f = *state;
    heng_fact put = full_fact();
    heng_fact zero = fact_of("CN", "co2", 2021, "-0", HENG_INSTANT_MIN);
    heng_fact latest = fact_of("CN", "co2", 2021, "5e-324", HENG_INSTANT_MAX);
    zero.value = -0.0;
    latest.value = 5e-324;
    latest.source = HENG_STR("");
    begin(f);
    put_fact(f, put, HENG_PUT_NEW);
    put_fact(f, zero, HENG_PUT_NEW);
    put_fact(f, latest, HENG_PUT_REVISION);
    commit(f);
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_fact *facts;
    size_t count;
    check_ok(f, heng_store_facts(f->store, &filter, &f->arena, &facts, &count, &f->err));
    assert_int_equal(count, 3);
    check_fact(&facts[0], &zero);
    check_fact(&facts[1], &latest);
    check_fact(&facts[2], &put);
    heng_step step;
    check_ok(f, heng_store_fact_step(f->store, &put, &f->arena, &step, &f->err));
    assert_int_equal(step.number, 1);
    assert_int_equal(step.at, NOW);
    check_str(step.what, "test");
}

/* The note of the first record stays; quality and evidence may not change silently. */
static void a_known_fact_keeps_its_note_and_its_grades(void **state)
{
    fixture *f = *state;
    heng_fact fact = fact_of("CN", "co2", 2020, "1", 0);
    fact.note = HENG_STR("first");
    begin(f);
    put_fact(f, fact, HENG_PUT_NEW);
    fact.note = HENG_STR("second");
    put_fact(f, fact, HENG_PUT_KNOWN);
    const heng_fact *facts;
    size_t count;
    check_ok(f, heng_store_facts(f->store, &HENG_FACTS_NOW, &f->arena, &facts, &count, &f->err));
    assert_int_equal(count, 1);
    check_str(facts[0].note, "first");
    heng_fact other = fact;
    other.evidence = HENG_VERIFIED;
    check_failed(f, heng_store_put_fact(f->store, &other, NULL, &f->err), HENG_CONFLICT,
                 "another evidence");
    other = fact;
    other.quality = HENG_MEASURED;
    check_failed(f, heng_store_put_fact(f->store, &other, NULL, &f->err), HENG_CONFLICT,
                 "another quality");
    heng_store_rollback(f->store);
}

static void a_conflict_names_cell_values_and_remedy(void **state)
{
    fixture *f = *state;
    heng_fact fact = fact_of("CN", "co2", 2020, "100", NOW);
    fact.keys[0] = HENG_STR("coal");
    fact.keys[1] = HENG_STR("power");
    fact.key_count = 2;
    begin(f);
    put_fact(f, fact, HENG_PUT_NEW);
    fact.text = HENG_STR("101");
    heng_put done = HENG_PUT_COUNT;
    check_failed(f, heng_store_put_fact(f->store, &fact, &done, &f->err), HENG_CONFLICT,
                 "CN/2020/co2[coal, power] is already recorded (2024-10-04) as 100 t CO2; 101 t CO2 "
                 "has another value; give the correction a later `recorded`");
    heng_store_rollback(f->store);
}

/* Every entity, name, key and year of a small world, put in an order chosen by `seed`. */
static void put_world(fixture *f, unsigned seed)
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

static void facts_come_in_their_order_however_put(void **state)
{
    fixture *f = *state;
    heng_hash digests[2];
    for (unsigned round = 0; round < 2; round++) {
        heng_store_close(f->store);
        f->store = kind->open(&f->err);
        assert_non_null(f->store);
        begin(f);
        put_world(f, round + 1);
        commit(f);
        const heng_fact *facts;
        size_t count;
        check_ok(f, heng_store_facts(f->store, &HENG_FACTS_NOW, &f->arena, &facts, &count,
                                     &f->err));
        assert_int_equal(count, 180);
        for (size_t i = 1; i < count; i++)
            assert_true(heng_fact_compare(&facts[i - 1], &facts[i]) < 0);
        digests[round] = digest(f);
    }
    assert_true(same_hash(digests[0], digests[1]));
}

static bool fact_in(const heng_fact *fact, const heng_fact_filter *filter)
{
    bool named = filter->name_count == 0, placed = filter->entity_count == 0;
    for (size_t i = 0; i < filter->name_count; i++)
        named = named || heng_str_equal(filter->names[i], fact->name);
    for (size_t i = 0; i < filter->entity_count; i++)
        placed = placed || heng_str_equal(filter->entities[i], fact->entity);
    return named && placed && heng_span_overlap(filter->span, heng_period_span(fact->period));
}

/* Every filter gives what is left of the whole list when the rest is crossed out. */
static void filters_and_pages_cut_out_of_the_whole(void **state)
{
    fixture *f = *state;
    begin(f);
    put_world(f, 3);
    commit(f);
    const heng_fact *all;
    size_t all_count;
    check_ok(f, heng_store_facts(f->store, &HENG_FACTS_NOW, &f->arena, &all, &all_count, &f->err));
    const heng_str names[] = {HENG_STR("co2"), HENG_STR("no such name"), HENG_STR("energy"),
                              HENG_STR("co2")};
    const heng_str entities[] = {HENG_STR("ZJ"), HENG_STR("CN")};
    const heng_span spans[] = {HENG_SPAN_ALWAYS,
                               {12 * 2018 + 5, 12 * 2018 + 5},
                               {12 * 2017, 12 * 2018 + 11},
                               {12 * 2021, INT32_MAX}};
    for (unsigned n = 0; n < 4 * 3 * 4 * 3; n++) {
        heng_fact_filter filter = HENG_FACTS_NOW;
        filter.names = names;
        filter.name_count = (size_t[]){0, 1, 4, 2}[n % 4];
        filter.entities = entities;
        filter.entity_count = n / 4 % 3;
        filter.span = spans[n / 12 % 4];
        filter.page = (heng_page[]){{0, 0}, {3, 5}, {1000, 1}}[n / 48];
        const heng_fact *facts;
        size_t count;
        check_ok(f, heng_store_facts(f->store, &filter, &f->arena, &facts, &count, &f->err));
        size_t at = 0, expected = 0;
        for (size_t i = 0; i < all_count; i++) {
            if (!fact_in(&all[i], &filter)) continue;
            size_t place = at++;
            if (place < filter.page.skip) continue;
            if (filter.page.limit && expected >= filter.page.limit) continue;
            assert_true(expected < count);
            assert_true(heng_fact_compare(&all[i], &facts[expected]) == 0);
            expected++;
        }
        assert_int_equal(count, expected);
    }
}

/* ---- entities, links, sources -------------------------------------------------------------------- */

static void entities_are_recorded_like_facts(void **state)
{
    fixture *f = *state;
    heng_entity old = entity_of("ZJ", "Chekiang", 10 * DAY);
    heng_entity new = entity_of("ZJ", "Zhejiang", 20 * DAY);
    heng_entity other = entity_of("CN", "China", 15 * DAY);
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_entity(f->store, &old, &done, &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    check_ok(f, heng_store_put_entity(f->store, &new, &done, &f->err));
    assert_int_equal(done, HENG_PUT_REVISION);
    check_ok(f, heng_store_put_entity(f->store, &new, &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    check_ok(f, heng_store_put_entity(f->store, &other, &done, &f->err));
    commit(f);
    const heng_entity *rows;
    size_t count;
    heng_known then = {15 * DAY - 1, false};
    check_ok(f, heng_store_entities(f->store, then, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 1);
    check_str(rows[0].name_en, "Chekiang");
    check_ok(f, heng_store_entities(f->store, HENG_KNOWN_NOW, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    check_str(rows[0].code, "CN");
    check_str(rows[1].name_en, "Zhejiang");
    check_str(rows[1].name_zh, "浙江省");
    check_str(rows[1].kind, "place");
    check_str(rows[1].level, "province");
    check_str(rows[1].standard_code, "330000");
    assert_int_equal(rows[1].valid.first_month, INT32_MIN);
    assert_int_equal(rows[1].valid.last_month, INT32_MAX);
    assert_int_equal(rows[1].recorded, 20 * DAY);
    check_ok(f, heng_store_entities(f->store, HENG_KNOWN_ALL, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 3);
    check_str(rows[1].name_en, "Chekiang");
    begin(f);
    new.valid.last_month = 12 * 2030;
    check_failed(f, heng_store_put_entity(f->store, &new, &done, &f->err), HENG_CONFLICT,
                 "entity ZJ is already recorded (1970-01-21) with another validity");
    heng_store_rollback(f->store);
}

static void links_end_move_and_are_taken_back(void **state)
{
    fixture *f = *state;
    const int32_t m2000 = 12 * 2000, m2010 = 12 * 2010;
    heng_link open = link_of("D1", "C1", m2000, INT32_MAX, 10 * DAY);
    heng_link ended = link_of("D1", "C1", m2000, m2010 - 1, 20 * DAY);
    heng_link moved = link_of("D1", "C2", m2010, INT32_MAX, 20 * DAY);
    heng_link wrong = link_of("D2", "C1", m2000, INT32_MAX, 10 * DAY);
    heng_link back = link_of("D2", "", m2000, INT32_MAX, 30 * DAY);
    const heng_link *puts[] = {&back, &moved, &open, &wrong, &ended};
    begin(f);
    for (size_t i = 0; i < 5; i++)
        check_ok(f, heng_store_put_link(f->store, puts[i], NULL, &f->err));
    commit(f);
    const heng_link *rows;
    size_t count;
    heng_known then = {15 * DAY, false};
    check_ok(f, heng_store_links(f->store, then, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    check_str(rows[0].parent, "C1");
    assert_int_equal(rows[0].valid.last_month, INT32_MAX);
    check_str(rows[1].member, "D2");
    check_ok(f, heng_store_links(f->store, HENG_KNOWN_NOW, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].valid.last_month, m2010 - 1);
    check_str(rows[1].parent, "C2");
    check_str(rows[1].hierarchy, "place");
    check_ok(f, heng_store_links(f->store, HENG_KNOWN_ALL, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 5);
    begin(f);
    moved.parent = HENG_STR("C3");
    check_failed(f, heng_store_put_link(f->store, &moved, NULL, &f->err), HENG_CONFLICT,
                 "D1 is already recorded");
    heng_store_rollback(f->store);
}

static void the_latest_source_counts(void **state)
{
    fixture *f = *state;
    heng_source source = source_of("NBS-2021", "Communique of 2020");
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_source(f->store, &source, &done, &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    check_ok(f, heng_store_put_source(f->store, &source, &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    commit(f);
    begin(f);
    check_ok(f, heng_store_put_source(f->store, &source, &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    source.title = HENG_STR("Statistical communique of 2020");
    check_ok(f, heng_store_put_source(f->store, &source, &done, &f->err));
    assert_int_equal(done, HENG_PUT_REVISION);
    heng_source first = source_of("A", "First");
    check_ok(f, heng_store_put_source(f->store, &first, &done, &f->err));
    commit(f);
    const heng_source *rows;
    size_t count;
    check_ok(f, heng_store_sources(f->store, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    check_str(rows[0].code, "A");
    check_str(rows[1].title, "Statistical communique of 2020");
    check_str(rows[1].publisher, "National Bureau of Statistics");
    check_str(rows[1].published, "2021-02-28");
    check_str(rows[1].where, "table 9-2");
    check_str(rows[1].licence, "");
    begin(f);
    source.title = HENG_STR("One");
    check_ok(f, heng_store_put_source(f->store, &source, &done, &f->err));
    source.title = HENG_STR("Two");
    check_failed(f, heng_store_put_source(f->store, &source, &done, &f->err), HENG_CONFLICT,
                 "source NBS-2021 is given twice");
    heng_store_rollback(f->store);
}

/* ---- rows of factor tables ----------------------------------------------------------------------- */

static void rows_are_chosen_and_searched(void **state)
{
    fixture *f = *state;
    const heng_table_row puts[] = {
        row_of("province_inventory.grid", "ZJ", NULL, 2021, "0.5422", 10 * DAY),
        row_of("province_inventory.grid", "ZJ", NULL, 2021, "0.5421", 20 * DAY),
        row_of("province_inventory.grid", "ZJ", NULL, 2022, "0.5153", 20 * DAY),
        row_of("province_inventory.grid", "JS", NULL, 2022, "0.6451", 20 * DAY),
        row_of("power.grid", "CN", "Coal", 2022, "0.5366", 20 * DAY),
        row_of("power.grid", "CN", "gas", 2022, "0.39", 20 * DAY),
        row_of("oxidised", "", "coal", 2022, "0.99", 20 * DAY),
    };
    heng_put done;
    begin(f);
    for (size_t i = 0; i < 7; i++) {
        check_ok(f, heng_store_put_row(f->store, &puts[i], &done, &f->err));
        assert_int_equal(done, i == 1 ? HENG_PUT_REVISION : HENG_PUT_NEW);
        check_ok(f, heng_store_put_row(f->store, &puts[i], &done, &f->err));
        assert_int_equal(done, HENG_PUT_KNOWN);
    }
    commit(f);
    const struct {
        const char *search, *table, *member;
        heng_known known;
        size_t expected;
    } asks[] = {
        {"", "", "", HENG_KNOWN_NOW, 6},
        {"", "", "", HENG_KNOWN_ALL, 7},
        {"", "", "", {15 * DAY, false}, 1},
        {"", "", "", {5 * DAY, false}, 0},
        {"", "grid", "", HENG_KNOWN_NOW, 5},
        {"", "power.grid", "", HENG_KNOWN_NOW, 2},
        {"", "rid", "", HENG_KNOWN_NOW, 0},
        {"", "", "ZJ", HENG_KNOWN_NOW, 2},
        {"COAL", "", "", HENG_KNOWN_NOW, 2},
        {"coal", "oxidised", "", HENG_KNOWN_NOW, 1},
        {"0.5422", "", "", HENG_KNOWN_NOW, 0}, /* was replaced */
        {"0.5422", "", "", HENG_KNOWN_ALL, 1},
        {"mee-20", "", "", HENG_KNOWN_NOW, 6},
        {"%", "", "", HENG_KNOWN_NOW, 0},
        {"0_5153", "", "", HENG_KNOWN_NOW, 0},
    };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        heng_row_filter filter = {.search = heng_str_from(asks[i].search),
                                  .table = heng_str_from(asks[i].table),
                                  .member = heng_str_from(asks[i].member),
                                  .known = asks[i].known};
        const heng_table_row *rows;
        size_t count;
        check_ok(f, heng_store_rows(f->store, &filter, &f->arena, &rows, &count, &f->err));
        if (count != asks[i].expected) fail_msg("ask %zu gave %zu rows", i, count);
        for (size_t j = 1; j < count; j++)
            assert_true(heng_row_compare(&rows[j - 1], &rows[j]) < 0);
    }
}

static void a_row_comes_back_whole(void **state)
{
    fixture *f = *state;
    heng_table_row put = row_of("province_inventory.grid", "ZJ", "coal", 2021, "0.5422", 10 * DAY);
    put.keys[1] = HENG_STR("2.5");
    put.key_count = 2;
    begin(f);
    check_ok(f, heng_store_put_row(f->store, &put, NULL, &f->err));
    commit(f);
    const heng_table_row *rows;
    size_t count;
    heng_row_filter filter = HENG_ROWS_NOW;
    filter.page = (heng_page){0, 1};
    check_ok(f, heng_store_rows(f->store, &filter, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 1);
    assert_int_equal(heng_row_compare(&rows[0], &put), 0);
    check_str(rows[0].table, "grid");
    check_str(rows[0].qualified, "province_inventory.grid");
    check_str(rows[0].keys[1], "2.5");
    assert_int_equal(rows[0].valid.last_month, 12 * 2021 + 11);
    assert_int_equal(rows[0].notation, HENG_VALUE);
    assert_true(rows[0].value == 0.5422);
    check_str(rows[0].unit, "t CO2/MWh");
    assert_int_equal(rows[0].evidence, HENG_VERIFIED);
    check_str(rows[0].source, "MEE-2024");
    check_str(rows[0].file, "grid.csv");
    assert_int_equal(rows[0].line, 7);
    begin(f);
    put.valid.last_month = INT32_MAX;
    check_failed(f, heng_store_put_row(f->store, &put, NULL, &f->err), HENG_CONFLICT,
                 "the row province_inventory.grid of ZJ[coal, 2.5] is already recorded "
                 "(1970-01-11) as 0.5422 t CO2/MWh; 0.5422 t CO2/MWh has another last month");
    heng_store_rollback(f->store);
}

/* ---- imports, runs, results, settings ------------------------------------------------------------ */

static void the_same_file_is_recognised(void **state)
{
    fixture *f = *state;
    heng_import put = import_of("bytes of the file");
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_import(f->store, &put, &done, &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    commit(f);
    begin(f);
    put.name = HENG_STR("renamed.csv");
    check_ok(f, heng_store_put_import(f->store, &put, &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    heng_import second = import_of("other bytes");
    check_ok(f, heng_store_put_import(f->store, &second, &done, &f->err));
    commit(f);
    heng_import found;
    check_ok(f, heng_store_find_import(f->store, put.content, &f->arena, &found, &f->err));
    check_str(found.name, "能源 2020.csv");
    check_str(found.format, "csv");
    check_str(found.kind, "facts");
    assert_int_equal(found.byte_count, 1234);
    assert_int_equal(found.row_count, 56);
    assert_int_equal(found.put_count[HENG_PUT_REVISION], 4);
    assert_int_equal(found.step.number, 1);
    assert_int_equal(found.step.at, NOW);
    check_str(found.step.what, "test");
    const heng_import *rows;
    size_t count;
    check_ok(f, heng_store_imports(f->store, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    assert_true(same_hash(rows[1].content, second.content));
    assert_int_equal(rows[1].step.number, 2);
}

static void put_run(fixture *f, const char *program, uint64_t expected_number,
                    const heng_result *results, size_t count)
{
    heng_run run = run_of(program);
    uint64_t number = 0;
    check_ok(f, heng_store_put_run(f->store, &run, &number, &f->err));
    assert_int_equal(number, expected_number);
    for (size_t i = 0; i < count; i++)
        check_ok(f, heng_store_put_result(f->store, number, &results[i], &f->err));
}

static void check_value(const heng_value *found, const heng_value *expected)
{
    assert_int_equal(found->state, expected->state);
    assert_true(found->number == expected->number);
    assert_int_equal(found->has_at_least, expected->has_at_least);
    assert_true(found->at_least == expected->at_least);
    assert_true(found->have == expected->have && found->want == expected->want);
    for (int i = 0; i < HENG_QUALITY_COUNT; i++)
        assert_true(found->quality[i] == expected->quality[i]);
    assert_int_equal(found->evidence, expected->evidence);
}

static void results_come_back_whole(void **state)
{
    fixture *f = *state;
    heng_result known = result_of("three_fuel.co2", "CN", 2020, 0.1 + 0.2);
    known.keys[0] = HENG_STR("coal");
    known.key_count = 1;
    heng_result partial = result_of("three_fuel.co2", "CN", 2021, NAN);
    partial.value.number = 17; /* of no meaning while unknown */
    partial.value.state = HENG_STATE_UNKNOWN;
    partial.value.has_at_least = true;
    partial.value.at_least = 1942;
    heng_result word = result_of("lights.verdict_light", "CN", 2020, 2);
    word.unit = HENG_STR("");
    word.word = HENG_STR("green");
    heng_result out_of_force = result_of("three_fuel.co2", "CN", 1990, 0);
    out_of_force.value.state = HENG_STATE_NOT_IN_FORCE;
    begin(f);
    put_run(f, "program", 1, (heng_result[]){known, partial, word, out_of_force}, 4);
    commit(f);
    const heng_result *rows;
    size_t count;
    check_ok(f, heng_store_results(f->store, &HENG_RESULTS_LATEST, &f->arena, &rows, &count,
                                   &f->err));
    assert_int_equal(count, 4);
    partial.value.number = 0;
    const heng_result *expected[] = {&word, &out_of_force, &partial, &known};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(heng_result_compare(&rows[i], expected[i]), 0);
        check_value(&rows[i].value, &expected[i]->value);
        assert_true(heng_str_equal(rows[i].unit, expected[i]->unit));
        assert_true(heng_str_equal(rows[i].word, expected[i]->word));
    }
    const heng_run *runs;
    check_ok(f, heng_store_runs(f->store, &f->arena, &runs, &count, &f->err));
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].number, 1);
    assert_int_equal(runs[0].as_of, NOW - 5 * DAY);
    assert_int_equal(runs[0].finding_count, 2);
    assert_int_equal(runs[0].result_count, 4);
    check_str(runs[0].pack, "cn 2026.1");
    check_str(runs[0].note, "yearly account");
    assert_int_equal(runs[0].step.at, NOW);
    assert_true(same_hash(runs[0].program, heng_hash_of(HENG_STR("program"))));
}

static void results_are_chosen_by_run_quantity_entity_and_time(void **state)
{
    fixture *f = *state;
    heng_result results[24];
    static const char *const quantities[] = {"a.co2", "b.co2", "a.energy"};
    for (int i = 0; i < 24; i++)
        results[i] = result_of(quantities[i % 3], i / 3 % 2 ? "ZJ" : "CN", 2018 + i / 6, i);
    begin(f);
    put_run(f, "one", 1, results, 24);
    commit(f);
    begin(f);
    put_run(f, "two", 2, results, 5);
    put_run(f, "three", 3, results, 0);
    commit(f);
    const heng_str co2 = HENG_STR("co2"), a_co2 = HENG_STR("a.co2"), zj = HENG_STR("ZJ");
    const struct {
        heng_result_filter filter;
        size_t expected;
    } asks[] = {
        {{.run = 1, .span = HENG_SPAN_ALWAYS}, 24},
        {{.run = 2, .span = HENG_SPAN_ALWAYS}, 5},
        {{.run = 3, .span = HENG_SPAN_ALWAYS}, 0},
        {{.run = 0, .span = HENG_SPAN_ALWAYS}, 0}, /* the latest is the third */
        {{.run = 1, .span = HENG_SPAN_ALWAYS, .quantities = &co2, .quantity_count = 1}, 16},
        {{.run = 1, .span = HENG_SPAN_ALWAYS, .quantities = &a_co2, .quantity_count = 1}, 8},
        {{.run = 1, .span = HENG_SPAN_ALWAYS, .entities = &zj, .entity_count = 1}, 12},
        {{.run = 1, .span = {12 * 2019 + 3, 12 * 2020}}, 12},
        {{.run = 1, .span = HENG_SPAN_ALWAYS, .page = {20, 10}}, 4},
        {{.run = 1, .span = HENG_SPAN_ALWAYS, .page = {20, 2}}, 2},
    };
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        const heng_result *rows;
        size_t count;
        check_ok(f, heng_store_results(f->store, &asks[i].filter, &f->arena, &rows, &count,
                                       &f->err));
        if (count != asks[i].expected) fail_msg("ask %zu gave %zu results", i, count);
        for (size_t j = 1; j < count; j++)
            assert_true(heng_result_compare(&rows[j - 1], &rows[j]) < 0);
    }
    heng_result_filter none = {.run = 4, .span = HENG_SPAN_ALWAYS};
    const heng_result *rows;
    size_t count;
    check_failed(f, heng_store_results(f->store, &none, &f->arena, &rows, &count, &f->err),
                 HENG_NOT_FOUND, "no run 4");
}

static void a_run_has_one_value_for_a_cell(void **state)
{
    fixture *f = *state;
    heng_result result = result_of("a.co2", "CN", 2020, 1);
    begin(f);
    put_run(f, "one", 1, &result, 1);
    check_failed(f, heng_store_put_result(f->store, 1, &result, &f->err), HENG_CONFLICT,
                 "CN/2020/a.co2 is given twice in run 1");
    heng_store_rollback(f->store);
    begin(f);
    put_run(f, "one", 1, &result, 1);
    commit(f);
    begin(f);
    result.entity = HENG_STR("ZJ");
    check_failed(f, heng_store_put_result(f->store, 1, &result, &f->err), HENG_NOT_FOUND,
                 "run 1 is not the one that this step put last");
    heng_store_rollback(f->store);
}

static void settings_are_revised(void **state)
{
    fixture *f = *state;
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done,
                                       &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("empty"), HENG_STR(""), &done,
                                       &f->err));
    commit(f);
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done,
                                       &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn2"), &done,
                                       &f->err));
    assert_int_equal(done, HENG_PUT_REVISION);
    commit(f);
    begin(f); /* back to the first value: a revision too */
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done,
                                       &f->err));
    assert_int_equal(done, HENG_PUT_REVISION);
    check_failed(f,
                 heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("x"), &done, &f->err),
                 HENG_CONFLICT, "setting pack is given twice, as \"cn\" and as \"x\"");
    heng_store_rollback(f->store);
    heng_str value;
    check_ok(f, heng_store_setting(f->store, HENG_STR("pack"), &f->arena, &value, &f->err));
    check_str(value, "cn2");
    check_ok(f, heng_store_setting(f->store, HENG_STR("empty"), &f->arena, &value, &f->err));
    check_str(value, "");
    const heng_setting *rows;
    size_t count;
    check_ok(f, heng_store_settings(f->store, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 2);
    check_str(rows[0].key, "empty");
    check_str(rows[1].value, "cn2");
}

/* ---- steps --------------------------------------------------------------------------------------- */

/* One record of every kind. */
static void put_everything(fixture *f, int n)
{
    char name[16];
    snprintf(name, sizeof name, "x%d", n);
    heng_source source = source_of(name, "Title");
    heng_entity entity = entity_of(name, "Name", n);
    heng_link link = link_of(name, "CN", 0, 1, n);
    heng_table_row row = row_of("t.grid", name, NULL, 2020, "1", n);
    heng_import import = import_of(name);
    heng_result result = result_of("a.co2", name, 2020, n);
    check_ok(f, heng_store_put_source(f->store, &source, NULL, &f->err));
    check_ok(f, heng_store_put_entity(f->store, &entity, NULL, &f->err));
    check_ok(f, heng_store_put_link(f->store, &link, NULL, &f->err));
    put_fact(f, fact_of(name, "co2", 2020, "1", n), HENG_PUT_NEW);
    check_ok(f, heng_store_put_row(f->store, &row, NULL, &f->err));
    check_ok(f, heng_store_put_import(f->store, &import, NULL, &f->err));
    put_run(f, "p", (uint64_t)n, &result, 1);
    check_ok(f, heng_store_put_setting(f->store, heng_str_from(name), HENG_STR("v"), NULL,
                                       &f->err));
}

static void check_counts(fixture *f, uint64_t n)
{
    heng_store_counts c;
    check_ok(f, heng_store_count(f->store, &c, &f->err));
    const uint64_t counts[] = {c.steps, c.sources, c.entities, c.links,   c.facts,
                               c.rows,  c.imports, c.runs,     c.results, c.settings};
    for (size_t i = 0; i < 10; i++) assert_int_equal(counts[i], n);
    assert_true(c.bytes > 0);
}

static void a_rolled_back_step_leaves_nothing(void **state)
{
    fixture *f = *state;
    begin(f);
    put_everything(f, 1);
    commit(f);
    heng_hash before = digest(f);
    begin(f);
    put_everything(f, 2);
    put_world(f, 1); /* enough to grow every table */
    assert_false(same_hash(before, digest(f)));
    heng_store_rollback(f->store);
    assert_false(heng_store_in_step(f->store));
    assert_true(same_hash(before, digest(f)));
    check_counts(f, 1);
    heng_store_rollback(f->store); /* without a step: nothing */
    begin(f);
    put_everything(f, 2);
    commit(f);
    check_counts(f, 2);
    const heng_step *steps;
    size_t count;
    check_ok(f, heng_store_steps(f->store, &f->arena, &steps, &count, &f->err));
    assert_int_equal(count, 2);
    assert_int_equal(steps[1].number, 2);
}

static void a_step_that_adds_nothing_leaves_no_trace(void **state)
{
    fixture *f = *state;
    begin(f);
    put_fact(f, fact_of("CN", "co2", 2020, "1", 0), HENG_PUT_NEW);
    commit(f);
    begin(f);
    put_fact(f, fact_of("CN", "co2", 2020, "1", 0), HENG_PUT_KNOWN);
    commit(f);
    heng_store_counts counts;
    check_ok(f, heng_store_count(f->store, &counts, &f->err));
    assert_int_equal(counts.steps, 1);
    assert_int_equal(counts.facts, 1);
}

static void a_failed_put_bars_the_commit(void **state)
{
    fixture *f = *state;
    heng_hash before = digest(f);
    begin(f);
    put_fact(f, fact_of("CN", "co2", 2020, "1", 0), HENG_PUT_NEW);
    heng_fact conflict = fact_of("CN", "co2", 2020, "2", 0);
    assert_int_equal(heng_store_put_fact(f->store, &conflict, NULL, &f->err), HENG_CONFLICT);
    put_fact(f, fact_of("CN", "co2", 2021, "3", 0), HENG_PUT_NEW); /* others may be tried on */
    check_failed(f, heng_store_commit(f->store, &f->err), HENG_REFUSED,
                 "nothing of this step was kept: CN/2020/co2 is already recorded");
    assert_false(heng_store_in_step(f->store));
    assert_true(same_hash(before, digest(f)));
    begin(f);
    put_fact(f, fact_of("CN", "co2", 2020, "2", 0), HENG_PUT_NEW);
    commit(f);
}

static void what_was_committed_is_there_after_opening_again(void **state)
{
    fixture *f = *state;
    if (!kind->reopen) skip();
    begin(f);
    put_everything(f, 1);
    commit(f);
    begin(f);
    put_everything(f, 2);
    commit(f);
    heng_hash before = digest(f);
    begin(f);
    put_everything(f, 3); /* open when closed: gone */
    f->store = kind->reopen(f->store, &f->err);
    assert_non_null(f->store);
    assert_true(same_hash(before, digest(f)));
    check_counts(f, 2);
    begin(f);
    put_everything(f, 3);
    commit(f);
    check_counts(f, 3);
}

static void holding_shows_one_state(void **state)
{
    fixture *f = *state;
    begin(f);
    put_everything(f, 1);
    commit(f);
    heng_hash before = digest(f);
    check_ok(f, heng_store_hold(f->store, &f->err));
    assert_true(same_hash(before, digest(f)));
    heng_store_release(f->store);
    heng_store_release(f->store);
    begin(f);
    put_everything(f, 2);
    commit(f);
}

static void the_digest_sees_every_field(void **state)
{
    fixture *f = *state;
    heng_hash seen[16];
    for (int variant = 0; variant < 16; variant++) {
        heng_store_close(f->store);
        f->store = kind->open(&f->err);
        assert_non_null(f->store);
        heng_fact fact = fact_of("CN", "co2", 2020, "1", 0);
        fact.keys[0] = HENG_STR("ab");
        fact.keys[1] = HENG_STR("c");
        fact.key_count = 2;
        switch (variant) {
        case 1: fact.entity = HENG_STR("ZJ"); break;
        case 2: fact.name = HENG_STR("co"); break;
        case 3: fact.keys[0] = HENG_STR("a"), fact.keys[1] = HENG_STR("bc"); break;
        case 4: fact.key_count = 1; break;
        case 5: fact.period.number++; break;
        case 6: fact.notation = HENG_IE; break;
        case 7: fact.value = 2; break;
        case 8: fact.text = HENG_STR("1.0"); break;
        case 9: fact.unit = HENG_STR("t C"); break;
        case 10: fact.quality = HENG_MEASURED; break;
        case 11: fact.evidence = HENG_VERIFIED; break;
        case 12: fact.source = HENG_STR("T"); break;
        case 13: fact.note = HENG_STR("n"); break;
        case 14: fact.recorded = 1; break;
        case 15: fact.period = (heng_period){HENG_MONTH, 2020 * 12}; break;
        default: break;
        }
        /* The clock and the name of the step do not count. */
        check_ok(f, heng_store_begin(f->store, NOW + variant, HENG_STR("other"), &f->err));
        put_fact(f, fact, HENG_PUT_NEW);
        commit(f);
        seen[variant] = digest(f);
        for (int i = 0; i < variant; i++) assert_false(same_hash(seen[i], seen[variant]));
    }
}

/* ---- refusals ------------------------------------------------------------------------------------ */

static void check_refused(fixture *f, const heng_fact *fact, const char *words)
{
    begin(f);
    check_failed(f, heng_store_put_fact(f->store, fact, NULL, &f->err), HENG_INVALID, words);
    heng_store_rollback(f->store);
}

static void what_is_not_well_formed_is_refused(void **state)
{
    fixture *f = *state;
    char long_text[HENG_CELL_TEXT_MAX + 2];
    memset(long_text, 'a', sizeof long_text);
    const heng_fact good = fact_of("CN", "co2", 2020, "1", 0);
    heng_fact bad = good;
    bad.entity = HENG_STR("");
    check_refused(f, &bad, "entity of the fact is empty");
    bad = good;
    bad.name = (heng_str){long_text, HENG_NAME_MAX + 1};
    check_refused(f, &bad, "has 121 bytes; at most 120");
    bad = good;
    bad.name = HENG_STR("co\n2");
    check_refused(f, &bad, "control character 0x0a");
    bad = good;
    bad.keys[0] = HENG_STR("coal\x1fgas");
    bad.key_count = 1;
    check_refused(f, &bad, "control character 0x1f");
    bad = good;
    bad.key_count = 1;
    check_refused(f, &bad, "key is empty");
    bad = good;
    bad.key_count = HENG_KEYS_MAX + 1;
    check_refused(f, &bad, "7 keys");
    bad = good;
    bad.unit = HENG_STR("t\xff");
    check_refused(f, &bad, "not UTF-8 at byte 1");
    bad = good;
    bad.note = (heng_str){"a\0b", 3};
    check_refused(f, &bad, "zero byte");
    bad = good;
    bad.note = (heng_str){long_text, HENG_CELL_TEXT_MAX + 1};
    check_refused(f, &bad, "at most 32767");
    bad = good;
    bad.text = HENG_STR("");
    check_refused(f, &bad, "as it was written");
    bad = good;
    bad.value = INFINITY;
    check_refused(f, &bad, "not a finite number");
    bad = good;
    bad.value = NAN;
    check_refused(f, &bad, "not a finite number");
    bad = good;
    bad.period.number = HENG_YEAR_MAX + 1;
    check_refused(f, &bad, "within the years 1900 to 2200");
    bad = good;
    bad.period.grain = HENG_GRAIN_COUNT;
    check_refused(f, &bad, "within the years");
    bad = good;
    bad.quality = HENG_QUALITY_COUNT;
    check_refused(f, &bad, "no quality");
    bad = good;
    bad.evidence = HENG_EVIDENCE_COUNT;
    check_refused(f, &bad, "no evidence");
    bad = good;
    bad.notation = HENG_NOTATION_COUNT;
    check_refused(f, &bad, "no notation");
}

static void other_records_are_checked_too(void **state)
{
    fixture *f = *state;
    begin(f);
    heng_source source = source_of("", "Title");
    check_failed(f, heng_store_put_source(f->store, &source, NULL, &f->err), HENG_INVALID,
                 "code of the source is empty");
    heng_entity entity = entity_of("ZJ", "Zhejiang", 0);
    entity.valid = (heng_span){12 * 2020, 12 * 2019};
    check_failed(f, heng_store_put_entity(f->store, &entity, NULL, &f->err), HENG_INVALID,
                 "ends before it begins");
    heng_link link = link_of("", "CN", 0, 1, 0);
    check_failed(f, heng_store_put_link(f->store, &link, NULL, &f->err), HENG_INVALID,
                 "member of the link is empty");
    heng_table_row row = row_of("t.grid", "ZJ", NULL, 2020, "1", 0);
    row.table = HENG_STR("net");
    check_failed(f, heng_store_put_row(f->store, &row, NULL, &f->err), HENG_INVALID,
                 "\"net\" is not the last part of \"t.grid\"");
    heng_import import = import_of("a");
    import.kind = HENG_STR("");
    check_failed(f, heng_store_put_import(f->store, &import, NULL, &f->err), HENG_INVALID,
                 "kind of the file is empty");
    import.kind = HENG_STR("facts");
    import.row_count = UINT64_MAX;
    check_failed(f, heng_store_put_import(f->store, &import, NULL, &f->err), HENG_INVALID,
                 "negative");
    heng_run run = run_of("p");
    run.finding_count = UINT64_MAX;
    uint64_t number = 77;
    check_failed(f, heng_store_put_run(f->store, &run, &number, &f->err), HENG_INVALID,
                 "negative");
    assert_int_equal(number, 77);
    heng_result result = result_of("a.co2", "CN", 2020, NAN);
    check_failed(f, heng_store_put_result(f->store, 1, &result, &f->err), HENG_INVALID,
                 "not a finite number");
    check_failed(f,
                 heng_store_put_setting(f->store, HENG_STR(""), HENG_STR("v"), NULL, &f->err),
                 HENG_INVALID, "key of the setting is empty");
    heng_store_rollback(f->store);
    char long_name[HENG_NAME_MAX + 1];
    memset(long_name, 'a', sizeof long_name);
    check_failed(f,
                 heng_store_begin(f->store, NOW, (heng_str){long_name, sizeof long_name}, &f->err),
                 HENG_INVALID, "name of the step");
    assert_false(heng_store_in_step(f->store));
}

/* ---- running out of memory ----------------------------------------------------------------------- */

/* Puts some records and commits; stops at the first failure. */
static heng_status write_some(heng_store *store, heng_error *err)
{
    heng_status status = heng_store_begin(store, NOW, HENG_STR("some"), err);
    if (status) return status;
    heng_fact fact = full_fact();
    heng_source source = source_of("S", "Title");
    heng_entity entity = entity_of("ZJ", "Zhejiang", 1);
    heng_link link = link_of("ZJ", "CN", 0, 1, 1);
    heng_table_row row = row_of("t.grid", "ZJ", "coal", 2020, "1", 1);
    heng_import import = import_of("a");
    heng_run run = run_of("p");
    heng_result result = result_of("a.co2", "ZJ", 2020, 1);
    uint64_t number = 0;
    status = heng_store_put_fact(store, &fact, NULL, err);
    if (!status) status = heng_store_put_source(store, &source, NULL, err);
    if (!status) status = heng_store_put_entity(store, &entity, NULL, err);
    if (!status) status = heng_store_put_link(store, &link, NULL, err);
    if (!status) status = heng_store_put_row(store, &row, NULL, err);
    if (!status) status = heng_store_put_import(store, &import, NULL, err);
    if (!status) status = heng_store_put_run(store, &run, &number, err);
    if (!status) status = heng_store_put_result(store, number, &result, err);
    if (!status) status = heng_store_put_setting(store, HENG_STR("k"), HENG_STR("v"), NULL, err);
    if (!status) return heng_store_commit(store, err);
    heng_store_rollback(store);
    return status;
}

static void every_failed_allocation_of_writing_leaves_nothing(void **state)
{
    fixture *f = *state;
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        heng_store_close(f->store);
        f->store = kind->open(&f->err);
        assert_non_null(f->store);
        heng_hash empty = digest(f);
        heng_arena_fail_after(n);
        heng_status status = write_some(f->store, &f->err);
        bool struck = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        if (!struck) {
            check_ok(f, status);
            break;
        }
        assert_int_equal(status, HENG_NO_MEMORY);
        failures++;
        assert_true(same_hash(empty, digest(f)));
        check_ok(f, write_some(f->store, &f->err));
        check_counts(f, 1);
    }
    assert_true(failures > 0);
}

static heng_status read_all(heng_store *store, heng_arena *arena, heng_error *err)
{
    size_t count;
    const heng_source *sources;
    const heng_entity *entities;
    const heng_link *links;
    const heng_fact *facts;
    const heng_table_row *rows;
    const heng_import *imports;
    const heng_run *runs;
    const heng_result *results;
    const heng_setting *settings;
    const heng_step *steps;
    heng_str value;
    heng_import import;
    heng_step step;
    heng_fact fact = full_fact();
    heng_hash content = import_of("a").content, hash;
    heng_status status = heng_store_sources(store, arena, &sources, &count, err);
    if (!status) status = heng_store_entities(store, HENG_KNOWN_NOW, arena, &entities, &count, err);
    if (!status) status = heng_store_links(store, HENG_KNOWN_NOW, arena, &links, &count, err);
    if (!status) status = heng_store_facts(store, &HENG_FACTS_NOW, arena, &facts, &count, err);
    if (!status) status = heng_store_fact_step(store, &fact, arena, &step, err);
    if (!status) status = heng_store_rows(store, &HENG_ROWS_NOW, arena, &rows, &count, err);
    if (!status) status = heng_store_imports(store, arena, &imports, &count, err);
    if (!status) status = heng_store_find_import(store, content, arena, &import, err);
    if (!status) status = heng_store_runs(store, arena, &runs, &count, err);
    if (!status)
        status = heng_store_results(store, &HENG_RESULTS_LATEST, arena, &results, &count, err);
    if (!status) status = heng_store_settings(store, arena, &settings, &count, err);
    if (!status) status = heng_store_setting(store, HENG_STR("k"), arena, &value, err);
    if (!status) status = heng_store_steps(store, arena, &steps, &count, err);
    return status ? status : heng_store_digest(store, arena, &hash, err);
}

static void every_failed_allocation_of_reading_is_reported(void **state)
{
    fixture *f = *state;
    check_ok(f, write_some(f->store, &f->err));
    heng_hash before = digest(f);
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        heng_arena arena;
        heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
        heng_arena_fail_after(n);
        heng_status status = read_all(f->store, &arena, &f->err);
        bool struck = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        if (!struck) {
            check_ok(f, status);
            break;
        }
        assert_int_equal(status, HENG_NO_MEMORY);
        failures++;
    }
    assert_true(failures > 20);
    assert_true(same_hash(before, digest(f)));
}

static void every_failed_allocation_of_opening_is_reported(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        heng_error err;
        heng_arena_fail_after(n);
        heng_store *store = kind->open(&err);
        bool struck = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        if (store) heng_store_close(store);
        if (!struck) {
            assert_non_null(store);
            assert_true(n > 1);
            break;
        }
        assert_null(store);
        assert_int_equal(err.status, HENG_NO_MEMORY);
    }
}

/* ---- random histories ---------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static heng_status put_random(heng_store *store, uint64_t *seed, heng_put *done)
{
    static const char *const codes[] = {"CN", "ZJ", "JS", "浙江", "Z"};
    heng_error err;
    uint64_t r = next_random(seed);
    const char *code = codes[r % 5];
    const char *other = codes[r / 5 % 5];
    heng_instant recorded = (heng_instant)(r / 25 % 4);
    char text[8];
    snprintf(text, sizeof text, "%d", (int)(r / 100 % 3));
    switch (r / 300 % 6) {
    case 0: {
        heng_source source = source_of(code, text);
        return heng_store_put_source(store, &source, done, &err);
    }
    case 1: {
        heng_entity entity = entity_of(code, text, recorded);
        return heng_store_put_entity(store, &entity, done, &err);
    }
    case 2: {
        heng_link link = link_of(code, r / 1800 % 5 ? other : "", (int)(r / 9000 % 3), 12, recorded);
        return heng_store_put_link(store, &link, done, &err);
    }
    case 3: {
        heng_table_row row = row_of("t.grid", code, other, 2020, text, recorded);
        return heng_store_put_row(store, &row, done, &err);
    }
    default: {
        heng_fact fact = fact_of(code, other, 2018 + (int)(r / 9000 % 3), text, recorded);
        fact.keys[0] = heng_str_from(codes[r / 27000 % 5]);
        fact.key_count = (unsigned)(r / 140000 % 2);
        return heng_store_put_fact(store, &fact, done, &err);
    }
    }
}

uint64_t store_random_history(heng_store *store, uint64_t seed, unsigned step_count)
{
    uint64_t outcomes = 14695981039346656037u;
    heng_error err;
    for (unsigned step = 0; step < step_count; step++) {
        assert_int_equal(heng_store_begin(store, (heng_instant)step, HENG_STR("random"), &err), 0);
        bool conflict = false;
        for (unsigned count = (unsigned)(next_random(&seed) % 20); count; count--) {
            heng_put done = HENG_PUT_COUNT;
            heng_status status = put_random(store, &seed, &done);
            conflict = conflict || status;
            outcomes = (outcomes ^ (uint64_t)(status ? 100 + (int)status : (int)done)) *
                       1099511628211u;
            if (status) break;
        }
        if (conflict || next_random(&seed) % 5 == 0) heng_store_rollback(store);
        else assert_int_equal(heng_store_commit(store, &err), HENG_OK);
    }
    return outcomes;
}

int store_conformance(const store_kind *tested)
{
    kind = tested;
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_empty_store_has_nothing),
        TEST(what_is_not_there_is_not_found),
        TEST(facts_follow_the_bitemporal_cases),
        TEST(a_fact_comes_back_whole),
        TEST(a_known_fact_keeps_its_note_and_its_grades),
        TEST(a_conflict_names_cell_values_and_remedy),
        TEST(facts_come_in_their_order_however_put),
        TEST(filters_and_pages_cut_out_of_the_whole),
        TEST(entities_are_recorded_like_facts),
        TEST(links_end_move_and_are_taken_back),
        TEST(the_latest_source_counts),
        TEST(rows_are_chosen_and_searched),
        TEST(a_row_comes_back_whole),
        TEST(the_same_file_is_recognised),
        TEST(results_come_back_whole),
        TEST(results_are_chosen_by_run_quantity_entity_and_time),
        TEST(a_run_has_one_value_for_a_cell),
        TEST(settings_are_revised),
        TEST(a_rolled_back_step_leaves_nothing),
        TEST(a_step_that_adds_nothing_leaves_no_trace),
        TEST(a_failed_put_bars_the_commit),
        TEST(what_was_committed_is_there_after_opening_again),
        TEST(holding_shows_one_state),
        TEST(the_digest_sees_every_field),
        TEST(what_is_not_well_formed_is_refused),
        TEST(other_records_are_checked_too),
        TEST(every_failed_allocation_of_writing_leaves_nothing),
        TEST(every_failed_allocation_of_reading_is_reported),
        TEST(every_failed_allocation_of_opening_is_reported),
    };
#undef TEST
    return cmocka_run_group_tests_name(tested->name, tests, NULL, NULL);
}
