/* What a workbook says of itself: relations of its parts, its sheets, shared strings, styles.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/xlsx.h"

#include <assert.h>

enum { AT_FIRST = 32 };

static bool is(const char *name, const char *word)
{
    return strcmp(name, word) == 0;
}

/* Room for one more item of a growing array; false when memory ran out. */
static bool has_room(heng_arena *arena, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return true;
    size_t more = *capacity ? 2 * *capacity : AT_FIRST;
    void *room = heng_arena_array(arena, more, size);
    if (!room) return false;
    if (count) memcpy(room, *items, count * size);
    *items = room;
    *capacity = more;
    return true;
}

bool heng_accept__buffer_open(heng_accept__buffer *buffer, heng_arena *arena)
{
    *buffer = (heng_accept__buffer){.bytes = heng_arena_alloc(arena, HENG_CELL_TEXT_MAX)};
    return buffer->bytes != NULL;
}

void heng_accept__buffer_add(heng_accept__buffer *buffer, heng_str piece)
{
    if (piece.length > HENG_CELL_TEXT_MAX - buffer->length) {
        buffer->overfull = true;
        return;
    }
    if (piece.length) memcpy(buffer->bytes + buffer->length, piece.at, piece.length);
    buffer->length += piece.length;
}

/* The value of two hexadecimal digits; 0 when they are none. */
static char hexadecimal(const char *digits)
{
    unsigned value = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *all = "0123456789abcdef";
        char small = digits[i] >= 'A' && digits[i] <= 'F' ? (char)(digits[i] + 32) : digits[i];
        const char *found = small ? strchr(all, small) : NULL;
        if (!found) return 0;
        value = value * 16 + (unsigned)(found - all);
    }
    return value < 0x80 ? (char)value : 0;
}

heng_str heng_accept__buffer_text(heng_accept__buffer *buffer)
{
    heng_str text = {buffer->bytes, buffer->length}, mark = HENG_STR("_x00");
    if (heng_str_find(text, mark, 0) == SIZE_MAX) return text;
    size_t length = 0;
    for (size_t i = 0; i < text.length;) {
        heng_str rest = heng_str_slice(text, i, text.length);
        bool escape = rest.length >= 7 && heng_str_starts(rest, mark) && rest.at[6] == '_';
        char c = escape ? hexadecimal(rest.at + mark.length) : '\0';
        buffer->bytes[length++] = c ? c : rest.at[0];
        i += c ? 7 : 1;
    }
    buffer->length = length; /* what may still be added comes behind the shorter text */
    return (heng_str){buffer->bytes, length};
}

static bool nothing_on_close(void *context, const char *name)
{
    (void)context, (void)name;
    return true;
}

/* ---- relationships ---- */

static heng_str last_word(heng_str uri)
{
    for (size_t i = uri.length; i > 0; i--)
        if (uri.at[i - 1] == '/') return heng_str_slice(uri, i, uri.length);
    return uri;
}

/* "worksheets/sheet1.xml" in "xl/", "../a.xml" and "/xl/a.xml" as full names. */
static heng_str full_name(heng_arena *arena, heng_str folder, heng_str target)
{
    if (heng_str_starts(target, HENG_STR("/")))
        return heng_str_copy(arena, heng_str_slice(target, 1, target.length));
    while (heng_str_starts(target, HENG_STR("../"))) {
        target = heng_str_slice(target, 3, target.length);
        if (folder.length) folder.length--;
        while (folder.length && folder.at[folder.length - 1] != '/') folder.length--;
    }
    if (heng_str_starts(target, HENG_STR("./"))) target = heng_str_slice(target, 2, target.length);
    return heng_str_format(arena, "%.*s%.*s", HENG_PRINT(folder), HENG_PRINT(target));
}

static bool on_relation(void *context, const char *name, const char *const *attributes)
{
    heng_accept__relations *relations = context;
    if (!is(name, "Relationship")) return true;
    const char *id = heng_accept__xml_attribute(attributes, "Id");
    const char *target = heng_accept__xml_attribute(attributes, "Target");
    const char *type = heng_accept__xml_attribute(attributes, "Type");
    const char *mode = heng_accept__xml_attribute(attributes, "TargetMode");
    if (!id || !target || !type || (mode && is(mode, "External"))) return true;
    heng_accept__relation relation = {
        .id = heng_str_copy(relations->arena, heng_str_from(id)),
        .target = full_name(relations->arena, relations->folder, heng_str_from(target)),
        .type = heng_str_copy(relations->arena, last_word(heng_str_from(type))),
    };
    void *items = relations->items;
    relations->no_memory = !relation.id.at || !relation.target.at || !relation.type.at ||
                           !has_room(relations->arena, &items, relations->count,
                                     &relations->capacity, sizeof relation);
    if (relations->no_memory) return false;
    relations->items = items;
    relations->items[relations->count++] = relation;
    return true;
}

heng_accept__xml heng_accept__relations_reader(heng_accept__relations *relations)
{
    return (heng_accept__xml){relations, on_relation, nothing_on_close, NULL};
}

/* ---- workbook ---- */

static bool is_true(const char *value)
{
    return value && (is(value, "1") || is(value, "true"));
}

