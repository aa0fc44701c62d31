/* Units, types, dates, labels and attributes: what stands around a formula.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/grid.h"
#include "core/rule/text/parser.h"

#include <assert.h>
#include <ctype.h>

/* ---- units ---------------------------------------------------------------------------------------- */

static char byte_at(const heng_parser *p, size_t offset)
{
    return offset < p->lexer.text.length ? p->lexer.text.at[offset] : '\0';
}

static size_t token_end(const heng_token *token)
{
    return (size_t)token->at.offset + token->at.length;
}

/* "10^" begins here. */
static bool is_power_of_ten(const heng_parser *p, size_t at)
{
    return byte_at(p, at) == '1' && byte_at(p, at + 1) == '0' && byte_at(p, at + 2) == '^';
}

/* A symbol begins here, and not a call such as max(: only `unit` may have a bracket behind it. */
static bool is_symbol(const heng_parser *p, size_t at)
{
    unsigned char c = (unsigned char)byte_at(p, at);
    if (c == '%' || c >= 0x80) return true;
    if (!heng_lexer__in_name((char)c) || isdigit(c)) return false;
    size_t to = at;
    while (heng_lexer__in_name(byte_at(p, to))) to++;
    heng_token_kind word = heng_lexer__word(heng_str_slice(p->lexer.text, at, to));
    if (word == HENG_TOKEN_UNIT) return byte_at(p, to) == '(';
    return word == HENG_TOKEN_NAME && byte_at(p, to) != '(';
}

bool heng_parser__unit_begins(const heng_parser *p)
{
    if (p->token.first) return false;
    size_t at = p->token.at.offset;
    bool word = p->token.kind == HENG_TOKEN_NAME || p->token.kind == HENG_TOKEN_WIDE ||
                p->token.kind == HENG_TOKEN_UNIT || p->token.kind == HENG_TOKEN_PERCENT;
    return word ? is_symbol(p, at) : p->token.kind == HENG_TOKEN_NUMBER && is_power_of_ten(p, at);
}

static bool unit_expected(heng_parser *p)
{
    return heng_parser__expected(p, "R124", "a unit",
                                 "write a unit such as t CO2, GJ/t, 10^4 tce, %, or 1 for a bare "
                                 "number");
}

/* 10^n before a symbol, or a `bare` 1. */
static bool parse_power_of_ten(heng_parser *p, bool spaced, heng_text *text, bool *bare)
{
    if (p->token.kind != HENG_TOKEN_NUMBER) return true;
    heng_token base = heng_parser__take(p);
    *bare = spaced && heng_str_is(base.text, "1") && p->token.kind != HENG_TOKEN_CARET;
    if (*bare) {
        heng_text_add(text, base.text);
        return true;
    }
    if (!heng_str_is(base.text, "10") || !heng_parser__accept(p, HENG_TOKEN_CARET) ||
        p->token.kind != HENG_TOKEN_NUMBER)
        return heng_parser__fail(p, "R124", base.at, NULL, "write 10^4 tce for ten thousand tce",
                                 "a unit begins with its symbol, or with a power of ten");
    heng_token power = heng_parser__take(p);
    heng_text_print(text, "10^%.*s ", HENG_PRINT(power.text));
    return true;
}

/* unit(fuel) */
static bool parse_unit_of(heng_parser *p, heng_text *text)
{
    heng_word name = {0};
    heng_parser__take(p);
    if (!heng_parser__expect(p, HENG_TOKEN_OPEN, "R124", "\"(\"", "write unit(fuel)") ||
        !heng_parser__name(p, "the list whose members have units", &name) ||
        !heng_parser__expect(p, HENG_TOKEN_CLOSE, "R129", "\")\"", "write unit(fuel)"))
        return false;
    heng_text_print(text, "unit(%.*s)", HENG_PRINT(name.text));
    return true;
}

