/* SPDX-License-Identifier: Apache-2.0 */
#include "core/book/spread.h"

#include <assert.h>
#include <math.h>

static const char *const kind_names[][2] = {
    [HENG_NORMAL] = {"normal", "正态"},
    [HENG_LOGNORMAL] = {"lognormal", "对数正态"},
    [HENG_UNIFORM] = {"uniform", "均匀"},
    [HENG_TRIANGULAR] = {"triangular", "三角"},
};

const char *heng_spread_kind_name(heng_spread_kind kind)
{
    assert(kind < HENG_SPREAD_KIND_COUNT);
    return kind_names[kind][0];
}

/* ---- reading -------------------------------------------------------------------------------------- */

typedef struct reader {
    heng_str text;
    size_t at;
    heng_error *err;
} reader;

static void skip_blanks(reader *r)
{
    while (r->at < r->text.length && r->text.at[r->at] == ' ') r->at++;
}

static heng_str rest(const reader *r)
{
    return heng_str_slice(r->text, r->at, r->text.length);
}

static bool take(reader *r, const char *word)
{
    if (!heng_str_starts(rest(r), heng_str_from(word))) return false;
    r->at += strlen(word);
    return true;
}

static heng_status expected(const reader *r, const char *what)
{
    heng_str found = rest(r);
    bool end = !found.length;
    if (found.length > 20) found.length = heng_utf8_valid((heng_str){found.at, 20});
    return heng_fail(r->err, HENG_INVALID, r->at, "expected %s%s%.*s%s", what,
                     end ? " at the end" : ", found \"", HENG_PRINT(found), end ? "" : "\"");
}

static bool is_digit(const reader *r)
{
    return r->at < r->text.length && r->text.at[r->at] >= '0' && r->text.at[r->at] <= '9';
}

static void skip_digits(reader *r)
{
    while (is_digit(r)) r->at++;
}

/* A point that begins ".." belongs to the range. */
static bool at_fraction(const reader *r)
{
    heng_str left = rest(r);
    return left.length > 1 && left.at[0] == '.' && left.at[1] >= '0' && left.at[1] <= '9';
}

static heng_status read_number(reader *r, double *out)
{
    skip_blanks(r);
    bool minus = take(r, "-") || take(r, "−");
    if (!minus) take(r, "+");
    size_t from = r->at;
    skip_digits(r);
    if (r->at == from) return expected(r, "a number");
    if (at_fraction(r)) {
        r->at++;
        skip_digits(r);
    }
    heng_str digits = heng_str_slice(r->text, from, r->at);
    size_t behind = r->at;
    if (take(r, "e") || take(r, "E")) {
        if (!take(r, "-")) take(r, "+");
        if (is_digit(r)) {
            skip_digits(r);
            digits = heng_str_slice(r->text, from, r->at);
        } else {
            r->at = behind;
        }
    }
    heng_status status = heng_number_parse(digits, out, r->err);
    if (status) r->err->where = from;
    if (!status && minus) *out = -*out;
    return status;
}

static bool take_percent(reader *r)
{
    size_t here = r->at;
    skip_blanks(r);
    if (take(r, "%") || take(r, "％")) return true;
    r->at = here;
    return false;
}

static heng_status read_end(reader *r, bool first, heng_spread *out, double *end)
{
    size_t here = r->at;
    heng_status status = read_number(r, end);
    if (status) return status;
    bool percent = take_percent(r);
    if (percent) *end /= 100;
    if (first) out->relative = percent;
    if (percent == out->relative) return HENG_OK;
    r->at = here;
    return expected(r, "ends that are all in per cent, or all in the unit of the value");
}

static heng_status read_range(reader *r, heng_spread *out)
{
    skip_blanks(r);
    if (take(r, "±") || take(r, "+-") || take(r, "+/-")) {
        size_t here = r->at;
        out->half = true;
        heng_status status = read_end(r, true, out, &out->high);
        out->low = -out->high;
        if (status || out->high >= 0) return status;
        r->at = here;
        return expected(r, "a half-range that is not negative");
    }
    heng_status status = read_end(r, true, out, &out->low);
    if (status) return status;
    skip_blanks(r);
    if (!take(r, "..")) return expected(r, "\"..\" and the other end of the range");
    status = read_end(r, false, out, &out->high);
    if (status) return status;
    skip_blanks(r);
    if (!take(r, "..")) return HENG_OK;
    out->has_mode = true;
    out->mode = out->high;
    return read_end(r, false, out, &out->high);
}

