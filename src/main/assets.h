/* main/assets.h: files that the build put into the program: the pack and the pages.
 *
 * The tables are C files written by tools/embed.c; bytes are constant and last as long as the program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

typedef struct heng_asset {
    const char *path; /* rules/common.heng */
    const unsigned char *bytes;
    size_t length;
} heng_asset;

extern const heng_asset heng_pack_assets[];
extern const size_t heng_pack_asset_count;
