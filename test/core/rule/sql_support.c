/* The two ways, and their comparison.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "core/rule/run/frame.h"
#include "test/core/rule/support.h"

#include <math.h>

/* ---- loading -------------------------------------------------------------------------------------- */

typedef struct loader {
    const sql_host *host;
    int table; /* under way; -1 */
} loader;

static bool load_row(void *context, heng_sql_table table, const heng_sql_cell *cells)
{
    loader *l = context;
    size_t count;
    heng_sql_columns(table, &count);
    if (l->table != (int)table) {
        if (l->table >= 0) l->host->end_rows(l->host->self, (heng_sql_table)l->table);
        l->host->begin_rows(l->host->self, table);
        l->table = (int)table;
    }
    l->host->row(l->host->self, table, cells, count);
    return true;
}

static void load_world(const sql_host *host, const heng_sql_world *world)
{
    loader l = {host, -1};
    assert_true(heng_sql_world_rows(world, load_row, &l));
    if (l.table >= 0) host->end_rows(host->self, (heng_sql_table)l.table);
}

/* ---- comparing ------------------------------------------------------------------------------------ */

typedef struct comparison {
    const heng_evaluation *e;
    int quantity;
    heng_str title;
    bool *seen;
    sql_tally *tally;
} comparison;

static double number(const char *field)
{
    return field ? strtod(field, NULL) : NAN;
}

static bool near(comparison *c, double a, double b, double share)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b), apart = fabs(a - b);
    if (apart == 0) return true;
    if (apart <= share * larger && larger > 0 && apart / larger > c->tally->worst)
        c->tally->worst = apart / larger;
    return apart <= share * larger || apart <= 1e-12;
}

static void differ(const comparison *c, const char *what, const char *const *fields, size_t at,
                   double engine, double database)
{
    const rule_quantity *q = &c->e->program->quantities[c->quantity];
    char text[800] = "";
    size_t length = 0;
    for (size_t i = 0; fields && i < 11 + q->key_count && length < 700; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%.40s ",
                                   fields[i] ? fields[i] : "-");
    const rule_column *column = &c->e->columns[c->quantity];
    fail_msg("%.*s: %.*s (point %zu): %s is %.17g, the database says %.17g\n  row %s\n  engine "
             "state %d value %.17g have %g want %g evidence %d\n  %.*s",
             HENG_PRINT(c->title), HENG_PRINT(q->qualified), at, what, engine, database, text,
             column->state[at], column->value[at], column->have[at], column->want[at],
             column->evidence[at], HENG_PRINT(q->text));
}

static int32_t key_of(const heng_evaluation *e, int list, int64_t number)
{
    const rule_list *l = &e->program->lists[list];
    if (l->scope.kind < 0) return (int32_t)number;
    return e->members[heng_rule__scope_id(e->program, l->scope)].position[number / 2];
}

static double in_words(const heng_evaluation *e, const rule_quantity *q, double value)
{
    if (q->type.kind != RULE_WORD || e->program->lists[q->type.list].scope.kind < 0 || value < 0)
        return value;
    return key_of(e, q->type.list, (int64_t)value);
}

/* Counts of facts are whole, and exact as long as a double is. */
static bool same_count(double a, double b)
{
    return a == b || (fabs(a) > 9e15 && fabs(a - b) <= HENG_SQL_ROUNDING * fabs(a));
}

