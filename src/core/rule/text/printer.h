/* core/rule/text/printer.h: where the formatter writes: lines, columns, and the comments of the source.
 *
 * Pieces are put in source order, each with the place that it had. Before a piece, the comments that
 * stood before it are written: behind the line if they stood behind one, else on lines of their own. So
 * every comment keeps its neighbours, whatever happens to the lines. Ends of lines and blanks are owed
 * until the next piece comes, which is what lets a comment go behind the line that ends.
 *
 * Private to core/rule.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"
#include "core/rule/text/lexer.h"

enum { HENG_PRINT_COLUMNS = 100, HENG_PRINT_INDENT = 2 };

typedef struct heng_printer {
    heng_str source;
    heng_text out;
    const heng_comment *comments; /* of the whole source, in order */
    size_t comment_count, comment_next;
    size_t indent;      /* of the lines that begin from now on */
    size_t column;      /* columns on the line so far */
    uint32_t last_line; /* source line of what was written last; 0 before the first */
    bool line_owed, blank_owed;
    bool commented; /* the line has its comment and takes nothing more */
    bool top;       /* between statements: blank lines are kept */
    bool measuring; /* nothing is written, only `column` counts */
} heng_printer;

/* A piece that stood at `offset`. */
void heng_printer__put(heng_printer *p, size_t offset, heng_str piece);
/* A piece whose place is not known: a comma, a bracket, a word that follows another. */
void heng_printer__add(heng_printer *p, heng_str piece);
void heng_printer__blank(heng_printer *p);
void heng_printer__line(heng_printer *p);
/* Writes the comments before `offset`. */
void heng_printer__flush(heng_printer *p, size_t offset);
/* Begins a statement that stood on this source line: after the blank lines that stood before it. */
void heng_printer__open(heng_printer *p, uint32_t line);
/* A comment stands between the two places. */
bool heng_printer__has_comment(const heng_printer *p, size_t from, size_t to);
/* A text with its quotes. */
void heng_printer__quote(heng_printer *p, size_t offset, heng_str text);

/* The formula on one line. */
void heng_printer__flat(heng_printer *p, const heng_expr *expr);
/* Columns that the formula takes on one line; more than HENG_PRINT_COLUMNS when it takes too many or
 * holds a comment. */
size_t heng_printer__width(const heng_printer *p, const heng_expr *expr);
/* The formula from the present column on; lines break at its loosest operators. `reserve` columns are
 * kept free for what follows it. */
void heng_printer__formula(heng_printer *p, const heng_expr *expr, size_t reserve);
/* One arm a line, the conditions below each other where the values are short. */
void heng_printer__arms(heng_printer *p, const heng_expr *choice);
