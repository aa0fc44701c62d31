/* flow/compute/blend.h: two versions of a pack, and the packs that lie between them.
 *
 * A change from one version to another is taken apart by statement: a table's grid, or the file that it is
 * taken from, is a matter of factors or of warming potentials; a list or a kind says who belongs to what; all
 * else is a rule. A blend takes the statements of some of these causes from the newer version and the rest
 * from the older, so that an evaluation shows what each cause does alone.
 *
 * What a table is, its declared type says and not its name: a table is of warming potentials (GWP) when it is
 * keyed by a list of substances that CO2 is in, and brings a mass of each to a mass of CO2e (t CO2e_AR5/t
 * gas). A rule that differs in nothing but which such table and which CO2e it names is a choice of GWP set.
 *
 * A blend need not compile: a new rule may need a new key of a table. Whoever asks must be ready to take two
 * causes at once. Only statements that both versions have are exchanged; what one lacks comes with the rules.
 *
 * Pure. Everything lives in the arena passed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/pack/pack.h"

/* Why a figure is another than it was, in the order in which a restatement takes the causes. */
typedef enum heng_cause {
    HENG_CAUSE_ACTIVITY,   /* facts newly recorded, or revised */
    HENG_CAUSE_CORRECTION, /* facts revised by records that declare themselves corrections */
    HENG_CAUSE_FACTOR,     /* rows of tables */
    HENG_CAUSE_GWP,        /* rows of tables of warming potentials, and which of them is used */
    HENG_CAUSE_RULE,       /* texts of rules, and what they newly need */
    HENG_CAUSE_BOUNDARY,   /* entities, links and lists: who and what is counted */
    HENG_CAUSE_COUNT
} heng_cause;

const char *heng_cause_name(heng_cause cause); /* "activity" ... "boundary" */
#define HENG_CAUSE_BIT(cause) (1u << (cause))
enum { HENG_CAUSES_ALL = (1 << HENG_CAUSE_COUNT) - 1 };

/* A statement that both versions have and say otherwise, or (RULE) that one of them lacks. */
typedef struct heng_statement_change {
    heng_cause cause;
    heng_str file;          /* rules/co2.heng */
    heng_str kind;          /* table, rule, list, method ... */
    heng_str name;          /* bare; empty for checks */
    heng_str before, after; /* as written; .at is NULL where it is not there */
} heng_statement_change;

typedef struct heng_blend heng_blend;

/* The programs are those of the packs. Statuses: HENG_NO_MEMORY, HENG_TOO_LARGE. */
heng_status heng_blend_open(const heng_pack *from, const heng_program *from_program,
                            const heng_pack *to, const heng_program *to_program, heng_arena *arena,
                            heng_blend **out, heng_error *err);
/* Bits of the causes that some file or statement changed by. */
unsigned heng_blend_changed(const heng_blend *blend);
const heng_statement_change *heng_blend_statements(const heng_blend *blend, size_t *count);
/* The pack with the statements of the causes in `taken` from the newer version. */
heng_status heng_blend_pack(const heng_blend *blend, unsigned taken, heng_arena *arena,
                            heng_pack *out, heng_error *err);

/* Whether a quantity is a table of warming potentials, by its declared type. */
bool heng_table_is_gwp(const heng_quantity_info *quantity);
