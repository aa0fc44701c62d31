/* main/cmd_status.c: heng status PLACE. The plan's progress, computed beside official, year by year.
 *
 * The rows are figures of the pack, found by name; nothing is computed here. What the pack does not give
 * is left out of the table.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"
#include "main/strict.h"

#include <stdlib.h>

typedef struct status_column {
    heng_column column;
    const char *title_zh;
    const char *name;      /* the figure of a year */
    const char *plan_name; /* the figure for the plan so far, in the last row; NULL: none */
    int decimals;
    bool sign;
} status_column;

typedef struct status_view {
    const char *name;
    const char *title_en, *title_zh;
    size_t count;
    status_column columns[12];
} status_view;

static const status_view views[] = {
    {"carbon",
     "CO2 per unit of GDP, change on the year before, %",
     "单位GDP二氧化碳排放比上年变化，%",
     9,
     {
         {{"computed", "computed", true, false}, "测算", "annual_change", "change", 2, true},
         {{"official", "official", true, false},
          "公布",
          "annual_change_official",
          "plan_change_official",
          1,
          true},
         {{"gap", "gap, pp", true, false}, "相差，个百分点", "annual_gap", "plan_gap", 2, true},
         {{"required", "required", true, false}, "年度要求", "annual_due", "cut_target", 2, false},
         {{"cut_so_far", "cut so far", true, false}, "累计降低", "cut", "cut", 2, false},
         {{"due", "due by now", true, false}, "应达进度", "due", "due", 2, false},
         {{"light", "light", false, false}, "预警", "verdict_light", "verdict_light", 0, false},
         {{"basis", "basis", false, false}, "口径", "basis_used", NULL, 0, false},
         {{"co2", "CO2, 10^4 t", true, false}, "二氧化碳，万吨", "co2", NULL, 0, false},
     }},
    {"energy",
     "energy per unit of GDP, change on the year before, %",
     "单位GDP能耗比上年变化，%",
     4,
     {
         {{"plain", "nothing excluded", true, false}, "不扣除", "plain_change", NULL, 2, true},
         {{"assessed", "feedstock and non-fossil excluded", true, false},
          "扣除原料用能和非化石能源",
          "assessed_change",
          NULL,
          2,
          true},
         {{"official", "official", true, false}, "公布", "energy_change_official", NULL, 1, true},
         {{"energy", "energy, 10^4 tce", true, false},
          "能源消费总量，万吨标准煤",
          "energy",
          NULL,
          0,
          false},
     }},
};

static const status_view *find_view(const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (heng_str_is(heng_str_from(name), views[i].name)) return &views[i];
    return NULL;
}

typedef struct status_table {
    const heng_session *session;
    heng_strict_job *strict;
    const status_view *view;
    heng_str place;
    bool chinese;
    heng_column columns[16];
    size_t column_count;
    heng_cell_out *cells;
    size_t row_count;
} status_table;

static void add_columns(status_table *table)
{
    table->columns[table->column_count++] =
        (heng_column){"period", table->chinese ? "时期" : "period", false, false};
    for (size_t i = 0; i < table->view->count; i++) {
        heng_column column = table->view->columns[i].column;
        if (table->chinese) column.title = table->view->columns[i].title_zh;
        table->columns[table->column_count++] = column;
    }
    table->columns[table->column_count++] =
        (heng_column){"evidence", table->chinese ? "核实状态" : "evidence", false, false};
}

/* One row; the evidence is that of the first figure, which is the computed one. */
static void add_row(status_table *table, heng_str title, heng_period period, bool plan)
{
    heng_cell_out *cells = table->cells + table->row_count++ * table->column_count;
    cells[0] = heng_cell_text(title);
    heng_str evidence = {"", 0};
    for (size_t i = 0; i < table->view->count; i++) {
        const status_column *column = &table->view->columns[i];
        const char *name = plan ? column->plan_name : column->name;
        heng_named_value value = {0};
        if (name)
            value =
                heng_session_value(table->session, table->place, period, name, (heng_str){"", 0});
        cells[1 + i] =
            value.found && heng_strict_refuses(table->strict, &value.point)
                ? heng_cell_missing(table->chinese ? HENG_STR("不予发布") : HENG_STR("withheld"))
                : heng_session_cell(table->session, &value, column->decimals, column->sign);
        if (i == 0 && value.found && value.value.state == HENG_STATE_KNOWN)
            evidence = heng_str_from(heng_evidence_name(value.value.evidence));
    }
    cells[1 + table->view->count] = heng_cell_text(evidence);
}

static heng_status fill(status_table *table, int plan, heng_error *err)
{
    heng_arena *arena = table->session->arguments->arena;
    heng_period first = heng_period_first((heng_period){HENG_PLAN, plan}, HENG_YEAR);
    int years = heng_grain_ratio(HENG_YEAR, HENG_PLAN);
    add_columns(table);
    table->cells = HENG_ARRAY(arena, ((size_t)years + 1) * table->column_count, heng_cell_out);
    if (!table->cells) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the table");
    heng_period last_known = heng_period_add(first, -1);
    for (int i = 0; i < years; i++) {
        heng_period year = heng_period_add(first, i);
        char text[HENG_PERIOD_TEXT];
        size_t length = heng_period_write(year, text);
        add_row(table, heng_str_copy(arena, (heng_str){text, length}), year, false);
        heng_named_value value = heng_session_value(
            table->session, table->place, year, table->view->columns[0].name, (heng_str){"", 0});
        if (value.found && value.value.state == HENG_STATE_KNOWN) last_known = year;
    }
    if (table->view->columns[0].plan_name && last_known.number >= first.number)
        add_row(table, heng_str_format(arena, "%d\u2013%d", first.number, last_known.number),
                last_known, true);
    return HENG_OK;
}

