/* What stands on the wire: Accept, If-None-Match, forms with a file, and tables as text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "flow/serve/call.h"
#include "flow/serve/multipart.h"

/* ---- negotiation ----------------------------------------------------------------------------- */

static void what_a_client_likes_most_is_sent(void **state)
{
    (void)state;
    static const char *const offers[] = {"application/json", "text/csv"};
    static const struct {
        const char *accept;
        size_t choice; /* SIZE_MAX: nothing is acceptable */
    } table[] = {
        {"", 0},
        {"  ", 0},
        {"*/*", 0},
        {"application/json", 0},
        {"text/csv", 1},
        {"TEXT/CSV", 1},
        {"text/*", 1},
        {"text/html, application/xhtml+xml, */*;q=0.8", 0},
        {"application/json;q=0.4, text/csv;q=0.6", 1},
        {"application/json;q=0.6, text/csv;q=0.4", 0},
        {"text/csv;q=1, */*;q=0.1", 1},
        {"application/json;q=0, */*", 1}, /* the closest range decides */
        {"text/csv; header=present; q=0.9", 1},
        {"text/csv;q=often", 1},
        {"text/html", SIZE_MAX},
        {"application/json;q=0", SIZE_MAX},
        {",,;", SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t choice = heng_serve__negotiate(heng_str_from(table[i].accept), offers, 2);
        if (choice != table[i].choice) fail_msg("Accept: %s", table[i].accept);
    }
}

static void tags_compare_weakly(void **state)
{
    (void)state;
    heng_str tag = HENG_STR("\"abc\"");
    assert_true(heng_serve__tag_matches(HENG_STR("\"abc\""), tag));
    assert_true(heng_serve__tag_matches(HENG_STR("W/\"abc\""), tag));
    assert_true(heng_serve__tag_matches(HENG_STR("\"x\" , W/\"abc\""), tag));
    assert_true(heng_serve__tag_matches(HENG_STR("*"), tag));
    assert_false(heng_serve__tag_matches(HENG_STR(""), tag));
    assert_false(heng_serve__tag_matches((heng_str){NULL, 0}, tag));
    assert_false(heng_serve__tag_matches(HENG_STR("abc"), tag));
    assert_false(heng_serve__tag_matches(HENG_STR("\"abcd\""), tag));
}

/* ---- forms ----------------------------------------------------------------------------------- */

#define FORM "multipart/form-data; boundary=xYz"

static void the_file_of_a_form_is_found(void **state)
{
    (void)state;
    heng_form_file file;
    heng_str body = HENG_STR("--xYz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
                             "hello\r\n--xYz\r\n"
                             "content-disposition: form-data; name=\"file\"; "
                             "filename=\"C:\\data\\energy.csv\"\r\nContent-Type: text/csv\r\n\r\n"
                             "a,b\r\n--xYzzy\r\n1,2\r\n\r\n--xYz--\r\n");
    assert_true(heng_serve__form_file(HENG_STR(FORM), body, &file));
    check_str(file.name, "energy.csv");
    /* A line that begins like the delimiter ends the part: RFC 2046 forbids it inside. */
    check_str(file.bytes, "a,b");
    body = HENG_STR("a preamble\r\n--xYz\r\nContent-Disposition: form-data; name=file\r\n\r\n"
                    "\r\n--xYz--");
    assert_true(
        heng_serve__form_file(HENG_STR("multipart/form-data; boundary=\"xYz\""), body, &file));
    check_str(file.name, "");
    check_str(file.bytes, "");
}

static void what_is_no_form_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
    } table[] = {
        {"multipart/form-data", "--xYz\r\n"},
        {"multipart/form-data; boundary=", "--\r\n"},
        {FORM, ""},
        {FORM, "xYz"},
        {FORM, "--xYz--\r\n"},
        {FORM, "--xYz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end"},
        {FORM, "--xYz\r\nContent-Disposition: form-data; name=\"file\"\r\n--xYz--"},
        {FORM, "--xYz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--xYz--"},
        {FORM, "--xYz\r\nX-Name: file\r\n\r\nx\r\n--xYz--"},
    };
    heng_form_file file;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (heng_serve__form_file(heng_str_from(table[i].type), heng_str_from(table[i].body),
                                  &file))
            fail_msg("%s: %s", table[i].type, table[i].body);
}

/* Every cut of a good form: refused or read, never beyond its end. */
static void a_form_may_be_cut_anywhere(void **state)
{
    (void)state;
    heng_arena arena;
    heng_form_file file;
    heng_str body = HENG_STR("--xYz\r\nContent-Disposition: form-data; name=\"file\"; "
                             "filename=\"a.csv\"\r\n\r\nentity,name\r\n--xYz--\r\n");
    heng_arena_init(&arena, 1 << 20);
    for (size_t length = 0; length < body.length; length++) {
        heng_str cut = heng_str_copy(&arena, heng_str_slice(body, 0, length));
        if (heng_serve__form_file(HENG_STR(FORM), cut, &file)) check_str(file.bytes, "entity,name");
    }
    heng_arena_deinit(&arena);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void tables_are_quoted_and_harmless(void **state)
{
    (void)state;
    heng_arena arena;
    heng_text text;
    heng_csv csv;
    heng_arena_init(&arena, 1 << 20);
    heng_text_init(&text, &arena, 1 << 16);
    heng_serve__csv_init(&csv, &text);
    heng_serve__csv_headings(&csv, "code value");
    heng_serve__csv_text(&csv, HENG_STR("浙江"));
    heng_serve__csv_number(&csv, -3.96);
    heng_serve__csv_end_row(&csv);
    heng_serve__csv_text(&csv, HENG_STR("a,\"b\"\nc"));
    heng_serve__csv_empty(&csv);
    heng_serve__csv_integer(&csv, -7);
    heng_serve__csv_end_row(&csv);
    heng_serve__csv_text(&csv, HENG_STR("=1+1"));
    heng_serve__csv_text(&csv, HENG_STR("@SUM(A1)"));
    heng_serve__csv_text(&csv, HENG_STR("-3.96"));
    heng_serve__csv_text(&csv, HENG_STR("-x"));
    heng_serve__csv_end_row(&csv);
    check_str(heng_text_view(&text), "\xEF\xBB\xBF"
                                     "code,value\r\n浙江,-3.96\r\n\"a,\"\"b\"\"\nc\",,-7\r\n"
                                     "\"'=1+1\",\"'@SUM(A1)\",-3.96,\"'-x\"\r\n");
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_client_likes_most_is_sent),
        cmocka_unit_test(tags_compare_weakly),
        cmocka_unit_test(the_file_of_a_form_is_found),
        cmocka_unit_test(what_is_no_form_is_refused),
        cmocka_unit_test(a_form_may_be_cut_anywhere),
        cmocka_unit_test(tables_are_quoted_and_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
