/* flow/compute/restate.h: a figure as it was reported, against the same figure under other books and rules,
 * and the difference taken apart by cause.
 *
 * Between two sides (books as known at a time, a version of the pack) lie worlds that differ from the one
 * before in one cause only: activity, correction, factor, GWP set, rule, boundary, in this order. Each is
 * evaluated, and the difference that it makes is a bar. So a bar is never a share by some formula, and the
 * bars add up to the whole. What two causes do together (an amount and its factor both changed) falls to the
 * one that comes later; therefore each bar carries what it would be in the reverse order too, and the width
 * between the two is the interaction. A Shapley value would spread it evenly over all orders: it needs every
 * subset of causes and gives numbers that no single world shows, so it is not used.
 *
 * Not a judge: what is a correction, a factor or a GWP set is declared in the data (core/book/fact.h,
 * flow/compute/blend.h). A level that is unknown stays unknown, and then the bars beside it have no number.
 * Causes that do not compile apart are one bar, which says so.
 *
 * Numbers: all levels are in the unit of the side `to`. The difference is `to` less `from`; the bars are
 * after less before, and the last one takes what rounding left, so that their sum from the first to the last
 * in doubles is the difference exactly.
 *
 * Results live in the arena passed; each world is evaluated in an arena of its own, one at a time. At most
 * 2 + 2 x 5 evaluations.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"
#include "core/store.h"
#include "flow/compute/blend.h"
#include "flow/compute/packs.h"

/* Under which books and rules a figure stands. */
typedef struct heng_side {
    heng_known known;
    const heng_pack_version *version;
    heng_str pack_name; /* "cn 2026.11" */
    heng_compiled compiled;
    heng_world world;
    uint64_t run;   /* 0: none */
    heng_step step; /* of the run */
} heng_side;

/* A side from its text: a run (`3`), a day (`2021-03-01`), `now`; each with `/VERSION` behind it to take
 * another version of the pack; `/VERSION` alone is now. A run's books are those that had entered by its
 * step. Statuses: HENG_INVALID, HENG_NOT_FOUND (no such run or version), HENG_REFUSED (the run's rules are
 * those of no version that is kept, or do not compile). */
heng_status heng_side_open(heng_store *store, const heng_packs *packs, heng_str text,
                           heng_arena *arena, heng_side *out, heng_error *err);
/* The text of the first run in which the figure is known: as it was first reported. HENG_NOT_FOUND. */
heng_status heng_side_first_reported(heng_store *store, heng_str figure, heng_arena *arena,
                                     heng_str *out, heng_error *err);

/* A figure under one of the worlds. */
typedef struct heng_level {
    bool found;       /* there is such a figure there */
    heng_value value; /* number in the unit of the side `to` */
    heng_str unit;    /* as declared there */
    heng_str word;    /* of words and yes/no */
    heng_str note;    /* why it has no number, beyond its state; may be empty */
} heng_level;

typedef struct heng_change_side {
    bool there;
    heng_str text, unit, source, note;
    heng_evidence evidence;
    heng_instant recorded; /* HENG_INSTANT_MIN: stands in the pack */
} heng_change_side;

typedef enum heng_change_kind {
    HENG_CHANGE_FACT,
    HENG_CHANGE_ROW,
    HENG_CHANGE_STATEMENT,
    HENG_CHANGE_LINK,
    HENG_CHANGE_ENTITY,
    HENG_CHANGE_KIND_COUNT
} heng_change_kind;

const char *heng_change_kind_name(heng_change_kind kind); /* "fact" ... "entity" */

/* A record that is in the derivation of the figure before or after, and is another on the other side. */
typedef struct heng_record_change {
    heng_cause cause;
    heng_change_kind kind;
    heng_str
        where; /* CN/2020/gdp[census_4]; gwp_ar5[CH4]; rules/co2.heng rule co2; P in F (ownership) */
    heng_change_side before, after;
} heng_record_change;

typedef struct heng_bar {
    unsigned causes; /* bits; several where they do not stand apart */
    heng_level before, after;
    bool known; /* both levels are numbers */
    double difference;
    bool has_reverse;
    double reverse; /* the same bar in the reverse order */
    heng_str note;  /* at what several causes do not compile apart; else empty */
    const heng_record_change *changes;
    size_t change_count;
} heng_bar;

typedef struct heng_restatement {
    heng_str figure;
    heng_str label_en, label_zh;
    heng_str unit;
    heng_level from, to;
    bool known; /* both ends are numbers */
    double difference;
    heng_bar bars[HENG_CAUSE_COUNT];
    size_t bar_count;
    size_t evaluations;
    bool has_reported; /* `from` is a run that has this figure */
    double reported;   /* as that run recorded it */
} heng_restatement;

/* NULL for no crew. A cause without a change in the derivation and without a difference has no bar. Statuses:
 * HENG_INVALID and HENG_NOT_FOUND (no such figure on the side `to`), HENG_CANCELLED, those of
 * heng_evaluate. */
heng_status heng_restate(heng_crew *crew, heng_store *store, const heng_side *from,
                         const heng_side *to, heng_str figure, heng_progress *progress,
                         void *context, heng_arena *arena, heng_restatement *out, heng_error *err);
