/*
 * seal - short secrets kept in the database, closed with a key in a file.
 *
 * XChaCha20-Poly1305; what a text belongs to is bound to it, so that a sealed
 * text that was moved to another row does not open.  Thread-safe.
 */
#ifndef COMMON_SEAL_H
#define COMMON_SEAL_H

#include "common/err.h"
#include "common/str.h"
#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY_SIZE 32

/*
 * The key in a file that nobody else can read; with make it is made where
 * there is none.  OD_ENOTFOUND, OD_EDENIED (others could read it), OD_EDATA.
 */
int seal_key(
    const char *path, bool make, uint8_t key[SEAL_KEY_SIZE], struct err *err);
/* Append the n bytes, sealed, as text; belongs: what to, any text. */
void seal(const uint8_t key[SEAL_KEY_SIZE], const char *belongs, const void *p,
    size_t n, struct str *out);
/* The n bytes again: false when key, text or what it belongs to differ. */
bool unseal(const uint8_t key[SEAL_KEY_SIZE], const char *belongs,
    const char *text, void *p, size_t n);

#endif
