/* The text tables of test/cases/unit, laws that hold for any units, limits, and failing allocations.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/flow/case_table.h"

#include "base/limits.h"
#include "core/unit/unit.h"

static heng_arena arena;
static heng_unit_system *units;

static int open_units(void **state)
{
    (void)state;
    static const char *const added[] = {"gas", "pfc", "unit(fuel)", "unit(control)", "CO2e_GWP20"};
    heng_error err;
    heng_arena_init(&arena, 64 << 20);
    assert_int_equal(heng_unit_system_open(&arena, &units, &err), HENG_OK);
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        uint16_t base;
        assert_int_equal(heng_unit_add_base(units, heng_str_from(added[i]), &base, &err), HENG_OK);
    }
    return 0;
}

static int close_units(void **state)
{
    (void)state;
    heng_arena_deinit(&arena);
    return 0;
}

static heng_unit parsed(heng_str text)
{
    heng_unit unit;
    heng_error err;
    if (heng_unit_parse(units, text, &unit, &err))
        fail_msg("%.*s: %s", HENG_PRINT(text), err.message);
    return unit;
}

static heng_unit unit_of(const char *text)
{
    return parsed(heng_str_from(text));
}

static void check_holds(const char *message, heng_str part)
{
    if (heng_str_find(heng_str_from(message), part, 0) == SIZE_MAX)
        fail_msg("\"%s\" does not hold \"%.*s\"", message, HENG_PRINT(part));
}

/* "n" or "n/d", not necessarily in lowest terms. */
static void check_ratio(heng_ratio found, heng_str expected)
{
    heng_str numerator, denominator = HENG_STR("1");
    int64_t n, d;
    heng_error err;
    heng_str_cut(&expected, '/', &numerator);
    heng_str_cut(&expected, '/', &denominator);
    assert_int_equal(heng_integer_parse(numerator, &n, &err), HENG_OK);
    assert_int_equal(heng_integer_parse(denominator, &d, &err), HENG_OK);
    if ((__int128)found.numerator * d != (__int128)found.denominator * n)
        fail_msg("%lld/%lld is not %lld/%lld", (long long)found.numerator,
                 (long long)found.denominator, (long long)n, (long long)d);
}

static void check_convert(const case_row *row)
{
    heng_unit from = parsed(row->fields[1]), to = parsed(row->fields[2]);
    heng_ratio factor;
    heng_error err;
    assert_true(heng_unit_converts(&from, &to));
    assert_int_equal(heng_unit_factor_between(&from, &to, &factor, &err), HENG_OK);
    check_ratio(factor, row->fields[3]);
}

static void units_convert_exactly(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "convert.case", check_convert) > 100);
}

static void check_refused(const case_row *row, heng_status status)
{
    heng_unit unit = unit_of("kWh"), before = unit;
    heng_error err;
    int64_t where;
    assert_int_equal(heng_unit_parse(units, row->fields[1], &unit, &err), status);
    assert_int_equal(err.status, status);
    assert_int_equal(heng_integer_parse(row->fields[2], &where, &err), HENG_OK);
    heng_unit_parse(units, row->fields[1], &unit, &err);
    assert_int_equal(err.where, where);
    check_holds(err.message, row->fields[3]);
    assert_true(heng_unit_equal(&unit, &before));
}

static void check_invalid(const case_row *row)
{
    check_refused(row, HENG_INVALID);
}

static void check_too_large(const case_row *row)
{
    check_refused(row, HENG_TOO_LARGE);
}

static void what_is_no_unit_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "refuse.case", check_invalid) > 40);
    assert_true(case_run(&arena, "unit", "too_large.case", check_too_large) > 5);
}

static void check_written(const case_row *row)
{
    heng_unit unit = parsed(row->fields[1]);
    heng_str text;
    heng_error err;
    assert_int_equal(heng_unit_write(units, &unit, &arena, &text, &err), HENG_OK);
    assert_true(row->fields[2].length < 200 && row->fields[3].length < 200);
    char expected[256];
    snprintf(expected, sizeof expected, "%.*s", HENG_PRINT(row->fields[2]));
    check_str(text, expected);
    assert_int_equal(heng_unit_describe(units, &unit, &arena, &text, &err), HENG_OK);
    snprintf(expected, sizeof expected, "%.*s", HENG_PRINT(row->fields[3]));
    check_str(text, expected);
}

