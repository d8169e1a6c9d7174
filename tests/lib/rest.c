/* rest - see rest.h. */
#include "tests/lib/rest.h"
#include "tests/lib/wire.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn static void
give_up(const char *what, const char *said)
{
	fprintf(stderr, "rest: %s: %s\n", what, said);
	abort();
}

static void
forget(struct rest *r)
{
	json_free(&r->doc);
	str_clear(&r->head);
	str_clear(&r->body);
	r->status = 0;
	r->etag[0] = '\0';
}

void
rest_open(struct rest *r, struct stage *s, const char *scopes)
{
	struct str out = STR_INIT, said = STR_INIT;
	struct json *doc = NULL;

	memset(r, 0, sizeof(*r));
	r->port = s->daemon_port;
	str_init(&r->head);
	str_init(&r->body);
	if (stage_opdesk(s, &out, &said, "--operator", "irene", "--yes",
		"--json", "token", "new", "rest", "--scopes", scopes,
		NULL) != 0 ||
	    json_parse(out.s, out.len, &json_limits_api, &doc, NULL) != 0 ||
	    json_string(doc, "token") == NULL)
		give_up("a token", said.s);
	str_copy(r->token, sizeof(r->token), json_string(doc, "token"));
	json_free(&doc);
	str_free(&out);
	str_free(&said);
}

void
rest_share(struct rest *r, const struct rest *with)
{
	memset(r, 0, sizeof(*r));
	r->port = with->port;
	memcpy(r->token, with->token, sizeof(r->token));
	str_init(&r->head);
	str_init(&r->body);
}

void
rest_close(struct rest *r)
{
	forget(r);
	str_free(&r->head);
	str_free(&r->body);
}

static void
read_etag(struct rest *r)
{
	const char *at = strstr(r->head.s, "\r\nETag: ");

	if (at == NULL)
		return;
	str_format(r->etag, sizeof(r->etag), "%.*s",
	    (int)strcspn(at + 8, "\r\n"), at + 8);
}

int
rest_call(struct rest *r, const char *method, const char *path,
    const char *headers, const char *body)
{
	struct str head = STR_INIT;
	int fd = wire_dial(r->port);
	size_t n = body != NULL ? strlen(body) : 0;

	forget(r);
	if (fd < 0)
		return 0;
	str_addf(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path,
	    headers);
	if (r->token[0] != '\0')
		str_addf(&head, "Authorization: Bearer %s\r\n", r->token);
	if (body != NULL && strstr(headers, "Content-Type:") == NULL)
		str_add(&head, "Content-Type: application/json\r\n");
	if (body != NULL)
		str_addf(&head, "Content-Length: %zu\r\n", n);
	str_add(&head, "\r\n");
	if (body != NULL)
		str_addn(&head, body, n);
	(void)wire_send(fd, head.s, head.len);
	r->status = wire_answer_whole(fd, &r->head, &r->body);
	str_free(&head);
	close(fd);
	if (r->status == 0)
		return 0;
	read_etag(r);
	(void)json_parse(
	    r->body.s, r->body.len, &json_limits_webhook, &r->doc, NULL);
	return r->status;
}

int64_t
rest_int(const struct rest *r, const char *name)
{
	int64_t v;

	return json_int64(r->doc, name, &v) ? v : -1;
}

const char *
rest_text(const struct rest *r, const char *name)
{
	const char *s = json_string(r->doc, name);

	return s != NULL ? s : "";
}
