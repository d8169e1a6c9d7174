/*
 * provider_send - a send is taken, refused, or goes wrong as ordered.
 */
#include "syncd/rehearse/provider_int.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define EARLY_MS 300 /* the answer waits this long for its statuses */

void
provider__error(struct http_req *req, int status, int code, const char *message,
    const char *details)
{
	struct str text = STR_INIT;
	char trace[17];
	struct json_out w;

	random_hex(trace, 16);
	json_out_init(&w, &text);
	json_out_object(&w, NULL);
	json_out_object(&w, "error");
	json_out_string(&w, "message", message);
	json_out_string(&w, "type", "OAuthException");
	json_out_int(&w, "code", code);
	if (details[0] != '\0') {
		json_out_object(&w, "error_data");
		json_out_string(&w, "messaging_product", "whatsapp");
		json_out_string(&w, "details", details);
		json_out_end(&w, '}');
	}
	if (status >= 500)
		json_out_bool(&w, "is_transient", true);
	json_out_string(&w, "fbtrace_id", trace);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	http_reply_json(req, status, &text);
}

const struct channel *
provider__authorize(struct provider *p, struct http_req *req)
{
	const struct channel_set *set = p->options.channels;
	const char *number = http_req_param(req, "id");
	const char *bearer = http_req_bearer(req);
	const struct channel *with_token = NULL;

	for (size_t i = 0; bearer != NULL && i < set->count; i++) {
		const struct channel *c = &set->channels[i];

		if (c->kind != CHANNEL_WHATSAPP ||
		    !provider_is_loopback(c->api_base) ||
		    c->access_token[0] == '\0' ||
		    strcmp(c->access_token, bearer) != 0)
			continue;
		if (number != NULL && strcmp(c->number_id, number) == 0)
			return c;
		if (with_token == NULL)
			with_token = c;
	}
	if (with_token == NULL)
		provider__error(
		    req, 401, 190, "Invalid OAuth access token", "");
	return with_token;
}

static void
held_free(struct held *h)
{
	TAILQ_REMOVE(&h->provider->held, h, link);
	loop_timer_free(&h->timer);
	str_free(&h->answer);
	free(h);
}

/* The client gave up waiting, or the provider ends. */
static void
on_leave(void *data)
{
	struct held *h = data;

	http_reply_cut(h->req);
	held_free(h);
}

static void
on_slow(void *data)
{
	struct held *h = data;

	http_reply_json(h->req, 200, &h->answer);
	held_free(h);
}

/* Answer later, or (after_ms 0) never.  answer is taken. */
static void
hold(struct provider *p, struct http_req *req, struct str *answer, int after_ms)
{
	struct held *h = xcalloc(1, sizeof(*h));

	h->provider = p;
	h->req = req;
	h->answer = *answer;
	str_init(answer);
	TAILQ_INSERT_TAIL(&p->held, h, link);
	http_req_on_leave(req, on_leave, h);
	if (after_ms == 0)
		return;
	h->timer = loop_timer_new(p->loop, on_slow, h);
	loop_timer_start(h->timer, (uint64_t)after_ms, 0);
}

void
provider__drop_held(struct provider *p)
{
	while (!TAILQ_EMPTY(&p->held))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it unlinks */
		on_leave(TAILQ_FIRST(&p->held));
}

static void
remember(struct provider *p, const struct channel *channel, const char *id,
    const void *body, size_t n)
{
	struct sent *s;

	if (p->sent_count == SENT_MAX) {
		free(p->sent[0].request);
		memmove(
		    p->sent, p->sent + 1, (SENT_MAX - 1) * sizeof(*p->sent));
		p->sent_count--;
	}
	s = &p->sent[p->sent_count++];
	str_copy(s->id, sizeof(s->id), id);
	str_copy(s->number_id, sizeof(s->number_id), channel->number_id);
	s->at_us = clock_wall_us();
	s->request = xstrndup(body, n);
}

