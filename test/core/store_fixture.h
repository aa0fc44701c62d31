/* test/core/store_fixture.h: what the tests of stores share: an open store, records to put, and the
 * tests themselves, which store_conformance.c runs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/check.h"
#include "test/core/store_conformance.h"

#define DAY ((heng_instant)86400 * 1000000)
#define NOW ((heng_instant)20000 * DAY) /* 2024-10-04 */

extern const store_kind *store_tested;

typedef struct fixture {
    heng_store *store;
    heng_arena arena;
    heng_error err;
} fixture;

int set_up(void **state);
int tear_down(void **state);
void check_ok(const fixture *f, heng_status status);
void check_failed(const fixture *f, heng_status status, heng_status expected, const char *words);
void begin(fixture *f);
void commit(fixture *f);
heng_fact fact_of(const char *entity, const char *name, int year, const char *text,
                  heng_instant recorded);
heng_entity entity_of(const char *code, const char *name, heng_instant recorded);
heng_link link_of(const char *member, const char *parent, int32_t first, int32_t last,
                  heng_instant recorded);
heng_source source_of(const char *code, const char *title);
heng_table_row row_of(const char *table, const char *member, const char *key, int year,
                      const char *text, heng_instant recorded);
heng_result result_of(const char *quantity, const char *entity, int year, double number);
heng_import import_of(const char *bytes);
heng_run run_of(const char *program);
heng_seal_record seal_of(uint64_t run, const char *text);
void put_fact(fixture *f, heng_fact fact, heng_put expected);
heng_hash digest(fixture *f);
bool same_hash(heng_hash a, heng_hash b);
heng_fact full_fact(void);
/* 180 facts: every entity, name, key and year of a small world, in an order chosen by `seed`. */
void put_world(fixture *f, unsigned seed);
void put_run(fixture *f, const char *program, uint64_t expected_number, const heng_result *results,
             size_t count);
/* Of every kind of record there are n. */
void check_counts(fixture *f, uint64_t n);

/* The tests. */
void an_empty_store_has_nothing(void **state);
void what_is_not_there_is_not_found(void **state);
void facts_follow_the_bitemporal_cases(void **state);
void a_fact_comes_back_whole(void **state);
void a_known_fact_keeps_its_note_and_its_grades(void **state);
void a_conflict_names_cell_values_and_remedy(void **state);
void facts_come_in_their_order_however_put(void **state);
void filters_and_pages_cut_out_of_the_whole(void **state);
void entities_are_recorded_like_facts(void **state);
void links_end_move_and_are_taken_back(void **state);
void the_latest_source_counts(void **state);
void rows_are_chosen_and_searched(void **state);
void a_row_comes_back_whole(void **state);
void the_same_file_is_recognised(void **state);
void results_come_back_whole(void **state);
void results_are_chosen_by_run_quantity_entity_and_time(void **state);
void a_run_has_one_value_for_a_cell(void **state);
void a_run_has_one_seal(void **state);
void a_seal_that_is_not_well_formed_is_refused(void **state);
void looking_back_shows_what_a_step_left(void **state);
void settings_are_revised(void **state);
void what_entered_by_a_step(void **state);
void a_setting_may_be_a_file_of_rules(void **state);
void a_rolled_back_step_leaves_nothing(void **state);
void a_step_that_adds_nothing_leaves_no_trace(void **state);
void a_failed_put_bars_the_commit(void **state);
void what_was_committed_is_there_after_opening_again(void **state);
void holding_shows_one_state(void **state);
void the_digest_sees_every_field(void **state);
void what_is_not_well_formed_is_refused(void **state);
void other_records_are_checked_too(void **state);
void every_failed_allocation_of_writing_leaves_nothing(void **state);
void every_failed_allocation_of_reading_is_reported(void **state);
void every_failed_allocation_of_opening_is_reported(void **state);
