/* SPDX-License-Identifier: Apache-2.0 */
#include "host/clock/clock.h"

#include <stdlib.h>
#include <time.h>

heng_instant heng_clock_now(void)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    int64_t seconds;
    heng_error ignored;
    if (fixed && heng_integer_parse(heng_str_from(fixed), &seconds, &ignored) == HENG_OK &&
        seconds >= 0 && seconds < INT64_C(100000000000))
        return seconds * 1000000;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (heng_instant)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double heng_clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
