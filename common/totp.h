/*
 * totp - codes of a generator: RFC 6238 with SHA-1, 6 digits, 30 seconds.
 * Pure functions.
 */
#ifndef COMMON_TOTP_H
#define COMMON_TOTP_H

#include "common/str.h"
#include <stdbool.h>
#include <stdint.h>

#define TOTP_SECRET_SIZE 20
#define TOTP_CODE_SIZE   7 /* with the final NUL */
#define TOTP_STEP_S      30

/* The code of a step, which is seconds since 1970 / 30. */
void totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step,
    char code[TOTP_CODE_SIZE]);
/*
 * The step whose code it is, among that of now and its neighbours, and above
 * used: 0 when there is none.  Blanks in the code do not count.
 */
int64_t totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
    int64_t now_us, int64_t used);
/* Append the secret in base32, as it is typed into a generator. */
void totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], struct str *out);
/* Append otpauth://totp/ISSUER:ACCOUNT?secret=..., for a QR code. */
void totp_url(const uint8_t secret[TOTP_SECRET_SIZE], const char *issuer,
    const char *account, struct str *out);
/* Whether it looks like a code: 6 digits, blanks aside. */
bool totp_is_code(const char *text);

#endif
