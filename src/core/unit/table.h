/* core/unit/table.h: the one table of units, and what the files of this folder share.
 *
 * Not for other rooms: they read unit.h. A base has a number; the built-in ones keep the order of
 * heng_unit__bases, those that rules add follow. A symbol is a scale and at most three powers of
 * bases. An alias is another writing of a symbol or substance, as imported tables use it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/unit/unit.h"

enum {
    HENG_UNIT__KG,
    HENG_UNIT__M,
    HENG_UNIT__S,
    HENG_UNIT__K,
    HENG_UNIT__A,
    HENG_UNIT__TCE,
    HENG_UNIT__NM3,
    HENG_UNIT__YEAR,
    HENG_UNIT__PERSON,
    HENG_UNIT__HOUSEHOLD,
    HENG_UNIT__VEHICLE,
    HENG_UNIT__HEAD,
    HENG_UNIT__PIECE,
    HENG_UNIT__CASE,
    HENG_UNIT__POINTS,
    HENG_UNIT__CNY,
    HENG_UNIT__USD,
    HENG_UNIT__EUR,
    HENG_UNIT__CO2,
    HENG_UNIT__C,
    /* the other substances follow; nothing but the table needs their numbers */
};

typedef enum heng_unit__kind {
    HENG_UNIT__PHYSICAL,
    HENG_UNIT__OWN, /* a count or measure that must not be mixed up with others */
    HENG_UNIT__MONEY,
    HENG_UNIT__SUBSTANCE,
    HENG_UNIT__EQUIVALENT, /* CO2e under one set of warming potentials */
    HENG_UNIT__ADDED,      /* by rules: a substance or a unit of its own */
    HENG_UNIT__ADDED_ALONE /* "unit(fuel)": never behind a mass */
} heng_unit__kind;

typedef struct heng_unit__base {
    const char *name;
    heng_unit__kind kind;
    const char *description;
} heng_unit__base;

enum { HENG_UNIT__SYMBOL_FACTORS = 3 };

typedef struct heng_unit__symbol {
    const char *text;
    heng_ratio scale;
    heng_unit_factor factors[HENG_UNIT__SYMBOL_FACTORS]; /* sorted; power 0 ends */
    const char *description;
    const char *source;
} heng_unit__symbol;

typedef struct heng_unit__alias {
    const char *text;
    const char *means; /* a symbol or substance of the tables above */
} heng_unit__alias;

/* What a product of bases is called. */
typedef struct heng_unit__dimension {
    const char *name;
    heng_unit_factor factors[HENG_UNIT__SYMBOL_FACTORS];
} heng_unit__dimension;

/* A multiple in Chinese, such as 万: text and its power of ten. */
typedef struct heng_unit__multiple {
    const char *text;
    int exponent;
} heng_unit__multiple;

extern const heng_unit__base heng_unit__bases[];
extern const size_t heng_unit__base_count;
extern const heng_unit__symbol heng_unit__symbols[];
extern const size_t heng_unit__symbol_count;
extern const heng_unit__alias heng_unit__symbol_aliases[];
extern const size_t heng_unit__symbol_alias_count;
extern const heng_unit__alias heng_unit__substance_aliases[];
extern const size_t heng_unit__substance_alias_count;
extern const heng_unit__alias heng_unit__hints[];
extern const size_t heng_unit__hint_count;
extern const heng_unit__dimension heng_unit__dimensions[];
extern const size_t heng_unit__dimension_count;
extern const heng_unit__multiple heng_unit__multiples[];
extern const size_t heng_unit__multiple_count;

/* For messages, where the text is known to be there. */
#define HENG_UNIT__PRINT(s) (int)(s).length, (s).at

/* unit.c */
heng_unit heng_unit__of_factors(heng_ratio scale,
                                const heng_unit_factor factors[HENG_UNIT__SYMBOL_FACTORS]);
heng_unit heng_unit__ten_to(int exponent); /* 0 to 18 */
int heng_unit__power_of(const heng_unit *unit, uint16_t base);
bool heng_unit__is_mass(const heng_unit *unit);
bool heng_unit__is_volume(const heng_unit *unit); /* m3 or Nm3 */

/* system.c; a NULL `system` of name and kind knows the built-in bases only. */
size_t heng_unit__base_total(const heng_unit_system *system);
heng_str heng_unit__base_name(const heng_unit_system *system, uint16_t base);
heng_unit__kind heng_unit__base_kind(const heng_unit_system *system, uint16_t base);
bool heng_unit__base_find(const heng_unit_system *system, heng_str name, uint16_t *base);
/* Adds without asking whether the name could be mistaken for something else. */
heng_status heng_unit__base_intern(heng_unit_system *system, heng_str name, heng_unit__kind kind,
                                   uint16_t *base, heng_error *err);

/* word.c: what one word of a unit means. */
bool heng_unit__symbol_find(heng_str text, heng_unit *out);
bool heng_unit__substance_find(const heng_unit_system *system, heng_str text, uint16_t *base);
/* "CNY_2015": the word has the form of money of a year that may be named. */
bool heng_unit__is_money_of_year(heng_str text);
bool heng_unit__starts_with_money(heng_str text);
bool heng_unit__is_substance(heng_unit__kind kind);
/* A word without added bases: a symbol, or multiple, mass and substance written as one. */
bool heng_unit__word_find(heng_str text, heng_unit *out);
/* The nearest known symbol or added base, or the nearest substance; empty if none is near. */
heng_str heng_unit__nearest(const heng_unit_system *system, heng_str text, bool substance);

/* write.c: one line of text. What does not fit is dropped and `full` set; only units with absurd
 * powers or names come so far. */
enum { HENG_UNIT__LINE = 2048 };
typedef struct heng_unit__line {
    char bytes[HENG_UNIT__LINE];
    size_t length;
    bool full;
} heng_unit__line;
void heng_unit__add(heng_unit__line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
heng_status heng_unit__line_out(const heng_unit__line *line, heng_arena *arena, heng_str *out,
                                heng_error *err);
void heng_unit__write_bases(const heng_unit_system *system, const heng_unit *unit,
                            heng_unit__line *line);

/* describe.c */
void heng_unit__describe(const heng_unit_system *system, const heng_unit *unit,
                         heng_unit__line *line);
/* What to do when `from` does not convert into `to`; "" when nothing better can be said. */
const char *heng_unit__remedy(const heng_unit_system *system, const heng_unit *from,
                              const heng_unit *to);
