/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/proof.h"
#include "core/receipt/line.h"
#include "core/receipt/scan.h"

#include <assert.h>

static const char beginning[] = "{\"format\":\"heng-proof-1\",\n";

static heng_status no_memory(heng_error *err)
{
    return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a proof");
}

/* ---- making --------------------------------------------------------------------------------------- */

/* The outermost line of that figure, by number; 0 if there is none. */
static size_t find_line(const heng_receipt *receipt, heng_str figure)
{
    for (size_t i = receipt->count - 1; i > 0; i--) {
        const heng_line *line = &receipt->lines[i - 1];
        if (heng_receipt__is_figure(line->op) && heng_str_equal(line->fields[0], figure)) return i;
    }
    return 0;
}

/* For each line behind `from` through which input the path comes, plus one; 0 for none. */
static uint32_t *find_ways(const heng_receipt *receipt, size_t from, heng_arena *arena)
{
    uint32_t *ways = HENG_ARRAY(arena, receipt->count, uint32_t);
    for (size_t i = from; ways && i < receipt->count; i++) {
        const heng_line *line = &receipt->lines[i];
        for (uint32_t k = 0; k < line->input_count && !ways[i]; k++) {
            uint32_t input = line->inputs[k];
            if (input == from || (input > from && ways[input - 1])) ways[i] = k + 1;
        }
    }
    return ways;
}

/* op|rest, without inputs and result. */
static heng_str said_of(heng_str text, heng_arena *arena)
{
    heng_receipt__parts parts;
    bool cut = heng_receipt__cut(text, &parts);
    assert(cut);
    (void)cut;
    return heng_str_format(arena, "%.*s%.*s", HENG_PRINT(parts.op), HENG_PRINT(parts.rest));
}

/* op|count|result|rest, for a line that is shown. */
static heng_str shown_of(heng_str text, size_t count, heng_arena *arena)
{
    heng_receipt__parts parts;
    bool cut = heng_receipt__cut(text, &parts);
    assert(cut);
    (void)cut;
    return heng_str_format(arena, "%.*s|%zu|%.*s%.*s", HENG_PRINT(parts.op), count,
                           HENG_PRINT(parts.result), HENG_PRINT(parts.rest));
}

static heng_hash *leaves_of(const heng_receipt *receipt, size_t line, heng_arena *arena)
{
    const heng_line *l = &receipt->lines[line];
    heng_hash *leaves = HENG_ARRAY(arena, l->input_count, heng_hash);
    for (uint32_t k = 0; leaves && k < l->input_count; k++)
        leaves[k] =
            heng_receipt__input_leaf(l->inputs[k] ? &receipt->marks[l->inputs[k] - 1] : NULL);
    return leaves;
}

static heng_hash root_of(const heng_hash *leaves, size_t count)
{
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (size_t i = 0; i < count; i++) heng_merkle_add(&tree, leaves[i]);
    return heng_merkle_root(&tree);
}

static bool make_step(const heng_receipt *receipt, size_t line, uint32_t way, heng_arena *arena,
                      heng_proof_step *out)
{
    heng_receipt__parts parts;
    heng_hash path[HENG_MERKLE_PATH_MAX];
    heng_hash *leaves = leaves_of(receipt, line, arena), *kept;
    if (!leaves || !heng_receipt__cut(receipt->texts[line], &parts)) return false;
    *out = (heng_proof_step){.said = said_of(receipt->texts[line], arena),
                             .index = way - 1,
                             .count = receipt->lines[line].input_count};
    out->result = heng_receipt__result_hash(receipt->marks[line].blind, parts.result);
    out->path_length = heng_merkle_path(leaves, (size_t)out->count, (size_t)out->index, path);
    out->path = kept = HENG_ARRAY(arena, out->path_length, heng_hash);
    if (!kept || !out->said.at) return false;
    if (out->path_length) memcpy(kept, path, out->path_length * sizeof *kept);
    return true;
}

