/* flow/serve/search.c: /search over regions, figures, factors and rules.
 *
 * Hits come by kind in that order, and within a kind those that begin with the words before those that
 * only hold them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/list.h"

typedef struct search {
    heng_call *call;
    heng_str query;
    bool prefix; /* the pass of those that begin with the query */
    size_t limit, written, total;
} search;

/* Takes what belongs to this pass; false when it is not a hit of it. */
static bool is_hit(search *of, const heng_str *fields, size_t field_count)
{
    if (!heng_serve__matches(of->query, fields, field_count)) return false;
    bool begins = false;
    for (size_t i = 0; i < field_count && !begins; i++)
        begins = heng_str_starts(fields[i], of->query);
    if (begins != of->prefix) return false;
    of->total++;
    return of->written < of->limit;
}

static void write_hit(search *of, const char *kind, heng_str code, heng_str label_en,
                      heng_str label_zh, heng_str detail_en, heng_str detail_zh)
{
    heng_json *json = &of->call->json;
    of->written++;
    heng_json_open_object(json);
    heng_json_put_string(json, "kind", heng_str_from(kind));
    heng_json_put_string(json, "code", code);
    heng_json_put_string(json, "label_en", label_en.length ? label_en : code);
    heng_json_put_string(json, "label_zh",
                         label_zh.length   ? label_zh
                         : label_en.length ? label_en
                                           : code);
    heng_json_put_string(json, "detail_en", detail_en);
    heng_json_put_string(json, "detail_zh", detail_zh.length ? detail_zh : detail_en);
    heng_json_close_object(json);
}

static void search_entities(search *of)
{
    const heng_world *world = of->call->view.world;
    for (size_t i = 0; i < world->entity_count; i++) {
        const heng_entity *entity = &world->entities[i];
        heng_str fields[] = {entity->code, entity->name_en, entity->name_zh, entity->standard_code};
        if (heng_str_is(entity->kind, "place") && is_hit(of, fields, 4))
            write_hit(of, "region", entity->code, entity->name_en, entity->name_zh, entity->level,
                      entity->standard_code);
    }
}

static void search_quantities(search *of, bool tables)
{
    const heng_program *program = of->call->context->program;
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        bool wanted = tables
                          ? info.kind == HENG_QUANTITY_TABLE
                          : info.kind == HENG_QUANTITY_OUTPUT || info.kind == HENG_QUANTITY_INPUT;
        heng_str fields[] = {info.name, info.label_en, info.label_zh, info.qualified};
        if (!wanted || !is_hit(of, fields, 4)) continue;
        write_hit(of, tables ? "factor" : "figure", tables ? info.qualified : info.name,
                  info.label_en, info.label_zh, info.method_label_en, info.method_label_zh);
    }
}

/* The first statement of each method stands for it; statements of a method stand together. */
static void search_methods(search *of)
{
    const heng_program *program = of->call->context->program;
    heng_str last = {"", 0};
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        heng_str fields[] = {info.method, info.method_label_en, info.method_label_zh, info.source};
        bool first = info.method.length && !heng_str_equal(info.method, last);
        last = info.method;
        if (first && is_hit(of, fields, 4))
            write_hit(of, "rule", info.method, info.method_label_en, info.method_label_zh,
                      info.source, info.source);
    }
}

static void search_kind(search *of, int kind)
{
    if (kind == 0) search_entities(of);
    if (kind == 1) search_quantities(of, false);
    if (kind == 2) search_quantities(of, true);
    if (kind == 3) search_methods(of);
}

heng_status heng_serve__search(heng_call *call, heng_error *err)
{
    (void)err;
    search of = {.call = call,
                 .query = heng_serve__argument(call, "q")->text,
                 .limit = (size_t)heng_serve__argument(call, "limit")->integer};
    heng_json_open_object(&call->json);
    heng_json_key(&call->json, "hits");
    heng_json_open_array(&call->json);
    for (int kind = 0; kind < 4; kind++) {
        of.prefix = true;
        search_kind(&of, kind);
        of.prefix = false;
        search_kind(&of, kind);
    }
    heng_json_close_array(&call->json);
    heng_json_put_integer(&call->json, "total", (int64_t)of.total);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