static void units_are_written_and_put_into_words(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "write.case", check_written) > 40);
}

static void check_recast(const case_row *row)
{
    heng_unit from = parsed(row->fields[1]), to = parsed(row->fields[2]);
    heng_ratio factor = {7, 7};
    heng_error err;
    heng_status status = heng_unit_recast(units, &from, &to, &factor, &err);
    if (row->fields[3].at[0] >= '0' && row->fields[3].at[0] <= '9') {
        assert_int_equal(status, HENG_OK);
        check_ratio(factor, row->fields[3]);
        return;
    }
    assert_int_equal(status, HENG_REFUSED);
    check_holds(err.message, row->fields[3]);
    assert_true(factor.numerator == 7 && factor.denominator == 7);
}

static void as_crosses_definitions_and_nothing_else(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "recast.case", check_recast) > 20);
    heng_unit from = unit_of("tce^2"), to = unit_of("GJ^2");
    heng_ratio factor;
    heng_error err;
    assert_int_equal(heng_unit_recast(units, &from, &to, &factor, &err), HENG_TOO_LARGE);
    from = unit_of("10^18 tce");
    to = unit_of("J");
    assert_int_equal(heng_unit_recast(units, &from, &to, &factor, &err), HENG_TOO_LARGE);
}

static void check_mismatch(const case_row *row)
{
    heng_unit from = parsed(row->fields[1]), to = parsed(row->fields[2]);
    heng_error err;
    assert_false(heng_unit_converts(&from, &to));
    assert_int_equal(heng_unit_refuse(units, row->fields[1], &from, row->fields[2], &to, 7, &err),
                     HENG_REFUSED);
    assert_int_equal(err.where, 7);
    check_holds(err.message, row->fields[3]);
    heng_str none = {NULL, 0};
    assert_int_equal(heng_unit_refuse(units, none, &from, none, &to, 0, &err), HENG_REFUSED);
    heng_ratio factor;
    assert_int_equal(heng_unit_factor_between(&from, &to, &factor, &err), HENG_REFUSED);
    check_holds(err.message, HENG_STR(" does not convert into "));
}

static void mixed_up_things_are_refused_in_words(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "mismatch.case", check_mismatch) > 15);
}

static void check_value(const case_row *row)
{
    heng_ratio ratio;
    double expected;
    heng_error err;
    assert_int_equal(heng_integer_parse(row->fields[0], &ratio.numerator, &err), HENG_OK);
    assert_int_equal(heng_integer_parse(row->fields[1], &ratio.denominator, &err), HENG_OK);
    assert_int_equal(heng_number_parse(row->fields[2], &expected, &err), HENG_OK);
    assert_true(heng_ratio_value(ratio) == expected);
}

static void a_ratio_gives_the_nearest_double(void **state)
{
    (void)state;
    assert_true(case_run(&arena, "unit", "ratio.case", check_value) > 50);
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same units in every run. */
static uint64_t seed = 20260701;

static size_t random_below(size_t limit)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (size_t)((z ^ z >> 31) % limit);
}

static heng_unit random_unit(void)
{
    static const char *const extra[] = {"t CO2",      "kg CH4",       "m3 CH4", "CNY_2015",
                                        "unit(fuel)", "t CO2e_AR5",   "kg gas", "10^4 t C",
                                        "USD_2020",   "10^4 Nm3 N2O", "pfc",    "t CO2e_GWP20"};
    size_t count = 0;
    heng_unit_entry entry;
    while (heng_unit_entry_at(count, &entry)) count++;
    size_t pick = random_below(count + sizeof extra / sizeof *extra);
    if (pick >= count) return unit_of(extra[pick - count]);
    assert_true(heng_unit_entry_at(pick, &entry));
    return entry.unit;
}

static bool random_product(heng_unit *out)
{
    heng_error err;
    *out = random_unit();
    for (size_t n = random_below(4); n > 0; n--) {
        heng_unit next = random_unit();
        heng_status status = random_below(2) ? heng_unit_multiply(out, &next, out, &err)
                                             : heng_unit_divide(out, &next, out, &err);
        if (status) return false;
    }
    return true;
}

