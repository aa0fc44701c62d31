/* SPDX-License-Identifier: Apache-2.0 */
#include "core/book/fact.h"

#include <assert.h>

static const char *const evidence_names[HENG_EVIDENCE_COUNT] = {
    [HENG_VERIFIED] = "verified",
    [HENG_SEEN] = "seen",
    [HENG_DRAFT] = "draft",
    [HENG_RECALLED_HIGH] = "recalled high",
    [HENG_RECALLED_MEDIUM] = "recalled medium",
    [HENG_RECALLED_LOW] = "recalled low",
    [HENG_EXAMPLE] = "example",
};

static const char *const quality_names[HENG_QUALITY_COUNT] = {
    [HENG_MEASURED] = "measured",
    [HENG_REPORTED] = "reported",
    [HENG_DEFAULTED] = "default",
    [HENG_ESTIMATED] = "estimated",
};

static const char *const notation_names[HENG_NOTATION_COUNT] = {
    [HENG_VALUE] = "value", [HENG_NE] = "NE", [HENG_NO] = "NO",
    [HENG_NA] = "NA",       [HENG_IE] = "IE", [HENG_CONFIDENTIAL] = "C",
};

static bool find_name(const char *const *names, int count, heng_str name, int *out)
{
    for (int i = 0; i < count; i++) {
        if (!heng_str_is(name, names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

const char *heng_evidence_name(heng_evidence evidence)
{
    assert((unsigned)evidence < HENG_EVIDENCE_COUNT);
    return evidence_names[evidence];
}

bool heng_evidence_find(heng_str name, heng_evidence *out)
{
    int found = HENG_RECALLED_MEDIUM;
    if (!heng_str_is(name, "recalled") &&
        !find_name(evidence_names, HENG_EVIDENCE_COUNT, name, &found))
        return false;
    *out = (heng_evidence)found;
    return true;
}

bool heng_evidence_publishable(heng_evidence evidence)
{
    return evidence == HENG_VERIFIED || evidence == HENG_SEEN;
}

const char *heng_quality_name(heng_quality quality)
{
    assert((unsigned)quality < HENG_QUALITY_COUNT);
    return quality_names[quality];
}

bool heng_quality_find(heng_str name, heng_quality *out)
{
    int found;
    if (!find_name(quality_names, HENG_QUALITY_COUNT, name, &found)) return false;
    *out = (heng_quality)found;
    return true;
}

const char *heng_notation_name(heng_notation notation)
{
    assert((unsigned)notation < HENG_NOTATION_COUNT);
    return notation_names[notation];
}

bool heng_notation_find(heng_str name, heng_notation *out)
{
    int found;
    if (!find_name(notation_names, HENG_NOTATION_COUNT, name, &found) || found == HENG_VALUE)
        return false;
    *out = (heng_notation)found;
    return true;
}

static int compare_cells(const heng_fact *a, const heng_fact *b)
{
    int order = heng_str_compare(a->entity, b->entity);
    if (!order) order = heng_str_compare(a->name, b->name);
    if (!order) order = (int)a->key_count - (int)b->key_count;
    for (unsigned i = 0; !order && i < a->key_count; i++)
        order = heng_str_compare(a->keys[i], b->keys[i]);
    return order ? order : heng_period_compare(a->period, b->period);
}

int heng_fact_compare(const heng_fact *a, const heng_fact *b)
{
    int order = compare_cells(a, b);
    if (!order && a->recorded != b->recorded) order = a->recorded < b->recorded ? -1 : 1;
    if (!order) order = heng_str_compare(a->text, b->text);
    return order ? order : heng_str_compare(a->source, b->source);
}

bool heng_fact_same_cell(const heng_fact *a, const heng_fact *b)
{
    return compare_cells(a, b) == 0;
}

bool heng_fact_is_correction(const heng_fact *fact)
{
    static const heng_str words[] = {
        {"correction:", 11}, {"Correction:", 11}, {"更正：", 9}, {"更正:", 7}};
    heng_str note = heng_str_trim(fact->note);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (heng_str_starts(note, words[i])) return true;
    return false;
}
