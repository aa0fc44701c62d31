/* core/uncertainty/random.h: random numbers that are asked for by place, not drawn in turn.
 *
 * Each stream is an endless row of numbers; where one is wanted its place is enough, so draws may be cut
 * among threads in any way and the bytes stay the same. No state: seed, stream and block in, numbers out.
 *
 * The generator is Threefry-4x32 with 13 rounds: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As
 * Easy as 1, 2, 3", SC11 (2011), where 12 rounds pass BigCrush. Not for secrets. The normal quantile is
 * that of Giles, "Approximating the erfinv function", GPU Computing Gems, Jade edition (2012), in single
 * precision: within 4e-6 of the true quantile up to 5.4 standard deviations, 2e-3 at the outermost of the
 * 2^32 places, 6.3 standard deviations. No fused operations: all processors give the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Numbers are made by blocks; a block of doubles fits the nearest cache many times over. */
enum { HENG_RANDOM_BLOCK = 256 };

/* One call of the generator, for tests against the published vectors. */
void heng_random_threefry(const uint32_t key[4], const uint32_t counter[4], uint32_t out[4]);

/* Block `block` of the stream: words, evenly spread over all 2^32. */
void heng_random_words(uint64_t seed, uint64_t stream, uint64_t block,
                       uint32_t out[HENG_RANDOM_BLOCK]);
/* The same as numbers strictly between 0 and 1, and as standard normal numbers. */
void heng_random_uniform(uint64_t seed, uint64_t stream, uint64_t block,
                         double out[HENG_RANDOM_BLOCK]);
void heng_random_normal(uint64_t seed, uint64_t stream, uint64_t block,
                        double out[HENG_RANDOM_BLOCK]);
