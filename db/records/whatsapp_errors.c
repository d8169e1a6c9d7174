/* whatsapp_errors - see whatsapp_errors.h. */
#include "db/records/whatsapp_errors.h"
#include "common/i18n.h"
#include <string.h>

/* clang-format off */
static const struct whatsapp_error errors[] = {
	/* ranges do not overlap; ordered by code */
	{0, 0, WA_STOP, false, N_("WhatsApp does not accept the access token. Put a new one into the configuration, then let the channel go on.")},
	{1, 2, WA_RETRY, false, N_("WhatsApp is having trouble.")},
	{3, 3, WA_STOP, false, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{4, 4, WA_BACK_OFF, false, N_("WhatsApp's limit of calls is reached.")},
	{10, 10, WA_STOP, false, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{17, 17, WA_BACK_OFF, false, N_("WhatsApp's limit of calls is reached.")},
	{33, 33, WA_DEAD, true, N_("WhatsApp does not know the telephone number of this channel, or what the message speaks of.")},
	{100, 100, WA_DEAD, true, N_("WhatsApp does not accept a part of this message.")},
	{190, 190, WA_STOP, false, N_("WhatsApp does not accept the access token. Put a new one into the configuration, then let the channel go on.")},
	{200, 299, WA_STOP, false, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{368, 368, WA_STOP, false, N_("Meta has restricted the account for breaking its rules. See the account's page at Meta.")},
	{80007, 80007, WA_BACK_OFF, false, N_("WhatsApp's limit of calls is reached.")},
	{130429, 130429, WA_SLOW_DOWN, false, N_("Too many messages at once for this number.")},
	{130472, 130472, WA_DEAD, false, N_("Meta keeps marketing from this customer as an experiment. Write when the customer has written.")},
	{130497, 130497, WA_DEAD, false, N_("The account may not write to this customer's country.")},
	{131000, 131000, WA_RETRY, true, N_("WhatsApp is having trouble.")},
	{131005, 131005, WA_STOP, false, N_("The access token may not do this. Give it the permission, then let the channel go on.")},
	{131008, 131009, WA_DEAD, true, N_("WhatsApp does not accept a part of this message.")},
	{131016, 131016, WA_RETRY, false, N_("WhatsApp is having trouble.")},
	{131021, 131021, WA_DEAD, false, N_("The customer's number is the channel's own.")},
	{131026, 131026, WA_DEAD, false, N_("The message cannot be delivered: the number has no WhatsApp, an old one, or has not accepted its terms. Reach the customer another way.")},
	{131030, 131030, WA_DEAD, false, N_("The number is not on the list of the test account. Add it at Meta.")},
	{131031, 131031, WA_STOP, false, N_("Meta has locked the account. See the account's page at Meta.")},
	{131037, 131037, WA_STOP, false, N_("Meta has not approved the name that customers see. Ask for it at Meta.")},
	{131042, 131042, WA_STOP, false, N_("Meta has trouble with the payment. See the account's billing at Meta.")},
	{131044, 131044, WA_STOP, false, N_("Meta has trouble with the payment. See the account's billing at Meta.")},
	{131045, 131045, WA_STOP, false, N_("The telephone number is not registered with WhatsApp. Register it at Meta.")},
	{131047, 131047, WA_DEAD, false, N_("More than 24 hours have passed since the customer wrote. Send a template.")},
	{131048, 131048, WA_PAUSE, false, N_("Too many customers have blocked or reported this number.")},
	{131049, 131049, WA_DEAD, false, N_("Meta held this marketing message back. Try again in 24 hours at the earliest.")},
	{131050, 131050, WA_DEAD, false, N_("The customer does not want marketing messages any more.")},
	{131051, 131051, WA_DEAD, false, N_("WhatsApp does not know this type of message. Write it as text.")},
	{131052, 131053, WA_RETRY_ONCE, false, N_("WhatsApp could not fetch the attachment. Check its address and its type.")},
	{131056, 131056, WA_RETRY_PAIR, false, N_("Too many messages to this customer at once.")},
	{131057, 131057, WA_RETRY, false, N_("The account is in maintenance.")},
	{131060, 131060, WA_DEAD, false, N_("The message is not available.")},
	{131062, 131062, WA_DEAD, false, N_("This message needs the customer's telephone number, which is not known.")},
	{131063, 131064, WA_DEAD, false, N_("Marketing messages are switched off for this account or this template.")},
	{132000, 132000, WA_DEAD, true, N_("The template takes another number of values.")},
	{132001, 132001, WA_DEAD, false, N_("There is no such template in this language, or it is not approved yet. Fetch the templates again.")},
	{132005, 132005, WA_DEAD, false, N_("The template is too long with these values.")},
	{132007, 132007, WA_DEAD, true, N_("The template breaks a rule of WhatsApp.")},
	{132008, 132008, WA_DEAD, true, N_("A value of the template is not allowed.")},
	{132012, 132012, WA_DEAD, true, N_("A value of the template has the wrong form.")},
	{132015, 132016, WA_DEAD, false, N_("Meta has paused or disabled this template. Use another one.")},
	{132068, 132068, WA_DEAD, false, N_("The form of this message is blocked.")},
	{132069, 132069, WA_RETRY, false, N_("The form of this message is throttled.")},
	{133004, 133004, WA_RETRY, false, N_("WhatsApp is having trouble.")},
	{133016, 133016, WA_PAUSE, false, N_("The number was registered too often.")},
	{135000, 135000, WA_RETRY_ONCE, true, N_("WhatsApp could not take the message and does not say why.")},
	{137000, 137000, WA_DEAD, false, N_("The customer's identity has changed. Make sure who it is, then send again.")},
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

const char *
whatsapp_remedy_text(enum whatsapp_remedy remedy)
{
	switch (remedy) {
	case WA_RETRY:
	case WA_RETRY_PAIR:
		return N_("It is tried again.");
	case WA_SLOW_DOWN:
		return N_("It is tried again, more slowly.");
	case WA_BACK_OFF:
		return N_("It is tried again later.");
	case WA_PAUSE:
		return N_("The channel waits.");
	case WA_RETRY_ONCE:
	case WA_STOP:
	case WA_DEAD:
		break;
	}
	return "";
}

/*
 * What the provider said beside our sentence.  The daemon puts it in brackets
 * behind the sentence, in the language that it speaks itself.
 */
static void
add_details(const char *ours, const char *said, struct str *out)
{
	const char *rest = said;
	size_t n;

	for (int lang = 0; lang < LANG_COUNT; lang++) {
		const char *sentence = tr((enum lang)lang, ours);

		if (str_starts(said, sentence))
			rest = said + strlen(sentence);
	}
	if (rest != said) {
		rest = strchr(rest, '(');
		rest = rest != NULL ? rest + 1 : "";
	}
	n = strlen(rest);
	if (rest != said && n > 0 && rest[n - 1] == ')')
		n--;
	if (n > 0)
		str_addf(out, " (%.*s)", (int)n, rest);
}

bool
send_error_say(
    enum channel_kind kind, int code, const char *said, struct str *out)
{
	const struct whatsapp_error *known =
	    kind == CHANNEL_WHATSAPP && code != 0 ? whatsapp_error(code) : NULL;

	if (code != 0)
		str_addf(out, "%d: ", code);
	if (known == NULL) {
		str_add(out, said[0] != '\0' ? said : _("no reason was given"));
		return true;
	}
	str_add(out, _(known->text));
	if (known->is_vague)
		add_details(known->text, said, out);
	return known->remedy != WA_DEAD;
}
