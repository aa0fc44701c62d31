/* flow/serve/overview.c: /overview, where a place stands, in one reply.
 *
 * Which figures are shown is said by view.c; the sentences are flow/measure's. Nothing is computed here
 * but what a drawing needs: the share that is not split, and how far the beam tilts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/measure/verdict.h"
#include "flow/serve/figure.h"
#include "flow/serve/view.h"

#include <math.h>

/* The arm of the beam is fully down at this many points behind. */
static const double tilt_points = 10;

typedef struct overview {
    heng_call *call;
    const heng_entity *place;
    const heng_progress_view *view;
    int first_year, last_year; /* of the facts of the place */
    int year;                  /* judged */
    bool any;                  /* there is a year to judge */
} overview;

static heng_figure at(const overview *of, const char *name, int year)
{
    return heng_serve__by_name(of->call, name, of->place, year, NULL);
}

/* ---- which year ------------------------------------------------------------------------------ */

static bool has_year(const overview *of, const heng_progress_view *view, int year)
{
    heng_figure computed = at(of, view->annual_change, year);
    heng_figure official = at(of, view->annual_official, year);
    return heng_serve__is_known(&computed) || heng_serve__is_known(&official);
}

/* The first view that has a figure, and its latest year. */
static void choose_view(overview *of)
{
    of->view = &heng_serve__progress_views[0];
    if (!heng_serve__years(of->call, of->place->code, &of->first_year, &of->last_year)) return;
    for (size_t i = 0; i < heng_serve__progress_view_count && !of->any; i++) {
        const heng_progress_view *view = &heng_serve__progress_views[i];
        for (int year = of->last_year; year >= of->first_year && !of->any; year--) {
            if (!has_year(of, view, year)) continue;
            of->view = view;
            of->year = year;
            of->any = true;
        }
    }
}

static void choose_year(overview *of)
{
    const heng_argument *asked = heng_serve__argument(of->call, "year");
    choose_view(of);
    if (!asked->given) return;
    of->year = (int)asked->integer;
    of->any = true;
}

static int plan_of(int year)
{
    return heng_period_within(heng_year(year), HENG_PLAN).number;
}

static int first_year_of_plan(int plan)
{
    return heng_period_first((heng_period){HENG_PLAN, plan}, HENG_YEAR).number;
}

static int last_year_of_plan(int plan)
{
    return first_year_of_plan(plan) + heng_grain_ratio(HENG_YEAR, HENG_PLAN) - 1;
}

/* ---- verdict --------------------------------------------------------------------------------- */

/* A change is published with its sign; a verdict speaks of cuts. */
static heng_measured measured(const heng_figure *figure, double sign)
{
    if (!heng_serve__is_known(figure)) return (heng_measured){0};
    return (heng_measured){true, sign * figure->value.number};
}

static heng_light light_of(const heng_figure *figure)
{
    heng_str word, en, zh;
    if (!heng_serve__is_known(figure) ||
        !heng_serve__word(figure->info, figure->value.number, &word, &en, &zh))
        return HENG_LIGHT_UNKNOWN;
    return heng_light_find(word);
}

/* What a verdict is also said of makes it no surer than itself. */
static void weaken(heng_value *value, const heng_figure *figure)
{
    if (heng_serve__is_known(figure) && figure->value.evidence > value->evidence)
        value->evidence = figure->value.evidence;
}

static heng_standing standing_of(const overview *of)
{
    const heng_progress_view *view = of->view;
    heng_figure annual = at(of, view->annual_change, of->year);
    heng_figure annual_official = at(of, view->annual_official, of->year);
    heng_figure plan = at(of, view->plan_cut, of->year);
    heng_figure plan_official = at(of, view->plan_official, of->year);
    heng_figure compounded = at(of, view->official_compounded, of->year);
    heng_figure due = at(of, view->due, of->year);
    heng_figure target = at(of, view->target, of->year);
    heng_figure light = at(of, view->light, of->year);
    heng_figure total = at(of, heng_serve__overview_view.total_target, of->year);
    bool nation = heng_str_is(of->place->level, "country");
    heng_standing standing = {.place_en = nation ? (heng_str){"", 0} : of->place->name_en,
                              .place_zh = nation ? (heng_str){"", 0} : of->place->name_zh,
                              .subject_en = view->subject_en,
                              .subject_zh = view->subject_zh,
                              .computed = view->computed,
                              .year = of->year,
                              .plan = plan_of(of->year),
                              .plan_ends = last_year_of_plan(plan_of(of->year)) == of->year,
                              .light = light_of(&light),
                              .annual_cut = measured(&annual, -1),
                              .annual_official = measured(&annual_official, -1),
                              .plan_cut = measured(&plan, 1),
                              .plan_official = measured(&plan_official, -1),
                              .official_compounded = measured(&compounded, 1),
                              .due = measured(&due, 1),
                              .target = measured(&target, 1),
                              .worst = heng_serve__is_known(&plan) ? plan.value : annual.value,
                              .total_has_target = heng_serve__is_known(&total)};
    weaken(&standing.worst, &light);
    weaken(&standing.worst, &target);
    return standing;
}

