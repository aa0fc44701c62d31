/* Names: every kind, list, method and quantity of all files, before any formula is looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/compile.h"

#include <assert.h>

typedef bool each_item(rule_compiler *c, heng_item *item, int method);

/* Calls `each` for all statements, used files first; `method` is the one that a statement belongs to. */
static bool for_items(rule_compiler *c, each_item *each)
{
    int method = -1, next_method = 0;
    for (size_t i = 0; i < c->file_order_count; i++) {
        method = -1;
        for (heng_item *item = c->sources[c->file_order[i]].ast.items; item; item = item->next) {
            if (item->kind == HENG_ITEM_METHOD) method = next_method++;
            if (!each(c, item, method)) return false;
        }
    }
    return true;
}

/* ---- kinds ---------------------------------------------------------------------------------------- */

static bool add_level(rule_compiler *c, int kind, int rank, heng_word word)
{
    heng_program *p = c->program;
    rule_scope known;
    if (heng_rule__scope_find(p, word.text, &known)) {
        heng_diagnose(c->diagnostics, "R203", word.at, "given before", "choose another name",
                      "the level %.*s has the name of another kind or level",
                      HENG_PRINT(word.text));
        return true;
    }
    if (!heng_rule__push_room(c, &p->levels, p->level_count, &p->level_room, sizeof *p->levels))
        return false;
    p->levels[p->level_count++] = (rule_level){word.text, kind, rank};
    return true;
}

static bool add_kind(rule_compiler *c, heng_item *item, int method)
{
    (void)method;
    if (item->kind != HENG_ITEM_KIND) return true;
    heng_program *p = c->program;
    rule_scope known;
    if (heng_rule__scope_find(p, item->name.text, &known)) {
        heng_diagnose(c->diagnostics, "R203", item->name.at, "given before",
                      "delete one of the two", "the kind %.*s is given twice",
                      HENG_PRINT(item->name.text));
        return true;
    }
    if (!heng_rule__push_room(c, &p->kinds, p->kind_count, &p->kind_room, sizeof *p->kinds))
        return false;
    int kind = (int)p->kind_count++;
    p->kinds[kind] = (rule_kind){.name = item->name.text,
                                 .first_level = (int)p->level_count,
                                 .inside = item->inside,
                                 .inside_count = item->inside_count,
                                 .at = item->name.at,
                                 .item = item};
    for (unsigned i = 0; i < item->name_count; i++)
        if (!add_level(c, kind, (int)i, item->names[i])) return false;
    p->kinds[kind].level_count = (int)p->level_count - p->kinds[kind].first_level;
    return true;
}

static void check_inside(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->kind_count; i++) {
        const rule_kind *kind = &c->program->kinds[i];
        for (unsigned j = 0; j < kind->inside_count; j++) {
            rule_scope scope;
            if (heng_rule__scope_find(c->program, kind->inside[j].text, &scope)) continue;
            heng_diagnose(c->diagnostics, "R202", kind->inside[j].at, "not a kind",
                          "name a kind that is given in this file or in one it uses",
                          "%.*s is not a kind", HENG_PRINT(kind->inside[j].text));
        }
    }
}

/* ---- kinds that others make ------------------------------------------------------------------------- */

static bool lies_in(const heng_program *p, int kind, int above, unsigned depth)
{
    if (kind == above) return true;
    for (unsigned i = 0; i < p->kinds[kind].inside_count && depth < 8; i++) {
        rule_scope scope;
        if (heng_rule__scope_find(p, p->kinds[kind].inside[i].text, &scope) &&
            lies_in(p, scope.kind, above, depth + 1))
            return true;
    }
    return false;
}

static bool bad_crossing(rule_compiler *c, heng_word word, const char *caret, const char *remedy,
                         const char *what)
{
    heng_diagnose(c->diagnostics, "R213", word.at, caret, remedy, "%.*s %s", HENG_PRINT(word.text),
                  what);
    return c->status == HENG_OK;
}

