/*
 * provider_status - what happened to a message, posted to the desk.
 */
#include "syncd/rehearse/provider_int.h"
#include "common/log.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define TRIES    60 /* a desk that is being restarted still hears of it */
#define RETRY_MS 1000

static void
notice_free(struct notice *n)
{
	struct provider *p = n->provider;

	TAILQ_REMOVE(&p->notices, n, link);
	loop_timer_free(&n->timer);
	str_free(&n->body);
	free(n);
	provider__end_if_idle(p);
}

static void
on_answer(const struct http_response *r, void *data)
{
	struct notice *n = data;

	n->call = NULL;
	if (n->provider->is_stopping ||
	    (r->outcome == HTTP_ANSWERED && r->status == 200)) {
		notice_free(n);
		return;
	}
	if (++n->tries == TRIES) {
		log_warn("rehearsal", "a status was not taken: %s (%d)",
		    r->error, r->status);
		notice_free(n);
		return;
	}
	loop_timer_start(n->timer, RETRY_MS, 0);
}

static void
on_due(void *data)
{
	struct notice *n = data;
	struct provider *p = n->provider;
	char signature[REHEARSAL_SIGNATURE_SIZE];
	const char *headers[] = {
	    "Content-Type: application/json", signature, NULL};
	struct http_request request = {
	    .method = "POST",
	    .url = p->desk_url,
	    .headers = headers,
	    .body = n->body.s,
	    .body_len = n->body.len,
	    .loopback_only = true,
	    .done = on_answer,
	    .data = n,
	};
	struct err err = ERR_INIT;

	rehearsal_sign(
	    signature, n->channel->app_secrets[0], n->body.s, n->body.len);
	if (http_client_send(p->client, &request, &n->call, &err) != 0) {
		log_warn("rehearsal", "%s", err_plain(&err));
		notice_free(n);
	}
}

static void
post(struct provider *p, const struct channel *channel, const struct send *send,
    const char *id, const char *status, int code, int after_ms)
{
	const struct rehearsal_status in = {
	    .number_id = channel->number_id,
	    .account_id =
		channel->account_id[0] != '\0' ? channel->account_id : NULL,
	    .id = id,
	    .status = status,
	    .recipient = send->to,
	    .callback = send->callback,
	    .error_code = code,
	    .error_title = "Ordered by the rehearsal",
	};
	struct notice *n;

	if (p->desk_url == NULL || after_ms < 0 ||
	    channel->app_secrets[0] == NULL)
		return;
	n = xcalloc(1, sizeof(*n));
	n->provider = p;
	n->channel = channel;
	str_init(&n->body);
	rehearsal_status(&in, &n->body);
	n->timer = loop_timer_new(p->loop, on_due, n);
	TAILQ_INSERT_TAIL(&p->notices, n, link);
	loop_timer_start(n->timer, (uint64_t)after_ms, 0);
}

void
provider__statuses(struct provider *p, const struct channel *channel,
    const struct send *send, const char *id, struct order order)
{
	const struct provider_options *o = &p->options;
	const char *words[] = {"sent", "delivered", "read"};
	int times[] = {o->sent_ms, o->delivered_ms, o->read_ms};
	int count = 3;

	if (order.fault == FAULT_LATER) {
		post(p, channel, send, id, "failed", order.code, o->sent_ms);
		return;
	}
	if (order.fault == FAULT_UNDELIVERED)
		count = 1;
	if (order.fault == FAULT_UNREAD)
		count = 2;
	if (order.fault == FAULT_DISORDER) {
		words[0] = "read";
		words[2] = "sent";
	}
	if (order.fault == FAULT_EARLY)
		times[0] = times[1] = 0;
	for (int i = 0; i < count; i++) {
		post(p, channel, send, id, words[i], 0, times[i]);
		if (order.fault == FAULT_DUPLICATE)
			post(p, channel, send, id, words[i], 0, times[i]);
	}
}

void
provider__drop_notices(struct provider *p)
{
	struct notice *n, *next;

	for (n = TAILQ_FIRST(&p->notices); n != NULL; n = next) {
		next = TAILQ_NEXT(n, link);
		if (n->call == NULL)
			notice_free(n);
	}
}
