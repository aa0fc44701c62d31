/* flow/serve/explain.c: /explain, the derivation of a figure with a hash at every node.
 *
 * The hash of a node is BLAKE2b-256 over its canonical content: one line "name TAB text LF" for each
 * member that says what the node is and whence (not for labels, which are for people), then the hashes
 * of its children in order. Numbers are written shortest, so that the same figure has the same hash on
 * any machine; a change anywhere below changes it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/figure.h"
#include "flow/serve/view.h"

#include <math.h>

/* What one node says of itself, formula and texts included. */
enum { CANONICAL_BYTES_MAX = 1 << 20 };

static const char *const kind_names[] = {"rule", "fact", "absent", "cell", "literal", "note"};

/* ---- the hash -------------------------------------------------------------------------------- */

static void add_line(heng_text *text, const char *name, heng_str value)
{
    heng_text_print(text, "%s\t", name);
    heng_text_add(text, value);
    heng_text_add_char(text, '\n');
}

static void add_number(heng_text *text, const char *name, double value)
{
    heng_text_print(text, "%s\t", name);
    if (isfinite(value)) heng_text_add_number(text, value);
    heng_text_add_char(text, '\n');
}

static void add_fact(heng_text *text, const heng_fact *fact)
{
    char recorded[HENG_INSTANT_TEXT];
    size_t length = heng_instant_write(fact->recorded, recorded);
    add_line(text, "fact", fact->text);
    add_line(text, "fact_unit", fact->unit);
    add_line(text, "fact_notation", heng_str_from(heng_notation_name(fact->notation)));
    add_line(text, "fact_quality", heng_str_from(heng_quality_name(fact->quality)));
    add_line(text, "fact_evidence", heng_str_from(heng_evidence_name(fact->evidence)));
    add_line(text, "fact_source", fact->source);
    add_line(text, "fact_recorded", (heng_str){recorded, length});
}

static void add_row(heng_text *text, const heng_table_row *row)
{
    add_line(text, "row_table", row->qualified);
    add_line(text, "row_member", row->member);
    for (unsigned i = 0; i < row->key_count; i++) add_line(text, "row_key", row->keys[i]);
    add_line(text, "row", row->text);
    add_line(text, "row_unit", row->unit);
    add_number(text, "row_from", row->valid.first_month);
    add_number(text, "row_to", row->valid.last_month);
    add_line(text, "row_evidence", heng_str_from(heng_evidence_name(row->evidence)));
    add_line(text, "row_source", row->source);
}

static heng_hash hash_of(heng_call *call, const heng_node *node, const heng_hash *children)
{
    heng_text text;
    heng_arena_mark here = heng_arena_here(call->arena);
    heng_text_init(&text, call->arena, CANONICAL_BYTES_MAX);
    add_line(&text, "kind", heng_str_from(kind_names[node->kind]));
    add_line(&text, "figure", node->figure);
    add_line(&text, "operation", node->operation);
    add_line(&text, "formula", node->formula);
    add_line(&text, "note", node->note);
    add_line(&text, "state", heng_str_from(heng_serve__state_name(&node->value)));
    if (node->value.state == HENG_STATE_KNOWN) add_number(&text, "value", node->value.number);
    if (heng_serve__is_incomplete(&node->value))
        add_number(&text, "at_least", node->value.at_least);
    add_line(&text, "word", node->word);
    add_line(&text, "unit", node->unit);
    if (node->kind == HENG_NODE_FACT && node->fact) add_fact(&text, node->fact);
    if (node->kind == HENG_NODE_CELL) add_row(&text, &node->row);
    for (size_t i = 0; i < node->child_count; i++) {
        char child[HENG_HASH_TEXT];
        heng_hash_write(children[i], child);
        add_line(&text, "child", heng_str_from(child));
    }
    heng_hash hash = heng_hash_of(heng_text_view(&text));
    if (text.failed) call->body.failed = true;
    heng_arena_rewind(call->arena, here);
    return hash;
}

/* ---- a node ---------------------------------------------------------------------------------- */

static void put_fact(heng_call *call, const heng_node *node)
{
    heng_json *json = &call->json;
    heng_json_key(json, "fact");
    if (node->kind != HENG_NODE_FACT || !node->fact) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_string(json, "text", node->fact->text);
    heng_json_put_string(json, "unit", node->fact->unit);
    heng_json_put_string(json, "quality", heng_str_from(heng_quality_name(node->fact->quality)));
    heng_serve__put_recorded(json, "recorded", node->fact->recorded);
    heng_json_put_string(json, "note", node->fact->note);
    heng_json_put_string(json, "uncertainty", node->fact->uncertainty);
    heng_json_key(json, "source");
    heng_serve__write_source(call, node->fact->source);
    heng_json_close_object(json);
}

