/* Tables that stand instead of others: how a province's pack changes a row of the country's.
 *
 * The rows of a table with `instead of` go to the table that it names. Where such a row holds, the rows
 * of that cell that were there are cut to the rest of their time, or taken out; what a row displaced is
 * kept in its note, which explanations and receipts show. A parameter takes over the bounds too. After
 * this stage the exception has no rows of its own, and reading it is reading the table as it then stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>
#include <stdio.h>

typedef struct displacer {
    rule_compiler *c;
    int by;    /* the table with `instead of` */
    int named; /* what it names */
    int root;  /* the table that all of them end in */
} displacer;

static rule_quantity *table_at(const displacer *d, int quantity)
{
    return &d->c->program->quantities[quantity];
}

/* ---- which table ------------------------------------------------------------------------------------ */

static int find_displaced(rule_compiler *c, const rule_quantity *q, const heng_path *path)
{
    const heng_program *p = c->program;
    heng_str name = path->parts[path->count - 1].text;
    rule_nearest near = {.wanted = name};
    heng_str nearest = {0};
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *other = &p->quantities[i];
        if (other == q || other->role != ROLE_TABLE || other->parameter != q->parameter ||
            !heng_rule__sees(c, q->at.file, other->at.file))
            continue;
        bool method_fits = path->count < 2 ? other->method < 0 || other->method == q->method
                                           : other->method >= 0 &&
                                                 heng_str_equal(p->methods[other->method].name,
                                                                path->parts[path->count - 2].text);
        if (method_fits && heng_str_equal(other->name, name)) return (int)i;
        heng_str before = near.best;
        heng_rule__nearest_offer(&near, other->name);
        if (near.best.at != before.at) nearest = other->qualified;
    }
    char remedy[300] =
        "name a table as TABLE, or METHOD.TABLE, of this pack or of one that it uses";
    if (nearest.length) snprintf(remedy, sizeof remedy, "did you mean %.*s?", HENG_PRINT(nearest));
    heng_diagnose(c->diagnostics, "R505", path->parts[0].at, "instead of nothing", remedy,
                  "%.*s stands instead of a %s that does not exist", HENG_PRINT(q->name),
                  q->parameter ? "parameter" : "table");
    return -1;
}

static bool declared_alike(const displacer *d)
{
    const rule_quantity *a = table_at(d, d->by), *b = table_at(d, d->named);
    bool alike = a->key_count == b->key_count && a->type.kind == b->type.kind &&
                 a->type.list == b->type.list && heng_rule__scope_equal(a->scope, b->scope) &&
                 a->step == b->step && a->linear == b->linear && a->flat == b->flat;
    if (alike && a->type.kind == RULE_NUMBER) alike = heng_unit_equal(&a->type.unit, &b->type.unit);
    for (unsigned i = 0; alike && i < a->key_count; i++)
        alike = a->keys[i].list == b->keys[i].list &&
                (a->keys[i].list >= 0 || heng_unit_equal(&a->keys[i].unit, &b->keys[i].unit));
    if (alike) return true;
    heng_diagnose(d->c->diagnostics, "R506", a->at, "declared otherwise",
                  "give it the same keys, unit and members, and `step` or `linear` alike",
                  "%.*s is not declared like %.*s, instead of which it stands", HENG_PRINT(a->name),
                  HENG_PRINT(b->qualified));
    return false;
}

/* ---- cells ------------------------------------------------------------------------------------------ */

/* The same member and words; of a step or linear table all its numbers are one cell. */
static bool same_cell(const displacer *d, const rule_row *a, const rule_row *b)
{
    const rule_quantity *q = table_at(d, d->root);
    if (!heng_str_equal(a->row.member, b->row.member)) return false;
    for (unsigned i = 0; i < q->key_count; i++)
        if (q->keys[i].list >= 0 && !heng_str_equal(a->row.keys[i], b->row.keys[i])) return false;
    return true;
}

/* An open end gives way to the next start of the same cell, as it would when it is evaluated. */
static void close_ends(const displacer *d, int quantity)
{
    heng_program *p = d->c->program;
    for (size_t i = 0; i < p->row_count; i++) {
        rule_row *row = &p->rows[i];
        if (row->quantity != quantity || row->row.valid.last_month != INT32_MAX) continue;
        int32_t next = INT32_MAX;
        for (size_t j = 0; j < p->row_count; j++) {
            const rule_row *other = &p->rows[j];
            int32_t first = other->row.valid.first_month;
            if (other->quantity == quantity && first > row->row.valid.first_month && first < next &&
                other->number == row->number && same_cell(d, other, row))
                next = first;
        }
        if (next != INT32_MAX) row->row.valid.last_month = next - 1;
    }
}

/* ---- cutting ---------------------------------------------------------------------------------------- */

/* Whether `quantity` is the table named, or one that this one stands instead of. */
static bool stands_below(const displacer *d, int quantity)
{
    for (int at = d->named; at >= 0; at = table_at(d, at)->table_named)
        if (at == quantity) return true;
    return false;
}

static void report_rivals(const displacer *d, const rule_row *row, const rule_row *before)
{
    char remedy[300];
    const rule_quantity *other = table_at(d, before->from);
    snprintf(remedy, sizeof remedy, "leave one out, or write `instead of %.*s`",
             HENG_PRINT(other->qualified));
    heng_diagnose(d->c->diagnostics, "R705", row->at, "holds at the same time", remedy,
                  "rows of %.*s and of %.*s both stand instead of one of %.*s",
                  HENG_PRINT(other->qualified), HENG_PRINT(table_at(d, d->by)->qualified),
                  HENG_PRINT(table_at(d, d->root)->qualified));
    heng_rule__see_also(d->c, before->at);
}

