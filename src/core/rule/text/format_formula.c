/* Formulas as the formatter writes them.
 *
 * A formula that fits stands on one line. Otherwise the line breaks before its loosest operators, and the
 * operands are treated alike. Brackets are kept as written, so the tree cannot change.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/printer.h"

#include <assert.h>

enum { ALIGNED_VALUE_MAX = 40 }; /* columns of a value up to which conditions are aligned */

static heng_str sign_of(const heng_expr *expr)
{
    static const char *const comparisons[] = {"=", "!=", "<", "<=", ">", ">="};
    switch (expr->kind) {
    case HENG_EXPR_POWER: return HENG_STR("^");
    case HENG_EXPR_MULTIPLY: return HENG_STR("*");
    case HENG_EXPR_DIVIDE: return HENG_STR("/");
    case HENG_EXPR_ADD: return HENG_STR("+");
    case HENG_EXPR_SUBTRACT: return HENG_STR("-");
    case HENG_EXPR_AND: return HENG_STR("and");
    case HENG_EXPR_OR: return HENG_STR("or");
    case HENG_EXPR_ELSE: return HENG_STR("else");
    default:
        assert(expr->kind == HENG_EXPR_COMPARE);
        return heng_str_from(comparisons[expr->compare]);
    }
}

/* Operators that share a level of precedence share a number; 0 for what is no chain. */
static int level_of(const heng_expr *expr)
{
    switch (expr->kind) {
    case HENG_EXPR_MULTIPLY:
    case HENG_EXPR_DIVIDE: return 1;
    case HENG_EXPR_ADD:
    case HENG_EXPR_SUBTRACT: return 2;
    case HENG_EXPR_AND: return 3;
    case HENG_EXPR_OR: return 4;
    case HENG_EXPR_ELSE: return 5;
    default: return 0;
    }
}

static void put_word(heng_printer *p, heng_word word)
{
    heng_printer__put(p, word.at.offset, word.text);
}

static void spaced(heng_printer *p, size_t offset, heng_str word)
{
    heng_printer__blank(p);
    heng_printer__put(p, offset, word);
    heng_printer__blank(p);
}

static void put_words(heng_printer *p, const heng_word *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (i) heng_printer__add(p, HENG_STR(","));
        heng_printer__blank(p);
        put_word(p, words[i]);
    }
}

/* The bracket that ends `expr`. */
static void put_close(heng_printer *p, const heng_expr *expr)
{
    heng_printer__put(p, (size_t)expr->at.offset + expr->at.length - 1, HENG_STR(")"));
}

static void put_path(heng_printer *p, const heng_path *path)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (i) heng_printer__add(p, HENG_STR("."));
        put_word(p, path->parts[i]);
    }
}

/* ---- on one line, or broken: the parts that do not differ but in their operands -------------------- */

typedef void print_operand(heng_printer *p, const heng_expr *expr, size_t reserve);

static void flat_operand(heng_printer *p, const heng_expr *expr, size_t reserve)
{
    (void)reserve;
    heng_printer__flat(p, expr);
}

static void put_over(heng_printer *p, const heng_over *over, print_operand *operand)
{
    heng_printer__blank(p);
    heng_printer__put(p, over->at.offset, HENG_STR("over"));
    put_words(p, over->names, over->name_count);
    if (over->of.text.length) {
        spaced(p, 0, HENG_STR("of"));
        put_word(p, over->of);
    }
    if (over->so_far) {
        heng_printer__blank(p);
        heng_printer__add(p, HENG_STR("so far"));
    }
    if (over->where) {
        spaced(p, 0, HENG_STR("where"));
        operand(p, over->where, 1);
    }
    if (over->less_count) {
        spaced(p, 0, HENG_STR("less"));
        put_words(p, over->less, over->less_count);
    }
}

/* Whether this many columns still fit on the line, with a blank before and a sign behind. */
static bool fits(const heng_printer *p, size_t width)
{
    return p->column + 1 + width + 1 <= HENG_PRINT_COLUMNS;
}

/* Items parted by commas; when broken, as many on a line as it holds. */
static void put_items(heng_printer *p, const heng_expr *items, bool broken)
{
    for (const heng_expr *item = items;; item = item->next) {
        if (broken)
            heng_printer__formula(p, item, 1);
        else
            heng_printer__flat(p, item);
        if (!item->next) return;
        heng_printer__add(p, HENG_STR(","));
        heng_printer__blank(p);
        if (broken && !fits(p, heng_printer__width(p, item->next))) heng_printer__line(p);
    }
}

static size_t over_width(const heng_printer *p, const heng_over *over)
{
    const heng_word *last =
        over->less_count ? &over->less[over->less_count - 1] : &over->names[over->name_count - 1];
    size_t to = over->where ? over->where->at.offset + over->where->at.length : 0;
    if (last->at.offset > to) to = last->at.offset;
    if (heng_printer__has_comment(p, over->at.offset, to)) return HENG_PRINT_COLUMNS;
    heng_printer measure = {.measuring = true};
    put_over(&measure, over, flat_operand);
    return measure.column;
}

