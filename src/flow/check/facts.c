/* Facts: one a row, or one a cell where the columns are periods.
 *
 * Every column of a row is read, whatever is wrong with the others, so that all faults are told at once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>

/* What a row says beside period and value. */
typedef struct row_head {
    heng_check__field entity_field, unit_field;
    const heng_entity *entity;           /* NULL: not known */
    const heng_check_quantity *quantity; /* NULL: not known; the version by grain is chosen later */
    heng_str keys[HENG_KEYS_MAX];
    bool keys_sound;
    heng_quality quality;
    heng_evidence evidence;
    heng_str source, note;
    heng_instant recorded;
    bool sound;
} row_head;

static const heng_entity *entity_of_row(heng_checker *checker, row_head *head)
{
    const heng_check_quantity *quantity = head->quantity;
    heng_str level = quantity ? quantity->kind_or_level : (heng_str){0};
    heng_str text = head->entity_field.text;
    if (head->entity_field.bad) return NULL;
    if (!text.length) text = checker->options->entity;
    if (!text.length && checker->layout->wide && !head->entity_field.column)
        return heng_check__find_entity(checker, checker->sheet->name, level);
    if (text.length) return heng_check__read_entity(checker, &head->entity_field, text, level);
    if (head->entity_field.column)
        heng_check__report_required(checker, FACT_ENTITY, &head->entity_field);
    return NULL;
}

static const heng_check_quantity *quantity_of_row(heng_checker *checker)
{
    heng_check__field field = heng_check__field_of(checker, FACT_NAME);
    if (field.bad) return NULL;
    if (field.text.length) return heng_check__read_quantity(checker, &field, false);
    if (field.column) heng_check__report_required(checker, FACT_NAME, &field);
    return NULL;
}

static row_head read_head(heng_checker *checker)
{
    row_head head = {.sound = true};
    head.entity_field = heng_check__field_of(checker, FACT_ENTITY);
    head.unit_field = heng_check__field_of(checker, FACT_UNIT);
    head.quantity = quantity_of_row(checker);
    head.entity = entity_of_row(checker, &head);
    if (head.quantity) {
        heng_check__field keys = heng_check__field_of(checker, FACT_KEYS);
        head.keys_sound = heng_check__read_keys(checker, &keys, head.quantity, head.keys);
    }
    heng_check__field recorded = heng_check__field_of(checker, FACT_RECORDED);
    head.sound &= heng_check__read_quality(checker, FACT_QUALITY, &head.quality);
    head.sound &= heng_check__read_evidence(checker, FACT_STATUS, &head.evidence);
    head.sound &= heng_check__read_source(checker, FACT_SOURCE, &head.source);
    head.sound &= heng_check__read_text(checker, FACT_NOTE, false, HENG_CELL_TEXT_MAX, &head.note);
    head.sound &=
        heng_check__read_recorded(checker, &recorded, checker->options->recorded, &head.recorded);
    head.sound &= head.entity && head.quantity && head.keys_sound;
    return head;
}

/* Once the period is known: choose the version of the quantity, read the value, keep the fact. */
static void read_cell(heng_checker *checker, const row_head *head,
                      const heng_check__field *period_field, const heng_period *period,
                      const heng_check__field *value_field)
{
    const heng_check_quantity *quantity = head->quantity;
    heng_check__value value = {.text = {0}};
    heng_str uncertainty = {"", 0};
    bool sound = head->sound && period;
    if (quantity && (head->entity || period)) {
        const heng_check_quantity *right = heng_check__fit(checker, quantity, &head->entity_field,
                                                           head->entity, period_field, period);
        sound &= right != NULL;
        if (right) quantity = right;
    }
    if (quantity)
        sound &=
            heng_check__read_value(checker, value_field, &head->unit_field, quantity,
                                   head->keys_sound ? head->keys : NULL, &value) &&
            heng_check__read_uncertainty(checker, FACT_UNCERTAINTY, quantity, &value, &uncertainty);
    if (!head->entity || !quantity || !head->keys_sound || !period) return;
    heng_check__fact *fact = heng_check__push(checker, &checker->facts);
    if (!fact) return;
    fact->fact = (heng_fact){
        .entity = head->entity->code,
        .name = quantity->name,
        .key_count = (unsigned)quantity->key_count,
        .period = *period,
        .notation = value.notation,
        .value = value.number,
        .text = value.text,
        .unit = value.unit,
        .quality = head->quality,
        .evidence = head->evidence,
        .source = head->source,
        .note = head->note,
        .uncertainty = uncertainty,
        .recorded = head->recorded,
    };
    memcpy(fact->fact.keys, head->keys, sizeof head->keys);
    fact->origin = (heng_check__origin){checker->sheet, checker->sheet_number, checker->row->number,
                                        value_field->column};
    assert(sound || checker->findings->found || checker->no_memory);
}

static void read_long_row(heng_checker *checker)
{
    row_head head = read_head(checker);
    heng_check__field period_field = heng_check__field_of(checker, FACT_PERIOD);
    heng_check__field value_field = heng_check__field_of(checker, FACT_VALUE);
    heng_period period;
    bool known = false;
    if (period_field.text.length && !period_field.bad)
        known = heng_check__read_period(checker, &period_field, &period);
    else if (!period_field.bad && period_field.column)
        heng_check__report_required(checker, FACT_PERIOD, &period_field);
    read_cell(checker, &head, &period_field, known ? &period : NULL, &value_field);
}

