/* flow/measure/verdict.h: the stage that says in words how a place stands against its goal.
 *
 * Accounts and goals in, one sentence that can be repeated and one that says why and how sure, in English
 * and Chinese. Lights and distances are the rules' and are not judged again here; this stage chooses
 * words. What is not known is said to be not known; a figure on recalled or draft inputs is said to be
 * so, even where it agrees with the published one.
 *
 * Numbers are percent; a cut is positive. They are rounded to one decimal, to two where one would hide
 * which side of the goal they are on; a goal is written as it was set (18, 3.9).
 *
 * Pure. Texts live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/value.h"

typedef enum heng_light {
    HENG_LIGHT_UNKNOWN,
    HENG_LIGHT_GREEN,
    HENG_LIGHT_ORANGE,
    HENG_LIGHT_RED
} heng_light;

const char *heng_light_name(heng_light light); /* "unknown", "green", "orange", "red" */
heng_light heng_light_find(heng_str name);     /* what is no light is unknown */

typedef struct heng_measured {
    bool known;
    double percent;
} heng_measured;

/* What is known of one place at the end of one year. */
typedef struct heng_standing {
    heng_str place_en, place_zh;         /* empty: the nation, which goes without saying */
    const char *subject_en, *subject_zh; /* "carbon intensity", "碳强度" */
    bool computed;                       /* by rules; false: the figures are published ones */
    int year;
    int plan;       /* number of the five-year plan */
    bool plan_ends; /* with this year */
    heng_light light;
    heng_measured annual_cut, annual_official;
    heng_measured plan_cut, plan_official;
    heng_measured official_compounded; /* published annual cuts of the plan, multiplied up */
    heng_measured due;                 /* by now */
    heng_measured target;              /* by the end of the plan */
    heng_value worst; /* the figure that the verdict rests on: state, coverage, evidence */
    bool total_has_target;
} heng_standing;

typedef struct heng_verdict {
    heng_light light;
    heng_str sentence_en, sentence_zh;
    heng_str reason_en, reason_zh;
} heng_verdict;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_verdict_of(const heng_standing *standing, heng_arena *arena, heng_verdict *out,
                            heng_error *err);

/* ---- fitness --------------------------------------------------------------------------------- */

/* Why a figure may not be published. */
typedef struct heng_reason {
    const char *code; /* unknown, incomplete, recalled, draft, example */
    heng_str text_en, text_zh;
} heng_reason;

enum { HENG_REASONS_MAX = 2 };

/* Fills `out` and returns how many there are; none: it is fit to publish. Strict publication takes
 * complete figures on verified or seen inputs. Texts are empty when memory ran out. */
size_t heng_fitness_of(const heng_value *value, heng_arena *arena,
                       heng_reason out[HENG_REASONS_MAX]);
