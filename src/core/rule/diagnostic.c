/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/diagnostic.h"
#include "base/json.h"
#include "base/limits.h"
#include "core/rule/diagnostic_catalogue.h"

#include <assert.h>
#include <stdarg.h>

enum {
    SHOWN_COLUMNS = 120, /* of a source line; a longer line is cut around the place */
    SHOWN_BEFORE = 60,   /* columns kept before the place when the line is cut */
    TAB_COLUMNS = 4
};

void heng_diagnostics_init(heng_diagnostics *list, heng_arena *arena)
{
    assert(list && arena);
    *list = (heng_diagnostics){.arena = arena};
}

static bool make_room(heng_diagnostics *list)
{
    if (list->count < list->capacity) return true;
    size_t capacity = list->capacity ? list->capacity * 2 : 8;
    heng_diagnostic *items = HENG_ARRAY(list->arena, capacity, heng_diagnostic);
    if (!items) return false;
    if (list->count) memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->capacity = capacity;
    return true;
}

void heng_diagnose(heng_diagnostics *list, const char *code, heng_locus at, const char *caret,
                   const char *remedy, const char *format, ...)
{
    assert(list && format);
    assert(heng_diagnostic_find(code));
    list->found++;
    if (list->failed || list->count == HENG_FINDINGS_MAX) return;
    heng_text message;
    heng_text_init(&message, list->arena, HENG_RULE_TEXT_MAX);
    va_list arguments;
    va_start(arguments, format);
    heng_text_vprint(&message, format, arguments);
    va_end(arguments);
    heng_diagnostic made = {
        .code = code,
        .at = at,
        .message = heng_text_view(&message),
        .caret = heng_str_copy(list->arena, heng_str_from(caret)),
        .remedy = heng_str_copy(list->arena, heng_str_from(remedy)),
    };
    if (message.failed || !made.caret.at || !made.remedy.at || !make_room(list)) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = made;
}

static int compare_places(const heng_locus *a, const heng_locus *b)
{
    if (a->file != b->file) return a->file < b->file ? -1 : 1;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->column != b->column) return a->column < b->column ? -1 : 1;
    return 0;
}

/* Merges the sorted halves items[0..middle) and items[middle..count), through `spare`. */
static void merge(heng_diagnostic *items, size_t middle, size_t count, heng_diagnostic *spare)
{
    memcpy(spare, items, middle * sizeof *items);
    size_t left = 0, right = middle, out = 0;
    while (left < middle) {
        bool first = right == count || compare_places(&spare[left].at, &items[right].at) <= 0;
        items[out++] = first ? spare[left++] : items[right++];
    }
}

void heng_diagnostics_sort(heng_diagnostics *list)
{
    assert(list);
    heng_diagnostic *spare = HENG_ARRAY(list->arena, list->count, heng_diagnostic);
    if (!spare) {
        list->failed = true;
        return;
    }
    for (size_t width = 1; width < list->count; width *= 2)
        for (size_t from = 0; from + width < list->count; from += 2 * width) {
            size_t left = list->count - from;
            merge(list->items + from, width, left < 2 * width ? left : 2 * width, spare);
        }
}

/* ---- printing ------------------------------------------------------------------------------------- */

static heng_str line_around(heng_str text, size_t offset)
{
    size_t from = offset, to = offset;
    while (from > 0 && text.at[from - 1] != '\n') from--;
    while (to < text.length && text.at[to] != '\n') to++;
    return heng_str_slice(text, from, to);
}

static size_t shown_columns(uint32_t code, heng_str character)
{
    return code == '\t'                 ? TAB_COLUMNS
           : code < ' ' || code == 0x7F ? 1
                                        : heng_utf8_columns(character);
}

/* The first byte to show of `line`, so that the place (byte `at`) is well inside. */
static size_t first_shown(heng_str line, size_t at)
{
    size_t columns = heng_utf8_columns(heng_str_slice(line, 0, at)), from = 0;
    if (heng_utf8_columns(line) <= SHOWN_COLUMNS || columns <= SHOWN_BEFORE) return 0;
    for (size_t skipped = 0; skipped + SHOWN_BEFORE < columns;) {
        size_t before = from;
        heng_utf8_next(line, &from);
        skipped += heng_utf8_columns(heng_str_slice(line, before, from));
    }
    return from;
}

