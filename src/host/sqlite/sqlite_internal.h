/* host/sqlite/sqlite_internal.h: the store in a file, for the files of this folder.
 *
 * A statement is prepared when it is first used and kept. Whoever uses one resets it before
 * returning, for an unfinished SELECT outside a step would hold the reader's snapshot for ever.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store_backend.h"
#include "host/sqlite/sqlite_store.h"

#include <sqlite3.h>

/* "HENG" in the header of the file. */
enum { SQLITE_STORE_APPLICATION_ID = 0x48454E47 };

/* How to come from version n to n + 1, by SQL; there are heng_sqlite__version of them. Never
 * edited, only followed by others. */
extern const char *const heng_sqlite__migrations[];
extern const int heng_sqlite__version;

typedef enum sqlite_statement {
    SQL_BEGIN,
    SQL_BEGIN_WRITING,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_LAST_STEP,
    SQL_PUT_STEP,
    SQL_PUT_TALLY,
    SQL_TALLIES,
    SQL_PAGES,
    SQL_STEPS,
    SQL_WORD_ID,
    SQL_WORD_TEXT,
    SQL_PUT_WORD,
    SQL_LAST_WORD,
    SQL_LAST_SOURCE,
    SQL_PUT_SOURCE,
    SQL_SOURCES,
    SQL_LAST_SETTING,
    SQL_PUT_SETTING,
    SQL_SETTINGS,
    SQL_ENTITY_RECORDS,
    SQL_PUT_ENTITY,
    SQL_ENTITIES,
    SQL_LINK_RECORDS,
    SQL_PUT_LINK,
    SQL_LINKS,
    SQL_ROW_RECORDS,
    SQL_PUT_ROW,
    SQL_ROWS,
    SQL_PUT_IMPORT,
    SQL_IMPORTS,
    SQL_FIND_IMPORT,
    SQL_FACT_RECORDS,
    SQL_PUT_FACT,
    SQL_FACTS,
    SQL_FACTS_OF_ENTITY,
    SQL_FACTS_OF_ENTITY_NAME,
    SQL_NEXT_FACT_ENTITY,
    SQL_FACT_STEP,
    SQL_LAST_RUN,
    SQL_LAST_OFFICIAL_RUN,
    SQL_PUT_RUN,
    SQL_PUT_RUN_SIZE,
    SQL_RUNS,
    SQL_PUT_RESULT,
    SQL_RESULTS_OF_QUANTITY,
    SQL_RESULTS_OF_QUANTITY_ENTITY,
    SQL_NEXT_RESULT_QUANTITY,
    SQL_FIND_RUN,
    SQL_SEAL_TEXT,
    SQL_PUT_SEAL,
    SQL_SEALS,
    SQL_SEAL_LIST,
    SQL_COUNT
} sqlite_statement;

/* What a step adds is counted by kind, and the counts are kept with the step. */
typedef enum sqlite_kind {
    SQLITE_KIND_SOURCE,
    SQLITE_KIND_ENTITY,
    SQLITE_KIND_LINK,
    SQLITE_KIND_FACT,
    SQLITE_KIND_ROW,
    SQLITE_KIND_IMPORT,
    SQLITE_KIND_RUN,
    SQLITE_KIND_RESULT,
    SQLITE_KIND_SEAL,
    SQLITE_KIND_SETTING,
    SQLITE_KIND_COUNT
} sqlite_kind;

typedef struct sqlite_word {
    heng_str text;
    int64_t id;
} sqlite_word;

/* Words whose number is known: open addressing, at most half full. */
typedef struct sqlite_words {
    heng_arena arena;
    sqlite_word *slots; /* id 0: free */
    size_t slot_count;
    size_t count;
} sqlite_words;

typedef struct sqlite_store {
    heng_store base;
    heng_arena arena; /* holds this struct and the path */
    heng_str path;
    sqlite3 *db;
    bool read_only;
    sqlite3_stmt *statements[SQL_COUNT];
    sqlite_words words;
    heng_instant step_at;
    char step_what[HENG_NAME_MAX + 1];
    size_t step_what_length;
    int64_t step; /* number of the open step once it added something; else 0 */
    uint64_t added[SQLITE_KIND_COUNT];
    int64_t run; /* that the open step put last; 0 if none */
    uint64_t run_size;
} sqlite_store;

