/*
 * whatsapp_parse - the envelope, identities, statuses and the other fields
 * (whatsapp_content.c has the message types).
 */
#include "syncd/channels/whatsapp_parse.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

const char *
wa__string(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

const char *
wa__keep(struct wa_post *post, struct str *text)
{
	char *s;

	if (text->len == 0) {
		str_free(text);
		return "";
	}
	s = str_take(text);
	post->texts = xreallocarray(
	    post->texts, post->text_count + 1, sizeof(*post->texts));
	post->texts[post->text_count++] = s;
	return s;
}

struct wa_event *
wa__add(
    struct wa_post *post, const struct wa_event *like, enum wa_event_kind kind)
{
	struct wa_event *e;

	if ((post->count & (post->count - 1)) == 0)
		post->events = xreallocarray(post->events,
		    post->count == 0 ? 1 : 2 * post->count,
		    sizeof(*post->events));
	e = &post->events[post->count++];
	*e = *like;
	e->kind = kind;
	return e;
}

/* Every string "" so that nobody meets a NULL. */
static const struct wa_event event_empty = {
    .number_id = "",
    .account_id = "",
    .field = "",
    .number = "",
    .user_id = "",
    .parent_user_id = "",
    .username = "",
    .name = "",
    .id = "",
    .message_kind = MESSAGE_OTHER,
    .kind_name = "",
    .body = "",
    .detail = "",
    .reply_to = "",
    .media_id = "",
    .media_url = "",
    .media_mime = "",
    .media_sha256 = "",
    .media_filename = "",
    .status = "",
    .callback = "",
    .recipient = "",
    .error_text = "",
    .original_id = "",
    .old_number = "",
    .new_number = "",
    .old_user_id = "",
    .new_user_id = "",
    .problem = "",
};

int64_t
wa__time_us(const struct json *v, const char *name)
{
	const int64_t oldest = 1230768000; /* 2009, when the service began */
	const int64_t newest = 4102444800; /* 2100 */
	int64_t s;

	if (!json_lax_int64(v, name, &s) || s < oldest || s > newest)
		return 0;
	return s * US_PER_SECOND;
}

bool
wa__errors(
    struct wa_post *post, const struct json *v, int *code, const char **text)
{
	const struct json *e = json_first(json_get(v, "errors"));
	const char *title = wa__string(e, "title");
	const char *details = wa__string(json_get(e, "error_data"), "details");
	struct str s = STR_INIT;
	int64_t number = 0;

	if (json_type(e) != JSON_OBJECT)
		return false;
	if (title[0] == '\0')
		title = wa__string(e, "message");
	if (details[0] == '\0')
		details = wa__string(e, "error_data");
	str_add(&s, title);
	if (details[0] != '\0' && strcmp(details, title) != 0)
		str_addf(&s, "%s%s", s.len > 0 ? ": " : "", details);
	json_lax_int64(e, "code", &number);
	*code = number >= 0 && number <= INT32_MAX ? (int)number : 0;
	*text = wa__keep(post, &s);
	return true;
}

bool
wa__is_user_id(const char *s)
{
	size_t n;

	if (s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' || s[2] != '.')
		return false;
	s += 3;
	if (strncmp(s, "ENT.", 4) == 0)
		s += 4;
	for (n = 0;
	     (s[n] >= '0' && s[n] <= '9') || (s[n] >= 'A' && s[n] <= 'Z') ||
	     (s[n] >= 'a' && s[n] <= 'z');
	     n++)
		;
	return n > 0 && n <= 128 && s[n] == '\0';
}

void
wa__identify(const char *s, const char **number, const char **user_id)
{
	const char *digits = s[0] == '+' ? s + 1 : s;
	size_t n = strspn(digits, "0123456789");

	if (n > 0 && n <= 32 && digits[n] == '\0') {
		if ((*number)[0] == '\0')
			*number = digits;
	} else if (s[0] != '\0' && (*user_id)[0] == '\0') {
		*user_id = s; /* whatever it is, it names one user */
	}
}

/* The row of contacts[] that is about this customer. */
static const struct json *
find_contact(const struct json *value, const struct wa_event *e)
{
	const struct json *all = json_get(value, "contacts");
	const struct json *c, *by_number = NULL;

	for (c = json_first(all); c != NULL; c = json_next(c)) {
		const char *number = "", *user = wa__string(c, "user_id");

		wa__identify(wa__string(c, "wa_id"), &number, &user);
		if (e->user_id[0] != '\0' && strcmp(user, e->user_id) == 0)
			return c;
		if (by_number == NULL && e->number[0] != '\0' &&
		    strcmp(number, e->number) == 0)
			by_number = c;
	}
	if (by_number == NULL && e->number[0] == '\0' &&
	    e->user_id[0] == '\0' && json_size(all) == 1 &&
	    json_size(json_get(value, "messages")) == 1)
		return json_first(all);
	return by_number;
}

static void
identify_sender(
    const struct json *value, const struct json *m, struct wa_event *e)
{
	const struct json *c;

	e->user_id = wa__string(m, e->from_app ? "to_user_id" : "from_user_id");
	e->parent_user_id = wa__string(
	    m, e->from_app ? "to_parent_user_id" : "from_parent_user_id");
	wa__identify(wa__string(m, e->from_app ? "to" : "from"), &e->number,
	    &e->user_id);
	c = find_contact(value, e);
	if (e->user_id[0] == '\0')
		e->user_id = wa__string(c, "user_id");
	wa__identify(wa__string(c, "wa_id"), &e->number, &e->user_id);
	if (e->parent_user_id[0] == '\0')
		e->parent_user_id = wa__string(c, "parent_user_id");
	e->name = wa__string(json_get(c, "profile"), "name");
	e->username = wa__string(json_get(c, "profile"), "username");
	if (e->username[0] == '\0')
		e->username = wa__string(c, "username");
	if (e->username[0] == '@')
		e->username++;
}

static void
broken(struct wa_post *post, const struct wa_event *like, const char *why)
{
	wa__add(post, like, WA_BROKEN)->problem = why;
}

/* A new number or user id: the move, before what says so. */
static void
add_peer_change(struct wa_post *post, const struct json *m, struct wa_event *e)
{
	const struct json *s = json_get(m, "system");
	const char *number = wa__string(s, "wa_id");
	const char *user = wa__string(s, "user_id");
	struct wa_event *change;

	if (number[0] == '\0')
		number = wa__string(s, "new_wa_id");
	if (user[0] == '\0')
		user = wa__string(s, "new_user_id");
	e->new_number = e->new_user_id = "";
	wa__identify(number, &e->new_number, &e->new_user_id);
	if (user[0] != '\0')
		e->new_user_id = user;
	if (strcmp(e->new_number, e->number) == 0)
		e->new_number = "";
	if (strcmp(e->new_user_id, e->user_id) == 0)
		e->new_user_id = "";
	if (e->new_number[0] == '\0' && e->new_user_id[0] == '\0')
		return;
	change = wa__add(post, e, WA_PEER_CHANGED);
	change->old_number = e->number;
	change->old_user_id = e->user_id;
	/* The note about it is already in the conversation's new place. */
	if (e->new_number[0] != '\0')
		e->number = e->new_number;
	if (e->new_user_id[0] != '\0')
		e->user_id = e->new_user_id;
}

static void
parse_message(struct wa_post *post, const struct json *value,
    const struct json *m, const struct wa_event *base)
{
	struct wa_event e = *base;
	const char *type = wa__string(m, "type");
	const struct json *changed;

	e.id = wa__string(m, "id");
	if (json_type(m) != JSON_OBJECT || e.id[0] == '\0') {
		broken(post, base, _("A message has no id."));
		return;
	}
	if (strlen(e.id) > WA_ID_MAX) {
		broken(post, base, _("A message's id is too long."));
		return;
	}
	e.at_us = wa__time_us(m, "timestamp");
	identify_sender(value, m, &e);
	if (e.number[0] == '\0' && e.user_id[0] == '\0') {
		wa__add(post, &e, WA_NOBODY);
		return;
	}
	if (strlen(e.user_id) > 200) {
		broken(post, base, _("A sender's user id is too long."));
		return;
	}
	changed = json_get(m, type);
	if (strcmp(type, "edit") == 0 || strcmp(type, "revoke") == 0) {
		e.original_id = wa__string(changed, "original_message_id");
		if (json_get(changed, "message") != NULL)
			wa__content(post, json_get(changed, "message"), &e);
		e.kind_name = type;
		wa__add(post, &e, type[0] == 'e' ? WA_EDIT : WA_REVOKE);
		return;
	}
	if (strcmp(type, "system") == 0)
		add_peer_change(post, m, &e);
	wa__content(post, m, &e);
	wa__add(post, &e, WA_MESSAGE);
}

static void
parse_status(
    struct wa_post *post, const struct json *s, const struct wa_event *base)
{
	static const char *const who[] = {"recipient_participant_user_id",
	    "recipient_participant_id", "recipient_id", "recipient_user_id"};
	struct wa_event e = *base;

	e.id = wa__string(s, "id");
	e.status = wa__string(s, "status");
	if (e.id[0] == '\0' || e.status[0] == '\0') {
		broken(post, base, _("A status has no id or no word."));
		return;
	}
	if (strlen(e.id) > WA_ID_MAX || strlen(e.status) > 32) {
		broken(post, base, _("A status has an id that is too long."));
		return;
	}
	for (size_t i = 0; i < 4 && e.recipient[0] == '\0'; i++)
		e.recipient = wa__string(s, who[i]);
	if (strlen(e.recipient) > 200)
		e.recipient = "";
	e.callback = wa__string(s, "biz_opaque_callback_data");
	if (strlen(e.callback) > 512)
		e.callback = "";
	e.at_us = wa__time_us(s, "timestamp");
	wa__errors(post, s, &e.error_code, &e.error_text);
	wa__add(post, &e, WA_STATUS);
}

static void
parse_value_errors(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	struct wa_event e = *base;

	if (wa__errors(post, value, &e.error_code, &e.error_text))
		wa__add(post, &e, WA_VALUE_ERROR);
}

static void
parse_messages(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	const struct json *v;
	const size_t before = post->count;

	for (v = json_first(json_get(value, "messages")); v != NULL;
	     v = json_next(v))
		parse_message(post, value, v, base);
	for (v = json_first(json_get(value, "statuses")); v != NULL;
	     v = json_next(v))
		parse_status(post, v, base);
	parse_value_errors(post, value, base);
	if (post->count == before)
		wa__add(post, base, WA_OTHER_FIELD);
}

static void
parse_echoes(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	const struct json *v = json_first(json_get(value, "message_echoes"));
	struct wa_event e = *base;

	e.from_app = true;
	if (v == NULL)
		wa__add(post, base, WA_OTHER_FIELD);
	for (; v != NULL; v = json_next(v))
		parse_message(post, value, v, &e);
}

/* user_id_update: the user got another business-scoped id. */
static void
parse_user_ids(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	const struct json *v = json_first(json_get(value, "user_id_update"));
	const size_t before = post->count;

	for (; v != NULL; v = json_next(v)) {
		const struct json *ids = json_get(v, "user_id");
		struct wa_event e = *base;

		wa__identify(
		    wa__string(v, "wa_id"), &e.old_number, &e.old_user_id);
		e.old_user_id = wa__string(ids, "previous");
		e.new_user_id = wa__string(ids, "current");
		e.at_us = wa__time_us(v, "timestamp");
		if (e.new_user_id[0] != '\0' &&
		    (e.old_number[0] != '\0' || e.old_user_id[0] != '\0'))
			wa__add(post, &e, WA_PEER_CHANGED);
	}
	if (post->count == before)
		wa__add(post, base, WA_OTHER_FIELD);
}

static void
parse_account(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	struct wa_event *e = wa__add(post, base, WA_ACCOUNT);

	e->kind_name = wa__string(value, "event");
	e->body =
	    wa__string(json_get(value, "violation_info"), "violation_type");
}

static void
parse_template(
    struct wa_post *post, const struct json *value, const struct wa_event *base)
{
	struct wa_event *e = wa__add(post, base, WA_TEMPLATE);

	e->kind_name = wa__string(value, "event");
	e->id = wa__string(value, "message_template_name");
	e->body = wa__string(value, "reason");
}

static void
parse_change(
    struct wa_post *post, const char *account_id, const struct json *change)
{
	const struct json *value = json_get(change, "value");
	struct wa_event base = event_empty;

	base.account_id = account_id;
	base.field = wa__string(change, "field");
	base.number_id =
	    wa__string(json_get(value, "metadata"), "phone_number_id");
	if (json_type(value) != JSON_OBJECT) {
		wa__add(post, &base, WA_OTHER_FIELD);
		return;
	}
	if (strcmp(base.field, "messages") == 0)
		parse_messages(post, value, &base);
	else if (strcmp(base.field, "smb_message_echoes") == 0)
		parse_echoes(post, value, &base);
	else if (strcmp(base.field, "user_id_update") == 0)
		parse_user_ids(post, value, &base);
	else if (strcmp(base.field, "account_update") == 0)
		parse_account(post, value, &base);
	else if (strcmp(base.field, "message_template_status_update") == 0 ||
		 strcmp(base.field, "message_template_components_update") == 0)
		parse_template(post, value, &base);
	else
		wa__add(post, &base, WA_OTHER_FIELD);
}

int
wa_parse(const char *body, size_t n, struct wa_post *post, struct err *err)
{
	const struct json *entry, *change;
	int rc;

	memset(post, 0, sizeof(*post));
	rc = json_parse(body, n, &json_limits_webhook, &post->doc, err);
	if (rc != 0)
		return rc;
	if (json_type(post->doc) != JSON_OBJECT) {
		wa_post_clear(post);
		return err_set(
		    err, OD_EDATA, "The event is JSON, but not an object.");
	}
	post->is_whatsapp = strcmp(wa__string(post->doc, "object"),
				"whatsapp_business_account") == 0;
	if (!post->is_whatsapp)
		return 0;
	for (entry = json_first(json_get(post->doc, "entry")); entry != NULL;
	     entry = json_next(entry)) {
		change = json_first(json_get(entry, "changes"));
		for (; change != NULL; change = json_next(change))
			parse_change(post, wa__string(entry, "id"), change);
	}
	return 0;
}

void
wa_post_clear(struct wa_post *post)
{
	for (size_t i = 0; i < post->text_count; i++)
		free(post->texts[i]);
	FREE(&post->texts);
	FREE(&post->events);
	post->text_count = post->count = 0;
	json_free(&post->doc);
}
