/* base/text.h: borrowed text, growing text, and numbers in text.
 *
 * heng_str is a view: pointer and length, UTF-8, not terminated, owned by someone else (usually an
 * arena). heng_text grows inside an arena up to a maximum; once something did not fit, `failed` stays
 * set and the rest is dropped, so a writer checks once, at the end. Numbers are read and written
 * without regard to the locale: the decimal mark is always a point.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/arena.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct heng_str {
    const char *at;
    size_t length;
} heng_str;

/* A literal as a view, and a view for printf: printf("%.*s", HENG_PRINT(s)). */
#define HENG_STR(literal) ((heng_str){(literal), sizeof(literal) - 1})
#define HENG_PRINT(s)     ((int)(s).length), heng_str_bytes(s)

/* Never NULL, as printf wants it. */
static inline const char *heng_str_bytes(heng_str text)
{
    return text.at ? text.at : "";
}
heng_str heng_str_from(const char *terminated); /* NULL gives the empty text */
bool heng_str_equal(heng_str a, heng_str b);
bool heng_str_is(heng_str a, const char *terminated);
/* Byte order, as memcmp; a prefix comes first. Fit for qsort through a wrapper. */
int heng_str_compare(heng_str a, heng_str b);
bool heng_str_starts(heng_str text, heng_str prefix);
bool heng_str_ends(heng_str text, heng_str suffix);
/* The offset of the first `needle` at or after `from`; SIZE_MAX if there is none. */
size_t heng_str_find(heng_str text, heng_str needle, size_t from);
heng_str heng_str_slice(heng_str text, size_t from, size_t to);
/* Without ASCII blanks at both ends. */
heng_str heng_str_trim(heng_str text);
/* Cuts `rest` at the first `mark`, which is dropped. False when `rest` is spent. */
bool heng_str_cut(heng_str *rest, char mark, heng_str *piece);
/* A 64-bit FNV-1a hash, for tables in memory; not for content addresses. */
uint64_t heng_str_hash(heng_str text);
/* A terminated copy in the arena; .at is NULL when memory ran out. */
heng_str heng_str_copy(heng_arena *arena, heng_str text);
heng_str heng_str_format(heng_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The length of the longest valid UTF-8 prefix (no surrogates, no overlong forms). */
size_t heng_utf8_valid(heng_str text);
/* Decodes one character at `*at`, which moves on; U+FFFD and one byte for what is not UTF-8. */
uint32_t heng_utf8_next(heng_str text, size_t *at);
/* Columns of a terminal that the text takes: East Asian wide characters take two. */
size_t heng_utf8_columns(heng_str text);

/* Decimal text: sign, digits, point, exponent, nothing else; whole view. No "inf", "nan" or hex.
 * The result is the nearest double. HENG_INVALID: not of that form, or beyond the range. */
heng_status heng_number_parse(heng_str text, double *out, heng_error *err);
heng_status heng_integer_parse(heng_str text, int64_t *out, heng_error *err);

enum { HENG_NUMBER_TEXT = 40 };
/* The shortest decimal text that reads back to the same double; returns its length. Finite only.
 * Plain notation from 1e-7 to below 1e21, otherwise with an exponent. */
size_t heng_number_write(double value, char out[HENG_NUMBER_TEXT]);

enum { HENG_CHINESE_COUNT_MAX = 99 };
/* An ordinal as Chinese documents write it: 5 is 五, 15 is 十五. Digits beyond 1 to 99. */
heng_str heng_chinese_count(heng_arena *arena, int count);

typedef struct heng_text {
    heng_arena *arena;
    char *bytes; /* always terminated once anything was added */
    size_t length;
    size_t capacity;
    size_t maximum;
    bool failed;
} heng_text;

void heng_text_init(heng_text *text, heng_arena *arena, size_t maximum);
void heng_text_add(heng_text *text, heng_str piece);
void heng_text_add_char(heng_text *text, char c);
void heng_text_print(heng_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void heng_text_vprint(heng_text *text, const char *format, __builtin_va_list arguments);
void heng_text_add_number(heng_text *text, double value);
/* Adds blanks until the text since `start` takes `columns` columns. */
void heng_text_pad(heng_text *text, size_t start, size_t columns);
heng_str heng_text_view(const heng_text *text);
