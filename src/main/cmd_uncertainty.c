/* main/cmd_uncertainty.c: heng uncertainty FIGURE. How far a figure may be off, and because of what.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/uncertainty.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"

#include <math.h>
#include <stdlib.h>

typedef struct request {
    const heng_session *session;
    heng_uncertainty found;
    heng_draws_summary draws;
    size_t draw_count, turned;
    uint64_t seed, top;
    heng_str unit;
} request;

/* A whole number of the command line; false after a complaint. */
static bool whole(const heng_arguments *arguments, const char *name, int64_t least, int64_t most,
                  uint64_t *out)
{
    const char *given = heng_argument(arguments, name);
    int64_t value;
    heng_error err;
    if (!given) return true;
    if (heng_integer_parse(heng_str_from(given), &value, &err) || value < least || value > most) {
        heng_report_usage(arguments, "--%s is a whole number from %lld to %lld", name,
                          (long long)least, (long long)most);
        return false;
    }
    *out = (uint64_t)value;
    return true;
}

static heng_status look(request *r, heng_error *err)
{
    const heng_session *session = r->session;
    heng_arena *arena = session->arguments->arena;
    heng_point point;
    heng_quantity_info quantity;
    heng_status status =
        heng_figure_parse(session->compiled.program, &session->world,
                          heng_str_from(session->arguments->operands[0]), arena, &point, err);
    if (!status) status = heng_uncertainty_of(session->evaluation, &point, arena, &r->found, err);
    if (status) return status;
    heng_program_quantity(session->compiled.program, point.quantity, &quantity);
    r->unit = quantity.unit;
    if (!r->found.known || !heng_uncertainty_is_stated(&r->found)) return HENG_OK;
    return heng_uncertainty_draw(&r->found, r->draw_count, r->seed, arena, &r->draws, &r->turned,
                                 err);
}

/* ---- words ---------------------------------------------------------------------------------------- */

static void print_interval(const request *r, const char *name, double low, double high,
                           double value)
{
    FILE *out = r->session->arguments->out;
    fprintf(out, "%s  %.6g .. %.6g %.*s", name, low, high, HENG_PRINT(r->unit));
    if (value != 0)
        fprintf(out, "  (%+.3g %% .. %+.3g %%)", 100 * (low - value) / fabs(value),
                100 * (high - value) / fabs(value));
    fputc('\n', out);
}

static void print_remarks(const request *r)
{
    const heng_arguments *arguments = r->session->arguments;
    const heng_propagation *first = &r->found.first;
    bool chinese = heng_wants_chinese(arguments);
    fprintf(arguments->out,
            chinese ? "%zu 项数据和参数中有 %zu 项给出不确定度，占指标值的 %.3g %%。\n"
                    : "Of %zu facts and rows below it %zu state how far they may be off; they "
                      "carry %.3g %% of the figure.\n",
            first->input_count, first->stated_count, 100 * first->covered);
    if (!first->stated_count)
        fputs(chinese ? "没有一项给出不确定度，因此没有区间。\n"
                      : "None states it, so there is no interval; that is not one of width 0.\n",
              arguments->out);
    if (first->is_rough)
        fputs(chinese ? "标准差超过数值的 30 %：误差传播法不可靠，以抽样为准。\n"
                      : "The deviation is beyond 30 % of the value: trust the draws, not the "
                        "propagation of error.\n",
              arguments->out);
    if (r->turned)
        fprintf(arguments->out,
                chinese ? "%zu 次抽样会改变某个条件的取向；仍按中心值的取向计算。\n"
                        : "%zu draws would have taken another arm of a condition; the arm of the "
                          "central values stands.\n",
                r->turned);
    if (r->draws.unknown)
        fprintf(arguments->out,
                chinese ? "%zu 次抽样得不出数值，未计入。\n"
                        : "%zu draws gave no value and are left out.\n",
                r->draws.unknown);
}

static void print_intervals(const request *r)
{
    const heng_arguments *arguments = r->session->arguments;
    const heng_propagation *first = &r->found.first;
    bool chinese = heng_wants_chinese(arguments);
    fprintf(arguments->out, "%s = %.9g %.*s\n", arguments->operands[0], first->value,
            HENG_PRINT(r->unit));
    if (first->has_interval)
        print_interval(r, chinese ? "95 %，误差传播法（方法1）" : "95 %, propagation of error:",
                       first->low, first->high, first->value);
    heng_str draws = heng_str_format(arguments->arena,
                                     chinese ? "95 %%，%zu 次抽样（方法2），种子 %llu"
                                             : "95 %%, %zu draws, seed %llu:",
                                     r->draws.count, (unsigned long long)r->seed);
    if (r->draws.count && isfinite(r->draws.low))
        print_interval(r, draws.at, r->draws.low, r->draws.high, first->value);
}

