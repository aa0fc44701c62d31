/* The data of the China pack: the manifest tells the truth, every figure has a source and a status, and
 * no cell has two records of one day.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/ast.h"
#include "core/unit/unit.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static pack_fixture pack;

static int set_up(void **state)
{
    (void)state;
    pack_open(&pack);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pack_close(&pack);
    return 0;
}

static int compare_strings(const void *a, const void *b)
{
    return heng_str_compare(*(const heng_str *)a, *(const heng_str *)b);
}

/* One column, sorted, for looking things up. */
static heng_str *sorted_column(const pack_table *table, const char *name)
{
    heng_str *values = HENG_ARRAY(&pack.arena, table->row_count + 1, heng_str);
    assert_non_null(values);
    for (size_t i = 0; i < table->row_count; i++) values[i] = pack_cell(table, i, name);
    qsort(values, table->row_count, sizeof *values, compare_strings);
    return values;
}

static bool is_among(heng_str value, const heng_str *sorted, size_t count)
{
    return bsearch(&value, sorted, count, sizeof *sorted, compare_strings) != NULL;
}

static void check_columns(const json_t *resource, const pack_table *table)
{
    const json_t *fields = json_object_get(json_object_get(resource, "schema"), "fields");
    if (json_array_size(fields) != table->column_count)
        fail_msg("%.*s has %zu columns, the manifest says %zu", HENG_PRINT(table->name),
                 table->column_count, json_array_size(fields));
    for (size_t i = 0; i < table->column_count; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(fields, i), "name"));
        if (!name || !heng_str_is(table->head[i], name))
            fail_msg("%.*s: column %zu is %.*s, the manifest says %s", HENG_PRINT(table->name),
                     i + 1, HENG_PRINT(table->head[i]), name ? name : "nothing");
    }
}

static void the_manifest_lists_every_table_with_its_columns(void **state)
{
    (void)state;
    heng_str text = pack_file(&pack, "datapackage.json");
    json_error_t fault;
    json_t *manifest = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES, &fault);
    if (!manifest) fail_msg("datapackage.json, line %d: %s", fault.line, fault.text);
    assert_string_equal(json_string_value(json_object_get(manifest, "name")), "cn");
    assert_non_null(json_string_value(json_object_get(manifest, "version")));
    assert_true(json_array_size(json_object_get(manifest, "licenses")) > 0);
    assert_true(json_array_size(json_object_get(manifest, "sources")) > 0);
    size_t listed = 0, found = 0;
    const json_t *resource;
    size_t i;
    json_array_foreach(json_object_get(manifest, "resources"), i, resource)
    {
        const char *path = json_string_value(json_object_get(resource, "path"));
        assert_non_null(path);
        pack_table table = pack_read(&pack, path);
        check_columns(resource, &table);
        listed++;
    }
    for (i = 0; i < pack.file_count; i++) found += pack_is(pack.files[i].name, "data/");
    assert_int_equal(listed, found);
    json_decref(manifest);
}

static void entities_are_whole(void **state)
{
    (void)state;
    pack_table table = pack_read(&pack, "data/entities.csv");
    heng_str *codes = sorted_column(&table, "code");
    for (size_t i = 1; i < table.row_count; i++)
        if (heng_str_equal(codes[i - 1], codes[i]))
            fail_msg("%.*s stands twice in entities.csv", HENG_PRINT(codes[i]));
    size_t provinces = 0, cities = 0, counties = 0, sections = 0, divisions = 0;
    for (size_t i = 0; i < table.row_count; i++) {
        heng_str level = pack_cell(&table, i, "level"), parent = pack_cell(&table, i, "parent");
        provinces += heng_str_is(level, "province");
        cities += heng_str_is(level, "city");
        counties += heng_str_is(level, "county");
        sections += heng_str_is(level, "section");
        divisions += heng_str_is(level, "division");
        if (parent.length && !is_among(parent, codes, table.row_count))
            fail_msg("%.*s belongs to %.*s, which is nobody",
                     HENG_PRINT(pack_cell(&table, i, "code")), HENG_PRINT(parent));
        bool above = heng_str_is(level, "country") || heng_str_is(level, "section");
        if (!parent.length && !above)
            fail_msg("%.*s belongs to nobody", HENG_PRINT(pack_cell(&table, i, "code")));
        assert_true(pack_cell(&table, i, "name_zh").length > 0);
        assert_true(pack_cell(&table, i, "standard_code").length > 0);
    }
    /* 31 and three places without data; three cities without counties are listed once. */
    assert_int_equal(provinces, 34);
    assert_int_equal(cities, 342);
    assert_int_equal(counties, 2978 - 3);
    assert_int_equal(sections, 20);
    assert_int_equal(divisions, 97);
}

static void sources_are_whole(void **state)
{
    (void)state;
    pack_table table = pack_read(&pack, "data/sources.csv");
    heng_str *codes = sorted_column(&table, "code");
    for (size_t i = 0; i < table.row_count; i++) {
        if (i && heng_str_equal(codes[i - 1], codes[i]))
            fail_msg("%.*s stands twice in sources.csv", HENG_PRINT(codes[i]));
        assert_true(pack_cell(&table, i, "title").length > 0);
        assert_true(pack_cell(&table, i, "publisher").length > 0);
        assert_true(pack_cell(&table, i, "licence").length > 0);
    }
}

