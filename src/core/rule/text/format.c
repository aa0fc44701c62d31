/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/ast.h"
#include "core/rule/text/printer.h"

#include <assert.h>

enum {
    ATTRIBUTES_MAX = 12,
    SHORT_COLUMNS =
        24, /* a number or name up to this stays behind its = however long the line is */
    /* A cell takes a byte at least and is padded to HENG_PRINT_COLUMNS at most, with its bar. */
    OUT_BYTES_MAX = 128 * HENG_RULE_TEXT_MAX
};

static void put_word(heng_printer *p, heng_word word)
{
    heng_printer__blank(p);
    heng_printer__put(p, word.at.offset, word.text);
}

static void put_path(heng_printer *p, const heng_path *path)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (i) heng_printer__add(p, HENG_STR("."));
        heng_printer__put(p, path->parts[i].at.offset, path->parts[i].text);
    }
}

static void put_label(heng_printer *p, const heng_label *label)
{
    if (!label->at.length) return;
    heng_printer__blank(p);
    heng_printer__quote(p, label->at.offset, label->en);
    if (!label->at_zh.length) return;
    heng_printer__add(p, HENG_STR(" /"));
    heng_printer__blank(p);
    heng_printer__quote(p, label->at_zh.offset, label->zh);
}

static void put_type(heng_printer *p, const heng_type_written *type)
{
    if (type->kind == HENG_TYPE_NONE) return;
    heng_printer__blank(p);
    heng_printer__add(p, HENG_STR(":"));
    heng_printer__blank(p);
    if (type->kind == HENG_TYPE_YES_NO) heng_printer__put(p, type->at.offset, HENG_STR("yes/no"));
    if (type->kind == HENG_TYPE_UNIT) put_word(p, type->unit);
    if (type->kind != HENG_TYPE_LIST) return;
    heng_printer__put(p, type->at.offset, HENG_STR("one of"));
    put_word(p, type->list);
}

static void put_keys(heng_printer *p, const heng_item *item)
{
    for (unsigned i = 0; i < item->key_count; i++) {
        const heng_key_written *key = &item->keys[i];
        heng_printer__add(p, i ? HENG_STR(", ") : HENG_STR("["));
        heng_printer__put(p, key->name.at.offset, key->name.text);
        if (!key->unit.text.length) continue;
        heng_printer__add(p, HENG_STR(" :"));
        put_word(p, key->unit);
    }
    if (item->key_count) heng_printer__add(p, HENG_STR("]"));
}

/* ---- attributes ----------------------------------------------------------------------------------- */

static void put_source(heng_printer *p, const heng_attributes *a)
{
    put_label(p, &a->source);
}

static void put_status(heng_printer *p, const heng_attributes *a)
{
    for (unsigned i = 0; i < a->status.count; i++) put_word(p, a->status.words[i]);
}

static void put_month_text(heng_printer *p, const heng_attributes *a)
{
    /* As written, one blank around the dots: 2023-06 .. 2025-08. */
    heng_locus at = a->valid.at;
    heng_str text = heng_str_slice(p->source, at.offset, at.offset + at.length);
    size_t dots = heng_str_find(text, HENG_STR(".."), 0);
    heng_printer__blank(p);
    if (dots == SIZE_MAX) {
        heng_printer__put(p, at.offset, text);
        return;
    }
    heng_str first = heng_str_trim(heng_str_slice(text, 0, dots));
    heng_str last = heng_str_trim(heng_str_slice(text, dots + 2, text.length));
    if (first.length) heng_printer__put(p, at.offset, first);
    heng_printer__blank(p);
    heng_printer__put(p, at.offset + dots, HENG_STR(".."));
    heng_printer__blank(p);
    if (last.length) heng_printer__put(p, (size_t)(last.at - p->source.at), last);
}

static void put_for(heng_printer *p, const heng_attributes *a)
{
    put_word(p, a->for_kind);
    if (!a->by_grain.text.length) return;
    heng_printer__blank(p);
    heng_printer__add(p, HENG_STR("by"));
    put_word(p, a->by_grain);
}

static void put_when(heng_printer *p, const heng_attributes *a)
{
    heng_printer__blank(p);
    p->indent += HENG_PRINT_INDENT;
    heng_printer__formula(p, a->when, 0);
    p->indent -= HENG_PRINT_INDENT;
}

static void put_instead(heng_printer *p, const heng_attributes *a)
{
    heng_printer__add(p, HENG_STR(" of"));
    heng_printer__blank(p);
    put_path(p, &a->instead_of);
}

static void put_uncertain(heng_printer *p, const heng_attributes *a)
{
    put_word(p, a->uncertain_shape);
    for (const heng_expr *number = a->uncertain_numbers; number; number = number->next) {
        heng_printer__blank(p);
        heng_printer__flat(p, number);
    }
}

