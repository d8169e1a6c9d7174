/*
 * whatsapp_signature - the webhook's handshake, signature and routing.
 */
#include "syncd/channels/whatsapp.h"
#include "common/digest.h"
#include "common/json.h"
#include <string.h>

#define SIGNATURE_PREFIX "sha256="
#define SIGNATURE_LEN    (sizeof(SIGNATURE_PREFIX) - 1 + 2 * SHA256_SIZE)

/* Equal texts; the time tells nothing about where they differ. */
static bool
same_secret(const char *a, const char *b)
{
	uint8_t da[SHA256_SIZE], db[SHA256_SIZE];

	sha256(a, strlen(a), da);
	sha256(b, strlen(b), db);
	return equal_constant_time(da, db, sizeof(da));
}

static bool
is_meant(const struct channel *c, const char *name)
{
	return c->kind == CHANNEL_WHATSAPP &&
	       (name == NULL || strcmp(c->id, name) == 0);
}

int
whatsapp_handshake(const struct channel_set *set, const char *channel,
    const char *mode, const char *token, const char *challenge)
{
	bool ok = false;

	if (mode == NULL || token == NULL || challenge == NULL ||
	    challenge[0] == '\0' || strlen(challenge) > WHATSAPP_CHALLENGE_MAX)
		return 400;
	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];

		if (!is_meant(c, channel))
			continue;
		for (int k = 0; k < CHANNEL_SECRETS_MAX; k++) {
			const char *t = c->verify_tokens[k];

			if (t != NULL && t[0] != '\0' && same_secret(t, token))
				ok = true;
		}
	}
	return ok && strcmp(mode, "subscribe") == 0 ? 200 : 403;
}

bool
whatsapp_signature_valid(
    const char *header, const char *secret, const void *body, size_t n)
{
	uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
	const size_t skip = sizeof(SIGNATURE_PREFIX) - 1;

	if (header == NULL || secret == NULL || secret[0] == '\0' ||
	    strlen(header) != SIGNATURE_LEN ||
	    strncmp(header, SIGNATURE_PREFIX, skip) != 0 ||
	    !hex_decode(got, sizeof(got), header + skip, 2 * SHA256_SIZE))
		return false;
	hmac_sha256(secret, strlen(secret), body, n, want);
	return equal_constant_time(want, got, sizeof(want));
}

static bool
has_secret(const struct channel *c, const char *secret)
{
	for (int k = 0; k < CHANNEL_SECRETS_MAX; k++)
		if (c->app_secrets[k] != NULL &&
		    strcmp(c->app_secrets[k], secret) == 0)
			return true;
	return false;
}

/* Already tried with an earlier channel: channels share an app's secret. */
static bool
was_tried(const struct channel_set *set, const char *name, size_t upto,
    const char *secret)
{
	for (size_t i = 0; i < upto; i++)
		if (is_meant(&set->channels[i], name) &&
		    has_secret(&set->channels[i], secret))
			return true;
	return false;
}

enum channel_trust
whatsapp_verify(const struct channel_set *set, const struct channel_post *post,
    const char **secret)
{
	enum channel_trust trust = CHANNEL_UNKNOWN;

	*secret = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];

		if (!is_meant(c, post->channel))
			continue;
		if (trust == CHANNEL_UNKNOWN)
			trust = CHANNEL_UNSECURED;
		for (int k = 0; k < CHANNEL_SECRETS_MAX; k++) {
			const char *s = c->app_secrets[k];

			if (s == NULL || s[0] == '\0')
				continue;
			trust = CHANNEL_FORGED;
			if (post->signature_count == 1 &&
			    !was_tried(set, post->channel, i, s) &&
			    whatsapp_signature_valid(post->signature, s,
				post->body, post->body_len)) {
				*secret = s;
				return CHANNEL_TRUSTED;
			}
		}
	}
	if (trust == CHANNEL_FORGED && post->signature == NULL)
		trust = CHANNEL_UNSIGNED;
	return trust;
}

static void
add_target(struct channel_route *route, const struct channel *c)
{
	for (size_t i = 0; i < route->count; i++)
		if (route->targets[i] == c)
			return;
	if (route->count < CHANNELS_MAX)
		route->targets[route->count++] = c;
}

/* By the number's id, or, when number is NULL, by the account's. */
static const struct channel *
find(const struct channel_set *set, const struct channel_post *post,
    const char *secret, const char *number, const char *account)
{
	const struct channel *any = NULL;

	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];

		if (!is_meant(c, post->channel) || !has_secret(c, secret))
			continue;
		if (number != NULL) {
			if (strcmp(c->number_id, number) == 0)
				return c;
			continue;
		}
		if (account != NULL && c->account_id[0] != '\0' &&
		    strcmp(c->account_id, account) == 0)
			return c;
		if (any == NULL)
			any = c;
	}
	return any;
}

static void
route_entry(const struct channel_set *set, const struct channel_post *post,
    const char *secret, const struct json *entry, struct channel_route *route)
{
	const char *account = json_string(entry, "id");
	const struct json *change = json_first(json_get(entry, "changes"));

	for (; change != NULL; change = json_next(change)) {
		const char *number =
		    json_string(json_path(change, "value", "metadata", NULL),
			"phone_number_id");
		const struct channel *c =
		    find(set, post, secret, number, account);

		if (c != NULL)
			add_target(route, c);
		else
			route->foreign = true;
	}
}

void
whatsapp_route(const struct channel_set *set, const struct channel_post *post,
    const char *secret, struct channel_route *route)
{
	const struct channel *first = find(set, post, secret, NULL, NULL);
	const struct json *entry;
	struct json *doc = NULL;
	const char *object;

	memset(route, 0, sizeof(*route));
	if (json_parse(post->body, post->body_len, &json_limits_webhook, &doc,
		NULL) != 0) {
		/* Signed, so it is kept, to be shown as unreadable. */
		add_target(route, first);
		return;
	}
	object = json_string(doc, "object");
	if (object == NULL) {
		add_target(route, first);
	} else if (strcmp(object, "whatsapp_business_account") == 0) {
		entry = json_first(json_get(doc, "entry"));
		for (; entry != NULL; entry = json_next(entry))
			route_entry(set, post, secret, entry, route);
		if (route->count == 0 && !route->foreign)
			add_target(route, first);
	}
	json_free(&doc);
}
