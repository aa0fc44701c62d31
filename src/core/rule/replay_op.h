/* core/rule/replay_op.h: the lines of a derivation, in one table.
 *
 * Define REPLAY(NAME, text, least, most, fields, meaning) and include; it is undefined at the end. Each
 * line has the results of earlier lines as inputs p, q, r ... (`least` to `most`, -1 for any number) and
 * fields of text, named here in order. The steps have the names of core/rule/opcode.h, and their kernels.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef REPLAY
#define REPLAY(NAME, text, least, most, fields, meaning)
#endif
/* clang-format off */
/* Whence: nothing is computed from other lines. */
REPLAY(FACT, "fact", 0, 0,
       "figure,unit,type,notation,number,numerator,denominator,quality,evidence,text,"
       "text_unit,source,recorded,note,salt",
       "number times the ratio")
REPLAY(ABSENT, "absent", 0, 0,
       "figure,why,evidence,salt",
       "unknown; known 0 where why is return")
REPLAY(CELL, "cell", 0, 0,
       "table,member,keys,from,to,unit,notation,number,evidence,text,text_unit,source,"
       "recorded,file,line,x,salt",
       "the number")
REPLAY(NUMBER,     "number",     0,  0, "text,number", "a number of the formula")
REPLAY(WORD, "word", 0, 0,
       "text,number",
       "a word of the formula, by its place in the list; yes is 1")
REPLAY(ENTITY, "entity", 0, 0,
       "text,number",
       "a member named in the formula, by its place")
REPLAY(MISSING,    "missing",    0,  0, "text,number", "unknown")
REPLAY(SLOT,       "slot",       0,  0, "text,number", "the key that is bound here, by its place")
REPLAY(ELAPSED,    "elapsed",    0,  0, "text,number", "periods begun in the one around")
REPLAY(PERIOD_IS,  "period_is",  0,  0, "text,number", "whether the period compares so")
REPLAY(ENTITY_IS,  "entity_is",  0,  0, "text,number", "whether this is that member")
/* Which value stands. */
REPLAY(RULE, "rule", 0, 1,
       "figure,unit,formula,file,line,source,evidence,from,to",
       "p, no surer than the rule; not in force without p")
REPLAY(GIVEN, "given", 1, 1,
       "figure,unit,numerator,denominator",
       "an input that rule p gives, times the ratio")
REPLAY(STANDS, "stands", 1, -1,
       "figure,unit",
       "q instead of rule p; unknown where r and q disagree")
REPLAY(READ,       "read",       1,  1, "", "p; unknown where p is not in force")
REPLAY(KEYED,      "keyed",      2, -1, "", "p, looked up by the computed keys q ...")
REPLAY(BETWEEN, "between", 3, 3,
       "low,high",
       "between the rows p at low and q at high, at r")
REPLAY(INCLUDED,   "included",   1,  1, "", "0, for p is included in another member of the sum")
/* Steps. 0 stands for an input that the step does not look at. */
REPLAY(CONVERT,    "convert",    1,  1, "times,over", "p * times / over")
REPLAY(NEGATE,     "negate",     1,  1, "", "-p")
REPLAY(ADD,        "add",        2,  2, "", "p + q")
REPLAY(SUBTRACT,   "subtract",   2,  2, "", "p - q")
REPLAY(LESS,       "less",       2,  2, "", "p - q, where q is a declared overlap")
REPLAY(MULTIPLY,   "multiply",   2,  2, "", "p * q")
REPLAY(DIVIDE,     "divide",     2,  2, "", "p / q; unknown where q is 0")
REPLAY(POWER,      "power",      2,  2, "", "p ^ q, by the C library")
REPLAY(ABS,        "abs",        1,  1, "", "|p|")
REPLAY(EXP,        "exp",        1,  1, "", "e ^ p, by the C library")
REPLAY(LN,         "ln",         1,  1, "", "natural logarithm of p, by the C library")
REPLAY(ROUND, "round", 2, 2,
       "policy",
       "p to a multiple of q: 0 half up, 1 half to even, 2 up, 3 down")
REPLAY(MIN,        "min",        2,  2, "", "the lesser")
REPLAY(MAX,        "max",        2,  2, "", "the greater")
REPLAY(KNOWN,      "known",      1,  1, "", "whether p is known")
REPLAY(COMPARE, "compare", 2, 2,
       "how,tolerance",
       "p compared with q: 0 =, 1 not =, 2 <, 3 <=, 4 >, 5 >=")
REPLAY(SAME_WORD, "same_word", 2, 2,
       "differ",
       "p and q are the same word; with differ = 1: are not")
REPLAY(NOT,        "not",        1,  1, "", "no where p is yes")
REPLAY(AND,        "and",        2,  2, "", "no if one is no, else unknown if one is unknown")
REPLAY(OR,         "or",         2,  2, "", "yes if one is yes, else unknown if one is unknown")
REPLAY(ELSE,       "else",       2,  2, "", "p, or q of lower quality where p is unknown")
REPLAY(CHOOSE,     "choose",     3,  3, "", "q where p is yes, r where p is no")
REPLAY(GUARD,      "guard",      2,  2, "", "p where q is yes; not in force where q is no")
/* Aggregates, in the order of the engine. Each member gives a value, a condition where `where` is 1, a
 * weight where `weight` is 1; behind all of them stands the limit where `limit` is 1. */
REPLAY(SUM, "sum_of", 0, -1,
       "where,weight,limit",
       "the sum, from the first to the last")
REPLAY(MEAN, "mean_of", 0, -1,
       "where,weight,limit",
       "the sum of value * weight, over that of weights")
REPLAY(LEAST,      "min_of",     0, -1, "where,weight,limit", "the least")
REPLAY(MOST,       "max_of",     0, -1, "where,weight,limit", "the greatest")
REPLAY(COUNT_OF,   "count_of",   0, -1, "where,weight,limit", "how many are not 0")
REPLAY(ANY,        "any_of",     0, -1, "where,weight,limit", "whether one is yes")
REPLAY(ALL,        "all_of",     0, -1, "where,weight,limit", "whether none is no")
REPLAY(AT_LEAST,   "at_least",   0, -1, "where,weight,limit", "whether so many are yes")
REPLAY(PRODUCT, "product_of", 0, -1,
       "where,weight,limit",
       "the product, from the first to the last")
REPLAY(QUANTILE, "quantile", 0, -1,
       "where,weight,limit",
       "the least value whose members hold the share of the weight")
REPLAY(COVERAGE, "coverage", 0, -1,
       "where,weight,limit",
       "the share of members that are known")
REPLAY(FIRST,      "first_of",   0, -1, "where,weight,limit", "the first that is known")
REPLAY(LAST,       "last_of",    0, -1, "where,weight,limit", "the last that is known")
/* The end. */
REPLAY(RECEIPT,    "receipt",    1,  1, "format,figure,unit,word,program,pack,as_of,engine", "p")
/* clang-format on */
#undef REPLAY
