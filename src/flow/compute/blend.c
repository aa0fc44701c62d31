/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/blend.h"
#include "core/rule/ast.h"

#include <assert.h>
#include <ctype.h>

typedef struct piece { /* a statement of one file */
    heng_item_kind kind;
    heng_str name, method;
    unsigned ordinal; /* among those of the same kind, name and method in its file */
    heng_str text;
    size_t offset;
    heng_str from; /* the CSV file that it names, without its folder; else empty */
    heng_cause cause;
    const struct piece *partner; /* in the other version; NULL: it has none */
} piece;

typedef struct side_file {
    heng_str name, text;
    piece *pieces;
    size_t count;
} side_file;

typedef struct side {
    const heng_pack *pack;
    const heng_program *program;
    side_file *files; /* the rule files that differ */
    size_t count;
} side;

struct heng_blend {
    side sides[2]; /* older, newer */
    heng_statement_change *changes;
    size_t change_count, change_room;
    unsigned changed;
};

const char *heng_cause_name(heng_cause cause)
{
    static const char *const names[HENG_CAUSE_COUNT] = {"activity", "correction", "factor",
                                                        "gwp",      "rule",       "boundary"};
    assert((unsigned)cause < HENG_CAUSE_COUNT);
    return names[cause];
}

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room to compare two versions of the pack");
}

/* ---- tables of warming potentials ----------------------------------------------------------------- */

static heng_str last_word(heng_str text)
{
    size_t from = text.length;
    while (from && text.at[from - 1] != ' ') from--;
    return heng_str_slice(text, from, text.length);
}

bool heng_table_is_gwp(const heng_quantity_info *quantity)
{
    heng_str above = quantity->unit, below;
    size_t slash = heng_str_find(above, HENG_STR("/"), 0);
    if (quantity->kind != HENG_QUANTITY_TABLE || slash == SIZE_MAX) return false;
    below = heng_str_slice(above, slash + 1, above.length);
    above = heng_str_slice(above, 0, slash);
    if (!heng_str_starts(last_word(above), HENG_STR("CO2e"))) return false;
    for (size_t k = 0; k < quantity->key_count; k++) {
        const heng_list_info *list = quantity->keys[k];
        if (!list || !list->substances || !heng_str_equal(last_word(below), list->name)) continue;
        for (size_t m = 0; m < list->member_count; m++)
            if (heng_str_is(list->members[m], "CO2")) return true;
    }
    return false;
}

static bool names_gwp_table(const side *s, heng_str name)
{
    size_t count = heng_program_quantity_count(s->program);
    for (size_t i = 0; i < count; i++) {
        heng_quantity_info info;
        heng_program_quantity(s->program, i, &info);
        if (heng_str_equal(info.name, name) && heng_table_is_gwp(&info)) return true;
    }
    return false;
}

/* ---- reading files -------------------------------------------------------------------------------- */

static heng_str name_of(const heng_item *item)
{
    if (item->kind == HENG_ITEM_USE && item->path.count) return item->path.parts[0].text;
    return item->name.text;
}

static heng_cause cause_of(const side *s, const piece *p)
{
    switch (p->kind) {
    case HENG_ITEM_TABLE: return names_gwp_table(s, p->name) ? HENG_CAUSE_GWP : HENG_CAUSE_FACTOR;
    case HENG_ITEM_LIST:
    case HENG_ITEM_KIND: return HENG_CAUSE_BOUNDARY;
    default: return HENG_CAUSE_RULE;
    }
}

static bool same_place(const piece *a, const piece *b)
{
    return a->kind == b->kind && heng_str_equal(a->name, b->name) &&
           heng_str_equal(a->method, b->method);
}

