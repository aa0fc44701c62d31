/* core/rule/opcode.h: the steps of a compiled formula, in one table.
 *
 * Define OP(name, pops, pushes, units, meaning, sql) and include; it is undefined at the end. A
 * formula is a run of steps over a stack of blocks: each entry of the stack holds one value for each of up to
 * RULE_BLOCK points. `pops` of -1 means that the step's own record says how many (the keys of a read,
 * the outer arguments of an aggregate). `units` is what the checker has made sure of before the step
 * was written, so that the step itself may ignore units. In `meaning` p, q, r are the operands from
 * the lowest up; a, b, x, y are those of the step. `sql` is the value as SQL over $1, $2, $3, where
 * unknown is NULL; @ marks what dialects name differently. It is NULL where the step needs more than
 * its operands (see sql_step.c); the gauges are not part of it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef OP
#define OP(name, pops, pushes, units, meaning, sql)
#endif
/* clang-format off */
OP(NUMBER,     0,  1, "as written", "the number x", NULL)
OP(WORD,       0,  1, "a word", "member a of a list; yes is 1, no is 0", NULL)
OP(ENTITY,     0,  1, "a word", "the member whose code is text a, of level b", NULL)
OP(MISSING,    0,  1, "any", "unknown", "NULL")
OP(SLOT,       0,  1, "a word", "the key bound in slot a", NULL)
OP(ELAPSED,    0,  1, "a number", "periods begun in that of grain b, by chain a", NULL)
OP(PERIOD_IS,  0,  1, "yes/no", "period by chain a compared (b) with months x to y", NULL)
OP(ENTITY_IS,  0,  1, "yes/no", "the member by chain a has the code text b", NULL)
OP(READ,       -1, 1, "as declared", "the quantity of read a", NULL)
OP(OVER,       -1, 1, "of the body", "the aggregate of over a", NULL)
OP(CONVERT,    1,  1, "same dimension", "times x, divided by y", NULL)
OP(NEGATE,     1,  1, "unchanged", "-p", "-$1")
OP(ADD,        2,  1, "equal", "p + q", "$1 + $2")
OP(SUBTRACT,   2,  1, "equal", "p - q", "$1 - $2")
OP(LESS,       2,  1, "equal", "p - q, where q is a declared overlap", "$1 - $2")
OP(MULTIPLY,   2,  1, "multiplied", "p * q", "$1 * $2")
OP(DIVIDE,     2,  1, "divided", "p / q; unknown where q is 0",
   "$1 / CASE WHEN $2 <> 0 THEN $2 END")
OP(POWER,      2,  1, "numbers, or a whole exponent", "p ^ q", NULL)
OP(ABS,        1,  1, "unchanged", "|p|", "abs($1)")
OP(EXP,        1,  1, "a number", "e ^ p",
   "CASE WHEN $1 < -745 THEN @0 WHEN $1 < 709.78 THEN exp($1) END")
OP(LN,         1,  1, "a number", "natural logarithm; unknown where p is not above 0",
   "@ln(CASE WHEN $1 > 0 THEN $1 END)")
OP(ROUND,      2,  1, "equal", "p to a multiple of q by policy a", NULL)
OP(MIN,        2,  1, "equal", "the lesser", "CASE WHEN $2 < $1 THEN $2 WHEN $2 >= $1 THEN $1 END")
OP(MAX,        2,  1, "equal", "the greater", "CASE WHEN $2 > $1 THEN $2 WHEN $2 <= $1 THEN $1 END")
OP(KNOWN,      1,  1, "yes/no", "whether p is known; itself always known",
   "CASE WHEN $1 IS NULL THEN @0 ELSE @1 END")
OP(COMPARE,    2,  1, "equal", "p compared (a) with q; x is the tolerance", NULL)
OP(SAME_WORD,  2,  1, "same list", "p and q are the same word; with a = 1: are not", NULL)
OP(NOT,        1,  1, "yes/no", "no where p is yes",
   "CASE WHEN $1 = 0 THEN @1 WHEN $1 <> 0 THEN @0 END")
OP(AND,        2,  1, "yes/no", "no if one is no, else unknown if one is unknown",
   "CASE WHEN $1 = 0 OR $2 = 0 THEN @0 WHEN $1 <> 0 AND $2 <> 0 THEN @1 END")
OP(OR,         2,  1, "yes/no", "yes if one is yes, else unknown if one is unknown",
   "CASE WHEN $1 <> 0 OR $2 <> 0 THEN @1 WHEN $1 = 0 AND $2 = 0 THEN @0 END")
OP(ELSE,       2,  1, "equal", "p, or q of lower quality where p is unknown", "COALESCE($1, $2)")
OP(CHOOSE,     3,  1, "equal arms", "q where p is yes, r where p is no",
   "CASE WHEN $1 <> 0 THEN $2 WHEN $1 = 0 THEN $3 END")
OP(GUARD,      2,  1, "of the first", "p where q is yes; not in force where q is no",
   "CASE WHEN $2 <> 0 THEN $1 END")
/* clang-format on */
#undef OP
