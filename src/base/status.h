/* base/status.h: how a function says that it failed.
 *
 * Three kinds of trouble are kept apart. Refusals (bad data) are values: a stage returns a table of
 * them, all at once. Failures (memory, disk, network, a limit) return a status and fill an error that
 * the caller owns; the outputs are untouched. Bugs assert, in release builds too. There is no global
 * or thread-local last error. A message names the datum, the rule and the remedy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>

typedef enum heng_status {
    HENG_OK = 0,
    HENG_NO_MEMORY, /* an arena reached its limit, or the system has no more */
    HENG_TOO_LARGE, /* a limit of base/limits.h would be exceeded */
    HENG_INVALID,   /* the text or value given is not of the stated form */
    HENG_NOT_FOUND, /* the thing named does not exist */
    HENG_CONFLICT,  /* it exists already, or another writer holds it */
    HENG_REFUSED,   /* well-formed, but a rule forbids it */
    HENG_IO,        /* a file, database or socket failed */
    HENG_CANCELLED, /* the caller asked to stop */
    HENG_STATUS_COUNT
} heng_status;

enum { HENG_MESSAGE_MAX = 480 };

typedef struct heng_error {
    heng_status status;
    size_t where; /* what it counts is said by the function: a byte, a row, an index */
    char message[HENG_MESSAGE_MAX];
} heng_error;

/* Fills `err` and returns `status`, so that a failure is one line: return heng_fail(err, ...). */
heng_status heng_fail(heng_error *err, heng_status status, size_t where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A short English word for a status, such as "not found"; never NULL. */
const char *heng_status_name(heng_status status);
