/* Rows of tables: grids, CSV files and single values, with keys, units and validity resolved.
 *
 * A column is a key, the level of the table, one of valid, value, status, source, unit, label and
 * uncertainty, or a member of the one key (or the one member of the level) that has no column of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>
#include <stdlib.h>

typedef enum column_role {
    COLUMN_KEY,    /* `key` */
    COLUMN_MEMBER, /* the entity of the row */
    COLUMN_VALID,
    COLUMN_VALUE,
    COLUMN_STATUS,
    COLUMN_SOURCE,
    COLUMN_UNIT,
    COLUMN_LABEL,
    COLUMN_UNCERTAINTY,
    COLUMN_SPREAD, /* values of one member: of `key`, or of the level when `key` is -1 */
    COLUMN_UNKNOWN
} column_role;

typedef struct column {
    column_role role;
    int key;
    int32_t member;
    heng_str name;
} column;

typedef struct table_reader {
    rule_compiler *c;
    rule_quantity *q;
    int quantity;
    const heng_grid *grid;
    column *columns;
    bool spread;
} table_reader;

static const struct {
    const char *name;
    column_role role;
} reserved[] = {{"valid", COLUMN_VALID},
                {"value", COLUMN_VALUE},
                {"status", COLUMN_STATUS},
                {"source", COLUMN_SOURCE},
                {"unit", COLUMN_UNIT},
                {"label", COLUMN_LABEL},
                {"uncertainty", COLUMN_UNCERTAINTY}};

static column named_column(const table_reader *r, heng_str name)
{
    const heng_program *p = r->c->program;
    const rule_quantity *q = r->q;
    for (unsigned i = 0; i < q->key_count; i++) {
        heng_str key =
            q->keys[i].list < 0 ? q->item->keys[i].name.text : p->lists[q->keys[i].list].info.name;
        if (heng_str_equal(key, name)) return (column){COLUMN_KEY, (int)i, -1, name};
    }
    if (q->scope.kind >= 0 && heng_str_equal(heng_rule__scope_name(p, q->scope), name))
        return (column){COLUMN_MEMBER, -1, -1, name};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (heng_str_is(name, reserved[i].name)) return (column){reserved[i].role, -1, -1, name};
    return (column){COLUMN_UNKNOWN, -1, -1, name};
}

static bool has_column(const table_reader *r, column_role role, int key)
{
    for (unsigned i = 0; i < r->grid->column_count; i++)
        if (r->columns[i].role == role && r->columns[i].key == key) return true;
    return false;
}

/* The columns that are not named after a key or reserved must be members. */
static void spread_columns(table_reader *r)
{
    const heng_program *p = r->c->program;
    for (unsigned i = 0; i < r->grid->column_count; i++) {
        column *col = &r->columns[i];
        if (col->role != COLUMN_UNKNOWN) continue;
        for (unsigned k = 0; k < r->q->key_count && col->role == COLUMN_UNKNOWN; k++) {
            if (r->q->keys[k].list < 0 || has_column(r, COLUMN_KEY, (int)k)) continue;
            const rule_list *list = &p->lists[r->q->keys[k].list];
            int member = heng_rule__member(list, col->name);
            if (member < 0 && list->scope.kind < 0) continue;
            *col = (column){COLUMN_SPREAD, (int)k, member, col->name};
        }
        bool by_member = r->q->scope.kind >= 0 && !has_column(r, COLUMN_MEMBER, -1);
        if (col->role == COLUMN_UNKNOWN && by_member && !has_column(r, COLUMN_VALUE, -1))
            *col = (column){COLUMN_SPREAD, -1, -1, col->name};
        r->spread |= col->role == COLUMN_SPREAD;
        if (col->role == COLUMN_UNKNOWN)
            heng_diagnose(
                r->c->diagnostics, "R701", r->grid->head[i].word.at, "not a column of this table",
                "name it after a key, valid, value, status, source, unit, uncertainty, or a member of a "
                "key",
                "the table %.*s does not know the column %.*s", HENG_PRINT(r->q->name),
                HENG_PRINT(col->name));
    }
}

