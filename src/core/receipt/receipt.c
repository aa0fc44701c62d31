/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/receipt.h"
#include "core/receipt/line.h"
#include "core/receipt/seal.h"

#include <assert.h>

enum { SALT_DIGITS = 32 /* 128 bits: nobody tries so many */ };

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a receipt");
}

/* ---- salts ---------------------------------------------------------------------------------------- */

/* The salt is the last field of a fact, and of one that was not found. */
static bool has_salt(const heng_line *line)
{
    return line->op == HENG_REPLAY_FACT || line->op == HENG_REPLAY_ABSENT;
}

/* From the seed and all else that the line says, so that the same book gives the same bytes. */
static heng_status salt_line(heng_line *line, heng_str unsalted, const heng_seed *seed,
                             heng_arena *arena, heng_error *err)
{
    heng_str parts[] = {
        HENG_STR("heng-salt-1"), {(const char *)seed->bytes, sizeof seed->bytes}, unsalted};
    char text[HENG_HASH_TEXT];
    heng_hash_write(heng_hash_of_parts(parts, 3), text);
    heng_str *fields = HENG_ARRAY(arena, line->field_count, heng_str);
    if (!fields) return no_memory(err);
    memcpy(fields, line->fields, line->field_count * sizeof *fields);
    fields[line->field_count - 1] = heng_str_copy(arena, (heng_str){text, SALT_DIGITS});
    if (!fields[line->field_count - 1].at) return no_memory(err);
    line->fields = fields;
    return HENG_OK;
}

/* ---- making --------------------------------------------------------------------------------------- */

static heng_status text_of(const heng_line *line, heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_text text;
    heng_text_init(&text, arena, HENG_RECEIPT_BYTES_MAX);
    heng_receipt__write_line(line, &text);
    if (text.failed) return no_memory(err);
    *out = heng_text_view(&text);
    return HENG_OK;
}

static heng_status make_line(heng_line *line, const heng_seed *seed, heng_arena *arena,
                             heng_str *text, heng_error *err)
{
    heng_status status = text_of(line, arena, text, err);
    if (status || !seed || !has_salt(line)) return status;
    status = salt_line(line, *text, seed, arena, err);
    return status ? status : text_of(line, arena, text, err);
}

static heng_status head_line(const heng_receipt_head *head, size_t input, const heng_line *figure,
                             heng_arena *arena, heng_line *out, heng_error *err)
{
    heng_str *fields = HENG_ARRAY(arena, 8, heng_str);
    uint32_t *inputs = HENG_ARRAY(arena, 1, uint32_t);
    char program[HENG_HASH_TEXT];
    heng_hash_write(head->program, program);
    heng_str copy = heng_str_copy(arena, heng_str_from(program));
    if (!fields || !inputs || !copy.at) return no_memory(err);
    fields[0] = HENG_STR("heng-receipt-1");
    fields[1] = head->figure;
    fields[2] = head->unit;
    fields[3] = head->word;
    fields[4] = copy;
    fields[5] = head->pack;
    fields[6] = head->as_of;
    fields[7] = head->engine;
    inputs[0] = (uint32_t)input;
    *out = (heng_line){.op = HENG_REPLAY_RECEIPT,
                       .input_count = 1,
                       .inputs = inputs,
                       .field_count = 8,
                       .fields = fields,
                       .result = figure->result};
    return HENG_OK;
}

