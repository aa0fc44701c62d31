/* core/rule/text/grid.h: lines of cells parted by |, in rule files and in cases. Private to core/rule.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"

typedef enum heng_bar {
    HENG_BAR_NONE,      /* the line ends */
    HENG_BAR_ONE,       /* | */
    HENG_BAR_TWO,       /* || */
    HENG_BAR_FULL_WIDTH /* ｜, a slip of the input method */
} heng_bar;

typedef struct heng_cell_reader {
    heng_str line;
    heng_locus at; /* of the line; file, line, column and offset of its first byte */
    size_t from;   /* the next cell */
    size_t counted_to;
    uint32_t column;
    bool open;    /* a quote was never closed: no more texts on this line */
    heng_bar bar; /* behind the cell that was read last */
} heng_cell_reader;

heng_cell_reader heng_grid__cells(heng_str line, heng_locus at);
/* The next cell, trimmed, with its place; an empty cell has length 0. False when the line is spent.
 * Full-width bars are taken as bars, and diagnosed unless `diagnostics` is NULL. */
bool heng_grid__cell(heng_cell_reader *reader, heng_diagnostics *diagnostics, heng_word *cell);
/* How many cells the line has; 1 when there is no bar in it. */
unsigned heng_grid__count(heng_str line);

/* The text between quotes, unescaped (\" and \\); a copy only where something was escaped. `quoted` may
 * lack its closing quote. .at is NULL when memory ran out. */
heng_str heng_grid__unquote(heng_str quoted, heng_arena *arena);
/* Reads "en" or "en" / "zh" from a cell that begins with a quote. False when it is not of that form. */
bool heng_grid__label(heng_str cell, heng_arena *arena, heng_str *en, heng_str *zh);
