/* core/store.h: where the books are kept. The storage interface that the domain asks for.
 *
 * A store keeps sources, entities, links, facts, rows of factor tables, imports, runs with their
 * results, seals of runs, and settings. It is append-only: nothing recorded is ever changed or removed; a
 * correction is a later record of the same cell. It is bitemporal: a period says when a figure is
 * true, `recorded` since when it is known, and a scan chooses by heng_known what was known on a
 * day. Beside that, the step says when and by which act a record entered this store.
 *
 * Writing is done in steps. A step is all or nothing, and what heng_store_commit acknowledged is
 * durable (in a store that has a medium). One step at a time, over all processes: a second writer
 * gets HENG_CONFLICT. Readers never wait for a writer and see whole steps only, except that the
 * handle with the open step sees its own puts.
 *
 * What it is not: no judge of the data (flow/check is), no cache, no query language. It does not
 * see whether an entity or a source that a fact names was recorded, nor whether links of one
 * hierarchy overlap.
 *
 * Stores are opened by host/sqlite (one file) and host/ram (memory, for tests and trials); one
 * suite holds for both. How a store is made is in core/store_backend.h. A handle belongs to one
 * thread at a time; open the file several times for several threads. Puts copy what they are given.
 * Scans fill arrays in the arena passed, texts included; they stay valid when the store is closed.
 * On failure the outputs are untouched. Usual size: 10^4 to 10^7 facts; a scan holds its rows in
 * memory (about 300 bytes a fact).
 *
 * Statuses that every function but close may give, beside its own: HENG_NO_MEMORY, HENG_IO.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"
#include "base/sign.h"
#include "core/book/entity.h"
#include "core/book/fact.h"
#include "core/rule/rule.h"
#include "core/rule/value.h"

typedef struct heng_store heng_store;

/* Ends the handle; an open step is rolled back. NULL is allowed. */
void heng_store_close(heng_store *store);

/* ---- steps
 * --------------------------------------------------------------------------------------- */

/* One act of writing that left a trace. A step that added nothing leaves none. */
typedef struct heng_step {
    uint64_t number; /* from 1, growing in the order of commits */
    heng_instant at; /* the clock of the writer; may stand still or go back */
    heng_str what;   /* "import co2_2025.csv", "compute" */
} heng_step;

/* Starts a step. `what` names the act for the record. Statuses: HENG_REFUSED (opened to read
 * only), HENG_CONFLICT (another writer is in a step; the message says what to do), HENG_INVALID
 * (`what` is not UTF-8 or longer than HENG_NAME_MAX). A second step on the same handle, and a
 * put outside a step, are bugs and assert. */
heng_status heng_store_begin(heng_store *store, heng_instant now, heng_str what, heng_error *err);
/* Makes the step durable, and only then returns HENG_OK. After a failure nothing of the step is
 * there and the step is over. A step in which a put failed cannot be committed: HENG_REFUSED,
 * with the message of that put. */
heng_status heng_store_commit(heng_store *store, heng_error *err);
/* Leaves nothing of the step. Without a step it does nothing, so that it may end every path. */
void heng_store_rollback(heng_store *store);
bool heng_store_in_step(const heng_store *store);

/* Between hold and release every scan of this handle shows one and the same state, however
 * others write on. Not inside a step, where it is so anyway. */
heng_status heng_store_hold(heng_store *store, heng_error *err);
void heng_store_release(heng_store *store);

/* From now on scans of this handle show only what entered by step number `step` or before: the
 * books as this store held them then, whatever came later and however it is dated. 0 ends it. Not
 * for counts and the digest, which are of everything. Not inside a step. */
void heng_store_look_back(heng_store *store, uint64_t step);

/* ---- putting
 * ------------------------------------------------------------------------------------- */

/* What a put did. The same record again changes nothing. */
typedef enum heng_put {
    HENG_PUT_NEW,      /* the first record of its cell */
    HENG_PUT_REVISION, /* another record of a cell that has some */
    HENG_PUT_KNOWN,    /* already there, nothing was added */
    HENG_PUT_COUNT
} heng_put;

