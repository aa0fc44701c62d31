/* main/cmd_restate.c: heng restate FIGURE. As reported against today, the difference taken apart by cause.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/restate.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"

#include <inttypes.h>

static const char *const causes_en[HENG_CAUSE_COUNT] = {"activity data", "corrections", "factors",
                                                        "GWP set",       "rules",       "boundary"};
static const char *const causes_zh[HENG_CAUSE_COUNT] = {"活动数据", "更正",     "排放因子",
                                                        "增温潜势", "核算规则", "核算边界"};

typedef struct printing {
    const heng_arguments *arguments;
    heng_arena *arena;
    bool chinese;
    const heng_restatement *it;
} printing;

static heng_str number(const printing *p, double value, bool sign)
{
    heng_str rounded = heng_str_format(p->arena, "%.9g", value);
    heng_error ignored;
    if (rounded.at && !heng_number_parse(rounded, &value, &ignored)) {
    }
    return heng_cell_number(p->arena, value, -1, sign).shown;
}

static heng_str level_text(const printing *p, const heng_level *level)
{
    if (!level->found) return p->chinese ? HENG_STR("没有此指标") : HENG_STR("no such figure");
    if (level->word.length) return level->word;
    if (level->value.state == HENG_STATE_KNOWN) return number(p, level->value.number, false);
    if (level->value.state == HENG_STATE_NOT_IN_FORCE)
        return p->chinese ? HENG_STR("未生效") : HENG_STR("not in force");
    return p->chinese ? HENG_STR("未知") : HENG_STR("unknown");
}

static void print_side(const printing *p, const char *word, const heng_side *side,
                       const heng_level *level)
{
    char as_of[HENG_INSTANT_TEXT] = "", made[HENG_INSTANT_TEXT];
    FILE *out = p->arguments->out;
    heng_str value = level_text(p, level);
    fprintf(out, "%s %.*s %.*s\n    ", word, HENG_PRINT(value), HENG_PRINT(p->it->unit));
    if (side->run) {
        heng_instant_write(side->step.at, made);
        fprintf(out, p->chinese ? "核算批次 %" PRIu64 "（%.10s），" : "run %" PRIu64 " of %.10s, ",
                side->run, made);
    }
    fprintf(out, "%.*s, ", HENG_PRINT(side->pack_name));
    if (side->known.as_of != HENG_INSTANT_MAX) heng_instant_write(side->known.as_of, as_of);
    if (side->known.as_of != HENG_INSTANT_MAX)
        fprintf(out, p->chinese ? "截至 %.10s 已知\n" : "books as known %.10s\n", as_of);
    else if (side->run)
        fputs(p->chinese ? "当时入库的数据\n" : "books as they were entered by then\n", out);
    else
        fputs(p->chinese ? "现在的数据\n" : "books of now\n", out);
    if (level->note.length) fprintf(out, "    %.*s\n", HENG_PRINT(level->note));
}

static heng_str change_value(const printing *p, const heng_change_side *side, heng_change_kind kind)
{
    if (!side->there) return p->chinese ? HENG_STR("（无）") : HENG_STR("(none)");
    if (kind == HENG_CHANGE_STATEMENT) return HENG_STR("");
    return heng_str_format(p->arena, "%.*s%s%.*s", HENG_PRINT(side->text),
                           side->unit.length ? " " : "", HENG_PRINT(side->unit));
}

static void print_statement(const printing *p, const heng_record_change *change)
{
    const heng_change_side *sides[2] = {&change->before, &change->after};
    for (int i = 0; i < 2; i++) {
        heng_str rest = sides[i]->text, line;
        while (sides[i]->there && heng_str_cut(&rest, '\n', &line))
            fprintf(p->arguments->out, "        %c %.*s\n", i ? '+' : '-', HENG_PRINT(line));
    }
}

static void print_change(const printing *p, const heng_record_change *change)
{
    FILE *out = p->arguments->out;
    char recorded[HENG_INSTANT_TEXT];
    fprintf(out, "      %.*s", HENG_PRINT(change->where));
    if (change->kind == HENG_CHANGE_STATEMENT) {
        fputc('\n', out);
        print_statement(p, change);
        return;
    }
    heng_str before = change_value(p, &change->before, change->kind);
    heng_str after = change_value(p, &change->after, change->kind);
    fprintf(out, ": %.*s → %.*s", HENG_PRINT(before), HENG_PRINT(after));
    const heng_change_side *last = change->after.there ? &change->after : &change->before;
    if (last->source.length) fprintf(out, "  [%.*s", HENG_PRINT(last->source));
    if (last->source.length && last->recorded != HENG_INSTANT_MIN) {
        heng_instant_write(last->recorded, recorded);
        fprintf(out, p->chinese ? "；%s 起" : "; known since %s", recorded);
    }
    fputs(last->source.length ? "]\n" : "\n", out);
}

static heng_str causes_text(const printing *p, unsigned causes)
{
    heng_text text;
    heng_text_init(&text, p->arena, 1 << 10);
    for (int c = 0; c < HENG_CAUSE_COUNT; c++)
        if (causes & HENG_CAUSE_BIT(c))
            heng_text_print(&text, "%s%s", text.length ? " + " : "",
                            p->chinese ? causes_zh[c] : causes_en[c]);
    return heng_text_view(&text);
}

static void print_bar(const printing *p, const heng_bar *bar)
{
    enum { CHANGES_SHOWN = 12 };
    FILE *out = p->arguments->out;
    heng_str causes = causes_text(p, bar->causes), level = level_text(p, &bar->after);
    fprintf(out, "  %.*s", HENG_PRINT(causes));
    for (size_t i = heng_utf8_columns(causes); i < 16; i++) fputc(' ', out);
    if (bar->known) {
        heng_str difference = number(p, bar->difference, true);
        fprintf(out, "%16.*s", HENG_PRINT(difference));
        if (bar->has_reverse && bar->reverse != bar->difference) {
            heng_str reverse = number(p, bar->reverse, true);
            fprintf(out, p->chinese ? "（倒序 %.*s）" : " (in reverse order %.*s)",
                    HENG_PRINT(reverse));
        }
    } else {
        fputs(p->chinese ? "无法以数字表示" : "no number", out);
    }
    fprintf(out, "  → %.*s\n", HENG_PRINT(level));
    if (bar->note.length)
        fprintf(out,
                p->chinese ? "      无法分开：%.*s\n" : "      they do not stand apart: %.*s\n",
                HENG_PRINT(bar->note));
    if (bar->after.note.length) fprintf(out, "      %.*s\n", HENG_PRINT(bar->after.note));
    for (size_t i = 0; i < bar->change_count && i < CHANGES_SHOWN; i++)
        print_change(p, &bar->changes[i]);
    if (bar->change_count > CHANGES_SHOWN)
        fprintf(out,
                p->chinese ? "      另有 %zu 项，见 --json\n"
                           : "      ... and %zu more; --json lists all\n",
                bar->change_count - CHANGES_SHOWN);
}

static void print_all(const printing *p, const heng_side *from, const heng_side *to)
{
    FILE *out = p->arguments->out;
    const heng_restatement *it = p->it;
    heng_str label = p->chinese && it->label_zh.length ? it->label_zh : it->label_en;
    fprintf(out, "%.*s %.*s\n", HENG_PRINT(it->figure), HENG_PRINT(label));
    print_side(p, p->chinese ? "原报" : "from", from, &it->from);
    for (size_t i = 0; i < it->bar_count; i++) print_bar(p, &it->bars[i]);
    print_side(p, p->chinese ? "现算" : "to", to, &it->to);
    if (!it->bar_count) fputs(p->chinese ? "没有变化\n" : "nothing changed\n", out);
    heng_str difference = number(p, it->difference, true);
    if (it->known && it->bar_count)
        fprintf(out,
                p->chinese ? "差异 %.*s %.*s，自上而下逐项相加\n"
                           : "difference %.*s %.*s, the sum of the bars from top to bottom\n",
                HENG_PRINT(difference), HENG_PRINT(it->unit));
    if (it->has_reported && it->from.value.state == HENG_STATE_KNOWN &&
        it->reported != it->from.value.number) {
        heng_str reported = number(p, it->reported, false);
        fprintf(out,
                p->chinese ? "注意：该批次当时记录的是 %.*s，与今日程序重算不同\n"
                           : "note: that run recorded %.*s; the same books and rules give "
                             "another number today\n",
                HENG_PRINT(reported));
    }
}

static heng_exit restate(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    heng_arena *arena = arguments->arena;
    heng_str figure = heng_str_from(arguments->operands[0]);
    heng_str from_text = heng_str_from(heng_argument(arguments, "from"));
    heng_str to_text = heng_str_from(heng_argument(arguments, "to"));
    heng_side from, to;
    heng_restatement it;
    heng_error err;
    heng_status status = HENG_OK;
    if (!from_text.length)
        status = heng_side_first_reported(session->store, figure, arena, &from_text, &err);
    if (!status)
        status = heng_side_open(session->store, &session->packs, from_text, arena, &from, &err);
    if (!status)
        status = heng_side_open(session->store, &session->packs, to_text, arena, &to, &err);
    if (!status)
        status = heng_restate(session->crew, session->store, &from, &to, figure, heng_show_progress,
                              (void *)(uintptr_t)arguments, arena, &it, &err);
    heng_end_progress(arguments);
    if (status) return heng_report_failure(arguments, &err);
    printing p = {arguments, arena, heng_wants_chinese(arguments), &it};
    print_all(&p, &from, &to);
    return it.known || it.from.word.length ? HENG_EXIT_OK : HENG_EXIT_REFUSED;
}

static heng_exit ask(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    heng_text target;
    heng_text_init(&target, arguments->arena, 1 << 16);
    heng_str figure = heng_query_text(arguments->arena, heng_str_from(arguments->operands[0]));
    heng_text_print(&target, "/api/v1/restatement?figure=%.*s&format=%s", HENG_PRINT(figure),
                    heng_given(arguments, "json") ? "json" : "csv");
    static const char *const sides[2] = {"from", "to"};
    for (int i = 0; i < 2; i++) {
        const char *text = heng_argument(arguments, sides[i]);
        heng_str side = heng_query_text(arguments->arena, heng_str_from(text));
        if (text) heng_text_print(&target, "&%s=%.*s", sides[i], HENG_PRINT(side));
    }
    return heng_ask(session, heng_text_view(&target));
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_RULES, false, &session);
    if (code) return code;
    code = heng_given(arguments, "json") || heng_given(arguments, "csv") ? ask(&session)
                                                                         : restate(&session);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_restate = {
    .name = "restate",
    .operands = "FIGURE",
    .summary = "say why a figure is another than it was reported, cause by cause",
    .details =
        "A side is the number of a run (3), a day (2021-03-01) or now, and may name another "
        "version of the pack behind a stroke: 3/2026.10, now/2026.10. Without --from it is the "
        "first run that reports the figure; without --to it is now.\n"
        "Causes are taken one by one in this order: activity data, corrections, factors, GWP set, "
        "rules, boundary; each is an evaluation. doc/manual/restate.md says what each means.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                {"from", "SIDE", "as first reported", "a run or a day, with /VERSION"},
                {"to", "SIDE", "now", "likewise"},
                HENG_OPTION_JSON,
                HENG_OPTION_CSV,
                HENG_OPTION_LANG},
    .run = run,
};
