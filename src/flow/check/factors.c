/* Rows of factor tables, in the shape in which the rules give theirs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/checker.h"

#include <assert.h>

static const heng_check_quantity *table_of_row(heng_checker *checker)
{
    heng_check__field field = heng_check__field_of(checker, FACTOR_TABLE);
    if (field.bad) return NULL;
    if (field.text.length) return heng_check__read_quantity(checker, &field, true);
    if (field.column) heng_check__report_required(checker, FACTOR_TABLE, &field);
    return NULL;
}

/* The member that the row is for. A table of no member takes none. */
static bool read_member(heng_checker *checker, const heng_check_quantity *table, heng_str *out)
{
    heng_check__field field = heng_check__field_of(checker, FACTOR_MEMBER);
    heng_str level = table->kind_or_level;
    *out = (heng_str){"", 0};
    if (field.bad) return false;
    if (!level.length) {
        if (!field.text.length) return true;
        heng_finding_details details = {
            .en = {table->name, HENG_STR("no member"), field.text, HENG_STR("one")},
            .zh = {[1] = HENG_STR("全体（无成员）"), [3] = HENG_STR("成员")},
        };
        heng_check__report(checker, CHECK_LEVEL_OF, &field, &details);
        return false;
    }
    if (!field.text.length) {
        heng_check__report_required(checker, FACTOR_MEMBER, &field);
        return false;
    }
    const heng_entity *entity = heng_check__read_entity(checker, &field, field.text, level);
    if (!entity || !heng_check__fit(checker, table, &field, entity, NULL, NULL)) return false;
    *out = entity->code;
    return true;
}

/* Numbers in the table's unit, words as the index of the member; NE for a gap. */
static bool convert(heng_checker *checker, const heng_check_quantity *table, const heng_str *keys,
                    const heng_check__field *unit_field, heng_table_row *row)
{
    if (row->notation != HENG_VALUE) return true;
    if (table->word_count) {
        row->value = (double)heng_check__find_word(table, row->text);
        return true;
    }
    if (table->yes_no) {
        row->value = heng_str_is(row->text, "yes");
        return true;
    }
    double factor = 1;
    if (!heng_str_equal(row->unit, table->unit) &&
        !heng_check__unit_factor(checker, table, keys, row->unit, &factor)) {
        heng_check__report(checker, CHECK_DIMENSION, unit_field,
                           HENG_DETAILS(row->unit, table->unit, HENG_STR("something else")));
        return false;
    }
    row->value *= factor;
    return true;
}

static bool read_number(heng_checker *checker, const heng_check_quantity *table,
                        const heng_str *keys, heng_table_row *row)
{
    heng_check__field value_field = heng_check__field_of(checker, FACTOR_VALUE);
    heng_check__field unit_field = heng_check__field_of(checker, FACTOR_UNIT);
    heng_check__value value = {.text = {0}};
    if (!heng_check__read_value(checker, &value_field, &unit_field, table, keys, &value))
        return false;
    if (value.notation != HENG_VALUE && value.notation != HENG_NE) {
        heng_check__report(checker, CHECK_NOT_NUMBER, &value_field, HENG_DETAILS(value_field.text));
        return false;
    }
    row->notation = value.notation;
    row->value = value.number;
    row->text = value.text;
    row->unit = value.unit;
    if (!heng_check__read_uncertainty(checker, FACTOR_UNCERTAINTY, table, &value,
                                      &row->uncertainty))
        return false;
    return convert(checker, table, keys, &unit_field, row);
}

static void read_row(heng_checker *checker)
{
    heng_table_row row = {.file = {"", 0}};
    heng_str note = {0};
    heng_check__field valid = heng_check__field_of(checker, FACTOR_VALID);
    heng_check__field recorded = heng_check__field_of(checker, FACTOR_RECORDED);
    const heng_check_quantity *table = table_of_row(checker);
    bool placed = table != NULL, sound = true;
    if (table) {
        heng_check__field keys = heng_check__field_of(checker, FACTOR_KEYS);
        placed &= read_member(checker, table, &row.member);
        bool keyed = heng_check__read_keys(checker, &keys, table, row.keys);
        placed &= keyed;
        sound &= read_number(checker, table, keyed ? row.keys : NULL, &row);
    }
    placed &= heng_check__read_span(checker, &valid, &row.valid);
    placed &=
        heng_check__read_recorded(checker, &recorded, checker->options->recorded, &row.recorded);
    sound &= heng_check__read_evidence(checker, FACTOR_STATUS, &row.evidence);
    sound &= heng_check__read_source(checker, FACTOR_SOURCE, &row.source);
    sound &= heng_check__read_text(checker, FACTOR_NOTE, false, HENG_CELL_TEXT_MAX, &note);
    if (!placed) return;
    assert(sound || checker->findings->found || checker->no_memory);
    row.table = table->name;
    row.qualified = table->qualified.length ? table->qualified : table->name;
    row.key_count = (unsigned)table->key_count;
    row.file = checker->workbook->file;
    row.line = checker->row->number;
    heng_check__factor *kept = heng_check__push(checker, &checker->factors);
    if (!kept) return;
    kept->factor = (heng_factor_row){row, note};
    kept->origin = (heng_check__origin){checker->sheet, checker->sheet_number, checker->row->number,
                                        checker->layout->columns[FACTOR_VALUE]};
}