static void canonical_text_reads_back(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < 20000; i++) {
        heng_unit unit, back;
        heng_str text, words;
        heng_error err;
        heng_arena_mark mark = heng_arena_here(&arena);
        if (!random_product(&unit)) continue;
        assert_int_equal(heng_unit_write(units, &unit, &arena, &text, &err), HENG_OK);
        assert_int_equal(heng_unit_describe(units, &unit, &arena, &words, &err), HENG_OK);
        assert_true(words.length > 0);
        if (!heng_unit_is_number(&unit)) {
            size_t blank = heng_str_find(text, HENG_STR(" "), 0);
            bool scaled = unit.scale.numerator != unit.scale.denominator;
            if (scaled) text = heng_str_slice(text, blank + 1, text.length);
            back = parsed(text);
            assert_true(heng_unit_converts(&unit, &back));
            assert_true(back.scale.numerator == 1 && back.scale.denominator == 1);
            tried++;
        }
        heng_arena_rewind(&arena, mark);
    }
    assert_true(tried > 10000);
}

static void products_do_not_depend_on_grouping(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < 20000; i++) {
        heng_unit a = random_unit(), b = random_unit(), c = random_unit(), ab, bc, left, right;
        heng_error err;
        if (heng_unit_multiply(&a, &b, &ab, &err)) continue;
        if (heng_unit_multiply(&b, &c, &bc, &err)) continue;
        if (heng_unit_multiply(&ab, &c, &left, &err)) continue;
        if (heng_unit_multiply(&a, &bc, &right, &err)) continue;
        assert_true(heng_unit_equal(&left, &right));
        assert_int_equal(heng_unit_multiply(&b, &a, &right, &err), HENG_OK);
        assert_true(heng_unit_equal(&ab, &right));
        assert_int_equal(heng_unit_divide(&ab, &b, &right, &err), HENG_OK);
        assert_true(heng_unit_equal(&a, &right));
        assert_int_equal(heng_unit_divide(&a, &a, &right, &err), HENG_OK);
        heng_unit one = heng_unit_one();
        assert_true(heng_unit_equal(&right, &one));
        tried++;
    }
    assert_true(tried > 10000);
}

static void conversion_there_and_back_is_one(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; i < 40000; i++) {
        heng_unit a = random_unit(), b = random_unit(), c = random_unit();
        heng_ratio there, back, further, whole;
        heng_error err;
        if (heng_unit_factor_between(&a, &b, &there, &err)) continue;
        if (heng_unit_factor_between(&b, &a, &back, &err)) continue;
        assert_true(there.numerator == back.denominator && there.denominator == back.numerator);
        if (heng_unit_factor_between(&b, &c, &further, &err)) continue;
        if (heng_unit_factor_between(&a, &c, &whole, &err)) continue;
        assert_true(there.denominator > 0 && whole.denominator > 0);
        /* there * further == whole, cross-multiplied; skipped where 128 bits do not hold it */
        __int128 left, right;
        if (__builtin_mul_overflow((__int128)there.numerator * further.numerator,
                                   (__int128)whole.denominator, &left) ||
            __builtin_mul_overflow((__int128)there.denominator * further.denominator,
                                   (__int128)whole.numerator, &right))
            continue;
        assert_true(left == right);
        tried++;
    }
    assert_true(tried > 50);
}

static void powers_are_repeated_products(void **state)
{
    (void)state;
    heng_unit km = unit_of("km"), power, product = heng_unit_one();
    heng_error err;
    for (int n = 0; n <= 6; n++) {
        assert_int_equal(heng_unit_power(&km, n, &power, &err), HENG_OK);
        assert_true(heng_unit_equal(&power, &product));
        assert_int_equal(heng_unit_power(&km, -n, &power, &err), HENG_OK);
        assert_int_equal(heng_unit_multiply(&power, &product, &power, &err), HENG_OK);
        assert_true(heng_unit_is_number(&power));
        if (n < 6) assert_int_equal(heng_unit_multiply(&product, &km, &product, &err), HENG_OK);
    }
    power = km;
    assert_int_equal(heng_unit_power(&km, 7, &power, &err), HENG_TOO_LARGE);
    assert_int_equal(heng_unit_power(&km, -7, &power, &err), HENG_TOO_LARGE);
    assert_int_equal(heng_unit_power(&km, 100, &power, &err), HENG_TOO_LARGE);
    assert_int_equal(heng_unit_power(&km, -100, &power, &err), HENG_TOO_LARGE);
    assert_true(heng_unit_equal(&power, &km));
}

