/* tools/heng_verify.c: heng-verify FILE. Reckons a receipt again, with nothing but the receipt.
 *
 * No database, no rules, no network: it is built from base and core alone. Exit codes: 0 verified;
 * 1 something differs, and it says on which line; 2 the command line; 3 the file cannot be read, or is
 * not a receipt.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "core/receipt/proof.h"
#include "core/receipt/receipt.h"

#include <stdio.h>
#include <stdlib.h>

enum { VERIFIED = 0, DIFFERS = 1, USAGE = 2, UNREADABLE = 3 };

static const char usage[] =
    "usage: heng-verify [--key PUBLIC] FILE\n"
    "Reckons a receipt of `heng receipt` again, line by line, or checks a proof; - is the standard input.\n"
    "  --key PUBLIC  demand a seal by this key: the public key or its id, 64 hexadecimal digits\n"
    "Exit codes: 0 verified, 1 something differs, 2 usage, 3 not readable.\n";

static heng_status read_all(FILE *file, heng_arena *arena, heng_str *out, heng_error *err)
{
    heng_text text;
    char part[1 << 16];
    size_t length;
    heng_text_init(&text, arena, HENG_RECEIPT_BYTES_MAX);
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        heng_text_add(&text, (heng_str){part, length});
    if (ferror(file)) return heng_fail(err, HENG_IO, 0, "cannot be read");
    if (text.failed)
        return heng_fail(err, HENG_NO_MEMORY, 0, "is too large for the memory there is");
    *out = heng_text_view(&text);
    return HENG_OK;
}

static void print_key(const heng_public *key)
{
    for (size_t i = 0; i < sizeof key->bytes; i++) printf("%02x", key->bytes[i]);
}

static void print_number(const heng_outcome *result, heng_str word, heng_str unit)
{
    char number[HENG_NUMBER_TEXT] = "unknown";
    bool known = result->state == HENG_STATE_KNOWN;
    if (known) number[heng_number_write(result->value, number)] = '\0';
    if (word.length)
        printf("%.*s", HENG_PRINT(word));
    else
        printf("%s %.*s", number, HENG_PRINT(unit));
}

static void print_seal(const heng_seal *seal, uint64_t leaf)
{
    printf("  figure %llu of %llu under the seal of run %llu, made %.*s\n  signed by ",
           (unsigned long long)leaf + 1, (unsigned long long)seal->count,
           (unsigned long long)seal->run, HENG_PRINT(seal->made));
    print_key(&seal->key);
    printf("\n");
}

static void print_verified(const heng_verdict *v)
{
    char hash[HENG_HASH_TEXT];
    heng_hash_write(v->id, hash);
    printf("verified: %.*s = ", HENG_PRINT(v->head.figure));
    print_number(&v->result, v->head.word, v->head.unit);
    printf("\n  %zu lines, pack %.*s, as of %.*s\n  id %s\n", v->line_count,
           HENG_PRINT(v->head.pack), HENG_PRINT(v->head.as_of), hash);
    if (v->library_lines)
        printf(
            "  %zu lines ask the C library (power, exp, ln); %zu of them equal to one unit in the "
            "last place only\n",
            v->library_lines, v->near_lines);
    if (v->is_sealed)
        print_seal(&v->seal, v->leaf);
    else
        printf("  not sealed: whoever made it could have made up its facts\n");
}

static int verify_proof(heng_str bytes, const char *name, const heng_hash *wanted,
                        heng_arena *arena)
{
    heng_error err;
    heng_proof_verdict v;
    if (heng_proof_verify(bytes, arena, &v, &err)) {
        fprintf(stderr, "heng-verify: %s: %s\n", name, err.message);
        return UNREADABLE;
    }
    if (!v.holds) {
        printf("does not hold: %.*s\n", HENG_PRINT(v.what));
        return DIFFERS;
    }
    if (wanted && !heng_key_is(&v.seal.key, wanted)) {
        printf("it holds, but is not sealed by the key that was asked for\n");
        return DIFFERS;
    }
    printf("proved: %.*s = ", HENG_PRINT(v.figure));
    print_number(&v.figure_result, HENG_STR(""), v.figure_unit);
    printf("\n  is inside  %.*s = ", HENG_PRINT(v.total.figure));
    print_number(&v.total_result, v.total.word, v.total.unit);
    printf("\n");
    for (size_t i = 0; i < v.step_count; i++)
        printf("  as input %llu of %llu of  %.*s\n", (unsigned long long)v.steps[i].index + 1,
               (unsigned long long)v.steps[i].count, HENG_PRINT(v.steps[i].said));
    printf("  pack %.*s, as of %.*s\n", HENG_PRINT(v.total.pack), HENG_PRINT(v.total.as_of));
    print_seal(&v.seal, v.leaf);
    return VERIFIED;
}

static int verify(heng_str bytes, const char *name, const heng_hash *wanted, heng_arena *arena)
{
    heng_error err;
    heng_verdict verdict;
    if (heng_proof_is(bytes)) return verify_proof(bytes, name, wanted, arena);
    if (heng_receipt_verify(bytes, arena, &verdict, &err)) {
        fprintf(stderr, "heng-verify: %s: %s\n", name, err.message);
        return UNREADABLE;
    }
    if (!verdict.verified) {
        if (verdict.line) printf("line %zu differs: ", verdict.line);
        printf("%.*s\n", HENG_PRINT(verdict.what));
        return DIFFERS;
    }
    if (wanted && (!verdict.is_sealed || !heng_key_is(&verdict.seal.key, wanted))) {
        printf("it replays, but is not sealed by the key that was asked for\n");
        return DIFFERS;
    }
    print_verified(&verdict);
    return VERIFIED;
}

int main(int argc, char **argv)
{
    heng_hash key;
    const heng_hash *wanted = NULL;
    if (argc == 4 && strcmp(argv[1], "--key") == 0 && heng_hash_parse(heng_str_from(argv[2]), &key))
        wanted = &key;
    bool good = wanted || (argc == 2 && (argv[1][0] != '-' || argv[1][1] == '\0'));
    if (!good) {
        bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
        fputs(usage, asked ? stdout : stderr);
        return asked ? VERIFIED : USAGE;
    }
    const char *name = argv[argc - 1];
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    heng_arena arena;
    heng_error err = {.message = "cannot be opened"};
    heng_str bytes;
    heng_arena_init(&arena, SIZE_MAX);
    int code = UNREADABLE;
    if (file && read_all(file, &arena, &bytes, &err) == HENG_OK)
        code = verify(bytes, name, wanted, &arena);
    else
        fprintf(stderr, "heng-verify: %s: %s\n", name, err.message);
    if (file && file != stdin) fclose(file);
    heng_arena_deinit(&arena);
    return code;
}
