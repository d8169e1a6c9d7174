/*
 * ticket_links - what a ticket has to do with: a conversation or another
 * ticket, or a call, a guide's session or a piece of equipment by its name.
 */
#ifndef DB_RECORDS_TICKET_LINKS_H
#define DB_RECORDS_TICKET_LINKS_H

#include "db/records/tickets.h"

enum link_kind { /* stored */
	LINK_OTHER = 0,
	LINK_CONVERSATION = 1,
	LINK_CALL = 2,
	LINK_GUIDE = 3,
	LINK_EQUIPMENT = 4,
	LINK_TICKET = 5,
};
extern const char *const link_kind_names[]; /* "other"... NULL-ended */

enum link_relation { /* stored */
	LINK_RELATED = 0,
	LINK_FOLLOW_UP = 1,
	LINK_SPLIT_FROM = 2,
	LINK_DUPLICATE = 3,
};
extern const char *const link_relation_names[]; /* "related"... */

struct ticket_link_new {
	enum link_kind kind;
	enum link_relation relation;
	int64_t record_id; /* of a conversation or ticket; else 0 */
	const char *name;  /* of anything else, as it is called there */
};
/*
 * The actor must be allowed to read what is linked to.  OD_ECONFLICT: it is
 * linked already, or is the ticket itself; OD_EDATA: it is not named.
 */
int ticket_link(struct desk *d, int64_t ticket_id,
    const struct ticket_link_new *in, int64_t *id, struct err *err);
/* A link from or to that ticket; OD_ENOTFOUND when it has none such. */
int ticket_unlink(
    struct desk *d, int64_t ticket_id, int64_t link_id, struct err *err);

struct ticket_link {
	int64_t id, record_id, at_us;
	int64_t number; /* LINK_TICKET: of the other one */
	enum link_kind kind;
	enum link_relation relation;
	bool inward;    /* the other ticket is the one that was linked */
	char name[201]; /* what it is called; a ticket's subject */
};
/*
 * All links of a ticket, those from other tickets too, oldest first.  Tickets
 * that the actor may not read have no name.
 */
int ticket_links(struct desk *d, int64_t ticket_id, struct ticket_link **rows,
    size_t *count, struct err *err);
void ticket_link_json(const struct ticket_link *l, struct json_out *out);

#endif
