/* Feeds any bytes to the readers of receipts, proofs, seals and keys; and, as lines of text with hashes that
 * fit, to the replay behind the hashes.
 *
 *   CC=clang meson setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined -Db_lundef=false
 *   build-fuzz/test/receipt_fuzz CORPUS test/cases/receipt
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "core/receipt/line.h"
#include "core/receipt/proof.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 200, INPUTS_MAX = 64 };

static void demand(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

static void read_all(heng_str bytes, heng_arena *arena)
{
    heng_error err;
    heng_verdict verdict = {0};
    heng_proof_verdict proof = {0};
    heng_seal seal;
    heng_seed seed;
    heng_status status = heng_receipt_verify(bytes, arena, &verdict, &err);
    demand(status == HENG_OK || status == HENG_INVALID, "a receipt is read or refused");
    demand(status || verdict.verified == !verdict.what.length, "a verdict says why");
    status = heng_proof_verify(bytes, arena, &proof, &err);
    demand(status == HENG_OK || status == HENG_INVALID, "a proof is read or refused");
    demand(status || proof.holds == !proof.what.length, "a verdict of a proof says why");
    status = heng_seal_read(bytes, arena, &seal, &err);
    demand(status == HENG_OK || status == HENG_INVALID, "a seal is read or refused");
    demand(heng_key_read(bytes, &seed, &err) == HENG_INVALID || bytes.length > 100, "no short key");
}

/* The numbers of inputs as far as they are numbers of earlier lines. */
static size_t inputs_of(heng_str text, size_t before, uint32_t inputs[INPUTS_MAX])
{
    size_t count = 0;
    heng_str piece;
    while (text.length && count < INPUTS_MAX && heng_str_cut(&text, ',', &piece)) {
        uint64_t number;
        if (!heng_count_read(piece, &number) || number > before) return 0;
        inputs[count++] = (uint32_t)number;
    }
    return count;
}

/* Each line of the input with its hash, as a receipt. */
static heng_str with_hashes(heng_str bytes, heng_arena *arena)
{
    heng_line_mark marks[LINES_MAX];
    heng_text out;
    heng_str line;
    size_t count = 0;
    heng_text_init(&out, arena, 1 << 26);
    heng_text_add(&out, HENG_STR("{\"format\":\"heng-receipt-1\",\"lines\":[\n"));
    while (bytes.length && count < LINES_MAX && heng_str_cut(&bytes, '\n', &line)) {
        heng_receipt__parts parts;
        uint32_t inputs[INPUTS_MAX];
        if (!heng_receipt__cut(line, &parts)) continue;
        size_t input_count = inputs_of(parts.inputs, count, inputs);
        marks[count] = heng_receipt__mark(&parts, inputs, input_count, marks);
        heng_text_add(&out, count ? HENG_STR(",\n[\"") : HENG_STR("[\""));
        heng_hex_write(marks[count].hash.bytes, HENG_HASH_BYTES, &out);
        heng_text_add(&out, HENG_STR("\",\""));
        heng_text_add(&out, line);
        heng_text_add(&out, HENG_STR("\"]"));
        count++;
    }
    heng_text_add(&out, HENG_STR("\n],\"id\":\""));
    if (count) heng_hex_write(marks[count - 1].hash.bytes, HENG_HASH_BYTES, &out);
    heng_text_add(&out, HENG_STR("\",\n\"seal\":null}\n"));
    return heng_text_view(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heng_arena arena;
    heng_str bytes = {size ? (const char *)data : "", size};
    heng_arena_init(&arena, (size_t)1 << 30);
    read_all(bytes, &arena);
    read_all(with_hashes(bytes, &arena), &arena);
    heng_arena_deinit(&arena);
    return 0;
}
