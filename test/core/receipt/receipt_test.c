/* Receipts replay bit for bit, and nothing of them can change unnoticed.
 *
 * The vectors of test/cases/receipt were made by tools/receipt_check.py, another program in another
 * language that shares nothing with this one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/receipt.h"
#include "base/hexfloat.h"
#include "core/receipt/merkle.h"
#include "test/core/rule/world.h"

static heng_receipt_head head_of_test(void)
{
    return (heng_receipt_head){
        .pack = HENG_STR("test 1"), .as_of = HENG_STR("now"), .engine = HENG_STR("0")};
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static void check_vectors(const char *file, void (*check)(heng_arena *, heng_str, heng_str))
{
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str text = test_read(&arena, "receipt", file), line, left;
    size_t rows = 0;
    while (heng_str_cut(&text, '\n', &line)) {
        if (!line.length || line.at[0] == '#') continue;
        heng_str_cut(&line, '|', &left);
        check(&arena, heng_str_trim(left), heng_str_trim(line));
        rows++;
    }
    assert_true(rows >= 14);
    heng_arena_deinit(&arena);
}

static void check_hexfloat(heng_arena *arena, heng_str decimal, heng_str exact)
{
    char *end, text[HENG_HEXFLOAT_TEXT];
    double value = strtod(heng_str_copy(arena, decimal).at, &end), read;
    assert_int_equal(*end, 0);
    size_t length = heng_hexfloat_write(value, text);
    assert_true(heng_str_equal((heng_str){text, length}, exact));
    assert_true(heng_hexfloat_parse(exact, &read) && heng_double_same(read, value));
}

static void exact_numbers(void **state)
{
    (void)state;
    check_vectors("hexfloat.txt", check_hexfloat);
    static const char *const refused[] = {"",
                                          "0x1",
                                          "1",
                                          "0x1.0p+0",
                                          "0x1p0",
                                          "0X1p+0",
                                          "0x2p+0",
                                          "0x1p+01",
                                          " 0x1p+0",
                                          "0x1p+1024",
                                          "0x1.Ap+0",
                                          "0x1.8p+0 ",
                                          "+0x1p+0",
                                          "0x0p+1",
                                          "NaN",
                                          "0x0.8p-1022x",
                                          "-nan",
                                          "infinity",
                                          "0x1.00000000000001p+0"};
    double value;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (heng_hexfloat_parse(heng_str_from(refused[i]), &value))
            fail_msg("%s was read", refused[i]);
}

static void check_tree(heng_arena *arena, heng_str count_text, heng_str expected)
{
    int64_t count;
    heng_error err;
    assert_int_equal(heng_integer_parse(count_text, &count, &err), HENG_OK);
    heng_hash *leaves = HENG_ARRAY(arena, (size_t)count, heng_hash), root;
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (int64_t i = 0; i < count; i++) {
        leaves[i] = heng_merkle_leaf(heng_str_format(arena, "%lld", (long long)i));
        heng_merkle_add(&tree, leaves[i]);
    }
    assert_true(heng_hash_parse(expected, &root));
    assert_true(heng_hash_equal(heng_merkle_root(&tree), root));
    for (size_t i = 0; i<(size_t)count; i += count> 100 ? 37 : 1) {
        heng_hash path[HENG_MERKLE_PATH_MAX];
        size_t length = heng_merkle_path(leaves, (size_t)count, i, path);
        assert_true(heng_merkle_holds(leaves[i], i, (uint64_t)count, path, length, root));
        assert_false(heng_merkle_holds(leaves[i], i + 1, (uint64_t)count, path, length, root));
        heng_hash other = heng_merkle_leaf(HENG_STR("none of them"));
        assert_false(heng_merkle_holds(other, i, (uint64_t)count, path, length, root));
        if (!length) continue;
        assert_false(heng_merkle_holds(leaves[i], i, (uint64_t)count, path, length - 1, root));
        path[0].bytes[5] ^= 1;
        assert_false(heng_merkle_holds(leaves[i], i, (uint64_t)count, path, length, root));
    }
}

static void trees_of_hashes(void **state)
{
    (void)state;
    check_vectors("merkle.txt", check_tree);
}

static heng_verdict verify(heng_arena *arena, heng_str bytes)
{
    heng_verdict verdict;
    heng_error err;
    if (heng_receipt_verify(bytes, arena, &verdict, &err)) fail_msg("%s", err.message);
    return verdict;
}

static void receipts_written_by_another_program(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    static const char *const files[] = {"by_hand.json", "sealed.json"};
    for (int i = 0; i < 2; i++) {
        heng_verdict v = verify(&arena, test_read(&arena, "receipt", files[i]));
        if (!v.verified) fail_msg("%.*s", HENG_PRINT(v.what));
        assert_int_equal(v.line_count, 10);
        check_str(v.head.figure, "ZJ/2025/co2");
        /* 100 t * 1.9003 + 250.5 t * 1.9003 + 44 kg = 190.03 + 476.02515 + 0.044 t */
        check_number(v.result.value, 666.09915, 1e-12);
        assert_int_equal(v.is_sealed, i);
    }
    heng_arena_deinit(&arena);
}