heng_status heng_receipt_make(const heng_derivation *derivation, const heng_receipt_head *head,
                              const heng_seed *seed, heng_arena *arena, heng_receipt *out,
                              heng_error *err)
{
    assert(derivation && derivation->line_count && head && arena && out && err);
    size_t count = derivation->line_count + 1;
    if (count > UINT32_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a receipt of more than 4,294,967,295 lines");
    heng_line *lines = HENG_ARRAY(arena, count, heng_line);
    heng_str *texts = HENG_ARRAY(arena, count, heng_str);
    heng_hash *hashes = HENG_ARRAY(arena, count, heng_hash);
    if (!lines || !texts || !hashes) return no_memory(err);
    memcpy(lines, derivation->lines, derivation->line_count * sizeof *lines);
    heng_status status =
        head_line(head, count - 1, &lines[count - 2], arena, &lines[count - 1], err);
    for (size_t i = 0; i < count && !status; i++) {
        status = make_line(&lines[i], seed, arena, &texts[i], err);
        if (!status)
            hashes[i] = heng_receipt__hash(texts[i], lines[i].inputs, lines[i].input_count, hashes);
    }
    if (status) return status;
    *out = (heng_receipt){.lines = lines, .texts = texts, .hashes = hashes, .count = count};
    return HENG_OK;
}

static heng_str word_of(const heng_quantity_info *quantity, const heng_outcome *result)
{
    if (result->state != HENG_STATE_KNOWN) return HENG_STR("");
    if (quantity->yes_no) return result->value != 0 ? HENG_STR("yes") : HENG_STR("no");
    if (!quantity->list || result->value < 0 ||
        result->value >= (double)quantity->list->member_count)
        return HENG_STR("");
    return quantity->list->members[(size_t)result->value];
}

heng_status heng_receipt_of(const heng_program *program, const heng_evaluation *evaluation,
                            const heng_point *point, const heng_receipt_head *head,
                            const heng_seed *seed, heng_arena *arena, heng_receipt *out,
                            heng_error *err)
{
    heng_derivation derivation;
    heng_quantity_info quantity;
    heng_receipt_head filled = *head;
    heng_status status = heng_derive(evaluation, point, arena, &derivation, err);
    if (!status) status = heng_figure_write(program, point, arena, &filled.figure, err);
    if (status) return status;
    heng_program_quantity(program, point->quantity, &quantity);
    filled.unit = quantity.unit;
    filled.word = word_of(&quantity, &derivation.lines[derivation.line_count - 1].result);
    filled.program = heng_program_hash(program);
    return heng_receipt_make(&derivation, &filled, seed, arena, out, err);
}

heng_hash heng_receipt_id(const heng_receipt *receipt)
{
    return receipt->hashes[receipt->count - 1];
}

/* ---- writing -------------------------------------------------------------------------------------- */

heng_str heng_receipt__signed_text(heng_hash id, heng_receipt__message *out)
{
    static const char head[] = "heng-receipt-1 ";
    memcpy(out->bytes, head, sizeof head - 1);
    heng_hash_write(id, out->bytes + sizeof head - 1);
    return heng_str_from(out->bytes);
}

void heng_receipt__write_hex(const unsigned char *bytes, size_t count, heng_text *out)
{
    for (size_t i = 0; i < count; i++) heng_text_print(out, "%02x", bytes[i]);
}

static void write_signature(heng_hash id, const heng_seed *seed, heng_text *out)
{
    heng_receipt__message message;
    heng_public key = heng_public_of(seed);
    heng_signature signature = heng_sign(seed, heng_receipt__signed_text(id, &message));
    heng_text_add(out, HENG_STR("{\"key\":\""));
    heng_receipt__write_hex(key.bytes, sizeof key.bytes, out);
    heng_text_add(out, HENG_STR("\",\"signature\":\""));
    heng_receipt__write_hex(signature.bytes, sizeof signature.bytes, out);
    heng_text_add(out, HENG_STR("\"}"));
}

heng_status heng_receipt_write(const heng_receipt *receipt, const heng_seed *seed, heng_text *out,
                               heng_error *err)
{
    char hash[HENG_HASH_TEXT];
    heng_text_add(out, HENG_STR("{\"format\":\"heng-receipt-1\",\"lines\":[\n"));
    for (size_t i = 0; i < receipt->count; i++) {
        heng_hash_write(receipt->hashes[i], hash);
        heng_text_print(out, "[\"%s\",\"", hash);
        heng_text_add(out, receipt->texts[i]);
        heng_text_add(out, i + 1 < receipt->count ? HENG_STR("\"],\n") : HENG_STR("\"]\n"));
    }
    heng_hash_write(heng_receipt_id(receipt), hash);
    heng_text_print(out, "],\"id\":\"%s\",\n\"signature\":", hash);
    if (seed)
        write_signature(heng_receipt_id(receipt), seed, out);
    else
        heng_text_add(out, HENG_STR("null"));
    heng_text_add(out, HENG_STR("}\n"));
    return out->failed ? no_memory(err) : HENG_OK;
}
