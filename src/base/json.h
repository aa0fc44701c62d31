/* base/json.h: writes JSON, as a stream into growing text.
 *
 * For replies and exports; documents that come in are read with jansson, in flow. The writer puts the
 * commas and quotes; nesting is asserted, so a reply that is not well-formed is a bug that a test meets
 * at once. Numbers are written shortest (base/text.h); what is not finite cannot be written.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

typedef struct heng_json {
    heng_text *out;
    uint64_t in_object; /* one bit a level, the lowest is the innermost */
    uint64_t has_items;
    unsigned depth;
    bool after_key;
} heng_json;

enum { HENG_JSON_DEPTH_MAX = 60 };

void heng_json_init(heng_json *json, heng_text *out);
void heng_json_open_object(heng_json *json);
void heng_json_close_object(heng_json *json);
void heng_json_open_array(heng_json *json);
void heng_json_close_array(heng_json *json);
void heng_json_key(heng_json *json, const char *key);
/* Text that is not UTF-8 is written with U+FFFD in place of each bad byte. */
void heng_json_string(heng_json *json, heng_str value);
void heng_json_number(heng_json *json, double value);
void heng_json_integer(heng_json *json, int64_t value);
void heng_json_bool(heng_json *json, bool value);
void heng_json_null(heng_json *json);

/* "key": value in one line. */
void heng_json_put_string(heng_json *json, const char *key, heng_str value);
void heng_json_put_number(heng_json *json, const char *key, double value);
void heng_json_put_integer(heng_json *json, const char *key, int64_t value);
void heng_json_put_bool(heng_json *json, const char *key, bool value);
