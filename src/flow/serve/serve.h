/* flow/serve/serve.h: a request in, a response out, as a pure function.
 *
 * heng_serve answers every route of api/openapi.yaml but /metrics (which counts what the host does) and
 * the files of the web client. It looks at what it is given and at nothing else: no socket, no clock, no
 * log. What is slow or outside (the books at another day, the store) comes in through the context. It
 * is not a web server; host/http is.
 *
 * Invariants: a figure that is not known is written as null with its state, never as a number; a
 * request with several bad parameters is refused with all of them; the same context and request give
 * the same bytes, and so the same ETag.
 *
 * Ownership: everything in the response lives as long as the arena passed, or is static. The context is
 * borrowed for the call. One context serves one thread at a time.
 *
 * Sources: RFC 9110 (semantics: negotiation 12.5.1, conditions 13, Allow 10.2.1), RFC 9457 (problem
 * details), RFC 4180 (CSV).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "core/rule/rule.h"
#include "core/rule/scenario.h"
#include "core/store.h"

/* ---- what is known --------------------------------------------------------------------------- */

/* The books as known at one time, and what the rules make of them. */
typedef struct heng_view {
    heng_instant as_of; /* HENG_INSTANT_MAX: everything recorded until now */
    const heng_world *world;
    const heng_evaluation *evaluation;
    const heng_source *sources; /* by code */
    size_t source_count;
    /* The rules of that time where they are others than the context's; else NULL. */
    const heng_program *program;
    const heng_rule_file *files;
    size_t file_count;
    heng_str pack_version;
    heng_str scenario; /* its settings; empty: what is official */
} heng_view;

/* Gives the view of another day, or under a scenario (NULL: none); it must last until heng_serve
 * returns. Whoever conducts keeps the last few. Statuses: those of heng_evaluate and of the store. */
typedef heng_status heng_view_at(void *context, heng_instant as_of, const heng_scenario *scenario,
                                 heng_view *out, heng_error *err);

typedef struct heng_serve_context {
    const heng_program *program;
    const heng_rule_file *files; /* the rule files as written */
    size_t file_count;
    heng_view now;
    heng_view_at *view_at; /* NULL: `as_of` and `set` are refused */
    void *view_context;
    heng_store *store;     /* NULL: imports are refused, the list is empty */
    heng_instant clock;    /* the time of the request: when imports are recorded */
    heng_str version;      /* of the program: "0.1.0" */
    heng_str pack_name;    /* "cn" */
    heng_str pack_version; /* "2026.8" */
} heng_serve_context;

/* ---- request and response -------------------------------------------------------------------- */

typedef struct heng_request {
    heng_str method; /* GET, HEAD, POST */
    bool whole;      /* lists come in one piece: for callers in this process */
    heng_str target; /* path and query as they came, percent-encoded */
    heng_str accept; /* headers; empty when absent */
    heng_str if_none_match;
    heng_str content_type;
    heng_str body;
} heng_request;

typedef struct heng_response {
    unsigned status;
    heng_str content_type;
    heng_str etag;  /* with its quotes; empty when there is none */
    heng_str allow; /* for 405 */
    heng_str cache_control;
    heng_str disposition; /* Content-Disposition, for tables that are saved */
    heng_str body;        /* empty for 304; a HEAD keeps it, the host leaves it out */
    bool recorded;        /* the books were changed: views of now are out of date */
} heng_response;

/* Always gives a response; running out of memory is a 503 with a fixed text. */
void heng_serve(const heng_serve_context *context, const heng_request *request, heng_arena *arena,
                heng_response *response);

/* ---- refusals of the host -------------------------------------------------------------------- */

/* What went wrong, in both languages. `remedy` says what to do. */
typedef struct heng_problem {
    unsigned status;
    const char *type; /* "/problems/not-found" */
    const char *title, *title_zh;
    heng_str detail, detail_zh;
    heng_str remedy, remedy_zh;
} heng_problem;

/* For what the host refuses before a request is whole (413, 421, 403): the same form of reply. */
void heng_serve_problem(const heng_problem *problem, heng_arena *arena, heng_response *response);

/* ---- the table of routes, for the test that compares it with api/openapi.yaml ---------------- */

typedef enum heng_parameter_kind {
    HENG_PARAMETER_TEXT,
    HENG_PARAMETER_INTEGER,
    HENG_PARAMETER_BOOLEAN,
    HENG_PARAMETER_DAY, /* RFC 3339 date, or an instant */
    HENG_PARAMETER_PERIOD,
    HENG_PARAMETER_CHOICE
} heng_parameter_kind;

typedef struct heng_parameter {
    const char *name;
    heng_parameter_kind kind;
    bool in_path;
    bool required;
    int64_t minimum;     /* of an integer, or of the length of a text */
    int64_t maximum;     /* likewise; 0 for a text: HENG_NAME_MAX */
    const char *preset;  /* taken when it is not given; NULL: nothing */
    const char *choices; /* "json|csv" */
} heng_parameter;

enum { HENG_ROUTE_PARAMETERS_MAX = 10 };

typedef struct heng_route {
    const char *method;
    const char *path; /* "/regions/{code}", after /api/v1 */
    bool tabular;     /* gives CSV too */
    unsigned parameter_count;
    heng_parameter parameters[HENG_ROUTE_PARAMETERS_MAX];
} heng_route;

size_t heng_serve_route_count(void);
const heng_route *heng_serve_route(size_t index);
