/* test/flow/check/trial.h: a text is accepted and checked, and what became of it is written in one line.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/accept/accept.h"
#include "test/flow/case_table.h"
#include "test/flow/check/vocabulary.h"

#define HEADER "entity;name;keys;period;value;unit"

typedef struct import_trial {
    heng_arena arena;
    heng_sheet_findings findings;
    heng_checked checked;
} import_trial;

/* A line "h" stands for the usual header. */
static inline heng_str with_header(heng_arena *arena, heng_str text)
{
    heng_text out;
    heng_text_init(&out, arena, 1 << 20);
    heng_str rest = text, line;
    while (heng_str_cut(&rest, '\n', &line)) {
        heng_text_add(&out, heng_str_is(line, "h") ? HENG_STR(HEADER) : line);
        heng_text_add_char(&out, '\n');
    }
    return heng_text_view(&out);
}

static inline void open_trial(import_trial *trial, heng_str csv, const heng_check_options *options)
{
    heng_error err;
    heng_accepted accepted = {0};
    heng_arena_init(&trial->arena, 64 << 20);
    heng_sheet_findings_init(&trial->findings, &trial->arena);
    trial->checked = (heng_checked){0};
    assert_int_equal(heng_accept_csv(with_header(&trial->arena, csv), HENG_STR("book.csv"),
                                     &trial->arena, &trial->findings, &accepted, &err),
                     HENG_OK);
    assert_int_equal(trial->findings.found, 0);
    assert_int_equal(heng_check(&accepted.workbook, &test_vocabulary, options, &trial->arena,
                                &trial->findings, &trial->checked, &err),
                     HENG_OK);
}

static inline void list_findings(const import_trial *trial, heng_text *text)
{
    for (size_t i = 0; i < trial->findings.count; i++) {
        const heng_sheet_finding *finding = &trial->findings.items[i];
        char address[HENG_ADDRESS_TEXT];
        heng_text_print(text, "%s%s", text->length ? " " : "", finding->code);
        if (finding->row && finding->column) {
            heng_address_write(finding->row, finding->column, address);
            heng_text_print(text, " %s", address);
        } else if (finding->row) {
            heng_text_print(text, " row %u", finding->row);
        }
    }
}

static inline void list_keys(const heng_str *keys, unsigned count, heng_text *text)
{
    for (unsigned k = 0; k < count; k++)
        heng_text_print(text, "%s%.*s%s", k ? "," : "[", HENG_PRINT(keys[k]),
                        k + 1 == count ? "]" : "");
}

/* 2021-01..2023-12, with nothing where a span is open. */
static inline void list_span(heng_span span, heng_text *text)
{
    char month[HENG_PERIOD_TEXT];
    if (span.first_month != INT32_MIN) {
        heng_period_write((heng_period){HENG_MONTH, span.first_month}, month);
        heng_text_print(text, "%s", month);
    }
    heng_text_print(text, "..");
    if (span.last_month != INT32_MAX) {
        heng_period_write((heng_period){HENG_MONTH, span.last_month}, month);
        heng_text_print(text, "%s", month);
    }
}

static inline void list_facts(const heng_checked *checked, heng_text *text)
{
    for (size_t i = 0; i < checked->fact_count; i++) {
        const heng_fact *fact = &checked->facts[i];
        char period[HENG_PERIOD_TEXT];
        heng_period_write(fact->period, period);
        heng_text_print(text, "%s%.*s/%s/%.*s", text->length ? " " : "", HENG_PRINT(fact->entity),
                        period, HENG_PRINT(fact->name));
        list_keys(fact->keys, fact->key_count, text);
        heng_text_print(text, "=%.*s %.*s", HENG_PRINT(fact->text), HENG_PRINT(fact->unit));
        if (fact->uncertainty.length) heng_text_print(text, " %.*s", HENG_PRINT(fact->uncertainty));
    }
}

static inline void list_registers(const heng_checked *checked, heng_text *text)
{
    for (size_t i = 0; i < checked->source_count; i++)
        heng_text_print(text, "%ssource %.*s (%.*s)", text->length ? " " : "",
                        HENG_PRINT(checked->sources[i].code),
                        HENG_PRINT(checked->sources[i].title));
    for (size_t i = 0; i < checked->entity_count; i++) {
        const heng_entity *entity = &checked->entities[i];
        heng_text_print(text, "%s%.*s %.*s/%.*s ", text->length ? " " : "",
                        HENG_PRINT(entity->code), HENG_PRINT(entity->kind),
                        HENG_PRINT(entity->level));
        list_span(entity->valid, text);
    }
    for (size_t i = 0; i < checked->link_count; i++) {
        const heng_link *link = &checked->links[i];
        heng_text_print(text, "%s%.*s<%.*s %.*s ", text->length ? " " : "",
                        HENG_PRINT(link->member), HENG_PRINT(link->parent),
                        HENG_PRINT(link->hierarchy));
        list_span(link->valid, text);
    }
    for (size_t i = 0; i < checked->factor_count; i++) {
        const heng_table_row *row = &checked->factors[i].row;
        heng_text_print(text, "%s%.*s/%.*s", text->length ? " " : "", HENG_PRINT(row->qualified),
                        HENG_PRINT(row->member));
        list_keys(row->keys, row->key_count, text);
        heng_text_print(text, " ");
        list_span(row->valid, text);
        heng_text_print(text, "=");
        if (row->notation == HENG_VALUE)
            heng_text_add_number(text, row->value);
        else
            heng_text_print(text, "%s", heng_notation_name(row->notation));
    }
}

/* Findings, or what was taken. */
static inline heng_str listed(import_trial *trial)
{
    heng_text text;
    heng_text_init(&text, &trial->arena, 1 << 22);
    list_findings(trial, &text);
    list_registers(&trial->checked, &text);
    list_facts(&trial->checked, &text);
    assert_false(text.failed);
    return heng_text_view(&text);
}

__attribute__((unused)) static void run_case(const case_row *row)
{
    assert_int_equal(row->count, 3);
    import_trial trial;
    open_trial(&trial, row->fields[1], &test_options);
    char expected[4096];
    snprintf(expected, sizeof expected, "%.*s", HENG_PRINT(row->fields[2]));
    check_str(listed(&trial), expected);
    assert_true((trial.findings.found > 0) != (trial.checked.row_count > 0));
    for (size_t i = 0; i < trial.findings.count; i++) {
        const heng_sheet_finding *finding = &trial.findings.items[i];
        assert_true(finding->message_en.length && finding->message_zh.length);
        assert_true(finding->remedy_en.length && finding->remedy_zh.length);
        assert_int_equal(heng_str_find(finding->message_zh, HENG_STR("{"), 0), SIZE_MAX);
        assert_int_equal(heng_str_find(finding->remedy_en, HENG_STR("{"), 0), SIZE_MAX);
    }
    heng_arena_deinit(&trial.arena);
}
