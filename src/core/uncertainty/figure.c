/* SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/figure.h"
#include "base/hexfloat.h"

#include <assert.h>
#include <math.h>

typedef struct maker {
    const heng_derivation *derivation;
    heng_arena *arena;
    heng_tape tape;
    uint32_t *node_of; /* by line less one */
    bool *moves;       /* by line less one: an input that states something stands below */
    uint32_t *scratch;
    size_t scratch_room;
    heng_error *err;
    heng_status status;
} maker;

static bool is_known(const heng_line *line)
{
    return (line->result.state & HENG_OUTCOME_STATE) == HENG_STATE_KNOWN;
}

static double value_of(const heng_line *line)
{
    return is_known(line) ? line->result.value : NAN;
}

static uint32_t step(maker *m, heng_tape_op op, uint32_t p, uint32_t q, double x, double y)
{
    uint32_t inputs[] = {p, q};
    return heng_tape_step(&m->tape, op, inputs, q ? 2 : 1, x, y);
}

static uint32_t constant(maker *m, double value)
{
    return heng_tape_constant(&m->tape, value);
}

static uint32_t node(const maker *m, const heng_line *line, uint32_t i)
{
    return line->inputs[i] ? m->node_of[line->inputs[i] - 1] : 0;
}

static bool input_moves(const maker *m, const heng_line *line, uint32_t i)
{
    return line->inputs[i] && m->moves[line->inputs[i] - 1];
}

/* ---- inputs --------------------------------------------------------------------------------------- */

/* What tells a datum from every other: a fact by its figure, a row by its cell. */
static uint64_t stream_of(maker *m, const heng_line *line)
{
    unsigned count = line->op == HENG_REPLAY_CELL ? 5 : 1;
    heng_replay_info info;
    heng_text text;
    heng_replay_describe(line->op, &info);
    heng_text_init(&text, m->arena, HENG_CELL_TEXT_MAX);
    heng_text_add(&text, info.name);
    for (unsigned i = 0; i < count; i++) {
        heng_text_add_char(&text, '\x1f');
        heng_text_add(&text, line->fields[i]);
    }
    if (line->op == HENG_REPLAY_CELL) heng_text_add(&text, line->fields[15]); /* x */
    if (text.failed) m->status = heng_fail(m->err, HENG_NO_MEMORY, 0, "no memory for a figure");
    return heng_tape_stream(heng_text_view(&text));
}

/* Groups have streams of their own, whatever a datum is called. */
static uint64_t group_of(maker *m, heng_str group)
{
    heng_str text = heng_str_format(m->arena, "group\x1f%.*s", HENG_PRINT(group));
    if (!text.at) m->status = heng_fail(m->err, HENG_NO_MEMORY, 0, "no memory for a figure");
    return heng_tape_stream(text);
}

static heng_status refuse(maker *m, const heng_line *line, const heng_error *why)
{
    m->status = heng_fail(m->err, HENG_INVALID, why->where, "%.*s, uncertainty \"%.*s\": %s",
                          HENG_PRINT(line->fields[0]), HENG_PRINT(line->uncertainty), why->message);
    return m->status;
}

/* The number as it was written, and by what it was multiplied since. */
static double written(const heng_line *line, double *factor)
{
    enum { CELL_TEXT = 9, FACT_NUMBER = 4 };
    heng_error ignored;
    double number, value = line->result.value;
    heng_str text = line->fields[line->op == HENG_REPLAY_CELL ? CELL_TEXT : FACT_NUMBER];
    *factor = 1;
    if (heng_number_parse(text, &number, &ignored) || number == 0 || value / number <= 0)
        return value;
    *factor = value / number;
    return number;
}

static bool read_spread(maker *m, const heng_line *line, double value, double factor,
                        heng_tape_input *out)
{
    heng_spread spread;
    heng_error why;
    if (heng_spread_parse(line->uncertainty, &spread, &why) ||
        heng_spread_at(&spread, value, &out->distribution, &why)) {
        refuse(m, line, &why);
        return false;
    }
    out->distribution = heng_distribution_scaled(out->distribution, factor);
    out->stated = true;
    out->stream = stream_of(m, line);
    if (spread.group.length) out->group = group_of(m, spread.group);
    out->correlation = spread.correlation;
    return !m->status;
}

