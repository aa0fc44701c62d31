/* main/session.h: what most commands begin with: an open database, its rules, and their evaluation.
 *
 * A session opens the database named by --db, takes from it the version of its pack that held at --as-of
 * (or the one that --pack names), compiles the rules, loads what was known at --as-of and evaluates. Each
 * part is made only when asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/scenario.h"
#include "core/store.h"
#include "flow/compute/packs.h"
#include "main/command.h"

typedef struct heng_session {
    const heng_arguments *arguments;
    heng_store *store;
    heng_packs packs;                 /* all versions that the database holds */
    const heng_pack_version *version; /* by --pack; else that of --as-of */
    heng_pack pack;                   /* its */
    heng_compiled compiled;
    heng_instant as_of;
    bool as_of_given;
    heng_scenario scenario; /* of --set and --scenario, where the command has them */
    heng_world world;
    heng_evaluation *evaluation;
    heng_crew *crew; /* who evaluates; NULL at the depth of the store */
} heng_session;

typedef enum heng_session_depth {
    HENG_SESSION_STORE,    /* the database only */
    HENG_SESSION_RULES,    /* and its rules compiled */
    HENG_SESSION_EVALUATED /* and evaluated as of --as-of */
} heng_session_depth;

/* "cn 2026.11", and the content where the version alone would not say which. */
heng_str heng_session_pack_name(const heng_session *session);
/* One line for people: under which rules and books the figures stand. */
void heng_session_print_basis(const heng_session *session);

/* Complaints are printed. On any other code than OK nothing is open. */
heng_exit heng_session_open(const heng_arguments *arguments, heng_session_depth depth, bool write,
                            heng_session *out);
/* Of a session of the store only: rules and evaluation as that run had them, by the step it was made in
 * and the day it was asked for. Diagnostics are printed. */
heng_status heng_session_look_back(heng_session *session, const heng_run *run, heng_error *err);
void heng_session_close(heng_session *session);

/* The pack of a folder. Name and version come from its datapackage.json. */
heng_status heng_pack_from_folder(const char *path, heng_arena *arena, heng_pack *out,
                                  heng_error *err);
/* The pack that is built into the program. */
heng_status heng_pack_built_in(heng_arena *arena, heng_pack *out, heng_error *err);

/* A value of the evaluation, by name: "annual_change" of CN in 2020. */
typedef struct heng_named_value {
    heng_quantity_info quantity;
    heng_point point;
    heng_value value;
    bool found; /* false: no such quantity for that place and period */
} heng_named_value;

heng_named_value heng_session_value(const heng_session *session, heng_str entity,
                                    heng_period period, const char *name, heng_str key);
/* For people: "−18.88", "≥ 1,942", "—". For programs the plain number. */
struct heng_cell_out heng_session_cell(const heng_session *session, const heng_named_value *value,
                                       int decimals, bool sign);

/* One line that says which scenario the figures are of; nothing without one. */
void heng_print_scenario(const heng_session *session);

bool heng_wants_chinese(const heng_arguments *arguments);

/* A bar on the terminal while long work goes on; nothing when err is not a terminal. The context is the
 * heng_arguments. Returns false once the user asked to stop. */
bool heng_show_progress(void *arguments, size_t done, size_t total);
void heng_end_progress(const heng_arguments *arguments);

/* Prints every diagnostic of a compilation to err. */
void heng_print_diagnostics(const heng_arguments *arguments, const heng_compiled *compiled);
