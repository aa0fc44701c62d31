/* test/packs/pack_fixture.h: a pack's folder as texts, its tables as rows, its facts as a world.
 *
 * Reads packs/cn of the source tree (HENG_ROOT). Everything lives in one arena until pack_close.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/pack/pack.h"
#include "core/rule/rule.h"
#include "core/table/sheet.h"
#include "host/files/files.h"

typedef struct pack_fixture {
    heng_arena arena;
    heng_file *files;
    size_t file_count;
} pack_fixture;

/* One CSV file: a header and rows, every cell as text. */
typedef struct pack_table {
    heng_str name;
    size_t column_count;
    heng_str *head;
    size_t row_count;
    heng_str *cells; /* row_count x column_count */
} pack_table;

void pack_open(pack_fixture *pack);
void pack_close(pack_fixture *pack);
/* .at is NULL when there is none. */
heng_str pack_file(const pack_fixture *pack, const char *name);
/* Fails the test when the file is missing or not a table. */
pack_table pack_read(pack_fixture *pack, const char *name);
/* Another folder's file, read in the same way. */
pack_table pack_read_at(pack_fixture *pack, const char *folder, const char *name);
/* The column's index; fails the test when there is none. */
size_t pack_column(const pack_table *table, const char *name);
heng_str pack_cell(const pack_table *table, size_t row, const char *column);
/* facts_*.csv and table_*.csv begin so. */
bool pack_is(heng_str name, const char *prefix);

/* All entities, links, and the facts recorded by the end of `as_of` ("9999-12-31" for all). */
heng_world pack_world(pack_fixture *pack, const char *as_of);
/* The folder as the program takes it, under the version "test". */
heng_pack pack_of_rules(pack_fixture *pack);
/* All of the pack, evaluated to 2026; fails the test where it cannot be. */
const heng_evaluation *pack_evaluate(pack_fixture *pack, const heng_program **program);
