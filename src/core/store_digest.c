/* The canonical dump of a store, hashed.
 *
 * A record is a letter for its kind and its fields, each a length, a colon and the bytes, as
 * netstrings are; numbers are written as base/text.h writes them, which reads back to the same
 * bits. The dump is cut into blocks of BLOCK_BYTES; the digest is a chain, each link the hash of
 * the one before and the next block. Scans give their rows in an order of content, so neither the
 * order of putting nor the kind of store is left in it; the clock and number of steps are not
 * dumped.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/store_backend.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK_BYTES = 1 << 16 };

typedef struct dump {
    char *block; /* HENG_HASH_BYTES of the link before, then the bytes */
    size_t used;
} dump;

static void end_block(dump *sink)
{
    heng_hash link = heng_hash_of((heng_str){sink->block, sink->used});
    memcpy(sink->block, link.bytes, HENG_HASH_BYTES);
    sink->used = HENG_HASH_BYTES;
}

static void put_bytes(dump *sink, heng_str bytes)
{
    while (bytes.length) {
        size_t room = BLOCK_BYTES - sink->used;
        size_t piece = bytes.length < room ? bytes.length : room;
        memcpy(sink->block + sink->used, bytes.at, piece);
        sink->used += piece;
        bytes = heng_str_slice(bytes, piece, bytes.length);
        if (sink->used == BLOCK_BYTES) end_block(sink);
    }
}

static void put_text(dump *sink, heng_str text)
{
    char length[24];
    snprintf(length, sizeof length, "%zu:", text.length);
    put_bytes(sink, heng_str_from(length));
    put_bytes(sink, text);
}

static void put_integer(dump *sink, int64_t integer)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, integer);
    put_text(sink, heng_str_from(text));
}

static void put_number(dump *sink, double number)
{
    char text[HENG_NUMBER_TEXT];
    size_t length = heng_number_write(number, text);
    put_text(sink, (heng_str){text, length});
}

static void put_keys(dump *sink, const heng_str *keys, unsigned count)
{
    put_integer(sink, count);
    for (unsigned i = 0; i < count; i++) put_text(sink, keys[i]);
}

static void put_span(dump *sink, heng_span span)
{
    put_integer(sink, span.first_month);
    put_integer(sink, span.last_month);
}

static void put_period(dump *sink, heng_period period)
{
    put_integer(sink, period.grain);
    put_integer(sink, period.number);
}

static heng_status dump_sources(dump *sink, heng_store *store, heng_arena *scratch, heng_error *err)
{
    const heng_source *rows;
    size_t count;
    heng_status status = heng_store_sources(store, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("s"));
        put_text(sink, rows[i].code);
        put_text(sink, rows[i].title);
        put_text(sink, rows[i].publisher);
        put_text(sink, rows[i].published);
        put_text(sink, rows[i].where);
        put_text(sink, rows[i].licence);
    }
    return status;
}

/* Nothing where nothing is stated: books of before statements were kept have the digests that they had. */
static void put_uncertainty(dump *sink, heng_str stated)
{
    if (!stated.length) return;
    put_bytes(sink, HENG_STR("u"));
    put_text(sink, stated);
}

static heng_status dump_entities(dump *sink, heng_store *store, heng_arena *scratch,
                                 heng_error *err)
{
    const heng_entity *rows;
    size_t count;
    heng_status status = heng_store_entities(store, HENG_KNOWN_ALL, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("e"));
        put_text(sink, rows[i].code);
        put_text(sink, rows[i].kind);
        put_text(sink, rows[i].level);
        put_text(sink, rows[i].name_en);
        put_text(sink, rows[i].name_zh);
        put_text(sink, rows[i].standard_code);
        put_span(sink, rows[i].valid);
        put_integer(sink, rows[i].recorded);
    }
    return status;
}

static heng_status dump_links(dump *sink, heng_store *store, heng_arena *scratch, heng_error *err)
{
    const heng_link *rows;
    size_t count;
    heng_status status = heng_store_links(store, HENG_KNOWN_ALL, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("l"));
        put_text(sink, rows[i].hierarchy);
        put_text(sink, rows[i].member);
        put_text(sink, rows[i].parent);
        put_span(sink, rows[i].valid);
        put_integer(sink, rows[i].recorded);
    }
    return status;
}

static heng_status dump_facts(dump *sink, heng_store *store, heng_arena *scratch, heng_error *err)
{
    heng_fact_filter filter = HENG_FACTS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_fact *rows;
    size_t count;
    heng_status status = heng_store_facts(store, &filter, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("f"));
        put_text(sink, rows[i].entity);
        put_text(sink, rows[i].name);
        put_keys(sink, rows[i].keys, rows[i].key_count);
        put_period(sink, rows[i].period);
        put_integer(sink, rows[i].notation);
        put_number(sink, rows[i].value);
        put_text(sink, rows[i].text);
        put_text(sink, rows[i].unit);
        put_integer(sink, rows[i].quality);
        put_integer(sink, rows[i].evidence);
        put_text(sink, rows[i].source);
        put_text(sink, rows[i].note);
        put_uncertainty(sink, rows[i].uncertainty);
        put_integer(sink, rows[i].recorded);
    }
    return status;
}

