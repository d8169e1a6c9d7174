/* message_send - promising a message, and trying a failed one again. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/message_int.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define CAPTION_MAX 1024 /* characters */
#define BUTTON_MAX  20   /* characters of a title */

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static bool
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

static int
check_text(const char *s, size_t max, struct err *err)
{
	const char *open, *close;
	char name[65];
	int rc;

	if (s == NULL)
		return 0;
	if ((rc = records__body(_("The text"), s, MESSAGE_BODY_MAX, err)) != 0)
		return rc;
	if (characters(s) > max)
		return err_set(err, OD_EDATA,
		    "The text has %zu characters; at most %zu can be sent",
		    characters(s), max);
	if ((open = strstr(s, "{{")) == NULL ||
	    (close = strstr(open, "}}")) == NULL)
		return 0;
	char *raw = xstrndup(open, (size_t)(close + 2 - open));

	text_safe_buf(name, sizeof(name), raw);
	free(raw);
	return err_set(err, OD_EDATA,
	    "%s was not filled in; write what belongs there", name);
}

static int
check_media(const struct message_new *in, struct err *err)
{
	if (in->link == NULL || !str_starts(in->link, "https://") ||
	    strlen(in->link) > 2048)
		return err_set(
		    err, OD_EDATA, "A file is sent by its https:// address");
	if (!is_blank(in->body) &&
	    (in->kind == MESSAGE_AUDIO || in->kind == MESSAGE_STICKER))
		return err_set(
		    err, OD_EDATA, "Audio and stickers have no text");
	return check_text(in->body, CAPTION_MAX, err);
}

static int
check_buttons(const struct message_new *in, struct err *err)
{
	size_t n = 0;

	for (; n < 3 && in->buttons[n][0] != NULL; n++) {
		const char *id = in->buttons[n][0], *title = in->buttons[n][1];

		if (is_blank(id) || is_blank(title) || strlen(id) > 256 ||
		    characters(title) > BUTTON_MAX)
			return err_set(err, OD_EDATA,
			    "A button needs an id, and a title of at most %d"
			    " characters",
			    BUTTON_MAX);
		for (size_t k = 0; k < n; k++)
			if (strcmp(in->buttons[k][0], id) == 0 ||
			    strcmp(in->buttons[k][1], title) == 0)
				return err_set(err, OD_EDATA,
				    "Two buttons must not be the same");
	}
	if (n == 0)
		return err_set(err, OD_EDATA, "There are no buttons to send");
	if (is_blank(in->body))
		return err_set(err, OD_EDATA, "Buttons need a text above them");
	return check_text(in->body, CAPTION_MAX, err);
}

static int
check_new(const struct message_new *in, struct err *err)
{
	switch (in->kind) {
	case MESSAGE_TEXT:
		if (is_blank(in->body))
			return err_set(err, OD_EDATA, "The message is empty");
		return check_text(in->body, MESSAGE_TEXT_MAX, err);
	case MESSAGE_IMAGE:
	case MESSAGE_VIDEO:
	case MESSAGE_AUDIO:
	case MESSAGE_DOCUMENT:
	case MESSAGE_STICKER:
		return check_media(in, err);
	case MESSAGE_INTERACTIVE:
		return check_buttons(in, err);
	case MESSAGE_TEMPLATE:
		if (is_blank(in->template_name) || is_blank(in->template_lang))
			return err_set(err, OD_EDATA,
			    "Say which template, and in which language");
		return 0;
	case MESSAGE_LOCATION:
	case MESSAGE_CONTACTS:
	case MESSAGE_BUTTON:
	case MESSAGE_REACTION:
	case MESSAGE_ORDER:
	case MESSAGE_SYSTEM:
	case MESSAGE_UNSUPPORTED:
	case MESSAGE_OTHER:
	case MESSAGE_KIND_COUNT:
		break;
	}
	return err_set(
	    err, OD_EDATA, "Messages of this kind cannot be sent from here");
}

/* ---- guards ---- */

static int
check_window(const struct talk *t, int64_t at_us, struct err *err)
{
	if (t->channel_kind != CHANNEL_WHATSAPP)
		return 0;
	if (t->last_inbound_us != 0 &&
	    at_us < t->last_inbound_us + WHATSAPP_WINDOW_US)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "WhatsApp takes free text only for 24 hours after the customer's"
	    " last message; send a template instead");
}