static void put_rule(heng_call *call, const heng_node *node)
{
    heng_json *json = &call->json;
    const heng_quantity_info *rule = &node->rule;
    heng_json_key(json, "rule");
    if (node->kind != HENG_NODE_RULE && node->kind != HENG_NODE_CELL) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_string(json, "name", rule->name);
    heng_json_put_string(json, "method", rule->method);
    heng_json_put_string(json, "method_en", rule->method_label_en);
    heng_json_put_string(json, "method_zh", rule->method_label_zh);
    heng_json_put_string(json, "file", rule->file);
    heng_json_put_integer(json, "line", rule->line);
    heng_json_put_string(json, "source", rule->source);
    heng_json_put_string(json, "evidence", heng_str_from(heng_evidence_name(rule->evidence)));
    heng_serve__put_valid(json, node->valid);
    heng_json_close_object(json);
}

/* "key_labels", where the address of the node has keys. */
static void put_keys(heng_call *call, const heng_node *node)
{
    heng_point point;
    heng_error err;
    if (heng_str_find(node->figure, HENG_STR("["), 0) == SIZE_MAX) return;
    if (heng_figure_parse(call->context->program, call->view.world, node->figure, call->arena,
                          &point, &err))
        return;
    heng_quantity_info info;
    heng_program_quantity(call->context->program, point.quantity, &info);
    heng_serve__put_key_labels(&call->json, &info, &point);
}

static void put_members(heng_call *call, const heng_node *node)
{
    heng_json *json = &call->json;
    bool ruled = node->kind == HENG_NODE_RULE || node->kind == HENG_NODE_CELL;
    heng_json_put_string(json, "kind", heng_str_from(kind_names[node->kind]));
    heng_json_put_string(json, "figure", node->figure);
    heng_json_put_string(json, "label_en", node->label_en);
    heng_json_put_string(json, "label_zh", node->label_zh.length ? node->label_zh : node->label_en);
    put_keys(call, node);
    heng_json_put_string(json, "operation", node->operation);
    heng_json_put_string(json, "formula", node->formula);
    heng_json_put_string(json, "note", node->note);
    heng_serve__put_value(call, &node->value, ruled ? &node->rule : NULL, node->unit);
    put_fact(call, node);
    heng_json_key(json, "row");
    if (node->kind == HENG_NODE_CELL)
        heng_serve__write_factor(call, &node->row);
    else
        heng_json_null(json);
    put_rule(call, node);
}

/* Depth is bounded by the parameter `depth`. */
static heng_status write_node(heng_call *call, const heng_node *node, heng_hash *out,
                              heng_error *err)
{
    heng_json *json = &call->json;
    char text[HENG_HASH_TEXT];
    heng_hash *children = HENG_ARRAY(call->arena, node->child_count, heng_hash);
    if (!children) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the hashes of a node");
    heng_json_open_object(json);
    put_members(call, node);
    heng_json_key(json, "children");
    heng_json_open_array(json);
    for (size_t i = 0; i < node->child_count; i++) {
        heng_status status = write_node(call, node->children[i], &children[i], err);
        if (status != HENG_OK) return status;
    }
    heng_json_close_array(json);
    *out = hash_of(call, node, children);
    heng_hash_write(*out, text);
    heng_json_put_string(json, "hash", heng_str_from(text));
    heng_json_close_object(json);
    return HENG_OK;
}

/* ---- beside the published figure ------------------------------------------------------------- */

static heng_figure find_official(heng_call *call, const heng_figure *figure, int *sign)
{
    const heng_entity *entity = heng_serve__entity(call, figure->point.entity);
    heng_figure none = {0};
    if (!entity || figure->point.period.grain != HENG_YEAR) return none;
    for (size_t i = 0; i < heng_serve__comparison_count; i++) {
        const heng_comparison_view *view = &heng_serve__comparisons[i];
        if (!heng_str_is(figure->info->name, view->computed)) continue;
        *sign = view->sign;
        return heng_serve__by_name(call, view->official, entity, figure->point.period.number, NULL);
    }
    return none;
}

