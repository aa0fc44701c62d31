/* Formulas, by recursive descent: one function a level of precedence, loosest first.
 *
 * The depth of brackets, signs and `not` is bounded by HENG_RULE_DEPTH_MAX, the height of the tree (long
 * chains lean to the left) by HENG_RULE_HEIGHT_MAX.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/parser.h"

#include <assert.h>

static heng_expr *new_expr(heng_parser *p, heng_expr_kind kind, heng_locus from)
{
    heng_expr *expr = heng_parser__alloc(p, 1, sizeof *expr);
    if (!expr) return NULL;
    expr->kind = kind;
    expr->at = from;
    return expr;
}

static unsigned height_of(const heng_expr *expr)
{
    return expr ? expr->height : 0;
}

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* Closes a node behind its last token: its extent and its height. */
static heng_expr *finish(heng_parser *p, heng_expr *expr)
{
    expr->at = heng_parser__since(p, expr->at);
    unsigned height = larger(height_of(expr->left), height_of(expr->right));
    height = larger(height, height_of(expr->over.where));
    for (const heng_expr *item = expr->items; item; item = item->next)
        height = larger(height, item->height);
    if (height >= HENG_RULE_HEIGHT_MAX) {
        heng_parser__fail(
            p, "R131", expr->at, NULL, "sum over a list, or give parts of it names of their own",
            "the formula strings together more than %d operations", HENG_RULE_HEIGHT_MAX);
        return NULL;
    }
    expr->height = (uint16_t)(height + 1);
    return expr;
}

/* left `operator` right; `right` may be NULL when it failed. */
static heng_expr *join(heng_parser *p, heng_expr_kind kind, heng_expr *left, heng_locus operator_at,
                       heng_expr *right)
{
    if (!right) return NULL;
    heng_expr *expr = new_expr(p, kind, left->at);
    if (!expr) return NULL;
    expr->left = left;
    expr->right = right;
    expr->operator_at = operator_at;
    return finish(p, expr);
}

static bool go_down(heng_parser *p)
{
    if (p->depth < HENG_RULE_DEPTH_MAX) {
        p->depth++;
        return true;
    }
    return heng_parser__fail(p, "R130", p->token.at, NULL, "give the inner part a name of its own",
                             "the formula nests deeper than %d levels", HENG_RULE_DEPTH_MAX);
}

/* ---- atoms ---------------------------------------------------------------------------------------- */

static heng_expr *parse_number(heng_parser *p)
{
    heng_token token = heng_parser__take(p);
    heng_expr *expr = new_expr(p, HENG_EXPR_NUMBER, token.at);
    if (!expr) return NULL;
    expr->word = heng_parser__word(&token);
    heng_error error;
    if (heng_number_parse(token.text, &expr->number, &error) != HENG_OK) {
        heng_parser__fail(p, "R107", token.at, NULL, "write it with fewer digits",
                          "this number is larger than any that can be kept");
        return NULL;
    }
    if (heng_parser__unit_begins(p) && !heng_parser__unit(p, false, &expr->unit)) return NULL;
    return finish(p, expr);
}

heng_expr *heng_parser__quantity(heng_parser *p)
{
    heng_token sign = p->token;
    bool negative = heng_parser__accept(p, HENG_TOKEN_MINUS);
    if (p->token.kind != HENG_TOKEN_NUMBER) {
        heng_parser__expected(p, "R137", "a number", "write a number and its unit: 5 %");
        return NULL;
    }
    heng_expr *number = parse_number(p);
    if (!number || !negative) return number;
    heng_expr *expr = new_expr(p, HENG_EXPR_NEGATE, sign.at);
    if (!expr) return NULL;
    expr->operator_at = sign.at;
    expr->left = number;
    return finish(p, expr);
}

/* name {"," name}, at most HENG_KEYS_MAX. */
static bool parse_few_names(heng_parser *p, const char *what, heng_word **names, unsigned *count)
{
    *names = heng_parser__alloc(p, HENG_KEYS_MAX, sizeof **names);
    if (!*names) return false;
    do {
        if (*count == HENG_KEYS_MAX)
            return heng_parser__fail(p, "R132", p->token.at, NULL, "sum in two steps",
                                     "%d names are the most here", HENG_KEYS_MAX);
        if (!heng_parser__name(p, what, &(*names)[*count])) return false;
        ++*count;
    } while (heng_parser__accept(p, HENG_TOKEN_COMMA));
    return true;
}

