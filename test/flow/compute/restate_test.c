/* A figure as reported against today: one firm in which everything changes at once, each bar by hand.
 *
 * The firm F owns plant U1, and since day 70 U2 too. Its rules are of version 1, since day 80 of version 2.
 *
 *   burned of U1   1000 t -> 1100 t, revised (activity)        of U2  500 t
 *   leaked of U1   10 t CH4 -> 12 t CH4, declared a correction  of U2  5 t CH4
 *   heat           20 -> 21 GJ/t (factor)
 *   potential      28 of AR5 -> 27.9 of AR6 (GWP set)
 *   rule           burned * heat * 0.09 t CO2/GJ -> the same * 0.98
 *
 * In Python, one cause after the other:
 *   1000*20*.09 + 10*28                                     = 2080
 *   1100*20*.09 + 10*28                                     = 2260      activity    +180
 *   1100*20*.09 + 12*28                                     = 2316      correction   +56
 *   1100*21*.09 + 12*28                                     = 2415      factor       +99
 *   1100*21*.09 + 12*27.9                                   = 2413.8    GWP           -1.2
 *   1100*21*.09*.98 + 12*27.9                               = 2372.22   rule         -41.58
 *   (1100+500)*21*.09*.98 + (12+5)*27.9                     = 3437.82   boundary   +1065.6
 * and in the reverse order:
 *   (1000+500)*20*.09 + (10+5)*28                           = 3120      boundary   +1040
 *   (1000+500)*20*.09*.98 + (10+5)*28                       = 3066      rule         -54
 *   (1000+500)*20*.09*.98 + (10+5)*27.9                     = 3064.5    GWP           -1.5
 *   (1000+500)*21*.09*.98 + (10+5)*27.9                     = 3196.8    factor      +132.3
 *   (1000+500)*21*.09*.98 + (12+5)*27.9                     = 3252.6    correction   +55.8
 *   (1100+500)*21*.09*.98 + (12+5)*27.9                     = 3437.82   activity    +185.22
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/compute/restate.h"
#include "flow/compute/compute.h"
#include "host/ram/ram_store.h"
#include "test/check.h"

#include <math.h>

#define DAY ((heng_instant)86400000000)

#define WORDS(HEAT)                                                                                \
    "kind firm \"Firm\"\n"                                                                         \
    "kind plant \"Plant\" in firm\n"                                                               \
    "list gas of substance \"Gas\" = CO2, CH4\n"                                                   \
    "table heat : GJ/t \"Heat\"\n"                                                                 \
    "  value | status | source\n"                                                                  \
    "  " HEAT "    | example | TEXT\n"                                                             \
    "table gwp_ar5[gas] : t CO2e_AR5/t gas \"AR5\"\n"                                              \
    "  gas | value | status | source\n"                                                            \
    "  CO2 | 1 | example | TEXT\n"                                                                 \
    "  CH4 | 28 | example | TEXT\n"                                                                \
    "table gwp_ar6[gas] : t CO2e_AR6/t gas \"AR6\"\n"                                              \
    "  gas | value | status | source\n"                                                            \
    "  CO2 | 1 | example | TEXT\n"                                                                 \
    "  CH4 | 27.9 | example | TEXT\n"

#define RULES(OXIDISED, SET, TABLE)                                                                \
    "use words\n"                                                                                  \
    "method of_unit \"Unit\"\n"                                                                    \
    "  source \"None\"\n"                                                                          \
    "  status example\n"                                                                           \
    "  for plant by year\n"                                                                        \
    "input burned : t \"Coal burned\"\n"                                                           \
    "input leaked : t CH4 \"Methane leaked\"\n"                                                    \
    "burned_co2 : t CO2 = burned * heat * 0.09 t CO2/GJ" OXIDISED "\n"                             \
    "output co2e : t " SET " \"CO2e\" =\n"                                                         \
    "  (burned_co2 as t " SET ") + leaked * " TABLE "[CH4]\n"                                      \
    "method of_firm \"Firm\"\n"                                                                    \
    "  source \"None\"\n"                                                                          \
    "  status example\n"                                                                           \
    "  for firm by year\n"                                                                         \
    "input co2e : t " SET " \"CO2e of a plant\" for plant by year\n"                               \
    "output firm_co2e : t " SET " \"CO2e of the firm, " SET "\" = sum(co2e over plant)\n"

static const char words_1[] = WORDS("20");
static const char words_2[] = WORDS("21");
static const char rules_1[] = RULES("", "CO2e_AR5", "gwp_ar5");
static const char rules_2[] = RULES(" * 0.98", "CO2e_AR6", "gwp_ar6");

typedef struct fixture {
    heng_arena arena;
    heng_store *store;
    heng_packs packs;
    heng_error err;
} fixture;

static void check_ok(fixture *f, heng_status status)
{
    if (status) fail_msg("%s", f->err.message);
}

static void begin(fixture *f, int day)
{
    check_ok(f, heng_store_begin(f->store, day * DAY, HENG_STR("step"), &f->err));
}

static void commit(fixture *f)
{
    check_ok(f, heng_store_commit(f->store, &f->err));
    check_ok(f, heng_packs_kept(f->store, &f->arena, &f->packs, &f->err));
}

static void keep(fixture *f, const char *version, const char *rules, const char *words)
{
    heng_rule_file *files = HENG_ARRAY(&f->arena, 2, heng_rule_file);
    files[0] = (heng_rule_file){HENG_STR("rules/firm.heng"), heng_str_from(rules)};
    files[1] = (heng_rule_file){HENG_STR("rules/words.heng"), heng_str_from(words)};
    heng_pack pack = {HENG_STR("xx"), heng_str_from(version), files, 2};
    check_ok(f, heng_pack_keep(&pack, f->store, &f->arena, &f->err));
}

static void put_fact(fixture *f, const char *unit, const char *name, const char *text, int day,
                     const char *note)
{
    heng_fact fact = {.entity = heng_str_from(unit),
                      .name = heng_str_from(name),
                      .period = heng_year(2020),
                      .text = heng_str_from(text),
                      .unit = strcmp(name, "leaked") == 0 ? HENG_STR("t CH4") : HENG_STR("t"),
                      .quality = HENG_REPORTED,
                      .evidence = HENG_EXAMPLE,
                      .source = HENG_STR("TEXT"),
                      .note = heng_str_from(note),
                      .recorded = day * DAY};
    check_ok(f, heng_number_parse(fact.text, &fact.value, &f->err));
    check_ok(f, heng_store_put_fact(f->store, &fact, NULL, &f->err));
}

static void put_entity(fixture *f, const char *code, const char *kind)
{
    heng_entity entity = {.code = heng_str_from(code),
                          .kind = heng_str_from(kind),
                          .level = heng_str_from(kind),
                          .name_en = heng_str_from(code),
                          .valid = HENG_SPAN_ALWAYS,
                          .recorded = 10 * DAY};
    check_ok(f, heng_store_put_entity(f->store, &entity, NULL, &f->err));
}

static void put_link(fixture *f, const char *member, int day)
{
    heng_link link = {.member = heng_str_from(member),
                      .parent = HENG_STR("F"),
                      .hierarchy = HENG_STR("ownership"),
                      .valid = HENG_SPAN_ALWAYS,
                      .recorded = day * DAY};
    check_ok(f, heng_store_put_link(f->store, &link, NULL, &f->err));
}

/* Day 10: as it was first reported. */
static int open_firm(void **state)
{
    static fixture f;
    f = (fixture){0};
    heng_arena_init(&f.arena, (size_t)1 << 30);
    if (heng_ram_open((size_t)64 << 20, &f.store, &f.err)) return -1;
    *state = &f;
    begin(&f, 10);
    keep(&f, "1", rules_1, words_1);
    put_entity(&f, "F", "firm");
    put_entity(&f, "U1", "plant");
    put_entity(&f, "U2", "plant");
    put_link(&f, "U1", 10);
    put_fact(&f, "U1", "burned", "1000", 10, "");
    put_fact(&f, "U1", "leaked", "10", 10, "");
    put_fact(&f, "U2", "burned", "500", 10, "");
    put_fact(&f, "U2", "leaked", "5", 10, "");
    commit(&f);
    return 0;
}

