/* Scanning what is not counted in millions: the tables that hold their texts themselves.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <stdlib.h>

/* ---- records
 * ------------------------------------------------------------------------------------- */

heng_entity heng_sqlite__read_entity(sqlite_reader *reader)
{
    heng_entity entity = {.code = heng_sqlite__read_text(reader)};
    entity.kind = heng_sqlite__read_text(reader);
    entity.level = heng_sqlite__read_text(reader);
    entity.name_en = heng_sqlite__read_text(reader);
    entity.name_zh = heng_sqlite__read_text(reader);
    entity.standard_code = heng_sqlite__read_text(reader);
    entity.valid.first_month = (int32_t)heng_sqlite__read_integer(reader);
    entity.valid.last_month = (int32_t)heng_sqlite__read_integer(reader);
    entity.recorded = heng_sqlite__read_integer(reader);
    return entity;
}

heng_link heng_sqlite__read_link(sqlite_reader *reader)
{
    heng_link link = {.hierarchy = heng_sqlite__read_text(reader)};
    link.member = heng_sqlite__read_text(reader);
    link.parent = heng_sqlite__read_text(reader);
    link.valid.first_month = (int32_t)heng_sqlite__read_integer(reader);
    link.valid.last_month = (int32_t)heng_sqlite__read_integer(reader);
    link.recorded = heng_sqlite__read_integer(reader);
    return link;
}

heng_table_row heng_sqlite__read_row(sqlite_reader *reader)
{
    heng_table_row row = {.qualified = heng_sqlite__read_text(reader)};
    row.member = heng_sqlite__read_text(reader);
    row.key_count = heng_sqlite__split_keys(heng_sqlite__read_text(reader), row.keys);
    row.valid.first_month = (int32_t)heng_sqlite__read_integer(reader);
    row.valid.last_month = (int32_t)heng_sqlite__read_integer(reader);
    row.notation = (heng_notation)heng_sqlite__read_integer(reader);
    row.value = heng_sqlite__read_real(reader);
    row.text = heng_sqlite__read_text(reader);
    row.unit = heng_sqlite__read_text(reader);
    row.evidence = (heng_evidence)heng_sqlite__read_integer(reader);
    row.source = heng_sqlite__read_text(reader);
    row.recorded = heng_sqlite__read_integer(reader);
    row.file = heng_sqlite__read_text(reader);
    row.line = (uint32_t)heng_sqlite__read_integer(reader);
    row.uncertainty = heng_sqlite__read_text(reader);
    if (!reader->failed) row.table = heng_store__bare_name(row.qualified);
    return row;
}

heng_step heng_sqlite__read_step(sqlite_reader *reader)
{
    heng_step step = {.number = (uint64_t)heng_sqlite__read_integer(reader)};
    step.at = heng_sqlite__read_integer(reader);
    step.what = heng_sqlite__read_text(reader);
    return step;
}

static heng_import read_import(sqlite_reader *reader)
{
    heng_import import = {.content = heng_sqlite__read_hash(reader)};
    import.name = heng_sqlite__read_text(reader);
    import.format = heng_sqlite__read_text(reader);
    import.kind = heng_sqlite__read_text(reader);
    import.byte_count = (uint64_t)heng_sqlite__read_integer(reader);
    import.row_count = (uint64_t)heng_sqlite__read_integer(reader);
    import.put_count[HENG_PUT_NEW] = (uint64_t)heng_sqlite__read_integer(reader);
    import.put_count[HENG_PUT_REVISION] = (uint64_t)heng_sqlite__read_integer(reader);
    import.put_count[HENG_PUT_KNOWN] = (uint64_t)heng_sqlite__read_integer(reader);
    import.step = heng_sqlite__read_step(reader);
    return import;
}

/* ---- scans
 * --------------------------------------------------------------------------------------- */

/* Reads every row of the bound `query` into a list. `take` adds one, or replaces the last, or
 * leaves it out; false when memory ran out. */
