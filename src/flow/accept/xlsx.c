/* A workbook part by part: relations, the list of sheets, shared strings, styles, then each sheet.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/xlsx.h"
#include "flow/accept/accept.h"
#include "flow/accept/archive.h"
#include "flow/accept/rules.h"

#include <assert.h>

typedef struct xlsx_reader {
    heng_accept__archive archive;
    heng_arena *arena;
    heng_sheet_findings *findings;
    heng_finding_place place;
    heng_accept__relations relations; /* of the workbook part */
    heng_accept__book book;
    heng_accept__strings strings;
    heng_accept__styles styles;
    heng_sheet *sheets;
    size_t sheet_count;
} xlsx_reader;

static bool ran_out(heng_accept__xml_end end, bool flag)
{
    return end == HENG_XML_NO_MEMORY || flag;
}

/* The folder of a part, with its slash, and the part's own name. */
static heng_str folder_of(heng_str part, heng_str *name)
{
    size_t at = part.length;
    while (at && part.at[at - 1] != '/') at--;
    *name = heng_str_slice(part, at, part.length);
    return heng_str_slice(part, 0, at);
}

static const heng_accept__relation *relation_of_type(const heng_accept__relations *relations,
                                                     const char *type)
{
    for (size_t i = 0; i < relations->count; i++)
        if (heng_str_is(relations->items[i].type, type)) return &relations->items[i];
    return NULL;
}

static const heng_accept__relation *relation_of_id(const heng_accept__relations *relations,
                                                   heng_str id)
{
    for (size_t i = 0; i < relations->count; i++)
        if (heng_str_equal(relations->items[i].id, id)) return &relations->items[i];
    return NULL;
}

/* The name of the workbook part. False: it has none, which a finding says, or memory ran out. */
static bool find_book(xlsx_reader *reader, heng_str *part, bool *no_memory)
{
    heng_accept__relations roots = {.arena = reader->arena};
    heng_accept__xml handlers = heng_accept__relations_reader(&roots);
    heng_str name = HENG_STR("_rels/.rels");
    if (!heng_accept__archive_has(&reader->archive, name)) {
        heng_accept__found(reader->findings, ACCEPT_NOT_WORKBOOK, reader->place, name,
                           (heng_str){0});
        return false;
    }
    heng_accept__xml_end end =
        heng_accept__archive_xml(&reader->archive, name, reader->place, &handlers);
    *no_memory = ran_out(end, roots.no_memory);
    if (end != HENG_XML_WHOLE || *no_memory) return false;
    const heng_accept__relation *root = relation_of_type(&roots, "officeDocument");
    if (!root) {
        heng_accept__found(reader->findings, ACCEPT_NOT_WORKBOOK, reader->place,
                           HENG_STR("xl/workbook.xml"), (heng_str){0});
        return false;
    }
    if (heng_str_ends(root->target, HENG_STR(".bin"))) {
        heng_accept__found(reader->findings, ACCEPT_BINARY_WORKBOOK, reader->place, (heng_str){0},
                           (heng_str){0});
        return false;
    }
    *part = root->target;
    return true;
}

static bool read_book(xlsx_reader *reader, heng_str part, bool *no_memory)
{
    heng_str name, folder = folder_of(part, &name);
    heng_accept__book *book = &reader->book;
    *book = (heng_accept__book){.arena = reader->arena};
    reader->relations = (heng_accept__relations){.arena = reader->arena, .folder = folder};
    heng_accept__xml handlers = heng_accept__book_reader(book);
    heng_accept__xml_end end =
        heng_accept__archive_xml(&reader->archive, part, reader->place, &handlers);
    *no_memory = ran_out(end, book->no_memory);
    if (book->too_many) {
        char digits[HENG_NUMBER_TEXT];
        heng_str most = {digits, heng_number_write(HENG_SHEETS_MAX, digits)};
        heng_accept__found(reader->findings, ACCEPT_MANY_SHEETS, reader->place, most,
                           (heng_str){0});
    }
    if (end != HENG_XML_WHOLE || *no_memory) return false;
    if (!book->is_workbook) {
        heng_accept__found(reader->findings, ACCEPT_NOT_WORKBOOK, reader->place,
                           HENG_STR("xl/workbook.xml"), (heng_str){0});
        return false;
    }
    heng_str relations =
        heng_str_format(reader->arena, "%.*s_rels/%.*s.rels", HENG_PRINT(folder), HENG_PRINT(name));
    *no_memory = !relations.at;
    if (*no_memory) return false;
    handlers = heng_accept__relations_reader(&reader->relations);
    end = heng_accept__archive_xml(&reader->archive, relations, reader->place, &handlers);
    *no_memory = ran_out(end, reader->relations.no_memory);
    return end == HENG_XML_WHOLE && !*no_memory;
}

