/* core/rule/check/compile.h: what the stages of compiling share. Not for users of the engine.
 *
 * Stages, in order: sources (files and what they use), symbols (kinds, lists, methods, names), types,
 * tables, formulas (checked and turned into steps in one walk), links (providers, exceptions,
 * versions), plan. Each stage reports to the same list of diagnostics and goes on where it can; a
 * failure (memory, a limit, the loader) is kept in `status` and ends the work at the next step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/model.h"

typedef struct rule_source_file {
    heng_ast ast;
    int *uses;
    size_t use_count, use_room;
    bool *sees; /* by file: this file, and all that it uses, directly or not */
} rule_source_file;

typedef struct rule_compiler {
    heng_program *program;
    heng_arena *arena;
    heng_diagnostics *diagnostics;
    heng_rule_load *load;
    void *load_context;
    heng_rule_file *files;
    rule_source_file *sources;
    size_t file_count, file_room, source_room;
    int *file_order; /* used files before their users */
    size_t file_order_count;
    unsigned untyped; /* rules without a unit that are being checked inside each other */
    heng_status status;
    heng_error *err;
} rule_compiler;

/* NULL for want of memory, which is then in c->status. */
void *heng_rule__alloc(rule_compiler *c, size_t count, size_t size);
/* Room for one more in an array of the compiler's arena; false for want of memory. */
bool heng_rule__push_room(rule_compiler *c, void *items, size_t count, size_t *room, size_t size);
/* Texts one behind the other; empty for want of memory. */
heng_str heng_rule__join(rule_compiler *c, heng_str before, const char *between, heng_str behind);
/* The source text of a stretch. */
heng_str heng_rule__text_at(const rule_compiler *c, heng_locus at);
/* A second place for the diagnostic that was added last. */
void heng_rule__see_also(rule_compiler *c, heng_locus at);
/* The nearest of several names, for remedies; empty when none is near. */
typedef struct rule_nearest {
    heng_str wanted;
    heng_str best;
    size_t distance;
} rule_nearest;
void heng_rule__nearest_offer(rule_nearest *nearest, heng_str candidate);
/* "did you mean ...?" */
const char *heng_rule__did_you_mean(rule_compiler *c, const rule_nearest *nearest,
                                    const char *otherwise);

/* sources.c */
bool heng_rule__read_sources(rule_compiler *c, const heng_str *names, size_t name_count);
/* A CSV file that a table or list names, as a grid whose places are those of `at`. */
bool heng_rule__read_csv(rule_compiler *c, heng_word from, heng_grid *out);
bool heng_rule__sees(const rule_compiler *c, uint32_t file, uint32_t other);

/* symbols.c */
bool heng_rule__collect(rule_compiler *c);
/* The list of that name that the file sees; -1 when there is none. */
int heng_rule__list_find(const rule_compiler *c, uint32_t file, heng_str name);
heng_evidence heng_rule__evidence(rule_compiler *c, const heng_status_written *written,
                                  heng_evidence otherwise, heng_str *code);

/* types.c */
bool heng_rule__resolve_type(rule_compiler *c, uint32_t file, const heng_type_written *written,
                             rule_type *out);
/* Parses a unit; faults become a diagnostic at the word and false. */
bool heng_rule__resolve_unit(rule_compiler *c, heng_word word, heng_unit *out);
/* A fault that the unit room described, with its remedy, or the one given here. */
void heng_rule__unit_fault(rule_compiler *c, const char *code, heng_locus at, const char *caret,
                           const heng_error *why, const char *otherwise);
/* For people: as someone in these files wrote it if possible, else in base units. */
heng_str heng_rule__unit_text(rule_compiler *c, const rule_type *type);
/* Why two units do not meet and what to do, for the diagnostics. */
typedef struct rule_advice {
    heng_str caret;
    heng_str remedy;
} rule_advice;
/* One is coal equivalent, the other electricity or heat. */
bool heng_rule__coal_and_power(rule_compiler *c, const heng_unit *a, const heng_unit *b);
rule_advice heng_rule__advise(rule_compiler *c, const rule_type *found, const rule_type *wanted,
                              heng_str found_name);

/* uncertain.c */
/* The statement that the attribute makes; empty where there is none, or it has faults. */
heng_str heng_rule__uncertainty(rule_compiler *c, const heng_item *item, bool number);
/* Faults of a statement, also against its value unless that is NULL, become a diagnostic there. */
void heng_rule__check_uncertainty(rule_compiler *c, heng_locus at, heng_str text,
                                  const double *value);

/* tables.c */
bool heng_rule__read_tables(rule_compiler *c);
/* displace.c */
bool heng_rule__displace_rows(rule_compiler *c);

/* formulas.c: checks every formula and writes its steps. */
bool heng_rule__compile_formulas(rule_compiler *c);

/* links.c */
bool heng_rule__link_exceptions(rule_compiler *c); /* before formulas */
bool heng_rule__link_providers(rule_compiler *c);  /* before formulas */
bool heng_rule__order_versions(rule_compiler *c);  /* before formulas */
bool heng_rule__report_unused(rule_compiler *c);

/* needs.c */
void heng_rule__find_needs(rule_compiler *c);

/* plan.c */
bool heng_rule__plan(rule_compiler *c);