static void equal_units_have_equal_scale_and_bases(void **state)
{
    (void)state;
    heng_unit t = unit_of("t"), kg = unit_of("kg"), g = unit_of("g"), m = unit_of("m");
    heng_unit square = unit_of("kg^2"), co2 = unit_of("t CO2");
    assert_true(heng_unit_equal(&t, &t));
    assert_false(heng_unit_equal(&t, &kg));
    assert_false(heng_unit_equal(&kg, &g));
    assert_false(heng_unit_equal(&kg, &m));
    assert_false(heng_unit_converts(&kg, &square));
    assert_false(heng_unit_converts(&kg, &co2));
    heng_unit percent = unit_of("%"), one = heng_unit_one();
    assert_true(heng_unit_is_number(&percent));
    assert_false(heng_unit_equal(&percent, &one));
    assert_true(heng_unit_converts(&percent, &one));
}

static void the_table_is_complete_and_reads_back(void **state)
{
    (void)state;
    heng_unit_entry entry;
    size_t count = 0;
    for (; heng_unit_entry_at(count, &entry); count++) {
        heng_unit unit = unit_of(entry.symbol);
        assert_true(heng_unit_equal(&unit, &entry.unit));
        assert_true(entry.description[0] && entry.source[0]);
        for (size_t i = 0; i + 1 < entry.unit.factor_count; i++)
            assert_true(entry.unit.factors[i].base < entry.unit.factors[i + 1].base);
    }
    assert_true(count > 60);
}

static void the_manual_has_every_unit_of_the_table(void **state)
{
    (void)state;
    heng_str page = case_file(&arena, "../../doc/manual", "units.md");
    heng_unit_entry entry;
    for (size_t i = 0; heng_unit_entry_at(i, &entry); i++) {
        heng_str bases;
        heng_error err;
        assert_int_equal(heng_unit_write(units, &entry.unit, &arena, &bases, &err), HENG_OK);
        heng_str row = heng_str_format(&arena, "\n| `%s` | %s | %.*s |\n", entry.symbol,
                                       entry.description, HENG_PRINT(bases));
        check_holds(page.at, row);
    }
}

static void what_does_not_fit_is_too_large(void **state)
{
    (void)state;
    heng_unit large = unit_of("10^15 t"), small = unit_of("mg");
    heng_ratio factor;
    heng_error err;
    assert_int_equal(heng_unit_factor_between(&large, &small, &factor, &err), HENG_TOO_LARGE);
    assert_int_equal(heng_unit_factor_between(&small, &large, &factor, &err), HENG_TOO_LARGE);
}

static void names_become_bases_once(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",       "2x",       "_x", "a-b", "MWh", "t",      "tCO2", "d",   "unit()", "unit(2)",
        "(fuel)", "unit(a)b", "吨", "a b", "x(",  "unit(a", "a{b",  "a[b", "{"};
    uint16_t first, again;
    heng_error err;
    heng_unit unit, expected;
    assert_int_equal(heng_unit_add_base(units, HENG_STR("clinker_2"), &first, &err), HENG_OK);
    assert_int_equal(heng_unit_add_base(units, HENG_STR("clinker_2"), &again, &err), HENG_OK);
    assert_int_equal(first, again);
    unit = unit_of("kg clinker_2/kg");
    expected = heng_unit_of_base(first);
    assert_true(heng_unit_equal(&unit, &expected));
    assert_int_equal(heng_unit_add_base(units, HENG_STR("CO2"), &again, &err), HENG_OK);
    unit = unit_of("kg CO2/kg");
    expected = heng_unit_of_base(again);
    assert_true(heng_unit_equal(&unit, &expected));
    assert_int_equal(heng_unit_add_base(units, HENG_STR("kg"), &again, &err), HENG_OK);
    assert_int_equal(again, 0);
    assert_int_equal(heng_unit_add_base(units, HENG_STR("CNY_2011"), &again, &err), HENG_OK);
    unit = unit_of("CNY_2011");
    expected = heng_unit_of_base(again);
    assert_true(heng_unit_equal(&unit, &expected));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(heng_unit_add_base(units, heng_str_from(refused[i]), &again, &err),
                         HENG_INVALID);
    char name[HENG_NAME_MAX + 2];
    memset(name, 'x', sizeof name);
    assert_int_equal(heng_unit_add_base(units, (heng_str){name, HENG_NAME_MAX + 1}, &again, &err),
                     HENG_TOO_LARGE);
    assert_int_equal(heng_unit_add_base(units, (heng_str){name, HENG_NAME_MAX}, &again, &err),
                     HENG_OK);
    assert_int_equal(heng_unit_add_base(units, (heng_str){NULL, 0}, &again, &err), HENG_INVALID);
    /* The long name is near to nothing. */
    assert_int_equal(heng_unit_parse(units, HENG_STR("xxx"), &unit, &err), HENG_INVALID);
    check_holds(err.message, HENG_STR("is not a known unit. Remedy"));
}

