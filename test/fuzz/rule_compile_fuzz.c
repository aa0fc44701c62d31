/* Feeds changed rule files to the whole way from text to statements: parse, check, compile, plan, evaluate
 * a small world, write SQL in each dialect. Whatever the text, there is a program or there are faults, each
 * with its place and remedy; and what compiles also evaluates.
 *
 * Files change by words and lines, so that most of them still parse and the checks behind are reached.
 *
 *   HENG_ROOT=. build-fuzz/test/rule_compile_fuzz -dict=test/fuzz/rule.dict CORPUS FILES
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/rule.h"
#include "core/rule/sql.h"
#include "test/fuzz/demand.h"
#include "test/fuzz/rule_compile.h"

#include <ctype.h>

enum { TEXT_MAX = 1 << 16, FILES_MAX = 64 };

/* ---- files that `use` and `from` name ---------------------------------------------------------------- */

typedef struct kept_file {
    char path[400];
    char *text;
    size_t length;
} kept_file;

/* Read once: there are as many texts as there are files of the corpus. */
static const kept_file *keep(const char *path)
{
    static kept_file files[FILES_MAX];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(files[i].path, path)) return files[i].text ? &files[i] : NULL;
    if (count == FILES_MAX) return NULL;
    kept_file *kept = &files[count];
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    count++;
    snprintf(kept->path, sizeof kept->path, "%s", path);
    kept->text = malloc(TEXT_MAX);
    if (kept->text) kept->length = fread(kept->text, 1, TEXT_MAX, file);
    fclose(file);
    return kept->text ? kept : NULL;
}

static bool is_plain(heng_str name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '_' && name.at[i] != '.')
            return false;
    return name.length > 0 && name.length < 60 && name.at[0] != '.';
}

/* The pack's files before those of the corpus, which have some of the same names. */
static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    const heng_str *input = context;
    const char *root = getenv("HENG_ROOT");
    bool csv = heng_str_ends(name, HENG_STR(".csv"));
    static const char *const folders[] = {"packs/cn/rules", "packs/cn/data",
                                          "test/cases/rule/corpus"};
    (void)arena;
    if (heng_str_is(name, "fuzzed")) {
        *text = *input;
        return HENG_OK;
    }
    for (size_t i = 0; root && is_plain(name) && i < sizeof folders / sizeof *folders; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s/%.*s%s", root, folders[i], HENG_PRINT(name),
                 csv ? "" : ".heng");
        const kept_file *kept = keep(path);
        if (!kept) continue;
        *text = (heng_str){kept->text, kept->length};
        return HENG_OK;
    }
    return heng_fail(err, HENG_NOT_FOUND, 0, "there is no %.*s", HENG_PRINT(name));
}

/* ---- what must hold ----------------------------------------------------------------------------------- */

static void demand_diagnostics(const heng_compiled *compiled)
{
    demand((compiled->program == NULL) == (compiled->diagnostics.found > 0),
           "a program, or faults");
    for (size_t i = 0; i < compiled->diagnostics.count; i++) {
        const heng_diagnostic *d = &compiled->diagnostics.items[i];
        demand(d->code[0] && d->message.length, "a code and a message");
        demand(d->at.file < compiled->file_count, "the file of a fault");
    }
}

static void write_statements(const heng_program *program, const heng_world *world,
                             heng_arena *arena)
{
    heng_sql_world *rows;
    heng_sql_shape shape;
    heng_error err;
    heng_status status = heng_sql_world_open(program, world, (heng_period){0}, arena, &rows, &err);
    demand(status == HENG_OK || status == HENG_TOO_LARGE, "the rows of the world");
    if (status || !heng_sql_world_shape(rows, &shape)) return;
    for (int d = 0; d < HENG_SQL_DIALECT_COUNT; d++) {
        heng_sql sql;
        status = heng_rule_sql(program, (heng_sql_dialect)d, &shape, arena, &sql, &err);
        demand(status == HENG_OK || status == HENG_TOO_LARGE || status == HENG_REFUSED ||
                   status == HENG_NO_MEMORY,
               "statements");
    }
}

