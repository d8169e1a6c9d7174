/*
 * mail - one mail of the network, read into what the desk needs of it.
 *
 * Reading is pure: bytes in, a plain struct out.  The parts are taken apart by
 * libgmime, which is loaded when the first mail is read.
 */
#ifndef COMMON_MAIL_H
#define COMMON_MAIL_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stdint.h>

#define MAIL_BYTES_MAX (25u << 20)
#define MAIL_HEAD_MAX  (256u << 10) /* of its own headers */
#define MAIL_PARTS_MAX 100
#define MAIL_DEPTH_MAX 20
#define MAIL_TEXT_MAX  (4u << 20) /* of one text part; the rest is a file */
#define MAIL_REFS_MAX  50
#define MAIL_ID_MAX    250 /* bytes; a longer one stands by its digest */

enum mail_kind { /* who wrote it, as far as it says so */
	MAIL_BY_PERSON,
	MAIL_FROM_LIST,
	MAIL_AUTOMATIC, /* an absence, a monitor, a newsletter */
	MAIL_BOUNCE,    /* from a mail server about another mail */
};
extern const char *const mail_kind_names[]; /* "person"... NULL-ended */

struct mail_file {                 /* what came along */
	char name[201], type[129]; /* safe lines; the type "a/b" */
	struct str bytes;          /* owned */
};

/*
 * All texts are valid UTF-8 without NUL; id and refs without < and >.  The
 * lines are safe, the text is as it was written.
 */
struct mail {
	char id[MAIL_ID_MAX + 1]; /* "sha256.HEX" when it has none */
	char **refs;              /* owned: what it answers, nearest first */
	size_t ref_count;
	char from[201]; /* small letters; "" when none is there */
	char from_name[201], subject[201];
	char desk_id[65]; /* X-Opdesk-Desk: the desk that sent it */
	enum mail_kind kind;
	struct str text;         /* owned; lines end with LF */
	struct mail_file *files; /* owned */
	size_t file_count;
};

/*
 * OD_EDATA: it is no mail, or more than what stands above, and the sentence
 * says which.  OD_EUNAVAIL: libgmime or memory is not there; the same mail can
 * be read later.  mail_free in every case.  One thread at a time.
 */
int mail_read(const char *bytes, size_t n, struct mail *out, struct err *err);
void mail_free(struct mail *m);

/* ---- mail_quote.c ---- */

/*
 * Where what somebody wrote ends and what he answers is quoted begins: a place
 * in text, its length when nothing is quoted behind.  Answers between quoted
 * lines, or below them, are all his.
 */
size_t mail_reply_end(const char *text);
/* The number of "[#123]" or "[word #123]" in a subject; 0 when none. */
int64_t mail_ticket_number(const char *subject);

#endif
