/* test/house/layers_test.c: includes point left, headers stand alone, nouns and verbs stay pure.
 *
 * base <- core <- flow <- host <- main. A file includes its own room, a room before its own inside core,
 * or a shelf on the left. A stage of the flow never includes another; only serve conducts them. What
 * is named heng_room__thing stays inside its folder. core and flow open no file, read no clock, write
 * no log, allocate from arenas only and keep no state between calls.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/house/house.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const shelves[] = {"base", "core", "flow", "host", "main"};
enum { BASE, CORE, FLOW, HOST, MAIN, SHELVES };

/* Each may include those before it. Files of the shelf itself, such as core/store.h, come last. */
static const char *const core_rooms[] = {"unit",     "table",       "book",    "factor", "rule",
                                         "pack",     "uncertainty", "matrix",  "goal",   "ledger",
                                         "casework", "access",      "receipt", ""};
enum { CORE_ROOMS = sizeof core_rooms / sizeof *core_rooms };

/* Folders of core/rule; what stands in the room itself comes first. `why` and `sql` do not meet. */
static const char *const rule_floors[] = {"", "text", "check", "run", "why", "sql"};
enum { RULE_FLOORS = sizeof rule_floors / sizeof *rule_floors };

/* Where a path stands: "core/rule/text/lexer.h" is shelf 1, room "rule", floor "text". */
typedef struct place {
    int shelf; /* SHELVES: none */
    heng_str room, floor;
} place;

static place place_of(heng_str path)
{
    heng_str rest = path, first, room;
    place at = {.shelf = SHELVES, .room = {"", 0}};
    heng_str_cut(&rest, '/', &first);
    for (int i = 0; i < SHELVES; i++)
        if (heng_str_is(first, shelves[i])) at.shelf = i;
    if (heng_str_cut(&rest, '/', &room) && rest.at) at.room = room;
    if (heng_str_cut(&rest, '/', &room) && rest.at) at.floor = room;
    return at;
}

static int core_order(heng_str room)
{
    int i = 0;
    while (i < CORE_ROOMS && !heng_str_is(room, core_rooms[i])) i++;
    return i;
}

static int floor_order(heng_str floor)
{
    int i = 0;
    while (i < RULE_FLOORS && !heng_str_is(floor, rule_floors[i])) i++;
    return i;
}

/* NULL, or why a file of core/rule may not include another. */
static const char *why_not_on_floor(heng_str from, heng_str to)
{
    if (heng_str_equal(from, to)) return NULL;
    if (floor_order(from) == RULE_FLOORS) return "stands on no floor; see layers_test.c";
    if (heng_str_is(from, "sql") && heng_str_is(to, "why")) return "points to its neighbour";
    return floor_order(to) < floor_order(from) ? NULL : "points to a later floor";
}

/* NULL, or why `from` may not include `to`. */
static const char *why_not(place from, place to)
{
    if (to.shelf > from.shelf) return "points to the right";
    if (to.shelf < from.shelf) return NULL;
    if (heng_str_equal(from.room, to.room))
        return heng_str_is(from.room, "rule") ? why_not_on_floor(from.floor, to.floor) : NULL;
    switch (from.shelf) {
    case CORE:
        if (core_order(to.room) < core_order(from.room)) return NULL;
        return "points to a later room of core";
    case FLOW:
        if (heng_str_is(from.room, "serve")) return NULL;
        return "points to another stage; only serve conducts them";
    case HOST: return to.room.length == 0 ? NULL : "points to another room of host";
    default: return NULL;
    }
}

static void check_includes(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str text = house_read(h, path), line;
    place from = place_of(heng_str_slice(path, strlen("src/"), path.length));
    if (from.shelf == SHELVES) house_find(h, path, 1, "stands on no shelf");
    if (from.shelf == CORE && core_order(from.room) == CORE_ROOMS)
        house_find(h, path, 1, "its room has no place in the order of core; see layers_test.c");
    for (size_t number = 1; heng_str_cut(&text, '\n', &line); number++) {
        heng_str opening = HENG_STR("#include \""), target;
        if (!heng_str_starts(line, opening)) continue;
        line = heng_str_slice(line, opening.length, line.length);
        heng_str_cut(&line, '"', &target);
        place to = place_of(target);
        const char *why = why_not(from, to);
        if (to.shelf == SHELVES)
            house_find(h, path, number, "\"%.*s\" does not name its shelf", HENG_PRINT(target));
        else if (why)
            house_find(h, path, number, "\"%.*s\" %s", HENG_PRINT(target), why);
    }
}

