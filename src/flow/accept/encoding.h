/* flow/accept/encoding.h: bytes of a text file become UTF-8, and which encoding it was is said.
 *
 * A byte order mark decides; without one, what is valid UTF-8 is UTF-8, and what is not is read as
 * GB18030 (which holds GBK and GB 2312), the encoding in which Chinese spreadsheet programs save CSV.
 * A text that is UTF-8 for a good while and then breaks is damaged UTF-8, never GB18030.
 *
 * Standards: RFC 3629 (2003); GB 18030-2005 as the C library maps it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/finding.h"

/* Adds a finding and leaves *text untouched where the bytes are in no known encoding. The text is a
 * copy in `arena`, free of zero bytes and byte order marks. Statuses: HENG_NO_MEMORY. */
heng_status heng_accept__decode(heng_str bytes, heng_finding_place place, heng_arena *arena,
                                heng_sheet_findings *findings, heng_str *text, heng_str *encoding,
                                heng_error *err);
