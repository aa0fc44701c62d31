/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/measure/strict.h"

#include <assert.h>

/* What the explanation of one figure takes; kept from one to the next, as there may be very many. */
enum { SCRATCH_BYTES = 16 << 20 };

/* Names that were met, in a table of a power of two, at most half full. */
typedef struct name_set {
    heng_str *slots;
    size_t room, count;
} name_set;

struct heng_strict {
    const heng_program *program;
    const heng_world *world;
    const heng_evaluation *evaluation;
    heng_arena *arena, *scratch;
    name_set met;
    heng_str *waiting; /* addresses of figures to look at */
    size_t waiting_count, waiting_room;
    heng_doubt *doubts;
    size_t doubt_count, doubt_room;
    heng_str asked; /* the figure that is being looked at */
    bool cut;
};

static heng_status no_room(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no room to look at what figures stand on");
}

/* ---- what was met --------------------------------------------------------------------------------- */

static size_t slot_of(const name_set *set, heng_str name)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 1099511628211u;
    size_t at = (size_t)hash & (set->room - 1);
    while (set->slots[at].at && !heng_str_equal(set->slots[at], name))
        at = (at + 1) & (set->room - 1);
    return at;
}

static bool grow(name_set *set, heng_arena *arena)
{
    name_set wider = {.room = set->room ? set->room * 2 : 1024, .count = set->count};
    wider.slots = HENG_ARRAY(arena, wider.room, heng_str);
    if (!wider.slots) return false;
    for (size_t i = 0; i < set->room; i++)
        if (set->slots[i].at) wider.slots[slot_of(&wider, set->slots[i])] = set->slots[i];
    *set = wider;
    return true;
}

/* Keeps a copy of a new name and gives it in `kept`, which has no text where it was met before. */
static heng_status meet(heng_strict *s, heng_str name, heng_str *kept, heng_error *err)
{
    *kept = (heng_str){NULL, 0};
    if (s->met.count * 2 >= s->met.room && !grow(&s->met, s->arena)) return no_room(err);
    size_t at = slot_of(&s->met, name);
    if (s->met.slots[at].at) return HENG_OK;
    heng_str copy = heng_str_copy(s->arena, name);
    if (!copy.at) return no_room(err);
    s->met.slots[at] = *kept = copy;
    s->met.count++;
    return HENG_OK;
}

/* Room for one more at the end of an array that doubles. */
static void *one_more(heng_arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) return items;
    size_t wider = *room ? *room * 2 : 256;
    char *moved = HENG_ARRAY(arena, wider * size, char);
    if (!moved) return NULL;
    if (count) memcpy(moved, items, count * size);
    *room = wider;
    return moved;
}

static heng_status wait_for(heng_strict *s, heng_str figure, heng_error *err)
{
    heng_str kept;
    heng_status status = meet(s, figure, &kept, err);
    if (status || !kept.at) return status;
    void *moved =
        one_more(s->arena, s->waiting, s->waiting_count, &s->waiting_room, sizeof *s->waiting);
    if (!moved) return no_room(err);
    s->waiting = moved;
    s->waiting[s->waiting_count++] = kept;
    return HENG_OK;
}

/* ---- doubts --------------------------------------------------------------------------------------- */

typedef struct remedy {
    const char *en, *zh;
} remedy;

static const remedy recalled[] = {
    {"find the figure in its source and import it again as seen or verified",
     "在来源文件中核对该数据，以“见源”或“已核”状态重新导入"},
    {"compare the row with the text of its source and write seen or verified",
     "与来源文件核对该行，把状态改为 seen 或 verified"},
    {"compare the method with the text of its source and write seen or verified",
     "与来源文件核对该方法，把状态改为 seen 或 verified"},
};
static const remedy draft[] = {
    {"import the figure of the final text once it is in force", "待正式文件生效后导入其数据"},
    {"write the row of the final text once it is in force", "待正式文件生效后改写该行"},
    {"write the method of the final text once it is in force", "待正式文件生效后改写该方法"},
};
static const remedy example[] = {
    {"import what was reported in place of the invented figure", "用实际报送的数据替换示例数据"},
    {"write a published value in place of the invented one", "用已公布的数值替换示例数值"},
    {"write the method of a published text in place of the invented one",
     "用已公布文件的方法替换示例方法"},
};

