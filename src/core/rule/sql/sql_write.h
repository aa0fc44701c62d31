/* core/rule/sql/sql_write.h: writing SQL from flat steps. Shared by the sql_*.c files.
 *
 * A formula is written as a chain of work tables. A work table has one row for each point: who (e), when
 * (t), the keys (s0, s1, ...), and what lies on the stack there. The stack is kept as texts: each part of
 * an entry is an expression over the columns of the current work table. A step only joins texts; when they
 * grow long, or a join or an aggregate needs columns, the table is spilled into the next. So no
 * expression grows beyond a few hundred characters times the operands of one step.
 *
 * Ids number the points of a work table without gaps in meaning: a mixed radix over who, when and keys,
 * in the order in which the engine gathers, so that the least id of a group is its first member.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/model.h"
#include "core/rule/sql.h"

/* The parts of a value on the stack. All but the first three are never NULL. */
typedef enum sql_part {
    PART_VALUE,     /* NULL: unknown */
    PART_KNOWN,     /* of an incomplete sum, what is known of it; else NULL */
    PART_ELSEWHERE, /* the member that includes it; else NULL */
    PART_HAVE,
    PART_WANT,
    PART_EVIDENCE,
    PART_MEASURED,
    PART_REPORTED,
    PART_DEFAULTED,
    PART_REPEALED, /* 1 where the rule is not in force: only a guard says so, at the end */
    PART_COUNT
} sql_part;

typedef struct sql_lane {
    heng_str part[PART_COUNT];
} sql_lane;

typedef struct sql_names {
    const char *name, *integer, *real, *text;
    const char *ln, *power, *least, *most;
    const char *to_real, *to_real_end; /* around an expression */
    const char *to_integer, *to_integer_end;
    const char *join, *left_join;
    const char *work, *work_engine; /* CREATE of a table that lives as long as the steps */
    const char *schema_engine;
    const char *literal_end; /* behind a number, to make it a double */
} sql_names;

typedef struct sql_frame { /* the points of a kind, a grain and keys */
    rule_scope scope;
    heng_grain grain;
    bool needs_facts; /* without those of whom nothing is recorded */
    unsigned key_count;
    int keys[HENG_KEYS_MAX];
    heng_str table;
} sql_frame;

typedef struct sql_writer {
    const heng_program *program;
    const heng_sql_shape *shape;
    heng_sql_dialect dialect;
    const sql_names *names;
    heng_arena *arena;
    heng_sql *out;
    heng_error *err;
    heng_status status; /* sticks */
    heng_str null, zero, one;
    heng_str comment;
    size_t quantity;
    unsigned serial;
    int32_t first_period[HENG_GRAIN_COUNT], last_period[HENG_GRAIN_COUNT];
    sql_frame *frames;
    size_t frame_count, frame_room;
    size_t work_bytes;
} sql_writer;

typedef struct sql_place {
    bool ready;
    heng_str entity, period;
} sql_place;

enum { SQL_CARRIED_MAX = 32 };

/* What is included elsewhere names a list times this, and a key. */
#define HENG_SQL_LIST 4294967296.0

/* One code under way. */
typedef struct sql_work {
    sql_writer *w;
    const rule_code *code;
    heng_str table;
    bool owned; /* dropped when the next one is there */
    bool inner; /* has pid: the id of the point outside */
    unsigned slots;
    double ids; /* every id is below */
    sql_place *places;
    heng_str carried[SQL_CARRIED_MAX]; /* columns that hold members met by moves */
    unsigned carried_count;
    sql_lane stack[RULE_STACK_MAX];
    unsigned top;
} sql_work;

/* ---- sql_text.c ----------------------------------------------------------------------------------- */

/* Joins text: $1 to $9 are the arguments, each a heng_str; @0 and @1 are doubles, @ln, @power, @least,
 * @most are named as the dialect does. Empty, with a status, when memory ran out. */
