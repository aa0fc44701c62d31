/* Which format the bytes are in. The name of a file is not believed: portals call web pages .xls.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/accept.h"
#include "flow/accept/rules.h"

#include <assert.h>

/* The directory of an old office file names its streams in UTF-16. */
static bool holds_encrypted_package(heng_str bytes)
{
    static const char text[] = "EncryptedPackage";
    char wide[2 * (sizeof text - 1)];
    for (size_t i = 0; i < sizeof text - 1; i++) {
        wide[2 * i] = text[i];
        wide[2 * i + 1] = '\0';
    }
    return heng_str_find(bytes, (heng_str){wide, sizeof wide}, 0) != SIZE_MAX;
}

static bool is_markup(heng_str bytes)
{
    static const char *const marks[] = {"<!doctype", "<html", "<?xml", "<table", "<meta", "<style"};
    if (heng_str_starts(bytes, HENG_STR("\xEF\xBB\xBF")))
        bytes = heng_str_slice(bytes, 3, bytes.length);
    bytes = heng_str_trim(heng_str_slice(bytes, 0, bytes.length < 256 ? bytes.length : 256));
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        size_t length = strlen(marks[m]), same = 0;
        while (same < length && same < bytes.length &&
               (bytes.at[same] | 32) == (marks[m][same] | 32))
            same++;
        if (same == length) return true;
    }
    return false;
}

/* Zero bytes without the mark of UTF-16, or the mark of another format. */
static bool is_binary(heng_str bytes)
{
    static const char *const marks[] = {"%PDF", "\x89PNG", "\xFF\xD8\xFF",
                                        "GIF8", "Rar!",    "7z\xBC"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (heng_str_starts(bytes, heng_str_from(marks[i]))) return true;
    if (heng_str_starts(bytes, HENG_STR("\xFF\xFE")) ||
        heng_str_starts(bytes, HENG_STR("\xFE\xFF")))
        return false;
    size_t looked_at = bytes.length < 4096 ? bytes.length : 4096, zeros = 0;
    for (size_t i = 0; i < looked_at; i++) zeros += bytes.at[i] == '\0';
    return zeros >
           looked_at / 100; /* a single one is a fault of a text, which is told by its line */
}

static heng_status refuse(heng_sheet_findings *findings, heng_accept_rule rule, heng_str name)
{
    heng_accept__found(findings, rule, (heng_finding_place){.file = name}, (heng_str){0},
                       (heng_str){0});
    return HENG_OK;
}

static heng_status refuse_large(heng_sheet_findings *findings, heng_str bytes, heng_str name)
{
    char is[HENG_NUMBER_TEXT], most[HENG_NUMBER_TEXT];
    heng_str size = {is, heng_number_write((double)(bytes.length >> 20), is)};
    heng_str limit = {most, heng_number_write((double)(HENG_FILE_BYTES_MAX >> 20), most)};
    heng_accept__found(findings, ACCEPT_FILE_LARGE, (heng_finding_place){.file = name}, size,
                       limit);
    return HENG_OK;
}

heng_status heng_accept(heng_str bytes, heng_str name, heng_arena *arena,
                        heng_sheet_findings *findings, heng_accepted *out, heng_error *err)
{
    assert(arena && findings && out && err);
    if (bytes.length == 0) return refuse(findings, ACCEPT_EMPTY, name);
    if (bytes.length > HENG_FILE_BYTES_MAX) return refuse_large(findings, bytes, name);
    if (heng_str_starts(bytes, HENG_STR("PK\x03\x04")))
        return heng_accept_xlsx(bytes, name, arena, findings, out, err);
    if (heng_str_starts(bytes, HENG_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))) {
        bool locked = holds_encrypted_package(bytes);
        return refuse(findings, locked ? ACCEPT_ENCRYPTED : ACCEPT_OLD_WORKBOOK, name);
    }
    if (is_markup(bytes)) return refuse(findings, ACCEPT_WEB_PAGE, name);
    if (is_binary(bytes)) return refuse(findings, ACCEPT_UNKNOWN_FORMAT, name);
    return heng_accept_csv(bytes, name, arena, findings, out, err);
}
