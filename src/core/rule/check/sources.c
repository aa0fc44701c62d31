/* The files of a program: each is read once, and those it uses come before it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>

void *heng_rule__alloc(rule_compiler *c, size_t count, size_t size)
{
    void *memory = heng_arena_array(c->arena, count, size);
    if (!memory && c->status == HENG_OK)
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return memory;
}

bool heng_rule__push_room(rule_compiler *c, void *items, size_t count, size_t *room, size_t size)
{
    if (heng_rule__grow(c->arena, items, count, room, size)) return true;
    if (c->status == HENG_OK)
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return false;
}

heng_str heng_rule__join(rule_compiler *c, heng_str before, const char *between, heng_str behind)
{
    heng_str text =
        heng_str_format(c->arena, "%.*s%s%.*s", HENG_PRINT(before), between, HENG_PRINT(behind));
    if (text.at) return text;
    if (c->status == HENG_OK)
        c->status = heng_fail(c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return HENG_STR("");
}

const char *heng_rule__did_you_mean(rule_compiler *c, const rule_nearest *nearest,
                                    const char *otherwise)
{
    if (!nearest->best.length) return otherwise;
    return heng_rule__join(c, HENG_STR("did you mean "), "",
                           heng_rule__join(c, nearest->best, "?", HENG_STR("")))
        .at;
}

heng_str heng_rule__text_at(const rule_compiler *c, heng_locus at)
{
    heng_str text = c->files[at.file].text;
    return heng_str_slice(text, at.offset, (size_t)at.offset + at.length);
}

void heng_rule__see_also(rule_compiler *c, heng_locus at)
{
    heng_diagnostics *list = c->diagnostics;
    if (list->count && list->count == list->found) list->items[list->count - 1].also = at;
}

bool heng_rule__sees(const rule_compiler *c, uint32_t file, uint32_t other)
{
    return c->sources[file].sees[other];
}

/* Damerau-Levenshtein, optimal string alignment: R. A. Wagner and M. J. Fischer, J. ACM 21 (1974). */
static size_t edit_distance(heng_str a, heng_str b)
{
    enum { LENGTH_MAX = 40 };
    if (a.length > LENGTH_MAX || b.length > LENGTH_MAX) return SIZE_MAX;
    size_t rows[3][LENGTH_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.length; j++) last[j] = j;
    memcpy(before, last, (b.length + 1) * sizeof *last);
    for (size_t i = 1; i <= a.length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t best = last[j - 1] + (a.at[i - 1] != b.at[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            row[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.length];
}

void heng_rule__nearest_offer(rule_nearest *nearest, heng_str candidate)
{
    size_t most = nearest->wanted.length / 3;
    size_t distance = edit_distance(nearest->wanted, candidate);
    if (distance > most || (nearest->best.length && distance >= nearest->distance)) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

static int find_file(const rule_compiler *c, heng_str name)
{
    for (size_t i = 0; i < c->file_count; i++)
        if (heng_str_equal(c->files[i].name, name)) return (int)i;
    return -1;
}

static int add_file(rule_compiler *c, heng_str name, heng_str text)
{
    if (!heng_rule__push_room(c, &c->files, c->file_count, &c->file_room, sizeof *c->files) ||
        !heng_rule__push_room(c, &c->sources, c->file_count, &c->source_room, sizeof *c->sources))
        return -1;
    c->files[c->file_count] = (heng_rule_file){name, text};
    c->sources[c->file_count] = (rule_source_file){.ast = {.file = (uint32_t)c->file_count}};
    return (int)c->file_count++;
}

/* Gives the text of `name`; a file that is not there gets an empty text and a diagnostic. */
static bool load_text(rule_compiler *c, heng_str name, const heng_locus *asked_at, heng_str *text,
                      bool *there)
{
    heng_error why = {0};
    *text = HENG_STR("");
    heng_status status = c->load(c->load_context, name, c->arena, text, &why);
    *there = status == HENG_OK;
    if (status == HENG_OK) return true;
    if (status != HENG_NOT_FOUND) {
        *c->err = why;
        c->status = status;
        return false;
    }
    heng_locus at = asked_at
                        ? *asked_at
                        : (heng_locus){.file = (uint32_t)c->file_count, .line = 1, .column = 1};
    heng_diagnose(c->diagnostics, "R201", at, "not found",
                  "correct the name, or add the file to the pack", "there is no file %.*s",
                  HENG_PRINT(name));
    return true;
}

/* What stands before the names of all files of the pack of this one, "cn/"; else empty. */
static heng_str pack_prefix(const rule_compiler *c, uint32_t file)
{
    heng_str pack = heng_rule__pack_of(c->files, file);
    return heng_str_slice(c->files[file].name, 0, pack.length ? pack.length + 1 : 0);
}

static heng_str path_text(rule_compiler *c, const heng_path *path)
{
    heng_str text = path->parts[0].text;
    for (unsigned i = 1; i < path->count; i++)
        text = heng_rule__join(c, text, ".", path->parts[i].text);
    return text;
}

static int read_file(rule_compiler *c, heng_str name, const heng_locus *asked_at, unsigned depth);

/* `use cn 2026.11`: the loader lists the files of that pack, and all of them are used. */
static int read_pack(rule_compiler *c, const heng_item *item)
{
    heng_str pack = item->path.parts[0].text, version = item->version.text, text;
    heng_error why = {0};
    if (version.at[0] == '"') version = heng_str_slice(version, 1, version.length - 1);
    heng_str shown = heng_rule__join(c, pack, "/", version);
    heng_str name = heng_rule__join(c, pack, "@", version);
    if (c->status) return -1;
    int known = find_file(c, shown);
    if (known >= 0) return known;
    heng_status status = c->load(c->load_context, name, c->arena, &text, &why);
    if (status == HENG_NOT_FOUND || status == HENG_REFUSED) {
        bool missing = status == HENG_NOT_FOUND;
        heng_diagnose(c->diagnostics, missing ? "R209" : "R210",
                      missing ? item->path.parts[0].at : item->version.at,
                      missing ? "not here" : "another version",
                      missing ? "give that pack too, or put its folder beside this one"
                              : "name the version that is here, once its changes were looked at",
                      "%s", why.message);
        text = HENG_STR("");
    } else if (status) {
        *c->err = why;
        c->status = status;
        return -1;
    }
    int file = add_file(c, shown, text);
    if (file < 0) return -1;
    c->status = heng_rule_parse((uint32_t)file, text, c->arena, c->diagnostics,
                                &c->sources[file].ast, c->err);
    return c->status ? -1 : file;
}

/* What a statement `use` names: a pack, or a file of the same pack. */
static int read_used(rule_compiler *c, int file, const heng_item *item, unsigned depth)
{
    if (item->version.text.length) return read_pack(c, item);
    heng_str name = path_text(c, &item->path), prefix = pack_prefix(c, (uint32_t)file);
    if (prefix.length) name = heng_rule__join(c, prefix, "", name);
    return c->status ? -1 : read_file(c, name, &item->path.parts[0].at, depth);
}

static bool read_uses(rule_compiler *c, int file, unsigned depth)
{
    for (heng_item *item = c->sources[file].ast.items; item; item = item->next) {
        if (item->kind != HENG_ITEM_USE) continue;
        if (depth >= HENG_RULE_DEPTH_MAX) {
            c->status = heng_fail(c->err, HENG_TOO_LARGE, 0,
                                  "files use each other more than %d deep", HENG_RULE_DEPTH_MAX);
            return false;
        }
        size_t before = c->file_count;
        int used = read_used(c, file, item, depth + 1);
        if (used < 0) return false;
        bool new_pack = item->version.text.length && (size_t)used >= before;
        if (new_pack && !read_uses(c, used, depth + 1)) return false;
        rule_source_file *source = &c->sources[file];
        if (!heng_rule__push_room(c, &source->uses, source->use_count, &source->use_room,
                                  sizeof *source->uses))
            return false;
        source->uses[source->use_count++] = used;
    }
    return true;
}

/* Reads a file and, before it is put in order, all that it uses. Returns its index, or -1. */
static int read_file(rule_compiler *c, heng_str name, const heng_locus *asked_at, unsigned depth)
{
    heng_str shown = name;
    if (!heng_str_ends(name, HENG_STR(".heng")))
        shown = heng_rule__join(c, name, ".heng", HENG_STR(""));
    if (c->status) return -1;
    int known = find_file(c, shown);
    if (known >= 0) return known;
    heng_str text;
    bool there;
    if (!load_text(c, name, asked_at, &text, &there)) return -1;
    int file = add_file(c, shown, text);
    if (file < 0) return -1;
    if (there) {
        c->status = heng_rule_parse((uint32_t)file, text, c->arena, c->diagnostics,
                                    &c->sources[file].ast, c->err);
        if (c->status != HENG_OK) return -1;
    }
    return read_uses(c, file, depth) ? file : -1;
}

static void put_in_order(rule_compiler *c, int file, bool *placed)
{
    if (placed[file]) return;
    placed[file] = true;
    for (size_t i = 0; i < c->sources[file].use_count; i++)
        put_in_order(c, c->sources[file].uses[i], placed);
    c->file_order[c->file_order_count++] = file;
}

static void mark_seen(rule_compiler *c, bool *sees, int file)
{
    if (sees[file]) return;
    sees[file] = true;
    for (size_t i = 0; i < c->sources[file].use_count; i++)
        mark_seen(c, sees, c->sources[file].uses[i]);
}

/* Packs that use each other would each stand instead of the other. */
static void refuse_circles(rule_compiler *c, int file)
{
    size_t at = 0;
    heng_str pack = heng_rule__pack_of(c->files, (uint32_t)file);
    for (heng_item *item = c->sources[file].ast.items; item; item = item->next) {
        if (item->kind != HENG_ITEM_USE) continue;
        int used = c->sources[file].uses[at++];
        bool circle = false;
        for (size_t other = 0; item->version.text.length && other < c->file_count; other++)
            circle |= c->sources[used].sees[other] &&
                      heng_str_equal(heng_rule__pack_of(c->files, (uint32_t)other), pack);
        if (circle)
            heng_diagnose(c->diagnostics, "R211", item->path.parts[0].at, "a circle",
                          "let the wider pack stand by itself",
                          "the pack %.*s uses this one in turn",
                          HENG_PRINT(item->path.parts[0].text));
    }
}

bool heng_rule__read_sources(rule_compiler *c, const heng_str *names, size_t name_count)
{
    for (size_t i = 0; i < name_count; i++)
        if (read_file(c, names[i], NULL, 0) < 0) return false;
    bool *placed = heng_rule__alloc(c, c->file_count, sizeof *placed);
    c->file_order = heng_rule__alloc(c, c->file_count, sizeof *c->file_order);
    if (!placed || !c->file_order) return false;
    for (size_t i = 0; i < c->file_count; i++) put_in_order(c, (int)i, placed);
    for (size_t i = 0; i < c->file_count; i++) {
        c->sources[i].sees = heng_rule__alloc(c, c->file_count, sizeof *c->sources[i].sees);
        if (!c->sources[i].sees) return false;
        mark_seen(c, c->sources[i].sees, (int)i);
    }
    for (size_t i = 0; i < c->file_count; i++) refuse_circles(c, (int)i);
    return true;
}

/* ---- CSV (RFC 4180) ------------------------------------------------------------------------------- */

/* What stands between quotes, from *at behind the first to behind the last; doubled quotes mean one. */
static bool csv_quoted(rule_compiler *c, heng_str text, size_t *at, heng_str *out)
{
    size_t from = *at, doubled = 0;
    for (; *at < text.length; (*at)++) {
        if (text.at[*at] != '"') continue;
        if (*at + 1 >= text.length || text.at[*at + 1] != '"') break;
        doubled++;
        (*at)++;
    }
    *out = heng_str_slice(text, from, *at);
    if (*at < text.length) (*at)++; /* a file may end before its quote does */
    if (!doubled) return true;
    char *bytes = heng_rule__alloc(c, out->length, 1);
    if (!bytes) return false;
    size_t length = 0;
    for (size_t i = 0; i < out->length; i++) {
        bytes[length++] = out->at[i];
        if (out->at[i] == '"') i++;
    }
    *out = (heng_str){bytes, length};
    return true;
}

/* Reads one field at *at; sets *last when it was the last of its line. */
static bool csv_field(rule_compiler *c, heng_str text, size_t *at, heng_cell *out, bool *last)
{
    size_t from = *at;
    heng_str field = {0};
    out->quoted = text.at[*at] == '"';
    if (out->quoted) {
        (*at)++;
        if (!csv_quoted(c, text, at, &field)) return false;
    }
    while (*at < text.length && text.at[*at] != ',' && text.at[*at] != '\n') (*at)++;
    if (!out->quoted) field = heng_str_slice(text, from, *at);
    *last = *at >= text.length || text.at[*at] == '\n';
    if (*at < text.length) (*at)++;
    out->word.text = heng_str_trim(field);
    return true;
}

/* Reads all fields; `columns` is the number in the first line. */
static bool csv_cells(rule_compiler *c, heng_str text, uint32_t file, heng_cell **cells,
                      size_t *count, unsigned *columns, size_t *room)
{
    size_t at = heng_str_starts(text, HENG_STR("\xEF\xBB\xBF")) ? 3 : 0;
    unsigned column = 0;
    uint32_t line = 1;
    while (at < text.length) {
        bool last;
        heng_cell cell = {0};
        size_t from = at;
        if (!csv_field(c, text, &at, &cell, &last)) return false;
        cell.word.at = (heng_locus){.file = file,
                                    .line = line,
                                    .column = 1,
                                    .offset = (uint32_t)from,
                                    .length = (uint32_t)cell.word.text.length};
        for (size_t i = from; i < at; i++) line += text.at[i] == '\n';
        bool blank_line = last && column == 0 && !cell.word.text.length;
        if (blank_line) continue;
        bool spill = *columns && column >= *columns;
        if (!spill) {
            if (!heng_rule__push_room(c, cells, *count, room, sizeof **cells)) return false;
            (*cells)[(*count)++] = cell;
        }
        column++;
        if (!last) continue;
        if (!*columns) *columns = column;
        for (; column < *columns; column++) {
            if (!heng_rule__push_room(c, cells, *count, room, sizeof **cells)) return false;
            (*cells)[(*count)++] = (heng_cell){.word.at = cell.word.at};
        }
        column = 0;
    }
    return true;
}

bool heng_rule__read_csv(rule_compiler *c, heng_word from, heng_grid *out)
{
    *out = (heng_grid){.at = from.at};
    heng_str text, name = from.text, prefix = pack_prefix(c, from.at.file);
    bool there;
    if (prefix.length) name = heng_rule__join(c, prefix, "", name);
    if (c->status || !load_text(c, name, &from.at, &text, &there)) return false;
    if (!there) return true;
    int known = find_file(c, name);
    int file = known >= 0 ? known : add_file(c, name, text);
    if (file < 0) return false;
    heng_cell *cells = NULL;
    size_t count = 0, room = 0;
    unsigned columns = 0;
    if (!csv_cells(c, text, (uint32_t)file, &cells, &count, &columns, &room)) return false;
    if (!columns) return true;
    out->column_count = columns;
    out->head = cells;
    out->cells = cells + columns;
    out->row_count = (unsigned)(count / columns) - 1;
    out->row_lines = heng_rule__alloc(c, out->row_count, sizeof *out->row_lines);
    if (!out->row_lines) return false;
    for (unsigned i = 0; i < out->row_count; i++)
        out->row_lines[i] = out->cells[i * columns].word.at.line;
    return true;
}
