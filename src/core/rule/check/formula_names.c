/* Names in formulas: what a name means here, its keys, and moves by @.
 *
 * A name is first a key of the rule or of an aggregate around it, then a word of the list that is hoped
 * for, then what this method gives under that name for this level and period, then a table of a file in
 * sight. Moves act from the outside: (x@base)@previous looks at the base of the period before.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/check/formula.h"

#include <assert.h>
#include <stdio.h>

/* A point as written, taken apart: base [ index ] @ moves. */
typedef struct point {
    const heng_expr *base;
    const heng_expr *index;
    heng_word moves[RULE_MOVES_MAX]; /* in the order in which they act */
    unsigned move_count;
    unsigned outside; /* how many of them stand outside the index */
} point;

int heng_rule__slot_find(const rule_formula *f, heng_str name)
{
    for (unsigned i = f->slot_count; i-- > 0;)
        if (heng_str_equal(f->slots[i].name, name)) return (int)i;
    return -1;
}

/* ---- finding quantities --------------------------------------------------------------------------- */

static bool fits(const rule_quantity *q, rule_scope scope, heng_grain grain)
{
    return heng_rule__scope_covers(q->scope, scope) && (!q->has_grain || q->grain == grain);
}

static bool hidden(const rule_quantity *q)
{
    return q->role == ROLE_CHECK || q->role == ROLE_WHEN || q->role == ROLE_GENERAL;
}

/* In the method itself: the one that fits here, else any of that name; narrower levels win. */
static int find_in_method(const rule_formula *f, heng_str name, rule_scope scope, heng_grain grain)
{
    const heng_program *p = f->c->program;
    int found = -1;
    bool found_fits = false;
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->method != f->method || q->method < 0 || hidden(q) || !heng_str_equal(q->name, name))
            continue;
        bool fit = fits(q, scope, grain);
        bool narrower = fit && found_fits && q->scope.level >= 0;
        if (found >= 0 && !(fit && !found_fits) && !narrower) continue;
        found = (int)i;
        found_fits = fit;
    }
    return found;
}

static int find_table(const rule_formula *f, heng_str name)
{
    const heng_program *p = f->c->program;
    int found = -1;
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->role != ROLE_TABLE || !heng_str_equal(q->name, name)) continue;
        if (q->at.file == f->file) return (int)i;
        if (found < 0 && heng_rule__sees(f->c, f->file, q->at.file)) found = (int)i;
    }
    return found;
}

static int find_plain(const rule_formula *f, heng_str name, rule_scope scope, heng_grain grain)
{
    int found = find_in_method(f, name, scope, grain);
    return found >= 0 ? found : find_table(f, name);
}

bool heng_rule__means_something(const rule_formula *f, const heng_expr *e)
{
    heng_str name = heng_rule__plain_name(e);
    return heng_rule__slot_find(f, name) >= 0 || find_plain(f, name, f->at_scope, f->at_grain) >= 0;
}

static void report_unknown(rule_formula *f, heng_word word)
{
    const heng_program *p = f->c->program;
    rule_nearest near = {.wanted = word.text};
    char remedy[320] = "declare it as an input, table or rule, or correct the name";
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        bool here = q->method == f->method || q->role == ROLE_TABLE;
        if (here && !hidden(q)) heng_rule__nearest_offer(&near, q->name);
    }
    for (unsigned i = 0; i < f->slot_count; i++) heng_rule__nearest_offer(&near, f->slots[i].name);
    for (size_t i = 0; i < p->list_count; i++)
        for (size_t m = 0; m < p->lists[i].info.member_count; m++)
            heng_rule__nearest_offer(&near, p->lists[i].info.members[m]);
    if (near.best.length)
        snprintf(remedy, sizeof remedy, "did you mean %.*s?", HENG_PRINT(near.best));
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->role != ROLE_OUTPUT || !heng_str_equal(q->name, word.text)) continue;
        snprintf(remedy, sizeof remedy,
                 "the method %.*s gives it: add a line `input %.*s : ...` to this method",
                 HENG_PRINT(p->methods[q->method].name), HENG_PRINT(q->name));
    }
    heng_diagnose(f->c->diagnostics, "R207", word.at, "unknown", remedy, "%.*s is not known here",
                  HENG_PRINT(word.text));
}

