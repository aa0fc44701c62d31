/* core/rule/rule.h: rules compiled, checked and evaluated. The engine of Heng.
 *
 * A set of rule files (*.heng) is compiled into one immutable program: names become numbers, units are
 * checked, versions and exceptions are ordered, each rule becomes a short run of flat steps. A world
 * (entities, facts, rows of tables) is evaluated against it, column by column, giving a value for every
 * rule, member, period and key. Any value can be explained: the derivation tree down to facts and table
 * cells. Pure: files are read through a callback, no clock, no log. A program may be shared by threads;
 * an evaluation belongs to one.
 *
 * Sums run in the order of the list or of the entity codes, so the same world gives the same bits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/book/entity.h"
#include "core/book/fact.h"
#include "core/rule/diagnostic.h"
#include "core/rule/block.h"
#include "core/rule/value.h"
#include "core/unit/unit.h"
#include "base/crew.h"
#include "base/hash.h"

/* ---- compiling ---------------------------------------------------------------------------------- */

typedef struct heng_program heng_program;

/* Gives the text of a file that `use` or `from` names: "common" asks for common.heng, "grid.csv" for
 * that file; HENG_NOT_FOUND becomes a diagnostic. "cn@2026.11" asks for the pack cn as `use` lines, one
 * for each of its rule files, which are then asked for as "cn/common", their tables as "cn/grid.csv";
 * HENG_NOT_FOUND (no such pack) and HENG_REFUSED (here in another version) become diagnostics with the
 * message given. The text must live as long as the arena. */
typedef heng_status heng_rule_load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                                   heng_error *err);

typedef struct heng_compiled {
    const heng_program *program; /* NULL when there are diagnostics */
    heng_diagnostics diagnostics;
    const heng_rule_file *files; /* all that were read, for printing diagnostics */
    size_t file_count;
} heng_compiled;

/* Compiles the named files and all that they use. Faults in the rules are HENG_OK with diagnostics and
 * no program. Statuses: HENG_TOO_LARGE, HENG_NO_MEMORY, HENG_IO (from `load`). */
heng_status heng_rule_compile(const heng_str *names, size_t name_count, heng_rule_load *load,
                              void *context, heng_arena *arena, heng_compiled *out,
                              heng_error *err);

/* ---- looking at a program ------------------------------------------------------------------------- */

typedef enum heng_quantity_kind {
    HENG_QUANTITY_INPUT, /* a fact; or, if another method gives it, see `provider` */
    HENG_QUANTITY_TABLE,
    HENG_QUANTITY_RULE,
    HENG_QUANTITY_OUTPUT /* a rule that others may use and that is published */
} heng_quantity_kind;

typedef struct heng_list_info {
    heng_str name, label_en, label_zh;
    size_t member_count;
    const heng_str *members, *member_labels_en, *member_labels_zh;
    const heng_str *member_units; /* as written, what unit(fuel) means; NULL: the list has none */
    heng_str entities_of;         /* the kind or level of "list partner of province"; else empty */
    bool substances;              /* "list gas of substance": each member is one */
} heng_list_info;

/* What the program says of one name. All text lives as long as the program. */
typedef struct heng_quantity_info {
    heng_quantity_kind kind;
    heng_str name;      /* co2 */
    heng_str qualified; /* three_fuel.co2 */
    heng_str label_en, label_zh;
    heng_str unit;              /* as declared: "10^4 t CO2"; empty for words and yes/no */
    const heng_list_info *list; /* of a "one of" type, else NULL */
    bool yes_no;
    size_t key_count;
    const heng_list_info *keys[HENG_KEYS_MAX]; /* NULL for a number key of a step or linear table */
    heng_str kind_or_level; /* place, province, generator; empty for a table of no member */
    heng_grain grain;
    /* Empty for words outside a method. */
    heng_str method, method_label_en, method_label_zh, source;
    heng_evidence evidence;
    heng_str file;
    uint32_t line;
    heng_str text;  /* the statement as written, all versions, for display */
    bool parameter; /* a table that a scenario may set */
    bool bounded;   /* within these, in its unit */
    double least, most;
} heng_quantity_info;

/* A kind of entity and its levels, the highest first; none where the kind has no levels. */
typedef struct heng_kind_info {
    heng_str name;
    size_t level_count;
} heng_kind_info;

size_t heng_program_kind_count(const heng_program *program);
void heng_program_kind(const heng_program *program, size_t index, heng_kind_info *out);
heng_str heng_program_level(const heng_program *program, size_t kind, size_t level);
size_t heng_program_list_count(const heng_program *program);
const heng_list_info *heng_program_list(const heng_program *program, size_t index);

