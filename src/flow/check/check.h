/* flow/check/check.h: raw tables become facts, entities, links, sources and rows of factors, or findings.
 *
 * The second stage of the flow. A sheet says by its header row which table it is; the columns may stand
 * in any order, under English or Chinese names; doc/manual/import.md is the format. Every fault is
 * found at once, each with its cell, the rule it breaks and the remedy. Nothing is half-applied: the
 * result is all rows or none.
 *
 * What is allowed is said by a vocabulary, which the caller fills from the compiled program and from
 * the book, so that this room needs no store and no file. Sources, entities and links of a workbook are
 * read first, whatever the order of its sheets, and its facts and factors may name them.
 *
 * Pure: no clock (the time is given), no I/O. The same bytes and the same vocabulary give the same rows
 * in the same order, that of the file. Results live in `arena`; their texts stay where the workbook and
 * the vocabulary have them.
 * Usual size: 10^3 to 10^6 rows; a row takes some 600 bytes while it is checked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/book/entity.h"
#include "core/book/fact.h"
#include "core/rule/rule.h"
#include "core/table/finding.h"

/* ---- what is allowed ------------------------------------------------------------------------------ */

/* One key of a quantity: a member of a list, an entity, or a number. */
typedef struct heng_check_key {
    heng_str name; /* of the list: fuel */
    size_t member_count;
    const heng_str *members;
    const heng_str *labels_en, *labels_zh; /* also accepted; NULL: none */
    const heng_str *units; /* what unit(fuel) means for each member; NULL or empty: not known */
    heng_str entities_of;  /* kind or level whose entities are the members; else empty */
    bool is_number;        /* of a step or linear table */
} heng_check_key;

typedef enum heng_check_range {
    HENG_RANGE_BY_UNIT, /* not negative for amounts of energy, mass, gas and people; see import.md */
    HENG_RANGE_ANY,
    HENG_RANGE_NOT_NEGATIVE,
    HENG_RANGE_SHARE /* 0 to 100 % */
} heng_check_range;

/* One name at one level and grain. The same name may be given several times. */
typedef struct heng_check_quantity {
    heng_str name, qualified; /* co2, three_fuel.co2 */
    heng_str label_en, label_zh;
    bool is_table; /* takes rows of factors, not facts */
    heng_str unit; /* 10^4 tce, unit(fuel), t gas; empty for words and yes/no */
    bool yes_no;
    size_t word_count;                                       /* of a "one of" type */
    const heng_str *words, *word_labels_en, *word_labels_zh; /* labels may be NULL */
    size_t key_count;
    heng_check_key keys[HENG_KEYS_MAX];
    heng_str kind_or_level; /* empty: of no member */
    heng_grain grain;
    heng_check_range range;
    bool has_minimum, has_maximum; /* besides `range`, in `unit`, bounds included */
    double minimum, maximum;
} heng_check_quantity;

typedef struct heng_check_kind {
    heng_str name;
    const heng_str *levels; /* none: the kind's name stands for the level */
    size_t level_count;
} heng_check_kind;

typedef struct heng_check_vocabulary {
    const heng_check_quantity *quantities;
    size_t quantity_count;
    const heng_entity *entities; /* of the book */
    size_t entity_count;
    const heng_source *sources; /* of the book */
    size_t source_count;
    const heng_check_kind *kinds; /* none: kinds and levels are not compared */
    size_t kind_count;
    const heng_str *hierarchies; /* place, industry, ownership */
    size_t hierarchy_count;
    const heng_str *substances; /* beyond the built-in ones: clinker */
    size_t substance_count;
    int first_year, last_year; /* of periods; 0: no bound but those of base/limits.h */
} heng_check_vocabulary;

/* The vocabulary of a program and what the book holds. Inputs, outputs and tables are taken; private
 * rules are not. A quantity may be negative if its name starts with net_ or ends
 * in _change, _balance, _difference or _net; it is a share if its unit is % and its name starts with
 * share_ or ends in _share. Statuses: HENG_NO_MEMORY. */
heng_status heng_check_vocabulary_of(const heng_program *program, const heng_entity *entities,
                                     size_t entity_count, const heng_source *sources,
                                     size_t source_count, heng_arena *arena,
                                     heng_check_vocabulary *out, heng_error *err);

/* ---- checking ------------------------------------------------------------------------------------- */

typedef enum heng_check_table {
    HENG_CHECK_ANY, /* as the header says */
    HENG_CHECK_FACTS,
    HENG_CHECK_ENTITIES,
    HENG_CHECK_LINKS,
    HENG_CHECK_SOURCES,
    HENG_CHECK_FACTORS,
    HENG_CHECK_TABLE_COUNT
} heng_check_table;

const char *heng_check_table_name(heng_check_table table); /* "any", "facts", "entities" ... */
bool heng_check_table_find(heng_str name, heng_check_table *out);

/* What stands for a column or cell that is not given. */
typedef struct heng_check_options {
    heng_instant now;        /* nothing may be recorded later */
    heng_instant recorded;   /* of rows that do not say; usually now */
    heng_check_table expect; /* the table that every sheet must be */
    heng_str entity;         /* of tables without that column; empty: the cell is required */
    heng_str source;         /* likewise */
    bool has_quality, has_evidence;
    heng_quality quality;
    heng_evidence evidence;
} heng_check_options;

/* A row of a factor table, with the note that stands beside it. */
typedef struct heng_factor_row {
    heng_table_row row;
    heng_str note;
} heng_factor_row;

/* A sheet that was left unread, and why. */
typedef struct heng_check_skipped {
    heng_str sheet;
    const char *why_en, *why_zh;
} heng_check_skipped;

typedef struct heng_checked {
    const heng_fact *facts;
    size_t fact_count;
    const heng_entity *entities;
    size_t entity_count;
    const heng_link *links;
    size_t link_count;
    const heng_source *sources;
    size_t source_count;
    const heng_factor_row *factors;
    size_t factor_count;
    size_t row_count;   /* filled rows of tables, headers aside */
    size_t blank_count; /* empty cells of wide tables, which are no facts */
    const heng_check_skipped *skipped;
    size_t skipped_count;
} heng_checked;

/* Findings are added to `findings`, sorted; *out is filled only when none was added. Results borrow from
 * the workbook and the vocabulary. A workbook of CEADs (flow/check/ceads.h) is recognised unless a
 * table is expected.
 * A declared unit that cannot be resolved here (the units of a list are not given) is not compared;
 * evaluating does so later. Statuses: HENG_NO_MEMORY. */
heng_status heng_check(const heng_workbook *workbook, const heng_check_vocabulary *vocabulary,
                       const heng_check_options *options, heng_arena *arena,
                       heng_sheet_findings *findings, heng_checked *out, heng_error *err);

/* The catalogue of C codes, for the manual and its test. */
const heng_finding_rule *heng_check_rules(size_t *count);
