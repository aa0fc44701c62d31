/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/record.h"

#include <assert.h>

static const heng_finding_rule conflict_rule = {
    .code = "R101",
    .message_en = "the books say otherwise: {1}",
    .message_zh = "与已入库的数据不一致：{1}",
    .remedy_en = "give a later date in `recorded` if this is a revision, or leave the row out",
    .remedy_zh = "如为修订，请在公布日期一栏填写更晚的日期；否则删去该行",
};

heng_status heng_record_known(heng_store *store, heng_str bytes, heng_arena *arena,
                              heng_recording *out, heng_error *err)
{
    heng_status status =
        heng_store_find_import(store, heng_hash_of(bytes), arena, &out->before, err);
    out->known_file = status == HENG_OK;
    return status == HENG_NOT_FOUND ? HENG_OK : status;
}

heng_status heng_record_check(heng_str bytes, heng_str name,
                              const heng_check_vocabulary *vocabulary,
                              const heng_check_options *options, heng_arena *arena,
                              heng_recording *out, heng_error *err)
{
    assert(vocabulary && options && arena && out && err);
    heng_sheet_findings_init(&out->findings, arena);
    heng_status status = heng_accept(bytes, name, arena, &out->findings, &out->accepted, err);
    if (status || out->findings.found) return status;
    return heng_check(&out->accepted.workbook, vocabulary, options, arena, &out->findings,
                      &out->checked, err);
}

/* A put that met another value of the same cell and day is a finding, and the rest goes on, so that all
 * conflicts of a file are listed. Anything else ends it. */
typedef struct putting {
    heng_store *store;
    heng_recording *recording;
    heng_status worst;
    heng_error *err;
} putting;

static bool put_done(putting *p, heng_status status, const heng_put *done)
{
    if (status == HENG_OK) {
        p->recording->put_count[*done]++;
        return true;
    }
    p->worst = status;
    if (status != HENG_CONFLICT) return false;
    heng_finding_place place = {.file = p->recording->accepted.workbook.file};
    heng_finding_details details = {.en = {heng_str_from(p->err->message)}};
    heng_sheet_found(&p->recording->findings, &conflict_rule, place, &details);
    return true;
}

static bool put_context(putting *p)
{
    const heng_checked *rows = &p->recording->checked;
    heng_put done = HENG_PUT_KNOWN;
    bool go_on = true;
    for (size_t i = 0; go_on && i < rows->source_count; i++)
        go_on =
            put_done(p, heng_store_put_source(p->store, &rows->sources[i], &done, p->err), &done);
    for (size_t i = 0; go_on && i < rows->entity_count; i++)
        go_on =
            put_done(p, heng_store_put_entity(p->store, &rows->entities[i], &done, p->err), &done);
    for (size_t i = 0; go_on && i < rows->link_count; i++)
        go_on = put_done(p, heng_store_put_link(p->store, &rows->links[i], &done, p->err), &done);
    return go_on;
}

static bool put_values(putting *p)
{
    const heng_checked *rows = &p->recording->checked;
    heng_put done = HENG_PUT_KNOWN;
    bool go_on = true;
    for (size_t i = 0; go_on && i < rows->factor_count; i++)
        go_on =
            put_done(p, heng_store_put_row(p->store, &rows->factors[i].row, &done, p->err), &done);
    for (size_t i = 0; go_on && i < rows->fact_count; i++)
        go_on = put_done(p, heng_store_put_fact(p->store, &rows->facts[i], &done, p->err), &done);
    return go_on;
}

static heng_str kind_of(const heng_checked *rows)
{
    if (rows->fact_count) return HENG_STR("facts");
    if (rows->factor_count) return HENG_STR("factors");
    if (rows->entity_count) return HENG_STR("entities");
    if (rows->link_count) return HENG_STR("links");
    return HENG_STR("sources");
}

heng_status heng_record_put(heng_store *store, heng_str bytes, heng_str name,
                            heng_recording *recording, heng_error *err)
{
    assert(store && recording && recording->findings.found == 0);
    putting p = {.store = store, .recording = recording, .err = err};
    bool go_on = put_context(&p);
    if (go_on) put_values(&p);
    if (p.worst == HENG_CONFLICT)
        return heng_fail(err, HENG_REFUSED, 0, "%.*s says otherwise than the books in %zu places",
                         HENG_PRINT(name), recording->findings.found);
    if (p.worst) return p.worst;
    heng_import import = {
        .content = heng_hash_of(bytes),
        .name = name,
        .format =
            recording->accepted.format == HENG_FORMAT_XLSX ? HENG_STR("xlsx") : HENG_STR("csv"),
        .kind = kind_of(&recording->checked),
        .byte_count = bytes.length,
        .row_count = recording->checked.row_count,
    };
    memcpy(import.put_count, recording->put_count, sizeof import.put_count);
    return heng_store_put_import(store, &import, NULL, err);
}
