/* core/pack/pack.h: a pack: the rules and tables of one country, as named texts.
 *
 * A pack is a set of files: rules/NAME.heng with worked examples rules/NAME.case, the same in methods/ for
 * the accounting methods of enterprises, data/NAME.csv, and datapackage.json. One NAME stands in one of
 * the two folders only. It is data only; where the files came from (a folder, the binary, a database) is
 * the host's business. Files are sorted by name; texts are borrowed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "core/rule/rule.h"

/* Several packs, one upon the other, are joined to one: "cn+zj" in version "2026.11+2026.1", whose files
 * stand under the names of their packs: cn/rules/common.heng, zj/rules/lights.heng. */
typedef struct heng_pack {
    heng_str name;    /* cn */
    heng_str version; /* 2026.11 */
    const heng_rule_file *files;
    size_t file_count;
} heng_pack;

/* The text of a file by its name in the pack; .at is NULL when there is none. */
heng_str heng_pack_file(const heng_pack *pack, heng_str name);

/* Joins packs; one alone stays as it is. HENG_REFUSED: two of one name, a name that could not stand
 * before a slash, or a version with a plus. */
heng_status heng_pack_join(const heng_pack *packs, size_t count, heng_arena *arena, heng_pack *out,
                           heng_error *err);
/* The name of a file inside its own pack: "rules/common.heng", also of "cn/rules/common.heng". */
heng_str heng_pack_inner_name(heng_str name);

/* "common" of rules/common.heng, "steel" of methods/steel.heng; .at is NULL of any other file. */
heng_str heng_pack_rule_name(heng_str file);

/* The names of the rule files as `use` writes them ("common"; of joined packs
 * "cn/common"), in order. */
heng_status heng_pack_rule_names(const heng_pack *pack, heng_arena *arena, heng_str **out,
                                 size_t *count, heng_error *err);

/* A heng_rule_load whose context is the pack: "common" is rules/common.heng or methods/common.heng,
 * "grid.csv" is data/grid.csv, "cn/common" and "cn@2026.11" are of the pack cn that was joined. */
heng_status heng_pack_load(void *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err);

/* A line `use NAME` for each rule file of one of joined packs, or of a pack that is not joined. */
heng_status heng_pack_uses(const heng_pack *pack, heng_str name, heng_arena *arena, heng_str *text,
                           heng_error *err);

/* Compiles every rule file of the pack. */
heng_status heng_pack_compile(const heng_pack *pack, heng_arena *arena, heng_compiled *out,
                              heng_error *err);

/* Of all names and texts. */
heng_status heng_pack_hash(const heng_pack *pack, heng_arena *scratch, heng_hash *out,
                           heng_error *err);
