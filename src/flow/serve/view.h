/* flow/serve/view.h: which figures of a pack the pages show. Internal.
 *
 * The one place in the program that names figures of a pack. A name that a pack does not have is left out
 * of the reply.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* How an intensity moves against its goals. Names of figures by year; NULL: there is none. */
typedef struct heng_progress_view {
    const char *subject_en, *subject_zh;
    bool computed;                   /* by rules, beside published figures */
    const char *annual_change;       /* %, negative: a fall */
    const char *annual_official;     /* %, likewise */
    const char *annual_gap;          /* pp, computed less official */
    const char *annual_due;          /* %, a cut */
    const char *plan_cut;            /* %, so far */
    const char *plan_official;       /* %, a change */
    const char *official_compounded; /* %, a cut: published years multiplied up */
    const char *due;                 /* %, a cut by now */
    const char *ahead;               /* pp */
    const char *target;              /* %, a cut by the end of the plan */
    const char *light;
    const char *basis;             /* a word */
    const char *key_figures[4][2]; /* name and key */
} heng_progress_view;

typedef struct heng_overview_view {
    const char *total;        /* the quantity in the pan of the total */
    const char *total_target; /* what it may be at most; NULL: the pack has none */
    const char *index, *target_index;
    const char *mix_total, *mix_amount, *mix_share;
    const char *energy_plain, *energy_assessed, *energy_official;
} heng_overview_view;

/* Tried in this order; the first that has a figure of the place is shown. */
extern const heng_progress_view heng_serve__progress_views[];
extern const size_t heng_serve__progress_view_count;
extern const heng_overview_view heng_serve__overview_view;
/* Indicators of regions, the first first; others follow that rest on at least one fact. Ends with NULL. */
extern const char *const heng_serve__region_view[];
/* Indicators that another repeats; ends with NULL. */
extern const char *const heng_serve__region_hidden[];
/* Tables of targets begin with this. */
extern const char heng_serve__target_tables[];

/* A published figure beside a computed one. `sign`: -1 where a cut is published as a change. */
typedef struct heng_comparison_view {
    const char *computed, *official;
    int sign;
} heng_comparison_view;

extern const heng_comparison_view heng_serve__comparisons[];
extern const size_t heng_serve__comparison_count;
