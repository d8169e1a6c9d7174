/* totp - see totp.h. */
#include "common/totp.h"
#include "common/clock.h"
#include "common/digest.h"
#include <ctype.h>
#include <string.h>

void
totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t step,
    char code[TOTP_CODE_SIZE])
{
	uint8_t counter[8], mac[SHA1_SIZE];
	uint32_t n;
	size_t at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	hmac_sha1(secret, TOTP_SECRET_SIZE, counter, sizeof(counter), mac);
	at = mac[SHA1_SIZE - 1] & 0xf;
	n = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	    (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	str_format(code, TOTP_CODE_SIZE, "%06u", (unsigned)(n % 1000000));
}

/* Its digits alone; false when there is anything else, or not six. */
static bool
digits_of(const char *text, char out[TOTP_CODE_SIZE])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (!isdigit((unsigned char)*text) || n == TOTP_CODE_SIZE - 1)
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';
	return n == TOTP_CODE_SIZE - 1;
}

bool
totp_is_code(const char *text)
{
	char digits[TOTP_CODE_SIZE];

	return digits_of(text, digits);
}

int64_t
totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
    int64_t now_us, int64_t used)
{
	int64_t now = now_us / US_PER_SECOND / TOTP_STEP_S, found = 0;
	char digits[TOTP_CODE_SIZE], right[TOTP_CODE_SIZE];

	if (!digits_of(code, digits))
		return 0;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		totp_code(secret, step, right);
		if (equal_constant_time(digits, right, TOTP_CODE_SIZE) &&
		    step > used)
			found = step;
	}
	return found;
}

void
totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], struct str *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < TOTP_SECRET_SIZE; i++) {
		bits = bits << 8 | secret[i];
		for (have += 8; have >= 5; have -= 5)
			str_addc(out, letters[bits >> (have - 5) & 31]);
	}
}

static void
add_escaped(struct str *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
			str_addc(out, *s);
		else
			str_addf(out, "%%%02X", (unsigned char)*s);
	}
}

void
totp_url(const uint8_t secret[TOTP_SECRET_SIZE], const char *issuer,
    const char *account, struct str *out)
{
	str_add(out, "otpauth://totp/");
	add_escaped(out, issuer);
	str_addc(out, ':');
	add_escaped(out, account);
	str_add(out, "?secret=");
	totp_base32(secret, out);
	str_add(out, "&issuer=");
	add_escaped(out, issuer);
	str_add(out, "&algorithm=SHA1&digits=6&period=30");
}