size_t heng_program_quantity_count(const heng_program *program);
void heng_program_quantity(const heng_program *program, size_t index, heng_quantity_info *out);
/* Whether any input, rule or row states how far a value may be off. */
bool heng_program_uncertain(const heng_program *program);
/* The index of an output, rule or input by name ("co2") or qualified name ("three_fuel.co2"), for an
 * entity level and grain where the name is given at several; SIZE_MAX if there is none. `level` may be
 * empty and then the first by source order is taken; outputs win over inputs. */
size_t heng_program_find(const heng_program *program, heng_str name, heng_str level,
                         heng_grain grain);
const heng_unit_system *heng_program_units(const heng_program *program);
heng_hash heng_program_hash(const heng_program *program); /* of all files, names and texts */

/* One row of a table, as written. Factors that the store adds later have the same shape. */
typedef struct heng_table_row {
    heng_str table;     /* name of the table, "grid" */
    heng_str qualified; /* "province_inventory.grid" */
    heng_str member;    /* entity code, for tables `for` a level; else empty */
    heng_str keys[HENG_KEYS_MAX];
    unsigned key_count;
    heng_span valid;
    heng_notation notation; /* VALUE or NE ("missing") */
    double value;           /* number in the table's unit, or member index of a word */
    heng_str text, unit;    /* as written; the unit of the row or of the table */
    heng_evidence evidence;
    heng_str source;       /* code or text; the row's, else the table's, else the method's */
    heng_str uncertainty;  /* how far it may be off, see core/book/spread.h; may be empty */
    heng_instant recorded; /* HENG_INSTANT_MIN for rows of the rules themselves */
    heng_str file;
    uint32_t line;
    heng_str note; /* of one that stands instead of another: which; never stored */
} heng_table_row;

size_t heng_program_row_count(const heng_program *program);
void heng_program_row(const heng_program *program, size_t index, heng_table_row *out);

/* ---- evaluating ----------------------------------------------------------------------------------- */

/* Everything that is known at one time. Facts of one cell: the one recorded last counts. Arrays are
 * borrowed for the life of the evaluation. */
typedef struct heng_world {
    const heng_entity *entities;
    size_t entity_count;
    const heng_link *links;
    size_t link_count;
    const heng_fact *facts;
    size_t fact_count;
    const heng_block *blocks; /* more facts; see block.h */
    size_t block_count;
    const heng_table_row *rows; /* beyond the program's own: a later record of the same cell wins */
    size_t row_count;
    heng_span window;          /* evaluated besides the periods of the facts; all zero for none */
    bool facts_override_rules; /* a fact under a rule's name stands for it: worked examples only */
} heng_world;

/* A fact that the program cannot take, or that a `check` refuses. */
typedef struct heng_finding {
    const heng_fact *fact; /* NULL for a check */
    heng_str check;        /* label of the check */
    heng_str entity;
    heng_period period;
    heng_str message; /* what is wrong, and the remedy */
} heng_finding;

/* Called now and then with work done and in all; false asks to stop. */
typedef bool heng_progress(void *context, size_t done, size_t total);

typedef struct heng_evaluation heng_evaluation;

/* Evaluates everything that the world allows. Periods reach from the first to the last fact (and `to`,
 * if later). Statuses: HENG_CANCELLED, HENG_TOO_LARGE, HENG_NO_MEMORY. Facts under names that no rule
 * knows are left aside, silently: a book holds more than one pack uses. Findings do not stop it. The
 * bytes of the result do not depend on the crew; NULL for none. `progress` is called by the caller's hand. */
heng_status heng_evaluate_by(heng_crew *crew, const heng_program *program, const heng_world *world,
                             heng_period to, heng_progress *progress, void *context,
                             heng_arena *arena, heng_evaluation **out, heng_error *err);
/* The same, alone. */
heng_status heng_evaluate(const heng_program *program, const heng_world *world, heng_period to,
                          heng_progress *progress, void *context, heng_arena *arena,
                          heng_evaluation **out, heng_error *err);

/* A cell of a block of the world that holds something else than when it was evaluated. */
typedef struct heng_change {
    size_t block, cell;
} heng_change;

/* Brings an evaluation up to date. `world` holds what its world held, facts and rows behind those that
 * were there (later records of a cell, or of another), and blocks of the same shape whose arrays differ
 * in the cells of `changes`. Only figures that stand on what is new are reckoned again, and `*reckoned`
 * says at how many points; the bytes are those of a full evaluation. Where entities, links or periods
 * are not the same, or what is new has faults, all is evaluated again. *out is the evaluation, the same
 * or another in its arena; the given one is not to be used after it, nor by anybody else meanwhile.
 * Statuses: as heng_evaluate_by; then neither may be used. */
