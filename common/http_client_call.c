/*
 * http_client_call - one request as libcurl sees it: options, limits, and
 * what it calls while the request is under way.
 */
#include "common/http_address.h"
#include "common/http_client_int.h"
#include "common/http_client_lib.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECT_MS    3000
#define FIRST_BYTE_MS 15000
#define IDLE_MS       15000
#define TOTAL_MS      30000
#define MAX_BODY      ((size_t)256 * 1024)
#define MAX_HEADERS   ((size_t)64 * 1024)
#define MAX_HOST      253
/* A kept connection older than this is likely to have been closed. */
#define KEEP_S 30L

/* ---- called by libcurl for one request ---- */

static bool
is_allowed(const struct http_call *c, bool loopback, bool public)
{
	return (!c->request.loopback_only || loopback) &&
	       (!c->request.public_only || public);
}

static curl_socket_t
on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_call *c = data;

	(void)purpose;
	if (a->family == AF_UNIX
		? c->request.public_only
		: !is_allowed(c, http__is_loopback(&a->addr),
		      !c->request.public_only || http__is_public(&a->addr))) {
		/* Another address of the same name may still do. */
		c->was_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/*
 * Connected, the next thing is to send.  This is also called for a kept
 * connection, which a call with other limits may have opened.
 */
static int
on_before_request(void *data, char *ip,
    /* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
    char *local_ip, int port, int local_port)
{
	struct http_call *c = data;
	long redirects = 0;

	(void)local_ip;
	(void)port;
	(void)local_port;
	if (!c->is_unix &&
	    !is_allowed(c, http__text_is_loopback(ip),
		!c->request.public_only || http__text_is_public(ip))) {
		c->stop = STOP_ADDRESS;
		return CURL_PREREQFUNC_ABORT;
	}
	http__lib.easy_getinfo(c->easy, CURLINFO_REDIRECT_COUNT, &redirects);
	if (c->stage != STAGE_CONNECTING && redirects == c->redirects &&
	    !c->is_repeatable) {
		c->stop = STOP_TWICE;
		return CURL_PREREQFUNC_ABORT;
	}
	c->redirects = redirects;
	c->stage = STAGE_SENT;
	http__wait_for(c, c->request.first_byte_ms);
	return CURL_PREREQFUNC_OK;
}

static bool
piece_arrived(struct http_call *c)
{
	if (c->stop != STOP_NONE)
		return false;
	c->stage = STAGE_ANSWERING;
	http__wait_for(c, c->request.idle_ms);
	return true;
}

static size_t
on_header(char *p, size_t size, size_t count, void *data)
{
	struct http_call *c = data;
	size_t n = size * count, value_n;
	const char *colon = memchr(p, ':', n), *value;

	if (!piece_arrived(c))
		return 0;
	if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) {
		str_clear(&c->answer_headers); /* of the answer before */
		c->head_ended = false;
		return n;
	}
	if (c->answer_headers.len + n > MAX_HEADERS) {
		c->stop = STOP_HEADERS;
		return 0;
	}
	if (p[0] == '\r' || p[0] == '\n')
		c->head_ended = true;
	if (!colon || memchr(p, '\0', n))
		return n;
	value = colon + 1;
	value_n = n - (size_t)(value - p);
	while (value_n > 0 && strchr(" \t", *value))
		value++, value_n--;
	while (value_n > 0 && strchr(" \t\r\n", value[value_n - 1]))
		value_n--;
	str_addn(&c->answer_headers, p, (size_t)(colon - p));
	str_addc(&c->answer_headers, '\0');
	str_addn(&c->answer_headers, value, value_n);
	str_addc(&c->answer_headers, '\0');
	return n;
}

static size_t
on_body(char *p, size_t size, size_t count, void *data)
{
	struct http_call *c = data;
	size_t n = size * count;

	if (!piece_arrived(c))
		return 0;
	if (n > c->request.max_body - c->received) {
		c->stop = STOP_TOO_LARGE;
		return 0;
	}
	c->received += n;
	if (c->request.on_data)
		c->request.on_data(p, n, c->request.data);
	else
		str_addn(&c->body, p, n);
	return c->stop == STOP_NONE ? n : 0; /* on_data may have cancelled */
}

/* ---- making a request ---- */

int
http__no_memory(struct err *err)
{
	return err_set(err, OD_EUNAVAIL,
	    "There is not enough memory to make a request; close other"
	    " programs and try again");
}

static CURLUcode
read_url(CURLU *u, const char *url, char **host, char **user)
{
	CURLUcode rc;

	/* libcurl would take "http:///x" for the host x. */
	if ((strncasecmp(url, "https://", 8) != 0 &&
		strncasecmp(url, "http://", 7) != 0) ||
	    strstr(url, "://")[3] == '/')
		return CURLUE_UNSUPPORTED_SCHEME;
	if (u == NULL)
		return CURLUE_OUT_OF_MEMORY;
	if ((rc = http__lib.url_set(u, CURLUPART_URL, url, 0)) != CURLUE_OK ||
	    (rc = http__lib.url_get(u, CURLUPART_HOST, host, 0)) != CURLUE_OK)
		return rc;
	rc = http__lib.url_get(u, CURLUPART_USER, user, 0);
	return rc == CURLUE_NO_USER ? CURLUE_OK : rc;
}