/* ["10^" digits] symbol ["^" digits] [substance] | "unit" "(" name ")" */
static bool parse_group(heng_parser *p, bool spaced, heng_text *text)
{
    bool bare = false;
    if (!parse_power_of_ten(p, spaced, text, &bare)) return false;
    if (bare) return true;
    if (p->token.kind == HENG_TOKEN_UNIT) return parse_unit_of(p, text);
    if (p->token.kind == HENG_TOKEN_PERCENT) {
        heng_text_add(text, heng_parser__take(p).text);
        return true;
    }
    if (p->token.kind != HENG_TOKEN_NAME && p->token.kind != HENG_TOKEN_WIDE)
        return unit_expected(p);
    heng_text_add(text, heng_parser__take(p).text);
    if (p->token.kind == HENG_TOKEN_CARET && !p->token.blank_before &&
        isdigit((unsigned char)byte_at(p, token_end(&p->token)))) {
        heng_parser__take(p);
        heng_text_add_char(text, '^');
        heng_text_add(text, heng_parser__take(p).text);
    }
    bool substance = p->token.kind == HENG_TOKEN_NAME || p->token.kind == HENG_TOKEN_WIDE;
    if (substance && !p->token.first && is_symbol(p, p->token.at.offset)) {
        heng_text_add_char(text, ' ');
        heng_text_add(text, heng_parser__take(p).text);
    }
    return true;
}

/* In a formula a unit goes on only where no blank parts it from the next symbol. */
static bool goes_on(const heng_parser *p, bool spaced)
{
    if (p->token.kind != HENG_TOKEN_STAR && p->token.kind != HENG_TOKEN_SLASH) return false;
    if (spaced) return true;
    size_t at = token_end(&p->token);
    return !p->token.blank_before && (is_symbol(p, at) || is_power_of_ten(p, at));
}

bool heng_parser__unit(heng_parser *p, bool spaced, heng_word *out)
{
    heng_text text;
    heng_text_init(&text, p->arena, HENG_RULE_TEXT_MAX);
    heng_locus from = p->token.at;
    bool good = parse_group(p, spaced, &text);
    while (good && goes_on(p, spaced)) {
        heng_text_add_char(&text, p->token.kind == HENG_TOKEN_STAR ? '*' : '/');
        heng_parser__take(p);
        good = parse_group(p, spaced, &text);
    }
    p->no_memory |= text.failed;
    if (!good || text.failed) return false;
    if (p->last.line != from.line)
        return heng_parser__fail(p, "R124", from, NULL, "bring its parts together",
                                 "a unit stands on one line");
    *out = (heng_word){heng_text_view(&text), heng_parser__since(p, from)};
    return true;
}

bool heng_parser__type(heng_parser *p, heng_type_written *out)
{
    heng_locus from = p->token.at;
    if (heng_parser__accept(p, HENG_TOKEN_ONE)) {
        out->kind = HENG_TYPE_LIST;
        if (!heng_parser__expect(p, HENG_TOKEN_OF, "R124", "\"of\" and a list",
                                 "write one of LIST") ||
            !heng_parser__name(p, "the name of a list", &out->list))
            return false;
    } else if (heng_parser__accept(p, HENG_TOKEN_YES)) {
        out->kind = HENG_TYPE_YES_NO;
        if (!heng_parser__expect(p, HENG_TOKEN_SLASH, "R124", "\"/no\"", "write yes/no") ||
            !heng_parser__expect(p, HENG_TOKEN_NO, "R124", "\"no\"", "write yes/no"))
            return false;
    } else {
        out->kind = HENG_TYPE_UNIT;
        bool unit = p->token.kind == HENG_TOKEN_NAME || p->token.kind == HENG_TOKEN_WIDE ||
                    p->token.kind == HENG_TOKEN_NUMBER || p->token.kind == HENG_TOKEN_PERCENT ||
                    p->token.kind == HENG_TOKEN_UNIT;
        if (!unit) return unit_expected(p);
        if (!heng_parser__unit(p, true, &out->unit)) return false;
    }
    out->at = heng_parser__since(p, from);
    return true;
}

/* ---- dates ---------------------------------------------------------------------------------------- */

