/*
 * rehearsal - webhooks as Meta would post them.
 */
#include "common/rehearsal.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/err.h"
#include "common/json.h"
#include "common/utf8.h"
#include <stdio.h>
#include <string.h>

const char *const rehearsal_type_names[] = {"text", "image", "audio",
    "document", "location", "contact", "button", "reply", "list", "reaction",
    "revoke", "edit", "unsupported", NULL};

void
rehearsal_id(char out[REHEARSAL_ID_SIZE])
{
	uint8_t bytes[30];

	random_bytes(bytes, sizeof(bytes));
	str_copy(out, REHEARSAL_ID_SIZE, "wamid.");
	base64_encode(out + 6, bytes, sizeof(bytes));
}

void
rehearsal_sign(char out[REHEARSAL_SIGNATURE_SIZE], const char *secret,
    const void *body, size_t n)
{
	uint8_t mac[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];

	hmac_sha256(secret, strlen(secret), body, n, mac);
	hex_encode(hex, mac, sizeof(mac));
	snprintf(out, REHEARSAL_SIGNATURE_SIZE,
	    "X-Hub-Signature-256: sha256=%s", hex);
}

/* JSON text in Meta's spelling; what is escaped stands in strings only. */
static void
add_as_meta(struct str *out, const struct str *json)
{
	size_t at = 0;
	uint32_t cp;

	while (at < json->len) {
		at += utf8_decode(json->s + at, json->len - at, &cp);
		if (cp >= 0x10000) {
			cp -= 0x10000;
			str_addf(out, "\\u%04x\\u%04x",
			    (unsigned)(0xd800 + (cp >> 10)),
			    (unsigned)(0xdc00 + (cp & 0x3ff)));
		} else if (cp >= 0x80) {
			str_addf(out, "\\u%04x", (unsigned)cp);
		} else if (cp == '/') {
			str_add(out, "\\/");
		} else {
			str_addc(out, (char)cp);
		}
	}
}

static void
optional(struct json_out *w, const char *name, const char *s)
{
	if (s != NULL && s[0] != '\0')
		json_out_string(w, name, s);
}

static void
timestamp(struct json_out *w, int64_t at_us)
{
	char text[32];

	if (at_us == 0)
		at_us = clock_wall_us();
	snprintf(
	    text, sizeof(text), "%lld", (long long)(at_us / US_PER_SECOND));
	json_out_string(w, "timestamp", text);
}

static void
envelope(struct json_out *w, const char *account_id, const char *number_id)
{
	json_out_object(w, NULL);
	json_out_string(w, "object", "whatsapp_business_account");
	json_out_array(w, "entry");
	json_out_object(w, NULL);
	json_out_string(w, "id", account_id != NULL ? account_id : "0");
	json_out_array(w, "changes");
	json_out_object(w, NULL);
	json_out_string(w, "field", "messages");
	json_out_object(w, "value");
	json_out_string(w, "messaging_product", "whatsapp");
	json_out_object(w, "metadata");
	json_out_string(w, "display_phone_number", "15550783881");
	json_out_string(w, "phone_number_id", number_id);
	json_out_end(w, '}');
}

static void
envelope_end(struct json_out *w)
{
	json_out_end(w, '}');
	json_out_end(w, '}');
	json_out_end(w, ']');
	json_out_end(w, '}');
	json_out_end(w, ']');
	json_out_end(w, '}');
}