static bool on_book(void *context, const char *name, const char *const *attributes)
{
    heng_accept__book *book = context;
    if (is(name, "workbook")) book->is_workbook = true;
    if (is(name, "workbookPr"))
        book->from_1904 = is_true(heng_accept__xml_attribute(attributes, "date1904"));
    if (!is(name, "sheet")) return true;
    const char *title = heng_accept__xml_attribute(attributes, "name");
    const char *relation = heng_accept__xml_attribute(attributes, "id");
    const char *state = heng_accept__xml_attribute(attributes, "state");
    if (!title || !relation) return true;
    book->too_many = book->sheet_count == HENG_SHEETS_MAX;
    if (book->too_many) return false;
    heng_accept__listed_sheet sheet = {
        .name = heng_str_copy(book->arena, heng_str_from(title)),
        .relation = heng_str_copy(book->arena, heng_str_from(relation)),
        .hidden = state && !is(state, "visible"),
    };
    void *items = book->sheets;
    book->no_memory =
        !sheet.name.at || !sheet.relation.at ||
        !has_room(book->arena, &items, book->sheet_count, &book->capacity, sizeof sheet);
    if (book->no_memory) return false;
    book->sheets = items;
    book->sheets[book->sheet_count++] = sheet;
    return true;
}

heng_accept__xml heng_accept__book_reader(heng_accept__book *book)
{
    return (heng_accept__xml){book, on_book, nothing_on_close, NULL};
}

/* ---- shared strings: an item is text, or runs of text; its reading aid (rPh) is left out ---- */

static bool on_string_open(void *context, const char *name, const char *const *attributes)
{
    heng_accept__strings *strings = context;
    (void)attributes;
    if (is(name, "si")) {
        strings->in_item++;
        strings->buffer.length = 0;
        strings->buffer.overfull = false;
    }
    if (is(name, "rPh")) strings->in_phonetic++;
    if (is(name, "t")) strings->in_text++;
    return true;
}

static bool keep_string(heng_accept__strings *strings)
{
    heng_str kept = {0};
    void *items = strings->items;
    if (!strings->buffer.overfull)
        kept = heng_str_copy(strings->arena, heng_accept__buffer_text(&strings->buffer));
    strings->no_memory =
        (!strings->buffer.overfull && !kept.at) ||
        !has_room(strings->arena, &items, strings->count, &strings->capacity, sizeof kept);
    if (strings->no_memory) return false;
    strings->items = items;
    strings->items[strings->count++] = kept;
    return true;
}

static bool on_string_close(void *context, const char *name)
{
    heng_accept__strings *strings = context;
    if (is(name, "rPh")) strings->in_phonetic--;
    if (is(name, "t")) strings->in_text--;
    if (!is(name, "si")) return true;
    strings->in_item--;
    return keep_string(strings);
}

static bool on_string_text(void *context, heng_str piece)
{
    heng_accept__strings *strings = context;
    if (strings->in_item && strings->in_text && !strings->in_phonetic)
        heng_accept__buffer_add(&strings->buffer, piece);
    return true;
}

heng_accept__xml heng_accept__strings_reader(heng_accept__strings *strings)
{
    return (heng_accept__xml){strings, on_string_open, on_string_close, on_string_text};
}

/* ---- styles ---- */

bool heng_accept__is_date_format(heng_str code)
{
    bool quoted = false;
    unsigned brackets = 0;
    if (heng_str_is(code, "General")) return false;
    for (size_t i = 0; i < code.length; i++) {
        char c = code.at[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\\' || c == '_' || c == '*')
            i++; /* the next character is shown as it is */
        else if (c == '[')
            brackets++;
        else if (c == ']' && brackets)
            brackets--;
        else if (!brackets && strchr("ymdhsYMDHS", c))
            return true;
    }
    return false;
}

/* 18.8.30: the formats that need not be defined. 27 to 36 and 50 to 58 are dates in East Asia. */
static bool is_built_in_date(uint32_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

static uint32_t number_of(const char *text)
{
    int64_t number;
    heng_error err;
    if (!text || heng_integer_parse(heng_str_from(text), &number, &err)) return 0;
    return number >= 0 && number <= INT32_MAX ? (uint32_t)number : 0;
}

static bool keep_format(heng_accept__styles *styles, const char *const *attributes)
{
    const char *code = heng_accept__xml_attribute(attributes, "formatCode");
    heng_accept__format format = {
        .id = number_of(heng_accept__xml_attribute(attributes, "numFmtId")),
        .is_date = code && heng_accept__is_date_format(heng_str_from(code)),
    };
    void *items = styles->formats;
    styles->no_memory = !has_room(styles->arena, &items, styles->format_count,
                                  &styles->format_capacity, sizeof format);
    if (styles->no_memory) return false;
    styles->formats = items;
    styles->formats[styles->format_count++] = format;
    return true;
}

static bool keep_cell_format(heng_accept__styles *styles, uint32_t id)
{
    bool date = is_built_in_date(id);
    for (size_t i = 0; i < styles->format_count; i++)
        if (styles->formats[i].id == id) date = styles->formats[i].is_date;
    void *items = styles->dates;
    styles->no_memory =
        !has_room(styles->arena, &items, styles->count, &styles->capacity, sizeof date);
    if (styles->no_memory) return false;
    styles->dates = items;
    styles->dates[styles->count++] = date;
    return true;
}

static bool on_style(void *context, const char *name, const char *const *attributes)
{
    heng_accept__styles *styles = context;
    if (is(name, "cellXfs")) styles->in_cell_formats = true;
    if (is(name, "numFmt")) return keep_format(styles, attributes);
    if (!styles->in_cell_formats || !is(name, "xf")) return true;
    return keep_cell_format(styles, number_of(heng_accept__xml_attribute(attributes, "numFmtId")));
}

static bool on_style_close(void *context, const char *name)
{
    heng_accept__styles *styles = context;
    if (is(name, "cellXfs")) styles->in_cell_formats = false;
    return true;
}

heng_accept__xml heng_accept__styles_reader(heng_accept__styles *styles)
{
    return (heng_accept__xml){styles, on_style, on_style_close, NULL};
}
