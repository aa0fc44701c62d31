/* Reading a receipt and reckoning it again, in one pass.
 *
 * The layout is read byte for byte as it is written: it is JSON for others, but here each blank has its
 * place, so that a changed byte is either in a line, whose hash then differs, or not a receipt.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/line.h"
#include "core/receipt/receipt.h"
#include "core/receipt/seal.h"

#include <assert.h>

enum { SHOWN_BYTES = 200 /* of a line in a message */ };

typedef struct verifier {
    heng_str bytes;
    size_t at;
    heng_arena *arena;
    heng_replayer *replayer;
    heng_hash *hashes;
    heng_outcome *results;
    size_t count, hash_room, result_room;
    uint32_t *inputs;
    size_t input_count, input_room;
    heng_str last; /* text of the line just read */
    heng_str fields[HENG_REPLAY_FIELDS_MAX];
    heng_verdict *verdict;
    heng_error *err;
} verifier;

/* ---- the layout ----------------------------------------------------------------------------------- */

static size_t file_line(const verifier *v)
{
    size_t line = 1;
    for (size_t i = 0; i < v->at && i < v->bytes.length; i++) line += v->bytes.at[i] == '\n';
    return line;
}

static heng_status not_a_receipt(const verifier *v, const char *wanted)
{
    size_t line = file_line(v);
    return heng_fail(v->err, HENG_INVALID, line,
                     "not a receipt: line %zu of the file should go on with %s", line, wanted);
}

static bool sees(const verifier *v, const char *text)
{
    size_t length = strlen(text);
    return v->bytes.length - v->at >= length && memcmp(v->bytes.at + v->at, text, length) == 0;
}

static bool meets(verifier *v, const char *text)
{
    if (!sees(v, text)) return false;
    v->at += strlen(text);
    return true;
}

static heng_status expect(verifier *v, const char *text)
{
    return meets(v, text) ? HENG_OK : not_a_receipt(v, text);
}

/* Up to the next quotation mark, which is passed. */
static heng_status read_text(verifier *v, heng_str *out)
{
    const char *from = v->bytes.at + v->at;
    const char *end = memchr(from, '"', v->bytes.length - v->at);
    if (!end) return not_a_receipt(v, "text that ends with a quotation mark");
    *out = (heng_str){from, (size_t)(end - from)};
    v->at += out->length + 1;
    return HENG_OK;
}

static heng_status read_hash(verifier *v, heng_hash *out)
{
    heng_str text;
    heng_status status = read_text(v, &text);
    if (status) return status;
    return heng_hash_parse(text, out) ? HENG_OK : not_a_receipt(v, "a hash of 64 digits");
}

static heng_status read_bytes(verifier *v, unsigned char *out, size_t count)
{
    heng_str text;
    heng_status status = read_text(v, &text);
    if (status) return status;
    if (text.length != 2 * count) return not_a_receipt(v, "a key or signature in hexadecimal");
    for (size_t i = 0; i < count; i += HENG_HASH_BYTES) { /* 32 bytes at a time, as hashes are */
        heng_hash part;
        if (!heng_hash_parse(heng_str_slice(text, 2 * i, 2 * i + 2 * HENG_HASH_BYTES), &part))
            return not_a_receipt(v, "a key or signature in hexadecimal");
        memcpy(out + i, part.bytes, sizeof part.bytes);
    }
    return HENG_OK;
}

/* ---- one line ------------------------------------------------------------------------------------- */

static heng_status no_memory(const verifier *v)
{
    return heng_fail(v->err, HENG_NO_MEMORY, 0, "no memory to verify a receipt of %zu lines",
                     v->count);
}

/* The verdict is in: this line differs. */
static heng_status differs(verifier *v, heng_str what)
{
    if (!what.at) return no_memory(v);
    size_t shown = v->last.length < SHOWN_BYTES ? v->last.length : SHOWN_BYTES;
    while (shown && shown < v->last.length && (v->last.at[shown] & 0xc0) == 0x80) shown--;
    v->verdict->line = v->count + 1;
    v->verdict->what = heng_str_format(v->arena, "%.*s\n  %.*s%s", HENG_PRINT(what), (int)shown,
                                       v->last.at, shown < v->last.length ? " ..." : "");
    return v->verdict->what.at ? HENG_OK : no_memory(v);
}

static bool grow(heng_arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    void *old;
    memcpy(&old, items, sizeof old);
    if (count < *room) return true;
    size_t wider = *room ? *room * 2 : 64;
    void *moved = heng_arena_array(arena, wider, size);
    if (!moved) return false;
    if (count) memcpy(moved, old, count * size);
    memcpy(items, &moved, sizeof moved);
    *room = wider;
    return true;
}

