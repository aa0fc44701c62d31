/* flow/compute/packs.h: every version of the pack that a database was made from or given later.
 *
 * The files of a pack that rules are compiled from (rules/NAME.heng and data/table_NAME.csv) are settings
 * of the store, named pack/NAME; its name and version are pack.name and pack.version. Settings are never
 * overwritten, so each step that changed one of them left a version behind, and the version of any time is
 * the settings of that time: nothing is kept twice. A file that a version no longer has is an empty text.
 *
 * A version is told from others by its content. Two contents under one name are two versions here, and a
 * name that means both is refused until it says which.
 *
 * Pure but for the store; all texts live in the arenas passed. Usual size: a dozen versions of 60 files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/pack/pack.h"
#include "core/store.h"

typedef struct heng_pack_version {
    heng_pack pack;
    heng_hash content;  /* of the names and texts of all files that are kept */
    heng_instant since; /* the clock of the step that brought it */
    uint64_t step;
} heng_pack_version;

typedef struct heng_packs {
    const heng_pack_version *versions; /* the oldest first; at least one */
    size_t count;
} heng_packs;

/* Whether compiling needs the file, so that it is kept. */
bool heng_pack_file_is_kept(heng_str name);
/* Puts the pack as the version that holds from this step on. Inside an open step; the same content under
 * the same version puts nothing. */
heng_status heng_pack_keep(const heng_pack *pack, heng_store *store, heng_arena *arena,
                           heng_error *err);
/* All versions. HENG_REFUSED: the database holds no pack. */
heng_status heng_packs_kept(heng_store *store, heng_arena *arena, heng_packs *out, heng_error *err);

/* The version that held at an instant; before the first one, the first: a database that was begun today
 * has no other rules for 2020. */
const heng_pack_version *heng_packs_at(const heng_packs *packs, heng_instant as_of);
/* The version that held when the step was done. */
const heng_pack_version *heng_packs_at_step(const heng_packs *packs, uint64_t step);
/* By version ("2026.11"), or by version and the first digits of its content ("2026.11@4f0c"). Of several
 * with one content the last is meant. HENG_NOT_FOUND: no such version, the message names those there are;
 * HENG_INVALID: it may mean several contents, which the message names. */
heng_status heng_packs_find(const heng_packs *packs, heng_str wanted, heng_arena *arena,
                            const heng_pack_version **out, heng_error *err);
/* Whether another version has the same name and another content. */
bool heng_packs_share_name(const heng_packs *packs, const heng_pack_version *version);
/* "2026.11", or "2026.11@4f0c8a11" where the name alone would not say which. */
heng_str heng_pack_version_name(const heng_packs *packs, const heng_pack_version *version,
                                heng_arena *arena);

enum { HENG_PACK_DIGITS = 8 }; /* of the content, where it is shown beside a name */
