/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case_file.h"
#include "core/rule/text/grid.h"
#include "core/rule/text/lexer.h"

#include <assert.h>

typedef struct reader {
    heng_str text;
    uint32_t file;
    size_t at;        /* of the next line */
    heng_locus line;  /* the line that is looked at */
    heng_str content; /* its text without blanks at the end; a comment line begins with # */
    bool ended;
    heng_arena *arena;
    heng_diagnostics *diagnostics;
    bool no_memory;
    heng_case_file out;
    heng_case *current; /* the case that tables belong to; NULL before the first */
    heng_case **next_case;
    heng_case_table **next_table;
    unsigned use_capacity, comment_capacity;
} reader;

/* ---- lines ---------------------------------------------------------------------------------------- */

/* The words of a stretch of the line that is looked at. */
static heng_word stretch(const reader *r, size_t from, size_t to)
{
    heng_word word = {heng_str_slice(r->content, from, to), r->line};
    for (size_t at = 0; at < from; word.at.column++) heng_utf8_next(r->content, &at);
    word.at.offset += (uint32_t)from;
    word.at.length = (uint32_t)(to - from);
    return word;
}

static void next_line(reader *r)
{
    r->ended = r->at >= r->text.length;
    size_t to = heng_str_find(r->text, HENG_STR("\n"), r->at);
    if (to == SIZE_MAX) to = r->text.length;
    heng_str line = heng_str_slice(r->text, r->at, to);
    while (line.length && (line.at[line.length - 1] == ' ' || line.at[line.length - 1] == '\r' ||
                           line.at[line.length - 1] == '\t'))
        line.length--;
    r->content = line;
    r->line = (heng_locus){.file = r->file,
                           .line = r->line.line + 1,
                           .column = 1,
                           .offset = (uint32_t)r->at,
                           .length = (uint32_t)line.length};
    r->at = to < r->text.length ? to + 1 : to;
    size_t valid = heng_utf8_valid(line);
    if (valid < line.length)
        heng_diagnose(r->diagnostics, "R105", stretch(r, valid, valid + 1).at, NULL,
                      "save the file as UTF-8", "this byte is not UTF-8 text");
}

/* A table line that carries its comment behind the cells loses it here. */
static heng_str without_comment(heng_str line)
{
    bool open = false;
    for (size_t at = 0; at < line.length; at++) {
        size_t behind = heng_lexer__skip_text(line, at, &open);
        if (behind)
            at = behind - 1;
        else if (line.at[at] == '#')
            return heng_str_slice(line, 0, at);
    }
    return line;
}

static bool is_table_line(heng_str line)
{
    return heng_grid__count(line) > 1;
}

static bool append_word(reader *r, heng_word **words, unsigned *count, unsigned *capacity,
                        heng_word word)
{
    if (*count == *capacity) {
        unsigned more = *capacity ? *capacity * 2 : 4;
        heng_word *grown = HENG_ARRAY(r->arena, more, heng_word);
        if (!grown) {
            r->no_memory = true;
            return false;
        }
        if (*count) memcpy(grown, *words, *count * sizeof *grown);
        *words = grown;
        *capacity = more;
    }
    (*words)[(*count)++] = word;
    return true;
}

/* ---- statements of one line ------------------------------------------------------------------------ */

/* "text" or "English" / "中文" behind a word such as `case`. */
static bool read_label(reader *r, size_t from, const char *word, heng_label *out)
{
    heng_str text =
        heng_str_trim(without_comment(heng_str_slice(r->content, from, r->content.length)));
    if (text.length) from = (size_t)(text.at - r->content.at);
    out->at = stretch(r, from, from + text.length).at;
    bool quoted = text.length && text.at[0] == '"';
    if (quoted && heng_grid__label(text, r->arena, &out->en, &out->zh)) {
        if (!out->en.at || !out->zh.at) r->no_memory = true;
        return !r->no_memory;
    }
    heng_diagnose(r->diagnostics, "R902", out->at, NULL, "write the text between double quotes",
                  "\"%s\" is followed by a text in quotes, and by nothing else", word);
    return false;
}

static bool starts_word(heng_str line, const char *word)
{
    heng_str head = heng_str_from(word);
    return heng_str_starts(line, head) &&
           (line.length == head.length || !heng_lexer__in_name(line.at[head.length]));
}

static bool is_name(heng_str text)
{
    bool name = text.length > 0 && text.length <= HENG_NAME_MAX;
    for (size_t i = 0; name && i < text.length; i++) name = heng_lexer__in_name(text.at[i]);
    return name && !(text.at[0] <= '9');
}

