/* flow/serve/write.c: figures, entities, sources and factors as JSON and CSV.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"

#include <math.h>

/* ---- small members --------------------------------------------------------------------------- */

void heng_serve__put_text_or_null(heng_json *json, const char *key, heng_str text)
{
    heng_json_key(json, key);
    if (text.length)
        heng_json_string(json, text);
    else
        heng_json_null(json);
}

void heng_serve__put_number_or_null(heng_json *json, const char *key, bool known, double number)
{
    heng_json_key(json, key);
    if (known && isfinite(number))
        heng_json_number(json, number);
    else
        heng_json_null(json);
}

void heng_serve__put_recorded(heng_json *json, const char *key, heng_instant recorded)
{
    char text[HENG_INSTANT_TEXT];
    heng_str view = {NULL, 0};
    if (recorded != HENG_INSTANT_MIN && recorded != HENG_INSTANT_MAX)
        view = (heng_str){text, heng_instant_write(recorded, text)};
    heng_serve__put_text_or_null(json, key, view);
}

void heng_serve__put_as_of(heng_call *call)
{
    for (unsigned i = 0; i < call->route->parameter_count; i++)
        if (call->route->parameters[i].kind == HENG_PARAMETER_DAY)
            heng_serve__put_text_or_null(&call->json, "as_of", call->arguments[i].text);
}

void heng_serve__put_scenario(heng_call *call)
{
    heng_str scenario = call->view.scenario;
    if (!scenario.length) scenario.at = NULL;
    heng_serve__put_text_or_null(&call->json, "scenario", scenario);
}

static void put_month(heng_json *json, const char *key, int32_t month)
{
    char text[HENG_PERIOD_TEXT];
    heng_str view = {NULL, 0};
    if (month != INT32_MIN && month != INT32_MAX)
        view = (heng_str){text, heng_period_write((heng_period){HENG_MONTH, month}, text)};
    heng_serve__put_text_or_null(json, key, view);
}

void heng_serve__put_valid(heng_json *json, heng_span valid)
{
    heng_json_key(json, "valid");
    heng_json_open_object(json);
    put_month(json, "from", valid.first_month);
    put_month(json, "to", valid.last_month);
    heng_json_close_object(json);
}

/* ---- values ---------------------------------------------------------------------------------- */

const char *heng_serve__state_name(const heng_value *value)
{
    if (value->state == HENG_STATE_KNOWN) return "known";
    if (value->state == HENG_STATE_NOT_IN_FORCE) return "not_in_force";
    return heng_serve__is_incomplete(value) ? "incomplete" : "unknown";
}

/* Something below the value was found, so that its evidence means something. */
static bool has_evidence(const heng_value *value)
{
    return value->state == HENG_STATE_KNOWN || value->have > 0;
}

/* The engine keeps shares cumulative from the best; a client wants each by itself. */
static double share_of(const heng_value *value, int quality)
{
    double below = quality ? (double)value->quality[quality - 1] : 0;
    double share = (double)value->quality[quality] - below;
    return share > 0 ? share : 0;
}

static const char *const share_names[HENG_QUALITY_COUNT] = {"measured", "reported", "defaulted",
                                                            "estimated"};

/* What rests on no fact at all, such as a target's due share, has no quality. */
static void put_quality(heng_json *json, const heng_value *value)
{
    heng_json_key(json, "quality");
    if (value->state != HENG_STATE_KNOWN || value->want <= 0) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    for (int i = 0; i < HENG_QUALITY_COUNT; i++)
        heng_json_put_number(json, share_names[i], share_of(value, i));
    heng_json_close_object(json);
}

void heng_serve__put_value(heng_call *call, const heng_value *value, const heng_quantity_info *info,
                           heng_str unit)
{
    heng_json *json = &call->json;
    heng_str word, en, zh;
    bool known = value->state == HENG_STATE_KNOWN;
    bool is_word = info && known && heng_serve__word(info, value->number, &word, &en, &zh);
    heng_serve__put_number_or_null(json, "value", known && !is_word, value->number);
    if (is_word) {
        heng_json_put_string(json, "word", word);
        heng_json_put_string(json, "word_en", en);
        heng_json_put_string(json, "word_zh", zh);
    }
    heng_json_put_string(json, "unit", unit);
    heng_json_put_string(json, "state", heng_str_from(heng_serve__state_name(value)));
    heng_serve__put_number_or_null(json, "at_least", heng_serve__is_incomplete(value),
                                   value->at_least);
    heng_json_put_number(json, "have", value->have);
    heng_json_put_number(json, "want", value->want);
    heng_serve__put_text_or_null(
        json, "evidence",
        heng_str_from(has_evidence(value) ? heng_evidence_name(value->evidence) : NULL));
    put_quality(json, value);
}

/* ---- figures --------------------------------------------------------------------------------- */

static heng_str address_of(const heng_call *call, const heng_point *point)
{
    heng_str address;
    heng_error ignored;
    if (heng_figure_write(call->context->program, point, call->arena, &address, &ignored) !=
        HENG_OK)
        return (heng_str){"", 0};
    return address;
}

