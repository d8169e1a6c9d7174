/*
 * whatsapp_judge - from Meta's answer to what becomes of an outbox row.
 *
 * There is no idempotency key: whenever the message may have been taken and
 * nobody can tell, the verdict is uncertain, never a second try.
 */
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "syncd/channels/whatsapp.h"
#include <string.h>

#define WAIT_MAX_S (24 * 3600)
#define PAUSE_S    3600
#define BACK_OFF_S 60
#define SLOW_MAX_S 60
#define PAIR_TRIES 6 /* 4^6 s is over an hour */

/*
 * Highest percentage and longest regain time (minutes) below v, as deep as
 * the limits let a document be.
 */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
read_usage(const struct json *v, int *percent, int64_t *regain_min)
{
	static const char *const names[] = {
	    "call_count", "total_cputime", "total_time"};
	const struct json *child;
	int64_t n;

	for (size_t i = 0; i < 3; i++)
		if (json_lax_int64(v, names[i], &n) && n >= 0 &&
		    n <= INT32_MAX && (int)n > *percent)
			*percent = (int)n;
	if (json_lax_int64(v, "estimated_time_to_regain_access", &n) &&
	    n > *regain_min)
		*regain_min = n;
	for (child = json_first(v); child != NULL; child = json_next(child))
		if (json_type(child) == JSON_OBJECT ||
		    json_type(child) == JSON_ARRAY)
			read_usage(child, percent, regain_min);
}

static void
usage(const char *header, int *percent, int64_t *regain_min)
{
	struct json *doc = NULL;

	if (header == NULL || json_parse(header, strlen(header),
				  &json_limits_api, &doc, NULL) != 0)
		return;
	read_usage(doc, percent, regain_min);
	json_free(&doc);
}

static int64_t
capped(int64_t s)
{
	return s > WAIT_MAX_S ? WAIT_MAX_S : s;
}

/* base^n, at most max. */
static int64_t
power(int64_t base, int n, int64_t max)
{
	int64_t v = 1;

	while (n-- > 0 && v < max)
		v *= base;
	return v < max ? v : max;
}

static void
set_text(struct channel_verdict *v, const char *sentence, const char *details)
{
	if (details[0] == '\0')
		str_copy(v->text, sizeof(v->text), sentence);
	else
		str_format(
		    v->text, sizeof(v->text), "%s (%s)", sentence, details);
}

static void
retry(struct channel_verdict *v, const struct channel_answer *a, int64_t wait)
{
	v->kind = VERDICT_RETRY;
	v->wait_s = wait;
	if (a->retry_after_s > wait)
		v->wait_s = capped(a->retry_after_s);
}

static void
pause_channel(struct channel_verdict *v, int64_t s)
{
	v->channel = CHANNEL_PAUSED;
	v->pause_s = capped(s);
}

static void
by_remedy(const struct outbox_item *item, const struct channel_answer *a,
    enum whatsapp_remedy remedy, int64_t regain_min, struct channel_verdict *v)
{
	const int failures = item->attempts > 0 ? item->attempts - 1 : 0;
	int64_t wait;

	switch (remedy) {
	case WA_RETRY:
		retry(v, a, -1);
		return;
	case WA_RETRY_ONCE:
		if (failures == 0)
			retry(v, a, -1);
		else
			v->kind = VERDICT_DEAD;
		return;
	case WA_RETRY_PAIR:
		if (failures > PAIR_TRIES)
			v->kind = VERDICT_DEAD;
		else
			retry(v, a, power(4, failures, WAIT_MAX_S));
		return;
	case WA_SLOW_DOWN:
		wait = power(2, failures + 1, SLOW_MAX_S);
		retry(v, a, wait);
		pause_channel(v, v->wait_s);
		return;
	case WA_BACK_OFF:
		wait = regain_min > 0 ? capped(regain_min) * 60 : BACK_OFF_S;
		retry(v, a, capped(wait));
		pause_channel(v, v->wait_s);
		return;
	case WA_PAUSE:
		v->kind = VERDICT_GIVE_BACK;
		pause_channel(
		    v, a->retry_after_s > 0 ? a->retry_after_s : PAUSE_S);
		return;
	case WA_STOP:
		v->kind = VERDICT_GIVE_BACK;
		v->channel = CHANNEL_STOPPED;
		return;
	case WA_DEAD:
		v->kind = VERDICT_DEAD;
		return;
	}
}

/* An error without a code that we know: the status decides. */
static void
by_status(const struct channel_answer *a, const struct whatsapp_problem *p,
    struct channel_verdict *v)
{
	const int s = a->status;

