/* core/rule/text/lexer.h: a rule text as tokens, one at a time. Private to the syntax half of core/rule.
 *
 * The lexer knows layout: where a line begins, what is a comment, what is a line of a grid. It does not
 * know statements. Slips of the hand that have one meaning (full-width punctuation, `==`, `&&`) are
 * diagnosed and then read as what was meant, so that one slip gives one diagnostic. It never fails: any
 * bytes are a sequence of tokens.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/diagnostic.h"

/* Words that are never names or units. Sorted. */
/* clang-format off */
#define HENG_RESERVED_WORDS(X) \
    X(ABSENT, "absent") X(AND, "and") X(AS, "as") X(BY, "by") X(CHECK, "check") X(ELSE, "else") \
    X(FAR, "far") X(FLAT, "flat") X(FOR, "for") X(FROM, "from") X(IF, "if") X(IN, "in") \
    X(INPUT, "input") X(INSTEAD, "instead") X(KIND, "kind") X(LESS, "less") X(LEVELS, "levels") \
    X(LINEAR, "linear") X(LIST, "list") X(METHOD, "method") X(MISSING, "missing") X(NO, "no") \
    X(NOT, "not") X(OF, "of") X(ONE, "one") X(OR, "or") X(OTHERWISE, "otherwise") \
    X(OUTPUT, "output") X(OVER, "over") X(PARAMETER, "parameter") X(PERIOD, "period") \
    X(SO, "so") X(SOURCE, "source") X(STATUS, "status") X(STEP, "step") X(TABLE, "table") \
    X(UNCERTAIN, "uncertain") X(UNIT, "unit") X(USE, "use") X(VALID, "valid") \
    X(WEIGHT, "weight") X(WHEN, "when") X(WHERE, "where") X(YES, "yes")
/* clang-format on */

typedef enum heng_token_kind {
    HENG_TOKEN_END,    /* of the statement or of the text */
    HENG_TOKEN_NAME,   /* ASCII letters, digits, _ */
    HENG_TOKEN_WIDE,   /* a word with other letters; only a unit may be one */
    HENG_TOKEN_NUMBER, /* digits, point, exponent; no sign */
    HENG_TOKEN_TEXT,   /* "..."; the token includes its quotes */
    HENG_TOKEN_GRID,   /* a whole indented line with | in it, up to its comment */
    HENG_TOKEN_COLON,
    HENG_TOKEN_COMMA,
    HENG_TOKEN_OPEN,
    HENG_TOKEN_CLOSE,
    HENG_TOKEN_OPEN_KEY,
    HENG_TOKEN_CLOSE_KEY,
    HENG_TOKEN_EQ,
    HENG_TOKEN_NE,
    HENG_TOKEN_LT,
    HENG_TOKEN_LE,
    HENG_TOKEN_GT,
    HENG_TOKEN_GE,
    HENG_TOKEN_PLUS,
    HENG_TOKEN_MINUS,
    HENG_TOKEN_STAR,
    HENG_TOKEN_SLASH,
    HENG_TOKEN_CARET,
    HENG_TOKEN_AT,
    HENG_TOKEN_DOT,
    HENG_TOKEN_DOTS,
    HENG_TOKEN_PERCENT,
#define X(name, text) HENG_TOKEN_##name,
    HENG_RESERVED_WORDS(X)
#undef X
} heng_token_kind;

typedef struct heng_token {
    heng_token_kind kind;
    heng_locus at;
    heng_str text;     /* as written */
    bool first;        /* of its line */
    bool blank_before; /* also true when it is the first of its line */
} heng_token;

typedef struct heng_comment {
    heng_str text; /* from # to the end of the line, without blanks at the end */
    uint32_t offset;
    uint32_t line;
    uint32_t column;
    bool alone; /* nothing but blanks before it on its line */
} heng_comment;

typedef void heng_on_comment(void *context, const heng_comment *comment);

typedef struct heng_lexer {
    heng_str text;
    uint32_t file;
    size_t at;
    uint32_t line;
    size_t counted_to; /* columns of this line were counted up to here */
    uint32_t column;   /* of counted_to */
    size_t line_start; /* offset of its first byte */
    bool fresh;        /* no token on this line yet */
    bool looked;       /* this line was looked at as a line of a grid */
    bool broken;       /* a character was dropped since the parser last cleared this */
    uint32_t tab_line; /* tabs of one line are reported once */
    heng_diagnostics *diagnostics;
    heng_on_comment *on_comment; /* may be NULL */
    void *comment_context;
} heng_lexer;

void heng_lexer__init(heng_lexer *lexer, uint32_t file, heng_str text,
                      heng_diagnostics *diagnostics);
heng_token heng_lexer__next(heng_lexer *lexer);
/* Reads again from the start of `token`, which must lie on the current line, as one word of letters,
 * digits and hyphens: how a date such as 2023-06 or 2023-Q2 is read. */
heng_token heng_lexer__date(heng_lexer *lexer, const heng_token *token);

/* True for a byte that may stand in a name after its first letter. */
bool heng_lexer__in_name(char c);
/* What `code` was meant to be where a Chinese input method typed it full-width; 0 if it is no such. */
char heng_lexer__half_width(uint32_t code);
/* The end of a quoted text that begins at `from` (the quote), just behind its closing quote; 0 when it
 * is not closed before the end of the line. */
size_t heng_lexer__text_end(heng_str text, size_t from);
/* The end of the text that begins at `at`, or 0 if none does. Behind a quote that is never closed the rest
 * of the line holds no texts, which `open` remembers from call to call: so a line is read once. */
size_t heng_lexer__skip_text(heng_str text, size_t at, bool *open);
/* The reserved word, or HENG_TOKEN_NAME. */
heng_token_kind heng_lexer__word(heng_str text);
/* What a message calls the token: a name `x`, the word `over`, the end of the statement. */
heng_str heng_token__describe(const heng_token *token, heng_arena *arena);
