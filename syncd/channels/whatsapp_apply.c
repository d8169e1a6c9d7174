/*
 * whatsapp_apply - parsed events become facts of the desk.
 *
 * A part that is refused does not take the others with it: every event is
 * tried, and the first problem is what the raw event's row will say.
 */
#include "common/i18n.h"
#include "common/log.h"
#include "common/text.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/channels/whatsapp_parse.h"
#include <string.h>

struct apply {
	const struct channel *channel;
	const struct channel_sink *sink;
	void *data;
	struct channel_ingested *done;
};

static int
apply_message(struct apply *a, const struct wa_event *e, struct err *err)
{
	struct inbound_message in = {
	    .channel = a->channel->id,
	    .channel_kind = CHANNEL_WHATSAPP,
	    .provider_id = e->id,
	    .number = e->number,
	    .user_id = e->user_id,
	    .parent_user_id = e->parent_user_id,
	    .username = e->username,
	    .name = e->name,
	    .kind = e->message_kind,
	    .kind_name = e->kind_name,
	    .body = e->body,
	    .detail = e->detail,
	    .reply_to = e->reply_to,
	    .at_us = e->at_us,
	    .media_id = e->media_id,
	    .media_url = e->media_url,
	    .media_mime = e->media_mime,
	    .media_sha256 = e->media_sha256,
	    .media_filename = e->media_filename,
	    .from_app = e->from_app,
	    .from_us = e->from_app,
	};

	a->done->messages++;
	return a->sink->message(a->data, &in, err);
}

static int
apply_edit(struct apply *a, const struct wa_event *e, struct err *err)
{
	const enum inbound_edit what =
	    e->kind == WA_EDIT ? INBOUND_EDIT : INBOUND_REVOKE;
	struct wa_event alone = *e;
	int rc = OD_ENOTFOUND;

	if (e->original_id[0] != '\0')
		rc = a->sink->edit(a->data, a->channel->id, e->original_id,
		    what, e->body, e->at_us, err);
	if (rc != OD_ENOTFOUND) {
		a->done->others++;
		return rc;
	}
	/* Of a message that was never here: it stands for itself. */
	if (what == INBOUND_REVOKE) {
		alone.message_kind = MESSAGE_SYSTEM;
		alone.body = _("The customer deleted a message that is not "
			       "in this conversation.");
	}
	return apply_message(a, &alone, err);
}

static int
apply_alert(struct apply *a, const struct wa_event *e, enum channel_state state,
    struct err *err)
{
	const char *said = e->body[0] != '\0' ? e->body : e->error_text;
	char word[129], text[385];
	struct err why = ERR_INIT;

	text_safe_buf(word, sizeof(word), e->kind_name);
	text_safe_buf(text, sizeof(text), said);
	if (e->kind == WA_ACCOUNT)
		err_set(&why, OD_EUNAVAIL,
		    "Meta reports about the account: %s%s%s", word,
		    text[0] != '\0' ? ", " : "", text);
	else
		err_set(&why, OD_EUNAVAIL, "Meta reports error %d: %s",
		    e->error_code, text);
	log_warn("whatsapp", "channel %s: %s", a->channel->id, err_plain(&why));
	a->done->others++;
	return a->sink->alert(a->data, a->channel->id, state, why.text, err);
}

/* Trouble of the account stops sending; a single message's does not. */
static enum channel_state
state_for(int code)
{
	const struct whatsapp_error *known = whatsapp_error(code);

	return known != NULL && known->remedy == WA_STOP ? CHANNEL_STOPPED
	                                                 : CHANNEL_OK;
}

static int
apply_status(struct apply *a, const struct wa_event *e, struct err *err)
{
	struct inbound_status in = {
	    .channel = a->channel->id,
	    .provider_id = e->id,
	    .callback = e->callback,
	    .status = e->status,
	    .recipient = e->recipient,
	    .error_code = e->error_code,
	    .error_text = e->error_text,
	    .at_us = e->at_us,
	};
	int rc;

	a->done->statuses++;
	rc = a->sink->status(a->data, &in, err);
	if (rc == 0 && strcmp(e->status, "failed") == 0 &&
	    state_for(e->error_code) == CHANNEL_STOPPED)
		rc = apply_alert(a, e, CHANNEL_STOPPED, err);
	return rc;
}

static int
apply_account(struct apply *a, const struct wa_event *e, struct err *err)
{
	static const char *const ends[] = {
	    "DISABLED_UPDATE", "ACCOUNT_DELETED"};
	enum channel_state state = CHANNEL_OK;

	for (size_t i = 0; i < 2; i++)
		if (strcmp(e->kind_name, ends[i]) == 0)
			state = CHANNEL_STOPPED;
	return apply_alert(a, e, state, err);
}

static int
apply_event(struct apply *a, const struct wa_event *e, struct err *err)
{
	const char *channel = a->channel->id;

	switch (e->kind) {
	case WA_MESSAGE:
		return apply_message(a, e, err);
	case WA_STATUS:
		return apply_status(a, e, err);
	case WA_EDIT:
	case WA_REVOKE:
		return apply_edit(a, e, err);
	case WA_PEER_CHANGED:
		a->done->others++;
		return a->sink->peer_changed(a->data, channel, e->old_number,
		    e->new_number, e->old_user_id, e->new_user_id, err);
	case WA_VALUE_ERROR:
		return apply_alert(a, e, state_for(e->error_code), err);
	case WA_ACCOUNT:
		return apply_account(a, e, err);
	case WA_TEMPLATE:
		a->done->others++;
		return a->sink->templates_changed(a->data, channel, err);
	case WA_OTHER_FIELD:
	case WA_NOBODY:
		a->done->skipped++;
		return 0;
	case WA_BROKEN:
		return err_set(err, OD_EDATA, "%s", e->problem);
	}
	return 0;
}

/* Of another number: that channel has a row of its own, or nobody. */
static bool
is_for(const struct channel *c, const struct wa_event *e)
{
	if (e->number_id[0] != '\0')
		return strcmp(e->number_id, c->number_id) == 0;
	return c->account_id[0] == '\0' || e->account_id[0] == '\0' ||
	       strcmp(e->account_id, c->account_id) == 0;
}

int
whatsapp_ingest(const struct channel *channel, const char *body,
    size_t body_len, const struct channel_sink *sink, void *sink_data,
    struct channel_ingested *done, struct err *err)
{
	struct apply a = {channel, sink, sink_data, done};
	struct err problem = ERR_INIT;
	struct wa_post post;
	int rc, first = 0;

	memset(done, 0, sizeof(*done));
	if ((rc = wa_parse(body, body_len, &post, err)) != 0)
		return rc;
	for (size_t i = 0; i < post.count; i++) {
		if (!is_for(channel, &post.events[i])) {
			done->skipped++;
			continue;
		}
		problem = (struct err)ERR_INIT;
		rc = apply_event(&a, &post.events[i], &problem);
		if (rc == 0)
			continue;
		done->refused++;
		if (first == 0) {
			first = rc;
			if (err != NULL)
				*err = problem;
		}
	}
	wa_post_clear(&post);
	return first;
}
