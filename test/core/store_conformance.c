/* SPDX-License-Identifier: Apache-2.0 */
#include "test/core/store_fixture.h"

#include <stdio.h>

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
        heng_link link =
            link_of(code, r / 1800 % 5 ? other : "", (int)(r / 9000 % 3), 12, recorded);
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
            outcomes =
                (outcomes ^ (uint64_t)(status ? 100 + (int)status : (int)done)) * 1099511628211u;
            if (status) break;
        }
        if (conflict || next_random(&seed) % 5 == 0)
            heng_store_rollback(store);
        else
            assert_int_equal(heng_store_commit(store, &err), HENG_OK);
    }
    return outcomes;
}

int store_conformance(const store_kind *tested)
{
    store_tested = tested;
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
        TEST(a_run_has_one_seal),
        TEST(a_seal_that_is_not_well_formed_is_refused),
        TEST(looking_back_shows_what_a_step_left),
        TEST(settings_are_revised),
        TEST(what_entered_by_a_step),
        TEST(a_setting_may_be_a_file_of_rules),
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
