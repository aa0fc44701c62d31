/* base/hexfloat.h: doubles as text that is exact and has one spelling.
 *
 * The form of C99 "%a" with the digits trimmed: [-]0xD[.HEX]p[+-]EXPONENT, where D is 1 for normal
 * numbers, 0 for zero and for those below 2^-1022 (whose exponent is then -1022); zero is 0x0p+0. "inf",
 * "-inf" and "nan" stand for what is not finite. Reading takes exactly what writing gives, so two texts
 * are equal when and only when the numbers are, bit for bit (all NaN counting as one).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

enum { HENG_HEXFLOAT_TEXT = 28 };
size_t heng_hexfloat_write(double value, char out[HENG_HEXFLOAT_TEXT]);
/* False, with *out untouched, for any other spelling. */
bool heng_hexfloat_parse(heng_str text, double *out);
/* The same bits, or both NaN. */
bool heng_double_same(double a, double b);
