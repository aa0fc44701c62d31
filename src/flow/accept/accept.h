/* flow/accept/accept.h: bytes become raw tables. The first stage of the flow.
 *
 * A file that someone hands in, a text with separators (CSV) or a workbook (XLSX), becomes sheets of
 * cells (core/table/sheet.h), with what was decided on the way said in words ("read as GB18030"). What
 * the cells mean is not asked here; flow/check does. What cannot be read becomes findings with A codes
 * (doc/manual/import.md), all at once where reading can go on, and then there is no workbook.
 *
 * Pure: the result depends on the bytes alone. GB18030 and UTF-16 are converted by the C library's
 * iconv, which is a table of the system and no service; where a system lacks the table, that is a
 * finding too. No document type is read in XML, so no entity expands; an archive is unpacked under
 * caps of size, ratio and count (base/limits.h).
 *
 * Standards: RFC 4180 (2005) for CSV, but with , ; or tab between cells and CR, LF or CRLF between rows;
 * ECMA-376 part 1 (2016), clause 18, for XLSX.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/finding.h"

typedef enum heng_accept_format { HENG_FORMAT_CSV, HENG_FORMAT_XLSX } heng_accept_format;

typedef struct heng_accepted {
    heng_workbook workbook;
    heng_accept_format format;
    heng_str encoding;    /* CSV: "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "GB18030" */
    char separator;       /* CSV: ',', ';' or tab; 0 for XLSX */
    bool dates_from_1904; /* XLSX: serial dates count from 1904 */
    heng_str said_en, said_zh; /* what was read and how, one sentence */
} heng_accepted;

/* Recognises the format by the bytes; `name` is the file's, for messages and for the name of the one
 * sheet of a CSV file (facts.csv is sheet "facts"). Findings are added to `findings`; *out is filled
 * only when none was added. All memory is of `arena`; nothing points into `bytes`.
 * Statuses: HENG_NO_MEMORY. */
heng_status heng_accept(heng_str bytes, heng_str name, heng_arena *arena,
                        heng_sheet_findings *findings, heng_accepted *out, heng_error *err);

/* The same, for a format that is known. */
heng_status heng_accept_csv(heng_str bytes, heng_str name, heng_arena *arena,
                            heng_sheet_findings *findings, heng_accepted *out, heng_error *err);
heng_status heng_accept_xlsx(heng_str bytes, heng_str name, heng_arena *arena,
                             heng_sheet_findings *findings, heng_accepted *out, heng_error *err);

/* The catalogue of A codes, for the manual and its test. */
const heng_finding_rule *heng_accept_rules(size_t *count);
