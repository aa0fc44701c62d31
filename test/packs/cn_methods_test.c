/* The accounting methods of the China pack: a sector is a matter of files, and no file comes without a
 * worked example that expects a value of every output that it declares.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "core/pack/pack.h"
#include "test/check.h"
#include "test/packs/pack_fixture.h"

#include <stdio.h>
#include <string.h>

static pack_fixture fixture;

static int set_up(void **state)
{
    (void)state;
    pack_open(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pack_close(&fixture);
    return 0;
}

/* The text up to a sign, which is taken off the rest; all of it where the sign is not there. */
static heng_str cut(heng_str *rest, const char *sign)
{
    size_t length = strlen(sign);
    for (size_t i = 0; i + length <= rest->length; i++) {
        if (memcmp(rest->at + i, sign, length) != 0) continue;
        heng_str head = {rest->at, i};
        *rest = (heng_str){rest->at + i + length, rest->length - i - length};
        return head;
    }
    heng_str head = *rest;
    *rest = (heng_str){NULL, 0};
    return head;
}

static heng_str trim(heng_str text)
{
    while (text.length && text.at[0] == ' ') text.at++, text.length--;
    while (text.length && text.at[text.length - 1] == ' ') text.length--;
    return text;
}

/* "co2_of" of "co2_of[coal]" and of "method.co2_of". */
static heng_str bare_name(heng_str head)
{
    heng_str name = cut(&head, "[");
    heng_str rest = name, before = cut(&rest, ".");
    return rest.at ? rest : before;
}

static bool is_value(heng_str cell)
{
    return cell.length && !heng_str_is(cell, "?") && !heng_str_is(cell, "refused");
}

/* The column of `head` right of || that is called so; SIZE_MAX when there is none. */
static size_t expected_column(heng_str head, heng_str name, size_t from)
{
    cut(&head, "||");
    for (size_t i = 0; head.at; i++) {
        heng_str cell = trim(cut(&head, "|"));
        if (i >= from && heng_str_equal(bare_name(cell), name)) return i;
    }
    return SIZE_MAX;
}

static bool row_has_value(heng_str row, size_t column)
{
    cut(&row, "||");
    for (size_t i = 0; row.at; i++) {
        heng_str cell = trim(cut(&row, "|"));
        if (i == column) return is_value(cell);
    }
    return false;
}

/* Whether some table of the examples expects a value of this name. */
static bool is_covered(heng_str cases, heng_str name)
{
    heng_str head = {NULL, 0};
    while (cases.at) {
        heng_str line = cut(&cases, "\n");
        heng_str rest = line;
        cut(&rest, "||");
        if (!rest.at) {
            head.at = NULL;
            continue;
        }
        if (!head.at) {
            head = line;
            cut(&cases, "\n"); /* the line of units */
            continue;
        }
        for (size_t i = 0; (i = expected_column(head, name, i)) != SIZE_MAX; i++)
            if (row_has_value(line, i)) return true;
    }
    return false;
}

static size_t check_outputs(const heng_file *file, size_t *missing)
{
    heng_arena *arena = &fixture.arena;
    heng_str stem = {file->name.at, file->name.length - 5};
    heng_str path = heng_str_format(arena, "%.*s.case", HENG_PRINT(stem));
    heng_str rest = file->bytes, cases = pack_file(&fixture, path.at);
    size_t outputs = 0;
    while (rest.at) {
        heng_str line = cut(&rest, "\n");
        if (!heng_str_starts(line, HENG_STR("output "))) continue;
        cut(&line, " ");
        heng_str name = bare_name(trim(cut(&line, " ")));
        outputs++;
        if (cases.at && is_covered(cases, name)) continue;
        fprintf(stderr, "%.*s: no example expects a value of %.*s\n", HENG_PRINT(path),
                HENG_PRINT(name));
        (*missing)++;
    }
    return outputs;
}

static void every_output_has_an_example(void **state)
{
    (void)state;
    size_t files = 0, outputs = 0, missing = 0;
    for (size_t i = 0; i < fixture.file_count; i++) {
        const heng_file *file = &fixture.files[i];
        if (!heng_str_starts(file->name, HENG_STR("methods/")) ||
            !heng_str_ends(file->name, HENG_STR(".heng")))
            continue;
        files++;
        outputs += check_outputs(file, &missing);
    }
    printf("# %zu files, %zu outputs\n", files, outputs);
    assert_int_equal(missing, 0);
    assert_true(files >= 12 && outputs >= 40);
}

static void an_output_without_an_example_is_found(void **state)
{
    (void)state;
    heng_str cases = HENG_STR("case \"A\"\n"
                              "firm | year | x || covered[k] | m.also | unknown\n"
                              "     |      | t || t          | t      | t\n"
                              "F1   | 2022 | 1 || 2          | 3      | ?\n");
    assert_true(is_covered(cases, HENG_STR("covered")));
    assert_true(is_covered(cases, HENG_STR("also")));
    assert_false(is_covered(cases, HENG_STR("unknown")));
    assert_false(is_covered(cases, HENG_STR("x")));
}

static void a_name_stands_in_one_folder_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < fixture.file_count; i++)
        for (size_t k = i + 1; k < fixture.file_count; k++) {
            heng_str a = heng_pack_rule_name(fixture.files[i].name);
            heng_str b = heng_pack_rule_name(fixture.files[k].name);
            if (a.at && b.at && heng_str_equal(a, b))
                fail_msg("%.*s stands in rules and in methods", HENG_PRINT(a));
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_output_has_an_example),
        cmocka_unit_test(an_output_without_an_example_is_found),
        cmocka_unit_test(a_name_stands_in_one_folder_only),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
