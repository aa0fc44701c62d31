/* SPDX-License-Identifier: Apache-2.0 */
#include "core/table/sheet.h"

#include <assert.h>

_Static_assert(sizeof(heng_sheet_cell) == 32, "a million cells take 32 MB");
_Static_assert(HENG_SHEET_COLUMNS_MAX <= UINT16_MAX, "a column number fits its field");

enum { LETTERS = 26, CELLS_AT_FIRST = 64 };

const char *heng_cell_kind_name(heng_cell_kind kind)
{
    static const char *const names[HENG_CELL_KIND_COUNT] = {"empty",  "text", "number",
                                                            "yes/no", "date", "error"};
    assert((unsigned)kind < HENG_CELL_KIND_COUNT);
    return names[kind];
}

const heng_sheet_row *heng_sheet_row_at(const heng_sheet *sheet, uint32_t number)
{
    size_t low = 0, high = sheet->row_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sheet->rows[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sheet->row_count || sheet->rows[low].number != number) return NULL;
    return &sheet->rows[low];
}

const heng_sheet_cell *heng_sheet_row_cell(const heng_sheet_row *row, uint32_t column)
{
    size_t low = 0, high = row->cell_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row->cells[middle].column < column)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == row->cell_count || row->cells[low].column != column) return NULL;
    return &row->cells[low];
}

const heng_sheet_cell *heng_sheet_cell_at(const heng_sheet *sheet, uint32_t row, uint32_t column)
{
    const heng_sheet_row *found = heng_sheet_row_at(sheet, row);
    return found ? heng_sheet_row_cell(found, column) : NULL;
}

size_t heng_column_write(uint32_t column, char out[HENG_ADDRESS_TEXT])
{
    assert(column >= 1 && column <= HENG_SHEET_COLUMNS_MAX);
    char backwards[HENG_ADDRESS_TEXT];
    size_t count = 0;
    for (uint32_t rest = column; rest; rest = (rest - 1) / LETTERS)
        backwards[count++] = (char)('A' + (rest - 1) % LETTERS);
    for (size_t i = 0; i < count; i++) out[i] = backwards[count - 1 - i];
    out[count] = '\0';
    return count;
}

size_t heng_address_write(uint32_t row, uint32_t column, char out[HENG_ADDRESS_TEXT])
{
    assert(row >= 1 && row <= HENG_SHEET_ROWS_MAX);
    size_t length = heng_column_write(column, out);
    char digits[HENG_ADDRESS_TEXT];
    size_t count = 0;
    for (uint32_t rest = row; rest; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    while (count) out[length++] = digits[--count];
    out[length] = '\0';
    return length;
}

bool heng_address_parse(heng_str text, uint32_t *row, uint32_t *column)
{
    size_t at = 0;
    uint32_t letters = 0, digits = 0;
    for (; at < text.length; at++) {
        char c = text.at[at];
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c < 'A' || c > 'Z') break;
        letters = letters * LETTERS + (uint32_t)(c - 'A' + 1);
        if (letters > HENG_SHEET_COLUMNS_MAX) return false;
    }
    if (at == 0 || at == text.length || text.at[at] == '0') return false;
    for (; at < text.length; at++) {
        if (text.at[at] < '0' || text.at[at] > '9') return false;
        digits = digits * 10 + (uint32_t)(text.at[at] - '0');
        if (digits > HENG_SHEET_ROWS_MAX) return false;
    }
    *row = digits;
    *column = letters;
    return true;
}

bool heng_range_parse(heng_str text, heng_sheet_range *out)
{
    heng_str rest = text, corner;
    heng_sheet_range range;
    if (!heng_str_cut(&rest, ':', &corner)) return false;
    if (!heng_address_parse(corner, &range.first_row, &range.first_column)) return false;
    range.last_row = range.first_row;
    range.last_column = range.first_column;
    if (corner.length < text.length &&
        !heng_address_parse(heng_str_slice(text, corner.length + 1, text.length), &range.last_row,
                            &range.last_column))
        return false;
    if (range.last_row < range.first_row || range.last_column < range.first_column) return false;
    *out = range;
    return true;
}

void heng_sheet_build(heng_sheet_builder *builder, heng_arena *arena)
{
    assert(builder && arena);
    *builder = (heng_sheet_builder){.arena = arena};
}

/* Room for one more item in a growing array of the arena; NULL when memory ran out. */
static void *grown(heng_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    size_t more = *capacity ? *capacity * 2 : CELLS_AT_FIRST;
    void *room = heng_arena_array(arena, more, size);
    if (!room) return NULL;
    if (count) memcpy(room, items, count * size);
    *capacity = more;
    return room;
}

bool heng_sheet_add(heng_sheet_builder *builder, heng_sheet_cell cell)
{
    assert(cell.row >= 1 && cell.row <= HENG_SHEET_ROWS_MAX);
    assert(cell.column >= 1 && cell.column <= HENG_SHEET_COLUMNS_MAX);
    assert(cell.kind < HENG_CELL_KIND_COUNT);
    if (builder->failed) return true;
    bool new_row = true;
    if (builder->count) {
        const heng_sheet_cell *last = &builder->cells[builder->count - 1];
        if (cell.row < last->row || (cell.row == last->row && cell.column <= last->column))
            return false;
        new_row = cell.row != last->row;
    }
    void *room =
        grown(builder->arena, builder->cells, builder->count, &builder->capacity, sizeof cell);
    if (!room) {
        builder->failed = true;
        return true;
    }
    builder->cells = room;
    builder->cells[builder->count++] = cell;
    builder->row_count += new_row;
    return true;
}

void heng_sheet_merge(heng_sheet_builder *builder, heng_sheet_range range)
{
    assert(range.first_row >= 1 && range.first_row <= range.last_row);
    if (builder->failed) return;
    void *room = grown(builder->arena, builder->merged, builder->merged_count,
                       &builder->merged_capacity, sizeof range);
    if (!room) {
        builder->failed = true;
        return;
    }
    builder->merged = room;
    builder->merged[builder->merged_count++] = range;
}

heng_status heng_sheet_seal(heng_sheet_builder *builder, heng_str name, bool hidden,
                            heng_sheet *out, heng_error *err)
{
    heng_sheet_row *rows = NULL;
    heng_str kept = {0};
    if (!builder->failed) {
        rows = HENG_ARRAY(builder->arena, builder->row_count, heng_sheet_row);
        kept = heng_str_copy(builder->arena, name);
    }
    if (!rows || !kept.at)
        return heng_fail(err, HENG_NO_MEMORY, builder->count,
                         "no memory for the %zu cells of sheet \"%.*s\"", builder->count,
                         HENG_PRINT(name));
    size_t row_count = 0;
    for (size_t i = 0; i < builder->count; i++) {
        const heng_sheet_cell *cell = &builder->cells[i];
        if (!row_count || rows[row_count - 1].number != cell->row)
            rows[row_count++] = (heng_sheet_row){.number = cell->row, .cells = cell};
        rows[row_count - 1].cell_count++;
    }
    assert(row_count == builder->row_count);
    *out = (heng_sheet){
        .name = kept,
        .hidden = hidden,
        .cells = builder->cells,
        .cell_count = builder->count,
        .rows = rows,
        .row_count = row_count,
        .merged = builder->merged,
        .merged_count = builder->merged_count,
    };
    return HENG_OK;
}
