/* host/clock/clock.h: the only clock. Everything else is told the time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/period.h"

/* Now, in UTC. SOURCE_DATE_EPOCH (seconds since 1970) stands in for it where it is set, so that a build
 * of a database can be repeated to the byte. */
heng_instant heng_clock_now(void);
/* Monotonic, for durations only. */
double heng_clock_seconds(void);
