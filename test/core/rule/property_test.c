/* What must hold for any figures: twice the amounts give twice the totals; the order of the book and of
 * its entities changes no bit. Worlds are made from a seed over the inventory rules of the corpus.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/rule.h"
#include "test/core/rule/world.h"

enum { WORLDS = 20, PROVINCES = 7, YEARS = 3 };

typedef struct dice {
    uint64_t state;
} dice;

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static uint64_t roll(dice *d)
{
    uint64_t z = (d->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static heng_status load_corpus(void *context, heng_str name, heng_arena *arena, heng_str *text,
                               heng_error *err)
{
    char file[200];
    (void)context;
    (void)err;
    snprintf(file, sizeof file, "%.*s.heng", HENG_PRINT(name));
    *text = test_read(arena, "rule/corpus", file);
    return HENG_OK;
}

static void open_inventory(test_world *w)
{
    heng_str name = HENG_STR("inventory");
    heng_compiled compiled;
    heng_error err;
    *w = (test_world){0};
    heng_arena_init(&w->arena, (size_t)512 << 20);
    assert_int_equal(heng_rule_compile(&name, 1, load_corpus, NULL, &w->arena, &compiled, &err),
                     HENG_OK);
    assert_non_null(compiled.program);
    w->program = compiled.program;
    w->world.entities = w->entities;
    w->world.links = w->links;
    w->world.facts = w->facts;
}

static const char *const codes[PROVINCES] = {"AH", "BJ", "HE", "NM", "SC", "XZ", "ZJ"};

static void add_random(test_world *w, dice *d, const char *code, int year, const char *name,
                       const char *key)
{
    if (roll(d) % 10 == 0) return; /* some are not recorded */
    heng_fact *fact = &w->facts[w->world.fact_count++];
    *fact = (heng_fact){.entity = heng_str_from(code),
                        .name = heng_str_from(name),
                        .period = heng_year(year),
                        .key_count = key != NULL,
                        .quality = (heng_quality)(roll(d) % HENG_QUALITY_COUNT),
                        .evidence = (heng_evidence)(roll(d) % HENG_EVIDENCE_COUNT),
                        .recorded = (int64_t)(roll(d) % 3)};
    if (key) fact->keys[0] = heng_str_from(key);
    fact->notation = roll(d) % 12 == 0 ? HENG_NO : roll(d) % 30 == 0 ? HENG_NE : HENG_VALUE;
    if (fact->notation == HENG_VALUE) fact->value = (double)(roll(d) % 1000000) / 7;
    fact->text = heng_str_format(&w->arena, "%d", (int)(roll(d) % 1000));
}

static void make_world(test_world *w, uint64_t seed)
{
    static const char *const fuels[] = {"bituminous", "coke", "diesel", "natural_gas"};
    dice d = {seed};
    open_inventory(w);
    test_entity(w, "CN", "place", "country", NULL);
    for (int p = 0; p < PROVINCES; p++) test_entity(w, codes[p], "place", "province", "CN");
    for (int year = 2021; year < 2021 + YEARS; year++)
        for (int p = 0; p < PROVINCES; p++) {
            for (int f = 0; f < 4; f++) add_random(w, &d, codes[p], year, "burned", fuels[f]);
            add_random(w, &d, codes[p], year, "burned", fuels[roll(&d) % 4]); /* a second record */
            add_random(w, &d, codes[p], year, "process_co2", NULL);
            add_random(w, &d, codes[p], year, "bought", codes[roll(&d) % PROVINCES]);
            add_random(w, &d, codes[p], year, "sold", codes[roll(&d) % PROVINCES]);
        }
    assert_true(w->world.fact_count <= TEST_FACTS_MAX);
}

typedef struct listing {
    heng_text text;
    size_t known;
    double factor;
} listing;

