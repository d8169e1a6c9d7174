/* api_fixture - see api_fixture.h. */
#include "tests/lib/api_fixture.h"
#include "common/rehearsal.h"

static struct api_answer answer;
static bool is_there;

void
api_begin(struct parts *p)
{
	static const char *const proxies[] = {"127.0.0.1"};
	struct http_config c = {.listen = "127.0.0.1:0",
	    .trusted_proxies = proxies,
	    .trusted_proxy_count = 1};
	struct err err = ERR_INIT;

	p->d.router = router_new();
	p->d.started_us = clock_wall_us();
	daemon_routes(&p->d);
	auth_install(&p->d);
	c.app = router_app(p->d.router);
	assert_ok(http_server_start(&p->loop, &c, &p->d.server, &err));
	str_init(&answer.body);
}

int
api_setup(void **state)
{
	parts_setup(state);
	api_begin(*state);
	return 0;
}

static void
on_stopped(void *data)
{
	*(bool *)data = true;
}

void
api_end(struct parts *p)
{
	bool is_stopped = false;

	http_server_stop(p->d.server, on_stopped, &is_stopped);
	while (!is_stopped)
		uv_run(&p->loop, UV_RUN_ONCE);
	router_free(&p->d.router);
	str_free(&answer.body);
}

int
api_teardown(void **state)
{
	api_end(*state);
	return parts_teardown(state);
}

static void
note_header(
    const struct http_response *r, const char *name, char *dst, size_t size)
{
	const char *value = http_response_header(r, name);

	str_copy(dst, size, value != NULL ? value : "");
}

static void
on_answer(const struct http_response *r, void *data)
{
	struct api_answer *a = data;

	a->status = r->status;
	str_clear(&a->body);
	str_addn(&a->body, r->body, r->body_len);
	note_header(r, "Content-Type", a->kind, sizeof(a->kind));
	note_header(r, "WWW-Authenticate", a->wanted, sizeof(a->wanted));
	note_header(r, "Retry-After", a->retry_after, sizeof(a->retry_after));
	is_there = true;
}

static bool
is_answered(struct parts *p)
{
	(void)p;
	return is_there;
}

int
api_send(struct parts *p, const char *path, struct http_request *r)
{
	struct err err = ERR_INIT;
	char url[256];

	str_format(url, sizeof(url), "http://127.0.0.1:%d%s",
	    http_server_port(p->d.server), path);
	r->url = url;
	r->done = on_answer;
	r->data = &answer;
	is_there = false;
	assert_ok(http_client_send(p->d.http, r, NULL, &err));
	r->url = NULL;
	parts_wait(p, is_answered, "an answer");
	return answer.status;
}

int
api_get(
    struct parts *p, const char *path, const char *bearer, const char *header)
{
	const char *const headers[] = {header, NULL};
	struct http_request r = {
	    .method = "GET", .headers = headers, .bearer = bearer};

	return api_send(p, path, &r);
}

int
api_message(struct parts *p, const char *text)
{
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = p->provider_channel.number_id,
	    .from = TALK_NUMBER,
	    .name = "Ana",
	    .text = text};
	char id[REHEARSAL_ID_SIZE], signature[REHEARSAL_SIGNATURE_SIZE];
	const char *const headers[] = {
	    "Content-Type: application/json", signature, NULL};
	struct str body = STR_INIT;
	struct http_request r = {.method = "POST", .headers = headers};
	int status;

	rehearsal_message(&m, &body, id);
	rehearsal_sign(
	    signature, p->provider_channel.app_secrets[0], body.s, body.len);
	r.body = body.s;
	r.body_len = body.len;
	status = api_send(p, "/whatsapp", &r);
	str_free(&body);
	return status;
}

const struct api_answer *
api_answer(void)
{
	return &answer;
}
