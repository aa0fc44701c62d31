/* core/rule/check/formula.h: checking a formula and writing its steps, in one walk.
 *
 * Each expression leaves one entry on the stack and says its type. The first fault of a formula ends
 * the walk of that formula; the others go on. What stands inside an aggregate becomes a code of its
 * own, which runs for each member.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/check/compile.h"

typedef struct rule_binding {
    heng_str name;
    int list;
} rule_binding;

typedef struct rule_formula {
    rule_compiler *c;
    rule_code *code;
    int quantity;
    int method;
    uint32_t file;
    heng_span valid;  /* of the version, to see whether what it reads holds as long */
    rule_scope scope; /* of the points of this code */
    heng_grain grain;
    rule_chain outer;    /* moves of the parentheses around */
    rule_scope at_scope; /* after those moves */
    heng_grain at_grain;
    rule_binding slots[RULE_SLOTS_MAX];
    unsigned slot_count;
    bool earlier;  /* every point of this code lies in an earlier period than the rule's */
    bool spreads;  /* it may lie in a later one */
    bool timeless; /* moved in time at all: versions need not hold as long */
    unsigned nest;
} rule_formula;

/* A type that is hoped for, so that a bare word can be found in its list; NULL when nothing is. */
bool heng_rule__walk(rule_formula *f, const heng_expr *e, const rule_type *want, rule_type *out);

/* formula_names.c */
bool heng_rule__walk_point(rule_formula *f, const heng_expr *e, const rule_type *want,
                           rule_type *out);
/* The name is a key, a quantity or a level here, so that it is not merely a word of a list. */
bool heng_rule__means_something(const rule_formula *f, const heng_expr *e);
bool heng_rule__walk_name(rule_formula *f, heng_word word, rule_type *out);
int heng_rule__slot_find(const rule_formula *f, heng_str name);

/* formula_calls.c */
bool heng_rule__walk_call(rule_formula *f, const heng_expr *e, rule_type *out);
/* Refuses sums of one name over members and over those in whom they lie, added to each other. */
bool heng_rule__check_added_sums(rule_formula *f, const heng_expr *left, const heng_expr *right);

/* formulas.c */
bool heng_rule__compile_quantity(rule_compiler *c, int quantity);
bool heng_rule__emit(rule_formula *f, rule_opcode op, int a, int b, double x, double y,
                     heng_locus at);
/* READ and OVER say themselves how many entries they take. */
bool heng_rule__emit_popping(rule_formula *f, rule_opcode op, unsigned pops, int a, heng_locus at);
/* The index of the chain of the outer moves and these; -1 when something failed. */
int heng_rule__chain(rule_formula *f, const rule_chain *chain);
/* Converts the top of the stack, of type `from`, into the unit of `to`; reports what does not meet. */
bool heng_rule__meet(rule_formula *f, const rule_type *from, const rule_type *to, heng_locus at,
                     const char *verb, heng_str from_name);
bool heng_rule__to_plain(rule_formula *f, const rule_type *from, heng_locus at, const char *what);
bool heng_rule__expect(rule_formula *f, const rule_type *found, rule_type_kind wanted,
                       heng_locus at, const char *what);
rule_type heng_rule__number_type(void);
rule_type heng_rule__yes_no_type(void);
/* The text of an expression that is a plain name; else empty. */
heng_str heng_rule__plain_name(const heng_expr *e);