/* Numbers of earlier lines without leading zeros; *good is false for anything else. */
static heng_status read_inputs(verifier *v, heng_str text, bool *good)
{
    heng_str piece;
    *good = true;
    v->input_count = 0;
    if (!text.length) return HENG_OK;
    while (*good && heng_str_cut(&text, ',', &piece)) {
        uint64_t number = 0;
        for (size_t i = 0; i < piece.length; i++) {
            unsigned digit = (unsigned)(unsigned char)piece.at[i] - '0';
            if (digit > 9 || piece.length > 10) *good = false;
            number = number * 10 + digit;
        }
        bool zero_first = piece.length > 1 && piece.at[0] == '0';
        if (!piece.length || zero_first || number > v->count || !*good) *good = false;
        if (!grow(v->arena, &v->inputs, v->input_count, &v->input_room, sizeof *v->inputs))
            return no_memory(v);
        v->inputs[v->input_count++] = (uint32_t)number;
    }
    return HENG_OK;
}

static heng_status read_fields(verifier *v, heng_str rest, heng_line *line, bool *good)
{
    heng_error why;
    *good = true;
    line->fields = v->fields;
    for (heng_str piece; rest.at && *good; line->field_count++) {
        size_t bar = heng_str_find(rest, HENG_STR("|"), 0);
        piece = heng_str_slice(rest, 0, bar == SIZE_MAX ? rest.length : bar);
        rest = bar == SIZE_MAX ? (heng_str){NULL, 0} : heng_str_slice(rest, bar + 1, rest.length);
        if (line->field_count >= HENG_REPLAY_FIELDS_MAX) {
            *good = false;
            return HENG_OK;
        }
        heng_status status =
            heng_receipt__read_field(piece, v->arena, &v->fields[line->field_count], &why);
        if (status == HENG_NO_MEMORY) return no_memory(v);
        *good = !status;
    }
    return HENG_OK;
}

static heng_status say_result(verifier *v, const heng_outcome *again)
{
    heng_text text;
    heng_text_init(&text, v->arena, 1024);
    heng_receipt__write_result(again, &text);
    if (text.failed) return no_memory(v);
    return differs(v, heng_str_format(v->arena, "reckoned again, its result is %.*s; it says",
                                      HENG_PRINT(heng_text_view(&text))));
}

/* From the text of a line whose hash holds: reckons it again. */
static heng_status replay_line(verifier *v, heng_str op, heng_str result, heng_str rest,
                               heng_line *line)
{
    heng_error why = {0};
    heng_outcome again;
    bool good;
    if (!heng_replay_find(op, &line->op))
        return differs(v, HENG_STR("there is no such line in this format"));
    if (!heng_receipt__read_result(result, &line->result))
        return differs(v, HENG_STR("its result cannot be read"));
    line->inputs = v->inputs;
    line->input_count = (uint32_t)v->input_count;
    heng_status status = read_fields(v, rest, line, &good);
    if (status) return status;
    if (!good) return differs(v, HENG_STR("its fields cannot be read"));
    status = heng_replay(v->replayer, line, v->results, &again, &why);
    if (status == HENG_NO_MEMORY) return no_memory(v);
    if (status) return differs(v, heng_str_format(v->arena, "%s", why.message));
    if (!heng_outcome_same(&again, &line->result)) return say_result(v, &again);
    return HENG_OK;
}

/* op|inputs|result|rest; rest.at is NULL when there are no fields. */
static bool split(heng_str text, heng_str parts[3], heng_str *rest)
{
    *rest = text;
    for (int i = 0; i < 3; i++) {
        if (!rest->at) return false;
        size_t bar = heng_str_find(*rest, HENG_STR("|"), 0);
        bool last = bar == SIZE_MAX;
        parts[i] = heng_str_slice(*rest, 0, last ? rest->length : bar);
        *rest = last ? (heng_str){NULL, 0} : heng_str_slice(*rest, bar + 1, rest->length);
    }
    return true;
}

