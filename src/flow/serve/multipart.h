/* flow/serve/multipart.h: the file in a form (RFC 7578 over RFC 2046, 5.1). Internal.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

typedef struct heng_form_file {
    heng_str name;  /* of the file, without folders; empty when the form does not say */
    heng_str bytes; /* inside the body */
} heng_form_file;

/* The part named "file". False when the type has no boundary, the body is not such a form or has no such
 * part. Both views point into what was passed. */
bool heng_serve__form_file(heng_str content_type, heng_str body, heng_form_file *out);
