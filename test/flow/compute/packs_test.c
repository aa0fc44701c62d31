/* Versions of a pack: what is kept, what a version means, and what is known when.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/packs.h"
#include "flow/compute/compute.h"
#include "host/ram/ram_store.h"
#include "test/check.h"

typedef struct fixture {
    heng_arena arena;
    heng_store *store;
    heng_error err;
} fixture;

static int open_store(void **state)
{
    static fixture f;
    heng_arena_init(&f.arena, (size_t)64 << 20);
    if (heng_ram_open((size_t)64 << 20, &f.store, &f.err)) return -1;
    *state = &f;
    return 0;
}

static int close_store(void **state)
{
    fixture *f = *state;
    heng_store_close(f->store);
    heng_arena_deinit(&f->arena);
    return 0;
}

static void check_ok(fixture *f, heng_status status)
{
    if (status) fail_msg("%s", f->err.message);
}

static void keep(fixture *f, heng_instant now, const char *version, const heng_rule_file *files,
                 size_t count)
{
    heng_pack pack = {HENG_STR("xx"), heng_str_from(version), files, count};
    check_ok(f, heng_store_begin(f->store, now, HENG_STR("pack"), &f->err));
    check_ok(f, heng_pack_keep(&pack, f->store, &f->arena, &f->err));
    check_ok(f, heng_store_commit(f->store, &f->err));
}

static const heng_rule_file first[] = {{{"data/facts_a.csv", 16}, {"not kept", 8}},
                                       {{"rules/a.heng", 12}, {"one", 3}},
                                       {{"rules/b.heng", 12}, {"two", 3}}};
static const heng_rule_file second[] = {{{"data/table_c.csv", 16}, {"x", 1}},
                                        {{"rules/a.heng", 12}, {"three", 5}}};

static void each_version_is_kept(void **state)
{
    fixture *f = *state;
    heng_packs packs;
    assert_int_equal(heng_packs_kept(f->store, &f->arena, &packs, &f->err), HENG_REFUSED);
    keep(f, 100, "1", first, 3);
    keep(f, 200, "2", second, 2);
    keep(f, 250, "2", second, 2); /* says nothing new */
    keep(f, 300, "3", first, 3);  /* the first content again, under another name */
    check_ok(f, heng_packs_kept(f->store, &f->arena, &packs, &f->err));
    assert_int_equal(packs.count, 3);
    const heng_pack_version *v = packs.versions;
    check_str(v[0].pack.version, "1");
    assert_int_equal(v[0].pack.file_count, 2);
    check_str(v[0].pack.files[0].name, "rules/a.heng");
    check_str(v[0].pack.files[0].text, "one");
    assert_int_equal(v[0].since, 100);
    assert_int_equal(v[1].pack.file_count, 2);
    check_str(v[1].pack.files[0].name, "data/table_c.csv");
    check_str(heng_pack_file(&v[1].pack, HENG_STR("rules/a.heng")), "three");
    assert_null(heng_pack_file(&v[1].pack, HENG_STR("rules/b.heng")).at);
    check_str(heng_pack_file(&v[2].pack, HENG_STR("rules/b.heng")), "two");
    assert_memory_equal(&v[0].content, &v[2].content, sizeof v[0].content);
    assert_memory_not_equal(&v[0].content, &v[1].content, sizeof v[0].content);
}