/* Somebody else changed who has it since it was on the screen. */
static int
check_owner(
    struct desk *d, const struct talk *t, int64_t seen_version, struct err *err)
{
	char safe[201];
	char *name = NULL;
	int rc;

	if (seen_version == 0)
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM changes WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND version > $4 AND field = 'operator_id'"
	    " AND NOT (actor_kind = $5 AND actor_id = $6) LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(RECORD_CONVERSATION),
		b_int(t->id), b_int(seen_version), b_int(d->actor.kind),
		b_int(d->actor.id)),
	    err);
	if (rc != 1 || t->operator_id == 0 || t->operator_id == d->actor.id)
		return rc == 1 ? 0 : rc;
	rc = db_text(d->db, &name,
	    "SELECT full_name FROM operators WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->operator_id)), err);
	if (rc == 0) {
		text_safe_buf(safe, sizeof(safe), name);
		rc = err_set(err, OD_ECONFLICT,
		    "%s has this conversation now; nothing was sent", safe);
	}
	free(name);
	return rc;
}

static int
check_newest(
    struct desk *d, const struct talk *t, int64_t seen_message, struct err *err)
{
	int64_t id;
	int rc;

	if (seen_message == 0)
		return 0;
	rc = db_int(d->db, &id,
	    "SELECT inbound FROM messages WHERE tenant_id = $1"
	    " AND conversation_id = $2 AND id > $3 AND kind <> $4"
	    " AND (inbound = 1 OR operator_id IS NULL OR operator_id <> $5)"
	    " ORDER BY inbound DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->id), b_int(seen_message),
		b_int(MESSAGE_REACTION), b_int(d->actor.id)),
	    err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	return id == 1 ? err_set(err, OD_ECONFLICT,
			     "The customer wrote again meanwhile; read it, "
			     "then send")
	               : err_set(err, OD_ECONFLICT,
			     "Somebody else answered meanwhile; read it, then "
			     "send");
}

static int
check_open(const struct talk *t, struct err *err)
{
	if (t->state == CONVERSATION_CLOSED)
		return err_set(err, OD_ECONFLICT,
		    "This conversation is closed; reopen it first");
	return 0;
}

/* ---- the template ---- */

static size_t
value_count(const char *const *values)
{
	size_t n = 0;

	while (values != NULL && values[n] != NULL)
		n++;
	return n;
}

/* What the customer will read, and what the values are called. */
static int
fill_template(struct desk *d, const struct message_new *in,
    const struct talk *t, struct str *body, struct str *names, struct err *err)
{
	struct message_template tpl = {.parameters = 0};
	size_t n = value_count(in->template_values);
	int rc;

	rc = template_get(
	    d, t->channel, in->template_name, in->template_lang, &tpl, err);
	if (rc != 0)
		return rc == OD_ENOTFOUND
		           ? err_set(err, OD_EDATA,
				 "This channel has no such"
				 " template; fetch its templates")
		           : rc;
	if (strcmp(tpl.status, "APPROVED") != 0)
		rc = err_set(err, OD_EDATA,
		    "The provider has not approved this template");
	else if ((size_t)tpl.parameters != n)
		rc = err_set(err, OD_EDATA,
		    "This template takes %d values; %zu were given",
		    tpl.parameters, n);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = is_blank(in->template_values[i])
		         ? err_set(err, OD_EDATA, "Value %zu is empty", i + 1)
		         : check_text(in->template_values[i], CAPTION_MAX, err);
	if (rc == 0) {
		template_fill(&tpl, in->template_values, body);
		template_names(&tpl, names);
	}
	template_clear(&tpl);
	return rc;
}

/* ---- the intent ---- */

static void
intent_to(struct json_out *w, const struct talk *t)
{
	if (strcmp(t->peer, t->peer_user_id) != 0)
		json_out_string(w, "to", t->peer);
	if (t->peer_user_id[0] != '\0')
		json_out_string(w, "to_user", t->peer_user_id);
}

