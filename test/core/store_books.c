/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_fixture.h"

#include <stdlib.h>

#include <math.h>

/* ---- entities, links, sources ---------------------------------------------------------------- */

void entities_are_recorded_like_facts(void **state)
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
    heng_known then = {.as_of = 15 * DAY - 1};
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

void links_end_move_and_are_taken_back(void **state)
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
    heng_known then = {.as_of = 15 * DAY};
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

void the_latest_source_counts(void **state)
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

/* ---- rows of factor tables ------------------------------------------------------------------- */

void rows_are_chosen_and_searched(void **state)
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
        {"", "", "", HENG_KNOWN_NOW, 6},       {"", "", "", HENG_KNOWN_ALL, 7},
        {"", "", "", {.as_of = 15 * DAY}, 1},  {"", "", "", {.as_of = 5 * DAY}, 0},
        {"", "grid", "", HENG_KNOWN_NOW, 5},   {"", "power.grid", "", HENG_KNOWN_NOW, 2},
        {"", "rid", "", HENG_KNOWN_NOW, 0},    {"", "", "ZJ", HENG_KNOWN_NOW, 2},
        {"COAL", "", "", HENG_KNOWN_NOW, 2},   {"coal", "oxidised", "", HENG_KNOWN_NOW, 1},
        {"0.5422", "", "", HENG_KNOWN_NOW, 0}, /* was replaced */
        {"0.5422", "", "", HENG_KNOWN_ALL, 1}, {"mee-20", "", "", HENG_KNOWN_NOW, 6},
        {"%", "", "", HENG_KNOWN_NOW, 0},      {"0_5153", "", "", HENG_KNOWN_NOW, 0},
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

void a_row_comes_back_whole(void **state)
{
    fixture *f = *state;
    heng_table_row put = row_of("province_inventory.grid", "ZJ", "coal", 2021, "0.5422", 10 * DAY);
    put.keys[1] = HENG_STR("2.5");
    put.key_count = 2;
    put.uncertainty = HENG_STR("±10 %");
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
    check_str(rows[0].uncertainty, "±10 %");
    assert_int_equal(rows[0].line, 7);
    begin(f);
    put.valid.last_month = INT32_MAX;
    check_failed(f, heng_store_put_row(f->store, &put, NULL, &f->err), HENG_CONFLICT,
                 "the row province_inventory.grid of ZJ[coal, 2.5] is already recorded "
                 "(1970-01-11) as 0.5422 t CO2/MWh; 0.5422 t CO2/MWh has another last month");
    heng_store_rollback(f->store);
}

/* ---- imports, runs, results, settings -------------------------------------------------------- */

void the_same_file_is_recognised(void **state)
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

void results_come_back_whole(void **state)
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
    known.has_interval = true;
    known.low = 0.25;
    known.high = 0.4;
    known.covered = 0.75;
    heng_result out_of_force = result_of("three_fuel.co2", "CN", 1990, 0);
    out_of_force.value.state = HENG_STATE_NOT_IN_FORCE;
    begin(f);
    put_run(f, "program", 1, (heng_result[]){known, partial, word, out_of_force}, 4);
    commit(f);
    const heng_result *rows;
    size_t count;
    check_ok(f,
             heng_store_results(f->store, &HENG_RESULTS_LATEST, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 4);
    partial.value.number = 0;
    const heng_result *expected[] = {&word, &out_of_force, &partial, &known};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(heng_result_compare(&rows[i], expected[i]), 0);
        check_value(&rows[i].value, &expected[i]->value);
        assert_true(heng_str_equal(rows[i].unit, expected[i]->unit));
        assert_true(heng_str_equal(rows[i].word, expected[i]->word));
        assert_int_equal(rows[i].has_interval, expected[i]->has_interval);
        assert_true(rows[i].low == expected[i]->low && rows[i].high == expected[i]->high);
        assert_true(rows[i].covered == expected[i]->covered);
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

void results_are_chosen_by_run_quantity_entity_and_time(void **state)
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
        check_ok(f,
                 heng_store_results(f->store, &asks[i].filter, &f->arena, &rows, &count, &f->err));
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

void a_run_has_one_value_for_a_cell(void **state)
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

void settings_are_revised(void **state)
{
    fixture *f = *state;
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done, &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("empty"), HENG_STR(""), &done, &f->err));
    commit(f);
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    check_ok(f,
             heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn2"), &done, &f->err));
    assert_int_equal(done, HENG_PUT_REVISION);
    commit(f);
    begin(f); /* back to the first value: a revision too */
    check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), HENG_STR("cn"), &done, &f->err));
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
    assert_int_equal(rows[1].step, 2);
    check_ok(f, heng_store_setting_records(f->store, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 3);
    check_str(rows[1].value, "cn");
    assert_int_equal(rows[1].step, 1);
    check_str(rows[2].value, "cn2");
}

/* What is entered in a later step was not there before that step, whatever day it says it is known since. */
void what_entered_by_a_step(void **state)
{
    fixture *f = *state;
    heng_fact fact = fact_of("ZJ", "gdp", 2020, "64613", 10 * DAY);
    heng_fact late = fact_of("ZJ", "gdp", 2019, "62462", 5 * DAY);
    heng_link link = link_of("D1", "C1", 0, INT32_MAX, 10 * DAY);
    heng_link late_link = link_of("D2", "C1", 0, INT32_MAX, 5 * DAY);
    begin(f);
    check_ok(f, heng_store_put_fact(f->store, &fact, NULL, &f->err));
    check_ok(f, heng_store_put_link(f->store, &link, NULL, &f->err));
    commit(f);
    begin(f);
    check_ok(f, heng_store_put_fact(f->store, &late, NULL, &f->err));
    check_ok(f, heng_store_put_link(f->store, &late_link, NULL, &f->err));
    commit(f);
    heng_fact_filter filter = HENG_FACTS_NOW;
    const heng_fact *facts;
    const heng_link *links;
    size_t count;
    for (uint64_t step = 0; step < 4; step++) {
        filter.known.step = step;
        check_ok(f, heng_store_facts(f->store, &filter, &f->arena, &facts, &count, &f->err));
        assert_int_equal(count, step == 1 ? 1 : 2);
        check_ok(f, heng_store_links(f->store, filter.known, &f->arena, &links, &count, &f->err));
        assert_int_equal(count, step == 1 ? 1 : 2);
    }
}

/* A file of rules is the longest that is kept as one text. */
void a_setting_may_be_a_file_of_rules(void **state)
{
    fixture *f = *state;
    size_t length = HENG_RULE_TEXT_MAX;
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    memset(bytes, 'r', length + 1);
    heng_str key = HENG_STR("pack/rules/long.heng");
    heng_put done;
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, key, (heng_str){bytes, length}, NULL, &f->err));
    commit(f);
    begin(f);
    check_ok(f, heng_store_put_setting(f->store, key, (heng_str){bytes, length}, &done, &f->err));
    assert_int_equal(done, HENG_PUT_KNOWN);
    check_failed(
        f, heng_store_put_setting(f->store, key, (heng_str){bytes, length + 1}, &done, &f->err),
        HENG_INVALID, "the value of the setting has 1048577 bytes");
    heng_store_rollback(f->store);
    heng_str value;
    check_ok(f, heng_store_setting(f->store, key, &f->arena, &value, &f->err));
    assert_int_equal(value.length, length);
    assert_memory_equal(value.at, bytes, length);
    free(bytes);
}