static void read_kind(reader *r, heng_spread *out)
{
    skip_blanks(r);
    for (int kind = 0; kind < HENG_SPREAD_KIND_COUNT; kind++)
        for (int language = 0; language < 2; language++)
            if (!out->kind_stated && take(r, kind_names[kind][language])) {
                out->kind = (heng_spread_kind)kind;
                out->kind_stated = true;
            }
}

static heng_status read_central(reader *r, heng_spread *out)
{
    size_t here = r->at;
    skip_blanks(r);
    if (!take(r, "95") || !take_percent(r)) {
        r->at = here;
        return HENG_OK;
    }
    out->central = true;
    if (out->kind == HENG_UNIFORM || out->kind == HENG_TRIANGULAR) return HENG_OK;
    r->at = here;
    return expected(r, "no \"95 %\" behind normal or lognormal, whose ends are always that");
}

static heng_status read_group(reader *r, heng_spread *out)
{
    skip_blanks(r);
    if (r->at == r->text.length) return HENG_OK;
    if (!take(r, "with ")) return expected(r, "a distribution, \"with\" and a group, or the end");
    skip_blanks(r);
    size_t from = r->at;
    while (r->at < r->text.length && r->text.at[r->at] != ' ') r->at++;
    out->group = heng_str_slice(r->text, from, r->at);
    if (!out->group.length) return expected(r, "the name of a group");
    skip_blanks(r);
    out->correlation = 1;
    if (r->at == r->text.length) return HENG_OK;
    from = r->at;
    heng_status status = read_number(r, &out->correlation);
    if (status) return status;
    if (out->correlation >= -1 && out->correlation <= 1) return HENG_OK;
    r->at = from;
    return expected(r, "a correlation from -1 to 1");
}

static heng_status check_shape(reader *r, const heng_spread *spread)
{
    bool rising =
        spread->low <= spread->high &&
        (!spread->has_mode || (spread->low <= spread->mode && spread->mode <= spread->high));
    r->at = 0;
    if (!rising) return expected(r, "a range from the lower to the higher end");
    if (spread->has_mode && spread->kind != HENG_TRIANGULAR)
        return expected(r, "\"triangular\" behind three numbers");
    return HENG_OK;
}

heng_status heng_spread_parse(heng_str text, heng_spread *out, heng_error *err)
{
    assert(out && err);
    reader r = {.text = heng_str_trim(text), .err = err};
    heng_spread spread = {.kind = HENG_NORMAL};
    heng_status status = read_range(&r, &spread);
    if (!status) read_kind(&r, &spread);
    if (!status) status = read_central(&r, &spread);
    if (!status) status = read_group(&r, &spread);
    if (!status && r.at < r.text.length) status = expected(&r, "the end");
    if (!status) status = check_shape(&r, &spread);
    if (!status) *out = spread;
    return status;
}

/* ---- the distribution ----------------------------------------------------------------------------- */

typedef struct ends {
    double low, mode, high;
} ends;

static ends ends_at(const heng_spread *spread, double value)
{
    double size = spread->relative ? fabs(value) : 1;
    double from = spread->relative || spread->half ? value : 0;
    return (ends){from + size * spread->low, spread->has_mode ? from + size * spread->mode : value,
                  from + size * spread->high};
}

static heng_status refuse(heng_error *err, const char *why)
{
    return heng_fail(err, HENG_REFUSED, 0, "%s", why);
}

static heng_status normal(const heng_spread *spread, double value, ends e, heng_distribution *out,
                          heng_error *err)
{
    double half = (e.high - e.low) / 2, middle = e.low + half;
    bool symmetric =
        fabs(middle - value) <= 1e-9 * (fabs(e.high) > fabs(e.low) ? fabs(e.high) : fabs(e.low));
    if (!symmetric)
        return refuse(err, "the range does not lie evenly around the value: say lognormal, uniform "
                           "or triangular, or correct an end");
    if (!spread->kind_stated && half > HENG_SPREAD_PLAIN_MAX * fabs(value) * (1 + 1e-9))
        return refuse(err, "the range is wider than 60 % of the value: say which distribution it "
                           "has: normal, lognormal, uniform or triangular");
    *out = (heng_distribution){HENG_NORMAL, value, half / HENG_NORMAL_95, 0};
    return HENG_OK;
}