static void put_call(heng_printer *p, const heng_expr *expr, bool broken)
{
    const heng_over *over = &expr->over;
    put_word(p, expr->word);
    heng_printer__add(p, HENG_STR("("));
    put_items(p, expr->items, broken);
    if (over->at_weight.length) {
        if (broken && !fits(p, heng_printer__width(p, expr->right) + sizeof "weight"))
            heng_printer__line(p);
        spaced(p, over->at_weight.offset, HENG_STR("weight"));
        (broken ? heng_printer__formula : flat_operand)(p, expr->right, 1);
    }
    if (over->at.length) {
        if (broken && !fits(p, over_width(p, over))) heng_printer__line(p);
        put_over(p, over, broken ? heng_printer__formula : flat_operand);
    }
    heng_printer__put(p, expr->close_at.offset, HENG_STR(")"));
}

/* What is never broken but at its operand. */
static void put_plain(heng_printer *p, const heng_expr *expr, print_operand *operand)
{
    switch (expr->kind) {
    case HENG_EXPR_NUMBER:
        put_word(p, expr->word);
        if (!expr->unit.text.length) return;
        heng_printer__blank(p);
        put_word(p, expr->unit);
        return;
    case HENG_EXPR_YES: heng_printer__put(p, expr->at.offset, HENG_STR("yes")); return;
    case HENG_EXPR_NO: heng_printer__put(p, expr->at.offset, HENG_STR("no")); return;
    case HENG_EXPR_MISSING: heng_printer__put(p, expr->at.offset, HENG_STR("missing")); return;
    case HENG_EXPR_PERIOD: heng_printer__put(p, expr->at.offset, HENG_STR("period")); return;
    case HENG_EXPR_PATH: put_path(p, &expr->path); return;
    case HENG_EXPR_DATE: put_word(p, expr->word); return;
    case HENG_EXPR_NEGATE:
        heng_printer__put(p, expr->operator_at.offset, HENG_STR("-"));
        operand(p, expr->left, 0);
        return;
    case HENG_EXPR_NOT:
        heng_printer__put(p, expr->operator_at.offset, HENG_STR("not"));
        heng_printer__blank(p);
        operand(p, expr->left, 0);
        return;
    case HENG_EXPR_AS:
        operand(p, expr->left, 0);
        spaced(p, expr->operator_at.offset, HENG_STR("as"));
        put_word(p, expr->unit);
        return;
    default:
        assert(expr->kind == HENG_EXPR_AT);
        operand(p, expr->left, 0);
        heng_printer__put(p, expr->operator_at.offset, HENG_STR("@"));
        put_word(p, expr->word);
        return;
    }
}

/* ---- on one line ---------------------------------------------------------------------------------- */

static void flat_condition(heng_printer *p, const heng_expr *arm)
{
    heng_printer__blank(p);
    heng_printer__put(p, arm->operator_at.offset,
                      arm->right ? HENG_STR("when") : HENG_STR("otherwise"));
    if (!arm->right) return;
    heng_printer__blank(p);
    heng_printer__flat(p, arm->right);
}

static void flat_arm(heng_printer *p, const heng_expr *arm)
{
    heng_printer__flat(p, arm->left);
    flat_condition(p, arm);
}

static void flat_inside(heng_printer *p, const heng_expr *expr)
{
    switch (expr->kind) {
    case HENG_EXPR_INDEX:
        heng_printer__flat(p, expr->left);
        heng_printer__add(p, HENG_STR("["));
        put_items(p, expr->items, false);
        heng_printer__put(p, expr->close_at.offset, HENG_STR("]"));
        return;
    case HENG_EXPR_CALL: put_call(p, expr, false); return;
    case HENG_EXPR_CHOICE: put_items(p, expr->items, false); return;
    case HENG_EXPR_ARM: flat_arm(p, expr); return;
    case HENG_EXPR_POWER:
    case HENG_EXPR_MULTIPLY:
    case HENG_EXPR_DIVIDE:
    case HENG_EXPR_ADD:
    case HENG_EXPR_SUBTRACT:
    case HENG_EXPR_COMPARE:
    case HENG_EXPR_AND:
    case HENG_EXPR_OR:
    case HENG_EXPR_ELSE:
        heng_printer__flat(p, expr->left);
        spaced(p, expr->operator_at.offset, sign_of(expr));
        heng_printer__flat(p, expr->right);
        return;
    default: put_plain(p, expr, flat_operand); return;
    }
}

void heng_printer__flat(heng_printer *p, const heng_expr *expr)
{
    if (p->measuring && p->column > HENG_PRINT_COLUMNS) return;
    if (expr->in_parentheses) heng_printer__put(p, expr->at.offset, HENG_STR("("));
    flat_inside(p, expr);
    if (expr->in_parentheses) put_close(p, expr);
}

size_t heng_printer__width(const heng_printer *p, const heng_expr *expr)
{
    size_t from = expr->at.offset, to = from + expr->at.length;
    if (heng_printer__has_comment(p, from, to)) return HENG_PRINT_COLUMNS + 1;
    heng_printer measure = {.measuring = true};
    heng_printer__flat(&measure, expr);
    return measure.column;
}

