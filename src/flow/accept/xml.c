/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/xml.h"
#include "base/limits.h"

#include <assert.h>
#include <expat.h>
#include <stdio.h>

enum { PULL_BYTES = 1 << 14 };

typedef struct reading {
    const heng_accept__xml *handlers;
    XML_Parser parser;
    unsigned depth;
    bool stopped, document_type, too_deep;
} reading;

static const char *without_prefix(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *heng_accept__xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(without_prefix(attributes[i]), name) == 0) return attributes[i + 1];
    return NULL;
}

static void stop(reading *r)
{
    r->stopped = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL on_open(void *context, const XML_Char *name, const XML_Char **attributes)
{
    reading *r = context;
    if (r->stopped) return;
    if (++r->depth > HENG_XML_DEPTH_MAX) {
        r->too_deep = true;
        stop(r);
        return;
    }
    const heng_accept__xml *handlers = r->handlers;
    if (!handlers->open(handlers->context, without_prefix(name), (const char *const *)attributes))
        stop(r);
}

static void XMLCALL on_close(void *context, const XML_Char *name)
{
    reading *r = context;
    if (r->stopped) return;
    r->depth--;
    if (!r->handlers->close(r->handlers->context, without_prefix(name))) stop(r);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int length)
{
    reading *r = context;
    if (r->stopped || !r->handlers->text) return;
    if (!r->handlers->text(r->handlers->context, (heng_str){text, (size_t)length})) stop(r);
}

static void XMLCALL on_document_type(void *context, const XML_Char *name, const XML_Char *system,
                                     const XML_Char *public_name, int has_internal)
{
    reading *r = context;
    (void)name, (void)system, (void)public_name, (void)has_internal;
    r->document_type = true;
    stop(r);
}

static heng_accept__xml_end judge(const reading *r, char message[HENG_XML_MESSAGE])
{
    enum XML_Error error = XML_GetErrorCode(r->parser);
    if (r->document_type) return HENG_XML_DOCUMENT_TYPE;
    if (error == XML_ERROR_NO_MEMORY) return HENG_XML_NO_MEMORY;
    if (r->stopped && !r->too_deep) return HENG_XML_STOPPED;
    snprintf(message, HENG_XML_MESSAGE, "%s, line %lu",
             r->too_deep ? "elements are nested too deeply" : XML_ErrorString(error),
             (unsigned long)XML_GetCurrentLineNumber(r->parser));
    return HENG_XML_MALFORMED;
}

heng_accept__xml_end heng_accept__xml_read(const heng_accept__xml *handlers,
                                           heng_accept__pull *pull, void *source,
                                           char message[HENG_XML_MESSAGE])
{
    assert(handlers->open && handlers->close);
    reading r = {.handlers = handlers, .parser = XML_ParserCreate(NULL)};
    if (!r.parser) return HENG_XML_NO_MEMORY;
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_open, on_close);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_document_type);
    heng_accept__xml_end end = HENG_XML_WHOLE;
    for (bool last = false; !last && end == HENG_XML_WHOLE;) {
        void *buffer = XML_GetBuffer(r.parser, PULL_BYTES);
        if (!buffer) {
            end = HENG_XML_NO_MEMORY;
            break;
        }
        int64_t length = pull(source, buffer, PULL_BYTES);
        last = length == 0;
        if (length < 0)
            end = HENG_XML_DAMAGED;
        else if (XML_ParseBuffer(r.parser, (int)length, last) != XML_STATUS_OK)
            end = judge(&r, message);
    }
    XML_ParserFree(r.parser);
    return end;
}