static int close_firm(void **state)
{
    fixture *f = *state;
    heng_store_close(f->store);
    heng_arena_deinit(&f->arena);
    return 0;
}

static void everything_changes(fixture *f)
{
    begin(f, 60);
    put_fact(f, "U1", "burned", "1100", 60, "better statistics");
    put_fact(f, "U1", "leaked", "12", 60, "correction: the meter was read twice");
    commit(f);
    begin(f, 70);
    put_link(f, "U2", 70);
    commit(f);
    begin(f, 80);
    keep(f, "2", rules_2, words_2);
    commit(f);
}

static heng_restatement restate(fixture *f, const char *from_text, const char *to_text)
{
    heng_side from, to;
    heng_restatement it;
    check_ok(f, heng_side_open(f->store, &f->packs, heng_str_from(from_text), &f->arena, &from,
                               &f->err));
    check_ok(f,
             heng_side_open(f->store, &f->packs, heng_str_from(to_text), &f->arena, &to, &f->err));
    check_ok(f, heng_restate(NULL, f->store, &from, &to, HENG_STR("F/2020/firm_co2e"), NULL, NULL,
                             &f->arena, &it, &f->err));
    return it;
}

static void near(double found, double wanted)
{
    if (fabs(found - wanted) > 1e-9) fail_msg("%.17g, not %.17g", found, wanted);
}

