/*
 * ticket_events - what happened to tickets, for other systems: each event with
 * its ticket as it is now, in the shape that a webhook carries.
 */
#ifndef DB_RECORDS_TICKET_EVENTS_H
#define DB_RECORDS_TICKET_EVENTS_H

#include "db/records/tickets.h"

#define TICKET_EVENTS_MAX 200 /* on a page */

struct ticket_event {
	int64_t id, at_us;    /* ids grow; one is never used again */
	char name[65];        /* "ticket.created" */
	bool is_gone;         /* the ticket was removed for good */
	struct ticket ticket; /* as it is now */
};

/*
 * Those behind after_id, oldest first; *next is where to go on, also when
 * there was none.  All of the tenant's: OD_EDENIED for who may not read all
 * its tickets.
 */
int ticket_events(struct desk *d, int64_t after_id, int limit,
    struct ticket_event **rows, size_t *count, int64_t *next, struct err *err);
void ticket_events_free(struct ticket_event **rows, size_t count);
/* {"id", "type", "timestamp", "data"}; data is {} when it is gone. */
void ticket_event_json(const struct ticket_event *e, struct json_out *out);

#endif
