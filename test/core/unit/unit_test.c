/* SPDX-License-Identifier: Apache-2.0 */
#include "test/check.h"

#include "core/unit/unit.h"

static void units_of_the_methods_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *in;
        int64_t numerator, denominator;
    } rows[] = {
        {"MWh", "GJ", 36, 10},           {"kgce/kWh", "tce/MWh", 1, 1},
        {"t CO2/GJ", "kg CO2/MJ", 1, 1}, {"万吨二氧化碳", "10^4 t CO2", 1, 1},
        {"亿元", "10^4 CNY", 10000, 1},  {"min/d", "1", 1, 1440},
    };
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_unit_system *system;
    heng_error err;
    assert_int_equal(heng_unit_system_open(&arena, &system, &err), HENG_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_unit from, to;
        heng_ratio factor;
        assert_int_equal(heng_unit_parse(system, heng_str_from(rows[i].text), &from, &err), 0);
        assert_int_equal(heng_unit_parse(system, heng_str_from(rows[i].in), &to, &err), 0);
        assert_int_equal(heng_unit_factor_between(&from, &to, &factor, &err), HENG_OK);
        assert_true(factor.numerator * rows[i].denominator ==
                    factor.denominator * rows[i].numerator);
    }
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_of_the_methods_parse),
    };
    return cmocka_run_group_tests_name("core/unit/unit", tests, NULL, NULL);
}
