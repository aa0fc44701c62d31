/* Facts in blocks are the same facts, however they are cut, ordered and mixed with facts one by one; and
 * who does which part of the work changes no bit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/world.h"

#include <math.h>

enum {
    PLANTS = 120,
    CELLS = 7,
    MONTHS = 30,
    CARRIERS = 5,
    LINES = PLANTS * MONTHS * CARRIERS,
    BLOCKS_MAX = 4,
    FIRST_MONTH = 2023 * 12 + 3,
};

static const char rules[] =
    "kind cell \"Cell\"\n"
    "kind plant \"Plant\" in cell\n"
    "list carrier \"Carriers\" = coal, coke, oil, gas, wood\n"
    "method plants \"Plants\"\n"
    "  source \"A test\"\n"
    "  status seen\n"
    "  valid 2023-01 .. 2025-10\n"
    "  for plant by month\n"
    "input amount[carrier] : t \"Used\"\n"
    "input tested[carrier] : t CO2/t \"Tested factor\"\n"
    "table factor[carrier] : t CO2/t \"Factor\"\n"
    "  carrier | value\n"
    "  coal    | 1.9\n"
    "  coke    | 2.8\n"
    "  oil     | 3.1\n"
    "  gas     | missing\n"
    "  wood    | 0\n"
    "line[carrier] : t CO2 \"Of a carrier\" = amount[carrier] * "
    "(tested[carrier] else factor[carrier])\n"
    "output co2 : t CO2 \"CO2\" = sum(amount[carrier] * "
    "(tested[carrier] else factor[carrier]) * 44 / 12 over carrier)\n"
    "output by_line : t CO2 \"CO2\" = sum(line[carrier] over carrier) - line[wood]\n"
    "output rise : t CO2 \"Against before\" = co2 - (co2@previous else 0 t CO2) + abs(co2@last_year)\n"
    "output high : t CO2 \"Highest\" = max(line[coal], line[coke])\n"
    "output form : t CO2 \"Chosen\" = line[oil] when known(tested[oil]) and "
    "not (amount[oil] > 900 t), by_line otherwise\n"
    "output typical : t CO2/t \"Quantile\" = quantile(40 %, "
    "tested[carrier] weight amount[carrier] over carrier)\n"
    "output average : t CO2 \"Mean\" = mean(line[carrier] "
    "over carrier where amount[carrier] > 1 t)\n"
    "output share : 1 \"Share known\" = coverage(line[carrier] over carrier)\n"
    "check co2 < 25000 t CO2 \"Too much\"\n"
    "method coking \"Plants that burn coke\"\n"
    "  source \"A test\"\n"
    "  status draft\n"
    "  valid 2023-06 .. 2025-10\n"
    "  for plant by month\n"
    "  when known(amount[coke]) and amount[coke] > 700 t\n"
    "input amount[carrier] : t \"Used\"\n"
    "output share : 1 \"Coke of all\" = 1 - plants.share / 2\n"
    "  instead of plants.share\n"
    "method cells \"Cells\"\n"
    "  source \"A test\"\n"
    "  status seen\n"
    "  valid 2023-01 ..\n"
    "  for cell by month\n"
    "input co2 : t CO2 \"CO2 of a plant\" for plant by month\n"
    "output co2_of_all : t CO2 \"CO2 of plants\" = sum(co2 over plant)\n"
    "output so_far : t CO2 \"This year\" = sum(co2_of_all over month of year so far)\n";

typedef struct book {
    heng_arena arena;
    const heng_program *program;
    heng_world world;
    heng_entity entities[PLANTS + CELLS];
    heng_link links[PLANTS];
    heng_str plants[PLANTS], backwards[PLANTS];
    heng_str carriers[CARRIERS], turned[CARRIERS];
    heng_fact *facts;
    heng_block blocks[BLOCKS_MAX];
    double *value[2]; /* amount, tested */
    uint8_t *notation[2], *quality[2], *evidence[2];
} book;

static const char *const names[] = {"amount", "tested"};

