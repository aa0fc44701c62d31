/* flow/serve/restatement.c: /restatement, a figure as reported against today, and /runs, what was reported.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/restate.h"
#include "flow/serve/figure.h"

#include <assert.h>

static const struct {
    const char *en, *zh;
} cause_labels[HENG_CAUSE_COUNT] = {
    [HENG_CAUSE_ACTIVITY] = {"Activity data", "活动数据"},
    [HENG_CAUSE_CORRECTION] = {"Corrections", "更正"},
    [HENG_CAUSE_FACTOR] = {"Factors", "排放因子"},
    [HENG_CAUSE_GWP] = {"GWP set", "增温潜势"},
    [HENG_CAUSE_RULE] = {"Rules", "核算规则"},
    [HENG_CAUSE_BOUNDARY] = {"Boundary", "核算边界"},
};

/* ---- json ----------------------------------------------------------------------------------------- */

static bool has_number(const heng_level *level)
{
    return level->found && level->value.state == HENG_STATE_KNOWN && !level->word.length;
}

static heng_str level_state(const heng_level *level)
{
    if (!level->found) return HENG_STR("absent");
    return heng_str_from(heng_serve__state_name(&level->value));
}

static void put_level(heng_call *call, const char *key, const heng_level *level)
{
    heng_json *json = &call->json;
    heng_json_key(json, key);
    heng_json_open_object(json);
    heng_serve__put_number_or_null(json, "value", has_number(level), level->value.number);
    heng_serve__put_text_or_null(json, "word", level->word);
    heng_serve__put_text_or_null(json, "unit", level->unit);
    heng_json_put_string(json, "state", level_state(level));
    heng_serve__put_text_or_null(json, "note", level->note);
    heng_json_close_object(json);
}

static void put_side(heng_call *call, const char *key, const heng_side *side,
                     const heng_level *level)
{
    heng_json *json = &call->json;
    char hash[HENG_HASH_TEXT];
    heng_json_key(json, key);
    heng_json_open_object(json);
    put_level(call, "level", level);
    heng_json_key(json, "run");
    if (side->run)
        heng_json_number(json, (double)side->run);
    else
        heng_json_null(json);
    heng_serve__put_recorded(json, "made", side->run ? side->step.at : HENG_INSTANT_MAX);
    heng_serve__put_recorded(json, "as_of", side->known.as_of);
    heng_json_put_string(json, "pack", side->pack_name);
    heng_hash_write(heng_program_hash(side->compiled.program), hash);
    heng_json_put_string(json, "program", heng_str_from(hash));
    heng_json_close_object(json);
}

static void put_record(heng_call *call, const char *key, const heng_change_side *record)
{
    heng_json *json = &call->json;
    heng_json_key(json, key);
    if (!record->there) {
        heng_json_null(json);
        return;
    }
    heng_json_open_object(json);
    heng_json_put_string(json, "text", record->text);
    heng_serve__put_text_or_null(json, "unit", record->unit);
    heng_serve__put_text_or_null(json, "source", record->source);
    heng_serve__put_recorded(json, "recorded", record->recorded);
    heng_serve__put_text_or_null(
        json, "evidence",
        heng_str_from(record->source.length ? heng_evidence_name(record->evidence) : NULL));
    heng_serve__put_text_or_null(json, "note", record->note);
    heng_json_close_object(json);
}

static void write_change(heng_call *call, const heng_record_change *change)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_put_string(json, "cause", heng_str_from(heng_cause_name(change->cause)));
    heng_json_put_string(json, "kind", heng_str_from(heng_change_kind_name(change->kind)));
    heng_json_put_string(json, "where", change->where);
    put_record(call, "before", &change->before);
    put_record(call, "after", &change->after);
    heng_json_close_object(json);
}

