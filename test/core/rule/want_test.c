/* Want of memory over whole files: every worked example and every refusal is compiled, run, explained,
 * derived, replayed, brought up to date and written as SQL, and one allocation after another fails on
 * the way. Each time the status says so; nothing is passed over in silence.
 *
 * All allocations of a short way fail in turn. Of a long one (a thousand and more) the first do, then a
 * fixed number at even distances, from another place for each file, so that many files together meet
 * the same statements at all their places.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/case.h"
#include "core/rule/derive.h"
#include "core/rule/sql.h"
#include "test/core/rule/world.h"

enum { TEXTS_MAX = 100, POINTS_MAX = 6, LINES_MAX = 400 };

/* Texts are read once, apart: a loader that fails is not what is tried here. */
static heng_arena texts;
static struct {
    const char *folder;
    heng_str name, text;
} files[TEXTS_MAX];
static size_t file_count;
static size_t tried;

static void keep(const char *folder, const char *name)
{
    assert_true(file_count < TEXTS_MAX);
    files[file_count].folder = folder;
    files[file_count].name = heng_str_copy(&texts, heng_str_from(name));
    files[file_count++].text = test_read(&texts, folder, name);
}

static int read_all(void **state)
{
    (void)state;
    heng_arena_init(&texts, (size_t)64 << 20);
    static const char *const folders[] = {"rule/corpus", "rule/engine"};
    static const char *const endings[] = {".heng", ".case", ".csv"};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++) (void)test_each_file(folders[i], endings[j], keep);
    return 0;
}

static int forget_all(void **state)
{
    (void)state;
    heng_arena_deinit(&texts);
    return 0;
}

/* The file of a folder that a `use` or a table names. */
static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)arena;
    for (size_t i = 0; i < file_count; i++) {
        heng_str stem = files[i].name;
        if (heng_str_ends(stem, HENG_STR(".heng"))) stem.length -= 5;
        if (files[i].folder != (const char *)context || !heng_str_equal(stem, name)) continue;
        *text = files[i].text;
        return HENG_OK;
    }
    return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
}

typedef heng_status attempt(void *context, heng_arena *arena, heng_error *err);

/* One attempt with the n-th allocation failing; how many were asked for. */
static size_t fail_once(attempt *what, void *context, size_t n, const char *name)
{
    heng_arena arena;
    heng_error err = {0};
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_arena_fail_after(n);
    heng_status status = what(context, &arena, &err);
    size_t asked = heng_arena_asked();
    heng_arena_fail_after(0);
    heng_arena_deinit(&arena);
    heng_status wanted = asked >= n ? HENG_NO_MEMORY : HENG_OK;
    if (status != wanted)
        fail_msg("%s: allocation %zu of %zu: status %d", name, n, asked, (int)status);
    assert_int_equal(err.status, status);
    tried++;
    return asked;
}

static void fail_in_turn(attempt *what, void *context, size_t first, size_t sampled,
                         const char *name)
{
    static size_t turn;
    size_t all = fail_once(what, context, SIZE_MAX, name);
    for (size_t n = 1; n <= all && n <= first; n++) (void)fail_once(what, context, n, name);
    if (all <= first) return;
    size_t step = (all - first) / sampled + 1;
    for (size_t n = first + 1 + turn++ % step; n <= all; n += step)
        (void)fail_once(what, context, n, name);
}

/* ---- compiling -------------------------------------------------------------------------------------- */

typedef struct compiling {
    const char *folder;
    heng_str name;
} compiling;

static heng_status compile(void *context, heng_arena *arena, heng_error *err)
{
    compiling *c = context;
    heng_compiled compiled;
    return heng_rule_compile(&c->name, 1, load, (void *)(uintptr_t)c->folder, arena, &compiled,
                             err);
}

static void compiling_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        compiling c = {files[i].folder, files[i].name};
        if (!heng_str_ends(c.name, HENG_STR(".heng"))) continue;
        c.name.length -= 5;
        fail_in_turn(compile, &c, 60, 250, c.name.at);
    }
}

static heng_status load_record(void *context, heng_str name, heng_arena *arena, heng_str *text,
                               heng_error *err)
{
    static heng_str words;
    (void)arena;
    if (!words.at) words = test_read(&texts, "rule", "words.heng");
    if (heng_str_is(name, "words")) {
        *text = words;
    } else if (heng_str_is(name, "x")) {
        *text = *(heng_str *)context;
    } else if (heng_str_is(name, "land@2026.1")) {
        *text = HENG_STR("use a\n");
    } else if (heng_str_is(name, "land/a")) {
        *text = HENG_STR("list stuff \"Stuff\" = wood, peat\n");
    } else {
        return heng_fail(err, HENG_NOT_FOUND, 0, "no such file");
    }
    return HENG_OK;
}

