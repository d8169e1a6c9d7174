/*
 * channel_load - channels out of the configuration.
 */
#include "common/xalloc.h"
#include "syncd/channels/channel.h"
#include <string.h>

static enum channel_kind
kind_by_name(const char *name)
{
	for (int k = CHANNEL_WHATSAPP; k <= CHANNEL_WEB; k++)
		if (strcmp(channel_kind_names[k], name) == 0)
			return (enum channel_kind)k;
	BUG("channel kind %s", name);
}

static void
load_secrets(const struct conf_section *s, const char *key,
    char *out[CHANNEL_SECRETS_MAX])
{
	const size_t n = conf_secret_count(s, key);

	for (size_t i = 0; i < n && i < CHANNEL_SECRETS_MAX; i++)
		out[i] = xstrdup(conf_secret(s, key, i));
}

static int
load_whatsapp(const struct conf_section *s, struct channel *c, struct err *err)
{
	size_t n;

	if (!str_copy(c->number_id, sizeof(c->number_id),
		conf_string(s, "phone_number_id")) ||
	    !str_copy(c->account_id, sizeof(c->account_id),
		conf_string(s, "business_account_id")) ||
	    !str_copy(
		c->api_base, sizeof(c->api_base), conf_string(s, "api_base")) ||
	    !str_copy(c->api_version, sizeof(c->api_version),
		conf_string(s, "api_version")))
		return err_set(err, OD_EDATA,
		    "A value of [channel %s] is too long.", c->id);
	n = strlen(c->api_base);
	while (n > 0 && c->api_base[n - 1] == '/')
		c->api_base[--n] = '\0';
	load_secrets(s, "app_secret", c->app_secrets);
	load_secrets(s, "verify_token", c->verify_tokens);
	c->access_token = xstrdup(conf_secret_count(s, "access_token") > 0
				      ? conf_secret(s, "access_token", 0)
				      : "");
	c->per_second = (int)conf_int(s, "messages_per_second");
	return 0;
}

/* Without encryption a password goes to this machine only. */
static int
check_login(const struct channel *c, struct err *err)
{
	if (c->smtp_user[0] != '\0' && c->smtp_password == NULL)
		return err_set(err, OD_EDATA,
		    "[channel %s] has an smtp_user and no password.", c->id);
	if (c->smtp_user[0] != '\0' && c->smtp_tls == SMTP_TLS_NONE &&
	    !smtp_is_loopback(c->smtp_url))
		return err_set(err, OD_EDATA,
		    "[channel %s] would send its password without encryption;"
		    " set tls to required.",
		    c->id);
	return 0;
}

static int
load_mail(const struct conf_section *s, struct channel *c, struct err *err)
{
	static const char *const modes[] = {"required", "wanted", "none"};
	int rc;

	if (!str_copy(
		c->smtp_url, sizeof(c->smtp_url), conf_string(s, "smtp_url")) ||
	    !str_copy(c->smtp_user, sizeof(c->smtp_user),
		conf_string(s, "smtp_user")) ||
	    !str_copy(
		c->smtp_ca, sizeof(c->smtp_ca), conf_string(s, "ca_file")) ||
	    !str_copy(c->from, sizeof(c->from), conf_string(s, "from")) ||
	    !str_copy(c->from_name, sizeof(c->from_name),
		conf_string(s, "from_name")))
		return err_set(err, OD_EDATA,
		    "A value of [channel %s] is too long.", c->id);
	if (c->smtp_url[0] == '\0')
		return 0;
	if ((rc = smtp_check_url(c->smtp_url, err)) != 0)
		return rc;
	if (c->from[0] == '\0')
		return err_set(err, OD_EDATA,
		    "[channel %s] has an smtp_url and no from.", c->id);
	for (int i = 0; i < 3; i++)
		if (strcmp(conf_string(s, "tls"), modes[i]) == 0)
			c->smtp_tls = (enum smtp_tls)i;
	if (c->smtp_tls == SMTP_TLS_REQUIRED && smtp_is_loopback(c->smtp_url) &&
	    c->smtp_ca[0] == '\0')
		c->smtp_tls = SMTP_TLS_WANTED;
	if (conf_secret_count(s, "smtp_password") > 0)
		c->smtp_password = xstrdup(conf_secret(s, "smtp_password", 0));
	c->per_second = (int)conf_int(s, "messages_per_second");
	return check_login(c, err);
}

static int
check_unique(const struct channel_set *set, struct err *err)
{
	const struct channel *last = &set->channels[set->count - 1];

	if (last->number_id[0] == '\0')
		return 0;
	for (size_t i = 0; i + 1 < set->count; i++)
		if (strcmp(set->channels[i].number_id, last->number_id) == 0)
			return err_set(err, OD_EDATA,
			    "[channel %s] and [channel %s] have the same "
			    "phone_number_id.",
			    set->channels[i].id, last->id);
	return 0;
}

static int
load_one(const struct conf *conf, const struct conf_section *s,
    struct channel_set *set, struct err *err)
{
	struct channel *c;
	int rc;

	if (set->count == CHANNELS_MAX)
		return err_set(err, OD_ELIMIT,
		    "There are more than %d channels.", CHANNELS_MAX);
	set->channels = xreallocarray(
	    set->channels, set->count + 1, sizeof(*set->channels));
	c = &set->channels[set->count++];
	memset(c, 0, sizeof(*c));
	c->kind = kind_by_name(conf_string(s, "kind"));
	if (!str_copy(c->id, sizeof(c->id), conf_section_id(s)))
		return err_set(err, OD_EDATA,
		    "The name of [channel %s...] is too long.", c->id);
	str_copy(c->tenant, sizeof(c->tenant), conf_tenant(conf, s));
	rc = c->kind == CHANNEL_WHATSAPP ? load_whatsapp(s, c, err)
	     : c->kind == CHANNEL_MAIL   ? load_mail(s, c, err)
	                                 : 0;
	return rc != 0 ? rc : check_unique(set, err);
}

int
channel_set_load(
    const struct conf *conf, struct channel_set *set, struct err *err)
{
	const struct conf_section *s = NULL;
	int rc = 0;

	*set = (struct channel_set)CHANNEL_SET_INIT;
	while (rc == 0 && (s = conf_next(conf, CONF_CHANNEL, s)) != NULL)
		rc = load_one(conf, s, set, err);
	if (rc != 0)
		channel_set_clear(set);
	return rc;
}
