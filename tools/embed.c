/* tools/embed.c: writes the files of a folder as C, so that they become part of the program.
 *
 *   embed SYMBOL FOLDER OUT.c OUT.d
 *
 * OUT.d lists the files and folders read, so that the build runs again when one changes or is added. A
 * folder that does not exist gives an empty table. See src/host/assets/assets.h for the shape.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "host/files/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

static const struct {
    const char *ending, *type;
} media_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".csv", "text/csv; charset=utf-8"},
};

static const char *media_type(heng_str path)
{
    for (size_t i = 0; i < sizeof media_types / sizeof *media_types; i++)
        if (heng_str_ends(path, heng_str_from(media_types[i].ending))) return media_types[i].type;
    return "text/plain; charset=utf-8";
}

static void die(const char *message)
{
    fprintf(stderr, "embed: %s\n", message);
    exit(1);
}

static void write_bytes(FILE *out, const char *name, size_t index, heng_str bytes)
{
    fprintf(out, "static const unsigned char %s_%zu[] = {", name, index);
    for (size_t i = 0; i < bytes.length; i++)
        fprintf(out, "%s%u,", i % 24 == 0 ? "\n" : "", (unsigned char)bytes.at[i]);
    fprintf(out, "0};\n");
}

/* gzip with no name and no time, so that the same bytes give the same bytes. */
static heng_str compress_bytes(heng_arena *arena, heng_str bytes)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die("zlib failed");
    size_t room = deflateBound(&stream, (uLong)bytes.length);
    unsigned char *packed = heng_arena_alloc(arena, room);
    if (!packed) die("out of memory");
    stream.next_in = (Bytef *)(uintptr_t)bytes.at;
    stream.avail_in = (uInt)bytes.length;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) die("zlib failed");
    heng_str result = {(const char *)packed, stream.total_out};
    deflateEnd(&stream);
    return result;
}

static void write_folders(FILE *out, const char *path)
{
    DIR *folder = opendir(path);
    if (!folder) { /* it may be made later: the folder above will know */
        const char *slash = strrchr(path, '/');
        if (slash) fprintf(out, " %.*s", (int)(slash - path), path);
        return;
    }
    fprintf(out, " %s", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        char *inner;
        if (asprintf(&inner, "%s/%s", path, entry->d_name) < 0) die("out of memory");
        struct stat info;
        if (stat(inner, &info) == 0 && S_ISDIR(info.st_mode))
            write_folders(out, inner);
        else
            fprintf(out, " %s", inner);
        free(inner);
    }
    closedir(folder);
}

int main(int count, char **words)
{
    if (count != 5) die("usage: embed SYMBOL FOLDER OUT.c OUT.d");
    const char *symbol = words[1], *folder = words[2];
    heng_arena arena;
    heng_arena_init(&arena, (size_t)1 << 30);
    heng_error err;
    heng_file *files = NULL;
    size_t file_count = 0;
    heng_status status = heng_folder_read(folder, &arena, &files, &file_count, &err);
    if (status && status != HENG_NOT_FOUND) die(err.message);
    FILE *out = fopen(words[3], "w"), *depends = fopen(words[4], "w");
    if (!out || !depends) die("the output could not be opened");
    fprintf(depends, "%s:", words[3]);
    write_folders(depends, folder);
    fprintf(depends, "\n");
    fprintf(out, "/* Written by tools/embed.c. */\n#include \"host/assets/assets.h\"\n\n");
    heng_str *packed = HENG_ARRAY(&arena, file_count, heng_str);
    if (!packed) die("out of memory");
    for (size_t i = 0; i < file_count; i++) {
        write_bytes(out, "bytes", i, files[i].bytes);
        packed[i] = compress_bytes(&arena, files[i].bytes);
        if (packed[i].length < files[i].bytes.length)
            write_bytes(out, "gzip", i, packed[i]);
        else
            packed[i].length = 0;
    }
    fprintf(out, "static const heng_asset items[] = {\n");
    for (size_t i = 0; i < file_count; i++) {
        char hash[HENG_HASH_TEXT], gzip[32] = "NULL";
        heng_hash_write(heng_hash_of(files[i].bytes), hash);
        if (packed[i].length) snprintf(gzip, sizeof gzip, "gzip_%zu", i);
        fprintf(out, "    {\"%.*s\", \"%s\", \"\\\"%.32s\\\"\", bytes_%zu, %zu, %s, %zu},\n",
                HENG_PRINT(files[i].name), media_type(files[i].name), hash, i,
                files[i].bytes.length, gzip, packed[i].length);
    }
    fprintf(out, "    {0}};\nconst heng_assets %s = {items, %zu};\n", symbol, file_count);
    if (fclose(out) != 0 || fclose(depends) != 0) die("the output could not be written");
    heng_arena_deinit(&arena);
    return 0;
}