/* METHOD.NAME: a table, or the rule that this rule stands instead of. */
static int find_qualified(rule_formula *f, const heng_path *path)
{
    const heng_program *p = f->c->program;
    const rule_quantity *self = &p->quantities[f->quantity];
    if (self->role == ROLE_GENERAL) self = &p->quantities[self->general_of];
    heng_word first = path->parts[0], last = path->parts[path->count - 1];
    for (size_t i = 0; i < p->quantity_count; i++) {
        const rule_quantity *q = &p->quantities[i];
        if (q->method < 0 || hidden(q) || !heng_str_equal(q->name, last.text) ||
            !heng_str_equal(p->methods[q->method].name, first.text))
            continue;
        if (q->role == ROLE_TABLE || q->method == f->method) return (int)i;
        if (self->exception_of == (int)i) return q->general >= 0 ? q->general : (int)i;
        heng_diagnose(f->c->diagnostics, "R208", first.at, "of another method",
                      "declare an input of that name in this method; the planner connects them",
                      "%.*s.%.*s belongs to another method", HENG_PRINT(first.text),
                      HENG_PRINT(last.text));
        return -1;
    }
    heng_diagnose(f->c->diagnostics, "R207", first.at, "unknown",
                  "correct the name of the method or of the rule", "there is no %.*s.%.*s",
                  HENG_PRINT(first.text), HENG_PRINT(last.text));
    return -1;
}

/* ---- moves ---------------------------------------------------------------------------------------- */

static bool kind_below(const heng_program *p, int kind, int above, unsigned depth)
{
    if (kind == above) return true;
    const rule_kind *k = &p->kinds[kind];
    for (unsigned i = 0; i < k->inside_count && depth < 8; i++) {
        rule_scope scope;
        if (heng_rule__scope_find(p, k->inside[i].text, &scope) &&
            kind_below(p, scope.kind, above, depth + 1))
            return true;
    }
    return false;
}

static bool is_above(const heng_program *p, rule_scope here, rule_scope target)
{
    if (here.kind == target.kind)
        return target.level < 0 || here.level < 0 ||
               p->levels[target.level].rank <= p->levels[here.level].rank;
    return kind_below(p, here.kind, target.kind, 0);
}

static bool move_to_grain(rule_formula *f, heng_word word, heng_grain grain, heng_grain *at,
                          rule_move *out)
{
    if (grain < *at) {
        heng_diagnose(f->c->diagnostics, "R403", word.at, "finer than here",
                      "sum over the finer periods, such as sum(x over month)",
                      "@%.*s goes from one %s to many", HENG_PRINT(word.text),
                      heng_grain_name(*at));
        return false;
    }
    *out = (rule_move){MOVE_GRAIN, (int)grain, {-1, -1}};
    *at = grain;
    return true;
}

static bool read_move(rule_formula *f, heng_word word, rule_scope *scope, heng_grain *grain,
                      rule_move *out)
{
    heng_program *p = f->c->program;
    heng_grain named;
    rule_scope above;
    int64_t year;
    heng_error why;
    *out = (rule_move){MOVE_PREVIOUS, 0, {-1, -1}};
    if (heng_str_is(word.text, "previous")) return true;
    if (heng_str_is(word.text, "last_year")) return out->kind = MOVE_LAST_YEAR, true;
    if (heng_str_is(word.text, "base")) return out->kind = MOVE_BASE, true;
    if (heng_integer_parse(word.text, &year, &why) == HENG_OK) {
        *out = (rule_move){MOVE_FIXED, (int)year, {-1, -1}};
        *grain = HENG_YEAR;
        if (!p->first_fixed_year || year < p->first_fixed_year) p->first_fixed_year = (int)year;
        if (year > p->last_fixed_year) p->last_fixed_year = (int)year;
        return true;
    }
    if (heng_grain_find(word.text, &named)) return move_to_grain(f, word, named, grain, out);
    int slot = heng_rule__slot_find(f, word.text);
    if (slot >= 0 && p->lists[f->slots[slot].list].scope.kind >= 0) {
        *out = (rule_move){MOVE_KEY, slot, p->lists[f->slots[slot].list].scope};
        *scope = out->scope;
        return true;
    }
    if (heng_rule__scope_find(p, word.text, &above) && is_above(p, *scope, above)) {
        *out = (rule_move){MOVE_SCOPE, 0, above};
        *scope = above;
        return true;
    }
    heng_diagnose(f->c->diagnostics, "R404", word.at, "no such way",
                  "write previous, last_year, base, a year, a longer period, or a level above",
                  "@%.*s does not lead anywhere from a %.*s by %s", HENG_PRINT(word.text),
                  HENG_PRINT(heng_rule__scope_name(p, *scope)), heng_grain_name(*grain));
    return false;
}

