/*
 * channel - what every adapter needs.
 */
#include "syncd/channels/channel.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

int
channel_trust_status(enum channel_trust trust)
{
	switch (trust) {
	case CHANNEL_TRUSTED:
		return 200;
	case CHANNEL_UNSIGNED:
	case CHANNEL_FORGED:
	case CHANNEL_UNSECURED:
		return 401;
	case CHANNEL_UNKNOWN:
		break;
	}
	return 404;
}

const char *
channel_trust_name(enum channel_trust trust)
{
	switch (trust) {
	case CHANNEL_TRUSTED:
		return "trusted";
	case CHANNEL_UNSIGNED:
		return "no signature";
	case CHANNEL_FORGED:
		return "wrong signature";
	case CHANNEL_UNSECURED:
		return "no secret is configured";
	case CHANNEL_UNKNOWN:
		break;
	}
	return "no such channel";
}

const struct channel *
channel_by_id(const struct channel_set *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->channels[i].id, id) == 0)
			return &set->channels[i];
	return NULL;
}

const struct channel *
channel_of(const struct channel_set *set, const char *id, int64_t tenant_id)
{
	const struct channel *c = channel_by_id(set, id);

	return c != NULL && c->tenant_id == tenant_id ? c : NULL;
}

static void
wipe(char **secret)
{
	if (*secret != NULL)
		explicit_bzero(*secret, strlen(*secret));
	FREE(secret);
}

void
channel_set_clear(struct channel_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		struct channel *c = &set->channels[i];

		for (int k = 0; k < CHANNEL_SECRETS_MAX; k++) {
			wipe(&c->app_secrets[k]);
			wipe(&c->verify_tokens[k]);
		}
		wipe(&c->access_token);
		wipe(&c->smtp_password);
	}
	FREE(&set->channels);
	set->count = 0;
}

void
channel_request_clear(struct channel_request *r)
{
	str_free(&r->url);
	str_free(&r->body);
}