static void a_time_has_its_version(void **state)
{
    fixture *f = *state;
    heng_packs packs;
    keep(f, 100, "1", first, 3);
    keep(f, 200, "2", second, 2);
    check_ok(f, heng_packs_kept(f->store, &f->arena, &packs, &f->err));
    static const struct {
        heng_instant at;
        const char *version;
    } times[] = {{0, "1"}, {100, "1"}, {199, "1"}, {200, "2"}, {HENG_INSTANT_MAX, "2"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        check_str(heng_packs_at(&packs, times[i].at)->pack.version, times[i].version);
    check_str(heng_packs_at_step(&packs, 1)->pack.version, "1");
    check_str(heng_packs_at_step(&packs, 9)->pack.version, "2");
}

static void a_name_means_one_content(void **state)
{
    fixture *f = *state;
    heng_packs packs;
    const heng_pack_version *found;
    keep(f, 100, "1", first, 3);
    keep(f, 200, "2", second, 2);
    keep(f, 300, "2", first, 3);
    check_ok(f, heng_packs_kept(f->store, &f->arena, &packs, &f->err));
    check_ok(f, heng_packs_find(&packs, HENG_STR("1"), &f->arena, &found, &f->err));
    assert_int_equal(found->step, 1);
    assert_int_equal(heng_packs_find(&packs, HENG_STR("4"), &f->arena, &found, &f->err),
                     HENG_NOT_FOUND);
    assert_non_null(strstr(f->err.message, "no version 4"));
    assert_non_null(strstr(f->err.message, "1, 2@"));
    assert_int_equal(heng_packs_find(&packs, HENG_STR("2"), &f->arena, &found, &f->err),
                     HENG_INVALID);
    assert_non_null(strstr(f->err.message, "several contents"));
    heng_str name = heng_pack_version_name(&packs, &packs.versions[1], &f->arena);
    assert_int_equal(name.length, 2 + HENG_PACK_DIGITS);
    check_ok(f, heng_packs_find(&packs, name, &f->arena, &found, &f->err));
    assert_int_equal(found->step, 2);
    check_str(heng_pack_version_name(&packs, &packs.versions[0], &f->arena), "1");
}

/* A plant that was written down in the second step exists as of any day; that it belongs to the firm is known
 * since it was recorded. The first step is known from ever. */
static void membership_is_known_since(void **state)
{
    fixture *f = *state;
    heng_span always = {INT32_MIN, INT32_MAX};
    heng_entity firm = {HENG_STR("F"), HENG_STR("firm"), HENG_STR("firm"), HENG_STR("Firm"),
                        HENG_STR(""),  HENG_STR(""),     always,           100};
    heng_entity plant = firm, renamed = firm;
    plant.code = HENG_STR("P");
    plant.recorded = 200;
    renamed.code = HENG_STR("P");
    renamed.name_en = HENG_STR("Plant");
    renamed.recorded = 300;
    heng_link begun = {HENG_STR("Q"), HENG_STR("F"), HENG_STR("ownership"), always, 100};
    heng_link bought = {HENG_STR("P"), HENG_STR("F"), HENG_STR("ownership"), always, 200};
    check_ok(f, heng_store_begin(f->store, 100, HENG_STR("init"), &f->err));
    check_ok(f, heng_store_put_entity(f->store, &firm, NULL, &f->err));
    check_ok(f, heng_store_put_link(f->store, &begun, NULL, &f->err));
    check_ok(f, heng_store_commit(f->store, &f->err));
    check_ok(f, heng_store_begin(f->store, 400, HENG_STR("import"), &f->err));
    check_ok(f, heng_store_put_entity(f->store, &plant, NULL, &f->err));
    check_ok(f, heng_store_put_entity(f->store, &renamed, NULL, &f->err));
    check_ok(f, heng_store_put_link(f->store, &bought, NULL, &f->err));
    check_ok(f, heng_store_commit(f->store, &f->err));
    static const struct {
        heng_instant as_of;
        uint64_t step;
        const char *name;
        size_t links;
    } rows[] = {{50, 0, "Firm", 1},
                {150, 0, "Firm", 1},
                {250, 0, "Firm", 2},
                {300, 0, "Plant", 2},
                {HENG_INSTANT_MAX, 0, "Plant", 2},
                {HENG_INSTANT_MAX, 1, "Firm", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_world world;
        heng_known known = {.as_of = rows[i].as_of, .step = rows[i].step};
        check_ok(f, heng_compute_world_at(f->store, known, &f->arena, &world, &f->err));
        assert_int_equal(world.entity_count, 2);
        check_str(world.entities[1].name_en, rows[i].name);
        assert_int_equal(world.link_count, rows[i].links);
    }
}

static void memory_that_runs_out_is_said(void **state)
{
    fixture *f = *state;
    keep(f, 100, "1", first, 3);
    keep(f, 200, "2", second, 2);
    heng_status status = HENG_NO_MEMORY;
    for (size_t n = 1; status == HENG_NO_MEMORY; n++) {
        heng_arena arena;
        heng_packs packs;
        heng_arena_init(&arena, (size_t)1 << 20);
        heng_arena_fail_after(n);
        status = heng_packs_kept(f->store, &arena, &packs, &f->err);
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        assert_true(n < 1000);
    }
    assert_int_equal(status, HENG_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_version_is_kept),         TEST(a_time_has_its_version),
        TEST(a_name_means_one_content),     TEST(membership_is_known_since),
        TEST(memory_that_runs_out_is_said),
    };
    return cmocka_run_group_tests_name("flow/compute/packs", tests, NULL, NULL);
}
