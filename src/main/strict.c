/* main/strict.c: strict publication on the command line.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "main/strict.h"
#include "base/limits.h"

heng_status heng_strict_open(heng_strict_job *job, const heng_session *session, heng_error *err)
{
    *job = (heng_strict_job){.session = session};
    if (!heng_given(session->arguments, "strict")) return HENG_OK;
    heng_arena_init(&job->scratch, HENG_JOB_BYTES_MAX);
    heng_status status =
        heng_strict_begin(session->compiled.program, &session->world, session->evaluation,
                          session->arguments->arena, &job->scratch, &job->strict, err);
    if (status) heng_arena_deinit(&job->scratch);
    return status;
}

bool heng_strict_refuses(heng_strict_job *job, const heng_point *point)
{
    bool refused = false;
    if (!job->strict || job->status) return false;
    job->status = heng_strict_look(job->strict, point, &refused, &job->err);
    job->looked++;
    job->refused += refused;
    return refused;
}

static bool look(void *context, const heng_point *point, const heng_value *value)
{
    heng_strict_job *job = context;
    if (value->state == HENG_STATE_KNOWN) heng_strict_refuses(job, point);
    return !job->status;
}

void heng_strict_look_at_all(heng_strict_job *job)
{
    const heng_program *program = job->session->compiled.program;
    if (!job->strict) return;
    size_t count = heng_program_quantity_count(program);
    for (size_t i = 0; i < count && !job->status; i++) {
        heng_quantity_info quantity;
        heng_program_quantity(program, i, &quantity);
        if (!heng_show_progress((void *)(uintptr_t)job->session->arguments, i, count))
            job->status = heng_fail(&job->err, HENG_CANCELLED, i, "stopped; nothing was kept");
        else if (quantity.kind == HENG_QUANTITY_OUTPUT)
            heng_evaluation_each(job->session->evaluation, i, look, job);
    }
    heng_end_progress(job->session->arguments);
}

static void print_doubt(const heng_arguments *arguments, const heng_doubt *doubt, bool chinese)
{
    fprintf(arguments->err, "%.*s = %.*s  [%s; %.*s]", HENG_PRINT(doubt->name),
            HENG_PRINT(doubt->shown), heng_evidence_name(doubt->evidence),
            HENG_PRINT(doubt->source));
    if (doubt->kind != HENG_DOUBT_FACT)
        fprintf(arguments->err, "  %.*s:%u", HENG_PRINT(doubt->file), doubt->line);
    fprintf(arguments->err,
            chinese ? "，见于 %.*s\n    办法：%s\n" : ", below %.*s\n    Remedy: %s\n",
            HENG_PRINT(doubt->below), chinese ? doubt->remedy_zh : doubt->remedy_en);
}

static void print_all(const heng_strict_job *job)
{
    const heng_arguments *arguments = job->session->arguments;
    bool chinese = heng_wants_chinese(arguments);
    size_t count = heng_strict_count(job->strict);
    for (size_t i = 0; i < count; i++)
        print_doubt(arguments, heng_strict_doubt(job->strict, i), chinese);
    if (heng_strict_cut(job->strict))
        fputs(chinese ? "成员很多的求和只查看了前面的成员。\n"
                      : "Of sums over very many members only the first were looked at.\n",
              arguments->err);
    fprintf(arguments->err,
            chinese ? "严格模式：%zu 个已知数字中 %zu 个不予发布，依据 %zu 个未经核对的数值\n"
                    : "strict: of %zu known figures %zu are refused, for %zu values that were not "
                      "checked against a source\n",
            job->looked, job->refused, count);
}

heng_exit heng_strict_end(heng_strict_job *job)
{
    if (!job->strict) return HENG_EXIT_OK;
    heng_exit code = HENG_EXIT_OK;
    if (job->status) {
        code = heng_report_failure(job->session->arguments, &job->err);
    } else if (job->refused) {
        print_all(job);
        code = HENG_EXIT_REFUSED;
    }
    heng_arena_deinit(&job->scratch);
    return code;
}