static const char *origin_of(const heng_quantity_info *info)
{
    return info->kind == HENG_QUANTITY_INPUT ? "recorded" : "computed";
}

static heng_str period_text(heng_arena *arena, heng_period period)
{
    char text[HENG_PERIOD_TEXT];
    size_t length = heng_period_write(period, text);
    return heng_str_copy(arena, (heng_str){text, length});
}

void heng_serve__write_figure(heng_call *call, const heng_figure *figure)
{
    heng_json *json = &call->json;
    const heng_quantity_info *info = figure->info;
    heng_json_open_object(json);
    heng_json_put_string(json, "figure", address_of(call, &figure->point));
    heng_json_put_string(json, "name", info->name);
    heng_json_put_string(json, "entity", figure->point.entity);
    heng_json_put_string(json, "period", period_text(call->arena, figure->point.period));
    if (figure->point.key_count) {
        heng_json_key(json, "keys");
        heng_json_open_array(json);
        for (unsigned i = 0; i < figure->point.key_count; i++)
            heng_json_string(json, figure->point.keys[i]);
        heng_json_close_array(json);
        heng_serve__put_key_labels(json, info, &figure->point);
    }
    heng_json_put_string(json, "label_en", info->label_en.length ? info->label_en : info->name);
    heng_json_put_string(json, "label_zh",
                         info->label_zh.length   ? info->label_zh
                         : info->label_en.length ? info->label_en
                                                 : info->name);
    heng_json_put_string(json, "origin", heng_str_from(origin_of(info)));
    heng_serve__put_value(call, &figure->value, info, info->unit);
    if (call->intervals) heng_serve__put_interval(call, figure);
    heng_json_close_object(json);
}

void heng_serve__put_figure(heng_call *call, const char *key, const heng_figure *figure)
{
    heng_json_key(&call->json, key);
    if (figure->found)
        heng_serve__write_figure(call, figure);
    else
        heng_json_null(&call->json);
}

void heng_serve__write_point(heng_call *call, const heng_figure *figure, heng_period period)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_put_string(json, "period", period_text(call->arena, period));
    heng_serve__put_number_or_null(json, "value", heng_serve__is_known(figure),
                                   figure->value.number);
    heng_json_put_string(json, "state", heng_str_from(heng_serve__state_name(&figure->value)));
    heng_json_close_object(json);
}

void heng_serve__put_address(heng_call *call, const char *key, const heng_figure *figure)
{
    heng_json_put_string(&call->json, key,
                         figure->found ? address_of(call, &figure->point) : (heng_str){"", 0});
}

const char heng_serve__figure_headings[] =
    "figure entity period name keys value unit state at_least have want evidence origin measured "
    "reported defaulted estimated label_en label_zh";

static void write_keys_cell(heng_call *call, heng_csv *csv, const heng_point *point)
{
    heng_text keys;
    heng_text_init(&keys, call->arena, 4096);
    for (unsigned i = 0; i < point->key_count; i++) {
        if (i) heng_text_add_char(&keys, ';');
        heng_text_add(&keys, point->keys[i]);
    }
    heng_serve__csv_text(csv, heng_text_view(&keys));
}

static void write_number_cell(heng_csv *csv, bool known, double number)
{
    if (known && isfinite(number))
        heng_serve__csv_number(csv, number);
    else
        heng_serve__csv_empty(csv);
}

void heng_serve__write_figure_row(heng_call *call, heng_csv *csv, const heng_figure *figure)
{
    const heng_value *value = &figure->value;
    const heng_quantity_info *info = figure->info;
    bool known = value->state == HENG_STATE_KNOWN;
    heng_str word, en, zh;
    heng_serve__csv_text(csv, address_of(call, &figure->point));
    heng_serve__csv_text(csv, figure->point.entity);
    heng_serve__csv_text(csv, period_text(call->arena, figure->point.period));
    heng_serve__csv_text(csv, info->name);
    write_keys_cell(call, csv, &figure->point);
    if (known && heng_serve__word(info, value->number, &word, &en, &zh))
        heng_serve__csv_text(csv, word);
    else
        write_number_cell(csv, known, value->number);
    heng_serve__csv_text(csv, info->unit);
    heng_serve__csv_literal(csv, heng_serve__state_name(value));
    write_number_cell(csv, heng_serve__is_incomplete(value), value->at_least);
    heng_serve__csv_number(csv, value->have);
    heng_serve__csv_number(csv, value->want);
    heng_serve__csv_literal(csv, has_evidence(value) ? heng_evidence_name(value->evidence) : "");
    heng_serve__csv_literal(csv, origin_of(info));
    for (int i = 0; i < HENG_QUALITY_COUNT; i++)
        write_number_cell(csv, known && value->want > 0, share_of(value, i));
    heng_serve__csv_text(csv, info->label_en);
    heng_serve__csv_text(csv, info->label_zh);
    heng_serve__csv_end_row(csv);
}

/* ---- entities, sources, factors -------------------------------------------------------------- */