static void compare_row(void *context, const char *const *fields, size_t count)
{
    comparison *c = context;
    const heng_evaluation *e = c->e;
    const rule_quantity *q = &e->program->quantities[c->quantity];
    const rule_column *column = &e->columns[c->quantity];
    int32_t keys[HENG_KEYS_MAX] = {0};
    assert_int_equal(count, 11 + q->key_count);
    int entity = heng_rule__entity_find(e, heng_str_from(fields[0]));
    for (unsigned k = 0; k < q->key_count; k++)
        keys[k] = key_of(e, q->keys[k].list, (int64_t)number(fields[2 + k]));
    ptrdiff_t at = heng_rule__index(column, entity, (int32_t)number(fields[1]), keys);
    const char *const *f = fields + 2 + q->key_count;
    if (at < 0) differ(c, "a point", fields, 0, 0, 1);
    size_t i = (size_t)at;
    uint8_t state = column->state[i];
    uint8_t evidence = column->evidence[i];
    double have = column->have[i], want = column->want[i];
    if (column->given &&
        (state & STATE_MASK) == HENG_STATE_NOT_IN_FORCE) { /* a fact that is missing */
        state = HENG_STATE_UNKNOWN;
        have = evidence = 0;
        want = 1;
    }
    if (c->seen[i]) differ(c, "a point twice", fields, i, 1, 2);
    c->seen[i] = true;
    c->tally->points++;
    if (number(f[2]) != (state & STATE_MASK))
        differ(c, "the state", fields, i, state, number(f[2]));
    bool known = (state & STATE_MASK) == HENG_STATE_KNOWN, part = state & STATE_PART;
    double value = f[0] ? in_words(e, q, number(f[0])) : 0;
    if (known != (f[0] != NULL) || (known && !near(c, column->value[i], value, HENG_SQL_ROUNDING)))
        differ(c, "the value", fields, i, column->value[i], number(f[0]));
    if (part != (f[1] != NULL) ||
        (part && !near(c, column->value[i], number(f[1]), HENG_SQL_ROUNDING)))
        differ(c, "the known part", fields, i, column->value[i], number(f[1]));
    if (!same_count(number(f[3]), have)) differ(c, "have", fields, i, have, number(f[3]));
    if (!same_count(number(f[4]), want)) differ(c, "want", fields, i, want, number(f[4]));
    if (number(f[5]) != evidence) differ(c, "the evidence", fields, i, evidence, number(f[5]));
    for (int s = 0; s < 3; s++) {
        double quality = known ? (double)column->quality[s][i] : 0; /* as heng_value has it */
        if (fabs(number(f[6 + s]) - quality) > 1e-5)
            differ(c, "the quality", fields, i, quality, number(f[6 + s]));
    }
}

/* A point without a row is one that no version of the rule reaches. */
static void compare_missing(const comparison *c)
{
    const rule_column *column = &c->e->columns[c->quantity];
    for (size_t i = 0; i < column->count; i++) {
        if (c->seen[i]) continue;
        if (column->given || (column->state[i] & STATE_MASK) != HENG_STATE_NOT_IN_FORCE ||
            column->want[i] != 0)
            differ(c, "a point without a row", NULL, i, column->value[i], 0);
    }
}

static void compare_query(const sql_host *host, const heng_sql_statement *query,
                          const heng_evaluation *e, heng_str title, sql_tally *tally)
{
    const rule_column *column = &e->columns[query->quantity];
    comparison c = {.e = e, .quantity = (int)query->quantity, .title = title, .tally = tally};
    c.seen = calloc(column->count + 1, sizeof *c.seen);
    assert_non_null(c.seen);
    host->ask(host->self, query->text, compare_row, &c);
    compare_missing(&c);
    free(c.seen);
}

void sql_compare(const sql_host *host, heng_str title, const heng_program *program,
                 const heng_world *world, heng_period to, const heng_evaluation *evaluation,
                 sql_tally *tally)
{
    heng_arena arena;
    heng_error err = {0};
    heng_sql_world *rows;
    heng_sql_shape shape;
    heng_sql sql;
    heng_arena_init(&arena, (size_t)2 << 30);
    if (heng_sql_world_open(program, world, to, &arena, &rows, &err)) fail_msg("%s", err.message);
    if (heng_sql_world_shape(rows, &shape)) {
        shape.cluster = host->cluster;
        if (heng_rule_sql(program, host->dialect, &shape, &arena, &sql, &err))
            fail_msg("%.*s: %s", HENG_PRINT(title), err.message);
        host->reset(host->self);
        size_t i = 0;
        for (; i < sql.count && sql.statements[i].phase == HENG_SQL_SCHEMA; i++)
            host->run(host->self, sql.statements[i].text);
        load_world(host, rows);
        for (; i < sql.count && sql.statements[i].phase == HENG_SQL_STEP; i++)
            host->run(host->self, sql.statements[i].text);
        for (; i < sql.count; i++)
            compare_query(host, &sql.statements[i], evaluation, title, tally);
        tally->worlds++;
        tally->statements += sql.count;
    }
    heng_arena_deinit(&arena);
}

