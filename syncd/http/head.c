/*
 * head - is this request one that we take?
 */
#include "syncd/http/server_int.h"
#include "common/i18n.h"
#include <string.h>
#include <strings.h>

/* "http://host/path" is as good as "/path" when host is the Host's. */
static bool
strip_authority(struct http_req *req)
{
	const char *host = http_req_header(req, "Host"), *s = req->path;
	size_t n;

	if (strncasecmp(s, "http://", 7) == 0)
		s += 7;
	else if (strncasecmp(s, "https://", 8) == 0)
		s += 8;
	else
		return false;
	n = strcspn(s, "/");
	if (host == NULL || strlen(host) != n || strncasecmp(s, host, n) != 0)
		return false;
	req->path = s[n] == '\0' ? "/" : s + n;
	return true;
}

static bool
is_method(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

	return n > 0 && s[n] == '\0';
}

int
http__check_head(struct http_req *req, const char *method, const char *version)
{
	int status;

	if (req->is_uri_long)
		return 414;
	status = framing_verdict(
	    &req->framing, version, req->server->limits.max_headers);
	if (status != 0)
		return status;
	if (!framing_target_ok(req->path, strlen(req->path)) ||
	    (*req->query != '\0' &&
		!framing_target_ok(req->query, strlen(req->query))))
		return 400;
	if (!is_method(method))
		return 400;
	if (!str_copy(req->method, sizeof(req->method), method))
		return 501;
	if (req->path[0] == '/' || strip_authority(req))
		return 0;
	return strcmp(req->path, "*") == 0 && strcmp(method, "OPTIONS") == 0
	           ? 0
	           : 400;
}

void
http__refuse(struct http_req *req, int status)
{
	const char *name, *detail;

	switch (status) {
	case 413:
		name = "content-too-large";
		detail = _("The body is larger than this address accepts");
		break;
	case 414:
		name = "uri-too-long";
		detail = _("The address is too long");
		break;
	case 431:
		name = "headers-too-large";
		detail = _("The request has too many or too long headers");
		break;
	case 501:
		name = "method-unknown";
		detail = _("The method is not known");
		break;
	case 503:
		name = "busy";
		detail = _("Too much is being received; try again later");
		break;
	case 505:
		name = "version-unknown";
		detail = _("Only HTTP/1.1 and HTTP/1.0 are spoken here");
		break;
	default:
		status = 400;
		name = "malformed";
		detail = _("The request is malformed or ambiguous");
		break;
	}
	http_reply_close(req);
	http_reply_problem(req, status, name, detail);
}
