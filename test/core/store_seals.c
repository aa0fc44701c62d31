/* Seals, and looking back at what the books held at a step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "test/core/store_fixture.h"

#include <stdio.h>

heng_seal_record seal_of(uint64_t run, const char *text)
{
    heng_seal_record seal = {.run = run,
                             .text = heng_str_from(text),
                             .signature = {{1, 2, 3}},
                             .secret = {{4, 5, 6}},
                             .list = HENG_STR("figure|CN/2020/co2|00\n")};
    seal.signature.bytes[HENG_SIGNATURE_BYTES - 1] = 0xff;
    return seal;
}

void a_run_has_one_seal(void **state)
{
    fixture *f = *state;
    heng_result result = result_of("a.co2", "CN", 2020, 1);
    heng_seal_record first = seal_of(1, "seal one"), second = seal_of(2, "seal two");
    heng_put done;
    begin(f);
    put_run(f, "one", 1, &result, 1);
    check_ok(f, heng_store_put_seal(f->store, &first, &done, &f->err));
    assert_int_equal(done, HENG_PUT_NEW);
    commit(f);
    begin(f);
    put_run(f, "two", 2, &result, 1);
    check_ok(f, heng_store_put_seal(f->store, &second, NULL, &f->err));
    check_ok(f, heng_store_put_seal(f->store, &first, &done, &f->err)); /* the same again */
    assert_int_equal(done, HENG_PUT_KNOWN);
    commit(f);
    begin(f);
    first.text = HENG_STR("seal of another hand");
    check_failed(f, heng_store_put_seal(f->store, &first, NULL, &f->err), HENG_CONFLICT,
                 "run 1 is sealed already");
    heng_store_rollback(f->store);
    begin(f);
    heng_seal_record nothing = seal_of(3, "seal of nothing");
    check_failed(f, heng_store_put_seal(f->store, &nothing, NULL, &f->err), HENG_NOT_FOUND,
                 "there is no run 3 to seal");
    heng_store_rollback(f->store);
    const heng_seal_record *seals;
    size_t count;
    check_ok(f, heng_store_seals(f->store, &f->arena, &seals, &count, &f->err));
    assert_int_equal(count, 2);
    check_str(seals[0].text, "seal one");
    assert_int_equal(seals[0].list.length, 0);
    assert_int_equal(seals[1].run, 2);
    assert_int_equal(seals[1].step.number, 2);
    heng_seal_record same = seal_of(2, "");
    assert_memory_equal(&seals[1].signature, &same.signature, sizeof same.signature);
    assert_memory_equal(&seals[1].secret, &same.secret, sizeof same.secret);
    heng_str list;
    check_ok(f, heng_store_seal_list(f->store, 2, &f->arena, &list, &f->err));
    assert_true(heng_str_equal(list, same.list));
    check_failed(f, heng_store_seal_list(f->store, 3, &f->arena, &list, &f->err), HENG_NOT_FOUND,
                 "run 3 is not sealed");
}

void a_seal_that_is_not_well_formed_is_refused(void **state)
{
    fixture *f = *state;
    heng_result result = result_of("a.co2", "CN", 2020, 1);
    heng_seal_record seal = seal_of(1, "\xff");
    begin(f);
    put_run(f, "one", 1, &result, 1);
    check_failed(f, heng_store_put_seal(f->store, &seal, NULL, &f->err), HENG_INVALID, "not UTF-8");
    heng_store_rollback(f->store);
    begin(f);
    put_run(f, "one", 1, &result, 1);
    seal = seal_of(1, "text");
    seal.list.length = HENG_SEAL_LIST_MAX + 1;
    check_failed(f, heng_store_put_seal(f->store, &seal, NULL, &f->err), HENG_INVALID,
                 "list of the seal has 536870913 bytes");
    heng_store_rollback(f->store);
}

/* ---- looking back --------------------------------------------------------------------------------- */

/* Records of every kind, three steps of them; the second also corrects what the first said. */
static void put_three_steps(fixture *f)
{
    static const char *const names[] = {"one", "two", "three"};
    for (int n = 0; n < 3; n++) {
        begin(f);
        heng_source source = source_of("S", names[n]);
        heng_entity entity = entity_of("CN", names[n], n);
        heng_link link = link_of("ZJ", n == 1 ? "" : "CN", 0, 12 + n, n);
        heng_table_row row = row_of("t.grid", "ZJ", "coal", 2020, names[n], n);
        heng_import import = import_of(names[n]);
        heng_result result = result_of("a.co2", "CN", 2020, n);
        heng_seal_record seal = seal_of((uint64_t)n + 1, names[n]);
        put_fact(f, fact_of("CN", "co2", 2020, names[n], -n), n ? HENG_PUT_REVISION : HENG_PUT_NEW);
        check_ok(f, heng_store_put_source(f->store, &source, NULL, &f->err));
        check_ok(f, heng_store_put_entity(f->store, &entity, NULL, &f->err));
        check_ok(f, heng_store_put_link(f->store, &link, NULL, &f->err));
        check_ok(f, heng_store_put_row(f->store, &row, NULL, &f->err));
        check_ok(f, heng_store_put_import(f->store, &import, NULL, &f->err));
        put_run(f, names[n], (uint64_t)n + 1, &result, 1);
        check_ok(f, heng_store_put_seal(f->store, &seal, NULL, &f->err));
        check_ok(f, heng_store_put_setting(f->store, HENG_STR("pack"), heng_str_from(names[n]),
                                           NULL, &f->err));
        commit(f);
    }
}