void heng_check__read_factors(heng_checker *checker)
{
    const heng_sheet *sheet = checker->sheet;
    for (size_t r = 0; r < sheet->row_count && !checker->no_memory; r++) {
        checker->row = &sheet->rows[r];
        if (checker->row->number <= checker->layout->header_row) continue;
        if (heng_check__is_blank(checker->row) || heng_check__is_remark(checker->row)) continue;
        checker->row_count++;
        read_row(checker);
    }
}

/* The same cell of the same table, known since the same time. */
static bool same_cell(const heng_table_row *a, const heng_table_row *b)
{
    if (!heng_str_equal(a->qualified, b->qualified) || !heng_str_equal(a->member, b->member))
        return false;
    for (unsigned i = 0; i < a->key_count; i++)
        if (!heng_str_equal(a->keys[i], b->keys[i])) return false;
    return a->valid.first_month == b->valid.first_month && a->recorded == b->recorded;
}

static uint64_t hash_of(const heng_table_row *row)
{
    uint64_t hash = heng_str_hash(row->qualified) * 31 + heng_str_hash(row->member);
    for (unsigned i = 0; i < row->key_count; i++) hash = hash * 31 + heng_str_hash(row->keys[i]);
    hash = hash * 31 + (uint64_t)row->valid.first_month;
    return hash ^ (hash >> 29);
}

static void report_duplicate(heng_checker *checker, const heng_check__factor *first,
                             const heng_check__factor *second)
{
    char address[HENG_ADDRESS_TEXT];
    const heng_table_row *row = &second->factor.row;
    heng_text cell;
    heng_text_init(&cell, checker->arena, (HENG_KEYS_MAX + 2) * (HENG_NAME_MAX + 2));
    heng_text_print(&cell, "%.*s", HENG_PRINT(row->qualified));
    if (row->member.length) heng_text_print(&cell, "/%.*s", HENG_PRINT(row->member));
    for (unsigned i = 0; i < row->key_count; i++)
        heng_text_print(&cell, ";%.*s", HENG_PRINT(row->keys[i]));
    if (cell.failed) checker->no_memory = true;
    heng_address_write(first->origin.row, first->origin.column ? first->origin.column : 1, address);
    heng_str where =
        heng_check__kept(checker, heng_str_format(checker->arena, "%.*s!%s",
                                                  HENG_PRINT(first->origin.sheet->name), address));
    checker->sheet = second->origin.sheet;
    checker->sheet_number = second->origin.sheet_number;
    heng_check__report_at(checker, CHECK_DUPLICATE, second->origin.row, second->origin.column,
                          row->text, HENG_DETAILS(where, heng_text_view(&cell)));
}

void heng_check__compare_factors(heng_checker *checker)
{
    const heng_check__factor *rows = checker->factors.items;
    size_t count = checker->factors.count, buckets = 16;
    while (buckets < 2 * count) buckets *= 2;
    uint32_t *slots = HENG_ARRAY(checker->arena, buckets, uint32_t);
    if (!slots) {
        checker->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count && !checker->no_memory; i++) {
        size_t slot = hash_of(&rows[i].factor.row) & (buckets - 1);
        bool duplicate = false;
        for (; slots[slot] && !duplicate; slot = (slot + 1) & (buckets - 1)) {
            const heng_check__factor *other = &rows[slots[slot] - 1];
            duplicate = same_cell(&rows[i].factor.row, &other->factor.row);
            if (duplicate) report_duplicate(checker, other, &rows[i]);
        }
        if (!duplicate) slots[slot] = (uint32_t)(i + 1);
    }
}
