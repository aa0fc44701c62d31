/* flow/measure/fitness.c: whether a figure may be published, and why not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/measure/verdict.h"

static heng_reason reason_of_state(const heng_value *value, heng_arena *arena)
{
    if (value->have <= 0)
        return (heng_reason){"unknown", HENG_STR("Nothing that it needs is recorded."),
                             HENG_STR("所需数据均未记录。")};
    return (heng_reason){
        "incomplete",
        heng_str_format(arena, "Only %.0f of %.0f inputs are recorded.", value->have, value->want),
        heng_str_format(arena, "所需 %.0f 项数据中只有 %.0f 项。", value->want, value->have)};
}

static heng_reason reason_of_evidence(heng_evidence evidence)
{
    if (evidence == HENG_DRAFT)
        return (heng_reason){"draft",
                             HENG_STR("It rests on a text that is not yet in force, so it is not "
                                      "fit to publish."),
                             HENG_STR("依据尚未生效的文件，不宜发布。")};
    if (evidence == HENG_EXAMPLE)
        return (heng_reason){"example",
                             HENG_STR("It rests on invented figures that illustrate, so it is not "
                                      "fit to publish."),
                             HENG_STR("含示例数据，不得发布。")};
    return (heng_reason){"recalled",
                         HENG_STR("Some inputs are recalled and were not checked against a source, "
                                  "so it is not fit to publish."),
                         HENG_STR("部分数据凭记忆录入、未核对来源，不宜发布。")};
}

size_t heng_fitness_of(const heng_value *value, heng_arena *arena,
                       heng_reason out[HENG_REASONS_MAX])
{
    size_t count = 0;
    bool known = value->state == HENG_STATE_KNOWN;
    if (!known) out[count++] = reason_of_state(value, arena);
    if ((known || value->have > 0) && !heng_evidence_publishable(value->evidence))
        out[count++] = reason_of_evidence(value->evidence);
    return count;
}
