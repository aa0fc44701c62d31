/* flow/serve/regions.c: /regions, one indicator over all places of a level.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/region.h"

static const heng_indicator *find_indicator(const heng_indicators *all, heng_str name)
{
    for (size_t i = 0; i < all->count; i++)
        if (heng_str_equal(all->items[i].quantity.info.name, name)) return &all->items[i];
    return NULL;
}

/* As asked, or the first, which is that of the view. */
static const heng_indicator *choose_indicator(const heng_call *call, const heng_indicators *all)
{
    const heng_argument *asked = heng_serve__argument(call, "indicator");
    if (asked->given) return find_indicator(all, asked->text);
    return all->count ? &all->items[0] : NULL;
}

static void refuse_indicator(heng_call *call)
{
    heng_serve__not_found(call, "indicator of this level with a figure", "该层级有数据的指标",
                          heng_serve__argument(call, "indicator")->text,
                          "Leave it out and see \"indicators\" of the reply.",
                          "请去掉该参数，查看应答中的 indicators。");
}

typedef struct table {
    const heng_indicators *all;
    const heng_indicator *indicator; /* NULL: no indicator has a figure */
    int year;
    heng_rank *ranks;
    size_t rank_count;
} table;

static void write_row(heng_call *call, const table *of, const heng_entity *member)
{
    heng_figure figure = heng_serve__figure(call, &of->indicator->quantity, member->code,
                                            heng_year(of->year), (heng_str){"", 0});
    if (!figure.found) {
        figure.point = (heng_point){.quantity = of->indicator->quantity.index,
                                    .entity = member->code,
                                    .period = heng_year(of->year)};
        figure.found = true; /* a place that the books are silent about is unknown, not absent */
    }
    size_t rank = heng_serve__rank_of(of->ranks, of->rank_count, member->code);
    heng_json_open_object(&call->json);
    heng_json_key(&call->json, "entity");
    heng_serve__write_entity(call, member);
    heng_serve__put_figure(call, "figure", &figure);
    heng_serve__put_number_or_null(&call->json, "rank", rank > 0, (double)rank);
    heng_json_key(&call->json, "series");
    heng_serve__write_series(call, of->indicator, member->code);
    heng_json_close_object(&call->json);
}

static void write_json(heng_call *call, const table *of)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_key(json, "indicator");
    if (of->indicator)
        heng_serve__write_indicator(call, of->indicator);
    else
        heng_json_null(json);
    heng_json_key(json, "indicators");
    heng_json_open_array(json);
    for (size_t i = 0; i < of->all->count; i++)
        heng_serve__write_indicator(call, &of->all->items[i]);
    heng_json_close_array(json);
    heng_serve__put_number_or_null(json, "year", of->indicator != NULL, of->year);
    heng_serve__put_as_of(call);
    heng_json_put_integer(json, "known", (int64_t)of->rank_count);
    heng_json_put_integer(json, "total", (int64_t)of->all->member_count);
    heng_json_key(json, "rows");
    heng_json_open_array(json);
    for (size_t i = 0; i < of->all->member_count && of->indicator; i++)
        write_row(call, of, of->all->members[i]);
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static void write_csv(heng_call *call, const table *of)
{
    heng_csv csv;
    heng_serve__csv_init(&csv, &call->body);
    heng_serve__csv_headings(&csv, heng_serve__figure_headings);
    for (size_t i = 0; i < of->all->member_count && of->indicator; i++) {
        heng_figure figure =
            heng_serve__figure(call, &of->indicator->quantity, of->all->members[i]->code,
                               heng_year(of->year), (heng_str){"", 0});
        if (figure.found) heng_serve__write_figure_row(call, &csv, &figure);
    }
}

heng_status heng_serve__regions(heng_call *call, heng_error *err)
{
    heng_indicators all;
    const heng_argument *year = heng_serve__argument(call, "year");
    heng_status status =
        heng_serve__indicators(call, heng_serve__argument(call, "level")->text, &all, err);
    if (status != HENG_OK) return status;
    table of = {.all = &all, .indicator = choose_indicator(call, &all)};
    if (!of.indicator && heng_serve__argument(call, "indicator")->given) {
        refuse_indicator(call);
        return HENG_OK;
    }
    if (of.indicator) {
        of.year = year->given ? (int)year->integer : of.indicator->last_year;
        status =
            heng_serve__ranks(call, &all, of.indicator, of.year, &of.ranks, &of.rank_count, err);
        if (status != HENG_OK) return status;
    }
    if (call->csv)
        write_csv(call, &of);
    else
        write_json(call, &of);
    return HENG_OK;
}
