/* SPDX-License-Identifier: Apache-2.0 */
#include "main/command.h"
#include "base/limits.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>

/* One a line: several rooms add to it. */
/* clang-format off */
const heng_command *const heng_commands[] = {
    &heng_command_init,
    &heng_command_import,
    &heng_command_compute,
    &heng_command_status,
    &heng_command_explain,
    &heng_command_restate,
    &heng_command_receipt,
    &heng_command_uncertainty,
    &heng_command_key,
    &heng_command_audit,
    &heng_command_rules,
    &heng_command_pack,
    &heng_command_export,
    &heng_command_serve,
    &heng_command_backup,
    &heng_command_check,
    &heng_command_completion,
    &heng_command_help,
    &heng_command_version,
    NULL,
};
/* clang-format on */

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

void heng_watch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool heng_stop_asked(void)
{
    return stop_asked != 0;
}

static int option_index(const heng_command *command, heng_str name)
{
    for (int i = 0; i < HENG_OPTIONS_MAX && command->options[i].name; i++)
        if (heng_str_is(name, command->options[i].name)) return i;
    return -1;
}

const char *heng_argument(const heng_arguments *arguments, const char *name)
{
    int index = option_index(arguments->command, heng_str_from(name));
    assert(index >= 0);
    return arguments->values[index];
}

bool heng_declares(const heng_arguments *arguments, const char *name)
{
    return option_index(arguments->command, heng_str_from(name)) >= 0;
}

bool heng_given(const heng_arguments *arguments, const char *name)
{
    return heng_argument(arguments, name) != NULL;
}

heng_exit heng_report_failure(const heng_arguments *arguments, const heng_error *err)
{
    fprintf(arguments->err, "heng %s: %s\n", arguments->command->name, err->message);
    switch (err->status) {
    case HENG_CANCELLED: return HENG_EXIT_STOPPED;
    case HENG_REFUSED:
    case HENG_INVALID:
    case HENG_NOT_FOUND: return HENG_EXIT_REFUSED;
    default: return HENG_EXIT_FAILED;
    }
}

heng_exit heng_report_usage(const heng_arguments *arguments, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(arguments->err, "heng %s: ", arguments->command->name);
    vfprintf(arguments->err, format, list);
    fprintf(arguments->err, "\nTry: heng help %s\n", arguments->command->name);
    va_end(list);
    return HENG_EXIT_USAGE;
}

static const heng_command *find_command(heng_str name)
{
    for (int i = 0; heng_commands[i]; i++)
        if (heng_str_is(name, heng_commands[i]->name)) return heng_commands[i];
    return NULL;
}

/* The value of an option; of one that may come again, behind those that came before, a line each. */
static bool put_value(heng_arguments *arguments, int index, const char *value)
{
    const char *before = arguments->values[index];
    bool again =
        heng_str_ends(heng_str_from(arguments->command->options[index].argument), HENG_STR(" ..."));
    arguments->values[index] = value;
    if (!before || !again) return true;
    heng_str both = heng_str_format(arguments->arena, "%s\n%s", before, value);
    arguments->values[index] = both.at;
    return both.at != NULL;
}

/* One `--name`, `--name=value` or `--name value`. Returns how many words were taken, 0 on a fault. */
static int take_option(heng_arguments *arguments, char **words, int left)
{
    heng_str word = heng_str_from(words[0] + 2);
    size_t equals = heng_str_find(word, HENG_STR("="), 0);
    heng_str name = equals == SIZE_MAX ? word : heng_str_slice(word, 0, equals);
    int index = option_index(arguments->command, name);
    if (index < 0) {
        heng_report_usage(arguments, "there is no option --%.*s", HENG_PRINT(name));
        return 0;
    }
    const heng_option *option = &arguments->command->options[index];
    if (!option->argument) {
        if (equals != SIZE_MAX) {
            heng_report_usage(arguments, "--%s takes no value", option->name);
            return 0;
        }
        arguments->values[index] = "";
        return 1;
    }
    if (equals != SIZE_MAX) return put_value(arguments, index, words[0] + 2 + equals + 1);
    if (left < 2) {
        heng_report_usage(arguments, "--%s needs %s", option->name, option->argument);
        return 0;
    }
    return put_value(arguments, index, words[1]) ? 2 : 0;
}

static bool take_words(heng_arguments *arguments, int count, char **words)
{
    bool options_end = false;
    for (int i = 0; i < count;) {
        heng_str word = heng_str_from(words[i]);
        if (!options_end && heng_str_is(word, "--")) {
            options_end = true;
            i++;
        } else if (!options_end && heng_str_starts(word, HENG_STR("--"))) {
            int taken = take_option(arguments, words + i, count - i);
            if (!taken) return false;
            i += taken;
        } else if (arguments->operand_count == arguments->command->operands_max) {
            heng_report_usage(arguments, "\"%s\" is one word too many", words[i]);
            return false;
        } else {
            arguments->operands[arguments->operand_count++] = words[i++];
        }
    }
    if (arguments->operand_count >= arguments->command->operands_min) return true;
    heng_report_usage(arguments, "expected %s", arguments->command->operands);
    return false;
}

/* What every command that has these options asks of them. */
static bool check_common(const heng_arguments *arguments)
{
    const char *lang = heng_declares(arguments, "lang") ? heng_argument(arguments, "lang") : NULL;
    if (lang && !heng_str_starts(heng_str_from(lang), HENG_STR("en")) &&
        !heng_str_starts(heng_str_from(lang), HENG_STR("zh"))) {
        heng_report_usage(arguments, "--lang is en or zh, not \"%s\"", lang);
        return false;
    }
    if (heng_declares(arguments, "json") && heng_declares(arguments, "csv") &&
        heng_given(arguments, "json") && heng_given(arguments, "csv")) {
        heng_report_usage(arguments, "--json and --csv exclude each other; give one of them");
        return false;
    }
    return true;
}

int main(int count, char **words)
{
    heng_watch_signals();
    const heng_command *command = &heng_command_help;
    int from = 1;
    if (count > 1) {
        heng_str name = heng_str_from(words[1]);
        if (heng_str_is(name, "--version")) name = HENG_STR("version");
        if (heng_str_is(name, "--help") || heng_str_is(name, "-h")) name = HENG_STR("help");
        command = find_command(name);
        from = 2;
        if (!command) {
            fprintf(stderr, "heng: there is no command \"%s\"\nTry: heng help\n", words[1]);
            return HENG_EXIT_USAGE;
        }
    }
    heng_arena arena;
    heng_arena_init(&arena, HENG_JOB_BYTES_MAX);
    heng_arguments arguments = {.command = command, .arena = &arena, .out = stdout, .err = stderr};
    bool asks_help = false;
    for (int i = from; i < count; i++) asks_help |= heng_str_is(heng_str_from(words[i]), "--help");
    if (asks_help) {
        arguments.operands[arguments.operand_count++] = command->name;
        arguments.command = command = &heng_command_help;
    } else if (!take_words(&arguments, count - from, words + from) || !check_common(&arguments)) {
        heng_arena_deinit(&arena);
        return HENG_EXIT_USAGE;
    }
    heng_exit code = command->run(&arguments);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!written && code == HENG_EXIT_OK) {
        /* Who closed the pipe has read what he wanted. */
        if (errno != EPIPE) fputs("heng: the output could not be written\n", stderr);
        code = HENG_EXIT_FAILED;
    }
    heng_arena_deinit(&arena);
    return (int)code;
}
