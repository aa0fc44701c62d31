/* main/take_in.h: files into the books, for heng import and heng init.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/record.h"
#include "main/session.h"

/* The vocabulary of the program and of what the store holds now, the open step included. */
heng_status heng_take_in_vocabulary(heng_store *store, const heng_program *program,
                                    heng_arena *arena, heng_check_vocabulary *out, heng_error *err);

/* Prints every finding, in the language wanted, or as JSON with --json. */
void heng_print_findings(const heng_arguments *arguments, const heng_sheet_findings *findings);
