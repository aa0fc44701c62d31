/* flow/check/names.h: names as people write them, looked up; and the nearest known to an unknown one.
 *
 * Two names are the same here when their plain forms are: ASCII letters small, full-width forms and
 * subscripts narrow, without blanks, hyphens, underscores, points and apostrophes. So "Inner Mongolia",
 * "InnerMongolia" and "inner_mongolia" meet, and ＣＯ₂ meets co2. A plain form may stand for several
 * things; the asker decides.
 *
 * Fixed in size once opened. Names are borrowed; plain forms live in the arena. A name longer than
 * HENG_NAME_MAX bytes is never found.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/limits.h"
#include "base/text.h"

/* A byte that is no UTF-8 grows to three. */
enum { HENG_PLAIN_MAX = 3 * HENG_NAME_MAX + 8 };

/* Writes the plain form; empty when there is none or it is too long. */
heng_str heng_check__plain(heng_str text, char out[HENG_PLAIN_MAX]);
/* Without blanks of any width at both ends (ASCII, no-break and ideographic). */
heng_str heng_check__trim(heng_str text);

typedef struct heng_check__name {
    heng_str plain;
    heng_str shown; /* what to suggest: ZJ (浙江) */
    uint32_t id;
    uint32_t next; /* of the same bucket, plus 1; 0: none */
} heng_check__name;

typedef struct heng_check__names {
    heng_check__name *items;
    size_t count, capacity;
    uint32_t *buckets;
    size_t bucket_count;
} heng_check__names;

/* False: memory ran out. */
bool heng_check__names_open(heng_check__names *names, heng_arena *arena, size_t capacity);
/* An empty name is not added; nor is a pair of name and id that is there. `shown` is borrowed. */
bool heng_check__names_add(heng_check__names *names, heng_arena *arena, heng_str name,
                           heng_str shown, uint32_t id);
/* The next item of that plain form after `after` (NULL: the first); NULL when there is no more. */
const heng_check__name *heng_check__names_find(const heng_check__names *names, heng_str name,
                                               const heng_check__name *after);
/* Up to three shown forms, nearest first, "ZJ (浙江), SX (山西)"; empty when none is near. */
heng_str heng_check__names_near(const heng_check__names *names, heng_str name, heng_arena *arena);
