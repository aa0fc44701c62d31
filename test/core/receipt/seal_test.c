/* Keys, seals and proofs: what is signed holds, and what is changed does not.
 *
 * proof.json was made by tools/receipt_check.py, which shares nothing with the program.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "core/receipt/proof.h"
#include "core/receipt/sealing.h"
#include "test/core/rule/world.h"

/* The seed of RFC 8032, section 7.1, test 1, and the public key that is given there. */
static const char rfc_seed[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char rfc_public[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

static heng_seed seed_of(const char *digits)
{
    heng_hash bytes;
    heng_seed seed;
    assert_true(heng_hash_parse(heng_str_from(digits), &bytes));
    memcpy(seed.bytes, bytes.bytes, sizeof seed.bytes);
    return seed;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static void a_key_file_comes_back(void **state)
{
    (void)state;
    char text[HENG_KEY_TEXT], expected[HENG_KEY_TEXT + 64];
    heng_seed seed = seed_of(rfc_seed), read;
    heng_error err;
    heng_key_write(&seed, text);
    snprintf(expected, sizeof expected, "heng-key-1\nsecret %s\npublic %s\n", rfc_seed, rfc_public);
    assert_string_equal(text, expected);
    assert_int_equal(heng_key_read(heng_str_from(text), &read, &err), HENG_OK);
    assert_memory_equal(&seed, &read, sizeof seed);
    heng_public key = heng_public_of(&seed);
    heng_hash named, id = heng_key_id(&key);
    assert_true(heng_hash_parse(heng_str_from(rfc_public), &named));
    assert_true(heng_key_is(&key, &named) && heng_key_is(&key, &id));
    named.bytes[3] ^= 1;
    assert_false(heng_key_is(&key, &named));
}

static void a_changed_key_file_is_refused_without_saying_what_it_holds(void **state)
{
    (void)state;
    char text[HENG_KEY_TEXT], secret[9] = {0};
    heng_seed seed = seed_of(rfc_seed), read;
    heng_error err;
    heng_key_write(&seed, text);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            text[i] = (char)(text[i] ^ 1 << bit);
            assert_int_equal(heng_key_read((heng_str){text, length}, &read, &err), HENG_INVALID);
            memcpy(secret, text + 18, 8);
            assert_null(strstr(err.message, secret));
            text[i] = (char)(text[i] ^ 1 << bit);
        }
        assert_int_equal(heng_key_read((heng_str){text, i}, &read, &err), HENG_INVALID);
    }
    char longer[HENG_KEY_TEXT + 1];
    snprintf(longer, sizeof longer, "%s\n", text);
    assert_int_equal(heng_key_read(heng_str_from(longer), &read, &err), HENG_INVALID);
}

/* ---- proofs of another program -------------------------------------------------------------------- */

static heng_proof_verdict verify(heng_arena *arena, heng_str bytes)
{
    heng_proof_verdict verdict;
    heng_error err;
    if (heng_proof_verify(bytes, arena, &verdict, &err)) fail_msg("%s", err.message);
    return verdict;
}

static void a_proof_of_another_program_holds(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str bytes = test_read(&arena, "receipt", "proof.json");
    assert_true(heng_proof_is(bytes));
    assert_false(heng_proof_is(test_read(&arena, "receipt", "sealed.json")));
    heng_proof_verdict v = verify(&arena, bytes);
    if (!v.holds) fail_msg("%.*s", HENG_PRINT(v.what));
    check_str(v.figure, "F1/2025/coal");
    check_str(v.figure_unit, "t");
    assert_true(v.figure_result.value == 100);
    check_str(v.total.figure, "ZJ/2025/co2");
    check_number(v.total_result.value, 666.09915, 1e-12);
    assert_int_equal(v.step_count, 4);
    check_str(v.steps[1].said, "sum_of|0|0|0");
    assert_int_equal(v.seal.run, 7);
    assert_int_equal(v.leaf, 2);
    /* Nothing of the other firm, nor of what the sum is. */
    assert_true(heng_str_find(bytes, HENG_STR("F2"), 0) == SIZE_MAX);
    assert_true(heng_str_find(bytes, HENG_STR("250.5"), 0) == SIZE_MAX);
    assert_true(heng_str_find(bytes, HENG_STR("1.9003"), 0) == SIZE_MAX);
    heng_arena_deinit(&arena);
}

static void no_byte_of_a_proof_changes_unnoticed(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)64 << 20);
    heng_str text = test_read(&arena, "receipt", "proof.json");
    char *bytes = heng_arena_alloc(&arena, text.length);
    memcpy(bytes, text.at, text.length);
    for (size_t i = 0; i < text.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            heng_arena_mark mark = heng_arena_here(&arena);
            heng_proof_verdict v = {0};
            heng_error err;
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            heng_status status =
                heng_proof_verify((heng_str){bytes, text.length}, &arena, &v, &err);
            if (!status && v.holds) fail_msg("bit %d of byte %zu", bit, i);
            if (!status) assert_true(v.what.length > 0);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            heng_arena_rewind(&arena, mark);
        }
        heng_proof_verdict v = {0};
        heng_error err;
        assert_int_equal(heng_proof_verify((heng_str){bytes, i}, &arena, &v, &err), HENG_INVALID);
    }
    heng_arena_deinit(&arena);
}

