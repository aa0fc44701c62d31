/* main/strict.h: strict publication on the command line: what is refused, and what stands in its way.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/measure/strict.h"
#include "main/session.h"

#define HENG_OPTION_STRICT                                                                         \
    {                                                                                              \
        "strict", NULL, NULL, "refuse what stands on recalled, draft or example values"            \
    }

typedef struct heng_strict_job {
    const heng_session *session;
    heng_strict *strict; /* NULL: --strict was not given, and nothing is refused */
    heng_arena scratch;
    size_t looked, refused;
    heng_status status;
    heng_error err;
} heng_strict_job;

/* Of an evaluated session. Ends with heng_strict_end, also after a failure. */
heng_status heng_strict_open(heng_strict_job *job, const heng_session *session, heng_error *err);
/* Whether this figure is withheld; failures are kept in the job. */
bool heng_strict_refuses(heng_strict_job *job, const heng_point *point);
/* Looks at every output that is known. */
void heng_strict_look_at_all(heng_strict_job *job);
/* Says on err what was refused, why, and what would mend it. HENG_EXIT_OK where nothing was. */
heng_exit heng_strict_end(heng_strict_job *job);
