/* tickets - what the routes of tickets share, also the older ones. */
#ifndef SYNCD_API_TICKETS_H
#define SYNCD_API_TICKETS_H

#include "db/records/tickets.h"
#include "syncd/api/call.h"

/* The row's answer is one of these. */
extern const struct api_shape api_ticket, api_ticket_page;

/* What a body may say of a ticket; at most so many, by the API's names. */
struct ticket_wish {
	const char *subject, *description, *category, *tags, *external_id;
	const char *waiting_reason; /* NULL: as it is; as all of these */
	const struct api_value *urgency, *impact, *priority, *state;
	const struct api_value *contact_id, *company_id, *conversation_id;
	const struct api_value *operator_id, *team_id, *waiting_until;
};

/*
 * Inside a write: make it, or change it, as wished, and print it to the call.
 * Change takes the ticket of the path.
 */
int ticket_wish_make(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err);
int ticket_wish_change(struct api_call *c, struct desk *d,
    const struct ticket_wish *w, struct err *err);
/* Move the one of the path to the trash, and print it. */
int ticket_to_trash(struct api_call *c, struct desk *d, struct err *err);

#endif