static void put_absent(heng_printer *p, const heng_attributes *a)
{
    (void)a;
    heng_printer__add(p, HENG_STR(" NO"));
}

static void put_bounds(heng_printer *p, const heng_attributes *a)
{
    heng_printer__blank(p);
    heng_printer__flat(p, a->least);
    heng_printer__add(p, HENG_STR(" .."));
    heng_printer__blank(p);
    heng_printer__flat(p, a->most);
}

typedef struct written {
    heng_locus at;
    const char *word;
    bool own_line;
    void (*put)(heng_printer *, const heng_attributes *); /* what follows the word; may be NULL */
} written;

/* The attributes of a statement in the order in which they are written. */
static size_t collect(const heng_item *item, written out[ATTRIBUTES_MAX])
{
    const heng_attributes *a = &item->attributes;
    bool method = item->kind == HENG_ITEM_METHOD;
    const written all[ATTRIBUTES_MAX] = {
        {a->at_source, "source", true, put_source},
        {a->at_status, "status", true, put_status},
        {a->at_valid, "valid", true, put_month_text},
        {a->at_for, "for", method, put_for},
        {a->at_when, "when", true, put_when},
        {a->at_instead, "instead", true, put_instead},
        {a->at_uncertain, "uncertain", true, put_uncertain},
        {a->at_absent, "absent", false, put_absent},
        {a->at_step, "step", false, NULL},
        {a->at_linear, "linear", false, NULL},
        {a->at_flat, "flat", false, NULL},
        {a->at_bounds, "in", false, put_bounds},
    };
    size_t count = 0;
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        if (!all[i].at.length) continue;
        size_t place = count++;
        for (; place > 0 && out[place - 1].at.offset > all[i].at.offset; place--)
            out[place] = out[place - 1];
        out[place] = all[i];
    }
    return count;
}

/* Those that stand in from..to. True when one of them took a line of its own. */
static bool put_attributes(heng_printer *p, const heng_item *item, size_t from, size_t to)
{
    written attributes[ATTRIBUTES_MAX];
    size_t count = collect(item, attributes);
    bool own_line = false;
    for (size_t i = 0; i < count; i++) {
        const written *one = &attributes[i];
        if (one->at.offset < from || one->at.offset >= to) continue;
        own_line |= one->own_line;
        if (own_line) heng_printer__line(p);
        heng_printer__blank(p);
        heng_printer__put(p, one->at.offset, heng_str_from(one->word));
        if (one->put) one->put(p, &item->attributes);
    }
    return own_line;
}

/* ---- grids ---------------------------------------------------------------------------------------- */

static heng_str quoted_cell(heng_arena *arena, const heng_cell *cell)
{
    heng_printer cell_printer = {.column = 1};
    heng_text_init(&cell_printer.out, arena, OUT_BYTES_MAX);
    heng_printer__quote(&cell_printer, 0, cell->word.text);
    if (cell->zh.length) {
        heng_printer__add(&cell_printer, HENG_STR(" / "));
        heng_printer__quote(&cell_printer, 0, cell->zh);
    }
    return cell_printer.out.failed ? (heng_str){NULL, 0} : heng_text_view(&cell_printer.out);
}

static bool put_row(heng_printer *p, const heng_cell *cells, const heng_str *texts,
                    const size_t *widths, unsigned count)
{
    heng_text line;
    heng_text_init(&line, p->out.arena, OUT_BYTES_MAX);
    for (unsigned i = 0; i < count; i++) {
        size_t start = line.length;
        heng_text_add(&line, texts[i]);
        heng_text_pad(&line, start, widths[i]);
        if (i + 1 < count) heng_text_add(&line, HENG_STR(" | "));
    }
    while (line.length && line.bytes[line.length - 1] == ' ') line.length--;
    heng_printer__line(p);
    heng_printer__put(p, cells->word.at.offset, heng_text_view(&line));
    return !line.failed && !p->out.failed;
}

static bool put_grid(heng_printer *p, const heng_grid *grid)
{
    heng_arena *arena = p->out.arena;
    size_t columns = grid->column_count, rows = (size_t)grid->row_count + 1;
    heng_str *texts = HENG_ARRAY(arena, rows * columns, heng_str);
    size_t *widths = HENG_ARRAY(arena, columns, size_t);
    if (!texts || !widths) return false;
    for (size_t i = 0; i < rows * columns; i++) {
        const heng_cell *cell = i < columns ? &grid->head[i] : &grid->cells[i - columns];
        texts[i] = cell->quoted ? quoted_cell(arena, cell) : cell->word.text;
        if (!texts[i].at) return false;
        size_t width = heng_utf8_columns(texts[i]);
        if (width > widths[i % columns] && width <= HENG_PRINT_COLUMNS) widths[i % columns] = width;
    }
    if (!put_row(p, grid->head, texts, widths, grid->column_count)) return false;
    for (size_t i = 1; i < rows; i++)
        if (!put_row(p, grid->cells + (i - 1) * columns, texts + i * columns, widths,
                     grid->column_count))
            return false;
    return true;
}

