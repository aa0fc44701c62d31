/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

heng_status heng_fail(heng_error *err, heng_status status, size_t where, const char *format, ...)
{
    assert(err && format);
    assert(status != HENG_OK);
    err->status = status;
    err->where = where;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return status;
}

const char *heng_status_name(heng_status status)
{
    static const char *const names[HENG_STATUS_COUNT] = {
        [HENG_OK] = "ok",
        [HENG_NO_MEMORY] = "out of memory",
        [HENG_TOO_LARGE] = "too large",
        [HENG_INVALID] = "invalid",
        [HENG_NOT_FOUND] = "not found",
        [HENG_CONFLICT] = "conflict",
        [HENG_REFUSED] = "refused",
        [HENG_IO] = "input/output error",
        [HENG_CANCELLED] = "cancelled",
    };
    assert((unsigned)status < HENG_STATUS_COUNT);
    return names[status];
}