static uint64_t roll(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void fill(book *b, uint64_t seed)
{
    for (int q = 0; q < 2; q++)
        for (size_t i = 0; i < LINES; i++) {
            uint64_t kind = roll(&seed) % 100;
            bool none = kind < (q ? 40u : 6u) || (q && i / (MONTHS * CARRIERS) % 3);
            b->notation[q][i] = none         ? HENG_VALUE
                                : kind >= 90 ? HENG_NO
                                : kind >= 86 ? HENG_NE
                                             : HENG_VALUE;
            b->value[q][i] = none || b->notation[q][i] ? NAN : (double)(roll(&seed) % 100000) / 70;
            b->quality[q][i] = (uint8_t)(roll(&seed) % HENG_QUALITY_COUNT);
            b->evidence[q][i] = (uint8_t)(roll(&seed) % HENG_EVIDENCE_COUNT);
        }
}

static void open_book(book *b, uint64_t seed)
{
    static const char *const carriers[] = {"coal", "coke", "oil", "gas", "wood"};
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    heng_error err;
    heng_arena_init(&b->arena, (size_t)1 << 30);
    assert_int_equal(heng_rule_compile(&name, 1, test_load_text, (void *)(uintptr_t)rules,
                                       &b->arena, &compiled, &err),
                     HENG_OK);
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(&b->arena, &compiled.diagnostics, compiled.files)));
    b->program = compiled.program;
    for (int i = 0; i < PLANTS + CELLS; i++) {
        bool cell = i >= PLANTS;
        heng_str kind = cell ? HENG_STR("cell") : HENG_STR("plant");
        heng_str code = heng_str_format(&b->arena, cell ? "C%03d" : "P%03d", i);
        b->entities[i] =
            (heng_entity){.code = code, .kind = kind, .level = kind, .valid = HENG_SPAN_ALWAYS};
        if (!cell) b->plants[i] = b->backwards[PLANTS - 1 - i] = code;
    }
    for (int i = 0; i < PLANTS; i++)
        b->links[i] = (heng_link){.member = b->plants[i],
                                  .parent = b->entities[PLANTS + i % CELLS].code,
                                  .hierarchy = HENG_STR("cell"),
                                  .valid = HENG_SPAN_ALWAYS};
    for (int c = 0; c < CARRIERS; c++) {
        b->carriers[c] = heng_str_from(carriers[c]);
        b->turned[(c + 2) % CARRIERS] = b->carriers[c];
    }
    for (int q = 0; q < 2; q++) {
        b->value[q] = HENG_ARRAY(&b->arena, LINES, double);
        b->notation[q] = HENG_ARRAY(&b->arena, LINES, uint8_t);
        b->quality[q] = HENG_ARRAY(&b->arena, LINES, uint8_t);
        b->evidence[q] = HENG_ARRAY(&b->arena, LINES, uint8_t);
    }
    b->facts = HENG_ARRAY(&b->arena, 2 * LINES + 1000, heng_fact);
    fill(b, seed);
    b->world = (heng_world){.entities = b->entities,
                            .entity_count = PLANTS + CELLS,
                            .links = b->links,
                            .link_count = PLANTS,
                            .facts = b->facts,
                            .blocks = b->blocks};
}

/* One cell as a fact, where something is recorded. */
static void add_fact(book *b, int q, size_t i)
{
    bool number = b->notation[q][i] == HENG_VALUE;
    if (number && isnan(b->value[q][i])) return;
    heng_fact *fact = &b->facts[b->world.fact_count++];
    *fact = (heng_fact){.entity = b->plants[i / (MONTHS * CARRIERS)],
                        .name = heng_str_from(names[q]),
                        .keys = {b->carriers[i % CARRIERS]},
                        .key_count = 1,
                        .period = {HENG_MONTH, FIRST_MONTH + (int32_t)(i / CARRIERS % MONTHS)},
                        .notation = (heng_notation)b->notation[q][i],
                        .value = number ? b->value[q][i] : 0,
                        .quality = (heng_quality)b->quality[q][i],
                        .evidence = (heng_evidence)b->evidence[q][i],
                        .recorded = 2};
}

