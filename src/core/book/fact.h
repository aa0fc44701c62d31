/* core/book/fact.h: one recorded figure, and how much it can be trusted.
 *
 * A fact says: of this entity, under this name and these keys, in this period, the value is so much;
 * known since `recorded`, from this source. Facts are never changed. A revision is another fact of the
 * same cell with a later `recorded`; the book keeps both, so "as known on that day" is a question of
 * choosing. Statistics of different census bases are different cells (a key named `basis`), because
 * they must never meet in one ratio.
 *
 * The notation keys follow the reporting guidelines under the Paris Agreement (decision 18/CMA.1,
 * annex, para. 31): NE not estimated, NO not occurring, NA not applicable, IE included elsewhere,
 * C confidential.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/limits.h"
#include "base/period.h"
#include "base/text.h"

/* What was found out about a figure's origin, best first; the worst of its inputs is a result's. */
typedef enum heng_evidence {
    HENG_VERIFIED,        /* checked against the original document */
    HENG_SEEN,            /* stands in a public text that is named */
    HENG_DRAFT,           /* stands in a text that is not yet in force */
    HENG_RECALLED_HIGH,   /* from memory, no text read; high confidence */
    HENG_RECALLED_MEDIUM,
    HENG_RECALLED_LOW,
    HENG_EXAMPLE,         /* invented, to illustrate */
    HENG_EVIDENCE_COUNT
} heng_evidence;

/* "verified", "seen", "draft", "recalled high" ... "example". */
const char *heng_evidence_name(heng_evidence evidence);
/* Also accepts "recalled" alone, which is recalled medium. */
bool heng_evidence_find(heng_str name, heng_evidence *out);
/* Strict publication accepts only what was verified or seen. */
bool heng_evidence_publishable(heng_evidence evidence);

/* How a value came about, best first. */
typedef enum heng_quality {
    HENG_MEASURED,
    HENG_REPORTED,
    HENG_DEFAULTED,
    HENG_ESTIMATED,
    HENG_QUALITY_COUNT
} heng_quality;

const char *heng_quality_name(heng_quality quality);
bool heng_quality_find(heng_str name, heng_quality *out);

typedef enum heng_notation {
    HENG_VALUE, /* a number, or a word of a list, or yes/no */
    HENG_NE,
    HENG_NO,
    HENG_NA,
    HENG_IE,
    HENG_CONFIDENTIAL,
    HENG_NOTATION_COUNT
} heng_notation;

const char *heng_notation_name(heng_notation notation); /* "value", "NE" ... "C" */
bool heng_notation_find(heng_str name, heng_notation *out); /* not "value" */

typedef struct heng_fact {
    heng_str entity; /* code of the entity */
    heng_str name;   /* the quantity, as rules name it */
    heng_str keys[HENG_KEYS_MAX];
    unsigned key_count;
    heng_period period;
    heng_notation notation;
    double value;      /* in `unit`; 0 unless the notation is VALUE and the value is a number */
    heng_str text;     /* the value as it was written: "0.5306", "green", "yes", "NE" */
    heng_str unit;     /* as it was written: "10^4 tce"; empty for words and yes/no */
    heng_quality quality;
    heng_evidence evidence;
    heng_str source;   /* code of the source; see heng_source */
    heng_str note;     /* what corrects what and why, the vintage in words; may be empty */
    heng_str uncertainty; /* how far it may be off, as written, see book/spread.h; may be empty */
    heng_instant recorded; /* known since */
} heng_fact;

/* Whence facts and factors come. */
typedef struct heng_source {
    heng_str code;      /* unique; what facts refer to */
    heng_str title;     /* of the document */
    heng_str publisher;
    heng_str published; /* a date or a year, as text; may be empty */
    heng_str where;     /* an address, a page; may be empty */
    heng_str licence;   /* may be empty */
} heng_source;

/* By cell (entity, name, keys, period), then by time of recording, then by text: a total order. */
int heng_fact_compare(const heng_fact *a, const heng_fact *b);
/* A record declares itself a correction of what was recorded wrong, as against a revision by better
 * statistics, by a note that begins with "correction:" or 更正：. */
bool heng_fact_is_correction(const heng_fact *fact);
/* The same cell: entity, name, keys and period. */
bool heng_fact_same_cell(const heng_fact *a, const heng_fact *b);
