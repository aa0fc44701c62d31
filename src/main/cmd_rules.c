/* main/cmd_rules.c: heng rules check | format | test | sql. For whoever writes rules.
 *
 * Files are named by path. What a file uses is looked for beside it, then in ../rules and ../methods; tables
 * that it takes from a CSV file are looked for beside it and in ../data, as packs lay them out. Another
 * pack that a file uses is looked for beside the pack of that file, and among the packs built in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/ast.h"
#include "core/rule/case.h"
#include "core/rule/rule.h"
#include "core/rule/sql.h"
#include "host/files/files.h"
#include "main/command.h"
#include "main/session.h"

enum { OTHER_PACKS_MAX = 8 };

typedef struct rule_folder {
    heng_str path; /* with its last slash; empty for the current folder */
    heng_pack others[OTHER_PACKS_MAX];
    size_t other_count;
} rule_folder;

static heng_str folder_of(heng_str path)
{
    while (path.length && path.at[path.length - 1] != '/') path.length--;
    return path;
}

/* The pack of that name; NULL with HENG_OK where there is none. */
static heng_status find_pack(rule_folder *folder, heng_str name, heng_arena *arena,
                             const heng_pack **out, heng_error *err)
{
    *out = NULL;
    for (size_t i = 0; i < folder->other_count; i++)
        if (heng_str_equal(folder->others[i].name, name)) *out = &folder->others[i];
    if (*out || folder->other_count == OTHER_PACKS_MAX) return HENG_OK;
    heng_pack *pack = &folder->others[folder->other_count];
    heng_str path =
        heng_str_format(arena, "%.*s../../%.*s", HENG_PRINT(folder->path), HENG_PRINT(name));
    if (!path.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a folder name");
    heng_status status = heng_pack_from_folder(path.at, arena, pack, err);
    if (status == HENG_NOT_FOUND) status = heng_pack_built_in(arena, pack, err);
    if (status || !heng_str_equal(pack->name, name)) return status;
    folder->other_count++;
    *out = pack;
    return HENG_OK;
}

/* "cn@2026.11": which files that pack has. */
static heng_status list_other(rule_folder *folder, heng_str name, heng_str version,
                              heng_arena *arena, heng_str *text, heng_error *err)
{
    const heng_pack *pack;
    heng_status status = find_pack(folder, name, arena, &pack, err);
    if (status) return status;
    if (!pack)
        return heng_fail(err, HENG_NOT_FOUND, 0, "the pack %.*s %.*s is not here", HENG_PRINT(name),
                         HENG_PRINT(version));
    if (!heng_str_equal(pack->version, version))
        return heng_fail(err, HENG_REFUSED, 0, "the pack %.*s is here as %.*s, not as %.*s",
                         HENG_PRINT(name), HENG_PRINT(pack->version), HENG_PRINT(version));
    return heng_pack_uses(pack, name, arena, text, err);
}

/* "cn/common": a file of another pack. */
static heng_status load_other(rule_folder *folder, heng_str name, heng_str file, heng_arena *arena,
                              heng_str *text, heng_error *err)
{
    const heng_pack *pack;
    heng_status status = find_pack(folder, name, arena, &pack, err);
    if (status) return status;
    if (!pack)
        return heng_fail(err, HENG_NOT_FOUND, 0, "the pack %.*s is not here", HENG_PRINT(name));
    return heng_pack_load((void *)(uintptr_t)pack, file, arena, text, err);
}

static heng_status load_beside(void *context, heng_str name, heng_arena *arena, heng_str *text,
                               heng_error *err)
{
    static const char *const rule_places[] = {"", "../rules/", "../methods/", NULL};
    static const char *const table_places[] = {"", "../data/", NULL};
    rule_folder *folder = context;
    size_t mark = heng_str_find(name, HENG_STR("@"), 0);
    size_t slash = heng_str_find(name, HENG_STR("/"), 0);
    if (mark != SIZE_MAX)
        return list_other(folder, heng_str_slice(name, 0, mark),
                          heng_str_slice(name, mark + 1, name.length), arena, text, err);
    if (slash != SIZE_MAX)
        return load_other(folder, heng_str_slice(name, 0, slash),
                          heng_str_slice(name, slash + 1, name.length), arena, text, err);
    bool is_table = heng_str_ends(name, HENG_STR(".csv"));
    const char *const *place = is_table ? table_places : rule_places;
    heng_status status = HENG_NOT_FOUND;
    for (; *place && status == HENG_NOT_FOUND; place++) {
        heng_str path = heng_str_format(arena, "%.*s%s%.*s%s", HENG_PRINT(folder->path), *place,
                                        HENG_PRINT(name), is_table ? "" : ".heng");
        if (!path.at) return heng_fail(err, HENG_NO_MEMORY, 0, "no room for a file name");
        status = heng_file_read(path.at, arena, text, err);
    }
    return status;
}

static void print_text(const heng_text *text, FILE *out)
{
    heng_str view = heng_text_view(text);
    fwrite(view.at, 1, view.length, out);
}

/* All named files together, so that one may use another. HENG_EXIT_OK also when they have faults. */
static heng_exit compile_named(const heng_arguments *arguments, heng_compiled *out)
{
    heng_arena *arena = arguments->arena;
    int count = arguments->operand_count - 1;
    heng_str *names = HENG_ARRAY(arena, (size_t)count, heng_str);
    heng_error err;
    if (!names) {
        heng_fail(&err, HENG_NO_MEMORY, 0, "no room for the file names");
        return heng_report_failure(arguments, &err);
    }
    rule_folder folder = {.path = folder_of(heng_str_from(arguments->operands[1]))};
    for (int i = 0; i < count; i++) {
        heng_str path = heng_str_from(arguments->operands[1 + i]);
        if (!heng_str_equal(folder_of(path), folder.path) ||
            !heng_str_ends(path, HENG_STR(".heng")))
            return heng_report_usage(arguments, "give .heng files of one folder; %s is not one",
                                     arguments->operands[1 + i]);
        names[i] = heng_str_slice(path, folder.path.length, path.length - 5);
    }
    heng_status status =
        heng_rule_compile(names, (size_t)count, load_beside, &folder, arena, out, &err);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

static heng_exit check(const heng_arguments *arguments)
{
    heng_arena *arena = arguments->arena;
    heng_compiled compiled;
    heng_exit code = compile_named(arguments, &compiled);
    if (code) return code;
    heng_text text;
    heng_text_init(&text, arena, (size_t)64 << 20);
    if (heng_given(arguments, "json")) {
        heng_diagnostics_write_json(&compiled.diagnostics, compiled.files, &text);
        heng_text_add_char(&text, '\n');
        print_text(&text, arguments->out);
    } else {
        heng_print_diagnostics(arguments, &compiled);
        if (compiled.program)
            fprintf(arguments->out, "%zu file%s, %zu names: no fault found\n", compiled.file_count,
                    compiled.file_count == 1 ? "" : "s",
                    heng_program_quantity_count(compiled.program));
    }
    return compiled.program ? HENG_EXIT_OK : HENG_EXIT_REFUSED;
}

static heng_exit format_one(const heng_arguments *arguments, const char *path)
{
    heng_arena *arena = arguments->arena;
    heng_error err;
    heng_rule_file file = {.name = heng_str_from(path)};
    heng_compiled parsed = {.files = &file, .file_count = 1};
    heng_ast ast;
    heng_str formatted;
    heng_diagnostics_init(&parsed.diagnostics, arena);
    heng_status status = heng_file_read(path, arena, &file.text, &err);
    if (!status) status = heng_rule_parse(0, file.text, arena, &parsed.diagnostics, &ast, &err);
    if (!status && parsed.diagnostics.found) {
        heng_print_diagnostics(arguments, &parsed);
        return HENG_EXIT_REFUSED;
    }
    if (!status) status = heng_rule_format(file.text, &ast, arena, &formatted, &err);
    if (status) return heng_report_failure(arguments, &err);
    bool same = heng_str_equal(formatted, file.text);
    if (heng_given(arguments, "check")) {
        if (!same) fprintf(arguments->err, "%s is not laid out as heng rules format would\n", path);
        return same ? HENG_EXIT_OK : HENG_EXIT_REFUSED;
    }
    if (!heng_given(arguments, "in-place")) {
        fwrite(formatted.at, 1, formatted.length, arguments->out);
        return HENG_EXIT_OK;
    }
    if (!same) status = heng_file_write(path, formatted, &err);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

static heng_exit format_all(const heng_arguments *arguments)
{
    heng_exit worst = HENG_EXIT_OK;
    for (int i = 1; i < arguments->operand_count; i++) {
        heng_exit code = format_one(arguments, arguments->operands[i]);
        if (code > worst) worst = code;
    }
    return worst;
}

typedef struct test_sum {
    size_t cases, expected, failed;
} test_sum;

static heng_exit test_one(const heng_arguments *arguments, const char *path, test_sum *sum)
{
    heng_arena *arena = arguments->arena;
    heng_error err;
    heng_str text;
    heng_case_report report;
    rule_folder folder = {.path = folder_of(heng_str_from(path))};
    heng_status status = heng_file_read(path, arena, &text, &err);
    if (!status)
        status =
            heng_case_run(heng_str_from(path), text, load_beside, &folder, arena, &report, &err);
    if (status) return heng_report_failure(arguments, &err);
    heng_compiled shown = {
        .diagnostics = report.diagnostics, .files = report.files, .file_count = report.file_count};
    heng_text printed;
    heng_text_init(&printed, arena, (size_t)64 << 20);
    for (size_t i = 0; i < shown.diagnostics.count; i++)
        heng_diagnostic_print(&shown.diagnostics.items[i], shown.files, &printed);
    print_text(&printed, arguments->err);
    sum->cases += report.case_count;
    sum->expected += report.expected_count;
    sum->failed += report.failed_count;
    return report.diagnostics.found ? HENG_EXIT_REFUSED : HENG_EXIT_OK;
}

static heng_exit test_all(const heng_arguments *arguments)
{
    test_sum sum = {0};
    heng_exit worst = HENG_EXIT_OK;
    for (int i = 1; i < arguments->operand_count; i++)
        if (!heng_str_ends(heng_str_from(arguments->operands[i]), HENG_STR(".case")))
            return heng_report_usage(arguments, "give .case files; %s is not one",
                                     arguments->operands[i]);
    for (int i = 1; i < arguments->operand_count; i++) {
        heng_exit code = test_one(arguments, arguments->operands[i], &sum);
        if (code > worst) worst = code;
    }
    fprintf(arguments->out, "%zu cases, %zu values compared, %zu differ\n", sum.cases, sum.expected,
            sum.failed);
    return worst;
}

/* ---- sql ------------------------------------------------------------------------------------------ */

static const char *given_or(const heng_arguments *arguments, const char *option,
                            const char *otherwise)
{
    const char *text = heng_argument(arguments, option);
    return text ? text : otherwise;
}

static bool year_of(const heng_arguments *arguments, const char *option, const char *otherwise,
                    int *out)
{
    heng_period period;
    heng_error err;
    heng_str text = heng_str_from(given_or(arguments, option, otherwise));
    if (heng_period_parse(text, &period, &err) || period.grain != HENG_YEAR) return false;
    *out = period.number;
    return true;
}

static void print_statements(const heng_arguments *arguments, const heng_sql *sql)
{
    static const char *const phases[] = {"tables, before loading", "steps, in this order",
                                         "results"};
    heng_str before = {NULL, 0};
    int phase = -1;
    for (size_t i = 0; i < sql->count; i++) {
        const heng_sql_statement *s = &sql->statements[i];
        if ((int)s->phase != phase)
            fprintf(arguments->out, "\n-- ==== %s\n", phases[phase = (int)s->phase]);
        if (s->comment.length && !heng_str_equal(s->comment, before))
            fprintf(arguments->out, "\n-- %.*s\n", HENG_PRINT(s->comment));
        before = s->comment;
        fprintf(arguments->out, "%.*s;\n", HENG_PRINT(s->text));
    }
}

static heng_exit write_sql(const heng_arguments *arguments)
{
    heng_sql_dialect dialect;
    heng_compiled compiled;
    heng_sql sql;
    heng_error err;
    int from, to;
    int64_t entities;
    const char *cluster = heng_argument(arguments, "cluster");
    if (!heng_sql_dialect_find(heng_str_from(given_or(arguments, "dialect", "sqlite")), &dialect))
        return heng_report_usage(arguments, "--dialect is sqlite, postgres or clickhouse");
    if (!year_of(arguments, "from", "2015", &from) || !year_of(arguments, "to", "2030", &to) ||
        from > to)
        return heng_report_usage(arguments, "--from and --to are years, the earlier first");
    if (heng_integer_parse(heng_str_from(given_or(arguments, "entities", "10000")), &entities,
                           &err) ||
        entities < 1 || entities > INT32_MAX / 2)
        return heng_report_usage(arguments, "--entities is how many there are at most");
    if (cluster && dialect != HENG_SQL_CLICKHOUSE)
        return heng_report_usage(arguments, "--cluster is for ClickHouse only");
    heng_exit code = compile_named(arguments, &compiled);
    if (code) return code;
    if (!compiled.program) {
        heng_print_diagnostics(arguments, &compiled);
        return HENG_EXIT_REFUSED;
    }
    heng_sql_shape shape = {.window = {heng_period_span(heng_year(from)).first_month,
                                       heng_period_span(heng_year(to)).last_month},
                            .entity_count = (size_t)entities,
                            .cluster = heng_str_from(cluster)};
    heng_status status =
        heng_rule_sql(compiled.program, dialect, &shape, arguments->arena, &sql, &err);
    if (status) return heng_report_failure(arguments, &err);
    print_statements(arguments, &sql);
    return HENG_EXIT_OK;
}

static const struct {
    const char *verb;
    heng_exit (*run)(const heng_arguments *arguments);
} verbs[] = {{"check", check}, {"format", format_all}, {"test", test_all}, {"sql", write_sql}};

static heng_exit run(const heng_arguments *arguments)
{
    heng_str verb = heng_str_from(arguments->operands[0]);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (heng_str_is(verb, verbs[i].verb)) return verbs[i].run(arguments);
    return heng_report_usage(arguments, "\"%s\" is not check, format, test or sql",
                             arguments->operands[0]);
}

const heng_command heng_command_rules = {
    .name = "rules",
    .operands = "check|format|test|sql FILE ...",
    .summary = "check rule files, lay them out, run their worked examples, or write them as SQL",
    .details =
        "check compiles the named .heng files of one folder together and prints what is wrong, "
        "with its place and a remedy. format prints a file in the one layout. test runs .case "
        "files. sql prints the statements by which a database evaluates the named files.",
    .operands_min = 2,
    .operands_max = HENG_OPERANDS_MAX,
    .options = {{"json", NULL, NULL, "check: write the faults as JSON, for editors"},
                {"in-place", NULL, NULL, "format: rewrite the file"},
                {"check", NULL, NULL, "format: only say whether the layout is right"},
                {"dialect", "NAME", "sqlite", "sql: sqlite, postgres or clickhouse"},
                {"from", "YEAR", "2015", "sql: the first year to evaluate"},
                {"to", "YEAR", "2030", "sql: the last"},
                {"entities", "N", "10000", "sql: there are at most so many"},
                {"cluster", "NAME", NULL, "sql: ClickHouse facts lie distributed over it"}},
    .run = run,
};