static void includes_point_left(void **state)
{
    (void)state;
    house *h = house_open("includes");
    house_walk(h, "src", check_includes);
    house_close(h);
}

/* The folder of a room, whatever floor of it the path stands on: "src/core/rule". */
static heng_str room_folder(heng_str path)
{
    heng_str folder = house_folder(path);
    size_t slashes = 0;
    for (size_t i = 0; i < folder.length; i++)
        if (folder.at[i] == '/' && ++slashes == 3) return heng_str_slice(folder, 0, i);
    return folder;
}

/* heng_room__thing: the room that may say it is the one whose header declares it. */
enum { PRIVATE_NAMES_MAX = 4096 };
static struct {
    heng_str name, folder;
} private_names[PRIVATE_NAMES_MAX];
static size_t private_count;

/* The names of core/store_backend.h are for whoever builds a kind of store, in host. */
static bool is_private(heng_str name)
{
    return heng_str_starts(name, HENG_STR("heng_")) &&
           !heng_str_starts(name, HENG_STR("heng_store__")) &&
           heng_str_find(name, HENG_STR("__"), 0) != SIZE_MAX;
}

static void check_private(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str bare = house_bare(h, house_read(h, path)), folder = room_folder(path), name;
    for (size_t at = 0; house_next_name(bare, &at, &name);) {
        if (!is_private(name)) continue;
        size_t i = 0;
        while (i < private_count && !heng_str_equal(private_names[i].name, name)) i++;
        if (i == private_count && private_count < PRIVATE_NAMES_MAX) {
            private_names[private_count].folder = folder;
            private_names[private_count++].name = name;
        } else if (!heng_str_equal(private_names[i].folder, folder)) {
            house_find(h, path, house_line_of(bare, at), "%.*s belongs to %.*s", HENG_PRINT(name),
                       HENG_PRINT(private_names[i].folder));
        }
    }
}

static void private_names_stay_in_their_folder(void **state)
{
    (void)state;
    house *h = house_open("private");
    private_count = 0;
    house_walk(h, "src", check_private);
    house_close(h);
}

static const char *const impure[] = {
    "fopen",        "freopen",        "fdopen",    "open",          "openat",
    "creat",        "opendir",        "socket",    "connect",       "listen",
    "unlink",       "rename",         "mkdir",     "stat",          "printf",
    "fprintf",      "vprintf",        "vfprintf",  "puts",          "fputs",
    "putchar",      "perror",         "syslog",    "time",          "clock",
    "localtime",    "gmtime",         "sleep",     "clock_gettime", "gettimeofday",
    "localtime_r",  "gmtime_r",       "nanosleep", "usleep",        "getenv",
    "setenv",       "random",         "srand",     "getrandom",     "exit",
    "abort",        "fork",           "popen",     "malloc",        "calloc",
    "realloc",      "strdup",         "strndup",   "asprintf",      "pthread_create",
    "sqlite3_open", "sqlite3_open_v2"};

/* The name just read is called: "(" follows, and it is no member of a struct. */
static bool is_call(heng_str bare, size_t behind, size_t length)
{
    size_t from = behind - length;
    while (behind < bare.length && bare.at[behind] == ' ') behind++;
    if (behind == bare.length || bare.at[behind] != '(') return false;
    return from == 0 || (bare.at[from - 1] != '.' && bare.at[from - 1] != '>');
}

static bool is_word_in(heng_str line, const char *word)
{
    heng_str name;
    for (size_t at = 0; house_next_name(line, &at, &name);)
        if (heng_str_is(name, word)) return true;
    return false;
}

/* `static` (or _Thread_local) data that is not const: state that outlives the call. */
static bool is_state(heng_str line)
{
    line = heng_str_trim(line);
    if (!heng_str_starts(line, HENG_STR("static ")) &&
        !heng_str_starts(line, HENG_STR("_Thread_local ")))
        return false;
    if (is_word_in(line, "const") || is_word_in(line, "inline")) return false;
    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] == '(') return false;
        if (line.at[i] == ';' || line.at[i] == '=' || line.at[i] == '[') return true;
    }
    return false;
}

