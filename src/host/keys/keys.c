/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/keys.h"
#include "core/receipt/key.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium/core.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

heng_seed heng_secret_new(void)
{
    heng_seed secret;
    int ready = sodium_init();
    assert(ready >= 0); /* fails only where the system has no randomness */
    (void)ready;
    randombytes_buf(secret.bytes, sizeof secret.bytes);
    return secret;
}

void heng_secret_forget(heng_seed *secret)
{
    sodium_memzero(secret->bytes, sizeof secret->bytes);
}

static heng_status write_new(int file, const char *path, const char *text, heng_error *err)
{
    size_t length = strlen(text);
    ssize_t done = write(file, text, length);
    if (done == (ssize_t)length && fsync(file) == 0) return HENG_OK;
    heng_status status =
        heng_fail(err, HENG_IO, 0, "%s could not be written: %s", path, strerror(errno));
    unlink(path);
    return status;
}

heng_status heng_key_make(const char *path, heng_public *out, heng_error *err)
{
    char text[HENG_KEY_TEXT];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST)
        return heng_fail(err, HENG_CONFLICT, 0,
                         "%s exists, and a key is never written over. Remedy: give another name",
                         path);
    if (file < 0)
        return heng_fail(err, HENG_IO, 0, "%s could not be made: %s", path, strerror(errno));
    heng_seed seed = heng_secret_new();
    heng_key_write(&seed, text);
    heng_public key = heng_public_of(&seed);
    heng_status status = write_new(file, path, text, err);
    sodium_memzero(text, sizeof text);
    heng_secret_forget(&seed);
    if (close(file) != 0 && !status)
        status = heng_fail(err, HENG_IO, 0, "%s could not be written: %s", path, strerror(errno));
    if (!status) *out = key;
    return status;
}

static heng_status read_open(int file, const char *path, heng_seed *out, heng_error *err)
{
    struct stat info;
    char text[HENG_KEY_TEXT + 1];
    if (fstat(file, &info) != 0)
        return heng_fail(err, HENG_IO, 0, "%s could not be read: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return heng_fail(err, HENG_INVALID, 0, "%s is no file, so it is no key", path);
    if (info.st_mode & 077)
        return heng_fail(err, HENG_REFUSED, 0,
                         "%s may be read or written by others, so it is no secret. Remedy: make a "
                         "new key; or, if nobody has read it, chmod 600 %s",
                         path, path);
    ssize_t length = read(file, text, sizeof text);
    if (length < 0)
        return heng_fail(err, HENG_IO, 0, "%s could not be read: %s", path, strerror(errno));
    heng_error why;
    heng_status status = heng_key_read((heng_str){text, (size_t)length}, out, &why);
    sodium_memzero(text, sizeof text);
    return status ? heng_fail(err, status, why.where, "%s: %s", path, why.message) : HENG_OK;
}

heng_status heng_key_load(const char *path, heng_seed *out, heng_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return heng_fail(err, errno == ENOENT ? HENG_NOT_FOUND : HENG_IO, 0,
                         "%s could not be opened: %s", path, strerror(errno));
    heng_status status = read_open(file, path, out, err);
    close(file);
    return status;
}