static heng_block *add_block(book *b, int q)
{
    heng_block *block = &b->blocks[b->world.block_count++];
    *block = (heng_block){.name = heng_str_from(names[q]),
                          .members = b->plants,
                          .member_count = PLANTS,
                          .first = {HENG_MONTH, FIRST_MONTH},
                          .period_count = MONTHS,
                          .keys = {b->carriers},
                          .key_sizes = {CARRIERS},
                          .key_count = 1,
                          .values = b->value[q],
                          .notations = b->notation[q],
                          .qualities = b->quality[q],
                          .evidences = b->evidence[q],
                          .source = HENG_STR("S1"),
                          .recorded = 1};
    return block;
}

static void *turned(book *b, const void *from, size_t size)
{
    char *to = heng_arena_alloc(&b->arena, LINES * size);
    for (size_t i = 0; i < LINES; i++) {
        size_t plant = PLANTS - 1 - i / (MONTHS * CARRIERS), key = (i % CARRIERS + 2) % CARRIERS;
        size_t at = (plant * MONTHS + i / CARRIERS % MONTHS) * CARRIERS + key;
        memcpy(to + at * size, (const char *)from + i * size, size);
    }
    return to;
}

typedef enum way { AS_FACTS, AS_BLOCKS, TURNED, CUT, CORRECTED, WAY_COUNT } way;

static void lay_out(book *b, way how)
{
    b->world.fact_count = b->world.block_count = 0;
    for (int q = 0; q < 2; q++) {
        if (how == AS_FACTS) {
            for (size_t i = 0; i < LINES; i++) add_fact(b, q, i);
            continue;
        }
        heng_block *block = add_block(b, q);
        if (how == TURNED) {
            block->members = b->backwards;
            block->keys[0] = b->turned;
            block->values = turned(b, b->value[q], sizeof *b->value[q]);
            block->notations = turned(b, b->notation[q], 1);
            block->qualities = turned(b, b->quality[q], 1);
            block->evidences = turned(b, b->evidence[q], 1);
        } else if (how == CUT) { /* two blocks, of 50 and of 70 plants */
            heng_block *second = add_block(b, q);
            size_t skipped = 50 * MONTHS * CARRIERS;
            block->member_count = 50;
            second->members += 50;
            second->member_count = PLANTS - 50;
            second->values += skipped;
            second->notations += skipped;
            second->qualities += skipped;
            second->evidences += skipped;
        } else if (how ==
                   CORRECTED) { /* a tenth of the block is wrong, and corrected by later facts */
            double *values = HENG_ARRAY(&b->arena, LINES, double);
            for (size_t i = 0; i < LINES; i++) {
                bool wrong = i % 10 == 3 && !isnan(b->value[q][i]);
                values[i] = wrong ? b->value[q][i] + 1 : b->value[q][i];
                if (wrong) add_fact(b, q, i);
            }
            block->values = values;
        }
    }
}

static bool list_value(void *context, const heng_point *point, const heng_value *value)
{
    heng_text *text = context;
    heng_text_print(text, "%zu %.*s %d %.*s %d %a %a %a %a %d %a %a %a\n", point->quantity,
                    HENG_PRINT(point->entity), (int)point->period.number,
                    HENG_PRINT(point->keys[0]), (int)value->state, value->number, value->at_least,
                    value->have, value->want, (int)value->evidence, (double)value->quality[0],
                    (double)value->quality[1], (double)value->quality[2]);
    return true;
}

static heng_evaluation *evaluate(book *b, heng_crew *crew)
{
    heng_evaluation *e;
    heng_error err = {0};
    if (heng_evaluate_by(crew, b->program, &b->world, (heng_period){0}, NULL, NULL, &b->arena, &e,
                         &err))
        fail_msg("%s", err.message);
    return e;
}

