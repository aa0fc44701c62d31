/* main/cmd_help.c: heng help, and the manual page, both printed from the table of commands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "main/command.h"

static void print_overview(FILE *out)
{
    fprintf(out, "heng: accounts, targets and verdicts for the dual control of carbon emissions\n\n"
                 "usage: heng COMMAND [options]\n\n");
    for (int i = 0; heng_commands[i]; i++)
        fprintf(out, "  %-11s %s\n", heng_commands[i]->name, heng_commands[i]->summary);
    fprintf(out,
            "\nheng help COMMAND tells more of one. Exit codes: 0 done, 1 refused or not known,\n"
            "2 command line not understood, 3 a file, database or network failed.\n");
}

static void print_command(FILE *out, const heng_command *command)
{
    fprintf(out, "heng %s: %s\n\nusage: heng %s%s%s [options]\n", command->name, command->summary,
            command->name, command->operands ? " " : "",
            command->operands ? command->operands : "");
    if (command->details) fprintf(out, "\n%s\n", command->details);
    if (command->options[0].name) fprintf(out, "\n");
    for (int i = 0; i < HENG_OPTIONS_MAX && command->options[i].name; i++) {
        const heng_option *option = &command->options[i];
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        fprintf(out, "  %-20s %s", left, option->help);
        if (option->fallback) fprintf(out, " (default: %s)", option->fallback);
        fprintf(out, "\n");
    }
}

/* roff treats a backslash, a leading point and a hyphen specially. */
static void print_roff(FILE *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\\' || *at == '-') fputc('\\', out);
        if (*at == '.' && (at == text || at[-1] == '\n')) fputs("\\&", out);
        fputc(*at, out);
    }
}

static void print_page_command(FILE *out, const heng_command *command)
{
    fprintf(out, ".SS heng %s %s\n", command->name, command->operands ? command->operands : "");
    print_roff(out, command->summary);
    fprintf(out, ".\n");
    if (command->details) {
        fprintf(out, ".PP\n");
        print_roff(out, command->details);
        fprintf(out, "\n");
    }
    for (int i = 0; i < HENG_OPTIONS_MAX && command->options[i].name; i++) {
        const heng_option *option = &command->options[i];
        fprintf(out, ".TP\n.B \\-\\-");
        print_roff(out, option->name);
        if (option->argument) fprintf(out, " \\fI%s\\fR", option->argument);
        fprintf(out, "\n");
        print_roff(out, option->help);
        if (option->fallback) fprintf(out, " (default: %s)", option->fallback);
        fprintf(out, "\n");
    }
}

static void print_page(FILE *out)
{
    fprintf(out, ".TH HENG 1\n.SH NAME\nheng \\- accounts, targets and verdicts for the dual "
                 "control of carbon emissions\n.SH SYNOPSIS\n.B heng\n.I command\n[options]\n"
                 ".SH DESCRIPTION\nHeng takes energy and economic statistics, accounts for the CO2 "
                 "by checked rules, holds it against targets, and shows the verdict with its "
                 "reasons.\n.SH COMMANDS\n");
    for (int i = 0; heng_commands[i]; i++) print_page_command(out, heng_commands[i]);
    fprintf(out,
            ".SH EXIT STATUS\n0 done; 1 refused, or what was named is not there; 2 the command "
            "line was not understood; 3 the disk, memory or network failed; 130 interrupted.\n"
            ".SH FILES\n.TP\n.I heng.db\nthe database: one SQLite file.\n");
}

static heng_exit run(const heng_arguments *arguments)
{
    if (heng_given(arguments, "man")) {
        print_page(arguments->out);
        return HENG_EXIT_OK;
    }
    if (arguments->operand_count == 0) {
        print_overview(arguments->out);
        return HENG_EXIT_OK;
    }
    heng_str name = heng_str_from(arguments->operands[0]);
    for (int i = 0; heng_commands[i]; i++) {
        if (!heng_str_is(name, heng_commands[i]->name)) continue;
        print_command(arguments->out, heng_commands[i]);
        return HENG_EXIT_OK;
    }
    return heng_report_usage(arguments, "there is no command \"%s\"", arguments->operands[0]);
}

const heng_command heng_command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "say what a command does",
    .operands_max = 1,
    .options = {{"man", NULL, NULL, "print the manual page, for man(1)"}},
    .run = run,
};
