/* demo_data - who and what is in the demo; invented, nobody real. */
#ifndef TUI_CLI_DEMO_DATA_H
#define TUI_CLI_DEMO_DATA_H

#include "db/records/messages.h"
#include "db/records/tickets.h"

struct demo_operator {
	const char *login, *name, *team, *lang;
	enum staff_role role;
};

struct demo_contact {
	const char *company, *division; /* NULL: nobody knows them yet */
	const char *name, *phone, *email, *lang;
};

/* A line of a conversation, minutes before now. */
struct demo_line {
	int minutes_ago;
	bool inbound;
	const char *text;
};

struct demo_talk {
	const char *phone; /* of a contact, or of somebody unknown */
	const char *name;  /* as WhatsApp tells it */
	const char *owner; /* login; NULL: nobody took it */
	const char *note;  /* internal; NULL: none */
	bool closed, ticket;
	const struct demo_line *lines;
	size_t count;
};

struct demo_ticket {
	const char *subject, *description, *category, *tags, *phone, *owner,
	    *team;
	enum ticket_state state;
	enum ticket_source source;
	int urgency, impact, hours_ago;
	const char *note, *waiting;
};

extern const char *const demo_teams[];
extern const struct demo_operator demo_operators[];
extern const size_t demo_operator_count;
extern const struct demo_contact demo_contacts[];
extern const size_t demo_contact_count;
extern const struct demo_talk demo_talks[];
extern const size_t demo_talk_count;
extern const struct demo_ticket demo_tickets[];
extern const size_t demo_ticket_count;

#endif