static heng_status collect(sqlite_store *store, sqlite3_stmt *query, sqlite_list *list,
                           bool (*take)(sqlite_reader *reader, sqlite_list *list, bool last_only),
                           bool last_only, heng_error *err)
{
    heng_status status = HENG_OK;
    bool row = true;
    while (!status && row) {
        status = heng_sqlite__next(store, query, &row, err);
        if (status || !row) break;
        sqlite_reader reader = {.statement = query, .arena = list->arena};
        if (!take(&reader, list, last_only) || reader.failed) status = heng_sqlite__no_memory(err);
    }
    sqlite3_reset(query);
    return status;
}

/* Where the next row goes: in the place of the last one when that is `same`. */
static void *place(sqlite_list *list, bool same)
{
    return same ? list->items + (list->count - 1) * list->item_size : heng_sqlite__list_add(list);
}

static int64_t last_step(heng_known known)
{
    return known.step ? (int64_t)known.step : INT64_MAX;
}

static bool take_source(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    (void)last_only;
    heng_source source = {.code = heng_sqlite__read_text(reader)};
    source.title = heng_sqlite__read_text(reader);
    source.publisher = heng_sqlite__read_text(reader);
    source.published = heng_sqlite__read_text(reader);
    source.where = heng_sqlite__read_text(reader);
    source.licence = heng_sqlite__read_text(reader);
    if (reader->failed) return false;
    const heng_source *last = list->count ? &((heng_source *)list->items)[list->count - 1] : NULL;
    heng_source *next = place(list, last && heng_str_equal(last->code, source.code));
    if (next) *next = source;
    return next;
}

heng_status heng_sqlite__sources(heng_store *base, heng_arena *arena, const heng_source **out,
                                 size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_source)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_SOURCES, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = collect(store, query, &list, take_source, true, err);
    if (status) return status;
    *out = (const heng_source *)list.items;
    *count = list.count;
    return HENG_OK;
}

static bool take_setting(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    heng_setting setting = {.key = heng_sqlite__read_text(reader)};
    setting.value = heng_sqlite__read_text(reader);
    setting.step = (uint64_t)heng_sqlite__read_integer(reader);
    if (reader->failed) return false;
    const heng_setting *last = list->count ? &((heng_setting *)list->items)[list->count - 1] : NULL;
    heng_setting *next = place(list, last_only && last && heng_str_equal(last->key, setting.key));
    if (next) *next = setting;
    return next;
}

heng_status heng_sqlite__settings(heng_store *base, bool all_records, heng_arena *arena,
                                  const heng_setting **out, size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_setting)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_SETTINGS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = collect(store, query, &list, take_setting, !all_records, err);
    if (status) return status;
    *out = (const heng_setting *)list.items;
    *count = list.count;
    return HENG_OK;
}

heng_status heng_sqlite__setting(heng_store *base, heng_str key, heng_arena *arena, heng_str *value,
                                 heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_SETTING, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(key), BIND_UNTIL(store));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    if (!row) return heng_fail(err, HENG_NOT_FOUND, 0, "there is no setting %.*s", HENG_PRINT(key));
    sqlite_reader reader = {.statement = query, .arena = arena};
    heng_str text = heng_sqlite__read_text(&reader);
    sqlite3_reset(query);
    if (reader.failed) return heng_sqlite__no_memory(err);
    *value = text;
    return HENG_OK;
}

static bool take_entity(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    heng_entity entity = heng_sqlite__read_entity(reader);
    if (reader->failed) return false;
    const heng_entity *last = list->count ? &((heng_entity *)list->items)[list->count - 1] : NULL;
    heng_entity *next = place(list, last_only && last && heng_str_equal(last->code, entity.code));
    if (next) *next = entity;
    return next;
}

heng_status heng_sqlite__entities(heng_store *base, heng_known known, heng_arena *arena,
                                  const heng_entity **out, size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_entity)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_ENTITIES, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(known.as_of), BIND_INTEGER(last_step(known)));
    heng_status status = collect(store, query, &list, take_entity, !known.all_records, err);
    if (status) return status;
    *out = (const heng_entity *)list.items;
    *count = list.count;
    return HENG_OK;
}

