/* flow/serve/list.h: lists that are searched and paged. Internal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/call.h"

/* Every word of `query` stands in one of the fields, letter case of ASCII aside. An empty query
 * matches all. */
bool heng_serve__matches(heng_str query, const heng_str *fields, size_t field_count);

/* Which items of a list a reply holds. Call heng_serve__page_takes for each item that matches. */
typedef struct heng_page_of {
    size_t from, limit;
    size_t seen; /* that matched so far */
} heng_page_of;

/* From `limit` and `cursor`; false when the cursor is none of ours and the call was answered so. */
bool heng_serve__page(heng_call *call, heng_page_of *out);
bool heng_serve__page_takes(heng_page_of *page);
/* "total" and "cursor". */
void heng_serve__put_page(heng_call *call, const heng_page_of *page);
