/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/grid.h"
#include "core/rule/text/lexer.h"

heng_cell_reader heng_grid__cells(heng_str line, heng_locus at)
{
    return (heng_cell_reader){.line = line, .at = at, .column = at.column, .bar = HENG_BAR_ONE};
}

static heng_locus place(heng_cell_reader *reader, size_t from, size_t to)
{
    while (reader->counted_to < from) {
        heng_utf8_next(reader->line, &reader->counted_to);
        reader->column++;
    }
    heng_locus at = reader->at;
    at.column = reader->column;
    at.offset += (uint32_t)from;
    at.length = (uint32_t)(to - from);
    return at;
}

/* The bar that begins at `at`, and its length in bytes. */
static heng_bar bar_at(heng_str line, size_t at, size_t *length)
{
    if (line.at[at] == '|') {
        bool two = at + 1 < line.length && line.at[at + 1] == '|';
        *length = two ? 2 : 1;
        return two ? HENG_BAR_TWO : HENG_BAR_ONE;
    }
    *length = 3;
    bool wide = heng_str_starts(heng_str_slice(line, at, line.length), HENG_STR("\xEF\xBD\x9C"));
    return wide ? HENG_BAR_FULL_WIDTH : HENG_BAR_NONE;
}

bool heng_grid__cell(heng_cell_reader *reader, heng_diagnostics *diagnostics, heng_word *cell)
{
    if (reader->bar == HENG_BAR_NONE) return false;
    heng_str line = reader->line;
    size_t to = reader->from, length = 0;
    reader->bar = HENG_BAR_NONE;
    while (to < line.length) {
        size_t behind = heng_lexer__skip_text(line, to, &reader->open);
        if (behind) {
            to = behind;
            continue;
        }
        reader->bar = bar_at(line, to, &length);
        if (reader->bar != HENG_BAR_NONE) break;
        to++;
    }
    heng_str text = heng_str_trim(heng_str_slice(line, reader->from, to));
    size_t from = text.length ? (size_t)(text.at - line.at) : reader->from;
    *cell = (heng_word){text, place(reader, from, from + text.length)};
    if (reader->bar == HENG_BAR_FULL_WIDTH && diagnostics) {
        heng_locus at = place(reader, to, to + length);
        heng_diagnose(diagnostics, "R102", at, NULL, "switch the input method and type | instead",
                      "\"｜\" is a full-width or typographic character");
    }
    reader->from = to + length;
    return true;
}

unsigned heng_grid__count(heng_str line)
{
    heng_cell_reader reader = heng_grid__cells(line, (heng_locus){0});
    heng_word cell;
    unsigned count = 0;
    while (heng_grid__cell(&reader, NULL, &cell)) count++;
    return count;
}

static size_t quote_length(heng_str text)
{
    return text.at[0] == '"' || text.at[0] == '\'' ? 1 : 3;
}

heng_str heng_grid__unquote(heng_str quoted, heng_arena *arena)
{
    heng_str inside = heng_str_slice(quoted, quote_length(quoted), quoted.length);
    if (heng_str_ends(inside, HENG_STR("\"")) || heng_str_ends(inside, HENG_STR("'")))
        inside.length--;
    else if (heng_str_ends(inside, HENG_STR("\xE2\x80\x9D")))
        inside.length -= 3;
    if (heng_str_find(inside, HENG_STR("\\"), 0) == SIZE_MAX) return inside;
    char *copy = heng_arena_alloc(arena, inside.length + 1);
    if (!copy) return (heng_str){NULL, 0};
    size_t length = 0;
    for (size_t i = 0; i < inside.length; i++) {
        bool escape = inside.at[i] == '\\' && i + 1 < inside.length &&
                      (inside.at[i + 1] == '"' || inside.at[i + 1] == '\\');
        copy[length++] = inside.at[i += escape];
    }
    return (heng_str){copy, length};
}

bool heng_grid__label(heng_str cell, heng_arena *arena, heng_str *en, heng_str *zh)
{
    size_t end = heng_lexer__text_end(cell, 0);
    if (end == 0) return false;
    *en = heng_grid__unquote(heng_str_slice(cell, 0, end), arena);
    *zh = (heng_str){"", 0};
    heng_str rest = heng_str_trim(heng_str_slice(cell, end, cell.length));
    if (rest.length == 0) return true;
    if (rest.at[0] != '/') return false;
    rest = heng_str_trim(heng_str_slice(rest, 1, rest.length));
    if (rest.length == 0 || rest.at[0] != '"') return false;
    if (heng_lexer__text_end(rest, 0) != rest.length) return false;
    *zh = heng_grid__unquote(rest, arena);
    return true;
}
