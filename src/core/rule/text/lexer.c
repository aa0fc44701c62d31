/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/text/lexer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Signs, the longer before the shorter. `remedy` is NULL for those of the language; the others are read
 * as what was meant. */
static const struct {
    const char *sign;
    heng_token_kind kind;
    const char *remedy;
} signs[] = {
    {"&&", HENG_TOKEN_AND, "write \"and\""},
    {"||", HENG_TOKEN_OR, "write \"or\""},
    {"==", HENG_TOKEN_EQ, "write \"=\", which also compares"},
    {":=", HENG_TOKEN_EQ, "write \"=\""},
    {"<>", HENG_TOKEN_NE, "write \"!=\""},
    {"=<", HENG_TOKEN_LE, "write \"<=\""},
    {"=>", HENG_TOKEN_GE, "write \">=\""},
    {"**", HENG_TOKEN_CARET, "write \"^\" for a power"},
    {"!=", HENG_TOKEN_NE, NULL},
    {"<=", HENG_TOKEN_LE, NULL},
    {">=", HENG_TOKEN_GE, NULL},
    {"..", HENG_TOKEN_DOTS, NULL},
    {"&", HENG_TOKEN_AND, "write \"and\""},
    {"!", HENG_TOKEN_NOT, "write \"not\""},
    {":", HENG_TOKEN_COLON, NULL},
    {",", HENG_TOKEN_COMMA, NULL},
    {"(", HENG_TOKEN_OPEN, NULL},
    {")", HENG_TOKEN_CLOSE, NULL},
    {"[", HENG_TOKEN_OPEN_KEY, NULL},
    {"]", HENG_TOKEN_CLOSE_KEY, NULL},
    {"=", HENG_TOKEN_EQ, NULL},
    {"<", HENG_TOKEN_LT, NULL},
    {">", HENG_TOKEN_GT, NULL},
    {"+", HENG_TOKEN_PLUS, NULL},
    {"-", HENG_TOKEN_MINUS, NULL},
    {"*", HENG_TOKEN_STAR, NULL},
    {"/", HENG_TOKEN_SLASH, NULL},
    {"^", HENG_TOKEN_CARET, NULL},
    {"@", HENG_TOKEN_AT, NULL},
    {".", HENG_TOKEN_DOT, NULL},
    {"%", HENG_TOKEN_PERCENT, NULL},
};

/* Characters of Chinese typing and of word processors, and what they stand for. '"' and '#' are handled
 * where texts and comments are read; ' ' is a blank. */
static const struct {
    uint32_t code;
    char ascii;
} look_alikes[] = {
    {0x00A0, ' '}, {0x00D7, '*'}, {0x00F7, '/'}, {0x2010, '-'}, {0x2011, '-'},
    {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x201C, '"'}, {0x201D, '"'},
    {0x2212, '-'}, {0x2215, '/'}, {0x2217, '*'}, {0x2236, ':'}, {0x3000, ' '},
    {0x3001, ','}, {0x3002, '.'}, {0x3010, '['}, {0x3011, ']'},
};

/* Comparisons of one character. */
static const struct {
    uint32_t code;
    heng_token_kind kind;
    const char *remedy;
} wide_signs[] = {
    {0x2260, HENG_TOKEN_NE, "write \"!=\""}, {0x2264, HENG_TOKEN_LE, "write \"<=\""},
    {0x2265, HENG_TOKEN_GE, "write \">=\""}, {0x2266, HENG_TOKEN_LE, "write \"<=\""},
    {0x2267, HENG_TOKEN_GE, "write \">=\""},
};

static const char *const reserved[] = {
#define X(name, text) text,
    HENG_RESERVED_WORDS(X)
#undef X
};
enum { RESERVED_COUNT = sizeof reserved / sizeof *reserved };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool heng_lexer__in_name(char c)
{
    return is_letter(c) || is_digit(c);
}

char heng_lexer__half_width(uint32_t code)
{
    for (size_t i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++)
        if (look_alikes[i].code == code) return look_alikes[i].ascii;
    if (code >= 0xFF01 && code <= 0xFF5E) return (char)(code - 0xFEE0);
    return 0;
}

