/* host/http/guard.c: who may ask, by the headers that browsers set and pages cannot forge.
 *
 * A page elsewhere can make a browser send requests to this machine. A name of its own that resolves
 * here (DNS rebinding) shows in Host; a post across origins shows in Origin or Sec-Fetch-Site. Programs
 * that are no browsers send neither and are let through.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "host/http/part.h"

#include <strings.h>

/* Host without its port. "[::1]:8080" gives "[::1]". */
static heng_str name_of(heng_str host)
{
    if (host.length && host.at[0] == '[') {
        size_t end = heng_str_find(host, HENG_STR("]"), 0);
        return end == SIZE_MAX ? host : heng_str_slice(host, 0, end + 1);
    }
    size_t colon = heng_str_find(host, HENG_STR(":"), 0);
    return colon == SIZE_MAX ? host : heng_str_slice(host, 0, colon);
}

static bool same_name(heng_str a, const char *b)
{
    return a.length == strlen(b) && strncasecmp(a.at, b, a.length) == 0;
}

bool heng_http__host_allowed(const heng_http_options *options, const char *host)
{
    heng_str name = name_of(heng_str_from(host));
    if (!name.length) return false;
    if (same_name(name, "localhost") || same_name(name, "127.0.0.1") || same_name(name, "[::1]"))
        return true;
    if (options->address && same_name(name, options->address)) return true;
    if (name.at[0] == '[' && options->address &&
        same_name(heng_str_slice(name, 1, name.length - 1), options->address))
        return true;
    for (size_t i = 0; i < options->host_count; i++)
        if (same_name(name, options->hosts[i])) return true;
    return false;
}

bool heng_http__origin_allowed(const char *host, const char *origin, const char *fetch_site)
{
    if (*fetch_site && strcmp(fetch_site, "same-origin") != 0 && strcmp(fetch_site, "none") != 0)
        return false;
    if (!*origin) return true;
    const char *rest = strstr(origin, "://");
    return rest && strcasecmp(rest + 3, host) == 0;
}