static void
print_buttons(const struct message_new *in, struct json_out *w)
{
	json_out_array(w, "buttons");
	for (size_t i = 0; i < 3 && in->buttons[i][0] != NULL; i++) {
		json_out_object(w, NULL);
		json_out_string(w, "id", in->buttons[i][0]);
		json_out_string(w, "title", in->buttons[i][1]);
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
}

static void
print_template(const struct message_new *in, struct json_out *w)
{
	json_out_string(w, "name", in->template_name);
	json_out_string(w, "lang", in->template_lang);
	json_out_array(w, "values");
	for (size_t i = 0; i < value_count(in->template_values); i++)
		json_out_string(w, NULL, in->template_values[i]);
	json_out_end(w, ']');
}

static void
print_intent(const struct message_new *in, const struct talk *t,
    const char *names, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	intent_to(&w, t);
	json_out_string(&w, "type", message_kind_names[in->kind]);
	if (in->reply_to != NULL && in->reply_to[0] != '\0')
		json_out_string(&w, "reply_to", in->reply_to);
	if (in->kind != MESSAGE_TEMPLATE && !is_blank(in->body))
		json_out_string(&w, "body", in->body);
	if (in->link != NULL && in->kind != MESSAGE_TEXT)
		json_out_string(&w, "link", in->link);
	if (in->kind == MESSAGE_DOCUMENT && !is_blank(in->filename))
		json_out_string(&w, "filename", in->filename);
	if (in->kind == MESSAGE_INTERACTIVE)
		print_buttons(in, &w);
	if (in->kind == MESSAGE_TEMPLATE)
		print_template(in, &w);
	if (names[0] != '\0')
		json_out_raw(&w, "names", names);
	json_out_end(&w, '}');
}

/* What the thread shows besides the body. */
static void
print_detail(const struct message_new *in, struct str *out)
{
	struct json_out w;

	if (in->kind == MESSAGE_TEXT)
		return;
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	if (in->kind == MESSAGE_INTERACTIVE)
		print_buttons(in, &w);
	else if (in->kind == MESSAGE_TEMPLATE)
		print_template(in, &w);
	else
		json_out_string(&w, "link", in->link);
	if (in->kind == MESSAGE_DOCUMENT && !is_blank(in->filename))
		json_out_string(&w, "filename", in->filename);
	json_out_end(&w, '}');
}

/* ---- sending ---- */

static enum message_role
role_of(const struct desk *d)
{
	switch (d->actor.kind) {
	case ACTOR_BOT:
		return MESSAGE_BY_ASSISTANT;
	case ACTOR_SYSTEM:
		return MESSAGE_BY_SYSTEM;
	case ACTOR_OPERATOR:
	case ACTOR_TOKEN:
	case ACTOR_HOST:
		break;
	}
	return MESSAGE_BY_OPERATOR;
}

/* Who answers first has it. */
static int
claim_on_reply(struct desk *d, struct op *op, struct talk *t, struct err *err)
{
	const struct change c[] = {
	    {"operator_id", b_int(d->actor.id)},
	    {"state", b_int(CONVERSATION_HANDED_OFF)},
	};

	if (d->actor.kind != ACTOR_OPERATOR || t->operator_id != 0)
		return 0;
	return record_update(
	    d, op, RECORD_CONVERSATION, t->id, 0, c, 2, NULL, err);
}

static int
write_message(struct desk *d, struct op *op, const struct message_new *in,
    struct talk *t, const char *body, int64_t at_us, int64_t *id,
    struct err *err)
{
	struct str detail = STR_INIT;
	struct message_row row = {
	    .conversation_id = t->id,
	    .operator_id = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0,
	    .at_us = at_us,
	    .channel = t->channel,
	    .kind_name = message_kind_names[in->kind],
	    .body = body,
	    .provider_id = "",
	    .reply_to = in->reply_to != NULL ? in->reply_to : "",
	    .inbound = false,
	    .role = role_of(d),
	    .kind = in->kind,
	    .state = MESSAGE_DUE,
	};
	const struct said said = {
	    .kind = in->kind, .body = body, .at_us = at_us};
	int rc;

	print_detail(in, &detail);
	row.detail = detail.s;
	rc = message__insert(d, op, &row, id, err);
	str_free(&detail);
	if (rc == 0)
		rc = talk__said(d, op, t, &said, err);
	if (rc == 0 && body[0] != '\0')
		rc = search_put(d, RECORD_MESSAGE, *id, at_us, body, err);
	return rc;
}

static int
promise(struct desk *d, struct op *op, const struct talk *t, int64_t id,
    const char *intent, int64_t not_before_us, bool free_text, struct err *err)
{
	const struct outbox_promise out = {
	    .channel = t->channel,
	    .kind = OUTBOX_MESSAGE,
	    .record_id = id,
	    .intent = intent,
	    .not_before_us = not_before_us,
	    .expires_us = free_text && t->channel_kind == CHANNEL_WHATSAPP
	                      ? t->last_inbound_us + WHATSAPP_WINDOW_US
	                      : 0,
	};

	return outbox_promise(d, op, &out, NULL, err);
}

static int
send(struct desk *d, struct op *op, const struct message_new *in, int64_t *id,
    struct err *err)
{
	bool free_text = in->kind != MESSAGE_TEMPLATE;
	int64_t at_us =
	    in->send_at_us > op->now_us ? in->send_at_us : op->now_us;
	struct str body = STR_INIT, intent = STR_INIT, names = STR_INIT;
	struct talk t;
	int rc;

	if ((rc = talk__by_id(d, in->conversation_id, &t, err)) != 0 ||
	    (rc = check_open(&t, err)) != 0 ||
	    (rc = check_owner(d, &t, in->seen_version, err)) != 0 ||
	    (rc = check_newest(d, &t, in->seen_message, err)) != 0 ||
	    (free_text && (rc = check_window(&t, at_us, err)) != 0) ||
	    (!free_text &&
		(rc = fill_template(d, in, &t, &body, &names, err)) != 0))
		goto out;
	if (free_text && in->body != NULL)
		str_add(&body, in->body);
	print_intent(in, &t, names.s, &intent);
	if ((rc = write_message(d, op, in, &t, body.s, op->now_us, id, err)) !=
		0 ||
	    (rc = promise(d, op, &t, *id, intent.s,
		 in->send_at_us > op->now_us ? at_us : 0, free_text, err)) != 0)
		goto out;
	rc = claim_on_reply(d, op, &t, err);
out:
	str_free(&body);
	str_free(&names);
	str_free(&intent);
	return rc;
}

/* ---- a reply of a ticket ---- */

bool
message_reply_fits(const char *body)
{
	return !is_blank(body) && check_text(body, MESSAGE_TEXT_MAX, NULL) == 0;
}

void
message_comment_detail(int64_t comment_id, char *dst, size_t size)
{
	str_format(dst, size, "{\"comment_id\":%lld}", (long long)comment_id);
}

static int
promise_reply(struct desk *d, struct op *op, const struct talk *t, int64_t id,
    const struct message_reply *in, struct err *err)
{
	const struct message_new text = {
	    .kind = MESSAGE_TEXT, .body = in->body};
	struct str intent = STR_INIT;
	int rc;

	print_intent(&text, t, "", &intent);

	const struct outbox_promise out = {
	    .channel = t->channel,
	    .kind = OUTBOX_MESSAGE,
	    .record_id = id,
	    .intent = intent.s,
	    .expires_us = t->channel_kind == CHANNEL_WHATSAPP
	                      ? t->last_inbound_us + WHATSAPP_WINDOW_US
	                      : 0,
	    .is_held = in->is_held,
	};

	rc = outbox_promise(d, op, &out, NULL, err);
	str_free(&intent);
	return rc;
}

int
message__reply(struct desk *d, struct op *op, const struct message_reply *in,
    int64_t *id, struct err *err)
{
	const struct said said = {
	    .kind = MESSAGE_TEXT, .body = in->body, .at_us = op->now_us};
	char detail[64];
	struct talk t;
	int rc;

	if ((rc = check_text(in->body, MESSAGE_TEXT_MAX, err)) != 0 ||
	    (rc = talk__by_id(d, in->conversation_id, &t, err)) != 0 ||
	    (rc = check_open(&t, err)) != 0 ||
	    (rc = check_window(&t, op->now_us, err)) != 0)
		return rc;
	message_comment_detail(in->comment_id, detail, sizeof(detail));

	const struct message_row row = {
	    .conversation_id = t.id,
	    .operator_id = in->operator_id,
	    .at_us = op->now_us,
	    .channel = t.channel,
	    .kind_name = message_kind_names[MESSAGE_TEXT],
	    .body = in->body,
	    .detail = detail,
	    .provider_id = "",
	    .reply_to = "",
	    .role = MESSAGE_BY_OPERATOR,
	    .kind = MESSAGE_TEXT,
	    .state = in->is_held ? MESSAGE_HELD : MESSAGE_DUE,
	};

	if ((rc = message__insert(d, op, &row, id, err)) != 0 ||
	    (rc = talk__said(d, op, &t, &said, err)) != 0 ||
	    (rc = search_put(
		 d, RECORD_MESSAGE, *id, op->now_us, in->body, err)) != 0)
		return rc;
	return promise_reply(d, op, &t, *id, in, err);
}

int
message_send(
    struct desk *d, const struct message_new *in, int64_t *id, struct err *err)
{
	struct op op;
	int rc;

	if (in->reply_to != NULL && strlen(in->reply_to) > 256)
		return err_set(err, OD_EDATA, "The message's id is too long");
	if ((rc = check_new(in, err)) != 0)
		return rc;
	rc = op_begin(d, &op,
	    in->kind == MESSAGE_TEMPLATE ? OP_MESSAGE_SEND_TEMPLATE
					 : OP_MESSAGE_SEND,
	    in->conversation_id, err);
	if (rc != 0)
		return rc;
	rc = send(d, &op, in, id, err);
	return op_end(d, &op, rc, err);
}

/* ---- once more ---- */

struct failed {
	int64_t conversation_id;
	enum message_kind kind;
	enum message_state state;
	char *intent; /* owned; of its last sending */
};

static int
read_failed(struct desk *d, int64_t id, struct failed *f, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT m.conversation_id, m.kind, m.state, o.intent"
	    " FROM messages m JOIN outbox o ON o.tenant_id = m.tenant_id"
	    " AND o.kind = $3 AND o.record_id = m.id"
	    " WHERE m.tenant_id = $1 AND m.id = $2 ORDER BY o.id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(OUTBOX_MESSAGE)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		f->conversation_id = stmt_int(st, 0);
		f->kind = (enum message_kind)stmt_int(st, 1);
		f->state = (enum message_state)stmt_int(st, 2);
		f->intent = stmt_dup(st, 3);
	}
	stmt_close(&st);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no such message that was sent from here");
	return rc == 1 ? 0 : rc;
}

