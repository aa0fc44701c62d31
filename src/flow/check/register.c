/* The registers: entities with their parents, links, sources.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>

/* Levels above one another: state, province, city, county, firm, line. A longer way up is a circle. */
enum { ANCESTORS_MAX = 64, LIST_SHOWN_MAX = 400 };

/* Runs `read` over the filled rows below the header. */
static void each_row(heng_checker *checker, void (*read)(heng_checker *checker))
{
    const heng_sheet *sheet = checker->sheet;
    for (size_t r = 0; r < sheet->row_count && !checker->no_memory; r++) {
        checker->row = &sheet->rows[r];
        if (checker->row->number <= checker->layout->header_row) continue;
        if (heng_check__is_blank(checker->row) || heng_check__is_remark(checker->row)) continue;
        checker->row_count++;
        read(checker);
    }
}

static heng_check__origin origin_of(const heng_checker *checker, unsigned column)
{
    return (heng_check__origin){checker->sheet, checker->sheet_number, checker->row->number,
                                checker->layout->columns[column]};
}

static void report_origin(heng_checker *checker, heng_check_rule rule,
                          const heng_check__origin *origin, const heng_finding_details *details)
{
    const heng_sheet_cell *cell =
        origin->column ? heng_sheet_cell_at(origin->sheet, origin->row, origin->column) : NULL;
    checker->sheet = origin->sheet;
    checker->sheet_number = origin->sheet_number;
    heng_check__report_at(checker, rule, origin->row, origin->column,
                          cell ? cell->text : (heng_str){0}, details);
}

static heng_str row_text(heng_checker *checker, const heng_check__origin *origin)
{
    return heng_check__kept(checker, heng_str_format(checker->arena, "%u", origin->row));
}

static heng_str list_text(heng_checker *checker, const heng_str *items, size_t count)
{
    heng_text text;
    heng_text_init(&text, checker->arena, SIZE_MAX / 2);
    for (size_t i = 0; i < count && text.length < LIST_SHOWN_MAX; i++) {
        if (i) heng_text_add(&text, HENG_STR(", "));
        heng_text_add(&text, items[i]);
    }
    if (text.failed) checker->no_memory = true;
    return heng_text_view(&text);
}

/* Codes that stand twice in the rows gathered so far. */
static void compare_codes(heng_checker *checker, size_t count,
                          heng_str (*code_of)(const heng_checker *checker, size_t index),
                          const heng_check__origin *(*origin)(const heng_checker *checker,
                                                              size_t index))
{
    heng_check__names names;
    if (!heng_check__names_open(&names, checker->arena, count)) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count && !checker->no_memory; i++) {
        heng_str code = code_of(checker, i);
        const heng_check__name *first = NULL;
        while ((first = heng_check__names_find(&names, code, first)))
            if (heng_str_equal(code_of(checker, first->id), code)) break;
        if (first)
            report_origin(checker, CHECK_DOUBLE_CODE, origin(checker, i),
                          HENG_DETAILS(code, row_text(checker, origin(checker, first->id))));
        else if (!heng_check__names_add(&names, checker->arena, code, code, (uint32_t)i))
            checker->no_memory = true;
    }
}

/* ---- sources ---- */

static void read_source_row(heng_checker *checker)
{
    heng_source source = {0};
    bool sound = heng_check__read_code(checker, SOURCE_CODE, &source.code);
    sound &= heng_check__read_text(checker, SOURCE_TITLE, true, HENG_CELL_TEXT_MAX, &source.title);
    sound &= heng_check__read_text(checker, SOURCE_PUBLISHER, true, HENG_CELL_TEXT_MAX,
                                   &source.publisher);
    sound &= heng_check__read_text(checker, SOURCE_PUBLISHED, false, HENG_CELL_TEXT_MAX,
                                   &source.published);
    sound &= heng_check__read_text(checker, SOURCE_WHERE, false, HENG_CELL_TEXT_MAX, &source.where);
    sound &=
        heng_check__read_text(checker, SOURCE_LICENCE, false, HENG_CELL_TEXT_MAX, &source.licence);
    if (!source.code.length) return; /* a row with another fault still gives its code to others */
    assert(sound || checker->findings->found || checker->no_memory);
    heng_source *kept = heng_check__push(checker, &checker->sources);
    heng_check__origin *origin = heng_check__push(checker, &checker->source_origins);
    if (!kept || !origin) return;
    *kept = source;
    *origin = origin_of(checker, SOURCE_CODE);
}

