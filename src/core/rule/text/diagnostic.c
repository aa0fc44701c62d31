/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/diagnostic.h"
#include "base/json.h"
#include "base/limits.h"
#include "core/rule/text/diagnostic_catalogue.h"

#include <assert.h>
#include <stdarg.h>

enum {
    SHOWN_COLUMNS = 120, /* of a source line; a longer line is cut around the place */
    SHOWN_BEFORE = 60,   /* columns kept before the place when the line is cut */
    NEAR_BYTES = 1024    /* looked at on each side: more than these columns can take */
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

/* The line that holds `offset`, or of a long line what lies near it. */
static heng_str line_around(heng_str text, size_t offset)
{
    size_t from = offset, to = offset;
    while (from > 0 && offset - from < NEAR_BYTES && text.at[from - 1] != '\n') from--;
    while (to < text.length && to - offset < NEAR_BYTES && text.at[to] != '\n') to++;
    while (from < offset && ((unsigned char)text.at[from] & 0xC0) == 0x80) from++;
    if (to > offset && text.at[to - 1] == '\r') to--;
    return heng_str_slice(text, from, to);
}

/* One character as it is shown; its columns. */
static size_t shown(heng_str text, size_t *at, heng_str *as)
{
    size_t from = *at;
    uint32_t code = heng_utf8_next(text, at);
    *as = heng_str_slice(text, from, *at);
    if (code == '\t')
        *as = HENG_STR("    ");
    else if (code < ' ' || code == 0x7F)
        *as = HENG_STR(" ");
    else if (code == 0xFFFD)
        *as = HENG_STR("\xEF\xBF\xBD");
    return heng_utf8_columns(*as);
}

static size_t columns_to(heng_str line, size_t to)
{
    heng_str as;
    size_t columns = 0;
    for (size_t at = 0; at < to;) columns += shown(line, &at, &as);
    return columns;
}

/* Writes a source line, cut around byte `place` where it is long; returns the columns before it. */
static size_t print_line(heng_str line, size_t place, bool cut, heng_text *out)
{
    heng_str as;
    size_t at = 0, columns = 0, before = columns_to(line, place);
    heng_text_add(out, HENG_STR("    "));
    bool late = before > SHOWN_BEFORE && (cut || columns_to(line, line.length) > SHOWN_COLUMNS);
    while (late && before > SHOWN_BEFORE) before -= shown(line, &at, &as);
    if (late) heng_text_add(out, HENG_STR("..."));
    if (late) columns = 3;
    before += columns;
    while (at < line.length && columns < SHOWN_COLUMNS) {
        columns += shown(line, &at, &as);
        heng_text_add(out, as);
    }
    heng_text_add(out, at < line.length ? HENG_STR("...\n") : HENG_STR("\n"));
    return before;
}

static void print_source(heng_locus at, const heng_rule_file *file, bool caret, heng_str words,
                         heng_text *out)
{
    if (at.offset > file->text.length) return;
    heng_str line = line_around(file->text, at.offset);
    size_t from = (size_t)(line.at - file->text.at), place = at.offset - from;
    bool cut = from > 0 && file->text.at[from - 1] != '\n';
    size_t columns = print_line(line, place < line.length ? place : line.length, cut, out);
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