heng_token_kind heng_lexer__word(heng_str text)
{
    size_t low = 0, high = RESERVED_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = heng_str_compare(text, heng_str_from(reserved[middle]));
        if (order == 0) return (heng_token_kind)(HENG_TOKEN_ABSENT + (int)middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return HENG_TOKEN_NAME;
}

void heng_lexer__init(heng_lexer *lexer, uint32_t file, heng_str text,
                      heng_diagnostics *diagnostics)
{
    assert(lexer);
    assert(text.length <= UINT32_MAX);
    *lexer = (heng_lexer){.text = text,
                          .file = file,
                          .line = 1,
                          .column = 1,
                          .fresh = true,
                          .diagnostics = diagnostics};
    if (heng_str_starts(text, HENG_STR("\xEF\xBB\xBF")))
        lexer->at = lexer->counted_to = lexer->line_start = 3;
}

static char peek(const heng_lexer *lexer, size_t ahead)
{
    size_t at = lexer->at + ahead;
    return at < lexer->text.length ? lexer->text.at[at] : '\0';
}

/* The place of the bytes from..to of the current line. `from` never goes back, see heng_lexer__date. */
static heng_locus place(heng_lexer *lexer, size_t from, size_t to)
{
    assert(from <= to && from >= lexer->counted_to);
    while (lexer->counted_to < from) {
        heng_utf8_next(lexer->text, &lexer->counted_to);
        lexer->column++;
    }
    return (heng_locus){.file = lexer->file,
                        .line = lexer->line,
                        .column = lexer->column,
                        .offset = (uint32_t)from,
                        .length = (uint32_t)(to - from)};
}

static void report(heng_lexer *lexer, const char *code, size_t to, const char *caret,
                   const char *remedy, const char *message)
{
    heng_diagnose(lexer->diagnostics, code, place(lexer, lexer->at, to), caret, remedy, "%s",
                  message);
}

static void report_full_width(heng_lexer *lexer, size_t to, char meant)
{
    heng_locus at = place(lexer, lexer->at, to);
    heng_str found = heng_str_slice(lexer->text, lexer->at, to);
    char remedy[80];
    if (meant == ' ')
        snprintf(remedy, sizeof remedy, "write an ordinary blank");
    else
        snprintf(remedy, sizeof remedy, "switch the input method and type %c instead", meant);
    heng_diagnose(lexer->diagnostics, "R102", at, NULL, remedy,
                  "\"%.*s\" is a full-width or typographic character", HENG_PRINT(found));
}

static void new_line(heng_lexer *lexer)
{
    lexer->at++;
    lexer->line++;
    lexer->counted_to = lexer->line_start = lexer->at;
    lexer->column = 1;
    lexer->fresh = true;
    lexer->looked = false;
}

static size_t line_end(heng_str text, size_t from)
{
    assert(from < text.length);
    const char *found = memchr(text.at + from, '\n', text.length - from);
    return found ? (size_t)(found - text.at) : text.length;
}

static void skip_comment(heng_lexer *lexer)
{
    size_t from = lexer->at, to = line_end(lexer->text, from);
    if (lexer->on_comment) {
        heng_locus at = place(lexer, from, to);
        heng_comment comment = {.text = heng_str_trim(heng_str_slice(lexer->text, from, to)),
                                .offset = at.offset,
                                .line = at.line,
                                .column = at.column,
                                .alone = lexer->fresh};
        lexer->on_comment(lexer->comment_context, &comment);
    }
    lexer->at = to;
}

/* Blanks, ends of lines and comments. True if there was any. */
static bool skip_blank(heng_lexer *lexer)
{
    size_t from = lexer->at;
    while (lexer->at < lexer->text.length) {
        char c = peek(lexer, 0);
        if (c == '\n') {
            new_line(lexer);
        } else if (c == '#') {
            skip_comment(lexer);
        } else if (c == '\t') {
            if (lexer->tab_line != lexer->line)
                report(lexer, "R103", lexer->at + 1, NULL,
                       "write blanks; two for a line that continues",
                       "there is a tab, which every editor shows at another width");
            lexer->tab_line = lexer->line;
            lexer->at++;
        } else if (c == ' ' || c == '\r') {
            lexer->at++;
        } else {
            break;
        }
    }
    return lexer->at > from;
}

size_t heng_lexer__text_end(heng_str text, size_t from)
{
    bool curly = text.at[from] != '"';
    size_t at = from + (curly ? 3 : 1);
    while (at < text.length && text.at[at] != '\n') {
        if (text.at[at] == '"') return at + 1;
        if (curly &&
            heng_str_starts(heng_str_slice(text, at, text.length), HENG_STR("\xE2\x80\x9D")))
            return at + 3;
        bool escape = text.at[at] == '\\' && at + 1 < text.length && text.at[at + 1] != '\n';
        at += escape ? 2 : 1;
    }
    return 0;
}

size_t heng_lexer__skip_text(heng_str text, size_t at, bool *open)
{
    if (*open || text.at[at] != '"') return 0;
    size_t end = heng_lexer__text_end(text, at);
    *open = end == 0;
    return end;
}

static heng_token token_to(heng_lexer *lexer, heng_token_kind kind, size_t to)
{
    heng_token token = {.kind = kind,
                        .at = place(lexer, lexer->at, to),
                        .text = heng_str_slice(lexer->text, lexer->at, to),
                        .first = lexer->fresh};
    lexer->fresh = false;
    lexer->at = to;
    return token;
}

static heng_token read_text(heng_lexer *lexer)
{
    size_t to = heng_lexer__text_end(lexer->text, lexer->at);
    if (to == 0) {
        to = line_end(lexer->text, lexer->at);
        while (to > lexer->at + 1 &&
               (lexer->text.at[to - 1] == '\r' || lexer->text.at[to - 1] == ' '))
            to--;
        report(lexer, "R104", to, "opened here", "close it with a \" on the same line",
               "the text is not closed before the end of its line");
    }
    return token_to(lexer, HENG_TOKEN_TEXT, to);
}

/* A line with | outside of texts and comments: one token, up to its comment. Returns 0 if it is none. */
static size_t grid_line_end(const heng_lexer *lexer)
{
    heng_str text = lexer->text;
    bool found = false, open = false;
    size_t at = lexer->at;
    while (at < text.length && text.at[at] != '\n' && text.at[at] != '#') {
        size_t behind = heng_lexer__skip_text(text, at, &open);
        if (behind) {
            at = behind;
            continue;
        }
        size_t next = at;
        uint32_t code = heng_utf8_next(text, &next);
        found |= code == '|' || code == 0xFF5C;
        at = next;
    }
    heng_str line = heng_str_trim(heng_str_slice(text, lexer->at, at));
    return found ? (size_t)(line.at - text.at) + line.length : 0;
}

/* Behind `1,000`: groups of three digits parted by commas without a blank. */
static size_t thousands_end(heng_str text, size_t at)
{
    while (at + 3 < text.length && text.at[at] == ',' && is_digit(text.at[at + 1]) &&
           is_digit(text.at[at + 2]) && is_digit(text.at[at + 3]) &&
           !(at + 4 < text.length && is_digit(text.at[at + 4])))
        at += 4;
    return at;
}

static heng_token read_number(heng_lexer *lexer)
{
    heng_str text = lexer->text;
    size_t to = lexer->at;
    while (to < text.length && is_digit(text.at[to])) to++;
    size_t grouped = to - lexer->at <= 3 ? thousands_end(text, to) : to;
    if (grouped > to) {
        report(lexer, "R106", grouped, NULL,
               "write the digits together; two arguments are parted by a comma and a blank",
               "a number has no commas inside");
        heng_token token = token_to(lexer, HENG_TOKEN_NUMBER, to);
        lexer->at = grouped;
        return token;
    }
    if (to + 1 < text.length && text.at[to] == '.' && is_digit(text.at[to + 1])) {
        to++;
        while (to < text.length && is_digit(text.at[to])) to++;
    }
    if (to < text.length && (text.at[to] == 'e' || text.at[to] == 'E')) {
        size_t digits = to + 1;
        if (digits < text.length && (text.at[digits] == '-' || text.at[digits] == '+')) digits++;
        if (digits < text.length && is_digit(text.at[digits])) {
            to = digits;
            while (to < text.length && is_digit(text.at[to])) to++;
        }
    }
    size_t odd = to;
    if (odd < text.length && text.at[odd] == '.' &&
        !(odd + 1 < text.length && text.at[odd + 1] == '.'))
        while (odd < text.length && (is_digit(text.at[odd]) || text.at[odd] == '.')) odd++;
    if (odd > to) {
        report(lexer, "R107", odd, NULL, "write digits, at most one point, and digits: 12.5",
               "this is not a number");
        lexer->broken = true;
    }
    heng_token token = token_to(lexer, HENG_TOKEN_NUMBER, to);
    lexer->at = odd;
    return token;
}

/* A character that belongs to a word: letters of any script, but no punctuation. */
static bool word_character(heng_str text, size_t at, size_t *next)
{
    *next = at + 1;
    if ((unsigned char)text.at[at] < 0x80) return heng_lexer__in_name(text.at[at]);
    *next = at;
    uint32_t code = heng_utf8_next(text, next);
    for (size_t i = 0; i < sizeof wide_signs / sizeof *wide_signs; i++)
        if (wide_signs[i].code == code) return false;
    return code != 0xFFFD && heng_lexer__half_width(code) == 0;
}

static heng_token read_word(heng_lexer *lexer)
{
    bool wide = false;
    size_t to = lexer->at, next;
    while (to < lexer->text.length && word_character(lexer->text, to, &next)) {
        wide |= (unsigned char)lexer->text.at[to] >= 0x80;
        to = next;
    }
    heng_str text = heng_str_slice(lexer->text, lexer->at, to);
    return token_to(lexer, wide ? HENG_TOKEN_WIDE : heng_lexer__word(text), to);
}

/* Signs of the language and their look-alikes. False when `c` begins none. */
static bool read_sign(heng_lexer *lexer, char c, size_t width, heng_token *token)
{
    bool ascii = width == 1;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *sign = signs[i].sign;
        bool two = sign[1] != '\0';
        if (sign[0] != c || (two && (!ascii || peek(lexer, 1) != sign[1]))) continue;
        size_t to = lexer->at + (two ? 2 : width);
        if (signs[i].remedy && ascii) {
            char message[64];
            snprintf(message, sizeof message, "\"%s\" is not a sign of this language", sign);
            report(lexer, "R108", to, NULL, signs[i].remedy, message);
        }
        *token = token_to(lexer, signs[i].kind, to);
        return true;
    }
    return false;
}

