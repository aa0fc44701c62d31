/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hexfloat.h"

#include <math.h>

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1023, EXPONENT_MASK = 0x7ff };

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static size_t put(char *out, const char *text)
{
    size_t length = strlen(text);
    memcpy(out, text, length + 1);
    return length;
}

static size_t put_exponent(char *out, int exponent)
{
    size_t length = 0;
    unsigned rest = (unsigned)(exponent < 0 ? -exponent : exponent);
    unsigned by = rest >= 1000 ? 1000 : rest >= 100 ? 100 : rest >= 10 ? 10 : 1;
    out[length++] = 'p';
    out[length++] = exponent < 0 ? '-' : '+';
    for (; by; by /= 10) out[length++] = (char)('0' + rest / by % 10);
    out[length] = '\0';
    return length;
}

size_t heng_hexfloat_write(double value, char out[HENG_HEXFLOAT_TEXT])
{
    uint64_t bits = bits_of(value), fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    int exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MASK);
    size_t length = 0;
    if (isnan(value)) return put(out, "nan");
    if (bits >> 63) out[length++] = '-';
    if (exponent == EXPONENT_MASK) return length + put(out + length, "inf");
    if (!exponent && !fraction) return length + put(out + length, "0x0p+0");
    out[length++] = '0';
    out[length++] = 'x';
    out[length++] = exponent ? '1' : '0';
    if (fraction) out[length++] = '.';
    for (int shift = FRACTION_BITS - 4; fraction; shift -= 4) {
        out[length++] = "0123456789abcdef"[fraction >> shift & 15];
        fraction &= ((uint64_t)1 << shift) - 1;
    }
    return length + put_exponent(out + length, exponent ? exponent - EXPONENT_BIAS : -1022);
}

/* What the number of such a text is, whatever its spelling; the caller compares the spelling. */
static double read(heng_str text)
{
    size_t at = 0;
    uint64_t fraction = 0, exponent = 0;
    bool minus = text.at[at] == '-', down = false;
    at += minus;
    if (heng_str_is(heng_str_slice(text, at, text.length), "inf"))
        return minus ? -INFINITY : INFINITY;
    if (at + 2 >= text.length) return NAN;
    bool normal = text.at[at + 2] == '1';
    at += 3;
    if (at < text.length && text.at[at] == '.') at++;
    for (int shift = FRACTION_BITS - 4; at < text.length && text.at[at] != 'p'; at++, shift -= 4) {
        char c = text.at[at];
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
        if (shift < 0 || digit > 15) return NAN;
        fraction |= (uint64_t)digit << shift;
    }
    if (at + 1 < text.length) down = text.at[at + 1] == '-';
    for (at += 2; at < text.length && exponent < 10000; at++)
        exponent = exponent * 10 + (uint64_t)(unsigned char)text.at[at] - '0';
    if (exponent > EXPONENT_BIAS) return NAN;
    uint64_t biased = 0;
    if (normal) biased = down ? EXPONENT_BIAS - exponent : EXPONENT_BIAS + exponent;
    uint64_t bits = (uint64_t)minus << 63 | biased << FRACTION_BITS | fraction;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

bool heng_hexfloat_parse(heng_str text, double *out)
{
    char again[HENG_HEXFLOAT_TEXT];
    if (!text.length || text.length >= HENG_HEXFLOAT_TEXT) return false;
    double value = read(text);
    size_t length = heng_hexfloat_write(value, again);
    if (!heng_str_equal(text, (heng_str){again, length})) return false;
    *out = value;
    return true;
}

bool heng_double_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || bits_of(a) == bits_of(b);
}
