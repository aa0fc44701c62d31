/* test/core/rule/tree.h: the tree of a rule file as a compact s-expression, without places. Two files with
 * the same s-expression have the same tree.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"

static inline void show_word(heng_text *out, const char *before, heng_word word)
{
    if (word.text.length) heng_text_print(out, "%s%.*s", before, HENG_PRINT(word.text));
}

static inline void show_path(heng_text *out, const heng_path *path)
{
    for (unsigned i = 0; i < path->count; i++) show_word(out, i ? "." : "", path->parts[i]);
}

static inline void show_expr(heng_text *out, const heng_expr *expr);

static inline void show_items(heng_text *out, const heng_expr *items)
{
    for (; items; items = items->next) {
        heng_text_add_char(out, ' ');
        show_expr(out, items);
    }
}

static inline void show_over(heng_text *out, const heng_over *over)
{
    heng_text_add(out, HENG_STR(" (over"));
    for (unsigned i = 0; i < over->name_count; i++) show_word(out, " ", over->names[i]);
    show_word(out, " of ", over->of);
    if (over->so_far) heng_text_add(out, HENG_STR(" so-far"));
    if (over->where) {
        heng_text_add(out, HENG_STR(" where "));
        show_expr(out, over->where);
    }
    for (unsigned i = 0; i < over->less_count; i++)
        show_word(out, i ? " " : " less ", over->less[i]);
    heng_text_add_char(out, ')');
}

static inline void show_expr(heng_text *out, const heng_expr *expr)
{
    static const char *const names[HENG_EXPR_KIND_COUNT] = {
        [HENG_EXPR_YES] = "yes",       [HENG_EXPR_NO] = "no",       [HENG_EXPR_MISSING] = "missing",
        [HENG_EXPR_PERIOD] = "period", [HENG_EXPR_INDEX] = "index", [HENG_EXPR_AT] = "@",
        [HENG_EXPR_NEGATE] = "neg",    [HENG_EXPR_POWER] = "^",     [HENG_EXPR_MULTIPLY] = "*",
        [HENG_EXPR_DIVIDE] = "/",      [HENG_EXPR_ADD] = "+",       [HENG_EXPR_SUBTRACT] = "-",
        [HENG_EXPR_AS] = "as",         [HENG_EXPR_NOT] = "not",     [HENG_EXPR_AND] = "and",
        [HENG_EXPR_OR] = "or",         [HENG_EXPR_ELSE] = "else",   [HENG_EXPR_CHOICE] = "choice",
        [HENG_EXPR_ARM] = "arm"};
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
    if (expr->in_parentheses) heng_text_add_char(out, '\'');
    switch (expr->kind) {
    case HENG_EXPR_NUMBER:
        if (!expr->unit.text.length) {
            heng_text_add_number(out, expr->number);
            return;
        }
        heng_text_add_char(out, '{');
        heng_text_add_number(out, expr->number);
        show_word(out, " ", expr->unit);
        heng_text_add_char(out, '}');
        return;
    case HENG_EXPR_PATH: show_path(out, &expr->path); return;
    case HENG_EXPR_DATE: show_word(out, "date:", expr->word); return;
    case HENG_EXPR_YES:
    case HENG_EXPR_NO:
    case HENG_EXPR_MISSING:
    case HENG_EXPR_PERIOD: heng_text_print(out, "%s", names[expr->kind]); return;
    default: break;
    }
    heng_text_add_char(out, '(');
    if (expr->kind == HENG_EXPR_CALL)
        heng_text_add(out, expr->word.text);
    else if (expr->kind == HENG_EXPR_COMPARE)
        heng_text_print(out, "%s", signs[expr->compare]);
    else
        heng_text_print(out, "%s", names[expr->kind]);
    if (expr->left) {
        heng_text_add_char(out, ' ');
        show_expr(out, expr->left);
    }
    show_items(out, expr->items);
    if (expr->kind == HENG_EXPR_AS) show_word(out, " ", expr->unit);
    if (expr->kind == HENG_EXPR_AT) show_word(out, " ", expr->word);
    if (expr->over.at_weight.length) heng_text_add(out, HENG_STR(" weight"));
    if (expr->right) {
        heng_text_add_char(out, ' ');
        show_expr(out, expr->right);
    }
    if (expr->over.at.length) show_over(out, &expr->over);
    heng_text_add_char(out, ')');
}

static inline void show_label(heng_text *out, const heng_label *label)
{
    if (!label->at.length) return;
    heng_text_print(out, " \"%.*s\"", HENG_PRINT(label->en));
    if (label->zh.length) heng_text_print(out, "/\"%.*s\"", HENG_PRINT(label->zh));
}

static inline void show_month(heng_text *out, int32_t month)
{
    if (month == INT32_MIN || month == INT32_MAX)
        heng_text_add_char(out, '*');
    else
        heng_text_print(out, "%d-%02d", (int)(month / 12), (int)(month % 12 + 1));
}

static inline void show_attributes(heng_text *out, const heng_attributes *a)
{
    if (a->source.at.length) heng_text_print(out, " (source %.*s)", HENG_PRINT(a->source.en));
    if (a->status.count) heng_text_add(out, HENG_STR(" (status"));
    for (unsigned i = 0; i < a->status.count; i++) show_word(out, " ", a->status.words[i]);
    if (a->status.count) heng_text_add_char(out, ')');
    if (a->valid.at.length) {
        heng_text_add(out, HENG_STR(" (valid "));
        show_month(out, a->valid.span.first_month);
        heng_text_add_char(out, ' ');
        show_month(out, a->valid.span.last_month);
        heng_text_add_char(out, ')');
    }
    show_word(out, " for:", a->for_kind);
    show_word(out, " by:", a->by_grain);
    if (a->when) {
        heng_text_add(out, HENG_STR(" (when "));
        show_expr(out, a->when);
        heng_text_add_char(out, ')');
    }
    if (a->instead_of.count) heng_text_add(out, HENG_STR(" instead:"));
    show_path(out, &a->instead_of);
    show_word(out, " (uncertain ", a->uncertain_shape);
    show_items(out, a->uncertain_numbers);
    if (a->uncertain_shape.text.length) heng_text_add_char(out, ')');
    heng_text_print(out, "%s%s%s%s", a->step ? " step" : "", a->linear ? " linear" : "",
                    a->flat ? " flat" : "", a->absent_no ? " absent-NO" : "");
}

static inline void show_cells(heng_text *out, const heng_cell *cells, unsigned count)
{
    heng_text_add(out, HENG_STR(" ("));
    for (unsigned i = 0; i < count; i++) {
        const char *quote = cells[i].quoted ? "\"" : "";
        heng_text_print(out, "%s%s%.*s%s", i ? "|" : "", quote, HENG_PRINT(cells[i].word.text),
                        quote);
        if (cells[i].zh.length) heng_text_print(out, "/\"%.*s\"", HENG_PRINT(cells[i].zh));
    }
    heng_text_add_char(out, ')');
}

static inline void show_names(heng_text *out, const char *before, const heng_word *names,
                              unsigned count)
{
    for (unsigned i = 0; i < count; i++) show_word(out, i ? "," : before, names[i]);
}

static inline void show_item(heng_text *out, const heng_item *item)
{
    static const char *const names[] = {"use",   "kind",  "list", "method",
                                        "input", "table", "parameter", "rule", "check"};
    heng_text_print(out, "(%s", item->output ? "output" : names[item->kind]);
    if (item->path.count) heng_text_add_char(out, ' ');
    show_path(out, &item->path);
    show_word(out, " ", item->version);
    show_word(out, " ", item->name);
    for (unsigned i = 0; i < item->key_count; i++) {
        show_word(out, " [", item->keys[i].name);
        show_word(out, ":", item->keys[i].unit);
        heng_text_add_char(out, ']');
    }
    show_word(out, " of:", item->of);
    if (item->type.kind == HENG_TYPE_YES_NO) heng_text_add(out, HENG_STR(" :yes/no"));
    show_word(out, " :one-of:", item->type.list);
    show_word(out, " :", item->type.unit);
    show_label(out, &item->label);
    show_attributes(out, &item->attributes);
    show_names(out, item->kind == HENG_ITEM_KIND ? " levels:" : " =", item->names,
               item->name_count);
    show_names(out, " in:", item->inside, item->inside_count);
    show_word(out, " of:", item->unit);
    show_names(out, " over:", item->crossed, item->crossed_count);
    show_word(out, " from:", item->from);
    if (item->formula) {
        heng_text_add_char(out, ' ');
        show_expr(out, item->formula);
    }
    if (item->grid) {
        heng_text_add(out, HENG_STR(" (grid"));
        show_cells(out, item->grid->head, item->grid->column_count);
        for (unsigned i = 0; i < item->grid->row_count; i++)
            show_cells(out, item->grid->cells + (size_t)i * item->grid->column_count,
                       item->grid->column_count);
        heng_text_add_char(out, ')');
    }
    heng_text_add(out, HENG_STR(")\n"));
}

static inline heng_str show_tree(heng_arena *arena, const heng_ast *ast)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 26);
    for (const heng_item *item = ast->items; item; item = item->next) show_item(&out, item);
    return heng_text_view(&out);
}
