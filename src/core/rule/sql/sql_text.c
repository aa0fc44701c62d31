/* Texts of SQL, and what each dialect calls things.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/sql/sql_write.h"

#include <assert.h>
#include <stdarg.h>

enum { STATEMENT_MAX = 1 << 20, ARGUMENTS_MAX = 9 };

const sql_names heng_rule__sql_names[HENG_SQL_DIALECT_COUNT] = {
    [HENG_SQL_SQLITE] = {.name = "sqlite",
                         .integer = "INTEGER",
                         .real = "REAL",
                         .text = "TEXT",
                         .ln = "ln",
                         .power = "power",
                         .least = "min",
                         .most = "max",
                         .to_real = "CAST(",
                         .to_real_end = " AS REAL)",
                         .to_integer = "CAST(",
                         .to_integer_end = " AS INTEGER)",
                         .join = "JOIN",
                         .left_join = "LEFT JOIN",
                         .work = "CREATE TEMP TABLE",
                         .work_engine = "",
                         .schema_engine = "",
                         .literal_end = ""},
    [HENG_SQL_POSTGRES] = {.name = "postgres",
                           .integer = "bigint",
                           .real = "double precision",
                           .text = "text",
                           .ln = "ln",
                           .power = "power",
                           .least = "least",
                           .most = "greatest",
                           .to_real = "CAST(",
                           .to_real_end = " AS double precision)",
                           .to_integer = "CAST(",
                           .to_integer_end = " AS bigint)",
                           .join = "JOIN",
                           .left_join = "LEFT JOIN",
                           .work = "CREATE TEMP TABLE",
                           .work_engine = "",
                           .schema_engine = "",
                           .literal_end = "::double precision"},
    [HENG_SQL_CLICKHOUSE] = {.name = "clickhouse",
                             .integer = "Int64",
                             .real = "Float64",
                             .text = "String",
                             .ln = "log",
                             .power = "pow",
                             .least = "least",
                             .most = "greatest",
                             .to_real = "toFloat64(",
                             .to_real_end = ")",
                             .to_integer = "toInt64(",
                             .to_integer_end = ")",
                             .join = "ALL INNER JOIN",
                             .left_join = "ALL LEFT JOIN",
                             .work = "CREATE TABLE",
                             .work_engine = " ENGINE = Memory",
                             .schema_engine = " ENGINE = MergeTree() ORDER BY ",
                             .literal_end = ""},
};

const char *heng_sql_dialect_name(heng_sql_dialect dialect)
{
    assert((unsigned)dialect < HENG_SQL_DIALECT_COUNT);
    return heng_rule__sql_names[dialect].name;
}

bool heng_sql_dialect_find(heng_str name, heng_sql_dialect *out)
{
    for (int i = 0; i < HENG_SQL_DIALECT_COUNT; i++) {
        if (!heng_str_is(name, heng_rule__sql_names[i].name)) continue;
        *out = (heng_sql_dialect)i;
        return true;
    }
    return false;
}

/* ---- forms ---------------------------------------------------------------------------------------- */

static heng_str finish(sql_writer *w, const heng_text *text)
{
    if (!text->failed) return heng_text_view(text);
    if (!w->status)
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
    return HENG_STR("");
}

static const char *word_at(const sql_writer *w, const char *at, const char **meaning)
{
    const struct {
        const char *word, *meaning;
    } words[] = {{"ln", w->names->ln},       {"power", w->names->power},
                 {"least", w->names->least}, {"most", w->names->most},
                 {"0", w->zero.at},          {"1", w->one.at},
                 {"join", w->names->join},   {"left", w->names->left_join}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].word);
        if (strncmp(at, words[i].word, length)) continue;
        *meaning = words[i].meaning;
        return at + length;
    }
    assert(!"every word behind @ is in the table");
    return at;
}

