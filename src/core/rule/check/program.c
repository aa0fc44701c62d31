/* Looking at a program: its names, lists and rows.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/model.h"

#include <assert.h>

size_t heng_program_kind_count(const heng_program *program)
{
    return program->kind_count;
}

void heng_program_kind(const heng_program *program, size_t index, heng_kind_info *out)
{
    assert(index < program->kind_count);
    const rule_kind *kind = &program->kinds[index];
    *out = (heng_kind_info){.name = kind->name, .level_count = (size_t)kind->level_count};
}

heng_str heng_program_level(const heng_program *program, size_t kind, size_t level)
{
    assert(kind < program->kind_count && level < (size_t)program->kinds[kind].level_count);
    return program->levels[(size_t)program->kinds[kind].first_level + level].name;
}

size_t heng_program_list_count(const heng_program *program)
{
    return program->list_count;
}

const heng_list_info *heng_program_list(const heng_program *program, size_t index)
{
    assert(index < program->list_count);
    return &program->lists[index].info;
}

size_t heng_program_quantity_count(const heng_program *program)
{
    return program->public_count;
}

static heng_quantity_kind kind_of(rule_role role)
{
    switch (role) {
    case ROLE_INPUT: return HENG_QUANTITY_INPUT;
    case ROLE_TABLE: return HENG_QUANTITY_TABLE;
    case ROLE_OUTPUT: return HENG_QUANTITY_OUTPUT;
    default: return HENG_QUANTITY_RULE;
    }
}

void heng_program_quantity(const heng_program *program, size_t index, heng_quantity_info *out)
{
    assert(index < program->quantity_count);
    const rule_quantity *q = &program->quantities[index];
    *out = (heng_quantity_info){.kind = kind_of(q->role),
                                .name = q->name,
                                .qualified = q->qualified,
                                .label_en = q->label.en,
                                .label_zh = q->label.zh,
                                .yes_no = q->type.kind == RULE_YES_NO,
                                .key_count = q->key_count,
                                .grain = q->grain,
                                .source = q->source,
                                .evidence = q->evidence,
                                .file = program->files[q->at.file].name,
                                .line = q->at.line,
                                .text = q->text,
                                .parameter = q->parameter,
                                .bounded = q->bounded,
                                .least = q->least,
                                .most = q->most};
    if (q->type.kind == RULE_NUMBER) out->unit = q->type.text.length ? q->type.text : HENG_STR("1");
    if (q->type.kind == RULE_WORD) out->list = &program->lists[q->type.list].info;
    for (unsigned i = 0; i < q->key_count; i++)
        if (q->keys[i].list >= 0) out->keys[i] = &program->lists[q->keys[i].list].info;
    if (q->scope.kind >= 0) out->kind_or_level = heng_rule__scope_name(program, q->scope);
    if (q->method < 0) return;
    const rule_method *method = &program->methods[q->method];
    out->method = method->name;
    out->method_label_en = method->label.en;
    out->method_label_zh = method->label.zh;
}

static bool is_public(const rule_quantity *q)
{
    return q->role <= ROLE_OUTPUT;
}

/* Outputs before rules, these before inputs, these before tables; exceptions by their full name only. */
static int rank(const rule_quantity *q, bool qualified)
{
    if (q->exception_of >= 0 && !qualified) return 0;
    switch (q->role) {
    case ROLE_OUTPUT: return 4;
    case ROLE_RULE: return 3;
    case ROLE_INPUT: return 2;
    default: return 1;
    }
}

static bool in_force(const rule_quantity *q, heng_period period)
{
    if (q->role < ROLE_RULE) return true;
    for (size_t i = 0; i < q->version_count; i++)
        if (heng_span_holds(q->versions[i].valid, period)) return true;
    return false;
}

/* With a period, of several outputs that which is in force then comes first. */
static size_t find(const heng_program *program, heng_str name, heng_str level, heng_grain grain,
                   const heng_period *period)
{
    size_t found = SIZE_MAX;
    int best = 0;
    rule_scope wanted = {-1, -1};
    if (level.length && !heng_rule__scope_find(program, level, &wanted)) return SIZE_MAX;
    for (size_t i = 0; i < program->quantity_count; i++) {
        const rule_quantity *q = &program->quantities[i];
        bool qualified = heng_str_equal(q->qualified, name);
        if (!is_public(q) || (!heng_str_equal(q->name, name) && !qualified)) continue;
        bool fits =
            heng_rule__scope_covers(q->scope, wanted) && (!q->has_grain || q->grain == grain);
        if (level.length && !fits) continue;
        bool narrow = level.length && q->scope.level >= 0;
        bool now = period && in_force(q, *period);
        int merit = 4 * rank(q, qualified) + 2 * now + narrow;
        if (found != SIZE_MAX && merit <= best) continue;
        found = i;
        best = merit;
    }
    return found;
}

size_t heng_program_find(const heng_program *program, heng_str name, heng_str level,
                         heng_grain grain)
{
    return find(program, name, level, grain, NULL);
}

size_t heng_rule__find_at(const heng_program *program, heng_str name, heng_str level,
                          heng_period period)
{
    return find(program, name, level, period.grain, &period);
}

const heng_unit_system *heng_program_units(const heng_program *program)
{
    return program->units;
}

heng_hash heng_program_hash(const heng_program *program)
{
    return program->hash;
}

size_t heng_program_row_count(const heng_program *program)
{
    return program->row_count;
}

void heng_program_row(const heng_program *program, size_t index, heng_table_row *out)
{
    assert(index < program->row_count);
    *out = program->rows[index].row;
}

bool heng_program_uncertain(const heng_program *program)
{
    for (size_t i = 0; i < program->row_count; i++)
        if (program->rows[i].row.uncertainty.length) return true;
    for (size_t i = 0; i < program->quantity_count; i++) {
        const rule_quantity *q = &program->quantities[i];
        if (q->uncertainty.length) return true;
        for (size_t v = 0; v < q->version_count; v++)
            if (q->versions[v].uncertainty.length) return true;
    }
    return false;
}
