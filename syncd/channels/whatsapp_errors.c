/*
 * whatsapp_errors - Meta's error codes: what each means and what to do.
 *
 * Decisions are made by code alone; Meta's messages are for people and change.
 */
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "syncd/channels/whatsapp.h"
#include <string.h>

/* clang-format off */
static const struct whatsapp_error errors[] = {
	/* ranges do not overlap; ordered by code */
	{0, 0, WA_STOP, N_("WhatsApp does not accept the access token. Put a new one into the configuration, then let the channel go on.")},
	{1, 2, WA_RETRY, N_("WhatsApp is having trouble. It is tried again.")},
	{3, 3, WA_STOP, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{4, 4, WA_BACK_OFF, N_("WhatsApp's limit of calls is reached. It is tried again later.")},
	{10, 10, WA_STOP, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{17, 17, WA_BACK_OFF, N_("WhatsApp's limit of calls is reached. It is tried again later.")},
	{33, 33, WA_DEAD, N_("WhatsApp does not know the telephone number of this channel, or what the message speaks of.")},
	{100, 100, WA_DEAD, N_("WhatsApp does not accept a part of this message.")},
	{190, 190, WA_STOP, N_("WhatsApp does not accept the access token. Put a new one into the configuration, then let the channel go on.")},
	{200, 299, WA_STOP, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{368, 368, WA_STOP, N_("Meta has restricted the account for breaking its rules. See the account's page at Meta.")},
	{80007, 80007, WA_BACK_OFF, N_("WhatsApp's limit of calls is reached. It is tried again later.")},
	{130429, 130429, WA_SLOW_DOWN, N_("Too many messages at once for this number. It is tried again, more slowly.")},
	{130472, 130472, WA_DEAD, N_("Meta keeps marketing from this customer as an experiment. Write when the customer has written.")},
	{130497, 130497, WA_DEAD, N_("The account may not write to this customer's country.")},
	{131000, 131000, WA_RETRY, N_("WhatsApp is having trouble. It is tried again.")},
	{131005, 131005, WA_STOP, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{131008, 131009, WA_DEAD, N_("WhatsApp does not accept a part of this message.")},
	{131016, 131016, WA_RETRY, N_("WhatsApp is having trouble. It is tried again.")},
	{131021, 131021, WA_DEAD, N_("The customer's number is the channel's own.")},
	{131026, 131026, WA_DEAD, N_("The message cannot be delivered: the number has no WhatsApp, an old one, or has not accepted its terms. Reach the customer another way.")},
	{131030, 131030, WA_DEAD, N_("The number is not on the list of the test account. Add it at Meta.")},
	{131031, 131031, WA_STOP, N_("Meta has locked the account. See the account's page at Meta.")},
	{131037, 131037, WA_STOP, N_("Meta has not approved the name that customers see. Ask for it at Meta.")},
	{131042, 131042, WA_STOP, N_("Meta has trouble with the payment. See the account's billing at Meta.")},
	{131044, 131044, WA_STOP, N_("Meta has trouble with the payment. See the account's billing at Meta.")},
	{131045, 131045, WA_STOP, N_("The telephone number is not registered with WhatsApp. Register it at Meta.")},
	{131047, 131047, WA_DEAD, N_("More than 24 hours have passed since the customer wrote. Send a template.")},
	{131048, 131048, WA_PAUSE, N_("Too many customers have blocked or reported this number. The channel waits.")},
	{131049, 131049, WA_DEAD, N_("Meta held this marketing message back. Try again in 24 hours at the earliest.")},
	{131050, 131050, WA_DEAD, N_("The customer does not want marketing messages any more.")},
	{131051, 131051, WA_DEAD, N_("WhatsApp does not know this type of message.")},
	{131052, 131053, WA_RETRY_ONCE, N_("WhatsApp could not fetch the attachment. Check its address and its type.")},
	{131056, 131056, WA_RETRY_PAIR, N_("Too many messages to this customer at once. It is tried again.")},
	{131057, 131057, WA_RETRY, N_("The account is in maintenance. It is tried again.")},
	{131060, 131060, WA_DEAD, N_("The message is not available.")},
	{131062, 131062, WA_DEAD, N_("This message needs the customer's telephone number, which is not known.")},
	{131063, 131064, WA_DEAD, N_("Marketing messages are switched off for this account or this template.")},
	{132000, 132000, WA_DEAD, N_("The template takes another number of values.")},
	{132001, 132001, WA_DEAD, N_("There is no such template in this language, or it is not approved yet. Fetch the templates again.")},
	{132005, 132005, WA_DEAD, N_("The template is too long with these values.")},
	{132007, 132007, WA_DEAD, N_("The template breaks a rule of WhatsApp.")},
	{132008, 132008, WA_DEAD, N_("A value of the template is not allowed.")},
	{132012, 132012, WA_DEAD, N_("A value of the template has the wrong form.")},
	{132015, 132016, WA_DEAD, N_("Meta has paused or disabled this template. Use another one.")},
	{132068, 132068, WA_DEAD, N_("The form of this message is blocked.")},
	{132069, 132069, WA_RETRY, N_("The form of this message is throttled. It is tried again.")},
	{133004, 133004, WA_RETRY, N_("WhatsApp is having trouble. It is tried again.")},
	{133016, 133016, WA_PAUSE, N_("The number was registered too often. The channel waits.")},
	{135000, 135000, WA_RETRY_ONCE, N_("WhatsApp could not take the message and does not say why.")},
	{137000, 137000, WA_DEAD, N_("The customer's identity has changed. Make sure who it is, then send again.")},
};
/* clang-format on */

const struct whatsapp_error *
whatsapp_error(int64_t code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (code >= errors[i].first && code <= errors[i].last)
			return &errors[i];
	return NULL;
}

#define TOKEN_START "EAA"
#define TOKEN_LEAST 20 /* what is shorter is a word */

void
whatsapp__hide_tokens(char *text)
{
	char *to = text;

	while (*text != '\0') {
		size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz"
					"0123456789_-"),
		       kept = n;

		if (n >= TOKEN_LEAST && str_starts(text, TOKEN_START))
			kept = strlen(TOKEN_START);
		else if (n == 0)
			kept = n = 1;
		memmove(to, text, kept);
		to += kept;
		text += n;
	}
	*to = '\0';
}

static void
first_of(char *dst, size_t size, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		if ((*texts)[0] != '\0') {
			text_safe_buf(dst, size, *texts);
			whatsapp__hide_tokens(dst);
			return;
		}
}

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

bool
whatsapp__problem(const char *body, size_t n, struct whatsapp_problem *out)
{
	struct json *doc = NULL;
	const struct json *e, *data;
	bool found;

	memset(out, 0, sizeof(*out));
	out->code = -1;
	if (json_parse(body, n, &json_limits_api, &doc, NULL) != 0)
		return false;
	e = json_get(doc, "error");
	found = json_type(e) == JSON_OBJECT;
	if (found) {
		data = json_get(e, "error_data");
		json_lax_int64(e, "code", &out->code);
		json_lax_int64(e, "error_subcode", &out->subcode);
		out->transient = json_bool(e, "is_transient");
		first_of(out->details, sizeof(out->details),
		    (const char *const[]){text_of(data, "details"),
			text_of(e, "error_data"), text_of(e, "error_user_msg"),
			text_of(e, "message"), NULL});
	}
	json_free(&doc);
	return found;
}