heng_str heng_rule__sql(sql_writer *w, const char *form, ...)
{
    heng_str arguments[ARGUMENTS_MAX];
    int most = 0, have = 0;
    for (const char *at = form; *at; at++)
        if (*at == '$' && at[1] - '0' > most) most = at[1] - '0';
    assert(most <= ARGUMENTS_MAX);
    va_list list;
    va_start(list, form);
    for (; have < most; have++) arguments[have] = va_arg(list, heng_str);
    va_end(list);
    heng_text text;
    heng_text_init(&text, w->arena, STATEMENT_MAX);
    for (const char *at = form; *at;) {
        if (*at == '$') {
            heng_text_add(&text, arguments[at[1] - '1']);
            at += 2;
        } else if (*at == '@') {
            const char *meaning;
            at = word_at(w, at + 1, &meaning);
            heng_text_add(&text, heng_str_from(meaning));
        } else {
            heng_text_add_char(&text, *at++);
        }
    }
    return finish(w, &text);
}

heng_str heng_rule__sql_integer(sql_writer *w, int64_t value)
{
    heng_text text;
    heng_text_init(&text, w->arena, 64);
    heng_text_print(&text, value < 0 ? "(%lld)" : "%lld", (long long)value);
    return finish(w, &text);
}

/* A double whatever it looks like: 2 divided by 4 is a half. */
heng_str heng_rule__sql_number(sql_writer *w, double value)
{
    char digits[HENG_NUMBER_TEXT];
    size_t length = heng_number_write(value, digits);
    bool whole = true;
    for (size_t i = 0; i < length; i++) whole &= digits[i] != '.' && digits[i] != 'e';
    heng_text text;
    heng_text_init(&text, w->arena, 128);
    if (value < 0) heng_text_add_char(&text, '(');
    heng_text_add(&text, (heng_str){digits, length});
    if (whole) heng_text_add(&text, HENG_STR(".0"));
    heng_text_add(&text, heng_str_from(w->names->literal_end));
    if (value < 0) heng_text_add_char(&text, ')');
    return finish(w, &text);
}

heng_str heng_rule__sql_quoted(sql_writer *w, heng_str value)
{
    heng_text text;
    heng_text_init(&text, w->arena, STATEMENT_MAX);
    heng_text_add_char(&text, '\'');
    for (size_t i = 0; i < value.length; i++) {
        char c = value.at[i];
        bool escaped = c == '\'' || (c == '\\' && w->dialect == HENG_SQL_CLICKHOUSE);
        if (escaped) heng_text_add_char(&text, c == '\'' ? '\'' : '\\');
        heng_text_add_char(&text, c);
    }
    heng_text_add_char(&text, '\'');
    return finish(w, &text);
}

heng_str heng_rule__sql_to_real(sql_writer *w, heng_str integer)
{
    return heng_rule__sql(w, "$1$2$3", heng_str_from(w->names->to_real), integer,
                          heng_str_from(w->names->to_real_end));
}

heng_str heng_rule__sql_to_integer(sql_writer *w, heng_str real)
{
    return heng_rule__sql(w, "$1$2$3", heng_str_from(w->names->to_integer), real,
                          heng_str_from(w->names->to_integer_end));
}

heng_str heng_rule__sql_fresh(sql_writer *w, const char *prefix)
{
    heng_text text;
    heng_text_init(&text, w->arena, 64);
    heng_text_print(&text, "%s%u", prefix, ++w->serial);
    return finish(w, &text);
}

bool heng_rule__sql_is(heng_str a, heng_str b)
{
    return heng_str_equal(a, b);
}

/* ---- statements ----------------------------------------------------------------------------------- */

void heng_rule__sql_put(sql_writer *w, heng_sql_phase phase, heng_str text)
{
    heng_sql *out = w->out;
    if (w->status) return;
    if (!heng_rule__grow(w->arena, &out->statements, out->count, &out->room,
                         sizeof *out->statements)) {
        w->status = heng_fail(w->err, HENG_NO_MEMORY, 0, "no memory to write the statements");
        return;
    }
    out->statements[out->count++] = (heng_sql_statement){phase, text, w->comment, w->quantity};
}

void heng_rule__sql_put_table(sql_writer *w, heng_str table, heng_str select)
{
    heng_rule__sql_put(w, HENG_SQL_STEP,
                       heng_rule__sql(w, "$1 $2$3 AS\n$4", heng_str_from(w->names->work), table,
                                      heng_str_from(w->names->work_engine), select));
}

void heng_rule__sql_drop(sql_writer *w, heng_str table)
{
    heng_rule__sql_put(w, HENG_SQL_STEP, heng_rule__sql(w, "DROP TABLE $1", table));
}
