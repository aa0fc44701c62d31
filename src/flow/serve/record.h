/* flow/serve/record.h: takes a file in: accept, check, and put into the books.
 *
 * The one way in for the command line, the API and the making of a database. The caller opens and
 * commits the step, so that several files can be one step. A file is taken whole or not at all: with any
 * finding, or any conflict with what is recorded, nothing may be committed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"
#include "flow/accept/accept.h"
#include "flow/check/check.h"

typedef struct heng_recording {
    heng_accepted accepted;
    heng_checked checked;
    uint64_t put_count[HENG_PUT_COUNT]; /* records new, revisions, known already */
    bool known_file;                    /* the same bytes were imported before: nothing was read */
    heng_import before;                 /* that import */
    heng_sheet_findings findings; /* accept's, check's, and conflicts with the books (code R) */
} heng_recording;

/* Reads and checks `bytes`; puts nothing. Findings are a result, not a failure. Statuses: those of
 * heng_accept and heng_check. */
heng_status heng_record_check(heng_str bytes, heng_str name,
                              const heng_check_vocabulary *vocabulary,
                              const heng_check_options *options, heng_arena *arena,
                              heng_recording *out, heng_error *err);

/* Puts what heng_record_check passed, and the record of the import, into the open step. A conflict becomes
 * a finding; then HENG_REFUSED, and the step can only be rolled back. */
heng_status heng_record_put(heng_store *store, heng_str bytes, heng_str name,
                            heng_recording *recording, heng_error *err);

/* Whether the same bytes were imported before; fills known_file and before. */
heng_status heng_record_known(heng_store *store, heng_str bytes, heng_arena *arena,
                              heng_recording *out, heng_error *err);
