/*
 * whatsapp_parse - Meta's webhook bodies as plain structs.
 *
 * A pure function: bytes in, events out; nothing is stored, looked up or
 * cleaned.  Members may be missing or unknown everywhere; what cannot be read
 * becomes an event of its own with a problem, and the rest goes on.
 */
#ifndef SYNCD_CHANNELS_WHATSAPP_PARSE_H
#define SYNCD_CHANNELS_WHATSAPP_PARSE_H

#include "common/json.h"
#include "db/records/messages.h"

#define WA_ID_MAX     256   /* bytes of any id; a longer one is a problem */
#define WA_DETAIL_MAX 65536 /* bytes of a detail; a longer one is left out */

enum wa_event_kind {
	WA_MESSAGE, /* also echoes, with from_app */
	WA_STATUS,
	WA_EDIT,         /* original_id, and body as it reads now */
	WA_REVOKE,       /* original_id */
	WA_PEER_CHANGED, /* old_* and new_* */
	WA_VALUE_ERROR,  /* error_code, error_text: account or app trouble */
	WA_ACCOUNT,      /* kind_name is the word, body the reason */
	WA_TEMPLATE,     /* a template's state changed */
	WA_OTHER_FIELD,  /* field says which; kept raw only */
	WA_NOBODY,       /* a message without number and user id */
	WA_BROKEN,       /* problem says why */
};

/* Strings are never NULL ("" when absent) and live as long as the post. */
struct wa_event {
	enum wa_event_kind kind;
	const char *number_id; /* metadata.phone_number_id */
	const char *account_id;
	const char *field;
	/* who: the customer */
	const char *number, *user_id, *parent_user_id, *username, *name;
	/* what */
	const char *id; /* of the message, or the one a status is about */
	enum message_kind message_kind;
	const char *kind_name; /* the provider's word for the type */
	const char *body;      /* text, caption, or a one-line description */
	/*
	 * JSON or "": the members of the type's own object (of `contacts`, an
	 * array: under that name), and, when there is something to keep,
	 * "context", "referral", "identity", "group_id" and "errors".  An
	 * unknown type has its whole message.
	 */
	const char *detail;
	const char *reply_to;
	int64_t at_us; /* 0: absent or nonsense */
	const char *media_id, *media_url, *media_mime, *media_sha256,
	    *media_filename;
	bool from_app;
	/* statuses and errors */
	const char *status, *callback, *recipient;
	int error_code;
	const char *error_text;
	const char *original_id;
	const char *old_number, *new_number, *old_user_id, *new_user_id;
	const char *problem; /* translated */
};

struct wa_post {
	struct wa_event *events; /* owned */
	size_t count;
	bool is_whatsapp; /* object was whatsapp_business_account */
	struct json *doc; /* owned */
	char **texts;     /* owned; made up ones */
	size_t text_count;
};

/*
 * OD_EDATA or OD_ELIMIT (a sentence) when body is not JSON within
 * json_limits_webhook, or not an object.  On 0 the caller clears *post.
 */
int wa_parse(const char *body, size_t n, struct wa_post *post, struct err *err);
void wa_post_clear(struct wa_post *post);

/* ---- shared by the files of the parser ---- */

/* The string member, "" when absent. */
const char *wa__string(const struct json *v, const char *name);
/* text.s becomes the post's; the struct str is empty afterwards. */
const char *wa__keep(struct wa_post *post, struct str *text);
struct wa_event *wa__add(
    struct wa_post *post, const struct wa_event *like, enum wa_event_kind kind);
int64_t wa__time_us(const struct json *v, const char *name);
/* errors[0] of v into code and text; false when there is none. */
bool wa__errors(
    struct wa_post *post, const struct json *v, int *code, const char **text);
bool wa__is_user_id(const char *s);
/* Number and user id of s: either may come in the other's place. */
void wa__identify(const char *s, const char **number, const char **user_id);

/*
 * Fill kind, kind_name, body, detail, reply_to, media and errors of e from
 * message v (identity and id are the caller's).
 */
void wa__content(
    struct wa_post *post, const struct json *v, struct wa_event *e);
/* One line of JSON's words for a structured type, "" when it has none. */
void wa__describe(
    const struct json *v, enum message_kind kind, struct str *out);

#endif