static void
print_answer(const struct send *send, const char *id, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	if (send->is_receipt) {
		json_out_bool(&w, "success", true);
		json_out_end(&w, '}');
		return;
	}
	json_out_string(&w, "messaging_product", "whatsapp");
	json_out_array(&w, "contacts");
	json_out_object(&w, NULL);
	json_out_string(&w, "input", send->to);
	json_out_string(&w, send->to_is_user ? "user_id" : "wa_id", send->to);
	json_out_end(&w, '}');
	json_out_end(&w, ']');
	json_out_array(&w, "messages");
	json_out_object(&w, NULL);
	json_out_string(&w, "id", id);
	json_out_string(&w, "message_status", "accepted");
	json_out_end(&w, '}');
	json_out_end(&w, ']');
	json_out_end(&w, '}');
}

/* Nothing is taken: true when that is how the order wants it. */
static bool
refused(struct http_req *req, struct order order)
{
	const char *message = "Ordered by the rehearsal";

	switch (order.fault) {
	case FAULT_ERROR:
		if (order.code == 130429 || order.code == 131056)
			http_reply_header(req, "X-Business-Use-Case-Usage",
			    "{\"900\":[{\"type\":\"whatsapp\",\"call_count\":"
			    "100,\"total_cputime\":1,\"total_time\":1,"
			    "\"estimated_time_to_regain_access\":0}]}");
		provider__error(req, order.code == 190 ? 401 : 400, order.code,
		    message, message);
		return true;
	case FAULT_HTTP:
		provider__error(req, order.code, 131000, message, "");
		return true;
	case FAULT_CUT_BEFORE:
		http_reply_cut(req);
		return true;
	case FAULT_NONE:
	case FAULT_LATER:
	case FAULT_SILENCE:
	case FAULT_SLOW:
	case FAULT_CUT_AFTER:
	case FAULT_NONSENSE:
	case FAULT_DUPLICATE:
	case FAULT_DISORDER:
	case FAULT_EARLY:
	case FAULT_UNREAD:
	case FAULT_UNDELIVERED:
		break;
	}
	return false;
}

static void
answer_taken(struct provider *p, struct http_req *req, struct order order,
    struct str *answer)
{
	static const char nonsense[] = "<html><body>It works!</body></html>";

	if (order.fault == FAULT_SILENCE)
		hold(p, req, answer, 0);
	else if (order.fault == FAULT_SLOW)
		hold(p, req, answer, p->options.slow_ms);
	else if (order.fault == FAULT_EARLY)
		hold(p, req, answer, EARLY_MS);
	else if (order.fault == FAULT_CUT_AFTER)
		http_reply_cut(req);
	else if (order.fault == FAULT_NONSENSE)
		http_reply_const(
		    req, 200, "text/html", nonsense, sizeof(nonsense) - 1);
	else
		http_reply_json(req, 200, answer);
}

static struct order
next_order(struct provider *p, const struct send *send)
{
	struct order order = send->order;

	if (p->order_count == 0 || send->is_receipt)
		return order;
	order = p->orders[0];
	p->order_count--;
	memmove(
	    p->orders, p->orders + 1, p->order_count * sizeof(p->orders[0]));
	return order;
}

void
provider__handle_send(struct http_req *req, void *data)
{
	struct provider *p = data;
	const struct channel *channel = provider__authorize(p, req);
	struct str answer = STR_INIT;
	char details[200], id[REHEARSAL_ID_SIZE];
	struct order order;
	struct send send;
	const void *body;
	size_t n;
	int code;

	if (channel == NULL)
		return;
	if (strcmp(channel->number_id, http_req_param(req, "id")) != 0) {
		provider__error(req, 400, 33,
		    "Unsupported post request. Object does not exist", "");
		return;
	}
	body = http_req_body(req, &n);
	if ((code = provider__check(body, n, &send, details)) != 0) {
		provider__error(req, 400, code, "Invalid parameter", details);
		return;
	}
	order = next_order(p, &send);
	if (refused(req, order))
		return;
	rehearsal_id(id);
	remember(p, channel, id, body, n);
	if (!send.is_receipt)
		provider__statuses(p, channel, &send, id, order);
	print_answer(&send, id, &answer);
	answer_taken(p, req, order, &answer);
	str_free(&answer);
}