/* One more kind in which `kind` lies, behind those that were written. */
static bool put_inside(rule_compiler *c, rule_kind *kind, heng_word above)
{
    heng_word *wider = heng_rule__alloc(c, kind->inside_count + 1u, sizeof *wider);
    if (!wider) return false;
    if (kind->inside_count) memcpy(wider, kind->inside, kind->inside_count * sizeof *wider);
    wider[kind->inside_count++] = above;
    kind->inside = wider;
    return true;
}

/* Members are coded by the two that they lie in, so those of another kind would have the same codes. */
static bool crossed_before(const heng_program *p, const rule_scope scopes[3])
{
    for (size_t i = 0; i < p->kind_count; i++)
        if (p->kinds[i].crossing && heng_rule__scope_equal(p->kinds[i].crossed[0], scopes[1]) &&
            heng_rule__scope_equal(p->kinds[i].crossed[1], scopes[2]))
            return true;
    return false;
}

static bool resolve_crossing(rule_compiler *c, rule_kind *kind)
{
    heng_program *p = c->program;
    const heng_item *item = kind->item;
    if (!item->unit.text.length) return true;
    if (kind->level_count || item->inside_count)
        return bad_crossing(c, item->unit, "derived", "leave out `levels` and `in`",
                            "derives a kind, which has no levels and lies in what it crosses");
    if (item->crossed_count != 2)
        return bad_crossing(c, item->crossed[0], "two are crossed", "name two kinds or levels",
                            "is not crossed with one other");
    heng_word words[3] = {item->unit, item->crossed[0], item->crossed[1]};
    rule_scope scopes[3];
    for (int i = 0; i < 3; i++) {
        if (heng_rule__scope_find(p, words[i].text, &scopes[i])) continue;
        heng_diagnose(c->diagnostics, "R202", words[i].at, "not a kind",
                      "name a kind or level that is given in this file or in one it uses",
                      "%.*s is neither a kind nor a level", HENG_PRINT(words[i].text));
        return true;
    }
    for (int i = 1; i < 3; i++)
        if (scopes[i].kind == scopes[0].kind || p->kinds[scopes[i].kind].crossing ||
            !lies_in(p, scopes[0].kind, scopes[i].kind, 0))
            return bad_crossing(c, words[i], "not above", "say with `in` that they lie in it",
                                "is not what the members of the crossed kind lie in");
    if (scopes[1].kind == scopes[2].kind)
        return bad_crossing(c, words[2], "the same", "cross two kinds of different trees",
                            "is of the same kind as the other");
    if (crossed_before(p, scopes))
        return bad_crossing(
            c, words[1], "crossed twice", "keep one of the two kinds, of the smaller unit",
            "is crossed with the same by another kind, and codes would be the same");
    kind->crossing = true;
    kind->unit = scopes[0];
    kind->crossed[0] = scopes[1];
    kind->crossed[1] = scopes[2];
    return put_inside(c, kind, words[1]) && put_inside(c, kind, words[2]) &&
           put_inside(c, &p->kinds[scopes[0].kind], item->name);
}

static bool resolve_crossings(rule_compiler *c)
{
    for (size_t i = 0; i < c->program->kind_count; i++)
        if (!resolve_crossing(c, &c->program->kinds[i])) return false;
    return true;
}

/* ---- lists ---------------------------------------------------------------------------------------- */

int heng_rule__list_find(const rule_compiler *c, uint32_t file, heng_str name)
{
    int found = -1;
    for (size_t i = 0; i < c->program->list_count; i++) {
        const rule_list *list = &c->program->lists[i];
        if (!heng_str_equal(list->info.name, name)) continue;
        if (list->at.file == file) return (int)i;
        if (heng_rule__sees(c, file, list->at.file)) found = (int)i;
    }
    return found;
}

