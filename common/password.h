/*
 * password - what a password must be, and its argon2id hash.
 *
 * password_hash and password_verify take 64 MiB and a tenth of a second: on a
 * worker, never on a loop, and with no transaction open.  Thread-safe.
 */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H

#include "common/err.h"
#include <stdbool.h>

#define PASSWORD_MIN       12   /* characters */
#define PASSWORD_MAX_BYTES 1024 /* more is refused, never cut */
#define PASSWORD_HASH_SIZE 128

/*
 * OD_EDATA when it is too short, no UTF-8, one of the commonest, the login
 * over and over, or a run of the keyboard.
 */
int password_check(const char *password, const char *login, struct err *err);
/* OD_EUNAVAIL when there is no memory for it. */
int password_hash(
    const char *password, char out[PASSWORD_HASH_SIZE], struct err *err);
/*
 * hash "" (or no hash at all) takes as long as any other, and does not match.
 * OD_EUNAVAIL when there is no memory to find out.
 */
int password_verify(
    const char *hash, const char *password, bool *matches, struct err *err);

#endif
