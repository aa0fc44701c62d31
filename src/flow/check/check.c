/* The order of a check: sources, entities and links first, so that facts and factors may name them; then
 * the rows of the workbook against each other; then everything, or nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/check/ceads.h"
#include "flow/check/checker.h"

#include <assert.h>

static void init(heng_checker *checker)
{
    checker->facts.item_size = sizeof(heng_check__fact);
    checker->entity_rows.item_size = sizeof(heng_check__entity);
    checker->links.item_size = sizeof(heng_check__link);
    checker->sources.item_size = sizeof(heng_source);
    checker->source_origins.item_size = sizeof(heng_check__origin);
    checker->factors.item_size = sizeof(heng_check__factor);
    checker->skipped.item_size = sizeof(heng_check_skipped);
    heng_check__open_units(checker);
    heng_check__open_terms(checker);
}

/* Why a sheet is left unread; NULL: it is read. */
static const char *skip_reason(const heng_sheet *sheet, const char **zh)
{
    if (sheet->hidden) {
        *zh = "工作表已隐藏";
        return "the sheet is hidden";
    }
    if (heng_check__is_notes_sheet(sheet->name)) {
        *zh = "工作表名表明其为说明";
        return "its name says that it holds notes";
    }
    for (size_t i = 0; i < sheet->row_count; i++)
        if (!heng_check__is_blank(&sheet->rows[i])) return NULL;
    *zh = "工作表为空";
    return "the sheet is empty";
}

static void skip(heng_checker *checker, const heng_sheet *sheet, const char *en, const char *zh)
{
    heng_check_skipped *skipped = heng_check__push(checker, &checker->skipped);
    if (skipped) *skipped = (heng_check_skipped){sheet->name, en, zh};
}

static void lay_out_all(heng_checker *checker, const heng_check__layout **layouts)
{
    for (size_t i = 0; i < checker->workbook->sheet_count && !checker->no_memory; i++) {
        const heng_sheet *sheet = &checker->workbook->sheets[i];
        const char *zh = NULL, *en = skip_reason(sheet, &zh);
        checker->sheet = sheet;
        checker->sheet_number = (uint32_t)(i + 1);
        if (en)
            skip(checker, sheet, en, zh);
        else
            layouts[i] = heng_check__lay_out(checker);
    }
}

static void read_table(heng_checker *checker, const heng_check__layout **layouts,
                       heng_check_table table, void (*read)(heng_checker *checker))
{
    for (size_t i = 0; i < checker->workbook->sheet_count && !checker->no_memory; i++) {
        if (!layouts[i] || layouts[i]->schema->table != table) continue;
        checker->sheet = &checker->workbook->sheets[i];
        checker->sheet_number = (uint32_t)(i + 1);
        checker->layout = layouts[i];
        read(checker);
    }
}

/* Sources and entities come first, so that what follows may name them. */
static const struct {
    heng_check_table table;
    void (*read)(heng_checker *checker); /* of each sheet of that table */
    void (*then)(heng_checker *checker); /* once, behind them */
} passes[] = {
    {HENG_CHECK_SOURCES, heng_check__read_sources, heng_check__compare_sources},
    {HENG_CHECK_SOURCES, NULL, heng_check__open_sources},
    {HENG_CHECK_ENTITIES, heng_check__read_entities, heng_check__compare_entities},
    {HENG_CHECK_ENTITIES, NULL, heng_check__open_entities},
    {HENG_CHECK_LINKS, NULL, heng_check__resolve_parents},
    {HENG_CHECK_LINKS, heng_check__read_links, heng_check__compare_links},
    {HENG_CHECK_FACTS, heng_check__read_facts, heng_check__compare_facts},
    {HENG_CHECK_FACTORS, heng_check__read_factors, heng_check__compare_factors},
};

static void check_all(heng_checker *checker)
{
    size_t count = checker->workbook->sheet_count;
    const heng_check__layout **layouts =
        HENG_ARRAY(checker->arena, count, const heng_check__layout *);
    if (!layouts) {
        checker->no_memory = true;
        return;
    }
    lay_out_all(checker, layouts);
    for (size_t i = 0; i < sizeof passes / sizeof *passes && !checker->no_memory; i++) {
        if (passes[i].read) read_table(checker, layouts, passes[i].table, passes[i].read);
        if (passes[i].then && !checker->no_memory) passes[i].then(checker);
    }
}