/* Writes one source line without control characters; returns the columns before byte `at`. */
static size_t print_line(heng_str line, size_t at, heng_text *out)
{
    size_t from = first_shown(line, at), columns = 0, before = 0;
    heng_text_add(out, HENG_STR("    "));
    if (from > 0) heng_text_add(out, HENG_STR("..."));
    before = columns = from > 0 ? 3 : 0;
    while (from < line.length && columns < SHOWN_COLUMNS) {
        if (from <= at) before = columns;
        size_t next = from;
        uint32_t code = heng_utf8_next(line, &next);
        heng_str character = heng_str_slice(line, from, next);
        size_t width = shown_columns(code, character);
        if (code == 0xFFFD)
            heng_text_add(out, HENG_STR("\xEF\xBF\xBD"));
        else if (code < ' ' || code == 0x7F)
            heng_text_print(out, "%*s", (int)width, "");
        else
            heng_text_add(out, character);
        columns += width;
        from = next;
    }
    if (from <= at) before = columns;
    heng_text_add(out, from < line.length ? HENG_STR("...\n") : HENG_STR("\n"));
    return before;
}

static void print_source(heng_locus at, const heng_rule_file *file, bool caret, heng_str words,
                         heng_text *out)
{
    if (at.offset > file->text.length) return;
    heng_str line = line_around(file->text, at.offset);
    size_t start = at.offset - (size_t)(line.at - file->text.at);
    if (line.length && line.at[line.length - 1] == '\r') line.length--;
    if (start > line.length) start = line.length;
    size_t columns = print_line(line, start, out);
    if (!caret) return;
    heng_text_print(out, "    %*s^%s%.*s\n", (int)columns, "", words.length ? " " : "",
                    HENG_PRINT(words));
}

static bool ends_sentence(heng_str text)
{
    return heng_str_ends(text, HENG_STR(".")) || heng_str_ends(text, HENG_STR("?"));
}

void heng_diagnostic_print(const heng_diagnostic *diagnostic, const heng_rule_file *files,
                           heng_text *out)
{
    assert(diagnostic && files && out);
    heng_locus at = diagnostic->at;
    const heng_rule_file *file = &files[at.file];
    heng_text_add(out, file->name);
    if (at.line) heng_text_print(out, ":%u:%u", at.line, at.column);
    heng_text_print(out, ": %.*s  [%s]\n", HENG_PRINT(diagnostic->message), diagnostic->code);
    if (at.line) print_source(at, file, true, diagnostic->caret, out);
    if (diagnostic->also.length) {
        const heng_rule_file *other = &files[diagnostic->also.file];
        heng_text_print(out, "    See also %.*s:%u:\n", HENG_PRINT(other->name),
                        diagnostic->also.line);
        print_source(diagnostic->also, other, false, HENG_STR(""), out);
    }
    if (diagnostic->remedy.length)
        heng_text_print(out, "    Remedy: %.*s%s\n", HENG_PRINT(diagnostic->remedy),
                        ends_sentence(diagnostic->remedy) ? "" : ".");
}

void heng_diagnostics_write_json(const heng_diagnostics *list, const heng_rule_file *files,
                                 heng_text *out)
{
    assert(list && files && out);
    heng_json json;
    heng_json_init(&json, out);
    heng_json_open_array(&json);
    for (size_t i = 0; i < list->count; i++) {
        const heng_diagnostic *item = &list->items[i];
        heng_json_open_object(&json);
        heng_json_put_string(&json, "code", heng_str_from(item->code));
        heng_json_put_string(&json, "file", files[item->at.file].name);
        heng_json_put_integer(&json, "line", item->at.line);
        heng_json_put_integer(&json, "column", item->at.column);
        heng_json_put_integer(&json, "length", item->at.length);
        heng_json_put_string(&json, "message", item->message);
        heng_json_put_string(&json, "caret", item->caret);
        heng_json_put_string(&json, "remedy", item->remedy);
        heng_json_close_object(&json);
    }
    heng_json_close_array(&json);
}
