/*
 * whatsapp - the adapter for Meta's WhatsApp Cloud API.
 *
 * All functions are pure (no state, no I/O) unless they take a sink; any
 * thread.
 */
#ifndef SYNCD_CHANNELS_WHATSAPP_H
#define SYNCD_CHANNELS_WHATSAPP_H

#include "db/records/whatsapp_errors.h"
#include "syncd/channels/channel.h"

extern const struct channel_adapter whatsapp_adapter;

/* ---- webhook's address and signature (whatsapp_signature.c) ---- */

#define WHATSAPP_CHALLENGE_MAX 256

/*
 * The GET handshake.  Values are decoded query parameters, NULL when absent.
 * channel is the name in the path or NULL (any).  Returns the HTTP status:
 * 200 (answer the challenge itself as text/plain with
 * "X-Content-Type-Options: nosniff"), 400 or 403.
 */
int whatsapp_handshake(const struct channel_set *set, const char *channel,
    const char *mode, const char *token, const char *challenge);

/*
 * Whether header ("sha256=" and 64 hex digits) is the HMAC-SHA256 of
 * body[0..n) under secret.  Constant time in the digest.
 */
bool whatsapp_signature_valid(
    const char *header, const char *secret, const void *body, size_t n);
enum channel_trust whatsapp_verify(const struct channel_set *set,
    const struct channel_post *post, const char **secret);
/*
 * The channels that share secret and whose number the body speaks of.  A body
 * without any number goes to the first channel of its account, or that shares
 * the secret; one that is not from WhatsApp at all goes nowhere.
 */
void whatsapp_route(const struct channel_set *set,
    const struct channel_post *post, const char *secret,
    struct channel_route *route);

/* ---- events to facts (whatsapp_apply.c) ---- */

int whatsapp_ingest(const struct channel *channel, const char *body,
    size_t body_len, const struct channel_sink *sink, void *sink_data,
    struct channel_ingested *done, struct err *err);

/* ---- sending (whatsapp_build.c, whatsapp_judge.c) ---- */

int whatsapp_build(const struct channel *channel,
    const struct outbox_item *item, struct channel_request *request,
    struct err *err);
void whatsapp_judge(const struct outbox_item *item,
    const struct channel_answer *answer, struct channel_verdict *verdict);

/* ---- media, templates, test (whatsapp_media.c, whatsapp_account.c) ---- */

struct whatsapp_media {
	char url[2049];
	char mime[129];  /* without parameters, lower case */
	char sha256[65]; /* lower-case hex, "" when not told */
	int64_t size;    /* -1 when not told */
};
/* Step 1: GET /{media_id}. OD_EDATA when the id is not digits. */
int whatsapp_media_lookup(const struct channel *channel, const char *media_id,
    struct channel_request *request, struct err *err);
int whatsapp_media_parse(
    const char *body, size_t n, struct whatsapp_media *out, struct err *err);
/* Bytes allowed for a kind of message (section 11), 0 when it has none. */
int64_t whatsapp_media_limit(enum message_kind kind);
/*
 * Step 2, within five minutes: GET url.  The token goes along only to the
 * channel's own host and Meta's; any other host, and plain http anywhere but
 * to the rehearsal's host, is OD_EDATA.  max_body is the kind's limit.
 * On 404 begin again with step 1.
 */
int whatsapp_media_download(const struct channel *channel, const char *url,
    enum message_kind kind, struct channel_request *request, struct err *err);
/* After the last byte: length and digest as they were promised, within the
 * kind's limit.  sha256_hex in lower case. */
int whatsapp_media_check(const struct whatsapp_media *promised,
    enum message_kind kind, int64_t size, const char *sha256_hex,
    struct err *err);

/* GET /{business_account_id}/message_templates; after is "" or a cursor.
 * OD_EDATA when the configuration has no business_account_id. */
int whatsapp_templates_request(const struct channel *channel, const char *after,
    struct channel_request *request, struct err *err);
/*
 * Append a page's templates to *rows (template_list_free).  after becomes the
 * next page's cursor, "" when this was the last.
 */
int whatsapp_templates_parse(const char *body, size_t n,
    struct message_template **rows, size_t *count, char after[513],
    struct err *err);

/* GET /{phone_number_id}: does the token reach the number? */
void whatsapp_test_request(
    const struct channel *channel, struct channel_request *request);
/* A sentence for people; false when the channel does not work. */
bool whatsapp_test_result(
    const struct channel_answer *answer, struct str *sentence);

/* ---- shared inside this folder ---- */

/* api_base/api_version/ into url. */
void whatsapp__url(const struct channel *channel, struct str *url);
/* The error object of an answer; false when the body holds none. */
struct whatsapp_problem {
	int64_t code, subcode;
	bool transient;
	char details[401]; /* safe to show */
};
/*
 * Meta repeats the token that it does not accept ("Malformed access token
 * EAAB...").  In place: of each word that looks like one only EAA is left.
 */
void whatsapp__hide_tokens(char *text);
bool whatsapp__problem(
    const char *body, size_t n, struct whatsapp_problem *out);

#endif
