/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/parser.h"
#include "core/rule/text/grid.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- tokens --------------------------------------------------------------------------------------- */

static bool begins_statement(heng_token_kind kind)
{
    return kind == HENG_TOKEN_USE || kind == HENG_TOKEN_KIND || kind == HENG_TOKEN_LIST ||
           kind == HENG_TOKEN_METHOD || kind == HENG_TOKEN_INPUT || kind == HENG_TOKEN_TABLE ||
           kind == HENG_TOKEN_PARAMETER || kind == HENG_TOKEN_OUTPUT || kind == HENG_TOKEN_CHECK;
}

/* Where a statement ends: just behind its last token. */
static heng_locus behind_last(const heng_parser *p)
{
    heng_locus at = p->last;
    size_t from = at.offset, to = from + at.length;
    while (from < to) {
        heng_utf8_next(p->lexer.text, &from);
        at.column++;
    }
    at.offset = (uint32_t)to;
    at.length = 0;
    return at;
}

static void advance(heng_parser *p)
{
    p->token = heng_lexer__next(&p->lexer);
    bool boundary = p->token.first && (p->token.kind == HENG_TOKEN_END || p->token.at.column == 1 ||
                                       begins_statement(p->token.kind));
    if (!boundary) return;
    p->pending = p->token;
    p->token = (heng_token){.kind = HENG_TOKEN_END,
                            .text = HENG_STR(""),
                            .at = behind_last(p),
                            .first = true,
                            .blank_before = true};
}

heng_token heng_parser__take(heng_parser *p)
{
    heng_token token = p->token;
    assert(token.kind != HENG_TOKEN_END);
    p->last = token.at;
    advance(p);
    return token;
}

bool heng_parser__accept(heng_parser *p, heng_token_kind kind)
{
    if (p->token.kind != kind) return false;
    heng_parser__take(p);
    return true;
}

void *heng_parser__alloc(heng_parser *p, size_t count, size_t size)
{
    void *memory = heng_arena_array(p->arena, count, size);
    if (!memory) p->no_memory = true;
    return memory;
}

heng_locus heng_parser__since(const heng_parser *p, heng_locus from)
{
    from.length = p->last.offset + p->last.length - from.offset;
    return from;
}

heng_word heng_parser__word(const heng_token *token)
{
    return (heng_word){token->text, token->at};
}

/* ---- faults --------------------------------------------------------------------------------------- */

bool heng_parser__fail(heng_parser *p, const char *code, heng_locus at, const char *caret,
                       const char *remedy, const char *format, ...)
{
    if (p->lexer.broken || p->no_memory) return false;
    va_list arguments;
    va_start(arguments, format);
    char message[400];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    heng_diagnose(p->diagnostics, code, at, caret, remedy, "%s", message);
    return false;
}

bool heng_parser__expected(heng_parser *p, const char *code, const char *what, const char *remedy)
{
    heng_str found = heng_token__describe(&p->token, p->arena);
    if (!found.at) {
        p->no_memory = true;
        return false;
    }
    return heng_parser__fail(p, code, p->token.at, NULL, remedy, "%s is expected here, not %.*s",
                             what, HENG_PRINT(found));
}

bool heng_parser__expect(heng_parser *p, heng_token_kind kind, const char *code, const char *what,
                         const char *remedy)
{
    if (heng_parser__accept(p, kind)) return true;
    return heng_parser__expected(p, code, what, remedy);
}

bool heng_parser__name(heng_parser *p, const char *what, heng_word *out)
{
    if (p->token.kind == HENG_TOKEN_WIDE)
        return heng_parser__fail(p, "R109", p->token.at, NULL,
                                 "name it in ASCII letters and put this into its label",
                                 "%s has characters other than ASCII letters, digits and _", what);
    if (p->token.kind >= HENG_TOKEN_ABSENT)
        return heng_parser__fail(p, "R110", p->token.at, NULL, "choose another name",
                                 "\"%.*s\" is a word of the language and cannot be %s",
                                 HENG_PRINT(p->token.text), what);
    if (p->token.kind != HENG_TOKEN_NAME)
        return heng_parser__expected(p, "R112", what,
                                     "a name begins with a letter and goes on with letters, digits "
                                     "and _");
    if (p->token.text.length > HENG_NAME_MAX)
        return heng_parser__fail(p, "R111", p->token.at, NULL, "choose a shorter name",
                                 "the name has %zu characters, %d is the most",
                                 p->token.text.length, HENG_NAME_MAX);
    heng_token token = heng_parser__take(p);
    *out = heng_parser__word(&token);
    return true;
}