/* ---- broken --------------------------------------------------------------------------------------- */

/* What continues an operand is indented below it, so that the signs of the chain stand out. */
static void break_operand(heng_printer *p, const heng_expr *expr, size_t reserve)
{
    heng_printer__put(p, expr->at.offset, HENG_STR(""));
    p->indent += HENG_PRINT_INDENT;
    heng_printer__formula(p, expr, reserve);
    p->indent -= HENG_PRINT_INDENT;
}

/* a + b - c: the operands below each other, each behind its sign. */
static void break_chain(heng_printer *p, const heng_expr *expr, int level)
{
    const heng_expr *links[HENG_RULE_HEIGHT_MAX];
    size_t count = 0;
    const heng_expr *first = expr;
    do {
        assert(count < HENG_RULE_HEIGHT_MAX);
        links[count++] = first;
        first = first->left;
    } while (level_of(first) == level && !first->in_parentheses);
    break_operand(p, first, 0);
    while (count-- > 0) {
        heng_printer__line(p);
        heng_printer__put(p, links[count]->operator_at.offset, sign_of(links[count]));
        heng_printer__blank(p);
        break_operand(p, links[count]->right, 0);
    }
}

static void break_arm(heng_printer *p, const heng_expr *arm, size_t reserve)
{
    heng_printer__formula(p, arm->left, 0);
    heng_printer__line(p);
    heng_printer__put(p, arm->operator_at.offset,
                      arm->right ? HENG_STR("when") : HENG_STR("otherwise"));
    if (!arm->right) return;
    heng_printer__blank(p);
    heng_printer__formula(p, arm->right, reserve);
}

static void break_inside(heng_printer *p, const heng_expr *expr, size_t reserve)
{
    int level = level_of(expr);
    if (level) {
        break_chain(p, expr, level);
        return;
    }
    switch (expr->kind) {
    case HENG_EXPR_INDEX:
        heng_printer__formula(p, expr->left, 1);
        heng_printer__add(p, HENG_STR("["));
        put_items(p, expr->items, true);
        heng_printer__put(p, expr->close_at.offset, HENG_STR("]"));
        return;
    case HENG_EXPR_CALL: put_call(p, expr, true); return;
    case HENG_EXPR_CHOICE: put_items(p, expr->items, true); return;
    case HENG_EXPR_ARM: break_arm(p, expr, reserve); return;
    case HENG_EXPR_POWER:
    case HENG_EXPR_COMPARE:
        break_operand(p, expr->left, 0);
        heng_printer__line(p);
        heng_printer__put(p, expr->operator_at.offset, sign_of(expr));
        heng_printer__blank(p);
        break_operand(p, expr->right, reserve);
        return;
    default: put_plain(p, expr, heng_printer__formula); return;
    }
}

void heng_printer__formula(heng_printer *p, const heng_expr *expr, size_t reserve)
{
    size_t column = p->line_owed ? p->indent : p->column + p->blank_owed;
    size_t width = heng_printer__width(p, expr);
    if (width <= HENG_PRINT_COLUMNS && column + width + reserve <= HENG_PRINT_COLUMNS) {
        heng_printer__flat(p, expr);
        return;
    }
    if (expr->in_parentheses) heng_printer__put(p, expr->at.offset, HENG_STR("("));
    size_t indent = p->indent;
    bool inner = expr->in_parentheses || expr->kind == HENG_EXPR_CALL ||
                 expr->kind == HENG_EXPR_INDEX || expr->kind == HENG_EXPR_ARM;
    if (inner) {
        heng_printer__put(p, expr->at.offset, HENG_STR(""));
        p->indent += HENG_PRINT_INDENT;
    }
    break_inside(p, expr, reserve);
    p->indent = indent;
    if (expr->in_parentheses) put_close(p, expr);
}

/* Columns that the values take so that the conditions stand below each other; 0 when they shall not. */
static size_t aligned_width(const heng_printer *p, const heng_expr *choice)
{
    size_t widest = 0;
    for (const heng_expr *arm = choice->items; arm; arm = arm->next) {
        size_t width = heng_printer__width(p, arm->left);
        if (width > widest) widest = width;
    }
    if (widest > ALIGNED_VALUE_MAX) return 0;
    for (const heng_expr *arm = choice->items; arm; arm = arm->next) {
        size_t rest = heng_printer__width(p, arm) - heng_printer__width(p, arm->left);
        if (p->indent + widest + rest + 1 > HENG_PRINT_COLUMNS) return 0;
    }
    return widest;
}

void heng_printer__arms(heng_printer *p, const heng_expr *choice)
{
    size_t aligned = aligned_width(p, choice);
    for (const heng_expr *arm = choice->items; arm; arm = arm->next) {
        heng_printer__line(p);
        if (aligned) {
            heng_printer__flat(p, arm->left);
            for (size_t width = heng_printer__width(p, arm->left); width < aligned; width++)
                heng_printer__add(p, HENG_STR(" "));
            flat_condition(p, arm);
        } else {
            heng_printer__formula(p, arm, 1);
        }
        if (arm->next) heng_printer__add(p, HENG_STR(","));
    }
}