static remedy remedy_of(heng_doubt_kind kind, heng_evidence evidence)
{
    if (evidence == HENG_DRAFT) return draft[kind];
    return evidence == HENG_EXAMPLE ? example[kind] : recalled[kind];
}

/* Texts of the doubt may lie in the scratch; they are copied where the key is new. */
static heng_status add_doubt(heng_strict *s, heng_str key, heng_doubt doubt, heng_error *err)
{
    heng_str kept;
    heng_status status = meet(s, key, &kept, err);
    if (status || !kept.at) return status;
    void *moved = one_more(s->arena, s->doubts, s->doubt_count, &s->doubt_room, sizeof *s->doubts);
    if (!moved) return no_room(err);
    s->doubts = moved;
    remedy mend = remedy_of(doubt.kind, doubt.evidence);
    doubt.name = heng_str_copy(s->arena, doubt.name);
    doubt.shown = heng_str_copy(s->arena, doubt.shown);
    doubt.source = heng_str_copy(s->arena, doubt.source);
    doubt.below = heng_str_copy(s->arena, s->asked);
    doubt.remedy_en = mend.en;
    doubt.remedy_zh = mend.zh;
    if (!doubt.name.at || !doubt.shown.at || !doubt.source.at || !doubt.below.at)
        return no_room(err);
    s->doubts[s->doubt_count++] = doubt;
    return HENG_OK;
}

static heng_str shown_value(heng_strict *s, heng_str text, heng_str unit)
{
    return heng_str_format(s->scratch, "%.*s%s%.*s", HENG_PRINT(text), unit.length ? " " : "",
                           HENG_PRINT(unit));
}

static heng_status doubt_fact(heng_strict *s, const heng_node *node, heng_error *err)
{
    const heng_fact *fact = node->fact;
    if (!fact || heng_evidence_publishable(fact->evidence)) return HENG_OK;
    heng_doubt doubt = {.kind = HENG_DOUBT_FACT,
                        .name = node->figure,
                        .shown = shown_value(s, fact->text, fact->unit),
                        .evidence = fact->evidence,
                        .source = fact->source};
    return doubt.shown.at ? add_doubt(s, node->figure, doubt, err) : no_room(err);
}

/* One row serves many members and years: its place in the file and its keys are its name. */
static heng_status doubt_row(heng_strict *s, const heng_node *node, heng_error *err)
{
    const heng_table_row *row = &node->row;
    if (heng_evidence_publishable(row->evidence)) return HENG_OK;
    heng_text name;
    heng_text_init(&name, s->scratch, (size_t)HENG_NAME_MAX * (HENG_KEYS_MAX + 4));
    heng_text_add(&name, row->qualified);
    for (unsigned i = 0; i < row->key_count; i++) {
        heng_text_add_char(&name, i ? ',' : '[');
        heng_text_add(&name, row->keys[i]);
    }
    if (row->key_count) heng_text_add_char(&name, ']');
    if (row->member.length) heng_text_print(&name, " of %.*s", HENG_PRINT(row->member));
    heng_str key = heng_str_format(s->scratch, "%.*s %.*s:%u", HENG_PRINT(heng_text_view(&name)),
                                   HENG_PRINT(row->file), row->line);
    heng_doubt doubt = {.kind = HENG_DOUBT_ROW,
                        .name = heng_text_view(&name),
                        .shown = shown_value(s, row->text, row->unit),
                        .evidence = row->evidence,
                        .source = row->source,
                        .file = row->file,
                        .line = row->line};
    if (name.failed || !key.at || !doubt.shown.at) return no_room(err);
    return add_doubt(s, key, doubt, err);
}

