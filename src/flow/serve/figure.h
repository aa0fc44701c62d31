/* flow/serve/figure.h: figures looked up and written, the same way in every reply. Internal.
 *
 * A figure is a quantity at a place, a period and keys, with its value. `found` is false where the rules
 * have no such quantity for the place or the evaluation does not reach the period; such a figure is
 * written as null, or left out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/call.h"

typedef struct heng_quantity {
    bool found;
    size_t index; /* in the program */
    heng_quantity_info info;
} heng_quantity;

typedef struct heng_figure {
    bool found;
    size_t quantity;
    const heng_quantity_info *info;
    heng_point point;
    heng_value value;
} heng_figure;

/* ---- finding --------------------------------------------------------------------------------- */

/* NULL when no entity has this code. */
const heng_entity *heng_serve__entity(const heng_call *call, heng_str code);
/* The parent of an entity in the hierarchy of its kind, by the latest link; empty when it has none. */
heng_str heng_serve__parent(const heng_call *call, const heng_entity *entity);
/* The quantity of that name which is for this entity, at its level or its kind. */
heng_quantity heng_serve__quantity(const heng_call *call, heng_str name, const heng_entity *entity,
                                   heng_grain grain);
/* `key` is empty for a quantity without keys. The quantity must outlive the figure. */
heng_figure heng_serve__figure(const heng_call *call, const heng_quantity *quantity,
                               heng_str entity, heng_period period, heng_str key);
/* The same by name, by year; not found when `name` is NULL. `key` NULL: none. `name` is a literal: it is
 * compared by its address. */
heng_figure heng_serve__by_name(heng_call *call, const char *name, const heng_entity *entity,
                                int year, const char *key);
bool heng_serve__is_known(const heng_figure *figure);
/* A part is known: an incomplete sum. */
bool heng_serve__is_incomplete(const heng_value *value);
/* First and last year of the facts of an entity; false when it has none. */
bool heng_serve__years(const heng_call *call, heng_str entity, int *first, int *last);
const heng_source *heng_serve__source(const heng_call *call, heng_str code);

/* ---- writing --------------------------------------------------------------------------------- */

void heng_serve__write_figure(heng_call *call, const heng_figure *figure);
/* "interval" of a known figure, where its inputs state how far they may be off (uncertainty.c). */
void heng_serve__put_interval(heng_call *call, const heng_figure *figure);
/* "key": the figure, or null when it was not found. */
void heng_serve__put_figure(heng_call *call, const char *key, const heng_figure *figure);
/* A point of a sparkline: period, value, state. */
void heng_serve__write_point(heng_call *call, const heng_figure *figure, heng_period period);
/* "key": the address, empty when the figure was not found. */
void heng_serve__put_address(heng_call *call, const char *key, const heng_figure *figure);
/* "fit_to_publish" of a value; `figure` is the address to name, may be empty. */
void heng_serve__put_fitness(heng_call *call, const heng_value *value, heng_str figure);
void heng_serve__write_figure_row(heng_call *call, heng_csv *csv, const heng_figure *figure);
extern const char heng_serve__figure_headings[];

/* Members that figures and nodes share: value, word, unit, state, at_least, have, want, evidence,
 * quality. `info` says whether the number is a word. */
void heng_serve__put_value(heng_call *call, const heng_value *value, const heng_quantity_info *info,
                           heng_str unit);
const char *heng_serve__state_name(const heng_value *value);
void heng_serve__put_text_or_null(heng_json *json, const char *key, heng_str text);
void heng_serve__put_number_or_null(heng_json *json, const char *key, bool known, double number);
void heng_serve__put_as_of(heng_call *call);
/* "scenario": what was set, or null. */
void heng_serve__put_scenario(heng_call *call);
void heng_serve__put_valid(heng_json *json, heng_span valid);
void heng_serve__put_recorded(heng_json *json, const char *key, heng_instant recorded);
void heng_serve__write_entity(heng_call *call, const heng_entity *entity);
void heng_serve__write_source(heng_call *call, heng_str code);
/* A key with the labels that its list gives it; `list` may be NULL. */
void heng_serve__put_key(heng_json *json, const heng_list_info *list, heng_str key);
/* The same under another name than "key". */
void heng_serve__put_key_as(heng_json *json, const char *name, const heng_list_info *list,
                            heng_str key);
void heng_serve__write_key(heng_json *json, const heng_list_info *list, heng_str key);
/* "key_labels": the keys of a point, each with its labels. */
void heng_serve__put_key_labels(heng_json *json, const heng_quantity_info *info,
                                const heng_point *point);
void heng_serve__write_factor(heng_call *call, const heng_table_row *row);
void heng_serve__put_hash(heng_json *json, heng_hash hash);
void heng_serve__put_counts(heng_json *json, const uint64_t counts[HENG_PUT_COUNT]);
void heng_serve__write_import(heng_call *call, const heng_import *import, bool known_before);
/* The word behind a number: the member of its list, yes or no; false for a plain number. */
bool heng_serve__word(const heng_quantity_info *info, double number, heng_str *word, heng_str *en,
                      heng_str *zh);
/* explain.c: not a figure of this book, said as the engine says it, which names the part at fault. */
void heng_serve__refuse_figure(heng_call *call, const heng_error *why);