static bool add_moves(rule_formula *f, const heng_word *words, unsigned count, rule_chain *chain,
                      rule_scope *scope, heng_grain *grain)
{
    for (unsigned i = 0; i < count; i++) {
        rule_move move;
        if (!read_move(f, words[i], scope, grain, &move)) return false;
        if (chain->count >= RULE_MOVES_MAX) {
            heng_diagnose(f->c->diagnostics, "R309", words[i].at, "too many moves",
                          "give a part of it a name of its own",
                          "more than %d moves by @ behind one another", RULE_MOVES_MAX);
            return false;
        }
        chain->moves[chain->count++] = move;
        chain->to = *grain;
    }
    return true;
}

/* All of these moves end in an earlier period than they began. */
static bool goes_back(const rule_chain *chain)
{
    bool back = false;
    for (unsigned i = 0; i < chain->count; i++) {
        rule_move_kind kind = chain->moves[i].kind;
        if (kind == MOVE_PREVIOUS || kind == MOVE_LAST_YEAR || kind == MOVE_BASE) back = true;
        if (kind == MOVE_GRAIN || kind == MOVE_FIXED) back = false;
    }
    return back;
}

static bool goes_to_a_year(const rule_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        if (chain->moves[i].kind == MOVE_FIXED) return true;
    return false;
}

