/* core/rule/text/diagnostic_catalogue.h: every fault that a rule file or a case can have, by code.
 *
 * One table. The manual has a section for each entry; a test compares the two. R1xx is how the text is
 * written, R2xx names, R3xx units, R4xx keys, kinds and periods, R5xx versions and exceptions, R6xx
 * cycles, R7xx tables, R8xx things not used, R90x to R93x cases, R95x
 * settings of a scenario. A code keeps its meaning for ever; a code that
 * is given up is not used again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

typedef struct heng_diagnostic_entry {
    const char *code;    /* "R101" */
    const char *title;   /* a few words, no full stop */
    const char *meaning; /* one sentence: what is wrong and why it matters */
    const char *mending; /* one sentence: what to write instead */
} heng_diagnostic_entry;

extern const heng_diagnostic_entry heng_diagnostic_catalogue[]; /* sorted by code */
extern const size_t heng_diagnostic_catalogue_count;

/* NULL when there is no such code. */
const heng_diagnostic_entry *heng_diagnostic_find(const char *code);
