/* Small programs at random, and worlds for them.
 *
 * Programs are well typed by construction, nearly: what the compiler refuses all the same (a circle, a
 * name too deep) is left out and counted. Figures are quarters, so that most sums are exact in any order,
 * and conditions meet their borders. A third of the facts is not there, or says NE, NO or IE.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SYMBOLS_MAX = 40,
    FACTS_MAX = 40000,
    ENTITIES_MAX = 340,
    DEPTH = 4,
    CROWD = 300 /* more than are held without being asked for */
};

typedef enum level { COUNTRY, PROVINCE, CITY, FIRM, LEVELS } level;
typedef enum form { NUMBER, LIGHT, CONDITION } form;
typedef enum list { NO_KEY, FUEL, CLEAN, PARTNER, FUEL_AND_PARTNER } list;

static const char *const level_names[] = {"country", "province", "city", "firm"};
static const char *const fuels[] = {"coal", "oil", "gas", "wood"};
static const char *const lights[] = {"red", "orange", "green"};
static const char *const cleans[] = {"wood", "gas"};
static const char *const provinces[] = {"P1", "P2", "P3"};

typedef struct symbol {
    char name[32];
    form form;
    level level;
    heng_grain grain;
    list key;
    bool input, percent, used;
    bool everywhere; /* facts for places of all levels */
} symbol;

typedef struct method {
    char name[16];
    level level;
    heng_grain grain;
    bool exception;
} method;

typedef struct generator {
    uint64_t random;
    heng_arena arena;
    heng_text text;
    symbol symbols[SYMBOLS_MAX]; /* of the method under way */
    size_t symbol_count;
    symbol outputs[SYMBOLS_MAX]; /* of the methods before */
    char output_methods[SYMBOLS_MAX][16];
    size_t output_count;
    symbol facts_of[SYMBOLS_MAX]; /* inputs of all methods */
    size_t fact_symbol_count;
    method method;
    level at_level; /* of the formula under way */
    heng_grain at_grain;
    bool fuel_bound, clean_bound, partner_bound;
    unsigned next_name;
    heng_entity entities[ENTITIES_MAX];
    heng_link links[ENTITIES_MAX + 8];
    heng_fact *facts;
    size_t entity_count, link_count, fact_count;
} generator;