/* ---- seals as text -------------------------------------------------------------------------------- */

static void what_is_no_seal_is_refused(void **state)
{
    (void)state;
    heng_arena arena;
    heng_arena_init(&arena, (size_t)1 << 20);
    heng_seal seal = {.run = 3,
                      .count = 12,
                      .pack = HENG_STR("a|b %"),
                      .as_of = HENG_STR("now"),
                      .engine = HENG_STR("0"),
                      .made = HENG_STR("2026-01-01")};
    heng_seal read;
    heng_str text;
    heng_error err;
    assert_int_equal(heng_seal_write(&seal, &arena, &text, &err), HENG_OK);
    assert_int_equal(heng_seal_read(text, &arena, &read, &err), HENG_OK);
    check_str(read.pack, "a|b %");
    assert_int_equal(read.count, 12);
    for (size_t i = 0; i < text.length; i++)
        assert_int_equal(heng_seal_read(heng_str_slice(text, 0, i), &arena, &read, &err),
                         HENG_INVALID);
    static const char *const refused[] = {"", "heng-seal-2|1|1", "heng-seal-1|", "heng-seal-1|+3"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(heng_seal_read(heng_str_from(refused[i]), &arena, &read, &err),
                         HENG_INVALID);
    const char *counts[] = {"03", "-3", "+3", "3.", "9999999999999999999", ""};
    for (size_t i = 0; i < 6; i++) {
        heng_str rest = heng_str_slice(text, 13, text.length); /* behind the run */
        heng_str other = heng_str_format(&arena, "heng-seal-1|%s%.*s", counts[i], HENG_PRINT(rest));
        assert_int_equal(heng_seal_read(other, &arena, &read, &err), HENG_INVALID);
    }
    heng_arena_deinit(&arena);
}

/* ---- proofs of the engine ------------------------------------------------------------------------- */

static const char rules[] =
    "kind place \"Place\" levels country > province > city\n"
    "kind firm \"Firm\" in place\n"
    "table factor : t CO2/t \"Factor\"\n  source \"G\"\n  status seen\n"
    "  valid | value\n  2019 .. | 1.9003\n"
    "method m \"M\"\n  source \"S\"\n  status seen\n  for firm by year\n"
    "input coal : t \"Coal\"\n"
    "output co2 : t CO2 \"CO2\" = coal * factor\n"
    "output twice : t \"Twice\" = coal + coal\n"
    "method n \"N\"\n  source \"S\"\n  status seen\n  for province by year\n"
    "input co2 : t CO2 \"CO2\" for firm by year\n"
    "output all : t CO2 \"All\" = sum(co2 over firm)\n";

static const char *const outputs[] = {"F1/2020/co2",   "F2/2020/co2",   "F3/2020/co2",
                                      "F1/2020/twice", "F2/2020/twice", "ZJ/2020/all"};
enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static heng_point points[OUTPUTS];

static void open_world(test_world *w)
{
    test_open(w, rules);
    test_entity(w, "CN", "place", "country", NULL);
    test_entity(w, "ZJ", "place", "province", "CN");
    test_entity(w, "F1", "firm", "firm", "ZJ");
    test_entity(w, "F2", "firm", "firm", "ZJ");
    test_entity(w, "F3", "firm", "firm", "ZJ");
    test_fact(w, "F1/2020/coal", "100");
    test_fact(w, "F2/2020/coal", "250.5");
    test_fact(w, "F3/2020/coal", "80");
    test_evaluate(w);
    for (int i = 0; i < OUTPUTS; i++) points[i] = test_point(w, outputs[i]);
}

static heng_receipt_head head_of_test(const test_world *w)
{
    return (heng_receipt_head){.program = heng_program_hash(w->program),
                               .pack = HENG_STR("test 1"),
                               .as_of = HENG_STR("now"),
                               .engine = HENG_STR("0")};
}

typedef struct sealed_world {
    heng_hash leaves[OUTPUTS], ids[OUTPUTS];
    heng_str text;
    heng_signature signature;
} sealed_world;

static heng_status seal_world(test_world *w, const heng_seed *secret, heng_arena *arena,
                              sealed_world *out, heng_error *err)
{
    heng_receipt_head head = head_of_test(w);
    heng_sealing *sealing = NULL;
    heng_seed key = seed_of(rfc_seed);
    heng_status status =
        heng_sealing_open(w->program, w->evaluation, &head, secret, arena, &sealing, err);
    for (int i = 0; i < OUTPUTS && !status; i++) {
        heng_str figure;
        status = heng_sealing_figure(sealing, &points[i], &figure, &out->ids[i], err);
        if (status) break;
        check_str(figure, outputs[i]);
        out->leaves[i] = heng_seal_leaf(heng_seal_salt(secret, out->ids[i]), out->ids[i]);
    }
    if (status) {
        heng_sealing_close(sealing);
        return status;
    }
    /* 3 facts, 1 cell, 3 products, 3 rules, 2 sums, 2 rules, what the province adds: each once */
    assert_in_range(heng_sealing_line_count(sealing), 15, 20);
    heng_sealing_close(sealing);
    heng_merkle tree;
    heng_merkle_init(&tree);
    for (int i = 0; i < OUTPUTS; i++) heng_merkle_add(&tree, out->leaves[i]);
    heng_seal seal = {.run = 1,
                      .count = OUTPUTS,
                      .root = heng_merkle_root(&tree),
                      .program = head.program,
                      .pack = head.pack,
                      .as_of = head.as_of,
                      .engine = head.engine,
                      .made = HENG_STR("2026-03-01"),
                      .secret = heng_seal_secret_mark(secret),
                      .key = heng_public_of(&key)};
    status = heng_seal_write(&seal, arena, &out->text, err);
    if (!status) out->signature = heng_sign(&key, out->text);
    return status;
}

static heng_status receipt_of(test_world *w, size_t output, const heng_seed *secret,
                              heng_arena *arena, heng_receipt *out, heng_error *err)
{
    heng_receipt_head head = head_of_test(w);
    return heng_receipt_of(w->program, w->evaluation, &points[output], &head, secret, arena, out,
                           err);
}

static heng_sealed sealed_of(const sealed_world *s, const heng_seed *secret, size_t index,
                             heng_hash path[HENG_MERKLE_PATH_MAX])
{
    heng_sealed sealed = {.text = s->text,
                          .signature = s->signature,
                          .salt = heng_seal_salt(secret, s->ids[index]),
                          .index = index,
                          .path = path};
    sealed.path_length = heng_merkle_path(s->leaves, OUTPUTS, index, path);
    return sealed;
}

/* Shared lines or not, a figure has one id. */
static void sealing_gives_the_ids_of_receipts(void **state)
{
    (void)state;
    test_world w;
    heng_seed secret = {{9}};
    sealed_world s;
    heng_error err;
    open_world(&w);
    assert_int_equal(seal_world(&w, &secret, &w.arena, &s, &err), HENG_OK);
    for (size_t i = 0; i < OUTPUTS; i++) {
        heng_receipt receipt;
        heng_hash path[HENG_MERKLE_PATH_MAX];
        heng_text text;
        heng_verdict v;
        heng_text_init(&text, &w.arena, 1 << 20);
        assert_int_equal(receipt_of(&w, i, &secret, &w.arena, &receipt, &err), HENG_OK);
        assert_true(heng_hash_equal(heng_receipt_id(&receipt), s.ids[i]));
        heng_sealed sealed = sealed_of(&s, &secret, i, path);
        assert_int_equal(heng_receipt_write(&receipt, &sealed, &text, &err), HENG_OK);
        assert_int_equal(heng_receipt_verify(heng_text_view(&text), &w.arena, &v, &err), HENG_OK);
        if (!v.verified) fail_msg("%.*s", HENG_PRINT(v.what));
        assert_true(v.is_sealed && v.leaf == i && v.seal.count == OUTPUTS);
        sealed.index = (i + 1) % OUTPUTS; /* another place under the same seal */
        heng_text_init(&text, &w.arena, 1 << 20);
        assert_int_equal(heng_receipt_write(&receipt, &sealed, &text, &err), HENG_OK);
        assert_int_equal(heng_receipt_verify(heng_text_view(&text), &w.arena, &v, &err), HENG_OK);
        assert_false(v.verified);
    }
    test_close(&w);
}

static heng_status prove(test_world *w, const char *figure, const heng_seed *secret,
                         const sealed_world *s, heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_receipt receipt;
    heng_proof proof;
    heng_hash path[HENG_MERKLE_PATH_MAX];
    heng_text text;
    heng_sealed sealed = sealed_of(s, secret, OUTPUTS - 1, path);
    heng_text_init(&text, arena, 1 << 20);
    heng_status status = receipt_of(w, OUTPUTS - 1, secret, arena, &receipt, err);
    if (!status) status = heng_proof_make(&receipt, heng_str_from(figure), arena, &proof, err);
    if (!status) status = heng_proof_write(&proof, &sealed, &text, err);
    if (!status) *out = heng_text_view(&text);
    return status;
}

/* What one firm can be shown of a sum of three: the proof of each, and no word of the others. */
static void a_firm_is_in_the_total_and_learns_nothing_else(void **state)
{
    (void)state;
    test_world w;
    heng_seed secret = {{9}}, other_secret = {{8}};
    sealed_world s, other;
    heng_error err;
    open_world(&w);
    assert_int_equal(seal_world(&w, &secret, &w.arena, &s, &err), HENG_OK);
    assert_int_equal(seal_world(&w, &other_secret, &w.arena, &other, &err), HENG_OK);
    static const struct {
        const char *figure, *own;
        double value;
    } firms[] = {{"F1/2020/co2", "F1", 190.03},
                 {"F2/2020/co2", "F2", 476.02515},
                 {"F3/2020/co2", "F3", 152.024},
                 {"F2/2020/coal", "F2", 250.5}};
    for (size_t i = 0; i < 4; i++) {
        heng_str bytes, again;
        if (prove(&w, firms[i].figure, &secret, &s, &w.arena, &bytes, &err))
            fail_msg("%s", err.message);
        heng_proof_verdict v = verify(&w.arena, bytes);
        if (!v.holds) fail_msg("%.*s", HENG_PRINT(v.what));
        check_number(v.figure_result.value, firms[i].value, 1e-9);
        check_number(v.total_result.value, 818.07915, 1e-9);
        static const char *const names[] = {"F1", "F2", "F3"};
        for (int n = 0; n < 3; n++)
            if (strcmp(names[n], firms[i].own) != 0)
                assert_true(heng_str_find(bytes, heng_str_from(names[n]), 0) == SIZE_MAX);
        /* With other salts every hash is another: none can be looked up in a table of guesses. */
        assert_int_equal(prove(&w, firms[i].figure, &other_secret, &other, &w.arena, &again, &err),
                         HENG_OK);
        for (size_t k = 0; k < v.step_count; k++)
            for (size_t p = 0; p < v.steps[k].path_length; p++) {
                char text[HENG_HASH_TEXT];
                heng_hash_write(v.steps[k].path[p], text);
                bool cell =
                    heng_str_is(v.steps[k].said, "multiply"); /* the factor has a salt too */
                (void)cell;
                assert_true(heng_str_find(again, heng_str_from(text), 0) == SIZE_MAX);
            }
    }
    test_close(&w);
}

static void check_refused(test_world *w, heng_str bytes, const char *from, const char *to)
{
    size_t at = heng_str_find(bytes, heng_str_from(from), 0);
    assert_true(at != SIZE_MAX && strlen(from) == strlen(to));
    char *changed = heng_arena_alloc(&w->arena, bytes.length);
    memcpy(changed, bytes.at, bytes.length);
    memcpy(changed + at, to, strlen(to));
    heng_proof_verdict v = {0};
    heng_error err;
    heng_status status = heng_proof_verify((heng_str){changed, bytes.length}, &w->arena, &v, &err);
    if (!status && v.holds) fail_msg("%s instead of %s", to, from);
}

static void a_changed_proof_is_refused(void **state)
{
    (void)state;
    test_world w;
    heng_seed secret = {{9}};
    sealed_world s;
    heng_error err;
    heng_str bytes;
    open_world(&w);
    assert_int_equal(seal_world(&w, &secret, &w.arena, &s, &err), HENG_OK);
    assert_int_equal(prove(&w, "F2/2020/coal", &secret, &s, &w.arena, &bytes, &err), HENG_OK);
    check_refused(&w, bytes, "|value|250.5|", "|value|240.5|"); /* the figure */
    check_refused(&w, bytes, "0x1.f5p+7", "0x1.e5p+7");         /* its result */
    check_refused(&w, bytes, "ZJ/2020/all", "CN/2020/all");     /* the total */
    check_refused(&w, bytes, "\"sum_of|", "\"max_of|");         /* what it is in */
    check_refused(&w, bytes, ",1,3,[", ",0,3,[");               /* its place */
    check_refused(&w, bytes, ",1,3,[", ",1,4,[");               /* beside how many */
    assert_int_equal(prove(&w, "ZJ/2020/all", &secret, &s, &w.arena, &bytes, &err), HENG_REFUSED);
    assert_int_equal(prove(&w, "F2/2020/twice", &secret, &s, &w.arena, &bytes, &err),
                     HENG_NOT_FOUND);
    assert_non_null(strstr(err.message, "ZJ/2020/all does not stand on F2/2020/twice"));
    s.leaves[OUTPUTS - 1].bytes[0] ^= 1; /* under no seal */
    s.ids[OUTPUTS - 1].bytes[0] ^= 1;
    assert_int_equal(prove(&w, "F2/2020/coal", &secret, &s, &w.arena, &bytes, &err), HENG_OK);
    assert_false(verify(&w.arena, bytes).holds);
    test_close(&w);
}

/* ---- memory --------------------------------------------------------------------------------------- */

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    test_world w;
    heng_seed secret = {{9}};
    open_world(&w);
    size_t failures = 0;
    for (size_t n = 1;; n++, failures++) {
        heng_arena arena;
        heng_error err = {0};
        sealed_world s;
        heng_str bytes;
        heng_proof_verdict v;
        heng_arena_init(&arena, (size_t)1 << 28);
        heng_arena_mark mark = heng_arena_here(&w.arena);
        heng_arena_fail_after(n);
        heng_status status = seal_world(&w, &secret, &arena, &s, &err);
        if (!status) status = prove(&w, "F2/2020/coal", &secret, &s, &arena, &bytes, &err);
        if (!status) status = heng_proof_verify(bytes, &arena, &v, &err);
        heng_arena_fail_after(0);
        heng_arena_deinit(&arena);
        heng_arena_rewind(&w.arena, mark);
        if (status == HENG_OK) break;
        assert_int_equal(status, HENG_NO_MEMORY);
    }
    assert_true(failures > 40);
    test_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_comes_back),
        cmocka_unit_test(a_changed_key_file_is_refused_without_saying_what_it_holds),
        cmocka_unit_test(a_proof_of_another_program_holds),
        cmocka_unit_test(no_byte_of_a_proof_changes_unnoticed),
        cmocka_unit_test(what_is_no_seal_is_refused),
        cmocka_unit_test(sealing_gives_the_ids_of_receipts),
        cmocka_unit_test(a_firm_is_in_the_total_and_learns_nothing_else),
        cmocka_unit_test(a_changed_proof_is_refused),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    return cmocka_run_group_tests_name("core/receipt/seal", tests, NULL, NULL);
}