bool heng_parser__path(heng_parser *p, const char *what, heng_path *out)
{
    *out = (heng_path){0};
    if (!heng_parser__name(p, what, &out->parts[0])) return false;
    out->count = 1;
    while (p->token.kind == HENG_TOKEN_DOT) {
        if (out->count == 3)
            return heng_parser__fail(p, "R113", p->token.at, NULL, "write METHOD.NAME",
                                     "a qualified name has at most three parts");
        heng_parser__take(p);
        if (!heng_parser__name(p, "the part behind the point", &out->parts[out->count]))
            return false;
        out->count++;
    }
    return true;
}

/* The source behind the token that is looked at, from its first character that is not a blank. */
static char behind(const heng_parser *p)
{
    heng_str text = p->lexer.text;
    size_t at = p->token.at.offset + p->token.at.length;
    while (at < text.length && text.at[at] == ' ') at++;
    return at < text.length ? text.at[at] : '\0';
}

/* AND for and: a word of the language in other letters. */
static bool is_shouted(heng_str text)
{
    char lower[16];
    if (text.length >= sizeof lower) return false;
    for (size_t i = 0; i < text.length; i++) lower[i] = (char)tolower((unsigned char)text.at[i]);
    return heng_lexer__word((heng_str){lower, text.length}) != HENG_TOKEN_NAME;
}

static bool is_last_word(const heng_parser *p, const char *word)
{
    size_t from = p->last.offset;
    return heng_str_is(heng_str_slice(p->lexer.text, from, from + p->last.length), word);
}

bool heng_parser__leftover(heng_parser *p)
{
    const heng_token *token = &p->token;
    if (token->kind == HENG_TOKEN_END) return true;
    if (token->kind == HENG_TOKEN_GRID) {
        if (heng_str_find(token->text, HENG_STR("||"), 0) != SIZE_MAX)
            return heng_parser__fail(p, "R108", token->at, NULL, "write \"or\" for ||",
                                     "\"||\" is not a sign of this language");
        return heng_parser__fail(p, "R145", token->at, NULL,
                                 "a grid belongs under the first line of a table or a list",
                                 "there is a grid where none may stand");
    }
    if (token->kind == HENG_TOKEN_IF)
        return heng_parser__fail(p, "R133", token->at, NULL,
                                 "write VALUE when CONDITION, OTHER otherwise",
                                 "there is no \"if\" in this language");
    if (token->kind == HENG_TOKEN_COMMA && is_last_word(p, "otherwise"))
        return heng_parser__fail(p, "R135", token->at, NULL, "make \"otherwise\" the last arm",
                                 "\"otherwise\" ends a choice, and something follows it");
    char next = behind(p);
    if (token->first && token->kind == HENG_TOKEN_NAME && (next == ':' || next == '['))
        return heng_parser__fail(
            p, "R120", token->at, NULL,
            "begin a statement in column 1; only what continues it is indented",
            "a statement begins here, but its line is indented");
    if (token->kind == HENG_TOKEN_CLOSE || token->kind == HENG_TOKEN_CLOSE_KEY)
        return heng_parser__fail(p, "R129", token->at, NULL, "delete it, or open it further left",
                                 "this bracket closes nothing");
    if (token->kind == HENG_TOKEN_NAME && is_shouted(token->text))
        return heng_parser__fail(p, "R114", token->at, NULL, "write it in small letters",
                                 "the words of the language are written in small letters");
    return heng_parser__expected(p, "R128", "the end of the statement",
                                 "is an operator, a comma or a quote missing before it?");
}

/* ---- statements ----------------------------------------------------------------------------------- */

