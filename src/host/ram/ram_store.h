/* host/ram/ram_store.h: a store in memory, for tests and trials.
 *
 * Lives as long as its handle. Meant to be read beside the conformance suite: it is the shortest
 * true account of what a store does.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/store.h"

/* Takes at most `limit` bytes; then puts give HENG_NO_MEMORY. Statuses: HENG_NO_MEMORY. */
heng_status heng_ram_open(size_t limit, heng_store **out, heng_error *err);