/* Shared strings and styles; a workbook may lack either. */
static bool read_shared(xlsx_reader *reader, bool *no_memory)
{
    const heng_accept__relation *strings = relation_of_type(&reader->relations, "sharedStrings");
    const heng_accept__relation *styles = relation_of_type(&reader->relations, "styles");
    reader->strings = (heng_accept__strings){.arena = reader->arena};
    reader->styles = (heng_accept__styles){.arena = reader->arena};
    *no_memory = !heng_accept__buffer_open(&reader->strings.buffer, reader->arena);
    if (strings && !*no_memory) {
        heng_accept__xml handlers = heng_accept__strings_reader(&reader->strings);
        heng_accept__xml_end end =
            heng_accept__archive_xml(&reader->archive, strings->target, reader->place, &handlers);
        *no_memory = ran_out(end, reader->strings.no_memory);
    }
    if (styles && !*no_memory) {
        heng_accept__xml handlers = heng_accept__styles_reader(&reader->styles);
        heng_accept__xml_end end =
            heng_accept__archive_xml(&reader->archive, styles->target, reader->place, &handlers);
        *no_memory = ran_out(end, reader->styles.no_memory);
    }
    return !*no_memory;
}

static heng_status read_sheet(xlsx_reader *reader, const heng_accept__listed_sheet *listed,
                              heng_str part, heng_error *err)
{
    heng_accept__sheet sheet = {
        .arena = reader->arena,
        .findings = reader->findings,
        .place = reader->place,
        .strings = &reader->strings,
        .styles = &reader->styles,
        .from_1904 = reader->book.from_1904,
    };
    sheet.place.sheet = listed->name;
    sheet.place.sheet_number = (uint32_t)reader->sheet_count + 1;
    heng_accept__xml_end end = HENG_XML_NO_MEMORY;
    heng_sheet_build(&sheet.builder, reader->arena);
    if (heng_accept__buffer_open(&sheet.buffer, reader->arena)) {
        heng_accept__xml handlers = heng_accept__sheet_reader(&sheet);
        end = heng_accept__archive_xml(&reader->archive, part, sheet.place, &handlers);
    }
    if (ran_out(end, sheet.no_memory))
        return heng_fail(err, HENG_NO_MEMORY, sheet.row, "no memory at row %u of sheet \"%.*s\"",
                         sheet.row, HENG_PRINT(listed->name));
    return heng_sheet_seal(&sheet.builder, listed->name, listed->hidden,
                           &reader->sheets[reader->sheet_count++], err);
}

/* Sheets of cells in their order; chart sheets hold none. */
static heng_status read_sheets(xlsx_reader *reader, heng_error *err)
{
    reader->sheets = HENG_ARRAY(reader->arena, reader->book.sheet_count, heng_sheet);
    if (!reader->sheets)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for %zu sheets",
                         reader->book.sheet_count);
    for (size_t i = 0; i < reader->book.sheet_count; i++) {
        const heng_accept__listed_sheet *listed = &reader->book.sheets[i];
        const heng_accept__relation *relation =
            relation_of_id(&reader->relations, listed->relation);
        if (!relation) {
            heng_accept__found(reader->findings, ACCEPT_MISSING_PART, reader->place, listed->name,
                               (heng_str){0});
            continue;
        }
        if (!heng_str_is(relation->type, "worksheet")) continue;
        heng_status status = read_sheet(reader, listed, relation->target, err);
        if (status) return status;
    }
    return HENG_OK;
}

static heng_status describe(const xlsx_reader *reader, heng_accepted *out, heng_error *err)
{
    heng_arena *arena = reader->arena;
    size_t hidden = 0, count = reader->sheet_count;
    for (size_t i = 0; i < count; i++) hidden += reader->sheets[i].hidden;
    heng_accepted accepted = {
        .workbook = {heng_str_copy(arena, reader->place.file), reader->sheets, count},
        .format = HENG_FORMAT_XLSX,
        .dates_from_1904 = reader->book.from_1904,
        .said_en = heng_str_format(arena, "workbook of %zu sheets, %zu hidden%s", count, hidden,
                                   reader->book.from_1904 ? ", dates counted from 1904" : ""),
        .said_zh = heng_str_format(arena, "工作簿，共 %zu 个工作表，其中隐藏 %zu 个%s", count,
                                   hidden, reader->book.from_1904 ? "，日期自 1904 年起算" : ""),
    };
    if (!accepted.workbook.file.at || !accepted.said_en.at || !accepted.said_zh.at)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to name what was read");
    *out = accepted;
    return HENG_OK;
}

static heng_status read_all(xlsx_reader *reader, heng_error *err)
{
    heng_str part;
    bool no_memory = false;
    bool read = find_book(reader, &part, &no_memory) && read_book(reader, part, &no_memory) &&
                read_shared(reader, &no_memory);
    if (no_memory)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to read the workbook \"%.*s\"",
                         HENG_PRINT(reader->place.file));
    return read ? read_sheets(reader, err) : HENG_OK;
}

heng_status heng_accept_xlsx(heng_str bytes, heng_str name, heng_arena *arena,
                             heng_sheet_findings *findings, heng_accepted *out, heng_error *err)
{
    assert(arena && findings && out && err);
    size_t found_before = findings->found;
    xlsx_reader reader = {.arena = arena, .findings = findings, .place = {.file = name}};
    if (!heng_accept__archive_open(&reader.archive, bytes, reader.place, findings)) return HENG_OK;
    heng_status status = read_all(&reader, err);
    heng_accept__archive_close(&reader.archive);
    if (status || findings->found > found_before) return status;
    return describe(&reader, out, err);
}
