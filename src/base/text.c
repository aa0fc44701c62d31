/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

heng_str heng_str_from(const char *terminated)
{
    return terminated ? (heng_str){terminated, strlen(terminated)} : (heng_str){"", 0};
}

bool heng_str_equal(heng_str a, heng_str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool heng_str_is(heng_str a, const char *terminated)
{
    return heng_str_equal(a, heng_str_from(terminated));
}

int heng_str_compare(heng_str a, heng_str b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.at, b.at, common) : 0;
    if (order) return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

bool heng_str_starts(heng_str text, heng_str prefix)
{
    return text.length >= prefix.length &&
           heng_str_equal(heng_str_slice(text, 0, prefix.length), prefix);
}

bool heng_str_ends(heng_str text, heng_str suffix)
{
    return text.length >= suffix.length &&
           heng_str_equal(heng_str_slice(text, text.length - suffix.length, text.length), suffix);
}

size_t heng_str_find(heng_str text, heng_str needle, size_t from)
{
    if (from > text.length || needle.length > text.length - from) return SIZE_MAX;
    if (needle.length == 0) return from;
    const char *found = memmem(text.at + from, text.length - from, needle.at, needle.length);
    return found ? (size_t)(found - text.at) : SIZE_MAX;
}

heng_str heng_str_slice(heng_str text, size_t from, size_t to)
{
    assert(from <= to && to <= text.length);
    return (heng_str){text.at ? text.at + from : NULL, to - from};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

heng_str heng_str_trim(heng_str text)
{
    while (text.length && is_blank(text.at[0])) text = heng_str_slice(text, 1, text.length);
    while (text.length && is_blank(text.at[text.length - 1])) text.length--;
    return text;
}

bool heng_str_cut(heng_str *rest, char mark, heng_str *piece)
{
    if (!rest->at) return false;
    const char *found = rest->length ? memchr(rest->at, mark, rest->length) : NULL;
    if (!found) {
        *piece = *rest;
        *rest = (heng_str){NULL, 0};
        return true;
    }
    size_t length = (size_t)(found - rest->at);
    *piece = heng_str_slice(*rest, 0, length);
    *rest = heng_str_slice(*rest, length + 1, rest->length);
    return true;
}

uint64_t heng_str_hash(heng_str text)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 1099511628211u;
    return hash;
}

heng_str heng_str_copy(heng_arena *arena, heng_str text)
{
    char *copy = heng_arena_alloc(arena, text.length + 1);
    if (!copy) return (heng_str){NULL, 0};
    if (text.length) memcpy(copy, text.at, text.length);
    return (heng_str){copy, text.length};
}

heng_str heng_str_format(heng_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *bytes = heng_arena_alloc(arena, (size_t)length + 1);
    if (!bytes) return (heng_str){NULL, 0};
    va_start(arguments, format);
    vsnprintf(bytes, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return (heng_str){bytes, (size_t)length};
}

/* The length of the character at `at`, or 0 if it is not UTF-8 (Unicode 15, table 3-7). */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];
    if (first < 0x80) return 1;
    size_t length = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || length > left) return 0;
    unsigned char low = 0x80, high = 0xBF;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    return length;
}

size_t heng_utf8_valid(heng_str text)
{
    size_t at = 0;
    while (at < text.length) {
        size_t length = utf8_length((const unsigned char *)text.at + at, text.length - at);
        if (length == 0) break;
        at += length;
    }
    return at;
}

uint32_t heng_utf8_next(heng_str text, size_t *at)
{
    assert(*at < text.length);
    const unsigned char *bytes = (const unsigned char *)text.at + *at;
    size_t length = utf8_length(bytes, text.length - *at);
    if (length == 0) {
        *at += 1;
        return 0xFFFD;
    }
    *at += length;
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = bytes[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++) code = code << 6 | (bytes[i] & 0x3Fu);
    return code;
}

size_t heng_utf8_columns(heng_str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.length;) {
        uint32_t c = heng_utf8_next(text, &at);
        bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x20000 && c <= 0x3FFFD);
        columns += wide ? 2 : 1;
    }
    return columns;
}

/* Sign, digits with at most one point, and an exponent; at least one digit. */
static bool is_decimal(heng_str text)
{
    size_t i = 0, digits = 0;
    if (i < text.length && (text.at[i] == '-' || text.at[i] == '+')) i++;
    while (i < text.length && isdigit((unsigned char)text.at[i])) i++, digits++;
    if (i < text.length && text.at[i] == '.') i++;
    while (i < text.length && isdigit((unsigned char)text.at[i])) i++, digits++;
    if (digits == 0) return false;
    if (i < text.length && (text.at[i] == 'e' || text.at[i] == 'E')) {
        i++;
        if (i < text.length && (text.at[i] == '-' || text.at[i] == '+')) i++;
        size_t from = i;
        while (i < text.length && isdigit((unsigned char)text.at[i])) i++;
        if (i == from) return false;
    }
    return i == text.length;
}

