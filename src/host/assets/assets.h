/* host/assets/assets.h: files that the build put into the program: the pages and the pack.
 *
 * The tables are C files written by tools/embed.c. Everything is constant and lasts as long as the
 * program. Paths are relative, with /, in byte order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

typedef struct heng_asset {
    const char *path; /* "index.html", "assets/main-1a2b3c4d.js", "rules/common.heng" */
    const char *type; /* media type, with charset where it is text */
    const char *etag; /* quoted content hash, for HTTP */
    const unsigned char *bytes;
    size_t length;
    const unsigned char *gzip; /* the same, compressed; NULL where that would not be smaller */
    size_t gzip_length;
} heng_asset;

typedef struct heng_assets {
    const heng_asset *items;
    size_t count;
} heng_assets;

extern const heng_assets heng_web_assets;  /* empty in a build without the pages */
extern const heng_assets heng_pack_assets; /* packs/cn */

/* NULL when there is none of that path. */
const heng_asset *heng_asset_find(const heng_assets *assets, heng_str path);
