/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/names.h"

#include <assert.h>

/* Names are compared for nearness by their first characters only; codes and labels are shorter. */
enum { NEAR_CHARACTERS = 32, NEAR_SHOWN = 3 };

static uint32_t narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0; /* full-width forms */
    if (c >= 0x2080 && c <= 0x2089) c -= 0x2050; /* subscripts */
    if (c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2212) c = '-';
    if (c == 0x2019 || c == 0x2018) c = '\'';
    if (c == 0xA0 || c == 0x3000) c = ' ';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool dropped(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '_' || c == '-' || c == '.' ||
           c == '\'';
}

static size_t utf8_put(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[length] | c);
    return length;
}

heng_str heng_check__plain(heng_str text, char out[HENG_PLAIN_MAX])
{
    size_t length = 0;
    if (text.length > HENG_NAME_MAX) return (heng_str){0};
    for (size_t at = 0; at < text.length;) {
        uint32_t c = narrow(heng_utf8_next(text, &at));
        if (dropped(c)) continue;
        length += utf8_put(c, out + length);
        assert(length <= HENG_PLAIN_MAX - 4);
    }
    return (heng_str){out, length};
}

static bool is_narrow_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The no-break blank and the ideographic one. */
static size_t wide_blank(heng_str text, bool at_end)
{
    static const heng_str blanks[] = {{"\xC2\xA0", 2}, {"\xE3\x80\x80", 3}};
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (at_end ? heng_str_ends(text, blanks[i]) : heng_str_starts(text, blanks[i]))
            return blanks[i].length;
    return 0;
}

heng_str heng_check__trim(heng_str text)
{
    while (text.length) {
        bool wide = (unsigned char)text.at[0] >= 0x80;
        size_t cut = wide ? wide_blank(text, false) : is_narrow_blank(text.at[0]);
        if (!cut) break;
        text = heng_str_slice(text, cut, text.length);
    }
    while (text.length) {
        char last = text.at[text.length - 1];
        size_t cut = (unsigned char)last >= 0x80 ? wide_blank(text, true) : is_narrow_blank(last);
        if (!cut) break;
        text.length -= cut;
    }
    return text;
}

bool heng_check__names_open(heng_check__names *names, heng_arena *arena, size_t capacity)
{
    size_t buckets = 16;
    while (buckets < capacity) buckets *= 2;
    *names = (heng_check__names){.capacity = capacity, .bucket_count = buckets};
    names->items = HENG_ARRAY(arena, capacity, heng_check__name);
    names->buckets = HENG_ARRAY(arena, buckets, uint32_t);
    return names->items && names->buckets;
}

static uint32_t *bucket_of(const heng_check__names *names, heng_str plain)
{
    return &names->buckets[heng_str_hash(plain) & (names->bucket_count - 1)];
}

bool heng_check__names_add(heng_check__names *names, heng_arena *arena, heng_str name,
                           heng_str shown, uint32_t id)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(name, bytes);
    if (!plain.length) return true;
    for (const heng_check__name *same = NULL; (same = heng_check__names_find(names, name, same));)
        if (same->id == id) return true;
    assert(names->count < names->capacity);
    heng_str kept = heng_str_copy(arena, plain);
    if (!kept.at) return false;
    uint32_t *bucket = bucket_of(names, kept);
    /* At the end of its bucket, so that what was added first is found first. */
    while (*bucket) bucket = &names->items[*bucket - 1].next;
    names->items[names->count] = (heng_check__name){.plain = kept, .shown = shown, .id = id};
    *bucket = (uint32_t)++names->count;
    return true;
}

const heng_check__name *heng_check__names_find(const heng_check__names *names, heng_str name,
                                               const heng_check__name *after)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(name, bytes);
    if (!plain.length || !names->count) return NULL;
    uint32_t next = after ? after->next : *bucket_of(names, plain);
    while (next) {
        const heng_check__name *item = &names->items[next - 1];
        if (heng_str_equal(item->plain, plain)) return item;
        next = item->next;
    }
    return NULL;
}