static heng_str list_figures(book *b, const heng_evaluation *e)
{
    heng_text text;
    heng_text_init(&text, &b->arena, (size_t)64 << 20);
    for (size_t q = 0; q < heng_program_quantity_count(b->program); q++)
        heng_evaluation_each(e, q, list_value, &text);
    for (size_t i = 0; i < heng_evaluation_finding_count(e); i++) {
        const heng_finding *finding = heng_evaluation_finding(e, i);
        heng_text_print(&text, "%.*s %d %.*s\n", HENG_PRINT(finding->entity),
                        (int)finding->period.number, HENG_PRINT(finding->message));
    }
    assert_false(text.failed);
    return heng_text_view(&text);
}

static heng_str list_all(book *b, heng_crew *crew)
{
    return list_figures(b, evaluate(b, crew));
}

/* Parts from the last to the first, each in another hand. */
static void work_backwards(heng_crew *crew, heng_part *each, void *context, size_t part_count)
{
    for (size_t part = part_count; part-- > 0;) each(context, (unsigned)part % crew->hands, part);
}

static void blocks_are_the_same_facts(void **state)
{
    static book b;
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        b = (book){0};
        open_book(&b, seed);
        lay_out(&b, AS_FACTS);
        heng_str expected = list_all(&b, NULL);
        assert_true(expected.length > 1000000);
        for (way how = AS_BLOCKS; how < WAY_COUNT; how++) {
            lay_out(&b, how);
            heng_str found = list_all(&b, NULL);
            if (!heng_str_equal(found, expected)) fail_msg("seed %d, way %d", (int)seed, (int)how);
        }
        heng_arena_deinit(&b.arena);
    }
}

static void one_quality_for_all_needs_no_array(void **state)
{
    static book b;
    (void)state;
    b = (book){0};
    open_book(&b, 9);
    for (int q = 0; q < 2; q++) {
        memset(b.notation[q], HENG_VALUE, LINES);
        memset(b.quality[q], HENG_DEFAULTED, LINES);
        memset(b.evidence[q], HENG_DRAFT, LINES);
    }
    lay_out(&b, AS_FACTS);
    heng_str expected = list_all(&b, NULL);
    lay_out(&b, AS_BLOCKS);
    for (int q = 0; q < 2; q++) {
        b.blocks[q].notations = b.blocks[q].qualities = b.blocks[q].evidences = NULL;
        b.blocks[q].quality = HENG_DEFAULTED;
        b.blocks[q].evidence = HENG_DRAFT;
    }
    assert_true(heng_str_equal(list_all(&b, NULL), expected));
    heng_arena_deinit(&b.arena);
}

static void hands_change_no_bit(void **state)
{
    static book b;
    (void)state;
    b = (book){0};
    open_book(&b, 77);
    lay_out(&b, AS_BLOCKS);
    heng_str alone = list_all(&b, NULL);
    for (unsigned hands = 1; hands <= 8; hands *= 2) {
        heng_crew crew = {.hands = hands, .work = work_backwards};
        assert_true(heng_str_equal(list_all(&b, &crew), alone));
    }
    heng_arena_deinit(&b.arena);
}

/* ---- one cell -------------------------------------------------------------------------------------- */

static heng_value value_of(book *b, const heng_evaluation *e, const char *figure, heng_point *point)
{
    heng_error err = {0};
    heng_value value;
    if (heng_figure_parse(b->program, &b->world, heng_str_from(figure), &b->arena, point, &err))
        fail_msg("%s", err.message);
    if (heng_evaluation_value(e, point, &value, &err)) fail_msg("%s", err.message);
    return value;
}

