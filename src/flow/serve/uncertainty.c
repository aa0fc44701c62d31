/* flow/serve/uncertainty.c: /uncertainty, how far a figure may be off and because of what; and the
 * intervals of figures in other replies.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/uncertainty.h"
#include "flow/serve/figure.h"

#include <math.h>

/* ---- intervals ------------------------------------------------------------------------------- */

/* Deriving a figure costs more than reading it, so nothing is derived where nobody states anything. */
static bool is_stated(heng_call *call)
{
    if (call->stated == HENG_STATED_UNASKED)
        call->stated = heng_uncertainty_stated(call->context->program, call->view.world)
                           ? HENG_STATED
                           : HENG_STATED_NOWHERE;
    return call->stated == HENG_STATED;
}

void heng_serve__put_interval(heng_call *call, const heng_figure *figure)
{
    heng_interval interval;
    heng_error ignored;
    heng_json *json = &call->json;
    if (!heng_serve__is_known(figure) || !is_stated(call)) return;
    if (heng_uncertainty_interval(call->view.evaluation, &figure->point, call->arena, &interval,
                                  &ignored) ||
        !interval.known)
        return;
    heng_json_key(json, "interval");
    heng_json_open_object(json);
    heng_json_put_number(json, "low", interval.low);
    heng_json_put_number(json, "high", interval.high);
    heng_json_put_number(json, "covered", interval.covered);
    heng_json_close_object(json);
}

/* ---- the ranked inputs ----------------------------------------------------------------------- */

static void put_labels(heng_call *call, const heng_uncertain_input *input)
{
    const heng_program *program = call->context->program;
    heng_str name = input->address, en = {"", 0}, zh = {"", 0};
    heng_point point;
    heng_quantity_info info;
    heng_error ignored;
    bool row = input->op == HENG_REPLAY_CELL;
    if (row) heng_str_cut(&name, '[', &name);
    if (row) name = heng_str_slice(input->address, 0, name.length);
    for (size_t i = 0; row && !en.length && i < heng_program_quantity_count(program); i++) {
        heng_program_quantity(program, i, &info);
        if (heng_str_equal(info.qualified, name)) en = info.label_en, zh = info.label_zh;
    }
    if (!row &&
        !heng_figure_parse(program, call->view.world, name, call->arena, &point, &ignored)) {
        heng_program_quantity(program, point.quantity, &info);
        en = info.label_en;
        zh = info.label_zh;
    }
    if (!en.length) en = name;
    heng_json_put_string(&call->json, "label_en", en);
    heng_json_put_string(&call->json, "label_zh", zh.length ? zh : en);
}

static heng_status write_input(heng_call *call, const heng_uncertainty *found,
                               const heng_contribution *contribution, heng_error *err)
{
    heng_json *json = &call->json;
    heng_uncertain_input input;
    heng_status status =
        heng_uncertainty_input(found, contribution->input, call->arena, &input, err);
    if (status) return status;
    const char *kind = input.op == HENG_REPLAY_FACT   ? "fact"
                       : input.op == HENG_REPLAY_CELL ? "row"
                                                      : "rule";
    heng_json_open_object(json);
    heng_json_put_string(json, "kind", heng_str_from(kind));
    heng_json_put_string(json, "address", input.address);
    put_labels(call, &input);
    heng_json_put_string(json, "text", input.text);
    heng_json_put_string(json, "unit", input.unit);
    heng_json_put_string(json, "stated", input.stated);
    heng_json_put_number(json, "share", contribution->share);
    heng_json_put_string(json, "source", input.source);
    heng_json_close_object(json);
    return HENG_OK;
}

static heng_status put_ranked(heng_call *call, const heng_uncertainty *found, heng_error *err)
{
    size_t count = found->first.ranked_count;
    size_t top = (size_t)heng_serve__argument(call, "top")->integer;
    heng_status status = HENG_OK;
    heng_json_put_integer(&call->json, "ranked_count", (int64_t)count);
    heng_json_key(&call->json, "ranked");
    heng_json_open_array(&call->json);
    for (size_t i = 0; i < count && i < top && !status; i++)
        status = write_input(call, found, &found->first.ranked[i], err);
    heng_json_close_array(&call->json);
    return status;
}

/* ---- the two approaches ---------------------------------------------------------------------- */

static void put_first(heng_call *call, const heng_propagation *first)
{
    heng_json *json = &call->json;
    heng_json_key(json, "propagated");
    if (!first->has_interval) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_number(json, "low", first->low);
    heng_json_put_number(json, "high", first->high);
    heng_json_put_number(json, "deviation", first->deviation);
    heng_json_put_bool(json, "rough", first->is_rough);
    heng_json_close_object(json);
}

static heng_status put_draws(heng_call *call, const heng_uncertainty *found, heng_error *err)
{
    heng_json *json = &call->json;
    heng_draws_summary all = {0};
    size_t turned = 0, draws = (size_t)heng_serve__argument(call, "draws")->integer;
    uint64_t seed = (uint64_t)heng_serve__argument(call, "seed")->integer;
    heng_status status = HENG_OK;
    bool wanted = found->known && heng_uncertainty_is_stated(found);
    if (wanted) status = heng_uncertainty_draw(found, draws, seed, call->arena, &all, &turned, err);
    if (status) return status;
    heng_json_key(json, "drawn");
    if (!wanted || !isfinite(all.low)) {
        heng_json_null(json);
        return HENG_OK;
    }
    heng_json_open_object(json);
    heng_json_put_integer(json, "draws", (int64_t)all.count);
    heng_json_put_integer(json, "seed", (int64_t)seed);
    heng_json_put_number(json, "low", all.low);
    heng_json_put_number(json, "median", all.median);
    heng_json_put_number(json, "high", all.high);
    heng_json_put_number(json, "mean", all.mean);
    heng_json_put_integer(json, "turned", (int64_t)turned);
    heng_json_put_integer(json, "unknown", (int64_t)all.unknown);
    heng_json_close_object(json);
    return HENG_OK;
}

heng_status heng_serve__uncertainty(heng_call *call, heng_error *err)
{
    heng_json *json = &call->json;
    heng_quantity quantity = {.found = true};
    heng_figure figure = {.found = true, .info = &quantity.info};
    heng_uncertainty found;
    heng_status status = heng_figure_parse(call->context->program, call->view.world,
                                           heng_serve__argument(call, "figure")->text, call->arena,
                                           &figure.point, err);
    if (!status)
        status = heng_evaluation_value(call->view.evaluation, &figure.point, &figure.value, err);
    if (!status)
        status =
            heng_uncertainty_of(call->view.evaluation, &figure.point, call->arena, &found, err);
    if (status == HENG_NOT_FOUND || status == HENG_INVALID) {
        heng_serve__refuse_figure(call, err);
        return HENG_OK;
    }
    if (status) return status;
    heng_program_quantity(call->context->program, figure.point.quantity, &quantity.info);
    heng_json_open_object(json);
    heng_serve__put_address(call, "figure", &figure);
    heng_serve__put_figure(call, "answer", &figure);
    heng_serve__put_as_of(call);
    heng_serve__put_scenario(call);
    heng_json_put_integer(json, "inputs", (int64_t)found.first.input_count);
    heng_json_put_integer(json, "stated", (int64_t)found.first.stated_count);
    heng_json_put_number(json, "covered", found.first.covered);
    put_first(call, &found.first);
    status = put_draws(call, &found, err);
    if (!status) status = put_ranked(call, &found, err);
    heng_json_close_object(json);
    return status;
}