heng_str heng_rule__sql(sql_writer *w, const char *form, ...);
heng_str heng_rule__sql_integer(sql_writer *w, int64_t value);
heng_str heng_rule__sql_number(sql_writer *w, double value);
heng_str heng_rule__sql_quoted(sql_writer *w, heng_str text);
heng_str heng_rule__sql_to_real(sql_writer *w, heng_str integer);
heng_str heng_rule__sql_to_integer(sql_writer *w, heng_str real);
heng_str heng_rule__sql_fresh(sql_writer *w, const char *prefix);
void heng_rule__sql_put(sql_writer *w, heng_sql_phase phase, heng_str text);
void heng_rule__sql_put_table(sql_writer *w, heng_str table, heng_str select);
void heng_rule__sql_drop(sql_writer *w, heng_str table);
bool heng_rule__sql_is(heng_str a, heng_str b);
extern const sql_names heng_rule__sql_names[HENG_SQL_DIALECT_COUNT];

/* ---- sql_period.c: periods by arithmetic ----------------------------------------------------------- */

heng_str heng_rule__sql_within(sql_writer *w, heng_str period, heng_grain from, heng_grain to);
heng_str heng_rule__sql_first(sql_writer *w, heng_str period, heng_grain from, heng_grain to);
/* Periods of `from` begun in the one of `of` around it, counted from 0. */
heng_str heng_rule__sql_elapsed(sql_writer *w, heng_str period, heng_grain from, heng_grain of);
heng_str heng_rule__sql_month(sql_writer *w, heng_str period, heng_grain grain);
heng_str heng_rule__sql_moved(sql_writer *w, heng_str period, heng_grain grain,
                              const rule_move *move);
/* Inside the window, beyond whose ends membership stays as it is there. */
heng_str heng_rule__sql_clamped(sql_writer *w, heng_str period, heng_grain grain);

/* ---- sql_work.c ----------------------------------------------------------------------------------- */

void heng_rule__sql_open_work(sql_writer *w, const rule_code *code, heng_str table, bool inner,
                              unsigned slots, double ids, sql_work *out);
/* Everything on the stack into columns of a new table, taken from `from`, which exposes all columns of
 * the current one. */
void heng_rule__sql_spill_from(sql_work *k, heng_str from);
/* The same from the current table, unless everything is a column already. */
void heng_rule__sql_spill(sql_work *k);
/* Spills when a text of the uppermost entries has grown long. */
void heng_rule__sql_settle(sql_work *k, unsigned entries);
/* The current table with more columns, joined with another on pairs of columns that both have. */
heng_str heng_rule__sql_left_join(sql_work *k, heng_str columns, heng_str right, heng_str on);
const sql_place *heng_rule__sql_place(sql_work *k, int chain);
/* Gauges of the second entry into the first. */
void heng_rule__sql_merge(sql_writer *w, sql_lane *p, const sql_lane *q);
heng_str heng_rule__sql_add(sql_writer *w, heng_str a, heng_str b);
heng_str heng_rule__sql_least(sql_writer *w, heng_str a, heng_str b);
heng_str heng_rule__sql_most(sql_writer *w, heng_str a, heng_str b);
sql_lane heng_rule__sql_constant(sql_writer *w, heng_str value);
void heng_rule__sql_push(sql_work *k, sql_lane lane);
/* Runs a code over the points of the work table; the results lie on its stack. */
void heng_rule__sql_run(sql_work *k);

/* ---- the steps ------------------------------------------------------------------------------------ */

heng_str heng_rule__sql_equal(sql_writer *w, heng_str a, heng_str b,
                              double tolerance);              /* a condition */
void heng_rule__sql_step(sql_work *k, const rule_step *step); /* sql_step.c: all but these: */
void heng_rule__sql_read(sql_work *k, const rule_step *step); /* sql_read.c */
void heng_rule__sql_over(sql_work *k, const rule_step *step); /* sql_over.c */
/* Where a quantity's values lie, as a subquery with columns qq, re, rt, r0 ..., and one for each part:
 * rv rp ro rh rw rx ra rb rc rn. */
typedef enum sql_source_kind { SOURCE_FACTS, SOURCE_RESULTS, SOURCE_CELLS } sql_source_kind;
heng_str heng_rule__sql_source(sql_writer *w, int quantity, heng_grain grain,
                               sql_source_kind *kind);
/* What a left join leaves; with `unheld`, those of whom nothing is recorded have no rows there. */
sql_lane heng_rule__sql_joined_lane(sql_writer *w, sql_source_kind kind, bool unheld,
                                    heng_str entity);
heng_str heng_rule__sql_result_table(sql_writer *w, int quantity);
double heng_rule__sql_radix(sql_writer *w, int list);
