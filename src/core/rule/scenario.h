/* core/rule/scenario.h: values that a user gives to parameters of a pack, without touching it.
 *
 *   # comment
 *   growth = 4.5 %
 *   share[coal] = 52 %; price@2026 = 90 CNY_2020/t CO2
 *
 * One setting a line, or parted by semicolons: a parameter, its keys in brackets, the period where its
 * rows are dated, and a value with its unit. Settings are rows of tables to the engine, recorded later
 * than any other and with the evidence of an invention, so that no figure below them passes for an
 * official one. Not a pack: rules are displaced by rules (`instead of`), never by a setting.
 *
 * Faults are diagnostics (R951 to R955), all at once. Texts live in the arena passed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"

enum { HENG_SETTINGS_MAX = 1000 /* a growth path of some sectors by year has a few hundred */ };

typedef struct heng_scenario {
    heng_str text; /* "growth = 4.5 %; share[coal] = 52 %", in one order however it was given */
    const heng_table_row *rows;
    size_t row_count; /* 0: no scenario */
} heng_scenario;

/* Reads settings for a program. With faults *out is empty and the status HENG_OK; their places are in a
 * file of index 0, the text given. Statuses: HENG_TOO_LARGE, HENG_NO_MEMORY. */
heng_status heng_scenario_read(const heng_program *program, heng_str text, heng_arena *arena,
                               heng_diagnostics *faults, heng_scenario *out, heng_error *err);

/* The world under the scenario; `world` is borrowed. Statuses: HENG_NO_MEMORY. */
heng_status heng_scenario_world(const heng_scenario *scenario, const heng_world *world,
                                heng_arena *arena, heng_world *out, heng_error *err);