static void drop(heng_lexer *lexer, size_t to, const char *message, const char *remedy)
{
    report(lexer, "R101", to, NULL, remedy, message);
    lexer->broken = true;
    lexer->at = to;
}

/* ASCII characters that begin nothing in this language. */
static bool read_foreign(heng_lexer *lexer, char c, heng_token *token)
{
    if (c == '\'') {
        size_t to = lexer->at + 1;
        while (to < lexer->text.length && lexer->text.at[to] != '\'' && lexer->text.at[to] != '\n')
            to++;
        if (to < lexer->text.length && lexer->text.at[to] == '\'') {
            report(lexer, "R108", to + 1, NULL, "put the text between double quotes",
                   "a text does not stand between single quotes");
            *token = token_to(lexer, HENG_TOKEN_TEXT, to + 1);
            return true;
        }
    }
    char message[96];
    const char *remedy = "delete it";
    if (c == '|')
        remedy =
            "a grid stands on indented lines of its own; for a choice of conditions write \"or\"";
    else if (c == ';')
        remedy = "delete it: a statement ends where the next line begins in column 1";
    else if (c == '{' || c == '}')
        remedy = "write ( and ) in formulas, [ and ] for keys";
    else if (c == '?')
        remedy = "write VALUE when CONDITION, OTHER otherwise";
    if (c >= ' ' && c < 0x7F)
        snprintf(message, sizeof message, "\"%c\" has no meaning here", c);
    else
        snprintf(message, sizeof message, "there is a control character (byte %u)",
                 (unsigned)(unsigned char)c);
    drop(lexer, lexer->at + 1, message, remedy);
    return false;
}

