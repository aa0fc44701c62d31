/* test/house/style_test.c: what a program can hold of STYLE.md.
 *
 * Functions of at most 70 lines, files of at most 1,000, lines of at most 100 columns (a comment may
 * be a word wider), a licence in each file, no call that the C library should never have offered, no
 * note to oneself, no path of somebody's machine. Layout relied on: a function's braces stand alone
 * in the first column.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/house/house.h"

enum {
    FUNCTION_LINES_MAX = 70,
    FILE_LINES_MAX = 1000,
    COLUMNS_MAX = 100,
    COMMENT_COLUMNS_MAX = 110
};

static void walk_code(house *h, house_visit *visit)
{
    static const char *const folders[] = {"src", "test", "tools", "bench"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) house_walk(h, folders[i], visit);
}

static void walk_text(house *h, house_visit *visit)
{
    static const char *const folders[] = {"src",   "web",   "packs", "test",
                                          "tools", "bench", "api",   "doc"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) house_walk(h, folders[i], visit);
}

static bool ends_with_any(heng_str path, const char *const *endings)
{
    for (; *endings; endings++)
        if (heng_str_ends(path, heng_str_from(*endings))) return true;
    return false;
}

static void check_functions(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str text = house_read(h, path), line, head = {"", 0};
    size_t start = 0;
    for (size_t number = 1; heng_str_cut(&text, '\n', &line); number++) {
        if (heng_str_is(line, "{")) start = number;
        if (heng_str_is(line, "}") && start) {
            size_t lines = number - start + 1;
            if (lines > FUNCTION_LINES_MAX)
                house_find(h, path, start, "a function of %zu lines, more than %d: %.*s", lines,
                           FUNCTION_LINES_MAX, HENG_PRINT(head));
            start = 0;
        }
        if (!start && line.length && line.at[0] != ' ' && line.at[0] != '{') head = line;
    }
}

static void functions_are_short(void **state)
{
    (void)state;
    house *h = house_open("function");
    walk_code(h, check_functions);
    house_close(h);
}

static void check_file(house *h, heng_str path)
{
    static const char *const endings[] = {".c", ".h", ".ts", ".sh", NULL};
    if (!ends_with_any(path, endings)) return;
    heng_str text = house_read(h, path);
    size_t lines = house_line_of(text, text.length) - 1;
    if (lines > FILE_LINES_MAX)
        house_find(h, path, lines, "%zu lines, more than %d: split it by idea", lines,
                   FILE_LINES_MAX);
}

static void files_are_short(void **state)
{
    (void)state;
    house *h = house_open("file");
    walk_code(h, check_file);
    house_walk(h, "web", check_file);
    house_close(h);
}

/* A comment is not reflowed by clang-format and may be a word wider than code. */
static void check_columns(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str text = house_read(h, path), bare = house_bare(h, text), line, code;
    for (size_t number = 1; heng_str_cut(&text, '\n', &line); number++) {
        heng_str_cut(&bare, '\n', &code);
        while (code.length && code.at[code.length - 1] == ' ') code.length--;
        size_t columns = heng_utf8_columns(heng_str_slice(line, 0, code.length));
        if (columns > COLUMNS_MAX)
            house_find(h, path, number, "%zu columns of code, more than %d", columns, COLUMNS_MAX);
        columns = heng_utf8_columns(line);
        if (columns > COMMENT_COLUMNS_MAX)
            house_find(h, path, number, "%zu columns, more than %d", columns, COMMENT_COLUMNS_MAX);
    }
}

static void lines_fit_the_page(void **state)
{
    (void)state;
    house *h = house_open("columns");
    walk_code(h, check_columns);
    house_close(h);
}

static void check_licence(house *h, heng_str path)
{
    heng_str text = house_read(h, path);
    static const char *const endings[] = {".c", ".h", ".ts", ".sh", NULL};
    bool script = heng_str_starts(text, HENG_STR("#!"));
    if (!script && !ends_with_any(path, endings)) return;
    size_t at = heng_str_find(text, HENG_STR("SPDX-License-Identifier: Apache-2.0"), 0);
    if (at == SIZE_MAX || house_line_of(text, at) > 60)
        house_find(h, path, 1, "no SPDX-License-Identifier: Apache-2.0 near its top");
}

static void files_name_their_licence(void **state)
{
    (void)state;
    house *h = house_open("licence");
    walk_code(h, check_licence);
    house_walk(h, "web", check_licence);
    house_close(h);
}

/* No bound on what they write, no word on what went wrong, or state shared by all. */
static const char *const banned_calls[] = {"strcpy", "strcat", "sprintf", "vsprintf", "gets",
                                           "strtok", "atof",   "rand",    "longjmp",  "setjmp",
                                           "system", "alloca", "tmpnam",  "mktemp"};

static void check_calls(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str bare = house_bare(h, house_read(h, path)), name;
    for (size_t at = 0; house_next_name(bare, &at, &name);)
        for (size_t i = 0; i < sizeof banned_calls / sizeof *banned_calls; i++)
            if (heng_str_is(name, banned_calls[i]) && at < bare.length && bare.at[at] == '(')
                house_find(h, path, house_line_of(bare, at), "%s() is not used here",
                           banned_calls[i]);
}

static void unsafe_calls_are_absent(void **state)
{
    (void)state;
    house *h = house_open("calls");
    walk_code(h, check_calls);
    house_close(h);
}

static bool is_this_folder(heng_str path)
{
    return heng_str_starts(path, HENG_STR("test/house/"));
}

/* A thing that is not built is absent, not promised. */
static void check_words(house *h, heng_str path)
{
    static const char *const words[] = {"TODO", "FIXME", "XXX", "HACK"};
    if (is_this_folder(path)) return;
    heng_str text = house_read(h, path), name;
    for (size_t at = 0; house_next_name(text, &at, &name);)
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (heng_str_is(name, words[i]))
                house_find(h, path, house_line_of(text, at), "%s: do it or leave it out", words[i]);
}

static void nothing_is_promised(void **state)
{
    (void)state;
    house *h = house_open("words");
    walk_text(h, check_words);
    house_close(h);
}

static void check_paths(house *h, heng_str path)
{
    static const char *const places[] = {"/home/", "/Users/", "/root/", "/work/", "C:\\Users"};
    if (is_this_folder(path)) return;
    heng_str text = house_read(h, path);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        heng_str place = heng_str_from(places[i]);
        for (size_t at = 0; (at = heng_str_find(text, place, at)) != SIZE_MAX; at += place.length)
            if (at == 0 || !house_in_name(text.at[at - 1]))
                house_find(h, path, house_line_of(text, at), "%s is a path of one machine",
                           places[i]);
    }
}

static void no_path_of_a_machine_is_left(void **state)
{
    (void)state;
    house *h = house_open("paths");
    walk_text(h, check_paths);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_short),          cmocka_unit_test(files_are_short),
        cmocka_unit_test(lines_fit_the_page),           cmocka_unit_test(files_name_their_licence),
        cmocka_unit_test(unsafe_calls_are_absent),      cmocka_unit_test(nothing_is_promised),
        cmocka_unit_test(no_path_of_a_machine_is_left),
    };
    return cmocka_run_group_tests_name("house/style", tests, NULL, NULL);
}
