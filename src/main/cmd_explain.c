/* main/cmd_explain.c: heng explain FIGURE. The derivation of a figure, down to facts and factors.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "main/ask.h"
#include "main/command.h"
#include "main/output.h"
#include "main/session.h"

#include <stdlib.h>

/* Nine digits say all that the inputs could; what was written down is shown as it was written. */
static heng_str shown_number(heng_arena *arena, const heng_node *node, double number)
{
    if (node->kind == HENG_NODE_FACT && node->fact && node->fact->text.length)
        return node->fact->text;
    if (node->kind == HENG_NODE_CELL && node->row.text.length) return node->row.text;
    heng_str rounded = heng_str_format(arena, "%.9g", number);
    heng_error ignored;
    if (!rounded.at || heng_number_parse(rounded, &number, &ignored)) return rounded;
    return heng_cell_number(arena, number, -1, false).shown;
}

static void print_value(const heng_session *session, const heng_node *node, heng_text *out)
{
    const heng_value *value = &node->value;
    heng_arena *arena = session->arguments->arena;
    if (node->word.length) {
        heng_text_add(out, node->word);
        return;
    }
    if (value->state == HENG_STATE_KNOWN) {
        heng_text_add(out, shown_number(arena, node, value->number));
    } else if (value->has_at_least) {
        heng_text_add(out, HENG_STR("incomplete, ≥ "));
        heng_text_add(out, shown_number(arena, node, value->at_least));
    } else {
        heng_text_add(out, value->state == HENG_STATE_NOT_IN_FORCE ? HENG_STR("not in force")
                                                                   : HENG_STR("unknown"));
    }
    /* A single value of a table is written with its unit. */
    bool said = node->kind == HENG_NODE_CELL && heng_str_ends(node->row.text, node->unit);
    if (node->unit.length && !said) heng_text_print(out, " %.*s", HENG_PRINT(node->unit));
}

static void print_origin(const heng_node *node, heng_text *out)
{
    if (node->kind == HENG_NODE_FACT && node->fact) {
        char recorded[HENG_INSTANT_TEXT];
        heng_instant_write(node->fact->recorded, recorded);
        heng_text_print(out, "  [%s; %.*s; known since %s]",
                        heng_evidence_name(node->fact->evidence), HENG_PRINT(node->fact->source),
                        recorded);
    } else if (node->kind == HENG_NODE_CELL) {
        heng_text_print(out, "  [%s; %.*s]", heng_evidence_name(node->row.evidence),
                        HENG_PRINT(node->row.source));
    } else if (node->kind == HENG_NODE_ABSENT) {
        heng_text_print(out, "  [no such fact is recorded]");
    }
}

/* A formula or note of several lines stays under its node. */
static void print_lines(heng_str text, heng_str indent, const char *bar, const char *before,
                        const char *after, heng_text *out)
{
    heng_str rest = text, line;
    bool first = true;
    while (heng_str_cut(&rest, '\n', &line)) {
        heng_text_print(out, "%.*s%s  %s%.*s%s\n", HENG_PRINT(indent), bar, first ? before : "  ",
                        HENG_PRINT(heng_str_trim(line)), rest.at ? "" : after);
        first = false;
    }
}

static void print_node(const heng_session *session, const heng_node *node, heng_str indent,
                       heng_text *out);

/* Literals stand in the formula above; repeating them says nothing. */
static void print_children(const heng_session *session, const heng_node *node, heng_str indent,
                           heng_text *out)
{
    heng_arena *arena = session->arguments->arena;
    size_t left = 0;
    for (size_t i = 0; i < node->child_count; i++)
        left += node->children[i]->kind != HENG_NODE_LITERAL;
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i]->kind == HENG_NODE_LITERAL) continue;
        bool last = --left == 0;
        heng_text_print(out, "%.*s%s", HENG_PRINT(indent), last ? "└─ " : "├─ ");
        heng_str deeper =
            heng_str_format(arena, "%.*s%s", HENG_PRINT(indent), last ? "   " : "│  ");
        print_node(session, node->children[i], deeper, out);
    }
}

static void print_node(const heng_session *session, const heng_node *node, heng_str indent,
                       heng_text *out)
{
    bool chinese = heng_wants_chinese(session->arguments) && node->label_zh.length;
    heng_str label = chinese ? node->label_zh : node->label_en;
    heng_text_print(out, "%.*s%s%.*s = ", HENG_PRINT(node->figure), label.length ? " " : "",
                    HENG_PRINT(label));
    print_value(session, node, out);
    print_origin(node, out);
    heng_text_add_char(out, '\n');
    const char *bar = node->child_count ? "│ " : "  ";
    if (node->formula.length) print_lines(node->formula, indent, bar, "= ", "", out);
    if (node->note.length) print_lines(node->note, indent, bar, "(", ")", out);
    print_children(session, node, indent, out);
}

static heng_exit explain(const heng_session *session)
{
    const heng_arguments *arguments = session->arguments;
    heng_error err;
    heng_point point;
    const heng_node *node;
    unsigned depth = 64;
    const char *given = heng_argument(arguments, "depth");
    if (given) depth = (unsigned)strtoul(given, NULL, 10);
    heng_status status =
        heng_figure_parse(session->compiled.program, &session->world,
                          heng_str_from(arguments->operands[0]), arguments->arena, &point, &err);
    if (!status)
        status = heng_explain(session->evaluation, &point, depth, arguments->arena, &node, &err);
    heng_text text;
    heng_text_init(&text, arguments->arena, (size_t)256 << 20);
    if (!status) heng_print_scenario(session);
    if (!status) print_node(session, node, (heng_str){"", 0}, &text);
    if (!status && text.failed) status = heng_fail(&err, HENG_NO_MEMORY, 0, "no room for the tree");
    if (status) return heng_report_failure(arguments, &err);
    fwrite(text.bytes, 1, text.length, arguments->out);
    heng_session_print_basis(session);
    return node->value.state == HENG_STATE_KNOWN ? HENG_EXIT_OK : HENG_EXIT_REFUSED;
}

/* The API's own reply, with content hashes. */
static heng_exit explain_json(const heng_session *session)
{
    heng_arena *arena = session->arguments->arena;
    heng_str figure = heng_query_text(arena, heng_str_from(session->arguments->operands[0]));
    return heng_ask(session,
                    heng_str_format(arena, "/api/v1/explain?figure=%.*s", HENG_PRINT(figure)));
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_session session;
    heng_exit code = heng_session_open(arguments, HENG_SESSION_EVALUATED, false, &session);
    if (code) return code;
    code = heng_given(arguments, "json") ? explain_json(&session) : explain(&session);
    heng_session_close(&session);
    return code;
}

const heng_command heng_command_explain = {
    .name = "explain",
    .operands = "FIGURE",
    .summary = "say why a figure is what it is, down to facts, factors and sources",
    .details =
        "A figure is written entity/period/name, with keys in brackets: CN/2020/cut, "
        "CN/2018/co2_of[census_3,coal], ZJ/2017/co2_region.\n"
        "The exit code is 1 when the figure is not known; the tree then says what is missing.",
    .operands_min = 1,
    .operands_max = 1,
    .options = {HENG_OPTION_DB,
                HENG_OPTION_AS_OF,
                HENG_OPTION_PACK,
                HENG_OPTION_SET,
                HENG_OPTION_SCENARIO,
                HENG_OPTION_JSON,
                HENG_OPTION_LANG,
                {"depth", "N", "64", "cut the tree below this depth"}},
    .run = run,
};