static void
add_media(struct json_out *w, const char *name, const char *id,
    const struct rehearsal_message *in)
{
	struct str bytes = STR_INIT;
	const struct rehearsal_media *media = rehearsal_media(id, &bytes);
	uint8_t digest[SHA256_SIZE];
	char base64[4 * ((SHA256_SIZE + 2) / 3) + 1];

	BUG_ON(media == NULL);
	sha256(bytes.s, bytes.len, digest);
	base64_encode(base64, digest, sizeof(digest));
	json_out_object(w, name);
	json_out_string(w, "id", id);
	json_out_string(w, "mime_type", media->mime);
	json_out_string(w, "sha256", base64);
	if (in->type == REHEARSAL_AUDIO)
		json_out_bool(w, "voice", true);
	else
		optional(w, "caption", in->text);
	if (in->type == REHEARSAL_DOCUMENT)
		json_out_string(w, "filename",
		    in->filename != NULL ? in->filename : "documento.txt");
	json_out_end(w, '}');
	str_free(&bytes);
}

static void
add_location(struct json_out *w, const struct rehearsal_message *in)
{
	json_out_object(w, "location");
	json_out_double(w, "latitude", in->latitude);
	json_out_double(w, "longitude", in->longitude);
	optional(w, "name", in->text);
	optional(w, "address", in->address);
	json_out_end(w, '}');
}

static void
add_contact(struct json_out *w, const struct rehearsal_message *in)
{
	json_out_array(w, "contacts");
	json_out_object(w, NULL);
	json_out_object(w, "name");
	json_out_string(w, "formatted_name", in->text);
	json_out_end(w, '}');
	json_out_array(w, "phones");
	json_out_object(w, NULL);
	json_out_string(w, "phone", in->address);
	json_out_string(w, "type", "CELL");
	json_out_end(w, '}');
	json_out_end(w, ']');
	json_out_end(w, '}');
	json_out_end(w, ']');
}

