/* base/crew.h: hands for work that comes in parts.
 *
 * A job is cut into parts that do not depend on each other; which hand takes which part, and when, never
 * changes a result. base and core have no threads: whoever has them (host/crew) lends a crew. NULL
 * stands for no crew, and then the caller does the parts alone, in order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

enum { HENG_HANDS_MAX = 64 }; /* more do not help: memory gives no more than a few of them need */

/* Does one part. Hands are numbered from 0, which is the caller's own; each does one part at a time. */
typedef void heng_part(void *context, unsigned hand, size_t part);

typedef struct heng_crew heng_crew;
struct heng_crew {
    unsigned hands; /* 1 to HENG_HANDS_MAX */
    /* Returns when all parts are done. One job at a time; a part starts no other. */
    void (*work)(heng_crew *crew, heng_part *each, void *context, size_t part_count);
};