	if (s == 401) {
		v->kind = VERDICT_GIVE_BACK;
		v->channel = CHANNEL_STOPPED;
		set_text(v, _(whatsapp_error(190)->text), p->details);
		return;
	}
	if (s >= 500 || s == 408 || s == 425 || s == 429 ||
	    (s >= 300 && s < 400) || p->transient)
		retry(v, a, -1);
	else
		v->kind = VERDICT_DEAD;
	if (s == 429)
		pause_channel(
		    v, a->retry_after_s > 0 ? a->retry_after_s : BACK_OFF_S);
	if (p->code >= 0)
		str_format(v->text, sizeof(v->text),
		    _("WhatsApp answers with error %lld: %s"),
		    (long long)p->code, p->details);
	else
		str_format(v->text, sizeof(v->text),
		    _("WhatsApp answers with HTTP status %d."), s);
}

static void
uncertain(struct channel_verdict *v, const char *why)
{
	v->kind = VERDICT_UNCERTAIN;
	str_format(v->text, sizeof(v->text),
	    _("Nobody knows whether the message was sent: %s"), why);
}

static void
judge_success(const struct outbox_item *item, const struct channel_answer *a,
    struct channel_verdict *v)
{
	const struct json *message, *contact;
	struct json *doc = NULL;
	const char *id = NULL, *peer = NULL;
	bool ok;

	if (json_parse(a->body, a->body_len, &json_limits_api, &doc, NULL) ==
	    0) {
		message = json_first(json_get(doc, "messages"));
		contact = json_first(json_get(doc, "contacts"));
		id = json_string(message, "id");
		peer = json_string(contact, "wa_id");
		if (peer == NULL || peer[0] == '\0')
			peer = json_string(contact, "user_id");
	}
	if (item->kind == OUTBOX_MARK_READ)
		ok = doc != NULL;
	else
		ok = id != NULL && id[0] != '\0' &&
		     str_copy(v->provider_id, sizeof(v->provider_id), id);
	v->kind = VERDICT_SENT;
	if (!ok) {
		v->provider_id[0] = '\0';
		uncertain(v, _("the answer cannot be read."));
	} else if (peer != NULL) {
		str_copy(v->peer_id, sizeof(v->peer_id), peer);
	}
	json_free(&doc);
}

static void
judge_error(const struct outbox_item *item, const struct channel_answer *a,
    const struct whatsapp_problem *p, int64_t regain_min,
    struct channel_verdict *v)
{
	const struct whatsapp_error *known =
	    p->code >= 0 ? whatsapp_error(p->code) : NULL;
	const char *next;
	char sentence[512];

	v->error_code = p->code >= 0 && p->code <= INT32_MAX ? (int)p->code : 0;
	if (known == NULL) {
		by_status(a, p, v);
		return;
	}
	by_remedy(item, a, known->remedy, regain_min, v);
	next = whatsapp_remedy_text(known->remedy);
	str_format(sentence, sizeof(sentence), "%s%s%s", _(known->text),
	    next[0] != '\0' ? " " : "", next[0] != '\0' ? _(next) : "");
	set_text(v, sentence, p->details);
}

void
whatsapp_judge(const struct outbox_item *item,
    const struct channel_answer *answer, struct channel_verdict *v)
{
	const struct channel_answer *a = answer;
	struct whatsapp_problem p;
	int64_t regain_min = 0;
	bool is_error;

	memset(v, 0, sizeof(*v));
	v->channel = CHANNEL_OK;
	v->wait_s = -1;
	v->usage_percent = -1;
	usage(a->app_usage, &v->usage_percent, &regain_min);
	usage(a->business_usage, &v->usage_percent, &regain_min);
	text_safe_buf(v->response, sizeof(v->response), a->body);
	whatsapp__hide_tokens(v->response);
	switch (a->outcome) {
	case HTTP_NOT_SENT:
		retry(v, a, -1);
		str_format(v->text, sizeof(v->text),
		    _("WhatsApp cannot be reached: %s"), a->error);
		return;
	case HTTP_CANCELLED:
	case HTTP_UNKNOWN:
		uncertain(v, a->error);
		return;
	case HTTP_TOO_LARGE:
		if (a->status >= 400) {
			p = (struct whatsapp_problem){.code = -1};
			judge_error(item, a, &p, 0, v);
		} else {
			uncertain(v, _("the answer cannot be read."));
		}
		return;
	case HTTP_ANSWERED:
		break;
	}
	is_error = whatsapp__problem(a->body, a->body_len, &p);
	if (is_error || a->status < 200 || a->status > 299)
		judge_error(item, a, &p, regain_min, v);
	else
		judge_success(item, a, v);
}
