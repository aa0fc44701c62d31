/* core/rule/block.h: many facts of one name as an array.
 *
 * A block says of some members, for some periods one after another, and for all combinations of some
 * keys, what is recorded: a number a cell, NaN where nothing is. It stands beside facts one by one, for
 * millions of them: arrays are borrowed for the life of the evaluation and, where their order is that of
 * the rules, read where they lie. That is so when the members ascend by code, each key's names are its
 * list's, all in its order, the unit is the rule's, the rule takes numbers, and no other block or fact bears
 * the name; else the block is laid out once.
 *
 * Of a fact and a block that speak of one cell, the one recorded later counts; of equals the fact, and of
 * blocks the one that stands later. What a block cannot give (a member that the book does not have, a key
 * that is in no list, a unit that does not fit) is a finding; its other cells count.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/book/fact.h"

typedef struct heng_block {
    heng_str name;           /* the quantity, as rules name it */
    heng_str unit;           /* as written; empty: the rule's own */
    const heng_str *members; /* codes of entities */
    size_t member_count;
    heng_period first;
    size_t period_count;
    const heng_str *keys[HENG_KEYS_MAX]; /* names, by key of the quantity */
    size_t key_sizes[HENG_KEYS_MAX];
    unsigned key_count;
    const double *values; /* by member, then period, then keys, the last fastest */
    /* Of each cell, or NULL. Notations (heng_notation): NULL says that all is VALUE. NO and NA are known
     * zeros; with IE nobody says where, so it is not known. */
    const uint8_t *notations;
    const uint8_t *qualities, *evidences;
    heng_quality quality; /* of all, where there is no array */
    heng_evidence evidence;
    heng_str source;
    heng_instant recorded;
} heng_block;

/* The cells of a block. */
size_t heng_block_count(const heng_block *block);