static heng_status read_file(const side *s, heng_rule_file source, heng_arena *arena,
                             side_file *out, heng_error *err)
{
    heng_diagnostics diagnostics;
    heng_ast ast;
    heng_diagnostics_init(&diagnostics, arena);
    heng_status status = heng_rule_parse(0, source.text, arena, &diagnostics, &ast, err);
    if (status) return status;
    size_t count = 0;
    for (const heng_item *item = ast.items; item; item = item->next) count++;
    piece *pieces = HENG_ARRAY(arena, count, piece);
    if (!pieces) return no_room(err);
    heng_str method = {"", 0};
    *out = (side_file){.name = source.name, .text = source.text, .pieces = pieces};
    for (const heng_item *item = ast.items; item; item = item->next) {
        if (item->kind == HENG_ITEM_METHOD) method = item->name.text;
        piece *p = &pieces[out->count++];
        *p = (piece){.kind = item->kind,
                     .name = name_of(item),
                     .method = method,
                     .from = item->from.text,
                     .offset = item->at.offset};
        p->text = heng_str_slice(source.text, item->at.offset, item->at.offset + item->at.length);
        for (const piece *before = pieces; before < p; before++)
            p->ordinal += same_place(before, p);
        p->cause = cause_of(s, p);
    }
    return HENG_OK;
}

static bool is_rule_file(heng_str name)
{
    return heng_pack_rule_name(name).at != NULL;
}

/* A rule file is known by the name that `use` gives it, in whichever folder it stands. */
static bool same_file(heng_str a, heng_str b)
{
    heng_str rule = heng_pack_rule_name(a), other = heng_pack_rule_name(b);
    return rule.at && other.at ? heng_str_equal(rule, other) : heng_str_equal(a, b);
}

static heng_str text_in(const heng_pack *pack, heng_str name)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (same_file(pack->files[i].name, name)) return pack->files[i].text;
    return (heng_str){NULL, 0};
}

static heng_status read_side(side *s, const heng_pack *other, heng_arena *arena, heng_error *err)
{
    s->files = HENG_ARRAY(arena, s->pack->file_count, side_file);
    if (!s->files) return no_room(err);
    for (size_t i = 0; i < s->pack->file_count; i++) {
        heng_rule_file file = s->pack->files[i];
        heng_str there = text_in(other, file.name);
        if (!is_rule_file(file.name) || (there.at && heng_str_equal(there, file.text))) continue;
        heng_status status = read_file(s, file, arena, &s->files[s->count++], err);
        if (status) return status;
    }
    return HENG_OK;
}

static side_file *file_of(const side *s, heng_str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (same_file(s->files[i].name, name)) return &s->files[i];
    return NULL;
}

/* ---- what a difference means ---------------------------------------------------------------------- */

/* The next word, number or sign of a text; quoted labels and blanks are left out. */
static bool next_token(heng_str *rest, heng_str *token)
{
    const char *at = rest->at, *end = rest->at + rest->length;
    for (;;) {
        while (at < end && isspace((unsigned char)*at)) at++;
        if (at == end || *at != '"') break;
        for (at++; at < end && *at != '"'; at++) {
        }
        if (at < end) at++;
    }
    const char *from = at;
    while (at < end && (isalnum((unsigned char)*at) || *at == '_')) at++;
    if (at == from && at < end) at++;
    *token = (heng_str){from, (size_t)(at - from)};
    *rest = (heng_str){at, (size_t)(end - at)};
    return token->length > 0;
}

/* The two statements differ in nothing but the GWP tables and the CO2e that they name. */
static bool only_gwp_differs(const heng_blend *blend, heng_str before, heng_str after)
{
    heng_str a, b;
    bool differ = false;
    for (;;) {
        bool more_a = next_token(&before, &a), more_b = next_token(&after, &b);
        if (!more_a || !more_b) return differ && more_a == more_b;
        if (heng_str_equal(a, b)) continue;
        bool both_units =
            heng_str_starts(a, HENG_STR("CO2e")) && heng_str_starts(b, HENG_STR("CO2e"));
        if (!both_units &&
            !(names_gwp_table(&blend->sides[0], a) && names_gwp_table(&blend->sides[1], b)))
            return false;
        differ = true;
    }
}

static void pair_file(heng_blend *blend, side_file *older, side_file *newer)
{
    for (size_t i = 0; i < older->count; i++) {
        piece *a = &older->pieces[i];
        for (size_t j = 0; j < newer->count; j++) {
            piece *b = &newer->pieces[j];
            if (!same_place(a, b) || a->ordinal != b->ordinal) continue;
            a->partner = b;
            b->partner = a;
            bool chosen = a->cause == HENG_CAUSE_RULE && only_gwp_differs(blend, a->text, b->text);
            if (chosen) a->cause = b->cause = HENG_CAUSE_GWP;
            if (a->cause != b->cause) a->cause = b->cause = HENG_CAUSE_RULE;
        }
        if (!a->partner) a->cause = HENG_CAUSE_RULE;
    }
    for (size_t j = 0; j < newer->count; j++)
        if (!newer->pieces[j].partner) newer->pieces[j].cause = HENG_CAUSE_RULE;
}

