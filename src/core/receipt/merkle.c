/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/merkle.h"

#include <assert.h>

static heng_str bytes_of(const heng_hash *hash)
{
    return (heng_str){(const char *)hash->bytes, sizeof hash->bytes};
}

heng_hash heng_merkle_leaf(heng_str data)
{
    heng_str parts[] = {{"\0", 1}, data};
    return heng_hash_of_parts(parts, 2);
}

heng_hash heng_merkle_node(heng_hash left, heng_hash right)
{
    heng_str parts[] = {{"\1", 1}, bytes_of(&left), bytes_of(&right)};
    return heng_hash_of_parts(parts, 3);
}

void heng_merkle_init(heng_merkle *tree)
{
    tree->count = 0;
}

/* Bit k of the count is set when a whole subtree of 2^k leaves waits in roots[k]. */
void heng_merkle_add(heng_merkle *tree, heng_hash leaf)
{
    unsigned level = 0;
    for (; tree->count >> level & 1; level++) leaf = heng_merkle_node(tree->roots[level], leaf);
    assert(level < HENG_MERKLE_PATH_MAX);
    tree->roots[level] = leaf;
    tree->count++;
}

heng_hash heng_merkle_root(const heng_merkle *tree)
{
    if (!tree->count) return heng_hash_of((heng_str){"", 0});
    unsigned level = 0;
    while (!(tree->count >> level & 1)) level++;
    heng_hash root = tree->roots[level++];
    for (; level < HENG_MERKLE_PATH_MAX; level++)
        if (tree->count >> level & 1) root = heng_merkle_node(tree->roots[level], root);
    return root;
}

static heng_hash root_of(const heng_hash *leaves, size_t count)
{
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < count; i++) heng_merkle_add(&tree, leaves[i]);
    return heng_merkle_root(&tree);
}

size_t heng_merkle_path(const heng_hash *leaves, size_t count, size_t index,
                        heng_hash out[HENG_MERKLE_PATH_MAX])
{
    heng_hash down[HENG_MERKLE_PATH_MAX];
    size_t length = 0;
    assert(index < count);
    while (count > 1) {
        size_t half = 1;
        while (half * 2 < count) half *= 2;
        assert(length < HENG_MERKLE_PATH_MAX);
        if (index < half) {
            down[length++] = root_of(leaves + half, count - half);
            count = half;
        } else {
            down[length++] = root_of(leaves, half);
            leaves += half;
            index -= half;
            count -= half;
        }
    }
    for (size_t i = 0; i < length; i++) out[i] = down[length - 1 - i];
    return length;
}

bool heng_merkle_climb(heng_hash leaf, uint64_t index, uint64_t count, const heng_hash *path,
                       size_t path_length, heng_hash *root)
{
    if (index >= count) return false;
    uint64_t at = index, last = count - 1;
    heng_hash hash = leaf;
    for (size_t i = 0; i < path_length; i++) {
        if (!last) return false;
        if (at & 1 || at == last) {
            hash = heng_merkle_node(path[i], hash);
            while (!(at & 1) && at) at >>= 1, last >>= 1;
        } else {
            hash = heng_merkle_node(hash, path[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    *root = hash;
    return !last;
}

bool heng_merkle_holds(heng_hash leaf, uint64_t index, uint64_t count, const heng_hash *path,
                       size_t path_length, heng_hash root)
{
    heng_hash there;
    return heng_merkle_climb(leaf, index, count, path, path_length, &there) &&
           heng_hash_equal(there, root);
}