/* Every put: `done` may be NULL. HENG_INVALID: a text is not UTF-8, holds a control character in
 * a code or name, is empty where it must not be, or longer than HENG_NAME_MAX (codes, names,
 * keys, units) or HENG_CELL_TEXT_MAX (the rest); a number is not finite; a key count, period or
 * enumeration is out of range. HENG_CONFLICT: the cell has a record of the same `recorded` that
 * says otherwise; the message names the cell and both values. After any failure of a put the
 * step can only be rolled back, but puts may go on, so that all conflicts of a file can be
 * listed. */

/* Cell: the code. Has no `recorded`: another content is a revision, known since the step, and
 * conflicts only inside one step. */
heng_status heng_store_put_source(heng_store *store, const heng_source *source, heng_put *done,
                                  heng_error *err);
/* Cell: the code. */
heng_status heng_store_put_entity(heng_store *store, const heng_entity *entity, heng_put *done,
                                  heng_error *err);
/* Cell: member, hierarchy and first month of validity. So an open link is ended by a later
 * record with the same first month and a last month; an empty parent takes a wrong link back. */
heng_status heng_store_put_link(heng_store *store, const heng_link *link, heng_put *done,
                                heng_error *err);
/* Cell: entity, name, keys and period. Known: the same text, unit, notation, source, quality,
 * evidence and `recorded` (the note of the first stays). `text` may not be empty: it is the
 * value as written. Another value with a later `recorded` is a revision; so is one with an
 * earlier `recorded` that comes late, and then the record that counts remains the other. */
heng_status heng_store_put_fact(heng_store *store, const heng_fact *fact, heng_put *done,
                                heng_error *err);
/* Cell: qualified table, member, keys and first month of validity. Known: the same text, unit,
 * notation, last month, evidence, source and `recorded`. */
heng_status heng_store_put_row(heng_store *store, const heng_table_row *row, heng_put *done,
                               heng_error *err);

/* A file that was taken in. */
typedef struct heng_import {
    heng_hash content; /* of its bytes: the identity */
    heng_str name;     /* of the file, without its folder */
    heng_str format;   /* csv, xlsx, json ... */
    heng_str kind;     /* what it held: facts, entities, links, factors, sources */
    uint64_t byte_count;
    uint64_t row_count;
    uint64_t put_count[HENG_PUT_COUNT]; /* records new, revised, known */
    heng_step step;                     /* filled by scans; ignored by put */
} heng_import;

/* The same content again is HENG_PUT_KNOWN. Ask heng_store_find_import before reading a file. */
heng_status heng_store_put_import(heng_store *store, const heng_import *import, heng_put *done,
                                  heng_error *err);

/* A computation whose results are kept. */
typedef struct heng_run {
    uint64_t number; /* from 1, growing in the order of commits; given by put_run */
    heng_hash program;
    heng_instant as_of; /* the books as known then */
    heng_str pack;      /* name and version: "cn 2026.1"; may be empty */
    heng_str note;      /* may be empty; of a scenario it begins with HENG_RUN_SCENARIO */
    uint64_t finding_count;
    uint64_t result_count; /* filled by scans; ignored by put */
    heng_step step;        /* filled by scans; ignored by put; step.at is when the run was made */
} heng_run;

/* One value of a run. */
typedef struct heng_result {
    heng_str quantity; /* qualified: three_fuel.co2 */
    heng_str entity;
    heng_str keys[HENG_KEYS_MAX];
    unsigned key_count;
    heng_period period;
    heng_value value;
    heng_str unit; /* of value.number; empty for words and yes/no */
    heng_str word; /* the member of the list, "yes" or "no"; else empty */
    /* The 95 % range, by propagation of error; see core/uncertainty/propagate.h. */
    bool has_interval;
    double low, high;
    double covered; /* the share of the figure whose inputs state how far they may be off */
} heng_result;

/* The note of a run that is no official one: what was set follows. Such a run is found by its number
 * only, and is never the latest. */
#define HENG_RUN_SCENARIO "scenario: "
static inline bool heng_run_is_scenario(const heng_run *run)
{
    return heng_str_starts(run->note, HENG_STR(HENG_RUN_SCENARIO));
}

