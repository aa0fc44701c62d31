/* A fuzzer with changes of its own, run without libFuzzer: fast, by number, the same on every machine.
 *
 *   rule_compile_alone FIRST COUNT FILE...
 *
 * Text n is one of the files, changed by the mutator some times, all drawn from n alone. With
 * HENG_TRIALS_SAY each number is said before its text is tried, so that a crash is found again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "test/fuzz/rule_compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 15, FILES_MAX = 200, SAY_EVERY = 10000, CHANGES_MAX = 6 };

static uint64_t dice;

static uint32_t roll(uint32_t below)
{
    uint64_t z = dice += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

/* What libFuzzer would do to bytes: one is changed, put in or left out. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max)
{
    size_t at = size ? roll((uint32_t)size) : 0;
    uint32_t what = roll(3);
    if ((what == 0 || size == 0) && size < size_max) {
        memmove(data + at + 1, data + at, size - at);
        data[at] = (uint8_t)roll(256);
        return size + 1;
    }
    if (what == 1 && size > 1) {
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    }
    if (size) data[at] = (uint8_t)(data[at] ^ (1u << roll(8)));
    return size;
}

static size_t read_text(const char *path, uint8_t *text)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot open %s\n", path);
        exit(1);
    }
    size_t length = fread(text, 1, TEXT_MAX, file);
    fclose(file);
    return length;
}

int main(int argument_count, char **arguments)
{
    static uint8_t texts[FILES_MAX][TEXT_MAX];
    static size_t lengths[FILES_MAX];
    int files = argument_count - 3;
    if (files < 1 || files > FILES_MAX) {
        fprintf(stderr, "usage: %s FIRST COUNT FILE...\n", arguments[0]);
        return 1;
    }
    for (int i = 0; i < files; i++) lengths[i] = read_text(arguments[3 + i], texts[i]);
    uint64_t first = strtoull(arguments[1], NULL, 10), count = strtoull(arguments[2], NULL, 10);
    unsigned long long compiled = 0;
    for (uint64_t n = first; n < first + count; n++) {
        dice = n * 0x2545f4914f6cdd1du;
        if (getenv("HENG_TRIALS_SAY")) fprintf(stderr, "%llu\n", (unsigned long long)n);
        uint32_t file = roll((uint32_t)files);
        size_t size = lengths[file];
        uint8_t *text = malloc(TEXT_MAX); /* of its own, so that a sanitizer sees its ends */
        if (!text) return 1;
        memcpy(text, texts[file], size);
        for (uint32_t changes = roll(2) ? 1 : 1 + roll(CHANGES_MAX); changes > 0; changes--)
            size = LLVMFuzzerCustomMutator(text, size, TEXT_MAX, roll(UINT32_MAX));
        compiled += rule_compiles(text, size);
        free(text);
        if ((n - first + 1) % SAY_EVERY == 0) {
            printf("%llu texts, %llu of them compile; next %llu\n",
                   (unsigned long long)(n - first + 1), compiled, (unsigned long long)(n + 1));
            fflush(stdout);
        }
    }
    return 0;
}