#define SCAN(rows, count, call)                                                                    \
    do {                                                                                           \
        check_ok(f, call);                                                                         \
        assert_int_equal(count, all);                                                              \
    } while (0)

static void check_look(fixture *f, size_t all, const char *name)
{
    const heng_fact *facts;
    const heng_source *sources;
    const heng_entity *entities;
    const heng_link *links;
    const heng_table_row *rows;
    const heng_import *imports;
    const heng_run *runs;
    const heng_step *steps;
    const heng_seal_record *seals;
    const heng_setting *settings;
    size_t count;
    heng_str value;
    heng_arena *arena = &f->arena;
    heng_fact_filter every_fact = HENG_FACTS_NOW;
    heng_row_filter every_row = HENG_ROWS_NOW;
    every_fact.known = every_row.known = HENG_KNOWN_ALL;
    SCAN(facts, count, heng_store_facts(f->store, &every_fact, arena, &facts, &count, &f->err));
    check_ok(f, heng_store_facts(f->store, &HENG_FACTS_NOW, arena, &facts, &count, &f->err));
    check_str(facts[0].text, "one"); /* recorded last, though it came first */
    heng_fact_filter named = HENG_FACTS_NOW;
    heng_str co2 = HENG_STR("co2"), cn = HENG_STR("CN");
    named.known = HENG_KNOWN_ALL;
    named.names = &co2;
    named.name_count = 1;
    SCAN(facts, count, heng_store_facts(f->store, &named, arena, &facts, &count, &f->err));
    named.entities = &cn;
    named.entity_count = 1;
    SCAN(facts, count, heng_store_facts(f->store, &named, arena, &facts, &count, &f->err));
    named.name_count = 0;
    SCAN(facts, count, heng_store_facts(f->store, &named, arena, &facts, &count, &f->err));
    SCAN(entities, count,
         heng_store_entities(f->store, HENG_KNOWN_ALL, arena, &entities, &count, &f->err));
    check_str(entities[all - 1].name_en, name);
    SCAN(links, count, heng_store_links(f->store, HENG_KNOWN_ALL, arena, &links, &count, &f->err));
    check_ok(f, heng_store_links(f->store, HENG_KNOWN_NOW, arena, &links, &count, &f->err));
    assert_int_equal(count, all != 2); /* the second step took it back */
    SCAN(rows, count, heng_store_rows(f->store, &every_row, arena, &rows, &count, &f->err));
    SCAN(imports, count, heng_store_imports(f->store, arena, &imports, &count, &f->err));
    SCAN(runs, count, heng_store_runs(f->store, arena, &runs, &count, &f->err));
    assert_int_equal(runs[all - 1].result_count, 1);
    const heng_result *results;
    heng_result_filter latest = HENG_RESULTS_LATEST;
    check_ok(f, heng_store_results(f->store, &latest, arena, &results, &count, &f->err));
    assert_int_equal(count, 1);
    assert_true(results[0].value.number == (double)(all - 1));
    latest.run = all + 1;
    assert_int_equal(heng_store_results(f->store, &latest, arena, &results, &count, &f->err),
                     HENG_NOT_FOUND);
    SCAN(steps, count, heng_store_steps(f->store, arena, &steps, &count, &f->err));
    SCAN(seals, count, heng_store_seals(f->store, arena, &seals, &count, &f->err));
    check_ok(f, heng_store_sources(f->store, arena, &sources, &count, &f->err));
    check_str(sources[0].title, name);
    check_ok(f, heng_store_settings(f->store, arena, &settings, &count, &f->err));
    check_str(settings[0].value, name);
    check_ok(f, heng_store_setting(f->store, HENG_STR("pack"), arena, &value, &f->err));
    check_str(value, name);
}

void looking_back_shows_what_a_step_left(void **state)
{
    fixture *f = *state;
    put_three_steps(f);
    heng_store_look_back(f->store, 1);
    check_look(f, 1, "one");
    heng_store_look_back(f->store, 2);
    check_look(f, 2, "two");
    heng_store_look_back(f->store, 0);
    check_look(f, 3, "three");
    heng_store_look_back(f->store, 7);
    check_look(f, 3, "three");
    heng_store_look_back(f->store, 0);
}
