/* webhook_secrets - addresses, and what is sealed; see webhook_int.h. */
#include "common/i18n.h"
#include "common/seal.h"
#include "common/str.h"
#include "db/records/webhook_int.h"
#include <string.h>

#define SEAL_MORE 40 /* bytes that sealing adds: see common/seal.c */

static void
belongs(int64_t tenant_id, int64_t id, enum webhook_sealed what, char out[64])
{
	str_format(out, 64, "webhook %s %lld %lld",
	    what == WEBHOOK_SEALED_URL ? "url" : "secret", (long long)tenant_id,
	    (long long)id);
}

int
webhook__seal(struct desk *d, int64_t tenant_id, int64_t id,
    enum webhook_sealed what, const char *text, struct str *out,
    struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE];
	char whose[64];
	int rc;

	if ((rc = seal_key(d->seal_path, true, key, err)) != 0)
		return rc;
	belongs(tenant_id, id, what, whose);
	seal(key, whose, text, strlen(text), out);
	explicit_bzero(key, sizeof(key));
	return 0;
}

int
webhook__open(struct desk *d, int64_t tenant_id, int64_t id,
    enum webhook_sealed what, const char *sealed, char *out, size_t size,
    struct err *err)
{
	size_t n = strlen(sealed) / 2;
	uint8_t key[SEAL_KEY_SIZE];
	char whose[64];
	bool opened;
	int rc;

	out[0] = '\0';
	if (sealed[0] == '\0')
		return 0;
	if ((rc = seal_key(d->seal_path, false, key, err)) != 0)
		return rc;
	belongs(tenant_id, id, what, whose);
	n = n > SEAL_MORE ? n - SEAL_MORE : 0;
	opened = n > 0 && n < size && unseal(key, whose, sealed, out, n);
	out[opened ? n : 0] = '\0';
	explicit_bzero(key, sizeof(key));
	if (opened)
		return 0;
	return err_set(err, OD_EDATA,
	    "A webhook's address or secret does not open with the key in %s;"
	    " give it a new one",
	    d->seal_path);
}

/* ---- addresses ---- */

static bool
is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       strchr(".-_:[]", c) != NULL;
}

/* The host of scheme://host:port/..., in small letters; false: none. */
static bool
read_host(const char *s, char host[256])
{
	size_t n = strcspn(s, "/?#"), port;

	if (n == 0 || n > 253)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		host[i] = c;
		if (host[i] == '\0' || !is_host_char(host[i]))
			return false;
	}
	host[n] = '\0';
	port = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":");
	port += strcspn(host + port, ":");
	host[port] = '\0';
	return host[0] != '\0';
}

int
webhook__check_url(
    const char *url, bool is_private, char host[256], struct err *err)
{
	bool plain = str_starts(url, "http://");
	const char *rest;

	if (!plain && !str_starts(url, "https://"))
		return err_set(err, OD_EDATA,
		    "The address of a webhook begins with https://");
	if (plain && !is_private)
		return err_set(err, OD_EDATA,
		    "Without https only a webhook in your own network can be"
		    " told; say so with --private");
	if (strlen(url) > WEBHOOK_URL_MAX)
		return err_set(err, OD_EDATA,
		    "The address of a webhook has at most %d bytes",
		    WEBHOOK_URL_MAX);
	for (const char *s = url; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return err_set(err, OD_EDATA,
			    "The address of a webhook has no blanks and no"
			    " letters with accents");
	rest = strstr(url, "://") + 3;
	if (memchr(rest, '@', strcspn(rest, "/?#")) != NULL)
		return err_set(err, OD_EDATA,
		    "The address of a webhook has no name and no password in"
		    " it");
	if (!read_host(rest, host))
		return err_set(
		    err, OD_EDATA, "The address of a webhook names no host");
	return 0;
}