/* The last step that scans show. */
static inline int64_t heng_sqlite__until(const sqlite_store *store)
{
    return store->base.until > INT64_MAX ? INT64_MAX : (int64_t)store->base.until;
}

static inline sqlite_store *heng_sqlite__of(heng_store *store)
{
    return (sqlite_store *)store;
}

/* ---- sqlite_statement.c
 * -------------------------------------------------------------------------- */

/* Fills `err` from the last error of the connection. */
heng_status heng_sqlite__failed(const sqlite_store *store, heng_error *err);
heng_status heng_sqlite__no_memory(heng_error *err);
/* HENG_IO: what was read cannot have been written by this program. */
heng_status heng_sqlite__damaged(const sqlite_store *store, const char *what, heng_error *err);
/* Ready to be bound; NULL with `err` filled when it failed. */
sqlite3_stmt *heng_sqlite__use(sqlite_store *store, sqlite_statement which, heng_error *err);
/* *row tells whether there is one. Resets the statement when there is none, or on failure. */
heng_status heng_sqlite__next(const sqlite_store *store, sqlite3_stmt *statement, bool *row,
                              heng_error *err);
/* For statements that give no rows. */
heng_status heng_sqlite__run(const sqlite_store *store, sqlite3_stmt *statement, heng_error *err);
/* A statement without parameters that gives no rows. */
heng_status heng_sqlite__do(sqlite_store *store, sqlite_statement which, heng_error *err);

typedef struct sqlite_value {
    enum {
        SQLITE_VALUE_TEXT,
        SQLITE_VALUE_INTEGER,
        SQLITE_VALUE_REAL,
        SQLITE_VALUE_BLOB,
        SQLITE_VALUE_NULL
    } kind;
    heng_str text; /* or bytes; borrowed until the statement is reset */
    int64_t integer;
    double real;
} sqlite_value;

#define BIND_TEXT(t)    ((sqlite_value){.kind = SQLITE_VALUE_TEXT, .text = (t)})
#define BIND_INTEGER(i) ((sqlite_value){.kind = SQLITE_VALUE_INTEGER, .integer = (int64_t)(i)})
#define BIND_REAL(r)    ((sqlite_value){.kind = SQLITE_VALUE_REAL, .real = (r)})
#define BIND_NULL       ((sqlite_value){.kind = SQLITE_VALUE_NULL})
#define BIND_BYTES(b)                                                                              \
    ((sqlite_value){.kind = SQLITE_VALUE_BLOB, .text = {(const char *)(b).bytes, sizeof(b).bytes}})
#define BIND_UNTIL(store) BIND_INTEGER(heng_sqlite__until(store))
#define BIND_HASH(h)                                                                               \
    ((sqlite_value){.kind = SQLITE_VALUE_BLOB, .text = {(const char *)(h).bytes, HENG_HASH_BYTES}})

void heng_sqlite__bind(sqlite3_stmt *statement, const sqlite_value *values, int count);
#define SQLITE_BIND(statement, ...)                                                                \
    heng_sqlite__bind((statement), (const sqlite_value[]){__VA_ARGS__},                            \
                      (int)(sizeof((const sqlite_value[]){__VA_ARGS__}) / sizeof(sqlite_value)))

/* Reads columns, from the left; texts are copied into the arena. `failed`: memory ran out. */
typedef struct sqlite_reader {
    sqlite3_stmt *statement;
    heng_arena *arena;
    int column;
    bool failed;
} sqlite_reader;

heng_str heng_sqlite__read_text(sqlite_reader *reader);
int64_t heng_sqlite__read_integer(sqlite_reader *reader);
double heng_sqlite__read_real(sqlite_reader *reader);
heng_hash heng_sqlite__read_hash(sqlite_reader *reader);
/* A blob of just so many bytes, else `failed`. */
void heng_sqlite__read_bytes(sqlite_reader *reader, unsigned char *out, size_t count);

heng_entity heng_sqlite__read_entity(sqlite_reader *reader);
heng_link heng_sqlite__read_link(sqlite_reader *reader);
heng_table_row heng_sqlite__read_row(sqlite_reader *reader);
heng_step heng_sqlite__read_step(sqlite_reader *reader);