void heng_check__read_sources(heng_checker *checker)
{
    each_row(checker, read_source_row);
}

static heng_str source_code_at(const heng_checker *checker, size_t index)
{
    return ((const heng_source *)checker->sources.items)[index].code;
}

static const heng_check__origin *source_origin_at(const heng_checker *checker, size_t index)
{
    return &((const heng_check__origin *)checker->source_origins.items)[index];
}

void heng_check__compare_sources(heng_checker *checker)
{
    compare_codes(checker, checker->sources.count, source_code_at, source_origin_at);
}

/* ---- entities ---- */

static const heng_check_kind *find_kind(const heng_checker *checker, heng_str name)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    for (size_t i = 0; i < vocabulary->kind_count; i++)
        if (heng_str_equal(vocabulary->kinds[i].name, name)) return &vocabulary->kinds[i];
    return NULL;
}

static void report_kind(heng_checker *checker, const heng_check__field *field)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    heng_str *names = HENG_ARRAY(checker->arena, vocabulary->kind_count, heng_str);
    if (!names) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < vocabulary->kind_count; i++) names[i] = vocabulary->kinds[i].name;
    heng_check__report(
        checker, CHECK_KIND, field,
        HENG_DETAILS(field->text, list_text(checker, names, vocabulary->kind_count)));
}

/* A kind without levels is its own level. */
static bool read_level(heng_checker *checker, heng_entity *entity)
{
    heng_check__field kind_field = heng_check__field_of(checker, ENTITY_KIND);
    heng_check__field field = heng_check__field_of(checker, ENTITY_LEVEL);
    const heng_check_kind *kind = find_kind(checker, entity->kind);
    if (field.bad) return false;
    entity->level = field.text.length ? field.text : entity->kind;
    if (!checker->vocabulary->kind_count) return true;
    if (!kind) {
        report_kind(checker, &kind_field);
        return false;
    }
    if (!kind->level_count && heng_str_equal(entity->level, kind->name)) return true;
    for (size_t i = 0; i < kind->level_count; i++)
        if (heng_str_equal(kind->levels[i], entity->level)) return true;
    heng_str levels =
        kind->level_count ? list_text(checker, kind->levels, kind->level_count) : kind->name;
    if (field.text.length || !field.column)
        heng_check__report(checker, CHECK_LEVEL, &field,
                           HENG_DETAILS(entity->kind, field.text, levels));
    else
        heng_check__report_required(checker, ENTITY_LEVEL, &field);
    return false;
}

static bool read_hierarchy(heng_checker *checker, unsigned column, heng_str *out)
{
    const heng_check_vocabulary *vocabulary = checker->vocabulary;
    heng_check__field field = heng_check__field_of(checker, column);
    if (field.bad) return false;
    if (!field.text.length) {
        heng_check__report_required(checker, column, &field);
        return false;
    }
    for (size_t i = 0; i < vocabulary->hierarchy_count; i++) {
        if (!heng_str_equal(vocabulary->hierarchies[i], field.text)) continue;
        *out = field.text;
        return true;
    }
    heng_check__report(checker, CHECK_HIERARCHY, &field,
                       HENG_DETAILS(field.text, list_text(checker, vocabulary->hierarchies,
                                                          vocabulary->hierarchy_count)));
    return false;
}

