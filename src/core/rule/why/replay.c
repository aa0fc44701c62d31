/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/replay.h"
#include "base/hexfloat.h"
#include "core/rule/run/run.h"

#include <assert.h>
#include <math.h>

enum { LANES = 3 };

struct heng_replayer {
    rule_run run, inner;
    size_t library_lines, near_lines;
    const heng_line *line;
    const heng_outcome *before;
    heng_error *err;
};

static const struct {
    const char *name;
    int least, most;
    const char *fields;
} ops[HENG_REPLAY_OP_COUNT] = {
#define REPLAY(NAME, text, least, most, fields, meaning)                                           \
    [HENG_REPLAY_##NAME] = {text, least, most, fields},
#include "core/rule/replay_op.h"
};

void heng_replay_describe(heng_replay_op op, heng_replay_info *out)
{
    *out = (heng_replay_info){.name = heng_str_from(ops[op].name),
                              .least = ops[op].least,
                              .most = ops[op].most,
                              .fields = heng_str_from(ops[op].fields)};
    out->field_count = out->fields.length > 0;
    for (size_t i = 0; i < out->fields.length; i++) out->field_count += out->fields.at[i] == ',';
}

bool heng_replay_find(heng_str name, heng_replay_op *out)
{
    for (int i = 0; i < HENG_REPLAY_OP_COUNT; i++) {
        if (!heng_str_is(name, ops[i].name)) continue;
        *out = (heng_replay_op)i;
        return true;
    }
    return false;
}

bool heng_outcome_same(const heng_outcome *a, const heng_outcome *b)
{
    bool same = a->state == b->state && a->evidence == b->evidence &&
                heng_double_same(a->value, b->value) && heng_double_same(a->have, b->have) &&
                heng_double_same(a->want, b->want);
    for (int c = 0; c < 3; c++)
        same = same && heng_double_same((double)a->quality[c], (double)b->quality[c]);
    return same;
}

heng_status heng_replayer_open(heng_arena *arena, heng_replayer **out, heng_error *err)
{
    heng_replayer *r = HENG_NEW(arena, heng_replayer);
    if (!r) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to replay");
    for (int i = 0; i < 2; i++) {
        rule_run *run = i ? &r->inner : &r->run;
        run->arena = arena;
        run->count = 1;
        run->stack = HENG_ARRAY(arena, LANES + 1, rule_lane);
        run->tallies = HENG_ARRAY(arena, 1, rule_tally);
        if (!run->stack || !run->tallies)
            return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to replay");
    }
    r->run.inner = &r->inner;
    *out = r;
    return HENG_OK;
}

size_t heng_replayer_library_lines(const heng_replayer *replayer, size_t *near)
{
    *near = replayer->near_lines;
    return replayer->library_lines;
}

/* ---- fields --------------------------------------------------------------------------------------- */

static heng_status bad_field(const heng_replayer *r, unsigned field)
{
    heng_str names = heng_str_from(ops[r->line->op].fields), name = {"", 0};
    for (unsigned i = 0; i <= field; i++) heng_str_cut(&names, ',', &name);
    return heng_fail(r->err, HENG_INVALID, field, "%.*s cannot be \"%.*s\"", HENG_PRINT(name),
                     HENG_PRINT(r->line->fields[field]));
}

static heng_status hex_field(const heng_replayer *r, unsigned field, double *out)
{
    return heng_hexfloat_parse(r->line->fields[field], out) ? HENG_OK : bad_field(r, field);
}

static heng_status number_field(const heng_replayer *r, unsigned field, double *out)
{
    heng_error why;
    heng_status status = heng_number_parse(r->line->fields[field], out, &why);
    return status ? bad_field(r, field) : HENG_OK;
}

/* A whole number from 0 to `most`. */
static heng_status small_field(const heng_replayer *r, unsigned field, int most, int *out)
{
    int64_t value;
    heng_error why;
    heng_status status = heng_integer_parse(r->line->fields[field], &value, &why);
    if (status || value < 0 || value > most) return bad_field(r, field);
    *out = (int)value;
    return HENG_OK;
}

static heng_status ratio_fields(const heng_replayer *r, unsigned field, heng_ratio *out)
{
    heng_error why;
    if (heng_integer_parse(r->line->fields[field], &out->numerator, &why) || out->numerator < 1)
        return bad_field(r, field);
    if (heng_integer_parse(r->line->fields[field + 1], &out->denominator, &why) ||
        out->denominator < 1)
        return bad_field(r, field + 1);
    return HENG_OK;
}

static heng_status evidence_field(const heng_replayer *r, unsigned field, uint8_t *out)
{
    heng_evidence evidence;
    if (!heng_evidence_find(r->line->fields[field], &evidence)) return bad_field(r, field);
    *out = (uint8_t)evidence;
    return HENG_OK;
}

static heng_status notation_field(const heng_replayer *r, unsigned field, heng_notation *out)
{
    *out = HENG_VALUE;
    if (heng_str_is(r->line->fields[field], heng_notation_name(HENG_VALUE)) ||
        heng_notation_find(r->line->fields[field], out))
        return HENG_OK;
    return bad_field(r, field);
}

/* ---- leaves --------------------------------------------------------------------------------------- */

static void set_quality(heng_outcome *out, int from)
{
    for (int c = from; c < 3; c++) out->quality[c] = 1;
}

static heng_status fact(const heng_replayer *r, heng_outcome *out)
{
    enum { TYPE = 2, NOTATION, NUMBER, NUMERATOR, DENOMINATOR, QUALITY, EVIDENCE };
    const heng_str *fields = r->line->fields;
    heng_notation notation = HENG_VALUE;
    heng_ratio ratio = {1, 1};
    heng_quality quality;
    double number = 0;
    bool word = heng_str_is(fields[TYPE], "word"), is_number = heng_str_is(fields[TYPE], "number");
    if (!word && !is_number && !heng_str_is(fields[TYPE], "yes_no")) return bad_field(r, TYPE);
    heng_status status = notation_field(r, NOTATION, &notation);
    if (!status && (notation == HENG_VALUE || fields[NUMBER].length))
        status = number_field(r, NUMBER, &number);
    if (!status) status = ratio_fields(r, NUMERATOR, &ratio);
    if (!status) status = evidence_field(r, EVIDENCE, &out->evidence);
    if (status) return status;
    if (!heng_quality_find(fields[QUALITY], &quality)) return bad_field(r, QUALITY);
    bool none = notation == HENG_NO || notation == HENG_NA;
    bool known = notation == HENG_VALUE || (none && !word);
    if (notation == HENG_VALUE) out->value = is_number ? heng_rule__convert(ratio, number) : number;
    if (notation == HENG_IE && fields[NUMBER].length) {
        out->value = number;
        out->state = HENG_OUTCOME_ELSEWHERE;
    }
    out->want = 1;
    if (!known) return HENG_OK;
    out->state = HENG_STATE_KNOWN;
    out->have = 1;
    set_quality(out, (int)quality);
    return HENG_OK;
}

static heng_status absent(const heng_replayer *r, heng_outcome *out)
{
    enum { WHY = 1, EVIDENCE };
    heng_str why = r->line->fields[WHY];
    if (heng_str_is(why, "outside")) return HENG_OK;
    if (heng_str_is(why, "cell")) {
        set_quality(out, 0);
        return HENG_OK;
    }
    out->want = 1;
    if (heng_str_is(why, "fact") || heng_str_is(why, "member")) return HENG_OK;
    if (!heng_str_is(why, "return")) return bad_field(r, WHY);
    out->have = 1;
    out->state = HENG_STATE_KNOWN;
    set_quality(out, HENG_REPORTED);
    return evidence_field(r, EVIDENCE, &out->evidence);
}

static heng_status cell(const heng_replayer *r, heng_outcome *out)
{
    enum { NOTATION = 6, NUMBER, EVIDENCE };
    heng_notation notation = HENG_VALUE;
    double number = 0;
    heng_status status = notation_field(r, NOTATION, &notation);
    if (!status) status = number_field(r, NUMBER, &number);
    if (!status) status = evidence_field(r, EVIDENCE, &out->evidence);
    if (status) return status;
    set_quality(out, 0);
    if (notation != HENG_VALUE && notation != HENG_NO && notation != HENG_NA) return HENG_OK;
    out->state = HENG_STATE_KNOWN;
    out->value = number;
    return HENG_OK;
}

static heng_status literal(const heng_replayer *r, heng_outcome *out)
{
    set_quality(out, 0);
    heng_status status = hex_field(r, 1, &out->value);
    if (r->line->op != HENG_REPLAY_MISSING) out->state = HENG_STATE_KNOWN;
    return status;
}

/* ---- which value stands --------------------------------------------------------------------------- */

static const heng_outcome *input(const heng_replayer *r, uint32_t i)
{
    uint32_t number = r->line->inputs[i];
    return number ? &r->before[number - 1] : NULL;
}

static uint8_t state_of(const heng_outcome *outcome)
{
    return outcome->state & HENG_OUTCOME_STATE;
}

static heng_status rule(const heng_replayer *r, heng_outcome *out)
{
    enum { EVIDENCE = 6 };
    uint8_t evidence = 0;
    heng_status status = evidence_field(r, EVIDENCE, &evidence);
    if (status) return status;
    if (!r->line->input_count) {
        out->state = HENG_STATE_NOT_IN_FORCE;
        return HENG_OK;
    }
    *out = *input(r, 0);
    bool finite = isfinite(out->value);
    if (!finite) out->value = 0, out->state = HENG_STATE_UNKNOWN;
    if (evidence > out->evidence) out->evidence = evidence;
    bool known = state_of(out) == HENG_STATE_KNOWN;
    for (int c = 0; !known && c < 3; c++) out->quality[c] = 0;
    return HENG_OK;
}

static heng_status given(const heng_replayer *r, heng_outcome *out)
{
    enum { NUMERATOR = 2 };
    heng_ratio ratio = {1, 1};
    heng_status status = ratio_fields(r, NUMERATOR, &ratio);
    if (status) return status;
    *out = *input(r, 0);
    if (out->state & (HENG_STATE_KNOWN | HENG_OUTCOME_PART))
        out->value = heng_rule__convert(ratio, out->value);
    return HENG_OK;
}

/* The first exception instead of the rule; others that apply must agree with it. */
static heng_status stands(const heng_replayer *r, heng_outcome *out)
{
    *out = *input(r, r->line->input_count > 1);
    for (uint32_t i = 2; i < r->line->input_count; i++) {
        const heng_outcome *rival = input(r, i);
        bool known = (out->state & rival->state & HENG_OUTCOME_STATE) == HENG_STATE_KNOWN;
        if (known && heng_rule__equal(out->value, rival->value, 0)) continue;
        out->state = HENG_STATE_UNKNOWN;
        out->value = 0;
    }
    return HENG_OK;
}

static void merge_key(heng_outcome *out, const heng_outcome *key)
{
    out->have += key->have;
    out->want += key->want;
    if (key->evidence > out->evidence) out->evidence = key->evidence;
    for (int c = 0; c < 3; c++)
        if (key->quality[c] < out->quality[c]) out->quality[c] = key->quality[c];
}

static heng_status between(const heng_replayer *r, heng_outcome *out)
{
    double low_x = 0, high_x = 0;
    heng_status status = hex_field(r, 0, &low_x);
    if (!status) status = hex_field(r, 1, &high_x);
    if (status) return status;
    const heng_outcome *low = input(r, 0), *high = input(r, 1);
    set_quality(out, 0);
    out->evidence = low->evidence > high->evidence ? low->evidence : high->evidence;
    if (low->state & high->state & HENG_STATE_KNOWN) {
        out->state = HENG_STATE_KNOWN;
        out->value = heng_rule__between(low_x, low->value, high_x, high->value, input(r, 2)->value);
    }
    return HENG_OK;
}

static heng_status chosen(const heng_replayer *r, heng_outcome *out)
{
    *out = *input(r, 0);
    switch (r->line->op) {
    case HENG_REPLAY_STANDS: return stands(r, out);
    case HENG_REPLAY_READ:
        if (state_of(out) == HENG_STATE_NOT_IN_FORCE) out->state = HENG_STATE_UNKNOWN;
        return HENG_OK;
    case HENG_REPLAY_KEYED:
        for (uint32_t i = 1; i < r->line->input_count; i++) merge_key(out, input(r, i));
        return HENG_OK;
    case HENG_REPLAY_INCLUDED:
        if (!(out->state & HENG_OUTCOME_ELSEWHERE))
            return heng_fail(r->err, HENG_INVALID, 0, "what it includes is not elsewhere");
        out->state = HENG_STATE_KNOWN;
        out->value = 0;
        return HENG_OK;
    default: return HENG_OK; /* the receipt: as it is */
    }
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static void to_lane(rule_lane *lane, const heng_outcome *from)
{
    static const heng_outcome nothing = {.state = HENG_STATE_UNKNOWN};
    if (!from) from = &nothing;
    lane->gauges = GAUGES_WIDE;
    lane->states = UINT8_MAX; /* a receipt may say anything */
    lane->all_known = false;
    lane->value[0] = from->value;
    lane->have[0] = from->have;
    lane->want[0] = from->want;
    lane->state[0] = from->state;
    lane->evidence[0] = from->evidence;
    for (int c = 0; c < 3; c++) lane->quality[c][0] = from->quality[c];
}

static void from_lane(rule_lane *lane, heng_outcome *out)
{
    heng_rule__widen(lane, 1);
    *out = (heng_outcome){.value = lane->value[0],
                          .have = lane->have[0],
                          .want = lane->want[0],
                          .state = lane->state[0],
                          .evidence = lane->evidence[0]};
    for (int c = 0; c < 3; c++) out->quality[c] = lane->quality[c][0];
}

/* The steps stand in the order of the engine's table. */
static_assert((int)HENG_REPLAY_GUARD - (int)HENG_REPLAY_CONVERT == (int)OP_GUARD - (int)OP_CONVERT,
              "core/rule/replay_op.h and core/rule/opcode.h name the same steps");
static_assert((int)HENG_REPLAY_LAST - (int)HENG_REPLAY_SUM == (int)AGG_LAST - (int)AGG_SUM,
              "core/rule/replay_op.h and core/rule/model.h name the same aggregates");

static heng_status step_of(const heng_replayer *r, rule_step *out)
{
    heng_status status = HENG_OK;
    *out = (rule_step){.op = (rule_opcode)(OP_CONVERT + (r->line->op - HENG_REPLAY_CONVERT))};
    switch (r->line->op) {
    case HENG_REPLAY_CONVERT:
        status = hex_field(r, 0, &out->x);
        return status ? status : hex_field(r, 1, &out->y);
    case HENG_REPLAY_ROUND: return small_field(r, 0, 3, &out->a);
    case HENG_REPLAY_COMPARE:
        status = small_field(r, 0, HENG_GE, &out->a);
        return status ? status : hex_field(r, 1, &out->x);
    case HENG_REPLAY_SAME_WORD: return small_field(r, 0, 1, &out->a);
    default: return HENG_OK;
    }
}

/* Only what the step does not look at may be left out. */
static bool has_all_inputs(const heng_replayer *r)
{
    const heng_outcome *p = input(r, 0);
    if (r->line->op == HENG_REPLAY_CHOOSE) {
        if (!p || state_of(p) != HENG_STATE_KNOWN) return p != NULL;
        return input(r, p->value != 0 ? 1 : 2) != NULL;
    }
    if (r->line->op == HENG_REPLAY_ELSE)
        return p && (state_of(p) == HENG_STATE_KNOWN || input(r, 1));
    for (uint32_t i = 0; i < r->line->input_count; i++)
        if (!r->line->inputs[i]) return false;
    return true;
}

static heng_status missing_input(const heng_replayer *r)
{
    return heng_fail(r->err, HENG_INVALID, 0, "an input that it needs is left out");
}

/* The C library's functions are not the same to the last bit everywhere. */
static void settle_library(heng_replayer *r, heng_outcome *out)
{
    const heng_outcome *said = &r->line->result;
    r->library_lines++;
    if (heng_double_same(out->value, said->value)) return;
    if (said->state != out->state || nextafter(out->value, said->value) != said->value) return;
    r->near_lines++;
    out->value = said->value;
}

static heng_status run_step(heng_replayer *r, heng_outcome *out)
{
    rule_step step;
    heng_status status = step_of(r, &step);
    if (status) return status;
    if (!has_all_inputs(r)) return missing_input(r);
    uint32_t count = r->line->input_count;
    assert(count <= LANES);
    for (uint32_t i = 0; i < count; i++) to_lane(&r->run.stack[i], input(r, i));
    r->run.top = count;
    heng_rule__kernel(&r->run, &step);
    from_lane(&r->run.stack[0], out);
    heng_replay_op op = r->line->op;
    if (op == HENG_REPLAY_POWER || op == HENG_REPLAY_EXP || op == HENG_REPLAY_LN)
        settle_library(r, out);
    return HENG_OK;
}

/* ---- aggregates ----------------------------------------------------------------------------------- */

static bool is_excluded(const heng_outcome *where)
{
    return where && state_of(where) == HENG_STATE_KNOWN && where->value == 0;
}

static heng_status run_aggregate(heng_replayer *r, heng_outcome *out)
{
    int where = 0, weight = 0, limit = 0;
    heng_status status = small_field(r, 0, 1, &where);
    if (!status) status = small_field(r, 1, 1, &weight);
    if (!status) status = small_field(r, 2, 1, &limit);
    if (status) return status;
    rule_over over = {.aggregate = (rule_aggregate)(r->line->op - HENG_REPLAY_SUM),
                      .has_where = where,
                      .has_weight = weight};
    uint32_t each = 1u + (uint32_t)where + (uint32_t)weight, count = r->line->input_count;
    bool asks = over.aggregate == AGG_AT_LEAST || over.aggregate == AGG_QUANTILE;
    if (asks != limit || count < (uint32_t)limit || (count - (uint32_t)limit) % each)
        return heng_fail(r->err, HENG_INVALID, 0, "%u inputs do not make whole members", count);
    rule_run *inner = &r->inner;
    inner->sample_count = 0;
    inner->err = r->err;
    inner->tallies[0] = heng_rule__no_tally();
    for (uint32_t i = 0; i + each <= count - (uint32_t)limit && !inner->status; i += each) {
        for (uint32_t k = 0; k < each; k++) {
            const heng_outcome *part = input(r, i + k);
            bool unread = k != 1 || !where;
            if (!part && !(unread && where && is_excluded(input(r, i + 1))))
                return missing_input(r);
            to_lane(&inner->stack[k], part);
        }
        heng_rule__fold(inner, &over, &inner->tallies[0], 0, false);
    }
    if (inner->status) return inner->status;
    if (limit && !input(r, count - 1)) return missing_input(r);
    rule_lane *last = &r->run.stack[1];
    if (limit) to_lane(last, input(r, count - 1));
    r->run.stack[0].gauges = GAUGES_WIDE;
    heng_rule__put_tally(&r->run, &over, &r->run.stack[0], limit ? last : NULL, 0);
    from_lane(&r->run.stack[0], out);
    return HENG_OK;
}

/* ---- all ------------------------------------------------------------------------------------------ */

static heng_status check_shape(const heng_replayer *r)
{
    const heng_line *line = r->line;
    heng_replay_info info;
    heng_replay_describe(line->op, &info);
    if (line->field_count != info.field_count)
        return heng_fail(r->err, HENG_INVALID, 0, "%u fields, not %u", line->field_count,
                         info.field_count);
    if ((int64_t)line->input_count < info.least ||
        (info.most >= 0 && (int64_t)line->input_count > info.most))
        return heng_fail(r->err, HENG_INVALID, 0, "%u inputs", line->input_count);
    bool step = line->op >= HENG_REPLAY_CONVERT && line->op <= HENG_REPLAY_LAST;
    for (uint32_t i = 0; i < line->input_count && !step; i++)
        if (!line->inputs[i]) return missing_input(r);
    return HENG_OK;
}

heng_status heng_replay(heng_replayer *replayer, const heng_line *line, const heng_outcome *before,
                        heng_outcome *out, heng_error *err)
{
    heng_replayer *r = replayer;
    r->line = line;
    r->before = before;
    r->err = err;
    heng_status status = check_shape(r);
    if (status) return status;
    *out = (heng_outcome){0};
    if (line->op >= HENG_REPLAY_SUM && line->op <= HENG_REPLAY_LAST) return run_aggregate(r, out);
    if (line->op >= HENG_REPLAY_CONVERT && line->op <= HENG_REPLAY_GUARD) return run_step(r, out);
    switch (line->op) {
    case HENG_REPLAY_FACT: return fact(r, out);
    case HENG_REPLAY_ABSENT: return absent(r, out);
    case HENG_REPLAY_CELL: return cell(r, out);
    case HENG_REPLAY_RULE: return rule(r, out);
    case HENG_REPLAY_GIVEN: return given(r, out);
    case HENG_REPLAY_BETWEEN: return between(r, out);
    case HENG_REPLAY_STANDS:
    case HENG_REPLAY_READ:
    case HENG_REPLAY_KEYED:
    case HENG_REPLAY_INCLUDED:
    case HENG_REPLAY_RECEIPT: return chosen(r, out);
    default: return literal(r, out);
    }
}