void heng_serve__write_entity(heng_call *call, const heng_entity *entity)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_put_string(json, "code", entity->code);
    heng_json_put_string(json, "kind", entity->kind);
    heng_json_put_string(json, "level", entity->level);
    heng_json_put_string(json, "name_en", entity->name_en);
    heng_json_put_string(json, "name_zh", entity->name_zh);
    heng_json_put_string(json, "standard_code", entity->standard_code);
    heng_serve__put_text_or_null(json, "parent", heng_serve__parent(call, entity));
    heng_json_close_object(json);
}

void heng_serve__write_source(heng_call *call, heng_str code)
{
    heng_json *json = &call->json;
    heng_source unknown = {.code = code};
    const heng_source *source = heng_serve__source(call, code);
    if (!source) source = &unknown;
    heng_json_open_object(json);
    heng_json_put_string(json, "code", source->code);
    heng_json_put_string(json, "title", source->title);
    heng_json_put_string(json, "publisher", source->publisher);
    heng_json_put_string(json, "published", source->published);
    heng_json_put_string(json, "where", source->where);
    heng_json_put_string(json, "licence", source->licence);
    heng_json_close_object(json);
}

/* The quantity of a table row; without it labels are empty. */
static bool table_of(const heng_call *call, heng_str qualified, heng_quantity_info *out)
{
    size_t count = heng_program_quantity_count(call->context->program);
    for (size_t i = 0; i < count; i++) {
        heng_program_quantity(call->context->program, i, out);
        if (out->kind == HENG_QUANTITY_TABLE && heng_str_equal(out->qualified, qualified))
            return true;
    }
    *out = (heng_quantity_info){0};
    return false;
}

void heng_serve__put_key_as(heng_json *json, const char *name, const heng_list_info *list,
                            heng_str key)
{
    heng_str en = key, zh = key;
    for (size_t i = 0; list && i < list->member_count; i++) {
        if (!heng_str_equal(list->members[i], key)) continue;
        if (list->member_labels_en[i].length) en = list->member_labels_en[i];
        if (list->member_labels_zh[i].length) zh = list->member_labels_zh[i];
    }
    heng_json_put_string(json, name, key);
    heng_json_put_string(json, "label_en", en);
    heng_json_put_string(json, "label_zh", zh);
}

void heng_serve__put_key(heng_json *json, const heng_list_info *list, heng_str key)
{
    heng_serve__put_key_as(json, "key", list, key);
}

void heng_serve__write_key(heng_json *json, const heng_list_info *list, heng_str key)
{
    heng_json_open_object(json);
    heng_serve__put_key(json, list, key);
    heng_json_close_object(json);
}

void heng_serve__put_key_labels(heng_json *json, const heng_quantity_info *info,
                                const heng_point *point)
{
    heng_json_key(json, "key_labels");
    heng_json_open_array(json);
    for (unsigned i = 0; i < point->key_count; i++)
        heng_serve__write_key(json, i < info->key_count ? info->keys[i] : NULL, point->keys[i]);
    heng_json_close_array(json);
}

void heng_serve__write_factor(heng_call *call, const heng_table_row *row)
{
    heng_json *json = &call->json;
    heng_quantity_info info;
    table_of(call, row->qualified, &info);
    bool is_word = info.list || info.yes_no;
    heng_json_open_object(json);
    heng_json_put_string(json, "table", row->table);
    heng_json_put_string(json, "qualified", row->qualified);
    heng_json_put_string(json, "label_en", info.label_en);
    heng_json_put_string(json, "label_zh", info.label_zh);
    heng_serve__put_text_or_null(json, "member", row->member);
    heng_json_key(json, "keys");
    heng_json_open_array(json);
    for (unsigned i = 0; i < row->key_count; i++)
        heng_serve__write_key(json, i < info.key_count ? info.keys[i] : NULL, row->keys[i]);
    heng_json_close_array(json);
    heng_serve__put_number_or_null(json, "value", row->notation == HENG_VALUE && !is_word,
                                   row->value);
    heng_serve__put_text_or_null(
        json, "word", is_word && row->notation == HENG_VALUE ? row->text : (heng_str){NULL, 0});
    heng_json_put_string(json, "text", row->text);
    heng_json_put_string(json, "unit", row->unit);
    heng_json_put_string(json, "notation", heng_str_from(heng_notation_name(row->notation)));
    heng_serve__put_valid(json, row->valid);
    heng_json_put_string(json, "evidence", heng_str_from(heng_evidence_name(row->evidence)));
    heng_json_put_string(json, "uncertainty", row->uncertainty);
    heng_json_key(json, "source");
    heng_serve__write_source(call, row->source);
    heng_serve__put_recorded(json, "recorded", row->recorded);
    heng_json_put_string(json, "origin",
                         row->recorded == HENG_INSTANT_MIN ? HENG_STR("rules") : HENG_STR("store"));
    heng_json_put_string(json, "file", row->file);
    heng_json_put_integer(json, "line", row->line);
    heng_json_close_object(json);
}