static bool is_number(const heng_line *line)
{
    enum { FACT_TYPE = 2, FACT_NOTATION = 3, CELL_NOTATION = 6 };
    bool fact = line->op == HENG_REPLAY_FACT;
    return is_known(line) &&
           heng_str_is(line->fields[fact ? FACT_NOTATION : CELL_NOTATION],
                       heng_notation_name(HENG_VALUE)) &&
           (!fact || heng_str_is(line->fields[FACT_TYPE], "number"));
}

static uint32_t datum(maker *m, const heng_line *line, uint32_t number)
{
    heng_tape_input input = {.line = number};
    double factor;
    if (!is_number(line)) return constant(m, value_of(line));
    if (line->uncertainty.length) {
        double value = written(line, &factor);
        if (!read_spread(m, line, value, factor, &input)) return 0;
        m->moves[number - 1] = true;
    }
    return heng_tape_input_add(&m->tape, line->result.value, &input);
}

static uint32_t rule(maker *m, const heng_line *line, uint32_t number)
{
    heng_tape_input input = {.line = number, .model = true};
    if (!line->input_count) return constant(m, NAN);
    uint32_t below = node(m, line, 0);
    m->moves[number - 1] = input_moves(m, line, 0);
    if (!line->uncertainty.length || !is_known(line)) return below;
    if (!read_spread(m, line, 1, 1, &input)) return 0;
    m->moves[number - 1] = true;
    return step(m, HENG_TAPE_MULTIPLY, below, heng_tape_input_add(&m->tape, 1, &input), 0, 0);
}

/* ---- steps ---------------------------------------------------------------------------------------- */

/* `value`, for as long as that input is what it is now. */
static uint32_t hold(maker *m, uint32_t value, const heng_line *line, uint32_t i)
{
    if (!input_moves(m, line, i)) return value;
    uint32_t watched = node(m, line, i);
    return step(m, HENG_TAPE_HOLD, value, watched, m->tape.values[watched - 1], 0);
}

static double number_field(maker *m, const heng_line *line, unsigned field)
{
    double value = NAN;
    heng_error ignored;
    heng_str text = line->fields[field];
    if (!heng_hexfloat_parse(text, &value)) (void)heng_number_parse(text, &value, &ignored);
    if (isnan(value) && !m->status)
        m->status =
            heng_fail(m->err, HENG_INVALID, 0, "a line has no number \"%.*s\"", HENG_PRINT(text));
    return value;
}

static uint32_t chosen(maker *m, const heng_line *line)
{
    double condition = m->tape.values[node(m, line, 0) - 1];
    uint32_t arm = condition != 0 ? 1 : 2;
    if (isnan(condition) || !line->inputs[arm]) return constant(m, value_of(line));
    return hold(m, node(m, line, arm), line, 0);
}

static uint32_t guarded(maker *m, const heng_line *line)
{
    if (!is_known(line)) return constant(m, NAN);
    return hold(m, node(m, line, 0), line, 1);
}

static uint32_t fallen_back(maker *m, const heng_line *line)
{
    if (!line->inputs[1]) return node(m, line, 0);
    return step(m, HENG_TAPE_ELSE, node(m, line, 0), node(m, line, 1), 0, 0);
}

static uint32_t between(maker *m, const heng_line *line)
{
    uint32_t inputs[] = {node(m, line, 0), node(m, line, 1), node(m, line, 2)};
    double low = number_field(m, line, 0), high = number_field(m, line, 1);
    return heng_tape_step(&m->tape, HENG_TAPE_BETWEEN, inputs, 3, low, high);
}

/* A row that was found by computed keys stays the row. */
static uint32_t keyed(maker *m, const heng_line *line)
{
    uint32_t value = node(m, line, 0);
    for (uint32_t i = 1; i < line->input_count; i++) value = hold(m, value, line, i);
    return value;
}

