/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/seal.h"
#include "core/receipt/line.h"

enum { FIELDS = 12 };

static heng_str bytes_of(const heng_hash *hash)
{
    return (heng_str){(const char *)hash->bytes, sizeof hash->bytes};
}

heng_hash heng_seal_mark(heng_str text)
{
    return heng_hash_of(text);
}

heng_hash heng_seal_secret_mark(const heng_seed *secret)
{
    return heng_salt_of("heng-secret-1", secret, HENG_STR(""));
}

heng_hash heng_seal_salt(const heng_seed *secret, heng_hash id)
{
    return heng_salt_of("heng-leaf-1", secret, bytes_of(&id));
}

heng_hash heng_seal_leaf(heng_hash salt, heng_hash id)
{
    heng_str parts[] = {{"\0", 1}, bytes_of(&salt), bytes_of(&id)};
    return heng_hash_of_parts(parts, 3);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void add_hash(heng_text *out, const unsigned char bytes[HENG_HASH_BYTES])
{
    heng_text_add_char(out, '|');
    heng_hex_write(bytes, HENG_HASH_BYTES, out);
}

static void add_field(heng_text *out, heng_str field)
{
    heng_text_add_char(out, '|');
    heng_field_write(field, out);
}

heng_status heng_seal_write(const heng_seal *seal, heng_arena *arena, heng_str *out,
                            heng_error *err)
{
    heng_text text;
    heng_text_init(&text, arena, 1 << 16);
    heng_text_print(&text, "heng-seal-1|%llu|%llu", (unsigned long long)seal->run,
                    (unsigned long long)seal->count);
    add_hash(&text, seal->root.bytes);
    add_hash(&text, seal->program.bytes);
    add_field(&text, seal->pack);
    add_field(&text, seal->as_of);
    add_field(&text, seal->engine);
    add_field(&text, seal->made);
    add_hash(&text, seal->list.bytes);
    add_hash(&text, seal->secret.bytes);
    add_hash(&text, seal->previous.bytes);
    add_hash(&text, seal->key.bytes);
    if (text.failed) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a seal");
    *out = heng_text_view(&text);
    return HENG_OK;
}

static bool read_key(heng_str text, heng_public *out)
{
    heng_hash bytes;
    if (!heng_hash_parse(text, &bytes)) return false;
    memcpy(out->bytes, bytes.bytes, sizeof out->bytes);
    return true;
}

/* Cut at the bars; false unless there are just so many. */
static bool cut_fields(heng_str text, heng_str fields[FIELDS + 1])
{
    size_t count = 0;
    for (size_t from = 0; count <= FIELDS; count++) {
        size_t bar = heng_str_find(text, HENG_STR("|"), from);
        fields[count] = heng_str_slice(text, from, bar == SIZE_MAX ? text.length : bar);
        if (bar == SIZE_MAX) return count == FIELDS;
        from = bar + 1;
    }
    return false;
}

heng_status heng_seal_read(heng_str text, heng_arena *arena, heng_seal *out, heng_error *err)
{
    heng_str fields[FIELDS + 1];
    heng_seal seal = {0};
    if (!cut_fields(text, fields) || !heng_str_is(fields[0], "heng-seal-1"))
        return heng_fail(err, HENG_INVALID, 0, "this is no seal of the form heng-seal-1");
    bool good =
        heng_count_read(fields[1], &seal.run) && heng_count_read(fields[2], &seal.count) &&
        heng_hash_parse(fields[3], &seal.root) && heng_hash_parse(fields[4], &seal.program) &&
        heng_hash_parse(fields[9], &seal.list) && heng_hash_parse(fields[10], &seal.secret) &&
        heng_hash_parse(fields[11], &seal.previous) && read_key(fields[12], &seal.key);
    if (!good)
        return heng_fail(err, HENG_INVALID, 0,
                         "a number, hash or key of the seal is not spelled as it must be");
    heng_str *texts[] = {&seal.pack, &seal.as_of, &seal.engine, &seal.made};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        heng_status status = heng_field_read(fields[5 + i], arena, texts[i], err);
        if (status) return status;
    }
    *out = seal;
    return HENG_OK;
}

const char *heng_sealed_fault(const heng_sealed *sealed, const heng_seal *seal, heng_hash id)
{
    if (!heng_signature_holds(&seal->key, sealed->text, &sealed->signature))
        return "the signature is not that of its key over this seal";
    heng_hash leaf = heng_seal_leaf(sealed->salt, id);
    if (!heng_merkle_holds(leaf, sealed->index, seal->count, sealed->path, sealed->path_length,
                           seal->root))
        return "the figure is not under this seal: its path does not lead to the root";
    return NULL;
}
