/* flow/serve/imports.c: /imports, what was taken into the books.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"

void heng_serve__put_hash(heng_json *json, heng_hash hash)
{
    char text[HENG_HASH_TEXT];
    heng_hash_write(hash, text);
    heng_json_put_string(json, "hash", heng_str_from(text));
}

void heng_serve__put_counts(heng_json *json, const uint64_t counts[HENG_PUT_COUNT])
{
    heng_json_key(json, "records");
    heng_json_open_object(json);
    heng_json_put_integer(json, "new", (int64_t)counts[HENG_PUT_NEW]);
    heng_json_put_integer(json, "revisions", (int64_t)counts[HENG_PUT_REVISION]);
    heng_json_put_integer(json, "known", (int64_t)counts[HENG_PUT_KNOWN]);
    heng_json_close_object(json);
}

static void put_id(heng_call *call, const heng_import *import)
{
    heng_str id = heng_str_format(call->arena, "%llu", (unsigned long long)import->step.number);
    heng_serve__put_text_or_null(&call->json, "id", import->step.number ? id : (heng_str){"", 0});
}

void heng_serve__write_import(heng_call *call, const heng_import *import, bool known_before)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    put_id(call, import);
    heng_json_put_string(json, "name", import->name);
    heng_json_put_string(json, "format", import->format);
    heng_json_put_string(json, "kind", import->kind);
    heng_serve__put_hash(json, import->content);
    heng_serve__put_recorded(json, "recorded", import->step.at);
    heng_json_put_integer(json, "rows", (int64_t)import->row_count);
    heng_serve__put_counts(json, import->put_count);
    heng_json_put_bool(json, "dry_run", false);
    heng_json_put_bool(json, "known_before", known_before);
    heng_json_close_object(json);
}

static void write_import_row(heng_csv *csv, const heng_import *import)
{
    char hash[HENG_HASH_TEXT], recorded[HENG_INSTANT_TEXT];
    heng_hash_write(import->content, hash);
    size_t length = heng_instant_write(import->step.at, recorded);
    heng_serve__csv_integer(csv, (int64_t)import->step.number);
    heng_serve__csv_text(csv, import->name);
    heng_serve__csv_text(csv, import->format);
    heng_serve__csv_text(csv, import->kind);
    heng_serve__csv_literal(csv, hash);
    heng_serve__csv_text(csv, (heng_str){recorded, length});
    heng_serve__csv_integer(csv, (int64_t)import->row_count);
    for (int i = 0; i < HENG_PUT_COUNT; i++)
        heng_serve__csv_integer(csv, (int64_t)import->put_count[i]);
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__imports(heng_call *call, heng_error *err)
{
    const heng_import *imports = NULL;
    size_t count = 0;
    heng_csv csv;
    heng_store *store = call->context->store;
    heng_status status =
        store ? heng_store_imports(store, call->arena, &imports, &count, err) : HENG_OK;
    if (status != HENG_OK) return status;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv,
                                 "id name format kind hash recorded rows new revisions known");
        for (size_t i = count; i > 0; i--) write_import_row(&csv, &imports[i - 1]);
        return HENG_OK;
    }
    heng_json_open_object(&call->json);
    heng_json_key(&call->json, "rows");
    heng_json_open_array(&call->json);
    for (size_t i = count; i > 0; i--) heng_serve__write_import(call, &imports[i - 1], false);
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
