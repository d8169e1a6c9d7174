/* mail_int - shared by the files of mail.h. */
#ifndef COMMON_MAIL_INT_H
#define COMMON_MAIL_INT_H

#include "common/mail.h"
#include "common/mail_lib.h"

/* Who wrote it, what it answers and what it says it is. */
void mail__head(struct mail *m, GMimeObject *message);
/* One more of what it answers: ids between < and >, the last one first. */
void mail__add_refs(struct mail *m, const char *ids);
/* The text and files of a message; OD_EDATA or OD_EUNAVAIL. */
int mail__body(struct mail *m, GMimeMessage *message, struct err *err);
/*
 * Make harmless in bytes what libgmime cannot read within reason; OD_EDATA
 * when it is more than that.
 */
int mail__tame(char *bytes, size_t n, struct err *err);
/* Lines that were broken for sending (RFC 3676) are one again. */
void mail__unflow(struct str *text, bool delete_space);
/* Whether it is one of that class of libgmime. */
bool mail__is(const void *object, GType type);

#endif