static heng_str kind_name(heng_item_kind kind)
{
    static const char *const names[HENG_ITEM_KIND_COUNT] = {
        "use", "kind", "list", "method", "input", "table", "parameter", "rule", "check"};
    return heng_str_from(names[kind]);
}

static void add_change(heng_blend *blend, const side_file *file, const piece *before,
                       const piece *after)
{
    const piece *any = after ? after : before;
    assert(blend->change_count < blend->change_room);
    blend->changed |= HENG_CAUSE_BIT(any->cause);
    blend->changes[blend->change_count++] =
        (heng_statement_change){.cause = any->cause,
                                .file = file->name,
                                .kind = kind_name(any->kind),
                                .name = any->name,
                                .before = before ? before->text : (heng_str){NULL, 0},
                                .after = after ? after->text : (heng_str){NULL, 0}};
}

static void list_changes(heng_blend *blend)
{
    const side *newer = &blend->sides[1], *older = &blend->sides[0];
    for (size_t f = 0; f < newer->count; f++)
        for (size_t i = 0; i < newer->files[f].count; i++) {
            const piece *p = &newer->files[f].pieces[i];
            if (!p->partner || !heng_str_equal(p->text, p->partner->text))
                add_change(blend, &newer->files[f], p->partner, p);
        }
    for (size_t f = 0; f < older->count; f++)
        for (size_t i = 0; i < older->files[f].count; i++)
            if (!older->files[f].pieces[i].partner)
                add_change(blend, &older->files[f], &older->files[f].pieces[i], NULL);
}

/* ---- files of rows -------------------------------------------------------------------------------- */

/* Why a CSV file differs: as the statement that takes it; the rules where several kinds do. */
static heng_status cause_of_csv(const side *s, heng_str path, heng_arena *arena, heng_cause *out,
                                heng_error *err)
{
    heng_str csv = heng_str_slice(path, sizeof "data/" - 1, path.length);
    bool found = false;
    *out = HENG_CAUSE_RULE;
    for (size_t f = 0; f < s->pack->file_count; f++) {
        if (!is_rule_file(s->pack->files[f].name) ||
            heng_str_find(s->pack->files[f].text, csv, 0) == SIZE_MAX)
            continue;
        side_file file;
        heng_status status = read_file(s, s->pack->files[f], arena, &file, err);
        if (status) return status;
        for (size_t i = 0; i < file.count; i++) {
            if (!heng_str_equal(file.pieces[i].from, csv)) continue;
            *out = found && *out != file.pieces[i].cause ? HENG_CAUSE_RULE : file.pieces[i].cause;
            found = true;
        }
    }
    return HENG_OK;
}

static heng_status compare_csv(heng_blend *blend, heng_arena *arena, heng_error *err)
{
    const side *newer = &blend->sides[1];
    for (size_t i = 0; i < newer->pack->file_count; i++) {
        heng_rule_file file = newer->pack->files[i];
        heng_str there = heng_pack_file(blend->sides[0].pack, file.name);
        if (!heng_str_starts(file.name, HENG_STR("data/table_")) || !there.at ||
            heng_str_equal(there, file.text))
            continue;
        heng_cause cause;
        heng_status status = cause_of_csv(newer, file.name, arena, &cause, err);
        if (status) return status;
        blend->changed |= HENG_CAUSE_BIT(cause);
    }
    return HENG_OK;
}