static void put_causes(heng_call *call, unsigned causes)
{
    heng_json *json = &call->json;
    heng_text en, zh;
    heng_text_init(&en, call->arena, 1 << 10);
    heng_text_init(&zh, call->arena, 1 << 10);
    heng_json_key(json, "causes");
    heng_json_open_array(json);
    for (int c = 0; c < HENG_CAUSE_COUNT; c++) {
        if (!(causes & HENG_CAUSE_BIT(c))) continue;
        heng_json_string(json, heng_str_from(heng_cause_name((heng_cause)c)));
        heng_text_print(&en, "%s%s", en.length ? " + " : "", cause_labels[c].en);
        heng_text_print(&zh, "%s%s", zh.length ? "＋" : "", cause_labels[c].zh);
    }
    heng_json_close_array(json);
    heng_json_put_string(json, "label_en", heng_text_view(&en));
    heng_json_put_string(json, "label_zh", heng_text_view(&zh));
}

static void write_bar(heng_call *call, const heng_bar *bar)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    put_causes(call, bar->causes);
    put_level(call, "before", &bar->before);
    put_level(call, "after", &bar->after);
    heng_serve__put_number_or_null(json, "difference", bar->known, bar->difference);
    heng_serve__put_number_or_null(json, "reverse", bar->has_reverse, bar->reverse);
    heng_serve__put_text_or_null(json, "note", bar->note);
    heng_json_key(json, "changes");
    heng_json_open_array(json);
    for (size_t i = 0; i < bar->change_count; i++) write_change(call, &bar->changes[i]);
    heng_json_close_array(json);
    heng_json_close_object(json);
}

static void write_json(heng_call *call, const heng_side *from, const heng_side *to,
                       const heng_restatement *it)
{
    heng_json *json = &call->json;
    heng_json_open_object(json);
    heng_json_put_string(json, "figure", it->figure);
    heng_json_put_string(json, "label_en", it->label_en);
    heng_json_put_string(json, "label_zh", it->label_zh);
    heng_json_put_string(json, "unit", it->unit);
    put_side(call, "from", from, &it->from);
    put_side(call, "to", to, &it->to);
    heng_serve__put_number_or_null(json, "difference", it->known, it->difference);
    heng_serve__put_number_or_null(json, "reported", it->has_reported, it->reported);
    heng_json_key(json, "order");
    heng_json_open_array(json);
    for (int c = 0; c < HENG_CAUSE_COUNT; c++)
        heng_json_string(json, heng_str_from(heng_cause_name((heng_cause)c)));
    heng_json_close_array(json);
    heng_json_key(json, "bars");
    heng_json_open_array(json);
    for (size_t i = 0; i < it->bar_count; i++) write_bar(call, &it->bars[i]);
    heng_json_close_array(json);
    heng_json_close_object(json);
}

/* ---- csv ------------------------------------------------------------------------------------------ */

static void csv_number(heng_csv *csv, bool known, double number)
{
    if (known)
        heng_serve__csv_number(csv, number);
    else
        heng_serve__csv_empty(csv);
}

static void csv_end_line(heng_csv *csv, heng_str unit)
{
    heng_serve__csv_text(csv, unit);
    for (int i = 0; i < 6; i++) heng_serve__csv_empty(csv);
    heng_serve__csv_end_row(csv);
}

static void csv_level(heng_csv *csv, const char *what, const heng_level *level, heng_str unit)
{
    heng_serve__csv_literal(csv, what);
    heng_serve__csv_text(csv, level_state(level));
    csv_number(csv, has_number(level), level->value.number);
    heng_serve__csv_empty(csv);
    heng_serve__csv_empty(csv);
    csv_end_line(csv, unit);
}

static void csv_change(heng_csv *csv, heng_str causes, const heng_record_change *change)
{
    char text[HENG_INSTANT_TEXT];
    const heng_change_side *last = change->after.there ? &change->after : &change->before;
    bool dated = last->recorded != HENG_INSTANT_MIN;
    heng_serve__csv_text(csv, causes);
    heng_serve__csv_literal(csv, "change");
    for (int i = 0; i < 3; i++) heng_serve__csv_empty(csv);
    heng_serve__csv_text(csv, last->unit);
    heng_serve__csv_text(csv, change->where);
    heng_serve__csv_text(csv, change->before.text);
    heng_serve__csv_text(csv, change->after.text);
    heng_serve__csv_text(csv, last->source);
    heng_serve__csv_text(csv, dated ? (heng_str){text, heng_instant_write(last->recorded, text)}
                                    : HENG_STR(""));
    heng_serve__csv_text(csv, last->note);
    heng_serve__csv_end_row(csv);
}