/* ---- changes -------------------------------------------------------------------------------------- */

/* Any change of any one bit: not a receipt any more, or one that differs. */
static void no_byte_changes_unnoticed(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str text = test_read(&arena, "receipt", "sealed.json");
    char *bytes = heng_arena_alloc(&arena, text.length);
    size_t named = 0;
    memcpy(bytes, text.at, text.length);
    for (size_t i = 0; i < text.length; i++)
        for (int bit = 0; bit < 8; bit++) {
            heng_arena_mark mark = heng_arena_here(&arena);
            heng_verdict verdict = {0};
            heng_error err;
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            heng_status status =
                heng_receipt_verify((heng_str){bytes, text.length}, &arena, &verdict, &err);
            if (!status && verdict.verified) fail_msg("bit %d of byte %zu", bit, i);
            if (!status) assert_true(verdict.what.length > 0);
            named += !status && verdict.line;
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            heng_arena_rewind(&arena, mark);
        }
    assert_true(named > 3 * text.length);      /* most bytes are in lines */
    for (size_t i = 0; i < text.length; i++) { /* cut short, or with a byte too many */
        heng_verdict verdict = {0};
        heng_error err;
        heng_arena_mark mark = heng_arena_here(&arena);
        heng_status status = heng_receipt_verify((heng_str){bytes, i}, &arena, &verdict, &err);
        assert_true(status == HENG_INVALID || !verdict.verified);
        heng_arena_rewind(&arena, mark);
    }
    heng_arena_deinit(&arena);
}

static size_t line_that_differs(heng_arena *arena, const char *from, const char *to)
{
    heng_str text = test_read(arena, "receipt", "by_hand.json");
    size_t at = heng_str_find(text, heng_str_from(from), 0);
    assert_true(at != SIZE_MAX && strlen(from) == strlen(to));
    char *bytes = heng_arena_alloc(arena, text.length);
    memcpy(bytes, text.at, text.length);
    memcpy(bytes + at, to, strlen(to));
    heng_verdict v = verify(arena, (heng_str){bytes, text.length});
    assert_false(v.verified);
    return v.line;
}

static void the_line_is_named(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    assert_int_equal(line_that_differs(&arena, "value|250.5|", "value|250.6|"), 2);   /* a fact */
    assert_int_equal(line_that_differs(&arena, "value|1.9003|", "value|1.9004|"), 4); /* a factor */
    assert_int_equal(line_that_differs(&arena, "multiply|2,4", "multiply|1,4"), 6);
    assert_int_equal(line_that_differs(&arena, "sum_of|5,6", "sum_of|6,5"), 7);
    assert_int_equal(line_that_differs(&arena, "GB/T 32150", "GB/T 32151"), 9); /* a source */
    assert_int_equal(line_that_differs(&arena, "example 1", "example 2"), 10);
    heng_arena_deinit(&arena);
}