/* The header cell of a period column, as the field that a misfit of grain is reported at. */
static heng_check__field header_field(heng_checker *checker, uint32_t column)
{
    heng_check__field field = {.row = checker->layout->header_row, .column = column};
    field.cell = heng_sheet_cell_at(checker->sheet, checker->layout->header_row, column);
    if (field.cell) field.text = heng_check__trim(field.cell->text);
    return field;
}

static void read_wide_row(heng_checker *checker)
{
    const heng_check__layout *layout = checker->layout;
    row_head head = read_head(checker);
    for (size_t i = 0; i < layout->period_count; i++) {
        heng_check__field value_field = heng_check__field_at(checker, layout->period_columns[i]);
        if (!value_field.bad && !value_field.text.length) {
            checker->blank_count++;
            continue;
        }
        heng_check__field period_field = header_field(checker, layout->period_columns[i]);
        read_cell(checker, &head, &period_field, &layout->periods[i], &value_field);
    }
}

/* The years of a wide table are judged once, at the header. */
static void check_header_years(heng_checker *checker)
{
    const heng_check__layout *layout = checker->layout;
    checker->row = heng_sheet_row_at(checker->sheet, layout->header_row);
    for (size_t i = 0; i < layout->period_count && layout->wide; i++) {
        heng_check__field field = heng_check__field_at(checker, layout->period_columns[i]);
        heng_period period;
        if (field.cell) heng_check__read_period(checker, &field, &period);
    }
}

void heng_check__read_facts(heng_checker *checker)
{
    const heng_sheet *sheet = checker->sheet;
    check_header_years(checker);
    for (size_t r = 0; r < sheet->row_count && !checker->no_memory; r++) {
        checker->row = &sheet->rows[r];
        if (checker->row->number <= checker->layout->header_row) continue;
        if (heng_check__is_blank(checker->row) || heng_check__is_remark(checker->row)) continue;
        checker->row_count++;
        if (checker->layout->wide)
            read_wide_row(checker);
        else
            read_long_row(checker);
    }
}

/* ---- rows against each other ---- */

static uint64_t hash_of(const heng_fact *fact)
{
    uint64_t hash = heng_str_hash(fact->entity) * 31 + heng_str_hash(fact->name);
    for (unsigned i = 0; i < fact->key_count; i++) hash = hash * 31 + heng_str_hash(fact->keys[i]);
    hash = hash * 31 + (uint64_t)fact->period.number * HENG_GRAIN_COUNT + fact->period.grain;
    hash = hash * 31 + (uint64_t)fact->recorded;
    return hash ^ (hash >> 29);
}

static heng_str cell_text(heng_checker *checker, const heng_fact *fact)
{
    char period[HENG_PERIOD_TEXT];
    heng_text text;
    heng_period_write(fact->period, period);
    heng_text_init(&text, checker->arena, (HENG_KEYS_MAX + 3) * (HENG_NAME_MAX + 2));
    heng_text_print(&text, "%.*s/%s/%.*s", HENG_PRINT(fact->entity), period,
                    HENG_PRINT(fact->name));
    for (unsigned i = 0; i < fact->key_count; i++)
        heng_text_print(&text, "%s%.*s", i ? "," : "[", HENG_PRINT(fact->keys[i]));
    if (fact->key_count) heng_text_add_char(&text, ']');
    if (text.failed) checker->no_memory = true;
    return heng_text_view(&text);
}

static void report_duplicate(heng_checker *checker, const heng_check__fact *first,
                             const heng_check__fact *second)
{
    char address[HENG_ADDRESS_TEXT];
    const heng_check__origin *a = &first->origin, *b = &second->origin;
    if (a->column)
        heng_address_write(a->row, a->column, address);
    else
        heng_address_write(a->row, 1, address);
    heng_str where = heng_check__kept(
        checker, heng_str_format(checker->arena, "%.*s!%s", HENG_PRINT(a->sheet->name), address));
    const heng_sheet_cell *cell =
        b->column ? heng_sheet_cell_at(b->sheet, b->row, b->column) : NULL;
    heng_finding_place place = {
        .file = checker->workbook->file,
        .sheet = b->sheet->name,
        .sheet_number = b->sheet_number,
        .row = b->row,
        .column = b->column,
        .cell = cell ? cell->text : (heng_str){0},
    };
    heng_sheet_found(checker->findings, heng_check__rule(CHECK_DUPLICATE), place,
                     HENG_DETAILS(where, cell_text(checker, &second->fact)));
}

void heng_check__compare_facts(heng_checker *checker)
{
    const heng_check__fact *facts = checker->facts.items;
    size_t count = checker->facts.count, buckets = 16;
    while (buckets < 2 * count) buckets *= 2;
    uint32_t *slots = HENG_ARRAY(checker->arena, buckets, uint32_t);
    if (!slots) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count && !checker->no_memory; i++) {
        const heng_check__fact *fact = &facts[i];
        size_t slot = hash_of(&fact->fact) & (buckets - 1);
        bool duplicate = false;
        for (; slots[slot] && !duplicate; slot = (slot + 1) & (buckets - 1)) {
            const heng_check__fact *other = &facts[slots[slot] - 1];
            duplicate = heng_fact_same_cell(&fact->fact, &other->fact) &&
                        fact->fact.recorded == other->fact.recorded;
            if (duplicate) report_duplicate(checker, other, fact);
        }
        if (!duplicate) slots[slot] = (uint32_t)(i + 1);
    }
}