/* ---- worked examples ------------------------------------------------------------------------------- */

typedef struct case_folder {
    const sql_host *host;
    sql_tally *tally;
    char path[700], data[700];
} case_folder;

static heng_str read_text(heng_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return (heng_str){NULL, 0};
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *bytes = heng_arena_alloc(arena, length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, length, file), length);
    fclose(file);
    return (heng_str){bytes, length};
}

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    const case_folder *folder = context;
    char path[1024];
    bool csv = heng_str_ends(name, HENG_STR(".csv"));
    snprintf(path, sizeof path, "%s/%.*s%s", csv ? folder->data : folder->path, HENG_PRINT(name),
             csv ? "" : ".heng");
    *text = read_text(arena, path);
    return text->at ? HENG_OK : heng_fail(err, HENG_NOT_FOUND, 0, "there is no %s", path);
}

static heng_status visit(void *context, heng_str title, const heng_program *program,
                         const heng_world *world, const heng_evaluation *evaluation,
                         heng_error *err)
{
    const case_folder *folder = context;
    (void)err;
    sql_compare(folder->host, title, program, world, (heng_period){0}, evaluation, folder->tally);
    return HENG_OK;
}

void sql_try_cases(const sql_host *host, const char *root, const char *folder,
                   const char *data_folder, const char *quick, sql_tally *tally)
{
    const char *only = getenv("HENG_SQL_CASE");
    if (!only && !getenv("HENG_SQL_FULL")) only = quick;
    case_folder f = {.host = host, .tally = tally};
    snprintf(f.path, sizeof f.path, "%s/%s", getenv(root), folder);
    snprintf(f.data, sizeof f.data, "%s/%s", getenv(root), data_folder);
    struct dirent **entries;
    int count = scandir(f.path, &entries, NULL, alphasort);
    if (count < 0) fail_msg("cannot list %s", f.path);
    for (int i = 0; i < count; i++) {
        heng_str name = heng_str_from(entries[i]->d_name);
        if (heng_str_ends(name, HENG_STR(".case")) &&
            (!only || heng_str_find(name, heng_str_from(only), 0) != SIZE_MAX)) {
            heng_arena arena;
            heng_case_report report;
            heng_error err = {0};
            char path[1024];
            heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
            snprintf(path, sizeof path, "%s/%s", f.path, entries[i]->d_name);
            heng_str text = read_text(&arena, path);
            if (heng_case_each(name, text, load, &f, visit, &f, &arena, &report, &err))
                fail_msg("%s: %s", path, err.message);
            heng_arena_deinit(&arena);
        }
        free(entries[i]);
    }
    free(entries);
}

void sql_add_row(heng_text *rows, heng_sql_table table, const heng_sql_cell *cells, size_t count)
{
    const heng_sql_column *columns = heng_sql_columns(table, &count);
    for (size_t i = 0; i < count; i++) {
        if (i) heng_text_add_char(rows, '\t');
        if (cells[i].null)
            heng_text_add(rows, HENG_STR("\\N"));
        else if (columns[i].type == HENG_SQL_INTEGER)
            heng_text_print(rows, "%lld", (long long)cells[i].integer);
        else if (columns[i].type == HENG_SQL_REAL)
            heng_text_add_number(rows, cells[i].real);
        else
            for (size_t c = 0; c < cells[i].text.length; c++) {
                if (cells[i].text.at[c] == '\\') heng_text_add_char(rows, '\\');
                heng_text_add_char(rows, cells[i].text.at[c]);
            }
    }
    heng_text_add_char(rows, '\n');
}

size_t sql_number_of(const char *variable, size_t otherwise)
{
    const char *text = getenv(variable);
    return text && *text ? (size_t)strtoull(text, NULL, 10) : otherwise;
}

void sql_report(const char *what, const sql_tally *tally)
{
    print_message(
        "# %s: %zu worlds, %zu statements, %zu points agree; the furthest apart by %.2g\n", what,
        tally->worlds, tally->statements, tally->points, tally->worst);
}
