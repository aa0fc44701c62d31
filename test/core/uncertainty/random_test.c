/* Random numbers by place: the published vectors, the quantile, and independence of the order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/uncertainty/random.h"
#include "test/check.h"

#include <math.h>
#include <string.h>

/* Random123, tests/kat_vectors: threefry4x32, 13 rounds; counter, key, result. */
static void the_published_vectors(void **state)
{
    (void)state;
    static const uint32_t rows[][12] = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a},
        {~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98,
         0xec4e6c89, 0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t out[4];
        heng_random_threefry(rows[i] + 4, rows[i], out);
        assert_memory_equal(out, rows[i] + 8, sizeof out);
    }
}

static void words_are_the_generator_by_place(void **state)
{
    (void)state;
    uint32_t words[HENG_RANDOM_BLOCK], out[4];
    heng_random_words(0x0123456789abcdef, 0xfedcba9876543210, 5, words);
    const uint32_t key[4] = {0x89abcdef, 0x01234567, 0x76543210, 0xfedcba98};
    const uint32_t counter[4] = {5 * HENG_RANDOM_BLOCK / 4 + 3, 0, 0, 0};
    heng_random_threefry(key, counter, out);
    for (int i = 0; i < 4; i++) assert_int_equal(words[3 + i * HENG_RANDOM_BLOCK / 4], out[i]);
}

/* The upper tail of the standard normal distribution, by the C library. */
static double beyond(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* Each normal number stands at the quantile that its word names. */
static void normal_numbers_are_the_quantiles(void **state)
{
    (void)state;
    double farthest = 0, normal[HENG_RANDOM_BLOCK];
    uint32_t words[HENG_RANDOM_BLOCK];
    for (uint64_t block = 0; block < 4000; block++) {
        heng_random_words(1, 2, block, words);
        heng_random_normal(1, 2, block, normal);
        for (int i = 0; i < HENG_RANDOM_BLOCK; i++) {
            double tail = ((double)(0x7fffffff - (words[i] & 0x7fffffff)) + 0.5) * 0x1p-32;
            double z = fabs(normal[i]), off = beyond(z) - tail;
            double density = exp(-z * z / 2) / sqrt(2 * 3.14159265358979323846);
            if (fabs(off / density) > 4e-6) fail_msg("%.9g is off by %.3g", z, off / density);
            assert_true((normal[i] < 0) == (words[i] >> 31));
            if (z > farthest) farthest = z;
        }
    }
    assert_true(farthest > 4.5); /* of a million */
}

/* Moments of 2.56 million numbers; four standard errors. */
static void moments_are_those_of_the_distribution(void **state)
{
    (void)state;
    enum { BLOCKS = 10000 };
    double n = (double)BLOCKS * HENG_RANDOM_BLOCK, numbers[HENG_RANDOM_BLOCK];
    double sum = 0, squares = 0, fourth = 0, even = 0, product = 0, other[HENG_RANDOM_BLOCK];
    for (uint64_t block = 0; block < BLOCKS; block++) {
        heng_random_normal(20060101, 7, block, numbers);
        heng_random_normal(20060101, 8, block, other);
        for (int i = 0; i < HENG_RANDOM_BLOCK; i++) {
            double z = numbers[i];
            sum += z;
            squares += z * z;
            fourth += z * z * z * z;
            product += z * other[i];
        }
        heng_random_uniform(20060101, 7, block, numbers);
        for (int i = 0; i < HENG_RANDOM_BLOCK; i++) {
            assert_true(numbers[i] > 0 && numbers[i] < 1);
            even += numbers[i];
        }
    }
    assert_true(fabs(sum / n) < 4 / sqrt(n));
    assert_true(fabs(squares / n - 1) < 4 * sqrt(2 / n));
    assert_true(fabs(fourth / n - 3) < 4 * sqrt(96 / n));
    assert_true(fabs(product / n) < 4 / sqrt(n));
    assert_true(fabs(even / n - 0.5) < 4 / sqrt(12 * n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors),
        cmocka_unit_test(words_are_the_generator_by_place),
        cmocka_unit_test(normal_numbers_are_the_quantiles),
        cmocka_unit_test(moments_are_those_of_the_distribution),
    };
    return cmocka_run_group_tests_name("core/uncertainty/random", tests, NULL, NULL);
}