heng_status heng_reevaluate(heng_crew *crew, heng_evaluation *evaluation, const heng_world *world,
                            const heng_change *changes, size_t change_count, heng_evaluation **out,
                            size_t *reckoned, heng_error *err);
/* By quantity: whether something that states how far it may be off may stand below it. NULL for want of
 * memory. */
const bool *heng_program_uncertain_reach(const heng_program *program, const heng_world *world,
                                         heng_arena *arena);

/* The world evaluated, with the entities that its kinds derive (kind cell of firm over province, sector)
 * behind those given; figures of theirs are addressed through it. Lives as long as both. */
const heng_world *heng_evaluation_world(const heng_evaluation *evaluation);
size_t heng_evaluation_finding_count(const heng_evaluation *evaluation);
const heng_finding *heng_evaluation_finding(const heng_evaluation *evaluation, size_t index);

/* A point: quantity index, entity code, period, keys by name. */
typedef struct heng_point {
    size_t quantity;
    heng_str entity;
    heng_period period;
    heng_str keys[HENG_KEYS_MAX];
    unsigned key_count;
} heng_point;

/* HENG_NOT_FOUND: no such entity, key or period in the evaluation, or the quantity is not for it. */
heng_status heng_evaluation_value(const heng_evaluation *evaluation, const heng_point *point,
                                  heng_value *out, heng_error *err);

/* Calls `each` for every point of a rule, output or input that has a version in force and is known or
 * has at least one fact below it (have > 0), by entity, period, key order. Points of which nothing was
 * filed are left out; heng_evaluation_value still tells of them. Stops when `each` returns false. */
typedef bool heng_each_value(void *context, const heng_point *point, const heng_value *value);
void heng_evaluation_each(const heng_evaluation *evaluation, size_t quantity, heng_each_value *each,
                          void *context);

/* ---- explaining ----------------------------------------------------------------------------------- */

typedef enum heng_node_kind {
    HENG_NODE_RULE,    /* a rule or output: `formula` is its text, children what it used */
    HENG_NODE_FACT,    /* a recorded fact; `fact` is set */
    HENG_NODE_ABSENT,  /* a fact that was looked for and not found */
    HENG_NODE_CELL,    /* a row of a table; `row` is set */
    HENG_NODE_LITERAL, /* a number of the formula */
    HENG_NODE_NOTE     /* what was left out for length: "17 more"; a cycle through time cut short */
} heng_node_kind;

typedef struct heng_node {
    heng_node_kind kind;
    heng_str figure; /* CN/2020/co2_of[coal]: the address of this value */
    heng_str label_en, label_zh;
    /* How the children meet, at the root of the formula: sum, product, multiply, divide, add, subtract,
     * power, choice, else, min, max, mean, call, same. */
    heng_str operation;
    heng_value value;
    heng_str unit;    /* of value.number */
    heng_str word;    /* for words and yes/no: the member; else empty */
    heng_str formula; /* the formula as written, of the version in force */
    heng_str note;    /* arm taken, exception and what it displaced, else used, overlap, rounding */
    heng_quantity_info rule; /* for RULE and CELL: where it is written, source, method */
    heng_span valid;         /* of the version in force, for RULE and CELL */
    const heng_fact *fact;
    heng_table_row row;
    const struct heng_node **children;
    size_t child_count;
} heng_node;

/* The derivation of a value. A value that is used twice is one node twice in the tree. Depth is cut at
 * `depth_max` with a NOTE that names the figure to ask for. Statuses: HENG_NOT_FOUND, HENG_NO_MEMORY. */
heng_status heng_explain(const heng_evaluation *evaluation, const heng_point *point,
                         unsigned depth_max, heng_arena *arena, const heng_node **out,
                         heng_error *err);

/* The address of a figure: CN/2020/cut, CN/2020/co2_of[coal]. */
heng_status heng_figure_write(const heng_program *program, const heng_point *point,
                              heng_arena *arena, heng_str *out, heng_error *err);
/* Of several quantities of a name, that which is in force in the period for the level of the entity is
 * meant, the narrower before the wider. Statuses: HENG_INVALID, HENG_NOT_FOUND, HENG_NO_MEMORY. */
heng_status heng_figure_parse(const heng_program *program, const heng_world *world, heng_str text,
                              heng_arena *arena, heng_point *out, heng_error *err);