/* Every key needs a column, and there must be values. */
static bool check_columns(const table_reader *r)
{
    const heng_program *p = r->c->program;
    int spread_key = -2;
    for (unsigned i = 0; i < r->grid->column_count; i++)
        if (r->columns[i].role == COLUMN_SPREAD) spread_key = r->columns[i].key;
    for (unsigned k = 0; k < r->q->key_count; k++) {
        if (has_column(r, COLUMN_KEY, (int)k) || spread_key == (int)k) continue;
        heng_str name = r->q->keys[k].list < 0 ? r->q->item->keys[k].name.text
                                               : p->lists[r->q->keys[k].list].info.name;
        heng_diagnose(r->c->diagnostics, "R701", r->grid->at, "a key without a column",
                      "add a column of that name", "the table %.*s has no column for its key %.*s",
                      HENG_PRINT(r->q->name), HENG_PRINT(name));
        return false;
    }
    bool members = r->q->scope.kind < 0 || has_column(r, COLUMN_MEMBER, -1) || spread_key == -1;
    if (members && (r->spread || has_column(r, COLUMN_VALUE, -1))) return true;
    heng_diagnose(r->c->diagnostics, "R701", r->grid->at, members ? "no values" : "of whom?",
                  "add a column value, or one column for each member",
                  "the table %.*s has no column of %s", HENG_PRINT(r->q->name),
                  members ? "values" : "members");
    return false;
}

static void read_valid(table_reader *r, heng_word word, rule_row *row)
{
    heng_error why;
    if (!word.text.length) return;
    if (heng_rule_span_parse(word.text, &row->row.valid, &why) != HENG_OK)
        heng_diagnose(r->c->diagnostics, "R703", word.at, "not a validity",
                      "write 2021, 2016 .. 2020, 2024 .. or .. 2018",
                      "%.*s does not say when the row holds", HENG_PRINT(word.text));
    if (row->row.valid.first_month != INT32_MIN || row->row.valid.last_month != INT32_MAX)
        r->q->dated = true;
}

static void read_key(table_reader *r, heng_word word, int key, rule_row *row)
{
    const rule_key *k = &r->q->keys[key];
    row->row.keys[key] = word.text;
    row->keys[key] = -1;
    if (k->list < 0) {
        heng_error why;
        if (heng_number_parse(word.text, &row->number, &why) != HENG_OK)
            heng_diagnose(r->c->diagnostics, "R704", word.at, "not a number", "write a number",
                          "%.*s is not a number", HENG_PRINT(word.text));
        return;
    }
    const rule_list *list = &r->c->program->lists[k->list];
    if (list->scope.kind >= 0) return;
    row->keys[key] = heng_rule__member(list, word.text);
    if (row->keys[key] >= 0) return;
    rule_nearest near = {.wanted = word.text};
    for (size_t i = 0; i < list->info.member_count; i++)
        heng_rule__nearest_offer(&near, list->info.members[i]);
    heng_diagnose(r->c->diagnostics, "R204", word.at, "not in the list",
                  heng_rule__did_you_mean(r->c, &near, "correct it, or add it to the list"),
                  "%.*s is not in the list %.*s", HENG_PRINT(word.text),
                  HENG_PRINT(list->info.name));
}

static void read_status(table_reader *r, heng_word word, rule_row *row)
{
    if (!word.text.length) return;
    heng_status_written written = {0};
    heng_str rest = word.text, piece;
    while (written.count < 4 && heng_str_cut(&rest, ' ', &piece)) {
        if (!piece.length) continue;
        written.words[written.count++] = (heng_word){piece, word.at};
    }
    heng_str code = {0};
    row->row.evidence = heng_rule__evidence(r->c, &written, row->row.evidence, &code);
    if (code.length) row->row.source = code;
}

/* Converts a number from the unit written in the row. */
static void convert_row(table_reader *r, heng_word unit, rule_row *row)
{
    row->row.unit = unit.text.length ? unit.text : r->q->type.text;
    if (!unit.text.length || r->q->type.kind != RULE_NUMBER) return;
    heng_unit from, to;
    heng_error why = {0};
    heng_ratio ratio;
    if (!heng_rule__resolve_unit(r->c, unit, &from)) return;
    if (heng_rule__unit_of_cell(r->c->program, r->q, row->keys, &to, &why) == HENG_OK &&
        heng_unit_factor_between(&from, &to, &ratio, &why) == HENG_OK) {
        row->row.value = heng_rule__convert(ratio, row->row.value);
        return;
    }
    heng_diagnose(r->c->diagnostics, "R302", unit.at, "another unit",
                  "give the row in a unit that converts into that of the table",
                  "the row is in %.*s, but %.*s is declared in %.*s", HENG_PRINT(unit.text),
                  HENG_PRINT(r->q->name), HENG_PRINT(r->q->type.text));
}

