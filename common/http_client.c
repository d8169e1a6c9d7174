/*
 * http_client - requests over libcurl's multi interface on the uv loop.
 *
 * libcurl says which sockets and which time it waits for; uv_poll and one
 * uv_timer wait.  No call of libcurl is made from inside its own callbacks:
 * a time-out or a cancelled call ends in a turn of the loop of its own.
 */
#include "common/http_client_int.h"
#include "common/http_client_lib.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct http_client {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;
	struct http_transfer *transfers; /* not yet ended */
	size_t active;
	bool closing;
};

struct watch { /* a socket that libcurl waits for */
	uv_poll_t poll;
	curl_socket_t fd;
	struct http_client *client;
};

/* ---- end of a call ---- */

static void
free_headers(struct http_call *c)
{
	for (struct curl_slist *h = c->headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data)); /* bearer */
	http__lib.slist_free_all(c->headers);
}

static void
on_call_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
on_client_closed(uv_handle_t *handle)
{
	struct http_client *client = handle->data;

	http__lib.multi_cleanup(client->multi);
	free(client);
}

static void
close_client_if_idle(struct http_client *client)
{
	if (client->closing && !client->transfers &&
	    !uv_is_closing((uv_handle_t *)&client->timer))
		uv_close((uv_handle_t *)&client->timer, on_client_closed);
}

static int64_t
retry_after(const struct http_response *r)
{
	const char *s = http_response_header(r, "retry-after");
	int64_t seconds;
	time_t at;

	if (!s)
		return -1;
	if (str_to_int64(s, 0, INT64_MAX / US_PER_SECOND, &seconds))
		return seconds;
	at = http__lib.getdate(s, NULL);
	if (at < 0)
		return -1;
	seconds = (int64_t)at - clock_wall_us() / US_PER_SECOND;
	return seconds > 0 ? seconds : 0;
}

static enum stop
why_stopped(const struct http_call *c, CURLcode code)
{
	if (c->stop == STOP_NONE && c->was_refused &&
	    code == CURLE_COULDNT_CONNECT)
		return STOP_ADDRESS;
	/* libcurl calls that an empty answer. */
	if (c->stop == STOP_NONE && code == CURLE_OK && !c->head_ended)
		return STOP_CUT;
	return c->stop;
}

static enum http_outcome
outcome(const struct http_call *c, CURLcode code)
{
	switch (why_stopped(c, code)) {
	case STOP_NONE:
		break;
	case STOP_CANCELLED:
		return HTTP_CANCELLED;
	case STOP_TOO_LARGE:
		return HTTP_TOO_LARGE;
	case STOP_IDLE:
	case STOP_HEADERS:
	case STOP_CUT:
	case STOP_TWICE:
		return HTTP_UNKNOWN;
	case STOP_FIRST_BYTE:
	case STOP_ADDRESS:
		return c->stage == STAGE_CONNECTING ? HTTP_NOT_SENT
		                                    : HTTP_UNKNOWN;
	}
	if (code == CURLE_OK)
		return HTTP_ANSWERED;
	if (code == CURLE_FILESIZE_EXCEEDED)
		return HTTP_TOO_LARGE;
	return c->stage == STAGE_CONNECTING ? HTTP_NOT_SENT : HTTP_UNKNOWN;
}

static void
describe(const struct http_call *c, CURLcode code, struct err *err)
{
	const char *why = http__lib.easy_strerror(code);
	long os = 0;

	switch (why_stopped(c, code)) {
	case STOP_NONE:
		break;
	case STOP_CANCELLED:
		err_set(err, OD_ECANCEL, "The request was cancelled.");
		return;
	case STOP_FIRST_BYTE:
		err_set(err, OD_EUNAVAIL,
		    "The server gave no answer within %d ms.",
		    c->request.first_byte_ms);
		return;
	case STOP_IDLE:
		err_set(err, OD_EUNAVAIL,
		    "The server stopped in the middle of its answer (%d ms).",
		    c->request.idle_ms);
		return;
	case STOP_TOO_LARGE:
		err_set(err, OD_ELIMIT, "The answer is larger than %zu bytes.",
		    c->request.max_body);
		return;
	case STOP_HEADERS:
		err_set(err, OD_ELIMIT, "The answer has too many headers.");
		return;
	case STOP_ADDRESS:
		err_set(err, OD_EDENIED,
		    "The server's address is not one that this request may go "
		    "to.");
		return;
	case STOP_CUT:
	case STOP_TWICE:
		err_set(err, OD_EUNAVAIL,
		    "The server closed the connection without an answer.");
		return;
	}
	if (code == CURLE_FILESIZE_EXCEEDED) {
		err_set(err, OD_ELIMIT, "The answer is larger than %zu bytes.",
		    c->request.max_body);
		return;
	}
	http__lib.easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &os);
	if (os != 0 && c->stage == STAGE_CONNECTING)
		why = uv_strerror(uv_translate_sys_error((int)os));
	if (c->stage == STAGE_CONNECTING)
		err_set(
		    err, OD_EUNAVAIL, "The server cannot be reached: %s.", why);
	else
		err_set(
		    err, OD_EUNAVAIL, "The answer did not arrive: %s.", why);
}