/* {name ","}: a list of names that must have at least one. */
static bool parse_names(heng_parser *p, heng_token_kind separator, const char *what,
                        heng_word **names, unsigned *count)
{
    unsigned capacity = 0;
    do {
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            heng_word *more = heng_parser__alloc(p, capacity, sizeof *more);
            if (!more) return false;
            if (*count) memcpy(more, *names, *count * sizeof *more);
            *names = more;
        }
        if (!heng_parser__name(p, what, &(*names)[*count])) return false;
        ++*count;
    } while (heng_parser__accept(p, separator));
    return true;
}

static bool parse_keys(heng_parser *p, heng_item *item)
{
    if (!heng_parser__accept(p, HENG_TOKEN_OPEN_KEY)) return true;
    do {
        if (item->key_count == HENG_KEYS_MAX)
            return heng_parser__fail(p, "R132", p->token.at, NULL,
                                     "split the quantity, or join two of its lists",
                                     "%d keys are the most", HENG_KEYS_MAX);
        heng_key_written *key = &item->keys[item->key_count];
        if (!heng_parser__name(p, "a key", &key->name)) return false;
        if (heng_parser__accept(p, HENG_TOKEN_COLON) && !heng_parser__unit(p, true, &key->unit))
            return false;
        item->key_count++;
    } while (heng_parser__accept(p, HENG_TOKEN_COMMA));
    return heng_parser__expect(p, HENG_TOKEN_CLOSE_KEY, "R129", "\"]\"",
                               "close the keys: [fuel] or [fuel, gas]");
}

static bool parse_from(heng_parser *p, heng_item *item)
{
    heng_parser__take(p);
    if (p->token.kind != HENG_TOKEN_TEXT)
        return heng_parser__expected(p, "R116", "the name of a file", "write from \"rows.csv\"");
    heng_token token = heng_parser__take(p);
    item->from = (heng_word){heng_grid__unquote(token.text, p->arena), token.at};
    if (!item->from.text.at) p->no_memory = true;
    return item->from.text.at != NULL;
}

static bool parse_use(heng_parser *p, heng_item *item)
{
    if (!heng_parser__path(p, "the name of a file or pack", &item->path)) return false;
    if (p->token.kind != HENG_TOKEN_NUMBER && p->token.kind != HENG_TOKEN_TEXT) return true;
    heng_token version = heng_parser__take(p);
    item->version = heng_parser__word(&version);
    return true;
}

static bool parse_kind(heng_parser *p, heng_item *item)
{
    if (!heng_parser__name(p, "the name of the kind", &item->name) ||
        !heng_parser__label(p, &item->label))
        return false;
    if (heng_parser__accept(p, HENG_TOKEN_LEVELS) &&
        !parse_names(p, HENG_TOKEN_GT, "the name of a level", &item->names, &item->name_count))
        return false;
    if (heng_parser__accept(p, HENG_TOKEN_IN) &&
        !parse_names(p, HENG_TOKEN_COMMA, "the name of a kind", &item->inside, &item->inside_count))
        return false;
    if (!heng_parser__accept(p, HENG_TOKEN_OF)) return true;
    return heng_parser__name(p, "the kind whose members are crossed", &item->unit) &&
           heng_parser__expect(p, HENG_TOKEN_OVER, "R115", "\"over\"",
                               "write of firm over province, sector") &&
           parse_names(p, HENG_TOKEN_COMMA, "the name of a kind or level", &item->crossed,
                       &item->crossed_count);
}

static bool parse_list(heng_parser *p, heng_item *item)
{
    if (!heng_parser__name(p, "the name of the list", &item->name)) return false;
    if (heng_parser__accept(p, HENG_TOKEN_OF) &&
        !heng_parser__name(p, "the list or level that the members come from", &item->of))
        return false;
    if (!heng_parser__label(p, &item->label) || !heng_parser__attributes(p, item)) return false;
    if (p->token.kind == HENG_TOKEN_GRID) return heng_parser__grid(p, item);
    if (p->token.kind == HENG_TOKEN_FROM) return parse_from(p, item);
    if (p->token.kind != HENG_TOKEN_EQ) return true;
    item->at_equals = heng_parser__take(p).at;
    return parse_names(p, HENG_TOKEN_COMMA, "a member", &item->names, &item->name_count);
}