typedef struct characters {
    uint32_t at[NEAR_CHARACTERS];
    size_t count;
} characters;

static characters characters_of(heng_str text)
{
    characters out = {.count = 0};
    for (size_t at = 0; at < text.length && out.count < NEAR_CHARACTERS;)
        out.at[out.count++] = heng_utf8_next(text, &at);
    return out;
}

/* Letters to insert, delete, replace or swap with a neighbour (optimal string alignment). */
static size_t distance(const characters *a, const characters *b)
{
    size_t rows[3][NEAR_CHARACTERS + 1];
    for (size_t j = 0; j <= b->count; j++) rows[0][j] = j;
    for (size_t i = 1; i <= a->count; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b->count; j++) {
            bool differ = a->at[i - 1] != b->at[j - 1];
            size_t best = above[j - 1] + differ;
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a->count % 3][b->count];
}

typedef struct near_name {
    const heng_check__name *name;
    size_t distance;
} near_name;

/* Keeps the nearest few, what came first before what came later. */
static void keep_near(near_name *best, size_t *count, near_name one)
{
    for (size_t i = 0; i < *count; i++)
        if (heng_str_equal(best[i].name->shown, one.name->shown)) {
            if (one.distance < best[i].distance) best[i].distance = one.distance;
            return;
        }
    size_t at = *count;
    while (at && best[at - 1].distance > one.distance) at--;
    if (at == NEAR_SHOWN) return;
    if (*count < NEAR_SHOWN) (*count)++;
    for (size_t i = *count - 1; i > at; i--) best[i] = best[i - 1];
    best[at] = one;
}

/* A part of a longer name says much: 人口 of 年末常住人口. A short run of letters says little. */
static bool is_part(heng_str part, const characters *letters, heng_str whole)
{
    bool telling = letters->count >= 4 || (letters->count >= 2 && letters->at[0] >= 0x80);
    return telling && heng_str_find(whole, part, 0) != SIZE_MAX;
}

/* SIZE_MAX when the two are not near. */
static size_t nearness(heng_str plain, const characters *wanted, heng_str other)
{
    size_t allowed = wanted->count < 4 ? 1 : wanted->count < 9 ? 2 : wanted->count / 3;
    characters letters = characters_of(other);
    size_t gap = letters.count > wanted->count ? letters.count - wanted->count
                                               : wanted->count - letters.count;
    /* Of two characters at least the first must be the same: 浙工 is near 浙江, 人口 is not near 缺口. */
    bool begins = wanted->count > 2 || (letters.count && letters.at[0] == wanted->at[0]);
    size_t far = gap <= allowed && begins ? distance(wanted, &letters) : SIZE_MAX;
    if (far <= allowed) return far;
    return is_part(plain, wanted, other) ? allowed + 1 : SIZE_MAX;
}

heng_str heng_check__names_near(const heng_check__names *names, heng_str name, heng_arena *arena)
{
    char bytes[HENG_PLAIN_MAX];
    heng_str plain = heng_check__plain(name, bytes);
    characters wanted = characters_of(plain);
    near_name best[NEAR_SHOWN];
    size_t count = 0;
    for (size_t i = 0; i < names->count && wanted.count > 1; i++) {
        size_t far = nearness(plain, &wanted, names->items[i].plain);
        if (far != SIZE_MAX) keep_near(best, &count, (near_name){&names->items[i], far});
    }
    heng_text text;
    heng_text_init(&text, arena, 4 * HENG_NAME_MAX * NEAR_SHOWN);
    for (size_t i = 0; i < count; i++) {
        if (i) heng_text_add(&text, HENG_STR(", "));
        heng_text_add(&text, best[i].name->shown);
    }
    return text.failed ? (heng_str){0} : heng_text_view(&text);
}