/* Three lines: the fact, the sum, the rule. */
static heng_derivation derive_double(test_world *w)
{
    heng_error err;
    heng_derivation d;
    test_open(w, "kind firm \"Firm\"\n"
                 "method m \"M\"\n  source \"S\"\n  for firm by year\n"
                 "input a : t \"A\"\n"
                 "output b : t \"B\" = a + a\n");
    test_entity(w, "F", "firm", "firm", NULL);
    test_fact(w, "F/2020/a", "3");
    test_evaluate(w);
    heng_point point = test_point(w, "F/2020/b");
    assert_int_equal(heng_derive(w->evaluation, &point, &w->arena, &d, &err), HENG_OK);
    assert_int_equal(d.line_count, 3);
    return d;
}

static heng_verdict write_and_verify(test_world *w, const heng_derivation *d, heng_str figure)
{
    heng_error err;
    heng_receipt receipt;
    heng_text text;
    heng_receipt_head head = head_of_test();
    head.figure = figure;
    heng_text_init(&text, &w->arena, 1 << 20);
    assert_int_equal(heng_receipt_make(d, &head, NULL, &w->arena, &receipt, &err), HENG_OK);
    assert_int_equal(heng_receipt_write(&receipt, NULL, &text, &err), HENG_OK);
    return verify(&w->arena, heng_text_view(&text));
}

/* Hashes that fit do not save arithmetic that does not: the lines are changed before they are hashed. */
static void a_forged_result_is_named(void **state)
{
    (void)state;
    test_world w;
    heng_derivation d = derive_double(&w);
    heng_line *lines = HENG_ARRAY(&w.arena, d.line_count, heng_line);
    for (size_t forged = 0; forged < 3; forged++) {
        memcpy(lines, d.lines, d.line_count * sizeof *lines);
        for (size_t i = forged; i < 3; i++) lines[i].result.value += 1e-15 * lines[i].result.value;
        heng_derivation false_one = {lines, d.line_count};
        heng_verdict v = write_and_verify(&w, &false_one, d.lines[2].fields[0]);
        assert_false(v.verified);
        assert_int_equal(v.line, forged + 1);
    }
    test_close(&w);
}

/* The name at the end is that of the figure that was reckoned, and of no other. */
static void another_name_over_the_lines_is_named(void **state)
{
    (void)state;
    test_world w;
    heng_derivation d = derive_double(&w);
    assert_true(write_and_verify(&w, &d, d.lines[2].fields[0]).verified);
    heng_verdict v = write_and_verify(&w, &d, HENG_STR("G/2020/b"));
    assert_false(v.verified);
    assert_int_equal(v.line, 4);
    test_close(&w);
}

/* ---- the engine and the replay -------------------------------------------------------------------- */

static bool seen_ops[HENG_REPLAY_OP_COUNT];

/* The receipt of a figure verifies, and says what the evaluation says. */
static size_t check_figure(test_world *w, const char *figure)
{
    heng_point point = test_point(w, figure);
    heng_value value = test_value(w, figure);
    heng_receipt receipt;
    heng_receipt_head head = head_of_test();
    heng_error err = {0};
    heng_text text;
    heng_text_init(&text, &w->arena, 1 << 24);
    if (heng_receipt_of(w->program, w->evaluation, &point, &head, NULL, &w->arena, &receipt,
                        &err) ||
        heng_receipt_write(&receipt, NULL, &text, &err))
        fail_msg("%s: %s", figure, err.message);
    for (size_t i = 0; i < receipt.count; i++) seen_ops[receipt.lines[i].op] = true;
    heng_verdict v = verify(&w->arena, heng_text_view(&text));
    if (!v.verified) fail_msg("%s: line %zu: %.*s", figure, v.line, HENG_PRINT(v.what));
    assert_int_equal(v.result.state & HENG_OUTCOME_STATE, value.state);
    assert_int_equal(v.near_lines, 0);
    assert_int_equal(v.result.evidence, value.evidence);
    assert_true(v.result.have == value.have && v.result.want == value.want);
    if (value.state == HENG_STATE_KNOWN)
        assert_true(heng_double_same(v.result.value, value.number));
    if (value.has_at_least) assert_true(heng_double_same(v.result.value, value.at_least));
    return v.line_count;
}