/* A character beyond ASCII: a look-alike, a sign, or a word. False when it was dropped. */
static bool read_wide(heng_lexer *lexer, heng_token *token)
{
    size_t next = lexer->at;
    uint32_t code = heng_utf8_next(lexer->text, &next);
    if (code == 0xFFFD) {
        report(lexer, "R105", next, NULL, "save the file as UTF-8", "this byte is not UTF-8 text");
        lexer->broken = true;
        lexer->at = next;
        return false;
    }
    for (size_t i = 0; i < sizeof wide_signs / sizeof *wide_signs; i++)
        if (wide_signs[i].code == code) {
            report(lexer, "R108", next, NULL, wide_signs[i].remedy,
                   "comparisons are written with the signs of the keyboard");
            *token = token_to(lexer, wide_signs[i].kind, next);
            return true;
        }
    char meant = heng_lexer__half_width(code);
    if (meant == 0) {
        *token = read_word(lexer);
        return true;
    }
    report_full_width(lexer, next, meant);
    if (meant == '"') {
        *token = read_text(lexer);
        return true;
    }
    if (meant == '#') {
        skip_comment(lexer);
        return false;
    }
    if (read_sign(lexer, meant, next - lexer->at, token)) return true;
    lexer->broken |= meant != ' ';
    lexer->at = next;
    return false;
}

