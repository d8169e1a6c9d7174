/*
 * ticket_recall - a reply that is taken back before it goes out.
 */
#ifndef DB_RECORDS_TICKET_RECALL_H
#define DB_RECORDS_TICKET_RECALL_H

#include "db/core/desk.h"

struct ticket_recalled {
	int64_t ticket_id; /* 0: what was undone was no reply */
	int64_t number;
	char *body; /* owned; what the reply said */
};
void ticket_recalled_clear(struct ticket_recalled *r);
/*
 * op_undo, and the words of a reply that it took back are the operator's draft
 * again, before what is there, and its files too, in the same commit.
 */
int ticket_undo(struct desk *d, char sentence[256], struct ticket_recalled *r,
    struct err *err);

#endif