static heng_status lognormal(const heng_spread *spread, double value, ends e,
                             heng_distribution *out, heng_error *err)
{
    if (value <= 0)
        return refuse(err,
                      "only a value above 0 can be lognormal: say normal, uniform or triangular");
    out->kind = HENG_LOGNORMAL;
    if (spread->half) {
        double share = e.high / value - 1, of_mean = share / HENG_NORMAL_95;
        out->b = sqrt(log1p(of_mean * of_mean));
        out->a = log(value) - out->b * out->b / 2;
        return HENG_OK;
    }
    if (e.low <= 0)
        return refuse(err, "the lower end of a lognormal range must be above 0: state \"±x % "
                           "lognormal\", or another distribution");
    out->a = (log(e.low) + log(e.high)) / 2;
    out->b = (log(e.high) - log(e.low)) / (2 * HENG_NORMAL_95);
    return HENG_OK;
}

/* Limits that leave 2.5 % on either side of the ends. Each turn brings the limits nearer by a factor of
 * some four. */
static void widen_triangle(ends *e)
{
    double low = e->low, high = e->high;
    for (int turn = 0; turn < 200; turn++) {
        double width = e->high - e->low;
        double next_low = low - sqrt(0.025 * width * (e->mode - e->low));
        double next_high = high + sqrt(0.025 * width * (e->high - e->mode));
        if (next_low == e->low && next_high == e->high) return;
        e->low = next_low;
        e->high = next_high;
    }
}

static heng_status triangular(const heng_spread *spread, ends e, heng_distribution *out,
                              heng_error *err)
{
    if (spread->central && e.low < e.high) {
        if (!(e.low < e.mode && e.mode < e.high))
            return refuse(err,
                          "the likeliest value stands on an end of the 95 % range: state limits");
        widen_triangle(&e);
    }
    *out = (heng_distribution){HENG_TRIANGULAR, e.low, e.mode, e.high};
    return HENG_OK;
}

heng_status heng_spread_at(const heng_spread *spread, double value, heng_distribution *out,
                           heng_error *err)
{
    assert(spread && isfinite(value) && out && err);
    ends e = ends_at(spread, value);
    double slack = 1e-12 * fabs(value);
    if (value < e.low - slack || value > e.high + slack)
        return refuse(err, "the value lies outside its own range: correct one of them");
    heng_distribution found = {0};
    heng_status status = HENG_OK;
    switch (spread->kind) {
    case HENG_NORMAL: status = normal(spread, value, e, &found, err); break;
    case HENG_LOGNORMAL: status = lognormal(spread, value, e, &found, err); break;
    case HENG_TRIANGULAR: status = triangular(spread, e, &found, err); break;
    case HENG_UNIFORM: {
        double beyond = spread->central ? (e.high - e.low) * (0.025 / 0.95) : 0;
        found = (heng_distribution){HENG_UNIFORM, e.low - beyond, e.high + beyond, 0};
        break;
    }
    case HENG_SPREAD_KIND_COUNT: assert(0 && "no such kind");
    }
    if (status) return status;
    if (!isfinite(heng_distribution_mean(&found)) || !isfinite(heng_distribution_deviation(&found)))
        return refuse(err, "the range is wider than any number kept here: correct an end");
    *out = found;
    return HENG_OK;
}

heng_distribution heng_distribution_scaled(heng_distribution distribution, double factor)
{
    assert(factor > 0);
    heng_distribution d = distribution;
    if (d.kind == HENG_LOGNORMAL) {
        d.a += log(factor);
        return d;
    }
    d.a *= factor;
    d.b *= factor;
    d.c *= factor;
    return d;
}

double heng_distribution_mean(const heng_distribution *d)
{
    switch (d->kind) {
    case HENG_NORMAL: return d->a;
    case HENG_LOGNORMAL: return exp(d->a + d->b * d->b / 2);
    case HENG_UNIFORM: return (d->a + d->b) / 2;
    case HENG_TRIANGULAR: return (d->a + d->b + d->c) / 3;
    case HENG_SPREAD_KIND_COUNT: break;
    }
    assert(0 && "no such kind");
    return 0;
}

double heng_distribution_deviation(const heng_distribution *d)
{
    switch (d->kind) {
    case HENG_NORMAL: return d->b;
    case HENG_LOGNORMAL: return heng_distribution_mean(d) * sqrt(expm1(d->b * d->b));
    case HENG_UNIFORM: return (d->b - d->a) / sqrt(12);
    case HENG_TRIANGULAR: {
        double low = d->b - d->a, high = d->c - d->b;
        return sqrt((low * low + high * high + low * high) / 18);
    }
    case HENG_SPREAD_KIND_COUNT: break;
    }
    assert(0 && "no such kind");
    return 0;
}
