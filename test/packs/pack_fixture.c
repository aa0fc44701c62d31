/* SPDX-License-Identifier: Apache-2.0 */
#include "pack_fixture.h"
#include "flow/accept/accept.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

void pack_open(pack_fixture *pack)
{
    *pack = (pack_fixture){0};
    heng_arena_init(&pack->arena, (size_t)1 << 30);
    const char *root = getenv("HENG_ROOT");
    assert_non_null(root);
    heng_str path = heng_str_format(&pack->arena, "%s/packs/cn", root);
    heng_error err = {0};
    heng_status status =
        heng_folder_read(path.at, &pack->arena, &pack->files, &pack->file_count, &err);
    if (status) fail_msg("%s", err.message);
}

void pack_close(pack_fixture *pack)
{
    heng_arena_deinit(&pack->arena);
}

heng_str pack_file(const pack_fixture *pack, const char *name)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (heng_str_is(pack->files[i].name, name)) return pack->files[i].bytes;
    return (heng_str){NULL, 0};
}

bool pack_is(heng_str name, const char *prefix)
{
    return heng_str_starts(name, heng_str_from(prefix)) && heng_str_ends(name, HENG_STR(".csv"));
}

static heng_str *strings(pack_fixture *pack, size_t count)
{
    heng_str *array = HENG_ARRAY(&pack->arena, count, heng_str);
    assert_non_null(array);
    return array;
}

static pack_table table_of(pack_fixture *pack, heng_str bytes, const char *name)
{
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, &pack->arena);
    heng_accepted accepted;
    heng_error err = {0};
    heng_status status =
        heng_accept_csv(bytes, heng_str_from(name), &pack->arena, &findings, &accepted, &err);
    if (status) fail_msg("%s: %s", name, err.message);
    if (findings.found) fail_msg("%s is not a table: %zu findings", name, findings.found);
    const heng_sheet *sheet = &accepted.workbook.sheets[0];
    pack_table table = {.name = heng_str_from(name)};
    const heng_sheet_row *head = heng_sheet_row_at(sheet, 1);
    assert_non_null(head);
    table.column_count = head->cells[head->cell_count - 1].column;
    table.row_count = sheet->rows[sheet->row_count - 1].number - 1;
    table.head = strings(pack, table.column_count);
    table.cells = strings(pack, table.column_count * table.row_count);
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const heng_sheet_cell *cell = &sheet->cells[i];
        if (cell->column > table.column_count)
            fail_msg("%s, row %u: more cells than columns", name, cell->row);
        heng_str *to =
            cell->row == 1 ? table.head : table.cells + (cell->row - 2) * table.column_count;
        to[cell->column - 1] = cell->text;
    }
    return table;
}

pack_table pack_read(pack_fixture *pack, const char *name)
{
    heng_str bytes = pack_file(pack, name);
    if (!bytes.at) fail_msg("the pack has no file %s", name);
    return table_of(pack, bytes, name);
}

pack_table pack_read_at(pack_fixture *pack, const char *folder, const char *name)
{
    heng_str path = heng_str_format(&pack->arena, "%s/%s", folder, name), bytes;
    heng_error err = {0};
    if (heng_file_read(path.at, &pack->arena, &bytes, &err)) fail_msg("%s", err.message);
    return table_of(pack, bytes, name);
}

size_t pack_column(const pack_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (heng_str_is(table->head[i], name)) return i;
    fail_msg("%.*s has no column %s", HENG_PRINT(table->name), name);
    return 0;
}

heng_str pack_cell(const pack_table *table, size_t row, const char *column)
{
    return table->cells[row * table->column_count + pack_column(table, column)];
}

/* ---- the world ---------------------------------------------------------------------------------- */

static heng_span span_of(heng_str text)
{
    heng_error err;
    heng_span span = HENG_SPAN_ALWAYS;
    size_t dots = heng_str_find(text, HENG_STR(".."), 0);
    heng_str first = heng_str_trim(heng_str_slice(text, 0, dots == SIZE_MAX ? text.length : dots));
    heng_period period;
    if (first.length) {
        assert_int_equal(heng_period_parse(first, &period, &err), HENG_OK);
        span.first_month = heng_period_span(period).first_month;
        if (dots == SIZE_MAX) span.last_month = heng_period_span(period).last_month;
    }
    return span;
}

