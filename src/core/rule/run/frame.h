/* core/rule/run/frame.h: a world laid out for a program: who, when, and columns of values.
 *
 * Entities are numbered in the order of their codes, periods in order of time, keys in the order of
 * their list, so a point is an index into dense arrays and every sum has one order. A column holds one
 * quantity: for each member, then each period, then each combination of keys. Columns of facts and of
 * tables are narrow and remember where a value came from; columns of rules carry all gauges.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/run/lane.h"

/* Such a value names the list too, for a sum over another list never includes that member. */
#define ELSEWHERE_LIST 4294967296.0

typedef struct rule_members {
    rule_scope scope;
    int32_t *entities; /* ascending */
    int32_t *position; /* by entity; -1 for others */
    size_t count;
} rule_members;

typedef enum rule_form {
    FORM_NONE,
    FORM_FULL,
    FORM_FACTS,
    FORM_BLOCK, /* facts where they lie in a block: no arrays of its own */
    FORM_TABLE,
    FORM_CURVE
} rule_form;

/* One row of a step or linear table; those of one cell lie together, by x. */
typedef struct rule_curve_point {
    double x, value;
    heng_span valid;
    uint32_t origin;
    uint8_t state, evidence;
} rule_curve_point;

typedef struct rule_column {
    rule_form form;
    int quantity;
    const rule_members *members; /* those held; NULL: one row for everybody */
    heng_grain grain;
    bool filled; /* FACTS: something is known or recorded */
    bool
        given; /* FULL: the column is the giver's; where that is not in force no fact is recorded */
    int32_t first_period;
    int32_t period_count; /* 0: the same at all times */
    unsigned key_count;   /* without a key that is a number */
    int32_t key_sizes[HENG_KEYS_MAX];
    size_t key_points;
    size_t count;
    double *value;
    uint8_t *state;
    uint8_t *evidence;
    uint8_t *quality_class;  /* FACTS */
    uint32_t *origin;        /* FACTS: index of the block, then of the fact, plus one; TABLE: of the
                               row; 0 for none */
    const heng_block *block; /* BLOCK */
    size_t block_number;
    double *have, *want;   /* FULL */
    float *quality[3];     /* FULL */
    uint32_t *curve_first; /* CURVE: by cell, and one behind */
    rule_curve_point *curve;
} rule_column;

/* Who belongs to whom, at one time. */
typedef struct rule_tree {
    int32_t first_month, last_month;
    int32_t **parents;     /* by hierarchy, by entity */
    int32_t **up;          /* by scope: each entity's member of that scope above, or itself; -1 */
    uint32_t **down_first; /* by scope: each entity's members of that scope below */
    int32_t **down;
} rule_tree;

typedef struct rule_override { /* facts under the name of a rule, in worked examples */
    rule_column *facts;
} rule_override;

struct heng_evaluation {
    const heng_program *program;
    const heng_world *world;
    heng_world seen;   /* as it was when it was evaluated */
    heng_period until; /* that was asked for */
    heng_arena *arena;
    heng_unit_system *units; /* of its own: facts may bring units that the rules do not know */

    size_t entity_count;
    const heng_entity **entities; /* by code */
    rule_scope *entity_scopes; /* the level of each; kind -1 for kinds that the rules do not know */
    uint32_t *entity_slots;    /* hash table of codes: index plus one */
    size_t entity_slot_count;

    int32_t *fact_entities;   /* of each fact; -1 where the book does not have it */
    int32_t **block_entities; /* by block, of each of its members; -1 */

    size_t scope_count; /* kinds, then levels */
    rule_members *members;
    rule_members *held; /* of these, those that have room in columns: see world.c */

    int32_t first_month, last_month;
    int32_t first_period[HENG_GRAIN_COUNT], period_count[HENG_GRAIN_COUNT];

    size_t hierarchy_count;
    heng_str *hierarchies;
    int32_t *cuts; /* months at which some link begins or has ended, ascending */
    size_t cut_count;
    rule_tree *trees;
    size_t tree_count, tree_room;
    int32_t *tree_of[HENG_GRAIN_COUNT]; /* by period */

    int32_t *texts;        /* entity of each text of the program; -1 */
    const rule_row **rows; /* of the program, then of the world */
    size_t row_count;
    rule_column *columns; /* by quantity; of tables, by quantity and grain: see heng_rule__column */
    rule_column *tables;
    rule_column *overrides; /* by quantity; FORM_NONE where there is none */

    heng_finding *findings;
    size_t finding_count, finding_room;
    size_t fact_findings; /* the first of them; those of rules follow */
};

/* world.c: entities, members, periods, membership. Statuses: HENG_NO_MEMORY, HENG_TOO_LARGE. */
heng_status heng_rule__frame_world(heng_evaluation *e, heng_period to, heng_error *err);
/* The same without the entities that kinds derive. */
heng_status heng_rule__frame_given(heng_evaluation *e, heng_period to, heng_error *err);
/* cross.c: e->world with the entities that kinds derive. Statuses as above. */
heng_status heng_rule__cross(heng_evaluation *e, heng_period to, heng_error *err);
int heng_rule__entity_find(const heng_evaluation *e, heng_str code);
static inline size_t heng_rule__scope_id(const heng_program *p, rule_scope scope)
{
    return scope.level < 0 ? (size_t)scope.kind : p->kind_count + (size_t)scope.level;
}
/* The tree that holds in a period, which may lie outside the window. */
const rule_tree *heng_rule__tree(const heng_evaluation *e, heng_grain grain, int32_t period);
/* Fills trees[].up or down for a scope, in all trees; done before evaluating, for all that formulas name. */
heng_status heng_rule__need_up(heng_evaluation *e, rule_scope scope, heng_error *err);
heng_status heng_rule__need_down(heng_evaluation *e, rule_scope scope, heng_error *err);