static heng_label label_cell(heng_cell cell)
{
    return (heng_label){.en = cell.word.text, .zh = cell.zh, .at = cell.word.at};
}

static bool list_room(rule_compiler *c, rule_list *list, size_t count)
{
    heng_str *members = heng_rule__alloc(c, count, sizeof *members);
    heng_str *en = heng_rule__alloc(c, count, sizeof *en);
    heng_str *zh = heng_rule__alloc(c, count, sizeof *zh);
    list->units = heng_rule__alloc(c, count, sizeof *list->units);
    list->unit_texts = heng_rule__alloc(c, count, sizeof *list->unit_texts);
    list->in_parent = heng_rule__alloc(c, count, sizeof *list->in_parent);
    list->info.members = members;
    list->info.member_labels_en = en;
    list->info.member_labels_zh = zh;
    return members && en && zh && list->units && list->unit_texts && list->in_parent;
}

static void add_member(rule_compiler *c, rule_list *list, heng_word word, heng_label label,
                       heng_word unit)
{
    if (heng_rule__member(list, word.text) >= 0) {
        heng_diagnose(c->diagnostics, "R203", word.at, "given before", "delete one of the two",
                      "%.*s is twice in the list %.*s", HENG_PRINT(word.text),
                      HENG_PRINT(list->info.name));
        return;
    }
    size_t at = list->info.member_count++;
    ((heng_str *)list->info.members)[at] = word.text;
    ((heng_str *)list->info.member_labels_en)[at] = label.en;
    ((heng_str *)list->info.member_labels_zh)[at] = label.zh;
    list->units[at] = heng_unit_one();
    list->unit_texts[at] = unit.text;
    if (unit.text.length && heng_rule__resolve_unit(c, unit, &list->units[at]))
        list->has_units = true;
}

static bool members_from_grid(rule_compiler *c, rule_list *list, const heng_grid *grid)
{
    if (!list_room(c, list, grid->row_count)) return false;
    int name_at = -1, unit_at = -1, label_at = -1, zh_at = -1;
    for (unsigned i = 0; i < grid->column_count; i++) {
        heng_word head = grid->head[i].word;
        if (heng_str_equal(head.text, list->info.name))
            name_at = (int)i;
        else if (heng_str_is(head.text, "unit"))
            unit_at = (int)i;
        else if (heng_str_is(head.text, "label"))
            label_at = (int)i;
        else if (heng_str_is(head.text, "label_zh"))
            zh_at = (int)i;
        else
            heng_diagnose(c->diagnostics, "R701", head.at, "not a column of a list",
                          "name the column after the list, or unit, or label",
                          "the list %.*s does not know the column %.*s",
                          HENG_PRINT(list->info.name), HENG_PRINT(head.text));
    }
    if (name_at < 0) {
        heng_diagnose(c->diagnostics, "R701", grid->at, "no column of names",
                      "name the first column as the list is named",
                      "the list %.*s has no column named %.*s", HENG_PRINT(list->info.name),
                      HENG_PRINT(list->info.name));
        return true;
    }
    for (unsigned row = 0; row < grid->row_count; row++) {
        const heng_cell *cells = grid->cells + (size_t)row * grid->column_count;
        heng_label label = {0};
        if (label_at >= 0) label = label_cell(cells[label_at]);
        if (zh_at >= 0) label.zh = cells[zh_at].word.text;
        add_member(c, list, cells[name_at].word, label,
                   unit_at >= 0 ? cells[unit_at].word : (heng_word){0});
    }
    return c->status == HENG_OK;
}

static bool fill_members(rule_compiler *c, rule_list *list, const heng_item *item)
{
    if (item->from.text.length) {
        heng_grid grid;
        return heng_rule__read_csv(c, item->from, &grid) && members_from_grid(c, list, &grid);
    }
    if (item->grid) return members_from_grid(c, list, item->grid);
    if (!list_room(c, list, item->name_count)) return false;
    for (unsigned i = 0; i < item->name_count; i++)
        add_member(c, list, item->names[i], (heng_label){0}, (heng_word){0});
    return c->status == HENG_OK;
}

