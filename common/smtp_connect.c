/*
 * smtp_connect - a connection to a mail server as libcurl makes it; see smtp.h.
 */
#include "common/http_address.h"
#include "common/http_client_lib.h"
#include "common/mail_write.h"
#include "common/smtp_int.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CONNECT_MS 20000

/* The host of a URL, which must be one of ours; OD_EDATA. */
static int
read_host(const char *url, char host[256], struct err *err)
{
	const char *at = NULL;
	size_t n;

	if (strncasecmp(url, "smtps://", 8) == 0)
		at = url + 8;
	else if (strncasecmp(url, "smtp://", 7) == 0)
		at = url + 7;
	if (at == NULL)
		return err_set(err, OD_EDATA,
		    "A mail server is named as smtp://HOST:PORT or "
		    "smtps://HOST:PORT");
	n = strcspn(at, "/?#");
	if (at[n] == '/' && at[n + 1] == '\0')
		n++;
	if (n == 0 || at[0] == '/' || at[n] != '\0' ||
	    memchr(at, '@', n) != NULL)
		return err_set(err, OD_EDATA,
		    "The mail server's address has more than a host and a "
		    "port; name and password have keys of their own");
	n = at[0] == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/");
	if (n >= 254)
		return err_set(err, OD_EDATA,
		    "The address has a host name of more than 253 bytes.");
	memcpy(host, at, n);
	host[n] = '\0';
	return 0;
}

bool
smtp_is_loopback(const char *url)
{
	char host[256];
	size_t n;

	if (read_host(url, host, NULL) != 0)
		return false;
	n = strlen(host);
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		return http__text_is_loopback(host + 1);
	}
	return strcasecmp(host, "localhost") == 0 ||
	       http__text_is_loopback(host);
}

int
smtp_check_url(const char *url, struct err *err)
{
	char host[256];

	return read_host(url, host, err);
}

/* ---- called by libcurl ---- */

