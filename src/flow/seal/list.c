/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/seal/list.h"
#include "core/receipt/field.h"

#include <inttypes.h>
#include <stdio.h>

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for the list of what is sealed");
}

heng_status heng_seal__add(heng_seal__list *list, heng_str kind, heng_str name, heng_hash hash,
                           heng_error *err)
{
    if (!name.at) return no_memory(err);
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        heng_seal__entry *items = HENG_ARRAY(list->arena, room, heng_seal__entry);
        if (!items) return no_memory(err);
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = (heng_seal__entry){kind, name, hash};
    return HENG_OK;
}

/* ---- the hash of a record ------------------------------------------------------------------------- */

/* Each field is a length, a colon and the bytes, so that no two records give the same bytes. */
static void put_text(heng_hasher *h, heng_str text)
{
    char length[24];
    snprintf(length, sizeof length, "%zu:", text.length);
    heng_hasher_add(h, heng_str_from(length));
    heng_hasher_add(h, text);
}

static void put_integer(heng_hasher *h, int64_t integer)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, integer);
    put_text(h, heng_str_from(text));
}

static void put_number(heng_hasher *h, double number)
{
    put_text(h, (heng_str){(const char *)&number, sizeof number});
}

static void put_span(heng_hasher *h, heng_span span)
{
    put_integer(h, span.first_month);
    put_integer(h, span.last_month);
}

static void put_keys(heng_hasher *h, const heng_str *keys, unsigned count)
{
    put_integer(h, count);
    for (unsigned i = 0; i < count; i++) put_text(h, keys[i]);
}

#define PUT_TEXTS(h, ...)                                                                          \
    do {                                                                                           \
        const heng_str texts[] = {__VA_ARGS__};                                                    \
        for (size_t n = 0; n < sizeof texts / sizeof *texts; n++) put_text((h), texts[n]);         \
    } while (0)

/* ---- names ---------------------------------------------------------------------------------------- */

static void add_keys(heng_text *out, const heng_str *keys, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        heng_text_add_char(out, i ? ',' : '[');
        heng_text_add(out, keys[i]);
    }
    if (count) heng_text_add_char(out, ']');
}

/* A cell may have several records; the time of recording tells them apart. */
static void add_recorded(heng_text *out, heng_instant recorded)
{
    char text[HENG_INSTANT_TEXT];
    if (recorded == HENG_INSTANT_MIN) return;
    heng_text_add(out, HENG_STR(", recorded "));
    heng_text_add(out, (heng_str){text, heng_instant_write(recorded, text)});
}

static void add_month(heng_text *out, int32_t month)
{
    char text[HENG_PERIOD_TEXT];
    if (month == INT32_MIN || month == INT32_MAX) return;
    heng_text_add(out, HENG_STR(" from "));
    heng_text_add(out, (heng_str){text, heng_period_write((heng_period){HENG_MONTH, month}, text)});
}

static heng_str named(const heng_text *text)
{
    return text->failed ? (heng_str){NULL, 0} : heng_text_view(text);
}

static void name_begin(heng_text *text, heng_arena *arena)
{
    heng_text_init(text, arena, (size_t)HENG_NAME_MAX * (HENG_KEYS_MAX + 8));
}

/* ---- records -------------------------------------------------------------------------------------- */