static void read_entities(pack_fixture *pack, heng_world *world)
{
    pack_table table = pack_read(pack, "data/entities.csv");
    heng_entity *entities = HENG_ARRAY(&pack->arena, table.row_count, heng_entity);
    heng_link *links = HENG_ARRAY(&pack->arena, table.row_count, heng_link);
    assert_true(entities && links);
    for (size_t i = 0; i < table.row_count; i++) {
        heng_span valid = span_of(pack_cell(&table, i, "valid"));
        entities[i] = (heng_entity){.code = pack_cell(&table, i, "code"),
                                    .kind = pack_cell(&table, i, "kind"),
                                    .level = pack_cell(&table, i, "level"),
                                    .name_en = pack_cell(&table, i, "name_en"),
                                    .name_zh = pack_cell(&table, i, "name_zh"),
                                    .standard_code = pack_cell(&table, i, "standard_code"),
                                    .valid = valid,
                                    .recorded = HENG_INSTANT_MIN};
        heng_str parent = pack_cell(&table, i, "parent");
        if (parent.length)
            links[world->link_count++] = (heng_link){.member = entities[i].code,
                                                     .parent = parent,
                                                     .hierarchy = pack_cell(&table, i, "hierarchy"),
                                                     .valid = valid,
                                                     .recorded = HENG_INSTANT_MIN};
    }
    world->entities = entities;
    world->entity_count = table.row_count;
    world->links = links;
}

static heng_fact fact_of(const pack_table *table, size_t row)
{
    heng_error err = {0};
    heng_fact fact = {.entity = pack_cell(table, row, "entity"),
                      .name = pack_cell(table, row, "name"),
                      .text = pack_cell(table, row, "value"),
                      .unit = pack_cell(table, row, "unit"),
                      .source = pack_cell(table, row, "source"),
                      .note = pack_cell(table, row, "note")};
    heng_str rest = pack_cell(table, row, "keys"), key;
    while (rest.length && heng_str_cut(&rest, ';', &key)) fact.keys[fact.key_count++] = key;
    heng_status status = heng_period_parse(pack_cell(table, row, "period"), &fact.period, &err);
    if (!status && !heng_notation_find(fact.text, &fact.notation))
        status = heng_number_parse(fact.text, &fact.value, &err);
    if (!status)
        status = heng_instant_parse(pack_cell(table, row, "recorded"), false, &fact.recorded, &err);
    if (status || !heng_quality_find(pack_cell(table, row, "quality"), &fact.quality) ||
        !heng_evidence_find(pack_cell(table, row, "status"), &fact.evidence))
        fail_msg("%.*s, row %zu is not a fact: %s", HENG_PRINT(table->name), row + 2, err.message);
    return fact;
}

/* The record of each cell that was known last. */
static int compare_facts(const void *a, const void *b)
{
    return heng_fact_compare(a, b);
}

heng_world pack_world(pack_fixture *pack, const char *as_of)
{
    heng_world world = {0};
    read_entities(pack, &world);
    heng_instant until;
    heng_error err;
    assert_int_equal(heng_instant_parse(heng_str_from(as_of), true, &until, &err), HENG_OK);
    size_t room = 0;
    for (size_t i = 0; i < pack->file_count; i++)
        if (pack_is(pack->files[i].name, "data/facts_"))
            room += pack_read(pack, pack->files[i].name.at).row_count;
    heng_fact *facts = HENG_ARRAY(&pack->arena, room, heng_fact);
    assert_non_null(facts);
    size_t count = 0;
    for (size_t i = 0; i < pack->file_count; i++) {
        if (!pack_is(pack->files[i].name, "data/facts_")) continue;
        pack_table table = pack_read(pack, pack->files[i].name.at);
        for (size_t row = 0; row < table.row_count; row++) {
            facts[count] = fact_of(&table, row);
            if (facts[count].recorded <= until) count++;
        }
    }
    qsort(facts, count, sizeof *facts, compare_facts);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || !heng_fact_same_cell(&facts[i], &facts[i + 1]))
            facts[kept++] = facts[i];
    world.facts = facts;
    world.fact_count = kept;
    return world;
}

heng_pack pack_of_rules(pack_fixture *pack)
{
    heng_rule_file *files = HENG_ARRAY(&pack->arena, pack->file_count, heng_rule_file);
    assert_non_null(files);
    for (size_t i = 0; i < pack->file_count; i++)
        files[i] = (heng_rule_file){pack->files[i].name, pack->files[i].bytes};
    return (heng_pack){HENG_STR("cn"), HENG_STR("test"), files, pack->file_count};
}

const heng_evaluation *pack_evaluate(pack_fixture *pack, const heng_program **program)
{
    heng_pack whole = pack_of_rules(pack);
    heng_compiled compiled;
    heng_evaluation *evaluation = NULL;
    heng_error err = {0};
    heng_world *world = HENG_NEW(&pack->arena, heng_world); /* lives as long as the evaluation */
    assert_non_null(world);
    *world = pack_world(pack, "9999-12-31");
    if (heng_pack_compile(&whole, &pack->arena, &compiled, &err) ||
        heng_evaluate(compiled.program, world, heng_year(2026), NULL, NULL, &pack->arena,
                      &evaluation, &err))
        fail_msg("%s", err.message);
    *program = compiled.program;
    return evaluation;
}
