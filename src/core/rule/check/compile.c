/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>
#include <stdlib.h>

static int compare_files(const void *left, const void *right)
{
    const heng_rule_file *a = left, *b = right;
    int order = heng_str_compare(a->name, b->name);
    return order ? order : heng_str_compare(a->text, b->text);
}

/* Over names and texts in the order of names, so that the order of reading does not matter. */
static bool hash_files(rule_compiler *c, heng_hash *out)
{
    heng_rule_file *sorted = heng_rule__alloc(c, c->file_count, sizeof *sorted);
    if (!sorted) return false;
    if (c->file_count) memcpy(sorted, c->files, c->file_count * sizeof *sorted);
    qsort(sorted, c->file_count, sizeof *sorted, compare_files);
    heng_text all;
    size_t room = 1024;
    for (size_t i = 0; i < c->file_count; i++)
        room += sorted[i].name.length + sorted[i].text.length + 64;
    heng_text_init(&all, c->arena, room);
    for (size_t i = 0; i < c->file_count; i++) {
        heng_text_print(&all, "%zu:", sorted[i].name.length);
        heng_text_add(&all, sorted[i].name);
        heng_text_print(&all, "%zu:", sorted[i].text.length);
        heng_text_add(&all, sorted[i].text);
    }
    if (all.failed) {
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
        return false;
    }
    *out = heng_hash_of(heng_text_view(&all));
    return true;
}

/* So that the address of a figure, which is written millions of times, need not look for others. */
static bool find_lone_names(rule_compiler *c)
{
    heng_program *p = c->program;
    size_t size = 16;
    while (size < 4 * p->quantity_count) size *= 2;
    rule_quantity **slots = heng_rule__alloc(c, size, sizeof(rule_quantity *));
    if (!slots) return false;
    for (size_t i = 0; i < 2 * p->quantity_count; i++) {
        rule_quantity *q = &p->quantities[i / 2];
        heng_str name = i & 1 ? q->qualified : q->name;
        if (i & 1 && heng_str_equal(q->name, q->qualified)) continue;
        if (!(i & 1)) q->lone_name = true;
        size_t at = (size_t)heng_str_hash(name) & (size - 1);
        for (; slots[at]; at = (at + 1) & (size - 1)) {
            bool same =
                heng_str_equal(slots[at]->name, name) || heng_str_equal(slots[at]->qualified, name);
            if (same && slots[at] != q) slots[at]->lone_name = q->lone_name = false;
        }
        slots[at] = q;
    }
    return true;
}

static bool compile_all(rule_compiler *c, const heng_str *names, size_t name_count)
{
    if (!heng_rule__read_sources(c, names, name_count) || !heng_rule__collect(c) ||
        !heng_rule__read_tables(c) || !heng_rule__displace_rows(c) || !heng_rule__order_versions(c))
        return false;
    if (!heng_rule__link_exceptions(c) || !heng_rule__link_providers(c)) return false;
    size_t before = c->diagnostics->found;
    if (!heng_rule__compile_formulas(c) || !heng_rule__plan(c)) return false;
    if (!find_lone_names(c)) return false;
    heng_rule__find_needs(c);
    /* A formula that was not understood uses nothing: what it would have used is not to blame. */
    bool whole = c->diagnostics->found == before;
    for (size_t i = 0; i < c->file_order_count; i++)
        whole = whole && c->sources[c->file_order[i]].ast.whole;
    if (whole && !heng_rule__report_unused(c)) return false;
    return hash_files(c, &c->program->hash);
}

heng_status heng_rule_compile(const heng_str *names, size_t name_count, heng_rule_load *load,
                              void *context, heng_arena *arena, heng_compiled *out, heng_error *err)
{
    assert(names || !name_count);
    assert(load && arena && out && err);
    heng_compiled compiled = {0};
    heng_diagnostics_init(&compiled.diagnostics, arena);
    heng_program *program = HENG_NEW(arena, heng_program);
    if (!program) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    program->arena = arena;
    heng_status status = heng_unit_system_open(arena, &program->units, err);
    if (status) return status;
    rule_compiler c = {.program = program,
                       .arena = arena,
                       .diagnostics = &compiled.diagnostics,
                       .load = load,
                       .load_context = context,
                       .err = err};
    if (!compile_all(&c, names, name_count)) return c.status ? c.status : HENG_NO_MEMORY;
    heng_diagnostics_sort(&compiled.diagnostics);
    if (compiled.diagnostics.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the diagnostics");
    program->files = compiled.files = c.files;
    program->file_count = compiled.file_count = c.file_count;
    compiled.program = compiled.diagnostics.found ? NULL : program;
    *out = compiled;
    return HENG_OK;
}
