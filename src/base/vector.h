/* base/vector.h: functions whose loops are compiled for several processors at once.
 *
 * The loader takes the version for the widest vectors that the processor has. All versions give the same
 * bytes: nothing is fused or reordered.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) &&       \
    !defined(__SANITIZE_ADDRESS__)
#define HENG_VECTOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define HENG_VECTOR
#endif