static heng_status add_sources(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_source *rows;
    size_t count;
    heng_status status = heng_store_sources(store, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_source *r = &rows[i];
        heng_hasher h;
        heng_hasher_begin(&h);
        PUT_TEXTS(&h, r->code, r->title, r->publisher, r->published, r->where, r->licence);
        status = heng_seal__add(list, HENG_STR("source"), r->code, heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_entities(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_entity *rows;
    size_t count;
    heng_status status =
        heng_store_entities(store, HENG_KNOWN_ALL, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_entity *r = &rows[i];
        heng_hasher h;
        heng_text name;
        heng_hasher_begin(&h);
        PUT_TEXTS(&h, r->code, r->kind, r->level, r->name_en, r->name_zh, r->standard_code);
        put_span(&h, r->valid);
        put_integer(&h, r->recorded);
        name_begin(&name, list->arena);
        heng_text_add(&name, r->code);
        add_recorded(&name, r->recorded);
        status = heng_seal__add(list, HENG_STR("entity"), named(&name), heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_links(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_link *rows;
    size_t count;
    heng_status status = heng_store_links(store, HENG_KNOWN_ALL, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_link *r = &rows[i];
        heng_hasher h;
        heng_text name;
        heng_hasher_begin(&h);
        PUT_TEXTS(&h, r->member, r->parent, r->hierarchy);
        put_span(&h, r->valid);
        put_integer(&h, r->recorded);
        name_begin(&name, list->arena);
        heng_text_print(&name, "%.*s in %.*s", HENG_PRINT(r->member), HENG_PRINT(r->hierarchy));
        add_month(&name, r->valid.first_month);
        add_recorded(&name, r->recorded);
        status = heng_seal__add(list, HENG_STR("link"), named(&name), heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_fact(heng_seal__list *list, const heng_fact *r, heng_error *err)
{
    char when[HENG_PERIOD_TEXT];
    heng_hasher h;
    heng_text name;
    heng_hasher_begin(&h);
    PUT_TEXTS(&h, r->entity, r->name, r->text, r->unit, r->source, r->note);
    put_keys(&h, r->keys, r->key_count);
    put_integer(&h, r->period.grain);
    put_integer(&h, r->period.number);
    put_integer(&h, r->notation);
    put_number(&h, r->value);
    put_integer(&h, r->quality);
    put_integer(&h, r->evidence);
    put_integer(&h, r->recorded);
    if (r->uncertainty.length) PUT_TEXTS(&h, r->uncertainty); /* seals of before hold none */
    name_begin(&name, list->arena);
    heng_period_write(r->period, when);
    heng_text_print(&name, "%.*s/%s/%.*s", HENG_PRINT(r->entity), when, HENG_PRINT(r->name));
    add_keys(&name, r->keys, r->key_count);
    add_recorded(&name, r->recorded);
    return heng_seal__add(list, HENG_STR("fact"), named(&name), heng_hasher_end(&h), err);
}

static heng_status add_facts(heng_seal__list *list, heng_store *store, heng_error *err)
{
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_fact *rows;
    size_t count;
    heng_status status = heng_store_facts(store, &filter, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) status = add_fact(list, &rows[i], err);
    return status;
}

static heng_status add_rows(heng_seal__list *list, heng_store *store, heng_error *err)
{
    heng_row_filter filter = HENG_ROWS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_table_row *rows;
    size_t count;
    heng_status status = heng_store_rows(store, &filter, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_table_row *r = &rows[i];
        heng_hasher h;
        heng_text name;
        heng_hasher_begin(&h);
        PUT_TEXTS(&h, r->qualified, r->member, r->text, r->unit, r->source, r->file);
        put_keys(&h, r->keys, r->key_count);
        put_span(&h, r->valid);
        put_integer(&h, r->notation);
        put_number(&h, r->value);
        put_integer(&h, r->evidence);
        put_integer(&h, r->recorded);
        put_integer(&h, r->line);
        if (r->uncertainty.length) PUT_TEXTS(&h, r->uncertainty);
        name_begin(&name, list->arena);
        heng_text_add(&name, r->qualified);
        add_keys(&name, r->keys, r->key_count);
        if (r->member.length) heng_text_print(&name, " of %.*s", HENG_PRINT(r->member));
        add_month(&name, r->valid.first_month);
        add_recorded(&name, r->recorded);
        status = heng_seal__add(list, HENG_STR("factor"), named(&name), heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_imports(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_import *rows;
    size_t count;
    heng_status status = heng_store_imports(store, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_import *r = &rows[i];
        heng_hasher h;
        heng_hasher_begin(&h);
        PUT_TEXTS(&h, {(const char *)r->content.bytes, HENG_HASH_BYTES}, r->name, r->format,
                  r->kind);
        put_integer(&h, (int64_t)r->byte_count);
        put_integer(&h, (int64_t)r->row_count);
        for (int k = 0; k < HENG_PUT_COUNT; k++) put_integer(&h, (int64_t)r->put_count[k]);
        put_integer(&h, (int64_t)r->step.number);
        heng_str name = heng_str_format(list->arena, "%zu, %.*s", i + 1, HENG_PRINT(r->name));
        status = heng_seal__add(list, HENG_STR("import"), name, heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_settings(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_setting *rows;
    size_t count;
    heng_status status = heng_store_setting_records(store, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        heng_str name = heng_str_format(list->arena, "%.*s, step %llu", HENG_PRINT(rows[i].key),
                                        (unsigned long long)rows[i].step);
        status = heng_seal__add(list, HENG_STR("setting"), name, heng_hash_of(rows[i].value), err);
    }
    return status;
}

static heng_status add_steps(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_step *rows;
    size_t count;
    heng_status status = heng_store_steps(store, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        heng_hasher h;
        heng_hasher_begin(&h);
        put_text(&h, rows[i].what);
        put_integer(&h, rows[i].at);
        heng_str name = heng_str_format(list->arena, "%llu", (unsigned long long)rows[i].number);
        status = heng_seal__add(list, HENG_STR("step"), name, heng_hasher_end(&h), err);
    }
    return status;
}

static heng_status add_runs(heng_seal__list *list, heng_store *store, heng_error *err)
{
    const heng_run *rows;
    size_t count;
    heng_status status = heng_store_runs(store, list->arena, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        heng_hasher h;
        heng_hasher_begin(&h);
        put_text(&h, (heng_str){(const char *)rows[i].program.bytes, HENG_HASH_BYTES});
        put_integer(&h, rows[i].as_of);
        PUT_TEXTS(&h, rows[i].pack, rows[i].note);
        put_integer(&h, (int64_t)rows[i].finding_count);
        put_integer(&h, (int64_t)rows[i].step.number);
        heng_str name = heng_str_format(list->arena, "%llu", (unsigned long long)rows[i].number);
        status = heng_seal__add(list, HENG_STR("run"), name, heng_hasher_end(&h), err);
    }
    return status;
}

heng_status heng_seal__add_records(heng_seal__list *list, heng_store *store, heng_error *err)
{
    typedef heng_status add_kind(heng_seal__list *, heng_store *, heng_error *);
    static add_kind *const kinds[] = {add_sources, add_entities, add_links, add_facts, add_rows,
                                      add_imports, add_settings, add_steps, add_runs};
    heng_status status = HENG_OK;
    for (size_t i = 0; !status && i < sizeof kinds / sizeof *kinds; i++)
        status = kinds[i](list, store, err);
    return status;
}

/* ---- text ----------------------------------------------------------------------------------------- */

heng_status heng_seal__write_list(const heng_seal__list *list, heng_arena *arena, heng_str *out,
                                  heng_error *err)
{
    heng_text text;
    heng_text_init(&text, arena, HENG_SEAL_LIST_MAX);
    for (size_t i = 0; i < list->count; i++) {
        const heng_seal__entry *entry = &list->items[i];
        heng_text_add(&text, entry->kind);
        heng_text_add_char(&text, '|');
        heng_field_write(entry->name, &text);
        heng_text_add_char(&text, '|');
        heng_hex_write(entry->hash.bytes, sizeof entry->hash.bytes, &text);
        heng_text_add_char(&text, '\n');
    }
    if (text.failed && text.length + HENG_RULE_TEXT_MAX > HENG_SEAL_LIST_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0,
                         "the list of what is sealed would have more than %llu MiB",
                         HENG_SEAL_LIST_MAX >> 20);
    if (text.failed) return no_memory(err);
    *out = heng_text_view(&text);
    return HENG_OK;
}

heng_status heng_seal__read_list(heng_str text, heng_seal__list *list, heng_error *err)
{
    heng_str rest = text, line;
    heng_error why;
    for (size_t number = 1; rest.length && heng_str_cut(&rest, '\n', &line); number++) {
        heng_seal__entry entry;
        heng_str kind, name;
        bool good = heng_str_cut(&line, '|', &kind) && heng_str_cut(&line, '|', &name) &&
                    heng_hash_parse(line, &entry.hash);
        heng_status status =
            good ? heng_field_read(name, list->arena, &entry.name, &why) : HENG_INVALID;
        if (status == HENG_NO_MEMORY) return no_memory(err);
        if (status)
            return heng_fail(err, HENG_INVALID, number,
                             "line %zu of the list of what is sealed is not kind|name|hash",
                             number);
        status =
            heng_seal__add(list, kind, entry.name.at ? entry.name : HENG_STR(""), entry.hash, err);
        if (status) return status;
    }
    return HENG_OK;
}
