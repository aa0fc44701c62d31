/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/archive.h"
#include "flow/accept/rules.h"

#include <assert.h>
#include <stdio.h>
#include <zip.h>

enum { PART_NAME_MAX = 1024 };

bool heng_accept__archive_open(heng_accept__archive *archive, heng_str bytes,
                               heng_finding_place place, heng_sheet_findings *findings)
{
    zip_error_t error;
    zip_error_init(&error);
    *archive = (heng_accept__archive){.place = place, .findings = findings};
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.length, 0, &error);
    if (source) archive->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (source && !archive->zip) zip_source_free(source);
    if (!archive->zip)
        heng_accept__found(findings, ACCEPT_DAMAGED_ARCHIVE, place,
                           heng_str_from(zip_error_strerror(&error)), (heng_str){0});
    zip_error_fini(&error);
    if (!archive->zip) return false;
    if (zip_get_num_entries(archive->zip, 0) <= HENG_ARCHIVE_ENTRIES_MAX) return true;
    heng_accept__found(findings, ACCEPT_DAMAGED_ARCHIVE, place, HENG_STR("it has too many parts"),
                       (heng_str){0});
    heng_accept__archive_close(archive);
    return false;
}

void heng_accept__archive_close(heng_accept__archive *archive)
{
    if (archive->zip) zip_discard(archive->zip);
    archive->zip = NULL;
}

/* The place of a part in the directory, or -1. */
static zip_int64_t locate(const heng_accept__archive *archive, heng_str name)
{
    char terminated[PART_NAME_MAX];
    if (name.length >= sizeof terminated) return -1;
    if (name.length) memcpy(terminated, name.at, name.length);
    terminated[name.length] = '\0';
    return zip_name_locate(archive->zip, terminated, ZIP_FL_NOCASE);
}

bool heng_accept__archive_has(const heng_accept__archive *archive, heng_str name)
{
    return locate(archive, name) >= 0;
}

typedef struct part {
    zip_file_t *file;
    heng_accept__archive *archive;
    uint64_t left; /* of what the directory claims */
} part;

static int64_t pull(void *source, char *out, size_t room)
{
    part *p = source;
    zip_int64_t length = zip_fread(p->file, out, room);
    if (length < 0 || (uint64_t)length > p->left) return -1;
    p->left -= (uint64_t)length;
    p->archive->unpacked += (uint64_t)length;
    return length;
}

/* Refuses what would unpack to too much, before a byte of it is unpacked. */
static bool is_small_enough(const heng_accept__archive *archive, const zip_stat_t *stat,
                            heng_str name, heng_finding_place place)
{
    char limit[64];
    uint64_t packed = stat->comp_size ? stat->comp_size : 1;
    bool bomb = stat->size > HENG_UNPACK_FREE_BYTES &&
                stat->size / packed > (uint64_t)HENG_UNPACK_RATIO_MAX;
    bool large = stat->size > HENG_UNPACKED_BYTES_MAX - archive->unpacked;
    if (!bomb && !large) return true;
    if (large)
        snprintf(limit, sizeof limit, "%llu MB", HENG_UNPACKED_BYTES_MAX >> 20);
    else
        snprintf(limit, sizeof limit, "%d x", HENG_UNPACK_RATIO_MAX);
    heng_accept__found(archive->findings, ACCEPT_UNPACKED_LARGE, place, name, heng_str_from(limit));
    return false;
}

/* Opens a part for reading, or adds a finding. */
static bool open_part(heng_accept__archive *archive, heng_str name, heng_finding_place place,
                      part *out)
{
    zip_stat_t stat;
    zip_int64_t index = locate(archive, name);
    if (index < 0) {
        heng_accept__found(archive->findings, ACCEPT_MISSING_PART, place, name, (heng_str){0});
        return false;
    }
    zip_uint64_t wanted = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    bool known = zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &stat) == 0 &&
                 (stat.valid & wanted) == wanted;
    if (known && stat.encryption_method != ZIP_EM_NONE) {
        heng_accept__found(archive->findings, ACCEPT_ENCRYPTED, place, (heng_str){0},
                           (heng_str){0});
        return false;
    }
    if (known && !is_small_enough(archive, &stat, name, place)) return false;
    zip_file_t *file = known ? zip_fopen_index(archive->zip, (zip_uint64_t)index, 0) : NULL;
    if (!file) {
        heng_accept__found(archive->findings, ACCEPT_DAMAGED_ARCHIVE, place,
                           heng_str_from(zip_strerror(archive->zip)), (heng_str){0});
        return false;
    }
    *out = (part){.file = file, .archive = archive, .left = stat.size};
    return true;
}

heng_accept__xml_end heng_accept__archive_xml(heng_accept__archive *archive, heng_str name,
                                              heng_finding_place place,
                                              const heng_accept__xml *handlers)
{
    part source;
    char message[HENG_XML_MESSAGE] = "";
    if (!open_part(archive, name, place, &source)) return HENG_XML_DAMAGED;
    heng_accept__xml_end end = heng_accept__xml_read(handlers, pull, &source, message);
    if (end == HENG_XML_MALFORMED)
        heng_accept__found(archive->findings, ACCEPT_BAD_XML, place, name, heng_str_from(message));
    if (end == HENG_XML_DOCUMENT_TYPE)
        heng_accept__found(archive->findings, ACCEPT_DOCUMENT_TYPE, place, name, (heng_str){0});
    if (end == HENG_XML_DAMAGED)
        heng_accept__found(archive->findings, ACCEPT_DAMAGED_ARCHIVE, place, name, (heng_str){0});
    zip_fclose(source.file);
    return end;
}
