/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/multipart.h"

/* RFC 2046, 5.1.1. */
enum { BOUNDARY_MAX = 70 };

/* The value of `name=` among the parameters of a header; quotes are taken off. */
static bool find_parameter(heng_str header, heng_str name, heng_str *out)
{
    heng_str piece, key;
    while (heng_str_cut(&header, ';', &piece)) {
        if (!heng_str_cut(&piece, '=', &key) || !piece.at) continue;
        if (!heng_str_equal(heng_str_trim(key), name)) continue;
        heng_str value = heng_str_trim(piece);
        if (value.length >= 2 && value.at[0] == '"' && value.at[value.length - 1] == '"')
            value = heng_str_slice(value, 1, value.length - 1);
        *out = value;
        return true;
    }
    return false;
}

static bool begins_ignoring_case(heng_str text, const char *prefix)
{
    for (size_t i = 0; prefix[i]; i++) {
        if (i >= text.length) return false;
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (c != prefix[i]) return false;
    }
    return true;
}

/* Content-Disposition of a part; empty when it has none. */
static heng_str disposition_of(heng_str headers)
{
    static const char name[] = "content-disposition:";
    heng_str line;
    while (heng_str_cut(&headers, '\n', &line)) {
        line = heng_str_trim(line);
        if (begins_ignoring_case(line, name))
            return heng_str_slice(line, sizeof name - 1, line.length);
    }
    return (heng_str){"", 0};
}

/* Browsers send a bare name; older ones sent the whole path. */
static heng_str without_folders(heng_str name)
{
    size_t from = name.length;
    while (from > 0 && name.at[from - 1] != '/' && name.at[from - 1] != '\\') from--;
    return heng_str_slice(name, from, name.length);
}

/* Where the next delimiter (CRLF, two hyphens, boundary) begins; the first may lack its CRLF. */
static size_t find_delimiter(heng_str body, heng_str boundary, size_t from, bool first)
{
    for (size_t at = from; (at = heng_str_find(body, boundary, at)) != SIZE_MAX; at++) {
        if (first && at == 2 && body.at[0] == '-' && body.at[1] == '-') return 0;
        if (at >= from + 4 && memcmp(body.at + at - 4, "\r\n--", 4) == 0) return at - 4;
    }
    return SIZE_MAX;
}

/* One part, from after its delimiter line to before the next delimiter. */
static bool read_part(heng_str part, heng_form_file *out)
{
    heng_str name;
    size_t end = heng_str_find(part, HENG_STR("\r\n\r\n"), 0);
    if (end == SIZE_MAX) return false;
    heng_str disposition = disposition_of(heng_str_slice(part, 0, end));
    if (!find_parameter(disposition, HENG_STR("name"), &name) || !heng_str_is(name, "file"))
        return false;
    *out = (heng_form_file){.name = {"", 0}, .bytes = heng_str_slice(part, end + 4, part.length)};
    if (find_parameter(disposition, HENG_STR("filename"), &name)) out->name = without_folders(name);
    return true;
}

bool heng_serve__form_file(heng_str content_type, heng_str body, heng_form_file *out)
{
    heng_str boundary;
    if (!find_parameter(content_type, HENG_STR("boundary"), &boundary)) return false;
    if (!boundary.length || boundary.length > BOUNDARY_MAX) return false;
    size_t at = find_delimiter(body, boundary, 0, true);
    if (at == SIZE_MAX) return false;
    size_t from = at + (at == 0 ? 2 : 4) + boundary.length;
    for (;;) {
        if (from + 2 <= body.length && memcmp(body.at + from, "--", 2) == 0) return false;
        size_t next = find_delimiter(body, boundary, from, false);
        if (next == SIZE_MAX) return false;
        if (read_part(heng_str_slice(body, from, next), out)) return true;
        from = next + 4 + boundary.length;
    }
}