static bool parse_over(heng_parser *p, heng_over *over)
{
    over->at = heng_parser__take(p).at;
    if (!parse_few_names(p, "what the sum runs over", &over->names, &over->name_count))
        return false;
    if (heng_parser__accept(p, HENG_TOKEN_OF) &&
        !heng_parser__name(p, "the longer period", &over->of))
        return false;
    if (heng_parser__accept(p, HENG_TOKEN_SO)) {
        if (!heng_parser__expect(p, HENG_TOKEN_FAR, "R115", "\"far\"",
                                 "write over quarter of year so far"))
            return false;
        over->so_far = true;
    }
    if (heng_parser__accept(p, HENG_TOKEN_WHERE)) {
        over->where = heng_parser__or(p);
        if (!over->where) return false;
    }
    return !heng_parser__accept(p, HENG_TOKEN_LESS) ||
           parse_few_names(p, "the overlap", &over->less, &over->less_count);
}

/* choice {"," choice}: at least one. */
static bool parse_choices(heng_parser *p, heng_expr **first)
{
    heng_expr **next = first;
    do {
        *next = heng_parser__choice(p);
        if (!*next) return false;
        next = &(*next)->next;
    } while (heng_parser__accept(p, HENG_TOKEN_COMMA));
    return true;
}

static heng_expr *parse_call(heng_parser *p, const heng_token *name)
{
    heng_expr *expr = new_expr(p, HENG_EXPR_CALL, name->at);
    if (!expr) return NULL;
    expr->word = heng_parser__word(name);
    heng_parser__take(p);
    if (!parse_choices(p, &expr->items)) return NULL;
    if (p->token.kind == HENG_TOKEN_WEIGHT) {
        expr->over.at_weight = heng_parser__take(p).at;
        expr->right = heng_parser__choice(p);
        if (!expr->right) return NULL;
    }
    if (p->token.kind == HENG_TOKEN_OVER && !parse_over(p, &expr->over)) return NULL;
    if (!heng_parser__expect(p, HENG_TOKEN_CLOSE, "R129", "\")\"", "close the bracket of the call"))
        return NULL;
    expr->close_at = p->last;
    return finish(p, expr);
}

static heng_expr *parse_name(heng_parser *p)
{
    heng_token name = p->token;
    heng_expr *expr = new_expr(p, HENG_EXPR_PATH, name.at);
    if (!expr || !heng_parser__path(p, "a name", &expr->path)) return NULL;
    if (expr->path.count == 1 && p->token.kind == HENG_TOKEN_OPEN) return parse_call(p, &name);
    return finish(p, expr);
}

static heng_expr *parse_parentheses(heng_parser *p)
{
    heng_locus from = heng_parser__take(p).at;
    heng_expr *inner = heng_parser__choice(p);
    if (!inner || !heng_parser__expect(p, HENG_TOKEN_CLOSE, "R129", "\")\"",
                                       "close the bracket, or put an operator before this"))
        return NULL;
    inner->in_parentheses = true;
    inner->at = heng_parser__since(p, from);
    return inner;
}

static heng_expr *parse_atom(heng_parser *p)
{
    static const struct {
        heng_token_kind token;
        heng_expr_kind kind;
    } words[] = {{HENG_TOKEN_YES, HENG_EXPR_YES},
                 {HENG_TOKEN_NO, HENG_EXPR_NO},
                 {HENG_TOKEN_MISSING, HENG_EXPR_MISSING},
                 {HENG_TOKEN_PERIOD, HENG_EXPR_PERIOD}};
    heng_token_kind kind = p->token.kind;
    if (kind == HENG_TOKEN_NUMBER) return parse_number(p);
    if (kind == HENG_TOKEN_NAME || kind == HENG_TOKEN_WIDE) return parse_name(p);
    if (kind == HENG_TOKEN_OPEN) return parse_parentheses(p);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].token != kind) continue;
        heng_expr *expr = new_expr(p, words[i].kind, heng_parser__take(p).at);
        return expr ? finish(p, expr) : NULL;
    }
    if (kind == HENG_TOKEN_IF || kind == HENG_TOKEN_GRID)
        heng_parser__leftover(p);
    else if (kind == HENG_TOKEN_TEXT)
        heng_parser__fail(p, "R137", p->token.at, NULL,
                          "formulas hold numbers and names; write members of a list without quotes",
                          "there is a text where a value is expected");
    else
        heng_parser__expected(
            p, "R137", "a value",
            "a value is a number with its unit, a name, or a formula in brackets");
    return NULL;
}

static heng_expr *parse_at(heng_parser *p, heng_expr *left)
{
    heng_expr *expr = new_expr(p, HENG_EXPR_AT, left->at);
    if (!expr) return NULL;
    expr->left = left;
    expr->operator_at = heng_parser__take(p).at;
    bool year = p->token.kind == HENG_TOKEN_NUMBER && p->token.text.length == 4;
    if (year) {
        heng_token token = heng_parser__take(p);
        expr->word = heng_parser__word(&token);
    } else if (p->token.kind != HENG_TOKEN_NAME) {
        heng_parser__expected(
            p, "R149", "a period, level or key",
            "write @previous, @last_year, @base, @2018, @year, @province or a key");
        return NULL;
    } else if (!heng_parser__name(p, "a period, level or key", &expr->word)) {
        return NULL;
    }
    return finish(p, expr);
}

