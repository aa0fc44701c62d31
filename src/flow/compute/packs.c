/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/packs.h"

#include <assert.h>
#include <stdlib.h>

static const heng_str file_prefix = {"pack/", 5};
static const heng_str name_key = {"pack.name", 9};
static const heng_str version_key = {"pack.version", 12};

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the versions of the pack");
}

/* ---- keeping -------------------------------------------------------------------------------------- */

bool heng_pack_file_is_kept(heng_str file)
{
    return heng_str_starts(heng_pack_inner_name(file), HENG_STR("data/table_")) ||
           heng_pack_rule_name(file).at;
}

/* What the version before had and this one has not. */
static heng_status drop_files(const heng_pack *pack, heng_store *store, heng_arena *arena,
                              heng_error *err)
{
    const heng_setting *settings;
    size_t count;
    heng_status status = heng_store_settings(store, arena, &settings, &count, err);
    for (size_t i = 0; i < count && !status; i++) {
        if (!heng_str_starts(settings[i].key, file_prefix)) continue;
        heng_str name = heng_str_slice(settings[i].key, file_prefix.length, settings[i].key.length);
        if (!heng_pack_file(pack, name).at)
            status = heng_store_put_setting(store, settings[i].key, HENG_STR(""), NULL, err);
    }
    return status;
}

heng_status heng_pack_keep(const heng_pack *pack, heng_store *store, heng_arena *arena,
                           heng_error *err)
{
    heng_status status = drop_files(pack, store, arena, err);
    if (!status) status = heng_store_put_setting(store, name_key, pack->name, NULL, err);
    if (!status) status = heng_store_put_setting(store, version_key, pack->version, NULL, err);
    for (size_t i = 0; i < pack->file_count && !status; i++) {
        if (!heng_pack_file_is_kept(pack->files[i].name)) continue;
        heng_str key = heng_str_format(arena, "pack/%.*s", HENG_PRINT(pack->files[i].name));
        if (!key.at) return no_room(err);
        status = heng_store_put_setting(store, key, pack->files[i].text, NULL, err);
    }
    return status;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static bool is_of_pack(heng_str key)
{
    return heng_str_starts(key, file_prefix) || heng_str_equal(key, name_key) ||
           heng_str_equal(key, version_key);
}

static int step_compare(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* The steps that changed the pack, each once, in order. */
static size_t steps_of(const heng_setting *records, size_t count, uint64_t *steps)
{
    size_t found = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (is_of_pack(records[i].key)) steps[found++] = records[i].step;
    if (found) qsort(steps, found, sizeof *steps, step_compare);
    for (size_t i = 0; i < found; i++)
        if (kept == 0 || steps[kept - 1] != steps[i]) steps[kept++] = steps[i];
    return kept;
}

/* The settings as they were after the step. Records are by key, then step. */
static heng_status state_at(const heng_setting *records, size_t count, uint64_t step,
                            heng_arena *arena, heng_pack *out, heng_error *err)
{
    heng_rule_file *files = HENG_ARRAY(arena, count, heng_rule_file);
    if (!files) return no_room(err);
    *out = (heng_pack){.files = files};
    for (size_t i = 0; i < count; i++) {
        heng_str key = records[i].key;
        bool later =
            i + 1 < count && heng_str_equal(records[i + 1].key, key) && records[i + 1].step <= step;
        if (records[i].step > step || later) continue;
        if (heng_str_equal(key, name_key)) out->name = records[i].value;
        if (heng_str_equal(key, version_key)) out->version = records[i].value;
        if (heng_str_starts(key, file_prefix) && records[i].value.length)
            files[out->file_count++] = (heng_rule_file){
                heng_str_slice(key, file_prefix.length, key.length), records[i].value};
    }
    return HENG_OK;
}

static heng_status fill_versions(const heng_setting *records, size_t count, const heng_step *steps,
                                 size_t step_count, heng_arena *arena, heng_packs *out,
                                 heng_error *err)
{
    uint64_t *changed = HENG_ARRAY(arena, count, uint64_t);
    if (!changed) return no_room(err);
    size_t found = steps_of(records, count, changed);
    heng_pack_version *versions = HENG_ARRAY(arena, found, heng_pack_version);
    if (!versions) return no_room(err);
    heng_status status = HENG_OK;
    for (size_t i = 0; i < found && !status; i++) {
        heng_pack_version *version = &versions[i];
        *version = (heng_pack_version){.step = changed[i]};
        for (size_t s = 0; s < step_count; s++)
            if (steps[s].number == changed[i]) version->since = steps[s].at;
        status = state_at(records, count, changed[i], arena, &version->pack, err);
        if (!status) status = heng_pack_hash(&version->pack, arena, &version->content, err);
    }
    if (!status) *out = (heng_packs){versions, found};
    return status;
}

heng_status heng_packs_kept(heng_store *store, heng_arena *arena, heng_packs *out, heng_error *err)
{
    assert(store && arena && out && err);
    const heng_setting *records;
    const heng_step *steps;
    size_t count, step_count;
    heng_packs packs = {NULL, 0};
    heng_status status = heng_store_setting_records(store, arena, &records, &count, err);
    if (!status) status = heng_store_steps(store, arena, &steps, &step_count, err);
    if (!status) status = fill_versions(records, count, steps, step_count, arena, &packs, err);
    if (status) return status;
    if (packs.count == 0 || !packs.versions[packs.count - 1].pack.name.length)
        return heng_fail(err, HENG_REFUSED, 0, "the database holds no pack. Remedy: heng init");
    *out = packs;
    return HENG_OK;
}

/* ---- choosing ------------------------------------------------------------------------------------- */

const heng_pack_version *heng_packs_at(const heng_packs *packs, heng_instant as_of)
{
    assert(packs->count);
    const heng_pack_version *found = &packs->versions[0];
    for (size_t i = 1; i < packs->count; i++)
        if (packs->versions[i].since <= as_of) found = &packs->versions[i];
    return found;
}

const heng_pack_version *heng_packs_at_step(const heng_packs *packs, uint64_t step)
{
    assert(packs->count);
    const heng_pack_version *found = &packs->versions[0];
    for (size_t i = 1; i < packs->count; i++)
        if (packs->versions[i].step <= step) found = &packs->versions[i];
    return found;
}

static bool same_content(const heng_pack_version *a, const heng_pack_version *b)
{
    return memcmp(&a->content, &b->content, sizeof a->content) == 0;
}

bool heng_packs_share_name(const heng_packs *packs, const heng_pack_version *version)
{
    for (size_t i = 0; i < packs->count; i++)
        if (heng_str_equal(packs->versions[i].pack.version, version->pack.version) &&
            !same_content(&packs->versions[i], version))
            return true;
    return false;
}

heng_str heng_pack_version_name(const heng_packs *packs, const heng_pack_version *version,
                                heng_arena *arena)
{
    if (!heng_packs_share_name(packs, version)) return version->pack.version;
    char hash[HENG_HASH_TEXT];
    heng_hash_write(version->content, hash);
    return heng_str_format(arena, "%.*s@%.*s", HENG_PRINT(version->pack.version), HENG_PACK_DIGITS,
                           hash);
}

static bool is_meant(const heng_pack_version *version, heng_str name, heng_str digits)
{
    char hash[HENG_HASH_TEXT];
    heng_hash_write(version->content, hash);
    return heng_str_equal(version->pack.version, name) &&
           heng_str_starts(heng_str_from(hash), digits);
}

/* Each content once, the last that had it. */
static heng_str names_of(const heng_packs *packs, heng_arena *arena)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 16);
    for (size_t i = 0; i < packs->count; i++) {
        bool again = false;
        for (size_t j = i + 1; j < packs->count; j++)
            again |=
                same_content(&packs->versions[i], &packs->versions[j]) &&
                heng_str_equal(packs->versions[i].pack.version, packs->versions[j].pack.version);
        if (again) continue;
        heng_str name = heng_pack_version_name(packs, &packs->versions[i], arena);
        heng_text_print(&text, "%s%.*s", text.length ? ", " : "", HENG_PRINT(name));
    }
    return heng_text_view(&text);
}