/* The C locale, made once; strtod and printf of the process may use another. */
static locale_t c_locale(void)
{
    static locale_t locale;
    locale_t known = __atomic_load_n(&locale, __ATOMIC_ACQUIRE);
    if (known) return known;
    locale_t made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert(made);
    locale_t expected = (locale_t)0;
    if (__atomic_compare_exchange_n(&locale, &expected, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    freelocale(made);
    return expected;
}

heng_status heng_number_parse(heng_str text, double *out, heng_error *err)
{
    char bytes[512];
    if (!is_decimal(text) || text.length >= sizeof bytes)
        return heng_fail(err, HENG_INVALID, 0, "\"%.*s\" is not a number", HENG_PRINT(text));
    memcpy(bytes, text.at, text.length);
    bytes[text.length] = '\0';
    double value = strtod_l(bytes, NULL, c_locale());
    if (!isfinite(value))
        return heng_fail(err, HENG_INVALID, 0, "\"%s\" is larger than any number kept here", bytes);
    *out = value;
    return HENG_OK;
}

heng_status heng_integer_parse(heng_str text, int64_t *out, heng_error *err)
{
    char bytes[32];
    size_t sign = text.length && (text.at[0] == '-' || text.at[0] == '+');
    bool digits = text.length > sign && text.length < sizeof bytes;
    for (size_t i = sign; digits && i < text.length; i++)
        digits = isdigit((unsigned char)text.at[i]);
    if (!digits)
        return heng_fail(err, HENG_INVALID, 0, "\"%.*s\" is not a whole number", HENG_PRINT(text));
    memcpy(bytes, text.at, text.length);
    bytes[text.length] = '\0';
    errno = 0;
    long long value = strtoll(bytes, NULL, 10);
    if (errno == ERANGE)
        return heng_fail(err, HENG_INVALID, 0, "\"%s\" is larger than any whole number kept here",
                         bytes);
    *out = value;
    return HENG_OK;
}

/* printf("%.*e") in the C locale: the point is a point whatever the process has chosen. */
static void print_scientific(double value, int digits, char out[HENG_NUMBER_TEXT])
{
    locale_t before = uselocale(c_locale());
    snprintf(out, HENG_NUMBER_TEXT, "%.*e", digits - 1, value);
    uselocale(before);
}

static void shortest_scientific(double value, char out[HENG_NUMBER_TEXT])
{
    for (int digits = 1; digits <= 17; digits++) {
        print_scientific(value, digits, out);
        if (strtod_l(out, NULL, c_locale()) == value) return;
    }
}

size_t heng_number_write(double value, char out[HENG_NUMBER_TEXT])
{
    assert(isfinite(value));
    if (value == 0) return (size_t)snprintf(out, HENG_NUMBER_TEXT, "0");
    char scientific[HENG_NUMBER_TEXT];
    shortest_scientific(value, scientific);
    char digits[20];
    size_t count = 0;
    const char *at = scientific;
    bool negative = *at == '-';
    for (at += negative; *at != 'e'; at++)
        if (*at != '.') digits[count++] = *at;
    int exponent = atoi(at + 1);
    while (count > 1 && digits[count - 1] == '0') count--;
    size_t n = 0;
    if (negative) out[n++] = '-';
    if (exponent < -7 || exponent >= 21) {
        out[n++] = digits[0];
        if (count > 1) out[n++] = '.';
        for (size_t i = 1; i < count; i++) out[n++] = digits[i];
        return n + (size_t)snprintf(out + n, HENG_NUMBER_TEXT - n, "e%d", exponent);
    }
    if (exponent < 0) {
        out[n++] = '0';
        out[n++] = '.';
        for (int i = -1; i > exponent; i--) out[n++] = '0';
        for (size_t i = 0; i < count; i++) out[n++] = digits[i];
    } else {
        for (size_t i = 0; i < count || i <= (size_t)exponent; i++) {
            if (i == (size_t)exponent + 1) out[n++] = '.';
            out[n++] = i < count ? digits[i] : '0';
        }
    }
    out[n] = '\0';
    return n;
}

void heng_text_init(heng_text *text, heng_arena *arena, size_t maximum)
{
    assert(text && arena);
    *text = (heng_text){.arena = arena, .maximum = maximum};
}

/* Makes room for `more` bytes and the terminator. */
static bool text_reserve(heng_text *text, size_t more)
{
    if (text->failed || more > text->maximum - text->length) {
        text->failed = true;
        return false;
    }
    if (text->length + more < text->capacity) return true;
    size_t capacity = text->capacity ? text->capacity : 128;
    while (capacity <= text->length + more) capacity *= 2;
    char *bytes = heng_arena_alloc(text->arena, capacity);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    if (text->length) memcpy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void heng_text_add(heng_text *text, heng_str piece)
{
    if (!text_reserve(text, piece.length)) return;
    if (piece.length) memcpy(text->bytes + text->length, piece.at, piece.length);
    text->length += piece.length;
    text->bytes[text->length] = '\0';
}

void heng_text_add_char(heng_text *text, char c)
{
    heng_text_add(text, (heng_str){&c, 1});
}

void heng_text_vprint(heng_text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    assert(length >= 0);
    if (text_reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void heng_text_print(heng_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    heng_text_vprint(text, format, arguments);
    va_end(arguments);
}

void heng_text_add_number(heng_text *text, double value)
{
    char bytes[HENG_NUMBER_TEXT];
    size_t length = heng_number_write(value, bytes);
    heng_text_add(text, (heng_str){bytes, length});
}

heng_str heng_chinese_count(heng_arena *arena, int count)
{
    static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (count < 1 || count > HENG_CHINESE_COUNT_MAX) return heng_str_format(arena, "%d", count);
    int tens = count / 10;
    return heng_str_format(arena, "%s%s%s", tens > 1 ? digits[tens] : "", tens ? "十" : "",
                           digits[count % 10]);
}

void heng_text_pad(heng_text *text, size_t start, size_t columns)
{
    assert(start <= text->length);
    if (text->failed || !text->bytes) {
        if (!text->bytes && !text->failed)
            for (size_t i = 0; i < columns; i++) heng_text_add_char(text, ' ');
        return;
    }
    heng_str since = {text->bytes + start, text->length - start};
    for (size_t have = heng_utf8_columns(since); have < columns; have++)
        heng_text_add_char(text, ' ');
}

heng_str heng_text_view(const heng_text *text)
{
    return (heng_str){text->bytes ? text->bytes : "", text->length};
}
