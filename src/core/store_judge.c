/* Known, revision or conflict, and the orders: the same for every kind of store.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/store_backend.h"

#include <assert.h>

/* ---- orders
 * -------------------------------------------------------------------------------------- */

static int compare_integers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int heng_store__keys_compare(const heng_str *a, unsigned a_count, const heng_str *b,
                             unsigned b_count)
{
    int order = (int)a_count - (int)b_count;
    for (unsigned i = 0; !order && i < a_count; i++) order = heng_str_compare(a[i], b[i]);
    return order;
}

static int compare_link_cells(const heng_link *a, const heng_link *b)
{
    int order = heng_str_compare(a->hierarchy, b->hierarchy);
    if (!order) order = heng_str_compare(a->member, b->member);
    return order ? order : compare_integers(a->valid.first_month, b->valid.first_month);
}

bool heng_store__same_link_cell(const heng_link *a, const heng_link *b)
{
    return compare_link_cells(a, b) == 0;
}

int heng_store__link_compare(const heng_link *a, const heng_link *b)
{
    int order = compare_link_cells(a, b);
    return order ? order : compare_integers(a->recorded, b->recorded);
}

static int compare_row_cells(const heng_table_row *a, const heng_table_row *b)
{
    int order = heng_str_compare(a->qualified, b->qualified);
    if (!order) order = heng_str_compare(a->member, b->member);
    if (!order) order = heng_store__keys_compare(a->keys, a->key_count, b->keys, b->key_count);
    return order ? order : compare_integers(a->valid.first_month, b->valid.first_month);
}

bool heng_store__same_row_cell(const heng_table_row *a, const heng_table_row *b)
{
    return compare_row_cells(a, b) == 0;
}

int heng_row_compare(const heng_table_row *a, const heng_table_row *b)
{
    int order = compare_row_cells(a, b);
    if (!order) order = compare_integers(a->recorded, b->recorded);
    return order ? order : heng_str_compare(a->text, b->text);
}

int heng_result_compare(const heng_result *a, const heng_result *b)
{
    int order = heng_str_compare(a->quantity, b->quantity);
    if (!order) order = heng_str_compare(a->entity, b->entity);
    if (!order) order = heng_store__keys_compare(a->keys, a->key_count, b->keys, b->key_count);
    return order ? order : heng_period_compare(a->period, b->period);
}

/* ---- choosing
 * ------------------------------------------------------------------------------------ */

bool heng_store__listed(const heng_str *list, size_t count, heng_str text)
{
    if (count == 0) return true;
    for (size_t i = 0; i < count; i++)
        if (heng_str_equal(list[i], text)) return true;
    return false;
}

heng_str heng_store__bare_name(heng_str qualified)
{
    size_t at = qualified.length;
    while (at > 0 && qualified.at[at - 1] != '.') at--;
    return heng_str_slice(qualified, at, qualified.length);
}