static const char wide_rules[] =
    "kind place \"Place\" levels country > province\n"
    "kind firm \"Firm\" in place\n"
    "list part \"Parts\" = first, second, third\n"
    "list light \"Lights\" = red, green\n"
    "table grid : kg/t \"Grid\"\n  source \"G\"\n  status seen\n"
    "  valid | value\n  2019 .. 2020 | 2\n  2021 .. | 3\n"
    "table steps[load : %] : 1 \"Steps\"\n  source \"G\"\n  step\n"
    "  load | value\n  0 | 1\n  50 | 2\n  80 | 5\n"
    "table slope[load : %] : 1 \"Slope\"\n  source \"G\"\n  linear\n"
    "  load | value\n  0 | 1\n  50 | 2.5\n  90 | 7\n"
    "method m \"M\"\n  source \"S\"\n  status seen\n  valid 2019 ..\n  for firm by year\n"
    "input parts[part] : t \"Parts\"\n  absent NO\n"
    "input other : t \"Other\"\n"
    "input load : % \"Load\"\n"
    "input made : t \"Made\"\n"
    "output total : t \"Total\" = sum(parts[part] over part)\n"
    "output scaled : kg \"Scaled\" = other * grid\n"
    "output stepped : t \"Stepped\" = other * steps[load]\n"
    "output sloped : t \"Sloped\" = other * slope[load]\n"
    "output change : % \"Change\" = other / other@previous - 1\n"
    "output lit : one of light \"Lit\" = red when other < 3 t, green otherwise\n"
    "output fallen : t \"Fallen\" = other else made else 7 t\n"
    "output root : 1 \"Root\" = exp(ln(other / 1 t) / 3) + (other / 1 t) ^ 0.5\n"
    "output rounded : t \"Rounded\" = round(other / 3, 0.01 t, half_even)\n"
    "output both : t \"Both\" = other when made > 1 t and not other > 9 t, made when made <= 1 t or "
    "other > 9 t, 0 t otherwise\n"
    "output signed : t \"Signed\" = -abs(other - 9 t)\n"
    "output lesser : t \"Lesser\" = min(other, made) + max(other, made)\n"
    "output knows : yes/no \"Knows\" = known(made)\n"
    "output redness : yes/no \"Redness\" = lit = red\n"
    "output rest : t \"Rest\" = sum(parts[part] over part where not part = first)\n"
    "output done : 1 \"Done\" = elapsed(plan) / length(plan)\n"
    "output gone : t \"Gone\" = missing when made > 1 t, other otherwise\n"
    "output some : yes/no \"Some\" = any(parts[part] > 3 t over part)\n"
    "output every : yes/no \"Every\" = all(parts[part] > 0 t over part)\n"
    "output product : 1 \"Product\" = multiply(parts[part] / 1 t over part)\n"
    "output guarded : t \"Guarded\" = other\n  source \"Q\"\n  when other > 5 t\n"
    "output reading : t \"Reading\" = guarded else 1 t\n"
    "output since : yes/no \"Since\" = period >= 2021\n"
    "output newest : t \"Newest\" = last(other over year of plan so far)\n"
    "output oldest : t \"Oldest\" = first(other over year of plan so far)\n"
    "method n \"N\"\n  source \"S\"\n  status seen\n  for province by year\n"
    "input total : kg \"Total\" for firm by year\n"
    "input other : t \"Other\" for firm by year\n"
    "input load : % \"Load\" for firm by year\n"
    "output all : kg \"All\" = sum(total over firm)\n"
    "output large : t \"Large\" = sum(other over firm where other > 3 t)\n"
    "output average : % \"Average\" = mean(load weight other over firm)\n"
    "output best : % \"Best\" = quantile(40 %, load weight other over firm)\n"
    "output two : yes/no \"Two\" = at_least(2, other > 3 t over firm)\n"
    "output share : % \"Share\" = coverage(other over firm)\n"
    "output counted : 1 \"Counted\" = count(other > 3 t over firm)\n"
    "twice : t \"Counted twice\" = 1 t\n"
    "output once : t \"Once\" = sum(other over firm less twice)\n"
    "output is_zj : yes/no \"Is ZJ\" = province = ZJ\n"
    "output most : t \"Most\" = max(other over firm) - min(other over firm)\n"
    "method zhe \"Zhe\"\n  source \"Z\"\n  status draft\n  valid 2021 ..\n  for firm by year\n"
    "input made : t \"Made\"\n"
    "output fallen : t \"Fallen\" = 2 * made + m.fallen\n  instead of m.fallen\n";