static bool take_link(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    heng_link link = heng_sqlite__read_link(reader);
    if (reader->failed) return false;
    const heng_link *last = list->count ? &((heng_link *)list->items)[list->count - 1] : NULL;
    heng_link *next = place(list, last_only && last && heng_store__same_link_cell(last, &link));
    if (next) *next = link;
    return next;
}

heng_status heng_sqlite__links(heng_store *base, heng_known known, heng_arena *arena,
                               const heng_link **out, size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_link)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LINKS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(known.as_of), BIND_INTEGER(last_step(known)));
    heng_status status = collect(store, query, &list, take_link, !known.all_records, err);
    if (status) return status;
    heng_link *links = (heng_link *)list.items;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++)
        if (known.all_records || links[i].parent.length) links[kept++] = links[i];
    *out = links;
    *count = kept;
    return HENG_OK;
}

static bool take_row(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    heng_table_row row = heng_sqlite__read_row(reader);
    if (reader->failed) return false;
    const heng_table_row *last =
        list->count ? &((heng_table_row *)list->items)[list->count - 1] : NULL;
    heng_table_row *next = place(list, last_only && last && heng_store__same_row_cell(last, &row));
    if (next) *next = row;
    return next;
}

static int compare_rows(const void *a, const void *b)
{
    return heng_row_compare(a, b);
}

heng_status heng_sqlite__rows(heng_store *base, const heng_row_filter *filter, heng_arena *arena,
                              const heng_table_row **out, size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_table_row)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_ROWS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(filter->known.as_of), BIND_INTEGER(last_step(filter->known)));
    heng_status status = collect(store, query, &list, take_row, !filter->known.all_records, err);
    if (status) return status;
    heng_table_row *rows = (heng_table_row *)list.items;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++) {
        if ((unsigned)rows[i].notation >= HENG_NOTATION_COUNT ||
            (unsigned)rows[i].evidence >= HENG_EVIDENCE_COUNT)
            return heng_sqlite__damaged(store, "a row of a factor table is out of range", err);
        if (heng_store__row_matches(filter, &rows[i])) rows[kept++] = rows[i];
    }
    if (kept > 1) qsort(rows, kept, sizeof *rows, compare_rows);
    size_t first;
    heng_store__page(filter->page, &first, &kept);
    *out = first ? rows + first : rows;
    *count = kept;
    return HENG_OK;
}

static bool take_step(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    (void)last_only;
    heng_step *next = heng_sqlite__list_add(list);
    if (next) *next = heng_sqlite__read_step(reader);
    return next;
}

heng_status heng_sqlite__steps(heng_store *base, heng_arena *arena, const heng_step **out,
                               size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_step)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_STEPS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = collect(store, query, &list, take_step, false, err);
    if (status) return status;
    *out = (const heng_step *)list.items;
    *count = list.count;
    return HENG_OK;
}

static bool take_import(sqlite_reader *reader, sqlite_list *list, bool last_only)
{
    (void)last_only;
    heng_import *next = heng_sqlite__list_add(list);
    if (next) *next = read_import(reader);
    return next;
}

heng_status heng_sqlite__imports(heng_store *base, heng_arena *arena, const heng_import **out,
                                 size_t *count, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_import)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_IMPORTS, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_UNTIL(store));
    heng_status status = collect(store, query, &list, take_import, false, err);
    if (status) return status;
    *out = (const heng_import *)list.items;
    *count = list.count;
    return HENG_OK;
}

heng_status heng_sqlite__find_import(heng_store *base, heng_hash content, heng_arena *arena,
                                     heng_import *out, heng_error *err)
{
    sqlite_store *store = heng_sqlite__of(base);
    sqlite_list list = {.arena = arena, .item_size = sizeof(heng_import)};
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_FIND_IMPORT, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_HASH(content));
    heng_status status = collect(store, query, &list, take_import, false, err);
    if (status) return status;
    if (list.count == 0)
        return heng_fail(err, HENG_NOT_FOUND, 0, "that content was not imported before");
    *out = *(const heng_import *)list.items;
    return HENG_OK;
}