static bool add_base(rule_compiler *c, heng_str name, heng_locus at, uint16_t *base)
{
    heng_error why = {0};
    heng_status status = heng_unit_add_base(c->program->units, name, base, &why);
    if (status == HENG_OK) return true;
    if (status == HENG_INVALID) {
        heng_diagnose(c->diagnostics, "R301", at, "not a name", "choose another name", "%s",
                      why.message);
        return true;
    }
    *c->err = why;
    c->status = status;
    return false;
}

static bool bases_of_list(rule_compiler *c, rule_list *list)
{
    if (list->has_units) {
        heng_str open = heng_rule__join(c, HENG_STR("unit("), "", list->info.name);
        heng_str name = heng_rule__join(c, open, ")", HENG_STR(""));
        return c->status == HENG_OK && add_base(c, name, list->at, &list->base);
    }
    if (!list->substance) return true;
    if (!add_base(c, list->info.name, list->at, &list->base)) return false;
    for (size_t i = 0; i < list->info.member_count; i++) {
        uint16_t base = 0;
        if (!add_base(c, list->info.members[i], list->at, &base)) return false;
        list->units[i] = heng_unit_of_base(base);
        list->unit_texts[i] = list->info.members[i];
    }
    return true;
}

static bool inherit_from_parent(rule_compiler *c, rule_list *list, const heng_item *item)
{
    const rule_list *parent = &c->program->lists[list->parent];
    list->substance = parent->substance;
    list->has_units = parent->has_units;
    for (size_t i = 0; i < list->info.member_count; i++) {
        int at = heng_rule__member(parent, list->info.members[i]);
        if (at < 0) {
            heng_diagnose(c->diagnostics, "R204", item->name.at, "a sub-list",
                          "add it to the other list first", "%.*s is not in the list %.*s",
                          HENG_PRINT(list->info.members[i]), HENG_PRINT(parent->info.name));
            continue;
        }
        list->in_parent[i] = at;
        list->units[i] = parent->units[at];
        list->unit_texts[i] = parent->unit_texts[at];
        if (!list->info.member_labels_en[i].length) {
            ((heng_str *)list->info.member_labels_en)[i] = parent->info.member_labels_en[at];
            ((heng_str *)list->info.member_labels_zh)[i] = parent->info.member_labels_zh[at];
        }
    }
    return true;
}

static bool add_list(rule_compiler *c, heng_item *item, int method)
{
    (void)method;
    if (item->kind != HENG_ITEM_LIST) return true;
    heng_program *p = c->program;
    rule_list list = {.at = item->name.at, .parent = -1, .scope = {-1, -1}};
    list.info.name = item->name.text;
    list.info.label_en = item->label.en;
    list.info.label_zh = item->label.zh;
    int known = heng_rule__list_find(c, item->at.file, item->name.text);
    if (known >= 0) {
        heng_diagnose(c->diagnostics, "R203", item->name.at, "given before",
                      "delete one of the two", "the list %.*s is given twice",
                      HENG_PRINT(item->name.text));
        return true;
    }
    if (!fill_members(c, &list, item)) return false;
    if (heng_str_is(item->of.text, "substance")) {
        list.substance = true;
    } else if (item->of.text.length && !heng_rule__scope_find(p, item->of.text, &list.scope)) {
        list.parent = heng_rule__list_find(c, item->at.file, item->of.text);
        if (list.parent < 0)
            heng_diagnose(c->diagnostics, "R202", item->of.at, "not a list",
                          "name a list, a level of a kind, or substance", "%.*s is not a list",
                          HENG_PRINT(item->of.text));
        else if (!inherit_from_parent(c, &list, item))
            return false;
    }
    if (!bases_of_list(c, &list)) return false;
    if (list.has_units) list.info.member_units = list.unit_texts;
    if (list.scope.kind >= 0) list.info.entities_of = heng_rule__scope_name(p, list.scope);
    list.info.substances = list.substance;
    if (p->list_count >= RULE_LISTS_MAX) {
        c->status = heng_fail(c->err, HENG_TOO_LARGE, 0, "more than %d lists", RULE_LISTS_MAX);
        return false;
    }
    if (!heng_rule__push_room(c, &p->lists, p->list_count, &p->list_room, sizeof *p->lists))
        return false;
    p->lists[p->list_count++] = list;
    return true;
}

