/* flow/check/layout.h: which table a sheet is, and which of its columns means what.
 *
 * The tables and their columns are one list in layout.c, with the English and Chinese headers that are
 * understood; the manual's list is held against it by a test. The header is the row, of the first 20,
 * that names the most columns of a table. What stands above it is a title.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/table/sheet.h"
#include "flow/check/check.h"

/* Columns by table; the number indexes heng_check__layout.columns. */
enum {
    FACT_ENTITY,
    FACT_NAME,
    FACT_KEYS,
    FACT_PERIOD,
    FACT_VALUE,
    FACT_UNIT,
    FACT_QUALITY,
    FACT_STATUS,
    FACT_SOURCE,
    FACT_NOTE,
    FACT_RECORDED,
    FACT_UNCERTAINTY
};
enum {
    ENTITY_CODE,
    ENTITY_KIND,
    ENTITY_LEVEL,
    ENTITY_NAME_EN,
    ENTITY_NAME_ZH,
    ENTITY_STANDARD_CODE,
    ENTITY_VALID,
    ENTITY_PARENT,
    ENTITY_HIERARCHY,
    ENTITY_RECORDED
};
enum { LINK_MEMBER, LINK_PARENT, LINK_HIERARCHY, LINK_VALID, LINK_RECORDED };
enum {
    SOURCE_CODE,
    SOURCE_TITLE,
    SOURCE_PUBLISHER,
    SOURCE_PUBLISHED,
    SOURCE_WHERE,
    SOURCE_LICENCE
};
enum {
    FACTOR_TABLE,
    FACTOR_MEMBER,
    FACTOR_KEYS,
    FACTOR_VALID,
    FACTOR_VALUE,
    FACTOR_UNIT,
    FACTOR_STATUS,
    FACTOR_SOURCE,
    FACTOR_NOTE,
    FACTOR_RECORDED,
    FACTOR_UNCERTAINTY
};
enum { HENG_TABLE_COLUMNS_MAX = 12, HENG_HEADER_ROWS_MAX = 20 };

typedef enum heng_check__need {
    NEED_ALWAYS,     /* the column must be there */
    NEED_BUT_WIDE,   /* unless the columns are periods */
    NEED_OR_DEFAULT, /* or the options must say what stands for it */
    NEED_NEVER
} heng_check__need;

typedef struct heng_check__column {
    const char *name;    /* the English header, which is also the name in messages */
    const char *name_zh; /* the Chinese one */
    const char *others;  /* more headers, joined by | */
    heng_check__need need;
} heng_check__column;

typedef struct heng_check__schema {
    heng_check_table table;
    const char *name, *name_zh,
        *sheet_names; /* names of sheets that must be this table, joined by | */
    unsigned column_count;
    heng_check__column columns[HENG_TABLE_COLUMNS_MAX];
    unsigned key_a, key_b; /* the two columns without which a row is not taken for its header */
} heng_check__schema;

const heng_check__schema *heng_check__schema_of(heng_check_table table);

typedef struct heng_check__layout {
    const heng_check__schema *schema;
    uint32_t header_row;
    uint32_t columns[HENG_TABLE_COLUMNS_MAX]; /* of the sheet, from 1; 0: absent */
    bool wide;                                /* facts whose columns are periods */
    heng_period *periods;                     /* of a wide table, with their columns */
    uint32_t *period_columns;
    size_t period_count;
} heng_check__layout;

struct heng_checker;
/* Finds the header of checker->sheet and reports what is wrong with it. NULL where the sheet cannot be
 * read; then a finding says why, or memory ran out. */
const heng_check__layout *heng_check__lay_out(struct heng_checker *checker);
/* A row that only carries a remark: its one filled cell begins with 注, 说明, 资料来源, Note or Source. */
bool heng_check__is_remark(const heng_sheet_row *row);
/* A sheet whose name says that it is for the reader: notes, readme, 说明. */
bool heng_check__is_notes_sheet(heng_str name);
/* A row without anything but blanks. */
bool heng_check__is_blank(const heng_sheet_row *row);