heng_status heng_blend_open(const heng_pack *from, const heng_program *from_program,
                            const heng_pack *to, const heng_program *to_program, heng_arena *arena,
                            heng_blend **out, heng_error *err)
{
    assert(from && from_program && to && to_program && arena && out && err);
    heng_blend *blend = HENG_NEW(arena, heng_blend);
    if (!blend) return no_room(err);
    blend->sides[0] = (side){.pack = from, .program = from_program};
    blend->sides[1] = (side){.pack = to, .program = to_program};
    heng_status status = read_side(&blend->sides[0], to, arena, err);
    if (!status) status = read_side(&blend->sides[1], from, arena, err);
    if (status) return status;
    for (int s = 0; s < 2; s++)
        for (size_t f = 0; f < blend->sides[s].count; f++)
            blend->change_room += blend->sides[s].files[f].count;
    blend->changes = HENG_ARRAY(arena, blend->change_room, heng_statement_change);
    if (!blend->changes) return no_room(err);
    for (size_t f = 0; f < blend->sides[0].count; f++) {
        side_file *older = &blend->sides[0].files[f];
        side_file *newer = file_of(&blend->sides[1], older->name);
        if (newer) pair_file(blend, older, newer);
        for (size_t i = 0; !newer && i < older->count; i++)
            older->pieces[i].cause = HENG_CAUSE_RULE;
    }
    for (size_t f = 0; f < blend->sides[1].count; f++) {
        side_file *newer = &blend->sides[1].files[f];
        for (size_t i = 0; i < newer->count; i++)
            if (!newer->pieces[i].partner) newer->pieces[i].cause = HENG_CAUSE_RULE;
    }
    list_changes(blend);
    status = compare_csv(blend, arena, err);
    if (!status) *out = blend;
    return status;
}

unsigned heng_blend_changed(const heng_blend *blend)
{
    return blend->changed;
}

const heng_statement_change *heng_blend_statements(const heng_blend *blend, size_t *count)
{
    *count = blend->change_count;
    return blend->changes;
}

/* ---- blending ------------------------------------------------------------------------------------- */

/* The text of a file with the statements of the `swapped` causes as its partner has them. */
static heng_status swap_statements(const side_file *file, unsigned swapped, heng_arena *arena,
                                   heng_str *out, heng_error *err)
{
    heng_text text;
    heng_text_init(&text, arena, (size_t)2 * HENG_RULE_TEXT_MAX);
    size_t at = 0;
    for (size_t i = 0; i < file->count; i++) {
        const piece *p = &file->pieces[i];
        if (!p->partner || !(swapped & HENG_CAUSE_BIT(p->cause))) continue;
        heng_text_add(&text, heng_str_slice(file->text, at, p->offset));
        heng_text_add(&text, p->partner->text);
        at = p->offset + p->text.length;
    }
    heng_text_add(&text, heng_str_slice(file->text, at, file->text.length));
    if (text.failed) return no_room(err);
    *out = heng_text_view(&text);
    return HENG_OK;
}

static heng_status blend_file(const heng_blend *blend, const side *base, unsigned swapped,
                              heng_rule_file *file, heng_arena *arena, heng_error *err)
{
    const side *other = base == &blend->sides[0] ? &blend->sides[1] : &blend->sides[0];
    const side_file *differs = file_of(base, file->name);
    if (differs) return swap_statements(differs, swapped, arena, &file->text, err);
    if (!heng_str_starts(file->name, HENG_STR("data/table_"))) return HENG_OK;
    heng_str there = heng_pack_file(other->pack, file->name);
    if (!there.at || heng_str_equal(there, file->text)) return HENG_OK;
    heng_cause cause;
    heng_status status = cause_of_csv(&blend->sides[1], file->name, arena, &cause, err);
    if (!status && (swapped & HENG_CAUSE_BIT(cause))) file->text = there;
    return status;
}

heng_status heng_blend_pack(const heng_blend *blend, unsigned taken, heng_arena *arena,
                            heng_pack *out, heng_error *err)
{
    bool newer = taken & HENG_CAUSE_BIT(HENG_CAUSE_RULE);
    const side *base = &blend->sides[newer];
    unsigned swapped = newer ? ~taken & (unsigned)HENG_CAUSES_ALL : taken;
    heng_rule_file *files = HENG_ARRAY(arena, base->pack->file_count, heng_rule_file);
    if (!files) return no_room(err);
    heng_pack pack = *base->pack;
    heng_status status = HENG_OK;
    for (size_t i = 0; i < pack.file_count && !status; i++) {
        files[i] = base->pack->files[i];
        status = blend_file(blend, base, swapped, &files[i], arena, err);
    }
    pack.files = files;
    if (!status) *out = pack;
    return status;
}