static uint64_t draw(generator *g)
{
    uint64_t z = g->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(generator *g, unsigned n)
{
    return (unsigned)(draw(g) % n);
}

static bool chance(generator *g, unsigned percent)
{
    return below(g, 100) < percent;
}

#define SAY(g, ...) heng_text_print(&(g)->text, __VA_ARGS__)

/* ---- formulas ------------------------------------------------------------------------------------- */

static void say_number(generator *g, unsigned depth);
static void say_condition(generator *g, unsigned depth);
static void say_word(generator *g, unsigned depth);

static void say_literal(generator *g)
{
    if (chance(g, 15))
        SAY(g, "%u %%", below(g, 150));
    else
        SAY(g, "%g", below(g, 33) / 4.0);
}

static void say_fuel(generator *g)
{
    if (g->clean_bound && chance(g, g->fuel_bound ? 40 : 80))
        SAY(g, "clean");
    else if (g->fuel_bound && chance(g, 80))
        SAY(g, "fuel");
    else
        SAY(g, "%s", fuels[below(g, 4)]);
}

static void say_partner(generator *g)
{
    if (g->partner_bound && chance(g, 80))
        SAY(g, "partner");
    else
        SAY(g, "%s", provinces[below(g, 3)]);
}

static void say_key(generator *g, const symbol *s)
{
    if (s->key == NO_KEY) return;
    SAY(g, "[");
    if (s->key == FUEL || s->key == FUEL_AND_PARTNER) say_fuel(g);
    if (s->key == CLEAN)
        SAY(g, "%s", g->clean_bound && chance(g, 80) ? "clean" : cleans[below(g, 2)]);
    if (s->key == FUEL_AND_PARTNER) SAY(g, ", ");
    if (s->key == PARTNER || s->key == FUEL_AND_PARTNER) say_partner(g);
    SAY(g, "]");
}

/* The keys that a formula may use are those of its own rule. */
static void bind_keys(generator *g, list key)
{
    g->fuel_bound = key == FUEL || key == FUEL_AND_PARTNER;
    g->clean_bound = key == CLEAN;
    g->partner_bound = key == PARTNER || key == FUEL_AND_PARTNER;
}

static bool is_above(level a, level b)
{
    return a < b;
}

/* The symbol from where the formula looks: here, above, or in the longer period around. */
static bool reaches(const generator *g, const symbol *s)
{
    return s->level <= g->at_level && s->grain >= g->at_grain;
}

static void say_reached(generator *g, symbol *s, bool still)
{
    s->used = true;
    SAY(g, "%s", s->name);
    say_key(g, s);
    if (is_above(s->level, g->at_level)) SAY(g, "@%s", level_names[s->level]);
    if (s->grain > g->at_grain) SAY(g, "@%s", heng_grain_name(s->grain));
    if (still) return;
    if (chance(g, 12)) SAY(g, "@previous");
    if (chance(g, 8)) SAY(g, "@last_year");
    if (chance(g, 5)) SAY(g, "@base");
    if (s->grain == HENG_YEAR && chance(g, 5)) SAY(g, "@%u", 2018 + below(g, 4));
    if (s->level == PROVINCE && g->partner_bound && chance(g, 15)) SAY(g, "@partner");
}

static symbol *find_symbol(generator *g, form f)
{
    for (unsigned tries = 0; tries < 6; tries++) {
        if (!g->symbol_count) return NULL;
        symbol *s = &g->symbols[below(g, (unsigned)g->symbol_count)];
        if (s->form == f && reaches(g, s)) return s;
    }
    return NULL;
}

/* Brings the formula to another place for the time of `body`, and says over what it goes. */
typedef void say_body(generator *g, unsigned depth);

static void say_over(generator *g, unsigned depth, say_body *body, bool weighted)
{
    generator before = *g;
    char over[160] = "", *at = over;
    unsigned pick = below(g, 10), room = sizeof over;
    bool so_far = false;
    const char *comma = "";
    heng_grain of = g->at_grain;
    if (pick < 4 || g->at_level == FIRM) {
        bool partner = chance(g, 30) && !g->partner_bound;
        bool clean = !partner && !g->clean_bound && chance(g, 30);
        at += snprintf(at, room, "%s", partner ? "partner" : clean ? "clean" : "fuel");
        g->fuel_bound |= !partner && !clean;
        g->clean_bound |= clean;
        g->partner_bound |= partner;
        comma = ", ";
    }
    if (pick >= 3 && pick < 8 && g->at_level < FIRM) {
        g->at_level =
            (level)((unsigned)g->at_level + 1 + below(g, (unsigned)(LEVELS - 1 - g->at_level)));
        at += snprintf(at, room, "%s%s", comma, level_names[g->at_level]);
        comma = ", ";
    }
    if (!*comma || (pick == 9 && g->at_grain > HENG_MONTH)) {
        if (g->at_grain > HENG_MONTH && chance(g, 60)) {
            do g->at_grain = (heng_grain)below(g, (unsigned)g->at_grain);
            while (g->at_grain == HENG_HALF);
        } else if (g->at_grain < HENG_PLAN) {
            of = g->at_grain < HENG_YEAR ? HENG_YEAR : HENG_PLAN;
            so_far = chance(g, 70);
        } else {
            g->at_grain = HENG_YEAR;
        }
        at += snprintf(at, room, "%s%s", comma, heng_grain_name(g->at_grain));
    }
    body(g, depth);
    if (weighted && chance(g, 60)) {
        SAY(g, " weight ");
        say_number(g, 1);
    }
    SAY(g, " over %s", over);
    if (of != before.at_grain || so_far)
        SAY(g, " of %s%s", heng_grain_name(of), so_far ? " so far" : "");
    if (chance(g, 25)) {
        SAY(g, " where ");
        say_condition(g, depth > 1 ? 1 : 0);
    }
    g->at_level = before.at_level;
    g->at_grain = before.at_grain;
    g->fuel_bound = before.fuel_bound;
    g->clean_bound = before.clean_bound;
    g->partner_bound = before.partner_bound;
}

/* What was counted twice; a figure of the same place and time. */
static void say_less(generator *g)
{
    for (unsigned tries = 0; tries < 3; tries++) {
        symbol *s = find_symbol(g, NUMBER);
        if (!s || s->key != NO_KEY || s->level != g->at_level || s->grain != g->at_grain) continue;
        s->used = true;
        SAY(g, " less %s", s->name);
        return;
    }
}

static void say_aggregate(generator *g, unsigned depth)
{
    static const char *const names[] = {"sum",   "sum",  "mean",     "min",      "max",
                                        "first", "last", "multiply", "quantile", "sum"};
    unsigned pick = below(g, 12);
    if (pick >= 10) {
        SAY(g, pick == 10 ? "count(" : "coverage(");
        say_over(g, depth - 1, pick == 10 ? say_condition : say_number, false);
    } else {
        SAY(g, "%s(", names[pick]);
        if (pick == 8) SAY(g, "%u %%, ", below(g, 5) * 25);
        say_over(g, depth - 1, say_number, pick == 2 || pick == 8);
        if (pick < 2 && chance(g, 40)) say_less(g);
    }
    SAY(g, ")");
}

static void say_choice(generator *g, unsigned depth, say_body *body)
{
    SAY(g, "(");
    for (unsigned arms = 1 + below(g, 2); arms > 0; arms--) {
        body(g, depth - 1);
        SAY(g, " when ");
        say_condition(g, depth - 1);
        SAY(g, ", ");
    }
    body(g, depth - 1);
    SAY(g, " otherwise)");
}

static void say_call(generator *g, unsigned depth)
{
    static const char *const policies[] = {"half_up", "half_even", "up", "down"};
    static const char *const steps[] = {"0.25", "1", "0.1", "3", "10 %"};
    switch (below(g, 8)) {
    case 0: SAY(g, "abs("); break;
    case 1: SAY(g, "exp("); break;
    case 2: SAY(g, "ln("); break;
    case 3:
        SAY(g, "round(");
        say_number(g, depth - 1);
        SAY(g, ", %s, %s)", steps[below(g, 5)], policies[below(g, 4)]);
        return;
    case 4:
    case 5:
        SAY(g, chance(g, 50) ? "min(" : "max(");
        say_number(g, depth - 1);
        SAY(g, ", ");
        break;
    case 6:
        switch (below(g, 3)) {
        case 0: SAY(g, "ramp["); break;
        case 1: SAY(g, "stairs["); break;
        default:
            SAY(g, "bend[");
            say_fuel(g);
            SAY(g, ", ");
        }
        say_number(g, depth - 1);
        SAY(g, "]");
        return;
    default: SAY(g, "(-"); break;
    }
    say_number(g, depth - 1);
    SAY(g, ")");
}

static void say_operation(generator *g, unsigned depth)
{
    static const char *const signs[] = {"+", "-", "*", "/", "+", "*"};
    SAY(g, "(");
    say_number(g, depth - 1);
    if (chance(g, 6))
        SAY(g, " ^ %s", chance(g, 60) ? "2" : chance(g, 50) ? "0.5" : "-1");
    else if (chance(g, 15)) {
        SAY(g, " else ");
        say_number(g, depth - 1);
    } else {
        SAY(g, " %s ", signs[below(g, 6)]);
        say_number(g, depth - 1);
    }
    SAY(g, ")");
    if (chance(g, 5)) SAY(g, "@previous");
}

static void say_number(generator *g, unsigned depth)
{
    unsigned pick = below(g, 100);
    symbol *s = find_symbol(g, NUMBER);
    if (depth == 0 || pick < 25) {
        if (s && chance(g, 85))
            say_reached(g, s, false);
        else if ((g->fuel_bound || g->clean_bound) && chance(g, 50)) {
            SAY(g, chance(g, 50) ? "factor[" : "dated[");
            say_fuel(g);
            SAY(g, "]");
        } else if (g->at_level != COUNTRY && chance(g, 15))
            SAY(g, "local%s", g->at_level == PROVINCE ? "" : "@province");
        else if (chance(g, 10))
            SAY(g, "often");
        else if (g->at_grain < HENG_YEAR && chance(g, 10))
            SAY(g, chance(g, 70) ? "elapsed(year)" : "length(year)");
        else if (g->at_grain < HENG_PLAN && chance(g, 10))
            SAY(g, chance(g, 70) ? "elapsed(plan)" : "length(plan)");
        else if (chance(g, 4))
            SAY(g, "missing");
        else
            say_literal(g);
        return;
    }
    if (pick < 60)
        say_operation(g, depth);
    else if (pick < 72)
        say_call(g, depth);
    else if (pick < 80)
        say_choice(g, depth, say_number);
    else if (depth > 1)
        say_aggregate(g, depth - 1);
    else
        say_operation(g, depth);
}

/* A word that a table gives. */
static void say_looked_up(generator *g, unsigned depth)
{
    bool graded = depth && chance(g, 50);
    SAY(g, graded ? "grade[" : "colour[");
    if (graded)
        say_number(g, depth - 1);
    else
        say_fuel(g);
    SAY(g, "]");
}

static void say_word(generator *g, unsigned depth)
{
    symbol *s = find_symbol(g, LIGHT);
    if (s && chance(g, 20))
        say_reached(g, s, false);
    else if (chance(g, 20))
        say_looked_up(g, depth);
    else
        SAY(g, "%s", lights[below(g, 3)]);
}

static void say_date(generator *g)
{
    unsigned year = 2019 + below(g, 4);
    switch (below(g, 5)) {
    case 0: SAY(g, "%u-H%u", year, 1 + below(g, 2)); break;
    case 1: SAY(g, "%u-Q%u", year, 1 + below(g, 4)); break;
    case 2: SAY(g, "%u-%02u", year, 1 + below(g, 12)); break;
    default: SAY(g, "%u", year);
    }
}

static void say_comparison(generator *g, unsigned depth)
{
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
    symbol *s = find_symbol(g, LIGHT);
    if (s && chance(g, 30)) {
        say_reached(g, s, false);
        SAY(g, " %s %s", chance(g, 60) ? "=" : "!=", lights[below(g, 3)]);
        return;
    }
    if (chance(g, 10)) {
        SAY(g, "period %s ", signs[below(g, 6)]);
        say_date(g);
        return;
    }
    if (g->fuel_bound && chance(g, 15)) {
        SAY(g, "fuel %s %s", chance(g, 60) ? "=" : "!=", fuels[below(g, 4)]);
        return;
    }
    if (g->clean_bound && chance(g, 15)) {
        SAY(g, "clean %s %s", chance(g, 60) ? "=" : "!=", cleans[below(g, 2)]);
        return;
    }
    if (g->partner_bound && chance(g, 15)) {
        SAY(g, "partner %s P%u", chance(g, 60) ? "=" : "!=", 1 + below(g, 3));
        return;
    }
    if (chance(g, 8)) {
        say_looked_up(g, depth);
        SAY(g, " %s %s", chance(g, 60) ? "=" : "!=", lights[below(g, 3)]);
        return;
    }
    if (g->at_level == PROVINCE && chance(g, 15)) {
        SAY(g, "province %s P%u", chance(g, 60) ? "=" : "!=", 1 + below(g, 3));
        return;
    }
    say_number(g, depth);
    SAY(g, " %s ", signs[below(g, 6)]);
    say_number(g, depth);
}

static void say_condition(generator *g, unsigned depth)
{
    unsigned pick = below(g, 100);
    symbol *s = find_symbol(g, CONDITION);
    SAY(g, "(");
    if (s && pick < 15) {
        say_reached(g, s, false);
    } else if (depth == 0 || pick < 50) {
        say_comparison(g, depth ? depth - 1 : 0);
    } else if (pick < 70) {
        say_condition(g, depth - 1);
        SAY(g, chance(g, 50) ? " and " : " or ");
        say_condition(g, depth - 1);
    } else if (pick < 78) {
        SAY(g, "not ");
        say_condition(g, depth - 1);
    } else if (pick < 85 || depth < 2) {
        SAY(g, "known(");
        say_number(g, depth - 1);
        SAY(g, ")");
    } else {
        static const char *const names[] = {"any(", "all(", "at_least("};
        unsigned which = below(g, 3);
        SAY(g, "%s", names[which]);
        if (which == 2) SAY(g, "%u, ", below(g, 4));
        say_over(g, depth - 2, say_condition, false);
        SAY(g, ")");
    }
    SAY(g, ")");
}

/* ---- statements ----------------------------------------------------------------------------------- */

static void say_heads(generator *g)
{
    SAY(g, "kind place \"Place\" levels country > province > city\n"
           "kind firm \"Firm\" in place\n"
           "list fuel \"Fuel\" = coal, oil, gas, wood\n"
           "list clean of fuel \"Clean\" = wood, gas\n"
           "list partner of province \"Partner\"\n"
           "list light \"Light\" = red, orange, green\n");
}

static void say_tables(generator *g)
{
    SAY(g, "table factor[fuel] : 1 \"Factor\"\n  fuel | value | status\n");
    for (int i = 0; i < 4; i++)
        if (i == 2 && chance(g, 30))
            SAY(g, "  %s | missing | seen\n", fuels[i]);
        else
            SAY(g, "  %s | %g | %s\n", fuels[i], below(g, 20) / 4.0, i ? "seen" : "recalled low");
    SAY(g, "table dated[fuel] : %% \"Dated\"\n  valid | coal | oil | gas | wood | status\n"
           "  .. 2019 | 10 | 20 | 30 | 40 | seen\n  2020 | 25 | 25 | missing | 50 | draft\n"
           "  2022 .. | 75 | 50 | 25 | 0 | seen\n");
    SAY(g, "table ramp[x : 1] : 1 \"Ramp\" linear%s\n  x | value\n  0 | 1\n  1.5 | %g\n  4 | 0.5\n",
        chance(g, 50) ? " flat" : "", below(g, 9) / 4.0);
    SAY(g,
        "table stairs[x : 1] : 1 \"Stairs\" step\n  x | valid | value\n  -2 | .. 2020 | 0.25\n"
        "  -2 | 2021 .. | 0.75\n  1 | 2000 .. | %g\n  3 | 2020 .. | 7\n",
        below(g, 9) / 4.0);
    SAY(g,
        "table bend[fuel, x : 1] : 1 \"Bend\" linear%s\n  fuel | x | value\n  coal | 0 | 1\n"
        "  coal | 2 | %g\n  oil | -1 | 3\n  oil | 1 | 0.25\n  gas | 1 | 2\n  gas | 2.5 | 1\n"
        "  wood | 0 | 0\n  wood | 1 | 1\n",
        chance(g, 50) ? " flat" : "", below(g, 9) / 4.0);
    SAY(g,
        "table often : 1 \"Often\"\n  valid | value | status\n  .. 2020-06 | %g | seen\n"
        "  2020-07 .. 2021-Q1 | 2 | draft\n  2021-05 .. | 0.25 | seen\n",
        below(g, 9) / 4.0);
    SAY(g,
        "table local : 1 \"Local\" for province\n  province | valid | value | status\n"
        "  P1 | 2019 .. 2020 | %g | seen\n  P1 | 2021 .. | 1.5 | recalled high\n"
        "  P2 | 2010 .. | missing | seen\n%s",
        below(g, 9) / 4.0, chance(g, 50) ? "  P3 | 2020 .. | 0.75 | example\n" : "");
    SAY(g, "table colour[fuel] : one of light \"Colour\"\n  fuel | value | status\n"
           "  coal | red | seen\n  oil | orange | draft\n  gas | missing | seen\n"
           "  wood | green | seen\n");
    SAY(g, "table grade[x : 1] : one of light \"Grade\" step\n  x | value\n  -1 | red\n"
           "  0.5 | orange\n  2 | green\n");
}

static symbol *add_symbol(generator *g, const char *prefix, form f, level l, heng_grain grain,
                          list key)
{
    if (g->symbol_count == SYMBOLS_MAX) return NULL;
    symbol *s = &g->symbols[g->symbol_count++];
    *s = (symbol){.form = f, .level = l, .grain = grain, .key = key};
    snprintf(s->name, sizeof s->name, "%s%u", prefix, ++g->next_name);
    return s;
}

static const char *type_of(const symbol *s)
{
    return s->form == LIGHT       ? "one of light"
           : s->form == CONDITION ? "yes/no"
           : s->percent           ? "%"
                                  : "1";
}

static const char *key_text(const symbol *s)
{
    static const char *const texts[] = {[NO_KEY] = "",
                                        [FUEL] = "[fuel]",
                                        [CLEAN] = "[clean]",
                                        [PARTNER] = "[partner]",
                                        [FUEL_AND_PARTNER] = "[fuel, partner]"};
    return texts[s->key];
}

static list some_key(generator *g)
{
    return chance(g, 55)   ? FUEL
           : chance(g, 50) ? PARTNER
           : chance(g, 60) ? CLEAN
                           : FUEL_AND_PARTNER;
}

static void say_input(generator *g, const symbol *s, bool here)
{
    SAY(g, "input %s%s : %s \"Input\"", s->name, key_text(s), type_of(s));
    if (!here) SAY(g, " for %s by %s", level_names[s->level], heng_grain_name(s->grain));
    bool counted = s->form == NUMBER && s->key <= FUEL;
    if (counted && chance(g, s->key ? 20 : 8)) SAY(g, " absent NO");
    SAY(g, "\n");
}

static void new_input(generator *g, level l, heng_grain grain, form f)
{
    list key = f == NUMBER && chance(g, 36) ? some_key(g) : NO_KEY;
    symbol *s = add_symbol(g, "in", f, l, grain, key);
    if (!s || g->fact_symbol_count == SYMBOLS_MAX) return;
    s->input = true;
    s->percent = f == NUMBER && chance(g, 20);
    say_input(g, s, l == g->method.level && grain == g->method.grain);
    g->facts_of[g->fact_symbol_count++] = *s;
}

/* What another method gives is an input here, perhaps in another unit. */
static void old_output(generator *g)
{
    if (!g->output_count || g->symbol_count == SYMBOLS_MAX) return;
    symbol s = g->outputs[below(g, (unsigned)g->output_count)];
    for (size_t i = 0; i < g->symbol_count; i++)
        if (!strcmp(g->symbols[i].name, s.name)) return;
    s.used = false;
    s.input = true;
    if (s.form == NUMBER && chance(g, 30)) s.percent = !s.percent;
    g->symbols[g->symbol_count++] = s;
    say_input(g, &s, s.level == g->method.level && s.grain == g->method.grain);
}

static void say_formula(generator *g, const symbol *s)
{
    g->at_level = g->method.level;
    g->at_grain = g->method.grain;
    bind_keys(g, s->key);
    if (s->form == NUMBER)
        say_number(g, DEPTH);
    else if (s->form == LIGHT)
        say_choice(g, 3, say_word);
    else
        say_condition(g, 3);
}

static void say_when(generator *g)
{
    SAY(g, "  source \"Test\"\n  when "); /* right behind the formula it would be a choice */
    say_condition(g, 1);
    SAY(g, "\n");
}

static void say_check(generator *g)
{
    g->at_level = g->method.level;
    g->at_grain = g->method.grain;
    bind_keys(g, NO_KEY);
    SAY(g, "check ");
    say_condition(g, 2);
    if (chance(g, 40)) {
        SAY(g, " when ");
        say_condition(g, 1);
    }
    SAY(g, " \"Check\"\n");
}

static void say_rule(generator *g)
{
    form f = chance(g, 70) ? NUMBER : chance(g, 50) ? LIGHT : CONDITION;
    list key = f == NUMBER && chance(g, 25) ? some_key(g) : NO_KEY;
    symbol s = {.form = f, .level = g->method.level, .grain = g->method.grain, .key = key};
    s.percent = f == NUMBER && chance(g, 15);
    s.used = true;
    snprintf(s.name, sizeof s.name, "out%u", ++g->next_name);
    bool parted = chance(g, 15);
    SAY(g, "output %s%s : %s \"Output\" =\n  ", s.name, key_text(&s), type_of(&s));
    if (f == NUMBER && key == NO_KEY && chance(g, 10)) { /* looks back at itself */
        symbol *base = find_symbol(g, NUMBER);
        if (base && base->level == s.level && base->grain == s.grain)
            say_reached(g, base, true);
        else
            SAY(g, "missing");
        SAY(g, " else %s@previous + ", s.name);
    }
    say_formula(g, &s);
    SAY(g, "\n");
    if (chance(g, 8)) say_when(g);
    if (parted) {
        SAY(g, "  valid .. 2020\noutput %s%s : %s \"Output\" =\n  ", s.name, key_text(&s),
            type_of(&s));
        say_formula(g, &s);
        SAY(g, "\n  valid %s\n", chance(g, 50) ? "2021 .." : "2022 ..");
    }
    if (g->symbol_count < SYMBOLS_MAX) g->symbols[g->symbol_count++] = s;
    if (g->output_count < SYMBOLS_MAX) {
        snprintf(g->output_methods[g->output_count], 16, "%s", g->method.name);
        g->outputs[g->output_count++] = s;
    }
}

/* A rule instead of one of a method of the same kind and grain. */
static void say_exception(generator *g, const symbol *of, const char *of_method)
{
    symbol s = *of;
    SAY(g, "output out%u%s : %s \"Exception\" =\n  ", ++g->next_name, key_text(&s), type_of(&s));
    say_formula(g, &s);
    SAY(g, "\n  instead of %s.%s\n", of_method, of->name);
}

static void use_all(generator *g)
{
    for (size_t i = 0; i < g->symbol_count; i++) {
        symbol *s = &g->symbols[i];
        if (s->used) continue;
        g->at_level = g->method.level;
        g->at_grain = g->method.grain;
        bind_keys(g, s->key);
        SAY(g, "output out%u%s : yes/no \"Uses\" = ", ++g->next_name, key_text(s));
        const char *below_level = is_above(g->at_level, s->level) ? level_names[s->level] : NULL;
        const char *inside = s->grain < g->at_grain ? heng_grain_name(s->grain) : NULL;
        if (below_level || inside)
            SAY(g, "any(known(%s%s%s%s%s%s) over %s%s%s)\n", s->name, key_text(s),
                is_above(s->level, g->at_level) ? "@" : "",
                is_above(s->level, g->at_level) ? level_names[s->level] : "",
                s->grain > g->at_grain ? "@" : "",
                s->grain > g->at_grain ? heng_grain_name(s->grain) : "",
                below_level ? below_level : "", below_level && inside ? ", " : "",
                inside ? inside : "");
        else {
            SAY(g, "known(");
            say_reached(g, s, true);
            SAY(g, ")\n");
        }
        s->used = true;
    }
}

static void say_method(generator *g, unsigned index)
{
    static const heng_grain grains[] = {HENG_YEAR, HENG_YEAR, HENG_QUARTER, HENG_MONTH,
                                        HENG_PLAN, HENG_YEAR, HENG_HALF};
    g->method.level = (level)below(g, LEVELS);
    g->method.grain = grains[below(g, 7)];
    snprintf(g->method.name, sizeof g->method.name, "m%u", index);
    const symbol *displaced = NULL;
    const char *displaced_method = NULL;
    if (index && g->output_count && chance(g, 35)) {
        unsigned at = below(g, (unsigned)g->output_count);
        displaced = &g->outputs[at];
        displaced_method = g->output_methods[at];
        g->method.level = displaced->level;
        g->method.grain = displaced->grain;
    }
    g->symbol_count = 0;
    SAY(g, "method %s \"Method\"\n  source \"Test\"\n  status %s\n  valid %s\n  for %s by %s\n",
        g->method.name, chance(g, 70) ? "seen" : "example",
        chance(g, 80) ? "2010 .." : "2020 .. 2021", level_names[g->method.level],
        heng_grain_name(g->method.grain));
    if (displaced && g->method.level == PROVINCE && chance(g, 60))
        SAY(g, "  when province = P%u\n", 1 + below(g, 3));
    for (unsigned n = 2 + below(g, 2); n > 0; n--)
        new_input(g, g->method.level, g->method.grain,
                  chance(g, 75)   ? NUMBER
                  : chance(g, 50) ? LIGHT
                                  : CONDITION);
    if (chance(g, 50)) new_input(g, (level)below(g, LEVELS), grains[below(g, 7)], NUMBER);
    for (unsigned n = below(g, 3); n > 0; n--) old_output(g);
    for (unsigned n = 1 + below(g, 3); n > 0; n--) say_rule(g);
    if (displaced) say_exception(g, displaced, displaced_method);
    if (displaced && chance(g, 20)) say_exception(g, displaced, displaced_method);
    if (chance(g, 30)) say_check(g);
    use_all(g);
}

/* An input that two methods give, one for all places, one for provinces in some years. */
static void say_two_givers(generator *g)
{
    static const char *const wide = "method wide \"Wide\"\n  source \"Test\"\n  status seen\n"
                                    "  valid 2010 ..\n  for place by year\n"
                                    "input in_wide : 1 \"Input\"\n"
                                    "output shared : 1 \"Shared\" =\n  ";
    symbol *s = &g->symbols[0];
    *s = (symbol){.name = "in_wide", .level = FIRM, .grain = HENG_YEAR, .everywhere = true};
    g->symbol_count = 1;
    if (g->fact_symbol_count == SYMBOLS_MAX) return;
    g->method = (method){.level = FIRM, .grain = HENG_YEAR}; /* nobody is above, or below */
    SAY(g, "%s", wide);
    SAY(g, "(in_wide * 2 when in_wide > 1, in_wide otherwise)\n");
    g->facts_of[g->fact_symbol_count++] = *s;
    SAY(g,
        "method narrow \"Narrow\"\n  source \"Test\"\n  status seen\n  valid %s\n"
        "  for province by year\ninput in_narrow : %% \"Input\"\n"
        "output shared : %% \"Shared\" = in_narrow + local\n",
        chance(g, 50) ? "2020 .. 2021" : "2021 ..");
    if (chance(g, 50)) SAY(g, "  when in_narrow > 0.5\n");
    SAY(g, "method taker \"Taker\"\n  source \"Test\"\n  status seen\n  valid 2010 ..\n"
           "  for province by year\ninput shared : 1 \"Shared\"\n"
           "output taken : 1 \"Taken\" = shared@previous + sum(local over partner) + shared\n");
    if (g->fact_symbol_count == SYMBOLS_MAX) return;
    g->facts_of[g->fact_symbol_count++] =
        (symbol){.name = "in_narrow", .level = PROVINCE, .grain = HENG_YEAR, .percent = true};
}

/* ---- worlds --------------------------------------------------------------------------------------- */

static heng_str copied(generator *g, const char *format, unsigned a, unsigned b)
{
    char text[40];
    snprintf(text, sizeof text, format, a, b);
    return heng_str_copy(&g->arena, heng_str_from(text));
}

static void add_entity(generator *g, heng_str code, level l, heng_str parent, heng_span valid)
{
    if (g->entity_count < ENTITIES_MAX)
        g->entities[g->entity_count++] =
            (heng_entity){.code = code,
                          .kind = l == FIRM ? HENG_STR("firm") : HENG_STR("place"),
                          .level = heng_str_from(level_names[l]),
                          .valid = HENG_SPAN_ALWAYS};
    if (parent.length)
        g->links[g->link_count++] = (heng_link){
            .member = code, .parent = parent, .hierarchy = HENG_STR("place"), .valid = valid};
}

static void build_entities(generator *g)
{
    add_entity(g, HENG_STR("CN"), COUNTRY, HENG_STR(""), HENG_SPAN_ALWAYS);
    for (unsigned p = 1; p <= 3; p++) {
        heng_str province = copied(g, "P%u", p, 0);
        add_entity(g, province, PROVINCE, HENG_STR("CN"), HENG_SPAN_ALWAYS);
        for (unsigned c = 1; c <= 1 + p % 2; c++) {
            heng_str city = copied(g, "P%uc%u", p, c);
            heng_span until = {INT32_MIN, 2020 * 12 + 11};
            bool moves = p == 1 && c == 1;
            add_entity(g, city, CITY, province, moves ? until : HENG_SPAN_ALWAYS);
            if (moves)
                g->links[g->link_count++] = (heng_link){.member = city,
                                                        .parent = HENG_STR("P2"),
                                                        .hierarchy = HENG_STR("place"),
                                                        .valid = {2021 * 12, INT32_MAX}};
            heng_str firm = copied(g, "F%u%u", p, c);
            bool homeless = p == 3 && chance(g, 50);
            add_entity(g, firm, FIRM, homeless ? HENG_STR("") : city, HENG_SPAN_ALWAYS);
        }
    }
    for (unsigned c = 0; chance(g, 3) && c < CROWD; c = CROWD)
        for (unsigned i = 0; i < CROWD; i++)
            add_entity(g, copied(g, "P3x%03u", i, 0), CITY, HENG_STR("P3"), HENG_SPAN_ALWAYS);
}

static void read_fact(generator *g, heng_fact *fact, const symbol *s)
{
    fact->quality = (heng_quality)below(g, HENG_QUALITY_COUNT);
    fact->evidence = (heng_evidence)below(g, 5);
    fact->notation = HENG_VALUE;
    if (chance(g, 6)) fact->notation = HENG_NE;
    if (chance(g, 6)) fact->notation = HENG_NO;
    if (s->key == FUEL && chance(g, 8)) {
        fact->notation = HENG_IE;
        fact->text = heng_str_from(fuels[below(g, 4)]);
        return;
    }
    if (s->form == LIGHT)
        fact->text = heng_str_from(lights[below(g, 3)]);
    else if (s->form == CONDITION)
        fact->text = chance(g, 50) ? HENG_STR("yes") : HENG_STR("no");
    else
        fact->value = ((double)below(g, 40) - 8) / 4;
    if (s->form == NUMBER && fact->notation == HENG_VALUE) {
        fact->text = copied(g, "%u", 1, 0);
        fact->unit = chance(g, 20) ? HENG_STR("%") : s->percent ? HENG_STR("%") : HENG_STR("1");
    }
}

static void add_fact(generator *g, const symbol *s, heng_str entity, heng_period period,
                     const char *key, const char *second)
{
    if (g->fact_count == FACTS_MAX || chance(g, 22)) return;
    heng_fact *fact = &g->facts[g->fact_count++];
    *fact = (heng_fact){.entity = entity, .name = heng_str_from(s->name), .period = period};
    if (key) {
        fact->keys[0] = heng_str_from(key);
        fact->key_count = 1;
    }
    if (second) {
        fact->keys[1] = heng_str_from(second);
        fact->key_count = 2;
    }
    read_fact(g, fact, s);
}

static void add_keyed(generator *g, const symbol *s, heng_str entity, heng_period period)
{
    bool partners = s->key == PARTNER || s->key == FUEL_AND_PARTNER;
    const char *const *first = s->key == CLEAN ? cleans : s->key == PARTNER ? provinces : fuels;
    unsigned count = s->key == NO_KEY ? 1 : s->key == CLEAN ? 2 : s->key == PARTNER ? 3 : 4;
    for (unsigned i = 0; i < count; i++)
        for (unsigned p = 0; p < (s->key == FUEL_AND_PARTNER ? 3u : 1u); p++)
            add_fact(g, s, entity, period, s->key == NO_KEY ? NULL : first[i],
                     partners && s->key != PARTNER ? provinces[p] : NULL);
}

static void add_facts(generator *g, const symbol *s)
{
    for (size_t e = 0; e < g->entity_count; e++) {
        bool here = heng_str_is(g->entities[e].level, level_names[s->level]);
        if (s->everywhere ? heng_str_is(g->entities[e].kind, "firm") : !here) continue;
        if (g->entities[e].code.length == 6) continue; /* of the crowd nothing is known */
        heng_period first = heng_period_first(
            heng_period_within(heng_year(2019), s->grain == HENG_PLAN ? HENG_PLAN : HENG_YEAR),
            s->grain == HENG_PLAN ? HENG_PLAN : s->grain);
        int count = s->grain == HENG_PLAN ? 2 : 4 * heng_grain_ratio(s->grain, HENG_YEAR);
        for (int t = 0; t < count; t++) {
            heng_period period = heng_period_add(first, t);
            add_keyed(g, s, g->entities[e].code, period);
        }
    }
}

/* ---- trying --------------------------------------------------------------------------------------- */

static heng_status load(void *context, heng_str name, heng_arena *arena, heng_str *text,
                        heng_error *err)
{
    (void)name;
    (void)arena;
    (void)err;
    *text = *(heng_str *)context;
    return HENG_OK;
}

bool sql_try_seed(const sql_host *host, uint64_t seed, sql_tally *tally)
{
    generator *g = calloc(1, sizeof *g);
    assert_non_null(g);
    g->facts = calloc(FACTS_MAX, sizeof *g->facts);
    assert_non_null(g->facts);
    g->random = seed * 0x2545f4914f6cdd1du;
    heng_arena_init(&g->arena, (size_t)1 << 30);
    heng_text_init(&g->text, &g->arena, 1 << 20);
    say_heads(g);
    say_tables(g);
    for (unsigned i = 0; i < 2 + below(g, 2); i++) say_method(g, i);
    if (chance(g, 12)) say_two_givers(g);
    build_entities(g);
    for (size_t i = 0; i < g->fact_symbol_count; i++) add_facts(g, &g->facts_of[i]);
    bool override = chance(g, 30);
    for (size_t i = 0; override && i < g->output_count; i++)
        if (chance(g, 30)) add_facts(g, &g->outputs[i]);
    heng_error err = {0};
    heng_str name = HENG_STR("generated"), text = heng_text_view(&g->text);
    heng_compiled compiled;
    heng_world world = {.entities = g->entities,
                        .entity_count = g->entity_count,
                        .links = g->links,
                        .link_count = g->link_count,
                        .facts = g->facts,
                        .fact_count = g->fact_count,
                        .window = {2019 * 12, 2022 * 12 + 11},
                        .facts_override_rules = override};
    heng_evaluation *evaluation;
    assert_int_equal(heng_rule_compile(&name, 1, load, &text, &g->arena, &compiled, &err), HENG_OK);
    if (getenv("HENG_SQL_SHOW")) fprintf(stderr, "%.*s\n", HENG_PRINT(text));
    if (!compiled.program && getenv("HENG_SQL_REFUSED"))
        for (size_t i = 0; i < compiled.diagnostics.count; i++)
            print_message("# seed %llu line %u: %.*s\n", (unsigned long long)seed,
                          compiled.diagnostics.items[i].at.line,
                          HENG_PRINT(compiled.diagnostics.items[i].message));
    if (compiled.program) {
        sql_cover(&tally->coverage, compiled.program);
        char title[64];
        snprintf(title, sizeof title, "seed %llu", (unsigned long long)seed);
        assert_int_equal(heng_evaluate(compiled.program, &world, (heng_period){0}, NULL, NULL,
                                       &g->arena, &evaluation, &err),
                         HENG_OK);
        sql_compare(host, heng_str_from(title), compiled.program, &world, (heng_period){0},
                    evaluation, tally);
    }
    heng_arena_deinit(&g->arena);
    free(g->facts);
    free(g);
    return compiled.program != NULL;
}

void sql_try_generated(const sql_host *host, uint64_t seed, size_t count, sql_tally *tally)
{
    size_t refused = 0;
    if (sql_go_on_with_trial(host, count)) return;
    for (size_t done = 0; done < count; seed++)
        if (sql_try_seed(host, seed, tally))
            done++;
        else
            assert_true(++refused < 20 * count + 200);
    print_message("# generated: %zu programs, %zu others were refused by the compiler\n", count,
                  refused);
}