/* Reads ["hash","text"]; afterwards verdict->what says whether the line differs. */
static heng_status verify_line(verifier *v, heng_line *line)
{
    heng_hash said;
    heng_str parts[3], rest;
    bool good;
    *line = (heng_line){0};
    heng_status status = expect(v, "[\"");
    if (!status) status = read_hash(v, &said);
    if (!status) status = expect(v, ",\"");
    if (!status) status = read_text(v, &v->last);
    if (!status) status = expect(v, "]");
    if (status) return status;
    if (!grow(v->arena, &v->hashes, v->count, &v->hash_room, sizeof *v->hashes) ||
        !grow(v->arena, &v->results, v->count, &v->result_room, sizeof *v->results))
        return no_memory(v);
    if (!split(v->last, parts, &rest)) return differs(v, HENG_STR("it is not op|inputs|result"));
    status = read_inputs(v, parts[1], &good);
    if (status) return status;
    if (!good) return differs(v, HENG_STR("its inputs are not numbers of earlier lines"));
    heng_hash hash = heng_receipt__hash(v->last, v->inputs, v->input_count, v->hashes);
    if (!heng_hash_equal(hash, said))
        return differs(v, HENG_STR("its hash is not that of what it says"));
    status = replay_line(v, parts[0], parts[2], rest, line);
    if (status || v->verdict->what.length) return status;
    v->hashes[v->count] = hash;
    v->results[v->count] = line->result;
    v->count++;
    return HENG_OK;
}

/* ---- the end -------------------------------------------------------------------------------------- */

static heng_status differs_at_end(verifier *v, heng_str what)
{
    v->verdict->line = 0;
    v->verdict->what = what;
    return HENG_OK;
}

static heng_status verify_signature(verifier *v)
{
    heng_signature signature;
    heng_receipt__message message;
    heng_status status = HENG_OK;
    if (meets(v, "null")) return expect(v, "}\n");
    status = expect(v, "{\"key\":\"");
    if (!status) status = read_bytes(v, v->verdict->key.bytes, sizeof v->verdict->key.bytes);
    if (!status) status = expect(v, ",\"signature\":\"");
    if (!status) status = read_bytes(v, signature.bytes, sizeof signature.bytes);
    if (!status) status = expect(v, "}}\n");
    if (status) return status;
    v->verdict->is_signed = true;
    heng_str text = heng_receipt__signed_text(v->verdict->id, &message);
    if (!heng_signature_holds(&v->verdict->key, text, &signature))
        return differs_at_end(v, HENG_STR("the signature is not that of its key over this id"));
    return HENG_OK;
}

static heng_status read_head(verifier *v, const heng_line *line)
{
    const heng_str *fields = line->fields;
    heng_receipt_head *head = &v->verdict->head;
    bool last = line->op == HENG_REPLAY_RECEIPT && v->inputs[0] + 1 == v->count;
    if (!last || !heng_str_is(fields[0], "heng-receipt-1") ||
        !heng_hash_parse(fields[4], &head->program)) {
        v->count--;
        return differs(v,
                       HENG_STR("the last line is not the head of a receipt for the one before"));
    }
    head->figure = fields[1];
    head->unit = fields[2];
    head->word = fields[3];
    head->pack = fields[5];
    head->as_of = fields[6];
    head->engine = fields[7];
    v->verdict->result = line->result;
    return HENG_OK;
}

static heng_status verify_end(verifier *v, const heng_line *line)
{
    heng_status status = read_head(v, line);
    if (status || v->verdict->what.length) return status;
    status = expect(v, "],\"id\":\"");
    if (!status) status = read_hash(v, &v->verdict->id);
    if (!status) status = expect(v, ",\n\"signature\":");
    if (status) return status;
    if (!heng_hash_equal(v->verdict->id, v->hashes[v->count - 1]))
        return differs_at_end(v, HENG_STR("the id is not the hash of the last line"));
    return verify_signature(v);
}

heng_status heng_receipt_verify(heng_str bytes, heng_arena *arena, heng_verdict *out,
                                heng_error *err)
{
    assert(arena && out && err);
    heng_verdict verdict = {.what = {"", 0}};
    verifier v = {.bytes = bytes, .arena = arena, .verdict = &verdict, .err = err};
    if (bytes.length > HENG_RECEIPT_BYTES_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a receipt of more than %llu bytes",
                         (unsigned long long)HENG_RECEIPT_BYTES_MAX);
    heng_line line;
    heng_status status = heng_replayer_open(arena, &v.replayer, err);
    if (!status) status = expect(&v, "{\"format\":\"heng-receipt-1\",\"lines\":[\n");
    do {
        if (!status) status = verify_line(&v, &line);
        if (status || verdict.what.length) break;
    } while (meets(&v, ",\n"));
    if (!status && !verdict.what.length) status = expect(&v, "\n");
    if (!status && !verdict.what.length) status = verify_end(&v, &line);
    if (!status && !verdict.what.length && v.at != bytes.length)
        status = not_a_receipt(&v, "nothing");
    if (status) return status;
    verdict.verified = !verdict.what.length;
    verdict.line_count = v.count;
    verdict.library_lines = heng_replayer_library_lines(v.replayer, &verdict.near_lines);
    *out = verdict;
    return HENG_OK;
}
