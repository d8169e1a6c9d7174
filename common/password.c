/* password - see password.h. */
#include "common/password.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/utf8.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

#define OPS   crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
#define BYTES crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE

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

bool
password_verify(const char *hash, const char *password)
{
	bool real = hash != NULL && hash[0] != '\0';
	char text[PASSWORD_HASH_SIZE] = {0};
	int rc;

	str_copy(text, sizeof(text), real ? hash : nobodys);
	if (sodium_init() < 0 || strlen(password) > PASSWORD_MAX_BYTES)
		return false;
	rc = crypto_pwhash_str_verify(text, password, strlen(password));
	return rc == 0 && real;
}
