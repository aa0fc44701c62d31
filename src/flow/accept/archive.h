/* flow/accept/archive.h: a zip archive in memory, whose parts are unpacked under caps.
 *
 * Each part may unpack to HENG_UNPACK_RATIO_MAX times its packed size, all that are read together to
 * HENG_UNPACKED_BYTES_MAX. What the directory claims is checked before, what comes out is counted.
 * Names are found whatever their case, as office programs do.
 *
 * Standard: ISO/IEC 21320-1:2015 (document container file), by libzip.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/finding.h"
#include "flow/accept/xml.h"

typedef struct heng_accept__archive {
    struct zip *zip;
    heng_finding_place place; /* the file */
    heng_sheet_findings *findings;
    uint64_t unpacked; /* bytes that were read so far */
} heng_accept__archive;

/* False: no archive can be opened; a finding says why. `bytes` must live until it is closed. */
bool heng_accept__archive_open(heng_accept__archive *archive, heng_str bytes,
                               heng_finding_place place, heng_sheet_findings *findings);
void heng_accept__archive_close(heng_accept__archive *archive);
bool heng_accept__archive_has(const heng_accept__archive *archive, heng_str name);

/* Reads a part as XML. HENG_XML_WHOLE or HENG_XML_STOPPED, or a finding was added; the finding has the
 * place of a sheet where the part is one. HENG_XML_NO_MEMORY adds none. */
heng_accept__xml_end heng_accept__archive_xml(heng_accept__archive *archive, heng_str name,
                                              heng_finding_place place,
                                              const heng_accept__xml *handlers);