static void
add_answer(
    struct json_out *w, const char *type, const struct rehearsal_message *in)
{
	json_out_object(w, "interactive");
	json_out_string(w, "type", type);
	json_out_object(w, type);
	json_out_string(
	    w, "id", in->button_id != NULL ? in->button_id : in->text);
	json_out_string(w, "title", in->text);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

static void
add_text(struct json_out *w, const char *text)
{
	json_out_object(w, "text");
	json_out_string(w, "body", text);
	json_out_end(w, '}');
}

/* An object that names the message it changes. */
static void
add_change(struct json_out *w, const char *name, const char *member,
    const struct rehearsal_message *in)
{
	json_out_object(w, name);
	json_out_string(w, member, in->reply_to);
	if (in->type == REHEARSAL_REACTION)
		json_out_string(w, "emoji", in->text);
	if (in->type == REHEARSAL_EDIT) {
		json_out_object(w, "message");
		json_out_string(w, "type", "text");
		add_text(w, in->text);
		json_out_end(w, '}');
	}
	json_out_end(w, '}');
}

static void
add_unsupported(struct json_out *w)
{
	json_out_array(w, "errors");
	json_out_object(w, NULL);
	json_out_int(w, "code", 131051);
	json_out_string(w, "title", "Message type unknown");
	json_out_end(w, '}');
	json_out_end(w, ']');
}

/* The provider's word for each type, and the type's own object. */
static const char *const words[] = {"text", "image", "audio", "document",
    "location", "contacts", "button", "interactive", "interactive", "reaction",
    "revoke", "edit", "unsupported"};

static void
content(struct json_out *w, const struct rehearsal_message *in)
{
	switch (in->type) {
	case REHEARSAL_TEXT:
		add_text(w, in->text);
		break;
	case REHEARSAL_IMAGE:
		add_media(w, "image", REHEARSAL_MEDIA_IMAGE, in);
		break;
	case REHEARSAL_AUDIO:
		add_media(w, "audio", REHEARSAL_MEDIA_AUDIO, in);
		break;
	case REHEARSAL_DOCUMENT:
		add_media(w, "document", REHEARSAL_MEDIA_DOCUMENT, in);
		break;
	case REHEARSAL_LOCATION:
		add_location(w, in);
		break;
	case REHEARSAL_CONTACT:
		add_contact(w, in);
		break;
	case REHEARSAL_BUTTON:
		json_out_object(w, "button");
		json_out_string(w, "payload",
		    in->button_id != NULL ? in->button_id : in->text);
		json_out_string(w, "text", in->text);
		json_out_end(w, '}');
		break;
	case REHEARSAL_REPLY:
		add_answer(w, "button_reply", in);
		break;
	case REHEARSAL_LIST:
		add_answer(w, "list_reply", in);
		break;
	case REHEARSAL_REACTION:
		add_change(w, "reaction", "message_id", in);
		break;
	case REHEARSAL_REVOKE:
		add_change(w, "revoke", "original_message_id", in);
		break;
	case REHEARSAL_EDIT:
		add_change(w, "edit", "original_message_id", in);
		break;
	case REHEARSAL_UNSUPPORTED:
		add_unsupported(w);
		break;
	case REHEARSAL_TYPE_COUNT:
		BUG("no such type");
	}
}

static bool
is_reply(const struct rehearsal_message *in)
{
	return in->reply_to != NULL && in->reply_to[0] != '\0' &&
	       in->type != REHEARSAL_REACTION && in->type != REHEARSAL_REVOKE &&
	       in->type != REHEARSAL_EDIT;
}

static void
add_sender(struct json_out *w, const struct rehearsal_message *in)
{
	json_out_array(w, "contacts");
	json_out_object(w, NULL);
	json_out_object(w, "profile");
	optional(w, "name", in->name);
	json_out_end(w, '}');
	optional(w, "wa_id", in->from);
	optional(w, "user_id", in->user_id);
	json_out_end(w, '}');
	json_out_end(w, ']');
}

void
rehearsal_message(const struct rehearsal_message *in, struct str *body,
    char id_out[REHEARSAL_ID_SIZE])
{
	struct str text = STR_INIT;
	char id[REHEARSAL_ID_SIZE];
	struct json_out w;

	rehearsal_id(id);
	if (in->id != NULL)
		str_copy(id, sizeof(id), in->id);
	json_out_init(&w, &text);
	envelope(&w, in->account_id, in->number_id);
	add_sender(&w, in);
	json_out_array(&w, "messages");
	json_out_object(&w, NULL);
	optional(&w, "from", in->from);
	optional(&w, "from_user_id", in->user_id);
	json_out_string(&w, "id", id);
	timestamp(&w, in->at_us);
	json_out_string(&w, "type", words[in->type]);
	if (is_reply(in)) {
		json_out_object(&w, "context");
		json_out_string(&w, "id", in->reply_to);
		json_out_end(&w, '}');
	}
	content(&w, in);
	json_out_end(&w, '}');
	json_out_end(&w, ']');
	envelope_end(&w);
	add_as_meta(body, &text);
	str_free(&text);
	if (id_out != NULL)
		memcpy(id_out, id, sizeof(id));
}

void
rehearsal_status(const struct rehearsal_status *in, struct str *body)
{
	struct str text = STR_INIT;
	struct json_out w;

	json_out_init(&w, &text);
	envelope(&w, in->account_id, in->number_id);
	json_out_array(&w, "statuses");
	json_out_object(&w, NULL);
	json_out_string(&w, "id", in->id);
	json_out_string(&w, "status", in->status);
	timestamp(&w, in->at_us);
	optional(&w, "recipient_id", in->recipient);
	optional(&w, "biz_opaque_callback_data", in->callback);
	if (in->error_code != 0) {
		json_out_array(&w, "errors");
		json_out_object(&w, NULL);
		json_out_int(&w, "code", in->error_code);
		json_out_string(&w, "title", in->error_title);
		json_out_string(&w, "message", in->error_title);
		json_out_object(&w, "error_data");
		json_out_string(&w, "details", in->error_title);
		json_out_end(&w, '}');
		json_out_end(&w, '}');
		json_out_end(&w, ']');
	}
	json_out_end(&w, '}');
	json_out_end(&w, ']');
	envelope_end(&w);
	add_as_meta(body, &text);
	str_free(&text);
}
