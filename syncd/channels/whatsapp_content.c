/*
 * whatsapp_content - what a message holds, by its type.
 */
#include "syncd/channels/whatsapp_parse.h"
#include <string.h>

static const struct type_row {
	const char *name;
	enum message_kind kind;
} types[] = {
    {"text", MESSAGE_TEXT},
    {"image", MESSAGE_IMAGE},
    {"video", MESSAGE_VIDEO},
    {"audio", MESSAGE_AUDIO},
    {"document", MESSAGE_DOCUMENT},
    {"sticker", MESSAGE_STICKER},
    {"location", MESSAGE_LOCATION},
    {"contacts", MESSAGE_CONTACTS},
    {"reaction", MESSAGE_REACTION},
    {"interactive", MESSAGE_INTERACTIVE},
    {"button", MESSAGE_BUTTON},
    {"order", MESSAGE_ORDER},
    {"system", MESSAGE_SYSTEM},
    {"template", MESSAGE_TEMPLATE},
    {"unsupported", MESSAGE_UNSUPPORTED},
    {"unknown", MESSAGE_UNSUPPORTED},
};

static enum message_kind
kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].kind;
	return MESSAGE_OTHER;
}

/* A reply's context is reply_to already; more than that is kept. */
static bool
context_says_more(const struct json *context)
{
	const struct json *v;

	for (v = json_first(context); v != NULL; v = json_next(v)) {
		const char *name = json_name(v);

		if (name != NULL && strcmp(name, "id") != 0 &&
		    strcmp(name, "from") != 0 &&
		    strcmp(name, "from_user_id") != 0)
			return true;
	}
	return false;
}

static void
copy_member(struct json_out *w, const char *name, const struct json *v)
{
	struct str text = STR_INIT;

	json_print(v, &text);
	json_out_raw(w, name, text.s);
	str_free(&text);
}

static bool
has_extras(const struct json *m)
{
	return context_says_more(json_get(m, "context")) ||
	       json_get(m, "referral") != NULL ||
	       json_get(m, "identity") != NULL ||
	       json_get(m, "group_id") != NULL || json_get(m, "errors") != NULL;
}

/* A member of the type's own object that an extra will write as well. */
static bool
is_extra(const struct json *m, const char *name)
{
	static const char *const extras[] = {
	    "context", "referral", "identity", "group_id", "errors"};

	for (size_t i = 0; i < 5; i++)
		if (strcmp(extras[i], name) == 0)
			return json_get(m, name) != NULL;
	return false;
}

static void
print_detail(const struct json *m, const char *type, enum message_kind kind,
    struct str *out)
{
	static const char *const extras[] = {
	    "referral", "identity", "group_id", "errors"};
	const struct json *own = json_get(m, type), *v;
	struct json_out w;

	if (kind == MESSAGE_OTHER) {
		json_print(m, out);
		return;
	}
	if (kind == MESSAGE_TEXT)
		own = NULL; /* the body is all there is */
	if (own == NULL && !has_extras(m))
		return;
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	if (json_type(own) == JSON_OBJECT) {
		for (v = json_first(own); v != NULL; v = json_next(v))
			if (!is_extra(m, json_name(v)))
				copy_member(&w, json_name(v), v);
	} else if (own != NULL) {
		copy_member(&w, type, own);
	}
	if (context_says_more(json_get(m, "context")))
		copy_member(&w, "context", json_get(m, "context"));
	for (size_t i = 0; i < 4; i++)
		if (json_get(m, extras[i]) != NULL)
			copy_member(&w, extras[i], json_get(m, extras[i]));
	json_out_end(&w, '}');
}

/* Detail nests the message deeper by nothing, so JSON's limits still hold. */
static const char *
detail_of(struct wa_post *post, const struct json *m, const char *type,
    enum message_kind kind)
{
	struct str text = STR_INIT;

	print_detail(m, type, kind, &text);
	if (text.len > WA_DETAIL_MAX)
		str_clear(&text);
	return wa__keep(post, &text);
}

static const char *
with_article(struct wa_post *post, const char *type)
{
	struct str s = STR_INIT;

	if (strlen(type) > 64)
		type = "unknown";
	str_addf(&s, "[%s]", type[0] != '\0' ? type : "unknown");
	return wa__keep(post, &s);
}

static void
media_content(const struct json *own, struct wa_event *e)
{
	e->body = wa__string(own, "caption");
	e->media_id = wa__string(own, "id");
	e->media_url = wa__string(own, "url");
	if (e->media_url[0] == '\0')
		e->media_url = wa__string(own, "link");
	e->media_mime = wa__string(own, "mime_type");
	e->media_sha256 = wa__string(own, "sha256");
	e->media_filename = wa__string(own, "filename");
	if (e->body[0] == '\0')
		e->body = e->media_filename;
}

static const char *
described(struct wa_post *post, const struct json *own, enum message_kind kind)
{
	struct str s = STR_INIT;

	wa__describe(own, kind, &s);
	return wa__keep(post, &s);
}

static void
own_content(struct wa_post *post, const struct json *own, struct wa_event *e)
{
	switch (e->message_kind) {
	case MESSAGE_TEXT:
	case MESSAGE_SYSTEM:
		e->body = wa__string(own, "body");
		break;
	case MESSAGE_BUTTON:
		e->body = wa__string(own, "text");
		if (e->body[0] == '\0')
			e->body = wa__string(own, "payload");
		break;
	case MESSAGE_IMAGE:
	case MESSAGE_VIDEO:
	case MESSAGE_AUDIO:
	case MESSAGE_DOCUMENT:
	case MESSAGE_STICKER:
		media_content(own, e);
		break;
	case MESSAGE_REACTION:
		e->body = wa__string(own, "emoji");
		e->reply_to = wa__string(own, "message_id");
		break;
	case MESSAGE_LOCATION:
	case MESSAGE_CONTACTS:
	case MESSAGE_INTERACTIVE:
	case MESSAGE_ORDER:
	case MESSAGE_TEMPLATE:
		e->body = described(post, own, e->message_kind);
		break;
	case MESSAGE_UNSUPPORTED:
	case MESSAGE_OTHER:
	case MESSAGE_KIND_COUNT:
		break;
	}
}

/* Media has its own look, and a removed reaction is an empty one. */
static bool
may_be_empty(enum message_kind kind)
{
	return kind == MESSAGE_IMAGE || kind == MESSAGE_VIDEO ||
	       kind == MESSAGE_AUDIO || kind == MESSAGE_DOCUMENT ||
	       kind == MESSAGE_STICKER || kind == MESSAGE_REACTION;
}

void
wa__content(struct wa_post *post, const struct json *v, struct wa_event *e)
{
	const char *type = wa__string(v, "type");

	e->kind_name = strlen(type) <= 32 ? type : "unknown";
	e->message_kind = kind_of(type);
	e->reply_to = wa__string(json_get(v, "context"), "id");
	own_content(post, json_get(v, type), e);
	if (strlen(e->reply_to) > WA_ID_MAX)
		e->reply_to = "";
	e->detail = detail_of(post, v, type, e->message_kind);
	wa__errors(post, v, &e->error_code, &e->error_text);
	if (e->body[0] == '\0' && !may_be_empty(e->message_kind))
		e->body = with_article(post, type);
}
