/* Strict publication: which figures are refused, which values are named, each once, and with what remedy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/measure/strict.h"
#include "test/core/rule/world.h"

static const char rules[] = "kind place \"Place\" levels country > province\n"
                            "list part \"Parts\" = first, second\n"
                            "method sound \"Sound\"\n"
                            "  source \"A text that was read\"\n"
                            "  status seen S1\n"
                            "  valid 2019 ..\n"
                            "  for province by year\n"
                            "input parts[part] : t \"Parts\"\n"
                            "table factor[part] : kg/t \"Factor\"\n"
                            "  part   | value | status        | source\n"
                            "  first  | 2     | seen          | S2\n"
                            "  second | 3     | recalled high | S3\n"
                            "output mass[part] : kg \"Weight\" = parts[part] * factor[part]\n"
                            "output whole : kg \"All\" = sum(mass[part] over part)\n"
                            "output counted : t \"Parts\" = parts[first]\n"
                            "method guess \"From memory\"\n"
                            "  source \"A text that nobody read\"\n"
                            "  status recalled medium\n"
                            "  valid 2019 ..\n"
                            "  for province by year\n"
                            "input whole : kg \"All\"\n"
                            "output half : kg \"Half\" = whole / 2\n"
                            "method later \"Not in force\"\n"
                            "  source \"A consultation\"\n"
                            "  status draft S4\n"
                            "  valid 2019 ..\n"
                            "  for province by year\n"
                            "input counted : t \"Parts\"\n"
                            "output twice : t \"Twice\" = 2 * counted\n";

static void open(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "AH", "place", "province", "CN");
    test_fact(w, "ZJ/2020/parts[first]", "4");
    test_fact(w, "ZJ/2020/parts[second]", "6");
    test_fact(w, "AH/2020/parts[first]", "5");
    for (size_t i = 0; i < w->world.fact_count; i++) w->facts[i].evidence = HENG_SEEN;
    w->facts[2].evidence = HENG_EXAMPLE;
    test_evaluate(w);
}

typedef struct looking {
    test_world w;
    heng_arena scratch;
    heng_strict *strict;
} looking;

static void begin(looking *l)
{
    heng_error err;
    open(&l->w);
    heng_arena_init(&l->scratch, (size_t)64 << 20);
    assert_int_equal(heng_strict_begin(l->w.program, &l->w.world, l->w.evaluation, &l->w.arena,
                                       &l->scratch, &l->strict, &err),
                     HENG_OK);
}

static void end(looking *l)
{
    heng_arena_deinit(&l->scratch);
    test_close(&l->w);
}

static bool refuses(looking *l, const char *figure)
{
    bool refused;
    heng_error err = {0};
    heng_point point = test_point(&l->w, figure);
    if (heng_strict_look(l->strict, &point, &refused, &err)) fail_msg("%s", err.message);
    return refused;
}

static const heng_doubt *doubt(const looking *l, size_t index)
{
    assert_true(index < heng_strict_count(l->strict));
    return heng_strict_doubt(l->strict, index);
}

static void what_is_seen_throughout_is_taken(void **state)
{
    (void)state;
    looking l;
    begin(&l);
    assert_false(refuses(&l, "ZJ/2020/counted"));
    assert_false(refuses(&l, "ZJ/2020/mass[first]"));
    assert_false(refuses(&l, "AH/2020/whole")); /* unknown, so not published anyhow */
    assert_int_equal(heng_strict_count(l.strict), 0);
    end(&l);
}

static void a_row_is_named_once_however_many_figures_stand_on_it(void **state)
{
    (void)state;
    looking l;
    begin(&l);
    assert_true(refuses(&l, "ZJ/2020/whole"));
    assert_true(refuses(&l, "ZJ/2020/mass[second]"));
    assert_int_equal(heng_strict_count(l.strict), 1);
    const heng_doubt *row = doubt(&l, 0);
    assert_int_equal(row->kind, HENG_DOUBT_ROW);
    check_str(row->name, "sound.factor[second]");
    check_str(row->shown, "3 kg/t");
    check_str(row->source, "S3");
    check_str(row->below, "ZJ/2020/whole");
    assert_int_equal(row->evidence, HENG_RECALLED_HIGH);
    assert_int_equal(row->line, 12);
    assert_non_null(strstr(row->remedy_en, "compare the row"));
    assert_false(heng_strict_cut(l.strict));
    end(&l);
}

static void a_method_from_memory_and_one_not_in_force_are_named(void **state)
{
    (void)state;
    looking l;
    begin(&l);
    assert_true(refuses(&l, "ZJ/2020/half"));
    assert_int_equal(heng_strict_count(l.strict), 2); /* the method, and the row below it */
    check_str(doubt(&l, 0)->name, "guess");
    check_str(doubt(&l, 0)->shown, "From memory");
    assert_int_equal(doubt(&l, 0)->kind, HENG_DOUBT_METHOD);
    assert_true(refuses(&l, "ZJ/2020/twice"));
    check_str(doubt(&l, 2)->name, "later");
    assert_int_equal(doubt(&l, 2)->evidence, HENG_DRAFT);
    assert_non_null(strstr(doubt(&l, 2)->remedy_en, "in force"));
    end(&l);
}

static void an_invented_fact_is_named_by_its_address(void **state)
{
    (void)state;
    looking l;
    begin(&l);
    assert_true(refuses(&l, "AH/2020/counted"));
    assert_true(refuses(&l, "AH/2020/mass[first]"));
    assert_int_equal(heng_strict_count(l.strict), 1);
    check_str(doubt(&l, 0)->name, "AH/2020/parts[first]");
    assert_int_equal(doubt(&l, 0)->kind, HENG_DOUBT_FACT);
    assert_int_equal(doubt(&l, 0)->evidence, HENG_EXAMPLE);
    end(&l);
}

static void running_out_of_memory_is_said(void **state)
{
    (void)state;
    looking l;
    begin(&l);
    heng_point point = test_point(&l.w, "ZJ/2020/half");
    heng_status status = HENG_NO_MEMORY;
    bool refused;
    for (size_t n = 1; status == HENG_NO_MEMORY && n < 10000; n++) {
        heng_arena_mark mark = heng_arena_here(&l.w.arena);
        heng_arena_fail_after(n);
        heng_error err;
        heng_strict *strict;
        status = heng_strict_begin(l.w.program, &l.w.world, l.w.evaluation, &l.w.arena, &l.scratch,
                                   &strict, &err);
        if (!status) status = heng_strict_look(strict, &point, &refused, &err);
        heng_arena_fail_after(0);
        heng_arena_rewind(&l.w.arena, mark);
    }
    assert_int_equal(status, HENG_OK);
    end(&l);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_seen_throughout_is_taken),
        cmocka_unit_test(a_row_is_named_once_however_many_figures_stand_on_it),
        cmocka_unit_test(a_method_from_memory_and_one_not_in_force_are_named),
        cmocka_unit_test(an_invented_fact_is_named_by_its_address),
        cmocka_unit_test(running_out_of_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