/* Several statements that must see one state: begins a snapshot unless the store is held or in a
 * step, and then *own tells to end it. */
heng_status heng_sqlite__begin_look(sqlite_store *store, bool *own, heng_error *err);
void heng_sqlite__end_look(sqlite_store *store, bool own);

/* A period is kept as its first month and its grain, which sort as heng_period_compare does. */
int32_t heng_sqlite__first_month(heng_period period);
/* False when there is no such period. */
bool heng_sqlite__read_period(sqlite_reader *reader, heng_period *out);

/* An array that grows in an arena. */
typedef struct sqlite_list {
    heng_arena *arena;
    size_t item_size;
    unsigned char *items;
    size_t count;
    size_t capacity;
} sqlite_list;

/* A zeroed item at the end; NULL when memory ran out. */
void *heng_sqlite__list_add(sqlite_list *list);

/* ---- sqlite_word.c
 * ------------------------------------------------------------------------------- */

enum { SQLITE_KEYS_TEXT = HENG_KEYS_MAX * (HENG_NAME_MAX + 1) };
/* Keys are one word: joined by the unit separator, which no key holds. */
heng_str heng_sqlite__join_keys(const heng_str *keys, unsigned count, char out[SQLITE_KEYS_TEXT]);
/* Views of `joined`. */
unsigned heng_sqlite__split_keys(heng_str joined, heng_str keys[HENG_KEYS_MAX]);

/* The number of a word, which is added if it is not there. Only in a step. */
heng_status heng_sqlite__word_put(sqlite_store *store, heng_str text, int64_t *id, heng_error *err);
/* The number of a word; 0 if it is not there. */
heng_status heng_sqlite__word_find(sqlite_store *store, heng_str text, int64_t *id,
                                   heng_error *err);
heng_status heng_sqlite__word_text(sqlite_store *store, int64_t id, heng_arena *arena,
                                   heng_str *out, heng_error *err);
/* The numbers, ascending, of those of `texts` that are there. */
heng_status heng_sqlite__word_ids(sqlite_store *store, const heng_str *texts, size_t count,
                                  heng_arena *arena, int64_t **ids, size_t *id_count,
                                  heng_error *err);
/* Forgets the numbers known: after a rollback some are not there any more. */
void heng_sqlite__words_forget(sqlite_words *words);

/* The words of one scan, by number. */
typedef struct sqlite_lexicon {
    heng_arena *arena;
    heng_str *texts; /* by id; .at NULL: not asked for yet */
    size_t count;
} sqlite_lexicon;

heng_status heng_sqlite__lexicon_open(sqlite_store *store, heng_arena *arena, sqlite_lexicon *out,
                                      heng_error *err);
heng_status heng_sqlite__lexicon_get(sqlite_store *store, sqlite_lexicon *lexicon, int64_t id,
                                     heng_str *out, heng_error *err);

/* Rows of one series (three words: entity, name and keys; the third are joined keys), which the
 * table gives together and in the order of periods. */
typedef struct sqlite_series {
    uint32_t words[3];
    uint32_t ranks[3];
    size_t first;
    size_t count;
} sqlite_series;

/* The rows of a scan as they come, in blocks, so that none is moved while they grow; and their
 * series. */
typedef struct sqlite_batch {
    heng_arena *arena; /* scratch */
    size_t row_size;
    sqlite_list blocks; /* of pointers to blocks of rows */
    size_t row_count;
    sqlite_list series;
} sqlite_batch;

void heng_sqlite__batch_init(sqlite_batch *batch, size_t row_size, heng_arena *arena);
/* Whether the last row is of the series of these words. */
bool heng_sqlite__batch_in_series(const sqlite_batch *batch, const uint32_t words[3]);
void *heng_sqlite__batch_row(const sqlite_batch *batch, size_t index);
/* Room for a row of the series of these words; with `replace` in the place of the last row. NULL
 * when memory ran out. */
void *heng_sqlite__batch_add(sqlite_batch *batch, const uint32_t words[3], bool replace);
/* Sorts the series by the texts of their words. */
heng_status heng_sqlite__batch_sort(sqlite_store *store, sqlite_lexicon *lexicon,
                                    sqlite_batch *batch, heng_error *err);

