/* main/cmd_version.c: heng version.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pack/pack.h"
#include "main/command.h"
#include "main/session.h"

static heng_exit run(const heng_arguments *arguments)
{
    heng_pack pack;
    heng_error err;
    fprintf(arguments->out, "heng %s\n", HENG_VERSION);
    if (heng_pack_built_in(arguments->arena, &pack, &err) == HENG_OK)
        fprintf(arguments->out, "pack %.*s %.*s, built in\n", HENG_PRINT(pack.name),
                HENG_PRINT(pack.version));
    return HENG_EXIT_OK;
}

const heng_command heng_command_version = {
    .name = "version",
    .summary = "print the version of the program and of the pack built into it",
    .run = run,
};
