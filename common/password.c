/* password - see password.h. */
#include "common/password.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/utf8.h"
#include <ctype.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define OPS   crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
#define BYTES crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE

#define HASH_BYTES 32 /* as libsodium makes it */

_Static_assert(BYTES >= 46U << 20, "less memory than argon2id should have");
_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES, "room for it");

/*
 * Of a password nobody has, with the limits above: what is checked where there
 * is nothing to check.
 */
static const char nobodys[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/*
 * The commonest of 12 characters and more, in lower case; shorter ones are
 * refused by their length.
 */
static const char *const common[] = {"123456789012", "1234567890123",
    "12345678901234", "123456789123", "123456123456", "112233445566",
    "111222333444", "121212121212", "123123123123", "123321123321",
    "987654321098", "abc123abc123", "abcd12345678", "abcdefghijkl",
    "abcdefghijklm", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv", "qwertyuiop12", "qwertyuiop123", "qwerty123456",
    "qwertyqwerty", "qwertyuiop[]", "qwertyasdfgh", "asdfghjkl123",
    "asdfasdfasdf", "zxcvbnm12345", "password1234", "password12345",
    "password123456", "passwordpassword", "password1password", "p@ssw0rd1234",
    "passw0rd1234", "administrator", "administrador", "administrator1",
    "administrador1", "admin1234567", "admin12345678", "adminadminadmin",
    "changeme1234", "changemechangeme", "letmeinletmein", "letmein12345",
    "welcome12345", "welcome123456", "iloveyou1234", "iloveyouiloveyou",
    "contraseña12", "contraseña123", "contraseña1234", "contrasena12",
    "contrasena123", "contrasena1234", "contrasenacontrasena", "micontraseña",
    "micontrasena", "bienvenido12", "bienvenido123", "bienvenidos1",
    "teamomucho12", "tequieromucho", "tequieromucho1", "holahola1234",
    "holaholahola", "realmadrid12", "realmadrid123", "barcelona123",
    "barcelona1234", "estrellita12", "callcenter12", "callcenter123",
    "helpdesk1234", "soporte12345", "soporte123456", "operador1234",
    "opdeskopdesk", "opdesk123456", "football1234", "baseball1234",
    "superman1234", "princess1234", "sunshine1234", "starwars1234",
    "computer1234", "internet1234", "trustno1trustno1", "dragon123456",
    "monkey123456", "shadow123456", "master123456", "michael12345",
    "jennifer1234", "secret123456", "temporal1234", "temporal12345",
    "verano202412", "invierno2024", "primavera2024",
    "correcthorsebatterystaple", NULL};

/* s is piece, over and over, with digits behind at most. */
static bool
repeats(const char *s, const char *piece, size_t n)
{
	if (n == 0 || strncmp(s, piece, n) != 0)
		return false;
	while (strncmp(s, piece, n) == 0)
		s += n;
	return s[strspn(s, "0123456789!.-_")] == '\0';
}

/* Each character is the one before, or the next to it: "aaaa", "6543". */
static bool
is_run(const char *s)
{
	for (; s[0] != '\0' && s[1] != '\0'; s++)
		if (s[1] - s[0] > 1 || s[1] - s[0] < -1)
			return false;
	return true;
}

static bool
is_weak(const char *password, const char *login)
{
	char lower[PASSWORD_MAX_BYTES + 1];
	size_t n = strlen(password);

	for (size_t i = 0; i <= n; i++)
		lower[i] = (char)tolower((unsigned char)password[i]);
	for (int i = 0; common[i] != NULL; i++)
		if (strcmp(lower, common[i]) == 0)
			return true;
	for (size_t piece = 1; piece <= 3; piece++)
		if (repeats(lower, lower, piece))
			return true;
	return is_run(lower) || repeats(lower, login, strlen(login));
}

int
password_check(const char *password, const char *login, struct err *err)
{
	size_t n = strlen(password), characters = 0;

	if (n > PASSWORD_MAX_BYTES)
		return err_set(err, OD_EDATA,
		    "The password is too long; %d bytes are allowed",
		    PASSWORD_MAX_BYTES);
	if (!utf8_valid(password, n))
		return err_set(err, OD_EDATA,
		    "The password is no text in UTF-8; type it again");
	for (size_t i = 0; i < n; i++)
		characters += ((unsigned char)password[i] & 0xc0) != 0x80;
	if (characters < PASSWORD_MIN)
		return err_set(err, OD_EDATA,
		    "The password needs %d characters or more; a few words"
		    " are easy to keep in mind",
		    PASSWORD_MIN);
	if (is_weak(password, login))
		return err_set(err, OD_EDATA,
		    "That password is among the first that anybody tries;"
		    " take another one");
	return 0;
}

int
password_hash(
    const char *password, char out[PASSWORD_HASH_SIZE], struct err *err)
{
	memset(out, 0, PASSWORD_HASH_SIZE);
	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(out, password, strlen(password), OPS, BYTES,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(err, OD_EUNAVAIL,
		    "There is not enough memory to keep a password safely;"
		    " close something and try again");
	return 0;
}

struct parts {
	unsigned long long passes;
	size_t bytes;
	uint8_t salt[crypto_pwhash_SALTBYTES], sum[HASH_BYTES];
};

/* n bytes of base64, up to stop (or the end, when it is 0). */
static bool
read_bytes(const char **at, char stop, uint8_t *out, size_t n)
{
	const char *end = NULL;
	size_t got = 0;

	if (sodium_base642bin(out, n, *at, strlen(*at), NULL, &got, &end,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 ||
	    got != n || *end != stop)
		return false;
	*at = end + 1;
	return true;
}

/* What password_hash writes, and nothing else. */
static bool
read_hash(const char *text, struct parts *p)
{
	unsigned kib, passes;
	int n = 0;

	/* NOLINTNEXTLINE(cert-err34-c): so many digits fit */
	if (sscanf(text, "$argon2id$v=19$m=%8u,t=%4u,p=1$%n", &kib, &passes,
		&n) != 2 ||
	    n == 0)
		return false;
	text += n;
	p->bytes = (size_t)kib * 1024;
	p->passes = passes;
	return read_bytes(&text, '$', p->salt, sizeof(p->salt)) &&
	       read_bytes(&text, '\0', p->sum, sizeof(p->sum));
}

/*
 * Not by crypto_pwhash_str_verify, which takes the want of memory for a wrong
 * password.
 */
int
password_verify(
    const char *hash, const char *password, bool *matches, struct err *err)
{
	bool real = hash != NULL && hash[0] != '\0';
	uint8_t sum[HASH_BYTES];
	struct parts p;

	*matches = false;
	if (strlen(password) > PASSWORD_MAX_BYTES ||
	    !read_hash(real ? hash : nobodys, &p))
		return 0;
	if (sodium_init() < 0 ||
	    crypto_pwhash(sum, sizeof(sum), password, strlen(password), p.salt,
		p.passes, p.bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(err, OD_EUNAVAIL,
		    "There is not enough memory to check a password; close"
		    " something and try again");
	*matches = real && sodium_memcmp(sum, p.sum, sizeof(sum)) == 0;
	explicit_bzero(sum, sizeof(sum));
	return 0;
}
