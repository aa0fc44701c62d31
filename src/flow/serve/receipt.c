/* flow/serve/receipt.c: /receipt, /receipt/seal and /seals: figures that others reckon again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "flow/seal/seal.h"
#include "flow/serve/figure.h"

#include <stdio.h>

static void put_key(heng_json *json, const heng_public *key)
{
    char text[HENG_HASH_TEXT];
    heng_hash bytes;
    memcpy(bytes.bytes, key->bytes, sizeof bytes.bytes);
    heng_hash_write(bytes, text);
    heng_json_put_string(json, "key", heng_str_from(text));
    heng_hash_write(heng_key_id(key), text);
    heng_json_put_string(json, "key_id", heng_str_from(text));
}

/* ---- one figure ----------------------------------------------------------------------------------- */

static heng_str as_of_text(heng_call *call)
{
    char text[HENG_INSTANT_TEXT];
    if (call->view.as_of == HENG_INSTANT_MAX) return HENG_STR("now");
    size_t length = heng_instant_write(call->view.as_of, text);
    return heng_str_copy(call->arena, (heng_str){text, length});
}

/* Writes the receipt; *book tells whether there is a seal at all. A refusal is answered. */
static heng_status make(heng_call *call, heng_text *out, heng_seal_book *book, bool *has_book,
                        bool *sealed, heng_error *err)
{
    const heng_serve_context *context = call->context;
    heng_point point;
    heng_error why;
    heng_receipt_head head = {.pack = heng_str_format(call->arena, "%.*s %.*s",
                                                      HENG_PRINT(context->pack_name),
                                                      HENG_PRINT(context->pack_version)),
                              .as_of = as_of_text(call),
                              .engine = context->version};
    heng_status status = context->store ? heng_seal_open(context->store, 0, call->arena, book, &why)
                                        : HENG_NOT_FOUND;
    *has_book = status == HENG_OK;
    if (status && status != HENG_NOT_FOUND) {
        *err = why;
        return status;
    }
    if (!head.pack.at || !head.as_of.at)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a receipt");
    status =
        heng_figure_parse(context->program, call->view.world,
                          heng_serve__argument(call, "figure")->text, call->arena, &point, &why);
    if (!status)
        status = heng_seal_receipt(*has_book ? book : NULL, context->program, call->view.evaluation,
                                   &point, &head, call->arena, out, sealed, &why);
    if (status == HENG_NOT_FOUND || status == HENG_INVALID) {
        heng_serve__refuse_figure(call, &why);
        return HENG_OK;
    }
    if (status) *err = why;
    return status;
}

heng_status heng_serve__receipt(heng_call *call, heng_error *err)
{
    heng_seal_book book;
    bool has_book, sealed;
    heng_status status = make(call, &call->body, &book, &has_book, &sealed, err);
    call->response->disposition = HENG_STR("attachment; filename=\"heng-receipt.json\"");
    return status;
}

heng_status heng_serve__receipt_seal(heng_call *call, heng_error *err)
{
    heng_json *json = &call->json;
    heng_seal_book book;
    bool has_book, sealed;
    heng_text text;
    char run[24];
    heng_text_init(&text, call->arena, HENG_RECEIPT_BYTES_MAX);
    heng_status status = make(call, &text, &book, &has_book, &sealed, err);
    if (status || call->response->status) return status;
    heng_json_open_object(json);
    heng_json_put_string(json, "figure", heng_serve__argument(call, "figure")->text);
    heng_json_put_bool(json, "sealed", sealed);
    heng_json_put_integer(json, "bytes", (int64_t)text.length);
    heng_json_key(json, "seal");
    if (!has_book) {
        heng_json_null(json);
    } else {
        snprintf(run, sizeof run, "%llu", (unsigned long long)book.seal.run);
        heng_json_open_object(json);
        heng_json_put_string(json, "run", heng_str_from(run));
        heng_json_put_string(json, "made", book.seal.made);
        put_key(json, &book.seal.key);
        heng_json_close_object(json);
    }
    heng_json_close_object(json);
    return HENG_OK;
}

/* ---- all seals ------------------------------------------------------------------------------------ */

static void write_seal(heng_call *call, const heng_seal *seal)
{
    heng_json *json = &call->json;
    char text[HENG_HASH_TEXT], run[24];
    snprintf(run, sizeof run, "%llu", (unsigned long long)seal->run);
    heng_json_open_object(json);
    heng_json_put_string(json, "run", heng_str_from(run));
    heng_json_put_string(json, "made", seal->made);
    heng_json_put_integer(json, "figures", (int64_t)seal->count);
    heng_json_put_string(json, "pack", seal->pack);
    heng_json_put_string(json, "as_of", seal->as_of);
    heng_json_put_string(json, "version", seal->engine);
    heng_hash_write(seal->root, text);
    heng_json_put_string(json, "root", heng_str_from(text));
    put_key(json, &seal->key);
    heng_json_close_object(json);
}

static void write_seal_row(heng_csv *csv, const heng_seal *seal)
{
    char root[HENG_HASH_TEXT], key[HENG_HASH_TEXT];
    heng_hash_write(seal->root, root);
    heng_hash_write(heng_key_id(&seal->key), key);
    heng_serve__csv_integer(csv, (int64_t)seal->run);
    heng_serve__csv_text(csv, seal->made);
    heng_serve__csv_integer(csv, (int64_t)seal->count);
    heng_serve__csv_text(csv, seal->pack);
    heng_serve__csv_text(csv, seal->as_of);
    heng_serve__csv_literal(csv, root);
    heng_serve__csv_literal(csv, key);
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__seals(heng_call *call, heng_error *err)
{
    const heng_seal_record *records = NULL;
    size_t count = 0;
    heng_csv csv;
    heng_store *store = call->context->store;
    heng_status status =
        store ? heng_store_seals(store, call->arena, &records, &count, err) : HENG_OK;
    if (status) return status;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv, "run made figures pack as_of root key_id");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    for (size_t i = count; i > 0 && !status; i--) {
        heng_seal seal;
        status = heng_seal_read(records[i - 1].text, call->arena, &seal, err);
        if (status) return status;
        if (call->csv)
            write_seal_row(&csv, &seal);
        else
            write_seal(call, &seal);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