/* ---- methods -------------------------------------------------------------------------------------- */

static heng_evidence evidence_of_words(rule_compiler *c, heng_str first, heng_str second,
                                       heng_locus at, heng_evidence otherwise, heng_str *code)
{
    heng_evidence found = otherwise;
    bool confidence =
        heng_str_is(second, "high") || heng_str_is(second, "medium") || heng_str_is(second, "low");
    if (heng_str_is(first, "recalled") && confidence) {
        found = heng_str_is(second, "high")  ? HENG_RECALLED_HIGH
                : heng_str_is(second, "low") ? HENG_RECALLED_LOW
                                             : HENG_RECALLED_MEDIUM;
    } else if (heng_evidence_find(first, &found)) {
        if (second.length && code) *code = second;
    } else {
        heng_diagnose(
            c->diagnostics, "R205", at, "not a status",
            "write verified, seen, draft, recalled high, recalled medium, recalled low or example",
            "%.*s is not a status", HENG_PRINT(first));
    }
    return found;
}

heng_evidence heng_rule__evidence(rule_compiler *c, const heng_status_written *written,
                                  heng_evidence otherwise, heng_str *code)
{
    if (!written->count) return otherwise;
    heng_str second = written->count > 1 ? written->words[1].text : HENG_STR("");
    return evidence_of_words(c, written->words[0].text, second, written->words[0].at, otherwise,
                             code);
}

/* `for KIND by GRAIN`; false only for want of memory. Leaves *scope and *grain when nothing is written. */
static bool place_of(rule_compiler *c, const heng_attributes *a, rule_scope *scope,
                     heng_grain *grain)
{
    bool good = true;
    if (a->for_kind.text.length && !heng_rule__scope_find(c->program, a->for_kind.text, scope)) {
        heng_diagnose(c->diagnostics, "R202", a->for_kind.at, "not a kind",
                      "name a kind, such as firm, or a level, such as province",
                      "%.*s is neither a kind nor a level", HENG_PRINT(a->for_kind.text));
        good = false;
    }
    if (a->by_grain.text.length && !heng_grain_find(a->by_grain.text, grain)) {
        heng_diagnose(c->diagnostics, "R202", a->by_grain.at, "not a grain",
                      "write month, quarter, half, year or plan", "%.*s is not a period of time",
                      HENG_PRINT(a->by_grain.text));
        good = false;
    }
    return good;
}

static bool add_method(rule_compiler *c, heng_item *item, int method)
{
    if (item->kind != HENG_ITEM_METHOD) return true;
    heng_program *p = c->program;
    const heng_attributes *a = &item->attributes;
    for (size_t i = 0; i < p->method_count; i++)
        if (heng_str_equal(p->methods[i].name, item->name.text))
            heng_diagnose(c->diagnostics, "R203", item->name.at, "given before",
                          "give each method a name of its own", "the method %.*s is given twice",
                          HENG_PRINT(item->name.text));
    if (!heng_rule__push_room(c, &p->methods, p->method_count, &p->method_room, sizeof *p->methods))
        return false;
    rule_method *m = &p->methods[p->method_count++];
    *m = (rule_method){.name = item->name.text,
                       .label = item->label,
                       .item = item,
                       .at = item->name.at,
                       .valid = a->valid.at.length ? a->valid.span : HENG_SPAN_ALWAYS,
                       .scope = {-1, -1},
                       .grain = HENG_YEAR,
                       .when = -1};
    heng_str code = {0};
    m->evidence = heng_rule__evidence(c, &a->status, HENG_SEEN, &code);
    m->source = a->source.en.length ? a->source.en : code;
    bool said = a->for_kind.text.length && a->by_grain.text.length;
    m->faulty = !place_of(c, a, &m->scope, &m->grain);
    m->placed = said && !m->faulty;
    (void)method;
    return true;
}

