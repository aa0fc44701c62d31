/* core/receipt/merkle.h: one hash for many, and the proof that one of them is among them.
 *
 * The tree of RFC 6962 (2013), section 2.1, with BLAKE2b-256 in the place of SHA-256: a leaf is
 * H(0x00 data), a node H(0x01 left right), and n leaves are cut at the largest power of two below n. The
 * tree of no leaves is H of nothing. A path is checked as in RFC 9162 (2021), section 2.1.3.2.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/hash.h"

enum { HENG_MERKLE_PATH_MAX = 64 };

heng_hash heng_merkle_leaf(heng_str data);
heng_hash heng_merkle_node(heng_hash left, heng_hash right);

/* A tree that grows leaf by leaf; only the roots of whole subtrees are kept. */
typedef struct heng_merkle {
    heng_hash roots[HENG_MERKLE_PATH_MAX];
    uint64_t count;
} heng_merkle;

void heng_merkle_init(heng_merkle *tree);
void heng_merkle_add(heng_merkle *tree, heng_hash leaf);
heng_hash heng_merkle_root(const heng_merkle *tree);

/* The siblings from leaf `index` upwards; gives their number. */
size_t heng_merkle_path(const heng_hash *leaves, size_t count, size_t index,
                        heng_hash out[HENG_MERKLE_PATH_MAX]);
/* The root that the path leads to from leaf `index` of `count`; false where it does not fit them. */
bool heng_merkle_climb(heng_hash leaf, uint64_t index, uint64_t count, const heng_hash *path,
                       size_t path_length, heng_hash *root);
/* Whether `leaf` is number `index` of the `count` leaves below `root`. */
bool heng_merkle_holds(heng_hash leaf, uint64_t index, uint64_t count, const heng_hash *path,
                       size_t path_length, heng_hash root);
