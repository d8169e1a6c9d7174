/* model_ticket_guard - see model_ticket_guard.h. */
#include "tui/model/model_ticket_guard.h"

#include "db/records/seat.h"
#include "db/records/ticket_timeline.h"

#include <stdlib.h>
#include <string.h>

#define MESSAGES_MOST 50 /* of the newest that happened */

void
ticket_guard_see(struct ticket_guard *g, const struct ticket_card *card)
{
	*g = (struct ticket_guard){.asks = true,
	    .comment = ticket_card_newest(card),
	    .owner = card->t.operator_id};
	for (size_t i = 0; i < card->items_kept; i++)
		if (card->items[i].kind == TIMELINE_MESSAGE &&
		    card->items[i].id > g->message)
			g->message = card->items[i].id;
}

static void
miss(struct str *missed, const char *who, const char *text)
{
	str_add(missed, missed->len > 0 ? "\n" : "");
	str_add(missed, who);
	str_add(missed, ": ");
	str_add(missed, text);
}

/* Comments of others since; who gets the first one's author. */
static int
look_at_comments(struct desk *d, int64_t id, struct ticket_guard *g,
    struct str *missed, char who[201], struct err *err)
{
	struct ticket_comment *rows;
	int64_t newest = g->comment;
	size_t count;
	int rc = ticket_comments(d, id, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (rows[i].id <= g->comment)
			continue;
		if (rows[i].id > newest)
			newest = rows[i].id;
		if (rows[i].operator_id == d->actor.id)
			continue;
		if (who[0] == '\0')
			str_copy(who, 201, rows[i].author);
		miss(missed, rows[i].author, rows[i].body);
	}
	g->comment = newest;
	if (rc == 0)
		ticket_comments_free(&rows, count);
	return rc;
}

static int
look_at_messages(struct desk *d, int64_t id, struct ticket_guard *g,
    struct str *missed, char who[201], struct err *err)
{
	struct timeline_place newest_place = {0};
	struct timeline_item *rows = NULL;
	int64_t newest = g->message;
	size_t count = 0;
	int rc = ticket_timeline(
	    d, id, &newest_place, MESSAGES_MOST, &rows, &count, err);

	/* Newest first; they are told as they came. */
	for (size_t i = count; rc == 0 && i-- > 0;) {
		const struct timeline_item *m = &rows[i];

		if (m->kind != TIMELINE_MESSAGE || m->id <= g->message)
			continue;
		if (m->id > newest)
			newest = m->id;
		if (!m->inbound)
			continue;
		if (who[0] == '\0')
			str_copy(who, 201, m->who);
		miss(missed, m->who, m->text);
	}
	g->message = newest;
	timeline_free(&rows, count);
	return rc;
}

/* Somebody else's hands are on the keys just now. */
static int
look_at_others(struct desk *d, int64_t id, struct ticket_guard *g,
    char who[201], struct err *err)
{
	struct presence *rows = NULL;
	size_t count = 0;
	int rc = presence_list(d, RECORD_TICKET, id, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count && who[0] == '\0'; i++)
		if (rows[i].typing)
			str_copy(who, 201, rows[i].name);
	free(rows);
	g->knows = true;
	return rc;
}

int
ticket_guard_check(struct desk *d, int64_t ticket_id, enum comment_kind kind,
    struct ticket_guard *g, struct str *missed, struct err *err)
{
	char who[201] = "", writing[201] = "";
	struct ticket t = {0};
	bool knew = g->knows;
	int64_t owner, was = g->owner;
	int rc;

	g->refused = false;
	if (!g->asks)
		return 0;
	if ((rc = look_at_comments(d, ticket_id, g, missed, who, err)) != 0 ||
	    (rc = look_at_messages(d, ticket_id, g, missed, who, err)) != 0 ||
	    (rc = look_at_others(d, ticket_id, g, writing, err)) != 0 ||
	    (rc = ticket_get(d, ticket_id, &t, err)) != 0)
		return rc;
	g->owner = owner = t.operator_id;
	if (who[0] != '\0')
		rc = err_set(err, OD_ECONFLICT,
		    "%s wrote on this ticket meanwhile; read it first", who);
	else if (kind == COMMENT_REPLY && owner != was && owner != 0 &&
		 owner != d->actor.id)
		rc = err_set(err, OD_ECONFLICT,
		    "%s has this ticket now; look whether it still wants your"
		    " answer",
		    t.operator_name);
	else if (kind == COMMENT_REPLY && !knew && writing[0] != '\0')
		rc = err_set(err, OD_ECONFLICT,
		    "%s is writing on this ticket right now; wait for it, or"
		    " send yours anyway",
		    writing);
	g->refused = rc == OD_ECONFLICT;
	ticket_clear(&t);
	return rc;
}