/* The parent of an entity's row becomes a link; who it is, is asked once all entities are read. */
static void read_parent(heng_checker *checker, const heng_entity *entity)
{
    heng_check__field field = heng_check__field_of(checker, ENTITY_PARENT);
    heng_check__field hierarchy = heng_check__field_of(checker, ENTITY_HIERARCHY);
    heng_link link = {.member = entity->code, .valid = entity->valid, .recorded = entity->recorded};
    if (field.bad || (!field.text.length && !hierarchy.text.length)) return;
    bool sound = read_hierarchy(checker, ENTITY_HIERARCHY, &link.hierarchy);
    if (!field.text.length) heng_check__report_required(checker, ENTITY_PARENT, &field);
    if (!sound || !field.text.length) return;
    heng_check__link *kept = heng_check__push(checker, &checker->links);
    if (kept)
        *kept = (heng_check__link){
            .link = link, .parent_field = field, .origin = origin_of(checker, ENTITY_PARENT)};
}

static void read_entity_row(heng_checker *checker)
{
    heng_entity entity = {0};
    heng_check__field valid = heng_check__field_of(checker, ENTITY_VALID);
    heng_check__field recorded = heng_check__field_of(checker, ENTITY_RECORDED);
    bool named = heng_check__read_code(checker, ENTITY_CODE, &entity.code);
    if (heng_check__read_text(checker, ENTITY_KIND, true, HENG_NAME_MAX, &entity.kind) &&
        entity.kind.length)
        read_level(checker, &entity);
    bool texts =
        heng_check__read_text(checker, ENTITY_NAME_EN, false, HENG_NAME_MAX, &entity.name_en);
    texts &= heng_check__read_text(checker, ENTITY_NAME_ZH, false, HENG_NAME_MAX, &entity.name_zh);
    heng_check__read_text(checker, ENTITY_STANDARD_CODE, false, HENG_NAME_MAX,
                          &entity.standard_code);
    if (texts && !entity.name_en.length && !entity.name_zh.length) {
        bool chinese = checker->layout->columns[ENTITY_NAME_ZH] != 0;
        unsigned column = chinese ? ENTITY_NAME_ZH : ENTITY_NAME_EN;
        heng_check__field field = heng_check__field_of(checker, column);
        heng_check__report_required(checker, column, &field);
    }
    bool dated = heng_check__read_span(checker, &valid, &entity.valid);
    dated &=
        heng_check__read_recorded(checker, &recorded, checker->options->recorded, &entity.recorded);
    if (!named) return;
    if (!dated) entity.valid = HENG_SPAN_ALWAYS;
    heng_check__entity *kept = heng_check__push(checker, &checker->entity_rows);
    if (!kept) return;
    *kept = (heng_check__entity){entity, origin_of(checker, ENTITY_CODE)};
    read_parent(checker, &entity);
}

void heng_check__read_entities(heng_checker *checker)
{
    each_row(checker, read_entity_row);
}

static heng_str entity_code_at(const heng_checker *checker, size_t index)
{
    return ((const heng_check__entity *)checker->entity_rows.items)[index].entity.code;
}

static const heng_check__origin *entity_origin_at(const heng_checker *checker, size_t index)
{
    return &((const heng_check__entity *)checker->entity_rows.items)[index].origin;
}

void heng_check__compare_entities(heng_checker *checker)
{
    compare_codes(checker, checker->entity_rows.count, entity_code_at, entity_origin_at);
}

/* ---- links ---- */

/* Parents named in the table of entities, which may stand below their members. */
void heng_check__resolve_parents(heng_checker *checker)
{
    heng_check__link *links = checker->links.items;
    for (size_t i = 0; i < checker->links.count && !checker->no_memory; i++) {
        checker->sheet = links[i].origin.sheet;
        checker->sheet_number = links[i].origin.sheet_number;
        const heng_entity *parent = heng_check__read_entity(
            checker, &links[i].parent_field, links[i].parent_field.text, (heng_str){0});
        if (parent) links[i].link.parent = parent->code;
    }
}

