/* core/rule/model.h: a compiled program from inside.
 *
 * Shared by the files of the engine and by nobody else. Everything here is written while compiling and
 * read-only afterwards; all of it lives in the arena given to heng_rule_compile. Indices are into the
 * arrays of heng_program; -1 means none. What depends on a world (members, periods, values) is in
 * frame.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/ast.h"
#include "core/rule/rule.h"

enum {
    RULE_BLOCK = 256,    /* points handled at once: a stack entry then fits the first-level cache */
    RULE_SLOTS_MAX = 16, /* keys of a rule and of all aggregates around one point of its formula */
    RULE_MOVES_MAX = 8,  /* `@` behind one another, through all parentheses */
    RULE_STACK_MAX = 128, /* entries: a choice takes two for each of its arms */
    RULE_NEST_MAX = 6,    /* aggregates inside aggregates */
    RULE_LISTS_MAX = 4096,
    RULE_QUANTITIES_MAX = 16384, /* the China pack has some 400; the planner recurses over them */
    RULE_UNTYPED_MAX = 64,       /* rules without a unit that need each other: checking recurses */
};

/* ---- whom and what -------------------------------------------------------------------------------- */

/* Members of a kind: of one level, or of all (-1). No kind (-1): the same for everybody. */
typedef struct rule_scope {
    int kind;
    int level; /* into levels; -1 for all, and for kinds without levels */
} rule_scope;

typedef struct rule_kind {
    heng_str name;
    int first_level, level_count; /* 0 for a kind without levels */
    const heng_word *inside;
    unsigned inside_count;
    heng_locus at;
    const heng_item *item;
    bool crossing; /* derived from the units that lie in both; see cross.c */
    rule_scope unit, crossed[2];
} rule_kind;

typedef struct rule_level {
    heng_str name;
    int kind;
    int rank; /* 0 is the highest */
} rule_level;

typedef struct rule_list {
    heng_list_info info;
    heng_locus at;
    int parent;         /* of a sub-list */
    int32_t *in_parent; /* each member's index there */
    rule_scope scope;   /* of a list of entities; kind -1 when the members are words */
    bool substance;
    bool has_units;
    heng_unit *units; /* of each member, when has_units or substance */
    heng_str *unit_texts;
    uint16_t base; /* stands for "the unit of that member", or for the substance */
    bool used;
} rule_list;

/* ---- types ---------------------------------------------------------------------------------------- */

typedef enum rule_type_kind {
    RULE_ANY, /* of `missing`: fits everywhere */
    RULE_NUMBER,
    RULE_WORD,
    RULE_YES_NO,
    RULE_ENTITY /* a member of a kind, only to be compared */
} rule_type_kind;

typedef struct rule_type {
    rule_type_kind kind;
    heng_unit unit;
    int list;
    rule_scope scope;
    heng_str text; /* of the unit, as someone wrote it; may be empty */
} rule_type;

typedef struct rule_key {
    int list; /* -1: a number, in `unit` */
    heng_unit unit;
    heng_str unit_text;
} rule_key;

/* ---- flat steps ----------------------------------------------------------------------------------- */

typedef enum rule_opcode {
#define OP(name, pops, pushes, units, meaning, sql) OP_##name,
#include "core/rule/opcode.h"
    OP_COUNT
} rule_opcode;

typedef struct rule_step {
    rule_opcode op;
    int a, b;
    double x, y;
    heng_locus at;
} rule_step;

typedef enum rule_move_kind {
    MOVE_PREVIOUS,
    MOVE_LAST_YEAR,
    MOVE_BASE,
    MOVE_FIXED, /* to the year `value` */
    MOVE_GRAIN, /* to the period of grain `value` around */
    MOVE_SCOPE, /* to the member of `scope` above */
    MOVE_KEY    /* to the member that slot `value` names; `scope` is of its list */
} rule_move_kind;

typedef struct rule_move {
    rule_move_kind kind;
    int value;
    rule_scope scope;
} rule_move;

/* Where a point of the formula looks: from here by these moves, in order. */
typedef struct rule_chain {
    rule_move moves[RULE_MOVES_MAX];
    unsigned count;
    heng_grain from; /* the grain before the moves and after */
    heng_grain to;
} rule_chain;

typedef enum rule_arg_kind {
    ARG_SLOT,   /* the key bound in a slot */
    ARG_MEMBER, /* a member of a list */
    ARG_ENTITY, /* the member whose code is text `value` */
    ARG_STACK   /* computed: popped from the stack */
} rule_arg_kind;