static void bases_have_a_maximum(void **state)
{
    (void)state;
    heng_unit_system *many;
    heng_error err;
    assert_int_equal(heng_unit_system_open(&arena, &many, &err), HENG_OK);
    heng_status status = HENG_OK;
    int added = 0;
    for (; !status && added <= HENG_UNIT_BASES_MAX; added++) {
        char name[32];
        uint16_t base;
        snprintf(name, sizeof name, "member_%d", added);
        status = heng_unit_add_base(many, heng_str_from(name), &base, &err);
    }
    assert_int_equal(status, HENG_TOO_LARGE);
    assert_true(added > 4000);
    heng_unit unit;
    assert_int_equal(heng_unit_parse(many, HENG_STR("CNY_2015"), &unit, &err), HENG_TOO_LARGE);
}

/* Twelve bases of the rules, each to `power`: as large as a unit can be. */
static heng_unit widest(heng_unit_system *system, size_t name_length, int power)
{
    heng_unit unit = heng_unit_one();
    heng_error err;
    for (char c = 'a'; c < 'a' + HENG_UNIT_FACTORS_MAX; c++) {
        char name[HENG_NAME_MAX];
        uint16_t base;
        memset(name, c, sizeof name);
        assert_int_equal(heng_unit_add_base(system, (heng_str){name, name_length}, &base, &err),
                         HENG_OK);
        heng_unit next = heng_unit_of_base(base);
        assert_int_equal(heng_unit_power(&next, power, &next, &err), HENG_OK);
        assert_int_equal(heng_unit_multiply(&unit, &next, &unit, &err), HENG_OK);
    }
    return unit;
}

static void the_widest_units_are_written_or_refused(void **state)
{
    (void)state;
    heng_error err;
    heng_str text;
    heng_unit wide = widest(units, HENG_NAME_MAX, 99), thin = widest(units, 5, -99), co2, other;
    assert_int_equal(heng_unit_write(units, &wide, &arena, &text, &err), HENG_OK);
    assert_int_equal(heng_unit_describe(units, &thin, &arena, &text, &err), HENG_OK);
    assert_true(heng_str_starts(text, HENG_STR("1/aaaaa^99/bbbbb^99")));
    assert_int_equal(heng_unit_refuse(units, HENG_STR("a"), &wide, HENG_STR("b"), &thin, 0, &err),
                     HENG_REFUSED);
    /* 99 powers of a long substance, each behind its kilogram, are more than a line. */
    uint16_t base;
    char name[HENG_NAME_MAX];
    memset(name, 'z', sizeof name);
    assert_int_equal(heng_unit_add_base(units, (heng_str){name, sizeof name}, &base, &err), 0);
    heng_unit kg = heng_unit_of_base(0), substance = heng_unit_of_base(base);
    assert_int_equal(heng_unit_multiply(&kg, &substance, &substance, &err), HENG_OK);
    assert_int_equal(heng_unit_power(&substance, 99, &substance, &err), HENG_OK);
    assert_int_equal(heng_unit_write(units, &substance, &arena, &text, &err), HENG_TOO_LARGE);
    assert_int_equal(heng_unit_describe(units, &substance, &arena, &text, &err), HENG_TOO_LARGE);
    /* No room for the kilogram that would carry the second power of CO2. */
    co2 = unit_of("(kg CO2/kg)^2*m*s*K*A*tce*Nm3*a*person*household*vehicle*head/Nm3");
    assert_int_equal(heng_unit_write(units, &co2, &arena, &text, &err), HENG_OK);
    other = unit_of("(kg CO2/kg)^2*m*s*K*A*tce*piece*a*person*household*vehicle*head");
    assert_int_equal(heng_unit_write(units, &other, &arena, &text, &err), HENG_OK);
    check_str(text, "m*s*K*A*tce*a*person*household*vehicle*head*piece*CO2^2");
}

