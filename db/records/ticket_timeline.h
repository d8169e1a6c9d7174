/*
 * ticket_timeline - all that happened to a ticket as one list: comments,
 * messages of its conversations, calls, guides, equipment and whatever else it
 * is linked to, merges, and changes of its fields.
 */
#ifndef DB_RECORDS_TICKET_TIMELINE_H
#define DB_RECORDS_TICKET_TIMELINE_H

#include "db/records/ticket_links.h"

enum timeline_kind { /* also the order of what has the same time */
	TIMELINE_CHANGE,
	TIMELINE_LINK,
	TIMELINE_MERGE,
	TIMELINE_MESSAGE,
	TIMELINE_COMMENT,
	TIMELINE_KIND_COUNT
};
extern const char *const timeline_kind_names[]; /* "change"... NULL-ended */

struct timeline_item {
	enum timeline_kind kind;
	int64_t id, at_us;
	int64_t number;      /* of the other ticket of a link or merge */
	int64_t record_id;   /* TIMELINE_MESSAGE: the conversation; of a link */
	bool inbound;        /* from the customer */
	bool internal;       /* a note */
	bool undone;         /* a merge that was taken back */
	enum link_kind link; /* of TIMELINE_LINK */
	char who[201];
	char *text;      /* owned: body, name or subject; "" */
	char *operation; /* owned; of TIMELINE_CHANGE, with the next three */
	char *field;     /* owned; "deleted_at": made, to or from the trash */
	char *before, *after; /* owned; as in record_history */
};
void timeline_free(struct timeline_item **rows, size_t count);

struct timeline_place { /* all 0: the newest */
	int64_t at_us, id;
	enum timeline_kind kind;
};
/*
 * Newest first, from behind a place on; at most limit (1..200).  Messages of
 * conversations that the actor may not read are not among them.
 */
int ticket_timeline(struct desk *d, int64_t ticket_id,
    const struct timeline_place *behind, int limit, struct timeline_item **rows,
    size_t *count, struct err *err);
void timeline_json(const struct timeline_item *item, struct json_out *out);

#endif
