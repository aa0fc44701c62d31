/* core/rule/ast.h: a rule file as a tree, just as it was written.
 *
 * The parser makes it, the formatter prints it, the checker reads it. Nothing here is resolved: names
 * are text, units are text. Every node knows its place in the source. Nodes live in the arena that was
 * given to the parser; texts are views of the source (labels are unescaped copies). Lists are linked by
 * `next`, in source order.
 *
 * The grammar is that of doc/manual/rule-language.md, section "Grammar".
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/period.h"
#include "core/rule/diagnostic.h"
#include "base/limits.h"

typedef struct heng_word { /* a name, a number or a unit as written, with its place */
    heng_str text;
    heng_locus at;
} heng_word;

typedef struct heng_label { /* "English" / "中文"; either may be empty */
    heng_str en;
    heng_str zh;
    heng_locus at;    /* from the first to the last quote */
    heng_locus at_zh; /* the second text; length 0 when there is one text */
} heng_label;

/* name {"." name}, at most 3 parts */
typedef struct heng_path {
    heng_word parts[3];
    unsigned count;
} heng_path;

/* Walking a formula may recurse: no path from its root to a leaf is longer than this. A chain of 500
 * terms is refused; sums over that many things have a list and `sum`. */
enum { HENG_RULE_HEIGHT_MAX = 500 };

typedef enum heng_expr_kind {
    HENG_EXPR_NUMBER,  /* `number`, `word` as written, and `unit` where one is written behind it */
    HENG_EXPR_YES,
    HENG_EXPR_NO,
    HENG_EXPR_MISSING,
    HENG_EXPR_PERIOD,  /* the word `period` */
    HENG_EXPR_PATH,    /* `path` */
    HENG_EXPR_INDEX,   /* left [ items ] */
    HENG_EXPR_AT,      /* left @ `word`: previous, last_year, base, 2018, a grain, a kind or level, a key */
    HENG_EXPR_CALL,    /* `word` ( items [weight right] [over] ) */
    HENG_EXPR_NEGATE,  /* - left */
    HENG_EXPR_POWER,   /* left ^ right */
    HENG_EXPR_MULTIPLY,
    HENG_EXPR_DIVIDE,
    HENG_EXPR_ADD,
    HENG_EXPR_SUBTRACT,
    HENG_EXPR_AS,      /* left as `unit` */
    HENG_EXPR_COMPARE, /* left `compare` right */
    HENG_EXPR_NOT,
    HENG_EXPR_AND,
    HENG_EXPR_OR,
    HENG_EXPR_ELSE,    /* left else right */
    HENG_EXPR_CHOICE,  /* items: HENG_EXPR_ARM ... */
    HENG_EXPR_ARM,     /* left when right; right is NULL for `otherwise` */
    HENG_EXPR_DATE,    /* right of a comparison with `period`: `word`, 2016, 2016-07, 2016-Q3, 2016-H1 */
    HENG_EXPR_KIND_COUNT
} heng_expr_kind;

typedef enum heng_compare {
    HENG_EQ, HENG_NE_SIGN, HENG_LT, HENG_LE, HENG_GT, HENG_GE
} heng_compare;

/* over name {"," name} [of name] [so far] [where or] [less name {"," name}] */
typedef struct heng_over {
    heng_word *names; /* at most HENG_KEYS_MAX */
    unsigned name_count;
    heng_word of; /* length 0 when absent */
    bool so_far;
    struct heng_expr *where;
    heng_word *less; /* at most HENG_KEYS_MAX */
    unsigned less_count;
    heng_locus at; /* the word `over`; length 0 when there is none */
    heng_locus at_weight; /* the word `weight`; length 0 when there is none */
} heng_over;

typedef struct heng_expr {
    heng_expr_kind kind;
    heng_locus at;             /* the whole expression, with its parentheses */
    heng_locus operator_at;    /* the operator sign or word, where there is one */
    heng_locus close_at;       /* the closing bracket of INDEX and CALL */
    double number;
    heng_word unit;            /* one blank inside a group, none around * and /; length 0 if none */
    heng_word word;
    heng_path path;
    heng_compare compare;
    struct heng_expr *left, *right;
    struct heng_expr *items;   /* first of a list linked by `next` */
    struct heng_over over;
    struct heng_expr *next;
    bool in_parentheses;       /* as written; the formatter keeps them; `at` includes them */
    uint16_t height;           /* of the tree below, 1 for a leaf; at most HENG_RULE_HEIGHT_MAX */
} heng_expr;

typedef enum heng_type_kind {
    HENG_TYPE_NONE, /* not written */
    HENG_TYPE_UNIT,
    HENG_TYPE_LIST, /* one of LIST */
    HENG_TYPE_YES_NO
} heng_type_kind;

typedef struct heng_type_written {
    heng_type_kind kind;
    heng_word unit;
    heng_word list;
    heng_locus at;
} heng_type_written;

typedef struct heng_key_written { /* name [":" unit], inside [ ] */
    heng_word name;
    heng_word unit; /* length 0 unless the key is a number, as in step and linear tables */
} heng_key_written;

