/* main/cmd_export.c: heng export WHAT. What the database holds, as CSV or JSON.
 *
 * Facts are written in the very form that import takes, so that exporting and importing again changes
 * nothing. The other tables are those of the API, asked in this process.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"

static const heng_column fact_columns[] = {
    {"entity", "entity", false, false},     {"name", "name", false, false},
    {"keys", "keys", false, false},         {"period", "period", false, false},
    {"value", "value", true, false},        {"unit", "unit", false, false},
    {"quality", "quality", false, false},   {"status", "status", false, false},
    {"source", "source", false, false},     {"note", "note", false, false},
    {"recorded", "recorded", false, false}, {"uncertainty", "uncertainty", false, false},
};
enum { FACT_COLUMNS = sizeof fact_columns / sizeof *fact_columns };

static heng_str joined_keys(heng_arena *arena, const heng_fact *fact)
{
    heng_text text;
    heng_text_init(&text, arena, (HENG_NAME_MAX + 1) * HENG_KEYS_MAX);
    for (unsigned i = 0; i < fact->key_count; i++) {
        if (i) heng_text_add_char(&text, ';');
        heng_text_add(&text, fact->keys[i]);
    }
    return heng_text_view(&text);
}

static void fill_fact(heng_arena *arena, const heng_fact *fact, heng_cell_out *cells)
{
    char period[HENG_PERIOD_TEXT], recorded[HENG_INSTANT_TEXT];
    heng_str period_text = {period, heng_period_write(fact->period, period)};
    heng_str recorded_text = {recorded, heng_instant_write(fact->recorded, recorded)};
    cells[0] = heng_cell_text(fact->entity);
    cells[1] = heng_cell_text(fact->name);
    cells[2] = heng_cell_text(joined_keys(arena, fact));
    cells[3] = heng_cell_text(heng_str_copy(arena, period_text));
    cells[4] = heng_cell_text(fact->text);
    cells[5] = heng_cell_text(fact->unit);
    cells[6] = heng_cell_text(heng_str_from(heng_quality_name(fact->quality)));
    cells[7] = heng_cell_text(heng_str_from(heng_evidence_name(fact->evidence)));
    cells[8] = heng_cell_text(fact->source);
    cells[9] = heng_cell_text(fact->note);
    cells[10] = heng_cell_text(heng_str_copy(arena, recorded_text));
    cells[11] = heng_cell_text(fact->uncertainty);
}

static heng_exit export_facts(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    heng_arena *arena = arguments->arena;
    heng_error err;
    heng_fact_filter filter = HENG_FACTS_NOW;
    const char *as_of = heng_argument(arguments, "as-of");
    filter.known.all_records = heng_given(arguments, "all-records");
    const heng_fact *facts;
    size_t count = 0;
    if (as_of && heng_instant_parse(heng_str_from(as_of), true, &filter.known.as_of, &err))
        return heng_report_usage(arguments, "--as-of: %s", err.message);
    heng_status status = heng_store_facts(session->store, &filter, arena, &facts, &count, &err);
    heng_cell_out *cells = NULL;
    if (!status && !(cells = HENG_ARRAY(arena, count * FACT_COLUMNS, heng_cell_out)))
        status = heng_fail(&err, HENG_NO_MEMORY, 0, "no room for the facts");
    if (status) return heng_report_failure(arguments, &err);
    for (size_t i = 0; i < count; i++) fill_fact(arena, &facts[i], cells + i * FACT_COLUMNS);
    heng_output output = {fact_columns, FACT_COLUMNS, cells, count};
    heng_output_form form = heng_given(arguments, "json") ? HENG_OUTPUT_JSON : HENG_OUTPUT_CSV;
    status = heng_output_write(&output, form, arena, arguments->out, &err);
    return status ? heng_report_failure(arguments, &err) : HENG_EXIT_OK;
}

static heng_exit export_digest(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    heng_error err;
    heng_hash hash;
    heng_status status = heng_store_digest(session->store, arguments->arena, &hash, &err);
    if (status) return heng_report_failure(arguments, &err);
    char text[HENG_HASH_TEXT];
    heng_hash_write(hash, text);
    fprintf(arguments->out, "%s\n", text);
    return HENG_EXIT_OK;
}

/* Tables of the API, by the word that names them here. */
static const char *const api_tables[] = {"figures", "factors",    "entities",
                                         "sources", "quantities", "runs"};

static heng_exit export_table(const heng_session *session, const char *what)
{
    const heng_arguments *arguments = session->arguments;
    heng_arena *arena = arguments->arena;
    const char *format = heng_given(arguments, "json") ? "json" : "csv";
    const char *place = heng_argument(arguments, "place");
    const char *names = heng_argument(arguments, "names");
    heng_text target;
    heng_text_init(&target, arena, 1 << 16);
    heng_text_print(&target, "/api/v1/%s?format=%s", what, format);
    if (heng_str_is(heng_str_from(what), "figures")) {
        heng_str code = heng_query_text(arena, heng_str_from(place ? place : "CN"));
        heng_str asked = heng_query_text(arena, heng_str_from(names));
        heng_text_print(&target, "&entity=%.*s&names=%.*s", HENG_PRINT(code), HENG_PRINT(asked));
    }
    return heng_ask(session, heng_text_view(&target));
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_str what = heng_str_from(arguments->operands[0]);
    bool facts = heng_str_is(what, "facts"), digest = heng_str_is(what, "digest");
    bool known = facts || digest;
    for (size_t i = 0; i < sizeof api_tables / sizeof *api_tables; i++)
        known |= heng_str_is(what, api_tables[i]);
    if (!known)
        return heng_report_usage(arguments,
                                 "\"%s\" is not facts, figures, factors, entities, "
                                 "sources, quantities, runs or digest",
                                 arguments->operands[0]);
    if (heng_str_is(what, "figures") && !heng_given(arguments, "names"))
        return heng_report_usage(arguments, "figures needs --names, such as co2,annual_change; "
                                            "heng export quantities lists them");
    heng_session session;
    heng_session_depth depth = facts || digest ? HENG_SESSION_STORE : HENG_SESSION_EVALUATED;
    heng_exit code = heng_session_open(arguments, depth, false, &session);
    if (code) return code;
    if (facts)
        code = export_facts(&session);
    else if (digest)
        code = export_digest(&session);
    else
        code = export_table(&session, arguments->operands[0]);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_export = {
    .name = "export",
    .operands = "facts|figures|factors|entities|sources|quantities|runs|digest",
    .summary = "write what the database holds as CSV or JSON",
    .details =
        "facts come in the form that import takes. digest is the content hash of all books and "
        "results: equal digests, equal contents.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                {"names", "A,B", NULL, "figures: which, as listed by heng export quantities"},
                {"place", "CODE", "CN", "figures: of which place"},
                {"all-records", NULL, NULL, "facts: every record, revisions included"},
                HENG_OPTION_AS_OF,
                HENG_OPTION_PACK,
                HENG_OPTION_JSON,
                HENG_OPTION_CSV,
                HENG_OPTION_LANG},
    .run = run,
};
