/* flow/serve/about.c: /about and /health.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"

/* The day of an instant, "2026-02-28". */
static void put_day(heng_json *json, const char *key, bool known, heng_instant instant)
{
    char text[HENG_INSTANT_TEXT];
    heng_str view = {NULL, 0};
    if (known) view = (heng_str){text, heng_instant_write(instant, text)};
    if (view.length > 10) view.length = 10;
    heng_serve__put_text_or_null(json, key, view);
}

static void put_limits(heng_call *call)
{
    const heng_world *world = call->view.world;
    heng_instant first = HENG_INSTANT_MAX, last = HENG_INSTANT_MIN;
    for (size_t i = 0; i < world->fact_count; i++) {
        if (world->facts[i].recorded < first) first = world->facts[i].recorded;
        if (world->facts[i].recorded > last) last = world->facts[i].recorded;
    }
    heng_json_key(&call->json, "as_of");
    heng_json_open_object(&call->json);
    put_day(&call->json, "first", world->fact_count > 0, first);
    put_day(&call->json, "last", world->fact_count > 0, last);
    heng_json_close_object(&call->json);
}

static void put_pack(heng_call *call)
{
    char hash[HENG_HASH_TEXT];
    heng_hash_write(heng_program_hash(call->context->program), hash);
    heng_json_key(&call->json, "pack");
    heng_json_open_object(&call->json);
    heng_json_put_string(&call->json, "name", call->context->pack_name);
    heng_json_put_string(&call->json, "version", call->context->pack_version);
    heng_json_put_string(&call->json, "hash", heng_str_from(hash));
    heng_json_close_object(&call->json);
}

/* Methods are counted where a statement belongs to another method than the one before. */
static int64_t count_methods(const heng_program *program)
{
    int64_t count = 0;
    heng_str last = {"", 0};
    for (size_t i = 0; i < heng_program_quantity_count(program); i++) {
        heng_quantity_info info;
        heng_program_quantity(program, i, &info);
        if (info.method.length && !heng_str_equal(info.method, last)) count++;
        last = info.method;
    }
    return count;
}

static void put_counts(heng_call *call)
{
    heng_json *json = &call->json;
    const heng_world *world = call->view.world;
    const heng_program *program = call->context->program;
    heng_json_key(json, "counts");
    heng_json_open_object(json);
    heng_json_put_integer(json, "entities", (int64_t)world->entity_count);
    heng_json_put_integer(json, "facts", (int64_t)world->fact_count);
    heng_json_put_integer(json, "factors",
                          (int64_t)(heng_program_row_count(program) + world->row_count));
    heng_json_put_integer(json, "quantities", (int64_t)heng_program_quantity_count(program));
    heng_json_put_integer(json, "methods", count_methods(program));
    heng_json_put_integer(json, "sources", (int64_t)call->view.source_count);
    heng_json_close_object(json);
}

heng_status heng_serve__about(heng_call *call, heng_error *err)
{
    (void)err;
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_put_string(json, "name", HENG_STR("Heng"));
    heng_json_put_string(json, "name_zh", HENG_STR("衡"));
    heng_json_put_string(json, "version", call->context->version);
    heng_json_put_string(json, "licence", HENG_STR("Apache-2.0"));
    put_pack(call);
    put_limits(call);
    put_counts(call);
    heng_json_close_object(json);
    return HENG_OK;
}

heng_status heng_serve__health(heng_call *call, heng_error *err)
{
    (void)err;
    heng_json_open_object(&call->json);
    heng_json_put_string(&call->json, "status", HENG_STR("ok"));
    heng_json_close_object(&call->json);
    return HENG_OK;
}
