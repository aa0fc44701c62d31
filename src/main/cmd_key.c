/* main/cmd_key.c: heng key new | show. The key that seals runs.
 *
 * The secret is written to its file and never printed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt/key.h"
#include "host/keys/keys.h"
#include "main/command.h"

static void print_key(const heng_arguments *arguments, const heng_public *key)
{
    char public_text[HENG_HASH_TEXT], id[HENG_HASH_TEXT];
    heng_hash bytes;
    memcpy(bytes.bytes, key->bytes, sizeof bytes.bytes);
    heng_hash_write(bytes, public_text);
    heng_hash_write(heng_key_id(key), id);
    fprintf(arguments->out, "public %s\nid     %s\n", public_text, id);
}

static heng_exit run(const heng_arguments *arguments)
{
    heng_str verb = heng_str_from(arguments->operands[0]);
    const char *path = arguments->operands[1];
    heng_error err;
    heng_public key;
    heng_status status = HENG_OK;
    if (heng_str_is(verb, "new")) {
        status = heng_key_make(path, &key, &err);
    } else if (heng_str_is(verb, "show")) {
        heng_seed seed;
        status = heng_key_load(path, &seed, &err);
        if (!status) key = heng_public_of(&seed);
        heng_secret_forget(&seed);
    } else {
        return heng_report_usage(arguments, "\"%s\" is not new or show", arguments->operands[0]);
    }
    if (status == HENG_CONFLICT) err.status = HENG_REFUSED;
    if (status) return heng_report_failure(arguments, &err);
    print_key(arguments, &key);
    if (heng_str_is(verb, "new"))
        fprintf(arguments->err,
                "%s signs in your name: keep it where only you read it, and a copy of it on paper "
                "or on another disk. Give the public line to whoever checks your receipts.\n",
                path);
    return HENG_EXIT_OK;
}

const heng_command heng_command_key = {
    .name = "key",
    .operands = "new|show FILE",
    .summary = "make a key for sealing runs, or show the public part of one",
    .details = "new makes the file, which only you may read; it is never written over. show prints "
               "the public key, which heng-verify --key asks for, and its id. The secret is never "
               "printed. A file that others may read is refused.",
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