static void bad_value(table_reader *r, heng_word word, const char *wanted)
{
    heng_diagnose(r->c->diagnostics, "R704", word.at, wanted,
                  "write a value, or `missing` where none is known", "%.*s is %s",
                  HENG_PRINT(word.text), wanted);
}

static void read_value(table_reader *r, heng_word word, rule_row *row)
{
    row->row.text = word.text;
    row->row.notation = HENG_VALUE;
    if (heng_str_is(word.text, "missing")) {
        row->row.notation = HENG_NE;
        return;
    }
    const rule_type *type = &r->q->type;
    heng_error why;
    if (type->kind == RULE_YES_NO) {
        row->row.value = heng_str_is(word.text, "yes");
        if (!heng_str_is(word.text, "yes") && !heng_str_is(word.text, "no"))
            bad_value(r, word, "neither yes nor no");
    } else if (type->kind == RULE_WORD) {
        int member = heng_rule__member(&r->c->program->lists[type->list], word.text);
        row->row.value = member;
        if (member < 0) bad_value(r, word, "not a word of the list");
    } else if (heng_number_parse(word.text, &row->row.value, &why) != HENG_OK) {
        row->row.value = 0;
        bad_value(r, word, "not a number");
    }
}

/* Of the row, or of the table; against the number as it was written. */
static void read_uncertainty(table_reader *r, heng_word word, rule_row *row)
{
    heng_error why;
    double value = row->row.value;
    bool own = word.text.length > 0, number = r->q->type.kind == RULE_NUMBER;
    row->row.uncertainty = own ? word.text : r->q->uncertainty;
    if (!row->row.uncertainty.length || row->row.notation != HENG_VALUE) return;
    (void)heng_number_parse(row->row.text, &value, &why);
    heng_locus at = own ? word.at : r->q->item->attributes.at_uncertain;
    if (number)
        heng_rule__check_uncertainty(r->c, at, row->row.uncertainty, &value);
    else
        bad_value(r, word, "a range, of what is no number");
}

static bool push_row(table_reader *r, const rule_row *row)
{
    heng_program *p = r->c->program;
    if (!heng_rule__push_room(r->c, &p->rows, p->row_count, &p->row_room, sizeof *p->rows))
        return false;
    p->rows[p->row_count++] = *row;
    r->q->row_count++;
    return true;
}

static rule_row blank_row(const table_reader *r, heng_locus at)
{
    rule_row row = {.quantity = r->quantity, .at = at};
    row.row = (heng_table_row){.table = r->q->name,
                               .qualified = r->q->qualified,
                               .key_count = r->q->key_count,
                               .valid = HENG_SPAN_ALWAYS,
                               .unit = r->q->type.text,
                               .evidence = r->q->evidence,
                               .source = r->q->source,
                               .recorded = HENG_INSTANT_MIN,
                               .file = r->c->files[at.file].name,
                               .line = at.line};
    for (unsigned i = 0; i < HENG_KEYS_MAX; i++) row.keys[i] = -1;
    const heng_span_written *valid = &r->q->item->attributes.valid;
    if (valid->at.length) {
        row.row.valid = valid->span;
        r->q->dated = true;
    }
    return row;
}

