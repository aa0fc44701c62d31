/* host/crew/crew.h: a crew of threads.
 *
 * The threads sleep between jobs. A crew belongs to one thread, which is its hand 0.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/crew.h"
#include "base/status.h"

/* `hands` of 0 asks for one for each core; where the system has no more threads to give, there are
 * fewer. Statuses: HENG_NO_MEMORY. */
heng_status heng_crew_open(unsigned hands, heng_crew **out, heng_error *err);
/* NULL is allowed. */
void heng_crew_close(heng_crew *crew);