int
http__check_url(const char *url, struct err *err)
{
	CURLU *u = http__lib.url();
	char *host = NULL, *user = NULL;
	CURLUcode read = read_url(u, url, &host, &user);
	int rc = 0;

	if (read == CURLUE_OUT_OF_MEMORY)
		rc = http__no_memory(err);
	else if (read != CURLUE_OK)
		rc = err_set(err, OD_EDATA,
		    "The address is not one of http:// or https://.");
	else if (strlen(host) > MAX_HOST)
		rc = err_set(err, OD_EDATA,
		    "The address has a host name of more than 253 bytes.");
	else if (user != NULL)
		rc = err_set(
		    err, OD_EDATA, "The address has a name or password in it.");
	http__lib.free(host);
	http__lib.free(user);
	http__lib.url_cleanup(u);
	return rc;
}

static int
add_header(struct http_call *c, const char *line, struct err *err)
{
	struct curl_slist *list;

	if (strpbrk(line, "\r\n"))
		return err_set(err, OD_EDATA,
		    "A header of the request has a line end in it.");
	list = http__lib.slist_append(c->headers, line);
	if (!list)
		return http__no_memory(err);
	c->headers = list;
	return 0;
}

static int
set_headers(struct http_call *c, const struct http_request *r, struct err *err)
{
	bool has_type = false;
	int rc = 0;

	for (const char *const *h = r->headers; h && *h && rc == 0; h++) {
		has_type |= strncasecmp(*h, "content-type:", 13) == 0;
		rc = add_header(c, *h, err);
	}
	if (rc == 0 && r->bearer) {
		char *line = xasprintf("Authorization: Bearer %s", r->bearer);

		rc = add_header(c, line, err);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	if (rc == 0)
		rc = add_header(c, "Expect:", err);
	if (rc == 0 && r->body && !has_type)
		rc = add_header(c, "Content-Type:", err);
	c->unset |=
	    http__lib.easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
	return rc;
}

static void
set_limits(struct http_call *c)
{
	struct http_request *r = &c->request;

	r->connect_ms = r->connect_ms ? r->connect_ms : CONNECT_MS;
	r->first_byte_ms = r->first_byte_ms ? r->first_byte_ms : FIRST_BYTE_MS;
	r->idle_ms = r->idle_ms ? r->idle_ms : IDLE_MS;
	r->total_ms = r->total_ms ? r->total_ms : TOTAL_MS;
	r->max_body = r->max_body ? r->max_body : MAX_BODY;
	c->unset |= http__lib.easy_setopt(
	    c->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_ms);
	c->unset |= http__lib.easy_setopt(c->easy, CURLOPT_TIMEOUT_MS,
	    r->total_ms < 0 ? 0L : (long)r->total_ms);
	c->unset |= http__lib.easy_setopt(
	    c->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->max_body);
	if (r->max_redirects > 0 && c->is_repeatable) {
		c->unset |=
		    http__lib.easy_setopt(c->easy, CURLOPT_FOLLOWLOCATION, 1L);
		c->unset |= http__lib.easy_setopt(
		    c->easy, CURLOPT_MAXREDIRS, (long)r->max_redirects);
		c->unset |= http__lib.easy_setopt(
		    c->easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	}
}

static void
set_method(struct http_call *c, const struct http_request *r)
{
	if (strcmp(r->method, "HEAD") == 0) {
		c->unset |= http__lib.easy_setopt(c->easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (r->body || strcmp(r->method, "POST") == 0) {
		c->unset |= http__lib.easy_setopt(c->easy,
		    CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
		c->unset |= http__lib.easy_setopt(
		    c->easy, CURLOPT_COPYPOSTFIELDS, r->body ? r->body : "");
	}
	c->unset |=
	    http__lib.easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_options(struct http_call *c, const struct http_request *r)
{
	CURL *e = c->easy;

	c->unset |= http__lib.easy_setopt(e, CURLOPT_URL, r->url);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_PRIVATE, c);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_PROXY, "");
	c->unset |=
	    http__lib.easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	c->unset |=
	    http__lib.easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	c->unset |=
	    http__lib.easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	c->unset |= http__lib.easy_setopt(
	    e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_USERAGENT, "opdesk");
	c->unset |= http__lib.easy_setopt(e, CURLOPT_MAXAGE_CONN, KEEP_S);
	c->unset |= http__lib.easy_setopt(
	    e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
	c->unset |=
	    http__lib.easy_setopt(e, CURLOPT_PREREQFUNCTION, on_before_request);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_PREREQDATA, c);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_HEADERDATA, c);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	c->unset |= http__lib.easy_setopt(e, CURLOPT_WRITEDATA, c);
	if (r->unix_socket)
		c->unset |= http__lib.easy_setopt(
		    e, CURLOPT_UNIX_SOCKET_PATH, r->unix_socket);
	set_method(c, r);
	set_limits(c);
}

int
http__prepare(
    struct http_call *c, const struct http_request *r, struct err *err)
{
	int rc;

	set_options(c, r);
	rc = set_headers(c, r, err);
	/* Without one of them it would be another request. */
	return rc == 0 && c->unset != 0 ? http__no_memory(err) : rc;
}
