/* UDUNITS-2 as a second opinion: random quotients of units that both know must convert alike.
 *
 * UDUNITS computes in double, so factors are compared to 12 digits. Without the library the test is
 * skipped and says so. Bases of Heng's own (tce, Nm3, a, person, money) are unknown to it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/check.h"

#include "core/unit/unit.h"

#ifdef HENG_HAVE_UDUNITS
#include <math.h>
#include <stdio.h>
#include <udunits2.h>

/* The symbol here, and the same unit in the language of UDUNITS. */
static const struct {
    const char *heng;
    const char *udunits;
} known[] = {
    {"1", "1"},         {"%", "%"},
    {"t", "tonne"},     {"kg", "kg"},
    {"g", "g"},         {"mg", "mg"},
    {"kt", "Gg"},       {"Mt", "Tg"},
    {"Gt", "Pg"},       {"J", "J"},
    {"kJ", "kJ"},       {"MJ", "MJ"},
    {"GJ", "GJ"},       {"TJ", "TJ"},
    {"PJ", "PJ"},       {"EJ", "EJ"},
    {"Wh", "W.hour"},   {"kWh", "kW.hour"},
    {"MWh", "MW.hour"}, {"GWh", "GW.hour"},
    {"TWh", "TW.hour"}, {"kcal", "1000 IT_calorie"},
    {"W", "W"},         {"kW", "kW"},
    {"MW", "MW"},       {"GW", "GW"},
    {"m3", "m3"},       {"L", "litre"},
    {"m", "m"},         {"km", "km"},
    {"m2", "m2"},       {"km2", "km2"},
    {"hm2", "hm2"},     {"ha", "hectare"},
    {"s", "s"},         {"min", "minute"},
    {"h", "hour"},      {"d", "day"},
    {"K", "K"},         {"A", "A"},
    {"Pa", "Pa"},       {"kPa", "kPa"},
    {"MPa", "MPa"},
};
enum { KNOWN = sizeof known / sizeof *known };

static uint64_t seed = 1;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static size_t random_below(size_t limit)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (size_t)((z ^ z >> 31) % limit);
}

/* UDUNITS also converts a unit into its reciprocal, which is no conversion here. */
static bool converts_there(ut_unit *left, ut_unit *right)
{
    if (!ut_are_convertible(left, right)) return false;
    cv_converter *converter = ut_get_converter(left, right);
    assert_non_null(converter);
    double once = cv_convert_double(converter, 1), twice = cv_convert_double(converter, 2);
    cv_free(converter);
    return twice > once;
}

/* Both sides' verdict on one pair: the factor, or that there is none. Returns 1 where both convert. */
static int compare(ut_system *oracle, heng_unit_system *units, const char *const heng[2],
                   const char *const udunits[2])
{
    heng_unit from, to;
    heng_ratio factor;
    heng_error err;
    if (heng_unit_parse(units, heng_str_from(heng[0]), &from, &err)) return 0;
    if (heng_unit_parse(units, heng_str_from(heng[1]), &to, &err)) return 0;
    ut_unit *left = ut_parse(oracle, udunits[0], UT_UTF8);
    ut_unit *right = ut_parse(oracle, udunits[1], UT_UTF8);
    if (!left || !right) fail_msg("UDUNITS does not read %s or %s", udunits[0], udunits[1]);
    bool converts = heng_unit_converts(&from, &to);
    if (converts != converts_there(left, right))
        fail_msg("%s into %s: one side converts", heng[0], heng[1]);
    int compared = 0;
    if (converts && heng_unit_factor_between(&from, &to, &factor, &err) == HENG_OK) {
        cv_converter *converter = ut_get_converter(left, right);
        assert_non_null(converter);
        double expected = cv_convert_double(converter, 1), found = heng_ratio_value(factor);
        if (fabs(found / expected - 1) > 1e-12)
            fail_msg("%s into %s: %.17g here, %.17g there", heng[0], heng[1], found, expected);
        cv_free(converter);
        compared = 1;
    }
    ut_free(left);
    ut_free(right);
    return compared;
}

static void units_agree_with_udunits(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 64 << 20);
    heng_unit_system *units;
    heng_error err;
    assert_int_equal(heng_unit_system_open(&arena, &units, &err), HENG_OK);
    ut_set_error_message_handler(ut_ignore);
    ut_system *oracle = ut_read_xml(NULL);
    assert_non_null(oracle);
    int compared = 0;
    for (size_t i = 0; i < KNOWN; i++)
        for (size_t j = 0; j < KNOWN; j++)
            compared += compare(oracle, units, (const char *[]){known[i].heng, known[j].heng},
                                (const char *[]){known[i].udunits, known[j].udunits});
    for (int n = 0; n < 60000; n++) {
        char heng[2][64], udunits[2][96];
        for (int side = 0; side < 2; side++) {
            size_t a = random_below(KNOWN), b = random_below(KNOWN);
            bool divide = random_below(2);
            snprintf(heng[side], sizeof heng[side], "%s%c%s", known[a].heng, divide ? '/' : '*',
                     known[b].heng);
            snprintf(udunits[side], sizeof udunits[side], "(%s)%c(%s)", known[a].udunits,
                     divide ? '/' : '.', known[b].udunits);
        }
        compared += compare(oracle, units, (const char *[]){heng[0], heng[1]},
                            (const char *[]){udunits[0], udunits[1]});
    }
    print_message("# %d factors compared\n", compared);
    assert_true(compared > 1000);
    ut_free_system(oracle);
    heng_arena_deinit(&arena);
}

#else

static void units_agree_with_udunits(void **state)
{
    (void)state;
    print_message("# skipped: libudunits2 was not found when this was built\n");
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_agree_with_udunits),
    };
    return cmocka_run_group_tests_name("core/unit/udunits", tests, NULL, NULL);
}
