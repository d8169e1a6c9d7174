/* mail - see mail.h. */
#include "syncd/channels/mail.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define REFS_MOST 50
#define PAUSE_S   600   /* until a server that takes nobody is asked again */
#define SEND_MS   90000 /* below the lease of a row */

bool
mail_channel_sends(const struct channel *c)
{
	return c->kind == CHANNEL_MAIL && c->smtp_url[0] != '\0';
}

const struct channel *
mail_channel_of(const struct channel_set *set, int64_t tenant_id)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->channels[i].tenant_id == tenant_id &&
		    mail_channel_sends(&set->channels[i]))
			return &set->channels[i];
	return NULL;
}

/* ---- what is sent ---- */

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

static size_t
read_refs(const struct json *doc, const char *refs[REFS_MOST])
{
	const struct json *v = json_first(json_get(doc, "refs"));
	size_t n = 0;

	for (; v != NULL && n < REFS_MOST; v = json_next(v))
		if (json_as_string(v) != NULL)
			refs[n++] = json_as_string(v);
	return n;
}

int
mail_build(const struct channel *c, const struct outbox_item *item,
    const char *desk_id, const struct mail_part *parts, size_t part_count,
    char to[MAIL_ADDRESS_MAX + 1], struct str *out, struct err *err)
{
	const char *refs[REFS_MOST];
	struct mail_new mail = {.from = c->from,
	    .from_name = c->from_name,
	    .refs = refs,
	    .desk_id = desk_id,
	    .parts = parts,
	    .part_count = part_count,
	    .at_us = clock_wall_us()};
	struct json *doc = NULL;
	int rc;

	rc = json_parse(item->intent, strlen(item->intent),
	    &json_limits_webhook, &doc, err);
	if (rc != 0)
		return err_set(
		    err, OD_EDATA, "What was to be sent cannot be read");
	mail.to = text_of(doc, "to");
	mail.to_name = text_of(doc, "to_name");
	mail.id = text_of(doc, "id");
	mail.subject = text_of(doc, "subject");
	mail.text = text_of(doc, "body");
	mail.is_automatic = json_bool(doc, "automatic");
	mail.ref_count = read_refs(doc, refs);
	rc = mail_write(&mail, out, err);
	if (rc == 0)
		str_copy(to, MAIL_ADDRESS_MAX + 1, mail.to);
	json_free(&doc);
	return rc;
}

void
mail_request(const struct channel *c, struct smtp_request *r)
{
	r->url = c->smtp_url;
	r->user = c->smtp_user;
	r->password = c->smtp_password != NULL ? c->smtp_password : "";
	r->ca_file = c->smtp_ca;
	r->tls = c->smtp_tls;
	r->from = c->from;
	r->loopback_only = c->rehearsal;
	r->total_ms = SEND_MS;
}

/* ---- what came of it ---- */

/* "550 5.1.1 no such mailbox", safe to show. */
static void
words_of(const struct smtp_result *r, char *dst, size_t size)
{
	char safe[400];

	text_safe_buf(safe, sizeof(safe), r->words);
	str_format(dst, size, "%d %s", r->code, safe);
}

/* It takes nobody like us just now, or will not as the channel is set up. */
static bool
is_about_us(const struct smtp_result *r)
{
	if (r->step == SMTP_SECURE || r->step == SMTP_LOGIN)
		return true;
	if (r->outcome != SMTP_REFUSED || r->code < 500)
		return false;
	return r->step == SMTP_CONNECT || r->code == 530 || r->code == 534 ||
	       r->code == 535 || r->code == 538 ||
	       (r->step == SMTP_SENDER && r->code != 552);
}

/* Wrong passwords, again and again, close an account. */
static bool
waits_for_people(const struct smtp_result *r)
{
	return r->outcome == SMTP_REFUSED && r->code >= 500 &&
	       r->step != SMTP_CONNECT;
}

static void
refused(const struct smtp_result *r, struct channel_verdict *v)
{
	char words[420];

	words_of(r, words, sizeof(words));
	text_safe_buf(v->response, sizeof(v->response), words);
	v->error_code = r->code;
	str_format(v->text, sizeof(v->text),
	    r->step == SMTP_LOGIN
		? _("The mail server does not let the channel in: %s")
	    : r->step == SMTP_RECIPIENT
		? _("The mail server does not take mail for this address:"
		    " %s")
		: _("The mail server does not take the mail: %s"),
	    words);
}

void
mail_judge(const struct smtp_result *r, struct channel_verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->channel = CHANNEL_OK;
	v->wait_s = -1;
	v->usage_percent = -1;
	if (r->outcome == SMTP_ACCEPTED) {
		v->kind = VERDICT_SENT;
		return;
	}
	if (r->outcome == SMTP_UNKNOWN) {
		v->kind = VERDICT_UNCERTAIN;
		str_format(v->text, sizeof(v->text),
		    _("Nobody knows whether the mail was sent: %s"), r->error);
		return;
	}
	if (r->outcome == SMTP_REFUSED)
		refused(r, v);
	else
		str_copy(v->text, sizeof(v->text), r->error);
	if (is_about_us(r)) {
		v->kind = VERDICT_GIVE_BACK;
		v->channel =
		    waits_for_people(r) ? CHANNEL_STOPPED : CHANNEL_PAUSED;
		v->pause_s = PAUSE_S;
	} else if (r->outcome == SMTP_REFUSED && r->code >= 500) {
		v->kind = VERDICT_DEAD;
	} else {
		v->kind = VERDICT_RETRY;
	}
}

bool
mail_test_result(
    const struct channel *c, const struct smtp_result *r, struct str *sentence)
{
	char words[420];

	str_clear(sentence);
	if (r->outcome == SMTP_ACCEPTED) {
		str_addf(sentence, _("The mail server takes mail from %s."),
		    c->from);
		return true;
	}
	words_of(r, words, sizeof(words));
	if (r->outcome != SMTP_REFUSED)
		str_add(sentence, r->error);
	else if (r->step == SMTP_LOGIN)
		str_addf(sentence,
		    _("The mail server does not let the channel in: %s"),
		    words);
	else
		str_addf(
		    sentence, _("The mail server does not take us: %s"), words);
	return false;
}