static void adds_up(const heng_restatement *it)
{
    double sum = 0;
    for (size_t i = 0; i < it->bar_count; i++) sum += it->bars[i].difference;
    assert_true(sum == it->difference);
    for (size_t i = 0; i + 1 < it->bar_count; i++)
        assert_true(it->bars[i].after.value.number == it->bars[i + 1].before.value.number);
    assert_true(it->bars[0].before.value.number == it->from.value.number);
    assert_true(it->bars[it->bar_count - 1].after.value.number == it->to.value.number);
    assert_true(it->to.value.number - it->from.value.number == it->difference);
}

/* ---- the whole waterfall -------------------------------------------------------------------------- */

static void each_cause_has_its_bar(void **state)
{
    fixture *f = *state;
    static const struct {
        double difference, reverse;
        size_t changes;
        const char *where;
    } wanted[HENG_CAUSE_COUNT] = {{180, 185.22, 1, "U1/2020/burned"},
                                  {56, 55.8, 1, "U1/2020/leaked"},
                                  {99, 132.3, 1, "heat"},
                                  {-1.2, -1.5, 3, "rules/firm.heng rule co2e"},
                                  {-41.58, -54, 1, "rules/firm.heng rule burned_co2"},
                                  {1065.6, 1040, 1, "U2"}};
    everything_changes(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    near(it.from.value.number, 2080);
    near(it.to.value.number, 3437.82);
    assert_true(it.known);
    near(it.difference, 1357.82);
    check_str(it.unit, "t CO2e_AR6");
    assert_int_equal(it.bar_count, HENG_CAUSE_COUNT);
    for (int c = 0; c < HENG_CAUSE_COUNT; c++) {
        assert_int_equal(it.bars[c].causes, HENG_CAUSE_BIT(c));
        near(it.bars[c].difference, wanted[c].difference);
        assert_true(it.bars[c].has_reverse);
        near(it.bars[c].reverse, wanted[c].reverse);
        assert_int_equal(it.bars[c].change_count, wanted[c].changes);
        check_str(it.bars[c].changes[0].where, wanted[c].where);
    }
    adds_up(&it);
    assert_int_equal(it.evaluations, 2 + 5 + 5);
}

static void a_bar_names_its_records(void **state)
{
    fixture *f = *state;
    everything_changes(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    const heng_record_change *burned = &it.bars[0].changes[0], *heat = &it.bars[2].changes[0];
    const heng_record_change *owned = &it.bars[5].changes[0];
    check_str(burned->before.text, "1000");
    check_str(burned->after.text, "1100");
    check_str(burned->after.unit, "t");
    check_str(burned->after.source, "TEXT");
    assert_int_equal(burned->after.recorded, 60 * DAY);
    check_str(it.bars[1].changes[0].after.note, "correction: the meter was read twice");
    assert_int_equal(heat->kind, HENG_CHANGE_ROW);
    check_str(heat->before.text, "20");
    check_str(heat->after.text, "21");
    assert_int_equal(owned->kind, HENG_CHANGE_LINK);
    assert_false(owned->before.there);
    check_str(owned->after.text, "F (ownership)");
}

static void nothing_changed_has_no_bars(void **state)
{
    fixture *f = *state;
    everything_changes(f);
    heng_restatement it = restate(f, "now", "now");
    assert_int_equal(it.bar_count, 0);
    assert_true(it.known && it.difference == 0);
    it = restate(f, "1970-01-20", "1970-01-30");
    assert_int_equal(it.bar_count, 0);
}

static void the_other_way_round_it_is_negated(void **state)
{
    fixture *f = *state;
    everything_changes(f);
    heng_restatement there = restate(f, "1970-01-20", "now");
    heng_restatement back = restate(f, "now", "1970-01-20");
    assert_true(back.difference == -there.difference);
    assert_int_equal(back.bar_count, HENG_CAUSE_COUNT);
    adds_up(&back);
    /* The same six changes undone in the same order: the reverse of the first, bar by bar. */
    for (int c = 0; c < HENG_CAUSE_COUNT; c++)
        near(back.bars[c].difference, -there.bars[c].reverse);
}

/* ---- sides ---------------------------------------------------------------------------------------- */

static uint64_t compute(fixture *f, int day, const char *side_text)
{
    heng_side side;
    heng_evaluation *evaluation;
    uint64_t number;
    check_ok(f, heng_side_open(f->store, &f->packs, heng_str_from(side_text), &f->arena, &side,
                               &f->err));
    check_ok(f, heng_compute_evaluate(NULL, side.compiled.program, &side.world, NULL, NULL,
                                      &f->arena, &evaluation, &f->err));
    heng_compute_record record = {
        .now = day * DAY, .as_of = side.known.as_of, .pack = side.pack_name};
    check_ok(f, heng_compute_seal(f->store, side.compiled.program, evaluation, &record, NULL, NULL,
                                  &f->arena, &number, &f->err));
    return number;
}

/* A fact that is entered after the run and says that it is known since before is not in the run. */
static void a_run_is_as_it_was_reported(void **state)
{
    fixture *f = *state;
    heng_str first;
    assert_int_equal(heng_side_first_reported(f->store, HENG_STR("F/2020/firm_co2e"), &f->arena,
                                              &first, &f->err),
                     HENG_NOT_FOUND);
    assert_int_equal(compute(f, 30, "now"), 1);
    begin(f, 40);
    put_fact(f, "U1", "burned", "1050", 20, "entered late");
    commit(f);
    assert_int_equal(compute(f, 50, "now"), 2);
    everything_changes(f);
    check_ok(f, heng_side_first_reported(f->store, HENG_STR("F/2020/firm_co2e"), &f->arena, &first,
                                         &f->err));
    check_str(first, "1");
    heng_restatement it = restate(f, "1", "now");
    near(it.from.value.number, 2080);
    assert_true(it.has_reported && it.reported == it.from.value.number);
    near(it.difference, 1357.82);
    it = restate(f, "2", "now");
    near(it.from.value.number, 2170); /* 1050*20*.09 + 280 */
    near(it.bars[0].difference, 90);
    it = restate(f, "1/2", "1"); /* the rules of today over the books of the run, against it */
    assert_int_equal(it.bar_count, 3);
    near(it.from.value.number, 2131.2); /* 1000*21*.09*.98 + 10*27.9 */
    near(it.to.value.number, 2080);
}

static void a_side_that_is_not_there_is_refused(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *text;
        heng_status status;
        const char *said;
    } rows[] = {{"7", HENG_NOT_FOUND, "no run 7"},
                {"now/9", HENG_NOT_FOUND, "no version 9"},
                {"2021-02-30", HENG_INVALID, "2021-02-30"},
                {"yesterday", HENG_INVALID, "yesterday"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_side side;
        assert_int_equal(heng_side_open(f->store, &f->packs, heng_str_from(rows[i].text), &f->arena,
                                        &side, &f->err),
                         rows[i].status);
        if (!strstr(f->err.message, rows[i].said)) fail_msg("%s", f->err.message);
    }
    heng_side side;
    heng_restatement it;
    check_ok(f, heng_side_open(f->store, &f->packs, HENG_STR(""), &f->arena, &side, &f->err));
    assert_int_equal(heng_restate(NULL, f->store, &side, &side, HENG_STR("F/2020/none"), NULL, NULL,
                                  &f->arena, &it, &f->err),
                     HENG_NOT_FOUND);
}

/* ---- rows of the books ---------------------------------------------------------------------------- */

static void put_row(fixture *f, const char *table, const char *key, double value, const char *text)
{
    heng_table_row row = {.table = heng_str_from(table),
                          .qualified = heng_str_from(table),
                          .keys = {heng_str_from(key)},
                          .key_count = *key ? 1 : 0,
                          .valid = HENG_SPAN_ALWAYS,
                          .value = value,
                          .text = heng_str_from(text),
                          .unit = HENG_STR(""),
                          .evidence = HENG_EXAMPLE,
                          .source = HENG_STR("TEXT"),
                          .recorded = 60 * DAY};
    check_ok(f, heng_store_put_row(f->store, &row, NULL, &f->err));
}

/* A factor and a potential that are recorded in the books: 22 GJ/t, and 30 t CO2e/t.
 *   1000*20*.09 + 280 = 2080;  1000*22*.09 + 280 = 2260;  1000*22*.09 + 300 = 2280 */
static void rows_are_factors_or_potentials(void **state)
{
    fixture *f = *state;
    begin(f, 60);
    put_row(f, "heat", "", 22, "22");
    put_row(f, "gwp_ar5", "CH4", 30, "30");
    put_row(f, "gwp_ar6", "CH4", 31, "31"); /* no part of the figure */
    commit(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    assert_int_equal(it.bar_count, 2);
    assert_int_equal(it.bars[0].causes, HENG_CAUSE_BIT(HENG_CAUSE_FACTOR));
    near(it.bars[0].difference, 180);
    assert_int_equal(it.bars[1].causes, HENG_CAUSE_BIT(HENG_CAUSE_GWP));
    near(it.bars[1].difference, 20);
    assert_int_equal(it.bars[1].change_count, 1);
    check_str(it.bars[1].changes[0].where, "gwp_ar5[CH4]");
    adds_up(&it);
}

/* ---- corrections ---------------------------------------------------------------------------------- */

static void what_is_a_correction(void **state)
{
    (void)state;
    static const struct {
        const char *note;
        bool is;
    } rows[] = {{"", false},
                {"correction: read twice", true},
                {"  Correction: read twice", true},
                {"更正：重复计量", true},
                {"更正:重复计量", true},
                {"preliminary; a correction may come", false},
                {"corrections of 2021", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_fact fact = {.note = heng_str_from(rows[i].note)};
        assert_int_equal(heng_fact_is_correction(&fact), rows[i].is);
    }
}

/* Revised to 1100 and then corrected to 1150: 180 of activity, 90 of correction. */
static void revised_and_then_corrected(void **state)
{
    fixture *f = *state;
    begin(f, 60);
    put_fact(f, "U1", "burned", "1100", 50, "yearbook");
    put_fact(f, "U1", "burned", "1150", 60, "更正：重复计量");
    commit(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    assert_int_equal(it.bar_count, 2);
    near(it.bars[0].difference, 180);
    check_str(it.bars[0].changes[0].after.text, "1100");
    near(it.bars[1].difference, 90);
    check_str(it.bars[1].changes[0].before.text, "1100");
    heng_restatement back = restate(f, "now", "1970-01-20");
    near(back.difference, -270);
    adds_up(&back);
}

/* A first record is no revision, whatever it calls itself. */
static void the_first_record_is_activity(void **state)
{
    fixture *f = *state;
    begin(f, 60);
    put_link(f, "U2", 60);
    put_entity(f, "U3", "plant");
    put_link(f, "U3", 60);
    commit(f);
    begin(f, 70);
    put_fact(f, "U3", "burned", "100", 70, "correction: was left out");
    put_fact(f, "U3", "leaked", "1", 70, "correction: was left out");
    commit(f);
    heng_restatement it = restate(f, "1970-03-05", "now"); /* day 63: U3 belongs, says nothing */
    assert_int_equal(it.bar_count, 1);
    assert_int_equal(it.bars[0].causes, HENG_CAUSE_BIT(HENG_CAUSE_ACTIVITY));
    assert_false(it.known);
    assert_false(it.bars[0].known);
    assert_int_equal(it.from.value.state, HENG_STATE_UNKNOWN);
    near(it.to.value.number, 2080 + 1040 + 100 * 1.8 + 28);
}

/* ---- what has no number --------------------------------------------------------------------------- */

/* A unit that joins before its figures are there: with the boundary alone the figure is unknown, and both
 * bars say so. */
static void an_unknown_level_has_no_bar_in_numbers(void **state)
{
    fixture *f = *state;
    static const char asks_more[] = RULES(" * known_part", "CO2e_AR5", "gwp_ar5");
    heng_text text;
    heng_text_init(&text, &f->arena, 1 << 16);
    heng_str rest = heng_str_from(asks_more);
    size_t at = heng_str_find(rest, HENG_STR("burned_co2 :"), 0);
    heng_text_add(&text, heng_str_slice(rest, 0, at));
    heng_text_add(&text, HENG_STR("input known_part : 1 \"Share oxidised\"\n"));
    heng_text_add(&text, heng_str_slice(rest, at, rest.length));
    begin(f, 60);
    put_fact(f, "U1", "burned", "1100", 60, "");
    commit(f);
    begin(f, 80);
    keep(f, "2", heng_text_view(&text).at, words_1);
    commit(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    assert_false(it.known);
    assert_int_equal(it.bar_count, 2);
    assert_true(it.bars[0].known);
    near(it.bars[0].difference, 180);
    assert_int_equal(it.bars[1].causes, HENG_CAUSE_BIT(HENG_CAUSE_RULE));
    assert_false(it.bars[1].known);
    assert_int_equal(it.bars[1].after.value.state, HENG_STATE_UNKNOWN);
}

/* A gas that is new in the list needs new rows and new rules: they are one bar, which says why. */
static void what_does_not_stand_apart_is_one_bar(void **state)
{
    fixture *f = *state;
    static const char words[] = "kind firm \"Firm\"\n"
                                "kind plant \"Plant\" in firm\n"
                                "list gas of substance \"Gas\" = CO2, CH4, N2O\n"
                                "table heat : GJ/t \"Heat\"\n"
                                "  value | status | source\n"
                                "  20 | example | TEXT\n"
                                "table gwp_ar5[gas] : t CO2e_AR5/t gas \"AR5\"\n"
                                "  gas | value | status | source\n"
                                "  CO2 | 1 | example | TEXT\n"
                                "  CH4 | 30 | example | TEXT\n"
                                "  N2O | 265 | example | TEXT\n"
                                "table gwp_ar6[gas] : t CO2e_AR6/t gas \"AR6\"\n"
                                "  gas | value | status | source\n"
                                "  CO2 | 1 | example | TEXT\n"
                                "  CH4 | 27.9 | example | TEXT\n"
                                "  N2O | 273 | example | TEXT\n";
    begin(f, 80);
    keep(f, "2", rules_1, words);
    commit(f);
    heng_restatement it = restate(f, "1970-01-20", "now");
    assert_int_equal(it.bar_count, 1);
    assert_int_equal(it.bars[0].causes,
                     HENG_CAUSE_BIT(HENG_CAUSE_GWP) | HENG_CAUSE_BIT(HENG_CAUSE_BOUNDARY));
    near(it.bars[0].difference, 20);
    assert_true(heng_str_find(it.bars[0].note, HENG_STR("N2O"), 0) != SIZE_MAX);
    adds_up(&it);
}

/* Every allocation fails in turn: the restatement is whole, or says that it has no memory. */
static void every_allocation_may_fail(void **state)
{
    fixture *f = *state;
    everything_changes(f);
    heng_side from, to;
    check_ok(
        f, heng_side_open(f->store, &f->packs, HENG_STR("1970-01-20"), &f->arena, &from, &f->err));
    check_ok(f, heng_side_open(f->store, &f->packs, HENG_STR("now"), &f->arena, &to, &f->err));
    heng_status status = HENG_NO_MEMORY;
    for (size_t n = 1; status != HENG_OK; n += 1 + n / 64) {
        heng_arena arena;
        heng_restatement it;
        heng_arena_init(&arena, (size_t)1 << 28);
        heng_arena_fail_after(n);
        status = heng_restate(NULL, f->store, &from, &to, HENG_STR("F/2020/firm_co2e"), NULL, NULL,
                              &arena, &it, &f->err);
        bool failed = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        if (status && (status != HENG_NO_MEMORY || !failed))
            fail_msg("allocation %zu: %s", n, f->err.message);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_firm, close_firm)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_cause_has_its_bar),
        TEST(a_bar_names_its_records),
        TEST(nothing_changed_has_no_bars),
        TEST(the_other_way_round_it_is_negated),
        TEST(a_run_is_as_it_was_reported),
        TEST(a_side_that_is_not_there_is_refused),
        TEST(rows_are_factors_or_potentials),
        TEST(what_is_a_correction),
        TEST(revised_and_then_corrected),
        TEST(the_first_record_is_activity),
        TEST(an_unknown_level_has_no_bar_in_numbers),
        TEST(what_does_not_stand_apart_is_one_bar),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("flow/compute/restate", tests, NULL, NULL);
}
