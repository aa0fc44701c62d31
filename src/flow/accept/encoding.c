/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept/encoding.h"
#include "flow/accept/rules.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>

/* So many characters of three bytes or more, before the first fault, are no accident of GB18030. */
enum { SURELY_UTF8 = 4 };

static size_t line_of(heng_str text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < text.length; i++) line += text.at[i] == '\n';
    return line;
}

static bool starts_as_utf8(heng_str bytes, size_t valid)
{
    size_t long_characters = 0;
    for (size_t i = 0; i < valid && long_characters < SURELY_UTF8; i++)
        long_characters += (unsigned char)bytes.at[i] >= 0xE0;
    return long_characters >= SURELY_UTF8;
}

static heng_status report(heng_sheet_findings *findings, heng_accept_rule rule,
                          heng_finding_place place, size_t line, heng_str encoding)
{
    char digits[HENG_NUMBER_TEXT];
    size_t length = heng_number_write((double)line, digits);
    heng_accept__found(findings, rule, place, (heng_str){digits, length}, encoding);
    return HENG_OK;
}

/* Two bytes of UTF-16 are at most three of UTF-8; two of GB18030 at most four (FE91 is U+241FE). */
static heng_status convert(heng_str bytes, heng_str from, heng_finding_place place,
                           heng_arena *arena, heng_sheet_findings *findings, heng_str *text,
                           heng_error *err)
{
    size_t room = 2 * bytes.length + 4;
    char *out = heng_arena_alloc(arena, room);
    if (!out)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory to convert %zu bytes of %.*s",
                         bytes.length, HENG_PRINT(from));
    assert(from.at[from.length] == '\0');
    iconv_t converter = iconv_open("UTF-8", from.at);
    if (converter == (iconv_t)-1) {
        heng_accept__found(findings, ACCEPT_NO_CONVERTER, place, from, (heng_str){0});
        return HENG_OK;
    }
    char *in = (char *)(uintptr_t)bytes.at; /* iconv does not write through it */
    char *to = out;
    size_t in_left = bytes.length, out_left = room;
    size_t result = iconv(converter, &in, &in_left, &to, &out_left);
    iconv_close(converter);
    heng_str done = {out, (size_t)(to - out)};
    if (result == (size_t)-1) {
        assert(errno != E2BIG);
        return report(findings, ACCEPT_ENCODING, place, line_of(done, done.length), from);
    }
    *text = done;
    return HENG_OK;
}

static heng_status copy_utf8(heng_str bytes, heng_finding_place place, heng_arena *arena,
                             heng_sheet_findings *findings, heng_str *text, heng_error *err)
{
    size_t valid = heng_utf8_valid(bytes);
    if (valid < bytes.length)
        return report(findings, ACCEPT_ENCODING, place, line_of(bytes, valid), HENG_STR("UTF-8"));
    heng_str copy = heng_str_copy(arena, bytes);
    if (!copy.at)
        return heng_fail(err, HENG_NO_MEMORY, 0, "no memory for %zu bytes of text", bytes.length);
    *text = copy;
    return HENG_OK;
}

static heng_str recognise(heng_str bytes, size_t *mark_length)
{
    static const struct {
        heng_str mark, name;
    } marks[] = {
        {{"\xEF\xBB\xBF", 3}, {"UTF-8 with BOM", 14}},
        {{"\xFF\xFE", 2}, {"UTF-16LE", 8}},
        {{"\xFE\xFF", 2}, {"UTF-16BE", 8}},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (!heng_str_starts(bytes, marks[i].mark)) continue;
        *mark_length = marks[i].mark.length;
        return marks[i].name;
    }
    *mark_length = 0;
    size_t valid = heng_utf8_valid(bytes);
    bool utf8 = valid == bytes.length || starts_as_utf8(bytes, valid);
    return utf8 ? HENG_STR("UTF-8") : HENG_STR("GB18030");
}

heng_status heng_accept__decode(heng_str bytes, heng_finding_place place, heng_arena *arena,
                                heng_sheet_findings *findings, heng_str *text, heng_str *encoding,
                                heng_error *err)
{
    size_t mark_length, found_before = findings->found;
    heng_str name = recognise(bytes, &mark_length);
    heng_str body = heng_str_slice(bytes, mark_length, bytes.length);
    heng_str decoded = {0};
    heng_status status = heng_str_starts(name, HENG_STR("UTF-8"))
                             ? copy_utf8(body, place, arena, findings, &decoded, err)
                             : convert(body, name, place, arena, findings, &decoded, err);
    if (status || findings->found > found_before) return status;
    const char *zero = decoded.length ? memchr(decoded.at, '\0', decoded.length) : NULL;
    if (zero)
        return report(findings, ACCEPT_ZERO_BYTE, place,
                      line_of(decoded, (size_t)(zero - decoded.at)), (heng_str){0});
    *text = decoded;
    *encoding = name;
    return HENG_OK;
}
