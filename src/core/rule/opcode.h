/* core/rule/opcode.h: the steps of a compiled formula, in one table.
 *
 * Define OP(name, pops, pushes, units, meaning) and include; it is undefined at the end. A formula is a
 * run of steps over a stack of blocks: each entry of the stack holds one value for each of up to
 * RULE_BLOCK points. `pops` of -1 means that the step's own record says how many (the keys of a read,
 * the outer arguments of an aggregate). `units` is what the checker has made sure of before the step
 * was written, so that the step itself may ignore units. In `meaning` p, q, r are the operands from
 * the lowest up; a, b, x, y are those of the step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef OP
#define OP(name, pops, pushes, units, meaning)
#endif
/* clang-format off */
OP(NUMBER,     0,  1, "as written", "the number x")
OP(WORD,       0,  1, "a word", "member a of a list; yes is 1, no is 0")
OP(ENTITY,     0,  1, "a word", "the member whose code is text a, of level b")
OP(MISSING,    0,  1, "any", "unknown")
OP(SLOT,       0,  1, "a word", "the key bound in slot a")
OP(ELAPSED,    0,  1, "a number", "periods begun in that of grain b, by chain a")
OP(PERIOD_IS,  0,  1, "yes/no", "period by chain a compared (b) with months x to y")
OP(ENTITY_IS,  0,  1, "yes/no", "the member by chain a has the code text b")
OP(READ,       -1, 1, "as declared", "the quantity of read a")
OP(OVER,       -1, 1, "of the body", "the aggregate of over a")
OP(CONVERT,    1,  1, "same dimension", "times x, divided by y")
OP(NEGATE,     1,  1, "unchanged", "-p")
OP(ADD,        2,  1, "equal", "p + q")
OP(SUBTRACT,   2,  1, "equal", "p - q")
OP(LESS,       2,  1, "equal", "p - q, where q is a declared overlap")
OP(MULTIPLY,   2,  1, "multiplied", "p * q")
OP(DIVIDE,     2,  1, "divided", "p / q; unknown where q is 0")
OP(POWER,      2,  1, "numbers, or a whole exponent", "p ^ q")
OP(ABS,        1,  1, "unchanged", "|p|")
OP(EXP,        1,  1, "a number", "e ^ p")
OP(LN,         1,  1, "a number", "natural logarithm; unknown where p is not above 0")
OP(ROUND,      2,  1, "equal", "p to a multiple of q by policy a")
OP(MIN,        2,  1, "equal", "the lesser")
OP(MAX,        2,  1, "equal", "the greater")
OP(KNOWN,      1,  1, "yes/no", "whether p is known; itself always known")
OP(COMPARE,    2,  1, "equal", "p compared (a) with q; x is the tolerance")
OP(SAME_WORD,  2,  1, "same list", "p and q are the same word; with a = 1: are not")
OP(NOT,        1,  1, "yes/no", "no where p is yes")
OP(AND,        2,  1, "yes/no", "no if one is no, else unknown if one is unknown")
OP(OR,         2,  1, "yes/no", "yes if one is yes, else unknown if one is unknown")
OP(ELSE,       2,  1, "equal", "p, or q of lower quality where p is unknown")
OP(CHOOSE,     3,  1, "equal arms", "q where p is yes, r where p is no")
OP(GUARD,      2,  1, "of the first", "p where q is yes; not in force where q is no")
/* clang-format on */
#undef OP