static uint32_t stands(maker *m, const heng_line *line)
{
    return is_known(line) ? node(m, line, line->input_count > 1) : constant(m, NAN);
}

static uint32_t same_word(maker *m, const heng_line *line)
{
    uint32_t same = step(m, HENG_TAPE_SAME, node(m, line, 0), node(m, line, 1), 0, 0);
    return number_field(m, line, 0) == 1 ? step(m, HENG_TAPE_NOT, same, 0, 0, 0) : same;
}

/* Steps that are one step of a tape; HENG_TAPE_OP_COUNT for others. */
static heng_tape_op plain_op(heng_replay_op op)
{
    switch (op) {
    case HENG_REPLAY_NEGATE: return HENG_TAPE_NEGATE;
    case HENG_REPLAY_ADD: return HENG_TAPE_ADD;
    case HENG_REPLAY_SUBTRACT:
    case HENG_REPLAY_LESS: return HENG_TAPE_SUBTRACT;
    case HENG_REPLAY_MULTIPLY: return HENG_TAPE_MULTIPLY;
    case HENG_REPLAY_DIVIDE: return HENG_TAPE_DIVIDE;
    case HENG_REPLAY_POWER: return HENG_TAPE_POWER;
    case HENG_REPLAY_ABS: return HENG_TAPE_ABS;
    case HENG_REPLAY_EXP: return HENG_TAPE_EXP;
    case HENG_REPLAY_LN: return HENG_TAPE_LN;
    case HENG_REPLAY_MIN: return HENG_TAPE_MIN;
    case HENG_REPLAY_MAX: return HENG_TAPE_MAX;
    case HENG_REPLAY_KNOWN: return HENG_TAPE_KNOWN;
    case HENG_REPLAY_NOT: return HENG_TAPE_NOT;
    case HENG_REPLAY_AND: return HENG_TAPE_AND;
    case HENG_REPLAY_OR: return HENG_TAPE_OR;
    default: return HENG_TAPE_OP_COUNT;
    }
}

/* ---- aggregates ----------------------------------------------------------------------------------- */

typedef struct members {
    uint32_t *values, *weights; /* of those that count */
    size_t count;
    uint32_t limit;
} members;

static bool is_excluded(const maker *m, const heng_line *line, uint32_t i)
{
    return line->inputs[i] && m->tape.values[node(m, line, i) - 1] == 0;
}

/* Which members count is as at the central values; conditions that move are watched by the first value. */
static members members_of(maker *m, const heng_line *line)
{
    bool where = heng_str_is(line->fields[0], "1"), weight = heng_str_is(line->fields[1], "1");
    bool limit = heng_str_is(line->fields[2], "1");
    uint32_t each = 1u + where + weight, end = line->input_count - limit;
    members all = {.values = HENG_ARRAY(m->arena, end / each + 1, uint32_t),
                   .weights = HENG_ARRAY(m->arena, end / each + 1, uint32_t)};
    if (!all.values || !all.weights) {
        m->status = heng_fail(m->err, HENG_NO_MEMORY, 0, "no memory for a figure");
        return all;
    }
    for (uint32_t i = 0; i < end; i += each) {
        if (where && is_excluded(m, line, i + 1)) continue;
        uint32_t value = node(m, line, i);
        if (where) value = hold(m, value, line, i + 1);
        if (where && isnan(m->tape.values[node(m, line, i + 1) - 1])) value = constant(m, NAN);
        all.weights[all.count] = weight ? node(m, line, i + each - 1) : 0;
        all.values[all.count++] = value;
    }
    if (limit) all.limit = node(m, line, end);
    return all;
}

/* A member that was left out and might come in turns the draws in which it does. */
static uint32_t watch_excluded(maker *m, const heng_line *line, uint32_t value)
{
    bool where = heng_str_is(line->fields[0], "1"), weight = heng_str_is(line->fields[1], "1");
    uint32_t each = 1u + where + weight;
    for (uint32_t i = 0; where && i + each <= line->input_count; i += each)
        if (is_excluded(m, line, i + 1)) value = hold(m, value, line, i + 1);
    return value;
}