static heng_status compile_record(void *context, heng_arena *arena, heng_error *err)
{
    heng_str name = HENG_STR("x");
    heng_compiled compiled;
    return heng_rule_compile(&name, 1, load_record, context, arena, &compiled, err);
}

static void refuse(const test_record *record, heng_arena *arena)
{
    (void)arena;
    heng_str text = record->input;
    char title[80];
    snprintf(title, sizeof title, "%.*s", HENG_PRINT(record->title));
    fail_in_turn(compile_record, &text, 0, 60, title);
}

static void refusing_says_so(void **state)
{
    (void)state;
    assert_true(test_each_record("rule", "refusal.txt", refuse) > 40);
}

/* ---- running and answering -------------------------------------------------------------------------- */

typedef struct running {
    const char *folder;
    heng_str name, text;
} running;

static heng_status run(void *context, heng_arena *arena, heng_error *err)
{
    running *r = context;
    heng_case_report report;
    return heng_case_run(r->name, r->text, load, (void *)(uintptr_t)r->folder, arena, &report, err);
}

static void running_examples_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        running r = {files[i].folder, files[i].name, files[i].text};
        if (!heng_str_ends(r.name, HENG_STR(".case"))) continue;
        fail_in_turn(run, &r, 0, 60, r.name.at);
    }
}

typedef struct answering {
    const heng_program *program;
    const heng_world *world;
    const heng_evaluation *evaluation;
    const heng_point *point;
    heng_sql_dialect dialect;
} answering;

static heng_status evaluate(void *context, heng_arena *arena, heng_error *err)
{
    answering *a = context;
    heng_evaluation *evaluation;
    return heng_evaluate(a->program, a->world, (heng_period){0}, NULL, NULL, arena, &evaluation,
                         err);
}

static heng_status explain(void *context, heng_arena *arena, heng_error *err)
{
    answering *a = context;
    const heng_node *node;
    heng_str text;
    heng_point parsed;
    heng_status status = heng_explain(a->evaluation, a->point, 9, arena, &node, err);
    if (!status) status = heng_figure_write(a->program, a->point, arena, &text, err);
    if (status) return status;
    return heng_figure_parse(a->program, heng_evaluation_world(a->evaluation), text, arena, &parsed,
                             err);
}

static heng_status derive(void *context, heng_arena *arena, heng_error *err)
{
    answering *a = context;
    heng_derivation derivation;
    heng_replayer *replayer;
    heng_outcome got;
    static heng_outcome before[LINES_MAX];
    heng_status status = heng_derive(a->evaluation, a->point, arena, &derivation, err);
    if (!status) status = heng_replayer_open(arena, &replayer, err);
    for (size_t i = 0; !status && i < derivation.line_count && i < LINES_MAX; i++) {
        before[i] = derivation.lines[i].result;
        status = heng_replay(replayer, &derivation.lines[i], before, &got, err);
        if (!status) assert_true(heng_outcome_same(&got, &before[i]));
    }
    return status;
}

static heng_status write_sql(void *context, heng_arena *arena, heng_error *err)
{
    answering *a = context;
    heng_sql_world *rows;
    heng_sql_shape shape;
    heng_sql sql;
    heng_status status =
        heng_sql_world_open(a->program, a->world, (heng_period){0}, arena, &rows, err);
    if (status || !heng_sql_world_shape(rows, &shape)) return status;
    return heng_rule_sql(a->program, a->dialect, &shape, arena, &sql, err);
}

static bool take_point(void *context, const heng_point *point, const heng_value *value)
{
    (void)value;
    *(heng_point *)context = *point;
    return false;
}