static bool parse_method(heng_parser *p, heng_item *item)
{
    return heng_parser__name(p, "the name of the method", &item->name) &&
           heng_parser__label(p, &item->label) && heng_parser__attributes(p, item);
}

/* name [keys] ":" type label {attr} */
static bool parse_declaration(heng_parser *p, heng_item *item, const char *what)
{
    return heng_parser__name(p, what, &item->name) && parse_keys(p, item) &&
           heng_parser__expect(
               p, HENG_TOKEN_COLON, "R123", "\":\"",
               "write NAME : UNIT \"LABEL\"; a number without unit has the unit 1") &&
           heng_parser__type(p, &item->type) && heng_parser__label(p, &item->label) &&
           heng_parser__attributes(p, item);
}

static bool parse_input(heng_parser *p, heng_item *item)
{
    return parse_declaration(p, item, "the name of the input");
}

static bool parse_formula(heng_parser *p, heng_item *item)
{
    item->at_equals = heng_parser__take(p).at;
    item->formula = heng_parser__choice(p);
    return item->formula != NULL;
}

/* Of a table; a parameter is one whose values a scenario may set. */
static bool parse_numbers(heng_parser *p, heng_item *item)
{
    if (p->token.kind == HENG_TOKEN_GRID) return heng_parser__grid(p, item);
    if (p->token.kind == HENG_TOKEN_FROM)
        return parse_from(p, item) && heng_parser__attributes(p, item);
    if (p->token.kind != HENG_TOKEN_EQ)
        return heng_parser__expected(p, "R125", "\"= NUMBER\", a grid or \"from\"",
                                     "give the table its numbers: = 0.5, or lines of cells parted "
                                     "by |");
    return parse_formula(p, item) && heng_parser__attributes(p, item);
}

static bool parse_table(heng_parser *p, heng_item *item)
{
    return parse_declaration(p, item, "the name of the table") && parse_numbers(p, item);
}

static bool parse_parameter(heng_parser *p, heng_item *item)
{
    return parse_declaration(p, item, "the name of the parameter") && parse_numbers(p, item);
}

static bool parse_rule(heng_parser *p, heng_item *item)
{
    if (!heng_parser__name(p, "the name of the rule", &item->name) || !parse_keys(p, item))
        return false;
    if (heng_parser__accept(p, HENG_TOKEN_COLON)) {
        if (!heng_parser__type(p, &item->type)) return false;
    } else if (p->token.kind != HENG_TOKEN_EQ && p->token.kind != HENG_TOKEN_TEXT) {
        return heng_parser__expected(p, "R123", "\":\" or \"=\"",
                                     "write NAME : UNIT = FORMULA; inputs, tables and checks begin "
                                     "with the word input, table or check");
    }
    if (p->token.kind == HENG_TOKEN_TEXT && !heng_parser__label(p, &item->label)) return false;
    if (p->token.kind != HENG_TOKEN_EQ)
        return heng_parser__expected(p, "R125", "\"=\" and a formula",
                                     "write NAME : UNIT = FORMULA; attributes follow the formula");
    return parse_formula(p, item) && heng_parser__attributes(p, item);
}

static bool parse_check(heng_parser *p, heng_item *item)
{
    item->formula = heng_parser__or(p);
    if (!item->formula) return false;
    if (p->token.kind == HENG_TOKEN_WHEN) {
        item->attributes.at_when = heng_parser__take(p).at;
        item->attributes.when = heng_parser__or(p);
        if (!item->attributes.when) return false;
    }
    return heng_parser__label(p, &item->label);
}

/* What begins no statement, in column 1. */
static bool parse_nothing(heng_parser *p)
{
    heng_token_kind kind = p->token.kind;
    if (kind == HENG_TOKEN_TEXT || (kind >= HENG_TOKEN_COLON && kind <= HENG_TOKEN_PERCENT) ||
        (kind >= HENG_TOKEN_ABSENT && kind != HENG_TOKEN_IF))
        return heng_parser__fail(p, "R121", p->token.at, NULL,
                                 "indent it by two blanks if it belongs to the statement above",
                                 "no statement begins with \"%.*s\"",
                                 (int)(p->token.text.length < 40 ? p->token.text.length : 40),
                                 p->token.text.at);
    if (kind == HENG_TOKEN_IF) return heng_parser__leftover(p);
    return heng_parser__expected(
        p, "R122", "a statement",
        "begin with use, kind, list, method, input, table, parameter, check, output or "
        "the name of a rule");
}