static int
retry(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	struct failed f = {.intent = NULL};
	struct talk t;
	bool free_text;
	int rc;

	if ((rc = read_failed(d, id, &f, err)) != 0)
		return rc;
	free_text = f.kind != MESSAGE_TEMPLATE;
	if (f.state != MESSAGE_FAILED)
		rc = err_set(err, OD_ECONFLICT,
		    "Only a message that failed can be sent again");
	if (rc == 0)
		rc = talk__by_id(d, f.conversation_id, &t, err);
	if (rc == 0)
		rc = check_open(&t, err);
	if (rc == 0 && free_text)
		rc = check_window(&t, op->now_us, err);
	if (rc == 0)
		rc = promise(d, op, &t, id, f.intent, 0, free_text, err);
	if (rc == 0)
		rc = message__sending(d, op, id, MESSAGE_DUE, 0, "", err);
	free(f.intent);
	return rc;
}

int
message_retry(struct desk *d, int64_t id, struct err *err)
{
	int64_t conversation_id;
	struct op op;
	int rc;

	/* Whose it is decides who may. */
	rc = db_int(d->db, &conversation_id,
	    "SELECT conversation_id FROM messages"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND, "There is no such message");
	if (rc != 0)
		return rc;
	rc = op_begin(d, &op, OP_MESSAGE_RETRY, conversation_id, err);
	if (rc != 0)
		return rc;
	rc = retry(d, &op, id, err);
	return op_end(d, &op, rc, err);
}
