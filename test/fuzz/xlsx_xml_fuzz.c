/* Feeds any bytes, as XML, to the readers of the parts of a workbook, past the archive. The first byte
 * chooses the part: sheet (most often), shared strings, styles, workbook, relations.
 *
 *   build-fuzz/test/xlsx_xml_fuzz -dict=test/fuzz/xlsx.dict CORPUS
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/xlsx.h"
#include "test/fuzz/demand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct bytes_left {
    const uint8_t *at;
    size_t left;
} bytes_left;

static int64_t pull(void *source, char *out, size_t room)
{
    bytes_left *bytes = source;
    size_t length = bytes->left < room ? bytes->left : room;
    if (length) memcpy(out, bytes->at, length);
    bytes->at += length;
    bytes->left -= length;
    return (int64_t)length;
}

static void read_part(heng_accept__xml handlers, const uint8_t *data, size_t size)
{
    char message[HENG_XML_MESSAGE] = "";
    bytes_left source = {data, size};
    heng_accept__xml_end end = heng_accept__xml_read(&handlers, pull, &source, message);
    demand(end != HENG_XML_DAMAGED, "the source is sound");
    demand((end == HENG_XML_MALFORMED) == (message[0] != '\0'), "a message where it is malformed");
}

static void read_sheet(const uint8_t *data, size_t size, heng_arena *arena)
{
    static heng_str texts[] = {{"plain", 5}, {"", 0}, {NULL, 0}};
    static bool dates[] = {false, true};
    heng_accept__strings strings = {.items = texts, .count = 3};
    heng_accept__styles styles = {.dates = dates, .count = 2};
    heng_sheet_findings findings;
    heng_sheet_findings_init(&findings, arena);
    heng_accept__sheet sheet = {.arena = arena,
                                .findings = &findings,
                                .place = {.sheet = {"s", 1}},
                                .strings = &strings,
                                .styles = &styles,
                                .from_1904 = size & 1};
    heng_sheet_build(&sheet.builder, arena);
    demand(heng_accept__buffer_open(&sheet.buffer, arena), "memory");
    read_part(heng_accept__sheet_reader(&sheet), data, size);
    heng_sheet sealed;
    heng_error err;
    demand(heng_sheet_seal(&sheet.builder, HENG_STR("s"), false, &sealed, &err) == HENG_OK, "seal");
    demand_sheet(&sealed);
    demand(heng_sheet_findings_sort(&findings, &err) == HENG_OK, "findings");
}

static void read_strings(const uint8_t *data, size_t size, heng_arena *arena)
{
    heng_accept__strings strings = {.arena = arena};
    demand(heng_accept__buffer_open(&strings.buffer, arena), "memory");
    read_part(heng_accept__strings_reader(&strings), data, size);
    for (size_t i = 0; i < strings.count; i++)
        demand(heng_utf8_valid(strings.items[i]) == strings.items[i].length, "text is UTF-8");
}

static void read_small_part(unsigned which, const uint8_t *data, size_t size, heng_arena *arena)
{
    heng_accept__styles styles = {.arena = arena};
    heng_accept__book book = {.arena = arena};
    heng_accept__relations relations = {.arena = arena, .folder = HENG_STR("xl/")};
    if (which == 0)
        read_part(heng_accept__styles_reader(&styles), data, size);
    else if (which == 1)
        read_part(heng_accept__book_reader(&book), data, size);
    else
        read_part(heng_accept__relations_reader(&relations), data, size);
    demand(book.sheet_count <= HENG_SHEETS_MAX, "no more sheets than allowed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    heng_arena arena;
    heng_arena_init(&arena, 256 << 20);
    unsigned which = data[0] % 8;
    if (which < 4)
        read_sheet(data + 1, size - 1, &arena);
    else if (which == 4)
        read_strings(data + 1, size - 1, &arena);
    else
        read_small_part(which - 5, data + 1, size - 1, &arena);
    heng_arena_deinit(&arena);
    return 0;
}
