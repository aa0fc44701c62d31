/* The grid of a table or a list.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/grid.h"
#include "core/rule/text/parser.h"

typedef struct grid_line {
    heng_token token;
    struct grid_line *next;
} grid_line;

static bool read_cell(heng_parser *p, heng_word word, heng_cell *out)
{
    out->word = word;
    out->zh = HENG_STR("");
    if (word.text.length == 0 || word.text.at[0] != '"') return true;
    out->quoted = true;
    if (!heng_grid__label(word.text, p->arena, &out->word.text, &out->zh))
        return heng_parser__fail(
            p, "R147", word.at, NULL, "write \"text\" or \"English\" / \"中文\"",
            "the text of this cell is not closed, or something stands beside it");
    if (!out->word.text.at || !out->zh.at) p->no_memory = true;
    return !p->no_memory;
}

/* Reads the cells of one line into `cells`; what is beyond `column_count` must be empty. */
static bool read_line(heng_parser *p, const heng_token *line, unsigned column_count,
                      heng_cell *cells)
{
    heng_cell_reader reader = heng_grid__cells(line->text, line->at);
    heng_word word;
    for (unsigned i = 0; heng_grid__cell(&reader, p->diagnostics, &word); i++) {
        if (i >= column_count) {
            if (word.text.length == 0) continue;
            return heng_parser__fail(
                p, "R143", word.at, NULL, "give the column a head, or mend the bars of this line",
                "this line has more cells than the %u columns of the grid", column_count);
        }
        if (!read_cell(p, word, &cells[i])) return false;
    }
    for (unsigned i = 0; i < column_count; i++)
        if (!cells[i].word.text.at) cells[i] = (heng_cell){.word = {HENG_STR(""), line->at}};
    return true;
}

static bool read_head(heng_parser *p, const heng_token *line, heng_grid *grid)
{
    grid->column_count = heng_grid__count(line->text);
    grid->head = heng_parser__alloc(p, grid->column_count, sizeof *grid->head);
    if (!grid->head || !read_line(p, line, grid->column_count, grid->head)) return false;
    for (unsigned i = 0; i < grid->column_count; i++) {
        const heng_cell *cell = &grid->head[i];
        if (cell->word.text.length > 0 && !cell->quoted) continue;
        return heng_parser__fail(p, "R144", cell->word.at, NULL,
                                 "name every column; no bar stands at the ends of a line",
                                 "column %u of the grid has no name", i + 1);
    }
    return true;
}

bool heng_parser__grid(heng_parser *p, heng_item *item)
{
    heng_grid *grid = heng_parser__alloc(p, 1, sizeof *grid);
    if (!grid) return false;
    grid_line *lines = NULL, **next = &lines;
    unsigned count = 0;
    heng_locus from = p->token.at;
    while (p->token.kind == HENG_TOKEN_GRID) {
        grid_line *line = heng_parser__alloc(p, 1, sizeof *line);
        if (!line) return false;
        line->token = heng_parser__take(p);
        *next = line;
        next = &line->next;
        count++;
    }
    grid->at = heng_parser__since(p, from);
    if (!read_head(p, &lines->token, grid)) return false;
    grid->row_count = count - 1;
    if (grid->row_count == 0)
        return heng_parser__fail(p, "R146", lines->token.at, NULL,
                                 "write at least one line of cells under the names of the columns",
                                 "the grid has no line but its head");
    /* Only short lines can pass it: a cell that is written takes a byte. */
    if ((size_t)grid->row_count * grid->column_count > HENG_RULE_TEXT_MAX)
        return heng_parser__fail(p, "R132", lines->token.at, NULL, "split the table by its dates",
                                 "the grid has %u lines of %u columns, %d cells are the most",
                                 grid->row_count, grid->column_count, HENG_RULE_TEXT_MAX);
    grid->cells =
        heng_parser__alloc(p, (size_t)grid->row_count * grid->column_count, sizeof *grid->cells);
    grid->row_lines = heng_parser__alloc(p, grid->row_count, sizeof *grid->row_lines);
    if (!grid->cells || !grid->row_lines) return false;
    unsigned row = 0;
    for (const grid_line *line = lines->next; line; line = line->next, row++) {
        grid->row_lines[row] = line->token.at.line;
        if (!read_line(p, &line->token, grid->column_count,
                       grid->cells + (size_t)row * grid->column_count))
            return false;
    }
    item->grid = grid;
    return true;
}
