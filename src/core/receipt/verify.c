/* Reading a receipt and reckoning it again, in one pass.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/line.h"
#include "core/receipt/scan.h"

#include <assert.h>

enum { SHOWN_BYTES = 200 /* of a line in a message */ };

typedef struct verifier {
    heng_receipt__scan scan;
    heng_arena *arena;
    heng_replayer *replayer;
    heng_line_mark *marks;
    heng_outcome *results;
    size_t count, mark_room, result_room;
    uint32_t *inputs;
    size_t input_count, input_room;
    heng_str last; /* text of the line just read */
    heng_str figure,
        figure_before; /* addresses of that line and the one before; empty for others */
    heng_str fields[HENG_REPLAY_FIELDS_MAX];
    heng_verdict *verdict;
    heng_error *err;
} verifier;

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
    for (heng_str piece; rest.length && *good; line->field_count++) {
        size_t bar = heng_str_find(rest, HENG_STR("|"), 1);
        piece = heng_str_slice(rest, 1, bar == SIZE_MAX ? rest.length : bar);
        rest = heng_str_slice(rest, bar == SIZE_MAX ? rest.length : bar, rest.length);
        if (line->field_count >= HENG_REPLAY_FIELDS_MAX) {
            *good = false;
            return HENG_OK;
        }
        heng_status status = heng_field_read(piece, v->arena, &v->fields[line->field_count], &why);
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
static heng_status replay_line(verifier *v, const heng_receipt__parts *parts, heng_line *line)
{
    heng_error why = {0};
    heng_outcome again;
    bool good;
    if (!heng_replay_find(parts->op, &line->op))
        return differs(v, HENG_STR("there is no such line in this format"));
    if (!heng_receipt__read_result(parts->result, &line->result))
        return differs(v, HENG_STR("its result cannot be read"));
    line->inputs = v->inputs;
    line->input_count = (uint32_t)v->input_count;
    heng_status status = read_fields(v, parts->rest, line, &good);
    if (status) return status;
    if (!good) return differs(v, HENG_STR("its fields cannot be read"));
    status = heng_replay(v->replayer, line, v->results, &again, &why);
    if (status == HENG_NO_MEMORY) return no_memory(v);
    if (status) return differs(v, heng_str_format(v->arena, "%s", why.message));
    if (!heng_outcome_same(&again, &line->result)) return say_result(v, &again);
    return HENG_OK;
}

/* Reads ["hash","text"]; afterwards verdict->what says whether the line differs. */
static heng_status verify_line(verifier *v, heng_line *line)
{
    heng_receipt__scan *scan = &v->scan;
    heng_hash said;
    heng_receipt__parts parts;
    bool good;
    *line = (heng_line){0};
    heng_status status = heng_receipt__expect(scan, "[\"");
    if (!status) status = heng_receipt__read_hash(scan, &said);
    if (!status) status = heng_receipt__expect(scan, ",\"");
    if (!status) status = heng_receipt__read_text(scan, &v->last);
    if (!status) status = heng_receipt__expect(scan, "]");
    if (status) return status;
    if (!grow(v->arena, &v->marks, v->count, &v->mark_room, sizeof *v->marks) ||
        !grow(v->arena, &v->results, v->count, &v->result_room, sizeof *v->results))
        return no_memory(v);
    if (!heng_receipt__cut(v->last, &parts))
        return differs(v, HENG_STR("it is not op|inputs|result"));
    status = read_inputs(v, parts.inputs, &good);
    if (status) return status;
    if (!good) return differs(v, HENG_STR("its inputs are not numbers of earlier lines"));
    heng_line_mark mark = heng_receipt__mark(&parts, v->inputs, v->input_count, v->marks);
    if (!heng_hash_equal(mark.hash, said))
        return differs(v, HENG_STR("its hash is not that of what it says"));
    status = replay_line(v, &parts, line);
    if (status || v->verdict->what.length) return status;
    bool named = heng_receipt__is_figure(line->op) || line->op == HENG_REPLAY_ABSENT;
    v->figure_before = v->figure;
    v->figure = named ? line->fields[0] : HENG_STR("");
    v->marks[v->count] = mark;
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

/* The seal says the same program, pack, day and engine as the receipt. */
static bool same_head(const heng_seal *seal, const heng_receipt_head *head)
{
    return heng_hash_equal(seal->program, head->program) &&
           heng_str_equal(seal->pack, head->pack) && heng_str_equal(seal->as_of, head->as_of) &&
           heng_str_equal(seal->engine, head->engine);
}

heng_status heng_receipt__check_seal(const heng_sealed *sealed, const heng_receipt_head *head,
                                     heng_hash id, heng_arena *arena, heng_seal *out,
                                     heng_str *fault, heng_error *err)
{
    heng_error why;
    heng_status status = heng_seal_read(sealed->text, arena, out, &why);
    *fault = HENG_STR("");
    if (status == HENG_INVALID) {
        *fault = heng_str_format(arena, "%s", why.message);
        if (!fault->at) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to read a seal");
    } else if (status) {
        *err = why;
        return status;
    } else if (!same_head(out, head)) {
        *fault = HENG_STR("the seal is of another program, pack, day or engine than the figure");
    } else {
        *fault = heng_str_from(heng_sealed_fault(sealed, out, id));
    }
    return HENG_OK;
}

static heng_status verify_seal(verifier *v)
{
    heng_verdict *verdict = v->verdict;
    heng_sealed sealed;
    heng_str fault;
    if (heng_receipt__meets(&v->scan, "null")) return heng_receipt__expect(&v->scan, "}\n");
    heng_status status = heng_receipt__read_seal(&v->scan, &sealed);
    if (!status) status = heng_receipt__expect(&v->scan, "}\n");
    if (!status)
        status = heng_receipt__check_seal(&sealed, &verdict->head, verdict->id, v->arena,
                                          &verdict->seal, &fault, v->err);
    if (status) return status;
    if (fault.length) return differs_at_end(v, fault);
    verdict->is_sealed = true;
    verdict->leaf = sealed.index;
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
    if (!heng_str_equal(fields[1], v->figure_before)) {
        v->count--;
        return differs(v, HENG_STR("its figure is not that of the line before"));
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
    status = heng_receipt__expect(&v->scan, "],\"id\":\"");
    if (!status) status = heng_receipt__read_hash(&v->scan, &v->verdict->id);
    if (!status) status = heng_receipt__expect(&v->scan, ",\n\"seal\":");
    if (status) return status;
    if (!heng_hash_equal(v->verdict->id, v->marks[v->count - 1].hash))
        return differs_at_end(v, HENG_STR("the id is not the hash of the last line"));
    return verify_seal(v);
}

heng_status heng_receipt_verify(heng_str bytes, heng_arena *arena, heng_verdict *out,
                                heng_error *err)
{
    assert(arena && out && err);
    heng_verdict verdict = {.what = {"", 0}};
    verifier v = {.scan = {.bytes = bytes, .arena = arena, .what = "receipt", .err = err},
                  .arena = arena,
                  .verdict = &verdict,
                  .err = err};
    if (bytes.length > HENG_RECEIPT_BYTES_MAX)
        return heng_fail(err, HENG_TOO_LARGE, 0, "a receipt of more than %llu bytes",
                         (unsigned long long)HENG_RECEIPT_BYTES_MAX);
    heng_line line;
    heng_status status = heng_replayer_open(arena, &v.replayer, err);
    if (!status)
        status = heng_receipt__expect(&v.scan, "{\"format\":\"heng-receipt-1\",\"lines\":[\n");
    do {
        if (!status) status = verify_line(&v, &line);
        if (status || verdict.what.length) break;
    } while (heng_receipt__meets(&v.scan, ",\n"));
    if (!status && !verdict.what.length) status = heng_receipt__expect(&v.scan, "\n");
    if (!status && !verdict.what.length) status = verify_end(&v, &line);
    if (!status && !verdict.what.length && v.scan.at != bytes.length)
        status = heng_receipt__not_one(&v.scan, "nothing");
    if (status) return status;
    verdict.verified = !verdict.what.length;
    verdict.line_count = v.count;
    verdict.library_lines = heng_replayer_library_lines(v.replayer, &verdict.near_lines);
    *out = verdict;
    return HENG_OK;
}