static void a_cell_explains_itself(void **state)
{
    static book b;
    heng_error err;
    heng_point point;
    const heng_node *node;
    (void)state;
    for (way how = AS_BLOCKS; how <= TURNED; how++) {
        b = (book){0};
        open_book(&b, 5);
        size_t i = (3 * MONTHS + 2) * CARRIERS + 1; /* P003, 2023-06, coke */
        b.notation[0][i] = HENG_VALUE;
        b.value[0][i] = 12.5;
        b.evidence[0][i] = HENG_DRAFT;
        lay_out(&b, how);
        heng_evaluation *e = evaluate(&b, NULL);
        heng_value value = value_of(&b, e, "P003/2023-06/amount[coke]", &point);
        assert_true(value.state == HENG_STATE_KNOWN && value.number == 12.5);
        assert_int_equal(heng_explain(e, &point, 3, &b.arena, &node, &err), HENG_OK);
        assert_int_equal(node->kind, HENG_NODE_FACT);
        assert_true(heng_str_is(node->fact->text, "12.5"));
        assert_true(heng_str_is(node->fact->entity, "P003"));
        assert_true(heng_str_is(node->fact->keys[0], "coke"));
        assert_true(heng_str_is(node->fact->source, "S1"));
        assert_int_equal(node->fact->evidence, HENG_DRAFT);
        value = value_of(&b, e, "P003/2023-01/amount[coke]", &point); /* before the block */
        assert_true(value.state == HENG_STATE_UNKNOWN && value.want == 1 && value.have == 0);
        assert_int_equal(heng_explain(e, &point, 3, &b.arena, &node, &err), HENG_OK);
        assert_int_equal(node->kind, HENG_NODE_ABSENT);
        heng_arena_deinit(&b.arena);
    }
}

static void the_later_record_counts(void **state)
{
    static book b;
    heng_point point;
    (void)state;
    b = (book){0};
    open_book(&b, 6);
    size_t i = (3 * MONTHS + 2) * CARRIERS + 1;
    b.notation[0][i] = HENG_VALUE;
    for (int later = 0; later <= 2; later++) { /* the fact before, with and after the block */
        lay_out(&b, AS_BLOCKS);
        b.value[0][i] = 12.5;
        add_fact(&b, 0, i);
        b.facts[0].value = 99;
        b.facts[0].recorded = later;
        heng_value value = value_of(&b, evaluate(&b, NULL), "P003/2023-06/amount[coke]", &point);
        assert_true(value.number == (later ? 99 : 12.5));
    }
    heng_arena_deinit(&b.arena);
}

static void what_a_block_cannot_give_is_found(void **state)
{
    static book b;
    heng_point point;
    (void)state;
    b = (book){0};
    open_book(&b, 6);
    b.value[0][0] = b.value[0][2] = 7000;
    b.notation[0][0] = b.notation[0][2] = HENG_VALUE;
    lay_out(&b, AS_BLOCKS);
    b.blocks[0].unit = HENG_STR("kg"); /* fits, and is converted */
    b.carriers[1] = HENG_STR("peat");
    b.plants[1] = HENG_STR("P999");
    b.blocks[1].unit = HENG_STR("GJ");
    heng_evaluation *e = evaluate(&b, NULL);
    assert_true(value_of(&b, e, "P000/2023-04/amount[coal]", &point).number == 7);
    assert_true(value_of(&b, e, "P000/2023-04/amount[oil]", &point).number == 7);
    static const char *const expected[] = {
        "P999 is not an entity of this book. Add it, or correct the code.",
        "peat is not in the list carrier. Correct the key of the block, or add it to the list.",
        "peat is not in the list carrier. Correct the key of the block, or add it to the list.",
        "P999 is not an entity of this book. Add it, or correct the code.",
        "peat is not in the list carrier. Correct the key of the block, or add it to the list.",
        "GJ does not fit: the rules ask for t CO2/t. Correct the unit of the block."};
    assert_true(heng_evaluation_finding_count(e) >= 6); /* those of checks follow */
    for (size_t i = 0; i < 6; i++) {
        heng_str message = heng_evaluation_finding(e, i)->message;
        if (!heng_str_is(message, expected[i])) fail_msg("%.*s", HENG_PRINT(message));
    }
    heng_arena_deinit(&b.arena);
}

/* ---- what is new ----------------------------------------------------------------------------------- */

enum { ROUNDS = 6, ROWS_MAX = 40 };

static heng_table_row new_row(uint64_t *dice, int number)
{
    static const char *const carriers[] = {"coal", "coke", "oil", "gas", "wood"};
    bool missing = roll(dice) % 5 == 0;
    return (heng_table_row){.table = HENG_STR("factor"),
                            .keys = {heng_str_from(carriers[roll(dice) % CARRIERS])},
                            .key_count = 1,
                            .valid = HENG_SPAN_ALWAYS,
                            .notation = missing ? HENG_NE : HENG_VALUE,
                            .value = missing ? 0 : (double)(roll(dice) % 1000) / 300,
                            .evidence = HENG_DRAFT,
                            .recorded = 10 + number};
}

