/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/scan.h"

static size_t file_line(const heng_receipt__scan *s)
{
    size_t line = 1;
    for (size_t i = 0; i < s->at && i < s->bytes.length; i++) line += s->bytes.at[i] == '\n';
    return line;
}

heng_status heng_receipt__not_one(const heng_receipt__scan *s, const char *wanted)
{
    size_t line = file_line(s);
    return heng_fail(s->err, HENG_INVALID, line,
                     "not a %s: line %zu of the file should go on with %s", s->what, line, wanted);
}

bool heng_receipt__meets(heng_receipt__scan *s, const char *text)
{
    size_t length = strlen(text);
    if (s->bytes.length - s->at < length || memcmp(s->bytes.at + s->at, text, length) != 0)
        return false;
    s->at += length;
    return true;
}

heng_status heng_receipt__expect(heng_receipt__scan *s, const char *text)
{
    return heng_receipt__meets(s, text) ? HENG_OK : heng_receipt__not_one(s, text);
}

heng_status heng_receipt__read_text(heng_receipt__scan *s, heng_str *out)
{
    heng_str rest = heng_str_slice(s->bytes, s->at, s->bytes.length);
    const char *end = rest.length ? memchr(rest.at, '"', rest.length) : NULL;
    if (!end) return heng_receipt__not_one(s, "text that ends with a quotation mark");
    *out = (heng_str){rest.at, (size_t)(end - rest.at)};
    s->at += out->length + 1;
    return HENG_OK;
}

heng_status heng_receipt__read_hash(heng_receipt__scan *s, heng_hash *out)
{
    heng_str text;
    heng_status status = heng_receipt__read_text(s, &text);
    if (status) return status;
    return heng_hash_parse(text, out) ? HENG_OK : heng_receipt__not_one(s, "a hash of 64 digits");
}

heng_status heng_receipt__read_bytes(heng_receipt__scan *s, unsigned char *out, size_t count)
{
    heng_str text;
    heng_status status = heng_receipt__read_text(s, &text);
    if (status) return status;
    if (text.length != 2 * count)
        return heng_receipt__not_one(s, "a key or signature in hexadecimal");
    for (size_t i = 0; i < count; i += HENG_HASH_BYTES) { /* 32 bytes at a time, as hashes are */
        heng_hash part;
        if (!heng_hash_parse(heng_str_slice(text, 2 * i, 2 * i + 2 * HENG_HASH_BYTES), &part))
            return heng_receipt__not_one(s, "a key or signature in hexadecimal");
        memcpy(out + i, part.bytes, sizeof part.bytes);
    }
    return HENG_OK;
}

heng_status heng_receipt__read_count(heng_receipt__scan *s, uint64_t *out)
{
    size_t from = s->at;
    uint64_t value = 0;
    for (; s->at < s->bytes.length && s->at - from < 19; s->at++) {
        unsigned digit = (unsigned)(unsigned char)s->bytes.at[s->at] - '0';
        if (digit > 9) break;
        value = value * 10 + digit;
    }
    if (s->at == from || (s->at - from > 1 && s->bytes.at[from] == '0'))
        return heng_receipt__not_one(s, "a whole number");
    *out = value;
    return HENG_OK;
}

heng_status heng_receipt__read_path(heng_receipt__scan *s, const heng_hash **out, size_t *length)
{
    heng_hash path[HENG_MERKLE_PATH_MAX];
    size_t count = 0;
    heng_status status = HENG_OK;
    if (!heng_receipt__meets(s, "]")) {
        do {
            if (count == HENG_MERKLE_PATH_MAX)
                return heng_receipt__not_one(s, "], for no path is longer than 64");
            status = heng_receipt__expect(s, "\"");
            if (!status) status = heng_receipt__read_hash(s, &path[count++]);
        } while (!status && heng_receipt__meets(s, ","));
        if (!status) status = heng_receipt__expect(s, "]");
    }
    if (status) return status;
    heng_hash *kept = HENG_ARRAY(s->arena, count, heng_hash);
    if (!kept) return heng_fail(s->err, HENG_NO_MEMORY, 0, "no memory to read a path");
    if (count) memcpy(kept, path, count * sizeof *kept);
    *out = kept;
    *length = count;
    return HENG_OK;
}

heng_status heng_receipt__read_seal(heng_receipt__scan *s, heng_sealed *out)
{
    heng_sealed seal = {0};
    heng_status status = heng_receipt__expect(s, "{\"text\":\"");
    if (!status) status = heng_receipt__read_text(s, &seal.text);
    if (!status) status = heng_receipt__expect(s, ",\n\"signature\":\"");
    if (!status)
        status = heng_receipt__read_bytes(s, seal.signature.bytes, sizeof seal.signature.bytes);
    if (!status) status = heng_receipt__expect(s, ",\n\"salt\":\"");
    if (!status) status = heng_receipt__read_hash(s, &seal.salt);
    if (!status) status = heng_receipt__expect(s, ",\"index\":");
    if (!status) status = heng_receipt__read_count(s, &seal.index);
    if (!status) status = heng_receipt__expect(s, ",\"path\":[");
    if (!status) status = heng_receipt__read_path(s, &seal.path, &seal.path_length);
    if (!status) status = heng_receipt__expect(s, "}");
    if (!status) *out = seal;
    return status;
}
