/* What the compiled programs of a trial are made of, so that a step which no program takes is seen.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/rule/model.h"
#include "test/core/rule/sql_support.h"
#include "test/check.h"

#include <stdlib.h>

static const char *const steps[] = {
#define OP(name, pops, pushes, units, meaning, sql) [OP_##name] = #name,
#include "core/rule/opcode.h"
};
static const char *const aggregates[] = {
    [AGG_SUM] = "sum",           [AGG_MEAN] = "mean",         [AGG_MIN] = "min",
    [AGG_MAX] = "max",           [AGG_COUNT] = "count",       [AGG_ANY] = "any",
    [AGG_ALL] = "all",           [AGG_AT_LEAST] = "at_least", [AGG_MULTIPLY] = "multiply",
    [AGG_QUANTILE] = "quantile", [AGG_COVERAGE] = "coverage", [AGG_FIRST] = "first",
    [AGG_LAST] = "last"};
static const char *const moves[] = {
    [MOVE_PREVIOUS] = "@previous", [MOVE_LAST_YEAR] = "@last_year", [MOVE_BASE] = "@base",
    [MOVE_FIXED] = "@2018",        [MOVE_GRAIN] = "@year",          [MOVE_SCOPE] = "@province",
    [MOVE_KEY] = "@partner"};
static const char *const arguments[] = {[ARG_SLOT] = "[fuel]",
                                        [ARG_MEMBER] = "[coal]",
                                        [ARG_ENTITY] = "[P1]",
                                        [ARG_STACK] = "[computed]"};
static const char *const forms[SQL_FORM_COUNT] = {
    [SQL_WHERE] = "where",
    [SQL_WEIGHT] = "weight",
    [SQL_SO_FAR] = "so far",
    [SQL_NESTED] = "an aggregate in an aggregate",
    [SQL_OVER_LIST] = "over list",
    [SQL_OVER_MEMBERS] = "over members",
    [SQL_OVER_PERIODS] = "over periods",
    [SQL_OVER_TWO] = "over two",
    [SQL_SUB_LIST] = "a key of a sub-list",
    [SQL_TWO_KEYS] = "two keys",
    [SQL_CHECK] = "check",
    [SQL_METHOD_WHEN] = "a method with a condition",
    [SQL_EXCEPTION] = "an exception",
    [SQL_TWO_EXCEPTIONS] = "two exceptions to one rule",
    [SQL_GIVEN] = "a given input",
    [SQL_TWO_GIVERS] = "an input of two givers",
    [SQL_VERSIONS] = "versions",
    [SQL_STEP_TABLE] = "a step table",
    [SQL_LINEAR_TABLE] = "a linear table",
    [SQL_MEMBER_TABLE] = "a table for members",
    [SQL_WORD_TABLE] = "a table of words",
    [SQL_KEYED_CURVE] = "a step or linear table with a key",
    [SQL_ABSENT_NO] = "absent NO",
    [SQL_ABSENT_NO_UNKEYED] = "absent NO without keys"};

static void cover_code(sql_coverage *c, const rule_code *code, bool nested)
{
    for (size_t i = 0; i < code->step_count; i++) c->steps[code->steps[i].op]++;
    for (size_t i = 0; i < code->chain_count; i++)
        for (unsigned m = 0; m < code->chains[i].count; m++)
            c->moves[code->chains[i].moves[m].kind]++;
    for (size_t i = 0; i < code->read_count; i++)
        for (unsigned a = 0; a < code->reads[i].arg_count; a++) {
            c->arguments[code->reads[i].args[a].kind]++;
            c->forms[SQL_SUB_LIST] += code->reads[i].args[a].map != NULL;
        }
    for (size_t i = 0; i < code->over_count; i++) {
        const rule_over *over = &code->overs[i];
        c->aggregates[over->aggregate]++;
        c->forms[SQL_WHERE] += over->has_where;
        c->forms[SQL_WEIGHT] += over->has_weight;
        c->forms[SQL_NESTED] += nested;
        c->forms[SQL_OVER_TWO] += over->dim_count > 1;
        for (unsigned d = 0; d < over->dim_count; d++) {
            c->forms[SQL_OVER_LIST + (int)over->dims[d].kind]++;
            c->forms[SQL_SO_FAR] += over->dims[d].so_far;
        }
        cover_code(c, over->body, true);
    }
}

static void cover_table(sql_coverage *c, const rule_quantity *q)
{
    c->forms[SQL_STEP_TABLE] += q->step;
    c->forms[SQL_LINEAR_TABLE] += q->linear;
    c->forms[SQL_MEMBER_TABLE] += q->scope.kind >= 0;
    c->forms[SQL_WORD_TABLE] += q->type.kind == RULE_WORD;
    c->forms[SQL_KEYED_CURVE] += q->number_key >= 0 && q->key_count > 1;
}

void sql_cover(sql_coverage *c, const heng_program *program)
{
    for (size_t i = 0; i < program->quantity_count; i++) {
        const rule_quantity *q = &program->quantities[i];
        c->forms[SQL_TWO_KEYS] += q->role != ROLE_TABLE && q->key_count > 1;
        c->forms[SQL_CHECK] += q->role == ROLE_CHECK;
        c->forms[SQL_METHOD_WHEN] += q->role == ROLE_WHEN;
        c->forms[SQL_EXCEPTION] += q->exception_count > 0;
        c->forms[SQL_TWO_EXCEPTIONS] += q->exception_count > 1;
        c->forms[SQL_GIVEN] += q->role == ROLE_INPUT && q->provider_count > 0;
        c->forms[SQL_TWO_GIVERS] += q->role == ROLE_INPUT && q->provider_count > 1;
        c->forms[SQL_VERSIONS] += q->version_count > 1;
        c->forms[SQL_ABSENT_NO] += q->absent_no && q->key_count > 0;
        c->forms[SQL_ABSENT_NO_UNKEYED] += q->absent_no && q->key_count == 0;
        if (q->role == ROLE_TABLE) cover_table(c, q);
        for (size_t v = 0; v < q->version_count; v++)
            if (q->versions[v].code) cover_code(c, q->versions[v].code, false);
    }
}

static size_t tell(const char *const *names, const size_t *counts, size_t count)
{
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (getenv("HENG_SQL_COVER")) print_message("# %8zu %s\n", counts[i], names[i]);
        if (counts[i]) continue;
        print_message("# no program has %s\n", names[i]);
        missing++;
    }
    return missing;
}

size_t sql_uncovered(const sql_coverage *c)
{
    return tell(steps, c->steps, OP_COUNT) + tell(aggregates, c->aggregates, AGG_KIND_COUNT) +
           tell(moves, c->moves, sizeof moves / sizeof *moves) +
           tell(arguments, c->arguments, sizeof arguments / sizeof *arguments) +
           tell(forms, c->forms, SQL_FORM_COUNT);
}
