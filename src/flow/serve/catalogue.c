/* flow/serve/catalogue.c: the lists behind the figures: entities, sources, quantities, methods.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/list.h"

#include <assert.h>

/* ---- entities and sources -------------------------------------------------------------------- */

static bool wants_entity(const heng_call *call, const heng_entity *entity)
{
    const heng_argument *level = heng_serve__argument(call, "level");
    const heng_argument *parent = heng_serve__argument(call, "parent");
    const heng_argument *query = heng_serve__argument(call, "q");
    if (level->given && !heng_str_equal(level->text, entity->level)) return false;
    heng_str fields[] = {entity->code, entity->name_en, entity->name_zh, entity->standard_code};
    if (query->given && !heng_serve__matches(query->text, fields, 4)) return false;
    return !parent->given || heng_str_equal(parent->text, heng_serve__parent(call, entity));
}

static void write_entity_row(heng_call *call, heng_csv *csv, const heng_entity *entity)
{
    heng_serve__csv_text(csv, entity->code);
    heng_serve__csv_text(csv, entity->kind);
    heng_serve__csv_text(csv, entity->level);
    heng_serve__csv_text(csv, entity->name_en);
    heng_serve__csv_text(csv, entity->name_zh);
    heng_serve__csv_text(csv, entity->standard_code);
    heng_serve__csv_text(csv, heng_serve__parent(call, entity));
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__entities(heng_call *call, heng_error *err)
{
    (void)err;
    heng_page_of page;
    heng_csv csv;
    if (!heng_serve__page(call, &page)) return HENG_OK;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv, "code kind level name_en name_zh standard_code parent");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    const heng_world *world = call->view.world;
    for (size_t i = 0; i < world->entity_count; i++) {
        const heng_entity *entity = &world->entities[i];
        if (!wants_entity(call, entity) || !heng_serve__page_takes(&page)) continue;
        if (call->csv)
            write_entity_row(call, &csv, entity);
        else
            heng_serve__write_entity(call, entity);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_serve__put_page(call, &page);
    heng_json_close_object(&call->json);
    return HENG_OK;
}

static void write_source_row(heng_csv *csv, const heng_source *source)
{
    heng_serve__csv_text(csv, source->code);
    heng_serve__csv_text(csv, source->title);
    heng_serve__csv_text(csv, source->publisher);
    heng_serve__csv_text(csv, source->published);
    heng_serve__csv_text(csv, source->where);
    heng_serve__csv_text(csv, source->licence);
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__sources(heng_call *call, heng_error *err)
{
    (void)err;
    heng_page_of page;
    heng_csv csv;
    if (!heng_serve__page(call, &page)) return HENG_OK;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv, "code title publisher published where licence");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    heng_str query = heng_serve__argument(call, "q")->text;
    for (size_t i = 0; i < call->view.source_count; i++) {
        const heng_source *source = &call->view.sources[i];
        heng_str fields[] = {source->code, source->title, source->publisher, source->published};
        if (!heng_serve__matches(query, fields, 4) || !heng_serve__page_takes(&page)) continue;
        if (call->csv)
            write_source_row(&csv, source);
        else
            heng_serve__write_source(call, source->code);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_serve__put_page(call, &page);
    heng_json_close_object(&call->json);
    return HENG_OK;
}

/* ---- quantities ------------------------------------------------------------------------------ */

/* A parameter is a table that a scenario may set; for those who look for such it is a kind of its own. */
static const char *kind_name(const heng_quantity_info *info)
{
    static const char *const names[] = {"input", "table", "rule", "output"};
    return info->parameter ? "parameter" : names[info->kind];
}

static void put_bounds(heng_json *json, const heng_quantity_info *info)
{
    heng_json_key(json, "bounds");
    if (!info->bounded) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_number(json, "least", info->least);
    heng_json_put_number(json, "most", info->most);
    heng_json_close_object(json);
}

static heng_str key_name(const heng_quantity_info *info, size_t index)
{
    return info->keys[index] ? info->keys[index]->name : HENG_STR("number");
}

static void write_quantity(heng_json *json, const heng_quantity_info *info)
{
    heng_json_open_object(json);
    heng_json_put_string(json, "name", info->name);
    heng_json_put_string(json, "qualified", info->qualified);
    heng_json_put_string(json, "kind", heng_str_from(kind_name(info)));
    heng_json_put_string(json, "label_en", info->label_en);
    heng_json_put_string(json, "label_zh", info->label_zh);
    heng_json_put_string(json, "unit", info->unit);
    heng_json_key(json, "keys");
    heng_json_open_array(json);
    for (size_t i = 0; i < info->key_count; i++) heng_json_string(json, key_name(info, i));
    heng_json_close_array(json);
    heng_json_put_string(json, "level", info->kind_or_level);
    heng_json_put_string(json, "grain", heng_str_from(heng_grain_name(info->grain)));
    heng_json_put_string(json, "method", info->method);
    heng_json_put_string(json, "method_en", info->method_label_en);
    heng_json_put_string(json, "method_zh", info->method_label_zh);
    heng_json_put_string(json, "source", info->source);
    heng_json_put_string(json, "evidence", heng_str_from(heng_evidence_name(info->evidence)));
    heng_json_put_string(json, "file", info->file);
    heng_json_put_integer(json, "line", info->line);
    heng_json_put_string(json, "text", info->text);
    put_bounds(json, info);
    heng_json_close_object(json);
}

static void write_quantity_row(heng_call *call, heng_csv *csv, const heng_quantity_info *info)
{
    heng_text keys;
    heng_text_init(&keys, call->arena, 4096);
    for (size_t i = 0; i < info->key_count; i++) {
        if (i) heng_text_add_char(&keys, ';');
        heng_text_add(&keys, key_name(info, i));
    }
    heng_serve__csv_text(csv, info->qualified);
    heng_serve__csv_literal(csv, kind_name(info));
    heng_serve__csv_text(csv, info->label_en);
    heng_serve__csv_text(csv, info->label_zh);
    heng_serve__csv_text(csv, info->unit);
    heng_serve__csv_text(csv, heng_text_view(&keys));
    heng_serve__csv_text(csv, info->kind_or_level);
    heng_serve__csv_literal(csv, heng_grain_name(info->grain));
    heng_serve__csv_text(csv, info->method);
    heng_serve__csv_text(csv, info->source);
    heng_serve__csv_literal(csv, heng_evidence_name(info->evidence));
    heng_serve__csv_text(csv, info->file);
    heng_serve__csv_integer(csv, info->line);
    heng_serve__csv_text(csv, info->text);
    heng_serve__csv_end_row(csv);
}

static bool wants_quantity(const heng_call *call, const heng_quantity_info *info)
{
    const heng_argument *kind = heng_serve__argument(call, "kind");
    const heng_argument *method = heng_serve__argument(call, "method");
    if (kind->given && !heng_str_is(kind->text, kind_name(info))) return false;
    if (method->given && !heng_str_equal(method->text, info->method)) return false;
    heng_str fields[] = {info->qualified, info->label_en, info->label_zh};
    return heng_serve__matches(heng_serve__argument(call, "q")->text, fields, 3);
}

heng_status heng_serve__quantities(heng_call *call, heng_error *err)
{
    (void)err;
    heng_csv csv;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv, "qualified kind label_en label_zh unit keys level grain "
                                       "method source evidence file line text");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    for (size_t i = 0; i < heng_program_quantity_count(call->context->program); i++) {
        heng_quantity_info info;
        heng_program_quantity(call->context->program, i, &info);
        if (!wants_quantity(call, &info)) continue;
        if (call->csv)
            write_quantity_row(call, &csv, &info);
        else
            write_quantity(&call->json, &info);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}

/* ---- methods --------------------------------------------------------------------------------- */

/* The statements of one method; `first` says whose it is. */
typedef struct method {
    const heng_program *program;
    heng_quantity_info first;
} method;

static bool is_of(const method *of, const heng_quantity_info *info)
{
    return heng_str_equal(info->method, of->first.method);
}

static bool find_method(const heng_program *program, heng_str name, method *out)
{
    out->program = program;
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_program_quantity(program, i, &out->first);
        if (name.length && heng_str_equal(out->first.method, name)) return true;
    }
    return false;
}

/* Whether statement `index` is the first of its method. */
static bool begins_method(const heng_program *program, size_t index, method *out)
{
    out->program = program;
    heng_program_quantity(program, index, &out->first);
    if (!out->first.method.length) return false;
    for (size_t i = 0; i < index; i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        if (is_of(out, &info)) return false;
    }
    return true;
}

static void put_names(heng_json *json, const char *key, const method *of, heng_quantity_kind kind)
{
    heng_json_key(json, key);
    heng_json_open_array(json);
    for (size_t i = 0; i < heng_program_quantity_count(of->program); i++) {
        heng_quantity_info info;
        heng_program_quantity(of->program, i, &info);
        if (is_of(of, &info) && info.kind == kind) heng_json_string(json, info.name);
    }
    heng_json_close_array(json);
}

static void put_method(heng_json *json, const method *of)
{
    heng_json_put_string(json, "method", of->first.method);
    heng_json_put_string(json, "label_en", of->first.method_label_en);
    heng_json_put_string(json, "label_zh", of->first.method_label_zh);
    heng_json_put_string(json, "file", of->first.file);
    heng_json_put_integer(json, "line", of->first.line);
    heng_json_put_string(json, "source", of->first.source);
    heng_json_put_string(json, "evidence", heng_str_from(heng_evidence_name(of->first.evidence)));
    heng_json_put_string(json, "level", of->first.kind_or_level);
    heng_json_put_string(json, "grain", heng_str_from(heng_grain_name(of->first.grain)));
    put_names(json, "inputs", of, HENG_QUANTITY_INPUT);
    put_names(json, "outputs", of, HENG_QUANTITY_OUTPUT);
    put_names(json, "tables", of, HENG_QUANTITY_TABLE);
}

static void write_method_row(heng_csv *csv, const method *of)
{
    heng_serve__csv_text(csv, of->first.method);
    heng_serve__csv_text(csv, of->first.method_label_en);
    heng_serve__csv_text(csv, of->first.method_label_zh);
    heng_serve__csv_text(csv, of->first.file);
    heng_serve__csv_integer(csv, of->first.line);
    heng_serve__csv_text(csv, of->first.source);
    heng_serve__csv_literal(csv, heng_evidence_name(of->first.evidence));
    heng_serve__csv_text(csv, of->first.kind_or_level);
    heng_serve__csv_literal(csv, heng_grain_name(of->first.grain));
    heng_serve__csv_end_row(csv);
}

heng_status heng_serve__rules(heng_call *call, heng_error *err)
{
    (void)err;
    heng_csv csv;
    if (call->csv) {
        heng_serve__csv_init(&csv, &call->body);
        heng_serve__csv_headings(&csv,
                                 "method label_en label_zh file line source evidence level grain");
    } else {
        heng_json_open_object(&call->json);
        heng_json_key(&call->json, "rows");
        heng_json_open_array(&call->json);
    }
    const heng_program *program = call->context->program;
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        method of;
        if (!begins_method(program, i, &of)) continue;
        if (call->csv) {
            write_method_row(&csv, &of);
            continue;
        }
        heng_json_open_object(&call->json);
        put_method(&call->json, &of);
        heng_json_close_object(&call->json);
    }
    if (call->csv) return HENG_OK;
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}

static heng_str file_text(const heng_call *call, heng_str name)
{
    for (size_t i = 0; i < call->context->file_count; i++)
        if (heng_str_equal(call->context->files[i].name, name)) return call->context->files[i].text;
    return (heng_str){"", 0};
}

heng_status heng_serve__rule(heng_call *call, heng_error *err)
{
    (void)err;
    heng_json *json = &call->json;
    heng_str name = heng_serve__argument(call, "method")->text;
    method of;
    if (!find_method(call->context->program, name, &of)) {
        heng_serve__not_found(call, "method", "方法", name, "See /api/v1/rules for the list.",
                              "清单见 /api/v1/rules。");
        return HENG_OK;
    }
    heng_json_open_object(json);
    put_method(json, &of);
    heng_json_put_string(json, "text", file_text(call, of.first.file));
    heng_json_key(json, "statements");
    heng_json_open_array(json);
    for (size_t i = 0; i < heng_program_quantity_count(of.program); i++) {
        heng_quantity_info info;
        heng_program_quantity(of.program, i, &info);
        if (is_of(&of, &info)) write_quantity(json, &info);
    }
    heng_json_close_array(json);
    heng_json_close_object(json);
    return HENG_OK;
}
