/*
 * ticket_mail - a mail that came in: a comment on the ticket that it answers,
 * else a new ticket.
 *
 * The whole mail and each file in it are kept as files of the ticket.  Nothing
 * is ever answered by it.
 */
#ifndef DB_RECORDS_TICKET_MAIL_H
#define DB_RECORDS_TICKET_MAIL_H

#include "common/mail.h"
#include "db/records/tickets.h"

enum ticket_mail_what {    /* what became of it */
	TICKET_MAIL_MADE,  /* a new ticket */
	TICKET_MAIL_HEARD, /* a comment of the customer's */
	TICKET_MAIL_NOTED, /* a note: no person wrote it */
	TICKET_MAIL_KNOWN, /* it was taken in before; nothing was done */
	TICKET_MAIL_OWN,   /* the desk's own, that came back: nothing */
};
extern const char *const ticket_mail_names[]; /* "created"... NULL-ended */

struct ticket_mail_in {
	const struct mail *mail;
	const void *bytes; /* as it came */
	size_t n;
	int64_t team_id;             /* of a new ticket; 0: none */
	const char *category, *tags; /* of a new ticket; NULL: none */
};

struct ticket_mail {
	enum ticket_mail_what what;
	int64_t ticket_id, number; /* 0 for TICKET_MAIL_OWN */
	int64_t comment_id;        /* 0 when it made the ticket */
	int64_t meant; /* number of the ticket that it could not go to, or 0 */
	size_t files;  /* that came with it */
};

/*
 * As the system of the tenant (desk_act_as_system).
 *
 * It belongs to the ticket of the mails that it answers, else to the one of
 * the number in its subject, and goes where that one was merged into.  Somebody
 * else than the ticket's contact, or than one of the same company, cannot write
 * on it, and nobody on one that is in the trash or ended before the window of
 * ticket_heard: these make a new ticket, linked to it.  What no person wrote
 * becomes a note and wakes nothing, and is tagged when it makes a ticket.
 *
 * OD_ELIMIT and OD_EIO: the disk; OD_EUNAVAIL: busy; nothing is kept of it.
 */
int ticket_mail(struct desk *d, const struct ticket_mail_in *in,
    struct ticket_mail *out, struct err *err);
void ticket_mail_json(const struct ticket_mail *m, struct json_out *out);

#endif
