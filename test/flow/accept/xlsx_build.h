/* test/flow/accept/xlsx_build.h: workbooks made by hand, so that a test may plant any fault in them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

typedef struct xlsx_part {
    const char *name;
    heng_str content;
} xlsx_part;

/* An archive of these parts, in the arena. */
static inline heng_str xlsx_pack(heng_arena *arena, const xlsx_part *parts, size_t count)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &error);
    assert_non_null(whole);
    zip_source_keep(whole);
    zip_t *zip = zip_open_from_source(whole, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        if (!parts[i].name) continue;
        zip_source_t *part =
            zip_source_buffer(zip, parts[i].content.at, parts[i].content.length, 0);
        assert_non_null(part);
        zip_int64_t index = zip_file_add(zip, parts[i].name, part, ZIP_FL_ENC_UTF_8);
        assert_true(index >= 0);
        zip_file_set_mtime(zip, (zip_uint64_t)index, 315532800, 0);
    }
    assert_int_equal(zip_close(zip), 0);
    zip_stat_t stat;
    zip_source_stat(whole, &stat);
    char *bytes = heng_arena_alloc(arena, stat.size);
    assert_non_null(bytes);
    assert_int_equal(zip_source_open(whole), 0);
    assert_int_equal(zip_source_read(whole, bytes, stat.size), stat.size);
    zip_source_close(whole);
    zip_source_free(whole);
    zip_error_fini(&error);
    return (heng_str){bytes, stat.size};
}

typedef struct xlsx_sheet {
    const char *name;
    const char *state; /* NULL: visible */
    heng_str xml;      /* what stands inside <worksheet> */
} xlsx_sheet;

typedef struct xlsx_book {
    const xlsx_sheet *sheets;
    size_t sheet_count;
    const char *shared;     /* what stands inside <sst>; NULL: no such part */
    const char *styles;     /* what stands inside <styleSheet>; NULL: no such part */
    const char *properties; /* attributes of workbookPr */
} xlsx_book;

#define XLSX_MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define XLSX_OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XLSX_HEAD   "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static inline const char *xlsx_root_relations(void)
{
    return XLSX_HEAD
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"rId1\" Type=\"" XLSX_OFFICE
        "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
}

static inline heng_str xlsx_make(heng_arena *arena, const xlsx_book *book)
{
    xlsx_part parts[40] = {{NULL, {0}}};
    size_t count = 0;
    heng_text list, relations;
    heng_text_init(&list, arena, 1 << 20);
    heng_text_init(&relations, arena, 1 << 20);
    heng_text_print(&list,
                    XLSX_HEAD "<workbook xmlns=\"" XLSX_MAIN "\" xmlns:r=\"" XLSX_OFFICE
                              "\"><workbookPr %s/><sheets>",
                    book->properties ? book->properties : "");
    heng_text_print(&relations, XLSX_HEAD "<Relationships>");
    parts[count++] = (xlsx_part){"_rels/.rels", heng_str_from(xlsx_root_relations())};
    for (size_t i = 0; i < book->sheet_count; i++) {
        const xlsx_sheet *sheet = &book->sheets[i];
        heng_text_print(&list, "<sheet name=\"%s\" sheetId=\"%zu\" %s%s%s r:id=\"s%zu\"/>",
                        sheet->name, i + 1, sheet->state ? "state=\"" : "",
                        sheet->state ? sheet->state : "", sheet->state ? "\"" : "", i + 1);
        heng_text_print(&relations,
                        "<Relationship Id=\"s%zu\" Type=\"" XLSX_OFFICE
                        "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                        i + 1, i + 1);
        assert_true(count < 36);
        parts[count++] = (xlsx_part){
            heng_str_format(arena, "xl/worksheets/sheet%zu.xml", i + 1).at,
            heng_str_format(arena, XLSX_HEAD "<worksheet xmlns=\"" XLSX_MAIN "\">%.*s</worksheet>",
                            HENG_PRINT(sheet->xml))};
    }
    heng_text_print(&list, "</sheets></workbook>");
    if (book->shared) {
        heng_text_print(&relations, "<Relationship Id=\"x1\" Type=\"" XLSX_OFFICE
                                    "/sharedStrings\" Target=\"sharedStrings.xml\"/>");
        parts[count++] =
            (xlsx_part){"xl/sharedStrings.xml",
                        heng_str_format(arena, XLSX_HEAD "<sst xmlns=\"" XLSX_MAIN "\">%s</sst>",
                                        book->shared)};
    }
    if (book->styles) {
        heng_text_print(&relations, "<Relationship Id=\"x2\" Type=\"" XLSX_OFFICE
                                    "/styles\" Target=\"/xl/styles.xml\"/>");
        parts[count++] = (xlsx_part){
            "xl/styles.xml",
            heng_str_format(arena, XLSX_HEAD "<styleSheet>%s</styleSheet>", book->styles)};
    }
    heng_text_print(&relations, "</Relationships>");
    parts[count++] = (xlsx_part){"xl/workbook.xml", heng_text_view(&list)};
    parts[count++] = (xlsx_part){"xl/_rels/workbook.xml.rels", heng_text_view(&relations)};
    return xlsx_pack(arena, parts, count);
}