/* From the total down; the steps are kept from the figure up. */
static heng_status make_steps(const heng_receipt *receipt, size_t from, const uint32_t *ways,
                              heng_arena *arena, heng_proof *out, heng_error *err)
{
    size_t count = 0;
    for (size_t at = receipt->count - 1; at != from; count++)
        at = receipt->lines[at - 1].inputs[ways[at - 1] - 1];
    heng_proof_step *steps = HENG_ARRAY(arena, count, heng_proof_step);
    if (!steps) return no_memory(err);
    size_t at = receipt->count - 1;
    for (size_t i = count; i-- > 0;) {
        if (!make_step(receipt, at - 1, ways[at - 1], arena, &steps[i])) return no_memory(err);
        at = receipt->lines[at - 1].inputs[ways[at - 1] - 1];
    }
    out->steps = steps;
    out->step_count = count;
    return HENG_OK;
}

heng_status heng_proof_make(const heng_receipt *total, heng_str figure, heng_arena *arena,
                            heng_proof *out, heng_error *err)
{
    assert(total && total->count > 1 && arena && out && err);
    size_t last = total->count - 1, from = find_line(total, figure);
    heng_str name = total->lines[last].fields[1];
    if (from == last)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%.*s is that figure itself. Remedy: ask for its receipt",
                         HENG_PRINT(figure));
    uint32_t *ways = from ? find_ways(total, from, arena) : NULL;
    if (!from || (ways && !ways[last - 1]))
        return heng_fail(err, HENG_NOT_FOUND, 0, "%.*s does not stand on %.*s", HENG_PRINT(name),
                         HENG_PRINT(figure));
    if (!ways) return no_memory(err);
    heng_proof proof = {
        .line = shown_of(total->texts[from - 1], total->lines[from - 1].input_count, arena),
        .blind = total->marks[from - 1].blind,
        .total = shown_of(total->texts[last], 1, arena),
        .total_blind = total->marks[last].blind};
    heng_hash *leaves = leaves_of(total, from - 1, arena);
    if (!leaves || !proof.line.at || !proof.total.at) return no_memory(err);
    proof.root = root_of(leaves, total->lines[from - 1].input_count);
    heng_status status = make_steps(total, from, ways, arena, &proof, err);
    if (!status) *out = proof;
    return status;
}

/* ---- writing -------------------------------------------------------------------------------------- */

static void add_hash(heng_text *out, const char *before, heng_hash hash)
{
    heng_text_add(out, heng_str_from(before));
    heng_hex_write(hash.bytes, sizeof hash.bytes, out);
}

heng_status heng_proof_write(const heng_proof *proof, const heng_sealed *seal, heng_text *out,
                             heng_error *err)
{
    heng_text_add(out, heng_str_from(beginning));
    heng_text_add(out, HENG_STR("\"line\":\""));
    heng_text_add(out, proof->line);
    add_hash(out, "\",\n\"root\":\"", proof->root);
    add_hash(out, "\",\"blind\":\"", proof->blind);
    heng_text_add(out, HENG_STR("\",\n\"steps\":[\n"));
    for (size_t i = 0; i < proof->step_count; i++) {
        const heng_proof_step *step = &proof->steps[i];
        heng_text_add(out, HENG_STR("[\""));
        heng_text_add(out, step->said);
        add_hash(out, "\",\"", step->result);
        heng_text_print(out, "\",%llu,%llu,[", (unsigned long long)step->index,
                        (unsigned long long)step->count);
        heng_receipt__write_path(step->path, step->path_length, out);
        heng_text_add(out, i + 1 < proof->step_count ? HENG_STR("]],\n") : HENG_STR("]]\n"));
    }
    heng_text_add(out, HENG_STR("],\"total\":\""));
    heng_text_add(out, proof->total);
    add_hash(out, "\",\n\"total_blind\":\"", proof->total_blind);
    heng_text_add(out, HENG_STR("\",\n\"seal\":"));
    heng_receipt__write_seal(seal, out);
    heng_text_add(out, HENG_STR("}\n"));
    return out->failed ? no_memory(err) : HENG_OK;
}

/* ---- reading -------------------------------------------------------------------------------------- */

bool heng_proof_is(heng_str bytes)
{
    return heng_str_starts(bytes, heng_str_from(beginning));
}

