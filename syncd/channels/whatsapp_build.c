/*
 * whatsapp_build - from the intent of an outbox row to Meta's request.
 *
 * Limits are checked here as well as when the promise was made: a row may be
 * older than this program.
 */
#include "common/i18n.h"
#include "common/json.h"
#include "common/utf8.h"
#include "syncd/channels/whatsapp.h"
#include <string.h>

#define TEXT_MAX         4096 /* all in characters */
#define CAPTION_MAX      1024
#define BUTTONS_BODY_MAX 1024
#define BUTTON_ID_MAX    256
#define BUTTON_TITLE_MAX 20
#define BUTTONS_MAX      3

static size_t
characters(const char *s)
{
	const size_t n = strlen(s);
	size_t at = 0, count = 0;
	uint32_t cp;

	for (; at < n; count++)
		at += utf8_decode(s + at, n - at, &cp);
	return count;
}

static const char *
text_of(const struct json *v, const char *name)
{
	const char *s = json_string(v, name);

	return s != NULL ? s : "";
}

static int
bad_intent(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "What was to be sent cannot be read; write the message again.");
}

static int
check_length(const char *s, size_t max, struct err *err)
{
	const size_t n = characters(s);

	if (n > max)
		return err_set(err, OD_EDATA,
		    "The text has %zu characters; WhatsApp takes %zu. "
		    "Shorten it.",
		    n, max);
	return 0;
}

void
whatsapp__url(const struct channel *channel, struct str *url)
{
	str_clear(url);
	str_addf(url, "%s/%s/", channel->api_base, channel->api_version);
}

static int
build_text(const struct json *in, struct json_out *w, struct err *err)
{
	const char *body = text_of(in, "body");

	if (body[0] == '\0')
		return bad_intent(err);
	json_out_object(w, "text");
	json_out_string(w, "body", body);
	json_out_bool(w, "preview_url", false);
	json_out_end(w, '}');
	return check_length(body, TEXT_MAX, err);
}

static int
build_media(const struct json *in, const char *type, struct json_out *w,
    struct err *err)
{
	const char *link = text_of(in, "link"), *id = text_of(in, "media_id");
	const char *caption = text_of(in, "body");
	const bool captioned =
	    strcmp(type, "audio") != 0 && strcmp(type, "sticker") != 0;

	if (id[0] == '\0' && !str_starts(link, "https://") &&
	    !str_starts(link, "http://"))
		return bad_intent(err);
	json_out_object(w, type);
	if (id[0] != '\0')
		json_out_string(w, "id", id);
	else
		json_out_string(w, "link", link);
	if (captioned && caption[0] != '\0')
		json_out_string(w, "caption", caption);
	if (strcmp(type, "document") == 0 && text_of(in, "filename")[0] != '\0')
		json_out_string(w, "filename", text_of(in, "filename"));
	json_out_end(w, '}');
	return check_length(captioned ? caption : "", CAPTION_MAX, err);
}

static bool
is_known_title(const struct json *buttons, const struct json *upto)
{
	const char *title = text_of(upto, "title");
	const struct json *b = json_first(buttons);

	for (; b != NULL && b != upto; b = json_next(b))
		if (strcmp(text_of(b, "title"), title) == 0)
			return true;
	return false;
}

