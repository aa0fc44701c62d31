/* The sentences of test/cases/measure/verdict.case, and what happens when memory runs out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "flow/measure/verdict.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_ = 4000 };

typedef struct sentence_case {
    char name[LINE_MAX_], given[LINE_MAX_], expected[4][LINE_MAX_];
} sentence_case;

static const char *const marks[] = {"en ", "zh ", "why_en ", "why_zh "};

/* The text of "name=" in the line of what is given; underlines stand for blanks. */
static heng_str given(heng_arena *arena, const sentence_case *of, const char *name)
{
    heng_str rest = heng_str_from(of->given), piece, key;
    while (heng_str_cut(&rest, ' ', &piece)) {
        if (!heng_str_cut(&piece, '=', &key) || !heng_str_is(key, name)) continue;
        heng_str value = heng_str_copy(arena, piece);
        for (size_t i = 0; i < value.length; i++)
            if (value.at[i] == '_') ((char *)(uintptr_t)value.at)[i] = ' ';
        return value;
    }
    return (heng_str){"", 0};
}

static heng_measured number(heng_arena *arena, const sentence_case *of, const char *name)
{
    heng_str text = given(arena, of, name);
    heng_measured measured = {0};
    heng_error err;
    if (!text.length) return measured;
    assert_int_equal(heng_number_parse(text, &measured.percent, &err), HENG_OK);
    measured.known = true;
    return measured;
}

static bool yes(heng_arena *arena, const sentence_case *of, const char *name)
{
    return heng_str_is(given(arena, of, name), "yes");
}

static const char *word(heng_arena *arena, const sentence_case *of, const char *name,
                        const char *otherwise)
{
    heng_str text = given(arena, of, name);
    return text.length ? text.at : otherwise;
}

static heng_standing standing_of(heng_arena *arena, const sentence_case *of)
{
    heng_standing standing = {.place_en = given(arena, of, "place_en"),
                              .place_zh = given(arena, of, "place_zh"),
                              .subject_en = word(arena, of, "subject_en", "carbon intensity"),
                              .subject_zh = word(arena, of, "subject_zh", "碳强度"),
                              .computed = !yes(arena, of, "published"),
                              .year = (int)number(arena, of, "year").percent,
                              .plan = (int)number(arena, of, "plan").percent,
                              .plan_ends = yes(arena, of, "ends"),
                              .light = heng_light_find(given(arena, of, "light")),
                              .annual_cut = number(arena, of, "annual"),
                              .annual_official = number(arena, of, "annual_official"),
                              .plan_cut = number(arena, of, "cut"),
                              .plan_official = number(arena, of, "cut_official"),
                              .official_compounded = number(arena, of, "compounded"),
                              .due = number(arena, of, "due"),
                              .target = number(arena, of, "target"),
                              .total_has_target = yes(arena, of, "total"),
                              .worst = {.state = heng_str_is(given(arena, of, "state"), "unknown")
                                                     ? HENG_STATE_UNKNOWN
                                                     : HENG_STATE_KNOWN,
                                        .have = number(arena, of, "have").percent,
                                        .want = number(arena, of, "want").percent}};
    heng_str evidence = given(arena, of, "evidence");
    if (evidence.length) assert_true(heng_evidence_find(evidence, &standing.worst.evidence));
    return standing;
}

static void run_case(const sentence_case *of)
{
    heng_arena arena;
    heng_error err;
    heng_verdict verdict;
    heng_arena_init(&arena, 1 << 20);
    heng_standing standing = standing_of(&arena, of);
    assert_int_equal(heng_verdict_of(&standing, &arena, &verdict, &err), HENG_OK);
    check_str(verdict.sentence_en, of->expected[0]);
    check_str(verdict.sentence_zh, of->expected[1]);
    check_str(verdict.reason_en, of->expected[2]);
    check_str(verdict.reason_zh, of->expected[3]);
    assert_string_equal(heng_light_name(verdict.light), word(&arena, of, "light", "unknown"));
    heng_arena_deinit(&arena);
}

static void keep(char out[LINE_MAX_], const char *text)
{
    size_t length = strlen(text);
    assert_true(length < LINE_MAX_);
    memcpy(out, text, length + 1);
}

static void each_case(void (*run)(const sentence_case *))
{
    char path[1000], line[LINE_MAX_];
    snprintf(path, sizeof path, "%s/measure/verdict.case", getenv("HENG_CASES"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    static sentence_case of;
    int count = 0;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "case ", 5) == 0) keep(of.name, line + 5);
        if (strncmp(line, "given ", 6) == 0) keep(of.given, line + 6);
        for (int i = 0; i < 4; i++)
            if (strncmp(line, marks[i], strlen(marks[i])) == 0)
                keep(of.expected[i], line + strlen(marks[i]));
        if (strncmp(line, marks[3], strlen(marks[3])) == 0) {
            print_message("# %s\n", of.name);
            run(&of);
            count++;
        }
    }
    fclose(file);
    assert_true(count >= 14);
}

static void sentences(void **state)
{
    (void)state;
    each_case(run_case);
}

static void starve_case(const sentence_case *of)
{
    heng_arena arena;
    heng_arena_init(&arena, 1 << 20);
    heng_standing standing = standing_of(&arena, of);
    for (size_t n = 1; n < 1000; n++) {
        heng_verdict verdict = {0};
        heng_error err;
        heng_arena_mark here = heng_arena_here(&arena);
        heng_arena_fail_after(n);
        heng_status status = heng_verdict_of(&standing, &arena, &verdict, &err);
        bool failed = heng_arena_asked() >= n;
        heng_arena_fail_after(0);
        heng_arena_rewind(&arena, here);
        if (!failed) {
            assert_int_equal(status, HENG_OK);
            break;
        }
        if (status != HENG_OK) {
            assert_int_equal(status, HENG_NO_MEMORY);
            assert_null(verdict.sentence_en.at);
        }
    }
    heng_arena_deinit(&arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    each_case(starve_case);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
