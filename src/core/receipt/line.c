/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/line.h"
#include "base/hexfloat.h"

#include <assert.h>

/* By state and flags. */
static const char state_letters[] = {'u', 'k', 'n', 0, 'p', 0, 0, 0, 'e'};
enum { RESULT_NUMBERS = 6 };

static void add_hex(heng_text *out, double value)
{
    char text[HENG_HEXFLOAT_TEXT];
    size_t length = heng_hexfloat_write(value, text);
    heng_text_add_char(out, ' ');
    heng_text_add(out, (heng_str){text, length});
}

void heng_receipt__write_result(const heng_outcome *result, heng_text *out)
{
    assert(result->state < sizeof state_letters && state_letters[result->state]);
    heng_text_add_char(out, state_letters[result->state]);
    add_hex(out, result->value);
    add_hex(out, result->have);
    add_hex(out, result->want);
    for (int c = 0; c < 3; c++) add_hex(out, (double)result->quality[c]);
    heng_text_add_char(out, ' ');
    heng_text_add_char(out, (char)('0' + result->evidence));
}

bool heng_receipt__read_result(heng_str text, heng_outcome *out)
{
    heng_outcome read = {0};
    heng_str rest = text, piece;
    double numbers[RESULT_NUMBERS];
    bool found = false;
    if (!heng_str_cut(&rest, ' ', &piece) || piece.length != 1) return false;
    for (uint8_t i = 0; i < sizeof state_letters; i++)
        if (state_letters[i] && state_letters[i] == piece.at[0]) read.state = i, found = true;
    if (!found) return false;
    for (int i = 0; i < RESULT_NUMBERS; i++)
        if (!heng_str_cut(&rest, ' ', &piece) || !heng_hexfloat_parse(piece, &numbers[i]))
            return false;
    if (rest.length != 1 || rest.at[0] < '0' || rest.at[0] >= '0' + HENG_EVIDENCE_COUNT)
        return false;
    read.value = numbers[0];
    read.have = numbers[1];
    read.want = numbers[2];
    for (int c = 0; c < 3; c++) {
        read.quality[c] = (float)numbers[3 + c];
        if (!heng_double_same((double)read.quality[c], numbers[3 + c])) return false;
    }
    read.evidence = (uint8_t)(rest.at[0] - '0');
    *out = read;
    return true;
}

static bool is_special(unsigned char c)
{
    return c < 0x20 || c == 0x7f || c == '%' || c == '|' || c == '"' || c == '\\';
}

void heng_receipt__write_field(heng_str field, heng_text *out)
{
    bool utf8 = heng_utf8_valid(field) == field.length;
    size_t plain = 0;
    for (size_t i = 0; i < field.length; i++) {
        unsigned char c = (unsigned char)field.at[i];
        if (!is_special(c) && (utf8 || c < 0x80)) continue;
        heng_text_add(out, heng_str_slice(field, plain, i));
        heng_text_print(out, "%%%02X", c);
        plain = i + 1;
    }
    heng_text_add(out, heng_str_slice(field, plain, field.length));
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

heng_status heng_receipt__read_field(heng_str text, heng_arena *arena, heng_str *out,
                                     heng_error *err)
{
    *out = text;
    if (!text.length || !memchr(text.at, '%', text.length)) return HENG_OK;
    char *bytes = heng_arena_alloc(arena, text.length);
    size_t length = 0;
    if (!bytes) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to read a receipt");
    for (size_t i = 0; i < text.length; i++) {
        bytes[length++] = text.at[i];
        if (text.at[i] != '%') continue;
        int high = i + 2 < text.length ? digit_of(text.at[i + 1]) : -1;
        int low = i + 2 < text.length ? digit_of(text.at[i + 2]) : -1;
        if (high < 0 || low < 0)
            return heng_fail(err, HENG_INVALID, i, "%% is not followed by two digits");
        bytes[length - 1] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (heng_str){bytes, length};
    return HENG_OK;
}

void heng_receipt__write_line(const heng_line *line, heng_text *out)
{
    heng_replay_info info;
    heng_replay_describe(line->op, &info);
    heng_text_add(out, info.name);
    heng_text_add_char(out, '|');
    for (uint32_t i = 0; i < line->input_count; i++)
        heng_text_print(out, i ? ",%u" : "%u", line->inputs[i]);
    heng_text_add_char(out, '|');
    heng_receipt__write_result(&line->result, out);
    for (unsigned i = 0; i < line->field_count; i++) {
        heng_text_add_char(out, '|');
        heng_receipt__write_field(line->fields[i], out);
    }
}

heng_hash heng_receipt__hash(heng_str text, const uint32_t *inputs, size_t input_count,
                             const heng_hash *hashes)
{
    size_t bar = heng_str_find(text, HENG_STR("|"), 0);
    size_t end = bar == SIZE_MAX ? SIZE_MAX : heng_str_find(text, HENG_STR("|"), bar + 1);
    if (!input_count || end == SIZE_MAX) return heng_hash_of(text);
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < input_count; i++) {
        heng_str data = {"", 0};
        if (inputs[i])
            data = (heng_str){(const char *)hashes[inputs[i] - 1].bytes, HENG_HASH_BYTES};
        heng_merkle_add(&tree, heng_merkle_leaf(data));
    }
    char root[HENG_HASH_TEXT];
    heng_hash_write(heng_merkle_root(&tree), root);
    heng_str parts[] = {heng_str_slice(text, 0, bar + 1),
                        {root, HENG_HASH_TEXT - 1},
                        heng_str_slice(text, end, text.length)};
    return heng_hash_of_parts(parts, 3);
}