bool heng_parser__date(heng_parser *p, heng_word *out, heng_period *period)
{
    const char *remedy = "write 2024, 2024-07, 2024-Q3 or 2024-H1";
    if (p->token.kind != HENG_TOKEN_NUMBER)
        return heng_parser__expected(p, "R138", "a year or month", remedy);
    heng_token date = heng_lexer__date(&p->lexer, &p->token);
    p->token = date;
    heng_parser__take(p);
    *out = heng_parser__word(&date);
    heng_error error;
    if (heng_period_parse(date.text, period, &error) == HENG_OK) return true;
    heng_str shown = heng_str_slice(date.text, 0, date.text.length < 40 ? date.text.length : 40);
    return heng_parser__fail(p, "R138", date.at, NULL, remedy,
                             "\"%.*s\" is not a year, half, quarter or month between %d and %d",
                             HENG_PRINT(shown), HENG_YEAR_MIN, HENG_YEAR_MAX);
}

/* date [".." [date]] | ".." date */
static bool parse_span(heng_parser *p, heng_span_written *out)
{
    heng_locus from = p->token.at;
    heng_word word;
    heng_period period;
    heng_span span = HENG_SPAN_ALWAYS;
    bool first = p->token.kind != HENG_TOKEN_DOTS;
    if (first) {
        if (!heng_parser__date(p, &word, &period)) return false;
        span = heng_period_span(period);
    }
    if (!p->token.first && heng_parser__accept(p, HENG_TOKEN_DOTS)) {
        bool last = p->token.kind == HENG_TOKEN_NUMBER && !p->token.first;
        if (!last && !first)
            return heng_parser__expected(p, "R138", "a year or month", "write .. 2024");
        if (last && !heng_parser__date(p, &word, &period)) return false;
        span.last_month = last ? heng_period_span(period).last_month : INT32_MAX;
    }
    *out = (heng_span_written){span, heng_parser__since(p, from)};
    if (span.first_month <= span.last_month) return true;
    return heng_parser__fail(p, "R139", out->at, NULL, "write the earlier date first",
                             "the span ends before it begins");
}

heng_status heng_rule_span_parse(heng_str text, heng_span *out, heng_error *err)
{
    assert(out && err);
    text = heng_str_trim(text);
    heng_span span = HENG_SPAN_ALWAYS;
    heng_period period;
    size_t dots = heng_str_find(text, HENG_STR(".."), 0);
    bool open = dots != SIZE_MAX;
    heng_str first = heng_str_trim(open ? heng_str_slice(text, 0, dots) : text);
    heng_str last = open ? heng_str_trim(heng_str_slice(text, dots + 2, text.length)) : first;
    bool good = first.length > 0 || last.length > 0;
    if (good && first.length) {
        good = heng_period_parse(first, &period, err) == HENG_OK;
        if (good) span.first_month = heng_period_span(period).first_month;
    }
    if (good && last.length) {
        good = heng_period_parse(last, &period, err) == HENG_OK;
        if (good) span.last_month = heng_period_span(period).last_month;
    }
    if (!good)
        return heng_fail(err, HENG_INVALID, 0,
                         "\"%.*s\" is not a span: write 2021, 2019 .. 2020, 2022 .. or 2023-06",
                         (int)(text.length < 60 ? text.length : 60), text.length ? text.at : "");
    if (span.first_month > span.last_month)
        return heng_fail(err, HENG_INVALID, 0, "the span %.*s ends before it begins",
                         (int)(text.length < 60 ? text.length : 60), text.at);
    *out = span;
    return HENG_OK;
}

/* ---- labels and attributes ------------------------------------------------------------------------ */