/* A status as written: the word and, behind it, the confidence or the source codes. */
typedef struct heng_status_written {
    heng_word words[4];
    unsigned count;
} heng_status_written;

typedef struct heng_span_written {
    heng_span span; /* of months */
    heng_locus at;  /* length 0 when absent */
} heng_span_written;

typedef struct heng_attributes {
    heng_label source; /* .en holds the text; .at.length 0 when absent */
    heng_status_written status;
    heng_span_written valid;
    heng_word for_kind; /* for KIND [by GRAIN] */
    heng_word by_grain;
    heng_expr *when;
    heng_path instead_of; /* count 0 when absent */
    heng_word uncertain_shape; /* normal, lognormal, uniform, triangular */
    heng_expr *uncertain_numbers; /* list */
    heng_expr *least, *most; /* in LEAST .. MOST */
    bool step, linear, flat, absent_no;
    /* Each attribute's first word; length 0 when it is not written. They may stand in any order. */
    heng_locus at_source, at_status, at_valid, at_for, at_when, at_instead, at_uncertain, at_absent;
    heng_locus at_step, at_linear, at_flat, at_bounds;
} heng_attributes;

typedef struct heng_cell {
    heng_word word;  /* trimmed text; quotes removed where `quoted`; `at` covers all that is written */
    heng_str zh;     /* of a quoted cell, the second text: "Coke" / "焦炭" */
    bool quoted;
} heng_cell;

typedef struct heng_grid {
    unsigned column_count;
    heng_cell *head;       /* column_count cells */
    unsigned row_count;
    heng_cell *cells;      /* row_count x column_count, by row; a short row ends in empty cells */
    uint32_t *row_lines;   /* the source line of each row */
    heng_locus at;
} heng_grid;

typedef enum heng_item_kind {
    HENG_ITEM_USE,       /* path */
    HENG_ITEM_KIND,      /* kind name label levels in */
    HENG_ITEM_LIST,      /* list name [of `of`] label = names | grid | from */
    HENG_ITEM_METHOD,
    HENG_ITEM_INPUT,
    HENG_ITEM_TABLE,     /* formula, grid or from */
    HENG_ITEM_PARAMETER, /* likewise; a scenario may set it */
    HENG_ITEM_RULE,      /* private, or with `output` */
    HENG_ITEM_CHECK,     /* formula [when] label */
    HENG_ITEM_KIND_COUNT
} heng_item_kind;

typedef struct heng_item {
    heng_item_kind kind;
    heng_locus at;        /* the whole statement, from its first to its last character */
    heng_locus at_equals; /* the sign before the formula or the names; length 0 when absent */
    heng_word name;
    heng_label label;
    heng_attributes attributes;
    heng_key_written keys[HENG_KEYS_MAX];
    unsigned key_count;
    heng_type_written type;
    bool output;
    heng_expr *formula;
    heng_grid *grid;
    heng_word from;       /* from "file.csv"; length 0 when absent */
    heng_path path;       /* of `use` */
    heng_word version;    /* of a pack that is used; as written, with its quotes; length 0 when absent */
    heng_word of;         /* list NAME of OF */
    heng_word *names;     /* members of a list, levels of a kind */
    unsigned name_count;
    heng_word *inside;    /* `in` of a kind */
    unsigned inside_count;
    heng_word unit;       /* kind NAME of UNIT over CROSSED; length 0 when absent */
    heng_word *crossed;
    unsigned crossed_count;
    struct heng_item *next;
} heng_item;

typedef struct heng_ast {
    uint32_t file;
    heng_item *items; /* in source order; statements after `method` belong to it */
    bool whole;       /* no faults: every statement of the text is here */
} heng_ast;

/* Parses one file. Faults go to `diagnostics`, and parsing goes on with the next statement, so the tree
 * holds every statement that was understood. Statuses: HENG_TOO_LARGE (the text, see base/limits.h),
 * HENG_NO_MEMORY. A file with faults is HENG_OK; ask diagnostics->found. */
heng_status heng_rule_parse(uint32_t file, heng_str text, heng_arena *arena,
                            heng_diagnostics *diagnostics, heng_ast *out, heng_error *err);

/* A span as it stands in a cell of a grid: 2021, 2019 .. 2020, 2022 .., .. 2020, 2023-06 .. 2025-08.
 * HENG_INVALID: not of that form; the message names the remedy. */
heng_status heng_rule_span_parse(heng_str text, heng_span *out, heng_error *err);

/* The file in its one layout: lines that continue a statement are indented by 2 blanks, formulas break at
 * 100 columns before their loosest operators, a choice has one arm a line, grids are aligned (wide
 * characters count two), up to two blank lines between statements are kept, comments stay with their
 * neighbours. Formatting never changes the tree, and formatting twice changes nothing. `text` is the
 * source of `ast`. Statuses: HENG_REFUSED (a file with faults), HENG_NO_MEMORY. */
heng_status heng_rule_format(heng_str text, const heng_ast *ast, heng_arena *arena, heng_str *out,
                             heng_error *err);