static void every_row_names_a_source_and_a_status(void **state)
{
    (void)state;
    pack_table sources = pack_read(&pack, "data/sources.csv");
    heng_str *codes = sorted_column(&sources, "code");
    for (size_t i = 0; i < pack.file_count; i++) {
        heng_str name = pack.files[i].name;
        if (!pack_is(name, "data/facts_") && !pack_is(name, "data/table_")) continue;
        pack_table table = pack_read(&pack, name.at);
        for (size_t row = 0; row < table.row_count; row++) {
            heng_str source = pack_cell(&table, row, "source");
            heng_str status = pack_cell(&table, row, "status");
            heng_evidence evidence;
            if (!is_among(source, codes, sources.row_count))
                fail_msg("%.*s, row %zu: no source %.*s", HENG_PRINT(name), row + 2,
                         HENG_PRINT(source));
            if (!heng_evidence_find(status, &evidence))
                fail_msg("%.*s, row %zu: no status %.*s", HENG_PRINT(name), row + 2,
                         HENG_PRINT(status));
            /* No original document was checked, so nothing may say that it was. */
            assert_int_not_equal(evidence, HENG_VERIFIED);
        }
    }
}

static void facts_name_known_entities_and_units(void **state)
{
    (void)state;
    pack_table entities = pack_read(&pack, "data/entities.csv");
    heng_str *codes = sorted_column(&entities, "code");
    heng_error err;
    heng_unit_system *units;
    assert_int_equal(heng_unit_system_open(&pack.arena, &units, &err), HENG_OK);
    heng_world world = pack_world(&pack, "9999-12-31");
    assert_true(world.fact_count > 3500);
    for (size_t i = 0; i < world.fact_count; i++) {
        const heng_fact *fact = &world.facts[i];
        heng_unit unit;
        if (!is_among(fact->entity, codes, entities.row_count))
            fail_msg("a fact of %.*s, who is nobody", HENG_PRINT(fact->entity));
        if (heng_unit_parse(units, fact->unit, &unit, &err) != HENG_OK)
            fail_msg("%.*s: %s", HENG_PRINT(fact->name), err.message);
    }
}

typedef struct record {
    heng_str cell, recorded;
} record;

static int compare_records(const void *a, const void *b)
{
    const record *left = a, *right = b;
    int order = heng_str_compare(left->cell, right->cell);
    return order ? order : heng_str_compare(left->recorded, right->recorded);
}

static void no_cell_has_two_records_of_one_day(void **state)
{
    (void)state;
    size_t room = 0, count = 0;
    for (size_t i = 0; i < pack.file_count; i++)
        if (pack_is(pack.files[i].name, "data/facts_"))
            room += pack_read(&pack, pack.files[i].name.at).row_count;
    record *records = HENG_ARRAY(&pack.arena, room, record);
    assert_non_null(records);
    for (size_t i = 0; i < pack.file_count; i++) {
        if (!pack_is(pack.files[i].name, "data/facts_")) continue;
        pack_table table = pack_read(&pack, pack.files[i].name.at);
        for (size_t row = 0; row < table.row_count; row++)
            records[count++] =
                (record){heng_str_format(&pack.arena, "%.*s/%.*s/%.*s/%.*s",
                                         HENG_PRINT(pack_cell(&table, row, "entity")),
                                         HENG_PRINT(pack_cell(&table, row, "name")),
                                         HENG_PRINT(pack_cell(&table, row, "keys")),
                                         HENG_PRINT(pack_cell(&table, row, "period"))),
                         pack_cell(&table, row, "recorded")};
    }
    qsort(records, count, sizeof *records, compare_records);
    for (size_t i = 1; i < count; i++)
        if (!compare_records(&records[i - 1], &records[i]))
            fail_msg("%.*s has two records of %.*s", HENG_PRINT(records[i].cell),
                     HENG_PRINT(records[i].recorded));
}

/* The codes that rules write after a status are sources of the pack. */
static void codes_in_rules_are_sources(void **state)
{
    (void)state;
    pack_table sources = pack_read(&pack, "data/sources.csv");
    heng_str *codes = sorted_column(&sources, "code");
    heng_str text = pack_file(&pack, "rules/common.heng");
    heng_diagnostics diagnostics;
    heng_diagnostics_init(&diagnostics, &pack.arena);
    heng_ast ast;
    heng_error err;
    assert_int_equal(heng_rule_parse(0, text, &pack.arena, &diagnostics, &ast, &err), HENG_OK);
    assert_int_equal(diagnostics.found, 0);
    unsigned found = 0;
    for (const heng_item *item = ast.items; item; item = item->next) {
        if (item->kind != HENG_ITEM_LIST || !heng_str_is(item->name.text, "source_code")) continue;
        for (unsigned row = 0; row < item->grid->row_count; row++, found++) {
            heng_str code = item->grid->cells[row * item->grid->column_count].word.text;
            if (!is_among(code, codes, sources.row_count))
                fail_msg("%.*s is not in sources.csv", HENG_PRINT(code));
        }
    }
    assert_true(found > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_manifest_lists_every_table_with_its_columns, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(entities_are_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_are_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_row_names_a_source_and_a_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(facts_name_known_entities_and_units, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_cell_has_two_records_of_one_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(codes_in_rules_are_sources, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("packs/cn_data", tests, NULL, NULL);
}