/* Reads one token, or drops one character and says false. */
static bool read_token(heng_lexer *lexer, heng_token *token)
{
    char c = peek(lexer, 0);
    bool look = lexer->fresh && !lexer->looked && lexer->at > lexer->line_start;
    lexer->looked = true;
    size_t grid = look ? grid_line_end(lexer) : 0;
    if (grid) {
        *token = token_to(lexer, HENG_TOKEN_GRID, grid);
        return true;
    }
    if (is_digit(c)) {
        *token = read_number(lexer);
        return true;
    }
    if (is_letter(c)) {
        *token = read_word(lexer);
        return true;
    }
    if (c == '"') {
        *token = read_text(lexer);
        return true;
    }
    if ((unsigned char)c >= 0x80) return read_wide(lexer, token);
    if (c == '/' && peek(lexer, 1) == '/') {
        report(lexer, "R108", lexer->at + 2, NULL, "begin a comment with #",
               "\"//\" does not begin a comment");
        skip_comment(lexer);
        return false;
    }
    bool behind_word = lexer->at > 0 && heng_lexer__in_name(lexer->text.at[lexer->at - 1]);
    if (c == '.' && is_digit(peek(lexer, 1)) && !behind_word) {
        report(lexer, "R107", lexer->at + 2, NULL, "write a digit before the point: 0.5",
               "a number begins with a digit");
        lexer->at++;
        lexer->broken = true;
        return false;
    }
    if (read_sign(lexer, c, 1, token)) return true;
    return read_foreign(lexer, c, token);
}

heng_token heng_lexer__next(heng_lexer *lexer)
{
    assert(lexer);
    bool blank = lexer->at == 0;
    for (;;) {
        blank |= skip_blank(lexer);
        if (lexer->at >= lexer->text.length) {
            heng_token end = token_to(lexer, HENG_TOKEN_END, lexer->at);
            end.first = true;
            return end;
        }
        heng_token token;
        if (read_token(lexer, &token)) {
            token.blank_before = blank || token.first;
            return token;
        }
        blank = true;
    }
}

heng_token heng_lexer__date(heng_lexer *lexer, const heng_token *token)
{
    assert(token->at.line == lexer->line && token->at.offset <= lexer->at);
    lexer->at = lexer->counted_to = token->at.offset;
    lexer->column = token->at.column;
    lexer->fresh = token->first;
    size_t to = lexer->at;
    while (to < lexer->text.length &&
           (heng_lexer__in_name(lexer->text.at[to]) || lexer->text.at[to] == '-'))
        to++;
    heng_token date = token_to(lexer, HENG_TOKEN_NAME, to);
    date.blank_before = token->blank_before;
    return date;
}

heng_str heng_token__describe(const heng_token *token, heng_arena *arena)
{
    if (token->kind == HENG_TOKEN_END) return HENG_STR("the end of the statement");
    if (token->kind == HENG_TOKEN_TEXT) return HENG_STR("a text in quotes");
    if (token->kind == HENG_TOKEN_GRID) return HENG_STR("a line of a grid");
    heng_str shown =
        heng_str_slice(token->text, 0, token->text.length < 60 ? token->text.length : 60);
    shown.length = heng_utf8_valid(shown);
    const char *what = token->kind == HENG_TOKEN_NUMBER   ? "the number "
                       : token->kind >= HENG_TOKEN_ABSENT ? "the word "
                                                          : "";
    return heng_str_format(arena, "%s\"%.*s\"", what, HENG_PRINT(shown));
}
