/* flow/serve/list.c: words of a search, pages of a list.
 *
 * A cursor is the number of items before the page: lists are ordered and the books only grow, so a
 * reader may meet an item twice after an import, and never misses one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/list.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(heng_str text, heng_str word)
{
    for (size_t from = 0; from + word.length <= text.length; from++) {
        size_t i = 0;
        while (i < word.length && lower(text.at[from + i]) == lower(word.at[i])) i++;
        if (i == word.length) return true;
    }
    return false;
}

bool heng_serve__matches(heng_str query, const heng_str *fields, size_t field_count)
{
    heng_str word;
    while (heng_str_cut(&query, ' ', &word)) {
        bool found = word.length == 0;
        for (size_t i = 0; i < field_count && !found; i++) found = contains(fields[i], word);
        if (!found) return false;
    }
    return true;
}

bool heng_serve__page(heng_call *call, heng_page_of *out)
{
    const heng_argument *cursor = heng_serve__argument(call, "cursor");
    *out = (heng_page_of){.limit = (size_t)heng_serve__argument(call, "limit")->integer};
    if (call->request->whole) out->limit = SIZE_MAX;
    if (!cursor->given) return true;
    int64_t from;
    heng_error err;
    if (heng_integer_parse(cursor->text, &from, &err) == HENG_OK && from >= 0) {
        out->from = (size_t)from;
        return true;
    }
    heng_faults faults = {
        .count = 1,
        .items = {{.parameter = HENG_STR("cursor"),
                   .value = cursor->text,
                   .has_value = true,
                   .message_en = HENG_STR("It is not a cursor of this list."),
                   .message_zh = HENG_STR("不是此列表的翻页游标。"),
                   .remedy_en = HENG_STR("Take it from \"cursor\" of the reply before, or leave "
                                         "it out to begin."),
                   .remedy_zh = HENG_STR("请取上一次应答中的 cursor，或去掉以从头开始。")}}};
    heng_serve__faults(&faults, call->arena, call->response);
    return false;
}

bool heng_serve__page_takes(heng_page_of *page)
{
    size_t index = page->seen++;
    return index >= page->from && index - page->from < page->limit;
}

void heng_serve__put_page(heng_call *call, const heng_page_of *page)
{
    heng_json_put_integer(&call->json, "total", (int64_t)page->seen);
    heng_json_key(&call->json, "cursor");
    if (page->limit >= page->seen || page->from >= page->seen - page->limit) {
        heng_json_null(&call->json);
        return;
    }
    heng_str next = heng_str_format(call->arena, "%zu", page->from + page->limit);
    heng_json_string(&call->json, next);
}
