/* The rows of facts and results on their way from numbers of words to texts.
 *
 * The tables give rows by the numbers of their words, callers want them by the texts. Rows of one
 * series stand together and in order already, so only the series are sorted: by ranks, which cost
 * one sort of the distinct words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/sqlite/sqlite_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { BLOCK_ROWS = 4096 };

void heng_sqlite__batch_init(sqlite_batch *batch, size_t row_size, heng_arena *arena)
{
    *batch = (sqlite_batch){.arena = arena,
                            .row_size = row_size,
                            .blocks = {.arena = arena, .item_size = sizeof(unsigned char *)},
                            .series = {.arena = arena, .item_size = sizeof(sqlite_series)}};
}

bool heng_sqlite__batch_in_series(const sqlite_batch *batch, const uint32_t words[3])
{
    if (batch->series.count == 0) return false;
    const sqlite_series *last =
        (const sqlite_series *)batch->series.items + batch->series.count - 1;
    return memcmp(last->words, words, sizeof last->words) == 0;
}

void *heng_sqlite__batch_row(const sqlite_batch *batch, size_t index)
{
    assert(index < batch->row_count);
    unsigned char *const *blocks = (unsigned char *const *)batch->blocks.items;
    return blocks[index / BLOCK_ROWS] + index % BLOCK_ROWS * batch->row_size;
}

void *heng_sqlite__batch_add(sqlite_batch *batch, const uint32_t words[3], bool replace)
{
    if (replace) return heng_sqlite__batch_row(batch, batch->row_count - 1);
    if (batch->row_count % BLOCK_ROWS == 0) {
        unsigned char *rows = heng_arena_array(batch->arena, BLOCK_ROWS, batch->row_size);
        unsigned char **block = rows ? heng_sqlite__list_add(&batch->blocks) : NULL;
        if (!block) return NULL;
        *block = rows;
    }
    if (!heng_sqlite__batch_in_series(batch, words)) {
        sqlite_series *next = heng_sqlite__list_add(&batch->series);
        if (!next) return NULL;
        memcpy(next->words, words, sizeof next->words);
        next->first = batch->row_count;
    }
    ((sqlite_series *)batch->series.items)[batch->series.count - 1].count++;
    batch->row_count++;
    return heng_sqlite__batch_row(batch, batch->row_count - 1);
}

typedef struct ranked_word {
    heng_str text;
    unsigned key_count; /* 0 unless the word is ranked as joined keys */
    uint32_t id;
} ranked_word;

/* Fewer keys first, then byte by byte: the separator is less than any byte of a key, so that joined
 * keys compare as the keys one by one. */
static int compare_ranked(const void *a, const void *b)
{
    const ranked_word *one = a, *other = b;
    if (one->key_count != other->key_count) return one->key_count < other->key_count ? -1 : 1;
    return heng_str_compare(one->text, other->text);
}

static int compare_series(const void *a, const void *b)
{
    const sqlite_series *one = a, *other = b;
    for (int i = 0; i < 3; i++)
        if (one->ranks[i] != other->ranks[i]) return one->ranks[i] < other->ranks[i] ? -1 : 1;
    return 0;
}

/* Ranks the words in one place of the series. */
static heng_status rank(sqlite_store *store, sqlite_lexicon *lexicon, sqlite_series *series,
                        size_t count, int place, heng_arena *scratch, heng_error *err)
{
    uint32_t *ranks = HENG_ARRAY(scratch, lexicon->count, uint32_t);
    sqlite_list list = {.arena = scratch, .item_size = sizeof(ranked_word)};
    if (!ranks) return heng_sqlite__no_memory(err);
    for (size_t i = 0; i < count; i++) {
        uint32_t id = series[i].words[place];
        heng_str text;
        heng_status status = heng_sqlite__lexicon_get(store, lexicon, id, &text, err);
        if (status) return status;
        if (ranks[id]) continue;
        ranks[id] = 1;
        ranked_word *word = heng_sqlite__list_add(&list);
        if (!word) return heng_sqlite__no_memory(err);
        heng_str keys[HENG_KEYS_MAX];
        *word = (ranked_word){.text = text,
                              .key_count = place == 2 ? heng_sqlite__split_keys(text, keys) : 0,
                              .id = id};
    }
    ranked_word *words = (ranked_word *)list.items;
    if (list.count > 1) qsort(words, list.count, sizeof *words, compare_ranked);
    for (size_t i = 0; i < list.count; i++) ranks[words[i].id] = (uint32_t)i;
    for (size_t i = 0; i < count; i++) series[i].ranks[place] = ranks[series[i].words[place]];
    return HENG_OK;
}

heng_status heng_sqlite__batch_sort(sqlite_store *store, sqlite_lexicon *lexicon,
                                    sqlite_batch *batch, heng_error *err)
{
    sqlite_series *series = (sqlite_series *)batch->series.items;
    size_t count = batch->series.count;
    for (int place = 0; place < 3; place++) {
        heng_status status = rank(store, lexicon, series, count, place, batch->arena, err);
        if (status) return status;
    }
    if (count > 1) qsort(series, count, sizeof *series, compare_series);
    return HENG_OK;
}