static heng_status dump_rows(dump *sink, heng_store *store, heng_arena *scratch, heng_error *err)
{
    heng_row_filter filter = HENG_ROWS_NOW;
    filter.known = HENG_KNOWN_ALL;
    const heng_table_row *rows;
    size_t count;
    heng_status status = heng_store_rows(store, &filter, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("t"));
        put_text(sink, rows[i].qualified);
        put_text(sink, rows[i].member);
        put_keys(sink, rows[i].keys, rows[i].key_count);
        put_span(sink, rows[i].valid);
        put_integer(sink, rows[i].notation);
        put_number(sink, rows[i].value);
        put_text(sink, rows[i].text);
        put_text(sink, rows[i].unit);
        put_integer(sink, rows[i].evidence);
        put_text(sink, rows[i].source);
        put_uncertainty(sink, rows[i].uncertainty);
        put_integer(sink, rows[i].recorded);
        put_text(sink, rows[i].file);
        put_integer(sink, rows[i].line);
    }
    return status;
}

static heng_status dump_results(dump *sink, heng_store *store, uint64_t run, heng_arena *scratch,
                                heng_error *err)
{
    heng_result_filter filter = HENG_RESULTS_LATEST;
    filter.run = run;
    const heng_result *rows;
    size_t count;
    heng_status status = heng_store_results(store, &filter, scratch, &rows, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        const heng_value *value = &rows[i].value;
        put_bytes(sink, HENG_STR("v"));
        put_text(sink, rows[i].quantity);
        put_text(sink, rows[i].entity);
        put_keys(sink, rows[i].keys, rows[i].key_count);
        put_period(sink, rows[i].period);
        put_integer(sink, value->state);
        put_number(sink, value->number);
        put_integer(sink, value->has_at_least);
        put_number(sink, value->at_least);
        put_number(sink, value->have);
        put_number(sink, value->want);
        for (int j = 0; j < HENG_QUALITY_COUNT; j++) put_number(sink, (double)value->quality[j]);
        put_integer(sink, value->evidence);
        put_text(sink, rows[i].unit);
        put_text(sink, rows[i].word);
        if (!rows[i].has_interval) continue;
        put_number(sink, rows[i].low);
        put_number(sink, rows[i].high);
        put_number(sink, rows[i].covered);
    }
    return status;
}

static heng_status dump_runs(dump *sink, heng_store *store, heng_arena *scratch, heng_error *err)
{
    const heng_run *runs;
    size_t count;
    heng_status status = heng_store_runs(store, scratch, &runs, &count, err);
    for (size_t i = 0; !status && i < count; i++) {
        put_bytes(sink, HENG_STR("r"));
        put_text(sink, (heng_str){(const char *)runs[i].program.bytes, HENG_HASH_BYTES});
        put_integer(sink, runs[i].as_of);
        put_text(sink, runs[i].pack);
        put_text(sink, runs[i].note);
        put_integer(sink, (int64_t)runs[i].finding_count);
        heng_arena_mark mark = heng_arena_here(scratch);
        status = dump_results(sink, store, runs[i].number, scratch, err);
        heng_arena_rewind(scratch, mark);
    }
    return status;
}

heng_status heng_store_digest(heng_store *store, heng_arena *scratch, heng_hash *out,
                              heng_error *err)
{
    typedef heng_status dump_table(dump *, heng_store *, heng_arena *, heng_error *);
    static dump_table *const tables[] = {dump_sources, dump_entities, dump_links,
                                         dump_facts,   dump_rows,     dump_runs};
    heng_arena_mark start = heng_arena_here(scratch);
    dump sink = {.block = HENG_ARRAY(scratch, BLOCK_BYTES, char), .used = HENG_HASH_BYTES};
    if (!sink.block) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for the digest");
    /* One state throughout, unless the caller sees to it. */
    bool hold = !store->held && !store->in_step;
    heng_status status = hold ? heng_store_hold(store, err) : HENG_OK;
    for (size_t i = 0; !status && i < sizeof tables / sizeof *tables; i++) {
        heng_arena_mark mark = heng_arena_here(scratch);
        status = tables[i](&sink, store, scratch, err);
        heng_arena_rewind(scratch, mark);
    }
    if (hold) heng_store_release(store);
    end_block(&sink);
    if (!status) memcpy(out->bytes, sink.block, HENG_HASH_BYTES);
    heng_arena_rewind(scratch, start);
    return status;
}
