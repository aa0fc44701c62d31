/* flow/serve/call.h: one request on its way through this folder. Internal to flow/serve.
 *
 * A handler reads its arguments (already checked against the table of routes), looks at the view and
 * writes a body. It returns HENG_OK also when it answered with a problem; any other status is a failure
 * that serve.c turns into a 500 or 503.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/json.h"
#include "flow/serve/serve.h"

typedef struct heng_argument {
    bool given; /* by the client or by the preset */
    heng_str text;
    int64_t integer; /* also 0 and 1 for booleans */
    heng_instant instant;
    heng_period period;
} heng_argument;

typedef struct heng_call heng_call;
typedef heng_status heng_handler(heng_call *call, heng_error *err);

/* Whether anybody in the books or the rules states how far a value may be off. */
typedef enum heng_stated { HENG_STATED_UNASKED, HENG_STATED_NOWHERE, HENG_STATED } heng_stated;

/* Quantities that were found by name in this call; see figure.c. */
typedef struct heng_found_quantities heng_found_quantities;

struct heng_call {
    const heng_serve_context *context;
    const heng_request *request;
    const heng_route *route;
    heng_handler *handle;
    heng_argument arguments[HENG_ROUTE_PARAMETERS_MAX];
    heng_view view; /* of the day asked for */
    bool csv;       /* the client wants CSV */
    heng_arena *arena;
    heng_response *response;
    heng_text body;
    heng_json json;
    heng_found_quantities *found; /* NULL until the first is looked for */
    bool intervals;               /* figures of this reply carry theirs */
    heng_stated stated;
};

/* The argument of a parameter in the table; asking for another is a bug. */
const heng_argument *heng_serve__argument(const heng_call *call, const char *name);

/* ---- route.c: which handler, with which arguments -------------------------------------------- */

/* One parameter that cannot be used, and why, in both languages. */
typedef struct heng_fault {
    heng_str parameter;
    heng_str value;
    bool has_value;
    heng_str message_en, message_zh, remedy_en, remedy_zh;
} heng_fault;

enum { HENG_FAULTS_MAX = 32 };

typedef enum heng_match {
    HENG_MATCH_ROUTE,
    HENG_MATCH_NO_PATH,
    HENG_MATCH_NO_METHOD, /* `allow` is set */
    HENG_MATCH_FAULTS
} heng_match;

typedef struct heng_faults {
    size_t count; /* kept: the first HENG_FAULTS_MAX */
    heng_fault items[HENG_FAULTS_MAX];
} heng_faults;

/* Fills route, handle and arguments. HENG_NO_MEMORY. */
heng_status heng_serve__match(heng_call *call, heng_match *out, heng_str *allow,
                              heng_faults *faults, heng_error *err);

/* ---- negotiate.c ----------------------------------------------------------------------------- */

/* Which of `offers` (media types, best first) a header Accept likes most; SIZE_MAX when none is
 * acceptable. An empty header accepts anything. */
size_t heng_serve__negotiate(heng_str accept, const char *const *offers, size_t offer_count);
/* Whether If-None-Match names this tag (with its quotes), weakly compared; "*" names any. */
bool heng_serve__tag_matches(heng_str if_none_match, heng_str tag);

/* ---- problem.c ------------------------------------------------------------------------------- */

void heng_serve__faults(const heng_faults *faults, heng_arena *arena, heng_response *response);
/* The thing named in the path or in a parameter does not exist. `what` as "place" / "地区". */
void heng_serve__not_found(heng_call *call, const char *what, const char *what_zh, heng_str name,
                           const char *remedy, const char *remedy_zh);

/* A body of JSON that says a problem: opened, the common members written, left open for more. */
void heng_serve__problem_open(const heng_problem *problem, heng_json *json);
/* Makes such a body, closed by now, the response. */
void heng_serve__problem_close(const heng_problem *problem, const heng_text *body,
                               heng_response *response);

/* ---- csv.c ----------------------------------------------------------------------------------- */

/* A table as text: RFC 4180 with a mark of UTF-8 before it, so that spreadsheets read Chinese. A text
 * that a spreadsheet would take for a formula gets an apostrophe before it. */
typedef struct heng_csv {
    heng_text *out;
    bool in_row;
} heng_csv;

void heng_serve__csv_init(heng_csv *csv, heng_text *out);
void heng_serve__csv_text(heng_csv *csv, heng_str value);
void heng_serve__csv_literal(heng_csv *csv, const char *value);
void heng_serve__csv_number(heng_csv *csv, double value);
void heng_serve__csv_integer(heng_csv *csv, int64_t value);
void heng_serve__csv_empty(heng_csv *csv);
void heng_serve__csv_end_row(heng_csv *csv);
/* The headings, parted by blanks. */
void heng_serve__csv_headings(heng_csv *csv, const char *headings);

/* ---- handlers, one a route ------------------------------------------------------------------- */

heng_handler heng_serve__about, heng_serve__health, heng_serve__overview, heng_serve__regions,
    heng_serve__region, heng_serve__figures, heng_serve__explain, heng_serve__factors,
    heng_serve__factor_tables, heng_serve__entities, heng_serve__sources, heng_serve__quantities,
    heng_serve__rules, heng_serve__rule, heng_serve__search, heng_serve__imports,
    heng_serve__import, heng_serve__restatement, heng_serve__runs, heng_serve__receipt,
    heng_serve__receipt_seal, heng_serve__seals;
heng_handler heng_serve__uncertainty;
