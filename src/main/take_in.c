/* SPDX-License-Identifier: Apache-2.0 */
#include "main/take_in.h"

heng_status heng_take_in_vocabulary(heng_store *store, const heng_program *program,
                                    heng_arena *arena, heng_check_vocabulary *out, heng_error *err)
{
    const heng_entity *entities;
    const heng_source *sources;
    size_t entity_count, source_count;
    heng_status status =
        heng_store_entities(store, HENG_KNOWN_NOW, arena, &entities, &entity_count, err);
    if (!status) status = heng_store_sources(store, arena, &sources, &source_count, err);
    if (!status)
        status = heng_check_vocabulary_of(program, entities, entity_count, sources, source_count,
                                          arena, out, err);
    return status;
}

static void print_json(const heng_sheet_findings *findings, heng_text *text)
{
    heng_json json;
    heng_json_init(&json, text);
    heng_json_open_object(&json);
    heng_json_put_integer(&json, "found", (int64_t)findings->found);
    heng_json_key(&json, "findings");
    heng_json_open_array(&json);
    for (size_t i = 0; i < findings->count; i++)
        heng_sheet_finding_write_json(&findings->items[i], &json);
    heng_json_close_array(&json);
    heng_json_close_object(&json);
    heng_text_add_char(text, '\n');
}

void heng_print_findings(const heng_arguments *arguments, const heng_sheet_findings *findings)
{
    bool json = heng_given(arguments, "json");
    heng_text text;
    heng_text_init(&text, arguments->arena, (size_t)256 << 20);
    if (json) print_json(findings, &text);
    bool chinese = heng_wants_chinese(arguments);
    for (size_t i = 0; !json && i < findings->count; i++)
        heng_sheet_finding_print(&findings->items[i], chinese, &text);
    heng_str printed = heng_text_view(&text);
    fwrite(printed.at, 1, printed.length, json ? arguments->out : arguments->err);
}