static void read_use(reader *r)
{
    heng_str name =
        heng_str_trim(without_comment(heng_str_slice(r->content, 3, r->content.length)));
    size_t from = name.length ? (size_t)(name.at - r->content.at) : r->content.length;
    heng_word word = stretch(r, from, from + name.length);
    if (is_name(name)) {
        append_word(r, &r->out.uses, &r->out.use_count, &r->use_capacity, word);
        return;
    }
    heng_diagnose(r->diagnostics, "R901", word.at, NULL,
                  "write the name of a rule file without its ending: use intensity",
                  "\"use\" is followed by one name");
}

static void read_case(reader *r)
{
    heng_case *made = HENG_NEW(r->arena, heng_case);
    if (!made) {
        r->no_memory = true;
        return;
    }
    made->at = r->line;
    read_label(r, 4, "case", &made->label);
    *r->next_case = made;
    r->next_case = &made->next;
    r->next_table = &made->tables;
    r->current = made;
    r->comment_capacity = 0;
    r->out.case_count++;
}

static void read_source(reader *r)
{
    if (!r->current) {
        heng_diagnose(r->diagnostics, "R903", r->line, NULL, "begin a case first: case \"LABEL\"",
                      "a source stands before the first case");
    } else if (r->current->source.at.length) {
        heng_diagnose(r->diagnostics, "R904", r->line, NULL, "keep one of the two",
                      "the case has two sources");
    } else {
        read_label(r, 6, "source", &r->current->source);
    }
}

/* ---- tables --------------------------------------------------------------------------------------- */

/* name {"." name} ["[" key {"," key} "]"] */
static bool split_head(const heng_word *head, heng_case_column *out)
{
    heng_str rest = head->text, piece;
    size_t open = heng_str_find(rest, HENG_STR("["), 0);
    heng_str names = heng_str_trim(heng_str_slice(rest, 0, open == SIZE_MAX ? rest.length : open));
    for (heng_str left = names; heng_str_cut(&left, '.', &piece);) {
        if (out->name.count == 3 || !is_name(piece)) return false;
        out->name.parts[out->name.count++] = (heng_word){piece, head->at};
    }
    if (open == SIZE_MAX) return out->name.count > 0;
    if (rest.at[rest.length - 1] != ']') return false;
    heng_str keys = heng_str_slice(rest, open + 1, rest.length - 1);
    while (heng_str_cut(&keys, ',', &piece)) {
        piece = heng_str_trim(piece);
        if (out->key_count == HENG_KEYS_MAX || piece.length == 0) return false;
        out->keys[out->key_count++] = (heng_word){piece, head->at};
    }
    return out->name.count > 0;
}

/* The first line: one head a column, and where || parts them. */
static bool read_heads(reader *r, heng_str line, heng_case_table *table)
{
    table->column_count = heng_grid__count(line);
    table->given_count = table->column_count;
    table->columns = HENG_ARRAY(r->arena, table->column_count, heng_case_column);
    if (!table->columns) {
        r->no_memory = true;
        return false;
    }
    heng_cell_reader cells = heng_grid__cells(line, r->line);
    heng_word head;
    bool parted = false;
    for (unsigned i = 0; heng_grid__cell(&cells, r->diagnostics, &head); i++) {
        heng_case_column *column = &table->columns[i];
        column->head = head;
        column->expected = parted;
        if (!split_head(&head, column)) {
            heng_diagnose(r->diagnostics, "R905", head.at, NULL,
                          "write a kind, a grain, or a quantity such as burned[coal]",
                          "column %u of the table has no proper head", i + 1);
            return false;
        }
        if (cells.bar != HENG_BAR_TWO) continue;
        if (parted) {
            heng_diagnose(r->diagnostics, "R906", head.at, NULL, "keep one || in a line",
                          "|| parts given from expected and stands once");
            return false;
        }
        parted = true;
        table->given_count = i + 1;
    }
    return true;
}

/* One line of units or figures. `cells` has room for a line. */
static bool read_cells(reader *r, heng_str line, const heng_case_table *table, heng_word *cells)
{
    heng_cell_reader line_cells = heng_grid__cells(line, r->line);
    unsigned count = 0, parted_at = table->column_count;
    heng_word cell;
    while (heng_grid__cell(&line_cells, r->diagnostics, &cell)) {
        if (count < table->column_count) cells[count] = cell;
        count++;
        if (line_cells.bar == HENG_BAR_TWO && parted_at == table->column_count) parted_at = count;
    }
    if (count != table->column_count) {
        heng_diagnose(r->diagnostics, "R907", r->line, NULL,
                      "give each column its cell, if only an empty one",
                      "the line has %u cells, but its table has %u columns", count,
                      table->column_count);
        return false;
    }
    if (parted_at == table->given_count) return true;
    heng_diagnose(r->diagnostics, "R908", r->line, NULL,
                  "put || where it stands in the first line of the table",
                  "|| does not stand below the || of the heads");
    return false;
}