static uint32_t sum(maker *m, const uint32_t *nodes, size_t count)
{
    return heng_tape_step(&m->tape, HENG_TAPE_SUM, nodes, count, 0, 0);
}

static uint32_t mean(maker *m, const heng_line *line, members *all)
{
    if (!heng_str_is(line->fields[1], "1"))
        return step(m, HENG_TAPE_SCALE, sum(m, all->values, all->count), 0, 1, (double)all->count);
    uint32_t weights = sum(m, all->weights, all->count);
    for (size_t i = 0; i < all->count; i++)
        all->values[i] = step(m, HENG_TAPE_MULTIPLY, all->values[i], all->weights[i], 0, 0);
    return step(m, HENG_TAPE_DIVIDE, sum(m, all->values, all->count), weights, 0, 0);
}

/* p0, then p0 with p1, and so on; from the last where `backwards`. */
static uint32_t chain(maker *m, heng_tape_op op, const members *all, bool backwards)
{
    size_t last = all->count - 1;
    uint32_t value = all->values[backwards ? last : 0];
    for (size_t i = 1; i < all->count; i++)
        value = step(m, op, value, all->values[backwards ? last - i : i], 0, 0);
    return value;
}

static uint32_t counted(maker *m, heng_tape_op op, const members *all)
{
    for (size_t i = 0; i < all->count; i++) all->values[i] = step(m, op, all->values[i], 0, 0, 0);
    return sum(m, all->values, all->count);
}

static uint32_t quantile(maker *m, const members *all)
{
    uint32_t *pairs = HENG_ARRAY(m->arena, 2 * all->count + 1, uint32_t);
    uint32_t one = constant(m, 1);
    if (!pairs) {
        m->status = heng_fail(m->err, HENG_NO_MEMORY, 0, "no memory for a figure");
        return 0;
    }
    for (size_t i = 0; i < all->count; i++) {
        pairs[2 * i] = all->values[i];
        pairs[2 * i + 1] = all->weights[i] ? all->weights[i] : one;
    }
    pairs[2 * all->count] = all->limit;
    return heng_tape_step(&m->tape, HENG_TAPE_QUANTILE, pairs, 2 * all->count + 1, 0, 0);
}

static uint32_t at_least(maker *m, const members *all)
{
    enum { NOT_BELOW = 5 };
    uint32_t yes = counted(m, HENG_TAPE_NONZERO, all);
    return step(m, HENG_TAPE_COMPARE, yes, all->limit, NOT_BELOW, 1e-12);
}

static uint32_t aggregate(maker *m, const heng_line *line)
{
    members all = members_of(m, line);
    if (m->status || m->tape.status) return 0;
    if (!all.count) return watch_excluded(m, line, constant(m, value_of(line)));
    uint32_t value = 0;
    switch (line->op) {
    case HENG_REPLAY_SUM: value = sum(m, all.values, all.count); break;
    case HENG_REPLAY_MEAN: value = mean(m, line, &all); break;
    case HENG_REPLAY_LEAST: value = chain(m, HENG_TAPE_MIN, &all, false); break;
    case HENG_REPLAY_MOST: value = chain(m, HENG_TAPE_MAX, &all, false); break;
    case HENG_REPLAY_COUNT_OF: value = counted(m, HENG_TAPE_NONZERO, &all); break;
    case HENG_REPLAY_ANY: value = chain(m, HENG_TAPE_OR, &all, false); break;
    case HENG_REPLAY_ALL: value = chain(m, HENG_TAPE_AND, &all, false); break;
    case HENG_REPLAY_AT_LEAST: value = at_least(m, &all); break;
    case HENG_REPLAY_PRODUCT: value = chain(m, HENG_TAPE_MULTIPLY, &all, false); break;
    case HENG_REPLAY_QUANTILE: value = quantile(m, &all); break;
    case HENG_REPLAY_FIRST: value = chain(m, HENG_TAPE_ELSE, &all, false); break;
    case HENG_REPLAY_LAST: value = chain(m, HENG_TAPE_ELSE, &all, true); break;
    default:
        assert(line->op == HENG_REPLAY_COVERAGE);
        value =
            step(m, HENG_TAPE_SCALE, counted(m, HENG_TAPE_KNOWN, &all), 0, 1, (double)all.count);
    }
    return watch_excluded(m, line, value);
}