bool heng_store__name_matches(heng_str wanted, heng_str qualified)
{
    if (heng_str_equal(wanted, qualified)) return true;
    return heng_str_find(wanted, HENG_STR("."), 0) == SIZE_MAX &&
           heng_str_equal(wanted, heng_store__bare_name(qualified));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains_any_case(heng_str text, heng_str needle)
{
    for (size_t from = 0; from + needle.length <= text.length; from++) {
        size_t i = 0;
        while (i < needle.length && lower(text.at[from + i]) == lower(needle.at[i])) i++;
        if (i == needle.length) return true;
    }
    return false;
}

static bool row_mentions(const heng_table_row *row, heng_str needle)
{
    const heng_str texts[] = {row->qualified, row->member, row->text, row->unit, row->source};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (contains_any_case(texts[i], needle)) return true;
    for (unsigned i = 0; i < row->key_count; i++)
        if (contains_any_case(row->keys[i], needle)) return true;
    return false;
}

bool heng_store__row_matches(const heng_row_filter *filter, const heng_table_row *row)
{
    if (filter->table.length && !heng_store__name_matches(filter->table, row->qualified))
        return false;
    if (filter->member.length && !heng_str_equal(filter->member, row->member)) return false;
    return !filter->search.length || row_mentions(row, filter->search);
}

void heng_store__page(heng_page page, size_t *first, size_t *count)
{
    *first = page.skip < *count ? page.skip : *count;
    *count -= *first;
    if (page.limit && *count > page.limit) *count = page.limit;
}

/* ---- judging
 * ------------------------------------------------------------------------------------- */

/* The address of a cell for messages: CN/2020/co2[coal, energy]; cut short where it is too long. */
typedef struct address {
    char text[160];
} address;

static void append(address *out, const char *glue, heng_str piece)
{
    size_t used = strlen(out->text);
    size_t room = sizeof out->text - used - 1;
    size_t glue_length = strlen(glue);
    if (glue_length + piece.length > room) return;
    memcpy(out->text + used, glue, glue_length);
    if (piece.length) memcpy(out->text + used + glue_length, piece.at, piece.length);
    out->text[used + glue_length + piece.length] = '\0';
}

static void append_keys(address *out, const heng_str *keys, unsigned count)
{
    for (unsigned i = 0; i < count; i++) append(out, i ? ", " : "[", keys[i]);
    if (count) append(out, "]", HENG_STR(""));
}

static address point_address(heng_str entity, heng_period period, heng_str name,
                             const heng_str *keys, unsigned key_count)
{
    address out = {""};
    char period_text[HENG_PERIOD_TEXT];
    heng_period_write(period, period_text);
    append(&out, "", entity);
    append(&out, "/", heng_str_from(period_text));
    append(&out, "/", name);
    append_keys(&out, keys, key_count);
    return out;
}

static address recorded_text(heng_instant recorded)
{
    address out = {""};
    char text[HENG_INSTANT_TEXT];
    if (recorded == HENG_INSTANT_MIN) {
        append(&out, "", HENG_STR("from the start"));
    } else {
        heng_instant_write(recorded, text);
        append(&out, "", heng_str_from(text));
    }
    return out;
}

/* At most 60 bytes of a text, for messages. */
static heng_str brief(heng_str text)
{
    size_t length = text.length < 60 ? text.length : 60;
    return heng_str_slice(text, 0, heng_utf8_valid(heng_str_slice(text, 0, length)));
}

bool heng_store__same_source(const heng_source *a, const heng_source *b)
{
    return heng_str_equal(a->code, b->code) && heng_str_equal(a->title, b->title) &&
           heng_str_equal(a->publisher, b->publisher) &&
           heng_str_equal(a->published, b->published) && heng_str_equal(a->where, b->where) &&
           heng_str_equal(a->licence, b->licence);
}

heng_status heng_store__judge_source(const heng_source *there, const heng_source *put,
                                     heng_error *err)
{
    if (heng_store__same_source(there, put)) return HENG_OK;
    return heng_fail(
        err, HENG_CONFLICT, 0,
        "source %.*s is given twice, as \"%.*s\" and as \"%.*s\" with another content; "
        "give the documents different codes",
        HENG_PRINT(put->code), HENG_PRINT(brief(there->title)), HENG_PRINT(brief(put->title)));
}

heng_status heng_store__judge_setting(const heng_setting *there, const heng_setting *put,
                                      heng_error *err)
{
    if (heng_str_equal(there->value, put->value)) return HENG_OK;
    return heng_fail(err, HENG_CONFLICT, 0,
                     "setting %.*s is given twice, as \"%.*s\" and as \"%.*s\"; give it once",
                     HENG_PRINT(put->key), HENG_PRINT(brief(there->value)),
                     HENG_PRINT(brief(put->value)));
}

heng_status heng_store__judge_entity(const heng_entity *there, const heng_entity *put,
                                     heng_error *err)
{
    const char *differs = NULL;
    if (!heng_str_equal(there->kind, put->kind))
        differs = "kind";
    else if (!heng_str_equal(there->level, put->level))
        differs = "level";
    else if (!heng_str_equal(there->name_en, put->name_en))
        differs = "English name";
    else if (!heng_str_equal(there->name_zh, put->name_zh))
        differs = "Chinese name";
    else if (!heng_str_equal(there->standard_code, put->standard_code))
        differs = "standard code";
    else if (there->valid.first_month != put->valid.first_month ||
             there->valid.last_month != put->valid.last_month)
        differs = "validity";
    if (!differs) return HENG_OK;
    return heng_fail(err, HENG_CONFLICT, 0,
                     "entity %.*s is already recorded (%s) with another %s; give the correction a "
                     "later `recorded`",
                     HENG_PRINT(put->code), recorded_text(put->recorded).text, differs);
}

heng_status heng_store__judge_link(const heng_link *there, const heng_link *put, heng_error *err)
{
    if (heng_str_equal(there->parent, put->parent) &&
        there->valid.last_month == put->valid.last_month)
        return HENG_OK;
    return heng_fail(err, HENG_CONFLICT, 0,
                     "%.*s is already recorded (%s) as a member of \"%.*s\" in the hierarchy %.*s "
                     "from that month; \"%.*s\" or its last month differs; give the correction a "
                     "later `recorded`",
                     HENG_PRINT(put->member), recorded_text(put->recorded).text,
                     HENG_PRINT(there->parent), HENG_PRINT(put->hierarchy),
                     HENG_PRINT(put->parent));
}

static const char *fact_difference(const heng_fact *a, const heng_fact *b)
{
    if (!heng_str_equal(a->text, b->text) || a->notation != b->notation) return "value";
    if (!heng_str_equal(a->unit, b->unit)) return "unit";
    if (!heng_str_equal(a->source, b->source)) return "source";
    if (!heng_str_equal(a->uncertainty, b->uncertainty)) return "uncertainty";
    if (a->quality != b->quality) return "quality";
    return a->evidence != b->evidence ? "evidence" : NULL;
}

heng_status heng_store__judge_fact(const heng_fact *there, const heng_fact *put, heng_error *err)
{
    const char *differs = fact_difference(there, put);
    if (!differs) return HENG_OK;
    address cell = point_address(put->entity, put->period, put->name, put->keys, put->key_count);
    return heng_fail(err, HENG_CONFLICT, 0,
                     "%s is already recorded (%s) as %.*s %.*s; %.*s %.*s has another %s; give the "
                     "correction a later `recorded`",
                     cell.text, recorded_text(put->recorded).text, HENG_PRINT(brief(there->text)),
                     HENG_PRINT(there->unit), HENG_PRINT(brief(put->text)), HENG_PRINT(put->unit),
                     differs);
}

static const char *row_difference(const heng_table_row *a, const heng_table_row *b)
{
    if (!heng_str_equal(a->text, b->text) || a->notation != b->notation) return "value";
    if (!heng_str_equal(a->unit, b->unit)) return "unit";
    if (a->valid.last_month != b->valid.last_month) return "last month";
    if (a->evidence != b->evidence) return "evidence";
    if (!heng_str_equal(a->uncertainty, b->uncertainty)) return "uncertainty";
    return heng_str_equal(a->source, b->source) ? NULL : "source";
}

heng_status heng_store__judge_row(const heng_table_row *there, const heng_table_row *put,
                                  heng_error *err)
{
    const char *differs = row_difference(there, put);
    if (!differs) return HENG_OK;
    address cell = {""};
    append(&cell, "", put->qualified);
    if (put->member.length) append(&cell, " of ", put->member);
    append_keys(&cell, put->keys, put->key_count);
    return heng_fail(err, HENG_CONFLICT, 0,
                     "the row %s is already recorded (%s) as %.*s %.*s; %.*s %.*s has another %s; "
                     "give the correction a later `recorded`",
                     cell.text, recorded_text(put->recorded).text, HENG_PRINT(brief(there->text)),
                     HENG_PRINT(there->unit), HENG_PRINT(brief(put->text)), HENG_PRINT(put->unit),
                     differs);
}

heng_status heng_store__result_twice(uint64_t run, const heng_result *result, heng_error *err)
{
    address cell = point_address(result->entity, result->period, result->quantity, result->keys,
                                 result->key_count);
    return heng_fail(err, HENG_CONFLICT, 0,
                     "%s is given twice in run %llu; a run has one value for a cell", cell.text,
                     (unsigned long long)run);
}

heng_status heng_store__judge_seal(const heng_seal_record *there, const heng_seal_record *put,
                                   heng_error *err)
{
    if (heng_str_equal(there->text, put->text)) return HENG_OK;
    return heng_fail(err, HENG_CONFLICT, 0,
                     "run %llu is sealed already, and a seal is never revised; compute again after "
                     "the next import to get a run of its own",
                     (unsigned long long)put->run);
}

heng_status heng_store__no_such_run(uint64_t run, heng_error *err)
{
    return heng_fail(err, HENG_NOT_FOUND, 0, "there is no run %llu to seal; compute first",
                     (unsigned long long)run);
}

heng_status heng_store__no_seal(uint64_t run, heng_error *err)
{
    return heng_fail(err, HENG_NOT_FOUND, 0, "run %llu is not sealed", (unsigned long long)run);
}
