/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/line.h"
#include "base/hexfloat.h"
#include "base/limits.h"

#include <assert.h>

enum { SALT_DIGITS = 32 /* 128 bits: nobody tries so many */ };

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

void heng_field_write(heng_str field, heng_text *out)
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

heng_status heng_field_read(heng_str text, heng_arena *arena, heng_str *out, heng_error *err)
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

void heng_hex_write(const unsigned char *bytes, size_t count, heng_text *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        heng_text_add_char(out, digits[bytes[i] >> 4]);
        heng_text_add_char(out, digits[bytes[i] & 15]);
    }
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
        heng_field_write(line->fields[i], out);
    }
}

bool heng_receipt__cut(heng_str text, heng_receipt__parts *out)
{
    heng_receipt__parts parts;
    heng_str *pieces[] = {&parts.op, &parts.inputs, &parts.result};
    size_t from = 0;
    for (int i = 0; i < 3; i++) {
        size_t bar = heng_str_find(text, HENG_STR("|"), from);
        bool last = bar == SIZE_MAX;
        if (last && i < 2) return false;
        size_t end = last ? text.length : bar;
        *pieces[i] = heng_str_slice(text, from, end);
        from = end + !last;
        parts.rest = heng_str_slice(text, end, text.length);
    }
    *out = parts;
    return true;
}

bool heng_count_read(heng_str text, uint64_t *out)
{
    int64_t value;
    heng_error ignored;
    if (!text.length || (text.length > 1 && text.at[0] == '0') || text.at[0] == '+' ||
        text.at[0] == '-' || heng_integer_parse(text, &value, &ignored) || value < 0)
        return false;
    *out = (uint64_t)value;
    return true;
}

/* ---- hashes --------------------------------------------------------------------------------------- */

static heng_str bytes_of(const heng_hash *hash)
{
    return (heng_str){(const char *)hash->bytes, sizeof hash->bytes};
}

bool heng_receipt__has_salt(heng_replay_op op)
{
    return op == HENG_REPLAY_FACT || op == HENG_REPLAY_ABSENT || op == HENG_REPLAY_CELL;
}

bool heng_receipt__is_figure(heng_replay_op op)
{
    return op == HENG_REPLAY_FACT || op == HENG_REPLAY_RULE || op == HENG_REPLAY_GIVEN ||
           op == HENG_REPLAY_STANDS;
}

/* Of a line with a salt that salt, of any other the blinds of its inputs. */
static heng_hash blind_of(const heng_receipt__parts *parts, const uint32_t *inputs,
                          size_t input_count, const heng_line_mark *marks)
{
    static const heng_hash none;
    heng_replay_op op;
    heng_hasher hasher;
    heng_hasher_begin(&hasher);
    heng_hasher_add(&hasher, (heng_str){"\2", 1});
    if (heng_replay_find(parts->op, &op) && heng_receipt__has_salt(op)) {
        size_t at = parts->rest.length;
        while (at > 0 && parts->rest.at[at - 1] != '|') at--;
        heng_hasher_add(&hasher, heng_str_slice(parts->rest, at, parts->rest.length));
    }
    for (size_t i = 0; i < input_count; i++)
        heng_hasher_add(&hasher, bytes_of(inputs[i] ? &marks[inputs[i] - 1].blind : &none));
    return heng_hasher_end(&hasher);
}

heng_hash heng_receipt__input_leaf(const heng_line_mark *input)
{
    return heng_merkle_leaf(input ? bytes_of(&input->hash) : (heng_str){"", 0});
}

heng_hash heng_receipt__result_hash(heng_hash blind, heng_str result)
{
    heng_str parts[] = {{"\3", 1}, bytes_of(&blind), result};
    return heng_hash_of_parts(parts, 3);
}

heng_hash heng_receipt__line_hash(heng_hash root, heng_hash result, heng_str op, uint64_t count,
                                  heng_str rest)
{
    char bar_count[24];
    size_t at = sizeof bar_count;
    do {
        bar_count[--at] = (char)('0' + count % 10);
        count /= 10;
    } while (count);
    bar_count[--at] = '|';
    heng_str parts[] = {
        {"\4", 1}, bytes_of(&root), bytes_of(&result), op, {bar_count + at, sizeof bar_count - at},
        rest};
    return heng_hash_of_parts(parts, 6);
}

heng_line_mark heng_receipt__mark(const heng_receipt__parts *parts, const uint32_t *inputs,
                                  size_t input_count, const heng_line_mark *marks)
{
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < input_count; i++)
        heng_merkle_add(&tree, heng_receipt__input_leaf(inputs[i] ? &marks[inputs[i] - 1] : NULL));
    heng_line_mark mark = {.blind = blind_of(parts, inputs, input_count, marks)};
    mark.hash = heng_receipt__line_hash(heng_merkle_root(&tree),
                                        heng_receipt__result_hash(mark.blind, parts->result),
                                        parts->op, input_count, parts->rest);
    return mark;
}

/* ---- salts ---------------------------------------------------------------------------------------- */

heng_hash heng_salt_of(const char *use, const heng_seed *secret, heng_str what)
{
    heng_str parts[] = {
        heng_str_from(use), {(const char *)secret->bytes, sizeof secret->bytes}, what};
    return heng_hash_of_parts(parts, 3);
}

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a receipt");
}

static heng_status text_of(const heng_line *line, heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_text text;
    heng_text_init(&text, arena, HENG_RECEIPT_BYTES_MAX);
    heng_receipt__write_line(line, &text);
    if (text.failed) return no_memory(err);
    *out = heng_text_view(&text);
    return HENG_OK;
}

/* From the secret and all else that the line says, so that the same book gives the same bytes. */
static heng_status salt_line(heng_line *line, heng_str unsalted, const heng_seed *secret,
                             heng_arena *arena, heng_error *err)
{
    char text[HENG_HASH_TEXT];
    heng_hash_write(heng_salt_of("heng-salt-1", secret, unsalted), text);
    heng_str *fields = HENG_ARRAY(arena, line->field_count, heng_str);
    if (!fields) return no_memory(err);
    memcpy(fields, line->fields, line->field_count * sizeof *fields);
    fields[line->field_count - 1] = heng_str_copy(arena, (heng_str){text, SALT_DIGITS});
    if (!fields[line->field_count - 1].at) return no_memory(err);
    line->fields = fields;
    return HENG_OK;
}

heng_status heng_receipt__salted_text(heng_line *line, const heng_seed *secret, heng_arena *arena,
                                      heng_str *text, heng_error *err)
{
    heng_status status = text_of(line, arena, text, err);
    if (status || !secret || !heng_receipt__has_salt(line->op)) return status;
    status = salt_line(line, *text, secret, arena, err);
    return status ? status : text_of(line, arena, text, err);
}