/* *number is the run's, for put_result in the same step. */
heng_status heng_store_put_run(heng_store *store, const heng_run *run, uint64_t *number,
                               heng_error *err);
/* HENG_NOT_FOUND: the run was not put in this step. HENG_CONFLICT: the run has that cell
 * already. */
heng_status heng_store_put_result(heng_store *store, uint64_t run, const heng_result *result,
                                  heng_error *err);

/* The seal of a run: core/receipt/seal.h says what is signed, flow/seal what the list is. */
typedef struct heng_seal_record {
    uint64_t run;
    heng_str text; /* what is signed */
    heng_signature signature;
    heng_seed secret; /* from which the salts of the run are made */
    heng_str list;    /* what was sealed, by name; empty in scans, see heng_store_seal_list */
    heng_step step;   /* filled by scans; ignored by put */
} heng_seal_record;

/* A run has one seal, which is never revised. The same text again is HENG_PUT_KNOWN, another
 * HENG_CONFLICT. HENG_NOT_FOUND: there is no such run. The text may have HENG_CELL_TEXT_MAX bytes,
 * the list HENG_SEAL_LIST_MAX. */
heng_status heng_store_put_seal(heng_store *store, const heng_seal_record *seal, heng_put *done,
                                heng_error *err);

/* Key and value, such as "pack.name"; a value may be a file of rules (HENG_RULE_TEXT_MAX).
 * Another value is a revision, known since the step; inside one step a key has one value,
 * another is HENG_CONFLICT. */
heng_status heng_store_put_setting(heng_store *store, heng_str key, heng_str value, heng_put *done,
                                   heng_error *err);

/* ---- scanning
 * ------------------------------------------------------------------------------------ */

/* What was known when. Of each cell the record with the latest `recorded` up to and including
 * `as_of`; with `all_records` every record up to `as_of`. */
typedef struct heng_known {
    heng_instant as_of;
    bool all_records;
    /* Only what had entered this store by this step, whatever it says since when it is known: the books
     * as a run of that time read them. 0 is no bound. */
    uint64_t step;
} heng_known;

#define HENG_KNOWN_NOW ((heng_known){HENG_INSTANT_MAX, false, 0})
#define HENG_KNOWN_ALL ((heng_known){HENG_INSTANT_MAX, true, 0})

/* A part of the rows that match, in order: `skip` rows are left out, then at most `limit` given;
 * a limit of 0 is none. */
typedef struct heng_page {
    size_t skip;
    size_t limit;
} heng_page;

/* The latest of each code, by code. */
heng_status heng_store_sources(heng_store *store, heng_arena *arena, const heng_source **out,
                               size_t *count, heng_error *err);
/* By code, then recorded. */
heng_status heng_store_entities(heng_store *store, heng_known known, heng_arena *arena,
                                const heng_entity **out, size_t *count, heng_error *err);
/* By hierarchy, member, first month, recorded. Links that were taken back (empty parent) are
 * left out unless `all_records`. */
heng_status heng_store_links(heng_store *store, heng_known known, heng_arena *arena,
                             const heng_link **out, size_t *count, heng_error *err);

/* Start from HENG_FACTS_NOW and narrow: an all-zero filter would ask for the month 0 of the year
 * 0. */
typedef struct heng_fact_filter {
    const heng_str *names; /* none: all */
    size_t name_count;
    const heng_str *entities; /* none: all */
    size_t entity_count;
    heng_span span; /* facts whose period shares a month with it */
    heng_known known;
    heng_page page;
} heng_fact_filter;

#define HENG_FACTS_NOW                                                                             \
    ((heng_fact_filter){.span = {INT32_MIN, INT32_MAX}, .known = {HENG_INSTANT_MAX, false, 0}})

/* In the order of heng_fact_compare. */
heng_status heng_store_facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                             const heng_fact **out, size_t *count, heng_error *err);
/* The step by which a fact (a row of a scan) entered. HENG_NOT_FOUND. */
heng_status heng_store_fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                                 heng_step *out, heng_error *err);

/* Start from HENG_ROWS_NOW. Empty texts ask for all. */
typedef struct heng_row_filter {
    /* Stands, letter case of ASCII aside, in table, member, a key, text, unit or source. */
    heng_str search;
    heng_str table; /* "grid" or "province_inventory.grid" */
    heng_str member;
    heng_known known;
    heng_page page;
} heng_row_filter;