static curl_socket_t
on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct smtp_call *c = data;

	(void)purpose;
	if (c->is_loopback_only && !http__is_loopback(&a->addr)) {
		c->was_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

bool
smtp__line(struct smtp_call *c, const char *line, size_t n, bool *is_last)
{
	size_t room;

	while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	if (n < 3 || !isdigit((unsigned char)line[0]) ||
	    !isdigit((unsigned char)line[1]) ||
	    !isdigit((unsigned char)line[2]) ||
	    (n > 3 && line[3] != ' ' && line[3] != '-'))
		return false;
	*is_last = n == 3 || line[3] == ' ';
	c->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	if (c->words.len > 0 && c->words.len < SMTP_WORDS_MAX)
		str_addc(&c->words, ' ');
	room =
	    c->words.len < SMTP_WORDS_MAX ? SMTP_WORDS_MAX - c->words.len : 0;
	if (n > 4)
		str_addn(&c->words, line + 4, n - 4 < room ? n - 4 : room);
	return true;
}

/* The greeting and what else libcurl reads. */
static size_t
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
on_line(char *p, size_t size, size_t count, void *data)
{
	struct smtp_call *c = data;
	size_t n = size * count;
	bool is_last;

	/* Until an answer begins, the words are those of the one before. */
	if (c->code == 0)
		str_clear(&c->words);
	if (smtp__line(c, p, n, &is_last)) {
		if (n > 8 && strncasecmp(p + 4, "SIZE", 4) == 0)
			c->takes_size = true;
		if (is_last && c->code < 400)
			c->code = 0;
	}
	return n;
}

static size_t
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
on_nothing(char *p, size_t size, size_t count, void *data)
{
	(void)p;
	(void)data;
	return size * count;
}

/* ---- options ---- */

static long
use_ssl(const struct smtp_request *r)
{
	switch (r->tls) {
	case SMTP_TLS_REQUIRED:
		return (long)CURLUSESSL_ALL;
	case SMTP_TLS_WANTED:
		return (long)CURLUSESSL_TRY;
	case SMTP_TLS_NONE:
		break;
	}
	return (long)CURLUSESSL_NONE;
}

static bool
set(struct smtp_call *c, CURLoption option, const void *value)
{
	return http__lib.easy_setopt(c->easy, option, value) == CURLE_OK;
}

static bool
set_long(struct smtp_call *c, CURLoption option, long value)
{
	return http__lib.easy_setopt(c->easy, option, value) == CURLE_OK;
}

static bool
set_limits(struct smtp_call *c, const struct smtp_request *r)
{
	long ms = r->connect_ms != 0 ? r->connect_ms : CONNECT_MS;

	return set_long(c, CURLOPT_CONNECTTIMEOUT_MS, ms) &&
	       set_long(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, ms / 1000 + 1) &&
	       set_long(c, CURLOPT_NOSIGNAL, 1L) &&
	       set_long(c, CURLOPT_CONNECT_ONLY, 1L) &&
	       set_long(c, CURLOPT_FRESH_CONNECT, 1L) &&
	       set_long(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	       set_long(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	       set_long(c, CURLOPT_USE_SSL, use_ssl(r)) &&
	       set(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
	       set(c, CURLOPT_PROXY, "");
}

static bool
set_callbacks(struct smtp_call *c)
{
	CURL *e = c->easy;

	return http__lib.easy_setopt(
		   e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket) == CURLE_OK &&
	       http__lib.easy_setopt(e, CURLOPT_HEADERFUNCTION, on_line) ==
	           CURLE_OK &&
	       http__lib.easy_setopt(e, CURLOPT_WRITEFUNCTION, on_nothing) ==
	           CURLE_OK &&
	       set(c, CURLOPT_OPENSOCKETDATA, c) &&
	       set(c, CURLOPT_HEADERDATA, c) && set(c, CURLOPT_PRIVATE, c);
}

int
smtp__prepare(
    struct smtp_call *c, const struct smtp_request *r, struct err *err)
{
	size_t n = strlen(r->url);
	char *url = NULL;
	bool done;

	/* libcurl says EHLO with the path: the sender's domain. */
	while (n > 0 && r->url[n - 1] == '/')
		n--;
	url = xasprintf("%.*s/%s", (int)n, r->url, strrchr(c->from, '@') + 1);
	done = set(c, CURLOPT_URL, url) && set_limits(c, r) && set_callbacks(c);
	if (done && r->ca_file[0] != '\0')
		done = set(c, CURLOPT_CAINFO, r->ca_file) &&
		       set(c, CURLOPT_CAPATH, NULL);
	if (done && r->user[0] != '\0')
		done = set(c, CURLOPT_USERNAME, r->user) &&
		       set(c, CURLOPT_PASSWORD, r->password);
	free(url);
	return done ? 0 : http__no_memory(err);
}

/* ---- why not ---- */

static bool
is_about_tls(CURLcode code)
{
	return code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CERTPROBLEM ||
	       code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CIPHER ||
	       code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_ISSUER_ERROR;
}

enum smtp_outcome
smtp__why(struct smtp_call *c, int number, struct err *err)
{
	CURLcode code = (CURLcode)number;
	const char *why = http__lib.easy_strerror(code);
	long os = 0;

	if (c->was_refused && code == CURLE_COULDNT_CONNECT) {
		err_set(err, OD_EDENIED,
		    "The server's address is not one that this request may go "
		    "to.");
		return SMTP_NOT_SENT;
	}
	if (is_about_tls(code))
		c->step = SMTP_SECURE;
	else if (code == CURLE_LOGIN_DENIED)
		c->step = SMTP_LOGIN;
	if (c->step != SMTP_SECURE && c->code >= 400)
		return SMTP_REFUSED;
	if (code == CURLE_USE_SSL_FAILED) {
		err_set(err, OD_EUNAVAIL,
		    "The mail server offers no encryption (STARTTLS).");
		return SMTP_NOT_SENT;
	}
	http__lib.easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &os);
	if (os != 0 && code == CURLE_COULDNT_CONNECT)
		why = uv_strerror(uv_translate_sys_error((int)os));
	err_set(
	    err, OD_EUNAVAIL, "The mail server cannot be reached: %s.", why);
	return SMTP_NOT_SENT;
}