static heng_expr *parse_index(heng_parser *p, heng_expr *left)
{
    heng_expr *expr = new_expr(p, HENG_EXPR_INDEX, left->at);
    if (!expr) return NULL;
    expr->left = left;
    expr->operator_at = heng_parser__take(p).at;
    if (!parse_choices(p, &expr->items) ||
        !heng_parser__expect(p, HENG_TOKEN_CLOSE_KEY, "R129", "\"]\"", "close the keys: x[fuel]"))
        return NULL;
    expr->close_at = p->last;
    return finish(p, expr);
}

/* atom {"[" ... "]" | "@" ...} */
static heng_expr *parse_point(heng_parser *p)
{
    heng_expr *expr = parse_atom(p);
    while (expr) {
        if (p->token.kind == HENG_TOKEN_OPEN_KEY)
            expr = parse_index(p, expr);
        else if (p->token.kind == HENG_TOKEN_AT)
            expr = parse_at(p, expr);
        else
            break;
    }
    return expr;
}

/* ---- operators, tightest first -------------------------------------------------------------------- */

static heng_expr *parse_sign(heng_parser *p);

/* 10^4 t: the exponent has swallowed a unit that was meant for the whole. */
static bool exponent_is_bare(heng_parser *p, const heng_expr *exponent)
{
    if (exponent->kind != HENG_EXPR_NUMBER || exponent->unit.text.length == 0) return true;
    return heng_parser__fail(p, "R150", exponent->unit.at, NULL,
                             "write 1 10^4 tce for ten thousand tce, or put the power in brackets",
                             "an exponent has no unit");
}

static heng_expr *parse_power(heng_parser *p)
{
    heng_expr *left = parse_point(p);
    if (!left || p->token.kind != HENG_TOKEN_CARET) return left;
    if (!go_down(p)) return NULL;
    heng_locus at = heng_parser__take(p).at;
    heng_expr *right = parse_sign(p);
    p->depth--;
    if (!right || !exponent_is_bare(p, right)) return NULL;
    return join(p, HENG_EXPR_POWER, left, at, right);
}

static heng_expr *parse_prefix(heng_parser *p, heng_expr_kind kind,
                               heng_expr *(*operand)(heng_parser *))
{
    if (!go_down(p)) return NULL;
    heng_token sign = heng_parser__take(p);
    heng_expr *left = operand(p);
    p->depth--;
    if (!left) return NULL;
    heng_expr *expr = new_expr(p, kind, sign.at);
    if (!expr) return NULL;
    expr->operator_at = sign.at;
    expr->left = left;
    return finish(p, expr);
}

static heng_expr *parse_sign(heng_parser *p)
{
    if (p->token.kind != HENG_TOKEN_MINUS) return parse_power(p);
    return parse_prefix(p, HENG_EXPR_NEGATE, parse_sign);
}

static heng_expr *parse_cast(heng_parser *p)
{
    heng_expr *left = parse_sign(p);
    while (left && p->token.kind == HENG_TOKEN_AS) {
        heng_expr *expr = new_expr(p, HENG_EXPR_AS, left->at);
        if (!expr) return NULL;
        expr->left = left;
        expr->operator_at = heng_parser__take(p).at;
        if (!heng_parser__unit(p, false, &expr->unit)) return NULL;
        left = finish(p, expr);
    }
    return left;
}

typedef struct binary {
    heng_token_kind token;
    heng_expr_kind kind;
} binary;

/* A level of operators that group to the left. */
static heng_expr *parse_binary(heng_parser *p, const binary *operators, size_t count,
                               heng_expr *(*operand)(heng_parser *))
{
    heng_expr *left = operand(p);
    while (left) {
        size_t i = 0;
        while (i < count && operators[i].token != p->token.kind) i++;
        if (i == count) break;
        heng_locus at = heng_parser__take(p).at;
        left = join(p, operators[i].kind, left, at, operand(p));
    }
    return left;
}

static heng_expr *parse_product(heng_parser *p)
{
    static const binary operators[] = {{HENG_TOKEN_STAR, HENG_EXPR_MULTIPLY},
                                       {HENG_TOKEN_SLASH, HENG_EXPR_DIVIDE}};
    return parse_binary(p, operators, 2, parse_cast);
}

