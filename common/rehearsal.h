/*
 * rehearsal - webhooks as Meta would post them, and small attachments.
 *
 * For `opdesk rehearse` and the rehearsal provider: pure text building and
 * signing, nothing is stored or sent.  Bodies are escaped as Meta's are
 * (\u00f1, \/), so that a signature over decoded text would not match.
 * Thread-safe.
 */
#ifndef COMMON_REHEARSAL_H
#define COMMON_REHEARSAL_H

#include <stddef.h>
#include <stdint.h>
#include "common/str.h"

enum rehearsal_type {
	REHEARSAL_TEXT,     /* text */
	REHEARSAL_IMAGE,    /* text: caption; the provider has a PNG */
	REHEARSAL_AUDIO,    /* a voice note; the provider has an Ogg */
	REHEARSAL_DOCUMENT, /* text: caption, filename; a text file */
	REHEARSAL_LOCATION, /* text: name, address, latitude, longitude */
	REHEARSAL_CONTACT,  /* text: name; address: telephone number */
	REHEARSAL_BUTTON,   /* text: a template's quick reply, button_id */
	REHEARSAL_REPLY,    /* text: an interactive button, button_id */
	REHEARSAL_LIST,     /* text: a row of a list, button_id */
	REHEARSAL_REACTION, /* text: emoji, on reply_to */
	REHEARSAL_REVOKE,   /* deletes reply_to */
	REHEARSAL_EDIT,     /* text: reply_to as it reads now */
	REHEARSAL_UNSUPPORTED,
	REHEARSAL_TYPE_COUNT
};
extern const char *const rehearsal_type_names[]; /* "text"...; NULL-ended */

/* Strings may be NULL: absent. */
struct rehearsal_message {
	enum rehearsal_type type;
	const char *number_id;  /* of the channel */
	const char *account_id; /* NULL: "0" */
	const char *from;       /* customer's digits */
	const char *user_id;    /* business-scoped id */
	const char *name;
	const char *id; /* NULL: a new one */
	int64_t at_us;  /* 0: now */
	const char *text, *address, *button_id, *filename;
	const char *reply_to; /* provider id */
	double latitude, longitude;
};
/* Append the body; id_out (may be NULL) gets the message's id. */
#define REHEARSAL_ID_SIZE 64
void rehearsal_message(const struct rehearsal_message *in, struct str *body,
    char id_out[REHEARSAL_ID_SIZE]);

struct rehearsal_status {
	const char *number_id, *account_id, *id, *status, *recipient;
	const char *callback; /* NULL: none */
	int64_t at_us;        /* 0: now */
	int error_code;       /* 0: none */
	const char *error_title;
};
void rehearsal_status(const struct rehearsal_status *in, struct str *body);

/* A fresh "wamid....". */
void rehearsal_id(char out[REHEARSAL_ID_SIZE]);

/* "X-Hub-Signature-256: sha256=..." over body with the app's secret. */
#define REHEARSAL_SIGNATURE_SIZE 96
void rehearsal_sign(char out[REHEARSAL_SIGNATURE_SIZE], const char *secret,
    const void *body, size_t n);

/* Attachments that exist: made in memory (common/rehearsal_media.c). */
struct rehearsal_media {
	const char *id; /* as webhooks name it */
	const char *mime;
};
#define REHEARSAL_MEDIA_IMAGE    "7001"
#define REHEARSAL_MEDIA_AUDIO    "7002"
#define REHEARSAL_MEDIA_DOCUMENT "7003"
/* Append the bytes; NULL when there is no such id. */
const struct rehearsal_media *rehearsal_media(
    const char *id, struct str *bytes);

#endif
