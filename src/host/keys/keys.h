/* host/keys/keys.h: secrets from the system, and files that only their owner reads.
 *
 * A key file is made once, never written over, and has mode 0600. One that others may read is refused: who
 * has read it can sign as its owner. The format is core/receipt/key.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/sign.h"

/* 32 bytes that nobody can guess, from the system. */
heng_seed heng_secret_new(void);
void heng_secret_forget(heng_seed *secret);

/* Makes a key and its file. Statuses: HENG_CONFLICT (the file exists), HENG_IO. */
heng_status heng_key_make(const char *path, heng_public *out, heng_error *err);
/* Statuses: HENG_NOT_FOUND, HENG_REFUSED (others may read or write it), HENG_INVALID, HENG_IO. */
heng_status heng_key_load(const char *path, heng_seed *out, heng_error *err);