#define HENG_ROWS_NOW ((heng_row_filter){.known = {HENG_INSTANT_MAX, false, 0}})

/* In the order of heng_row_compare. */
heng_status heng_store_rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                            const heng_table_row **out, size_t *count, heng_error *err);

/* By step, the oldest first. */
heng_status heng_store_steps(heng_store *store, heng_arena *arena, const heng_step **out,
                             size_t *count, heng_error *err);
heng_status heng_store_imports(heng_store *store, heng_arena *arena, const heng_import **out,
                               size_t *count, heng_error *err);
/* HENG_NOT_FOUND: that content was not imported. */
heng_status heng_store_find_import(heng_store *store, heng_hash content, heng_arena *arena,
                                   heng_import *out, heng_error *err);
/* By number, the oldest first: the last is the latest. */
heng_status heng_store_runs(heng_store *store, heng_arena *arena, const heng_run **out,
                            size_t *count, heng_error *err);

/* Start from HENG_RESULTS_LATEST. */
typedef struct heng_result_filter {
    uint64_t run; /* 0: the latest that is no scenario */
    const heng_str
        *quantities; /* "three_fuel.co2", or "co2" for that name of every method; none: all */
    size_t quantity_count;
    const heng_str *entities; /* none: all */
    size_t entity_count;
    heng_span span; /* results whose period shares a month with it */
    heng_page page;
} heng_result_filter;

#define HENG_RESULTS_LATEST ((heng_result_filter){.span = {INT32_MIN, INT32_MAX}})

/* In the order of heng_result_compare. HENG_NOT_FOUND: no such run; with run 0, no run at all. */
heng_status heng_store_results(heng_store *store, const heng_result_filter *filter,
                               heng_arena *arena, const heng_result **out, size_t *count,
                               heng_error *err);

/* By run, the oldest first; without their lists. */
heng_status heng_store_seals(heng_store *store, heng_arena *arena, const heng_seal_record **out,
                             size_t *count, heng_error *err);
/* HENG_NOT_FOUND: that run is not sealed. */
heng_status heng_store_seal_list(heng_store *store, uint64_t run, heng_arena *arena, heng_str *list,
                                 heng_error *err);

typedef struct heng_setting {
    heng_str key;
    heng_str value;
    uint64_t step; /* since which it holds; filled by scans, ignored by put */
} heng_setting;

/* The latest value. HENG_NOT_FOUND. */
heng_status heng_store_setting(heng_store *store, heng_str key, heng_arena *arena, heng_str *value,
                               heng_error *err);
/* The latest of each key, by key. */
heng_status heng_store_settings(heng_store *store, heng_arena *arena, const heng_setting **out,
                                size_t *count, heng_error *err);
/* Every value that a key ever had, by key, then step. */
heng_status heng_store_setting_records(heng_store *store, heng_arena *arena,
                                       const heng_setting **out, size_t *count, heng_error *err);

/* Records kept, revisions included. Cheap: no scan. */
typedef struct heng_store_counts {
    uint64_t steps, sources, entities, links, facts, rows, imports, runs, results, seals, settings;
    uint64_t bytes; /* that the store takes on its medium or in memory */
} heng_store_counts;

heng_status heng_store_count(heng_store *store, heng_store_counts *out, heng_error *err);

/* BLAKE2b over a canonical dump of all sources, entities, links, facts, rows, runs and results.
 * Neither the order of putting nor the clock of the steps counts, nor which kind of store it is:
 * the same books and results, the same digest. `scratch` holds one table at a time and is
 * rewound. */
heng_status heng_store_digest(heng_store *store, heng_arena *scratch, heng_hash *out,
                              heng_error *err);

/* ---- orders
 * -------------------------------------------------------------------------------------- */

/* By qualified table, member, keys, first month, recorded, text. */
int heng_row_compare(const heng_table_row *a, const heng_table_row *b);
/* By quantity, entity, keys, period: a series stands together. Total within a run. */
int heng_result_compare(const heng_result *a, const heng_result *b);