/* ---- what libcurl works on ---- */

int
http__begin(struct http_client *client, struct http_transfer *t, void *easy,
    struct err *err)
{
	if (http__lib.multi_add_handle(client->multi, easy) != CURLM_OK)
		return http__no_memory(err);
	t->next = client->transfers;
	client->transfers = t;
	client->active++;
	return 0;
}

void
http__end(struct http_client *client, struct http_transfer *t, void *easy)
{
	struct http_transfer **link;

	for (link = &client->transfers; *link != t; link = &(*link)->next)
		;
	*link = t->next;
	client->active--;
	http__lib.multi_remove_handle(client->multi, easy);
	http__lib.easy_cleanup(easy);
}

void
http__leave(struct http_client *client)
{
	close_client_if_idle(client);
}

uv_loop_t *
http__loop(const struct http_client *client)
{
	return client->loop;
}

int
http__check_open(const struct http_client *client, struct err *err)
{
	if (!client->closing)
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "Nothing is sent any more: the program ends.");
}

/* Take the call out of libcurl, tell the caller, free it. */
static void
finish(struct http_call *c, CURLcode code)
{
	struct http_client *client = c->client;
	struct http_response r = {.content_type = "",
	    .error = "",
	    .retry_after_s = -1,
	    .body = "",
	    .headers = &c->answer_headers};
	struct err err = ERR_INIT;

	r.outcome = outcome(c, code);
	if (r.outcome != HTTP_ANSWERED) {
		describe(c, code, &err);
		r.error = err.text;
	}
	if (r.outcome == HTTP_ANSWERED || r.outcome == HTTP_TOO_LARGE) {
		const char *type = http_response_header(&r, "content-type");

		r.status = http_call_status(c);
		r.content_type = type ? type : "";
		r.retry_after_s = retry_after(&r);
	}
	if (r.outcome == HTTP_ANSWERED) {
		r.body = c->body.s;
		r.body_len = c->body.len;
	}
	http__end(client, &c->transfer, c->easy);
	c->easy = NULL;
	uv_timer_stop(&c->timer);
	c->request.done(&r, c->request.data);
	free_headers(c);
	str_free(&c->body);
	str_free(&c->answer_headers);
	uv_close((uv_handle_t *)&c->timer, on_call_closed);
	close_client_if_idle(client);
}

static void
on_ended(struct http_transfer *t, int code)
{
	finish((struct http_call *)t, (CURLcode)code);
}

static void
on_cancel(struct http_transfer *t)
{
	http_client_cancel((struct http_call *)t);
}

static void
check_finished(struct http_client *client)
{
	CURLMsg *m;
	int left;

	while ((m = http__lib.multi_info_read(client->multi, &left)) != NULL) {
		struct http_transfer *t = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		http__lib.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		t->ended(t, (int)code);
	}
}

/* A time-out or a cancelled call. */
static void
on_call_timer(uv_timer_t *timer)
{
	struct http_call *c = timer->data;

	if (c->stop == STOP_NONE)
		c->stop =
		    c->stage == STAGE_ANSWERING ? STOP_IDLE : STOP_FIRST_BYTE;
	finish(c, CURLE_OPERATION_TIMEDOUT);
}

void
http__wait_for(struct http_call *c, int ms)
{
	uv_timer_start(&c->timer, on_call_timer, (uint64_t)ms, 0);
}

/* ---- libcurl's sockets and its one timer ---- */

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	struct http_client *client = w->client;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	http__lib.multi_socket_action(client->multi, w->fd, flags, &running);
	check_finished(client);
}