static const char *const wide_figures[] = {
    "total", "scaled",  "stepped", "sloped",  "change",  "lit",    "fallen", "root", "rounded",
    "both",  "signed",  "lesser",  "knows",   "redness", "rest",   "done",   "gone", "some",
    "every", "product", "guarded", "reading", "newest",  "oldest", "since"};
static const char *const place_figures[] = {"all",   "large",   "average", "best", "two",
                                            "share", "counted", "most",    "once", "is_zj"};

static void open_wide(test_world *w)
{
    test_open(w, wide_rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_entity(w, "F2", "firm", "firm", "ZJ");
    test_entity(w, "F3", "firm", "firm", "ZJ");
    test_fact(w, "F1/2020/parts[first]", "2.25");
    test_fact(w, "F1/2020/parts[second]", "IE third");
    test_fact(w, "F1/2020/parts[third]", "0.1");
    w->facts[1].notation = HENG_IE;
    test_fact(w, "F1/2020/other", "4.4");
    test_fact(w, "F1/2021/other", "5.7")->unit = HENG_STR("t");
    test_fact(w, "F2/2020/other", "11")->unit = HENG_STR("kg");
    test_fact(w, "F3/2020/other", "NE");
    test_fact(w, "F3/2021/other", "12.1");
    test_fact(w, "F2/2021/other", "3.3");
    test_fact(w, "F1/2020/load", "63.2");
    test_fact(w, "F2/2020/load", "50");
    test_fact(w, "F1/2021/load", "12");
    test_fact(w, "F2/2021/load", "85");
    test_fact(w, "F3/2021/load", "99");
    test_fact(w, "F1/2021/made", "1.5");
    test_fact(w, "F2/2021/made", "0.5");
    test_fact(w, "F2/2019/parts[second]", "8");
    test_evaluate(w);
}

static void every_kind_of_line(void **state)
{
    (void)state;
    test_world w;
    open_wide(&w);
    size_t lines = 0;
    for (int year = 2019; year <= 2021; year++) {
        for (int firm = 1; firm <= 3; firm++)
            for (size_t i = 0; i < sizeof wide_figures / sizeof *wide_figures; i++)
                lines += check_figure(
                    &w, heng_str_format(&w.arena, "F%d/%d/%s", firm, year, wide_figures[i]).at);
        for (size_t i = 0; i < sizeof place_figures / sizeof *place_figures; i++)
            lines +=
                check_figure(&w, heng_str_format(&w.arena, "ZJ/%d/%s", year, place_figures[i]).at);
    }
    assert_true(lines > 1000);
    for (int op = 0; op < HENG_REPLAY_OP_COUNT; op++) {
        heng_replay_info info;
        heng_replay_describe((heng_replay_op)op, &info);
        if (!seen_ops[op] && op != HENG_REPLAY_ENTITY)
            fail_msg("no line of %.*s", HENG_PRINT(info.name));
    }
    test_close(&w);
}

/* ---- random programs ------------------------------------------------------------------------------ */

static uint64_t seed_of_test;

static unsigned draw(unsigned below)
{
    seed_of_test = seed_of_test * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(seed_of_test >> 33) % below;
}

static void add_formula(heng_text *out, int rules, int depth);

static void add_condition(heng_text *out, int rules, int depth)
{
    static const char *const signs[] = {" < ", " <= ", " > ", " >= ", " = ", " != "};
    heng_text_add_char(out, '(');
    if (depth > 0 && draw(3) == 0) {
        add_condition(out, rules, depth - 1);
        heng_text_add(out, draw(2) ? HENG_STR(" and ") : HENG_STR(" or "));
        add_condition(out, rules, depth - 1);
    } else if (draw(6) == 0) {
        heng_text_add(out, HENG_STR("known("));
        add_formula(out, rules, depth - 1);
        heng_text_add_char(out, ')');
    } else {
        if (draw(5) == 0) heng_text_add(out, HENG_STR("not "));
        add_formula(out, rules, depth - 1);
        heng_text_add(out, heng_str_from(signs[draw(6)]));
        add_formula(out, rules, depth - 1);
    }
    heng_text_add_char(out, ')');
}

static void add_leaf(heng_text *out, int rules)
{
    static const char *const leaves[] = {"a",        "b",          "x[first]",
                                         "x[third]", "a@previous", "b@last_year"};
    unsigned kind = draw(10);
    if (kind < 6)
        heng_text_add(out, heng_str_from(leaves[kind]));
    else if (kind < 8 && rules)
        heng_text_print(out, "r%u", draw((unsigned)rules));
    else
        heng_text_print(out, "%u.%u", draw(20), draw(1000));
}

static void add_aggregate(heng_text *out, int rules, int depth)
{
    static const char *const names[] = {"sum", "mean", "min", "max", "multiply", "sum", "coverage"};
    heng_text_print(out, "%s(x[part] * (", names[draw(7)]);
    add_formula(out, rules, depth - 2);
    heng_text_add(out, HENG_STR(") over part"));
    if (draw(2)) {
        heng_text_add(out, HENG_STR(" where x[part] > "));
        add_formula(out, rules, depth - 2);
    }
    heng_text_add_char(out, ')');
}

static void add_formula(heng_text *out, int rules, int depth)
{
    static const char *const middles[] = {" + ", " - ", " * ", " / ", " else ", ", ", ", "};
    static const char *const heads[] = {"(", "(", "(", "(", "(", "min(", "max("};
    unsigned kind = depth > 0 ? draw(14) : 20;
    if (kind < 7) {
        heng_text_add(out, heng_str_from(heads[kind]));
        add_formula(out, rules, depth - 1);
        heng_text_add(out, heng_str_from(middles[kind]));
        add_formula(out, rules, depth - 1);
        heng_text_add_char(out, ')');
    } else if (kind < 9) {
        heng_text_add_char(out, '(');
        add_formula(out, rules, depth - 1);
        heng_text_add(out, HENG_STR(" when "));
        add_condition(out, rules, depth - 1);
        heng_text_add(out, HENG_STR(", "));
        add_formula(out, rules, depth - 1);
        heng_text_add(out, HENG_STR(" otherwise)"));
    } else if (kind < 11) {
        add_aggregate(out, rules, depth);
    } else if (kind < 14) {
        static const char *const calls[] = {"abs(", "ln(", "round("};
        heng_text_add(out, heng_str_from(calls[kind - 11]));
        add_formula(out, rules, depth - 1);
        heng_text_add(out, kind == 13 ? HENG_STR(", 0.25, half_up)") : HENG_STR(")"));
    } else {
        add_leaf(out, rules);
    }
}

static void random_programs_replay(void **state)
{
    (void)state;
    enum { PROGRAMS = 60, RULES = 8 };
    size_t lines = 0;
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        static char text[1 << 18];
        heng_arena arena;
        heng_text rules;
        seed_of_test = seed;
        heng_arena_init(&arena, 1 << 22);
        heng_text_init(&rules, &arena, sizeof text - 1);
        heng_text_add(&rules, HENG_STR("kind firm \"Firm\"\n"
                                       "list part \"Parts\" = first, second, third\n"
                                       "method m \"M\"\n  source \"S\"\n  for firm by year\n"
                                       "input a : 1 \"A\"\ninput b : 1 \"B\"\n"
                                       "input x[part] : 1 \"X\"\n"));
        for (int r = 0; r < RULES; r++) {
            heng_text_print(&rules, "output r%d : 1 \"R\" = ", r);
            add_formula(&rules, r, 4);
            heng_text_add_char(&rules, '\n');
        }
        assert_false(rules.failed);
        memcpy(text, rules.bytes, rules.length + 1);
        heng_arena_deinit(&arena);
        test_world w;
        test_open(&w, text);
        test_entity(&w, "F", "firm", "firm", NULL);
        static const char *const names[] = {"a", "b", "x[first]", "x[second]", "x[third]"};
        for (int year = 2019; year <= 2021; year++)
            for (int i = 0; i < 5; i++) {
                if (draw(5) == 0) continue;
                heng_str value =
                    heng_str_format(&w.arena, "%d.%u", (int)draw(40) - 20, draw(100000));
                heng_str at = heng_str_format(&w.arena, "F/%d/%s", year, names[i]);
                test_fact(&w, at.at, draw(12) ? value.at : "NO")->quality = (heng_quality)draw(4);
            }
        test_evaluate(&w);
        for (int year = 2019; w.world.fact_count && year <= 2021; year++)
            for (int r = 0; r < RULES; r++) {
                heng_str at = heng_str_format(&w.arena, "F/%d/r%d", year, r);
                heng_point point = test_point(&w, at.at);
                heng_value value;
                heng_error err;
                if (heng_evaluation_value(w.evaluation, &point, &value, &err)) continue;
                lines += check_figure(&w, at.at);
            }
        test_close(&w);
    }
    printf("# %zu lines of random programs\n", lines);
    assert_true(lines > 20000);
}