static heng_expr *parse_sum(heng_parser *p)
{
    static const binary operators[] = {{HENG_TOKEN_PLUS, HENG_EXPR_ADD},
                                       {HENG_TOKEN_MINUS, HENG_EXPR_SUBTRACT}};
    return parse_binary(p, operators, 2, parse_product);
}

static bool is_comparison(heng_token_kind kind)
{
    return kind >= HENG_TOKEN_EQ && kind <= HENG_TOKEN_GE;
}

static heng_expr *parse_date(heng_parser *p)
{
    heng_period period;
    heng_expr *expr = new_expr(p, HENG_EXPR_DATE, p->token.at);
    if (!expr || !heng_parser__date(p, &expr->word, &period)) return NULL;
    return finish(p, expr);
}

static heng_expr *parse_comparison(heng_parser *p)
{
    heng_expr *left = parse_sum(p);
    if (!left || !is_comparison(p->token.kind)) return left;
    heng_token sign = heng_parser__take(p);
    bool date = left->kind == HENG_EXPR_PERIOD && p->token.kind == HENG_TOKEN_NUMBER;
    heng_expr *expr =
        join(p, HENG_EXPR_COMPARE, left, sign.at, date ? parse_date(p) : parse_sum(p));
    if (!expr) return NULL;
    expr->compare = (heng_compare)(sign.kind - HENG_TOKEN_EQ);
    if (!is_comparison(p->token.kind)) return expr;
    heng_parser__fail(p, "R136", p->token.at, NULL,
                      "write a < b and b < c, or put one comparison in brackets",
                      "two comparisons follow each other");
    return NULL;
}

static heng_expr *parse_not(heng_parser *p)
{
    if (p->token.kind != HENG_TOKEN_NOT) return parse_comparison(p);
    return parse_prefix(p, HENG_EXPR_NOT, parse_not);
}

static heng_expr *parse_and(heng_parser *p)
{
    static const binary operators[] = {{HENG_TOKEN_AND, HENG_EXPR_AND}};
    return parse_binary(p, operators, 1, parse_not);
}

heng_expr *heng_parser__or(heng_parser *p)
{
    static const binary operators[] = {{HENG_TOKEN_OR, HENG_EXPR_OR}};
    return parse_binary(p, operators, 1, parse_and);
}

static heng_expr *parse_value(heng_parser *p)
{
    static const binary operators[] = {{HENG_TOKEN_ELSE, HENG_EXPR_ELSE}};
    return parse_binary(p, operators, 1, heng_parser__or);
}

/* ---- choices -------------------------------------------------------------------------------------- */

/* `value` when condition, or `value` otherwise. */
static heng_expr *parse_arm(heng_parser *p, heng_expr *value)
{
    heng_expr *arm = new_expr(p, HENG_EXPR_ARM, value->at);
    if (!arm) return NULL;
    arm->left = value;
    arm->operator_at = p->token.at;
    if (heng_parser__accept(p, HENG_TOKEN_OTHERWISE)) return finish(p, arm);
    if (p->token.kind != HENG_TOKEN_WHEN) {
        heng_parser__fail(p, "R134", p->token.at, NULL, "end it with \", VALUE otherwise\"",
                          "the choice does not say what holds when no condition is met");
        return NULL;
    }
    heng_parser__take(p);
    arm->right = heng_parser__or(p);
    return arm->right ? finish(p, arm) : NULL;
}

static heng_expr *parse_arms(heng_parser *p, heng_expr *value)
{
    heng_expr *choice = new_expr(p, HENG_EXPR_CHOICE, value->at);
    if (!choice) return NULL;
    heng_expr **next = &choice->items;
    for (;;) {
        heng_expr *arm = parse_arm(p, value);
        if (!arm) return NULL;
        *next = arm;
        next = &arm->next;
        if (!arm->right) return finish(p, choice);
        if (p->token.kind != HENG_TOKEN_COMMA) {
            heng_parser__fail(p, "R134", arm->at, NULL, "end it with \", VALUE otherwise\"",
                              "the choice does not say what holds when no condition is met");
            return NULL;
        }
        heng_parser__take(p);
        value = parse_value(p);
        if (!value) return NULL;
    }
}

heng_expr *heng_parser__choice(heng_parser *p)
{
    if (!go_down(p)) return NULL;
    heng_expr *value = parse_value(p);
    if (value && p->token.kind == HENG_TOKEN_OTHERWISE) {
        heng_parser__fail(p, "R135", p->token.at, NULL,
                          "write VALUE when CONDITION, OTHER otherwise",
                          "\"otherwise\" follows no condition");
        value = NULL;
    }
    if (value && p->token.kind == HENG_TOKEN_WHEN) value = parse_arms(p, value);
    p->depth--;
    return value;
}