static heng_status answer(void *context, heng_str title, const heng_program *program,
                          const heng_world *world, const heng_evaluation *evaluation,
                          heng_error *err)
{
    static size_t turn;
    size_t *cases = context;
    (void)title;
    (void)err;
    answering a = {.program = program, .world = world, .evaluation = evaluation};
    if ((*cases)++ > 2) return HENG_OK;
    fail_in_turn(evaluate, &a, 0, 60, "evaluate");
    size_t count = heng_program_quantity_count(program), points = 0;
    for (size_t i = 0; i < count && points < POINTS_MAX; i++) {
        heng_point point = {.quantity = SIZE_MAX};
        heng_evaluation_each(evaluation, count - 1 - i, take_point, &point);
        if (point.quantity == SIZE_MAX) continue;
        a.point = &point;
        fail_in_turn(explain, &a, 0, 40, "explain");
        fail_in_turn(derive, &a, 0, 40, "derive");
        points++;
    }
    if (*cases > 1) return HENG_OK;
    a.dialect = (heng_sql_dialect)(turn++ % HENG_SQL_DIALECT_COUNT);
    heng_arena arena;
    heng_error refused = {0};
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_status status = write_sql(&a, &arena, &refused);
    heng_arena_deinit(&arena);
    if (!status) fail_in_turn(write_sql, &a, 0, 40, "sql");
    return HENG_OK;
}

static void answering_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        heng_arena arena;
        heng_case_report report;
        heng_error err = {0};
        size_t cases = 0;
        if (!heng_str_ends(files[i].name, HENG_STR(".case"))) continue;
        heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
        assert_int_equal(heng_case_each(files[i].name, files[i].text, load,
                                        (void *)(uintptr_t)files[i].folder, answer, &cases, &arena,
                                        &report, &err),
                         HENG_OK);
        heng_arena_deinit(&arena);
    }
    print_message("# %zu attempts\n", tried);
}

/* ---- what only looked like it ----------------------------------------------------------------------- */

/* A finding has room for the longest cell of a spreadsheet. */
static void a_long_word_is_a_finding(void **state)
{
    (void)state;
    static char word[HENG_CELL_TEXT_MAX + 1];
    test_world w;
    test_open(&w, "kind firm \"Firm\"\n"
                  "list state \"State\" = open, shut\n"
                  "method m \"M\" for firm by year status seen\n"
                  "input seen_as : one of state \"Seen as\"\n"
                  "output as_seen : one of state \"As seen\" = seen_as\n");
    memset(word, 'x', sizeof word - 1);
    test_entity(&w, "F1", "firm", "firm", NULL);
    test_fact(&w, "F1/2020/seen_as", word);
    test_evaluate(&w);
    assert_int_equal(heng_evaluation_finding_count(w.evaluation), 1);
    assert_true(heng_str_ends(heng_evaluation_finding(w.evaluation, 0)->message,
                              HENG_STR("x is not in the list state. Correct the fact, or add the "
                                       "word to the list.")));
    test_close(&w);
}

static heng_status load_with_table(void *context, heng_str name, heng_arena *arena, heng_str *text,
                                   heng_error *err)
{
    (void)context;
    (void)arena;
    (void)err;
    *text = heng_str_is(name, "x") ? HENG_STR("list fuel \"Fuels\" = coal, gas, peat\n"
                                              "table heat[fuel] : GJ/t \"Heat\" from \"x.csv\"\n"
                                              "  status seen\n")
                                   : HENG_STR("\xEF\xBB\xBF"
                                              "fuel,value,source\n"
                                              "\n"
                                              "coal,1\n"
                                              "gas,\"2\",\"the \"\"book\"\"\",more\n"
                                              "peat,3,\"an open quote");
    return HENG_OK;
}

/* A byte order mark, an empty line, a short and a long one, and a quote that the end of the file ends. */
static void a_table_of_another_hand_is_read(void **state)
{
    (void)state;
    heng_arena arena;
    heng_compiled compiled;
    heng_error err = {0};
    heng_str name = HENG_STR("x");
    heng_arena_init(&arena, (size_t)16 << 20);
    assert_int_equal(heng_rule_compile(&name, 1, load_with_table, NULL, &arena, &compiled, &err),
                     HENG_OK);
    if (!compiled.program)
        fail_msg("%.*s",
                 HENG_PRINT(show_diagnostics(&arena, &compiled.diagnostics, compiled.files)));
    static const char *const sources[] = {"", "the \"book\"", "an open quote"};
    assert_int_equal(heng_program_row_count(compiled.program), 3);
    for (size_t i = 0; i < 3; i++) {
        heng_table_row row;
        heng_program_row(compiled.program, i, &row);
        assert_true(row.value == (double)(i + 1));
        check_str(row.source, sources[i]);
    }
    heng_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compiling_says_so),
        cmocka_unit_test(refusing_says_so),
        cmocka_unit_test(running_examples_says_so),
        cmocka_unit_test(answering_says_so),
        cmocka_unit_test(a_long_word_is_a_finding),
        cmocka_unit_test(a_table_of_another_hand_is_read),
    };
    return cmocka_run_group_tests_name("core/rule/want", tests, read_all, forget_all);
}
