/*
 * outbox_hooks - the runner's rows that go to webhooks.
 *
 * Where one goes is opened by the claim, on the committer, and wiped when its
 * verdict was recorded.  The lanes of webhooks are made as rows for them come;
 * a claim brings one row of each, so that none is ahead of its pace.
 */
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "syncd/daemon.h"
#include "syncd/work/outbox_run_int.h"
#include "syncd/work/webhook_send.h"
#include <stdlib.h>
#include <string.h>

void
outbox_hooks__open(struct outbox_run *r, struct desk *desk)
{
	r->hooks = xcalloc(r->count + 1, sizeof(struct hook_sending *));
	for (size_t i = 0; i < r->count; i++) {
		const struct outbox_item *item = &r->rows[i];
		struct hook_sending *h;

		if (item->kind != OUTBOX_WEBHOOK)
			continue;
		h = r->hooks[i] = xcalloc(1, sizeof(*h));
		(void)webhook_target(desk, item->tenant_id, item->record_id,
		    &h->target, &h->err);
	}
}

void
outbox_hooks__free(struct hook_sending **hook)
{
	if (*hook != NULL)
		webhook_target_clear(&(*hook)->target);
	FREE(hook);
}

void
outbox_hooks__drop(struct outbox_run *r)
{
	for (size_t i = 0; r->hooks != NULL && i < r->count; i++)
		outbox_hooks__free(&r->hooks[i]);
	FREE(&r->hooks);
}

struct lane *
outbox_hooks__lane(struct outbox_run *r, const struct sending *s)
{
	struct lane *lane;

	if (s->hook == NULL)
		return lanes_find(&r->lanes, s->item.channel);
	lane = lanes_of_webhook(&r->lanes, s->item.channel, WEBHOOK_AT_ONCE);
	if (s->hook->err.code == 0)
		lane->per_second = s->hook->target.kind == WEBHOOK_SLACK;
	return lane;
}

static void
on_answer(const struct http_response *response, void *data)
{
	struct sending *s = data;
	struct hook_sending *h = s->hook;
	struct channel_answer answer;
	int64_t now = clock_mono_us(), pause_s;
	struct lane *lane;

	channel_answer_from(response, &answer);
	i18n_set_thread(s->lang);
	webhook_judge(
	    h->target.kind, &s->item, &answer, &s->verdict, &h->end, &pause_s);
	i18n_clear_thread();
	h->took_us = now - h->began_us;
	h->status = answer.status;
	h->was_tried = s->verdict.kind != VERDICT_GIVE_BACK;
	lane = lanes_find(&s->run->lanes, s->item.channel);
	if (pause_s > 0 && lane != NULL)
		pace_pause(&lane->pace, now, pause_s);
	outbox_run__record(s, true);
}

static bool
is_away(const struct webhook_target *t)
{
	return t->is_deleted || t->state != WEBHOOK_ON;
}

void
outbox_hooks__send(struct sending *s)
{
	struct hook_sending *h = s->hook;
	struct webhook_request request;
	struct http_request http;
	struct err err = ERR_INIT;
	int rc = 0;

	s->lang = LANG_EN;
	(void)lang_parse(h->target.lang, &s->lang);
	i18n_set_thread(s->lang);
	if (h->err.code != 0)
		rc = err_set(&err, OD_EDATA, "%s", h->err.text);
	else if (is_away(&h->target))
		rc = err_set(&err, OD_EDATA,
		    "The webhook was switched off before this was sent");
	if (rc == 0) {
		webhook_build(&h->target, &s->item,
		    clock_wall_us() / US_PER_SECOND, &request);
		webhook_http(&request, &h->target, &s->item, &http);
		http.done = on_answer;
		http.data = s;
		h->began_us = clock_mono_us();
		rc = http_client_send(s->run->daemon->http, &http, NULL, &err);
		webhook_request_clear(&request);
	}
	i18n_clear_thread();
	if (rc != 0)
		outbox_run__refuse(s, &err);
}

int
outbox_hooks__note(struct desk *desk, struct sending *s, struct err *err)
{
	const struct channel_verdict *v = &s->verdict;
	struct hook_sending *h = s->hook;
	struct webhook_went went = {.outbox_id = s->item.id,
	    .took_us = h->took_us,
	    .error = v->text,
	    .response = v->response,
	    .attempt = s->item.attempts,
	    .status = h->status,
	    .end = h->end};
	char event[65];
	const char *body;
	int rc;

	if (!h->was_tried)
		return 0;
	webhook_intent(s->item.intent, event, &body);
	went.event = event;
	rc = webhook_note(desk, s->item.tenant_id, s->item.record_id, &went,
	    &h->has_ended, err);
	if (rc == 0 && h->has_ended)
		log_warn("webhooks", "webhook %lld was switched off: %s",
		    (long long)s->item.record_id,
		    h->end == WEBHOOK_SAID_GONE ? "it is gone"
						: "it failed for days");
	return rc;
}
