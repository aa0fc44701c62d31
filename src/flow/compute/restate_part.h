/* flow/compute/restate_part.h: what the files of a restatement share. Not for others.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/compute/restate.h"

/* A cell of facts that is not the same on both sides. */
typedef struct heng_cell_pair {
    const heng_fact *from, *to; /* NULL: not recorded there */
    const heng_fact *middle;    /* with activity taken and corrections not */
    bool correction;            /* the newer of the two declares itself one */
} heng_cell_pair;

typedef struct heng_restating {
    heng_crew *crew;
    heng_store *store;
    const heng_side *from, *to;
    heng_str figure;
    heng_str unit;     /* of the side `to` */
    bool is_word;      /* the figure is a word or yes/no */
    heng_blend *blend; /* NULL: one program on both sides */
    heng_cell_pair *cells;
    size_t cell_count;
    unsigned changed; /* bits of causes by which anything at all differs */
    heng_record_change *changes;
    size_t change_count, change_room;
    heng_progress *progress;
    void *context;
    heng_arena *arena;
    size_t evaluations;
} heng_restating;

/* What a figure's derivation looked at, as sorted texts. */
typedef struct heng_looked_at {
    heng_str *keys;
    size_t count;
    heng_str formulas; /* one behind the other */
} heng_looked_at;

/* One evaluated world. */
typedef struct heng_reading {
    bool stands; /* the rules of that world compile */
    heng_str why_not;
    heng_level level;
    heng_looked_at looked_at;
} heng_reading;

/* restate_world.c: finds what differs, and evaluates the world in which the causes of `taken` are those of
 * the side `to`. */
heng_status heng_compute__compare(heng_restating *job, heng_error *err);
heng_status heng_compute__read(heng_restating *job, unsigned taken, heng_reading *out,
                               heng_error *err);
/* Of a table that both programs have: factor or GWP; else rule. */
heng_cause heng_compute__cause_of_table(const heng_restating *job, heng_str qualified);

/* restate_change.c */
heng_status heng_compute__look(const heng_evaluation *evaluation, const heng_point *point,
                               heng_arena *scratch, heng_arena *arena, heng_looked_at *out,
                               heng_error *err);
/* Lists every change of facts, rows, statements, entities and links, and sets job->changed. */
heng_status heng_compute__list_changes(heng_restating *job, heng_error *err);
/* The changes of the causes that one of the two readings looked at. */
heng_status heng_compute__choose_changes(const heng_restating *job, unsigned causes,
                                         const heng_reading *before, const heng_reading *after,
                                         const heng_record_change **out, size_t *count,
                                         heng_error *err);
