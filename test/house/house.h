/* test/house/house.h: what the checks of the house share: walking the tree, C without its comments and
 * strings, and findings held against a list of exceptions that may only shrink.
 *
 * A check is a cmocka test that walks, adds findings and ends with house_close. Findings beyond those
 * of test/house/allowed.txt fail it; an exception that is no longer needed is reported.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "test/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { HOUSE_FINDINGS_MAX = 4000, HOUSE_PATH_MAX = 1024 };

typedef struct house_finding {
    heng_str path; /* from the root of the project */
    size_t line;
    heng_str message;
} house_finding;

typedef struct house {
    heng_arena arena;
    const char *root;
    const char *rule; /* the check that runs, as allowed.txt names it */
    house_finding findings[HOUSE_FINDINGS_MAX];
    size_t count;
} house;

static inline house *house_open(const char *rule)
{
    house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    heng_arena_init(&h->arena, 1024u << 20);
    h->root = getenv("HENG_ROOT");
    if (!h->root) fail_msg("HENG_ROOT must name the root of the project");
    h->rule = rule;
    return h;
}

static inline void house_find(house *h, heng_str path, size_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static inline void house_find(house *h, heng_str path, size_t line, const char *format, ...)
{
    if (h->count == HOUSE_FINDINGS_MAX) return;
    heng_text text;
    heng_text_init(&text, &h->arena, 4096);
    va_list arguments;
    va_start(arguments, format);
    heng_text_vprint(&text, format, arguments);
    va_end(arguments);
    h->findings[h->count++] = (house_finding){path, line, heng_text_view(&text)};
}

/* The contents of a file below the root; .at is NULL where there is none. */
static inline heng_str house_read(house *h, heng_str path)
{
    char full[HOUSE_PATH_MAX];
    snprintf(full, sizeof full, "%s/%.*s", h->root, HENG_PRINT(path));
    FILE *file = fopen(full, "rb");
    if (!file) return (heng_str){NULL, 0};
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *bytes = heng_arena_alloc(&h->arena, (size_t)length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)length, file), length);
    fclose(file);
    return (heng_str){bytes, (size_t)length};
}

static inline bool house_exists(const house *h, heng_str path)
{
    char full[HOUSE_PATH_MAX];
    struct stat info;
    snprintf(full, sizeof full, "%s/%.*s", h->root, HENG_PRINT(path));
    return stat(full, &info) == 0;
}

/* What is made or fetched, and not the project's. */
static inline bool house_is_foreign(const char *name)
{
    return name[0] == '.' || strcmp(name, "node_modules") == 0 || strcmp(name, "dist") == 0 ||
           strncmp(name, "build", 5) == 0;
}

typedef void house_visit(house *h, heng_str path);

/* Every file below `folder` ("" is the root), in the order of names. */
static inline void house_walk(house *h, const char *folder, house_visit *visit)
{
    char full[HOUSE_PATH_MAX];
    struct dirent **entries;
    snprintf(full, sizeof full, "%s/%s", h->root, folder);
    int count = scandir(full, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat info;
        heng_str path =
            heng_str_format(&h->arena, "%s%s%s", folder, folder[0] ? "/" : "", entries[i]->d_name);
        snprintf(full, sizeof full, "%s/%s", h->root, path.at);
        if (!house_is_foreign(entries[i]->d_name) && lstat(full, &info) == 0) {
            if (S_ISDIR(info.st_mode))
                house_walk(h, path.at, visit);
            else if (S_ISREG(info.st_mode))
                visit(h, path);
        }
        free(entries[i]);
    }
    if (count >= 0) free(entries);
}

static inline bool house_is_c(heng_str path)
{
    return heng_str_ends(path, HENG_STR(".c")) || heng_str_ends(path, HENG_STR(".h"));
}

/* The last part of a path, or what stands before it. */
static inline heng_str house_folder(heng_str path)
{
    while (path.length && path.at[path.length - 1] != '/') path.length--;
    if (path.length) path.length--;
    return path;
}

static inline size_t house_line_of(heng_str text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++) line += text.at[i] == '\n';
    return line;
}