typedef struct rule_arg {
    rule_arg_kind kind;
    int value;
    const int32_t *map; /* from the members of sub-list `from`; NULL where none is needed */
    int from;
    int list; /* of the key; -1 for a number */
} rule_arg;

typedef struct rule_read {
    int quantity;
    int chain;
    unsigned arg_count;
    unsigned stack_count; /* how many of them are computed */
    rule_arg args[HENG_KEYS_MAX];
} rule_read;

typedef enum rule_aggregate {
    AGG_SUM,
    AGG_MEAN,
    AGG_MIN,
    AGG_MAX,
    AGG_COUNT,
    AGG_ANY,
    AGG_ALL,
    AGG_AT_LEAST,
    AGG_MULTIPLY,
    AGG_QUANTILE,
    AGG_COVERAGE,
    AGG_FIRST,
    AGG_LAST,
    AGG_KIND_COUNT
} rule_aggregate;

typedef enum rule_dim_kind { DIM_LIST, DIM_SCOPE, DIM_GRAIN } rule_dim_kind;

typedef struct rule_dim {
    rule_dim_kind kind;
    int list, slot;   /* DIM_LIST */
    rule_scope scope; /* DIM_SCOPE: those below here */
    heng_grain grain; /* DIM_GRAIN: periods of it in that of grain `of` around here */
    heng_grain of;
    bool so_far;
} rule_dim;

typedef struct rule_code rule_code;

typedef struct rule_over {
    rule_aggregate aggregate;
    int chain;            /* from where the members are counted */
    unsigned outer_slots; /* keys bound around the aggregate */
    unsigned
        outer_count; /* arguments taken from the stack: the limit of at_least, the share of quantile */
    unsigned dim_count;
    rule_dim dims[HENG_KEYS_MAX];
    rule_code *body; /* leaves the value, then the condition, then the weight */
    bool has_where, has_weight;
    double tolerance; /* of a base unit, in the body's unit, for quantile */
} rule_over;

struct rule_code {
    rule_step *steps;
    rule_chain *chains; /* chains[0] is here */
    rule_read *reads;
    rule_over *overs;
    size_t step_count, chain_count, read_count, over_count;
    size_t step_room, chain_room, read_room, over_room;
    unsigned depth, depth_max; /* of the stack */
    unsigned nest;             /* aggregates inside aggregates: 0 for none */
};

/* ---- quantities ----------------------------------------------------------------------------------- */

typedef enum rule_role {
    ROLE_INPUT,
    ROLE_TABLE,
    ROLE_RULE,
    ROLE_OUTPUT,
    ROLE_CHECK,
    ROLE_WHEN,   /* whether a method applies */
    ROLE_GENERAL /* a rule as it was before the exceptions to it */
} rule_role;

typedef struct rule_version {
    heng_span valid; /* as it holds: inside the method's, cut by the next start */
    heng_span written;
    const heng_item *item;
    heng_str formula; /* text */
    heng_evidence evidence;
    heng_str source;
    heng_str uncertainty; /* of its own, in per cent of what it gives; may be empty */
    rule_code *code;
} rule_version;

typedef enum rule_edge_kind { EDGE_SAME, EDGE_EARLIER, EDGE_FIXED } rule_edge_kind;

typedef struct rule_edge {
    int to;
    rule_edge_kind kind;
    heng_locus at;
} rule_edge;

typedef struct rule_quantity {
    rule_role role;
    heng_str name, qualified;
    heng_label label;
    rule_type type;
    rule_key keys[HENG_KEYS_MAX];
    unsigned key_count;
    rule_scope scope;
    bool has_grain; /* tables have none */
    heng_grain grain;
    int method;
    bool lone_name; /* nothing else that can be asked for has this name */
    heng_locus at;  /* the name in the first statement */
    const heng_item *item;
    heng_str text;
    heng_str source;
    heng_evidence evidence;
    bool used;

    rule_version *versions; /* by start */
    size_t version_count, version_room;
    bool needs_facts; /* surely unknown for a member of whom nothing is recorded; see needs.c */
    rule_edge *edges;
    size_t edge_count, edge_room;
    int typing; /* of a rule without a written type: 0 not begun, 1 under way, 2 done */

    bool absent_no; /* inputs */
    heng_str uncertainty; /* of facts that state none, and of rows; may be empty */
    int *providers; /* narrowest first */
    size_t provider_count;

    bool step, linear, flat;     /* tables */
    int table_named, table_root; /* of a table with `instead of`; -1: see displace.c */
    bool parameter;              /* a table that a scenario may set, between these */
    bool bounded;
    double least, most; /* in its unit */
    int number_key;     /* the key that is a number; -1 */
    bool dated;         /* some row has a validity */
    size_t row_first, row_count;

    int exception_of; /* this rule stands instead of that one */
    int general_of;   /* of such a hidden quantity: the rule */
    int general; /* of a rule with exceptions: the hidden quantity that holds its own versions */
    int *exceptions;
    size_t exception_count;
} rule_quantity;

