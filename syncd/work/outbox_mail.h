/*
 * outbox_mail - a row of the outbox that leaves as a mail: its files are read
 * and it is written aside, then it goes to the mail server.
 */
#ifndef SYNCD_WORK_OUTBOX_MAIL_H
#define SYNCD_WORK_OUTBOX_MAIL_H

#include "syncd/work/outbox_run_int.h"

/* The row is s->item; ends with one of outbox_run__record or _refuse. */
void outbox_mail_send(struct sending *s);

#endif