_Static_assert(offsetof(heng_check__fact, fact) == 0, "what is kept of a row stands first");
_Static_assert(offsetof(heng_check__entity, entity) == 0, "what is kept of a row stands first");
_Static_assert(offsetof(heng_check__link, link) == 0, "what is kept of a row stands first");
_Static_assert(offsetof(heng_check__factor, factor) == 0, "what is kept of a row stands first");

/* The rows of a list without their origins; NULL when memory ran out. */
static void *bare(heng_checker *checker, const heng_check__list *list, size_t size)
{
    assert(size <= list->item_size);
    char *out = heng_arena_array(checker->arena, list->count, size);
    for (size_t i = 0; out && i < list->count; i++)
        memcpy(out + i * size, (const char *)list->items + i * list->item_size, size);
    return out;
}

static bool collect(heng_checker *checker, heng_checked *out)
{
    heng_checked checked = {
        .facts = bare(checker, &checker->facts, sizeof(heng_fact)),
        .fact_count = checker->facts.count,
        .entities = bare(checker, &checker->entity_rows, sizeof(heng_entity)),
        .entity_count = checker->entity_rows.count,
        .links = bare(checker, &checker->links, sizeof(heng_link)),
        .link_count = checker->links.count,
        .sources = checker->sources.items,
        .source_count = checker->sources.count,
        .factors = bare(checker, &checker->factors, sizeof(heng_factor_row)),
        .factor_count = checker->factors.count,
        .row_count = checker->row_count,
        .blank_count = checker->blank_count,
        .skipped = checker->skipped.items,
        .skipped_count = checker->skipped.count,
    };
    if (!checked.facts || !checked.entities || !checked.links || !checked.factors) return false;
    *out = checked;
    return true;
}

/* Runs one way of reading a workbook, and gives everything or nothing. */
static heng_status run(const heng_workbook *workbook, const heng_check_vocabulary *vocabulary,
                       const heng_check_options *options, void (*read)(heng_checker *checker),
                       heng_arena *arena, heng_sheet_findings *findings, heng_checked *out,
                       heng_error *err)
{
    assert(workbook && vocabulary && options && arena && findings && out && err);
    assert((unsigned)options->expect < HENG_CHECK_TABLE_COUNT);
    heng_checker checker = {
        .workbook = workbook,
        .vocabulary = vocabulary,
        .options = options,
        .arena = arena,
        .findings = findings,
    };
    size_t found_before = findings->found;
    init(&checker);
    if (!checker.no_memory) read(&checker);
    heng_status status = checker.no_memory ? HENG_NO_MEMORY : HENG_OK;
    if (!status) status = heng_sheet_findings_sort(findings, err);
    if (!status && findings->found == found_before && !collect(&checker, out))
        status = HENG_NO_MEMORY;
    if (status)
        return heng_fail(err, HENG_NO_MEMORY, checker.row_count,
                         "no memory after %zu rows of \"%.*s\"", checker.row_count,
                         HENG_PRINT(workbook->file));
    return HENG_OK;
}

heng_status heng_check(const heng_workbook *workbook, const heng_check_vocabulary *vocabulary,
                       const heng_check_options *options, heng_arena *arena,
                       heng_sheet_findings *findings, heng_checked *out, heng_error *err)
{
    bool ceads = options->expect == HENG_CHECK_ANY && heng_ceads_is(workbook);
    return run(workbook, vocabulary, options, ceads ? heng_check__read_ceads : check_all, arena,
               findings, out, err);
}

heng_status heng_ceads_check(const heng_workbook *workbook, const heng_check_vocabulary *vocabulary,
                             const heng_check_options *options, heng_arena *arena,
                             heng_sheet_findings *findings, heng_checked *out, heng_error *err)
{
    return run(workbook, vocabulary, options, heng_check__read_ceads, arena, findings, out, err);
}