/* ---- what follows the sign `=` -------------------------------------------------------------------- */

static void put_formula(heng_printer *p, const heng_item *item, bool own_line)
{
    const heng_expr *formula = item->formula;
    size_t equals = item->at_equals.offset;
    if (own_line) heng_printer__line(p);
    heng_printer__blank(p);
    heng_printer__put(p, equals, HENG_STR("="));
    bool bare_choice = formula->kind == HENG_EXPR_CHOICE && !formula->in_parentheses;
    if (bare_choice) {
        heng_printer__arms(p, formula);
        return;
    }
    bool comment = heng_printer__has_comment(p, equals, formula->at.offset);
    size_t width = heng_printer__width(p, formula);
    bool short_leaf = formula->height == 1 && width <= SHORT_COLUMNS;
    bool fits = p->column + 1 + width <= HENG_PRINT_COLUMNS;
    if (comment || (!fits && !short_leaf)) heng_printer__line(p);
    heng_printer__blank(p);
    heng_printer__formula(p, formula, 0);
}

/* A blank, the name, and its comma if another follows. */
static size_t name_columns(const heng_item *item, unsigned i)
{
    return 1 + item->names[i].text.length + (i + 1 < item->name_count);
}

static void put_names(heng_printer *p, const heng_item *item, bool own_line)
{
    const heng_word *last = &item->names[item->name_count - 1];
    size_t from = item->at_equals.offset, to = last->at.offset + last->at.length;
    size_t width = sizeof " =" - 1;
    for (unsigned i = 0; i < item->name_count && width <= HENG_PRINT_COLUMNS; i++)
        width += name_columns(item, i);
    bool long_list =
        heng_printer__has_comment(p, from, to) || p->column + width > HENG_PRINT_COLUMNS;
    if (own_line || long_list) heng_printer__line(p);
    heng_printer__blank(p);
    heng_printer__put(p, from, HENG_STR("="));
    p->indent += HENG_PRINT_INDENT;
    for (unsigned i = 0; i < item->name_count; i++) {
        if (i && p->column + name_columns(item, i) > HENG_PRINT_COLUMNS) heng_printer__line(p);
        put_word(p, item->names[i]);
        if (i + 1 < item->name_count) heng_printer__add(p, HENG_STR(","));
    }
    p->indent -= HENG_PRINT_INDENT;
}

static void put_from(heng_printer *p, const heng_item *item, bool own_line)
{
    if (own_line) heng_printer__line(p);
    heng_printer__blank(p);
    heng_printer__add(p, HENG_STR("from "));
    heng_printer__quote(p, item->from.at.offset, item->from.text);
}

/* ---- statements ----------------------------------------------------------------------------------- */

static void put_check(heng_printer *p, const heng_item *item)
{
    const heng_expr *when = item->attributes.when;
    size_t start = item->at.offset, width = heng_printer__width(p, item->formula) + sizeof "check";
    size_t label = heng_utf8_columns(item->label.en) + sizeof "\"\"";
    if (item->label.at_zh.length) label += heng_utf8_columns(item->label.zh) + sizeof " / \"\"" - 1;
    if (when) width += heng_printer__width(p, when) + sizeof "when ";
    bool comment = heng_printer__has_comment(p, start, start + item->at.length);
    bool one_line = !comment && width <= HENG_PRINT_COLUMNS;
    heng_printer__blank(p);
    p->indent += HENG_PRINT_INDENT;
    heng_printer__formula(p, item->formula, 0);
    p->indent -= HENG_PRINT_INDENT;
    if (when) {
        if (!one_line) heng_printer__line(p);
        heng_printer__blank(p);
        heng_printer__put(p, item->attributes.at_when.offset, HENG_STR("when"));
        put_when(p, &item->attributes);
    }
    if (!one_line || width + label > HENG_PRINT_COLUMNS) heng_printer__line(p);
    put_label(p, &item->label);
}

static void put_kind(heng_printer *p, const heng_item *item)
{
    for (unsigned i = 0; i < item->name_count; i++) {
        heng_printer__blank(p);
        heng_printer__add(p, i ? HENG_STR(">") : HENG_STR("levels"));
        put_word(p, item->names[i]);
    }
    for (unsigned i = 0; i < item->inside_count; i++) {
        if (i == 0) heng_printer__blank(p);
        heng_printer__add(p, i ? HENG_STR(",") : HENG_STR("in"));
        put_word(p, item->inside[i]);
    }
    if (!item->unit.text.length) return;
    heng_printer__add(p, HENG_STR(" of"));
    put_word(p, item->unit);
    for (unsigned i = 0; i < item->crossed_count; i++) {
        heng_printer__add(p, i ? HENG_STR(",") : HENG_STR(" over"));
        put_word(p, item->crossed[i]);
    }
}