static heng_status read_step(heng_receipt__scan *s, heng_proof_step *out)
{
    heng_status status = heng_receipt__expect(s, "[\"");
    if (!status) status = heng_receipt__read_text(s, &out->said);
    if (!status) status = heng_receipt__expect(s, ",\"");
    if (!status) status = heng_receipt__read_hash(s, &out->result);
    if (!status) status = heng_receipt__expect(s, ",");
    if (!status) status = heng_receipt__read_count(s, &out->index);
    if (!status) status = heng_receipt__expect(s, ",");
    if (!status) status = heng_receipt__read_count(s, &out->count);
    if (!status) status = heng_receipt__expect(s, ",[");
    if (!status) status = heng_receipt__read_path(s, &out->path, &out->path_length);
    return status ? status : heng_receipt__expect(s, "]");
}

static heng_status read_steps(heng_receipt__scan *s, heng_proof *out)
{
    heng_proof_step *steps = NULL;
    size_t room = 0;
    do {
        if (out->step_count == room) {
            size_t wider = room ? 2 * room : 16;
            heng_proof_step *moved = HENG_ARRAY(s->arena, wider, heng_proof_step);
            if (!moved) return no_memory(s->err);
            if (room) memcpy(moved, steps, room * sizeof *moved);
            out->steps = steps = moved;
            room = wider;
        }
        heng_status status = read_step(s, &steps[out->step_count]);
        if (status) return status;
        out->step_count++;
    } while (heng_receipt__meets(s, ",\n"));
    return heng_receipt__expect(s, "\n");
}

static heng_status read_proof(heng_receipt__scan *s, heng_proof *out, heng_sealed *seal)
{
    heng_status status = heng_receipt__expect(s, beginning);
    if (!status) status = heng_receipt__expect(s, "\"line\":\"");
    if (!status) status = heng_receipt__read_text(s, &out->line);
    if (!status) status = heng_receipt__expect(s, ",\n\"root\":\"");
    if (!status) status = heng_receipt__read_hash(s, &out->root);
    if (!status) status = heng_receipt__expect(s, ",\"blind\":\"");
    if (!status) status = heng_receipt__read_hash(s, &out->blind);
    if (!status) status = heng_receipt__expect(s, ",\n\"steps\":[\n");
    if (!status) status = read_steps(s, out);
    if (!status) status = heng_receipt__expect(s, "],\"total\":\"");
    if (!status) status = heng_receipt__read_text(s, &out->total);
    if (!status) status = heng_receipt__expect(s, ",\n\"total_blind\":\"");
    if (!status) status = heng_receipt__read_hash(s, &out->total_blind);
    if (!status) status = heng_receipt__expect(s, ",\n\"seal\":");
    if (!status) status = heng_receipt__read_seal(s, seal);
    if (!status) status = heng_receipt__expect(s, "}\n");
    if (!status && s->at != s->bytes.length) status = heng_receipt__not_one(s, "nothing");
    return status;
}

/* ---- verifying ------------------------------------------------------------------------------------ */

typedef struct shown_line {
    heng_receipt__parts parts;
    heng_replay_op op;
    uint64_t count; /* of inputs */
    heng_outcome result;
    heng_str fields[HENG_REPLAY_FIELDS_MAX];
} shown_line;

/* The first `wanted` fields, plain. */
static heng_status read_fields(heng_str rest, unsigned wanted, heng_arena *arena, shown_line *out,
                               bool *good, heng_error *err)
{
    heng_error why;
    unsigned count = 0;
    while (rest.length) {
        size_t bar = heng_str_find(rest, HENG_STR("|"), 1);
        size_t end = bar == SIZE_MAX ? rest.length : bar;
        heng_status status = HENG_INVALID;
        if (count < wanted)
            status =
                heng_field_read(heng_str_slice(rest, 1, end), arena, &out->fields[count], &why);
        if (status == HENG_NO_MEMORY) return no_memory(err);
        *good = *good && !status;
        rest = heng_str_slice(rest, end, rest.length);
        count++;
    }
    *good = *good && count == wanted;
    return HENG_OK;
}

