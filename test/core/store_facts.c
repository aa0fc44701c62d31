/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- emptiness ------------------------------------------------------------------------------- */

void an_empty_store_has_nothing(void **state)
{
    fixture *f = *state;
    size_t count = 99;
    const heng_source *sources;
    check_ok(f, heng_store_sources(f->store, &f->arena, &sources, &count, &f->err));
    assert_int_equal(count, 0);
    const heng_entity *entities;
    count = 99;
    check_ok(f,
             heng_store_entities(f->store, HENG_KNOWN_NOW, &f->arena, &entities, &count, &f->err));
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

void what_is_not_there_is_not_found(void **state)
{
    fixture *f = *state;
    const heng_result *results = NULL;
    size_t count = 99;
    check_failed(
        f, heng_store_results(f->store, &HENG_RESULTS_LATEST, &f->arena, &results, &count, &f->err),
        HENG_NOT_FOUND, "compute first");
    assert_null(results);
    assert_int_equal(count, 99);
    heng_str value = HENG_STR("untouched");
    check_failed(f, heng_store_setting(f->store, HENG_STR("pack"), &f->arena, &value, &f->err),
                 HENG_NOT_FOUND, "no setting pack");
    check_str(value, "untouched");
    heng_import import;
    check_failed(
        f,
        heng_store_find_import(f->store, heng_hash_of(HENG_STR("a")), &f->arena, &import, &f->err),
        HENG_NOT_FOUND, "not imported");
    heng_fact fact = fact_of("CN", "co2", 2020, "1", 0);
    heng_step step;
    check_failed(f, heng_store_fact_step(f->store, &fact, &f->arena, &step, &f->err),
                 HENG_NOT_FOUND, "CN");
    heng_store_counts counts;
    check_ok(f, heng_store_count(f->store, &counts, &f->err));
    assert_int_equal(counts.steps + counts.facts + counts.rows + counts.results, 0);
}

/* ---- the text table of facts ----------------------------------------------------------------- */

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

void facts_follow_the_bitemporal_cases(void **state)
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
            f->store = store_tested->open(&f->err);
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
        if (heng_str_is(fields[0], "put"))
            run_put(f, fields, number);
        else
            run_ask(f, fields, number);
    }
    assert_int_equal(case_count, 11);
    end_step(f);
}

/* ---- facts ----------------------------------------------------------------------------------- */

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
    assert_true(heng_str_equal(found->uncertainty, expected->uncertainty));
    assert_int_equal(found->recorded, expected->recorded);
}

void a_fact_comes_back_whole(void **state)
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
void a_known_fact_keeps_its_note_and_its_grades(void **state)
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
    begin(f);
    put_fact(f, fact, HENG_PUT_NEW);
    other = fact;
    other.uncertainty = HENG_STR("±5 %");
    check_failed(f, heng_store_put_fact(f->store, &other, NULL, &f->err), HENG_CONFLICT,
                 "another uncertainty");
    heng_store_rollback(f->store);
}

void a_conflict_names_cell_values_and_remedy(void **state)
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
    check_failed(
        f, heng_store_put_fact(f->store, &fact, &done, &f->err), HENG_CONFLICT,
        "CN/2020/co2[coal, power] is already recorded (2024-10-04) as 100 t CO2; 101 t CO2 "
        "has another value; give the correction a later `recorded`");
    heng_store_rollback(f->store);
}

void facts_come_in_their_order_however_put(void **state)
{
    fixture *f = *state;
    heng_hash digests[2];
    for (unsigned round = 0; round < 2; round++) {
        heng_store_close(f->store);
        f->store = store_tested->open(&f->err);
        assert_non_null(f->store);
        begin(f);
        put_world(f, round + 1);
        commit(f);
        const heng_fact *facts;
        size_t count;
        check_ok(f,
                 heng_store_facts(f->store, &HENG_FACTS_NOW, &f->arena, &facts, &count, &f->err));
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
void filters_and_pages_cut_out_of_the_whole(void **state)
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
