/* ticket_mail_int - shared by the files of ticket_mail.h. */
#ifndef DB_RECORDS_TICKET_MAIL_INT_H
#define DB_RECORDS_TICKET_MAIL_INT_H

#include "db/core/op.h"
#include "db/records/ticket_mail.h"

/* Where it goes, as it was found. */
struct mail_place {
	int64_t asked_id;   /* the ticket that it names, before merges; or 0 */
	int64_t ticket_id;  /* the one it goes to; 0: a new one */
	int64_t meant_id;   /* the one it cannot go to; 0: none */
	bool too_late;      /* because that ended long ago */
	int64_t contact_id; /* who wrote it; 0: not known yet */
};
/* The ticket of a mail that was taken in before; OD_ENOTFOUND. */
int mail__known(struct desk *d, const char *message_id, int64_t *ticket_id,
    int64_t *number, struct err *err);
int mail__place(struct desk *d, const struct mail *m, struct mail_place *out,
    struct err *err);
/* Inside an open op: the contact who wrote it, made when there is none. */
int mail__contact(struct desk *d, struct op *op, const struct mail *m,
    int64_t *contact_id, struct err *err);

/* What was written to the disk for it, without rows yet. */
struct mail_files;
int mail__files_keep(const char *files_dir, const struct ticket_mail_in *in,
    struct mail_files **out, struct err *err);
/* Inside an open op: their rows. */
int mail__files_attach(struct desk *d, struct op *op, struct mail_files *f,
    int64_t ticket_id, int64_t comment_id, struct err *err);
/* Frees; on the disk they stay only when kept is true. */
void mail__files_free(struct mail_files **f, const char *dir, bool kept);

#endif
