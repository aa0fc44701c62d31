/* host/http/reply.c: bytes and headers of a reply; gzip; files of the web client.
 *
 * A packed reply has a weak tag, because its bytes differ from those the tag was taken of (RFC 9110,
 * 8.8.1); If-None-Match compares weakly, so both forms come back as 304.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/http/part.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

/* Below this, packing costs more than it saves. */
enum { GZIP_FROM_BYTES = 1024, GZIP_LEVEL = 5, GZIP_WINDOW = 15 + 16 };

static const char policy[] = "default-src 'self'; style-src-attr 'unsafe-inline'; "
                             "img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                             "form-action 'self'; frame-ancestors 'none'";

heng_str heng_http__header(struct MHD_Connection *connection, const char *name)
{
    return heng_str_from(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

bool heng_http__takes_gzip(heng_str accept_encoding)
{
    heng_str piece, name;
    while (heng_str_cut(&accept_encoding, ',', &piece)) {
        if (!heng_str_cut(&piece, ';', &name)) continue;
        name = heng_str_trim(name);
        if (!heng_str_is(name, "gzip") && !heng_str_is(name, "*")) continue;
        heng_str quality = heng_str_trim(piece);
        double q = 1;
        heng_error err;
        if (heng_str_starts(quality, HENG_STR("q=")) &&
            heng_number_parse(heng_str_slice(quality, 2, quality.length), &q, &err) != HENG_OK)
            q = 1;
        return q > 0;
    }
    return false;
}

/* Gzip of `body` in the arena; empty when memory ran out or it did not get shorter. */
static heng_str pack(heng_arena *arena, heng_str body)
{
    heng_str packed = {NULL, 0};
    z_stream stream = {0};
    if (body.length > UINT32_MAX / 2 ||
        deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return packed;
    size_t room = deflateBound(&stream, (uLong)body.length);
    char *bytes = heng_arena_alloc(arena, room);
    if (bytes) {
        stream.next_in = (Bytef *)(uintptr_t)body.at;
        stream.avail_in = (uInt)body.length;
        stream.next_out = (Bytef *)bytes;
        stream.avail_out = (uInt)room;
        if (deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out < body.length)
            packed = (heng_str){bytes, stream.total_out};
    }
    deflateEnd(&stream);
    return packed;
}

static void put(struct MHD_Response *reply, const char *name, heng_str value)
{
    char text[512];
    if (!value.length || value.length >= sizeof text) return;
    memcpy(text, value.at, value.length);
    text[value.length] = '\0';
    MHD_add_response_header(reply, name, text);
}

static void put_security(struct MHD_Response *reply)
{
    MHD_add_response_header(reply, "Content-Security-Policy", policy);
    MHD_add_response_header(reply, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(reply, "X-Frame-Options", "DENY");
    MHD_add_response_header(reply, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(reply, "Cross-Origin-Opener-Policy", "same-origin");
    MHD_add_response_header(reply, "Cross-Origin-Resource-Policy", "same-origin");
}

/* `packed`: the bytes are gzip. */
static bool queue(struct MHD_Connection *connection, heng_http_exchange *exchange,
                  const heng_response *response, heng_str bytes, bool packed)
{
    assert(response->status >= 100 && response->status < 600);
    struct MHD_Response *reply = MHD_create_response_from_buffer(
        bytes.length, (void *)(uintptr_t)(bytes.length ? bytes.at : ""), MHD_RESPMEM_PERSISTENT);
    if (!reply) return false;
    if (response->status != 304) put(reply, "Content-Type", response->content_type);
    if (packed) put(reply, "Content-Encoding", HENG_STR("gzip"));
    if (packed && response->etag.length)
        put(reply, "ETag", heng_str_format(&exchange->arena, "W/%.*s", HENG_PRINT(response->etag)));
    else
        put(reply, "ETag", response->etag);
    put(reply, "Cache-Control", response->cache_control);
    put(reply, "Allow", response->allow);
    put(reply, "Content-Disposition", response->disposition);
    put(reply, "Vary", HENG_STR("Accept, Accept-Encoding"));
    put_security(reply);
    enum MHD_Result queued = MHD_queue_response(connection, response->status, reply);
    MHD_destroy_response(reply);
    exchange->status = response->status;
    exchange->sent = bytes.length;
    exchange->answered = queued == MHD_YES;
    return exchange->answered;
}

bool heng_http__send(struct MHD_Connection *connection, heng_http_exchange *exchange,
                     const heng_response *response)
{
    heng_str packed = {NULL, 0};
    if (response->body.length >= GZIP_FROM_BYTES &&
        heng_http__takes_gzip(heng_http__header(connection, "Accept-Encoding")))
        packed = pack(&exchange->arena, response->body);
    if (packed.length) return queue(connection, exchange, response, packed, true);
    return queue(connection, exchange, response, response->body, false);
}

/* ---- files of the web client ----------------------------------------------------------------- */

/* The web client draws its own pages: a path that names no file is one of them. */
static bool is_page(heng_str path)
{
    size_t slash = path.length;
    while (slash > 0 && path.at[slash - 1] != '/') slash--;
    return heng_str_find(path, HENG_STR("."), slash) == SIZE_MAX;
}

static bool send_missing(heng_http *http, struct MHD_Connection *connection,
                         heng_http_exchange *exchange)
{
    bool built = http->options.assets && http->options.assets->count;
    heng_response response = {.status = 404,
                              .content_type = HENG_STR("text/plain; charset=utf-8"),
                              .cache_control = HENG_STR("no-store")};
    if (built)
        response.body = HENG_STR("There is no such page.\n没有此页面。\n");
    else
        response.body =
            HENG_STR("This program was built without the web client. The API is under /api/v1/, "
                     "for example /api/v1/about.\n"
                     "此程序未包含网页界面。接口位于 /api/v1/，例如 /api/v1/about。\n");
    return heng_http__send(connection, exchange, &response);
}

/* Names below assets/ hold the hash of their content. */
static bool is_immutable(const heng_asset *asset)
{
    return heng_str_starts(heng_str_from(asset->path), HENG_STR("assets/"));
}

bool heng_http__send_asset(heng_http *http, struct MHD_Connection *connection,
                           heng_http_exchange *exchange, heng_str path)
{
    const heng_assets *assets = http->options.assets;
    if (!assets) return send_missing(http, connection, exchange);
    if (path.length) path = heng_str_slice(path, 1, path.length);
    const heng_asset *asset = heng_asset_find(assets, path);
    if (!asset && is_page(path)) asset = heng_asset_find(assets, HENG_STR("index.html"));
    if (!asset) return send_missing(http, connection, exchange);
    heng_response response = {.status = 200,
                              .content_type = heng_str_from(asset->type),
                              .etag = heng_str_from(asset->etag),
                              .cache_control = is_immutable(asset)
                                                   ? HENG_STR("public, max-age=31536000, immutable")
                                                   : HENG_STR("no-cache")};
    heng_str asked = heng_http__header(connection, "If-None-Match");
    if (asked.length && heng_str_find(asked, response.etag, 0) != SIZE_MAX) {
        response.status = 304;
        return queue(connection, exchange, &response, (heng_str){NULL, 0}, false);
    }
    bool packed =
        asset->gzip && heng_http__takes_gzip(heng_http__header(connection, "Accept-Encoding"));
    heng_str bytes = packed ? (heng_str){(const char *)asset->gzip, asset->gzip_length}
                            : (heng_str){(const char *)asset->bytes, asset->length};
    return queue(connection, exchange, &response, bytes, packed);
}
