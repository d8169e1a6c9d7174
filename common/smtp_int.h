/* smtp_int - shared by smtp.c (the conversation) and smtp_connect.c. */
#ifndef COMMON_SMTP_INT_H
#define COMMON_SMTP_INT_H

#include "common/http_client_int.h"
#include "common/smtp.h"

#define SMTP_LINE_MAX  2048 /* of an answer; RFC 5321 says 512 */
#define SMTP_WORDS_MAX 600

struct smtp_call {
	struct http_transfer transfer;
	struct http_client *client;
	void *easy; /* CURL; NULL once it has ended */
	uv_timer_t timer;
	uv_poll_t poll;
	int handles;  /* of both, not closed yet */
	bool is_bare; /* connected: libcurl is out of it */
	bool was_refused, is_loopback_only, takes_size, is_cancelled;
	enum smtp_step step;
	int fd;
	int step_ms;
	int64_t end_us;   /* monotonic */
	struct str in;    /* bytes of a line that is not whole yet */
	struct str words; /* of the answer so far */
	int code;         /* of the last answer's line */
	struct str out;   /* what is to be written, from out_at on */
	size_t out_at;
	enum smtp_state { /* whose answer is waited for */
		STATE_CONNECTING,
		STATE_MAIL,
		STATE_RCPT,
		STATE_DATA,
		STATE_BODY, /* being written */
		STATE_END,  /* all of it may have left */
		STATE_OVER
	} state;
	char from[255], to[255];
	struct str
	    mail;    /* owned, as it goes through: dots doubled, and the end */
	size_t size; /* before that; 0: there is none */
	void (*done)(const struct smtp_result *r, void *data);
	void *data;
};

/* Fill c->easy; OD_EUNAVAIL without memory. */
int smtp__prepare(
    struct smtp_call *c, const struct smtp_request *r, struct err *err);
/* Why libcurl did not come through: a step, and a sentence unless it is the
 * server's. */
enum smtp_outcome smtp__why(struct smtp_call *c, int code, struct err *err);
/* One line of an answer, without its end: keeps code and words. */
bool smtp__line(struct smtp_call *c, const char *line, size_t n, bool *is_last);

#endif