static heng_str place_of(const heng_arguments *arguments)
{
    return heng_str_from(arguments->operand_count ? arguments->operands[0] : "CN");
}

static bool is_recorded(const heng_session *session, heng_str place)
{
    for (size_t i = 0; i < session->world.entity_count; i++)
        if (heng_str_equal(session->world.entities[i].code, place)) return true;
    return false;
}

static void put_title(const status_table *table, int plan)
{
    const heng_arguments *arguments = table->session->arguments;
    heng_str count = heng_chinese_count(arguments->arena, plan);
    if (table->chinese)
        fprintf(arguments->out, "%.*s，第%.*s个五年规划：%s\n", HENG_PRINT(table->place),
                HENG_PRINT(count), table->view->title_zh);
    else
        fprintf(arguments->out, "%.*s, five-year plan %d: %s\n", HENG_PRINT(table->place), plan,
                table->view->title_en);
}

static heng_exit show_table(const heng_session *session, const status_view *view, int plan,
                            heng_strict_job *strict)
{
    const heng_arguments *arguments = session->arguments;
    status_table table = {
        .session = session,
        .strict = strict,
        .view = view,
        .place = place_of(arguments),
        .chinese = heng_wants_chinese(arguments),
    };
    heng_error err;
    heng_status status = fill(&table, plan, &err);
    heng_output_form form = heng_given(arguments, "json")  ? HENG_OUTPUT_JSON
                            : heng_given(arguments, "csv") ? HENG_OUTPUT_CSV
                                                           : HENG_OUTPUT_TABLE;
    if (!status && form == HENG_OUTPUT_TABLE) put_title(&table, plan);
    if (!status && form == HENG_OUTPUT_TABLE) heng_print_scenario(session);
    heng_output output = {table.columns, table.column_count, table.cells, table.row_count};
    if (!status) status = heng_output_write(&output, form, arguments->arena, arguments->out, &err);
    if (status) return heng_report_failure(arguments, &err);
    if (form == HENG_OUTPUT_TABLE) heng_session_print_basis(session);
    if (form == HENG_OUTPUT_TABLE)
        fputs(table.chinese ? "任一数字的来由：heng explain 地区/年份/指标，如 CN/2020/change\n"
                            : "Why any of these: heng explain PLACE/YEAR/NAME, such as "
                              "CN/2020/change\n",
              arguments->out);
    return HENG_EXIT_OK;
}

static heng_exit show(const heng_session *session, const status_view *view, int plan)
{
    heng_strict_job strict;
    heng_error err;
    if (heng_strict_open(&strict, session, &err))
        return heng_report_failure(session->arguments, &err);
    heng_exit shown = show_table(session, view, plan, &strict);
    heng_exit refused = heng_strict_end(&strict);
    return shown ? shown : refused;
}

/* The plan of the latest fact that the books hold. */
static int latest_plan(const heng_session *session)
{
    int32_t last = 0;
    for (size_t i = 0; i < session->world.fact_count; i++) {
        int32_t month = heng_period_span(session->world.facts[i].period).last_month;
        if (month > last) last = month;
    }
    return heng_period_within((heng_period){HENG_MONTH, last}, HENG_PLAN).number;
}

static heng_exit run(const heng_arguments *arguments)
{
    const char *view_name = heng_argument(arguments, "view");
    const status_view *view = find_view(view_name ? view_name : "carbon");
    if (!view)
        return heng_report_usage(arguments, "--view is carbon or energy, not \"%s\"", view_name);
    const char *plan_text = heng_argument(arguments, "plan");
    int64_t plan = 0;
    heng_error err;
    if (plan_text &&
        (heng_integer_parse(heng_str_from(plan_text), &plan, &err) || plan < 1 || plan > 49))
        return heng_report_usage(arguments,
                                 "--plan is the number of a five-year plan, such as 13, "
                                 "not \"%s\"",
                                 plan_text);
    heng_session session;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_EVALUATED, false, &session);
    if (code) return code;
    heng_str place = place_of(arguments);
    heng_status status = HENG_OK;
    if (!session.world.fact_count)
        status = heng_fail(&err, HENG_NOT_FOUND, 0,
                           "nothing was known on that day. Remedy: give a later --as-of");
    else if (!is_recorded(&session, place))
        status = heng_fail(&err, HENG_NOT_FOUND, 0,
                           "there is no place %.*s. Remedy: heng export entities lists the codes",
                           HENG_PRINT(place));
    code = status ? heng_report_failure(arguments, &err)
                  : show(&session, view, plan ? (int)plan : latest_plan(&session));
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_status = {
    .name = "status",
    .operands = "[PLACE]",
    .summary = "show a plan's progress, computed beside official, year by year",
    .details =
        "PLACE is the code of a place, CN when it is left out. Each annual link stays inside one "
        "vintage of the statistics (column basis); deviations from the official figures are "
        "shown, never spread. --strict withholds every figure that stands on a recalled, draft or "
        "example value, and names those values.",
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                {"plan", "N", "the latest", "number of the five-year plan, such as 13"},
                {"view", "carbon|energy", "carbon", "which intensity"},
                HENG_OPTION_STRICT,
                HENG_OPTION_AS_OF,
                HENG_OPTION_PACK,
                HENG_OPTION_SET,
                HENG_OPTION_SCENARIO,
                HENG_OPTION_JSON,
                HENG_OPTION_CSV,
                HENG_OPTION_LANG},
    .run = run,
};