/* ---- the ranked inputs ---------------------------------------------------------------------------- */

enum { SHARE, INPUT, VALUE, STATED, SOURCE, COLUMNS };

static heng_status print_inputs(const request *r, heng_error *err)
{
    const heng_arguments *arguments = r->session->arguments;
    heng_arena *arena = arguments->arena;
    bool chinese = heng_wants_chinese(arguments);
    const heng_column columns[COLUMNS] = {
        [SHARE] = {"share", chinese ? "方差占比" : "share", true, false},
        [INPUT] = {"input", chinese ? "数据或参数" : "fact or row", false, false},
        [VALUE] = {"value", chinese ? "数值" : "value", false, false},
        [STATED] = {"stated", chinese ? "不确定度" : "states", false, false},
        [SOURCE] = {"source", chinese ? "来源" : "source", false, false}};
    size_t count = r->found.first.ranked_count;
    if (count > r->top) count = (size_t)r->top;
    heng_cell_out *cells = HENG_ARRAY(arena, count * COLUMNS, heng_cell_out);
    if (!cells) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the inputs");
    for (size_t i = 0; i < count; i++) {
        const heng_contribution *c = &r->found.first.ranked[i];
        heng_uncertain_input input;
        heng_cell_out *row = &cells[i * COLUMNS];
        heng_status status = heng_uncertainty_input(&r->found, c->input, arena, &input, err);
        if (status) return status;
        row[SHARE] = heng_cell_text(heng_str_format(arena, "%.1f %%", 100 * c->share));
        row[INPUT] = heng_cell_text(input.address);
        row[VALUE] = heng_cell_text(
            heng_str_format(arena, "%.*s %.*s", HENG_PRINT(input.text), HENG_PRINT(input.unit)));
        row[STATED] = heng_cell_text(input.stated);
        row[SOURCE] = heng_cell_text(input.source);
    }
    heng_output output = {columns, COLUMNS, cells, count};
    return heng_output_write(&output, HENG_OUTPUT_TABLE, arena, arguments->out, err);
}

static heng_exit say(const request *r)
{
    const heng_arguments *arguments = r->session->arguments;
    bool chinese = heng_wants_chinese(arguments);
    heng_error err;
    if (!r->found.known) {
        fprintf(arguments->err,
                chinese ? "heng uncertainty：%s 没有数值，因而没有区间；heng explain 说明缺什么。\n"
                        : "heng uncertainty: %s is not known, so it has no interval; heng explain "
                          "says what is missing.\n",
                arguments->operands[0]);
        return HENG_EXIT_REFUSED;
    }
    print_intervals(r);
    print_remarks(r);
    if (!r->found.first.ranked_count) return HENG_EXIT_OK;
    fputc('\n', arguments->out);
    heng_status status = print_inputs(r, &err);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

/* The API's own reply. */
static heng_exit say_json(const request *r)
{
    heng_arena *arena = r->session->arguments->arena;
    heng_str figure = heng_query_text(arena, heng_str_from(r->session->arguments->operands[0]));
    return heng_ask(r->session,
                    heng_str_format(arena,
                                    "/api/v1/uncertainty?figure=%.*s&draws=%zu&seed=%llu&top=%llu",
                                    HENG_PRINT(figure), r->draw_count, (unsigned long long)r->seed,
                                    (unsigned long long)r->top));
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    heng_error err;
    uint64_t draws = 10000;
    request r = {.session = &session, .seed = 1, .top = 20};
    if (!whole(arguments, "draws", 100, 1000000, &draws) ||
        !whole(arguments, "seed", 0, 1000000000, &r.seed) ||
        !whole(arguments, "top", 1, 1000, &r.top))
        return HENG_EXIT_USAGE;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_EVALUATED, false, &session);
    if (code) return code;
    r.draw_count = (size_t)draws;
    if (heng_given(arguments, "json")) {
        code = say_json(&r);
    } else {
        heng_status status = look(&r, &err);
        code = status ? heng_report_failure(arguments, &err) : say(&r);
    }
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_uncertainty = {
    .name = "uncertainty",
    .operands = "FIGURE",
    .summary = "say how far a figure may be off, and because of which facts and factors",
    .details =
        "The 95 % interval by both approaches of the IPCC 2006 Guidelines, volume 1, chapter 3: "
        "propagation of error, and draws; then every input that states how far it is off, by its "
        "share of the variance. How a fact or a row states it is in doc/manual/uncertainty.md.\n"
        "The same seed gives the same draws. The exit code is 1 when the figure is not known.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                HENG_OPTION_AS_OF,
                HENG_OPTION_PACK,
                HENG_OPTION_JSON,
                HENG_OPTION_LANG,
                {"draws", "N", "10000", "how often it is drawn"},
                {"seed", "N", "1", "of the draws"},
                {"top", "N", "20", "how many inputs are named"}},
    .run = run,
};
