/* base/limits.h: every maximum of the program, with its reason.
 *
 * A limit is stated where a reader looks for it first, and a container that could grow takes one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

enum {
    /* The keys of one quantity: fuel, gas, sector, partner and basis at once is already rare. */
    HENG_KEYS_MAX = 6,
    /* A name, key or code. GB/T 4754 codes have 5 characters, serial numbers 32. */
    HENG_NAME_MAX = 120,
    /* One text file of rules. The longest of the China pack has some 300 lines. */
    HENG_RULE_TEXT_MAX = 1 << 20,
    /* Nesting of a formula: parentheses and calls inside each other; guards the stack of the parser. */
    HENG_RULE_DEPTH_MAX = 64,
    /* Rules that need each other, as a chain through months of a century does; guards the stack. */
    HENG_DERIVATION_DEPTH_MAX = 3000,
    /* Findings kept for one file or import; the count goes on, the list stops. */
    HENG_FINDINGS_MAX = 10000,
    /* Columns of a sheet: the limit of the XLSX format. */
    HENG_SHEET_COLUMNS_MAX = 16384,
    /* Rows of a sheet: the limit of the XLSX format. */
    HENG_SHEET_ROWS_MAX = 1048576,
    /* One cell of text: the limit of the XLSX format. */
    HENG_CELL_TEXT_MAX = 32767,
    /* Sheets of a workbook. A national yearbook has some hundred. */
    HENG_SHEETS_MAX = 1000,
    /* Parts of a zipped workbook: sheets, drawings, pictures. */
    HENG_ARCHIVE_ENTRIES_MAX = 10000,
    /* A part may unpack to so many times its size; deflate reaches 1,032 on zeros, sheets some 20. */
    HENG_UNPACK_RATIO_MAX = 300,
    /* Elements inside each other in the XML of a workbook; real ones reach 12. */
    HENG_XML_DEPTH_MAX = 256,
    /* The years that periods may name. Statistics before 1900 are not accounts. */
    HENG_YEAR_MIN = 1900,
    HENG_YEAR_MAX = 2200,
};

/* One imported file as it comes, and its contents once unpacked (a workbook of 25 MB is 4.4 MB zipped). */
#define HENG_FILE_BYTES_MAX     (256ull << 20)
#define HENG_UNPACKED_BYTES_MAX (1024ull << 20)
/* Below this size a part is unpacked whatever its ratio: a small sheet of equal rows is no bomb. */
#define HENG_UNPACK_FREE_BYTES (16ull << 20)
/* A receipt as a file: ten million lines of the usual length. */
#define HENG_RECEIPT_BYTES_MAX (4096ull << 20)
/* The list of what a seal covers: some five million names and hashes; SQLite takes a billion bytes. */
#define HENG_SEAL_LIST_MAX (512ull << 20)
/* One job (a request, an import, a computation) may use this much memory unless it says otherwise. */
#define HENG_JOB_BYTES_MAX (4096ull << 20)
