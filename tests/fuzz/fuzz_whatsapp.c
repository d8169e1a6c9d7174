/*
 * WhatsApp's posts and answers: any bytes, and what must hold of the events.
 */
#include "common/xalloc.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/channels/whatsapp_parse.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char secret[] = "secret";
static char token[] = "token";
static struct channel channels[] = {
    {.id = "a",
	.kind = CHANNEL_WHATSAPP,
	.number_id = "100",
	.account_id = "900",
	.api_base = "https://graph.facebook.com",
	.api_version = "v23.0",
	.app_secrets = {secret, NULL},
	.access_token = token},
};
static const struct channel_set set = {channels, 1};

static void
check_json(const char *detail)
{
	struct json *doc = NULL;

	if (detail[0] == '\0')
		return;
	if (json_parse(
		detail, strlen(detail), &json_limits_webhook, &doc, NULL) != 0)
		BUG("a detail that is no JSON");
	json_free(&doc);
}

static int
on_message(void *data, const struct inbound_message *in, struct err *err)
{
	(void)data;
	(void)err;
	BUG_ON(in->provider_id[0] == '\0');
	BUG_ON(strlen(in->provider_id) > WA_ID_MAX);
	BUG_ON(strlen(in->reply_to) > WA_ID_MAX);
	BUG_ON(in->number[0] == '\0' && in->user_id[0] == '\0');
	BUG_ON(strlen(in->number) > 32 || strlen(in->user_id) > 200);
	BUG_ON(in->kind < MESSAGE_TEXT || in->kind >= MESSAGE_KIND_COUNT);
	BUG_ON(strlen(in->kind_name) > 32);
	BUG_ON(in->at_us < 0);
	BUG_ON(in->body == NULL || in->name == NULL || in->username == NULL);
	BUG_ON(in->media_id == NULL || in->media_filename == NULL);
	check_json(in->detail);
	return 0;
}

static int
on_status(void *data, const struct inbound_status *in, struct err *err)
{
	(void)data;
	(void)err;
	BUG_ON(in->provider_id[0] == '\0' || in->status[0] == '\0');
	BUG_ON(strlen(in->provider_id) > WA_ID_MAX);
	BUG_ON(strlen(in->recipient) > 200 || in->error_code < 0);
	return 0;
}

static int
on_edit(void *data, const char *channel, const char *original_id,
    enum inbound_edit what, const char *body, int64_t at_us, struct err *err)
{
	(void)data, (void)channel, (void)what, (void)at_us, (void)err;
	BUG_ON(original_id[0] == '\0' || body == NULL);
	return OD_ENOTFOUND;
}

static int
on_peer(void *data, const char *channel, const char *old_number,
    const char *new_number, const char *old_user_id, const char *new_user_id,
    struct err *err)
{
	(void)data, (void)channel, (void)err;
	BUG_ON(old_number[0] == '\0' && old_user_id[0] == '\0');
	BUG_ON(new_number[0] == '\0' && new_user_id[0] == '\0');
	return 0;
}

static int
on_alert(void *data, const char *channel, enum channel_state state,
    const char *text, struct err *err)
{
	(void)data, (void)channel, (void)state, (void)err;
	BUG_ON(strchr(text, '\033') != NULL);
	return 0;
}

static int
on_templates(void *data, const char *channel, struct err *err)
{
	(void)data, (void)channel, (void)err;
	return 0;
}

static const struct channel_sink sink = {
    on_message, on_status, on_edit, on_peer, on_alert, on_templates};

static void
answers(const char *body, size_t n)
{
	static const struct outbox_item item = {
	    .kind = OUTBOX_MESSAGE, .attempts = 1};
	struct channel_answer a = {.status = 200,
	    .body = body,
	    .body_len = n,
	    .retry_after_s = -1,
	    .app_usage = body,
	    .error = ""};
	struct message_template *rows = NULL;
	struct channel_verdict v;
	struct whatsapp_media media;
	size_t count = 0;
	char after[513];

	whatsapp_judge(&item, &a, &v);
	BUG_ON(v.kind == VERDICT_SENT && v.provider_id[0] == '\0');
	BUG_ON(v.kind != VERDICT_SENT && v.text[0] == '\0');
	whatsapp_media_parse(body, n, &media, NULL);
	whatsapp_templates_parse(body, n, &rows, &count, after, NULL);
	for (size_t i = 0; i < count; i++) {
		free(rows[i].body);
		free(rows[i].components);
	}
	free(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = xmalloc(size + 1);
	const struct channel_post post = {
	    .body = body, .body_len = size, .signature_count = 0};
	struct channel_ingested done;
	struct channel_route route;
	struct err err = ERR_INIT;

	memcpy(body, data, size);
	body[size] = '\0';
	whatsapp_route(&set, &post, secret, &route);
	if (whatsapp_ingest(
		&channels[0], body, size, &sink, NULL, &done, &err) != 0)
		BUG_ON(err.text[0] == '\0');
	BUG_ON(done.messages + done.statuses > 0 && route.count == 0);
	answers(body, size);
	free(body);
	return 0;
}