/* One line of the grid: one row, or one for each member spread over the columns. */
static bool read_line(table_reader *r, const heng_cell *cells)
{
    rule_row row = blank_row(r, cells[0].word.at);
    heng_word unit = {0}, value = {0}, source = {0}, uncertainty = {0};
    for (unsigned i = 0; i < r->grid->column_count; i++) {
        const column *col = &r->columns[i];
        heng_word word = cells[i].word;
        if (col->role == COLUMN_KEY)
            read_key(r, word, col->key, &row);
        else if (col->role == COLUMN_MEMBER)
            row.row.member = word.text;
        else if (col->role == COLUMN_VALID)
            read_valid(r, word, &row);
        else if (col->role == COLUMN_STATUS)
            read_status(r, word, &row);
        else if (col->role == COLUMN_SOURCE)
            source = word;
        else if (col->role == COLUMN_UNIT)
            unit = word;
        else if (col->role == COLUMN_VALUE)
            value = word;
        else if (col->role == COLUMN_UNCERTAINTY)
            uncertainty = word;
    }
    if (source.text.length) row.row.source = source.text;
    if (!r->spread) {
        row.at = value.at;
        read_value(r, value, &row);
        read_uncertainty(r, uncertainty, &row);
        convert_row(r, unit, &row);
        return push_row(r, &row);
    }
    for (unsigned i = 0; i < r->grid->column_count; i++) {
        const column *col = &r->columns[i];
        if (col->role != COLUMN_SPREAD || !cells[i].word.text.length) continue;
        rule_row one = row;
        one.at = cells[i].word.at;
        if (col->key >= 0) {
            one.row.keys[col->key] = col->name;
            one.keys[col->key] = col->member;
        } else {
            one.row.member = col->name;
        }
        read_value(r, cells[i].word, &one);
        read_uncertainty(r, uncertainty, &one);
        convert_row(r, unit, &one);
        if (!push_row(r, &one)) return false;
    }
    return true;
}

static bool read_grid(table_reader *r)
{
    if (!r->grid->column_count) return true;
    r->columns = heng_rule__alloc(r->c, r->grid->column_count, sizeof *r->columns);
    if (!r->columns) return false;
    for (unsigned i = 0; i < r->grid->column_count; i++)
        r->columns[i] = (column){.role = COLUMN_UNKNOWN, .key = -1};
    for (unsigned i = 0; i < r->grid->column_count; i++)
        r->columns[i] = named_column(r, r->grid->head[i].word.text);
    spread_columns(r);
    if (!check_columns(r)) return r->c->status == HENG_OK;
    for (unsigned i = 0; i < r->grid->row_count; i++)
        if (!read_line(r, r->grid->cells + (size_t)i * r->grid->column_count)) return false;
    return r->c->status == HENG_OK;
}

/* Arithmetic of plain numbers, such as 44/12. */
static bool constant(const heng_expr *e, double *out)
{
    double a, b;
    if (e->kind == HENG_EXPR_NUMBER) {
        *out = e->number;
        return !e->unit.text.length;
    }
    if (!e->left || !constant(e->left, &a)) return false;
    if (e->kind == HENG_EXPR_NEGATE) {
        *out = -a;
        return true;
    }
    if (!e->right || !constant(e->right, &b)) return false;
    switch (e->kind) {
    case HENG_EXPR_ADD: *out = a + b; return true;
    case HENG_EXPR_SUBTRACT: *out = a - b; return true;
    case HENG_EXPR_MULTIPLY: *out = a * b; return true;
    case HENG_EXPR_DIVIDE: *out = a / b; return b != 0;
    default: return false;
    }
}

/* table NAME : TYPE = value */
static bool read_single(table_reader *r, const heng_expr *e)
{
    rule_row row = blank_row(r, e->at);
    heng_word word = {heng_rule__text_at(r->c, e->at), e->at};
    row.row.text = word.text;
    bool negated = e->kind == HENG_EXPR_NEGATE && e->left->kind == HENG_EXPR_NUMBER;
    const heng_expr *number = negated ? e->left : e;
    if (r->q->type.kind == RULE_NUMBER && constant(e, &row.row.value)) {
        row.row.notation = HENG_VALUE;
    } else if (r->q->type.kind == RULE_NUMBER && number->kind == HENG_EXPR_NUMBER) {
        row.row.value = negated ? -number->number : number->number;
        convert_row(r, number->unit, &row);
    } else if (r->q->type.kind != RULE_NUMBER || e->kind == HENG_EXPR_MISSING) {
        read_value(r, word, &row);
    } else {
        heng_diagnose(r->c->diagnostics, "R704", e->at, "not a plain number",
                      "write a rule where something is to be computed",
                      "the value of table %.*s is a formula", HENG_PRINT(r->q->name));
    }
    read_uncertainty(r, (heng_word){0}, &row);
    return push_row(r, &row);
}