static void
on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket)
{
	struct http_client *client = data;
	struct watch *w = socket;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w) {
			http__lib.multi_assign(client->multi, fd, NULL);
			uv_close((uv_handle_t *)&w->poll, on_watch_closed);
		}
		return 0;
	}
	if (!w) {
		w = xcalloc(1, sizeof(*w));
		if (uv_poll_init_socket(client->loop, &w->poll, fd) != 0) {
			free(w);
			return -1;
		}
		w->poll.data = w;
		w->fd = fd;
		w->client = client;
		http__lib.multi_assign(client->multi, fd, w);
	}
	if (what & CURL_POLL_IN)
		events |= UV_READABLE;
	if (what & CURL_POLL_OUT)
		events |= UV_WRITABLE;
	uv_poll_start(&w->poll, events, on_poll);
	return 0;
}

static void
on_timer(uv_timer_t *timer)
{
	struct http_client *client = timer->data;
	int running;

	http__lib.multi_socket_action(
	    client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	check_finished(client);
}

static int
on_timer_wanted(CURLM *multi, long ms, void *data)
{
	struct http_client *client = data;

	(void)multi;
	if (uv_is_closing((uv_handle_t *)&client->timer))
		return 0;
	if (ms < 0)
		uv_timer_stop(&client->timer);
	else
		uv_timer_start(&client->timer, on_timer, (uint64_t)ms, 0);
	return 0;
}

static void
forget_pointers(struct http_request *r)
{
	r->method = r->url = r->unix_socket = r->bearer = NULL;
	r->headers = NULL;
	r->body = NULL;
}

int
http_client_send(struct http_client *client, const struct http_request *r,
    struct http_call **call, struct err *err)
{
	struct http_call *c;
	int rc;

	if (call)
		*call = NULL;
	if ((rc = http__check_open(client, err)) != 0 ||
	    (rc = http__check_url(r->url, err)) != 0)
		return rc;
	c = xcalloc(1, sizeof(*c));
	c->transfer.ended = on_ended;
	c->transfer.cancel = on_cancel;
	c->client = client;
	c->request = *r;
	c->is_unix = r->unix_socket != NULL;
	c->is_repeatable =
	    strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
	str_init(&c->body);
	str_init(&c->answer_headers);
	c->easy = http__lib.easy_init();
	if (c->easy)
		rc = http__prepare(c, r, err);
	if (rc == 0)
		rc = c->easy != NULL
		         ? http__begin(client, &c->transfer, c->easy, err)
		         : http__no_memory(err);
	if (rc != 0) {
		http__lib.easy_cleanup(c->easy);
		free_headers(c);
		free(c);
		return rc;
	}
	forget_pointers(&c->request);
	uv_timer_init(client->loop, &c->timer);
	c->timer.data = c;
	/* libcurl, refused memory, may forget its own time-out. */
	http__wait_for(c, c->request.connect_ms + c->request.first_byte_ms);
	if (call)
		*call = c;
	return 0;
}

void
http_client_cancel(struct http_call *c)
{
	c->stop = STOP_CANCELLED;
	http__wait_for(c, 0);
}

int
http_call_status(const struct http_call *c)
{
	long status = 0;

	http__lib.easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

const char *
http_response_header(const struct http_response *r, const char *name)
{
	const char *p = r->headers->s, *end = p + r->headers->len;

	while (p < end) {
		const char *value = p + strlen(p) + 1;

		if (strcasecmp(p, name) == 0)
			return value;
		p = value + strlen(value) + 1;
	}
	return NULL;
}

size_t
http_client_active(const struct http_client *client)
{
	return client->active;
}

int
http_client_global_init(struct err *err)
{
	int rc = http__load(err);

	if (rc != 0)
		return rc;
	signal(SIGPIPE, SIG_IGN);
	if (http__lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, OD_EIO, "libcurl does not start.");
	return 0;
}

int
http_client_new(uv_loop_t *loop, struct http_client **client, struct err *err)
{
	struct http_client *c = xcalloc(1, sizeof(*c));

	*client = NULL;
	c->loop = loop;
	c->multi = http__lib.multi_init();
	if (!c->multi) {
		free(c);
		return err_set(err, OD_EIO, "libcurl does not start.");
	}
	uv_timer_init(loop, &c->timer);
	c->timer.data = c;
	http__lib.multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	http__lib.multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	http__lib.multi_setopt(
	    c->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
	http__lib.multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	*client = c;
	return 0;
}

void
http_client_free(struct http_client **client)
{
	struct http_client *c = *client;

	*client = NULL;
	if (!c)
		return;
	c->closing = true;
	for (struct http_transfer *t = c->transfers; t; t = t->next)
		t->cancel(t);
	close_client_if_idle(c);
}