static void write_csv(heng_call *call, const heng_restatement *it)
{
    heng_csv csv;
    heng_serve__csv_init(&csv, &call->body);
    heng_serve__csv_headings(&csv, "step state value difference reverse unit where before after "
                                   "source recorded note");
    csv_level(&csv, "from", &it->from, it->unit);
    for (size_t i = 0; i < it->bar_count; i++) {
        const heng_bar *bar = &it->bars[i];
        heng_text causes;
        heng_text_init(&causes, call->arena, 1 << 10);
        for (int c = 0; c < HENG_CAUSE_COUNT; c++)
            if (bar->causes & HENG_CAUSE_BIT(c))
                heng_text_print(&causes, "%s%s", causes.length ? " " : "",
                                heng_cause_name((heng_cause)c));
        heng_serve__csv_text(&csv, heng_text_view(&causes));
        heng_serve__csv_text(&csv, level_state(&bar->after));
        csv_number(&csv, has_number(&bar->after), bar->after.value.number);
        csv_number(&csv, bar->known, bar->difference);
        csv_number(&csv, bar->has_reverse, bar->reverse);
        csv_end_line(&csv, it->unit);
        for (size_t k = 0; k < bar->change_count; k++)
            csv_change(&csv, heng_text_view(&causes), &bar->changes[k]);
    }
    csv_level(&csv, "to", &it->to, it->unit);
}

/* ---- the replies ---------------------------------------------------------------------------------- */

static void refuse(heng_call *call, const heng_error *why)
{
    heng_problem problem = {
        .status = 404,
        .type = "/problems/no-such-restatement",
        .title = "Cannot be compared",
        .title_zh = "无法比较",
        .detail = heng_str_copy(call->arena, heng_str_from(why->message)),
        .detail_zh =
            heng_str_format(call->arena, "无法比较“%.*s”：没有该指标、该核算批次或该版本。",
                            HENG_PRINT(heng_serve__argument(call, "figure")->text)),
        .remedy = HENG_STR("A side is the number of a run, a day such as 2021-03-01, or now, with "
                           "/VERSION behind it; /api/v1/runs lists runs and versions."),
        .remedy_zh = HENG_STR("比较的一方可写核算批次编号、日期（如 2021-03-01）或 now，"
                              "其后可加 /版本；见 /api/v1/runs。")};
    heng_serve_problem(&problem, call->arena, call->response);
}

static heng_status compare(heng_call *call, heng_side *from, heng_side *to, heng_restatement *it,
                           heng_error *err)
{
    heng_store *store = call->context->store;
    heng_str figure = heng_serve__argument(call, "figure")->text;
    heng_str from_text = heng_serve__argument(call, "from")->text;
    heng_packs packs;
    if (!store) return heng_fail(err, HENG_NOT_FOUND, 0, "this server keeps no books");
    heng_status status = heng_packs_kept(store, call->arena, &packs, err);
    if (!status && !from_text.length)
        status = heng_side_first_reported(store, figure, call->arena, &from_text, err);
    if (!status) status = heng_side_open(store, &packs, from_text, call->arena, from, err);
    if (!status)
        status = heng_side_open(store, &packs, heng_serve__argument(call, "to")->text, call->arena,
                                to, err);
    if (!status)
        status = heng_restate(NULL, store, from, to, figure, NULL, NULL, call->arena, it, err);
    return status;
}

heng_status heng_serve__restatement(heng_call *call, heng_error *err)
{
    heng_side from, to;
    heng_restatement it;
    heng_status status = compare(call, &from, &to, &it, err);
    if (status == HENG_NOT_FOUND || status == HENG_INVALID || status == HENG_REFUSED) {
        refuse(call, err);
        return HENG_OK;
    }
    if (status) return status;
    if (call->csv)
        write_csv(call, &it);
    else
        write_json(call, &from, &to, &it);
    return HENG_OK;
}

