/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/printer.h"

#include <assert.h>

enum { BLANK_LINES_MAX = 2 };

static void end_line(heng_printer *p)
{
    heng_text_add_char(&p->out, '\n');
    p->column = 0;
    p->commented = false;
}

static void write(heng_printer *p, heng_str piece)
{
    p->column += heng_utf8_columns(piece);
    if (!p->measuring) heng_text_add(&p->out, piece);
}

static void write_indent(heng_printer *p, size_t columns)
{
    while (p->column < columns) write(p, HENG_STR(" "));
}

/* Blank lines as they were in the source, at most two, and none inside statements. */
static void keep_blank_lines(heng_printer *p, uint32_t line)
{
    if (!p->top || p->last_line == 0) return;
    assert(line > p->last_line);
    uint32_t gap = line - p->last_line - 1;
    for (uint32_t i = 0; i < gap && i < BLANK_LINES_MAX; i++) end_line(p);
}

static void write_comment(heng_printer *p, const heng_comment *comment)
{
    if (!comment->alone && !p->commented) {
        write(p, HENG_STR("  "));
    } else {
        if (p->column > 0) end_line(p);
        keep_blank_lines(p, comment->line);
        if (comment->column > 1) write_indent(p, p->top ? HENG_PRINT_INDENT : p->indent);
    }
    write(p, comment->text);
    p->commented = p->line_owed = true;
    p->last_line = comment->line;
}

void heng_printer__flush(heng_printer *p, size_t offset)
{
    if (p->measuring) return;
    while (p->comment_next < p->comment_count && p->comments[p->comment_next].offset < offset)
        write_comment(p, &p->comments[p->comment_next++]);
}

void heng_printer__add(heng_printer *p, heng_str piece)
{
    if (p->line_owed) {
        end_line(p);
        p->line_owed = p->blank_owed = false;
    }
    if (p->column == 0 && !p->measuring)
        write_indent(p, p->indent);
    else if (p->blank_owed)
        write(p, HENG_STR(" "));
    p->blank_owed = false;
    write(p, piece);
}

void heng_printer__put(heng_printer *p, size_t offset, heng_str piece)
{
    heng_printer__flush(p, offset);
    heng_printer__add(p, piece);
}

void heng_printer__blank(heng_printer *p)
{
    p->blank_owed = true;
}

void heng_printer__line(heng_printer *p)
{
    p->line_owed = true;
}

void heng_printer__open(heng_printer *p, uint32_t line)
{
    if (p->column > 0) end_line(p);
    p->line_owed = p->blank_owed = false;
    keep_blank_lines(p, line);
}

bool heng_printer__has_comment(const heng_printer *p, size_t from, size_t to)
{
    size_t low = p->comment_next, high = p->comment_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p->comments[middle].offset < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->comment_count && p->comments[low].offset < to;
}

void heng_printer__quote(heng_printer *p, size_t offset, heng_str text)
{
    heng_printer__put(p, offset, HENG_STR("\""));
    size_t from = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] != '"' && text.at[i] != '\\') continue;
        write(p, heng_str_slice(text, from, i));
        write(p, HENG_STR("\\"));
        from = i;
    }
    write(p, heng_str_slice(text, from, text.length));
    write(p, HENG_STR("\""));
}
