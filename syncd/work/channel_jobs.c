/* channel_jobs - ask a provider for templates, or whether a channel works. */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "syncd/channels/mail.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/daemon.h"
#include "syncd/work/job_run.h"
#include <stdlib.h>

#define PAGES_MAX 50

static void
send_for(struct task *t, struct channel_request *request,
    void (*done)(const struct http_response *r, void *data))
{
	struct http_request http = {.done = done, .data = t};

	task_send(t, request, &http);
}

static const struct channel *
whatsapp_channel(struct task *t)
{
	const struct channel *c = task_channel(t);
	struct err err = ERR_INIT;

	if (c != NULL && c->kind == CHANNEL_WHATSAPP)
		return c;
	err_set(&err, OD_EDATA,
	    "The job's channel is not in the configuration any more");
	job_give_up(t, err.text);
	return NULL;
}

/* ---- templates ---- */

struct listing {
	struct message_template *rows;
	size_t count;
	char after[513];
	int pages;
};

static void
listing_free(void *state)
{
	struct listing *l = state;

	template_list_free(&l->rows, l->count);
	free(l);
}

static int
keep_templates(struct task *t, struct desk *desk, struct err *err)
{
	struct listing *l = t->state;

	return template_replace_all(
	    desk, json_string(t->args, "channel"), l->rows, l->count, err);
}

static void on_page(const struct http_response *r, void *data);

static void
ask_page(struct task *t)
{
	const struct channel *c = whatsapp_channel(t);
	struct listing *l = t->state;
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct err err = ERR_INIT;

	if (c == NULL)
		return;
	if (whatsapp_templates_request(c, l->after, &request, &err) != 0) {
		channel_request_clear(&request);
		job_give_up(t, err.text);
		return;
	}
	send_for(t, &request, on_page);
}

static void
on_page(const struct http_response *r, void *data)
{
	struct task *t = data;
	struct listing *l = t->state;
	struct err err = ERR_INIT;

	if (r->outcome != HTTP_ANSWERED || r->status != 200) {
		err_set(&err, OD_EUNAVAIL,
		    "The provider did not give its templates: status %d %s",
		    r->status, r->error);
		job_try_again(t, err.text);
		return;
	}
	if (whatsapp_templates_parse(r->body, r->body_len, &l->rows, &l->count,
		l->after, &err) != 0) {
		job_give_up(t, err.text);
		return;
	}
	if (l->after[0] != '\0' && ++l->pages < PAGES_MAX) {
		ask_page(t);
		return;
	}
	t->effect = keep_templates;
	job_finish(t, "");
}

void
templates_fetch(struct task *t)
{
	t->state = xcalloc(1, sizeof(struct listing));
	t->free_state = listing_free;
	ask_page(t);
}

/* ---- a live test ---- */

struct probe {
	struct str sentence;
	bool works;
};

static void
probe_free(void *state)
{
	struct probe *p = state;

	str_free(&p->sentence);
	free(p);
}

static int
keep_result(struct task *t, struct desk *desk, struct err *err)
{
	struct probe *p = t->state;

	return channel_tested(
	    desk, json_string(t->args, "channel"), p->sentence.s, err);
}

static void
on_probe(const struct http_response *r, void *data)
{
	struct task *t = data;
	struct probe *p = t->state;
	struct channel_answer answer;

	if (r->outcome == HTTP_CANCELLED) {
		job_try_again(t, r->error);
		return;
	}
	channel_answer_from(r, &answer);
	(void)task_channel(t); /* in the tenant's language */
	p->works = whatsapp_test_result(&answer, &p->sentence);
	t->effect = keep_result;
	job_finish(t, p->sentence.s);
}

static void
on_mail_probe(const struct smtp_result *r, void *data)
{
	struct task *t = data;
	struct probe *p = t->state;
	const struct channel *c = task_channel(t);

	if (r->outcome == SMTP_CANCELLED || c == NULL) {
		job_try_again(t, r->error);
		return;
	}
	p->works = mail_test_result(c, r, &p->sentence);
	t->effect = keep_result;
	job_finish(t, p->sentence.s);
}

static void
mail_probe(struct task *t, const struct channel *c)
{
	struct smtp_request r = {.done = on_mail_probe, .data = t};
	struct err err = ERR_INIT;
	int rc = OD_EUNAVAIL;

	mail_request(c, &r);
	if (t->daemon->http != NULL)
		rc = smtp_send(t->daemon->http, &r, NULL, &err);
	if (rc == OD_EUNAVAIL)
		job_try_again(t, err.text);
	else if (rc != 0)
		job_give_up(t, err.text);
	i18n_clear_thread(); /* task_channel set it */
}

void
channel_probe(struct task *t)
{
	const struct channel *c = task_channel(t);
	struct channel_request request = CHANNEL_REQUEST_INIT;
	bool is_mail = c != NULL && mail_channel_sends(c);
	struct probe *p;

	if (!is_mail && (c = whatsapp_channel(t)) == NULL)
		return;
	p = xcalloc(1, sizeof(*p));
	str_init(&p->sentence);
	t->state = p;
	t->free_state = probe_free;
	if (is_mail) {
		mail_probe(t, c);
		return;
	}
	whatsapp_test_request(c, &request);
	send_for(t, &request, on_probe);
}