typedef struct rule_method {
    heng_str name;
    heng_label label;
    heng_str source;
    heng_evidence evidence;
    heng_span valid;
    rule_scope scope;
    heng_grain grain;
    bool placed; /* has a kind and a grain */
    bool faulty; /* what it says of them is not known */
    int when;    /* the quantity that says whether it applies; -1 */
    const heng_item *item;
    heng_locus at;
} rule_method;

/* A row of a table with its keys resolved. */
typedef struct rule_row {
    heng_table_row row;
    int quantity;
    int32_t keys[HENG_KEYS_MAX]; /* member; -1 for an entity or a number */
    double number;               /* of the key that is a number, in its unit */
    heng_locus at;
    int from; /* the table that it was written in */
} rule_row;

/* A stage of the plan: quantities that need each other through earlier periods, or one alone. */
typedef struct rule_stage {
    size_t first, count; /* into order */
    bool by_period;
    heng_grain grain; /* the coarsest inside, by which a by_period stage proceeds */
} rule_stage;

struct heng_program {
    heng_arena *arena;
    heng_unit_system *units;
    const heng_rule_file *files;
    size_t file_count;
    heng_hash hash;

    rule_kind *kinds;
    rule_level *levels;
    rule_list *lists;
    rule_method *methods;
    rule_quantity *quantities;
    rule_row *rows;
    heng_str *texts; /* entity codes that formulas name */
    size_t kind_count, level_count, list_count, method_count, quantity_count, row_count, text_count;
    size_t kind_room, level_room, list_room, method_room, quantity_room, row_room, text_room;

    size_t public_count; /* quantities shown by heng_program_quantity; the hidden ones follow */
    int *order;          /* quantities in order of evaluation */
    rule_stage *stages;
    size_t stage_count;
    int first_fixed_year, last_fixed_year; /* that `@2018` names; 0 when there is none */
    unsigned depth_max, chain_max, nest_max;
};

/* ---- helpers over all files ------------------------------------------------------------------------ */

/* The pack whose name stands before that of a file, "cn" of "cn/grid.heng"; else empty. */
heng_str heng_rule__pack_of(const heng_rule_file *files, uint32_t file);
/* Room for one more item of `size` bytes; moves the array when it is full. False: no memory. */
bool heng_rule__grow(heng_arena *arena, void *items, size_t count, size_t *room, size_t size);
/* What is asked for at `inner` is given by `outer`: the same kind, and its level or all. */
bool heng_rule__scope_covers(rule_scope outer, rule_scope inner);
bool heng_rule__scope_equal(rule_scope a, rule_scope b);
/* "province", "place" */
heng_str heng_rule__scope_name(const heng_program *program, rule_scope scope);
bool heng_rule__scope_find(const heng_program *program, heng_str name, rule_scope *out);
/* The index of a member; -1 if there is none. Lists of entities have no members here. */
int heng_rule__member(const rule_list *list, heng_str name);
/* `list` is `ancestor` or a sub-list of it, at any depth. */
bool heng_rule__list_within(const heng_program *program, int list, int ancestor);
/* Which member of `ancestor` each member of `list` is; NULL with *failed for want of memory, NULL alone
 * when they are the same list. */
const int32_t *heng_rule__list_map(const heng_program *program, int list, int ancestor,
                                   heng_arena *arena, bool *failed);
/* As heng_program_find, but what is in force in the period comes first. */
size_t heng_rule__find_at(const heng_program *program, heng_str name, heng_str level,
                          heng_period period);
/* True when the unit has a factor of that base. */
bool heng_rule__unit_has(const heng_unit *unit, uint16_t base);
/* Puts `with` in the place of a base. Statuses: HENG_TOO_LARGE. */
heng_status heng_rule__substitute(const heng_unit *unit, uint16_t base, const heng_unit *with,
                                  heng_unit *out, heng_error *err);
/* The unit of one cell: where the declared unit says unit(fuel) or `t gas`, that of the key.
 * Statuses: HENG_TOO_LARGE. */
heng_status heng_rule__unit_of_cell(const heng_program *program, const rule_quantity *q,
                                    const int32_t *keys, heng_unit *out, heng_error *err);
/* One rounding where the ratio is whole or the inverse of a whole number. */
double heng_rule__convert(heng_ratio ratio, double value);