void heng_serve__put_fitness(heng_call *call, const heng_value *value, heng_str figure)
{
    heng_json *json = &call->json;
    heng_reason reasons[HENG_REASONS_MAX];
    size_t count = heng_fitness_of(value, call->arena, reasons);
    heng_json_key(json, "fit_to_publish");
    heng_json_open_object(json);
    heng_json_put_bool(json, "fit", count == 0);
    heng_json_key(json, "reasons");
    heng_json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        heng_json_open_object(json);
        heng_json_put_string(json, "code", heng_str_from(reasons[i].code));
        heng_json_put_string(json, "text_en", reasons[i].text_en);
        heng_json_put_string(json, "text_zh", reasons[i].text_zh);
        if (figure.length) {
            heng_json_key(json, "figures");
            heng_json_open_array(json);
            heng_json_string(json, figure);
            heng_json_close_array(json);
        }
        heng_json_close_object(json);
    }
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static heng_status put_verdict(const overview *of, heng_error *err)
{
    heng_json *json = &of->call->json;
    heng_verdict verdict;
    heng_standing standing = standing_of(of);
    heng_status status = heng_verdict_of(&standing, of->call->arena, &verdict, err);
    if (status != HENG_OK) return status;
    heng_json_key(json, "verdict");
    heng_json_open_object(json);
    heng_json_put_string(json, "light", heng_str_from(heng_light_name(verdict.light)));
    heng_json_put_string(json, "sentence_en", verdict.sentence_en);
    heng_json_put_string(json, "sentence_zh", verdict.sentence_zh);
    heng_json_put_string(json, "reason_en", verdict.reason_en);
    heng_json_put_string(json, "reason_zh", verdict.reason_zh);
    heng_serve__put_fitness(of->call, &standing.worst, (heng_str){"", 0});
    heng_json_close_object(json);
    return HENG_OK;
}

/* ---- pans ------------------------------------------------------------------------------------ */

static void put_pan(const overview *of, const char *key, const char *role, const char *label_en,
                    const char *label_zh, const char *value, const char *required,
                    const char *ahead, const char *light)
{
    heng_json *json = &of->call->json;
    heng_figure light_figure = at(of, light, of->year);
    heng_figure ahead_figure = at(of, ahead, of->year);
    heng_figure value_figure = at(of, value, of->year);
    heng_figure required_figure = at(of, required, of->year);
    heng_json_key(json, key);
    heng_json_open_object(json);
    heng_json_put_string(json, "role", heng_str_from(role));
    heng_json_put_string(json, "label_en", heng_str_from(label_en));
    heng_json_put_string(json, "label_zh", heng_str_from(label_zh));
    heng_serve__put_figure(of->call, "value", &value_figure);
    heng_serve__put_figure(of->call, "required", &required_figure);
    heng_serve__put_figure(of->call, "gap", &ahead_figure);
    heng_json_put_string(json, "light", heng_str_from(heng_light_name(light_of(&light_figure))));
    if (heng_serve__is_known(&ahead_figure))
        heng_json_put_number(json, "tilt",
                             fmax(-1, fmin(1, -ahead_figure.value.number / tilt_points)));
    heng_json_close_object(json);
}

static void put_pans(const overview *of)
{
    const heng_progress_view *view = of->view;
    bool carbon = view->computed;
    heng_json_key(&of->call->json, "pans");
    heng_json_open_object(&of->call->json);
    put_pan(of, "total", "supplementary", "Total", "总量", heng_serve__overview_view.total,
            heng_serve__overview_view.total_target, NULL, NULL);
    put_pan(of, "intensity", "primary", carbon ? "Intensity" : "Energy intensity",
            carbon ? "强度" : "能耗强度", view->plan_cut, view->due, view->ahead, view->light);
    heng_json_close_object(&of->call->json);
}

