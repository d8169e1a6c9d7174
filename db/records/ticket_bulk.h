/*
 * ticket_bulk - one change of many tickets, undone by one step.
 */
#ifndef DB_RECORDS_TICKET_BULK_H
#define DB_RECORDS_TICKET_BULK_H

#include "db/records/tickets.h"

#define TICKET_BULK_MAX 1000 /* tickets at once */

enum ticket_bulk_act {
	BULK_ASSIGN,
	BULK_STATE,
	BULK_PRIORITY,
	BULK_TAG,
	BULK_UNTAG,
	BULK_DELETE,
	BULK_RESTORE,
	BULK_SNOOZE,
	BULK_WAKE /* those that sleep; the others stay as they are */
};

struct ticket_bulk {
	enum ticket_bulk_act act;
	const int64_t *ids;           /* borrowed */
	size_t count;                 /* 1..TICKET_BULK_MAX */
	int64_t operator_id, team_id; /* BULK_ASSIGN; 0: nobody */
	enum ticket_state state;      /* BULK_STATE */
	const char *reason;           /* of waiting, of a priority; or NULL */
	const char *note; /* BULK_ASSIGN: for whoever gets them; or NULL */
	int priority;                 /* BULK_PRIORITY: 1..5 */
	const char *tag;              /* BULK_TAG, BULK_UNTAG */
	int64_t until_us; /* BULK_SNOOZE, and of waiting; 0: no time */
	bool until_reply; /* BULK_SNOOZE */
};

/*
 * Each ticket by its own use case, as it is now; all of them or none.  The
 * sentence of an error names the ticket.  sentence (NULL is fine) gets what
 * undo will call it.  OD_EUSAGE: none, or too many.
 */
int ticket_bulk(struct desk *d, const struct ticket_bulk *b, char sentence[256],
    struct err *err);

#endif