static void check_pure(house *h, heng_str path)
{
    if (!house_is_c(path)) return;
    heng_str bare = house_bare(h, house_read(h, path)), rest = bare, name, line;
    for (size_t at = 0; house_next_name(bare, &at, &name);)
        for (size_t i = 0; i < sizeof impure / sizeof *impure; i++)
            if (heng_str_is(name, impure[i]) && is_call(bare, at, name.length))
                house_find(h, path, house_line_of(bare, at), "%s() has no place in core or flow",
                           impure[i]);
    for (size_t number = 1; heng_str_cut(&rest, '\n', &line); number++)
        if (is_state(line)) house_find(h, path, number, "state that outlives the call");
}

static void core_and_flow_are_pure(void **state)
{
    (void)state;
    house *h = house_open("pure");
    house_walk(h, "src/core", check_pure);
    house_walk(h, "src/flow", check_pure);
    house_close(h);
}

/* Compiles a file that includes this header and nothing else. */
static int compile_alone(const house *h, heng_str header)
{
    extern char **environ;
    char include[HOUSE_PATH_MAX], root[HOUSE_PATH_MAX];
    const char *compiler = getenv("HENG_CC");
    snprintf(include, sizeof include, "%.*s", HENG_PRINT(header));
    snprintf(root, sizeof root, "-I%s/src", h->root);
    char *words[] = {(char *)(uintptr_t)(compiler ? compiler : "cc"),
                     "-std=c17",
                     "-D_POSIX_C_SOURCE=200809L",
                     "-Wall",
                     "-Wextra",
                     "-Werror",
                     "-fsyntax-only",
                     root,
                     "-include",
                     include,
                     "-x",
                     "c",
                     "/dev/null",
                     NULL};
    pid_t child;
    int status = 0;
    if (posix_spawnp(&child, words[0], NULL, NULL, words, environ)) return -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void check_header(house *h, heng_str path)
{
    if (!heng_str_ends(path, HENG_STR(".h"))) return;
    if (compile_alone(h, heng_str_slice(path, strlen("src/"), path.length)))
        house_find(h, path, 1, "does not compile on its own");
}

static void each_header_compiles_alone(void **state)
{
    (void)state;
    house *h = house_open("headers");
    house_walk(h, "src", check_header);
    house_close(h);
}

static place at(const char *path)
{
    return place_of(heng_str_from(path));
}

static void the_checks_themselves_refuse(void **state)
{
    (void)state;
    assert_null(why_not(at("core/rule/a.c"), at("core/unit/unit.h")));
    assert_null(why_not(at("core/rule/a.c"), at("base/text.h")));
    assert_null(why_not(at("core/rule/why/a.c"), at("core/rule/run/a.h")));
    assert_null(why_not(at("core/rule/text/a.c"), at("core/rule/ast.h")));
    assert_non_null(why_not(at("core/rule/model.c"), at("core/rule/run/a.h")));
    assert_non_null(why_not(at("core/rule/check/a.c"), at("core/rule/run/a.h")));
    assert_non_null(why_not(at("core/rule/sql/a.c"), at("core/rule/why/a.h")));
    assert_null(why_not(at("core/store.c"), at("core/book/fact.h")));
    assert_null(why_not(at("flow/serve/a.c"), at("flow/check/a.h")));
    assert_non_null(why_not(at("base/text.c"), at("core/unit/unit.h")));
    assert_non_null(why_not(at("core/unit/a.c"), at("core/rule/rule.h")));
    assert_non_null(why_not(at("core/book/a.c"), at("core/store.h")));
    assert_non_null(why_not(at("flow/check/a.c"), at("flow/accept/a.h")));
    assert_non_null(why_not(at("host/http/a.c"), at("host/sqlite/a.h")));
    assert_int_equal(at("elsewhere/a.h").shelf, SHELVES);
    assert_true(is_state(HENG_STR("    static int count;")));
    assert_true(is_state(HENG_STR("static _Thread_local size_t asked = 0;")));
    assert_false(is_state(HENG_STR("static const int rows[] = {")));
    assert_false(is_state(HENG_STR("static int count(void)")));
    house *h = house_open("none");
    check_str(house_bare(h, HENG_STR("a /* open( */ \"fopen(\\\"\" '\"' b // time(\nc")),
              "a                            b         \nc");
    heng_str code = HENG_STR("x->open(1); open (2)");
    assert_false(is_call(code, 7, 4));
    assert_true(is_call(code, 16, 4));
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checks_themselves_refuse),
        cmocka_unit_test(includes_point_left),
        cmocka_unit_test(private_names_stay_in_their_folder),
        cmocka_unit_test(core_and_flow_are_pure),
        cmocka_unit_test(each_header_compiles_alone),
    };
    return cmocka_run_group_tests_name("house/layers", tests, NULL, NULL);
}