/* ---- key figures ----------------------------------------------------------------------------- */

/* The first and last year up to the one judged in which the figure is known; false when there is none. */
static bool known_years(const overview *of, const char *name, const char *key, int *first,
                        int *last)
{
    bool any = false;
    for (int year = of->first_year; year <= of->year && year <= of->last_year; year++) {
        heng_figure figure = heng_serve__by_name(of->call, name, of->place, year, key);
        if (!heng_serve__is_known(&figure)) continue;
        if (!any) *first = year;
        *last = year;
        any = true;
    }
    return any;
}

/* As of the year judged, or else the last before it; the figure says of which period it is. */
static void put_key_figure(const overview *of, const char *name, const char *key)
{
    heng_json *json = &of->call->json;
    int first, last;
    if (!name || !known_years(of, name, key, &first, &last)) return;
    heng_figure figure = heng_serve__by_name(of->call, name, of->place, last, key);
    heng_json_open_object(json);
    heng_serve__put_figure(of->call, "figure", &figure);
    heng_json_key(json, "series");
    heng_json_open_array(json);
    for (int year = first; year <= last; year++) {
        heng_figure point = heng_serve__by_name(of->call, name, of->place, year, key);
        heng_serve__write_point(of->call, &point, heng_year(year));
    }
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static void put_key_figures(const overview *of)
{
    heng_json_key(&of->call->json, "figures");
    heng_json_open_array(&of->call->json);
    for (int i = 0; i < 4 && of->any; i++)
        put_key_figure(of, of->view->key_figures[i][0], of->view->key_figures[i][1]);
    heng_json_close_array(&of->call->json);
}

/* ---- rows by year ---------------------------------------------------------------------------- */

static void put_basis(const overview *of, int year)
{
    heng_json *json = &of->call->json;
    heng_figure basis = at(of, of->view->basis, year);
    heng_str word, en, zh;
    if (!heng_serve__is_known(&basis) ||
        !heng_serve__word(basis.info, basis.value.number, &word, &en, &zh)) {
        heng_json_key(json, "basis");
        heng_json_null(json);
        return;
    }
    heng_json_put_string(json, "basis", word);
    heng_json_put_string(json, "basis_en", en);
    heng_json_put_string(json, "basis_zh", zh);
}

/* A year in which the rules ask for something, or a figure was published. */
static bool put_annual_row(const overview *of, int year)
{
    heng_json *json = &of->call->json;
    heng_figure computed = at(of, of->view->annual_change, year);
    heng_figure official = at(of, of->view->annual_official, year);
    heng_figure gap = at(of, of->view->annual_gap, year);
    heng_figure due = at(of, of->view->annual_due, year);
    heng_figure light = at(of, of->view->light, year);
    if (!computed.found) return false;
    if (computed.value.have <= 0 && !heng_serve__is_known(&official)) return false;
    heng_json_open_object(json);
    heng_json_put_integer(json, "year", year);
    heng_json_put_integer(json, "plan", plan_of(year));
    heng_serve__put_figure(of->call, "computed", &computed);
    heng_serve__put_figure(of->call, "official", &official);
    heng_serve__put_figure(of->call, "gap", &gap);
    heng_serve__put_figure(of->call, "required", &due);
    heng_json_put_string(json, "light", heng_str_from(heng_light_name(light_of(&light))));
    heng_serve__put_address(of->call, "light_figure", &light);
    put_basis(of, year);
    heng_json_close_object(json);
    return true;
}

static void put_annual(const overview *of)
{
    heng_json_key(&of->call->json, "annual");
    heng_json_open_array(&of->call->json);
    for (int year = of->first_year; year <= of->last_year && of->any; year++)
        put_annual_row(of, year);
    heng_json_close_array(&of->call->json);
}

/* The end of the plan under way once the year judged is over: what is asked of the years to come is shown
 * before they have figures. */
static int last_year_asked(const overview *of)
{
    int last = last_year_of_plan(plan_of(of->year + 1));
    return last < of->last_year ? of->last_year : last;
}

static void put_path(const overview *of)
{
    heng_json *json = &of->call->json;
    int last = last_year_asked(of);
    heng_json_key(json, "path");
    heng_json_open_array(json);
    for (int year = of->first_year; year <= last && of->any; year++) {
        heng_figure index = at(of, heng_serve__overview_view.index, year);
        heng_figure target = at(of, heng_serve__overview_view.target_index, year);
        if (!heng_serve__is_known(&index) && !heng_serve__is_known(&target)) continue;
        heng_json_open_object(json);
        heng_json_put_integer(json, "year", year);
        heng_serve__put_figure(of->call, "intensity", &index);
        heng_serve__put_figure(of->call, "target", &target);
        heng_json_close_object(json);
    }
    heng_json_close_array(json);
}

/* ---- energy ---------------------------------------------------------------------------------- */

static void put_part(const overview *of, const heng_quantity *share, heng_str carrier, int year,
                     double *split_share, double *split_amount)
{
    heng_json *json = &of->call->json;
    heng_figure part =
        heng_serve__figure(of->call, share, of->place->code, heng_year(year), carrier);
    heng_str name = heng_str_copy(of->call->arena, carrier);
    heng_figure amount = {0};
    if (name.at)
        amount = heng_serve__by_name(of->call, heng_serve__overview_view.mix_amount, of->place,
                                     year, name.at);
    heng_json_open_object(json);
    heng_serve__put_key_as(json, "carrier", share->info.keys[0], carrier);
    heng_serve__put_figure(of->call, "share", &part);
    heng_serve__put_number_or_null(json, "amount", heng_serve__is_known(&amount),
                                   amount.value.number);
    heng_json_close_object(json);
    if (heng_serve__is_known(&part)) *split_share += part.value.number;
    if (heng_serve__is_known(&amount)) *split_amount += amount.value.number;
}

/* What is left after rounding is not a part that was not split. */
static const double rounding_share = 0.5;

static void put_mix_row(const overview *of, const heng_quantity *share, int year)
{
    heng_json *json = &of->call->json;
    heng_figure total = at(of, heng_serve__overview_view.mix_total, year);
    double split_share = 0, split_amount = 0;
    heng_json_open_object(json);
    heng_json_put_integer(json, "year", year);
    heng_serve__put_figure(of->call, "total", &total);
    heng_json_key(json, "parts");
    heng_json_open_array(json);
    for (size_t i = 0; i < share->info.keys[0]->member_count; i++)
        put_part(of, share, share->info.keys[0]->members[i], year, &split_share, &split_amount);
    heng_json_close_array(json);
    bool unsplit = 100 - split_share > rounding_share;
    heng_serve__put_number_or_null(json, "unsplit_share", unsplit, 100 - split_share);
    heng_serve__put_number_or_null(json, "unsplit_amount", unsplit && heng_serve__is_known(&total),
                                   total.value.number - split_amount);
    heng_json_close_object(json);
}

static bool has_mix(const overview *of, const heng_quantity *share, int year)
{
    const heng_list_info *list = share->info.keys[0];
    for (size_t i = 0; i < list->member_count; i++) {
        heng_figure part =
            heng_serve__figure(of->call, share, of->place->code, heng_year(year), list->members[i]);
        if (heng_serve__is_known(&part)) return true;
    }
    return false;
}

static void put_mix(const overview *of)
{
    heng_quantity share = heng_serve__quantity(
        of->call, heng_str_from(heng_serve__overview_view.mix_share), of->place, HENG_YEAR);
    bool usable = of->any && share.found && share.info.key_count == 1 && share.info.keys[0];
    heng_json_key(&of->call->json, "mix");
    heng_json_open_array(&of->call->json);
    for (int year = of->first_year; usable && year <= of->last_year; year++)
        if (has_mix(of, &share, year)) put_mix_row(of, &share, year);
    heng_json_close_array(&of->call->json);
}

static void put_energy_intensity(const overview *of)
{
    heng_json *json = &of->call->json;
    heng_figure plain = at(of, heng_serve__overview_view.energy_plain, of->year);
    heng_figure assessed = at(of, heng_serve__overview_view.energy_assessed, of->year);
    heng_figure official = at(of, heng_serve__overview_view.energy_official, of->year);
    heng_json_key(json, "energy_intensity");
    if (!of->any || !(plain.found || assessed.found || official.found)) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_integer(json, "year", of->year);
    heng_serve__put_figure(of->call, "plain", &plain);
    heng_serve__put_figure(of->call, "assessed", &assessed);
    heng_serve__put_figure(of->call, "official", &official);
    heng_json_close_object(json);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void put_frame(const overview *of)
{
    heng_json *json = &of->call->json;
    heng_json_key(json, "entity");
    heng_serve__write_entity(of->call, of->place);
    heng_serve__put_number_or_null(json, "year", of->any, of->year);
    heng_json_key(json, "years");
    heng_json_open_array(json);
    for (int year = of->first_year; of->any && year <= of->last_year; year++)
        if (has_year(of, of->view, year)) heng_json_integer(json, year);
    heng_json_close_array(json);
    heng_serve__put_as_of(of->call);
    heng_json_key(json, "plan");
    if (of->any) {
        heng_json_open_object(json);
        heng_json_put_integer(json, "number", plan_of(of->year));
        heng_json_put_integer(json, "first_year", first_year_of_plan(plan_of(of->year)));
        heng_json_put_integer(json, "last_year", last_year_of_plan(plan_of(of->year)));
        heng_json_close_object(json);
    } else {
        heng_json_null(json);
    }
}

static void put_note(heng_json *json, const char *code, const char *text_en, const char *text_zh)
{
    heng_json_open_object(json);
    heng_json_put_string(json, "code", heng_str_from(code));
    heng_json_put_string(json, "text_en", heng_str_from(text_en));
    heng_json_put_string(json, "text_zh", heng_str_from(text_zh));
    heng_json_close_object(json);
}

/* Where the year judged ends its plan: what the plan under way asks for. */
static void put_next_plan(const overview *of)
{
    int next = of->year + 1;
    if (!of->any || plan_of(next) == plan_of(of->year)) return;
    heng_figure due = at(of, of->view->annual_due, next);
    heng_figure target = at(of, of->view->target, next);
    if (!heng_serve__is_known(&due) || !heng_serve__is_known(&target)) return;
    heng_arena *arena = of->call->arena;
    int plan = plan_of(next), last = last_year_of_plan(plan);
    heng_str en = heng_str_format(arena,
                                  "The %dth plan (%d\u2013%d) asks for a cut of %.4g%%, %.2f%% a "
                                  "year; no figure of %d is known yet.",
                                  plan, next, last, target.value.number, due.value.number, next);
    heng_str count = heng_chinese_count(arena, plan);
    heng_str zh = heng_str_format(
        arena,
        "第%.*s个五年规划（%d\u2014%d 年）要求累计降低 %.4g%%，年均 %.2f%%；%d 年数据尚未公布。",
        HENG_PRINT(count), next, last, target.value.number, due.value.number, next);
    if (en.at && zh.at) put_note(&of->call->json, "next_plan", en.at, zh.at);
}

static void put_notes(const overview *of)
{
    heng_json *json = &of->call->json;
    heng_figure assessed = at(of, heng_serve__overview_view.energy_assessed, of->year);
    heng_json_key(json, "notes");
    heng_json_open_array(json);
    put_next_plan(of);
    if (!heng_serve__overview_view.total_target)
        put_note(json, "no_total_target", "No published target for the total was seen.",
                 "未见公布的总量目标。");
    if (of->any && of->view->computed)
        put_note(json, "not_smoothed",
                 "Computed and published figures stand side by side; the gap is shown, not "
                 "smoothed.",
                 "测算值与公布值并列，差异如实显示，不作平滑。");
    if (assessed.found && !heng_serve__is_known(&assessed))
        put_note(json, "assessed_incomplete",
                 "Energy intensity as assessed needs feedstock and non-fossil energy, which are "
                 "not published in full.",
                 "考核口径能耗强度需扣除原料用能和非化石能源，相关数据未完整公布。");
    heng_json_close_array(json);
    heng_json_key(json, "pack");
    heng_json_open_object(json);
    heng_json_put_string(json, "name", of->call->context->pack_name);
    heng_json_put_string(json, "version", of->call->context->pack_version);
    heng_json_close_object(json);
}

heng_status heng_serve__overview(heng_call *call, heng_error *err)
{
    heng_str code = heng_serve__argument(call, "entity")->text;
    overview of = {.call = call, .place = heng_serve__entity(call, code)};
    if (!of.place) {
        heng_serve__not_found(call, "place", "地区", code, "See /api/v1/entities for the codes.",
                              "代码见 /api/v1/entities。");
        return HENG_OK;
    }
    choose_year(&of);
    heng_json_open_object(&call->json);
    put_frame(&of);
    heng_status status = put_verdict(&of, err);
    if (status != HENG_OK) return status;
    put_pans(&of);
    put_key_figures(&of);
    put_annual(&of);
    put_path(&of);
    put_mix(&of);
    put_energy_intensity(&of);
    put_notes(&of);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