/* ---- quantities ----------------------------------------------------------------------------------- */

static bool keys_of(rule_compiler *c, const heng_item *item, rule_quantity *q)
{
    for (unsigned i = 0; i < item->key_count; i++) {
        const heng_key_written *written = &item->keys[i];
        rule_key *key = &q->keys[q->key_count];
        key->list = -1;
        if (written->unit.text.length) {
            key->unit_text = written->unit.text;
            if (!heng_rule__resolve_unit(c, written->unit, &key->unit)) key->unit = heng_unit_one();
            if (q->number_key >= 0 || q->role != ROLE_TABLE)
                heng_diagnose(c->diagnostics, "R702", written->name.at, "a number as key",
                              "only a step or linear table has one key that is a number",
                              "%.*s cannot have a number as key", HENG_PRINT(item->name.text));
            q->number_key = (int)q->key_count++;
            continue;
        }
        key->list = heng_rule__list_find(c, item->at.file, written->name.text);
        if (key->list < 0) {
            rule_nearest near = {.wanted = written->name.text};
            for (size_t j = 0; j < c->program->list_count; j++)
                heng_rule__nearest_offer(&near, c->program->lists[j].info.name);
            heng_diagnose(
                c->diagnostics, "R206", written->name.at, "not a list",
                heng_rule__did_you_mean(c, &near, "give the list in this file or in one it uses"),
                "there is no list %.*s", HENG_PRINT(written->name.text));
            continue;
        }
        c->program->lists[key->list].used = true;
        q->key_count++;
    }
    return c->status == HENG_OK;
}

static heng_str qualified_name(rule_compiler *c, int method, heng_str name)
{
    if (method < 0) return name;
    return heng_rule__join(c, c->program->methods[method].name, ".", name);
}

/* Another statement of the same name in the same method, for the same members and periods. */
static int find_twin(const heng_program *p, const rule_quantity *q)
{
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *other = &p->quantities[i];
        if (other->method != q->method || !heng_str_equal(other->name, q->name)) continue;
        if (q->method < 0 && other->at.file != q->at.file) continue;
        bool table = other->role == ROLE_TABLE || q->role == ROLE_TABLE;
        bool same_place =
            heng_rule__scope_equal(other->scope, q->scope) && other->grain == q->grain;
        if (table || same_place) return (int)i;
    }
    return -1;
}

static bool same_keys(const rule_quantity *a, const rule_quantity *b)
{
    if (a->key_count != b->key_count) return false;
    for (unsigned i = 0; i < a->key_count; i++)
        if (a->keys[i].list != b->keys[i].list) return false;
    return true;
}

static bool add_version(rule_compiler *c, rule_quantity *q, const heng_item *item,
                        heng_str uncertainty)
{
    const rule_method *m = &c->program->methods[q->method];
    const heng_attributes *a = &item->attributes;
    if (!heng_rule__push_room(c, &q->versions, q->version_count, &q->version_room,
                              sizeof *q->versions))
        return false;
    rule_version *v = &q->versions[q->version_count++];
    heng_str code = {0};
    *v = (rule_version){.item = item,
                        .formula = heng_rule__text_at(c, item->formula->at),
                        .uncertainty = uncertainty};
    v->evidence = heng_rule__evidence(c, &a->status, m->evidence, &code);
    v->source = a->source.en.length ? a->source.en : code.length ? code : m->source;
    v->written = a->valid.at.length ? a->valid.span : m->valid;
    v->valid = v->written;
    return true;
}