/* A few cells of the blocks, or later facts of a few cells, get another value; now and then a factor too. */
static size_t change_some(book *b, uint64_t *dice, bool in_blocks, heng_table_row *rows,
                          heng_change *changes)
{
    size_t count = roll(dice) % 9;
    for (size_t n = 0; n < count; n++) {
        int q = (int)(roll(dice) % 2);
        size_t i = roll(dice) % LINES;
        uint8_t notation = b->notation[q][i], evidence = b->evidence[q][i];
        double value = b->value[q][i];
        b->notation[q][i] = roll(dice) % 8 ? HENG_VALUE : HENG_NO;
        b->value[q][i] = b->notation[q][i] ? NAN : (double)(roll(dice) % 100000) / 70;
        b->evidence[q][i] = (uint8_t)(roll(dice) % HENG_EVIDENCE_COUNT);
        if (in_blocks) {
            changes[n] = (heng_change){(size_t)q, i};
            continue;
        }
        add_fact(b, q, i);
        b->facts[b->world.fact_count - 1].recorded = 10 + (int)b->world.fact_count;
        b->notation[q][i] = notation; /* the arrays stay as they were */
        b->value[q][i] = value;
        b->evidence[q][i] = evidence;
    }
    if (roll(dice) % 2) {
        rows[b->world.row_count] = new_row(dice, (int)b->world.row_count);
        b->world.row_count++;
    }
    return in_blocks ? count : 0;
}

static void what_is_new_gives_the_same_bytes(void **state)
{
    static book b;
    (void)state;
    size_t shortest = SIZE_MAX;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        uint64_t dice = seed;
        heng_table_row rows[ROWS_MAX];
        heng_error err = {0};
        b = (book){0};
        open_book(&b, seed);
        way how = seed % 2 ? AS_BLOCKS : seed % 4 ? CORRECTED : AS_FACTS;
        lay_out(&b, how);
        b.world.rows = rows;
        heng_crew crew = {.hands = 3, .work = work_backwards};
        heng_evaluation *e = evaluate(&b, NULL);
        for (int round = 0; round < ROUNDS; round++) {
            heng_change changes[10];
            size_t reckoned;
            size_t count = change_some(&b, &dice, how == AS_BLOCKS, rows, changes);
            if (heng_reevaluate(&crew, e, &b.world, changes, count, &e, &reckoned, &err))
                fail_msg("%s", err.message);
            if (reckoned < shortest) shortest = reckoned;
            if (!heng_str_equal(list_figures(&b, e), list_all(&b, NULL)))
                fail_msg("seed %d, round %d", (int)seed, round);
        }
        heng_arena_deinit(&b.arena);
    }
    assert_true(shortest < 1000);
}

static void only_what_stands_on_it_is_reckoned(void **state)
{
    static book b;
    size_t reckoned;
    heng_error err = {0};
    (void)state;
    b = (book){0};
    open_book(&b, 4);
    lay_out(&b, AS_BLOCKS);
    heng_evaluation *e = evaluate(&b, NULL);
    size_t i = (3 * MONTHS + 2) * CARRIERS + 2; /* P003, 2023-06, oil */
    b.notation[1][i] = HENG_VALUE;
    b.value[1][i] = 3.5;
    heng_change change = {1, i};
    assert_int_equal(heng_reevaluate(NULL, e, &b.world, &change, 1, &e, &reckoned, &err), HENG_OK);
    /* line[oil], co2, by_line, form, typical, average, plants.share, its exception and the check once each;
     * rise in that month, the next and a year later; of the cell co2_of_all, and so_far to December. */
    assert_int_equal(reckoned, 9 + 3 + 1 + 7);
    assert_int_equal(heng_reevaluate(NULL, e, &b.world, NULL, 0, &e, &reckoned, &err), HENG_OK);
    assert_int_equal(reckoned, 0);
    heng_arena_deinit(&b.arena);
}

