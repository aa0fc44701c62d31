/* flow/measure/strict.h: which values keep a figure from strict publication.
 *
 * Strict publication takes figures on verified or seen values only. A figure is looked at, and everything
 * that it stands on: each fact, each row of a table and each method that is recalled, draft or example is
 * a doubt, named once however many figures stand on it, with its evidence and a remedy. Not a judge of
 * what is unknown: that is not published anyhow.
 *
 * Invariant: a figure is refused exactly where its evidence is not publishable; of such a figure at least
 * one doubt is named, unless a sum was too long to look through (`cut`).
 *
 * Pure. What is kept lives in the arena; the scratch is rewound after each figure.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"

typedef enum heng_doubt_kind { HENG_DOUBT_FACT, HENG_DOUBT_ROW, HENG_DOUBT_METHOD } heng_doubt_kind;

typedef struct heng_doubt {
    heng_doubt_kind kind;
    heng_str name;  /* ZJ/2020/burned[coal]; co2.carbon[coal]; the name of a method */
    heng_str shown; /* "2.66 t CO2/tce"; the title of a method */
    heng_evidence evidence;
    heng_str source;
    heng_str file; /* of a row or a method; empty of a fact */
    uint32_t line;
    heng_str below; /* the first figure that was found to stand on it */
    const char *remedy_en, *remedy_zh;
} heng_doubt;

typedef struct heng_strict heng_strict;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_strict_begin(const heng_program *program, const heng_world *world,
                              const heng_evaluation *evaluation, heng_arena *arena,
                              heng_arena *scratch, heng_strict **out, heng_error *err);

/* Looks at one figure and at all below it that was not looked at before. Statuses: those of
 * heng_explain. */
heng_status heng_strict_look(heng_strict *strict, const heng_point *point, bool *refused,
                             heng_error *err);

/* In the order in which they were found. */
size_t heng_strict_count(const heng_strict *strict);
const heng_doubt *heng_strict_doubt(const heng_strict *strict, size_t index);
/* Whether members of a long sum were not looked at. */
bool heng_strict_cut(const heng_strict *strict);
