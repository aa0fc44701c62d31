/* main/cmd_completion.c: heng completion, for bash, zsh and fish, from the table of commands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "main/command.h"

static void print_options(FILE *out, const heng_command *command)
{
    for (int i = 0; i < HENG_OPTIONS_MAX && command->options[i].name; i++)
        fprintf(out, " --%s", command->options[i].name);
}

static void print_bash(FILE *out)
{
    fprintf(out, "_heng() {\n  local words\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    words=\"");
    for (int i = 0; heng_commands[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", heng_commands[i]->name);
    fprintf(out, "\"\n  else\n    case ${COMP_WORDS[1]} in\n");
    for (int i = 0; heng_commands[i]; i++) {
        fprintf(out, "    %s) words=\"", heng_commands[i]->name);
        print_options(out, heng_commands[i]);
        fprintf(out, "\" ;;\n");
    }
    fprintf(out, "    esac\n  fi\n"
                 "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
                 "complete -o default -F _heng heng\n");
}

static void print_zsh(FILE *out)
{
    fprintf(out, "#compdef heng\nautoload -U +X bashcompinit && bashcompinit\n");
    print_bash(out);
}

static void print_fish(FILE *out)
{
    for (int i = 0; heng_commands[i]; i++) {
        const heng_command *command = heng_commands[i];
        fprintf(out, "complete -c heng -n __fish_use_subcommand -a %s -d '%s'\n", command->name,
                command->summary);
        for (int o = 0; o < HENG_OPTIONS_MAX && command->options[o].name; o++)
            fprintf(out, "complete -c heng -n '__fish_seen_subcommand_from %s' -l %s%s -d '%s'\n",
                    command->name, command->options[o].name,
                    command->options[o].argument ? " -r" : "", command->options[o].help);
    }
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_str shell = heng_str_from(arguments->operands[0]);
    if (heng_str_is(shell, "bash"))
        print_bash(arguments->out);
    else if (heng_str_is(shell, "zsh"))
        print_zsh(arguments->out);
    else if (heng_str_is(shell, "fish"))
        print_fish(arguments->out);
    else
        return heng_report_usage(arguments, "\"%s\" is not bash, zsh or fish",
                                 arguments->operands[0]);
    return HENG_EXIT_OK;
}

const heng_command heng_command_completion = {
    .name = "completion",
    .operands = "bash|zsh|fish",
    .summary = "print completion for a shell",
    .details = "For bash: heng completion bash > ~/.local/share/bash-completion/completions/heng",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