heng_status heng_packs_find(const heng_packs *packs, heng_str wanted, heng_arena *arena,
                            const heng_pack_version **out, heng_error *err)
{
    assert(packs && packs->count && arena && out && err);
    size_t at = heng_str_find(wanted, HENG_STR("@"), 0);
    heng_str name = heng_str_slice(wanted, 0, at == SIZE_MAX ? wanted.length : at);
    heng_str digits = at == SIZE_MAX ? HENG_STR("") : heng_str_slice(wanted, at + 1, wanted.length);
    const heng_pack_version *found = NULL;
    bool several = false;
    for (size_t i = 0; i < packs->count; i++) {
        const heng_pack_version *version = &packs->versions[i];
        if (!is_meant(version, name, digits)) continue;
        several |= found && !same_content(found, version);
        found = version;
    }
    if (found && !several) {
        *out = found;
        return HENG_OK;
    }
    heng_str names = names_of(packs, arena);
    if (several)
        return heng_fail(err, HENG_INVALID, 0,
                         "%.*s is the name of several contents. Remedy: write one of %.*s",
                         HENG_PRINT(wanted), HENG_PRINT(names));
    return heng_fail(err, HENG_NOT_FOUND, 0,
                     "this database has no version %.*s of its pack. It has %.*s",
                     HENG_PRINT(wanted), HENG_PRINT(names));
}
