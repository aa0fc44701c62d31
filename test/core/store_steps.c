/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_fixture.h"

#include <math.h>
#include <stdio.h>

/* ---- steps ----------------------------------------------------------------------------------- */

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
    heng_seal_record seal = seal_of((uint64_t)n, name);
    check_ok(f, heng_store_put_seal(f->store, &seal, NULL, &f->err));
    check_ok(f,
             heng_store_put_setting(f->store, heng_str_from(name), HENG_STR("v"), NULL, &f->err));
}

void a_rolled_back_step_leaves_nothing(void **state)
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

void a_step_that_adds_nothing_leaves_no_trace(void **state)
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

void a_failed_put_bars_the_commit(void **state)
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

void what_was_committed_is_there_after_opening_again(void **state)
{
    fixture *f = *state;
    if (!store_tested->reopen) return; /* nothing outlives the handle */
    begin(f);
    put_everything(f, 1);
    commit(f);
    begin(f);
    put_everything(f, 2);
    commit(f);
    heng_hash before = digest(f);
    begin(f);
    put_everything(f, 3); /* open when closed: gone */
    f->store = store_tested->reopen(f->store, &f->err);
    assert_non_null(f->store);
    assert_true(same_hash(before, digest(f)));
    check_counts(f, 2);
    begin(f);
    put_everything(f, 3);
    commit(f);
    check_counts(f, 3);
}

void holding_shows_one_state(void **state)
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

void the_digest_sees_every_field(void **state)
{
    fixture *f = *state;
    heng_hash seen[16];
    for (int variant = 0; variant < 16; variant++) {
        heng_store_close(f->store);
        f->store = store_tested->open(&f->err);
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

/* ---- refusals -------------------------------------------------------------------------------- */

static void check_refused(fixture *f, const heng_fact *fact, const char *words)
{
    begin(f);
    check_failed(f, heng_store_put_fact(f->store, fact, NULL, &f->err), HENG_INVALID, words);
    heng_store_rollback(f->store);
}

void what_is_not_well_formed_is_refused(void **state)
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

void other_records_are_checked_too(void **state)
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
    check_failed(f, heng_store_put_run(f->store, &run, &number, &f->err), HENG_INVALID, "negative");
    assert_int_equal(number, 77);
    heng_result result = result_of("a.co2", "CN", 2020, NAN);
    check_failed(f, heng_store_put_result(f->store, 1, &result, &f->err), HENG_INVALID,
                 "not a finite number");
    check_failed(f, heng_store_put_setting(f->store, HENG_STR(""), HENG_STR("v"), NULL, &f->err),
                 HENG_INVALID, "key of the setting is empty");
    heng_store_rollback(f->store);
    char long_name[HENG_NAME_MAX + 1];
    memset(long_name, 'a', sizeof long_name);
    check_failed(f,
                 heng_store_begin(f->store, NOW, (heng_str){long_name, sizeof long_name}, &f->err),
                 HENG_INVALID, "name of the step");
    assert_false(heng_store_in_step(f->store));
}

/* ---- running out of memory ------------------------------------------------------------------- */

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
    heng_seal_record seal = seal_of(1, "seal");
    uint64_t number = 0;
    status = heng_store_put_fact(store, &fact, NULL, err);
    if (!status) status = heng_store_put_source(store, &source, NULL, err);
    if (!status) status = heng_store_put_entity(store, &entity, NULL, err);
    if (!status) status = heng_store_put_link(store, &link, NULL, err);
    if (!status) status = heng_store_put_row(store, &row, NULL, err);
    if (!status) status = heng_store_put_import(store, &import, NULL, err);
    if (!status) status = heng_store_put_run(store, &run, &number, err);
    if (!status) status = heng_store_put_result(store, number, &result, err);
    if (!status) status = heng_store_put_seal(store, &seal, NULL, err);
    if (!status) status = heng_store_put_setting(store, HENG_STR("k"), HENG_STR("v"), NULL, err);
    if (!status) return heng_store_commit(store, err);
    heng_store_rollback(store);
    return status;
}

void every_failed_allocation_of_writing_leaves_nothing(void **state)
{
    fixture *f = *state;
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        heng_store_close(f->store);
        f->store = store_tested->open(&f->err);
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
    const heng_seal_record *seals;
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
    if (!status) status = heng_store_seals(store, arena, &seals, &count, err);
    if (!status) status = heng_store_seal_list(store, 1, arena, &value, err);
    if (!status) status = heng_store_settings(store, arena, &settings, &count, err);
    if (!status) status = heng_store_setting(store, HENG_STR("k"), arena, &value, err);
    if (!status) status = heng_store_steps(store, arena, &steps, &count, err);
    return status ? status : heng_store_digest(store, arena, &hash, err);
}

void every_failed_allocation_of_reading_is_reported(void **state)
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

void every_failed_allocation_of_opening_is_reported(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        heng_error err;
        heng_arena_fail_after(n);
        heng_store *store = store_tested->open(&err);
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