static bool read_units(reader *r, heng_str line, heng_case_table *table)
{
    heng_word *units = HENG_ARRAY(r->arena, table->column_count, heng_word);
    if (!units) {
        r->no_memory = true;
        return false;
    }
    if (!read_cells(r, line, table, units)) return false;
    for (unsigned i = 0; i < table->column_count; i++) table->columns[i].unit = units[i];
    return true;
}

static bool read_row(reader *r, heng_str line, heng_case_table *table, unsigned *capacity)
{
    if (table->row_count == *capacity) {
        unsigned more = *capacity ? *capacity * 2 : 8;
        heng_word *cells = HENG_ARRAY(r->arena, (size_t)more * table->column_count, heng_word);
        if (!cells) {
            r->no_memory = true;
            return false;
        }
        size_t used = (size_t)table->row_count * table->column_count;
        if (used) memcpy(cells, table->cells, used * sizeof *cells);
        table->cells = cells;
        *capacity = more;
    }
    heng_word *row = table->cells + (size_t)table->row_count * table->column_count;
    if (!read_cells(r, line, table, row)) return false;
    table->row_count++;
    return true;
}

static void read_comment(reader *r)
{
    if (!r->current) return;
    append_word(r, &r->current->comments, &r->current->comment_count, &r->comment_capacity,
                (heng_word){r->content, r->line});
}

/* Reads the lines of a table; the line that is looked at is the first behind it. */
static void read_table(reader *r)
{
    heng_case_table *table = HENG_NEW(r->arena, heng_case_table);
    if (!table) {
        r->no_memory = true;
        return;
    }
    table->at = r->line;
    bool good = r->current != NULL;
    if (!good)
        heng_diagnose(r->diagnostics, "R903", r->line, NULL, "begin a case first: case \"LABEL\"",
                      "a table stands before the first case");
    unsigned lines = 0, capacity = 0;
    for (; !r->ended && r->content.length && !r->no_memory; next_line(r)) {
        heng_str line = without_comment(r->content);
        if (r->content.at[0] == '#') {
            read_comment(r);
            continue;
        }
        if (!is_table_line(line)) break;
        lines++;
        if (good)
            good = lines == 1   ? read_heads(r, line, table)
                   : lines == 2 ? read_units(r, line, table)
                                : read_row(r, line, table, &capacity);
    }
    if (good && table->row_count == 0)
        heng_diagnose(r->diagnostics, "R909", table->at, NULL,
                      "write the heads, below them the units, and then at least one line",
                      "the table has no line of figures");
    if (!good || table->row_count == 0) return;
    *r->next_table = table;
    r->next_table = &table->next;
}

/* ---- the file ------------------------------------------------------------------------------------- */

static void read_line(reader *r)
{
    heng_str line = r->content;
    if (is_table_line(without_comment(line))) {
        read_table(r);
        return;
    }
    if (line.length && line.at[0] == '#')
        read_comment(r);
    else if (starts_word(line, "use"))
        read_use(r);
    else if (starts_word(line, "case"))
        read_case(r);
    else if (starts_word(line, "source"))
        read_source(r);
    else if (line.length)
        heng_diagnose(r->diagnostics, "R910", r->line, NULL,
                      "a line begins with use, case, source or #, or is a line of a table",
                      "this line is no part of a case");
    next_line(r);
}

heng_status heng_case_read(uint32_t file, heng_str text, heng_arena *arena,
                           heng_diagnostics *diagnostics, heng_case_file *out, heng_error *err)
{
    assert(arena && diagnostics && out && err);
    if (text.length > HENG_RULE_TEXT_MAX)
        return heng_fail(err, HENG_TOO_LARGE, text.length,
                         "the case file has %zu bytes, %d is the most: split it", text.length,
                         HENG_RULE_TEXT_MAX);
    reader r = {.text = text, .file = file, .arena = arena, .diagnostics = diagnostics};
    r.next_case = &r.out.cases;
    if (heng_str_starts(text, HENG_STR("\xEF\xBB\xBF"))) r.at = 3;
    next_line(&r);
    while (!r.ended && !r.no_memory) read_line(&r);
    if (r.no_memory || diagnostics->failed)
        return heng_fail(err, HENG_NO_MEMORY, r.line.offset,
                         "no memory left to read line %u of the case file", r.line.line);
    *out = r.out;
    return HENG_OK;
}