/* C with blanks for comments, strings and characters, line for line. */
static inline heng_str house_bare(house *h, heng_str text)
{
    enum { CODE, LINE_COMMENT, COMMENT, QUOTED } state = CODE;
    char quote = 0;
    heng_str copy = heng_str_copy(&h->arena, text);
    assert_non_null(copy.at);
    char *bytes = (char *)(uintptr_t)copy.at;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i], next = i + 1 < text.length ? text.at[i + 1] : '\0';
        size_t taken = 1;
        bool blank = state != CODE;
        if (state == CODE && c == '/' && (next == '/' || next == '*')) {
            state = next == '/' ? LINE_COMMENT : COMMENT;
            blank = true;
            taken = 2;
        } else if (state == CODE && (c == '"' || c == '\'')) {
            state = QUOTED;
            quote = c;
            blank = true;
        } else if (state == LINE_COMMENT && c == '\n') {
            state = CODE;
        } else if (state == COMMENT && c == '*' && next == '/') {
            state = CODE;
            taken = 2;
        } else if (state == QUOTED && c == '\\') {
            taken = 2;
        } else if (state == QUOTED && (c == quote || c == '\n')) {
            state = CODE;
        }
        for (size_t n = 0; n < taken && i + n < text.length; n++)
            if (blank && text.at[i + n] != '\n') bytes[i + n] = ' ';
        i += taken - 1;
    }
    return copy;
}

static inline bool house_in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next whole name at or after *at, which moves behind it. False at the end. */
static inline bool house_next_name(heng_str text, size_t *at, heng_str *name)
{
    while (*at < text.length && !house_in_name(text.at[*at])) ++*at;
    size_t start = *at;
    while (*at < text.length && house_in_name(text.at[*at])) ++*at;
    *name = heng_str_slice(text, start, *at);
    return name->length > 0;
}

/* One line of allowed.txt: rule | path | count | reason. */
typedef struct house_grant {
    heng_str rule, path;
    size_t count;
} house_grant;

static inline bool house_next_grant(heng_str *list, house_grant *out)
{
    heng_str line, number;
    while (heng_str_cut(list, '\n', &line)) {
        line = heng_str_trim(line);
        if (line.length == 0 || line.at[0] == '#') continue;
        int64_t count = 0;
        heng_error err;
        bool whole = heng_str_cut(&line, '|', &out->rule) && heng_str_cut(&line, '|', &out->path) &&
                     heng_str_cut(&line, '|', &number) && line.length > 0;
        if (!whole || heng_integer_parse(heng_str_trim(number), &count, &err) || count < 1)
            fail_msg("a line of allowed.txt is not rule | path | count | reason");
        out->rule = heng_str_trim(out->rule);
        out->path = heng_str_trim(out->path);
        out->count = (size_t)count;
        return true;
    }
    return false;
}

static inline size_t house_found(const house *h, heng_str path)
{
    size_t found = 0;
    for (size_t i = 0; i < h->count; i++) found += heng_str_equal(h->findings[i].path, path);
    return found;
}

static inline bool house_is_granted(const house *h, heng_str list, heng_str path)
{
    house_grant grant;
    while (house_next_grant(&list, &grant))
        if (heng_str_is(grant.rule, h->rule) && heng_str_equal(grant.path, path))
            return house_found(h, path) <= grant.count;
    return false;
}

/* Prints what is granted in vain, then what is not granted, and fails where there is any of these. */
static inline void house_close(house *h)
{
    heng_str list = house_read(h, HENG_STR("test/house/allowed.txt")), rest = list;
    size_t bad = 0;
    house_grant grant;
    while (house_next_grant(&rest, &grant)) {
        size_t found = house_found(h, grant.path);
        if (!heng_str_is(grant.rule, h->rule) || found >= grant.count) continue;
        print_message("# test/house/allowed.txt: lower %s | %.*s from %zu to %zu\n", h->rule,
                      HENG_PRINT(grant.path), grant.count, found);
    }
    for (size_t i = 0; i < h->count; i++) {
        const house_finding *f = &h->findings[i];
        if (house_is_granted(h, list, f->path)) continue;
        print_message("# %.*s:%zu: %.*s\n", HENG_PRINT(f->path), f->line, HENG_PRINT(f->message));
        bad++;
    }
    const char *rule = h->rule;
    heng_arena_deinit(&h->arena);
    free(h);
    if (bad) fail_msg("%s: %zu findings", rule, bad);
}
