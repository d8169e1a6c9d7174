/*
 * smtp - one mail to one recipient over a connection of its own (RFC 5321).
 *
 * libcurl connects, checks certificates, says EHLO, STARTTLS and AUTH; what
 * follows is spoken here, since libcurl itself would keep the loop waiting for
 * the server's last word.  Loop thread only; as http_client.h, whose clients
 * it uses, says.  A mail is never sent twice.  Errors name no password.
 */
#ifndef COMMON_SMTP_H
#define COMMON_SMTP_H

#include "common/http_client.h"

enum smtp_tls { /* on smtp://; smtps:// is TLS from its first byte */
	SMTP_TLS_REQUIRED,
	SMTP_TLS_WANTED, /* where the server offers it */
	SMTP_TLS_NONE,
};

enum smtp_step { /* how far it came */
	SMTP_CONNECT,
	SMTP_SECURE, /* STARTTLS, certificates */
	SMTP_LOGIN,
	SMTP_SENDER,
	SMTP_RECIPIENT,
	SMTP_CONTENT,
};

enum smtp_outcome {
	SMTP_ACCEPTED, /* the server has it; or, without a mail, works */
	SMTP_REFUSED,  /* by the server's code, at that step */
	SMTP_NOT_SENT, /* lost before the server can have it */
	SMTP_UNKNOWN,  /* lost after its last byte may have left */
	SMTP_CANCELLED /* by us, before the server can have it */
};

struct smtp_result {
	enum smtp_outcome outcome;
	enum smtp_step step;
	int code;          /* the server's last one, 0: none */
	const char *words; /* what it said, one line as it came, or "" */
	const char *error; /* sentence when not SMTP_ACCEPTED, else "" */
};

struct smtp_call;
struct smtp_request {
	const char *url;             /* smtp:// or smtps://, without a path */
	const char *user, *password; /* "" for none */
	enum smtp_tls tls;
	const char *ca_file;   /* "": whom the system trusts */
	const char *from, *to; /* addresses; to may be NULL without a mail */
	/* NULL: only find out whether the server takes us. */
	const char *mail; /* lines end with CR LF; copied */
	size_t mail_len;
	int connect_ms; /* 0: 20000, with TLS and login */
	int step_ms;    /* 0: 30000, for each answer */
	int total_ms;   /* 0: 100000 */
	bool loopback_only;
	void (*done)(const struct smtp_result *r, void *data);
	void *data;
};

/* Whether a host's name stands for this machine. */
bool smtp_is_loopback(const char *url);
/* OD_EDATA: it is no address of a mail server. */
int smtp_check_url(const char *url, struct err *err);
/*
 * On 0, done is called later on the loop, exactly once; call may be NULL, and
 * is valid until then.  Everything is copied.  OD_EDATA when the URL or an
 * address cannot be used, OD_EUNAVAIL without memory.
 */
int smtp_send(struct http_client *client, const struct smtp_request *r,
    struct smtp_call **call, struct err *err);
/* Not inside this call; a mail whose end has left is SMTP_UNKNOWN. */
void smtp_cancel(struct smtp_call *call);

#endif
