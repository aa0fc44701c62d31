/* flow/check/checker.h: what the files of this room share while one workbook is checked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/check/check.h"
#include "flow/check/layout.h"
#include "flow/check/names.h"
#include "flow/check/rules.h"

/* Rows that were read, in a growing array of the arena. */
typedef struct heng_check__list {
    void *items;
    size_t count, capacity;
    size_t item_size;
} heng_check__list;

/* One cell of the row that is being read, under one of its columns. */
typedef struct heng_check__field {
    const heng_sheet_cell *cell; /* NULL: empty, or there is no such column */
    uint32_t row;                /* of the sheet */
    uint32_t column;             /* of the sheet; 0: there is no such column */
    heng_str text;               /* trimmed; of a number the shortest form; empty when unreadable */
    bool bad;                    /* an error or a formula without result; reported already */
} heng_check__field;

/* Where a row was read from; kept beside each result for messages about pairs of rows. */
typedef struct heng_check__origin {
    const heng_sheet *sheet;
    uint32_t sheet_number, row, column;
} heng_check__origin;

typedef struct heng_check__fact {
    heng_fact fact;
    heng_check__origin origin;
} heng_check__fact;

typedef struct heng_check__entity {
    heng_entity entity;
    heng_check__origin origin;
} heng_check__entity;

typedef struct heng_check__link {
    heng_link link;
    heng_check__field parent_field; /* the parent as written, until all entities are read */
    heng_check__origin origin;
} heng_check__link;

typedef struct heng_check__factor {
    heng_factor_row factor;
    heng_check__origin origin;
} heng_check__factor;

/* Declared units and those written in the file, parsed once each. */
typedef struct heng_check__unit {
    heng_str text;
    heng_unit unit;
    bool known;
    heng_str trouble; /* why it is not known */
} heng_check__unit;

typedef struct heng_checker {
    const heng_workbook *workbook;
    const heng_check_vocabulary *vocabulary;
    const heng_check_options *options;
    heng_arena *arena;
    heng_sheet_findings *findings;
    bool no_memory; /* sticky: the caller asks at the end of each sheet */

    /* The sheet and row that are being read. */
    const heng_sheet *sheet;
    uint32_t sheet_number;
    const heng_check__layout *layout;
    const heng_sheet_row *row;

    /* Everything that may be named: of the book, then of this workbook. */
    const heng_entity *entities;
    size_t entity_count;
    heng_check__names entity_codes, entity_names, entity_short;
    heng_check__names quantity_names, quantity_labels;
    heng_check__names source_codes;

    heng_unit_system *units;
    heng_check__unit *parsed_units;
    size_t parsed_unit_count;
    size_t suggestions_left; /* nearness costs time: only the first faults get it */

    heng_check__list facts, entity_rows, links, sources, source_origins, factors, skipped;
    size_t row_count, blank_count;
} heng_checker;

/* A new zeroed item at the end, or NULL with `no_memory` set. */
void *heng_check__push(heng_checker *checker, heng_check__list *list);
/* The text, or the empty text with `no_memory` set when it has no bytes. */
heng_str heng_check__kept(heng_checker *checker, heng_str text);

heng_check__field heng_check__field_of(heng_checker *checker, unsigned column);
heng_check__field heng_check__field_at(heng_checker *checker, uint32_t sheet_column);

/* Reports a rule broken by a field, or at a place of the sheet. Details may be NULL. */
void heng_check__report(heng_checker *checker, heng_check_rule rule, const heng_check__field *field,
                        const heng_finding_details *details);
void heng_check__report_at(heng_checker *checker, heng_check_rule rule, uint32_t row,
                           uint32_t column, heng_str cell, const heng_finding_details *details);
/* The English and Chinese name of a column of the table being read, for {1} of a message. */
void heng_check__report_required(heng_checker *checker, unsigned column,
                                 const heng_check__field *field);

#define HENG_DETAILS(...) (&(heng_finding_details){.en = {__VA_ARGS__}})

/* ---- cells: the value, or false and a finding (src: cell.c) ---- */

bool heng_check__read_number(heng_checker *checker, const heng_check__field *field, double *value,
                             heng_str *as_written);
bool heng_check__read_period(heng_checker *checker, const heng_check__field *field,
                             heng_period *out);
/* The period of a header such as 2015 or 2015年; reports nothing. */
bool heng_check__header_period(const heng_sheet_cell *cell, heng_period *out);
/* Empty fields give `otherwise`. */
bool heng_check__read_recorded(heng_checker *checker, const heng_check__field *field,
                               heng_instant otherwise, heng_instant *out);
