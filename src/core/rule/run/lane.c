/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/run/lane.h"
#include "base/vector.h"

#include <assert.h>

void heng_rule__narrow(rule_lane *lane, unsigned n)
{
    assert(lane->gauges != GAUGES_WIDE);
    if (lane->gauges != GAUGES_NONE) return;
    memset(lane->had, 0, n);
    memset(lane->wanted, 0, n);
    memset(lane->shares, SHARES_ALL, n);
    lane->most = 0;
    lane->gauges = GAUGES_NARROW;
}

HENG_VECTOR void heng_rule__widen(rule_lane *lane, unsigned n)
{
    if (lane->gauges == GAUGES_WIDE) return;
    heng_rule__narrow(lane, n);
    for (unsigned i = 0; i < n; i++) lane->have[i] = lane->had[i];
    for (unsigned i = 0; i < n; i++) lane->want[i] = lane->wanted[i];
    for (int c = 0; c < 3; c++)
        for (unsigned i = 0; i < n; i++) lane->quality[c][i] = (float)((lane->shares[i] >> c) & 1);
    lane->gauges = GAUGES_WIDE;
}

bool heng_rule__both_narrow(rule_lane *p, rule_lane *q, unsigned n)
{
    unsigned most =
        (p->gauges == GAUGES_NARROW ? p->most : 0) + (q->gauges == GAUGES_NARROW ? q->most : 0);
    bool narrow = p->gauges != GAUGES_WIDE && q->gauges != GAUGES_WIDE && most <= UINT8_MAX;
    if (narrow) {
        heng_rule__narrow(p, n);
        heng_rule__narrow(q, n);
    } else {
        heng_rule__widen(p, n);
        heng_rule__widen(q, n);
    }
    return narrow;
}

HENG_VECTOR static void merge_narrow(rule_lane *p, const rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) p->had[i] = (uint8_t)(p->had[i] + q->had[i]);
    for (unsigned i = 0; i < n; i++) p->wanted[i] = (uint8_t)(p->wanted[i] + q->wanted[i]);
    for (unsigned i = 0; i < n; i++) p->shares[i] &= q->shares[i];
    p->most += q->most;
}

HENG_VECTOR static void merge_wide(rule_lane *p, const rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++) p->have[i] += q->have[i];
    for (unsigned i = 0; i < n; i++) p->want[i] += q->want[i];
    for (int c = 0; c < 3; c++)
        for (unsigned i = 0; i < n; i++)
            p->quality[c][i] =
                p->quality[c][i] < q->quality[c][i] ? p->quality[c][i] : q->quality[c][i];
}

void heng_rule__merge(rule_lane *p, rule_lane *q, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        p->evidence[i] = p->evidence[i] > q->evidence[i] ? p->evidence[i] : q->evidence[i];
    if (q->gauges == GAUGES_NONE) return;
    if (heng_rule__both_narrow(p, q, n))
        merge_narrow(p, q, n);
    else
        merge_wide(p, q, n);
}

HENG_VECTOR void heng_rule__survey(rule_lane *lane, unsigned n)
{
    uint8_t any = 0, all = UINT8_MAX;
    for (unsigned i = 0; i < n; i++) {
        any |= lane->state[i];
        all &= lane->state[i];
    }
    lane->states = any;
    lane->all_known = all & HENG_STATE_KNOWN;
}
