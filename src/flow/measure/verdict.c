/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/measure/verdict.h"

#include <assert.h>
#include <math.h>

enum { SENTENCE_BYTES_MAX = 2000 };

static const char *const light_names[] = {"unknown", "green", "orange", "red"};

const char *heng_light_name(heng_light light)
{
    return light_names[light];
}

heng_light heng_light_find(heng_str name)
{
    for (int i = HENG_LIGHT_GREEN; i <= HENG_LIGHT_RED; i++)
        if (heng_str_is(name, light_names[i])) return (heng_light)i;
    return HENG_LIGHT_UNKNOWN;
}

/* ---- numbers in words ------------------------------------------------------------------------ */

/* What a sentence is written with: both languages side by side. */
typedef struct writer {
    heng_text en, zh;
    int decimals;
} writer;

/* A result: rounded, without its sign, which is said by a verb. */
static void add_size(heng_text *text, double percent, int decimals)
{
    heng_text_print(text, "%.*f", decimals, fabs(percent));
}

/* A goal as it was set: 18, 3.9; what rules derived from it is rounded like a result. */
static void add_goal(heng_text *text, double percent, int decimals)
{
    double rounded = round(percent * 100) / 100;
    if (rounded == round(rounded * 10) / 10 && fabs(percent - rounded) < 1e-9)
        heng_text_add_number(text, fabs(rounded));
    else
        add_size(text, percent, decimals);
}

/* "13th" and the name by which Chinese documents call a plan, “十三五”. */
static void add_plan_en(heng_text *text, int plan)
{
    int last = plan % 10;
    bool teen = plan % 100 / 10 == 1;
    const char *ending = teen        ? "th"
                         : last == 1 ? "st"
                         : last == 2 ? "nd"
                         : last == 3 ? "rd"
                                     : "th";
    heng_text_print(text, "%d%s plan", plan, ending);
}

static void add_plan_zh(heng_text *text, int plan)
{
    static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    heng_text_add(text, HENG_STR("“"));
    if (plan >= 20) heng_text_add(text, heng_str_from(digits[plan / 10 % 10]));
    if (plan >= 10) heng_text_add(text, HENG_STR("十"));
    heng_text_add(text, heng_str_from(digits[plan % 10]));
    heng_text_add(text, HENG_STR("五”"));
}

/* One decimal, unless it would write a result and the goal that it missed or beat alike. */
static int choose_decimals(double result, double goal)
{
    return fabs(result - goal) < 0.05 ? 2 : 1;
}

/* ---- the sentence ---------------------------------------------------------------------------- */

static void begin(writer *w, const heng_standing *s)
{
    if (s->place_en.length) heng_text_print(&w->en, "%.*s: ", HENG_PRINT(s->place_en));
    if (s->place_zh.length) heng_text_add(&w->zh, s->place_zh);
}