/* ---- after reading: double rows and holes --------------------------------------------------------- */

static int compare_cells(const rule_row *a, const rule_row *b, unsigned key_count)
{
    int order = heng_str_compare(a->row.member, b->row.member);
    for (unsigned i = 0; !order && i < key_count; i++)
        order = heng_str_compare(a->row.keys[i], b->row.keys[i]);
    return order;
}

static int compare_rows(const void *left, const void *right)
{
    const rule_row *a = *(const rule_row *const *)left, *b = *(const rule_row *const *)right;
    int order = compare_cells(a, b, a->row.key_count);
    if (order) return order;
    if (a->row.valid.first_month != b->row.valid.first_month)
        return a->row.valid.first_month < b->row.valid.first_month ? -1 : 1;
    return a < b ? -1 : a > b;
}

static bool check_doubles(rule_compiler *c, const rule_quantity *q)
{
    const rule_row **sorted = heng_rule__alloc(c, q->row_count, sizeof *sorted);
    if (!sorted) return false;
    for (size_t i = 0; i < q->row_count; i++) sorted[i] = &c->program->rows[q->row_first + i];
    qsort(sorted, q->row_count, sizeof *sorted, compare_rows);
    for (size_t i = 1; i < q->row_count; i++) {
        const rule_row *a = sorted[i - 1], *b = sorted[i];
        if (compare_cells(a, b, q->key_count)) continue;
        bool gives_way = a->row.valid.last_month == INT32_MAX &&
                         a->row.valid.first_month != b->row.valid.first_month;
        if (gives_way || a->row.valid.last_month < b->row.valid.first_month) continue;
        heng_diagnose(c->diagnostics, "R705", b->at, "holds at the same time",
                      "end the first one earlier, or delete it",
                      "two rows of %.*s hold at one time (lines %u and %u)", HENG_PRINT(q->name),
                      a->at.line, b->at.line);
        heng_rule__see_also(c, a->at);
    }
    return true;
}

/* Every combination of words needs a row at some time; `missing` says that there is none. */
static bool check_holes(rule_compiler *c, const rule_quantity *q)
{
    const heng_program *p = c->program;
    size_t count = 1;
    for (unsigned i = 0; i < q->key_count; i++) {
        if (q->keys[i].list < 0 || p->lists[q->keys[i].list].scope.kind >= 0) return true;
        count *= p->lists[q->keys[i].list].info.member_count;
        if (count > 1000000) return true;
    }
    if (!q->key_count || q->scope.kind >= 0) return true;
    bool *have = heng_rule__alloc(c, count, sizeof *have);
    if (!have) return false;
    for (size_t r = 0; r < q->row_count; r++) {
        const rule_row *row = &p->rows[q->row_first + r];
        size_t at = 0;
        bool known = true;
        for (unsigned i = 0; i < q->key_count; i++) {
            known = known && row->keys[i] >= 0;
            at = at * p->lists[q->keys[i].list].info.member_count +
                 (size_t)(known ? row->keys[i] : 0);
        }
        if (known) have[at] = true;
    }
    heng_text holes;
    heng_text_init(&holes, c->arena, HENG_RULE_TEXT_MAX);
    size_t hole_count = 0;
    for (size_t at = 0; at < count; at++) {
        if (have[at] || hole_count++ > 5) continue;
        if (hole_count > 1) heng_text_add(&holes, HENG_STR(", "));
        size_t rest = at, size = count;
        for (unsigned i = 0; i < q->key_count; i++) {
            const rule_list *list = &p->lists[q->keys[i].list];
            size /= list->info.member_count;
            if (i) heng_text_add_char(&holes, ' ');
            heng_text_add(&holes, list->info.members[rest / size]);
            rest %= size;
        }
    }
    if (holes.failed) {
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory for rules");
        return false;
    }
    if (hole_count)
        heng_diagnose(c->diagnostics, "R706", q->at, "a hole",
                      "add the rows; write `missing` where no value is known",
                      "table %.*s has no row for %.*s", HENG_PRINT(q->name),
                      HENG_PRINT(heng_text_view(&holes)));
    return true;
}

/* ---- parameters ----------------------------------------------------------------------------------- */