static bool list_value(void *context, const heng_point *point, const heng_value *value)
{
    listing *l = context;
    char when[HENG_PERIOD_TEXT];
    heng_period_write(point->period, when);
    l->known += value->state == HENG_STATE_KNOWN;
    heng_text_print(&l->text, "%zu %.*s %s %d %a %a %a %a %d %a %a %a\n", point->quantity,
                    HENG_PRINT(point->entity), when, (int)value->state, value->number / l->factor,
                    value->at_least / l->factor, value->have, value->want, (int)value->evidence,
                    (double)value->quality[0], (double)value->quality[1],
                    (double)value->quality[2]);
    return true;
}

/* Every figure with all its bits, divided by a power of two. */
static heng_str list_all(test_world *w, double factor, size_t *known)
{
    listing l = {.factor = factor};
    heng_text_init(&l.text, &w->arena, 1 << 22);
    test_evaluate(w);
    for (size_t i = 0; i < heng_program_quantity_count(w->program); i++) {
        heng_quantity_info info;
        heng_program_quantity(w->program, i, &info);
        if (info.kind == HENG_QUANTITY_OUTPUT)
            heng_evaluation_each(w->evaluation, i, list_value, &l);
    }
    assert_false(l.text.failed);
    *known = l.known;
    return heng_text_view(&l.text);
}

static void twice_the_amounts_give_twice_the_totals(void **state)
{
    (void)state;
    size_t known_in_all = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        test_world w;
        size_t known;
        make_world(&w, seed);
        heng_str before = list_all(&w, 1, &known);
        for (size_t i = 0; i < w.world.fact_count; i++) w.facts[i].value *= 2;
        heng_str after = list_all(&w, 2, &known);
        assert_true(heng_str_equal(before, after));
        known_in_all += known;
        test_close(&w);
    }
    assert_true(known_in_all > 200);
}

static void swap_facts(heng_fact *facts, size_t i, size_t j)
{
    heng_fact spare = facts[i];
    facts[i] = facts[j];
    facts[j] = spare;
}

static void the_order_of_the_book_changes_no_bit(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        test_world w;
        size_t known;
        dice d = {seed + 1000};
        make_world(&w, seed);
        heng_str before = list_all(&w, 1, &known);
        for (size_t i = w.world.fact_count; i > 1; i--) swap_facts(w.facts, i - 1, roll(&d) % i);
        assert_true(heng_str_equal(before, list_all(&w, 1, &known)));
        for (size_t i = w.world.entity_count; i > 1; i--) {
            size_t j = roll(&d) % i;
            heng_entity spare = w.entities[i - 1];
            w.entities[i - 1] = w.entities[j];
            w.entities[j] = spare;
        }
        for (size_t i = w.world.link_count; i > 1; i--) {
            size_t j = roll(&d) % i;
            heng_link spare = w.links[i - 1];
            w.links[i - 1] = w.links[j];
            w.links[j] = spare;
        }
        assert_true(heng_str_equal(before, list_all(&w, 1, &known)));
        test_close(&w);
    }
}

/* The value of each node of an explanation is the value of its figure. */
static void check_nodes(test_world *w, const heng_node *node)
{
    if (node->kind == HENG_NODE_RULE || node->kind == HENG_NODE_FACT) {
        char figure[200];
        snprintf(figure, sizeof figure, "%.*s", HENG_PRINT(node->figure));
        heng_value value = test_value(w, figure);
        assert_int_equal(value.state, node->value.state);
        check_number(value.number, node->value.number, 0);
    }
    for (size_t i = 0; i < node->child_count; i++) check_nodes(w, node->children[i]);
}

static void explanations_agree_with_the_evaluation(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        test_world w;
        make_world(&w, seed);
        test_evaluate(&w);
        const heng_node *node;
        heng_error err;
        heng_point point = test_point(&w, "CN/2022/co2");
        assert_int_equal(heng_explain(w.evaluation, &point, 9, &w.arena, &node, &err), HENG_OK);
        assert_int_equal(node->child_count, PROVINCES + 1);
        check_nodes(&w, node);
        test_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_the_amounts_give_twice_the_totals),
        cmocka_unit_test(the_order_of_the_book_changes_no_bit),
        cmocka_unit_test(explanations_agree_with_the_evaluation),
    };
    return cmocka_run_group_tests_name("core/rule/property", tests, NULL, NULL);
}