static bool moves_in_time(const rule_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        if (chain->moves[i].kind < MOVE_SCOPE) return true;
    return false;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static bool wrong_key(rule_formula *f, const heng_expr *item, const rule_quantity *q,
                      const rule_list *list)
{
    rule_nearest near = {.wanted = heng_rule__plain_name(item)};
    for (size_t i = 0; near.wanted.length && i < list->info.member_count; i++)
        heng_rule__nearest_offer(&near, list->info.members[i]);
    char remedy[300];
    if (near.best.length)
        snprintf(remedy, sizeof remedy, "did you mean %.*s?", HENG_PRINT(near.best));
    else
        snprintf(remedy, sizeof remedy,
                 "write %.*s[%.*s] under a rule or sum that has this key, or a word of the list",
                 HENG_PRINT(q->name), HENG_PRINT(list->info.name));
    heng_diagnose(f->c->diagnostics, "R405", item->at, "wrong key", remedy,
                  "%.*s is keyed by %.*s, and %.*s is not of that list", HENG_PRINT(q->name),
                  HENG_PRINT(list->info.name), HENG_PRINT(heng_rule__text_at(f->c, item->at)));
    return false;
}

static bool slot_arg(rule_formula *f, int slot, int list, rule_arg *arg)
{
    bool failed = false;
    *arg = (rule_arg){.kind = ARG_SLOT, .value = slot, .from = f->slots[slot].list, .list = list};
    arg->map = heng_rule__list_map(f->c->program, f->slots[slot].list, list, f->c->arena, &failed);
    if (failed)
        f->c->status = heng_fail(f->c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return !failed;
}

static int add_code(rule_formula *f, heng_str code)
{
    heng_program *p = f->c->program;
    if (!heng_rule__push_room(f->c, &p->texts, p->text_count, &p->text_room, sizeof *p->texts))
        return -1;
    p->texts[p->text_count] = code;
    return (int)p->text_count++;
}

static bool computed_arg(rule_formula *f, const heng_expr *item, const rule_quantity *q, int list,
                         rule_arg *arg)
{
    rule_type want = {.kind = RULE_WORD, .list = list}, found;
    bool failed = false;
    if (!heng_rule__walk(f, item, &want, &found)) return false;
    if (found.kind != RULE_WORD || !heng_rule__list_within(f->c->program, found.list, list))
        return wrong_key(f, item, q, &f->c->program->lists[list]);
    *arg = (rule_arg){.kind = ARG_STACK, .from = found.list, .list = list};
    arg->map = heng_rule__list_map(f->c->program, found.list, list, f->c->arena, &failed);
    if (failed)
        f->c->status = heng_fail(f->c->err, HENG_NO_MEMORY, 0, "no memory to compile the rules");
    return !failed;
}

static bool number_arg(rule_formula *f, const heng_expr *item, const rule_key *key, rule_arg *arg)
{
    rule_type found, wanted = heng_rule__number_type();
    wanted.unit = key->unit;
    wanted.text = key->unit_text;
    *arg = (rule_arg){.kind = ARG_STACK, .list = -1};
    return heng_rule__walk(f, item, NULL, &found) &&
           heng_rule__expect(f, &found, RULE_NUMBER, item->at,
                             "the key of a step or linear table") &&
           heng_rule__meet(f, &found, &wanted, item->at, "look up", heng_rule__plain_name(item));
}

static bool walk_arg(rule_formula *f, const heng_expr *item, const rule_quantity *q, unsigned at,
                     rule_arg *arg)
{
    const rule_key *key = &q->keys[at];
    if (key->list < 0) return number_arg(f, item, key, arg);
    const rule_list *list = &f->c->program->lists[key->list];
    heng_str name = heng_rule__plain_name(item);
    int slot = name.length ? heng_rule__slot_find(f, name) : -1;
    if (slot >= 0 && heng_rule__list_within(f->c->program, f->slots[slot].list, key->list))
        return slot_arg(f, slot, key->list, arg);
    int member = name.length ? heng_rule__member(list, name) : -1;
    if (member >= 0) {
        *arg = (rule_arg){.kind = ARG_MEMBER, .value = member, .list = key->list};
        return true;
    }
    bool meant = name.length && heng_rule__means_something(f, item);
    if (name.length && !meant && list->scope.kind >= 0) {
        *arg = (rule_arg){.kind = ARG_ENTITY, .value = add_code(f, name), .list = key->list};
        return arg->value >= 0;
    }
    if (name.length && !meant) return wrong_key(f, item, q, list);
    return computed_arg(f, item, q, key->list, arg);
}

static bool key_count_differs(rule_formula *f, const point *pt, const rule_quantity *q,
                              unsigned given)
{
    char remedy[300] = "leave out the brackets";
    if (q->key_count) {
        const rule_key *key = &q->keys[0];
        heng_str name =
            key->list < 0 ? q->item->keys[0].name.text : f->c->program->lists[key->list].info.name;
        snprintf(remedy, sizeof remedy, "write %.*s[%.*s%s]", HENG_PRINT(q->name), HENG_PRINT(name),
                 q->key_count > 1 ? ", ..." : "");
    }
    heng_diagnose(f->c->diagnostics, "R406", pt->base->at, "keys", remedy,
                  "%.*s has %u %s, but %u %s given", HENG_PRINT(q->name), q->key_count,
                  q->key_count == 1 ? "key" : "keys", given, given == 1 ? "is" : "are");
    return false;
}

static bool walk_args(rule_formula *f, const point *pt, const rule_quantity *q, rule_read *read)
{
    unsigned given = 0;
    for (const heng_expr *item = pt->index ? pt->index->items : NULL; item; item = item->next)
        given++;
    if (given != q->key_count) return key_count_differs(f, pt, q, given);
    const heng_expr *item = pt->index ? pt->index->items : NULL;
    for (unsigned i = 0; i < given; i++, item = item->next) {
        if (!walk_arg(f, item, q, i, &read->args[i])) return false;
        read->stack_count += read->args[i].kind == ARG_STACK;
    }
    read->arg_count = given;
    return true;
}

/* unit(fuel) and `t gas` in the declared unit become those of the key that is given. */
static bool unit_of_read(rule_formula *f, const point *pt, const rule_quantity *q,
                         const rule_read *read, rule_type *out)
{
    heng_program *p = f->c->program;
    *out = q->type;
    for (unsigned i = 0; i < read->arg_count; i++) {
        const rule_arg *arg = &read->args[i];
        if (arg->list < 0 || q->type.kind != RULE_NUMBER) continue;
        const rule_list *list = &p->lists[arg->list];
        if ((!list->has_units && !list->substance) || !heng_rule__unit_has(&out->unit, list->base))
            continue;
        heng_unit with, before = out->unit;
        heng_error why = {0};
        if (arg->kind == ARG_SLOT) {
            int bound = f->slots[arg->value].list;
            if (bound == arg->list) continue;
            with = heng_unit_of_base(p->lists[bound].base);
        } else if (arg->kind == ARG_MEMBER) {
            with = list->units[arg->value];
        } else {
            heng_diagnose(f->c->diagnostics, "R311", pt->index->at, "which unit?",
                          "use a key of the rule or of a sum, or a fixed word of the list",
                          "the unit of %.*s depends on a key that is only computed",
                          HENG_PRINT(q->name));
            return false;
        }
        if (heng_rule__substitute(&before, list->base, &with, &out->unit, &why) != HENG_OK) {
            *f->c->err = why;
            f->c->status = why.status;
            return false;
        }
        out->text = (heng_str){0};
    }
    return true;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static bool wrong_place(rule_formula *f, const point *pt, const rule_quantity *q, rule_scope scope,
                        heng_grain grain)
{
    const heng_program *p = f->c->program;
    char remedy[300];
    heng_locus at = pt->base->at;
    if (q->has_grain && q->grain != grain) {
        if (q->grain > grain)
            snprintf(remedy, sizeof remedy, "%.*s@%s for the figure of the %s.",
                     HENG_PRINT(q->name), heng_grain_name(q->grain), heng_grain_name(q->grain));
        else
            snprintf(remedy, sizeof remedy,
                     "sum(%.*s over %s) for the whole %s; of a ratio mean(%.*s weight ... over "
                     "%s), of a stock last(%.*s over %s).",
                     HENG_PRINT(q->name), heng_grain_name(q->grain), heng_grain_name(grain),
                     HENG_PRINT(q->name), heng_grain_name(q->grain), HENG_PRINT(q->name),
                     heng_grain_name(q->grain));
        heng_diagnose(f->c->diagnostics, "R407", at, heng_grain_name(q->grain), remedy,
                      "%.*s is given by %s; this rule is by %s", HENG_PRINT(q->name),
                      heng_grain_name(q->grain), heng_grain_name(grain));
        return false;
    }
    heng_str theirs = heng_rule__scope_name(p, q->scope), ours = heng_rule__scope_name(p, scope);
    if (is_above(p, scope, q->scope))
        snprintf(remedy, sizeof remedy, "%.*s@%.*s for the figure of the %.*s.",
                 HENG_PRINT(q->name), HENG_PRINT(theirs), HENG_PRINT(theirs));
    else
        snprintf(remedy, sizeof remedy, "sum(%.*s over %.*s), or give it for %.*s too.",
                 HENG_PRINT(q->name), HENG_PRINT(theirs), HENG_PRINT(ours));
    heng_diagnose(f->c->diagnostics, "R408", at, "of others", remedy,
                  "%.*s is given for each %.*s; here it is asked of each %.*s", HENG_PRINT(q->name),
                  HENG_PRINT(theirs), HENG_PRINT(ours));
    return false;
}

/* Every version of the reader needs versions of what it reads. */
static void check_in_force(rule_formula *f, const point *pt, const rule_quantity *q)
{
    const rule_quantity *reader = &f->c->program->quantities[f->quantity];
    if (q->role < ROLE_RULE || !q->version_count || f->timeless || moves_in_time(&f->outer) ||
        pt->move_count)
        return;
    int32_t need = f->valid.first_month;
    bool met = false;
    for (size_t i = 0; i < q->version_count && !met; i++) {
        if (q->versions[i].valid.first_month > need) break;
        if (q->versions[i].valid.last_month == INT32_MAX) return;
        if (q->versions[i].valid.last_month >= need) need = q->versions[i].valid.last_month + 1;
        met = need > f->valid.last_month;
    }
    if (met) return;
    char when[HENG_PERIOD_TEXT] = "early times";
    if (need != INT32_MIN)
        heng_period_write(heng_period_within((heng_period){HENG_MONTH, need}, f->grain), when);
    heng_diagnose(f->c->diagnostics, "R502", pt->base->at, "not in force",
                  "add a version for that time, or end this rule before",
                  "no version of %.*s holds in %s, but %.*s needs it", HENG_PRINT(q->name), when,
                  HENG_PRINT(reader->name.length ? reader->name : HENG_STR("the check")));
}

static bool add_edge(rule_formula *f, int to, const rule_chain *chain, heng_locus at)
{
    rule_quantity *reader = &f->c->program->quantities[f->quantity];
    bool earlier = f->earlier || (goes_back(chain) && !f->spreads);
    if (!heng_rule__push_room(f->c, &reader->edges, reader->edge_count, &reader->edge_room,
                              sizeof *reader->edges))
        return false;
    rule_edge_kind kind = earlier ? EDGE_EARLIER : goes_to_a_year(chain) ? EDGE_FIXED : EDGE_SAME;
    reader->edges[reader->edge_count++] = (rule_edge){to, kind, at};
    return true;
}

static bool read_quantity(rule_formula *f, const point *pt, int found, rule_type *out)
{
    heng_program *p = f->c->program;
    rule_chain chain = f->outer;
    rule_scope scope = f->at_scope;
    heng_grain grain = f->at_grain;
    rule_read read = {.quantity = found};
    p->quantities[found].used = true;
    while (p->quantities[found].table_root >= 0) found = p->quantities[found].table_root;
    read.quantity = found;
    p->quantities[found].used = true;
    if (!add_moves(f, pt->moves, pt->move_count, &chain, &scope, &grain)) return false;
    if (!fits(&p->quantities[found], scope, grain))
        return wrong_place(f, pt, &p->quantities[found], scope, grain);
    if (p->quantities[found].type.kind == RULE_ANY && f->c->untyped < RULE_UNTYPED_MAX) {
        f->c->untyped++;
        bool compiled = heng_rule__compile_quantity(f->c, found);
        f->c->untyped--;
        if (!compiled) return false;
    }
    rule_quantity *q = &p->quantities[found];
    bool said_before = q->role < ROLE_RULE || q->typing == 2;
    if (q->type.kind == RULE_ANY && said_before) return false;
    if (q->type.kind == RULE_ANY) {
        heng_diagnose(f->c->diagnostics, "R312", pt->base->at, "of which unit?",
                      "write its unit in its declaration", "the unit of %.*s is not known",
                      HENG_PRINT(q->name));
        return false;
    }
    check_in_force(f, pt, q);
    /* Keys are looked at from where the moves outside the brackets lead. */
    rule_formula inside = *f;
    if (!add_moves(&inside, pt->moves, pt->outside, &inside.outer, &inside.at_scope,
                   &inside.at_grain) ||
        !walk_args(&inside, pt, q, &read) || !unit_of_read(f, pt, q, &read, out))
        return false;
    read.chain = heng_rule__chain(f, &chain);
    rule_code *code = f->code;
    if (read.chain < 0 || !add_edge(f, found, &chain, pt->base->at) ||
        !heng_rule__push_room(f->c, &code->reads, code->read_count, &code->read_room, sizeof read))
        return false;
    code->reads[code->read_count] = read;
    return heng_rule__emit_popping(f, OP_READ, read.stack_count, (int)code->read_count++,
                                   pt->base->at);
}

static bool walk_word(rule_formula *f, const point *pt, const rule_type *want, rule_type *out)
{
    heng_word word = pt->base->path.parts[0];
    const rule_list *list =
        want && want->kind == RULE_WORD ? &f->c->program->lists[want->list] : NULL;
    int member = list ? heng_rule__member(list, word.text) : -1;
    *out = (rule_type){.kind = RULE_WORD, .unit = heng_unit_one(), .list = want ? want->list : -1};
    if (member >= 0) return heng_rule__emit(f, OP_WORD, member, want->list, 0, 0, pt->base->at);
    if (!list || list->scope.kind < 0) {
        report_unknown(f, word);
        return false;
    }
    int text = add_code(f, word.text);
    return text >= 0 && heng_rule__emit(f, OP_ENTITY, text, want->list, 0, 0, pt->base->at);
}

static bool is_word_wanted(const rule_formula *f, const heng_expr *base, const rule_type *want)
{
    heng_str name = heng_rule__plain_name(base);
    return want && want->kind == RULE_WORD && name.length &&
           heng_rule__member(&f->c->program->lists[want->list], name) >= 0;
}

/* (formula)@move: everything inside looks from there. */
static bool walk_moved(rule_formula *f, const point *pt, const rule_type *want, rule_type *out)
{
    rule_formula before = *f;
    if (pt->index) {
        heng_diagnose(f->c->diagnostics, "R406", pt->index->at, "keys of a formula",
                      "give the formula a name and keys of its own", "only a name can have keys");
        return false;
    }
    bool good = add_moves(f, pt->moves, pt->move_count, &f->outer, &f->at_scope, &f->at_grain) &&
                heng_rule__walk(f, pt->base, want, out);
    f->outer = before.outer;
    f->at_scope = before.at_scope;
    f->at_grain = before.at_grain;
    return good;
}

static bool take_apart(rule_formula *f, const heng_expr *e, point *pt)
{
    *pt = (point){.base = e};
    for (;; pt->base = pt->base->left) {
        if (pt->base->kind == HENG_EXPR_INDEX && !pt->index) {
            pt->index = pt->base;
            pt->outside = pt->move_count;
        } else if (pt->base->kind == HENG_EXPR_AT && pt->move_count < RULE_MOVES_MAX) {
            pt->moves[pt->move_count++] = pt->base->word;
        } else {
            break;
        }
    }
    if (pt->base->kind != HENG_EXPR_INDEX && pt->base->kind != HENG_EXPR_AT) return true;
    heng_diagnose(f->c->diagnostics, "R309", pt->base->at, "too much",
                  "give a part of it a name of its own", "keys or moves are written twice");
    return false;
}

bool heng_rule__walk_point(rule_formula *f, const heng_expr *e, const rule_type *want,
                           rule_type *out)
{
    point pt;
    if (!take_apart(f, e, &pt)) return false;
    if (pt.base->kind != HENG_EXPR_PATH) return walk_moved(f, &pt, want, out);
    if (pt.base->path.count > 1) {
        int found = find_qualified(f, &pt.base->path);
        return found >= 0 && read_quantity(f, &pt, found, out);
    }
    heng_str name = heng_rule__plain_name(pt.base);
    bool alone = !pt.index && !pt.move_count;
    int slot = alone ? heng_rule__slot_find(f, name) : -1;
    bool word_wanted = alone && is_word_wanted(f, pt.base, want);
    if (slot >= 0 && !(word_wanted && f->slots[slot].list != want->list)) {
        *out = (rule_type){.kind = RULE_WORD, .unit = heng_unit_one(), .list = f->slots[slot].list};
        return heng_rule__emit(f, OP_SLOT, slot, 0, 0, 0, pt.base->at);
    }
    if (word_wanted) return walk_word(f, &pt, want, out);
    rule_scope scope = f->at_scope;
    heng_grain grain = f->at_grain;
    rule_chain chain = f->outer;
    if (!add_moves(f, pt.moves, pt.move_count, &chain, &scope, &grain)) return false;
    int found = find_plain(f, name, scope, grain);
    return found >= 0 ? read_quantity(f, &pt, found, out) : walk_word(f, &pt, want, out);
}

bool heng_rule__walk_name(rule_formula *f, heng_word word, rule_type *out)
{
    heng_expr e = {.kind = HENG_EXPR_PATH, .at = word.at};
    e.path.parts[0] = word;
    e.path.count = 1;
    return heng_rule__walk_point(f, &e, NULL, out);
}