static int
build_buttons(const struct json *in, struct json_out *w, struct err *err)
{
	const struct json *buttons = json_get(in, "buttons"), *b;
	const char *body = text_of(in, "body");
	const size_t n = json_size(buttons);

	if (body[0] == '\0')
		return bad_intent(err);
	if (n < 1 || n > BUTTONS_MAX)
		return err_set(err, OD_EDATA,
		    "A message has one to three buttons, this one %zu.", n);
	json_out_object(w, "interactive");
	json_out_string(w, "type", "button");
	json_out_object(w, "body");
	json_out_string(w, "text", body);
	json_out_end(w, '}');
	json_out_object(w, "action");
	json_out_array(w, "buttons");
	for (b = json_first(buttons); b != NULL; b = json_next(b)) {
		const char *id = text_of(b, "id"), *title = text_of(b, "title");

		if (id[0] == '\0' || title[0] == '\0' ||
		    characters(id) > BUTTON_ID_MAX ||
		    characters(title) > BUTTON_TITLE_MAX ||
		    is_known_title(buttons, b))
			return err_set(err, OD_EDATA,
			    "Each button needs a title of its own with at "
			    "most %d characters.",
			    BUTTON_TITLE_MAX);
		json_out_object(w, NULL);
		json_out_string(w, "type", "reply");
		json_out_object(w, "reply");
		json_out_string(w, "id", id);
		json_out_string(w, "title", title);
		json_out_end(w, '}');
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
	json_out_end(w, '}');
	json_out_end(w, '}');
	return check_length(body, BUTTONS_BODY_MAX, err);
}

static int
build_values(const struct json *in, struct json_out *w, struct err *err)
{
	const struct json *v = json_first(json_get(in, "values"));
	const struct json *name = json_first(json_get(in, "names"));

	if (v == NULL)
		return 0;
	json_out_array(w, "components");
	json_out_object(w, NULL);
	json_out_string(w, "type", "body");
	json_out_array(w, "parameters");
	for (; v != NULL; v = json_next(v)) {
		if (json_as_string(v) == NULL)
			return bad_intent(err);
		json_out_object(w, NULL);
		json_out_string(w, "type", "text");
		if (name != NULL) {
			json_out_string(
			    w, "parameter_name", json_as_string(name));
			name = json_next(name);
		}
		json_out_string(w, "text", json_as_string(v));
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
	json_out_end(w, '}');
	json_out_end(w, ']');
	return 0;
}

static int
build_template(const struct json *in, struct json_out *w, struct err *err)
{
	const char *name = text_of(in, "name"), *lang = text_of(in, "lang");
	int rc;

	if (name[0] == '\0' || lang[0] == '\0')
		return bad_intent(err);
	json_out_object(w, "template");
	json_out_string(w, "name", name);
	json_out_object(w, "language");
	json_out_string(w, "code", lang);
	json_out_end(w, '}');
	if ((rc = build_values(in, w, err)) != 0)
		return rc;
	json_out_end(w, '}');
	return 0;
}

static int
build_by_type(const struct json *in, const char *type, struct json_out *w,
    struct err *err)
{
	static const char *const media[] = {
	    "image", "video", "audio", "document", "sticker"};

	if (strcmp(type, "text") == 0)
		return build_text(in, w, err);
	if (strcmp(type, "template") == 0)
		return build_template(in, w, err);
	if (strcmp(type, "interactive") == 0)
		return build_buttons(in, w, err);
	for (size_t i = 0; i < 5; i++)
		if (strcmp(type, media[i]) == 0)
			return build_media(in, type, w, err);
	return bad_intent(err);
}

static int
build_receipt(const struct json *in, struct json_out *w, struct err *err)
{
	const char *id = text_of(in, "message_id");

	if (id[0] == '\0')
		return bad_intent(err);
	json_out_string(w, "status", "read");
	json_out_string(w, "message_id", id);
	return 0;
}

static int
build_message(const struct outbox_item *item, const struct json *in,
    struct json_out *w, struct err *err)
{
	const char *type = text_of(in, "type"), *to = text_of(in, "to");
	const char *user = text_of(in, "to_user");
	const char *reply_to = text_of(in, "reply_to");

	if (to[0] == '\0' && user[0] == '\0')
		return bad_intent(err);
	json_out_string(w, "recipient_type", "individual");
	if (to[0] != '\0')
		json_out_string(w, "to", to);
	else
		json_out_string(w, "recipient", user);
	json_out_string(w, "type", type);
	if (reply_to[0] != '\0') {
		json_out_object(w, "context");
		json_out_string(w, "message_id", reply_to);
		json_out_end(w, '}');
	}
	json_out_string(w, "biz_opaque_callback_data", item->callback);
	return build_by_type(in, type, w, err);
}

int
whatsapp_build(const struct channel *channel, const struct outbox_item *item,
    struct channel_request *request, struct err *err)
{
	struct json *in = NULL;
	struct json_out w;
	int rc;

	if (json_parse(item->intent, strlen(item->intent), &json_limits_api,
		&in, NULL) != 0)
		return bad_intent(err);
	request->method = "POST";
	whatsapp__url(channel, &request->url);
	str_addf(&request->url, "%s/messages", channel->number_id);
	request->bearer = channel->access_token;
	request->loopback_only = channel->rehearsal || item->rehearsal;
	str_clear(&request->body);
	json_out_init(&w, &request->body);
	json_out_object(&w, NULL);
	json_out_string(&w, "messaging_product", "whatsapp");
	if (item->kind == OUTBOX_MARK_READ)
		rc = build_receipt(in, &w, err);
	else
		rc = build_message(item, in, &w, err);
	if (rc == 0)
		json_out_end(&w, '}');
	json_free(&in);
	return rc;
}