static bool push_piece(const displacer *d, rule_row piece)
{
    heng_program *p = d->c->program;
    if (!heng_rule__push_room(d->c, &p->rows, p->row_count, &p->row_room, sizeof *p->rows))
        return false;
    p->rows[p->row_count++] = piece;
    return true;
}

/* Leaves of row `at` what lies outside of `span`. */
static bool cut(const displacer *d, size_t at, heng_span span)
{
    heng_program *p = d->c->program;
    rule_row *row = &p->rows[at];
    heng_span valid = row->row.valid;
    bool before = valid.first_month<span.first_month, behind = valid.last_month> span.last_month;
    rule_row rest = *row;
    rest.row.valid.first_month = before && behind ? span.last_month + 1 : valid.first_month;
    if (before)
        row->row.valid.last_month = span.first_month - 1;
    else if (behind)
        row->row.valid.first_month = span.last_month + 1;
    else
        row->quantity = -1;
    return !(before && behind) || push_piece(d, rest);
}

/* What a row displaced: "0.6, 0.5", as it was written. */
typedef struct displaced {
    char texts[160];
    size_t count;
} displaced;

static void add_text(displaced *all, heng_str text)
{
    size_t used = strlen(all->texts);
    snprintf(all->texts + used, sizeof all->texts - used, "%s%.*s", all->count++ ? ", " : "",
             (int)(text.length < 40 ? text.length : 40), text.at);
}

static void note(const displacer *d, rule_row *row, const displaced *all)
{
    const rule_quantity *root = table_at(d, d->root);
    heng_str pack = heng_rule__pack_of(d->c->files, root->at.file);
    row->row.note = heng_str_format(d->c->arena, "%s%s%s%.*s%s%.*s",
                                    all->count ? "stands instead of " : "added to ", all->texts,
                                    all->count ? " in " : "", HENG_PRINT(root->qualified),
                                    pack.length ? " of pack " : "", HENG_PRINT(pack));
    if (!row->row.note.at && d->c->status == HENG_OK)
        d->c->status = heng_fail(d->c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
}

static bool displace_by(const displacer *d, size_t own)
{
    heng_program *p = d->c->program;
    size_t count = p->row_count; /* pieces that are added here lie outside its span */
    displaced all = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        rule_row *row = &p->rows[i], *by = &p->rows[own];
        if (row->quantity != d->root || !same_cell(d, row, by) ||
            !heng_span_overlap(row->row.valid, by->row.valid))
            continue;
        if (row->from != d->root && !stands_below(d, row->from)) report_rivals(d, by, row);
        add_text(&all, row->row.text);
        if (!cut(d, i, by->row.valid)) return false;
    }
    note(d, &p->rows[own], &all);
    return d->c->status == HENG_OK;
}

static void compact(heng_program *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->row_count; i++)
        if (p->rows[i].quantity >= 0) p->rows[kept++] = p->rows[i];
    p->row_count = kept;
}

/* All its rows first displace, then join the others: rows of one table do not displace each other. */
static bool displace(displacer *d)
{
    heng_program *p = d->c->program;
    size_t count = p->row_count;
    rule_quantity *by = table_at(d, d->by), *root = table_at(d, d->root);
    close_ends(d, d->by);
    close_ends(d, d->root);
    for (size_t i = 0; i < count; i++)
        if (p->rows[i].quantity == d->by && !displace_by(d, i)) return false;
    for (size_t i = 0; i < count; i++) {
        rule_row *row = &p->rows[i];
        if (row->quantity != d->by) continue;
        row->quantity = d->root;
        row->row.table = root->name;
        row->row.qualified = root->qualified;
        root->dated |=
            row->row.valid.first_month != INT32_MIN || row->row.valid.last_month != INT32_MAX;
    }
    compact(p);
    by->row_count = 0;
    by->used = true;
    if (by->bounded) {
        root->least = by->least;
        root->most = by->most;
    }
    return true;
}

static bool displace_table(rule_compiler *c, int by)
{
    heng_program *p = c->program;
    const heng_path *path = &p->quantities[by].item->attributes.instead_of;
    displacer d = {.c = c, .by = by};
    if (!path->count) return true;
    d.named = find_displaced(c, &p->quantities[by], path);
    if (d.named < 0) {
        p->quantities[by].used = true; /* said once */
        return true;
    }
    if (!declared_alike(&d)) return true;
    d.root = d.named;
    for (size_t i = 0; table_at(&d, d.root)->table_named >= 0; i++) {
        d.root = table_at(&d, d.root)->table_named;
        if (d.root != by && i < p->quantity_count) continue;
        heng_diagnose(c->diagnostics, "R601", path->parts[0].at, "a circle",
                      "let one of them stand by itself", "%.*s stands instead of itself",
                      HENG_PRINT(p->quantities[by].name));
        return true;
    }
    p->quantities[by].table_named = d.named;
    p->quantities[by].table_root = d.root;
    return displace(&d);
}

bool heng_rule__displace_rows(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->row_count; i++)
        c->program->rows[i].from = c->program->rows[i].quantity;
    for (size_t i = 0; i < c->program->quantity_count; i++)
        if (c->program->quantities[i].role == ROLE_TABLE && !displace_table(c, (int)i))
            return false;
    return c->status == HENG_OK;
}