static const char *first_word(const heng_item *item)
{
    static const char *const words[HENG_ITEM_KIND_COUNT] = {
        [HENG_ITEM_USE] = "use",
        [HENG_ITEM_KIND] = "kind",
        [HENG_ITEM_LIST] = "list",
        [HENG_ITEM_METHOD] = "method",
        [HENG_ITEM_INPUT] = "input",
        [HENG_ITEM_TABLE] = "table",
        [HENG_ITEM_RULE] = "output",
        [HENG_ITEM_CHECK] = "check",
        [HENG_ITEM_PARAMETER] = "parameter",
    };
    return item->kind == HENG_ITEM_RULE && !item->output ? NULL : words[item->kind];
}

static bool put_item(heng_printer *p, const heng_item *item)
{
    const char *word = first_word(item);
    heng_word name = item->name;
    heng_printer__put(p, item->at.offset, word ? heng_str_from(word) : name.text);
    p->top = false;
    p->indent = HENG_PRINT_INDENT;
    if (item->kind == HENG_ITEM_CHECK) {
        put_check(p, item);
        return true;
    }
    if (word) heng_printer__blank(p);
    put_path(p, &item->path);
    if (item->version.text.length) put_word(p, item->version);
    if (word && name.text.length) heng_printer__put(p, name.at.offset, name.text);
    put_keys(p, item);
    if (item->of.text.length) {
        heng_printer__add(p, HENG_STR(" of"));
        put_word(p, item->of);
    }
    put_type(p, &item->type);
    put_label(p, &item->label);
    if (item->kind == HENG_ITEM_KIND) {
        put_kind(p, item);
        return true;
    }
    size_t body = item->at_equals.length   ? item->at_equals.offset
                  : item->from.text.length ? item->from.at.offset
                                           : SIZE_MAX;
    bool own_line = put_attributes(p, item, 0, body);
    if (item->grid) return put_grid(p, item->grid);
    if (item->from.text.length) put_from(p, item, own_line);
    if (item->name_count) put_names(p, item, own_line);
    if (item->formula) put_formula(p, item, own_line);
    put_attributes(p, item, body, SIZE_MAX);
    return true;
}

static uint32_t last_line(heng_str text, const heng_item *item)
{
    uint32_t line = item->at.line;
    for (size_t i = 0; i < item->at.length; i++) line += text.at[item->at.offset + i] == '\n';
    return line;
}

/* ---- the file ------------------------------------------------------------------------------------- */

typedef struct comment_list {
    heng_arena *arena;
    heng_comment *items;
    size_t count, capacity;
    bool failed;
} comment_list;

static void keep_comment(void *context, const heng_comment *comment)
{
    comment_list *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        heng_comment *items = HENG_ARRAY(list->arena, capacity, heng_comment);
        if (!items) {
            list->failed = true;
            return;
        }
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = *comment;
}

static bool find_comments(heng_str text, comment_list *out)
{
    heng_lexer lexer;
    heng_diagnostics none; /* there is nothing to say of a whole file */
    heng_diagnostics_init(&none, out->arena);
    heng_lexer__init(&lexer, 0, text, &none);
    lexer.on_comment = keep_comment;
    lexer.comment_context = out;
    while (heng_lexer__next(&lexer).kind != HENG_TOKEN_END && !out->failed) continue;
    return !out->failed;
}

heng_status heng_rule_format(heng_str text, const heng_ast *ast, heng_arena *arena, heng_str *out,
                             heng_error *err)
{
    assert(ast && arena && out && err);
    if (!ast->whole)
        return heng_fail(
            err, HENG_REFUSED, 0,
            "a file with faults is not formatted, because what was not understood would "
            "be lost: mend the faults first");
    comment_list comments = {.arena = arena};
    bool good = find_comments(text, &comments);
    heng_printer p = {.source = text, .comments = comments.items, .comment_count = comments.count};
    heng_text_init(&p.out, arena, OUT_BYTES_MAX);
    for (const heng_item *item = ast->items; good && item; item = item->next) {
        p.top = true;
        p.indent = 0;
        heng_printer__flush(&p, item->at.offset);
        heng_printer__open(&p, item->at.line);
        good = put_item(&p, item);
        p.last_line = last_line(text, item);
    }
    p.top = true;
    heng_printer__flush(&p, SIZE_MAX);
    if (p.column > 0) heng_text_add_char(&p.out, '\n');
    if (!good || p.out.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory left to format a file of %zu bytes",
                         text.length);
    *out = heng_text_view(&p.out);
    return HENG_OK;
}
