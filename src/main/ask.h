/* main/ask.h: asks the API in this process, so that the command line and the pages say the same.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "flow/serve/serve.h"
#include "main/session.h"

/* The context of a session, for heng_serve. Sources are loaded into the session's arena. */
heng_status heng_session_context(const heng_session *session, heng_serve_context *out,
                                 heng_error *err);

/* GETs `target` ("/api/v1/sources?format=csv") and prints the body; lists are whole, never a page of
 * them. A problem is printed to err, in words. */
heng_exit heng_ask(const heng_session *session, heng_str target);

/* Text with everything but letters, digits and -._~ percent-encoded, for a query. */
heng_str heng_query_text(heng_arena *arena, heng_str text);