static void a_price_year_needs_its_system(void **state)
{
    (void)state;
    heng_unit from = unit_of("CNY_2015"), to = unit_of("kWh");
    heng_ratio factor;
    heng_error err;
    assert_int_equal(heng_unit_factor_between(&from, &to, &factor, &err), HENG_REFUSED);
    assert_string_equal(err.message, "a unit or year of prices of the rules does not convert into "
                                     "electricity or heat");
}

/* Texts near to units: whatever they are, they are read or refused, and what is read can be written. */
static void spoilt_texts_do_no_harm(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "t CO2/10^4 CNY_2015", "kgce/(kW·h)", "kg pfc*d/t/min",  "GJ/unit(fuel)^2",
        "万吨二氧化碳/万元",   "((m)^2)^-3",  "10^18 t CO2e_AR5"};
    static const char marks[] = "()*/^10 t_C\xE4\xB8\x87%-\0";
    for (size_t i = 0; i < 50000; i++) {
        char bytes[64];
        heng_arena scratch;
        heng_arena_init(&scratch, 1 << 16);
        heng_str text = heng_str_from(texts[random_below(sizeof texts / sizeof *texts)]), written;
        memcpy(bytes, text.at, text.length);
        for (size_t n = 1 + random_below(4); n > 0; n--)
            bytes[random_below(text.length)] = marks[random_below(sizeof marks - 1)];
        text = (heng_str){bytes, random_below(text.length + 1)};
        heng_unit unit;
        heng_error err = {.where = SIZE_MAX};
        if (heng_unit_parse(units, text, &unit, &err))
            assert_true(err.where <= text.length && err.message[0]);
        else
            assert_int_equal(heng_unit_write(units, &unit, &scratch, &written, &err), HENG_OK);
        heng_arena_deinit(&scratch);
    }
}

/* Everything that allocates, in turn, on a system of its own. */
static heng_status use_memory(heng_arena *memory, heng_error *err)
{
    heng_unit_system *system;
    heng_unit unit;
    heng_str text;
    uint16_t base;
    heng_status status = heng_unit_system_open(memory, &system, err);
    for (char c = 'a'; !status && c <= 'z'; c++)
        status = heng_unit_add_base(system, (heng_str){(char[]){c, c, c}, 3}, &base, err);
    if (!status) status = heng_unit_parse(system, HENG_STR("t CO2/CNY_2015"), &unit, err);
    if (!status) status = heng_unit_write(system, &unit, memory, &text, err);
    if (!status) status = heng_unit_describe(system, &unit, memory, &text, err);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    heng_error err;
    heng_arena memory;
    size_t failed = 0;
    for (;;) {
        heng_arena_init(&memory, 1 << 20);
        heng_arena_fail_after(failed + 1);
        heng_status status = use_memory(&memory, &err);
        heng_arena_fail_after(0);
        heng_arena_deinit(&memory);
        if (!status) break;
        assert_int_equal(status, HENG_NO_MEMORY);
        failed++;
    }
    assert_true(failed > 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_convert_exactly),
        cmocka_unit_test(what_is_no_unit_is_refused_with_its_place),
        cmocka_unit_test(units_are_written_and_put_into_words),
        cmocka_unit_test(as_crosses_definitions_and_nothing_else),
        cmocka_unit_test(mixed_up_things_are_refused_in_words),
        cmocka_unit_test(a_ratio_gives_the_nearest_double),
        cmocka_unit_test(canonical_text_reads_back),
        cmocka_unit_test(products_do_not_depend_on_grouping),
        cmocka_unit_test(conversion_there_and_back_is_one),
        cmocka_unit_test(powers_are_repeated_products),
        cmocka_unit_test(equal_units_have_equal_scale_and_bases),
        cmocka_unit_test(the_table_is_complete_and_reads_back),
        cmocka_unit_test(the_manual_has_every_unit_of_the_table),
        cmocka_unit_test(what_does_not_fit_is_too_large),
        cmocka_unit_test(names_become_bases_once),
        cmocka_unit_test(bases_have_a_maximum),
        cmocka_unit_test(the_widest_units_are_written_or_refused),
        cmocka_unit_test(a_price_year_needs_its_system),
        cmocka_unit_test(spoilt_texts_do_no_harm),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("core/unit/unit", tests, open_units, close_units);
}