static void write_run(heng_call *call, const heng_run *run)
{
    heng_json *json = &call->json;
    char hash[HENG_HASH_TEXT];
    heng_hash_write(run->program, hash);
    heng_json_open_object(json);
    heng_json_put_integer(json, "run", (int64_t)run->number);
    heng_serve__put_recorded(json, "made", run->step.at);
    heng_serve__put_recorded(json, "as_of", run->as_of);
    heng_json_put_string(json, "pack", run->pack);
    heng_json_put_string(json, "program", heng_str_from(hash));
    heng_json_put_integer(json, "step", (int64_t)run->step.number);
    heng_json_put_integer(json, "results", (int64_t)run->result_count);
    heng_json_put_integer(json, "findings", (int64_t)run->finding_count);
    heng_json_close_object(json);
}

static void write_version(heng_call *call, const heng_packs *packs, size_t index)
{
    heng_json *json = &call->json;
    const heng_pack_version *version = &packs->versions[index];
    char hash[HENG_HASH_TEXT];
    heng_hash_write(version->content, hash);
    heng_json_open_object(json);
    heng_json_put_string(json, "name", version->pack.name);
    heng_json_put_string(json, "version", heng_pack_version_name(packs, version, call->arena));
    heng_serve__put_recorded(json, "since", version->since);
    heng_json_put_integer(json, "step", (int64_t)version->step);
    heng_json_put_string(json, "content", heng_str_from(hash));
    heng_json_close_object(json);
}

static void write_runs_csv(heng_call *call, const heng_run *runs, size_t count)
{
    heng_csv csv;
    heng_serve__csv_init(&csv, &call->body);
    heng_serve__csv_headings(&csv, "run made as_of pack program step results findings");
    for (size_t i = count; i > 0; i--) {
        const heng_run *run = &runs[i - 1];
        char hash[HENG_HASH_TEXT], made[HENG_INSTANT_TEXT], as_of[HENG_INSTANT_TEXT];
        bool now = run->as_of == HENG_INSTANT_MAX;
        heng_hash_write(run->program, hash);
        heng_serve__csv_integer(&csv, (int64_t)run->number);
        heng_serve__csv_text(&csv, (heng_str){made, heng_instant_write(run->step.at, made)});
        heng_serve__csv_text(&csv, now ? HENG_STR("now")
                                       : (heng_str){as_of, heng_instant_write(run->as_of, as_of)});
        heng_serve__csv_text(&csv, run->pack);
        heng_serve__csv_literal(&csv, hash);
        heng_serve__csv_integer(&csv, (int64_t)run->step.number);
        heng_serve__csv_integer(&csv, (int64_t)run->result_count);
        heng_serve__csv_integer(&csv, (int64_t)run->finding_count);
        heng_serve__csv_end_row(&csv);
    }
}

heng_status heng_serve__runs(heng_call *call, heng_error *err)
{
    const heng_run *runs = NULL;
    size_t count = 0;
    heng_packs packs = {NULL, 0};
    heng_store *store = call->context->store;
    heng_status status = store ? heng_store_runs(store, call->arena, &runs, &count, err) : HENG_OK;
    if (!status && store) status = heng_packs_kept(store, call->arena, &packs, err);
    if (status == HENG_REFUSED) status = HENG_OK; /* a store without a pack has no versions */
    if (status) return status;
    if (call->csv) {
        write_runs_csv(call, runs, count);
        return HENG_OK;
    }
    heng_json_open_object(&call->json);
    heng_json_key(&call->json, "rows");
    heng_json_open_array(&call->json);
    for (size_t i = count; i > 0; i--) write_run(call, &runs[i - 1]);
    heng_json_close_array(&call->json);
    heng_json_key(&call->json, "packs");
    heng_json_open_array(&call->json);
    for (size_t i = packs.count; i > 0; i--) write_version(call, &packs, i - 1);
    heng_json_close_array(&call->json);
    heng_json_close_object(&call->json);
    return HENG_OK;
}