/* A further statement of a rule is another version; of anything else it is a mistake. */
static bool join_twin(rule_compiler *c, int twin, const rule_quantity *q, const heng_item *item)
{
    rule_quantity *first = &c->program->quantities[twin];
    bool rules = first->role >= ROLE_RULE && q->role >= ROLE_RULE;
    if (!rules) {
        heng_diagnose(c->diagnostics, "R203", q->at, "given before",
                      "delete one of the two, or rename it", "%.*s is given twice in %s",
                      HENG_PRINT(q->name), q->method >= 0 ? "this method" : "this file");
        heng_rule__see_also(c, first->at);
        return true;
    }
    bool same_unit =
        q->type.kind == first->type.kind && q->type.list == first->type.list &&
        (q->type.kind != RULE_NUMBER || heng_unit_equal(&q->type.unit, &first->type.unit));
    if (!same_keys(first, q) || !same_unit || first->role != q->role) {
        heng_diagnose(c->diagnostics, "R501", q->at, "another version",
                      "give all versions the same keys, the same unit, and `output` or not",
                      "this version of %.*s is not declared like the first, in line %u",
                      HENG_PRINT(q->name), first->at.line);
        return true;
    }
    first->text = heng_rule__join(c, first->text, "\n", q->text);
    return c->status == HENG_OK && add_version(c, first, item, q->uncertainty);
}

static const rule_role item_roles[HENG_ITEM_KIND_COUNT] = {[HENG_ITEM_INPUT] = ROLE_INPUT,
                                                           [HENG_ITEM_TABLE] = ROLE_TABLE,
                                                           [HENG_ITEM_PARAMETER] = ROLE_TABLE,
                                                           [HENG_ITEM_RULE] = ROLE_RULE};

static void describe(rule_compiler *c, const heng_item *item, int method, rule_quantity *q)
{
    const heng_attributes *a = &item->attributes;
    const rule_method *m = method >= 0 ? &c->program->methods[method] : NULL;
    *q = (rule_quantity){.role = item->output ? ROLE_OUTPUT : item_roles[item->kind],
                         .name = item->name.text,
                         .label = item->label,
                         .method = method,
                         .at = item->name.at,
                         .item = item,
                         .text = heng_rule__text_at(c, item->at),
                         .scope = {-1, -1},
                         .grain = HENG_YEAR,
                         .number_key = -1,
                         .exception_of = -1,
                         .general = -1,
                         .general_of = -1,
                         .table_named = -1,
                         .table_root = -1,
                         .step = a->step,
                         .linear = a->linear,
                         .flat = a->flat,
                         .parameter = item->kind == HENG_ITEM_PARAMETER,
                         .absent_no = a->absent_no};
    heng_str code = {0};
    q->evidence = heng_rule__evidence(c, &a->status, m ? m->evidence : HENG_SEEN, &code);
    q->source = a->source.en.length ? a->source.en
                : code.length       ? code
                : m                 ? m->source
                                    : HENG_STR("");
    if (q->role != ROLE_TABLE && m) {
        q->scope = m->scope;
        q->grain = m->grain;
        q->has_grain = true;
    }
    place_of(c, a, &q->scope, &q->grain);
    q->qualified = qualified_name(c, method, q->name);
}