static const heng_entity *entity_in(heng_checker *checker, unsigned column,
                                    heng_check__field *field)
{
    *field = heng_check__field_of(checker, column);
    if (field->bad) return NULL;
    if (field->text.length)
        return heng_check__read_entity(checker, field, field->text, (heng_str){0});
    if (field->column) heng_check__report_required(checker, column, field);
    return NULL;
}

static void read_link_row(heng_checker *checker)
{
    heng_link link = {0};
    heng_check__field field, parent_field;
    heng_check__field valid = heng_check__field_of(checker, LINK_VALID);
    heng_check__field recorded = heng_check__field_of(checker, LINK_RECORDED);
    const heng_entity *member = entity_in(checker, LINK_MEMBER, &field);
    const heng_entity *parent = entity_in(checker, LINK_PARENT, &parent_field);
    bool sound = member && parent;
    if (checker->layout->columns[LINK_HIERARCHY])
        sound &= read_hierarchy(checker, LINK_HIERARCHY, &link.hierarchy);
    sound &= heng_check__read_span(checker, &valid, &link.valid);
    sound &=
        heng_check__read_recorded(checker, &recorded, checker->options->recorded, &link.recorded);
    if (!sound) return;
    link.member = member->code;
    link.parent = parent->code;
    heng_check__link *kept = heng_check__push(checker, &checker->links);
    if (kept)
        *kept = (heng_check__link){
            .link = link, .parent_field = parent_field, .origin = origin_of(checker, LINK_PARENT)};
}

void heng_check__read_links(heng_checker *checker)
{
    each_row(checker, read_link_row);
}

/* The next link of that member, in that hierarchy, of that time. */
static const heng_check__link *link_up(const heng_checker *checker, const heng_check__names *names,
                                       heng_str member, const heng_link *like)
{
    const heng_check__link *links = checker->links.items;
    for (const heng_check__name *one = NULL; (one = heng_check__names_find(names, member, one));) {
        const heng_link *link = &links[one->id].link;
        if (heng_str_equal(link->member, member) && link->parent.length &&
            heng_str_equal(link->hierarchy, like->hierarchy) &&
            heng_span_overlap(link->valid, like->valid))
            return &links[one->id];
    }
    return NULL;
}

static bool is_circle(const heng_checker *checker, const heng_check__names *names,
                      const heng_link *link)
{
    heng_str at = link->parent;
    for (int steps = 0; steps < ANCESTORS_MAX; steps++) {
        if (heng_str_equal(at, link->member)) return true;
        const heng_check__link *up = link_up(checker, names, at, link);
        if (!up) return false;
        at = up->link.parent;
    }
    return false; /* a circle further up, which its own members report */
}

void heng_check__compare_links(heng_checker *checker)
{
    const heng_check__link *links = checker->links.items;
    size_t count = checker->links.count;
    heng_check__names names;
    if (!heng_check__names_open(&names, checker->arena, count)) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count && !checker->no_memory; i++) {
        const heng_link *link = &links[i].link;
        const heng_check__link *other =
            link->parent.length ? link_up(checker, &names, link->member, link) : NULL;
        if (other && link->recorded == other->link.recorded)
            report_origin(
                checker, CHECK_TWO_PARENTS, &links[i].origin,
                HENG_DETAILS(link->member, link->hierarchy, row_text(checker, &other->origin)));
        if (!heng_check__names_add(&names, checker->arena, link->member, link->member, (uint32_t)i))
            checker->no_memory = true;
    }
    for (size_t i = 0; i < count && !checker->no_memory; i++)
        if (links[i].link.parent.length && is_circle(checker, &names, &links[i].link))
            report_origin(checker, CHECK_CIRCLE, &links[i].origin,
                          HENG_DETAILS(links[i].link.member, links[i].link.parent));
}
