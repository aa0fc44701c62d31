/* SPDX-License-Identifier: Apache-2.0 */
#include "test/check.h"

static void numbers_read_back_to_the_same_double(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"},
        {0.5306, "0.5306"},
        {1, "1"},
        {-18.75, "-18.75"},
        {1e20, "100000000000000000000"},
        {1e21, "1e21"},
        {1.5e-7, "0.00000015"},
        {1e-8, "1e-8"},
        {0, "0"},
        {123456789.125, "123456789.125"},
        {5e-324, "5e-324"},
        {1.0 / 3, "0.3333333333333333"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[HENG_NUMBER_TEXT];
        heng_number_write(rows[i].value, text);
        assert_string_equal(text, rows[i].text);
        double back;
        heng_error err;
        assert_int_equal(heng_number_parse(heng_str_from(text), &back, &err), HENG_OK);
        assert_true(back == rows[i].value);
    }
}

static void what_is_not_a_number_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"",   "-",  ".",   "1e",    "1e+",   "inf", "nan", "0x10",
                                       "1 ", " 1", "1,5", "1.2.3", "1e999", "--1", "１"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = 7;
        heng_error err;
        assert_int_equal(heng_number_parse(heng_str_from(rows[i]), &value, &err), HENG_INVALID);
        assert_true(value == 7);
    }
}

static void a_plan_is_counted_as_documents_do(void **state)
{
    (void)state;
    static const struct {
        int count;
        const char *text;
    } rows[] = {{1, "一"},    {10, "十"},     {11, "十一"}, {15, "十五"},
                {20, "二十"}, {99, "九十九"}, {0, "0"},     {100, "100"}};
    heng_arena arena;
    heng_arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        heng_str text = heng_chinese_count(&arena, rows[i].count);
        assert_true(heng_str_is(text, rows[i].text));
    }
    heng_arena_deinit(&arena);
}

static void utf8_is_checked_to_the_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t valid;
    } rows[] = {{"衡", 3},
                {"a衡\xFF", 4},
                {"\xC0\x80", 0},
                {"\xED\xA0\x80", 0},
                {"\xF4\x90\x80\x80", 0},
                {"\xE8\xA1", 0},
                {"\xF0\x9F\x8C\x8D", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(heng_utf8_valid(heng_str_from(rows[i].text)), rows[i].valid);
    assert_int_equal(heng_utf8_columns(HENG_STR("a衡b")), 4);
}

static void growing_text_stops_at_its_maximum(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_text text;
    heng_text_init(&text, &arena, 10);
    heng_text_add(&text, HENG_STR("0123456789"));
    assert_false(text.failed);
    heng_text_add_char(&text, 'x');
    assert_true(text.failed);
    check_str(heng_text_view(&text), "0123456789");
    heng_arena_deinit(&arena);
}

static void a_failed_allocation_is_said_not_suffered(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_arena_fail_after(1);
    assert_null(heng_str_copy(&arena, HENG_STR("x")).at);
    heng_arena_fail_after(1);
    heng_text text;
    heng_text_init(&text, &arena, 100);
    heng_text_add(&text, HENG_STR("x"));
    assert_true(text.failed);
    heng_arena_fail_after(0);
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_to_the_same_double),
        cmocka_unit_test(what_is_not_a_number_is_refused),
        cmocka_unit_test(a_plan_is_counted_as_documents_do),
        cmocka_unit_test(utf8_is_checked_to_the_byte),
        cmocka_unit_test(growing_text_stops_at_its_maximum),
        cmocka_unit_test(a_failed_allocation_is_said_not_suffered),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