/* ---- lines ---------------------------------------------------------------------------------------- */

static uint32_t moving_line(maker *m, const heng_line *line)
{
    heng_tape_op plain = plain_op(line->op);
    uint32_t p = node(m, line, 0), q = line->input_count > 1 ? node(m, line, 1) : 0;
    if (plain != HENG_TAPE_OP_COUNT) return step(m, plain, p, q, 0, 0);
    switch (line->op) {
    case HENG_REPLAY_GIVEN:
        return step(m, HENG_TAPE_SCALE, p, 0, number_field(m, line, 2), number_field(m, line, 3));
    case HENG_REPLAY_CONVERT:
        return step(m, HENG_TAPE_SCALE, p, 0, number_field(m, line, 0), number_field(m, line, 1));
    case HENG_REPLAY_ROUND: return step(m, HENG_TAPE_ROUND, p, q, number_field(m, line, 0), 0);
    case HENG_REPLAY_COMPARE:
        return step(m, HENG_TAPE_COMPARE, p, q, number_field(m, line, 0), number_field(m, line, 1));
    case HENG_REPLAY_SAME_WORD: return same_word(m, line);
    case HENG_REPLAY_ELSE: return fallen_back(m, line);
    case HENG_REPLAY_CHOOSE: return chosen(m, line);
    case HENG_REPLAY_GUARD: return guarded(m, line);
    case HENG_REPLAY_BETWEEN: return between(m, line);
    case HENG_REPLAY_KEYED: return keyed(m, line);
    case HENG_REPLAY_STANDS: return stands(m, line);
    case HENG_REPLAY_READ: return p;
    case HENG_REPLAY_INCLUDED: return constant(m, 0);
    default: return aggregate(m, line);
    }
}

/* Without an input that moves only facts and rows need a node that slopes can reach. */
static bool reaches_data(const maker *m, const heng_line *line)
{
    for (uint32_t i = 0; i < line->input_count; i++)
        if (line->inputs[i] && m->tape.nodes[node(m, line, i) - 1].op != HENG_TAPE_CONSTANT)
            return true;
    return false;
}

static uint32_t line_node(maker *m, uint32_t number)
{
    const heng_line *line = &m->derivation->lines[number - 1];
    if (line->op == HENG_REPLAY_FACT || line->op == HENG_REPLAY_CELL) return datum(m, line, number);
    if (line->op == HENG_REPLAY_RULE) return rule(m, line, number);
    for (uint32_t i = 0; i < line->input_count; i++)
        if (input_moves(m, line, i)) m->moves[number - 1] = true;
    if (!reaches_data(m, line)) return constant(m, value_of(line));
    return moving_line(m, line);
}

heng_status heng_figure_tape_make(const heng_derivation *derivation, heng_arena *arena,
                                  heng_figure_tape *out, heng_error *err)
{
    assert(derivation && derivation->line_count && arena && out && err);
    maker m = {.derivation = derivation, .arena = arena, .err = err};
    heng_tape_init(&m.tape, arena);
    m.node_of = HENG_ARRAY(arena, derivation->line_count, uint32_t);
    m.moves = HENG_ARRAY(arena, derivation->line_count, bool);
    if (!m.node_of || !m.moves) return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for a figure");
    for (uint32_t n = 1; n <= derivation->line_count; n++) {
        m.node_of[n - 1] = line_node(&m, n);
        if (!m.status && !m.node_of[n - 1]) m.status = heng_tape_status(&m.tape, err);
        if (m.status) return m.status;
    }
    *out = (heng_figure_tape){m.tape, m.node_of[derivation->line_count - 1], m.node_of};
    return HENG_OK;
}
