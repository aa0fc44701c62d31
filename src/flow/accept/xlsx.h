/* flow/accept/xlsx.h: the parts of an XLSX workbook, each read on its own.
 *
 * Each reader is a set of handlers with a context, so that it may be fed from an archive or, by a
 * fuzzer, from plain bytes. Readers keep what they find in the arena; findings go to the list.
 *
 * Standard: ECMA-376 part 1 (fifth edition, 2016): 18.2 workbook, 18.3 worksheets, 18.4 shared strings,
 * 18.8 styles, 18.17.4 dates; part 2 (2021), 9.3 relationships.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/period.h"
#include "core/table/finding.h"
#include "flow/accept/xml.h"

/* Text that grows up to the limit of a cell, then stays cut and says so. */
typedef struct heng_accept__buffer {
    char *bytes; /* HENG_CELL_TEXT_MAX */
    size_t length;
    bool overfull;
} heng_accept__buffer;

bool heng_accept__buffer_open(heng_accept__buffer *buffer, heng_arena *arena);
void heng_accept__buffer_add(heng_accept__buffer *buffer, heng_str piece);
/* The text, with _x000D_ and its like turned into the characters of that number (22.9.2.19). What is
 * no such character of ASCII is left as it stands. */
heng_str heng_accept__buffer_text(heng_accept__buffer *buffer);

/* ---- relationships: which part is which ---- */

typedef struct heng_accept__relation {
    heng_str id, target; /* target: the full name of the part */
    heng_str type;       /* its last word: worksheet, sharedStrings, styles, officeDocument */
} heng_accept__relation;

typedef struct heng_accept__relations {
    heng_arena *arena;
    heng_str folder; /* of the part whose relations they are, with its slash */
    heng_accept__relation *items;
    size_t count, capacity;
    bool no_memory;
} heng_accept__relations;

heng_accept__xml heng_accept__relations_reader(heng_accept__relations *relations);

/* ---- the workbook: sheets in order, and how dates count ---- */

typedef struct heng_accept__listed_sheet {
    heng_str name, relation;
    bool hidden;
} heng_accept__listed_sheet;

typedef struct heng_accept__book {
    heng_arena *arena;
    heng_accept__listed_sheet *sheets;
    size_t sheet_count, capacity;
    bool is_workbook; /* the root element says so */
    bool from_1904;
    bool too_many, no_memory;
} heng_accept__book;

heng_accept__xml heng_accept__book_reader(heng_accept__book *book);

/* ---- shared strings ---- */

typedef struct heng_accept__strings {
    heng_arena *arena;
    heng_str *items; /* .at is NULL where the text was longer than a cell may be */
    size_t count, capacity;
    heng_accept__buffer buffer;
    unsigned in_item, in_text, in_phonetic;
    bool no_memory;
} heng_accept__strings;

heng_accept__xml heng_accept__strings_reader(heng_accept__strings *strings);

/* ---- styles: which cell formats are dates ---- */

typedef struct heng_accept__format {
    uint32_t id;
    bool is_date;
} heng_accept__format;

typedef struct heng_accept__styles {
    heng_arena *arena;
    heng_accept__format *formats; /* those that the workbook defines */
    size_t format_count, format_capacity;
    bool *dates; /* by index of cell format */
    size_t count, capacity;
    bool in_cell_formats, no_memory;
} heng_accept__styles;

heng_accept__xml heng_accept__styles_reader(heng_accept__styles *styles);
/* yyyy-mm-dd is one, 0.00 is none, "year "0 is none. */
bool heng_accept__is_date_format(heng_str code);

/* ---- a worksheet ---- */

typedef struct heng_accept__sheet {
    heng_arena *arena;
    heng_sheet_findings *findings;
    heng_finding_place place;
    const heng_accept__strings *strings;
    const heng_accept__styles *styles;
    bool from_1904;

    heng_sheet_builder builder;
    heng_accept__buffer buffer;
    uint32_t row, column; /* of the cell that is being read, or was read last */
    bool in_cell, in_value, in_inline, has_formula, has_value, misplaced;
    unsigned in_phonetic;
    bool in_text;
    char type[12];
    uint32_t style;
    char address[HENG_ADDRESS_TEXT];
    bool no_memory;
} heng_accept__sheet;

heng_accept__xml heng_accept__sheet_reader(heng_accept__sheet *sheet);

/* The date that a serial number means, as text; 0 when it means none. 18.17.4.1: the 1900 base counts
 * a 29 February 1900 that never was, so 60 is no date. */
size_t heng_accept__date_write(double serial, bool from_1904, char out[HENG_INSTANT_TEXT]);
