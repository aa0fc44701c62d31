/* core/rule/sql.h: a compiled program as SQL, so that a database evaluates it where the data lies.
 *
 * heng_rule_sql writes an ordered list of statements: the tables that a world is loaded into, then the
 * steps of every rule, then one query a quantity. Every statement has at most one JOIN and one GROUP BY,
 * no window function, no common table expression and no parameter, so that old ClickHouse takes it too.
 * heng_sql_world lays a world out as rows of those tables. Running statements and loading rows is the
 * host's work; here nothing is opened.
 *
 * Results agree with heng_evaluate: the same states, have and want to the last unit; values within
 * HENG_SQL_ROUNDING, because databases add in their own order and `multiply` goes through logarithms.
 * doc/manual/sql.md describes the form.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"

/* Two ways to one figure may differ by so much of the larger magnitude that went into it. It is the
 * language's own tolerance of comparison. */
#define HENG_SQL_ROUNDING 1e-9

typedef enum heng_sql_dialect {
    HENG_SQL_SQLITE,
    HENG_SQL_POSTGRES,
    HENG_SQL_CLICKHOUSE,
    HENG_SQL_DIALECT_COUNT
} heng_sql_dialect;

const char *heng_sql_dialect_name(heng_sql_dialect dialect); /* sqlite, postgres, clickhouse */
bool heng_sql_dialect_find(heng_str name, heng_sql_dialect *out);

/* What the text must know of the world; see heng_sql_world_shape. */
typedef struct heng_sql_shape {
    heng_span window;          /* whole years */
    size_t entity_count;       /* at most so many */
    bool facts_override_rules; /* as in heng_world */
    heng_str cluster; /* ClickHouse: facts lie in a Distributed table over it; else empty */
} heng_sql_shape;

typedef enum heng_sql_phase {
    HENG_SQL_SCHEMA, /* before loading */
    HENG_SQL_STEP,   /* in this order, after loading */
    HENG_SQL_RESULT  /* a query: entity, period, keys, value, at_least, state, have, want, evidence,
                        measured, reported, defaulted */
} heng_sql_phase;

typedef struct heng_sql_statement {
    heng_sql_phase phase;
    heng_str text;    /* terminated by no semicolon */
    heng_str comment; /* which rule, from when to when; may be empty */
    size_t quantity;  /* as in heng_program_quantity; SIZE_MAX for none */
} heng_sql_statement;

typedef struct heng_sql {
    heng_sql_statement *statements;
    size_t count, room;
} heng_sql;

/* Statuses: HENG_REFUSED for a construct that has no SQL form, named in the message; HENG_INVALID for a
 * shape without periods; HENG_TOO_LARGE when points cannot be numbered in 63 bits; HENG_NO_MEMORY. */
heng_status heng_rule_sql(const heng_program *program, heng_sql_dialect dialect,
                          const heng_sql_shape *shape, heng_arena *arena, heng_sql *out,
                          heng_error *err);

/* ---- a world as rows ------------------------------------------------------------------------------ */

typedef enum heng_sql_table {
    HENG_SQL_ENTITY, /* number, code; odd numbers: nothing is known of them */
    HENG_SQL_MEMBER, /* who is of a kind or level, and whether columns hold it */
    HENG_SQL_KEY,    /* members of lists */
    HENG_SQL_PERIOD, /* the window, in every grain */
    HENG_SQL_NUMBER, /* 0 to 59: the periods inside one another */
    HENG_SQL_UP,     /* in that period, this one belongs to that one of a level above */
    HENG_SQL_DOWN,   /* in that period, these of a level belong to this one */
    HENG_SQL_FACT,   /* one row a cell, in the unit of the rule */
    HENG_SQL_CELL,   /* tables, expanded by period */
    HENG_SQL_CURVE,  /* rows of step and linear tables */
    HENG_SQL_TABLE_COUNT
} heng_sql_table;

typedef enum heng_sql_type { HENG_SQL_INTEGER, HENG_SQL_REAL, HENG_SQL_TEXT } heng_sql_type;

typedef struct heng_sql_column {
    const char *name;
    heng_sql_type type;
    bool nullable;
} heng_sql_column;

enum { HENG_SQL_COLUMNS_MAX = 20 };

const char *heng_sql_table_name(heng_sql_table table);
const heng_sql_column *heng_sql_columns(heng_sql_table table, size_t *count);

typedef struct heng_sql_cell {
    bool null;
    int64_t integer;
    double real;
    heng_str text;
} heng_sql_cell;

typedef struct heng_sql_world heng_sql_world;

/* Lays the world out, as heng_evaluate would with the same arguments. Statuses: HENG_TOO_LARGE,
 * HENG_NO_MEMORY. */
heng_status heng_sql_world_open(const heng_program *program, const heng_world *world,
                                heng_period to, heng_arena *arena, heng_sql_world **out,
                                heng_error *err);
/* False when the world has no period at all, so that there is nothing to evaluate. */
bool heng_sql_world_shape(const heng_sql_world *world, heng_sql_shape *out);

/* Takes one row; false stops, and heng_sql_world_rows returns false too. */
typedef bool heng_sql_row(void *context, heng_sql_table table, const heng_sql_cell *cells);
bool heng_sql_world_rows(const heng_sql_world *world, heng_sql_row *each, void *context);