bool heng_parser__label(heng_parser *p, heng_label *out)
{
    if (p->token.kind != HENG_TOKEN_TEXT)
        return heng_parser__expected(p, "R126", "a label in quotes",
                                     "write \"English\" / \"中文\"; one of the two is enough");
    heng_token en = heng_parser__take(p);
    out->en = heng_grid__unquote(en.text, p->arena);
    out->zh = HENG_STR("");
    if (heng_parser__accept(p, HENG_TOKEN_SLASH)) {
        if (p->token.kind != HENG_TOKEN_TEXT)
            return heng_parser__expected(p, "R126", "the second label in quotes",
                                         "write \"English\" / \"中文\"");
        heng_token zh = heng_parser__take(p);
        out->zh = heng_grid__unquote(zh.text, p->arena);
        out->at_zh = zh.at;
    }
    out->at = heng_parser__since(p, en.at);
    if (out->en.at && out->zh.at) return true;
    p->no_memory = true;
    return false;
}

static bool parse_source(heng_parser *p, heng_attributes *out)
{
    if (p->token.kind != HENG_TOKEN_TEXT)
        return heng_parser__expected(p, "R126", "the source in quotes",
                                     "write source \"Document, number, clause\"");
    heng_token text = heng_parser__take(p);
    out->source = (heng_label){
        .en = heng_grid__unquote(text.text, p->arena), .zh = HENG_STR(""), .at = text.at};
    if (!out->source.en.at) p->no_memory = true;
    return out->source.en.at != NULL;
}

static bool parse_status(heng_parser *p, heng_attributes *out)
{
    heng_status_written *status = &out->status;
    enum { WORDS_MAX = sizeof status->words / sizeof *status->words };
    do {
        if (status->count == WORDS_MAX)
            return heng_parser__fail(p, "R132", p->token.at, NULL, "name the main sources only",
                                     "a status has at most %d words", WORDS_MAX);
        if (!heng_parser__name(p, "a status", &status->words[status->count])) return false;
        status->count++;
    } while (p->token.kind == HENG_TOKEN_NAME && !p->token.first);
    return true;
}

static bool parse_valid(heng_parser *p, heng_attributes *out)
{
    return parse_span(p, &out->valid);
}

static bool parse_for(heng_parser *p, heng_attributes *out)
{
    if (!heng_parser__name(p, "a kind or level", &out->for_kind)) return false;
    return !heng_parser__accept(p, HENG_TOKEN_BY) ||
           heng_parser__name(p, "a grain (month, quarter, half, year, plan)", &out->by_grain);
}

static bool parse_when(heng_parser *p, heng_attributes *out)
{
    out->when = heng_parser__or(p);
    return out->when != NULL;
}

static bool parse_instead(heng_parser *p, heng_attributes *out)
{
    return heng_parser__expect(p, HENG_TOKEN_OF, "R115", "\"of\"",
                               "write instead of METHOD.RULE") &&
           heng_parser__path(p, "the rule that is replaced", &out->instead_of);
}

static bool parse_uncertain(heng_parser *p, heng_attributes *out)
{
    enum { NUMBERS_MAX = 4 };
    heng_expr **next = &out->uncertain_numbers;
    if (!heng_parser__name(p, "a distribution", &out->uncertain_shape)) return false;
    for (unsigned count = 0; !p->token.first && (p->token.kind == HENG_TOKEN_NUMBER ||
                                                 p->token.kind == HENG_TOKEN_MINUS);
         count++) {
        if (count == NUMBERS_MAX)
            return heng_parser__fail(p, "R132", p->token.at, NULL,
                                     "normal takes one number, triangular three",
                                     "an uncertainty has at most %d numbers", NUMBERS_MAX);
        *next = heng_parser__quantity(p);
        if (!*next) return false;
        next = &(*next)->next;
    }
    if (out->uncertain_numbers) return true;
    return heng_parser__expected(p, "R137", "a number", "write uncertain normal 5 %");
}

static bool parse_absent(heng_parser *p, heng_attributes *out)
{
    out->absent_no = heng_str_is(p->token.text, "NO");
    if (!out->absent_no) return heng_parser__expected(p, "R115", "\"NO\"", "write absent NO");
    heng_parser__take(p);
    return true;
}

