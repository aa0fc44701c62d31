/* test/check.h: the few includes and words that every test begins with.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

/* The text of a view, compared with a literal; prints both when they differ. */
static inline void check_str(heng_str found, const char *expected)
{
    char bytes[4096];
    size_t length = found.length < sizeof bytes - 1 ? found.length : sizeof bytes - 1;
    if (length) memcpy(bytes, found.at, length);
    bytes[length] = '\0';
    assert_string_equal(bytes, expected);
}
