/* flow/accept/xml.h: one XML part, read as a stream of elements and text.
 *
 * A thin hand on expat. Names come without their prefix, so that x:row and row are one. A document type
 * declaration ends the reading before anything in it is looked at; so no entity is ever defined, and
 * none but the five of XML expands. Text comes in pieces, as UTF-8.
 *
 * Standard: XML 1.0 (fifth edition, 2008); Namespaces in XML 1.0 only as far as said.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "base/text.h"

typedef struct heng_accept__xml {
    void *context;
    /* Attributes are pairs of name and value, ended by NULL. False ends the reading. */
    bool (*open)(void *context, const char *name, const char *const *attributes);
    bool (*close)(void *context, const char *name);
    bool (*text)(void *context, heng_str piece);
} heng_accept__xml;

/* Gives up to `room` bytes; 0 at the end, -1 when the source is damaged. */
typedef int64_t heng_accept__pull(void *source, char *out, size_t room);

typedef enum heng_accept__xml_end {
    HENG_XML_WHOLE,
    HENG_XML_STOPPED, /* a handler said so */
    HENG_XML_MALFORMED,
    HENG_XML_DOCUMENT_TYPE,
    HENG_XML_DAMAGED, /* the source */
    HENG_XML_NO_MEMORY
} heng_accept__xml_end;

enum { HENG_XML_MESSAGE = 120 };

/* `message` says what is malformed and where. Memory of the parser is taken and freed inside. */
heng_accept__xml_end heng_accept__xml_read(const heng_accept__xml *handlers,
                                           heng_accept__pull *pull, void *source,
                                           char message[HENG_XML_MESSAGE]);

/* The value of an attribute, whatever its prefix; NULL if there is none. */
const char *heng_accept__xml_attribute(const char *const *attributes, const char *name);
