/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

void heng_json_init(heng_json *json, heng_text *out)
{
    assert(json && out);
    *json = (heng_json){.out = out};
}

/* What must stand before a value: a comma, or nothing. */
static void begin_value(heng_json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    assert(!(json->depth && (json->in_object & 1u)) && "a value in an object needs a key");
    if (json->depth && (json->has_items & 1u)) heng_text_add_char(json->out, ',');
    json->has_items |= 1u;
}

static void open_level(heng_json *json, bool object)
{
    begin_value(json);
    assert(json->depth < HENG_JSON_DEPTH_MAX);
    json->depth++;
    json->in_object = json->in_object << 1 | (object ? 1u : 0u);
    json->has_items <<= 1;
    heng_text_add_char(json->out, object ? '{' : '[');
}

static void close_level(heng_json *json, bool object)
{
    assert(json->depth > 0 && !json->after_key);
    assert((json->in_object & 1u) == (object ? 1u : 0u));
    json->depth--;
    json->in_object >>= 1;
    json->has_items >>= 1;
    heng_text_add_char(json->out, object ? '}' : ']');
}

void heng_json_open_object(heng_json *json)
{
    open_level(json, true);
}

void heng_json_close_object(heng_json *json)
{
    close_level(json, true);
}

void heng_json_open_array(heng_json *json)
{
    open_level(json, false);
}

void heng_json_close_array(heng_json *json)
{
    close_level(json, false);
}

static void write_quoted(heng_text *out, heng_str value)
{
    heng_text_add_char(out, '"');
    for (size_t at = 0; at < value.length;) {
        size_t from = at;
        uint32_t c = heng_utf8_next(value, &at);
        if (c == '"' || c == '\\') {
            heng_text_add_char(out, '\\');
            heng_text_add_char(out, (char)c);
        } else if (c == '\n') {
            heng_text_add(out, HENG_STR("\\n"));
        } else if (c == '\t') {
            heng_text_add(out, HENG_STR("\\t"));
        } else if (c < 0x20) {
            heng_text_print(out, "\\u%04x", c);
        } else if (c == 0xFFFD && at - from == 1) {
            heng_text_add(out, HENG_STR("\xEF\xBF\xBD"));
        } else {
            heng_text_add(out, heng_str_slice(value, from, at));
        }
    }
    heng_text_add_char(out, '"');
}

void heng_json_key(heng_json *json, const char *key)
{
    assert(json->depth && (json->in_object & 1u) && !json->after_key);
    if (json->has_items & 1u) heng_text_add_char(json->out, ',');
    json->has_items |= 1u;
    write_quoted(json->out, heng_str_from(key));
    heng_text_add_char(json->out, ':');
    json->after_key = true;
}

void heng_json_string(heng_json *json, heng_str value)
{
    begin_value(json);
    write_quoted(json->out, value);
}

void heng_json_number(heng_json *json, double value)
{
    assert(isfinite(value));
    begin_value(json);
    heng_text_add_number(json->out, value);
}

void heng_json_integer(heng_json *json, int64_t value)
{
    begin_value(json);
    heng_text_print(json->out, "%" PRId64, value);
}

void heng_json_bool(heng_json *json, bool value)
{
    begin_value(json);
    heng_text_add(json->out, value ? HENG_STR("true") : HENG_STR("false"));
}

void heng_json_null(heng_json *json)
{
    begin_value(json);
    heng_text_add(json->out, HENG_STR("null"));
}

void heng_json_put_string(heng_json *json, const char *key, heng_str value)
{
    heng_json_key(json, key);
    heng_json_string(json, value);
}

void heng_json_put_number(heng_json *json, const char *key, double value)
{
    heng_json_key(json, key);
    heng_json_number(json, value);
}

void heng_json_put_integer(heng_json *json, const char *key, int64_t value)
{
    heng_json_key(json, key);
    heng_json_integer(json, value);
}

void heng_json_put_bool(heng_json *json, const char *key, bool value)
{
    heng_json_key(json, key);
    heng_json_bool(json, value);
}