/* ---- memory --------------------------------------------------------------------------------------- */

static heng_status whole_way(test_world *w, const heng_point *point, heng_arena *arena)
{
    static const heng_seed seed = {{7}};
    heng_receipt receipt;
    heng_receipt_head head = head_of_test();
    heng_error err = {0};
    heng_text text;
    heng_verdict verdict;
    heng_text_init(&text, arena, 1 << 24);
    heng_status status =
        heng_receipt_of(w->program, w->evaluation, point, &head, &seed, arena, &receipt, &err);
    if (!status) status = heng_receipt_write(&receipt, NULL, &text, &err);
    if (!status) status = heng_receipt_verify(heng_text_view(&text), arena, &verdict, &err);
    if (!status) assert_true(verdict.verified);
    return status;
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    test_world w;
    open_wide(&w);
    static const char *const figures[] = {"ZJ/2021/all", "ZJ/2021/best", "F2/2021/sloped",
                                          "F1/2021/fallen"};
    for (int i = 0; i < 4; i++) {
        heng_point point = test_point(&w, figures[i]);
        size_t failures = 0;
        for (size_t n = 1;; n++, failures++) {
            heng_arena arena;
            heng_arena_init(&arena, (size_t)1 << 28);
            heng_arena_fail_after(n);
            heng_status status = whole_way(&w, &point, &arena);
            heng_arena_fail_after(0);
            heng_arena_deinit(&arena);
            if (status == HENG_OK) break;
            assert_int_equal(status, HENG_NO_MEMORY);
        }
        assert_true(failures > 20);
    }
    test_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_numbers),
        cmocka_unit_test(trees_of_hashes),
        cmocka_unit_test(receipts_written_by_another_program),
        cmocka_unit_test(no_byte_changes_unnoticed),
        cmocka_unit_test(the_line_is_named),
        cmocka_unit_test(a_forged_result_is_named),
        cmocka_unit_test(another_name_over_the_lines_is_named),
        cmocka_unit_test(every_kind_of_line),
        cmocka_unit_test(random_programs_replay),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    return cmocka_run_group_tests_name("core/receipt/receipt", tests, NULL, NULL);
}