static bool parse_statement(heng_parser *p, heng_item *item)
{
    typedef struct statement {
        heng_token_kind word;
        heng_item_kind kind;
        bool (*parse)(heng_parser *, heng_item *);
    } statement;
    static const statement statements[] = {
        {HENG_TOKEN_USE, HENG_ITEM_USE, parse_use},
        {HENG_TOKEN_KIND, HENG_ITEM_KIND, parse_kind},
        {HENG_TOKEN_LIST, HENG_ITEM_LIST, parse_list},
        {HENG_TOKEN_METHOD, HENG_ITEM_METHOD, parse_method},
        {HENG_TOKEN_INPUT, HENG_ITEM_INPUT, parse_input},
        {HENG_TOKEN_TABLE, HENG_ITEM_TABLE, parse_table},
        {HENG_TOKEN_PARAMETER, HENG_ITEM_PARAMETER, parse_parameter},
        {HENG_TOKEN_OUTPUT, HENG_ITEM_RULE, parse_rule},
        {HENG_TOKEN_CHECK, HENG_ITEM_CHECK, parse_check},
    };
    item->at = p->token.at;
    item->kind = HENG_ITEM_RULE;
    if (p->token.kind == HENG_TOKEN_NAME || p->token.kind == HENG_TOKEN_WIDE)
        return parse_rule(p, item) && heng_parser__leftover(p);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (statements[i].word != p->token.kind) continue;
        item->kind = statements[i].kind;
        item->output = p->token.kind == HENG_TOKEN_OUTPUT;
        heng_parser__take(p);
        return statements[i].parse(p, item) && heng_parser__leftover(p);
    }
    return parse_nothing(p);
}

/* Looks at the first token of the next statement. False at the end of the text. */
static bool open_statement(heng_parser *p)
{
    while (p->token.kind != HENG_TOKEN_END) heng_parser__take(p);
    p->lexer.broken = false;
    p->depth = 0;
    p->token = p->pending;
    if (p->token.kind == HENG_TOKEN_END) return false;
    if (p->token.at.column != 1)
        heng_parser__fail(p, "R120", p->token.at, NULL,
                          "begin a statement in column 1; only what continues it is indented",
                          "a statement begins here, but its line is indented");
    return true;
}

heng_status heng_rule_parse(uint32_t file, heng_str text, heng_arena *arena,
                            heng_diagnostics *diagnostics, heng_ast *out, heng_error *err)
{
    assert(arena && diagnostics && out && err);
    if (text.length > HENG_RULE_TEXT_MAX)
        return heng_fail(err, HENG_TOO_LARGE, text.length,
                         "the rule file has %zu bytes, %d is the most: split it and join the parts "
                         "with \"use\"",
                         text.length, HENG_RULE_TEXT_MAX);
    size_t found = diagnostics->found;
    heng_parser parser = {.arena = arena, .diagnostics = diagnostics};
    heng_lexer__init(&parser.lexer, file, text, diagnostics);
    advance(&parser);
    if (parser.token.kind != HENG_TOKEN_END) {
        /* Indented, before any statement: treated as one, so that the place is diagnosed. */
        parser.pending = parser.token;
        parser.token.kind = HENG_TOKEN_END;
    }
    heng_ast ast = {.file = file};
    heng_item **next = &ast.items;
    while (open_statement(&parser) && !parser.no_memory) {
        heng_item *item = heng_parser__alloc(&parser, 1, sizeof *item);
        if (!item) break;
        if (!parse_statement(&parser, item)) continue;
        item->at = heng_parser__since(&parser, item->at);
        *next = item;
        next = &item->next;
    }
    if (parser.no_memory || diagnostics->failed)
        return heng_fail(err, HENG_NO_MEMORY, parser.last.offset,
                         "no memory left to read line %u of the rule file", parser.last.line);
    ast.whole = diagnostics->found == found;
    *out = ast;
    return HENG_OK;
}
