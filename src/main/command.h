/* main/command.h: one command of the program, as a row of a table.
 *
 * The table is the one source of what a command accepts: parsing, --help, shell completion and the
 * manual page are all made from it. A command reads its options from `heng_arguments`, writes results
 * to `out` and remarks to `err`, and returns an exit code.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit codes, documented in doc/manual/cli.md. */
typedef enum heng_exit {
    HENG_EXIT_OK = 0,
    HENG_EXIT_REFUSED = 1, /* the input has faults, a check or test failed, a figure is not known */
    HENG_EXIT_USAGE = 2,   /* the command line was not understood */
    HENG_EXIT_FAILED = 3,  /* a file, database, socket or memory failed */
    HENG_EXIT_STOPPED = 130 /* interrupted; what was acknowledged is kept */
} heng_exit;

typedef struct heng_option {
    const char *name;     /* "db": written --db */
    const char *argument; /* "FILE"; NULL for a switch; "FILE ..." for one that may come again */
    const char *fallback; /* what holds when it is absent, for --help; may be NULL */
    const char *help;
} heng_option;

enum { HENG_OPTIONS_MAX = 16, HENG_OPERANDS_MAX = 64 };

typedef struct heng_command heng_command;

typedef struct heng_arguments {
    const heng_command *command;
    const char *values[HENG_OPTIONS_MAX]; /* by index of the option; "" for a switch that was given;
                                      of one that came again the values, a line each */
    const char *operands[HENG_OPERANDS_MAX];
    int operand_count;
    heng_arena *arena; /* the job */
    FILE *out;
    FILE *err;
} heng_arguments;

struct heng_command {
    const char *name;
    const char *operands; /* "FIGURE", "[FILE ...]"; for usage */
    const char *summary;  /* one line */
    const char *details;  /* paragraphs, for --help and the manual page; may be NULL */
    int operands_min, operands_max;
    heng_option options[HENG_OPTIONS_MAX]; /* ends with a NULL name */
    heng_exit (*run)(const heng_arguments *arguments);
};

extern const heng_command *const heng_commands[]; /* ends with NULL */

extern const heng_command heng_command_init, heng_command_import, heng_command_compute,
    heng_command_status, heng_command_explain, heng_command_receipt, heng_command_rules,
    heng_command_export, heng_command_pack, heng_command_restate, heng_command_serve,
    heng_command_key, heng_command_audit, heng_command_backup, heng_command_check,
    heng_command_version,
    heng_command_help, heng_command_completion;
extern const heng_command heng_command_uncertainty;

/* The value of an option of this command, or NULL. Asserts that the command declares it. */
const char *heng_argument(const heng_arguments *arguments, const char *name);
/* Whether this command has that option. */
bool heng_declares(const heng_arguments *arguments, const char *name);
bool heng_given(const heng_arguments *arguments, const char *name);

/* Prints "heng init: ..." and returns the exit code that belongs to the status. */
heng_exit heng_report_failure(const heng_arguments *arguments, const heng_error *err);
/* Prints a complaint about the command line, and how to get help. */
heng_exit heng_report_usage(const heng_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True once the user has asked to stop (Ctrl-C, SIGTERM). */
bool heng_stop_asked(void);
void heng_watch_signals(void);

#define HENG_OPTION_DB                                                                             \
    {                                                                                              \
        "db", "FILE", "heng.db", "the database"                                                    \
    }
#define HENG_OPTION_AS_OF                                                                          \
    {                                                                                              \
        "as-of", "DATE", "now", "what was known on that day"                                       \
    }
#define HENG_OPTION_PACK                                                                           \
    {                                                                                              \
        "pack", "VERSION", "that of the day", "under another version; heng pack list"              \
    }
#define HENG_OPTION_SET                                                                            \
    {                                                                                              \
        "set", "NAME=VALUE ...", NULL,                                                             \
            "a scenario: set a parameter of the pack; again for another"                           \
    }
#define HENG_OPTION_SCENARIO                                                                       \
    {                                                                                              \
        "scenario", "FILE", NULL, "a scenario: a file of such settings, one a line"                \
    }
#define HENG_OPTION_THREADS                                                                        \
    {                                                                                              \
        "threads", "N", "one a core", "threads that evaluate; never changes a figure"              \
    }
#define HENG_OPTION_JSON                                                                           \
    {                                                                                              \
        "json", NULL, NULL, "write JSON"                                                           \
    }
#define HENG_OPTION_CSV                                                                            \
    {                                                                                              \
        "csv", NULL, NULL, "write CSV"                                                             \
    }
#define HENG_OPTION_LANG                                                                           \
    {                                                                                              \
        "lang", "en|zh", "from LANG", "language of labels"                                         \
    }
