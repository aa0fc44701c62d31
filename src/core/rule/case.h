/* core/rule/case.h: worked examples beside the rules, as text tables that run as tests.
 *
 * Format: see doc/manual/rule-language.md, "Worked examples". Left of || is given, right is expected; a
 * figure is compared at the precision at which it is written; `?` must be unknown; `refused` expects a
 * check to refuse; an empty given cell is no fact, an empty expected cell is not checked; a given column
 * may name a rule, which is then taken as it stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"

typedef struct heng_case_report {
    size_t case_count;
    size_t expected_count; /* cells compared */
    size_t failed_count;
    heng_diagnostics
        diagnostics; /* malformed cases and cells that differ: found, expected, place */
    const heng_rule_file *files;
    size_t file_count;
} heng_case_report;

/* Runs every case of one .case file. `load` gives the rule files that it uses. Statuses: HENG_TOO_LARGE,
 * HENG_NO_MEMORY, HENG_IO. */
heng_status heng_case_run(heng_str name, heng_str text, heng_rule_load *load, void *context,
                          heng_arena *arena, heng_case_report *out, heng_error *err);

/* Called with the world of each case and what the rules make of it, so that a second way to the same
 * figures can be tried on every example. Another status than HENG_OK ends the run with it. */
typedef heng_status heng_case_visit(void *context, heng_str title, const heng_program *program,
                                    const heng_world *world, const heng_evaluation *evaluation,
                                    heng_error *err);
heng_status heng_case_each(heng_str name, heng_str text, heng_rule_load *load, void *context,
                           heng_case_visit *visit, void *visit_context, heng_arena *arena,
                           heng_case_report *out, heng_error *err);
