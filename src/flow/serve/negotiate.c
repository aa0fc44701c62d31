/* flow/serve/negotiate.c: the headers Accept and If-None-Match (RFC 9110, 12.5.1 and 13.1.2).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow/serve/call.h"

#include <assert.h>

static bool equal_ignoring_case(heng_str a, heng_str b)
{
    if (a.length != b.length) return false;
    for (size_t i = 0; i < a.length; i++) {
        char x = a.at[i], y = b.at[i];
        if (x >= 'A' && x <= 'Z') x = (char)(x - 'A' + 'a');
        if (y >= 'A' && y <= 'Z') y = (char)(y - 'A' + 'a');
        if (x != y) return false;
    }
    return true;
}

/* How closely a media range fits an offer: 3 exactly, 2 by type, 1 by anything, 0 not. */
static int range_fit(heng_str range, heng_str offer)
{
    if (heng_str_is(range, "*/*")) return 1;
    if (equal_ignoring_case(range, offer)) return 3;
    if (!heng_str_ends(range, HENG_STR("/*"))) return 0;
    size_t stem = range.length - 1;
    return offer.length > stem && equal_ignoring_case(heng_str_slice(range, 0, stem),
                                                      heng_str_slice(offer, 0, stem))
               ? 2
               : 0;
}

/* The quality of a range; a q that cannot be read counts as 1, as if it were absent. */
static double range_quality(heng_str parameters)
{
    heng_str piece;
    while (heng_str_cut(&parameters, ';', &piece)) {
        piece = heng_str_trim(piece);
        if (piece.length < 2 || (piece.at[0] != 'q' && piece.at[0] != 'Q') || piece.at[1] != '=')
            continue;
        double quality = 1;
        heng_error err;
        if (heng_number_parse(heng_str_slice(piece, 2, piece.length), &quality, &err) != HENG_OK)
            return 1;
        return quality;
    }
    return 1;
}

/* The quality that the closest range gives to an offer. */
static double offer_quality(heng_str accept, heng_str offer)
{
    int best_fit = 0;
    double quality = 0;
    heng_str range;
    while (heng_str_cut(&accept, ',', &range)) {
        heng_str name;
        if (!heng_str_cut(&range, ';', &name)) continue;
        int fit = range_fit(heng_str_trim(name), offer);
        if (fit <= best_fit) continue;
        best_fit = fit;
        quality = range_quality(range);
    }
    return quality;
}

size_t heng_serve__negotiate(heng_str accept, const char *const *offers, size_t offer_count)
{
    assert(offers && offer_count);
    if (heng_str_trim(accept).length == 0) return 0;
    size_t best = SIZE_MAX;
    double best_quality = 0;
    for (size_t i = 0; i < offer_count; i++) {
        double quality = offer_quality(accept, heng_str_from(offers[i]));
        if (quality <= best_quality) continue;
        best = i;
        best_quality = quality;
    }
    return best;
}

bool heng_serve__tag_matches(heng_str if_none_match, heng_str tag)
{
    heng_str piece;
    while (heng_str_cut(&if_none_match, ',', &piece)) {
        piece = heng_str_trim(piece);
        if (heng_str_is(piece, "*")) return true;
        if (heng_str_starts(piece, HENG_STR("W/"))) piece = heng_str_slice(piece, 2, piece.length);
        if (heng_str_equal(piece, tag)) return true;
    }
    return false;
}