static void evaluate(const heng_program *program, heng_arena *arena)
{
    heng_kind_info kind = {0};
    heng_entity entities[2] = {{.code = HENG_STR("CN"), .valid = HENG_SPAN_ALWAYS},
                               {.code = HENG_STR("ZJ"), .valid = HENG_SPAN_ALWAYS}};
    if (!heng_program_kind_count(program)) return;
    heng_program_kind(program, 0, &kind);
    for (size_t i = 0; i < 2; i++) {
        entities[i].kind = kind.name;
        if (kind.level_count)
            entities[i].level = heng_program_level(program, 0, i < kind.level_count ? i : 0);
    }
    heng_link link = {.member = HENG_STR("ZJ"),
                      .parent = HENG_STR("CN"),
                      .hierarchy = kind.name,
                      .valid = HENG_SPAN_ALWAYS};
    heng_world world = {.entities = entities,
                        .entity_count = 2,
                        .links = &link,
                        .link_count = 1,
                        .window = {2023 * 12, 2024 * 12 + 11}};
    heng_evaluation *evaluation;
    heng_error err;
    heng_status status =
        heng_evaluate(program, &world, (heng_period){0}, NULL, NULL, arena, &evaluation, &err);
    demand(status == HENG_OK || status == HENG_TOO_LARGE || status == HENG_NO_MEMORY,
           "an evaluation");
    if (!status) write_statements(program, &world, arena);
}

bool rule_compiles(const uint8_t *data, size_t size)
{
    static unsigned turn;
    heng_arena arena;
    heng_error err;
    heng_compiled compiled;
    heng_arena_init(&arena, (size_t)1 << 30);
    heng_str name = HENG_STR("fuzzed"), text = {(const char *)data, size};
    heng_status status = heng_rule_compile(&name, 1, load, &text, &arena, &compiled, &err);
    demand(status == HENG_OK || status == HENG_TOO_LARGE, "compile");
    if (status == HENG_OK) {
        demand_diagnostics(&compiled);
        /* Evaluating takes longer than all before: one program in eight. */
        if (compiled.program && ++turn % 8 == 0) evaluate(compiled.program, &arena);
    }
    bool compiles = status == HENG_OK && compiled.program;
    heng_arena_deinit(&arena);
    return compiles;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)rule_compiles(data, size);
    return 0;
}

/* ---- changing ----------------------------------------------------------------------------------------- */

typedef struct piece {
    size_t at, length;
} piece;

static uint32_t roll(uint64_t *dice, size_t below)
{
    uint64_t z = *dice += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

static bool in_word(uint8_t c)
{
    return isalnum(c) || c == '_' || c == '.' || c >= 0x80;
}

/* A word, a number, or one sign. */
static piece some_word(const uint8_t *data, size_t size, uint64_t *dice)
{
    size_t at = roll(dice, size);
    while (at + 1 < size && isspace(data[at])) at++;
    size_t end = at + 1;
    if (in_word(data[at])) {
        while (at > 0 && in_word(data[at - 1])) at--;
        while (end < size && in_word(data[end])) end++;
    }
    return (piece){at, end - at};
}

static piece some_lines(const uint8_t *data, size_t size, uint64_t *dice)
{
    size_t at = roll(dice, size), end = at;
    while (at > 0 && data[at - 1] != '\n') at--;
    for (uint32_t lines = 1 + (roll(dice, 4) ? 0 : roll(dice, 8)); lines > 0; lines--) {
        while (end < size && data[end] != '\n') end++;
        end += end < size;
    }
    return (piece){at, end - at};
}

/* Puts a copy of one piece in the place of another. */
static size_t replace(uint8_t *data, size_t size, size_t size_max, piece out, piece in)
{
    static uint8_t copy[TEXT_MAX];
    if (in.length > sizeof copy || size - out.length + in.length > size_max) return size;
    memcpy(copy, data + in.at, in.length);
    size_t behind = out.at + out.length;
    memmove(data + out.at + in.length, data + behind, size - behind);
    memcpy(data + out.at, copy, in.length);
    return size - out.length + in.length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
    uint64_t dice = seed;
    if (size < 8 || roll(&dice, 8) == 0) return LLVMFuzzerMutate(data, size, size_max);
    for (uint32_t edits = roll(&dice, 2) ? 1 : 1 + roll(&dice, 3); edits > 0 && size >= 8;
         edits--) {
        bool lines = roll(&dice, 4) == 0;
        piece out = lines ? some_lines(data, size, &dice) : some_word(data, size, &dice);
        piece in = lines ? some_lines(data, size, &dice) : some_word(data, size, &dice);
        switch (roll(&dice, lines ? 3 : 6)) {
        case 0: in.length = 0; break;  /* leave it out */
        case 1: out.length = 0; break; /* put it before */
        default: break;
        }
        size = replace(data, size, size_max, out, in);
    }
    return size;
}
