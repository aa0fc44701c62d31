/* SPDX-License-Identifier: Apache-2.0 */
#include "host/assets/assets.h"

#include <assert.h>

const heng_asset *heng_asset_find(const heng_assets *assets, heng_str path)
{
    assert(assets);
    size_t low = 0, high = assets->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = heng_str_compare(heng_str_from(assets->items[middle].path), path);
        if (order == 0) return &assets->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
