/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/sealing.h"
#include "core/receipt/line.h"
#include "base/limits.h"

#include <assert.h>

struct heng_sealing {
    const heng_program *program;
    const heng_evaluation *evaluation;
    heng_receipt_head head;
    const heng_seed *secret;
    heng_arena *arena; /* of addresses */
    heng_arena kept;   /* of lines */
    heng_arena texts;  /* of the figure under way */
    heng_deriver *deriver;
    heng_line_mark *marks;
    size_t count, room, before; /* lines before the last beginning */
};

static heng_status begin(heng_sealing *s, heng_error *err)
{
    heng_arena_deinit(&s->kept);
    heng_arena_deinit(&s->texts);
    s->before += s->count;
    s->count = s->room = 0;
    s->marks = NULL;
    return heng_deriver_open(s->evaluation, &s->kept, &s->texts, &s->deriver, err);
}

heng_status heng_sealing_open(const heng_program *program, const heng_evaluation *evaluation,
                              const heng_receipt_head *head, const heng_seed *secret,
                              heng_arena *arena, heng_sealing **out, heng_error *err)
{
    assert(program && evaluation && head && secret && arena && out && err);
    heng_sealing *s = HENG_NEW(arena, heng_sealing);
    if (!s) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to seal");
    *s = (heng_sealing){.program = program,
                        .evaluation = evaluation,
                        .head = *head,
                        .secret = secret,
                        .arena = arena};
    s->head.program = heng_program_hash(program);
    heng_arena_init(&s->kept, HENG_JOB_BYTES_MAX);
    heng_arena_init(&s->texts, HENG_JOB_BYTES_MAX);
    heng_status status = begin(s, err);
    if (status)
        heng_sealing_close(s);
    else
        *out = s;
    return status;
}

void heng_sealing_close(heng_sealing *sealing)
{
    if (!sealing) return;
    heng_arena_deinit(&sealing->texts);
    heng_arena_deinit(&sealing->kept);
}

/* The text lives for this hash only. */
static heng_status mark_line(heng_sealing *s, heng_line line, heng_line_mark *out, heng_error *err)
{
    heng_receipt__parts parts;
    heng_str text;
    heng_status status = heng_receipt__salted_text(&line, s->secret, &s->texts, &text, err);
    if (!status) {
        bool cut = heng_receipt__cut(text, &parts);
        assert(cut);
        (void)cut;
        *out = heng_receipt__mark(&parts, line.inputs, line.input_count, s->marks);
    }
    return status;
}

static bool widen(heng_sealing *s, size_t count)
{
    size_t room = s->room ? s->room : 1024;
    while (room < count) room *= 2;
    if (room == s->room) return true;
    heng_line_mark *marks = HENG_ARRAY(&s->kept, room, heng_line_mark);
    if (!marks) return false;
    if (s->count) memcpy(marks, s->marks, s->count * sizeof *marks);
    s->marks = marks;
    s->room = room;
    return true;
}

static heng_status mark_new_lines(heng_sealing *s, heng_error *err)
{
    heng_derivation derived = heng_deriver_lines(s->deriver);
    heng_status status = HENG_OK;
    if (!widen(s, derived.line_count))
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to seal");
    while (!status && s->count < derived.line_count) {
        status = mark_line(s, derived.lines[s->count], &s->marks[s->count], err);
        if (!status) s->count++;
    }
    return status;
}

heng_status heng_sealing_figure(heng_sealing *s, const heng_point *point, heng_str *figure,
                                heng_hash *id, heng_error *err)
{
    uint32_t number;
    heng_line line;
    heng_line_mark mark;
    heng_receipt_head head = s->head;
    heng_status status = s->count > HENG_SEALING_LINES_MAX ? begin(s, err) : HENG_OK;
    if (!status) status = heng_figure_write(s->program, point, s->arena, &head.figure, err);
    if (!status) status = heng_deriver_figure(s->deriver, point, &number, err);
    if (!status) status = mark_new_lines(s, err);
    if (status) return status;
    heng_derivation derived = heng_deriver_lines(s->deriver);
    const heng_outcome *result = &derived.lines[number - 1].result;
    heng_receipt__name_figure(s->program, point, result, &head);
    status = heng_receipt__head_line(&head, number, result, &s->texts, &line, err);
    if (!status) status = mark_line(s, line, &mark, err);
    if (status) return status;
    heng_deriver_forget(s->deriver);
    *figure = head.figure;
    *id = mark.hash;
    return HENG_OK;
}

size_t heng_sealing_line_count(const heng_sealing *sealing)
{
    return sealing->before + sealing->count;
}