static heng_status doubt_method(heng_strict *s, const heng_node *node, heng_error *err)
{
    const heng_quantity_info *rule = &node->rule;
    if (heng_evidence_publishable(rule->evidence)) return HENG_OK;
    heng_str name = rule->method.length ? rule->method : rule->qualified;
    heng_doubt doubt = {.kind = HENG_DOUBT_METHOD,
                        .name = name,
                        .shown = rule->method_label_en,
                        .evidence = rule->evidence,
                        .source = rule->source,
                        .file = rule->file,
                        .line = rule->line};
    heng_str key =
        heng_str_format(s->scratch, "method %.*s %d", HENG_PRINT(name), (int)rule->evidence);
    return key.at ? add_doubt(s, key, doubt, err) : no_room(err);
}

/* ---- looking -------------------------------------------------------------------------------------- */

static heng_status look_at_child(heng_strict *s, const heng_node *child, heng_error *err)
{
    switch (child->kind) {
    case HENG_NODE_FACT: return doubt_fact(s, child, err);
    case HENG_NODE_CELL: return doubt_row(s, child, err);
    case HENG_NODE_RULE:
        /* What is unknown may stand below a known value, where `else` stepped in. */
        return heng_evidence_publishable(child->value.evidence) ? HENG_OK
                                                                : wait_for(s, child->figure, err);
    case HENG_NODE_NOTE: s->cut = true; return HENG_OK;
    case HENG_NODE_ABSENT:
    case HENG_NODE_LITERAL: return HENG_OK;
    }
    assert(!"a kind of node that is not known");
    return HENG_OK;
}

static heng_status look_at_node(heng_strict *s, const heng_node *node, heng_error *err)
{
    if (node->kind == HENG_NODE_FACT) return doubt_fact(s, node, err);
    if (node->kind == HENG_NODE_CELL) return doubt_row(s, node, err);
    if (node->kind != HENG_NODE_RULE) return HENG_OK;
    heng_status status = doubt_method(s, node, err);
    for (size_t i = 0; i < node->child_count && !status; i++)
        status = look_at_child(s, node->children[i], err);
    return status;
}

static heng_status look_at_waiting(heng_strict *s, heng_error *err)
{
    heng_status status = HENG_OK;
    while (s->waiting_count && !status) {
        heng_str figure = s->waiting[--s->waiting_count];
        heng_arena_mark mark = heng_arena_here(s->scratch);
        heng_point point;
        const heng_node *node;
        status = heng_figure_parse(s->program, s->world, figure, s->scratch, &point, err);
        if (!status) status = heng_explain(s->evaluation, &point, 1, s->scratch, &node, err);
        if (!status) status = look_at_node(s, node, err);
        heng_arena_rewind(s->scratch, mark);
    }
    return status;
}

heng_status heng_strict_begin(const heng_program *program, const heng_world *world,
                              const heng_evaluation *evaluation, heng_arena *arena,
                              heng_arena *scratch, heng_strict **out, heng_error *err)
{
    assert(arena != scratch);
    heng_strict *s = HENG_NEW(arena, heng_strict);
    if (!s || !heng_arena_reserve(scratch, SCRATCH_BYTES)) return no_room(err);
    *s = (heng_strict){.program = program,
                       .world = world,
                       .evaluation = evaluation,
                       .arena = arena,
                       .scratch = scratch};
    *out = s;
    return HENG_OK;
}

heng_status heng_strict_look(heng_strict *strict, const heng_point *point, bool *refused,
                             heng_error *err)
{
    heng_value value;
    *refused = false;
    heng_status status = heng_evaluation_value(strict->evaluation, point, &value, err);
    if (status || value.state != HENG_STATE_KNOWN || heng_evidence_publishable(value.evidence))
        return status;
    *refused = true;
    status = heng_figure_write(strict->program, point, strict->arena, &strict->asked, err);
    if (!status) status = wait_for(strict, strict->asked, err);
    return status ? status : look_at_waiting(strict, err);
}

size_t heng_strict_count(const heng_strict *strict)
{
    return strict->doubt_count;
}

const heng_doubt *heng_strict_doubt(const heng_strict *strict, size_t index)
{
    assert(index < strict->doubt_count);
    return &strict->doubts[index];
}

bool heng_strict_cut(const heng_strict *strict)
{
    return strict->cut;
}