/* ---- putting (sqlite_put.c, sqlite_fact.c, sqlite_result.c)
 * -------------------------------------- */

/* The number of the open step, which is written when first asked for. */
heng_status heng_sqlite__step(sqlite_store *store, int64_t *number, heng_error *err);
heng_status heng_sqlite__put_source(heng_store *store, const heng_source *source, heng_put *done,
                                    heng_error *err);
heng_status heng_sqlite__put_entity(heng_store *store, const heng_entity *entity, heng_put *done,
                                    heng_error *err);
heng_status heng_sqlite__put_link(heng_store *store, const heng_link *link, heng_put *done,
                                  heng_error *err);
heng_status heng_sqlite__put_row(heng_store *store, const heng_table_row *row, heng_put *done,
                                 heng_error *err);
heng_status heng_sqlite__put_import(heng_store *store, const heng_import *import, heng_put *done,
                                    heng_error *err);
heng_status heng_sqlite__put_setting(heng_store *store, const heng_setting *setting, heng_put *done,
                                     heng_error *err);
heng_status heng_sqlite__put_fact(heng_store *store, const heng_fact *fact, heng_put *done,
                                  heng_error *err);
heng_status heng_sqlite__put_run(heng_store *store, const heng_run *run, uint64_t *number,
                                 heng_error *err);
heng_status heng_sqlite__put_result(heng_store *store, uint64_t run, const heng_result *result,
                                    heng_error *err);
heng_status heng_sqlite__put_seal(heng_store *store, const heng_seal_record *seal, heng_put *done,
                                  heng_error *err);
/* Keeps how many results the run has that was put last. */
heng_status heng_sqlite__end_run(sqlite_store *store, heng_error *err);

/* ---- scanning (sqlite_scan.c, sqlite_fact.c, sqlite_result.c)
 * ------------------------------------ */

heng_status heng_sqlite__sources(heng_store *store, heng_arena *arena, const heng_source **out,
                                 size_t *count, heng_error *err);
heng_status heng_sqlite__entities(heng_store *store, heng_known known, heng_arena *arena,
                                  const heng_entity **out, size_t *count, heng_error *err);
heng_status heng_sqlite__links(heng_store *store, heng_known known, heng_arena *arena,
                               const heng_link **out, size_t *count, heng_error *err);
heng_status heng_sqlite__rows(heng_store *store, const heng_row_filter *filter, heng_arena *arena,
                              const heng_table_row **out, size_t *count, heng_error *err);
heng_status heng_sqlite__steps(heng_store *store, heng_arena *arena, const heng_step **out,
                               size_t *count, heng_error *err);
heng_status heng_sqlite__imports(heng_store *store, heng_arena *arena, const heng_import **out,
                                 size_t *count, heng_error *err);
heng_status heng_sqlite__find_import(heng_store *store, heng_hash content, heng_arena *arena,
                                     heng_import *out, heng_error *err);
heng_status heng_sqlite__seals(heng_store *store, heng_arena *arena, const heng_seal_record **out,
                               size_t *count, heng_error *err);
heng_status heng_sqlite__seal_list(heng_store *store, uint64_t run, heng_arena *arena,
                                   heng_str *list, heng_error *err);
heng_status heng_sqlite__setting(heng_store *store, heng_str key, heng_arena *arena,
                                 heng_str *value, heng_error *err);
heng_status heng_sqlite__settings(heng_store *store, bool all_records, heng_arena *arena,
                                  const heng_setting **out, size_t *count, heng_error *err);
heng_status heng_sqlite__facts(heng_store *store, const heng_fact_filter *filter, heng_arena *arena,
                               const heng_fact **out, size_t *count, heng_error *err);
heng_status heng_sqlite__fact_step(heng_store *store, const heng_fact *fact, heng_arena *arena,
                                   heng_step *out, heng_error *err);
heng_status heng_sqlite__runs(heng_store *store, heng_arena *arena, const heng_run **out,
                              size_t *count, heng_error *err);
heng_status heng_sqlite__results(heng_store *store, const heng_result_filter *filter,
                                 heng_arena *arena, const heng_result **out, size_t *count,
                                 heng_error *err);
