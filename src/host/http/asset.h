/* host/http/asset.h: files of the web client, compiled into the program.
 *
 * tools/embed.c writes the table from web/dist. It is sorted by path, and empty when the web client was
 * not built. Bytes are gzip (RFC 1952); for the rare client that does not take it they are unpacked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct heng_asset {
    const char *path; /* "/index.html" */
    const char *type; /* "text/html; charset=utf-8" */
    const char *etag; /* hash of the plain bytes, with quotes */
    bool immutable;   /* its name holds its hash */
    size_t size;      /* unpacked */
    size_t gzip_size;
    const unsigned char *gzip;
} heng_asset;

typedef struct heng_assets {
    const heng_asset *items;
    size_t count;
} heng_assets;

/* What was compiled in. */
extern const heng_assets heng_web_assets;