/* What the columns have no room for is evaluated anew, and says so by how much was reckoned. */
static void another_frame_is_evaluated_anew(void **state)
{
    static book b;
    (void)state;
    for (int what = 0; what < 4; what++) {
        size_t reckoned;
        heng_error err = {0};
        b = (book){0};
        open_book(&b, 4);
        lay_out(&b, what < 2 ? AS_FACTS : AS_BLOCKS);
        heng_evaluation *e = evaluate(&b, NULL);
        if (what == 3)
            b.world.link_count--; /* a plant leaves its cell */
        else
            add_fact(&b, 0, 1);
        heng_fact *fact = &b.facts[b.world.fact_count ? b.world.fact_count - 1 : 0];
        if (what == 0) fact->entity = HENG_STR("P999");
        if (what == 1) fact->period.number += 5 * 12;
        assert_int_equal(heng_reevaluate(NULL, e, &b.world, NULL, 0, &e, &reckoned, &err), HENG_OK);
        assert_true(reckoned > 20000);
        assert_true(heng_str_equal(list_figures(&b, e), list_all(&b, NULL)));
        heng_arena_deinit(&b.arena);
    }
}

static void want_of_memory_again_is_said(void **state)
{
    static book b;
    heng_status status = HENG_NO_MEMORY;
    (void)state;
    b = (book){0};
    open_book(&b, 6);
    lay_out(&b, AS_FACTS);
    heng_crew crew = {.hands = 2, .work = work_backwards};
    uint64_t dice = 1;
    heng_table_row row = new_row(&dice, 1);
    for (size_t n = 1; status; n++) {
        heng_arena arena;
        heng_evaluation *e;
        heng_error err = {0};
        size_t reckoned;
        heng_arena_init(&arena, (size_t)1 << 28);
        b.world.rows = &row;
        b.world.row_count = 0;
        assert_int_equal(
            heng_evaluate(b.program, &b.world, (heng_period){0}, NULL, NULL, &arena, &e, &err),
            HENG_OK);
        heng_world later = b.world;
        later.row_count = 1;
        heng_arena_fail_after(n);
        status = heng_reevaluate(&crew, e, &later, NULL, 0, &e, &reckoned, &err);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(status, HENG_NO_MEMORY);
        assert_int_equal(err.status, status);
        heng_arena_deinit(&arena);
    }
    heng_arena_deinit(&b.arena);
}

static void want_of_memory_is_said(void **state)
{
    static book b;
    heng_status status = HENG_NO_MEMORY;
    (void)state;
    b = (book){0};
    open_book(&b, 6);
    lay_out(&b, TURNED);
    b.carriers[1] = HENG_STR("peat");
    b.turned[0] = HENG_STR("peat");
    heng_crew crew = {.hands = 3, .work = work_backwards};
    for (size_t n = 1; status; n += n < 40 ? 1 : 7) {
        heng_arena arena;
        heng_evaluation *e;
        heng_error err = {0};
        heng_arena_init(&arena, (size_t)1 << 28);
        heng_arena_fail_after(n);
        status = heng_evaluate_by(&crew, b.program, &b.world, (heng_period){0}, NULL, NULL, &arena,
                                  &e, &err);
        heng_arena_fail_after(0);
        if (status) assert_int_equal(status, HENG_NO_MEMORY);
        assert_int_equal(err.status, status);
        heng_arena_deinit(&arena);
    }
    heng_arena_deinit(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_the_same_facts),
        cmocka_unit_test(one_quality_for_all_needs_no_array),
        cmocka_unit_test(hands_change_no_bit),
        cmocka_unit_test(a_cell_explains_itself),
        cmocka_unit_test(the_later_record_counts),
        cmocka_unit_test(what_a_block_cannot_give_is_found),
        cmocka_unit_test(what_is_new_gives_the_same_bytes),
        cmocka_unit_test(only_what_stands_on_it_is_reckoned),
        cmocka_unit_test(another_frame_is_evaluated_anew),
        cmocka_unit_test(want_of_memory_is_said),
        cmocka_unit_test(want_of_memory_again_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