/* in 0 % .. 10 % */
static bool parse_bounds(heng_parser *p, heng_attributes *out)
{
    out->least = heng_parser__quantity(p);
    if (!out->least ||
        !heng_parser__expect(p, HENG_TOKEN_DOTS, "R115", "\"..\"", "write in 0 % .. 10 %"))
        return false;
    out->most = heng_parser__quantity(p);
    return out->most != NULL;
}

static bool parse_step(heng_parser *p, heng_attributes *out)
{
    (void)p;
    return out->step = true;
}

static bool parse_linear(heng_parser *p, heng_attributes *out)
{
    (void)p;
    return out->linear = true;
}

static bool parse_flat(heng_parser *p, heng_attributes *out)
{
    (void)p;
    return out->flat = true;
}

#define ON(kind) (1u << HENG_ITEM_##kind)

static const struct attribute {
    heng_token_kind word;
    unsigned statements; /* where it may stand */
    size_t at;           /* the locus in heng_attributes that shows that it was written */
    bool (*parse)(heng_parser *, heng_attributes *);
} attributes[] = {
    {HENG_TOKEN_SOURCE, ON(LIST) | ON(METHOD) | ON(INPUT) | ON(TABLE) | ON(PARAMETER) | ON(RULE),
     offsetof(heng_attributes, at_source), parse_source},
    {HENG_TOKEN_STATUS, ON(LIST) | ON(METHOD) | ON(INPUT) | ON(TABLE) | ON(PARAMETER) | ON(RULE),
     offsetof(heng_attributes, at_status), parse_status},
    {HENG_TOKEN_VALID, ON(METHOD) | ON(TABLE) | ON(RULE), offsetof(heng_attributes, at_valid),
     parse_valid},
    {HENG_TOKEN_FOR, ON(METHOD) | ON(INPUT) | ON(TABLE), offsetof(heng_attributes, at_for),
     parse_for},
    {HENG_TOKEN_WHEN, ON(METHOD) | ON(RULE), offsetof(heng_attributes, at_when), parse_when},
    {HENG_TOKEN_INSTEAD, ON(TABLE) | ON(PARAMETER) | ON(RULE),
     offsetof(heng_attributes, at_instead), parse_instead},
    {HENG_TOKEN_UNCERTAIN, ON(INPUT) | ON(TABLE) | ON(RULE),
     offsetof(heng_attributes, at_uncertain), parse_uncertain},
    {HENG_TOKEN_ABSENT, ON(INPUT), offsetof(heng_attributes, at_absent), parse_absent},
    {HENG_TOKEN_STEP, ON(TABLE), offsetof(heng_attributes, at_step), parse_step},
    {HENG_TOKEN_LINEAR, ON(TABLE), offsetof(heng_attributes, at_linear), parse_linear},
    {HENG_TOKEN_FLAT, ON(TABLE), offsetof(heng_attributes, at_flat), parse_flat},
    {HENG_TOKEN_IN, ON(PARAMETER), offsetof(heng_attributes, at_bounds), parse_bounds},
};

static const struct attribute *find_attribute(heng_token_kind word)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (attributes[i].word == word) return &attributes[i];
    return NULL;
}

bool heng_parser__attributes(heng_parser *p, heng_item *item)
{
    const struct attribute *attribute;
    while ((attribute = find_attribute(p->token.kind)) != NULL) {
        heng_locus *at = (heng_locus *)((char *)&item->attributes + attribute->at);
        heng_str word = p->token.text;
        if (!(attribute->statements & (1u << item->kind)))
            return heng_parser__fail(p, "R140", p->token.at, NULL,
                                     "the manual lists the attributes of each statement",
                                     "\"%.*s\" has no meaning in this statement", HENG_PRINT(word));
        if (at->length)
            return heng_parser__fail(p, "R141", p->token.at, NULL, "keep one of the two",
                                     "\"%.*s\" is written twice in one statement",
                                     HENG_PRINT(word));
        *at = heng_parser__take(p).at;
        if (!attribute->parse(p, &item->attributes)) return false;
    }
    return true;
}
