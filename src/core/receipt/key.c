/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"

static const char head[] = "heng-key-1\n";
static const char secret_word[] = "secret ";
static const char public_word[] = "public ";

static char *put(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length + 1);
    return at + length;
}

static char *put_hex(char *at, const unsigned char bytes[HENG_HASH_BYTES])
{
    heng_hash hash;
    memcpy(hash.bytes, bytes, sizeof hash.bytes);
    heng_hash_write(hash, at);
    return at + HENG_HASH_TEXT - 1;
}

void heng_key_write(const heng_seed *seed, char out[HENG_KEY_TEXT])
{
    heng_public key = heng_public_of(seed);
    char *at = put(out, head);
    at = put_hex(put(at, secret_word), seed->bytes);
    at = put(at, "\n");
    at = put_hex(put(at, public_word), key.bytes);
    put(at, "\n");
}

static bool take(heng_str *rest, const char *text)
{
    heng_str piece = heng_str_from(text);
    if (!heng_str_starts(*rest, piece)) return false;
    *rest = heng_str_slice(*rest, piece.length, rest->length);
    return true;
}

static bool take_hex(heng_str *rest, heng_hash *out)
{
    enum { DIGITS = HENG_HASH_TEXT - 1 };
    if (rest->length < DIGITS || !heng_hash_parse(heng_str_slice(*rest, 0, DIGITS), out))
        return false;
    *rest = heng_str_slice(*rest, DIGITS, rest->length);
    return true;
}

heng_status heng_key_read(heng_str text, heng_seed *out, heng_error *err)
{
    heng_hash secret, said;
    heng_seed seed;
    heng_str rest = text;
    if (!take(&rest, head))
        return heng_fail(
            err, HENG_INVALID, 1,
            "this is no key: the first line should be heng-key-1. Remedy: heng key new");
    bool good = take(&rest, secret_word) && take_hex(&rest, &secret) && take(&rest, "\n") &&
                take(&rest, public_word) && take_hex(&rest, &said) && take(&rest, "\n") &&
                !rest.length;
    if (!good)
        return heng_fail(err, HENG_INVALID, 2,
                         "the key is damaged: behind heng-key-1 should stand the lines secret and "
                         "public, each with 64 digits of 0-9 and a-f, and nothing else");
    memcpy(seed.bytes, secret.bytes, sizeof seed.bytes);
    heng_public key = heng_public_of(&seed);
    if (memcmp(key.bytes, said.bytes, sizeof key.bytes) != 0)
        return heng_fail(err, HENG_INVALID, 3,
                         "the key is damaged: its two lines do not belong together");
    *out = seed;
    return HENG_OK;
}

heng_hash heng_key_id(const heng_public *key)
{
    return heng_hash_of((heng_str){(const char *)key->bytes, sizeof key->bytes});
}

bool heng_key_is(const heng_public *key, const heng_hash *named)
{
    return memcmp(key->bytes, named->bytes, sizeof key->bytes) == 0 ||
           heng_hash_equal(heng_key_id(key), *named);
}
