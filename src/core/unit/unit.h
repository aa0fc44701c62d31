/* core/unit/unit.h: units of measurement, exactly.
 *
 * A unit is a scale (an exact rational) times a product of powers of base units. Two units convert into
 * each other when their powers agree; the factor is then exact. Base units are those of physics that
 * the domain needs (kg, m, s, K, A) and the things that must not be mixed up though physics would let
 * them: each substance (kg of CO2 is not kg of C, and CO2e of AR5 is not CO2e of AR6), coal equivalent
 * (electricity has two valuations, so tce never converts from GJ by itself), and money at the prices of
 * one year (CNY_2015 and CNY_2020 do not add). A written substance multiplies the mass: "t CO2" is
 * 1000 kg of base unit CO2, so "t CO2/t" keeps both and "t C" and "t CO2" never add.
 *
 * Text: groups parted by * and /, evaluated from the left, each `[10^n] symbol[^n] [substance]`:
 *   t CO2/MWh   10^4 tce   GJ/10^4 Nm3   kgce/kWh   t CO2e_AR5/t CH4   10^8 CNY_2015   kg pfc*d/t/min
 * "%" is 1/100, "1" is one, "pp" (percentage point) converts to %. A rule file adds what is behind
 * `t gas` and `unit(fuel)` with heng_unit_add_base: base units that cancel only against themselves. A
 * substance stands behind a mass or a volume. Cubic metres at normal conditions (Nm3), years, people
 * and points are bases too: Nm3 never adds to m3, nor years to days. Imported writing is understood as
 * well: 万吨标准煤, 亿千瓦时, tCO2/万元, kgce/(kW·h).
 *
 * Pure and exact: fractions are reduced before they multiply; HENG_TOO_LARGE where the exact scale does
 * not fit 64 bits.
 * Sources: GB 3100-1993 and GB 3101-1993 (SI), GB/T 2589-2020 clause 3 (1 kgce = 29 307.6 kJ; used only
 * by an explicit `as`).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* numerator / denominator, in lowest terms, denominator > 0. */
typedef struct heng_ratio {
    int64_t numerator;
    int64_t denominator;
} heng_ratio;

enum {
    /* The longest unit of the methods has 4 (kg pfc*d/t/min); formulas multiply two or three of them. */
    HENG_UNIT_FACTORS_MAX = 12,
    /* Substances, list members and years of prices of one run; a national pack has some 300. */
    HENG_UNIT_BASES_MAX = 4096,
};

/* One base unit and its power. Bases are interned: the same name is the same number, see
 * heng_unit_system. */
typedef struct heng_unit_factor {
    uint16_t base;
    int16_t power; /* never 0 in a unit */
} heng_unit_factor;

typedef struct heng_unit {
    heng_ratio scale; /* one of this unit is `scale` of the product of base units; > 0 */
    uint8_t factor_count;
    heng_unit_factor factors[HENG_UNIT_FACTORS_MAX]; /* sorted by base */
} heng_unit;

/* The base units known so far: the built-in ones, and those that rules add (substances, list members,
 * years of prices). Owns its names in an arena. Not thread-safe while it grows; read-only it may be
 * shared. */
typedef struct heng_unit_system heng_unit_system;

/* Statuses: HENG_NO_MEMORY. */
heng_status heng_unit_system_open(heng_arena *arena, heng_unit_system **out, heng_error *err);
/* The same bases under the same numbers, to grow apart from the first: units of either are units of the
 * copy. For a thread that meets texts of its own. Statuses: HENG_NO_MEMORY. */
heng_status heng_unit_system_copy(const heng_unit_system *system, heng_arena *arena,
                                  heng_unit_system **out, heng_error *err);

/* Adds a substance ("CF4", "clinker") or a base of the checker's ("unit(fuel)", "gas"). Adding what is
 * there gives the same number. Statuses: HENG_INVALID (not a name), HENG_TOO_LARGE, HENG_NO_MEMORY. */
heng_status heng_unit_add_base(heng_unit_system *system, heng_str name, uint16_t *base,
                               heng_error *err);

/* Statuses: HENG_INVALID (err->where is the byte at fault, the message names the nearest known unit),
 * HENG_TOO_LARGE (the scale overflows), HENG_NO_MEMORY. Money of a year that was not met before
 * (CNY_2015) adds its base to the system. */
heng_status heng_unit_parse(heng_unit_system *system, heng_str text, heng_unit *out,
                            heng_error *err);

/* The table of units, for manuals and choosers: the row at `index`; false behind the last. Texts are
 * static. */
typedef struct heng_unit_entry {
    const char *symbol;
    const char *description;
    const char *source;
    heng_unit unit;
} heng_unit_entry;
bool heng_unit_entry_at(size_t index, heng_unit_entry *out);

heng_unit heng_unit_one(void);
heng_unit heng_unit_of_base(uint16_t base);
bool heng_unit_equal(const heng_unit *a, const heng_unit *b);
/* The same dimension: a factor converts one into the other. */
bool heng_unit_converts(const heng_unit *from, const heng_unit *to);
/* Exact factor: value_to = value_from * factor. HENG_REFUSED where the dimensions differ;
 * HENG_TOO_LARGE. */
heng_status heng_unit_factor_between(const heng_unit *from, const heng_unit *to, heng_ratio *out,
                                     heng_error *err);
/* A refusal for people, at `where`: "kWh is electricity or heat; t is mass. Remedy: ...". For two units
 * that do not convert, as they were written. Returns HENG_REFUSED. */
heng_status heng_unit_refuse(const heng_unit_system *system, heng_str from_text,
                             const heng_unit *from, heng_str to_text, const heng_unit *to,
                             size_t where, heng_error *err);
/* `as`: crosses what is true by definition but changes meaning: t CO2 as t CO2e_AR5, tce as GJ, GJ as
 * tce. Otherwise as above. */
heng_status heng_unit_recast(const heng_unit_system *system, const heng_unit *from,
                             const heng_unit *to, heng_ratio *out, heng_error *err);
/* HENG_TOO_LARGE. */
heng_status heng_unit_multiply(const heng_unit *a, const heng_unit *b, heng_unit *out,
                               heng_error *err);
heng_status heng_unit_divide(const heng_unit *a, const heng_unit *b, heng_unit *out,
                             heng_error *err);
heng_status heng_unit_power(const heng_unit *a, int power, heng_unit *out, heng_error *err);
bool heng_unit_is_number(
    const heng_unit *unit); /* no base unit at all: 1, %, pp, kg/t of one thing */

/* Names the dimension for people: "carbon dioxide", "coal equivalent", "money at 2015 prices",
 * "electricity or heat", or the product of bases where it has no name. */
heng_status heng_unit_describe(const heng_unit_system *system, const heng_unit *unit,
                               heng_arena *arena, heng_str *out, heng_error *err);
/* Canonical text in base units, such as "1000 kg CO2": for messages where no written form is known. */
heng_status heng_unit_write(const heng_unit_system *system, const heng_unit *unit,
                            heng_arena *arena, heng_str *out, heng_error *err);
/* The nearest double. */
double heng_ratio_value(heng_ratio ratio);
