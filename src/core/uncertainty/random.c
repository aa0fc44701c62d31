/* Loops are written so that a compiler turns each into vectors; which ones depends on the processor, what
 * they give does not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/random.h"
#include "base/vector.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { ROUNDS = 13, LANES = HENG_RANDOM_BLOCK / 4 };

static inline uint32_t turned(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

static inline void threefry(const uint32_t key[4], uint32_t x[4])
{
    static const int turns[8][2] = {{10, 26}, {11, 21}, {13, 27}, {23, 5},
                                    {6, 20},  {17, 11}, {25, 10}, {18, 20}};
    uint32_t k[5] = {key[0], key[1], key[2], key[3], 0};
    k[4] = 0x1bd11bda ^ key[0] ^ key[1] ^ key[2] ^ key[3];
    for (int i = 0; i < 4; i++) x[i] += k[i];
#pragma GCC unroll 13
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t *b = &x[round % 2 ? 3 : 1], *d = &x[round % 2 ? 1 : 3];
        x[0] += *b;
        *b = turned(*b, turns[round % 8][0]) ^ x[0];
        x[2] += *d;
        *d = turned(*d, turns[round % 8][1]) ^ x[2];
        if (round % 4 != 3) continue;
        int from = round / 4 + 1;
        for (int i = 0; i < 4; i++) x[i] += k[(from + i) % 5];
        x[3] += (uint32_t)from;
    }
}

void heng_random_threefry(const uint32_t key[4], const uint32_t counter[4], uint32_t out[4])
{
    memcpy(out, counter, 4 * sizeof *out);
    threefry(key, out);
}

HENG_VECTOR void heng_random_words(uint64_t seed, uint64_t stream, uint64_t block,
                                   uint32_t out[HENG_RANDOM_BLOCK])
{
    const uint32_t key[4] = {(uint32_t)seed, (uint32_t)(seed >> 32), (uint32_t)stream,
                             (uint32_t)(stream >> 32)};
    uint64_t first = block * LANES;
    for (uint32_t i = 0; i < LANES; i++) {
        uint32_t x[4] = {(uint32_t)first + i, (uint32_t)(first >> 32), 0, 0};
        threefry(key, x);
        for (int word = 0; word < 4; word++) out[word * LANES + (int)i] = x[word];
    }
}

HENG_VECTOR void heng_random_uniform(uint64_t seed, uint64_t stream, uint64_t block,
                                     double out[HENG_RANDOM_BLOCK])
{
    uint32_t words[HENG_RANDOM_BLOCK];
    heng_random_words(seed, stream, block, words);
    for (int i = 0; i < HENG_RANDOM_BLOCK; i++) out[i] = ((double)words[i] + 0.5) * 0x1p-32;
}

/* Polynomials are summed in pairs, then pairs of pairs: one long chain would wait for itself. */
static inline float octic(float x, const float c[9])
{
    float x2 = x * x, x4 = x2 * x2;
    float low = (c[0] + c[1] * x) + (c[2] + c[3] * x) * x2;
    float high = (c[4] + c[5] * x) + (c[6] + c[7] * x) * x2;
    return low + high * x4 + c[8] * (x4 * x4);
}

/* Natural logarithm of a normal number above 0: the exponent, and the series of the inverse hyperbolic
 * tangent for a mantissa from sqrt(1/2) to sqrt(2). */
static inline float logarithm(float x)
{
    uint32_t bits;
    float mantissa;
    memcpy(&bits, &x, sizeof bits);
    int32_t exponent = (int32_t)(bits - 0x3f3504f3) >> 23;
    bits -= (uint32_t)exponent << 23;
    memcpy(&mantissa, &bits, sizeof mantissa);
    float t = (mantissa - 1) / (mantissa + 1), t2 = t * t, t4 = t2 * t2;
    float series = (0.6666666667f + 0.4f * t2) + (0.2857142857f + 0.2222222222f * t2) * t4;
    return (float)exponent * 0.6931471806f + (2 * t + series * t2 * t);
}

/* The two branches of Giles, for -ln(1 - x^2) below 5 and beyond. */
static inline float near_centre(float w)
{
    static const float c[9] = {1.50140941f,     0.246640727f,    -0.00417768164f,
                               -0.00125372503f, 0.00021858087f,  -4.39150654e-06f,
                               -3.5233877e-06f, 3.43273939e-07f, 2.81022636e-08f};
    return octic(w - 2.5f, c);
}

static inline float in_tail(float w)
{
    static const float c[9] = {2.83297682f,    1.00167406f,     0.00943887047f,
                               -0.0076224613f, 0.00573950773f,  -0.00367342844f,
                               0.00134934322f, 0.000100950558f, -0.000200214257f};
    return octic(sqrtf(w) - 3, c);
}

/* The highest bit is the sign, the others how far from the centre; from this on it is the tail. */
static const uint32_t tail_from = 0x7f916b00;

static inline double normal_of(uint32_t word, bool tail)
{
    int32_t far = (int32_t)(word & 0x7fffffff), left = 0x7fffffff - far;
    float x = ((float)far + 0.5f) * 0x1p-31f, beyond = ((float)left + 0.5f) * 0x1p-31f;
    float w = -logarithm(beyond * (1 + x));
    float size = (tail ? in_tail(w) : near_centre(w)) * x * 1.41421356f;
    return (double)(word >> 31 ? -size : size);
}

/* All as if near the centre, then the few of the tails once more. */
HENG_VECTOR void heng_random_normal(uint64_t seed, uint64_t stream, uint64_t block,
                                    double out[HENG_RANDOM_BLOCK])
{
    enum { CHUNK = 32 };
    uint32_t words[HENG_RANDOM_BLOCK];
    heng_random_words(seed, stream, block, words);
    for (int i = 0; i < HENG_RANDOM_BLOCK; i++) out[i] = normal_of(words[i], false);
    for (int from = 0; from < HENG_RANDOM_BLOCK; from += CHUNK) {
        uint32_t farthest = 0;
        for (int i = from; i < from + CHUNK; i++) {
            uint32_t far = words[i] & 0x7fffffff;
            farthest = far > farthest ? far : farthest;
        }
        if (farthest < tail_from) continue;
        for (int i = from; i < from + CHUNK; i++)
            if ((words[i] & 0x7fffffff) >= tail_from) out[i] = normal_of(words[i], true);
    }
}
