/*
 * smtp_stand - a mail server that stands in for the real one, on a thread of
 * its own, with what servers do wrong (RFC 5321).
 *
 * Recipients decide too: "nobody@..." is refused for ever (550), "later@..."
 * for the moment (451).
 */
#ifndef TESTS_LIB_SMTP_STAND_H
#define TESTS_LIB_SMTP_STAND_H

#include "common/str.h"
#include <pthread.h>
#include <stdbool.h>

enum stand_fault {
	STAND_FINE,
	STAND_BUSY,         /* 421 instead of a greeting */
	STAND_NO_GREETING,  /* silence */
	STAND_NO_LOGIN,     /* 535 to any password */
	STAND_BAD_SENDER,   /* 550 to MAIL */
	STAND_NO_DATA,      /* 451 to DATA */
	STAND_CUTS_BODY,    /* 552 in the middle of the mail, then closed */
	STAND_DROPS_BODY,   /* closed in the middle of the mail */
	STAND_REFUSES_END,  /* 554 behind the mail */
	STAND_LATER_END,    /* 452 behind the mail */
	STAND_DROPS_END,    /* takes the mail and says nothing, closed */
	STAND_SILENT_END,   /* takes the mail and says nothing */
	STAND_SLOW,         /* answers a byte at a time */
	STAND_LONG_LINES,   /* answers of 900 bytes and many lines */
	STAND_ENDLESS_LINE, /* an answer to MAIL without an end */
	STAND_NONSENSE,     /* an answer to MAIL that is none */
};

struct stand_mail {             /* all owned */
	char *from, *to, *data; /* data: dots undone */
	char *user, *password;  /* "" without a login */
	char *ehlo, *mail_line;
	bool secure;
	size_t size;
};

struct smtp_stand {
	int port;
	/* set before stand_open */
	bool offers_tls, needs_login, hides_size;
	/* private */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	enum stand_fault fault;
	struct stand_mail *mails;
	size_t count, connections;
	int listening, stop[2];
	void *tls;
	char ca_path[256];
};

void stand_open(struct smtp_stand *s);
void stand_close(struct smtp_stand *s);
void stand_set(struct smtp_stand *s, enum stand_fault fault);
/* How many mails it has taken. */
size_t stand_count(struct smtp_stand *s);
size_t stand_connections(struct smtp_stand *s);
/* Borrowed until stand_close; the i-th. */
const struct stand_mail *stand_mail(struct smtp_stand *s, size_t i);
/* How many hold this text. */
size_t stand_holding(struct smtp_stand *s, const char *text);

/* ---- smtp_stand_tls.c ---- */

/* A key and a certificate for "localhost"; the latter in a file. */
void *stand_tls_new(char *ca_path, size_t size);
void stand_tls_free(void **tls, const char *ca_path);
void *stand_tls_accept(void *tls, int fd); /* NULL: it did not come off */
int stand_tls_read(void *ssl, void *p, int n);
int stand_tls_write(void *ssl, const void *p, int n);
void stand_tls_end(void *ssl);

#endif
