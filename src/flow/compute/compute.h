/* flow/compute/compute.h: the stage that turns books into accounts.
 *
 * It loads what was known at an instant from a store, evaluates a program over it, and, when asked,
 * records the results as a run. There is no other way to a number: the command line, the API and the
 * pages all read an evaluation that was made here. The same books and program give the same results and,
 * but for the clock of the step, the same bytes in the store. Not a judge: findings of the rules'
 * checks are results too.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"
#include "core/store.h"

/* Everything that was known at `as_of`. Arrays live in the arena. A place exists whenever it was written
 * down, and its `valid` says when: an entity of which nothing was known then has its first record. What a
 * database was begun with (its first step) is known from ever; other links since they were recorded. */
heng_status heng_compute_world(heng_store *store, heng_instant as_of, heng_arena *arena,
                               heng_world *out, heng_error *err);
/* The same for what had entered the store by known.step (0: no bound); all_records is not looked at. */
heng_status heng_compute_world_at(heng_store *store, heng_known known, heng_arena *arena,
                                  heng_world *out, heng_error *err);

/* Evaluates the program over the world, to the end of the five-year plan that is under way when the last
 * fact is in. NULL for no crew. Statuses: those of heng_evaluate. */
heng_status heng_compute_evaluate(heng_crew *crew, const heng_program *program,
                                  const heng_world *world, heng_progress *progress, void *context,
                                  heng_arena *arena, heng_evaluation **out, heng_error *err);

typedef struct heng_compute_record {
    heng_instant now;   /* the clock of the step */
    heng_instant as_of; /* of the world */
    heng_str pack;      /* "cn 2026.11" */
    heng_str scenario;  /* its settings; empty for an official run */
} heng_compute_record;

/* Puts a run with every output that has a version in force and a fact below it, as one step. When the
 * latest run has the same program, as_of and results nothing is put and *number is that run's: computing
 * again changes nothing. The run of a scenario is kept apart: it says so in its note, and is never the
 * latest run of heng_store_results. Statuses: those of the store; HENG_CANCELLED (nothing was put). */
heng_status heng_compute_seal(heng_store *store, const heng_program *program,
                              const heng_evaluation *evaluation, const heng_compute_record *record,
                              heng_progress *progress, void *context, heng_arena *scratch,
                              uint64_t *number, heng_error *err);