static void put_comparison(heng_call *call, const heng_figure *figure)
{
    heng_json *json = &call->json;
    int sign = 1;
    heng_figure official = find_official(call, figure, &sign);
    heng_json_key(json, "comparison");
    if (!heng_serve__is_known(&official)) {
        heng_json_null(json);
        return;
    }
    bool known = heng_serve__is_known(figure);
    double gap = figure->value.number - sign * official.value.number;
    bool percent = heng_str_is(figure->info->unit, "%");
    heng_str unit = percent ? HENG_STR("pp") : figure->info->unit;
    heng_str unit_zh = percent ? HENG_STR("个百分点") : unit;
    heng_json_open_object(json);
    heng_serve__put_figure(call, "official", &official);
    heng_serve__put_number_or_null(json, "gap", known, gap);
    heng_json_put_string(json, "gap_unit", unit);
    if (known) {
        const char *mark = gap < 0 ? "−" : "+";
        heng_json_put_string(json, "text_en",
                             heng_str_format(call->arena, "Computed less published: %s%.2f %.*s.",
                                             mark, fabs(gap), HENG_PRINT(unit)));
        heng_json_put_string(json, "text_zh",
                             heng_str_format(call->arena, "测算值减公布值：%s%.2f %.*s。", mark,
                                             fabs(gap), HENG_PRINT(unit_zh)));
    } else {
        heng_json_put_string(json, "text_en",
                             HENG_STR("A figure was published; this one cannot be computed."));
        heng_json_put_string(json, "text_zh", HENG_STR("已有公布值，测算值尚无法得出。"));
    }
    heng_json_close_object(json);
}

/* ---- the reply ------------------------------------------------------------------------------- */

static void put_receipt(heng_call *call, heng_hash hash)
{
    char text[HENG_HASH_TEXT];
    heng_json_key(&call->json, "receipt");
    heng_json_open_object(&call->json);
    heng_hash_write(hash, text);
    heng_json_put_string(&call->json, "hash", heng_str_from(text));
    heng_hash_write(heng_program_hash(call->context->program), text);
    heng_json_put_string(&call->json, "pack_hash", heng_str_from(text));
    heng_json_close_object(&call->json);
}

void heng_serve__refuse_figure(heng_call *call, const heng_error *why)
{
    heng_problem problem = {
        .status = 404,
        .type = "/problems/no-such-figure",
        .title = "No such figure",
        .title_zh = "没有此数据",
        .detail = heng_str_copy(call->arena, heng_str_from(why->message)),
        .detail_zh = heng_str_format(call->arena, "没有“%.*s”。",
                                     HENG_PRINT(heng_serve__argument(call, "figure")->text)),
        .remedy = HENG_STR("Write it as place/period/name, with keys in brackets, such as "
                           "CN/2020/cut or CN/2020/mix_share[coal]."),
        .remedy_zh = HENG_STR("请写成 地区/期间/名称，键放在方括号内，如 CN/2020/cut 或 "
                              "CN/2020/mix_share[coal]。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

static bool is_refusal(heng_status status)
{
    return status == HENG_NOT_FOUND || status == HENG_INVALID;
}

heng_status heng_serve__explain(heng_call *call, heng_error *err)
{
    heng_json *json = &call->json;
    heng_quantity quantity = {.found = true};
    heng_figure figure = {.found = true, .info = &quantity.info};
    const heng_node *tree;
    unsigned depth = (unsigned)heng_serve__argument(call, "depth")->integer;
    call->intervals = true;
    heng_status status = heng_figure_parse(call->context->program, call->view.world,
                                           heng_serve__argument(call, "figure")->text, call->arena,
                                           &figure.point, err);
    if (status == HENG_OK)
        status = heng_evaluation_value(call->view.evaluation, &figure.point, &figure.value, err);
    if (status == HENG_OK)
        status = heng_explain(call->view.evaluation, &figure.point, depth, call->arena, &tree, err);
    if (is_refusal(status)) {
        heng_serve__refuse_figure(call, err);
        return HENG_OK;
    }
    if (status != HENG_OK) return status;
    heng_program_quantity(call->context->program, figure.point.quantity, &quantity.info);
    heng_hash hash;
    heng_json_open_object(json);
    heng_serve__put_address(call, "figure", &figure);
    heng_serve__put_figure(call, "answer", &figure);
    heng_serve__put_as_of(call);
    heng_serve__put_scenario(call);
    put_comparison(call, &figure);
    heng_serve__put_fitness(call, &figure.value, (heng_str){"", 0});
    heng_json_key(json, "tree");
    status = write_node(call, tree, &hash, err);
    if (status != HENG_OK) return status;
    put_receipt(call, hash);
    heng_json_close_object(json);
    return HENG_OK;
}
