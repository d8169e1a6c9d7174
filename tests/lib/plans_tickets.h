/*
 * plans_tickets - lists of tickets in all their ways, for a desk whose plans
 * are watched.
 */
#ifndef TESTS_LIB_PLANS_TICKETS_H
#define TESTS_LIB_PLANS_TICKETS_H

#include "db/core/desk.h"

/* Every view with its pages, states, contact, search and count. */
void plans_list_tickets(struct desk *d);
/* Each condition of a filter in each order, from few tickets and many. */
void plans_filter_tickets(struct desk *d);
/* Saved views are made, found, changed and deleted. */
void plans_use_views(struct desk *d);
/*
 * A reply that waits goes out by mail; one of a ticket with a conversation is
 * looked for there.  As a supervisor, and so afterwards.
 */
void plans_reply(struct desk *d, int64_t conversation_id);

#endif