static heng_status read_shown(heng_str text, heng_arena *arena, shown_line *out, bool *good,
                              heng_error *err)
{
    heng_replay_info info;
    *good = heng_receipt__cut(text, &out->parts) &&
            heng_count_read(out->parts.inputs, &out->count) &&
            heng_replay_find(out->parts.op, &out->op) &&
            heng_receipt__read_result(out->parts.result, &out->result);
    if (!*good) return HENG_OK;
    heng_replay_describe(out->op, &info);
    return read_fields(out->parts.rest, info.field_count, arena, out, good, err);
}

static heng_hash hash_of(const shown_line *line, heng_hash root, heng_hash blind)
{
    return heng_receipt__line_hash(root, heng_receipt__result_hash(blind, line->parts.result),
                                   line->parts.op, line->count, line->parts.rest);
}

static heng_hash input_of(heng_hash hash)
{
    return heng_receipt__input_leaf(&(heng_line_mark){.hash = hash});
}

/* The hash of the line above; false where the path does not fit its number of inputs. */
static bool climb(const heng_proof_step *step, heng_hash *hash)
{
    size_t bar = heng_str_find(step->said, HENG_STR("|"), 0);
    size_t end = bar == SIZE_MAX ? step->said.length : bar;
    heng_replay_op op;
    heng_hash root;
    if (!heng_replay_find(heng_str_slice(step->said, 0, end), &op) ||
        !heng_merkle_climb(input_of(*hash), step->index, step->count, step->path, step->path_length,
                           &root))
        return false;
    *hash =
        heng_receipt__line_hash(root, step->result, heng_str_slice(step->said, 0, end), step->count,
                                heng_str_slice(step->said, end, step->said.length));
    return true;
}

static heng_status fill_total(const shown_line *line, heng_proof_verdict *out, bool *good)
{
    *good = line->op == HENG_REPLAY_RECEIPT && heng_str_is(line->fields[0], "heng-receipt-1") &&
            heng_hash_parse(line->fields[4], &out->total.program);
    out->total.figure = line->fields[1];
    out->total.unit = line->fields[2];
    out->total.word = line->fields[3];
    out->total.pack = line->fields[5];
    out->total.as_of = line->fields[6];
    out->total.engine = line->fields[7];
    out->total_result = line->result;
    return HENG_OK;
}

static heng_status judge(const heng_proof *proof, const heng_sealed *seal, heng_arena *arena,
                         heng_proof_verdict *out, heng_error *err)
{
    shown_line line = {0}, total = {0};
    bool good;
    heng_status status = read_shown(proof->line, arena, &line, &good, err);
    if (status) return status;
    if (!good || !heng_receipt__is_figure(line.op)) {
        out->what = HENG_STR("the line is not that of a figure");
        return HENG_OK;
    }
    out->figure = line.fields[0];
    out->figure_unit = line.fields[1];
    out->figure_result = line.result;
    status = read_shown(proof->total, arena, &total, &good, err);
    if (!status && good) status = fill_total(&total, out, &good);
    if (status) return status;
    if (!good) {
        out->what = HENG_STR("the total is not the head of a receipt");
        return HENG_OK;
    }
    heng_hash hash = hash_of(&line, proof->root, proof->blind);
    for (size_t i = 0; i < proof->step_count; i++) {
        if (climb(&proof->steps[i], &hash)) continue;
        out->what = heng_str_format(arena, "step %zu is no step: its path does not fit", i + 1);
        return out->what.at ? HENG_OK : no_memory(err);
    }
    out->id = hash_of(&total, input_of(hash), proof->total_blind);
    out->leaf = seal->index;
    return heng_receipt__check_seal(seal, &out->total, out->id, arena, &out->seal, &out->what, err);
}

heng_status heng_proof_verify(heng_str bytes, heng_arena *arena, heng_proof_verdict *out,
                              heng_error *err)
{
    assert(arena && out && err);
    heng_receipt__scan scan = {.bytes = bytes, .arena = arena, .what = "proof", .err = err};
    heng_proof proof = {0};
    heng_proof_verdict verdict = {.what = {"", 0}};
    heng_sealed seal;
    heng_status status = read_proof(&scan, &proof, &seal);
    if (!status) status = judge(&proof, &seal, arena, &verdict, err);
    if (status) return status;
    verdict.holds = !verdict.what.length;
    verdict.steps = proof.steps;
    verdict.step_count = proof.step_count;
    *out = verdict;
    return HENG_OK;
}