static bool add_quantity(rule_compiler *c, heng_item *item, int method)
{
    if (item->kind != HENG_ITEM_INPUT && item->kind != HENG_ITEM_TABLE &&
        item->kind != HENG_ITEM_PARAMETER && item->kind != HENG_ITEM_RULE)
        return true;
    heng_program *p = c->program;
    rule_quantity q;
    describe(c, item, method, &q);
    bool faulty = method >= 0 && p->methods[method].faulty;
    if (q.role != ROLE_TABLE && !faulty && (method < 0 || !p->methods[method].placed)) {
        heng_diagnose(c->diagnostics, "R401", item->name.at, "for whom, and how often?",
                      "put it behind a method that says, for example, `for place by year`",
                      "%.*s does not stand in a method that says for whom and by what period",
                      HENG_PRINT(q.name));
        return c->status == HENG_OK;
    }
    if (!keys_of(c, item, &q) || !heng_rule__resolve_type(c, item->at.file, &item->type, &q.type))
        return false;
    if (faulty) return true;
    if (q.type.kind == RULE_WORD) p->lists[q.type.list].used = true;
    bool number = q.type.kind == RULE_NUMBER || (q.type.kind == RULE_ANY && q.role >= ROLE_RULE);
    q.uncertainty = heng_rule__uncertainty(c, item, number);
    if (c->status) return false;
    int twin = find_twin(p, &q);
    if (twin >= 0) return join_twin(c, twin, &q, item);
    if (p->quantity_count >= RULE_QUANTITIES_MAX) {
        c->status = heng_fail(c->err, HENG_TOO_LARGE, 0, "more than %d names", RULE_QUANTITIES_MAX);
        return false;
    }
    if (q.role >= ROLE_RULE && !add_version(c, &q, item, q.uncertainty)) return false;
    if (!heng_rule__push_room(c, &p->quantities, p->quantity_count, &p->quantity_room,
                              sizeof *p->quantities))
        return false;
    p->quantities[p->quantity_count++] = q;
    return true;
}

/* ---- hidden quantities: checks, and whether a method applies --------------------------------------- */

static bool add_hidden(rule_compiler *c, heng_item *item, int method)
{
    bool check = item->kind == HENG_ITEM_CHECK;
    bool when = item->kind == HENG_ITEM_METHOD && item->attributes.when;
    if (!check && !when) return true;
    heng_program *p = c->program;
    if (method >= 0 && p->methods[method].faulty) return true;
    if (method < 0 || !p->methods[method].placed) {
        heng_diagnose(c->diagnostics, "R401", item->at, "for whom, and how often?",
                      "put it behind a method that says, for example, `for place by year`",
                      "this stands in no method that says for whom and by what period");
        return true;
    }
    rule_quantity q;
    describe(c, item, method, &q);
    q.role = check ? ROLE_CHECK : ROLE_WHEN;
    if (when)
        q.name = q.qualified = p->methods[method].name; /* the method itself, as a condition */
    q.type = (rule_type){.kind = RULE_YES_NO, .unit = heng_unit_one(), .list = -1};
    q.used = true;
    heng_expr *formula = check ? item->formula : item->attributes.when;
    if (!formula) return true;
    rule_version v = {.item = item,
                      .formula = heng_rule__text_at(c, formula->at),
                      .evidence = q.evidence,
                      .source = q.source,
                      .valid = check && item->attributes.valid.at.length
                                   ? item->attributes.valid.span
                                   : p->methods[method].valid};
    v.written = v.valid;
    if (!heng_rule__push_room(c, &q.versions, 0, &q.version_room, sizeof *q.versions)) return false;
    q.versions[q.version_count++] = v;
    if (!heng_rule__push_room(c, &p->quantities, p->quantity_count, &p->quantity_room,
                              sizeof *p->quantities))
        return false;
    if (when) p->methods[method].when = (int)p->quantity_count;
    p->quantities[p->quantity_count++] = q;
    return true;
}

bool heng_rule__collect(rule_compiler *c)
{
    if (!for_items(c, add_kind)) return false;
    check_inside(c);
    if (!resolve_crossings(c)) return false;
    if (!for_items(c, add_list) || !for_items(c, add_method) || !for_items(c, add_quantity))
        return false;
    c->program->public_count = c->program->quantity_count;
    return for_items(c, add_hidden) && c->status == HENG_OK;
}
