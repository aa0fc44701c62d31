/* Words by number: every name, code, unit and note of facts and results stands once in the file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS_MIN = 1024 };
static const char unit_separator = '\x1f';

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

heng_str heng_sqlite__join_keys(const heng_str *keys, unsigned count, char out[SQLITE_KEYS_TEXT])
{
    assert(count <= HENG_KEYS_MAX);
    size_t length = 0;
    for (unsigned i = 0; i < count; i++) {
        assert(keys[i].length && keys[i].length <= HENG_NAME_MAX);
        if (i) out[length++] = unit_separator;
        memcpy(out + length, keys[i].at, keys[i].length);
        length += keys[i].length;
    }
    return (heng_str){out, length};
}

unsigned heng_sqlite__split_keys(heng_str joined, heng_str keys[HENG_KEYS_MAX])
{
    unsigned count = 0;
    if (joined.length == 0) return 0;
    while (count < HENG_KEYS_MAX && heng_str_cut(&joined, unit_separator, &keys[count])) count++;
    return count;
}

/* ---- numbers of words
 * ---------------------------------------------------------------------------- */

void heng_sqlite__words_forget(sqlite_words *words)
{
    heng_arena_deinit(&words->arena);
    words->slots = NULL;
    words->slot_count = words->count = 0;
}

static size_t slot_of(const sqlite_words *words, heng_str text)
{
    size_t slot = (size_t)heng_str_hash(text) & (words->slot_count - 1);
    while (words->slots[slot].id && !heng_str_equal(words->slots[slot].text, text))
        slot = (slot + 1) & (words->slot_count - 1);
    return slot;
}

static bool grow(sqlite_words *words)
{
    sqlite_words larger = *words;
    larger.slot_count = words->slot_count ? 2 * words->slot_count : SLOTS_MIN;
    larger.slots = HENG_ARRAY(&words->arena, larger.slot_count, sqlite_word);
    if (!larger.slots) return false;
    larger.arena = words->arena;
    for (size_t i = 0; i < words->slot_count; i++)
        if (words->slots[i].id)
            larger.slots[slot_of(&larger, words->slots[i].text)] = words->slots[i];
    *words = larger;
    return true;
}

static heng_status remember(sqlite_words *words, heng_str text, int64_t id, heng_error *err)
{
    if (2 * words->count >= words->slot_count && !grow(words)) return heng_sqlite__no_memory(err);
    heng_str copy = heng_str_copy(&words->arena, text);
    if (!copy.at) return heng_sqlite__no_memory(err);
    words->slots[slot_of(words, text)] = (sqlite_word){.text = copy, .id = id};
    words->count++;
    return HENG_OK;
}

/* The number in the file; 0 if it is not there. */
static heng_status look_up(sqlite_store *store, heng_str text, int64_t *id, heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_WORD_ID, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_TEXT(text));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (!status) *id = row ? sqlite3_column_int64(query, 0) : 0;
    sqlite3_reset(query);
    return status;
}

heng_status heng_sqlite__word_find(sqlite_store *store, heng_str text, int64_t *id, heng_error *err)
{
    if (store->words.slot_count) {
        size_t slot = slot_of(&store->words, text);
        if (store->words.slots[slot].id) {
            *id = store->words.slots[slot].id;
            return HENG_OK;
        }
    }
    return look_up(store, text, id, err);
}

heng_status heng_sqlite__word_put(sqlite_store *store, heng_str text, int64_t *id, heng_error *err)
{
    assert(store->base.in_step);
    sqlite_words *words = &store->words;
    if (words->slot_count) {
        size_t slot = slot_of(words, text);
        if (words->slots[slot].id) {
            *id = words->slots[slot].id;
            return HENG_OK;
        }
    }
    heng_status status = look_up(store, text, id, err);
    if (status) return status;
    if (*id == 0) {
        sqlite3_stmt *insert = heng_sqlite__use(store, SQL_PUT_WORD, err);
        if (!insert) return err->status;
        SQLITE_BIND(insert, BIND_TEXT(text));
        status = heng_sqlite__run(store, insert, err);
        if (status) return status;
        *id = sqlite3_last_insert_rowid(store->db);
    }
    return remember(words, text, *id, err);
}

static int compare_ids(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

heng_status heng_sqlite__word_ids(sqlite_store *store, const heng_str *texts, size_t count,
                                  heng_arena *arena, int64_t **ids, size_t *id_count,
                                  heng_error *err)
{
    int64_t *found = HENG_ARRAY(arena, count, int64_t);
    if (!found) return heng_sqlite__no_memory(err);
    size_t found_count = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t id;
        heng_status status = heng_sqlite__word_find(store, texts[i], &id, err);
        if (status) return status;
        if (id) found[found_count++] = id;
    }
    if (found_count > 1) qsort(found, found_count, sizeof *found, compare_ids);
    size_t kept = 0;
    for (size_t i = 0; i < found_count; i++)
        if (kept == 0 || found[kept - 1] != found[i]) found[kept++] = found[i];
    *ids = found;
    *id_count = kept;
    return HENG_OK;
}

/* ---- texts of words
 * ------------------------------------------------------------------------------ */

heng_status heng_sqlite__word_text(sqlite_store *store, int64_t id, heng_arena *arena,
                                   heng_str *out, heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_WORD_TEXT, err);
    if (!query) return err->status;
    SQLITE_BIND(query, BIND_INTEGER(id));
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    if (!row) return heng_sqlite__damaged(store, "a word is missing", err);
    sqlite_reader reader = {.statement = query, .arena = arena};
    heng_str text = heng_sqlite__read_text(&reader);
    sqlite3_reset(query);
    if (reader.failed) return heng_sqlite__no_memory(err);
    *out = text;
    return HENG_OK;
}

heng_status heng_sqlite__lexicon_open(sqlite_store *store, heng_arena *arena, sqlite_lexicon *out,
                                      heng_error *err)
{
    sqlite3_stmt *query = heng_sqlite__use(store, SQL_LAST_WORD, err);
    if (!query) return err->status;
    bool row;
    heng_status status = heng_sqlite__next(store, query, &row, err);
    if (status) return status;
    size_t count = (size_t)sqlite3_column_int64(query, 0) + 1;
    sqlite3_reset(query);
    heng_str *texts = HENG_ARRAY(arena, count, heng_str);
    if (!texts) return heng_sqlite__no_memory(err);
    *out = (sqlite_lexicon){.arena = arena, .texts = texts, .count = count};
    return HENG_OK;
}

heng_status heng_sqlite__lexicon_get(sqlite_store *store, sqlite_lexicon *lexicon, int64_t id,
                                     heng_str *out, heng_error *err)
{
    if (id <= 0 || (uint64_t)id >= lexicon->count)
        return heng_sqlite__damaged(store, "a word is missing", err);
    heng_str *text = &lexicon->texts[id];
    heng_status status =
        text->at ? HENG_OK : heng_sqlite__word_text(store, id, lexicon->arena, text, err);
    if (!status) *out = *text;
    return status;
}