/* A bound in the unit of the parameter; false where it is not understood, which was said. */
static bool read_bound(rule_compiler *c, const rule_quantity *q, const heng_expr *e, double *out)
{
    bool negated = e->kind == HENG_EXPR_NEGATE;
    const heng_expr *number = negated ? e->left : e;
    heng_unit unit = heng_unit_one();
    heng_ratio ratio;
    heng_error why;
    if (number->unit.text.length && !heng_rule__resolve_unit(c, number->unit, &unit)) return false;
    if (heng_unit_factor_between(&unit, &q->type.unit, &ratio, &why) != HENG_OK) {
        heng_diagnose(c->diagnostics, "R302", e->at, "another unit",
                      "give the bound in a unit that converts into that of the parameter",
                      "the bound %.*s does not convert into %.*s",
                      HENG_PRINT(heng_rule__text_at(c, e->at)), HENG_PRINT(q->type.text));
        return false;
    }
    *out = heng_rule__convert(ratio, negated ? -number->number : number->number);
    return true;
}

static void read_bounds(rule_compiler *c, rule_quantity *q)
{
    const heng_attributes *a = &q->item->attributes;
    bool number = q->type.kind == RULE_NUMBER, written = a->at_bounds.length > 0;
    if (number != written) {
        heng_diagnose(c->diagnostics, "R707", written ? a->at_bounds : q->at,
                      number ? "from where to where?" : "no number",
                      number ? "write in LEAST .. MOST behind its value"
                             : "leave out `in`: the list says what may be chosen",
                      number ? "the parameter %.*s does not say within which bounds it may be set"
                             : "the parameter %.*s is no number, and yet has bounds",
                      HENG_PRINT(q->name));
        return;
    }
    if (!written || !read_bound(c, q, a->least, &q->least) || !read_bound(c, q, a->most, &q->most))
        return;
    q->bounded = q->least <= q->most;
    if (!q->bounded)
        heng_diagnose(c->diagnostics, "R707", a->at_bounds, "none fits",
                      "write the lesser bound first", "no value of %.*s lies within these bounds",
                      HENG_PRINT(q->name));
}

static void check_bounds(rule_compiler *c, const rule_quantity *q)
{
    for (size_t i = 0; q->bounded && i < q->row_count; i++) {
        const rule_row *row = &c->program->rows[q->row_first + i];
        if (row->row.notation != HENG_VALUE) continue;
        if (row->row.value >= q->least && row->row.value <= q->most) continue;
        heng_diagnose(c->diagnostics, "R708", row->at, "out of bounds",
                      "correct the value, or widen the bounds",
                      "%.*s is not within the bounds of the parameter %.*s",
                      HENG_PRINT(row->row.text), HENG_PRINT(q->name));
    }
}

static bool read_table(rule_compiler *c, int quantity)
{
    rule_quantity *q = &c->program->quantities[quantity];
    heng_grid csv;
    table_reader r = {.c = c, .q = q, .quantity = quantity, .grid = q->item->grid};
    q->row_first = c->program->row_count;
    bool curve = q->step || q->linear;
    if (curve != (q->number_key >= 0))
        heng_diagnose(c->diagnostics, "R702", q->at, "step or linear?",
                      "write `step` or `linear` behind the label of a table with a number as key",
                      "%.*s must be step or linear if and only if its key is a number",
                      HENG_PRINT(q->name));
    if (q->type.kind == RULE_ANY) return true;
    size_t before = c->diagnostics->found;
    if (q->item->from.text.length) {
        if (!heng_rule__read_csv(c, q->item->from, &csv)) return false;
        r.grid = &csv;
    }
    bool read = r.grid             ? read_grid(&r)
                : q->item->formula ? read_single(&r, q->item->formula)
                                   : true;
    if (!read || c->diagnostics->found > before) return c->status == HENG_OK;
    if (q->parameter) {
        read_bounds(c, q);
        check_bounds(c, q);
    }
    return (curve || check_doubles(c, q)) &&
           (curve || q->item->attributes.instead_of.count || check_holes(c, q));
}

bool heng_rule__read_tables(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->quantity_count; i++)
        if (c->program->quantities[i].role == ROLE_TABLE && !read_table(c, (int)i)) return false;
    return true;
}
