/* Texts with one word wrong: every worked example, its rules and every refusal, with one word at a time
 * left out, repeated, or put in the place of another, and one line at a time left out or repeated. What
 * comes of it is a program or a list of faults, never both and never neither; each fault lies in the
 * text and has a remedy, and they are told in the order of the text.
 *
 * Which words are tried is drawn with a fixed seed: the same in every run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "test/core/rule/support.h"

enum {
    TEXTS_MAX = 200,
    WORDS_MAX = 20000,
    RULES_TRIED = 200,
    REFUSALS_TRIED = 50,
    CASES_TRIED = 25
};

static heng_arena texts;
static struct {
    const char *folder;
    heng_str name, text;
} files[TEXTS_MAX];
static size_t file_count, faults, programs;
static heng_str twisted; /* stands for the file under trial */
static size_t under_trial = SIZE_MAX;
static uint64_t dice = 20260101;

static size_t throw_dice(size_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % sides);
}

static void keep(const char *folder, const char *name)
{
    assert_true(file_count < TEXTS_MAX);
    files[file_count].folder = folder;
    files[file_count].name = heng_str_copy(&texts, heng_str_from(name));
    files[file_count++].text = test_read(&texts, folder, name);
}

static void keep_record(const test_record *record, heng_arena *arena)
{
    (void)arena;
    assert_true(file_count < TEXTS_MAX);
    files[file_count].folder = "rule";
    files[file_count].name = HENG_STR("x.heng");
    files[file_count++].text = heng_str_copy(&texts, record->input);
}

static int read_all(void **state)
{
    (void)state;
    heng_arena_init(&texts, (size_t)64 << 20);
    static const char *const folders[] = {"rule/corpus", "rule/engine"};
    static const char *const endings[] = {".heng", ".case", ".csv"};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++) (void)test_each_file(folders[i], endings[j], keep);
    (void)test_each_record("rule", "refusal.txt", keep_record);
    keep("rule", "words.heng");
    return 0;
}

static int forget_all(void **state)
{
    (void)state;
    heng_arena_deinit(&texts);
    return 0;
}

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)arena;
    for (size_t i = 0; i < file_count; i++) {
        heng_str stem = files[i].name;
        if (heng_str_ends(stem, HENG_STR(".heng"))) stem.length -= 5;
        if (files[i].folder != (const char *)context || !heng_str_equal(stem, name)) continue;
        if (heng_str_is(name, "x") && i != under_trial) continue;
        *text = i == under_trial ? twisted : files[i].text;
        return HENG_OK;
    }
    return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
}

/* ---- twisting --------------------------------------------------------------------------------------- */

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t words_of(heng_str text, heng_str *words)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length && count < WORDS_MAX;) {
        size_t from = i++;
        if (text.at[from] == ' ' || text.at[from] == '\n') continue;
        while (in_word(text.at[from]) && i < text.length && in_word(text.at[i])) i++;
        words[count++] = heng_str_slice(text, from, i);
    }
    return count;
}

static heng_str line_of(heng_str text, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && text.at[from - 1] != '\n') from--;
    while (to < text.length && text.at[to] != '\n') to++;
    return heng_str_slice(text, from, to < text.length ? to + 1 : to);
}

/* `from` of the text gives way to `to`. */
static heng_str replace(heng_arena *arena, heng_str text, heng_str from, heng_str to)
{
    size_t at = (size_t)(from.at - text.at);
    return heng_str_format(arena, "%.*s%.*s%.*s", (int)at, text.at, HENG_PRINT(to),
                           (int)(text.length - at - from.length), from.at + from.length);
}