/* columns.c */
/* The shape of a quantity's column, without arrays. */
void heng_rule__shape(const heng_evaluation *e, int quantity, heng_grain grain, rule_column *out);
heng_status heng_rule__allocate(heng_evaluation *e, rule_column *column, rule_form form,
                                heng_error *err);
/* Where a read of a quantity at this grain finds its values. */
static inline const rule_column *heng_rule__column(const heng_evaluation *e, int quantity,
                                                   heng_grain grain)
{
    if (e->program->quantities[quantity].role == ROLE_TABLE)
        return &e->tables[(size_t)quantity * HENG_GRAIN_COUNT + grain];
    return &e->columns[quantity];
}
/* The index of a point, or -1 where the column has none. `keys` are without a number key. */
static inline ptrdiff_t heng_rule__index(const rule_column *column, int32_t entity, int32_t period,
                                         const int32_t *keys)
{
    ptrdiff_t at = 0;
    if (column->members) {
        if (entity < 0) return -1;
        at = column->members->position[entity];
        if (at < 0) return -1;
    }
    if (column->period_count) {
        int32_t t = period - column->first_period;
        if (t < 0 || t >= column->period_count) return -1;
        at = at * column->period_count + t;
    }
    for (unsigned i = 0; i < column->key_count; i++) {
        if (keys[i] < 0 || keys[i] >= column->key_sizes[i]) return -1;
        at = at * column->key_sizes[i] + keys[i];
    }
    return at;
}
/* How many members a key's list has in this world. */
size_t heng_rule__list_size(const heng_evaluation *e, int list);
/* The index of a key by name; -1. */
int heng_rule__key_find(const heng_evaluation *e, int list, heng_str name);
heng_str heng_rule__key_name(const heng_evaluation *e, int list, int32_t key);
bool heng_rule__find(heng_evaluation *e, heng_finding finding, heng_error *err);

/* blocks.c */
/* One block into the column of a quantity, which may become the block itself if nothing else bears its
 * name. Statuses: HENG_NO_MEMORY, HENG_TOO_LARGE. */
heng_status heng_rule__load_block(heng_evaluation *e, size_t block, int quantity, bool alone,
                                  rule_column *column, heng_error *err);
/* A cell of a column of facts or of a block. */
typedef struct rule_cell {
    double value;
    uint8_t state, evidence, quality;
    bool recorded;
} rule_cell;
rule_cell heng_rule__cell(const rule_column *column, size_t at);
/* What is recorded in such a cell; that of a block is written as a fact. NULL: no memory. */
const heng_fact *heng_rule__fact_at(const heng_evaluation *e, const rule_column *column, size_t at,
                                    heng_arena *arena);
static inline bool heng_rule__holds_facts(const rule_column *column)
{
    return column->form == FORM_FACTS || column->form == FORM_BLOCK;
}

/* facts.c: the columns of inputs, and of rules where facts stand for them. */
heng_status heng_rule__load_facts(heng_evaluation *e, heng_error *err);
/* The facts of the world from `from` on, into columns that are there; not taken where that cannot be
 * done without laying out the world again. Statuses: HENG_NO_MEMORY. */
struct rule_touches;
heng_status heng_rule__offer_facts(heng_evaluation *e, size_t from, struct rule_touches *touches,
                                   bool *taken, heng_error *err);
/* rows.c: the columns of tables, at each grain at which they are read. */
heng_status heng_rule__load_tables(heng_evaluation *e, heng_error *err);
/* The rows of the world from `from` on, as above. */
heng_status heng_rule__offer_rows(heng_evaluation *e, size_t from, struct rule_touches *touches,
                                  bool *taken, heng_error *err);

/* evaluate.c */
/* Over touched points only; and how many those were. Statuses: as heng_evaluate_by. */
heng_status heng_rule__evaluate_again(heng_crew *crew, heng_evaluation *e,
                                      struct rule_touches *touches, size_t *reckoned,
                                      heng_error *err);
heng_status heng_rule__evaluate_all(heng_crew *crew, const heng_program *program,
                                    const heng_world *world, heng_period to,
                                    heng_progress *progress, void *context, heng_arena *arena,
                                    heng_evaluation **out, size_t *reckoned, heng_error *err);

/* values.c */
bool heng_rule__is_unheld(const heng_evaluation *e, const heng_point *point);
void heng_rule__value_at(const rule_column *column, size_t at, heng_value *out);
/* The index of a point in its column; SIZE_MAX where a column of facts has no room for it, for nothing is
 * recorded. Statuses: HENG_NOT_FOUND, with the reason. */
heng_status heng_rule__locate(const heng_evaluation *e, const heng_point *point,
                              const rule_column **column, size_t *at, heng_error *err);
