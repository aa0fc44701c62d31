/* core/rule/diagnostic.h: what is wrong with a rule file, said so that its author can mend it.
 *
 * A diagnostic has a place in a text, what was found, what was expected, and a remedy. It has a code
 * (R101), which the manual documents with an example; the catalogue is one table in
 * diagnostic_catalogue.c. All diagnostics of a set of files are collected; checking goes on after the
 * first.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

/* A stretch of one source text. Line and column count from 1; columns count characters. */
typedef struct heng_locus {
    uint32_t file; /* index into the files of the set */
    uint32_t line;
    uint32_t column;
    uint32_t offset; /* bytes from the start of the text */
    uint32_t length; /* bytes */
} heng_locus;

/* A source text and the name to show for it, such as "intensity.heng". */
typedef struct heng_rule_file {
    heng_str name;
    heng_str text;
} heng_rule_file;

typedef struct heng_diagnostic {
    const char *code; /* "R101"; static */
    heng_locus at;
    heng_str message; /* what was found and what was expected, one sentence without a full stop */
    heng_str caret;   /* a few words behind the caret; may be empty */
    heng_str remedy;  /* one sentence; empty only where there is nothing to do */
    heng_locus also;  /* a second place, such as the other version; length 0 when there is none */
} heng_diagnostic;

typedef struct heng_diagnostics {
    heng_arena *arena; /* owns the texts */
    heng_diagnostic *items;
    size_t count;    /* kept, at most HENG_FINDINGS_MAX */
    size_t capacity;
    size_t found;    /* all, kept or not */
    bool failed;     /* memory ran out: the list is not whole */
} heng_diagnostics;

void heng_diagnostics_init(heng_diagnostics *list, heng_arena *arena);
/* Adds one; the texts are copied. `caret` and `remedy` may be NULL. The message is built by printf. */
void heng_diagnose(heng_diagnostics *list, const char *code, heng_locus at, const char *caret,
                   const char *remedy, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* By file, line, column; stable. */
void heng_diagnostics_sort(heng_diagnostics *list);

/* As the best compilers print it:
 *   power.heng:45:20: the formula gives t C, but co2_coal is declared in t CO2  [R301]
 *       co2_coal : t CO2 = burned * carbon_content * coal_oxidised
 *                          ^ carbon is not carbon dioxide
 *       Remedy: multiply by carbon_to_co2 (44 t CO2 for 12 t C). */
void heng_diagnostic_print(const heng_diagnostic *diagnostic, const heng_rule_file *files,
                           heng_text *out);
/* An array of {code, file, line, column, length, message, caret, remedy}, for editors. */
void heng_diagnostics_write_json(const heng_diagnostics *list, const heng_rule_file *files,
                                 heng_text *out);