static heng_str twist(heng_arena *arena, heng_str text)
{
    static heng_str words[WORDS_MAX];
    static const char *const others[] = {
        "",     "nothing", "1 t",      "yes",         "missing", "year",
        "10^9", "2020",    "@country", "province",    "/ 0",     "month",
        "coal", "[coal]",  "(",        "10 CNY_2015", "1e400",   "-1"};
    size_t count = words_of(text, words);
    if (!count) return text;
    heng_str word = words[throw_dice(count)], other = words[throw_dice(count)];
    size_t way = throw_dice(10);
    if (way == 0)
        return replace(arena, text, line_of(text, (size_t)(word.at - text.at)), (heng_str){0});
    if (way == 1) {
        heng_str line = line_of(text, (size_t)(word.at - text.at));
        return replace(arena, text, (heng_str){line.at, 0}, line);
    }
    if (way == 2) return replace(arena, text, (heng_str){word.at, 0}, other);
    if (way < 6) return replace(arena, text, word, other);
    return replace(arena, text, word,
                   heng_str_from(others[throw_dice(sizeof others / sizeof *others)]));
}

/* ---- what comes of it ------------------------------------------------------------------------------- */

static void check_faults(const heng_diagnostics *list, const heng_rule_file *rule_files,
                         size_t count, bool sorted)
{
    for (size_t i = 0; i < list->count; i++) {
        const heng_diagnostic *d = &list->items[i];
        assert_true(d->message.length > 0 && d->remedy.length > 0);
        assert_true(d->at.file < count && d->at.offset <= rule_files[d->at.file].text.length);
        const heng_diagnostic *before = i ? d - 1 : d;
        if (sorted && before->at.file == d->at.file) assert_true(before->at.offset <= d->at.offset);
    }
    faults += list->count;
}

static void compile_one(size_t i)
{
    heng_arena arena;
    heng_compiled compiled;
    heng_error err = {0};
    heng_str name = files[i].name;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    name.length -= 5;
    twisted = twist(&arena, files[i].text);
    if (heng_rule_compile(&name, 1, load, (void *)(uintptr_t)files[i].folder, &arena, &compiled,
                          &err) != HENG_OK)
        fail_msg("%s\n%.*s", err.message, HENG_PRINT(twisted));
    assert_true(!compiled.program == (compiled.diagnostics.found > 0));
    programs += compiled.program != NULL;
    check_faults(&compiled.diagnostics, compiled.files, compiled.file_count, true);
    heng_arena_deinit(&arena);
}

static void rules_compile_or_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        if (!heng_str_ends(files[i].name, HENG_STR(".heng"))) continue;
        bool refusal = heng_str_equal(files[i].name, HENG_STR("x.heng"));
        under_trial = i;
        for (size_t n = refusal ? REFUSALS_TRIED : RULES_TRIED; n > 0; n--) compile_one(i);
    }
    under_trial = SIZE_MAX;
    print_message("# %zu programs, %zu faults\n", programs, faults);
    assert_true(programs > 100 && faults > 1000);
}

/* A case with a word wrong, or its rules. */
static void run_one(size_t i, bool rules)
{
    heng_arena arena;
    heng_case_report report;
    heng_error err = {0};
    heng_str text = files[i].text;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    if (!rules)
        text = twist(&arena, text);
    else
        twisted = twist(&arena, files[under_trial].text);
    if (heng_case_run(files[i].name, text, load, (void *)(uintptr_t)files[i].folder, &arena,
                      &report, &err) != HENG_OK)
        fail_msg("%s\n%.*s", err.message, HENG_PRINT(text));
    assert_true((report.failed_count > 0) == (report.diagnostics.found > 0));
    check_faults(&report.diagnostics, report.files, report.file_count, false);
    heng_arena_deinit(&arena);
}

static void examples_run_or_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        if (!heng_str_ends(files[i].name, HENG_STR(".case"))) continue;
        for (size_t n = 0; n < CASES_TRIED; n++) run_one(i, false);
        for (size_t j = 0; j < file_count; j++)
            if (files[j].folder == files[i].folder &&
                files[j].name.length == files[i].name.length &&
                !memcmp(files[j].name.at, files[i].name.at, files[i].name.length - 5) &&
                heng_str_ends(files[j].name, HENG_STR(".heng")))
                under_trial = j;
        for (size_t n = 0; n < CASES_TRIED && under_trial != SIZE_MAX; n++) run_one(i, true);
        under_trial = SIZE_MAX;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_compile_or_are_refused),
        cmocka_unit_test(examples_run_or_are_refused),
    };
    return cmocka_run_group_tests_name("core/rule/twisted", tests, read_all, forget_all);
}
