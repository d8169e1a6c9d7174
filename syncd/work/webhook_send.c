/* webhook_send - see webhook_send.h. */
#include "syncd/work/webhook_send.h"
#include "common/i18n.h"
#include "common/text.h"
#include <string.h>

#define CONNECT_MS 5000
#define ANSWER_MAX ((size_t)64 * 1024) /* more of it is not read */

static void
add_header(struct webhook_request *r, const char *line)
{
	size_t n = 0;

	while (r->headers[n] != NULL)
		n++;
	r->headers[n] = line;
}

void
webhook_build(const struct webhook_target *t, const struct outbox_item *item,
    int64_t at_s, struct webhook_request *r)
{
	char id[48], event[65];

	memset(r, 0, sizeof(*r));
	str_init(&r->id);
	str_init(&r->at);
	str_init(&r->signature);
	str_init(&r->authorization);
	webhook_intent(item->intent, event, &r->body);
	add_header(r, "Content-Type: application/json");
	add_header(r, "User-Agent: opdesk");
	if (t->kind == WEBHOOK_SLACK)
		return;
	str_format(id, sizeof(id), "msg_%s", item->callback);
	str_addf(&r->id, "webhook-id: %s", id);
	str_addf(&r->at, "webhook-timestamp: %lld", (long long)at_s);
	add_header(r, r->id.s);
	add_header(r, r->at.s);
	if (t->kind == WEBHOOK_STANDARD) {
		str_add(&r->signature, "webhook-signature: ");
		webhook_sign(&r->signature, t->keys, 2, id, at_s, r->body,
		    strlen(r->body));
		add_header(r, r->signature.s);
	}
	if (t->authorization[0] != '\0') {
		str_addf(
		    &r->authorization, "Authorization: %s", t->authorization);
		add_header(r, r->authorization.s);
	}
}

void
webhook_http(const struct webhook_request *r, const struct webhook_target *t,
    const struct outbox_item *item, struct http_request *out)
{
	*out = (struct http_request){.method = "POST",
	    .url = t->url,
	    .headers = r->headers,
	    .body = r->body,
	    .body_len = strlen(r->body),
	    .connect_ms = CONNECT_MS,
	    .first_byte_ms = WEBHOOK_TOTAL_S * 1000,
	    .total_ms = WEBHOOK_TOTAL_S * 1000,
	    .max_body = ANSWER_MAX,
	    .loopback_only = item->rehearsal,
	    .public_only = !t->is_private && !item->rehearsal};
}

void
webhook_request_clear(struct webhook_request *r)
{
	if (r->authorization.len > 0)
		explicit_bzero(r->authorization.s, r->authorization.len);
	str_free(&r->id);
	str_free(&r->at);
	str_free(&r->signature);
	str_free(&r->authorization);
}

/* ---- the answer ---- */

/* The address itself is no more. */
static bool
is_gone(enum webhook_kind kind, int status)
{
	return status == 410 ||
	       (kind == WEBHOOK_SLACK && (status == 403 || status == 404));
}

static void
describe(const struct channel_answer *a, bool gone, struct channel_verdict *v)
{
	size_t n = sizeof(v->text);

	if (a->status == 0)
		str_copy(v->text, n, a->error);
	else if (gone)
		str_format(v->text, n,
		    _("The webhook answered %d: it is gone, and was switched"
		      " off"),
		    a->status);
	else if (a->status >= 300 && a->status < 400)
		str_format(v->text, n,
		    _("The webhook answered %d, somewhere else; that is not"
		      " followed"),
		    a->status);
	else
		str_format(v->text, n, _("The webhook answered %d"), a->status);
}

/* It asked for time. */
static int64_t
asked_s(const struct channel_answer *a)
{
	if (a->status < 400 || a->retry_after_s <= 0)
		return 0;
	return a->retry_after_s < WEBHOOK_WAIT_S ? a->retry_after_s
	                                         : WEBHOOK_WAIT_S;
}

static void
try_again(const struct outbox_item *item, const struct channel_answer *a,
    struct channel_verdict *v)
{
	int64_t wait_s = outbox_schedule_s(item->attempts);

	v->kind = wait_s < 0 ? VERDICT_DEAD : VERDICT_RETRY;
	v->wait_s = wait_s > asked_s(a) ? wait_s : asked_s(a);
}

void
webhook_judge(enum webhook_kind kind, const struct outbox_item *item,
    const struct channel_answer *a, struct channel_verdict *v,
    enum webhook_end *end, int64_t *pause_s)
{
	bool took_it = a->status >= 200 && a->status < 300;
	bool gone = is_gone(kind, a->status);

	memset(v, 0, sizeof(*v));
	v->usage_percent = -1;
	*end = took_it ? WEBHOOK_TOOK_IT
	       : gone  ? WEBHOOK_SAID_GONE
	               : WEBHOOK_FAILED;
	*pause_s = 0;
	text_safe_buf(v->response, sizeof(v->response), a->body);
	if (a->outcome == HTTP_CANCELLED) {
		v->kind = VERDICT_GIVE_BACK; /* we stop; nothing was said */
		return;
	}
	if (took_it) {
		v->kind = VERDICT_SENT;
		return;
	}
	v->error_code = a->status;
	describe(a, gone, v);
	if (gone || (kind == WEBHOOK_SLACK && a->status == 400)) {
		v->kind = VERDICT_DEAD; /* the same text is refused again */
		return;
	}
	try_again(item, a, v);
	if (a->status == 429 || a->status == 503)
		*pause_s = asked_s(a);
}