bool heng_check__read_span(heng_checker *checker, const heng_check__field *field, heng_span *out);
bool heng_check__read_quality(heng_checker *checker, unsigned column, heng_quality *out);
bool heng_check__read_evidence(heng_checker *checker, unsigned column, heng_evidence *out);
/* Text of at most `most` bytes, in one line where it is a name; a required one may not be empty. */
bool heng_check__read_text(heng_checker *checker, unsigned column, bool required, size_t most,
                           heng_str *out);
/* A code of letters, digits and _ - . : that may be given to something new. */
bool heng_check__read_code(heng_checker *checker, unsigned column, heng_str *out);

/* ---- names that must be known (terms.c) ---- */

/* Opens the look-up tables. Again after the entities and sources of the workbook were read. */
void heng_check__open_terms(heng_checker *checker);
void heng_check__open_entities(heng_checker *checker);
void heng_check__open_sources(heng_checker *checker);
/* The entity of that code or name. `kind_or_level` chooses among namesakes; it may be empty. */
const heng_entity *heng_check__read_entity(heng_checker *checker, const heng_check__field *field,
                                           heng_str text, heng_str kind_or_level);
/* The same without a finding: of a sheet's name, say. NULL unless there is exactly one. */
const heng_entity *heng_check__find_entity(const heng_checker *checker, heng_str text,
                                           heng_str kind_or_level);
/* Any quantity of that name; the version for level and grain is chosen by heng_check__fit. */
const heng_check_quantity *heng_check__read_quantity(heng_checker *checker,
                                                     const heng_check__field *field, bool table);
/* Of the quantities of this name, the one that fits entity and grain. Reports the misfit. NULL entity
 * or period: not compared. */
const heng_check_quantity *heng_check__fit(heng_checker *checker, const heng_check_quantity *any,
                                           const heng_check__field *entity_field,
                                           const heng_entity *entity,
                                           const heng_check__field *period_field,
                                           const heng_period *period);
bool heng_check__read_keys(heng_checker *checker, const heng_check__field *field,
                           const heng_check_quantity *quantity, heng_str keys[HENG_KEYS_MAX]);
/* The word of a "one of" quantity, by name or label; SIZE_MAX if there is none. */
size_t heng_check__find_word(const heng_check_quantity *quantity, heng_str text);
bool heng_check__read_source(heng_checker *checker, unsigned column, heng_str *out);

/* ---- units and values (value.c) ---- */

void heng_check__open_units(heng_checker *checker);

typedef struct heng_check__value {
    heng_notation notation;
    double number;
    heng_str text, unit;
} heng_check__value;

/* The value and its unit, held against the quantity: dimension, sign, share, bounds, list of words.
 * `keys` is NULL where the keys are not known to be right. */
bool heng_check__read_value(heng_checker *checker, const heng_check__field *value_field,
                            const heng_check__field *unit_field,
                            const heng_check_quantity *quantity, const heng_str *keys,
                            heng_check__value *out);
/* What the cell says of how far the value may be off (uncertain.c); empty for nothing. */
bool heng_check__read_uncertainty(heng_checker *checker, unsigned column,
                                  const heng_check_quantity *quantity,
                                  const heng_check__value *value, heng_str *out);
/* Factor from a written unit to the quantity's, for these keys; false when it is not known. */
bool heng_check__unit_factor(heng_checker *checker, const heng_check_quantity *quantity,
                             const heng_str *keys, heng_str written, double *factor);

/* ---- tables (facts.c, register.c, factors.c): one sheet each ---- */

void heng_check__read_facts(heng_checker *checker);
void heng_check__compare_facts(heng_checker *checker); /* of the whole workbook, with each other */
void heng_check__read_entities(heng_checker *checker);
void heng_check__read_links(heng_checker *checker);
void heng_check__compare_entities(heng_checker *checker);
/* The parents that the table of entities named, once every entity is known. */
void heng_check__resolve_parents(heng_checker *checker);
void heng_check__compare_links(heng_checker *checker);
void heng_check__read_sources(heng_checker *checker);
void heng_check__compare_sources(heng_checker *checker);
void heng_check__read_factors(heng_checker *checker);
void heng_check__compare_factors(heng_checker *checker);
/* The workbook of CEADs, in place of all of the above (ceads.c). */
void heng_check__read_ceads(heng_checker *checker);
