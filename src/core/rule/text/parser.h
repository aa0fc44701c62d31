/* core/rule/text/parser.h: the state that the parts of the parser share. Private to core/rule.
 *
 * One token is looked at, none ahead; where more is needed the source bytes behind it are looked at. A
 * statement fails as a whole: the first fault in it is said, the others would be guesses. Functions that
 * return NULL or false have said why, or memory ran out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"
#include "core/rule/text/lexer.h"

typedef struct heng_parser {
    heng_lexer lexer;
    heng_arena *arena;
    heng_diagnostics *diagnostics;
    heng_token token;   /* HENG_TOKEN_END at the end of the statement */
    heng_token pending; /* then: the first of the next statement */
    heng_locus last;    /* of the token taken last */
    unsigned depth;
    bool no_memory;
} heng_parser;

/* Takes the token that is looked at. */
heng_token heng_parser__take(heng_parser *p);
/* Takes it if it is of this kind. */
bool heng_parser__accept(heng_parser *p, heng_token_kind kind);
/* Says a fault of the statement, unless a dropped character was said before; always false. */
bool heng_parser__fail(heng_parser *p, const char *code, heng_locus at, const char *caret,
                       const char *remedy, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* "a name expected, found ...". `what` names what was expected, such as `")"`. */
bool heng_parser__expected(heng_parser *p, const char *code, const char *what, const char *remedy);
bool heng_parser__expect(heng_parser *p, heng_token_kind kind, const char *code, const char *what,
                         const char *remedy);
/* `what` says whose name: "the name of the input". */
bool heng_parser__name(heng_parser *p, const char *what, heng_word *out);
bool heng_parser__path(heng_parser *p, const char *what, heng_path *out);
heng_word heng_parser__word(const heng_token *token);
/* What stands at the end of the statement where nothing may. */
bool heng_parser__leftover(heng_parser *p);
/* Memory in the arena; NULL sets no_memory. */
void *heng_parser__alloc(heng_parser *p, size_t count, size_t size);
/* The stretch from the start of `from` to the end of the token taken last. */
heng_locus heng_parser__since(const heng_parser *p, heng_locus from);

/* A formula: `choice` and `or` of the grammar. */
heng_expr *heng_parser__choice(heng_parser *p);
heng_expr *heng_parser__or(heng_parser *p);
/* A number with its unit, and a sign before it where one is written. */
heng_expr *heng_parser__quantity(heng_parser *p);

/* A unit. In a declaration (`spaced`) blanks may stand around * and /; in a formula they end it. */
bool heng_parser__unit(heng_parser *p, bool spaced, heng_word *out);
/* The token that is looked at begins a unit behind a number. */
bool heng_parser__unit_begins(const heng_parser *p);
bool heng_parser__type(heng_parser *p, heng_type_written *out);
/* 2016, 2016-07, 2016-Q3, 2016-H1 */
bool heng_parser__date(heng_parser *p, heng_word *out, heng_period *period);

bool heng_parser__label(heng_parser *p, heng_label *out);
/* All attributes that follow; those that do not fit the statement are refused. */
bool heng_parser__attributes(heng_parser *p, heng_item *item);
bool heng_parser__grid(heng_parser *p, heng_item *item);
