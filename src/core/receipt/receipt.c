/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/receipt.h"
#include "core/receipt/line.h"
#include "core/receipt/scan.h"

#include <assert.h>

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a receipt");
}

/* ---- making --------------------------------------------------------------------------------------- */

heng_status heng_receipt__head_line(const heng_receipt_head *head, size_t input,
                                    const heng_outcome *result, heng_arena *arena, heng_line *out,
                                    heng_error *err)
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
                       .result = *result};
    return HENG_OK;
}

heng_status heng_receipt_make(const heng_derivation *derivation, const heng_receipt_head *head,
                              const heng_seed *secret, heng_arena *arena, heng_receipt *out,
                              heng_error *err)
{
    assert(derivation && derivation->line_count && head && arena && out && err);
    size_t count = derivation->line_count + 1;
    if (count > UINT32_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a receipt of more than 4,294,967,295 lines");
    heng_line *lines = HENG_ARRAY(arena, count, heng_line);
    heng_str *texts = HENG_ARRAY(arena, count, heng_str);
    heng_line_mark *marks = HENG_ARRAY(arena, count, heng_line_mark);
    if (!lines || !texts || !marks) return no_memory(err);
    memcpy(lines, derivation->lines, derivation->line_count * sizeof *lines);
    heng_status status = heng_receipt__head_line(head, count - 1, &lines[count - 2].result, arena,
                                                 &lines[count - 1], err);
    for (size_t i = 0; i < count && !status; i++) {
        heng_receipt__parts parts;
        status = heng_receipt__salted_text(&lines[i], secret, arena, &texts[i], err);
        if (status) break;
        bool cut = heng_receipt__cut(texts[i], &parts);
        assert(cut);
        (void)cut;
        marks[i] = heng_receipt__mark(&parts, lines[i].inputs, lines[i].input_count, marks);
    }
    if (status) return status;
    *out = (heng_receipt){.lines = lines, .texts = texts, .marks = marks, .count = count};
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

void heng_receipt__name_figure(const heng_program *program, const heng_point *point,
                               const heng_outcome *result, heng_receipt_head *head)
{
    heng_quantity_info quantity;
    heng_program_quantity(program, point->quantity, &quantity);
    head->unit = quantity.unit;
    head->word = word_of(&quantity, result);
}

heng_status heng_receipt_of(const heng_program *program, const heng_evaluation *evaluation,
                            const heng_point *point, const heng_receipt_head *head,
                            const heng_seed *secret, heng_arena *arena, heng_receipt *out,
                            heng_error *err)
{
    heng_derivation derivation;
    heng_receipt_head filled = *head;
    heng_status status = heng_derive(evaluation, point, arena, &derivation, err);
    if (!status) status = heng_figure_write(program, point, arena, &filled.figure, err);
    if (status) return status;
    heng_receipt__name_figure(program, point, &derivation.lines[derivation.line_count - 1].result,
                              &filled);
    filled.program = heng_program_hash(program);
    return heng_receipt_make(&derivation, &filled, secret, arena, out, err);
}

heng_hash heng_receipt_id(const heng_receipt *receipt)
{
    return receipt->marks[receipt->count - 1].hash;
}

/* ---- writing -------------------------------------------------------------------------------------- */

static void add_hash(heng_text *out, heng_hash hash)
{
    heng_hex_write(hash.bytes, sizeof hash.bytes, out);
}

void heng_receipt__write_seal(const heng_sealed *seal, heng_text *out)
{
    heng_text_add(out, HENG_STR("{\"text\":\""));
    heng_text_add(out, seal->text);
    heng_text_add(out, HENG_STR("\",\n\"signature\":\""));
    heng_hex_write(seal->signature.bytes, sizeof seal->signature.bytes, out);
    heng_text_add(out, HENG_STR("\",\n\"salt\":\""));
    add_hash(out, seal->salt);
    heng_text_print(out, "\",\"index\":%llu,\"path\":[", (unsigned long long)seal->index);
    heng_receipt__write_path(seal->path, seal->path_length, out);
    heng_text_add(out, HENG_STR("]}"));
}

void heng_receipt__write_path(const heng_hash *path, size_t length, heng_text *out)
{
    for (size_t i = 0; i < length; i++) {
        heng_text_add(out, i ? HENG_STR(",\"") : HENG_STR("\""));
        add_hash(out, path[i]);
        heng_text_add_char(out, '"');
    }
}

heng_status heng_receipt_write(const heng_receipt *receipt, const heng_sealed *seal, heng_text *out,
                               heng_error *err)
{
    heng_text_add(out, HENG_STR("{\"format\":\"heng-receipt-1\",\"lines\":[\n"));
    for (size_t i = 0; i < receipt->count; i++) {
        heng_text_add(out, HENG_STR("[\""));
        add_hash(out, receipt->marks[i].hash);
        heng_text_add(out, HENG_STR("\",\""));
        heng_text_add(out, receipt->texts[i]);
        heng_text_add(out, i + 1 < receipt->count ? HENG_STR("\"],\n") : HENG_STR("\"]\n"));
    }
    heng_text_add(out, HENG_STR("],\"id\":\""));
    add_hash(out, heng_receipt_id(receipt));
    heng_text_add(out, HENG_STR("\",\n\"seal\":"));
    if (seal)
        heng_receipt__write_seal(seal, out);
    else
        heng_text_add(out, HENG_STR("null"));
    heng_text_add(out, HENG_STR("}\n"));
    return out->failed ? no_memory(err) : HENG_OK;
}