/* The subject as the first word of a sentence. */
static void add_subject(heng_text *text, const char *subject, bool first)
{
    char letter = *subject;
    if (first && letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
    heng_text_add_char(text, letter);
    heng_text_add(text, heng_str_from(subject + 1));
}

static void say_nothing_known(writer *w, const heng_standing *s)
{
    bool first = !s->place_en.length;
    begin(w, s);
    add_subject(&w->en, s->subject_en, first);
    if (!s->annual_official.known) {
        /* Year 0: no year at all is recorded. */
        if (s->year) heng_text_print(&w->en, " in %d", s->year);
        if (s->year) heng_text_print(&w->zh, " %d 年", s->year);
        heng_text_add(&w->en, HENG_STR(" cannot be judged."));
        heng_text_print(&w->zh, "%s无法评价。", s->subject_zh);
        return;
    }
    double cut = s->annual_official.percent;
    heng_text_print(&w->en, " %s ", cut < 0 ? "rose" : "fell");
    add_size(&w->en, cut, 1);
    heng_text_print(&w->en, "%% in %d by the published figure; it cannot be computed yet.",
                    s->year);
    heng_text_print(&w->zh, " %d 年%s公布值%s ", s->year, s->subject_zh, cut < 0 ? "上升" : "下降");
    add_size(&w->zh, cut, 1);
    heng_text_add(&w->zh, HENG_STR("%，尚无法测算。"));
}

static void say_plan_ended(writer *w, const heng_standing *s)
{
    double cut = s->plan_cut.percent, target = s->target.percent;
    bool met = cut >= target;
    int decimals = choose_decimals(cut, target);
    begin(w, s);
    heng_text_add(&w->en, s->place_en.length ? HENG_STR("the ") : HENG_STR("The "));
    add_plan_en(&w->en, s->plan);
    add_plan_zh(&w->zh, s->plan);
    if (met) {
        heng_text_add(&w->en, HENG_STR(" was met: "));
        heng_text_add(&w->zh, HENG_STR("目标完成："));
    } else {
        heng_text_add(&w->en, HENG_STR(" ended "));
        add_size(&w->en, target - cut, decimals);
        heng_text_add(&w->en, HENG_STR(" points short: "));
        heng_text_add(&w->zh, HENG_STR("差 "));
        add_size(&w->zh, target - cut, decimals);
        heng_text_add(&w->zh, HENG_STR(" 个百分点未完成："));
    }
    heng_text_print(&w->en, "%s %s ", s->subject_en, cut < 0 ? "rose" : "fell");
    add_size(&w->en, cut, decimals);
    heng_text_add(&w->en, met || cut < 0 ? HENG_STR("% against the ") : HENG_STR("% of the "));
    add_goal(&w->en, target, 1);
    heng_text_add(&w->en, HENG_STR("% required."));
    heng_text_print(&w->zh, "%s累计%s ", s->subject_zh, cut < 0 ? "上升" : "下降");
    add_size(&w->zh, cut, decimals);
    heng_text_add(&w->zh, HENG_STR("%，目标 "));
    add_goal(&w->zh, target, 1);
    heng_text_add(&w->zh, HENG_STR("%。"));
}

/* "Carbon intensity fell 3.5% in 2024", without an end. */
static void say_annual(writer *w, const heng_standing *s)
{
    double cut = s->annual_cut.percent;
    begin(w, s);
    add_subject(&w->en, s->subject_en, !s->place_en.length);
    heng_text_print(&w->en, " %s ", cut < 0 ? "rose" : "fell");
    add_size(&w->en, cut, 1);
    heng_text_print(&w->en, "%% in %d", s->year);
    heng_text_print(&w->zh, " %d 年%s%s ", s->year, s->subject_zh, cut < 0 ? "上升" : "下降");
    add_size(&w->zh, cut, 1);
    heng_text_add(&w->zh, HENG_STR("%"));
}

static void say_progress(writer *w, const heng_standing *s)
{
    double cut = s->plan_cut.percent, due = s->due.percent;
    bool ahead = cut >= due;
    int decimals = choose_decimals(cut, due);
    heng_text_add(&w->en, ahead == (s->annual_cut.percent >= 0) ? HENG_STR(", and the ")
                                                                : HENG_STR(", but the "));
    heng_text_add(&w->zh,
                  ahead == (s->annual_cut.percent >= 0) ? HENG_STR("，") : HENG_STR("，但"));
    add_plan_en(&w->en, s->plan);
    add_plan_zh(&w->zh, s->plan);
    if (ahead) {
        heng_text_add(&w->en, HENG_STR(" is on track: "));
        heng_text_add(&w->zh, HENG_STR("进度达标：累计"));
    } else {
        heng_text_add(&w->en, HENG_STR(" is "));
        add_size(&w->en, due - cut, decimals);
        heng_text_add(&w->en, HENG_STR(" points behind: "));
        heng_text_add(&w->zh, HENG_STR("落后 "));
        add_size(&w->zh, due - cut, decimals);
        heng_text_add(&w->zh, HENG_STR(" 个百分点：累计"));
    }
    heng_text_print(&w->en, "%s ", cut < 0 ? "up" : "down");
    add_size(&w->en, cut, decimals);
    heng_text_add(&w->en, HENG_STR("% against "));
    add_goal(&w->en, due, decimals);
    heng_text_add(&w->en, HENG_STR("% due by now."));
    heng_text_print(&w->zh, "%s ", cut < 0 ? "上升" : "下降");
    add_size(&w->zh, cut, decimals);
    heng_text_add(&w->zh, HENG_STR("%，应达 "));
    add_goal(&w->zh, due, decimals);
    heng_text_add(&w->zh, HENG_STR("%。"));
}

static void say(writer *w, const heng_standing *s)
{
    if (s->plan_ends && s->plan_cut.known && s->target.known) {
        say_plan_ended(w, s);
        return;
    }
    if (!s->annual_cut.known) {
        say_nothing_known(w, s);
        return;
    }
    say_annual(w, s);
    if (s->plan_cut.known && s->due.known) {
        say_progress(w, s);
        return;
    }
    heng_text_add(&w->en, HENG_STR("; no target is known for it."));
    heng_text_add(&w->zh, HENG_STR("，未见对应目标。"));
}

/* ---- the reason ------------------------------------------------------------------------------ */

static void space(writer *w)
{
    if (w->en.length) heng_text_add_char(&w->en, ' ');
}

/* A change with its sign; U+2212 for minus. */
static void add_change(heng_text *text, double cut)
{
    if (fabs(cut) >= 0.05) heng_text_add(text, cut > 0 ? HENG_STR("−") : HENG_STR("+"));
    add_size(text, cut, 1);
    heng_text_add(text, HENG_STR("%"));
}

static void say_beside(writer *w, const heng_standing *s, bool of_plan, double cut, double official)
{
    double apart = fabs(official - cut);
    int decimals = apart < 0.95 ? 2 : 1;
    space(w);
    if (of_plan) {
        heng_text_add(&w->en, HENG_STR("Over the plan, computed "));
        heng_text_add(&w->zh, HENG_STR("规划期测算 "));
    } else {
        heng_text_print(&w->en, "In %d, computed ", s->year);
        heng_text_print(&w->zh, "%d 年测算 ", s->year);
    }
    add_change(&w->en, cut);
    heng_text_add(&w->en, HENG_STR(" and published "));
    add_change(&w->en, official);
    heng_text_add(&w->en, HENG_STR(" are "));
    add_size(&w->en, apart, decimals);
    heng_text_add(&w->en, HENG_STR(" points apart."));
    add_change(&w->zh, cut);
    heng_text_add(&w->zh, HENG_STR("，公布 "));
    add_change(&w->zh, official);
    heng_text_add(&w->zh, HENG_STR("，相差 "));
    add_size(&w->zh, apart, decimals);
    heng_text_add(&w->zh, HENG_STR(" 个百分点。"));
}

/* The plan has no published figure of its own, but its years have. */
static void say_compounded(writer *w, const heng_standing *s)
{
    space(w);
    heng_text_add(&w->en, HENG_STR("Published annual figures compound to "));
    add_change(&w->en, s->official_compounded.percent);
    heng_text_add(&w->en, HENG_STR(" over the plan so far."));
    heng_text_add(&w->zh, HENG_STR("公布的年度值连乘，规划期累计为 "));
    add_change(&w->zh, s->official_compounded.percent);
    heng_text_add(&w->zh, HENG_STR("。"));
}

static void say_fitness(writer *w, const heng_standing *s, heng_arena *arena)
{
    heng_reason reasons[HENG_REASONS_MAX];
    size_t count = heng_fitness_of(&s->worst, arena, reasons);
    for (size_t i = 0; i < count; i++) {
        space(w);
        heng_text_add(&w->en, reasons[i].text_en);
        heng_text_add(&w->zh, reasons[i].text_zh);
    }
}

static void say_why(writer *w, const heng_standing *s, heng_arena *arena)
{
    if (!s->computed && s->annual_cut.known) {
        heng_text_add(&w->en, HENG_STR("By the published figures; not computed here."));
        heng_text_add(&w->zh, HENG_STR("依据公布值，未作测算。"));
    }
    if (s->plan_cut.known && s->plan_official.known)
        say_beside(w, s, true, s->plan_cut.percent, s->plan_official.percent);
    else if (s->plan_cut.known && s->official_compounded.known)
        say_compounded(w, s);
    if (s->annual_cut.known && s->annual_official.known)
        say_beside(w, s, false, s->annual_cut.percent, s->annual_official.percent);
    say_fitness(w, s, arena);
    if (s->total_has_target) return;
    space(w);
    heng_text_add(&w->en,
                  HENG_STR("No target for the total was seen, so the total is not judged."));
    heng_text_add(&w->zh, HENG_STR("未见总量目标，总量不作评价。"));
}

heng_status heng_verdict_of(const heng_standing *standing, heng_arena *arena, heng_verdict *out,
                            heng_error *err)
{
    assert(standing && arena && out && err);
    writer sentence = {0}, reason = {0};
    heng_text_init(&sentence.en, arena, SENTENCE_BYTES_MAX);
    heng_text_init(&sentence.zh, arena, SENTENCE_BYTES_MAX);
    heng_text_init(&reason.en, arena, SENTENCE_BYTES_MAX);
    heng_text_init(&reason.zh, arena, SENTENCE_BYTES_MAX);
    say(&sentence, standing);
    say_why(&reason, standing, arena);
    if (sentence.en.failed || sentence.zh.failed || reason.en.failed || reason.zh.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the verdict");
    *out = (heng_verdict){.light = standing->light,
                          .sentence_en = heng_str_trim(heng_text_view(&sentence.en)),
                          .sentence_zh = heng_str_trim(heng_text_view(&sentence.zh)),
                          .reason_en = heng_text_view(&reason.en),
                          .reason_zh = heng_text_view(&reason.zh)};
    return HENG_OK;
}
