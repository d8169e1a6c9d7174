/*
 * whatsapp_account - what Meta knows of a channel: its templates, itself.
 */
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "syncd/channels/whatsapp.h"
#include <string.h>
#include <strings.h>

#define TEMPLATES_MAX 5000 /* Meta's own limit of an account is 6000 */

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

/* Cursors are opaque: percent-encode all but the plainest characters. */
static void
add_encoded(struct str *url, const char *s)
{
	static const char plain[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz-_.~";

	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			str_addc(url, *s);
		else
			str_addf(url, "%%%02X", (unsigned)(unsigned char)*s);
}

int
whatsapp_templates_request(const struct channel *channel, const char *after,
    struct channel_request *request, struct err *err)
{
	if (channel->account_id[0] == '\0')
		return err_set(err, OD_EDATA,
		    "[channel %s] has no business_account_id; templates are "
		    "listed by it.",
		    channel->id);
	request->method = "GET";
	whatsapp__url(channel, &request->url);
	str_addf(&request->url,
	    "%s/message_templates?limit=100&fields=name,language,status,"
	    "category,components",
	    channel->account_id);
	if (after[0] != '\0') {
		str_add(&request->url, "&after=");
		add_encoded(&request->url, after);
	}
	request->bearer = channel->access_token;
	request->loopback_only = channel->rehearsal;
	request->max_body = 4 * 1024 * 1024;
	return 0;
}

/* Different {{...}} in the body: each is one value. */
static int
count_values(const char *body)
{
	const char *open, *close, *before;
	int count = 0;

	for (open = strstr(body, "{{"); open != NULL;
	     open = strstr(close, "{{")) {
		size_t n;

		if ((close = strstr(open, "}}")) == NULL)
			break;
		close += 2;
		n = (size_t)(close - open);
		before = strstr(body, "{{");
		while (before != NULL && before < open &&
		       strncmp(before, open, n) != 0)
			before = strstr(before + 2, "{{");
		if (before == open)
			count++;
	}
	return count;
}

static bool
read_template(const struct json *v, struct message_template *t)
{
	const struct json *c;
	struct str components = STR_INIT;

	memset(t, 0, sizeof(*t));
	if (text_of(v, "name")[0] == '\0' ||
	    !str_copy(t->name, sizeof(t->name), text_of(v, "name")) ||
	    !str_copy(t->lang, sizeof(t->lang), text_of(v, "language")) ||
	    !str_copy(t->status, sizeof(t->status), text_of(v, "status")) ||
	    !str_copy(t->category, sizeof(t->category), text_of(v, "category")))
		return false;
	for (c = json_first(json_get(v, "components")); c != NULL;
	     c = json_next(c))
		if (strcasecmp(text_of(c, "type"), "BODY") == 0 &&
		    t->body == NULL)
			t->body = xstrdup(text_of(c, "text"));
	if (t->body == NULL)
		t->body = xstrdup("");
	t->parameters = count_values(t->body);
	if (json_get(v, "components") != NULL)
		json_print(json_get(v, "components"), &components);
	else
		str_add(&components, "[]");
	t->components = str_take(&components);
	return true;
}

int
whatsapp_templates_parse(const char *body, size_t n,
    struct message_template **rows, size_t *count, char after[513],
    struct err *err)
{
	const struct json *v, *paging;
	struct whatsapp_problem problem;
	struct json *doc = NULL;
	int rc;

	after[0] = '\0';
	if (whatsapp__problem(body, n, &problem))
		return err_set(err, OD_EDATA,
		    "WhatsApp answers with error %lld: %s",
		    (long long)problem.code, problem.details);
	if ((rc = json_parse(body, n, &json_limits_webhook, &doc, err)) != 0)
		return rc;
	if (json_type(json_get(doc, "data")) != JSON_ARRAY) {
		json_free(&doc);
		return err_set(err, OD_EDATA,
		    "WhatsApp's list of templates cannot be read.");
	}
	for (v = json_first(json_get(doc, "data")); v != NULL;
	     v = json_next(v)) {
		if (*count >= TEMPLATES_MAX)
			break;
		*rows = xreallocarray(*rows, *count + 1, sizeof(**rows));
		if (read_template(v, &(*rows)[*count]))
			(*count)++;
	}
	paging = json_get(doc, "paging");
	if (json_string(paging, "next") != NULL && *count < TEMPLATES_MAX &&
	    !str_copy(
		after, 513, text_of(json_get(paging, "cursors"), "after")))
		after[0] = '\0';
	json_free(&doc);
	return 0;
}

void
whatsapp_test_request(
    const struct channel *channel, struct channel_request *request)
{
	request->method = "GET";
	whatsapp__url(channel, &request->url);
	str_addf(&request->url,
	    "%s?fields=id,display_phone_number,verified_name,quality_rating",
	    channel->number_id);
	request->bearer = channel->access_token;
	request->loopback_only = channel->rehearsal;
}

bool
whatsapp_test_result(const struct channel_answer *answer, struct str *sentence)
{
	struct whatsapp_problem p;
	const struct whatsapp_error *known;
	char name[129], number[65];
	struct json *doc = NULL;

	str_clear(sentence);
	if (answer->outcome != HTTP_ANSWERED) {
		str_addf(sentence, _("WhatsApp cannot be reached: %s"),
		    answer->error);
		return false;
	}
	if (whatsapp__problem(answer->body, answer->body_len, &p)) {
		known = p.code >= 0 ? whatsapp_error(p.code) : NULL;
		if (known != NULL)
			str_addf(
			    sentence, "%s (%s)", _(known->text), p.details);
		else
			str_addf(sentence,
			    _("WhatsApp answers with error %lld: %s"),
			    (long long)p.code, p.details);
		return false;
	}
	if (answer->status != 200 ||
	    json_parse(answer->body, answer->body_len, &json_limits_api, &doc,
		NULL) != 0 ||
	    text_of(doc, "id")[0] == '\0') {
		str_addf(sentence,
		    _("What answers is not WhatsApp (HTTP status %d). Check "
		      "api_base."),
		    answer->status);
		json_free(&doc);
		return false;
	}
	text_safe_buf(name, sizeof(name), text_of(doc, "verified_name"));
	text_safe_buf(
	    number, sizeof(number), text_of(doc, "display_phone_number"));
	str_addf(sentence, _("WhatsApp answers for %s (%s)."), name, number);
	json_free(&doc);
	return true;
}
