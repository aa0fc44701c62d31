/* SPDX-License-Identifier: Apache-2.0 */
#include "main/pack_take.h"
#include "main/take_in.h"

#include <stdlib.h>

static int entity_compare(const void *a, const void *b)
{
    return heng_str_compare(((const heng_entity *)a)->code, ((const heng_entity *)b)->code);
}

static bool same_span(heng_span a, heng_span b)
{
    return a.first_month == b.first_month && a.last_month == b.last_month;
}

static bool says_the_same(const heng_entity *a, const heng_entity *b)
{
    return heng_str_equal(a->kind, b->kind) && heng_str_equal(a->level, b->level) &&
           heng_str_equal(a->name_en, b->name_en) && heng_str_equal(a->name_zh, b->name_zh) &&
           heng_str_equal(a->standard_code, b->standard_code) && same_span(a->valid, b->valid);
}

static int link_compare(const void *a, const void *b)
{
    const heng_link *one = a, *other = b;
    int order = heng_str_compare(one->hierarchy, other->hierarchy);
    if (!order) order = heng_str_compare(one->member, other->member);
    if (order) return order;
    int32_t first = one->valid.first_month, second = other->valid.first_month;
    return (first > second) - (first < second);
}

static heng_status unchanged_entities(heng_pack_taking *job, heng_checked *rows, heng_error *err)
{
    heng_arena *arena = job->arguments->arena;
    const heng_entity *there;
    size_t count, kept = 0;
    heng_status status =
        heng_store_entities(job->store, HENG_KNOWN_NOW, arena, &there, &count, err);
    if (status) return status;
    heng_entity *left = HENG_ARRAY(arena, rows->entity_count, heng_entity);
    if (!left) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the entities");
    for (size_t i = 0; i < rows->entity_count; i++) {
        const heng_entity *row = &rows->entities[i];
        const heng_entity *same =
            count ? bsearch(row, there, count, sizeof *there, entity_compare) : NULL;
        if (!same || !says_the_same(row, same)) left[kept++] = *row;
    }
    rows->entities = left;
    rows->entity_count = kept;
    return HENG_OK;
}

static heng_status unchanged_links(heng_pack_taking *job, heng_checked *rows, heng_error *err)
{
    heng_arena *arena = job->arguments->arena;
    const heng_link *there;
    size_t count, kept = 0;
    heng_status status = heng_store_links(job->store, HENG_KNOWN_NOW, arena, &there, &count, err);
    if (status) return status;
    heng_link *left = HENG_ARRAY(arena, rows->link_count, heng_link);
    if (!left) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the links");
    for (size_t i = 0; i < rows->link_count; i++) {
        const heng_link *row = &rows->links[i];
        const heng_link *same =
            count ? bsearch(row, there, count, sizeof *there, link_compare) : NULL;
        if (!same || !heng_str_equal(row->parent, same->parent) ||
            !same_span(row->valid, same->valid))
            left[kept++] = *row;
    }
    rows->links = left;
    rows->link_count = kept;
    return HENG_OK;
}

static heng_status leave_unchanged(heng_pack_taking *job, heng_checked *rows, heng_error *err)
{
    heng_status status = unchanged_entities(job, rows, err);
    return status ? status : unchanged_links(job, rows, err);
}

/* The pack's own tables come first to last in this order: facts may name what stands before them. */
static const char *const data_order[] = {"data/sources", "data/entities", "data/links",
                                         "data/factors", "data/facts"};

static heng_status take_file(heng_pack_taking *job, const heng_rule_file *file, heng_error *err)
{
    heng_arena *arena = job->arguments->arena;
    heng_check_vocabulary vocabulary;
    heng_recording recording = {0};
    heng_check_options options = {.now = job->now, .recorded = job->now};
    heng_status status = heng_record_known(job->store, file->text, arena, &recording, err);
    if (status || recording.known_file) return status;
    status = heng_take_in_vocabulary(job->store, job->compiled.program, arena, &vocabulary, err);
    if (!status)
        status = heng_record_check(file->text, file->name, &vocabulary, &options, arena, &recording,
                                   err);
    if (!status && recording.findings.found == 0)
        status = leave_unchanged(job, &recording.checked, err);
    if (!status && recording.findings.found == 0)
        status = heng_record_put(job->store, file->text, file->name, &recording, err);
    if (recording.findings.found) heng_print_findings(job->arguments, &recording.findings);
    job->found += recording.findings.found;
    for (int i = 0; i < HENG_PUT_COUNT; i++) job->put_count[i] += recording.put_count[i];
    return status == HENG_REFUSED ? HENG_OK : status;
}

static heng_status take_all(heng_pack_taking *job, heng_error *err)
{
    size_t orders = sizeof data_order / sizeof *data_order, done = 0;
    for (size_t o = 0; o < orders; o++) {
        heng_str prefix = heng_str_from(data_order[o]);
        for (size_t i = 0; i < job->pack.file_count; i++) {
            const heng_rule_file *file = &job->pack.files[i];
            if (!heng_str_starts(heng_pack_inner_name(file->name), prefix) ||
                !heng_str_ends(file->name, HENG_STR(".csv")))
                continue;
            bool go_on =
                heng_show_progress((void *)(uintptr_t)job->arguments, done++, job->pack.file_count);
            if (!go_on) return heng_fail(err, HENG_CANCELLED, 0, "stopped; nothing was changed");
            heng_status status = take_file(job, file, err);
            if (status) return status;
        }
    }
    if (job->found)
        return heng_fail(err, HENG_REFUSED, 0, "%zu fault%s in the pack; nothing was changed",
                         job->found, job->found == 1 ? "" : "s");
    return HENG_OK;
}

/* "built in" is the pack of the program, anything else a folder. */
static heng_status load_one(heng_str from, heng_arena *arena, heng_pack *out, heng_error *err)
{
    heng_str path = heng_str_copy(arena, from);
    if (!path.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the name of a folder");
    return heng_str_is(from, "built-in") ? heng_pack_built_in(arena, out, err)
                                         : heng_pack_from_folder(path.at, arena, out, err);
}

heng_status heng_pack_taking_load(heng_pack_taking *job, const char *folders, heng_error *err)
{
    enum { PACKS_MAX = 8 /* a country, a province, a city, and what lies beside them */ };
    heng_arena *arena = job->arguments->arena;
    heng_pack packs[PACKS_MAX];
    size_t count = 0;
    heng_status status = HENG_OK;
    heng_str rest = heng_str_from(folders ? folders : "built-in"), one;
    while (!status && heng_str_cut(&rest, '\n', &one)) {
        if (count == PACKS_MAX)
            return heng_fail(err, HENG_REFUSED, 0, "%d packs can be joined, not more", PACKS_MAX);
        status = load_one(one, arena, &packs[count++], err);
    }
    if (!status) status = heng_pack_join(packs, count, arena, &job->pack, err);
    if (!status) status = heng_pack_compile(&job->pack, arena, &job->compiled, err);
    if (status || job->compiled.program) return status;
    heng_print_diagnostics(job->arguments, &job->compiled);
    return heng_fail(err, HENG_REFUSED, 0, "the rules of the pack do not compile");
}

heng_status heng_pack_taking_put(heng_pack_taking *job, heng_error *err)
{
    heng_status status = heng_pack_keep(&job->pack, job->store, job->arguments->arena, err);
    if (!status) status = take_all(job, err);
    heng_end_progress(job->arguments);
    return status;
}
